"""Who may owe, hold, pay and settle: what every verb of money asks, in the contracts' order."""

from __future__ import annotations

from sampan.identity.records import BANK, Account
from sampan.identity.rules import acting
from sampan.money.records import Deposit, Money
from sampan.suite.amounts import ANY, MOST
from sampan.suite.codec import keccak
from sampan.suite.verb import NOBODY, Refusal
from sampan.suite.words import Ground


def banker(state: Money, address: str) -> Account:
    """An account that acts and may owe money."""
    return acting(state, address, BANK)


def bank_of(state: Money, deposit: Deposit, address: str) -> Account:
    """An account of the bank that owes a deposit, which acts and may owe money."""
    account = acting(state, address, 0)
    if account.participant != deposit.bank or not account.roles & BANK:
        raise Refusal("NotTheBank", address)
    return account


def agent_of(state: Money, deposit: Deposit, address: str) -> Account:
    """An account of the agent that settles a deposit."""
    account = banker(state, address)
    if account.participant != deposit.agent:
        raise Refusal("NotTheAgent", address)
    return account


def member(state: Money, address: str) -> Deposit:
    """A deposit of the books."""
    found = state.deposits.get(address)
    if found is None:
        raise Refusal("NoSuchDeposit", address)
    return found


def may_have(state: Money, deposit: Deposit, account: str) -> None:
    """An account that may be paid in a deposit: it acts, is of its country, and the bank takes it in."""
    of_its_country(deposit, account, acting(state, account, 0))
    ground = state.holding(deposit.address, account).ground
    if ground is not Ground.NONE:
        raise Refusal("PaymentDeclined", account, ground)


def of_its_country(deposit: Deposit, account: str, word: Account) -> None:
    """Of a country's deposit its participants alone have any; rooms hold it for them. Raises `Refusal`."""
    if deposit.country and not word.room and word.country != deposit.country:
        raise Refusal("NotOfTheCountry", account, deposit.country)


def may_give(state: Money, deposit: Deposit, account: str, amount: int) -> None:
    """An account that may pay so much out of a deposit."""
    acting(state, account, 0)
    balance = state.holding(deposit.address, account).balance
    if balance < amount:
        raise Refusal("ERC20InsufficientBalance", account, balance, amount)


def may_move(state: Money, deposit: Deposit, payer: str, payee: str, amount: int) -> None:
    """ERC-20's transfer; out of nobody's nobody pays, whose allowance is asked for before."""
    if payee == NOBODY:
        raise Refusal("ERC20InvalidReceiver", NOBODY)
    may_give(state, deposit, payer, amount)
    may_have(state, deposit, payee)


def may_make(state: Money, deposit: Deposit, payee: str, amount: int) -> None:
    """The bank owes more, to an account."""
    if payee == NOBODY:
        raise Refusal("ERC20InvalidReceiver", NOBODY)
    if deposit.supply + amount > MOST:
        raise Refusal("TooMuch", amount)
    may_have(state, deposit, payee)


def may_burn(state: Money, deposit: Deposit, payer: str, amount: int) -> None:
    """The bank owes less."""
    may_give(state, deposit, payer, amount)


def left_of_allowance(state: Money, deposit: str, owner: str, spender: str, amount: int) -> int | None:
    """What is left of an allowance when so much of it is spent; None where it is never used up."""
    allowed = state.allowances.get((deposit, owner, spender), 0)
    if allowed == ANY:
        return None
    if allowed < amount:
        raise Refusal("ERC20InsufficientAllowance", spender, allowed, amount)
    may_allow(owner, spender)
    return allowed - amount


def may_allow(owner: str, spender: str) -> None:
    """Nobody allows nothing, and nobody is allowed anything that is nobody."""
    if owner == NOBODY:
        raise Refusal("ERC20InvalidApprover", NOBODY)
    if spender == NOBODY:
        raise Refusal("ERC20InvalidSpender", NOBODY)


def listed_for(state: Money, coin: str, address: str) -> None:
    """An account that pays and is paid in a coin: it acts; a person is of a country for which the coin is listed."""
    account = acting(state, address, 0)
    if not account.room and not state.coin_listed.get((coin, state.coins[coin].times, account.country), False):
        raise Refusal("NotListedFor", address, account.country)


def created(by: str, count: int) -> str:
    """The address of the contract that another makes after `count` others (CREATE)."""
    nonce = count + 1
    number = bytes([nonce]) if nonce < 0x80 else _string(nonce.to_bytes((nonce.bit_length() + 7) // 8, "big"))
    payload = _string(bytes.fromhex(by[2:])) + number
    return "0x" + keccak(bytes([0xC0 + len(payload)]) + payload)[12:].hex()


def _string(data: bytes) -> bytes:
    """RLP, of at most 55 bytes."""
    return bytes([0x80 + len(data)]) + data
