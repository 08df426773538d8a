"""Whatever borrower, agent, lenders, carrier and strangers do, in whatever order: the book has what it owes, its bills
have the values and the cargo that it counts, and what is owed is exact (P6, P7, N19)."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest
from support.contract import Refused
from support.finance import Finance, Owing
from support.money import Sales
from support.trade import DAY, HOUR, SurrenderFor

from sampan.keccak import keccak

ACTS, IN_DEFAULT, MOST_TRIES = 60, 20, 400
WEIGHTS = {
    "pledge": 10,
    "draw": 9,
    "repay": 8,
    "discharge": 6,
    "entrust": 4,
    "come_back": 4,
    "amend": 5,
    "answer": 7,
    "deliver": 6,
    "allot": 6,
    "sell": 7,
    "forget": 5,
    "claim": 3,
    "split": 2,
    "wait": 6,
    "end": 2,
    "surplus": 6,
    "another_agent": 2,
    "hand_over": 6,
}
"""What a walk does, and how often it is tried."""


class Walk:
    """Acts drawn by chance, most of which may be done, and what must be so after each."""

    def __init__(self, finance: Finance, sales: Sales, seed: int) -> None:
        self.finance, self.sales, self.chance = finance, sales, Random(seed)
        self.world, self.book = finance.world, finance.book
        self.owing: dict[int, Owing] = {}
        self.bills: list[int] = []
        self.prints: list[int] = []
        self.pending: dict[int, list[Any]] = {}
        self.agents: dict[int, Any] = {}
        self.replaced: set[int] = set()
        self.done: Counter[str] = Counter()
        for each in range(2):
            terms = finance.facility(
                salt=keccak(bytes([each])),
                rate=self.chance.choice([0, 333_333, 9_999_999]),
                clock=32,
                available_until=finance.now + 60 * DAY * (1 + seed % 3),
                maturity=finance.now + 60 * DAY * (1 + seed % 3),
            )
            number = int(finance.open(terms).event("Opened").facility)
            self.owing[number] = Owing(terms.rate, clock=32)
            self.agents[number] = finance.agent

    # ---------------------------------------------------------------------------------------------------------- drawing

    @property
    def facility(self) -> int:
        return self.chance.choice(list(self.owing))

    def some_bill(self) -> int:
        kept = [each for each in self.bills if self.book.pledgeOf(each)[0]]
        known = kept if kept and self.chance.random() < 0.9 else self.bills
        return self.chance.choice(known) if known else 0

    def late_bill(self) -> int:
        """Of a facility in default, where there is one."""
        late = [each for each in self.owing if self.finance.late(each)]
        found = [each for each in self.bills if self.book.pledgeOf(each)[0] in late]
        return self.chance.choice(found) if found else self.some_bill()

    def prints_of(self, bill: int) -> list[int]:
        """Those that are registered for the debt of a bill."""
        facility, pledge, _, units, _, _ = self.book.pledgeOf(bill)
        if not units:
            return []
        wanted = (self.book.address, facility | pledge << 24)
        return [each for each in self.prints if tuple(self.finance.registrations.debtOf(each)) == wanted]

    def pledge(self) -> None:
        facility, bill = self.facility, self.world.blank(self.finance.borrower)
        prints = self.finance.prints(self.chance.randint(1, 4))
        amount = self.chance.choice([0, 0, 50_000])
        value = self.chance.choice([10, 70_000, 300_000])
        agent = self.agents[facility]
        terms = self.finance.accepted(bill, facility, value=value, prints=prints, amount=amount, agent_account=agent)
        time = self.finance.lodge(bill, terms).timestamp
        self.bills.append(bill)
        self.prints += prints
        if amount:
            self.owing[facility].draw(amount, time)

    def draw(self) -> None:
        bill = self.some_bill()
        facility, amount = self.book.pledgeOf(bill)[0], self.chance.choice([1, 999, 77_777])
        time = self.book.draw(self.finance.borrower, facility, amount, bill, []).timestamp
        self.owing[facility].draw(amount, time)

    def repay(self) -> None:
        facility, most = self.facility, self.chance.choice([1, 500, 60_000, 10**9])
        bill = self.some_bill()
        shown = [(bill, self.prints_of(bill))] if self.chance.random() < 0.4 else []
        done = self.book.repay(self.finance.borrower, facility, most, self.finance.banks.hkd, shown)
        assert done.event("Repaid").amount == self.owing[facility].repay(most, done.timestamp)

    def discharge(self) -> None:
        bill = self.some_bill()
        by = self.chance.choice([self.finance.borrower, self.finance.borrower, self.world.stranger])
        self.book.discharge(by, self.book.pledgeOf(bill)[0], [(bill, self.prints_of(bill))])

    def entrust(self) -> None:
        bill = self.some_bill()
        agent = self.agents.get(self.book.pledgeOf(bill)[0], self.finance.agent)
        self.book.entrust(agent, bill, self.finance.borrower, self.finance.now + DAY, b"")

    def come_back(self) -> None:
        out = [each for each in self.bills if self.book.pledgeOf(each)[5]]
        bill = self.chance.choice(out or [self.some_bill()])
        facility = self.book.pledgeOf(bill)[0]
        value = self.chance.choice([0, 40_000, 300_000])
        agent = self.agents.get(facility, self.finance.agent)
        self.finance.lodge(bill, self.finance.accepted(bill, facility, value=value, prints=[], agent_account=agent))

    def amend(self) -> None:
        bill = self.some_bill()
        replacements = self.finance.replacements(bill, self.chance.randint(1, 3))
        agent = self.agents.get(self.book.pledgeOf(bill)[0], self.finance.agent)
        self.book.surrender(agent, bill, SurrenderFor.AMENDMENT, self.world.carrier, replacements)
        self.pending[bill] = replacements

    def answer(self) -> None:
        bill = self.chance.choice(list(self.pending) or [0])
        answer, replacements = self.chance.choice(["yes", "yes", "no"]), self.pending.get(bill, [])
        if answer == "no":
            self.world.ledger.refuse(self.world.carrier, bill, b"no")
        elif replacements:
            self.world.ledger.replace(self.world.carrier, [bill], replacements, b"")
            self.bills.remove(bill)
            self.bills += [each.bill for each in replacements]
        else:
            self.world.ledger.accept(self.world.carrier, bill, b"")
        del self.pending[bill]

    def deliver(self) -> None:
        bill = self.late_bill()
        agent = self.agents.get(self.book.pledgeOf(bill)[0], self.finance.agent)
        self.book.surrender(agent, bill, SurrenderFor.DELIVERY, self.world.carrier, [])
        self.pending[bill] = []

    def allot(self) -> None:
        joint = [each for each in self.bills if self.book.pledgeOf(each)[1] and not self.book.pledgeOf(each)[4]]
        first = next((each for each in joint if self.book.pledgeOf(each)[3] > 1), 0)
        others = [each for each in joint if self.book.pledgeOf(each)[:2] == self.book.pledgeOf(first)[:2] != (0, 0)]
        other = self.chance.choice([each for each in others if each != first] or [self.some_bill()])
        value = self.chance.choice([0, 5, 20_000])
        agent = self.agents.get(self.book.pledgeOf(first)[0], self.finance.agent)
        self.book.allot(agent, first, [(other, value, self.prints_of(first)[:1])])

    def sell(self) -> None:
        bill = self.chance.choice([self.some_bill, self.late_bill])()
        facility = self.book.pledgeOf(bill)[0]
        late = self.finance.late(facility) if facility else False
        terms = self.finance.sold(self.sales, bill, price=900_000 if late else self.chance.choice([30_000, 400_000]))
        by = self.agents[facility] if late else self.finance.borrower
        self.book.instruct(by, bill, self.sales.room, self.sales.room.hashOf(terms), 0)
        done = self.sales.room.pay(self.world.consignee, terms, self.finance.banks.hkd)
        event, owing = done.event("PledgeSold"), self.owing[facility]
        owing.until(done.timestamp)
        if event.amount:
            assert owing.repay(event.amount, done.timestamp) == event.amount

    def forget(self) -> None:
        bill = self.some_bill()
        shown = (
            [each for each in self.prints if self.finance.registrations.debtOf(each)[1]]
            if self.chance.random() < 0.1
            else self.left_of(bill)
        )
        self.book.forget(self.world.stranger, bill, shown)

    def left_of(self, bill: int) -> list[int]:
        """Of a bill that was sold the book tells no more: its prints are those of the debt that no other bill has."""
        own = self.prints_of(bill)
        if own:
            return own
        taken = {tuple(self.book.pledgeOf(each)[:2]) for each in self.bills}
        found: dict[int, list[int]] = {}
        for each in self.prints:
            debt = self.finance.registrations.debtOf(each)[1]
            if debt and (debt & 2**24 - 1, debt >> 24) not in taken:
                found.setdefault(debt, []).append(each)
        return self.chance.choice(list(found.values())) if found else []

    def claim(self) -> None:
        self.book.claim(self.world.stranger, self.chance.choice(self.finance.positions_of(self.facility)))

    def split(self) -> None:
        position = self.chance.choice(self.finance.positions_of(self.facility))
        owner = next(each for each in self.finance.lenders if each.address == self.finance.positions.ownerOf(position))
        self.finance.positions.split(owner, position, self.chance.choice([1, 7, 100_000]))

    def wait(self) -> None:
        self.world.ledger.later(self.chance.choice([HOUR, DAY, 5 * DAY, 25 * DAY]))

    def end(self) -> None:
        over = [each for each in self.owing if self.book.loan(each).availableUntil < self.finance.now]
        self.book.endAvailability(self.world.stranger, self.chance.choice(over or list(self.owing)))

    def surplus(self) -> None:
        rich = [each for each in self.owing if self.book.loan(each).surplus]
        self.book.takeSurplus(self.finance.borrower, self.chance.choice(rich or list(self.owing)))

    def another_agent(self) -> None:
        facility = self.facility
        agent = self.chance.choice([self.finance.agent, self.world.forwarder])
        voters = {
            each: next(who for who in self.finance.lenders if who.address == self.finance.positions.ownerOf(each))
            for each in self.finance.positions_of(facility)
        }
        self.finance.replace_agent(facility, agent, voters)
        self.agents[facility] = agent
        self.replaced.add(facility)

    def hand_over(self) -> None:
        held = [each for each in self.bills if self.book.pledgeOf(each)[0] in self.replaced]
        self.book.handOver(self.world.stranger, self.chance.choice(held or [self.some_bill()]))

    # ------------------------------------------------------------------------------------------------------------ after

    def holds(self) -> None:
        values = Counter[int]()
        for bill in self.bills:
            facility, _, value, units, allotted, _ = self.book.pledgeOf(bill)
            values[facility] += value
            if units and bill not in self.forgotten():
                assert len(self.prints_of(bill)) == units
            assert allotted or self.finance.has(bill, self.book) or bill in self.pending or not value
        for facility, owing in self.owing.items():
            loan = self.book.loan(facility)
            owing.until(self.finance.now)
            assert self.finance.owed(facility) == (owing.principal, owing.interest)
            assert loan.value == values[facility]
            found = self.finance.positions_of(facility)
            claims = sum(
                self.finance.positions.unclaimed(each) + self.finance.positions.positionOf(each).had for each in found
            )
            assert claims == loan.paid
        assert self.finance.balanced()

    def forgotten(self) -> set[int]:
        """Ended, and their cargo free: the ledger tells still that they lay here."""
        return {
            each
            for each in self.bills
            if not self.finance.has(each, self.book) and each not in self.pending and not self.prints_of(each)
        }

    def go(self) -> None:
        """So many acts; and more once whatever is owed is in default."""
        self.do(ACTS)
        self.world.ledger.later(200 * DAY)
        self.do(IN_DEFAULT)

    def do(self, acts: int) -> None:
        wanted = sum(self.done.values()) + acts
        for _ in range(MOST_TRIES):
            if sum(self.done.values()) == wanted:
                break
            (act,) = self.chance.choices(list(WEIGHTS), list(WEIGHTS.values()))
            try:
                getattr(self, act)()
            except Refused as refusal:
                # Such as the contracts name, never a sum that did not come out.
                if refusal.name in {"", "Panic"}:
                    raise
                continue
            self.done[act] += 1
            self.holds()


@pytest.mark.slow
@pytest.mark.parametrize("first", [0, pytest.param(5, marks=pytest.mark.long)])
def test_p6_p7_whatever_anybody_does_the_book_comes_out(finance: Finance, sales: Sales, first: int) -> None:
    """Five walks one after the other, in which each act is done."""
    done: Counter[str] = Counter()
    for seed in range(first, first + 5):
        walk = Walk(finance, sales, seed)
        walk.go()
        assert sum(walk.done.values()) == ACTS + IN_DEFAULT, walk.done
        done += walk.done
    assert set(done) == set(WEIGHTS), done
