"""SAM-H2: an account's issues are counted from 1 without a gap, up to what the chain has."""

from __future__ import annotations

from collections import defaultdict

from sampan.bills.history import Seen, issues
from sampan.bills.records import ISSUED_MODULO
from sampan.identity.subject import IDENTITY
from sampan.suite.check import Check, Evidence, Indication, Level
from sampan.suite.tell import checksum


def _look(evidence: Evidence) -> Seen:
    last: dict[str, int] = defaultdict(int)
    for entry in issues(evidence):
        account, count = entry.event.actor, entry.event.issued
        expected = (last[account] + 1) % ISSUED_MODULO
        if count != expected:
            yield Indication(
                checksum(account),
                f"bill number {expected} that it issued is not in the logs: the one in block {entry.block} is "
                f"number {count}",
                entry.block,
            )
        last[account] = count
    for (account,), reply in sorted(evidence.answers.of(IDENTITY, "account").items()):
        if reply is not None and reply["issued"] != last[account]:
            there = f"the chain has counted {reply['issued']} issues"
            yield Indication(checksum(account), f"{there}, the logs tell {last[account]}")


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
