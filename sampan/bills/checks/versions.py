"""SAM-P2: at most one version of a reference lives."""

from __future__ import annotations

from collections import defaultdict

from sampan.bills.history import ACTS, ISSUES, Seen, ending_of, seen
from sampan.suite import ids
from sampan.suite.check import Check, Evidence, Level
from sampan.suite.tell import bill_name


def _look(evidence: Evidence) -> Seen:
    living: dict[int, set[int]] = defaultdict(set)
    known: set[int] = set()
    for entry in evidence.told:
        if type(entry.event) not in ACTS:
            continue
        bill = entry.event.bill
        reference = ids.reference_key(bill)
        if type(entry.event) in ISSUES:
            others = sorted(living[reference] - {bill})
            if others:
                names = " and ".join(bill_name(other) for other in others)
                yield seen(bill, f"was issued in block {entry.block} while {names} was live", entry)
            if bill in known:
                yield seen(bill, f"was issued a second time in block {entry.block}", entry)
            elif ids.version_of(bill) > 1 and bill - ids.ONE_VERSION not in known:
                yield seen(bill, f"was issued in block {entry.block} without the version before", entry)
            known.add(bill)
            living[reference].add(bill)
        elif ending_of(entry.event) is not None:
            living[reference].discard(bill)


CHECK = Check(
    id="SAM-P2",
    title="Two live versions of one reference",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="A bill that is issued while another version of the same reference of the same carrier lives, is issued "
    "twice, or skips a version.",
    goes_wrong="One cargo, two original bills: two banks lend on it.",
    do_next="Ask the carrier which of them is the bill; tell everybody who possesses the other.",
    rules=("P2", "L2"),
    look=_look,
)
