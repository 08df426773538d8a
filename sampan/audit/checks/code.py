"""SAM-C1: the code on the chain is the code in the artifacts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sampan.suite.check import Check, Indication, Level

if TYPE_CHECKING:
    from sampan.audit.evidence import Evidence


def _look(evidence: Evidence) -> Iterator[Indication]:
    for fault in evidence.code:
        yield Indication(fault.subject, fault.message)


CHECK = Check(
    id="SAM-C1",
    title="Other code than the artifacts'",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="A manifest that lists other contracts than the suite's, or one that was given somebody else's; a "
    "contract whose code, with immutables masked, is not the artifact's; an immutable, an address or a hash that is "
    "not what manifest and artifact give.",
    goes_wrong="A manifest names an address where somebody else's contract stands. It answers the same calls, and lets "
    "its maker move every bill.",
    do_next="Do not use the ledger at that address. Compare the manifest with the one that the deployer published, and "
    "the package's release with the manifest's. Nothing else was looked at: what other code says proves nothing.",
    rules=("L8", "N24"),
    look=_look,
)
