"""SAM-H1: a bill's acts are counted from 1 without a gap, up to what the chain has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sampan.audit.checks.base import Check, Indication, Level
from sampan.audit.names import bill_name

if TYPE_CHECKING:
    from sampan.audit.evidence import Evidence

MOST = 2047
"""Counts stay here (`MAX_ACTS` of the contracts)."""


def _look(evidence: Evidence) -> Iterator[Indication]:
    for bill in sorted({*evidence.acts, *evidence.answers.act_counts}):
        last = 0
        for entry in evidence.acts.get(bill, ()):
            count, expected = entry.args["actCount"], min(last + 1, MOST)
            if count != expected:
                yield Indication(
                    bill_name(bill),
                    f"act {expected} is not in the logs: {entry.name} in block {entry.block} counts as act {count}",
                    entry.block,
                )
            last = count
        there = evidence.answers.act_counts.get(bill)
        if there is not None and there != last:
            yield Indication(bill_name(bill), f"the chain has counted {there} acts, the logs tell {last}")


CHECK = Check(
    id="SAM-H1",
    title="A gap in a bill's acts",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="An act count that does not follow on the one before, and a last count that is not the chain's.",
    goes_wrong="A node leaves one endorsement out of its answer. All that is left looks sound, and the chain of title "
    "leads to the wrong bank.",
    do_next="Ask another RPC for the blocks between the two acts. When the gap stays, the ledger's code is not what it "
    "seems.",
    rules=("N13", "P10"),
    look=_look,
)
