"""The question before something leaves this machine: what would happen to whom, and what it costs."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sampan.scenarios.parties import PARTIES
from sampan.scenarios.samples import read_sample
from sampan.scenarios.stage import SampanChain

pytestmark = pytest.mark.anvil


@pytest.fixture
def asked(
    shell: Callable[..., Any], bill: str, harbour: SampanChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Runs `sampan ARGUMENTS` as at a terminal, on a chain that is not known to be this machine's, with an answer."""
    url = str(harbour.connection.network.url).replace("127.0.0.1", "0.0.0.0")
    settings = f'network = "harbour"\nconfirmations = 1\n[networks.harbour]\nurl = "{url}"\ndevelopment = true\n'
    (tmp_path / "sampan.toml").write_text(settings)
    monkeypatch.setattr("sampan.cli.base.somebody_is_there", lambda: True)

    def run(*arguments: str, answer: str = "n\n", code: int = 1) -> Any:
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))
        return shell(*arguments, code=code)

    return run


def count(shell: Callable[..., Any], bill: str) -> int:
    """The bill's act count."""
    return int(shell("bill", "show", bill, "--json").document["bill"]["act_count"])


def test_it_says_who_gets_what_and_what_it_costs_and_no_sends_nothing(
    asked: Callable[..., Any], shell: Callable[..., Any], bill: str
) -> None:
    """#8, #43."""
    transfer = ("bill", "transfer", bill, "--to", "trader", "--from", "shipper")
    ran = asked(*transfer)
    assert f"{bill}: shipper (0xBcd4…4096) transferred possession to trader (0x1CBd…C9Ec)" in ran.err
    assert re.search(
        r"transfer \S+ to trader \(0x1CBd…C9Ec\), as 0x\w{40} on harbour, for at most 0\.0\d+ ether\? \[y/N\]", ran.err
    )
    assert ran.err.rstrip().endswith("Nothing was sent.")
    assert "error" not in ran.err
    assert ran.out.strip() == ""
    assert count(shell, bill) == 1
    assert asked(*transfer, "--json").error["code"] == "answer.declined"
    # Ctrl-D, as Ctrl-C, is no answer.
    asked(*transfer, answer="", code=130)
    assert count(shell, bill) == 1
    asked(*transfer, answer="y\n", code=0)
    assert count(shell, bill) == 2
    endorse = ("bill", "endorse", bill, "--to-order", "importer", "--to", "consignee", "--from", "trader")
    ran = asked(*endorse)
    assert f"to the order of {PARTIES['importer'].company} ({PARTIES['importer'].lei})" in ran.err
    assert "to the order of importer (0xdD2F…44C0), possession to consignee (0x8626…1199), as" in ran.err


def test_a_batch_is_told_bill_by_bill_and_refused_whole(
    asked: Callable[..., Any], shell: Callable[..., Any], bill: str, tmp_path: Path
) -> None:
    """#29, #56."""
    names = []
    for number in range(13):
        content = json.loads(read_sample("to-order"))
        content["transportDocumentReference"] = f"XLLASK26000{number:02d}"
        content["issueDate"] = "2026-06-01"
        names.append(f"ask{number}.json")
        (tmp_path / names[-1]).write_text(json.dumps(content))
    issue = ("bill", "issue", "--carriage-law", "SG", "--from", "carrier")
    ran = asked(*issue, *names)
    assert ran.err.count(" issued it to the order of ") == 12
    assert "and 1 more" in ran.err
    # Of which document, and before the question.
    assert ran.err.index("warning: ask3.json: ") < ran.err.index("[y/N]")
    assert "13 acts, issue " in ran.err
    (tmp_path / "clash.json").write_text((tmp_path / "ask0.json").read_text())
    refused = shell(*issue, "ask0.json", "clash.json", "--json", code=5).error
    assert refused["message"].startswith("act 2 of 2 (issue ")
    assert refused["message"].endswith("; none of the 2 was sent")


def test_a_warning_stands_once_and_before_what_was_done(shell: Callable[..., Any], tmp_path: Path) -> None:
    content = json.loads(read_sample("to-order"))
    content["issueDate"] = "2026-06-01"
    (tmp_path / "old.json").write_text(json.dumps(content))
    ran = shell("bill", "issue", "old.json", "--carriage-law", "SG", "--from", "carrier")
    dated = "warning: old.json: the document is dated 2026-06-01"
    assert (ran.err.count(dated), ran.out.count(dated)) == (1, 0)
