"""One log as it is kept and compared: raw bytes, nothing interpreted.

A log's *place* is its block and its index in that block; two logs in one place are one log or a lie.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sampan.chain.transactions import Log


class RawLog(NamedTuple):
    """A log. Hashes are 32 bytes, the address 20, `topics` up to four hashes after each other."""

    block: int
    log_index: int
    block_hash: bytes
    transaction: bytes
    transaction_index: int
    address: bytes
    topics: bytes
    data: bytes

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands: block, and index in the block."""
        return self.block, self.log_index


class RawBlock(NamedTuple):
    """What is kept of a block: its hash (32 bytes) and its time (seconds since 1970)."""

    number: int
    hash: bytes
    timestamp: int

    @property
    def place(self) -> tuple[int, str]:
        """Its number and its hash, as 0x text."""
        return self.number, "0x" + self.hash.hex()


def log_of(log: Log) -> RawLog:
    """A log as it was read."""
    return RawLog(
        block=log.block_number,
        log_index=log.log_index,
        block_hash=bytes.fromhex(log.block_hash[2:]),
        transaction=bytes.fromhex(log.transaction_hash[2:]),
        transaction_index=log.transaction_index,
        address=bytes.fromhex(log.address[2:]),
        topics=b"".join(log.topics),
        data=log.data,
    )


def block_of(fields: Mapping[str, Any]) -> RawBlock:
    """A block as a connection gives it."""
    return RawBlock(int(fields["number"], 16), bytes.fromhex(fields["hash"][2:]), int(fields["timestamp"], 16))
