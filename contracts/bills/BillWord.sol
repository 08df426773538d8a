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

/// @notice All that changes in a bill, in the 96 bits beside its possessor.
struct Bill {
    Status status;
    Kind kind;
    /// The possessor may still reject possession.
    bool mayRejectPossession;
    /// Whoever received title may still reject it.
    bool mayRejectTitle;
    /// Something beside the word limits this bill; kept for stays and notices to come, always false now.
    bool marked;
    /// Acts so far; stays at 2047 from there on.
    uint256 acts;
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

/// @dev | bits  | field               |
/// | ----- | ------------------- |
/// | 0-3   | status              |
/// | 4-5   | kind                |
/// | 6     | mayRejectPossession |
/// | 7     | mayRejectTitle      |
/// | 8     | marked              |
/// | 9-19  | acts                |
/// | 20-35 | since               |
/// | 36-55 | titleholder         |
/// | 56-75 | previousAccount     |
/// | 76-95 | previousTitleholder |
library BillWords {
    uint256 private constant NUMBER_MASK = (1 << 20) - 1;

    function unpack(uint96 word) internal pure returns (Bill memory bill) {
        uint256 bits = word;
        bill.status = Status(bits & 0xf);
        bill.kind = Kind((bits >> 4) & 3);
        bill.mayRejectPossession = (bits >> 6) & 1 == 1;
        bill.mayRejectTitle = (bits >> 7) & 1 == 1;
        bill.marked = (bits >> 8) & 1 == 1;
        bill.acts = (bits >> 9) & MAX_ACTS;
        bill.since = (bits >> 20) & 0xffff;
        bill.titleholder = (bits >> 36) & NUMBER_MASK;
        bill.previousAccount = (bits >> 56) & NUMBER_MASK;
        bill.previousTitleholder = (bits >> 76) & NUMBER_MASK;
    }

    function pack(Bill memory bill) internal pure returns (uint96) {
        return uint96(
            uint256(bill.status) | (uint256(bill.kind) << 4) | (bill.mayRejectPossession ? 1 << 6 : 0)
                | (bill.mayRejectTitle ? 1 << 7 : 0) | (bill.marked ? 1 << 8 : 0) | (bill.acts << 9)
                | (bill.since << 20) | (bill.titleholder << 36) | (bill.previousAccount << 56)
                | (bill.previousTitleholder << 76)
        );
    }
}
