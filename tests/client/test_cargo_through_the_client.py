"""Cargo data through the client: what producers say exactly, how it stands, and why a condition does not hold (T19)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support import banking, producing
from support.producing import CUSTOMS, INSPECTOR, INSURER, PLACE, TERMINAL
from support.widths import WIDE, broken, shown

from sampan.cargo.records import ALL_UNITS, Clause
from sampan.cargo.rules import condition_of
from sampan.client import errors, papers, statements
from sampan.client.cargo_records import Condition
from sampan.client.ledger import Ledger
from sampan.errors import BadInput, ChainError, SampanError, UsageError
from sampan.suite import events
from sampan.suite.verb import Signature
from sampan.suite.words import FactKind, Lack, Role
from sampan.testing import SampanChain

pytestmark = pytest.mark.usefixtures("reported", "sampan_chain")


@pytest.fixture(scope="module")
def reported(sampan_suite: SampanChain) -> Iterator[SampanChain]:
    """Producers that are accredited, once for the tests of a module."""
    before = sampan_suite.snapshot()
    producing.accredit(sampan_suite)
    yield sampan_suite
    sampan_suite.restore(before)


@pytest.fixture
def inspector(reported: SampanChain, sampan_chain: SampanChain) -> Ledger:
    return sampan_chain.as_role("inspector")


@pytest.fixture
def insurer(reported: SampanChain, sampan_chain: SampanChain) -> Ledger:
    return sampan_chain.as_role("insurer")


@pytest.fixture
def bill(reported: SampanChain, sampan_chain: SampanChain) -> int:
    (made,) = banking.bills(sampan_chain, "CARGO1")
    return made


# ------------------------------------------------------------------------------------------------------------ producers


@pytest.mark.slow
def test_t19_a_producer_is_accredited_by_place_and_shown_with_its_group(enroller: Ledger) -> None:
    enroller.cargo_log.accredit("terminal", [FactKind.DISCHARGED], place="NLRTM")
    terminal, customs, inspector, insurer = enroller.producers()
    assert (terminal.lei, terminal.group, terminal.stale) == (TERMINAL.lei, TERMINAL.lei, False)
    assert terminal.places == {
        PLACE.encode().ljust(32, b"\0"): tuple(producing.AT_TERMINALS),
        b"NLRTM".ljust(32, b"\0"): (FactKind.DISCHARGED,),
    }
    assert customs.places == {b"CN".ljust(32, b"\0"): (FactKind.EXPORT_RELEASED,)}
    assert insurer.kinds == (FactKind.VALUED, FactKind.INSURED)
    assert not insurer.places
    assert FactKind.LOST in inspector.kinds
    assert "valued, insured" in str(insurer)


@pytest.mark.slow
def test_what_was_discredited_everywhere_is_accredited_nowhere(enroller: Ledger, suspender: Ledger) -> None:
    suspender.cargo_log.discredit("terminal", [FactKind.LOADED])
    terminal, *_ = enroller.producers()
    # All of its places are to be accredited anew.
    assert not terminal.places
    assert "its word is not recorded" in str(terminal)


@pytest.mark.slow
def test_a_group_is_stale_when_the_ultimate_parent_changed(enroller: Ledger) -> None:
    enroller.bills.set_profile("terminal", parent=INSURER.lei, roles=Role.PRODUCE | Role.TERMS)
    terminal, *_ = enroller.producers()
    assert (terminal.stale, terminal.group, terminal.parent) == (True, TERMINAL.lei, INSURER.lei)
    enroller.cargo_log.regroup("terminal")
    terminal, *_ = enroller.producers()
    assert (terminal.stale, terminal.group) == (False, INSURER.lei)


@pytest.mark.parametrize(
    "place", ["", "C", "XX", "CNSH", "CNSHA/", "CNSHA/SMDG", "CNSHA/LOCO/1", "cn", "CNSHA/SMDG/TOOLONG"]
)
def test_a_place_that_is_none_is_refused(enroller: Ledger, place: str) -> None:
    with pytest.raises(BadInput) as refused:
        enroller.cargo_log.accredit("terminal", [FactKind.LOADED], place=place)
    assert (refused.value.code, refused.value.argument) == ("identifier.place", "place")


# ----------------------------------------------------------------------------------------------------------- statements


@pytest.mark.parametrize(
    ("given", "amount"),
    [
        ("150000 USD", (150_000, "USD")),
        ("150,000 usd", (150_000, "USD")),
        ("USD 150,000.00", (150_000, "USD")),
        ("  28400   KGM ", (28_400, "KGM")),
        ((12, "MTQ"), (12, "MTQ")),
        ("0 USD", (0, "USD")),
        (f"{2**48 - 1} USD", (2**48 - 1, "USD")),
    ],
)
def test_an_amount_is_read_exactly_with_its_measure(given: Any, amount: tuple[int, str]) -> None:
    assert statements.amount_of(given) == amount


@pytest.mark.parametrize(
    "given", ["150000", "USD", "150000.50 USD", "-1 USD", "1e3 USD", "15,00 USD", f"{2**48} USD", "5 U", "12 345", ""]
)
def test_an_amount_that_is_not_whole_or_has_no_measure_is_refused(given: str) -> None:
    with pytest.raises(BadInput) as refused:
        statements.amount_of(given)
    assert refused.value.code == "amount"


def test_a_statement_says_all_that_was_given(inspector: Ledger, bill: int) -> None:
    when = datetime(2025, 12, 30, 8, tzinfo=UTC)
    act = inspector.cargo_log.attest(
        bill, FactKind.WEIGHED, unit=2, amount="28,400 KGM", happened_at=when, place="CNSHA"
    )
    said = act.event(events.FactAttested).statement
    assert (said.kind, said.unit, said.amount, said.measure) == (FactKind.WEIGHED, 2, 28_400, "KGM")
    assert (said.happened_at, said.valid_until, said.place) == (int(when.timestamp()), 0, b"CNSHA".ljust(32, b"\0"))
    (fact,) = inspector.facts(bill).said
    assert (fact.state, fact.amount, fact.measure, fact.batch, fact.hours) == ("standing", 28_400, "KGM", None, 0)
    assert fact.key == act.event(events.FactAttested).key


def test_what_was_said_is_replaced_by_naming_it_and_withdrawn_for_good(inspector: Ledger, bill: int) -> None:
    first = inspector.sign_statement(inspector.statement(bill, FactKind.VALUED, amount="100 USD"))
    inspector.cargo_log.send_statement(first)
    with pytest.raises(UsageError, match="has said this before") as stands:
        inspector.cargo_log.attest(bill, FactKind.VALUED, amount="120 USD")
    assert "--replace" in str(stands.value.hint)
    inspector.cargo_log.attest(bill, FactKind.VALUED, amount="120 USD", replace=True)
    with pytest.raises(errors.FactStands):
        inspector.cargo_log.send_statement(first)
    inspector.cargo_log.withdraw(bill, FactKind.VALUED)
    (fact,) = inspector.facts(bill).said
    assert (fact.state, fact.amount) == ("withdrawn", 120)
    with pytest.raises(errors.SaidSince):
        inspector.cargo_log.send_statement(first)
    # In the same second it may say it anew.
    inspector.cargo_log.attest(bill, FactKind.VALUED, amount="130 USD")
    (fact,) = inspector.facts(bill).said
    assert (fact.state, fact.amount) == ("standing", 130)


def test_what_was_withdrawn_before_it_was_recorded_is_shown(inspector: Ledger, bill: int) -> None:
    inspector.cargo_log.withdraw(bill, FactKind.LOADED, unit=3)
    (fact,) = inspector.facts(bill).said
    assert (fact.state, fact.recorded_at, fact.unit) == ("withdrawn", 0, 3)
    assert "never" in str(inspector.facts(bill))


def test_a_statement_counts_for_its_ledger_and_its_signer_alone(
    inspector: Ledger, insurer: Ledger, relayer: Ledger, bill: int
) -> None:
    statement = inspector.statement(bill, FactKind.LOST)
    with pytest.raises(BadInput, match="must be signed by"):
        insurer.sign_statement(statement)
    signed = inspector.sign_statement(statement)
    assert papers.read(signed.as_json()) == signed
    assert signed.contract == inspector.address_in("CargoLog")
    assert signed.digest == inspector.ask("digestOf", statement, contract="CargoLog")
    inspector.bills.cancel(signed)
    with pytest.raises(errors.SignatureCancelled):
        relayer.cargo_log.send_statement(signed)
    with pytest.raises(BadInput, match="is a signed Statement, not SignedAct"):
        relayer.bills.send_act(signed)


def test_details_keep_their_salt_and_what_was_altered_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "policy.pdf"
    file.write_bytes(b"ICC (A)")
    assert statements.rest_of(file, keep=False) != statements.rest_of(file, keep=False)
    rest = statements.rest_of(file, keep=True)
    assert statements.rest_of(file, keep=True) == rest
    assert statements.details_path(file).stat().st_mode & 0o777 == 0o600
    file.write_bytes(b"ICC (C)")
    with pytest.raises(BadInput, match="was altered"):
        statements.rest_of(file, keep=True)
    statements.details_path(file).write_text('{"salt": 1}')
    with pytest.raises(BadInput, match="holds no salt"):
        statements.rest_of(file, keep=True)
    file.write_bytes(b"")
    with pytest.raises(BadInput, match="is empty"):
        statements.rest_of(file, keep=True)


def test_what_differs_in_amount_or_place_contradicts(inspector: Ledger, insurer: Ledger, bill: int) -> None:
    inspector.cargo_log.attest(bill, FactKind.VALUED, amount="150000 USD")
    insurer.cargo_log.attest(bill, FactKind.VALUED, amount="150000 CNY")
    # Two currencies are two things.
    assert inspector.facts(bill).contradictions == []
    insurer.cargo_log.attest(bill, FactKind.VALUED, amount="140000 USD", replace=True)
    ((one, other),) = inspector.facts(bill).contradictions
    assert {one.amount, other.amount} == {150_000, 140_000}
    assert "contradict each other" in str(inspector.facts(bill))


@pytest.mark.parametrize("width", [60, 80, 120, 160])
def test_facts_break_no_word_of_what_was_said(
    inspector: Ledger, sampan_chain: SampanChain, bill: int, width: int
) -> None:
    inspector.cargo_log.attest(bill, FactKind.WEIGHED, unit=2, amount="28400 KGM", place="CNSHA")
    sampan_chain.connection.advance_time(60 * 86_400 + 3_700)
    inspector.cargo_log.attest(bill, FactKind.VALUED, amount="150000 USD", happened_at=inspector.connection.time())
    record = inspector.facts(bill)
    assert broken(record, width) == set()
    assert "60 days ago (by statement)" in shown(record, WIDE)
    assert "under an hour ago" in shown(record, WIDE)


def test_how_long_ago_is_said_in_days_from_two_days_on(inspector: Ledger, sampan_chain: SampanChain, bill: int) -> None:
    inspector.cargo_log.attest(bill, FactKind.VALUED, amount="150000 USD")
    for hours, said in ((1, "1 hour ago"), (46, "47 hours ago"), (1, "2 days ago"), (25, "3 days ago")):
        sampan_chain.connection.advance_time(hours * 3_600)
        assert said in shown(inspector.facts(bill), WIDE)


# ----------------------------------------------------------------------------------------------------------- conditions


def laid(ledger: Ledger, *clauses: Clause) -> bytes:
    """The name of a condition that is laid down here."""
    ledger.cargo_log.lay(clauses)
    return condition_of(clauses)


@pytest.mark.slow
def test_why_tells_of_each_lack_what_it_is(
    sampan_chain: SampanChain, inspector: Ledger, insurer: Ledger, relayer: Ledger, bill: int
) -> None:
    name = laid(
        relayer,
        Clause(FactKind.VALUED, 2, 0, 0, 100, "USD"),
        Clause(FactKind.INSPECTED, 1, 24, ALL_UNITS, 0, ""),
        Clause(FactKind.VESSEL_IDENTIFIED, 1, 0, 0, 9_074_729, "IMO"),
    )
    inspector.cargo_log.attest(bill, FactKind.VALUED, amount="100 USD")
    insurer.cargo_log.attest(bill, FactKind.VALUED, amount="99 USD")
    inspector.cargo_log.attest(bill, FactKind.INSPECTED, unit=1)
    inspector.cargo_log.attest(bill, FactKind.VESSEL_IDENTIFIED, imo="9321483")
    answer = relayer.why(name, bill, units=2, producers=["inspector", "insurer", "customs"])
    assert not answer.holds
    assert [reason.lacks for reason in answer.reasons] == [
        (Lack.NOTHING, Lack.TOO_LITTLE, Lack.NOT_ACCREDITED),
        (Lack.TOO_YOUNG, Lack.NOT_ACCREDITED, Lack.NOT_ACCREDITED),
        (Lack.TOO_LITTLE, Lack.NOT_ACCREDITED, Lack.NOT_ACCREDITED),
    ]
    words = " ".join(str(answer).replace("│", " ").split())
    assert f"{CUSTOMS.lei}: is not accredited for valued" in words
    assert f"{INSURER.lei}: says 99 USD, and at least 100 USD is asked for" in words
    assert "says IMO 9321483, and IMO 9074729 is asked for" in words
    assert "the bill: 1 of the 2 producers needed" in words
    # To the second from which on it counts.
    reason = answer.reasons[1]
    counts = reason.counts_from(inspector.number_of(inspector))
    sampan_chain.advance(timedelta(seconds=counts - relayer.time() - 1))
    assert relayer.why(name, bill, units=1, producers=["inspector"]).reasons[1].lacks == (Lack.TOO_YOUNG,)
    sampan_chain.advance(timedelta(seconds=1))
    assert relayer.why(name, bill, units=1, producers=["inspector"]).reasons[1].holds


@pytest.mark.slow
def test_why_tells_who_may_not_act_whose_group_is_left_out_and_who_is_one_too_many(
    suspender: Ledger, enroller: Ledger, inspector: Ledger, insurer: Ledger, relayer: Ledger, bill: int
) -> None:
    name = laid(relayer, Clause(FactKind.VALUED, 2, 0, 0, 0, ""))
    inspector.cargo_log.attest(bill, FactKind.VALUED, amount="100 USD")
    insurer.cargo_log.attest(bill, FactKind.VALUED, amount="100 USD")
    assert relayer.why(name, bill, units=0).holds
    left = relayer.why(name, bill, units=0, leave_out=[INSURER.lei, "SAMPAN00SHIPPER00057"])
    assert (left.holds, left.reasons[0].lacks) == (False, (Lack.NOTHING, Lack.GROUP_LEFT_OUT))
    assert left.left_out == (INSURER.lei, "SAMPAN00SHIPPER00057")
    enroller.bills.set_profile("insurer", parent=INSPECTOR.lei, roles=Role.PRODUCE | Role.TERMS)
    enroller.cargo_log.regroup("insurer")
    assert relayer.why(name, bill, units=0).reasons[0].lacks == (Lack.NOTHING, Lack.SAME_GROUP)
    assert "of the same group as another that counts" in " ".join(str(relayer.why(name, bill, units=0)).split())


def test_a_condition_that_is_not_there_or_has_no_clause_is_refused(relayer: Ledger, bill: int) -> None:
    with pytest.raises(errors.NotOnLedger, match="no condition of this name"):
        relayer.why(b"\x12" * 32, bill, units=1)
    with pytest.raises(UsageError, match="at least one clause"):
        relayer.cargo_log.lay([])


@pytest.mark.parametrize(
    ("clauses", "alone"),
    [
        ((Clause(FactKind.DEPARTED, 1, 0, 0, 0, ""),), "one producer's one event can meet it"),
        (
            (Clause(FactKind.DEPARTED, 1, 0, 0, 0, ""), Clause(FactKind.LOADED, 1, 0, ALL_UNITS, 0, "")),
            "one producer alone can meet it",
        ),
        ((Clause(FactKind.DEPARTED, 2, 0, 0, 0, ""),), None),
        ((Clause(FactKind.DEPARTED, 1, 0, 0, 0, ""), Clause(FactKind.LOADED, 2, 0, 1, 0, "")), None),
    ],
)
def test_what_a_single_producer_can_bring_about_is_said(clauses: tuple[Clause, ...], alone: str | None) -> None:
    assert Condition(condition_of(clauses), clauses).alone == alone


# ----------------------------------------------------------------------------------------------- an RPC that leaves out


def test_logs_that_leave_out_what_was_said_or_who_may_say_it_are_noticed(
    inspector: Ledger, bill: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspector.cargo_log.attest(bill, FactKind.VALUED, amount="100 USD")
    inspector.cargo_log.attest(bill, FactKind.VALUED, amount="120 USD", replace=True)
    logged = inspector._logged

    def without(kind: Any, place: int) -> Any:
        def answer(*positional: Any, **named: Any) -> Any:
            told = logged(*positional, **named)
            found = [event for event in told if isinstance(event, kind)]
            left = [event for event in told if not found or event is not found[place]]
            lacks = positional[2] if len(positional) > 2 else named.get("lacks")
            missing = lacks(left) if lacks else None
            if missing:
                raise ChainError(missing)
            return left

        return answer

    monkeypatch.setattr(inspector, "_logged", without(events.FactAttested, -1))
    with pytest.raises(ChainError, match="the logs do not tell how valued stands"):
        inspector.facts(bill)
    monkeypatch.setattr(inspector, "_logged", without(events.Accredited, 0))
    with pytest.raises(ChainError, match="the logs lack events 1 of who may say what"):
        inspector.producers()


@pytest.mark.parametrize("altered", [{"amount": 10_000}, {"measure": "HKD"}, {"valid_until": 2_000_000_000}])
def test_logs_that_tell_a_fact_otherwise_than_the_contract_keeps_it_are_noticed(
    inspector: Ledger, bill: int, monkeypatch: pytest.MonkeyPatch, altered: dict[str, Any]
) -> None:
    inspector.cargo_log.attest(bill, FactKind.VALUED, amount="100 USD")
    logged = inspector._logged

    def answer(*positional: Any, **named: Any) -> Any:
        return [replace(told, statement=replace(told.statement, **altered)) for told in logged(*positional, **named)]

    assert inspector.facts(bill).said[0].amount == 100
    monkeypatch.setattr(inspector, "_logged", answer)
    inspector.connection.mine()
    with pytest.raises(ChainError, match="the logs do not tell how valued stands"):
        inspector.facts(bill)


def test_who_signs_for_a_contract_says_it_itself(inspector: Ledger, bill: int) -> None:
    call = inspector.cargo_log.calls.attest(bill, FactKind.LOST)
    assert call.verb.values()[1] == Signature(inspector.address, empty=True)
    assert call.bills == (bill,)
    with pytest.raises(SampanError, match="no call of a room"):
        inspector.sign_call(call)
