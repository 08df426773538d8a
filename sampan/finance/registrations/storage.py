"""Every slot of storage that the register predicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sampan.finance.registrations.records import NO_BOX, Registered, box_word
from sampan.finance.registrations.subject import REGISTRATIONS
from sampan.suite import layout
from sampan.suite.codec import keccak, word


def slots(state: Registered, at: Mapping[str, int]) -> dict[int, int]:
    """Slot → word. `at` is where solc put each variable."""
    found = {layout.entry(at["_departures"], word(cargo)): box_word(box) for cargo, box in state.boxes.items()}
    for (cargo, place), parts in state.part_loads.items():
        for weight, part in parts.items():
            found[_part_slot(at["_parts"], cargo, place, weight)] = part.pack() if part else 0
    return found


def unordered(state: Registered, at: Mapping[str, int], read: Callable[[int], int]) -> Iterator[str]:
    """Departures have their places."""
    return iter(())


def changed(state: Registered) -> Iterator[tuple[int, layout.Layout, int]]:
    """The words of what the last transaction changed: slot, how it is packed, the number."""
    for cargo in state.changed(state.boxes):
        yield box_slot(cargo), layout.NUMBER, box_word(state.boxes.get(cargo, NO_BOX))
    for cargo, place in state.changed(state.part_loads):
        for weight, part in state.part_loads.get((cargo, place), {}).items():
            yield part_slot(cargo, place, weight), layout.NUMBER, part.pack() if part else 0


def box_slot(cargo: int) -> int:
    """Where the departures of a box are kept."""
    return layout.entry(REGISTRATIONS.slot("_departures"), word(cargo))


def part_slot(cargo: int, place: int, weight: int) -> int:
    """Where it is kept which debt a part load secures, by box, by which of its departures, and by weight."""
    return _part_slot(REGISTRATIONS.slot("_parts"), cargo, place, weight)


def _part_slot(at: int, cargo: int, place: int, weight: int) -> int:
    return layout.entry(at, keccak(b"".join(map(word, (cargo, place, weight)))))
