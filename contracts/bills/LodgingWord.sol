// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev What the ledger keeps of a bill that a room possesses. Zero: no room has it, or the room has not answered yet.
///
/// | bits   | field    | meaning                                                             |
/// | ------ | -------- | ------------------------------------------------------------------- |
/// | 0-19   | holder   | participant for whom the room holds                                 |
/// | 20-39  | lodgedBy | number of the account that lodged it, to which it goes back         |
/// | 40     | endorsed | lodging endorsed it in blank: undone when it goes back              |
/// | 41-47  | -        | spare                                                               |
/// | 48-255 | deal     | the room's own: under which deal                                    |
type LodgingWord is uint256;

using LodgingWords for LodgingWord global;

LodgingWord constant NO_LODGING = LodgingWord.wrap(0);

library LodgingWords {
    uint256 private constant NUMBER_MASK = (1 << 20) - 1;
    uint256 private constant LODGED_BY = 20;
    uint256 private constant ENDORSED = 1 << 40;
    uint256 private constant DEAL = 48;
    uint256 private constant BELOW_DEAL = (1 << DEAL) - 1;

    // ------------------------------------------------------------------------------------------------------- reading

    function holder(LodgingWord word) internal pure returns (uint256) {
        return LodgingWord.unwrap(word) & NUMBER_MASK;
    }

    function lodgedBy(LodgingWord word) internal pure returns (uint256) {
        return (LodgingWord.unwrap(word) >> LODGED_BY) & NUMBER_MASK;
    }

    function endorsed(LodgingWord word) internal pure returns (bool) {
        return LodgingWord.unwrap(word) & ENDORSED != 0;
    }

    function deal(LodgingWord word) internal pure returns (uint208) {
        return uint208(LodgingWord.unwrap(word) >> DEAL);
    }

    function isNone(LodgingWord word) internal pure returns (bool) {
        return LodgingWord.unwrap(word) == 0;
    }

    /// @notice Held for the same one, lodged by the same account in the same way; deals may differ.
    function isTogether(LodgingWord word, LodgingWord other) internal pure returns (bool) {
        return (LodgingWord.unwrap(word) ^ LodgingWord.unwrap(other)) & BELOW_DEAL == 0;
    }

    // ------------------------------------------------------------------------------------------------------- writing

    function pack(
        uint256 holder_,
        uint256 lodgedBy_,
        bool endorsed_,
        uint208 deal_
    ) internal pure returns (LodgingWord) {
        uint256 bit = endorsed_ ? ENDORSED : 0;
        return LodgingWord.wrap((uint256(deal_) << DEAL) | bit | (lodgedBy_ << LODGED_BY) | holder_);
    }

    /// @notice Held for somebody, under a deal; who lodged it, and how, stays.
    function held(LodgingWord word, uint256 holder_, uint208 deal_) internal pure returns (LodgingWord) {
        uint256 kept = LodgingWord.unwrap(word) & BELOW_DEAL & ~NUMBER_MASK;
        return LodgingWord.wrap((uint256(deal_) << DEAL) | kept | holder_);
    }
}
