// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DayCount, ILoanTerms} from "./ILoanTerms.sol";

/// @dev What all signed of a facility, and what no later act changes but for the agent. Zero: there is no such facility.
///
/// | bits    | field          | meaning                                                       |
/// | ------- | -------------- | ------------------------------------------------------------- |
/// | 0-23    | borrower       | participant                                                   |
/// | 24-47   | agent          | participant                                                   |
/// | 48-71   | rate           | a year, in parts of 10^7                                      |
/// | 72      | dayCount       | see {DayCount}                                                |
/// | 73      | conditional    | draws need a condition                                        |
/// | 74-79   | -              | spare                                                         |
/// | 80-87   | clock          | quarters of an hour from UTC, signed                          |
/// | 88-127  | availableUntil | last second of drawing                                        |
/// | 128-167 | maturity       | last second to repay                                          |
/// | 168-175 | graceDays      |                                                               |
/// | 176-191 | advance        | parts of 10,000 of the value of the bills that may be owed    |
/// | 192-207 | onTrust        | parts of 10,000 that count on while a bill is out             |
/// | 208-223 | reserve        | parts of 10,000 below which nobody but the agent sells        |
/// | 224-239 | filedIn        | country                                                       |
/// | 240-255 | alsoFiledIn    | country                                                       |
type FixedWord is uint256;

using FixedWords for FixedWord global;

library FixedWords {
    uint256 private constant PARTY_MASK = (1 << 24) - 1;
    uint256 private constant AGENT_AT = 24;
    uint256 private constant RATE_AT = 48;
    uint256 private constant DAY_COUNT_AT = 72;
    uint256 private constant CONDITIONAL_AT = 73;
    uint256 private constant CLOCK_AT = 80;
    uint256 private constant AVAILABLE_UNTIL_AT = 88;
    uint256 private constant MATURITY_AT = 128;
    uint256 private constant GRACE_DAYS_AT = 168;
    uint256 private constant ADVANCE_AT = 176;
    uint256 private constant ON_TRUST_AT = 192;
    uint256 private constant RESERVE_AT = 208;
    uint256 private constant FILED_IN_AT = 224;
    uint256 private constant ALSO_FILED_IN_AT = 240;

    // ------------------------------------------------------------------------------------------------------- reading

    function isNone(FixedWord word) internal pure returns (bool) {
        return FixedWord.unwrap(word) == 0;
    }

    function borrower(FixedWord word) internal pure returns (uint256) {
        return FixedWord.unwrap(word) & PARTY_MASK;
    }

    function agent(FixedWord word) internal pure returns (uint256) {
        return uint24(FixedWord.unwrap(word) >> AGENT_AT);
    }

    function rate(FixedWord word) internal pure returns (uint256) {
        return uint24(FixedWord.unwrap(word) >> RATE_AT);
    }

    function dayCount(FixedWord word) internal pure returns (DayCount) {
        return DayCount((FixedWord.unwrap(word) >> DAY_COUNT_AT) & 1);
    }

    function isConditional(FixedWord word) internal pure returns (bool) {
        return (FixedWord.unwrap(word) >> CONDITIONAL_AT) & 1 == 1;
    }

    function clock(FixedWord word) internal pure returns (int256) {
        return int8(uint8(FixedWord.unwrap(word) >> CLOCK_AT));
    }

    function availableUntil(FixedWord word) internal pure returns (uint256) {
        return uint40(FixedWord.unwrap(word) >> AVAILABLE_UNTIL_AT);
    }

    function maturity(FixedWord word) internal pure returns (uint256) {
        return uint40(FixedWord.unwrap(word) >> MATURITY_AT);
    }

    function graceDays(FixedWord word) internal pure returns (uint256) {
        return uint8(FixedWord.unwrap(word) >> GRACE_DAYS_AT);
    }

    function advance(FixedWord word) internal pure returns (uint256) {
        return uint16(FixedWord.unwrap(word) >> ADVANCE_AT);
    }

    function onTrust(FixedWord word) internal pure returns (uint256) {
        return uint16(FixedWord.unwrap(word) >> ON_TRUST_AT);
    }

    function reserve(FixedWord word) internal pure returns (uint256) {
        return uint16(FixedWord.unwrap(word) >> RESERVE_AT);
    }

    function filedIn(FixedWord word) internal pure returns (bytes2) {
        return bytes2(uint16(FixedWord.unwrap(word) >> FILED_IN_AT));
    }

    function alsoFiledIn(FixedWord word) internal pure returns (bytes2) {
        return bytes2(uint16(FixedWord.unwrap(word) >> ALSO_FILED_IN_AT));
    }

    // ------------------------------------------------------------------------------------------------------- writing

    /// @notice Terms whose numbers were found to fit.
    function pack(ILoanTerms.Facility calldata terms) internal pure returns (FixedWord) {
        return
            FixedWord.wrap(
                terms.borrower |
                    (terms.agent << AGENT_AT) |
                    (terms.rate << RATE_AT) |
                    (uint256(terms.dayCount) << DAY_COUNT_AT) |
                    (terms.condition == 0 ? 0 : 1 << CONDITIONAL_AT) |
                    (uint256(uint8(int8(terms.clock))) << CLOCK_AT) |
                    (terms.availableUntil << AVAILABLE_UNTIL_AT) |
                    (terms.maturity << MATURITY_AT) |
                    (terms.graceDays << GRACE_DAYS_AT) |
                    (terms.advance << ADVANCE_AT) |
                    (terms.onTrust << ON_TRUST_AT) |
                    (terms.reserve << RESERVE_AT) |
                    (uint256(uint16(terms.filedIn)) << FILED_IN_AT) |
                    (uint256(uint16(terms.alsoFiledIn)) << ALSO_FILED_IN_AT)
            );
    }

    function withAgent(FixedWord word, uint256 agent_) internal pure returns (FixedWord) {
        return FixedWord.wrap((FixedWord.unwrap(word) & ~(PARTY_MASK << AGENT_AT)) | (agent_ << AGENT_AT));
    }
}
