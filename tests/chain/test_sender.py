"""Sending: nonces, fees, refusals, and what is sent again. On a chain in process; over HTTP in `test_sender_http`."""

from __future__ import annotations

import pytest

from sampan.chain.accounts import ROLES, development_signer
from sampan.chain.connection import Connection
from sampan.chain.fees import format_ether, require_funds
from sampan.chain.sender import Sender
from sampan.chain.signers import KeySigner
from sampan.chain.transactions import GAS_CAP, Call, Reverted
from sampan.errors import ChainError, Missing

REFUSES = bytes.fromhex("63deadbeef5f526004601cfd")
"""Runtime code that reverts with 0xdeadbeef whatever it is asked."""
LOGS_AND_ANSWERS = bytes.fromhex("602a5f5260ff60205fa160205ff3")
"""Runtime code that emits an event of one topic (0xff) and 32 bytes (42), and answers 42."""
TELLS = bytes.fromhex("6007545f5260205ff3")
"""Runtime code that answers its seventh word of storage."""
WANTS_ALL = bytes.fromhex("63ffffffff51")
"""Runtime code that wants more memory than any gas pays for."""


def creation(runtime: bytes) -> bytes:
    """Code that creates a contract with that runtime code (up to 32 bytes)."""
    size = len(runtime)
    push = bytes([0x5F + size]) + runtime
    return push + bytes.fromhex("5f5260") + bytes([size]) + bytes.fromhex("60") + bytes([32 - size]) + b"\xf3"


@pytest.fixture
def sender(in_process: Connection) -> Sender:
    return Sender(in_process, development_signer("carrier"))


def pay(wei: int = 1, **fields: object) -> Call:
    return Call(ROLES["shipper"], value=wei, label="pay the shipper", **fields)


def test_an_act_is_sent_and_its_receipt_comes_back(in_process: Connection, sender: Sender) -> None:
    before = in_process.balance(ROLES["shipper"])
    receipt = sender.send(pay(7))
    assert receipt.succeeded
    assert receipt.sender == ROLES["carrier"]
    assert receipt.to == ROLES["shipper"]
    assert receipt.gas_used == 21_000
    assert receipt.cost == 21_000 * receipt.gas_price
    assert in_process.balance(ROLES["shipper"]) == before + 7
    assert in_process.receipt(receipt.transaction_hash) == receipt


def test_fees_are_offered_as_eip_1559_says(in_process: Connection, sender: Sender) -> None:
    base_fee = int(in_process.block()["baseFeePerGas"], 16)
    receipt = sender.send(pay())
    sent = in_process.rpc("eth_getTransactionByHash", receipt.transaction_hash)
    tip = int(sent["maxPriorityFeePerGas"], 16)
    assert sent["type"] == "0x2"
    assert int(sent["maxFeePerGas"], 16) == 2 * base_fee + tip
    assert int(sent["chainId"], 16) == in_process.chain_id


def test_more_than_the_most_that_may_be_offered_is_not_offered(in_process: Connection) -> None:
    sender = Sender(in_process, development_signer("carrier"), max_fee=1_500_000_000)
    receipt = sender.send(pay())
    assert (
        int(in_process.rpc("eth_getTransactionByHash", receipt.transaction_hash)["maxFeePerGas"], 16) == 1_500_000_000
    )
    with pytest.raises(ChainError, match="more than the most that may be offered"):
        Sender(in_process, development_signer("carrier"), max_fee=1).send(pay())


def test_what_a_contract_refuses_is_not_sent(in_process: Connection, sender: Sender) -> None:
    address = sender.send(Call(None, creation(REFUSES))).contract
    assert address is not None
    assert in_process.code(address) == REFUSES
    nonce = in_process.nonce(sender.address)
    with pytest.raises(Reverted, match="sign the terms was refused by the contract: error 0xdeadbeef") as told:
        sender.send(Call(address, label="sign the terms"))
    assert told.value.data == bytes.fromhex("deadbeef")
    assert told.value.exit_code == 5
    assert told.value.transaction_hash is None
    assert in_process.nonce(sender.address) == nonce


def test_a_refusal_that_was_sent_all_the_same_comes_with_its_data(in_process: Connection, sender: Sender) -> None:
    address = sender.send(Call(None, creation(REFUSES))).contract
    with pytest.raises(Reverted) as told:
        sender.send(Call(address, gas=100_000))
    assert told.value.data == bytes.fromhex("deadbeef")
    assert told.value.transaction_hash is not None
    receipt = in_process.receipt(told.value.transaction_hash)
    assert receipt is not None
    assert not receipt.succeeded


def test_no_transaction_may_have_more_gas_than_the_cap(in_process: Connection, sender: Sender) -> None:
    address = sender.send(Call(None, creation(WANTS_ALL))).contract
    with pytest.raises(ChainError, match="more than 16,777,216 gas") as told:
        sender.send(Call(address))
    assert "split" in (told.value.hint or "")
    with pytest.raises(ChainError, match="more than 16,777,216 gas"):
        sender.send(pay(gas=GAS_CAP + 1))


def test_a_rehearsal_says_gas_cost_answer_and_events_and_sends_nothing(in_process: Connection, sender: Sender) -> None:
    address = sender.send(Call(None, creation(LOGS_AND_ANSWERS))).contract
    assert address is not None
    head = in_process.block_number()
    rehearsal = sender.rehearse(Call(address))
    assert in_process.block_number() == head
    assert int.from_bytes(rehearsal.output, "big") == 42
    assert rehearsal.logs is not None
    assert [(log.address, log.topics, log.data) for log in rehearsal.logs] == [
        (address, ((255).to_bytes(32, "big"),), (42).to_bytes(32, "big"))
    ]
    receipt = sender.send(Call(address))
    assert receipt.gas_used <= rehearsal.gas <= receipt.gas_used * 3 // 2
    assert receipt.cost <= rehearsal.max_cost
    refusing = sender.send(Call(None, creation(REFUSES))).contract
    with pytest.raises(Reverted) as told:
        sender.rehearse(Call(refusing))
    assert (told.value.data, told.value.transaction_hash) == (bytes.fromhex("deadbeef"), None)


def test_a_rehearsal_takes_words_of_storage_as_given_and_they_are_gone_afterwards(sender: Sender) -> None:
    address = sender.send(Call(None, creation(TELLS))).contract
    assert address is not None
    assert int.from_bytes(sender.rehearse(Call(address, given=((address, 7, 42), (address, 8, 1)))).output, "big") == 42
    assert int.from_bytes(sender.rehearse(Call(address)).output, "big") == 0


def test_two_programs_that_send_from_one_account_do_not_stop_each_other(in_process: Connection) -> None:
    one = Sender(in_process, development_signer("carrier"))
    other = Sender(in_process, development_signer("carrier"))
    for _ in range(3):
        assert one.send(pay()).succeeded
        assert other.send(pay()).succeeded


def test_a_chain_set_back_to_a_snapshot_gives_its_nonces_again(in_process: Connection, sender: Sender) -> None:
    snapshot = in_process.snapshot()
    first = sender.send(pay(3))
    in_process.revert(snapshot)
    assert in_process.receipt(first.transaction_hash) is None
    again = sender.send(pay(3))
    assert again.transaction_hash == first.transaction_hash
    sender.settle()


def test_who_has_no_ether_is_told_where_to_send_it(in_process: Connection) -> None:
    poor = KeySigner(bytes(31) + b"\x07")
    with pytest.raises(ChainError, match="the account cannot pay: it has 0 wei") as told:
        Sender(in_process, poor).send(pay(0, gas=21_000))
    assert told.value.subject == poor.address
    with pytest.raises(Missing, match=r"owns 0 ether, and this may cost 0\.5"):
        require_funds(in_process, poor.address, 5 * 10**17)
    require_funds(in_process, ROLES["carrier"], 5 * 10**17)


@pytest.mark.parametrize(
    ("wei", "ether"), [(0, "0"), (1, "0.000001"), (10**18, "1"), (15 * 10**17, "1.5"), (10**18 + 1, "1.000001")]
)
def test_ether_is_written_exactly_and_never_rounded_down(wei: int, ether: str) -> None:
    assert format_ether(wei) == ether
