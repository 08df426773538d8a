"""SAM-C2: the event store holds what was read from the chain, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sampan.suite.check import Check, Indication, Level

if TYPE_CHECKING:
    from sampan.audit.evidence import Evidence


def _look(evidence: Evidence) -> Iterator[Indication]:
    for fault in evidence.store:
        place = "" if fault.block is None else f", block {fault.block}"
        place += "" if fault.index is None else f", log {fault.index}"
        yield Indication(f"event store{place}", fault.message)


CHECK = Check(
    id="SAM-C2",
    title="The event store was altered",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="Rows of the event store that its own digests do not cover, and logs that the store has, lacks or tells "
    "differently from the chain.",
    goes_wrong="Somebody deletes an endorsement from the auditor's store between two audits, so that the second one "
    "tells another chain of title.",
    do_next="Keep the file as evidence and find out who could write it; then delete it and audit again. This audit set "
    "the store aside and read the events anew.",
    rules=("L8",),
    look=_look,
)
