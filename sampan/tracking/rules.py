"""What an event must hold: DCSA's schema of Track & Trace 2.2, and what it leaves to its readers.

`MEMBERS` says of each member what it may hold. Two engines follow it: `check` walks an event and finds every fault;
`quickly`, compiled from it, answers within microseconds whether there is none, and gives the event with its canonical
bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from operator import attrgetter
from typing import Annotated, Any, Final, Literal, NamedTuple, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from sampan.documents import identifiers
from sampan.documents.canonical import MAX_INTEGER
from sampan.documents.json import shown
from sampan.suite import ids
from sampan.tracking import codes

SLACK: Final = 300
"""Seconds by which a producer's clock may be ahead of ours."""
FIRST_YEAR: Final = 2000
"""No event is from before: Track & Trace is younger."""

Wrong: TypeAlias = tuple[str, str, str]
"""The rule that is broken, what is wrong, what would be right."""
Look: TypeAlias = Callable[[str], Wrong | None]


class Rule(NamedTuple):
    """What a text may be: to find what is wrong with it, and as the compiled engine has it."""

    look: Look
    type: Any = None
    """What the engine knows of it; None where it asks `look`."""


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


# -------------------------------------------------------------------------------------------------------- single values


def matched(pattern: str) -> Callable[[Look], Rule]:
    """A rule that a pattern says whole: its function finds nothing wrong with what the pattern fits, and only that."""
    return lambda look: Rule(look, Annotated[str, msgspec.Meta(pattern=rf"\A(?:{pattern})\Z")])


def one_of(known: Mapping[str, str], what: str) -> Rule:
    """A value of a code list."""
    most = 12

    def look(value: str) -> Wrong | None:
        if value in known:
            return None
        names = [name for name in known if not codes.is_word(name)]
        listed = ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
        return "code", f"{shown(value)!r} is no {what}", f"write one of {listed}"

    return Rule(look, Literal[tuple(known)])


def text(most: int, least: int = 0) -> Rule:
    """A text of so many characters."""

    def look(value: str) -> Wrong | None:
        if least <= len(value) <= most:
            return None
        if not value:
            return "empty", "is empty", "write it, or leave the member out"
        return "length", f"has {len(value):,} characters, more than {most}", f"keep it to {most}"

    return Rule(look, Annotated[str, msgspec.Meta(min_length=least, max_length=most)])


def shaped(pattern: str, what: str, right: str) -> Rule:
    """A text of one shape."""
    fits = re.compile(pattern).fullmatch

    @matched(pattern)
    def rule(value: str) -> Wrong | None:
        return None if fits(value) else ("shape", f"{shown(value)!r} is no {what}", right)

    return rule


@Rule
@lru_cache(1 << 16)
def _container(value: str) -> Wrong | None:
    if not 0 < len(value) <= 15:
        return "equipment", f"{shown(value)!r} is no equipment number", "write 1 to 15 characters, as ISO 6346 has 11"
    if identifiers.has_container_shape(value) and not identifiers.is_container(value):
        right = f"{value[:10]}{identifiers.container_check_digit(value)}"
        return "check-digit", f"container {value} has a wrong check digit", f"{right}, if the rest is right (ISO 6346)"
    return None


@Rule
@lru_cache(1 << 12)
def _imo(value: str) -> Wrong | None:
    if len(value) != 7 or not (value.isascii() and value.isdigit()):
        return "imo", f"{shown(value)!r} is no IMO number", "write its seven digits, without `IMO`"
    digit = ids.imo_check_digit(value)
    if digit != int(value[6]):
        right = f"{value[:6]}{digit}, if the rest is right"
        return "check-digit", f"IMO number {value} has a wrong check digit", right
    return None


_LOCODE = re.compile(r"[A-Z]{2}[A-Z2-9]{3}")


@Rule
@lru_cache(1 << 14)
def _locode(value: str) -> Wrong | None:
    if _LOCODE.fullmatch(value) is None:
        right = "write two capitals for the country and three for the place, as CNSHA"
        return "locode", f"{shown(value)!r} is no UN/LOCODE", right
    if not identifiers.is_locode(value):
        return "locode", f"{value}: {value[:2]} is no country", "take the code from the UN/LOCODE list"
    return None


@Rule
@lru_cache(1 << 10)
def _country(value: str) -> Wrong | None:
    if identifiers.is_country(value):
        return None
    return "country", f"{shown(value)!r} is no country", "write its two capitals of ISO 3166"


_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")


@matched(_UUID.pattern)
def _uuid(value: str) -> Wrong | None:
    if _UUID.fullmatch(value) is not None:
        return None
    right = "write the UUID that this event keeps, as 3cecb101-7a1a-43a4-9d62-e88a131651e2"
    return "event-id", f"{shown(value)!r} is no UUID", right


_ANY: Final = text(1 << 20)


# ------------------------------------------------------------------------------------------------------------ the shape


class Members(dict[str, tuple[type, Any]]):
    """What the members of an object may hold: type with its rule, the members of an object, or of a list's items."""

    def __init__(self, members: Mapping[str, tuple[type, Any]], required: Iterable[str] = ()) -> None:
        super().__init__(members)
        self.required = frozenset(required)


def _texts(**lengths: int) -> dict[str, tuple[type, Any]]:
    return {name: (str, text(most)) for name, most in lengths.items()}


_LOCODE_MEMBER: Final = {"UNLocationCode": (str, _locode)}
_FACILITY: Final = {
    "facilityCode": (
        str,
        shaped("[A-Z0-9]{1,6}", "facility code", "write the code of SMDG or BIC, up to 6 capitals and digits"),
    ),
    "facilityCodeListProvider": (str, one_of(codes.FACILITY_LISTS, "list of facilities")),
}
_ADDRESS: Final = Members(
    _texts(name=100, street=100, streetNumber=50, floor=50, postCode=10, city=65, stateRegion=65, country=75)
)
_LOCATION: Final = Members(
    {
        **_texts(locationName=100, latitude=10, longitude=11),
        **_LOCODE_MEMBER,
        **_FACILITY,
        "address": (dict, _ADDRESS),
    }
)
_VESSEL: Final = Members(
    {
        "vesselIMONumber": (str, _imo),
        **_texts(vesselName=35, vesselCallSignNumber=10, vesselOperatorCarrierCode=10),
        "vesselFlag": (str, _country),
        "vesselOperatorCarrierCodeListProvider": (str, one_of(codes.OPERATOR_LISTS, "list of carriers")),
    },
    ("vesselIMONumber",),
)
_TRANSPORT_CALL: Final = Members(
    {
        "transportCallID": (str, text(100, 1)),
        "carrierServiceCode": (str, text(5)),
        **_texts(carrierVoyageNumber=50, exportVoyageNumber=50, importVoyageNumber=50, otherFacility=50),
        "transportCallSequenceNumber": (int, _ANY),
        **_LOCODE_MEMBER,
        **_FACILITY,
        "facilityTypeCode": (str, one_of(codes.FACILITY_TYPES, "type of facility")),
        "modeOfTransport": (str, one_of(codes.MODES, "mode of transport")),
        "location": (dict, _LOCATION),
        "vessel": (dict, _VESSEL),
    },
    ("transportCallID", "modeOfTransport"),
)
_DOCUMENT_REFERENCE: Final = Members(
    {
        "documentReferenceType": (str, one_of(codes.DOCUMENT_TYPES, "type of document")),
        "documentReferenceValue": (str, text(100, 1)),
    },
    ("documentReferenceType", "documentReferenceValue"),
)
_REFERENCE: Final = Members(
    {
        "referenceType": (str, one_of(codes.REFERENCE_TYPES, "type of reference")),
        "referenceValue": (str, text(100, 1)),
    },
    ("referenceType", "referenceValue"),
)
_SEAL: Final = Members(
    {
        "sealNumber": (str, text(15, 1)),
        "sealSource": (str, one_of(codes.SEAL_SOURCES, "source of a seal")),
        "sealType": (str, one_of(codes.SEAL_TYPES, "type of seal")),
    },
    ("sealNumber", "sealType"),
)

_CODE_OF: Final = {
    "TRANSPORT": ("transportEventTypeCode", codes.TRANSPORT_EVENTS),
    "EQUIPMENT": ("equipmentEventTypeCode", codes.EQUIPMENT_EVENTS),
    "SHIPMENT": ("shipmentEventTypeCode", codes.SHIPMENT_EVENTS),
}
_COMMON: Final = ("eventID", "eventType", "eventClassifierCode", "eventDateTime", "eventCreatedDateTime")
_REQUIRED: Final = {
    "TRANSPORT": frozenset((*_COMMON, "transportEventTypeCode", "transportCall")),
    "EQUIPMENT": frozenset((*_COMMON, "equipmentEventTypeCode", "emptyIndicatorCode")),
    "SHIPMENT": frozenset((*_COMMON, "shipmentEventTypeCode", "documentID", "documentTypeCode")),
}
_ONLY_2_2: Final = frozenset(
    ("eventTypeCode", "shipmentID", "shipmentInformationTypeCode", "transportCallID", "vesselScheduleChangeRemark")
)
"""What 2.2 calls deprecated and 3.0 no longer has."""
_ONLY_3_0: Final = frozenset(("isRetracted", "eventUpdatedDateTime"))
_TIMES: Final = ("eventDateTime", "eventCreatedDateTime", "eventUpdatedDateTime")

# Of an event as the compiled engine has it, by its type:
_NEEDED: Final = {kind: attrgetter(*(names - {*_COMMON})) for kind, names in _REQUIRED.items()}
"""What it must hold beside what all must."""
_FOREIGN: Final = {
    kind: attrgetter(*_ONLY_2_2, *_ONLY_3_0, *(name for name, _ in _CODE_OF.values() if name != own))
    for kind, (own, _) in _CODE_OF.items()
}
"""What one of 2.2 that is sound holds none of."""
_ABSENT: Final = (UNSET,) * (len(_ONLY_2_2) + len(_ONLY_3_0) + len(_CODE_OF) - 1)
_WRITTEN: Final = attrgetter(*_TIMES)
"""Its times."""

MEMBERS: Final = Members(
    {
        "eventID": (str, _uuid),
        "eventType": (str, one_of(codes.EVENT_TYPES, "type of event that is kept here")),
        "eventClassifierCode": (str, one_of(codes.CLASSIFIERS, "classifier")),
        # Their order in time is looked at beside each other.
        "eventDateTime": (str, _ANY),
        "eventCreatedDateTime": (str, _ANY),
        "eventUpdatedDateTime": (str, _ANY),
        "isRetracted": (bool, _ANY),
        **{name: (str, one_of(known, f"code of {kind.lower()} events")) for kind, (name, known) in _CODE_OF.items()},
        "transportCall": (dict, _TRANSPORT_CALL),
        "eventLocation": (dict, _LOCATION),
        "equipmentReference": (str, _container),
        "ISOEquipmentCode": (str, text(4)),
        "emptyIndicatorCode": (str, one_of(codes.EMPTY_INDICATORS, "indicator")),
        "documentID": (str, text(100, 1)),
        "documentTypeCode": (str, one_of(codes.DOCUMENT_TYPES, "type of document")),
        "documentReferences": (list, _DOCUMENT_REFERENCE),
        "references": (list, _REFERENCE),
        "seals": (list, _SEAL),
        **_texts(delayReasonCode=3, changeRemark=250, vesselScheduleChangeRemark=250, reason=5000),
        **_texts(eventTypeCode=4, shipmentID=100, shipmentInformationTypeCode=3, transportCallID=100),
    }
)
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
    required = _REQUIRED.get(kind) if type(kind) is str else None
    missing = (required or frozenset(_COMMON)) - event.keys()
    for name in sorted(missing):
        faults.append(Fault(f"/{name}", "missing", "is missing", _MISSING.get(name, "write it")))
    written = tuple(map(event.get, _TIMES))
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
            found = list[_struct(rule, rule.required, closed=closed)]  # type: ignore[misc]
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
    closed = _struct(MEMBERS, _COMMON, closed=True)
    return msgspec.json.Decoder(closed).decode, msgspec.json.Encoder().encode


@cache
def _open() -> type[msgspec.Struct]:
    """An event beside members that nobody here knows."""
    return _struct(MEMBERS, _COMMON, closed=False)


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
    if len(event.eventClassifierCode) > 3 or len(getattr(event, _CODE_OF[kind][0])) > 4:
        return False
    if _FOREIGN[kind](event) != _ABSENT:
        return False
    if event.documentTypeCode and len(event.documentTypeCode) > 3:
        return False
    for one in event.documentReferences or ():  # noqa: SIM110  (no generator for each of a million events)
        if len(one.documentReferenceType) != 3:
            return False
    return True


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
        since = moment - _EPOCH
        return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    except (ValueError, OverflowError):
        return None


def _time(at: int, value: object, faults: list[Fault]) -> int | None:
    """Microseconds since 1970 of one of `_TIMES`; None where it is missing or wrong."""
    if type(value) is not str:
        return None
    found = _microseconds(value)
    if found is not None:
        return found
    name = _TIMES[at]
    right = "write it as RFC 3339, with its zone: 2026-01-02T08:30:00+08:00"
    match = _TIME.fullmatch(value)
    if match is None:
        faults.append(Fault(f"/{name}", "time", f"{shown(value)!r} is no time", right))
    elif match[1] is None:
        faults.append(Fault(f"/{name}", "zone", f"{value} names no zone", right))
    elif _no_zone(match[1]):
        faults.append(Fault(f"/{name}", "zone", f"{match[1]} is the zone of no place", right))
    elif int(value[:4]) < FIRST_YEAR:
        faults.append(Fault(f"/{name}", "time", f"{value} is before {FIRST_YEAR}", "write the right year"))
    else:
        faults.append(Fault(f"/{name}", "time", f"{shown(value)} is on no calendar", right))
    return None


def _moments(
    written: tuple[object, ...], classifier: object, now: float, faults: list[Fault]
) -> tuple[int | None, int | None, int | None]:
    """When it happened, was made, was updated (`_TIMES`, as they are written); and whether these may stand beside each
    other and beside the present."""
    happened, created, updated = [_time(at, value, faults) for at, value in enumerate(written)]
    latest = int((now + SLACK) * 1_000_000)
    for at, moment in (1, created), (2, updated):
        if moment is not None and moment > latest:
            right = "write when it was made; set the clock that wrote it"
            faults.append(Fault(f"/{_TIMES[at]}", "future", f"{written[at]} is in the future", right))
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
    written = ["eventClassifierCode", "documentTypeCode", *(name for name, _ in _CODE_OF.values())]
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
    old = _ONLY_2_2 & event.keys()
    new = as_words or [f"/{name}" for name in _ONLY_3_0 & event.keys()]
    if old and new:
        message = f"is of 2.2 alone, while {min(new)} is of 3.0"
        faults.append(Fault(f"/{min(old)}", "version", message, "leave it out, or write all of the event as 2.2"))
    for kind, (name, _) in _CODE_OF.items():
        if name in event and event.get("eventType") in (*_CODE_OF,) and kind != event["eventType"]:
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
    name, known = _CODE_OF[kind]
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
