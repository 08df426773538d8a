"""The traps, each a check with an id that never changes its meaning: what it looks for, what goes wrong, the mend.

A check is a function of a stage. It raises `Falls` when the room falls into the trap, `NotTried` when it could not be
tried, and returns how often it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from sampan.rooms.description import ActOfRoom, Wait
from sampan.rooms.stage import Stage

Way = tuple[ActOfRoom | Wait, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One trap."""

    id: str
    title: str
    """What a room does that does not fall into it."""
    goes_wrong: str
    mend: str
    run: Callable[[Stage], int]


CHECKS: Final[dict[str, Check]] = {}
"""Every check by its id, in the order in which they are told."""


def check(
    id: str, title: str, *, goes_wrong: str, mend: str
) -> Callable[[Callable[[Stage], int]], Callable[[Stage], int]]:
    """Decorator: a function as a check."""

    def enter(run: Callable[[Stage], int]) -> Callable[[Stage], int]:
        if id in CHECKS:
            raise ValueError(f"two checks are called {id}")
        CHECKS[id] = Check(id, title, goes_wrong, mend, run)
        return run

    return enter


def points(stage: Stage) -> Iterator[tuple[Way, int, ActOfRoom]]:
    """Every act of every way, once where several ways begin alike: the way, its place in it, the act."""
    seen = set()
    for way in stage.description.ways:
        for place, step in enumerate(way):
            before = way[: place + 1]
            names = tuple(each.said if isinstance(each, Wait) else each.name for each in before)
            if isinstance(step, ActOfRoom) and names not in seen:
                seen.add(names)
                yield way, place, step


def last_acts(stage: Stage) -> Iterator[tuple[Way, int, ActOfRoom]]:
    """The act that ends each way."""
    for way in stage.description.ways:
        act = way[-1]
        assert isinstance(act, ActOfRoom)
        yield way, len(way) - 1, act
