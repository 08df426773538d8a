"""SAM-L13: where a record becomes paper, or paper a record, originals are counted and a statement says so."""

from __future__ import annotations

from sampan.bills.history import Seen, seen
from sampan.suite import events as ev
from sampan.suite.check import Check, Evidence, Level


def _look(evidence: Evidence) -> Seen:
    for entry in evidence.told:
        event = entry.event
        if isinstance(event, ev.SwitchedToPaper) and event.originals == 0:
            yield seen(event.bill, "ended in favour of paper, of which no original was issued", entry)
        elif isinstance(event, ev.IssuedFromPaper) and event.originals == 0:
            yield seen(event.bill, "was issued in place of paper, of which there was no original", entry)
        if isinstance(event, ev.SwitchedToPaper | ev.IssuedFromPaper) and not any(event.statement):
            yield seen(event.bill, "changed its medium without a statement", entry)


CHECK = Check(
    id="SAM-L13",
    title="A change of medium without paper",
    level=Level.HIGH,
    confidence="high",
    looks_for="Bills switched to no paper original at all, or issued in place of none; a change without a statement.",
    goes_wrong="A live bill ends, nobody holds a paper in its place, and the cargo has no document of title at all.",
    do_next="Ask the carrier for the statement of the change of medium, and how many originals it says were issued or "
    "handed in.",
    rules=("L12", "L13"),
    look=_look,
)
