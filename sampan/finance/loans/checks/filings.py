"""SAM-B5: money that is lent on security which is filed nowhere, or no more, where terms or law ask for it (T26)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sampan.finance.loans.history import Loan, Loans, name_of
from sampan.finance.loans.persons import Persons
from sampan.finance.loans.terms import Filing
from sampan.suite import events as ev
from sampan.suite.check import Check, Entry, Evidence, Indication, Level
from sampan.suite.tell import Names, moment

BY_LAW = frozenset({"CN"})
"""Countries in which a pledge of a bill of lading is registered, whatever the terms say: in the mainland with the
Credit Reference Centre of the People's Bank, since 1 January 2021 (T26)."""


@dataclass(slots=True)
class _Filed:
    """What was said of filings of one loan, by country."""

    until: dict[str, int] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    """Countries of which it was said that nothing was filed there."""


def _look(evidence: Evidence) -> Iterator[Indication]:
    loans, persons = Loans(), Persons(evidence.names)
    filed: dict[int, _Filed] = {}
    for entry in evidence.told:
        event = entry.event
        persons.hear(event)
        loan = loans.of(event)
        if loan is not None:
            loan.run(entry.time)
            known = filed.setdefault(loan.number, _Filed())
            if isinstance(event, ev.SecurityFiled):
                yield from _renewed(loan, known, entry, evidence.names)
            elif isinstance(event, ev.Drawn):
                yield from _drawn(loan, known, entry, persons)
        loans.hear(entry)
    for number, loan in sorted(loans.all.items()):
        loan.run(evidence.time)
        for country, until in sorted(filed.get(number, _Filed()).until.items()):
            if until < evidence.time and loan.owed:
                what = f"its security stood filed in {country} until {moment(until, loan.zone)}"
                owed = loan.told(loan.owed, evidence.names)
                yield Indication(name_of(number), f"{what}, and {owed} is owed", level=Level.MEDIUM)


def _renewed(loan: Loan, known: _Filed, entry: Entry, names: Names) -> Iterator[Indication]:
    """It was filed, or filed anew: perhaps others were first in the meantime."""
    filing: Filing = entry.event.filing
    before = known.until.get(filing.country)
    if before is not None and before < entry.time and loan.owed:
        what = f"its security stood filed in {filing.country} until {moment(before, loan.zone)}"
        again = f"and was said to be filed again in block {entry.block}; {loan.told(loan.owed, names)} was owed"
        yield Indication(name_of(loan.number), f"{what}, {again}", entry.block, Level.LOW)
    known.until[filing.country] = filing.stands_until


def _drawn(loan: Loan, known: _Filed, entry: Entry, persons: Persons) -> Iterator[Indication]:
    terms = loan.terms
    asked = {country for country in (terms.filed_in, terms.also_filed_in) if country}
    by_law = {persons.countries.get(terms.borrower, "")} & BY_LAW - asked
    for country in sorted(asked | by_law):
        if known.until.get(country, 0) >= entry.time or country in known.told:
            continue
        known.told.add(country)
        drawn = f"{loan.told(entry.event.amount, persons.names)} was drawn in block {entry.block}"
        if country in asked:
            what, level = f"{drawn}, and its security was not filed in {country}, as its terms ask", Level.HIGH
        else:
            what, level = f"{drawn} by a borrower of {country}, and nobody said that its security is filed there", None
        yield Indication(name_of(loan.number), what, entry.block, level)


CHECK = Check(
    id="SAM-B5",
    title="Security that is filed nowhere",
    level=Level.LOW,
    confidence="medium",
    looks_for="A loan that was drawn while its security was not said to be filed where its terms ask for that: high, "
    "for the book refuses it. A filing that lapsed while money is owed: medium; that lapsed and was renewed: low. A "
    "borrower of the mainland, where pledges of bills are registered, and no filing there: low. What stands in a "
    "register, and who ranks first, no ledger tells.",
    goes_wrong="The filing stood for six months and the loan for nine. In the seventh the borrower files the cargo "
    "for another bank, which comes first.",
    do_next="Look in the register named in the filing: its number and its document's hash stand in the log.",
    rules=("T26",),
    look=_look,
)
