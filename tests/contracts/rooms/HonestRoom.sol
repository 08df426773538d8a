// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BillWord} from "../../../contracts/bills/BillWord.sol";
import {IBillReceiver} from "../../../contracts/bills/IBillReceiver.sol";
import {AccountWord} from "../../../contracts/identity/AccountWord.sol";
import {Stringed} from "./Stringed.sol";

/// @title The smallest room that keeps its word
/// @notice Its terms are one word, the participant for whom it holds, and may have a second one, the deal.
contract HonestRoom is IBillReceiver, Stringed {
    error TermsRequired();
    error NotTheLedger(address caller);

    constructor(address ledger_) Stringed(ledger_) {}

    /// @inheritdoc IBillReceiver
    function onBill(
        uint256 bill,
        BillWord,
        address,
        AccountWord,
        bytes calldata terms
    ) external virtual returns (uint256 holder, uint208 deal) {
        return _answer(bill, terms);
    }

    /// @inheritdoc IBillReceiver
    function onReplaced(uint256[] calldata, uint256[] calldata) external view virtual {
        if (msg.sender != LEDGER) revert NotTheLedger(msg.sender);
    }

    function _answer(uint256, bytes calldata terms) internal view returns (uint256 holder, uint208 deal) {
        if (msg.sender != LEDGER) revert NotTheLedger(msg.sender);
        if (terms.length < 32) revert TermsRequired();
        return (uint256(bytes32(terms[:32])), terms.length < 64 ? 0 : uint208(uint256(bytes32(terms[32:64]))));
    }
}
