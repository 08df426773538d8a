"""Reading loans: what a facility owes and what covers it, under which pledge a bill lies, and the prints of its cargo.

Of a pledge the chain keeps how many pieces of cargo it has, not which: their prints stand in the log of registrations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from sampan.bills.verbs.circulation import Lodge
from sampan.client import wire
from sampan.client.errors import ContractRefusal, NotOnLedger
from sampan.client.explain import PLEDGE_IT
from sampan.client.facts import Facts
from sampan.client.records import Coin, Deposit, Shown
from sampan.client.verbs import country, facility_number, hash32
from sampan.errors import BadInput, ChainError, UsageError
from sampan.finance.loans import bounds
from sampan.finance.loans.records import (
    CLOCKS,
    DAYS_OF_YEAR,
    QUARTERS,
    RATE_UNIT,
    WHOLE,
    Standing,
    debt_of,
    grace_ends,
    silence_ends,
    zone,
)
from sampan.finance.loans.subject import LOANS as SUBJECT
from sampan.finance.loans.terms import Facility
from sampan.finance.registrations.subject import REGISTRATIONS
from sampan.suite import events, tell
from sampan.suite.ids import loan_number_of, position_name, position_of, room_number_of
from sampan.suite.tell import Names, bill_name
from sampan.suite.words import DayCount, Endorsement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sampan.client.funds import MoneyRef
    from sampan.client.reading import BillRef, Who
    from sampan.suite.amounts import Amount, Given
    from sampan.suite.event import Event

LOANS: Final = "LoanBook"
MOST_FILINGS: Final = 2
ALL: Final = "all"
"""In place of an amount: whatever is owed."""
_STATES: Final[Mapping[Standing, str]] = {
    "in-default": "in default",
    "owed": "owed",
    "late": "owed, late: in default when grace ends",
    "open": "nothing is owed",
    "over": "over: nothing is owed, nothing can be drawn",
}
_PERCENT: Final = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,30})?")


@dataclass(frozen=True, slots=True)
class Loan(Shown):
    """A facility as it stands at `time`: what the book has of it, what is owed, what covers it. Numbers are in the
    smallest unit of `money`."""

    number: int
    stored: Any
    """What the book has of it in storage (`loan` in contracts/finance/ILoanDesk.sol)."""
    money: Deposit | Coin
    principal: int
    interest: int
    covered: int
    """What the bills cover: as much as may be owed."""
    in_default: bool
    time: datetime
    names: Names = field(repr=False, compare=False)

    @property
    def owed(self) -> int:
        """Principal and interest."""
        return self.principal + self.interest

    @property
    def owed_tomorrow(self) -> int:
        """What is owed at most when another day has begun: what is paid tomorrow to repay all."""
        parts = DAYS_OF_YEAR[self.stored.day_count] * RATE_UNIT
        interest = self.principal * int(self.stored.rate) // parts + 1 if self.principal else 0
        return self.owed + interest

    @property
    def drawable(self) -> int:
        """What may be drawn now, as far as bills cover it."""
        if not self.available:
            return 0
        return max(min(int(self.stored.undrawn), self.covered - self.owed), 0)

    @property
    def available(self) -> bool:
        """Whether the time of drawing lasts."""
        return self.time <= self.available_until

    @property
    def limit(self) -> int:
        """What all lenders committed."""
        return int(self.stored.shares)

    @property
    def standing(self) -> Standing:
        """How it stands, as a word."""
        if self.in_default:
            return "in-default"
        if self.owed:
            return "owed" if self.time <= self.maturity else "late"
        return "open" if self.stored.undrawn and self.available else "over"

    @property
    def state(self) -> str:
        """How it stands, in words."""
        return _STATES[self.standing]

    @property
    def available_until(self) -> datetime:
        """Last second of drawing."""
        return _time(self.stored.available_until)

    @property
    def maturity(self) -> datetime:
        """Last second at which it is repaid in time."""
        return _time(self.stored.maturity)

    @property
    def grace_ends(self) -> datetime:
        """Last second of grace: what is owed after it is in default."""
        return _time(grace_ends(self.stored))

    @property
    def silence_ends(self) -> datetime:
        """In default: last second until which the agent alone sells, should it do nothing before."""
        return _time(silence_ends(self.stored))

    def moment(self, time: datetime | int | None) -> str:
        """A time by the facility's clock, as its signers were told."""
        return tell.moment(time, zone_of(self.stored.clock))

    def share(self, shares: int) -> Decimal:
        """So many shares in percent of the facility, to a hundredth, rounded half up."""
        if not self.limit:
            return Decimal(0)
        return Decimal((2 * shares * WHOLE + self.limit) // (2 * self.limit)) * 100 / WHOLE

    def lei(self, participant: int) -> str | None:
        """The LEI of a participant by its number; None of nobody."""
        return self.names.participants.get(participant)

    def amount(self, units: int) -> Amount:
        """So many of the smallest unit of its money."""
        return self.money.amount(units)

    def part(self, units: int, shares: int) -> Amount:
        """What so many shares have of an amount of the whole facility, rounded down."""
        return self.amount(units * shares // self.limit if self.limit else 0)


@dataclass(frozen=True, slots=True)
class PledgedBill:
    """Under which pledge a bill lies in the loan book, or is out of it."""

    bill: int
    facility: int
    pledge: int
    value: int
    """What it counts, in the smallest unit of the loan's money."""
    units: int
    """Pieces of cargo, a print each."""
    allotted: bool
    until: int
    """Out on trust: last second; 0: it is not out."""

    @property
    def out(self) -> bool:
        """Whether it is out on trust."""
        return bool(self.until)

    @property
    def out_until(self) -> datetime | None:
        """Last second until which it is out on trust; None where it lies in the book."""
        return _time(self.until) if self.until else None

    @property
    def debt(self) -> int:
        """The number under which its cargo is registered."""
        return debt_of(self.facility, self.pledge)


def _time(second: int) -> datetime:
    return datetime.fromtimestamp(min(second, tell.LAST_SECOND), UTC)


class Loans(Facts):
    """What the loan book answers."""

    def loan(self, facility: int) -> Loan:
        """A facility as it stands. Raises `NoSuchFacility` for one that was never opened, `UsageError` for what cannot
        be the number of one."""
        return self.loans_of([facility_number(facility)])[0]

    def loans_of(self, facilities: Sequence[int]) -> list[Loan]:
        """Several as they stand at one block, however many, by as many questions as one. Raises as `loan`."""
        if not facilities:
            return []
        last = self.connection.block_number()
        asked = [(view, facility) for facility in facilities for view in ("loan", "owed")]
        answers = self.ask_bundled(asked, contract=LOANS, block=last)
        now = datetime.fromtimestamp(self.time(last), UTC)
        moneys = {each.address: each for each in self.deposits(to_block=last)}
        found = []
        for facility, terms, owed in zip(facilities, answers[::2], answers[1::2], strict=True):
            principal, interest, covered, late = owed
            money = moneys.get(terms.money) or self.money(terms.money)
            found.append(Loan(facility, terms, money, principal, interest, covered, late, now, self.names))
        return found

    def position_id(self, position: int | str) -> int:
        """The id of a lender's position, which may be named ROOM/LOAN/NUMBER; of the loan book FACILITY/NUMBER. Raises
        `UsageError` for what is none."""
        name = str(position).strip()
        try:
            if name.count("/") == 1:
                name = f"{self.ask('account', self.address_in(LOANS)).number}/{name}"
            found = position_of(name)
            if not room_number_of(found):
                raise UsageError("is no position", subject=name, hint="name it FACILITY/NUMBER, as in 1/2")
            return found
        except ValueError as error:
            raise UsageError(str(error), subject=str(position)) from None

    def owner_of(self, position: int) -> str:
        """The account that has a position. Raises `NotOnLedger` where there is no such position."""
        try:
            owner: str = self.ask("ownerOf", position, contract="Positions")
        except ContractRefusal as refusal:
            if refusal.name != "TokenDoesNotExist":
                raise
            facility = loan_number_of(position)
            raise NotOnLedger(
                "there is no such position",
                subject=position_name(position),
                hint=f"`sampan finance show {facility}` shows those of facility {facility}",
            ) from None
        return owner

    def pledge(self, bill: BillRef) -> PledgedBill:
        """Under which pledge a bill lies in the loan book, or is out of it. Raises `NotOnLedger` where there is none,
        as of a bill that was paid for."""
        found = self.pledged(bill)
        if found is None:
            name = bill_name(self.bill_id(bill))
            raise NotOnLedger("is not pledged", subject=name, hint=PLEDGE_IT)
        return found

    def pledged(self, bill: BillRef) -> PledgedBill | None:
        """The same; None of a bill that is under no pledge, and on a ledger without loans."""
        number = self.bill_id(bill)
        if LOANS not in self.addresses:
            return None
        found = PledgedBill(number, *self.ask("pledgeOf", number, contract=LOANS))
        return found if found.facility else None

    def prints(self, bill: BillRef) -> tuple[int, ...]:
        """The prints that are registered for the pledge of a bill, ascending, by the log; of one that was paid for too,
        while they are registered. Raises `NotOnLedger` where it was never pledged, `ChainError` where the log lacks
        some."""
        number = self.bill_id(bill)
        last = self.connection.block_number()
        facility, pledge, _, units, *_ = self.ask("pledgeOf", number, contract=LOANS, block=last)
        if facility and not units:
            # A replacement whose share the agent has not said has none of its own.
            return ()
        debt = debt_of(facility, pledge) if facility else self._debt_told(number, last)
        found = set() if debt is None else self._registered(debt, last)
        if facility and len(found) != units:
            raise ChainError(
                f"the ledger counts {units} pieces of cargo, the logs tell {len(found)}",
                subject=bill_name(number),
                code="chain.answer",
                hint="does the RPC leave out events? ask another one (--network URL)",
            )
        return tuple(sorted(found))

    def lodging(self, bill: int, room: str, terms: bytes) -> Lodge:
        """The verb that lodges a bill in blank with a contract of the suite."""
        return Lodge(bill, self._lodged(bill, Endorsement.BLANK), self.address_in(room), terms)

    def facility_terms(
        self,
        *,
        borrower: Who,
        agent: Who,
        lenders: Mapping[Who, Given],
        money: MoneyRef,
        rate: Decimal | str,
        available_until: datetime | timedelta,
        maturity: datetime | timedelta,
        advance: Decimal | str,
        day_count: DayCount,
        agreement: bytes,
        clock: timedelta = timedelta(0),
        grace_days: int = 0,
        on_trust: Decimal | str = "0",
        reserve: Decimal | str | None = None,
        condition: bytes = bytes(32),
        filed_in: Sequence[str] = (),
        deadline: datetime | timedelta | None = None,
        salt: bytes | None = None,
    ) -> Facility:
        """Terms of a facility, for borrower, agent and all lenders to sign (`sign_facility`).

        `lenders` are accounts, each with what it commits; `rate` is a year's in percent, `advance`, `on_trust` and
        `reserve` are percent of the value of bills: how much may be owed on it, what counts while a bill is out, below
        what price nobody but the agent sells one. Days turn `clock` after midnight of UTC. `agreement` is the hash of
        the agreement in words, `filed_in` up to two countries where the security must stand filed before each drawing.
        With another `salt`, by default a random one, the same terms are another facility.

        Raises `UsageError` and `BadInput` for what the loan book would refuse (`require_fit`), and for a lender that is
        named twice.
        """
        found = self.lendable(money)
        accounts: dict[str, int] = {}
        for who, amount in lenders.items():
            address = self.address_of(who)
            if address in accounts:
                raise UsageError(
                    "is named twice", subject=self.names.account(address), hint="say in one sum what it commits"
                )
            accounts[address] = self.units_above_zero(amount, found.address)
        by, agents = self.account(borrower), self.account(agent)
        if clock % QUARTERS:
            raise UsageError("is no number of quarters of an hour", subject=f"clock {clock}", hint="round it to one")
        countries = [country(each) for each in filed_in]
        if len(countries) > MOST_FILINGS:
            raise UsageError("security is filed in two countries at most", subject=", ".join(countries))
        terms = Facility(
            borrower=by.participant,
            agent=agents.participant,
            borrower_account=by.address,
            agent_account=agents.address,
            money=found.address,
            rate=parts(rate, RATE_UNIT, "rate"),
            day_count=day_count,
            clock=clock // QUARTERS,
            available_until=self.deadline(available_until),
            maturity=self.deadline(maturity),
            grace_days=grace_days,
            advance=parts(advance, WHOLE, "advance"),
            on_trust=parts(on_trust, WHOLE, "on_trust"),
            reserve=parts(advance if reserve is None else reserve, WHOLE, "reserve"),
            condition=condition,
            filed_in=countries[0] if countries else "",
            also_filed_in=countries[1] if len(countries) == MOST_FILINGS else "",
            agreement=hash32(agreement),
            lenders=tuple(accounts),
            commitments=tuple(accounts.values()),
            salt=self.fresh(32) if salt is None else hash32(salt),
            deadline=self.deadline(deadline),
        )
        self.require_fit(terms)
        return terms

    def require_fit(self, terms: Facility) -> None:
        """Raises `UsageError` for terms under which the loan book would open no facility from now on: it names the
        first that cannot be, and what would be right; and for a borrower or lender that may not hold the money."""
        known = {**bounds.said(terms), "one_group": self.is_one_group(terms.borrower, terms.agent)}
        for each in bounds.unfit(known, first=self.time()):
            raise UsageError(each.wrong, subject=each.term, hint=each.right)
        self._require_holders(terms)

    def _require_holders(self, terms: Facility) -> None:
        # The book pays drawings, surplus and claims in this money: to who cannot hold it they could not be paid.
        money = self.lendable(terms.money)
        for account in (terms.borrower_account, *terms.lenders) if money.country else ():
            country = self.account(account).country
            if country != money.country:
                raise UsageError(
                    f"{self.names.account(account)} is of {country}, and {money.reference} is held by participants of "
                    f"{money.country} alone: it could not be paid",
                    subject="money",
                    hint="lend in a deposit that all of them may hold",
                )

    def is_one_group(self, *participants: int) -> bool:
        """Whether participants have one ultimate parent."""
        return len({each.parent for each in self.ask_bundled([("participant", each) for each in participants])}) == 1

    def lendable(self, money: MoneyRef) -> Deposit:
        """The deposit that is meant. Raises `UsageError` for a coin, which nobody lends, and as `money`."""
        found = self.money(money)
        if not isinstance(found, Deposit):
            wrong, right = SUBJECT.refusals["NoMoney"]
            raise UsageError(wrong.format(money=found.address), hint=right)
        return found

    def _debt_told(self, bill: int, last: int) -> int | None:
        """The number of the debt for which the cargo of a bill was registered last, by the log: as it was pledged,
        carried on, or allotted; None of a replacement that left before its share was said."""
        kinds = (events.Pledged, events.CarriedOn, events.Allotted)
        debts: dict[int, int | None] = {}
        for event in self._logged([[wire.topic(kind) for kind in kinds]], last, contract=LOANS):
            if isinstance(event, events.Pledged):
                debts[event.bill] = debt_of(event.facility, event.pledge)
            elif isinstance(event, events.CarriedOn) and event.bill in debts:
                # The first has the cargo for all.
                first, *others = event.replacements
                debts |= {first: debts[event.bill], **dict.fromkeys(others)}
            elif isinstance(event, events.Allotted):
                shares = enumerate(event.shares, event.pledges + 1)
                debts |= {share.bill: debt_of(event.facility, pledge) for pledge, share in shares}
        if bill not in debts:
            raise NotOnLedger(
                "was never pledged", subject=bill_name(bill), hint="`sampan bill show` tells what became of it"
            )
        return debts[bill]

    def _registered(self, debt: int, last: int) -> set[int]:
        """What is registered for a debt of the loan book."""
        book, number = (wire.indexed(word) for word in (int(self.address_in(LOANS), 16), debt))
        began = [wire.topic(kind) for kind in (events.Registered, events.Deregistered, events.Moved)]
        told = self._logged([began, book, number], last, contract=REGISTRATIONS.contract)
        told += self._logged([wire.topic(events.Moved), book, None, number], last, contract=REGISTRATIONS.contract)
        found: set[int] = set()
        for event in sorted(told, key=_place):
            if isinstance(event, events.Registered) or (isinstance(event, events.Moved) and event.to == debt):
                found |= set(event.prints)
            elif isinstance(event, events.Deregistered | events.Moved):
                found -= set(event.prints)
        return found


def is_all(given: Given) -> bool:
    """Whether all that is owed is meant, in place of an amount."""
    return isinstance(given, str) and given.strip().lower() == ALL


def parts(percent: Decimal | str, whole: int, name: str) -> int:
    """Percent as parts of a whole. Raises `UsageError` for what is none, or finer than one of them."""
    text = f"{percent:f}" if isinstance(percent, Decimal) else str(percent).strip().removesuffix("%").rstrip()
    if not _PERCENT.fullmatch(text):
        raise UsageError("no percentage", subject=f"{name} {percent}", hint="write it as in 5.25")
    found = Decimal(text) * whole / 100
    if not 0 <= found <= whole or found != int(found):
        raise UsageError(
            f"is not from 0 to 100 percent in steps of {Decimal(100) / whole:f}",
            subject=f"{name} {percent}",
            hint="write it as in 5.25",
        )
    return int(found)


def _place(event: Event) -> tuple[int, int]:
    assert event.at is not None
    return event.at.block, event.at.log_index


def zone_of(quarters: int) -> timezone:
    """Where days turn, by the clock of terms. Raises `BadInput` for a clock that there is not."""
    if quarters not in CLOCKS:
        raise BadInput(
            "no day turns so long after midnight of UTC", subject=f"clock {quarters}", hint="ask for terms that can be"
        )
    return zone(quarters)
