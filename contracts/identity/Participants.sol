// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccountWord, AccountWords, Receiving} from "./AccountWord.sol";
import {IParticipants} from "./IParticipants.sol";
import {IStanding} from "./IStanding.sol";
import {Roles} from "./Roles.sol";
import {Signatures} from "./Signatures.sol";

/// @title Participants, accounts, standing, rooms: what changes them
/// @notice See {IParticipants} for what each function does and who may call it.
abstract contract Participants is IParticipants, Signatures {
    uint256 public constant MAX_ACCOUNTS = 64;
    uint256 public constant SUSPENSION = 90 days;
    uint256 public constant RECOVERY_DELAY = 7 days;
    uint256 public constant RECOVERY_STANDS = 30 days;
    uint256 public constant DEFAULT_ANSWER_HOURS = 72;
    uint256 public constant MAX_ANSWER_HOURS = 14 * 24;

    bytes32 public constant ENROLMENT_TYPEHASH = keccak256(
        "Enrolment(uint256 lei,uint256 parent,bytes2 country,uint256 roles,bytes32 rulebook,address account,uint8 receiving,uint256 deadline)"
    );
    bytes32 public constant NEW_ACCOUNT_TYPEHASH = keccak256(
        "NewAccount(uint256 participant,address account,uint256 roles,uint8 receiving,uint256 deadline)"
    );

    bytes32 public constant SUCCESSOR_TYPEHASH = keccak256(
        "Successor(uint256 participant,address lost,address account,uint256 roles,uint8 receiving,uint256 deadline)"
    );

    uint256 private constant LEI_END = 36 ** 18;
    /// @dev How the code begins of a key that delegates to a contract.
    bytes3 private constant DELEGATED = 0xef0100;
    uint256 private constant MAX_NUMBER = (1 << 20) - 1;

    // ----------------------------------------------------------------------------------------------------- enrolment

    /// @inheritdoc IParticipants
    function enrol(
        Enrolment calldata enrolment,
        bytes calldata signature
    ) external restricted returns (uint256 number) {
        _requireLei(enrolment.lei);
        _requireLei(enrolment.parent);
        _requireCountry(enrolment.country);
        _requireRoles(enrolment.roles);
        if (enrolment.rulebook == 0) revert RulebookRequired();
        if (_participantOf[enrolment.lei] != 0) revert AlreadyEnrolled(enrolment.lei, _participantOf[enrolment.lei]);
        _requireSigned(
            enrolment.account,
            keccak256(
                abi.encode(
                    ENROLMENT_TYPEHASH,
                    enrolment.lei,
                    enrolment.parent,
                    enrolment.country,
                    enrolment.roles,
                    enrolment.rulebook,
                    enrolment.account,
                    enrolment.receiving,
                    enrolment.deadline
                )
            ),
            enrolment.deadline,
            signature
        );

        number = ++_participantCount;
        if (number > MAX_NUMBER) revert NumbersExhausted();
        _participantOf[enrolment.lei] = number;
        Record storage record = _records[number];
        record.lei = uint96(enrolment.lei);
        record.parent = uint96(enrolment.parent);
        record.country = enrolment.country;
        record.roles = uint16(enrolment.roles);
        record.rulebook = enrolment.rulebook;
        record.answerHours = uint16(DEFAULT_ANSWER_HOURS);
        emit ParticipantEnrolled(
            number,
            enrolment.lei,
            enrolment.parent,
            enrolment.country,
            enrolment.roles,
            enrolment.rulebook
        );
        _add(number, enrolment.account, address(0), enrolment.roles, enrolment.receiving);
    }

    /// @inheritdoc IParticipants
    function assignCode(bytes8 list, bytes8 code, uint256 participant_) external restricted {
        if (!_isCode(list) || !_isCode(code)) revert MalformedCode(list, code);
        uint256 owner = _codeOwner[list][code];
        if (participant_ != 0) {
            if (owner != 0) revert CodeTaken(list, code, owner);
            _record(participant_);
        }

        _codeOwner[list][code] = participant_;
        emit CodeAssigned(list, code, participant_, _note());
    }

    /// @inheritdoc IParticipants
    function setProfile(uint256 participant_, uint256 parent, uint256 roles) external restricted {
        Record storage record = _record(participant_);
        _requireLei(parent);
        _requireRoles(roles);
        uint256 lost = record.roles & ~roles;
        if (lost & Roles.EXITS != 0) revert ExitsStayOpen(participant_, lost & Roles.EXITS);

        record.parent = uint96(parent);
        record.roles = uint16(roles);
        for (uint256 i = 0; i < record.accounts.length; i++) {
            AccountWord word = _account(record.accounts[i]);
            _setAccount(record.accounts[i], word.withRoles(word.roles() & roles));
        }
        emit ProfileSet(participant_, parent, roles, _note());
    }

    // ------------------------------------------------------------------------------------------------------ accounts

    /// @inheritdoc IParticipants
    function addAccount(
        address sponsor,
        address account_,
        uint256 roles,
        Receiving receiving,
        uint256 deadline,
        bytes calldata sponsorSignature,
        bytes calldata accountSignature
    ) external {
        uint256 participant_ = _binding(sponsor).participant();
        _requireWithin(roles, _records[participant_].roles);
        bytes32 text = keccak256(abi.encode(NEW_ACCOUNT_TYPEHASH, participant_, account_, roles, receiving, deadline));
        _requireSigned(sponsor, text, deadline, sponsorSignature);
        _requireSigned(account_, text, deadline, accountSignature);

        _add(participant_, account_, sponsor, roles, receiving);
    }

    /// @inheritdoc IParticipants
    function removeAccount(address account_, address successor) external {
        AccountWord word = _account(account_);
        AccountWord remover = msg.sender == account_ ? _acting(account_, 0) : _binding(msg.sender);
        _requireSameParticipant(remover, msg.sender, account_);
        _requireSameParticipant(_acting(successor, 0), successor, account_);
        if (successor == account_) revert AlreadyAnAccount(successor);

        _end(account_, successor);
        emit AccountRemoved(word.participant(), account_, successor, msg.sender, _note());
    }

    /// @inheritdoc IParticipants
    function setAccountRoles(address account_, uint256 roles) external {
        AccountWord word = _account(account_);
        _requireSameParticipant(_binding(msg.sender), msg.sender, account_);
        _requireWithin(roles, _records[word.participant()].roles);

        _setAccount(account_, word.withRoles(roles));
        emit AccountRolesSet(word.participant(), account_, roles, msg.sender, _note());
    }

    /// @inheritdoc IParticipants
    function setReceiving(address account_, Receiving receiving) external {
        AccountWord word = _account(account_);
        _requireSameParticipant(_binding(msg.sender), msg.sender, account_);

        _setAccount(account_, word.withReceiving(receiving));
        emit ReceivingSet(word.participant(), account_, receiving, msg.sender, _note());
    }

    /// @inheritdoc IParticipants
    function setGiver(uint256 giver, bool listed) external {
        uint256 participant_ = _binding();
        _record(giver);

        _isGiver[participant_][giver] = listed;
        emit GiverListed(participant_, giver, listed, msg.sender, _note());
    }

    /// @inheritdoc IParticipants
    function signRulebook(bytes32 rulebook) external {
        uint256 participant_ = _binding();
        if (rulebook == 0) revert RulebookRequired();

        _records[participant_].rulebook = rulebook;
        emit RulebookSigned(participant_, rulebook, msg.sender, _note());
    }

    /// @inheritdoc IParticipants
    function publishRecordLaws(uint256 recordLaws) external {
        uint256 participant_ = _binding();
        if (recordLaws & ~AccountWords.ALL_RECORD_LAWS != 0) revert UnknownRecordLaws(recordLaws);

        Record storage record = _records[participant_];
        record.recordLaws = uint8(recordLaws);
        for (uint256 i = 0; i < record.accounts.length; i++) {
            address account_ = record.accounts[i];
            _setAccount(account_, _account(account_).withRecordLaws(recordLaws));
        }
        emit RecordLawsPublished(participant_, recordLaws, msg.sender, _note());
    }

    /// @inheritdoc IParticipants
    function publishAnswerTime(uint256 answerHours) external {
        uint256 participant_ = _binding();
        if (answerHours == 0 || answerHours > MAX_ANSWER_HOURS) revert AnswerHoursOutOfRange(answerHours);

        Record storage record = _records[participant_];
        // Two times are kept; the older one counts for surrenders that may still wait.
        uint256 settled = record.nextFrom == 0 ? 0 : record.nextFrom + (MAX_ANSWER_HOURS + 1) * 1 hours;
        if (block.timestamp < settled) revert AnswerTimeChanging(participant_, settled);

        // A whole hour, rounded up: surrenders are dated by the hour.
        uint256 from = ((block.timestamp + 1 hours - 1) / 1 hours + MAX_ANSWER_HOURS) * 1 hours;
        record.answerHours = uint16(_answerHours(participant_, block.timestamp));
        record.nextAnswerHours = uint16(answerHours);
        record.nextFrom = uint40(from);
        emit AnswerTimePublished(participant_, answerHours, from, msg.sender, _note());
    }

    // ------------------------------------------------------------------------------------------------------ standing

    /// @inheritdoc IParticipants
    function suspend(uint256 participant_, bytes calldata ground) external restricted {
        if (ground.length == 0) revert GroundRequired();

        // Whole hours, rounded up: the account words count in hours.
        uint256 hour = (block.timestamp + SUSPENSION + 1 hours - 1) / 1 hours;
        _suspendUntil(participant_, hour);
        emit ParticipantSuspended(participant_, hour * 1 hours, ground, _note());
    }

    /// @inheritdoc IParticipants
    function liftSuspension(uint256 participant_) external restricted {
        if (block.timestamp >= _record(participant_).suspendedUntil) revert NotSuspended(participant_);

        _suspendUntil(participant_, 0);
        emit SuspensionLifted(participant_, _note());
    }

    /// @inheritdoc IParticipants
    function setWindingDown(uint256 participant_, bool windingDown) external restricted {
        Record storage record = _record(participant_);

        record.windingDown = windingDown;
        for (uint256 i = 0; i < record.accounts.length; i++) {
            address account_ = record.accounts[i];
            _setAccount(account_, _account(account_).withReceives(!windingDown));
        }
        emit WindingDownSet(participant_, windingDown, _note());
    }

    // ------------------------------------------------------------------------------------------------------ recovery

    /// @inheritdoc IParticipants
    function proposeRecovery(
        address lost,
        address successor,
        uint256 roles,
        uint256 deadline,
        bytes calldata ground,
        bytes calldata signature
    ) external restricted {
        AccountWord word = _living(lost);
        uint256 participant_ = word.participant();
        if (ground.length == 0) revert GroundRequired();
        if (roles == 0) {
            if (_living(successor).participant() != participant_ || successor == lost) {
                revert NotTheSameParticipant(successor, lost);
            }
        } else {
            if (_account(successor).number() != 0) revert AlreadyAnAccount(successor);
            _requireWithin(roles, _records[participant_].roles);
            _requireSigned(
                successor,
                keccak256(
                    abi.encode(SUCCESSOR_TYPEHASH, participant_, lost, successor, roles, word.receiving(), deadline)
                ),
                deadline,
                signature
            );
        }

        uint256 executableFrom = block.timestamp + RECOVERY_DELAY;
        _recoveries[lost] = Recovery(successor, roles, executableFrom, _accountCount);
        emit RecoveryProposed(participant_, lost, successor, roles, executableFrom, ground, _note());
    }

    /// @inheritdoc IParticipants
    function vetoRecovery(address lost) external {
        if (_recoveries[lost].executableFrom == 0) revert NoRecovery(lost);
        uint256 participant_ = _account(lost).participant();
        AccountWord word = _living(msg.sender);
        if (msg.sender == lost || word.participant() != participant_) revert NotTheSameParticipant(msg.sender, lost);
        if (word.number() > _recoveries[lost].accountCount) revert AddedSince(msg.sender);

        delete _recoveries[lost];
        emit RecoveryVetoed(participant_, lost, msg.sender, _note());
    }

    /// @inheritdoc IParticipants
    function executeRecovery(address lost) external {
        Recovery memory waiting = _recoveries[lost];
        if (waiting.executableFrom == 0) revert NoRecovery(lost);
        if (block.timestamp < waiting.executableFrom) revert RecoveryTooEarly(lost, waiting.executableFrom);
        if (!_waits(waiting)) revert RecoveryLapsed(lost, waiting.executableFrom + RECOVERY_STANDS);
        AccountWord word = _living(lost);
        uint256 participant_ = word.participant();

        delete _recoveries[lost];
        if (waiting.roles == 0) _living(waiting.successor);
        _end(lost, waiting.successor);
        if (waiting.roles != 0) {
            _add(
                participant_,
                waiting.successor,
                address(0),
                waiting.roles & _records[participant_].roles,
                word.receiving()
            );
        }
        emit AccountRecovered(participant_, lost, waiting.successor, _note());
    }

    /// @inheritdoc IParticipants
    function shorten(uint256 number, uint256 hops) external {
        address account_ = _accountAt[number];
        for (uint256 i = 0; i < hops && !_account(account_).actsBit(); i++) {
            account_ = _accountAt[_account(account_).number()];
        }
        _accountAt[number] = account_;
    }

    // --------------------------------------------------------------------------------------------------------- rooms

    /// @inheritdoc IParticipants
    function listRoom(address room, bytes2[] calldata countries) external restricted {
        AccountWord word = _account(room);
        // A key that delegates to a contract (EIP-7702) acts as itself when it likes.
        bool isKey = bytes3(room.code) == DELEGATED;
        if (room.code.length == 0 || isKey || room == address(this) || room == authority()) revert NotARoom(room);
        if (word.number() == 0) {
            word = AccountWords.room(_nextNumber(room), Roles.MOVE);
        } else if (!word.isRoom()) {
            revert AlreadyAnAccount(room);
        }

        _setAccount(room, word.withReceives(true));
        for (uint256 i = 0; i < countries.length; i++) {
            _requireCountry(countries[i]);
            _roomListedFor[room][countries[i]] = true;
        }
        emit RoomListed(room, word.number(), countries, _note());
    }

    /// @inheritdoc IParticipants
    function delistRoom(address room, bytes2[] calldata countries) external restricted {
        AccountWord word = _account(room);
        if (!word.isRoom()) revert NotARoom(room);

        if (countries.length == 0) _setAccount(room, word.withReceives(false));
        for (uint256 i = 0; i < countries.length; i++) {
            _roomListedFor[room][countries[i]] = false;
        }
        emit RoomDelisted(room, countries, _note());
    }

    // --------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IStanding
    function account(address account_) external view returns (Account memory) {
        AccountWord word = _account(account_);
        return
            Account({
                lei: word.lei(),
                participant: word.participant(),
                number: word.number(),
                roles: word.roles(),
                country: word.country(),
                acts: word.acts(),
                receives: word.receives(),
                room: word.isRoom(),
                receiving: word.receiving(),
                issued: word.issued(),
                suspendedUntil: word.suspendedUntil()
            });
    }

    /// @inheritdoc IStanding
    /// @dev For the interface alone: {Bills} answers it itself, where a call from another contract finds it first.
    function standing(address account_) external view virtual returns (AccountWord) {
        return _account(account_);
    }

    /// @inheritdoc IStanding
    function accountAt(uint256 number) external view returns (address) {
        return _resolve(number);
    }

    /// @inheritdoc IParticipants
    function participant(uint256 number) external view returns (Participant memory) {
        Record storage record = _records[number];
        return
            Participant({
                lei: record.lei,
                parent: record.parent,
                country: record.country,
                roles: record.roles,
                recordLaws: record.recordLaws,
                rulebook: record.rulebook,
                answerHours: _answerHours(number, block.timestamp),
                suspendedUntil: record.suspendedUntil,
                windingDown: record.windingDown,
                accounts: record.accounts
            });
    }

    /// @inheritdoc IParticipants
    function participantOf(uint256 lei) external view returns (uint256) {
        return _participantOf[lei];
    }

    /// @inheritdoc IParticipants
    function codeOwner(bytes8 list, bytes8 code) external view returns (uint256) {
        return _codeOwner[list][code];
    }

    /// @inheritdoc IParticipants
    function isGiver(uint256 participant_, uint256 giver) external view returns (bool) {
        return _isGiver[participant_][giver];
    }

    /// @inheritdoc IStanding
    function person(uint256 number) external view returns (uint256 parent, bytes2 country, bool acts) {
        Record storage record = _records[number];
        return (record.parent, record.country, record.lei != 0 && block.timestamp >= record.suspendedUntil);
    }

    /// @inheritdoc IStanding
    function roomListedFor(address room, bytes2 country) external view returns (bool) {
        return _roomListedFor[room][country];
    }

    /// @inheritdoc IParticipants
    function recovery(address lost) external view returns (Recovery memory) {
        return _recoveries[lost];
    }

    /// @inheritdoc IParticipants
    function noteCount() external view returns (uint256) {
        return _noteCount;
    }

    // ------------------------------------------------------------------------------------------------------- private

    function _add(uint256 participant_, address account_, address sponsor, uint256 roles, Receiving receiving) private {
        Record storage record = _records[participant_];
        if (_account(account_).number() != 0) revert AlreadyAnAccount(account_);
        // Neither speaks for a person: the manager could be made to call in its own name.
        if (account_ == address(this) || account_ == authority()) revert NotAnAccount(account_);
        if (record.accounts.length >= MAX_ACCOUNTS) revert TooManyAccounts(participant_);
        uint256 number = _nextNumber(account_);
        _setAccount(
            account_,
            AccountWords
                .person(record.lei, participant_, number, roles, record.country)
                .withReceiving(receiving)
                .withReceives(!record.windingDown)
                .withSuspendedUntil(record.suspendedUntil / 1 hours)
                .withRecordLaws(record.recordLaws)
        );
        record.accounts.push(account_);
        emit AccountAdded(participant_, account_, sponsor, number, roles, receiving);
    }

    /// @dev Takes all power from an account for good and points its number to the successor.
    function _end(address account_, address successor) private {
        AccountWord word = _account(account_);
        _accountAt[word.number()] = successor;
        _setAccount(account_, word.withRoles(0).withActs(false).withReceives(false));
        address[] storage accounts = _records[word.participant()].accounts;
        for (uint256 i = 0; i < accounts.length; i++) {
            if (accounts[i] == account_) {
                accounts[i] = accounts[accounts.length - 1];
                accounts.pop();
                break;
            }
        }
    }

    function _nextNumber(address account_) private returns (uint256 number) {
        number = ++_accountCount;
        if (number > MAX_NUMBER) revert NumbersExhausted();
        _accountAt[number] = account_;
    }

    function _suspendUntil(uint256 participant_, uint256 hour) private {
        Record storage record = _record(participant_);
        record.suspendedUntil = uint40(hour * 1 hours);
        for (uint256 i = 0; i < record.accounts.length; i++) {
            address account_ = record.accounts[i];
            _setAccount(account_, _account(account_).withSuspendedUntil(hour));
        }
    }

    function _record(uint256 participant_) private view returns (Record storage record) {
        record = _records[participant_];
        if (record.lei == 0) revert UnknownParticipant(participant_);
    }

    /// @dev The participant that the caller may bind.
    function _binding() private view returns (uint256 participant_) {
        participant_ = _binding(msg.sender).participant();
    }

    /// @dev An account that may bind its participant: whoever may have stolen it does not, while its recovery waits.
    function _binding(address account_) private view returns (AccountWord word) {
        word = _acting(account_, Roles.TERMS);
        if (_waits(_recoveries[account_])) revert RecoveryWaits(account_);
    }

    /// @dev Proposed, and not lapsed.
    function _waits(Recovery memory proposed) private view returns (bool) {
        return proposed.executableFrom != 0 && block.timestamp <= proposed.executableFrom + RECOVERY_STANDS;
    }

    /// @dev The word of a person's account that was neither removed nor recovered, suspended or not.
    function _living(address account_) private view returns (AccountWord word) {
        word = _account(account_);
        if (!word.actsBit() || word.isRoom()) revert NotAnAccount(account_);
    }

    /// @dev `word`, of `actor`, is of the same participant as `account_`, which is living.
    function _requireSameParticipant(AccountWord word, address actor, address account_) private view {
        if (word.participant() != _living(account_).participant()) revert NotTheSameParticipant(actor, account_);
    }

    function _requireLei(uint256 lei) private pure {
        if (lei == 0 || lei >= LEI_END) revert MalformedLei(lei);
    }

    function _requireCountry(bytes2 country) private pure {
        if (country[0] < "A" || country[0] > "Z" || country[1] < "A" || country[1] > "Z") {
            revert MalformedCountry(country);
        }
    }

    /// @dev A-Z and 0-9, left-aligned, at least one.
    function _isCode(bytes8 text) private pure returns (bool) {
        for (uint256 i = 0; i < 8; i++) {
            bytes1 character = text[i];
            if (character == 0) return i != 0 && (text << (8 * i)) == 0;
            if (!((character >= "A" && character <= "Z") || (character >= "0" && character <= "9"))) return false;
        }
        return true;
    }

    /// @dev Roles that exist; nobody issues who could not answer.
    function _requireRoles(uint256 roles) private pure {
        _requireWithin(roles, Roles.ALL);
        if (roles & Roles.ISSUE != 0 && roles & Roles.ANSWER == 0) revert IssueNeedsAnswer(roles);
    }

    function _requireWithin(uint256 roles, uint256 allowed) private pure {
        if (roles & ~allowed != 0) revert RolesTooWide(roles, allowed);
    }
}
