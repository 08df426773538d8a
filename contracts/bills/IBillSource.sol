// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {Endorsement} from "./BillWord.sol";

/// @title A room whose bills can be paid for where they lie
/// @notice A pledged bill is sold, or honoured under a credit, without leaving the room that holds it before it is paid.
interface IBillSource {
    /// @notice What {release} would take of an offer for a bill to leave now; reverts when the offer is too low.
    /// @param offered In the smallest unit of `money`.
    function price(uint256 bill, uint256 offered) external view returns (IERC20 money, uint256 amount);

    /// @notice Takes the price from the caller, of what was offered and allowed to it, and lets the bill out to a person. The
    /// room that was named for this bill and this deal by whoever may.
    /// @param deal Hash of the caller's terms.
    function release(uint256 bill, uint256 offered, address to, Endorsement endorsement, bytes32 deal) external;
}
