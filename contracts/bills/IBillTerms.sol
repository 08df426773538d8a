// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Endorsement, Kind, Purpose, RecordLaw, Rejection, Status, SurrenderFor} from "./BillWord.sol";

/// @title The words of bills: what is fixed, signed, logged and refused
interface IBillTerms {
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

    /// @notice An act on a bill that somebody else may send for the signer.
    struct SignedAct {
        address signer;
        uint256 bill;
        /// The bill's act count before it: any act in between voids the signature.
        uint256 actCount;
        /// The call to this contract, selector and arguments; its first argument is the bill.
        bytes call;
        /// Last second since 1970 at which it counts.
        uint256 deadline;
    }

    /// @notice What a participant agrees to although another acts: to receive, that its bill is surrendered, to an
    /// endorsement that a room makes for it, to replacements. Counts in the transaction in which it is shown.
    struct Agreement {
        address signer;
        uint256 bill;
        /// The bill's act count before the act agreed to.
        uint256 actCount;
        /// Selector of the verb agreed to.
        bytes4 verb;
        /// Who possesses after it.
        address possessor;
        /// Who is titleholder after it; 0: in blank.
        uint256 titleholder;
        Kind kind;
        /// Issued, or titleholder of a replacement: keccak256(abi.encode(terms)). Surrender: keccak256(abi.encode(purpose,
        /// agreed)). Replace: the hash of the replacements. Else 0.
        bytes32 detail;
        uint256 deadline;
    }

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
    event IssuedFromPaper(
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
        uint256 originals,
        bytes32 statement,
        bytes remark
    );
    event ReplacementIssued(
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
        uint256[] replaces
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
        uint256 actCount,
        bytes terms
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
    event Replaced(uint256 indexed bill, address indexed actor, uint256[] replacements, uint256 actCount, bytes remark);
    event SwitchedToPaper(
        uint256 indexed bill,
        address indexed actor,
        uint256 originals,
        bytes32 statement,
        uint256 actCount,
        bytes remark
    );
    event Delivered(uint256 indexed bill, address indexed actor, uint256 actCount, bytes remark);
    /// Possession followed a recovered account to its successor.
    event PossessionRecovered(uint256 indexed bill, address indexed from, address indexed to, uint256 actCount);
    event Agreed(
        uint256 indexed bill,
        address indexed signer,
        bytes4 indexed verb,
        uint256 actCount,
        address possessor,
        uint256 titleholder,
        Kind kind,
        bytes32 detail
    );
    /// An approved operator moved possession; {Transferred} stands beside.
    event MovedByOperator(uint256 indexed bill, address indexed operator, address indexed possessor);
    /// A relayer carried out a signed act; its own event stands beside.
    event ActedBySignature(uint256 indexed bill, address indexed signer, address indexed relayer, bytes32 digest);

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
    /// A room is entered with terms, by {lodge} or {issue}; it is never sent a bill and never approved (N8).
    error RoomNeedsTerms(address room);
    error RoomNotListed(address room, bytes2 country);
    error RoomRefused(address room);
    error RoomHoldsForNobody(address room, uint256 bill);
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
    error ReplacementsNotAgreed(uint256 bill, bytes32 replacements);
    error NotOneSurrenderer(uint256 bill);
    error TooMany(uint256 count, uint256 most);
    error StatementRequired();
    /// The receiver takes nothing from this giver without agreeing in the same transaction.
    error AgreementRequired(uint256 bill, uint256 participant);
    error StaleAct(uint256 bill, uint256 actCount, uint256 signed);
    error NotAboutBill(uint256 bill);
    error NothingToRecover(uint256 bill);
    error NoEther();
}
