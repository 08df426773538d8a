// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {BillWord, Endorsement, Kind, MAX_ACTS, Status} from "../bills/BillWord.sol";
import {IBills} from "../bills/IBills.sol";
import {IBillSource} from "../bills/IBillSource.sol";
import {ILedger} from "../bills/ILedger.sol";
import {ICargoLog} from "../cargo/ICargoLog.sol";
import {AccountWord} from "../identity/AccountWord.sol";
import {IParticipants} from "../identity/IParticipants.sol";
import {Roles} from "../identity/Roles.sol";
import {IMoney} from "../money/IMoney.sol";
import {CoverWord} from "./CoverWord.sol";
import {DealWord, DealWords} from "./DealWord.sol";
import {DebtWord, DebtWords} from "./DebtWord.sol";
import {FixedWord} from "./FixedWord.sol";
import {ILoanBook} from "./ILoanBook.sol";
import {ILends, IPositions} from "./IPositions.sol";
import {IRegistrations} from "./IRegistrations.sol";
import {Loans} from "./Loans.sol";
import {PrintWord} from "./PrintWord.sol";

/// @title The loan book: the everyday verbs, and the one address of all loans
/// @notice What this code does not know it hands, unchanged, to {LoanDesk}, which runs on this contract's storage; its address
/// is fixed for ever. The whole surface is {ILoans}.
contract LoanBook is ILoanBook, Loans {
    using SafeERC20 for IERC20;

    /// @notice How long the agent may be silent in default.
    uint256 public constant SILENCE = 30 days;

    ICargoLog private immutable _CARGO;
    address private immutable _DESK;

    constructor(
        ILedger ledger,
        IRegistrations registrations,
        IPositions positions,
        ICargoLog cargo,
        address desk
    ) Loans(ledger, registrations, positions) {
        _CARGO = cargo;
        _DESK = desk;
    }

    /// @notice The rest of the book's code: see {ILoans}.
    fallback() external {
        address code = _DESK;
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

    /// @dev Lodged in blank by the borrower, accepted by the agent; or back from where it was on trust.
    function _entered(
        uint256 bill,
        BillWord word,
        address from,
        AccountWord giver,
        bytes calldata data
    ) internal override nonReentrant returns (uint256, uint208) {
        Pledge calldata terms = _pledgeIn(data);
        (Book storage book, FixedWord fixed_) = _bookOf(terms.facility);
        if (giver.participant() != fixed_.borrower()) revert NotAParty(from);
        if (giver.roles() & Roles.TERMS == 0) revert IParticipants.LacksRole(from, Roles.TERMS);
        if (word.kind() != Kind.Blank) revert NotPledgeable(bill, word.kind());
        // From there on one count stands for several states: the acceptance of one would count for another (X17).
        if (word.actCount() == MAX_ACTS) revert IBills.TooManyActs(bill);
        if (block.timestamp > terms.deadline) revert PledgedTooLate(terms.deadline);
        if (terms.value > type(uint104).max) revert TermsUnfit("value");
        _requireSigned(terms.agentAccount, fixed_.agent(), _acceptance(bill, word.actCount(), terms), terms.signature);

        PrintWord[] calldata prints = terms.prints;
        (DealWord deal, CoverWord cover) = _pledged(bill, book.cover, terms, prints.length);
        emit Pledged(terms.facility, bill, deal.pledge(), terms.value, deal.units(), from);
        if (prints.length != 0) REGISTRATIONS.register(deal.debt(), prints);
        if (terms.amount == 0) book.cover = cover;
        else _draw(book, fixed_, cover, deal, terms.amount, bill, terms.producers, from);
        return (fixed_.agent(), deal.kept());
    }

    /// @dev The pledge that begins, or goes on; and what the bills cover then.
    function _pledged(
        uint256 bill,
        CoverWord before,
        Pledge calldata terms,
        uint256 prints
    ) private returns (DealWord deal, CoverWord cover) {
        DealWord out = DealWord.wrap(uint256(_kept[bill]));
        if (out.isNone() || out.isSold()) {
            if (out.units() != 0) revert StillRegistered(bill);
            if (prints == 0 || prints > type(uint16).max) revert TermsUnfit("prints");
            cover = before.withPledge(terms.value);
            deal = DealWords.pack(terms.facility, cover.pledges(), prints, terms.value);
        } else {
            if (out.facility() != terms.facility) revert NotUnderThisDeal(bill);
            if (prints != 0) revert TermsUnfit("prints");
            cover = before.withValue(before.value() - out.value() + terms.value);
            deal = DealWords.pack(terms.facility, out.pledge(), out.units(), terms.value);
            delete _kept[bill];
        }
    }

    /// @dev ABI encoding of {Pledge}, and nothing that reads beyond it.
    function _pledgeIn(bytes calldata data) private pure returns (Pledge calldata terms) {
        if (data.length < 32 * 9 || uint256(bytes32(data[:32])) != 32) revert PledgeMalformed();
        uint256 printsAt;
        uint256 prints;
        uint256 producersAt;
        uint256 producers;
        uint256 signatureAt;
        uint256 signature;
        assembly ("memory-safe") {
            terms := add(data.offset, 32)
            printsAt := calldataload(add(terms, 160))
            prints := calldataload(add(terms, 256))
            producersAt := calldataload(add(terms, 192))
            producers := calldataload(add(terms, producersAt))
            signatureAt := calldataload(add(terms, 224))
            signature := calldataload(add(terms, signatureAt))
        }
        // How many there are is looked at first: no sum runs over.
        unchecked {
            uint256 most = data.length;
            bool inPlace =
                prints < most &&
                    producers < most &&
                    signature < most &&
                    printsAt == 256 &&
                    producersAt == 256 + 32 + 32 * prints &&
                    signatureAt == producersAt + 32 + 32 * producers &&
                    most == 32 + signatureAt + 32 + ((signature + 31) / 32) * 32;
            if (!inPlace) revert PledgeMalformed();
        }
    }

    /// @inheritdoc ILoanBook
    function draw(uint256 facility, uint256 amount, uint256 bill, address[] calldata producers) external nonReentrant {
        (Book storage book, FixedWord terms) = _bookOf(facility);
        address borrower = _actor();
        _requireParty(borrower, Roles.MOVE | Roles.TERMS, terms.borrower());
        DealWord deal = _dealOf(bill);
        if (deal.facility() != facility || LEDGER.ownerOf(bill) != address(this)) revert NotUnderThisDeal(bill);
        _draw(book, terms, book.cover, deal, amount, bill, producers, borrower);
    }

    /// @param cover With what is pledged now; it is kept here.
    function _draw(
        Book storage book,
        FixedWord terms,
        CoverWord cover,
        DealWord deal,
        uint256 amount,
        uint256 bill,
        address[] calldata producers,
        address to
    ) private {
        if (amount == 0) revert NothingDrawn();
        if (block.timestamp > terms.availableUntil()) revert NotAvailable(terms.availableUntil());
        uint256 undrawn = cover.undrawn();
        if (amount > undrawn) revert TooLittleUndrawn(amount, undrawn);
        _requireFiled(deal.facility(), terms);
        if (terms.isConditional()) _requireCondition(book, deal, bill, producers);
        DebtWord debt = _accrued(book.debt, terms).drawn(amount);
        uint256 interest = _interest(debt, terms);
        // Sums of 104 bits; no more than is undrawn.
        unchecked {
            _requireCovered(debt.principal() + interest, cover.value(), terms);
            cover = cover.withUndrawn(undrawn - amount);
        }
        book.debt = debt;
        book.cover = cover;
        emit Drawn(deal.facility(), bill, amount, debt.principal(), interest, to);
        _tokenOf(book).safeTransfer(to, amount);
    }

    function _requireCondition(
        Book storage book,
        DealWord deal,
        uint256 bill,
        address[] calldata producers
    ) private view {
        bytes32 condition = book.condition;
        if (!_CARGO.holds(condition, bill, deal.units(), producers, _leftOut(book, bill)))
            revert ConditionNotMet(condition, bill);
    }

    function _requireFiled(uint256 facility, FixedWord terms) private view {
        if (terms.filedIn() == 0) return;
        _requireFiledIn(facility, terms.filedIn());
        if (terms.alsoFiledIn() != 0) _requireFiledIn(facility, terms.alsoFiledIn());
    }

    function _requireFiledIn(uint256 facility, bytes2 country) private view {
        if (_filedUntil[facility][country] < block.timestamp) revert NotFiled(country);
    }

    /// @inheritdoc ILoanBook
    function repay(uint256 facility, uint256 most, IMoney from, Collateral[] calldata bills) external nonReentrant {
        (Book storage book, FixedWord terms) = _bookOf(facility);
        address payer = _actor();
        (uint256 amount, DebtWord debt, uint256 interest) = _settled(book, terms, book.debt, most);
        if (amount == 0) {
            if (most == 0) revert NothingPaid();
            revert NothingOwed(facility);
        }
        emit Repaid(facility, amount, debt.principal(), interest, from, payer);
        book.money.collect(from, payer, address(this), amount);
        if (bills.length != 0) _discharge(facility, book, terms, debt.principal() + interest, bills);
    }

    /// @inheritdoc ILoanBook
    function discharge(uint256 facility, Collateral[] calldata bills) external nonReentrant {
        (Book storage book, FixedWord terms) = _bookOf(facility);
        _discharge(facility, book, terms, _owed(_accrued(book.debt, terms), terms), bills);
    }

    /// @dev Books a payment, interest first: how much of `most` was owed, and what is owed then.
    /// @param debt As it is kept, or accrued.
    function _settled(
        Book storage book,
        FixedWord terms,
        DebtWord debt,
        uint256 most
    ) private returns (uint256 amount, DebtWord left, uint256 interest) {
        debt = _accrued(debt, terms);
        interest = _interest(debt, terms);
        uint256 all = debt.principal() + interest;
        amount = most < all ? most : all;
        if (amount < interest || amount == 0) {
            interest -= amount;
            left = debt.paid(amount);
        } else {
            left = DebtWords.pack(all - amount, 0, debt.day(), 0);
            interest = 0;
        }
        book.debt = left;
        book.paid += uint120(amount);
    }

    /// @param left Owed.
    function _discharge(
        uint256 facility,
        Book storage book,
        FixedWord terms,
        uint256 left,
        Collateral[] calldata bills
    ) private {
        address by = _actor();
        CoverWord cover = book.cover;
        if (left != 0 || (cover.undrawn() != 0 && block.timestamp <= terms.availableUntil())) _requireOneOf(by, terms);
        uint256 value = cover.value();
        for (uint256 i = 0; i < bills.length; i++) {
            uint256 bill = bills[i].bill;
            DealWord out = DealWord.wrap(uint256(_kept[bill]));
            bool isOut = out.until() != 0 && !_liesHere(bill);
            DealWord deal = isOut ? out : _dealOf(bill);
            if (deal.facility() != facility) revert NotUnderThisDeal(bill);
            if (deal.isJoint() && left != 0) revert NotAllotted(bill);
            if (deal.units() != bills[i].prints.length) revert PrintsMissing(bill, deal.units());
            value -= deal.value();
            _clear(bill);
            emit Discharged(facility, bill, by);
            if (deal.units() != 0) REGISTRATIONS.deregister(deal.debt(), bills[i].prints);
            if (!isOut) _giveBack(bill);
        }
        book.cover = cover.withValue(value);
        if (left != 0) _requireCovered(left, value, terms);
    }

    /// @inheritdoc ILoanBook
    function forget(uint256 bill, PrintWord[] calldata prints) external nonReentrant {
        DealWord deal = DealWord.wrap(uint256(_kept[bill]));
        if (_liesHere(bill)) {
            deal = _dealOf(bill);
            Status status = LEDGER.bill(bill).status;
            if (status != Status.Surrendered && status != Status.Paper && status != Status.Delivered)
                revert NothingLeft(bill);
        }
        if (deal.isNone()) revert NothingLeft(bill);
        uint256 facility = deal.facility();
        (Book storage book, FixedWord terms) = _bookOf(facility);
        // The cargo of a joint bill that was sold is also that of the others, which still secure the debt.
        if ((deal.isJoint() || !deal.isSold()) && _owed(_accrued(book.debt, terms), terms) != 0)
            revert StillOwed(facility);
        if (!deal.isSold()) {
            CoverWord cover = book.cover;
            // What the borrower may still draw on it discharges itself.
            if (cover.undrawn() != 0 && block.timestamp <= terms.availableUntil())
                revert StillAvailable(terms.availableUntil());
            book.cover = cover.withValue(cover.value() - deal.value());
        }
        if (deal.units() != prints.length || prints.length == 0) revert PrintsMissing(bill, deal.units());
        _clear(bill);
        emit Forgotten(facility, bill, _actor());
        REGISTRATIONS.deregister(deal.debt(), prints);
    }

    /// @dev Nobody else takes from a borrower what it may want to draw on, or from lenders what covers them.
    function _requireOneOf(address account, FixedWord terms) private view {
        uint256 participant = _participant(account, Roles.MOVE);
        if (participant != terms.borrower() && participant != terms.agent()) revert NotAParty(account);
    }

    /// @inheritdoc ILoanBook
    function instruct(uint256 bill, address room, bytes32 deal_, uint256 least) external {
        DealWord deal = _dealOf(bill);
        (Book storage book, FixedWord terms) = _bookOf(deal.facility());
        address by = _actor();
        bool late = _isLate(book.debt, terms);
        uint256 named = late ? _byAgent(book) : 0;
        if (late) {
            if (least > type(uint120).max) revert TermsUnfit("least");
            if (_isSilent(book, terms) && !_isAgent(by, terms)) {
                uint256 reserve = (deal.value() * terms.reserve()) / WHOLE;
                if (deal.isJoint()) revert NotAllotted(bill);
                if (reserve == 0) revert NoValue(bill);
                if (least < reserve) revert LeastTooLow(bill, reserve);
                named = _inSilence(book);
            } else {
                _requireParty(by, Roles.MOVE | Roles.TERMS, terms.agent());
                _hear(book, terms);
            }
            _least[bill] = least;
        } else {
            _requireParty(by, Roles.MOVE | Roles.TERMS, terms.borrower());
        }
        _kept[bill] = _instruction(room, deal_, named);
        emit Instructed(deal.facility(), bill, room, deal_, late ? least : 0, by);
    }

    function _isSilent(Book storage book, FixedWord terms) private view returns (bool) {
        uint256 begun = _defaultBegan(terms);
        uint256 last = book.heard;
        return block.timestamp > (last > begun ? last : begun) + SILENCE;
    }

    function _isAgent(address account, FixedWord terms) private view returns (bool) {
        AccountWord word = LEDGER.standing(account);
        return word.acts() && word.participant() == terms.agent() && word.roles() & Roles.MOVE != 0;
    }

    /// @param named 0: by the borrower, which is void in default; else {_byAgent} or {_inSilence}.
    function _instruction(address room, bytes32 deal, uint256 named) private pure returns (bytes32) {
        return keccak256(abi.encode(room, deal, named));
    }

    /// @dev Void with the agent.
    function _byAgent(Book storage book) private view returns (uint256) {
        return uint256(book.agents) + 1;
    }

    /// @dev Void once the agent is heard again, or is another, who is heard as it comes.
    function _inSilence(Book storage book) private view returns (uint256) {
        return (uint256(book.heard) + 1) << 24;
    }

    function _isNamed(
        bytes32 kept,
        address room,
        bytes32 deal,
        Book storage book,
        bool late
    ) private view returns (bool) {
        if (!late) return kept == _instruction(room, deal, 0);
        return kept == _instruction(room, deal, _byAgent(book)) || kept == _instruction(room, deal, _inSilence(book));
    }

    /// @inheritdoc IBillSource
    function price(uint256 bill, uint256 offered) external view returns (IERC20 money, uint256 amount) {
        DealWord deal = _dealOf(bill);
        (Book storage book, FixedWord terms) = _bookOf(deal.facility());
        amount = _asked(bill, book.cover, terms, deal, _accrued(book.debt, terms), offered);
        return (_tokenOf(book), amount);
    }

    /// @dev Before default what the other bills do not cover; in default all of the offer, for what is beyond the debt goes
    /// to the borrower from here, whoever sells.
    function _asked(
        uint256 bill,
        CoverWord cover,
        FixedWord terms,
        DealWord deal,
        DebtWord debt,
        uint256 offered
    ) private view returns (uint256 asked) {
        uint256 least;
        if (_isLate(debt, terms)) {
            (asked, least) = (offered, _least[bill]);
        } else {
            uint256 owed_ = _owed(debt, terms);
            uint256 rest = deal.isJoint() ? 0 : _covered(cover.value() - deal.value(), terms);
            asked = owed_ > rest ? owed_ - rest : 0;
            least = asked;
        }
        if (offered < least) revert OfferTooLow(bill, least);
    }

    /// @inheritdoc IBillSource
    function release(
        uint256 bill,
        uint256 offered,
        address to,
        Endorsement endorsement,
        bytes32 deal_
    ) external nonReentrant {
        DealWord deal = _dealOf(bill);
        (Book storage book, FixedWord terms) = _bookOf(deal.facility());
        DebtWord before = _accrued(book.debt, terms);
        bool late = _isLate(before, terms);
        // Whoever is named pays. This contract, which calls itself for whoever signed ({act}), would pay itself.
        if (msg.sender == address(this) || !_isNamed(_kept[bill], msg.sender, deal_, book, late))
            revert NotInstructed(bill);
        if (late) _requireNotOfTheAgent(to, terms);
        CoverWord cover = book.cover;
        uint256 asked = _asked(bill, cover, terms, deal, before, offered);
        (uint256 amount, DebtWord debt, uint256 interest) = _settled(book, terms, before, asked);
        if (asked != amount) book.surplus += uint120(asked - amount);
        book.cover = cover.withValue(cover.value() - deal.value());
        _kept[bill] = bytes32(DealWord.unwrap(deal.sold()));
        emit PledgeSold(deal.facility(), bill, amount, asked - amount, debt.principal(), interest, msg.sender, to);
        _letOut(bill, to, endorsement);
        if (asked != 0) book.money.collect(book.money, msg.sender, address(this), asked);
    }

    /// @dev As their groups are now.
    function _requireNotOfTheAgent(address to, FixedWord terms) private view {
        uint256 participant = LEDGER.standing(to).participant();
        if (_groupOf(participant) == _groupOf(terms.agent())) revert SelfDealing(participant);
    }

    /// @dev One replacement is held as the bill was. Of several the first keeps value and prints for all, and none leaves alone
    /// until the agent has said what each has.
    function _replaced(uint256[] calldata bills, uint256[] calldata replacements) internal override nonReentrant {
        DealWord deal = _dealOf(replacements[0]);
        _clear(bills[0]);
        emit CarriedOn(deal.facility(), bills[0], replacements);
        if (replacements.length == 1) return;
        DealWord first = deal.withOthers(deal.others() + replacements.length - 1);
        for (uint256 i = 0; i < replacements.length; i++) {
            _redeal(replacements[i], i == 0 ? first : deal.jointly());
        }
    }

    /// @inheritdoc ILoanBook
    function claim(uint256 position) external nonReentrant {
        (Book storage book, ) = _bookOf(_loanOf(position));
        (address owner, uint256 due) = POSITIONS.take(position, book.paid, book.shares);
        if (due == 0) revert NothingUnclaimed(position);
        emit Claimed(position, owner, due, _actor());
        _tokenOf(book).safeTransfer(owner, due);
    }

    /// @inheritdoc ILoanBook
    function endAvailability(uint256 facility) external {
        (Book storage book, FixedWord terms) = _bookOf(facility);
        if (block.timestamp <= terms.availableUntil()) revert StillAvailable(terms.availableUntil());
        uint256 undrawn = book.cover.undrawn();
        if (undrawn == 0) revert NothingUndrawn(facility);
        book.paid += uint120(undrawn);
        book.cover = book.cover.withUndrawn(0);
        emit AvailabilityEnded(facility, undrawn, _actor());
    }

    /// @inheritdoc ILoanBook
    function takeSurplus(uint256 facility) external nonReentrant {
        (Book storage book, FixedWord terms) = _bookOf(facility);
        address borrower = _actor();
        _requireParty(borrower, Roles.MOVE | Roles.TERMS, terms.borrower());
        uint256 amount = book.surplus;
        if (amount == 0) revert NoSurplus(facility);
        book.surplus = 0;
        emit SurplusTaken(facility, amount, borrower);
        _tokenOf(book).safeTransfer(borrower, amount);
    }

    /// @inheritdoc ILends
    function paidIn(uint256 facility) external view returns (uint256 paid, uint256 shares) {
        (Book storage book, ) = _bookOf(facility);
        return (book.paid, book.shares);
    }

    /// @inheritdoc ILoanBook
    function owed(
        uint256 facility
    ) external view returns (uint256 principal, uint256 interest, uint256 covered, bool inDefault) {
        (Book storage book, FixedWord terms) = _bookOf(facility);
        DebtWord debt = _accrued(book.debt, terms);
        return (debt.principal(), _interest(debt, terms), _covered(book.cover.value(), terms), _isLate(debt, terms));
    }
}
