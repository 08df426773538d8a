"""What a bank, and whoever holds its deposit, do with it (ERC-20, and what a bank does beside)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from sampan.model.perform import At
from sampan.model.replay import Log
from sampan.money import rules
from sampan.money.deposits.subject import DEPOSITS
from sampan.money.records import Deposit, Holding, Money
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.tell import Names, described
from sampan.suite.verb import NOBODY, Refusal, Signature, Verb, arg, word
from sampan.suite.words import Ground

RESERVES = "Reserves"
"""The contract in whose books deposits stand."""


def moved(at: At, deposit: str, payer: str, payee: str, amount: int) -> None:
    at.log(ev.DepositTransfer(deposit, payer, payee, amount))


def spent(at: At, deposit: str, owner: str, amount: int, spender: str) -> None:
    """Somebody spends of an allowance, unless it is the owner."""
    left = rules.left_of_allowance(at.state, deposit, owner, spender, amount)
    if left is not None:
        at.log(ev.DepositApproval(deposit, owner, spender, left))


# ------------------------------------------------------------------------------------------------------------- holders


@DEPOSITS.verb("transfer", logs=ev.DepositTransfer, by="from_", label="pay {value} to {to}", method="")
class Transfer(Verb):
    """Pay out of what you have in a deposit, to an account that has it there too."""

    deposit: str = arg(kinds.DEPOSIT)
    to: str = arg(kinds.ACCOUNT)
    value: int = arg(kinds.AMOUNT)

    def run(self, at: At) -> None:
        deposit: Deposit = at.state.deposits[self.deposit]
        rules.may_move(at.state, deposit, at.sender, self.to, self.value)
        moved(at, self.deposit, at.sender, self.to, self.value)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e: ev.DepositTransfer = log.first
        yield e.from_, cls(e.deposit, e.to, e.value)


@DEPOSITS.verb("transferFrom", logs=(), label="pay {value} from {from_} to {to}", method="")
class TransferFrom(Verb):
    """Pay out of what another has in a deposit, which allowed it."""

    deposit: str = arg(kinds.DEPOSIT)
    from_: str = arg(kinds.ACCOUNT)
    to: str = arg(kinds.ACCOUNT)
    value: int = arg(kinds.AMOUNT)

    def run(self, at: At) -> None:
        deposit: Deposit = at.state.deposits[self.deposit]
        spent(at, self.deposit, self.from_, self.value, at.sender)
        rules.may_move(at.state, deposit, self.from_, self.to, self.value)
        moved(at, self.deposit, self.from_, self.to, self.value)


@DEPOSITS.verb(
    "approve", by="owner", label="let {spender} spend {value} of {deposit}", command="money allow", method="allow"
)
class Approve(Verb):
    """Allow somebody to pay so much out of what you have in a deposit."""

    deposit: str = arg(kinds.DEPOSIT, option="DEPOSIT")
    spender: str = arg(kinds.SPENDER, help="Who may spend it: an account, or a contract by its name, as in Sale.")
    value: int = arg(kinds.ALLOWANCE, option="AMOUNT")

    def is_exit(self) -> bool:
        """It is taken back."""
        return self.value == 0

    def may(self, at: At) -> ev.DepositApproval:
        rules.may_allow(at.sender, self.spender)
        return ev.DepositApproval(self.deposit, at.sender, self.spender, self.value)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e: ev.DepositApproval = log.first
        yield e.owner, cls(e.deposit, e.spender, e.value)


@DEPOSITS.struct
@dataclass(frozen=True, slots=True)
class Permit:
    """An allowance that somebody else may show for its owner (ERC-2612)."""

    TYPES: ClassVar = (
        ("owner", "address"),
        ("spender", "address"),
        ("value", "uint256"),
        ("nonce", "uint256"),
        ("deadline", "uint256"),
    )
    DOMAIN: str
    """The deposit's name: the currency and its bank's LEI."""
    deposit: str
    owner: str
    spender: str
    value: int
    nonce: int
    """Permits of the owner that were used before."""
    deadline: int


@DEPOSITS.verb("permit", logs=ev.DepositPermitUsed, label="let {spender} spend {value}, as {owner} signed", method="")
class ShowPermit(Verb):
    """Allow a spender by its owner's signature, once (ERC-2612); anybody who has it."""

    deposit: str = arg(kinds.DEPOSIT)
    owner: str = arg(kinds.ACCOUNT)
    spender: str = arg(kinds.ACCOUNT)
    value: int = arg(kinds.ALLOWANCE)
    deadline: int = arg(kinds.DEADLINE)
    signature: Signature = arg(kinds.SIGNATURE)

    def texts(self, state: Any) -> Mapping[str, Any]:
        return {"signature": permit(state, self.deposit, self.owner, self.spender, self.value, self.deadline)}

    def encoded(self) -> bytes:
        wire = self.wire()
        return wire.selector + wire.encode((*self.values()[1:-1], *split(self.signature)))

    @classmethod
    def from_data(cls, data: bytes, to: str = "") -> Verb:
        *said, v, r, s = cls.wire().decode(data[4:])
        return cls(*[to, *said, joined(v, r, s)])

    def run(self, at: At) -> None:
        state = at.state
        used = state.permits.get((self.deposit, self.owner), 0)
        at.log(ev.DepositPermitUsed(self.deposit, self.owner, used))
        if state.now > self.deadline:
            raise Refusal("ERC2612ExpiredSignature", self.deadline)
        if self.signature.empty:
            raise Refusal("ECDSAInvalidSignature")
        if self.signature.by != self.owner:
            raise Refusal("ERC2612InvalidSigner", self.signature.by, self.owner)
        rules.may_allow(self.owner, self.spender)
        at.log(ev.DepositApproval(self.deposit, self.owner, self.spender, self.value))

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        allowed: ev.DepositApproval = log.after(ev.DepositApproval)
        owner = log.first.owner
        yield (
            NOBODY,
            cls(log.first.deposit, owner, allowed.spender, allowed.value, log.state.now, Signature(owner)),
        )


def permit(state: Money, deposit: str, owner: str, spender: str, value: int, deadline: int) -> Permit:
    """The text of a permit that counts now."""
    nonce = state.permits.get((deposit, owner), 0)
    return Permit(state.deposits[deposit].name, deposit, owner, spender, value, nonce, deadline)


def split(signature: Signature) -> tuple[int, bytes, bytes]:
    """`v`, `r` and `s` of a signature; zeros of one that is empty."""
    raw = signature.raw.ljust(65, b"\0")
    return raw[64], raw[:32], raw[32:64]


def joined(v: int, r: bytes, s: bytes) -> Signature:
    """The signature whose parts these are."""
    return Signature(None, raw=r + s + bytes([v]))


@DEPOSITS.verb("redeem", logs=ev.DepositTransfer, label="redeem {amount} of {deposit}", command="money redeem")
class Redeem(Verb):
    """Be paid outside: your bank owes you so much less."""

    deposit: str = arg(kinds.DEPOSIT, option="DEPOSIT")
    amount: int = arg(kinds.AMOUNT, option="AMOUNT")

    def run(self, at: At) -> None:
        deposit: Deposit = at.state.deposits[self.deposit]
        rules.may_burn(at.state, deposit, at.sender, self.amount)
        moved(at, self.deposit, at.sender, NOBODY, self.amount)
        at.log(ev.DepositRedeemed(self.deposit, at.sender, self.amount))

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e: ev.DepositTransfer = log.first
        if e.to == NOBODY:
            yield e.from_, cls(e.deposit, e.value)


@DEPOSITS.verb("debit", logs=(), method="", label="take {amount} of {payer}")
class Debit(Verb):
    """Take an amount from a payer, for a deposit at another bank; the book of reserves alone."""

    deposit: str = arg(kinds.DEPOSIT)
    spender: str = arg(kinds.ACCOUNT)
    payer: str = arg(kinds.ACCOUNT)
    amount: int = arg(kinds.AMOUNT)

    def run(self, at: At) -> None:
        deposit: Deposit = at.state.deposits[self.deposit]
        if at.sender != at.state.addresses[RESERVES]:
            raise Refusal("NotTheReserves", at.sender)
        if self.spender != self.payer:
            spent(at, self.deposit, self.payer, self.amount, self.spender)
        rules.may_burn(at.state, deposit, self.payer, self.amount)
        moved(at, self.deposit, self.payer, NOBODY, self.amount)


@DEPOSITS.verb(
    "recover", logs=ev.DepositTransfer, label="recover what {lost} has in {deposit}", command="money recover"
)
class Recover(Verb):
    """Move what a recovered or removed account has in a deposit to its successor; anybody."""

    deposit: str = arg(kinds.DEPOSIT, option="DEPOSIT")
    lost: str = arg(kinds.ACCOUNT, option="LOST")

    def run(self, at: At) -> None:
        state = at.state
        account = state.account(self.lost)
        successor = self.lost if account.may_act else state.resolve(account.number)
        amount = state.holding(self.deposit, self.lost).balance
        if successor in (self.lost, NOBODY) or not amount:
            raise Refusal("NoSuccessor", self.lost)
        moved(at, self.deposit, self.lost, successor, amount)
        at.log(ev.DepositBalanceRecovered(self.deposit, self.lost, successor, amount))

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e: ev.DepositTransfer = log.first
        yield NOBODY, cls(e.deposit, e.from_)


# ------------------------------------------------------------------------------------------------------------ the bank


@DEPOSITS.verb(
    "issue", logs=ev.DepositTransfer, label="issue {amount} of {deposit} to {to}", command="money issue", method="issue"
)
class Issue(Verb):
    """Owe an account more: your bank's deposit, to whoever paid in."""

    deposit: str = arg(kinds.DEPOSIT, option="DEPOSIT")
    to: str = arg(kinds.ACCOUNT, help="Who is owed it.")
    amount: int = arg(kinds.AMOUNT, option="AMOUNT")

    def run(self, at: At) -> None:
        deposit: Deposit = at.state.deposits[self.deposit]
        rules.bank_of(at.state, deposit, at.sender)
        rules.may_make(at.state, deposit, self.to, self.amount)
        moved(at, self.deposit, NOBODY, self.to, self.amount)
        at.log(ev.DepositIssued(self.deposit, self.to, self.amount, at.sender))

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e: ev.DepositTransfer = log.first
        if e.from_ == NOBODY:
            issued: ev.DepositIssued = log.after(ev.DepositIssued)
            yield issued.by, cls(e.deposit, e.to, e.value)


@DEPOSITS.verb(
    "decline", label="take in for {account} in {deposit}, ground against it: {ground}", command="money decline"
)
class Decline(Verb):
    """Take nothing in for an account, on a ground that you name; what was paid stays paid (T34)."""

    deposit: str = arg(kinds.DEPOSIT, option="DEPOSIT")
    account: str = arg(kinds.ACCOUNT, option="ACCOUNT")
    ground: Ground = arg(word(Ground), help="`none`: take in again.")

    def is_exit(self) -> bool:
        """Whoever is declined gets nothing by it."""
        return self.ground is not Ground.NONE

    def may(self, at: At) -> ev.DepositIncomingDeclined:
        rules.bank_of(at.state, at.state.deposits[self.deposit], at.sender)
        if self.ground is not Ground.NONE and at.state.account(self.account).room:
            raise Refusal("NotForARoom", self.account)
        return ev.DepositIncomingDeclined(self.deposit, self.account, self.ground, at.sender)


# -------------------------------------------------------------------------------------------------------------- events


def _holding(state: Money, deposit: str, account: str) -> Holding:
    """What an account has, about to change."""
    if (deposit, account) not in state.holdings:
        state.put(state.holdings, (deposit, account), Holding())
    return state.change(state.holdings, (deposit, account))


def _told(e: ev.DepositTransfer, names: Names) -> str:
    said = described(e.arguments(), names)
    if e.from_ == NOBODY:
        return "{to} got {value} of {deposit}".format(**said)
    return (
        "{from} gave {value} of {deposit} up" if e.to == NOBODY else "{from} paid {value} of {deposit} to {to}"
    ).format(**said)


@DEPOSITS.event(ev.DepositTransfer, _told)
def deposit_moved(state: Money, e: ev.DepositTransfer) -> None:
    for account, amount in ((e.from_, -e.value), (e.to, e.value)):
        if account == NOBODY:
            state.change(state.deposits, e.deposit).supply -= amount
        else:
            holding = _holding(state, e.deposit, account)
            holding.balance += amount
            holding.moves += 1


@DEPOSITS.event(ev.DepositApproval, "{owner} lets {spender} spend {value} of {deposit}")
def deposit_allowed(state: Money, e: ev.DepositApproval) -> None:
    state.put(state.allowances, (e.deposit, e.owner, e.spender), e.value)


@DEPOSITS.event(ev.DepositPermitUsed, "{owner} had signed an allowance of {deposit}, its number {nonce}")
def permit_used(state: Money, e: ev.DepositPermitUsed) -> None:
    state.put(state.permits, (e.deposit, e.owner), e.nonce + 1)


@DEPOSITS.event(ev.DepositIssued, "{by} issued {amount} of {deposit} to {to}")
def deposit_issued(state: Money, e: ev.DepositIssued) -> None:
    """What the bank owes, the transfer from nobody told."""


@DEPOSITS.event(ev.DepositRedeemed, "{from} was paid {amount} of {deposit} outside")
def deposit_redeemed(state: Money, e: ev.DepositRedeemed) -> None:
    """What the bank owes no more, the transfer to nobody told."""


def _declined(e: ev.DepositIncomingDeclined, names: Names) -> str:
    said = "{by} takes no {deposit} in for {account}: {ground}"
    if e.ground is Ground.NONE:
        said = "{by} takes {deposit} in for {account} again"
    return said.format(**described(e.arguments(), names))


@DEPOSITS.event(ev.DepositIncomingDeclined, _declined)
def incoming_declined(state: Money, e: ev.DepositIncomingDeclined) -> None:
    holding = _holding(state, e.deposit, e.account)
    holding.ground = e.ground
    holding.moves += 1


@DEPOSITS.event(ev.DepositBalanceRecovered, "{amount} of {deposit} went from {lost} to {successor}")
def balance_recovered(state: Money, e: ev.DepositBalanceRecovered) -> None:
    """Who has it, the transfer told."""
