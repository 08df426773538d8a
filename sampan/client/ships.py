"""Which ships producers name for bills, by what stands on the cargo log (`VESSEL_IDENTIFIED`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from sampan.cargo.history import SAYS, TAKES_BACK, Words
from sampan.client import wire
from sampan.suite.check import Entry
from sampan.suite.tell import bill_name
from sampan.suite.words import FactKind

if TYPE_CHECKING:
    from sampan.client.reading import Reading
    from sampan.suite.event import Event

CARGO: Final = "CargoLog"
_TOGETHER: Final = 64


def named_for(ledger: Reading, bills: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """The IMO number of each ship that a producer names for a bill and did not take back; bills without are left out.

    A ledger without a cargo log has none. Raises `ChainError` where the logs and the ledger do not agree.
    """
    found: dict[int, set[int]] = defaultdict(set)
    if CARGO in ledger.addresses:
        last = ledger.connection.block_number()
        for first in range(0, len(bills), _TOGETHER):
            for word in _words(ledger, bills[first : first + _TOGETHER], last).standing.values():
                found[word.about[0]].add(word.said.amount)
    return {bill: tuple(sorted(ships)) for bill, ships in found.items()}


def _words(ledger: Reading, bills: Sequence[int], last: int) -> Words:
    topics = [
        [wire.topic(kind) for kind in (*SAYS, *TAKES_BACK)],
        [wire.indexed(bill) for bill in bills],
        wire.indexed(FactKind.VESSEL_IDENTIFIED),
    ]
    told = ledger._logged(
        topics, last, lambda events: _lacks(ledger, _heard(events), last), bill_name(bills[0]), contract=CARGO
    )
    return _heard(told)


def _heard(told: Sequence[Event]) -> Words:
    words = Words()
    for event in told:
        at = event.at
        assert at is not None
        words.hear(Entry(event, at.block, at.log_index, 0, at.transaction, CARGO))
    return words


def _lacks(ledger: Reading, words: Words, block: int) -> str | None:
    """What the ledger keeps otherwise than the logs tell; None where they agree. Of a producer whose every word was
    left out of the logs, nobody can tell here."""
    last = {word.about: word for word in words.all}
    facts = ledger.ask_bundled([("factOf", *about) for about in last], contract=CARGO, block=block)
    for (about, word), fact in zip(last.items(), facts, strict=True):
        if fact.struck is word.stands or (word.stands and fact.amount != word.said.amount):
            return f"the logs name IMO {word.said.amount} for {bill_name(about[0])}, the ledger keeps IMO {fact.amount}"
    return None
