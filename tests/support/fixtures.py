"""Fixtures of the contract tests: one ledger a process, set back before every test; each party by its role."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from support.contract import Contract
from support.trade import Ledger, Party
from support.world import World, build


@cache
def _built() -> tuple[World, Any]:
    backend = purse = None
    ape = sys.modules.get("ape")
    if ape is not None and ape.networks.active_provider is not None:
        from eth_keys.datatypes import PrivateKey

        backend = ape.chain.provider.tester.ethereum_tester.backend
        purse = PrivateKey(bytes.fromhex(ape.accounts.test_accounts[0].private_key.removeprefix("0x")))
    world = build(backend, purse)
    return world, world.onchain.mark()


@pytest.fixture
def world() -> Iterator[World]:
    """The ledger with everybody enrolled, as it was before any test."""
    world, mark = _built()
    world.onchain.back(mark)
    world.ledger.references = 0
    spare = world.extra["spare"]
    world.extra = {"spare": spare}
    remembered = [(party, dict(vars(party))) for party in [*world.parties(), *spare]]
    yield world
    for party, before in remembered:
        vars(party).update(before)


@pytest.fixture
def ledger(world: World) -> Ledger:
    return world.ledger


@pytest.fixture
def authority(world: World) -> Contract:
    """The AccessManager."""
    return world.ledger.authority_contract


def _party(name: str) -> Any:
    @pytest.fixture(name=name)
    def party(world: World) -> Party:
        found: Party = getattr(world, name)
        return found

    return party


admin = _party("admin")
enroller = _party("enroller")
suspender = _party("suspender")
lifter = _party("lifter")
recoverer = _party("recoverer")
lister = _party("lister")
carrier = _party("carrier")
carrier_desk = _party("carrier_desk")
other_carrier = _party("other_carrier")
shipper = _party("shipper")
bank = _party("bank")
bank_vault = _party("bank_vault")
consignee = _party("consignee")
forwarder = _party("forwarder")
cautious_bank = _party("cautious_bank")
choosy_trader = _party("choosy_trader")
producer = _party("producer")
supervisor = _party("supervisor")
stranger = _party("stranger")
relayer = _party("relayer")
