// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev What is registered of one box: up to three departures, 85 bits each. Zero: nothing.
///
/// | bits   | field  | meaning                                                              |
/// | ------ | ------ | -------------------------------------------------------------------- |
/// | 0-15   | day    | of departure, since 1970; of part loads the earliest                 |
/// | 16-19  | span   | days from it to the latest that a part load had                      |
/// | 20     | shared | part loads; else one debt has all that is in the box                 |
/// | 21-84  | debt   | the room's account number (24), the room's number of the debt (40)   |
/// |        | parts  | shared: how many (16), kilograms of all (24), what may be in (24)    |
type Departure is uint256;

using Departures for Departure global;

library Departures {
    uint256 internal constant MOST = 3;
    uint256 private constant BITS = 85;
    uint256 private constant MASK = (1 << BITS) - 1;
    uint256 private constant SPAN_AT = 16;
    uint256 private constant SPAN_MASK = (1 << 4) - 1;
    uint256 private constant SHARED_AT = 20;
    uint256 private constant DEBT_AT = 21;
    uint256 private constant WEIGHT_AT = 37;
    uint256 private constant PAYLOAD_AT = 61;
    uint256 private constant WEIGHT_MASK = (1 << 24) - 1;
    uint256 private constant SHORT_MASK = (1 << 16) - 1;

    // ------------------------------------------------------------------------------------------------------- reading

    function pick(uint256 word, uint256 index) internal pure returns (Departure) {
        return Departure.wrap((word >> (BITS * index)) & MASK);
    }

    function isNone(Departure departure) internal pure returns (bool) {
        return Departure.unwrap(departure) == 0;
    }

    function day(Departure departure) internal pure returns (uint256) {
        return Departure.unwrap(departure) & SHORT_MASK;
    }

    /// @notice The latest day of its part loads; of a whole box its day.
    function lastDay(Departure departure) internal pure returns (uint256) {
        unchecked {
            return day(departure) + ((Departure.unwrap(departure) >> SPAN_AT) & SPAN_MASK);
        }
    }

    function isShared(Departure departure) internal pure returns (bool) {
        return (Departure.unwrap(departure) >> SHARED_AT) & 1 == 1;
    }

    function debt(Departure departure) internal pure returns (uint256) {
        return isShared(departure) ? 0 : Departure.unwrap(departure) >> DEBT_AT;
    }

    function parts(Departure departure) internal pure returns (uint256) {
        return (Departure.unwrap(departure) >> DEBT_AT) & SHORT_MASK;
    }

    function weight(Departure departure) internal pure returns (uint256) {
        return (Departure.unwrap(departure) >> WEIGHT_AT) & WEIGHT_MASK;
    }

    function payload(Departure departure) internal pure returns (uint256) {
        return Departure.unwrap(departure) >> PAYLOAD_AT;
    }

    // ------------------------------------------------------------------------------------------------------- writing

    function put(uint256 word, uint256 index, Departure departure) internal pure returns (uint256) {
        uint256 shift = BITS * index;
        return (word & ~(MASK << shift)) | (Departure.unwrap(departure) << shift);
    }

    function whole(uint256 day_, uint256 debt_) internal pure returns (Departure) {
        return Departure.wrap(day_ | (debt_ << DEBT_AT));
    }

    /// @param lastDay_ At most 15 days after `day_`.
    function shared(
        uint256 day_,
        uint256 lastDay_,
        uint256 parts_,
        uint256 weight_,
        uint256 payload_
    ) internal pure returns (Departure) {
        if (parts_ == 0) return Departure.wrap(0);
        return
            Departure.wrap(
                day_ |
                    ((lastDay_ - day_) << SPAN_AT) |
                    (1 << SHARED_AT) |
                    (parts_ << DEBT_AT) |
                    (weight_ << WEIGHT_AT) |
                    (payload_ << PAYLOAD_AT)
            );
    }
}
