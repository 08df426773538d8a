// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccountWord} from "../identity/AccountWord.sol";
import {Roles} from "../identity/Roles.sol";
import {BillWord, Kind, Status, Terms} from "./BillWord.sol";
import {BillId} from "./BillId.sol";
import {CodeOfLedger} from "./CodeOfLedger.sol";
import {IBillReceiver} from "./IBillReceiver.sol";
import {IAmendments} from "./IAmendments.sol";
import {IBills} from "./IBills.sol";
import {LodgingWord, NO_LODGING} from "./LodgingWord.sol";

/// @title The bill on its rarer roads: replaced, from and to paper, recovered
/// @notice Code of the ledger, run by {Bills} on its own storage.
contract Amendments is IAmendments, CodeOfLedger {
    /// @dev How many bills one act replaces, and by how many (N29).
    uint256 private constant MAX_REPLACED = 32;
    uint256 private constant MAX_REPLACEMENTS = 64;

    // ------------------------------------------------------------------------------------------------------- replaced

    /// @inheritdoc IAmendments
    function replace(uint256[] calldata bills, Terms[] calldata replacements, bytes calldata remark) external {
        address actor = _actor();
        if (bills.length == 0 || bills.length > MAX_REPLACED) revert TooMany(bills.length, MAX_REPLACED);
        if (replacements.length == 0 || replacements.length > MAX_REPLACEMENTS) {
            revert TooMany(replacements.length, MAX_REPLACEMENTS);
        }
        AccountWord carrier = _carrier(bills[0], actor, Roles.ANSWER | Roles.ISSUE);
        BillWord first = _word(bills[0]);
        address surrenderer = _resolve(first.previousAccount());
        uint256[] memory ids = _ids(replacements);
        uint256[] memory titleholders = _end(bills, replacements, ids, surrenderer, remark);

        for (uint256 i = 0; i < replacements.length; i++) {
            _reissue(bills, replacements[i], carrier, actor, first, surrenderer, titleholders);
        }
        if (_account(surrenderer).isRoom()) _holdOn(bills, ids, surrenderer);
    }

    // ---------------------------------------------------------------------------------------------------------- paper

    /// @inheritdoc IAmendments
    function issueFromPaper(
        Terms calldata terms,
        address possessor,
        uint256 originals,
        bytes32 statement,
        bytes calldata remark
    ) external {
        address actor = _actor();
        _requireStatement(originals, statement);
        (uint256 titleholder, uint256 issued) = _issue(terms, possessor, actor, true);

        emit IssuedFromPaper(
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
            originals,
            statement,
            remark
        );
    }

    /// @inheritdoc IAmendments
    function toPaper(uint256 id, uint256 originals, bytes32 statement, bytes calldata remark) external {
        address actor = _actor();
        BillWord word = _word(id);
        _requireStatus(id, word, Status.PendingPaper);
        _carrier(id, actor, Roles.ANSWER);
        _requireStatement(originals, statement);

        uint256 actCount = _store(id, word.withStatus(Status.Paper));
        emit SwitchedToPaper(id, actor, originals, statement, actCount, remark);
    }

    // ------------------------------------------------------------------------------------------------------- recovery

    /// @inheritdoc IAmendments
    function recover(uint256 id) external {
        (BillWord word, address from) = _wordOf(id);
        address to = _resolve(_account(from).number());
        if (to == from || word.status() > Status.Surrendered) revert NothingToRecover(id);

        // A right to reject stays, with its hours: nobody has acknowledged the bill.
        uint256 actCount = _move(id, word, from, to);
        emit PossessionRecovered(id, from, to, actCount);
    }

    // ---------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IAmendments
    function agreedReplacements(uint256 id) external view returns (bytes32) {
        return _agreedReplacements[id];
    }

    /// @inheritdoc IAmendments
    function replacementsHash(uint256[] calldata bills, Terms[] calldata replacements) external pure returns (bytes32) {
        return keccak256(abi.encode(bills, replacements));
    }

    /// @inheritdoc IAmendments
    function rejectableUntil(uint256 id) external view returns (uint256) {
        BillWord word = _word(id);
        if (word.status() != Status.Live || !(word.mayRejectPossession() || word.mayRejectTitle())) return 0;
        return _rejectableUntil(word);
    }

    /// @inheritdoc IAmendments
    function recallableFrom(uint256 id) external view returns (uint256) {
        BillWord word = _word(id);
        return _isPending(word) ? _recallableFrom(id, word) : 0;
    }

    // ----------------------------------------------------------------------------------------------- private: replace

    /// @dev Ends the bills that are replaced; gives those who were entitled, who need not receive what they had.
    function _end(
        uint256[] calldata bills,
        Terms[] calldata replacements,
        uint256[] memory ids,
        address surrenderer,
        bytes calldata remark
    ) private returns (uint256[] memory titleholders) {
        bytes32 hash = keccak256(abi.encode(bills, replacements));
        uint256 participant_ = _account(surrenderer).participant();
        uint256 surrenderedBy = _word(bills[0]).previousAccount();
        titleholders = new uint256[](bills.length);
        for (uint256 i = 0; i < bills.length; i++) {
            uint256 id = bills[i];
            BillWord word = _word(id);
            _requireStatus(id, word, Status.PendingAmendment);
            if (BillId.lei(id) != BillId.lei(bills[0])) revert IBills.NotCarrier(id, _actor());
            if (word.previousAccount() != surrenderedBy) revert NotOneSurrenderer(id);
            if (_agreedReplacements[id] != hash) _requireAgreed(id, word, participant_, surrenderer, hash);

            // In blank whoever surrendered was entitled, by its possession.
            titleholders[i] = word.kind() == Kind.Blank ? participant_ : word.titleholder();
            delete _agreedReplacements[id];
            uint256 actCount = _store(id, word.withStatus(Status.Replaced));
            emit Replaced(id, _actor(), ids, actCount, remark);
        }
    }

    /// @dev Agreed by signature: by whoever surrendered, and by the titleholder when that is somebody else. (An agreed
    /// hash the titleholder saw when it agreed to the surrender; in a straight bill shipper and consignee act alone.)
    function _requireAgreed(
        uint256 id,
        BillWord word,
        uint256 surrenderer,
        address possessor,
        bytes32 hash
    ) private view {
        bool agreed = _hasAgreed(surrenderer, id, word, possessor, hash);
        if (word.kind() == Kind.Order || word.kind() == Kind.Named) {
            agreed = agreed && _hasAgreed(word.titleholder(), id, word, possessor, hash);
        }
        if (!agreed) revert ReplacementsNotAgreed(id, hash);
    }

    function _reissue(
        uint256[] calldata bills,
        Terms calldata terms,
        AccountWord carrier,
        address actor,
        BillWord replaced,
        address surrenderer,
        uint256[] memory titleholders
    ) private {
        if (BillId.lei(terms.bill) != carrier.lei()) revert IBills.NotCarrier(terms.bill, actor);
        Status previous = _previousVersion(terms.bill);
        bool open = previous == Status.None || previous == Status.Void;
        if (!open && !_contains(bills, terms.bill - BillId.ONE_VERSION)) {
            revert IBills.PreviousVersionStands(terms.bill, previous);
        }
        (BillWord word, uint256 titleholder) = _titleOf(terms, carrier, replaced, surrenderer, titleholders);
        uint256 issued = _create(terms, word.givenBy(carrier.number()), carrier, actor, surrenderer);
        emit ReplacementIssued(
            terms.bill,
            actor,
            surrenderer,
            titleholder,
            terms.kind,
            terms.root,
            terms.checksum,
            terms.carriageLaw,
            terms.recordLaw,
            1,
            issued,
            bills
        );
    }

    /// @dev The room that surrendered holds the replacements as it held what was replaced: on, not anew, so that nobody's
    /// standing is asked. It is told which for which, and nothing of the carrier's.
    function _holdOn(uint256[] calldata bills, uint256[] memory ids, address room) private {
        LodgingWord lodging_ = _lodgings[bills[0]];
        for (uint256 i = 0; i < bills.length; i++) {
            if (!_lodgings[bills[i]].isTogether(lodging_)) revert NotOneLodging(bills[i]);
            _lodgings[bills[i]] = NO_LODGING;
        }
        for (uint256 i = 0; i < ids.length; i++) {
            _lodgings[ids[i]] = lodging_;
            emit HeldOn(ids[i], room, lodging_.holder(), lodging_.deal());
        }
        IBillReceiver(room).onReplaced(bills, ids);
    }

    /// @dev Who is entitled to a replacement. Whoever was entitled before has it already; anybody else is given it, and a
    /// straight bill's consignee is given another document.
    function _titleOf(
        Terms calldata terms,
        AccountWord carrier,
        BillWord replaced,
        address surrenderer,
        uint256[] memory titleholders
    ) private view returns (BillWord word, uint256 titleholder) {
        if (terms.kind == Kind.Blank) {
            if (terms.titleholder != address(0)) revert IBills.NoTitleholderInBlank(terms.bill);
            return (word.titled(Kind.Blank, 0, 0), 0);
        }
        AccountWord entitled = _account(terms.titleholder);
        titleholder = entitled.participant();
        if (titleholder == 0) revert IBills.NotAPerson(terms.titleholder);
        uint256 giver = _disposer(replaced, surrenderer);
        if (terms.kind == Kind.Straight && giver == 0) revert IBills.NotAPerson(surrenderer);
        bool own = _sameParticipant(entitled, _account(surrenderer));
        bool had = _among(titleholders, titleholder);
        // In a room nothing is rejected.
        bool rejectable = !had && !own && terms.kind != Kind.Straight && !_account(surrenderer).isRoom();
        word = word.titled(terms.kind, titleholder, rejectable || terms.kind == Kind.Straight ? giver : 0);
        if (rejectable) word = word.rejectableTitle();
        if (!had) _receiver(terms.titleholder);
        if (!own && (!had || replaced.kind() == Kind.Straight)) {
            _requireWelcome(terms, word, carrier, entitled, surrenderer);
        }
    }

    /// @dev Who could dispose of the bill before, not who kept it: the shipper of a straight bill, else the titleholder, in
    /// blank whoever surrendered; 0: a room.
    function _disposer(BillWord replaced, address surrenderer) private view returns (uint256) {
        if (replaced.kind() == Kind.Straight) return replaced.previousTitleholder();
        if (replaced.kind() != Kind.Blank) return replaced.titleholder();
        return _account(surrenderer).participant();
    }

    function _requireStatement(uint256 originals, bytes32 statement) private pure {
        if (originals == 0) revert OriginalsRequired();
        if (statement == 0) revert StatementRequired();
    }

    function _contains(uint256[] calldata list, uint256 value) private pure returns (bool) {
        for (uint256 i = 0; i < list.length; i++) {
            if (list[i] == value) return true;
        }
        return false;
    }

    function _among(uint256[] memory list, uint256 value) private pure returns (bool) {
        for (uint256 i = 0; i < list.length; i++) {
            if (list[i] == value) return true;
        }
        return false;
    }

    function _ids(Terms[] calldata replacements) private pure returns (uint256[] memory ids) {
        ids = new uint256[](replacements.length);
        for (uint256 i = 0; i < ids.length; i++) {
            ids[i] = replacements[i].bill;
        }
    }
}
