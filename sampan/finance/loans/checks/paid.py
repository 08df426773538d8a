"""SAM-B2: what a loan tells of money is a payment in the same transaction; and no other leaves the loan book (P6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sampan.finance.loans.history import Loans, book, name_of
from sampan.finance.loans.terms import Facility
from sampan.money.history import Move, moves, payment, transactions
from sampan.suite import events as ev
from sampan.suite.check import Check, Entry, Evidence, Indication, Level


def _look(evidence: Evidence) -> Iterator[Indication]:
    where = book(evidence)
    if where is None:
        return
    loans, names = Loans(), evidence.names
    for entries in transactions(evidence):
        found = moves(entries)
        for entry in entries:
            loans.hear(entry)
            loan = loans.of(entry.event)
            if loan is None:
                continue
            for payer, amount, wanted in _payments(entry, loan.terms, where):
                if any(found[move] < count for move, count in wanted.items()):
                    what = f"{names.account(payer)} did not pay {loan.told(amount, names)} in that transaction"
                    yield Indication(name_of(loan.number), f"{entry.name} in block {entry.block}: {what}", entry.block)
                found -= wanted
        for (money, payer, payee, amount), count in sorted(found.items()):
            if payer == where and amount:
                what = f"{names.amount(amount * count, money)} of {names.account(money)} went to {names.account(payee)}"
                yield Indication(
                    "loan book",
                    f"{what} in block {entries[0].block}, and no act of a loan tells of it",
                    entries[0].block,
                )


def _payments(entry: Entry, terms: Facility, where: str) -> Iterator[tuple[str, int, Counter[Move]]]:
    """Who pays how much by an event, and what moves then."""
    event, money = entry.event, terms.money
    match event:
        case ev.Opened():
            sides = [
                (from_, lender, where, amount)
                for from_, lender, amount in zip(event.from_, terms.lenders, terms.commitments, strict=False)
            ]
        case ev.Repaid():
            sides = [(event.from_, event.by, where, event.amount)]
        case ev.PledgeSold():
            sides = [(money, event.room, where, event.amount + event.surplus)]
        case ev.Drawn() | ev.Claimed() | ev.SurplusTaken():
            sides = [(money, where, event.to, event.amount)]
        case _:
            sides = []
    for from_, payer, payee, amount in sides:
        if amount:
            yield payer, amount, payment(from_, money, payer, payee, amount)


CHECK = Check(
    id="SAM-B2",
    title="Money of a loan that did not move, or moved without it",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="A loan that was opened, drawn, repaid, paid by a sale or claimed, of which a payment is missing in that "
    "transaction; money that left the loan book and no act of a loan tells of it.",
    goes_wrong="The log says that a lender's claim was paid, and its money went to an account of somebody else.",
    do_next="Look at the transaction named with another RPC, and ask the bank whose deposit it is for the payment.",
    rules=("P6",),
    look=_look,
)
