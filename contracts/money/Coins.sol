// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IParticipants} from "../identity/IParticipants.sol";
import {IStanding} from "../identity/IStanding.sol";
import {Coin} from "./Coin.sol";
import {ICoin, ICoins} from "./ICoins.sol";

/// @title The list of coins
contract Coins is ICoins, AccessManaged {
    IStanding public immutable LEDGER;

    /// @inheritdoc ICoins
    mapping(IERC20 token => ICoin) public coinOf;
    /// @dev From 1; one more each time that it was taken off the list as a whole: what was listed before counts no more.
    mapping(ICoin coin => uint256) private _round;
    mapping(ICoin coin => mapping(uint256 round => mapping(bytes2 country => bool))) private _listedFor;
    /// @dev How many events were logged: an event that is missing shows.
    uint256 private _count;

    constructor(address authority, IStanding ledger) AccessManaged(authority) {
        LEDGER = ledger;
    }

    /// @notice Disabled: nobody changes who administers (N23).
    function setAuthority(address) public pure override {
        revert IParticipants.AuthorityIsFixed();
    }

    /// @inheritdoc ICoins
    function list(
        IERC20 token,
        bytes3 currency,
        bytes2[] calldata countries,
        bytes32 licence
    ) external restricted returns (ICoin coin) {
        if (currency == "CNY" || currency == "CNH") revert NoRenminbi(currency);
        if (address(token).code.length == 0) revert NoToken(token);
        if (licence == 0) revert NoLicence();
        if (countries.length == 0) revert NoCountries();
        coin = coinOf[token];
        if (address(coin) == address(0)) {
            coin = new Coin(LEDGER, token, currency);
            coinOf[token] = coin;
            _round[coin] = 1;
        }
        if (coin.CURRENCY() != currency) revert AnotherCurrency(coin, currency);
        mapping(bytes2 country => bool) storage listed = _listedFor[coin][_round[coin]];
        for (uint256 i = 0; i < countries.length; i++) listed[countries[i]] = true;
        emit CoinListed(coin, token, currency, countries, licence, ++_count);
    }

    /// @inheritdoc ICoins
    function delist(ICoin coin, bytes2[] calldata countries) external restricted {
        uint256 round = _round[coin];
        if (round == 0) revert NoSuchCoin(coin);
        if (countries.length == 0) _round[coin] = round + 1;
        mapping(bytes2 country => bool) storage listed = _listedFor[coin][round];
        for (uint256 i = 0; i < countries.length; i++) listed[countries[i]] = false;
        emit CoinDelisted(coin, countries, ++_count);
    }

    /// @inheritdoc ICoins
    function isListedFor(ICoin coin, bytes2 country) external view returns (bool) {
        return _listedFor[coin][_round[coin]][country];
    }

    /// @inheritdoc ICoins
    function isCoin(address account) external view returns (bool) {
        return _round[ICoin(account)] != 0;
    }
}
