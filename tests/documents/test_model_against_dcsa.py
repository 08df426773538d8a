"""The models against DCSA's own JSON Schema: the same properties, the same limits, and the same verdicts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from document_makers import changed, drop, places, put, rich, sample

from sampan.documents import codes, model
from sampan.documents.rules import Severity, Stage, check
from sampan.scenarios.samples import SAMPLES

# DCSA's definitions that share one model, and those that the model takes apart.
SHARED = {
    "CargoGrossWeight": "Weight",
    "CargoNetWeight": "Weight",
    "TareWeight": "Weight",
    "GrossWeight": "Weight",
    "NetWeight": "Weight",
    "CargoGrossVolume": "Volume",
    "CargoNetVolume": "Volume",
    "ExportLicense": "License",
    "ImportLicense": "License",
    "PortOfLoading": "Port",
    "PortOfDischarge": "Port",
    "PlaceOfReceipt": "Place",
    "PlaceOfDelivery": "Place",
    "OnwardInlandRouting": "InlandPlace",
    "OnBehalfOfShipper": "NamedParty",
}
LIMITS = ("maxLength", "minLength", "pattern", "maximum", "minimum", "maxItems", "minItems", "enum")


@pytest.fixture(scope="module")
def dcsa(conformance_data: Path) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(
        (conformance_data / "dcsa" / "jsonschema" / "iss-v3.0.4.TransportDocument.json").read_text(encoding="utf-8")
    )
    return schema


def _properties(definition: dict[str, Any]) -> dict[str, Any]:
    """A definition's properties, those of its alternatives included."""
    found = dict(definition.get("properties", {}))
    for alternative in (*definition.get("oneOf", ()), *definition.get("anyOf", ())):
        found |= alternative.get("properties", {})
    return found


def _ours() -> dict[str, Any]:
    schema = model.TransportDocument.model_json_schema(by_alias=True)
    return {"TransportDocument": schema, **schema["$defs"]}


def _limits(definition: dict[str, Any]) -> dict[str, Any]:
    """What a property allows, item limits included, in words that both schemas share."""
    while "anyOf" in definition:  # ours: an optional property, or a decimal, which may also be text in Python
        definition = next(option for option in definition["anyOf"] if option.get("type") != "null" or "anyOf" in option)
    found = {name: definition[name] for name in LIMITS if name in definition}
    if definition.get("exclusiveMinimum") is True:
        found["exclusiveMinimum"] = found.pop("minimum")
    elif "exclusiveMinimum" in definition:
        found["exclusiveMinimum"] = definition["exclusiveMinimum"]
    if "const" in definition:
        found["enum"] = [definition["const"]]
    if "enum" in found:
        found["enum"] = sorted(found["enum"])
        found.pop("maxLength", None)  # an enumeration's values are short anyway
    if definition.get("format") == "int32":
        found.setdefault("maximum", 2**31 - 1)
        found.setdefault("minimum", -(2**31))
    if "pattern" in found:
        found["pattern"] = found["pattern"].replace(r"\d", "[0-9]")
    if "items" in definition and "$ref" not in definition["items"]:
        found["items"] = _limits(definition["items"])
    return found


def test_every_property_of_dcsa_is_in_the_models_with_its_limits(dcsa: dict[str, Any]) -> None:
    ours = _ours()
    compared = 0
    for name, definition in dcsa["$defs"].items():
        mine = ours[SHARED.get(name, name)]
        properties = _properties(definition)
        assert set(mine["properties"]) == set(properties), name
        assert set(mine.get("required", ())) == set(definition.get("required", ())), name
        for prop, wanted in properties.items():
            got = mine["properties"][prop]
            assert _limits(got) == _limits(wanted), f"{name}.{prop}"
            compared += 1
    assert compared > 300


def test_every_code_list_is_dcsas(conformance_data: Path) -> None:
    published = json.loads((conformance_data / "dcsa" / "codes.json").read_text(encoding="utf-8"))
    lists = {
        "Shipper.eblPlatform": codes.EBL_PLATFORMS,
        "IdentifyingCode.codeListProvider": codes.CODE_LIST_PROVIDERS,
        "TransportDocument.transportDocumentStatus": codes.DRAFT_STATUSES | codes.ISSUED_STATUSES,
        "TransportDocument.cargoMovementTypeAtOrigin": codes.CARGO_MOVEMENTS,
        "Shipper.typeOfPerson": codes.PERSON_TYPES,
        "Reference.type": codes.REFERENCE_TYPES,
        "ReferenceConsignmentItem.type": codes.CONSIGNMENT_REFERENCE_TYPES,
        "ExtendedNationalCommodityCode.type": codes.COMMODITY_CODE_TYPES,
        "OuterPackaging.woodDeclaration": codes.WOOD_DECLARATIONS,
        "Transports.preCarriageBy": codes.CARRIAGE_MODES,
        "VesselVoyage.role": codes.VESSEL_ROLES,
        "OtherDocumentParty.partyFunction": codes.PARTY_FUNCTIONS,
    }
    for name, ours in lists.items():
        assert set(published[f"iss:{name}"]["values"]) == set(ours), name


def _verdicts(document: Any, dcsa: dict[str, Any]) -> tuple[bool, bool]:
    """Whether DCSA's schema lets a document pass, and whether our checks of shape do."""
    import jsonschema

    validator = jsonschema.Draft202012Validator(dcsa)
    shape = {"contact-reachable", "un-or-na-number", "invoice-payable-at", "place-of-issue-one"}
    faults = [
        fault
        for fault in check(document, Stage.ISSUED)[1]
        if (fault.rule.startswith("schema-") or fault.rule in shape) and fault.severity is Severity.ERROR
    ]
    return not list(validator.iter_errors(document)), not faults


def test_the_samples_and_the_rich_document_pass_dcsas_schema_too(dcsa: dict[str, Any]) -> None:
    for document in (rich(), *(sample(name) for name in SAMPLES)):
        assert _verdicts(document, dcsa) == (True, True)


@pytest.mark.slow
@pytest.mark.parametrize("every", [pytest.param(1, marks=pytest.mark.long), 14])
def test_dropping_or_spoiling_any_property_gets_the_same_verdict_from_dcsas_schema(
    dcsa: dict[str, Any], every: int
) -> None:
    """Dates excepted: DCSA's schema asserts no format, we do. The fast tests try each seventh property."""
    document = rich()
    for number, place in list(enumerate(places(document)))[::every]:
        spoilt = changed(drop(place), base=document)
        assert len(set(_verdicts(spoilt, dcsa))) == 1, f"without {place}"
        if place.rpartition("/")[2].endswith(("Date", "DateTime", "Time")):
            continue
        if place.rpartition("/")[2] in {"phone", "email"}:
            continue  # DCSA's alternatives let one of them be anything when the other is right
        value: Any = (None, 7, "é " * 60_000, [], {}, -1, True, ["x"] * 200)[number % 8]
        spoilt = changed(put(place, value), base=document)
        assert len(set(_verdicts(spoilt, dcsa))) == 1, f"{place} = {str(value)[:20]}"


def test_what_dcsas_schema_lets_pass_against_its_text_is_caught(dcsa: dict[str, Any]) -> None:
    """The measured gaps of the schema: none of these six faults is an error there."""
    lei = {"codeListProvider": "GLEIF", "partyCode": "529900T8BM49AURSDO55"}
    gaps = {
        "status-known": changed(put("/transportDocumentStatus", "NONSENSE")),
        "swb-not-to-order": changed(put("/transportDocumentTypeCode", "SWB")),
        "one-date": changed(put("/receivedForShipmentDate", "2026-01-02")),
        "consignee-or-endorsee": changed(
            put("/documentParties/consignee", {"partyName": "Maaskade", "identifyingCodes": [lei]})
        ),
        "schema-date": changed(put("/issueDate", "third of January")),
        "unknown-property": changed(put("/houseBill", True)),
    }
    import jsonschema

    for rule, document in gaps.items():
        assert jsonschema.Draft202012Validator(dcsa).is_valid(document), rule
        assert rule in {fault.rule for fault in check(document, Stage.EBL)[1] if fault.severity is Severity.ERROR}


def test_numbers_are_exact_and_dates_are_dates() -> None:
    typed, _faults = check(rich(), Stage.EBL)
    assert typed is not None
    assert str(typed.declared_value) == "250000.5"
    assert str(typed.consignment_items[0].cargo_items[0].cargo_net_weight.value) == "9000.125"  # type: ignore[union-attr]
    assert typed.issue_date is not None
    assert typed.issue_date.isoformat() == "2026-01-03"


def test_extended_properties_take_precedence() -> None:
    document = changed(
        put("/contractQuotationReference", "Q-71"),
        put("/consignmentItems/0/extendedHSCodes", ["851660900000"]),
        put("/charges/0/extendedChargeName", "Ocean freight, all in"),
    )
    typed, _faults = check(document, Stage.EBL)
    assert typed is not None
    assert typed.effective_contract_quotation_reference == "Q-2026-0071"
    assert typed.consignment_items[0].effective_hs_codes == ["851660900000"]
    assert typed.consignment_items[1].effective_hs_codes == ["271112"]
    assert typed.charges is not None
    assert typed.charges[0].effective_charge_name == "Ocean freight, all in"
