"""SAM-F6: dates of the bill that do not fit what was seen: on board before loading, endorsed when it was spent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sampan.cargo.checks.document import Document
from sampan.cargo.history import Word, words
from sampan.identity.records import DAY, HOUR
from sampan.suite import events as ev
from sampan.suite.check import Check, Entry, Evidence, Indication, Level
from sampan.suite.tell import bill_name, moment, participant_name
from sampan.suite.words import FactKind

_ZONES = 12 * HOUR
"""Somewhere a day ends so much later than in UTC."""
_GIVES = (ev.Endorsed, ev.Lodged)


def _look(evidence: Evidence) -> Iterator[Indication]:
    own: dict[int, list[Word]] = defaultdict(list)
    for word in words(evidence).standing.values():
        own[word.about[0]].append(word)
    given: dict[int, list[Entry]] = defaultdict(list)
    for entry in evidence.told:
        if isinstance(entry.event, _GIVES):
            given[entry.event.bill].append(entry)
    for bill in sorted(own):
        document = Document(evidence.disclosed.get(bill, {}))
        for level, message in (*_on_board(own[bill], document), *_spent(own[bill], given[bill])):
            yield Indication(bill_name(bill), message, level=level)


def _on_board(own: list[Word], document: Document) -> Iterator[tuple[Level, str]]:
    on_board, issued = document.day("shippedOnBoardDate"), document.day("issueDate")
    if on_board is not None and issued is not None and issued < on_board:
        yield Level.MEDIUM, f"it was issued on {_day(issued)}, before it says that it was on board, {_day(on_board)}"
    if on_board is None:
        return
    late = [word for word in own if word.about[1] is FactKind.LOADED and _after(word.said, on_board)]
    for word in late:
        by, unit = participant_name(word.about[3]), word.about[2]
        what = (
            f"on board on {_day(on_board)} by the document; unit {unit} was loaded at {moment(word.said.happened_at)}"
        )
        yield Level.MEDIUM, f"{what} by {by}"


def _after(said: Any, day: int) -> bool:
    """It happened after the day was over everywhere."""
    return bool(said.happened_at >= day + DAY + _ZONES)


def _spent(own: list[Word], given: list[Entry]) -> Iterator[tuple[Level, str]]:
    out = [word.said.happened_at for word in own if word.about[1] is FactKind.GATED_OUT]
    late = [entry for entry in given if out and entry.time > min(out)]
    if late:
        what = f"was given on in block {late[0].block}, at {moment(late[0].time)}, when its goods had left the gate"
        yield Level.LOW, f"{what} ({moment(min(out))})"


def _day(second: int) -> str:
    return moment(second)[:10]


CHECK = Check(
    id="SAM-F6",
    title="Dates that do not fit what was seen",
    level=Level.MEDIUM,
    confidence="medium",
    looks_for="A document (as far as it was disclosed to the auditor) that was issued before its on-board date, or "
    "whose on-board date is before the day on which a producer saw a box loaded; a bill that was endorsed or lodged "
    "when its goods had left the gate. That a bill is presented late is a deadline of the credit, and no finding.",
    goes_wrong="The on-board date is moved back into the credit's time; or the same cargo is sold again on a bill that "
    "is spent (Winson).",
    do_next="Ask the terminal for the time of loading, the carrier for the log of the ship; ask who has the goods now.",
    rules=("T45", "L18"),
    look=_look,
)
