"""What is known of cargo that secures debts (contracts/finance/Registrations.sol). Weights are in kilograms, days since
1970."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from sampan.identity.records import Identity
from sampan.suite.layout import Layout, spare

MOST_DAYS: Final = 366
"""A day of departure lies no further from today."""
WINDOW_DAYS: Final = 14
"""Departures of a box that lie no further apart are one."""
DEPARTURES: Final = 3
"""So many departures of a box are kept."""
DEPARTURE_BITS: Final = 85
DEBT_BITS: Final = 40

PRINT_WORD: Final = Layout(
    ("day", 16, lambda said: said.day),
    ("weight", 24, lambda said: said.weight),
    ("payload", 24, lambda said: said.payload),
    ("spare", 32, spare),
    ("cargo", 160, lambda said: said.cargo),
)
"""As contracts/finance/PrintWord.sol lays it out."""


@dataclass(frozen=True, slots=True)
class Print:
    """What stands for a piece of cargo."""

    cargo: int
    """Which box, blinded: 160 bits."""
    day: int
    """Of departure."""
    weight: int = 0
    """Of a part load; 0: all that is in the box."""
    payload: int = 0
    """Of a part load: what may be in the box in all."""

    def pack(self) -> int:
        """Its word. Raises ValueError for a number that does not fit."""
        return PRINT_WORD.pack(self)

    @classmethod
    def unpack(cls, word: int) -> Print:
        """What a word says; bits that mean nothing are left out."""
        fields = PRINT_WORD.unpack(word)
        return cls(fields["cargo"], fields["day"], fields["weight"], fields["payload"])


def cargo_name(cargo: int) -> str:
    """A box as findings name it, blinded."""
    return f"cargo 0x{cargo:040x}"


def well_formed(word: int) -> bool:
    """Whether a word names a box, and a part of it only with what the box may carry."""
    said = Print.unpack(word)
    return said.cargo != 0 and said.pack() == word and (said.weight != 0 or said.payload == 0)


@dataclass(frozen=True, slots=True)
class Departure:
    """What is registered of one departure of a box: a debt that has all of it, or parts."""

    day: int
    """Of parts the earliest."""
    debt: int = 0
    """The room's account number and its own number of the debt; 0: parts."""
    parts: int = 0
    weight: int = 0
    """Of all parts."""
    payload: int = 0
    """The least that was said of a part."""
    span: int = 0
    """Days to the latest that a part had."""

    @property
    def last_day(self) -> int:
        """The latest day of its parts; of a whole box its day."""
        return self.day + self.span

    def is_near(self, said: Print) -> bool:
        """Whether a print is no further than the window from a day of it: cargo of the same box."""
        return self.day - WINDOW_DAYS <= said.day <= self.last_day + WINDOW_DAYS

    def days_with(self, said: Print) -> tuple[int, int]:
        """First day and span, once a part has joined."""
        first = min(self.day, said.day)
        return first, max(self.last_day, said.day) - first

    def is_joined_by(self, said: Print) -> bool:
        """Whether what is near it is one of its parts: all their days are together within the window."""
        return bool(self.parts and said.weight) and self.days_with(said)[1] <= WINDOW_DAYS

    def pack(self) -> int:
        """Its bits."""
        return (SHARED if self.parts else WHOLE_BOX).pack(self)


_DAYS: Final = (
    ("day", 16, lambda departure: departure.day),
    ("span", 4, lambda departure: departure.span),
    ("shared", 1, lambda departure: bool(departure.parts)),
)
WHOLE_BOX: Final = Layout(*_DAYS, ("debt", 64, lambda departure: departure.debt), of=DEPARTURE_BITS)
SHARED: Final = Layout(
    *_DAYS,
    ("parts", 16, lambda departure: departure.parts),
    ("weight", 24, lambda departure: departure.weight),
    ("payload", 24, lambda departure: departure.payload),
    of=DEPARTURE_BITS,
)
"""As contracts/finance/CargoWord.sol lays them out: of one debt all that is in the box, or of several a part each."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part load that secures a debt."""

    debt: int
    print: Print
    """As it was registered."""

    def pack(self) -> int:
        """As the contract keeps it: the box, its departure and the weight say where."""
        return PART_WORD.pack(self)


PART_WORD: Final = Layout(
    ("day", 16, lambda part: part.print.day),
    ("weight", 24, lambda part: part.print.weight),
    ("payload", 24, lambda part: part.print.payload),
    ("spare", 32, spare),
    ("debt", 160, lambda part: part.debt),
)
"""A print in which the debt stands in place of the box."""


Box: TypeAlias = tuple[Departure | None, ...]
"""Up to `DEPARTURES` departures, each in its place."""
NO_BOX: Final[Box] = (None,) * DEPARTURES


def box_word(box: Box) -> int:
    """What is kept of a box."""
    return sum(each.pack() << DEPARTURE_BITS * place for place, each in enumerate(box) if each is not None)


class Registered(Identity):
    """Which cargo secures which debt."""

    boxes: dict[int, Box]
    """By cargo."""
    part_loads: dict[tuple[int, int], Mapping[int, Part | None]]
    """(cargo, which of its departures) → by weight, the part; None: it is free again. Replaced as a whole."""


def debt_of_room(state: Identity, debt: int) -> tuple[str, int]:
    """The room whose debt it is, and its own number of it."""
    return state.resolve(debt >> DEBT_BITS), debt & ((1 << DEBT_BITS) - 1)
