"""Large documents: whatever is written of them is read again, and what could not be is refused before it has a root."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from document_makers import Document, changed, put, sample

from sampan.documents.identifiers import container_check_digit
from sampan.documents.json import read_json
from sampan.documents.limits import MAX_DEPTH, MAX_DOCUMENT_BYTES, MAX_FIELDS, MAX_KEPT_BYTES
from sampan.documents.salts import salts_path
from sampan.documents.tree import oversize

SEALS = "/utilizedTransportEquipments/*/seals"
EVERYTHING = ("--field", "", "--personal")


def of_containers(count: int) -> Document:
    """The sample with many containers, each with one cargo item."""
    document = sample()
    item = document["consignmentItems"][0]["cargoItems"][0]
    used = document["utilizedTransportEquipments"][0]
    numbers = [f"XLLU{number:06d}" for number in range(count)]
    names = [body + str(container_check_digit(body)) for body in numbers]
    document["consignmentItems"] = document["consignmentItems"][:1]
    document["consignmentItems"][0]["cargoItems"] = [item | {"equipmentReference": name} for name in names]
    document["utilizedTransportEquipments"] = [
        used | {"equipment": used["equipment"] | {"equipmentReference": name}, "seals": [{"number": name}]}
        for name in names
    ]
    return document


@pytest.mark.slow
@pytest.mark.parametrize("count", [20, pytest.param(2_000, marks=pytest.mark.long)])
def test_a_bill_of_many_containers_is_rooted_disclosed_and_verified(
    count: int, tmp_path: Path, sampan_command: Callable[..., Any]
) -> None:
    bill, proof = tmp_path / "bill.json", tmp_path / "proof.json"
    bill.write_text(json.dumps(of_containers(count)))
    assert sampan_command("document", "check", bill, "--json").document["passes"] is True
    root = sampan_command("document", "root", bill, "--json").document
    assert root["salts_made"] is True
    for chosen, fewest in ((("--field", "/carrierCode"), 1), (EVERYTHING, root["count"])):
        # In words: what --json lists of so many fields would be held against its schema, field by field.
        disclosed = sampan_command("document", "disclose", bill, *chosen, "--out", proof)
        assert (disclosed.code, int(disclosed.out.split()[0]) >= fewest) == (0, True)
        ran = sampan_command("document", "verify", proof, "--root", root["root"])
        assert (ran.code, "The root holds this disclosure" in ran.out) == (0, True)
    # A disclosure of everything: leaf, hash and flag of each field, a quarter of what a proof for each would take.
    assert proof.stat().st_size < 300 * root["count"]
    assert salts_path(bill).stat().st_size < 200 * root["count"]
    printed = tmp_path / "printed.json"
    printed.write_text(sampan_command("document", "disclose", bill, "--field", SEALS).out)
    assert sampan_command("document", "verify", printed, "--root", root["root"]).code == 0
    assert sampan_command("document", "verify", bill, "--root", root["root"]).code == 0


def _too_many_fields() -> Document:
    return changed(put("/carrierClauses", ["C"] * MAX_FIELDS), base=sample())


@pytest.mark.slow
def test_a_document_is_measured_by_its_fields_and_by_what_would_be_kept_of_them() -> None:
    assert oversize(of_containers(10)) is None
    assert "fields, more than" in str(oversize(_too_many_fields()))
    deepest: Any = "x"
    for _ in range(MAX_DEPTH - 1):
        deepest = [deepest]
    document = sample() | {"deep": deepest}
    assert oversize(document) is None
    assert read_json(json.dumps(document).encode()) == document
    assert "nested deeper than 64" in str(oversize(sample() | {"deep": [deepest]}))
    for _ in range(5_000):
        deepest = [deepest]
    assert "nested deeper than 64" in str(oversize(sample() | {"deep": deepest}))


def _too_long_names() -> Document:
    """Few bytes, but each of many fields stands below a long name: the pointers alone would fill the limit."""
    return changed(put("/" + "x" * 20_000, ["C"] * 10_000), base=sample())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "words"), [(_too_many_fields, "fields, more than"), (_too_long_names, "bytes, the most")]
)
def test_a_document_too_large_for_its_salts_and_proofs_is_refused_before_it_has_a_root(
    make: Callable[[], Document], words: str, tmp_path: Path, sampan_command: Callable[..., Any]
) -> None:
    bill = tmp_path / "bill.json"
    bill.write_text(json.dumps(make()))
    assert bill.stat().st_size < MAX_DOCUMENT_BYTES
    ran = sampan_command("document", "root", bill, "--json")
    assert (ran.code, ran.error["code"]) == (3, "document.too_large")
    assert words in ran.error["message"]
    assert list(tmp_path.iterdir()) == [bill]
    checked = sampan_command("document", "check", bill, "--json")
    assert "ebl-size" in {fault["rule"] for fault in checked.document["faults"] if fault["severity"] == "error"}


def test_the_largest_document_has_salts_and_proofs_within_what_is_read_again() -> None:
    """The bound is kept for the longest of both files, byte for byte."""
    from sampan.cli.output import to_json
    from sampan.documents.disclosure import disclose
    from sampan.documents.tree import _BYTES_BESIDE, DocumentTree, leaf_values

    document = of_containers(30) | {'"\n"': {"é\u0001": "\u0000" * 50}}
    bound = sum(
        len(json.dumps(pointer)) + len(json.dumps(value)) + _BYTES_BESIDE for pointer, value in leaf_values(document)
    )
    tree = DocumentTree.fresh(document)
    assert len(to_json(disclose(tree, tree.fields).as_json()).encode()) < bound
    assert len(to_json(disclose(tree, list(tree.fields)[::2]).as_json()).encode()) < bound
    assert len(to_json(tree.salts.as_json()).encode()) < bound
    assert oversize(document) is None
    assert MAX_FIELDS * _BYTES_BESIDE < MAX_KEPT_BYTES
