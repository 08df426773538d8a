"""`sampan cargo`: exit codes, JSON documents, errors of one line; from a feed to a proof that a stranger verifies."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from event_makers import STRANGE_BOX, an_id, boxed, corrected, lines, sailed, written

from sampan.documents import Classes, DocumentTree, disclose, select
from sampan.scenarios.samples import read_sample
from sampan.tracking.links import DISCLOSE

Run = Callable[..., Any]
BILL = "SAMPAN00CARRIER00006/XLLSHA2600101"


@pytest.fixture
def linked(tmp_path: Path) -> tuple[Path, str]:
    """A disclosure of the bill's document, and the document's root."""
    document = json.loads(read_sample("to-order"))
    tree = DocumentTree.fresh(document)
    file = tmp_path / "disclosure.json"
    shown = disclose(tree, select(tree, Classes(document), patterns=DISCLOSE).pointers)
    file.write_text(json.dumps(shown.as_json()))
    return file, "0x" + tree.root.hex()


def test_from_a_feed_to_a_disclosure_that_a_stranger_verifies(
    tmp_path: Path, linked: tuple[Path, str], sampan_command: Run
) -> None:
    events = written(tmp_path / "feed.ndjson", [boxed("LOAD"), sailed("DEPA", number=2), boxed("INSP", number=3)])
    ran = sampan_command("cargo", "ingest", events, "--json")
    assert (ran.code, ran.document["new"], ran.document["refused"]) == (0, 3, [])
    ran = sampan_command("cargo", "link", linked[0], "--bill", BILL, "--root", linked[1], "--json")
    assert (ran.code, ran.document["leaves"], ran.document["loading"]) == (0, 3, "CNSHA")
    more = written(
        tmp_path / "more.ndjson", [boxed("DISC", "NLRTM", 4), boxed("LOAD", equipmentReference=STRANGE_BOX, number=5)]
    )
    assert "2 events (1 of no linked bill)" in sampan_command("cargo", "ingest", more).out
    (batch,) = sampan_command("cargo", "seal", "--json").document["batches"]
    assert (batch["sequence"], batch["state"], batch["header"]["count"]) == (1, "sealed", 8)
    root = batch["header"]["root"]
    status = sampan_command("cargo", "status", "--json").document
    assert (status["events"], status["leaves"], status["waiting"], status["sealed"]) == (5, 8, 0, 1)
    proof = sampan_command("cargo", "prove", an_id(1), "--json").document
    assert (proof["bill"], proof["proof"]["leaf"]["kind"]) == (f"{BILL}/v1", "loaded")
    assert proof["proof"]["leaf"]["place"] == "CNSHA/SMDG/YICT"
    shown = sampan_command("cargo", "prove", an_id(1)).out
    assert "loaded" in shown
    assert proof["proof"]["hash"] in shown
    file = tmp_path / "events-of-the-bill.json"
    ran = sampan_command("cargo", "disclose", "XLLSHA2600101", "--out", file, "--json")
    assert (ran.code, ran.document["events"], file.stat().st_mode & 0o777) == (0, 4, 0o600)
    assert STRANGE_BOX not in file.read_text()
    assert "It is of no bill that is linked here" in sampan_command("cargo", "prove", an_id(5)).out.replace("\n", " ")
    assert "nothing on which contracts act" in sampan_command("cargo", "prove", an_id(3)).out.replace("\n", " ")
    ran = sampan_command("cargo", "verify", file, "--root", root, "--json")
    assert (ran.code, ran.document["holds"]) == (0, True)
    assert [one["kind"] for one in ran.document["events"]] == ["loaded", "departed", "none", "discharged"]
    assert sampan_command("cargo", "verify", file, "--root", f"1={root}").code == 0
    ran = sampan_command("cargo", "verify", file, "--root", "0x" + "1" * 64, "--json")
    assert (ran.code, {one["reason"] for one in ran.document["failures"]}) == (1, {"header", "leaf"})
    ran = sampan_command("cargo", "verify", file, "--root", f"2={root}")
    assert (ran.code, "do not hold" in ran.out) == (1, True)


def test_a_file_with_faults_is_refused_with_all_of_them_and_the_others_are_taken(
    tmp_path: Path, sampan_command: Run
) -> None:
    folder = tmp_path / "feed"
    folder.mkdir()
    written(folder / "a.ndjson", [boxed("LOAD")])
    written(folder / "b.ndjson", [boxed("LOAD", number=2), boxed("LOAF", eventID=None, number=3)])
    (folder / "c.json").write_bytes(b"[")
    written(folder / "read-me.txt", [])
    ran = sampan_command("cargo", "ingest", folder, "--json")
    assert (ran.code, ran.document["new"]) == (3, 1)
    first, second = ran.document["refused"]
    assert [(one["line"], one["pointer"], one["rule"]) for one in first["faults"]] == [
        (2, "/equipmentEventTypeCode", "code"),
        (2, "/eventID", "missing"),
    ]
    assert second["error"]["code"] == "event.truncated"
    ran = sampan_command("cargo", "ingest", folder)
    assert ran.code == 3
    assert "line 2, /eventID" in ran.out
    assert "2 files refused: nothing of them was taken." in ran.out
    assert "1 there already" in ran.out


def test_standard_input_is_taken(monkeypatch: pytest.MonkeyPatch, sampan_command: Run) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines([boxed("LOAD"), corrected(boxed("LOAD"))]))))
    ran = sampan_command("cargo", "ingest", "-", "--json")
    assert (ran.code, ran.document["new"], ran.document["corrected"]) == (0, 1, 1)


def test_a_store_is_where_it_is_said_to_be(tmp_path: Path, sampan_command: Run) -> None:
    events = written(tmp_path / "feed.ndjson", [boxed("LOAD")])
    store = tmp_path / "terminal.db"
    assert sampan_command("cargo", "ingest", events, "--store", store).code == 0
    assert sampan_command("cargo", "status", "--store", store, "--json").document["events"] == 1
    ran = sampan_command("cargo", "status", "--json")
    assert (ran.code, ran.document["error"]["code"]) == (3, "cargo.store")
    assert not (tmp_path / "xdg_data_home" / "sampan" / "cargo.db").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("prove", "17"), 2, "is no event id"),
        (("prove", an_id(9)), 3, "was never reported"),
        (("prove", an_id(1)), 3, "in no batch yet"),
        (("prove", an_id(1), "--bill", BILL), 3, "is no linked bill"),
        (("disclose", BILL), 3, "is no linked bill"),
        (("verify", "none.json", "--root", "1"), 2, "no root"),
        (("verify", "none.json", "--root", "0x" + "1" * 64), 3, "cannot be read"),
        (("ingest", "none.json"), 3, "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(
    tmp_path: Path, sampan_command: Run, arguments: tuple[str, ...], code: int, words: str
) -> None:
    assert sampan_command("cargo", "ingest", written(tmp_path / "feed.ndjson", [boxed("LOAD")])).code == 0
    ran = sampan_command("cargo", *arguments)
    assert ran.code == code
    assert words in ran.out + ran.err
    assert "Traceback" not in ran.err


def test_a_link_is_refused_against_another_root_or_for_another_bill(
    linked: tuple[Path, str], sampan_command: Run
) -> None:
    ran = sampan_command("cargo", "link", linked[0], "--bill", BILL, "--root", "0x" + "1" * 64)
    assert (ran.code, "the proof fails" in ran.err) == (1, True)
    ran = sampan_command("cargo", "link", linked[0], "--bill", f"{BILL}X", "--root", linked[1])
    assert (ran.code, "is of bill XLLSHA2600101" in ran.err) == (1, True)
