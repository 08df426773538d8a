// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBillReceiver} from "../../../contracts/bills/IBillReceiver.sol";
import {Stringed} from "./Stringed.sol";

/// @title The smallest room that keeps its word
/// @notice Its terms are one word: the participant for whom it holds. It never names nobody.
contract HonestRoom is IBillReceiver, Stringed {
    mapping(uint256 bill => uint256 participant) private _holder;

    error TermsRequired();
    error NotTheLedger(address caller);

    constructor(address ledger_) Stringed(ledger_) {}

    /// @inheritdoc IBillReceiver
    function onBill(uint256[] calldata bills, address, address, bytes calldata data) external virtual returns (bytes4) {
        _take(bills, data);
        return IBillReceiver.onBill.selector;
    }

    /// @inheritdoc IBillReceiver
    function holderFor(uint256 bill) public view virtual returns (uint256) {
        return _holder[bill];
    }

    function _take(uint256[] calldata bills, bytes calldata data) internal {
        if (msg.sender != LEDGER) revert NotTheLedger(msg.sender);
        if (data.length < 32) revert TermsRequired();
        for (uint256 i = 0; i < bills.length; i++) {
            _holder[bills[i]] = uint256(bytes32(data[:32]));
            emit HeldFor(bills[i], uint256(bytes32(data[:32])));
        }
    }
}
