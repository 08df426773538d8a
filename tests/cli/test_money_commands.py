"""`sampan money`: what banks owe, payments within a bank and across, quotes; every amount with its currency."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.banking import CNH, HKD, OTHER_HKD

from sampan.scenarios.stage import SampanChain
from sampan.suite.tell import instant

pytestmark = [pytest.mark.anvil, pytest.mark.usefixtures("banked")]


def events(ran: Any) -> list[str]:
    """The names of the events of what a command did."""
    return [event["event"] for act in ran.document["acts"] for event in act["events"]]


def has(shell: Callable[..., Any], who: str) -> dict[str, str]:
    """What somebody has, by deposit."""
    found = shell("money", "balances", who, "--json").document["balances"]
    return {each["deposit"]["reference"]: each["amount"]["decimal"] for each in found}


def test_a_book_is_opened_deposits_admitted_and_money_owed(banked: SampanChain, shell: Callable[..., Any]) -> None:
    agent, bank = ("--from", "central_bank"), ("--from", "bank")
    shell("money", "open-book", "JPY", "--decimals", "0", *agent)
    shell("money", "open", "JPY", "--agent", "central_bank", "--country", "NL", *bank)
    money = f"JPY@{banked.ledger.lei_of('bank')}/NL"
    shell("money", "admit", "JPY@bank", *agent)
    shell("money", "reserve", "JPY@bank", "JPY 1,000", *agent)
    shell("money", "issue", "JPY@bank", "JPY 250", "--to", "importer", *bank)
    assert has(shell, "importer")[money] == "250"
    ran = shell("money", "settle", "jpy")
    assert "JPY (0 decimals), settled by" in ran.out
    assert "JPY 250" in ran.out
    assert "JPY 1,000" in ran.out
    (book,) = shell("money", "settle", "JPY", "--json").document["books"]
    assert book["deposits"][0]["held"] == {"currency": "JPY", "decimal": "1000", "units": "1000"}
    # P5: nothing comes in any more; what is there goes out.
    shell("money", "admit", "JPY@bank", "--no-more", *agent)
    assert shell("money", "settle", "JPY", "--json").document["books"][0]["deposits"][0]["admitted"] is False
    shell("money", "unreserve", "JPY@bank", "1000", *bank)
    shell("money", "redeem", "JPY@bank", "JPY 50", "--from", "importer")
    assert has(shell, "importer")[money] == "200"
    refused = shell("money", "issue", "JPY@bank", "5", "--to", "trader", *bank, "--json", code=5)
    assert refused.error["code"] == "refused.NotOfTheCountry"


def test_a_payment_says_whether_it_settles_between_banks(shell: Callable[..., Any]) -> None:
    pay = ("money", "pay", OTHER_HKD, "HKD 300.00", "--to", "shipper")
    ran = shell(*pay, "--into", HKD, "--from", "importer")
    assert "Between two banks: their reserves settle in the same act, or nothing moves." in ran.err
    assert "HKD 300.00 of reserves moved from HKD@" in ran.out
    ran = shell(*pay, "--from", "importer", "--json")
    assert "Within one bank" in ran.err
    assert "Settled" not in events(ran)
    assert sorted(has(shell, "shipper").values()) == ["300.00", "300.00"]
    ran = shell(*pay, "--from", "importer", "--dry-run", "--json")
    assert ran.document["dry_run"]
    assert sorted(has(shell, "shipper").values()) == ["300.00", "300.00"]


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("HKD 300.5", "HKD has 2 decimals, this has 1"),
        ("USD 300.00", "is an amount of USD, and this money is HKD"),
        ("-300.00", "is not negative"),
        ("1e3", "is no amount"),
        ("300,00", "its commas do not part thousands"),
    ],
)
def test_an_amount_that_is_not_exact_exits_3_and_names_its_argument(
    shell: Callable[..., Any], amount: str, said: str
) -> None:
    ran = shell("money", "pay", OTHER_HKD, "--to", "shipper", "--from", "importer", "--", amount, code=3)
    assert ran.err.startswith("error: AMOUNT ")
    assert said in ran.err
    issue = ("money", "issue", OTHER_HKD, "--to", "shipper", "--from", "issuing_bank", "--json", "--", amount)
    assert said in shell(*issue, code=3).error["message"]


@pytest.mark.parametrize(
    ("deposit", "code"), [("HKD", 3), ("USD@bank", 3), ("HKD@trader", 3), ("HKD@nobody-at-all", 3), ("0x12", 3)]
)
def test_an_unknown_deposit_is_refused_in_words(shell: Callable[..., Any], deposit: str, code: int) -> None:
    ran = shell("money", "issue", deposit, "5.00", "--to", "shipper", "--from", "bank", "--json", code=code)
    assert ran.error["hint"]


def test_a_deposit_that_may_be_several_lists_them_with_their_addresses(shell: Callable[..., Any]) -> None:
    opened = shell("money", "open", "HKD", "--agent", "central_bank", "--country", "CN", "--from", "bank", "--json")
    address = opened.document["acts"][0]["events"][0]["arguments"]["deposit"]
    issue = ("--to", "shipper", "--from", "bank")
    ran = shell("money", "issue", HKD, "5.00", *issue, code=2)
    assert "error: DEPOSIT HKD@bank: may mean several deposits" in ran.err
    assert address in ran.err
    shell("money", "issue", f"{HKD}/CN", "5.00", *issue)
    shell("money", "issue", address, "5.00", *issue)
    assert list(has(shell, "shipper").values()) == ["10.00"]


def test_who_may_not_is_told_who_may(shell: Callable[..., Any]) -> None:
    issue = ("money", "issue", HKD, "5.00", "--to", "shipper")
    assert shell(*issue, "--from", "trader", "--json", code=5).error["code"] == "refused.NotTheBank"
    assert shell("money", "admit", HKD, "--from", "bank", "--json", code=5).error["code"] == "refused.NotTheAgent"
    shell("money", "decline", OTHER_HKD, "trader", "--ground", "sanctions", "--from", "issuing_bank")
    ran = shell("money", "pay", OTHER_HKD, "5.00", "--to", "trader", "--from", "importer", code=5)
    assert "the bank takes nothing in for trader (0x1CBd…C9Ec), on the ground sanctions" in ran.err
    assert "sanctions" in shell("money", "balances", "trader").out
    assert shell("money", "recover", HKD, "trader", "--json", code=5).error["code"] == "refused.NoSuccessor"


def test_an_allowance_is_given_to_a_contract_by_its_name(shell: Callable[..., Any]) -> None:
    shell("money", "allow", OTHER_HKD, "any", "--spender", "sale", "--from", "importer")
    assert "any amount" in shell("money", "balances", "importer").out
    shell("money", "allow", OTHER_HKD, "0", "--spender", "Sale", "--from", "importer")
    assert "any amount" not in shell("money", "balances", "importer").out


def test_a_payment_of_nothing_and_a_negative_one_are_refused_in_words(shell: Callable[..., Any]) -> None:
    pay = ("money", "pay", OTHER_HKD, "--to", "shipper", "--from", "importer")
    assert "AMOUNT HKD 0.00: is nothing" in shell(*pay, "HKD 0.00", code=3).err
    assert "-1: is no option, and no amount is negative" in shell(*pay, "-1", code=3).err


def test_of_somebody_without_money_just_that_is_said(shell: Callable[..., Any]) -> None:
    assert shell("money", "balances", "carrier").out.strip() == "carrier has nothing in any deposit."


def test_a_quote_is_signed_and_bought_at(shell: Callable[..., Any], tmp_path: Path) -> None:
    shell("money", "issue", CNH, "CNH 5,000.00", "--to", "bank", "--from", "bank")
    sell = ("--sell", CNH, "--total", "CNH 920.00", "--buy", HKD, "--price", "HKD 1,000.00")
    for slip in (("--price", "HKD 0.00"), ("--total", "0")):
        ran = shell("money", "quote", *sell, *slip, "--from", "bank", code=3)
        assert f"{' '.join(slip)}: is nothing" in ran.err
    ran = shell("money", "quote", *sell, "--out", "quote.json", "--from", "bank")
    assert "The exchange may spend CNH 0.00 of CNH 920.00 yet: sampan money allow" in ran.err
    assert json.loads((tmp_path / "quote.json").read_text())["type"] == "Quote"
    shell("money", "allow", CNH, "any", "--spender", "Exchange", "--from", "bank")
    buy = ("money", "exchange", "quote.json", "CNH 100.01", "--out-of", OTHER_HKD, "--from", "importer")
    ran = shell(*buy, code=2)
    assert '"HKD 108.70" --spender Exchange' in ran.err
    shell("money", "allow", OTHER_HKD, "HKD 200.00", "--spender", "Exchange", "--from", "importer")
    ran = shell(*buy, "--dry-run")
    assert "Rate: CNH 920.00 for HKD 1,000.00." in ran.err
    assert "You buy CNH 100.01 and pay HKD 108.70, rounded down to the smallest unit; CNH 920.00 is left" in ran.err
    assert {"Exchanged", "Settled"} <= set(events(shell(*buy, "--json")))
    ran = shell("money", "exchange", "quote.json", "CNH 820.00", "--from", "importer", code=2)
    assert "CNH 819.99 is left of the quote, less than CNH 820.00" in ran.err
    altered = (tmp_path / "quote.json").read_text().replace('"price": "100000"', '"price": "1"')
    (tmp_path / "altered.json").write_text(altered)
    assert "it was altered" in shell("money", "exchange", "altered.json", "CNH 1.00", "--from", "importer", code=3).err


def test_positions_of_a_period_without_a_block_are_none_and_the_last_block_is_told(
    banked: SampanChain, shell: Callable[..., Any]
) -> None:
    last = banked.connection.block()
    time = int(last["timestamp"], 16)
    behind = instant(time + 3600)
    told = f"has no block; the last before it is of {instant(time)}"
    ran = shell("money", "positions", "--since", behind, code=2)
    assert f"--since {behind}: {told}" in ran.err
    assert "blocks" not in ran.out
    ran = shell("money", "positions", "--since", instant(time + 1), "--until", instant(time + 1), code=2)
    assert told in ran.err
    assert f"blocks {int(last['number'], 16)}-" in shell("money", "positions", "--since", instant(time)).out
    never = shell("money", "positions", "--until", "2199-01-01", code=2)
    assert f"that time has not come: the last block is of {instant(time)}" in never.err
