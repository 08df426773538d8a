// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {TransientSlot} from "@openzeppelin/contracts/utils/TransientSlot.sol";
import {ERC721} from "solady/src/tokens/ERC721.sol";

import {AccountWord, Receiving} from "../identity/AccountWord.sol";
import {Roles} from "../identity/Roles.sol";
import {Standing} from "../identity/Standing.sol";
import {BillId} from "./BillId.sol";
import {Bill, BillWords, Kind, MAX_ACTS, Status} from "./BillWord.sol";
import {IBillReceiver} from "./IBillReceiver.sol";
import {IBillTerms} from "./IBillTerms.sol";

/// @title What all code of the ledger shares: the storage, and the steps that verbs are made of
/// @notice {Bills}, {Amendments} and {Registry} inherit it, so that their storage is the same by construction. All
/// storage of the ledger is declared here and in {Standing}.
abstract contract Ledger is IBillTerms, Standing, ERC721 {
    using TransientSlot for *;

    /// Hours within which what was received may be rejected.
    uint256 public constant REJECT_HOURS = 72;

    mapping(uint256 bill => bytes32) internal _rootOf;
    mapping(uint256 bill => bytes32) internal _agreedReplacements;

    constructor(address authority_) Standing(authority_) EIP712("Sampan Bills", "1") {}

    /// @inheritdoc ERC721
    function name() public pure override returns (string memory) {
        return "Sampan bill of lading";
    }

    /// @inheritdoc ERC721
    function symbol() public pure override returns (string memory) {
        return "EBL";
    }

    /// @inheritdoc ERC721
    function tokenURI(uint256 id) public view virtual override returns (string memory) {}

    // ---------------------------------------------------------------------------------------------------------- the word

    function _bill(uint256 id) internal view returns (Bill memory) {
        return BillWords.unpack(_getExtraData(id));
    }

    /// @dev Counts the act and writes the word.
    function _store(uint256 id, Bill memory b) internal {
        if (b.acts != MAX_ACTS) b.acts++;
        _setExtraData(id, BillWords.pack(b));
    }

    /// @dev The one move of possession; clears the bill's approval.
    function _move(uint256 id, Bill memory b, address from, address to) internal {
        _transfer(address(0), from, to, id);
        _store(id, b);
    }

    function _hour() internal view returns (uint256) {
        return (block.timestamp / 1 hours) & 0xffff;
    }

    /// @dev Start of the hour from which the bill's times run, in seconds since 1970.
    function _since(Bill memory b) internal view returns (uint256) {
        uint256 hour = block.timestamp / 1 hours;
        return (hour - ((hour - b.since) & 0xffff)) * 1 hours;
    }

    function _rejectableUntil(Bill memory b) internal view returns (uint256) {
        return _since(b) + (REJECT_HOURS + 1) * 1 hours - 1;
    }

    /// @dev At once when the carrier may not act, else when its answer time has passed.
    function _recallableFrom(uint256 id, Bill memory b) internal view returns (uint256) {
        AccountWord carrier = _account(_ownerOf(id));
        uint256 since = _since(b);
        return carrier.acts() ? since + (_answerHours(_participantOf[BillId.lei(id)]) + 1) * 1 hours : since;
    }

    function _isPending(Bill memory b) internal pure returns (bool) {
        return b.status >= Status.PendingDelivery && b.status <= Status.PendingPaper;
    }

    // ----------------------------------------------------------------------------------------------------------- who may

    function _requireStatus(uint256 id, Bill memory b, Status status) internal pure {
        if (b.status == Status.None) revert NoSuchBill(id);
        if (b.status != status) revert WrongStatus(id, b.status);
    }

    /// @dev An account of the bill's carrier that acts now, with the role.
    function _carrier(uint256 id, address account_, uint256 role) internal view returns (AccountWord word) {
        word = _acting(account_, role);
        if (word.lei() != BillId.lei(id)) revert NotCarrier(id, account_);
    }

    function _sameParticipant(AccountWord one, AccountWord other) internal pure returns (bool) {
        return one.participant() != 0 && one.participant() == other.participant();
    }

    function _requireListed(address room, bytes2 country) internal view {
        if (!_roomListedFor[room][country]) revert RoomNotListed(room, country);
    }

    // ------------------------------------------------------------------------------------------------------------ giving

    /// @dev A person that may be given title now.
    function _entitled(uint256 id, address endorsee) internal view returns (AccountWord word) {
        if (endorsee == address(0)) revert TitleholderRequired(id);
        word = _receiver(endorsee);
        if (word.isRoom()) revert NotAPerson(endorsee);
    }

    /// @dev The receiver takes from this giver, or has agreed to this very act. What a room gives was agreed in its terms.
    function _requireWelcome(
        uint256 id,
        Bill memory b,
        AccountWord giver,
        AccountWord receiver,
        address possessor,
        bytes32 detail
    ) internal view {
        Receiving receiving = receiver.receiving();
        uint256 participant_ = receiver.participant();
        if (receiving == Receiving.Anyone || giver.isRoom() || giver.participant() == participant_) return;
        if (receiving == Receiving.ListedOnly && _isGiver[participant_][giver.participant()]) return;
        if (_hasAgreed(participant_, id, b.acts, possessor, b.titleholder, b.kind, detail)) return;
        revert AgreementRequired(id, participant_);
    }

    // ------------------------------------------------------------------------------------------------------------- issue

    function _issue(Terms calldata terms, address possessor, address actor, bool fromPaper)
        internal
        returns (Bill memory b, AccountWord receiver, uint256 issued)
    {
        AccountWord carrier = _carrier(terms.bill, actor, Roles.ISSUE);
        if (!carrier.receives()) revert MayNotReceive(actor);
        if (terms.kind == Kind.Named) revert KindNotAllowed(terms.bill, terms.kind);
        Status previous = _previousVersion(terms.bill);
        if (!(previous == Status.None || previous == Status.Void || (fromPaper && previous == Status.Paper))) {
            revert PreviousVersionStands(terms.bill, previous);
        }
        receiver = _receiver(possessor);

        b.kind = terms.kind;
        b.mayRejectPossession = !receiver.isRoom();
        b.previousAccount = carrier.number();
        AccountWord entitled;
        if (terms.kind == Kind.Blank) {
            if (terms.titleholder != address(0)) revert NoTitleholderInBlank(terms.bill);
        } else {
            entitled = _entitled(terms.bill, terms.titleholder);
            b.titleholder = entitled.participant();
        }
        if (terms.kind == Kind.Straight) {
            if (receiver.isRoom()) revert NotAPerson(possessor);
            b.previousTitleholder = receiver.participant();
        }
        if (!receiver.isRoom()) _requireWelcome(terms.bill, b, carrier, receiver, possessor, terms.root);
        if (terms.kind != Kind.Blank && terms.titleholder != possessor) {
            _requireWelcome(terms.bill, b, carrier, entitled, possessor, terms.root);
        }
        issued = _create(terms, b, carrier, actor, possessor);
    }

    /// @dev Writes a new bill. Title and who may have been checked.
    function _create(Terms calldata terms, Bill memory b, AccountWord carrier, address actor, address possessor)
        internal
        returns (uint256 issued)
    {
        if (!BillId.isWellFormed(terms.bill)) revert MalformedBill(terms.bill);
        if (_exists(terms.bill)) revert BillExists(terms.bill);
        if (terms.root == 0 || terms.checksum == 0) revert DocumentRequired(terms.bill);
        if ((uint256(_records[carrier.participant()].recordLaws) >> uint256(terms.recordLaw)) & 1 == 0) {
            revert RecordLawNotCovered(terms.bill, terms.recordLaw);
        }

        b.status = Status.Live;
        b.since = _hour();
        _rootOf[terms.bill] = terms.root;
        carrier = _account(actor);
        carrier = carrier.withIssued(carrier.issued() + 1);
        _setAccount(actor, carrier);
        _mint(possessor, terms.bill);
        _store(terms.bill, b);
        return carrier.issued();
    }

    /// @dev Status of the version before, `None` for version 1 (0 is refused as malformed).
    function _previousVersion(uint256 id) internal view returns (Status) {
        uint256 version = BillId.version(id);
        if (version <= 1) return Status.None;
        Status status = _bill(id - BillId.ONE_VERSION).status;
        // A version that never was is no void one.
        if (status == Status.None) revert NoSuchBill(id - BillId.ONE_VERSION);
        return status;
    }

    // ------------------------------------------------------------------------------------------------------------- rooms

    function _single(uint256 id) internal pure returns (uint256[] memory ids) {
        ids = new uint256[](1);
        ids[0] = id;
    }

    /// @dev The room answers, holds for somebody, and is listed for that person's country; else all is undone.
    function _enter(uint256[] memory ids, address from, address signer, address room, bytes calldata data) internal {
        if (IBillReceiver(room).onBill(ids, from, signer, data) != IBillReceiver.onBill.selector) {
            revert RoomRefused(room);
        }
        for (uint256 i = 0; i < ids.length; i++) {
            // The room may have passed the bill on already.
            if (_ownerOf(ids[i]) != room) continue;
            uint256 holder = _holderFor(ids[i], room);
            if (holder == 0) revert RoomHoldsForNobody(room, ids[i]);
            _requireListed(room, _records[holder].country);
        }
    }

    function _holderFor(uint256 id, address possessor) internal view returns (uint256) {
        AccountWord word = _account(possessor);
        return word.isRoom() ? IBillReceiver(possessor).holderFor(id) : word.participant();
    }

    // -------------------------------------------------------------------------------------------------------- agreements

    /// @dev Whether a participant has shown its agreement to this very act in this transaction.
    function _hasAgreed(
        uint256 participant_,
        uint256 id,
        uint256 acts,
        address possessor,
        uint256 titleholder,
        Kind kind,
        bytes32 detail
    ) internal view returns (bool) {
        return _agreement(participant_, id, acts, msg.sig, possessor, titleholder, kind, detail).tload();
    }

    function _agreement(
        uint256 participant_,
        uint256 id,
        uint256 acts,
        bytes4 verb,
        address possessor,
        uint256 titleholder,
        Kind kind,
        bytes32 detail
    ) internal pure returns (TransientSlot.BooleanSlot) {
        return
            keccak256(abi.encode(participant_, id, acts, verb, possessor, titleholder, kind, detail)).asBoolean();
    }

    // ------------------------------------------------------------------------------------------------------ the accounts

    function _account(address account_) internal view override returns (AccountWord) {
        return AccountWord.wrap(_getAux(account_));
    }

    function _setAccount(address account_, AccountWord word) internal override {
        _setAux(account_, AccountWord.unwrap(word));
    }

    function _possessed(address account_) internal view override returns (uint256) {
        return balanceOf(account_);
    }
}
