"""Reading facilities: which there are and whose, who has the claims on one, and the bills that secure it or did."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from sampan.bills.records import PENDING
from sampan.client import wire
from sampan.client.errors import ContractRefusal
from sampan.client.loans import LOANS, Loan, PledgedBill
from sampan.client.owing import Owing
from sampan.errors import ChainError
from sampan.finance.loans.records import ENDED
from sampan.suite import events
from sampan.suite.ids import loan_number_of, position_name
from sampan.suite.tell import amount as count_of
from sampan.suite.words import Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sampan.client.reading import Who
    from sampan.finance.loans.terms import Facility
    from sampan.suite.amounts import Amount
    from sampan.suite.event import Event

Lies: TypeAlias = Literal["here", "on-trust", "joint", "surrendered", "sold"]
"""Where a bill is that secures a facility: in the loan book, alone or together with others of which the agent has not
said what each has; out on trust; surrendered to its carrier; or sold, and its cargo registered still."""
_SURRENDERED: Final = PENDING | ENDED


@dataclass(frozen=True, slots=True)
class Lender:
    """Who has a claim on a facility: a position, its shares, and what it may claim now."""

    loan: Loan = field(repr=False)
    position: int
    account: str
    participant: int
    shares: int
    unclaimed: int
    """In the smallest unit of the loan's money."""

    @property
    def name(self) -> str:
        """Of the position, as commands take it."""
        return position_name(self.position)

    @property
    def share(self) -> Decimal:
        """In percent of the facility."""
        return self.loan.share(self.shares)

    @property
    def owed(self) -> Amount:
        """Its part of principal and interest until now, which the borrower owes."""
        return self.loan.part(self.loan.owed, self.shares)


@dataclass(frozen=True, slots=True)
class Security:
    """A bill that secures a facility, or was sold and has its cargo registered for it still."""

    loan: Loan = field(repr=False)
    bill: int
    lies: Lies
    prints: int
    """Pieces of cargo that are registered for it."""
    pledged: PledgedBill | None
    """None of a bill that was sold."""

    @property
    def value(self) -> Amount | None:
        """What it counts; None where that is nothing any more."""
        return None if self.pledged is None else self.loan.amount(self.pledged.value)

    @property
    def state(self) -> str:
        """Where it is, in words."""
        if self.lies == "on-trust":
            assert self.pledged is not None
            return f"on trust until {self.loan.moment(self.pledged.until)}"
        return _STATES[self.lies]


_STATES: Final = {
    "here": "lies in the loan book",
    "joint": "lies in the loan book, joint with others: the agent has not allotted what each has",
    "surrendered": "surrendered to its carrier",
    "sold": "sold; its cargo is registered until somebody frees it (`sampan finance forget`)",
}


class Facilities(Owing):
    """What the loan book answers of all its facilities, and of all that belongs to one."""

    def facilities(self, of: Who | None = None) -> list[Loan]:
        """Every facility that was opened, as it stands, by number; of somebody those of which it is borrower, agent or
        lender now. However many there are, it takes as many questions as for one.

        Raises `ChainError` where the logs lack one.
        """
        last = self.connection.block_number()
        topics = [wire.topic(events.Opened)]
        told = self._logged(
            topics,
            last,
            lambda found: self._lacks_facilities(found, last),
            "the loan book's facilities",
            contract=LOANS,
        )
        loans = self.loans_of([event.facility for event in told if isinstance(event, events.Opened)])
        if of is None:
            return loans
        who = self.number_of(of)
        lent = {loan_number_of(each) for each in self._held([each.address for each in self.participant(who).accounts])}
        return [loan for loan in loans if who in (loan.stored.borrower, loan.stored.agent) or loan.number in lent]

    def _lacks_facilities(self, told: Sequence[Event], last: int) -> str | None:
        """What is missing from the facilities that logs tell: they are numbered from 1 on."""
        numbers = [event.facility for event in told if isinstance(event, events.Opened)]
        if numbers != list(range(1, len(numbers) + 1)):
            return f"the logs tell of facilities {', '.join(map(str, numbers))}, and not of all before"
        try:
            self.ask("loan", len(numbers) + 1, contract=LOANS, block=last)
        except ContractRefusal as refusal:
            if refusal.name != "NoSuchFacility":
                raise
            return None
        return f"the ledger has facility {len(numbers) + 1}, the logs tell {len(numbers)}"

    def terms_of(self, facility: int) -> Facility:
        """The terms under which a facility was opened, by the log. Raises `NoSuchFacility` for one that was never
        opened, `ChainError` where the log lacks it."""
        number = self.loan(facility).number
        topics = [wire.topic(events.Opened), f"0x{number:064x}"]
        for event in self._logged(topics, self.connection.block_number(), contract=LOANS):
            assert isinstance(event, events.Opened)
            terms: Facility = event.facility_terms
            return terms
        raise ChainError(
            "the logs do not tell that it was opened",
            subject=f"facility {number}",
            code="chain.answer",
            hint="does the RPC leave out events? ask another one (--network URL)",
        )

    def lenders(self, facility: int) -> list[Lender]:
        """Who has the claims on a facility, by position."""
        return self._lenders([self.loan(facility)], self.owners(facility))

    def claims(self, of: Who | None = None) -> list[Lender]:
        """The positions that somebody has, by default whoever signs here, in all facilities, with what each may claim
        now."""
        number = self.number_of(self.address if of is None else of)
        held = self._held([account.address for account in self.participant(number).accounts])
        owners = dict(zip(held, self._positions([("ownerOf", each) for each in held]), strict=True))
        return self._lenders(self.loans_of(list(dict.fromkeys(map(loan_number_of, held)))), owners)

    def _lenders(self, loans: Sequence[Loan], owners: Mapping[int, str]) -> list[Lender]:
        """Positions of these facilities, each with whoever has it."""
        known = {loan.number: loan for loan in loans}
        answers = self._positions([(view, each) for each in owners for view in ("positionOf", "unclaimed")])
        accounts = self.ask_bundled([("account", each) for each in owners.values()]) if owners else []
        return [
            Lender(known[loan_number_of(position)], position, owner, account.participant, word.shares, unclaimed)
            for (position, owner), account, word, unclaimed in zip(
                owners.items(), accounts, answers[::2], answers[1::2], strict=True
            )
        ]

    def securities(self, facility: int) -> list[Security]:
        """The bills that secure a facility, in it or out on trust, and those that were sold while their cargo is
        registered for it."""
        loan, pledged = self.loan(facility), self.pledges(facility)
        words = self.ask_bundled([("bill", each.bill) for each in pledged])
        found = [
            Security(loan, each.bill, _lies(each, Status(word.status)), each.units, each)
            for each, word in zip(pledged, words, strict=True)
        ]
        return [*found, *self._sold(loan, {each.bill for each in pledged})]

    def _sold(self, loan: Loan, pledged: set[int]) -> list[Security]:
        last = self.connection.block_number()
        kinds = (events.PledgeSold, events.Forgotten)
        topics = [[wire.topic(kind) for kind in kinds], wire.indexed(loan.number)]
        sold: dict[int, None] = {}
        for event in self._logged(topics, last, contract=LOANS):
            if isinstance(event, events.PledgeSold):
                sold[event.bill] = None
            elif isinstance(event, events.Forgotten):
                sold.pop(event.bill, None)
        left = {each: len(self.prints(each)) for each in sold if each not in pledged}
        # What was sold before its share was said had no cargo of its own: nothing is left of it.
        return [Security(loan, each, "sold", count, None) for each, count in left.items() if count]

    def pledge_told(self, bill: int) -> str | None:
        """Under which facility a bill is pledged, for how much, and for whom it is held, in words; None where it is
        not."""
        found = self.pledged(bill)
        if found is None:
            return None
        loan = self.loan(found.facility)
        pieces = count_of(found.units, "piece of cargo/pieces of cargo")
        worth = f"{loan.amount(found.value)}, with {pieces}" if found.allotted else "what the agent has yet to allot"
        out = f"; out on trust until {loan.moment(found.until)}" if found.out else ""
        agent = self.names.participant(loan.stored.agent)
        return f"in facility {found.facility} (pledge {found.pledge}) for {worth}; held for {agent}, its agent{out}"


def _lies(pledged: PledgedBill, status: Status) -> Lies:
    if pledged.out:
        return "on-trust"
    if not pledged.allotted:
        return "joint"
    return "surrendered" if status in _SURRENDERED else "here"
