// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Endorsement} from "../bills/BillWord.sol";
import {IBillSource} from "../bills/IBillSource.sol";
import {IMoney} from "../money/IMoney.sol";

/// @title Documents against payment: bills for a price, in one act
/// @notice The seller lodges each bill with the terms (URC 522: who says nothing means D/P). Until they are paid the room
/// holds for the seller. Paid, they are the buyer's, and the price the payee's, in one transaction; recalled, declined, or
/// past the deadline, they go back as they came. Terms are not stored: whoever acts brings them.
interface ISale {
    struct Terms {
        /// Strictly ascending; all are paid for at once.
        uint256[] bills;
        /// Participants.
        uint256 seller;
        uint256 buyer;
        /// The account that is paid: the seller's, or of whom it owes.
        address payee;
        IMoney money;
        /// In the smallest unit of `money`, for all bills.
        uint256 price;
        /// How title goes to the buyer; `None`: it has it already.
        Endorsement endorsement;
        /// Last second since 1970 at which it may be paid; at most 366 days ahead.
        uint256 deadline;
        /// Last second at which the seller neither recalls nor changes.
        uint256 firmUntil;
        /// Another room that holds the bills, because they are pledged, and lets them out for its own price; else 0.
        IBillSource source;
        /// What makes two equal offers two.
        bytes32 salt;
    }

    // -------------------------------------------------------------------------------------------------------- events

    /// All bills went to the buyer, the price to the payee, out of `from`.
    event Paid(bytes32 indexed terms, address indexed buyer, IMoney from, address indexed payee, uint256 price);
    /// The seller took its bills back.
    event Recalled(bytes32 indexed terms, address indexed by);
    /// The buyer will not pay, for a reason in its own words; the bills went back.
    event Declined(bytes32 indexed terms, address indexed by, bytes reason);
    /// The deadline passed unpaid; the bills went back.
    event Expired(bytes32 indexed terms, address indexed by);
    /// The same bills under other terms.
    event Changed(bytes32 indexed terms, bytes32 indexed to, address indexed by, Terms changed);

    // -------------------------------------------------------------------------------------------------------- errors

    error TermsMalformed();
    /// No bill lies here under these terms.
    error NothingUnder(bytes32 terms);
    error BillsNotAscending(uint256 bill);
    error NotInTerms(uint256 bill);
    error NotTheSeller(uint256 participant);
    error DeadlineOutOfRange(uint256 deadline);
    error PaidTooLate(uint256 deadline);
    error NotExpired(uint256 deadline);
    error StillFirm(uint256 firmUntil);
    error NotTheSameBills();
    /// The source let nothing out, or not to the buyer.
    error NotDelivered(uint256 bill);
    error BuyerHasNoTitle(uint256 bill);

    // --------------------------------------------------------------------------------------------------------- verbs

    /// @notice Pays the price and takes all bills. An account of the buyer, with MOVE and TERMS. Bills that a source
    /// holds lie there until then; what it leaves of the price is the payee's.
    /// @param from What it pays out of: `terms.money`, or another deposit of its book.
    function pay(Terms calldata terms, IMoney from) external;

    /// @notice Takes the bills back. The seller, once the offer is no longer firm.
    function recall(Terms calldata terms) external;

    /// @notice Will not pay: the bills go back. The buyer.
    /// @param reason In its own words; logged, never stored (URC 522 article 26).
    function decline(Terms calldata terms, bytes calldata reason) external;

    /// @notice A lower price, another drawee (the case of need), more time, or any other terms of the same bills and seller. The
    /// seller, once the offer is no longer firm.
    function change(Terms calldata terms, Terms calldata to) external;

    /// @notice Sends the bills back after the deadline. Anyone.
    function expire(Terms calldata terms) external;

    // --------------------------------------------------------------------------------------------------------- views

    /// @notice What stands for the terms in events.
    function hashOf(Terms calldata terms) external pure returns (bytes32);
}
