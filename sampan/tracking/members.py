"""What each member of an event may hold, as DCSA's schema of Track & Trace 2.2 has it: said once, for whoever looks for
faults and for the engine that is made of it (`rules`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Annotated, Any, Final, Literal, NamedTuple, TypeAlias

import msgspec

from sampan.documents import identifiers
from sampan.documents.json import shown
from sampan.suite import ids
from sampan.tracking import codes

Wrong: TypeAlias = tuple[str, str, str]
"""The rule that is broken, what is wrong, what would be right."""
Look: TypeAlias = Callable[[str], Wrong | None]


class Rule(NamedTuple):
    """What a text may be: to find what is wrong with it, and as the compiled engine has it."""

    look: Look
    type: Any = None
    """What the engine knows of it; None where it asks `look`."""


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

CODE_OF: Final = {
    "TRANSPORT": ("transportEventTypeCode", codes.TRANSPORT_EVENTS),
    "EQUIPMENT": ("equipmentEventTypeCode", codes.EQUIPMENT_EVENTS),
    "SHIPMENT": ("shipmentEventTypeCode", codes.SHIPMENT_EVENTS),
}
COMMON: Final = ("eventID", "eventType", "eventClassifierCode", "eventDateTime", "eventCreatedDateTime")
REQUIRED: Final = {
    "TRANSPORT": frozenset((*COMMON, "transportEventTypeCode", "transportCall")),
    "EQUIPMENT": frozenset((*COMMON, "equipmentEventTypeCode", "emptyIndicatorCode")),
    "SHIPMENT": frozenset((*COMMON, "shipmentEventTypeCode", "documentID", "documentTypeCode")),
}
ONLY_2_2: Final = frozenset(
    ("eventTypeCode", "shipmentID", "shipmentInformationTypeCode", "transportCallID", "vesselScheduleChangeRemark")
)
"""What 2.2 calls deprecated and 3.0 no longer has."""
ONLY_3_0: Final = frozenset(("isRetracted", "eventUpdatedDateTime"))
TIMES: Final = ("eventDateTime", "eventCreatedDateTime", "eventUpdatedDateTime")

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
        **{name: (str, one_of(known, f"code of {kind.lower()} events")) for kind, (name, known) in CODE_OF.items()},
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
