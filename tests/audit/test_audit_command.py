"""`sampan audit`: what it prints, what it writes, how it ends."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support.audited_trade import BLANK, FULL_LEIS, PAPER, OnAnvil

from sampan.audit import checks
from sampan.audit.reading import block_at
from sampan.chain.accounts import ROLES
from sampan.chain.connection import Connection
from sampan.cli import schema
from sampan.deployment import manifest as manifests
from sampan.suite.layout import token_slot
from sampan.suite.tell import bill_name, instant

DAY = 86_400


@pytest.fixture
def audited(on_anvil: OnAnvil, tmp_path: Path, sampan_command: Callable[..., Any]) -> Callable[..., Any]:
    """Runs `sampan audit` on the ledger on anvil."""
    file = tmp_path / "manifest.json"
    manifests.write(on_anvil.trade.manifest, file)
    return lambda *arguments: sampan_command("audit", "--network", on_anvil.url, "--manifest", file, *arguments)


# --------------------------------------------------------------------------------------------------- without any chain


@pytest.mark.slow
def test_every_check_is_listed_and_explains_itself(sampan_command) -> None:
    listed = sampan_command("audit", "--list-checks")
    assert listed.code == 0
    for check in checks.every():
        assert check.id in listed.out
        explained = sampan_command("audit", "--explain", check.id.lower())
        assert explained.code == 0
        for words_of_it in (check.title, "looks for", "goes wrong", "do next", *check.rules):
            assert words_of_it in explained.out


def test_the_list_and_an_explanation_as_json_fit_their_schemas(sampan_command) -> None:
    listed = sampan_command("audit", "--list-checks", "--json").document
    assert [item["id"] for item in listed["checks"]] == [check.id for check in checks.every()]
    explained = sampan_command("audit", "--explain", "SAM-P9", "--json").document
    assert explained["rules"] == ["P9", "L17", "L18"]


@pytest.mark.parametrize("option", ["--explain", "--only", "--exclude"])
def test_a_check_that_does_not_exist_is_a_usage_error_that_says_where_to_look(sampan_command, option: str) -> None:
    ran = sampan_command("audit", option, "SAM-X9", "--json")
    assert ran.code == 2
    assert ran.error["subject"] == "SAM-X9"
    assert ran.error["hint"] == "`sampan audit --list-checks` lists them"
    ran = sampan_command("audit", option, "p1", "--json")
    assert (ran.code, ran.error["subject"]) == (2, "p1")
    assert ran.error["hint"] == "is SAM-P1 meant? `sampan audit --list-checks` lists them"


def test_a_local_chain_that_does_not_run_says_what_to_do(sampan_command, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran = sampan_command("audit", "--network", "local", "--json")
    assert ran.code == 6
    assert "`sampan node start`" in ran.error["hint"]


def test_a_chain_that_is_gone_with_the_command_is_refused(sampan_command) -> None:
    assert sampan_command("audit", "--network", "tester").code == 2


@pytest.mark.slow
def test_a_node_that_nobody_started_is_an_error_in_words(honest_ledger, sampan_command, tmp_path: Path) -> None:
    file = tmp_path / "manifest.json"
    manifests.write(honest_ledger.trade.manifest, file)
    ran = sampan_command("audit", "--network", "http://127.0.0.1:9", "--manifest", file, "--json")
    assert ran.code == 4
    assert ran.error["code"] == "chain.unreachable"
    assert "Traceback" not in ran.err


def test_a_manifest_that_is_none_names_the_place(sampan_command, tmp_path: Path) -> None:
    file = tmp_path / "manifest.json"
    file.write_text("{")
    ran = sampan_command("audit", "--network", "http://127.0.0.1:9", "--manifest", file, "--json")
    assert ran.code == 3
    assert str(file) in ran.error["subject"]


def test_the_audit_is_imported_by_its_command_alone() -> None:
    script = (
        "import sys\n"
        "from sampan.cli.main import run_to_code\n"
        "run_to_code(['--help'])\n"
        "print('sampan.audit' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip().endswith("False")


# ---------------------------------------------------------------------------------------------------------- on a chain


@pytest.mark.anvil
def test_how_old_the_last_block_is_stands_there_but_for_a_chain_whose_clock_is_its_own(audited, monkeypatch) -> None:
    assert "The last block is" not in audited().out
    monkeypatch.setattr(Connection, "is_development", False)
    assert "The last block is" in audited().out


@pytest.mark.anvil
def test_an_honest_ledger_ends_with_0_and_tells_of_every_bill(on_anvil: OnAnvil, audited) -> None:
    ran = audited()
    assert ran.code == 0
    for bill in on_anvil.bills.values():
        assert bill_name(bill) in ran.out
    assert "No findings. What the logs tell is what the chain keeps." in ran.out
    assert "freight is not paid" not in ran.out  # ten thousand lives do not scroll by unasked
    assert "freight is not paid" in audited("-v").out


@pytest.mark.anvil
def test_the_life_of_one_bill_is_told_to_people_as_json_and_as_a_page(
    on_anvil: OnAnvil, audited, tmp_path: Path
) -> None:
    bill, page = bill_name(on_anvil.bills["delivered"]), tmp_path / "kept" / "bill.html"
    ran = audited("--bill", bill, "--page", page)
    assert ran.code == 0
    assert "freight is not paid" in ran.out
    assert "From when to when" in ran.out
    assert bill_name(on_anvil.bills["split"]) not in ran.out

    reference = bill.split("/")[1]
    document = audited("--bill", reference, "--json").document
    assert document["subject"] == bill
    assert [each["bill"] for each in document["bills"]] == [bill]
    text = page.read_text(encoding="utf-8")
    for span in document["bills"][0]["held"]:
        assert span["possessor"] in text
    for event in document["bills"][0]["events"]:
        assert event["transaction"] in text
    assert document["generated_from"]["history_digest"] in text


@pytest.mark.anvil
def test_names_of_the_settings_are_told_and_marked_as_given(
    on_anvil: OnAnvil, audited, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    bank = FULL_LEIS["bank"]
    Path("sampan.toml").write_text(f'[names]\n{bank} = "Bank of the Harbour"\n')
    bill = bill_name(on_anvil.bills["delivered"])
    ran = audited("--bill", bill, "--page", "bill.html")
    assert f"“Bank of the Harbour” {bank} (account " in ran.out
    assert "the ledger proves LEI and address alone" in ran.out
    assert "“Bank of the Harbour” (given by whoever made this page" in Path("bill.html").read_text(encoding="utf-8")
    # The name of an account is none of the legal person that it acts for.
    trader = ROLES["trader"]
    Path("sampan.toml").write_text(f'[names]\n{trader} = "Desk"\n')
    ran = audited("--bill", bill, "--page", "bill.html")
    assert f"“Desk” {trader} " in ran.out
    assert "“Desk” (given by whoever made this page" in Path("bill.html").read_text(encoding="utf-8")
    assert f" {FULL_LEIS['trader']} " in ran.out
    # What is data is the same for everybody.
    assert "Bank of the Harbour" not in audited("--bill", bill, "--json").out


@pytest.mark.anvil
def test_a_ledger_is_audited_as_of_a_time(on_anvil: OnAnvil, audited) -> None:
    trade, bill = on_anvil.trade, on_anvil.trade.issue(BLANK)
    before = trade.now()
    trade.connection.advance_time(DAY)
    trade.transfer("shipper", bill, "trader")

    then = audited("--bill", bill_name(bill), "--at", instant(before + DAY // 2), "--json").document
    assert [event["event"] for event in then["bills"][0]["events"]] == ["Issued"]
    assert then["bills"][0]["possessor"] == FULL_LEIS["shipper"]
    assert then["reconciled"] is True
    now = audited("--bill", bill_name(bill), "--at", instant(trade.now()), "--json").document
    assert now["bills"][0]["possessor"] == FULL_LEIS["trader"]
    early = audited("--at", "2001-01-01", "--json")
    assert (early.code, early.error["message"].split(",")[0]) == (2, "the ledger began later")
    stands = block_at(trade.connection, trade.manifest.stands_from).timestamp
    half = audited("--at", instant(stands - 1), "--json")
    assert (half.code, half.error["message"]) == (2, f"the ledger began later, at {instant(stands)}")
    never = audited("--at", "2199-01-01", "--json")
    last = instant(trade.now())
    assert (never.code, never.error["message"]) == (2, f"that time has not come: the last block is of {last}")


@pytest.mark.parametrize(
    ("arguments", "subject"),
    [
        (["--page", "x.html"], "--page"),
        (["--at", "yesterday"], "--at yesterday"),
        (["--at", "2026-07-01", "--to-block", "5"], "--at"),
        (["--bill", "A", "--bill", "B"], "--bill"),
        (["--bill", "A", "--loan", "1"], "--loan"),
        (["--bill", "A", "--loan", "1", "--page", "x.html"], "--loan"),
    ],
)
def test_options_that_make_no_sense_together_are_refused_before_anything_is_asked(
    sampan_command, honest_ledger, tmp_path: Path, arguments: list[str], subject: str
) -> None:
    file = tmp_path / "manifest.json"
    manifests.write(honest_ledger.trade.manifest, file)
    ran = sampan_command("audit", "--network", "http://127.0.0.1:9", "--manifest", file, "--json", *arguments)
    assert (ran.code, ran.error["subject"]) == (2, subject)


@pytest.mark.anvil
def test_a_bill_that_is_not_there_is_refused_in_words(audited) -> None:
    ran = audited("--bill", "NOSUCH", "--json")
    assert (ran.code, ran.error["subject"]) == (2, "NOSUCH")
    ran = audited("--loan", "7", "--json")
    assert (ran.code, ran.error["subject"]) == (2, "facility 7")


@pytest.mark.anvil
def test_json_is_one_document_of_the_promised_shape_and_the_files_say_the_same(
    on_anvil: OnAnvil, audited, tmp_path: Path
) -> None:
    ran = audited("--json", "--out", tmp_path / "out")
    assert ran.code == 0
    document = ran.document
    assert document["schema"] == "sampan.audit/2"
    assert document["chain_id"] == 31337
    assert document["from_block"] == on_anvil.trade.manifest.from_block
    assert document["reconciled"] is True
    assert document["findings"] == []
    assert json.loads((tmp_path / "out" / "audit.json").read_text()) == document
    timeline = json.loads((tmp_path / "out" / "timeline.json").read_text())
    jsonschema.Draft202012Validator(schema.load("sampan.timeline/3")).validate(timeline)
    assert len(timeline["bills"]) == document["bills"] == len(on_anvil.bills)


@pytest.mark.anvil
def test_the_second_run_reads_only_what_is_new_and_says_the_same(on_anvil: OnAnvil, audited, tmp_path: Path) -> None:
    first = audited("--json", "--store", tmp_path / "events.sqlite")
    on_anvil.trade.connection.mine(2)
    second = audited("--json", "--store", tmp_path / "events.sqlite", "--to-block", first.document["to_block"])
    with sqlite3.connect(tmp_path / "events.sqlite") as database:
        (stored,) = database.execute("SELECT count(*) FROM logs").fetchone()
    assert stored == first.document["events"]
    assert second.out == first.out
    assert audited("--json", "--no-store", "--to-block", first.document["to_block"]).out == first.out


@pytest.mark.anvil
def test_altered_storage_ends_with_1_and_is_named(on_anvil: OnAnvil, audited) -> None:
    trade, bill = on_anvil.trade, on_anvil.bills["by operator"]
    slot = f"0x{token_slot(bill):064x}"
    value = int(trade.connection.rpc("eth_getStorageAt", trade.address, slot, "latest"), 16)
    trade.connection.rpc("anvil_setStorageAt", trade.address, slot, f"0x{value ^ 8 << 160:064x}")
    trade.connection.mine()

    ran = audited("--json")
    assert ran.code == 1
    assert ran.document["reconciled"] is False
    assert [(item["id"], item["subject"]) for item in ran.document["findings"]] == [("SAM-P10", bill_name(bill))]
    shown = audited()
    assert shown.code == 1
    assert "could not be reconciled" in shown.out
    assert bill_name(bill) in shown.out
    # Whatever checks are left out: what could not be reconciled does not end well.
    assert audited("--exclude", "SAM-P10").code == 1
    assert audited("--only", "SAM-P9").code == 1


@pytest.mark.anvil
def test_a_tampered_event_store_ends_with_1_and_is_named(on_anvil: OnAnvil, audited, tmp_path: Path) -> None:
    store = tmp_path / "events.sqlite"
    assert audited("--store", store).code == 0
    with sqlite3.connect(store) as database:
        database.execute("UPDATE logs SET topics = zeroblob(64) WHERE block = (SELECT max(block) FROM logs)")

    ran = audited("--json", "--store", store)

    assert ran.code == 1
    assert {item["id"] for item in ran.document["findings"]} == {"SAM-C2"}
    assert ran.document["reconciled"] is True


@pytest.mark.anvil
def test_a_manifest_that_points_at_other_code_ends_with_1_and_is_named(
    on_anvil: OnAnvil, sampan_command, tmp_path: Path
) -> None:
    manifest = json.loads(on_anvil.trade.manifest.to_json())
    registry = next(item for item in manifest["contracts"] if item["name"] == "Registry")
    ledger = next(item for item in manifest["contracts"] if item["name"] == "Bills")
    ledger["address"] = registry["address"]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))

    ran = sampan_command("audit", "--network", on_anvil.url, "--manifest", tmp_path / "manifest.json", "--json")

    assert ran.code == 1
    # And whatever was given the ledger.
    assert {item["id"] for item in ran.document["findings"]} == {"SAM-C1"}
    assert {"Bills", "Reserves", "Sale"} <= {item["subject"] for item in ran.document["findings"]}
    assert ran.document["reconciled"] is False

    page = tmp_path / "bill.html"
    for asked in ([], ["--bill", bill_name(on_anvil.bills["delivered"]), "--page", page], ["--loan", "1"]):
        shown = sampan_command("audit", "--network", on_anvil.url, "--manifest", tmp_path / "manifest.json", *asked)
        assert shown.code == 1
        assert "SAM-C1" in shown.out
        assert "no event was read" in shown.out
        for never in ("Nothing happened", "0 bills", "Counted on the chain", "history"):
            assert never not in shown.out, never
    assert not page.exists()


@pytest.mark.anvil
def test_fail_on_says_from_which_level_on_the_answer_is_no(on_anvil: OnAnvil, audited) -> None:
    trade = on_anvil.trade
    bill = trade.issue(BLANK)
    trade.surrender("shipper", bill, PAPER)
    trade.connection.advance_time(5 * DAY)

    found = audited("--json").document["findings"]
    assert [(item["id"], item["level"]) for item in found] == [("SAM-T7", "low")]
    assert audited().code == 0
    assert audited("--fail-on", "medium").code == 0
    assert audited("--fail-on", "low").code == 1
    assert audited("--fail-on", "info").code == 1


@pytest.mark.anvil
def test_another_ledgers_store_is_refused_and_left_as_it_is(on_anvil: OnAnvil, audited, tmp_path: Path) -> None:
    store = tmp_path / "events.sqlite"
    assert audited("--store", store).code == 0
    with sqlite3.connect(store) as database:
        database.execute("UPDATE about SET value = '1' WHERE key = 'chain_id'")
    before = store.read_bytes()
    ran = audited("--json", "--store", store)
    assert ran.code == 3
    assert "another ledger" in ran.error["message"]
    assert store.read_bytes() == before
    assert audited("--store", store, "--no-store").code == 2
