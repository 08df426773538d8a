// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {AccountWord} from "./AccountWord.sol";
import {IParticipants} from "./IParticipants.sol";
import {Roles} from "./Roles.sol";

/// @title What is stored of participants, and what an act asks of it
/// @notice Three words to know: a *participant* is a legal person, an *account* an address that acts for one, a *room* a
/// contract that possesses for somebody. Abstract: whoever inherits it keeps the account words (the bills contract keeps
/// them beside the balances, where an act needs them). {Participants} is what changes all this.
abstract contract Standing is AccessManaged {
    /// @dev What is stored of a participant; its suspension and winding down stand in the words of its accounts too.
    struct Record {
        uint96 lei;
        uint96 parent;
        bytes2 country;
        uint16 roles;
        uint8 recordLaws;
        bool windingDown;
        bytes32 rulebook;
        uint16 answerHours;
        uint16 nextAnswerHours;
        uint40 nextFrom;
        uint40 suspendedUntil;
        address[] accounts;
    }

    uint256 internal _participantCount;
    uint256 internal _accountCount;
    mapping(uint256 number => Record) internal _records;
    mapping(uint256 lei => uint256 participant) internal _participantOf;
    mapping(uint256 number => address) internal _accountAt;
    mapping(uint256 participant => mapping(uint256 giver => bool)) internal _isGiver;
    mapping(address room => mapping(bytes2 country => bool)) internal _roomListedFor;
    mapping(bytes8 list => mapping(bytes8 code => uint256 participant)) internal _codeOwner;
    mapping(address lost => IParticipants.Recovery) internal _recoveries;

    mapping(address signer => mapping(bytes32 digest => bool)) internal _cancelled;
    /// @dev How many events were noted: see {IParticipants}.
    uint256 internal _noteCount;

    /// @dev Who signed the act that runs now; meaningful only while this contract calls itself.
    address internal transient _signer;
    /// @dev The bill about which a room is asked, outside this contract, before the act stands in the log.
    uint256 internal transient _askedAbout;

    constructor(address authority_) AccessManaged(authority_) {}

    /// @notice Disabled: nobody changes who administers (N23).
    function setAuthority(address) public pure override {
        revert IParticipants.AuthorityIsFixed();
    }

    /// @dev The number of an event that no other count covers. While a room is asked there is none: whoever replays the log
    /// reads it before the act that the room was asked about, and that act rests on who may act as it began.
    function _note() internal returns (uint256) {
        _requireNobodyAsked();
        return ++_noteCount;
    }

    function _requireNobodyAsked() internal view {
        if (_askedAbout != 0) revert IParticipants.RoomIsAsked(_askedAbout);
    }

    // --------------------------------------------------------------------------------------- for whoever keeps the words

    function _account(address account_) internal view virtual returns (AccountWord);

    function _setAccount(address account_, AccountWord word) internal virtual;

    // ---------------------------------------------------------------------------------------------- for whoever acts

    /// @dev The caller, or whoever signed when this contract calls itself to carry out a signed act.
    function _actor() internal view returns (address) {
        return msg.sender == address(this) ? _signer : msg.sender;
    }

    /// @dev The word of an account that may act now and has the role.
    function _acting(address account_, uint256 role) internal view returns (AccountWord word) {
        word = _account(account_);
        if (!word.acts()) revert IParticipants.MayNotAct(account_);
        if (word.roles() & role != role) revert IParticipants.LacksRole(account_, role);
    }

    /// @dev The word of an account that may be given something new now.
    function _receiver(address account_) internal view returns (AccountWord word) {
        word = _account(account_);
        _requireReceives(account_, word);
    }

    /// @dev Whoever is given something can also let it go: it has role MOVE (P5).
    function _requireReceives(address account_, AccountWord word) internal view {
        if (!word.receives()) revert IParticipants.MayNotReceive(account_);
        if (word.roles() & Roles.MOVE == 0) revert IParticipants.LacksRole(account_, Roles.MOVE);
    }

    /// @dev The account to which a number points now, followed through recovered and removed ones.
    function _resolve(uint256 number) internal view returns (address account_) {
        account_ = _accountAt[number];
        while (true) {
            AccountWord word = _account(account_);
            if (word.actsBit()) return account_;
            address next = _accountAt[word.number()];
            if (next == account_) return account_;
            account_ = next;
        }
    }

    /// @dev Hours within which a participant answers a surrender made at a time, in seconds since 1970.
    function _answerHours(uint256 participant_, uint256 time) internal view returns (uint256) {
        Record storage record = _records[participant_];
        return record.nextFrom != 0 && time >= record.nextFrom ? record.nextAnswerHours : record.answerHours;
    }
}
