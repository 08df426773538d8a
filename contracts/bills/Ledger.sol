// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TransientSlot} from "@openzeppelin/contracts/utils/TransientSlot.sol";
import {ERC721} from "solady/src/tokens/ERC721.sol";

import {AccountWord, Receiving} from "../identity/AccountWord.sol";
import {IParticipants} from "../identity/IParticipants.sol";
import {Roles} from "../identity/Roles.sol";
import {Standing} from "../identity/Standing.sol";
import {BillId} from "./BillId.sol";
import {BillWord, Kind, Status, Terms} from "./BillWord.sol";
import {IBills} from "./IBills.sol";
import {LodgingWord} from "./LodgingWord.sol";

/// @title What all code of the ledger shares: the storage, and the steps that verbs are made of
/// @notice {Bills}, {Amendments} and {Registry} inherit it, so that their storage is the same by construction. All
/// storage of the ledger is declared here, in {Standing} and in what they inherit.
abstract contract Ledger is Standing, ERC721 {
    using TransientSlot for *;

    /// @dev Hours within which what was received may be rejected.
    uint256 internal constant REJECT_HOURS = 72;

    mapping(uint256 bill => bytes32) internal _rootOf;
    mapping(uint256 bill => bytes32) internal _agreedReplacements;
    /// @dev Of bills that a room possesses or has surrendered.
    mapping(uint256 bill => LodgingWord) internal _lodgings;
    /// @dev Last second at which a recorded agreement counts.
    mapping(bytes32 agreement => uint256) internal _recorded;

    /// @dev Where {ERC721} keeps a bill (possessor, word; the approval behind it) and an account (balance, word).
    uint256 private constant SEED = 0x7d8825530a5a2e7a << 192;
    bytes32 private constant TRANSFER = keccak256("Transfer(address,address,uint256)");
    /// @dev The account's bit `approves`, as it stands beside the balance (32 bits).
    uint256 private constant APPROVES = 1 << 203;

    constructor(address authority_) Standing(authority_) {}

    // ------------------------------------------------------------------------------------------------------- the word

    function _word(uint256 id) internal view returns (BillWord) {
        return BillWord.wrap(_getExtraData(id));
    }

    /// @dev The word and the possessor, in one read; zeros when there is no such bill.
    function _wordOf(uint256 id) internal view returns (BillWord word, address possessor) {
        assembly ("memory-safe") {
            mstore(0x00, id)
            mstore(0x1c, SEED)
            let packed := sload(add(id, add(id, keccak256(0x00, 0x20))))
            word := shr(160, packed)
            possessor := shr(96, shl(96, packed))
        }
    }

    /// @dev Counts the act and writes the word.
    /// @return actCount The count after it.
    function _store(uint256 id, BillWord word) internal returns (uint256 actCount) {
        word = word.counted();
        _setExtraData(id, uint96(BillWord.unwrap(word)));
        return word.actCount();
    }

    /// @dev The one move of possession, of a bill that `from` possesses, to an account: counts the act and writes the bill
    /// once. The bill's approval, which only its possessor gave, is looked for where that account ever gave one. As
    /// {ERC721-_transfer} leaves it, which reads the approval each time and leaves the word to a second write.
    /// @return actCount The count after it.
    function _move(uint256 id, BillWord word, address from, address to) internal returns (uint256 actCount) {
        word = word.counted();
        actCount = word.actCount();
        bytes32 topic = TRANSFER;
        assembly ("memory-safe") {
            mstore(0x00, id)
            mstore(0x1c, SEED)
            let slot := add(id, add(id, keccak256(0x00, 0x20)))
            sstore(slot, or(shl(160, word), to))

            mstore(0x00, from)
            let balanceSlot := keccak256(0x0c, 0x1c)
            let fromBalance := sload(balanceSlot)
            if and(fromBalance, APPROVES) {
                sstore(add(1, slot), 0)
            }
            sstore(balanceSlot, sub(fromBalance, 1))
            mstore(0x00, to)
            balanceSlot := keccak256(0x0c, 0x1c)
            sstore(balanceSlot, add(sload(balanceSlot), 1))
            log4(0x00, 0x00, topic, from, to, id)
        }
    }

    function _isPending(BillWord word) internal pure returns (bool) {
        Status status = word.status();
        return status >= Status.PendingDelivery && status <= Status.PendingPaper;
    }

    /// @dev Last second at which what was received may be rejected.
    function _rejectableUntil(BillWord word) internal view returns (uint256) {
        return word.startedAt() + (REJECT_HOURS + 1) * 1 hours - 1;
    }

    /// @dev At once when the carrier may not act, else when the answer time has passed that was in force at the surrender.
    function _recallableFrom(uint256 id, BillWord word) internal view returns (uint256) {
        uint256 since = word.startedAt();
        address carrier = _resolve(_account(_ownerOf(id)).number());
        if (!_account(carrier).acts()) return since;
        return since + (_answerHours(_participantOf[BillId.lei(id)], since) + 1) * 1 hours;
    }

    // -------------------------------------------------------------------------------------------------------- who may

    function _requireStatus(uint256 id, BillWord word, Status status) internal pure {
        if (word.status() != status) _revertStatus(id, word);
    }

    function _revertStatus(uint256 id, BillWord word) internal pure {
        if (word.status() == Status.None) revert IBills.NoSuchBill(id);
        revert IBills.WrongStatus(id, word.status());
    }

    /// @dev An account of the bill's carrier that acts now, with the role.
    function _carrier(uint256 id, address account_, uint256 role) internal view returns (AccountWord carrier) {
        carrier = _acting(account_, role);
        if (carrier.lei() != BillId.lei(id)) revert IBills.NotCarrier(id, account_);
    }

    /// @dev A participant for whom a room may hold anew: may be given something now, of a country that the room is listed for.
    function _requireMayHold(address room, uint256 holder) internal view {
        Record storage record = _records[holder];
        _requireListed(room, record.country);
        if (record.windingDown || block.timestamp < record.suspendedUntil) revert IBills.MayNotHold(holder);
    }

    function _sameParticipant(AccountWord one, AccountWord other) internal pure returns (bool) {
        return one.participant() != 0 && one.participant() == other.participant();
    }

    function _requireListed(address room, bytes2 country) internal view {
        if (!_roomListedFor[room][country]) revert IBills.RoomNotListed(room, country);
    }

    // --------------------------------------------------------------------------------------------------------- giving

    /// @dev Acting spends the right to reject: possession's, and title's when the actor has it.
    function _spent(BillWord word, AccountWord actor) internal view returns (BillWord) {
        // In blank the titleholder is 0, and the possessor has title whoever it is. What lapsed does not come back when
        // possession moves and times run anew.
        bool over =
            word.titleholder() == 0 || word.titleholder() == actor.participant() || word.hoursElapsed() > REJECT_HOURS;
        return over ? word.spentPossession().spentTitle() : word.spentPossession();
    }

    /// @dev A person that may be given title now.
    function _entitled(uint256 id, address endorsee) internal view returns (AccountWord account_) {
        if (endorsee == address(0)) revert IBills.TitleholderRequired(id);
        account_ = _receiver(endorsee);
        if (account_.isRoom()) revert IBills.NotAPerson(endorsee);
    }

    /// @dev The receiver takes from this giver, or has agreed to this very act.
    /// @param word As it will be, before the act is counted.
    function _requireWelcome(
        uint256 id,
        BillWord word,
        AccountWord giver,
        AccountWord receiver,
        address possessor
    ) internal view {
        if (_takesFrom(receiver, giver)) return;
        _requireAgreement(id, word, receiver, possessor, 0);
    }

    /// @dev As {_requireWelcome}, of a bill that is made: agreed to are all its terms.
    function _requireWelcome(
        Terms calldata terms,
        BillWord word,
        AccountWord carrier,
        AccountWord receiver,
        address possessor
    ) internal view {
        if (_takesFrom(receiver, carrier)) return;
        _requireAgreement(terms.bill, word, receiver, possessor, keccak256(abi.encode(terms)));
    }

    /// @dev Without being asked: from anyone, from its own participant, from whom it listed. What a room gives was agreed
    /// in its terms.
    function _takesFrom(AccountWord receiver, AccountWord giver) private view returns (bool) {
        Receiving receiving = receiver.receiving();
        if (receiving == Receiving.Anyone || giver.isRoom()) return true;
        uint256 participant_ = receiver.participant();
        if (giver.participant() == participant_) return true;
        return receiving == Receiving.ListedOnly && _isGiver[participant_][giver.participant()];
    }

    function _requireAgreement(
        uint256 id,
        BillWord word,
        AccountWord receiver,
        address possessor,
        bytes32 detail
    ) private view {
        uint256 participant_ = receiver.participant();
        if (!_hasAgreed(participant_, id, word, possessor, detail)) revert IBills.AgreementRequired(id, participant_);
    }

    // ---------------------------------------------------------------------------------------------------------- issue

    /// @dev Issues to a possessor that receives; see {IBills-issue} and {IAmendments-issueFromPaper}.
    function _issue(
        Terms calldata terms,
        address possessor,
        address actor,
        bool fromPaper
    ) internal returns (uint256 titleholder, uint256 issued) {
        AccountWord carrier = _carrier(terms.bill, actor, Roles.ISSUE);
        if (!carrier.receives()) revert IParticipants.MayNotReceive(actor);
        if (terms.kind == Kind.Named) revert IBills.KindNotAllowed(terms.bill, terms.kind);
        Status previous = _previousVersion(terms.bill);
        if (!(previous == Status.None || previous == Status.Void || (fromPaper && previous == Status.Paper))) {
            revert IBills.PreviousVersionStands(terms.bill, previous);
        }
        AccountWord receiver = _receiver(possessor);
        if (receiver.isRoom()) revert IBills.RoomNeedsTerms(possessor);

        BillWord word;
        if (terms.kind == Kind.Blank) {
            if (terms.titleholder != address(0)) revert IBills.NoTitleholderInBlank(terms.bill);
            word = word.titled(Kind.Blank, 0, 0);
        } else {
            bool same = terms.titleholder == possessor;
            AccountWord entitled = same ? receiver : _entitled(terms.bill, terms.titleholder);
            titleholder = entitled.participant();
            // Of a straight bill the shipper; of one to somebody else's order, whose it is when that one rejects title.
            bool rejectable = terms.kind == Kind.Order && titleholder != receiver.participant();
            uint256 giver = rejectable || terms.kind == Kind.Straight ? receiver.participant() : 0;
            word = word.titled(terms.kind, titleholder, giver);
            if (rejectable) word = word.rejectableTitle();
            if (!same) _requireWelcome(terms, word, carrier, entitled, possessor);
        }
        _requireWelcome(terms, word, carrier, receiver, possessor);
        word = word.rejectablePossession();
        issued = _create(terms, word.givenBy(carrier.number()), carrier, actor, possessor);
    }

    /// @dev Writes a new bill, live, of a carrier whose right to it was checked; title is in the word.
    function _create(
        Terms calldata terms,
        BillWord word,
        AccountWord carrier,
        address actor,
        address possessor
    ) internal returns (uint256 issued) {
        if (!BillId.isWellFormed(terms.bill)) revert IBills.MalformedBill(terms.bill);
        if (_exists(terms.bill)) revert IBills.BillExists(terms.bill);
        if (terms.root == 0 || terms.checksum == 0) revert IBills.DocumentRequired(terms.bill);
        if (terms.carriageLaw == 0) revert IBills.LawRequired(terms.bill);
        if ((carrier.recordLaws() >> uint256(terms.recordLaw)) & 1 == 0) {
            revert IBills.RecordLawNotCovered(terms.bill, terms.recordLaw);
        }

        // Read anew: one act may create several.
        carrier = _account(actor);
        carrier = carrier.withIssued(carrier.issued() + 1);
        _setAccount(actor, carrier);
        _rootOf[terms.bill] = terms.root;
        // That it does not exist was checked above.
        word = word.withStatus(Status.Live).counted();
        _mintAndSetExtraDataUnchecked(possessor, terms.bill, uint96(BillWord.unwrap(word)));
        return carrier.issued();
    }

    /// @dev Status of the version before, `None` for version 1 (0 is refused as malformed).
    function _previousVersion(uint256 id) internal view returns (Status status) {
        if (BillId.version(id) <= 1) return Status.None;
        status = _word(id - BillId.ONE_VERSION).status();
        // A version that never was is no void one.
        if (status == Status.None) revert IBills.NoSuchBill(id - BillId.ONE_VERSION);
    }

    // ----------------------------------------------------------------------------------------------------- agreements

    /// @dev Whether a participant has shown in this transaction, or recorded, its agreement to this very act.
    /// @param word As it will be, before the act is counted.
    function _hasAgreed(
        uint256 participant_,
        uint256 id,
        BillWord word,
        address possessor,
        bytes32 detail
    ) internal view returns (bool) {
        bytes32 key = _agreement(
            participant_,
            id,
            word.actCount(),
            msg.sig,
            possessor,
            word.titleholder(),
            word.kind(),
            detail
        );
        return key.asBoolean().tload() || block.timestamp <= _recorded[key];
    }

    function _agreement(
        uint256 participant_,
        uint256 id,
        uint256 actCount,
        bytes4 verb,
        address possessor,
        uint256 titleholder,
        Kind kind,
        bytes32 detail
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(participant_, id, actCount, verb, possessor, titleholder, kind, detail));
    }

    // --------------------------------------------------------------------------------------------------- the accounts

    function _account(address account_) internal view override returns (AccountWord) {
        return AccountWord.wrap(_getAux(account_));
    }

    function _setAccount(address account_, AccountWord word) internal override {
        _setAux(account_, uint224(AccountWord.unwrap(word)));
    }
}
