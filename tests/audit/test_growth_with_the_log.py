"""The audit of loans and sales asks no more than twice as much of a log that is twice as long: of many bills each is
looked at by itself, however many were pledged, sold and forgotten before it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from types import FrameType
from typing import Any

import pytest
from support.audits import audit_of
from support.lent import Lent

from sampan.audit.evidence import Evidence
from sampan.finance.loans.checks import CHECKS as OF_LOANS
from sampan.finance.loans.lives import LIVES
from sampan.finance.loans.verbs.repaying import Forget
from sampan.fuzz.alone import STRANGER
from sampan.identity.verbs.accounts import SetReceiving
from sampan.suite.check import Check
from sampan.suite.tell import Names
from sampan.suite.words import Receiving
from sampan.trade.checks import CHECKS as OF_SALES
from sampan.trade.verbs import Change

SIZES = (10, 20, 40)
LINEAR = 2.01
"""Of `growth`: 2 where each bill costs the same, up to 4 where each is held against all others. It is the same on every
machine, for it is counted."""


@cache
def ledger(pledges: int, each_facility: int) -> Evidence:
    """So many bills are pledged, drawn on, sold where they lie, forgotten and sold on; so many of them secure one
    facility. As many others stay in pledge, and as many lie in the sale, each under terms that were changed."""
    ledger = Lent()
    ledger.act("trader", SetReceiving(ledger.who["trader"], Receiving.ANYONE))
    facility = 0
    for number in range(pledges):
        if not number % each_facility:
            facility = ledger.facility(commitments=(9_000, 1_000))
        ledger.pledge(facility, 9_000, 50)
        bill = ledger.pledge(facility, 9_000, 100)
        ledger.sell(bill, 500, buyer="trader")
        ledger.act(STRANGER, Forget(bill, ledger.left(bill)))
        ledger.sell_free(bill, 600, "trader", "consignee")
        dear = ledger.offer(ledger.blank(), 700, "shipper", "trader")
        ledger.act("shipper", Change(dear, replace(dear, price=650)))
    return audit_of(ledger)


def steps(look: Callable[[Evidence], Any], evidence: Evidence) -> int:
    """How many steps the interpreter takes, without what is kept of the evidence from before."""
    count, anew = 0, replace(evidence)

    def run(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return run

    before = sys.gettrace()
    sys.settrace(run)
    try:
        look(anew)
    finally:
        sys.settrace(before)
    return count


def growth(look: Callable[[Evidence], Any], each_facility: int) -> float:
    """What the second doubling adds, by what the first does."""
    few, some, many = (steps(look, ledger(size, each_facility)) for size in SIZES)
    assert few < some < many, "it looks at every bill"
    return (many - some) / (some - few)


@pytest.mark.slow
@pytest.mark.parametrize("each_facility", [5, max(SIZES)], ids=["of several facilities", "of one facility"])
@pytest.mark.parametrize("check", [*OF_LOANS, *OF_SALES], ids=lambda check: check.id)
def test_a_check_of_loans_or_sales_looks_at_each_bill_by_itself(check: Check, each_facility: int) -> None:
    assert growth(lambda evidence: list(check.look(evidence)), each_facility) < LINEAR


@pytest.mark.slow
@pytest.mark.parametrize("each_facility", [1, max(SIZES)], ids=["of a facility each", "of one facility"])
def test_the_lives_of_loans_are_told_each_by_itself(each_facility: int) -> None:
    def told(evidence: Evidence) -> None:
        for facility in evidence.grouped(LIVES.of):
            LIVES.row(evidence, facility, Names())

    assert growth(told, each_facility) < LINEAR
