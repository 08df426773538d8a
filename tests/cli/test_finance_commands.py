"""`sampan finance`: a facility from its papers to its end, from the shell."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support import banking, borrowing
from support.banking import HKD
from support.borrowing import AGENT, prints

from sampan.scenarios.stage import SampanChain
from sampan.suite.tell import bill_name
from sampan.suite.words import Kind

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
    ran = shell("finance", "open", *sorted(tmp_path.glob("*.json")), "--json")
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
    ran = shell("finance", "repay", drawn, "200,000.00", "--out-of", HKD, "--from", "shipper", "--json")
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


def test_what_the_agent_does_is_told_and_refused_in_words(
    lent: SampanChain, shell: Callable[..., Any], drawn: str, bills: list[str]
) -> None:
    agent = ("--from", AGENT.role)
    assert "is not in default" in shell("finance", "surrender", bills[0], *agent, code=2).err
    ran = shell("finance", "entrust", bills[0], "--to", "shipper", "--until", "7 days", *agent, "--json")
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
    assert ran.error["code"] == "refused.NothingPaid"
    lent.advance(timedelta(days=61))
    assert events(shell("finance", "end-availability", drawn, "--from", "relayer", "--json"))[0] == "AvailabilityEnded"
    number = lent.ledger.account(lent.ledger.address_in("LoanBook")).number
    assert "Claimed" in events(shell("finance", "claim", f"{number}/{drawn}/1", "--from", "relayer", "--json"))
    lent.advance(timedelta(days=40))
    assert "in default" in shell("finance", "owed", drawn).out
    ran = shell("finance", "surrender", bills[1], *agent, "--json")
    assert events(ran)[0] == "PledgeSurrendered"


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


def test_a_borrower_without_ether_signs_and_a_relayer_sends(
    shell: Callable[..., Any], drawn: str, bills: list[str]
) -> None:
    signed = ("--out", "draw.json", "draw", drawn, "HKD 10.00", bills[0], "--from", "shipper")
    assert "draw HKD 10.00 in facility" in " ".join(shell("finance", "sign-act", *signed).out.split())
    ran = shell("finance", "send-act", "draw.json", "--json")
    assert events(ran) == ["LoanCalledBySignature", "Drawn"]
    assert "is a signed SignedLoanCall" in shell("sale", "send-act", "draw.json", code=3).err


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
