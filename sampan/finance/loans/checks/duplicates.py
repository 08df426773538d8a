"""SAM-F1: one cargo that secures two debts, or a debt under one bill after it was sold under another (P7, T21)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from sampan.finance.loans.cargo import Cargoes, Pieces, is_one
from sampan.finance.loans.history import Loans, book, name_of
from sampan.finance.loans.persons import Persons
from sampan.finance.loans.records import facility_of_debt
from sampan.finance.loans.sales import Market, Sales, Sold
from sampan.finance.registrations.records import WINDOW_DAYS, Print, cargo_name
from sampan.money.history import transactions
from sampan.suite import events as ev
from sampan.suite.check import Check, Entry, Evidence, Indication, Level
from sampan.suite.tell import Names, bill_name


@dataclass(slots=True)
class _Registration:
    """A print, from when to when it secured a debt."""

    number: int
    """So many were told before it."""
    said: Print
    room: str
    debt: int
    bill: int | None
    """With which it was pledged; None: another room than the loan book lends on it."""
    begun: Entry
    ended: Entry | None = None


@dataclass(frozen=True, slots=True)
class _Before:
    """What became of the cargo of a bill under bills that do not come from it."""

    others: Collection[int]
    """Those bills."""
    sale: Sold | None
    """The first by which others than the borrower's group bought one."""


@dataclass(slots=True)
class _Register:
    """What secures what, told from events alone."""

    loan_book: str | None
    names: Names
    loans: Loans = field(default_factory=Loans)
    cargoes: Cargoes = field(default_factory=Cargoes)
    persons: Persons = field(init=False)
    market: Market = field(init=False)
    told: int = 0
    """Registrations so far."""
    boxes: dict[int, dict[int, _Registration]] = field(default_factory=dict)
    """Box → what of it secures a debt now, by number."""
    standing: dict[int, dict[int, _Registration]] = field(default_factory=dict)
    """Bill → what secures a debt under it now, by number."""
    ended: Pieces[_Registration] = field(default_factory=Pieces)
    """The last of each print that ended."""
    given_up: set[int] = field(default_factory=set)
    """Bills that their carriers took back, or replaced by bills of other references."""

    def __post_init__(self) -> None:
        self.persons, self.market = Persons(self.names), Market(self.cargoes)

    def hear(self, entry: Entry) -> Iterator[Indication]:
        """Take an event in."""
        event = entry.event
        self.persons.hear(event)
        self.loans.hear(entry)
        self.cargoes.hear(event)
        match event:
            case ev.Registered():
                bill = self.loans.bill_of_debt.get(event.debt) if event.room == self.loan_book else None
                before = _Before((), None)
                if bill is not None:
                    self.cargoes.printed(bill, event.prints)
                    before = self._before(bill, self._borrower(event.debt))
                for said in map(Print.unpack, event.prints):
                    self.told += 1
                    new = _Registration(self.told, said, event.room, event.debt, bill, entry)
                    yield from self._enter(new, before)
            case ev.Deregistered():
                for each in self._those(event.room, event.debt, event.prints):
                    self._end(each, entry)
            case ev.Moved():
                for each in self._those(event.room, event.debt, event.prints):
                    self._under(each).pop(each.number, None)
                    each.debt, each.bill = event.to, self.loans.bill_of_debt.get(event.to, each.bill)
                    self._under(each)[each.number] = each
            case ev.SurrenderAccepted():
                self.given_up.add(self.cargoes.known(event.bill))
            case ev.Replaced():
                self.given_up.add(self.cargoes.known(event.bill))
                self.given_up.difference_update(map(self.cargoes.known, event.replacements))

    def bought(self, sale: Sold) -> Iterator[Indication]:
        """Bills were sold while their cargo secures a debt under another bill."""
        self.market.add(sale)
        for bill in sale.bills:
            for other in self.cargoes.others(bill):
                for each in self.standing.get(other, {}).values():
                    yield self._sold_too(each, bill, sale, sale.entry)

    def _under(self, each: _Registration) -> dict[int, _Registration]:
        """All that secures a debt under the same bill now; what has no bill is found by nothing."""
        return {} if each.bill is None else self.standing.setdefault(self.cargoes.known(each.bill), {})

    def _end(self, each: _Registration, entry: Entry) -> None:
        each.ended = entry
        del self.boxes[each.said.cargo][each.number]
        self._under(each).pop(each.number, None)
        last = self.ended.get(each.said)
        if each.bill is not None and (last is None or last.number < each.number):
            self.ended.put(each.said, each)

    def _those(self, room: str, debt: int, prints: tuple[int, ...]) -> Iterator[_Registration]:
        for said in map(Print.unpack, prints):
            here = self.boxes.get(said.cargo, {}).values()
            fit = (each for each in here if (each.room, each.debt) == (room, debt) and is_one(each.said, said))
            found = next(fit, None)
            if found is not None:
                yield found

    def _enter(self, new: _Registration, before: _Before) -> Iterator[Indication]:
        box, said, block = self.boxes.setdefault(new.said.cargo, {}), new.said, new.begun.block
        beside = [each for each in box.values() if abs(each.said.day - said.day) <= WINDOW_DAYS]
        barring = next((each for each in beside if _bars(each.said, said)), None)
        if barring is not None:
            what = f"it secures {self._told(new)} from block {block} on, and {self._told(barring)} since block"
            yield self._seen(new, f"{what} {barring.begun.block}, which had not ended")
        elif beside:
            weight = said.weight + sum(each.said.weight for each in beside)
            payload = min(said.payload, *(each.said.payload for each in beside))
            if weight > payload:
                what = f"its parts secure debts with {weight} kg from block {block} on, and it may carry {payload} kg"
                yield self._seen(new, f"{what}; the last is of {self._told(new)}")
        if barring is None:
            yield from self._seen_before(new, before)
        box[new.number] = self._under(new)[new.number] = new

    def _before(self, bill: int, borrower: int) -> _Before:
        others = frozenset(self.cargoes.others(bill))
        group = self.persons.group(borrower)
        sales = (sale for sale in self.market.of(others) if self.persons.group(sale.buyer) != group)
        return _Before(others, next(sales, None))

    def _seen_before(self, new: _Registration, before: _Before) -> Iterator[Indication]:
        """The same cargo was sold under another bill, or secured a debt that ended."""
        if before.sale is not None:
            sold = next(each for each in before.sale.bills if self.cargoes.known(each) in before.others)
            yield self._sold_too(new, sold, before.sale, new.begun)
            return
        last = max(self.ended.near(new.said), key=lambda each: each.number, default=None)
        if last is None or last.ended is None or last.bill is None:
            return
        # One bill may secure one debt after the other. So may another, once its carrier has taken the first back: of
        # two, only one is left that anybody could lend on.
        gone = self.given_up.issuperset(self.cargoes.lineage(last.bill))
        if self.cargoes.known(last.bill) in before.others and not gone:
            yield self._again(new, last, last.ended)

    def _again(self, new: _Registration, last: _Registration, ended: Entry) -> Indication:
        now, then = self._borrower(new.debt), self._borrower(last.debt)
        who = (
            "of the same borrower" if now == then else f"of {self.persons.told(then)}, not of {self.persons.told(now)}"
        )
        what = f"it secures {self._told(new)} from block {new.begun.block} on; {self._told(last)}, {who}, ended in"
        both = "its carrier has not taken that bill back: both may be lent on, unless the box was filled again"
        return self._seen(new, f"{what} block {ended.block}, and {both}", Level.LOW)

    def _sold_too(self, each: _Registration, bill: int, sale: Sold, entry: Entry) -> Indication:
        who = f"{self.persons.told(sale.buyer)} bought {bill_name(bill)} in block {sale.entry.block}"
        what = f"it secures {self._told(each)} since block {each.begun.block}, and {who}, a bill of the same cargo"
        return Indication(cargo_name(each.said.cargo), what, entry.block, Level.MEDIUM)

    def _borrower(self, debt: int) -> int:
        loan = self.loans.all.get(facility_of_debt(debt))
        return 0 if loan is None else loan.terms.borrower

    def _told(self, each: _Registration) -> str:
        if each.room != self.loan_book:
            return self.names.debt(each.room, each.debt)
        of = "" if each.bill is None else f" under {bill_name(each.bill)}"
        return f"{name_of(facility_of_debt(each.debt))}{of}"

    def _seen(self, each: _Registration, what: str, level: Level | None = None) -> Indication:
        return Indication(cargo_name(each.said.cargo), what, each.begun.block, level)


def _bars(one: Print, other: Print) -> bool:
    """Of those that leave together: one is all that is in the box, or they are parts of one weight."""
    return not one.weight or not other.weight or one.weight == other.weight


def _look(evidence: Evidence) -> Iterator[Indication]:
    register = _Register(book(evidence), evidence.names)
    sales = Sales(evidence, register.persons, register.loans)
    for entries in transactions(evidence):
        for place, entry in enumerate(entries):
            yield from register.hear(entry)
            for sale in sales.hear(entries, place):
                yield from register.bought(sale)


CHECK = Check(
    id="SAM-F1",
    title="One cargo that is financed twice",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="A box, or a part of one, that is registered for two debts at once, or parts that weigh more than it "
    "may carry: critical, for the register lets nobody do that. A bill that was sold while another bill of the same "
    "cargo secures a debt, or before it does: medium. Cargo that secures a debt under another bill than it did before, "
    "within the window of its departure, after the first debt ended, while the first bill lives or is on paper: low, "
    "for a box may be filled again. A bill that is let go and pledged again, sold on and pledged by its buyer, or "
    "pledged after its carrier took the first back gives no finding. Cargo of bills that were never pledged is not "
    "seen.",
    goes_wrong="Two bills are issued for one shipment. One is pledged, the other is sold, and both banks lend "
    "(Agritrade).",
    do_next="Ask the carrier which bills it issued for the box, and which it took back; ask both lenders. Prints are "
    "blinded: `sampan finance free` tells who has the document and the registrar's key which box has the print that "
    "begins with these digits.",
    rules=("P7", "T21", "T24"),
    look=_look,
)
