"""What is known of cargo (contracts/cargo): accreditations, batches, facts, conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from sampan.identity.records import Identity
from sampan.model.store import record
from sampan.suite.layout import Layout
from sampan.suite.words import FactKind

PRODUCE: Final = 16
"""Role: report cargo facts."""
ALL_UNITS: Final = 2**16 - 1
"""In a clause: all units of the bill."""
KEY_BITS: Final = 63
"""So many bits of its event's key a fact keeps."""


def bits(*kinds: FactKind) -> int:
    """Kinds of facts as one number, a bit each."""
    return sum(1 << kind for kind in kinds)


PLACED: Final = bits(
    FactKind.GATED_IN,
    FactKind.LOADED,
    FactKind.DEPARTED,
    FactKind.ARRIVED,
    FactKind.DISCHARGED,
    FactKind.GATED_OUT,
    FactKind.TRANSHIPPED,
    FactKind.EXPORT_RELEASED,
    FactKind.IMPORT_RELEASED,
)
"""What a producer is accredited for by place."""
ATTESTABLE: Final = bits(
    FactKind.EXPORT_RELEASED,
    FactKind.IMPORT_RELEASED,
    FactKind.WEIGHED,
    FactKind.INSPECTED,
    FactKind.VALUED,
    FactKind.INSURED,
    FactKind.VESSEL_IDENTIFIED,
    FactKind.LOST,
)
"""What a producer may say by a statement of its own."""
ALL_KINDS: Final = bits(*FactKind) - bits(FactKind.NONE)


@dataclass(frozen=True, slots=True)
class Header:
    """A batch, as it was anchored."""

    root: bytes
    count: int
    earliest: int
    latest: int
    anchored_at: int
    locator: bytes


@dataclass(frozen=True, slots=True)
class CargoEvent:
    """An event, as the leaf of a batch."""

    key: bytes
    corrects: bytes
    kind: FactKind
    happened_at: int
    valid_until: int
    amount: int
    measure: str
    place: bytes
    about: bytes
    unit: int
    rest: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """Where an event is anchored, and the siblings from its leaf up to the root."""

    producer: int
    sequence: int
    header: Header
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What a producer says directly of a bill: signed."""

    DOMAIN: ClassVar = "Sampan Cargo Log"
    producer: str
    bill: int
    kind: FactKind
    unit: int
    happened_at: int
    valid_until: int
    amount: int
    measure: str
    place: bytes
    rest: bytes
    corrects: bytes
    said_at: int
    deadline: int

    @property
    def signer(self) -> str:
        """Whoever is bound by it."""
        return self.producer


@dataclass(frozen=True, slots=True)
class Clause:
    """That enough producers say that something happened to every unit, or to so many."""

    kind: FactKind
    producers: int
    quiet_hours: int
    units: int
    least: int
    measure: str


@record
class Accreditation:
    """What a producer is accredited for."""

    kinds: int = 0
    """Somewhere, a bit each."""
    group: int = 0
    """LEI of its ultimate parent, packed, as it was when it was accredited."""
    round: int = 0
    """How often all its places were taken from it."""


@record
class Fact:
    """What a producer last said of a bill or of a piece of its equipment; of what it withdrew, when it did so alone."""

    key: bytes = bytes(32)
    """Of the event; zero where nothing is recorded."""
    recorded_at: int = 0
    valid_until: int = 0
    amount: int = 0
    measure: str = ""
    said_at: int = 0
    """When its last word on it was anchored or said."""
    struck: bool = False

    @property
    def stands(self) -> bool:
        """Recorded, and not taken back."""
        return self.recorded_at != 0 and not self.struck

    def is_of(self, key: bytes) -> bool:
        """Recorded, and of the event with this key."""
        return self.recorded_at != 0 and short(self.key) == short(key)


def short(key: bytes) -> int:
    """As much of a key as a fact keeps."""
    return int.from_bytes(key, "big") >> (256 - KEY_BITS)


class Cargo(Identity):
    """What is said of cargo on a ledger."""

    accreditations: dict[int, Accreditation]
    """By producer."""
    accredited_at: dict[tuple[int, int, bytes], int]
    """(producer, its round, place) → kinds, a bit each."""
    cargo_administered: int
    """Events about who may say what."""
    batch_count: dict[int, int]
    """By producer."""
    batches: dict[tuple[int, int], Header]
    """(producer, sequence) → header."""
    facts: dict[tuple[int, FactKind, int, int], Fact]
    """(bill, kind, unit, producer) → fact."""
    conditions: dict[bytes, tuple[Clause, ...]]

    def accreditation(self, producer: int) -> Accreditation:
        """What a producer is accredited for, also when that is nothing."""
        return self.accreditations.get(producer) or Accreditation()

    def fact(self, bill: int, kind: FactKind, unit: int, producer: int) -> Fact:
        """What a producer last said, also when that is nothing."""
        return self.facts.get((bill, kind, unit, producer)) or Fact()

    def places_of(self, producer: int, place: bytes) -> int:
        """For which kinds that need a place a producer is accredited there."""
        known = self.accreditation(producer)
        return self.accredited_at.get((producer, known.round, place), 0) & known.kinds


def measure_word(measure: str) -> int:
    """Three letters as they stand in a word: left-aligned."""
    return int.from_bytes(measure.encode("latin-1").ljust(3, b"\0"), "big")


ACCREDITATION_WORD: Final = Layout(
    ("group", 96, lambda known: known.group),
    ("round", 32, lambda known: known.round),
    ("kinds", 128, lambda known: known.kinds),
)
"""As contracts/cargo/AccreditationWord.sol keeps it."""
FACT_WORD: Final = Layout(
    ("key", KEY_BITS, lambda fact: short(fact.key)),
    ("struck", 1, lambda fact: fact.struck),
    ("saidAt", 40, lambda fact: fact.said_at),
    ("measure", 24, lambda fact: measure_word(fact.measure)),
    ("amount", 48, lambda fact: fact.amount),
    ("validUntil", 40, lambda fact: fact.valid_until),
    ("recordedAt", 40, lambda fact: fact.recorded_at),
)
"""As contracts/cargo/FactWord.sol keeps it."""


def clause_words(clauses: Sequence[Clause]) -> list[int]:
    """The slots of a condition, two clauses each, as contracts/cargo/ClauseWord.sol lays them out."""
    halves = [
        clause.kind
        | clause.producers << 8
        | clause.quiet_hours << 16
        | clause.units << 32
        | clause.least << 48
        | measure_word(clause.measure) << 96
        | (place == len(clauses) - 1) << 120
        for place, clause in enumerate(clauses)
    ]
    return [
        sum(half << 128 * place for place, half in enumerate(halves[at : at + 2])) for at in range(0, len(halves), 2)
    ]
