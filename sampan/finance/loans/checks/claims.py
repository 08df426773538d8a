"""SAM-B3: each lender has its part of what came in, to the unit, and all together no more than that (P6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sampan.finance.loans.history import Loan, Loans, name_of
from sampan.money.history import transactions
from sampan.suite import events as ev
from sampan.suite.check import Check, Entry, Evidence, Indication, Level
from sampan.suite.ids import loan_id_of, position_name
from sampan.suite.tell import Names


@dataclass(slots=True)
class _Position:
    whole: int
    """What it was cut from; 0: the loan."""
    size: int
    """When it was cut."""
    shares: int
    had: int = 0


@dataclass(slots=True)
class _Claims:
    """The positions of one loan, in the order in which they were made."""

    loan: Loan
    positions: dict[int, _Position] = field(default_factory=dict)

    @property
    def had(self) -> int:
        return sum(each.had for each in self.positions.values())

    def owed(self, position: int) -> int:
        """All that a position is owed of what came in. Each takes its part of what is left of whatever it was cut
        from, rounded down, in the order in which they were cut; so nothing is lost and nothing is made."""
        left = {0: (self.loan.paid, sum(self.loan.terms.commitments))}
        for number, each in self.positions.items():
            money, shares = left[each.whole]
            part = money * each.size // shares if shares else 0
            left[each.whole], left[number] = (money - part, shares - each.size), (part, each.size)
        return left[position][0]


def _look(evidence: Evidence) -> Iterator[Indication]:
    loans = Loans()
    claims: dict[int, _Claims] = {}
    of: dict[int, _Claims] = {}
    owners: dict[int, str] = {}
    for entries in transactions(evidence):
        opened: list[_Claims] = []
        for entry in entries:
            event = entry.event
            loans.hear(entry)
            match event:
                case ev.Opened():
                    claims[event.facility] = _Claims(loans.all[event.facility])
                    opened.append(claims[event.facility])
                case ev.PositionTransfer():
                    owners[event.id] = event.to
                case ev.Lent() if opened:
                    mine = of[event.position] = opened[-1]
                    mine.positions[event.position] = _Position(0, event.shares, event.shares)
                case ev.Split() if event.position in of:
                    mine = of[event.part] = of[event.position]
                    yield from _split(mine, entry, evidence.names)
                case ev.Claimed() if event.position in of:
                    yield from _claimed(of[event.position], entry, owners.get(event.position), evidence.names)
                case ev.Claimed():
                    yield _seen(event.position, "nobody lent under it", entry)
        for each in opened:
            yield from _lent(each, owners, entries[0])
    for facility, mine in claims.items():
        if mine.had > mine.loan.paid:
            had, paid = (mine.loan.told(each, evidence.names) for each in (mine.had, mine.loan.paid))
            what = f"its lenders had {had} in all, and {paid} came in for them"
            yield Indication(name_of(facility), what)


def _lent(mine: _Claims, owners: dict[int, str], entry: Entry) -> Iterator[Indication]:
    """Each lender has as many shares as it lent."""
    terms = mine.loan.terms
    wanted = list(zip(terms.lenders, terms.commitments, strict=False))
    if [(owners.get(number), each.shares) for number, each in mine.positions.items()] != wanted:
        what = f"opened in block {entry.block}, its lenders have not each the shares for which it signed"
        yield Indication(name_of(mine.loan.number), what, entry.block)


def _split(mine: _Claims, entry: Entry, names: Names) -> Iterator[Indication]:
    event = entry.event
    whole = mine.positions[event.position]
    if not 0 < event.shares < whole.shares:
        off, of = (names.shares(each, loan_id_of(event.position)) for each in (event.shares, whole.shares))
        yield _seen(event.position, f"{off} were split off {of}", entry)
    had = whole.had * event.shares // whole.shares if whole.shares else 0
    if event.had != had:
        said, wanted = (mine.loan.told(each, names) for each in (event.had, had))
        yield _seen(event.position, f"the part takes over {said} as paid, where {wanted} goes with its shares", entry)
    mine.positions[event.part] = _Position(event.position, event.shares, event.shares, event.had)
    whole.shares, whole.had = whole.shares - event.shares, whole.had - event.had


def _claimed(mine: _Claims, entry: Entry, owner: str | None, names: Names) -> Iterator[Indication]:
    event = entry.event
    position = mine.positions[event.position]
    due = mine.owed(event.position) - position.had
    if event.amount != due:
        paid, wanted = (mine.loan.told(each, names) for each in (event.amount, due))
        yield _seen(event.position, f"it was paid {paid}, and {wanted} was due to it", entry)
    if event.to != owner:
        yield _seen(event.position, f"it was paid to {names.account(event.to)}, who does not have it", entry)
    position.had += event.amount


def _seen(position: int, what: str, entry: Entry) -> Indication:
    about = f"position {position_name(position)}"
    return Indication(about, f"{entry.name} in block {entry.block}: {what}", entry.block)


CHECK = Check(
    id="SAM-B3",
    title="A lender that had another part than its own",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="Positions of a loan that are not what its lenders signed for; a claim that was paid another sum than is "
    "due to its shares of all that came in, or paid to another than its owner; lenders that had more in all than came "
    "in.",
    goes_wrong="Two lenders of equal shares claim after a repayment, the first is paid twice, and nothing is left for "
    "the second.",
    do_next="Divide what came in by the shares, position by position, in the order in which they were split; look at "
    "the payments in the lenders' deposits.",
    rules=("P6", "T28"),
    look=_look,
)
