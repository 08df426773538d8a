"""The question before something leaves this machine: what would happen to whom, and what it costs."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sampan.chain.accounts import ROLES
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
    # A remark of several lines looks like no other sentence, and like no other question.
    ran = asked(
        "bill", "transfer", bill, "--to", "shipper", "--from", "trader", "--remark", "a\n  b, for nothing? [y/N]"
    )
    assert "(“a\\n  b, for nothing? [y/N]”)" in ran.err
    endorse = ("bill", "endorse", bill, "--to-order", "importer", "--to", "consignee", "--from", "trader")
    ran = asked(*endorse)
    assert f"to the order of {PARTIES['importer'].company} ({PARTIES['importer'].lei})" in ran.err
    assert "to importer (0xdD2F…44C0), possession to consignee (0x8626…1199), as" in ran.err


def test_a_batch_is_told_bill_by_bill_and_what_is_refused_stops_no_other(
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
    # A thousand are not read one by one.
    assert ran.err.count(": the document is dated 2026-06-01") == 13
    assert "warning: 1 more document: the document is dated 2026-06-01" in ran.err
    assert "13 acts, issue " in ran.err
    # One that the contract refuses, here for what its receiver signs for, is told before, and the others go on.
    content["documentParties"]["shipper"] = json.loads(
        json.dumps(content["documentParties"]["shipper"]).replace(PARTIES["shipper"].lei, PARTIES["bank"].lei)
    )
    (tmp_path / "bank.json").write_text(json.dumps(content))
    ran = asked(*issue, "ask0.json", "bank.json")
    assert "1 of 2 documents refused; the others go on." in ran.err
    assert "issue SAMPAN00CARRIER00006/XLLASK2600000/v1" in ran.err
    assert asked(*issue, "bank.json", code=5).err.startswith("error: ")
    # Of other acts none is done when one is refused, and that is said.
    refused = shell("bill", "recover", bill, bill, "--from", "shipper", "--json", code=5).error
    assert refused["message"].startswith("act 1 of 2 (recover ")
    assert refused["message"].endswith("; none of the 2 was sent")
    (tmp_path / "clash.json").write_text((tmp_path / "ask0.json").read_text())
    ran = asked(*issue, "ask0.json", "clash.json", "--json", answer="y\n", code=3)
    assert ran.document["summary"] == {"issued": 1, "stood": 0, "refused": 1}
    assert "is issued from ask0.json" in ran.document["documents"][1]["error"]["message"]


def test_of_what_is_only_announced_it_is_said_when_it_takes_effect(
    asked: Callable[..., Any], shell: Callable[..., Any]
) -> None:
    shell("participant", "suspend", "bank", "--ground", "order 7", "--from", "suspender", "--yes")
    ran = asked("participant", "lift", "bank", "--from", "lifter")
    assert f"announce: lift the suspension of {PARTIES['bank'].company}" in ran.err
    assert "takes effect when it is sent again, from 20" in ran.err


def test_a_warning_stands_once_and_before_what_was_done(shell: Callable[..., Any], tmp_path: Path) -> None:
    content = json.loads(read_sample("to-order"))
    content["issueDate"] = "2026-06-01"
    (tmp_path / "old.json").write_text(json.dumps(content))
    ran = shell("bill", "issue", "old.json", "--carriage-law", "SG", "--from", "carrier")
    dated = "warning: old.json: the document is dated 2026-06-01"
    assert (ran.err.count(dated), ran.out.count(dated)) == (1, 0)


def test_what_is_said_by_a_signature_is_asked_for(
    asked: Callable[..., Any], shell: Callable[..., Any], bill: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """#59: it spends the right to reject, and was `seen` by default."""
    sign = ("bill", "sign", bill, "--from", "shipper")
    asked(*sign, "--yes", answer="checked\n", code=0)
    said = shell("bill", "history", bill, "--json").document["events"][-1]
    assert said["arguments"]["purpose"] == "checked"
    monkeypatch.undo()


def test_where_nobody_can_be_asked_what_a_signature_says_must_be_given(shell: Callable[..., Any], bill: str) -> None:
    error = shell("bill", "sign", bill, "--from", "shipper", "--json", code=2).error
    assert error["subject"] == "--purpose"
    assert "pledge-noted" in error["hint"]


# ------------------------------------------------------------------------------------------- what is wrong with a call


@pytest.mark.parametrize(
    ("arguments", "option", "words"),
    [
        (("bill", "issue", "new.json"), "--carriage-law", "is missing"),
        (("bill", "issue", "new.json", "--carriage-law", "XX"), "--carriage-law XX", "no law of the contract"),
        (("bill", "issue", "new.json", "--carriage-law", "SG", "--to", "nobody"), "--to nobody", "no participant"),
        (
            ("bill", "issue", "new.json", "--carriage-law", "SG", "--titleholder", "xyz"),
            "--titleholder xyz",
            "no parti",
        ),
        (("bill", "transfer", "BILL", "--to", "0x12"), "--to 0x12", "is no address"),
        (("bill", "endorse", "BILL", "--to-order", "nobody"), "--to-order nobody", "no participant"),
        (("bill", "endorse", "BILL", "--by-name", "nobody"), "--by-name nobody", "no participant"),
        (("bill", "lodge", "BILL", "--room", "x", "--terms", "0x0"), "--terms 0x0", "not hex"),
        (("bill", "surrender", "BILL", "--agreed", "none"), "--agreed none", "neither a hash nor a file"),
        (("bill", "approve", "BILL", "--operator", "nobody"), "--operator nobody", "no participant"),
        (
            ("bill", "from-paper", "bill.json", "--originals", "1", "--statement", "none"),
            "--statement none",
            "neither a hash nor a file",
        ),
        (("participant", "rulebook", "none"), "HASH-OR-FILE none", "neither a hash nor a file"),
        (("participant", "account", "roles", "carrier", "fly"), "ROLES fly", "no such role"),
        (("participant", "giver", "nobody"), "WHO nobody", "no participant"),
        (
            (
                "participant",
                "sign-enrolment",
                "--lei",
                "x",
                "--country",
                "SG",
                "--roles",
                "move",
                "--rulebook",
                "0x" + "07" * 32,
            ),
            "--lei X",
            "not an LEI",
        ),
        (
            (
                "participant",
                "sign-enrolment",
                "--lei",
                "x",
                "--country",
                "SG",
                "--roles",
                "fly",
                "--rulebook",
                "0x" + "07" * 32,
            ),
            "--roles fly",
            "no such role",
        ),
    ],
)
def test_what_is_wrong_with_an_option_names_the_option(
    shell: Callable[..., Any], bill: str, tmp_path: Path, arguments: tuple[str, ...], option: str, words: str
) -> None:
    """#28 and its kind: "no law of the contract of carriage", of which option nobody knew."""
    content = json.loads(read_sample("to-order"))
    content["transportDocumentReference"] = "XLLNEW2600001"
    (tmp_path / "new.json").write_text(json.dumps(content))
    said = [bill if argument == "BILL" else argument for argument in arguments]
    ran = shell(*said, "--from", "carrier", "--json", code=None)
    assert ran.code in (2, 3)
    assert ran.error["subject"].startswith(option)
    assert words in ran.error["message"]


@pytest.mark.parametrize(
    ("mistyped", "right"),
    [
        (("bill", "trnsfer", "X"), "sampan bill transfer"),
        (("participant", "acount", "show"), "sampan participant account"),
        (("participant", "account", "shwo", "x"), "sampan participant account show"),
        (("bill", "agree", "trnsfer", "X"), "sampan bill transfer"),
        (("document", "chek", "x"), "sampan document check"),
        (("bil",), "sampan bill"),
    ],
)
def test_a_mistyped_command_is_answered_with_the_one_that_is_near(
    sampan_command: Callable[..., Any], mistyped: tuple[str, ...], right: str
) -> None:
    """#50."""
    ran = sampan_command(*mistyped, "--json") if "agree" not in mistyped else sampan_command("--json", *mistyped)
    assert ran.code == 2
    assert ran.error["hint"] in (f"did you mean `{right}`?", f"did you mean `{right.replace('bill ', 'bill agree ')}`?")


def test_names_of_the_settings_are_told_marked_and_taken_as_who(
    shell: Callable[..., Any], bill: str, tmp_path: Path
) -> None:
    """#23, #24."""
    trader = PARTIES["trader"]
    with (tmp_path / "sampan.toml").open("a") as file:
        file.write(f'explorer = "https://explorer.example"\n[names]\n{trader.lei} = "Our trader"\n')
        file.write(f'{ROLES["lifter"]} = "Night desk"\n')
    ran = shell("bill", "transfer", bill, "--to", "our trader", "--from", "shipper")
    assert f"transferred possession to “Our trader” {trader.lei} (0x1CBd…C9Ec)" in ran.out
    assert "Names in “quotation marks” are given in the settings" in ran.err
    assert f"“Our trader” ({trader.lei})" in shell("bill", "list").out
    assert "“Our trader”" in shell("participant", "list").out
    shown = shell("participant", "show", "Our trader", "--json")
    assert (shown.document["participant"]["name"], shown.document["participant"]["lei"]) == ("Our trader", trader.lei)
    assert len(shell("bill", "list", "--json", possessor="Our trader").document["bills"]) == 1
    named = {row["name"]: row["value"] for row in shell("config", "show", "--json").document["settings"]}
    assert named[f"names.{trader.lei}"] == "Our trader"
    assert "https://explorer.example/tx/0x" in shell("bill", "history", bill, "--long").out
    assert "https://explorer.example" not in shell("bill", "history", bill).out
    assert "quotation marks" not in shell("participant", "show", "bank").err
    assert "“Night desk”" in shell("powers").out
    suspended = shell("participant", "suspend", "bank", "--ground", "order 7", "--from", "suspender", "--dry-run")
    assert f"{PARTIES['bank'].company}" in suspended.out
