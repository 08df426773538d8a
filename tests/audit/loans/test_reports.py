"""What an audit reports of loans: facilities, pages of loans and of bills that secure them, sales of pledged bills."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import jsonschema
import pytest
from rich.console import Console
from support.audited_loans import (
    DEFAULTED,
    ENTRIES,
    LEDGER,
    REPAID,
    STANDING,
    entrusted,
    first,
    honest,
    seen,
    without,
)
from support.audits import audit_of, findings_of
from support.lent import AGENTS, Lent
from support.logs import LEIS
from support.paid import OTHER

from sampan.audit import show
from sampan.audit.page import page
from sampan.audit.report import Report
from sampan.bills.verbs.circulation import Transfer
from sampan.cli import schema
from sampan.finance.loans import rules
from sampan.finance.loans.drawn import BECAME
from sampan.finance.loans.history import facility_of, heard
from sampan.finance.loans.records import Deal
from sampan.finance.loans.subject import LOANS
from sampan.finance.loans.terms import Share
from sampan.finance.loans.verbs.repaying import Forget, Repay
from sampan.finance.loans.verbs.securing import Allot
from sampan.fuzz.alone import STRANGER
from sampan.subjects import SUITE
from sampan.suite import events as ev
from sampan.suite.event import field_names
from sampan.suite.ids import pack_lei
from sampan.suite.tell import bill_name, checksum, instant, lei_text, sentence
from sampan.trade.history import sourced


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


def test_what_each_replacement_of_a_bill_covers_is_told_as_the_agent_allotted_it() -> None:
    ledger = Lent()
    number, prints = ledger.facility(), ledger.prints(2)
    one, other = ledger.amended(ledger.pledge(number, 60_000, prints=prints), 2)
    ledger.act("security agent", Allot(one, (Share(other, 20_000, prints[:1]),)))

    (loan,) = report(ledger).timeline()["loans"]
    values = {each["bill"]: each["value"] for each in loan["bills"]}
    assert values == {bill_name(one): "40000", bill_name(other): "20000"}
    assert loan["value"] == "60000"


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
    # Of the whole ledger much is counted, of which nothing is about this loan.
    silent = [name for name, found in report().lives.items() if not found]
    assert re.findall(r"Nothing happened to any (\w+) in", seen_) == silent


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
