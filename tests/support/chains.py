"""Chains for tests: one in process, one anvil, each set back after every test."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support import ipc

from sampan.chain import networks
from sampan.chain.anvil import Anvil
from sampan.chain.connection import Connection
from sampan.chain.networks import Network
from sampan.chain.rpc import HttpTransport
from sampan.errors import Missing

WANTED = os.environ.get("SAMPAN_TEST_CHAIN", "")
"""`anvil` or `tester`: what tests of what is done on a chain have beneath them. By default an anvil where there is one,
which takes a quarter of the time; the chain in process needs Python alone."""


def new_chain() -> Connection:
    """A new chain for tests that are about what is done on it, not about the chain; close it when done."""
    if WANTED != "tester":
        try:
            return ipc.anvil()
        except Missing:
            if WANTED == "anvil":
                raise
    return networks.connect("tester")


@pytest.fixture(scope="session")
def one_tester() -> Iterator[Connection]:
    with networks.connect("tester") as connection:
        yield connection


@pytest.fixture
def in_process(one_tester: Connection) -> Iterator[Connection]:
    """A chain in this process, as new."""
    snapshot = one_tester.snapshot()
    yield one_tester
    one_tester.revert(snapshot)


@pytest.fixture(scope="session")
def one_anvil() -> Iterator[Anvil]:
    given = os.environ.get("SAMPAN_ANVIL")
    with Anvil(program=Path(given) if given else None) as anvil:
        yield anvil


@pytest.fixture
def over_http(one_anvil: Anvil) -> Iterator[Connection]:
    """An anvil over HTTP, as new."""
    with Connection(HttpTransport(one_anvil.url), Network("anvil", "anvil", one_anvil.url)) as connection:
        snapshot = connection.snapshot()
        yield connection
        connection.revert(snapshot)
        # What a test left waiting would be mined in the next one.
        connection.rpc("anvil_dropAllTransactions")


@contextmanager
def mining(connection: Connection, every: float = 0.02) -> Iterator[None]:
    """Blocks that keep coming, as on a public chain."""
    stop = threading.Event()

    def work() -> None:
        with Connection(HttpTransport(connection.network.url), connection.network) as miner:
            while not stop.wait(every):
                miner.mine()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
