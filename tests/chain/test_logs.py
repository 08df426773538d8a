"""Logs of long ranges from nodes that answer short ones only, are busy, or cut what they answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from support import faults
from support.lying_rpc import Call, Fault, LyingRpc

from sampan.chain.connection import Connection, RpcError
from sampan.chain.logs import LogReader
from sampan.chain.networks import Network
from sampan.chain.pace import Pace
from sampan.chain.rpc import HttpTransport
from sampan.errors import ChainError

ADDRESS = "0x" + "11" * 20
LAST = 600
WANTED = [number for number in range(1, LAST + 1) if number % 7 == 0]
WORDS = [whose for whose in faults.RANGE_WORDS if whose != "Infura"]


def word(number: int) -> str:
    return f"0x{number:064x}"


def log_of(number: int, index: int = 0) -> dict[str, Any]:
    return {
        "address": ADDRESS,
        "topics": [],
        "data": "0x",
        "blockNumber": hex(number),
        "blockHash": word(number),
        "transactionHash": word(number + 10**6),
        "transactionIndex": "0x0",
        "logIndex": hex(index),
    }


def chain(each: int = 1) -> Fault:
    """A node with so many logs in every 7th block."""

    def act(call: Call) -> dict[str, Any]:
        if call.method == "eth_getLogs":
            query = call.params[0]
            first, last = int(query["fromBlock"], 16), int(query["toBlock"], 16)
            numbers = [number for number in range(first, last + 1) if number % 7 == 0]
            return call.result([log_of(number, index) for number in numbers for index in range(each)])
        if call.method == "eth_getBlockByNumber":
            number = int(call.params[0], 16)
            block = {"number": hex(number), "hash": word(number), "timestamp": "0x1"}
            return call.result({**block, "transactions": [word(number + 10**6)]})
        number = int(call.params[0], 16) - 10**6
        receipt = {"transactionHash": call.params[0], "from": ADDRESS, "status": "0x1", "gasUsed": "0x1"}
        logs = [log_of(number, index) for index in range(each)] if number % 7 == 0 else []
        return call.result({**receipt, "blockNumber": hex(number), "blockHash": word(number), "logs": logs})

    return faults.answers(act)


@contextmanager
def reading(*of_node: Fault, step: int = 1_000) -> Iterator[tuple[LyingRpc, LogReader, list[float]]]:
    pauses: list[float] = []
    with LyingRpc(None, *of_node) as rpc:
        transport = HttpTransport(rpc.url, sleep=pauses.append)
        with Connection(transport, Network("test", "http", rpc.url)) as connection:
            yield rpc, LogReader(connection, [ADDRESS], step=step), pauses


def numbers(reader: LogReader, last: int = LAST) -> list[int]:
    return [log.block_number for piece in reader.read(1, last) for log in piece.logs]


@pytest.mark.parametrize("whose", WORDS)
def test_ranges_are_split_in_whatever_words_a_node_refuses_them(whose: str) -> None:
    with reading(faults.range_limit(10, whose), chain()) as (rpc, reader, pauses):
        assert numbers(reader) == WANTED
        assert len(rpc.seen) < 130, "60 would be perfect"
        assert sum(pauses) < 6, "learned once what it means"


def test_ranges_that_a_node_answers_with_silence_are_split_too() -> None:
    silent = faults.delay(0.4).on("eth_getLogs").given(lambda asked: faults.blocks_of(asked) > 100)
    with LyingRpc(None, silent, chain()) as rpc:
        transport = HttpTransport(rpc.url, timeout=0.2, sleep=lambda _: None)
        with Connection(transport, Network("test", "http", rpc.url)) as connection:
            assert numbers(LogReader(connection, [ADDRESS])) == WANTED
        assert silent.struck <= 7, "waited for three times, and then no more than once for each size"


@pytest.mark.slow
def test_ranges_shrink_further_where_less_is_taken_and_every_log_comes_once_and_in_order() -> None:
    narrow = faults.range_limit(3).given(lambda asked: int(asked.body["params"][0]["toBlock"], 16) > 500)
    done: list[int] = []
    with reading(faults.range_limit(10), narrow, chain()) as (rpc, reader, _):
        found = [log.block_number for piece in reader.read(1, LAST, done.append) for log in piece.logs]
        assert found == WANTED
        assert done == sorted(done)
        assert done[-1] == LAST
        assert len(rpc.seen) < 250, "not block by block where more is answered"


@pytest.mark.parametrize(
    "busy", [faults.busy, lambda: faults.error(-32005, "limit exceeded"), faults.drop, lambda: faults.text(b"<html>")]
)
def test_a_node_that_is_only_busy_is_waited_for_and_asked_the_same(busy: Any) -> None:
    with reading(busy().times(6), chain()) as (rpc, reader, pauses):
        assert numbers(reader) == WANTED
        assert len(pauses) >= 3
        assert len(rpc.seen) <= 9, "no smaller ranges for it, beside the one that told"


def test_a_node_that_refuses_even_one_block_is_given_up() -> None:
    with reading(faults.error(-32000, "history has been pruned")) as (rpc, reader, _):
        with pytest.raises(RpcError, match="history has been pruned"):
            numbers(reader)
        assert len(rpc.seen) < 20


@pytest.mark.parametrize("dead", [faults.drop, lambda: faults.busy(503), lambda: faults.status(401)])
def test_a_node_that_does_not_answer_at_all_is_given_up(dead: Any) -> None:
    with reading(dead()) as (_rpc, reader, pauses):
        with pytest.raises(ChainError) as told:
            numbers(reader)
        assert told.value.code == "chain.unreachable"
        assert sum(pauses) < 40


def test_an_empty_range_asks_nothing() -> None:
    with reading(chain()) as (rpc, reader, _):
        assert reader.read(5, 4) == []
        assert rpc.seen == []


@pytest.mark.slow
@pytest.mark.parametrize(("most", "each"), [(1, 3), (2, 1), (7, 3), (64, 3)])
def test_a_node_that_cuts_its_answers_is_found_and_read_in_parts(most: int, each: int) -> None:
    whole = [number for number in WANTED for _ in range(each)]
    with reading(faults.cut_logs(most), chain(each)) as (_rpc, reader, _):
        pieces = reader.read(1, LAST)
        assert sum(len(piece.logs) for piece in pieces) == most
        for _ in range(20):
            if not reader.is_cut(piece.answer for piece in pieces):
                break
            pieces = reader.read(1, LAST)
        assert [log.block_number for piece in pieces for log in piece.logs] == whole


def test_a_node_that_tells_all_or_lies_alike_in_every_range_does_not_cut() -> None:
    hides = faults.logs(lambda found: [log for log in found if log["blockNumber"] != "0x46"])
    adds = faults.logs(lambda found: [*found, {**found[-1], "logIndex": "0x63"}] if found else found)
    for of_node in ((chain(),), (hides, chain()), (adds, chain())):
        with reading(*of_node) as (rpc, reader, _):
            pieces = reader.read(1, LAST)
            assert not reader.is_cut(piece.answer for piece in pieces)
            assert len(rpc.seen) < 30


def test_a_pace_closes_in_on_what_is_taken_and_tries_more_after_a_long_good_run() -> None:
    pace, asked = Pace(1_000, 100_000), []
    for _ in range(120):
        asked.append(pace.size)
        if pace.size > 90:
            pace.too_much(pace.size)
        else:
            pace.good(pace.size)
    assert asked[8:40].count(90) > 20
    assert max(asked[40:]) > 90
    never = Pace(100, 100, forgets=False)
    never.too_much(100)
    for _ in range(200):
        never.good(never.size)
        assert never.size <= 99
