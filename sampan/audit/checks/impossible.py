"""SAM-H4: every event could follow from what came before it, by the rules of the reference model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sampan.suite.check import Check, Indication, Level

if TYPE_CHECKING:
    from sampan.audit.evidence import Evidence


def _look(evidence: Evidence) -> Iterator[Indication]:
    for cause in evidence.impossible:
        entry = cause.entry
        more = f" (and {cause.following} that follow from it)" if cause.following else ""
        yield Indication(cause.subject, f"{entry.name} in block {entry.block}: {cause.why}{more}", entry.block)


CHECK = Check(
    id="SAM-H4",
    title="A history that cannot have happened",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="An event that the reference model refuses: by that party, in that state, at that time it could not be. "
    "What is impossible only because of it is counted with it.",
    goes_wrong="A log was left out, invented or put in another order; or a contract does what the rules forbid.",
    do_next="Ask another RPC for the history of the bill or account. What came after the event was rebuilt with the "
    "event's own counts, so other findings about the same bill may follow from this one.",
    rules=("P1", "P4", "P10"),
    look=_look,
)
