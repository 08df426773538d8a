"""The chain in process answers as a node does: hashes that follow, reverts with data, logs, snapshots, time."""

from __future__ import annotations

import pytest

from sampan.chain import networks, tester
from sampan.chain.accounts import ROLES, development_signer
from sampan.chain.connection import Connection, RpcError
from sampan.chain.sender import Sender
from sampan.chain.transactions import Call, Reverted
from sampan.chain.web3_provider import web3_over
from sampan.keccak import keccak

SAYS = bytes.fromhex("5f355f5260015f5260ff60205fa160205ff3")
"""Runtime code that emits topic 0xff with the word 1, and answers 1."""
REFUSES = bytes.fromhex("63deadbeef5f526004601cfd")


def create(connection: Connection, runtime: bytes) -> str:
    size = len(runtime)
    init = (
        bytes([0x5F + size])
        + runtime
        + bytes.fromhex("5f5260")
        + bytes([size])
        + b"\x60"
        + bytes([32 - size])
        + b"\xf3"
    )
    address = Sender(connection, development_signer("deployer")).send(Call(None, init)).contract
    assert address is not None
    return address


def header_hash(block: dict[str, object]) -> str:
    """A block's hash, worked out from its header."""
    import rlp

    def word(name: str) -> bytes:
        return bytes.fromhex(str(block[name])[2:])

    def number(name: str) -> bytes:
        value = int(str(block[name]), 16)
        return value.to_bytes((value.bit_length() + 7) // 8, "big")

    fields = [word(n) for n in ("parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot")]
    fields += [word("logsBloom")]
    fields += [number(n) for n in ("difficulty", "number", "gasLimit", "gasUsed", "timestamp")]
    fields += [word(n) for n in ("extraData", "mixHash", "nonce")]
    fields += [number("baseFeePerGas"), word("withdrawalsRoot"), number("blobGasUsed"), number("excessBlobGas")]
    fields += [word("parentBeaconBlockRoot"), word("requestsHash")]
    return "0x" + keccak(rlp.encode(fields)).hex()


@pytest.mark.parametrize("chain", ["in_process", pytest.param("over_http", marks=pytest.mark.anvil)])
def test_a_blocks_hash_follows_from_its_header(chain: str, request: pytest.FixtureRequest) -> None:
    connection: Connection = request.getfixturevalue(chain)
    create(connection, SAYS)
    for number in range(connection.block_number() + 1):
        block = connection.block(number)
        assert header_hash(block) == block["hash"]
        if number:
            assert block["parentHash"] == connection.block(number - 1)["hash"]


def test_the_same_acts_give_the_same_hashes_in_every_run() -> None:
    hashes = []
    for _ in range(2):
        with networks.connect("tester") as connection:
            create(connection, SAYS)
            hashes.append(connection.block()["hash"])
    assert hashes[0] == hashes[1]


def test_time_passes_by_a_second_a_block_whatever_the_clock_says(in_process: Connection) -> None:
    assert in_process.time(0) == tester.GENESIS_TIME
    start = in_process.time()
    create(in_process, SAYS)
    create(in_process, SAYS)
    assert in_process.time() == start + 2


@pytest.mark.parametrize("chain", ["in_process", pytest.param("over_http", marks=pytest.mark.anvil)])
def test_time_can_be_set_forward_alone(chain: str, request: pytest.FixtureRequest) -> None:
    connection: Connection = request.getfixturevalue(chain)
    later = connection.time() + 14 * 86_400
    connection.set_time(later)
    assert connection.time() == later
    connection.advance_time(3_600)
    assert connection.time() == later + 3_600
    create(connection, SAYS)
    assert later + 3_600 <= connection.time() <= later + 3_610
    with pytest.raises(RpcError):
        connection.set_time(later)


@pytest.mark.parametrize("chain", ["in_process", pytest.param("over_http", marks=pytest.mark.anvil)])
def test_a_refusal_comes_with_its_raw_data(chain: str, request: pytest.FixtureRequest) -> None:
    connection: Connection = request.getfixturevalue(chain)
    address = create(connection, REFUSES)
    with pytest.raises(Reverted) as told:
        connection.call(address, b"\x01\x02\x03\x04")
    assert told.value.data == bytes.fromhex("deadbeef")
    with pytest.raises(Reverted):
        connection.call_many([(address, b"")])
    assert connection.call(ROLES["carrier"], b"") == b""


@pytest.mark.parametrize("chain", ["in_process", pytest.param("over_http", marks=pytest.mark.anvil)])
def test_logs_are_found_by_address_range_and_topic(chain: str, request: pytest.FixtureRequest) -> None:
    connection: Connection = request.getfixturevalue(chain)
    one, other = create(connection, SAYS), create(connection, SAYS)
    sender = Sender(connection, development_signer("deployer"))
    receipts = [sender.send(Call(address)) for address in (one, other, one)]
    first = receipts[0].block_number
    assert connection.logs(from_block=first) == [log for receipt in receipts for log in receipt.logs]
    assert len(connection.logs(one, from_block=first)) == 2
    assert len(connection.logs([one, other], from_block=first)) == 3
    assert connection.logs(one, from_block=first + 1, to_block=first + 1) == []
    topic = "0x" + (255).to_bytes(32, "big").hex()
    assert len(connection.logs(from_block=first, topics=[topic])) == 3
    assert len(connection.logs(from_block=first, topics=[["0x" + "00" * 32, topic]])) == 3
    assert connection.logs(from_block=first, topics=["0x" + "00" * 32]) == []
    assert connection.logs(from_block=first, topics=[topic, topic]) == []
    by_block = connection.rpc("eth_getBlockReceipts", hex(first))
    assert [receipt["transactionHash"] for receipt in by_block] == [receipts[0].transaction_hash]


def test_a_snapshot_takes_blocks_receipts_and_logs_away(in_process: Connection) -> None:
    snapshot = in_process.snapshot()
    head = in_process.block_number()
    address = create(in_process, SAYS)
    receipt = Sender(in_process, development_signer("deployer")).send(Call(address))
    in_process.revert(snapshot)
    assert in_process.block_number() == head
    assert in_process.receipt(receipt.transaction_hash) is None
    assert in_process.logs(address) == []
    assert in_process.code(address) == b""


def test_what_was_is_still_answered_for_an_old_block(in_process: Connection) -> None:
    before = in_process.block_number()
    balance = in_process.balance(ROLES["shipper"])
    address = create(in_process, SAYS)
    Sender(in_process, development_signer("carrier")).send(Call(ROLES["shipper"], value=5))
    assert in_process.code(address, before) == b""
    assert in_process.balance(ROLES["shipper"], before) == balance
    assert in_process.nonce(ROLES["carrier"], before) + 1 == in_process.nonce(ROLES["carrier"])
    with pytest.raises(RpcError, match="there is no block"):
        in_process.balance(ROLES["shipper"], 10**6)


def test_web3_works_over_the_same_chain(in_process: Connection) -> None:
    address = create(in_process, SAYS)
    w3 = web3_over(in_process.transport)
    assert w3.is_connected()
    assert w3.eth.chain_id == in_process.chain_id
    assert w3.eth.block_number == in_process.block_number()
    assert w3.eth.get_block("latest")["hash"].to_0x_hex() == in_process.block()["hash"]
    assert int.from_bytes(w3.eth.call({"to": address}), "big") == 1
    assert w3.eth.estimate_gas({"to": address, "from": ROLES["carrier"]}) > 21_000
    signed = development_signer("carrier")
    receipt = Sender(in_process, signed).send(Call(address))
    assert w3.eth.get_transaction_receipt(receipt.transaction_hash)["gasUsed"] == receipt.gas_used
    assert w3.eth.get_transaction(receipt.transaction_hash)["from"] == ROLES["carrier"]


def test_what_it_does_not_know_it_says(in_process: Connection) -> None:
    with pytest.raises(RpcError, match="has no eth_mining") as told:
        in_process.rpc("eth_mining")
    assert told.value.rpc_code == -32601


def test_a_chain_of_somebody_elses_is_spoken_to_in_the_same_way() -> None:
    from eth_tester import EthereumTester, PyEVMBackend

    other = EthereumTester(PyEVMBackend())
    other.mine_blocks(2)
    connection = Connection(tester.TesterTransport(backend=other.backend), networks.BUILT_IN["tester"])
    assert connection.block_number() == 2
    owner = other.get_accounts()[0]
    other.send_transaction({"from": owner, "to": ROLES["carrier"], "value": 10**18, "gas": 21_000})
    assert connection.balance(ROLES["carrier"]) == 10**18
    receipt = Sender(connection, development_signer("carrier")).send(Call(ROLES["shipper"], value=1))
    assert other.get_transaction_receipt(receipt.transaction_hash)["block_number"] == receipt.block_number == 4


@pytest.mark.parametrize("raw", ["0x", "0x02", "0xdeadbeef", "0x02c0", "0xf86c"])
def test_what_is_no_transaction_is_refused(in_process: Connection, raw: str) -> None:
    with pytest.raises(RpcError):
        in_process.rpc("eth_sendRawTransaction", raw)


def test_nonces_and_funds_are_refused_in_the_words_of_nodes(in_process: Connection) -> None:
    carrier = development_signer("carrier")

    def send(nonce: int, value: int = 0) -> None:
        raw = carrier.sign(
            {
                "type": 2,
                "chainId": in_process.chain_id,
                "nonce": nonce,
                "to": ROLES["shipper"],
                "value": value,
                "data": b"",
                "gas": 21_000,
                "maxFeePerGas": 10**10,
                "maxPriorityFeePerGas": 1,
            }
        )
        in_process.rpc("eth_sendRawTransaction", "0x" + raw.hex())

    send(in_process.nonce(carrier.address))
    with pytest.raises(RpcError, match="already known"):
        send(in_process.nonce(carrier.address) - 1)
    with pytest.raises(RpcError, match="nonce too low"):
        send(in_process.nonce(carrier.address) - 1, value=1)
    with pytest.raises(RpcError, match="nonce too high"):
        send(in_process.nonce(carrier.address) + 1)
    with pytest.raises(RpcError, match="insufficient funds"):
        send(in_process.nonce(carrier.address), value=10**30)
