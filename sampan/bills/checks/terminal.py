"""SAM-L17: delivery ends the record, and so does every other end; nothing happens to a bill after it."""

from __future__ import annotations

from sampan.bills.history import Seen, acts, ending_of, seen
from sampan.suite.check import Check, Evidence, Level


def _look(evidence: Evidence) -> Seen:
    for bill, entries in sorted(acts(evidence).items()):
        ended: str | None = None
        for entry in entries:
            if ended is not None:
                yield seen(bill, f"{entry.name} in block {entry.block}, when it was {ended}", entry)
            ended = ended or ending_of(entry.event)


CHECK = Check(
    id="SAM-L17",
    title="An act on a bill that had ended",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="Acts after a bill was replaced, switched to paper, delivered or void.",
    goes_wrong="A delivered bill is endorsed to a bank as security for a new loan.",
    do_next="Tell whoever was given the bill after its end; ask the carrier what it delivered, to whom and when.",
    rules=("L17", "L3", "L13", "P1"),
    look=_look,
)
