"""SAM-P10: what is rebuilt from the logs is what the chain keeps, at the same block."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sampan.suite.check import Check, Indication, Level

if TYPE_CHECKING:
    from sampan.audit.evidence import Evidence


def _look(evidence: Evidence) -> Iterator[Indication]:
    differences: dict[str, list[str]] = defaultdict(list)
    for item in evidence.answers.mismatches or ():
        differences[item.subject].append(f"{item.what}: the logs give {item.rebuilt}, the chain has {item.found}")
    for subject, said in differences.items():
        yield Indication(subject, "; ".join(said))


CHECK = Check(
    id="SAM-P10",
    title="Storage is not what the history gives",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="Any answer and any word of storage, of a bill, an account, a participant, a room, that differs from "
    "the state that the logs give.",
    goes_wrong="A node's operator alters the word of one bill in its own database. Every wallet that asks this node "
    "sees another possessor, and no log tells of it.",
    do_next="Ask another RPC for the same block. When only this one differs, it lies; when all do, the chain itself "
    "was altered, which only whoever controls it can do.",
    rules=("P10", "L4"),
    look=_look,
)
