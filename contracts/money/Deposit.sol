// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

import {AccountWord} from "../identity/AccountWord.sol";
import {IParticipants} from "../identity/IParticipants.sol";
import {IStanding} from "../identity/IStanding.sol";
import {Roles} from "../identity/Roles.sol";
import {Ground, IDeposit} from "./IDeposit.sol";
import {IMoney} from "./IMoney.sol";
import {IReserves} from "./IReserves.sol";

/// @title A bank's deposit as a token
/// @dev Made by {Reserves} alone, so that every deposit in its books is this code.
contract Deposit is IDeposit, ERC20Permit {
    IStanding public immutable LEDGER;
    IReserves public immutable RESERVES;
    uint256 public immutable BANK;
    uint256 public immutable AGENT;
    bytes3 public immutable CURRENCY;
    bytes2 public immutable COUNTRY;
    uint8 private immutable DECIMALS;

    /// @dev | bits    | field   | meaning                                                           |
    /// | ------- | ------- | ----------------------------------------------------------------- |
    /// | 0-119   | balance | what the bank owes it                                             |
    /// | 120-183 | moves   | events about it, but for allowances: none of them can be left out  |
    /// | 184-191 | ground  | on which the bank takes nothing in for it                         |
    mapping(address account => uint256) private _accounts;
    uint256 private _supply;

    uint256 private constant MOST = (1 << 120) - 1;
    uint256 private constant MOVE = 1 << 120;
    uint256 private constant GROUND_AT = 184;

    /// @param name_ For those who sign permits: `EIP712Domain(name, "1", chain, this deposit)`.
    constructor(
        IStanding ledger,
        uint256 bank,
        uint256 agent,
        bytes3 currency,
        bytes2 country,
        uint8 decimals_,
        string memory name_
    ) ERC20(name_, string(abi.encodePacked(currency))) ERC20Permit(name_) {
        LEDGER = ledger;
        RESERVES = IReserves(msg.sender);
        BANK = bank;
        AGENT = agent;
        CURRENCY = currency;
        COUNTRY = country;
        DECIMALS = decimals_;
    }

    // ----------------------------------------------------------------------------------------------------------- verbs

    /// @inheritdoc IDeposit
    function issue(address to, uint256 amount) external {
        _requireBank();
        _mint(to, amount);
        emit DepositIssued(to, amount, msg.sender);
    }

    /// @inheritdoc IDeposit
    function redeem(uint256 amount) external {
        _burn(msg.sender, amount);
        emit DepositRedeemed(msg.sender, amount);
    }

    /// @inheritdoc IDeposit
    function decline(address account, Ground ground) external {
        _requireBank();
        if (ground != Ground.None && LEDGER.standing(account).isRoom()) revert NotForARoom(account);
        uint256 below = (_accounts[account] + MOVE) & ((1 << GROUND_AT) - 1);
        _accounts[account] = below | (uint256(ground) << GROUND_AT);
        emit IncomingDeclined(account, ground, msg.sender);
    }

    /// @inheritdoc IDeposit
    function recover(address lost) external {
        AccountWord word = LEDGER.standing(lost);
        address successor = word.actsBit() ? lost : LEDGER.accountAt(word.number());
        uint256 amount = balanceOf(lost);
        if (successor == lost || successor == address(0) || amount == 0) revert NoSuccessor(lost);
        // Balances are bounded by the supply.
        unchecked {
            _accounts[lost] = _accounts[lost] + MOVE - amount;
            _accounts[successor] = _accounts[successor] + MOVE + amount;
        }
        emit Transfer(lost, successor, amount);
        emit BalanceRecovered(lost, successor, amount);
    }

    /// @inheritdoc IMoney
    function collect(IMoney from, address payer, address payee, uint256 amount) external {
        if (address(from) == address(this)) {
            if (msg.sender != payer) _spendAllowance(payer, msg.sender, amount);
            _transfer(payer, payee, amount);
        } else {
            RESERVES.settle(IDeposit(address(from)), msg.sender, payer, amount);
            _mint(payee, amount);
        }
    }

    /// @inheritdoc IDeposit
    function debit(address spender, address payer, uint256 amount) external {
        if (msg.sender != address(RESERVES)) revert NotTheReserves(msg.sender);
        if (spender != payer) _spendAllowance(payer, spender, amount);
        _burn(payer, amount);
    }

    /// @notice Allows a spender by signature (ERC-2612): `value`, until `deadline`, once. Anyone who has it.
    function permit(
        address owner,
        address spender,
        uint256 value,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) public override {
        emit PermitUsed(owner, nonces(owner));
        super.permit(owner, spender, value, deadline, v, r, s);
    }

    // ----------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IDeposit
    function declined(address account) external view returns (Ground) {
        return Ground(_accounts[account] >> GROUND_AT);
    }

    /// @inheritdoc IMoney
    function token() external view returns (IERC20) {
        return this;
    }

    /// @notice What the bank owes an account.
    function balanceOf(address account) public view override returns (uint256) {
        return _accounts[account] & MOST;
    }

    /// @notice What the bank owes in all.
    function totalSupply() public view override returns (uint256) {
        return _supply;
    }

    /// @notice Minor units of the currency (ISO 4217).
    function decimals() public view override returns (uint8) {
        return DECIMALS;
    }

    // --------------------------------------------------------------------------------------------------------- private

    /// @dev Every move: both sides act; the bank takes it in; whoever gets it is of the country.
    function _update(address from, address to, uint256 amount) internal override {
        if (from == address(0)) {
            // The supply bounds every balance.
            if (amount > MOST || _supply + amount > MOST) revert TooMuch(amount);
            _supply += amount;
        } else {
            _acting(from);
            uint256 found = _accounts[from];
            if (found & MOST < amount) revert ERC20InsufficientBalance(from, found & MOST, amount);
            unchecked {
                _accounts[from] = found + MOVE - amount;
            }
        }
        // Sums of balances: below the supply, which is below 2^120.
        unchecked {
            if (to == address(0)) {
                _supply -= amount;
            } else {
                AccountWord word = _acting(to);
                if (COUNTRY != 0 && !word.isRoom() && word.country() != COUNTRY) revert NotOfTheCountry(to, COUNTRY);
                uint256 found = _accounts[to];
                if (found >> GROUND_AT != 0) revert PaymentDeclined(to, Ground(found >> GROUND_AT));
                _accounts[to] = found + MOVE + amount;
            }
        }
        emit Transfer(from, to, amount);
    }

    /// @dev Every change of an allowance is logged, also when a payment uses it up: so the log gives all of them.
    function _approve(address owner, address spender, uint256 value, bool) internal override {
        super._approve(owner, spender, value, true);
    }

    function _acting(address account) private view returns (AccountWord word) {
        word = LEDGER.standing(account);
        if (!word.acts()) revert IParticipants.MayNotAct(account);
    }

    function _requireBank() private view {
        AccountWord word = _acting(msg.sender);
        if (word.participant() != BANK || word.roles() & Roles.BANK == 0) revert NotTheBank(msg.sender);
    }
}
