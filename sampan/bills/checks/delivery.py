"""SAM-P9: cargo is delivered against a bill only after its surrender was accepted."""

from __future__ import annotations

from sampan.bills.history import Seen, acts, seen
from sampan.suite.check import Check, Evidence, Level


def _look(evidence: Evidence) -> Seen:
    for bill, entries in sorted(acts(evidence).items()):
        before = ""
        for entry in entries:
            if entry.name == "Delivered" and before != "SurrenderAccepted":
                said = f"after {before}" if before else "as its first act"
                yield seen(bill, f"was delivered in block {entry.block} {said}, without an accepted surrender", entry)
            if entry.name == "SurrenderAccepted" and before != "Surrendered":
                yield seen(bill, f"a surrender was accepted in block {entry.block} that nobody made", entry)
            # What a recovery moves stays as it was.
            before = before if entry.name == "PossessionRecovered" else entry.name


CHECK = Check(
    id="SAM-P9",
    title="Delivered without an accepted surrender",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="'Delivered' that does not follow on an accepted surrender, and an acceptance of no surrender.",
    goes_wrong="The carrier hands the cargo to a buyer who has not paid, against a letter of indemnity, and writes "
    "'delivered' while the bank still holds the bill.",
    do_next="Ask the carrier against what it delivered; ask the holder whether its bill was ever surrendered.",
    rules=("P9", "L17", "L18"),
    look=_look,
)
