// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC721} from "solady/src/tokens/ERC721.sol";

import {Ledger} from "./Ledger.sol";

/// @title Code that the ledger runs on its own storage
/// @notice Deployed at an address of its own that nobody calls: there it has no participants and no authority, so that no
/// bill can come to be. {Bills} runs it by delegatecall.
abstract contract CodeOfLedger is Ledger {
    error CallTheLedger();

    constructor() Ledger(address(0)) {}

    /// @dev {Bills} answers these itself and never hands them on.
    function name() public pure override returns (string memory) {
        revert CallTheLedger();
    }

    /// @inheritdoc ERC721
    function symbol() public pure override returns (string memory) {
        revert CallTheLedger();
    }

    /// @inheritdoc ERC721
    function tokenURI(uint256) public pure override returns (string memory) {
        revert CallTheLedger();
    }
}
