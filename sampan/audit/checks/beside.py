"""SAM-H3: a standard's events agree one to one with the acts that they repeat, ERC-721's Transfers first of all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sampan.suite.check import Check, Indication, Level

if TYPE_CHECKING:
    from sampan.audit.evidence import Evidence


def _look(evidence: Evidence) -> Iterator[Indication]:
    for item in evidence.misplaced:
        yield Indication(item.subject, item.why, item.entry.block)


CHECK = Check(
    id="SAM-H3",
    title="Transfers and acts disagree",
    level=Level.HIGH,
    confidence="high",
    looks_for="A move of possession without its Transfer, a Transfer without its act, two that name others; any other "
    "event of a standard that repeats nothing.",
    goes_wrong="A wallet shows one possessor (it reads Transfers), the ledger's own events another.",
    do_next="Look at the transaction named; compare the code on the chain with the artifacts once more.",
    rules=("N25", "P1"),
    look=_look,
)
