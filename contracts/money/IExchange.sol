// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMoney} from "./IMoney.sol";

/// @title Payment versus payment: two moneys at a rate that a bank quoted
/// @notice Both legs settle in one act, each in its own book, or neither (CNH against HKD). Nothing is held here.
interface IExchange {
    /// @notice What a bank offers. Signed by its account, EIP-712 or ERC-1271.
    struct Quote {
        /// The account of the bank, which gives `sold` and is paid in `bought`.
        address account;
        /// What it gives, and how much in all; in the smallest unit.
        IMoney sold;
        uint256 total;
        /// What it takes, and how much for the total: so `price / total` is the rate.
        IMoney bought;
        uint256 price;
        /// Last second since 1970 at which it counts.
        uint256 deadline;
        /// What makes two equal quotes two.
        bytes32 salt;
    }

    /// A customer bought `amount` of what was quoted for `paid`; `used` of the quote's total is used up.
    event Exchanged(
        bytes32 indexed digest,
        address indexed customer,
        address indexed payee,
        Quote quote,
        uint256 amount,
        IMoney from,
        uint256 paid,
        IMoney to,
        uint256 used
    );

    /// More than what is left of the quote.
    error QuoteUsedUp(bytes32 digest, uint256 left, uint256 amount);
    /// Nothing is bought.
    error NothingBought();

    /// @notice Buys an amount at the quoted rate. Anyone; customer, payee and the quoting account act.
    /// @param amount Of `quote.sold`, in the smallest unit; the price is rounded down, against the bank.
    /// @param from What the customer pays out of: `quote.bought`, or another deposit of its book.
    /// @param to What the payee gets it in: `quote.sold`, or another deposit of its book.
    function exchange(
        Quote calldata quote,
        bytes calldata signature,
        uint256 amount,
        IMoney from,
        IMoney to,
        address payee
    ) external;

    /// @notice What an account signs: EIP-712, domain "Sampan Exchange", version 1.
    function digestOf(Quote calldata quote) external view returns (bytes32);

    /// @notice How much of a quote's total is used up.
    function used(bytes32 digest) external view returns (uint256);
}
