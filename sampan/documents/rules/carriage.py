"""Rules about places, modes and vessels of the carriage."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sampan.documents import codes
from sampan.documents.identifiers import is_country, is_locode
from sampan.documents.json import shown
from sampan.documents.rules.base import ADVICE, NOTE, WHEN_ISSUED, Node, Problem, misfits, neither, none_but, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

PORTS = ("transports/portOfLoading", "transports/portOfDischarge")
PLACES = ("transports/placeOfReceipt", "transports/placeOfDelivery", "transports/onwardInlandRouting")
_LOCATED = ("UNLocationCode", "facility", "address", "addressLines", "geoCoordinate")
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]+)?")


@rule("place-of-receipt-given", "DCSA Transports.preCarriageBy; DCSA kit", WHEN_ISSUED)
def _(document: Node) -> Iterator[Problem]:
    """Where the carrier does the pre-carriage, there is a place of receipt."""
    if document.has("transports/preCarriageBy") and not document.has("transports/placeOfReceipt"):
        yield Problem("/transports/placeOfReceipt", "is missing beside preCarriageBy", "the place of receipt")


@rule("place-of-delivery-given", "DCSA Transports.onCarriageBy; DCSA kit", WHEN_ISSUED)
def _(document: Node) -> Iterator[Problem]:
    """Where the carrier does the on-carriage, there is a place of delivery."""
    if document.has("transports/onCarriageBy") and not document.has("transports/placeOfDelivery"):
        yield Problem("/transports/placeOfDelivery", "is missing beside onCarriageBy", "the place of delivery")


@rule("inland-place-by-carrier", "DCSA PlaceOfReceipt, PlaceOfDelivery", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """Places of receipt and delivery stand only where the carrier does that part of the carriage."""
    for place, mode in (("placeOfReceipt", "preCarriageBy"), ("placeOfDelivery", "onCarriageBy")):
        if document.has(f"transports/{place}") and not document.has(f"transports/{mode}"):
            yield Problem(f"/transports/{place}", f"stands without {mode}", f"{mode} given, or {place} left out")


@rule("carriage-mode", "DCSA Transports.preCarriageBy, onCarriageBy; DCSA kit", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """Pre-carriage and on-carriage go by a mode that DCSA names."""
    return none_but(codes.CARRIAGE_MODES, document.texts("transports/preCarriageBy", "transports/onCarriageBy"))


@rule("place-named", "DCSA Transports.portOfLoading, portOfDischarge; UCP 600 art. 20(a)(iii)", WHEN_ISSUED)
def _(document: Node) -> Iterator[Problem]:
    """A port or place that is given says which it is, by a name at least."""
    for place in document.nodes(*PORTS, *PLACES):
        if not place.value:
            yield Problem(place.pointer, "is empty: it names no place", "the place")


@rule("port-identified", "DCSA PortOfLoading, PortOfDischarge", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """A port is given by UN/LOCODE or by city and country, so that every reader finds the same one."""
    named = (port for port in document.nodes(*PORTS) if port.value)
    return neither(named, "UNLocationCode", "city", "one of them, or both")


@rule("place-identified", "DCSA PlaceOfReceipt, PlaceOfDelivery, OnwardInlandRouting", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """An inland place is given by UN/LOCODE, facility, address, address lines or coordinate."""
    for place in document.nodes(*PLACES):
        if place.value and not any(place.has(way) for way in _LOCATED):
            yield Problem(place.pointer, "names no location", f"one of {', '.join(_LOCATED)}")


@rule("two-ports", "UCP 600 art. 20(a)(iii)", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """A ship loads at one port and discharges at another."""
    first, second = (next(iter(document.nodes(path)), None) for path in PORTS)
    if first is None or second is None:
        return
    for way in ("UNLocationCode", "city/city", "locationName"):
        there, here = first.text(way), second.text(way)
        if there is not None and here is not None:
            countries = {port.text("city/countryCode") or "" for port in (first, second)}
            if there.casefold() == here.casefold() and (way != "city/city" or len(countries) == 1):
                message = f"is {shown(here)}, as the port of loading"
                yield Problem(
                    second.at(way), message, "another port, unless the cargo came back to where it was loaded"
                )
            return


@rule(
    "address-lines-alone",
    "DCSA PlaceOfReceipt.addressLines, PlaceOfDelivery.addressLines, OnwardInlandRouting.addressLines",
    ADVICE,
)
def _(document: Node) -> Iterator[Problem]:
    """Readers of DCSA 3.0.2 and earlier do not know address lines, so they do not stand alone."""
    right = "a second way, as UNLocationCode, for readers of DCSA 3.0.2"
    for place in document.nodes(*PLACES):
        if [way for way in _LOCATED if place.has(way)] == ["addressLines"]:
            yield Problem(place.at("addressLines"), "is the only way in which the place is given", right)


@rule(
    "place-agrees",
    "DCSA PortOfLoading, PortOfDischarge, PlaceOfReceipt, PlaceOfDelivery, OnwardInlandRouting",
    ADVICE,
)
def _(document: Node) -> Iterator[Problem]:
    """A location given in several ways is expected to be one: its country is the same in each."""
    # No more than expected: Hong Kong or Puerto Rico is a country in UN/LOCODE, and for many writers a part of one.
    for place in document.each("**"):
        code = place.text("UNLocationCode")
        if code is None or len(code) != 5:
            continue
        for other in (*place.nodes("city", "address"), *([place] if place.has("street") else [])):
            country = other.text("countryCode")
            if country is not None and country not in {code[:2], codes.UNKNOWN_COUNTRY}:
                message = f"is {shown(country)} beside UNLocationCode {shown(code)}"
                yield Problem(other.at("countryCode"), message, code[:2])


@rule("facility-with-locode", "DCSA Facility.facilityCodeListProvider")
def _(document: Node) -> Iterator[Problem]:
    """A facility code stands beside the UN/LOCODE that it belongs to."""
    for place in document.nodes(*PLACES):
        if place.has("facility") and not place.has("UNLocationCode"):
            yield Problem(place.at("UNLocationCode"), "is missing beside facility", "the UN/LOCODE of the facility")


@rule("locode-country", "DCSA UNLocationCode; UN/LOCODE")
def _(document: Node) -> Iterator[Problem]:
    """A UN/LOCODE lies in a country of ISO 3166."""
    codes_given = [(pointer, code) for pointer, code in document.texts("**/UNLocationCode") if len(code) == 5]
    return misfits(codes_given, is_locode, "a UN/LOCODE, as CNSHA")


@rule("country-assigned", "DCSA countryCode; ISO 3166-1")
def _(document: Node) -> Iterator[Problem]:
    """Countries are codes of ISO 3166, or ZZ where unknown."""
    for pointer, country in document.texts("**/countryCode"):
        if country != codes.UNKNOWN_COUNTRY and not is_country(country):
            yield Problem(pointer, f"is '{shown(country)}', no country", "a code of ISO 3166-1 alpha-2")


@rule("coordinate", "DCSA GeoCoordinate; ISO 6709")
def _(document: Node) -> Iterator[Problem]:
    """Coordinates are decimal degrees (ISO 6709), at most 90 and 180."""
    for axis, most in (("latitude", 90), ("longitude", 180)):
        for pointer, text in document.texts(*(f"{place}/geoCoordinate/{axis}" for place in PLACES)):
            if not _DEGREES.fullmatch(text) or abs(float(text)) > most:
                yield Problem(pointer, f"is '{shown(text)}'", f"decimal degrees from -{most} to {most}")


@rule("vessel-role", "DCSA VesselVoyage.role; DCSA kit", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """A vessel is the first sea-going or the mother vessel."""
    return none_but(codes.VESSEL_ROLES, document.texts("transports/vesselVoyages/*/role"))


@rule("arrives-after-departure", "T42; DCSA Transports.plannedArrivalDate", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """The ship arrives after it departs (dates are local: a day's grace for the date line)."""
    departure, arrival = document.day("transports/plannedDepartureDate"), document.day("transports/plannedArrivalDate")
    if departure is not None and arrival is not None and (departure - arrival).days > 1:
        message = f"is {arrival}, before the departure on {departure}"
        yield Problem("/transports/plannedArrivalDate", message, "a later date")


@rule("prc-mandatory", "T5; PRC Maritime Code art. 295", NOTE)
def _(document: Node) -> Iterator[Problem]:
    """Carriage to or from a mainland port falls under chapter IV of the PRC Maritime Code, whatever law is chosen."""
    for path in PORTS:
        for port in document.nodes(path):
            code = port.text("UNLocationCode") or ""
            if code.startswith("CN") or port.text("city/countryCode") == "CN":
                where = port.at("UNLocationCode" if code else "city")
                message = f"is in the mainland of China: prcMandatory ({path.removeprefix('transports/')})"
                yield Problem(where, message, "terms that chapter IV allows")
