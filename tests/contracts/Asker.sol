// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStanding} from "../../contracts/identity/IStanding.sol";

/// @title A contract that asks the ledger for the standing of accounts, as every room does, and measures what that costs
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
}
