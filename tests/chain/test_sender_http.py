"""Sending over HTTP with local signatures: dropped by a reorganisation, answered late or not at all, overtaken."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from support import faults
from support.chains import mining
from support.lying_rpc import LyingRpc

from sampan.chain.accounts import ROLES, development_signer
from sampan.chain.connection import Connection
from sampan.chain.networks import Network
from sampan.chain.rpc import HttpTransport
from sampan.chain.sender import Sender
from sampan.chain.transactions import Call, Receipt
from sampan.errors import ChainError

pytestmark = pytest.mark.anvil


def pay(wei: int = 1, **fields: object) -> Call:
    return Call(ROLES["shipper"], value=wei, label="pay the shipper", **fields)


def sender(connection: Connection, **options: object) -> Sender:
    return Sender(connection, development_signer("carrier"), **options)


@contextmanager
def through(connection: Connection, **options: float) -> Iterator[tuple[LyingRpc, Connection]]:
    """The same chain through an RPC that can be made to fail."""
    with LyingRpc(connection.network.url) as rpc:
        transport = HttpTransport(rpc.url, sleep=lambda _: None, **options)
        with Connection(transport, Network("anvil", "http", rpc.url)) as failing:
            yield rpc, failing


def test_no_key_of_ours_is_in_the_node(over_http: Connection) -> None:
    receipt = sender(over_http).send(pay())
    assert over_http.rpc("eth_getTransactionByHash", receipt.transaction_hash)["type"] == "0x2"
    assert receipt.gas_used == 21_000


def test_an_act_waits_until_it_is_as_deep_as_was_asked(over_http: Connection) -> None:
    with mining(over_http):
        receipt = sender(over_http, confirmations=4).send(pay())
        assert over_http.block_number() - receipt.block_number + 1 >= 4


def test_what_a_reorganisation_dropped_while_it_was_awaited_is_sent_again_the_same_bytes(
    over_http: Connection,
) -> None:
    before = over_http.balance(ROLES["shipper"])
    steps: list[str] = []
    dropped: list[str] = []

    def watch(what: str, label: str) -> None:
        steps.append(what)

    done: list[Receipt] = []
    waiting = sender(over_http, confirmations=3, watch=watch)
    thread = threading.Thread(target=lambda: done.append(waiting.send(pay(7))))
    with Connection(HttpTransport(over_http.network.url), over_http.network) as beside:
        thread.start()
        while beside.balance(ROLES["shipper"]) == before:
            time.sleep(0.005)
        dropped += beside.block(beside.block_number())["transactions"]
        time.sleep(0.3)
        beside.rpc("anvil_reorg", 1, [])
        assert beside.receipt(dropped[0]) is None or "dropped" in steps
        while not done:
            beside.mine()
            time.sleep(0.02)
    thread.join()
    assert steps == ["signed", "sent", "dropped", "sent", "mined"]
    assert done[0].transaction_hash == dropped[0]
    assert over_http.balance(ROLES["shipper"]) == before + 7


def test_what_a_reorganisation_dropped_later_goes_out_before_the_next_act(over_http: Connection) -> None:
    before = over_http.balance(ROLES["shipper"])
    sending = sender(over_http)
    first, second = sending.send(pay(1)), sending.send(pay(2))
    over_http.rpc("anvil_reorg", 2, [])
    assert over_http.receipt(first.transaction_hash) is None
    assert over_http.receipt(second.transaction_hash) is None
    sending.send(pay(4))
    assert over_http.balance(ROLES["shipper"]) == before + 7
    assert over_http.receipt(first.transaction_hash) is not None
    assert over_http.receipt(second.transaction_hash) is not None


def test_what_a_reorganisation_dropped_comes_back_when_all_is_settled(over_http: Connection) -> None:
    before = over_http.balance(ROLES["shipper"])
    sending = sender(over_http)
    for wei in (1, 2, 4):
        sending.send(pay(wei))
    over_http.rpc("anvil_reorg", 3, [])
    assert over_http.balance(ROLES["shipper"]) == before
    sending.settle()
    assert over_http.balance(ROLES["shipper"]) == before + 7


def test_an_act_whose_place_was_taken_in_a_reorganisation_is_not_done_again_in_silence(over_http: Connection) -> None:
    sending = sender(over_http)
    sending.send(pay(1))
    over_http.rpc("anvil_reorg", 1, [])
    sender(over_http).send(pay(2))
    with pytest.raises(ChainError, match="another transaction took the place of pay the shipper") as told:
        sending.settle()
    assert told.value.code == "chain.replaced"


@pytest.mark.parametrize("times", [1, 3])
def test_a_transaction_whose_answer_was_lost_is_not_done_twice(over_http: Connection, times: int) -> None:
    before = over_http.balance(ROLES["shipper"])
    with through(over_http) as (rpc, failing):
        rpc.add(faults.take_and_break(times))
        receipt = sender(failing).send(pay(7))
        assert rpc.methods().count("eth_sendRawTransaction") == times + 1
    assert receipt.succeeded
    assert over_http.balance(ROLES["shipper"]) == before + 7


def test_an_rpc_that_stutters_all_the_time_still_brings_everything_through_once(over_http: Connection) -> None:
    before = over_http.balance(ROLES["shipper"])
    with through(over_http, timeout=0.25) as (rpc, failing):
        # Each strikes at every twelfth request, two requests after the one before it.
        stutter = [
            faults.drop(),
            faults.status(429),
            faults.swallow(),
            faults.status(503),
            faults.text(b"<html>"),
            faults.delay(0.4),
        ]
        methods = ("eth_sendRawTransaction", "eth_getTransactionReceipt", "eth_estimateGas", "batch")
        rpc.add(*(fault.on(*methods).every(12).after(2 * number) for number, fault in enumerate(stutter)))
        sending = sender(failing)
        for wei in (1, 2, 4, 8, 16, 32):
            sending.send(pay(wei))
        assert sum(fault.struck for fault in rpc.faults) > 5
    assert over_http.balance(ROLES["shipper"]) == before + 63


def test_a_node_that_lags_behind_gives_no_nonce_twice(over_http: Connection) -> None:
    before = over_http.balance(ROLES["shipper"])
    nonce = over_http.nonce(ROLES["carrier"])
    with through(over_http) as (rpc, failing):
        rpc.add(faults.answer(hex(nonce)).on("eth_getTransactionCount"))
        sending = sender(failing)
        receipts = [sending.send(pay(wei)) for wei in (1, 2, 4)]
    assert len({receipt.transaction_hash for receipt in receipts}) == 3
    assert over_http.balance(ROLES["shipper"]) == before + 7


def test_a_nonce_that_another_program_took_first_is_given_up_for_the_next(over_http: Connection) -> None:
    before = over_http.balance(ROLES["shipper"])
    with through(over_http) as (rpc, failing):
        overtake = faults.before(lambda _: sender(over_http).send(pay(100)))
        rpc.add(overtake.on("eth_sendRawTransaction").times(1))
        sender(failing).send(pay(7))
    assert over_http.balance(ROLES["shipper"]) == before + 107


def test_an_offer_that_became_too_low_is_raised_for_the_same_nonce(
    over_http: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sampan.chain.sender.RESEND_AFTER", 0.2)
    before = over_http.balance(ROLES["shipper"])
    over_http.rpc("evm_setAutomine", False)
    steps: list[str] = []
    try:
        sending = sender(over_http, watch=lambda what, label: steps.append(what))
        done: list[Receipt] = []
        thread = threading.Thread(target=lambda: done.append(sending.send(pay(7))))
        thread.start()
        while "sent" not in steps:
            time.sleep(0.005)
        with Connection(HttpTransport(over_http.network.url), over_http.network) as beside:
            beside.rpc("anvil_setNextBlockBaseFeePerGas", hex(10**11))
            beside.mine()
            assert beside.balance(ROLES["shipper"]) == before, "the offer is too low now"
            while not done:
                time.sleep(0.05)
                if "bumped" in steps:
                    beside.mine()
        thread.join()
    finally:
        over_http.rpc("anvil_setNextBlockBaseFeePerGas", hex(10**9))
        over_http.rpc("evm_setAutomine", True)
    assert "bumped" in steps
    assert over_http.balance(ROLES["shipper"]) == before + 7


def test_an_offer_that_the_node_calls_too_low_is_doubled_until_it_takes_it(over_http: Connection) -> None:
    before = over_http.balance(ROLES["shipper"])
    over_http.rpc("anvil_setNextBlockBaseFeePerGas", hex(20 * 10**9))
    sender(over_http).send(pay(7))
    assert over_http.balance(ROLES["shipper"]) == before + 7
    over_http.rpc("anvil_setNextBlockBaseFeePerGas", hex(10**12))
    with pytest.raises(ChainError, match="the node refused eth_sendRawTransaction"):
        sender(over_http, max_fee=10**11).send(pay(7))
    over_http.rpc("anvil_setNextBlockBaseFeePerGas", hex(10**9))


def test_an_act_that_does_not_come_through_is_given_up_in_words(over_http: Connection) -> None:
    over_http.rpc("evm_setAutomine", False)
    try:
        with pytest.raises(ChainError, match=r"pay the shipper did not come through in 0\.3 seconds") as told:
            sender(over_http, timeout=0.3).send(pay())
        assert told.value.code == "chain.timeout"
        assert told.value.subject is not None
        assert told.value.subject.startswith("0x")
    finally:
        over_http.rpc("anvil_dropAllTransactions")
        over_http.rpc("evm_setAutomine", True)


def test_the_same_acts_cost_the_same_gas_in_process_and_over_http(
    over_http: Connection, in_process: Connection
) -> None:
    calls = [
        pay(1),
        Call(None, bytes.fromhex("6b63deadbeef5f526004601cfd5f52600c6014f3")),
        Call(ROLES["shipper"], b"\x01" * 3_000),
    ]
    used = [[sender(chain).send(call).gas_used for call in calls] for chain in (over_http, in_process)]
    assert used[0] == used[1]
    assert used[0][2] == 21_000 + 3_000 * 40, "the floor for data of Prague (EIP-7623)"
