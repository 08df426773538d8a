"""What must hold after each act of a bill is asked: a state that breaks it is found, whatever the rules let through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sampan.bills import properties
from sampan.bills.records import Bill
from sampan.bills.verbs.circulation import Sign, Transfer
from sampan.bills.verbs.issue import Issue
from sampan.bills.verbs.surrender import Accept, Deliver, Surrender
from sampan.fuzz.alone import LATER, STRANGER, Alone
from sampan.suite.event import Event
from sampan.suite.words import Kind, Purpose, Status, SurrenderFor
from sampan.testing import PARTIES

Change = Callable[[Any, Bill], None]


class Lived:
    """A bill that was issued to a shipper, passed on to a trader, signed, surrendered, accepted and delivered."""

    def __init__(self) -> None:
        self.ledger = Alone()
        self.carrier = self.ledger.carrier("carrier", PARTIES["carrier"].lei)
        self.shipper = self.ledger.enrol("shipper", PARTIES["shipper"].lei)
        self.trader = self.ledger.enrol("trader", PARTIES["trader"].lei)
        terms = self.ledger.terms(PARTIES["carrier"].lei)
        self.bill = terms.bill
        self.acts: dict[str, tuple[str, Any]] = {
            "issue": (self.carrier, Issue(terms, self.shipper, b"")),
            "transfer": (self.shipper, Transfer(self.bill, self.trader, b"")),
            "sign": (self.trader, Sign(self.bill, Purpose.SEEN, b"")),
            "surrender": (self.trader, Surrender(self.bill, SurrenderFor.DELIVERY, self.carrier, bytes(32), b"")),
            "accept": (self.carrier, Accept(self.bill, b"")),
            "deliver": (self.carrier, Deliver(self.bill, b"")),
        }
        self.count = 0

    def until(self, last: str) -> list[Event]:
        """Acts up to this one; what it logged."""
        for name, (sender, verb) in self.acts.items():
            done = self.ledger.do(sender, verb)
            self.count += 1
            assert self.asked(done.events) is None, name
            if name == last:
                return done.events
        raise KeyError(last)

    def asked(self, events: list[Event]) -> tuple[str, str] | None:
        return properties.broken(self.ledger.state, events, {self.bill: self.count})


def sets(**fields: Any) -> Change:
    def change(lived: Lived, bill: Bill) -> None:
        for name, value in fields.items():
            setattr(bill, name, getattr(lived, value) if value in ("carrier", "shipper", "trader") else value)

    return change


@pytest.mark.parametrize(
    ("after", "change", "broken", "told"),
    [
        ("transfer", sets(possessor=STRANGER), "P1", "which is no account"),
        ("surrender", sets(possessor="trader"), "P1", "is PENDING_DELIVERY and not with its carrier"),
        ("transfer", sets(titleholder=99), "P1", "a titleholder that does not exist"),
        ("transfer", lambda _, bill: setattr(bill, "replaced_by", (bill.id,)), "P2", "by one that does not know it"),
        ("transfer", sets(root=b"\7" * 32), "P3", "says changed"),
        ("transfer", sets(act_count=3), "P10", "counts 3 acts, the log 2"),
        ("transfer", sets(possessor="shipper"), "P4", "its events leave it with"),
        ("transfer", sets(titleholder=2, kind=Kind.ORDER), "P4", " changed by ['Transferred']"),
    ],
)
def test_a_state_that_an_honest_act_does_not_leave_breaks_a_property(
    after: str, change: Change, broken: str, told: str
) -> None:
    lived = Lived()
    events = lived.until(after)
    change(lived, lived.ledger.state.bills[lived.bill])
    found = lived.asked(events)
    assert found is not None
    assert found[0] == broken
    assert told in found[1]


@pytest.mark.parametrize(
    ("after", "alter", "broken", "told"),
    [
        ("issue", lambda lived, e: replace(e, actor=lived.shipper), "P4", "is not its carrier's"),
        ("transfer", lambda lived, e: replace(e, from_=lived.carrier), "P4", "without its act"),
        ("sign", lambda lived, e: replace(e, actor=lived.shipper), "P4", "was signed by"),
        ("accept", lambda lived, e: replace(e, actor=STRANGER), "P4", "answered by who is not its carrier"),
        ("accept", lambda lived, e: replace(e, actor=lived.trader), "P4", "answered by who is not its carrier"),
        ("deliver", lambda lived, e: replace(e, actor=lived.trader), "P4", "answered by who is not its carrier"),
    ],
)
def test_an_act_by_whoever_may_not_breaks_a_property(
    after: str, alter: Callable[[Lived, Any], Event], broken: str, told: str
) -> None:
    lived = Lived()
    (event,) = lived.until(after)
    found = lived.asked([alter(lived, event)])
    assert found is not None
    assert found[0] == broken
    assert told in found[1]


def test_p12_whoever_is_suspended_neither_gives_nor_is_given() -> None:
    for after, who, broken in (
        ("transfer", "shipper", "P4"),
        ("transfer", "trader", "P12"),
        ("sign", "trader", "P12"),
        ("accept", "carrier", "P4"),
    ):
        lived = Lived()
        events = lived.until(after)
        lived.ledger.state.accounts[getattr(lived, who)].suspended_until = LATER
        found = lived.asked(events)
        assert found is not None
        assert found[0] == broken


def test_p9_a_bill_is_delivered_after_an_accepted_surrender_alone() -> None:
    lived = Lived()
    events = lived.until("deliver")
    before = lived.ledger.state.before(lived.ledger.state.bills, lived.bill)
    before.status = Status.LIVE
    found = lived.asked(events)
    assert found is not None
    assert found[0] == "P9"


def test_p1_nothing_changes_after_the_end() -> None:
    lived = Lived()
    events = lived.until("deliver")
    before = lived.ledger.state.before(lived.ledger.state.bills, lived.bill)
    before.status = Status.DELIVERED
    found = lived.asked(events)
    assert found is not None
    assert found[0] == "P1"
