"""What a node answers is held against what was asked, and what cannot be is an error that names the method."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support import faults
from support.lying_rpc import LyingRpc

from sampan.chain.connection import Connection
from sampan.chain.networks import Network
from sampan.chain.rpc import HttpTransport
from sampan.errors import ChainError

SOMEBODY = "0x" + "11" * 20
A_HASH, ANOTHER = "0x" + "ab" * 32, "0x" + "cd" * 32
TOPIC = "0x" + "77" * 32
BLOCK = {"number": "0x7", "hash": A_HASH, "timestamp": "0x60000000", "transactions": []}
LOG = {
    "address": SOMEBODY,
    "topics": [TOPIC],
    "data": "0x00",
    "blockNumber": "0x7",
    "blockHash": A_HASH,
    "transactionHash": ANOTHER,
    "transactionIndex": "0x0",
    "logIndex": "0x3",
}
RECEIPT = {
    "transactionHash": ANOTHER,
    "from": SOMEBODY,
    "to": None,
    "contractAddress": None,
    "status": "0x1",
    "blockNumber": "0x7",
    "blockHash": A_HASH,
    "gasUsed": "0x5208",
    "effectiveGasPrice": "0x1",
    "logs": [LOG],
}

NO_NUMBERS = [None, "0x", "0xzz", "0x1_0", "-0x1", " 0x1", "12", 12, True, 1.5, [], {}, "", "0x" + "f" * 65]
NO_BYTES = [None, "0xabc", "0xzz", "ab", 7, [], {}, "", True]


@pytest.fixture(scope="module")
def rpc() -> Iterator[LyingRpc]:
    with LyingRpc() as lying:
        yield lying


@pytest.fixture
def node(rpc: LyingRpc) -> Iterator[tuple[LyingRpc, Connection]]:
    """A node that answers what a test says, and a connection to it."""
    with Connection(HttpTransport(rpc.url, attempts=1), Network("test", "http", rpc.url)) as connection:
        yield rpc, connection
    rpc.remove()


def refused(node: tuple[LyingRpc, Connection], method: str, answer: Any, ask: Callable[[Connection], object]) -> None:
    rpc, connection = node
    rpc.remove()
    rpc.add(faults.answer(answer))
    with pytest.raises(ChainError) as told:
        ask(connection)
    assert told.value.code == "chain.answer", (answer, told.value)
    assert told.value.exit_code == 4
    assert method in told.value.message
    assert told.value.subject == connection.transport.name
    assert told.value.hint


ASKED: dict[str, Callable[[Connection], object]] = {
    "eth_chainId": lambda node: node.chain_id,
    "eth_blockNumber": lambda node: node.block_number(),
    "eth_getBalance": lambda node: node.balance(SOMEBODY),
    "eth_getTransactionCount": lambda node: node.nonce(SOMEBODY),
    "eth_estimateGas": lambda node: node.rpc("eth_estimateGas", {}),
    "eth_maxPriorityFeePerGas": lambda node: node.rpc("eth_maxPriorityFeePerGas"),
    "eth_gasPrice": lambda node: node.rpc("eth_gasPrice"),
    "eth_getStorageAt": lambda node: node.rpc_many([("eth_getStorageAt", (SOMEBODY, "0x0", "latest"))]),
}


@pytest.mark.parametrize("method", ASKED)
def test_what_is_no_number_is_refused_by_the_name_of_its_method(node: tuple[LyingRpc, Connection], method: str) -> None:
    for answer in NO_NUMBERS:
        refused(node, method, answer, ASKED[method])


@pytest.mark.parametrize("method", ["eth_chainId", "eth_blockNumber", "eth_getTransactionCount", "eth_estimateGas"])
def test_a_number_that_no_chain_reaches_is_refused(node: tuple[LyingRpc, Connection], method: str) -> None:
    refused(node, method, hex(2**63), ASKED[method])


def test_what_is_no_bytes_is_refused(node: tuple[LyingRpc, Connection]) -> None:
    for answer in NO_BYTES:
        refused(node, "eth_getCode", answer, lambda each: each.code(SOMEBODY))
        refused(node, "eth_call", answer, lambda each: each.call(SOMEBODY, b""))
        refused(node, "eth_call", answer, lambda each: each.call_many([(SOMEBODY, b"")]))
        refused(node, "eth_sendRawTransaction", answer, lambda each: each.rpc("eth_sendRawTransaction", "0x02"))
    refused(node, "eth_sendRawTransaction", "0xabcd", lambda each: each.rpc("eth_sendRawTransaction", "0x02"))


def without(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key != name}


BAD_BLOCKS: list[Any] = [
    "0x7",
    [],
    *(without(BLOCK, name) for name in ("number", "hash", "timestamp")),
    *({**BLOCK, name: None} for name in ("number", "hash", "timestamp", "transactions")),
    {**BLOCK, "hash": "0xab"},
    {**BLOCK, "hash": ANOTHER[:-1]},
    {**BLOCK, "number": "0x8"},
    {**BLOCK, "timestamp": hex(2**62)},
    {**BLOCK, "timestamp": "soon"},
    {**BLOCK, "baseFeePerGas": "0x"},
]


def test_a_block_that_is_none_or_another_is_refused(node: tuple[LyingRpc, Connection]) -> None:
    for answer in BAD_BLOCKS:
        refused(node, "eth_getBlockByNumber", answer, lambda each: each.block(7))
    refused(node, "eth_getBlockByHash", BLOCK, lambda each: each.block(ANOTHER))
    node[0].remove()
    node[0].add(faults.answer(BLOCK))
    assert node[1].block(7) == node[1].block(A_HASH) == node[1].block("latest") == BLOCK


def test_a_block_that_one_of_many_nodes_has_not_yet_is_asked_for_again(node: tuple[LyingRpc, Connection]) -> None:
    rpc, connection = node
    rpc.add(faults.answer(None).times(2), faults.answer(BLOCK))
    assert connection.block(7) == BLOCK


@pytest.mark.slow
def test_a_block_that_stays_away_is_no_block(node: tuple[LyingRpc, Connection]) -> None:
    node[0].add(faults.answer(None))
    with pytest.raises(ChainError, match="there is no block 7") as told:
        node[1].block(7)
    assert told.value.code == "chain.no_block"


BAD_LOGS: list[Any] = [
    None,
    7,
    {**LOG, "removed": True},
    *(without(LOG, name) for name in LOG),
    *({**LOG, name: None} for name in LOG),
    {**LOG, "logIndex": "-0x1"},
    {**LOG, "logIndex": hex(2**63)},
    {**LOG, "transactionIndex": hex(2**64)},
    {**LOG, "blockNumber": hex(2**70)},
    {**LOG, "blockNumber": "0xa"},
    {**LOG, "address": "0x" + "22" * 20},
    {**LOG, "address": SOMEBODY[:-2]},
    {**LOG, "topics": [ANOTHER]},
    {**LOG, "topics": []},
    {**LOG, "topics": [TOPIC] * 5},
    {**LOG, "topics": [TOPIC[:-2]]},
    {**LOG, "data": "0x0"},
    {**LOG, "blockHash": "0x"},
]


def test_a_log_that_is_none_or_was_not_asked_for_is_refused(node: tuple[LyingRpc, Connection]) -> None:
    def ask(connection: Connection) -> object:
        return connection.logs([SOMEBODY], from_block=5, to_block=9, topics=[[TOPIC]])

    for answer in (None, "0x", {}, *([bad] for bad in BAD_LOGS)):
        refused(node, "eth_getLogs", answer, ask)
    refused(node, "eth_getLogs", [LOG, {**LOG, "data": "0x01"}], ask)
    node[0].remove()
    node[0].add(faults.answer([{**LOG, "logIndex": "0x4"}, LOG, LOG]))
    assert [log.log_index for log in ask(node[1])] == [3, 4], "each once and in order"


BAD_RECEIPTS: list[Any] = [
    "0x1",
    *(without(RECEIPT, name) for name in ("logs", "transactionHash", "status", "from", "gasUsed")),
    *({**RECEIPT, name: None} for name in ("logs", "transactionHash", "status", "from", "gasUsed")),
    {**RECEIPT, "transactionHash": A_HASH},
    {**RECEIPT, "status": "0x2"},
    {**RECEIPT, "status": "0x0"},
    {**RECEIPT, "gasUsed": "much"},
    {**RECEIPT, "logs": [{**LOG, "transactionHash": A_HASH}]},
    {**RECEIPT, "logs": [{**LOG, "blockHash": ANOTHER}]},
    {**RECEIPT, "logs": [None]},
]


def test_a_receipt_that_is_none_or_anothers_is_refused(node: tuple[LyingRpc, Connection]) -> None:
    for answer in BAD_RECEIPTS:
        refused(node, "eth_getTransactionReceipt", answer, lambda each: each.receipt(ANOTHER))
    for answer, there in ((None, False), ({**RECEIPT, "blockHash": None}, False), (RECEIPT, True)):
        node[0].remove()
        node[0].add(faults.answer(answer))
        assert (node[1].receipt(ANOTHER) is not None) is there


def test_an_error_in_a_bundle_is_raised_and_one_that_is_wanted_is_given(node: tuple[LyingRpc, Connection]) -> None:
    rpc, connection = node
    rpc.add(faults.error(-32000, "no").on("eth_getCode"), faults.answer("0x1"))
    calls = [("eth_chainId", ()), ("eth_getCode", (SOMEBODY, "latest"))]
    assert next(str(answer) for answer in connection.try_many(calls)) == "0x1"
    with pytest.raises(ChainError, match="the node refused eth_getCode: no"):
        connection.rpc_many(calls)
