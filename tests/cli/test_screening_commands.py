"""`sampan cargo screen`, `screened`, and acts that are held from the shell (T35)."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sampan.scenarios.parties import PARTIES

LEI = {role: party.lei for role, party in PARTIES.items()}
CLEAN = "name\nNobody whom a test is about\n"


@pytest.fixture
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of lists of whoever sits at the shell, in the user's own configuration."""
    folder = tmp_path / "my lists"
    folder.mkdir()
    (folder / "own.csv").write_text(CLEAN)
    return folder


def configured(tmp_path: Path, lists: Path) -> None:
    """The user's config.toml names the folder."""
    (tmp_path / "xdg_config_home" / "sampan").mkdir(parents=True)
    (tmp_path / "xdg_config_home" / "sampan" / "config.toml").write_text(
        f"screening_lists = [{json.dumps(str(lists))}]\n"
    )


# ------------------------------------------------------------------------------------------------------------- asking


def test_a_name_a_number_and_a_document_are_asked_without_any_chain(
    sampan_command: Callable[..., Any], lists: Path, tmp_path: Path
) -> None:
    (lists / "un.csv").write_text('name,imo,ground\n"ACME SHIPPING CO., LTD",,dual use\n,9074729,dark ship\n')
    said = ("--list", lists, "--record", tmp_path / "asked.jsonl")
    ran = sampan_command("cargo", "screen", "Acme Shipping Limited", "IMO 9074729", LEI["trader"], *said)
    assert ran.code == 1
    assert "by name: look whether it is the same, ground: dual use" in ran.out
    assert "by IMO number 9074729, ground: dark ship" in ran.out
    assert "3 asked, on 2 lists of 3 entries: 2 hits." in ran.out
    (tmp_path / "bill.json").write_text(
        json.dumps({"transports": {"vesselVoyages": [{"vesselName": "x", "vesselIMONumber": "9074729"}]}})
    )
    ran = sampan_command("cargo", "screen", "--document", tmp_path / "bill.json", *said, "--json")
    assert (ran.code, ran.document["decision"], ran.document["hits"][0]["by"]) == (1, "asked", "imo")
    ran = sampan_command("cargo", "screen", "Beta Shipping", *said, "--json")
    assert (ran.code, ran.document["hits"]) == (0, [])
    assert len((tmp_path / "asked.jsonl").read_text().splitlines()) == 3


def test_whoever_is_mistyped_is_not_asked_for_as_a_name(
    sampan_command: Callable[..., Any], lists: Path, tmp_path: Path
) -> None:
    for text in ("9074728", LEI["trader"][:18] + "00", "0x1234"):
        assert sampan_command("cargo", "screen", text, "--list", lists).code == 3
    ran = sampan_command("cargo", "screen", "Beta")
    assert (ran.code, "there is no list to ask" in ran.err) == (2, True)
    assert sampan_command("cargo", "screen", "--list", lists).code == 2
    assert sampan_command("cargo", "screen", "Beta", "--list", tmp_path / "gone.csv").code == 6


def test_the_record_is_shown_and_a_line_is_repeated_on_the_same_lists(
    sampan_command: Callable[..., Any], lists: Path, tmp_path: Path
) -> None:
    listed = lists / "un.csv"
    listed.write_text("name,ground\nAcme,dual use\n")
    record = ("--record", tmp_path / "asked.jsonl")
    assert sampan_command("cargo", "screened", *record).out.strip() == "Nothing was screened yet."
    sampan_command("cargo", "screen", "Acme Ltd", "--list", lists, *record)
    shown = sampan_command("cargo", "screened", *record, "--json").document
    (line,) = shown["lines"]
    assert line["line"] == 1
    assert {each["sha256"] for each in line["screened"]["lists"]} == {
        hashlib.sha256(file.read_bytes()).hexdigest() for file in lists.iterdir()
    }
    assert "Acme Ltd (un.csv, line 2)" in sampan_command("cargo", "screened", *record).out
    again = sampan_command("cargo", "screened", "--repeat", "1", "--list", lists, *record)
    assert (again.code, again.out.strip().splitlines()[-1]) == (0, "The same lists give the same answer.")
    # The list changes, and what was asked then cannot be asked of it.
    old = listed.read_bytes()
    listed.write_text("name,ground\nBeta,dual use\n")
    again = sampan_command("cargo", "screened", "--repeat", "1", "--list", lists, *record)
    assert again.code == 1
    assert f"{listed} is another now, SHA-256 {hashlib.sha256(listed.read_bytes()).hexdigest()}" in again.out
    # Whoever kept the old one repeats it from there.
    kept = tmp_path / "kept.csv"
    kept.write_bytes(old)
    again = sampan_command("cargo", "screened", "--repeat", "1", "--list", kept, "--list", lists, *record, "--json")
    assert (again.code, again.document["same"], again.document["changed"]) == (0, True, [])
    assert sampan_command("cargo", "screened", "--repeat", "2", *record).code == 6


def test_a_line_that_was_cut_off_is_told_and_spoils_no_other(
    sampan_command: Callable[..., Any], lists: Path, tmp_path: Path
) -> None:
    record = tmp_path / "asked.jsonl"
    asked = ("cargo", "screen", "Acme", "--list", lists, "--record", record)
    sampan_command(*asked)
    record.write_bytes(record.read_bytes()[:-40])
    sampan_command(*asked)
    ran = sampan_command("cargo", "screened", "--record", record, "--json")
    assert (ran.document["unreadable"], [each["line"] for each in ran.document["lines"]]) == ([1], [2])
    assert "line 1 cannot be read" in ran.err


def test_a_projects_file_neither_sets_the_lists_nor_switches_them_off(
    sampan_command: Callable[..., Any], lists: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured(tmp_path, lists)
    monkeypatch.chdir(tmp_path)
    shown = sampan_command("config", "show", "--json").document["settings"]
    value = next(each for each in shown if each["name"] == "screening_lists")
    assert (value["value"], value["variable"]) == (str(lists), "SAMPAN_SCREENING_LISTS")
    monkeypatch.setenv("SAMPAN_SCREENING_LISTS", f"{lists / 'own.csv'}:{lists}")
    shown = sampan_command("config", "show", "--json").document["settings"]
    value = next(each for each in shown if each["name"] == "screening_lists")
    assert value["value"] == f"{lists / 'own.csv'}:{lists}"
    (tmp_path / "sampan.toml").write_text("screening_lists = []\n")
    ran = sampan_command("cargo", "screen", "Acme")
    assert (ran.code, "may not stand in a sampan.toml" in ran.err) == (3, True)


# ------------------------------------------------------------------------------------------------------ acts are held


@pytest.mark.anvil
def test_t35_an_act_is_held_before_anybody_is_asked_and_goes_on_for_a_reason(
    shell: Callable[..., Any], bill: str, lists: Path, tmp_path: Path
) -> None:
    configured(tmp_path, lists)
    listed = lists / "un.csv"
    listed.write_text(f"lei,ground\n{LEI['trader']},resolution 1\n")
    transfer = ("bill", "transfer", bill, "--to", "trader", "--from", "shipper")
    ran = shell(*transfer, "--json", code=1)
    assert ran.error["code"] == "screening.held"
    for said in (LEI["trader"], f"{listed}, line 2 by LEI", "ground: resolution 1"):
        assert said in ran.error["message"]
    assert "--despite REASON" in ran.error["hint"]
    assert shell("bill", "show", bill, "--json").document["bill"]["possessor"]["lei"] == LEI["shipper"]
    ran = shell(*transfer, "--dry-run")
    assert "it would be held" in " ".join(ran.out.split())
    shell(*transfer, "--unsigned", "safe.json", code=1)
    assert not (tmp_path / "safe.json").exists()
    shell("bill", "sign-act", *transfer[1:], code=1)
    assert "say why" in shell(*transfer, "--despite", " ", code=2).err
    ran = shell(*transfer, "--despite", "licence 17")
    assert "goes on despite" in " ".join(ran.err.split())
    ran = shell("cargo", "screened", "--json")
    decisions = [(each["screened"]["decision"], each["screened"]["reason"]) for each in ran.document["lines"]]
    assert decisions == [*[("held", None)], ("dry-run", None), *[("held", None)] * 2, ("despite", "licence 17")]
    ran = shell("cargo", "screen", bill, code=1)
    assert f"holder, titleholder, possessor of {bill}: " in " ".join(ran.out.split())
    # Giving back is never held.
    ran = shell("bill", "reject", bill, "--what", "both", "--from", "trader")
    assert "not held, since it gives nothing new" in " ".join(ran.err.split())


@pytest.mark.anvil
def test_t35_where_somebody_is_asked_it_is_screened_once_and_held_before(
    shell: Callable[..., Any], bill: str, lists: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sampan.cli import base, chain

    configured(tmp_path, lists)
    monkeypatch.setattr(chain, "asks", lambda connection, *, yes: True)
    monkeypatch.setattr(base, "somebody_is_there", lambda: True)
    transfer = ("bill", "transfer", bill, "--to", "trader", "--from", "shipper")
    (lists / "un.csv").write_text(f"lei\n{LEI['trader']}\n")
    ran = shell(*transfer, code=1)
    assert "?" not in ran.err.replace("look whether", "")
    (lists / "un.csv").unlink()
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    ran = shell(*transfer)
    assert "What would happen:" in ran.err
    ran = shell("cargo", "screened", "--json")
    assert [each["screened"]["decision"] for each in ran.document["lines"]] == ["held", "clear"]


@pytest.mark.anvil
def test_a_record_that_cannot_be_written_stops_the_act(
    shell: Callable[..., Any], bill: str, lists: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured(tmp_path, lists)
    monkeypatch.setenv("SAMPAN_SCREENING_RECORD", str(lists))
    ran = shell("bill", "transfer", bill, "--to", "trader", "--from", "shipper", code=3)
    assert "the record of screening cannot be written" in ran.err
    assert shell("bill", "show", bill, "--json").document["bill"]["possessor"]["lei"] == LEI["shipper"]
