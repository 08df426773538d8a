"""What the audit knows of verbs and events follows from their declarations; what is forgotten there fails here."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from sampan.bills.history import ACTS, ISSUES, MOVES, ending_of, moves, receiver_of
from sampan.bills.records import TERMINAL
from sampan.identity.checks.acting import FREE, actors
from sampan.subjects import SUITE
from sampan.suite import events as ev
from sampan.suite.check import audited
from sampan.suite.event import field_names
from sampan.suite.words import Endorsement, Rejection, Status

ROOT = Path(__file__).resolve().parents[2] / "sampan"

ANYBODY = {
    ev.AccountRecovered: "executeRecovery: anybody may",
    ev.PossessionRecovered: "recover: anybody may",
    ev.HeldOn: "beside a replacement, whose carrier acted",
    ev.DepositBalanceRecovered: "recover: anybody may",
    ev.DepositPermitUsed: "permit: anybody shows what another signed",
    ev.Settled: "beside a payment, whose payer acted",
    ev.Regrouped: "regroup: anybody may",
    ev.PositionTransfer: "beside another event, or a wallet's: an operator that its owner approved, whom no log names",
    ev.Lent: "a room that lends, whose position says which",
    ev.Split: "its owner, whom the transfer before it names",
    ev.PositionRecovered: "recover: anybody may",
}
"""Events that no log says who caused, and why."""
EFFECTIVE = {kind for kind, fact in SUITE.facts.items() if fact.effect is not None}


def test_every_event_of_the_contracts_is_declared_once() -> None:
    for subject in SUITE.subjects:
        logged = {log.signature for log in subject.codec.logs.values()}
        declared = {kind.SIGNATURE for kind in SUITE.facts}
        assert logged <= declared, logged - declared


def test_every_event_names_who_acted_or_is_administrations_or_exempt_for_a_reason() -> None:
    named = set(actors(SUITE))
    powered = {kind for verb in SUITE.verbs.values() if verb.power for kind in verb.logs}
    assert set(FREE) <= EFFECTIVE
    missing = EFFECTIVE - (named | powered | set(FREE) | set(ANYBODY))
    assert not missing, "sampan/identity/checks/acting.py: _MORE names who acted, FREE says why it need not be asked"
    assert named | powered | set(FREE) | set(ANYBODY) == EFFECTIVE
    assert not named & (powered | set(FREE) | set(ANYBODY))


def test_fields_that_name_who_acted_or_was_given_something_are_the_events_own() -> None:
    for kind, fields in actors(SUITE).items():
        assert set(fields) <= set(field_names(kind)), kind
    for kind, fact in SUITE.facts.items():
        assert set(fact.gives) <= set(field_names(kind)), kind


def test_acts_carry_a_count_and_a_bill_and_nothing_else_does() -> None:
    counted = {kind for kind in SUITE.facts if "act_count" in field_names(kind)}
    assert counted - ACTS == {ev.Agreed, ev.AgreementRecorded}, "shown, not done"
    assert SUITE.acts == ACTS
    assert all("bill" in field_names(kind) for kind in ACTS)
    assert {ev.Issued, ev.IssuedFromPaper, ev.ReplacementIssued} == ISSUES


def test_what_moves_possession_stands_beside_a_transfer_and_names_a_receiver() -> None:
    """The second telling (`history.moves`) against what each event says of itself."""
    beside = {kind for kind, fact in SUITE.facts.items() if fact.beside is not None}
    assert beside - {ev.OperatorSet, ev.BillOperatorSet} == MOVES
    for kind in MOVES:
        assert {"to", "possessor", "room"} & set(field_names(kind)), kind
    act = ev.Endorsed(1, "0x1", "0x2", Endorsement.BLANK, 0, 2, b"")
    assert (moves(act), receiver_of(act)) == (True, "0x2")
    assert not moves(replace(act, to="0x1"))
    rejected = ev.Rejected(1, "0x1", "0x2", Rejection.BOTH, 2, b"")
    assert moves(rejected)
    assert not moves(replace(rejected, rejection=Rejection.TITLE))


def test_every_end_of_a_bill_is_told() -> None:
    """The second telling (`history.ending_of`) against what the events do."""
    ended = {
        ev.Replaced(1, "0x1", (2,), 2, b""): Status.REPLACED,
        ev.SwitchedToPaper(1, "0x1", 3, bytes(32), 2, b""): Status.PAPER,
        ev.Delivered(1, "0x1", 2, b""): Status.DELIVERED,
        ev.Rejected(1, "0x1", "0x1", Rejection.ISSUE, 2, b""): Status.VOID,
    }
    assert set(ended.values()) == TERMINAL
    assert [ending_of(event) for event in ended] == ["replaced", "on paper", "delivered", "void"]


def test_administration_is_what_needs_a_power_and_the_vetoes_and_ends_of_recoveries() -> None:
    powered = {kind for verb in SUITE.verbs.values() if verb.power for kind in verb.logs}
    assert SUITE.administration - powered == {ev.RecoveryVetoed, ev.AccountRecovered}
    assert all(verb.logs for verb in SUITE.verbs.values() if verb.power)


def test_every_view_and_slot_that_an_audit_asks_for_exists() -> None:
    state = SUITE.state()
    for subject in audited(SUITE):
        for question in subject.questions(state, 0):
            assert question.view in subject.subject.codec.functions
    # What is there before anything happened: the counters.
    assert {subject.subject.name for subject in audited(SUITE) if list(subject.words(state))} == {
        "identity",
        "reserves",
        "listing",
        "cargo",
        "positions",
        "loans",
    }


@pytest.mark.slow
@pytest.mark.parametrize("package", ["bills", "identity"])
def test_subjects_rest_on_suite_and_model_alone(package: str) -> None:
    """And on subjects below them; never on audit, client or chain."""
    allowed = {"suite", "model", "identity", "keccak", "errors", package}
    for file in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                if name.startswith("sampan."):
                    assert name.split(".")[1] in allowed, (file, name)
    assert "bills" not in {path.name for path in (ROOT / "identity").iterdir()}


def test_the_audit_imports_no_client() -> None:
    for file in (ROOT / "audit").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert "sampan.ledger" not in text, file
        assert "sampan.client" not in text, file
