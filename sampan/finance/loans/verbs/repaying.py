"""Repay, let bills go, and what is due to lenders and borrower."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sampan.bills import inside
from sampan.bills.verbs.circulation import GiveBack
from sampan.finance import inside as claims
from sampan.finance.loans import rules
from sampan.finance.loans.records import ENDED, Book, Debt, Lending
from sampan.finance.loans.subject import LOANS
from sampan.finance.loans.terms import Collateral
from sampan.finance.positions import rules as positions
from sampan.finance.registrations.verbs import Deregister
from sampan.model.perform import At, Call
from sampan.model.replay import Log
from sampan.money import inside as money
from sampan.money.deposits.verbs import Transfer
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.ids import loan_number_of, position_name
from sampan.suite.tell import Names
from sampan.suite.verb import Refusal, Verb, arg


@LOANS.verb("repay", logs=ev.Repaid, label="repay at most {most} in facility {facility}")
class Repay(Verb):
    """Repay, interest first; what the rest need not cover leaves in the same act. Anybody may pay."""

    facility: int = arg(kinds.FACILITY)
    most: int = arg(kinds.AMOUNT, help="No more than this is taken, and no more than is owed.")
    from_: str = arg(kinds.DEPOSIT, help="Out of which you pay.")
    bills: tuple[Collateral, ...] = arg(kinds.STRUCT, ())

    def run(self, at: At) -> None:
        state = at.state
        book = rules.book_of(state, self.facility)
        amount, debt = rules.settled(book, state.now, self.most)
        if not amount:
            raise Refusal("NothingPaid") if not self.most else Refusal("NothingOwed", self.facility)
        interest = rules.interest_of(book, debt)
        at.log(ev.Repaid(self.facility, amount, debt.principal, interest, self.from_, at.actor))
        own = rules.own(state)
        money.collect(at, own, book.money, self.from_, at.actor, own, amount)
        if self.bills:
            let_go(at, self.facility, debt, self.bills)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        """What leaves in the same act is read by itself: the act that lets it go asks the same."""
        e: ev.Repaid = log.first
        yield e.by, cls(e.facility, e.amount, e.from_, ())


@LOANS.verb("discharge", logs=ev.Discharged, label="let {bills} go from facility {facility}", exits=True)
class Discharge(Verb):
    """Let bills go that the debt does not need; once all is over, anybody."""

    facility: int = arg(kinds.FACILITY)
    bills: tuple[Collateral, ...] = arg(kinds.STRUCT)

    def run(self, at: At) -> None:
        book = rules.book_of(at.state, self.facility)
        let_go(at, self.facility, rules.accrued(book, at.state.now), self.bills)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        """One bill after the other, as if each were let go alone: what is covered at the end was so before."""
        e: ev.Discharged = log.first
        yield e.by, cls(e.facility, (Collateral(e.bill, _prints(log)),))


def _prints(log: Log) -> tuple[int, ...]:
    """The prints that were ended with it; none of a bill that has none."""
    following = log.events[log.index + 1 : log.index + 2]
    prints: tuple[int, ...] = following[0].prints if following and isinstance(following[0], ev.Deregistered) else ()
    return prints


def let_go(at: At, facility: int, debt: Debt, bills: Sequence[Collateral]) -> None:
    """Bills go back to whoever pledged them; of one that is out on trust, what is kept of it ends."""
    state: Lending = at.state
    book = rules.book_of(state, facility)
    owed = rules.owed(book, debt)
    if not rules.is_over(book, owed, state.now):
        rules.of_borrower_or_agent(at, book)
    for each in bills:
        deal, here = rules.deal_wherever(state, each.bill), rules.lies_here(state, each.bill)
        # What is out and not on trust was sold, or never pledged.
        if deal.facility != facility or not (here or deal.until):
            raise Refusal("NotUnderThisDeal", each.bill)
        if deal.joint and owed:
            raise Refusal("NotAllotted", each.bill)
        if deal.units != len(each.prints):
            raise Refusal("PrintsMissing", each.bill, deal.units)
        at.log(ev.Discharged(facility, each.bill, at.actor))
        if deal.units:
            at.steps.call(Call(rules.own(state), Deregister(deal.debt, each.prints)))
        if here:
            inside.calls(at, GiveBack(each.bill, b""))
    if owed:
        rules.require_covered(book, owed, state.facilities[facility].value)


@LOANS.verb("forget", logs=ev.Forgotten, label="end what is left of {bill}", exits=True)
class Forget(Verb):
    """End what is left of a bill that was paid for, or that ended or is out once nothing is owed. Anybody."""

    bill: int = arg(kinds.BILL)
    prints: tuple[int, ...] = arg(kinds.PRINTS)

    def run(self, at: At) -> None:
        state = at.state
        deal = rules.deal_wherever(state, self.bill)
        if rules.lies_here(state, self.bill) and state.bills[self.bill].status not in ENDED:
            raise Refusal("NothingLeft", self.bill)
        if not deal.word:
            raise Refusal("NothingLeft", self.bill)
        book = rules.book_of(state, deal.facility)
        # The cargo of a joint bill that was sold is also that of the others, which still secure the debt.
        if (deal.joint or not deal.sold) and rules.owed(book, rules.accrued(book, state.now)):
            raise Refusal("StillOwed", deal.facility)
        if not deal.sold and not rules.is_over(book, 0, state.now):
            raise Refusal("StillAvailable", book.available_until)
        if deal.units != len(self.prints) or not self.prints:
            raise Refusal("PrintsMissing", self.bill, deal.units)
        at.log(ev.Forgotten(deal.facility, self.bill, at.actor))
        at.steps.call(Call(rules.own(state), Deregister(deal.debt, self.prints)))

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        yield log.first.by, cls(log.first.bill, _prints(log))


@LOANS.verb(
    "endAvailability",
    logs=ev.AvailabilityEnded,
    label="end the availability of facility {facility}",
    command="finance end-availability",
    anybody=True,
)
class EndAvailability(Verb):
    """After the last second of drawing, give lenders what was not drawn. Anybody."""

    facility: int = arg(kinds.FACILITY, option="FACILITY")

    def may(self, at: At) -> ev.AvailabilityEnded:
        book = rules.book_of(at.state, self.facility)
        if at.state.now <= book.available_until:
            raise Refusal("StillAvailable", book.available_until)
        if not book.undrawn:
            raise Refusal("NothingUndrawn", self.facility)
        return ev.AvailabilityEnded(self.facility, book.undrawn, at.actor)


@LOANS.verb(
    "claim",
    logs=ev.Claimed,
    label="pay position {position} what it is owed",
    command="finance claim",
    method="claim_position",
    exits=True,
    anybody=True,
)
class Claim(Verb):
    """Pay a position what it is owed, to its owner. Anybody."""

    position: int = arg(kinds.POSITION, option="POSITION")

    def run(self, at: At) -> None:
        state = at.state
        book = rules.book_of(state, loan_number_of(self.position))
        owner, due = claims.take(at, self.position, book.paid, book.shares)
        if not due:
            raise Refusal("NothingUnclaimed", self.position)
        at.log(ev.Claimed(self.position, owner, due, at.actor))
        at.steps.call(Call(rules.own(state), Transfer(book.money, owner, due)))

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        yield log.first.by, cls(log.first.position)


@LOANS.verb(
    "takeSurplus",
    logs=ev.SurplusTaken,
    by="to",
    label="take the surplus of facility {facility}",
    command="finance take-surplus",
    exits=True,
)
class TakeSurplus(Verb):
    """Take what a sale in default brought beyond the debt. The borrower."""

    facility: int = arg(kinds.FACILITY, option="FACILITY")

    def run(self, at: At) -> None:
        state = at.state
        book = rules.book_of(state, self.facility)
        rules.of_borrower(at, book)
        if not book.surplus:
            raise Refusal("NoSurplus", self.facility)
        amount = book.surplus
        at.log(ev.SurplusTaken(self.facility, amount, at.actor))
        at.steps.call(Call(rules.own(state), Transfer(book.money, at.actor, amount)))


# -------------------------------------------------------------------------------------------------------------- events


def booked_payment(state: Lending, facility: int, amount: int) -> Book:
    """A payment of what is owed was booked."""
    book = state.facilities[facility]
    _, debt = rules.settled(book, state.now, amount)
    return rules.changed(state, facility, debt=debt, paid=book.paid + amount)


@LOANS.event(
    ev.Repaid,
    "{by} repaid {amount} in facility {facility} out of {from};"
    " {principal} of principal and {interest} of interest are left",
)
def repaid(state: Lending, e: ev.Repaid) -> None:
    booked_payment(state, e.facility, e.amount)


@LOANS.event(ev.Discharged, "{by} let {bill} go from facility {facility}")
def discharged(state: Lending, e: ev.Discharged) -> None:
    deal = rules.deal_wherever(state, e.bill)
    rules.changed(state, e.facility, value=state.facilities[e.facility].value - deal.value)
    state.drop(state.kept, e.bill)


@LOANS.event(ev.Forgotten, "{by} ended what was left of {bill} in facility {facility}")
def forgotten(state: Lending, e: ev.Forgotten) -> None:
    deal = rules.deal_wherever(state, e.bill)
    if not deal.sold:
        rules.changed(state, e.facility, value=state.facilities[e.facility].value - deal.value)
    state.drop(state.kept, e.bill)


@LOANS.event(ev.AvailabilityEnded, "{by} ended the availability of facility {facility}: {undrawn} was not drawn")
def availability_ended(state: Lending, e: ev.AvailabilityEnded) -> None:
    book = state.facilities[e.facility]
    rules.changed(state, e.facility, paid=book.paid + e.undrawn, undrawn=0)


def _claimed(e: ev.Claimed, names: Names) -> str:
    money = names.loans.get(loan_number_of(e.position))
    paid, by, to = names.amount(e.amount, money), names.account(e.by), names.account(e.to)
    return f"{by} had {paid} paid to {to} for position {position_name(e.position)}"


@LOANS.event(ev.Claimed, _claimed)
def claimed(state: Lending, e: ev.Claimed) -> None:
    facility = loan_number_of(e.position)
    book = state.facilities[facility]
    rules.changed(state, facility, claimed=book.claimed + e.amount)
    positions.had(state, e.position, e.amount)


@LOANS.event(ev.SurplusTaken, "{to} took the surplus {amount} of facility {facility}")
def surplus_taken(state: Lending, e: ev.SurplusTaken) -> None:
    rules.changed(state, e.facility, surplus=state.facilities[e.facility].surplus - e.amount)
