// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {HostileToken, Manner} from "../money/HostileToken.sol";

/// @title Books of reserves that take anything for a deposit, and one that calls back whenever it moves
/// @notice No such money gets into the loan book that is deployed: with it the tests see what the book's own guards hold.
contract HostileDeposit is HostileToken {
    bytes2 public constant COUNTRY = 0;

    constructor() HostileToken(Manner.Reenters, 2) {}

    /// @notice Brings money whatever it is to be paid out of, and whoever asks.
    function collect(address, address payer, address payee, uint256 amount) external {
        _move(payer, payee, amount);
    }

    function isDeposit(address) external pure returns (bool) {
        return true;
    }
}
