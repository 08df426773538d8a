"""SAM-L2: one document stands behind one bill."""

from __future__ import annotations

from collections import defaultdict

from sampan.bills.history import Seen, acts, ending_of, issues, seen
from sampan.suite import ids
from sampan.suite.check import Check, Evidence, Level
from sampan.suite.tell import bill_name


def _look(evidence: Evidence) -> Seen:
    ended = {entry.event.bill for entries in acts(evidence).values() for entry in entries if ending_of(entry.event)}
    for what in ("checksum", "root"):
        bills: dict[bytes, list[int]] = defaultdict(list)
        for entry in issues(evidence):
            bill, value = entry.event.bill, getattr(entry.event, what)
            earlier = [one for one in bills[value] if ids.reference_key(one) != ids.reference_key(bill)]
            if earlier:
                both_live = bill not in ended and any(one not in ended for one in earlier)
                names = " and ".join(bill_name(one) for one in earlier)
                why = f"was issued in block {entry.block} with the {what} of {names}: 0x{value.hex()}"
                yield (
                    seen(bill, f"{why}, and both are live", entry)
                    if both_live
                    else seen(bill, why, entry, Level.MEDIUM)
                )
            bills[value].append(bill)


CHECK = Check(
    id="SAM-L2",
    title="One document under two references",
    level=Level.HIGH,
    confidence="medium",
    looks_for="Two bills of different references whose documents have the same checksum or root.",
    goes_wrong="A carrier's agent issues the same document once as X1 and once as X2. Each looks unique, and each is "
    "pledged to another bank.",
    do_next="Have both documents disclosed: a document holds its own reference, so one of the two cannot hold the "
    "reference that it was issued under.",
    rules=("L2", "N11"),
    look=_look,
)
