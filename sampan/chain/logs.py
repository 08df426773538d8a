"""Events of long ranges of blocks, from nodes that answer short ones only."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sampan.chain.connection import RpcError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sampan.chain.connection import Connection
    from sampan.chain.transactions import Log

logger = logging.getLogger(__name__)

FIRST_STEP = 50_000


def collect(
    connection: Connection,
    address: str | Sequence[str] | None,
    from_block: int,
    to_block: int,
    *,
    topics: Sequence[str | Sequence[str] | None] | None = None,
    step: int = FIRST_STEP,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Log]:
    """All events from `from_block` to `to_block`, both included, in order.

    A range that the node refuses is halved, down to one block; after three that it takes, the range grows again.
    `progress` is told the last block that is done. Raises `RpcError` when even one block is refused, `ChainError` when
    the node does not answer.
    """
    start, good = from_block, 0
    while start <= to_block:
        end = min(to_block, start + step - 1)
        try:
            logs = connection.logs(address, from_block=start, to_block=end, topics=topics)
        except RpcError as error:
            if start == end:
                raise
            logger.info("blocks %d-%d were refused (%s); halving", start, end, error.rpc_message)
            step, good = max(1, (end - start + 1) // 2), 0
            continue
        yield from sorted(logs, key=lambda log: (log.block_number, log.log_index))
        if progress is not None:
            progress(end)
        start, good = end + 1, good + 1
        if good >= 3:
            step, good = step * 2, 0
