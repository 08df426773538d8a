"""The trade of the demo: what is played, what is refused, what the audit makes of it, what is left behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.plays import Listener

from sampan.audit import audit
from sampan.documents.salts import read_salts
from sampan.scenarios import script
from sampan.scenarios.play import Outcome, Play
from sampan.scenarios.stage import SampanChain
from sampan.suite.check import Level
from sampan.suite.words import Status


@pytest.fixture(scope="module")
def played(
    sampan_suite: SampanChain, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[SampanChain, Outcome, Listener, Path]]:
    before = sampan_suite.snapshot()
    folder, listener = tmp_path_factory.mktemp("trade"), Listener()
    outcome = Play(script.read(script.find("trade")), sampan_suite, listener, folder).run()
    assert outcome.state == "passed", outcome.failure
    yield sampan_suite, outcome, listener, folder
    sampan_suite.restore(before)


@pytest.mark.slow
def test_one_cargo_is_delivered_one_bill_split_and_one_switched_to_paper(
    played: tuple[SampanChain, Outcome, Listener, Path],
) -> None:
    stage, outcome, _, _ = played
    stands = {name: stage.ledger.bill(bill).status for name, bill in outcome.bills.items()}
    assert stands == {
        "rice-cookers": Status.DELIVERED,
        "desk-lamps": Status.REPLACED,
        "lamps-one": Status.LIVE,
        "lamps-two": Status.LIVE,
        "kettles": Status.PAPER,
    }


@pytest.mark.slow
def test_the_bill_passes_through_endorsement_sale_refusal_and_delivery_in_the_order_of_the_trade(
    played: tuple[SampanChain, Outcome, Listener, Path],
) -> None:
    stage, outcome, _, _ = played
    told = [type(entry.event).__name__ for entry in stage.ledger.history(outcome.bills["rice-cookers"]).entries]
    acts = [name for name in told if name not in ("Transfer", "Agreed")]
    assert acts == [
        "Issued",
        "Transferred",
        "Endorsed",
        "Signed",
        "Endorsed",
        "Lodged",
        "Endorsed",
        "Surrendered",
        "SurrenderRefused",
        "Surrendered",
        "SurrenderAccepted",
        "Delivered",
    ]


def test_t32_price_and_title_move_in_one_transaction_across_two_banks(
    played: tuple[SampanChain, Outcome, Listener, Path],
) -> None:
    stage, outcome, listener, _ = played
    (paid,) = (step for step in listener.steps if step.verb == "pay" and step.kind == "done")
    assert paid.told[-1] == f"all of it in one transaction, in block {paid.block}"
    entries = stage.ledger.history(outcome.bills["rice-cookers"]).entries
    moved = [
        entry for entry in entries if entry.event.at is not None and entry.event.at.transaction == paid.transaction
    ]
    assert [type(entry.event).__name__ for entry in moved if entry.act_count] == ["Endorsed"]
    told = " ".join(paid.told)
    assert "reserves moved from HKD@bank_second to HKD@bank" in told
    assert "paid HKD 1,250,000.00" in told


def test_a_look_at_an_offer_says_who_may_do_what_and_when(
    played: tuple[SampanChain, Outcome, Listener, Path],
) -> None:
    _, _, listener, _ = played
    (look,) = (step for step in listener.steps if step.kind == "looked")
    assert look.told[0].startswith(
        "1 bill of Kwun Lung Merchants Limited to Maaskade Huishoud B.V. for HKD 1,250,000.00"
    )
    assert look.told[1] == "may be done now: pay (buyer), decline (buyer)"
    assert look.told[2].startswith("not yet: recall (seller, from ")


def test_what_the_ledger_must_not_allow_is_tried_and_refused(
    played: tuple[SampanChain, Outcome, Listener, Path],
) -> None:
    _, _, listener, _ = played
    assert [step.code for step in listener.steps if step.kind == "refused"] == [
        "document.reference_used",
        "refused.FactStands",
        "refused.AgreementRequired",
        "refused.NotPossessor",
        "refused.NotPossessor",
        "refused.RecallTooEarly",
        "refused.WrongStatus",
        "refused.ReplacementsNotAgreed",
    ]


@pytest.mark.slow
def test_the_audit_reconciles_and_notices_only_the_carrier_that_stayed_silent(
    played: tuple[SampanChain, Outcome, Listener, Path],
) -> None:
    stage, outcome, _, _ = played
    report = audit(stage.connection, stage.manifest)
    assert report.reconciled
    assert [(finding.id, finding.level) for finding in report.findings] == [("SAM-T7", Level.LOW)]
    assert set(report.lives["bills"]) == set(outcome.bills.values())


def test_documents_keep_their_salts_beside_them(played: tuple[SampanChain, Outcome, Listener, Path]) -> None:
    stage, outcome, _, folder = played
    for name, bill in outcome.bills.items():
        salts = folder / "documents" / f"{name}.salts.json"
        assert read_salts(salts).root == stage.ledger.bill(bill).root
        assert salts.stat().st_mode & 0o077 == 0
