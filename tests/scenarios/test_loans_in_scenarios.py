"""Loans in scenarios: prints under a registrar's key, bills sold where they lie, a run that is cut off."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support.plays import HEAD, ISSUED, Listener

from sampan.chain.outbox import Outbox
from sampan.client import disclosed, prints
from sampan.client.ledger import Ledger
from sampan.errors import UsageError
from sampan.scenarios import script
from sampan.scenarios.play import EVERYBODYS, Outcome, Play
from sampan.scenarios.record import Record, header
from sampan.scenarios.samples import read_sample
from sampan.scenarios.stage import SampanChain, Stage

Run = Callable[[script.Script | Path], Outcome]
Write = Callable[[str], Path]

PARTIES = HEAD.replace("bank]", "bank, importer]")
LENT = (
    ISSUED
    + """\
  - {do: transfer, by: shipper, with: {bill: rice, to: trader}}
  - {do: open_book, by: bank, with: {currency: HKD, decimals: 2}}
  - {do: open_deposit, by: bank, with: {agent: bank, currency: HKD}}
  - {do: deposit.issue, by: bank, with: {deposit: HKD@bank, to: bank, amount: HKD 90.00}}
  - {do: deposit.issue, by: bank, with: {deposit: HKD@bank, to: importer, amount: HKD 90.00}}
  - {do: list_room, by: room_lister, with: {room: Sale, countries: [HK, NL]}}
  - {do: list_room, by: room_lister, with: {room: LoanBook, countries: [HK, NL]}}
  - {do: open_to, by: room_lister, with: {countries: [HK, NL], consent: {sha256: consent}}}
  - {wait: 2 days}
  - {do: list_room, by: room_lister, with: {room: Sale, countries: [HK, NL]}}
  - {do: list_room, by: room_lister, with: {room: LoanBook, countries: [HK, NL]}}
  - {do: open_to, by: room_lister, with: {countries: [HK, NL], consent: {sha256: consent}}}
  - {do: deposit.allow, by: bank, with: {deposit: HKD@bank, spender: LoanBook, value: HKD 90.00}}
  - facility: loan
    with:
      borrower: trader
      agent: bank
      lenders: {bank: HKD 90.00}
      money: HKD@bank
      rate: 5
      day_count: act-365-f
      available_until: 30 days
      maturity: 60 days
      advance: 80
  - {sign: acceptance, by: bank, with: {bill: rice, facility: loan, value: HKD 50.00, prints: rice}, as: taken}
  - {do: pledge, by: trader, with: {bill: rice, acceptance: taken, amount: HKD 40.00}}
"""
)
SOLD = """\
  - {do: deposit.allow, by: importer, with: {deposit: HKD@bank, spender: Sale, value: HKD 60.00}}
  - {sell: rice, by: trader, with: {buyer: importer, price: HKD 60.00, into: HKD@bank, until: 9 days}}
  - {do: sale.pay, by: importer, with: {bill: rice}}
  - {expect: {bill: rice, possessor: importer}}
  - {expect: {balances: HKD@bank, trader: HKD 60.00}}
"""


def lent(folder: Path, steps: str = "", head: str = PARTIES) -> Path:
    path = folder / "lent.yaml"
    path.write_text(head + LENT + steps, encoding="utf-8")
    return path


# -------------------------------------------------------------------------------------------------------------- prints


@pytest.mark.slow
def test_prints_are_those_of_the_client_under_a_key_that_everybody_knows_or_the_files_own(
    play: Run, sampan_chain: SampanChain, tmp_path: Path
) -> None:
    """Nothing is hashed without a key: whoever lends under another finds nothing here."""
    prints.new_key(tmp_path / "own.key")
    heads = (PARTIES, PARTIES.replace("steps:", "registrar: own.key\nsteps:"))
    for head, key in zip(heads, (EVERYBODYS, prints.registrar(tmp_path / "own.key")), strict=True):
        before = sampan_chain.snapshot()
        outcome = play(lent(tmp_path, head=head))
        assert (outcome.state, outcome.failure) == ("passed", None)
        pieces = prints.pieces_of(disclosed.read(tmp_path / "out" / "documents" / "rice.json"))
        assert [piece.box for piece in pieces] == ["XLLU2601017", "XLLU2601022"]
        assert sampan_chain.ledger.prints(outcome.bills["rice"]) == prints.prints_of(key, pieces)
        sampan_chain.restore(before)


@pytest.mark.slow
def test_boxes_of_a_document_of_ones_own_are_not_read_on_a_ledger_that_stays(
    sampan_chain: SampanChain, tmp_path: Path
) -> None:
    (tmp_path / "mine.json").write_bytes(read_sample("to-order"))
    own = PARTIES.replace("rice: to-order", "rice: {file: mine.json}")
    read = script.read(lent(tmp_path, head=own))
    stage = Stage(Ledger.at(sampan_chain.connection, sampan_chain.manifest), sampan_chain.manifest)
    outcome = Play(read, stage, Listener(), tmp_path / "out", new=False).run()
    assert outcome.failure is not None
    assert outcome.failure.came.startswith(f"{UsageError.__name__}: would have prints under a key that everybody knows")
    assert "registrar: FILE" in (outcome.failure.hint or "")


@pytest.mark.slow
def test_what_may_be_in_a_shared_box_is_said_beside_its_document(play: Run, tmp_path: Path) -> None:
    shared = PARTIES.replace("to-order", "{sample: to-order, set: {/cargoMovementTypeAtOrigin: LCL}}")
    outcome = play(lent(tmp_path, head=shared))
    assert outcome.failure is not None
    assert "is shared with others: say what may be in it in all" in outcome.failure.came


@pytest.mark.slow
@pytest.mark.parametrize(("answers", "state"), [("no", "passed"), ("yes", "failed"), ("ask", "failed")])
def test_whether_cargo_is_free_is_answered_as_the_client_answers(
    answers: str, state: str, play: Run, tmp_path: Path
) -> None:
    outcome = play(lent(tmp_path, f"  - {{free: rice, answers: {answers}}}\n"))
    assert outcome.state == state
    if outcome.failure is not None:
        assert outcome.failure.came.startswith("no: XLLU2601017: no, it secures facility 1 (pledge 1) already; ")


@pytest.mark.slow
def test_cargo_that_secures_nothing_is_free(play: Run, written: Write) -> None:
    outcome = play(written(ISSUED + "  - {free: rice, answers: yes}\n"))
    assert outcome.state == "passed"
    told = next(step for step in outcome.played if step.kind == "asked").told
    assert told[:2] == (
        "the cargo of rice is free to secure a debt: yes",
        "XLLU2601017: yes, nothing is registered against it",
    )


# ------------------------------------------------------------------------------------------------ what is expected


@pytest.mark.slow
def test_how_a_bill_is_pledged_is_expected_in_the_money_of_its_loan(play: Run, tmp_path: Path) -> None:
    right = "  - expect: {pledge: rice, facility: loan, value: HKD 50.00, units: 2, allotted: true, out: false}\n"
    outcome = play(lent(tmp_path, f"{right}  - expect: {{pledge: rice, out_until: none, value: HKD 5.00}}\n"))
    failure = outcome.failure
    assert failure is not None
    assert (failure.what, failure.expected, failure.came) == ("how rice stands", "value HKD 5.00", "value HKD 50.00")
    pledged = next(step for step in outcome.played if step.kind == "expected")
    assert pledged.told == ("rice: facility loan, value HKD 50.00, units 2, allotted true, out false",)


@pytest.mark.slow
def test_a_bill_that_is_out_on_trust_is_so_until_a_second(play: Run, sampan_chain: SampanChain, tmp_path: Path) -> None:
    trust = """\
  - {do: repay, by: trader, with: {facility: loan, most: HKD 40.00, out_of: HKD@bank}}
  - {do: entrust, by: bank, with: {bill: rice, to: trader, until: 9 days, purpose: to sell}}
  - {expect: {pledge: rice, out: true, value: HKD 0.00}}
"""
    outcome = play(lent(tmp_path, trust))
    assert (outcome.state, outcome.failure) == ("passed", None)
    left = sampan_chain.ledger.pledge(outcome.bills["rice"]).out_until
    assert left is not None
    assert timedelta(days=8, hours=23) < left - sampan_chain.ledger.now <= timedelta(days=9)


@pytest.mark.slow
def test_what_an_audit_finds_of_a_facility_is_expected_by_its_name(empty_chain: SampanChain, tmp_path: Path) -> None:
    """A borrower of the mainland, whose security nobody filed there (T26)."""
    head = PARTIES.replace(
        "[carrier, shipper, trader, bank, importer]",
        "{carrier: , shipper: , bank: , importer: , trader: {country: CN}}",
    )
    file = lent(tmp_path, "  - audit: {check: SAM-B5, about: loan, level: low}\n", head)
    file.write_text(file.read_text(encoding="utf-8").replace("[HK, NL]", "[HK, CN, NL]"), encoding="utf-8")
    before = empty_chain.snapshot()
    outcome = Play(script.read(file), empty_chain, Listener(), tmp_path).run()
    empty_chain.restore(before)
    assert (outcome.state, outcome.failure) == ("passed", None)
    assert "about loan: " in outcome.played[-1].told[0]


@pytest.mark.slow
def test_days_of_a_loan_turn_where_its_terms_say(play: Run, sampan_chain: SampanChain, tmp_path: Path) -> None:
    file = lent(tmp_path)
    file.write_text(
        file.read_text(encoding="utf-8").replace("rate: 5", "clock: +08:00\n      rate: 5"), encoding="utf-8"
    )
    outcome = play(file)
    assert (outcome.state, outcome.failure) == ("passed", None)
    pledge = sampan_chain.ledger.pledge(outcome.bills["rice"])
    # In quarters of an hour.
    assert sampan_chain.ledger.loan(pledge.facility).stored.clock == 32


# ----------------------------------------------------------------------------------------------- sold where they lie


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.slow
def test_a_run_that_is_cut_off_as_a_pledged_bill_is_put_up_for_sale_goes_on_with_the_terms_it_named(
    sampan_chain: SampanChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log has the hash of the terms alone, and their salt is made by chance."""
    read = script.read(lent(tmp_path, SOLD))
    step = str(next(each.number for each in read.steps if isinstance(each, script.Sell)))
    keep, struck = Record.keep, set()

    def dies(self: Record, kind: Any, key: str, value: Any) -> None:
        for when in ("before", "after"):
            if key in (step, f"{step} terms") and (when, kind, key) not in struck:
                struck.add((when, kind, key))
                raise Killed
            if when == "before":
                keep(self, kind, key, value)

    monkeypatch.setattr(Record, "keep", dies)
    stage = Stage(
        Ledger.at(sampan_chain.connection, sampan_chain.manifest, outbox=Outbox(tmp_path / "outbox")),
        sampan_chain.manifest,
    )
    calls = 0
    outcome: Outcome | None = None
    while outcome is None:
        calls += 1
        record = Record(tmp_path / "record.jsonl", header(read, stage))
        try:
            outcome = Play(read, stage, Listener(), tmp_path / "out", new=False, record=record).run()
        except Killed:
            continue
    assert (outcome.state, outcome.failure) == ("passed", None)
    assert calls == 1 + len(struck) == 7
    lines = [json.loads(line) for line in (tmp_path / "record.jsonl").read_text().splitlines()]
    assert next(line for line in lines if line.get("done") == step)["sold"]
