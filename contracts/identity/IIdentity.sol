// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Receiving} from "./AccountWord.sol";

/// @title The words of identity: what is stored, logged and refused
interface IIdentity {
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
        /// Second since 1970 from which it may be executed; 0: no recovery waits.
        uint256 executableFrom;
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
    event AccountRemoved(uint256 indexed participant, address indexed account, address successor, address by);
    event AccountRolesSet(uint256 indexed participant, address indexed account, uint256 roles, address by);
    event ReceivingSet(uint256 indexed participant, address indexed account, Receiving receiving, address by);
    event GiverListed(uint256 indexed participant, uint256 indexed giver, bool listed, address by);
    event ProfileSet(uint256 indexed participant, uint256 parent, uint256 roles);
    event CodeAssigned(bytes8 indexed list, bytes8 indexed code, uint256 indexed participant);
    event RulebookSigned(uint256 indexed participant, bytes32 indexed rulebook, address by);
    event RecordLawsPublished(uint256 indexed participant, uint256 recordLaws, address by);
    /// `from` is the second since 1970 at which the new time begins to count.
    event AnswerTimePublished(uint256 indexed participant, uint256 answerHours, uint256 from, address by);

    event ParticipantSuspended(uint256 indexed participant, uint256 until, bytes ground);
    event SuspensionLifted(uint256 indexed participant);
    event WindingDownSet(uint256 indexed participant, bool windingDown);

    event RecoveryProposed(
        uint256 indexed participant,
        address indexed lost,
        address indexed successor,
        uint256 roles,
        uint256 executableFrom,
        bytes ground
    );
    event RecoveryVetoed(uint256 indexed participant, address indexed lost, address by);
    event AccountRecovered(uint256 indexed participant, address indexed lost, address indexed successor);

    event RoomListed(address indexed room, uint256 number, bytes2[] countries);
    event RoomDelisted(address indexed room);

    /// A signer withdrew a signature that it may have handed out.
    event Cancelled(address indexed signer, bytes32 indexed digest);

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
    error NumbersExhausted();
    error AuthorityIsFixed();
    error SignatureExpired(uint256 deadline);
    error SignatureCancelled(address signer, bytes32 digest);
    error NotSignedBy(address signer);
}
