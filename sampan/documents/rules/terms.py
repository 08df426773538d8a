"""Rules about the document as a whole: type, status, dates, originals, value, charges, references."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sampan.documents import codes
from sampan.documents.json import shown
from sampan.documents.rules.base import ADVICE, ALWAYS, NOTE, WHEN_ISSUED, Book, Node, Problem, Severity, Stage, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

book = Book()
ONE_DAY = timedelta(days=1)


@book.rule(
    "swb-not-to-order",
    "A sea waybill is never to order",
    source="DCSA TransportDocument.isToOrder",
)
def _(document: Node) -> Iterator[Problem]:
    if document.text("transportDocumentTypeCode") == "SWB" and document.flag("isToOrder"):
        yield Problem("/isToOrder", "is true, though a sea waybill is never to order", "false, or a BOL")


@book.rule(
    "status-known",
    "The status is one of DCSA's",
    source="DCSA TransportDocument.transportDocumentStatus",
)
def _(document: Node) -> Iterator[Problem]:
    status = document.text("transportDocumentStatus")
    known = codes.DRAFT_STATUSES | codes.ISSUED_STATUSES
    if status is not None and status not in known:
        yield Problem("/transportDocumentStatus", f"is '{shown(status)}'", f"one of {listed(known)}")


@book.rule(
    "one-date",
    "A document is shipped on board or received for shipment, not both",
    source="DCSA TransportDocument.shippedOnBoardDate, receivedForShipmentDate",
)
def _(document: Node) -> Iterator[Problem]:
    if document.has("shippedOnBoardDate") and document.has("receivedForShipmentDate"):
        yield Problem("/receivedForShipmentDate", "stands beside shippedOnBoardDate", "exactly one of the two dates")


@book.rule(
    "date-given",
    "An issued document has exactly one of shippedOnBoardDate and receivedForShipmentDate",
    source="DCSA TransportDocument.shippedOnBoardDate, receivedForShipmentDate",
    severities=WHEN_ISSUED,
)
def _(document: Node) -> Iterator[Problem]:
    if not document.has("shippedOnBoardDate") and not document.has("receivedForShipmentDate"):
        name = "receivedForShipmentDate" if document.flag("isShippedOnBoardType") is False else "shippedOnBoardDate"
        yield Problem(f"/{name}", "is missing, and so is the other date", "exactly one of the two dates")


@book.rule(
    "date-agrees-with-type",
    "The date that is given makes the document shipped on board or received for shipment, as its type says",
    source="DCSA TransportDocument.isShippedOnBoardType",
)
def _(document: Node) -> Iterator[Problem]:
    shipped = document.flag("isShippedOnBoardType")
    if shipped is True and document.has("receivedForShipmentDate") and not document.has("shippedOnBoardDate"):
        yield Problem(
            "/isShippedOnBoardType", "is true beside receivedForShipmentDate alone", "false, or shippedOnBoardDate"
        )
    if shipped is False and document.has("shippedOnBoardDate"):
        yield Problem("/isShippedOnBoardType", "is false beside shippedOnBoardDate", "true, or receivedForShipmentDate")


@book.rule(
    "issue-date",
    "An issued document says when it was issued",
    source="DCSA TransportDocument.issueDate",
    severities={Stage.ISSUED: Severity.ERROR, Stage.EBL: Severity.ERROR},
)
def _(document: Node) -> Iterator[Problem]:
    if not document.has("issueDate"):
        yield Problem("/issueDate", "is missing", "the local date of issue")


@book.rule(
    "not-antedated",
    "A document is not issued before the cargo that it acknowledges was there",
    source="L18; DCSA TransportDocument.issueDate",
)
def _(document: Node) -> Iterator[Problem]:
    for name, lag in _lags(document):
        if lag > ONE_DAY:
            yield Problem("/issueDate", f"is {lag.days} days before {name}", f"{name} or later")


@book.rule(
    "issue-day-before",
    "Dates are local to the place that they name, so a document may be dated one day before loading, seldom rightly",
    source="T42; DCSA TransportDocument.issueDate",
    severities=ADVICE,
)
def _(document: Node) -> Iterator[Problem]:
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


@book.rule(
    "no-copies-of-ebl",
    "There are no copies of an electronic bill of lading",
    source="DCSA TransportDocument.numberOfCopiesWithCharges, numberOfCopiesWithoutCharges",
)
def _(document: Node) -> Iterator[Problem]:
    if document.text("transportDocumentTypeCode") == "BOL" and document.flag("isElectronic"):
        for name in ("numberOfCopiesWithCharges", "numberOfCopiesWithoutCharges"):
            if (document.number(name) or 0) > 0:
                yield Problem(
                    f"/{name}", f"is {document.number(name)} on an electronic bill of lading", "left out, or 0"
                )


@book.rule(
    "originals-of-bol",
    "Only a bill of lading has originals",
    source="DCSA TransportDocument.numberOfOriginalsWithCharges, numberOfOriginalsWithoutCharges",
)
def _(document: Node) -> Iterator[Problem]:
    if document.text("transportDocumentTypeCode") == "SWB":
        for name in ("numberOfOriginalsWithCharges", "numberOfOriginalsWithoutCharges"):
            if (document.number(name) or 0) > 0:
                yield Problem(
                    f"/{name}", f"is {document.number(name)} on a sea waybill", "left out: it has no originals"
                )


@book.rule(
    "one-electronic-original",
    "An electronic bill has at most one original, with charges and without taken together",
    source="DCSA TransportDocument.numberOfOriginalsWithCharges, numberOfOriginalsWithoutCharges",
)
def _(document: Node) -> Iterator[Problem]:
    if document.flag("isElectronic") and document.text("transportDocumentTypeCode") != "SWB":
        names = ("numberOfOriginalsWithCharges", "numberOfOriginalsWithoutCharges")
        total = sum(document.number(name) or 0 for name in names)
        if total > 1:
            name = names[0] if (document.number(names[0]) or 0) > 0 else names[1]
            yield Problem(f"/{name}", f"makes {total} originals of an electronic bill", "one original in all, or none")


@book.rule(
    "rider-pages-on-paper",
    "Only paper has rider pages",
    source="DCSA TransportDocument.numberOfRiderPages",
)
def _(document: Node) -> Iterator[Problem]:
    if document.flag("isElectronic") and (document.number("numberOfRiderPages") or 0) > 0:
        yield Problem(
            "/numberOfRiderPages", f"is {document.number('numberOfRiderPages')} on an electronic document", "left out"
        )


@book.rule(
    "declared-value-currency",
    "A declared value has a currency, and a currency a declared value",
    source="DCSA TransportDocument.declaredValueCurrency",
)
def _(document: Node) -> Iterator[Problem]:
    value, currency = document.has("declaredValue"), document.has("declaredValueCurrency")
    if value and not currency:
        yield Problem("/declaredValueCurrency", "is missing beside declaredValue", "the currency of the value")
    if currency and not value:
        yield Problem("/declaredValueCurrency", "stands without declaredValue", "left out, or the value given")


@book.rule(
    "currency-assigned",
    "Currencies are codes of ISO 4217",
    source="DCSA TransportDocument.declaredValueCurrency, Charge.currencyCode",
    severities=ADVICE,
)
def _(document: Node) -> Iterator[Problem]:
    places = [(document, "declaredValueCurrency"), *((charge, "currencyCode") for charge in document.items("charges"))]
    for node, name in places:
        code = node.text(name)
        if code is not None and len(code) == 3 and code not in codes.CURRENCIES:
            yield Problem(node.at(name), f"is '{shown(code)}', no currency in force", "a code of ISO 4217")


@book.rule(
    "amount-decimals",
    "Amounts of charges have at most two decimals",
    source="DCSA Charge.currencyAmount",
)
def _(document: Node) -> Iterator[Problem]:
    for charge in document.items("charges"):
        amount = charge.number("currencyAmount")
        if amount is not None and decimals(amount) > 2:
            yield Problem(charge.at("currencyAmount"), f"is {amount}", "an amount with at most two decimals")


def decimals(number: object) -> int:
    """How many decimals a number is written with."""
    return len(str(f"{number:f}").partition(".")[2])


@book.rule(
    "extended-takes-precedence",
    "Where an old and an extended property differ, the extended one counts",
    source="DCSA extendedContractQuotationReference, extendedHSCodes, extendedChargeName and "
    "extendedNationalCommodityCodes",
    severities=NOTE,
)
def _(document: Node) -> Iterator[Problem]:
    pairs = [(document, "contractQuotationReference", "extendedContractQuotationReference")]
    pairs += [(charge, "chargeName", "extendedChargeName") for charge in document.items("charges")]
    for item in document.items("consignmentItems"):
        pairs.append((item, "HSCodes", "extendedHSCodes"))
        pairs += [
            (node, "nationalCommodityCodes", "extendedNationalCommodityCodes")
            for node in (item, *item.items("cargoItems"))
        ]
    for node, old, extended in pairs:
        if node.has(old) and node.has(extended) and node.raw(old) != node.raw(extended):
            yield Problem(node.at(old), f"differs from {extended} and is ignored", f"nothing: {extended} counts")


@book.rule(
    "deprecated",
    "Properties that DCSA retired are not used alone",
    source="DCSA contractQuotationReference, nationalCommodityCodes",
    severities=NOTE,
)
def _(document: Node) -> Iterator[Problem]:
    places = [(document, "contractQuotationReference", "extendedContractQuotationReference")]
    for item in document.items("consignmentItems"):
        places += [
            (node, "nationalCommodityCodes", "extendedNationalCommodityCodes")
            for node in (item, *item.items("cargoItems"))
        ]
    for node, old, extended in places:
        if node.has(old) and not node.has(extended):
            yield Problem(node.at(old), "is deprecated", f"use {extended}")


@book.rule(
    "reference-type",
    "References are of a type that DCSA names",
    source="DCSA Reference.type, ReferenceConsignmentItem.type",
)
def _(document: Node) -> Iterator[Problem]:
    places = [(node, codes.REFERENCE_TYPES) for node in document.items("references")]
    places += [(node, codes.REFERENCE_TYPES) for node in document.each("utilizedTransportEquipments/*/references/*")]
    places += [(node, codes.CONSIGNMENT_REFERENCE_TYPES) for node in document.each("consignmentItems/*/references/*")]
    for node, allowed in places:
        kind = node.text("type")
        if kind is not None and kind not in allowed:
            yield Problem(node.at("type"), f"is '{shown(kind)}'", f"one of {listed(allowed)}")


@book.rule(
    "cargo-movement",
    "Cargo moves as a full container load or less",
    source="DCSA TransportDocument.cargoMovementTypeAtOrigin, cargoMovementTypeAtDestination",
)
def _(document: Node) -> Iterator[Problem]:
    for name in ("cargoMovementTypeAtOrigin", "cargoMovementTypeAtDestination"):
        kind = document.text(name)
        if kind is not None and kind not in codes.CARGO_MOVEMENTS:
            yield Problem(f"/{name}", f"is '{shown(kind)}'", f"one of {listed(codes.CARGO_MOVEMENTS)}")


@book.rule(
    "invoice-payable-at",
    "Where freight is paid is a UN/LOCODE or free text, one of them",
    source="DCSA InvoicePayableAt",
    severities=ALWAYS,
)
def _(document: Node) -> Iterator[Problem]:
    place = document.node("invoicePayableAt")
    if place is not None and place.has("UNLocationCode") == place.has("freeText"):
        both = "both UNLocationCode and freeText" if place.has("freeText") else "neither UNLocationCode nor freeText"
        yield Problem(place.pointer, f"has {both}", "exactly one of the two")


@book.rule(
    "place-of-issue-one",
    "The place of issue is a UN/LOCODE or a country, not both",
    source="DCSA PlaceOfIssue",
)
def _(document: Node) -> Iterator[Problem]:
    place = document.node("placeOfIssue")
    if place is not None and place.has("UNLocationCode") == place.has("countryCode"):
        both = "both UNLocationCode and countryCode" if place.has("countryCode") else "no UNLocationCode or countryCode"
        yield Problem(place.pointer, f"has {both}", "exactly one of the two")


@book.rule(
    "license-valid-at-departure",
    "An export licence is valid when the ship departs",
    source="DCSA ExportLicense.reference",
    severities=WHEN_ISSUED,
)
def _(document: Node) -> Iterator[Problem]:
    yield from _licenses(document, "exportLicense", "plannedDepartureDate", "departure")


@book.rule(
    "license-valid-at-arrival",
    "An import licence is valid when the ship arrives",
    source="DCSA ImportLicense.reference",
    severities=WHEN_ISSUED,
)
def _(document: Node) -> Iterator[Problem]:
    yield from _licenses(document, "importLicense", "plannedArrivalDate", "arrival")


def _licenses(document: Node, name: str, date_name: str, event: str) -> Iterator[Problem]:
    transports = document.node("transports")
    event_day = transports.day(date_name) if transports is not None else None
    if event_day is None:
        return
    for standing_in, license_ in document.objects():
        if standing_in != name:
            continue
        expiry, issue = license_.day("expiryDate"), license_.day("issueDate")
        if expiry is not None and expiry < event_day:
            yield Problem(
                license_.at("expiryDate"), f"is {expiry}, before the planned {event}", f"{event_day} or later"
            )
        if issue is not None and issue > event_day:
            yield Problem(license_.at("issueDate"), f"is {issue}, after the planned {event}", f"{event_day} or earlier")
