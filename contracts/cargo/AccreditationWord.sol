// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {FactKind} from "./ICargoLog.sol";

/// @dev What is kept of a producer. Zero: never accredited.
///
/// | bits    | field | meaning                                                                         |
/// | ------- | ----- | ------------------------------------------------------------------------------- |
/// | 0-95    | group | LEI of its ultimate parent when it was accredited, first 18 characters, base 36 |
/// | 96-127  | round | how often all its places were taken from it                                     |
/// | 128-255 | kinds | of facts that it is accredited for somewhere, a bit each                        |
type AccreditationWord is uint256;

using AccreditationWords for AccreditationWord global;

library AccreditationWords {
    uint256 private constant GROUP_MASK = (1 << 96) - 1;
    uint256 private constant ROUND = 96;
    uint256 private constant ROUND_MASK = (1 << 32) - 1;
    uint256 private constant KINDS = 128;

    // ------------------------------------------------------------------------------------------------------- reading

    function group(AccreditationWord word) internal pure returns (uint256) {
        return AccreditationWord.unwrap(word) & GROUP_MASK;
    }

    function round(AccreditationWord word) internal pure returns (uint256) {
        return (AccreditationWord.unwrap(word) >> ROUND) & ROUND_MASK;
    }

    function kinds(AccreditationWord word) internal pure returns (uint256) {
        return AccreditationWord.unwrap(word) >> KINDS;
    }

    function isFor(AccreditationWord word, FactKind kind) internal pure returns (bool) {
        return (AccreditationWord.unwrap(word) >> (KINDS + uint8(kind))) & 1 == 1;
    }

    // ------------------------------------------------------------------------------------------------------- writing

    function inGroup(AccreditationWord word, uint256 group_) internal pure returns (AccreditationWord) {
        return AccreditationWord.wrap((AccreditationWord.unwrap(word) & ~GROUP_MASK) | group_);
    }

    function accredit(AccreditationWord word, uint256 kinds_) internal pure returns (AccreditationWord) {
        return AccreditationWord.wrap(AccreditationWord.unwrap(word) | (kinds_ << KINDS));
    }

    function discredit(AccreditationWord word, uint256 kinds_) internal pure returns (AccreditationWord) {
        return AccreditationWord.wrap(AccreditationWord.unwrap(word) & ~(kinds_ << KINDS));
    }

    /// @notice Nothing that was accredited for a place counts any more.
    function nextRound(AccreditationWord word) internal pure returns (AccreditationWord) {
        return AccreditationWord.wrap(AccreditationWord.unwrap(word) + (1 << ROUND));
    }
}
