"""The life of a bill through the client, verb by verb, with its history."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from support.client_refusals import refuses

from sampan.bills.terms import Terms
from sampan.client import errors
from sampan.client.ledger import Ledger
from sampan.client.proposal import Proposal
from sampan.keccak import keccak
from sampan.suite import events
from sampan.suite.tell import bill_name
from sampan.suite.words import Endorsement, Kind, Purpose, Rejection, Role, Status, SurrenderFor
from sampan.testing import SampanChain, bare_terms, sample

STATEMENT = keccak(b"statement of change of medium")


@pytest.fixture
def bill(carrier: Ledger, shipper: Ledger) -> int:
    """A bill in blank, with the shipper."""
    return carrier.bills.issue(bare_terms(carrier, "LIFE1"), shipper).bill


@pytest.mark.slow
def test_a_bill_goes_from_issue_to_delivery_and_its_history_tells_it(
    carrier: Ledger, shipper: Ledger, trader: Ledger, bank: Ledger, importer: Ledger
) -> None:
    bill = carrier.bills.issue(sample("to-order"), carriage_law="SG", remark="clean on board").bill
    shipper.bills.transfer(bill, trader, remark="against documents")
    call = trader.bills.calls.endorse(bill, Endorsement.TO_ORDER, bank, to=bank)
    with refuses(errors.AgreementRequired, bill, bank.number_of(bank)):
        trader.do(call)
    trader.do(call.agreed(*bank.agree_to(call)))
    bank.bills.sign(bill, Purpose.CHECKED)
    bank.bills.endorse(bill, Endorsement.BLANK, to=importer)
    importer.bills.reject(bill, Rejection.BOTH, remark="not as ordered")
    bank.bills.endorse(bill, Endorsement.BLANK, to=importer)
    importer.bills.surrender(bill)
    carrier.bills.refuse(bill, remark="freight is due")
    importer.bills.surrender(bill)
    carrier.bills.accept(bill)
    carrier.bills.deliver(bill, remark="terminal 4")

    history = carrier.history(bill)
    assert [type(entry.event).__name__ for entry in history.entries] == [
        "Issued",
        "Transferred",
        "Agreed",
        "Endorsed",
        "Signed",
        "Endorsed",
        "Rejected",
        "Endorsed",
        "Surrendered",
        "SurrenderRefused",
        "Surrendered",
        "SurrenderAccepted",
        "Delivered",
    ]
    assert [entry.act_count for entry in history.entries if entry.act_count is not None] == list(range(1, 13))
    assert history.entries[0].remark == "clean on board"
    assert history.bill.status is Status.DELIVERED
    assert history.bill.act_count == 12
    assert all(entry.event.at is not None and entry.time.tzinfo is not None for entry in history.entries)


def test_a_history_up_to_a_block_is_the_bill_as_it_stood_then(
    carrier: Ledger, shipper: Ledger, trader: Ledger, bill: int
) -> None:
    before = carrier.connection.block_number()
    shipper.bills.transfer(bill, trader)
    history = carrier.history(bill, to_block=before)
    assert len(history.entries) == 1
    assert history.bill.possessor.address == shipper.address
    assert history.bill.block == before


def test_an_act_hands_back_its_transaction_and_its_typed_events(shipper: Ledger, trader: Ledger, bill: int) -> None:
    act = shipper.bills.transfer(bill, trader, remark="with thanks")
    assert act.sent
    assert act.bills == (bill,)
    receipt = shipper.connection.receipt(str(act.transaction))
    assert receipt is not None
    assert (receipt.block_number, receipt.gas_used) == (act.block, act.gas)
    moved = act.event(events.Transferred)
    assert (moved.from_, moved.to, moved.remark) == (shipper.address, trader.address, b"with thanks")
    assert act.event(events.Transfer).token_id == bill


def test_a_rejected_issue_voids_the_bill(carrier: Ledger, shipper: Ledger, bill: int) -> None:
    shipper.bills.reject(bill, Rejection.ISSUE)
    assert carrier.bill(bill).status is Status.VOID


def test_what_was_received_is_rejected_in_time_only_t8(
    sampan_chain: SampanChain, shipper: Ledger, trader: Ledger, bill: int
) -> None:
    shipper.bills.transfer(bill, trader)
    until = trader.bill(bill).rejectable_until
    assert until is not None
    sampan_chain.advance(until + timedelta(seconds=1) - trader.now)
    with refuses(errors.RejectTimePassed, bill, int(until.timestamp())):
        trader.bills.reject(bill, Rejection.POSSESSION)


def test_a_surrender_is_recalled_when_the_carrier_is_silent_t7(
    sampan_chain: SampanChain, shipper: Ledger, bill: int
) -> None:
    shipper.bills.surrender(bill)
    waiting = shipper.bill(bill)
    assert waiting.status is Status.PENDING_DELIVERY
    assert waiting.recallable_from is not None
    with refuses(errors.RecallTooEarly, bill, int(waiting.recallable_from.timestamp())):
        shipper.bills.recall(bill)
    sampan_chain.advance(waiting.recallable_from - shipper.now)
    shipper.bills.recall(bill, remark="no answer")
    assert shipper.bill(bill).possessor.address == shipper.address


@pytest.mark.slow
def test_a_bill_that_is_amended_goes_back_to_whoever_surrendered_with_its_kind_and_title_t40(
    carrier: Ledger, shipper: Ledger, trader: Ledger, importer: Ledger
) -> None:
    old = carrier.bills.issue(sample("to-order"), carriage_law="SG").bill
    shipper.bills.transfer(old, trader)
    trader.bills.endorse(old, Endorsement.TO_ORDER, importer, to=importer)
    terms = carrier.replacement(sample("to-order"), old)
    assert terms.kind is Kind.ORDER
    assert terms.titleholder == importer.address
    assert terms.carriage_law == "SG"
    importer.bills.surrender(old, SurrenderFor.AMENDMENT, agreed=[terms])
    assert importer.bill(old).agreed == carrier.replacements_hash([old], [terms])
    act = carrier.bills.replace(old, [terms])
    (new,) = (event.bill for event in act.all(events.ReplacementIssued))
    found = carrier.bill(new)
    assert (found.version, found.possessor.address) == (2, importer.address)
    assert found.titleholder == carrier.number_of(importer)
    assert carrier.history(new).replaces == (old,)
    assert carrier.history(old).replaced_by == (new,)
    assert carrier.bill(old).status is Status.REPLACED


@pytest.mark.slow
def test_a_bill_is_split_as_agreed_by_hash(carrier: Ledger, shipper: Ledger, trader: Ledger, tmp_path: Path) -> None:
    old = carrier.bills.issue(sample("split"), carriage_law="SG").bill
    shipper.bills.transfer(old, trader)
    parts = [carrier.replacement(sample(name), old) for name in ("split-first", "split-second")]
    file = tmp_path / "proposal.json"
    Proposal((old,), tuple(parts)).write(file)
    trader.bills.surrender(old, SurrenderFor.AMENDMENT, agreed=parts)
    with refuses(errors.ReplacementsNotAgreed, old, carrier.replacements_hash([old], parts[:1])):
        carrier.bills.replace(old, parts[:1])
    carrier.bills.replace(old, parts)
    assert [carrier.bill(part.bill).status for part in parts] == [Status.LIVE, Status.LIVE]
    assert {carrier.bill(part.bill).holder for part in parts} == {carrier.number_of(trader)}


def test_replacements_are_agreed_by_signature_when_they_were_not_by_hash(
    carrier: Ledger, shipper: Ledger, bill: int
) -> None:
    shipper.bills.surrender(bill, SurrenderFor.AMENDMENT)
    terms = bare_terms(carrier, "LIFE1", version=2)
    call = carrier.bills.calls.replace(bill, [terms])
    with refuses(errors.ReplacementsNotAgreed, bill, carrier.replacements_hash([bill], [terms])):
        carrier.do(call)
    carrier.do(call.agreed(*shipper.agree_to(call)))
    assert carrier.bill(terms.bill).possessor.address == shipper.address


@pytest.mark.slow
def test_a_titleholder_that_is_not_who_surrenders_agrees_to_surrender_and_replacement(
    carrier: Ledger, shipper: Ledger, trader: Ledger
) -> None:
    old = carrier.bills.issue(bare_terms(carrier, "LIFE2", kind=Kind.ORDER, titleholder="trader"), shipper).bill
    surrender = shipper.bills.calls.surrender(old, SurrenderFor.AMENDMENT)
    with refuses(errors.MayNotSurrender, old, shipper.address):
        shipper.do(surrender)
    shipper.do(surrender.agreed(*trader.agree_to(surrender)))
    terms = bare_terms(carrier, "LIFE2", kind=Kind.ORDER, titleholder="trader", version=2)
    call = carrier.bills.calls.replace(old, [terms])
    with refuses(errors.ReplacementsNotAgreed, old, carrier.replacements_hash([old], [terms])):
        carrier.do(call.agreed(*shipper.agree_to(call)))
    carrier.do(call.agreed(*shipper.agree_to(call), *trader.agree_to(call)))
    assert carrier.bill(terms.bill).status is Status.LIVE


@pytest.mark.slow
def test_a_new_titleholder_that_takes_with_its_signature_only_agrees_to_the_replacement(
    carrier: Ledger, shipper: Ledger, bank: Ledger, bill: int
) -> None:
    shipper.bills.surrender(bill, SurrenderFor.AMENDMENT)
    terms = bare_terms(carrier, "LIFE1", kind=Kind.ORDER, titleholder="bank", version=2)
    call = carrier.bills.calls.replace(bill, [terms])
    shown = shipper.agree_to(call)
    with refuses(errors.AgreementRequired, terms.bill, bank.number_of(bank)):
        carrier.do(call.agreed(*shown))
    carrier.do(call.agreed(*shown, *bank.agree_to(call)))
    assert carrier.bill(terms.bill).titleholder == carrier.number_of("bank")


def test_two_bills_are_combined(carrier: Ledger, shipper: Ledger) -> None:
    olds = [carrier.bills.issue(bare_terms(carrier, f"PART{index}"), shipper).bill for index in (1, 2)]
    whole = bare_terms(carrier, "WHOLE")
    digest = carrier.replacements_hash(olds, [whole])
    for old in olds:
        shipper.bills.surrender(old, SurrenderFor.AMENDMENT, agreed=digest)
    carrier.bills.replace(olds, [whole])
    assert carrier.history(whole.bill).replaces == tuple(olds)


def test_the_hash_of_replacements_is_the_contracts(carrier: Ledger, bill: int) -> None:
    terms = [bare_terms(carrier, "H1", kind=Kind.ORDER, titleholder="bank"), bare_terms(carrier, "H2")]
    answered = carrier.ask("replacementsHash", [bill], terms)
    assert carrier.replacements_hash([bill], terms) == answered


@pytest.mark.slow
def test_a_bill_goes_to_paper_and_comes_back_with_its_statement_l12_l13(
    carrier: Ledger, shipper: Ledger, tmp_path: Path
) -> None:
    document = tmp_path / "bill.json"
    document.write_bytes(sample("to-paper"))
    old = carrier.bills.issue(document, carriage_law="SG").bill
    trader = carrier.using("trader")
    shipper.bills.transfer(old, trader)
    trader.bills.surrender(old, SurrenderFor.PAPER)
    carrier.bills.to_paper(old, originals=3, statement=STATEMENT)
    assert carrier.bill(old).status is Status.PAPER
    with pytest.raises(errors.DocumentRefused, match="there already, paper"):
        carrier.bills.issue(document, carriage_law="SG")
    back = carrier.bills.issue_from_paper(document, trader, originals=3, statement=STATEMENT, carriage_law="SG")
    issued = back.event(events.IssuedFromPaper)
    assert (issued.originals, issued.statement) == (3, STATEMENT)
    assert carrier.bill(back.bill).version == 2


def test_a_lost_accounts_bills_follow_it_to_its_successor(
    sampan_chain: SampanChain, shipper: Ledger, recoverer: Ledger, stranger: Ledger, bill: int
) -> None:
    second = sampan_chain.as_role("shipper_second")
    shipper.bills.add_account(None, second.sign_new_account("shipper", second.signer, roles=Role.MOVE | Role.TERMS))
    recoverer.bills.propose_recovery(shipper, second, ground="key lost at sea")
    waiting = shipper.recovery(shipper)
    assert waiting is not None
    with refuses(errors.RecoveryTooEarly, shipper.address, int(waiting.executable_from.timestamp())):
        stranger.bills.execute_recovery(shipper)
    sampan_chain.advance(waiting.executable_from - shipper.now)
    stranger.bills.execute_recovery(shipper)
    stranger.bills.recover(bill)
    assert second.bill(bill).possessor.address == second.address


def test_an_operator_moves_possession_for_whoever_approved_it(
    shipper: Ledger, trader: Ledger, importer: Ledger, bill: int
) -> None:
    shipper.bills.approve(bill, trader)
    call = trader.bills.calls.by_name("transferFrom", shipper.address, importer.address, bill)
    act = trader.do(call)
    assert act.event(events.MovedByOperator).operator == trader.address
    importer.bills.approve_for_all(trader)
    importer.bills.approve_for_all(trader, False)
    with refuses(errors.NotOwnerNorApproved):
        trader.do(trader.bills.calls.by_name("transferFrom", importer.address, shipper.address, bill))


@pytest.mark.slow
def test_every_bill_that_was_issued_is_listed(carrier: Ledger, shipper: Ledger, bill: int) -> None:
    second = carrier.bills.issue(bare_terms(carrier, "LIFE9"), shipper).bill
    assert carrier.issued() == [bill, second]


def test_terms_that_say_nothing_of_a_shipper_need_a_first_possessor(carrier: Ledger) -> None:
    from sampan.errors import UsageError

    terms: Terms = bare_terms(carrier, "LIFE3")
    with pytest.raises(UsageError, match="name no shipper"):
        carrier.bills.issue(terms)


def test_a_bill_that_was_never_issued_is_unknown(carrier: Ledger) -> None:
    terms = bare_terms(carrier, "NEVER")
    with pytest.raises(errors.NotOnLedger) as caught:
        carrier.bill(terms.bill)
    assert caught.value.subject == bill_name(terms.bill)
    assert not carrier.exists(terms.bill)
