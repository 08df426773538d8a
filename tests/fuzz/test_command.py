"""`sampan fuzz` as an auditor calls it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.tools import need_pyrevm

from sampan.bills import rules

need_pyrevm()


@pytest.mark.slow
def test_a_run_says_what_it_did_and_that_contracts_and_model_agree(sampan_command: Callable[..., Any]) -> None:
    ran = sampan_command("fuzz", "--acts", "800", "--seed", "5")
    assert ran.code == 0, ran.err
    assert "800 acts on pyrevm" in ran.out
    assert "contracts and model agree" in ran.out


@pytest.mark.slow
def test_the_same_seed_is_the_same_run(sampan_command: Callable[..., Any]) -> None:
    documents = [sampan_command("fuzz", "--acts", "700", "--of", "ledger", "--json").document for _ in range(2)]
    assert documents[0]["outcomes"] == documents[1]["outcomes"]
    assert documents[0]["cells"]["reached"] > 200
    assert documents[0]["failure"] is None


@pytest.mark.slow
def test_several_processes_share_the_acts(sampan_command: Callable[..., Any]) -> None:
    document = sampan_command("fuzz", "--acts", "1000", "--workers", "2", "--json").document
    assert document["acts"] == 1_000
    assert document["done"] > 100


@pytest.mark.slow
def test_a_disagreement_ends_with_1_is_kept_and_can_be_replayed(
    sampan_command: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(rules.MAY_ENDORSE, rules.Kind.NAMED, frozenset({rules.By.TITLEHOLDER}))
    ran = sampan_command("fuzz", "--acts", "20000", "--seed", "6", "--keep", tmp_path, "--json")
    assert ran.code == 1
    assert ran.document["failure"]["kind"] == "outcome"
    (kept,) = tmp_path.iterdir()
    assert json.loads(kept.read_text()) == ran.document["failure"]
    assert len(ran.document["failure"]["acts"]) <= 8
    again = sampan_command("fuzz", "--replay", kept, "--json")
    assert again.code == 1
    assert "MayNotEndorse" in again.document["failure"]
    monkeypatch.undo()
    assert sampan_command("fuzz", "--replay", kept).code == 0


@pytest.mark.slow
def test_walking_out_says_how_many_bills_left(sampan_command: Callable[..., Any]) -> None:
    ran = sampan_command("fuzz", "--walk-out", "8", "--json")
    assert ran.code == 0
    assert ran.document["suspensions"] == 56
    assert ran.document["bills"] > 10


def test_a_file_that_is_no_case_is_bad_input(sampan_command: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    ran = sampan_command("fuzz", "--replay", tmp_path / "x.json")
    assert ran.code == 3
    assert "is no kept case" in ran.err
