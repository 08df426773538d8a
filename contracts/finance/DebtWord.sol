// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev What is owed, with interest counted up to a day.
///
/// | bits    | field     | meaning                                                            |
/// | ------- | --------- | ------------------------------------------------------------------ |
/// | 0-103   | principal |                                                                    |
/// | 104-207 | interest  | whole units earned up to `day` and not paid                        |
/// | 208-223 | day       | since 1970, by the facility's clock                                |
/// | 224-255 | part      | of interest, beyond the whole units: a numerator                   |
type DebtWord is uint256;

using DebtWords for DebtWord global;

library DebtWords {
    uint256 private constant INTEREST_AT = 104;
    uint256 private constant DAY_AT = 208;
    uint256 private constant PART_AT = 224;

    // ------------------------------------------------------------------------------------------------------- reading

    function principal(DebtWord debt) internal pure returns (uint256) {
        return uint104(DebtWord.unwrap(debt));
    }

    function interest(DebtWord debt) internal pure returns (uint256) {
        return uint104(DebtWord.unwrap(debt) >> INTEREST_AT);
    }

    function day(DebtWord debt) internal pure returns (uint256) {
        return uint16(DebtWord.unwrap(debt) >> DAY_AT);
    }

    function part(DebtWord debt) internal pure returns (uint256) {
        return DebtWord.unwrap(debt) >> PART_AT;
    }

    // ------------------------------------------------------------------------------------------------------- writing

    function pack(uint256 principal_, uint256 interest_, uint256 day_, uint256 part_) internal pure returns (DebtWord) {
        return DebtWord.wrap(principal_ | (interest_ << INTEREST_AT) | (day_ << DAY_AT) | (part_ << PART_AT));
    }

    /// @notice Of more principal, which stays below 2^104.
    function drawn(DebtWord debt, uint256 amount) internal pure returns (DebtWord) {
        unchecked {
            return DebtWord.wrap(DebtWord.unwrap(debt) + amount);
        }
    }

    /// @notice After a payment of so much of its whole units of interest, which has no more.
    function paid(DebtWord debt, uint256 amount) internal pure returns (DebtWord) {
        unchecked {
            return DebtWord.wrap(DebtWord.unwrap(debt) - (amount << INTEREST_AT));
        }
    }
}
