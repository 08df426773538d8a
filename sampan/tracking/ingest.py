"""Files of events into the store: read and hashed by processes beside this one, each file taken whole or not at all."""

from __future__ import annotations

import contextlib
import gc
import marshal
import multiprocessing
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import IO, Final, TypeAlias

from sampan.documents.many import cores
from sampan.errors import BadInput, SampanError
from sampan.tracking.leaf import SALT_BYTES, Leaf, leaf, plain_leaf
from sampan.tracking.links import Link, Links
from sampan.tracking.outbox import Clash, Outbox
from sampan.tracking.reading import Misreported, Portion, Read, Unfit, portions, read_portion
from sampan.tracking.rows import TOGETHER, Gathering, Rows
from sampan.tracking.rules import Fault

STDIN: Final = Path("-")
ENDINGS: Final = (".json", ".ndjson", ".jsonl")
"""What names of a folder's files end with."""
MOST_FAULTS: Final = 1_000
"""Faults of a file that are listed; beyond them they are counted."""
_ALONE: Final = 5
"""Portions of a file, of a megabyte each, below which one process is done before a second has started."""
_DRAWN: Final = 64
"""Salts that are drawn at once."""
_AHEAD: Final = 2
"""Portions for each process that wait for it or for the store."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file: events that are new, those that were there already, those that correct or take back; and
    how many of the new ones are of no bill that is linked."""

    file: Path
    new: int
    known: int
    corrected: int
    unlinked: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file of which nothing was taken, and why."""

    file: Path
    error: SampanError


@dataclass(slots=True)
class Ingested:
    """What became of all files, and how many batches were sealed."""

    taken: list[Taken] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    sealed: int = 0

    def total(self) -> Taken:
        """All files together."""
        sums = (sum(getattr(one, name) for one in self.taken) for name in ("new", "known", "corrected", "unlinked"))
        return Taken(STDIN, *sums)


@dataclass(frozen=True, slots=True)
class _Portion:
    """A portion, read: its events and which texts they are, its faults and how many there are."""

    rows: Rows
    numbers: list[int]
    faults: list[Misreported]
    count: int


def files_in(place: Path) -> list[Path]:
    """The files that a place means: itself, standard input, or of a folder those of events, by name.

    Raises `BadInput` for a folder without any.
    """
    if not place.is_dir():
        return [place]
    found = sorted(file for file in place.iterdir() if file.suffix in ENDINGS and file.is_file())
    if not found:
        raise BadInput(
            "holds no events",
            subject=str(place),
            hint=f"a folder's events are in its *{', *'.join(ENDINGS)}",
            code="file",
        )
    return found


def ingest(
    outbox: Outbox,
    files: Iterable[Path],
    *,
    jobs: int | None = None,
    advance: Callable[[int], object] = lambda _: None,
) -> Ingested:
    """Take files into a store. One with a fault is refused whole, the others go on.

    `jobs` is how many processes read and hash, by default as many as there are cores for a large file; `advance` is
    told how many events were looked at.
    """
    answer = Ingested()
    with contextlib.ExitStack() as stack:
        hands = stack.enter_context(_Hands(outbox, jobs))
        if gc.isenabled():
            # Nothing here is made in circles, and a million records are looked through again and again otherwise.
            gc.disable()
            stack.callback(gc.enable)
        for file in files:
            try:
                taken, sealed = _take(outbox, file, hands, advance)
            except BrokenProcessPool:
                raise SampanError(
                    "a process beside this one was ended from outside; nothing of this file was taken",
                    subject=str(file),
                    hint="is the memory full? call again with --jobs 1",
                    code="pool",
                ) from None
            except BadInput as error:
                answer.refused.append(Refusal(file, error))
                continue
            answer.taken.append(taken)
            answer.sealed += sealed
    return answer


def _take(outbox: Outbox, file: Path, hands: _Hands, advance: Callable[[int], object]) -> tuple[Taken, int]:
    faults: list[Misreported] = []
    count = new = known = corrected = unlinked = sealed = 0
    with _opened(file) as source, outbox.writing():
        for portion, source_of in hands.read(portions(source, _name(file))):
            faults += portion.faults[: MOST_FAULTS - len(faults)]
            count += portion.count
            advance(len(portion.numbers))
            if count:
                # The file is refused; what is left of it is read for its faults.
                continue
            if outbox.add(portion.rows):
                new += len(portion.numbers)
                unlinked += portion.rows.unlinked
            else:
                for one, number in zip(portion.rows.each(), portion.numbers, strict=True):
                    try:
                        first = outbox.first(one)
                        taken = outbox.take(one, hands.links)
                    except Clash as clash:
                        fault = Fault("/eventID", clash.rule, clash.message, clash.right)
                        faults += [Misreported(source_of.place(number), fault)][: MOST_FAULTS - len(faults)]
                        count += 1
                        continue
                    known += not taken
                    new += taken and first
                    unlinked += one.unlinked if taken and first else 0
                    corrected += taken and not first
            sealed += outbox.seal_full()
        if count:
            raise Unfit(_name(file), faults, count)
    return Taken(file, new, known, corrected, unlinked), sealed


def _name(file: Path) -> str:
    return "standard input" if file == STDIN else str(file)


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[IO[bytes]]:
    """A file, or standard input. Raises `BadInput` where it cannot be read."""
    try:
        if file == STDIN:
            yield sys.stdin.buffer
            return
        with file.open("rb") as source:
            yield source
    except OSError as error:
        raise BadInput(
            f"cannot be read: {error.strerror or error}", subject=_name(file), hint="name a readable file", code="file"
        ) from None


# ----------------------------------------------------------------------------------------------------------- in a pool


class _Hands:
    """Those who read and hash: this process for what is small, several for what is large."""

    def __init__(self, outbox: Outbox, jobs: int | None) -> None:
        self._linked = outbox.linked()
        self.links = Links(self._linked)
        self._fresh = outbox.fresh
        self._jobs = cores() if jobs is None else jobs
        self._always = jobs is not None
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> _Hands:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def read(self, source: Iterator[Portion]) -> Iterator[tuple[_Portion, Portion]]:
        """Portions as they were read, in their order, each with the one that it was, its texts left out."""
        first = [] if self._always else list(islice(source, _ALONE))
        if self._jobs == 1 or (len(first) < _ALONE and not self._always):
            for portion in chain(first, source):
                yield read_all(portion, self.links, time.time(), self._fresh), portion
            return
        if self._pool is None:
            # Started anew, not forked: whoever calls may have threads.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._jobs, context, initializer=_begin, initargs=(self._linked,))
        waiting: deque[tuple[Future[_Packed], Portion]] = deque()
        try:
            for portion in chain(first, source):
                head = replace(portion, written=[])
                waiting.append((self._pool.submit(_read, head, marshal.dumps(portion.written)), head))
                if len(waiting) > _AHEAD * self._jobs:
                    yield _received(*waiting.popleft())
            while waiting:
                yield _received(*waiting.popleft())
        finally:
            for future, _ in waiting:
                future.cancel()


_LINKS = Links()
"""What a process of the pool knows of bills."""


def _begin(linked: tuple[Link, ...]) -> None:
    """Ctrl-C is heard by the process that started this one."""
    global _LINKS  # noqa: PLW0603
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    _LINKS = Links(linked)


_Packed: TypeAlias = tuple[bytes, list[Misreported], int]
"""Rows and their numbers in one piece, faults, how many. What is in one piece, the threads of a pool hand on at
once; a list they would pick apart, at the cost of the thread that writes the store."""


def _read(head: Portion, texts: bytes) -> _Packed:
    done = read_all(replace(head, written=marshal.loads(texts)), _LINKS, time.time())
    # Version 2 looks for no object that stands twice.
    return marshal.dumps((tuple(done.rows), done.numbers), 2), done.faults, done.count


def _received(future: Future[_Packed], head: Portion) -> tuple[_Portion, Portion]:
    packed, faults, count = future.result()
    rows, numbers = marshal.loads(packed)
    return _Portion(Rows(*rows), numbers, faults, count), head


def read_all(portion: Portion, links: Links, now: float, fresh: Callable[[int], bytes] = os.urandom) -> _Portion:
    """A portion's events with the leaves that they have when they are new, and all of its faults."""
    gathering = Gathering()
    numbers: list[int] = []
    faults: list[Misreported] = []
    count = 0
    salts = _salts(fresh)
    reading = read_portion(portion, now)
    # Some are read, then hashed, then gathered: a processor is quicker at one kind of work than at all in turn.
    while some := list(islice(reading, TOGETHER)):
        right: list[Read] = []
        for number, read in some:
            if isinstance(read, Read):
                right.append(read)
                numbers.append(number)
            else:
                count += len(read)
                faults.extend(Misreported(portion.place(number), fault) for fault in read)
                del faults[MOST_FAULTS:]
        made = [_leaves(read, links, salts) for read in right]
        for (event, body), leaves in zip(right, made, strict=True):
            gathering.add(event, body, leaves)
    return _Portion(gathering.done(), numbers, faults, count)


def _leaves(read: Read, links: Links, salts: Iterator[bytes]) -> list[Leaf]:
    """The leaves of an event that is new."""
    event, body = read
    belongs = links.of(event)
    if not belongs:
        return [plain_leaf(event, body, next(salts))]
    return [leaf(event, body, one, next(salts)) for one in belongs]


def _salts(fresh: Callable[[int], bytes]) -> Iterator[bytes]:
    """Salts, of which many are drawn at once."""
    while True:
        drawn = fresh(_DRAWN * SALT_BYTES)
        for start in range(0, len(drawn), SALT_BYTES):
            yield drawn[start : start + SALT_BYTES]
