"""SAM-P3: the root over a bill's document is the one that was fixed at issue."""

from __future__ import annotations

from sampan.bills.history import Seen, issues, seen
from sampan.bills.subject import BILLS
from sampan.suite.check import Check, Evidence, Level


def _look(evidence: Evidence) -> Seen:
    roots: dict[int, bytes] = {}
    for entry in issues(evidence):
        bill, root = entry.event.bill, entry.event.root
        if roots.setdefault(bill, root) != root:
            yield seen(bill, f"got another root in block {entry.block}", entry)
        if not any(root) or not any(entry.event.checksum):
            yield seen(bill, "was issued without a document", entry)
    kept = evidence.answers.of(BILLS, "rootOf")
    for bill, root in sorted(roots.items()):
        there = kept.get((bill,))
        if there is not None and there != root:
            yield seen(bill, f"has the root 0x{there.hex()} on the chain and was issued with 0x{root.hex()}")


CHECK = Check(
    id="SAM-P3",
    title="A document that changed",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="A root in storage that is not the one logged at issue, and a bill issued without a document.",
    goes_wrong="After the bank has lent, the bill stands for a document that says 100 tonnes where it said 1,000.",
    do_next="Ask the carrier for the document and prove its fields with `sampan document verify` against the root that "
    "was logged at issue.",
    rules=("P3", "L4"),
    look=_look,
)
