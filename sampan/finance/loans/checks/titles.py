"""SAM-F8: what happens to a pledged bill that the loan does not tell: out of the book, or while it is out on trust."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from sampan.finance.loans.history import Loan, Loans, Secured, book, name_of
from sampan.finance.loans.persons import Persons
from sampan.money.history import transactions
from sampan.suite import events as ev
from sampan.suite.check import Check, Entry, Evidence, Indication, Level
from sampan.suite.tell import bill_name, moment, plain, text_of

_LETS_GO = (ev.PledgeSold, ev.Discharged, ev.Entrusted, ev.PledgeSurrendered, ev.HandedOver)
"""What the book tells before a bill leaves it, is surrendered, or is held for another."""
_LEAVES = (ev.Transferred, ev.Endorsed, ev.GivenBack, ev.Surrendered, ev.HeldFor)
_ENDS = (ev.SurrenderAccepted, ev.SwitchedToPaper, ev.Delivered)

_Told: TypeAlias = tuple[int, int, int, str]
"""Which bill, the block and index of what gave it out on trust, and what was done with it then."""


def _look(evidence: Evidence) -> Iterator[Indication]:
    where = book(evidence)
    if where is None:
        return
    persons, loans = Persons(evidence.names), Loans()
    here: set[int] = set()
    told: set[_Told] = set()
    for entries in transactions(evidence):
        let_go = {entry.event.bill for entry in entries if isinstance(entry.event, _LETS_GO)}
        for entry in entries:
            event = entry.event
            persons.hear(event)
            loans.hear(entry)
            bill = getattr(event, "bill", 0)
            if isinstance(event, _LEAVES) and bill in here and bill not in let_go:
                what = (
                    f"{entry.name} in block {entry.block}, while it lay in the loan book, which tells of no act on it"
                )
                yield Indication(bill_name(bill), what, entry.block)
            known = loans.securing(bill) if bill else None
            if known is not None and known[1].trust is not None:
                yield from _on_trust(*known, known[1].trust, entry, persons, where, told)
            _lies(event, here, where)


def _lies(event: object, here: set[int], where: str) -> None:
    """Which bills lie in the book, or are surrendered by it."""
    match event:
        case ev.Lodged() if event.room == where:
            here.add(event.bill)
        case ev.CarriedOn():
            here.update(event.replacements)
        case ev.Transferred() | ev.Endorsed() if event.from_ == where != event.to:
            here.discard(event.bill)
        case ev.GivenBack() if event.room == where:
            here.discard(event.bill)


def _on_trust(
    loan: Loan, secured: Secured, given: Entry, entry: Entry, persons: Persons, where: str, told: set[_Told]
) -> Iterator[Indication]:
    """A bill that is out on trust goes to somebody else, or ends, while money is owed. Each is told once."""
    loan.run(entry.time)
    what = _done(entry.event, loan.terms.borrower, persons, where)
    kind = type(entry.event).__name__
    now = (secured.bill, given.block, given.index, kind)
    if what is None or not loan.owed or now in told:
        return
    told.add(now)
    purpose = text_of(given.event.purpose)
    why = f"for “{purpose}”" if purpose else "and nobody told for what"
    until = f"out on trust from block {given.block} on until {moment(given.event.until, loan.zone)}, {why}"
    level = Level.HIGH if isinstance(entry.event, _ENDS) else Level.MEDIUM
    owed = f"{name_of(loan.number)} owed {loan.told(loan.owed, persons.names)}"
    message = f"it {what} in block {entry.block}, {until}; {owed}"
    yield Indication(bill_name(secured.bill), message, entry.block, level)


def _done(event: object, borrower: int, persons: Persons, where: str) -> str | None:
    """What somebody did with title or possession; None: nothing, or within the borrower."""
    match event:
        case ev.Lodged():
            return None if event.room == where else "was lodged in another room"
        case ev.Transferred() | ev.Endorsed():
            title = event.titleholder if isinstance(event, ev.Endorsed) else 0
            if persons.person(event.to) != borrower:
                return f"went to {persons.told(persons.person(event.to))}"
            return None if title in (0, borrower) else f"was endorsed to {persons.told(title)}"
        case ev.Surrendered():
            return f"was surrendered ({plain(event.purpose)})"
        case ev.Delivered():
            return "was delivered"
        case ev.SurrenderAccepted() | ev.SwitchedToPaper():
            return "was taken by its carrier"
        case _:
            return None


CHECK = Check(
    id="SAM-F8",
    title="Title used beside a loan that it secures",
    level=Level.CRITICAL,
    confidence="medium",
    looks_for="A bill that left the loan book, was surrendered out of it or was held for another, and no act of its "
    "loan tells of that: critical, for the book lets nobody do so. A bill that was given out on trust and went to a "
    "third party, into another room or to its carrier while money was owed: medium, and high where the carrier took "
    "it. That may be what it was given out for: the purpose stands beside it, as far as the log has it. An attempt "
    "that was refused leaves no log.",
    goes_wrong="The borrower is given the bill to store the goods, sells them, and the bank learns of it when the loan "
    "falls due (Hin Leong).",
    do_next="Compare what happened with the trust receipt; ask the agent whether it agreed, and where the price is.",
    rules=("P8", "T24"),
    look=_look,
)
