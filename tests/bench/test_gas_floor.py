"""The floor of an act is what the chain itself charges for calldata, slots and an event, and nothing besides."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sampan.bench import schedule
from sampan.bench.schedule import Slots, floor
from sampan.bench.stage import Stage
from sampan.chain.connection import Connection
from sampan.chain.networks import connect
from sampan.chain.transactions import Call

# Writes slot 0 (zero before) and slot 1 (one before), logs 32 bytes under four topics, and stops.
_WRITER = bytes.fromhex("6001600055 6002600155 6004600360026001 60206000 a4 00")
# The constructor sets slot 1 to one and returns the code behind it.
_CONSTRUCTOR = bytes.fromhex(f"6001600155 60{len(_WRITER):02x} 80 600e 5f 39 5f f3")
_PUSHES = 10 * 3
_ONE_WORD_OF_MEMORY = 3


@pytest.fixture
def connection() -> Iterator[Connection]:
    with connect("tester") as opened:
        yield opened


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x01", b"\x00\x00\x01" * 30])
def test_the_floor_is_what_the_chain_charges_but_for_the_code_that_runs(connection: Connection, data: bytes) -> None:
    stage = Stage(connection)
    writer = stage.create("carrier", _CONSTRUCTOR + _WRITER, "writer")
    receipt = stage.send("carrier", Call(writer, data, gas=200_000))
    assert len(receipt.logs) == 1
    log = receipt.logs[0]
    least = floor(data, Slots(new=1, changed=1), len(log.topics), len(log.data))
    assert receipt.gas_used == least + _PUSHES + _ONE_WORD_OF_MEMORY


def test_an_act_that_is_mostly_calldata_costs_what_its_calldata_costs_at_the_least(connection: Connection) -> None:
    stage = Stage(connection)
    data = b"\x01" * 3_000 + b"\x00" * 1_000
    receipt = stage.send(
        "carrier", Call(stage.create("carrier", bytes.fromhex("5f5ff3"), "nothing"), data, gas=500_000)
    )
    # An event of no topic and no data costs something, and disappears below the floor of EIP-7623.
    assert receipt.gas_used == floor(data, Slots(), 0, 0) == 21_000 + 10 * (4 * 3_000 + 1_000)
    assert schedule.calldata_gas(data) == 16 * 3_000 + 4 * 1_000
