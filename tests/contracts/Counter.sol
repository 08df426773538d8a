// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title A contract that is no bill: one verb, one event, one refusal
/// @notice It shows that the Python side takes another contract by one declaration (tests/support/counter.py).
contract Counter {
    /// @notice Somebody counted on; `total` is the count after it.
    event Counted(address indexed by, uint256 step, uint256 total);

    /// A step is from 1 to 9.
    error StepOutOfRange(uint256 step);

    uint256 public total;

    /// @notice Counts on by `step`. Anyone.
    function count(uint256 step) external {
        if (step == 0 || step > 9) revert StepOutOfRange(step);
        total += step;
        emit Counted(msg.sender, step, total);
    }
}
