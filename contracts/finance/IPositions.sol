// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMoney} from "../money/IMoney.sol";

/// @title What a room owes to those who lent through it
interface ILends {
    /// @notice What came in for the lenders of a loan so far, and of how many shares that is.
    function paidIn(uint256 loan) external view returns (uint256 paid, uint256 shares);
}

/// @title Claims of lenders: parts of a loan that split, move and are sold (ERC-721)
/// @notice A position is so many shares of a loan, and what it has had of it. Positions are cut from the loan, and from each
/// other. Of what came in, a cut is owed floor(what the whole is owed x its shares / shares of the whole before the cut), and
/// the whole keeps the rest: so all of it goes out to the unit (P6). What is unclaimed travels with the position. Only
/// participants of a country for which positions are open hold them (T4).
///
/// Id: account number of the room (above bit 56) · loan (24 bits) · number (32 bits).
interface IPositions {
    struct Position {
        uint120 shares;
        /// In the smallest unit of the loan's money.
        uint120 had;
    }

    /// @notice A position for a price: the seller signs it, the buyer carries it out.
    struct PositionOffer {
        uint256 position;
        /// The account that has it.
        address seller;
        /// A participant.
        uint256 buyer;
        IMoney money;
        uint256 price;
        uint256 shares;
        /// What it has had then, at most: who claims before it is paid for sells less than it offered.
        uint256 had;
        bytes32 salt;
        /// Last second since 1970 at which it counts. The seller withdraws it by {ISignedActs-cancel}.
        uint256 deadline;
    }

    /// A lender has so many shares of a loan; ERC-721's `Transfer` from nobody stands before it.
    event Lent(uint256 indexed position, address indexed to, uint120 shares);
    /// `had`: how much of what the whole has had is the part's.
    event Split(uint256 indexed position, uint256 indexed part, uint120 shares, uint120 had);
    event PositionSold(
        uint256 indexed position,
        address indexed seller,
        address indexed buyer,
        IMoney from,
        bytes32 offer
    );
    /// The position of a lost account went to its successor.
    event PositionRecovered(uint256 indexed position, address indexed lost, address indexed successor);
    /// Positions are open to participants of these countries, by a consent or law that this names.
    event CountriesOpened(bytes2[] countries, bytes32 consent, uint256 count);
    event CountriesClosed(bytes2[] countries, uint256 count);

    error NotARoom(address room);
    /// Only the room that lent knows what came in.
    error NotTheRoomOf(uint256 position, address room);
    error LoanOutOfRange(uint256 loan);
    error NotOpenTo(address account, bytes2 country);
    error SharesOutOfRange(uint256 shares);
    /// It was split a hundred times, or is a part of a part so often; a part that was split less may still be.
    error TooManySplits(uint256 position);
    error NoCountries();
    error NoConsent();
    /// An offer counts once, wherever its position went since.
    error AlreadyUsed(bytes32 digest);
    /// It has other shares than the offer says, or has had more.
    error NotAsOffered(uint256 position, uint256 shares, uint256 had);
    error NotTheBuyer(uint256 participant);
    /// The account acts still, or nobody follows it.
    error NoSuccessor(address account);

    /// @notice Opens positions to participants of countries. Restricted, as the listing of rooms.
    /// @param consent Hash of the consent or the law (T4).
    function openTo(bytes2[] calldata countries, bytes32 consent) external;

    /// @notice Closes them to what is new; who has one keeps it, and is paid. Restricted, as the delisting of rooms.
    function closeTo(bytes2[] calldata countries) external;

    /// @notice A lender's shares of a loan of the caller. A listed room.
    function mint(uint256 loan, address to, uint120 shares) external returns (uint256 position);

    /// @notice Books that a position has what it is owed. The room that lent.
    function take(uint256 position, uint256 paid, uint256 shares) external returns (address owner, uint256 due);

    /// @notice Makes two of one: so many shares, and as much of what was had, go to a new one. Its owner.
    function split(uint256 position, uint120 shares) external returns (uint256 part);

    /// @notice Pays for a position and takes it, in one act; once. An account of the buyer, with TERMS.
    /// @param from What it pays out of.
    function buy(PositionOffer calldata offer, IMoney from, bytes calldata signature) external;

    /// @notice Moves a position to the successor of a lost account. Anyone.
    function recover(uint256 position) external;

    /// @notice The account that has it.
    function ownerOf(uint256 position) external view returns (address);

    function positionOf(uint256 position) external view returns (Position memory);

    /// @notice What it is owed now.
    function unclaimed(uint256 position) external view returns (uint256);

    /// @notice How many positions of a loan there are.
    function countOf(address room, uint256 loan) external view returns (uint256);

    function isOpenTo(bytes2 country) external view returns (bool);
}
