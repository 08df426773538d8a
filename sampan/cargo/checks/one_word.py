"""SAM-K3: a condition that one producer's one word meets."""

from __future__ import annotations

from collections.abc import Iterator

from sampan.cargo.verbs.laying import rests_on_one_word
from sampan.suite import events as ev
from sampan.suite.check import Check, Evidence, Indication, Level
from sampan.suite.tell import plain


def _look(evidence: Evidence) -> Iterator[Indication]:
    for entry in evidence.told:
        event = entry.event
        if isinstance(event, ev.ConditionLaid) and rests_on_one_word(event.clauses):
            what = f"is met by the word of one producer on one thing, {plain(event.clauses[0].kind)}"
            yield Indication(f"condition 0x{event.condition[:12].hex()}", what, entry.block)


CHECK = Check(
    id="SAM-K3",
    title="A condition that one word meets",
    level=Level.LOW,
    confidence="high",
    looks_for="A condition all of whose clauses are about one thing and ask for one producer: whoever controls that "
    "producer controls the money.",
    goes_wrong="The borrower's own terminal says 'loaded', and the bank pays out on a ship that never sailed.",
    do_next="Before you sign terms that name it, ask for a second producer of another group, or for a second event.",
    rules=("T19", "N3"),
    look=_look,
)
