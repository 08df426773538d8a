"""Cargo that secures two debts (SAM-F1): found, or told low where honest parties may do it (P7, T21, T45)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.audited_loans import (
    DEFAULTED,
    ENTRIES,
    LEDGER,
    REPAID,
    STANDING,
    amended,
    first,
    found_in,
    let_go,
    levels,
    received,
    registered,
    seen,
    told,
)
from support.audits import audit_of, findings_of
from support.lent import Lent

from sampan.audit import checks
from sampan.audit.checks import run
from sampan.bills.verbs.circulation import Transfer
from sampan.bills.verbs.surrender import Accept, Surrender
from sampan.finance.loans.records import debt_of
from sampan.finance.loans.terms import Share
from sampan.finance.loans.verbs.repaying import Discharge, Forget, Repay
from sampan.finance.loans.verbs.securing import Allot
from sampan.finance.registrations.records import WINDOW_DAYS, Print
from sampan.fuzz.alone import STRANGER
from sampan.identity.verbs.accounts import SetReceiving
from sampan.suite import events as ev
from sampan.suite.tell import bill_name
from sampan.suite.words import Receiving, SurrenderFor


def test_sam_f1_one_box_secures_two_debts_at_once_p7() -> None:
    one, other = [entry for entry in ENTRIES if isinstance(entry.event, ev.Registered)][:2]
    box = Print.unpack(one.event.prints[0])
    again = replace(box, day=box.day + 14).pack()

    (about, message), *_ = seen("SAM-F1", told(other, prints=(again, *other.event.prints[1:])))

    assert about == f"cargo 0x{box.cargo:040x}"
    assert message.startswith("it secures facility 1 under ")
    assert f"since block {one.block}, which had not ended" in message
    assert seen("SAM-F1", told(other, prints=(replace(box, day=box.day + 15).pack(), *other.event.prints[1:]))) == []


def test_sam_f1_an_end_of_a_registration_that_was_told_and_did_not_happen_p7() -> None:
    """The same cargo is registered again while the first debt goes on: the end that lay between is not there."""
    ledger = Lent()
    number, prints = ledger.facility(), ledger.prints()
    bill = ledger.pledge(number, 60_000, prints=prints)
    ledger.act("shipper", Discharge(number, (ledger.collateral(bill),)))
    ledger.pledge(number, 60_000, bill=bill, prints=prints)
    assert seen("SAM-F1", ledger) == []
    log = [entry for entry in ledger.entries() if not isinstance(entry.event, ev.Deregistered)]

    found = run(checks.find("SAM-F1"), audit_of(ledger, log))

    assert [str(each.level) for each in found] == ["critical"]


def test_sam_f1_parts_weigh_more_than_the_box_may_carry_or_are_one_part_twice_p7() -> None:
    parts = first(ev.Registered, lambda event: Print.unpack(event.prints[0]).weight)
    part = Print.unpack(parts.event.prints[0])
    heavier = replace(part, weight=12_000).pack()
    more = replace(parts, event=replace(parts.event, debt=99, prints=(heavier,)))

    ((_, message),) = seen("SAM-F1", [*ENTRIES, more])
    assert "its parts secure debts with 21000 kg" in message
    assert "it may carry 20000 kg" in message
    assert seen("SAM-F1", [*ENTRIES, replace(more, event=replace(more.event, prints=(part.pack(),)))])
    lighter = replace(part, weight=11_000).pack()
    assert seen("SAM-F1", [*ENTRIES, replace(more, event=replace(more.event, prints=(lighter,)))]) == []


def repledged(by: str = "shipper") -> tuple[Lent, int, int]:
    """Cargo that secures a debt of somebody under a second bill, after the debt under the first was repaid."""
    ledger = Lent()
    prints = ledger.prints()
    one = ledger.pledge(number := ledger.facility(), 60_000, prints=prints)
    ledger.act("shipper", Discharge(number, (ledger.collateral(one),)))
    two = received(ledger, by) if by != "shipper" else ledger.blank()
    other = ledger.facility(by, filed_in="CN" if by == "shipper" else "")
    ledger.pledge(other, 60_000, 10_000, bill=two, prints=prints, by=by)
    return ledger, one, two


@pytest.mark.parametrize("by", ["trader", "shipper"])
def test_sam_f1_cargo_under_another_bill_after_the_first_debt_ended_is_told_low_while_both_live_t45(by: str) -> None:
    ledger, one, two = repledged(by)

    ((_, message),) = seen("SAM-F1", ledger)

    assert levels("SAM-F1", ledger) == ["low"]
    assert bill_name(one) in message
    assert bill_name(two) in message
    assert message.endswith("both may be lent on, unless the box was filled again")
    assert ("of the same borrower" in message) == (by == "shipper")


def test_sam_f1_a_bill_that_is_let_go_and_pledged_again_is_financed_once_t45() -> None:
    ledger, bill, prints = let_go()
    for number in (1, ledger.facility(), 1):
        ledger.pledge(number, 60_000, bill=bill, prints=prints)
        ledger.act("shipper", Discharge(number, (ledger.collateral(bill),)))

    assert seen("SAM-F1", ledger) == []


def test_sam_f1_what_replaced_a_bill_is_pledged_again_and_is_the_same_t45() -> None:
    ledger, bill, prints = let_go()
    ledger.pledge(1, 60_000, bill=bill, prints=prints)
    one, other = ledger.amended(bill, 2)
    ledger.act("security agent", Allot(one, (Share(other, 20_000, prints[:1]),)))
    ledger.act("shipper", Discharge(1, (ledger.collateral(one), ledger.collateral(other))))
    ledger.pledge(1, 60_000, bill=other, prints=prints[:1])
    ledger.pledge(1, 60_000, bill=one, prints=prints[1:])

    assert seen("SAM-F1", ledger) == []


def test_sam_f1_another_bill_of_the_cargo_whose_first_its_carrier_took_back_t45() -> None:
    """Of two bills only one is left that anybody could lend on: a bill that is live beside it is told."""
    ledger, bill, prints = let_go()
    ledger.act("shipper", Surrender(bill, SurrenderFor.DELIVERY, ledger.who["carrier"], bytes(32), b""))
    ledger.act("carrier", Accept(bill, b""))
    ledger.pledge(1, 60_000, prints=prints)
    assert seen("SAM-F1", ledger) == []

    ledger, bill, prints = let_go()
    ledger.act("shipper", Surrender(bill, SurrenderFor.DELIVERY, ledger.who["carrier"], bytes(32), b""))
    ledger.pledge(1, 60_000, prints=prints)
    assert levels("SAM-F1", ledger) == ["low", "low"], "a print each: nobody has taken it back yet"


def test_sam_f1_cargoes_of_a_box_that_goes_to_and_fro_are_not_one_through_a_third_t45() -> None:
    """It leaves every ten days, each time under a bill that was never given up: the first cargo was sold, and the
    third, twenty days later, is another."""
    ledger = Lent()
    number = ledger.facility()
    (first,) = ledger.prints()
    box = Print.unpack(first)
    one = ledger.pledge(number, 60_000, 20_000, prints=(first,))
    ledger.sell(one, 50_000)
    ledger.act(STRANGER, Forget(one, ledger.left(one)))
    two = ledger.pledge(number, 60_000, prints=(replace(box, day=box.day + 10).pack(),))
    assert levels("SAM-F1", ledger) == ["medium"]
    ledger.act("shipper", Discharge(number, (ledger.collateral(two),)))
    ledger.pledge(number, 60_000, prints=(replace(box, day=box.day + 20).pack(),))

    assert levels("SAM-F1", ledger) == ["medium", "low"]


def test_sam_f1_a_bill_is_sold_while_another_of_its_cargo_secures_a_debt_t21() -> None:
    ledger, one, two = repledged()
    ledger.sell_free(one, 70_000, "shipper", "consignee")

    assert levels("SAM-F1", ledger) == ["low", "medium"]
    message = seen("SAM-F1", ledger)[1][1]
    assert f"bought {bill_name(one)} in block" in message
    assert f"it secures facility 2 under {bill_name(two)}" in message


def test_sam_f1_a_bill_was_sold_and_its_seller_pledges_another_of_its_cargo_t21() -> None:
    ledger = Lent()
    prints = ledger.prints()
    one = ledger.pledge(number := ledger.facility(), 60_000, 20_000, prints=prints)
    ledger.sell(one, 50_000)
    ledger.act(STRANGER, Forget(one, ledger.left(one)))
    assert seen("SAM-F1", ledger) == []
    ledger.pledge(number, 60_000, prints=prints)

    assert levels("SAM-F1", ledger) == ["medium"]


def test_a_bill_that_is_sold_on_and_pledged_by_its_buyer_is_financed_once_t45() -> None:
    ledger = Lent()
    prints = ledger.prints()
    ledger.act("trader", SetReceiving(ledger.who["trader"], Receiving.ANYONE))
    bill = ledger.pledge(ledger.facility(), 60_000, 20_000, prints=prints)
    ledger.sell(bill, 50_000, buyer="trader")
    ledger.act(STRANGER, Forget(bill, ledger.left(bill)))
    ledger.pledge(ledger.facility("trader", filed_in=""), 60_000, 10_000, bill=bill, prints=prints, by="trader")

    assert findings_of(audit_of(ledger)) == []


def test_sam_f1_a_bill_that_was_sold_and_amended_is_financed_once_by_whoever_has_it_then_t45() -> None:
    ledger = Lent()
    prints = ledger.prints()
    for name in ("trader", "consignee"):
        ledger.act(name, SetReceiving(ledger.who[name], Receiving.ANYONE))
    bill = ledger.pledge(ledger.facility(), 60_000, 20_000, prints=prints)
    ledger.sell(bill, 50_000, buyer="trader")
    ledger.act(STRANGER, Forget(bill, ledger.left(bill)))
    new = amended(ledger, amended(ledger, bill, "trader"), "trader")
    ledger.act("trader", Transfer(new, ledger.who["consignee"], b""))
    ledger.pledge(ledger.facility("consignee", filed_in=""), 60_000, bill=new, prints=prints, by="consignee")

    assert seen("SAM-F1", ledger) == []


def test_sam_f1_what_replaced_a_bill_counts_as_given_up_once_its_carrier_took_it_back_t45() -> None:
    ledger, bill, prints = let_go()
    new = amended(ledger, bill)
    ledger.act("shipper", Surrender(new, SurrenderFor.DELIVERY, ledger.who["carrier"], bytes(32), b""))
    before = ledger.entries()
    ledger.act("carrier", Accept(new, b""))
    ledger.pledge(1, 60_000, prints=prints)

    assert seen("SAM-F1", ledger) == []
    early = [entry for entry in ledger.entries() if not isinstance(entry.event, ev.SurrenderAccepted)]
    assert len(before) < len(early)
    found = found_in("SAM-F1", ledger, early)
    assert len(found) == 2, "a print each: what replaced it lives"


@pytest.mark.parametrize("same", [True, False])
def test_sam_f1_a_bill_whose_replacement_lives_is_not_given_up_whatever_its_reference_t45(same: bool) -> None:
    ledger, bill, prints = let_go()
    amended(ledger, bill, same=same)
    ledger.pledge(1, 60_000, prints=prints)

    assert levels("SAM-F1", ledger) == ["low", "low"]


def test_sam_f1_what_an_allotment_moved_secures_its_debt_under_the_bill_that_has_it_now_t21() -> None:
    ledger, bill, prints = let_go()
    replaced, other = ledger.amended(ledger.pledge(1, 60_000, prints=prints), 2)
    ledger.act("security agent", Allot(replaced, (Share(other, 20_000, prints[:1]),)))
    ledger.sell_free(bill, 70_000, "shipper", "consignee")

    assert levels("SAM-F1", ledger) == ["low", "low", "medium", "medium"], "of each print once"
    under = [message for _, message in seen("SAM-F1", ledger)[2:] if f"facility 1 under {bill_name(other)}" in message]
    assert len(under) == 1


def test_sam_f1_a_bill_is_sold_after_the_debt_under_another_of_its_cargo_ended_t45() -> None:
    ledger, one, two = repledged()
    ledger.act("shipper", Repay(2, 10**9, ledger.hkd, (ledger.collateral(two),)))
    ledger.sell_free(one, 70_000, "shipper", "consignee")

    assert levels("SAM-F1", ledger) == ["low"]


def test_sam_f1_of_three_bills_of_one_cargo_the_third_is_told_beside_whichever_was_pledged_last_t45() -> None:
    ledger, _, two = repledged()
    ledger.act("shipper", Repay(2, 10**9, ledger.hkd, (ledger.collateral(two),)))
    prints = next(entry.event.prints for entry in ledger.entries() if isinstance(entry.event, ev.Registered))
    ledger.pledge(2, 60_000, prints=prints)

    *_, (_, message) = seen("SAM-F1", ledger)
    assert f"under {bill_name(two)}, of the same borrower" in message
    # The end of the first is told after that of the second.
    log = ledger.entries()
    first_, second = (entry for entry in log if isinstance(entry.event, ev.Deregistered))
    log.remove(first_)
    log.insert(log.index(second) + 1, replace(first_, **{f: getattr(second, f) for f in ("block", "time")}))  # type: ignore[arg-type]
    *_, (_, message) = found_in("SAM-F1", ledger, log)
    assert f"under {bill_name(two)}, of the same borrower" in message


def test_sam_f1_what_another_room_lent_on_in_between_hides_no_bill_of_the_cargo_t45() -> None:
    ledger, bill, prints = let_go()
    like = [entry for entry in ledger.entries() if isinstance(entry.event, ev.Registered | ev.Deregistered)][-2:]
    elsewhere = [replace(each, event=replace(each.event, room=ledger.sale)) for each in like]
    at = len(ledger.entries())
    ledger.pledge(1, 60_000, prints=prints)
    log = ledger.entries()

    found = [message for _, message in found_in("SAM-F1", ledger, [*log[:at], *elsewhere, *log[at:]])]

    assert [f"under {bill_name(bill)}, of the same borrower" in message for message in found] == [True, True]


BOX = Print(0xB0C5, 20_900, 0, 0)
HALF = replace(BOX, weight=9_000, payload=20_000)


@pytest.mark.parametrize(("one", "other"), [(BOX, HALF), (HALF, BOX), (HALF, HALF), (BOX, BOX)])
def test_sam_f1_all_that_is_in_a_box_and_a_part_of_it_secure_no_two_debts_in_either_order_p7(
    one: Print, other: Print
) -> None:
    debts = debt_of(REPAID, 90), debt_of(STANDING, 91)
    log = [*ENTRIES, *(registered(said, debt=debt) for said, debt in zip((one, other), debts, strict=True))]

    ((_, message),) = seen("SAM-F1", log)

    assert message.startswith("it secures facility 3 from block ")
    assert "facility 1 since block" in message
    assert message.endswith(", which had not ended")


def test_sam_f1_every_part_that_secures_a_debt_counts_towards_what_the_box_may_carry_p7() -> None:
    parts = [replace(HALF, weight=weight) for weight in (9_000, 5_000, 7_000)]
    log = [*ENTRIES, *(registered(said, debt=debt_of(REPAID, 90 + at)) for at, said in enumerate(parts))]
    assert seen("SAM-F1", log[:-1]) == []

    ((_, message),) = seen("SAM-F1", log)

    assert "its parts secure debts with 21000 kg" in message


@pytest.mark.parametrize(
    ("beside", "ended"),
    [
        (replace(BOX, day=BOX.day + 30), replace(BOX, day=BOX.day + 30)),
        (replace(HALF, weight=5_000), replace(HALF, weight=5_000)),
    ],
)
def test_sam_f1_the_end_of_one_piece_of_a_box_is_not_the_end_of_another_of_the_same_debt_p7(
    beside: Print, ended: Print
) -> None:
    """A debt has a box at two departures, or two parts of it. One ends, and another debt has the one that goes on."""
    mine = replace(beside, day=BOX.day, weight=9_000 if beside.weight else 0)
    debt = debt_of(REPAID, 90)
    log = [
        *ENTRIES,
        registered(mine, beside, debt=debt),
        registered(ended, debt=debt, kind=ev.Deregistered),
        registered(mine, debt=debt_of(STANDING, 91)),
    ]

    ((_, message),) = seen("SAM-F1", log)

    assert message.endswith(", which had not ended")


def test_sam_f1_a_piece_of_cargo_ends_by_a_print_of_the_last_day_of_its_window_p7() -> None:
    debt, last = debt_of(REPAID, 90), replace(BOX, day=BOX.day + WINDOW_DAYS)
    log = [*ENTRIES, registered(BOX, debt=debt), registered(last, debt=debt, kind=ev.Deregistered)]
    assert seen("SAM-F1", [*log, registered(BOX, debt=debt_of(STANDING, 91))]) == []


def test_sam_f1_the_end_of_another_debt_of_the_same_box_is_not_the_end_of_this_one_p7() -> None:
    one, other, third = (debt_of(each, 90) for each in (REPAID, DEFAULTED, STANDING))
    log = [
        *ENTRIES,
        registered(BOX, debt=one),
        registered(BOX, debt=other),
        registered(BOX, debt=other, kind=ev.Deregistered),
        registered(BOX, debt=third),
    ]

    found = [message for _, message in seen("SAM-F1", log)]

    assert [message.split(" from block")[0] for message in found] == ["it secures facility 2", "it secures facility 3"]
    assert all("facility 1 since block" in message for message in found)


def test_sam_f1_and_f7_where_nothing_could_be_rebuilt_no_sale_is_told() -> None:
    for check in ("SAM-F1", "SAM-F7"):
        assert list(run(checks.find(check), replace(audit_of(LEDGER), state=None))) == []
