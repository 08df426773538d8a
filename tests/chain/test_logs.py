"""Events of long ranges from nodes that answer short ones only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support import faults
from support.lying_rpc import Call, LyingRpc

from sampan.chain import logs
from sampan.chain.connection import Connection, RpcError
from sampan.chain.networks import Network
from sampan.chain.rpc import HttpTransport

ADDRESS = "0x" + "11" * 20


@pytest.fixture
def asked() -> list[tuple[int, int]]:
    return []


@pytest.fixture
def short_ranges(asked: list[tuple[int, int]]) -> Iterator[Connection]:
    """A node with an event in every 7th block, that answers at most 10 blocks at a time, 3 past block 500."""

    def answer(call: Call) -> dict[str, Any]:
        query = call.params[0]
        first, last = int(query["fromBlock"], 16), int(query["toBlock"], 16)
        asked.append((first, last))
        if last - first + 1 > (3 if last > 500 else 10):
            return call.error(-32600, "block range is too wide")
        found = [
            {
                "address": ADDRESS,
                "topics": [],
                "data": "0x",
                "blockNumber": hex(number),
                "blockHash": "0x" + "00" * 32,
                "transactionHash": "0x" + "00" * 32,
                "transactionIndex": "0x0",
                "logIndex": "0x0",
            }
            for number in range(first, last + 1)
            if number % 7 == 0
        ]
        return call.result(found[::-1])

    with LyingRpc() as rpc:
        rpc.add(faults.answers(answer))
        with Connection(HttpTransport(rpc.url), Network("test", "http", rpc.url)) as connection:
            yield connection


def test_every_event_comes_once_and_in_order(short_ranges: Connection, asked: list[tuple[int, int]]) -> None:
    done: list[int] = []
    found = [log.block_number for log in logs.collect(short_ranges, ADDRESS, 1, 600, progress=done.append)]
    assert found == [number for number in range(1, 601) if number % 7 == 0]
    assert done == sorted(done)
    assert done[-1] == 600
    assert len(asked) < 250, "not block by block where more is answered"


def test_a_node_that_refuses_even_one_block_is_given_up(short_ranges: Connection) -> None:
    with LyingRpc() as rpc:
        rpc.add(faults.error(-32000, "history has been pruned").on("eth_getLogs"))
        connection = Connection(HttpTransport(rpc.url), Network("test", "http", rpc.url))
        with connection, pytest.raises(RpcError, match="history has been pruned"):
            list(logs.collect(connection, ADDRESS, 0, 100))


def test_an_empty_range_asks_nothing(short_ranges: Connection, asked: list[tuple[int, int]]) -> None:
    assert list(logs.collect(short_ranges, ADDRESS, 5, 4)) == []
    assert not asked
