// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {AccountWord} from "../identity/AccountWord.sol";
import {IParticipants} from "../identity/IParticipants.sol";
import {IStanding} from "../identity/IStanding.sol";
import {ICoin, ICoins} from "./ICoins.sol";
import {IMoney} from "./IMoney.sol";

/// @title A coin behind {IMoney}
/// @dev Made by {Coins} alone.
contract Coin is ICoin {
    using SafeERC20 for IERC20;

    IStanding public immutable LEDGER;
    ICoins public immutable COINS;
    bytes3 public immutable CURRENCY;
    IERC20 private immutable TOKEN;

    /// @inheritdoc ICoin
    mapping(address payer => mapping(address spender => uint256)) public allowed;

    constructor(IStanding ledger, IERC20 token_, bytes3 currency) {
        LEDGER = ledger;
        COINS = ICoins(msg.sender);
        TOKEN = token_;
        CURRENCY = currency;
    }

    /// @inheritdoc ICoin
    function allow(address spender, uint256 amount) external {
        allowed[msg.sender][spender] = amount;
        emit Allowed(msg.sender, spender, amount);
    }

    /// @inheritdoc IMoney
    function collect(IMoney from, address payer, address payee, uint256 amount) external {
        if (address(from) != address(this)) revert NotThisCoin(from);
        if (payer == payee) revert PaysItself(payer);
        _requireListed(payer);
        _requireListed(payee);
        if (msg.sender != payer) _spend(payer, msg.sender, amount);
        emit Collected(payer, payee, amount, msg.sender);

        uint256 payers = TOKEN.balanceOf(payer);
        uint256 payees = TOKEN.balanceOf(payee);
        TOKEN.safeTransferFrom(payer, payee, amount);
        uint256 payersAfter = TOKEN.balanceOf(payer);
        uint256 payeesAfter = TOKEN.balanceOf(payee);
        // A token that lies about balances may have them fall: no overflow may hide what it did.
        uint256 left = payers > payersAfter ? payers - payersAfter : 0;
        uint256 arrived = payeesAfter > payees ? payeesAfter - payees : 0;
        if (left != amount || arrived != amount) revert NotTheAmount(amount, left, arrived);
    }

    /// @inheritdoc IMoney
    function token() external view returns (IERC20) {
        return TOKEN;
    }

    /// @dev Acts; and, a person, of a country for which the coin is listed.
    function _requireListed(address account) private view {
        AccountWord word = LEDGER.standing(account);
        if (!word.acts()) revert IParticipants.MayNotAct(account);
        if (!word.isRoom() && !COINS.isListedFor(this, word.country())) revert NotListedFor(account, word.country());
    }

    function _spend(address payer, address spender, uint256 amount) private {
        uint256 found = allowed[payer][spender];
        if (found < amount) revert NotAllowed(spender, found, amount);
        if (found == type(uint256).max) return;
        allowed[payer][spender] = found - amount;
        emit Allowed(payer, spender, found - amount);
    }
}
