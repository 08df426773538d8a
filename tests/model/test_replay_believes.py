"""What no log shows, a rebuild believes; it accuses nobody for it (P10)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.logs import LEIS, Honest

from sampan.audit.rebuild import rebuild
from sampan.bills.terms import replacements_hash, terms_hash
from sampan.bills.verbs.amendments import Replace
from sampan.bills.verbs.signed import Multicall
from sampan.bills.verbs.surrender import Surrender
from sampan.fuzz.alone import LEDGER, MANAGER, Logged
from sampan.identity.records import TERMS
from sampan.identity.verbs.accounts import SetAccountRoles, SetReceiving
from sampan.subjects import SUITE
from sampan.suite import events as ev
from sampan.suite.words import Kind, Receiving, SurrenderFor

NO_HASH = bytes(32)
BUYERS = ("first buyer", "second buyer", "third buyer")


def impossible(trade: Honest) -> list[str]:
    """What a rebuild of the trade's log says cannot have been."""
    addresses = dict.fromkeys(SUITE.contracts, LEDGER)
    return [each.why for each in rebuild(trade.entries(), SUITE, addresses=addresses, authority=MANAGER).impossible]


def buyers(receiving: Receiving = Receiving.ANYONE) -> tuple[Honest, list[list[str]]]:
    """A trade with three buyers, and the seven accounts of each."""
    trade, accounts = Honest(), []
    for number, buyer in enumerate(BUYERS):
        first = trade.who[buyer] = trade.enrol(buyer, f"96950{number}BUYERS000000", "NL", receiving=receiving)
        others = [trade.add_account(first, f"{buyer} {each}", receiving=receiving) for each in range(6)]
        accounts.append([first, *others])
    return trade, accounts


def surrendered(trade: Honest, accounts: list[list[str]]) -> Replace:
    """A bill surrendered for one replacement for each buyer, named by another account than its first."""
    whole = trade.issue(Kind.ORDER, "shipper")
    parts = tuple(trade.terms(LEIS["carrier"], Kind.ORDER, max(each[1:])) for each in accounts)
    agreed = replacements_hash((whole,), parts)
    trade.act("shipper", Surrender(whole, SurrenderFor.AMENDMENT, trade.who["carrier"], agreed, b""))
    return Replace((whole,), parts, b"split")


@pytest.mark.parametrize("first", ["receives", "may not move", "signed only"])
def test_p10_three_buyers_of_seven_accounts_each_are_named_in_more_ways_than_are_tried(first: str) -> None:
    """By which account each is named, no log shows; its first need not be the one."""
    trade, accounts = buyers()
    for account, *_ in accounts:
        if first == "signed only":
            trade.do(account, SetReceiving(account, Receiving.SIGNED_ONLY))
        if first == "may not move":
            trade.do(account, SetAccountRoles(account, TERMS))
    trade.act("carrier", surrendered(trade, accounts))
    assert impossible(trade) == []


def test_p10_so_are_buyers_that_take_with_their_signature_only() -> None:
    trade, accounts = buyers(Receiving.SIGNED_ONLY)
    verb = surrendered(trade, accounts)
    shown = [
        trade.agreement(buyer, part.bill, Replace, trade.who["shipper"], buyer, Kind.ORDER, terms_hash(part))
        for buyer, part in zip(BUYERS, verb.replacements, strict=True)
    ]
    trade.act("carrier", Multicall((*shown, verb)))
    assert impossible(trade) == []


def test_p10_a_buyer_none_of_whose_many_accounts_takes_bills_was_given_nothing() -> None:
    trade, accounts = buyers()
    trade.act("carrier", surrendered(trade, accounts))
    closed, accounts = buyers()
    for account in accounts[0]:
        closed.do(account, SetAccountRoles(account, TERMS))
    surrendered(closed, accounts)
    closed.log.append(replace(trade.log[-1], time=closed.now + 12))
    (why,) = impossible(closed)
    assert "LacksRole" in why


def test_p10_what_nobody_agreed_to_is_found_while_all_ways_of_naming_can_be_tried() -> None:
    """Two buyers, of eight accounts and of sixteen: 128 ways of one account each, tried twice."""
    trade, accounts = Honest(), []
    for number, (buyer, count) in enumerate(zip(BUYERS, (8, 16), strict=False)):
        first = trade.enrol(buyer, f"96950{number}BUYERS000000", "NL")
        accounts.append([first, *[trade.add_account(first, f"{buyer} {each}") for each in range(count - 1)]])
    trade.act("carrier", surrendered(trade, accounts))
    assert impossible(trade) == []
    last = trade.log[-1]
    *before, issued = last.logs
    trade.log[-1] = replace(last, logs=(*before, replace(issued, root=b"\1" * 32)))  # type: ignore[type-var]
    (why, *_) = impossible(trade)
    assert "ReplacementsNotAgreed" in why


@pytest.mark.parametrize("address", [LEDGER, MANAGER])
def test_p10_neither_the_ledger_nor_its_manager_was_listed_as_a_room(address: str) -> None:
    """That an address has code, no log shows; that both are no rooms is known."""
    trade = Honest()
    listed = ev.RoomListed(address, trade.state.account_count + 1, ("HK",), trade.state.note_count + 1)
    trade.log.append(Logged(trade.now + 12, (listed,)))
    (why,) = impossible(trade)
    assert "NotARoom" in why
