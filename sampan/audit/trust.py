"""What a report rests on: what was held against the chain, what its counters count, and what an RPC was believed.

Everything comes through one RPC, which may lie. What it answers of code is held against the package, what it answers of
state against the logs; what it leaves out of a bill's history, a counter shows. The rest is its word alone, and is
named here, so that nobody takes it for more. A second RPC (`--also`) and the hash of a block that is known from
elsewhere (`--trust-block`) are what helps.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from sampan.errors import BadInput, ChainError
from sampan.suite.check import audited
from sampan.suite.event import field_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sampan.audit.raw import RawLog
    from sampan.chain.connection import Connection
    from sampan.suite.check import Entry
    from sampan.suite.event import Event
    from sampan.suite.verb import Suite


@dataclass(frozen=True, slots=True)
class Trusted:
    """A block whose hash is known from elsewhere."""

    number: int
    hash: str

    @classmethod
    def of(cls, text: str) -> Trusted:
        """`NUMBER:HASH`. Raises `BadInput` for another text."""
        number, _, digest = text.partition(":")
        plain = digest.removeprefix("0x").lower()
        is_number = number.isascii() and number.isdigit() and len(number) < 19
        if not is_number or len(plain) != 64 or any(letter not in "0123456789abcdef" for letter in plain):
            raise BadInput("no block that is trusted", subject=text, hint="give NUMBER:0xHASH, of 64 hex digits")
        return cls(int(number), "0x" + plain)

    def require(self, connection: Connection) -> None:
        """Raises `ChainError` (code `chain.fork`) when the chain has another block at that number."""
        found = str(connection.block(self.number)["hash"]).lower()
        if found != self.hash:
            raise ChainError(
                f"block {self.number} is {found} here, and {self.hash} is trusted: this RPC tells of another chain",
                subject=connection.transport.name,
                code="chain.fork",
                hint="ask another RPC; believe nothing of what this one says",
            )


@dataclass(frozen=True, slots=True)
class Basis:
    """What one report rests on."""

    counted: int = 0
    """Events that a counter on the chain counts: none of them is missing, none is invented."""
    uncounted: Mapping[str, int] = field(default_factory=dict)
    """Other events by name: what they leave on the chain was compared; others may be missing, or be invented."""
    believed: Mapping[str, int] = field(default_factory=dict)
    """What stands in the log alone, and in how many events."""


@cache
def counted_events(suite: Suite) -> frozenset[type[Event]]:
    """Events that a counter on the chain counts: acts of bills, what is noted, and what the subjects name."""
    own = {kind for kind, fact in suite.facts.items() if fact.act or "note" in field_names(kind)}
    return frozenset(own.union(*(subject.counted for subject in audited(suite))))


@cache
def believed_fields(suite: Suite) -> Mapping[str, str]:
    """Fields that stand in the log alone (see `Audited.believed`): what they are, several of them."""
    return {name: said for subject in audited(suite) for name, said in subject.believed.items()}


def believed_as(suite: Suite, event: str, name: str) -> str | None:
    """What a field of an event is, where it stands in the log alone; None where something else tells it too."""
    fields = believed_fields(suite)
    return fields.get(f"{event}.{name}") or fields.get(name)


def basis(suite: Suite, entries: Sequence[Entry]) -> Basis:
    """What the events of a report rest on. What stands beside another event is that event's."""
    own = [
        entry for entry in entries if (fact := suite.facts.get(type(entry.event))) is None or fact.effect is not None
    ]
    counted = counted_events(suite)
    believed: Counter[str] = Counter()
    for entry in own:
        if type(entry.event) in suite.facts:
            for name, value in entry.event.arguments().items():
                said = believed_as(suite, entry.name, name)
                # An empty remark is none.
                if said is not None and value not in (b"", "", ()):
                    believed[said] += 1
    uncounted = Counter(entry.name for entry in own if type(entry.event) not in counted)
    return Basis(
        sum(type(entry.event) in counted for entry in own),
        dict(sorted(uncounted.items())),
        dict(sorted(believed.items())),
    )


def differing(ours: Sequence[RawLog], theirs: Sequence[RawLog], other: str) -> list[tuple[int, int, str]]:
    """In which places two RPCs tell different histories: block, place in it, and how they differ."""
    found = []
    here, there = {log.place: log for log in ours}, {log.place: log for log in theirs}
    for place in sorted({*here, *there}):
        one, two = here.get(place), there.get(place)
        if one == two:
            continue
        if two is None:
            said = f"a log that {other} does not tell of"
        elif one is None:
            said = f"no log, where {other} tells of one"
        else:
            parts = [name for name, a, b in zip(one._fields, one, two, strict=True) if a != b]
            said = f"a log that differs from what {other} tells in {' and '.join(parts)}"
        found.append((*place, said))
    return found
