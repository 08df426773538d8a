"""What an event says of a bill (T19, T45): its kind, its place, of which equipment; and the words that are hashed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from eth_abi.abi import encode
from event_makers import (
    BILL,
    BOX,
    NOW,
    OTHER_BILL,
    SECOND_BOX,
    STRANGE_BOX,
    boxed,
    call,
    corrected,
    customs,
    link,
    sailed,
)

from sampan.cargo.records import CargoEvent
from sampan.cargo.rules import leaf as hash_of
from sampan.keccak import keccak
from sampan.suite.words import FactKind
from sampan.tracking.leaf import about_salt, key_of, leaf, plain_leaf
from sampan.tracking.links import Link, Links
from sampan.tracking.reading import Read, read_event

SALT = bytes(range(32))
_TYPES = [
    "bytes32",
    "bytes32",
    "uint8",
    "uint40",
    "uint40",
    "uint48",
    "bytes3",
    "bytes32",
    "bytes32",
    "uint16",
    "bytes32",
]


def read(made: dict[str, Any]) -> Read:
    found = read_event(json.dumps(made).encode(), NOW)
    assert isinstance(found, Read), found
    return found


def says(made: dict[str, Any], known: Link | None = None) -> tuple[FactKind, int, str] | None:
    """What an event says of the bill: kind, unit, place; None when it does not belong to it."""
    event, body = read(made)
    belongs = Links([known or link()]).of(event)
    if not belongs:
        return None
    found = leaf(event, body, belongs[0], SALT)
    return FactKind(found.kind), found.unit, found.place


NOTHING = (FactKind.NONE, 0, "")
YICT = "CNSHA/SMDG/YICT"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (boxed("GTIN"), (FactKind.GATED_IN, 1, YICT)),
        (boxed("GTIN", "CNSZH"), (FactKind.GATED_IN, 1, "CNSZH/SMDG/YICT")),
        (boxed("GTIN", emptyIndicatorCode="EMPTY"), NOTHING),
        (boxed("GTIN", "NLRTM"), NOTHING),
        (boxed("LOAD"), (FactKind.LOADED, 1, YICT)),
        (boxed("LOAD", equipmentReference=SECOND_BOX), (FactKind.LOADED, 2, YICT)),
        (boxed("LOAD", transportCall=call(mode="TRUCK")), NOTHING),
        (boxed("LOAD", "NLRTM"), NOTHING),
        (boxed("LOAD", "SGSIN"), (FactKind.TRANSHIPPED, 1, "SGSIN/SMDG/YICT")),
        (boxed("DISC", "SGSIN"), (FactKind.TRANSHIPPED, 1, "SGSIN/SMDG/YICT")),
        (boxed("DISC", "SGSIN", transportCall=call("SGSIN", "RAIL")), NOTHING),
        (boxed("DISC", "NLRTM"), (FactKind.DISCHARGED, 1, "NLRTM/SMDG/YICT")),
        (boxed("DISC"), NOTHING),
        (boxed("GTOT", "NLRTM"), (FactKind.GATED_OUT, 1, "NLRTM/SMDG/YICT")),
        (boxed("GTOT", "DEDUI"), (FactKind.GATED_OUT, 1, "DEDUI/SMDG/YICT")),
        (boxed("GTOT", "DEDUI", emptyIndicatorCode="EMPTY"), NOTHING),
        (boxed("GTOT"), NOTHING),
        (boxed("STUF", transportCall=None), (FactKind.STUFFED, 1, "")),
        (boxed("RMVD"), (FactKind.SEAL_REMOVED, 1, YICT)),
        (boxed("CUSR"), (FactKind.EXPORT_RELEASED, 1, "CN")),
        (boxed("CUSR", "NLAMS"), (FactKind.IMPORT_RELEASED, 1, "NL")),
        (boxed("CUSR", "SGSIN"), NOTHING),
        (boxed("INSP"), NOTHING),
        (sailed("DEPA"), (FactKind.DEPARTED, 0, "CNSHA")),
        (sailed("DEPA", "SGSIN"), NOTHING),
        (sailed("DEPA", transportCall=call(mode="TRUCK")), NOTHING),
        (sailed("ARRI", "NLRTM"), (FactKind.ARRIVED, 0, "NLRTM")),
        (sailed("ARRI"), NOTHING),
        (customs("CNNGB"), (FactKind.EXPORT_RELEASED, 0, "CN")),
        (customs("NLRTM"), (FactKind.IMPORT_RELEASED, 0, "NL")),
        (customs(None), NOTHING),
        (customs("CNSHA", documentTypeCode="SRM"), NOTHING),
        (customs("CNSHA", shipmentEventTypeCode="HOLD"), NOTHING),
        (boxed("LOAD", eventClassifierCode="EST"), NOTHING),
        (boxed("LOAD", eventClassifierCode="PLN"), NOTHING),
        (corrected(boxed("LOAD"), isRetracted=True), NOTHING),
    ],
)
def test_an_event_says_what_its_code_load_and_place_make_of_it(
    made: dict[str, Any], said: tuple[FactKind, int, str]
) -> None:
    assert says(made) == said


def test_customs_of_one_country_for_both_ports_are_told_apart_by_the_port() -> None:
    coastal = link(discharge="CNNGB")
    assert says(boxed("CUSR"), coastal) == (FactKind.EXPORT_RELEASED, 1, "CN")
    assert says(boxed("CUSR", "CNNGB"), coastal) == (FactKind.IMPORT_RELEASED, 1, "CN")
    assert says(boxed("CUSR", "CNBJS"), coastal) == NOTHING


def test_the_events_own_location_goes_before_the_transport_calls() -> None:
    made = boxed("GTIN", eventLocation={"UNLocationCode": "CNSZH"})
    assert says(made) == (FactKind.GATED_IN, 1, "CNSZH")


def test_a_facility_without_a_list_is_a_port() -> None:
    assert says(boxed("LOAD", transportCall=call(facilityCode="YICT"))) == (FactKind.LOADED, 1, "CNSHA")


# ---------------------------------------------------------------------------------------------------------- belonging


def test_the_same_container_under_another_booking_belongs_to_nothing() -> None:
    references = [{"documentReferenceType": "BKG", "documentReferenceValue": "XLLBK9999999"}]
    assert says(boxed("LOAD", documentReferences=references)) is None


def test_another_container_under_the_booking_belongs_to_nothing() -> None:
    assert says(boxed("LOAD", equipmentReference=STRANGE_BOX)) is None


def test_an_equipment_event_without_a_container_belongs_to_nothing() -> None:
    assert says(boxed("LOAD", equipmentReference=None)) is None


def test_an_event_that_names_the_bill_itself_belongs_to_it() -> None:
    references = [{"documentReferenceType": "TRD", "documentReferenceValue": "XLLSHA2600101"}]
    assert says(boxed("LOAD", documentReferences=references)) == (FactKind.LOADED, 1, YICT)


def test_a_ships_departure_is_of_every_bill_of_the_booking_and_a_box_of_its_own() -> None:
    links = Links([link(), link(OTHER_BILL, containers={STRANGE_BOX: 1})])
    assert [one.link.bill for one in links.of(read(sailed("DEPA")).event)] == [BILL, OTHER_BILL]
    assert [one.link.bill for one in links.of(read(boxed("LOAD")).event)] == [BILL]


# --------------------------------------------------------------------------------------------------------------- words


def abi_hash(words: CargoEvent) -> bytes:
    """The hash that the contract computes: keccak256(bytes.concat(keccak256(abi.encode(event))))."""
    values = [getattr(words, name) for name in CargoEvent.__slots__]
    values[6] = words.measure.encode()
    return keccak(keccak(encode([f"({','.join(_TYPES)})"], [tuple(values)])))


@pytest.mark.parametrize("made", [boxed("LOAD"), boxed("LOAD", eventClassifierCode="EST"), sailed("ARRI", "NLRTM")])
def test_a_leaf_is_hashed_as_the_contract_hashes_it(made: dict[str, Any]) -> None:
    event, body = read(made)
    (belongs,) = Links([link()]).of(event)
    found = leaf(event, body, belongs, SALT)
    words = found.words(event.id, 0, body)
    assert found.hash == hash_of(words) == abi_hash(words)


def test_a_leaf_that_corrects_another_is_hashed_as_the_contract_hashes_it() -> None:
    event, body = read(boxed("LOAD"))
    (belongs,) = Links([link()]).of(event)
    found = leaf(event, body, belongs, SALT, version=3, corrects=key_of(event.id, belongs.link.bill, 2))
    words = found.words(event.id, 3, body)
    assert words.corrects != bytes(32)
    assert found.hash == hash_of(words) == abi_hash(words)


def test_a_leaf_of_no_bill_is_hashed_as_the_contract_hashes_it() -> None:
    event, body = read(boxed("LOAD"))
    found = plain_leaf(event, body, SALT)
    words = found.words(event.id, 0, body)
    assert found.hash == hash_of(words) == abi_hash(words) == leaf(event, body, None, SALT).hash
    assert (words.kind, words.unit, words.about, words.place) == (FactKind.NONE, 0, bytes(32), bytes(32))


def test_a_leaf_names_its_bill_blinded_and_what_it_shows_on_chain_opens_nothing_else() -> None:
    event, body = read(boxed("LOAD"))
    (belongs,) = Links([link()]).of(event)
    words = leaf(event, body, belongs, SALT).words(event.id, 0, body)
    shown = about_salt(SALT)
    assert words.about == keccak(encode(["uint256", "bytes32"], [BILL, shown]))
    assert words.rest == keccak(SALT + body) != keccak(shown + body)


def test_what_has_not_happened_counts_from_when_it_was_said() -> None:
    event, body = read(boxed("LOAD", eventClassifierCode="EST", eventDateTime="2027-01-02T08:30:00+08:00"))
    assert plain_leaf(event, body, SALT).happened_at == 1_767_315_600
    event, body = read(boxed("LOAD"))
    assert plain_leaf(event, body, SALT).happened_at == 1_767_313_800


def test_a_key_is_of_one_event_one_bill_and_one_version() -> None:
    event = read(boxed("LOAD")).event
    other = read(boxed("LOAD", number=2)).event
    keys = {key_of(one.id, bill, version) for one in (event, other) for bill in (0, BILL) for version in (0, 1)}
    assert len(keys) == 8
    assert BOX.encode() not in b"".join(keys)
