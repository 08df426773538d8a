"""docs/sale.md and README.md: the table of states as the contract is tried, the sale as the demo tells it.

`python tests/docs/test_sale_page.py` writes them anew.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from unittest import mock

import jsonschema
import pytest
from click.testing import CliRunner

from sampan.cli.main import main as cli
from sampan.cli.schema import load

ROOT = Path(__file__).resolve().parents[2]
PAGE, README = ROOT / "docs" / "sale.md", ROOT / "README.md"
STATES = re.compile(r"(?<=\| --- \| --- \| --- \| --- \|\n)(?:\|[^\n]*\n)*?(?=<!-- end of states -->)")
TOLD = re.compile(r"(?<=<!-- told by the demo -->\n```\n).*?(?=```)", re.S)


def states() -> str:
    """The rows of the table: who is out of standing, and what is carried out then."""
    sys.path.insert(0, str(ROOT / "tests"))
    from trade.test_sale import FIRM, LATE, MAY, OPEN

    cells = (
        [", ".join(f"`{act}`" for act in may[state]) or "-" for state in (FIRM, OPEN, LATE)] for may in MAY.values()
    )
    return "".join(f"| {who} | {' | '.join(row)} |\n" for who, row in zip(MAY, cells, strict=True))


def told(folder: Path) -> str:
    """What the demo says of the payment, at a terminal that is wide enough."""
    with mock.patch.dict(os.environ, {"COLUMNS": "110", "NO_COLOR": "1"}):
        said = CliRunner().invoke(cli, ["demo", "--out", str(folder)]).output
    assert "What the logs tell is what the chain keeps" in said
    lines = [line.rstrip() for line in said.splitlines()]
    first = next(place for place, line in enumerate(lines) if line.startswith("✓ trader: offer"))
    paid = next(place for place, line in enumerate(lines) if "paid HKD" in line)
    last = next(place for place, line in enumerate(lines) if place > paid and "all of it in one transaction" in line)
    return "\n".join([*lines[first : first + 2], *lines[paid : last + 1], ""])


def held(pattern: re.Pattern[str], page: Path) -> str:
    """What the page says there."""
    (found,) = pattern.findall(page.read_text(encoding="utf-8"))
    return str(found)


def test_the_table_of_states_is_the_one_that_is_tried_to_the_second() -> None:
    assert held(STATES, PAGE) == states(), "write it anew: python tests/docs/test_sale_page.py"


@pytest.mark.slow
def test_the_front_door_shows_the_sale_of_a_demo_that_leaves_the_same_record_each_time(tmp_path: Path) -> None:
    assert held(TOLD, README) == told(tmp_path), "write it anew: python tests/docs/test_sale_page.py"
    first = (tmp_path / "run.json").read_bytes()
    again = CliRunner().invoke(cli, ["demo", "--out", str(tmp_path), "--json"])
    assert again.exit_code == 0, again.output
    jsonschema.validate(json.loads(again.stdout), load("scenario-runs"))
    assert (tmp_path / "run.json").read_bytes() == first
    record = json.loads(first)
    jsonschema.validate(record, load("scenario-run"))
    acts = [step for step in record["steps"] if step["kind"] == "done"]
    assert all(step["transaction"] and step["gas"] and step["time"] for step in acts)
    left = json.loads((tmp_path / "audit.json").read_text(encoding="utf-8"))
    assert (left["reconciled"], left["bills"]) == (True, 5)
    assert all((tmp_path / name).exists() for name in ("timeline.json", "manifest.json", "documents/rice-cookers.json"))
    lent = json.loads((tmp_path / "loan" / "run.json").read_text(encoding="utf-8"))
    assert (lent["scenario"], lent["state"]) == ("loan", "passed")


if __name__ == "__main__":
    for page, pattern, new in (
        (PAGE, STATES, states()),
        (README, TOLD, told(ROOT / "build" / "demo")),
    ):
        text = page.read_text(encoding="utf-8")
        page.write_text(pattern.sub(lambda _, new=new: new, text, count=1), encoding="utf-8")
