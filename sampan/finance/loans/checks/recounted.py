"""SAM-B1: what a loan owes is what was drawn and repaid, with interest to the day, to the unit (P6, T31)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sampan.finance.loans.history import Loan, Loans, name_of, rounded
from sampan.finance.loans.subject import LOANS
from sampan.money.history import transactions
from sampan.suite import events as ev
from sampan.suite.check import Check, Entry, Evidence, Indication, Level
from sampan.suite.tell import Names, bill_name, moment

_MONEY = (ev.Drawn, ev.Repaid, ev.PledgeSold, ev.AvailabilityEnded, ev.SurplusTaken)


def _look(evidence: Evidence) -> Iterator[Indication]:
    loans = Loans()
    for entries in transactions(evidence):
        # One act lets several bills go, and asks at its end: before whatever else the transaction does with the loan.
        let_go: dict[int, Entry] = {}
        for entry in entries:
            event, loan = entry.event, loans.of(entry.event)
            if loan is not None:
                loan.run(entry.time)
                if not isinstance(event, ev.Discharged) and (last := let_go.pop(loan.number, None)) is not None:
                    yield from _covered(loan, last, evidence.names)
                for what in _before(loan, entry, evidence.names):
                    yield _seen(loan.number, what, entry)
            elif isinstance(event, _MONEY):
                yield _seen(event.facility, "nobody opened it", entry)
            loans.hear(entry)
            if loan is not None:
                yield from _after(loan, entry, evidence.names)
                if isinstance(event, ev.Discharged):
                    let_go[loan.number] = entry
        for facility, last in let_go.items():
            yield from _covered(loans.all[facility], last, evidence.names)
    for loan in loans.all.values():
        loan.run(evidence.time)
        yield from _answered(evidence, loan)


def _before(loan: Loan, entry: Entry, names: Names) -> Iterator[str]:
    """What of an act there was no room for."""
    event, told = entry.event, partial(loan.told, names=names)
    match event:
        case ev.Drawn():
            if event.amount > loan.undrawn:
                yield f"{told(event.amount)} was drawn, and {told(loan.undrawn)} of what was lent was left"
            if entry.time > loan.terms.available_until:
                yield f"it was drawn on after {moment(loan.terms.available_until, loan.zone)}, the last second for that"
        case ev.Repaid() if event.amount > loan.owed:
            yield f"{told(event.amount)} was repaid, and {told(loan.owed)} was owed"
        case ev.PledgeSold():
            if event.amount > loan.owed:
                yield f"{told(event.amount)} of a price went to the debt, and {told(loan.owed)} was owed"
            elif event.surplus and event.amount < loan.owed:
                left = told(loan.owed - event.amount)
                yield f"{told(event.surplus)} of a price went to the borrower, and {left} was owed still"
        case ev.AvailabilityEnded() if event.undrawn != loan.undrawn:
            yield f"{told(event.undrawn)} went back to the lenders undrawn, and {told(loan.undrawn)} was left"
        case ev.SurplusTaken() if event.amount > loan.surplus:
            yield f"the borrower took {told(event.amount)}, and {told(loan.surplus)} was its own"


def _after(loan: Loan, entry: Entry, names: Names) -> Iterator[Indication]:
    """What is owed after an act: by the event, and by all before it."""
    event = entry.event
    if isinstance(event, ev.Drawn | ev.Repaid | ev.PledgeSold):
        counted = loan.principal, rounded(loan.interest)
        if counted != (event.principal, event.interest):
            owed, wanted = _owed(loan, event.principal, event.interest, names), _owed(loan, *counted, names)
            what = f"leaves {owed}, where {wanted} are owed by all that was told before"
            yield _seen(loan.number, what, entry)
            loan.adopt(event.principal, event.interest)
    if isinstance(event, ev.Drawn | ev.Entrusted) or (isinstance(event, ev.PledgeSold) and _asks(loan, entry)):
        yield from _covered(loan, entry, names)


def _owed(loan: Loan, principal: int, interest: int, names: Names) -> str:
    return f"{loan.told(principal, names)} and {loan.told(interest, names)} of interest"


def _asks(loan: Loan, entry: Entry) -> bool:
    """Before default the other bills must cover the rest; in default a bill is sold for what it brings."""
    return not loan.is_late(entry.time)


def _covered(loan: Loan, entry: Entry, names: Names) -> Iterator[Indication]:
    """What is owed is covered by the bills that are left."""
    if loan.owed > loan.covered:
        about = f" of {bill_name(entry.event.bill)}"
        owed, covered = loan.told(loan.owed, names), loan.told(loan.covered, names)
        yield _seen(loan.number, f"{owed} was owed after it{about}, and bills covered {covered}", entry)


def _answered(evidence: Evidence, loan: Loan) -> Iterator[Indication]:
    """What the chain says of it at the end."""
    owed = evidence.answers.of(LOANS, "owed").get((loan.number,))
    counted, names = (loan.principal, rounded(loan.interest)), evidence.names
    if owed is not None and (owed["principal"], owed["interest"]) != counted:
        what = f"it owes {_owed(loan, owed['principal'], owed['interest'], names)} by the chain's word"
        yield Indication(name_of(loan.number), f"{what}, {_owed(loan, *counted, names)} by the logs, counted anew")
    paid = evidence.answers.of(LOANS, "paidIn").get((loan.number,))
    if paid is not None and paid["paid"] != loan.paid:
        there, here = loan.told(paid["paid"], names), loan.told(loan.paid, names)
        what = f"{there} came in for its lenders by the chain's word, {here} by the logs"
        yield Indication(name_of(loan.number), what)


def _seen(facility: int, what: str, entry: Entry) -> Indication:
    return Indication(name_of(facility), f"{entry.name} in block {entry.block}: {what}", entry.block)


CHECK = Check(
    id="SAM-B1",
    title="A loan that does not add up",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="What a loan owes, counted anew from its terms and events: principal times rate times days by the year "
    "of its day count, exactly, rounded half up when it is told. More drawn than was lent, or than bills cover; more "
    "repaid than was owed; a surplus while lenders are owed; another sum by the chain's word at the end.",
    goes_wrong="A borrower repays on the last day, and is told that ten days of interest more are owed.",
    do_next="Count the days between the acts named by the clock of the facility, and ask another RPC for the same "
    "events.",
    rules=("P6", "T31"),
    look=_look,
)
