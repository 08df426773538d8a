"""`sampan sale`: bills against payment from the shell; the question names parties, bills, price and cost (URC 522)."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support import banking
from support.banking import HKD, OTHER_HKD

from sampan.scenarios.parties import PARTIES
from sampan.scenarios.stage import SampanChain
from sampan.suite.tell import bill_name

pytestmark = [pytest.mark.anvil, pytest.mark.usefixtures("banked")]

PRICE = "HKD 1,250,000.00"


@pytest.fixture
def bills(banked: SampanChain, shell: Callable[..., Any]) -> list[str]:
    return [bill_name(each) for each in banking.bills(banked, "SOLD1", "SOLD2")]


@pytest.fixture
def offer(shell: Callable[..., Any], bills: list[str]) -> Callable[..., Any]:
    """Offers both bills to the importer for thirty days."""

    def run(*more: str, code: int = 0) -> Any:
        said = ("--to", "importer", "--price", PRICE, "--into", HKD, "--until", "30 days", "--from", "shipper")
        return shell("sale", "offer", *bills, *said, *more, code=code)

    return run


def events(ran: Any) -> list[str]:
    """The names of the events of what a command did, but for the token's own."""
    told = [event["event"] for act in ran.document["acts"] for event in act["events"]]
    return [name for name in told if name != "Transfer"]


def test_bills_are_offered_and_paid_for_across_two_banks(
    shell: Callable[..., Any], offer: Callable[..., Any], bills: list[str], tmp_path: Path
) -> None:
    ran = offer("--out", "terms.json", "--json")
    assert events(ran) == ["Lodged", "Lodged"]
    (act,) = ran.document["acts"]
    assert [bill["name"] for bill in act["bills"]] == bills
    assert f"2 bills to {PARTIES['importer'].company}" in ran.err
    assert f"for {PRICE}, paid to shipper" in ran.err
    terms = json.loads((tmp_path / "terms.json").read_text())["terms"]
    (found,) = shell("sale", "show", bills[1], "--json").document["offers"]
    assert found["terms"] == terms
    assert (found["status"], found["price"]["decimal"]) == ("offered", "1250000.00")
    assert (found["seller_lei"], found["buyer_lei"]) == (PARTIES["shipper"].lei, PARTIES["importer"].lei)
    look = shell("bill", "show", bills[0]).out
    assert f"`sampan sale show {bills[0]}` tells what may be done there, and by whom." in " ".join(look.split())
    ran = shell("sale", "show", bills[0])
    for said in (PRICE, "what each party may do now, and what it would cost", "not now"):
        assert said in ran.out
    assert bills[1] in shell("sale", "show", "all").out
    ran = shell("sale", "pay", bills[0], "--from", "importer", "--json")
    assert "the banks settle in the same act" in ran.err
    assert f"An allowance of {PRICE} for the sale is signed along." in ran.err
    assert {"Paid", "Settled", "DepositPermitUsed", "Endorsed"} <= set(events(ran))
    assert shell("bill", "show", bills[1], "--json").document["bill"]["titleholder"]["lei"] == PARTIES["importer"].lei
    assert shell("sale", "show", bills[0], "--json").document["offers"][0]["status"] == "paid"
    ran = shell("sale", "pay", bills[0], "--from", "importer", code=3)
    assert "is not offered any more" in ran.err
    assert "Nothing is offered." in shell("sale", "show", "all").out


def test_a_price_whose_payment_was_killed_is_paid_once(
    shell: Callable[..., Any],
    killed: Callable[..., str],
    banked: SampanChain,
    offer: Callable[..., Any],
    bills: list[str],
) -> None:
    """While the payment waits in the pool it is taken up, though the allowance is signed anew; later it is told."""
    offer()
    pay = ("sale", "pay", bills[0], "--from", "importer")
    rpc, before = banked.connection.rpc, banked.snapshot()
    rpc("evm_setAutomine", False)
    try:
        killed(*pay)
        rpc("evm_setIntervalMining", 1)
        ran = shell(*pay, "--json")
    finally:
        rpc("evm_setIntervalMining", 0)
        rpc("evm_setAutomine", True)
    (act,) = ran.document["acts"]
    assert act["warnings"] == ["an earlier run had sent it and did not see the end; it was not sent again"]
    banked.restore(before)
    killed(*pay)
    ran = shell(*pay, "--json", code=4)
    assert (ran.error["code"], "is not offered any more" in ran.error["message"]) == ("chain.done_before", True)


def test_wrong_party_wrong_money_too_little_and_too_late_are_told_in_words(
    banked: SampanChain, shell: Callable[..., Any], offer: Callable[..., Any], bills: list[str]
) -> None:
    offer()
    assert "is offered to" in shell("sale", "pay", bills[0], "--from", "trader", code=2).err
    ran = shell("sale", "pay", bills[0], "--out-of", HKD, "--from", "importer", code=2)
    assert f"has HKD 0.00 in HKD@{PARTIES['bank'].lei}, and {PRICE} is to be paid" in ran.err
    assert "is signed along when it is sent" in shell("sale", "pay", bills[0], "--from", "importer", "--dry-run").out
    ran = shell("sale", "pay", bills[0], "--from", "importer", "--unsigned", "pay.json", code=2)
    assert f'"{PRICE}" --spender Sale' in ran.err
    ran = shell("sale", "decline", bills[0], "--reason", "x", "--from", "shipper", "--json", code=5)
    assert ran.error["code"] == "refused.NotAParty"
    assert shell("sale", "expire", bills[0], "--json", code=5).error["code"] == "refused.NotExpired"
    banked.advance(timedelta(days=31))
    assert "could be paid until" in shell("sale", "pay", bills[0], "--from", "importer", code=2).err
    assert "its time is over" in shell("sale", "show", bills[0]).out
    assert events(shell("sale", "expire", bills[1], "--json"))[0] == "Expired"


def test_an_offer_is_changed_declined_and_recalled(
    shell: Callable[..., Any], offer: Callable[..., Any], bills: list[str]
) -> None:
    offer()
    ran = shell("sale", "change", bills[0], "--from", "shipper", code=2)
    assert "nothing would change" in ran.err
    ran = shell("sale", "change", bills[0], "--price", "900,000.00", "--to", "trader", "--from", "shipper", "--json")
    assert events(ran)[0] == "Changed"
    changed = ran.document["acts"][0]["events"][0]["arguments"]["changed"]
    assert (changed["price"], changed["firmUntil"], changed["endorsement"]) == ("90000000", "0", "to-order")
    ran = shell("sale", "show", bills[1])
    assert "HKD 900,000.00 for all of them" in ran.out
    shell("sale", "decline", bills[1], "--reason", "two packages short", "--from", "trader")
    ran = shell("sale", "show", bills[0])
    assert "two packages short" in ran.out
    assert "Sale: declined by the buyer" in ran.out
    offer("--firm-until", "2 days")
    assert shell("sale", "recall", bills[0], "--from", "shipper", "--json", code=5).error["code"] == "refused.StillFirm"


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        (("--price", "1.5"), 3, "--price 1.5: HKD has 2 decimals, this has 1"),
        (("--price", "0"), 3, "--price 0: is nothing"),
        (("--price", "USD 1.50"), 3, "this money is HKD"),
        (("--into", "CNH@trader"), 3, "no such deposit"),
        (("--until", "2025-12-31"), 2, "has passed"),
        (("--until", "2026-01-31T10:00"), 2, "a time without a zone"),
        (("--until", "soon"), 2, "--until soon: no time"),
        (("--until", "soon"), 2, "write 30 days, 2026-12-31, or"),
        (("--into", "HKD@nobank"), 3, "--into nobank: "),
        (("--until", "367 days"), 2, "more than 366 days ahead"),
        (("--to", "nobody-of-that-name"), 3, "no participant, LEI"),
        (("--from", "importer"), 5, "does not possess"),
        (("--from", "importer"), 5, "To be offered: 2 bills to "),
    ],
)
def test_terms_that_would_be_refused_are_refused_in_words(
    offer: Callable[..., Any], said: tuple[str, ...], code: int, words: str
) -> None:
    # The last of an option that is given twice counts.
    assert words in offer(*said, code=code).err


def test_a_buyer_without_ether_signs_and_a_relayer_sends(
    shell: Callable[..., Any], offer: Callable[..., Any], bills: list[str]
) -> None:
    offer()
    ran = shell("sale", "sign-act", "--out", "pay.json", "pay", bills[0], "--from", "importer")
    assert f"for {PRICE}: signed by" in " ".join(ran.out.split())
    ran = shell("sale", "send-act", "pay.json", "--json")
    assert ran.document["acts"][0]["label"].startswith("by signature: ")
    assert {"CalledBySignature", "Paid", "Settled"} <= set(events(ran))
    assert shell("sale", "send-act", "pay.json", "--json", code=5).error["code"] == "refused.AlreadyUsed"
    assert "no verb that is signed" in shell("sale", "sign-act", "show", bills[0], "--from", "importer", code=2).err


def test_a_bill_that_was_never_offered_exits_3(shell: Callable[..., Any], bills: list[str]) -> None:
    assert "was never offered for sale" in shell("sale", "show", bills[0], code=3).err
    assert "Nothing is offered." in shell("sale", "show", "all").out
    assert shell("sale", "recall", bills[0], "--from", "shipper", code=3).err


def test_the_question_names_parties_bills_price_and_cost(
    shell: Callable[..., Any],
    offer: Callable[..., Any],
    bills: list[str],
    banked: SampanChain,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offer()
    shell("money", "allow", OTHER_HKD, PRICE, "--spender", "Sale", "--from", "importer")
    url = str(banked.connection.network.url).replace("127.0.0.1", "0.0.0.0")
    settings = f'network = "harbour"\nconfirmations = 1\n[networks.harbour]\nurl = "{url}"\ndevelopment = true\n'
    (tmp_path / "sampan.toml").write_text(settings)
    monkeypatch.setattr("sampan.cli.base.somebody_is_there", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    ran = shell("sale", "pay", bills[0], "--from", "importer", code=1)
    parties = rf"sold by {re.escape(PARTIES['shipper'].company)} \(\w+\) to {re.escape(PARTIES['importer'].company)}"
    asked = rf"pay for {bills[0]}, {bills[1]}, {parties} \(\w+\) for {PRICE}, as 0x\w{{40}} on harbour"
    assert re.search(rf"{asked}, for at most 0\.0\d+ ether", ran.err)
    assert f"paid {PRICE} out of HKD@" in ran.err
    assert "Nothing was sent." in ran.err
    assert shell("sale", "show", bills[0], "--json").document["offers"][0]["status"] == "offered"
