"""`sampan document`: exit codes, JSON documents, and one-line errors (K20, K24)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from document_makers import changed, drop, put, sample

from sampan.documents import DocumentTree, read_salts, salts_path
from sampan.documents.json import read_json
from sampan.scenarios.samples import SAMPLES, read_sample

Run = Callable[..., Any]
CONTAINERS = "/utilizedTransportEquipments/*/equipment/equipmentReference"


@pytest.fixture
def bill(tmp_path: Path) -> Path:
    """A document file of the package's own."""
    file = tmp_path / "bill.json"
    file.write_bytes(read_sample("to-order"))
    return file


@pytest.fixture
def rooted(bill: Path, sampan_command: Run) -> tuple[Path, str]:
    """A document file with its salts, and its root."""
    answer = sampan_command("document", "root", bill, "--json")
    return bill, answer.document["root"]


@pytest.mark.parametrize("name", list(SAMPLES))
def test_a_good_document_is_checked_with_exit_0(name: str, tmp_path: Path, sampan_command: Run) -> None:
    file = tmp_path / f"{name}.json"
    file.write_bytes(read_sample(name))
    ran = sampan_command("document", "check", file, "--json")
    assert ran.code == 0
    assert ran.document["schema"] == "sampan.document-check/1"
    assert ran.document["passes"] is True
    assert ran.document["kind"] == "order"
    assert ran.document["counts"] == {"error": 0, "warning": 0, "notice": 1}


def test_a_faulty_document_is_checked_with_exit_1_and_every_fault_is_listed(bill: Path, sampan_command: Run) -> None:
    document = changed(
        drop("/issueDate"), put("/transportDocumentStatus", "DRAFT"), put("/isElectronic", 1), base=sample()
    )
    bill.write_text(json.dumps(document))
    ran = sampan_command("document", "check", bill, "--json")
    assert ran.code == 1
    assert {fault["rule"] for fault in ran.document["faults"] if fault["severity"] == "error"} == {
        "issue-date",
        "ebl-status-issued",
        "schema-type",
    }
    ran = sampan_command("document", "check", bill)
    assert ran.code == 1
    assert "/issueDate" in ran.out
    assert "the local date of issue" in ran.out
    assert "does not pass as an eBL; 3 errors, 0 warnings, 1 notice" in ran.out


def test_what_the_reader_refuses_in_a_document_is_listed_with_its_other_faults(bill: Path, sampan_command: Run) -> None:
    document = changed(
        drop("/issueDate"), put("/declaredValue", 1), put("/declaredValueCurrency", "SGD"), base=sample()
    )
    text = json.dumps(document).replace('"declaredValue": 1,', '"declaredValue": 0.30000000000000001,')
    bill.write_text(text.replace('{"transport', '{"carrierCode": "XLM", "transport', 1))
    ran = sampan_command("document", "check", bill, "--json")
    assert ran.code == 1
    assert [(f["pointer"], f["rule"]) for f in ran.document["faults"] if f["severity"] == "error"] == [
        ("/carrierCode", "json.duplicate-key"),
        ("/declaredValue", "json.number-digits"),
        ("/issueDate", "issue-date"),
    ]
    assert ran.document["parses"] is False
    for verb in ("root", "disclose"):
        refused = sampan_command("document", verb, bill, "--json")
        assert (refused.code, refused.error["code"]) == (3, "json.duplicate-key")
        assert refused.error["message"].endswith("(and 1 more)")


def test_numbers_as_java_and_python_write_them_are_read_with_one_notice(bill: Path, sampan_command: Run) -> None:
    shortest = sampan_command("document", "root", bill, "--json").document["checksum"]
    text = (
        json.dumps(sample())
        .replace("9860.5,", "9860.50,")
        .replace('"numberOfPackages": 1200', '"numberOfPackages": 1.2E3')
    )
    assert text != json.dumps(sample())
    bill.write_text(text)
    ran = sampan_command("document", "check", bill, "--json")
    assert (ran.code, ran.document["passes"], ran.document["parses"]) == (0, True, True)
    (notice,) = [fault for fault in ran.document["faults"] if fault["rule"] == "number-form"]
    assert notice["severity"] == "notice"
    assert "4 numbers in all" in notice["message"]
    # Root, salts and checksum are those of the same numbers in their shortest form.
    again = sampan_command("document", "root", bill, "--json").document
    assert (again["checksum"], again["salts_made"]) == (shortest, False)


def test_a_file_that_is_no_transport_document_is_named_for_what_it_is(tmp_path: Path, sampan_command: Run) -> None:
    file = tmp_path / "request.json"
    file.write_text(json.dumps({"document": sample(), "issueTo": {}}))
    ran = sampan_command("document", "check", file, "--json")
    assert ran.code == 1
    assert [fault["right"] for fault in ran.document["faults"]] == ["hand in what stands at /document"]
    for verb in (("root",), ("disclose",), ("shred", "--yes"), ("verify", "--root", "0x" + "00" * 32)):
        ran = sampan_command("document", verb[0], file, *verb[1:], "--json")
        assert (ran.code, ran.error["code"]) == (3, "document.shape")
    assert list(tmp_path.iterdir()) == [file]
    assert "an issuance request (DCSA EBL_ISS)" in sampan_command("document", "root", file).err


def test_a_draft_passes_as_a_draft(bill: Path, sampan_command: Run) -> None:
    document = changed(drop("/issueDate"), put("/transportDocumentStatus", "DRAFT"), base=sample())
    bill.write_text(json.dumps(document))
    assert sampan_command("document", "check", bill, "--as", "draft", "--json").code == 0
    assert sampan_command("document", "check", bill, "--as", "issued", "--json").code == 1


HOSTILE = {
    "truncated": b'{"transportDocumentReference": "X',
    "nesting": b"[" * 50_000_000,
    "duplicate keys": b'{"a": 1, "a": 2}',
    "huge number": b'{"a": 123456789012345678901234567890}',
    "lone surrogate": b'{"a": "\\ud800"}',
    "not UTF-8": b'{"a": "\xff"}',
    "empty": b"",
    "markup in a key": b'{"[/red]": 1, "[/red]": 1}',
}


@pytest.mark.parametrize("what", list(HOSTILE))
@pytest.mark.parametrize("verb", ["check", "root", "verify", "disclose", "shred"])
def test_hostile_input_ends_with_3_one_line_and_nothing_written(
    what: str, verb: str, tmp_path: Path, sampan_command: Run
) -> None:
    file = tmp_path / "hostile.json"
    file.write_bytes(HOSTILE[what])
    more = {"verify": ("--root", "0x" + "00" * 32), "shred": ("--yes",)}.get(verb, ())
    ran = sampan_command("document", verb, file, *more)
    assert ran.code == 3
    assert ran.out == ""
    assert ran.err.startswith(f"error: {file}")
    assert "Traceback" not in ran.err
    assert len(ran.err.strip().splitlines()) == 2  # the fault, and what would be right
    assert list(tmp_path.iterdir()) == [file]
    ran = sampan_command("document", verb, file, "--json", *more)
    assert ran.error["code"].startswith("json.")


@pytest.mark.parametrize("text", ["[]", '"x"', "7", "null", "{}"])
def test_json_that_is_no_document_has_faults_and_no_traceback(text: str, tmp_path: Path, sampan_command: Run) -> None:
    file = tmp_path / "other.json"
    file.write_text(text)
    ran = sampan_command("document", "check", file, "--json")
    assert ran.code == 1
    assert ran.document["parses"] is False


def test_a_missing_file_ends_with_3(tmp_path: Path, sampan_command: Run) -> None:
    assert sampan_command("document", "check", tmp_path / "none.json").code == 3
    assert sampan_command("document", "root", tmp_path, "--json").error["code"] == "file"


def test_root_makes_salts_once_and_keeps_the_root(bill: Path, sampan_command: Run) -> None:
    first = sampan_command("document", "root", bill, "--json").document
    assert first["salts_made"] is True
    assert first["count"] == sum(first["classes"].values())
    second = sampan_command("document", "root", bill, "--json", "--fields").document
    assert second["salts_made"] is False
    assert (second["root"], second["checksum"]) == (first["root"], first["checksum"])
    assert len(second["fields"]) == first["count"]
    assert sampan_command("document", "root", bill).code == 0
    tree = DocumentTree.of(read_json(bill), read_salts(salts_path(bill)))
    assert first["root"] == "0x" + tree.root.hex()


@pytest.mark.slow
@pytest.mark.parametrize("rounds", [1, pytest.param(5, marks=pytest.mark.long)])
def test_several_processes_that_root_a_document_at_once_have_one_root(bill: Path, rounds: int) -> None:
    argv = [sys.executable, "-m", "sampan", "document", "root", str(bill), "--json"]
    for _ in range(rounds):
        salts_path(bill).unlink(missing_ok=True)
        runs = [subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
        said = [json.loads(run.communicate(timeout=120)[0]) for run in runs]
        assert [run.returncode for run in runs] == [0, 0, 0]
        assert {answer["root"] for answer in said} == {"0x" + read_salts(salts_path(bill)).root.hex()}
        assert sum(answer["salts_made"] for answer in said) == 1
        assert sorted(bill.parent.iterdir()) == sorted([bill, salts_path(bill)])


def test_root_of_a_changed_document_is_refused_with_the_places(rooted: tuple[Path, str], sampan_command: Run) -> None:
    bill, _root = rooted
    bill.write_text(json.dumps(changed(put("/carrierCode", "XLM"), base=sample())))
    ran = sampan_command("document", "root", bill, "--json")
    assert ran.code == 1
    assert ran.error["code"] == "document.altered"
    assert "/carrierCode was changed" in ran.error["message"]


def test_a_disclosure_is_written_and_verified(rooted: tuple[Path, str], tmp_path: Path, sampan_command: Run) -> None:
    bill, root = rooted
    proof = tmp_path / "proof.json"
    ran = sampan_command("document", "disclose", bill, "--field", CONTAINERS, "--out", proof, "--json")
    assert ran.code == 0
    assert len(ran.document["disclosed"]) == 3
    ran = sampan_command("document", "verify", proof, "--root", root, "--json")
    assert ran.code == 0
    assert ran.document["holds"] is True
    assert {"pointer": "/utilizedTransportEquipments", "value": "[2]"} in ran.document["fields"]
    assert "XLLU2601017" in sampan_command("document", "verify", proof, "--root", root).out


def test_a_disclosure_goes_to_stdout_and_is_what_its_schema_says(rooted: tuple[Path, str], sampan_command: Run) -> None:
    bill, root = rooted
    ran = sampan_command("document", "disclose", bill, "--json")
    assert ran.document["schema"] == "sampan.document-disclosure/2"
    assert ran.document["root"] == root
    plain = sampan_command("document", "disclose", bill)
    assert json.loads(plain.out) == ran.document
    shown = {field["leaf"][0] for field in ran.document["fields"]}
    assert "/carrierCode" in shown
    assert not any("partyContactDetails" in pointer for pointer in shown)


def test_what_a_lender_makes_prints_of_goes_out_by_one_word(
    rooted: tuple[Path, str], tmp_path: Path, sampan_command: Run
) -> None:
    bill, root = rooted
    proof = tmp_path / "pledge.json"
    ran = sampan_command("document", "disclose", bill, "--for-pledge", "--out", proof, "--json")
    boxes = [f"/utilizedTransportEquipments/{number}/equipment/equipmentReference" for number in (0, 1)]
    alone = ["/cargoMovementTypeAtOrigin", "/shippedOnBoardDate", "/utilizedTransportEquipments"]
    assert sorted(ran.document["disclosed"]) == sorted([*alone, *boxes])
    assert sampan_command("document", "verify", proof, "--root", root).code == 0
    # Beside it more may be asked for, as ever.
    ran = sampan_command(
        "document", "disclose", bill, "--for-pledge", "--field", "/carrierCode", "--out", proof, "--json"
    )
    assert "/carrierCode" in ran.document["disclosed"]


def test_a_document_without_what_prints_need_is_not_disclosed_for_a_pledge(tmp_path: Path, sampan_command: Run) -> None:
    bill = tmp_path / "bill.json"
    without = changed(drop("/cargoMovementTypeAtOrigin"), drop("/utilizedTransportEquipments"), base=sample())
    bill.write_text(json.dumps(without))
    sampan_command("document", "root", bill)
    ran = sampan_command("document", "disclose", bill, "--for-pledge", "--json")
    assert ran.code == 3
    assert "prints need 2 fields that are missing" in ran.error["message"]
    assert "/utilizedTransportEquipments: is not disclosed" in ran.error["message"]


def test_personal_fields_go_out_only_when_asked_for_twice(rooted: tuple[Path, str], sampan_command: Run) -> None:
    bill, _root = rooted
    asked = ("document", "disclose", bill, "--json", "--class", "personal")
    assert sampan_command(*asked).code == 2
    ran = sampan_command(*asked, "--personal")
    assert any("Lin Yue" in field["leaf"][1] for field in ran.document["fields"])
    assert sampan_command("document", "disclose", bill, "--field", "/partyContactDetails/0/name").code == 3


def test_a_tampered_proof_ends_with_1_and_names_the_field(
    rooted: tuple[Path, str], tmp_path: Path, sampan_command: Run
) -> None:
    bill, root = rooted
    proof = tmp_path / "proof.json"
    sampan_command("document", "disclose", bill, "--field", "/transports/portOfLoading", "--out", proof)
    proof.write_text(proof.read_text().replace("CNSHA", "CNSHB"))
    ran = sampan_command("document", "verify", proof, "--root", root, "--json")
    assert ran.code == 1
    assert ran.document["holds"] is False
    assert [failure["pointer"] for failure in ran.document["failures"]] == ["/transports/portOfLoading/UNLocationCode"]
    ran = sampan_command("document", "verify", proof, "--root", root)
    assert ran.code == 1
    assert "/transports/portOfLoading/UNLocationCode" in ran.out


def test_a_whole_document_is_verified_with_its_salts(rooted: tuple[Path, str], sampan_command: Run) -> None:
    bill, root = rooted
    assert sampan_command("document", "verify", bill, "--root", root).code == 0
    ran = sampan_command("document", "verify", bill, "--root", "0x" + "00" * 32, "--json")
    assert ran.code == 1
    assert root in ran.document["failures"][0]["message"]
    bill.write_text(json.dumps(changed(drop("/issueDate"), base=sample())))
    ran = sampan_command("document", "verify", bill, "--root", root, "--json")
    assert ran.code == 1
    assert {"pointer": "/issueDate", "message": "is missing"} in ran.document["failures"]


def test_without_salts_nothing_can_be_proven(bill: Path, sampan_command: Run) -> None:
    ran = sampan_command("document", "disclose", bill, "--json")
    assert ran.code == 3
    assert ran.error["code"] == "document.salts"
    assert not salts_path(bill).exists()


@pytest.mark.parametrize("root", [None, "0x12", "12", "0x" + "zz" * 32])
def test_verify_needs_a_root(root: str | None, bill: Path, sampan_command: Run) -> None:
    more = () if root is None else ("--root", root)
    assert sampan_command("document", "verify", bill, *more).code == 2


@pytest.mark.slow
def test_shredded_fields_are_gone_and_the_rest_still_proves(
    rooted: tuple[Path, str], tmp_path: Path, sampan_command: Run
) -> None:
    """T37."""
    bill, root = rooted
    redacted = tmp_path / "redacted.json"
    ran = sampan_command("document", "shred", bill, "--yes", "--redacted", redacted, "--json")
    assert ran.code == 0
    assert "/partyContactDetails/0/name" in ran.document["shredded"]
    assert not any(pointer.startswith("/sampan") for pointer in ran.document["shredded"])
    assert ran.document["root"] == root
    assert b"Lin Yue" not in redacted.read_bytes()
    salts = salts_path(bill)
    verified = sampan_command("document", "verify", redacted, "--salts", salts, "--root", root, "--json")
    assert verified.code == 0
    assert verified.document["shredded"] == len(ran.document["shredded"])
    ran = sampan_command("document", "disclose", redacted, "--salts", salts, "--class", "commercial", "--json")
    assert ran.code == 0
    assert sampan_command("document", "disclose", bill, "--field", "/partyContactDetails", "--personal").code == 3
    assert sampan_command("document", "shred", bill, "--yes").code == 3


def test_shredding_asks_first(rooted: tuple[Path, str], sampan_command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    bill, _root = rooted
    before = salts_path(bill).read_bytes()
    monkeypatch.setattr("sampan.cli.base.somebody_is_there", lambda: True)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _text="": "n")
    assert sampan_command("document", "shred", bill).code == 1
    assert salts_path(bill).read_bytes() == before
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _text="": "y")
    assert sampan_command("document", "shred", bill, "--field", "/partyContactDetails").code == 0
    assert read_salts(salts_path(bill)).shredded


def test_the_help_of_every_verb_answers(sampan_command: Run) -> None:
    for verb in ("check", "root", "disclose", "verify", "shred"):
        ran = sampan_command("document", verb, "--help")
        assert ran.code == 0
        assert "FILE" in ran.out


def test_salts_are_not_destroyed_where_nobody_can_be_asked(sampan_command, tmp_path: Path) -> None:
    file = tmp_path / "bill.json"
    file.write_bytes(read_sample("to-order"))
    assert sampan_command("document", "root", file).code == 0
    before = (tmp_path / "bill.salts.json").read_bytes()
    ran = sampan_command("document", "shred", file, "--json")
    assert ran.code == 2
    assert ran.error["hint"] == "give --yes"
    assert (tmp_path / "bill.salts.json").read_bytes() == before
