"""Loans are replayed as money is: an honest ledger is silent, each wrong that is planted is found, and what honest
lenders and traders do gives no finding, or one that says so (P6, P7, P8, T24, T26, T45).

The contracts allow little of this: such a wrong is worked into the log of a ledger on which money was lent in every way
(support/lent.py). What parties may do, they do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta, timezone
from fractions import Fraction
from itertools import pairwise
from typing import Any

import jsonschema
import pytest
from rich.console import Console
from support.audits import Chain, audit_of, called, findings_of, hkd
from support.lent import AGENTS, DAY, PURPOSE, Lent, lent
from support.logs import LEIS
from support.paid import OTHER

from sampan.audit import checks, show
from sampan.audit.checks import run
from sampan.audit.page import page
from sampan.audit.report import Report
from sampan.bills.terms import replacements_hash
from sampan.bills.verbs.amendments import Replace
from sampan.bills.verbs.circulation import Lodge, Transfer
from sampan.bills.verbs.surrender import Accept, Deliver, Surrender
from sampan.cli import schema
from sampan.finance.loans import rules
from sampan.finance.loans.drawn import BECAME
from sampan.finance.loans.history import Loans, facility_of, heard
from sampan.finance.loans.persons import Persons
from sampan.finance.loans.records import MOST, Deal, debt_of
from sampan.finance.loans.sales import Sales
from sampan.finance.loans.subject import LOANS
from sampan.finance.loans.terms import Filing, Share
from sampan.finance.loans.verbs.lending import Draw
from sampan.finance.loans.verbs.repaying import Discharge, Forget, Repay
from sampan.finance.loans.verbs.securing import Allot, Entrust, File, SurrenderPledged
from sampan.finance.loans.verbs.selling import Instruct, Release
from sampan.finance.positions.verbs import Split
from sampan.finance.registrations.records import WINDOW_DAYS, Print
from sampan.fuzz.alone import ADMINISTRATOR, STRANGER
from sampan.identity.verbs.accounts import SetReceiving
from sampan.identity.verbs.enrolment import SetProfile
from sampan.money.deposits import verbs as deposits
from sampan.money.history import transactions
from sampan.subjects import SUITE
from sampan.suite import events as ev
from sampan.suite.amounts import ANY
from sampan.suite.check import Entry
from sampan.suite.event import Event, field_names
from sampan.suite.ids import ONE_VERSION, pack_lei, position_name
from sampan.suite.tell import bill_name, checksum, instant, lei_text, moment, sentence
from sampan.suite.words import DayCount, Endorsement, Receiving, SurrenderFor
from sampan.trade.history import sourced
from sampan.trade.terms import Terms, deal_of
from sampan.trade.verbs import Pay

LEDGER = lent()
ENTRIES = LEDGER.entries()
REPAID, DEFAULTED, STANDING = 1, 2, 3


def seen(check: str, of: list[Entry] | Lent = ENTRIES, chain: Chain | None = None) -> list[tuple[str, str]]:
    """Subject and message of what a check finds."""
    evidence = audit_of(of) if isinstance(of, Lent) else audit_of(LEDGER, of, chain or honest())
    return [(found.subject, found.message) for found in run(checks.find(check), evidence)]


def levels(check: str, of: list[Entry] | Lent = ENTRIES) -> list[str]:
    """The levels of what a check finds."""
    evidence = audit_of(of) if isinstance(of, Lent) else audit_of(LEDGER, of, honest())
    return [str(found.level) for found in run(checks.find(check), evidence)]


def found_in(check: str, ledger: Lent, log: list[Entry]) -> list[tuple[str, str]]:
    """The same, in an altered log of a ledger."""
    return [(found.subject, found.message) for found in run(checks.find(check), audit_of(ledger, log))]


def honest() -> Chain:
    """What the honest chain answers."""
    return Chain(LEDGER.state, LEDGER.now)


def first(kind: type[Event], wanted: Callable[[Any], bool] = lambda event: True) -> Entry:
    """The first event of a kind that fits."""
    return next(entry for entry in ENTRIES if isinstance(entry.event, kind) and wanted(entry.event))


def beside(entry: Entry, kind: type[Event], wanted: Callable[[Any], bool] = lambda event: True) -> Entry:
    """An event of a kind in the same transaction."""
    return next(
        one
        for one in ENTRIES
        if one.transaction == entry.transaction and isinstance(one.event, kind) and wanted(one.event)
    )


def without(*lost: Entry) -> list[Entry]:
    return [entry for entry in ENTRIES if entry not in lost]


def told(entry: Entry, **fields: Any) -> list[Entry]:
    """The log with one event told otherwise."""
    return [replace(one, event=replace(one.event, **fields)) if one is entry else one for one in ENTRIES]


def twice(entry: Entry) -> list[Entry]:
    """The log with one event doubled, in a transaction of its own."""
    at = ENTRIES.index(entry) + 1
    return [*ENTRIES[:at], replace(entry, transaction="0x" + "ab" * 32), *ENTRIES[at:]]


def in_one(log: list[Entry], wanted: Callable[[Any], bool]) -> list[Entry]:
    """The log with all transactions that have an event that fits as one, a multicall, at the first of them."""
    own = {entry.transaction for entry in log if wanted(entry.event)}
    parts = [entry for entry in log if entry.transaction in own]
    at = log.index(parts[0])
    place = {field: getattr(parts[0], field) for field in ("block", "time", "transaction")}
    together = [replace(entry, index=index, **place) for index, entry in enumerate(parts)]
    return [*log[:at], *together, *(entry for entry in log[at:] if entry.transaction not in own)]


# ----------------------------------------------------------------------------------------------------------- the honest


def test_an_honest_ledger_on_which_money_was_lent_is_reconciled_and_silent_p6_p7_p8() -> None:
    evidence = audit_of(LEDGER)

    assert evidence.reconciled
    assert findings_of(evidence) == []
    kinds = {type(entry.event) for entry in ENTRIES}
    of_loans = {kind for kind, fact in LOANS.facts.items() if fact.effect is not None}
    assert of_loans - kinds == {ev.LoanCalledBySignature}, "everything happened"


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


# ------------------------------------------------------------------------------------------------- SAM-B2: its payments


@pytest.mark.parametrize("kind", [ev.Opened, ev.Drawn, ev.Repaid, ev.PledgeSold, ev.Claimed, ev.SurplusTaken])
def test_sam_b2_what_a_loan_tells_of_money_was_paid_in_that_transaction_p6(kind: type[Event]) -> None:
    act = first(kind, lambda event: getattr(event, "amount", 1))
    to_book = kind in (ev.Opened, ev.Repaid, ev.PledgeSold)
    side = "to" if to_book else "from_"
    paid = beside(act, ev.DepositTransfer, lambda event: getattr(event, side) == LEDGER.book)

    ((about, message),) = seen("SAM-B2", without(paid))

    assert about.startswith("facility ")
    contracts = {LEDGER.book: "LoanBook", LEDGER.sale: "Sale"}
    payer = contracts.get(paid.event.from_) or called(LEDGER, paid.event.from_)
    what = f"{payer} did not pay {hkd(paid.event.value)} in that transaction"
    assert message == f"{act.name} in block {act.block}: {what}"


def test_sam_b2_money_that_left_the_book_and_no_loan_tells_of_it_p6() -> None:
    claimed = first(ev.Claimed)
    event = claimed.event

    ((about, message),) = seen("SAM-B2", without(claimed))

    assert about == "loan book"
    assert message.startswith(
        f"{hkd(event.amount)} of HKD@{lei_text(pack_lei(LEIS['bank']))} went to {called(LEDGER, event.to)}"
    )


def test_sam_b2_nothing_that_is_paid_out_of_the_book_is_no_payment_and_terms_cut_short_stop_nothing() -> None:
    opened, claimed = first(ev.Opened), first(ev.Claimed)
    paid = beside(claimed, ev.DepositTransfer, lambda event: event.from_ == LEDGER.book)
    nothing = replace(paid, event=replace(paid.event, value=0))
    at = ENTRIES.index(paid)
    assert seen("SAM-B2", [*ENTRIES[:at], nothing, *ENTRIES[at:]]) == []
    assert seen("SAM-B2", told(opened, from_=opened.event.from_[:1])) == []
    assert list(run(checks.find("SAM-B2"), replace(audit_of(LEDGER), state=None))) == []


# --------------------------------------------------------------------------------------------------- SAM-B3: the claims


def test_sam_b3_a_claim_that_is_paid_twice_is_more_than_came_in_p6() -> None:
    claimed = first(ev.Claimed)
    name = f"position {position_name(claimed.event.position)}"

    found = seen("SAM-B3", twice(claimed))

    assert found[0][0] == name
    assert found[0][1].endswith(f"it was paid {hkd(claimed.event.amount)}, and HKD 0.00 was due to it")


def test_sam_b3_lenders_had_more_in_all_than_came_in_p6() -> None:
    *_, last = [entry for entry in ENTRIES if isinstance(entry.event, ev.Claimed)]
    paid = LEDGER.state.facilities[DEFAULTED].paid

    found = seen("SAM-B3", told(last, amount=last.event.amount + 1))

    assert found[-1] == ("facility 2", f"its lenders had {hkd(paid + 1)} in all, and {hkd(paid)} came in for them")


def test_sam_b3_a_claim_that_was_paid_to_somebody_else_t28() -> None:
    claimed = first(ev.Claimed)

    ((_, message),) = seen("SAM-B3", told(claimed, to=LEDGER.who["trader"]))

    assert message.endswith(f"it was paid to {called(LEDGER, LEDGER.who['trader'])}, who does not have it")


def test_sam_b3_shares_are_what_each_lender_signed_for_and_a_split_makes_none() -> None:
    given, split = first(ev.Lent), first(ev.Split)

    assert seen("SAM-B3", told(given, shares=given.event.shares + 1))[0] == (
        "facility 1",
        f"opened in block {given.block}, its lenders have not each the shares for which it signed",
    )
    found = [message for _, message in seen("SAM-B3", told(split, had=split.event.had + 1))]
    assert f"the part takes over {hkd(split.event.had + 1)} as paid, where {hkd(split.event.had)} goes" in found[0]
    whole = "60,000 shares (HKD 600.00 as committed)"
    assert f"{whole} were split off {whole}" in seen("SAM-B3", told(split, shares=60_000))[0][1]


def test_sam_b3_each_loan_that_was_opened_in_one_transaction_gave_its_lenders_their_shares() -> None:
    ledger = Lent()
    for _ in range(2):
        ledger.facility(filed_in="")
    log = in_one(ledger.entries(), lambda event: isinstance(event, ev.Opened))
    assert found_in("SAM-B3", ledger, log) == []
    (given, *_) = (entry for entry in log if isinstance(entry.event, ev.Lent))

    log[log.index(given)] = replace(given, event=replace(given.event, shares=given.event.shares + 1))

    ((about, message),) = found_in("SAM-B3", ledger, log)
    assert about == "facility 1"
    assert message.endswith("its lenders have not each the shares for which it signed")


def test_sam_b3_a_claim_of_a_loan_whose_beginning_was_left_out() -> None:
    opened = first(ev.Opened, lambda event: event.facility == DEFAULTED)

    assert {message.split(": ")[1] for _, message in seen("SAM-B3", without(opened))} == {"nobody lent under it"}


def test_sam_b3_a_split_takes_some_of_what_is_left_and_each_lender_has_its_commitment() -> None:
    opened, split = first(ev.Opened), first(ev.Split)
    assert (
        "0 shares (HKD 0.00 as committed) were split off 60,000 shares" in seen("SAM-B3", told(split, shares=0))[0][1]
    )
    terms = opened.event.facility_terms
    fewer = replace(terms, commitments=terms.commitments[:1])
    assert "have not each the shares" in seen("SAM-B3", told(opened, facility_terms=fewer))[0][1]
    ledger = Lent()
    (position, _) = ledger.positions(ledger.facility())
    for shares in (20_000, 10_000):
        ledger.act("bank", Split(position, shares))
    assert seen("SAM-B3", ledger) == []
    log = ledger.entries()
    second = [entry for entry in log if isinstance(entry.event, ev.Split)][1]
    log[log.index(second)] = replace(second, event=replace(second.event, shares=45_000))
    assert "45,000 shares (HKD 450.00 as committed) were split off 40,000 shares" in next(
        message for _, message in found_in("SAM-B3", ledger, log)
    )


# ---------------------------------------------------------------------------------------------------- SAM-B4: trust


def entrusted(days: int = 10) -> tuple[Lent, int, int]:
    """A facility in which money is owed, and a bill that is out on trust."""
    ledger = Lent()
    number = ledger.facility()
    ledger.pledge(number, 60_000, 25_000)
    bill = ledger.pledge(number, 30_000)
    until = ledger.now + days * DAY
    ledger.act("security agent", Entrust(bill, ledger.who["shipper"], until, PURPOSE))
    return ledger, number, bill


def test_sam_b4_a_trust_receipt_is_overdue_while_money_is_owed_t24() -> None:
    ledger, number, bill = entrusted()
    ledger.pass_days(9)
    assert seen("SAM-B4", ledger) == []
    ledger.pass_days(3)

    ((about, message),) = seen("SAM-B4", ledger)

    assert about == bill_name(bill)
    (given,) = (each for each in ledger.entries() if isinstance(each.event, ev.Entrusted))
    until = moment(given.event.until, timezone(timedelta(hours=8)))
    assert message.startswith(f"out on trust for “store the goods” until {until}, "), "by the clock of the terms"
    assert "it is not back 2 days later; facility 1 owes HKD 250." in message
    ledger.act("shipper", Repay(number, 10**9, ledger.hkd, ()))
    assert seen("SAM-B4", ledger) == []


def test_a_bill_that_came_back_late_is_not_overdue_t45() -> None:
    ledger, number, bill = entrusted()
    ledger.pass_days(12)
    ledger.pledge(number, 30_000, bill=bill, prints=())

    assert seen("SAM-B4", ledger) == []


def test_a_bill_on_trust_is_in_time_in_its_last_second_t45() -> None:
    ledger, _, bill = entrusted()
    until = Deal.of(ledger.state.kept[bill]).until
    ledger.act("shipper", Transfer(bill, ledger.who["second"], b""), later=until - ledger.now)
    assert seen("SAM-B4", ledger) == []
    ledger.act("second", Transfer(bill, ledger.who["shipper"], b""), later=1)
    assert "it is not back 0 days later" in seen("SAM-B4", ledger)[0][1]


# -------------------------------------------------------------------------------------------------- SAM-B5: filings


def test_sam_b5_the_terms_ask_for_a_filing_and_money_was_drawn_without_t26() -> None:
    filed = first(ev.SecurityFiled)
    drawn = first(ev.Drawn)

    assert seen("SAM-B5", without(filed)) == [
        (
            "facility 1",
            f"HKD 200.00 was drawn in block {drawn.block}, and its security was not filed in CN, as its terms ask",
        )
    ]
    assert levels("SAM-B5", without(filed)) == ["high"]


def test_sam_b5_the_law_of_the_borrower_asks_for_a_filing_and_the_terms_do_not_t26() -> None:
    ledger = Lent()
    number = ledger.facility(filed_in="")
    ledger.pledge(number, 60_000, 25_000)

    ((about, message),) = seen("SAM-B5", ledger)

    assert about == "facility 1"
    assert message.endswith("by a borrower of CN, and nobody said that its security is filed there")
    assert levels("SAM-B5", ledger) == ["low"]
    other = Lent()
    number = other.facility("trader", filed_in="")
    other.pledge(number, 60_000, 25_000, bill=received(other, "trader"), by="trader")
    assert seen("SAM-B5", other) == [], "in Hong Kong a pledge by possession is filed nowhere"


def test_p10_a_filing_that_the_law_asks_for_and_the_log_leaves_out_is_missed_before_the_agent_is_accused() -> None:
    ledger = Lent()
    number = ledger.facility(filed_in="")
    until = ledger.now + 200 * DAY
    ledger.filed(number, "CN", until)
    ledger.pledge(number, 60_000, 25_000)
    log = [entry for entry in ledger.entries() if not isinstance(entry.event, ev.SecurityFiled)]

    assert seen("SAM-P10", ledger) == []
    assert found_in("SAM-P10", ledger, log) == [("facility 1", f"filedUntil: the logs give 0, the chain has {until}")]


def test_sam_b5_a_filing_that_lapsed_while_money_is_owed_and_one_that_was_renewed_t26() -> None:
    ledger = Lent()
    number = ledger.facility(filed_in="")
    ledger.filed(number, "CN", ledger.now + 5 * DAY)
    ledger.pledge(number, 60_000, 25_000)
    ledger.pass_days(6)

    ((about, message),) = seen("SAM-B5", ledger)

    assert about == "facility 1"
    assert message.startswith("its security stood filed in CN until ")
    assert levels("SAM-B5", ledger) == ["medium"]
    ledger.filed(number, "CN", ledger.now + 500 * DAY)
    assert levels("SAM-B5", ledger) == ["low"]
    ledger.act("shipper", Repay(number, 10**9, ledger.hkd, ()))
    ledger.pass_days(600)
    assert levels("SAM-B5", ledger) == ["low"], "nothing is owed any more"


def test_sam_b5_a_filing_stands_in_its_last_second_and_lapses_with_interest_owed_t26() -> None:
    ledger = Lent()
    number = ledger.facility(filed_in="")
    until = ledger.now + 20 * DAY
    ledger.filed(number, "CN", until)
    bill = ledger.pledge(number, 60_000)
    ledger.act("shipper", Draw(number, 25_000, bill, ()), later=until - ledger.now)
    assert seen("SAM-B5", ledger) == []
    ledger.pass_days(10)

    ((_, message),) = seen("SAM-B5", ledger)
    # 7.3 % are five a day.
    assert message.endswith("HKD 250.50 is owed")
    ledger.filed(number, "CN", ledger.now + 500 * DAY)
    ((_, message),) = seen("SAM-B5", ledger)
    assert message.endswith("HKD 250.50 was owed")


def test_a_filing_that_is_renewed_in_time_or_while_nothing_is_owed_gives_no_finding_t26_t45() -> None:
    ledger = Lent()
    number = ledger.facility(filed_in="")
    ledger.filed(number, "CN", ledger.now + 5 * DAY)
    ledger.pass_days(6)
    until = ledger.now + 5 * DAY
    ledger.filed(number, "CN", until)
    ledger.pledge(number, 60_000, 25_000)
    filing = Filing("CN", b"\1" * 32, b"\2" * 32, b"\3" * 32, until, until + DAY)
    ledger.act("security agent", File(number, filing), later=until - ledger.now)
    ledger.filed(number, "CN", ledger.now + 500 * DAY)
    assert seen("SAM-B5", ledger) == []


def received(ledger: Lent, whose: str) -> int:
    """A bill in blank that somebody took from the shipper."""
    ledger.act(whose, SetReceiving(ledger.who[whose], Receiving.ANYONE))
    bill = ledger.blank()
    ledger.act("shipper", Transfer(bill, ledger.who[whose], b""))
    return bill


# ------------------------------------------------------------------------------------------- SAM-B6: what the book has


def test_sam_b6_a_price_that_the_book_paid_to_itself_leaves_it_short_and_its_sides_are_all_there_p6() -> None:
    """A room that takes itself for the payer: the debt is paid, each payment is told, and nothing came in."""
    sold = first(ev.PledgeSold, lambda event: event.surplus)
    event, money = sold.event, LEDGER.hkd
    paid = beside(sold, ev.DepositTransfer, lambda moved: moved.to == LEDGER.book)
    log = [
        replace(one, event=replace(one.event, room=LEDGER.book))
        if one is sold
        else replace(one, event=replace(one.event, from_=LEDGER.book))
        if one is paid
        else one
        for one in ENTRIES
    ]
    kept = sum(each.balance for each in LEDGER.state.facilities.values())
    there, price = LEDGER.state.holding(money, LEDGER.book).balance, event.amount + event.surplus
    assert there == kept, "the honest book has what it owes, to the unit"

    found = seen("SAM-B6", log)

    assert (seen("SAM-B2", log), {about for about, _ in found}) == ([], {"loan book"})
    has, owes = (re.search(rf"{word} (HKD [0-9,.-]+)", found[0][1])[1] for word in ("has", "owes"))  # type: ignore[index]
    assert found[0][1].startswith(f"after block {sold.block} it has ")
    assert cents(owes) - cents(has) == price
    assert len(found) == 1, "told once, while it does not grow"


def test_sam_b6_money_that_is_told_to_have_left_twice_and_a_chain_that_has_less_p6_p10() -> None:
    claimed = first(ev.Claimed)
    paid = beside(claimed, ev.DepositTransfer, lambda event: event.from_ == LEDGER.book)
    lying, kept = honest(), sum(each.balance for each in LEDGER.state.facilities.values())
    lying.views[LEDGER.hkd]["balanceOf", (LEDGER.book,)] = kept - 1
    more = honest()
    more.views[LEDGER.hkd]["balanceOf", (LEDGER.book,)] = kept + 1
    of_bank = f"HKD@{lei_text(pack_lei(LEIS['bank']))}"

    again = [*ENTRIES, replace(paid, transaction="0x" + "ab" * 32)]
    (found,) = seen("SAM-B6", again)
    assert found[1].startswith(f"after block {paid.block} it has ")
    assert seen("SAM-B6", chain=lying) == [
        ("loan book", f"it has {hkd(kept - 1)} of {of_bank} by the chain's word, and owes {hkd(kept)} by the logs")
    ]
    assert (seen("SAM-B6", chain=more), levels("SAM-B6", again)) == ([], ["critical"])


def test_sam_b6_what_anybody_pays_into_the_book_is_no_finding_and_a_shortage_is_told_again_when_it_grows() -> None:
    opened = [entry for entry in ENTRIES if isinstance(entry.event, ev.Opened)]
    lent_ = [beside(each, ev.DepositTransfer, lambda event: event.to == LEDGER.book) for each in opened[:2]]
    assert seen("SAM-B6", [*ENTRIES, replace(lent_[0], transaction="0x" + "ab" * 32)]) == []

    blocks = [message.split()[2] for _, message in seen("SAM-B6", without(*lent_))]

    assert blocks == [str(each.block) for each in lent_]


def cents(said: str) -> int:
    """Hong Kong dollars that were told."""
    return int(said.removeprefix("HKD ").replace(",", "").replace(".", ""))


def test_sam_b6_what_a_loan_tells_to_have_come_in_is_missed_in_that_transaction_where_no_money_moved_p6() -> None:
    repaid = first(ev.Repaid, lambda event: event.facility == STANDING)
    moved = [
        entry
        for entry in ENTRIES
        if entry.transaction == repaid.transaction and isinstance(entry.event, ev.DepositTransfer)
    ]

    (found,) = seen("SAM-B6", without(*moved))

    assert found[1].startswith(f"after block {repaid.block} it has ")


def test_sam_b6_where_the_chain_does_not_answer_or_nothing_could_be_rebuilt_nobody_is_accused() -> None:
    silent = honest()
    silent.views[LEDGER.hkd]["balanceOf", (LEDGER.book,)] = None

    assert seen("SAM-B6", chain=silent) == []
    assert list(run(checks.find("SAM-B6"), replace(audit_of(LEDGER), state=None))) == []


# ------------------------------------------------------------------------------------------- SAM-F1: financed twice


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


def let_go() -> tuple[Lent, int, tuple[int, ...]]:
    """A bill that secured a debt which was repaid, and the prints of its cargo: of a box, and of a part of one."""
    ledger = Lent()
    prints = tuple(sorted((*ledger.prints(), *ledger.prints(1, 9_000, 20_000))))
    bill = ledger.pledge(number := ledger.facility(), 60_000, 10_000, prints=prints)
    ledger.act("shipper", Repay(number, 10**9, ledger.hkd, (ledger.collateral(bill),)))
    return ledger, bill, prints


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


def amended(ledger: Lent, bill: int, by: str = "shipper", *, same: bool = False) -> int:
    """What the carrier of a free bill made of it; the next version of its reference, if it is to be the same."""
    terms = ledger.terms(LEIS["carrier"])
    if same:
        terms = replace(terms, bill=bill + ONE_VERSION)
    agreed = replacements_hash((bill,), (terms,))
    ledger.act(by, Surrender(bill, SurrenderFor.AMENDMENT, ledger.who["carrier"], agreed, b""))
    ledger.act("carrier", Replace((bill,), (terms,), b"amended"))
    return terms.bill


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


def registered(*said: Print, debt: int, kind: type[Event] = ev.Registered) -> Entry:
    """Some prints are told to secure a debt of the loan book from now on, or no more: an entry for the end of a log."""
    like = first(kind)
    event = replace(like.event, room=LEDGER.book, debt=debt, prints=tuple(each.pack() for each in said))  # type: ignore[call-arg]
    return replace(ENTRIES[-1], event=event, transaction=f"0x{debt:032x}{len(said):032x}")


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


# ----------------------------------------------------------------------------------------------------- SAM-F7: circles


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


def take(ledger: Lent, bill: int, price: int, buyer: str, *, by: str = "shipper", least: int = 0) -> None:
    """Whoever the borrower named, or in default the agent, takes a pledged bill from the loan book without the sale."""
    ledger.act(buyer, deposits.Approve(ledger.hkd, ledger.book, ANY))
    ledger.act(by, Instruct(bill, ledger.who[buyer], b"\1" * 32, least))
    ledger.act(buyer, Release(bill, price, ledger.who[buyer], Endorsement.BLANK, b"\1" * 32))


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


# ---------------------------------------------------------------------------------------------- SAM-F8: use of title


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


# ----------------------------------------------------------------------------------------------------------- exposures


def report(ledger: Lent = LEDGER) -> Report:
    """What an audit of it writes."""
    return Report("model", 1, 0, len(ledger.log), {"checks": [], **SOURCE}, audit_of(ledger), ())


SOURCE = {"ledger": "0x" + "b1" * 20, "release": "1"} | dict.fromkeys(
    ("genesis_hash", "block_hash", "history_digest"), "0x" + "0" * 64
)


def test_each_facility_tells_who_lent_and_borrowed_what_is_owed_at_the_last_block_and_what_covers_it() -> None:
    repaid, defaulted, standing = report().timeline()["loans"]

    assert [each["outcome"] for each in (repaid, defaulted, standing)] == ["over", "over", "drawn"]
    book = LEDGER.state.facilities[STANDING]
    debt = rules.accrued(book, LEDGER.now)
    assert (standing["principal"], standing["interest"]) == (str(debt.principal), str(rules.interest_of(book, debt)))
    assert (standing["covered"], standing["in_default"]) == (str(book.covered(book.value)), False)
    assert standing["agent"] == lei_text(pack_lei(AGENTS["other agent"])), "the agent that there is now"
    assert standing["borrower"] == lei_text(pack_lei(LEIS["shipper"]))
    assert [each["shares"] for each in standing["lenders"]] == ["60000", "40000"]
    assert {each["how"] for each in standing["bills"]} == {"held", "on-trust"}
    assert sum(int(each["value"]) for each in standing["bills"]) == int(standing["value"]) == book.value
    assert [sum(int(each["had"]) for each in loan["lenders"]) for loan in (repaid, defaulted)] == [
        int(loan["claimed"]) for loan in (repaid, defaulted)
    ]
    assert all(before["to"] == after["from"] for before, after in pairwise(repaid["stood"]))


def test_a_loan_that_is_not_repaid_in_time_is_in_default() -> None:
    ledger = Lent()
    ledger.pledge(ledger.facility(), 60_000, 25_000)
    ledger.pass_days(92)
    assert report(ledger).timeline()["loans"][0]["in_default"] is False, "days of grace"
    loan = heard(audit_of(ledger)).all[1]
    assert [loan.is_late(loan.grace_ends + second) for second in (0, 1)] == [False, True], "after its last second"
    ledger.pass_days(3)

    (told,) = report(ledger).timeline()["loans"]

    assert (told["in_default"], told["outcome"]) == (True, "in-default")


def test_the_page_of_a_bill_says_what_it_secures_and_its_report_who_lent() -> None:
    out = next(bill for bill, word in LEDGER.state.kept.items() if Deal.of(word).facility == STANDING)

    life = report().life("bills", out)

    assert [loan["facility"] for loan in life["loans"]] == [STANDING]
    lenders = {each["lender"] for each in life["loans"][0]["lenders"]}
    assert lenders == {lei_text(pack_lei(lei)) for lei in (LEIS["bank"], OTHER)}
    written = page(life)
    for said in ("What it secures, or secured", "facility 3", f"{bill_name(out)}: on trust", "HKD 240.30"):
        assert said in written, said


def page_of(facility: int) -> tuple[str, dict[str, Any]]:
    """The page of a loan, as text with a blank for each tag, and what it was drawn from."""
    life = report().life("loans", facility)
    jsonschema.Draft202012Validator(schema.load("sampan.life/1")).validate(life)
    (loan,) = life["loans"]
    return " ".join(re.sub(r"<[^>]+>", " ", page(life).partition("<body>")[2]).split()), loan


@pytest.mark.slow
def test_the_page_of_a_loan_says_what_was_lent_by_whom_on_which_terms_and_what_is_owed_and_why_t31() -> None:
    text, loan = page_of(STANDING)

    for said in (
        "Loan secured on bills of lading: facility 3",
        "owed at the last block HKD 240.30",
        "HKD 250.00 drawn, less HKD 9.70 paid: HKD 240.30",
        "HKD 0.30 for the days so far, less HKD 0.30 paid: HKD 0.00",
        "HKD 600.00, which is 80 % of what they count",
        "7.3 % a year, simple, ACT/365F",
        "at midnight UTC+08:00",
        "none is asked before a drawing",
        "70 % of what a bill counts",
        f"agent {lei_text(pack_lei(AGENTS['security agent']))} agent now",
        f"agent now, for whom its bills are held {lei_text(pack_lei(AGENTS['other agent']))} lent",
    ):
        assert said in text, said
    for lender in loan["lenders"]:
        assert f"{lender['position']} {lender['lender']} {lender['owner']}" in text
    assert [each["unclaimed"] for each in loan["lenders"]] == ["600", "400"], "the parts of what was repaid"
    for bill in loan["bills"]:
        assert f"{bill['bill']} {bill['how'].replace('-', ' ')}" in text
    ended = page_of(DEFAULTED)[0]
    for said in ("beside it HKD 142.38 for the borrower", "ACT/360", "at midnight UTC "):
        assert said in ended, said


def test_every_bill_that_ever_secured_a_loan_stands_on_its_page_with_what_became_of_it() -> None:
    """Also those that were sold, let go or ended, of which the book keeps nothing any more."""
    named = {
        number: {
            bill
            for entry in ENTRIES
            if facility_of(entry.event) == number
            for bill in ({getattr(entry.event, "bill", 0)} - {0} | set(getattr(entry.event, "replacements", ())))
        }
        for number in (REPAID, DEFAULTED, STANDING)
    }
    became = {}
    for number, bills in named.items():
        text, loan = page_of(number)
        became[number] = sorted(each["became"] for each in loan["secured_by"])
        assert {each["bill"] for each in loan["secured_by"]} == set(map(bill_name, bills))
        for each in loan["secured_by"]:
            assert f"{each['bill']} {BECAME[each['became']]}" in text
        assert text.count(" forgotten ") == sum(each["forgotten"] is not None for each in loan["secured_by"])

    assert became == {
        REPAID: ["released", "released", "replaced", "sold"],
        DEFAULTED: ["ended", "sold"],
        STANDING: ["held", "on-trust"],
    }
    (sold,) = (each for each in page_of(REPAID)[1]["secured_by"] if each["became"] == "sold")
    forgotten = first(ev.Forgotten, lambda event: bill_name(event.bill) == sold["bill"])
    assert sold["forgotten"] == instant(forgotten.time)
    exposures = seen_on_the_terminal(DEFAULTED, width=105)
    for each in page_of(DEFAULTED)[1]["secured_by"]:
        said = f"{BECAME[each['became']]}, forgotten" if each["became"] == "sold" else BECAME[each["became"]]
        assert f"{each['bill']} {said}" in exposures


@pytest.mark.parametrize("facility", [REPAID, DEFAULTED, STANDING])
def test_everybody_whom_the_page_of_a_loan_names_stands_under_who_is_who(facility: int) -> None:
    """The agent that was replaced, who paid and for whom, and the carriers of its bills."""
    life = report().life("loans", facility)
    known = {each["lei"]: {account["address"] for account in each["accounts"]} for each in life["participants"]}
    above = page(life).partition("Who is who")[0]
    enrolled = {lei_text(each.lei) for each in LEDGER.state.participants.values()}
    accounts = {checksum(each.address) for each in LEDGER.state.accounts.values() if not each.room}

    assert {lei for lei in enrolled if lei in above} <= set(known)
    assert {each for each in accounts if each in above} <= set().union(*known.values())
    assert lei_text(pack_lei(LEIS["carrier"])) in known


def test_who_is_who_is_told_of_a_loan_whose_beginning_is_missing() -> None:
    opened = first(ev.Opened, lambda event: event.facility == STANDING)
    without_it = replace(report(), evidence=audit_of(LEDGER, without(opened), honest()))

    assert lei_text(pack_lei(LEIS["shipper"])) in {
        each["lei"] for each in without_it.life("loans", STANDING)["participants"]
    }


@pytest.mark.slow
def test_no_page_breaks_a_date_or_a_hash_in_a_column_that_is_too_narrow_for_it() -> None:
    """Dates are marked as whole, hashes have room; no table has more columns than paper has room for."""
    sold = first(ev.PledgeSold, lambda event: event.surplus).event.bill
    lives = [("loans", REPAID), ("loans", DEFAULTED), ("loans", STANDING), ("bills", sold)]
    for text in (page(report().life(*each)) for each in lives):
        assert re.search(r"^\.date, .*{ white-space: nowrap }$", text, re.MULTILINE)
        assert "td code { display: inline-block; min-width: 22ch }" in text
        body = text.partition("<table>")[2].partition("What this page rests on")[0]
        dates = re.findall(r"\d{4}-\d\d-\d\d", body)
        assert dates
        assert body.count('<span class="date">') == len(dates)
        for table in body.split("<table>"):
            cells = re.findall(r"<td data-head.*?</td>", table.partition("</tr></thead>")[2].partition("</tr>")[0])
            # Dots of a date, 20 letters of an LEI, 22 of a hash, each with what is left free behind it; else of a word.
            least = {"<code>": 160, '"lei"': 165, "date": 90}
            assert sum(next((least[kind] for kind in least if kind in cell), 70) for cell in cells) <= 673


def test_the_page_of_a_bill_names_the_room_that_holds_it() -> None:
    pledged = first(ev.Pledged).event.bill
    life = report().life("bills", pledged)

    rooms = {span["room"] for span in life["bills"][0]["held"] if span["possessor"] is None}

    assert rooms == {"LoanBook"}
    assert {span["room"] for span in life["bills"][0]["held"] if span["possessor"]} == {None}
    assert "<div>LoanBook</div>" in page(life)
    assert "a room" not in page(life)


def test_what_began_and_ended_within_one_transaction_nobody_held() -> None:
    """A bill is paid for where it lies: it is let out and goes to its buyer, and between the two it is nobody's."""
    told_ = report()
    for bill, entries in told_.lives["bills"].items():
        life = told_.life("bills", bill)
        (own,) = (each for each in life["bills"] if each["bill"] == bill_name(bill))
        began = {entry.block: entry.transaction for entry in entries}
        transactions = [began[span["from_block"]] for span in own["held"]]
        assert len(set(transactions)) == len(transactions)
        assert all(span["held_for"] is not None for span in own["held"])
        assert ">for nobody<" not in page(life)
        assert all(one["to"] == next_["from"] for one, next_ in pairwise(own["held"]))
        assert len(own["events"]) >= len(own["held"]), "each event is told with who had it after it"


def test_a_bill_that_never_came_back_from_trust_is_told_as_such_once_it_is_forgotten_t24() -> None:
    ledger, number, bill = entrusted()
    ledger.act("shipper", Repay(number, 10**9, ledger.hkd, ()))
    ledger.pass_days(61)
    prints = ledger.left(bill)
    ledger.act("shipper", Forget(bill, prints))

    (loan,) = report(ledger).life("loans", number)["loans"]

    (told_,) = (each for each in loan["secured_by"] if each["bill"] == bill_name(bill))
    assert (told_["became"], told_["until"]) == ("forgotten", None)
    assert told_["forgotten"] == told_["since"] == instant(ledger.now)


@pytest.mark.parametrize("facility", [REPAID, DEFAULTED, STANDING])
def test_the_money_of_a_loan_in_order_adds_up_to_what_is_owed_and_lies_with_the_book_p6(facility: int) -> None:
    _, loan = page_of(facility)
    moved = loan["payments"]

    def sum_of(part: str, *what: str) -> int:
        return sum(int(each[part]) for each in moved if each["what"] in what)

    paid_in = ("repaid", "sold")
    assert moved[0]["what"] == "lent"
    assert (moved[-1]["principal"], loan["stood"][-1]["to"]) == (loan["principal"], None)
    assert sum_of("amount", "drawn") - sum_of("principal_paid", *paid_in) == int(loan["principal"])
    assert sum_of("amount", *paid_in) == sum_of("principal_paid", *paid_in) + sum_of("interest_paid", *paid_in)
    assert sum_of("amount", *paid_in, "not-drawn") == int(loan["paid"])
    assert sum_of("amount", "claimed") == int(loan["claimed"])
    assert sum_of("surplus", "sold") - sum_of("amount", "surplus-taken") == int(loan["surplus"])
    assert sum_of("amount", "lent") - sum_of("amount", "drawn", "not-drawn") == int(loan["undrawn"])


def test_every_event_that_moves_money_of_a_loan_is_told_among_its_payments() -> None:
    """An event that is to come too: none but what pays has such a field."""
    in_money = {kind for kind in LOANS.facts if {"amount", "undrawn", "surplus"} & set(field_names(kind))} | {ev.Opened}
    assert len(in_money) >= 7
    there = [entry for entry in ENTRIES if type(entry.event) in in_money]
    assert {type(entry.event) for entry in there} == in_money, "the honest ledger has each"
    assert sum(len(loan["payments"]) for loan in report().timeline()["loans"]) == len(there)


def test_what_is_no_country_in_the_terms_of_a_loan_reaches_its_page_as_an_escape() -> None:
    """Any two bytes may stand there: a page is printed to a terminal too."""
    ledger = Lent()
    number = ledger.facility(filed_in="\x1b[", also_filed_in="A\x00")

    written = page(report(ledger).life("loans", number))

    assert "\\x1b[ and A\\x00" in written
    assert written.replace("\n", "").isprintable()


def test_the_page_of_a_loan_whose_beginning_is_missing_says_so_and_a_narrow_one_names_its_columns() -> None:
    opened = first(ev.Opened, lambda event: event.facility == STANDING)
    without_it = replace(report(), evidence=audit_of(LEDGER, without(opened), honest()))

    assert "nobody can tell: its opening is not in the log" in page(without_it.life("loans", STANDING))
    assert '<td data-head="principal left">' in page(report().life("loans", STANDING))


def seen_on_the_terminal(facility: int, width: int = 200) -> str:
    """An audit that tells one loan."""
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(show.report_view(report(), only=[("loans", facility)]))
    return captured.get()


@pytest.mark.slow
def test_the_terminal_tells_one_loan_with_what_it_names_and_no_participant_of_its_number() -> None:
    seen_ = seen_on_the_terminal(STANDING)
    held = next(iter(heard(audit_of(LEDGER)).all[STANDING].bills))
    assert [said in seen_ for said in ("facility 3", bill_name(held), "facility 2")] == [True, True, False]


def sales_of(ledger: Lent) -> list[tuple[str, ...]]:
    """The table of sales, without names of sales: outcome, bills, seller, buyer, price, until."""
    told_ = report(ledger)
    (life,) = (each for each in told_.kinds if each.name == "sales")
    return [life.row(told_.evidence, key, told_.evidence.names) for key in told_.lives["sales"]]


def test_the_table_of_sales_tells_who_sold_a_pledged_bill_where_it_lay_to_whom_for_how_much() -> None:
    ledger = Lent()
    bill = ledger.pledge(ledger.facility(), 60_000, 20_000)
    ledger.sell(bill, 30_000)
    free = ledger.blank()
    ledger.sell_free(free, 12_345, "shipper", "trader")
    shipper, consignee, trader = (lei_text(pack_lei(LEIS[name])) for name in ("shipper", "consignee", "trader"))

    rows = {row[1]: row for row in sales_of(ledger)}

    assert rows[bill_name(bill)] == (
        *("paid", bill_name(bill), shipper, consignee, "HKD 300.00"),
        "sold where it lay",
    )
    assert rows[bill_name(free)][:5] == ("paid", bill_name(free), shipper, trader, "HKD 123.45")
    told_ = {sale["bills"][0]: sale for sale in report(ledger).timeline()["sales"]}
    sale = told_[bill_name(bill)]
    assert (sale["source"], sale["payee"]) == (checksum(ledger.book), checksum(ledger.who["shipper"]))
    assert "deadline" not in sale, "no log has it"
    assert told_[bill_name(free)]["source"] is None
    (stood,) = sale["stood"]
    assert (stood["outcome"], stood["from_block"] < stood["to_block"]) == ("paid", True), "named first, then paid for"


def test_what_the_agent_sold_in_default_is_told_as_sold_by_it_for_the_lenders_t25() -> None:
    sold = first(ev.PledgeSold, lambda event: event.surplus)
    agent, borrower = (lei_text(pack_lei(lei)) for lei in (AGENTS["security agent"], LEIS["shipper"]))

    (row,) = (row for row in sales_of(LEDGER) if row[1] == bill_name(sold.event.bill))
    assert row[2] == f"{agent}\nfor the lenders of facility 2, in default of {borrower}"
    sales = {sale["bills"][0]: sale for sale in report().timeline()["sales"]}
    sale = sales[bill_name(sold.event.bill)]
    assert (sale["seller"], sale["sold_in_default_of"], sale["sold_for"]) == (agent, borrower, "facility 2")
    (own,) = (each for bill, each in sales.items() if bill != bill_name(sold.event.bill))
    assert (own["seller"], own["sold_in_default_of"], own["sold_for"]) == (borrower, None, "facility 1")
    written = page(report().life("bills", sold.event.bill))
    assert f"for the lenders of facility 2, in default of {borrower}" in written


def test_sam_f7_what_was_sold_in_default_names_who_sold_it_and_counts_as_its_borrowers_t45() -> None:
    ledger = Lent()
    number = ledger.facility()
    bill = ledger.pledge(number, 60_000, 20_000)
    ledger.pass_days(94)
    ledger.sell(bill, 50_000, buyer="trader", instructs="security agent", least=50_000)
    ledger.sell_free(bill, 55_000, "trader", "consignee")
    ledger.sell_free(bill, 60_000, "consignee", "shipper")

    ((_, message),) = seen("SAM-F7", ledger)

    agent = lei_text(pack_lei(AGENTS["security agent"]))
    assert ", who had its cargo sold; " in message
    assert f"it was sold by {agent}, in default, in block " in message


def test_what_an_outsider_sold_after_the_agents_silence_is_not_told_as_its_borrowers_sale_t45() -> None:
    ledger = Lent()
    bill = ledger.pledge(ledger.facility(), 60_000, 20_000)
    ledger.pass_days(94 + 31)
    ledger.sell(bill, 50_000, buyer="trader", instructs=STRANGER, least=50_000)
    borrower = lei_text(pack_lei(LEIS["shipper"]))

    (row,) = sales_of(ledger)
    assert row[2] == f"somebody who is no participant\nfor the lenders of facility 1, in default of {borrower}"
    (sale,) = report(ledger).timeline()["sales"]
    assert (sale["seller"], sale["sold_in_default_of"], sale["sold_for"]) == (None, borrower, "facility 1")
    assert "somebody who is no participant" in page(report(ledger).life("bills", bill))

    ledger.sell_free(bill, 55_000, "trader", "consignee")
    ledger.sell_free(bill, 60_000, "consignee", "shipper")
    ((_, message),) = seen("SAM-F7", ledger)
    assert ", who had its cargo sold; " in message
    assert f"it was sold by {checksum(STRANGER)}, in default, in block " in message


def test_sam_f7_a_cargo_that_was_sold_in_default_is_pledged_again_for_more_t45() -> None:
    ledger = Lent()
    bill = ledger.pledge(ledger.facility(), 60_000, 20_000)
    ledger.pass_days(94)
    ledger.sell(bill, 50_000, buyer="trader", instructs="security agent", least=50_000)
    ledger.act(STRANGER, Forget(bill, ledger.left(bill)))
    ledger.act("trader", Transfer(bill, ledger.who["shipper"], b""))
    ledger.pledge(ledger.facility(salt=b"\1" * 32), 51_000, bill=bill)

    ((_, message),) = seen("SAM-F7", ledger)

    agent = lei_text(pack_lei(AGENTS["security agent"]))
    assert f"whose group had its cargo sold by {agent}, in default, in block " in message
    assert message.endswith("for HKD 500.00; no sale on this ledger brought it back")


def test_what_cargo_secures_is_told_by_facility_and_pledge_and_terms_of_a_sale_by_its_name() -> None:
    told_ = [event["told"] for loan in report().timeline()["loans"] for event in loan["events"]]
    registered = first(ev.Registered)
    named = next(event for event in told_ if " let Sale take " in event)

    evidence = audit_of(LEDGER)
    assert sentence(SUITE.facts[ev.Registered], registered.event, evidence.names) == (
        "facility 1 (pledge 1) is secured by 1 piece of cargo"
    )
    names = {life.title(key) for life in report().kinds if life.name == "sales" for key in report().lives["sales"]}
    assert "sale " + named.rpartition("under deal ")[2] in names
    assert any(each.endswith("UTC+08:00: store the goods") for each in told_), "in words, by the clock of the terms"


def test_the_page_of_a_bill_that_was_sold_where_it_lay_says_so() -> None:
    sold = first(ev.PledgeSold, lambda event: event.surplus).event.bill

    written = page(report().life("bills", sold))

    for said in ("What it was offered and sold for", "HKD 550.00", "sold where it lay in pledge"):
        assert said in written, said


def test_two_pledged_bills_are_paid_for_in_one_transaction_each_for_its_own_price() -> None:
    ledger = Lent()
    number = ledger.facility()
    one, other, _ = ledger.pledge(number, 60_000, 20_000), ledger.pledge(number, 60_000), ledger.pledge(number, 60_000)
    ledger.sell(one, 30_000)
    ledger.sell(other, 31_000)

    log = ledger.entries()
    payments = [entry.transaction for entry in log if isinstance(entry.event, ev.Paid)]
    early, late = ([entry for entry in log if entry.transaction == payment] for payment in payments)
    rest = [entry for entry in log if entry.transaction not in payments]
    where = late[0]
    both = [
        replace(entry, block=where.block, time=where.time, transaction=where.transaction, index=place)
        for place, entry in enumerate([*early, *late])
    ]

    evidence = audit_of(ledger, [*rest, *both])

    assert (list(evidence.impossible), findings_of(evidence)) == ([], [])
    sales = [sourced(evidence, paid[0].event.terms) for paid in (early, late)]
    assert [sale and sale.bills for sale in sales] == [(one,), (other,)]


@pytest.mark.slow
def test_the_terminal_lists_exposures_and_a_loan_whose_beginning_is_missing_stops_nothing() -> None:
    console = Console(width=200, color_system=None)
    with console.capture() as captured:
        console.print(show.report_view(report()))
    seen_ = captured.get()
    for said in ("Loans", "facility 3", "drawn", "on trust"):
        assert said in seen_, said
    opened = first(ev.Opened, lambda event: event.facility == STANDING)
    without_it = replace(report(), evidence=audit_of(LEDGER, without(opened), honest()))
    told_ = {each["facility"]: each for each in without_it.timeline()["loans"]}
    assert "principal" not in told_[STANDING]
