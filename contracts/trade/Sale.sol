// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {BillWord, Endorsement} from "../bills/BillWord.sol";
import {ILedger} from "../bills/ILedger.sol";
import {LodgingWord} from "../bills/LodgingWord.sol";
import {AccountWord} from "../identity/AccountWord.sol";
import {IParticipants} from "../identity/IParticipants.sol";
import {Roles} from "../identity/Roles.sol";
import {IMoney} from "../money/IMoney.sol";
import {Room} from "../rooms/Room.sol";
import {ISale} from "./ISale.sol";

/// @title The sale of bills, documents against payment
/// @dev The deal is the terms' hash, its low 208 bits. While a price is paid no other verb is carried out: what a bill lies
/// under then is what it is paid for.
contract Sale is ISale, Room {
    using SafeERC20 for IERC20;

    uint256 public constant LONGEST = 366 days;
    /// @dev Bytes of encoded terms without the bills: where they begin, eleven words, how many bills.
    uint256 private constant FIXED = 32 * 13;

    constructor(ILedger ledger) Room(ledger, "Sampan Sale") {}

    // ----------------------------------------------------------------------------------------------------------- verbs

    /// @inheritdoc ISale
    function pay(Terms calldata terms, IMoney from) external nonReentrant {
        bytes32 hash = hashOf(terms);
        address buyer = _actor();
        if (block.timestamp > terms.deadline) revert PaidTooLate(terms.deadline);
        _requireParty(buyer, Roles.MOVE | Roles.TERMS, terms.buyer);
        address payee = _living(terms.payee);
        uint256 count = terms.bills.length;
        if (count == 0) revert NothingUnder(hash);
        if (address(terms.source) != address(0)) {
            _requireLieIn(address(terms.source), terms.bills);
            emit Paid(hash, buyer, from, payee, terms.price);
            return _payThroughSource(terms, from, hash, buyer, payee);
        }
        for (uint256 i = 0; i < count; i++) {
            _under(terms.bills[i], _dealOf(hash));
            if (terms.endorsement == Endorsement.None) _requireTitle(terms.bills[i], terms.buyer);
        }
        emit Paid(hash, buyer, from, payee, terms.price);
        terms.money.collect(from, buyer, payee, terms.price);
        for (uint256 i = 0; i < count; i++) _letOut(terms.bills[i], buyer, terms.endorsement);
    }

    /// @inheritdoc ISale
    function recall(Terms calldata terms) external nonReentrant {
        address seller = _actor();
        _requireParty(seller, Roles.MOVE, terms.seller);
        if (block.timestamp <= terms.firmUntil) revert StillFirm(terms.firmUntil);
        bytes32 hash = hashOf(terms);
        emit Recalled(hash, seller);
        _giveAllBack(terms, hash);
    }

    /// @inheritdoc ISale
    function decline(Terms calldata terms, bytes calldata reason) external nonReentrant {
        address buyer = _actor();
        _requireParty(buyer, Roles.MOVE, terms.buyer);
        bytes32 hash = hashOf(terms);
        emit Declined(hash, buyer, reason);
        _giveAllBack(terms, hash);
    }

    /// @inheritdoc ISale
    function expire(Terms calldata terms) external nonReentrant {
        if (block.timestamp <= terms.deadline) revert NotExpired(terms.deadline);
        bytes32 hash = hashOf(terms);
        emit Expired(hash, _actor());
        _giveAllBack(terms, hash);
    }

    /// @inheritdoc ISale
    function change(Terms calldata terms, Terms calldata to) external nonReentrant {
        address seller = _actor();
        _requireParty(seller, Roles.TERMS, terms.seller);
        if (block.timestamp <= terms.firmUntil) revert StillFirm(terms.firmUntil);
        if (keccak256(abi.encode(terms.bills)) != keccak256(abi.encode(to.bills)) || terms.seller != to.seller)
            revert NotTheSameBills();
        _requireTerms(to);
        bytes32 hash = hashOf(terms);
        if (terms.bills.length == 0) revert NothingUnder(hash);
        bytes32 changed = hashOf(to);
        emit Changed(hash, changed, seller, to);
        for (uint256 i = 0; i < terms.bills.length; i++) {
            uint256 holder = _under(terms.bills[i], _dealOf(hash));
            _hold(terms.bills[i], holder, _dealOf(changed));
        }
    }

    /// @inheritdoc ISale
    function hashOf(Terms calldata terms) public pure returns (bytes32) {
        return keccak256(abi.encode(terms));
    }

    // -------------------------------------------------------------------------------------------------- through a source

    /// @dev The room that holds the bills takes what it asks for each, the payee gets the rest: it is allowed what is left of
    /// the price, in the money of the terms alone, and nothing stays allowed. Possession and title are looked at before and
    /// afterwards, for a source is any contract (X14).
    function _payThroughSource(Terms calldata terms, IMoney from, bytes32 hash, address buyer, address payee) private {
        IERC20 token = terms.money.token();
        uint256 left = terms.price;
        terms.money.collect(from, buyer, address(this), left);
        token.forceApprove(address(terms.source), left);
        for (uint256 i = 0; i < terms.bills.length; i++) {
            uint256 bill = terms.bills[i];
            terms.source.release(bill, left, buyer, terms.endorsement, hash);
            // No more than it was: whatever the token says.
            left -= left - token.allowance(address(this), address(terms.source));
            if (terms.endorsement != Endorsement.Blank) _requireTitle(bill, terms.buyer);
            if (LEDGER.ownerOf(bill) != buyer) revert NotDelivered(bill);
        }
        if (left == 0) return;
        token.forceApprove(address(terms.source), 0);
        token.safeTransfer(payee, left);
    }

    /// @dev Else the buyer could pay for what it has, or for one bill twice.
    function _requireLieIn(address source, uint256[] calldata bills) private view {
        _requireAscending(bills);
        for (uint256 i = 0; i < bills.length; i++) {
            (address room, ) = LEDGER.lodging(bills[i]);
            if (room != source) revert NotUnderThisDeal(bills[i]);
        }
    }

    // --------------------------------------------------------------------------------------------------------- private

    function _entered(
        uint256 bill,
        BillWord,
        address from,
        AccountWord giver,
        bytes calldata data
    ) internal view override returns (uint256, uint208) {
        Terms calldata terms = _termsIn(data);
        if (giver.participant() != terms.seller) revert NotTheSeller(giver.participant());
        if (giver.roles() & Roles.TERMS == 0) revert IParticipants.LacksRole(from, Roles.TERMS);
        _requireTerms(terms);
        bool named = false;
        for (uint256 i = 0; i < terms.bills.length; i++) named = named || terms.bills[i] == bill;
        if (!named) revert NotInTerms(bill);
        return (terms.seller, _dealOf(keccak256(data)));
    }

    /// @dev The room surrenders nothing.
    function _replaced(uint256[] calldata, uint256[] calldata) internal override {}

    /// @dev ABI encoding, and no other that reads alike: its hash must be the one that the other verbs give, or nobody could
    /// act under it.
    function _termsIn(bytes calldata data) private pure returns (Terms calldata terms) {
        if (data.length < FIXED) revert TermsMalformed();
        assembly ("memory-safe") {
            terms := add(data.offset, 32)
        }
        bool inPlace = uint256(bytes32(data[:32])) == 32 && uint256(bytes32(data[32:64])) == FIXED - 64;
        if (!inPlace || data.length != FIXED + 32 * terms.bills.length) revert TermsMalformed();
        // Reading them asks whether they are addresses, and a word.
        (terms.payee, terms.money, terms.source, terms.endorsement);
    }

    /// @dev What is asked of terms when they are offered, and when they change.
    function _requireTerms(Terms calldata terms) private view {
        if (block.timestamp > terms.deadline || terms.deadline > block.timestamp + LONGEST)
            revert DeadlineOutOfRange(terms.deadline);
        _requireAscending(terms.bills);
    }

    function _requireAscending(uint256[] calldata bills) private pure {
        uint256 last = 0;
        for (uint256 i = 0; i < bills.length; i++) {
            if (bills[i] <= last) revert BillsNotAscending(bills[i]);
            last = bills[i];
        }
    }

    function _requireTitle(uint256 bill, uint256 buyer) private view {
        if (LEDGER.bill(bill).titleholder != buyer) revert BuyerHasNoTitle(bill);
    }

    function _dealOf(bytes32 hash) private pure returns (uint208) {
        return uint208(uint256(hash));
    }

    /// @dev Those that never came are passed over; that none is here is no act.
    function _giveAllBack(Terms calldata terms, bytes32 hash) private {
        bool any = false;
        for (uint256 i = 0; i < terms.bills.length; i++) {
            (address room, LodgingWord word) = LEDGER.lodging(terms.bills[i]);
            if (room != address(this) || word.deal() != _dealOf(hash)) continue;
            any = true;
            _giveBack(terms.bills[i]);
        }
        if (!any) revert NothingUnder(hash);
    }
}
