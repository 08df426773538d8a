"""The examples run as they stand, and print what they promise."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SAID = {
    "issue_and_transfer.py": ("refused: endorse to order", "endorsed it to the order of Bank of Lantau Harbour"),
    "a_room.py": ("refused: transfer", "for Kwun Lung Merchants Limited"),
    "a_scenario.py": ("refused: carrier tries to accept", "suspended while a surrender waits: passed"),
    "an_audit.py": ("an honest node: reconciled True, 0 findings", "SAM-H1 (critical)"),
}


def test_every_example_is_tried_and_named_in_the_list() -> None:
    there = {path.name for path in EXAMPLES.glob("*.py")}
    assert there == set(SAID)
    listed = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert all(f"examples/{name}" in listed for name in there)


@pytest.mark.slow
@pytest.mark.parametrize("name", SAID)
def test_an_example_does_what_it_says(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    runpy.run_path(str(EXAMPLES / name), run_name="__main__")
    printed = capsys.readouterr().out
    assert all(said in printed for said in SAID[name]), printed
