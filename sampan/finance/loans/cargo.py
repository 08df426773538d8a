"""Cargo in the log: which bills are one in lineage, and which are of one cargo, by the prints that they were pledged
with."""

from __future__ import annotations

from typing import Any

from sampan.finance.records import WINDOW_DAYS, Print
from sampan.suite import events as ev
from sampan.suite.ids import reference_key


def is_one(one: Print, other: Print) -> bool:
    """Whether two prints stand for one piece of cargo: of a box that leaves within the window all, or parts that weigh
    the same."""
    return one.cargo == other.cargo and abs(one.day - other.day) <= WINDOW_DAYS and one.weight == other.weight


class _Joined:
    """Bills that go together, by the first of them."""

    def __init__(self) -> None:
        self._first: dict[int, int] = {}

    def first(self, bill: int) -> int:
        while (first := self._first.get(bill, bill)) != bill:
            bill = first
        return bill

    def join(self, one: int, other: int) -> None:
        one, other = self.first(one), self.first(other)
        if one != other:
            self._first[max(one, other)] = min(one, other)


class Cargoes:
    """Feed it every event with `hear`, and each pledge with `printed`; ask it between two."""

    def __init__(self) -> None:
        self._lineages, self._cargoes = _Joined(), _Joined()
        self._of_reference: dict[int, int] = {}
        self._printed: dict[int, list[tuple[Print, int]]] = {}

    def lineage(self, bill: int) -> int:
        """What stands for all bills of one lineage: versions of one reference, and what replaced what."""
        return self._lineages.first(self._known(bill))

    def cargo(self, bill: int) -> int:
        """What stands for all bills of one cargo: of one lineage, or pledged with one print."""
        return self._cargoes.first(self._known(bill))

    def differ(self, one: int, other: int) -> bool:
        """Two bills of one cargo, of which neither comes from the other."""
        return self.cargo(one) == self.cargo(other) and self.lineage(one) != self.lineage(other)

    def hear(self, event: Any) -> None:
        """Take an event in."""
        if isinstance(event, ev.Replaced):
            for bill in map(self._known, event.replacements):
                self._lineages.join(bill, self._known(event.bill))
                self._cargoes.join(bill, self._known(event.bill))

    def printed(self, bill: int, words: tuple[int, ...]) -> None:
        """A bill was pledged with these prints."""
        for said in map(Print.unpack, words):
            known = self._printed.setdefault(said.cargo, [])
            for other, of in known:
                if is_one(said, other):
                    self._cargoes.join(self._known(bill), self._known(of))
            known.append((said, bill))

    def _known(self, bill: int) -> int:
        """The first bill that was heard of with its reference."""
        return self._of_reference.setdefault(reference_key(bill), bill)
