// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title A contract that calls the ledger when anybody pulls its string
/// @notice For test chains alone.
abstract contract Stringed {
    address internal immutable LEDGER;

    constructor(address ledger_) {
        LEDGER = ledger_;
    }

    /// @notice Calls the ledger with this calldata and hands on what it reverts with.
    function run(bytes calldata call_) external payable {
        _run(call_, true);
    }

    /// @return done Whether the ledger carried the call out.
    function _run(bytes memory call_, bool mustSucceed) internal returns (bool done) {
        bytes memory answer;
        (done, answer) = LEDGER.call{value: msg.value}(call_);
        if (done || !mustSucceed) return done;
        assembly ("memory-safe") {
            revert(add(answer, 32), mload(answer))
        }
    }
}
