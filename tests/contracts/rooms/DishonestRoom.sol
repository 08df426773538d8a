// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

import {BillWord, Purpose} from "../../../contracts/bills/BillWord.sol";
import {IBillReceiver} from "../../../contracts/bills/IBillReceiver.sol";
import {IBills} from "../../../contracts/bills/IBills.sol";
import {AccountWord} from "../../../contracts/identity/AccountWord.sol";
import {HonestRoom} from "./HonestRoom.sol";

/// @notice In which way a room misbehaves.
enum Manner {
    Refuses,
    HoldsForNobody,
    Reenters,
    PassesOn,
    GivesBack,
    RefusesReplacements
}

/// @title A room that misbehaves in one manner
/// @notice Terms: the participant for whom it holds; the account to which `PassesOn` passes on.
contract DishonestRoom is HonestRoom {
    Manner private immutable MANNER;

    error Refuses();

    constructor(address ledger_, Manner manner) HonestRoom(ledger_) {
        MANNER = manner;
    }

    /// @inheritdoc IBillReceiver
    function onBill(
        uint256 bill,
        BillWord,
        address,
        AccountWord,
        bytes calldata terms
    ) external override returns (uint256 holder, uint208 deal) {
        if (MANNER == Manner.Refuses) revert Refuses();
        (holder, deal) = _answer(bill, terms);
        if (MANNER == Manner.HoldsForNobody) holder = 0;
        if (MANNER == Manner.Reenters) {
            bytes memory approval = abi.encodeCall(IERC721.setApprovalForAll, (address(this), false));
            _run(terms.length < 64 ? abi.encodeCall(IBills.sign, (bill, Purpose.Seen, "")) : approval, true);
        }
        if (MANNER == Manner.GivesBack) _run(abi.encodeCall(IBills.giveBack, (bill, "")), true);
        if (MANNER == Manner.PassesOn) {
            address to = terms.length < 64 ? address(0) : address(uint160(uint256(bytes32(terms[32:64]))));
            _run(abi.encodeCall(IBills.transfer, (bill, to, "")), true);
        }
    }

    /// @inheritdoc IBillReceiver
    function onReplaced(uint256[] calldata, uint256[] calldata) external view override {
        if (MANNER == Manner.RefusesReplacements) revert Refuses();
    }
}
