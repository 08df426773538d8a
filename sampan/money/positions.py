"""What banks paid each other through the books of reserves: gross, net, and the reserves that it took.

From the events of the books alone, in exact integers of the smallest unit:

- *gross*: what one bank's deposits paid to another's, each way, and in how many payments;
- *net*: multilateral, what a bank received from all others less what it paid them;
- *peak liquidity* of a deposit: the most by which, at any moment of the period, what it had paid since the period began
  exceeded what it had received; so much it needed in reserves to settle its payments in the order in which they came.

What a bank moves between deposits of its own in one book is no position between banks; it counts in their liquidity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, NamedTuple, TypeAlias

from sampan.suite import events as ev
from sampan.suite.amounts import digits
from sampan.suite.forms import Address, As, Count, Digits, Form, Lei, Of
from sampan.suite.tell import Names, checksum, lei_text

READ = (ev.ParticipantEnrolled, ev.BookOpened, ev.DepositOpened, ev.ReservesIssued, ev.ReservesRedeemed, ev.Settled)
"""The events that positions are made of."""


class Bank(NamedTuple):
    """A participant, and its LEI where the log tells it."""

    number: int
    lei: str | None


@dataclass(slots=True)
class Pair:
    """Two banks of a book: what each paid the other, and in how many payments of both."""

    bank: Bank
    other: Bank
    paid: int = 0
    """By `bank` to `other`."""
    received: int = 0
    """By `bank` from `other`."""
    payments: int = 0

    @property
    def net(self) -> int:
        """What `bank` received from the other less what it paid it."""
        return self.received - self.paid


@dataclass(slots=True)
class Position:
    """A bank against all others of a book."""

    bank: Bank
    paid: int = 0
    received: int = 0
    payments: int = 0
    """Those that it made."""

    @property
    def net(self) -> int:
        """What it received less what it paid; of all banks of a book together nothing."""
        return self.received - self.paid


@dataclass(slots=True)
class Liquidity:
    """The reserves of a deposit."""

    deposit: str
    bank: Bank
    held: int = 0
    """At the end of the period."""
    drawn: int = 0
    """What it paid since the period began, less what it received."""
    peak: int = 0
    """The most of that at any moment."""


@dataclass(slots=True)
class Book:
    """The positions in a book: a settlement agent's in one currency."""

    agent: Bank
    currency: str
    decimals: int
    payments: int = 0
    """Between banks."""
    gross: int = 0
    """All of them together."""
    pairs: list[Pair] = field(default_factory=list)
    """Those that paid each other, by participants' numbers."""
    banks: list[Position] = field(default_factory=list)
    """Those that paid or were paid."""
    deposits: list[Liquidity] = field(default_factory=list)
    """All deposits, in the order in which they were opened."""


Told: TypeAlias = Iterable[tuple[Any, bool]]
"""Events in order, each with whether it is of the period; those before it say what stood when it began."""


def positions(told: Told) -> list[Book]:
    """The positions in every book, in the order in which they were opened."""
    leis: dict[int, str] = {}
    books: dict[tuple[int, str], Book] = {}
    places: dict[str, tuple[Book, Liquidity]] = {}
    for event, counts in told:
        match event:
            case ev.ParticipantEnrolled():
                leis[event.participant] = lei_text(event.lei)
            case ev.BookOpened():
                agent = Bank(event.agent, leis.get(event.agent))
                books.setdefault((event.agent, event.currency), Book(agent, event.currency, event.decimals))
            case ev.DepositOpened() if (event.agent, event.currency) in books and event.deposit not in places:
                book = books[event.agent, event.currency]
                book.deposits.append(Liquidity(event.deposit, Bank(event.bank, leis.get(event.bank))))
                places[event.deposit] = book, book.deposits[-1]
            case ev.ReservesIssued() | ev.ReservesRedeemed() if event.deposit in places:
                places[event.deposit][1].held = event.held
            case ev.Settled() if event.from_ in places and event.to in places:
                (book, giver), (_, taker) = places[event.from_], places[event.to]
                _settle(book, giver, taker, event.amount, counts)
    for book in books.values():
        book.pairs.sort(key=lambda pair: (pair.bank.number, pair.other.number))
        book.banks.sort(key=lambda position: position.bank.number)
    return list(books.values())


def _settle(book: Book, giver: Liquidity, taker: Liquidity, amount: int, counts: bool) -> None:
    """One payment, out of a deposit into another; `counts`: it is of the period."""
    for side, sign in ((giver, 1), (taker, -1)):
        side.held -= sign * amount
        if counts:
            side.drawn += sign * amount
            side.peak = max(side.peak, side.drawn)
    if not counts or giver.bank == taker.bank:
        return
    book.payments += 1
    book.gross += amount
    pair = _pair(book, giver.bank, taker.bank)
    pair.payments += 1
    if pair.bank == giver.bank:
        pair.paid += amount
    else:
        pair.received += amount
    paying, paid = _position(book, giver.bank), _position(book, taker.bank)
    paying.paid += amount
    paying.payments += 1
    paid.received += amount


def _pair(book: Book, one: Bank, other: Bank) -> Pair:
    """The pair of two banks, the one with the smaller number first."""
    first, second = sorted((one, other), key=lambda bank: bank.number)
    for pair in book.pairs:
        if (pair.bank, pair.other) == (first, second):
            return pair
    book.pairs.append(Pair(first, second))
    return book.pairs[-1]


def _position(book: Book, bank: Bank) -> Position:
    for position in book.banks:
        if position.bank == bank:
            return position
    book.banks.append(Position(bank))
    return book.banks[-1]


# ------------------------------------------------------------------------------------------------------------ documents

_Signed = Annotated[int, As({"type": "string", "pattern": "^-?[0-9]+$"}, str)]
"""An amount that may be negative, as decimal text."""


class _Named(Form):
    participant: Annotated[Count, "Its number on the ledger", Of(lambda bank: bank.number)]
    lei: Annotated[Lei | None, "Null: the logs do not tell it"]


class _Pair(Form):
    bank: _Named
    other: _Named
    paid: Annotated[Digits, "By the first bank to the other, in the smallest unit"]
    received: Annotated[Digits, "By the first bank from the other"]
    net: Annotated[_Signed, "What the first bank received from the other less what it paid it"]
    payments: Annotated[Count, "Of both"]


class _Position(Form):
    bank: _Named
    paid: Digits
    received: Digits
    net: Annotated[_Signed, "What it received from all others less what it paid them"]
    payments: Annotated[Count, "Those that it made"]


class _Liquidity(Form):
    deposit: Annotated[Address, Of(lambda it: checksum(it.deposit))]
    bank: _Named
    reserves: Annotated[Digits, "At the end of the period", Of(lambda it: it.held)]
    peak: Annotated[Digits, "The most by which what it had paid since the period began exceeded what it had received"]


class BookPositions(Form):
    """What banks paid each other through a settlement agent's book, in the smallest unit of its currency."""

    agent: _Named
    currency: str
    decimals: Annotated[Count, "Minor units"]
    payments: Annotated[Count, "Between banks"]
    gross: Annotated[Digits, "All of them together"]
    pairs: list[_Pair]
    banks: list[_Position]
    deposits: list[_Liquidity]


Tables: TypeAlias = Iterator[tuple[str, tuple[str, ...], Sequence[tuple[str, ...]]]]
"""Title, columns and rows of each table."""


def tables(books: Sequence[Book], names: Names) -> Tables:
    """The positions as people read them: between two banks, of each bank against all, and the reserves."""

    def called(bank: Bank) -> str:
        return names.participant(bank.number)

    for book in books:
        if not book.deposits:
            continue
        of = f"{book.currency} settled by {called(book.agent)}"

        def said(amount: int, book: Book = book) -> str:
            return digits(amount, book.decimals, grouped=True)

        if book.pairs:
            rows = [
                (called(it.bank), called(it.other), said(it.paid), said(it.received), said(it.net), str(it.payments))
                for it in book.pairs
            ]
            yield f"{of}: between two banks", ("bank", "other", "paid", "received", "net", "payments"), rows
            every = [
                (called(it.bank), said(it.paid), said(it.received), said(it.net), str(it.payments)) for it in book.banks
            ]
            yield f"{of}: each against all", ("bank", "paid", "received", "net", "payments made"), every
        reserves = [(called(it.bank), checksum(it.deposit), said(it.held), said(it.peak)) for it in book.deposits]
        yield f"{of}: reserves", ("bank", "deposit", "has", "peak liquidity"), reserves
