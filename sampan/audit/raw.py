"""One log as it is kept and compared: raw bytes, nothing interpreted.

A log's *place* is its block and its index in that block; two logs in one place are one log or a lie.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sampan.errors import ChainError


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


def log_of(fields: Mapping[str, Any]) -> RawLog:
    """A log from the answer of an RPC. Raises `ChainError` when a field is missing or malformed."""
    try:
        log = RawLog(
            block=int(fields["blockNumber"], 16),
            log_index=int(fields["logIndex"], 16),
            block_hash=bytes.fromhex(fields["blockHash"][2:]),
            transaction=bytes.fromhex(fields["transactionHash"][2:]),
            transaction_index=int(fields["transactionIndex"], 16),
            address=bytes.fromhex(fields["address"][2:]),
            topics=bytes.fromhex("".join(topic[2:] for topic in fields["topics"])),
            data=bytes.fromhex(fields["data"][2:]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ChainError("the RPC answered a log that cannot be read", code="chain.answer") from None
    sizes = (len(log.block_hash), len(log.transaction), len(log.address), len(log.topics) % 32)
    if sizes != (32, 32, 20, 0) or len(log.topics) > 128:
        raise ChainError("the RPC answered a log with fields of a wrong size", code="chain.answer")
    return log


def block_of(fields: Mapping[str, Any]) -> RawBlock:
    """A block from the answer of an RPC. Raises `ChainError` when a field is missing or malformed."""
    try:
        block = RawBlock(int(fields["number"], 16), bytes.fromhex(fields["hash"][2:]), int(fields["timestamp"], 16))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ChainError("the RPC answered a block that cannot be read", code="chain.answer") from None
    if len(block.hash) != 32:
        raise ChainError("the RPC answered a block with a hash of a wrong size", code="chain.answer")
    return block
