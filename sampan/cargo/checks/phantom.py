"""SAM-F2: cargo of which only the paper is known, though those who see such cargo reported the rest of the voyage."""

from __future__ import annotations

from collections.abc import Iterator

from sampan.cargo.checks.document import Document
from sampan.cargo.history import Word, words
from sampan.identity.records import DAY
from sampan.suite.check import Check, Evidence, Indication, Level
from sampan.suite.tell import amount, bill_name, participant_name, place_text
from sampan.suite.words import FactKind

_WAITS = 7 * DAY
"""So long feeds may lag."""
_CALL = 3 * DAY
"""A ship loads for so long before it sails."""
_GONE = (FactKind.DEPARTED, FactKind.ARRIVED, FactKind.DISCHARGED)
_PORT = 5
"""Letters of a UN/LOCODE, with which a place begins."""


def _look(evidence: Evidence) -> Iterator[Indication]:
    standing = list(words(evidence).standing.values())
    loads = [word for word in standing if word.about[1] is FactKind.LOADED]
    for bill in sorted({word.about[0] for word in standing}):
        own = [word for word in standing if word.about[0] == bill]
        left = _sailed(own)
        if left is None or evidence.time - left.said.happened_at < _WAITS:
            continue
        witness = _witness(left, loads)
        missing = _missing(own, Document(evidence.disclosed.get(bill, {})))
        if missing and witness is not None:
            days = (evidence.time - left.said.happened_at) // DAY
            who = f"{participant_name(witness.about[3])} reported others at {place_text(witness.said.place)}"
            what = "nobody said that it was loaded" if missing == [0] else f"nobody said that {_units(missing)} loaded"
            yield Indication(bill_name(bill), f"{what}, {amount(days, 'day')} after its ship left; {who}")


def _sailed(own: list[Word]) -> Word | None:
    return next((word for kind in _GONE for word in own if word.about[1] is kind), None)


def _witness(left: Word, loads: list[Word]) -> Word | None:
    """Somebody who saw that ship, or that quay, being loaded: another box there in the days before it left."""
    if left.about[1] is not FactKind.DEPARTED:
        # Where and when it was loaded is not known: the ship was seen at the other end.
        return None
    port = left.said.place[:_PORT]
    for word in loads:
        near = left.said.happened_at - _CALL <= word.said.happened_at <= left.said.happened_at
        if near and word.said.place[:_PORT] == port:
            return word
    return None


def _missing(own: list[Word], document: Document) -> list[int]:
    """Units of which nobody said that they were loaded; [0] where no unit is known, and nothing was said of any."""
    units = set(document.boxes) | {word.about[2] for word in own if word.about[2]}
    loaded = {word.about[2] for word in own if word.about[1] is FactKind.LOADED}
    if not units:
        return [] if loaded else [0]
    return sorted(units - loaded)


def _units(missing: list[int]) -> str:
    if len(missing) == 1:
        return f"unit {missing[0]} was"
    return "units " + ", ".join(map(str, missing[:8])) + (" and more" if len(missing) > 8 else "") + " were"


CHECK = Check(
    id="SAM-F2",
    title="Cargo of which only the paper is known",
    level=Level.MEDIUM,
    confidence="low",
    looks_for="A bill whose ship is said to have left, and boxes of it of which a week later nobody said that they "
    "were loaded, although an accredited producer reported other boxes at that port in those days. A port that nobody "
    "reports from gives no finding, and neither does a feed that lags.",
    goes_wrong="The seller shows a bill for a cargo that was never there, and the bank finances paper (Hin Leong).",
    do_next="Ask the terminal named for the box by its number; ask the carrier for its loading list.",
    rules=("T45", "T19"),
    look=_look,
)
