"""SAM-H2: an account's issues are counted from 1 without a gap, up to what the chain has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sampan.audit.checks.base import Check, Indication, Level
from sampan.audit.evidence import ISSUES
from sampan.audit.names import shown

if TYPE_CHECKING:
    from sampan.audit.evidence import Evidence

WRAPS = 1 << 24


def _look(evidence: Evidence) -> Iterator[Indication]:
    last: dict[str, int] = defaultdict(int)
    for entry in evidence.ledger:
        if entry.name in ISSUES:
            account, count = entry.args["actor"], entry.args["issued"]
            expected = (last[account] + 1) % WRAPS
            if count != expected:
                yield Indication(
                    shown(account),
                    f"bill number {expected} that it issued is not in the logs: the one in block {entry.block} is "
                    f"number {count}",
                    entry.block,
                )
            last[account] = count
    for account in sorted(evidence.answers.issued):
        there = evidence.answers.issued[account]
        if there != last[account]:
            yield Indication(shown(account), f"the chain has counted {there} issues, the logs tell {last[account]}")


CHECK = Check(
    id="SAM-H2",
    title="A gap in an account's issues",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="An issue count that does not follow on the one before, and a last count that is not the chain's.",
    goes_wrong="A carrier's agent issues one bill more than it reports, and a node leaves that bill out of the logs.",
    do_next="Ask another RPC for the blocks between the two issues, and the carrier for its own list of bills.",
    rules=("N13", "P10"),
    look=_look,
)
