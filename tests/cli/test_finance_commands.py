"""`sampan finance`: a facility from its papers to its end, from the shell."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from support import banking, borrowing
from support.banking import HKD
from support.borrowing import AGENT, prints

from sampan.cli import finance
from sampan.finance.registrations.records import Print
from sampan.scenarios.parties import PARTIES
from sampan.scenarios.stage import SampanChain
from sampan.suite.tell import bill_name
from sampan.suite.words import Kind, SurrenderFor
from sampan.testing import bare_terms, sample

pytestmark = pytest.mark.anvil


@pytest.fixture(scope="module")
def lent(banked: SampanChain) -> Iterator[SampanChain]:
    """The loan book beside two banks, for the tests of this module."""
    before = banked.snapshot()
    borrowing.lend(banked)
    yield banked
    banked.restore(before)


@pytest.fixture
def bills(lent: SampanChain, shell: Callable[..., Any]) -> list[str]:
    return [bill_name(each) for each in banking.bills(lent, "PLEDGED1", "PLEDGED2", kind=Kind.BLANK)]


@pytest.fixture
def drawn(lent: SampanChain, shell: Callable[..., Any], bills: list[str], tmp_path: Path) -> str:
    """A facility that all signed by the shell; both bills pledged, 500,000 drawn."""
    borrower = lent.as_role("shipper")
    borrower.sign_facility(borrowing.terms(borrower)).write(tmp_path / "shipper.json")
    for role in (AGENT.role, *borrowing.LENDERS):
        shell("finance", "sign-facility", "shipper.json", "--out", f"{role}.json", "--from", role)
    files = sorted(tmp_path.glob("*.json"))
    for wrong, words in (
        (["trader=" + HKD], "is no lender of these terms"),
        (["bank=" + HKD, "bank=" + HKD], "is named twice"),
        (["bank=" + HKD, HKD], "names some lenders and not others"),
    ):
        said = [part for each in wrong for part in ("--out-of", each)]
        assert words in shell("finance", "open", *files, *said, code=2).err
    # Whoever is not named pays out of the loan's deposit.
    ran = shell("finance", "open", *files, "--out-of", f"issuing_bank={HKD}", "--json")
    (opened,) = [event for event in ran.document["acts"][0]["events"] if event["event"] == "Opened"]
    facility = str(opened["arguments"]["facility"])
    for place, bill in enumerate(bills):
        _accepted(shell, facility, bill, place)
    shell("finance", "pledge", bills[0], "PLEDGED1.json", "--from", "shipper")
    said = ("pledge", bills[1], "PLEDGED2.json", "--draw", "HKD 500,000.00", "--from", "shipper")
    ran = shell("finance", *said, "--json")
    assert ran.document["acts"][0]["label"].endswith(f"in facility {facility} and draw HKD 500,000.00")
    return facility


def _accepted(shell: Callable[..., Any], facility: str, bill: str, place: int) -> None:
    said = [f"--print={word:#x}" for word in prints(place + 1, place + 1)]
    file = f"PLEDGED{place + 1}.json"
    shell(
        *("finance", "accept", facility, bill, "--value", "HKD 500,000.00", *said),
        *("--out", file, "--from", AGENT.role),
    )


def events(ran: Any) -> list[str]:
    """The names of the events of what a command did, but for the tokens' own."""
    told = [event["event"] for act in ran.document["acts"] for event in act["events"]]
    return [name for name in told if "Transfer" not in name]


def test_a_facility_is_opened_drawn_repaid_and_its_bills_go(
    lent: SampanChain, shell: Callable[..., Any], drawn: str, bills: list[str]
) -> None:
    found = shell("finance", "owed", drawn, "--json").document["facility"]
    assert (found["owed"]["decimal"], found["covered"]["decimal"]) == ("500000.00", "800000.00")
    assert (found["drawable"]["decimal"], found["day_count"], found["in_default"]) == ("300000.00", "act-365-f", False)
    told = " ".join(shell("finance", "owed", drawn).out.split())
    assert "principal HKD 500,000.00" in told
    ran = shell("finance", "draw", drawn, "HKD 1,000.00", bills[0], "--from", "shipper", "--json")
    assert ran.document["acts"][0]["label"].startswith("draw HKD 1,000.00 in facility")
    ran = shell("finance", "release", drawn, bills[0], "--from", "shipper", "--json", code=5)
    assert ran.error["code"] == "refused.NotCovered"
    lent.advance(timedelta(days=30))
    ran = shell("finance", "owed", drawn, "--days", "--pay", "200,000.00", "--json")
    days, payment = ran.document["days"], ran.document["payment"]
    assert (len(days), days[0]["done"][0].split(" on ")[0]) == (31, "drew HKD 500,000.00")
    assert payment["amount"]["decimal"] == "200000.00"
    assert payment["leaves"] == bills
    told = " ".join(shell("finance", "owed", drawn, "--days", "--pay", "200,000.00").out.split())
    assert "Could go in the same act, one of them, not all:" in told
    assert "the day adds, HKD" in told
    # Thirty quiet days are one row.
    first, last = days[1]["day"], days[-1]["day"]
    assert f"{first} to HKD 501,000.00 HKD 68.63 to 68.630137 each {last} HKD 2,058.90" in told
    everything = shell("finance", "owed", drawn, "--pay", "all", "--json").document["payment"]
    assert (everything["amount"]["decimal"], everything["left"]["units"]) == ("503058.90", "0")
    repay = ("finance", "repay", drawn, "200,000.00", "--out-of", HKD, "--from", "shipper", "--json")
    assert events(shell(*repay, "--dry-run"))[0] == "Repaid"
    ran = shell(*repay)
    assert events(ran)[0] == "DepositPermitUsed"
    ran = shell("finance", "release", drawn, bills[0], "--from", "shipper", "--json")
    assert {"Discharged", "Deregistered", "GivenBack"} <= set(events(ran))
    ran = shell(*("finance", "repay", drawn, "all", "--out-of", HKD, "--bill", bills[1], "--from", "shipper"), "--json")
    assert {"Repaid", "Discharged", "Deregistered"} <= set(events(ran))
    assert shell("finance", "owed", drawn, "--json").document["facility"]["owed"]["units"] == "0"
    ran = shell("finance", "repay", drawn, "all", "--out-of", HKD, "--from", "shipper", code=2)
    assert "owes nothing" in ran.err
    ran = shell("finance", "forget", bills[0], "--json", code=5)
    assert ran.error["code"] == "refused.NothingLeft"


def owed(shell: Callable[..., Any], facility: str) -> str:
    return str(shell("finance", "owed", facility, "--json").document["facility"]["owed"]["decimal"])


TAKEN_UP = "an earlier run had sent it and did not see the end; it was not sent again"


@pytest.mark.parametrize(("amount", "left"), [("HKD 100,000.00", "400000.00"), ("HKD 300,000.00", "200000.00")])
def test_a_repayment_that_was_killed_is_paid_once_though_its_allowance_is_signed_anew(
    lent: SampanChain, shell: Callable[..., Any], killed: Callable[..., str], drawn: str, amount: str, left: str
) -> None:
    """The more than half as well: what is owed by then is less than what was asked for."""
    repay = ("finance", "repay", drawn, amount, "--out-of", HKD, "--from", "shipper")
    killed(*repay)
    assert owed(shell, drawn) == left
    ran = shell(*repay, "--json")
    assert ran.document["acts"][0]["warnings"] == [TAKEN_UP]
    assert owed(shell, drawn) == left


def told_as_done(ran: Any, label: str, words: str) -> None:
    """A refusal names the transaction by which an earlier run of the same command did the act."""
    (transaction,) = re.findall(r"stands in block \d+ \((0x[0-9a-f]{64})\)", ran.err.replace("\n", ""))[:1]
    assert (ran.error["code"], ran.error["subject"]) == ("chain.done_before", transaction)
    assert ran.error["message"].startswith(label)
    assert "was done by an earlier run of this command that was cut off, in block " in ran.error["message"]
    assert words in ran.error["message"].partition("; asked for again it is refused: ")[2]


def test_what_a_killed_run_did_and_is_refused_when_it_is_asked_for_again_names_the_transaction(
    lent: SampanChain, shell: Callable[..., Any], killed: Callable[..., str], drawn: str, bills: list[str]
) -> None:
    (number,) = banking.bills(lent, "PLEDGED3", kind=Kind.BLANK)
    _accepted(shell, drawn, bill_name(number), 2)
    pledge = ("finance", "pledge", bill_name(number), "PLEDGED3.json", "--draw", "HKD 1,000.00", "--from", "shipper")
    release = ("finance", "release", drawn, bill_name(number), "--from", "shipper")
    everything = ("finance", "repay", drawn, "all", "--out-of", HKD, "--bill", bills[0], "--from", "shipper")
    for said, label, words in (
        (pledge, "pledge ", ""),
        (release, "let ", ""),
        (everything, "repay all that is owed ", "owes nothing"),
    ):
        killed(*said)
        told_as_done(shell(*said, "--json", code=4), label, words)
        # It was told: from now on it is what it is, refused.
        assert shell(*said, "--json", code=None).code in (2, 3, 5)


def test_another_refusal_than_of_what_a_killed_run_did_is_told_as_it_is(
    lent: SampanChain, shell: Callable[..., Any], killed: Callable[..., str], drawn: str, bills: list[str]
) -> None:
    killed("finance", "repay", drawn, "HKD 100,000.00", "--out-of", HKD, "--from", "shipper")
    ran = shell("finance", "release", drawn, *bills, "--from", "shipper", "--json", code=5)
    assert ran.error["code"] == "refused.NotCovered"


def test_a_repayment_that_waits_in_the_pool_is_paid_once(
    lent: SampanChain, shell: Callable[..., Any], killed: Callable[..., str], drawn: str
) -> None:
    repay = ("finance", "repay", drawn, "HKD 100,000.00", "--out-of", HKD, "--from", "shipper")
    rpc = lent.connection.rpc
    rpc("evm_setAutomine", False)
    try:
        killed(*repay)
        assert owed(shell, drawn) == "500000.00"
        rpc("evm_setIntervalMining", 1)
        ran = shell(*repay, "--json")
    finally:
        rpc("evm_setIntervalMining", 0)
        rpc("evm_setAutomine", True)
    assert ran.document["acts"][0]["warnings"] == [TAKEN_UP]
    assert owed(shell, drawn) == "400000.00"


def test_facilities_are_listed_and_each_is_shown_with_its_lenders_and_bills(
    lent: SampanChain, shell: Callable[..., Any], drawn: str, bills: list[str]
) -> None:
    (found,) = shell("finance", "list", "--json").document["facilities"]
    amounts = [found[name]["decimal"] for name in ("limit", "undrawn", "owed")]
    assert (str(found["number"]), amounts, found["state"]) == (
        drawn,
        ["1000000.00", "500000.00", "500000.00"],
        "owed",
    )
    assert (found["borrower_lei"], found["agent_lei"], found["money_reference"]) == (
        PARTIES["shipper"].lei,
        AGENT.lei,
        f"HKD@{PARTIES['bank'].lei}",
    )
    assert (found["value"], found["value_amount"]["decimal"]) == ("100000000", "1000000.00")
    assert shell("finance", "list", "--of", "bank", "--json").document["facilities"] == [found]
    assert shell("finance", "list", "--of", "trader", "--json").document["facilities"] == []
    assert "No facility of " in shell("finance", "list", "--of", "trader").out
    assert "HKD 1,000,000.00" in shell("finance", "list").out
    shell(
        "finance",
        "entrust",
        bills[0],
        "--to",
        "shipper",
        "--until",
        "7 days",
        "--purpose",
        "to sort",
        "--from",
        AGENT.role,
    )
    whole = shell("finance", "show", drawn, "--json").document
    room = lent.ledger.account(lent.ledger.address_in("LoanBook")).number
    claims = [(each["position"], each["share_percent"], each["committed"]["decimal"]) for each in whole["lenders"]]
    assert claims == [(f"{room}/{drawn}/1", "60", "600000.00"), (f"{room}/{drawn}/2", "40", "400000.00")]
    assert whole["lenders"][0]["lei"] == PARTIES["bank"].lei
    assert [(each["bill"], each["lies"], each["prints"]) for each in whole["bills"]] == [
        (bills[0], "on-trust", 1),
        (bills[1], "here", 2),
    ]
    assert whole["bills"][0]["until"] is not None
    told = " ".join(shell("finance", "show", drawn).out.split())
    assert f"{bills[1]} HKD 500,000.00 2 lies in the loan book" in told
    assert f"{bills[0]} HKD 250,000.00 1 on trust until " in told
    assert f"{room}/{drawn}/2" in told


def test_facilities_exposures_and_days_are_read_at_eighty_columns_without_an_amount_that_is_folded(
    lent: SampanChain, drawn: str, bills: list[str]
) -> None:
    ledger = lent.as_role("bank")
    lent.advance(timedelta(days=30))
    loans, exposures = ledger.facilities(), ledger.exposures()

    def lines(width: int) -> list[str]:
        console = Console(width=width, file=StringIO(), record=True, emoji=False)
        finance.show_book(console, exposures)
        finance.show_facilities(console, loans, "")
        finance.show_whole(console, ledger.loan(int(drawn)), ledger.lenders(int(drawn)), ledger.securities(int(drawn)))
        finance.show_days(console, ledger.days(int(drawn)))
        found = [line.rstrip() for line in console.export_text().splitlines()]
        assert max(map(len, found)) <= width
        return found

    due = f"{loans[0].maturity:%Y-%m-%d}"
    narrow = lines(80)
    for start, *cells in (
        # Headings, and a row of both tables: the name alone is folded.
        ("no.", "borrower", "principal", "interest", "cover", "due"),
        (f"{drawn}  ", "HKD 300,000.00", "HKD 1,232.87", "HKD 480,000.00", due),
        ("no.", "borrower", "limit", "owed", "due", "state"),
        (f"{drawn}  ", "HKD 1,000,000.00", "HKD 502,054.79", due, "owed"),
    ):
        assert any(line.startswith(start) and all(cell in line for cell in cells) for line in narrow), cells
    assert "undrawn    HKD 300,000.00" in narrow, "in all"
    # A console that is narrower still has each row as lines of its own.
    room = ledger.account(ledger.address_in("LoanBook")).number
    for line in (
        f"positions  {room}/{drawn}/1",
        "principal  HKD 300,000.00",
        "limit     HKD 1,000,000.00",
        "owed      HKD 502,054.79",
    ):
        assert line in lines(64)
    assert any("HKD 68.49 to" in line for line in narrow)


def test_a_pledged_bill_says_which_facility_it_secures_for_how_much_and_for_which_agent(
    lent: SampanChain, shell: Callable[..., Any], drawn: str, bills: list[str]
) -> None:
    agent = lent.ledger.participant(AGENT.role).lei
    shown = " ".join(shell("bill", "show", bills[0]).out.split())
    assert "by the room as its terms say transfer, endorse, surrender, sign" in shown
    assert f"`sampan finance show {drawn}` tells what may be done there, and by whom." in shown
    told = f"Pledged in facility {drawn} (pledge 1) for HKD 500,000.00, with 1 piece of cargo; "
    told += f"held for {agent}, its agent."
    assert told in " ".join(shell("bill", "show", bills[0]).out.split())
    found = shell("bill", "show", bills[1], "--json").document["pledge"]
    assert found == {
        "facility": int(drawn),
        "pledge": 2,
        "value": "50000000",
        "prints": 2,
        "allotted": True,
        "on_trust_until": None,
    }
    (number,) = banking.bills(lent, "PLEDGED5", kind=Kind.BLANK)
    assert shell("bill", "show", bill_name(number), "--json").document["pledge"] is None
    assert "Pledged" not in shell("bill", "show", bill_name(number)).out


def test_what_anybody_may_do_needs_nobody_named_and_a_share_is_told_as_money(
    shell: Callable[..., Any], drawn: str
) -> None:
    said = shell("position", "split", f"{drawn}/1", "HKD 250,000.00", "--from", "bank").out
    assert "25,000,000 shares (HKD 250,000.00 as committed)" in " ".join(said.split())
    assert "committed" in " ".join(shell("position", "split", "--help").out.split())
    shell("finance", "repay", drawn, "HKD 1,000.00", "--out-of", HKD, "--from", "shipper")
    assert events(shell("finance", "claim", f"{drawn}/1", "--json"))[0] == "Claimed"
    ran = shell("finance", "end-availability", drawn, "--json", code=5)
    assert ran.document["error"]["code"] == "refused.StillAvailable"


def test_a_lender_lists_its_positions_and_claims_all_of_them_at_once(
    lent: SampanChain, shell: Callable[..., Any], drawn: str
) -> None:
    shell("position", "split", f"{drawn}/1", "HKD 250,000.00", "--from", "bank")
    assert "nothing is unclaimed" in shell("position", "claim", "--all", "--from", "bank", code=2).err
    shell("finance", "repay", drawn, "HKD 1,000.00", "--out-of", HKD, "--from", "shipper")
    room = lent.ledger.account(lent.ledger.address_in("LoanBook")).number
    found = shell("position", "list", "--from", "bank", "--json").document
    assert found["of"] == PARTIES["bank"].lei
    told = [
        (each["position"], each["committed"]["decimal"], each["unclaimed"]["decimal"]) for each in found["positions"]
    ]
    assert told == [(f"{room}/{drawn}/1", "350000.00", "350.00"), (f"{room}/{drawn}/3", "250000.00", "250.00")]
    (other,) = shell("position", "list", "--of", "issuing_bank", "--json").document["positions"]
    assert (other["position"], other["facility"], other["in_default"]) == (f"{room}/{drawn}/2", int(drawn), False)
    whole = shell("finance", "show", drawn, "--json").document["facility"]
    owed = [int(each["owed"]["units"]) for each in (*found["positions"], other)]
    assert 0 <= int(whole["owed"]["units"]) - sum(owed) < 3, "what a smallest unit does not divide into is nobody's"
    assert {(each["maturity"], each["state"]) for each in found["positions"]} == {(whole["maturity"], "owed")}
    listed = shell("position", "list", "--from", "bank").out
    assert f"{room}/{drawn}/3" in listed
    assert ", owed" in listed
    assert "has no position" in shell("position", "list", "--of", "trader").out
    for whose in (("position", "list"), ("finance", "book")):
        error = shell(*whose, code=2).err
        assert "nothing says whose" in error
        assert "--of bank" in error
    assert "which positions?" in shell("position", "claim", f"{drawn}/1", "--all", "--from", "bank", code=2).err
    assert "which positions?" in shell("position", "claim", "--from", "bank", code=2).err
    assert "give it with --all" in shell("position", "claim", f"{drawn}/1", "--of", "bank", code=2).err
    ran = shell("position", "claim", "--all", "--from", "bank", "--json")
    assert len(ran.document["acts"]) == 1, "one transaction"
    assert events(ran).count("Claimed") == 2
    assert events(shell("position", "claim", f"{drawn}/2", "--json")).count("Claimed") == 1
    assert "nothing is unclaimed" in shell("position", "claim", "--all", "--of", "bank", code=2).err


def test_what_the_agent_does_is_told_and_refused_in_words(
    lent: SampanChain, shell: Callable[..., Any], drawn: str, bills: list[str]
) -> None:
    agent = ("--from", AGENT.role)
    assert "is not in default" in shell("finance", "surrender", bills[0], *agent, code=2).err
    swapped = shell("finance", "draw", drawn, bills[0], "HKD 1.00", "--from", "shipper", code=3).err
    assert "HKD 1.00: is an amount, and stands where a bill is named" in swapped
    out = ("finance", "entrust", bills[0], "--to", "shipper", "--until", "7 days", *agent)
    assert "a trust receipt says what the bill is out for" in shell(*out, "--purpose", " ", code=2).err
    when = (*out[:5], "--until", "2026-02-30", *agent, "--purpose", "to store")
    assert "2026-02-30: there is no such time" in shell(*when, code=2).err
    ran = shell(*out, "--purpose", "to store", "--json")
    assert events(ran)[0] == "Entrusted"
    filed = (
        "--country",
        "HK",
        "--registry",
        "Companies Registry",
        "--number",
        "CR 4711",
        "--document",
        "0x" + "11" * 32,
    )
    ran = shell(
        "finance", "file", drawn, *filed, "--filed", "2020-01-01", "--stands-until", "300 days", *agent, "--json"
    )
    assert events(ran) == ["SecurityFiled"]
    ran = shell("finance", "end-availability", drawn, "--from", "relayer", "--json", code=5)
    assert ran.error["code"] == "refused.StillAvailable"
    ran = shell("finance", "take-surplus", drawn, "--from", "shipper", "--json", code=5)
    assert ran.error["code"] == "refused.NoSurplus"
    lent.advance(timedelta(days=61))
    assert events(shell("finance", "end-availability", drawn, "--from", "relayer", "--json"))[0] == "AvailabilityEnded"
    number = lent.ledger.account(lent.ledger.address_in("LoanBook")).number
    assert "Claimed" in events(shell("finance", "claim", f"{number}/{drawn}/1", "--from", "relayer", "--json"))
    lent.advance(timedelta(days=40))
    told = " ".join(shell("finance", "owed", drawn).out.split())
    assert "in default" in told
    assert "sold by the agent alone, until 20" in told
    instruct = ("finance", "instruct", bills[1], "--deal", "0x" + "ab" * 32, *agent, "--dry-run", "--room")
    for room, warned in (("LoanBook", True), ("Sale", False)):
        told = " ".join(shell(*instruct, lent.ledger.address_in(room)).out.split())
        assert ("may take it for whatever it offers" in told) is warned
    ran = shell("finance", "surrender", bills[1], *agent, "--json")
    assert events(ran)[0] == "PledgeSurrendered"


def test_a_bill_comes_back_from_where_it_was_on_trust_accepted_anew_without_prints_or_with_its_own(
    lent: SampanChain, shell: Callable[..., Any], drawn: str, bills: list[str]
) -> None:
    agent = ("--from", AGENT.role)
    for print_ in ((), (f"--print={prints(1)[0]:#x}",)):
        shell("finance", "entrust", bills[0], "--to", "shipper", "--until", "7 days", "--purpose", "to sort", *agent)
        accept = ("finance", "accept", drawn, bills[0], "--value", "HKD 500,000.00", *agent)
        wrong = shell(*accept, f"--print={prints(9)[0]:#x}", code=2).err
        assert "other prints stand registered for it" in wrong
        told = shell(*accept, *print_, "--out", f"again{len(print_)}.json").err
        assert ("its prints stand registered" in told) is bool(print_)
        assert "in all: 1 piece of cargo, registered since it was pledged first: it comes back" in told
        shell("finance", "pledge", bills[0], f"again{len(print_)}.json", "--from", "shipper")
        (found, _) = shell("finance", "show", drawn, "--json").document["bills"]
        assert (found["bill"], found["lies"], found["prints"]) == (bills[0], "here", 1)


def test_a_position_has_two_numbers_and_a_time_is_told_as_one(shell: Callable[..., Any], drawn: str) -> None:
    assert "name it FACILITY/NUMBER, as in 1/2" in shell("finance", "claim", "1", code=2).err
    told = shell("finance", "end-availability", drawn, code=5).err
    assert "money can be drawn until 20" in told
    assert " UTC" in told


def test_a_deal_is_named_by_its_hash_or_by_the_file_of_its_terms(
    lent: SampanChain, shell: Callable[..., Any], drawn: str, bills: list[str], tmp_path: Path
) -> None:
    sale, deal = lent.ledger.address_in("Sale"), "0x" + "ab" * 32
    (tmp_path / "terms.json").write_text(json.dumps({"terms": {"hash": deal}}))
    said = ("finance", "instruct", bills[0], "--room", sale, "--from", "shipper", "--json")
    for given in (deal, "terms.json"):
        (event,) = shell(*said, "--deal", given).document["acts"][0]["events"]
        assert (event["event"], event["arguments"]["deal"]) == ("Instructed", deal)
    (tmp_path / "other.json").write_text("{}")
    assert "are no terms of a deal" in shell(*said[:-1], "--deal", "other.json", code=3).err


def test_lenders_replace_the_agent_by_votes(
    lent: SampanChain, shell: Callable[..., Any], drawn: str, bills: list[str]
) -> None:
    first = ("--facility", drawn, "--agent", "importer", "--out", "importer.json", "--from", "importer")
    shell("finance", "sign-vote", *first)
    assert "one of both" in shell("finance", "sign-vote", "importer.json", *first, "--overwrite", code=2).err
    told = shell("finance", "sign-vote", "importer.json", "--from", "bank", "--json").err
    agent, importer = (
        lent.ledger.names.participant(lent.ledger.participant(who).number) for who in (AGENT.role, "importer")
    )
    assert f"facility: {drawn}, HKD 1,000,000.00 to " in told
    assert f"agent now: {agent}\n" in told
    assert f"agent then: {importer}, with account 0x" in told
    shell("finance", "sign-vote", "importer.json", "--out", "vote.json", "--from", "bank")
    ran = shell("finance", "replace-agent", "importer.json", "vote.json", "--json")
    assert events(ran) == ["AgentReplaced"]
    ran = shell("finance", "hand-over", bills[0], "--from", "relayer", "--json")
    assert "HandedOver" in events(ran)


def test_the_agent_allots_by_prints(
    lent: SampanChain, shell: Callable[..., Any], drawn: str, bills: list[str], tmp_path: Path
) -> None:
    carrier, agent = lent.as_role("carrier"), lent.as_role(AGENT.role)
    (bill,) = banking.bills(lent, "PLEDGED3", kind=Kind.BLANK)
    accepted = agent.sign_acceptance(bill, int(drawn), "HKD 500,000.00", prints(5, 2))
    lent.as_role("shipper").loans.pledge(bill, accepted)
    parts = [bare_terms(carrier, each, kind=Kind.BLANK, titleholder=None) for each in ("PART1", "PART2")]
    agent.loans.surrender_pledged(bill, SurrenderFor.AMENDMENT, replacements=parts)
    carrier.bills.replace(bill, parts)
    keeps, other = (bill_name(part.bill) for part in parts)
    said = ("finance", "allot", keeps, "--share", f"{other}=HKD 200,000.00", "--from", AGENT.role)
    assert "has no prints" in shell(*said, code=2).err
    assert "write BILL=AMOUNT" in shell(*said, "--share", "nothing", code=2).err
    ran = shell(*said, "--print", f"{other}={prints(5, 2)[0]:#x}", "--json")
    assert ran.document["acts"][0]["label"].endswith("keeps HKD 300,000.00")
    assert {"Allotted", "Moved"} <= set(events(ran))


def test_a_pledged_bill_is_offered_and_paid_for_where_it_lies(
    lent: SampanChain, shell: Callable[..., Any], drawn: str, bills: list[str], tmp_path: Path
) -> None:
    lent.as_role("bank").deposit.issue(HKD, "importer", "HKD 600,000.00")
    said = ("sale", "offer", bills[0], "--to", "importer", "--price", "HKD 450,000.00", "--into", HKD)
    said += ("--until", "9 days", "--from", "shipper", "--pledged")
    assert "the buyer cannot pay without the terms" in shell(*said, code=2).err
    assert (
        "paid to the loan as far as it asks for it, the rest to shipper"
        in shell(*said, "--out", "terms.json", "--dry-run").err
    )
    ran = shell(*said, "--out", "terms.json", "--json")
    assert events(ran) == ["Instructed"]
    pay, show = ("sale", "pay", bills[0], "--from", "importer"), ("sale", "show", bills[0])
    offered = json.loads((tmp_path / "terms.json").read_text(encoding="utf-8"))["terms"]
    for unknown in (pay, show):
        err = shell(*unknown, code=3).err
        assert f"is offered where it lies in pledge: the log has the hash of its terms alone, {offered['hash']}" in err
        assert "(--terms FILE)" in err
    assert "was never offered for sale" in shell("sale", "show", bills[1], code=3).err
    listed = shell("sale", "show", "all", "--json").document
    assert listed["offers"] == []
    assert listed["in_pledge"] == [{"bill": bills[0], "facility": int(drawn), "terms": offered["hash"]}]
    told = " ".join(shell("sale", "show", "all").out.split())
    assert "by terms that the seller has: `sampan sale show BILL --terms FILE`" in told
    assert "name one of its bills" in shell("sale", "show", "all", "--terms", "terms.json", code=2).err
    assert "are terms of" in shell("sale", "show", bills[1], "--terms", "terms.json", code=2).err
    (found,) = shell(*show, "--terms", "terms.json", "--json").document["offers"]
    assert (found["status"], found["price"]["decimal"], found["terms"]) == ("offered", "450000.00", offered)
    assert [(step["verb"], step["open"]) for step in found["steps"]] == [("pay", True)]
    told = " ".join(shell(*show, "--terms", "terms.json").out.split())
    assert "in pledge: the loan has what it asks of the price" in told
    assert "are terms of" in shell("sale", "pay", bills[1], "--terms", "terms.json", "--from", "importer", code=2).err
    ran = shell(*pay, "--terms", "terms.json", "--json")
    assert {"Paid", "PledgeSold"} <= set(events(ran))
    assert shell(*show, "--terms", "terms.json", "--json").document["offers"][0]["status"] == "paid"
    assert shell("sale", "show", "all", "--json").document["in_pledge"] == []
    told = " ".join(shell(*show, code=3).err.split())
    assert "was sold where it lay in pledge, to importer" in told
    assert f": facility {drawn} had HKD 100,000.00 `sampan bill history`" in told
    assert shell("finance", "owed", drawn, "--json").document["facility"]["owed"]["decimal"] == "400000.00"
    assert "--least: is of pledged bills" in shell(*said[:-1], "--least", "HKD 1.00", code=2).err


def test_a_borrower_without_ether_signs_and_a_relayer_sends(
    shell: Callable[..., Any], drawn: str, bills: list[str]
) -> None:
    signed = ("--out", "draw.json", "draw", drawn, "HKD 10.00", bills[0], "--from", "shipper")
    assert "draw HKD 10.00 in facility" in " ".join(shell("finance", "sign-act", *signed).out.split())
    ran = shell("finance", "send-act", "draw.json", "--json")
    assert events(ran) == ["LoanCalledBySignature", "Drawn"]
    assert "is a signed SignedLoanCall" in shell("sale", "send-act", "draw.json", code=3).err
    # What is refused to a relayer is told too, though the call says its own in bytes.
    much = ("--out", "much.json", "draw", drawn, "HKD 400,000.00", bills[0], "--from", "shipper")
    shell("finance", "sign-act", *much)
    ran = shell("finance", "send-act", "much.json", "--json", code=5)
    assert ran.error["code"] == "refused.NotCovered"


def test_prints_are_computed_of_the_document_before_the_agent_signs_and_the_book_names_the_vessel(
    lent: SampanChain, shell: Callable[..., Any], drawn: str, tmp_path: Path
) -> None:
    (folder := tmp_path / "documents").mkdir()
    content = json.loads(sample("to-order"))
    del content["documentParties"]["endorsee"]
    (folder / "bill.json").write_text(json.dumps(content), encoding="utf-8")
    said = ("bill", "issue", "documents/bill.json", "--bearer", "--carriage-law", "SG", "--from", "carrier", "--json")
    (act,) = shell(*said).document["acts"]
    bill, agent = str(act["bills"][0]["name"]), ("--from", AGENT.role)
    ran = shell("finance", "registrar-key", "registrar.key", "--json")
    key = ran.document["fingerprint"]
    assert "stands there already" in shell("finance", "registrar-key", "registrar.key", code=2).err
    missing = shell("finance", "free", "documents/bill.json", "--registrar", "no.key", code=3).err
    assert "no.key: cannot be read: No such file" in missing
    free = ("finance", "free", "documents/bill.json", "--registrar", "registrar.key", "--json")
    assert shell(*free).document["answer"] == "yes"
    ran = shell("finance", "free", "documents/bill.json", "--json", code=1)
    unknown = ran.document["pieces"][0]
    assert (ran.document["answer"], unknown["box"], unknown["print"]) == ("ask", "XLLU2601017", None)
    accept = (
        "finance",
        "accept",
        drawn,
        bill,
        "--value",
        "HKD 500,000.00",
        "--document",
        "documents/bill.json",
        *agent,
    )
    assert "under whose key?" in shell(*accept, code=2).err
    accept += ("--registrar", "registrar.key", "--out", "accepted.json")
    assert "has other prints than were told" in shell(*accept, "--print", f"{prints(9)[0]:#x}", code=1).err
    ran = shell(*accept)
    assert f"Prints are under the registrar's key {key}" in ran.err
    piece = shell(*free).document["pieces"][0]
    assert f"XLLU2601017: its print is computed from the document, {piece['print']}." in ran.err
    assert f"print: {piece['print']}: all of a box, leaving on 2026-01-02" in ran.err
    assert "value: HKD 500,000.00, of which 80 % may be owed" in ran.err
    assert "in all: 2 pieces of cargo" in ran.err
    shell("finance", "pledge", bill, "accepted.json", "--from", "shipper")
    ran = shell(*free, code=1)
    assert ran.document["answer"] == "no"
    assert f"facility {drawn} (pledge 3) already" in ran.document["pieces"][0]["why"]
    assert f"XLLU2601017: print {piece['print']}\n" in shell(*free[:-1], code=1).out
    # Under another key nothing is found: the answer says under which it holds.
    other = shell("finance", "registrar-key", "other.key", "--json").document["fingerprint"]
    free = ("finance", "free", "documents/bill.json", "--registrar", "other.key")
    ran = shell(*free, "--json")
    assert (ran.document["answer"], ran.document["registrar"]) == ("yes", other)
    told = f"Prints are under the registrar's key {other}; what was registered under another is not found."
    assert told in " ".join(shell(*free).out.split())
    assert other != key
    book = ("finance", "book", "--documents", "documents", "--csv", "book.csv", "--from", "bank", "--json")
    ran = shell(*book)
    assert "book.csv: is there already" in shell(*book[:-1], code=2).err
    assert "As of 20" in shell(*book[:-1], "--overwrite").out
    (found,) = ran.document["exposures"]
    (sums,) = ran.document["totals"]
    assert (sums["money_reference"], sums["principal"]) == (f"HKD@{PARTIES['bank'].lei}", found["principal"])
    assert (found["share_percent"], found["principal"]["decimal"]) == ("60", "300000.00")
    assert (found["vessels"], found["ports"]) == (["Lantern Meridian"], ["NLRTM"])
    heading, line = (tmp_path / "book.csv").read_text(encoding="utf-8").splitlines()
    assert heading.startswith("facility,borrower,share_percent,currency,principal,")
    assert "60,HKD,300000.00,0.00," in line
    told = shell("finance", "book", "--of", "issuing_bank").out
    assert "HKD 200,000.00" in told
    assert "Lantern" not in told
    assert "No position in any facility." in shell("finance", "book", "--of", "trader").out


def test_a_print_that_the_agent_names_is_looked_up_before_it_signs(
    lent: SampanChain,
    shell: Callable[..., Any],
    drawn: str,
    bills: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (number,) = banking.bills(lent, "PLEDGED4", kind=Kind.BLANK)
    said = ("finance", "accept", drawn, bill_name(number), "--value", "HKD 1.00", "--from", AGENT.role)
    said += ("--out", "accepted.json")

    def named(word: int, *more: str, code: int = 0) -> str:
        return str(shell(*said, "--print", f"{word:#x}", *more, code=code).err)

    (taken,) = prints(1)
    for malformed in (0x12, 1 << 96 | 7 << 40, 1 << 96 | 1 << 64):
        assert "is no print of cargo: it names no box" in named(malformed, code=3)
    err = named(taken, code=1)
    assert f"it secures facility {drawn} (pledge 1) already" in err
    assert f"print 0x{taken:064x}" in err
    near = replace(Print.unpack(taken), day=Print.unpack(taken).day + 14).pack()
    assert f"it secures facility {drawn} (pledge 1) already" in named(near, code=1)
    assert not (tmp_path / "accepted.json").exists()
    later = replace(Print.unpack(taken), day=Print.unpack(taken).day + 100).pack()
    asked: list[str] = []
    monkeypatch.setattr("sampan.cli.base.somebody_is_there", lambda: True)
    monkeypatch.setattr("click.confirm", lambda question, **_: bool(asked.append(question)))
    err = named(later, code=1)
    assert "the box secures a debt under another departure" in err
    assert "Nothing was signed." in err
    assert asked == ["Sign all the same?"]
    assert not (tmp_path / "accepted.json").exists()
    assert "under another departure" in named(later, "--yes")
    assert (asked, (tmp_path / "accepted.json").exists()) == (["Sign all the same?"], True)


def test_cargo_that_leaves_on_a_day_that_the_register_does_not_take_is_not_free(
    lent: SampanChain, shell: Callable[..., Any], drawn: str, tmp_path: Path
) -> None:
    (number,) = banking.bills(lent, "FARAWAY1", kind=Kind.BLANK)
    today = int(lent.ledger.time()) // 86_400
    near, far = (replace(Print.unpack(prints(7)[0]), day=today + days).pack() for days in (366, 367))
    said = ("finance", "accept", drawn, bill_name(number), "--value", "HKD 1.00", "--from", AGENT.role)
    ran = shell(*said, "--print", f"{far:#x}", code=1)
    assert "the register takes no day further than 366 days from today" in ran.err
    assert "accept it nearer to that day" in ran.err
    shell(*said, "--print", f"{near:#x}")
    content = json.loads(sample("to-order"))
    text = json.dumps(content).replace("2026-01-0", "2024-01-0")
    (tmp_path / "old.json").write_text(text, encoding="utf-8")
    shell("document", "root", "old.json")
    shell("finance", "registrar-key", "registrar.key")
    ran = shell("finance", "free", "old.json", "--registrar", "registrar.key", "--json", code=1)
    assert ran.document["answer"] == "no"
    assert "it leaves on 2024-01-0" in ran.document["pieces"][0]["why"]


def test_a_signed_file_and_the_terms_of_an_offer_are_replaced_only_where_that_is_asked_for(
    lent: SampanChain, shell: Callable[..., Any], drawn: str, bills: list[str], tmp_path: Path
) -> None:
    offer = ("position", "offer", f"{drawn}/1", "--to", "importer", "--price", "HKD 5.00", "--money", HKD)
    signs = (*offer, "--from", "bank", "--out", "offer.json")
    sells = ("sale", "offer", bills[0], "--pledged", "--to", "importer", "--price", "HKD 5.00", "--into", HKD)
    sells += ("--until", "9 days", "--from", "shipper", "--out", "terms.json")
    for act, file in ((signs, tmp_path / "offer.json"), (sells, tmp_path / "terms.json")):
        shell(*act)
        before = file.read_bytes()
        assert f"{file.name}: is there already" in shell(*act, code=2).err
        assert file.read_bytes() == before
        shell(*act, "--overwrite")
        assert file.read_bytes() != before


def test_the_terms_of_a_pledged_offer_outlive_a_run_that_was_killed(
    lent: SampanChain,
    shell: Callable[..., Any],
    killed: Callable[..., str],
    drawn: str,
    bills: list[str],
    tmp_path: Path,
) -> None:
    """No log has them: they are on disk before anything is sent."""
    lent.as_role("bank").deposit.issue(HKD, "importer", "HKD 600,000.00")
    offer = ("sale", "offer", bills[0], "--to", "importer", "--price", "HKD 450,000.00", "--into", HKD)
    offer += ("--until", "9 days", "--pledged", "--out", "terms.json", "--from", "shipper")
    shell(*offer, "--dry-run")
    assert not (tmp_path / "terms.json").exists()
    killed(*offer)
    (listed,) = shell("sale", "show", "all", "--json").document["in_pledge"]
    assert listed["terms"] == json.loads((tmp_path / "terms.json").read_text(encoding="utf-8"))["terms"]["hash"]
    ran = shell(*offer, "--json", code=2)
    look = f"sampan sale show {bills[0]} --terms terms.json"
    assert ran.error["hint"].startswith(f"if a run was cut off, `{look}` tells whether they are offered")
    assert shell(*look.split()[1:], "--json").document["offers"][0]["status"] == "offered"
    shell("sale", "pay", bills[0], "--terms", "terms.json", "--from", "importer")


def test_terms_under_which_nothing_was_sent_leave_the_file_as_it_was(
    lent: SampanChain, shell: Callable[..., Any], drawn: str, bills: list[str], tmp_path: Path
) -> None:
    offer = ("sale", "offer", bills[0], "--to", "importer", "--price", "HKD 450,000.00", "--into", HKD)
    offer += ("--until", "9 days", "--pledged", "--out", "terms.json", "--from")
    # The loan book refuses what another than the borrower names.
    shell(*offer, "trader", code=5)
    assert not (tmp_path / "terms.json").exists()
    shell(*offer, "shipper")
    before = (tmp_path / "terms.json").read_bytes()
    shell(*offer, "trader", "--overwrite", code=5)
    assert (tmp_path / "terms.json").read_bytes() == before


def test_the_terms_of_a_facility_that_was_opened_are_told_in_words(
    lent: SampanChain, shell: Callable[..., Any], drawn: str
) -> None:
    signed, opened = (shell("finance", "terms", of, "--json").document for of in ("shipper.json", drawn))
    assert (opened["terms"], opened["hash"], opened["warnings"]) == (signed["terms"], signed["hash"], [])
    assert "there is no facility 999" in shell("finance", "terms", "999", code=5).err
    first = ("--facility", drawn, "--agent", "importer", "--out", "importer.json", "--from", "importer")
    shell("finance", "sign-vote", *first)
    shell("finance", "sign-vote", "importer.json", "--out", "vote.json", "--from", "bank")
    shell("finance", "replace-agent", "importer.json", "vote.json")
    assert "the agent was replaced: it is " in shell("finance", "terms", drawn).err


def test_terms_are_a_file_that_people_read_and_each_signer_sees_them_in_words(
    lent: SampanChain, shell: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    until = lent.ledger.now.date() + timedelta(days=60)
    (tmp_path / "terms.yaml").write_text(
        f"borrower: shipper\nagent: {AGENT.role}\nlenders: {{bank: '1,000.00'}}\nmoney: {HKD}\n"
        f"rate: 5\nday_count: act-360\navailable_until: {until}\nmaturity: {until}\nadvance: 80\n"
        f"agreement: '0x{'11' * 32}'\ndeadline: {until}\ncondition: [{{kind: loaded, units: every}}]\n",
        encoding="utf-8",
    )
    ran = shell("finance", "terms", "terms.yaml", "--json")
    said = {each["term"]: each["says"] for each in ran.document["terms"]}
    assert said["interest"] == "5 % a year, simple, on act-360; first day in, last day out"
    assert "act-365-f" in ran.document["warnings"][0]
    assert ran.document["hash"] in shell("finance", "terms", "terms.yaml").out
    ran = shell("finance", "sign-facility", "terms.yaml", "--out", "shipper.json", "--from", "shipper")
    assert "interest: 5 % a year" in ran.err
    monkeypatch.setattr("sampan.cli.base.somebody_is_there", lambda: True)
    asked: list[str] = []
    monkeypatch.setattr("click.confirm", lambda question, **_: bool(asked.append(question)))
    ran = shell("finance", "sign-facility", "terms.yaml", "--out", "bank.json", "--from", "bank", code=1)
    assert "Nothing was signed" in ran.err
    assert asked[0].startswith("Sign these terms as 0x")
    assert not (tmp_path / "bank.json").exists()
    monkeypatch.setattr("sampan.cli.base.somebody_is_there", lambda: False)
    # Of what another signed nobody could read the condition yet.
    ran = shell("finance", "sign-facility", "shipper.json", "--out", "agent.json", "--from", AGENT.role, code=2)
    assert "so that nobody can read it" in ran.err
    assert not (tmp_path / "agent.json").exists()
    shell("finance", "sign-facility", "terms.yaml", "--out", "agent.json", "--from", AGENT.role)
    shell("finance", "sign-facility", "terms.yaml", "--out", "bank.json", "--from", "bank")
    files = ("shipper.json", "agent.json", "bank.json")
    assert "nobody has laid down the condition" in shell("finance", "open", *files, code=2).err
    assert events(shell("finance", "lay", "terms.yaml", "--json")) == ["ConditionLaid"]
    ran = shell("finance", "open", *files, "--json")
    assert events(ran)[0] == "Opened"
    opened = str(ran.document["acts"][0]["events"][0]["arguments"]["facility"])
    _why_nothing_may_be_drawn(lent, shell, opened, "terms.yaml", "shipper.json")
    (tmp_path / "terms.yaml").write_text("borrower: nobody at all\nrate: five\n", encoding="utf-8")
    ran = shell("finance", "terms", "terms.yaml", code=3)
    assert "has 11 faults" in ran.err
    assert "terms.yaml:2:7: rate: no percentage" in ran.err


def _why_nothing_may_be_drawn(lent: SampanChain, shell: Callable[..., Any], facility: str, *terms: str) -> None:
    """The condition is asked of a bill by the facility's number, or by a file of its terms, in place of its hash."""
    (number,) = banking.bills(lent, "PLEDGED7", kind=Kind.BLANK)
    bill, units = bill_name(number), ("--units", "2")
    condition = f"0x{lent.ledger.loan(int(facility)).stored.condition.hex()}"
    for asked in (facility, *terms, condition):
        found = shell("cargo", "why", asked, bill, *units, "--json", code=1).document["answer"]
        assert (found["condition"], found["units"], found["holds"]) == (condition, 2, False)
    # Of a facility nobody need say whose word does not count.
    shipper = lent.ledger.participant("shipper").lei
    assert shipper in shell("cargo", "why", facility, bill, *units, "--json", code=1).document["answer"]["left_out"]
    assert "--units" in shell("cargo", "why", facility, bill, code=2).err
    assert "--units" in shell("cargo", "why", terms[0], bill, code=2).err
    assert "leave it out" in shell("cargo", "why", facility, bill, *units, "--leave-out", shipper, code=2).err


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        (("owed", "0"), 2, "facilities are numbered from 1 on"),
        (("owed", "4711"), 5, "4711"),
        (("group-carrier", "SAMPAN"), 3, "LEI"),
    ],
)
def test_what_is_not_there_is_told(
    lent: SampanChain, shell: Callable[..., Any], said: tuple[str, ...], code: int, words: str
) -> None:
    assert words in shell("finance", *said, code=code).err


@pytest.mark.parametrize("number", ["-1", "0", str(2**24), str(2**300)])
def test_what_cannot_be_the_number_of_a_facility_is_told_by_each_command(
    lent: SampanChain, shell: Callable[..., Any], bills: list[str], number: str
) -> None:
    filed = ("--country", "HK", "--registry", "CR", "--number", "7", "--document", "0x" + "11" * 32)
    for said in (
        ("accept", "--value", "HKD 1.00", "--from", AGENT.role, "--", number, bills[0]),
        ("repay", "--out-of", HKD, "--from", "shipper", "--", number, "all"),
        ("sign-vote", f"--facility={number}", "--agent", "trader", "--from", "bank"),
        ("release", "--from", "shipper", "--", number, bills[0]),
        ("file", *filed, "--filed", "2026-01-02", "--stands-until", "9 days", "--from", AGENT.role, "--", number),
        ("draw", "--from", "shipper", "--", number, "1.00", bills[0]),
        ("owed", "--", number),
        ("show", "--", number),
    ):
        error = shell("finance", said[0], "--json", *said[1:], code=2).error
        assert number in f"{error['subject']} {error['message']}", said
