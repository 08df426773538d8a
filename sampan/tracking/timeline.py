"""What is known of one bill's cargo, in order of time: what was planned, estimated, and seen; by whom; how it is known.

It is made of events that producers disclosed, each proven from a batch, and of the facts that are on chain. Where two
producers tell differently of one thing, both stand, side by side.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Final, Protocol

from sampan.suite.tell import place_text, plain
from sampan.suite.words import FactKind
from sampan.tracking.codes import in_words
from sampan.tracking.proofs import Disclosed, Proven
from sampan.tracking.reading import Read, read_event
from sampan.tracking.rules import Event

_APART: Final = 12 * 3600
"""Two who saw one thing tell of it within half a day."""
_PORT: Final = 5
"""Letters of a UN/LOCODE, with which a place begins."""


class Known(Enum):
    """How something is known, the surest first."""

    FACT = "on chain"
    PROVEN = "proven"
    CLAIMED = "not anchored"
    CORRECTED = "corrected"
    TAKEN_BACK = "taken back"


SPENT: Final = frozenset({Known.CORRECTED, Known.TAKEN_BACK})
"""What its producer no longer says."""


class OnChain(Protocol):
    """A fact of the cargo log, as a client reads it: a producer's last word on one thing."""

    @property
    def kind(self) -> FactKind: ...
    @property
    def unit(self) -> int: ...
    @property
    def producer(self) -> int: ...
    @property
    def key(self) -> bytes: ...
    @property
    def batch(self) -> int | None: ...
    @property
    def happened_at(self) -> int: ...
    @property
    def valid_until(self) -> int: ...
    @property
    def place(self) -> bytes: ...
    @property
    def amount(self) -> int: ...
    @property
    def measure(self) -> str: ...
    @property
    def struck(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that was said of a bill's cargo. Times are seconds since 1970."""

    happened_at: int
    classifier: str
    """`PLN`, `EST` or `ACT`; `REQ` of a wish."""
    what: str
    """In words."""
    kind: FactKind
    """What it says to contracts; `NONE`: nothing."""
    unit: int
    """Piece of the bill's equipment, by its place in the document; 0: the bill as a whole."""
    equipment: str
    """Its number, where that was disclosed."""
    place: str
    producer: int | None
    """The participant; None where no batch of its on chain shows who it is."""
    known: Known
    batch: int | None
    amount: int = 0
    measure: str = ""
    valid_until: int = 0
    differs: bool = False
    """Another producer tells differently of the same thing."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that is known of one bill's cargo, in order of time."""

    bill: int
    moments: tuple[Moment, ...]

    @property
    def differing(self) -> list[tuple[Moment, ...]]:
        """What producers tell differently of one thing, together."""
        found: dict[tuple[FactKind, int], list[Moment]] = defaultdict(list)
        for moment in self.moments:
            if moment.differs:
                found[moment.kind, moment.unit].append(moment)
        return [tuple(those) for those in found.values()]


def timeline(
    bill: int,
    disclosed: Iterable[Disclosed],
    facts: Sequence[OnChain],
    anchored: Callable[[bytes], tuple[int, int] | None],
    units: Mapping[int, str] | None = None,
) -> Timeline:
    """The timeline of a bill.

    `anchored` tells of a batch's root who anchored it and as which batch, None when nobody did; `units` is the number
    of each piece of equipment, where the document was disclosed. What was disclosed of other bills is left out.
    """
    boxes = dict(units or {})
    by_key = {(fact.producer, fact.key): fact for fact in facts}
    shown: dict[tuple[int | None, bytes], tuple[Proven, Event, int | None]] = {}
    for proven in (each for one in disclosed if one.bill == bill for each in one.events):
        # Read as if later than anything: when it was made was looked at when it was taken.
        read = read_event(proven.body, 1e11)
        if isinstance(read, Read) and not proven.failures(proven.header.root, bill):
            producer, batch = anchored(proven.header.root) or (None, None)
            shown.setdefault((producer, proven.words.key), (proven, read.event, batch))
    spent = {
        (producer, proven.words.corrects): Known.TAKEN_BACK if event.retracted else Known.CORRECTED
        for (producer, _), (proven, event, _) in shown.items()
    }
    found: list[Moment] = []
    told = {*shown}
    for (producer, key), (proven, event, batch) in shown.items():
        # A retraction is told by what it takes back, where that was disclosed too.
        if not event.retracted or (producer, proven.words.corrects) not in shown:
            fact = None if producer is None else by_key.get((producer, key))
            known = spent.get((producer, key)) or _known(event, batch, fact)
            moment = _of_event(proven, event, producer, batch, known)
            found.append(moment)
            if moment.equipment and moment.unit:
                boxes.setdefault(moment.unit, moment.equipment)
    found += [_of_fact(fact) for fact in facts if (fact.producer, fact.key) not in told and fact.happened_at]
    named = [replace(each, equipment=each.equipment or boxes.get(each.unit, "")) for each in found]
    order = sorted(named, key=lambda each: (each.happened_at, each.kind, each.unit, each.producer or 0))
    return Timeline(bill, tuple(_compared(order)))


def _known(event: Event, batch: int | None, fact: OnChain | None) -> Known:
    if event.retracted or (fact is not None and fact.struck):
        return Known.TAKEN_BACK
    if fact is not None:
        return Known.FACT
    return Known.CLAIMED if batch is None else Known.PROVEN


def _of_event(proven: Proven, event: Event, producer: int | None, batch: int | None, known: Known) -> Moment:
    words = proven.words
    return Moment(
        happened_at=event.happened // 1_000_000,
        classifier=event.classifier,
        what=plain(words.kind) if words.kind else in_words(event.type, event.code),
        kind=words.kind,
        unit=words.unit,
        equipment=event.equipment,
        place=place_text(words.place) or event.facility or event.port,
        producer=producer,
        known=known,
        batch=batch,
        **_ship(event, proven.body),
    )


def _ship(event: Event, body: bytes) -> dict[str, Any]:
    """The ship's number, where the event names one."""
    if event.type != "TRANSPORT":
        return {}
    call = json.loads(body).get("transportCall") or {}
    number = str((call.get("vessel") or {}).get("vesselIMONumber") or "")
    return {"amount": int(number), "measure": "IMO"} if number.isdigit() else {}


def _of_fact(fact: OnChain) -> Moment:
    return Moment(
        happened_at=fact.happened_at,
        classifier="ACT",
        what=plain(fact.kind),
        kind=fact.kind,
        unit=fact.unit,
        equipment="",
        place=place_text(fact.place),
        producer=fact.producer,
        known=Known.TAKEN_BACK if fact.struck else Known.FACT,
        batch=fact.batch,
        amount=fact.amount,
        measure=fact.measure,
        valid_until=fact.valid_until,
    )


def _compared(moments: Sequence[Moment]) -> Iterable[Moment]:
    """Each, marked where another producer tells differently of one thing that happened."""
    said: dict[tuple[FactKind, int], list[Moment]] = defaultdict(list)
    for moment in moments:
        if moment.kind and moment.classifier == "ACT" and moment.known not in SPENT:
            said[moment.kind, moment.unit].append(moment)
    for moment in moments:
        others = said.get((moment.kind, moment.unit), ()) if moment in said.get((moment.kind, moment.unit), ()) else ()
        yield replace(moment, differs=any(_differ(moment, other) for other in others))


def _differ(one: Moment, other: Moment) -> bool:
    if one.producer == other.producer:
        return False
    apart = abs(one.happened_at - other.happened_at) > _APART
    elsewhere = one.place[:_PORT] != other.place[:_PORT]
    return apart or elsewhere or (one.amount, one.measure) != (other.amount, other.measure)
