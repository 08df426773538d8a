"""What the client hands back of cargo: producers, what was said of a bill, conditions, why one does not hold."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sampan.cargo.verbs.laying import met_alone
from sampan.client.records import Shown
from sampan.identity.records import HOUR
from sampan.suite.words import FactKind, Lack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sampan.cargo.records import Clause
    from sampan.suite.tell import Names


@dataclass(frozen=True, slots=True)
class Producer(Shown):
    """Who reports: for which kinds it is accredited somewhere, for which at each place, and its group.

    `group` is what the cargo log counts it by, None while it was never accredited; `parent` its ultimate parent now.
    """

    number: int
    lei: str
    kinds: tuple[FactKind, ...]
    places: Mapping[bytes, tuple[FactKind, ...]]
    group: str | None
    parent: str
    batches: int
    acts: bool
    """Whether an account of it acts now."""
    names: Names = field(repr=False, compare=False)

    @property
    def stale(self) -> bool:
        """Whether its ultimate parent is another than when it was accredited."""
        return self.group is not None and self.group != self.parent


@dataclass(frozen=True, slots=True)
class Said:
    """What a producer last said of a bill (`unit` 0) or of a piece of its equipment, as it stands at `now`.

    Times are seconds since 1970. `batch` is the one that it was anchored in, None of a statement.
    """

    bill: int
    kind: FactKind
    unit: int
    producer: int
    key: bytes
    batch: int | None
    happened_at: int
    place: bytes
    recorded_at: int
    valid_until: int
    amount: int
    measure: str
    said_at: int
    struck: bool
    withdrawn: bool
    """Struck by the producer's own act, with all that it said before."""
    now: int
    names: Names = field(repr=False, compare=False)

    @property
    def state(self) -> str:
        """`standing`, `expired`, `struck`, or `withdrawn`."""
        if self.struck:
            return "withdrawn" if self.withdrawn else "struck"
        return "expired" if self.valid_until and self.valid_until < self.now else "standing"

    @property
    def hours(self) -> int:
        """For how many whole hours it has been recorded."""
        return (self.now - self.recorded_at) // HOUR if self.recorded_at else 0


@dataclass(frozen=True, slots=True)
class BillFacts(Shown):
    """All that was said of a bill, by kind, piece of equipment and producer."""

    bill: int
    said: tuple[Said, ...]
    now: int
    names: Names = field(repr=False, compare=False)

    @property
    def contradictions(self) -> list[tuple[Said, ...]]:
        """What stands of the same thing and does not agree in its amount or place."""
        found: dict[tuple[FactKind, int, str], list[Said]] = defaultdict(list)
        for each in self.said:
            if each.state == "standing":
                found[each.kind, each.unit, each.measure].append(each)
        return [tuple(those) for those in found.values() if len({(each.amount, each.place) for each in those}) > 1]


@dataclass(frozen=True, slots=True)
class Condition(Shown):
    """A condition: its name, the hash of its clauses, and these."""

    name: bytes
    clauses: tuple[Clause, ...]

    @property
    def alone(self) -> str | None:
        """What a single producer can bring about; None where that is nothing."""
        return met_alone(self.clauses)


@dataclass(frozen=True, slots=True)
class Reason:
    """How a clause stands: for how many units it holds; of the first for which it fails, how many producers count, and
    what the word of each lacks, in the order in which they were asked, with the facts behind it."""

    clause: Clause
    holds: bool
    units: int
    unit: int
    found: int
    lacks: tuple[Lack, ...]
    facts: Mapping[int, Any] = field(repr=False)
    """Producer → its fact (`factOf`) on that unit."""

    def counts_from(self, producer: int) -> int:
        """The second from which on the word of a producer has stood long enough."""
        return int(self.facts[producer].recorded_at) + self.clause.quiet_hours * HOUR


@dataclass(frozen=True, slots=True)
class Answer(Shown):
    """Whether a condition holds for a bill with so many pieces of equipment, by whose word, and why not."""

    condition: Condition
    bill: int
    units: int
    producers: tuple[int, ...]
    left_out: tuple[str, ...]
    """LEIs of groups."""
    holds: bool
    reasons: tuple[Reason, ...]
    now: int
    names: Names = field(repr=False, compare=False)
