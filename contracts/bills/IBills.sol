// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bill, Endorsement, Kind, Purpose, RecordLaw, Rejection, Status, SurrenderFor, Terms} from "./BillWord.sol";
import {LodgingWord} from "./LodgingWord.sol";

/// @title The electronic bill of lading
/// @notice An ERC-721 token whose owner is the *possessor*. Title is a participant's: whoever is named, or, in blank,
/// whoever possesses. The id says who issued which reference in which version ({BillId}). Each verb checks, takes
/// effect, emits one event that carries the bill's act count, and calls outside last.
///
/// Who may: *possessor* means the account that owns the token, acting now, with role MOVE. *Carrier* means an account
/// that acts now, with role ANSWER, of the participant whose LEI is in the id. "Receives" means: may be given something
/// new now, has role MOVE, and takes it from this giver (else an {ISignedActs-Agreement} of the receiver must stand in the
/// same transaction). Every verb that names a bill first may also come signed, through {ISignedActs-act}.
///
/// `remark` is for the log; it is not stored.
///
/// The events and errors of the everyday verbs stand here too, and the errors that the rarer ones share with them.
interface IBills {
    // -------------------------------------------------------------------------------------------------------- events
    // Who possessed, or answered, is named; whoever acted for it (operator, relayer) is named by an event beside.

    event Issued(
        uint256 indexed bill,
        address indexed actor,
        address indexed possessor,
        uint256 titleholder,
        Kind kind,
        bytes32 root,
        bytes32 checksum,
        bytes8 carriageLaw,
        RecordLaw recordLaw,
        uint256 actCount,
        uint256 issued,
        bytes remark
    );
    event Transferred(uint256 indexed bill, address indexed from, address indexed to, uint256 actCount, bytes remark);
    /// `to` equals `from` when possession stayed.
    event Endorsed(
        uint256 indexed bill,
        address indexed from,
        address indexed to,
        Endorsement endorsement,
        uint256 titleholder,
        uint256 actCount,
        bytes remark
    );
    event Lodged(
        uint256 indexed bill,
        address indexed from,
        address indexed room,
        Endorsement endorsement,
        uint256 titleholder,
        uint256 holder,
        uint208 deal,
        uint256 actCount,
        bytes terms
    );
    /// The room holds for another, which is an act on the bill.
    event HeldFor(uint256 indexed bill, address indexed room, uint256 indexed holder, uint208 deal, uint256 actCount);
    /// The room holds for the same one under another deal, which is none: what was agreed for the next act stands.
    event DealChanged(uint256 indexed bill, address indexed room, uint208 deal, uint256 note);
    /// A room gave a bill back as it came.
    event GivenBack(
        uint256 indexed bill,
        address indexed room,
        address indexed to,
        uint256 titleholder,
        uint256 actCount,
        bytes remark
    );
    event Signed(uint256 indexed bill, address indexed actor, Purpose purpose, uint256 actCount, bytes remark);
    /// `to` is the possessor afterwards.
    event Rejected(
        uint256 indexed bill,
        address indexed actor,
        address indexed to,
        Rejection rejection,
        uint256 actCount,
        bytes remark
    );
    event Surrendered(
        uint256 indexed bill,
        address indexed from,
        address indexed to,
        SurrenderFor purpose,
        bytes32 agreed,
        uint256 actCount,
        bytes remark
    );
    event SurrenderAccepted(uint256 indexed bill, address indexed actor, uint256 actCount, bytes remark);
    event SurrenderRefused(
        uint256 indexed bill,
        address indexed actor,
        address indexed to,
        uint256 actCount,
        bytes remark
    );
    /// Withdrawn by whoever surrendered; never the carrier's answer.
    event SurrenderRecalled(
        uint256 indexed bill,
        address indexed actor,
        address indexed to,
        uint256 actCount,
        bytes remark
    );
    event Delivered(uint256 indexed bill, address indexed actor, uint256 actCount, bytes remark);
    /// An approved operator moved possession; {Transferred} stands beside.
    event MovedByOperator(uint256 indexed bill, address indexed operator, address indexed possessor, uint256 note);
    /// Beside ERC-721's Approval, which no counter covers; operator 0: taken back.
    event BillOperatorSet(uint256 indexed bill, address indexed owner, address indexed operator, uint256 note);
    /// Beside ERC-721's ApprovalForAll, which no counter covers.
    event OperatorSet(address indexed owner, address indexed operator, bool approved, uint256 note);

    // -------------------------------------------------------------------------------------------------------- errors

    /// The id is not one that {BillId} allows.
    error MalformedBill(uint256 bill);
    error NoSuchBill(uint256 bill);
    error BillExists(uint256 bill);
    /// The status does not allow the act.
    error WrongStatus(uint256 bill, Status status);
    error NotPossessor(uint256 bill, address account);
    error NotCarrier(uint256 bill, address account);
    error NotSurrenderer(uint256 bill, address account);
    /// Version v+1 needs version v voided by rejection, replaced in the same act, or come back from paper.
    error PreviousVersionStands(uint256 bill, Status previous);
    error KindNotAllowed(uint256 bill, Kind kind);
    error TitleholderRequired(uint256 bill);
    error NoTitleholderInBlank(uint256 bill);
    error DocumentRequired(uint256 bill);
    /// A bill names the law of its contract of carriage (T5).
    error LawRequired(uint256 bill);
    error RecordLawNotCovered(uint256 bill, RecordLaw recordLaw);
    /// Title belongs to a legal person, and so does the shipper's part in a straight bill; never to a room (T1).
    error NotAPerson(address account);
    /// A room is entered with terms, by {lodge}; it is never sent or issued a bill and never approved (N8).
    error RoomNeedsTerms(address room);
    error RoomNotListed(address room, bytes2 country);
    error RoomHoldsForNobody(address room, uint256 bill);
    /// No room has the bill, or the room has not answered yet.
    error NotLodged(uint256 bill);
    /// Somebody else may still reject its title: it is not lodged before that is settled.
    error TitleUnsettled(uint256 bill);
    /// A room holds anew only for whom may be given something new.
    error MayNotHold(uint256 participant);
    error AlreadyPossesses(uint256 bill, address account);
    /// Kind or titleholder do not let this possessor endorse.
    error MayNotEndorse(uint256 bill, address account);
    error EndorsementRequired();
    error EndorseeNotAllowed();
    error NothingToReject(uint256 bill);
    error RejectTimePassed(uint256 bill, uint256 until);
    /// One act gave possession and title; it is undone whole.
    error RejectedWholeOnly(uint256 bill);
    /// Neither kind nor title let this possessor surrender, and the titleholder has not agreed.
    error MayNotSurrender(uint256 bill, address account);
    /// A room surrenders for amendment only with the replacements agreed beforehand.
    error AgreedReplacementsRequired(uint256 bill);
    /// Replacements are agreed for an amendment, not for delivery or paper.
    error NothingToReplace(uint256 bill);
    error RemarkRequired();
    error RecallTooEarly(uint256 bill, uint256 from);
    /// What moves nothing uses up no act that may be needed: it ends with the 1,024th.
    error TooManyActs(uint256 bill);
    /// The receiver takes nothing from this giver without agreeing in the same transaction.
    error AgreementRequired(uint256 bill, uint256 participant);
    error NoEther();

    // --------------------------------------------------------------------------------------------------------------- issue

    /// @notice Issues a bill to its first possessor. The caller acts now, with role ISSUE, is of the participant whose
    /// LEI is in the id, and receives (a participant that winds down issues nothing). Titleholder and possessor receive.
    /// A straight bill's first possessor is its shipper. A bill to order whose titleholder is somebody else than the possessor
    /// may have its title rejected: it is then to the order of the first possessor. A room is issued nothing.
    function issue(Terms calldata terms, address possessor, bytes calldata remark) external;

    // --------------------------------------------------------------------------------------------------------- circulation

    /// @notice Gives possession to an account; title stays. The possessor.
    function transfer(uint256 bill, address to, bytes calldata remark) external;

    /// @notice Endorses to a name, to order or in blank; with `to` gives possession in the same act. The possessor that
    /// is titleholder (kind `Order`), or any possessor of a bill in blank. A room for a titleholder that agreed,
    /// and only out of the room, to a person of a country that it is listed for.
    /// @param endorsee An account of the new titleholder; zero in blank.
    /// @param to The new possessor; zero: possession stays.
    function endorse(
        uint256 bill,
        Endorsement endorsement,
        address endorsee,
        address to,
        bytes calldata remark
    ) external;

    /// @notice Gives possession to a room under terms, as it is or endorsed in blank. The possessor, a person; the room
    /// receives and is listed for its country. Not while somebody else may still reject title. The room answers for whom it
    /// holds and under which deal; whoever that is, unless it is the giver, may be given something new and is of a country
    /// that the room is listed for.
    /// @param endorsement `None` or `Blank`.
    /// @param terms For the room, which answers or undoes the act.
    function lodge(uint256 bill, Endorsement endorsement, address room, bytes calldata terms) external;

    /// @notice Names for whom a room holds, and under which deal; an act when that is another than before. The room that
    /// possesses.
    /// @param holder A participant: the present holder, the lodger, or one that may be given something new and is of a
    /// country that the room is listed for.
    function hold(uint256 bill, uint256 holder, uint208 deal) external;

    /// @notice Gives a bill back to the account that lodged it, whatever anybody's standing (P5, P12): kind and title as they
    /// came. Nothing may be rejected afterwards. The room that possesses, delisted too.
    function giveBack(uint256 bill, bytes calldata remark) external;

    /// @notice Signs the bill with a purpose; logged, nothing moves. The possessor; spends its right to reject.
    function sign(uint256 bill, Purpose purpose, bytes calldata remark) external;

    /// @notice Rejects what was received, within {REJECT_HOURS} and before any other act of the receiver: possession (the
    /// possessor), title (whoever received it by an endorsement or at issue), both when one act gave both. The hours run
    /// from the last giving; while title may be rejected they run on when possession moves, and the new possessor has the
    /// rest of them. What a room gave or gave back cannot be rejected. The first possessor rejects the issue as its first
    /// act, of a bill to somebody else's order with that one's agreement: the bill is void. Possession goes back to the
    /// account that gave it, even a suspended one (P12).
    function reject(uint256 bill, Rejection rejection, bytes calldata remark) external;

    // ----------------------------------------------------------------------------------------------------------- surrender

    /// @notice Gives the bill to the carrier, to be answered. Straight: shipper or consignee in possession. To order or by
    /// name: the titleholder in possession, or a possessor with its agreement. In blank: the possessor.
    /// @param to An account of the carrier that acts, with role ANSWER.
    /// @param agreed Amendments: hash of the replacements agreed beforehand ({replacementsHash}); zero: signed later. Else zero.
    function surrender(uint256 bill, SurrenderFor purpose, address to, bytes32 agreed, bytes calldata remark) external;

    /// @notice Accepts a surrender for delivery (SURR). The carrier.
    function accept(uint256 bill, bytes calldata remark) external;

    /// @notice Refuses a surrender (SREJ): the bill goes back as it was. The carrier.
    /// @param remark Why; never empty.
    function refuse(uint256 bill, bytes calldata remark) external;

    /// @notice Takes a surrender back when the carrier is suspended or silent past its answer time (T7). An account of
    /// whoever surrendered, or of the titleholder; what a room surrendered, anybody (P14).
    function recall(uint256 bill, bytes calldata remark) external;

    /// @notice Records that the cargo was delivered against a surrendered bill (P9). The carrier.
    function deliver(uint256 bill, bytes calldata remark) external;

    // --------------------------------------------------------------------------------------------------------------- views

    /// @notice All that changes in a bill; all zero when it was never issued.
    function bill(uint256 id) external view returns (Bill memory);

    /// @notice Which room has a bill or surrendered it, and what is kept of that; zeros when none. A room believes it only
    /// when that room is itself.
    function lodging(uint256 id) external view returns (address room, LodgingWord word);

    /// @notice The participant for whom the bill is possessed now: the possessor's own, or for whom its room holds (P1); 0
    /// while a room is asked.
    function holderFor(uint256 id) external view returns (uint256 participant);

    /// @notice The root over the document's salted fields, fixed at issue (P3).
    function rootOf(uint256 id) external view returns (bytes32);
}
