"""Payment versus payment at a quoted rate: both legs, or neither (T34, N27, C14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from support.contract import Contract, refused
from support.money import CNH, HKD, Banks, Quote, another, deployed
from support.trade import BANK, DAY, MOVE, TERMS, Party
from support.world import World


@dataclass
class Desk:
    """The bank gives renminbi for Hong Kong dollars; the shipper wants some."""

    banks: Banks
    exchange: Contract
    cnh: Contract
    """Deposits at the bank in the book of another agent."""
    other_cnh: Contract

    def quote(self, **changes: Any) -> Quote:
        world = self.banks.world
        made = Quote(world.bank, self.cnh, 90_000, self.banks.hkd, 100_001, world.ledger.now + DAY)
        return made._replace(**changes)

    def exchanges(
        self, quote: Quote, amount: int, *, by: Party | None = None, signer: Party | None = None, **changes: Any
    ) -> Any:
        world = self.banks.world
        customer = by or world.shipper
        signature = (signer or world.bank).signature(self.exchange.digestOf(quote))
        said = {"from_": self.banks.hkd, "to": self.cnh, "payee": customer} | changes
        return self.exchange.exchange(customer, quote, signature, amount, said["from_"], said["to"], said["payee"])


@pytest.fixture
def desk(world: World, banks: Banks) -> Desk:
    clearer = another(world, 2, "SAMPANTEST0CLEARER", "HK", BANK | TERMS)
    banks.reserves.openBook(clearer, CNH, 2)
    cnh, other_cnh = (banks.opened(bank, CNH, agent=clearer) for bank in (world.bank, world.cautious_bank))
    for money in (cnh, other_cnh):
        banks.reserves.issue(clearer, money, 10**9)
    made = Desk(banks, deployed(world, "Exchange", ("address", world.ledger.address)), cnh, other_cnh)
    banks.paid_in(world.bank, 1_000_000, cnh)
    banks.paid_in(world.shipper, 1_000_000)
    cnh.approve(world.bank, made.exchange, 2**256 - 1)
    banks.hkd.approve(world.shipper, made.exchange, 2**256 - 1)
    return made


def test_both_legs_settle_in_one_act(world: World, desk: Desk) -> None:
    quote = desk.quote()
    event = desk.exchanges(quote, 45_000).event("Exchanged")
    # 45,000 x 100,001 / 90,000 = 50,000.5: the bank gives the half away.
    assert (event.amount, event.paid, event.used) == (45_000, 50_000, 45_000)
    assert desk.cnh.balanceOf(world.shipper) == 45_000
    assert desk.banks.hkd.balanceOf(world.bank) == 50_000


def test_each_leg_settles_across_banks_in_its_own_book(world: World, desk: Desk) -> None:
    desk.banks.paid_in(world.shipper, 1_000, desk.banks.other_hkd, world.cautious_bank)
    desk.banks.other_hkd.approve(world.shipper, desk.exchange, 1_000)
    desk.exchanges(desk.quote(), 900, from_=desk.banks.other_hkd, to=desk.other_cnh, payee=world.consignee)
    assert (desk.other_cnh.balanceOf(world.consignee), desk.banks.other_hkd.balanceOf(world.shipper)) == (900, 0)
    assert desk.banks.hkd.balanceOf(world.bank) == 1_000


def test_neither_leg_settles_without_the_other(world: World, desk: Desk) -> None:
    """The second leg fails: the first, which was carried out, is undone."""
    desk.cnh.decline(world.bank, world.shipper, 1)
    with refused("PaymentDeclined", world.shipper.address, 1):
        desk.exchanges(desk.quote(), 900)
    assert desk.banks.hkd.balanceOf(world.shipper) == 1_000_000
    assert desk.exchange.used(desk.exchange.digestOf(desk.quote())) == 0


def test_a_quote_is_good_for_its_total_and_is_used_up(world: World, desk: Desk) -> None:
    quote = desk.quote()
    digest = desk.exchange.digestOf(quote)
    with refused("QuoteUsedUp", digest, 90_000, 90_001):
        desk.exchanges(quote, 90_001)
    desk.exchanges(quote, 60_000)
    with refused("QuoteUsedUp", digest, 30_000, 30_001):
        desk.exchanges(quote, 30_001)
    desk.exchanges(quote, 30_000)
    # Rounded part by part, never more than the price of the whole.
    assert desk.banks.hkd.balanceOf(world.bank) == 66_667 + 33_333
    with refused("QuoteUsedUp", digest, 0, 1):
        desk.exchanges(quote, 1)
    with refused("NothingBought"):
        desk.exchanges(desk.quote(salt=b"\1" * 32), 0)


def test_a_quote_expires_to_the_second(world: World, desk: Desk) -> None:
    quote = desk.quote()
    world.onchain.at(quote.deadline)
    desk.exchanges(quote, 1_000)
    world.onchain.at(quote.deadline + 1)
    with refused("SignatureExpired", quote.deadline):
        desk.exchanges(quote, 1_000)


def test_a_quote_binds_only_whom_signed_it_in_these_words(world: World, desk: Desk) -> None:
    with refused("NotSignedBy", world.bank.address):
        desk.exchanges(desk.quote(), 1, signer=world.shipper)
    good = desk.quote()
    signature = world.bank.signature(desk.exchange.digestOf(good))
    cheaper = good._replace(price=1)
    with refused("NotSignedBy", world.bank.address):
        desk.exchange.exchange(world.shipper, cheaper, signature, 1_000, desk.banks.hkd, desk.cnh, world.shipper)
    elsewhere = deployed(world, "Exchange", ("address", world.ledger.address))
    with refused("NotSignedBy", world.bank.address):
        elsewhere.exchange(world.shipper, good, signature, 1_000, desk.banks.hkd, desk.cnh, world.shipper)


def test_a_bank_withdraws_a_quote(world: World, desk: Desk) -> None:
    quote = desk.quote()
    digest = desk.exchange.digestOf(quote)
    world.ledger.cancel(world.bank, digest)
    with refused("SignatureCancelled", world.bank.address, digest):
        desk.exchanges(quote, 1)


def test_only_a_bank_that_acts_quotes(world: World, desk: Desk) -> None:
    with refused("LacksRole", world.forwarder.address, BANK | TERMS):
        desk.exchanges(desk.quote(account=world.forwarder), 1, signer=world.forwarder)
    world.ledger.setAccountRoles(world.bank, world.bank_vault, MOVE | BANK)
    with refused("LacksRole", world.bank_vault.address, BANK | TERMS):
        desk.exchanges(desk.quote(account=world.bank_vault), 1, signer=world.bank_vault)
    world.suspend(world.bank)
    with refused("MayNotAct", world.bank.address):
        desk.exchanges(desk.quote(), 1)


__all__ = ["HKD"]


@pytest.mark.parametrize("side", ["to", "bought"])
def test_who_takes_what_is_no_money_has_nothing(world: World, desk: Desk, side: str) -> None:
    """The exchange knows no list of money: whoever names a contract believes it. The audit says so (SAM-M2)."""
    impostor = deployed(world, "Impostor", ("address", desk.cnh.address), tests=True)
    if side == "to":
        desk.exchanges(desk.quote(), 900, to=impostor)
        assert (desk.cnh.balanceOf(world.shipper), desk.banks.hkd.balanceOf(world.bank)) == (0, 1_000)
    else:
        desk.exchanges(desk.quote(bought=impostor), 900, from_=impostor)
        assert (desk.cnh.balanceOf(world.shipper), desk.banks.hkd.balanceOf(world.bank)) == (900, 0)
