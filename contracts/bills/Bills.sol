// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {ERC721} from "solady/src/tokens/ERC721.sol";

import {AccountWord} from "../identity/AccountWord.sol";
import {IParticipants} from "../identity/IParticipants.sol";
import {Roles} from "../identity/Roles.sol";
import {Bill, BillWord, Endorsement, Kind, Purpose, Rejection, Status, SurrenderFor, Terms} from "./BillWord.sol";
import {BillId} from "./BillId.sol";
import {IAmendments} from "./IAmendments.sol";
import {IBills} from "./IBills.sol";
import {Ledger} from "./Ledger.sol";

/// @title Bills of lading: the everyday verbs, and the one address of the ledger
/// @notice See {IBills} for what each verb does and who may call it. Read one verb and you can read them all: who acts
/// and what is there, checks, effects, one event, outside calls last. What this code does not know it hands, unchanged,
/// to {Amendments} or {Registry}, which run on this contract's storage; both addresses are fixed for ever. The whole
/// surface is {ILedger}.
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
        address code =
            verb == IAmendments.replace.selector ||
            verb == IAmendments.toPaper.selector ||
            verb == IAmendments.issueFromPaper.selector ||
            verb == IAmendments.recover.selector ||
            verb == IAmendments.agreedReplacements.selector ||
            verb == IAmendments.replacementsHash.selector ||
            verb == IAmendments.holderFor.selector ||
            verb == IAmendments.rejectableUntil.selector ||
            verb == IAmendments.recallableFrom.selector
                ? AMENDMENTS
                : REGISTRY;
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, 0, calldatasize())
            let done := delegatecall(gas(), code, free, calldatasize(), 0, 0)
            returndatacopy(free, 0, returndatasize())
            if iszero(done) {
                revert(free, returndatasize())
            }
            return(free, returndatasize())
        }
    }

    // ---------------------------------------------------------------------------------------------------------- issue

    /// @inheritdoc IBills
    function issue(Terms calldata terms, address possessor, bytes calldata remark) external {
        address actor = _actor();
        (uint256 titleholder, uint256 issued, bool room) = _issue(terms, possessor, actor, false);

        emit Issued(
            terms.bill,
            actor,
            possessor,
            titleholder,
            terms.kind,
            terms.root,
            terms.checksum,
            terms.carriageLaw,
            terms.recordLaw,
            1,
            issued,
            remark
        );
        if (room) _enter(_single(terms.bill), actor, actor, possessor, remark);
    }

    // ---------------------------------------------------------------------------------------------------- circulation

    /// @inheritdoc IBills
    function transfer(uint256 id, address to, bytes calldata remark) external {
        _pass(id, _actor(), to, remark);
    }

    /// @inheritdoc IBills
    function endorse(
        uint256 id,
        Endorsement endorsement,
        address endorsee,
        address to,
        bytes calldata remark
    ) external {
        address actor = _actor();
        (BillWord word, AccountWord giver) = _inPossession(id, actor);
        if (endorsement == Endorsement.None) revert EndorsementRequired();

        uint256 actCount;
        if (to == address(0) || to == actor) {
            to = actor;
            word = _title(id, _spent(word, giver), giver, endorsement, endorsee, actor, actor).sinceNow();
            actCount = _store(id, word);
        } else {
            AccountWord receiver;
            (word, receiver) = _handOver(id, word, giver, actor, to);
            word = _title(id, word, giver, endorsement, endorsee, actor, to);
            _requireWelcome(id, word, giver, receiver, to);
            actCount = _move(id, word, actor, to);
        }
        emit Endorsed(id, actor, to, endorsement, word.titleholder(), actCount, remark);
    }

    /// @inheritdoc IBills
    function lodge(uint256 id, Endorsement endorsement, address endorsee, address room, bytes calldata terms) external {
        address actor = _actor();
        (BillWord word, AccountWord giver) = _inPossession(id, actor);
        if (!_receiver(room).isRoom()) revert IParticipants.NotARoom(room);
        if (room == actor) revert AlreadyPossesses(id, room);
        if (!giver.isRoom()) _requireListed(room, giver.country());

        word = _spent(word, giver).givenBy(giver.number()).rejectablePossession();
        if (endorsement != Endorsement.None) {
            word = _title(id, word, giver, endorsement, endorsee, actor, room);
        } else if (endorsee != address(0)) {
            revert EndorseeNotAllowed();
        }
        uint256 actCount = _move(id, word, actor, room);
        emit Lodged(id, actor, room, endorsement, word.titleholder(), actCount, terms);
        _enter(_single(id), actor, actor, room, terms);
    }

    /// @inheritdoc IBills
    function sign(uint256 id, Purpose purpose, bytes calldata remark) external {
        address actor = _actor();
        (BillWord word, AccountWord signer) = _inPossession(id, actor);

        uint256 actCount = _store(id, _spent(word, signer));
        emit Signed(id, actor, purpose, actCount, remark);
    }

    /// @inheritdoc IBills
    function reject(uint256 id, Rejection rejection, bytes calldata remark) external {
        address actor = _actor();
        BillWord word = _word(id);
        address possessor = _ownerOf(id);
        _requireStatus(id, word, Status.Live);
        _requireRejectable(id, word, _acting(actor, Roles.MOVE), actor, possessor, rejection);

        uint256 actCount;
        address to = possessor;
        if (rejection == Rejection.Issue) {
            word = word.withStatus(Status.Void);
        } else if (rejection != Rejection.Possession) {
            uint256 previous = word.previousTitleholder();
            word = word.titled(previous == 0 ? Kind.Blank : Kind.Order, previous, previous).spentTitle();
        }
        if (rejection != Rejection.Title) {
            to = _resolve(word.previousAccount());
            actCount = _move(id, word.spentPossession(), possessor, to);
        } else {
            actCount = _store(id, word);
        }
        emit Rejected(id, actor, to, rejection, actCount, remark);
    }

    // ------------------------------------------------------------------------------------------------------ surrender

    /// @inheritdoc IBills
    function surrender(uint256 id, SurrenderFor purpose, address to, bytes32 agreed, bytes calldata remark) external {
        address actor = _actor();
        (BillWord word, AccountWord giver) = _inPossession(id, actor);
        _requireMaySurrender(id, word, giver, actor, to, purpose, agreed);
        _carrier(id, to, Roles.ANSWER);
        Status status = Status.PendingAmendment;
        if (purpose == SurrenderFor.Delivery) status = Status.PendingDelivery;
        if (purpose == SurrenderFor.Paper) status = Status.PendingPaper;
        if (agreed == 0) {
            if (status == Status.PendingAmendment && giver.isRoom()) revert AgreedReplacementsRequired(id);
        } else {
            if (status != Status.PendingAmendment) revert NothingToReplace(id);
            _agreedReplacements[id] = agreed;
        }

        word = word.withStatus(status).spentPossession().spentTitle().givenBy(giver.number());
        uint256 actCount = _move(id, word, actor, to);
        emit Surrendered(id, actor, to, purpose, agreed, actCount, remark);
    }

    /// @inheritdoc IBills
    function accept(uint256 id, bytes calldata remark) external {
        address actor = _actor();
        uint256 actCount = _answer(id, actor, Status.PendingDelivery, Status.Surrendered);
        emit SurrenderAccepted(id, actor, actCount, remark);
    }

    /// @inheritdoc IBills
    function refuse(uint256 id, bytes calldata remark) external {
        address actor = _actor();
        BillWord word = _pending(id);
        _carrier(id, actor, Roles.ANSWER);
        if (remark.length == 0) revert RemarkRequired();

        (address to, uint256 actCount) = _restore(id, word);
        emit SurrenderRefused(id, actor, to, actCount, remark);
    }

    /// @inheritdoc IBills
    function recall(uint256 id, bytes calldata remark) external {
        address actor = _actor();
        BillWord word = _pending(id);
        AccountWord recaller = _acting(actor, Roles.MOVE);
        address surrenderer = _resolve(word.previousAccount());
        if (actor != surrenderer && !_sameParticipant(recaller, _account(surrenderer))) {
            revert NotSurrenderer(id, actor);
        }
        uint256 from = _recallableFrom(id, word);
        if (block.timestamp < from) revert RecallTooEarly(id, from);

        (address to, uint256 actCount) = _restore(id, word);
        emit SurrenderRecalled(id, actor, to, actCount, remark);
    }

    /// @inheritdoc IBills
    function deliver(uint256 id, bytes calldata remark) external {
        address actor = _actor();
        uint256 actCount = _answer(id, actor, Status.Surrendered, Status.Delivered);
        emit Delivered(id, actor, actCount, remark);
    }

    // -------------------------------------------------------------------------------------------------------- ERC-721

    /// @inheritdoc ERC721
    function name() public pure override returns (string memory) {
        return "Sampan bill of lading";
    }

    /// @inheritdoc ERC721
    function symbol() public pure override returns (string memory) {
        return "EBL";
    }

    /// @notice The reference and version of a bill, as JSON.
    function tokenURI(uint256 id) public view override returns (string memory) {
        if (!_exists(id)) revert NoSuchBill(id);
        string memory text = Strings.escapeJSON(BillId.referenceOf(id));
        string memory json = string.concat('{"name":"', text, " v", Strings.toString(BillId.version(id)), '"}');
        return string.concat("data:application/json;base64,", Base64.encode(bytes(json)));
    }

    /// @inheritdoc ERC721
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IBills).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @notice Moves possession for an approved operator, or for the possessor itself. Possessor, receiver and caller
    /// have their standing checked; title stays; a room is never sent a bill.
    function transferFrom(address from, address to, uint256 id) public payable override {
        address actor = _actor();
        if (msg.value != 0) revert NoEther();
        if (actor != from) {
            _acting(actor, Roles.MOVE);
            if (!_isApprovedOrOwner(actor, id)) revert NotOwnerNorApproved();
            emit MovedByOperator(id, actor, from);
        }

        _pass(id, from, to, msg.data[:0]);
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

    // ---------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IBills
    function bill(uint256 id) external view returns (Bill memory) {
        return _word(id).unpack();
    }

    /// @inheritdoc IBills
    function rootOf(uint256 id) external view returns (bytes32) {
        return _rootOf[id];
    }

    // ----------------------------------------------------------------------------------------------- private: who may

    /// @dev A live bill that the account possesses, and the account; it acts now, with role MOVE.
    function _inPossession(uint256 id, address possessor) private view returns (BillWord word, AccountWord account_) {
        word = _word(id);
        _requireStatus(id, word, Status.Live);
        if (_ownerOf(id) != possessor) revert NotPossessor(id, possessor);
        account_ = _acting(possessor, Roles.MOVE);
    }

    function _pending(uint256 id) private view returns (BillWord word) {
        word = _word(id);
        if (!_isPending(word)) _revertStatus(id, word);
    }

    /// @dev Straight: shipper or consignee. To order, by name: the titleholder, or with its agreement. In blank: anyone.
    function _requireMaySurrender(
        uint256 id,
        BillWord word,
        AccountWord giver,
        address actor,
        address to,
        SurrenderFor purpose,
        bytes32 agreed
    ) private view {
        Kind kind = word.kind();
        if (kind == Kind.Blank || giver.participant() == word.titleholder()) return;
        if (kind == Kind.Straight) {
            if (giver.participant() == word.previousTitleholder()) return;
        } else if (_hasAgreed(word.titleholder(), id, word, to, keccak256(abi.encode(purpose, agreed)))) {
            return;
        }
        revert MayNotSurrender(id, actor);
    }

    function _requireRejectable(
        uint256 id,
        BillWord word,
        AccountWord rejecter,
        address actor,
        address possessor,
        Rejection rejection
    ) private view {
        if (word.hoursElapsed() > REJECT_HOURS && !rejecter.isRoom()) {
            revert RejectTimePassed(id, _rejectableUntil(word));
        }
        bool issued = word.actCount() == 1;
        if (rejection != Rejection.Title) {
            if (actor != possessor) revert NotPossessor(id, actor);
            if (!word.mayRejectPossession() || (rejection == Rejection.Issue && !issued)) revert NothingToReject(id);
            if (issued && rejection != Rejection.Issue) revert RejectedWholeOnly(id);
        }
        if (rejection == Rejection.Title || rejection == Rejection.Both) {
            bool received =
                word.kind() == Kind.Blank ? actor == possessor : rejecter.participant() == word.titleholder();
            if (!word.mayRejectTitle() || !received) revert NothingToReject(id);
        }
        if (rejection != Rejection.Both && _cameWhole(word, possessor)) revert RejectedWholeOnly(id);
    }

    /// @dev The possessor was given possession and title by one person, and may still reject both.
    function _cameWhole(BillWord word, address possessor) private view returns (bool) {
        if (!word.mayRejectPossession() || !word.mayRejectTitle()) return false;
        if (word.kind() != Kind.Blank && _account(possessor).participant() != word.titleholder()) return false;
        uint256 previous = word.previousTitleholder();
        return previous == 0 || _account(_resolve(word.previousAccount())).participant() == previous;
    }

    function _requireOperator(address account_) private view {
        if (_receiver(account_).isRoom()) revert RoomNeedsTerms(account_);
    }

    // ------------------------------------------------------------------------------------------------ private: giving

    /// @dev Possession alone, to a person.
    function _pass(uint256 id, address from, address to, bytes calldata remark) private {
        (BillWord word, AccountWord giver) = _inPossession(id, from);
        AccountWord receiver;
        (word, receiver) = _handOver(id, word, giver, from, to);
        _requireWelcome(id, word, giver, receiver, to);

        uint256 actCount = _move(id, word, from, to);
        emit Transferred(id, from, to, actCount, remark);
    }

    /// @dev The word for a new possessor: a person that receives; or, when a room gives, the one for whom it held.
    function _handOver(
        uint256 id,
        BillWord word,
        AccountWord giver,
        address from,
        address to
    ) private view returns (BillWord, AccountWord receiver) {
        if (to == from) revert AlreadyPossesses(id, to);
        receiver = _account(to);
        if (receiver.isRoom()) revert RoomNeedsTerms(to);
        word = _spent(word, giver).givenBy(giver.number());
        if (!giver.isRoom()) {
            _requireReceives(to, receiver);
            return (word.rejectablePossession(), receiver);
        }
        bool restitution = !receiver.receives() && receiver.actsBit() && _holderFor(id, from) == receiver.participant();
        if (!restitution) _requireReceives(to, receiver);
        // What a room lets out to whoever is entitled was agreed in its terms: neither part is rejected afterwards.
        return (receiver.participant() == word.titleholder() ? word.spentTitle() : word, receiver);
    }

    /// @dev The word for a new titleholder, who receives and takes it from this giver.
    /// @param endorser Who possesses before.
    /// @param possessor Who possesses afterwards.
    function _title(
        uint256 id,
        BillWord word,
        AccountWord giver,
        Endorsement endorsement,
        address endorsee,
        address endorser,
        address possessor
    ) private view returns (BillWord titled) {
        bool moves = possessor != endorser;
        uint256 former = word.titleholder();
        bool blank = word.kind() == Kind.Blank;
        bool own = blank || former == giver.participant();
        if (!blank && (word.kind() != Kind.Order || !(own || giver.isRoom()))) revert MayNotEndorse(id, endorser);

        Kind kind = Kind.Blank;
        uint256 titleholder = 0;
        bool whole = moves;
        AccountWord entitled;
        if (endorsement != Endorsement.Blank) {
            entitled = _entitled(id, endorsee);
            kind = endorsement == Endorsement.ToOrder ? Kind.Order : Kind.Named;
            titleholder = entitled.participant();
            whole = moves && (endorsee == possessor || titleholder == _account(possessor).participant());
        } else if (endorsee != address(0)) {
            revert EndorseeNotAllowed();
        }
        // What was in blank goes back in blank when it goes back whole, else to whoever endorsed it.
        titled = word
            .titled(
                kind,
                titleholder,
                !blank
                    ? former
                    : whole
                        ? 0
                        : giver.participant()
            )
            .spentTitle();
        if (!giver.isRoom() && (moves || titleholder != 0)) titled = titled.rejectableTitle();
        if (endorsement != Endorsement.Blank && !(moves && endorsee == possessor)) {
            _requireWelcome(id, titled, giver, entitled, possessor);
        }
        if (!own && !_hasAgreed(former, id, titled, possessor, 0)) revert MayNotEndorse(id, endorser);
    }

    // ----------------------------------------------------------------------------------------------- private: answers

    /// @dev The carrier's answer that moves nothing.
    function _answer(uint256 id, address actor, Status from, Status to) private returns (uint256 actCount) {
        BillWord word = _word(id);
        _requireStatus(id, word, from);
        _carrier(id, actor, Roles.ANSWER);
        return _store(id, word.withStatus(to));
    }

    /// @dev Back to whoever surrendered, as it was (refuse, recall).
    function _restore(uint256 id, BillWord word) private returns (address to, uint256 actCount) {
        to = _resolve(word.previousAccount());
        if (word.status() == Status.PendingAmendment) delete _agreedReplacements[id];
        actCount = _move(id, word.withStatus(Status.Live), _ownerOf(id), to);
    }
}
