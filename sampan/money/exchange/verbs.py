"""What a customer does with a quote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from sampan.identity.records import BANK, TERMS
from sampan.identity.rules import acting, signed
from sampan.model.perform import At
from sampan.model.replay import Log
from sampan.money import inside as money
from sampan.money.exchange.subject import EXCHANGE
from sampan.money.records import Money
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.tell import Names
from sampan.suite.verb import Refusal, Signature, Verb, arg

_OVERFLOW = 0x11


@EXCHANGE.struct
@dataclass(frozen=True, slots=True)
class Quote:
    """What a bank offers: it gives `sold` and is paid in `bought`, at `price` for the `total`. Amounts are in the
    smallest unit."""

    DOMAIN: ClassVar = "Sampan Exchange"
    account: str
    sold: str
    total: int
    bought: str
    price: int
    deadline: int
    """Last second since 1970 at which it counts."""
    salt: bytes

    @property
    def signer(self) -> str:
        """Whoever is bound by it."""
        return self.account


money.PAYS[EXCHANGE.contract] = (ev.Exchanged,)


@EXCHANGE.verb(
    "exchange", logs=ev.Exchanged, by="customer", label="buy {amount} for {payee} at the quote of {quote.account}"
)
class Exchange(Verb):
    """Buy an amount at a quoted rate: both payments settle in one act, each in its own book, or neither."""

    quote: Quote = arg(kinds.STRUCT)
    signature: Signature = arg(kinds.SIGNATURE)
    amount: int = arg(kinds.AMOUNT)
    from_: str = arg(kinds.DEPOSIT, help="Out of which you pay.")
    to: str = arg(kinds.DEPOSIT, help="In which the payee gets it.")
    payee: str = arg(kinds.ACCOUNT)

    def run(self, at: At) -> None:
        state, quote = at.state, self.quote
        acting(state, quote.account, BANK | TERMS)
        signed(at, quote.account, self.signature, quote.deadline)
        if not self.amount:
            raise Refusal("NothingBought")
        digest = self.signature.digest
        before = state.quotes_used.get(digest, 0)
        if self.amount > quote.total - before:
            raise Refusal("QuoteUsedUp", digest, quote.total - before, self.amount)
        # Down: the bank gives the fraction away.
        paid = self.amount * quote.price // quote.total
        if paid >> 256:
            raise Refusal("Panic", _OVERFLOW)
        used = before + self.amount
        at.log(ev.Exchanged(digest, at.sender, self.payee, quote, self.amount, self.from_, paid, self.to, used))
        if money.is_believed(at, quote.bought, self.to):
            return
        own = state.addresses[EXCHANGE.contract]
        money.collect(at, own, quote.bought, self.from_, at.sender, quote.account, paid)
        money.collect(at, own, self.to, quote.sold, quote.account, self.payee, self.amount)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e: ev.Exchanged = log.first
        signature = Signature(e.quote.account, e.digest)
        yield e.customer, cls(e.quote, signature, e.amount, e.from_, e.to, e.payee)


def _told(e: ev.Exchanged, names: Names) -> str:
    """Each amount is of its own money."""
    quote = e.quote
    bought, paid = names.amount(e.amount, quote.sold), names.amount(e.paid, quote.bought)
    to = "" if e.payee == e.customer else f", for {names.account(e.payee)}"
    out_of = "" if e.from_ == quote.bought else f" out of {names.account(e.from_)}"
    into = "" if e.to == quote.sold else f", into {names.account(e.to)}"
    return f"{names.account(e.customer)} bought {bought} of {names.account(quote.account)} for {paid}{out_of}{to}{into}"


@EXCHANGE.event(ev.Exchanged, _told)
def exchanged(state: Money, e: ev.Exchanged) -> None:
    state.put(state.quotes_used, e.digest, e.used)
    state.put(state.quotes, e.digest, e.quote)
