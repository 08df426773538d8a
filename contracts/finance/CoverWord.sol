// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev What a facility has to lend, and on what.
///
/// | bits    | field   | meaning                                                             |
/// | ------- | ------- | ------------------------------------------------------------------- |
/// | 0-119   | undrawn | paid in by the lenders and not drawn; with what is owed below 2^104 |
/// | 120-239 | value   | of all bills, each below 2^104                                      |
/// | 240-255 | pledges | how many bills were ever pledged                                    |
type CoverWord is uint256;

using CoverWords for CoverWord global;

library CoverWords {
    uint256 private constant VALUE_AT = 120;
    uint256 private constant VALUE_MASK = (1 << 120) - 1;
    uint256 private constant PLEDGES_AT = 240;

    // ------------------------------------------------------------------------------------------------------- reading

    function undrawn(CoverWord cover) internal pure returns (uint256) {
        return CoverWord.unwrap(cover) & VALUE_MASK;
    }

    function value(CoverWord cover) internal pure returns (uint256) {
        return (CoverWord.unwrap(cover) >> VALUE_AT) & VALUE_MASK;
    }

    function pledges(CoverWord cover) internal pure returns (uint256) {
        return CoverWord.unwrap(cover) >> PLEDGES_AT;
    }

    // ------------------------------------------------------------------------------------------------------- writing

    function pack(uint256 undrawn_, uint256 value_, uint256 pledges_) internal pure returns (CoverWord) {
        return CoverWord.wrap(undrawn_ | (value_ << VALUE_AT) | (pledges_ << PLEDGES_AT));
    }

    function withUndrawn(CoverWord cover, uint256 undrawn_) internal pure returns (CoverWord) {
        return CoverWord.wrap((CoverWord.unwrap(cover) & ~VALUE_MASK) | undrawn_);
    }

    function withValue(CoverWord cover, uint256 value_) internal pure returns (CoverWord) {
        return CoverWord.wrap((CoverWord.unwrap(cover) & ~(VALUE_MASK << VALUE_AT)) | (value_ << VALUE_AT));
    }

    /// @notice With one pledge more. 65,535 are the most that a facility has.
    function withPledge(CoverWord cover, uint256 value_) internal pure returns (CoverWord) {
        uint256 number = uint16(pledges(cover)) + 1;
        return pack(undrawn(cover), value(cover) + value_, number);
    }
}
