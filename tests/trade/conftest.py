"""The sale, two banks and the parties of a trade."""

from __future__ import annotations

import pytest
from support.fixtures import *  # noqa: F403
from support.money import Banks, Mint, Sales
from support.money import banks as made
from support.money import mint as coins
from support.money import sale as listed
from support.world import World


@pytest.fixture
def banks(world: World) -> Banks:
    found = made(world)
    for money, bank in ((found.hkd, world.bank), (found.other_hkd, world.cautious_bank)):
        for party in (world.shipper, world.consignee):
            found.paid_in(party, 1_000_000, money, bank)
    return found


@pytest.fixture
def sales(world: World, banks: Banks) -> Sales:
    found = listed(world)
    for money in (banks.hkd, banks.other_hkd):
        money.approve(world.consignee, found, 2**256 - 1)
    return Sales(banks, found)


@pytest.fixture
def mint(world: World) -> Mint:
    return coins(world)
