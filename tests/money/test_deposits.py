"""A bank's deposit: who owes, who holds, who is paid (P6, P12, X13)."""

from __future__ import annotations

import pytest
from support.contract import Contract, refused
from support.money import ANY_COUNTRY, HKD, Banks, another
from support.trade import BANK, DAY, MOVE, NOBODY, TERMS
from support.verbs import room
from support.world import World

NONE, SANCTIONS, COURT_ORDER = 0, 1, 2


@pytest.fixture
def hkd(banks: Banks) -> Contract:
    return banks.hkd


# --------------------------------------------------------------------------------------------------- what the bank owes


def test_what_the_bank_issues_it_owes_and_what_is_redeemed_it_owes_no_more(world: World, hkd: Contract) -> None:
    issued = hkd.issue(world.bank, world.shipper, 500)
    assert [event.name for event in issued.events] == ["Transfer", "DepositIssued"]
    assert (hkd.totalSupply(), hkd.balanceOf(world.shipper)) == (500, 500)
    redeemed = hkd.redeem(world.shipper, 200)
    assert [event.name for event in redeemed.events] == ["Transfer", "DepositRedeemed"]
    assert (hkd.totalSupply(), hkd.balanceOf(world.shipper)) == (300, 300)
    with refused("ERC20InsufficientBalance", world.shipper.address, 300, 301):
        hkd.redeem(world.shipper, 301)


@pytest.mark.parametrize("who", ["cautious_bank", "shipper", "relayer"])
def test_nobody_but_the_bank_makes_it_owe(world: World, hkd: Contract, who: str) -> None:
    party = getattr(world, who)
    error = ("MayNotAct", party.address) if who == "relayer" else ("NotTheBank", party.address)
    with refused(*error):
        hkd.issue(party, world.shipper, 1)
    with refused(*error):
        hkd.decline(party, world.shipper, SANCTIONS)


def test_an_account_of_the_bank_without_the_role_makes_it_owe_nothing(world: World, hkd: Contract) -> None:
    world.ledger.setAccountRoles(world.bank, world.bank_vault, MOVE | TERMS)
    with refused("NotTheBank", world.bank_vault.address):
        hkd.issue(world.bank_vault, world.shipper, 1)


def test_a_suspended_bank_issues_nothing_and_its_deposit_still_moves_between_others(
    world: World, hkd: Contract
) -> None:
    """N27: what it owes it goes on owing."""
    hkd.issue(world.bank, world.shipper, 5)
    world.suspend(world.bank)
    with refused("MayNotAct", world.bank.address):
        hkd.issue(world.bank, world.shipper, 1)
    hkd.transfer(world.shipper, world.forwarder, 5)
    hkd.redeem(world.forwarder, 5)
    assert hkd.totalSupply() == 0


def test_p6_a_bank_owes_at_most_what_fits_into_120_bits(world: World, hkd: Contract) -> None:
    most = 2**120 - 1
    hkd.issue(world.bank, world.shipper, most)
    for more in (1, most, 2**256 - 1):
        with refused("TooMuch", more):
            hkd.issue(world.bank, world.shipper, more)
    hkd.transfer(world.shipper, world.forwarder, most)
    assert hkd.balanceOf(world.forwarder) == most


# ------------------------------------------------------------------------------------------------------- who holds it


@pytest.mark.parametrize("way", ["transfer", "transferFrom", "collect"])
def test_only_who_acts_holds_and_is_paid(world: World, banks: Banks, hkd: Contract, way: str) -> None:
    banks.paid_in(world.shipper, 100)

    def pay(payer: object, payee: object) -> None:
        if way == "transfer":
            hkd.transfer(payer, payee, 1)
        elif way == "transferFrom":
            hkd.approve(payer, world.forwarder, 1)
            hkd.transferFrom(world.forwarder, payer, payee, 1)
        else:
            hkd.collect(payer, hkd, payer, payee, 1)

    pay(world.shipper, world.consignee)
    with refused("MayNotAct", world.stranger.address):
        pay(world.shipper, world.stranger)
    world.suspend(world.consignee)
    with refused("MayNotAct", world.consignee.address):
        pay(world.shipper, world.consignee)
    with refused("MayNotAct", world.consignee.address):
        pay(world.consignee, world.shipper)


def test_x13_who_winds_down_and_a_delisted_room_are_still_paid(world: World, banks: Banks, hkd: Contract) -> None:
    escrow = room(world)
    banks.paid_in(world.shipper, 100)
    world.ledger.setWindingDown(world.lifter, world.consignee.participant, True)
    world.ledger.delistRoom(world.delister, escrow, [])
    for payee in (world.consignee, escrow):
        hkd.transfer(world.shipper, payee, 10)
        assert hkd.balanceOf(payee) == 10


def test_a_deposit_of_one_country_is_held_by_its_participants_alone(world: World, banks: Banks) -> None:
    """CNY onshore (T34); a room holds it for its parties."""
    onshore = banks.opened(world.bank, country=b"CN")
    banks.paid_in(world.shipper, 100, onshore)
    with refused("NotOfTheCountry", world.consignee.address, b"CN"):
        onshore.transfer(world.shipper, world.consignee, 1)
    with refused("NotOfTheCountry", world.consignee.address, b"CN"):
        onshore.issue(world.bank, world.consignee, 1)
    onshore.transfer(world.shipper, room(world), 1)


def test_nobody_pays_what_it_has_not_and_nothing_is_nothing(world: World, banks: Banks, hkd: Contract) -> None:
    banks.paid_in(world.shipper, 5)
    with refused("ERC20InsufficientBalance", world.shipper.address, 5, 6):
        hkd.transfer(world.shipper, world.consignee, 6)
    hkd.transfer(world.shipper, world.consignee, 0)
    hkd.transfer(world.shipper, world.shipper, 5)
    assert hkd.balanceOf(world.shipper) == 5
    with refused("ERC20InvalidReceiver", NOBODY):
        hkd.transfer(world.shipper, NOBODY, 1)


def test_each_move_of_an_account_is_counted_beside_its_balance(world: World, banks: Banks, hkd: Contract) -> None:
    """So that no `Transfer` can be left out of a history or put into it, not even two that undo each other (P10)."""
    banks.paid_in(world.shipper, 5)
    hkd.transfer(world.shipper, world.consignee, 2)
    hkd.transfer(world.consignee, world.shipper, 2)
    hkd.transfer(world.shipper, world.shipper, 1)
    slots = [
        hkd.onchain.storage(bytes.fromhex(hkd.address[2:]), _slot(hkd, party))
        for party in (world.shipper, world.consignee)
    ]
    assert [word & (2**120 - 1) for word in slots] == [5, 0]
    assert [word >> 120 for word in slots] == [5, 2]


def _slot(deposit: Contract, party: object) -> int:
    from support.contract import plain

    from sampan.keccak import keccak
    from sampan.toolchain.artifacts import load

    (at,) = [int(entry["slot"]) for entry in load("Deposit").storage_layout["storage"] if entry["label"] == "_accounts"]
    key = bytes.fromhex(plain(party)[2:]).rjust(32, b"\0") + at.to_bytes(32, "big")
    return int.from_bytes(keccak(key), "big")


# ------------------------------------------------------------------------------------------------- what a bank declines


def test_t34_a_bank_declines_on_a_named_ground_before_it_settles_and_what_was_paid_stays(
    world: World, banks: Banks, hkd: Contract
) -> None:
    banks.paid_in(world.shipper, 100)
    hkd.transfer(world.shipper, world.consignee, 10)
    event = hkd.decline(world.bank, world.consignee, COURT_ORDER).event("IncomingDeclined")
    assert (event.account, event.ground) == (world.consignee.address, COURT_ORDER)
    assert hkd.declined(world.consignee) == COURT_ORDER
    with refused("PaymentDeclined", world.consignee.address, COURT_ORDER):
        hkd.transfer(world.shipper, world.consignee, 1)
    # What it has it still pays away, and is paid outside for.
    hkd.transfer(world.consignee, world.shipper, 4)
    hkd.redeem(world.consignee, 6)
    hkd.decline(world.bank, world.consignee, NONE)
    hkd.transfer(world.shipper, world.consignee, 1)
    assert hkd.balanceOf(world.consignee) == 1


def test_p14_a_bank_declines_no_room_so_that_nobody_is_kept_from_paying_into_it(world: World, hkd: Contract) -> None:
    """A room takes in for others; else the bank of a loan's money could force a default."""
    into = room(world)
    for ground in (SANCTIONS, COURT_ORDER):
        with refused("NotForARoom", into.address):
            hkd.decline(world.bank, into, ground)
    hkd.decline(world.bank, into, NONE)
    assert hkd.declined(into) == NONE


def test_a_payment_that_is_declined_moves_no_reserves(world: World, banks: Banks) -> None:
    banks.paid_in(world.shipper, 100, banks.other_hkd, world.cautious_bank)
    banks.hkd.decline(world.bank, world.consignee, SANCTIONS)
    before = banks.reserves.held(banks.hkd), banks.reserves.held(banks.other_hkd)
    with refused("PaymentDeclined", world.consignee.address, SANCTIONS):
        banks.hkd.collect(world.shipper, banks.other_hkd, world.shipper, world.consignee, 10)
    assert (banks.reserves.held(banks.hkd), banks.reserves.held(banks.other_hkd)) == before
    assert banks.other_hkd.balanceOf(world.shipper) == 100


# ----------------------------------------------------------------------------------------------------- a lost account


def test_what_a_lost_account_has_goes_to_its_successor(world: World, banks: Banks, hkd: Contract) -> None:
    banks.paid_in(world.bank_vault, 70)
    with refused("NoSuccessor", world.bank_vault.address):
        hkd.recover(world.relayer, world.bank_vault)
    world.ledger.removeAccount(world.bank, world.bank_vault, world.bank)
    event = hkd.recover(world.relayer, world.bank_vault).event("BalanceRecovered")
    assert (event.successor, event.amount) == (world.bank.address, 70)
    assert (hkd.balanceOf(world.bank_vault), hkd.balanceOf(world.bank), hkd.totalSupply()) == (0, 70, 70)
    with refused("NoSuccessor", world.bank_vault.address):
        hkd.recover(world.relayer, world.bank_vault)


# -------------------------------------------------------------------------------------------------------- allowances


def test_whoever_was_allowed_pays_so_much_and_no_more(world: World, banks: Banks, hkd: Contract) -> None:
    banks.paid_in(world.shipper, 100)
    hkd.approve(world.shipper, world.relayer, 30)
    hkd.transferFrom(world.relayer, world.shipper, world.consignee, 10)
    hkd.collect(world.relayer, hkd, world.shipper, world.consignee, 15)
    with refused("ERC20InsufficientAllowance", world.relayer.address, 5, 6):
        hkd.collect(world.relayer, hkd, world.shipper, world.consignee, 6)
    assert hkd.balanceOf(world.consignee) == 25


def test_allowances_are_used_up_across_banks_too(world: World, banks: Banks) -> None:
    banks.paid_in(world.shipper, 100, banks.other_hkd, world.cautious_bank)
    banks.other_hkd.approve(world.shipper, world.relayer, 10)
    banks.hkd.collect(world.relayer, banks.other_hkd, world.shipper, world.consignee, 10)
    assert banks.hkd.balanceOf(world.consignee) == 10
    with refused("ERC20InsufficientAllowance", world.relayer.address, 0, 1):
        banks.hkd.collect(world.relayer, banks.other_hkd, world.shipper, world.consignee, 1)


__all__ = ["ANY_COUNTRY", "BANK", "DAY", "HKD", "another"]
