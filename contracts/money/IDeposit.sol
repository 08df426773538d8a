// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMoney} from "./IMoney.sol";

/// @notice Why a bank takes nothing in for an account.
enum Ground {
    None,
    Sanctions,
    CourtOrder,
    FinancialCrime,
    AccountClosed,
    WrongParty
}

/// @title A bank's deposit as a token (ERC-20 with permit)
/// @notice One bank, one currency, one settlement agent, immutable. The supply is what the bank owes. Enrolled accounts and
/// rooms that act hold it and move it: acting, not receiving, is asked of both, for what is owed is paid to whoever winds
/// down and to a delisted room too (P12).
interface IDeposit is IMoney {
    /// The bank owes more; ERC-20's `Transfer` from nobody stands before it.
    event DepositIssued(address indexed to, uint256 amount, address indexed by);
    /// The holder was paid outside; ERC-20's `Transfer` to nobody stands before it.
    event DepositRedeemed(address indexed from, uint256 amount);
    /// Nothing is paid in for an account any more; `None`: it is again.
    event IncomingDeclined(address indexed account, Ground ground, address indexed by);
    /// The balance of a lost account went to its successor; ERC-20's `Transfer` stands before it.
    event BalanceRecovered(address indexed lost, address indexed successor, uint256 amount);

    /// A signed allowance was used, the `nonce`-th of its owner; ERC-20's `Approval` follows it.
    event PermitUsed(address indexed owner, uint256 nonce);

    /// Not an account of the bank, with role BANK.
    error NotTheBank(address account);
    /// A room takes in for others: those are declined.
    error NotForARoom(address room);
    /// Not the book in which the bank settles.
    error NotTheReserves(address account);
    /// More than 2^120 - 1 in all.
    error TooMuch(uint256 amount);
    /// The bank takes nothing in for it, on this ground.
    error PaymentDeclined(address account, Ground ground);
    /// Held by participants of one country alone.
    error NotOfTheCountry(address account, bytes2 country);
    /// The account acts still, or has nothing, or nobody follows it.
    error NoSuccessor(address account);

    /// @notice The bank owes more, to an account. An account of the bank, with role BANK.
    /// @param amount In the smallest unit of the currency.
    function issue(address to, uint256 amount) external;

    /// @notice The holder is paid outside, and the bank owes less. The holder.
    function redeem(uint256 amount) external;

    /// @notice The bank takes nothing in for an account, on a ground that it names; what was paid stays paid. `None`: it
    /// does again. An account of the bank, with role BANK.
    function decline(address account, Ground ground) external;

    /// @notice Moves what an account has to its successor, once it was recovered or removed. Anyone.
    function recover(address lost) external;

    /// @notice Takes an amount from a payer, for a deposit at another bank. The book of reserves.
    function debit(address spender, address payer, uint256 amount) external;

    /// @notice On which ground the bank takes nothing in for an account.
    function declined(address account) external view returns (Ground);

    /// @notice The participant that owes it.
    function BANK() external view returns (uint256);

    /// @notice The participant that settles it with other banks.
    function AGENT() external view returns (uint256);

    /// @notice ISO 3166-1 alpha-2: only participants of this country hold it; empty: of any.
    function COUNTRY() external view returns (bytes2);
}
