"""Reading what loans owe: day by day, what a payment would do, and the exposures of a lender.

The chain keeps what is owed; how it came about stands in the log, and what is reckoned from there is held against it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from sampan.client import wire
from sampan.client.disclosed import Carriage, carriages
from sampan.client.loans import LOANS, Loan, Loans, PledgedBill, is_all
from sampan.errors import ChainError, UsageError
from sampan.finance.loans import rules
from sampan.finance.loans.records import QUARTER, Book, Debt
from sampan.identity.records import DAY
from sampan.suite import events
from sampan.suite.ids import loan_id, loan_number_of, position_name, room_number_of
from sampan.suite.tell import bill_name, lei_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from sampan.chain.connection import BlockTag
    from sampan.client.cargo_records import Answer
    from sampan.client.reading import BillRef, Who
    from sampan.client.records import Coin, Deposit
    from sampan.suite.amounts import Amount, Given
    from sampan.suite.event import Event

_OF_DEBT: Final = (events.Drawn, events.Repaid, events.PledgeSold)
_OF_PLEDGES: Final = (events.Pledged, events.CarriedOn, events.Allotted)
_TOPICS: Final = 100
"""Facilities by which events are asked for at once: nodes take no endless list."""
FINER: Final = 4
"""Decimals beyond the money's to which a day's interest is told: what is owed is exact, and rounded when it is paid."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a facility by its own clock: what was done, and what was owed when it was done."""

    day: date
    done: tuple[str, ...]
    principal: Amount
    interest: Amount
    """As it would be paid."""
    adds: Decimal
    """Interest that the day adds as it ends, in the currency."""


@dataclass(frozen=True, slots=True)
class Days:
    """Days of a facility on which nothing was done and each of which adds the same, or one on which something was."""

    first: Day
    last: Day


@dataclass(frozen=True, slots=True)
class Payment:
    """What a payment would do now."""

    amount: Amount
    """That is taken: never more than is owed."""
    interest: Amount
    principal: Amount
    """Parts of it: interest goes first."""
    left: Amount
    leaves: tuple[int, ...]
    """Bills that could go in the same act, each if it alone does."""
    together: bool
    """Whether all of them could."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a lender has in a facility. Of principal, interest and cover it is the lender's part, by its shares."""

    loan: Loan = field(repr=False)
    positions: tuple[int, ...]
    shares: int
    bills: tuple[int, ...]
    vessels: tuple[str, ...]
    """Of the documents that are at hand."""
    ports: tuple[str, ...]

    @property
    def facility(self) -> int:
        """Its number."""
        return self.loan.number

    @property
    def borrower(self) -> str:
        """Who owes, in words."""
        return self.loan.names.participant(self.loan.stored.borrower)

    @property
    def share(self) -> Decimal:
        """In percent of the facility."""
        return self.loan.share(self.shares)

    @property
    def principal(self) -> Amount:
        """Lent and not repaid."""
        return self.loan.part(self.loan.principal, self.shares)

    @property
    def interest(self) -> Amount:
        """Owed until now."""
        return self.loan.part(self.loan.interest, self.shares)

    @property
    def undrawn(self) -> Amount:
        """Not lent yet."""
        return self.loan.part(self.loan.stored.undrawn, self.shares)

    @property
    def names(self) -> list[str]:
        """Of its positions, as commands take them."""
        return list(map(position_name, self.positions))

    @property
    def cover(self) -> Amount:
        """What the bills cover."""
        return self.loan.part(self.loan.covered, self.shares)


@dataclass(frozen=True, slots=True)
class Total:
    """What a lender has in all facilities of one money."""

    money: Deposit | Coin
    principal: Amount
    interest: Amount
    cover: Amount
    undrawn: Amount


def totals(exposures: Iterable[Exposure]) -> list[Total]:
    """The sums of exposures, money by money."""
    found: dict[str, list[Exposure]] = {}
    for each in exposures:
        found.setdefault(each.loan.money.address, []).append(each)
    return [_total(several) for several in found.values()]


def _total(several: Sequence[Exposure]) -> Total:
    money = several[0].loan.money
    units = (
        sum(getattr(each, name).value for each in several) for name in ("principal", "interest", "cover", "undrawn")
    )
    return Total(money, *map(money.amount, units))


class Owing(Loans):
    """What the loan book answers, and what follows from its log."""

    def pledges(self, facility: int) -> list[PledgedBill]:
        """The bills under which a facility is secured now, in it or out on trust, by the log."""
        return self._pledges([facility])[facility]

    def _pledges(self, facilities: Sequence[int]) -> dict[int, list[PledgedBill]]:
        """The same of several, by as many questions as of one."""
        last = self.connection.block_number()
        secured: dict[int, list[PledgedBill]] = {each: [] for each in facilities}
        found: dict[int, None] = {}
        for start in range(0, len(facilities), _TOPICS):
            wanted = [wire.indexed(each) for each in facilities[start : start + _TOPICS]]
            topics = [[wire.topic(kind) for kind in _OF_PLEDGES], wanted]
            for event in self._logged(topics, last, contract=LOANS):
                found |= dict.fromkeys(_bills(event))
        answers = self.ask_bundled([("pledgeOf", bill) for bill in found], contract=LOANS, block=last)
        for bill, answer in zip(found, answers, strict=True):
            told = PledgedBill(bill, *answer)
            if told.facility in secured:
                secured[told.facility].append(told)
        return secured

    def days(self, facility: int) -> list[Day]:
        """A facility day by day, from its first drawing on until now, by its own clock: what was done, what was owed,
        what interest each day adds. Raises `ChainError` where the log does not lead to what is owed."""
        loan = self.loan(facility)
        book = _book(loan)
        last = self.connection.block_number()
        told = self._logged([[wire.topic(kind) for kind in _OF_DEBT], wire.indexed(facility)], last, contract=LOANS)
        times = self._times(event.at.block for event in told if event.at is not None)
        done: dict[int, list[str]] = {}
        debts: dict[int, Debt] = {}
        for event in told:
            assert event.at is not None
            now = int(times[event.at.block].timestamp())
            day = rules.today(book, now)
            book.debt = _after(book, event, now)
            debts[day] = book.debt
            done.setdefault(day, []).append(_done(event, loan))
        today = rules.today(book, int(loan.time.timestamp()))
        owed = rules.accrued(book, int(loan.time.timestamp()))
        if (owed.principal, rules.interest_of(book, owed)) != (loan.principal, loan.interest):
            raise ChainError(
                f"the log leads to {loan.amount(rules.owed(book, owed))}, the ledger says {loan.amount(loan.owed)}",
                subject=f"facility {facility}",
                code="chain.answer",
                hint="does the RPC leave out events? ask another one (--network URL)",
            )
        return list(_each_day(loan, book, debts, done, today)) if debts else []

    def payment(self, facility: int, amount: Given) -> Payment:
        """What a payment, or `all` that is owed, would do now: interest first, then principal; what is left, and which
        bills could go."""
        loan = self.loan(facility)
        book, now = _book(loan), int(loan.time.timestamp())
        # What is owed now is in whole units as it is paid.
        book.debt = Debt(loan.principal, loan.interest, rules.today(book, now))
        most = loan.owed if is_all(amount) else self.units_above_zero(amount, loan.money.address)
        taken, debt = rules.settled(book, now, most)
        interest = min(taken, loan.interest)
        left = debt.principal + debt.interest
        over = rules.is_over(book, left, now)
        pledged = [each for each in self.pledges(facility) if each.allotted or not left]
        free = [each for each in pledged if over or left <= book.covered(book.value - each.value)]
        together = left <= book.covered(book.value - sum(each.value for each in free))
        return Payment(
            amount=loan.amount(taken),
            interest=loan.amount(interest),
            principal=loan.amount(taken - interest),
            left=loan.amount(left),
            leaves=tuple(each.bill for each in free),
            together=together,
        )

    def why_not_drawn(
        self, facility: int, bill: BillRef, *, units: int | None = None, producers: Iterable[Who] | None = None
    ) -> Answer:
        """Whether the condition of a facility holds for a bill, as the loan book asks it before a drawing, and why not:
        of as many `units` as were pledged, by default by all of whom a word on the bill is known; what the groups of
        borrower, agent and carrier say counts for nothing. Raises `UsageError` where nothing is asked."""
        number, condition = self.bill_id(bill), self.loan(facility).stored.condition
        if not any(condition):
            raise UsageError("asks for nothing before a drawing", subject=f"facility {facility}", hint="draw")
        if units is None:
            pledged = self.pledged(number)
            if pledged is None or pledged.facility != facility:
                raise UsageError(
                    f"is not pledged in facility {facility}",
                    subject=bill_name(number),
                    hint="say how many pieces of equipment it has: --units",
                )
            units = pledged.units
        groups = self.ask("leftOut", facility, number, contract=LOANS)
        return self.why(
            condition,
            number,
            units=units,
            producers=producers,
            leave_out=[lei_text(each) for each in groups if each],
        )

    def exposures(self, of: Who | None = None, *, files: Iterable[Path] = ()) -> list[Exposure]:
        """What a lender has in each facility, by default whoever signs here. Vessel and port are known of bills whose
        documents are among `files`."""
        number = self.number_of(self.address if of is None else of)
        held: dict[int, list[int]] = {}
        for position in self._held([account.address for account in self.participant(number).accounts]):
            held.setdefault(loan_number_of(position), []).append(position)
        own = [each for several in held.values() for each in several]
        sizes = dict(zip(own, self._positions([("positionOf", each) for each in own]), strict=True))
        bills = {facility: [each.bill for each in found] for facility, found in self._pledges(list(held)).items()}
        known = carriages(self, files, (bill for several in bills.values() for bill in several))
        loans = self.loans_of(list(held))
        return [
            _exposure(loan, {each: sizes[each].shares for each in held[loan.number]}, bills[loan.number], known)
            for loan in loans
        ]

    def owners(self, facility: int) -> dict[int, str]:
        """The positions of a facility, ascending, and which account has each."""
        book = self.address_in(LOANS)
        (count,) = self._positions([("countOf", book, facility)])
        loan = loan_id(self.ask("account", book).number, facility)
        ids = [loan | number for number in range(1, count + 1)]
        return dict(zip(ids, self._positions([("ownerOf", each) for each in ids]), strict=True))

    def _held(self, accounts: Sequence[str]) -> list[int]:
        """The positions of loans of the loan book that accounts have, ascending. Raises `ChainError` where the log does
        not tell of as many as there are."""
        last = self.connection.block_number()
        topics = [wire.topic(events.PositionTransfer), None, [wire.indexed(int(each, 16)) for each in accounts]]
        told = self._logged(topics, last, contract="Positions")
        ids = sorted({event.id for event in told if isinstance(event, events.PositionTransfer)})
        asked = [*(("ownerOf", each) for each in ids), *(("balanceOf", each) for each in accounts)]
        answers = self._positions(asked, last)
        found = [each for each, owner in zip(ids, answers[: len(ids)], strict=True) if owner in accounts]
        there = sum(answers[len(ids) :])
        if len(found) != there:
            raise ChainError(
                f"the ledger counts {there} positions, the logs tell {len(found)}",
                subject=", ".join(map(self.names.account, accounts)),
                code="chain.answer",
                hint="does the RPC leave out events? ask another one (--network URL)",
            )
        room = self.ask("account", self.address_in(LOANS)).number
        return [each for each in found if room_number_of(each) == room]

    def _positions(self, calls: Sequence[tuple[Any, ...]], block: BlockTag = "latest") -> list[Any]:
        """What positions answer, which have no `multicall`."""
        return self.ask_many(calls, contract="Positions", block=block) if calls else []


def _exposure(loan: Loan, shares: Mapping[int, int], bills: Sequence[int], known: Mapping[int, Carriage]) -> Exposure:
    there = [known[bill] for bill in bills if bill in known]
    return Exposure(
        loan=loan,
        positions=tuple(shares),
        shares=sum(shares.values()),
        bills=tuple(bills),
        vessels=tuple(dict.fromkeys(each.vessel for each in there if each.vessel)),
        ports=tuple(dict.fromkeys(each.port for each in there if each.port)),
    )


def folded(days: Sequence[Day]) -> list[Days]:
    """Days in order, those together that differ by the interest owed alone."""
    found: list[Days] = []
    for each in days:
        before = found[-1].last if found else None
        same = before is not None and not (before.done or each.done) and before.adds == each.adds
        found = [*found[:-1], Days(found[-1].first, each)] if same else [*found, Days(each, each)]
    return found


def _bills(event: Event) -> Iterable[int]:
    if isinstance(event, events.CarriedOn):
        return event.replacements
    if isinstance(event, events.Allotted):
        return (event.bill, *(share.bill for share in event.shares))
    assert isinstance(event, events.Pledged)
    return (event.bill,)


def _book(loan: Loan) -> Book:
    """A facility as the rules know it, with no debt: who asks says which."""
    stored: Any = loan.stored
    return Book.agreed(
        stored, borrower_group=0, agent_group=0, shares=stored.shares, undrawn=stored.undrawn, value=stored.value
    )


def _after(book: Book, event: Any, now: int) -> Debt:
    debt = rules.accrued(book, now)
    if isinstance(event, events.Drawn):
        return Debt(debt.principal + event.amount, debt.interest, debt.day, debt.part)
    return rules.settled(book, now, event.amount)[1] if event.amount else debt


def _done(event: Any, loan: Loan) -> str:
    amount = loan.amount(event.amount)
    match event:
        case events.Drawn():
            return f"drew {amount} on {bill_name(event.bill)}"
        case events.Repaid():
            return f"repaid {amount}"
        case events.PledgeSold():
            return f"repaid {amount} by the sale of {bill_name(event.bill)}"
    raise AssertionError(f"{event.name} changes what is owed, and nothing tells how")


def _each_day(loan: Loan, book: Book, debts: dict[int, Debt], done: dict[int, list[str]], today: int) -> Iterable[Day]:
    debt = Debt()
    unit = Decimal(1).scaleb(-loan.money.decimals - FINER)
    for day in range(min(debts), today + 1):
        book.debt = debt
        second = day * DAY - book.clock * QUARTER
        debt = debts.get(day) or rules.accrued(book, second)
        if not (day in done or debt.principal or debt.interest):
            continue
        adds = Decimal(debt.principal * book.rate) / book.per_unit
        yield Day(
            day=(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)).date(),
            done=tuple(done.get(day, ())),
            principal=loan.amount(debt.principal),
            interest=loan.amount(rules.interest_of(book, debt)),
            adds=adds.scaleb(-loan.money.decimals).quantize(unit),
        )
