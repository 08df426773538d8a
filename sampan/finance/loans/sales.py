"""Sales in the log: of which bills, from whom to whom, at what price; of bills that are paid for where they lie too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sampan.finance.loans.cargo import Cargoes
from sampan.finance.loans.history import Loans
from sampan.finance.loans.persons import Persons
from sampan.suite import events as ev
from sampan.suite.check import Entry, Evidence
from sampan.suite.tell import Names, checksum
from sampan.trade.history import Offers, let_out, room


@dataclass(frozen=True, slots=True)
class Sold:
    """Bills that were paid for."""

    entry: Entry
    bills: tuple[int, ...]
    seller: int
    """Participant whose they were; 0: nobody can be named."""
    buyer: int
    price: int
    money: str
    """Address of the deposit or coin."""
    currency: str
    """That of the money, or its address where none was told."""
    by: str = ""
    """Who sold them in the seller's default, as it is told; empty: the seller itself."""

    def told(self, names: Names) -> str:
        """Its price."""
        known = checksum(self.money) in names.money
        return names.amount(self.price, self.money) if known else f"{self.price} ({self.currency})"


class Sales:
    """Feed it each transaction with `hear`: it tells what was sold in it."""

    def __init__(self, evidence: Evidence, persons: Persons, loans: Loans) -> None:
        where = room(evidence)
        self._offers = None if where is None else Offers(where)
        self._persons, self._loans = persons, loans
        self._named: dict[int, str] = {}
        """Bill → the account that let it be taken last."""

    def hear(self, entries: list[Entry], place: int) -> Iterator[Sold]:
        """Take one event of a transaction in."""
        entry = entries[place]
        if isinstance(entry.event, ev.Instructed):
            self._named[entry.event.bill] = entry.event.by
        if (offers := self._offers) is None:
            return
        match entry.event:
            case ev.Paid():
                yield from self._sold(entry, entries, offers)
            case ev.PledgeSold() if entry.event.room != offers.room:
                yield from self._taken(entry)
        offers.hear(entry.event)

    def _sold(self, entry: Entry, transaction: list[Entry], offers: Offers) -> Iterator[Sold]:
        event, persons = entry.event, self._persons
        buyer = persons.person(event.buyer)
        terms = offers.terms.get(event.terms)
        if terms is not None:
            money = terms.money
            yield Sold(entry, terms.bills, terms.seller, buyer, event.price, money, persons.currency(money))
            return
        # Of a bill that lay in the loan book the log has the hash of the terms alone.
        out = (each.event for each in let_out(entry, transaction))
        found = [each for each in out if isinstance(each, ev.PledgeSold) and each.room == offers.room]
        bills = tuple(sorted(each.bill for each in found))
        if bills:
            yield from self._pledged(entry, found[0].facility, bills, buyer, event.price)

    def _taken(self, entry: Entry) -> Iterator[Sold]:
        """A bill that whoever was named took from the loan book itself, for what the book had. Where it had nothing, no
        log tells of a sale."""
        event = entry.event
        price = event.amount + event.surplus
        if price:
            yield from self._pledged(entry, event.facility, (event.bill,), self._persons.person(event.to), price)

    def _pledged(self, entry: Entry, facility: int, bills: tuple[int, ...], buyer: int, price: int) -> Iterator[Sold]:
        """Bills out of the loan book: they are their borrower's."""
        loan = self._loans.all.get(facility)
        if loan is not None:
            money, borrower = loan.terms.money, loan.terms.borrower
            by = self._other(bills[0], borrower)
            yield Sold(entry, bills, borrower, buyer, price, money, self._persons.currency(money), by)

    def _other(self, bill: int, borrower: int) -> str:
        """Who let a bill be taken that was not its borrower: in its default the agent, or after silence anyone."""
        named, persons = self._named.get(bill), self._persons
        if named is None:
            return ""
        by = persons.person(named)
        if by == borrower:
            return ""
        return persons.told(by) if by else persons.names.account(named)


class Market:
    """Sales that were told so far, found by the cargo of their bills."""

    def __init__(self, cargoes: Cargoes) -> None:
        self._cargoes = cargoes
        self._sold: list[Sold] = []
        self._of_bill: dict[int, list[int]] = {}
        """By the first bill of a reference: places in `_sold`."""

    def add(self, sale: Sold) -> None:
        """Bills were sold."""
        for bill in dict.fromkeys(map(self._cargoes.known, sale.bills)):
            self._of_bill.setdefault(bill, []).append(len(self._sold))
        self._sold.append(sale)

    def of(self, bills: Iterable[int]) -> list[Sold]:
        """Sales of any of these bills, oldest first."""
        places = {place for bill in bills for place in self._of_bill.get(self._cargoes.known(bill), ())}
        return [self._sold[place] for place in sorted(places)]

    def of_cargo(self, bills: tuple[int, ...]) -> list[Sold]:
        """Sales of all the cargo of these bills, and of nothing else, oldest first."""
        like = [{*self._cargoes.lineage(bill), *self._cargoes.others(bill)} for bill in bills]
        if not like:
            return []
        whole = set().union(*like)
        found = []
        for sale in self.of(like[0]):
            sold = set(map(self._cargoes.known, sale.bills))
            if sold <= whole and not any(sold.isdisjoint(each) for each in like):
                found.append(sale)
        return found
