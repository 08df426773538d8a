"""Reading the ledger's logs into the store, from a node that may be on another branch (`sampan.chain.logs` reads them).

Each range is read between two looks at its last block and after one at the block before it: when a hash changed, the
chain was reorganised, and the store goes back to the last block that both know.
"""

from __future__ import annotations

import bisect
import logging
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from sampan.audit.raw import RawBlock, RawLog, block_of, log_of
from sampan.audit.store import StoreFault
from sampan.chain.logs import LogReader, Place
from sampan.errors import ChainError, UsageError
from sampan.suite.tell import instant

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sampan.audit.store import EventStore, Segment
    from sampan.chain.connection import Connection

logger = logging.getLogger(__name__)

Announced: TypeAlias = "Callable[[RawLog], str | None]"
"""The further address that a log tells of, if any."""

PATIENCE = 8
"""How often one range is begun again because the chain was reorganised under it, or a node behind others answered."""
PAUSE = 0.25
"""Seconds, times the number of tries."""
LOT = 16
"""One in so many of the blocks that are stored is asked of the chain again, in one piece by lot."""


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
    reader: LogReader | None = None,
    announced: Announced = lambda log: None,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Read everything up to block `last` (included) into the store, from where it stands.

    `announced` says of a log which further address it tells of, whose logs are read too.

    Raises `RpcError` when even one block is refused, `ChainError` when the node does not answer or contradicts itself.
    """
    reader = reader_for(connection, store, announced, reader)
    started, first, logs, tries = time.monotonic(), store.next, 0, 0
    while (start := store.next) <= last:
        end = reader.end(start, last)
        try:
            piece = _piece(connection, reader, start, end, store.last(), announced)
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
            sleep(PAUSE * tries)
            roll_back(connection, store)
            continue
        if piece is None:
            continue
        block, blocks, found = piece
        store.append(block, blocks, found, connection.transport.name)
        tries, logs = 0, logs + len(found)
        if progress is not None:
            done, total = end - first + 1, last - first + 1
            passed = time.monotonic() - started
            left = passed / done * (total - done) if passed > 0.5 else None
            progress(Progress(end, last, done, total, logs, left))


def reader_for(
    connection: Connection, store: EventStore, announced: Announced = lambda log: None, reader: LogReader | None = None
) -> LogReader:
    """A reader of what a store holds, and of the further addresses that are told of in it."""
    reader = reader or LogReader(connection, store.source.addresses)
    for address in filter(None, map(announced, store.logs(0, store.next))):
        reader.learn(address)
    return reader


def answers(store: EventStore) -> list[tuple[int, int, list[Place]]]:
    """What the node answered to each question for logs: first and last block, the places of the logs."""
    kept = store.segments()
    return [(each.first, each.last, [log.place for log in store.logs(each.first, each.last)]) for each in kept]


def _piece(
    connection: Connection,
    reader: LogReader,
    start: int,
    end: int,
    before: Segment | None,
    announced: Announced,
) -> tuple[RawBlock, list[RawBlock], list[RawLog]] | None:
    """The last block of a range, its blocks that have logs, and these logs; None where the range is too long.

    Raises `Reorganised`.
    """
    wanted = [end] if before is None else [start - 1, end]
    *parent, last = headers(connection, wanted)
    if before is not None and parent[0].hash != before.last_hash:
        raise Reorganised(f"block {start - 1} is another one now")
    found: list[RawLog] = []
    further = True
    while further:
        answer = reader.ask(start, end)
        if answer is None:
            return None
        found = [log_of(log) for log in answer]
        # Whoever is told of in this range may log in it.
        new = [address for address in filter(None, map(announced, found)) if reader.learn(address)]
        further = bool(new)
    numbers = sorted({log.block for log in found})
    blocks = headers(connection, [*numbers, end])
    if blocks.pop().hash != last.hash:
        raise Reorganised(f"block {end} changed while it was read")
    hashes = {block.number: block.hash for block in blocks}
    for log in found:
        if hashes[log.block] != log.block_hash:
            raise Reorganised(f"block {log.block} changed while it was read")
    return last, blocks, found


def headers(connection: Connection, numbers: Sequence[int]) -> list[RawBlock]:
    """Blocks by number. Raises `Reorganised` when one is not there (a node that is behind, or a branch that left)."""
    answers = connection.rpc_many([("eth_getBlockByNumber", (hex(number), False)) for number in numbers])
    for number, answer in zip(numbers, answers, strict=True):
        if answer is None:
            raise Reorganised(f"block {number} is not there")
    return [block_of(answer) for answer in answers]


def block_at(connection: Connection, number: int) -> RawBlock:
    """One block by number. Raises `ChainError` (code `chain.no_block`) when it is not there."""
    return block_of(connection.block(number))


def roll_back(connection: Connection, store: EventStore) -> int | None:
    """Forget the segments that the chain does not have any more. Returns the first block that was forgotten, if any."""
    segments = store.segments()

    def stands(segment: Segment) -> bool:
        answer = connection.rpc("eth_getBlockByNumber", hex(segment.last), False)
        return answer is not None and block_of(answer).hash == segment.last_hash

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
    announced: Announced = lambda log: None,
    progress: Callable[[int, int], None] | None = None,
) -> list[StoreFault]:
    """Ask the chain again for what is stored: a part of it by lot, and the suspicious segments; or everything.

    That the chain still has the last block of each segment, and that no digest fails, is looked at before. A log that
    the store alone has, one that it lacks and one that differs are each named. Nothing wrong: an empty list.
    """
    segments, reader = store.segments(), reader_for(connection, store, announced)
    spans = [(segment.first, segment.last) for segment in (segments if everything else suspicious)]
    first, last = (segments[0].first, segments[-1].last) if segments else (1, 0)
    if first <= last and not everything:
        size = max(1, (last - first + 1) // LOT)
        start = first + secrets.randbelow(last - first + 2 - size)
        spans.append((start, start + size - 1))
    # What was altered may name blocks that no chain has; its digest tells that already.
    head = connection.block_number() if spans else 0
    spans = [(max(start, store.source.first), min(end, head)) for start, end in spans]
    spans = [(start, end) for start, end in spans if start <= end]
    faults: dict[StoreFault, None] = {}
    for number, (start, end) in enumerate(spans, start=1):
        faults |= dict.fromkeys(_recheck_one(connection, store, start, end, reader))
        if progress is not None:
            progress(number, len(spans))
    return list(faults)


def _recheck_one(
    connection: Connection, store: EventStore, first: int, last: int, reader: LogReader
) -> list[StoreFault]:
    faults: list[StoreFault] = []
    kept = {log.place: log for log in store.logs(first, last)}
    while True:
        pieces = reader.read(first, last)
        there = {log.place: log_of(log) for piece in pieces for log in piece.logs}
        if there.keys() >= kept.keys() or not reader.is_cut(piece.answer for piece in pieces):
            break
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
        faults.append(StoreFault(message + _told_by(connection, store, place[0]), *place))
    blocks = {block.number: block for block in store.blocks(first, last)}
    numbers = sorted({*blocks, *(log.block for log in there.values())})
    for block in headers(connection, numbers):
        if blocks.get(block.number) != block:
            message = "holds another hash or time of the block than the chain"
            faults.append(StoreFault(message + _told_by(connection, store, block.number), block.number))
    return faults


def _told_by(connection: Connection, store: EventStore, block: int) -> str:
    """Who told what the store has of a block, and who tells otherwise now."""
    told = [segment.teller for segment in store.segments() if segment.first <= block <= segment.last]
    then = str(told[0], "utf-8", "replace") if told else "nobody"
    now = connection.transport.name
    return f" (told by {then}; asked of {now} now)"


def head_of(connection: Connection, confirmations: int) -> int:
    """The newest block that counts: `confirmations` deep, the head itself being one deep."""
    return max(0, connection.block_number() - max(1, confirmations) + 1)


def block_as_of(connection: Connection, moment: int, first: int) -> int:
    """The last block whose time (seconds since 1970) is not after `moment`, among `first` and those behind it.

    Raises `UsageError` when `first` is later, or when `moment` has not come, neither here nor on the chain.
    """
    low, high = first, head_of(connection, 1)
    newest = block_at(connection, high).timestamp
    # A chain that is quiet stands as it stood at its last block, until now.
    if moment > max(newest, int(time.time())):
        raise UsageError(
            f"that time has not come: the last block is of {instant(newest)}",
            subject=instant(moment),
            hint="give an earlier time; without one the last block is meant",
        )
    if block_at(connection, first).timestamp > moment:
        raise UsageError(
            f"the ledger began later, at {instant(block_at(connection, first).timestamp)}",
            subject=instant(moment),
            hint="give a later time",
        )
    while low < high:
        middle = (low + high + 1) // 2
        if block_at(connection, middle).timestamp <= moment:
            low = middle
        else:
            high = middle - 1
    return low
