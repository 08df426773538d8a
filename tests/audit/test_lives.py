"""Lives as the audit tells them: which legal person held a bill, from when to when; who is who; the page to keep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import jsonschema
import pytest
from rich.console import Console
from support.audited_trade import BLANK, FULL_LEIS, MOVE, ROLES, TERMS, Trade

from sampan.audit import audit, show
from sampan.audit.page import page
from sampan.cli import schema
from sampan.identity.records import DAY
from sampan.suite.tell import LAW_NAMES, bill_name, checksum, instant, option


@pytest.fixture(scope="module")
def timeline(honest_ledger) -> dict[str, Any]:
    return honest_ledger.report.timeline()


def lives(timeline: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for bill in timeline["bills"]:
        for event in bill["events"]:
            yield bill, event


@pytest.mark.slow
def test_after_each_event_the_bill_stands_as_the_chain_had_it_then(honest_ledger, timeline) -> None:
    trade, last = honest_ledger.trade, {}
    for bill, event in lives(timeline):
        last[bill["id"], event["block"]] = event
    for (bill, block), event in last.items():
        owner = trade.ask("ownerOf", int(bill, 16), block=block)
        assert event["account"] == checksum(owner), (bill, event)
        entitled = trade.ask("bill", int(bill, 16), block=block).titleholder
        assert event["titleholder"] == lei_of(timeline, entitled), (bill, event)


def lei_of(timeline: dict[str, Any], number: int) -> str | None:
    return next((each["lei"] for each in timeline["participants"] if each["number"] == number), None)


def test_every_address_and_number_leads_to_a_legal_person_within_the_document(honest_ledger, timeline) -> None:
    accounts = {each["address"]: person["lei"] for person in timeline["participants"] for each in person["accounts"]}
    rooms = {checksum(each.address) for each in honest_ledger.report.evidence.state.accounts.values() if each.room}
    assert {person["lei"] for person in timeline["participants"]} <= set(FULL_LEIS.values())
    for bill, event in lives(timeline):
        assert event["possessor"] == accounts.get(event["account"]), (bill["bill"], event)
        assert (event["possessor"] is None) == (event["account"] in rooms)


def test_a_bill_is_held_without_a_gap_from_its_issue_to_its_end(timeline) -> None:
    ended = {"delivered", "replaced", "paper", "void"}
    for bill in timeline["bills"]:
        spans = bill["held"]
        assert spans[0]["from"] == bill["events"][0]["time"]
        assert all(before["to"] == after["from"] for before, after in pairwise(spans))
        assert (spans[-1]["to"] is None) == (bill["status"] not in ended), bill["bill"]
        if bill["status"] not in ended:
            now = {name: bill[name] for name in ("status", "account", "possessor", "held_for", "titleholder")}
            assert {name: spans[-1][name] for name in now} == now


def test_a_room_holds_for_somebody_whom_the_chain_names_at_the_end_alone(timeline) -> None:
    lodged = [bill for bill in timeline["bills"] if bill["possessor"] is None]
    assert lodged
    for bill in lodged:
        assert bill["held_for"] == bill["held"][-1]["held_for"] is not None


@pytest.mark.slow
def test_accounts_and_suspensions_of_a_person_have_their_times(trade: Trade) -> None:
    trade.add_account("shipper", "shipper_second", MOVE | TERMS)
    trade.act("suspender", "suspend", trade.participants["trader"], b"order 12/2026")
    suspended = trade.now()
    trade.act("recoverer", "proposeRecovery", ROLES["shipper"], ROLES["shipper_second"], 0, 0, b"key lost at sea", b"")
    trade.connection.advance_time(7 * DAY + 1)
    trade.act("stranger", "executeRecovery", ROLES["shipper"])
    recovered = trade.now()

    timeline = audit(trade.connection, trade.manifest).timeline()

    people = {person["lei"]: person for person in timeline["participants"]}
    first, second = people[FULL_LEIS["shipper"]]["accounts"]
    assert (first["to"], first["successor"]) == (instant(recovered), checksum(ROLES["shipper_second"]))
    assert (second["address"], second["to"]) == (checksum(ROLES["shipper_second"]), None)
    (suspension,) = people[FULL_LEIS["trader"]]["suspensions"]
    assert (suspension["from"], suspension["lifted"]) == (instant(suspended), None)
    assert suspension["until"] > suspension["from"]


@pytest.mark.slow
def test_everybody_is_listed_whatever_blocks_are_reported(honest_ledger, timeline) -> None:
    trade, last = honest_ledger.trade, honest_ledger.report.to_block
    late = audit(trade.connection, trade.manifest, from_block=last).timeline()
    names = [(each["number"], each["lei"], each["accounts"]) for each in timeline["participants"]]
    assert [(each["number"], each["lei"], each["accounts"]) for each in late["participants"]] == names


@pytest.mark.slow
def test_sentences_name_the_legal_person_and_its_account(honest_ledger, timeline) -> None:
    told = next(bill for bill in timeline["bills"] if bill["status"] == "delivered")["events"][0]["told"]
    assert f"{FULL_LEIS['carrier']} ({checksum(ROLES['carrier'])}) issued it" in told
    seen = drawn(show.report_view(honest_ledger.report, lives=True))
    assert f"{FULL_LEIS['carrier']} (account 1)" in seen
    assert "0x" + ROLES["carrier"][2:6] + "…" not in seen


def test_many_bills_do_not_scroll_by(honest_ledger, monkeypatch) -> None:
    report = honest_ledger.report
    monkeypatch.setattr(show, "MOST_LINES", 2)
    seen = drawn(show.report_view(report))
    bills = list(report.lives["bills"])
    table = seen.partition(" more bills; ")[0]
    assert [bill_name(bill) in table for bill in bills] == [True, True] + [False] * (len(bills) - 2)
    assert f"{len(bills) - 2} more bills; of all {len(bills)}: 1 delivered" in seen


@pytest.mark.slow
def test_of_what_was_not_asked_for_nobody_says_that_nothing_happened_to_it(honest_ledger) -> None:
    report = honest_ledger.report
    silent = [life.name for life in report.kinds if not report.lives[life.name]]
    for bill in report.lives["bills"]:
        seen = drawn(show.report_view(report, only=[("bills", bill)]))
        assert re.findall(r"Nothing happened to any (\w+) in", seen) == silent, bill_name(bill)


@pytest.mark.slow
def test_what_came_before_the_blocks_that_are_reported_is_not_called_looked_at(honest_ledger) -> None:
    trade, bill = honest_ledger.trade, honest_ledger.bills["delivered"]
    whole = honest_ledger.report
    assert "Everything that happened to it" in page(whole.life("bills", bill))
    middle = whole.lives["bills"][bill][-1].block
    later = audit(trade.connection, trade.manifest, from_block=middle)
    text = page(later.life("bills", bill))
    assert f"What happened to it from block {middle} on" in text
    assert "Everything that happened" not in text
    # A check may have found something before; whichever were left out passed nothing.
    assert "Every check passed" not in drawn(show.report_view(later))


def test_a_narrow_terminal_shows_cards_and_breaks_no_name_of_a_bill(honest_ledger) -> None:
    seen = drawn(show.report_view(honest_ledger.report), width=60)
    for bill in honest_ledger.report.lives["bills"]:
        assert bill_name(bill) in seen


@pytest.mark.parametrize("width", [80, 109, 110, 112, 115, 120, 130, 145, 160, 200])
def test_no_width_of_a_terminal_breaks_what_one_copies(honest_ledger, width: int) -> None:
    report = honest_ledger.report
    bill = honest_ledger.bills["delivered"]
    names = {checksum(ROLES["trader"]): f"“Trader of Rotterdam” {checksum(ROLES['trader'])}"}
    for view in (
        show.report_view(report, names),
        show.report_view(report, names, only=[("bills", bill)]),
    ):
        seen = drawn(view, width=width)
        whole = drawn(view, width=400)
        for copied in set(re.findall(r"0x[0-9a-fA-F]{40}\b|[0-9A-Z]{20}(?:/\S+/v\d+)?", whole)):
            assert len(re.findall(re.escape(copied), seen)) == len(re.findall(re.escape(copied), whole)), copied


def test_a_table_of_the_terminal_is_one_where_every_word_has_room_else_each_row_is_a_card() -> None:
    long = "x" * 60
    table = show._Table("Title", ("one", "other"), [(long, "a b c " * 20), (long, long)])
    framed = len(long) * 2 + 7
    assert "│" in drawn(table, width=framed)
    assert "│" not in drawn(table, width=framed - 1)
    assert all(drawn(table, width=width).count(long) == 3 for width in (70, 110, framed - 1, framed, framed + 50))
    assert max(map(len, drawn(table, width=framed + 20).splitlines())) <= framed + 20


def drawn(view: Any, width: int = 160) -> str:
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(view)
    return captured.get()


# ---------------------------------------------------------------------------------------------------------------- page


@pytest.mark.slow
def test_the_page_of_a_bill_says_what_its_json_says_and_asks_nothing_of_a_network(honest_ledger) -> None:
    report = honest_ledger.report
    for bill in report.lives["bills"]:
        life = report.life("bills", bill)
        jsonschema.Draft202012Validator(schema.load("sampan.life/1")).validate(life)
        text = page(life)
        assert text == page(report.life("bills", bill))
        for span in life["bills"][0]["held"]:
            assert span["account"] in text
            assert str(span["titleholder"] or "in blank") in text
        for event in life["bills"][0]["events"]:
            assert event["transaction"] in text
        acts = [int(act) for act in re.findall(r'<td data-head="act">(\d+)</td>', text)]
        assert acts == list(range(1, len(acts) + 1)), "an agreement is no act of the bill"
        for name in ("block_hash", "genesis_hash", "history_digest", "ledger", "release"):
            assert life["generated_from"][name] in text
        assert not Read(text).asked


def test_the_page_writes_a_word_of_json_as_people_do_the_same_in_each_table(honest_ledger) -> None:
    life = honest_ledger.report.life("bills", honest_ledger.bills["delivered"])
    (own,) = life["bills"]
    for name, word in (("status", "pending-delivery"), ("kind", "to-order")):
        told = Read(page({**life, "bills": [{**own, name: word}]})).texts
        assert (word in told, word.replace("-", " ") in told) == (False, True)


def test_the_page_tells_the_law_of_the_record_in_words(honest_ledger) -> None:
    life = honest_ledger.report.life("bills", honest_ledger.bills["delivered"])
    (own,) = life["bills"]
    for law, name in LAW_NAMES.items():
        text = page({**life, "bills": [{**own, "record_law": option(law)}]})
        assert name in Read(text).texts
        assert option(law) not in text


@pytest.mark.slow
def test_what_strangers_wrote_on_the_chain_is_text_on_the_page_and_no_markup(trade: Trade) -> None:
    bill = trade.issue(BLANK)
    hostile = "<script>alert('paid')</script><img src=//evil>&amp;"
    trade.transfer("shipper", bill, "trader", hostile.encode())
    life = audit(trade.connection, trade.manifest).life("bills", bill)
    read = Read(page(life))
    assert not read.asked
    assert f"“{hostile}”" in read.texts


def test_the_page_warns_where_the_ledger_could_not_be_reconciled_or_something_was_found(honest_ledger) -> None:
    bill = honest_ledger.bills["delivered"]
    life = honest_ledger.report.life("bills", bill)
    assert "No finding about it." in page(life)
    found = {"id": "SAM-P1", "level": "high", "message": "two holders", "subject": bill_name(bill), "block": None}
    assert "two holders" in page({**life, "findings": [{**found, "key": "0" * 12}]})
    assert "could NOT be reconciled" in page({**life, "reconciled": False})


class Read(HTMLParser):
    """What a browser would see: the texts, and whatever would be fetched or run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "link", "img", "iframe", "object"}:
            self.asked.append(tag)
        self.asked += [name for name, _ in attrs if name in {"src", "href"} or name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
