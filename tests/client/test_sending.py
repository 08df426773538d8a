"""How acts are sent: rehearsed, in batches that stay far below the gas of a transaction, refused by name."""

from __future__ import annotations

import pytest
from support.client_refusals import assert_tells, refuses

from sampan.chain.transactions import GAS_CAP
from sampan.client import errors
from sampan.client.core import BATCH_GAS
from sampan.client.ledger import Ledger
from sampan.client.verbs import LARGEST_REMARK
from sampan.errors import BadInput, ChainError, Missing, Refused, UsageError
from sampan.suite import events
from sampan.suite.words import Status
from sampan.testing import SampanChain, bare_terms


@pytest.fixture
def bill(carrier: Ledger, shipper: Ledger) -> int:
    """A bill in blank, with the shipper."""
    return carrier.bills.issue(bare_terms(carrier, "SENT"), shipper).bill


def test_a_rehearsal_shows_gas_and_events_and_sends_nothing(shipper: Ledger, trader: Ledger, bill: int) -> None:
    before = shipper.connection.block_number()
    rehearsed = shipper.rehearsing().bills.transfer(bill, trader)
    assert (rehearsed.sent, rehearsed.transaction, rehearsed.block) == (False, None, None)
    assert rehearsed.event(events.Transferred).to == trader.address
    assert all(event.at is None for event in rehearsed.events or ())
    assert shipper.connection.block_number() == before
    act = shipper.bills.transfer(bill, trader)
    assert act.gas <= rehearsed.gas <= act.gas * 2
    assert rehearsed.cost > 0


def test_a_rehearsal_refuses_as_the_act_would(trader: Ledger, bill: int) -> None:
    with refuses(errors.NotPossessor, bill, trader.address):
        trader.rehearsing().bills.transfer(bill, "bank")


def test_a_ledger_without_a_signer_reads_and_does_not_act(sampan_chain: SampanChain, bill: int) -> None:
    assert sampan_chain.ledger.bill(bill).status is Status.LIVE
    with pytest.raises(UsageError, match="nobody signs"):
        sampan_chain.ledger.bills.transfer(bill, "bank")


def test_a_refusal_names_the_act_the_error_and_what_would_be_right(trader: Ledger, bill: int) -> None:
    with refuses(errors.NotPossessor, bill, trader.address) as caught:
        trader.bills.surrender(bill)
    refusal = caught.value
    assert isinstance(refusal, Refused)
    assert refusal.exit_code == 5
    assert refusal.code == "refused.NotPossessor"
    assert refusal.name == "NotPossessor"
    assert isinstance(refusal, errors.NotPossessor)
    assert (refusal.bill, refusal.account) == (bill, trader.address)
    assert "trader" in refusal.message
    assert refusal.subject is not None
    assert refusal.subject.startswith("surrender for delivery ")
    assert refusal.hint == "let the possessor act"


def test_a_refusal_names_participants_by_company(carrier: Ledger, shipper: Ledger, bank: Ledger, bill: int) -> None:
    with refuses(errors.AgreementRequired, bill, bank.number_of(bank)) as caught:
        shipper.bills.transfer(bill, bank)
    assert "Bank of Lantau Harbour Limited (SAMPAN0000BANK000038)" in caught.value.message


def test_a_view_that_refuses_is_a_named_refusal_too(carrier: Ledger) -> None:
    with refuses(errors.TokenDoesNotExist):
        carrier.ask("ownerOf", bare_terms(carrier, "NEVER").bill)


def test_a_function_that_the_ledger_does_not_have_is_refused_here(carrier: Ledger) -> None:
    with pytest.raises(UsageError, match="no such function"):
        carrier.ask("mint", 1)
    with pytest.raises(BadInput, match="does not fit"):
        carrier.ask("ownerOf", "the bill")


@pytest.mark.slow
def test_a_carrier_issues_many_in_few_transactions_far_below_the_gas_that_one_may_have(
    carrier: Ledger, shipper: Ledger
) -> None:
    calls = [carrier.bills.calls.issue(bare_terms(carrier, f"MANY{index:03}"), shipper) for index in range(60)]
    acts = carrier.do_all(calls, gas=2_000_000)
    assert 1 < len(acts) < 5
    assert all(act.gas < 2_000_000 for act in acts)
    assert 2 * BATCH_GAS < GAS_CAP
    assert [event.bill for act in acts for event in act.all(events.Issued)] == [call.bills[0] for call in calls]
    assert sum(len(act.bills) for act in acts) == 60


def test_one_act_is_no_batch(carrier: Ledger, shipper: Ledger) -> None:
    (act,) = carrier.do_all([carrier.bills.calls.issue(bare_terms(carrier, "ONE"), shipper)])
    assert act.verb == "issue"
    assert carrier.do_all([]) == []


@pytest.mark.slow
def test_a_batch_names_the_act_that_is_refused_and_does_nothing_of_its_transaction(
    carrier: Ledger, shipper: Ledger, trader: Ledger
) -> None:
    bills = [carrier.bills.issue(bare_terms(carrier, f"B{index}"), shipper).bill for index in range(7)]
    for bill in bills:
        if bill != bills[4]:
            shipper.bills.surrender(bill)
    before = carrier.connection.block_number()
    with pytest.raises(errors.BatchRefused) as caught:
        carrier.do_all([carrier.bills.calls.accept(bill) for bill in bills])
    assert caught.value.position == 5
    assert_tells(caught.value.refusal, errors.WrongStatus, bills[4], Status.LIVE)
    assert caught.value.code == "refused.WrongStatus"
    assert caught.value.exit_code == 5
    assert caught.value.done == ()
    assert carrier.connection.block_number() == before


@pytest.mark.slow
def test_what_was_done_before_a_refused_transaction_is_handed_over(shipper: Ledger, bill: int) -> None:
    # Too much for one transaction, so that nobody can see the last one refused before the first are done.
    calls = [shipper.bills.calls.sign(bill, remark=str(index) * 8_000) for index in range(10, 70)]
    with pytest.raises(errors.BatchRefused) as caught:
        shipper.do_all([*calls, shipper.bills.calls.refuse(bill, remark="not mine to refuse")])
    assert caught.value.position == 61
    assert_tells(caught.value.refusal, errors.WrongStatus, bill, Status.LIVE)
    signed = [event.remark for act in caught.value.done for event in act.all(events.Signed)]
    assert 0 < len(signed) < 60
    assert signed == [call.verb.remark for call in calls[: len(signed)]]
    assert shipper.bill(bill).act_count == 1 + len(signed)


def test_several_acts_of_several_kinds_go_in_one_transaction(
    carrier: Ledger, shipper: Ledger, trader: Ledger, bill: int
) -> None:
    other = bare_terms(carrier, "OTHER")
    (act,) = shipper.do_all([shipper.bills.calls.sign(bill), shipper.bills.calls.transfer(bill, trader)])
    assert act.verb == "multicall"
    assert [event.act_count for event in act.events or () if hasattr(event, "act_count")] == [2, 3]
    assert not carrier.exists(other.bill)


def test_a_remark_that_is_too_long_for_a_log_is_refused_here(shipper: Ledger, trader: Ledger, bill: int) -> None:
    with pytest.raises(BadInput, match="too long"):
        shipper.bills.transfer(bill, trader, remark="x" * (LARGEST_REMARK + 1))
    shipper.bills.transfer(bill, trader, remark="é" * (LARGEST_REMARK // 2))


def test_hashes_and_counts_are_looked_at_before_they_are_sent(carrier: Ledger, bill: int) -> None:
    with pytest.raises(BadInput, match=r"statement: a hash has 32 bytes, this 5"):
        carrier.bills.to_paper(bill, originals=3, statement=b"short")
    with pytest.raises(UsageError, match=r"originals: must be a number from 1"):
        carrier.bills.to_paper(bill, originals=0, statement=bytes(32))


def test_a_ledger_is_opened_by_its_manifest(sampan_chain: SampanChain, bill: int, tmp_path: object) -> None:
    opened = Ledger.open(sampan_chain.connection, manifest=sampan_chain.manifest)
    assert opened.bill(bill).id == bill
    moved = sampan_chain.manifest.model_copy(update={"chain_id": 1})
    with pytest.raises(ChainError, match="wrong chain"):
        Ledger.open(sampan_chain.connection, manifest=moved)


def test_a_manifest_whose_ledger_is_not_there_is_refused(sampan_chain: SampanChain) -> None:
    contracts = [
        item.model_copy(update={"address": "0x" + "11" * 20}) if item.name == "Bills" else item
        for item in sampan_chain.manifest.contracts
    ]
    wrong = sampan_chain.manifest.model_copy(update={"contracts": contracts})
    with pytest.raises(Missing, match="not on this chain"):
        Ledger.open(sampan_chain.connection, manifest=wrong)
