"""Fixtures of the contract tests: one ledger a process, set back before every test; each party by its role."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import pytest
from eth_keys.datatypes import PrivateKey
from support.contract import Contract
from support.onchain import OnChain, OpenBlock, Revm
from support.trade import Ledger, Party
from support.world import World, build


@pytest.fixture
def chain(request: pytest.FixtureRequest) -> Callable[[list[PrivateKey]], OnChain]:
    """What carries out the transactions: ape's chain under `ape test`, else the quickest that does for the test."""
    if (of_ape := _of_ape()) is not None:
        return of_ape
    by_the_book = request.node.get_closest_marker("open_block") or importlib.util.find_spec("pyrevm") is None
    return OpenBlock if by_the_book else Revm


@cache
def _of_ape() -> Callable[[list[PrivateKey]], OnChain] | None:
    ape = sys.modules.get("ape")
    if ape is None or ape.networks.active_provider is None:
        return None
    return partial(
        OnChain,
        backend=ape.chain.provider.tester.ethereum_tester.backend,
        purse=PrivateKey(bytes.fromhex(ape.accounts.test_accounts[0].private_key.removeprefix("0x"))),
    )


@cache
def _built(chain: Callable[[list[PrivateKey]], OnChain]) -> tuple[World, Any]:
    world = build(chain)
    return world, world.onchain.mark()


@pytest.fixture
def world(chain: Callable[[list[PrivateKey]], OnChain]) -> Iterator[World]:
    """The ledger with everybody enrolled, as it was before any test."""
    world, mark = _built(chain)
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
delister = _party("delister")
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
