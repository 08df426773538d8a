"""Sums of loans (SAM-B1): an honest ledger is silent, a sum that is told wrong is found once (P6 to P8, T25, T31)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from support.audited_loans import (
    DEFAULTED,
    ENTRIES,
    LEDGER,
    REPAID,
    STANDING,
    first,
    found_in,
    honest,
    in_one,
    seen,
    take,
    told,
    without,
)
from support.audits import audit_of, findings_of, hkd
from support.lent import DAY, Lent

from sampan.audit import checks
from sampan.audit.checks import run
from sampan.finance.loans import rules
from sampan.finance.loans.history import heard
from sampan.finance.loans.records import MOST
from sampan.finance.loans.subject import LOANS
from sampan.finance.loans.verbs.lending import Draw
from sampan.finance.loans.verbs.repaying import Discharge, Repay
from sampan.finance.loans.verbs.securing import SurrenderPledged
from sampan.finance.loans.verbs.selling import Instruct, Release
from sampan.money.deposits import verbs as deposits
from sampan.suite import events as ev
from sampan.suite.amounts import ANY
from sampan.suite.event import Event
from sampan.suite.tell import bill_name
from sampan.suite.words import DayCount, Endorsement, SurrenderFor

# ----------------------------------------------------------------------------------------------------------- the honest


def test_an_honest_ledger_on_which_money_was_lent_is_reconciled_and_silent_p6_p7_p8() -> None:
    evidence = audit_of(LEDGER)

    assert evidence.reconciled
    assert findings_of(evidence) == []
    kinds = {type(entry.event) for entry in ENTRIES}
    of_loans = {kind for kind, fact in LOANS.facts.items() if fact.effect is not None}
    assert of_loans - kinds == {ev.LoanCalledBySignature}, "what tests/support/lent.py lets happen"


# ----------------------------------------------------------------------------------------------------- SAM-B1: the sums


def test_the_recount_is_an_exact_fraction_and_comes_to_what_the_book_answers_t31() -> None:
    loans = heard(audit_of(LEDGER)).all
    standing, book = loans[STANDING], LEDGER.state.facilities[STANDING]
    drawn = first(ev.Drawn, lambda event: event.facility == STANDING)
    days = (LEDGER.now + 8 * 3600) // DAY - (drawn.time + 8 * 3600) // DAY
    interest = Fraction(25_000 * 730_000 * days, 10**7 * 365)

    assert days == 6
    repaid = first(ev.Repaid, lambda event: event.facility == STANDING)
    assert repaid.event.interest == 0
    assert standing.principal == 25_000 - (1_000 - int(interest + Fraction(1, 2)))
    assert {loan.paid for loan in loans.values()} == {each.paid for each in LEDGER.state.facilities.values()}
    assert standing.covered == book.covered(book.value)


@pytest.mark.parametrize("kind", [ev.Drawn, ev.Repaid])
def test_sam_b1_a_sum_of_a_loan_that_was_left_out_is_missed_by_the_next(kind: type[Event]) -> None:
    lost = first(kind, lambda event: event.facility == REPAID)

    found = seen("SAM-B1", without(lost))

    assert {about for about, _ in found} == {"facility 1"}
    assert "are owed by all that was told before" in found[0][1]


def test_sam_b1_interest_that_is_a_unit_more_than_the_days_give_t31() -> None:
    drawn = first(ev.Drawn, lambda event: event.amount == 15_001)

    (found, *_) = seen("SAM-B1", told(drawn, interest=drawn.event.interest + 1))

    what = f"Drawn in block {drawn.block}: leaves {hkd(drawn.event.principal)} and HKD 0.01 of interest"
    assert found == (
        "facility 1",
        f"{what}, where {hkd(drawn.event.principal)} and HKD 0.00 of interest are owed by all that was told before",
    )


def test_sam_b1_another_day_count_than_the_terms_gives_other_interest_t31() -> None:
    opened = first(ev.Opened)
    terms = replace(opened.event.facility_terms, day_count=DayCount.ACT_360)

    assert any("of interest" in message for _, message in seen("SAM-B1", told(opened, facility_terms=terms)))


def test_sam_b1_more_is_drawn_than_was_lent_or_than_bills_cover() -> None:
    drawn = first(ev.Drawn, lambda event: event.amount == 20_000)

    found = [message for _, message in seen("SAM-B1", told(drawn, amount=120_000, principal=120_000))]

    assert f"Drawn in block {drawn.block}: HKD 1,200.00 was drawn, and HKD 1,000.00 of what was lent was left" in found
    over = [message for message in found if "HKD 1,200.00 was owed after it of" in message]
    assert {"bills covered HKD 800.00" in message for message in over} == {True}


def test_sam_b1_drawn_after_its_last_second_repaid_more_than_owed_and_a_loan_that_nobody_opened() -> None:
    drawn = first(ev.Drawn, lambda event: event.facility == STANDING)
    opened = first(ev.Opened, lambda event: event.facility == STANDING)
    terms = replace(opened.event.facility_terms, available_until=drawn.time - 1)
    repaid = first(ev.Repaid, lambda event: event.facility == STANDING)

    assert ["after" in message for _, message in seen("SAM-B1", told(opened, facility_terms=terms))] == [True]
    more = [message for _, message in seen("SAM-B1", told(repaid, amount=40_000))]
    assert any("HKD 400.00 was repaid, and HKD 250.30 was owed" in message for message in more)
    found = seen("SAM-B1", without(opened))
    assert found[0] == ("facility 3", f"Drawn in block {drawn.block}: nobody opened it")


def test_sam_b1_a_surplus_while_lenders_are_owed_and_one_that_is_more_than_there_was_t25() -> None:
    sold = first(ev.PledgeSold, lambda event: event.surplus)
    taken = first(ev.SurplusTaken)
    event = sold.event

    found = seen("SAM-B1", told(sold, amount=event.amount - 10, surplus=event.surplus + 10, principal=10))
    assert f"{hkd(event.surplus + 10)} of a price went to the borrower, and HKD 0.10 was owed still" in found[0][1]
    (found,) = seen("SAM-B1", told(taken, amount=event.surplus + 1))
    assert found[1].endswith(f"the borrower took {hkd(event.surplus + 1)}, and {hkd(event.surplus)} was its own")


def test_sam_b1_a_bill_that_left_without_what_the_others_do_not_cover() -> None:
    """The last but one goes, and what is left of the loan is more than its bills cover."""
    pledged = first(ev.Pledged, lambda event: event.value == 90_000)
    released = first(ev.Discharged, lambda event: event.facility == REPAID)

    found = seen("SAM-B1", told(pledged, value=9))

    assert any(f"Discharged in block {released.block}" in message for _, message in found)


def in_default() -> tuple[Lent, int, list[int]]:
    """A facility in default, and its two bills: either covers all that is owed."""
    ledger = Lent()
    number = ledger.facility()
    bills = [ledger.pledge(number, 60_000, 40_000), ledger.pledge(number, 60_000)]
    ledger.pass_days(94)
    return ledger, number, bills


@pytest.mark.parametrize("kind", [ev.PledgeSurrendered, ev.PledgeSold])
def test_sam_b1_a_bill_is_let_go_and_then_in_one_transaction_what_covered_the_rest_leaves_in_default_t25(
    kind: type[Event],
) -> None:
    ledger, number, (gone, left) = in_default()
    if kind is ev.PledgeSold:
        # Named for its buyer before: letting a bill go changes nothing of that.
        ledger.act("consignee", deposits.Approve(ledger.hkd, ledger.book, ANY))
        ledger.act("security agent", Instruct(left, ledger.who["consignee"], b"\1" * 32, 0))
    ledger.act("security agent", Discharge(number, (ledger.collateral(gone),)))
    if kind is ev.PledgeSold:
        ledger.act("consignee", Release(left, 500, ledger.who["consignee"], Endorsement.BLANK, b"\1" * 32))
    else:
        ledger.act("security agent", SurrenderPledged(left, SurrenderFor.DELIVERY, ledger.who["carrier"], ()))

    evidence = audit_of(ledger, in_one(ledger.entries(), lambda event: isinstance(event, ev.Discharged | kind)))

    assert list(evidence.impossible) == []
    assert list(run(checks.find("SAM-B1"), evidence)) == []


def test_sam_b1_what_is_pledged_later_in_a_transaction_covers_no_bill_that_was_let_go_before() -> None:
    ledger, number, (gone, left) = in_default()
    new = ledger.blank()
    ledger.act("security agent", Discharge(number, (ledger.collateral(gone),)))
    ledger.pledge(number, 60_000, bill=new)
    log = [
        replace(entry, event=replace(entry.event, value=100))
        if isinstance(entry.event, ev.Pledged) and entry.event.bill == left
        else entry
        for entry in ledger.entries()
    ]
    together = in_one(
        log, lambda event: isinstance(event, ev.Discharged) or (isinstance(event, ev.Pledged) and event.bill == new)
    )

    ((_, message),) = found_in("SAM-B1", ledger, together)
    assert f": HKD 407.52 was owed after it of {bill_name(gone)}, and bills covered HKD 0.80" in message


def test_sam_b1_what_went_back_undrawn_is_what_was_left() -> None:
    ended = first(ev.AvailabilityEnded)

    (found, *_) = seen("SAM-B1", told(ended, undrawn=ended.event.undrawn - 1))

    left = ended.event.undrawn
    assert found[1].endswith(f"{hkd(left - 1)} went back to the lenders undrawn, and {hkd(left)} was left")


def test_sam_b1_the_chain_answers_another_debt_than_the_logs_give_p10() -> None:
    lying = honest()
    kept = lying.views["LoanBook"]
    kept["owed", (STANDING,)] = {**kept["owed", (STANDING,)], "interest": 5}
    kept["paidIn", (REPAID,)] = {**kept["paidIn", (REPAID,)], "paid": 1}

    found = dict(seen("SAM-B1", chain=lying))

    assert "and HKD 0.05 of interest by the chain's word" in found["facility 3"]
    assert found["facility 1"].startswith("HKD 0.01 came in for its lenders by the chain's word")


def test_sam_b1_a_loan_that_is_drawn_to_its_last_unit_in_its_last_second_adds_up_t45() -> None:
    ledger = Lent()
    number = ledger.facility()
    bill = ledger.pledge(number, 200_000)
    last = ledger.state.facilities[number].available_until
    ledger.act("shipper", Draw(number, 100_000, bill, ()), later=last - ledger.now)
    ledger.pass_days(3)

    assert seen("SAM-B1", ledger) == []


def test_sam_b1_days_turn_by_the_clock_of_the_facility_t31() -> None:
    """Both acts are on one day of the clock of the ledger, and on two days in Hong Kong."""
    ledger = Lent()
    number = ledger.facility()
    bill = ledger.pledge(number, 200_000)
    midnight = -(-ledger.now // DAY) * DAY + 16 * 3600
    ledger.act("shipper", Draw(number, 100_000, bill, ()), later=midnight - 1 - ledger.now)
    ledger.act("shipper", Repay(number, 1, ledger.hkd, ()), later=1)

    (repaid,) = (entry.event for entry in ledger.entries() if isinstance(entry.event, ev.Repaid))
    assert (repaid.principal, repaid.interest) == (100_000, 19)
    assert seen("SAM-B1", ledger) == []


def test_sam_b1_before_default_a_bill_that_is_sold_leaves_the_rest_covered_and_in_default_it_need_not_t25() -> None:
    sold = first(ev.PledgeSold, lambda event: event.facility == REPAID)
    pledged = first(ev.Pledged, lambda event: event.value == 90_000)

    found = seen("SAM-B1", told(pledged, value=9))

    assert any(f"PledgeSold in block {sold.block}" in message for _, message in found)
    ledger = Lent()
    number = ledger.facility()
    bill = ledger.pledge(number, 60_000, 40_000)
    ledger.pledge(number, 100)
    ledger.pass_days(94)
    ledger.sell(bill, 500, instructs="security agent")
    assert seen("SAM-B1", ledger) == []


def test_sam_b1_what_is_wrong_is_found_once_and_what_the_chain_does_not_answer_is_not_held_against_it() -> None:
    lost = first(ev.Drawn, lambda event: event.amount == 15_001)
    found = [message for _, message in seen("SAM-B1", without(lost)) if "by all that was told before" in message]
    assert len(found) == 1
    silent = honest()
    for facility in (REPAID, DEFAULTED, STANDING):
        for view in ("owed", "paidIn"):
            silent.views["LoanBook"][view, (facility,)] = None
    assert seen("SAM-B1", chain=silent) == []


def test_sam_b1_what_an_event_told_wrong_is_believed_from_then_on_and_found_once_t31() -> None:
    """Two drawings of one day tell the same interest, a cent more than there is."""
    ledger = Lent()
    number = ledger.facility()
    bill = ledger.pledge(number, 200_000, 25_000)
    ledger.pass_days(10)
    for _ in range(2):
        ledger.act("shipper", Draw(number, 1_000, bill, ()))
    log = [
        replace(entry, event=replace(entry.event, interest=entry.event.interest + 1))
        if isinstance(entry.event, ev.Drawn) and entry.event.amount == 1_000
        else entry
        for entry in ledger.entries()
    ]

    found = [message for _, message in found_in("SAM-B1", ledger, log) if "by all that was told before" in message]

    assert ["HKD 0.51 of interest, where HKD 260.00 and HKD 0.50 of interest" in message for message in found] == [True]


def test_sam_b1_interest_that_is_paid_to_the_unit_leaves_no_fraction_of_one_t31() -> None:
    """Of 26.00 they are 0.52 cents a day: each day one is paid, and the next begins at nothing."""
    ledger = Lent()
    number = ledger.facility()
    ledger.pledge(number, 200_000, 2_600)
    for _ in range(4):
        ledger.pass_days(1)
        ledger.act("shipper", Repay(number, 1, ledger.hkd, ()))

    repaid = [entry.event for entry in ledger.entries() if isinstance(entry.event, ev.Repaid)]
    assert [(event.principal, event.interest) for event in repaid] == [(2_600, 0)] * 4
    assert seen("SAM-B1", ledger) == []


def test_sam_b1_a_bill_that_went_for_nothing_leaves_the_fraction_of_interest_that_ran_t31() -> None:
    """Of 24.00 they are 0.48 cents a day: nothing to be paid on the first, one cent on the second."""
    ledger = Lent()
    number = ledger.facility()
    ledger.pledge(number, 200_000, 2_400)
    bill = ledger.pledge(number, 50_000)
    ledger.pass_days(1)
    take(ledger, bill, 0, "trader")
    ledger.pass_days(1)
    ledger.act("shipper", Repay(number, 1, ledger.hkd, ()))

    (sold,) = (entry.event for entry in ledger.entries() if isinstance(entry.event, ev.PledgeSold))
    assert (sold.amount, sold.principal, sold.interest) == (0, 2_400, 0)
    assert seen("SAM-B1", ledger) == []


def test_sam_b1_interest_that_no_longer_fits_its_place_ends_where_the_contract_has_it_end_t31() -> None:
    ledger = Lent()
    number = ledger.facility()
    drawn, book = ledger.now, ledger.state.facilities[number]
    loan = heard(audit_of(ledger)).all[number]
    loan.principal, loan.interest = MOST, MOST - Fraction(1, 3)
    loan.run(drawn + DAY)
    assert MOST <= loan.interest < MOST + 1
    part = loan.interest - MOST
    left = replace(book, debt=replace(book.debt, principal=MOST, interest=MOST - 1, day=loan.day - 1))
    left = replace(left, debt=replace(left.debt, part=left.per_unit * 2 // 3))

    debt = rules.accrued(left, drawn + DAY)

    assert (debt.interest, debt.day) == (MOST, loan.day)
    assert abs(part - Fraction(debt.part, left.per_unit)) < Fraction(1, left.per_unit)
    assert part > 0


def test_sam_b1_several_bills_that_are_let_go_in_one_act_are_asked_for_once_at_its_end_t25() -> None:
    ledger = Lent()
    number = ledger.facility()
    kept = ledger.pledge(number, 60_000, 25_000)
    gone = [ledger.pledge(number, 100) for _ in range(2)]
    ledger.act("shipper", Discharge(number, tuple(map(ledger.collateral, gone))))
    assert seen("SAM-B1", ledger) == []
    log = [
        replace(entry, event=replace(entry.event, value=100))
        if isinstance(entry.event, ev.Pledged) and entry.event.bill == kept
        else entry
        for entry in ledger.entries()
    ]

    let_go = [message for _, message in found_in("SAM-B1", ledger, log) if message.startswith("Discharged")]

    assert len(let_go) == 1
    assert f"HKD 250.00 was owed after it of {bill_name(gone[1])}, and bills covered HKD 0.80" in let_go[0]


def test_sam_b1_what_is_surrendered_in_default_for_its_goods_covers_nothing_any_more_t25() -> None:
    ledger, number, (gone, _) = in_default()
    ledger.act("security agent", SurrenderPledged(gone, SurrenderFor.DELIVERY, ledger.who["carrier"], ()))

    loan, book = heard(audit_of(ledger)).all[number], ledger.state.facilities[number]

    assert loan.value == book.value == 60_000
    assert {each.bill: each.value for each in loan.bills.values()}[gone] == 0
