"""Trust receipts and filings of loans (SAM-B4, B5): what is overdue, unfiled or lapsed, to the second (T24, T26)."""

from __future__ import annotations

from datetime import timedelta, timezone

from support.audited_loans import entrusted, first, found_in, levels, received, seen, without
from support.lent import DAY, Lent

from sampan.bills.verbs.circulation import Transfer
from sampan.finance.loans.records import Deal
from sampan.finance.loans.terms import Filing
from sampan.finance.loans.verbs.lending import Draw
from sampan.finance.loans.verbs.repaying import Repay
from sampan.finance.loans.verbs.securing import File
from sampan.suite import events as ev
from sampan.suite.tell import bill_name, moment

# -------------------------------------------------------------------------------------------------------- SAM-B4: trust


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


# ------------------------------------------------------------------------------------------------------ SAM-B5: filings


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
