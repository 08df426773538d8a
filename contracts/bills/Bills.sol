// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {ERC721} from "solady/src/tokens/ERC721.sol";

import {AccountWord} from "../identity/AccountWord.sol";
import {Roles} from "../identity/Roles.sol";
import {IAmendments} from "./IAmendments.sol";
import {Bill, Endorsement, Kind, Purpose, Status, SurrenderFor} from "./BillWord.sol";
import {BillId} from "./BillId.sol";
import {IBills} from "./IBills.sol";
import {ILedger} from "./ILedger.sol";
import {Ledger} from "./Ledger.sol";

/// @title Bills of lading: the everyday verbs, and the one address of the ledger
/// @notice See {IBills} for what each verb does and who may call it. Read one verb and you can read them all: who acts
/// and what is there, checks, effects, one event, outside calls last. What this code does not know it hands, unchanged,
/// to {Amendments} or {Registry}, which run on this contract's storage; both addresses are fixed for ever.
contract Bills is IBills, Ledger, Multicall {
    address private immutable AMENDMENTS;
    address private immutable REGISTRY;

    constructor(address authority_, address amendments_, address registry_) Ledger(authority_) {
        AMENDMENTS = amendments_;
        REGISTRY = registry_;
    }

    /// @notice The rest of the ledger's code: see {ILedger}.
    fallback() external {
        bytes4 verb = msg.sig;
        address code = verb == IAmendments.replace.selector || verb == IAmendments.toPaper.selector
            || verb == IAmendments.issueFromPaper.selector || verb == IAmendments.recover.selector
            || verb == IAmendments.agreedReplacements.selector || verb == IAmendments.replacementsHash.selector
            || verb == IAmendments.holderFor.selector || verb == IAmendments.rejectableUntil.selector
            || verb == IAmendments.recallableFrom.selector ? AMENDMENTS : REGISTRY;
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, 0, calldatasize())
            let done := delegatecall(gas(), code, free, calldatasize(), 0, 0)
            returndatacopy(free, 0, returndatasize())
            if iszero(done) { revert(free, returndatasize()) }
            return(free, returndatasize())
        }
    }

    // ------------------------------------------------------------------------------------------------------------- issue

    /// @inheritdoc IBills
    function issue(Terms calldata terms, address possessor, bytes calldata remark) external {
        address actor = _actor();
        AccountWord receiver;
        Bill memory b;
        uint256 issued;
        (b, receiver, issued) = _issue(terms, possessor, actor, false);

        emit Issued(
            terms.bill,
            actor,
            possessor,
            b.titleholder,
            b.kind,
            terms.root,
            terms.checksum,
            terms.carriageLaw,
            terms.recordLaw,
            b.acts,
            issued,
            remark
        );
        if (receiver.isRoom()) _enter(_single(terms.bill), actor, actor, possessor, remark);
    }

    // ------------------------------------------------------------------------------------------------------- circulation

    /// @inheritdoc IBills
    function transfer(uint256 id, address to, bytes calldata remark) external {
        address actor = _actor();
        (Bill memory b, AccountWord giver) = _inPossession(id, actor);

        _pass(id, b, giver, actor, to);
        emit Transferred(id, actor, to, actor, b.acts, remark);
    }

    /// @inheritdoc IBills
    function endorse(uint256 id, Endorsement endorsement, address endorsee, address to, bytes calldata remark)
        external
    {
        address actor = _actor();
        (Bill memory b, AccountWord giver) = _inPossession(id, actor);
        if (endorsement == Endorsement.None) revert EndorsementRequired();

        if (to == address(0) || to == actor) {
            to = actor;
            AccountWord entitled = _title(b, giver, id, endorsement, endorsee, actor, false);
            if (endorsee != address(0)) _requireWelcome(id, b, giver, entitled, actor, 0);
            b.since = _hour();
            _store(id, b);
        } else {
            AccountWord receiver = _handOver(b, giver, actor, id, to);
            AccountWord entitled = _title(b, giver, id, endorsement, endorsee, to, true);
            _requireWelcome(id, b, giver, receiver, to, 0);
            if (endorsee != address(0) && endorsee != to) _requireWelcome(id, b, giver, entitled, to, 0);
            _move(id, b, actor, to);
        }
        emit Endorsed(id, actor, to, actor, endorsement, b.titleholder, b.acts, remark);
    }

    /// @inheritdoc IBills
    function lodge(uint256 id, Endorsement endorsement, address endorsee, address room, bytes calldata terms)
        external
    {
        address actor = _actor();
        (Bill memory b, AccountWord giver) = _inPossession(id, actor);
        if (!_receiver(room).isRoom()) revert NotARoom(room);
        if (room == actor) revert AlreadyPossesses(id, room);
        if (!giver.isRoom()) _requireListed(room, giver.country());

        _spend(b, giver);
        b.mayRejectPossession = true;
        b.previousAccount = giver.number();
        b.since = _hour();
        if (endorsement != Endorsement.None) {
            AccountWord entitled = _title(b, giver, id, endorsement, endorsee, room, true);
            if (endorsee != address(0)) _requireWelcome(id, b, giver, entitled, room, 0);
        } else if (endorsee != address(0)) {
            revert EndorseeNotAllowed();
        }
        _move(id, b, actor, room);
        emit Lodged(id, actor, room, actor, endorsement, b.titleholder, b.acts, terms);
        _enter(_single(id), actor, actor, room, terms);
    }

    /// @inheritdoc IBills
    function sign(uint256 id, Purpose purpose, bytes calldata remark) external {
        address actor = _actor();
        (Bill memory b, AccountWord signer) = _inPossession(id, actor);

        _spend(b, signer);
        _store(id, b);
        emit Signed(id, actor, purpose, b.acts, remark);
    }

    /// @inheritdoc IBills
    function reject(uint256 id, bool possession, bool title, bytes calldata remark) external {
        address actor = _actor();
        Bill memory b = _bill(id);
        _requireStatus(id, b, Status.Live);
        AccountWord rejecter = _acting(actor, Roles.MOVE);
        address possessor = _ownerOf(id);
        _requireRejectable(id, b, rejecter, actor, possessor, possession, title);

        bool voided = possession && b.acts == 1;
        if (voided) {
            b.status = Status.Void;
            b.mayRejectTitle = false;
        } else if (title) {
            b.kind = b.previousTitleholder == 0 ? Kind.Blank : Kind.Order;
            b.titleholder = b.previousTitleholder;
            b.mayRejectTitle = false;
        }
        address to = possessor;
        if (possession) {
            to = _resolve(b.previousAccount);
            b.mayRejectPossession = false;
            _move(id, b, possessor, to);
        } else {
            _store(id, b);
        }
        emit Rejected(id, actor, to, possession, title, voided, b.acts, remark);
    }

    // --------------------------------------------------------------------------------------------------------- surrender

    /// @inheritdoc IBills
    function surrender(uint256 id, SurrenderFor purpose, address to, bytes32 agreed, bytes calldata remark) external {
        address actor = _actor();
        (Bill memory b, AccountWord giver) = _inPossession(id, actor);
        _requireEntitled(id, b, giver, actor, to, keccak256(abi.encode(purpose, agreed)));
        _carrier(id, to, Roles.ANSWER);
        if (purpose == SurrenderFor.Delivery) {
            b.status = Status.PendingDelivery;
        } else if (purpose == SurrenderFor.Paper) {
            b.status = Status.PendingPaper;
        } else {
            b.status = Status.PendingAmendment;
            if (agreed == 0 && giver.isRoom()) revert AgreedReplacementsRequired(id);
        }

        b.mayRejectPossession = false;
        b.mayRejectTitle = false;
        b.previousAccount = giver.number();
        b.since = _hour();
        if (agreed != 0) _agreedReplacements[id] = agreed;
        _move(id, b, actor, to);
        emit Surrendered(id, actor, to, actor, purpose, agreed, b.acts, remark);
    }

    /// @inheritdoc IBills
    function accept(uint256 id, bytes calldata remark) external {
        address actor = _actor();
        Bill memory b = _bill(id);
        _requireStatus(id, b, Status.PendingDelivery);
        _carrier(id, actor, Roles.ANSWER);

        b.status = Status.Surrendered;
        _store(id, b);
        emit SurrenderAccepted(id, actor, b.acts, remark);
    }

    /// @inheritdoc IBills
    function refuse(uint256 id, bytes calldata remark) external {
        address actor = _actor();
        Bill memory b = _pending(id);
        _carrier(id, actor, Roles.ANSWER);
        if (remark.length == 0) revert RemarkRequired();

        address to = _restore(id, b);
        emit SurrenderRefused(id, actor, to, b.acts, remark);
    }

    /// @inheritdoc IBills
    function recall(uint256 id, bytes calldata remark) external {
        address actor = _actor();
        Bill memory b = _pending(id);
        AccountWord recaller = _acting(actor, Roles.MOVE);
        address surrenderer = _resolve(b.previousAccount);
        if (actor != surrenderer && !_sameParticipant(recaller, _account(surrenderer))) {
            revert NotSurrenderer(id, actor);
        }
        uint256 from = _recallableFrom(id, b);
        if (block.timestamp < from) revert RecallTooEarly(id, from);

        address to = _restore(id, b);
        emit SurrenderRecalled(id, actor, to, b.acts, remark);
    }

    /// @inheritdoc IBills
    function deliver(uint256 id, bytes calldata remark) external {
        address actor = _actor();
        Bill memory b = _bill(id);
        _requireStatus(id, b, Status.Surrendered);
        _carrier(id, actor, Roles.ANSWER);

        b.status = Status.Delivered;
        _store(id, b);
        emit Delivered(id, actor, b.acts, remark);
    }

    // ----------------------------------------------------------------------------------------------------------- ERC-721

    /// @inheritdoc ERC721
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IBills).interfaceId || interfaceId == type(ILedger).interfaceId
            || super.supportsInterface(interfaceId);
    }

    /// @inheritdoc ERC721
    function tokenURI(uint256 id) public view override returns (string memory) {
        if (!_exists(id)) revert NoSuchBill(id);
        return string.concat(
            'data:application/json;utf8,{"name":"',
            Strings.escapeJSON(BillId.referenceOf(id)),
            " v",
            Strings.toString(BillId.version(id)),
            '"}'
        );
    }

    /// @notice Moves possession for an approved operator, or for the possessor itself. Possessor, receiver and caller
    /// have their standing checked; title stays; a room is never sent a bill.
    function transferFrom(address from, address to, uint256 id) public payable override {
        address actor = _actor();
        if (msg.value != 0) revert NoEther();
        if (actor != from) {
            _acting(actor, Roles.MOVE);
            if (!_isApprovedOrOwner(actor, id)) revert NotOwnerNorApproved();
        }
        (Bill memory b, AccountWord giver) = _inPossession(id, from);

        _pass(id, b, giver, from, to);
        emit Transferred(id, from, to, actor, b.acts, "");
    }

    /// @notice Lets an account move possession of one bill, until it moves. The possessor; zero takes it back.
    function approve(address account_, uint256 id) public payable override {
        address actor = _actor();
        if (msg.value != 0) revert NoEther();
        _inPossession(id, actor);
        if (account_ != address(0)) _requireOperator(account_);

        _approve(address(0), account_, id);
    }

    /// @notice Lets an account move possession of all that the caller possesses. Taking it back is always possible.
    function setApprovalForAll(address operator, bool approved) public override {
        if (approved) {
            _acting(msg.sender, Roles.MOVE);
            _requireOperator(operator);
        }

        super.setApprovalForAll(operator, approved);
    }

    // ------------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IBills
    function bill(uint256 id) external view returns (Bill memory) {
        return _bill(id);
    }

    /// @inheritdoc IBills
    function rootOf(uint256 id) external view returns (bytes32) {
        return _rootOf[id];
    }

    // -------------------------------------------------------------------------------------------------- private: who may

    function _pending(uint256 id) private view returns (Bill memory b) {
        b = _bill(id);
        if (b.status == Status.None) revert NoSuchBill(id);
        if (!_isPending(b)) revert WrongStatus(id, b.status);
    }

    /// @dev A live bill that the account possesses, and the account's word; it acts now, with role MOVE.
    function _inPossession(uint256 id, address possessor) private view returns (Bill memory b, AccountWord word) {
        b = _bill(id);
        _requireStatus(id, b, Status.Live);
        if (_ownerOf(id) != possessor) revert NotPossessor(id, possessor);
        word = _acting(possessor, Roles.MOVE);
    }

    /// @dev Whoever may surrender: see the table in {IBills-surrender}.
    function _requireEntitled(
        uint256 id,
        Bill memory b,
        AccountWord giver,
        address actor,
        address to,
        bytes32 detail
    ) private view {
        uint256 participant_ = giver.participant();
        if (b.kind == Kind.Blank) return;
        if (b.kind == Kind.Straight) {
            if (participant_ == b.titleholder || participant_ == b.previousTitleholder) return;
        } else {
            if (participant_ == b.titleholder) return;
            if (_hasAgreed(b.titleholder, id, b.acts, to, b.titleholder, b.kind, detail)) return;
        }
        revert MayNotSurrender(id, actor);
    }

    function _requireRejectable(
        uint256 id,
        Bill memory b,
        AccountWord rejecter,
        address actor,
        address possessor,
        bool possession,
        bool title
    ) private view {
        bool bearer = b.kind == Kind.Blank;
        if (!(possession || title) || (possession && !b.mayRejectPossession)) revert NothingToReject(id);
        if (possession && actor != possessor) revert NotPossessor(id, actor);
        if (!rejecter.isRoom() && block.timestamp > _rejectableUntil(b)) {
            revert RejectTimePassed(id, _rejectableUntil(b));
        }
        // The issue is rejected whole, whatever else was asked.
        if (possession && b.acts == 1) return;
        if (title) {
            if (!b.mayRejectTitle) revert NothingToReject(id);
            if (bearer ? actor != possessor : rejecter.participant() != b.titleholder) revert NothingToReject(id);
        }
        if (b.mayRejectPossession && b.mayRejectTitle && possession != title) {
            uint256 holder = _account(possessor).participant();
            uint256 giver = _account(_resolve(b.previousAccount)).participant();
            if ((bearer || holder == b.titleholder) && (b.previousTitleholder == 0 || b.previousTitleholder == giver)) {
                revert RejectedWholeOnly(id);
            }
        }
    }

    function _requireOperator(address account_) private view {
        if (_receiver(account_).isRoom()) revert RoomNeedsTerms(account_);
    }

    // --------------------------------------------------------------------------------------------------- private: giving

    /// @dev Acting spends the right to reject: possession's, and title's when the actor has it.
    function _spend(Bill memory b, AccountWord actor) private pure {
        b.mayRejectPossession = false;
        if (b.kind == Kind.Blank || b.titleholder == actor.participant()) b.mayRejectTitle = false;
    }

    /// @dev Possession alone, to a person.
    function _pass(uint256 id, Bill memory b, AccountWord giver, address from, address to) private {
        AccountWord receiver = _handOver(b, giver, from, id, to);
        _requireWelcome(id, b, giver, receiver, to, 0);
        _move(id, b, from, to);
    }

    /// @dev Prepares the word for a new possessor, a person that receives; or, when a room gives, for whom it held.
    function _handOver(Bill memory b, AccountWord giver, address from, uint256 id, address to)
        private
        view
        returns (AccountWord receiver)
    {
        if (to == from) revert AlreadyPossesses(id, to);
        receiver = _account(to);
        if (receiver.isRoom()) revert RoomNeedsTerms(to);
        if (!receiver.receives()) {
            bool restitution = giver.isRoom() && receiver.actsBit() && _holderFor(id, from) == receiver.participant();
            if (!restitution) revert MayNotReceive(to);
        }
        _spend(b, giver);
        b.mayRejectPossession = !giver.isRoom();
        b.previousAccount = giver.number();
        b.since = _hour();
    }

    /// @dev Prepares the word for a new titleholder; `possessor` is who possesses afterwards.
    function _title(
        Bill memory b,
        AccountWord giver,
        uint256 id,
        Endorsement endorsement,
        address endorsee,
        address possessor,
        bool moves
    ) private view returns (AccountWord entitled) {
        bool blank = b.kind == Kind.Blank;
        bool own = blank || (b.kind == Kind.Order && b.titleholder == giver.participant());
        uint256 former = b.titleholder;
        if (!own && !(b.kind == Kind.Order && giver.isRoom())) revert MayNotEndorse(id, possessor);

        bool whole;
        if (endorsement == Endorsement.Blank) {
            if (endorsee != address(0)) revert EndorseeNotAllowed();
            whole = moves;
            b.kind = Kind.Blank;
            b.titleholder = 0;
        } else {
            entitled = _entitled(id, endorsee);
            whole = moves && entitled.participant() == _account(possessor).participant();
            b.kind = endorsement == Endorsement.ToOrder ? Kind.Order : Kind.Named;
            b.titleholder = entitled.participant();
        }
        b.mayRejectTitle = !giver.isRoom() && (endorsement != Endorsement.Blank || moves);
        // What was in blank goes back in blank when it goes back whole, else to whoever endorsed it.
        b.previousTitleholder = !blank ? former : whole ? 0 : giver.participant();
        if (!own && !_hasAgreed(former, id, b.acts, possessor, b.titleholder, b.kind, 0)) {
            revert MayNotEndorse(id, possessor);
        }
    }

    /// @dev Back to whoever surrendered, as it was (refuse, recall).
    function _restore(uint256 id, Bill memory b) private returns (address to) {
        to = _resolve(b.previousAccount);
        if (b.status != Status.PendingDelivery) delete _agreedReplacements[id];
        b.status = Status.Live;
        _move(id, b, _ownerOf(id), to);
    }
}
