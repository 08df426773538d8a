// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IMoney} from "./IMoney.sol";

/// @title A coin of a licensed issuer, as money
/// @notice An ordinary ERC-20 behind {IMoney}: nothing is held here, and what arrived is measured. A payer allows this
/// contract on the token, and here whoever may ask for a payment.
interface ICoin is IMoney {
    /// A payer lets somebody ask for payments of so much.
    event Allowed(address indexed payer, address indexed spender, uint256 amount);
    /// A payment was measured: exactly the amount left the payer and arrived.
    event Collected(address indexed payer, address indexed payee, uint256 amount, address indexed spender);

    /// It collects itself alone.
    error NotThisCoin(IMoney from);
    error NotAllowed(address spender, uint256 allowance, uint256 amount);
    /// The token moved another amount than it was told: a fee, a rebase, or a lie.
    error NotTheAmount(uint256 told, uint256 left, uint256 arrived);
    error PaysItself(address account);
    /// Not listed for the account's country.
    error NotListedFor(address account, bytes2 country);

    /// @notice Lets somebody ask for payments by the caller, up to an amount; 2^256 - 1: any.
    function allow(address spender, uint256 amount) external;

    function allowed(address payer, address spender) external view returns (uint256);
}

/// @title The coins that are listed
/// @notice Each for named jurisdictions, with the reference of its issuer's licence. None in renminbi: none is licensed (T4).
interface ICoins {
    event CoinListed(
        ICoin indexed coin,
        IERC20 indexed token,
        bytes3 currency,
        bytes2[] countries,
        bytes32 licence,
        uint256 count
    );
    event CoinDelisted(ICoin indexed coin, bytes2[] countries, uint256 count);

    error NoRenminbi(bytes3 currency);
    error NoToken(IERC20 token);
    error NoLicence();
    error NoCountries();
    /// The token is listed in another currency.
    error AnotherCurrency(ICoin coin, bytes3 currency);
    error NoSuchCoin(ICoin coin);

    /// @notice Lists a token of an issuer, or lists it for more countries. Administration.
    /// @param licence Reference of the issuer's licence: hash of authority and number.
    function list(
        IERC20 token,
        bytes3 currency,
        bytes2[] calldata countries,
        bytes32 licence
    ) external returns (ICoin coin);

    /// @notice Takes a coin off the list for some countries, or, without countries, for all. Administration.
    function delist(ICoin coin, bytes2[] calldata countries) external;

    /// @notice The coin of a token; zero where it was never listed.
    function coinOf(IERC20 token) external view returns (ICoin);

    function isListedFor(ICoin coin, bytes2 country) external view returns (bool);

    /// @notice Whether a contract is a coin of this list, listed now or once.
    function isCoin(address account) external view returns (bool);
}
