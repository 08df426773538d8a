// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICargoLog} from "./ICargoLog.sol";

/// @dev What is kept of a fact: of (bill, kind, unit, producer). Zero: nothing was said of it.
///
/// | bits    | field      | meaning                                                                            |
/// | ------- | ---------- | ---------------------------------------------------------------------------------- |
/// | 0-62    | key        | first 63 bits of the event's key                                                   |
/// | 63      | struck     | taken back by its producer; all else but `saidAt` is gone when that withdrew it    |
/// | 64-103  | saidAt     | when the producer's last word on it was anchored or said, in seconds since 1970    |
/// | 104-127 | measure    | currency or unit of the amount                                                     |
/// | 128-175 | amount     |                                                                                    |
/// | 176-215 | validUntil | last second at which it counts; 0: it does not end                                 |
/// | 216-255 | recordedAt | block time of the record; 0: withdrawn                                             |
type FactWord is uint256;

using FactWords for FactWord global;

library FactWords {
    uint256 private constant KEY_DROPPED = 256 - 63;
    uint256 private constant KEY_MASK = (1 << 63) - 1;
    uint256 private constant STRUCK = 1 << 63;
    uint256 private constant SAID_AT = 64;
    uint256 private constant SAID_AT_MASK = uint256(type(uint40).max) << SAID_AT;
    uint256 private constant MEASURE = 104;
    uint256 private constant AMOUNT = 128;
    uint256 private constant VALID_UNTIL = 176;
    uint256 private constant RECORDED_AT = 216;

    // ------------------------------------------------------------------------------------------------------- reading

    function struck(FactWord word) internal pure returns (bool) {
        return FactWord.unwrap(word) & STRUCK != 0;
    }

    function saidAt(FactWord word) internal pure returns (uint40) {
        return uint40(FactWord.unwrap(word) >> SAID_AT);
    }

    function measure(FactWord word) internal pure returns (bytes3) {
        return bytes3(uint24(FactWord.unwrap(word) >> MEASURE));
    }

    function amount(FactWord word) internal pure returns (uint48) {
        return uint48(FactWord.unwrap(word) >> AMOUNT);
    }

    function validUntil(FactWord word) internal pure returns (uint40) {
        return uint40(FactWord.unwrap(word) >> VALID_UNTIL);
    }

    function recordedAt(FactWord word) internal pure returns (uint40) {
        return uint40(FactWord.unwrap(word) >> RECORDED_AT);
    }

    /// @notice Recorded, and not taken back.
    function stands(FactWord word) internal pure returns (bool) {
        return recordedAt(word) != 0 && !struck(word);
    }

    /// @notice Recorded, and of the event with this key. Whoever makes keys can strike its facts anyway: 63 bits do.
    function isOf(FactWord word, bytes32 key) internal pure returns (bool) {
        return recordedAt(word) != 0 && (FactWord.unwrap(word) & KEY_MASK) == uint256(key) >> KEY_DROPPED;
    }

    function unpack(FactWord word) internal pure returns (ICargoLog.Fact memory) {
        uint64 key = uint64(FactWord.unwrap(word) & KEY_MASK);
        return
            ICargoLog.Fact(
                recordedAt(word),
                validUntil(word),
                amount(word),
                measure(word),
                struck(word),
                saidAt(word),
                key
            );
    }

    // ------------------------------------------------------------------------------------------------------- writing

    function pack(
        uint256 recordedAt_,
        uint40 validUntil_,
        uint48 amount_,
        bytes3 measure_,
        uint40 saidAt_,
        bytes32 key
    ) internal pure returns (FactWord) {
        return
            FactWord.wrap(
                (recordedAt_ << RECORDED_AT) |
                    (uint256(validUntil_) << VALID_UNTIL) |
                    (uint256(amount_) << AMOUNT) |
                    (uint256(uint24(measure_)) << MEASURE) |
                    (uint256(saidAt_) << SAID_AT) |
                    (uint256(key) >> KEY_DROPPED)
            );
    }

    /// @notice Taken back by an event anchored at a time.
    function strike(FactWord word, uint40 saidAt_) internal pure returns (FactWord) {
        return FactWord.wrap((FactWord.unwrap(word) & ~SAID_AT_MASK) | STRUCK | (uint256(saidAt_) << SAID_AT));
    }

    /// @notice Nothing that was said up to a time counts.
    function withdrawn(uint256 saidAt_) internal pure returns (FactWord) {
        return FactWord.wrap(STRUCK | (saidAt_ << SAID_AT));
    }
}
