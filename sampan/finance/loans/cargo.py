"""Cargo in the log: which bills are one in lineage, and which are of one cargo, by the prints that they were pledged
with.

A box that is filled again within its window of departure looks like one cargo with what was in it before. So bills are
compared with each other, and never through a third.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

from sampan.finance.registrations.records import WINDOW_DAYS, Print
from sampan.suite import events as ev
from sampan.suite.ids import reference_key

T = TypeVar("T")


def is_one(one: Print, other: Print) -> bool:
    """Whether two prints stand for one piece of cargo: of a box that leaves within the window all, or parts that weigh
    the same."""
    return one.cargo == other.cargo and abs(one.day - other.day) <= WINDOW_DAYS and one.weight == other.weight


class Pieces(Generic[T]):
    """Something by print, found by whatever print is one with it (`is_one`)."""

    def __init__(self) -> None:
        self._days: dict[tuple[int, int], list[int]] = {}
        self._found: dict[tuple[int, int, int], T] = {}

    def near(self, said: Print) -> Iterator[T]:
        """What is kept of all prints that are one with this, by their days."""
        days = self._days.get((said.cargo, said.weight), [])
        within = slice(bisect_left(days, said.day - WINDOW_DAYS), bisect_right(days, said.day + WINDOW_DAYS))
        for day in days[within]:
            yield self._found[said.cargo, said.weight, day]

    def get(self, said: Print) -> T | None:
        """What is kept of this print."""
        return self._found.get((said.cargo, said.weight, said.day))

    def put(self, said: Print, value: T) -> None:
        """Keep something of this print, in place of what was kept of it."""
        if (said.cargo, said.weight, said.day) not in self._found:
            insort(self._days.setdefault((said.cargo, said.weight), []), said.day)
        self._found[said.cargo, said.weight, said.day] = value


class _Lineages:
    """Bills that come from each other: each knows all of them."""

    def __init__(self) -> None:
        self._with: dict[int, list[int]] = {}

    def of(self, bill: int) -> list[int]:
        """All that are of one lineage with a bill."""
        return self._with.setdefault(bill, [bill])

    def join(self, one: int, other: int) -> None:
        few, many = sorted((self.of(one), self.of(other)), key=len)
        if few is not many:
            many += few
            self._with |= dict.fromkeys(few, many)


class Cargoes:
    """Feed it every event with `hear`, and each pledge with `printed`; ask it between two. A bill stands for all
    versions of its reference: what is returned is the first that was heard of."""

    def __init__(self) -> None:
        self._lineages = _Lineages()
        self._of_reference: dict[int, int] = {}
        self._prints: dict[int, dict[Print, None]] = {}
        self._pledged: Pieces[dict[int, None]] = Pieces()

    def known(self, bill: int) -> int:
        """The first bill that was heard of with its reference."""
        return self._of_reference.setdefault(reference_key(bill), bill)

    def lineage(self, bill: int) -> list[int]:
        """All bills of its lineage, itself too: versions of one reference, and what replaced what."""
        return self._lineages.of(self.known(bill))

    def others(self, bill: int) -> list[int]:
        """All bills of the same cargo, of which neither comes from the other: pledged with one print, and what comes
        from those."""
        own = dict.fromkeys(self.lineage(bill))
        found = dict(own)
        for each in own:
            for said in self._prints.get(each, ()):
                for beside in self._pledged.near(said):
                    for one in beside:
                        if one not in found:
                            found |= dict.fromkeys(self._lineages.of(one))
        return [one for one in found if one not in own]

    def hear(self, event: Any) -> None:
        """Take an event in."""
        if isinstance(event, ev.Replaced):
            for bill in event.replacements:
                self._lineages.join(self.known(event.bill), self.known(bill))

    def printed(self, bill: int, words: tuple[int, ...]) -> None:
        """A bill was pledged with these prints."""
        known = self.known(bill)
        for said in map(Print.unpack, words):
            self._prints.setdefault(known, {})[said] = None
            bills = self._pledged.get(said)
            if bills is None:
                self._pledged.put(said, {known: None})
            else:
                bills[known] = None
