"""SAM-F3: what was weighed, surveyed and sealed does not fit together, or not the document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from sampan.cargo.checks.document import Document
from sampan.cargo.history import Word, words
from sampan.suite.check import Check, Evidence, Indication, Level
from sampan.suite.tell import bill_name, moment, participant_name, plain
from sampan.suite.words import FactKind

_SLACK = Decimal("0.05")
"""Scales, dunnage and tare differ by so much."""
_HEAVIEST_BOX = Decimal(5_500)
"""Tare of the heaviest box, in kilograms, where the document does not say its own."""
_MEASURED = (FactKind.WEIGHED, FactKind.INSPECTED)
_KILOGRAMS = "KGM"


def _look(evidence: Evidence) -> Iterator[Indication]:
    by_bill: dict[int, list[Word]] = defaultdict(list)
    for word in words(evidence).standing.values():
        by_bill[word.about[0]].append(word)
    for bill, own in sorted(by_bill.items()):
        document = Document(evidence.disclosed.get(bill, {}))
        for level, message in (
            *_seals(own),
            *_in_what(own),
            *_against_each_other(own),
            *_against_the_document(own, document),
        ):
            yield Indication(bill_name(bill), message, level=level)


def _seals(own: list[Word]) -> Iterator[tuple[Level, str]]:
    inspected = [word for word in own if word.about[1] is FactKind.INSPECTED]
    loaded = {word.about[2]: word.said.happened_at for word in own if word.about[1] is FactKind.LOADED}
    for word in own:
        unit, at = word.about[2], word.said.happened_at
        opened = word.about[1] is FactKind.SEAL_REMOVED and at <= loaded.get(unit, at)
        if opened and not any(each.about[2] in (0, unit) and each.said.happened_at >= at for each in inspected):
            what = f"the seal of unit {unit} was removed at {moment(at)}, before it was loaded"
            yield Level.LOW, f"{what}, and nobody inspected it since"


def _in_what(own: list[Word]) -> Iterator[tuple[Level, str]]:
    """A weight in another unit would be held against nothing."""
    for word in own:
        _, kind, unit, producer = word.about
        if kind is FactKind.WEIGHED and word.said.measure != _KILOGRAMS:
            by = participant_name(producer)
            said = f"unit {unit} is weighed by {by} in {word.said.measure!r}, not in kilograms"
            yield Level.LOW, f"{said}: it is compared with none"


def _against_each_other(own: list[Word]) -> Iterator[tuple[Level, str]]:
    said: dict[tuple[FactKind, int, str], list[Word]] = defaultdict(list)
    for word in own:
        if word.about[1] in _MEASURED and word.said.measure:
            said[word.about[1], word.about[2], word.said.measure].append(word)
    for (kind, unit, measure), each in sorted(said.items(), key=lambda item: item[0]):
        least, most = (choose(each, key=lambda word: word.said.amount) for choose in (min, max))
        if most.said.amount > least.said.amount * (1 + _SLACK):
            of = f"unit {unit}" if unit else "the whole"
            parts = [f"{word.said.amount:,} by {participant_name(word.about[3])}" for word in (least, most)]
            yield Level.MEDIUM, f"{plain(kind)}, {of}: {' and '.join(parts)} ({measure})"


def _against_the_document(own: list[Word], document: Document) -> Iterator[tuple[Level, str]]:
    for word in own:
        _, kind, unit, producer = word.about
        cargo = document.gross(unit) if unit else None
        if kind is not FactKind.WEIGHED or word.said.measure != _KILOGRAMS or cargo is None:
            continue
        tare = document.tare(unit)
        least = (cargo + (tare or 0)) * (1 - _SLACK)
        most = (cargo + (_HEAVIEST_BOX if tare is None else tare)) * (1 + _SLACK)
        if not least <= word.said.amount <= most:
            by = participant_name(producer)
            box = "" if tare is None else f" and {tare:,} kg of box"
            yield (
                Level.MEDIUM,
                f"unit {unit} weighs {word.said.amount:,} kg by {by}; by the document {cargo:,} kg of cargo{box}",
            )


CHECK = Check(
    id="SAM-F3",
    title="Goods that do not fit together",
    level=Level.MEDIUM,
    confidence="low",
    looks_for="Two producers whose weights or quantities of one thing differ by more than a twentieth; a verified "
    "gross mass that is not the document's cargo with its box (where both were disclosed to the auditor), or that is "
    "in no kilograms; a seal that was removed before loading, and no inspection since. Codes of goods are not "
    "compared: no fact on chain has one.",
    goes_wrong="Boxes of scrap travel under a bill for nickel, and every paper is in order (Trafigura and Gupta).",
    do_next="Ask the surveyor to open a box; compare the codes of goods of document, invoice and customs, six digits.",
    rules=("T45", "T19"),
    look=_look,
)
