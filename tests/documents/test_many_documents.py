"""A carrier's documents of a day: checked and put under roots by one command, each on its own."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from document_makers import changed, drop, sample

from sampan.bench import documents as bench
from sampan.documents import Stage, read_salts, salts_path
from sampan.documents.many import check_files, root_files
from sampan.documents.prepared import NotIssuable, prepare
from sampan.errors import BadInput

Run = Callable[..., Any]


@pytest.fixture
def day(tmp_path: Path) -> Path:
    """A folder of documents: good ones, one with errors, one that is broken, one that is something else."""
    folder = tmp_path / "day"
    folder.mkdir()
    for number in range(3):
        document = sample() | {"transportDocumentReference": f"GOOD{number}"}
        (folder / f"good-{number}.json").write_text(json.dumps(document))
    (folder / "lacking.json").write_text(
        json.dumps(changed(drop("/issueDate"), base=sample() | {"transportDocumentReference": "LACKING"}))
    )
    (folder / "broken.json").write_text('{"transportDocumentReference": ')
    (folder / "request.json").write_text(json.dumps({"document": sample(), "issueTo": {}}))
    return folder


@pytest.mark.slow
def test_a_folder_is_checked_with_a_summary_and_the_exit_code_of_the_worst(day: Path, sampan_command: Run) -> None:
    ran = sampan_command("document", "check", day, "--json")
    assert ran.code == 3
    assert (ran.document["passing"], ran.document["failing"], len(ran.document["failed"])) == (3, 2, 1)
    assert ran.document["failed"][0]["error"]["code"] == "json.truncated"
    assert {"rule": "issue-date", "severity": "error", "documents": 1} in ran.document["rules"]
    assert [Path(one["file"]).name for one in ran.document["documents"]] == [
        "good-0.json",
        "good-1.json",
        "good-2.json",
        "lacking.json",
        "request.json",
    ]
    text = sampan_command("document", "check", day).out
    assert "6 documents: 3 pass as an eBL, 2 with errors, 1 could not be read" in text
    assert "lacking.json: LACKING" in text
    good = [day / f"good-{number}.json" for number in range(3)]
    assert sampan_command("document", "check", *good).code == 0
    assert sampan_command("document", "check", *good, day / "lacking.json").code == 1


@pytest.mark.slow
def test_a_folder_is_put_under_roots_and_one_fault_stops_no_other(day: Path, sampan_command: Run) -> None:
    ran = sampan_command("document", "root", day, "--json")
    assert ran.code == 3
    assert sorted(Path(one["file"]).name for one in ran.document["failed"]) == ["broken.json", "request.json"]
    assert (ran.document["salts_made"], ran.document["barred"]) == (4, 1)
    assert ran.document["ledger"] == {"network": "local", "asked": False, "reason": "the local node does not run"}
    for row in ran.document["documents"]:
        salts = read_salts(Path(row["salts"]))
        assert ("0x" + salts.root.hex(), salts.reference) == (row["root"], row["reference"])
    again = sampan_command("document", "root", day, "--json").document
    assert again["salts_made"] == 0
    assert "ledger" not in again
    assert [one["root"] for one in again["documents"]] == [one["root"] for one in ran.document["documents"]]
    # The shell hands the salts over with the documents: they are no documents.
    text = sampan_command("document", "root", *sorted(day.glob("good*.json")))
    assert "left out: 3 files of salts" in text.err
    assert "3 roots, 0 with new salts; 0 without a root; errors bar 0 documents from issue" in text.out


def test_only_what_passes_is_put_under_a_root_when_that_is_asked(day: Path, sampan_command: Run) -> None:
    ran = sampan_command("document", "root", day, "--passing", "--json")
    assert ran.code == 3
    assert len(ran.document["documents"]) == 3
    assert not salts_path(day / "lacking.json").exists()
    alone = sampan_command("document", "root", day / "lacking.json", "--passing", "--json")
    assert (alone.code, alone.error["code"]) == (3, "document.not_issuable")
    assert "/issueDate" in alone.error["message"]


@pytest.mark.slow
def test_a_reference_in_two_documents_is_named(day: Path, sampan_command: Run) -> None:
    (day / "copy.json").write_bytes((day / "good-0.json").read_bytes())
    assert sampan_command("document", "check", day, "--json").document["twice"] == ["GOOD0"]
    assert "In more than one document: GOOD0" in sampan_command("document", "root", day).out


@pytest.mark.slow
def test_processes_and_one_process_find_the_same(tmp_path: Path) -> None:
    files = []
    for number in range(70):
        file = tmp_path / f"{number:03}.json"
        document = sample() | {"transportDocumentReference": f"MANY{number}"}
        file.write_text(json.dumps(changed(drop("/issueDate"), base=document) if number % 7 == 0 else document))
        files.append(file)
    files[5].write_text("[")
    done = []
    found = check_files(files, Stage.EBL, jobs=3, advance=lambda: done.append(1))
    assert found.answers == check_files(files, Stage.EBL, jobs=1).answers
    assert len(done) == 70
    assert [one.file for one in found.failed] == [files[5]]
    assert found.failed[0].error.code == "json.truncated"
    why = BadInput("stands", subject="x", hint="y", code="document.salts")
    rooted = root_files(files, jobs=3, refused={files[9]: why})
    assert [one.error.code for one in rooted.failed] == ["json.truncated", "document.salts"]
    assert len({one.root for one in rooted.answers}) == 68
    assert root_files(files, jobs=1).answers[0].root == rooted.answers[0].root


def test_an_error_comes_whole_out_of_another_process(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps(changed(drop("/issueDate"), base=sample())))
    with pytest.raises(NotIssuable) as raised:
        prepare(file).require_issuable()
    error = pickle.loads(pickle.dumps(raised.value))
    assert type(error) is NotIssuable
    assert (error.as_dict(), error.faults, str(error)) == (
        raised.value.as_dict(),
        raised.value.faults,
        str(raised.value),
    )


def test_a_pointer_stands_on_a_line_of_its_own_however_narrow_the_terminal(
    day: Path, sampan_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    long = "/documentParties/shipper/identifyingCodes/0/codeListProviderOfSomebody"
    document = json.loads((day / "good-0.json").read_text())
    document["documentParties"]["shipper"]["identifyingCodes"][0]["codeListProviderOfSomebody"] = "X"
    (day / "good-0.json").write_text(json.dumps(document))
    assert long in sampan_command("document", "check", day / "good-0.json").out.splitlines()
    assert long in sampan_command("document", "check", day).out.splitlines()


def test_a_root_is_told_in_words(day: Path, sampan_command: Run) -> None:
    ran = sampan_command("document", "root", day / "good-0.json")
    assert "42 open, 162 commercial, 30 personal" in ran.out
    assert "{" not in ran.out
    assert "shredded 0" not in ran.out
    assert "local could not be asked whether this reference was issued before: the local node does not run." in ran.out
    assert "The salts are new: keep them with the document" in ran.out


@pytest.mark.slow
def test_the_benchmark_says_cpu_seconds(sampan_command: Run) -> None:
    ran = sampan_command("bench", "documents", "--documents", "20", "--jobs", "1", "--json")
    assert ran.document["documents"] == 20
    assert 0 < ran.document["per_document"] == pytest.approx(ran.document["cpu_seconds"] / 20)
    assert bench.BAR * 10_000 == 150
