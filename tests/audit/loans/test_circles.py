"""Cargo that goes round and comes back dearer (SAM-F7), and what honest traders do, which is none of it (T25, T45)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.audited_loans import ENTRIES, amended, first, found_in, in_one, levels, seen, take
from support.audits import audit_of
from support.lent import Lent
from support.logs import LEIS

from sampan.audit import checks
from sampan.audit.checks import run
from sampan.bills.verbs.circulation import Lodge, Transfer
from sampan.finance.loans.history import Loans
from sampan.finance.loans.persons import Persons
from sampan.finance.loans.sales import Sales
from sampan.finance.loans.verbs.repaying import Discharge, Forget
from sampan.fuzz.alone import ADMINISTRATOR, STRANGER
from sampan.identity.verbs.accounts import SetReceiving
from sampan.identity.verbs.enrolment import SetProfile
from sampan.money.history import transactions
from sampan.suite import events as ev
from sampan.suite.check import Entry
from sampan.suite.ids import pack_lei
from sampan.suite.tell import bill_name, lei_text
from sampan.suite.words import Endorsement, Receiving
from sampan.trade.terms import Terms, deal_of
from sampan.trade.verbs import Pay


@pytest.fixture
def traders() -> Lent:
    """Three who sell to each other."""
    ledger = Lent()
    ledger.act("trader", SetReceiving(ledger.who["trader"], Receiving.ANYONE))
    return ledger


def test_sam_f7_a_cargo_goes_round_and_comes_back_dearer(traders: Lent) -> None:
    bill = traders.pledge(traders.facility(), 60_000, 20_000)
    traders.sell(bill, 50_000, buyer="trader")
    traders.sell_free(bill, 55_000, "trader", "consignee")
    assert seen("SAM-F7", traders) == []
    traders.sell_free(bill, 60_000, "consignee", "shipper")

    ((about, message),) = seen("SAM-F7", traders)

    assert about == bill_name(bill)
    assert levels("SAM-F7", traders) == ["medium"]
    assert f"for HKD 600.00 by {lei_text(pack_lei(LEIS['shipper']))}, who had sold it" in message
    assert "for HKD 500.00, and went through 3 groups" in message


@pytest.mark.parametrize(("back", "level"), [(50_001, ["low"]), (50_000, []), (40_000, [])])
def test_sam_f7_straight_back_is_low_and_no_dearer_is_no_finding_t45(
    traders: Lent, back: int, level: list[str]
) -> None:
    bill = traders.blank()
    traders.sell_free(bill, 50_000, "shipper", "consignee")
    traders.sell_free(bill, back, "consignee", "shipper")

    assert levels("SAM-F7", traders) == level


def test_sam_f7_a_bill_that_was_taken_from_the_loan_book_itself_was_sold_for_what_the_book_had(traders: Lent) -> None:
    bill = traders.pledge(traders.facility(), 60_000, 40_000)
    take(traders, bill, 50_000, "trader")
    traders.sell_free(bill, 55_000, "trader", "consignee")
    traders.sell_free(bill, 60_000, "consignee", "shipper")

    ((about, message),) = seen("SAM-F7", traders)

    assert about == bill_name(bill)
    assert levels("SAM-F7", traders) == ["medium"]
    assert "for HKD 400.00, and went through 3 groups" in message, "no more was owed: the rest stayed with the buyer"


def test_sam_f7_what_is_taken_beside_a_sale_in_one_transaction_is_no_part_of_it(traders: Lent) -> None:
    number = traders.facility()
    one, other = traders.pledge(number, 60_000, 20_000), traders.pledge(number, 60_000, 60_000)
    traders.sell(one, 50_000, buyer="trader")
    take(traders, other, 50_000, "trader")
    paid = in_one(traders.entries(), lambda event: isinstance(event, ev.PledgeSold))
    loans = Loans()
    sales = Sales(evidence := audit_of(traders, paid), Persons(evidence.names), loans)
    found = []
    for entries in transactions(evidence):
        for place, entry in enumerate(entries):
            loans.hear(entry)
            found += sales.hear(entries, place)

    assert [(each.bills, each.price) for each in found] == [((one,), 50_000), ((other,), 48_000)]


def test_sam_f7_a_bill_that_was_taken_for_nothing_is_no_sale_that_a_log_tells_of_t45(traders: Lent) -> None:
    bill = traders.pledge(traders.facility(), 60_000)
    take(traders, bill, 50_000, "trader")
    traders.sell_free(bill, 55_000, "trader", "shipper")

    assert seen("SAM-F7", traders) == []


def test_sam_f1_a_bill_that_was_taken_from_the_loan_book_itself_is_sold_as_its_cargo_secures_a_debt(
    traders: Lent,
) -> None:
    prints = traders.prints()
    bill = traders.pledge(number := traders.facility(), 60_000, 20_000, prints=prints)
    take(traders, bill, 50_000, "trader")
    traders.act(STRANGER, Forget(bill, traders.left(bill)))
    traders.pledge(number, 60_000, prints=prints)

    ((_, message),) = seen("SAM-F1", traders)

    trader = lei_text(pack_lei(LEIS["trader"]))
    assert f"{trader} bought {bill_name(bill)} in block " in message
    assert levels("SAM-F1", traders) == ["medium"]


def test_sam_f7_the_cargo_comes_back_under_another_bill_and_to_another_of_the_group(traders: Lent) -> None:
    """By its prints it is the same cargo; the carrier of the consignee's group is its seller's parent here."""
    prints = traders.prints()
    one = traders.pledge(number := traders.facility(), 60_000, 20_000, prints=prints)
    traders.sell(one, 50_000, buyer="trader")
    traders.act(STRANGER, Forget(one, traders.left(one)))
    parent = traders.state.participants[traders.number("shipper")].parent
    traders.act(ADMINISTRATOR, SetProfile(traders.number("consignee"), parent, 127))
    two = traders.pledge(number, 60_000, prints=prints)
    traders.act("shipper", Discharge(number, (traders.collateral(two),)))
    traders.act("shipper", Transfer(two, traders.who["trader"], b""))
    traders.sell_free(two, 58_000, "trader", "consignee")

    found = [message for _, message in seen("SAM-F7", traders)]

    assert any(f"is of the group of {lei_text(pack_lei(LEIS['shipper']))}" in message for message in found)


def test_sam_f7_whoever_sold_a_cargo_pledges_it_for_more_and_nobody_sold_it_back(traders: Lent) -> None:
    bill = traders.blank()
    traders.sell_free(bill, 50_000, "shipper", "trader")
    traders.act("trader", Transfer(bill, traders.who["shipper"], b""))
    traders.pledge(traders.facility(), 51_000, bill=bill)

    ((about, message),) = seen("SAM-F7", traders)

    assert about == bill_name(bill)
    assert message.endswith("for HKD 500.00; no sale on this ledger brought it back")
    assert levels("SAM-F7", traders) == ["low"]


def test_sam_f7_what_another_room_registers_under_the_same_number_is_no_pledge_of_the_loan_book(traders: Lent) -> None:
    bill = traders.blank()
    traders.sell_free(bill, 50_000, "shipper", "trader")
    traders.act("trader", Transfer(bill, traders.who["shipper"], b""))
    traders.pledge(traders.facility(), 51_000, bill=bill)
    elsewhere = [
        replace(entry, event=replace(entry.event, room=traders.sale))
        if isinstance(entry.event, ev.Registered)
        else entry
        for entry in traders.entries()
    ]

    assert run(checks.find("SAM-F7"), audit_of(traders, elsewhere)) == []


def test_sam_f7_a_cargo_comes_back_dearer_under_what_replaced_its_bill_and_what_replaced_that(traders: Lent) -> None:
    bill = traders.blank()
    traders.sell_free(bill, 50_000, "shipper", "trader")
    new = amended(traders, amended(traders, bill, "trader"), "trader")
    traders.sell_free(new, 60_000, "trader", "shipper")

    ((about, message),) = seen("SAM-F7", traders)

    assert about == bill_name(new)
    assert "for HKD 500.00, and went through 2 groups" in message


def test_sam_f7_of_a_cargo_that_its_seller_sold_twice_before_the_way_back_is_told_once(traders: Lent) -> None:
    bill = traders.blank()
    traders.sell_free(bill, 50_000, "shipper", "trader")
    traders.act("trader", Transfer(bill, traders.who["shipper"], b""))
    traders.sell_free(bill, 45_000, "shipper", "trader")
    traders.sell_free(bill, 60_000, "trader", "shipper")

    ((_, message),) = seen("SAM-F7", traders)

    assert "for HKD 500.00, and went through" in message


def test_sam_f7_within_a_group_goods_move_at_whatever_price_t45(traders: Lent) -> None:
    parent = traders.state.participants[traders.number("shipper")].parent
    traders.act(ADMINISTRATOR, SetProfile(traders.number("consignee"), parent, 127))
    bill = traders.blank()
    traders.sell_free(bill, 50_000, "shipper", "trader")
    traders.act("trader", Transfer(bill, traders.who["consignee"], b""))
    assert seen("SAM-F7", traders) == []
    traders.sell_free(bill, 60_000, "consignee", "shipper")

    assert seen("SAM-F7", traders) == []


@pytest.mark.parametrize("value", [50_000, 40_000])
def test_sam_f7_what_is_pledged_for_no_more_than_it_was_sold_for_is_no_finding_t45(traders: Lent, value: int) -> None:
    bill = traders.blank()
    traders.sell_free(bill, 50_000, "shipper", "trader")
    traders.act("trader", Transfer(bill, traders.who["shipper"], b""))
    traders.pledge(traders.facility(), value, bill=bill)

    assert seen("SAM-F7", traders) == []


def test_sam_f7_what_a_sale_brought_back_for_less_may_be_pledged_for_more_t45(traders: Lent) -> None:
    bill = traders.blank()
    traders.sell_free(bill, 50_000, "shipper", "trader")
    traders.sell_free(bill, 49_000, "trader", "shipper")
    traders.pledge(traders.facility(), 51_000, bill=bill)

    assert seen("SAM-F7", traders) == []


def test_sam_f7_prices_in_two_currencies_do_not_compare_t45(traders: Lent) -> None:
    """The first sale was for renminbi: more of a smaller unit is not dearer."""
    bill = traders.blank()
    first_ = traders.sell_free(bill, 50_000, "shipper", "trader")
    traders.sell_free(bill, 60_000, "trader", "shipper")
    other = traders.blank()
    second = traders.sell_free(other, 50_000, "shipper", "trader")
    traders.act("trader", Transfer(other, traders.who["shipper"], b""))
    traders.pledge(traders.facility(), 51_000, bill=other)
    assert levels("SAM-F7", traders) == ["low", "low"]

    assert found_in("SAM-F7", traders, in_renminbi(traders, first_, second)) == []


def in_renminbi(ledger: Lent, *terms: Terms) -> list[Entry]:
    """The log with some sales told to have been for the same number of another currency."""
    log = ledger.entries()
    for old in terms:
        new = replace(old, money=ledger.cnh)
        for place, entry in enumerate(log):
            event = entry.event
            if isinstance(event, ev.Lodged) and event.terms == old.encoded:
                told_ = {"terms": new.encoded, "deal": deal_of(new.hash)}
            elif isinstance(event, ev.Paid) and event.terms == old.hash:
                told_ = {"terms": new.hash}
            else:
                continue
            log[place] = replace(entry, event=replace(event, **told_))  # type: ignore[arg-type]
    return log


@pytest.mark.parametrize(("out", "back"), [(2, 1), (1, 2)])
def test_sam_f7_a_price_of_two_bills_and_of_one_of_them_do_not_compare_t45(traders: Lent, out: int, back: int) -> None:
    bills = sorted(traders.blank() for _ in range(2))

    def sold(count: int, price: int, by: str, to: str) -> None:
        terms = replace(traders._sale(bills[0], price, by, to), bills=tuple(bills[:count]))
        for bill in terms.bills:
            traders.act(by, Lodge(bill, Endorsement.NONE, traders.sale, terms.encoded))
        traders.act(to, Pay(terms, traders.hkd))

    sold(out, 50_000, "shipper", "trader")
    if out < back:
        traders.act("shipper", Transfer(bills[1], traders.who["trader"], b""))
    sold(back, 60_000, "trader", "shipper")

    assert seen("SAM-F7", traders) == []


def test_sam_f7_what_was_taken_from_the_loan_book_in_default_cost_its_surplus_too_t25(traders: Lent) -> None:
    bill = traders.pledge(traders.facility(), 60_000, 20_000)
    traders.pass_days(94)
    take(traders, bill, 50_000, "trader", by="security agent", least=50_000)
    traders.sell_free(bill, 60_000, "trader", "shipper")

    ((_, message),) = seen("SAM-F7", traders)

    assert "for HKD 500.00, and went through" in message


def test_sam_f7_a_registration_that_is_told_again_once_the_bill_is_free_stops_nothing() -> None:
    registered_ = first(ev.Registered)

    assert seen("SAM-F7", [*ENTRIES, replace(registered_, transaction="0x" + "ab" * 32)]) == []
    ledger = Lent()
    bill = ledger.pledge(ledger.facility(), 60_000, 20_000)
    ledger.sell(bill, 50_000)
    log = ledger.entries()
    again = next(entry for entry in log if isinstance(entry.event, ev.Registered))
    assert found_in("SAM-F7", ledger, [*log, replace(again, transaction="0x" + "ab" * 32)]) == []
