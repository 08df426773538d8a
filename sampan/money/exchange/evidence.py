"""What the chain should answer of quotes, by the logs: how much of each is used up, and that it is what was signed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sampan.money.exchange.subject import EXCHANGE
from sampan.money.records import Money
from sampan.suite.check import Audited, Question, Word
from sampan.suite.layout import NUMBER
from sampan.suite.layout import entry as entry_slot


def questions(state: Money, time: int) -> Iterator[Question]:
    """Every view that a client could rely on, of every quote that the logs name."""
    for digest, used in sorted(state.quotes_used.items()):
        name = _quote(digest)
        yield Question(name, "used", (digest,), used)
        yield Question(name, "digestOf", (state.quotes[digest],), digest, pure=True)


def words(state: Money) -> Iterator[Word]:
    """The words of all quotes."""
    for digest, used in sorted(state.quotes_used.items()):
        yield Word(_quote(digest), entry_slot(EXCHANGE.slot("used"), digest), NUMBER, used, "used")


def _quote(digest: bytes) -> str:
    return f"quote 0x{digest.hex()}"


# That an exchange is missing shows in what is used up of its quote, if another of the same quote is told.
AUDITED: Final = Audited(EXCHANGE, questions, words)
