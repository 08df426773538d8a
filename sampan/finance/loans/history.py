"""Loans in the log: what each owes to the unit, and which bills secure it; told from events alone.

A second telling beside the model's: interest is an exact fraction of principal, rate, days and year, not whole units
and a rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timezone
from fractions import Fraction
from math import floor
from typing import Any, Final

from sampan.finance.loans.records import MOST, QUARTER, RATE_UNIT, WHOLE, debt_of, zone
from sampan.finance.loans.subject import LOANS
from sampan.finance.loans.terms import Facility
from sampan.identity.records import DAY
from sampan.suite import events as ev
from sampan.suite.check import Entry, Evidence
from sampan.suite.event import field_names
from sampan.suite.ids import loan_number_of
from sampan.suite.tell import Names
from sampan.suite.words import DayCount

_YEAR: Final = {DayCount.ACT_360: 360, DayCount.ACT_365_F: 365}
"""Days of a year for interest (T31). As the end of grace, it is said in the model too: this is the second count."""
_OF_A_FACILITY: Final = tuple(kind for kind in LOANS.facts if "facility" in field_names(kind))


def facility_of(event: Any) -> int | None:
    """The facility that an event is about."""
    if isinstance(event, ev.Claimed):
        return loan_number_of(event.position)
    found: int | None = getattr(event, "facility", None) if isinstance(event, _OF_A_FACILITY) else None
    return found


def name_of(facility: int) -> str:
    """A facility as findings name it."""
    return f"facility {facility}"


def book(evidence: Evidence) -> str | None:
    """Where the loan book stands; None where nothing could be rebuilt."""
    return None if evidence.state is None else evidence.state.addresses.get(LOANS.contract)


def rounded(amount: Fraction) -> int:
    """Half up, as interest is paid."""
    return floor(amount + Fraction(1, 2))


@dataclass(slots=True)
class Secured:
    """A bill that secures a loan, or that left it and still counts."""

    bill: int
    pledge: int
    """Which pledge of the facility; what replaces the bill has it too."""
    value: int
    begun: Entry
    """By what it came to secure the loan."""
    trust: Entry | None = None
    """By what it was given out on trust; None: it lies in the book."""
    sold: Entry | None = None
    """By what it was paid for and left; its cargo is registered still, up to the end of it."""
    gone: Entry | None = None
    """After which the loan has nothing of it."""


@dataclass(slots=True)
class Loan:
    """A facility, as its events leave it."""

    number: int
    terms: Facility
    agent: int = 0
    """The participant for whom bills are held now."""
    principal: int = 0
    interest: Fraction = Fraction(0)
    day: int = 0
    """Up to which interest was counted, since 1970."""
    undrawn: int = 0
    paid: int = 0
    """What came in for the lenders."""
    claimed: int = 0
    """What of it they had."""
    surplus: int = 0
    bills: dict[int, Secured] = field(default_factory=dict)
    ever: dict[int, Secured] = field(default_factory=dict)
    """These and those of which it has nothing any more, in the order of their pledges."""
    value: int = 0
    """Of all bills that secure it."""

    @property
    def owed(self) -> int:
        """Principal and interest."""
        return self.principal + rounded(self.interest)

    def counts(self, bills: Iterable[int]) -> int:
        """What some bills add to its value."""
        found = (self.bills[bill] for bill in bills if bill in self.bills)
        return sum(each.value for each in found if not each.sold)

    @property
    def covered(self) -> int:
        """What may be owed on that value."""
        return self.value * self.terms.advance // WHOLE

    @property
    def kept(self) -> int:
        """What of its money lies with the book: for lenders, to be drawn, for its borrower."""
        return self.undrawn + self.paid - self.claimed + self.surplus

    @property
    def grace_ends(self) -> int:
        """Last second of grace."""
        return self.terms.maturity + self.terms.grace_days * DAY

    @property
    def zone(self) -> timezone:
        """Where its days turn: its times are told by it."""
        return zone(self.terms.clock)

    def is_late(self, time: int) -> bool:
        """In default: principal is owed after the last second of grace."""
        return self.principal > 0 and time > self.grace_ends

    def told(self, amount: int, names: Names) -> str:
        """An amount of its money."""
        return names.amount(amount, self.terms.money)

    def run(self, time: int) -> None:
        """Interest runs up to the day of a time: the first day counts, the last does not."""
        day = (time + self.terms.clock * QUARTER) // DAY
        if day > self.day:
            year = _YEAR[self.terms.day_count]
            of = Fraction(self.principal * self.terms.rate * (day - self.day), RATE_UNIT * year)
            found, self.day = self.interest + of, day
            # No more fits the place that the contract has for it.
            self.interest = min(found, MOST + found % 1)

    def pay(self, amount: int) -> None:
        """A payment came in: interest goes first."""
        interest = rounded(self.interest)
        if amount >= interest and amount:
            self.principal, self.interest = self.principal - (amount - interest), Fraction(0)
        else:
            self.interest -= amount
        self.paid += amount

    def adopt(self, principal: int, interest: int) -> None:
        """Go on from what an event tells is owed: what it got wrong is found once."""
        self.principal = principal
        if rounded(self.interest) != interest:
            self.interest = Fraction(interest)


class Loans:
    """All loans. Feed it every event in order with `hear`; ask it between two."""

    def __init__(self) -> None:
        self.all: dict[int, Loan] = {}
        self.bill_of_debt: dict[int, int] = {}
        """The number under which cargo is registered → the bill that it came with."""
        self._secures: dict[int, int] = {}
        """Bill → the facility under which it was pledged last."""

    def of(self, event: Any) -> Loan | None:
        """The loan that an event is about, if its beginning is known."""
        number = facility_of(event)
        return None if number is None else self.all.get(number)

    def securing(self, bill: int) -> tuple[Loan, Secured] | None:
        """The loan that a bill secures, in the book or on trust."""
        loan = self.all.get(self._secures.get(bill, 0))
        found = None if loan is None else loan.bills.get(bill)
        return None if loan is None or found is None or found.sold else (loan, found)

    def hear(self, entry: Entry) -> None:
        """Take an event in."""
        event = entry.event
        if isinstance(event, ev.Opened):
            terms: Facility = event.facility_terms
            self.all[event.facility] = Loan(event.facility, terms, terms.agent, undrawn=sum(terms.commitments))
        loan = self.of(event)
        if loan is not None:
            loan.run(entry.time)
            self._money(loan, event)
            self._bills(loan, entry)

    def _money(self, loan: Loan, event: Any) -> None:
        match event:
            case ev.Drawn():
                loan.principal += event.amount
                loan.undrawn -= event.amount
            case ev.Repaid():
                loan.pay(event.amount)
            case ev.PledgeSold():
                loan.pay(event.amount)
                loan.surplus += event.surplus
            case ev.AvailabilityEnded():
                loan.undrawn -= event.undrawn
                loan.paid += event.undrawn
            case ev.SurplusTaken():
                loan.surplus -= event.amount
            case ev.Claimed():
                loan.claimed += event.amount
            case ev.AgentReplaced():
                loan.agent = event.agent

    def _bills(self, loan: Loan, entry: Entry) -> None:
        event, bills = entry.event, loan.bills
        named = _named(event)
        if not named:
            return
        counted = loan.counts(named)
        match event:
            case ev.Pledged():
                bills[event.bill] = Secured(event.bill, event.pledge, event.value, entry)
                self.bill_of_debt[debt_of(loan.number, event.pledge)] = event.bill
            case ev.CarriedOn() if event.bill in bills:
                before = bills.pop(event.bill)
                before.gone = entry
                for place, bill in enumerate(event.replacements):
                    bills[bill] = Secured(bill, before.pledge, 0 if place else before.value, entry)
            case ev.Allotted():
                for place, share in enumerate(event.shares, event.pledges + 1):
                    bills[share.bill] = Secured(share.bill, place, share.value, entry)
                    self.bill_of_debt[debt_of(loan.number, place)] = share.bill
                if event.bill in bills:
                    bills[event.bill].value -= sum(share.value for share in event.shares)
            case ev.Entrusted() if event.bill in bills:
                bills[event.bill].value, bills[event.bill].trust = event.value, entry
            case ev.PledgeSurrendered() if event.bill in bills:
                bills[event.bill].value = event.value
            case ev.PledgeSold() if event.bill in bills:
                bills[event.bill].sold = entry
            case ev.Discharged() | ev.Forgotten() if event.bill in bills:
                bills.pop(event.bill).gone = entry
        loan.value += loan.counts(named) - counted
        loan.ever |= {bill: bills[bill] for bill in sorted(named) if bill in bills}
        self._secures |= {bill: loan.number for bill in named if bill in bills}


def _named(event: Any) -> set[int]:
    """The bills that an event of a loan is about."""
    if not hasattr(event, "bill"):
        return set()
    shares = (share.bill for share in event.shares) if isinstance(event, ev.Allotted) else ()
    return {event.bill, *getattr(event, "replacements", ()), *shares}


def heard(evidence: Evidence) -> Loans:
    """All loans at the end."""
    found = Loans()
    for entry in evidence.told:
        found.hear(entry)
    for loan in found.all.values():
        loan.run(evidence.time)
    return found
