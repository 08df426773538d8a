// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBillReceiver} from "../../../contracts/bills/IBillReceiver.sol";
import {IBills} from "../../../contracts/bills/IBills.sol";
import {Purpose, Rejection} from "../../../contracts/bills/BillWord.sol";
import {HonestRoom} from "./HonestRoom.sol";

/// @notice In which way a room misbehaves.
enum Manner {
    Refuses,
    WrongAnswer,
    HoldsForNobody,
    Silent,
    Reenters,
    PassesOn,
    Rejects
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
        uint256[] calldata bills,
        address,
        address,
        bytes calldata data
    ) external override returns (bytes4) {
        if (MANNER == Manner.Refuses) revert Refuses();
        _take(bills, data);
        if (MANNER == Manner.WrongAnswer) return 0xffffffff;
        for (uint256 i = 0; i < bills.length; i++) {
            if (MANNER == Manner.Reenters) {
                _run(abi.encodeCall(IBills.sign, (bills[i], Purpose.Seen, "")), false);
            } else if (MANNER == Manner.PassesOn) {
                address to = data.length < 64 ? address(0) : address(uint160(uint256(bytes32(data[32:64]))));
                _run(abi.encodeCall(IBills.transfer, (bills[i], to, "")), true);
            } else if (MANNER == Manner.Rejects) {
                _run(abi.encodeCall(IBills.reject, (bills[i], Rejection.Possession, "")), false);
            }
        }
        return IBillReceiver.onBill.selector;
    }

    /// @inheritdoc IBillReceiver
    function holderFor(uint256 bill) public view override returns (uint256) {
        if (MANNER == Manner.Silent) revert Refuses();
        return MANNER == Manner.HoldsForNobody ? 0 : super.holderFor(bill);
    }
}
