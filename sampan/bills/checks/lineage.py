"""SAM-L11: what replaces a bill is linked with it, both ways."""

from __future__ import annotations

from sampan.bills.history import Seen, seen
from sampan.suite import events as ev
from sampan.suite.check import Check, Entry, Evidence, Level
from sampan.suite.tell import bill_name


def _look(evidence: Evidence) -> Seen:
    replaced: dict[int, Entry] = {}
    issued: dict[int, Entry] = {}
    for entry in evidence.told:
        if isinstance(entry.event, ev.Replaced):
            replaced[entry.event.bill] = entry
        elif isinstance(entry.event, ev.ReplacementIssued):
            issued[entry.event.bill] = entry
    for bill, entry in sorted(replaced.items()):
        for other in entry.event.replacements:
            born = issued.get(other)
            if born is None or born.transaction != entry.transaction:
                yield seen(bill, f"is replaced by {bill_name(other)}, which was not issued in its place", entry)
            elif bill not in born.event.replaces:
                yield seen(bill, f"is replaced by {bill_name(other)}, which does not name it", entry)
    for bill, entry in sorted(issued.items()):
        if not entry.event.replaces:
            yield seen(bill, "was issued as a replacement of nothing", entry)
        for other in entry.event.replaces:
            dead = replaced.get(other)
            if dead is None or dead.transaction != entry.transaction:
                yield seen(bill, f"says that it replaces {bill_name(other)}, which did not end then", entry)
            elif bill not in dead.event.replacements:
                yield seen(bill, f"says that it replaces {bill_name(other)}, which names others", entry)


CHECK = Check(
    id="SAM-L11",
    title="A broken lineage",
    level=Level.HIGH,
    confidence="high",
    looks_for="A replaced bill and its replacements that do not name each other in the same act.",
    goes_wrong="A bill is split into two, and a third appears that says it came from the same: part of the cargo "
    "exists twice.",
    do_next="Follow the lineage with `sampan bill history`, and ask the carrier for the agreement that it acted on.",
    rules=("P2", "P4", "L11"),
    look=_look,
)
