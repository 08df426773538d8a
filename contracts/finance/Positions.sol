// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ERC721} from "solady/src/tokens/ERC721.sol";

import {IBills} from "../bills/IBills.sol";
import {ILedger} from "../bills/ILedger.sol";
import {AccountWord} from "../identity/AccountWord.sol";
import {IParticipants} from "../identity/IParticipants.sol";
import {Roles} from "../identity/Roles.sol";
import {IMoney} from "../money/IMoney.sol";
import {ILends, IPositions} from "./IPositions.sol";

/// @title Claims of lenders
contract Positions is IPositions, ERC721, EIP712, AccessManaged, ReentrancyGuardTransient {
    bytes32 public constant OFFER_TYPEHASH = keccak256(
        "PositionOffer(uint256 position,address seller,uint256 buyer,address money,uint256 price,uint256 shares,uint256 had,bytes32 salt,uint256 deadline)"
    );
    /// @dev So that what a position is owed can always be worked out, in one transaction and without running out of stack.
    uint256 private constant MOST_STEPS = 100;
    uint256 private constant ROOM_AT = 56;
    uint256 private constant LOAN_AT = 32;
    uint256 private constant LOAN_MASK = (1 << 24) - 1;

    ILedger public immutable LEDGER;

    /// @dev Where a position was cut from: the number of another, or 0, the loan itself; and as which of its cuts. `steps`: how
    /// many cuts one looks at to say what it was owed then.
    struct Origin {
        uint32 number;
        uint32 cut;
        uint32 steps;
    }

    mapping(uint256 position => Position) private _positions;
    mapping(uint256 position => Origin) private _origins;
    /// @dev Shares that were cut from a position, or from a loan, one after the other. Never changed: what a position is
    /// owed is worked out along them ({_owed}).
    mapping(uint256 position => uint120[]) private _cuts;
    /// @dev How many positions of a loan there are, by its id with number 0.
    mapping(uint256 loan => uint256) private _counts;
    mapping(bytes2 country => bool) public isOpenTo;
    mapping(bytes32 offer => bool) private _sold;
    /// @dev How often countries were opened or closed: an event that is missing shows.
    uint256 private _count;

    constructor(address authority, ILedger ledger) AccessManaged(authority) EIP712("Sampan Positions", "1") {
        LEDGER = ledger;
    }

    /// @notice Disabled: nobody changes who administers (N23).
    function setAuthority(address) public pure override {
        revert IParticipants.AuthorityIsFixed();
    }

    /// @inheritdoc IPositions
    function openTo(bytes2[] calldata countries, bytes32 consent) external restricted {
        if (countries.length == 0) revert NoCountries();
        if (consent == 0) revert NoConsent();
        for (uint256 i = 0; i < countries.length; i++) isOpenTo[countries[i]] = true;
        emit CountriesOpened(countries, consent, ++_count);
    }

    /// @inheritdoc IPositions
    function closeTo(bytes2[] calldata countries) external restricted {
        if (countries.length == 0) revert NoCountries();
        for (uint256 i = 0; i < countries.length; i++) isOpenTo[countries[i]] = false;
        emit CountriesClosed(countries, ++_count);
    }

    /// @inheritdoc IPositions
    function mint(uint256 loan, address to, uint120 shares) external returns (uint256 position) {
        AccountWord word = LEDGER.standing(msg.sender);
        if (!word.isRoom() || !word.receives()) revert NotARoom(msg.sender);
        if (loan > LOAN_MASK) revert LoanOutOfRange(loan);
        if (shares == 0) revert SharesOutOfRange(shares);
        position = _cut((word.number() << ROOM_AT) | (loan << LOAN_AT), shares);
        _positions[position].shares = shares;
        _mint(to, position);
        emit Lent(position, to, shares);
    }

    /// @inheritdoc IPositions
    function take(uint256 position, uint256 paid, uint256 shares) external returns (address owner, uint256 due) {
        if (LEDGER.standing(msg.sender).number() != position >> ROOM_AT) revert NotTheRoomOf(position, msg.sender);
        owner = ownerOf(position);
        uint256 owed = _owed(position, paid, shares);
        due = owed - _positions[position].had;
        _positions[position].had = uint120(owed);
    }

    /// @inheritdoc IPositions
    function split(uint256 position, uint120 shares) external returns (uint256 part) {
        if (ownerOf(position) != msg.sender) revert NotOwnerNorApproved();
        Position storage found = _positions[position];
        if (shares == 0 || shares >= found.shares) revert SharesOutOfRange(shares);
        if (_origins[position].steps + _cuts[position].length >= MOST_STEPS) revert TooManySplits(position);
        // As what comes in is parted: so neither has had more than it is owed.
        uint120 had = uint120((uint256(found.had) * shares) / found.shares);
        part = _cut(position, shares);
        _positions[part] = Position(shares, had);
        found.shares -= shares;
        found.had -= had;
        _mint(msg.sender, part);
        emit Split(position, part, shares, had);
    }

    /// @inheritdoc IPositions
    function buy(PositionOffer calldata offer, IMoney from, bytes calldata signature) external nonReentrant {
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(OFFER_TYPEHASH, offer)));
        if (block.timestamp > offer.deadline) revert IParticipants.SignatureExpired(offer.deadline);
        AccountWord buyer = LEDGER.standing(msg.sender);
        if (!buyer.acts()) revert IParticipants.MayNotAct(msg.sender);
        if (buyer.roles() & Roles.TERMS == 0) revert IParticipants.LacksRole(msg.sender, Roles.TERMS);
        if (buyer.participant() != offer.buyer) revert NotTheBuyer(buyer.participant());
        AccountWord seller = LEDGER.standing(offer.seller);
        if (seller.roles() & Roles.TERMS == 0) revert IParticipants.LacksRole(offer.seller, Roles.TERMS);
        if (_sold[digest]) revert AlreadyUsed(digest);
        if (LEDGER.isCancelled(offer.seller, digest)) revert IParticipants.SignatureCancelled(offer.seller, digest);
        if (!SignatureChecker.isValidSignatureNowCalldata(offer.seller, digest, signature))
            revert IParticipants.NotSignedBy(offer.seller);
        if (ownerOf(offer.position) != offer.seller) revert TransferFromIncorrectOwner();
        Position memory found = _positions[offer.position];
        if (found.shares != offer.shares || found.had > offer.had)
            revert NotAsOffered(offer.position, found.shares, found.had);
        _sold[digest] = true;
        _transfer(offer.seller, offer.seller, msg.sender, offer.position);
        emit PositionSold(offer.position, offer.seller, msg.sender, from, digest);
        offer.money.collect(from, msg.sender, offer.seller, offer.price);
    }

    /// @inheritdoc IPositions
    function recover(uint256 position) external {
        address lost = ownerOf(position);
        AccountWord word = LEDGER.standing(lost);
        address successor = word.actsBit() ? lost : LEDGER.accountAt(word.number());
        if (successor == lost || successor == address(0)) revert NoSuccessor(lost);
        _transfer(lost, successor, position);
        emit PositionRecovered(position, lost, successor);
    }

    // --------------------------------------------------------------------------------------------------------- ERC-721

    /// @notice Moves a position, as its owner or whoever it approved. Without ether, which nobody could get out again.
    function transferFrom(address from, address to, uint256 id) public payable override {
        if (msg.value != 0) revert IBills.NoEther();
        super.transferFrom(from, to, id);
    }

    /// @notice Lets an account move a position, until it moves. Its owner; without ether.
    function approve(address account, uint256 id) public payable override {
        if (msg.value != 0) revert IBills.NoEther();
        super.approve(account, id);
    }

    // ----------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IPositions
    function positionOf(uint256 position) external view returns (Position memory) {
        return _positions[position];
    }

    /// @inheritdoc IPositions
    function unclaimed(uint256 position) public view returns (uint256) {
        (uint256 paid, uint256 shares) = ILends(LEDGER.accountAt(position >> ROOM_AT)).paidIn(
            (position >> LOAN_AT) & LOAN_MASK
        );
        return _owed(position, paid, shares) - _positions[position].had;
    }

    /// @inheritdoc IPositions
    function countOf(address room, uint256 loan) external view returns (uint256) {
        return _counts[(LEDGER.standing(room).number() << ROOM_AT) | (loan << LOAN_AT)];
    }

    /// @inheritdoc IPositions
    function ownerOf(uint256 position) public view override(ERC721, IPositions) returns (address) {
        return super.ownerOf(position);
    }

    function name() public pure override returns (string memory) {
        return "Sampan loan position";
    }

    function symbol() public pure override returns (string memory) {
        return "LOAN";
    }

    function tokenURI(uint256) public pure override returns (string memory) {
        return "";
    }

    // --------------------------------------------------------------------------------------------------------- private

    /// @dev A new position, cut from another or from the loan.
    function _cut(uint256 from, uint120 shares) private returns (uint256 position) {
        uint256 loan = (from >> LOAN_AT) << LOAN_AT;
        position = loan | ++_counts[loan];
        uint256 cut = _cuts[from].length;
        _origins[position] = Origin(uint32(from), uint32(cut), uint32(_origins[from].steps + cut + 1));
        _cuts[from].push(shares);
    }

    /// @dev All that a position is owed since the loan was opened, of what was paid in. Each cut takes floor(what comes to
    /// the whole x its shares / the shares left), the whole keeps the rest: so what is owed to all is what was paid in, to the
    /// unit, at any time, whatever was split, and no claim shrinks when more comes in.
    function _owed(uint256 position, uint256 paid, uint256 shares) private view returns (uint256 owed) {
        (owed, ) = _after(position, _cuts[position].length, paid, shares);
    }

    /// @dev What a position, or the loan, has after its first cuts, and of how many shares.
    function _after(
        uint256 position,
        uint256 cuts,
        uint256 paid,
        uint256 all
    ) private view returns (uint256 owed, uint256 shares) {
        uint120[] storage sizes = _cuts[position];
        if (uint32(position) == 0) {
            (owed, shares) = (paid, all);
        } else {
            Origin memory origin = _origins[position];
            uint256 whole = ((position >> LOAN_AT) << LOAN_AT) | origin.number;
            (uint256 left, uint256 total) = _after(whole, origin.cut, paid, all);
            shares = _cuts[whole][origin.cut];
            owed = (left * shares) / total;
        }
        for (uint256 i = 0; i < cuts; i++) {
            uint256 size = sizes[i];
            owed -= (owed * size) / shares;
            shares -= size;
        }
    }

    /// @dev Persons alone hold them: who gives acts; who is given may be given something new, and is of a country for which
    /// positions are open. From a lost account they go to its successor alone, whoever has its key; that one has them already,
    /// so that nothing is asked of it.
    function _beforeTokenTransfer(address from, address to, uint256) internal view override {
        if (from != address(0)) {
            AccountWord giver = LEDGER.standing(from);
            if (!giver.actsBit() && LEDGER.accountAt(giver.number()) == to) return;
            if (!giver.acts()) revert IParticipants.MayNotAct(from);
        }
        AccountWord word = LEDGER.standing(to);
        if (!word.receives() || word.isRoom()) revert IParticipants.MayNotReceive(to);
        if (!isOpenTo[word.country()]) revert NotOpenTo(to, word.country());
    }
}
