"""SAM-A1: the powers of administration are those of the manifest, with its delays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sampan.suite.check import Check, Indication, Level

if TYPE_CHECKING:
    from sampan.audit.evidence import Evidence


def _look(evidence: Evidence) -> Iterator[Indication]:
    for difference in evidence.powers:
        level = Level.HIGH if difference.level == "error" else Level.LOW
        yield Indication(difference.subject, difference.message, level=level)


CHECK = Check(
    id="SAM-A1",
    title="Powers other than the manifest's",
    level=Level.HIGH,
    confidence="high",
    looks_for="Roles, members, functions and delays on the chain that are more, or shorter, than the manifest says; "
    "a contract that stood before the block from which its events are read. Low where they are less, or longer, for "
    "acts that are scheduled and wait, and where the node cannot tell what stood earlier.",
    goes_wrong="The administrator gives itself the recoverer's role and shortens its own delay to nothing.",
    do_next="`sampan powers` shows all of them. Ask the administrator for the decision behind the change; a new "
    "manifest should say what is meant.",
    rules=("L8", "N23"),
    look=_look,
)
