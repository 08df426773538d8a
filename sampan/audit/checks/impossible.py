"""SAM-H4: every event could follow from what came before it, by the rules of the reference model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sampan.audit.checks.base import Check, Indication, Level

if TYPE_CHECKING:
    from sampan.audit.evidence import Evidence


def _look(evidence: Evidence) -> Iterator[Indication]:
    for item in evidence.impossible:
        yield Indication(item.subject, f"{item.entry.name} in block {item.entry.block}: {item.why}", item.entry.block)


CHECK = Check(
    id="SAM-H4",
    title="A history that cannot have happened",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="An event that the reference model refuses: by that party, in that state, at that time it could not be.",
    goes_wrong="A log was left out, invented or put in another order; or a contract does what the rules forbid.",
    do_next="Ask another RPC for the bill's history. What came after the event was not rebuilt for its subject, so "
    "other findings about it may follow from this one.",
    rules=("P1", "P4", "P10"),
    look=_look,
)
