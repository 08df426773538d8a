// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccountWord} from "../identity/AccountWord.sol";
import {IParticipants} from "../identity/IParticipants.sol";
import {IStanding} from "../identity/IStanding.sol";
import {Roles} from "../identity/Roles.sol";
import {Deposit} from "./Deposit.sol";
import {IDeposit} from "./IDeposit.sol";
import {IReserves} from "./IReserves.sol";

/// @title The books of reserves of all settlement agents
/// @dev One word a deposit, so that a settlement writes two. It makes the deposits itself: none of them is foreign code.
///
/// | bits    | field    | meaning                            |
/// | ------- | -------- | ---------------------------------- |
/// | 0-119   | held     | reserves                           |
/// | 120-163 | book     | currency (24 bits), agent above it  |
/// | 164-183 | bank     | participant                        |
/// | 184     | admitted | takes part in settlement           |
contract Reserves is IReserves {
    IStanding public immutable LEDGER;

    mapping(IDeposit deposit => uint256) private _deposits;
    /// @dev Minor units, and 128, so that a book of no minor unit is one.
    mapping(uint256 book => uint8) private _books;
    mapping(uint256 key => IDeposit) private _opened;
    uint256 private _count;

    uint256 private constant HELD_MASK = (1 << 120) - 1;
    uint256 private constant BOOK_AT = 120;
    uint256 private constant BOOK_MASK = (1 << 44) - 1;
    uint256 private constant BANK_AT = 164;
    uint256 private constant NUMBER_MASK = (1 << 20) - 1;
    uint256 private constant ADMITTED = 1 << 184;
    uint8 private constant OPEN = 128;

    constructor(IStanding ledger) {
        LEDGER = ledger;
    }

    // ----------------------------------------------------------------------------------------------------------- books

    /// @inheritdoc IReserves
    function openBook(bytes3 currency, uint8 decimals) external {
        uint256 agent = _banker().participant();
        for (uint256 i = 0; i < 3; i++) if (currency[i] < "A" || currency[i] > "Z") revert NoCurrency(currency);
        if (decimals > 18) revert DecimalsOutOfRange(decimals);
        uint256 book = _book(agent, currency);
        if (_books[book] != 0) revert BookIsOpen(agent, currency);
        _books[book] = OPEN | decimals;
        emit BookOpened(agent, currency, decimals, msg.sender, ++_count);
    }

    /// @inheritdoc IReserves
    function openDeposit(uint256 agent, bytes3 currency, bytes2 country) external returns (IDeposit deposit) {
        AccountWord banker = _banker();
        uint256 bank = banker.participant();
        uint8 decimals = decimalsOf(agent, currency);
        if (country != 0 && !_isCountry(country)) revert IParticipants.MalformedCountry(country);
        uint256 key = _key(bank, agent, currency, country);
        if (address(_opened[key]) != address(0)) revert DepositIsOpen(_opened[key]);
        string memory name = string.concat(string(abi.encodePacked(currency)), " ", _text(banker.lei()));
        deposit = new Deposit(LEDGER, bank, agent, currency, country, decimals, name);
        _opened[key] = deposit;
        _deposits[deposit] = (_book(agent, currency) << BOOK_AT) | (bank << BANK_AT);
        emit DepositOpened(deposit, bank, agent, currency, country, msg.sender, ++_count);
    }

    /// @inheritdoc IReserves
    function admit(IDeposit deposit, bool admitted) external {
        uint256 word = _known(deposit);
        _requireAgent(word);
        _deposits[deposit] = admitted ? word | ADMITTED : word & ~ADMITTED;
        emit Admitted(deposit, admitted, msg.sender, ++_count);
    }

    /// @inheritdoc IReserves
    function issue(IDeposit deposit, uint256 amount) external {
        uint256 word = _known(deposit);
        _requireAgent(word);
        if (word & ADMITTED == 0) revert NotAdmitted(deposit);
        uint256 held_ = word & HELD_MASK;
        if (amount > HELD_MASK - held_) revert IDeposit.TooMuch(amount);
        _deposits[deposit] = word + amount;
        emit ReservesIssued(deposit, amount, held_ + amount, msg.sender);
    }

    /// @inheritdoc IReserves
    function redeem(IDeposit deposit, uint256 amount) external {
        uint256 word = _known(deposit);
        if (_banker().participant() != (word >> BANK_AT) & NUMBER_MASK) revert IDeposit.NotTheBank(msg.sender);
        uint256 held_ = word & HELD_MASK;
        if (held_ < amount) revert ReservesShort(deposit, held_, amount);
        _deposits[deposit] = word - amount;
        emit ReservesRedeemed(deposit, amount, held_ - amount, msg.sender);
    }

    // ------------------------------------------------------------------------------------------------------ settlement

    /// @inheritdoc IReserves
    function settle(IDeposit from, address spender, address payer, uint256 amount) external {
        IDeposit to = IDeposit(msg.sender);
        uint256 taker = _known(to);
        uint256 giver = _known(from);
        if (((giver ^ taker) >> BOOK_AT) & BOOK_MASK != 0) revert NotOneBook(from, to);
        if (taker & ADMITTED == 0) revert NotAdmitted(to);
        if (giver & HELD_MASK < amount) revert ReservesShort(from, giver & HELD_MASK, amount);
        if (amount > HELD_MASK - (taker & HELD_MASK)) revert IDeposit.TooMuch(amount);
        // The calling deposit is another than `from`: it asks here for other deposits alone.
        unchecked {
            _deposits[from] = giver - amount;
            _deposits[to] = taker + amount;
        }
        emit Settled(from, to, amount);
        from.debit(spender, payer, amount);
    }

    // ----------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IReserves
    function held(IDeposit deposit) external view returns (uint256) {
        return _known(deposit) & HELD_MASK;
    }

    /// @inheritdoc IReserves
    function isDeposit(address account) external view returns (bool) {
        return _deposits[IDeposit(account)] != 0;
    }

    /// @inheritdoc IReserves
    function isAdmitted(IDeposit deposit) external view returns (bool) {
        return _known(deposit) & ADMITTED != 0;
    }

    /// @inheritdoc IReserves
    function depositOf(uint256 bank, uint256 agent, bytes3 currency, bytes2 country) external view returns (IDeposit) {
        return _opened[_key(bank, agent, currency, country)];
    }

    /// @inheritdoc IReserves
    function decimalsOf(uint256 agent, bytes3 currency) public view returns (uint8) {
        uint8 found = _books[_book(agent, currency)];
        if (found == 0) revert NoSuchBook(agent, currency);
        return found ^ OPEN;
    }

    // --------------------------------------------------------------------------------------------------------- private

    function _book(uint256 agent, bytes3 currency) private pure returns (uint256) {
        return (agent << 24) | uint24(currency);
    }

    function _key(uint256 bank, uint256 agent, bytes3 currency, bytes2 country) private pure returns (uint256) {
        return (((_book(agent, currency) << 20) | bank) << 16) | uint16(country);
    }

    function _isCountry(bytes2 country) private pure returns (bool) {
        return country[0] >= "A" && country[0] <= "Z" && country[1] >= "A" && country[1] <= "Z";
    }

    /// @dev First 18 characters of an LEI.
    function _text(uint256 lei) private pure returns (string memory) {
        bytes memory text = new bytes(18);
        for (uint256 i = 18; i > 0; i--) {
            uint256 digit = lei % 36;
            text[i - 1] = bytes1(uint8(digit < 10 ? 48 + digit : 55 + digit));
            lei /= 36;
        }
        return string(text);
    }

    function _known(IDeposit deposit) private view returns (uint256 word) {
        word = _deposits[deposit];
        if (word == 0) revert NoSuchDeposit(address(deposit));
    }

    /// @dev The caller, if it acts with role BANK.
    function _banker() private view returns (AccountWord word) {
        word = LEDGER.standing(msg.sender);
        if (!word.acts()) revert IParticipants.MayNotAct(msg.sender);
        if (word.roles() & Roles.BANK == 0) revert IParticipants.LacksRole(msg.sender, Roles.BANK);
    }

    function _requireAgent(uint256 word) private view {
        if (_banker().participant() != (word >> (BOOK_AT + 24)) & NUMBER_MASK) revert NotTheAgent(msg.sender);
    }
}
