"""SAM-F9: the ship is not the one that the bill, or another witness, names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sampan.cargo.checks.document import Document
from sampan.cargo.history import Word, words
from sampan.suite.check import Check, Evidence, Indication, Level
from sampan.suite.ids import is_imo
from sampan.suite.tell import bill_name, participant_name
from sampan.suite.words import FactKind


def _look(evidence: Evidence) -> Iterator[Indication]:
    said: dict[int, list[Word]] = defaultdict(list)
    found = words(evidence)
    for word in found.standing.values():
        if word.about[1] is FactKind.VESSEL_IDENTIFIED:
            said[word.about[0]].append(word)
    for bill, own in sorted(said.items()):
        for message in (*_one_ship(own), *_documented(own, Document(evidence.disclosed.get(bill, {})))):
            yield Indication(bill_name(bill), message)
    for word in found.all:
        if word.about[1] is FactKind.VESSEL_IDENTIFIED and word.ended is not None:
            later = found.standing.get(word.about)
            if later is not None and later.said.amount != word.said.amount:
                by = participant_name(word.about[3])
                what = f"{by} named another ship, IMO {later.said.amount}, in place of IMO {word.said.amount}"
                yield Indication(bill_name(word.about[0]), what, word.ended.block)


def _one_ship(own: list[Word]) -> Iterator[str]:
    by_ship: dict[int, list[str]] = defaultdict(list)
    for word in own:
        by_ship[word.said.amount].append(participant_name(word.about[3]))
        if not is_imo(str(word.said.amount)):
            yield f"{participant_name(word.about[3])} names IMO {word.said.amount}, which is no ship's number"
    if len(by_ship) > 1:
        parts = [f"IMO {ship} by {' and '.join(who)}" for ship, who in sorted(by_ship.items())]
        yield f"witnesses name different ships: {'; '.join(parts)}"


def _documented(own: list[Word], document: Document) -> Iterator[str]:
    for word in own:
        if document.vessels and word.said.amount not in document.vessels:
            named = ", ".join(f"IMO {ship}" for ship in sorted(document.vessels))
            yield f"{participant_name(word.about[3])} names IMO {word.said.amount}, the document {named}"


CHECK = Check(
    id="SAM-F9",
    title="Another ship than the bill's",
    level=Level.MEDIUM,
    confidence="medium",
    looks_for="Producers that name different ships for one bill, one that changes its mind, a number that is no "
    "ship's, and a ship that the document (as far as it was disclosed) does not name. Whether a ship is on a list, "
    "everybody asks of its own lists, at the time of its act (`sampan cargo screen`): no list is on chain.",
    goes_wrong="Cargo of a listed ship travels under the name of another one, and the bank pays for it.",
    do_next="Look the number up, and the port's log of that day; screen the ship once more against your lists.",
    rules=("T45", "T35"),
    look=_look,
)
