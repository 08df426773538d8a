"""Rules about the document as a whole: type, status, dates, originals, value, charges, references."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sampan.documents import codes
from sampan.documents.json import shown
from sampan.documents.rules.base import (
    ADVICE,
    NOTE,
    ONCE_ISSUED,
    WHEN_ISSUED,
    Node,
    Problem,
    Severity,
    Stage,
    exactly_one,
    none_but,
    rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ON_BOARD = re.compile(r"\bshipped\b|\b(?:laden|loaded|clean)\s+on\s*-?\s*board\b|\bon\s+board\s+date\b")
_RECEIVED = re.compile(r"\breceived\b|\breceipt\b|\btaken\s+in\s+charge\b")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
_MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?"
)
_DAYS = re.compile(
    r"(?<![0-9])(?:"
    r"(?P<year1>[12][0-9]{3})[-/.](?P<month1>[0-9]{1,2})[-/.](?P<day1>[0-9]{1,2})"
    r"|(?P<one>[0-9]{1,2})[-/.](?P<other>[0-9]{1,2})[-/.](?P<year2>[0-9]{4})"
    rf"|(?P<day3>[0-9]{{1,2}})(?:st|nd|rd|th)?[-/. ,]*(?P<word>{_MONTH})(?![a-z])"
    r"(?:[-/. ,]*(?=[0-9]{4})|[-/.]?)(?P<year3>[0-9]{4}|[0-9]{2})"
    rf"|(?P<word2>{_MONTH})(?![a-z])[-/. ]*(?P<day4>[0-9]{{1,2}})(?:st|nd|rd|th)?[-/. ,]+(?P<year4>[0-9]{{4}})"
    r")(?![0-9])"
)
ONE_DAY = timedelta(days=1)
KNOWN_FOR_EBL = {**ADVICE, Stage.EBL: Severity.ERROR}
ORIGINALS = ("numberOfOriginalsWithCharges", "numberOfOriginalsWithoutCharges")


@rule("swb-not-to-order", "DCSA TransportDocument.isToOrder; DCSA kit")
def _(document: Node) -> Iterator[Problem]:
    """A sea waybill is never to order."""
    if document.text("transportDocumentTypeCode") == "SWB" and document.flag("isToOrder"):
        yield Problem("/isToOrder", "is true, though a sea waybill is never to order", "false, or a BOL")


@rule("status-known", "DCSA TransportDocument.transportDocumentStatus; DCSA kit; L1 for an eBL", KNOWN_FOR_EBL)
def _(document: Node) -> Iterator[Problem]:
    """The status is one of DCSA's; of another nobody can say whether the document is issued."""
    return none_but(codes.DRAFT_STATUSES | codes.ISSUED_STATUSES, document.texts("transportDocumentStatus"))


@rule("one-date", "DCSA TransportDocument.shippedOnBoardDate, receivedForShipmentDate; DCSA kit")
def _(document: Node) -> Iterator[Problem]:
    """A document is shipped on board or received for shipment, not both."""
    if document.has("shippedOnBoardDate") and document.has("receivedForShipmentDate"):
        yield Problem("/receivedForShipmentDate", "stands beside shippedOnBoardDate", "exactly one of the two dates")


@rule("date-given", "DCSA TransportDocument.shippedOnBoardDate, receivedForShipmentDate; DCSA kit", WHEN_ISSUED)
def _(document: Node) -> Iterator[Problem]:
    """An issued document has exactly one of shippedOnBoardDate and receivedForShipmentDate."""
    if not document.has("shippedOnBoardDate") and not document.has("receivedForShipmentDate"):
        name = "receivedForShipmentDate" if document.flag("isShippedOnBoardType") is False else "shippedOnBoardDate"
        yield Problem(f"/{name}", "is missing, and so is the other date", "exactly one of the two dates")


@rule("date-agrees-with-type", "DCSA TransportDocument.isShippedOnBoardType, shippedOnBoardDate")
def _(document: Node) -> Iterator[Problem]:
    """The date that is given makes the document shipped on board or received for shipment, as its type says."""
    shipped, on_board = document.flag("isShippedOnBoardType"), document.has("shippedOnBoardDate")
    if shipped is True and document.has("receivedForShipmentDate") and not on_board:
        yield Problem(
            "/isShippedOnBoardType", "is true beside receivedForShipmentDate alone", "false, or shippedOnBoardDate"
        )
    if shipped is False and on_board:
        yield Problem("/isShippedOnBoardType", "is false beside shippedOnBoardDate", "true, or receivedForShipmentDate")


@rule("issue-date", "DCSA TransportDocument.issueDate; DCSA kit", ONCE_ISSUED)
def _(document: Node) -> Iterator[Problem]:
    """An issued document says when it was issued."""
    if not document.has("issueDate"):
        yield Problem("/issueDate", "is missing", "the local date of issue")


@rule("displayed-type", "UCP 600 art. 20(a)(ii); DCSA displayedShippedOnBoardReceivedForShipment", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """The text that is shown as evidence of shipment says the same as the document's type."""
    name = "displayedShippedOnBoardReceivedForShipment"
    words = (document.text(name) or "").casefold()
    shipped = document.flag("isShippedOnBoardType")
    if shipped is None and document.has("shippedOnBoardDate") != document.has("receivedForShipmentDate"):
        shipped = document.has("shippedOnBoardDate")
    says_shipped, says_received = bool(_ON_BOARD.search(words)), bool(_RECEIVED.search(words))
    if shipped is True and says_received and not says_shipped:
        right = "a text of shipment on board, or isShippedOnBoardType false"
        yield Problem(f"/{name}", "says received, though the document is shipped on board", right)
    if shipped is False and says_shipped and not says_received:
        right = "a text of receipt for shipment, or isShippedOnBoardType true"
        yield Problem(f"/{name}", "says shipped on board, though the document is received for shipment", right)


@rule("displayed-date", "UCP 600 art. 20(a)(ii); DCSA displayedShippedOnBoardReceivedForShipment", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """The day in the text that is shown as evidence of shipment is the document's."""
    name = "displayedShippedOnBoardReceivedForShipment"
    shown_days = days_in(document.text(name) or "")
    dates = ("shippedOnBoardDate", "receivedForShipmentDate")
    own = {day for day in map(document.day, dates) if day is not None}
    if shown_days and own and not any(one & own for one in shown_days):
        given = next(date for date in dates if document.has(date))
        said = " or ".join(sorted(map(str, shown_days[0])))
        yield Problem(f"/{name}", f"says {said}, {given} is {min(own)}", f"the day of {given}")


def days_in(text: str) -> list[set[date]]:
    """The days that a text names in figures or in English; each as the days that it can mean (3/4/2026 means two)."""
    found = []
    for match in _DAYS.finditer(text.casefold()):
        parts = match.groupdict()
        if parts["word"]:
            readings = [(parts["year3"], str(_MONTHS[parts["word"][:3]]), parts["day3"])]
        elif parts["word2"]:
            readings = [(parts["year4"], str(_MONTHS[parts["word2"][:3]]), parts["day4"])]
        elif parts["year1"]:
            readings = [(parts["year1"], parts["month1"], parts["day1"])]
        else:
            one, other, year = parts["one"], parts["other"], parts["year2"]
            readings = [(year, other, one), (year, one, other)]
        days = set()
        for year, month, day in readings:
            try:
                days.add(date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day)))
            except ValueError:
                continue
        if days:
            found.append(days)
    return found


@rule("not-antedated", "L18; DCSA TransportDocument.issueDate")
def _(document: Node) -> Iterator[Problem]:
    """A document is not issued before the cargo that it acknowledges was there."""
    for name, lag in _lags(document):
        if lag > ONE_DAY:
            yield Problem("/issueDate", f"is {lag.days} days before {name}", f"{name} or later")


@rule("issue-day-before", "T42; DCSA TransportDocument.issueDate", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """Dates are local to the place that they name, so a document may be dated one day before loading, seldom
    rightly.
    """
    for name, lag in _lags(document):
        if lag == ONE_DAY:
            yield Problem(
                "/issueDate", f"is one day before {name}", f"{name} or later, unless the place of issue lies far west"
            )


def _lags(document: Node) -> Iterator[tuple[str, timedelta]]:
    issued = document.day("issueDate")
    for name in ("shippedOnBoardDate", "receivedForShipmentDate"):
        there = document.day(name)
        if issued is not None and there is not None:
            yield name, there - issued


@rule("no-copies-of-ebl", "DCSA TransportDocument.numberOfCopiesWithCharges, numberOfCopiesWithoutCharges; DCSA kit")
def _(document: Node) -> Iterator[Problem]:
    """There are no copies of an electronic bill of lading."""
    if document.text("transportDocumentTypeCode") == "BOL" and document.flag("isElectronic"):
        names = ("numberOfCopiesWithCharges", "numberOfCopiesWithoutCharges")
        yield from _none_of(document, names, "an electronic bill of lading", "left out, or 0")


@rule(
    "originals-of-bol", "DCSA TransportDocument.numberOfOriginalsWithCharges, numberOfOriginalsWithoutCharges; DCSA kit"
)
def _(document: Node) -> Iterator[Problem]:
    """Only a bill of lading has originals."""
    if document.text("transportDocumentTypeCode") == "SWB":
        yield from _none_of(document, ORIGINALS, "a sea waybill", "left out: it has no originals")


@rule(
    "one-electronic-original",
    "DCSA TransportDocument.numberOfOriginalsWithCharges, numberOfOriginalsWithoutCharges; DCSA kit",
)
def _(document: Node) -> Iterator[Problem]:
    """An electronic bill has at most one original, with charges and without taken together."""
    if document.flag("isElectronic") and document.text("transportDocumentTypeCode") != "SWB":
        first, second = (document.number(name) or 0 for name in ORIGINALS)
        if first + second > 1:
            name = ORIGINALS[0] if first > 0 else ORIGINALS[1]
            right = "one original in all, or none"
            yield Problem(f"/{name}", f"makes {first + second} originals of an electronic bill", right)


@rule("rider-pages-on-paper", "DCSA TransportDocument.numberOfRiderPages; DCSA kit")
def _(document: Node) -> Iterator[Problem]:
    """Only paper has rider pages."""
    if document.flag("isElectronic"):
        yield from _none_of(document, ("numberOfRiderPages",), "an electronic document", "left out")


def _none_of(document: Node, names: tuple[str, ...], on: str, right: str) -> Iterator[Problem]:
    for name in names:
        number = document.number(name)
        if number is not None and number > 0:
            yield Problem(f"/{name}", f"is {number} on {on}", right)


@rule("declared-value-currency", "DCSA TransportDocument.declaredValueCurrency; DCSA kit")
def _(document: Node) -> Iterator[Problem]:
    """A declared value has a currency, and a currency a declared value."""
    value, currency = document.has("declaredValue"), document.has("declaredValueCurrency")
    if value and not currency:
        yield Problem("/declaredValueCurrency", "is missing beside declaredValue", "the currency of the value")
    if currency and not value:
        yield Problem("/declaredValueCurrency", "stands without declaredValue", "left out, or the value given")


@rule("terms-given", "DCSA TransportDocument.termsAndConditions", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """The carrier's terms and conditions are said: DCSA requires the property."""
    terms = document.text("termsAndConditions")
    if terms is not None and not any(letter.isalnum() for letter in terms):
        yield Problem("/termsAndConditions", "says nothing", "the terms and conditions, or where they are found")


@rule("currency-assigned", "DCSA TransportDocument.declaredValueCurrency, Charge.currencyCode", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """Currencies are codes of ISO 4217."""
    for pointer, code in document.texts("declaredValueCurrency", "charges/*/currencyCode"):
        if len(code) == 3 and code not in codes.CURRENCIES:
            yield Problem(pointer, f"is '{shown(code)}', no currency in force", "a code of ISO 4217")


@rule("amount-decimals", "DCSA Charge.currencyAmount")
def _(document: Node) -> Iterator[Problem]:
    """Amounts of charges have at most two decimals."""
    for charge in document.items("charges"):
        amount = charge.number("currencyAmount")
        if amount is not None and decimals(amount) > 2:
            yield Problem(charge.at("currencyAmount"), f"is {amount}", "an amount with at most two decimals")


def decimals(number: object) -> int:
    """How many decimals a number is written with."""
    return len(str(f"{number:f}").partition(".")[2])


@rule(
    "extended-takes-precedence",
    "DCSA extendedContractQuotationReference, extendedHSCodes, extendedChargeName and extendedNationalCommodityCodes",
    NOTE,
)
def _(document: Node) -> Iterator[Problem]:
    """Where an old and an extended property differ, the extended one counts."""
    pairs = [*_retired(document)]
    pairs += [(charge, "chargeName", "extendedChargeName") for charge in document.items("charges")]
    pairs += [(item, "HSCodes", "extendedHSCodes") for item in document.items("consignmentItems")]
    for node, old, extended in pairs:
        if node.has(old) and node.has(extended) and node.raw(old) != node.raw(extended):
            yield Problem(node.at(old), f"differs from {extended} and is ignored", f"nothing: {extended} counts")


@rule("deprecated", "DCSA contractQuotationReference, nationalCommodityCodes", NOTE)
def _(document: Node) -> Iterator[Problem]:
    """Properties that DCSA retired are not used alone."""
    for node, old, extended in _retired(document):
        if node.has(old) and not node.has(extended):
            yield Problem(node.at(old), "is deprecated", f"use {extended}")


def _retired(document: Node) -> Iterator[tuple[Node, str, str]]:
    """Where a property that DCSA retired may stand, its name, and the name of the one that takes its place."""
    yield document, "contractQuotationReference", "extendedContractQuotationReference"
    for node in document.each("consignmentItems/*", "consignmentItems/*/cargoItems/*"):
        yield node, "nationalCommodityCodes", "extendedNationalCommodityCodes"


@rule("reference-type", "DCSA Reference.type, ReferenceConsignmentItem.type; DCSA kit", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """References are of a type that DCSA names."""
    places = ("references/*/type", "utilizedTransportEquipments/*/references/*/type")
    yield from none_but(codes.REFERENCE_TYPES, document.texts(*places))
    yield from none_but(codes.CONSIGNMENT_REFERENCE_TYPES, document.texts("consignmentItems/*/references/*/type"))


@rule("reference-once", "DCSA kit, where it asks for unique references", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """A reference stands once: no second of its type and value, or, of several values, no second of its type."""
    places = ("references", "consignmentItems/*/references", "utilizedTransportEquipments/*/references")
    return _again(document, places, ("type", "value"))


@rule("customs-reference-once", "DCSA kit", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """Of one type and country customs references stand once in a list; the values of all are in that one."""
    cargo = "consignmentItems/*/cargoItems/*"
    places = ("", "consignmentItems/*/", f"{cargo}/", "utilizedTransportEquipments/*/")
    return _again(document, [f"{place}customsReferences" for place in places], ("type", "countryCode"))


@rule("tax-reference-once", "DCSA kit", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """Of one type and country a party has one tax or legal number."""
    return _again(document, ["documentParties/**/taxLegalReferences"], ("type", "countryCode"))


def _again(document: Node, lists: Iterable[str], names: tuple[str, str]) -> Iterator[Problem]:
    """What stands in a list after another item of the same texts under some names."""
    for one in document.each(*lists):
        seen: dict[tuple[str | None, ...], str] = {}
        for item in one.nodes("*") if isinstance(one.value, list) else ():
            key = tuple(item.text(name) for name in names)
            first = seen.setdefault(key, item.pointer)
            if first != item.pointer and any(key):
                said = " and ".join(f"{name} {shown(text)}" for name, text in zip(names, key, strict=True) if text)
                yield Problem(item.pointer, f"has {said}, as {first} has", "one of them, with what both say")


@rule(
    "cargo-movement",
    "DCSA TransportDocument.cargoMovementTypeAtOrigin, cargoMovementTypeAtDestination; DCSA kit",
    ADVICE,
)
def _(document: Node) -> Iterator[Problem]:
    """Cargo moves as a full container load or less."""
    places = ("cargoMovementTypeAtOrigin", "cargoMovementTypeAtDestination")
    return none_but(codes.CARGO_MOVEMENTS, document.texts(*places))


@rule("invoice-payable-at", "DCSA schema InvoicePayableAt")
def _(document: Node) -> Iterator[Problem]:
    """Where freight is paid is a UN/LOCODE or free text, one of them."""
    return exactly_one(document.nodes("invoicePayableAt"), "UNLocationCode", "freeText")


@rule("place-of-issue-one", "DCSA PlaceOfIssue")
def _(document: Node) -> Iterator[Problem]:
    """The place of issue is a UN/LOCODE or a country, not both."""
    for place in document.nodes("placeOfIssue"):
        both = place.has("UNLocationCode") and place.has("countryCode")
        if both or not place.each("UNLocationCode", "countryCode"):
            has = "both UNLocationCode and countryCode" if both else "no UNLocationCode or countryCode"
            yield Problem(place.pointer, f"has {has}", "exactly one of the two")


@rule("license-valid-at-departure", "DCSA ExportLicense.reference", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """An export licence is valid when the ship departs; the document knows the planned day alone."""
    return _licenses(document, "exportLicense", "plannedDepartureDate", "departure")


@rule("license-valid-at-arrival", "DCSA ImportLicense.reference", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """An import licence is valid when the ship arrives; the document knows the planned day alone."""
    return _licenses(document, "importLicense", "plannedArrivalDate", "arrival")


def _licenses(document: Node, name: str, date_name: str, event: str) -> Iterator[Problem]:
    event_day = document.day(f"transports/{date_name}")
    if event_day is None:
        return
    for license_ in document.named(name):
        expiry, issue = license_.day("expiryDate"), license_.day("issueDate")
        if expiry is not None and expiry < event_day:
            yield Problem(
                license_.at("expiryDate"), f"is {expiry}, before the planned {event}", f"{event_day} or later"
            )
        if issue is not None and issue > event_day:
            yield Problem(license_.at("issueDate"), f"is {issue}, after the planned {event}", f"{event_day} or earlier")
