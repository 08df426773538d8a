"""What an event must hold: what each member may (`members`), what must be there, and what stands together.

Two engines follow `MEMBERS`: `check` walks an event and finds every fault; `quickly`, made of it, answers within
microseconds whether there is none, and gives the event with its canonical bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from operator import attrgetter
from types import GenericAlias
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from sampan.documents.canonical import MAX_INTEGER
from sampan.documents.json import shown
from sampan.tracking import codes
from sampan.tracking.members import CODE_OF, COMMON, MEMBERS, ONLY_2_2, ONLY_3_0, REQUIRED, TIMES, Look, Members

SLACK: Final = 300
"""Seconds by which a producer's clock may be ahead of ours."""
FIRST_YEAR: Final = 2000
"""No event is from before: Track & Trace is younger."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an event: the place (JSON pointer), the rule, what is wrong, what would be right."""

    pointer: str
    rule: str
    message: str
    right: str


class Event(NamedTuple):
    """What is needed of an event, its words as 2.2 has them. Times are microseconds since 1970."""

    id: bytes
    type: str
    classifier: str
    code: str
    happened: int
    spoken: int
    """When this version of it was made: updated, else created."""
    updated: bool
    retracted: bool
    references: tuple[str, ...]
    """The bills and bookings that it names: `TRD/...`, `BKG/...`."""
    document_type: str
    equipment: str
    laden: bool
    mode: str
    port: str
    """UN/LOCODE of where it happened; empty when it says none."""
    facility: str
    """`CNSHA/SMDG/YICT`; empty without a code of a list."""


# ------------------------------------------------------------------------------------------------------ two ways to ask

# Of an event as the compiled engine has it, by its type:
_NEEDED: Final = {kind: attrgetter(*(names - {*COMMON})) for kind, names in REQUIRED.items()}
"""What it must hold beside what all must."""
_FOREIGN: Final = {
    kind: attrgetter(*ONLY_2_2, *ONLY_3_0, *(name for name, _ in CODE_OF.values() if name != own))
    for kind, (own, _) in CODE_OF.items()
}
"""What one of 2.2 that is sound holds none of."""
_ABSENT: Final = (UNSET,) * (len(ONLY_2_2) + len(ONLY_3_0) + len(CODE_OF) - 1)
_WRITTEN: Final = attrgetter(*TIMES)
"""Its times."""

_FOLDED: Final = {name.casefold(): name for name in MEMBERS}
_MISSING: Final = {
    "eventID": "write a UUID that the event keeps: without it it can never be corrected",
    "eventDateTime": "write when it happened or will happen, with its zone",
    "eventCreatedDateTime": "write when the event was made, with its zone",
}
_NESTED_3_0: Final = ("eventClassification", "eventDetails", "metadata", "payload")


def check(event: object, now: float) -> tuple[Event | None, list[Fault]]:
    """What is needed of an event where it is right, else every fault.

    `event` is what a JSON reader gave, `now` the second at which it is read. Never raises for what an event holds.
    """
    if type(event) is not dict:
        return None, [Fault("", "shape", "is no event", "an event is a JSON object")]
    if "eventType" not in event and (wrapped := _wrapped(event)) is not None:
        return None, [wrapped]
    faults: list[Fault] = []
    _walk(event, MEMBERS, "", faults)
    kind = event.get("eventType")
    required = REQUIRED.get(kind) if type(kind) is str else None
    missing = (required or frozenset(COMMON)) - event.keys()
    for name in sorted(missing):
        faults.append(Fault(f"/{name}", "missing", "is missing", _MISSING.get(name, "write it")))
    written = tuple(map(event.get, TIMES))
    times = _moments(written, event.get("eventClassifierCode"), now, faults)
    _versions(event, faults)
    call = event.get("transportCall")
    if type(call) is dict:
        _one_place(call, faults)
    if faults:
        return None, faults
    return _event(msgspec.convert(event, _open()), *times), faults


def _struct(members: Members, required: Iterable[str], *, closed: bool) -> type[msgspec.Struct]:
    """Objects with these members, in the order of RFC 8785, in which they are written; names are ASCII.

    One that is not `closed` leaves out what else an object holds.
    """
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    asked: list[tuple[Callable[[Any], Any], Look]] = []
    for name in sorted(members):
        kind, rule = members[name]
        found: Any = kind
        if kind is str and rule.type is None:
            asked.append((attrgetter(name), rule.look))
        elif kind is str:
            found = rule.type
        elif kind is dict:
            found = _struct(rule, rule.required, closed=closed)
        elif kind is list:
            found = GenericAlias(list, (_struct(rule, rule.required, closed=closed),))
        elif kind is int:
            found = Annotated[int, msgspec.Meta(ge=-MAX_INTEGER, le=MAX_INTEGER)]
        fields.append((name, found) if name in required else (name, found | UnsetType, UNSET))

    def ask(made: object) -> None:
        for read, look in asked:
            value = read(made)
            if value is not UNSET and look(value) is not None:
                raise ValueError

    return msgspec.defstruct(
        "Object",
        fields,
        namespace={"__post_init__": ask} if asked else {},
        forbid_unknown_fields=closed,
        kw_only=True,
        gc=False,
    )


@cache
def _engine() -> tuple[Callable[[bytes], Any], Callable[[Any], bytes]]:
    """What reads an event's text where it is right, made of `MEMBERS`, and what writes what it has read."""
    closed = _struct(MEMBERS, COMMON, closed=True)
    return msgspec.json.Decoder(closed).decode, msgspec.json.Encoder().encode


@cache
def _open() -> type[msgspec.Struct]:
    """An event beside members that nobody here knows."""
    return _struct(MEMBERS, COMMON, closed=False)


def quickly(text: bytes, now: float) -> tuple[Event, bytes] | None:
    """An event out of its text and its canonical bytes, where it holds known members alone and is right without a
    doubt; None for any other.

    Of two members of one name it takes one.
    """
    decode, encode = _engine()
    try:
        event = decode(text)
    except (msgspec.MsgspecError, ValueError):
        return None
    if UNSET in _NEEDED[event.eventType](event):
        return None
    faults: list[Fault] = []
    times = _moments(_WRITTEN(event), event.eventClassifierCode, now, faults)
    if not _of_2_2(event):
        _versions(msgspec.to_builtins(event), faults)
    call = event.transportCall
    if call is not UNSET and call.location is not UNSET:
        _one_place(msgspec.to_builtins(call), faults)
    # Texts, whole numbers, true and false, in the order of their names: so this is what RFC 8785 asks for.
    return None if faults else (_event(event, *times), encode(event))


def _of_2_2(event: Any) -> bool:
    """Whether an event of the right shape holds codes of 2.2 alone, and what both versions have."""
    kind = event.eventType
    if len(event.eventClassifierCode) > 3 or len(getattr(event, CODE_OF[kind][0])) > 4:
        return False
    if _FOREIGN[kind](event) != _ABSENT:
        return False
    if event.documentTypeCode and len(event.documentTypeCode) > 3:
        return False
    return all(len(one.documentReferenceType) == 3 for one in event.documentReferences or ())


def _wrapped(event: dict[str, Any]) -> Fault | None:
    """What an object is that is no event of the flat form."""
    if type(event.get("events")) is list:
        return Fault("/events", "shape", "is a list of events within an object", "hand in the list, or an event a line")
    nested = next((name for name in _NESTED_3_0 if name in event), None)
    if nested is None:
        return None
    right = "hand in the flat form of 2.2, in which the codes and words of 3.0 may stand"
    return Fault(f"/{nested}", "version", "is of the nested drafts of Track & Trace 3.0", right)


def _walk(found: Any, members: Members, pointer: str, faults: list[Fault]) -> None:
    """Finds what is wrong in an object."""
    for name, value in found.items():
        expected = members.get(name)
        if expected is None:
            if members is MEMBERS and name.casefold() in _FOLDED and _FOLDED[name.casefold()] not in found:
                faults.append(Fault(f"/{name}", "name", "is no name of DCSA", f"write {_FOLDED[name.casefold()]}"))
            if name == "retractedEventID":
                right = "hand the event in again under its own eventID, with isRetracted true"
                faults.append(Fault(f"/{name}", "retraction", "is of a draft of 3.0", right))
            continue
        kind, rule = expected
        if not _is(value, kind):
            faults.append(_mistyped(f"{pointer}/{name}", kind, value))
        elif kind is str:
            wrong = rule.look(value)
            if wrong is not None:
                faults.append(Fault(f"{pointer}/{name}", *wrong))
        elif kind is dict:
            _walk(value, rule, f"{pointer}/{name}", faults)
        elif kind is list:
            for index, item in enumerate(value):
                place = f"{pointer}/{name}/{index}"
                if type(item) is dict:
                    _walk(item, rule, place, faults)
                else:
                    faults.append(_mistyped(place, dict, item))
        elif kind is int and not -MAX_INTEGER <= value <= MAX_INTEGER:
            faults.append(Fault(f"{pointer}/{name}", "integer-range", "is beyond 2^53 - 1", "write a smaller number"))
    if not members.required <= found.keys():
        for name in sorted(members.required - found.keys()):
            faults.append(Fault(f"{pointer}/{name}", "missing", "is missing", "write it"))


_TYPES: Final = {str: "a text", dict: "an object", list: "a list", int: "a whole number", bool: "true or false"}


def _is(value: Any, kind: type) -> bool:
    """Whether a value is of a type as JSON has it: true is no number."""
    return type(value) is kind


def _mistyped(pointer: str, kind: type, value: object) -> Fault:
    if value is None:
        return Fault(pointer, "type", "is null", f"write {_TYPES[kind]}, or leave the member out")
    said = _TYPES.get(type(value), "a number with a fraction")
    return Fault(pointer, "type", f"is {said}", f"write {_TYPES[kind]}")


# ----------------------------------------------------------------------------------------------------------------- time

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_FARTHEST: Final = {"+": 14 * 60, "-": 12 * 60}
"""Minutes by which a zone is ahead of UTC, or behind, at most."""


@lru_cache(1 << 10)
def _no_zone(zone: str) -> bool:
    """Whether an offset is one that no place on earth has."""
    if zone == "Z":
        return False
    minutes = int(zone[1:3]) * 60 + int(zone[4:])
    return int(zone[4:]) % 15 != 0 or int(zone[4:]) > 59 or minutes > _FARTHEST[zone[0]]


@lru_cache(1 << 12)
def _microseconds(value: str) -> int | None:
    """Microseconds since 1970 of a time; None for what is none, or without a zone, or from before all events."""
    match = _TIME.fullmatch(value)
    if match is None or match[1] is None or _no_zone(match[1]):
        return None
    try:
        moment = datetime.fromisoformat(value)
        if moment.year < FIRST_YEAR:
            return None
        return (moment - _EPOCH) // _MICROSECOND
    except (ValueError, OverflowError):
        return None


def _wrong_time(at: int, value: str) -> Fault:
    """What is wrong with one of `TIMES` that gives no microseconds."""
    pointer = f"/{TIMES[at]}"
    right = "write it as RFC 3339, with its zone: 2026-01-02T08:30:00+08:00"
    match = _TIME.fullmatch(value)
    if match is None:
        return Fault(pointer, "time", f"{shown(value)!r} is no time", right)
    if match[1] is None:
        return Fault(pointer, "zone", f"{value} names no zone", right)
    if _no_zone(match[1]):
        return Fault(pointer, "zone", f"{match[1]} is the zone of no place", right)
    if int(value[:4]) < FIRST_YEAR:
        return Fault(pointer, "time", f"{value} is before {FIRST_YEAR}", "write the right year")
    return Fault(pointer, "time", f"{shown(value)} is on no calendar", right)


def _moments(
    written: tuple[object, ...], classifier: object, now: float, faults: list[Fault]
) -> tuple[int | None, int | None, int | None]:
    """When it happened, was made, was updated (`TIMES`, as they are written); and whether these may stand beside each
    other and beside the present."""
    times: list[int | None] = []
    for at, value in enumerate(written):
        found = None
        if type(value) is str:
            found = _microseconds(value)
            if found is None:
                faults.append(_wrong_time(at, value))
        times.append(found)
    happened, created, updated = times
    latest = int((now + SLACK) * 1_000_000)
    for at, moment in (1, created), (2, updated):
        if moment is not None and moment > latest:
            right = "write when it was made; set the clock that wrote it"
            faults.append(Fault(f"/{TIMES[at]}", "future", f"{written[at]} is in the future", right))
    if created is None:
        return happened, created, updated
    if updated is not None and updated < created:
        said = f"{written[2]} is before the event was made, {written[1]}"
        faults.append(Fault("/eventUpdatedDateTime", "order", said, "write when it was last changed"))
    said_at = created if updated is None else max(created, updated)
    if happened is None or happened <= said_at:
        return happened, created, updated
    if codes.CLASSIFIERS.get(str(classifier)) == "ACT":
        reported = written[1] if updated is None else written[2]
        message = f"{written[0]} is after {reported}, when it was reported as having happened"
        faults.append(Fault("/eventDateTime", "future", message, "write EST or PLN for what has not happened"))
    return happened, created, updated


# ------------------------------------------------------------------------------------------------- what stands together


def _versions(event: dict[str, Any], faults: list[Fault]) -> None:
    """Whether all of an event is of one version of Track & Trace."""
    written = ["eventClassifierCode", "documentTypeCode", *(name for name, _ in CODE_OF.values())]
    coded = [(f"/{name}", event[name]) for name in written if type(event.get(name)) is str]
    listed = event.get("documentReferences")
    if type(listed) is list:
        coded += [
            (f"/documentReferences/{index}/documentReferenceType", one["documentReferenceType"])
            for index, one in enumerate(listed)
            if type(one) is dict and type(one.get("documentReferenceType")) is str
        ]
    as_words = [place for place, value in coded if codes.is_word(value)]
    if as_words and len(as_words) < len(coded):
        place = next(place for place, value in coded if not codes.is_word(value))
        message = f"is a code of 2.2, while {as_words[0]} is a word of 3.0"
        faults.append(Fault(place, "version", message, "write all codes of an event as one version has them"))
    old = ONLY_2_2 & event.keys()
    new = as_words or [f"/{name}" for name in ONLY_3_0 & event.keys()]
    if old and new:
        message = f"is of 2.2 alone, while {min(new)} is of 3.0"
        faults.append(Fault(f"/{min(old)}", "version", message, "leave it out, or write all of the event as 2.2"))
    for kind, (name, _) in CODE_OF.items():
        if name in event and event.get("eventType") in (*CODE_OF,) and kind != event["eventType"]:
            message = f"is of {kind} events, while eventType is {event['eventType']}"
            faults.append(Fault(f"/{name}", "type", message, "report one thing an event"))


def _one_place(call: dict[str, Any], faults: list[Fault]) -> None:
    """Whether a transport call is at one place."""
    location = call.get("location")
    there = location.get("UNLocationCode") if type(location) is dict else None
    here = call.get("UNLocationCode")
    if type(here) is str and type(there) is str and here != there:
        message = f"is {shown(there)}, while the transport call is at {shown(here)}"
        faults.append(Fault("/transportCall/location/UNLocationCode", "place", message, "a call is at one place"))


_NAMING: Final = {written: f"{code}/" for written, code in codes.DOCUMENT_TYPES.items() if code in ("TRD", "BKG")}
"""Types of documents by which events name a bill or a booking, and what stands before its number."""


def _event(event: Any, happened: int | None, created: int | None, updated: int | None) -> Event:
    """What is needed of an event without faults, which is read into the engine's objects."""
    assert happened is not None
    assert created is not None
    kind = event.eventType
    name, known = CODE_OF[kind]
    references = []
    for one in event.documentReferences or ():
        if one.documentReferenceType in _NAMING:
            references.append(_NAMING[one.documentReferenceType] + one.documentReferenceValue)
    document_type = ""
    if kind == "SHIPMENT":
        document_type = codes.DOCUMENT_TYPES[event.documentTypeCode]
        if event.documentTypeCode in _NAMING:
            references.append(_NAMING[event.documentTypeCode] + event.documentID)
    call = event.transportCall
    port, facility = _place(event.eventLocation, call)
    return Event(
        bytes.fromhex(event.eventID.replace("-", "")),
        kind,
        codes.CLASSIFIERS[event.eventClassifierCode],
        known[getattr(event, name)],
        happened,
        created if updated is None else updated,
        updated is not None,
        event.isRetracted is True,
        tuple(references if len(references) < 2 else dict.fromkeys(references)),
        document_type,
        (event.equipmentReference or "") if kind == "EQUIPMENT" else "",
        event.emptyIndicatorCode == "LADEN",
        call.modeOfTransport if call else "",
        port,
        facility,
    )


def _place(location: Any, call: Any) -> tuple[str, str]:
    """Port and facility of the first that names a port: the event's own location, the transport call, its location."""
    for here in (location, call, call and call.location):
        if here and here.UNLocationCode:
            port, code, provider = here.UNLocationCode, here.facilityCode, here.facilityCodeListProvider
            return port, f"{port}/{provider}/{code}" if code and provider else ""
    return "", ""
