"""Every rule fires where it should, and only it; a document that keeps all of them has no fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from document_makers import Document, changed, drop, put, rich

from sampan.documents import codes
from sampan.documents.rules import RULES, Severity, Stage, check, stage_of
from sampan.documents.rules.structure import STRUCTURE_RULES

DRAFT, ISSUED, EBL = Stage.DRAFT, Stage.ISSUED, Stage.EBL
ERROR, WARNING, NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE
PARTIES = "/documentParties"
GOODS = "/consignmentItems/1/cargoItems/0/outerPackaging/dangerousGoods/0"
REEFER = "/utilizedTransportEquipments/2"
OTHER_LEI = {"codeListProvider": "GLEIF", "partyCode": "529900T8BM49AURSDO55"}
TRADER = "SAMPAN000TRADER00089"


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


CASES = [
    # Shape (DCSA's schema).
    case("schema-type", put("/isToOrder", "true"), at="/isToOrder"),
    case("schema-type", put("/isToOrder", 1), at="/isToOrder"),
    case("schema-type", put("/termsAndConditions", 7), at="/termsAndConditions"),
    case("schema-type", put("/declaredValue", "250000"), at="/declaredValue"),
    case("schema-type", put("/numberOfRiderPages", -0.5), at="/numberOfRiderPages"),
    case("schema-type", put("/charges", {}), at="/charges"),
    case("schema-type", put("/placeOfIssue", "Shanghai"), at="/placeOfIssue"),
    case("schema-type", put("/issueDate", 20260103), at="/issueDate"),
    case("schema-type", put("/serviceContractReference", None), at="/serviceContractReference"),
    case("schema-type", put("/carrierClauses", [None]), at="/carrierClauses/0"),
    case("schema-required", drop("/carrierCode"), at="/carrierCode"),
    case(
        "schema-required",
        drop(f"{PARTIES}/issuingParty/address"),
        at=f"{PARTIES}/issuingParty/address",
    ),
    case("schema-value", put("/carrierCodeListProvider", "GLEIF"), at="/carrierCodeListProvider"),
    case("schema-value", put(f"{REEFER}/seals/0/source", "PHY"), at=f"{REEFER}/seals/0/source"),
    case("schema-pattern", put("/transportDocumentSubReference", "v1 "), at="/transportDocumentSubReference"),
    case("schema-pattern", put("/consignmentItems/0/HSCodes/0", "8516.60"), at="/consignmentItems/0/HSCodes/0"),
    case(
        "schema-pattern",
        put("/transports/vesselVoyages/0/universalExportVoyageReference", "26011"),
        at="/transports/vesselVoyages/0/universalExportVoyageReference",
    ),
    case("schema-length", put(f"{PARTIES}/shipper/partyName", "Q" * 71), at=f"{PARTIES}/shipper/partyName"),
    case("schema-length", put("/consignmentItems/0/HSCodes/0", "85166"), at="/consignmentItems/0/HSCodes/0"),
    case("schema-items", put(f"{REEFER}/seals", []), at=f"{REEFER}/seals"),
    case(
        "schema-items",
        put(f"{PARTIES}/shipper/displayedAddress", ["LINE"] * 7),
        at=f"{PARTIES}/shipper/displayedAddress",
    ),
    case(
        "schema-range",
        put("/consignmentItems/0/cargoItems/0/cargoGrossVolume/value", 0),
        at="/consignmentItems/0/cargoItems/0/cargoGrossVolume/value",
    ),
    case("schema-range", put(f"{GOODS}/packingGroup", 4), at=f"{GOODS}/packingGroup", beside=("coded-variant",)),
    case(
        "schema-range",
        put(f"{REEFER}/activeReeferSettings/o2Setpoint", 100.5),
        at=f"{REEFER}/activeReeferSettings/o2Setpoint",
    ),
    case("schema-date", put("/exportLicense/issueDate", "2026-02-30"), at="/exportLicense/issueDate"),
    case("schema-date", put("/exportLicense/issueDate", "20260101"), at="/exportLicense/issueDate"),
    case("schema-date", put(f"{GOODS}/fumigationDateTime", "2025-12-30T08:00:00"), at=f"{GOODS}/fumigationDateTime"),
    case("unknown-property", put("/houseBill", True), at="/houseBill"),
    case("unknown-property", put("/houseBill", True), at="/houseBill", severity=WARNING, stage=ISSUED),
    case("unknown-property", put(f"{PARTIES}/shipper/mood", "calm"), at=f"{PARTIES}/shipper/mood"),
    # The document as a whole.
    case(
        "swb-not-to-order",
        put("/transportDocumentTypeCode", "SWB"),
        drop("/numberOfOriginalsWithoutCharges"),
        at="/isToOrder",
        stage=ISSUED,
    ),
    case("status-known", put("/transportDocumentStatus", "NONSENSE"), at="/transportDocumentStatus", stage=ISSUED),
    case("one-date", put("/receivedForShipmentDate", "2026-01-02"), at="/receivedForShipmentDate"),
    case("date-given", drop("/shippedOnBoardDate"), at="/shippedOnBoardDate"),
    case("date-given", drop("/shippedOnBoardDate"), at="/shippedOnBoardDate", severity=WARNING, stage=DRAFT),
    case(
        "date-given",
        drop("/shippedOnBoardDate"),
        put("/isShippedOnBoardType", False),
        at="/receivedForShipmentDate",
    ),
    case("date-agrees-with-type", put("/isShippedOnBoardType", False), at="/isShippedOnBoardType"),
    case(
        "date-agrees-with-type",
        drop("/shippedOnBoardDate"),
        put("/receivedForShipmentDate", "2026-01-02"),
        at="/isShippedOnBoardType",
    ),
    case("issue-date", drop("/issueDate"), at="/issueDate"),
    case("issue-date", drop("/issueDate"), at="/issueDate", stage=ISSUED),
    case("not-antedated", put("/issueDate", "2025-12-31"), at="/issueDate"),
    case("issue-day-before", put("/issueDate", "2026-01-01"), at="/issueDate", severity=WARNING),
    case("no-copies-of-ebl", put("/numberOfCopiesWithoutCharges", 2), at="/numberOfCopiesWithoutCharges"),
    case(
        "originals-of-bol",
        put("/transportDocumentTypeCode", "SWB"),
        put("/isToOrder", False),
        put(f"{PARTIES}/consignee", {"partyName": "Maaskade", "identifyingCodes": [OTHER_LEI]}),
        drop(f"{PARTIES}/endorsee"),
        at="/numberOfOriginalsWithoutCharges",
        stage=ISSUED,
    ),
    case("one-electronic-original", put("/numberOfOriginalsWithCharges", 1), at="/numberOfOriginalsWithCharges"),
    case("one-electronic-original", put("/numberOfOriginalsWithoutCharges", 3), at="/numberOfOriginalsWithoutCharges"),
    case("rider-pages-on-paper", put("/numberOfRiderPages", 1), at="/numberOfRiderPages"),
    case("declared-value-currency", drop("/declaredValueCurrency"), at="/declaredValueCurrency"),
    case("declared-value-currency", drop("/declaredValue"), at="/declaredValueCurrency"),
    case("currency-assigned", put("/charges/0/currencyCode", "DEM"), at="/charges/0/currencyCode", severity=WARNING),
    case("amount-decimals", put("/charges/0/currencyAmount", 4200.255), at="/charges/0/currencyAmount"),
    case(
        "extended-takes-precedence",
        put("/contractQuotationReference", "Q-71"),
        at="/contractQuotationReference",
        severity=NOTICE,
    ),
    case(
        "extended-takes-precedence",
        put("/consignmentItems/0/extendedHSCodes", ["85166090"]),
        at="/consignmentItems/0/HSCodes",
        severity=NOTICE,
    ),
    case(
        "deprecated",
        put("/consignmentItems/1/cargoItems/0/nationalCommodityCodes", [{"type": "HTS", "values": ["2711"]}]),
        at="/consignmentItems/1/cargoItems/0/nationalCommodityCodes",
        severity=NOTICE,
    ),
    case("reference-type", put("/references/0/type", "SPO"), at="/references/0/type"),
    case(
        "reference-type", put("/consignmentItems/0/references/0/type", "XX"), at="/consignmentItems/0/references/0/type"
    ),
    case("cargo-movement", put("/cargoMovementTypeAtOrigin", "BB"), at="/cargoMovementTypeAtOrigin"),
    case("invoice-payable-at", put("/invoicePayableAt/freeText", "Hong Kong"), at="/invoicePayableAt"),
    case("invoice-payable-at", drop("/invoicePayableAt/UNLocationCode"), at="/invoicePayableAt"),
    case("place-of-issue-one", put("/placeOfIssue/countryCode", "CN"), at="/placeOfIssue"),
    case("place-of-issue-one", drop("/placeOfIssue/UNLocationCode"), at="/placeOfIssue"),
    case("license-valid-at-departure", put("/exportLicense/expiryDate", "2026-01-01"), at="/exportLicense/expiryDate"),
    case("license-valid-at-departure", put("/exportLicense/issueDate", "2026-01-03"), at="/exportLicense/issueDate"),
    case(
        "license-valid-at-arrival",
        put("/consignmentItems/0/cargoItems/0/importLicense", {"expiryDate": "2026-02-05"}),
        at="/consignmentItems/0/cargoItems/0/importLicense/expiryDate",
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
    case("notify-party-of-order", drop(f"{PARTIES}/notifyParties"), at=f"{PARTIES}/notifyParties"),
    case(
        "notify-party-of-order",
        drop(f"{PARTIES}/notifyParties"),
        at=f"{PARTIES}/notifyParties",
        severity=WARNING,
        stage=DRAFT,
    ),
    case(
        "notify-party-of-order",
        put(f"{PARTIES}/notifyParties", []),
        put(f"{PARTIES}/endorsee/isNotifyParty", False),
        at=f"{PARTIES}/notifyParties",
    ),
    case("on-behalf-of-shipper", drop(f"{PARTIES}/onBehalfOfShipper/addressLines"), at=f"{PARTIES}/onBehalfOfShipper"),
    case("party-function", put(f"{PARTIES}/other/0/partyFunction", "XXX"), at=f"{PARTIES}/other/0/partyFunction"),
    case("type-of-person", put(f"{PARTIES}/shipper/typeOfPerson", "ROBOT"), at=f"{PARTIES}/shipper/typeOfPerson"),
    case(
        "displayed-address-on-paper",
        put("/isElectronic", False),
        put(f"{PARTIES}/shipper/displayedAddress", ["1", "2", "3"]),
        at=f"{PARTIES}/shipper/displayedAddress",
        severity=WARNING,
        stage=ISSUED,
    ),
    case("contact-reachable", put("/partyContactDetails/0", {"name": "Lin Yue"}), at="/partyContactDetails/0"),
    case(
        "phone-international", put("/partyContactDetails/0/phone", "021 5550 0118"), at="/partyContactDetails/0/phone"
    ),
    case(
        "phone-international",
        put(f"{GOODS}/emergencyContactDetails/phone", "+65 65550199 6555 0199 11"),
        at=f"{GOODS}/emergencyContactDetails/phone",
    ),
    case("ebl-platform", put(f"{PARTIES}/shipper/eblPlatform", "SAMP"), at=f"{PARTIES}/shipper/eblPlatform"),
    case(
        "code-list-provider",
        put(f"{PARTIES}/other/0/party/identifyingCodes/-", {"codeListProvider": "SMDG", "partyCode": "X"}),
        at=f"{PARTIES}/other/0/party/identifyingCodes/1/codeListProvider",
    ),
    case(
        "platform-retired",
        put(f"{PARTIES}/shipper/eblPlatform", "ESSD"),
        at=f"{PARTIES}/shipper/eblPlatform",
        severity=WARNING,
    ),
    case(
        "lei",
        put(f"{PARTIES}/other/0/party/identifyingCodes/0/partyCode", "SAMPAN000TRADER00098"),
        at=f"{PARTIES}/other/0/party/identifyingCodes/0/partyCode",
    ),
    # Places and vessels.
    case("place-of-receipt-given", drop("/transports/placeOfReceipt"), at="/transports/placeOfReceipt"),
    case(
        "place-of-receipt-given",
        drop("/transports/placeOfReceipt"),
        at="/transports/placeOfReceipt",
        severity=WARNING,
        stage=DRAFT,
    ),
    case("place-of-delivery-given", drop("/transports/placeOfDelivery"), at="/transports/placeOfDelivery"),
    case(
        "inland-place-by-carrier", drop("/transports/onCarriageBy"), at="/transports/placeOfDelivery", severity=WARNING
    ),
    case("carriage-mode", put("/transports/onCarriageBy", "CAMEL"), at="/transports/onCarriageBy", severity=WARNING),
    case(
        "port-identified", put("/transports/portOfDischarge", {"locationName": "R"}), at="/transports/portOfDischarge"
    ),
    case("place-identified", put("/transports/placeOfDelivery", {}), at="/transports/placeOfDelivery"),
    case(
        "address-lines-alone",
        put("/transports/placeOfDelivery", {"addressLines": ["Industrieweg 1, Venlo"]}),
        at="/transports/placeOfDelivery/addressLines",
        severity=WARNING,
    ),
    case(
        "place-agrees",
        put("/transports/portOfLoading/city/countryCode", "KR"),
        at="/transports/portOfLoading/city/countryCode",
    ),
    case(
        "place-agrees",
        put(f"{PARTIES}/notifyParties/0/address/UNLocationCode", "BEANR"),
        at=f"{PARTIES}/notifyParties/0/address/countryCode",
    ),
    case(
        "facility-with-locode",
        drop("/transports/placeOfReceipt/UNLocationCode"),
        at="/transports/placeOfReceipt/UNLocationCode",
    ),
    case(
        "locode-country",
        put("/transports/portOfDischarge/UNLocationCode", "XXRTM"),
        at="/transports/portOfDischarge/UNLocationCode",
    ),
    case(
        "country-assigned",
        put(f"{PARTIES}/shipper/address/countryCode", "UK"),
        at=f"{PARTIES}/shipper/address/countryCode",
    ),
    case(
        "coordinate",
        put("/transports/placeOfDelivery/geoCoordinate/latitude", "91.5"),
        at="/transports/placeOfDelivery/geoCoordinate/latitude",
    ),
    case("vessel-role", put("/transports/vesselVoyages/0/role", "TUG"), at="/transports/vesselVoyages/0/role"),
    case(
        "arrives-after-departure",
        put("/transports/plannedArrivalDate", "2025-12-31"),
        at="/transports/plannedArrivalDate",
        severity=WARNING,
    ),
    case(
        "prc-mandatory",
        put("/transports/portOfDischarge", {"city": {"city": "Ningbo", "countryCode": "CN"}}),
        at="/transports/portOfDischarge/city",
        severity=NOTICE,
    ),
    # Cargo.
    case(
        "cargo-item-in-one-container",
        put("/consignmentItems/1/cargoItems/0/equipmentReference", "MSCU1234566"),
        at="/consignmentItems/1/cargoItems/0/equipmentReference",
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
        at=f"{REEFER}/equipment/equipmentReference",
    ),
    case(
        "container-number",
        put(f"{REEFER}/equipment/equipmentReference", "TANK 7"),
        put("/consignmentItems/1/cargoItems/0/equipmentReference", "TANK 7"),
        at=f"{REEFER}/equipment/equipmentReference",
        severity=WARNING,
    ),
    case(
        "equipment-code",
        put("/utilizedTransportEquipments/0/equipment/ISOEquipmentCode", "4510"),
        at="/utilizedTransportEquipments/0/equipment/ISOEquipmentCode",
        severity=WARNING,
    ),
    case("reefer-only", put(f"{REEFER}/equipment/ISOEquipmentCode", "22G1"), at=f"{REEFER}/isNonOperatingReefer"),
    case("reefer-only", drop(f"{REEFER}/equipment/ISOEquipmentCode"), at=f"{REEFER}/isNonOperatingReefer"),
    case("reefer-settings", put(f"{REEFER}/isNonOperatingReefer", True), at=f"{REEFER}/activeReeferSettings"),
    case("reefer-settings", drop(f"{REEFER}/isNonOperatingReefer"), at=f"{REEFER}/activeReeferSettings"),
    case(
        "reefer-units",
        drop(f"{REEFER}/activeReeferSettings/temperatureUnit"),
        at=f"{REEFER}/activeReeferSettings/temperatureUnit",
    ),
    case(
        "reefer-units",
        drop(f"{REEFER}/activeReeferSettings/airExchangeSetpoint"),
        at=f"{REEFER}/activeReeferSettings/airExchangeUnit",
    ),
    case(
        "description-of-goods",
        put("/consignmentItems/0/descriptionOfGoods", ["General", "Cargo."]),
        at="/consignmentItems/0/descriptionOfGoods",
    ),
    case(
        "description-of-goods",
        put("/consignmentItems/0/descriptionOfGoods", []),
        at="/consignmentItems/0/descriptionOfGoods",
    ),
    case(
        "commodity-code-type",
        put("/consignmentItems/0/extendedNationalCommodityCodes/0/type", "ZZZ"),
        at="/consignmentItems/0/extendedNationalCommodityCodes/0/type",
    ),
    case(
        "measure-decimals",
        put("/consignmentItems/0/cargoItems/0/cargoGrossWeight/value", 9860.12345),
        at="/consignmentItems/0/cargoItems/0/cargoGrossWeight/value",
        severity=WARNING,
    ),
    case(
        "net-within-gross",
        put("/consignmentItems/0/cargoItems/0/cargoNetWeight/value", 9860.75),
        at="/consignmentItems/0/cargoItems/0/cargoNetWeight/value",
    ),
    case(
        "wood-declaration",
        put("/consignmentItems/0/cargoItems/0/outerPackaging/woodDeclaration", "OAK"),
        at="/consignmentItems/0/cargoItems/0/outerPackaging/woodDeclaration",
        severity=WARNING,
    ),
    case(
        "imo-packaging-code",
        put("/consignmentItems/0/cargoItems/0/outerPackaging/imoPackagingCode", "4G"),
        at="/consignmentItems/0/cargoItems/0/outerPackaging/imoPackagingCode",
    ),
    case(
        "one-packaging-code",
        put("/consignmentItems/1/cargoItems/0/outerPackaging/packageCode", "DR"),
        at="/consignmentItems/1/cargoItems/0/outerPackaging/packageCode",
    ),
    case(
        "dangerous-packaging-code",
        drop("/consignmentItems/1/cargoItems/0/outerPackaging/imoPackagingCode"),
        at="/consignmentItems/1/cargoItems/0/outerPackaging/imoPackagingCode",
    ),
    case("un-or-na-number", put(f"{GOODS}/NANumber", "1965"), at=GOODS),
    case("un-or-na-number", drop(f"{GOODS}/UNNumber"), at=GOODS),
    case("imo-class", put(f"{GOODS}/imoClass", "2.9"), at=f"{GOODS}/imoClass", severity=WARNING),
    case("segregation-group", put(f"{GOODS}/segregationGroups/0", "19"), at=f"{GOODS}/segregationGroups/0"),
    case("ems-number", put(f"{GOODS}/EMSNumber", "F-D"), at=f"{GOODS}/EMSNumber"),
    case("coded-variant", put(f"{GOODS}/codedVariantList", "1200"), at=f"{GOODS}/codedVariantList"),
    case("coded-variant", drop(f"{GOODS}/packingGroup"), at=f"{GOODS}/codedVariantList"),
    case("inhalation-zone", put(f"{GOODS}/inhalationZone", "E"), at=f"{GOODS}/inhalationZone"),
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
    case("ebl-electronic", put("/isElectronic", False), at="/isElectronic"),
    case("ebl-status-issued", put("/transportDocumentStatus", "DRAFT"), at="/transportDocumentStatus"),
    case("ebl-status-issued", put("/transportDocumentStatus", "VOIDED"), at="/transportDocumentStatus"),
    case("ebl-reference", put("/transportDocumentReference", "XLL{1}"), at="/transportDocumentReference"),
    case("ebl-reference", put("/transportDocumentReference", "XLLÄ1"), at="/transportDocumentReference"),
    case(
        "ebl-reference-capitals",
        put("/transportDocumentReference", "xllsha2600101"),
        at="/transportDocumentReference",
        severity=NOTICE,
    ),
    case("ebl-carrier-code", put("/carrierCode", "xll"), at="/carrierCode"),
    case("ebl-carrier-code", put("/carrierCode", "XL"), at="/carrierCode"),
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
    case(
        "ebl-shipper-code",
        drop(f"{PARTIES}/shipper/identifyingCodes"),
        at=f"{PARTIES}/shipper/identifyingCodes",
        severity=WARNING,
    ),
    case(
        "ebl-issuing-party-code",
        drop(f"{PARTIES}/issuingParty/identifyingCodes"),
        at=f"{PARTIES}/issuingParty/identifyingCodes",
        severity=WARNING,
    ),
    case(
        "ebl-consignee-of-order",
        drop(f"{PARTIES}/endorsee"),
        put(f"{PARTIES}/consignee", {"partyName": "Maaskade", "identifyingCodes": [OTHER_LEI]}),
        at=f"{PARTIES}/consignee",
        beside=("ebl-bearer",),
    ),
    case("ebl-bearer", drop(f"{PARTIES}/endorsee"), at=f"{PARTIES}/endorsee", severity=WARNING),
    case("ebl-place-of-issue", drop("/placeOfIssue"), at="/placeOfIssue", severity=WARNING),
]


def _found(document: Document, stage: Stage) -> set[tuple[str, str, Severity]]:
    return {(fault.rule, fault.pointer, fault.severity) for fault in check(document, stage)[1]}


@pytest.mark.parametrize("case", CASES, ids=[f"{case.rule}{case.pointer}-{case.stage}" for case in CASES])
def test_a_broken_rule_is_named_with_its_place_and_no_other_rule_fires(case: Case) -> None:
    before = _found(rich(), case.stage)
    new = _found(changed(*case.changes), case.stage) - before
    assert (case.rule, case.pointer, case.severity) in new
    assert {rule for rule, _pointer, _severity in new} == {case.rule, *case.beside}


def test_every_rule_has_a_case() -> None:
    assert {case.rule for case in CASES} == {rule.id for rule in RULES} | set(STRUCTURE_RULES)
    assert len({rule.id for rule in RULES}) == len(RULES)


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


@pytest.mark.parametrize("every", [6, pytest.param(1, marks=pytest.mark.slow)])
def test_an_odd_value_in_any_place_gives_faults_and_no_traceback(every: int) -> None:
    """Every place of the document gets two of the odd values, in turn."""
    document = rich()
    for number, place in list(enumerate(_places(document, "")))[::every]:
        for value in (ODD[number % len(ODD)], ODD[(number + 5) % len(ODD)]):
            check(changed(put(place, value), base=document), EBL)


def _places(value: Any, pointer: str) -> list[str]:
    if isinstance(value, dict):
        return [
            place for key, item in value.items() for place in (f"{pointer}/{key}", *_places(item, f"{pointer}/{key}"))
        ]
    if isinstance(value, list):
        return [place for i, item in enumerate(value) for place in (f"{pointer}/{i}", *_places(item, f"{pointer}/{i}"))]
    return []


def test_a_misspelled_property_is_answered_with_the_right_name() -> None:
    faults = check(changed(put("/shipedOnBoardDate", "2026-01-02")), EBL)[1]
    fault = next(fault for fault in faults if fault.rule == "unknown-property")
    assert "shippedOnBoardDate" in fault.right


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


def test_every_fault_says_what_would_be_right_and_where_the_rule_stands() -> None:
    for one in CASES:
        for fault in check(changed(*one.changes), one.stage)[1]:
            assert fault.message, one.rule
            assert fault.right, one.rule
            assert fault.source, one.rule
            assert "\n" not in fault.message + fault.right
