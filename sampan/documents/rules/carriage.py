"""Rules about places, modes and vessels of the carriage."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sampan.documents import codes
from sampan.documents.identifiers import is_country, is_locode
from sampan.documents.json import shown
from sampan.documents.rules.base import ADVICE, NOTE, WHEN_ISSUED, Book, Node, Problem, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

book = Book()
PORTS = ("portOfLoading", "portOfDischarge")
PLACES = ("placeOfReceipt", "placeOfDelivery", "onwardInlandRouting")
_LOCATED = ("UNLocationCode", "facility", "address", "addressLines", "geoCoordinate")
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]+)?")


def transports(document: Node) -> Node:
    """The carriage, or an empty place where it would be."""
    return document.node("transports") or Node({}, "/transports")


@book.rule(
    "place-of-receipt-given",
    "Where the carrier does the pre-carriage, there is a place of receipt",
    source="DCSA Transports.preCarriageBy",
    severities=WHEN_ISSUED,
)
def _(document: Node) -> Iterator[Problem]:
    if transports(document).has("preCarriageBy") and not transports(document).has("placeOfReceipt"):
        yield Problem("/transports/placeOfReceipt", "is missing beside preCarriageBy", "the place of receipt")


@book.rule(
    "place-of-delivery-given",
    "Where the carrier does the on-carriage, there is a place of delivery",
    source="DCSA Transports.onCarriageBy",
    severities=WHEN_ISSUED,
)
def _(document: Node) -> Iterator[Problem]:
    if transports(document).has("onCarriageBy") and not transports(document).has("placeOfDelivery"):
        yield Problem("/transports/placeOfDelivery", "is missing beside onCarriageBy", "the place of delivery")


@book.rule(
    "inland-place-by-carrier",
    "Places of receipt and delivery stand only where the carrier does that part of the carriage",
    source="DCSA PlaceOfReceipt, PlaceOfDelivery",
    severities=ADVICE,
)
def _(document: Node) -> Iterator[Problem]:
    for place, mode in (("placeOfReceipt", "preCarriageBy"), ("placeOfDelivery", "onCarriageBy")):
        if transports(document).has(place) and not transports(document).has(mode):
            yield Problem(f"/transports/{place}", f"stands without {mode}", f"{mode} given, or {place} left out")


@book.rule(
    "carriage-mode",
    "Pre-carriage and on-carriage go by a mode that DCSA names",
    source="DCSA Transports.preCarriageBy, onCarriageBy",
    severities=ADVICE,
)
def _(document: Node) -> Iterator[Problem]:
    for name in ("preCarriageBy", "onCarriageBy"):
        mode = transports(document).text(name)
        if mode is not None and mode not in codes.CARRIAGE_MODES:
            yield Problem(f"/transports/{name}", f"is '{shown(mode)}'", f"one of {listed(codes.CARRIAGE_MODES)}")


@book.rule(
    "port-identified",
    "A port is given by UN/LOCODE or by city and country",
    source="DCSA PortOfLoading, PortOfDischarge",
    severities=WHEN_ISSUED,
)
def _(document: Node) -> Iterator[Problem]:
    for name in PORTS:
        port = transports(document).node(name)
        if port is not None and not (port.has("UNLocationCode") or port.has("city")):
            yield Problem(port.pointer, "has neither UNLocationCode nor city", "one of them, or both")


@book.rule(
    "place-identified",
    "An inland place is given by UN/LOCODE, facility, address, address lines or coordinate",
    source="DCSA PlaceOfReceipt, PlaceOfDelivery, OnwardInlandRouting",
    severities=WHEN_ISSUED,
)
def _(document: Node) -> Iterator[Problem]:
    for name in PLACES:
        place = transports(document).node(name)
        if place is not None and not any(place.has(way) for way in _LOCATED):
            yield Problem(place.pointer, "names no location", f"one of {', '.join(_LOCATED)}")


@book.rule(
    "address-lines-alone",
    "Readers of DCSA 3.0.2 and earlier do not know address lines, so they do not stand alone",
    source="DCSA PlaceOfReceipt.addressLines, PlaceOfDelivery.addressLines, OnwardInlandRouting.addressLines",
    severities=ADVICE,
)
def _(document: Node) -> Iterator[Problem]:
    for name in PLACES:
        place = transports(document).node(name)
        if place is not None and place.has("addressLines") and sum(place.has(way) for way in _LOCATED) == 1:
            yield Problem(
                place.at("addressLines"),
                "is the only way in which the place is given",
                "a second way, as UNLocationCode, for readers of DCSA 3.0.2",
            )


@book.rule(
    "place-agrees",
    "A location given in several ways is one location: its country is the same in each",
    source="DCSA PortOfLoading, PortOfDischarge, PlaceOfReceipt, PlaceOfDelivery, OnwardInlandRouting",
    severities=WHEN_ISSUED,
)
def _(document: Node) -> Iterator[Problem]:
    for _name, place in document.objects():
        code = place.text("UNLocationCode")
        if code is None or len(code) != 5:
            continue
        for way in ("city", "address"):
            other = place.node(way)
            if other is not None:
                yield from _other_country(other, code)
        if place.has("street"):
            yield from _other_country(place, code)


def _other_country(place: Node, code: str) -> Iterator[Problem]:
    country = place.text("countryCode")
    if country is not None and country not in {code[:2], codes.UNKNOWN_COUNTRY}:
        yield Problem(
            place.at("countryCode"), f"is {shown(country)} beside UNLocationCode {shown(code)}", f"{code[:2]}"
        )


@book.rule(
    "facility-with-locode",
    "A facility code stands beside the UN/LOCODE that it belongs to",
    source="DCSA Facility.facilityCodeListProvider",
)
def _(document: Node) -> Iterator[Problem]:
    for name in PLACES:
        place = transports(document).node(name)
        if place is not None and place.has("facility") and not place.has("UNLocationCode"):
            yield Problem(place.at("UNLocationCode"), "is missing beside facility", "the UN/LOCODE of the facility")


@book.rule(
    "locode-country",
    "A UN/LOCODE lies in a country of ISO 3166",
    source="DCSA UNLocationCode",
)
def _(document: Node) -> Iterator[Problem]:
    for _name, place in document.objects():
        code = place.text("UNLocationCode")
        if code is not None and len(code) == 5 and not is_locode(code):
            yield Problem(place.at("UNLocationCode"), f"is '{shown(code)}'", "a UN/LOCODE, as CNSHA")


@book.rule(
    "country-assigned",
    "Countries are codes of ISO 3166, or ZZ where unknown",
    source="DCSA countryCode",
)
def _(document: Node) -> Iterator[Problem]:
    for _name, node in document.objects():
        country = node.text("countryCode")
        if country is not None and country != codes.UNKNOWN_COUNTRY and not is_country(country):
            yield Problem(node.at("countryCode"), f"is '{shown(country)}', no country", "a code of ISO 3166-1 alpha-2")


@book.rule(
    "coordinate",
    "Coordinates are decimal degrees (ISO 6709), at most 90 and 180",
    source="DCSA GeoCoordinate",
)
def _(document: Node) -> Iterator[Problem]:
    for name in PLACES:
        place = transports(document).node(name)
        coordinate = place.node("geoCoordinate") if place is not None else None
        for axis, most in (("latitude", 90), ("longitude", 180)):
            text = coordinate.text(axis) if coordinate is not None else None
            if (
                coordinate is not None
                and text is not None
                and not (_DEGREES.fullmatch(text) and abs(float(text)) <= most)
            ):
                yield Problem(coordinate.at(axis), f"is '{shown(text)}'", f"decimal degrees from -{most} to {most}")


@book.rule(
    "vessel-role",
    "A vessel is the first sea-going or the mother vessel",
    source="DCSA VesselVoyage.role",
)
def _(document: Node) -> Iterator[Problem]:
    for voyage in transports(document).items("vesselVoyages"):
        role = voyage.text("role")
        if role is not None and role not in codes.VESSEL_ROLES:
            yield Problem(voyage.at("role"), f"is '{shown(role)}'", f"one of {listed(codes.VESSEL_ROLES)}")


@book.rule(
    "arrives-after-departure",
    "The ship arrives after it departs (dates are local: a day's grace for the date line)",
    source="T42; DCSA Transports.plannedArrivalDate",
    severities=ADVICE,
)
def _(document: Node) -> Iterator[Problem]:
    departure, arrival = (transports(document).day(name) for name in ("plannedDepartureDate", "plannedArrivalDate"))
    if departure is not None and arrival is not None and (departure - arrival).days > 1:
        yield Problem(
            "/transports/plannedArrivalDate", f"is {arrival}, before the departure on {departure}", "a later date"
        )


@book.rule(
    "prc-mandatory",
    "Carriage to or from a mainland port falls under chapter IV of the PRC Maritime Code, whatever law is chosen",
    source="T5; PRC Maritime Code art. 295",
    severities=NOTE,
)
def _(document: Node) -> Iterator[Problem]:
    for name in PORTS:
        port = transports(document).node(name)
        if port is None:
            continue
        code = port.text("UNLocationCode") or ""
        city = port.node("city")
        if code.startswith("CN") or (city is not None and city.text("countryCode") == "CN"):
            where = port.at("UNLocationCode") if code else port.at("city")
            yield Problem(where, f"is in the mainland of China: prcMandatory ({name})", "terms that chapter IV allows")
