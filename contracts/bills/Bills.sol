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
import {IBillReceiver} from "./IBillReceiver.sol";
import {IBills} from "./IBills.sol";
import {Ledger} from "./Ledger.sol";
import {LodgingWord, LodgingWords, NO_LODGING} from "./LodgingWord.sol";

/// @title Bills of lading: the everyday verbs, and the one address of the ledger
/// @notice See {IBills} for what each verb does and who may call it. Read one verb and you can read them all: who acts
/// and what is there, checks, effects, one event, outside calls last. What this code does not know it hands, unchanged,
/// to {Amendments} or {Registry}, which run on this contract's storage; both addresses are fixed for ever. The whole
/// surface is {ILedger}.
contract Bills is IBills, Ledger, Multicall {
    /// @dev Acts of a bill from which on nothing is done on it that moves nothing: what is left of its count, without which
    /// nothing can be signed about it, is kept for what it may need.
    uint256 private constant MOST_IDLE_ACTS = 1024;

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
        (uint256 titleholder, uint256 issued) = _issue(terms, possessor, actor, false);

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
            // A room endorses out only.
            if (giver.isRoom()) revert AlreadyPossesses(id, actor);
            _requireIdleActs(id, word);
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
    function lodge(uint256 id, Endorsement endorsement, address room, bytes calldata terms) external {
        address actor = _actor();
        (BillWord word, AccountWord giver) = _inPossession(id, actor);
        if (giver.isRoom()) revert NotAPerson(actor);
        if (!_receiver(room).isRoom()) revert IParticipants.NotARoom(room);
        _requireListed(room, giver.country());
        word = _spent(word, giver).givenBy(giver.number());
        if (word.mayRejectTitle()) revert TitleUnsettled(id);

        if (endorsement == Endorsement.Blank) {
            if (word.kind() != Kind.Order || word.titleholder() != giver.participant()) revert MayNotEndorse(id, actor);
            word = word.titled(Kind.Blank, 0, giver.participant());
        } else if (endorsement != Endorsement.None) {
            revert EndorseeNotAllowed();
        }
        uint256 actCount = _move(id, word, actor, room);

        // Nothing is kept of it yet: whatever the room does with the bill before it has answered is refused.
        uint256 outer = _askedAbout;
        _askedAbout = id;
        (uint256 holder, uint208 deal) = IBillReceiver(room).onBill(id, word.counted(), actor, giver, terms);
        _askedAbout = outer;
        if (holder == 0) revert RoomHoldsForNobody(room, id);
        if (holder != giver.participant()) _requireMayHold(room, holder);
        _lodgings[id] = LodgingWords.pack(holder, giver.number(), endorsement == Endorsement.Blank, deal);
        emit Lodged(id, actor, room, endorsement, word.titleholder(), holder, deal, actCount, terms);
    }

    /// @inheritdoc IBills
    function hold(uint256 id, uint256 holder, uint208 deal) external {
        address room = _actor();
        (BillWord word, LodgingWord lodging_) = _inRoom(id, room);
        if (holder == 0) revert RoomHoldsForNobody(room, id);
        _lodgings[id] = lodging_.held(holder, deal);
        if (holder == lodging_.holder()) {
            emit DealChanged(id, room, deal, _note());
            return;
        }
        if (holder != _account(_resolve(lodging_.lodgedBy())).participant()) _requireMayHold(room, holder);
        uint256 actCount = _store(id, word);
        emit HeldFor(id, room, holder, deal, actCount);
    }

    /// @inheritdoc IBills
    function giveBack(uint256 id, bytes calldata remark) external {
        address room = _actor();
        (BillWord word, LodgingWord lodging_) = _inRoom(id, room);
        address to = _resolve(lodging_.lodgedBy());
        if (lodging_.endorsed() && word.kind() == Kind.Blank) {
            uint256 lodger = _account(to).participant();
            word = word.titled(Kind.Order, lodger, lodger);
        }

        _lodgings[id] = NO_LODGING;
        uint256 actCount = _move(id, word.givenBy(_account(room).number()), room, to);
        emit GivenBack(id, room, to, word.titleholder(), actCount, remark);
    }

    /// @inheritdoc IBills
    function sign(uint256 id, Purpose purpose, bytes calldata remark) external {
        address actor = _actor();
        (BillWord word, AccountWord signer) = _inPossession(id, actor);
        _requireIdleActs(id, word);

        uint256 actCount = _store(id, _spent(word, signer));
        emit Signed(id, actor, purpose, actCount, remark);
    }

    /// @inheritdoc IBills
    function reject(uint256 id, Rejection rejection, bytes calldata remark) external {
        address actor = _actor();
        (BillWord word, address possessor) = _wordOf(id);
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
        if (!_maySurrenderAlone(word, giver)) {
            _requireMaySurrender(id, word, to, keccak256(abi.encode(purpose, agreed, remark)));
        }
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
        AccountWord surrenderer = _account(_resolve(word.previousAccount()));
        // To a room it goes back to be held on: anybody may see to that.
        if (!surrenderer.isRoom()) {
            AccountWord recaller = _acting(actor, Roles.MOVE);
            bool entitled = recaller.participant() != 0 && recaller.participant() == word.titleholder();
            if (!entitled && !_sameParticipant(recaller, surrenderer)) revert NotSurrenderer(id, actor);
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
            emit MovedByOperator(id, actor, from, _note());
        }

        _pass(id, from, to, msg.data[:0]);
    }

    /// @notice Lets an account move possession of one bill, until it moves. The possessor; zero takes it back, whatever the
    /// possessor's standing.
    function approve(address account_, uint256 id) public payable override {
        address actor = _actor();
        if (msg.value != 0) revert NoEther();
        if (account_ == address(0)) {
            if (_ownerOf(id) != actor) revert NotPossessor(id, actor);
        } else {
            (, AccountWord possessor) = _inPossession(id, actor);
            _requireOperator(account_);
            if (!possessor.approves()) _setAccount(actor, possessor.withApproves());
        }

        _approve(address(0), account_, id);
        emit BillOperatorSet(id, actor, account_, _note());
    }

    /// @notice Lets an account move possession of all that the caller possesses. Taking it back is always possible.
    function setApprovalForAll(address operator, bool approved) public override {
        if (approved) {
            _acting(msg.sender, Roles.MOVE);
            _requireOperator(operator);
        }

        super.setApprovalForAll(operator, approved);
        emit OperatorSet(msg.sender, operator, approved, _note());
    }

    // ---------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IBills
    function bill(uint256 id) external view returns (Bill memory) {
        return _word(id).unpack();
    }

    /// @inheritdoc IBills
    function lodging(uint256 id) external view returns (address room, LodgingWord word) {
        word = _lodgings[id];
        if (word.isNone()) return (address(0), word);
        (BillWord bill_, address possessor) = _wordOf(id);
        // It stays while a surrender is answered, and behind a bill that ended so.
        room = bill_.status() == Status.Live ? possessor : _accountAt[bill_.previousAccount()];
    }

    /// @inheritdoc IBills
    function holderFor(uint256 id) external view returns (uint256) {
        AccountWord possessor = _account(_ownerOf(id));
        return possessor.isRoom() ? _lodgings[id].holder() : possessor.participant();
    }

    /// @notice See {IStanding-standing}. Here, where a call from another contract finds it first.
    function standing(address account_) external view returns (AccountWord) {
        return _account(account_);
    }

    /// @inheritdoc IBills
    function rootOf(uint256 id) external view returns (bytes32) {
        return _rootOf[id];
    }

    // ----------------------------------------------------------------------------------------------- private: who may

    /// @dev A live bill that the account possesses, and the account; it acts now, with role MOVE.
    function _inPossession(uint256 id, address possessor) private view returns (BillWord word, AccountWord account_) {
        address found;
        (word, found) = _wordOf(id);
        _requireStatus(id, word, Status.Live);
        if (found != possessor) revert NotPossessor(id, possessor);
        account_ = _acting(possessor, Roles.MOVE);
        // A room does nothing with a bill before it has answered for whom it holds it.
        if (account_.isRoom() && _lodgings[id].isNone()) revert NotLodged(id);
    }

    /// @dev A live bill that a room possesses, and what is kept of that.
    function _inRoom(uint256 id, address room) private view returns (BillWord word, LodgingWord lodging_) {
        (word, ) = _inPossession(id, room);
        lodging_ = _lodgings[id];
        if (lodging_.isNone()) revert NotLodged(id);
    }

    function _requireIdleActs(uint256 id, BillWord word) private pure {
        if (word.actCount() >= MOST_IDLE_ACTS) revert TooManyActs(id);
    }

    function _pending(uint256 id) private view returns (BillWord word) {
        word = _word(id);
        if (!_isPending(word)) _revertStatus(id, word);
    }

    /// @dev Straight: shipper or consignee. To order, by name: the titleholder. In blank: anyone.
    function _maySurrenderAlone(BillWord word, AccountWord giver) private pure returns (bool) {
        Kind kind = word.kind();
        uint256 participant_ = giver.participant();
        if (kind == Kind.Blank || participant_ == word.titleholder()) return true;
        return kind == Kind.Straight && participant_ == word.previousTitleholder();
    }

    /// @dev Others: of a bill to order or by name, with its titleholder's agreement.
    function _requireMaySurrender(uint256 id, BillWord word, address to, bytes32 what) private view {
        if (word.kind() == Kind.Straight || !_hasAgreed(word.titleholder(), id, word, to, what)) {
            revert MayNotSurrender(id, _actor());
        }
    }

    function _requireRejectable(
        uint256 id,
        BillWord word,
        AccountWord rejecter,
        address actor,
        address possessor,
        Rejection rejection
    ) private view {
        if (word.hoursElapsed() > REJECT_HOURS) revert RejectTimePassed(id, _rejectableUntil(word));
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
        // Title that another has is not ended without it.
        if (rejection == Rejection.Issue && word.kind() == Kind.Order) {
            uint256 titleholder = word.titleholder();
            address carrier = _resolve(word.previousAccount());
            if (rejecter.participant() != titleholder && !_hasAgreed(titleholder, id, word, carrier, 0)) {
                revert AgreementRequired(id, titleholder);
            }
        }
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

    /// @dev The word for a new possessor: a person that receives. What a room lets out was agreed in its deal: neither part is
    /// rejected afterwards, and whoever it was held for is not shut out by what befell it since it was named.
    function _handOver(
        uint256 id,
        BillWord word,
        AccountWord giver,
        address from,
        address to
    ) private returns (BillWord, AccountWord receiver) {
        if (to == from) revert AlreadyPossesses(id, to);
        receiver = _account(to);
        if (receiver.isRoom()) revert RoomNeedsTerms(to);
        if (giver.isRoom()) {
            bool isHolder = receiver.actsBit() && receiver.participant() == _lodgings[id].holder();
            if (!isHolder) {
                _requireListed(from, receiver.country());
                _requireReceives(to, receiver);
            }
            _lodgings[id] = NO_LODGING;
            return (word.givenBy(giver.number()), receiver);
        }
        _requireReceives(to, receiver);
        word = _spent(word, giver);
        // While title may be rejected its hours run on: the new possessor has the rest of them.
        word = word.mayRejectTitle() ? word.passedBy(giver.number()) : word.givenBy(giver.number());
        return (word.rejectablePossession(), receiver);
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
            if (giver.isRoom()) _requireListed(endorser, entitled.country());
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
