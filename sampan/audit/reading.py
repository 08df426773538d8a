"""Reading the ledger's logs into the store, from a node that may be slow, busy, capped or on another branch.

Ranges of blocks are split on whatever way a node has of saying "too much" and grow again afterwards. Each range is
read between two looks at its last block and after one at the block before it: when a hash changed, the chain was
reorganised, and the store goes back to the last block that both know.
"""

from __future__ import annotations

import bisect
import logging
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sampan.audit.raw import RawBlock, RawLog, block_of, log_of
from sampan.audit.store import StoreFault
from sampan.chain.connection import RpcError
from sampan.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sampan.audit.store import EventStore, Segment
    from sampan.chain.connection import Connection

logger = logging.getLogger(__name__)

FIRST_STEP = 1_000
LONGEST_STEP = 100_000
MANY = 5_000
"""Logs in one answer from which on ranges grow no more: a segment should not get too heavy."""
ROUND = 1_000
"""Nodes that silently cut an answer cut it at a multiple of this."""
PATIENCE = 8
"""How often one range is begun again because the chain was reorganised under it, or a node behind others answered."""
RECHECK_ALL = 200
"""Segments up to which every one is asked of the chain again; of more, that many by lot."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reading is: the last block that is done, how many blocks remain, and for about how many seconds."""

    block: int
    last: int
    done: int
    total: int
    logs: int
    seconds_left: float | None


class Reorganised(Exception):
    """What was just read does not fit together: the chain changed in between, or another node answered."""


def read(
    connection: Connection,
    store: EventStore,
    last: int,
    *,
    progress: Callable[[Progress], None] | None = None,
    step: int | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Read everything up to block `last` (included) into the store, from where it stands.

    Raises `RpcError` when even one block is refused, `ChainError` when the node does not answer or contradicts itself.
    """
    pace = _Pace(min(step or FIRST_STEP, LONGEST_STEP))
    started, first, logs, tries = time.monotonic(), store.next, 0, 0
    while (start := store.next) <= last:
        end = min(last, start + pace.step - 1)
        try:
            before = store.last()
            block, blocks, found = _piece(connection, store.source.addresses, start, end, before)
        except Reorganised as change:
            tries += 1
            if tries > PATIENCE:
                raise ChainError(
                    f"the node contradicts itself about blocks {start}-{end}: {change}",
                    subject=connection.transport.name,
                    code="chain.answer",
                    hint="is the chain being reorganised? try again later, or ask another RPC",
                ) from None
            logger.info("blocks %d-%d: %s; once more", start, end, change)
            sleep(0.25 * tries)
            roll_back(connection, store)
            continue
        except RpcError as error:
            pace.too_much(start, end, error)
            continue
        except ChainError as error:
            # Some nodes say "too much" by not answering at all. Whoever still answers gets smaller questions.
            if error.code != "chain.unreachable" or start == end:
                raise
            connection.block_number()
            pace.too_much(start, end, error)
            continue
        if start < end and len(found) >= ROUND and len(found) % ROUND == 0:
            pace.too_much(start, end, None)
            continue
        store.append(block, blocks, found)
        pace.good(end - start + 1, len(found))
        tries, logs = 0, logs + len(found)
        if progress is not None:
            done, total = end - first + 1, last - first + 1
            passed = time.monotonic() - started
            left = passed / done * (total - done) if passed > 0.5 else None
            progress(Progress(end, last, done, total, logs, left))


class _Pace:
    """How many blocks to ask for at once.

    Below a size that was refused it closes in on the largest that is taken; after a long good run it tries more again.
    """

    def __init__(self, step: int) -> None:
        self.step = step
        self._good = 0
        self._taken = 0
        self._ceiling = LONGEST_STEP

    def too_much(self, start: int, end: int, error: ChainError | None) -> None:
        if start == end:
            assert error is not None
            raise error
        size = end - start + 1
        logger.info(
            "blocks %d-%d were refused (%s)", start, end, error.message if error else "a suspiciously round count"
        )
        self._ceiling = size - 1
        self._taken = min(self._taken, self._ceiling)
        self.step = self._taken if self._taken > size // 2 else max(1, size // 2)
        self._good = 0

    def good(self, size: int, logs: int) -> None:
        self._good += 1
        if size == self.step:
            self._taken = size
        if self._good >= 50:
            self._good, self._ceiling = 0, min(LONGEST_STEP, self._ceiling * 2)
        if logs < MANY and size == self.step and self.step < self._ceiling:
            far = self.step * 2 <= self._ceiling
            self.step = self.step * 2 if far else (self.step + self._ceiling + 1) // 2


def _piece(
    connection: Connection, addresses: Sequence[str], start: int, end: int, before: Segment | None
) -> tuple[RawBlock, list[RawBlock], list[RawLog]]:
    """The last block of a range, its blocks that have logs, and these logs. Raises `Reorganised`."""
    wanted = [end] if before is None else [start - 1, end]
    *parent, last = headers(connection, wanted)
    if before is not None and parent[0].hash != before.last_hash:
        raise Reorganised(f"block {start - 1} is another one now")
    found = logs_of(connection, addresses, start, end)
    numbers = sorted({log.block for log in found})
    blocks = headers(connection, [*numbers, end])
    if blocks.pop().hash != last.hash:
        raise Reorganised(f"block {end} changed while it was read")
    hashes = {block.number: block.hash for block in blocks}
    for log in found:
        if hashes[log.block] != log.block_hash:
            raise Reorganised(f"block {log.block} changed while it was read")
    return last, blocks, found


def logs_of(connection: Connection, addresses: Sequence[str], start: int, end: int) -> list[RawLog]:
    """The logs of some addresses in a range of blocks, in order, each once.

    Raises `ChainError` when the node answers what was not asked, or two logs in one place.
    """
    query = {"fromBlock": hex(start), "toBlock": hex(end), "address": list(addresses)}
    answer = connection.rpc("eth_getLogs", query)
    if not isinstance(answer, list):
        raise _wrong(connection, "no list of logs")
    wanted = {bytes.fromhex(address[2:]) for address in addresses}
    places: dict[tuple[int, int], RawLog] = {}
    for fields in answer:
        log = log_of(fields)
        if log.address not in wanted or not start <= log.block <= end or fields.get("removed"):
            raise _wrong(connection, f"a log that was not asked for (block {log.block})", "ask another RPC")
        if places.setdefault(log.place, log) != log:
            place = f"block {log.block}, log {log.log_index}"
            raise _wrong(connection, f"two logs in one place ({place})", "ask another RPC")
    return [places[place] for place in sorted(places)]


def _wrong(connection: Connection, answer: str, hint: str | None = None) -> ChainError:
    return ChainError(f"the RPC answered {answer}", subject=connection.transport.name, code="chain.answer", hint=hint)


def headers(connection: Connection, numbers: Sequence[int]) -> list[RawBlock]:
    """Blocks by number. Raises `Reorganised` when one is not there (a node that is behind, or a branch that left)."""
    answers = connection.rpc_many([("eth_getBlockByNumber", (hex(number), False)) for number in numbers])
    blocks = []
    for number, answer in zip(numbers, answers, strict=True):
        if not isinstance(answer, dict):
            raise Reorganised(f"block {number} is not there")
        block = block_of(answer)
        if block.number != number:
            raise _wrong(connection, f"block {block.number} for block {number}")
        blocks.append(block)
    return blocks


def block_at(connection: Connection, number: int) -> RawBlock:
    """One block by number. Raises `ChainError` (code `chain.no_block`) when it is not there."""
    try:
        return headers(connection, [number])[0]
    except Reorganised as error:
        raise ChainError(str(error), subject=connection.transport.name, code="chain.no_block") from None


def roll_back(connection: Connection, store: EventStore) -> int | None:
    """Forget the segments that the chain does not have any more. Returns the first block that was forgotten, if any."""
    segments = store.segments()

    def stands(segment: Segment) -> bool:
        answer = connection.rpc("eth_getBlockByNumber", hex(segment.last), False)
        return isinstance(answer, dict) and block_of(answer).hash == segment.last_hash

    if not segments or stands(segments[-1]):
        return None
    # Each block names the one before it: the segments that stand are the first so many.
    standing = bisect.bisect_left(range(len(segments) - 1), True, key=lambda place: not stands(segments[place]))
    forgotten = segments[standing].first
    logger.info("the chain was reorganised: from block %d on it is read again", forgotten)
    store.roll_back(forgotten)
    return forgotten


def recheck(
    connection: Connection,
    store: EventStore,
    suspicious: Sequence[Segment] = (),
    *,
    everything: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> list[StoreFault]:
    """Ask the chain again for what is stored: every segment, or of very many some by lot, and the suspicious ones.

    A log that the store alone has, one that it lacks and one that differs are each named. Nothing wrong: an empty list.
    """
    segments = store.segments()
    chosen = segments
    if len(segments) > RECHECK_ALL and not everything:
        by_lot = secrets.SystemRandom().sample(segments, RECHECK_ALL)
        chosen = sorted({*by_lot, *suspicious}, key=lambda segment: segment.first)
    faults: list[StoreFault] = []
    for number, segment in enumerate(chosen, start=1):
        faults += _recheck_one(connection, store, segment)
        if progress is not None:
            progress(number, len(chosen))
    return faults


def _recheck_one(connection: Connection, store: EventStore, segment: Segment) -> list[StoreFault]:
    faults: list[StoreFault] = []
    there = {log.place: log for log in _all_logs(connection, store.source.addresses, segment.first, segment.last)}
    kept = {log.place: log for log in store.logs(segment.first, segment.last)}
    for place in sorted({*there, *kept}):
        ours, theirs = kept.get(place), there.get(place)
        if ours == theirs:
            continue
        if theirs is None:
            message = "holds a log that the chain does not have"
        elif ours is None:
            message = "lacks a log that the chain has"
        else:
            differ = [name for name, one, other in zip(RawLog._fields, ours, theirs, strict=True) if one != other]
            message = f"holds a log that differs from the chain's in {' and '.join(differ)}"
        faults.append(StoreFault(message, *place))
    blocks = {block.number: block for block in store.blocks(segment.first, segment.last)}
    numbers = sorted({*blocks, *(log.block for log in there.values())})
    for block in headers(connection, numbers):
        if blocks.get(block.number) != block:
            faults.append(StoreFault("holds another hash or time of the block than the chain", block.number))
    return faults


def _all_logs(connection: Connection, addresses: Sequence[str], start: int, end: int) -> list[RawLog]:
    """As `logs_of`, split as often as the node asks for it."""
    try:
        found = logs_of(connection, addresses, start, end)
    except RpcError:
        if start == end:
            raise
    else:
        if start == end or not found or len(found) % ROUND:
            return found
    middle = (start + end) // 2
    return _all_logs(connection, addresses, start, middle) + _all_logs(connection, addresses, middle + 1, end)


def head_of(connection: Connection, confirmations: int) -> int:
    """The newest block that counts: `confirmations` deep, the head itself being one deep."""
    return max(0, connection.block_number() - max(1, confirmations) + 1)
