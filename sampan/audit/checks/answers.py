"""SAM-T7: carriers answer surrenders within the time that they published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sampan.audit.checks.base import Check, Indication, Level
from sampan.audit.names import bill_name, time_text
from sampan.model import rules
from sampan.model.state import PENDING
from sampan.suite import ids

if TYPE_CHECKING:
    from sampan.audit.evidence import Evidence


def _look(evidence: Evidence) -> Iterator[Indication]:
    for number, entries in sorted(evidence.acts.items()):
        for entry in entries:
            if entry.name == "SurrenderRecalled":
                yield Indication(
                    bill_name(number),
                    f"its surrender was recalled in block {entry.block}: the carrier had not answered, or could not",
                    entry.block,
                )
    state = evidence.state
    if state is None:
        return
    for number, bill in sorted(state.bills.items()):
        if bill.status not in PENDING or state.by_lei.get(ids.lei_of(number)) not in state.participants:
            continue
        due = rules.answer_overdue_from(state, bill)
        if evidence.time >= due:
            yield Indication(
                bill_name(number),
                f"its surrender should have been answered by {time_text(due)}, and waits still",
            )


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
