"""What no sequence of acts may break of cargo that secures debts (P7): a cargo has at most one live registration.

They read what is registered; of the rules they ask which departures live.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from sampan.finance.registrations import rules
from sampan.finance.registrations.records import DEPARTURES, WINDOW_DAYS, Departure, Print, Registered
from sampan.suite.check import Question
from sampan.suite.event import Event


def broken(state: Registered, events: Sequence[Event], counts: Mapping[int, int]) -> tuple[str, str] | None:
    """The property that one act broke, and how; None: none."""
    for cargo in state.changed(state.boxes):
        found = _once(state, cargo)
        if found:
            return "P7", f"cargo {cargo:#x}: {found}"
    return None


def _once(state: Registered, cargo: int) -> str | None:
    standing = [said for said, _ in rules.live(state, cargo)]
    for one, other in combinations(standing, 2):
        if bars(one, other):
            return f"{one} and {other} both secure debts"
    departures = [each for each in state.boxes[cargo] if each is not None]
    if len(departures) > DEPARTURES or any(_are_one(one, other) for one, other in combinations(departures, 2)):
        return f"departures that are one are kept as several: {departures}"
    for departure in departures:
        if departure.parts and departure.weight > departure.payload:
            return f"the parts of {departure} weigh more than the box may carry"
    return None


def _are_one(one: Departure, other: Departure) -> bool:
    """No further apart than the window, from any day to any day."""
    return other.day - one.last_day <= WINDOW_DAYS and one.day - other.last_day <= WINDOW_DAYS


def bars(one: Print, other: Print) -> bool:
    """Whether two pieces of one box cannot both secure debts: their days lie within the window, and one is all of it,
    or they weigh the same."""
    together = abs(one.day - other.day) <= WINDOW_DAYS
    return together and (not one.weight or not other.weight or one.weight == other.weight)


def answers(state: Registered) -> Iterator[Question]:
    """Views that are not a word of storage, and what they must answer."""
    for cargo in state.boxes:
        for said, _ in rules.live(state, cargo):
            yield Question(f"{cargo:#x}", "free", (said.pack(),), rules.free(state, said.pack()))


def at_last(state: Registered) -> tuple[str, str] | None:
    """Asked after each act already."""
    return None
