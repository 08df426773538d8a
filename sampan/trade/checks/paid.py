"""SAM-D1: no bill leaves a sale without its price, to whom it is due, in the money of the terms, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sampan.bills.inside import SOURCES
from sampan.identity.checks.standing import Standing
from sampan.money.history import Move, moves, no_money, payment, transactions
from sampan.money.inside import is_money
from sampan.suite import events as ev
from sampan.suite.check import Check, Entry, Evidence, Indication, Level
from sampan.suite.tell import Names, bill_name
from sampan.suite.verb import NOBODY
from sampan.trade.history import Offers, gives, let_out, name_of, room
from sampan.trade.terms import Terms


def _look(evidence: Evidence) -> Iterator[Indication]:
    where = room(evidence)
    if where is None:
        return
    offers, standing = Offers(where), Standing()
    for entries in transactions(evidence):
        yield from _transaction(entries, offers, standing, evidence)


def _transaction(entries: list[Entry], offers: Offers, standing: Standing, evidence: Evidence) -> Iterator[Indication]:
    names = evidence.names
    found = moves(entries)
    gone = {
        (entry.event.bill, entry.event.to)
        for entry in entries
        if isinstance(entry.event, ev.Transferred | ev.Endorsed) and gives(entry.event) == offers.room
    }
    paid: set[int] = set()
    for entry in entries:
        event = entry.event
        if isinstance(event, ev.Paid):
            terms = offers.terms.get(event.terms)
            sold = let_out(entry, entries)
            if terms is None and sold:
                yield from _through_source(entry, sold, found, offers.room, entries, names)
            elif terms is None:
                yield _seen(event.terms, "was paid for, and nobody offered anything under these terms", entry)
            else:
                paid |= {bill for bill in terms.bills if (bill, event.buyer) in gone}
                yield from _price(entry, terms, found, standing, evidence.state, names)
                yield from _bills(entry, terms, offers, gone)
        elif gives(event) == offers.room and not isinstance(event, ev.GivenBack) and event.bill not in paid:
            what = f"went to {names.account(event.to)} out of the sale in block {entry.block}, and nobody paid for it"
            yield Indication(bill_name(event.bill), f"{what} in that transaction", entry.block)
        offers.hear(event)
        standing.hear(event)


def _through_source(
    entry: Entry, sold: list[Entry], found: Counter[Move], sale: str, entries: list[Entry], names: Names
) -> Iterator[Indication]:
    """Bills that lay in another room, which asks for its part of the price. The log has the hash of these terms alone:
    price, payee and bills are as the events tell."""
    event, left = entry.event, entry.event.price
    money = next((move[0] for move in found if move[2:] == (sale, left) and move[1] in (event.buyer, NOBODY)), None)
    wanted: Counter[Move] = Counter()
    for each in sold:
        out = [it.event for it in entries if isinstance(it.event, ev.Transferred | ev.Endorsed)]
        given = next((it for it in out if (it.bill, it.to) == (each.event.bill, event.buyer)), None)
        if given is None:
            yield _seen(event.terms, f"was paid for, and {bill_name(each.event.bill)} did not go to the buyer", entry)
        elif money is not None:
            took = next(source.took(each.event) for source in SOURCES.values() if isinstance(each.event, source.sold))
            wanted[money, sale, given.from_, took] += 1 if took else 0
            left -= took
    if money is not None:
        wanted += payment(event.from_, money, event.buyer, sale, event.price)
        wanted[money, sale, event.payee, left] += 1 if left else 0
    if money is None or any(found[move] < count for move, count in wanted.items()):
        price = names.amount(event.price, money)
        what = f"{price} did not come to {names.account(event.payee)} and to where the bills lay in that transaction"
        yield _seen(event.terms, f"is told as paid, and {what}", entry)
    found -= wanted


def _price(
    entry: Entry, terms: Terms, found: Counter[Move], standing: Standing, state: Any, names: Names
) -> Iterator[Indication]:
    """Who paid how much, to whom, in which money."""
    event = entry.event
    if standing.participant(event.buyer) != terms.buyer:
        who = f"{names.account(event.buyer)}, which is not of the buyer, {names.participant(terms.buyer)}"
        yield _seen(event.terms, f"was paid for by {who}", entry)
    if event.payee != terms.payee and standing.participant(event.payee) != standing.participant(terms.payee):
        wrong, right = names.account(event.payee), names.account(terms.payee)
        yield _seen(event.terms, f"was paid to {wrong}, not to {right}", entry)
    if event.price != terms.price:
        paid, price = (names.amount(each, terms.money) for each in (event.price, terms.price))
        yield _seen(event.terms, f"was paid for with {paid}, where its price is {price}", entry)
    if not is_money(state, terms.money):
        what = f"was paid for in block {entry.block}, and {no_money(terms.money)}"
        yield Indication(name_of(event.terms), what, entry.block, Level.LOW)
        return
    wanted = payment(event.from_, terms.money, event.buyer, event.payee, terms.price)
    if any(found[move] < count for move, count in wanted.items()):
        price = f"{names.amount(terms.price, terms.money)} of {names.account(terms.money)}"
        what = f"{price} did not come to {names.account(event.payee)} in that transaction"
        yield _seen(event.terms, f"is told as paid, and {what}", entry)
    found -= wanted


def _bills(entry: Entry, terms: Terms, offers: Offers, gone: set[tuple[int, str]]) -> Iterator[Indication]:
    """All bills went to the buyer, each from under these terms."""
    event = entry.event
    for bill in terms.bills:
        if (bill, event.buyer) not in gone:
            yield _seen(event.terms, f"was paid for, and {bill_name(bill)} did not go to the buyer", entry)
        elif offers.under.get(bill) != event.terms:
            yield _seen(event.terms, f"was paid for, and {bill_name(bill)} lay under other terms", entry)


def _seen(terms: bytes, message: str, entry: Entry) -> Indication:
    return Indication(name_of(terms), f"{message}, in block {entry.block}", entry.block)


CHECK = Check(
    id="SAM-D1",
    title="A bill that left a sale without its price",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="A bill that the sale let out and nobody paid for in that transaction; a payment by another than the "
    "buyer, to another than the payee, of another price or in other money than the terms say; a price for which not "
    "all bills came.",
    goes_wrong="The buyer's forwarder has the bill, and the seller waits for a price that is in no deposit.",
    do_next="Look at the transaction named with another RPC, and ask the payee's bank what it owes the payee.",
    rules=("P6", "P4", "T32"),
    look=_look,
)
