"""SAM-H1: a bill's acts are counted from 1 without a gap, up to what the chain has."""

from __future__ import annotations

from sampan.bills.history import Seen, acts, seen
from sampan.bills.records import MAX_ACTS
from sampan.bills.subject import BILLS
from sampan.suite.check import Check, Evidence, Level


def _look(evidence: Evidence) -> Seen:
    told = acts(evidence)
    kept = {bill: reply["actCount"] for (bill,), reply in evidence.answers.of(BILLS, "bill").items() if reply}
    for bill in sorted({*told, *kept}):
        last = 0
        for entry in told.get(bill, ()):
            count, expected = entry.event.act_count, min(last + 1, MAX_ACTS)
            if count != expected:
                what = f"{entry.name} in block {entry.block} counts as act {count}"
                yield seen(bill, f"act {expected} is not in the logs: {what}", entry)
            last = count
        there = kept.get(bill)
        if there is not None and there != last:
            yield seen(bill, f"the chain has counted {there} acts, the logs tell {last}")


CHECK = Check(
    id="SAM-H1",
    title="A gap in a bill's acts",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="An act count that does not follow on the one before, and a last count that is not the chain's.",
    goes_wrong="A node leaves one endorsement out of its answer. All that is left looks sound, and the chain of title "
    "leads to the wrong bank.",
    do_next="Ask another RPC for the blocks between the two acts. When the gap stays, the ledger's code is not what it "
    "seems.",
    rules=("N13", "P10"),
    look=_look,
)
