"""SAM-L2: one document stands behind one bill."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sampan.audit.checks.base import Check, Indication, Level
from sampan.audit.evidence import ISSUES
from sampan.audit.lives import ending_of
from sampan.audit.names import bill_name
from sampan.suite import ids

if TYPE_CHECKING:
    from sampan.audit.evidence import Evidence


def _look(evidence: Evidence) -> Iterator[Indication]:
    ended = {entry.args["bill"] for entries in evidence.acts.values() for entry in entries if ending_of(entry)}
    for what in ("checksum", "root"):
        bills: dict[bytes, dict[int, int]] = defaultdict(dict)
        for entry in evidence.ledger:
            if entry.name in ISSUES:
                bill, value = entry.args["bill"], entry.args[what]
                earlier = [one for one in bills[value] if ids.reference_key(one) != ids.reference_key(bill)]
                if earlier:
                    both_live = bill not in ended and any(one not in ended for one in earlier)
                    names = " and ".join(bill_name(one) for one in earlier)
                    yield Indication(
                        bill_name(bill),
                        f"was issued in block {entry.block} with the {what} of {names}: 0x{value.hex()}"
                        + (", and both are live" if both_live else ""),
                        entry.block,
                        None if both_live else Level.MEDIUM,
                    )
                bills[value][bill] = entry.block


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
