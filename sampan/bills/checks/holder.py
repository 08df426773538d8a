"""SAM-P1: every bill is possessed for exactly one participant, who can be named."""

from __future__ import annotations

from sampan.bills.history import Seen, seen
from sampan.bills.subject import BILLS
from sampan.suite.check import Check, Evidence, Level


def _look(evidence: Evidence) -> Seen:
    persons = evidence.state.participants if evidence.state is not None else {}
    for (bill,), holder in sorted(evidence.answers.of(BILLS, "holderFor").items()):
        if holder is None:
            yield seen(bill, "nobody can be named for whom it is possessed: holderFor gives no answer")
        elif holder == 0:
            yield seen(bill, "nobody can be named for whom it is possessed: holderFor answers 0")
        elif persons and holder not in persons:
            yield seen(bill, f"it is possessed for participant {holder}, who was never enrolled")


CHECK = Check(
    id="SAM-P1",
    title="A bill that is held for nobody",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="A bill whose possessor or room names no participant for whom it is held now.",
    goes_wrong="A room takes a bill in and, once the price is paid, names neither seller nor buyer: nobody has "
    "exclusive control, and the record is no document of title.",
    do_next="Ask whoever runs the room, and have it delisted for new bills; a delisted room still lets bills out.",
    rules=("P1", "L3", "L5"),
    look=_look,
)
