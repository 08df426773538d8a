"""Rules about the document as a whole: type, status, dates, originals, value, charges, references."""

from __future__ import annotations

from datetime import timedelta
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
    exactly_one,
    none_but,
    rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ONE_DAY = timedelta(days=1)
ORIGINALS = ("numberOfOriginalsWithCharges", "numberOfOriginalsWithoutCharges")


@rule("swb-not-to-order", "DCSA TransportDocument.isToOrder")
def _(document: Node) -> Iterator[Problem]:
    """A sea waybill is never to order."""
    if document.text("transportDocumentTypeCode") == "SWB" and document.flag("isToOrder"):
        yield Problem("/isToOrder", "is true, though a sea waybill is never to order", "false, or a BOL")


@rule("status-known", "DCSA TransportDocument.transportDocumentStatus")
def _(document: Node) -> Iterator[Problem]:
    """The status is one of DCSA's."""
    return none_but(codes.DRAFT_STATUSES | codes.ISSUED_STATUSES, document.texts("transportDocumentStatus"))


@rule("one-date", "DCSA TransportDocument.shippedOnBoardDate, receivedForShipmentDate")
def _(document: Node) -> Iterator[Problem]:
    """A document is shipped on board or received for shipment, not both."""
    if document.has("shippedOnBoardDate") and document.has("receivedForShipmentDate"):
        yield Problem("/receivedForShipmentDate", "stands beside shippedOnBoardDate", "exactly one of the two dates")


@rule("date-given", "DCSA TransportDocument.shippedOnBoardDate, receivedForShipmentDate", WHEN_ISSUED)
def _(document: Node) -> Iterator[Problem]:
    """An issued document has exactly one of shippedOnBoardDate and receivedForShipmentDate."""
    if not document.has("shippedOnBoardDate") and not document.has("receivedForShipmentDate"):
        name = "receivedForShipmentDate" if document.flag("isShippedOnBoardType") is False else "shippedOnBoardDate"
        yield Problem(f"/{name}", "is missing, and so is the other date", "exactly one of the two dates")


@rule("date-agrees-with-type", "DCSA TransportDocument.isShippedOnBoardType")
def _(document: Node) -> Iterator[Problem]:
    """The date that is given makes the document shipped on board or received for shipment, as its type says."""
    shipped, on_board = document.flag("isShippedOnBoardType"), document.has("shippedOnBoardDate")
    if shipped is True and document.has("receivedForShipmentDate") and not on_board:
        yield Problem(
            "/isShippedOnBoardType", "is true beside receivedForShipmentDate alone", "false, or shippedOnBoardDate"
        )
    if shipped is False and on_board:
        yield Problem("/isShippedOnBoardType", "is false beside shippedOnBoardDate", "true, or receivedForShipmentDate")


@rule("issue-date", "DCSA TransportDocument.issueDate", ONCE_ISSUED)
def _(document: Node) -> Iterator[Problem]:
    """An issued document says when it was issued."""
    if not document.has("issueDate"):
        yield Problem("/issueDate", "is missing", "the local date of issue")


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


@rule("no-copies-of-ebl", "DCSA TransportDocument.numberOfCopiesWithCharges, numberOfCopiesWithoutCharges")
def _(document: Node) -> Iterator[Problem]:
    """There are no copies of an electronic bill of lading."""
    if document.text("transportDocumentTypeCode") == "BOL" and document.flag("isElectronic"):
        names = ("numberOfCopiesWithCharges", "numberOfCopiesWithoutCharges")
        yield from _none_of(document, names, "an electronic bill of lading", "left out, or 0")


@rule("originals-of-bol", "DCSA TransportDocument.numberOfOriginalsWithCharges, numberOfOriginalsWithoutCharges")
def _(document: Node) -> Iterator[Problem]:
    """Only a bill of lading has originals."""
    if document.text("transportDocumentTypeCode") == "SWB":
        yield from _none_of(document, ORIGINALS, "a sea waybill", "left out: it has no originals")


@rule("one-electronic-original", "DCSA TransportDocument.numberOfOriginalsWithCharges, numberOfOriginalsWithoutCharges")
def _(document: Node) -> Iterator[Problem]:
    """An electronic bill has at most one original, with charges and without taken together."""
    if document.flag("isElectronic") and document.text("transportDocumentTypeCode") != "SWB":
        first, second = (document.number(name) or 0 for name in ORIGINALS)
        if first + second > 1:
            name = ORIGINALS[0] if first > 0 else ORIGINALS[1]
            right = "one original in all, or none"
            yield Problem(f"/{name}", f"makes {first + second} originals of an electronic bill", right)


@rule("rider-pages-on-paper", "DCSA TransportDocument.numberOfRiderPages")
def _(document: Node) -> Iterator[Problem]:
    """Only paper has rider pages."""
    if document.flag("isElectronic"):
        yield from _none_of(document, ("numberOfRiderPages",), "an electronic document", "left out")


def _none_of(document: Node, names: tuple[str, ...], on: str, right: str) -> Iterator[Problem]:
    for name in names:
        number = document.number(name)
        if number is not None and number > 0:
            yield Problem(f"/{name}", f"is {number} on {on}", right)


@rule("declared-value-currency", "DCSA TransportDocument.declaredValueCurrency")
def _(document: Node) -> Iterator[Problem]:
    """A declared value has a currency, and a currency a declared value."""
    value, currency = document.has("declaredValue"), document.has("declaredValueCurrency")
    if value and not currency:
        yield Problem("/declaredValueCurrency", "is missing beside declaredValue", "the currency of the value")
    if currency and not value:
        yield Problem("/declaredValueCurrency", "stands without declaredValue", "left out, or the value given")


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


@rule("reference-type", "DCSA Reference.type, ReferenceConsignmentItem.type")
def _(document: Node) -> Iterator[Problem]:
    """References are of a type that DCSA names."""
    places = ("references/*/type", "utilizedTransportEquipments/*/references/*/type")
    yield from none_but(codes.REFERENCE_TYPES, document.texts(*places))
    yield from none_but(codes.CONSIGNMENT_REFERENCE_TYPES, document.texts("consignmentItems/*/references/*/type"))


@rule("cargo-movement", "DCSA TransportDocument.cargoMovementTypeAtOrigin, cargoMovementTypeAtDestination")
def _(document: Node) -> Iterator[Problem]:
    """Cargo moves as a full container load or less."""
    places = ("cargoMovementTypeAtOrigin", "cargoMovementTypeAtDestination")
    return none_but(codes.CARGO_MOVEMENTS, document.texts(*places))


@rule("invoice-payable-at", "DCSA InvoicePayableAt")
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


@rule("license-valid-at-departure", "DCSA ExportLicense.reference", WHEN_ISSUED)
def _(document: Node) -> Iterator[Problem]:
    """An export licence is valid when the ship departs."""
    return _licenses(document, "exportLicense", "plannedDepartureDate", "departure")


@rule("license-valid-at-arrival", "DCSA ImportLicense.reference", WHEN_ISSUED)
def _(document: Node) -> Iterator[Problem]:
    """An import licence is valid when the ship arrives."""
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
