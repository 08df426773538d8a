"""What was said of cargo, told from events alone: whose word stands on what, when it was said and by which batch.

A second telling beside the model's, short on purpose: checks should not depend on what they check.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from sampan.suite import events as ev
from sampan.suite.check import Entry, Evidence
from sampan.suite.words import FactKind

SAYS: Final = (ev.FactRecorded, ev.FactAttested)
"""What makes a fact."""
TAKES_BACK: Final = (ev.FactStruck, ev.FactWithdrawn)

Outcome = Literal["stands", "replaced", "struck", "withdrawn"]
_ENDED: Final[dict[Any, Outcome]] = {ev.FactStruck: "struck", ev.FactWithdrawn: "withdrawn"}

About: TypeAlias = tuple[int, FactKind, int, int]
"""Bill, kind, unit, producer."""


def about(event: Any) -> About | None:
    """Of which fact an event tells; None of any other event."""
    if isinstance(event, (*SAYS, *TAKES_BACK)):
        unit = event.statement.unit if isinstance(event, ev.FactAttested) else event.unit
        return event.bill, event.kind, unit, event.producer
    return None


def bill_of(event: Any) -> int | None:
    """The bill that a fact is about."""
    found = about(event)
    return None if found is None else found[0]


def producer_of(event: Any) -> int | None:
    """The producer that anchored, was accredited or discredited."""
    kinds = (ev.Anchored, ev.Accredited, ev.Discredited, ev.Regrouped)
    return event.producer if isinstance(event, kinds) else None


def said(event: Any) -> Any:
    """Where an event that makes a fact has what was said: the statement, or the event itself."""
    return event.statement if isinstance(event, ev.FactAttested) else event


@dataclass(slots=True)
class Word:
    """A producer's word on something, from when it stood until it was taken back or replaced."""

    about: About
    begun: Entry
    ended: Entry | None = None
    """What replaced it or took it back; None: it stands."""

    @property
    def said(self) -> Any:
        """What was said: `happened_at`, `valid_until`, `amount`, `measure`, `place`."""
        return said(self.begun.event)

    @property
    def stands(self) -> bool:
        """Nothing was said against it since."""
        return self.ended is None

    @property
    def outcome(self) -> Outcome:
        """What became of it."""
        return "stands" if self.ended is None else _ENDED.get(type(self.ended.event), "replaced")


@dataclass(slots=True)
class Words:
    """Every producer's words, in order. Feed it every event with `hear`; ask it between two."""

    all: list[Word] = field(default_factory=list)
    standing: dict[About, Word] = field(default_factory=dict)

    def hear(self, entry: Entry) -> None:
        """Take an event in."""
        of = about(entry.event)
        if of is None:
            return
        before = self.standing.pop(of, None)
        if before is not None:
            before.ended = entry
        if isinstance(entry.event, SAYS):
            word = self.standing[of] = Word(of, entry)
            self.all.append(word)

    def of(self, bill: int) -> Iterator[Word]:
        """The words on a bill that stand."""
        return (word for word in self.standing.values() if word.about[0] == bill)


def words(evidence: Evidence) -> Words:
    """All that was said by the end."""
    found = Words()
    for entry in evidence.told:
        found.hear(entry)
    return found
