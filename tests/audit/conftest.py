"""Ledgers to audit: one, one on anvil over HTTP, each as new for every test; and one that is honest and stays so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.audited_trade import Honest, OnAnvil, Trade, deployed, honest
from support.chains import new_chain

from sampan.audit import audit
from sampan.chain.anvil import Anvil
from sampan.chain.connection import Connection
from sampan.chain.networks import Network
from sampan.chain.rpc import HttpTransport


@pytest.fixture(scope="session")
def honest_ledger() -> Iterator[Honest]:
    """A ledger on which everything happened once. Nobody acts on it any more."""
    with new_chain() as connection:
        trade = deployed(connection)
        bills = honest(trade)
        yield Honest(trade, bills, audit(connection, trade.manifest))


@pytest.fixture(scope="session")
def _one_ledger() -> Iterator[Trade]:
    with new_chain() as connection:
        yield deployed(connection)


@pytest.fixture
def trade(_one_ledger: Trade) -> Iterator[Trade]:
    """A ledger whose parties are enrolled and have done nothing yet."""
    snapshot = _one_ledger.connection.snapshot()
    _one_ledger.references = 0
    yield _one_ledger
    _one_ledger.connection.revert(snapshot)


@pytest.fixture(scope="session")
def _anvil_ledger() -> Iterator[tuple[Anvil, Trade, dict[str, int]]]:
    given = os.environ.get("SAMPAN_ANVIL")
    with (
        Anvil(program=Path(given) if given else None) as server,
        Connection(HttpTransport(server.url), Network("anvil", "anvil", server.url)) as connection,
    ):
        trade = deployed(connection)
        yield server, trade, honest(trade)


@pytest.fixture
def own_anvil() -> Iterator[OnAnvil]:
    """An anvil of the test's own, to reorganise: rolling back takes snapshots away."""
    given = os.environ.get("SAMPAN_ANVIL")
    with (
        Anvil(program=Path(given) if given else None) as server,
        Connection(HttpTransport(server.url), Network("anvil", "anvil", server.url)) as connection,
    ):
        yield OnAnvil(server.url, deployed(connection), {})


@pytest.fixture
def on_anvil(_anvil_ledger: tuple[Anvil, Trade, dict[str, int]]) -> Iterator[OnAnvil]:
    """An honest ledger on anvil; what a test does to it is undone."""
    server, trade, bills = _anvil_ledger
    snapshot, references = trade.connection.snapshot(), trade.references
    yield OnAnvil(server.url, trade, bills)
    trade.references = references
    trade.connection.revert(snapshot)
