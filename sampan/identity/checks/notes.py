"""SAM-H5: what no other count covers is noted from 1 without a gap, up to what the chain has."""

from __future__ import annotations

from collections.abc import Iterator

from sampan.identity.subject import IDENTITY
from sampan.suite.check import LEDGER, Check, Evidence, Indication, Level


def _look(evidence: Evidence) -> Iterator[Indication]:
    last = 0
    for entry in evidence.told:
        note = getattr(entry.event, "note", None)
        if note is None:
            continue
        if note != last + 1:
            missing = f"number {last + 1} of the events that are noted is not in the logs"
            yield Indication(LEDGER, f"{missing}: {entry.name} in block {entry.block} is number {note}", entry.block)
        last = note
    there = evidence.answers.of(IDENTITY, "noteCount").get(())
    if there is not None and there != last:
        yield Indication(LEDGER, f"the chain has noted {there} events, the logs tell {last}")


CHECK = Check(
    id="SAM-H5",
    title="A gap in what the ledger noted",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="Suspensions, approvals, givers, codes, answer times, recoveries, rooms, signed acts and the like, whose "
    "number does not follow on the one before, and a last number that is not the chain's.",
    goes_wrong="A node leaves out that a party was suspended and the suspension lifted again: nothing that stands "
    "shows it, and the party dealt on meanwhile.",
    do_next="Ask another RPC for the blocks between the two events.",
    rules=("N13", "P10"),
    look=_look,
)
