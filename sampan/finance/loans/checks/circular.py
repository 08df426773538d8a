"""SAM-F7: cargo that comes back, at a higher price, to whoever sold it, or to its group (T45)."""

from __future__ import annotations

from collections.abc import Iterator

from sampan.finance.loans.cargo import Cargoes
from sampan.finance.loans.history import Loans, book
from sampan.finance.loans.persons import Persons
from sampan.finance.loans.sales import Market, Sales, Sold
from sampan.money.history import transactions
from sampan.suite import events as ev
from sampan.suite.check import Check, Entry, Evidence, Indication, Level
from sampan.suite.tell import bill_name

_THIRD = 3
"""From so many groups on it is a circle, not a sale and its way back."""


def _look(evidence: Evidence) -> Iterator[Indication]:
    where, persons, loans, cargoes = book(evidence), Persons(evidence.names), Loans(), Cargoes()
    sales, market = Sales(evidence, persons, loans), Market(cargoes)
    for entries in transactions(evidence):
        for place, entry in enumerate(entries):
            persons.hear(entry.event)
            loans.hear(entry)
            cargoes.hear(entry.event)
            if isinstance(entry.event, ev.Registered) and entry.event.room == where:
                bill = loans.bill_of_debt.get(entry.event.debt)
                if bill is not None:
                    cargoes.printed(bill, entry.event.prints)
                    yield from _pledged(entry, bill, market, loans, persons)
            for each in sales.hear(entries, place):
                yield from _returned(each, market, persons)
                market.add(each)


def _returned(now: Sold, market: Market, persons: Persons) -> Iterator[Indication]:
    """The buyer's group sold the same cargo before, for less. Only prices of all that is sold now compare."""
    buyer = persons.group(now.buyer)
    if buyer == persons.group(now.seller):
        # Within a group goods move at whatever price: that is no circle.
        return
    before = market.of_cargo(now.bills)
    for place, first in enumerate(before):
        if persons.group(first.seller) == buyer and first.currency == now.currency and first.price < now.price:
            groups = {persons.group(who) for each in [*before[place:], now] for who in (each.seller, each.buyer)}
            level = Level.MEDIUM if len(groups) >= _THIRD else Level.LOW
            who = persons.told(now.buyer)
            same = _whose(first) if first.seller == now.buyer else f"is of the group of {persons.told(first.seller)}"
            back = f"bought in block {now.entry.block} for {now.told(persons.names)} by {who}, who {same}"
            how = f"{back}; it was sold{_in_default(first)} in block {first.entry.block} for"
            went = f"{first.told(persons.names)}, and went through {len(groups)} groups"
            yield Indication(bill_name(now.bills[0]), f"{how} {went}", now.entry.block, level)
            return


def _whose(sale: Sold) -> str:
    """What whoever had the cargo did with it."""
    return "had its cargo sold" if sale.by else "had sold it"


def _in_default(sale: Sold) -> str:
    """Who sold what a borrower had pledged, and did not repay."""
    return f" by {sale.by}, in default," if sale.by else ""


def _pledged(entry: Entry, bill: int, market: Market, loans: Loans, persons: Persons) -> Iterator[Indication]:
    """The borrower's group sold this cargo, nobody sold it back, and it secures a loan for more than it cost."""
    known = loans.securing(bill)
    if known is None:
        return
    loan, secured = known
    borrower = persons.group(loan.terms.borrower)
    before = market.of_cargo((bill,))
    gone = [each for each in before if persons.group(each.seller) == borrower != persons.group(each.buyer)]
    back = before and persons.group(before[-1].buyer) == borrower
    last = gone[-1] if gone else None
    if last and not back and last.currency == persons.currency(loan.terms.money) and last.price < secured.value:
        value, price = loan.told(secured.value, persons.names), last.told(persons.names)
        what = f"pledged in block {entry.block} for {value} by {persons.told(loan.terms.borrower)}"
        sold = f"whose group {_whose(last)}{_in_default(last)}" if last.by else "whose group had sold its cargo"
        how = f"{what}, {sold} in block {last.entry.block} for {price}"
        yield Indication(bill_name(bill), f"{how}; no sale on this ledger brought it back", entry.block, Level.LOW)


CHECK = Check(
    id="SAM-F7",
    title="Cargo that came back to its seller for more",
    level=Level.MEDIUM,
    confidence="low",
    looks_for="Bills of one cargo (by lineage, or by the prints with which they were pledged) that are bought by an "
    "earlier seller or its group at a higher price in the same currency: medium through a third group, low straight "
    "back; low too where they are pledged again by whoever had sold them, for more. A way back at the same price or a "
    "lower one, as when a sale is undone, gives no finding, and neither does a sale within one group. Of a pledged "
    "bill that its buyer took from the loan book itself the price is what the book had: what passed elsewhere is not "
    "seen.",
    goes_wrong="Three traders pass one cargo round, each time dearer, and each time another bank lends on the price "
    "(Hin Leong).",
    do_next="Ask for the contracts behind each sale, and where the goods were meanwhile: commodity traders buy back "
    "honestly too, when the market rose.",
    rules=("T45",),
    look=_look,
)
