"""What the chain should answer of the register of cargo, by the logs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sampan.finance.registrations import rules, storage
from sampan.finance.registrations.records import Registered, box_word, cargo_name
from sampan.finance.registrations.subject import REGISTRATIONS
from sampan.suite.check import Audited, Question, Word
from sampan.suite.layout import NUMBER


def questions(state: Registered, time: int) -> Iterator[Question]:
    """Every view that a client could rely on, of every piece of cargo that secures a debt."""
    for cargo in sorted(state.boxes):
        for said, _ in rules.live(state, cargo):
            print_ = said.pack()
            room, debt = rules.debt_of(state, print_)
            yield Question(cargo_name(cargo), "free", (print_,), rules.free(state, print_))
            yield Question(cargo_name(cargo), "debtOf", (print_,), {"room": room, "debt": debt})


def words(state: Registered) -> Iterator[Word]:
    """The words of all boxes, and of all part loads, those that are free again among them."""
    for cargo, box in sorted(state.boxes.items()):
        yield Word(cargo_name(cargo), storage.box_slot(cargo), NUMBER, box_word(box), "departures of a box")
    for (cargo, place), parts in sorted(state.part_loads.items()):
        for weight, part in sorted(parts.items()):
            slot = storage.part_slot(cargo, place, weight)
            yield Word(cargo_name(cargo), slot, NUMBER, part.pack() if part else 0, "a part load")


AUDITED: Final = Audited(REGISTRATIONS, questions, words)
