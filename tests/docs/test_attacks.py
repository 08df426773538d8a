"""The page of attacks is whole: every id, and for each the tests that hold it, which are there, or its keeper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "attacks.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| ([HMLXN]\d+) \| (.+?) \| (.+?) \|$", re.MULTILINE)
HOLDS = {id_: holds for id_, _, holds in ROW.findall(PAGE)}
KEEPERS = ("room", "credit", "book")

IDS = [
    f"{letter}{number}"
    for letter, last in zip("HMLXN", (3, 9, 14, 24, 16), strict=True)
    for number in range(1, last + 1)
]
QUOTING = re.compile(r"^def (test_(?:finding|trap|hole)_([a-z]\d+)_\w+)\(", re.MULTILINE)


def _tests() -> dict[str, Path]:
    """Every test function of the folders that hold the ledger, and where it stands."""
    found: dict[str, Path] = {}
    for folder in ("bills", "identity", "money", "trade"):
        for file in (ROOT / "tests" / folder).glob("test_*.py"):
            for name in re.findall(r"^def (test_\w+)\(", file.read_text(encoding="utf-8"), re.MULTILINE):
                found[name] = file
    return found


def test_the_page_has_every_id_once_in_order() -> None:
    assert [id_ for id_, *_ in ROW.findall(PAGE)] == IDS


@pytest.mark.parametrize("id_", IDS)
def test_each_is_held_by_tests_that_are_there_or_by_a_keeper(id_: str) -> None:
    named = re.findall(r"`(test_\w+)`", HOLDS[id_])
    assert set(named) <= set(_tests())
    kept = any(re.search(rf"(^|; ){keeper}: ", HOLDS[id_]) for keeper in KEEPERS)
    assert named or kept, "nothing holds it"


def test_each_test_that_quotes_an_id_in_its_name_stands_in_that_row() -> None:
    for file in set(_tests().values()):
        for name, id_ in QUOTING.findall(file.read_text(encoding="utf-8")):
            assert f"`{name}`" in HOLDS[id_.upper()], name
