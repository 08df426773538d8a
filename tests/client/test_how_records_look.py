"""What a person sees: panels and a timeline on a terminal, the same in a notebook."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console
from support.widths import broken

from sampan.client import show
from sampan.client.ledger import Ledger
from sampan.suite.tell import describe, moment
from sampan.suite.words import Endorsement, Kind, SurrenderFor
from sampan.testing import PARTIES, SampanChain, bare_terms, sample


def shown(record: Any) -> str:
    """A record as a wide terminal shows it."""
    console = Console(file=io.StringIO(), width=160, emoji=False)
    console.print(record)
    return str(console.file.getvalue())  # type: ignore[attr-defined]


@pytest.fixture
def bill(carrier: Ledger, shipper: Ledger) -> int:
    """A bill to the order of the trader, with the trader."""
    bill = carrier.bills.issue(sample("to-order"), carriage_law="SG", remark="clean [on] board").bill
    shipper.bills.transfer(bill, "trader")
    return bill


def test_a_bill_shows_who_has_it_who_is_entitled_and_what_may_be_done(carrier: Ledger, bill: int) -> None:
    text = shown(carrier.bill(bill))
    assert "XLLSHA2600101  version 1" in text
    for line in (
        "status       live",
        "carrier      Lantern Line Pte. Ltd. (SAMPAN00CARRIER00006)",
        "kind         to order",
        "titleholder  Kwun Lung Merchants Limited (SAMPAN000TRADER00089)",
        "what may be done next",
    ):
        assert line in text
    assert "account trader (0x1CBd…C9Ec)" in text
    assert "reject both" in text, "title was given at issue, possession by the transfer"


def test_a_history_is_a_timeline_with_its_remarks(carrier: Ledger, bill: int) -> None:
    carrier.using("trader").bills.endorse(bill, Endorsement.BLANK, to="importer")
    text = shown(carrier.history(bill))
    assert "law of carriage  SG" in text
    assert "“clean [on] board”" in text, "a remark is text, never markup"
    issued, moved, endorsed = (line for line in text.splitlines() if line.startswith("2026-"))
    assert "issued it to the order of Kwun Lung Merchants Limited" in issued
    assert "transferred possession to trader" in moved
    assert "endorsed it in blank and gave possession to importer" in endorsed


def test_a_bill_whose_life_is_over_offers_nothing(carrier: Ledger, shipper: Ledger) -> None:
    bill = carrier.bills.issue(bare_terms(carrier, "OVER"), shipper).bill
    shipper.bills.surrender(bill)
    carrier.bills.accept(bill)
    carrier.bills.deliver(bill)
    text = shown(carrier.bill(bill))
    assert "delivered" in text
    assert "what may be done next" not in text


@pytest.mark.slow
def test_an_agreed_replacement_is_shown_with_its_hash(carrier: Ledger, shipper: Ledger) -> None:
    bill = carrier.bills.issue(bare_terms(carrier, "OLD"), shipper).bill
    new = bare_terms(carrier, "NEW")
    shipper.bills.surrender(bill, SurrenderFor.SWITCH, agreed=[new])
    assert "0x" + carrier.replacements_hash([bill], [new]).hex() in shown(carrier.bill(bill))
    carrier.bills.replace(bill, [new])
    assert f"{PARTIES['carrier'].lei}/NEW/v1" in shown(carrier.history(bill))
    assert f"{PARTIES['carrier'].lei}/OLD/v1" in shown(carrier.history(new.bill))


def test_a_participant_shows_standing_and_accounts(suspender: Ledger) -> None:
    suspender.bills.suspend("bank", ground="order")
    text = shown(suspender.participant("bank", codes=True))
    assert "Bank of Lantau Harbour Limited" in text
    assert "suspended until" in text
    assert "with its own signature only" in text
    assert "SMDG XLL" in shown(suspender.participant("carrier", codes=True))


def test_an_account_and_an_act_show_themselves(carrier: Ledger, shipper: Ledger, bill: int) -> None:
    assert "bills issued" in shown(carrier.account(carrier))
    act = shipper.using("trader").bills.sign(bill)
    assert str(act.transaction) in shown(act)
    assert "signed it: seen" in shown(act)
    rehearsed = shown(shipper.using("trader").rehearsing().bills.sign(bill))
    assert "nothing sent" in rehearsed


def test_a_notebook_shows_the_same_as_html(carrier: Ledger, bill: int) -> None:
    html = carrier.history(bill)._repr_html_()
    assert html.startswith("<pre")
    assert "XLLSHA2600101" in html
    assert "clean [on] board" in html
    assert "<script" not in carrier.bill(bill)._repr_html_()


def test_what_is_printed_is_what_is_shown(carrier: Ledger, bill: int, capsys: pytest.CaptureFixture[str]) -> None:
    print(carrier.history(bill))
    printed = capsys.readouterr().out
    assert "XLLSHA2600101  version 1" in printed
    assert "transferred possession to trader" in printed
    assert repr(carrier.bill(bill)).startswith("Bill(id=")


def test_the_package_offers_its_names_and_loads_them_when_used() -> None:
    import sampan.client

    for name in sampan.client.__all__:
        assert getattr(sampan.client, name).__name__ == name
    with pytest.raises(AttributeError, match="Alice"):
        _ = sampan.client.Alice
    script = "import sampan.client, sys; sys.exit(any(name in sys.modules for name in ('web3', 'pydantic', 'rich')))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_remark_that_is_markup_or_no_text_does_no_harm(carrier: Ledger, shipper: Ledger) -> None:
    bill = carrier.bills.issue(bare_terms(carrier, "ODD"), shipper, remark="[/bold]<script>alert(1)</script>").bill
    shipper.bills.sign(bill, remark=b"\xff\x00\x1b[31m")
    shipper.bills.sign(bill, remark="\x1b[31mred\x1b[0m")
    shipper.bills.sign(bill, remark="two\nlines, \x1b[31mone red")
    shipper.bills.sign(bill, remark="two\nhonest lines")
    history = carrier.history(bill)
    text = shown(history)
    assert "[/bold]<script>" in text
    assert "0xff001b5b33316d" in text
    assert "\x1b" not in text
    assert "<script>" not in history._repr_html_()


def test_values_are_described_by_their_names(sampan_chain: SampanChain) -> None:
    names = sampan_chain.ledger.names
    assert describe("titleholder", 0, names) == "nobody"
    assert describe("titleholder", 99, names) == "participant 99"
    assert describe("account", sampan_chain.as_role("bank").address, names).startswith("bank (0x")
    assert describe("until", 1_767_225_600, names) == "2026-01-01 00:00 UTC"
    assert describe("kind", Kind.NAMED, names) == "named"
    assert describe("list", "SMDG", names) == "SMDG"
    assert describe("listed", True, names) == "yes"
    assert moment(2**64) == "no end"
    assert moment(None) == "-"


@pytest.mark.slow
def test_ipython_shows_what_print_shows(carrier: Ledger, bill: int) -> None:
    """#34: it showed 3,000 characters of a dataclass."""
    pretty = pytest.importorskip("IPython.lib.pretty").pretty
    for record in (carrier.bill(bill), carrier.history(bill), carrier.participant("bank"), carrier.powers()):
        assert pretty(record) == str(record)
        assert "dataclass" not in str(record)
        assert "Role(number" not in str(record)
    assert pretty(carrier.issued()) == f"[{carrier.bill(bill).name}]"


@pytest.mark.slow
def test_a_bills_number_is_told_by_its_name_and_stays_a_number(carrier: Ledger, bill: int) -> None:
    found = carrier.issued()
    assert (repr(found[0]), str(found[0])) == (carrier.bill(bill).name,) * 2
    assert found == [bill]
    assert json.loads(json.dumps(found)) == [bill]
    assert hex(found[0]) == hex(bill)
    assert carrier.bill(found[0]).id == bill
    assert (
        carrier.bills.calls.transfer(found[0], "trader").data == carrier.bills.calls.transfer(int(bill), "trader").data
    )


@pytest.mark.slow
def test_powers_show_who_may_do_what_and_when(carrier: Ledger) -> None:
    text = str(carrier.powers())
    assert "Bills.enrol" in text
    assert "enroller (0x3C44…93BC)" in text
    assert "2 days" in text
    assert "<pre" in carrier.powers()._repr_html_()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_powers_break_no_word(carrier: Ledger, width: int) -> None:
    assert broken(carrier.powers(), width) == set()


def test_a_history_names_its_transactions_and_where_an_explorer_shows_them(
    carrier: Ledger, bill: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """#38."""
    hashes = [entry.event.at.transaction for entry in carrier.history(bill).entries if entry.event.at]
    bare = shown(show.history(carrier.history(bill), long=True))
    assert all(each in bare for each in hashes)
    explored = replace(carrier.connection.network, explorer="https://explorer.example/")
    monkeypatch.setattr(carrier.connection, "network", explored)
    found = carrier.history(bill)
    assert hashes[0] not in shown(show.history(found))
    assert f"https://explorer.example/tx/{hashes[0]}" in shown(show.history(found, long=True))
    assert f"https://explorer.example/tx/{hashes[0]}" in found._repr_html_()
