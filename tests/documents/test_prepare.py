"""From a document file to what the issue of an eBL needs, and the package's own documents."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from document_makers import Document, changed, drop, put, rich, sample

import sampan.documents
from sampan.documents import DocumentAltered, Kind, NotIssuable, prepare, read_salts, salts_path
from sampan.documents.identifiers import is_lei
from sampan.documents.json import read_json
from sampan.documents.rules import Severity, Stage, check
from sampan.errors import BadInput, UsageError
from sampan.scenarios.parties import CARRIER, IMPORTER, PARTIES, SHIPPER, TRADER
from sampan.scenarios.samples import SAMPLES, read_sample

P = "/documentParties"


def _bytes(document: Document) -> bytes:
    return json.dumps(document).encode()


def test_an_order_bill_is_prepared() -> None:
    prepared = prepare(read_sample("to-order"))
    assert prepared.issuable
    prepared.require_issuable()
    assert prepared.reference == "XLLSHA2600101"
    assert (prepared.carrier_code, prepared.carrier_code_list) == ("XLL", "SMDG")
    assert prepared.kind is Kind.ORDER
    assert prepared.titleholder is not None
    assert (prepared.titleholder.role, prepared.titleholder.lei) == ("endorsee", TRADER.lei)
    assert prepared.titleholder.lei_pointer == f"{P}/endorsee/identifyingCodes/0/partyCode"
    assert prepared.shipper.lei == SHIPPER.lei
    assert prepared.issuing_party.lei == CARRIER.lei
    assert prepared.issue_date is not None
    assert len(prepared.checksum) == len(prepared.root) == 32
    assert prepared.prc_mandatory
    assert not prepared.bearer
    assert {remark.rule for remark in prepared.remarks} == {"prc-mandatory"}
    prepared.identity().require(prepared.root)


def test_a_straight_bill_has_its_consignee_as_titleholder() -> None:
    lei = {"codeListProvider": "GLEIF", "codeListName": "LEI", "partyCode": IMPORTER.lei}
    document = changed(
        put("/isToOrder", False),
        drop(f"{P}/endorsee"),
        put(f"{P}/consignee", {"partyName": IMPORTER.company, "identifyingCodes": [lei]}),
    )
    prepared = prepare(_bytes(document))
    assert prepared.issuable
    assert prepared.kind is Kind.STRAIGHT
    assert prepared.titleholder is not None
    assert (prepared.titleholder.role, prepared.titleholder.lei) == ("consignee", IMPORTER.lei)


def test_a_document_to_order_of_nobody_is_a_bearer_bill_and_says_so() -> None:
    """T6: the client asks before it issues one."""
    prepared = prepare(_bytes(changed(drop(f"{P}/endorsee"))))
    assert prepared.issuable
    assert prepared.kind is Kind.BLANK
    assert prepared.bearer
    assert prepared.titleholder is None
    assert "ebl-bearer" in {remark.rule for remark in prepared.remarks}


def test_a_party_with_two_leis_has_none_that_could_hold_title() -> None:
    other = {"codeListProvider": "GLEIF", "partyCode": SHIPPER.lei}
    prepared = prepare(_bytes(changed(put(f"{P}/endorsee/identifyingCodes/-", other))))
    assert not prepared.issuable
    assert prepared.titleholder is not None
    assert prepared.titleholder.lei is None
    assert [code.code for code in prepared.titleholder.codes] == [TRADER.lei, SHIPPER.lei]


def test_the_reference_is_prepared_as_the_ledger_writes_it() -> None:
    assert prepare(_bytes(changed(put("/transportDocumentReference", "xllsha-1")))).reference == "XLLSHA-1"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ((put("/transportDocumentStatus", "DRAFT"),), "ebl-status-issued"),
        ((drop(f"{P}/notifyParties"),), "notify-party-of-order"),
        ((put("/houseBill", True),), "unknown-property"),
    ],
)
def test_a_faulty_document_is_prepared_but_not_issuable(
    changes: tuple[Callable[[Document], None], ...], rule: str
) -> None:
    """L1."""
    prepared = prepare(_bytes(changed(*changes)), name="bill.json")
    assert not prepared.issuable
    with pytest.raises(NotIssuable) as no:
        prepared.require_issuable()
    assert rule in {fault.rule for fault in no.value.faults}
    assert no.value.exit_code == 3
    assert no.value.subject == "bill.json"
    assert "\n" not in str(no.value)


@pytest.mark.parametrize(
    "change",
    [
        drop("/carrierCode"),
        put("/isToOrder", "yes"),
        put("/transportDocumentTypeCode", "SWB"),
        put("/transportDocumentReference", "XLL{1}"),
    ],
)
def test_a_document_of_no_use_is_refused_with_its_faults(change: Callable[[Document], None]) -> None:
    with pytest.raises(NotIssuable) as no:
        prepare(_bytes(changed(change)))
    assert no.value.faults


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "ends too early"),
        (b"[]", "must be an object, is a list"),
        (b'"x"', "must be an object, is text"),
        (b"{", "ends too early"),
        (b'{"a":1,"a":1}', "key 'a' stands twice"),
    ],
)
def test_what_is_no_document_at_all_is_bad_input(data: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        prepare(data)


def test_salts_are_saved_beside_the_document_and_used_from_then_on(tmp_path: Path) -> None:
    file = tmp_path / "bill.json"
    file.write_bytes(read_sample("to-order"))
    first = prepare(file)
    assert list(tmp_path.iterdir()) == [file]
    assert first.save_salts() == salts_path(file)
    again = prepare(file)
    assert again.root == first.root
    assert again.save_salts() == salts_path(file)
    assert prepare(file.read_bytes(), salts=read_salts(salts_path(file))).root == first.root


def test_salts_of_another_root_are_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "bill.json"
    file.write_bytes(read_sample("to-order"))
    prepare(file).save_salts()
    stranger = prepare(file.read_bytes())
    with pytest.raises(BadInput, match="salts of another root"):
        stranger.save_salts(salts_path(file))
    with pytest.raises(BadInput, match="no place beside it"):
        stranger.save_salts()


def test_who_is_second_to_make_salts_takes_those_of_the_first(tmp_path: Path) -> None:
    file = tmp_path / "bill.json"
    file.write_bytes(read_sample("to-order"))
    first, second = prepare(file), prepare(file)
    assert first.root != second.root
    assert first.keep_salts() is first
    kept = second.keep_salts()
    assert (kept.root, kept.salts) == (first.root, first.salts)
    assert kept.save_salts() == salts_path(file)
    assert kept.keep_salts().root == first.root
    with pytest.raises(BadInput, match="salts of another root"):
        second.save_salts()
    # Salts that were given are the ones meant: others are not taken in their place.
    with pytest.raises(BadInput, match="salts of another root"):
        prepare(file, salts=second.salts).keep_salts()


def test_a_document_changed_after_its_salts_were_made_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "bill.json"
    file.write_bytes(read_sample("to-order"))
    prepare(file).save_salts()
    file.write_bytes(_bytes(changed(put("/carrierClauses/0", "Clean."), base=sample())))
    with pytest.raises(DocumentAltered, match="/carrierClauses/0 was changed"):
        prepare(file)


# The package's own documents.


@pytest.mark.parametrize("name", list(SAMPLES))
def test_every_sample_may_be_issued_without_a_fault_or_a_warning(name: str) -> None:
    _typed, faults = check(read_json(read_sample(name)), Stage.EBL)
    assert {(fault.rule, fault.severity) for fault in faults} == {("prc-mandatory", Severity.NOTICE)}


@pytest.mark.parametrize("name", list(SAMPLES))
def test_every_sample_names_the_parties_of_the_scenarios(name: str) -> None:
    document = sample(name)
    parties = document["documentParties"]
    for role, party in (
        ("shipper", SHIPPER),
        ("endorsee", TRADER),
        ("issuingParty", CARRIER),
    ):
        assert parties[role]["partyName"] == party.company
        assert parties[role]["identifyingCodes"][0]["partyCode"] == party.lei
        assert parties[role]["address"]["countryCode"] == party.country
    assert parties["notifyParties"][0]["identifyingCodes"][0]["partyCode"] == IMPORTER.lei
    assert (document["carrierCode"], document["carrierCodeListProvider"]) == ("XLL", "SMDG")
    assert document["transports"]["portOfLoading"]["UNLocationCode"] == "CNSHA"
    assert document["transports"]["portOfDischarge"]["UNLocationCode"] == "NLRTM"


def test_the_parties_have_valid_leis_of_their_own() -> None:
    assert all(is_lei(party.lei) for party in PARTIES.values())
    assert len({party.lei for party in PARTIES.values()}) == len(PARTIES)
    assert all(party.role == role for role, party in PARTIES.items())


def _boxes(document: Document) -> dict[str, Any]:
    """Each container of a document with its cargo."""
    items = [item for consignment in document["consignmentItems"] for item in consignment["cargoItems"]]
    return {item["equipmentReference"]: item for item in items}


def test_the_split_is_a_partition_of_its_parent() -> None:
    """T40: units are a partition of the parent's; nothing else of the document changes but reference and issue date."""
    parent, first, second = sample("split"), sample("split-first"), sample("split-second")
    assert _boxes(first) | _boxes(second) == _boxes(parent)
    assert not set(_boxes(first)) & set(_boxes(second))
    assert len(_boxes(first)) == 2
    for part in (first, second):
        assert {key for key in parent if parent[key] != part[key]} == {
            "transportDocumentReference",
            "issueDate",
            "consignmentItems",
            "utilizedTransportEquipments",
        }
        assert {box["equipment"]["equipmentReference"] for box in part["utilizedTransportEquipments"]} == set(
            _boxes(part)
        )


def test_references_and_containers_are_used_once_among_the_samples() -> None:
    apart = ("to-order", "split", "to-paper")
    assert len({sample(name)["transportDocumentReference"] for name in SAMPLES}) == len(SAMPLES)
    boxes = [box for name in apart for box in _boxes(sample(name))]
    assert len(boxes) == len(set(boxes)) == 6


def test_another_sample_is_refused() -> None:
    with pytest.raises(UsageError, match="no such sample"):
        read_sample("../parties")


# The package.


def test_all_public_names_are_there() -> None:
    for name in sampan.documents.__all__:
        assert getattr(sampan.documents, name) is not None
    assert callable(sampan.documents.prepare)
    with pytest.raises(AttributeError, match="nothing"):
        _ = sampan.documents.nothing  # type: ignore[attr-defined]


@pytest.mark.slow
def test_importing_the_package_loads_nothing_heavy() -> None:
    """K17."""
    code = (
        "import sys, sampan.documents, sampan.documents.identifiers, sampan.documents.tree\n"
        "heavy = {'pydantic', 'web3', 'eth_abi', 'eth_utils', 'eth_account', 'rich', 'duckdb'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.slow
def test_a_document_of_fifty_containers_is_prepared_fast() -> None:
    document = rich()
    template = document["utilizedTransportEquipments"][2]
    item = document["consignmentItems"][1]["cargoItems"][0]
    from sampan.documents.identifiers import container_check_digit

    for serial in range(50):
        number = f"CSQU{serial:06d}"
        number += str(container_check_digit(number))
        document["utilizedTransportEquipments"].append(
            {**template, "equipment": {**template["equipment"], "equipmentReference": number}}
        )
        document["consignmentItems"][1]["cargoItems"].append({**item, "equipmentReference": number})
    prepared = prepare(_bytes(document))
    assert prepared.issuable
    assert len(prepared.tree.fields) > 3000
