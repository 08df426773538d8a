// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev What is kept of a producer. Zero: never accredited.
///
/// | bits    | field | meaning                                                                         |
/// | ------- | ----- | ------------------------------------------------------------------------------- |
/// | 0-95    | group | LEI of its ultimate parent when it was accredited, first 18 characters, base 36 |
/// | 96-127  | round | how often all its places were taken from it; in memory instead: its number      |
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

    /// @notice The producer's number, of a word that was made to say it.
    function number(AccreditationWord word) internal pure returns (uint256) {
        return round(word);
    }

    function kinds(AccreditationWord word) internal pure returns (uint256) {
        return AccreditationWord.unwrap(word) >> KINDS;
    }

    /// @param kind As a bit.
    function isFor(AccreditationWord word, uint256 kind) internal pure returns (bool) {
        return kinds(word) & kind != 0;
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

    /// @notice As a condition remembers it: whose word it is stands where the round stood.
    function saidBy(AccreditationWord word, uint256 number_) internal pure returns (AccreditationWord) {
        return AccreditationWord.wrap((AccreditationWord.unwrap(word) & ~(ROUND_MASK << ROUND)) | (number_ << ROUND));
    }

    /// @notice Nothing that was accredited for a place counts any more.
    function nextRound(AccreditationWord word) internal pure returns (AccreditationWord) {
        return AccreditationWord.wrap(AccreditationWord.unwrap(word) + (1 << ROUND));
    }
}
