"""SAM-K4: a producer that belongs to another group than when it was accredited."""

from __future__ import annotations

from collections.abc import Iterator

from sampan.suite.check import Check, Evidence, Indication, Level
from sampan.suite.tell import lei_text, participant_name


def _look(evidence: Evidence) -> Iterator[Indication]:
    state = evidence.state
    if state is None:
        return
    for producer, known in sorted(state.accreditations.items()):
        person = state.participants.get(producer)
        if person is not None and known.kinds and known.group != person.parent:
            now = f"its ultimate parent is {lei_text(person.parent)}"
            what = f"counts in the group {lei_text(known.group)}, and {now}"
            yield Indication(participant_name(producer), what)


CHECK = Check(
    id="SAM-K4",
    title="A producer in a group that is no longer its own",
    level=Level.MEDIUM,
    confidence="high",
    looks_for="An accredited producer whose ultimate parent is another than the one under which its word counts.",
    goes_wrong="Two terminals are bought by one shipping group, and go on counting as two independent witnesses.",
    do_next="Anybody may put it right: `sampan cargo regroup`.",
    rules=("T19",),
    look=_look,
)
