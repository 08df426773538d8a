"""What happens to a pledged bill that its loan does not tell, and to one on trust (SAM-F8, P8, T24)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.audited_loans import entrusted, first, in_one, levels, seen, without
from support.audits import audit_of
from support.lent import DAY, PURPOSE, Lent
from support.logs import LEIS

from sampan.audit import checks
from sampan.audit.checks import run
from sampan.bills.verbs.circulation import Transfer
from sampan.bills.verbs.surrender import Accept, Deliver, Surrender
from sampan.finance.loans.verbs.repaying import Discharge, Repay
from sampan.finance.loans.verbs.securing import Entrust
from sampan.identity.verbs.accounts import SetReceiving
from sampan.suite import events as ev
from sampan.suite.event import Event
from sampan.suite.ids import pack_lei
from sampan.suite.tell import bill_name, lei_text
from sampan.suite.words import Receiving, SurrenderFor


@pytest.mark.parametrize("kind", [ev.PledgeSold, ev.Discharged, ev.Entrusted, ev.PledgeSurrendered, ev.HandedOver])
def test_sam_f8_nothing_happens_to_a_pledged_bill_that_its_loan_does_not_tell_p8(kind: type[Event]) -> None:
    act = first(kind)

    ((about, message),) = seen("SAM-F8", without(act))

    assert about == bill_name(act.event.bill)
    assert message.endswith(f"in block {act.block}, while it lay in the loan book, which tells of no act on it")
    assert levels("SAM-F8", without(act)) == ["critical"]


@pytest.mark.slow
def test_sam_f8_a_bill_on_trust_goes_to_a_third_party_and_ends_while_money_is_owed_t24() -> None:
    ledger, _, bill = entrusted()
    assert seen("SAM-F8", ledger) == []
    ledger.act("shipper", Transfer(bill, ledger.who["consignee"], b""))

    ((about, message),) = seen("SAM-F8", ledger)
    assert about == bill_name(bill)
    assert message.startswith(f"it went to {lei_text(pack_lei(LEIS['consignee']))} ")
    assert "for “store the goods”; facility 1 owed HKD 250." in message
    assert levels("SAM-F8", ledger) == ["medium"]

    ledger.act("consignee", Surrender(bill, SurrenderFor.DELIVERY, ledger.who["carrier"], bytes(32), b""))
    ledger.act("carrier", Accept(bill, b""))
    assert levels("SAM-F8", ledger) == ["medium", "medium", "high"]


def test_sam_f8_a_bill_on_trust_is_offered_in_another_room_t24() -> None:
    ledger, _, bill = entrusted()
    ledger.sell_free(bill, 30_000, "shipper", "consignee")

    found = [message for _, message in seen("SAM-F8", ledger)]

    assert found[0].startswith("it was lodged in another room in block ")


def test_a_bill_on_trust_that_stays_with_its_borrower_or_whose_debt_is_repaid_gives_no_finding_t45() -> None:
    ledger, number, bill = entrusted()
    ledger.act("shipper", Transfer(bill, ledger.who["second"], b""))
    ledger.act("second", Transfer(bill, ledger.who["shipper"], b""))
    ledger.act("shipper", Repay(number, 10**9, ledger.hkd, ()))
    ledger.act("shipper", Transfer(bill, ledger.who["consignee"], b""))

    assert seen("SAM-F8", ledger) == []


def test_sam_f8_each_thing_that_is_done_with_a_bill_on_trust_is_told_once_with_what_is_owed_then_t24() -> None:
    ledger, _, bill = entrusted()
    ledger.act("consignee", SetReceiving(ledger.who["consignee"], Receiving.ANYONE))
    ledger.pass_days(4)
    for giver, to in (("shipper", "consignee"), ("consignee", "shipper"), ("shipper", "consignee")):
        ledger.act(giver, Transfer(bill, ledger.who[to], b""))
    ((_, message),) = seen("SAM-F8", ledger)
    assert message.endswith("facility 1 owed HKD 250.20")
    ledger.act("consignee", Surrender(bill, SurrenderFor.DELIVERY, ledger.who["carrier"], bytes(32), b""))
    ledger.act("carrier", Accept(bill, b""))
    ledger.act("carrier", Deliver(bill, b""))
    assert [message.split(" in block")[0] for _, message in seen("SAM-F8", ledger)][1:] == [
        "it was surrendered (delivery)",
        "it was taken by its carrier",
        "it was delivered",
    ]
    # Where nothing could be rebuilt nobody knows which is the loan book.
    assert list(run(checks.find("SAM-F8"), replace(audit_of(ledger), state=None))) == []


def test_sam_f8_two_bills_that_were_given_out_in_one_block_are_told_each_t24() -> None:
    ledger = Lent()
    number = ledger.facility()
    ledger.pledge(number, 60_000, 25_000)
    bills = [ledger.pledge(number, 30_000) for _ in range(2)]
    for bill in bills:
        ledger.act("security agent", Entrust(bill, ledger.who["shipper"], ledger.now + 10 * DAY, PURPOSE))
    for bill in bills:
        ledger.act("shipper", Surrender(bill, SurrenderFor.DELIVERY, ledger.who["carrier"], bytes(32), b""))

    evidence = audit_of(ledger, in_one(ledger.entries(), lambda event: isinstance(event, ev.Entrusted)))

    assert list(evidence.impossible) == []
    assert [found.subject for found in run(checks.find("SAM-F8"), evidence)] == list(map(bill_name, bills))


def test_a_bill_that_went_back_to_its_borrower_is_its_own_t45() -> None:
    ledger = Lent()
    bill = ledger.pledge(number := ledger.facility(), 60_000)
    ledger.act("shipper", Discharge(number, (ledger.collateral(bill),)))
    ledger.act("shipper", Transfer(bill, ledger.who["consignee"], b""))

    assert seen("SAM-F8", ledger) == []
