"""SAM-K2: whoever said it was accredited for that, there, and the thing had happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sampan.cargo.history import SAYS, said
from sampan.cargo.records import ATTESTABLE, PLACED, bits
from sampan.identity.checks.standing import Standing
from sampan.suite import events as ev
from sampan.suite.check import Check, Entry, Evidence, Indication, Level
from sampan.suite.tell import bill_name, checksum, moment, participant_name, place_text, plain

_NOWHERE = bytes(32)


def _look(evidence: Evidence) -> Iterator[Indication]:
    accredited: dict[int, dict[bytes, int]] = defaultdict(dict)
    standing = Standing()
    for entry in evidence.told:
        event = entry.event
        standing.hear(event)
        if isinstance(event, ev.Accredited | ev.Discredited):
            _hear(accredited[event.producer], event)
        elif isinstance(event, SAYS):
            for why in _against(entry, accredited[event.producer], standing):
                what = f"{participant_name(event.producer)} said {plain(event.kind)} in block {entry.block}"
                yield Indication(bill_name(event.bill), f"{what}: {why}", entry.block)


def _hear(places: dict[bytes, int], event: ev.Accredited | ev.Discredited) -> None:
    """What the event gives, or takes; without a place it takes all places with it."""
    if isinstance(event, ev.Discredited):
        if any(event.place):
            places[event.place] = places.get(event.place, 0) & ~event.kinds
            return
        if event.kinds & PLACED:
            for place in [place for place in places if any(place)]:
                del places[place]
        places[_NOWHERE] = places.get(_NOWHERE, 0) & ~event.kinds
        return
    places[event.place] = places.get(event.place, 0) | event.kinds
    # Somewhere is enough to count; at which place it may be said, the place says.
    places[_NOWHERE] = places.get(_NOWHERE, 0) | event.kinds


def _against(entry: Entry, places: dict[bytes, int], standing: Standing) -> Iterator[str]:
    event = entry.event
    told = said(event)
    kind = bits(event.kind)
    may = places.get(_NOWHERE, 0)
    if kind & PLACED:
        may &= places.get(told.place, 0)
    if not may & kind:
        where = f" at {place_text(told.place)}" if any(told.place) else ""
        yield f"it was not accredited for that{where}"
    if told.happened_at > entry.time:
        yield f"it is said to have happened at {moment(told.happened_at)}, which was not yet"
    if isinstance(event, ev.FactAttested):
        if not kind & ATTESTABLE:
            yield "what happens at terminals and ports is anchored, not attested"
        why = standing.may_not_act(told.producer, entry.time)
        if why is not None:
            yield f"{checksum(told.producer)} {why}"


CHECK = Check(
    id="SAM-K2",
    title="A word of somebody who might not say it",
    level=Level.HIGH,
    confidence="high",
    looks_for="A fact whose producer was not accredited for its kind, or not at its place; that had not happened; or "
    "that was signed by an account that might not act.",
    goes_wrong="A shell company reports that the cargo was loaded at a terminal it has never seen.",
    do_next="Look at the producer's accreditations (`sampan cargo producers`) and at the block named with another RPC.",
    rules=("T19", "P12"),
    look=_look,
)
