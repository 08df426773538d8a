// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {BillWord, Endorsement, Kind} from "../bills/BillWord.sol";
import {IBillSource} from "../bills/IBillSource.sol";
import {ILedger} from "../bills/ILedger.sol";
import {ICargoLog} from "../cargo/ICargoLog.sol";
import {AccountWord} from "../identity/AccountWord.sol";
import {IParticipants} from "../identity/IParticipants.sol";
import {Roles} from "../identity/Roles.sol";
import {IMoney} from "../money/IMoney.sol";
import {DealWord, DealWords} from "./DealWord.sol";
import {ILoanBook} from "./ILoanBook.sol";
import {ILends, IPositions} from "./IPositions.sol";
import {IRegistrations} from "./IRegistrations.sol";
import {Loans} from "./Loans.sol";

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
        Book storage book = _bookOf(terms.facility);
        Fixed memory fixed_ = book.terms;
        if (giver.participant() != fixed_.borrower) revert NotAParty(from);
        if (giver.roles() & Roles.TERMS == 0) revert IParticipants.LacksRole(from, Roles.TERMS);
        if (word.kind() != Kind.Blank) revert NotPledgeable(bill, word.kind());
        if (block.timestamp > terms.deadline) revert PledgedTooLate(terms.deadline);
        if (terms.value > type(uint104).max) revert TermsUnfit("value");
        _requireSigned(terms.agentAccount, fixed_.agent, _acceptance(bill, word.actCount(), terms), terms.signature);

        DealWord deal = _pledged(bill, book, terms);
        emit Pledged(terms.facility, bill, deal.pledge(), terms.value, deal.units(), from);
        if (terms.prints.length != 0) REGISTRATIONS.register(deal.debt(), terms.prints);
        if (terms.amount != 0) _draw(book, fixed_, deal, terms.amount, bill, terms.producers, from);
        return (fixed_.agent, deal.kept());
    }

    /// @dev The pledge that begins, or goes on.
    function _pledged(uint256 bill, Book storage book, Pledge calldata terms) private returns (DealWord deal) {
        DealWord out = DealWord.wrap(uint256(_kept[bill]));
        if (out.isNone() || out.isSold()) {
            if (out.units() != 0) revert StillRegistered(bill);
            if (terms.prints.length == 0 || terms.prints.length > type(uint16).max) revert TermsUnfit("prints");
            uint16 pledge = book.pledges + 1;
            deal = DealWords.pack(terms.facility, pledge, terms.prints.length, terms.value, false);
            book.pledges = pledge;
            book.value += uint120(terms.value);
        } else {
            if (out.facility() != terms.facility) revert NotUnderThisDeal(bill);
            if (terms.prints.length != 0) revert TermsUnfit("prints");
            deal = DealWords.pack(terms.facility, out.pledge(), out.units(), terms.value, false);
            book.value = book.value - uint120(out.value()) + uint120(terms.value);
            delete _kept[bill];
        }
    }

    /// @dev ABI encoding of {Pledge}, and nothing that reads beyond it.
    function _pledgeIn(bytes calldata data) private pure returns (Pledge calldata terms) {
        if (data.length < 32 * 9 || uint256(bytes32(data[:32])) != 32) revert PledgeMalformed();
        assembly ("memory-safe") {
            terms := add(data.offset, 32)
        }
        uint256 end = data.length - 32;
        uint256 prints;
        uint256 producers;
        uint256 signature;
        assembly ("memory-safe") {
            prints := calldataload(add(terms, 160))
            producers := calldataload(add(terms, 192))
            signature := calldataload(add(terms, 224))
        }
        bool inPlace =
            prints == 256 &&
                producers == 256 + 32 + 32 * terms.prints.length &&
                signature == producers + 32 + 32 * terms.producers.length &&
                end == signature + 32 + ((terms.signature.length + 31) / 32) * 32;
        if (!inPlace) revert PledgeMalformed();
    }

    /// @inheritdoc ILoanBook
    function draw(uint256 facility, uint256 amount, uint256 bill, address[] calldata producers) external nonReentrant {
        Book storage book = _bookOf(facility);
        Fixed memory terms = book.terms;
        address borrower = _actor();
        _requireParty(borrower, Roles.MOVE | Roles.TERMS, terms.borrower);
        DealWord deal = _dealOf(bill);
        if (deal.facility() != facility || LEDGER.ownerOf(bill) != address(this)) revert NotUnderThisDeal(bill);
        _draw(book, terms, deal, amount, bill, producers, borrower);
    }

    function _draw(
        Book storage book,
        Fixed memory terms,
        DealWord deal,
        uint256 amount,
        uint256 bill,
        address[] calldata producers,
        address to
    ) private {
        if (amount == 0) revert NothingDrawn();
        if (block.timestamp > terms.availableUntil) revert NotAvailable(terms.availableUntil);
        uint256 undrawn = book.undrawn;
        if (amount > undrawn) revert TooLittleUndrawn(amount, undrawn);
        _requireFiled(deal.facility(), terms);
        bytes32 condition = book.condition;
        if (condition != 0 && !_CARGO.holds(condition, bill, deal.units(), producers, _leftOut(book, bill)))
            revert ConditionNotMet(condition, bill);
        Debt memory debt = _accrued(book.debt, terms);
        debt.principal += uint104(amount);
        uint256 interest = _interest(debt, terms);
        _requireCovered(debt.principal + interest, book.value, terms);
        book.debt = debt;
        book.undrawn = uint120(undrawn - amount);
        emit Drawn(deal.facility(), bill, amount, debt.principal, interest, to);
        _tokenOf(book).safeTransfer(to, amount);
    }

    function _requireFiled(uint256 facility, Fixed memory terms) private view {
        if (terms.filedIn == 0) return;
        if (_filedUntil[facility][terms.filedIn] < block.timestamp) revert NotFiled(terms.filedIn);
        if (terms.alsoFiledIn != 0 && _filedUntil[facility][terms.alsoFiledIn] < block.timestamp)
            revert NotFiled(terms.alsoFiledIn);
    }

    /// @inheritdoc ILoanBook
    function repay(uint256 facility, uint256 most, IMoney from, Collateral[] calldata bills) external nonReentrant {
        Book storage book = _bookOf(facility);
        Fixed memory terms = book.terms;
        address payer = _actor();
        (uint256 amount, Debt memory debt, uint256 interest) = _settled(book, terms, most);
        if (amount == 0) {
            if (most == 0) revert NothingPaid();
            revert NothingOwed(facility);
        }
        emit Repaid(facility, amount, debt.principal, interest, from, payer);
        book.money.collect(from, payer, address(this), amount);
        if (bills.length != 0) _discharge(facility, book, terms, debt, bills);
    }

    /// @inheritdoc ILoanBook
    function discharge(uint256 facility, Collateral[] calldata bills) external nonReentrant {
        Book storage book = _bookOf(facility);
        Fixed memory terms = book.terms;
        _discharge(facility, book, terms, _accrued(book.debt, terms), bills);
    }

    /// @dev Books a payment, interest first: how much of `most` was owed, and what is owed then.
    function _settled(
        Book storage book,
        Fixed memory terms,
        uint256 most
    ) private returns (uint256 amount, Debt memory debt, uint256 interest) {
        debt = _accrued(book.debt, terms);
        interest = _interest(debt, terms);
        uint256 all = debt.principal + interest;
        amount = most < all ? most : all;
        if (amount < interest || amount == 0) {
            interest -= amount;
            debt.interest -= uint104(amount);
        } else {
            debt.principal -= uint104(amount - interest);
            (interest, debt.interest, debt.part) = (0, 0, 0);
        }
        book.debt = debt;
        book.paid += uint120(amount);
    }

    function _discharge(
        uint256 facility,
        Book storage book,
        Fixed memory terms,
        Debt memory debt,
        Collateral[] calldata bills
    ) private {
        uint256 left = debt.principal + _interest(debt, terms);
        address by = _actor();
        if (left != 0 || (book.undrawn != 0 && block.timestamp <= terms.availableUntil)) _requireOneOf(by, terms);
        uint256 value = book.value;
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
        book.value = uint120(value);
        if (left != 0) _requireCovered(left, value, terms);
    }

    /// @dev Nobody else takes from a borrower what it may want to draw on, or from lenders what covers them.
    function _requireOneOf(address account, Fixed memory terms) private view {
        uint256 participant = _participant(account, Roles.MOVE);
        if (participant != terms.borrower && participant != terms.agent) revert NotAParty(account);
    }

    /// @inheritdoc ILoanBook
    function instruct(uint256 bill, address room, bytes32 deal_, uint256 least) external {
        DealWord deal = _dealOf(bill);
        Book storage book = _bookOf(deal.facility());
        Fixed memory terms = book.terms;
        address by = _actor();
        bool late = _isLate(book, terms);
        if (late) {
            if (least > type(uint120).max) revert TermsUnfit("least");
            if (_isSilent(bill, terms) && !_isAgent(by, terms)) {
                uint256 reserve = (deal.value() * terms.reserve) / WHOLE;
                if (deal.isJoint()) revert NotAllotted(bill);
                if (deal.value() == 0) revert NoValue(bill);
                if (least < reserve) revert LeastTooLow(bill, reserve);
                _least[bill].amount = uint120(least);
            } else {
                _requireParty(by, Roles.MOVE | Roles.TERMS, terms.agent);
                _least[bill] = Least(uint120(least), uint40(block.timestamp));
            }
        } else {
            _requireParty(by, Roles.MOVE | Roles.TERMS, terms.borrower);
        }
        _kept[bill] = _instruction(room, deal_, book, late);
        emit Instructed(deal.facility(), bill, room, deal_, late ? least : 0, by);
    }

    function _isSilent(uint256 bill, Fixed memory terms) private view returns (bool) {
        uint256 begun = _defaultBegan(terms);
        uint256 last = _least[bill].named;
        return block.timestamp > (last > begun ? last : begun) + SILENCE;
    }

    function _isAgent(address account, Fixed memory terms) private view returns (bool) {
        AccountWord word = LEDGER.standing(account);
        return word.acts() && word.participant() == terms.agent && word.roles() & Roles.MOVE != 0;
    }

    /// @dev What was named before default is void in it, and what was named under an agent with that agent.
    function _instruction(address room, bytes32 deal, Book storage book, bool late) private view returns (bytes32) {
        return keccak256(abi.encode(room, deal, late ? uint256(book.agents) + 1 : 0));
    }

    /// @inheritdoc IBillSource
    function price(uint256 bill, uint256 offered) external view returns (IERC20 money, uint256 amount) {
        DealWord deal = _dealOf(bill);
        Book storage book = _bookOf(deal.facility());
        Fixed memory terms = book.terms;
        Debt memory debt = _accrued(book.debt, terms);
        amount = _asked(bill, book, terms, deal, debt.principal + _interest(debt, terms), offered);
        return (_tokenOf(book), amount);
    }

    /// @dev Before default what the other bills do not cover; in default all of the offer, for what is beyond the debt goes
    /// to the borrower from here, whoever sells.
    function _asked(
        uint256 bill,
        Book storage book,
        Fixed memory terms,
        DealWord deal,
        uint256 owed_,
        uint256 offered
    ) private view returns (uint256 asked) {
        if (_isLate(book, terms)) {
            asked = offered;
            if (offered < _least[bill].amount) revert OfferTooLow(bill, _least[bill].amount);
        } else {
            uint256 rest = deal.isJoint() ? 0 : ((book.value - deal.value()) * terms.advance) / WHOLE;
            asked = owed_ > rest ? owed_ - rest : 0;
            if (offered < asked) revert OfferTooLow(bill, asked);
        }
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
        Book storage book = _bookOf(deal.facility());
        Fixed memory terms = book.terms;
        bool late = _isLate(book, terms);
        if (_kept[bill] != _instruction(msg.sender, deal_, book, late)) revert NotInstructed(bill);
        if (late) _requireNotOfTheAgent(to, terms);
        Debt memory before = _accrued(book.debt, terms);
        uint256 asked = _asked(bill, book, terms, deal, before.principal + _interest(before, terms), offered);
        (uint256 amount, Debt memory debt, uint256 interest) = _settled(book, terms, asked);
        if (asked != amount) book.surplus += uint120(asked - amount);
        book.value -= uint120(deal.value());
        _kept[bill] = bytes32(DealWord.unwrap(deal.sold()));
        emit PledgeSold(deal.facility(), bill, amount, asked - amount, debt.principal, interest, msg.sender, to);
        _letOut(bill, to, endorsement);
        if (asked != 0) book.money.collect(book.money, msg.sender, address(this), asked);
    }

    /// @dev As their groups are now.
    function _requireNotOfTheAgent(address to, Fixed memory terms) private view {
        uint256 participant = LEDGER.standing(to).participant();
        if (_groupOf(participant) == _groupOf(terms.agent)) revert SelfDealing(participant);
    }

    /// @dev One replacement is held as the bill was. Of several the first keeps value and prints for all, and none leaves alone
    /// until the agent has said what each has.
    function _replaced(uint256[] calldata bills, uint256[] calldata replacements) internal override nonReentrant {
        DealWord deal = _dealOf(replacements[0]);
        _clear(bills[0]);
        emit CarriedOn(deal.facility(), bills[0], replacements);
        if (replacements.length == 1) return;
        DealWord first = DealWords.pack(deal.facility(), deal.pledge(), deal.units(), deal.value(), true);
        for (uint256 i = 0; i < replacements.length; i++) {
            _redeal(replacements[i], i == 0 ? first : deal.jointly());
        }
    }

    /// @inheritdoc ILoanBook
    function claim(uint256 position) external nonReentrant {
        Book storage book = _bookOf(_loanOf(position));
        (address owner, uint256 due) = POSITIONS.take(position, book.paid, book.shares);
        if (due == 0) revert NothingPaid();
        emit Claimed(position, owner, due, _actor());
        _tokenOf(book).safeTransfer(owner, due);
    }

    /// @inheritdoc ILends
    function paidIn(uint256 facility) external view returns (uint256 paid, uint256 shares) {
        Book storage book = _bookOf(facility);
        return (book.paid, book.shares);
    }

    /// @inheritdoc ILoanBook
    function owed(
        uint256 facility
    ) external view returns (uint256 principal, uint256 interest, uint256 covered, bool inDefault) {
        Book storage book = _bookOf(facility);
        Fixed memory terms = book.terms;
        Debt memory debt = _accrued(book.debt, terms);
        return (
            debt.principal,
            _interest(debt, terms),
            (uint256(book.value) * terms.advance) / WHOLE,
            _isLate(book, terms)
        );
    }
}
