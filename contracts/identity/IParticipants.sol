// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Receiving} from "./AccountWord.sol";
import {IStanding} from "./IStanding.sol";

/// @title Participants, accounts, standing, rooms
/// @notice A *participant* is a legal person. It owns *accounts*, addresses that act for it with roles of their own. A
/// *room* is a contract that possesses bills for somebody. Administration is small, slow and visible: it enrols, it
/// suspends (at once, with a ground, for 90 days at most unless renewed), it starts a recovery that every other account
/// of the participant may veto. It never moves a bill to another legal person (P4, L8).
///
/// "Restricted" means: the caller has the AccessManager role wired to that function, after its delay.
///
/// Every event carries a count that the ledger keeps, so that none can be missing from a history: participants and accounts
/// their numbers, acts on bills the bill's, issues the carrier's. All others are noted: `note` is {noteCount} after them.
interface IParticipants is IStanding {
    /// @notice A legal person. See {participant}.
    struct Participant {
        /// First 18 characters of its LEI, base 36.
        uint256 lei;
        /// The same of its ultimate parent; its own when it has none.
        uint256 parent;
        /// ISO 3166-1 alpha-2 of its seat.
        bytes2 country;
        /// Bits of {Roles} that its accounts may have.
        uint256 roles;
        /// Bit n: its liability cover stands when law n of {RecordLaw} governs the electronic record (carriers, T5).
        uint256 recordLaws;
        /// Hash of the rulebook version that it signed last.
        bytes32 rulebook;
        /// Hours within which it answers a surrender, now (carriers, T7).
        uint256 answerHours;
        /// Second since 1970 at which a suspension ends by itself; past or 0: none.
        uint256 suspendedUntil;
        /// Acts, but is given nothing new and issues nothing.
        bool windingDown;
        /// Its accounts, in no order; removed and recovered ones are left out.
        address[] accounts;
    }

    /// @notice What a new participant signs with its first account.
    struct Enrolment {
        uint256 lei;
        uint256 parent;
        bytes2 country;
        uint256 roles;
        bytes32 rulebook;
        address account;
        Receiving receiving;
        uint256 deadline;
    }

    /// @notice A recovery that waits. See {proposeRecovery}.
    struct Recovery {
        address successor;
        /// Roles of a successor that is not yet an account; 0: it is one already.
        uint256 roles;
        /// Second since 1970 from which it may be executed, for {RECOVERY_STANDS}; 0: none was proposed.
        uint256 executableFrom;
        /// How many accounts there were when it was proposed: those added since have no veto.
        uint256 accountCount;
    }

    // -------------------------------------------------------------------------------------------------------- events

    event ParticipantEnrolled(
        uint256 indexed participant,
        uint256 indexed lei,
        uint256 parent,
        bytes2 country,
        uint256 roles,
        bytes32 rulebook
    );
    /// `sponsor` is the account that vouched for it; zero at enrolment and recovery.
    event AccountAdded(
        uint256 indexed participant,
        address indexed account,
        address indexed sponsor,
        uint256 number,
        uint256 roles,
        Receiving receiving
    );
    event AccountRemoved(
        uint256 indexed participant,
        address indexed account,
        address successor,
        address by,
        uint256 note
    );
    event AccountRolesSet(
        uint256 indexed participant,
        address indexed account,
        uint256 roles,
        address by,
        uint256 note
    );
    event ReceivingSet(
        uint256 indexed participant,
        address indexed account,
        Receiving receiving,
        address by,
        uint256 note
    );
    event GiverListed(uint256 indexed participant, uint256 indexed giver, bool listed, address by, uint256 note);
    event ProfileSet(uint256 indexed participant, uint256 parent, uint256 roles, uint256 note);
    event CodeAssigned(bytes8 indexed list, bytes8 indexed code, uint256 indexed participant, uint256 note);
    event RulebookSigned(uint256 indexed participant, bytes32 indexed rulebook, address by, uint256 note);
    event RecordLawsPublished(uint256 indexed participant, uint256 recordLaws, address by, uint256 note);
    /// `from` is the second since 1970 at which the new time begins to count.
    event AnswerTimePublished(uint256 indexed participant, uint256 answerHours, uint256 from, address by, uint256 note);

    event ParticipantSuspended(uint256 indexed participant, uint256 until, bytes ground, uint256 note);
    event SuspensionLifted(uint256 indexed participant, uint256 note);
    event WindingDownSet(uint256 indexed participant, bool windingDown, uint256 note);

    event RecoveryProposed(
        uint256 indexed participant,
        address indexed lost,
        address indexed successor,
        uint256 roles,
        uint256 executableFrom,
        bytes ground,
        uint256 note
    );
    event RecoveryVetoed(uint256 indexed participant, address indexed lost, address by, uint256 note);
    event AccountRecovered(uint256 indexed participant, address indexed lost, address indexed successor, uint256 note);

    event RoomListed(address indexed room, uint256 number, bytes2[] countries, uint256 note);
    /// Of no country: the room receives nothing new; else it takes nothing more from these countries.
    event RoomDelisted(address indexed room, bytes2[] countries, uint256 note);

    // -------------------------------------------------------------------------------------------------------- errors

    /// The account may not act now: unknown, suspended, removed.
    error MayNotAct(address account);
    /// The account may be given nothing new now: unknown, suspended, winding down, delisted.
    error MayNotReceive(address account);
    error LacksRole(address account, uint256 role);
    error AlreadyAnAccount(address account);
    error NotAnAccount(address account);
    error NotTheSameParticipant(address account, address other);
    error TooManyAccounts(uint256 participant);
    error UnknownParticipant(uint256 participant);
    error AlreadyEnrolled(uint256 lei, uint256 participant);
    /// Not 18 characters of base 36, or zero.
    error MalformedLei(uint256 lei);
    error MalformedCountry(bytes2 country);
    error RolesTooWide(uint256 roles, uint256 allowed);
    /// Whoever issues bills must be able to answer their surrender.
    error IssueNeedsAnswer(uint256 roles);
    /// Administration takes no role that a participant needs to end what it has begun (P5).
    error ExitsStayOpen(uint256 participant, uint256 roles);
    error CodeTaken(bytes8 list, bytes8 code, uint256 owner);
    /// Not A-Z and 0-9, left-aligned.
    error MalformedCode(bytes8 list, bytes8 code);
    error RulebookRequired();
    /// A bit beyond those of {RecordLaw}.
    error UnknownRecordLaws(uint256 recordLaws);
    error GroundRequired();
    error NotSuspended(uint256 participant);
    error AnswerHoursOutOfRange(uint256 answerHours);
    /// An answer time was published less than 28 days ago.
    error AnswerTimeChanging(uint256 participant, uint256 until);
    error NotARoom(address room);
    error NoRecovery(address lost);
    error RecoveryTooEarly(address lost, uint256 executableFrom);
    /// It was not executed in time: it is proposed anew, or forgotten.
    error RecoveryLapsed(address lost, uint256 until);
    /// While its recovery waits, an account binds nobody (its role TERMS sleeps).
    error RecoveryWaits(address account);
    /// A room is asked whether it takes the bill: until it has answered, nobody's standing or consent changes.
    error RoomIsAsked(uint256 bill);
    /// An account that was added after the proposal has no veto.
    error AddedSince(address account);
    error NumbersExhausted();
    error AuthorityIsFixed();
    error SignatureExpired(uint256 deadline);
    error SignatureCancelled(address signer, bytes32 digest);
    error NotSignedBy(address signer);

    // ----------------------------------------------------------------------------------------------------- enrolment

    /// @notice Enrols a legal person with its first account. Restricted.
    /// @param signature Of `enrolment.account` over the enrolment, which names the rulebook version (T5).
    /// @return number The participant's number.
    function enrol(Enrolment calldata enrolment, bytes calldata signature) external returns (uint256 number);

    /// @notice Records who owns a carrier code; participant 0 frees it. A code has one owner. Restricted.
    /// @param list "SMDG" or "NMFTA" (SCAC), ASCII, left-aligned.
    /// @param code Left-aligned ASCII.
    function assignCode(bytes8 list, bytes8 code, uint256 participant_) external;

    /// @notice Changes ultimate parent and roles; accounts lose the roles that the participant loses, never ANSWER, MOVE
    /// or TERMS (that would be a suspension without ground or end). Restricted.
    function setProfile(uint256 participant_, uint256 parent, uint256 roles) external;

    // ------------------------------------------------------------------------------------------------------ accounts

    /// @notice Adds an account to the sponsor's participant, with roles that the participant has.
    /// @param sponsor An account that acts, with role TERMS: the caller, or one that signed.
    /// @param sponsorSignature Empty when the sponsor is the caller.
    /// @param accountSignature Of the new account over the same text.
    /// @param deadline Last second since 1970 at which the signatures count.
    function addAccount(
        address sponsor,
        address account_,
        uint256 roles,
        Receiving receiving,
        uint256 deadline,
        bytes calldata sponsorSignature,
        bytes calldata accountSignature
    ) external;

    /// @notice Removes an account for good; its number points to `successor`, an account of the same participant, from then
    /// on, and {IAmendments-recover} moves there what it possesses. The caller is that account, or another with TERMS.
    function removeAccount(address account_, address successor) external;

    /// @notice Sets an account's roles, within the participant's. The caller is of the same participant, with TERMS.
    function setAccountRoles(address account_, uint256 roles) external;

    /// @notice Sets from whom an account receives. The caller is of the same participant, with role TERMS.
    function setReceiving(address account_, Receiving receiving) external;

    /// @notice Lists a participant as a giver for all of the caller's accounts that receive from listed ones. TERMS.
    function setGiver(uint256 giver, bool listed) external;

    /// @notice Signs a rulebook version for the caller's participant. TERMS.
    function signRulebook(bytes32 rulebook) external;

    /// @notice Publishes under which laws of the electronic record the carrier's cover stands. TERMS.
    function publishRecordLaws(uint256 recordLaws) external;

    /// @notice Publishes within how many hours (1-336) surrenders are answered. Counts for surrenders made from 14 days on;
    /// may be published anew 14 days later, when none can wait by the time before. TERMS.
    function publishAnswerTime(uint256 answerHours) external;

    // ------------------------------------------------------------------------------------------------------ standing

    /// @notice Takes both bits from all accounts of a participant, at once, for 90 days; again before that: renews.
    /// Restricted.
    /// @param ground Why, in words or as a reference; never empty.
    function suspend(uint256 participant_, bytes calldata ground) external;

    /// @notice Ends a suspension early. Restricted.
    function liftSuspension(uint256 participant_) external;

    /// @notice Winding down: acts, receives nothing new, issues nothing. Restricted.
    function setWindingDown(uint256 participant_, bool windingDown) external;

    // ------------------------------------------------------------------------------------------------------ recovery

    /// @notice Starts the recovery of a lost account to another of the same participant: one that exists, or a new one
    /// that signs, powerless until the end. It can be executed after {RECOVERY_DELAY}, for {RECOVERY_STANDS}; until then the
    /// lost account's role TERMS sleeps. Restricted.
    /// @param roles Of a new account (within the participant's roles); 0 for one that exists.
    /// @param signature Of a new account; empty for one that exists.
    function proposeRecovery(
        address lost,
        address successor,
        uint256 roles,
        uint256 deadline,
        bytes calldata ground,
        bytes calldata signature
    ) external;

    /// @notice Stops a recovery. Any account of the participant that was there when it was proposed, but the lost one; suspended
    /// or not (P12).
    function vetoRecovery(address lost) external;

    /// @notice Ends the lost account and points its number to the successor. Anyone, once the delay has passed and before the
    /// recovery lapses.
    function executeRecovery(address lost) external;

    /// @notice Makes the way from an old account number to its living successor shorter by up to `hops` steps; changes
    /// no answer of {accountAt}. Anyone: so that no chain of removed accounts can make an act too dear (P5).
    function shorten(uint256 number, uint256 hops) external;

    // --------------------------------------------------------------------------------------------------------- rooms

    /// @notice Lists a room for participants of some countries; again: adds countries, ends a delisting. A room is a contract
    /// of its own: no key that delegates to one (EIP-7702), not this contract, not its manager. Restricted.
    function listRoom(address room, bytes2[] calldata countries) external;

    /// @notice Delists a room: it acts (gives back, lets out what it holds) and receives nothing new. With countries: takes
    /// these off its list and nothing else. Restricted, apart from listing: what stops is fast, what opens is slow.
    /// @param countries ISO 3166-1 alpha-2; empty: all.
    function delistRoom(address room, bytes2[] calldata countries) external;

    // --------------------------------------------------------------------------------------------------------- views

    function participant(uint256 number) external view returns (Participant memory);

    /// @notice The participant with an LEI, 0: none.
    function participantOf(uint256 lei) external view returns (uint256);

    /// @notice The participant that owns a carrier code, 0: none.
    function codeOwner(bytes8 list, bytes8 code) external view returns (uint256);

    function isGiver(uint256 participant_, uint256 giver) external view returns (bool);

    function recovery(address lost) external view returns (Recovery memory);

    /// @notice How many events were noted: all of the ledger that no other count covers.
    function noteCount() external view returns (uint256);
}
