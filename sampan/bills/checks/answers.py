"""SAM-T7: carriers answer surrenders within the time that they published."""

from __future__ import annotations

from sampan.bills import rules
from sampan.bills.history import Seen, acts, seen
from sampan.bills.records import PENDING
from sampan.suite import events as ev
from sampan.suite import ids
from sampan.suite.check import Check, Evidence, Level
from sampan.suite.tell import moment


def _look(evidence: Evidence) -> Seen:
    for number, entries in sorted(acts(evidence).items()):
        for entry in entries:
            if isinstance(entry.event, ev.SurrenderRecalled):
                why = "the carrier had not answered, or could not"
                yield seen(number, f"its surrender was recalled in block {entry.block}: {why}", entry)
    state = evidence.state
    if state is None:
        return
    for number, bill in sorted(state.bills.items()):
        if bill.status not in PENDING or state.by_lei.get(ids.lei_of(number)) not in state.participants:
            continue
        due = rules.answer_overdue_from(state, bill)
        if evidence.time >= due:
            yield seen(number, f"its surrender should have been answered by {moment(due)}, and waits still")


CHECK = Check(
    id="SAM-T7",
    title="A surrender that was not answered in time",
    level=Level.LOW,
    confidence="medium",
    looks_for="Surrenders that wait longer than the carrier's published answer time, and those that were recalled.",
    goes_wrong="A carrier lets a surrender lie while demurrage runs, or because the cargo is no longer there.",
    do_next="Ask the carrier. Whoever surrendered may recall the bill; many at one carrier deserve a closer look.",
    rules=("P14", "T7"),
    look=_look,
)
