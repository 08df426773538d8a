"""The commands of the README, of a first sale, voyage and loan run in order, each in a folder of its own, on a
fresh node."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from textwrap import dedent

import pytest
from support.forked import quick_sampan

pytestmark = [pytest.mark.anvil, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 1_800
"""Seconds after which a page is broken off, which no machine needs."""
SECTIONS = ("A first bill", "Keep the salts", "The same from Python")


def blocks(text: str, section: str) -> list[tuple[str, str]]:
    """The blocks of a section in order, each as a program for `sh` or `python`; in a sentence a command stands last."""
    (body,) = re.findall(rf"^## {re.escape(section)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    found: list[tuple[str, str]] = []
    pattern = r"^```python\n([\s\S]*?)^```|((?:^    .*\n)+(?:\n(?:^    .*\n)+)*)|: `(sampan [^`]+)`$"
    for python, shell, inline in re.findall(pattern, body, re.MULTILINE):
        found.append(("python", python) if python else ("sh", dedent(shell) or inline))
    return found


def run(page: str, sections: tuple[str, ...], folder: Path, *, then: str = "") -> tuple[int, str]:
    """Run the blocks of some sections of a page in order, then all of another page, and stop the node. Returns how many
    there are, and what they printed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with quick_sampan() as first:
        return _run(page, sections, folder, then, port, first)


def _run(page: str, sections: tuple[str, ...], folder: Path, then: str, port: int, first: Path) -> tuple[int, str]:
    before = subprocess.run(["git", "status", "--short"], cwd=ROOT, capture_output=True, check=False).stdout
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SAMPAN_") or "ANVIL" in name},
        "PATH": os.pathsep.join((str(first), str(Path(sys.executable).parent), os.environ["PATH"])),
        "SAMPAN_NODE_FOLDER": str(folder / "node"),
        "SAMPAN_OUTBOX": str(folder / "outbox"),
        "NO_COLOR": "1",
    }
    text = (ROOT / page).read_text(encoding="utf-8")
    found = [block for section in sections for block in blocks(text, section)]
    if then:
        more = (ROOT / then).read_text(encoding="utf-8")
        found += [block for name in re.findall(r"^## (.+)$", more, re.MULTILINE) for block in blocks(more, name)]
    program = [block if kind == "sh" else f"python - <<'END'\n{block}END" for kind, block in found]
    # What is set up is set up; nobody else's node is met.
    said = re.sub(r"make setup.*", "true", "\n".join(program))
    said = said.replace("sampan node start", f"sampan node start --port {port}")
    try:
        ran = subprocess.run(
            ["bash", "-ec", f"set -o pipefail\n{said}"],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST,
        )
    finally:
        stopped = subprocess.run(
            ["sampan", "node", "stop"], cwd=folder, env=environment, capture_output=True, check=False
        )
    assert ran.returncode == 0, ran.stdout[-2_000:] + ran.stderr[-2_000:]
    assert stopped.returncode == 0
    assert [one.name for one in folder.iterdir() if one.name not in ("build", "node", "outbox")] == []
    after = subprocess.run(["git", "status", "--short"], cwd=ROOT, capture_output=True, check=False).stdout
    assert after == before
    return len(program), ran.stdout


def test_the_readme_runs_from_top_to_bottom_in_a_folder_of_its_own(tmp_path: Path) -> None:
    count, said = run("README.md", SECTIONS, tmp_path)
    assert count == 6
    assert "No findings" in said
    first = tmp_path / "build" / "first"
    assert (first / "bank" / "to-order.json").read_bytes()
    assert (first / "bank" / "to-order.salts.json").read_bytes() == (first / "to-order.salts.json").read_bytes()
    assert (first / "deployments" / "local.json").is_file()


def test_a_first_sale_is_typed_by_hand_from_an_empty_chain_to_the_audit(tmp_path: Path) -> None:
    count, said = run("docs/sale.md", ("A first sale",), tmp_path)
    assert count == 1
    assert "paid HKD 1,250,000.00 out of HKD@" in said
    assert "peak liquidity" in said
    assert "No findings" in said


def test_a_first_voyage_is_typed_by_hand_until_the_condition_of_a_lender_holds(tmp_path: Path) -> None:
    count, said = run("docs/cargo.md", ("A first voyage",), tmp_path)
    assert count == 1
    assert "anchored batch 1, of 2 events" in said
    assert said.index("it does not hold") < said.index("it holds ─")
    assert "No findings" in said
    assert (tmp_path / "build" / "voyage" / "voyage.svg").stat().st_size > 1_000


def test_a_first_loan_is_typed_by_hand_until_it_is_repaid_and_then_loans_that_go_another_way(tmp_path: Path) -> None:
    """Out on trust, sold, in default, under a new agent: each has its own. The pages stand on one chain."""
    page = (ROOT / "docs" / "loans.md").read_text(encoding="utf-8")
    count, said = run("docs/finance.md", ("A first loan",), tmp_path, then="docs/loans.md")
    assert count == 6 + 9
    assert "maturity         2026-04-30 23:59 UTC+08:00: it is repaid until then" in said
    assert "drew HKD 800,000.00 in facility 1" in said
    # Thirty days at 5.25 percent of 365.
    assert "repaid HKD 803,452.05 in facility 1" in said
    assert said.index("\nyes\n") < said.index("\nno\n") < said.index("gave it back to trader")
    assert "out on trust to trader" in said
    # 400,000.00 for five days and 800,000.00 for four, at 5.25 percent of 365.
    price, owed = (
        125_000_000,
        80_000_000 + round(Fraction(40_000_000 * 5 + 80_000_000 * 4, 365) * Fraction(525, 10_000)),
    )
    for amount, told in (
        (owed, "paid {} of the debt of facility 2"),
        (price - owed, "paid {} of HKD@"),
        (owed + 20_000_000 - (owed + 20_000_000) * 6 // 10, "had {} paid to bank "),
    ):
        assert told.format(hkd(amount)) in said
        assert hkd(amount) in page
    # 139 days of 1,000,000.00; two prices of 650,000.00 and 500,000.00.
    late = 100_000_000 + round(Fraction(100_000_000 * 139 * 525, 365 * 10_000))
    for amount, told in (
        (late, "owed         {}: principal"),
        (late - 65_000_000, "paid {} of the debt of facility 3"),
        (115_000_000 - late, "took the surplus {} of facility 3"),
    ):
        assert told.format(hkd(amount)) in said
        assert hkd(amount) in page
    assert said.count("No findings") == 2
    assert "for the lenders of facility 3, in default of" in said
    drawn = (tmp_path / "build" / "loan" / "loan-3.html").read_text(encoding="utf-8")
    assert "Loan secured on bills of lading: facility 3" in drawn


def hkd(cents: int) -> str:
    """Hong Kong dollars as commands tell them."""
    return f"HKD {cents // 100:,}.{cents % 100:02}"
