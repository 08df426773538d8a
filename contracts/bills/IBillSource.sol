// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Endorsement} from "./BillWord.sol";

/// @title How a bill goes straight from one room to the next
/// @notice A pledged bill is sold, or presented under a credit, without the rooms knowing each other.
interface IBillSource {
    /// @notice Lets a bill out to `to` (an account or a room) because this room's price was paid in this transaction;
    /// reverts otherwise.
    /// @param endorsement How title passes with it.
    /// @param endorsee Who gets title; zero for none and in blank.
    /// @param data The terms when `to` is a room, else a remark.
    function release(uint256 bill, address to, Endorsement endorsement, address endorsee, bytes calldata data) external;
}
