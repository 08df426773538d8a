"""Alters an honest log in one place at a time, and says which refusals of which verbs a rebuild needs to notice it.

A refusal that no altered log reaches is one that an auditor takes on trust: what no log shows (signatures, rooms'
answers, powers), or what can never be.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

from sampan.fuzz.alone import LEDGER, STRANGER, begun
from sampan.model.replay import Impossible, replay
from sampan.subjects import SUITE
from sampan.suite import ids
from sampan.suite.event import field_names
from sampan.suite.verb import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from sampan.fuzz.alone import Logged
    from sampan.suite.event import Event

HOUR: Final = 3_600
TIMES: Final = (1, HOUR, 73 * HOUR, 337 * HOUR, 91 * 24 * HOUR)
"""Seconds by which a transaction comes later than it did."""
MOST: Final = 16
"""Values that are tried for one field, at most."""
BEFORE: Final = 12
AFTER: Final = 4
"""How many transactions before and after each are tried in its place."""
VISITORS: Final = 24
"""How many of all others are."""


@dataclass(frozen=True, slots=True)
class Altered:
    """A transaction in another shape: what was done to it, its events and its time."""

    what: str
    events: tuple[Event, ...]
    time: int


@dataclass(slots=True)
class Found:
    """What rebuilds of altered logs said."""

    tried: set[str] = field(default_factory=set)
    """What was altered: `Event.field`, or how the order or time was."""
    unseen: set[str] = field(default_factory=set)
    """What can be altered so that no rule refuses it and the same state comes out: the rebuild does not see it."""
    count: int = 0
    examples: dict[tuple[str, str], list[tuple[int, Altered]]] = field(default_factory=dict)
    """Function and error → altered transactions that it refuses, each with its place in the log."""

    @property
    def refusals(self) -> set[tuple[str, str]]:
        """The refusals that were reached: function and error."""
        return set(self.examples)


def tamper(log: Sequence[Logged], dice: Random, *, every: int = 1) -> Found:
    """Alter each transaction (or every so many) of an honest log in all ways, and rebuild it where it stands."""
    state = begun()
    found = Found()
    for place, logged in enumerate(log):
        if logged.events and place % every == 0:
            _, honest = tried(state, Altered("", tuple(logged.events), logged.time))
            for altered in alterations(state, log, place, dice):
                wrong, after = tried(state, altered)
                found.count += 1
                found.tried.add(altered.what)
                if wrong and wrong[0].error:
                    found.examples.setdefault((wrong[0].verb, wrong[0].error), []).append((place, altered))
                if not wrong and after == honest:
                    found.unseen.add(altered.what)
        assert not logged.events or not replay(state, logged.events, logged.time), "the log is honest"
    return found


def tried(state: Any, altered: Altered) -> tuple[list[Impossible], dict[tuple[int, Any], str]]:
    """What a rebuild says of a transaction, and what it changes; the state is afterwards as it was."""
    with _undone(state):
        wrong = replay(state, altered.events, altered.time)
        return wrong, {(id(table), key): repr(table.get(key)) for table, key in state.touched()}


def alterations(state: Any, log: Sequence[Logged], place: int, dice: Random) -> Iterator[Altered]:
    """All that can be done to one transaction."""
    logged = log[place]
    events, time = tuple(logged.events), logged.time
    for at, event in enumerate(events):
        for name in field_names(type(event)):
            for value in others(state, getattr(event, name), dice):
                altered = (*events[:at], replace(event, **{name: value}), *events[at + 1 :])
                yield Altered(f"{event.name}.{name}", altered, time)
        left = (*events[:at], *events[at + 1 :])
        if left:
            yield Altered("dropped", left, time)
        yield Altered("doubled", (*events[: at + 1], *events[at:]), time)
        if at:
            yield Altered("swapped", (*events[: at - 1], event, events[at - 1], *events[at + 1 :]), time)
    for later in TIMES:
        yield Altered("later", events, time + later)
    yield Altered("earlier", events, state.now)
    near = log[max(place - BEFORE, 0) : place + AFTER + 1]
    for other in [*near, *dice.sample(list(log), min(VISITORS, len(log)))]:
        if other is not logged and other.events:
            yield Altered("moved", tuple(other.events), time)


def others(state: Any, value: Any, dice: Random) -> list[Any]:
    """Other values in the place of one, of its type."""
    return [other for other in _others(state, value, dice) if other != value][:MOST]


def _others(state: Any, value: Any, dice: Random) -> list[Any]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, IntEnum):
        return list(type(value))
    if isinstance(value, int):
        return _numbers(state, value, dice)
    if isinstance(value, bytes):
        flipped = bytes([value[0] ^ 1]) + value[1:] if value else b"x"
        selectors = [verb.selector() for verb in dice.sample(list(SUITE.verbs.values()), 3)]
        if len(value) == 32:
            return [bytes(32), flipped, *[digest for _, digest in state.cancelled]]
        return [bytes(len(value)), flipped, *(selectors if len(value) == 4 else [b""])]
    if isinstance(value, tuple):
        more = [other for item in value[:1] for other in others(state, item, dice)[:3]]
        return [(), value[1:], value[::-1], (*value, *value), *[(other, *value[1:]) for other in more]]
    if value.startswith("0x"):
        known = list(state.accounts)
        return [STRANGER, NOBODY, LEDGER, *dice.sample(known, min(MOST, len(known)))]
    return ["", "a", "s1", "TOOLONGS", "G ", "XX"]


def _numbers(state: Any, value: int, dice: Random) -> list[int]:
    if value < ids.ONE_VERSION:
        names = list(state.by_lei)[:2] if value >> 32 else list(state.participants)[:8]
        return [value + 1, max(value - 1, 0), 0, *names, value ^ 1, value ^ 8, 1 << 16, ids.LEI_END]
    bills = list(state.bills)
    following = value + ids.ONE_VERSION
    other_carrier = value ^ 1 << ids.LEI_AT
    malformed = value & ~((1 << ids.REFERENCE_BITS) - 1)
    known = dice.sample(bills, min(3, len(bills)))
    return [following, other_carrier, malformed, *known, *[bill + ids.ONE_VERSION for bill in known[:2]]]


@contextmanager
def _undone(state: Any) -> Iterator[None]:
    now, outer = state.now, state.begin()
    try:
        yield
    finally:
        state.undo(outer)
        state.now = now
