"""Documents of the trade: what DCSA's kit publishes, and single changes to a sound one, each with its verdict.

The files are no part of the project: they lie beside DCSA's examples, where SAMPAN_CONFORMANCE_DATA says. Each expected
rule names the text that bears it (`Fault.source`); here stands only which rules speak, and how loudly.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from sampan.documents import Stage, check, check_reading, messages, read_all
from sampan.documents.canonical import canonical_bytes
from sampan.documents.rules import RULES, Fault, Severity
from sampan.documents.tree import DocumentTree

UTE = "/utilizedTransportEquipments"
CONTAINER = f"{UTE}/0/equipment/equipmentReference"
PARTIES = "/documentParties"
WEIGHT = "/consignmentItems/0/cargoItems/0/cargoGrossWeight/value"
DISPLAYED = "/displayedShippedOnBoardReceivedForShipment"
ERROR, WARNING, NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE

# What one change to the sound document brings, beyond the notice of the mainland's port.
CHANGES: dict[str, list[tuple[Severity, str, str]]] = {
    "D00-base-passes": [],
    "D01a-double": [(NOTICE, "number-form", WEIGHT)],
    "D01b-trailing-zero": [(NOTICE, "number-form", WEIGHT)],
    "D01c-exponent": [(NOTICE, "number-form", WEIGHT)],
    "D01d-java-double": [(NOTICE, "number-form", WEIGHT)],
    "D06-phone-extension": [],
    "D08a-reefer-without-statement": [(WARNING, "reefer-statement", f"{UTE}/0/isNonOperatingReefer")],
    "D08b-operating-reefer-without-settings": [(WARNING, "reefer-settings-given", f"{UTE}/0/activeReeferSettings")],
    "D10a-displayed-received-on-shipped-bill": [
        (WARNING, "displayed-date", DISPLAYED),
        (WARNING, "displayed-type", DISPLAYED),
    ],
    "D10b-displayed-other-date": [(WARNING, "displayed-date", DISPLAYED)],
    "D11-one-port": [(WARNING, "two-ports", "/transports/portOfDischarge/UNLocationCode")],
    "D13-issuing-party-smdg-code": [
        (WARNING, "code-list-provider", f"{PARTIES}/issuingParty/identifyingCodes/0/codeListProvider")
    ],
    "D14-misplaced-issuing-party": [(ERROR, "unknown-property", "/issuingParty")],
    "D20a-right-to-left-override": [(WARNING, "unseen-characters", f"{PARTIES}/endorsee/partyName")],
    "D20b-zero-width-space": [(WARNING, "unseen-characters", f"{PARTIES}/endorsee/partyName")],
    "D22-ems-comma": [
        (WARNING, "ems-number", "/consignmentItems/0/cargoItems/0/outerPackaging/dangerousGoods/0/EMSNumber")
    ],
    "D23a-shipper-owned-no-iso-number": [(WARNING, "container-number", CONTAINER)],
    "D23b-shipper-owned-wrong-check-digit": [(WARNING, "shipper-owned-check-digit", CONTAINER)],
    # The ledger's clock is not in the document: the client warns of it before it issues.
    "D24a-dated-later-than-the-chain": [],
    "D24b-dated-years-before": [(WARNING, "displayed-date", DISPLAYED)],
}

# Documents of DCSA's kit: sea waybills and bills whose LEIs and containers are invented, and a property of the
# shipping instructions that the kit's carrier carries over. These are the errors as issued documents, by place.
CONSIGNEE = ("lei", f"{PARTIES}/consignee/identifyingCodes/0/partyCode")
SHIPPER = ("lei", f"{PARTIES}/shipper/identifyingCodes/0/partyCode")
ENDORSEE = ("lei", f"{PARTIES}/endorsee/identifyingCodes/0/partyCode")
ISSUE_TO = ("lei", f"{PARTIES}/issueTo/identifyingCodes/0/partyCode")
CHECK_DIGIT = ("container-check-digit", CONTAINER)
KIT: dict[str, set[tuple[str, str]]] = {
    "2c1u": {CONSIGNEE, ISSUE_TO, CHECK_DIGIT},
    "2c2u": {CONSIGNEE, CHECK_DIGIT, ("container-check-digit", f"{UTE}/1/equipment/equipmentReference")},
    "amf": {CONSIGNEE, CHECK_DIGIT},
    "clad": {CONSIGNEE, ISSUE_TO, CHECK_DIGIT},
    "dg": {CONSIGNEE, ISSUE_TO},
    "negotiable": {ENDORSEE, CHECK_DIGIT},
    "no-commodity-subreference": {CONSIGNEE, ISSUE_TO, SHIPPER, CHECK_DIGIT},
    "nor": {ENDORSEE, CHECK_DIGIT},
    "reefer": {ENDORSEE, CHECK_DIGIT},
    "request": {CONSIGNEE, CHECK_DIGIT},
    "soc-references": {CONSIGNEE},
    "straight": {CONSIGNEE, SHIPPER, CHECK_DIGIT},
}
SEA_WAYBILLS = set(KIT) - {"negotiable", "nor", "reefer", "straight"}


@pytest.fixture(scope="module")
def folder(conformance_data: Path) -> Path:
    """The folder of the documents."""
    found = conformance_data / "met" / "documents"
    if not found.is_dir():
        pytest.skip(f"no documents of the trade in {found}; set SAMPAN_CONFORMANCE_DATA")
    return found


def _found(faults: tuple[Fault, ...]) -> list[tuple[Severity, str, str]]:
    return [(fault.severity, fault.rule, fault.pointer) for fault in faults if fault.rule != "prc-mandatory"]


def _errors(faults: tuple[Fault, ...]) -> set[tuple[str, str]]:
    return {(fault.rule, fault.pointer) for fault in faults if fault.severity is ERROR}


def test_every_document_is_in_a_table(folder: Path) -> None:
    assert {file.stem for file in folder.glob("*.json")} == set(CHANGES)
    assert {file.stem for file in (folder / "dcsa-kit").glob("*.json")} == {*KIT, "issuance-request"}


@pytest.mark.parametrize("name", list(CHANGES))
def test_a_sound_document_with_one_change_gets_the_verdict_of_that_change(folder: Path, name: str) -> None:
    typed, faults = check_reading(read_all(folder / f"{name}.json"), Stage.EBL)
    assert typed is not None
    assert _found(faults) == CHANGES[name]


@pytest.mark.parametrize("name", list(KIT))
def test_a_document_of_the_kit_is_read_and_faulted_for_what_is_invented_in_it(folder: Path, name: str) -> None:
    reading = read_all(folder / "dcsa-kit" / f"{name}.json")
    assert reading.refused == []
    assert reading.respelt, "the kit's carrier writes charges as 1.0"
    typed, faults = check_reading(reading, Stage.ISSUED)
    assert typed is not None
    assert _errors(faults) == KIT[name]
    # Its checksum and its tree are those of the same document with numbers in their shortest form.
    assert read_all(canonical_bytes(reading.value)).value == reading.value
    assert DocumentTree.fresh(reading.value).root


@pytest.mark.parametrize("name", list(KIT))
def test_as_an_ebl_a_document_of_the_kit_is_faulted_for_what_an_ebl_needs(folder: Path, name: str) -> None:
    faults = check_reading(read_all(folder / "dcsa-kit" / f"{name}.json"), Stage.EBL)[1]
    more = {rule for rule, _pointer in _errors(faults) - KIT[name]}
    titles = {"ebl-titleholder-code"} if name not in SEA_WAYBILLS else {"ebl-bill-of-lading"}
    shipper = {"ebl-straight-shipper-code"} if name == "straight" else set()
    assert more == {"unknown-property", *titles, *shipper}
    advice = next(fault.right for fault in faults if fault.rule == "unknown-property")
    assert advice == "leave it out: it belongs in the issuance request around the document"
    providers = [fault for fault in faults if fault.rule == "code-list-provider"]
    assert {fault.severity for fault in providers} == {WARNING}


def test_the_kits_issuance_request_is_named_and_its_document_judged(folder: Path) -> None:
    reading = read_all(folder / "dcsa-kit" / "issuance-request.json")
    other = messages.other(reading.value)
    assert other is not None
    assert other.inside == ("/document",)
    assert isinstance(reading.value, dict)
    faults = check(reading.value["document"], Stage.ISSUED)[1]
    assert _errors(faults) == {
        ("rider-pages-on-paper", "/numberOfRiderPages"),
        ("schema-length", "/transportDocumentReference"),
    }
    warned = {fault.rule for fault in faults if fault.severity is WARNING}
    assert warned == {"displayed-date", "displayed-type", "two-ports", "code-list-provider"}


@pytest.mark.slow
def test_whoever_speaks_of_these_documents_says_where_it_stands(folder: Path) -> None:
    sources = {rule.id: rule.source for rule in RULES}
    for file in folder.rglob("*.json"):
        for fault in check_reading(read_all(file), Stage.EBL)[1]:
            assert fault.source == sources.get(fault.rule, fault.source) != ""
