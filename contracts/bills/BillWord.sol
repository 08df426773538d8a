// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Where a bill stands in its life. `Replaced`, `Paper`, `Delivered` and `Void` are terminal. `Linked` is kept for
/// a bill that lives on another ledger.
enum Status {
    None,
    Live,
    PendingDelivery,
    PendingAmendment,
    PendingPaper,
    Surrendered,
    Replaced,
    Paper,
    Delivered,
    Void,
    Linked
}

/// @notice Who is entitled, and whether it can endorse on. `Straight`: the consignee, nobody endorses. `Order`: the named
/// endorsee, who can endorse on. `Named`: the endorsee of an `ENDORSE`, who cannot. `Blank`: whoever possesses.
enum Kind {
    Straight,
    Order,
    Named,
    Blank
}

/// @notice DCSA's ENDORSE, ENDORSE_TO_ORDER, BLANK_ENDORSE; `None` where a bill moves without one.
enum Endorsement {
    None,
    Named,
    ToOrder,
    Blank
}

/// @notice DCSA's surrender codes and reasons: SREQ; AREQ without reason, with COD, SWI, SWTP.
enum SurrenderFor {
    Delivery,
    Amendment,
    ChangeOfDestination,
    Switch,
    Paper
}

/// @notice What a possessor says when it signs a bill (DCSA's SIGN).
enum Purpose {
    Seen,
    Checked,
    PledgeNoted,
    ReceivedInTrust
}

/// @notice The law under which the electronic record is a document of title (T5).
enum RecordLaw {
    RulebookOnly,
    EnglishETDA2023,
    SingaporeETA,
    PRCMaritimeCode2025
}

/// @notice What a receiver rejects: what one act gave, or the issue itself.
enum Rejection {
    Possession,
    Title,
    Both,
    Issue
}

/// @notice What is fixed when a bill is issued.
struct Terms {
    /// The id: carrier's LEI, version, reference.
    uint256 bill;
    /// `Straight`, `Order` or `Blank`; `Named` only when it replaces a bill.
    Kind kind;
    /// An account of the consignee (straight) or of the endorsee (order); zero in blank.
    address titleholder;
    /// Merkle root over the salted fields of the transport document.
    bytes32 root;
    /// SHA-256 of the transport document's RFC 8785 bytes; logged.
    bytes32 checksum;
    /// Law of the contract of carriage, ASCII (ISO 3166, such as "GB-ENG"); logged.
    bytes8 carriageLaw;
    /// Law of the electronic record; the carrier must have published that its cover stands under it.
    RecordLaw recordLaw;
}

/// @notice All that changes in a bill.
struct Bill {
    Status status;
    Kind kind;
    /// The possessor may still reject possession.
    bool mayRejectPossession;
    /// Whoever received title may still reject it.
    bool mayRejectTitle;
    /// Acts so far; stays at 2047 from there on.
    uint256 actCount;
    /// Hour since 1970, modulo 2^16, of the last giving or surrender: reject and answer times run from it.
    uint256 since;
    /// Participant entitled; 0: in blank.
    uint256 titleholder;
    /// Account number that gave the bill; while a surrender waits, that surrendered it.
    uint256 previousAccount;
    /// Participant that gave title, 0: it was in blank and came whole. Of a straight bill: the shipper.
    uint256 previousTitleholder;
}

uint256 constant MAX_ACTS = (1 << 11) - 1;

/// @dev A {Bill} in the 96 bits beside its possessor, so that an act writes one word.
///
/// | bits  | field                                                                              |
/// | ----- | ---------------------------------------------------------------------------------- |
/// | 0-3   | status                                                                             |
/// | 4-5   | kind                                                                               |
/// | 6     | mayRejectPossession                                                                |
/// | 7     | mayRejectTitle                                                                     |
/// | 8     | kept: something beside the word limits the bill (stays, notices); always 0 now     |
/// | 9-19  | actCount                                                                           |
/// | 20-35 | since                                                                              |
/// | 36-55 | titleholder                                                                        |
/// | 56-75 | previousAccount                                                                    |
/// | 76-95 | previousTitleholder                                                                |
type BillWord is uint256;

using BillWords for BillWord global;

library BillWords {
    uint256 private constant STATUS_MASK = 0xf;
    uint256 private constant KIND_MASK = 3 << KIND;
    uint256 private constant ACT_COUNT_MASK = MAX_ACTS << ACT_COUNT;
    uint256 private constant HOUR_MASK = 0xffff;
    uint256 private constant NUMBER_MASK = (1 << 20) - 1;

    uint256 private constant KIND = 4;
    uint256 private constant MAY_REJECT_POSSESSION = 1 << 6;
    uint256 private constant MAY_REJECT_TITLE = 1 << 7;
    uint256 private constant ACT_COUNT = 9;
    uint256 private constant SINCE = 20;
    uint256 private constant TITLEHOLDER = 36;
    uint256 private constant PREVIOUS_ACCOUNT = 56;
    uint256 private constant PREVIOUS_TITLEHOLDER = 76;

    // ------------------------------------------------------------------------------------------------------- reading

    function status(BillWord word) internal pure returns (Status) {
        return Status(BillWord.unwrap(word) & STATUS_MASK);
    }

    function kind(BillWord word) internal pure returns (Kind) {
        return Kind((BillWord.unwrap(word) & KIND_MASK) >> KIND);
    }

    function mayRejectPossession(BillWord word) internal pure returns (bool) {
        return BillWord.unwrap(word) & MAY_REJECT_POSSESSION != 0;
    }

    function mayRejectTitle(BillWord word) internal pure returns (bool) {
        return BillWord.unwrap(word) & MAY_REJECT_TITLE != 0;
    }

    function actCount(BillWord word) internal pure returns (uint256) {
        return (BillWord.unwrap(word) & ACT_COUNT_MASK) >> ACT_COUNT;
    }

    function since(BillWord word) internal pure returns (uint256) {
        return (BillWord.unwrap(word) >> SINCE) & HOUR_MASK;
    }

    function titleholder(BillWord word) internal pure returns (uint256) {
        return (BillWord.unwrap(word) >> TITLEHOLDER) & NUMBER_MASK;
    }

    function previousAccount(BillWord word) internal pure returns (uint256) {
        return (BillWord.unwrap(word) >> PREVIOUS_ACCOUNT) & NUMBER_MASK;
    }

    function previousTitleholder(BillWord word) internal pure returns (uint256) {
        return BillWord.unwrap(word) >> PREVIOUS_TITLEHOLDER;
    }

    function unpack(BillWord word) internal pure returns (Bill memory) {
        return
            Bill({
                status: word.status(),
                kind: word.kind(),
                mayRejectPossession: word.mayRejectPossession(),
                mayRejectTitle: word.mayRejectTitle(),
                actCount: word.actCount(),
                since: word.since(),
                titleholder: word.titleholder(),
                previousAccount: word.previousAccount(),
                previousTitleholder: word.previousTitleholder()
            });
    }

    // ------------------------------------------------------------------------------------------------------- writing

    function withStatus(BillWord word, Status status_) internal pure returns (BillWord) {
        return BillWord.wrap((BillWord.unwrap(word) & ~STATUS_MASK) | uint256(status_));
    }

    /// @notice One act more; from {MAX_ACTS} on it stays.
    function counted(BillWord word) internal pure returns (BillWord) {
        uint256 bits = BillWord.unwrap(word);
        if (bits & ACT_COUNT_MASK == ACT_COUNT_MASK) return word;
        // No carry out of the field: the count is below its maximum.
        unchecked {
            return BillWord.wrap(bits + (1 << ACT_COUNT));
        }
    }

    function spentPossession(BillWord word) internal pure returns (BillWord) {
        return BillWord.wrap(BillWord.unwrap(word) & ~MAY_REJECT_POSSESSION);
    }

    function spentTitle(BillWord word) internal pure returns (BillWord) {
        return BillWord.wrap(BillWord.unwrap(word) & ~MAY_REJECT_TITLE);
    }

    function rejectablePossession(BillWord word) internal pure returns (BillWord) {
        return BillWord.wrap(BillWord.unwrap(word) | MAY_REJECT_POSSESSION);
    }

    function rejectableTitle(BillWord word) internal pure returns (BillWord) {
        return BillWord.wrap(BillWord.unwrap(word) | MAY_REJECT_TITLE);
    }

    /// @notice Given by an account, now: times run anew.
    function givenBy(BillWord word, uint256 account) internal view returns (BillWord) {
        uint256 mask = (NUMBER_MASK << PREVIOUS_ACCOUNT) | (HOUR_MASK << SINCE);
        return BillWord.wrap((BillWord.unwrap(word) & ~mask) | (account << PREVIOUS_ACCOUNT) | (thisHour() << SINCE));
    }

    /// @notice Given by an account; times run on.
    function passedBy(BillWord word, uint256 account) internal pure returns (BillWord) {
        uint256 mask = NUMBER_MASK << PREVIOUS_ACCOUNT;
        return BillWord.wrap((BillWord.unwrap(word) & ~mask) | (account << PREVIOUS_ACCOUNT));
    }

    /// @notice Times run anew.
    function sinceNow(BillWord word) internal view returns (BillWord) {
        return BillWord.wrap((BillWord.unwrap(word) & ~(HOUR_MASK << SINCE)) | (thisHour() << SINCE));
    }

    function titled(
        BillWord word,
        Kind kind_,
        uint256 titleholder_,
        uint256 previous
    ) internal pure returns (BillWord) {
        uint256 mask = KIND_MASK | (NUMBER_MASK << TITLEHOLDER) | (NUMBER_MASK << PREVIOUS_TITLEHOLDER);
        return
            BillWord.wrap(
                (BillWord.unwrap(word) & ~mask) |
                    (uint256(kind_) << KIND) |
                    (titleholder_ << TITLEHOLDER) |
                    (previous << PREVIOUS_TITLEHOLDER)
            );
    }

    /// @notice Whole hours since the bill's times run (modulo 2^16: seven years).
    function hoursElapsed(BillWord word) internal view returns (uint256) {
        // Modulo 2^16 on purpose: the hour is stored so.
        unchecked {
            return (block.timestamp / 1 hours - word.since()) & HOUR_MASK;
        }
    }

    /// @notice Start of the hour from which the bill's times run, in seconds since 1970.
    function startedAt(BillWord word) internal view returns (uint256) {
        return (block.timestamp / 1 hours - word.hoursElapsed()) * 1 hours;
    }

    function thisHour() private view returns (uint256) {
        return (block.timestamp / 1 hours) & HOUR_MASK;
    }
}
