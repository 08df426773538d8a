"""Every rule fires where it should, and only it; a document that keeps all of them has no fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from document_makers import Document, changed, drop, places, put, rich

from sampan.documents import codes
from sampan.documents.limits import MAX_FIELDS
from sampan.documents.rules import RULES, Severity, Stage, check, stage_of
from sampan.documents.rules.structure import STRUCTURE_RULES
from sampan.documents.rules.terms import days_in

DRAFT, ISSUED, EBL = Stage.DRAFT, Stage.ISSUED, Stage.EBL
ERROR, WARNING, NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE
PARTIES = "/documentParties"
GOODS = "/consignmentItems/1/cargoItems/0/outerPackaging/dangerousGoods/0"
REEFER = "/utilizedTransportEquipments/2"
OTHER_LEI = {"codeListProvider": "GLEIF", "partyCode": "529900T8BM49AURSDO55"}
TRADER = "SAMPAN000TRADER00089"
DISPLAYED = "displayedShippedOnBoardReceivedForShipment"
TAX = {"type": "EORI", "countryCode": "NL", "value": "NL1"}
OTHER_PARTY = {"party": {"partyName": "Maaskade", "identifyingCodes": [OTHER_LEI]}, "partyFunction": "DDS"}


class Case(NamedTuple):
    """Changes to the rich document, and the one fault that they make: rule, place, weight at a stage."""

    rule: str
    changes: tuple[Callable[[Document], None], ...]
    pointer: str
    severity: Severity = ERROR
    stage: Stage = EBL
    beside: tuple[str, ...] = ()
    """Rules that the same change breaks as well."""


def case(rule: str, *changes: Callable[[Document], None], at: str, **more: Any) -> Case:
    """A case, written short."""
    return Case(rule, changes, at, **more)


def wrong(rule: str, place: str, value: object, **more: Any) -> Case:
    """A case in which the value at the place of the fault is wrong."""
    return case(rule, put(place, value), at=place, **more)


def missing(rule: str, place: str, **more: Any) -> Case:
    """A case in which nothing stands at the place of the fault."""
    return case(rule, drop(place), at=place, **more)


CASES = [
    # Shape (DCSA's schema).
    wrong("schema-type", "/isToOrder", "true"),
    wrong("schema-type", "/isToOrder", 1),
    wrong("schema-type", "/termsAndConditions", 7),
    wrong("schema-type", "/declaredValue", "250000"),
    wrong("schema-type", "/numberOfRiderPages", -0.5),
    wrong("schema-type", "/charges", {}),
    wrong("schema-type", "/placeOfIssue", "Shanghai"),
    wrong("schema-type", "/issueDate", 20260103),
    wrong("schema-type", "/serviceContractReference", None),
    case("schema-type", put("/carrierClauses", [None]), at="/carrierClauses/0"),
    missing("schema-required", "/carrierCode"),
    missing("schema-required", f"{PARTIES}/issuingParty/address"),
    wrong("schema-value", "/carrierCodeListProvider", "GLEIF"),
    wrong("schema-value", f"{REEFER}/seals/0/source", "PHY"),
    wrong("schema-pattern", "/transportDocumentSubReference", "v1 "),
    wrong("schema-pattern", "/consignmentItems/0/HSCodes/0", "8516.60"),
    wrong("schema-pattern", "/transports/vesselVoyages/0/universalExportVoyageReference", "26011"),
    wrong("schema-length", f"{PARTIES}/shipper/partyName", "Q" * 71),
    wrong("schema-length", "/consignmentItems/0/HSCodes/0", "85166"),
    wrong("schema-items", f"{REEFER}/seals", []),
    wrong("schema-items", f"{PARTIES}/shipper/displayedAddress", ["LINE"] * 7),
    wrong("schema-range", "/consignmentItems/0/cargoItems/0/cargoGrossVolume/value", 0),
    wrong("schema-range", f"{GOODS}/packingGroup", 4, beside=("coded-variant",)),
    wrong("schema-range", f"{REEFER}/activeReeferSettings/o2Setpoint", 100.5),
    wrong("schema-date", "/exportLicense/issueDate", "2026-02-30"),
    wrong("schema-date", "/exportLicense/issueDate", "20260101"),
    wrong("schema-date", f"{GOODS}/fumigationDateTime", "2025-12-30T08:00:00"),
    wrong("unknown-property", "/houseBill", True),
    wrong("unknown-property", "/houseBill", True, severity=WARNING, stage=ISSUED),
    wrong("unknown-property", f"{PARTIES}/shipper/mood", "calm"),
    # The document as a whole.
    case(
        "swb-not-to-order",
        put("/transportDocumentTypeCode", "SWB"),
        drop("/numberOfOriginalsWithoutCharges"),
        at="/isToOrder",
        stage=ISSUED,
    ),
    wrong("status-known", "/transportDocumentStatus", "NONSENSE", severity=WARNING, stage=ISSUED),
    wrong("one-date", "/receivedForShipmentDate", "2026-01-02"),
    missing("date-given", "/shippedOnBoardDate"),
    missing("date-given", "/shippedOnBoardDate", severity=WARNING, stage=DRAFT),
    case(
        "date-given",
        drop("/shippedOnBoardDate"),
        put("/isShippedOnBoardType", False),
        drop(f"/{DISPLAYED}"),
        at="/receivedForShipmentDate",
    ),
    case(
        "date-agrees-with-type",
        put("/isShippedOnBoardType", False),
        drop(f"/{DISPLAYED}"),
        at="/isShippedOnBoardType",
    ),
    wrong("displayed-type", f"/{DISPLAYED}", "RECEIVED FOR SHIPMENT", severity=WARNING),
    case(
        "displayed-type",
        put("/isShippedOnBoardType", False),
        drop("/shippedOnBoardDate"),
        put("/receivedForShipmentDate", "2026-01-02"),
        put(f"/{DISPLAYED}", "Shipped on board"),
        at=f"/{DISPLAYED}",
        severity=WARNING,
    ),
    wrong("displayed-date", f"/{DISPLAYED}", "SHIPPED ON BOARD 20-DEC-2025", severity=WARNING),
    wrong("terms-given", "/termsAndConditions", " - ", severity=WARNING),
    case(
        "reference-once",
        put("/references/-", {"type": "CR", "value": "ORDER 7"}),
        at="/references/1",
        severity=WARNING,
    ),
    case(
        "customs-reference-once",
        put("/consignmentItems/0/customsReferences/-", {"type": "UCR", "countryCode": "CN", "values": ["C-2"]}),
        at="/consignmentItems/0/customsReferences/1",
        severity=WARNING,
    ),
    case(
        "tax-reference-once",
        put(f"{PARTIES}/shipper/taxLegalReferences", [TAX, TAX | {"value": "2"}]),
        at=f"{PARTIES}/shipper/taxLegalReferences/1",
        severity=WARNING,
    ),
    case(
        "unseen-characters",
        put(f"{PARTIES}/endorsee/partyName", "Kwun\u200b Lung"),
        at=f"{PARTIES}/endorsee/partyName",
        severity=WARNING,
    ),
    case(
        "unseen-characters",
        put("/consignmentItems/0/descriptionOfGoods/0", "KETTLES \u202e001"),
        at="/consignmentItems/0/descriptionOfGoods/0",
        severity=WARNING,
    ),
    wrong("mixed-scripts", f"{PARTIES}/endorsee/partyName", "Kwun Lung M\u0435rchants", severity=WARNING),
    case(
        "date-agrees-with-type",
        drop("/shippedOnBoardDate"),
        put("/receivedForShipmentDate", "2026-01-02"),
        at="/isShippedOnBoardType",
    ),
    missing("issue-date", "/issueDate"),
    missing("issue-date", "/issueDate", stage=ISSUED),
    wrong("not-antedated", "/issueDate", "2025-12-31"),
    wrong("issue-day-before", "/issueDate", "2026-01-01", severity=WARNING),
    wrong("no-copies-of-ebl", "/numberOfCopiesWithoutCharges", 2),
    case(
        "originals-of-bol",
        put("/transportDocumentTypeCode", "SWB"),
        put("/isToOrder", False),
        put(f"{PARTIES}/consignee", {"partyName": "Maaskade", "identifyingCodes": [OTHER_LEI]}),
        drop(f"{PARTIES}/endorsee"),
        at="/numberOfOriginalsWithoutCharges",
        stage=ISSUED,
    ),
    wrong("one-electronic-original", "/numberOfOriginalsWithCharges", 1),
    wrong("one-electronic-original", "/numberOfOriginalsWithoutCharges", 3),
    wrong("rider-pages-on-paper", "/numberOfRiderPages", 1),
    missing("declared-value-currency", "/declaredValueCurrency"),
    case("declared-value-currency", drop("/declaredValue"), at="/declaredValueCurrency"),
    wrong("currency-assigned", "/charges/0/currencyCode", "DEM", severity=WARNING),
    wrong("amount-decimals", "/charges/0/currencyAmount", 4200.255),
    wrong("extended-takes-precedence", "/contractQuotationReference", "Q-71", severity=NOTICE),
    case(
        "extended-takes-precedence",
        put("/consignmentItems/0/extendedHSCodes", ["85166090"]),
        at="/consignmentItems/0/HSCodes",
        severity=NOTICE,
    ),
    wrong(
        "deprecated",
        "/consignmentItems/1/cargoItems/0/nationalCommodityCodes",
        [{"type": "HTS", "values": ["2711"]}],
        severity=NOTICE,
    ),
    wrong("reference-type", "/references/0/type", "SPO", severity=WARNING),
    wrong("reference-type", "/consignmentItems/0/references/0/type", "XX", severity=WARNING),
    wrong("cargo-movement", "/cargoMovementTypeAtOrigin", "BB", severity=WARNING),
    case("invoice-payable-at", put("/invoicePayableAt/freeText", "Hong Kong"), at="/invoicePayableAt"),
    case("invoice-payable-at", drop("/invoicePayableAt/UNLocationCode"), at="/invoicePayableAt"),
    case("place-of-issue-one", put("/placeOfIssue/countryCode", "CN"), at="/placeOfIssue"),
    case("place-of-issue-one", drop("/placeOfIssue/UNLocationCode"), at="/placeOfIssue"),
    wrong("license-valid-at-departure", "/exportLicense/expiryDate", "2026-01-01", severity=WARNING),
    wrong("license-valid-at-departure", "/exportLicense/issueDate", "2026-01-03", severity=WARNING),
    case(
        "license-valid-at-arrival",
        put("/consignmentItems/0/cargoItems/0/importLicense", {"expiryDate": "2026-02-05"}),
        at="/consignmentItems/0/cargoItems/0/importLicense/expiryDate",
        severity=WARNING,
    ),
    # Parties.
    case(
        "consignee-of-straight",
        put("/isToOrder", False),
        drop(f"{PARTIES}/endorsee"),
        at=f"{PARTIES}/consignee",
    ),
    case(
        "endorsee-of-order",
        put("/isToOrder", False),
        at=f"{PARTIES}/endorsee",
        beside=("consignee-of-straight",),
    ),
    case(
        "consignee-or-endorsee",
        put(f"{PARTIES}/consignee", {"partyName": "Maaskade", "identifyingCodes": [OTHER_LEI]}),
        at=f"{PARTIES}/endorsee",
    ),
    missing("notify-party-of-order", f"{PARTIES}/notifyParties"),
    missing("notify-party-of-order", f"{PARTIES}/notifyParties", severity=WARNING, stage=DRAFT),
    case(
        "notify-party-of-order",
        put(f"{PARTIES}/notifyParties", []),
        put(f"{PARTIES}/endorsee/isNotifyParty", False),
        at=f"{PARTIES}/notifyParties",
    ),
    case("on-behalf-of-shipper", drop(f"{PARTIES}/onBehalfOfShipper/addressLines"), at=f"{PARTIES}/onBehalfOfShipper"),
    wrong("party-function", f"{PARTIES}/other/0/partyFunction", "XXX", severity=WARNING),
    wrong("type-of-person", f"{PARTIES}/shipper/typeOfPerson", "ROBOT"),
    case(
        "displayed-address-on-paper",
        put("/isElectronic", False),
        put(f"{PARTIES}/shipper/displayedAddress", ["1", "2", "3"]),
        at=f"{PARTIES}/shipper/displayedAddress",
        severity=WARNING,
        stage=ISSUED,
    ),
    wrong("contact-reachable", "/partyContactDetails/0", {"name": "Lin Yue"}),
    wrong("phone-international", "/partyContactDetails/0/phone", "021 5550 0118"),
    wrong("phone-form", "/partyContactDetails/0/phone", "office: +86 21 5550 0118", severity=WARNING),
    wrong("phone-international", f"{GOODS}/emergencyContactDetails/phone", "+65 65550199 6555 0199 11"),
    wrong("ebl-platform", f"{PARTIES}/shipper/eblPlatform", "SAMP"),
    case(
        "code-list-provider",
        put(f"{PARTIES}/other/0/party/identifyingCodes/-", {"codeListProvider": "SMDG", "partyCode": "X"}),
        at=f"{PARTIES}/other/0/party/identifyingCodes/1/codeListProvider",
        severity=WARNING,
    ),
    wrong("party-identified", f"{PARTIES}/notifyParties/0", {"partyName": "Maaskade"}, severity=NOTICE),
    case(
        "party-function-once",
        put(f"{PARTIES}/other/-", OTHER_PARTY),
        put(f"{PARTIES}/other/-", OTHER_PARTY),
        at=f"{PARTIES}/other/2/partyFunction",
        severity=WARNING,
    ),
    wrong("platform-retired", f"{PARTIES}/shipper/eblPlatform", "ESSD", severity=WARNING),
    wrong("lei", f"{PARTIES}/other/0/party/identifyingCodes/0/partyCode", "SAMPAN000TRADER00098"),
    # Places and vessels.
    missing("place-of-receipt-given", "/transports/placeOfReceipt"),
    missing("place-of-receipt-given", "/transports/placeOfReceipt", severity=WARNING, stage=DRAFT),
    missing("place-of-delivery-given", "/transports/placeOfDelivery"),
    case(
        "inland-place-by-carrier", drop("/transports/onCarriageBy"), at="/transports/placeOfDelivery", severity=WARNING
    ),
    wrong("carriage-mode", "/transports/onCarriageBy", "CAMEL", severity=WARNING),
    wrong("port-identified", "/transports/portOfDischarge", {"locationName": "R"}, severity=WARNING),
    wrong("place-identified", "/transports/placeOfDelivery", {"locationName": "Venlo"}, severity=WARNING),
    wrong("place-named", "/transports/placeOfDelivery", {}),
    wrong("place-named", "/transports/portOfDischarge", {}, severity=WARNING, stage=DRAFT),
    case(
        "two-ports",
        put("/transports/portOfDischarge", {"locationName": "SHANGHAI", "UNLocationCode": "CNSHA"}),
        at="/transports/portOfDischarge/UNLocationCode",
        severity=WARNING,
        beside=("prc-mandatory",),
    ),
    case(
        "address-lines-alone",
        put("/transports/placeOfDelivery", {"addressLines": ["Industrieweg 1, Venlo"]}),
        at="/transports/placeOfDelivery/addressLines",
        severity=WARNING,
    ),
    wrong("place-agrees", "/transports/portOfLoading/city/countryCode", "KR", severity=WARNING),
    case(
        "place-agrees",
        put(f"{PARTIES}/notifyParties/0/address/UNLocationCode", "BEANR"),
        at=f"{PARTIES}/notifyParties/0/address/countryCode",
        severity=WARNING,
    ),
    missing("facility-with-locode", "/transports/placeOfReceipt/UNLocationCode"),
    wrong("locode-country", "/transports/portOfDischarge/UNLocationCode", "XXRTM"),
    wrong("country-assigned", f"{PARTIES}/shipper/address/countryCode", "UK"),
    wrong("coordinate", "/transports/placeOfDelivery/geoCoordinate/latitude", "91.5"),
    wrong("vessel-role", "/transports/vesselVoyages/0/role", "TUG", severity=WARNING),
    wrong("arrives-after-departure", "/transports/plannedArrivalDate", "2025-12-31", severity=WARNING),
    case(
        "prc-mandatory",
        put("/transports/portOfDischarge", {"city": {"city": "Ningbo", "countryCode": "CN"}}),
        at="/transports/portOfDischarge/city",
        severity=NOTICE,
    ),
    # Cargo.
    wrong(
        "cargo-item-in-one-container",
        "/consignmentItems/1/cargoItems/0/equipmentReference",
        "MSCU1234566",
        beside=("container-with-cargo",),
    ),
    case(
        "container-once",
        put(f"{REEFER}/equipment/equipmentReference", "XLLU2601017"),
        put("/consignmentItems/1/cargoItems/0/equipmentReference", "XLLU2601017"),
        at=f"{REEFER}/equipment/equipmentReference",
    ),
    case(
        "container-with-cargo",
        put("/consignmentItems/0/cargoItems/1/equipmentReference", "XLLU2601017"),
        at="/utilizedTransportEquipments/1/equipment/equipmentReference",
        severity=WARNING,
    ),
    case(
        "container-check-digit",
        put(f"{REEFER}/equipment/equipmentReference", "CSQU3054384"),
        put("/consignmentItems/1/cargoItems/0/equipmentReference", "CSQU3054384"),
        put(f"{REEFER}/isShipperOwned", False),
        at=f"{REEFER}/equipment/equipmentReference",
    ),
    case(
        "shipper-owned-check-digit",
        put(f"{REEFER}/equipment/equipmentReference", "CSQU3054384"),
        put("/consignmentItems/1/cargoItems/0/equipmentReference", "CSQU3054384"),
        at=f"{REEFER}/equipment/equipmentReference",
        severity=WARNING,
    ),
    case(
        "container-number",
        put(f"{REEFER}/equipment/equipmentReference", "TANK 7"),
        put("/consignmentItems/1/cargoItems/0/equipmentReference", "TANK 7"),
        at=f"{REEFER}/equipment/equipmentReference",
        severity=WARNING,
    ),
    wrong("equipment-code", "/utilizedTransportEquipments/0/equipment/ISOEquipmentCode", "4510", severity=WARNING),
    case("reefer-only", put(f"{REEFER}/equipment/ISOEquipmentCode", "22G1"), at=f"{REEFER}/isNonOperatingReefer"),
    case(
        "reefer-shown",
        drop(f"{REEFER}/equipment/ISOEquipmentCode"),
        at=f"{REEFER}/isNonOperatingReefer",
        severity=WARNING,
    ),
    case("reefer-settings", put(f"{REEFER}/isNonOperatingReefer", True), at=f"{REEFER}/activeReeferSettings"),
    case(
        "reefer-settings",
        drop(f"{REEFER}/isNonOperatingReefer"),
        at=f"{REEFER}/activeReeferSettings",
        beside=("reefer-statement",),
    ),
    case(
        "reefer-statement",
        drop(f"{REEFER}/isNonOperatingReefer"),
        drop(f"{REEFER}/activeReeferSettings"),
        at=f"{REEFER}/isNonOperatingReefer",
        severity=WARNING,
    ),
    missing("reefer-settings-given", f"{REEFER}/activeReeferSettings", severity=WARNING),
    wrong("reefer-settings-given", f"{REEFER}/activeReeferSettings", {}, severity=WARNING),
    missing("reefer-units", f"{REEFER}/activeReeferSettings/temperatureUnit"),
    case(
        "reefer-units",
        drop(f"{REEFER}/activeReeferSettings/airExchangeSetpoint"),
        at=f"{REEFER}/activeReeferSettings/airExchangeUnit",
    ),
    wrong("description-of-goods", "/consignmentItems/0/descriptionOfGoods", ["General", "Cargo."]),
    wrong("description-of-goods", "/consignmentItems/0/descriptionOfGoods", []),
    wrong("commodity-code-type", "/consignmentItems/0/extendedNationalCommodityCodes/0/type", "ZZZ", severity=WARNING),
    wrong("measure-decimals", "/consignmentItems/0/cargoItems/0/cargoGrossWeight/value", 9860.12345, severity=WARNING),
    wrong("net-within-gross", "/consignmentItems/0/cargoItems/0/cargoNetWeight/value", 9860.75),
    wrong(
        "wood-declaration", "/consignmentItems/0/cargoItems/0/outerPackaging/woodDeclaration", "OAK", severity=WARNING
    ),
    wrong("imo-packaging-code", "/consignmentItems/0/cargoItems/0/outerPackaging/imoPackagingCode", "4G"),
    wrong("one-packaging-code", "/consignmentItems/1/cargoItems/0/outerPackaging/packageCode", "DR"),
    missing("dangerous-packaging-code", "/consignmentItems/1/cargoItems/0/outerPackaging/imoPackagingCode"),
    case("un-or-na-number", put(f"{GOODS}/NANumber", "1965"), at=GOODS),
    case("un-or-na-number", drop(f"{GOODS}/UNNumber"), at=GOODS),
    wrong("imo-class", f"{GOODS}/imoClass", "2.9", severity=WARNING),
    wrong("segregation-group", f"{GOODS}/segregationGroups/0", "19", severity=WARNING),
    wrong("ems-number", f"{GOODS}/EMSNumber", "F-D", severity=WARNING),
    wrong("coded-variant", f"{GOODS}/codedVariantList", "1200"),
    missing("coded-variant-alone", f"{GOODS}/packingGroup", severity=WARNING),
    wrong("inner-packaging-quantity", f"{GOODS}/innerPackagings/0/quantity", 0, severity=WARNING),
    wrong(
        "inner-packaging-quantity",
        f"{GOODS}/innerPackagings/0/innerPackagings/0/quantity",
        -1,
        severity=WARNING,
    ),
    wrong("inhalation-zone-known", f"{GOODS}/inhalationZone", "E", severity=WARNING),
    case("inhalation-zone", put(f"{GOODS}/imoClass", "6.1"), at=f"{GOODS}/inhalationZone"),
    # Issue as an eBL.
    case(
        "ebl-bill-of-lading",
        put("/transportDocumentTypeCode", "SWB"),
        put("/isToOrder", False),
        put(f"{PARTIES}/consignee", {"partyName": "Maaskade", "identifyingCodes": [OTHER_LEI]}),
        drop(f"{PARTIES}/endorsee"),
        drop("/numberOfOriginalsWithoutCharges"),
        at="/transportDocumentTypeCode",
    ),
    wrong("ebl-electronic", "/isElectronic", False),
    wrong("ebl-status-issued", "/transportDocumentStatus", "DRAFT"),
    wrong("ebl-status-issued", "/transportDocumentStatus", "VOIDED"),
    wrong("ebl-reference", "/transportDocumentReference", "XLL{1}"),
    wrong("ebl-reference", "/transportDocumentReference", "XLLÄ1"),
    wrong("ebl-reference-capitals", "/transportDocumentReference", "xllsha2600101", severity=NOTICE),
    wrong("ebl-carrier-code", "/carrierCode", "xll"),
    wrong("ebl-carrier-code", "/carrierCode", "XL"),
    case(
        "ebl-titleholder-code",
        put(f"{PARTIES}/endorsee/identifyingCodes/0", {"codeListProvider": "WAVE", "partyCode": "1"}),
        at=f"{PARTIES}/endorsee/identifyingCodes",
    ),
    case(
        "ebl-titleholder-code",
        put(f"{PARTIES}/endorsee/identifyingCodes/-", OTHER_LEI),
        at=f"{PARTIES}/endorsee/identifyingCodes",
    ),
    case(
        "ebl-straight-shipper-code",
        put("/isToOrder", False),
        put(f"{PARTIES}/consignee", {"partyName": "Maaskade", "identifyingCodes": [OTHER_LEI]}),
        drop(f"{PARTIES}/endorsee"),
        drop(f"{PARTIES}/shipper/identifyingCodes"),
        at=f"{PARTIES}/shipper/identifyingCodes",
    ),
    missing("ebl-shipper-code", f"{PARTIES}/shipper/identifyingCodes", severity=WARNING),
    missing("ebl-issuing-party-code", f"{PARTIES}/issuingParty/identifyingCodes", severity=WARNING),
    case(
        "ebl-consignee-of-order",
        drop(f"{PARTIES}/endorsee"),
        put(f"{PARTIES}/consignee", {"partyName": "Maaskade", "identifyingCodes": [OTHER_LEI]}),
        at=f"{PARTIES}/consignee",
        beside=("ebl-bearer",),
    ),
    missing("ebl-bearer", f"{PARTIES}/endorsee", severity=WARNING),
    missing("ebl-place-of-issue", "/placeOfIssue", severity=WARNING),
    case("ebl-size", put("/carrierClauses", [f"CLAUSE {n}" for n in range(MAX_FIELDS)]), at=""),
]


def _found(document: Document, stage: Stage) -> set[tuple[str, str, Severity]]:
    return {(fault.rule, fault.pointer, fault.severity) for fault in check(document, stage)[1]}


HUGE = {"ebl-size"}


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            id=f"{case.rule}{case.pointer}-{case.stage}",
            marks=[pytest.mark.slow] if case.rule in HUGE else [],
        )
        for case in CASES
    ],
)
def test_a_broken_rule_is_named_with_its_place_and_no_other_rule_fires(case: Case) -> None:
    before = _found(rich(), case.stage)
    new = _found(changed(*case.changes), case.stage) - before
    assert (case.rule, case.pointer, case.severity) in new
    assert {rule for rule, _pointer, _severity in new} == {case.rule, *case.beside}


def test_every_rule_has_a_case() -> None:
    assert {case.rule for case in CASES} == {rule.id for rule in RULES} | set(STRUCTURE_RULES)
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_every_rule_names_its_source_and_an_error_one_that_bears_it() -> None:
    """What DCSA lists as possible, recommends or expects is a warning; an error has a law or a must behind it."""
    for rule in RULES:
        assert rule.source, rule.id
        if ERROR in rule.severities.values():
            assert rule.source != "DCSA kit" or rule.id == "container-once", rule.id


def test_every_rule_is_said_in_one_sentence() -> None:
    for rule in RULES:
        assert rule.look.__doc__, rule.id
        assert rule.look.__doc__.strip().endswith("."), rule.id


@pytest.mark.parametrize("stage", list(Stage))
def test_a_document_that_uses_everything_rightly_has_no_fault(stage: Stage) -> None:
    """Only the notice of T5 remains, since the cargo is loaded at Shanghai."""
    typed, faults = check(rich(), stage)
    assert typed is not None
    assert [(fault.rule, fault.severity) for fault in faults] == [("prc-mandatory", NOTICE)]


def test_a_rule_with_a_severity_only_at_one_stage_stays_silent_at_the_others() -> None:
    draft = changed(drop("/issueDate"), put("/transportDocumentStatus", "DRAFT"), drop("/placeOfIssue"))
    assert stage_of(draft) is DRAFT
    assert {fault.rule for fault in check(draft)[1]} == {"prc-mandatory"}


def test_an_approved_document_is_still_a_draft_and_a_surrendered_one_was_issued() -> None:
    assert stage_of(changed(put("/transportDocumentStatus", "APPROVED"))) is DRAFT
    for status in codes.ISSUED_STATUSES:
        assert stage_of(changed(put("/transportDocumentStatus", status))) is ISSUED
    assert stage_of({"transportDocumentStatus": 7}) is ISSUED


def test_all_faults_are_reported_at_once_those_of_shape_beside_those_of_meaning() -> None:
    document = changed(
        put("/isElectronic", "yes"),
        drop("/termsAndConditions"),
        put("/houseBill", 1),
        put("/transports/plannedArrivalDate", "soon"),
        drop(f"{PARTIES}/notifyParties"),
        put(f"{REEFER}/equipment/equipmentReference", "CSQU3054384"),
        put(f"{REEFER}/isShipperOwned", False),
        put("/transportDocumentStatus", "DRAFT"),
    )
    typed, faults = check(document, EBL)
    assert typed is None
    assert {fault.rule for fault in faults if fault.severity is ERROR} == {
        "schema-type",
        "schema-required",
        "schema-date",
        "unknown-property",
        "notify-party-of-order",
        "container-check-digit",
        "cargo-item-in-one-container",
        "ebl-status-issued",
    }
    weights = [list(Severity).index(fault.severity) for fault in faults]
    assert weights == sorted(weights)


@pytest.mark.parametrize("value", [[], "x", 7, None, True, {}])
def test_what_is_no_document_has_faults_and_no_traceback(value: Any) -> None:
    typed, faults = check(value, EBL)
    assert typed is None
    assert any(fault.severity is ERROR for fault in faults)


ODD: tuple[Any, ...] = (None, True, 0, -1.5, "", "\u0000 ", [], [[]], {}, {"countryCode": 7}, [{"a": None}])


@pytest.mark.slow
@pytest.mark.parametrize("every", [12, pytest.param(1, marks=pytest.mark.long)])
def test_an_odd_value_in_any_place_gives_faults_and_no_traceback(every: int) -> None:
    """Every place of the document gets two of the odd values, in turn."""
    document = rich()
    for number, place in list(enumerate(places(document)))[::every]:
        for value in (ODD[number % len(ODD)], ODD[(number + 5) % len(ODD)]):
            check(changed(put(place, value), base=document), EBL)


@pytest.mark.parametrize(
    ("place", "right"),
    [
        ("/shipedOnBoardDate", "did you mean shippedOnBoardDate?"),
        ("/transports/plannedArivalDate", "did you mean plannedArrivalDate?"),
        ("/ISSUEDATE", "did you mean issueDate?"),
        (f"{GOODS}/unNumber", "did you mean UNNumber?"),
        (f"{PARTIES}/shipper/Partyname", "did you mean partyName?"),
        ("/issuingParty", "it belongs at /documentParties/issuingParty"),
        ("/portOfLoading", "it belongs at /transports/portOfLoading"),
        ("/vesselName", "it belongs at /transports/vesselVoyages/*/vesselName"),
        (
            f"{REEFER}/equipmentReference",
            f"it belongs at {REEFER}/equipment/equipmentReference, /consignmentItems/*/cargoItems/*/equipmentReference",
        ),
        (
            "/consignmentItems/1/packageCode",
            "it belongs at /consignmentItems/1/cargoItems/*/outerPackaging/packageCode",
        ),
        ("/consignmentItems/1/sealz", "did you mean seals? it belongs at /utilizedTransportEquipments/*/seals"),
        (f"{PARTIES}/issueTo", "leave it out: it belongs in the issuance request around the document"),
        (f"{PARTIES}/shipper/mood", "leave it out, or carry it in references or carrierClauses"),
    ],
)
def test_a_property_in_the_wrong_place_is_told_its_place_and_a_misspelled_one_its_name(place: str, right: str) -> None:
    faults = check(changed(put(place, {})), EBL)[1]
    assert [(fault.pointer, fault.right) for fault in faults if fault.rule == "unknown-property"] == [(place, right)]


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("endorsee", "one object: DCSA knows the first endorsee, and who comes after it is endorsed to on the ledger"),
        ("shipper", "one object, not a list of them: DCSA knows one here"),
    ],
)
def test_several_where_dcsa_knows_one_are_told_so(name: str, right: str) -> None:
    party = rich()["documentParties"][name]
    faults = check(changed(put(f"{PARTIES}/{name}", [party, party])), EBL)[1]
    assert next(fault.right for fault in faults if fault.pointer == f"{PARTIES}/{name}") == right


def test_a_property_that_belongs_in_many_places_is_told_the_nearest() -> None:
    faults = check(changed(put(f"{PARTIES}/shipper/address/partyName", "X")), EBL)[1]
    right = next(fault.right for fault in faults if fault.rule == "unknown-property")
    assert right.startswith(f"it belongs at {PARTIES}/shipper/partyName, ")
    assert right.endswith(" other places")


def _rules_at(pointer: str, *changes: Callable[[Document], None]) -> set[str]:
    return {fault.rule for fault in check(changed(*changes), EBL)[1] if fault.pointer == pointer}


@pytest.mark.parametrize(
    ("phone", "rules"),
    [
        ("+852 2345 6789", set()),
        ("+852-2345-6789", set()),
        ("+44 (0)20 7946 0958", set()),
        ("+1 (212) 555.0100", set()),
        ("+852 2345 6789 ext. 123", set()),
        ("+852 2345 6789 ext 123", set()),
        ("+33 1 23 45 67 89 poste 12", set()),
        ("+852 2345 6789 x123", set()),
        ("+852 2345 6789, Durchwahl 12", set()),
        ("+852 2345 6789;ext=123", set()),
        ("+852 2345 6789 #123", set()),
        ("+44 20 7946 0958 / 0959", set()),
        ("+44 20 7946 0958 / 0959 / 0960", set()),
        ("+4420 7946095 / +4420 7946096", set()),
        ("+6834001", set()),
        ("Tel. +852 2345 6789", {"phone-form"}),
        ("+852 2345 6789 (Mr Tan)", {"phone-form"}),
        ("+852 2345 6789 ext.", {"phone-form"}),
        ("2345 6789", {"phone-international"}),
        ("00852 2345 6789", {"phone-international"}),
        ("+852 ask", {"phone-international"}),
        ("+0 2345 6789", {"phone-international"}),
        ("+1234567890123456", {"phone-international"}),
        ("ext. 123", {"phone-international"}),
    ],
)
def test_a_phone_number_has_the_form_of_e_123(phone: str, rules: set[str]) -> None:
    place = "/partyContactDetails/0/phone"
    assert _rules_at(place, put(place, phone)) == rules


@pytest.mark.parametrize("number", ["F-A, S-F", "F-A,S-F", "F-A/S-F", "S-F,F-A", "F-A  S-F", "F-AS-F", "f-a s-f"])
def test_another_way_to_write_an_emergency_schedule_is_warned_of_at_most(number: str) -> None:
    """DCSA says which two parts there are, and not what stands between them; the IMDG Code prints F-A, S-F."""
    place = f"{GOODS}/EMSNumber"
    found = [fault for fault in check(changed(put(place, number)), EBL)[1] if fault.pointer == place]
    assert {fault.severity for fault in found if fault.rule == "ems-number"} == {WARNING}
    assert {fault.rule for fault in found if fault.severity is ERROR} == (
        {"schema-length"} if len(number) > 7 else set()
    )


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"imoClass": "6.1", "subsidiaryRisk1": "2.3"}, set()),
        ({"imoClass": "2.3"}, set()),
        ({"imoClass": "6.1", "inhalationZone": "B"}, set()),
        ({"imoClass": "3"}, {"inhalation-zone"}),
        ({"codedVariantList": "0200"}, {"coded-variant"}),
        ({"segregationGroups": ["1a", "18"]}, set()),
        ({"imoClass": "1.4S", "inhalationZone": "A"}, set()),
    ],
)
def test_dangerous_goods_are_judged_by_their_class(changes: dict[str, Any], rules: set[str]) -> None:
    document = changed(*(put(f"{GOODS}/{name}", value) for name, value in changes.items()))
    assert {fault.rule for fault in check(document, EBL)[1] if fault.pointer.startswith(GOODS)} == rules


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("SHIPPED ON BOARD 2026-01-02", [{"2026-01-02"}]),
        ("on board 02-JAN-2026", [{"2026-01-02"}]),
        ("2 January 2026", [{"2026-01-02"}]),
        ("January 2nd, 2026", [{"2026-01-02"}]),
        ("02JAN26", [{"2026-01-02"}]),
        ("02/01/2026", [{"2026-01-02", "2026-02-01"}]),
        ("31.12.2025", [{"2025-12-31"}]),
        ("28-Jul-2022 and 2026/01/02", [{"2022-07-28"}, {"2026-01-02"}]),
        ("05 DEC 20FT AND 12 MAR, 40 CARTONS", []),
        ("VOYAGE 001W, 40 CARTONS, 99-99-2026, MAYBE 2026", []),
    ],
)
def test_the_days_of_a_displayed_text_are_read_as_people_write_them(text: str, days: list[set[str]]) -> None:
    assert [{day.isoformat() for day in found} for found in days_in(text)] == days


@pytest.mark.parametrize(
    "text", ["SHIPPED ON BOARD", "RECEIVED, AND SHIPPED ON BOARD", "02/01/2026", "3 JAN 2026, ON BOARD 2 JAN 2026", "-"]
)
def test_a_displayed_text_that_contradicts_nothing_is_no_fault(text: str) -> None:
    assert _rules_at(f"/{DISPLAYED}", put(f"/{DISPLAYED}", text)) == set()


@pytest.mark.parametrize(
    ("text", "unseen"),
    [
        ("Kwun Lung Merchants Limited", False),
        ("Mařík & Søn Öst, Pte. Ltd. 坤隆商行 ΑΒΓ Стрела", False),
        ("می\u200cخواهم", False),
        ("क्\u200dष", False),
        ("Kwun\u200cLung", True),
        ("Kwun Lung\u200d", True),
        ("\ufeffKwun Lung", True),
        ("Kwun\u00adLung", True),
        ("Kwun \u2066Lung\u2069", True),
        ("Kwun\u0000Lung", True),
        ("Kwun\u0085Lung", True),
        ("Kwun\u3164Lung", True),
        ("Kwun\U000e0041Lung", True),
    ],
)
def test_a_character_that_nobody_sees_is_warned_of_wherever_it_stands(text: str, unseen: bool) -> None:
    for place in (
        f"{PARTIES}/shipper/partyName",
        f"{PARTIES}/notifyParties/0/address/street",
        "/consignmentItems/1/descriptionOfGoods/0",
        "/references/0/value",
    ):
        assert ("unseen-characters" in _rules_at(place, put(place, text))) is unseen


def test_an_unseen_character_is_told_by_name_and_the_text_as_it_is_seen() -> None:
    place = f"{PARTIES}/endorsee/partyName"
    faults = check(changed(put(place, "Kwun Lung \u202edetimiL")), EBL)[1]
    fault = next(fault for fault in faults if fault.pointer == place)
    assert "U+202E (right-to-left override)" in fault.message
    assert fault.right == "'Kwun Lung detimiL', if that is meant"


def test_unknown_properties_are_left_out_of_the_typed_document_but_not_out_of_the_json() -> None:
    document = changed(put("/houseBill", True), put(f"{PARTIES}/shipper/mood", "calm"))
    typed, _faults = check(document, ISSUED)
    assert typed is not None
    assert document["houseBill"] is True


def test_a_general_term_among_precise_words_is_no_fault() -> None:
    document = changed(put("/consignmentItems/0/descriptionOfGoods", ["SPARE PARTS FOR ELECTRIC KETTLES"]))
    assert all(fault.rule != "description-of-goods" for fault in check(document, EBL)[1])


def test_notify_party_may_be_left_out_where_the_endorsee_is_notified() -> None:
    document = changed(drop(f"{PARTIES}/notifyParties"), put(f"{PARTIES}/endorsee/isNotifyParty", True))
    assert all(fault.rule != "notify-party-of-order" for fault in check(document, EBL)[1])


def test_an_lei_twice_for_one_party_is_one_legal_person() -> None:
    document = changed(
        put(f"{PARTIES}/endorsee/identifyingCodes/-", {"codeListProvider": "GLEIF", "partyCode": TRADER})
    )
    assert all(fault.severity is not ERROR for fault in check(document, EBL)[1])


@pytest.mark.slow
def test_every_fault_says_what_would_be_right_and_where_the_rule_stands() -> None:
    for one in (case for case in CASES if case.rule not in HUGE):
        for fault in check(changed(*one.changes), one.stage)[1]:
            assert fault.message, one.rule
            assert fault.right, one.rule
            assert fault.source, one.rule
            assert "\n" not in fault.message + fault.right
