"""Events as rows of the store: made where they are read and hashed, so that whoever writes the store only puts them in.

The bytes of events lie some beside each other, compressed: they are nearly all of what a store holds, and alike. So do
leaves, which are read by the batch.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

import msgspec

from sampan.tracking.leaf import Leaf
from sampan.tracking.rules import Event

TOGETHER: Final = 32
"""Events or leaves that lie together, at most: whoever reads one unpacks them all, in less than a millisecond."""
_LEVEL: Final = 1
"""The quickest; a higher one saves a few bytes in a hundred."""
_SEPARATOR: Final = b"\n"
"""Stands in no canonical bytes."""

EventRow: TypeAlias = tuple[int, bytes, int, int | None, int, bool, int, int]
"""Number, id, version, number of the version before, when it was spoken of, whether taken back, the first of the leaves
that it came with, how many they are."""
LeafRow: TypeAlias = tuple[bytes | None, int, int, int, str, bytes | None, bytes, bytes]
"""A `Leaf`, its bill in 32 bytes."""
BilledRow: TypeAlias = tuple[bytes, int, int, int, int]
"""Of a leaf of a bill: the bill, kind, unit, the leaf's number, the event's."""


class Rows(NamedTuple):
    """Events that come, with the leaves that each has when it is the first of its id. Numbers of events and leaves
    begin at 0. Plain, since processes hand a million of them on."""

    events: list[EventRow]
    updated: list[int]
    """Those that are corrections."""
    newest: list[tuple[bytes, int]]
    """Id and event, by id."""
    named: list[tuple[str, int]]
    """What events name, and the event, in order."""
    bodies: list[tuple[int, bytes]]
    """Bytes of events, packed, and the number of their first."""
    leaves: list[tuple[int, bytes]]
    """Leaves, packed, and the number of their first."""
    billed: list[BilledRow]

    @property
    def held(self) -> int:
        """How many leaves there are."""
        return self.events[-1][6] + self.events[-1][7] if self.events else 0

    @property
    def unlinked(self) -> int:
        """How many events are of no bill."""
        return len(self.events) - len({event for *_, event in self.billed})

    def leaf(self, number: int) -> Leaf:
        """A leaf."""
        first, packed = self.leaves[number // TOGETHER]
        return leaf_of(unpacked_leaves(packed)[number - first])

    def replace(self, number: int, made: Leaf) -> None:
        """Have another leaf in the place of one."""
        first, packed = self.leaves[number // TOGETHER]
        rows = [*unpacked_leaves(packed)]
        rows[number - first] = leaf_row(made)
        ((_, packed),) = packed_leaves(rows)
        self.leaves[number // TOGETHER] = first, packed

    def body(self, number: int) -> bytes:
        """The canonical bytes of an event."""
        first, packed = self.bodies[number // TOGETHER]
        return unpacked(packed)[number - first]

    def each(self) -> Iterator[Rows]:
        """Each event alone."""
        updated = {*self.updated}
        named = defaultdict(list)
        for reference, number in self.named:
            named[number].append((reference, 0))
        billed = defaultdict(list)
        for bill, kind, unit, leaf, number in self.billed:
            billed[number].append((bill, kind, unit, leaf - self.events[number][6], 0))
        for number, event_id, version, previous, spoken, retracted, leaf, leaves in self.events:
            yield Rows(
                [(0, event_id, version, previous, spoken, retracted, 0, leaves)],
                [0] if number in updated else [],
                [(event_id, 0)],
                named[number],
                packed([self.body(number)]),
                packed_leaves([leaf_row(self.leaf(each)) for each in range(leaf, leaf + leaves)]),
                billed[number],
            )


class Gathering:
    """Rows as they are made, event after event."""

    def __init__(self) -> None:
        self._rows = Rows([], [], [], [], [], [], [])
        self._bodies: list[bytes] = []
        self._leaves: list[LeafRow] = []

    def add(
        self, event: Event, body: bytes, leaves: Sequence[Leaf], *, version: int = 0, previous: int | None = None
    ) -> None:
        """One more event."""
        events, updated, newest, named, *_, billed = self._rows
        number, first = len(events), len(self._leaves)
        events.append((number, event.id, version, previous, event.spoken, event.retracted, first, len(leaves)))
        if event.updated:
            updated.append(number)
        newest.append((event.id, number))
        for reference in event.references:
            named.append((reference, number))
        self._bodies.append(body)
        for leaf, made in enumerate(leaves, first):
            row = leaf_row(made)
            self._leaves.append(row)
            if row[0] is not None:
                billed.append((row[0], *row[1:3], leaf, number))

    def done(self) -> Rows:
        """All of them."""
        # In the order of the store's trees, which take them more quickly so.
        self._rows.newest.sort()
        self._rows.named.sort()
        self._rows.bodies.extend(packed(self._bodies))
        self._rows.leaves.extend(packed_leaves(self._leaves))
        return self._rows


def leaf_row(made: Leaf) -> LeafRow:
    """A leaf as the store has it."""
    return blob(made[0]), *made[1:]


def leaf_of(row: LeafRow) -> Leaf:
    """A leaf out of its row."""
    return Leaf(None if row[0] is None else int.from_bytes(row[0], "big"), *row[1:])


def blob(bill: int | None) -> bytes | None:
    """A bill as the store has it."""
    return None if bill is None else bill.to_bytes(32, "big")


def packed(bodies: Sequence[bytes]) -> list[tuple[int, bytes]]:
    """Bytes of events, some together, each with the place of its first."""
    return [
        (first, zlib.compress(_SEPARATOR.join(bodies[first : first + TOGETHER]), _LEVEL))
        for first in range(0, len(bodies), TOGETHER)
    ]


@lru_cache(8)
def unpacked(packed: bytes) -> list[bytes]:
    """Bytes of events that lay together. Raises `zlib.error` for what was altered."""
    return zlib.decompress(packed).split(_SEPARATOR)


_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(list[LeafRow]).decode


def packed_leaves(rows: Sequence[LeafRow]) -> list[tuple[int, bytes]]:
    """Leaves, some together, each with the place of its first."""
    return [(first, _encode(rows[first : first + TOGETHER])) for first in range(0, len(rows), TOGETHER)]


@lru_cache(8)
def unpacked_leaves(packed: bytes) -> list[LeafRow]:
    """Leaves that lay together. Raises `msgspec.MsgspecError` for what was altered."""
    return _decode(packed)
