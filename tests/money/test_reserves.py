"""Settlement between banks: one book, one act, or nothing (P6, X15)."""

from __future__ import annotations

import pytest
from support.contract import refused
from support.money import ANY_COUNTRY, CNH, HKD, Banks, another
from support.trade import BANK, TERMS
from support.world import World


def _positions(banks: Banks) -> tuple[int, ...]:
    both = (banks.hkd, banks.other_hkd)
    return tuple(deposit.totalSupply() for deposit in both) + tuple(banks.reserves.held(deposit) for deposit in both)


def test_p6_a_payment_between_banks_burns_moves_reserves_and_makes_in_one_act(world: World, banks: Banks) -> None:
    banks.paid_in(world.shipper, 1_000)
    owed, other_owed, held, other_held = _positions(banks)
    paid = banks.other_hkd.collect(world.shipper, banks.hkd, world.shipper, world.consignee, 400)
    assert [event.name for event in paid.events] == ["Settled", "Transfer", "Transfer"]
    assert _positions(banks) == (owed - 400, other_owed + 400, held - 400, other_held + 400)
    assert (banks.hkd.balanceOf(world.shipper), banks.other_hkd.balanceOf(world.consignee)) == (600, 400)


def test_without_reserves_enough_nothing_moves(world: World, banks: Banks) -> None:
    banks.paid_in(world.shipper, 1_000)
    banks.reserves.redeem(world.bank, banks.hkd, banks.reserves.held(banks.hkd) - 399)
    before = _positions(banks)
    with refused("ReservesShort", banks.hkd.address, 399, 400):
        banks.other_hkd.collect(world.shipper, banks.hkd, world.shipper, world.consignee, 400)
    assert _positions(banks) == before


def test_money_of_two_agents_or_two_currencies_does_not_settle(world: World, banks: Banks) -> None:
    """T34: HKD and CNH are two, and so are dollars that two agents settle."""
    rival = another(world, 1, "SAMPANTEST00RIVAL0", "HK", BANK | TERMS)
    banks.reserves.openBook(rival, HKD, 2)
    banks.reserves.openBook(banks.authority, CNH, 2)
    banks.paid_in(world.shipper, 100)
    foreign = banks.opened(world.cautious_bank, HKD, agent=rival), banks.opened(world.cautious_bank, CNH)
    for money in foreign:
        with refused("NotOneBook", banks.hkd.address, money.address):
            money.collect(world.shipper, banks.hkd, world.shipper, world.consignee, 1)


def test_x15_a_contract_that_is_no_deposit_of_the_books_pays_nothing(world: World, banks: Banks) -> None:
    for fake in (world.relayer.address, world.ledger.address, banks.reserves.address):
        with refused("NoSuchDeposit", fake):
            banks.hkd.collect(world.shipper, fake, world.shipper, world.consignee, 1)
    with refused("NoSuchDeposit", world.relayer.address):
        banks.reserves.settle(world.relayer, banks.hkd, world.shipper, world.shipper, 1)
    with refused("NotTheReserves", world.relayer.address):
        banks.hkd.debit(world.relayer, world.shipper, world.shipper, 1)


def test_a_deposit_that_is_no_longer_admitted_takes_nothing_in_and_its_holders_still_pay(
    world: World, banks: Banks
) -> None:
    """P5: an agent closes no exit."""
    for money, bank in ((banks.hkd, world.bank), (banks.other_hkd, world.cautious_bank)):
        banks.paid_in(world.shipper, 100, money, bank)
    banks.reserves.admit(banks.authority, banks.hkd, False)
    with refused("NotAdmitted", banks.hkd.address):
        banks.hkd.collect(world.shipper, banks.other_hkd, world.shipper, world.consignee, 1)
    with refused("NotAdmitted", banks.hkd.address):
        banks.reserves.issue(banks.authority, banks.hkd, 1)
    banks.other_hkd.collect(world.shipper, banks.hkd, world.shipper, world.consignee, 100)
    assert banks.other_hkd.balanceOf(world.consignee) == 100


def test_the_agent_alone_admits_and_issues_reserves_and_the_bank_alone_has_them_paid_out(
    world: World, banks: Banks
) -> None:
    for who in (world.bank, world.cautious_bank):
        with refused("NotTheAgent", who.address):
            banks.reserves.admit(who, banks.hkd, True)
        with refused("NotTheAgent", who.address):
            banks.reserves.issue(who, banks.hkd, 1)
    for who in (banks.authority, world.cautious_bank):
        with refused("NotTheBank", who.address):
            banks.reserves.redeem(who, banks.hkd, 1)
    held = banks.reserves.held(banks.hkd)
    with refused("ReservesShort", banks.hkd.address, held, held + 1):
        banks.reserves.redeem(world.bank, banks.hkd, held + 1)
    event = banks.reserves.redeem(world.bank, banks.hkd, held).event("ReservesRedeemed")
    assert (event.amount, event.held) == (held, 0)


@pytest.mark.parametrize("currency", [b"hkd", b"HK\0", b"H D", b"H1D", b"\0\0\0"])
def test_a_currency_is_three_capital_letters(banks: Banks, currency: bytes) -> None:
    with refused("NoCurrency", currency):
        banks.reserves.openBook(banks.authority, currency, 2)


@pytest.mark.parametrize("country", [b"hk", b"H\0", b"\0H", b"1A", b"A[", b"\x1b["])
def test_the_country_of_a_deposits_holders_is_two_capital_letters_or_none(
    world: World, banks: Banks, country: bytes
) -> None:
    """It stands in the deposit's name, on everybody's screen."""
    with refused("MalformedCountry", country):
        banks.reserves.openDeposit(world.bank, banks.authority.participant, HKD, country)


def test_a_book_and_a_deposit_are_opened_once_by_who_may(world: World, banks: Banks) -> None:
    agent = banks.authority.participant
    with refused("BookIsOpen", agent, HKD):
        banks.reserves.openBook(banks.authority, HKD, 0)
    with refused("DepositIsOpen", banks.hkd.address):
        banks.reserves.openDeposit(world.bank, agent, HKD, ANY_COUNTRY)
    with refused("NoSuchBook", agent, CNH):
        banks.reserves.openDeposit(world.bank, agent, CNH, ANY_COUNTRY)
    with refused("DecimalsOutOfRange", 19):
        banks.reserves.openBook(banks.authority, CNH, 19)
    with refused("LacksRole", world.shipper.address, BANK):
        banks.reserves.openDeposit(world.shipper, agent, HKD, ANY_COUNTRY)
    assert banks.reserves.depositOf(world.bank.participant, agent, HKD, ANY_COUNTRY) == banks.hkd.address


def test_a_deposit_says_whose_it_is(world: World, banks: Banks) -> None:
    assert (banks.hkd.BANK(), banks.hkd.AGENT()) == (world.bank.participant, banks.authority.participant)
    assert (banks.hkd.CURRENCY(), banks.hkd.symbol(), banks.hkd.decimals()) == (HKD, "HKD", 2)
    assert banks.hkd.name() == "HKD SAMPANTEST0000BANK"
    assert banks.hkd.token() == banks.hkd.address
