"""SAM-C3: every log of the ledger's addresses is an event of its code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sampan.suite.check import Check, Indication, Level

if TYPE_CHECKING:
    from sampan.audit.evidence import Evidence


def _look(evidence: Evidence) -> Iterator[Indication]:
    for log in evidence.unreadable:
        yield Indication(f"{log.contract}, block {log.block}, log {log.index}", log.why, log.block)


CHECK = Check(
    id="SAM-C3",
    title="A log that the code cannot have emitted",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="Logs of the ledger's addresses that are no event of its code, or whose data do not fit the event.",
    goes_wrong="A node invents a log, or cuts one short, and hopes that whoever replays the ledger passes over what "
    "it cannot read.",
    do_next="Ask another RPC for the same block. When it answers the same, compare the code on the chain there.",
    rules=("N25",),
    look=_look,
)
