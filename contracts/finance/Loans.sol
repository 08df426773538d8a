// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BillId} from "../bills/BillId.sol";
import {ILedger} from "../bills/ILedger.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IParticipants} from "../identity/IParticipants.sol";
import {Roles} from "../identity/Roles.sol";
import {SignedBy} from "../identity/SignedBy.sol";
import {IMoney} from "../money/IMoney.sol";
import {Room} from "../rooms/Room.sol";
import {CoverWord} from "./CoverWord.sol";
import {DealWord} from "./DealWord.sol";
import {DebtWord, DebtWords} from "./DebtWord.sol";
import {FixedWord} from "./FixedWord.sol";
import {DayCount, ILoanTerms} from "./ILoanTerms.sol";
import {IPositions} from "./IPositions.sol";
import {IRegistrations} from "./IRegistrations.sol";

/// @title What is kept of loans, and the steps that verbs are made of
/// @dev Draws and payments read and write the same few slots, however many lenders there are: what came in is one sum, of which
/// each position works out its own.
abstract contract Loans is ILoanTerms, Room {
    using BillId for uint256;
    using SignedBy for address;

    /// @notice What the agent signs of a bill that it takes: at this count of the bill's acts, so for once (X17).
    bytes32 public constant ACCEPTANCE_TYPEHASH = keccak256(
        "Acceptance(uint256 facility,uint256 bill,uint256 actCount,uint256 value,uint256[] prints,uint256 deadline)"
    );
    uint256 internal constant RATE_UNIT = 10 ** 7;
    uint256 internal constant WHOLE = 10_000;
    uint256 private constant QUARTER = 15 minutes;

    IRegistrations public immutable REGISTRATIONS;
    IPositions public immutable POSITIONS;

    struct Book {
        FixedWord terms;
        DebtWord debt;
        CoverWord cover;
        uint120 paid;
        uint120 shares;
        uint16 agents;
        IMoney money;
        uint96 borrowerGroup;
        bytes32 condition;
        uint96 agentGroup;
        uint120 surplus;
        uint40 heard;
    }

    uint256 internal _count;
    mapping(uint256 facility => Book) internal _books;
    mapping(bytes32 terms => uint256) internal _facilityOf;
    mapping(uint256 facility => mapping(bytes2 country => uint256)) internal _filedUntil;
    /// @dev Of a bill in the book: hash of who may take it. Of one that is out: its {DealWord}.
    mapping(uint256 bill => bytes32) internal _kept;
    /// @dev The least price that was named for a bill in default.
    mapping(uint256 bill => uint256 amount) internal _least;
    mapping(uint256 carrier => uint256 group) internal _carrierGroups;

    constructor(ILedger ledger, IRegistrations registrations, IPositions positions) Room(ledger, "Sampan Loan Book") {
        REGISTRATIONS = registrations;
        POSITIONS = positions;
    }

    function _clear(uint256 bill) internal {
        if (_kept[bill] != 0) delete _kept[bill];
    }

    /// @dev Under another deal, for whom it was held: whether that one may be given anything is not asked.
    function _redeal(uint256 bill, DealWord deal) internal {
        _hold(bill, _lodging(bill).holder(), deal.kept());
    }

    function _bookOf(uint256 facility) internal view returns (Book storage book, FixedWord terms) {
        book = _books[facility];
        terms = book.terms;
        if (terms.isNone()) revert NoSuchFacility(facility);
    }

    /// @dev Under which pledge a bill lies here, or waits for its carrier.
    function _dealOf(uint256 bill) internal view returns (DealWord) {
        return DealWord.wrap(_lodging(bill).deal());
    }

    /// @dev A deposit is its own token.
    function _tokenOf(Book storage book) internal view returns (IERC20) {
        return IERC20(address(book.money));
    }

    function _liesHere(uint256 bill) internal view returns (bool) {
        (address room, ) = LEDGER.lodging(bill);
        return room == address(this);
    }

    function _loanOf(uint256 position) internal pure returns (uint256) {
        return uint24(position >> 32);
    }

    /// @dev Interest up to now, exact: whole units, and a numerator of what is beyond ({_perUnit}).
    function _accrued(DebtWord debt, FixedWord terms) internal view returns (DebtWord) {
        (uint256 today, uint256 day, uint256 principal) = (_today(terms), debt.day(), debt.principal());
        if (today <= day) return debt;
        if (principal == 0) return DebtWords.pack(0, debt.interest(), today, debt.part());
        uint256 per = _perUnit(terms);
        // At most 104, 24 and 16 bits.
        unchecked {
            uint256 parts = principal * terms.rate() * (today - day) + debt.part();
            uint256 interest = debt.interest() + parts / per;
            // Far beyond what there is of any money; that it can be repaid goes before.
            if (interest > type(uint104).max) interest = type(uint104).max;
            return DebtWords.pack(principal, interest, today, parts % per);
        }
    }

    /// @dev Rounded half up.
    function _interest(DebtWord debt, FixedWord terms) internal pure returns (uint256) {
        unchecked {
            return debt.part() * 2 >= _perUnit(terms) ? debt.interest() + 1 : debt.interest();
        }
    }

    function _owed(DebtWord debt, FixedWord terms) internal pure returns (uint256) {
        return debt.principal() + _interest(debt, terms);
    }

    function _perUnit(FixedWord terms) internal pure returns (uint256) {
        return terms.dayCount() == DayCount.Act360 ? 360 * RATE_UNIT : 365 * RATE_UNIT;
    }

    function _today(FixedWord terms) internal view returns (uint256) {
        unchecked {
            return uint16(uint256(int256(block.timestamp) + terms.clock() * int256(QUARTER)) / 1 days);
        }
    }

    function _isLate(DebtWord debt, FixedWord terms) internal view returns (bool) {
        return debt.principal() != 0 && _defaultBegan(terms) < block.timestamp;
    }

    function _defaultBegan(FixedWord terms) internal pure returns (uint256) {
        return terms.maturity() + terms.graceDays() * 1 days;
    }

    /// @dev The agent acts for the facility: only in default its silence is counted. What it signed for others to use is no
    /// word of its own: it may have signed long before.
    function _hear(Book storage book, FixedWord terms) internal {
        if (_defaultBegan(terms) < block.timestamp) book.heard = uint40(block.timestamp);
    }

    function _covered(uint256 value, FixedWord terms) internal pure returns (uint256) {
        // At most 120 and 16 bits.
        unchecked {
            return (value * terms.advance()) / WHOLE;
        }
    }

    function _requireCovered(uint256 owed_, uint256 value, FixedWord terms) internal pure {
        uint256 covered = _covered(value, terms);
        if (owed_ > covered) revert NotCovered(owed_, covered);
    }

    function _groupOf(uint256 participant) internal view returns (uint96) {
        (uint256 parent, , ) = LEDGER.person(participant);
        return uint96(parent);
    }

    function _leftOut(Book storage book, uint256 bill) internal view returns (uint256[] memory groups) {
        groups = new uint256[](3);
        groups[0] = book.borrowerGroup;
        groups[1] = book.agentGroup;
        uint256 carrier = bill.lei();
        uint256 noted = _carrierGroups[carrier];
        groups[2] = noted == 0 ? _groupOf(LEDGER.participantOf(carrier)) : noted;
    }

    function _requireSigned(address signer, uint256 party, bytes32 digest, bytes calldata signature) internal view {
        if (_requireSignature(signer, digest, signature) != party) revert NotAParty(signer);
    }

    /// @dev The participant for whom an account signed, with TERMS, and did not withdraw it.
    function _requireSignature(
        address signer,
        bytes32 digest,
        bytes calldata signature
    ) internal view returns (uint256 participant) {
        participant = _participant(signer, Roles.TERMS);
        if (LEDGER.isCancelled(signer, digest)) revert IParticipants.SignatureCancelled(signer, digest);
        if (!signer.hasSigned(digest, signature)) revert IParticipants.NotSignedBy(signer);
    }

    function _acceptance(uint256 bill, uint256 actCount, Pledge calldata pledge) internal view returns (bytes32) {
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(
                        ACCEPTANCE_TYPEHASH,
                        pledge.facility,
                        bill,
                        actCount,
                        pledge.value,
                        keccak256(abi.encodePacked(pledge.prints)),
                        pledge.deadline
                    )
                )
            );
    }
}
