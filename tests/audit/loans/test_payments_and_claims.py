"""What is paid to and by the loan book (SAM-B2, B3, B6): payments that a loan tells of, claims, and what the book has
(P6, T28).
"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from support.audited_loans import (
    DEFAULTED,
    ENTRIES,
    LEDGER,
    STANDING,
    beside,
    first,
    found_in,
    honest,
    in_one,
    levels,
    seen,
    told,
    twice,
    without,
)
from support.audits import audit_of, called, hkd
from support.lent import Lent
from support.logs import LEIS

from sampan.audit import checks
from sampan.audit.checks import run
from sampan.finance.positions.verbs import Split
from sampan.suite import events as ev
from sampan.suite.event import Event
from sampan.suite.ids import pack_lei, position_name
from sampan.suite.tell import lei_text

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


# -------------------------------------------------------------------------------------------- SAM-B6: what the book has


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
