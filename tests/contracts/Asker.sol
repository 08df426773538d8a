// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICargoLog} from "../../contracts/cargo/ICargoLog.sol";
import {IStanding} from "../../contracts/identity/IStanding.sol";

/// @title A contract that asks the ledger for the standing of accounts, as every room does, and the cargo log for conditions, and
/// measures what that costs
contract Asker {
    /// @return gasUsed Of each question in turn, in one transaction.
    function cost(IStanding ledger, address[] calldata accounts) external view returns (uint256[] memory gasUsed) {
        gasUsed = new uint256[](accounts.length);
        for (uint256 i = 0; i < accounts.length; i++) {
            address account = accounts[i];
            uint256 before = gasleft();
            ledger.standing(account);
            gasUsed[i] = before - gasleft();
        }
    }

    /// @return gasUsed Of a condition that must hold.
    function holds(
        ICargoLog log,
        bytes32 condition,
        uint256 bill,
        uint256 units,
        address[] calldata producers,
        uint256[] calldata leftOut
    ) external view returns (uint256 gasUsed) {
        uint256 before = gasleft();
        bool met = log.holds(condition, bill, units, producers, leftOut);
        gasUsed = before - gasleft();
        require(met, "the condition does not hold");
    }
}
