"""Logs become events in bulk, the same as web3.py's one by one; what is no event is not passed over."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from web3 import Web3

from sampan.audit.decoding import Decoded, Decoder
from sampan.audit.raw import RawLog, log_of
from sampan.chain.transactions import Log
from sampan.subjects import SUITE


@pytest.fixture(scope="module")
def ledger_abi() -> list[dict[str, Any]]:
    # The first ABI that has an event names its arguments.
    items = [item for abi in reversed(SUITE.subjects[0].abis()) for item in abi if item["type"] == "event"]
    return list({item["name"]: dict(item) for item in items}.values())


@pytest.fixture(scope="module")
def raw(honest_ledger) -> list[dict[str, Any]]:
    """The ledger's logs as the node answers them."""
    connection = honest_ledger.trade.connection
    return connection.rpc(
        "eth_getLogs", {"fromBlock": "0x0", "toBlock": "latest", "address": honest_ledger.trade.address}
    )


@pytest.fixture
def decoder(honest_ledger) -> Decoder:
    return Decoder({"Bills": (honest_ledger.trade.address, SUITE.subjects[0].codec)}, SUITE)


def raw_log(fields: dict[str, Any]) -> RawLog:
    return log_of(Log.from_rpc(fields))


def decoded(decoder: Decoder, *logs: RawLog) -> Decoded:
    return decoder.decode(logs, {log.block: 1 for log in logs})


def test_every_event_is_decoded_as_web3_decodes_it(decoder: Decoder, raw, ledger_abi) -> None:
    ours = decoded(decoder, *map(raw_log, raw))
    contract = Web3().eth.contract(abi=ledger_abi)

    assert ours.unreadable == []
    assert len(ours.entries) == len(raw)
    for entry, fields in zip(ours.entries, raw, strict=True):
        theirs = contract.events[entry.name]().process_log(_for_web3(fields))
        arguments = entry.event.arguments()
        assert set(arguments) == set(theirs["args"])
        for name, value in theirs["args"].items():
            assert _plain(arguments[name]) == _plain(value), (entry.name, name)


@pytest.mark.slow
def test_decoding_is_many_times_faster_than_process_log(decoder: Decoder, raw, ledger_abi) -> None:
    logs = [raw_log(fields) for fields in raw] * 10
    contract = Web3().eth.contract(abi=ledger_abi)
    names = [entry.name for entry in decoded(decoder, *logs).entries[: len(raw)]]

    def one_by_one() -> None:
        for name, fields in zip(names, raw, strict=True):
            contract.events[name]().process_log(_for_web3(fields))

    ours = best_of_three(lambda: decoded(decoder, *logs)) / len(logs)
    theirs = best_of_three(one_by_one) / len(raw)

    # Measured about 18; a machine that is busy with something else must not fail the test.
    assert theirs / ours > 5


def best_of_three(work: Callable[[], object]) -> float:
    """Seconds of this process's own work."""
    taken = []
    for _ in range(3):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return min(taken)


def test_what_is_no_event_of_this_code_is_unreadable(decoder: Decoder, raw) -> None:
    log = next(raw_log(fields) for fields in raw if len(fields["topics"]) == 4 and len(fields["data"]) > 2)
    for wrong, why in (
        (log._replace(topics=b"\x01" * 32 + log.topics[32:]), "no event of this code begins with"),
        (log._replace(topics=log.topics[:-32]), "3 topics for 4"),
        (log._replace(topics=b""), "no event of this code begins with"),
        (log._replace(data=log.data[:-32]), "cannot be decoded"),
        (log._replace(data=b""), "cannot be decoded"),
        (log._replace(topics=log.topics[:64] + b"\xff" * 32 + log.topics[96:]), "an address longer than 20 bytes"),
    ):
        done = decoded(decoder, wrong)
        assert done.entries == []
        ((found),) = done.unreadable
        assert why in found.why
        assert (found.block, found.index, found.contract) == (log.block, log.log_index, "Bills")


def test_a_transfer_with_data_is_unreadable(decoder: Decoder, raw) -> None:
    log = next(raw_log(fields) for fields in raw if fields["data"] == "0x")

    ((found),) = decoded(decoder, log._replace(data=b"\x00" * 32)).unreadable

    assert "data where there is none" in found.why


def _for_web3(fields: dict[str, Any]) -> Any:
    from hexbytes import HexBytes
    from web3.datastructures import AttributeDict

    numbers = {key: int(fields[key], 16) for key in ("blockNumber", "logIndex", "transactionIndex")}
    return AttributeDict(
        {
            **numbers,
            "address": Web3.to_checksum_address(fields["address"]),
            "topics": [HexBytes(topic) for topic in fields["topics"]],
            "data": HexBytes(fields["data"]),
            "blockHash": HexBytes(fields["blockHash"]),
            "transactionHash": HexBytes(fields["transactionHash"]),
        }
    )


def _plain(value: Any) -> Any:
    if isinstance(value, bytes) and len(value) in (2, 8):
        # Countries and codes are text.
        value = value.rstrip(b"\0").decode()
    if isinstance(value, str):
        return value.lower()
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value
