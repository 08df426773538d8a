"""Verbs of money that are more than their arguments: who pays out of what, purchases at a rate that a bank signed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sampan.client.core import VerbCall
from sampan.client.funds import MoneyRef
from sampan.client.papers import Paper
from sampan.client.records import Coin, Deposit
from sampan.client.verbs import Calls
from sampan.errors import BadInput, UsageError, about
from sampan.money.coins.verbs import Collect as PayCoin
from sampan.money.deposits.paying import Collect
from sampan.money.deposits.subject import DEPOSITS
from sampan.money.exchange.verbs import Exchange, Quote
from sampan.subjects import SUITE
from sampan.suite import layout
from sampan.suite.codec import address
from sampan.suite.tell import moment
from sampan.suite.verb import Signature

if TYPE_CHECKING:
    from sampan.client.ledger import Ledger
    from sampan.client.reading import Who
    from sampan.suite.amounts import Amount, Given
    from sampan.suite.verb import Verb


class CoinByHand(Calls):
    """Prepares payments in coins, tokens of licensed issuers that were listed."""

    def pay(self, payee: Who, amount: Given, *, coin: MoneyRef, payer: Who | None = None) -> VerbCall:
        """Pay in a coin: exactly the amount leaves the payer and arrives, or nothing does. The token must let the coin
        spend it; `payer` is another who allowed it."""
        money = self.ledger.money_address(coin)
        with about("amount"):
            units = self.ledger.units_above_zero(amount, money)
        paying = self.ledger.address_of(self.ledger.address if payer is None else payer)
        require_balance(self.ledger, money, units, paying)
        return VerbCall(PayCoin(money, money, paying, self.ledger.address_of(payee), units))


class DepositByHand(Calls):
    """Prepares calls of deposits: what a bank owes, and to whom."""

    def pay(
        self,
        payee: Who,
        amount: Given,
        *,
        out_of: MoneyRef,
        into: MoneyRef | None = None,
        payer: Who | None = None,
    ) -> VerbCall:
        """Pay out of a deposit into the payee's, by default the same one: at another bank of the same settlement agent
        it settles in the same act, or nothing moves. `payer` is another who allowed it."""
        with about("out_of"):
            giving = self.ledger.money_address(out_of)
        with about("into"):
            taking = giving if into is None else self.ledger.money_address(into)
        with about("amount"):
            units = self.ledger.units_above_zero(amount, taking)
        with about("payer"):
            paying = self.ledger.address_of(self.ledger.address if payer is None else payer)
        with about("to"):
            paid = self.ledger.address_of(payee)
        require_balance(self.ledger, giving, units, paying)
        return VerbCall(Collect(taking, giving, paying, paid, units))


# ------------------------------------------------------------------------------------------------------------- exchange


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote as it stands: what is sold for what, and how much of it is left."""

    quote: Quote
    sold: Deposit | Coin
    bought: Deposit | Coin
    digest: bytes
    used: int
    """Of the total, in the smallest unit."""

    @property
    def left(self) -> Amount:
        """What may still be bought."""
        return self.sold.amount(self.quote.total - self.used)

    def paid(self, units: int) -> Amount:
        """What is paid for so much: rounded down, so that the bank gives the fraction away."""
        return self.bought.amount(units * self.quote.price // self.quote.total)

    def is_exact(self, units: int) -> bool:
        """Whether nothing is rounded."""
        return units * self.quote.price % self.quote.total == 0


def quoted(ledger: Ledger, paper: Paper) -> Quoted:
    """A quote that somebody signed, checked: the signature, its time, what is left. Raises `BadInput` and
    `UsageError`."""
    contract = ledger.address_in("Exchange")
    paper.require_for(ledger.connection.chain_id, ledger.ledger_address, Quote, contract)
    quote = paper.text
    assert isinstance(quote, Quote)
    require_signature(ledger, paper)
    if ledger.time() > quote.deadline:
        raise UsageError(
            "the quote counted until " + moment(quote.deadline), subject=paper.about, hint="ask for another"
        )
    if ledger.ask("isCancelled", quote.account, paper.digest):
        raise UsageError("the bank has withdrawn the quote", subject=paper.about, hint="ask for another")
    used = ledger.ask("used", paper.digest, contract="Exchange")
    return Quoted(quote, ledger.money(quote.sold), ledger.money(quote.bought), paper.digest, used)


def require_signature(ledger: Ledger, paper: Paper) -> None:
    """Raise `BadInput` unless whoever must have signed did."""
    from sampan.client import unsigned

    if ledger.connection.code(paper.signer):
        good = unsigned.accepts(ledger.connection, paper.signer, paper.digest, paper.signature)
    else:
        # Contracts take the last byte in one form only.
        good = paper.recovers() and paper.signature[-1] in (27, 28)
    if not good:
        raise BadInput(
            f"is not signed by {paper.signer}", subject=paper.about, hint="ask for the file as it was signed"
        )


class ExchangeByHand(Calls):
    """Prepares purchases at a quoted rate."""

    def exchange(
        self,
        quote: Paper,
        amount: Given,
        *,
        out_of: MoneyRef | None = None,
        into: MoneyRef | None = None,
        payee: Who | None = None,
    ) -> VerbCall:
        """Buy an amount at a quoted rate (`Ledger.sign_quote`): both payments settle in one act, each in its own book,
        or neither.

        What is paid comes `out_of` the quote's deposit or another of its book, what is bought goes `into` the quote's
        or another of its book, to the payee, by default whoever buys.
        """
        found = quoted(self.ledger, quote)
        with about("amount"):
            units = self.ledger.units(amount, found.sold.address)
        if not units:
            raise UsageError("nothing is bought", subject=quote.about, hint="name an amount of what the bank sells")
        if units > found.quote.total - found.used:
            raise UsageError(
                f"{found.left} is left of the quote, less than {found.sold.amount(units)}",
                subject=quote.about,
                hint="buy less, or ask for another quote",
            )
        with about("out_of"):
            paying = found.bought.address if out_of is None else self.ledger.money_address(out_of)
        with about("into"):
            taking = found.sold.address if into is None else self.ledger.money_address(into)
        with about("payee"):
            to = self.ledger.address_of(self.ledger.address if payee is None else payee)
        _require_sellable(self.ledger, found, units)
        require_balance(self.ledger, paying, found.paid(units).value)
        require_allowance(self.ledger, "Exchange", paying, found.paid(units).value)
        signature = Signature(quote.signer, quote.digest, raw=quote.signature)
        return VerbCall(Exchange(found.quote, signature, units, paying, taking, to))


def _require_sellable(ledger: Ledger, found: Quoted, units: int) -> None:
    """Raise `UsageError` where the bank has not, or lets the exchange spend not, so much of what it quoted."""
    account, sold = found.quote.account, found.sold
    may = min(ledger.balance(account, sold), ledger.allowance(account, "Exchange", sold))
    if may < units:
        raise UsageError(
            f"can give {sold.amount(may)} now, not {sold.amount(units)}",
            subject=ledger.names.account(account),
            hint=f"buy less, or let the bank allow it: sampan money allow {sold.reference} any --spender Exchange",
        )


def require_balance(ledger: Ledger, money: str, units: int, payer: str = "") -> None:
    """Raise `UsageError` where whoever pays, by default whoever signs here, has less."""
    payer = payer or ledger.address
    has = ledger.balance(payer, money)
    if has < units:
        raise UsageError(
            f"has {ledger.amount_of(has, money)} in {ledger.money(money).reference},"
            f" and {ledger.amount_of(units, money)} is to be paid",
            subject=ledger.names.account(payer),
            hint="pay out of another deposit (`sampan money balances`), or let the bank issue more",
        )


def require_allowance(ledger: Ledger, spender: str, money: str, units: int) -> None:
    """Raise `UsageError` where a contract may not spend so much of whoever signs here."""
    if ledger.allowance(ledger.address, spender, money) < units:
        raise not_allowed(ledger, spender, money, units)


_SPENDERS = {"LoanBook": "loan book"}
"""Contract that spends → what it is called, where that is more than its name."""


def not_allowed(ledger: Ledger, spender: str, money: str, units: int, why: str = "") -> UsageError:
    """What is said where a contract may not spend so much yet."""
    amount, name = ledger.amount_of(units, money), ledger.money(money).reference
    verb = "allow" if ledger.one_of_several(money) == "Deposit" else "allow-coin"
    return UsageError(
        f"the {_SPENDERS.get(spender, spender.lower())} may not spend {amount} of {name} yet{why}",
        subject=ledger.names.account(ledger.address),
        hint=f'allow it first: sampan money {verb} {name} "{amount}" --spender {spender}',
    )


@dataclass(frozen=True, slots=True)
class Allowed:
    """What lets a room fetch a payment of whoever signs here: calls that are shown beside it, or, where it is only
    rehearsed, the allowance as it would stand. Nothing, where the room may spend so much already."""

    shown: tuple[Verb, ...] = ()
    given: tuple[tuple[str, int, int], ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def beside(self) -> dict[str, Any]:
        """The same as a `VerbCall` has it."""
        return {"shown": self.shown, "given": self.given, "warnings": self.warnings}


def allowed_along(ledger: Ledger, spender: str, money: str, units: int, *, until: int | None = None) -> Allowed:
    """What is shown beside a payment that a room fetches of whoever signs here: an allowance of exactly so much that is
    signed along, where the room may not spend it yet. It counts until `until`, seconds since 1970, by default as long
    as what is signed elsewhere. A rehearsal, in which nothing is signed, takes it as given. Raises `UsageError` where
    none can be signed."""
    if ledger.allowance(ledger.address, spender, money) >= units:
        return Allowed()
    if ledger.for_others:
        raise not_allowed(ledger, spender, money, units, ", and nothing is signed along here")
    if ledger.one_of_several(money) != "Deposit":
        raise not_allowed(ledger, spender, money, units, ", and of a coin nothing is signed along")
    if ledger.connection.code(ledger.address):
        raise not_allowed(ledger, spender, money, units, ", and a contract signs no allowance")
    if ledger.rehearses:
        amount, name = ledger.amount_of(units, money), _SPENDERS.get(spender, spender.lower())
        told = (
            f"an allowance of {amount} for the {name} is signed along when it is sent, and nothing of it is left:"
            " its gas comes on top"
        )
        return Allowed(given=(_as_allowed(ledger, spender, money, units),), warnings=(told,))
    return Allowed(shown=(_permit(ledger, spender, money, units, until),))


def _as_allowed(ledger: Ledger, spender: str, money: str, units: int) -> tuple[str, int, int]:
    """The word that a deposit keeps of an allowance, and where."""
    parties = (address(ledger.address), address(ledger.address_in(spender)))
    return money, layout.entry(DEPOSITS.slot("_allowances"), *parties), units


def taken_back(ledger: Ledger, spender: str, money: str) -> tuple[Verb, ...]:
    """What is shown behind a payment beside which an allowance was signed along (`allowed_along`), of more than may be
    taken: that nothing of it is left."""
    return (_permit(ledger, spender, money, 0, None, ahead=1),)


def _permit(ledger: Ledger, spender: str, money: str, units: int, until: int | None, *, ahead: int = 0) -> Verb:
    deadline = ledger.deadline(None) if until is None else until
    signature = ledger.sign_permit(money, spender, units, deadline=deadline, ahead=ahead)
    permit: Any = SUITE.verbs[spender, "permit"]
    made: Verb = permit(money, ledger.address, units, deadline, signature)
    return made
