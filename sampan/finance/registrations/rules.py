"""Which cargo is free, whose debt it secures, what a registration changes: as contracts/finance/Registrations.sol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sampan.finance.registrations.records import (
    DEBT_BITS,
    MOST_DAYS,
    NO_BOX,
    Box,
    Departure,
    Part,
    Print,
    Registered,
    debt_of_room,
    well_formed,
)
from sampan.identity.records import DAY
from sampan.suite.verb import NOBODY, Refusal
from sampan.suite.words import Answer


def debt_id(state: Registered, room: str, debt: int) -> int:
    """A room's debt, as the register keeps it."""
    account = state.account(room)
    if not account.room:
        raise Refusal("NotARoom", room)
    if debt >> DEBT_BITS:
        raise Refusal("DebtOutOfRange", debt)
    return account.number << DEBT_BITS | debt


class Register:
    """The register as it would be: what is changed here, the state has when it is kept. An act registers several
    prints, each beside those before it."""

    def __init__(self, state: Registered) -> None:
        self._state = state
        self._boxes: dict[int, Box] = {}
        self._parts: dict[tuple[int, int], Mapping[int, Part | None]] = {}

    def keep(self) -> None:
        """The state is what it would be."""
        for cargo, box in self._boxes.items():
            self._state.put(self._state.boxes, cargo, box)
        for where, parts in self._parts.items():
            self._state.put(self._state.part_loads, where, parts)

    def box(self, cargo: int) -> Box:
        """The departures of a box."""
        return self._boxes.get(cargo) or self._state.boxes.get(cargo, NO_BOX)

    def parts(self, cargo: int, place: int) -> Mapping[int, Part | None]:
        """The parts of one of the departures of a box, by weight; None where there was one."""
        return self._parts.get((cargo, place)) or self._state.part_loads.get((cargo, place), {})

    def part(self, said: Print, place: int) -> Part | None:
        """The part of this weight in one of the departures of a box."""
        return self.parts(said.cargo, place).get(said.weight)

    def _put_part(self, said: Print, place: int, part: Part | None) -> None:
        self._parts[said.cargo, place] = {**self.parts(said.cargo, place), said.weight: part}

    def _put(self, cargo: int, place: int, departure: Departure | None) -> None:
        box = self.box(cargo)
        self._boxes[cargo] = (*box[:place], departure, *box[place + 1 :])

    # ------------------------------------------------------------------------------------------------------- changing

    def enter(self, words: Sequence[int], debt: int) -> None:
        """Registers prints for a debt. Raises `Refusal`."""
        last = 0
        for word in words:
            if word <= last:
                raise Refusal("PrintsNotAscending", word)
            last = word
            self._enter(word, debt)

    def _enter(self, word: int, debt: int) -> None:
        if not well_formed(word):
            raise Refusal("PrintMalformed", word)
        said = Print.unpack(word)
        if abs(said.day - self._state.now // DAY) > MOST_DAYS:
            raise Refusal("DayOutOfRange", word)
        first_free: int | None = None
        joined: int | None = None
        for place, departure in enumerate(self.box(said.cargo)):
            if departure is None:
                first_free = place if first_free is None else first_free
            elif departure.is_near(said):
                # Parts between two departures would join one of them, and escape the other.
                if joined is not None or not departure.is_joined_by(said):
                    raise self._taken(word, departure.debt)
                joined = place
        place_ = first_free if joined is None else joined
        if place_ is None:
            raise Refusal("TooManyDepartures", word)
        if said.weight:
            self._join(word, said, place_, debt)
        else:
            self._put(said.cargo, place_, Departure(said.day, debt))

    def _join(self, word: int, said: Print, place: int, debt: int) -> None:
        before = self.box(said.cargo)[place]
        there = self.part(said, place)
        if there is not None:
            raise self._taken(word, there.debt)
        weight, payload, day, span, parts = said.weight, said.payload, said.day, 0, 1
        if before is not None:
            weight, payload = before.weight + weight, min(before.payload, payload)
            (day, span), parts = before.days_with(said), before.parts + 1
        if weight > payload:
            raise Refusal("Overloaded", word, weight, payload)
        self._put_part(said, place, Part(debt, said))
        self._put(said.cargo, place, Departure(day, 0, parts, weight, payload, span))

    def _taken(self, word: int, debt: int) -> Refusal:
        room, number = debt_of_room(self._state, debt) if debt else (NOBODY, 0)
        return Refusal("Taken", word, room, number)

    def pass_on(self, words: Sequence[int], own: int, debt: int, to: int | None) -> None:
        """Puts registrations of a debt down to another; None: they end. `own` is the room's number of the debt. Raises
        `Refusal`."""
        for word in words:
            if not well_formed(word) or not self._pass_on(Print.unpack(word), debt, to):
                raise Refusal("NotRegistered", word, own)

    def _pass_on(self, said: Print, debt: int, to: int | None) -> bool:
        for place, departure in enumerate(self.box(said.cargo)):
            if departure is None or bool(departure.parts) != bool(said.weight):
                continue
            if departure.parts:
                there = self.part(said, place)
                if there != Part(debt, said):
                    continue
                self._put_part(said, place, None if to is None else Part(to, said))
                if to is None:
                    self._put(said.cargo, place, _without(departure, said.weight))
                return True
            if departure.debt == debt and departure.day == said.day:
                self._put(said.cargo, place, None if to is None else Departure(said.day, to))
                return True
        return False


def _without(departure: Departure, weight: int) -> Departure | None:
    """A departure with one part less; None when it was the last."""
    left = departure.parts - 1
    return replace(departure, parts=left, weight=departure.weight - weight) if left else None


# --------------------------------------------------------------------------------------------------------------- asking


def free(state: Registered, word: int) -> Answer:
    """Whether a piece of cargo is free to secure a debt."""
    said, register = Print.unpack(word), Register(state)
    answer, shared = Answer.YES, False
    for place, departure in enumerate(register.box(said.cargo)):
        if departure is None:
            continue
        if not departure.is_near(said):
            answer = Answer.ASK
            continue
        if shared or not departure.is_joined_by(said):
            return Answer.NO
        shared = True
        fits = departure.weight + said.weight <= min(departure.payload, said.payload)
        if not fits or register.part(said, place) is not None:
            return Answer.NO
    full = None not in register.box(said.cargo)
    return Answer.NO if full and not shared else answer


def debt_of(state: Registered, word: int) -> tuple[str, int]:
    """Whose debt a piece of cargo secures: the room and its number of it; nobody's where it is free."""
    said, register = Print.unpack(word), Register(state)
    for place, departure in enumerate(register.box(said.cargo)):
        if departure is None or not departure.is_near(said):
            continue
        part = register.part(said, place)
        debt = (part.debt if part else 0) if departure.parts else departure.debt
        if debt:
            return debt_of_room(state, debt)
    return NOBODY, 0


def live(state: Registered, cargo: int) -> list[tuple[Print, int]]:
    """The registrations of a box that stand: what was registered, for which debt."""
    found = []
    for place, departure in enumerate(state.boxes.get(cargo, NO_BOX)):
        if departure is not None and not departure.parts:
            found.append((Print(cargo, departure.day), departure.debt))
        elif departure is not None:
            parts = state.part_loads.get((cargo, place), {}).values()
            found += [(part.print, part.debt) for part in parts if part is not None]
    return found
