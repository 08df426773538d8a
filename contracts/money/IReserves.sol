// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDeposit} from "./IDeposit.sol";

/// @title Central-bank money, and settlement between banks
/// @notice A *book* is a settlement agent's in one currency. Banks open deposits in it; the agent admits them to settlement
/// and says what reserves each has. A payment from one bank's deposit to another's settles in one act: the payer's is
/// burnt, reserves move, the payee's is made; or nothing happens.
interface IReserves {
    /// An agent settles a currency. `count` counts the events of these books that no other number counts.
    event BookOpened(uint256 indexed agent, bytes3 indexed currency, uint8 decimals, address by, uint256 count);
    /// A bank has a deposit in a book.
    event DepositOpened(
        IDeposit indexed deposit,
        uint256 indexed bank,
        uint256 indexed agent,
        bytes3 currency,
        bytes2 country,
        address by,
        uint256 count
    );
    /// A deposit takes part in settlement from now on, or takes nothing in any more.
    event Admitted(IDeposit indexed deposit, bool admitted, address indexed by, uint256 count);
    /// A deposit has more reserves, `held` after it.
    event ReservesIssued(IDeposit indexed deposit, uint256 amount, uint256 held, address indexed by);
    /// A bank had reserves paid out; `held` after it.
    event ReservesRedeemed(IDeposit indexed deposit, uint256 amount, uint256 held, address indexed by);
    /// Reserves moved from one deposit to another, in the transaction that burnt and made deposits.
    event Settled(IDeposit indexed from, IDeposit indexed to, uint256 amount);

    /// Not an account of the settlement agent, with role BANK.
    error NotTheAgent(address account);
    error NoCurrency(bytes3 currency);
    /// More than 18.
    error DecimalsOutOfRange(uint8 decimals);
    error NoSuchBook(uint256 agent, bytes3 currency);
    error BookIsOpen(uint256 agent, bytes3 currency);
    error DepositIsOpen(IDeposit deposit);
    /// Not a deposit of these books.
    error NoSuchDeposit(address deposit);
    /// The agent has not admitted it to settlement.
    error NotAdmitted(IDeposit deposit);
    /// The two settle with different agents, or in different currencies.
    error NotOneBook(IDeposit from, IDeposit to);
    error ReservesShort(IDeposit deposit, uint256 held, uint256 amount);

    /// @notice An account's participant settles a currency from now on. An account with role BANK.
    /// @param currency ISO 4217 code, or the market's (CNH): three capital letters.
    /// @param decimals Minor units.
    function openBook(bytes3 currency, uint8 decimals) external;

    /// @notice Makes a deposit of the caller's bank in a book. An account with role BANK.
    /// @param country ISO 3166-1 alpha-2: only participants of this country hold it; empty: of any.
    function openDeposit(uint256 agent, bytes3 currency, bytes2 country) external returns (IDeposit deposit);

    /// @notice Lets a deposit take part in settlement, or take nothing in any more: what its holders have they still pay
    /// away while reserves last. The agent.
    function admit(IDeposit deposit, bool admitted) external;

    /// @notice A deposit has more reserves. The agent.
    function issue(IDeposit deposit, uint256 amount) external;

    /// @notice The agent pays out reserves, and the deposit has less. The bank, with role BANK.
    function redeem(IDeposit deposit, uint256 amount) external;

    /// @notice Settles a payment into the calling deposit.
    /// @param spender Who asks for the payment: the payer, or whoever it allowed.
    function settle(IDeposit from, address spender, address payer, uint256 amount) external;

    /// @notice What a deposit has in reserves.
    function held(IDeposit deposit) external view returns (uint256);

    /// @notice Whether a contract is a deposit of these books.
    function isDeposit(address account) external view returns (bool);

    /// @notice Whether a deposit takes part in settlement.
    function isAdmitted(IDeposit deposit) external view returns (bool);

    /// @notice The deposit of a bank in a book; zero where it has none.
    function depositOf(uint256 bank, uint256 agent, bytes3 currency, bytes2 country) external view returns (IDeposit);

    /// @notice Minor units of a book's currency. Reverts where there is no such book.
    function decimalsOf(uint256 agent, bytes3 currency) external view returns (uint8);
}
