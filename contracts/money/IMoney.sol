// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title What a price is paid in
/// @notice A bank's deposit ({IDeposit}) or a listed coin ({ICoin}). Who is to be paid names the money; who pays says out of
/// which money of its own: the payee's is asked to fetch it, so that no token pays that the payee did not name (X15).
interface IMoney {
    /// @notice Brings `payee` an amount of this money from `payer`, who holds `from`: this money, or another deposit of the
    /// same settlement agent, settled in the same act. Exactly that amount arrives, or nothing moves. The payer, or whoever
    /// it allowed on `from`.
    /// @param amount In the smallest unit of this money.
    function collect(IMoney from, address payer, address payee, uint256 amount) external;

    /// @notice The token in which `payee` has it then: this contract itself, unless it is an adapter.
    function token() external view returns (IERC20);

    /// @notice ISO 4217 code; of money that has none, the market's (CNH).
    function CURRENCY() external view returns (bytes3);
}
