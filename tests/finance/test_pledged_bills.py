"""What becomes of a pledged bill: sold where it lies, amended, out on trust, enforced (D5, N6, T24, T25, T29)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from support.cargo import Clause, Said
from support.contract import Refused, refused
from support.finance import ENDLESS, SILENCE, Finance
from support.money import Sales, SaleTerms
from support.trade import DAY, HOUR, MOVE, TERMS, Endorsement, Kind, Party, Status, SurrenderFor, lei
from support.verbs import room

from sampan.keccak import keccak

PRICE = 125_000


def _instruct(finance: Finance, sales: Sales, terms: SaleTerms, by: Any = None, least: int = 0) -> Any:
    by = by or finance.borrower
    return finance.book.instruct(by, terms.bills[0], sales.room, sales.room.hashOf(terms), least)


def _pay(finance: Finance, sales: Sales, terms: SaleTerms, money: Any = None, by: Any = None) -> Any:
    return sales.room.pay(by or finance.world.consignee, terms, money or finance.banks.hkd)


def _late_sale(finance: Finance, sales: Sales, bill: int, **changes: Any) -> SaleTerms:
    """By the agent: nothing is left for a payee, since the book takes the whole offer."""
    return finance.sold(sales, bill, **{"seller": finance.agent.participant, "payee": finance.agent, **changes})


# --------------------------------------------------------------------------------------------------- sold where it lies


@pytest.mark.parametrize("bank", ["the same bank", "another bank"])
def test_t29_a_pledged_bill_is_sold_where_it_lies_the_loan_is_repaid_and_the_seller_has_the_rest(
    finance: Finance, sales: Sales, bank: str
) -> None:
    world = finance.world
    facility, bill, prints = finance.drawn(73_000, rate=10**6)
    world.ledger.later(days=10)
    terms = finance.sold(sales, bill)
    event = _instruct(finance, sales, terms).event("Instructed")
    assert (event.facility, event.bill, event.room, event.deal, event.least, event.by) == (
        facility,
        bill,
        sales.room.address,
        sales.room.hashOf(terms),
        0,
        finance.borrower.address,
    )
    had = finance.money_of(world.shipper)
    money = finance.banks.hkd if bank == "the same bank" else finance.banks.other_hkd
    event = _pay(finance, sales, terms, money).event("PledgeSold")
    assert (event.facility, event.bill, event.amount, event.surplus, event.principal, event.interest) == (
        facility,
        bill,
        73_200,
        0,
        0,
        0,
    )
    assert (event.room, event.to) == (sales.room.address, world.consignee.address)
    assert finance.has(bill, world.consignee)
    assert world.ledger.bill(bill).titleholder == world.consignee.participant
    assert finance.money_of(world.shipper) == had + PRICE - 73_200
    assert finance.money_of(sales.room) == 0
    assert finance.owed(facility) == (0, 0)
    assert finance.balanced()
    # Its cargo is free when anybody shows that it is over.
    assert not finance.is_free(*prints)
    assert finance.book.pledgeOf(bill) == (0, 0, 0, 0, False, 0)
    event = finance.book.forget(world.stranger, bill, prints).event("Forgotten")
    assert (event.facility, event.bill, event.by) == (facility, bill, world.stranger.address)
    assert finance.is_free(*prints)
    with refused("NothingLeft", bill):
        finance.book.forget(world.stranger, bill, prints)


def test_a_sale_pays_what_the_other_bills_do_not_cover(finance: Finance, sales: Sales) -> None:
    facility = finance.opened()
    other, _ = finance.pledged(facility, value=100_000)
    bill, _ = finance.pledged(facility, value=100_000)
    finance.book.draw(finance.borrower, facility, 100_000, bill, [])
    terms = finance.sold(sales, bill)
    _instruct(finance, sales, terms)
    assert finance.book.price(bill, PRICE) == (finance.banks.hkd.address, 20_000)
    assert _pay(finance, sales, terms).event("PledgeSold").amount == 20_000
    assert finance.owed(facility) == (80_000, 0)
    assert finance.covered(facility) == 80_000
    # The other alone covers nothing that is drawn anew.
    with refused("NotCovered", 80_001, 80_000):
        finance.book.draw(finance.borrower, facility, 1, other, [])


def test_a_bill_that_the_debt_needs_not_leaves_for_nothing_and_what_is_owed_stays_owed_to_the_fraction(
    finance: Finance, sales: Sales
) -> None:
    facility = finance.opened(rate=10**6)
    finance.pledged(facility, value=100_000, amount=1_000)
    bill, _ = finance.pledged(facility, value=100_000)
    finance.world.ledger.later(days=1)
    # 100 / 365 of a unit: no payment, so nothing is rounded.
    assert finance.owed(facility) == (1_000, 0)
    terms = finance.sold(sales, bill)
    _instruct(finance, sales, terms)
    had = finance.money_of(finance.borrower)
    assert _pay(finance, sales, terms).event("PledgeSold").amount == 0
    assert finance.money_of(finance.borrower) == had + PRICE
    finance.world.ledger.later(days=1)
    assert finance.owed(facility) == (1_000, 1)


def test_several_bills_are_sold_in_one_sale_and_each_pays_its_part(finance: Finance, sales: Sales) -> None:
    facility = finance.opened()
    bills = sorted(finance.pledged(facility, value=100_000)[0] for _ in range(3))
    finance.book.draw(finance.borrower, facility, 110_000, bills[0], [])
    terms = finance.sold(sales, *bills)
    for bill in bills:
        finance.book.instruct(finance.borrower, bill, sales.room, sales.room.hashOf(terms), 0)
    done = _pay(finance, sales, terms)
    assert [event.amount for event in done.named("PledgeSold")] == [0, 30_000, 80_000]
    assert finance.owed(facility) == (0, 0)


def test_a_price_that_is_too_low_sells_nothing(finance: Finance, sales: Sales) -> None:
    facility, bill, _ = finance.drawn(200_000)
    terms = finance.sold(sales, bill)
    _instruct(finance, sales, terms)
    with refused("OfferTooLow", bill, 200_000):
        _pay(finance, sales, terms)
    with refused("OfferTooLow", bill, 200_000):
        finance.book.price(bill, 199_999)
    finance.book.repay(finance.world.forwarder, facility, 75_000, finance.banks.hkd, [])
    _pay(finance, sales, terms)


def test_only_the_room_and_the_deal_that_were_named_take_the_bill(finance: Finance, sales: Sales) -> None:
    world = finance.world
    _, bill, _ = finance.drawn(1_000)
    terms = finance.sold(sales, bill)
    with refused("NotInstructed", bill):
        _pay(finance, sales, terms)
    _instruct(finance, sales, terms)
    cheaper = terms._replace(price=1_000)
    with refused("NotInstructed", bill):
        _pay(finance, sales, cheaper)
    with refused("NotInstructed", bill):
        finance.book.release(world.consignee, bill, PRICE, world.consignee, Endorsement.BLANK, sales.room.hashOf(terms))
    # The last word of the borrower counts.
    _instruct(finance, sales, cheaper)
    with refused("NotInstructed", bill):
        _pay(finance, sales, terms)
    _pay(finance, sales, cheaper)


def test_who_instructs_is_the_borrower_with_powers_and_the_bill_is_in_the_book(finance: Finance, sales: Sales) -> None:
    world = finance.world
    _, bill, _ = finance.drawn(1_000)
    terms = finance.sold(sales, bill)
    clerk = world.add_account(world.shipper, world.extra["spare"][7], MOVE)
    for party, error in (
        (finance.agent, ("NotAParty", finance.agent.address)),
        (world.consignee, ("NotAParty", world.consignee.address)),
        (world.stranger, ("MayNotAct", world.stranger.address)),
        (clerk, ("LacksRole", clerk.address, MOVE | TERMS)),
    ):
        with refused(*error):
            _instruct(finance, sales, terms, party)
    other = world.blank()
    with refused("NotUnderThisDeal", other):
        _instruct(finance, sales, finance.sold(sales, other))


def test_an_instruction_ends_when_the_bill_leaves(finance: Finance, sales: Sales) -> None:
    """Pledged anew it is named anew."""
    facility = finance.opened()
    bill, prints = finance.pledged(facility)
    terms = finance.sold(sales, bill)
    _instruct(finance, sales, terms)
    finance.book.discharge(finance.borrower, facility, [(bill, prints)])
    finance.pledged(facility, bill, prints=prints)
    with refused("NotInstructed", bill):
        _pay(finance, sales, terms)


def test_whoever_was_named_may_pay_and_take_by_itself(finance: Finance) -> None:
    """Any account may be named; it pays what is asked, or gets nothing."""
    world = finance.world
    facility, bill, _ = finance.drawn(50_000)
    deal = keccak(b"deal")
    finance.book.instruct(finance.borrower, bill, world.forwarder, deal, 0)
    take = (bill, 60_000, world.forwarder, Endorsement.TO_ORDER, deal)
    finance.banks.hkd.approve(world.forwarder, finance.book, 0)
    with pytest.raises(Refused, match="ERC20InsufficientAllowance"):
        finance.book.release(world.forwarder, *take)
    finance.banks.hkd.approve(world.forwarder, finance.book, 50_000)
    finance.book.release(world.forwarder, *take)
    assert finance.has(bill, world.forwarder)
    assert finance.owed(facility) == (0, 0)
    assert finance.balanced()


def test_a_bill_that_was_bought_is_pledged_by_its_buyer_when_its_cargo_is_free(finance: Finance, sales: Sales) -> None:
    """Else what secures the old debt could be lost sight of behind the new one."""
    world = finance.world
    facility, bill, prints = finance.drawn(1_000)
    terms = finance.sold(sales, bill, endorsement=Endorsement.BLANK)
    _instruct(finance, sales, terms)
    _pay(finance, sales, terms)
    buyers = finance.opened(
        borrower=world.consignee.participant, borrower_account=world.consignee, salt=keccak(b"buyer's")
    )
    for shown in (prints, finance.prints()):
        with refused("StillRegistered", bill):
            finance.lodge(bill, finance.accepted(bill, buyers, prints=shown), world.consignee)
    finance.book.forget(world.stranger, bill, prints)
    finance.lodge(bill, finance.accepted(bill, buyers, prints=prints, amount=10), world.consignee)
    assert finance.registrations.debtOf(prints[0]) == (finance.book.address, buyers | 1 << 24)
    assert facility != buyers


# ------------------------------------------------------------------------------------------------------------- default


def test_t25_in_default_the_agent_sells_for_no_less_than_it_says_and_the_surplus_is_the_borrowers(
    finance: Finance, sales: Sales
) -> None:
    world = finance.world
    facility, bill, _ = finance.drawn(73_000, rate=10**6)
    finance.in_default(facility)
    owed = sum(finance.owed(facility))
    terms = _late_sale(finance, sales, bill)
    event = _instruct(finance, sales, terms, finance.agent, 100_000).event("Instructed")
    assert (event.least, event.by) == (100_000, finance.agent.address)
    assert finance.book.price(bill, PRICE) == (finance.banks.hkd.address, PRICE)
    had = finance.money_of(finance.agent)
    event = _pay(finance, sales, terms).event("PledgeSold")
    assert (event.amount, event.surplus, event.principal, event.interest) == (owed, PRICE - owed, 0, 0)
    assert finance.money_of(finance.agent) == had
    assert finance.book.loan(facility).surplus == PRICE - owed
    for party in (finance.agent, world.consignee, world.bank):
        with refused("NotAParty", party.address):
            finance.book.takeSurplus(party, facility)
    had = finance.money_of(finance.borrower)
    event = finance.book.takeSurplus(finance.borrower, facility).event("SurplusTaken")
    assert (event.facility, event.amount, event.to) == (facility, PRICE - owed, finance.borrower.address)
    assert finance.money_of(finance.borrower) == had + PRICE - owed
    with refused("NoSurplus", facility):
        finance.book.takeSurplus(finance.borrower, facility)
    assert finance.balanced()


def test_x21_what_a_sale_in_default_does_not_cover_stays_owed(finance: Finance, sales: Sales) -> None:
    facility, bill, _ = finance.drawn(500_000)
    finance.in_default(facility)
    owed = sum(finance.owed(facility))
    terms = _late_sale(finance, sales, bill)
    _instruct(finance, sales, terms, finance.agent, PRICE)
    event = _pay(finance, sales, terms).event("PledgeSold")
    assert (event.amount, event.surplus) == (PRICE, 0)
    assert sum(finance.owed(facility)) == owed - PRICE
    assert finance.covered(facility) == 0
    assert finance.balanced()


def test_an_offer_below_the_agents_least_sells_nothing(finance: Finance, sales: Sales) -> None:
    facility, bill, _ = finance.drawn(500_000)
    finance.in_default(facility)
    terms = _late_sale(finance, sales, bill)
    _instruct(finance, sales, terms, finance.agent, PRICE + 1)
    with refused("OfferTooLow", bill, PRICE + 1):
        _pay(finance, sales, terms)
    with refused("TermsUnfit", "least"):
        _instruct(finance, sales, terms, finance.agent, 2**120)


def test_what_the_borrower_named_before_default_is_void_in_it_and_the_agents_word_after_it(
    finance: Finance, sales: Sales
) -> None:
    """A price to a friend is not paid with the lenders' security."""
    facility, bill, _ = finance.drawn(100_000)
    terms = finance.sold(sales, bill)
    _instruct(finance, sales, terms)
    finance.in_default(facility)
    terms = terms._replace(deadline=terms.deadline)
    with pytest.raises(Refused, match="PaidTooLate"):
        _pay(finance, sales, terms)
    finance.world.onchain.at(terms.deadline)
    finance.book.price(bill, PRICE)
    long = finance.sold(sales, bill, deadline=finance.book.loan(facility).maturity + 60 * DAY)
    _instruct(finance, sales, long)
    finance.in_default(facility)
    with refused("NotInstructed", bill):
        _pay(finance, sales, long)
    with refused("NotAParty", finance.borrower.address):
        _instruct(finance, sales, long)
    agents = _late_sale(finance, sales, bill)
    _instruct(finance, sales, agents, finance.agent, 1)
    finance.book.repay(finance.borrower, facility, 10**6, finance.banks.hkd, [])
    with refused("NotInstructed", bill):
        _pay(finance, sales, agents)
    with refused("NotAParty", finance.agent.address):
        _instruct(finance, sales, agents, finance.agent)


@pytest.mark.parametrize("whose", ["itself", "its daughter", "its new mother's"])
def test_t25_nobody_of_the_agents_group_takes_the_bill_in_default(finance: Finance, sales: Sales, whose: str) -> None:
    world = finance.world
    facility, bill, _ = finance.drawn(100_000)
    friend = finance.agent
    if whose != "itself":
        friend = Party("spare 31", lei_=lei("SAMPANTEST0AFRIEND"), country="HK", roles=MOVE | TERMS)
        parent = finance.agent.lei if whose == "its daughter" else lei("SAMPANTEST00MOTHER")
        world.enrol(friend, parent=parent)
        if whose != "its daughter":
            world.ledger.setProfile(world.enroller, finance.agent.participant, parent, MOVE | TERMS)
    finance.banks.paid_in(friend, 10**6)
    finance.banks.hkd.approve(friend, sales.room, 10**6)
    finance.in_default(facility)
    terms = _late_sale(finance, sales, bill, buyer=friend.participant)
    _instruct(finance, sales, terms, finance.agent, 1)
    with refused("SelfDealing", friend.participant):
        _pay(finance, sales, terms, by=friend)
    assert finance.has(bill, finance.book)


def test_before_default_the_borrower_may_sell_to_the_agent(finance: Finance, sales: Sales) -> None:
    _, bill, _ = finance.drawn(100_000)
    finance.banks.paid_in(finance.agent, 10**6)
    finance.banks.hkd.approve(finance.agent, sales.room, 10**6)
    terms = finance.sold(sales, bill, buyer=finance.agent.participant)
    _instruct(finance, sales, terms)
    _pay(finance, sales, terms, by=finance.agent)
    assert finance.has(bill, finance.agent)


def test_n20_after_thirty_days_of_silence_anybody_begins_the_sale_at_the_reserve(
    finance: Finance, sales: Sales
) -> None:
    """P14: an agent that is gone shuts nobody in."""
    world = finance.world
    facility, bill, _ = finance.drawn(500_000)
    finance.in_default(facility, SILENCE - HOUR)
    world.suspend(finance.agent)
    terms = _late_sale(finance, sales, bill, price=700_000, payee=world.forwarder)
    finance.in_default(facility, SILENCE - 1)
    with refused("MayNotAct", world.stranger.address):
        _instruct(finance, sales, terms, world.stranger, 700_000)
    finance.in_default(facility, SILENCE)
    with refused("LeastTooLow", bill, 700_000):
        _instruct(finance, sales, terms, world.stranger, 699_999)
    _instruct(finance, sales, terms, world.stranger, 700_000)
    owed = sum(finance.owed(facility))
    low = terms._replace(price=699_999)
    _instruct(finance, sales, low, world.stranger, 700_000)
    with refused("OfferTooLow", bill, 700_000):
        _pay(finance, sales, low)
    _instruct(finance, sales, terms, world.stranger, 700_000)
    event = _pay(finance, sales, terms).event("PledgeSold")
    assert (event.amount, event.surplus) == (owed, 700_000 - owed)


def test_n20_thirty_days_run_from_the_agents_last_word(finance: Finance, sales: Sales) -> None:
    world = finance.world
    facility, bill, _ = finance.drawn(500_000)
    other, _ = finance.pledged(facility, value=10)
    finance.in_default(facility, 20 * DAY)
    terms = _late_sale(finance, sales, bill)
    named = _instruct(finance, sales, terms, finance.agent, 900_000).timestamp
    world.onchain.at(named + SILENCE)
    with refused("MayNotAct", world.stranger.address):
        _instruct(finance, sales, terms, world.stranger, 900_000)
    # On any bill of the facility.
    world.onchain.at(named + SILENCE)
    with refused("MayNotAct", world.stranger.address):
        finance.book.instruct(world.stranger, other, sales.room, keccak(b"deal"), 7)
    world.onchain.at(named + SILENCE + 1)
    _instruct(finance, sales, terms, world.stranger, 700_000)
    # The agent is back: its word counts, and for thirty days alone.
    _instruct(finance, sales, terms, finance.agent, 800_000)
    with refused("MayNotAct", world.stranger.address):
        _instruct(finance, sales, terms, world.stranger, 900_000)


Act: TypeAlias = Callable[[Finance, int, int, list[int]], int]
"""Of the agent: facility, bill, its prints; then the bill that lies in the book."""


def _amended(finance: Finance, facility: int, bill: int, prints: list[int]) -> int:
    return finance.amended(bill, 1)[0]


def _allotted(finance: Finance, facility: int, bill: int, prints: list[int]) -> int:
    first, second = finance.amended(bill, 2)
    finance.world.ledger.later(days=40)
    finance.book.allot(finance.agent, first, [(second, 400_000, prints[:1])])
    return second


def _entrusted(finance: Finance, facility: int, bill: int, prints: list[int]) -> int:
    """Another bill stays."""
    other, _ = finance.pledged(facility, value=300_000)
    finance.world.ledger.later(days=40)
    finance.book.entrust(finance.agent, bill, finance.borrower, finance.now + DAY, b"to sort it")
    return other


def _surrendered(finance: Finance, facility: int, bill: int, prints: list[int]) -> int:
    """For its goods; another bill stays."""
    other, _ = finance.pledged(facility, value=300_000)
    finance.world.ledger.later(days=40)
    finance.book.surrender(finance.agent, bill, SurrenderFor.DELIVERY, finance.world.carrier, [])
    return other


def _filed(finance: Finance, facility: int, bill: int, prints: list[int]) -> int:
    filing = (b"CN", keccak(b"CRC"), keccak(b"1"), keccak(b"2"), finance.now, finance.now + DAY)
    finance.book.file(finance.agent, facility, filing)
    return bill


def _appointed(finance: Finance, facility: int, bill: int, prints: list[int]) -> int:
    """By the lenders: it has time to sell."""
    positions, banks = finance.positions_of(facility), finance.lenders
    finance.replace_agent(facility, finance.world.forwarder, dict(zip(positions, banks, strict=True)))
    return bill


OF_THE_AGENT = [_amended, _allotted, _entrusted, _surrendered, _filed, _appointed]


@pytest.mark.parametrize("act", OF_THE_AGENT, ids=lambda act: act.__name__)
def test_n20_whatever_is_the_agents_alone_to_do_ends_its_silence(finance: Finance, act: Act) -> None:
    """Else whoever comes first, the borrower too, has a bill at the reserve while the agent sells it for more."""
    room, deal = finance.world.forwarder, keccak(b"at the reserve")
    facility, bill, prints = _drawn(finance)
    finance.in_default(facility, SILENCE + DAY)
    finance.book.instruct(finance.borrower, bill, room, deal, 700_000)
    left = act(finance, facility, bill, prints)
    spoke = finance.book.loan(facility).heard
    assert finance.now - spoke <= 2
    finance.world.onchain.at(spoke + SILENCE)
    with refused("NotAParty", finance.borrower.address):
        finance.book.instruct(finance.borrower, left, room, deal, 10**6)
    finance.world.onchain.at(spoke + SILENCE + 1)
    finance.book.instruct(finance.borrower, left, room, deal, 10**6)


def _drawn(finance: Finance) -> tuple[int, int, list[int]]:
    """A third of what a bill on two boxes is worth."""
    facility, prints = finance.opened(), finance.prints(2)
    bill, _ = finance.pledged(facility, value=1_000_000, amount=300_000, prints=prints)
    return facility, bill, prints


def test_n20_an_acceptance_is_no_word_of_an_agent_that_may_have_signed_it_long_before(finance: Finance) -> None:
    """Else a borrower who has several keeps its lenders waiting for months."""
    facility, bill, _ = _drawn(finance)
    finance.in_default(facility, SILENCE)
    finance.pledged(facility, value=0)
    assert finance.book.loan(facility).heard == 0
    finance.book.instruct(finance.world.stranger, bill, finance.world.forwarder, keccak(b"deal"), 700_000)


def test_n20_what_anybody_named_in_silence_is_void_once_the_agent_acts_again(finance: Finance) -> None:
    """It has come back to sell for more; what it named itself before stands."""
    deal, buyer, other = keccak(b"at the reserve"), finance.world.consignee, finance.world.bank
    facility, bill, prints = _drawn(finance)
    more, _ = finance.pledged(facility, value=300_000)
    finance.in_default(facility)
    finance.book.instruct(finance.agent, more, other, deal, 0)
    finance.world.ledger.later(days=31)
    finance.book.instruct(finance.borrower, bill, buyer, deal, 700_000)
    for who in (buyer, other):
        finance.banks.paid_in(who, 10**6)
        finance.banks.hkd.approve(who, finance.book, ENDLESS)
    _filed(finance, facility, bill, prints)
    with refused("NotInstructed", bill):
        finance.book.release(buyer, bill, 700_000, buyer, Endorsement.NONE, deal)
    assert finance.book.release(other, more, 1, other, Endorsement.NONE, deal).event("PledgeSold").surplus == 0
    # In silence again, named again, it goes.
    finance.world.ledger.later(days=31)
    with refused("NotInstructed", bill):
        finance.book.release(buyer, bill, 700_000, buyer, Endorsement.NONE, deal)
    finance.book.instruct(finance.borrower, bill, buyer, deal, 700_000)
    finance.book.release(buyer, bill, 700_000, buyer, Endorsement.NONE, deal)
    assert finance.has(bill, buyer)


@pytest.mark.parametrize("act", [_amended, _filed, _appointed], ids=lambda act: act.__name__)
def test_n20_what_the_agent_did_before_default_is_no_word_in_it(finance: Finance, act: Act) -> None:
    facility, bill, prints = _drawn(finance)
    found = finance.book.loan(facility)
    finance.world.onchain.at(found.maturity + found.graceDays * DAY - HOUR)
    act(finance, facility, bill, prints)
    assert finance.book.loan(facility).heard == 0


def test_a_bill_without_a_value_has_no_reserve_and_is_nobodys_but_the_agents_to_sell(
    finance: Finance, sales: Sales
) -> None:
    """Its carrier refused it to the agent: else whoever came first would have it for nothing."""
    world = finance.world
    facility, bill, _ = finance.drawn(500_000)
    finance.in_default(facility)
    finance.book.surrender(finance.agent, bill, SurrenderFor.DELIVERY, world.carrier, [])
    world.ledger.refuse(world.carrier, bill, b"freight is unpaid")
    assert finance.book.pledgeOf(bill)[2] == 0
    finance.in_default(facility, SILENCE + DAY)
    terms = _late_sale(finance, sales, bill)
    with refused("NoValue", bill):
        _instruct(finance, sales, terms, world.stranger, 2**100)
    _instruct(finance, sales, terms, finance.agent, PRICE)
    _pay(finance, sales, terms)


# ----------------------------------------------------------------------------------------------------------- amendments


def test_n6_a_pledged_bill_is_amended_by_the_agent_and_stays_pledged(finance: Finance) -> None:
    world = finance.world
    facility, bill, prints = finance.drawn(100_000)
    replacement = finance.replacements(bill, 1)
    event = finance.book.surrender(finance.agent, bill, SurrenderFor.AMENDMENT, world.carrier, replacement)
    told = event.event("PledgeSurrendered")
    assert (told.facility, told.bill, told.purpose, told.value, told.by) == (
        facility,
        bill,
        SurrenderFor.AMENDMENT,
        1_000_000,
        finance.agent.address,
    )
    with refused("NotUnderThisDeal", bill):
        finance.book.draw(finance.borrower, facility, 1, bill, [])
    with pytest.raises(Refused, match="WrongStatus"):
        finance.book.repay(finance.borrower, facility, 10**7, finance.banks.hkd, [(bill, prints)])
    done = world.ledger.replace(world.carrier, [bill], replacement, b"")
    new = replacement[0].bill
    assert list(done.event("CarriedOn").replacements) == [new]
    assert finance.has(new, finance.book)
    assert world.ledger.holderFor(new) == finance.agent.participant
    assert finance.book.pledgeOf(new) == (facility, 1, 1_000_000, 1, True, 0)
    assert finance.covered(facility) == 800_000
    with refused("NotUnderThisDeal", bill):
        finance.book.discharge(finance.borrower, facility, [(bill, prints)])
    # X16: the prints are the debt's.
    finance.book.repay(finance.borrower, facility, 10**7, finance.banks.hkd, [(new, prints)])
    assert finance.has(new, finance.borrower)
    assert finance.is_free(*prints)


def test_n6_the_agent_alone_surrenders_and_what_comes_back_is_in_blank(finance: Finance) -> None:
    world = finance.world
    facility, bill, _ = finance.drawn(100_000)
    replacement = finance.replacements(bill, 1)
    clerk = world.add_account(finance.agent, world.extra["spare"][7], MOVE)
    for party, error in (
        (finance.borrower, ("NotAParty", finance.borrower.address)),
        (clerk, ("LacksRole", clerk.address, MOVE | TERMS)),
    ):
        with refused(*error):
            finance.book.surrender(party, bill, SurrenderFor.AMENDMENT, world.carrier, replacement)
    for kind in (Kind.ORDER, Kind.NAMED, Kind.STRAIGHT):
        wrong = [each._replace(kind=kind, titleholder=world.bank) for each in replacement]
        with refused("NotPledgeable", wrong[0].bill, kind):
            finance.book.surrender(finance.agent, bill, SurrenderFor.SWITCH, world.carrier, wrong)
    for purpose in (SurrenderFor.DELIVERY, SurrenderFor.PAPER):
        with refused("NotInDefault", facility):
            finance.book.surrender(finance.agent, bill, purpose, world.carrier, [])
    with pytest.raises(Refused, match="NotCarrier"):
        finance.book.surrender(finance.agent, bill, SurrenderFor.AMENDMENT, world.other_carrier, replacement)
    other = world.blank()
    with refused("NotUnderThisDeal", other):
        finance.book.surrender(finance.agent, other, SurrenderFor.AMENDMENT, world.carrier, replacement)


def test_n6_a_carrier_replaces_by_nothing_but_what_the_agent_agreed_to(finance: Finance) -> None:
    world = finance.world
    _, bill, _ = finance.drawn(100_000)
    replacement = finance.replacements(bill, 1)
    finance.book.surrender(finance.agent, bill, SurrenderFor.AMENDMENT, world.carrier, replacement)
    other = [replacement[0]._replace(root=keccak(b"fewer boxes"))]
    with pytest.raises(Refused, match="ReplacementsNotAgreed"):
        world.ledger.replace(world.carrier, [bill], other, b"")


def test_an_amendment_that_is_refused_or_called_back_leaves_the_pledge_as_it_was(finance: Finance) -> None:
    world = finance.world
    facility, bill, prints = finance.drawn(100_000)
    for answer in ("refused", "called back"):
        finance.book.surrender(
            finance.agent, bill, SurrenderFor.AMENDMENT, world.carrier, finance.replacements(bill, 2)
        )
        if answer == "refused":
            world.ledger.refuse(world.carrier, bill, b"no")
        else:
            world.ledger.later(days=31)
            world.ledger.recall(world.stranger, bill, b"")
        assert finance.book.pledgeOf(bill) == (facility, 1, 1_000_000, 1, True, 0)
    finance.book.repay(finance.borrower, facility, 10**7, finance.banks.hkd, [(bill, prints)])
    assert finance.has(bill, finance.borrower)


def test_of_three_replacements_none_leaves_alone_until_the_agent_said_what_each_has(
    finance: Finance, sales: Sales
) -> None:
    facility = finance.opened()
    prints = finance.prints(5)
    bill, _ = finance.pledged(facility, value=1_000_000, amount=500_000, prints=prints)
    first, second, third = finance.amended(bill, 3)
    assert finance.book.pledgeOf(first) == (facility, 1, 1_000_000, 5, False, 0)
    assert finance.book.pledgeOf(second) == finance.book.pledgeOf(third) == (facility, 1, 0, 0, False, 0)
    assert finance.covered(facility) == 800_000
    for one, shown in ((first, prints), (second, []), (third, [])):
        with refused("NotAllotted", one):
            finance.book.discharge(finance.borrower, facility, [(one, shown)])
        with refused("NotAllotted", one):
            finance.book.entrust(finance.agent, one, finance.borrower, finance.now + DAY, b"")
    # Sold alone, one pays the whole debt.
    assert finance.book.price(second, 600_000)[1] == 500_000
    shares = [(second, 300_000, prints[:2]), (third, 200_000, [prints[4]])]
    event = finance.book.allot(finance.agent, first, shares).event("Allotted")
    # The shares are the pledges that follow on so many.
    assert (event.facility, event.bill, event.pledges, event.by) == (facility, first, 1, finance.agent.address)
    assert [tuple(map(list, [[share[0]], [share[1]], share[2]])) for share in event.shares] == [
        ([second], [300_000], prints[:2]),
        ([third], [200_000], [prints[4]]),
    ]
    assert finance.book.pledgeOf(first) == (facility, 1, 500_000, 2, True, 0)
    assert finance.book.pledgeOf(second) == (facility, 2, 300_000, 2, True, 0)
    assert finance.book.pledgeOf(third) == (facility, 3, 200_000, 1, True, 0)
    assert finance.covered(facility) == 800_000
    debts = [finance.registrations.debtOf(each)[1] >> 24 for each in prints]
    assert debts == [2, 2, 1, 1, 3]
    finance.book.discharge(finance.borrower, facility, [(third, [prints[4]])])
    terms = finance.sold(sales, second)
    _instruct(finance, sales, terms)
    assert _pay(finance, sales, terms).event("PledgeSold").amount == 500_000 - 400_000
    finance.book.repay(finance.borrower, facility, 10**7, finance.banks.hkd, [(first, prints[2:4])])
    finance.book.forget(finance.world.stranger, second, prints[:2])
    assert finance.is_free(*prints)


def test_replacements_that_were_never_allotted_go_home_when_all_is_paid(finance: Finance) -> None:
    facility = finance.opened()
    prints = finance.prints(5)
    bill, _ = finance.pledged(facility, value=1_000_000, amount=500_000, prints=prints)
    first, second, third = finance.amended(bill, 3)
    bills = [(second, []), (first, prints), (third, [])]
    finance.book.repay(finance.borrower, facility, 10**7, finance.banks.hkd, bills)
    assert all(finance.has(each, finance.borrower) for each, _ in bills)
    assert finance.is_free(*prints)
    assert finance.covered(facility) == 0


def test_shares_are_allotted_out_of_what_the_replaced_bill_had(finance: Finance) -> None:
    world, facility = finance.world, finance.opened()
    prints = finance.prints(3)
    bill, _ = finance.pledged(facility, value=1_000, prints=prints)
    other, _ = finance.pledged(facility)
    first, second, third = finance.amended(bill, 3)
    allot = finance.book.allot
    for party in (finance.borrower, world.carrier):
        with refused("NotAParty", party.address):
            allot(party, first, [(second, 1, prints[:1])])
    with refused("NothingToAllot", other):
        allot(finance.agent, other, [(second, 1, prints[:1])])
    for wrong in (other, first):
        with refused("NotUnderThisDeal", wrong):
            allot(finance.agent, first, [(wrong, 1, prints[:1]), (third, 0, prints[1:2])])
    for share in ((second, 1_001, prints[:1]), (second, 1, prints), (second, 1, [])):
        with refused("AllottedTooMuch", second):
            allot(finance.agent, first, [share, (third, 0, prints[1:2])])
    with refused("AllottedTooMuch", third):
        allot(finance.agent, first, [(second, 600, prints[:1]), (third, 401, prints[1:2])])
    with refused("NotUnderThisDeal", second):
        allot(finance.agent, first, [(second, 1, prints[:1]), (second, 1, prints[1:2])])
    with refused("NotRegistered", finance.prints()[0], facility | 1 << 24):
        finance.boxes -= 1
        allot(finance.agent, first, [(second, 1, finance.prints()), (third, 0, prints[1:2])])
    allot(finance.agent, first, [(second, 1_000, prints[:1]), (third, 0, prints[1:2])])
    assert [finance.book.pledgeOf(each)[2] for each in (first, second, third)] == [0, 1_000, 0]
    with refused("NothingToAllot", first):
        allot(finance.agent, first, [(second, 0, prints[:1])])


def test_replacements_of_another_pledge_are_not_allotted_from_this_one(finance: Finance) -> None:
    facility = finance.opened()
    pledges = [finance.pledged(facility, prints=finance.prints(2)) for _ in range(2)]
    (one, _), (_, other) = (finance.amended(bill, 2) for bill, _ in pledges)
    with refused("NotUnderThisDeal", other):
        finance.book.allot(finance.agent, one, [(other, 1, pledges[0][1][:1])])


def test_a_replacement_is_amended_again(finance: Finance) -> None:
    facility = finance.opened()
    prints = finance.prints(4)
    bill, _ = finance.pledged(facility, value=1_000, prints=prints)
    first, second = finance.amended(bill, 2)
    third, fourth = finance.amended(first, 2)
    assert finance.book.pledgeOf(third) == (facility, 1, 1_000, 4, False, 0)
    finance.book.allot(finance.agent, third, [(second, 100, prints[:1]), (fourth, 200, prints[1:3])])
    assert [finance.book.pledgeOf(each)[2] for each in (third, second, fourth)] == [700, 100, 200]
    assert finance.covered(facility) == 800


def test_what_was_named_for_a_bill_that_waits_for_its_carrier_ends_with_it(finance: Finance, sales: Sales) -> None:
    """Nothing that anybody could choose stays behind a bill that was replaced."""
    world = finance.world
    _, bill, prints = finance.drawn(100_000)
    replacement = finance.replacements(bill, 1)
    finance.book.surrender(finance.agent, bill, SurrenderFor.AMENDMENT, world.carrier, replacement)
    _instruct(finance, sales, finance.sold(sales, bill))
    world.ledger.replace(world.carrier, [bill], replacement, b"")
    assert finance.book.pledgeOf(bill) == (0, 0, 0, 0, False, 0)
    with refused("NothingLeft", bill):
        finance.book.forget(world.stranger, bill, prints)


def test_n6_a_carrier_answers_whatever_befell_the_agent(finance: Finance) -> None:
    """What is held on is held for whom it was held: nobody's standing holds an answer up."""
    world = finance.world
    facility, bill, prints = finance.drawn(100_000)
    replacements = finance.replacements(bill, 3)
    finance.book.surrender(finance.agent, bill, SurrenderFor.AMENDMENT, world.carrier, replacements)
    voters = dict(zip(finance.positions_of(facility), finance.lenders, strict=True))
    finance.replace_agent(facility, world.forwarder, voters)
    world.suspend(world.forwarder)
    world.suspend(finance.agent)
    world.ledger.replace(world.carrier, [bill], replacements, b"")
    assert all(world.ledger.holderFor(each.bill) == finance.agent.participant for each in replacements)
    ends = [(each.bill, prints if each is replacements[0] else []) for each in replacements]
    finance.book.repay(finance.borrower, facility, 10**7, finance.banks.hkd, ends)
    assert finance.is_free(*prints)


# -------------------------------------------------------------------------------------------------- delivered, on paper


@pytest.mark.parametrize("purpose", [SurrenderFor.DELIVERY, SurrenderFor.PAPER])
def test_x19_in_default_the_agent_takes_goods_or_paper_and_the_debt_stands_until_it_is_paid(
    finance: Finance, purpose: SurrenderFor
) -> None:
    world = finance.world
    facility, bill, prints = finance.drawn(100_000)
    finance.in_default(facility)
    event = finance.book.surrender(finance.agent, bill, purpose, world.carrier, []).event("PledgeSurrendered")
    assert (event.purpose, event.value) == (purpose, 0)
    assert finance.covered(facility) == 0
    with refused("NothingLeft", bill):
        finance.book.forget(world.stranger, bill, prints)
    if purpose == SurrenderFor.DELIVERY:
        world.ledger.accept(world.carrier, bill, b"")
    else:
        world.ledger.toPaper(world.carrier, bill, 3, keccak(b"statement"), b"")
    with refused("StillOwed", facility):
        finance.book.forget(world.stranger, bill, prints)
    with pytest.raises(Refused, match="WrongStatus"):
        finance.book.repay(finance.borrower, facility, 10**7, finance.banks.hkd, [(bill, prints)])
    if purpose == SurrenderFor.DELIVERY:
        world.ledger.deliver(world.carrier, bill, b"")
    finance.book.repay(world.forwarder, facility, 10**7, finance.banks.hkd, [])
    for shown in ([], prints * 2):
        with refused("PrintsMissing", bill, 1):
            finance.book.forget(world.stranger, bill, shown)
    finance.book.forget(world.stranger, bill, prints)
    assert finance.is_free(*prints)
    with refused("NotRegistered", prints[0], facility | 1 << 24):
        finance.book.forget(world.stranger, bill, prints)


def test_a_carrier_that_refuses_delivery_gives_the_bill_back_without_a_value(finance: Finance) -> None:
    world = finance.world
    facility, bill, prints = finance.drawn(100_000)
    other, its_prints = finance.pledged(facility, value=200_000)
    finance.in_default(facility)
    finance.book.surrender(finance.agent, bill, SurrenderFor.DELIVERY, world.carrier, [])
    world.ledger.refuse(world.carrier, bill, b"freight is unpaid")
    assert finance.has(bill, finance.book)
    assert finance.book.pledgeOf(bill) == (facility, 1, 0, 1, True, 0)
    assert finance.covered(facility) == 160_000
    # Once more, and to the end.
    finance.book.surrender(finance.agent, bill, SurrenderFor.DELIVERY, world.carrier, [])
    world.ledger.accept(world.carrier, bill, b"")
    assert finance.covered(facility) == 160_000
    finance.book.repay(finance.borrower, facility, 10**7, finance.banks.hkd, [(other, its_prints)])
    finance.book.forget(world.stranger, bill, prints)
    assert finance.covered(facility) == 0


def test_a_bill_that_lives_in_the_book_is_not_forgotten(finance: Finance) -> None:
    facility, bill, prints = finance.drawn(1_000)
    with refused("NothingLeft", bill):
        finance.book.forget(finance.agent, bill, prints)
    finance.book.repay(finance.borrower, facility, 10**6, finance.banks.hkd, [])
    with refused("NothingLeft", bill):
        finance.book.forget(finance.agent, bill, prints)
    other = finance.world.blank()
    with refused("NothingLeft", other):
        finance.book.forget(finance.agent, other, prints)


# ------------------------------------------------------------------------------------------------------------- on trust


def test_t24_a_bill_on_trust_counts_less_and_its_cargo_is_barred_until_the_debt_ends(finance: Finance) -> None:
    """Hin Leong: the bill was out, the goods were sold, and the register said that they were free."""
    world = finance.world
    facility, bill, prints = finance.drawn(400_000)
    until = finance.now + 30 * DAY
    event = finance.book.entrust(finance.agent, bill, finance.borrower, until, b"sale to NL").event("Entrusted")
    assert (event.facility, event.bill, event.to, event.until, event.value, event.purpose, event.by) == (
        facility,
        bill,
        finance.borrower.address,
        until,
        500_000,
        b"sale to NL",
        finance.agent.address,
    )
    assert finance.has(bill, finance.borrower)
    assert finance.covered(facility) == 400_000
    assert finance.book.pledgeOf(bill) == (facility, 1, 500_000, 1, True, until)
    assert not finance.is_free(*prints)
    with refused("NotUnderThisDeal", bill):
        finance.book.draw(finance.borrower, facility, 1, bill, [])
    other = finance.opened(salt=keccak(b"other"))
    second = world.issued(Kind.BLANK, possessor=world.shipper, carrier=world.other_carrier)
    with refused("Taken", prints[0], finance.book.address, facility | 1 << 24):
        finance.lodge(second, finance.accepted(second, other, prints=prints))
    for shown in (prints, []):
        with refused("NotUnderThisDeal", bill):
            finance.lodge(bill, finance.accepted(bill, other, prints=shown))
    with refused("StillOwed", facility):
        finance.book.forget(world.stranger, bill, prints)
    with refused("NotCovered", 400_000, 0):
        finance.book.discharge(finance.borrower, facility, [(bill, prints)])


def test_t24_a_bill_comes_back_from_trust_at_a_value_that_the_agent_accepts(finance: Finance) -> None:
    facility, bill, prints = finance.drawn(400_000)
    finance.book.entrust(finance.agent, bill, finance.borrower, finance.now + DAY, b"storage")
    with refused("TermsUnfit", "prints"):
        finance.lodge(bill, finance.accepted(bill, facility, prints=prints))
    terms = finance.accepted(bill, facility, prints=[], value=900_000, amount=320_000)
    event = finance.lodge(bill, terms).event("Pledged")
    assert (event.pledge, event.value, event.units) == (1, 900_000, 1)
    assert finance.book.pledgeOf(bill) == (facility, 1, 900_000, 1, True, 0)
    assert finance.covered(facility) == 720_000
    finance.book.repay(finance.borrower, facility, 10**7, finance.banks.hkd, [(bill, prints)])
    assert finance.is_free(*prints)


def test_t24_a_loan_that_is_repaid_while_the_bill_is_out_ends_what_is_kept_of_it(finance: Finance) -> None:
    facility, bill, prints = finance.drawn(400_000)
    finance.book.entrust(finance.agent, bill, finance.borrower, finance.now + DAY, b"sale")
    finance.world.ledger.transfer(finance.borrower, bill, finance.world.consignee, b"sold")
    finance.book.repay(finance.borrower, facility, 10**7, finance.banks.hkd, [(bill, prints)])
    assert finance.has(bill, finance.world.consignee)
    assert finance.is_free(*prints)
    assert finance.covered(facility) == 0
    assert finance.book.pledgeOf(bill) == (0, 0, 0, 0, False, 0)


def test_a_bill_on_trust_that_ended_is_forgotten_when_nothing_is_owed_and_nothing_may_be_drawn(
    finance: Finance,
) -> None:
    """While the borrower may draw on it, borrower and agent alone say so."""
    world = finance.world
    facility, bill, prints = finance.drawn(400_000)
    finance.book.entrust(finance.agent, bill, finance.borrower, finance.now + DAY, b"delivery")
    world.ledger.surrender(finance.borrower, bill, SurrenderFor.DELIVERY, world.carrier, bytes(32), b"")
    world.ledger.accept(world.carrier, bill, b"")
    finance.book.repay(world.forwarder, facility, 10**7, finance.banks.hkd, [])
    until = finance.book.loan(facility).availableUntil
    with refused("StillAvailable", until):
        finance.book.forget(world.stranger, bill, prints)
    world.onchain.at(until + 1)
    finance.book.forget(world.stranger, bill, prints)
    assert finance.is_free(*prints)
    assert finance.covered(facility) == 0


def test_t24_the_agent_entrusts_to_the_borrower_until_a_time_what_the_rest_covers(finance: Finance) -> None:
    world = finance.world
    facility, bill, _ = finance.drawn(400_001)
    entrust, until = finance.book.entrust, finance.now + DAY
    for party in (finance.borrower, world.bank):
        with refused("NotAParty", party.address):
            entrust(party, bill, finance.borrower, until, b"")
    for target in (world.consignee, finance.agent, world.stranger):
        with refused("NotAParty", target.address):
            entrust(finance.agent, bill, target, until, b"")
    for wrong in (finance.now - 1, 0, 2**40):
        with refused("TrustUnfit", wrong):
            entrust(finance.agent, bill, finance.borrower, wrong, b"")
    with refused("NotCovered", 400_001, 400_000):
        entrust(finance.agent, bill, finance.borrower, until, b"")
    other = world.blank()
    with refused("NotUnderThisDeal", other):
        entrust(finance.agent, other, finance.borrower, until, b"")
    finance.book.repay(finance.borrower, facility, 1, finance.banks.hkd, [])
    world.suspend(finance.borrower)
    with refused("MayNotReceive", finance.borrower.address):
        entrust(finance.agent, bill, finance.borrower, until, b"")


def test_a_bill_on_trust_is_sold_in_the_open_and_lodged_elsewhere_and_its_debt_stands(
    finance: Finance, sales: Sales
) -> None:
    """What the book keeps of a bill that is out says nothing about who has it; who has it is not held up."""
    facility, bill, prints = finance.drawn(100_000)
    finance.book.entrust(finance.agent, bill, finance.borrower, finance.now + DAY, b"sale")
    terms = sales.lodged(sales.terms(bill), how=Endorsement.NONE)
    with refused("NotUnderThisDeal", bill):
        finance.book.instruct(finance.borrower, bill, sales.room, keccak(b"deal"), 0)
    sales.room.pay(finance.world.consignee, terms, finance.banks.hkd)
    assert finance.owed(facility) == (100_000, 0)
    assert not finance.is_free(*prints)
    finance.book.repay(finance.borrower, facility, 100_000, finance.banks.hkd, [(bill, prints)])
    assert finance.is_free(*prints)


# --------------------------------------------------------------------------------------------------------------- agents


def test_n20_more_than_half_of_the_shares_replace_the_agent(finance: Finance) -> None:
    world = finance.world
    facility, bill, _ = finance.drawn(100_000)
    first, second = finance.positions_of(facility)
    event = finance.replace_agent(facility, world.forwarder, {first: world.bank}).event("AgentReplaced")
    assert (event.facility, event.agent, tuple(event.inFavour), tuple(event.abstaining), event.by) == (
        facility,
        world.forwarder.participant,
        (first,),
        (),
        world.relayer.address,
    )
    assert event.agentAccount == world.forwarder.address
    found = finance.book.loan(facility)
    assert (found.agent, found.agents) == (world.forwarder.participant, 1)
    assert list(finance.book.leftOut(facility, bill))[1] == world.forwarder.lei
    with refused("NotAParty", finance.agent.address):
        finance.book.discharge(finance.agent, facility, [])
    fresh = world.blank()
    with refused("NotAParty", finance.agent.address):
        finance.lodge(fresh, finance.accepted(fresh, facility))
    finance.pledged(facility, fresh, agent_account=world.forwarder)
    assert world.ledger.holderFor(bill) == finance.agent.participant
    event = finance.book.handOver(world.stranger, bill).event("HandedOver")
    assert (event.facility, event.bill, event.agent, event.by) == (
        facility,
        bill,
        world.forwarder.participant,
        world.stranger.address,
    )
    assert world.ledger.holderFor(bill) == world.forwarder.participant
    with refused("AgentStands", bill):
        finance.book.handOver(world.stranger, bill)
    assert second


def test_half_is_not_more_than_half_and_parts_vote_with_their_shares(finance: Finance) -> None:
    world = finance.world
    facility, _, _ = finance.drawn(100_000)
    first, second = finance.positions_of(facility)
    part = finance.positions.split(world.bank, first, 100_000).event("Split").part
    with refused("NoMajority", 500_000, 1_000_000):
        finance.replace_agent(facility, world.forwarder, {first: world.bank})
    with refused("NoMajority", 500_000, 1_000_000):
        finance.replace_agent(facility, world.forwarder, {second: world.cautious_bank, part: world.bank})
    with refused("NoMajority", 0, 1_000_000):
        finance.replace_agent(facility, world.forwarder, {})
    finance.replace_agent(facility, world.forwarder, {first: world.bank, part: world.bank})


def test_n20_a_lender_that_may_not_act_counts_neither_way(finance: Finance) -> None:
    world = finance.world
    facility, _, _ = finance.drawn(100_000)
    first, second = finance.positions_of(facility)
    with refused("NotAbstaining", first):
        finance.replace_agent(facility, world.forwarder, {second: world.cautious_bank}, [first])
    world.suspend(world.bank)
    with refused("NoMajority", 400_000, 1_000_000):
        finance.replace_agent(facility, world.forwarder, {second: world.cautious_bank})
    with refused("MayNotAct", world.bank.address):
        finance.replace_agent(facility, world.forwarder, {first: world.bank, second: world.cautious_bank})
    with refused("VotesNotAscending", first):
        finance.replace_agent(facility, world.forwarder, {second: world.cautious_bank}, [first, first])
    event = finance.replace_agent(facility, world.forwarder, {second: world.cautious_bank}, [first]).event(
        "AgentReplaced"
    )
    assert (list(event.inFavour), list(event.abstaining)) == ([second], [first])


def test_n20_a_lender_that_changed_its_account_is_not_taken_for_one_that_may_not_act(finance: Finance) -> None:
    """The minority would have had the loan, until somebody moves the position to the successor."""
    world = finance.world
    facility, _, _ = finance.drawn(100_000)
    first, second = finance.positions_of(facility)
    world.ledger.removeAccount(world.bank, world.bank, world.bank_vault)
    with refused("NotAbstaining", first):
        finance.replace_agent(facility, world.forwarder, {second: world.cautious_bank}, [first])
    with refused("NoMajority", 400_000, 1_000_000):
        finance.replace_agent(facility, world.forwarder, {second: world.cautious_bank})
    world.suspend(world.bank_vault)
    finance.replace_agent(facility, world.forwarder, {second: world.cautious_bank}, [first])


def test_n20_the_borrower_and_its_group_have_no_vote_whatever_they_bought(finance: Finance) -> None:
    """It would have appointed an agent of its own liking, and taken the money and the bills."""
    world = finance.world
    facility, _, _ = finance.drawn(100_000)
    first, second = finance.positions_of(facility)
    world.ledger.setProfile(world.enroller, world.cautious_bank.participant, finance.borrower.lei, MOVE | TERMS)
    with refused("NoVote", second):
        finance.replace_agent(facility, world.forwarder, {first: world.bank, second: world.cautious_bank})
    with refused("NoVote", second):
        finance.replace_agent(facility, world.forwarder, {second: world.cautious_bank})
    # It counts neither way, though it acts.
    event = finance.replace_agent(facility, world.forwarder, {first: world.bank}, [second]).event("AgentReplaced")
    assert list(event.abstaining) == [second]


def test_n20_nobody_of_the_borrowers_group_is_agent(finance: Finance) -> None:
    world = finance.world
    facility, _, _ = finance.drawn(100_000)
    parent = finance.borrower.lei
    for party in (world.forwarder, finance.agent):
        world.ledger.setProfile(world.enroller, party.participant, parent, MOVE | TERMS)
    first, second = finance.positions_of(facility)
    with refused("TermsUnfit", "agent"):
        finance.replace_agent(facility, world.forwarder, {first: world.bank, second: world.cautious_bank})
    with refused("TermsUnfit", "agent"):
        finance.opened(salt=keccak(b"another"))


def test_n20_nobody_votes_twice_or_with_what_it_has_not(finance: Finance) -> None:
    world = finance.world
    facility, _, _ = finance.drawn(100_000)
    first, second = finance.positions_of(facility)
    other = finance.opened(salt=keccak(b"other"))
    elsewhere = finance.positions_of(other)[0]
    deadline, digest = finance.appointment(facility, world.forwarder)
    votes = {party: party.signature(digest) for party in (*finance.lenders, world.forwarder)}

    def replace(*cast: tuple[int, Party], agent: Party = world.forwarder, of: int = facility) -> Any:
        signatures = [votes[party] for party in (agent, *(party for _, party in cast))]
        positions = [position for position, _ in cast]
        return finance.book.replaceAgent(world.relayer, of, world.forwarder, deadline, signatures, positions, [])

    bank, cautious = finance.lenders
    with refused("VotesNotAscending", second):
        replace((second, cautious), (second, cautious))
    with refused("VotesNotAscending", first):
        replace((second, cautious), (first, bank))
    with refused("NotOfTheLoan", elsewhere):
        replace((elsewhere, bank))
    with refused("NotSignedBy", bank.address):
        replace((first, cautious))
    with refused("NotSignedBy", world.forwarder.address):
        replace((first, bank), agent=bank)
    with refused("NoSuchFacility", 9):
        replace(of=9)
    finance.positions.transferFrom(bank, bank, world.forwarder, first)
    with refused("NotSignedBy", world.forwarder.address):
        replace((first, bank))
    # A vote stands on the position: who bought it has it.
    replace((first, world.forwarder))


def test_n20_a_lender_that_votes_by_split_parts_has_no_more_votes_than_it_lent(finance: Finance) -> None:
    """What was signed before a split counts for every part, and each share once, whoever has the parts."""
    world = finance.world
    facility, _, _ = finance.drawn(100_000)
    _, second = finance.positions_of(facility)
    lender = world.cautious_bank
    deadline, digest = finance.appointment(facility, world.forwarder)
    agent, vote = world.forwarder.signature(digest), lender.signature(digest)

    def replace(favour: list[int], abstaining: tuple[int, ...] = (), votes: list[bytes] | None = None) -> Any:
        votes = [vote] * len(favour) if votes is None else votes
        return finance.book.replaceAgent(
            world.relayer, facility, world.forwarder, deadline, [agent, *votes], favour, list(abstaining)
        )

    parts = [finance.positions.split(lender, second, size).event("Split").part for size in (150_000, 50_000)]
    with refused("NoMajority", 400_000, 1_000_000):
        replace([second, *parts])
    for twice in ([second, parts[0], parts[0]], [second, *parts, second]):
        with refused("VotesNotAscending", twice[-1]):
            replace(twice)
    # Nor do its other shares weigh more for a part that it keeps out.
    with refused("NotAbstaining", parts[1]):
        replace([second, parts[0]], (parts[1],))
    # What it gives away votes there, and no more by its old vote.
    finance.positions.transferFrom(lender, lender, world.forwarder, parts[0])
    with refused("NotSignedBy", world.forwarder.address):
        replace([second, *parts])
    with refused("NoMajority", 400_000, 1_000_000):
        replace([second, *parts], votes=[vote, agent, vote])
    assert finance.book.loan(facility).agents == 0


def test_n20_a_position_counts_for_one_side_alone(finance: Finance) -> None:
    """One that signs may act, so that it abstains from nothing; one that may not act has signed nothing."""
    world = finance.world
    facility, _, _ = finance.drawn(100_000)
    first, second = finance.positions_of(facility)
    with refused("NotAbstaining", second):
        finance.replace_agent(facility, world.forwarder, {second: world.cautious_bank}, [second])
    world.suspend(world.cautious_bank)
    with refused("MayNotAct", world.cautious_bank.address):
        finance.replace_agent(facility, world.forwarder, {second: world.cautious_bank}, [second])
    finance.replace_agent(facility, world.forwarder, {first: world.bank}, [second])


def test_n20_each_vote_has_its_signature_and_none_is_left_over(finance: Finance) -> None:
    world = finance.world
    facility, _, _ = finance.drawn(100_000)
    first, second = finance.positions_of(facility)
    deadline, digest = finance.appointment(facility, world.forwarder)
    signatures = [party.signature(digest) for party in (world.forwarder, *finance.lenders)]

    def replace(count: int, favour: list[int], abstaining: list[int]) -> Any:
        return finance.book.replaceAgent(
            world.relayer, facility, world.forwarder, deadline, signatures[:count], favour, abstaining
        )

    for count, favour in ((0, []), (0, [first]), (1, [first]), (3, [first]), (2, [first, second])):
        with refused("SignaturesMissing", len(favour) + 1):
            replace(count, favour, [])
    # Those who may not act sign nothing.
    world.suspend(world.cautious_bank)
    with refused("SignaturesMissing", 2):
        replace(3, [first], [second])
    replace(2, [first], [second])


def test_n20_positions_of_another_room_have_no_vote_though_their_loan_has_the_number(finance: Finance) -> None:
    """Any listed room may lend through positions: what it says it lent is nothing here."""
    world = finance.world
    facility, _, _ = finance.drawn(100_000)
    first, _ = finance.positions_of(facility)
    elsewhere = room(world)
    minted = elsewhere.does(
        (finance.positions.address, finance.positions.data("mint", facility, world.forwarder, 10**9), False)
    )
    foreign = minted.event("Lent").position
    assert foreign >> 32 & 2**24 - 1 == facility
    with refused("NotOfTheLoan", foreign):
        finance.replace_agent(facility, world.forwarder, {foreign: world.forwarder})
    world.suspend(world.forwarder)
    with refused("NotOfTheLoan", foreign):
        finance.replace_agent(facility, world.consignee, {first: world.bank}, [foreign])


def test_n20_an_appointment_counts_once_in_time_and_unless_it_is_withdrawn(finance: Finance) -> None:
    world = finance.world
    facility, _, _ = finance.drawn(100_000)
    first, _ = finance.positions_of(facility)
    deadline, digest = finance.appointment(facility, world.forwarder)
    world.ledger.cancel(world.bank, digest)
    with refused("SignatureCancelled", world.bank.address, digest):
        finance.replace_agent(facility, world.forwarder, {first: world.bank}, deadline=deadline)
    with refused("SignatureExpired", finance.now - 1):
        finance.replace_agent(facility, world.forwarder, {first: world.bank}, deadline=finance.now - 1)
    deadline += HOUR
    finance.replace_agent(facility, world.forwarder, {first: world.bank}, deadline=deadline)
    finance.replace_agent(facility, finance.agent, {first: world.bank}, deadline=deadline)
    with refused("NotSignedBy", world.forwarder.address):
        finance.replace_agent(facility, world.forwarder, {first: world.bank}, deadline=deadline, agents=0)


def test_n20_an_appointment_is_not_repeated_after_the_agent_was_replaced_again(finance: Finance) -> None:
    """Nobody brings back, by papers that were good once, an agent that the lenders sent away."""
    world = finance.world
    facility, _, _ = finance.drawn(100_000)
    first, _ = finance.positions_of(facility)
    deadline = finance.now + 10 * DAY
    papers = {}
    for agent in (world.forwarder, world.consignee):
        _, digest = finance.appointment(facility, agent, deadline)
        signatures = [agent.signature(digest), world.bank.signature(digest)]
        call = ("replaceAgent", facility, agent, deadline, signatures, [first], [])
        papers[agent] = finance.book.data(*call)
    finance.book.raw(world.relayer, papers[world.forwarder])
    # Neither at once, nor what was signed beside it, nor once there was another.
    for agent, paper in papers.items():
        with refused("NotSignedBy", agent.address):
            finance.book.raw(world.relayer, paper)
    finance.replace_agent(facility, finance.agent, {first: world.bank}, deadline=deadline)
    for agent, paper in papers.items():
        with refused("NotSignedBy", agent.address):
            finance.book.raw(world.relayer, paper)
    found = finance.book.loan(facility)
    assert (found.agent, found.agents) == (finance.agent.participant, 2)


def test_a_borrower_is_not_its_own_agent_and_an_agent_may_bind_itself(finance: Finance) -> None:
    world = finance.world
    facility, _, _ = finance.drawn(100_000)
    first, _ = finance.positions_of(facility)
    with refused("TermsUnfit", "agent"):
        finance.replace_agent(facility, finance.borrower, {first: world.bank})
    with refused("MayNotAct", world.stranger.address):
        finance.replace_agent(facility, world.stranger, {first: world.bank})
    clerk = world.add_account(world.forwarder, world.extra["spare"][7], MOVE)
    with refused("LacksRole", clerk.address, TERMS):
        finance.replace_agent(facility, clerk, {first: world.bank})


def test_what_an_agent_named_falls_with_it(finance: Finance, sales: Sales) -> None:
    """Lenders that replace an agent which sells to a friend are not too late; nor may its own group buy then."""
    world = finance.world
    facility, bill, _ = finance.drawn(500_000)
    finance.in_default(facility)
    finance.banks.paid_in(finance.agent, 10**6)
    finance.banks.hkd.approve(finance.agent, sales.room, 10**6)
    terms = _late_sale(finance, sales, bill, buyer=finance.agent.participant, price=1)
    _instruct(finance, sales, terms, finance.agent, 1)
    first, _ = finance.positions_of(facility)
    finance.replace_agent(facility, world.forwarder, {first: world.bank})
    with refused("NotInstructed", bill):
        _pay(finance, sales, terms, by=finance.agent)
    mine = _late_sale(finance, sales, bill)
    _instruct(finance, sales, mine, world.forwarder, PRICE)
    _pay(finance, sales, mine)


def test_a_new_agent_enforces_what_is_still_held_for_the_old_one(finance: Finance) -> None:
    world = finance.world
    facility, bill, prints = finance.drawn(100_000)
    first, _ = finance.positions_of(facility)
    world.suspend(finance.agent)
    finance.replace_agent(facility, world.forwarder, {first: world.bank})
    finance.in_default(facility)
    finance.book.surrender(world.forwarder, bill, SurrenderFor.DELIVERY, world.carrier, [])
    world.ledger.accept(world.carrier, bill, b"")
    assert world.ledger.bill(bill).status == Status.SURRENDERED
    with pytest.raises(Refused, match="WrongStatus"):
        finance.book.handOver(world.stranger, bill)
    finance.book.repay(finance.borrower, facility, 10**7, finance.banks.hkd, [])
    finance.book.forget(world.stranger, bill, prints)


def test_a_condition_is_asked_of_a_replacement_by_its_own_name(finance: Finance) -> None:
    """What was reported of the replaced bill says nothing of one that has other boxes."""
    cargo = finance.cargo
    condition = cargo.laid(Clause(Said.INSPECTED, 1))
    facility = finance.opened(condition=condition)
    bill, _ = finance.pledged(facility)
    cargo.recorded(cargo.surveyor, bill, Said.INSPECTED, unit=0)
    finance.book.draw(finance.borrower, facility, 1, bill, [cargo.surveyor])
    (new,) = finance.amended(bill, 1)
    with refused("ConditionNotMet", condition, new):
        finance.book.draw(finance.borrower, facility, 1, new, [cargo.surveyor])


# ----------------------------------------------------------------------------------------------- what attackers tried


def test_p6_the_loan_book_pays_itself_for_no_bill(finance: Finance) -> None:
    """It calls itself for whoever signed, and needs no allowance of its own: named for a bill, it would take the bill
    to be paid for, and move no money."""
    facility, bill, _ = finance.drawn(800_000)
    finance.opened(salt=b"\1" * 32)
    deal = keccak(b"any deal")
    finance.book.instruct(finance.borrower, bill, finance.book, deal, 0)
    with refused("NotInstructed", bill):
        finance.relayed(finance.borrower, "release", bill, 10**6, finance.borrower, Endorsement.NONE, deal)
    assert finance.owed(facility) == (800_000, 0)


def test_p6_nor_in_default_after_silence_when_all_of_the_offer_is_the_borrowers(finance: Finance) -> None:
    facility, bill, _ = finance.drawn(1)
    finance.in_default(facility, SILENCE)
    now = finance.now
    finance.opened(salt=b"\1" * 32, available_until=now + 60 * DAY, maturity=now + 90 * DAY)
    deal = keccak(b"any deal")
    finance.book.instruct(finance.borrower, bill, finance.book, deal, 700_000)
    whole = finance.money_of(finance.book)
    with refused("NotInstructed", bill):
        finance.relayed(finance.borrower, "release", bill, whole, finance.borrower, Endorsement.NONE, deal)
    with refused("NoSurplus", facility):
        finance.book.takeSurplus(finance.borrower, facility)
    assert finance.balanced()


def test_p7_cargo_of_a_joint_bill_that_was_sold_stays_registered_while_others_secure_the_debt(
    finance: Finance, sales: Sales
) -> None:
    world, facility = finance.world, finance.opened()
    prints = finance.prints(2)
    bill, _ = finance.pledged(facility, value=1_000_000, prints=prints, amount=700_000)
    one, _ = finance.amended(bill, 2)
    finance.in_default(facility)
    terms = finance.sold(sales, one, price=1_000)
    finance.book.instruct(finance.agent, one, sales.room, sales.room.hashOf(terms), 0)
    sales.room.pay(world.consignee, terms, finance.banks.hkd)
    with refused("StillOwed", facility):
        finance.book.forget(world.stranger, one, prints)
    assert not any(finance.is_free(each) for each in prints)
    finance.book.repay(finance.borrower, facility, 10**9, finance.banks.hkd, [])
    finance.book.forget(world.stranger, one, prints)
    assert finance.is_free(*prints)


def test_p8_the_agent_says_of_each_replacement_what_it_has(finance: Finance) -> None:
    """One of which nothing were said would have nothing, and be locked in; its cargo would go free with another's."""
    facility = finance.opened()
    prints = finance.prints(4)
    bill, _ = finance.pledged(facility, value=1_000, prints=prints)
    first, second, third = finance.amended(bill, 3)
    allot = finance.book.allot
    for shares in ([], [(second, 1, prints[:1])], [(third, 1, prints[:1])]):
        with refused("SharesMissing", first, 2):
            allot(finance.agent, first, shares)
    # Of the whole one of them has all.
    for other in (second, third):
        with refused("NothingToAllot", other):
            allot(finance.agent, other, [])
    # Nor is it replaced by several again, of whom nobody would have said anything.
    replacements = finance.replacements(second, 2)
    with refused("NotAllotted", second):
        finance.book.surrender(finance.agent, second, SurrenderFor.AMENDMENT, finance.world.carrier, replacements)
    (second,) = finance.amended(second, 1)
    allot(finance.agent, first, [(second, 1, prints[:1]), (third, 2, prints[1:2])])
    assert [finance.book.pledgeOf(each)[2:5] for each in (first, second, third)] == [
        (997, 2, True),
        (1, 1, True),
        (2, 1, True),
    ]


def test_n20_who_joins_the_borrowers_group_later_has_no_vote_and_is_no_agent(finance: Finance) -> None:
    world = finance.world
    facility, _, _ = finance.drawn(100_000)
    first, second = finance.positions_of(facility)
    world.ledger.setProfile(world.enroller, finance.borrower.participant, world.cautious_bank.lei, MOVE | TERMS)
    with refused("TermsUnfit", "agent"):
        finance.replace_agent(facility, world.cautious_bank, {first: world.bank})
    with refused("NoVote", second):
        finance.replace_agent(facility, world.forwarder, {second: world.cautious_bank})
    with refused("NotAbstaining", first):
        finance.replace_agent(facility, world.forwarder, {}, [first, second])
    finance.replace_agent(facility, world.forwarder, {first: world.bank}, [second])
