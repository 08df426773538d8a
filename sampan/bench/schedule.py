"""The least that an act can cost, by the EVM's schedule of gas on Prague, whatever code does it.

A transaction, its calldata, the storage slots that must change, one event. Nothing for code, for reading (the standing
of the parties is read, so no act reaches its floor) or for memory.
"""

from __future__ import annotations

from dataclasses import dataclass

TRANSACTION = 21_000
ZERO_BYTE = 4
OTHER_BYTE = 16
"""Calldata, a byte (EIP-2028)."""
TOKEN_FLOOR = 10
"""Calldata at the least, a token: a zero byte is one, another four (EIP-7623)."""
FIRST_ACCESS = 2_100
"""The first touch of a slot in a transaction (EIP-2929)."""
NEW_VALUE = 20_000
"""Writing a slot that was zero, once it was touched (EIP-2200, EIP-2929)."""
CHANGED_VALUE = 2_900
"""Writing a slot that was not zero, once it was touched."""
EVENT = 375
EVENT_TOPIC = 375
EVENT_BYTE = 8


@dataclass(frozen=True, slots=True)
class Slots:
    """Storage slots that an act cannot leave as they are: so many that were zero, so many that were not."""

    new: int = 0
    changed: int = 0


def calldata_gas(data: bytes) -> int:
    """Gas of a transaction's calldata."""
    zeros = data.count(0)
    return ZERO_BYTE * zeros + OTHER_BYTE * (len(data) - zeros)


def event_gas(topics: int, data_bytes: int) -> int:
    """Gas of one event with so many topics, the first among them, and so many bytes of data."""
    return EVENT + EVENT_TOPIC * topics + EVENT_BYTE * data_bytes


def floor(data: bytes, slots: Slots, topics: int, data_bytes: int) -> int:
    """The least gas of a transaction with this calldata that changes these slots and logs one such event."""
    tokens = calldata_gas(data) // ZERO_BYTE
    storage = slots.new * (FIRST_ACCESS + NEW_VALUE) + slots.changed * (FIRST_ACCESS + CHANGED_VALUE)
    work = calldata_gas(data) + storage + event_gas(topics, data_bytes)
    return TRANSACTION + max(work, TOKEN_FLOOR * tokens)
