// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccountWord} from "../identity/AccountWord.sol";
import {Roles} from "../identity/Roles.sol";
import {Bill, Kind, Status} from "./BillWord.sol";
import {BillId} from "./BillId.sol";
import {IAmendments} from "./IAmendments.sol";
import {Ledger} from "./Ledger.sol";

/// @title The bill on its rarer roads: replaced, from and to paper, recovered
/// @notice Code of the ledger, run by {Bills} on its own storage; deployed alone it has no participants and does nothing.
contract Amendments is IAmendments, Ledger {
    /// How many bills one act replaces, and by how many (N29).
    uint256 public constant MAX_REPLACED = 32;
    uint256 public constant MAX_REPLACEMENTS = 64;

    constructor() Ledger(address(0)) {}

    /// @inheritdoc IAmendments
    function replace(uint256[] calldata bills, Terms[] calldata replacements, bytes calldata remark) external {
        address actor = _actor();
        if (bills.length == 0 || bills.length > MAX_REPLACED) revert TooMany(bills.length, MAX_REPLACED);
        if (replacements.length == 0 || replacements.length > MAX_REPLACEMENTS) {
            revert TooMany(replacements.length, MAX_REPLACEMENTS);
        }
        AccountWord carrier = _carrier(bills[0], actor, Roles.ANSWER | Roles.ISSUE);
        Bill memory first = _bill(bills[0]);
        address surrenderer = _resolve(first.previousAccount);
        uint256[] memory titleholders = _end(bills, replacements, actor, first.previousAccount, surrenderer, remark);

        for (uint256 i = 0; i < replacements.length; i++) {
            _reissue(bills, replacements[i], carrier, actor, first, surrenderer, titleholders);
        }
        if (_account(surrenderer).isRoom()) _enter(_ids(replacements), actor, actor, surrenderer, remark);
    }

    /// @inheritdoc IAmendments
    function issueFromPaper(
        Terms calldata terms,
        address possessor,
        uint256 originals,
        bytes32 statement,
        bytes calldata remark
    ) external {
        address actor = _actor();
        if (statement == 0) revert StatementRequired();
        AccountWord receiver;
        Bill memory b;
        uint256 issued;
        (b, receiver, issued) = _issue(terms, possessor, actor, true);

        emit IssuedFromPaper(
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
            originals,
            statement,
            remark
        );
        if (receiver.isRoom()) _enter(_single(terms.bill), actor, actor, possessor, remark);
    }

    /// @inheritdoc IAmendments
    function toPaper(uint256 id, uint256 originals, bytes32 statement, bytes calldata remark) external {
        address actor = _actor();
        Bill memory b = _bill(id);
        _requireStatus(id, b, Status.PendingPaper);
        _carrier(id, actor, Roles.ANSWER);
        if (statement == 0) revert StatementRequired();

        b.status = Status.Paper;
        delete _agreedReplacements[id];
        _store(id, b);
        emit SwitchedToPaper(id, actor, originals, statement, b.acts, remark);
    }

    /// @inheritdoc IAmendments
    function recover(uint256 id) external {
        Bill memory b = _bill(id);
        address from = _ownerOf(id);
        address to = _resolve(_account(from).number());
        if (to == from || b.status > Status.Surrendered) revert NothingToRecover(id);

        _move(id, b, from, to);
        emit PossessionRecovered(id, from, to, b.acts);
    }

    // ------------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IAmendments
    function agreedReplacements(uint256 id) external view returns (bytes32) {
        return _agreedReplacements[id];
    }

    /// @inheritdoc IAmendments
    function replacementsHash(uint256[] calldata bills, Terms[] calldata replacements) external pure returns (bytes32) {
        return keccak256(abi.encode(bills, replacements));
    }

    /// @inheritdoc IAmendments
    function holderFor(uint256 id) external view returns (uint256) {
        return _holderFor(id, _ownerOf(id));
    }

    /// @inheritdoc IAmendments
    function rejectableUntil(uint256 id) external view returns (uint256) {
        Bill memory b = _bill(id);
        if (b.status != Status.Live || !(b.mayRejectPossession || b.mayRejectTitle)) return 0;
        return _account(_ownerOf(id)).isRoom() ? type(uint256).max : _rejectableUntil(b);
    }

    /// @inheritdoc IAmendments
    function recallableFrom(uint256 id) external view returns (uint256) {
        Bill memory b = _bill(id);
        return _isPending(b) ? _recallableFrom(id, b) : 0;
    }

    // ----------------------------------------------------------------------------------------------------------- private

    /// @dev Ends the bills that are replaced; gives their titleholders, who need not receive what they had.
    function _end(
        uint256[] calldata bills,
        Terms[] calldata replacements,
        address actor,
        uint256 surrendererNumber,
        address surrenderer,
        bytes calldata remark
    ) private returns (uint256[] memory titleholders) {
        bytes32 hash = keccak256(abi.encode(bills, replacements));
        uint256[] memory ids = _ids(replacements);
        uint256 participant_ = _account(surrenderer).participant();
        titleholders = new uint256[](bills.length);
        for (uint256 i = 0; i < bills.length; i++) {
            uint256 id = bills[i];
            Bill memory b = _bill(id);
            _requireStatus(id, b, Status.PendingAmendment);
            if (BillId.lei(id) != BillId.lei(bills[0])) revert NotCarrier(id, actor);
            if (b.previousAccount != surrendererNumber) revert NotOneSurrenderer(id);
            if (
                _agreedReplacements[id] != hash
                    && !_hasAgreed(participant_, id, b.acts, surrenderer, b.titleholder, b.kind, hash)
            ) revert ReplacementsNotAgreed(id, hash);

            titleholders[i] = b.titleholder;
            b.status = Status.Replaced;
            delete _agreedReplacements[id];
            _store(id, b);
            emit Replaced(id, actor, ids, b.acts, remark);
        }
    }

    function _reissue(
        uint256[] calldata bills,
        Terms calldata terms,
        AccountWord carrier,
        address actor,
        Bill memory replaced,
        address surrenderer,
        uint256[] memory titleholders
    ) private {
        if (BillId.lei(terms.bill) != carrier.lei()) revert NotCarrier(terms.bill, actor);
        Status previous = _previousVersion(terms.bill);
        if (previous != Status.None && !_contains(bills, terms.bill - BillId.ONE_VERSION)) {
            revert PreviousVersionStands(terms.bill, previous);
        }
        Bill memory b;
        b.kind = terms.kind;
        b.previousAccount = carrier.number();
        if (terms.kind == Kind.Blank) {
            if (terms.titleholder != address(0)) revert NoTitleholderInBlank(terms.bill);
        } else {
            AccountWord entitled = _account(terms.titleholder);
            b.titleholder = entitled.participant();
            if (b.titleholder == 0) revert NotAPerson(terms.titleholder);
            if (terms.kind == Kind.Straight) {
                b.previousTitleholder = replaced.kind == Kind.Straight
                    ? replaced.previousTitleholder
                    : _account(surrenderer).participant();
                if (b.previousTitleholder == 0) revert NotAPerson(surrenderer);
            }
            if (!_among(titleholders, b.titleholder) && !_sameParticipant(entitled, _account(surrenderer))) {
                _receiver(terms.titleholder);
                _requireWelcome(terms.bill, b, carrier, entitled, surrenderer, terms.root);
            }
        }
        uint256 issued = _create(terms, b, carrier, actor, surrenderer);
        emit ReplacementIssued(
            terms.bill,
            actor,
            surrenderer,
            b.titleholder,
            b.kind,
            terms.root,
            terms.checksum,
            terms.carriageLaw,
            terms.recordLaw,
            b.acts,
            issued,
            bills
        );
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
