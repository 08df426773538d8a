"""Rules of the claims of lenders, one by one, on contract and model."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.lender import LENDER, WITH_LENDER, ComeIn, Run, TakeFor
from support.on_both import DEADLINE, Both

from sampan.finance.lending_rooms import LENDS
from sampan.finance.positions import properties, rules
from sampan.finance.positions.records import MOST_STEPS, Position, cut_words
from sampan.finance.positions.verbs import (
    Approve,
    Buy,
    CloseTo,
    Mint,
    OpenTo,
    PositionOffer,
    Recover,
    SafeTransferFrom,
    SafeTransferFromWithData,
    SetApprovalForAll,
    SetAuthority,
    Split,
    Take,
    TransferFrom,
)
from sampan.fuzz import cast
from sampan.identity.records import TERMS
from sampan.identity.verbs.accounts import Cancel, RemoveAccount
from sampan.identity.verbs.enrolment import Enrol, Enrolment
from sampan.identity.verbs.standing import DelistRoom, LiftSuspension, Suspend
from sampan.model.perform import Call, Refused
from sampan.model.replay import replay
from sampan.money.deposits.verbs import Approve as Allow
from sampan.suite import events as ev
from sampan.suite import ids, tell
from sampan.suite.chance import Act, DigestOf
from sampan.suite.verb import NOBODY, Signature, Verb
from sampan.suite.words import Receiving

ADMIN = cast.ADMINISTRATOR
LOAN = 7
SALTS = count(1)
OVERFLOW, DIVIDED_BY_ZERO = 0x11, 0x12


def lender(both: Both) -> str:
    found: str = both.world.contracts[LENDER.contract]
    return found


def runs(both: Both, verb: Verb) -> Run:
    """The room that lends, told what to call."""
    return Run(both.world.contracts["Positions"], verb)


def loan_id(both: Both, loan: int = LOAN) -> int:
    number: int = both.state.account(lender(both)).number
    return number << 56 | loan << 32


def lent(both: Both, who: str, shares: int, loan: int = LOAN) -> int:
    """A lender's new position."""
    _, event = both.done("stranger", runs(both, Mint(loan, both.at(who), shares)))
    assert isinstance(event, ev.Lent)
    return event.position


def paid(both: Both, amount: int, loan: int = LOAN) -> None:
    """So much came in so far."""
    shares = sum(both.state.position_cuts.get(loan_id(both, loan), ()))
    both.done("stranger", ComeIn(loan, amount, shares))


def take(both: Both, position: int) -> TakeFor:
    return TakeFor(both.world.contracts["Positions"], position)


def taken(both: Both, position: int) -> int:
    """What a position is paid now."""
    (event,) = both.done("stranger", take(both, position))
    due: int = event.due  # type: ignore[attr-defined]
    return due


def split(both: Both, who: str, position: int, shares: int) -> int:
    _, event = both.done(who, Split(position, shares))
    assert isinstance(event, ev.Split)
    return event.part


def unclaimed(both: Both, position: int) -> int:
    """What contract and model say that it is owed now."""
    found = rules.unclaimed(both.state, position)
    both.answers("Positions", "unclaimed", (position,), found)
    return found


# ------------------------------------------------------------------------------------------------------- administration


def test_t4_countries_are_opened_by_a_consent_and_closed_by_the_powers_that_list_rooms(both: Both) -> None:
    both.refused("bank", OpenTo(("SG",), b"\1" * 32), "AccessManagedUnauthorized", both.at("bank"))
    both.refused("bank", CloseTo(("CN",)), "AccessManagedUnauthorized", both.at("bank"))
    both.refused(ADMIN, OpenTo((), b"\1" * 32), "NoCountries")
    both.refused(ADMIN, OpenTo(("SG",), bytes(32)), "NoConsent")
    both.refused(ADMIN, CloseTo(()), "NoCountries")
    before = both.state.country_events
    assert both.done(ADMIN, OpenTo(("SG", "DE"), b"\1" * 32)) == [
        ev.CountriesOpened(("SG", "DE"), b"\1" * 32, before + 1)
    ]
    assert both.done(ADMIN, CloseTo(("DE", "FR"))) == [ev.CountriesClosed(("DE", "FR"), before + 2)]
    for country, is_open in (("SG", True), ("DE", False), ("FR", False), ("CN", True), ("US", False)):
        both.answers("Positions", "isOpenTo", (country,), is_open)
        assert both.state.open_countries.get(country, False) == is_open


def test_n23_nobody_changes_who_administers(both: Both) -> None:
    both.refused(ADMIN, SetAuthority(both.at("shipper")), "AuthorityIsFixed")


def test_t4_who_is_of_a_closed_country_keeps_what_it_has_and_is_given_nothing_new(both: Both) -> None:
    position = lent(both, "bank", 60)
    lent(both, "consignee", 40)
    both.done(ADMIN, CloseTo(("HK",)))
    bank = both.at("bank")
    both.refused("stranger", runs(both, Mint(LOAN, bank, 1)), "NotOpenTo", bank, "HK")
    both.refused("bank", Split(position, 1), "NotOpenTo", bank, "HK")
    both.refused("bank", TransferFrom(bank, both.at("line"), position), "NotOpenTo", both.at("line"), "HK")
    paid(both, 100)
    assert taken(both, position) == 60
    both.done("bank", TransferFrom(bank, both.at("trader"), position))


# ------------------------------------------------------------------------------------------------------ rooms that lend


def test_a_room_gives_positions_of_its_loans_to_persons(both: Both) -> None:
    bank = both.at("bank")
    both.refused("bank", Mint(LOAN, bank, 1), "NotARoom", bank)
    both.refused("stranger", runs(both, Mint(1 << 24, bank, 1)), "LoanOutOfRange", 1 << 24)
    both.refused("stranger", runs(both, Mint(LOAN, bank, 0)), "SharesOutOfRange", 0)
    for nobody in ("stranger", "honest room", "nobody"):
        both.refused("stranger", runs(both, Mint(LOAN, both.at(nobody), 1)), "MayNotReceive", both.at(nobody))
    position = loan_id(both) | 1
    assert both.done("stranger", runs(both, Mint(LOAN, bank, 5))) == [
        ev.PositionTransfer(NOBODY, bank, position),
        ev.Lent(position, bank, 5),
    ]
    assert lent(both, "bank", 3) == position + 1
    assert lent(both, "bank", 3, (1 << 24) - 1) == loan_id(both, (1 << 24) - 1) | 1
    both.answers("Positions", "countOf", (lender(both), LOAN), 2)
    both.done(ADMIN, Suspend(both.number("bank"), b"order"))
    both.refused("stranger", runs(both, Mint(LOAN, bank, 1)), "MayNotReceive", bank)
    both.done(ADMIN, LiftSuspension(both.number("bank")))
    both.done(ADMIN, DelistRoom(lender(both), ()))
    both.refused("stranger", runs(both, Mint(LOAN, bank, 1)), "NotARoom", lender(both))


def test_only_the_room_that_lent_says_that_a_position_had_its_part(both: Both) -> None:
    position = lent(both, "bank", 10)
    for who in ("bank", "stranger"):
        both.refused(who, Take(position, 100, 10), "NotTheRoomOf", position, both.at(who))
    both.refused("stranger", take(both, 1), "NotTheRoomOf", 1, lender(both))
    both.refused("stranger", take(both, position + 1), "TokenDoesNotExist")
    # Nobody's number is none, and so is that of a position that no room lent.
    both.refused("stranger", Take(1, 100, 10), "TokenDoesNotExist")
    both.done(ADMIN, DelistRoom(lender(both), ()))
    paid(both, 10)
    assert taken(both, position) == 10


def test_a_room_that_contradicts_itself_is_refused(both: Both) -> None:
    position = lent(both, "bank", 10)
    both.refused("stranger", take(both, position), "Panic", DIVIDED_BY_ZERO)
    paid(both, 100)
    assert taken(both, position) == 100
    both.done("stranger", ComeIn(LOAN, 99, 10))
    both.refused("stranger", take(both, position), "Panic", OVERFLOW)
    both.refused("stranger", runs(both, Take(position, 2**253, 10)), "Panic", OVERFLOW)
    # Fewer shares than were lent: the first takes more than there is, and nothing is left to take from.
    second = lent(both, "bank", 5)
    both.refused("stranger", runs(both, Take(second, 100, 9)), "Panic", OVERFLOW)
    both.refused("stranger", runs(both, Take(second, 100, 10)), "Panic", DIVIDED_BY_ZERO)
    paid(both, 150)
    assert taken(both, second) == 50


# --------------------------------------------------------------------------------------------------------- what is owed


def test_p6_what_is_owed_to_all_is_what_was_paid_in_to_the_unit(both: Both) -> None:
    one, two, three = (lent(both, who, shares) for who, shares in (("bank", 1), ("consignee", 1), ("trader", 1)))
    paid(both, 100)
    # Each takes the floor of what is left by what is left of the shares: the last has the rest.
    assert [unclaimed(both, each) for each in (one, two, three)] == [33, 33, 34]
    assert taken(both, two) == 33
    assert taken(both, two) == 0
    paid(both, 101)
    assert [unclaimed(both, each) for each in (one, two, three)] == [33, 1, 34]
    assert sum(taken(both, each) for each in (one, two, three)) == 101 - 33


def test_p6_a_part_takes_as_much_of_what_was_had_and_the_whole_keeps_the_rest(both: Both) -> None:
    position = lent(both, "bank", 10)
    paid(both, 101)
    assert taken(both, position) == 101
    part = split(both, "bank", position, 3)
    assert (both.state.positions[part].had, both.state.positions[position].had) == (30, 71)
    assert (unclaimed(both, part), unclaimed(both, position)) == (0, 0)
    paid(both, 201)
    assert unclaimed(both, part) + unclaimed(both, position) == 100
    of_part = split(both, "bank", part, 1)
    known = both.state.positions[of_part]
    assert (known.origin, known.cut, known.shares, known.had) == (part - loan_id(both), 0, 1, 10)
    assert sum(unclaimed(both, each) for each in (position, part, of_part)) == 100
    assert both.state.position_cuts[position] == (3,)


def test_a_position_is_split_by_its_owner_into_less_than_it_has(both: Both) -> None:
    position = lent(both, "bank", 10)
    both.refused("bank", Split(position + 1, 1), "TokenDoesNotExist")
    both.refused("shipper", Split(position, 1), "NotOwnerNorApproved")
    both.done("bank", Approve(both.at("shipper"), position))
    both.refused("shipper", Split(position, 1), "NotOwnerNorApproved")
    for shares in (0, 10, 11):
        both.refused("bank", Split(position, shares), "SharesOutOfRange", shares)
    both.done(ADMIN, Suspend(both.number("bank"), b"order"))
    both.refused("bank", Split(position, 1), "MayNotReceive", both.at("bank"))
    both.done(ADMIN, LiftSuspension(both.number("bank")))
    assert split(both, "bank", position, 9) == position + 1
    both.refused("bank", Split(position, 1), "SharesOutOfRange", 1)


def test_a_loan_may_be_as_large_as_its_words(both: Both) -> None:
    most = (1 << 120) - 1
    position = lent(both, "bank", most)
    both.done("stranger", ComeIn(LOAN, most, most))
    part = split(both, "bank", position, most - 1)
    assert (unclaimed(both, part), unclaimed(both, position)) == (most - 1, 1)
    assert taken(both, part) == most - 1


# --------------------------------------------------------------------------------------------------------------- sales


def money(both: Both) -> str:
    """The bank's deposit in HKD."""
    return next(each.address for each in both.state.deposits.values() if each.currency == "HKD")


def offer(both: Both, position: int, **changes: Any) -> PositionOffer:
    """By its owner to the trader, as it is now."""
    known = both.state.positions[position]
    salt = next(SALTS).to_bytes(32, "big")
    trader = both.number("trader")
    return replace(
        PositionOffer(position, known.owner, trader, money(both), 400, known.shares, known.had, salt, DEADLINE),
        **changes,
    )


def buy(offered: PositionOffer, by: str = "", from_: str = "") -> Buy:
    return Buy(offered, from_ or offered.money, Signature(by or offered.seller))


def test_a_position_is_paid_for_and_taken_in_one_act(both: Both) -> None:
    position = lent(both, "consignee", 10)
    paid(both, 50)
    seller, trader, hkd = both.at("consignee"), both.at("trader"), money(both)
    had = both.state.holding(hkd, seller).balance
    both.done("consignee", Approve(both.at("shipper"), position))
    events = both.done("trader", buy(offer(both, position)))
    assert events[0] == ev.PositionTransfer(seller, trader, position)
    sold = events[1]
    assert isinstance(sold, ev.PositionSold)
    assert (sold.seller, sold.buyer, sold.from_) == (seller, trader, hkd)
    assert both.state.holding(hkd, seller).balance == had + 400
    assert position not in both.state.position_approvals
    # What is unclaimed goes with it.
    assert unclaimed(both, position) == 50
    both.refused("trader", buy(offer(both, position, seller=seller)), "TransferFromIncorrectOwner")


def test_a_position_is_bought_as_it_was_offered(both: Both) -> None:
    position = lent(both, "consignee", 10)
    paid(both, 50)
    trader = both.number("trader")
    changed = offer(both, position)
    taken(both, position)
    both.refused("trader", buy(changed), "NotAsOffered", position, 10, 50)
    whole = offer(both, position)
    split(both, "consignee", position, 1)
    both.refused("trader", buy(whole), "NotAsOffered", position, 9, 45)
    now = offer(both, position)
    both.refused("shipper", buy(now), "NotTheBuyer", both.number("shipper"))
    both.refused("stranger", buy(now), "MayNotAct", both.at("stranger"))
    both.refused("carrier desk", buy(now), "LacksRole", both.at("carrier desk"), TERMS)
    both.refused("trader", buy(now, by=both.at("shipper")), "NotSignedBy", now.seller)
    both.refused("trader", Buy(now, now.money, Signature(now.seller, empty=True)), "NotSignedBy", now.seller)
    both.refused("trader", buy(replace(now, seller=both.at("stranger"))), "LacksRole", both.at("stranger"), TERMS)
    both.refused("trader", buy(replace(now, position=position + 9)), "TokenDoesNotExist")
    both.refused("trader", buy(replace(now, deadline=both.now)), "SignatureExpired", both.now)
    both.refused("trader", buy(replace(now, money=both.at("stranger"))), "")
    both.done("trader", buy(replace(now, deadline=both.now + 1)))
    assert both.number("trader") == trader


def test_an_offer_is_withdrawn_by_its_digest(both: Both) -> None:
    position = lent(both, "consignee", 10)
    paid(both, 0)
    offered = offer(both, position)
    both.done("consignee", Cancel(DigestOf(offered)))  # type: ignore[arg-type]
    both.refused("trader", buy(offered), "SignatureCancelled")


def test_a_buyer_that_allowed_too_little_gets_nothing(both: Both) -> None:
    position = lent(both, "consignee", 10)
    paid(both, 0)
    hkd = money(both)
    both.done("trader", Allow(hkd, both.world.contracts["Positions"], 399))
    both.refused("trader", buy(offer(both, position)), "ERC20InsufficientAllowance")
    assert both.state.positions[position].owner == both.at("consignee")


def test_what_lent_and_does_not_tell_what_came_in_is_not_sold(both: Both) -> None:
    """The room is asked: a room of the suite that lends, and no other, is known to answer."""
    position = both.state.account(both.at("honest room")).number << 56 | 1
    with pytest.raises(Exception, match=r"^\(\)$"):
        rules.unclaimed(both.state, position)
    assert rules.known_claim(both.state, position) is None


# ------------------------------------------------------------------------------------------------------ moving, ERC-721


def test_a_position_is_moved_by_its_owner_or_whoever_it_approved(both: Both) -> None:
    position = lent(both, "consignee", 10)
    owner, trader, shipper = (both.at(each) for each in ("consignee", "trader", "shipper"))
    both.refused("shipper", TransferFrom(owner, shipper, position), "NotOwnerNorApproved")
    both.refused("trader", TransferFrom(trader, shipper, position), "TransferFromIncorrectOwner")
    both.refused("trader", TransferFrom(NOBODY, shipper, position), "TransferFromIncorrectOwner")
    both.refused("consignee", TransferFrom(owner, trader, position + 1), "TokenDoesNotExist")
    both.refused("consignee", TransferFrom(owner, NOBODY, position), "MayNotReceive", NOBODY)
    both.refused("consignee", TransferFrom(owner, lender(both), position), "MayNotReceive", lender(both))
    assert both.done("consignee", TransferFrom(owner, trader, position)) == [
        ev.PositionTransfer(owner, trader, position)
    ]
    assert both.done("trader", Approve(shipper, position)) == [ev.PositionApproval(trader, shipper, position)]
    both.done("shipper", TransferFrom(trader, shipper, position))
    both.answers("Positions", "getApproved", (position,), NOBODY)
    assert both.done("shipper", SetApprovalForAll(trader, True)) == [ev.PositionApprovalForAll(shipper, trader, True)]
    both.done("trader", Approve(owner, position))
    both.done("trader", TransferFrom(shipper, owner, position))
    both.refused("trader", Approve(trader, position), "NotOwnerNorApproved")
    both.refused("consignee", Approve(trader, position + 1), "TokenDoesNotExist")
    both.done("consignee", Approve(trader, position))
    both.done("consignee", Approve(NOBODY, position))
    both.refused("trader", TransferFrom(owner, trader, position), "NotOwnerNorApproved")
    both.done("shipper", SetApprovalForAll(trader, False))


def test_a_contract_that_takes_no_tokens_is_given_none_by_the_safe_way(both: Both) -> None:
    position, vault = lent(both, "trader", 10), both.at("trader vault")
    trader = both.at("trader")
    error = "TransferToNonERC721ReceiverImplementer"
    both.refused("trader", SafeTransferFrom(trader, vault, position), error)
    both.refused("trader", SafeTransferFromWithData(trader, vault, position, b"x"), error)
    both.done("trader", SafeTransferFrom(trader, both.at("bank wallet"), position))
    other = lent(both, "trader", 10)
    both.done("trader", SafeTransferFromWithData(trader, both.at("shipper"), other, b"x"))
    both.done("trader", TransferFrom(trader, vault, lent(both, "trader", 10)))


def test_p12_who_is_suspended_gives_nothing_away(both: Both) -> None:
    position = lent(both, "consignee", 10)
    owner, trader = both.at("consignee"), both.at("trader")
    both.done("consignee", Approve(trader, position))
    both.done(ADMIN, Suspend(both.number("consignee"), b"order"))
    both.refused("consignee", TransferFrom(owner, trader, position), "MayNotAct", owner)
    both.refused("trader", TransferFrom(owner, trader, position), "MayNotAct", owner)
    both.refused("trader", buy(offer(both, position)), "MayNotAct", owner)
    both.refused("stranger", Recover(position), "NoSuccessor", owner)


def test_a_position_of_a_lost_account_goes_to_its_successor(both: Both) -> None:
    lost, successor = both.at("consignee stock"), both.at("consignee")
    position = lent(both, "consignee stock", 10)
    both.refused("stranger", Recover(position), "NoSuccessor", lost)
    both.refused("stranger", Recover(position + 1), "TokenDoesNotExist")
    both.done("consignee", RemoveAccount(lost, successor))
    # Whoever has the lost key gives nothing away, and the successor is given what it has already.
    both.refused("consignee stock", TransferFrom(lost, both.at("trader"), position), "MayNotAct", lost)
    both.done(ADMIN, CloseTo(("NL",)))
    assert both.done("stranger", Recover(position)) == [
        ev.PositionTransfer(lost, successor, position),
        ev.PositionRecovered(position, lost, successor),
    ]
    both.refused("stranger", Recover(position), "NoSuccessor", successor)


def test_whoever_has_a_lost_key_may_give_a_position_to_its_successor(both: Both) -> None:
    lost, successor = both.at("consignee stock"), both.at("consignee")
    position = lent(both, "consignee stock", 10)
    both.done("consignee", RemoveAccount(lost, successor))
    both.done(ADMIN, Suspend(both.number("consignee"), b"order"))
    assert both.done("consignee stock", TransferFrom(lost, successor, position)) == [
        ev.PositionTransfer(lost, successor, position)
    ]


def test_an_offer_counts_once_wherever_its_position_went_since(both: Both) -> None:
    position = lent(both, "consignee", 10)
    paid(both, 0)
    offered = offer(both, position)
    _, sold, *_ = both.done("trader", buy(offered))
    both.done("trader", TransferFrom(both.at("trader"), both.at("consignee"), position))
    both.refused("trader", buy(offered), "AlreadyUsed", sold.offer)  # type: ignore[attr-defined]


@pytest.mark.slow
def test_a_position_is_split_so_often_that_its_claim_can_be_worked_out(both: Both) -> None:
    position = lent(both, "bank", 1_000)
    paid(both, 10_000)
    part = 0
    for _ in range(MOST_STEPS - 1):
        part = split(both, "bank", position, 2)
    assert both.state.positions[part].steps == MOST_STEPS
    for each in (position, part):
        both.refused("bank", Split(each, 1), "TooManySplits", each)
    first = position + 1
    assert both.state.positions[first].steps == 2
    split(both, "bank", first, 1)
    assert unclaimed(both, part) == 20


def test_no_ether_goes_with_a_position(both: Both) -> None:
    position, owner = lent(both, "bank", 10), both.at("bank")
    for verb in (
        TransferFrom(owner, both.at("trader"), position),
        SafeTransferFrom(owner, both.at("trader"), position),
        Approve(both.at("trader"), position),
    ):
        outcome = both.executor.run(Act(1, Call(owner, verb, 1)))
        assert outcome == Refused("NoEther")


# ------------------------------------------------------------------------------------------------- log, words, property


def rebuilt(both: Both) -> Any:
    """The state that the log gives so far."""
    state = both.world.suite.state()
    state.addresses, state.authority = both.state.addresses, both.state.authority
    for timestamp, events in both.executor.log:
        assert replay(state, events, timestamp) == []
    return state


def test_of_a_room_that_the_suite_does_not_know_a_log_is_believed_what_was_had(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    position = lent(both, "bank", 10)
    part = position + 1
    log = [ev.PositionTransfer(NOBODY, both.at("bank"), part), ev.Split(position, part, 4, 77)]
    (wrong,) = replay(rebuilt(both), log, both.now)
    assert "had is 77, should be 0" in wrong.why
    monkeypatch.delitem(LENDS, LENDER.contract)
    state = rebuilt(both)
    assert replay(state, log, both.now) == []
    assert (state.positions[part].had, state.positions[position].had) == (77, 0)
    assert rules.known_claim(state, part) is None


def test_a_room_that_the_suite_does_not_know_pays_a_position_once(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    # What it paid no log tells: nothing of it is to be rebuilt.
    mark = both.executor.mark()
    monkeypatch.delitem(LENDS, LENDER.contract)
    position = lent(both, "bank", 10)
    both.done("stranger", runs(both, Take(position, 50, 10)))
    assert both.state.positions[position].had == 50
    part = split(both, "bank", position, 4)
    assert (both.state.positions[part].had, both.state.positions[position].had) == (20, 30)
    both.done("stranger", runs(both, Take(part, 60, 10)))
    assert both.state.positions[part].had == 24
    both.executor.back(mark)


def test_of_a_loan_of_which_nothing_was_told_nobody_knows_what_is_owed(both: Both) -> None:
    position = lent(both, "bank", 10)
    assert rules.known_claim(both.state, position) is None
    paid(both, 30)
    assert rules.known_claim(both.state, position) == unclaimed(both, position) == 30
    # What somebody invented has no share of what is left over, and as much of it as there is: contract and model agree.
    unclaimed(both, position + 7)


def test_whoever_has_positions_has_so_many(both: Both) -> None:
    bank, trader = both.at("bank"), both.at("trader")
    position, _ = lent(both, "bank", 10), lent(both, "bank", 5)
    both.done("bank", TransferFrom(bank, trader, position))
    for owner, count_ in ((bank, 1), (trader, 1), (both.at("line"), 0)):
        both.answers("Positions", "balanceOf", (owner,), count_)
        assert both.state.position_balances.get(owner, 0) == count_


def test_t4_a_position_that_goes_to_its_owner_again_is_given_as_any_other(both: Both) -> None:
    position, bank = lent(both, "bank", 10), both.at("bank")
    both.done("bank", TransferFrom(bank, bank, position))
    both.done(ADMIN, CloseTo(("HK",)))
    both.refused("bank", TransferFrom(bank, bank, position), "NotOpenTo", bank, "HK")


def test_t4_a_country_of_which_nobody_spoke_is_closed(both: Both) -> None:
    abroad, lei = both.at("spare 1"), ids.pack_lei("SAMPANFUZZABROAD0091")
    enrolment = Enrolment(lei, lei, "SG", TERMS, bytes([1] * 32), abroad, Receiving.ANYONE, DEADLINE)
    both.done(ADMIN, Enrol(enrolment, Signature(abroad)))
    both.refused("stranger", runs(both, Mint(LOAN, abroad, 1)), "NotOpenTo", abroad, "SG")


STRANGE = {
    "a loan that no room gave": lambda at, own: [
        ev.PositionTransfer(NOBODY, at("shipper"), 1),
        ev.Lent(1, at("shipper"), 5),
    ],
    "a position given to nobody": lambda at, own: [ev.PositionTransfer(at("bank"), at("stranger"), own)],
    "a position of somebody else": lambda at, own: [ev.PositionTransfer(at("shipper"), at("line"), own)],
    "an account that is not lost": lambda at, own: [
        ev.PositionTransfer(at("bank"), at("shipper"), own),
        ev.PositionRecovered(own, at("bank"), at("shipper")),
    ],
    "a sale by another": lambda at, own: [
        ev.PositionTransfer(at("shipper"), at("trader"), own),
        ev.PositionSold(own, at("shipper"), at("trader"), NOBODY, bytes(32)),
    ],
    "a sale to whoever may not buy": lambda at, own: [
        ev.PositionTransfer(at("bank"), at("carrier desk"), own),
        ev.PositionSold(own, at("bank"), at("carrier desk"), NOBODY, bytes(32)),
    ],
    "shares alone": lambda at, own: [ev.Lent(own, at("bank"), 5)],
    "a part alone": lambda at, own: [ev.Split(own, own + 1, 5, 0)],
    "more shares than there are": lambda at, own: [
        ev.PositionTransfer(NOBODY, at("bank"), own + 1),
        ev.Split(own, own + 1, 10, 0),
    ],
    "an approval by another": lambda at, own: [ev.PositionApproval(at("shipper"), at("bank"), own)],
}


@pytest.mark.parametrize("what", STRANGE)
def test_p10_a_log_that_could_not_be_is_found(both: Both, what: str) -> None:
    own = lent(both, "bank", 10)
    assert replay(rebuilt(both), STRANGE[what](both.at, own), both.now)


def test_cuts_share_their_words_two_and_two() -> None:
    assert cut_words(()) == []
    assert cut_words((5, 7, 9)) == [5 | 7 << 120, 9]


def test_p6_is_broken_where_shares_are_made_or_lost_or_too_much_was_had(both: Both) -> None:
    position = lent(both, "bank", 10)
    paid(both, 50)
    state, bank = both.state, both.at("bank")
    for known, told in (
        (Position(position, bank, 11), "10 shares were lent"),
        (Position(position, bank, 10, 51), "has had more"),
        (Position(position, bank, 1 << 120), "out of range"),
        (Position(position, lender(both), 10), "was given to"),
    ):
        outer = state.begin()
        state.put(state.positions, position, known)
        state.keep(outer)
        broken = properties.broken(state, [], {})
        assert broken is not None
        assert told in broken[1]
        state.undo((None, outer[1]))
        state.positions[position] = Position(position, bank, 10, steps=1)


A, B = "0x" + "a" * 40, "0x" + "b" * 40
NAMES = tell.Names(
    {tell.checksum(A): "A", tell.checksum(B): "B"}, whole=True, money={B: ("HKD", 2)}, lent={21 << 56 | 8 << 32: B}
)


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (ev.PositionTransfer(NOBODY, A, 21 << 56 | 7 << 32 | 1), "position 21/7/1 is A's"),
        (ev.PositionTransfer(A, B, 21 << 56 | 7 << 32 | 1), "position 21/7/1 went from A to B"),
        (ev.Lent(21 << 56 | 7 << 32 | 1, A, 5), "A lent 5 shares: position 21/7/1"),
        (ev.Lent(21 << 56 | 8 << 32 | 1, A, 500), "A lent 500 shares (HKD 5.00 as committed): position 21/8/1"),
        (
            ev.Split(21 << 56 | 7 << 32 | 1, 21 << 56 | 7 << 32 | 2, 5, 0),
            "5 shares of position 21/7/1 are position 21/7/2",
        ),
        (ev.PositionApproval(A, NOBODY, 1 << 32 | 1), "A lets nobody else move position 0/1/1"),
        (ev.PositionApproval(A, B, 1 << 32 | 1), "A lets B move position 0/1/1"),
        (ev.PositionApprovalForAll(A, B, False), "A lets B move all its positions no more"),
    ],
)
def test_what_befalls_a_position_is_told_by_its_name(event: Any, text: str) -> None:
    assert tell.sentence(WITH_LENDER.facts[type(event)], event, NAMES) == text


@pytest.mark.parametrize("name", ["21/7/1", "0/0/1", "1048575/16777215/4294967295"])
def test_a_position_is_named_by_room_loan_and_number(name: str) -> None:
    number = ids.position_of(name)
    assert ids.position_name(number) == name
    assert ids.position_of(str(number)) == number


@pytest.mark.parametrize("name", ["", "x", "1/2", "1/2/3/4", "-1", "1/16777216/1", "1/1/4294967296", "1048576/1/1"])
def test_what_names_no_position_is_said(name: str) -> None:
    with pytest.raises(ValueError, match="position"):
        ids.position_of(name)


# ------------------------------------------------------------------------------------------------------------ at random

MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.integers(0, 5_000)),
        st.tuples(st.just("split"), st.integers(0, 30), st.integers(0, 10**6)),
        st.tuples(st.just("take"), st.integers(0, 30)),
    ),
    max_size=14,
)


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shares=st.lists(st.integers(1, 1_000), min_size=1, max_size=5), moves=MOVES)
def test_p6_whatever_is_split_and_claimed_all_goes_out_and_each_has_its_part(
    both: Both, shares: list[int], moves: list[Any]
) -> None:
    mark = both.executor.mark()
    try:
        own = [lent(both, "bank", each) for each in shares]
        came_in, had = 0, dict.fromkeys(own, 0)
        paid(both, 0)
        for act, *said in moves:
            if act == "pay":
                came_in += said[0]
                paid(both, came_in)
                continue
            position = own[said[0] % len(own)]
            if act == "take":
                had[position] += taken(both, position)
                continue
            known = both.state.positions[position]
            if known.shares > 1:
                part = split(both, "bank", position, 1 + said[1] % (known.shares - 1))
                own.append(part)
                had[part] = both.state.positions[part].had
                had[position] -= had[part]
        claims = {each: had[each] + unclaimed(both, each) for each in own}
        assert sum(claims.values()) == came_in
        for position, claim in claims.items():
            fair = Fraction(came_in * both.state.positions[position].shares, sum(shares))
            # Each cut rounds once; never by more than the cuts that there were.
            assert abs(claim - fair) < len(own)
    finally:
        both.executor.back(mark)
