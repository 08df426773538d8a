"""DCSA's own example documents: all six parse, none may be issued as an eBL, each for named reasons (T43)."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from sampan.documents.json import read_json
from sampan.documents.kind import Kind, kind_of
from sampan.documents.prepared import NotIssuable, prepare
from sampan.documents.rules import RULES, Node, Severity, Stage, check, stage_of
from sampan.documents.rules.structure import STRUCTURE_RULES

PREFIX = "EBL_v3.0.4"
TRANSPORT_DOCUMENTS = f"{PREFIX}.get-v3-transport-documents-transportDocumentReference"
NOTIFY, ISSUE_DATE, STATUS, CHECK_DIGIT = (
    "notify-party-of-order",
    "issue-date",
    "ebl-status-issued",
    "container-check-digit",
)
NO_NOTIFY = (NOTIFY, "/documentParties/notifyParties")
NO_ISSUE_DATE = (ISSUE_DATE, "/issueDate")
IS_DRAFT = (STATUS, "/transportDocumentStatus")

# file, where the document stands in it, its own stage, why it may not be issued.
EXAMPLES: list[tuple[str, str, Stage, set[tuple[str, str]]]] = [
    (f"{TRANSPORT_DOCUMENTS}-.200.regularSTDExample", "", Stage.DRAFT, {NO_NOTIFY, NO_ISSUE_DATE, IS_DRAFT}),
    (
        f"{TRANSPORT_DOCUMENTS}-.200.dgExample",
        "",
        Stage.ISSUED,
        {NO_NOTIFY, NO_ISSUE_DATE, (CHECK_DIGIT, "/utilizedTransportEquipments/0/equipment/equipmentReference")},
    ),
    (
        f"{TRANSPORT_DOCUMENTS}-amendment.200.reeferExample",
        "amendedTransportDocument",
        Stage.ISSUED,
        {NO_NOTIFY, NO_ISSUE_DATE},
    ),
    (
        f"{PREFIX}.post-v3-transport-document-notifications.req.issuedFullStateTransferExample",
        "data/transportDocument",
        Stage.ISSUED,
        {NO_NOTIFY, NO_ISSUE_DATE},
    ),
    (
        "EBL_ISS_v3.0.4.put-v3-ebl-issuance-requests.req.regularSTDExample",
        "document",
        Stage.DRAFT,
        {NO_NOTIFY, NO_ISSUE_DATE, IS_DRAFT},
    ),
    (
        "EBL_PINT_v3.0.0.post-v3-envelopes.req.regularSTDExample",
        "transportDocument",
        Stage.DRAFT,
        {NO_NOTIFY, NO_ISSUE_DATE, IS_DRAFT},
    ),
]
IDS = [file.rpartition(".")[2] + "-" + file.split("_v")[0] for file, *_ in EXAMPLES]


def _example(folder: Path, file: str, place: str) -> Any:
    value: Any = read_json(folder / "dcsa" / "examples" / "openapi" / f"{file}.json")
    for part in place.split("/") if place else []:
        value = value[part]
    return value


def _documents(value: Any) -> int:
    """How many transport documents stand in a value."""
    if isinstance(value, dict):
        return ("transportDocumentTypeCode" in value) + sum(_documents(item) for item in value.values())
    return sum(_documents(item) for item in value) if isinstance(value, list) else 0


def test_every_shared_transport_document_is_in_the_table(conformance_data: Path) -> None:
    files = (conformance_data / "dcsa" / "examples" / "openapi").glob("*.json")
    with_documents = {file.stem for file in files if _documents(read_json(file))}
    assert with_documents == {file for file, *_ in EXAMPLES}


@pytest.mark.parametrize(("file", "place", "stage", "why"), EXAMPLES, ids=IDS)
def test_a_shared_example_parses_and_may_not_be_issued_for_named_reasons(
    conformance_data: Path, file: str, place: str, stage: Stage, why: set[tuple[str, str]]
) -> None:
    document = _example(conformance_data, file, place)
    typed, faults = check(document, Stage.EBL)
    assert typed is not None
    assert {(fault.rule, fault.pointer) for fault in faults if fault.severity is Severity.ERROR} == why
    assert {fault.rule for fault in faults if fault.severity is Severity.WARNING} == {
        "ebl-bearer",
        "ebl-shipper-code",
        "ebl-place-of-issue",
    }
    assert kind_of(Node(document)) is Kind.BLANK
    with pytest.raises(NotIssuable) as refused:
        prepare(_canonical(document)).require_issuable()
    assert {(fault.rule, fault.pointer) for fault in refused.value.faults if fault.severity is Severity.ERROR} == why


@pytest.mark.parametrize(("file", "place", "stage", "why"), EXAMPLES, ids=IDS)
def test_a_draft_among_them_has_no_error_and_an_issued_one_those_of_dcsa(
    conformance_data: Path, file: str, place: str, stage: Stage, why: set[tuple[str, str]]
) -> None:
    document = _example(conformance_data, file, place)
    assert stage_of(document) is stage
    errors = {(fault.rule, fault.pointer) for fault in check(document)[1] if fault.severity is Severity.ERROR}
    assert errors == (set() if stage is Stage.DRAFT else why - {IS_DRAFT})


def _canonical(document: Any) -> bytes:
    from sampan.documents.canonical import canonical_bytes

    return canonical_bytes(document)


@pytest.mark.parametrize(("file", "place", "stage", "why"), [one for one in EXAMPLES if one[1]])
def test_a_message_around_a_document_is_answered_with_where_the_document_stands(
    conformance_data: Path, file: str, place: str, stage: Stage, why: set[tuple[str, str]]
) -> None:
    _typed, faults = check(_example(conformance_data, file, ""), Stage.EBL)
    assert len(faults) == 1
    assert faults[0].message.endswith(f"stands at /{place}")


# Every sentence that DCSA marks as a condition, by its place: the rules that check it, or why no document can show it.
NOT_OF_THE_DOCUMENT = "belongs to a message around the document"
KEPT_ORDER = "a duty of whoever passes the document on; the tree proves the place of every line"
FROM_THE_CUSTOMER = "compares the document with the shipping instructions, which are not in it"
IMDG = "needs the IMDG Code's own tables"
CONDITIONS: dict[str, tuple[str, ...] | str] = {
    "SupportingDocument.contentType": NOT_OF_THE_DOCUMENT,
    "TransportDocument.numberOfCopiesWithCharges": ("no-copies-of-ebl",),
    "TransportDocument.numberOfCopiesWithoutCharges": ("no-copies-of-ebl",),
    "TransportDocument.numberOfOriginalsWithCharges": ("originals-of-bol", "one-electronic-original"),
    "TransportDocument.numberOfOriginalsWithoutCharges": ("originals-of-bol", "one-electronic-original"),
    "TransportDocument.displayedNameForPlaceOfReceipt": KEPT_ORDER,
    "TransportDocument.displayedNameForPortOfLoad": KEPT_ORDER,
    "TransportDocument.displayedNameForPortOfDischarge": KEPT_ORDER,
    "TransportDocument.displayedNameForPlaceOfDelivery": KEPT_ORDER,
    "TransportDocument.declaredValue": FROM_THE_CUSTOMER,
    "TransportDocument.declaredValueCurrency": ("declared-value-currency",),
    "ConsignmentItem.descriptionOfGoods": KEPT_ORDER,
    "ConsignmentItem.shippingMarks": KEPT_ORDER,
    "OuterPackaging.packageCode": ("one-packaging-code",),
    "OuterPackaging.imoPackagingCode": ("imo-packaging-code", "dangerous-packaging-code"),
    "DangerousGoods.segregationGroups": IMDG,
    "NetVolume": IMDG,
    "Limits.flashPoint": IMDG,
    "UtilizedTransportEquipment.isNonOperatingReefer": ("reefer-only",),
    "UtilizedTransportEquipment.shippingMarks": KEPT_ORDER,
    "Seal.source": "depends on the commodity, by lists that DCSA does not give",
    "ActiveReeferSettings": ("reefer-settings",),
    "ActiveReeferSettings.temperatureUnit": ("reefer-units",),
    "ActiveReeferSettings.airExchangeUnit": ("reefer-units",),
    "PlaceOfReceipt": ("inland-place-by-carrier", "place-identified", "place-agrees", "address-lines-alone"),
    "PlaceOfReceipt.addressLines": ("address-lines-alone",),
    "PortOfLoading": ("port-identified", "place-agrees"),
    "PortOfDischarge": ("port-identified", "place-agrees"),
    "PlaceOfDelivery": ("inland-place-by-carrier", "place-identified", "place-agrees", "address-lines-alone"),
    "PlaceOfDelivery.addressLines": ("address-lines-alone",),
    "OnwardInlandRouting": ("place-identified", "place-agrees", "address-lines-alone"),
    "OnwardInlandRouting.addressLines": ("address-lines-alone",),
    "Shipper": "how the document is printed: the displayed address instead of the other",
    "Shipper.displayedAddress": ("displayed-address-on-paper", "schema-items"),
    "OnBehalfOfShipper.identifyingCodes": ("on-behalf-of-shipper",),
    "Consignee": ("consignee-of-straight", "consignee-or-endorsee"),
    "Consignee.displayedAddress": ("displayed-address-on-paper", "schema-items"),
    "Endorsee": ("endorsee-of-order", "consignee-or-endorsee", "ebl-bearer"),
    "Endorsee.displayedAddress": ("displayed-address-on-paper", "schema-items"),
    "NotifyParty": "how the document is printed: the displayed address instead of the other",
    "NotifyParty.displayedAddress": ("displayed-address-on-paper", "schema-items"),
    "PlaceOfIssue": ("place-of-issue-one",),
    "DocumentParties.notifyParties": ("notify-party-of-order",),
    "ExportLicense": FROM_THE_CUSTOMER,
    "ImportLicense": FROM_THE_CUSTOMER,
    "Transaction.reasonCode": NOT_OF_THE_DOCUMENT,
}


def test_every_condition_of_dcsa_is_a_rule_or_has_a_reason_why_not(conformance_data: Path) -> None:
    with (conformance_data / "dcsa" / "conditions.csv").open(encoding="utf-8", newline="") as file:
        places = {row["path"] for row in csv.DictReader(file)}
    assert places == set(CONDITIONS)
    known = {rule.id for rule in RULES} | set(STRUCTURE_RULES)
    for rules in CONDITIONS.values():
        if not isinstance(rules, str):
            assert set(rules) <= known


def test_what_the_list_of_conditions_lacks_is_a_rule_too() -> None:
    """T43: sentences of the schema texts that are not marked as conditions."""
    assert {
        "swb-not-to-order",
        "date-given",
        "issue-date",
        "place-of-receipt-given",
        "place-of-delivery-given",
        "un-or-na-number",
        "contact-reachable",
        "cargo-item-in-one-container",
        "extended-takes-precedence",
        "schema-pattern",  # the voyage reference
        "schema-items",  # at least one vessel voyage
    } <= {rule.id for rule in RULES} | set(STRUCTURE_RULES)
