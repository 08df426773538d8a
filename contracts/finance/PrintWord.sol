// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev What stands for a piece of cargo, so that nobody secures two debts with it. What the box is, is blinded: a keyed hash of
/// its number, the same whoever asks; when it leaves, and what a part of it weighs, stands open, for the contract compares
/// them.
///
/// | bits    | field   | meaning                                                                     |
/// | ------- | ------- | --------------------------------------------------------------------------- |
/// | 0-15    | day     | of departure, since 1970                                                    |
/// | 16-39   | weight  | of a part load, in kilograms; 0: all that is in the box                     |
/// | 40-63   | payload | of a part load: what may be in the box in all, in kilograms, as its carrier says |
/// | 64-95   | -       | zero                                                                        |
/// | 96-255  | cargo   | which box, blinded                                                          |
type PrintWord is uint256;

using PrintWords for PrintWord global;

library PrintWords {
    uint256 private constant DAY_MASK = (1 << 16) - 1;
    uint256 private constant WEIGHT_AT = 16;
    uint256 private constant WEIGHT_MASK = (1 << 24) - 1;
    uint256 private constant PAYLOAD_AT = 40;
    uint256 private constant SPARE_AT = 64;
    uint256 private constant SPARE_MASK = (1 << 32) - 1;
    uint256 private constant CARGO_AT = 96;

    function day(PrintWord print) internal pure returns (uint256) {
        return PrintWord.unwrap(print) & DAY_MASK;
    }

    function weight(PrintWord print) internal pure returns (uint256) {
        return (PrintWord.unwrap(print) >> WEIGHT_AT) & WEIGHT_MASK;
    }

    function payload(PrintWord print) internal pure returns (uint256) {
        return (PrintWord.unwrap(print) >> PAYLOAD_AT) & WEIGHT_MASK;
    }

    function cargo(PrintWord print) internal pure returns (uint256) {
        return PrintWord.unwrap(print) >> CARGO_AT;
    }

    /// @notice Whether it names a box, and a part of it only with what the box may carry.
    function isWellFormed(PrintWord print) internal pure returns (bool) {
        bool spare = (PrintWord.unwrap(print) >> SPARE_AT) & SPARE_MASK != 0;
        return cargo(print) != 0 && !spare && (weight(print) != 0 || payload(print) == 0);
    }
}
