// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {BillWord, Kind, SurrenderFor, Terms} from "../bills/BillWord.sol";
import {ILedger} from "../bills/ILedger.sol";
import {AccountWord} from "../identity/AccountWord.sol";
import {IParticipants} from "../identity/IParticipants.sol";
import {Roles} from "../identity/Roles.sol";
import {IDeposit} from "../money/IDeposit.sol";
import {IMoney} from "../money/IMoney.sol";
import {IReserves} from "../money/IReserves.sol";
import {CoverWord, CoverWords} from "./CoverWord.sol";
import {DealWord, DealWords} from "./DealWord.sol";
import {FixedWord, FixedWords} from "./FixedWord.sol";
import {ILoanDesk} from "./ILoanDesk.sol";
import {IPositions} from "./IPositions.sol";
import {IRegistrations} from "./IRegistrations.sol";
import {Loans} from "./Loans.sol";

/// @title Code that the loan book runs on its own storage
/// @notice Deployed at an address of its own that nobody calls: there it is no room, so that no facility can come to be.
contract LoanDesk is ILoanDesk, Loans {
    using SafeERC20 for IERC20;

    /// @notice What all parties of a facility sign.
    bytes32 public constant FACILITY_TYPEHASH = keccak256(
        "Facility(uint256 borrower,uint256 agent,address borrowerAccount,address agentAccount,address money,uint256 rate,uint8 dayCount,int256 clock,uint256 availableUntil,uint256 maturity,uint256 graceDays,uint256 advance,uint256 onTrust,uint256 reserve,bytes32 condition,bytes2 filedIn,bytes2 alsoFiledIn,bytes32 agreement,address[] lenders,uint256[] commitments,bytes32 salt,uint256 deadline)"
    );
    /// @notice What lenders and a new agent sign; `agents`: how often there was a new one before.
    bytes32 public constant APPOINTMENT_TYPEHASH = keccak256(
        "Appointment(uint256 facility,address agentAccount,uint256 agents,uint256 deadline)"
    );
    /// @notice 100 % a year.
    uint256 public constant MOST_RATE = RATE_UNIT;
    /// @notice From opening to maturity: cargo secures no debt for ever.
    uint256 public constant MOST_TERM = 2 * 365 days;

    IReserves private immutable _RESERVES;

    constructor(
        ILedger ledger,
        IRegistrations registrations,
        IPositions positions,
        IReserves reserves
    ) Loans(ledger, registrations, positions) {
        _RESERVES = reserves;
    }

    /// @inheritdoc ILoanDesk
    function open(
        Facility calldata terms,
        bytes[] calldata signatures,
        IMoney[] calldata from
    ) external nonReentrant returns (uint256 facility) {
        if (block.timestamp > terms.deadline) revert OpenedTooLate(terms.deadline);
        bytes32 hash = _hashOf(terms);
        if (_facilityOf[hash] != 0) revert AlreadyOpened(_facilityOf[hash]);
        uint256 shares = _requireTerms(terms);
        uint256 lenders = terms.lenders.length;
        if (signatures.length != lenders + 2) revert SignaturesMissing(lenders + 2);
        if (from.length != lenders) revert DepositsMissing(lenders);
        bytes32 digest = _hashTypedDataV4(hash);
        _requireSigned(terms.borrowerAccount, terms.borrower, digest, signatures[0]);
        bytes2 country = IDeposit(address(terms.money)).COUNTRY();
        _requireHolder(terms.borrowerAccount, country);
        _requireSigned(terms.agentAccount, terms.agent, digest, signatures[1]);

        facility = ++_count;
        _facilityOf[hash] = facility;
        Book storage book = _books[facility];
        book.terms = FixedWords.pack(terms);
        book.cover = CoverWords.pack(shares, 0, 0);
        book.shares = uint120(shares);
        book.money = terms.money;
        book.condition = terms.condition;
        book.borrowerGroup = _groupOf(terms.borrower);
        book.agentGroup = _groupOf(terms.agent);
        emit Opened(facility, hash, terms, from, _actor());
        for (uint256 i = 0; i < lenders; i++) {
            address lender = terms.lenders[i];
            _requireSignature(lender, digest, signatures[i + 2]);
            _requireHolder(lender, country);
            POSITIONS.mint(facility, lender, uint120(terms.commitments[i]));
        }
        for (uint256 i = 0; i < lenders; i++) {
            terms.money.collect(from[i], terms.lenders[i], address(this), terms.commitments[i]);
        }
    }

    /// @dev The book pays in this money: to whoever may not hold it nothing could be paid.
    function _requireHolder(address account, bytes2 country) private view {
        AccountWord word = LEDGER.standing(account);
        if (country != 0 && !word.isRoom() && word.country() != country)
            revert IDeposit.NotOfTheCountry(account, country);
    }

    function _requireTerms(Facility calldata terms) private view returns (uint256 shares) {
        if (!_RESERVES.isDeposit(address(terms.money))) revert NoMoney(terms.money);
        if (terms.rate > MOST_RATE) revert TermsUnfit("rate");
        if (terms.clock < -48 || terms.clock > 56) revert TermsUnfit("clock");
        if (terms.maturity > block.timestamp + MOST_TERM || terms.maturity < block.timestamp)
            revert TermsUnfit("maturity");
        if (terms.availableUntil > terms.maturity || terms.availableUntil < block.timestamp)
            revert TermsUnfit("availableUntil");
        if (terms.graceDays > type(uint8).max) revert TermsUnfit("graceDays");
        if (terms.advance > WHOLE || terms.advance == 0) revert TermsUnfit("advance");
        if (terms.onTrust > WHOLE) revert TermsUnfit("onTrust");
        // For nothing a bill never goes.
        if (terms.reserve > WHOLE || terms.reserve == 0) revert TermsUnfit("reserve");
        if (_groupOf(terms.agent) == _groupOf(terms.borrower)) revert TermsUnfit("agent");
        if (terms.filedIn == 0 && terms.alsoFiledIn != 0) revert TermsUnfit("alsoFiledIn");
        if (terms.lenders.length == 0) revert TermsUnfit("lenders");
        if (terms.commitments.length != terms.lenders.length) revert TermsUnfit("commitments");
        for (uint256 i = 0; i < terms.commitments.length; i++) {
            if (terms.commitments[i] > type(uint104).max) revert TermsUnfit("commitments");
            shares += terms.commitments[i];
        }
        if (shares > type(uint104).max) revert TermsUnfit("commitments");
    }

    function _hashOf(Facility calldata terms) private pure returns (bytes32) {
        bytes memory first = abi.encode(
            FACILITY_TYPEHASH,
            terms.borrower,
            terms.agent,
            terms.borrowerAccount,
            terms.agentAccount,
            terms.money,
            terms.rate,
            terms.dayCount,
            terms.clock,
            terms.availableUntil,
            terms.maturity,
            terms.graceDays
        );
        bytes memory rest = abi.encode(
            terms.advance,
            terms.onTrust,
            terms.reserve,
            terms.condition,
            terms.filedIn,
            terms.alsoFiledIn,
            terms.agreement,
            keccak256(abi.encodePacked(terms.lenders)),
            keccak256(abi.encodePacked(terms.commitments)),
            terms.salt,
            terms.deadline
        );
        return keccak256(bytes.concat(first, rest));
    }

    /// @inheritdoc ILoanDesk
    function surrender(
        uint256 bill,
        SurrenderFor purpose,
        address to,
        Terms[] calldata replacements
    ) external nonReentrant {
        DealWord deal = _dealOf(bill);
        (Book storage book, FixedWord terms) = _bookOf(deal.facility());
        address by = _actor();
        _requireParty(by, Roles.MOVE | Roles.TERMS, terms.agent());
        bytes32 agreed = 0;
        bool ends = purpose == SurrenderFor.Delivery || purpose == SurrenderFor.Paper;
        if (ends) {
            if (!_isLate(book.debt, terms)) revert NotInDefault(deal.facility());
            // What may end so covers nothing from here on; refused, it is back without a value.
            book.cover = book.cover.withValue(book.cover.value() - deal.value());
            deal = deal.withValue(0);
        } else {
            // The one that has all counts the others.
            if (deal.isJoint() && deal.others() == 0 && replacements.length > 1) revert NotAllotted(bill);
            for (uint256 i = 0; i < replacements.length; i++) {
                if (replacements[i].kind != Kind.Blank)
                    revert NotPledgeable(replacements[i].bill, replacements[i].kind);
            }
            uint256[] memory bills = new uint256[](1);
            bills[0] = bill;
            agreed = keccak256(abi.encode(bills, replacements));
        }
        _hear(book, terms);
        _clear(bill);
        emit PledgeSurrendered(deal.facility(), bill, purpose, deal.value(), by);
        if (ends) _redeal(bill, deal);
        LEDGER.surrender(bill, purpose, to, agreed, "");
    }

    /// @inheritdoc ILoanDesk
    function allot(uint256 bill, Share[] calldata shares) external nonReentrant {
        DealWord deal = _dealOf(bill);
        (Book storage book, FixedWord terms) = _bookOf(deal.facility());
        address by = _actor();
        _requireParty(by, Roles.MOVE | Roles.TERMS, terms.agent());
        if (deal.others() == 0) revert NothingToAllot(bill);
        // Of whom nothing is said would have nothing, and be locked in.
        if (shares.length != deal.others()) revert SharesMissing(bill, deal.others());
        (uint256 value, uint256 units) = (deal.value(), deal.units());
        CoverWord cover = book.cover;
        emit Allotted(deal.facility(), bill, shares, cover.pledges(), by);
        for (uint256 i = 0; i < shares.length; i++) {
            Share calldata share = shares[i];
            DealWord other = _dealOf(share.bill);
            bool together = other.isJoint() && other.debt() == deal.debt() && other.units() == 0;
            if (!together || share.bill == bill) revert NotUnderThisDeal(share.bill);
            if (share.value > value || share.prints.length >= units || share.prints.length == 0)
                revert AllottedTooMuch(share.bill);
            value -= share.value;
            units -= share.prints.length;
            // What the bills cover together stays.
            cover = cover.withPledge(0);
            DealWord own = DealWords.pack(deal.facility(), cover.pledges(), share.prints.length, share.value);
            REGISTRATIONS.move(deal.debt(), own.debt(), share.prints);
            _redeal(share.bill, own);
        }
        book.cover = cover;
        _hear(book, terms);
        _redeal(bill, DealWords.pack(deal.facility(), deal.pledge(), units, value));
    }

    /// @inheritdoc ILoanDesk
    function entrust(uint256 bill, address to, uint256 until, bytes calldata purpose) external nonReentrant {
        DealWord deal = _dealOf(bill);
        (Book storage book, FixedWord terms) = _bookOf(deal.facility());
        address by = _actor();
        _requireParty(by, Roles.MOVE | Roles.TERMS, terms.agent());
        if (LEDGER.standing(to).participant() != terms.borrower()) revert NotAParty(to);
        if (until <= block.timestamp || until > type(uint40).max) revert TrustUnfit(until);
        if (deal.isJoint()) revert NotAllotted(bill);
        uint256 counts = (deal.value() * terms.onTrust()) / WHOLE;
        uint256 value = book.cover.value() - deal.value() + counts;
        book.cover = book.cover.withValue(value);
        _kept[bill] = bytes32(DealWord.unwrap(deal.withValue(counts).outUntil(until)));
        uint256 left = _owed(_accrued(book.debt, terms), terms);
        if (left != 0) _requireCovered(left, value, terms);
        _hear(book, terms);
        emit Entrusted(deal.facility(), bill, to, until, counts, purpose, by);
        LEDGER.transfer(bill, to, purpose);
    }

    /// @inheritdoc ILoanDesk
    function file(uint256 facility, Filing calldata filing) external {
        address by = _actor();
        (Book storage book, FixedWord terms) = _bookOf(facility);
        _requireParty(by, Roles.TERMS, terms.agent());
        bool fit = filing.country != 0 && filing.registry != 0 && filing.filedAt <= block.timestamp;
        if (!fit || filing.standsUntil < block.timestamp) revert FilingUnfit();
        _filedUntil[facility][filing.country] = filing.standsUntil;
        _hear(book, terms);
        emit SecurityFiled(facility, filing, by);
    }

    /// @inheritdoc ILoanDesk
    function replaceAgent(
        uint256 facility,
        address agentAccount,
        uint256 deadline,
        bytes[] calldata signatures,
        uint256[] calldata inFavour,
        uint256[] calldata abstaining
    ) external {
        (Book storage book, FixedWord terms) = _bookOf(facility);
        if (block.timestamp > deadline) revert IParticipants.SignatureExpired(deadline);
        if (signatures.length != inFavour.length + 1) revert SignaturesMissing(inFavour.length + 1);
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(APPOINTMENT_TYPEHASH, facility, agentAccount, book.agents, deadline))
        );
        uint256 agent = _requireSignature(agentAccount, digest, signatures[0]);
        // As the groups are now.
        uint96 borrowers = _groupOf(terms.borrower());
        if (_groupOf(agent) == borrowers) revert TermsUnfit("agent");
        uint256 favour = _sharesOf(inFavour, facility);
        for (uint256 i = 0; i < inFavour.length; i++) {
            uint256 lender = _requireSignature(POSITIONS.ownerOf(inFavour[i]), digest, signatures[i + 1]);
            if (_groupOf(lender) == borrowers) revert NoVote(inFavour[i]);
        }
        uint256 without = _sharesOf(abstaining, facility);
        for (uint256 i = 0; i < abstaining.length; i++) {
            if (_votes(POSITIONS.ownerOf(abstaining[i]), borrowers)) revert NotAbstaining(abstaining[i]);
        }
        if (favour * 2 <= book.shares - without) revert NoMajority(favour, book.shares - without);
        book.terms = terms.withAgent(agent);
        book.agentGroup = _groupOf(agent);
        book.agents += 1;
        _hear(book, terms);
        emit AgentReplaced(facility, agent, agentAccount, inFavour, abstaining, _actor());
    }

    /// @dev Whether a lender may vote: it, or whoever follows it, acts, and is not of the borrower's group.
    function _votes(address owner, uint96 borrowers) private view returns (bool) {
        AccountWord word = LEDGER.standing(owner);
        AccountWord living = LEDGER.standing(LEDGER.accountAt(word.number()));
        return living.acts() && _groupOf(word.participant()) != borrowers;
    }

    /// @dev Of all these positions, each named once.
    function _sharesOf(uint256[] calldata positions, uint256 facility) private view returns (uint256 shares) {
        // Positions of other rooms have loans of the same number.
        uint256 loanId = (LEDGER.standing(address(this)).number() << 24) | facility;
        uint256 last = 0;
        for (uint256 i = 0; i < positions.length; i++) {
            if (positions[i] <= last) revert VotesNotAscending(positions[i]);
            last = positions[i];
            if (last >> 32 != loanId) revert NotOfTheLoan(last);
            shares += POSITIONS.positionOf(last).shares;
        }
    }

    /// @inheritdoc ILoanDesk
    function handOver(uint256 bill) external {
        DealWord deal = _dealOf(bill);
        (, FixedWord terms) = _bookOf(deal.facility());
        uint256 agent = terms.agent();
        if (_lodging(bill).holder() == agent) revert AgentStands(bill);
        emit HandedOver(deal.facility(), bill, agent, _actor());
        _hold(bill, agent, deal.kept());
    }

    /// @inheritdoc ILoanDesk
    function groupCarrier(uint256 carrier) external {
        uint256 participant = LEDGER.participantOf(carrier);
        if (participant == 0) revert NoSuchCarrier(carrier);
        uint256 group = _groupOf(participant);
        if (_carrierGroups[carrier] == group) revert CarrierGroupStands(carrier);
        _carrierGroups[carrier] = group;
        emit CarrierGrouped(carrier, group);
    }

    /// @inheritdoc ILoanDesk
    function loan(uint256 facility) external view returns (Loan memory) {
        (Book storage book, FixedWord terms) = _bookOf(facility);
        CoverWord cover = book.cover;
        return
            Loan({
                borrower: terms.borrower(),
                agent: terms.agent(),
                money: book.money,
                rate: terms.rate(),
                dayCount: terms.dayCount(),
                clock: terms.clock(),
                availableUntil: terms.availableUntil(),
                maturity: terms.maturity(),
                graceDays: terms.graceDays(),
                advance: terms.advance(),
                onTrust: terms.onTrust(),
                reserve: terms.reserve(),
                condition: book.condition,
                filedIn: terms.filedIn(),
                alsoFiledIn: terms.alsoFiledIn(),
                undrawn: cover.undrawn(),
                value: cover.value(),
                pledges: cover.pledges(),
                paid: book.paid,
                shares: book.shares,
                agents: book.agents,
                surplus: book.surplus,
                heard: book.heard
            });
    }

    /// @inheritdoc ILoanDesk
    function pledgeOf(
        uint256 bill
    )
        external
        view
        returns (uint256 facility, uint256 pledge, uint256 value, uint256 units, bool allotted, uint256 until)
    {
        DealWord deal = _liesHere(bill) ? _dealOf(bill) : DealWord.wrap(uint256(_kept[bill]));
        if (deal.isNone() || deal.isSold()) return (0, 0, 0, 0, false, 0);
        return (deal.facility(), deal.pledge(), deal.value(), deal.units(), !deal.isJoint(), deal.until());
    }

    /// @inheritdoc ILoanDesk
    function leftOut(uint256 facility, uint256 bill) external view returns (uint256[] memory) {
        (Book storage book, ) = _bookOf(facility);
        return _leftOut(book, bill);
    }

    /// @inheritdoc ILoanDesk
    function facilityOf(bytes32 terms) external view returns (uint256) {
        return _facilityOf[terms];
    }

    /// @inheritdoc ILoanDesk
    function filedUntil(uint256 facility, bytes2 country) external view returns (uint256) {
        return _filedUntil[facility][country];
    }

    /// @inheritdoc ILoanDesk
    function termsOf(Facility calldata terms) external pure returns (bytes32) {
        return _hashOf(terms);
    }

    /// @inheritdoc ILoanDesk
    function acceptanceOf(uint256 bill, uint256 actCount, Pledge calldata pledge) external view returns (bytes32) {
        return _acceptance(bill, actCount, pledge);
    }

    /// @dev {LoanBook} answers these itself and never hands them on.
    function _entered(
        uint256,
        BillWord,
        address,
        AccountWord,
        bytes calldata
    ) internal pure override returns (uint256, uint208) {
        revert CallTheBook();
    }

    function _replaced(uint256[] calldata, uint256[] calldata) internal pure override {
        revert CallTheBook();
    }
}
