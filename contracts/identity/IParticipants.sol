// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Receiving} from "./AccountWord.sol";
import {IIdentity} from "./IIdentity.sol";
import {IStanding} from "./IStanding.sol";

/// @title Participants, accounts, standing, rooms
/// @notice A *participant* is a legal person. It owns *accounts*, addresses that act for it with roles of their own. A
/// *room* is a contract that possesses bills for somebody. Administration is small, slow and visible: it enrols, it
/// suspends (at once, with a ground, for 90 days at most unless renewed), it starts a recovery that every other account
/// of the participant may veto. It never moves a bill to another legal person (P4, L8).
///
/// "Restricted" means: the caller has the AccessManager role wired to that function, after its delay.
interface IParticipants is IIdentity, IStanding {
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
    /// that signs, powerless until the end. It can be executed after {RECOVERY_DELAY}. Restricted.
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

    /// @notice Stops a recovery. Any account of the participant but the lost one, suspended or not (P12).
    function vetoRecovery(address lost) external;

    /// @notice Ends the lost account and points its number to the successor. Anyone, once the delay has passed.
    function executeRecovery(address lost) external;

    /// @notice Makes the way from an old account number to its living successor shorter by up to `hops` steps; changes
    /// no answer of {accountAt}. Anyone: so that no chain of removed accounts can make an act too dear (P5).
    function shorten(uint256 number, uint256 hops) external;

    // --------------------------------------------------------------------------------------------------------- rooms

    /// @notice Lists a room for participants of some countries; again: adds countries, ends a delisting. Restricted.
    function listRoom(address room, bytes2[] calldata countries) external;

    /// @notice A delisted room acts (lets out what it holds) and receives nothing new. Restricted.
    function delistRoom(address room) external;

    // --------------------------------------------------------------------------------------------------------- views

    function participant(uint256 number) external view returns (Participant memory);

    /// @notice The participant with an LEI, 0: none.
    function participantOf(uint256 lei) external view returns (uint256);

    /// @notice The participant that owns a carrier code, 0: none.
    function codeOwner(bytes8 list, bytes8 code) external view returns (uint256);

    function isGiver(uint256 participant_, uint256 giver) external view returns (bool);

    function recovery(address lost) external view returns (Recovery memory);
}
