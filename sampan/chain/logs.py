"""The logs of long ranges of blocks, from a node that may be busy, capped, or cut what it answers without a word.

Whatever a node refuses (an error in any words, HTML, silence) may be because too much was asked for: a range is split
on it, down to one block, and ranges grow again afterwards. Who is only busy is told apart by the smallest question. A
node that cuts its answers is found by asking for halves: do they hold more than the whole?
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from sampan.chain.connection import RpcError
from sampan.chain.pace import Pace
from sampan.chain.rpc import DOUBT, Unreachable, patience
from sampan.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sampan.chain.connection import Connection
    from sampan.chain.transactions import Log

logger = logging.getLogger(__name__)

FIRST_STEP = 1_000
LONGEST_STEP = 100_000
MANY = 5_000
"""Logs in one answer from which on ranges grow no more."""
MOST_CUTS = 8
"""How often a node may turn out to cut its answers at a smaller number still."""
ROUND = 1_000
"""Nodes that silently cut an answer often cut it at a multiple of this."""


Place: TypeAlias = tuple[int, int]
"""Of a log: its block, and its index there."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What one answer held: all logs of some blocks, both included, each once and in order."""

    first: int
    last: int
    logs: Sequence[Log]

    @property
    def answer(self) -> tuple[int, int, list[Place]]:
        """As `LogReader.is_cut` takes it."""
        return self.first, self.last, [log.place for log in self.logs]


class LogReader:
    """Reads the logs of some addresses, of some topics where they are given."""

    def __init__(
        self,
        connection: Connection,
        addresses: Sequence[str],
        *,
        topics: Sequence[str | Sequence[str] | None] | None = None,
        step: int = FIRST_STEP,
        longest: int | None = None,
    ) -> None:
        """`step` is the number of blocks to begin with, `longest` the most."""
        longest = LONGEST_STEP if longest is None else longest
        self._connection = connection
        self._addresses = list(addresses)
        self._topics = topics
        self._pace = Pace(min(step, longest), longest)
        self._found = 0
        self._means_too_much: set[str] = set()
        """What it says, beside errors, when it is asked for too much."""

    def learn(self, address: str) -> bool:
        """Reads the logs of one more address from now on; False for one that it reads already."""
        if address in self._addresses:
            return False
        self._addresses.append(address)
        return True

    def end(self, start: int, last: int) -> int:
        """The last block of the next range to ask for."""
        return min(last, start + self._pace.size - 1)

    def ask(self, start: int, end: int) -> list[Log] | None:
        """All logs of a range, in order; None where the node does not give so many: ask for the next, smaller `end`.

        Raises `RpcError` when even one block is refused, `Unreachable` when the node does not answer, `ChainError` for
        an answer that cannot be.
        """
        found = self._asked(start, end)
        if found is not None and self._is_suspicious(len(found)):
            if start == end:
                found = self._by_receipts(start) if self._connection.cut_at is not None else found
            else:
                logger.info("blocks %d-%d: a suspicious number of logs, %d", start, end, len(found))
                found = None
        size = end - start + 1
        if found is None:
            self._pace.too_much(size)
        else:
            self._pace.good(size, heavy=len(found) >= MANY)
        return found

    def read(self, start: int, last: int, progress: Callable[[int], None] | None = None) -> list[Piece]:
        """All logs from block `start` to `last`, both included. `progress` is told the last block that is done."""
        pieces: list[Piece] = []
        while start <= last:
            end = self.end(start, last)
            found = self.ask(start, end)
            if found is None:
                continue
            pieces.append(Piece(start, end, found))
            if progress is not None:
                progress(end)
            start = end + 1
        return pieces

    def is_cut(self, answers: Iterable[tuple[int, int, Sequence[Place]]]) -> bool:
        """Whether the node has more of one of these answers (first and last block, the places of its logs) when it is
        asked for its halves. If so, it is read in smaller ranges from now on: read everything again.

        Raises `ChainError` (code `chain.cut`) when it cuts at another number again and again.
        """
        # An answer that was cut is one of the longest.
        for first, last, places in sorted(answers, key=lambda each: -len(each[2])):
            if self._is_cut(first, last, list(places)):
                self._found += 1
                if self._found > MOST_CUTS:
                    raise self.cuts(f"of blocks {first}-{last} it tells another number of logs each time")
                self._connection.cut_at = len(places)
                logger.warning("%s cuts its answers at %d logs", self._connection.transport.name, len(places))
                return True
        return False

    def tells_otherwise(self, first: int, last: int, places: Sequence[Place]) -> bool:
        """Whether the node tells another number of logs of a range now: of many under one name, one was behind."""
        return len(self._logs(first, last)) != len(places)

    def _is_cut(self, first: int, last: int, whole: list[Place]) -> bool:
        while whole and first < last:
            middle = (first + last) // 2
            halves = [[log.place for log in self._logs(*half)] for half in ((first, middle), (middle + 1, last))]
            if _is_part(whole, [*halves[0], *halves[1]]):
                return True
            if whole not in halves:
                # Neither half is as long as an answer can be: both are whole.
                return False
            first, last = (first, middle) if halves[0] == whole else (middle + 1, last)
        return bool(whole) and _is_part(whole, [log.place for log in self._by_receipts(first)])

    def _is_suspicious(self, count: int) -> bool:
        cut_at = self._connection.cut_at
        if cut_at is not None and count >= cut_at:
            return True
        return count >= ROUND and count % ROUND == 0

    def _asked(self, start: int, end: int) -> list[Log] | None:
        """The logs of a range as they are answered; None where it is too much."""
        if start == end:
            return self._logs(start, end)
        doubt = 1 if self._means_too_much else DOUBT
        for attempts, for_one in ((doubt, 1), (None, DOUBT)):
            try:
                return self._logs(start, end, attempts)
            except RpcError as error:
                logger.info("blocks %d-%d were refused (%s)", start, end, error.rpc_message)
                return None
            except Unreachable as error:
                if not error.perhaps_too_much:
                    raise
                if error.fault in self._means_too_much:
                    return None
                failure = error
            try:
                # Whoever answers the smallest question is not busy: the large one was too large.
                self._logs(start, start, for_one)
            except Unreachable:
                continue
            except RpcError:
                return None
            logger.info("blocks %d-%d were refused (%s)", start, end, failure.fault)
            self._means_too_much.add(failure.fault)
            return None
        raise failure

    def _logs(self, start: int, end: int, attempts: int | None = None) -> list[Log]:
        with patience(attempts):
            return self._connection.logs(self._addresses, from_block=start, to_block=end, topics=self._topics)

    def _by_receipts(self, number: int) -> list[Log]:
        """The logs of one block from the receipts of its transactions, where the node cuts even these."""
        connection = self._connection
        found: list[Log] = []
        transactions = connection.block(number).get("transactions")
        if not isinstance(transactions, list) or not all(isinstance(each, str) for each in transactions):
            raise self.cuts(f"block {number} may have more, and it does not tell its transactions")
        for receipt in connection.receipts(transactions):
            if receipt is None:
                raise self.cuts(f"block {number} may have more, and it does not give its receipts")
            found += receipt.logs
        return [log for log in found if connection.is_asked_for(log, self._addresses, number, number, self._topics)]

    def cuts(self, why: str) -> ChainError:
        """The error for a node that gives a part of its logs for the whole."""
        return ChainError(
            f"this RPC cuts its answers: {why}",
            subject=self._connection.transport.name,
            code="chain.cut",
            hint="ask another RPC (--network URL): one that gives all logs of a range, or refuses",
        )


def _is_part(answer: list[Place], more: list[Place]) -> bool:
    """Whether an answer is the beginning or the end of a longer one: what an answer is that was cut."""
    count = len(answer)
    return count < len(more) and answer in (more[:count], more[-count:])
