// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {FactKind, ICargoLog} from "./ICargoLog.sol";

/// @dev A clause, as it is kept: two in a slot. Zero: no clause.
///
/// | bits   | field      | meaning                                               |
/// | ------ | ---------- | ----------------------------------------------------- |
/// | 0-7    | kind       | {FactKind}, never `None`                              |
/// | 8-15   | producers  | how many                                              |
/// | 16-31  | quietHours |                                                       |
/// | 32-47  | units      | 0: the bill as a whole; 2^16 - 1: all its units       |
/// | 48-95  | least      | least amount                                          |
/// | 96-119 | measure    | of the amount                                         |
/// | 120    | last       | no clause follows                                     |
type ClauseWord is uint128;

using ClauseWords for ClauseWord global;

library ClauseWords {
    uint256 internal constant ALL_UNITS = type(uint16).max;
    uint256 private constant PRODUCERS = 8;
    uint256 private constant QUIET_HOURS = 16;
    uint256 private constant UNITS = 32;
    uint256 private constant LEAST = 48;
    uint256 private constant MEASURE = 96;
    uint256 private constant MEASURE_MASK = uint256(type(uint24).max) << MEASURE;
    uint256 private constant LAST = 1 << 120;

    // ------------------------------------------------------------------------------------------------------- reading

    function kind(ClauseWord word) internal pure returns (FactKind) {
        return FactKind(uint8(ClauseWord.unwrap(word)));
    }

    function producers(ClauseWord word) internal pure returns (uint256) {
        return uint8(ClauseWord.unwrap(word) >> PRODUCERS);
    }

    function quietSeconds(ClauseWord word) internal pure returns (uint256) {
        // 16 bits of hours: no overflow.
        unchecked {
            return uint256(uint16(ClauseWord.unwrap(word) >> QUIET_HOURS)) * 1 hours;
        }
    }

    function units(ClauseWord word) internal pure returns (uint256) {
        return uint16(ClauseWord.unwrap(word) >> UNITS);
    }

    function least(ClauseWord word) internal pure returns (uint256) {
        return uint48(ClauseWord.unwrap(word) >> LEAST);
    }

    function measure(ClauseWord word) internal pure returns (bytes3) {
        return bytes3(uint24(ClauseWord.unwrap(word) >> MEASURE));
    }

    /// @notice Whether it asks for an amount: only then it has a measure.
    function asksAmount(ClauseWord word) internal pure returns (bool) {
        return ClauseWord.unwrap(word) & MEASURE_MASK != 0;
    }

    function isLast(ClauseWord word) internal pure returns (bool) {
        return ClauseWord.unwrap(word) & LAST != 0;
    }

    function unpack(ClauseWord word) internal pure returns (ICargoLog.Clause memory) {
        return
            ICargoLog.Clause({
                kind: kind(word),
                producers: uint8(producers(word)),
                quietHours: uint16(ClauseWord.unwrap(word) >> QUIET_HOURS),
                units: uint16(units(word)),
                least: uint48(least(word)),
                measure: measure(word)
            });
    }

    // ------------------------------------------------------------------------------------------------------- writing

    function pack(ICargoLog.Clause calldata clause, bool last) internal pure returns (ClauseWord) {
        return
            ClauseWord.wrap(
                uint128(
                    uint256(clause.kind) |
                        (uint256(clause.producers) << PRODUCERS) |
                        (uint256(clause.quietHours) << QUIET_HOURS) |
                        (uint256(clause.units) << UNITS) |
                        (uint256(clause.least) << LEAST) |
                        (uint256(uint24(clause.measure)) << MEASURE) |
                        (last ? LAST : 0)
                )
            );
    }
}
