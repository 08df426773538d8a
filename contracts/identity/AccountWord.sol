// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice From whom an account takes bills and title.
enum Receiving {
    Anyone,
    ListedOnly,
    SignedOnly
}

/// @dev All that an act asks of an account, in 224 bits, which stand beside its balance, so that checking a party's standing
/// costs no read of its own.
///
/// | bits    | field            | meaning                                                        |
/// | ------- | ---------------- | -------------------------------------------------------------- |
/// | 0-93    | lei              | first 18 characters of the LEI, base 36; 0 for a room          |
/// | 94-113  | participant      | number of the legal person; 0 for a room                       |
/// | 114-133 | number           | number of this account                                         |
/// | 134-149 | roles            | see {Roles}                                                    |
/// | 150-165 | country          | ISO 3166-1 alpha-2, two ASCII letters                          |
/// | 166     | acts             | may act while not suspended                                    |
/// | 167     | receives         | may be given something new while not suspended                 |
/// | 168     | room             | a contract that possesses for somebody                         |
/// | 169-170 | receiving        | see {Receiving}                                                |
/// | 171     | approves         | has approved somebody for a bill: its moves look for approvals |
/// | 172-173 | -                | flags to come (stays, mandates)                                |
/// | 174-197 | issued           | bills issued, wraps                                            |
/// | 198-217 | suspendedUntil   | hours since 1970; no standing before that hour                 |
/// | 218-221 | recordLaws       | bit n: cover stands under law n of {RecordLaw} (carriers)      |
/// | 222-223 | -                | spare                                                          |
type AccountWord is uint256;

using AccountWords for AccountWord global;

library AccountWords {
    uint256 private constant LEI_MASK = (1 << 94) - 1;
    uint256 private constant NUMBER_MASK = (1 << 20) - 1;
    uint256 private constant SHORT_MASK = (1 << 16) - 1;
    uint256 private constant ISSUED_MASK = (1 << 24) - 1;

    uint256 private constant PARTICIPANT_AT = 94;
    uint256 private constant NUMBER_AT = 114;
    uint256 private constant ROLES_AT = 134;
    uint256 private constant COUNTRY_AT = 150;
    uint256 private constant ACTS_AT = 166;
    uint256 private constant RECEIVES_AT = 167;
    uint256 private constant ROOM_AT = 168;
    uint256 private constant RECEIVING_AT = 169;
    uint256 private constant APPROVES_AT = 171;
    uint256 private constant ISSUED_AT = 174;
    uint256 private constant SUSPENDED_AT = 198;
    uint256 private constant RECORD_LAWS_AT = 218;
    uint256 internal constant ALL_RECORD_LAWS = (1 << 4) - 1;

    // ------------------------------------------------------------------------------------------------------- reading

    function lei(AccountWord word) internal pure returns (uint256) {
        return AccountWord.unwrap(word) & LEI_MASK;
    }

    function participant(AccountWord word) internal pure returns (uint256) {
        return (AccountWord.unwrap(word) >> PARTICIPANT_AT) & NUMBER_MASK;
    }

    function number(AccountWord word) internal pure returns (uint256) {
        return (AccountWord.unwrap(word) >> NUMBER_AT) & NUMBER_MASK;
    }

    function roles(AccountWord word) internal pure returns (uint256) {
        return (AccountWord.unwrap(word) >> ROLES_AT) & SHORT_MASK;
    }

    function country(AccountWord word) internal pure returns (bytes2) {
        return bytes2(uint16((AccountWord.unwrap(word) >> COUNTRY_AT) & SHORT_MASK));
    }

    function isRoom(AccountWord word) internal pure returns (bool) {
        return (AccountWord.unwrap(word) >> ROOM_AT) & 1 == 1;
    }

    function receiving(AccountWord word) internal pure returns (Receiving) {
        return Receiving((AccountWord.unwrap(word) >> RECEIVING_AT) & 3);
    }

    /// @notice Has approved somebody for a bill, some time.
    function approves(AccountWord word) internal pure returns (bool) {
        return (AccountWord.unwrap(word) >> APPROVES_AT) & 1 == 1;
    }

    function issued(AccountWord word) internal pure returns (uint256) {
        return (AccountWord.unwrap(word) >> ISSUED_AT) & ISSUED_MASK;
    }

    /// @return Seconds since 1970; standing returns at that second.
    function suspendedUntil(AccountWord word) internal pure returns (uint256) {
        // 20 bits of hours: no overflow.
        unchecked {
            return ((AccountWord.unwrap(word) >> SUSPENDED_AT) & NUMBER_MASK) * 1 hours;
        }
    }

    function recordLaws(AccountWord word) internal pure returns (uint256) {
        return (AccountWord.unwrap(word) >> RECORD_LAWS_AT) & ALL_RECORD_LAWS;
    }

    /// @notice May act now.
    function acts(AccountWord word) internal view returns (bool) {
        return (AccountWord.unwrap(word) >> ACTS_AT) & 1 == 1 && block.timestamp >= suspendedUntil(word);
    }

    /// @notice May be given something new now.
    function receives(AccountWord word) internal view returns (bool) {
        return (AccountWord.unwrap(word) >> RECEIVES_AT) & 1 == 1 && block.timestamp >= suspendedUntil(word);
    }

    /// @notice The bit alone, whatever the clock says.
    function actsBit(AccountWord word) internal pure returns (bool) {
        return (AccountWord.unwrap(word) >> ACTS_AT) & 1 == 1;
    }

    // ------------------------------------------------------------------------------------------------------- writing

    /// @notice An account that acts and receives.
    function person(
        uint256 lei_,
        uint256 participant_,
        uint256 number_,
        uint256 roles_,
        bytes2 country_
    ) internal pure returns (AccountWord) {
        return
            AccountWord.wrap(
                lei_ |
                    (participant_ << PARTICIPANT_AT) |
                    (number_ << NUMBER_AT) |
                    (roles_ << ROLES_AT) |
                    (uint256(uint16(country_)) << COUNTRY_AT) |
                    (1 << ACTS_AT) |
                    (1 << RECEIVES_AT)
            );
    }

    /// @notice A room that acts and receives.
    function room(uint256 number_, uint256 roles_) internal pure returns (AccountWord) {
        return
            AccountWord.wrap(
                (number_ << NUMBER_AT) | (roles_ << ROLES_AT) | (1 << ACTS_AT) | (1 << RECEIVES_AT) | (1 << ROOM_AT)
            );
    }

    function withRoles(AccountWord word, uint256 roles_) internal pure returns (AccountWord) {
        return _with(word, ROLES_AT, SHORT_MASK, roles_);
    }

    function withActs(AccountWord word, bool acts_) internal pure returns (AccountWord) {
        return _with(word, ACTS_AT, 1, acts_ ? 1 : 0);
    }

    function withReceives(AccountWord word, bool receives_) internal pure returns (AccountWord) {
        return _with(word, RECEIVES_AT, 1, receives_ ? 1 : 0);
    }

    function withReceiving(AccountWord word, Receiving receiving_) internal pure returns (AccountWord) {
        return _with(word, RECEIVING_AT, 3, uint256(receiving_));
    }

    function withApproves(AccountWord word) internal pure returns (AccountWord) {
        return _with(word, APPROVES_AT, 1, 1);
    }

    function withIssued(AccountWord word, uint256 issued_) internal pure returns (AccountWord) {
        return _with(word, ISSUED_AT, ISSUED_MASK, issued_ & ISSUED_MASK);
    }

    /// @param hour Hours since 1970.
    function withSuspendedUntil(AccountWord word, uint256 hour) internal pure returns (AccountWord) {
        return _with(word, SUSPENDED_AT, NUMBER_MASK, hour);
    }

    function withRecordLaws(AccountWord word, uint256 recordLaws_) internal pure returns (AccountWord) {
        return _with(word, RECORD_LAWS_AT, ALL_RECORD_LAWS, recordLaws_);
    }

    function _with(AccountWord word, uint256 shift, uint256 mask, uint256 value) private pure returns (AccountWord) {
        return AccountWord.wrap((AccountWord.unwrap(word) & ~(mask << shift)) | (value << shift));
    }
}
