// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev Under which pledge a bill lies: the 208 bits that the ledger keeps for its room; beside them, of a bill that is out,
/// until when.
///
/// | bits    | field    | meaning                                                                  |
/// | ------- | -------- | ------------------------------------------------------------------------ |
/// | 0-23    | facility | number                                                                   |
/// | 24-39   | pledge   | number in the facility, from 1; its replacements have it too             |
/// | 40-55   | units    | pieces of equipment, a print each                                        |
/// | 56-175  | value    | what it covers, in the smallest unit of the money                        |
/// | 176     | joint    | a replacement whose share the agent has not said                         |
/// | 177-192 | others   | of the replacement that has all till then: how many others there are     |
/// | 193-207 | -        | spare                                                                    |
/// | 208-247 | until    | out on trust: last second; else 0                                        |
/// | 248     | sold     | out for good, its cargo still registered                                 |
type DealWord is uint256;

using DealWords for DealWord global;

library DealWords {
    uint256 private constant FACILITY_MASK = (1 << 24) - 1;
    uint256 private constant PLEDGE_AT = 24;
    uint256 private constant UNITS_AT = 40;
    uint256 private constant SHORT_MASK = (1 << 16) - 1;
    uint256 private constant VALUE_AT = 56;
    uint256 private constant VALUE_MASK = (1 << 120) - 1;
    uint256 private constant JOINT_AT = 176;
    uint256 private constant OTHERS_AT = 177;
    uint256 private constant UNTIL_AT = 208;
    uint256 private constant UNTIL_MASK = (1 << 40) - 1;
    uint256 private constant SOLD_AT = 248;

    // ------------------------------------------------------------------------------------------------------- reading

    function facility(DealWord deal) internal pure returns (uint256) {
        return DealWord.unwrap(deal) & FACILITY_MASK;
    }

    function pledge(DealWord deal) internal pure returns (uint256) {
        return (DealWord.unwrap(deal) >> PLEDGE_AT) & SHORT_MASK;
    }

    /// @notice The number under which its cargo is registered: pledge and facility.
    function debt(DealWord deal) internal pure returns (uint256) {
        return DealWord.unwrap(deal) & ((1 << UNITS_AT) - 1);
    }

    function units(DealWord deal) internal pure returns (uint256) {
        return (DealWord.unwrap(deal) >> UNITS_AT) & SHORT_MASK;
    }

    function value(DealWord deal) internal pure returns (uint256) {
        return (DealWord.unwrap(deal) >> VALUE_AT) & VALUE_MASK;
    }

    function isJoint(DealWord deal) internal pure returns (bool) {
        return (DealWord.unwrap(deal) >> JOINT_AT) & 1 == 1;
    }

    function others(DealWord deal) internal pure returns (uint256) {
        return (DealWord.unwrap(deal) >> OTHERS_AT) & SHORT_MASK;
    }

    function until(DealWord deal) internal pure returns (uint256) {
        return (DealWord.unwrap(deal) >> UNTIL_AT) & UNTIL_MASK;
    }

    function isSold(DealWord deal) internal pure returns (bool) {
        return (DealWord.unwrap(deal) >> SOLD_AT) & 1 == 1;
    }

    function isNone(DealWord deal) internal pure returns (bool) {
        return DealWord.unwrap(deal) == 0;
    }

    // ------------------------------------------------------------------------------------------------------- writing

    function pack(uint256 facility_, uint256 pledge_, uint256 units_, uint256 value_) internal pure returns (DealWord) {
        return DealWord.wrap(facility_ | (pledge_ << PLEDGE_AT) | (units_ << UNITS_AT) | (value_ << VALUE_AT));
    }

    function withValue(DealWord deal, uint256 value_) internal pure returns (DealWord) {
        return DealWord.wrap((DealWord.unwrap(deal) & ~(VALUE_MASK << VALUE_AT)) | (value_ << VALUE_AT));
    }

    /// @notice A replacement that has all for so many others, until the agent allots it.
    function withOthers(DealWord deal, uint256 others_) internal pure returns (DealWord) {
        uint256 rest = DealWord.unwrap(deal) & ~(SHORT_MASK << OTHERS_AT);
        return DealWord.wrap(rest | (1 << JOINT_AT) | (others_ << OTHERS_AT));
    }

    /// @notice A replacement that has nothing of its own yet.
    function jointly(DealWord deal) internal pure returns (DealWord) {
        return withOthers(pack(facility(deal), pledge(deal), 0, 0), 0);
    }

    function outUntil(DealWord deal, uint256 until_) internal pure returns (DealWord) {
        return DealWord.wrap(DealWord.unwrap(deal) | (until_ << UNTIL_AT));
    }

    function sold(DealWord deal) internal pure returns (DealWord) {
        return DealWord.wrap(DealWord.unwrap(deal) | (1 << SOLD_AT));
    }

    /// @notice What the ledger keeps.
    function kept(DealWord deal) internal pure returns (uint208) {
        return uint208(DealWord.unwrap(deal));
    }
}
