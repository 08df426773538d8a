"""The store of a producer: its events, their leaves, its batches, and which of them are on chain. One SQLite file.

Leaves stand in the order in which they came; a batch is the next thousand of them, so that what a batch holds is
settled by their numbers alone. A batch is *sealed* when its root is written here, *sent* when a transaction with it is
about to leave, *anchored* when the chain has it. The chain takes batches by their number and none twice: so whoever
dies between two of these steps sends again, or finds (`adopt`) what the chain has already.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeAlias

import msgspec

from sampan.cargo.records import Header
from sampan.documents.merkle import MerkleTree
from sampan.errors import AnswerIsNo, UsageError
from sampan.tracking.database import cannot, connect, damaged, lock
from sampan.tracking.leaf import SALT_BYTES, Leaf, key_of, leaf
from sampan.tracking.links import Belonging, Link, Links, require_same, unit_of
from sampan.tracking.reading import Read, read_event
from sampan.tracking.rows import (
    BilledRow,
    Gathering,
    LeafRow,
    Rows,
    blob,
    leaf_of,
    leaf_row,
    packed_leaves,
    unpacked,
    unpacked_leaves,
)

BATCH: Final = 1_000
"""Leaves of a batch, but for a rest that is sealed as it is."""
_NO_LOCATOR: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch of the store: its number, its header, the hash of the transaction in which it was last sent."""

    sequence: int
    header: Header
    first: int
    sent: bytes | None

    @property
    def state(self) -> str:
        """`sealed`, `sent` or `anchored`."""
        return "anchored" if self.header.anchored_at else "sent" if self.sent else "sealed"

    @property
    def arguments(self) -> tuple[int, bytes, int, int, int, bytes]:
        """What `anchor` takes: sequence, root, count, earliest, latest, locator."""
        header = self.header
        return self.sequence, header.root, header.count, header.earliest, header.latest, header.locator


_Said: TypeAlias = dict[tuple[int, int, int], bytes]
"""Bill, kind and unit → the key of what was last said of it."""


class Clash(Exception):
    """An event cannot stand beside one that is there: the rule, what is wrong, what would be right."""

    def __init__(self, rule: str, message: str, right: str) -> None:
        super().__init__(message)
        self.rule, self.message, self.right = rule, message, right


@dataclass(frozen=True, slots=True)
class Status:
    """How much a store holds."""

    events: int
    leaves: int
    links: int
    waiting: int
    sealed: int
    sent: int
    anchored: int


class Outbox:
    """A producer's store. One process writes at a time; others may read meanwhile."""

    def __init__(self, path: Path, *, writes: bool = True, fresh: Callable[[int], bytes] = secrets.token_bytes) -> None:
        """Open a store, made where there is none when `writes`. `fresh` makes the salts of leaves, but for those that
        processes beside this one read (`ingest`), where they are always by chance.

        Raises `BadInput` for what is no store, or one of a newer Sampan, `Busy` when another process writes.
        """
        self.path = path
        self.fresh = fresh
        self._lock = lock(path) if writes else None
        try:
            self._db = connect(path, writes)
            self._events = self._one("SELECT coalesce(max(number), 0) FROM events")
            self._leaves = self._last_leaf()
            self._first, self._sequence = self._ends()
        except BaseException as error:
            self._unlock()
            if isinstance(error, sqlite3.Error):
                raise cannot(path, error) from None
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
        if isinstance(error, sqlite3.Error):
            raise cannot(self.path, error) from None

    def close(self) -> None:
        """Let others write."""
        self._db.close()
        self._unlock()

    def _unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _one(self, query: str, *values: object) -> int:
        found: int = self._db.execute(query, values).fetchone()[0]
        return found

    def _last_leaf(self) -> int:
        row = self._db.execute("SELECT first, packed FROM leaves ORDER BY first DESC LIMIT 1").fetchone()
        return 0 if row is None else int(row[0]) + len(self._unpacked_leaves(row[1])) - 1

    def _ends(self) -> tuple[int, int]:
        """The first leaf that is in no batch, and the number of the last batch."""
        row = self._db.execute("SELECT first + count, sequence FROM batches ORDER BY sequence DESC LIMIT 1").fetchone()
        return row or (1, 0)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """All that is written within stands afterwards, or none of it; batches that are sealed within are on disk."""
        sequence = self._sequence
        marks = self._leaves, self._events, self._first, self._sequence
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException as error:
            with contextlib.suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            self._leaves, self._events, self._first, self._sequence = marks
            if isinstance(error, sqlite3.Error):
                raise cannot(self.path, error) from None
            raise
        if self._sequence > sequence:
            self._sync()

    def _sync(self) -> None:
        """Have the disk keep all that was written so far: nothing leaves the house before."""
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("UPDATE synced SET batches = ?", (self._sequence,))
        self._db.execute("PRAGMA synchronous = NORMAL")

    # ------------------------------------------------------------------------------------------------------- events

    def links(self) -> Links:
        """All that the producer knows of bills."""
        return Links(self.linked())

    def linked(self) -> tuple[Link, ...]:
        """The links, by bill."""
        return tuple(Link.from_text(text) for (text,) in self._db.execute("SELECT link FROM links ORDER BY bill"))

    def add(self, rows: Rows) -> bool:
        """Add events of which none is there yet, within `writing`; False, and nothing is added, where one is."""
        if any(row[5] for row in rows.events):
            return False
        # Taken out again where one is, without a savepoint: for that SQLite would copy each page that it touches.
        placed = f"? + {self._events + 1}"
        put = self._db.executemany(f"INSERT OR IGNORE INTO newest VALUES (?, {placed})", rows.newest)
        if put.rowcount < len(rows.newest):
            self._db.executemany(f"DELETE FROM newest WHERE id = ? AND event = {placed}", rows.newest)
            return False
        said: _Said = {}
        for _, kind, _, number, event in rows.billed:
            if kind:
                before = rows.leaf(number)
                made = self._in_place(rows.events[event][1], 0, partial(rows.body, event), before, said)
                if made is not before:
                    rows.replace(number, made)
        self._insert(rows)
        return True

    def take(self, one: Rows, links: Links) -> bool:
        """Take one event within `writing`: new, a correction, or taken back; False when it is there already.

        Raises `Clash` for one that cannot stand beside what is there.
        """
        ((_, event_id, _, _, spoken, retracted, *_),) = one.events
        updated = bool(one.updated)
        before = self._newest(event_id)
        if before is None:
            if retracted:
                message = "takes back an event that was never reported"
                raise Clash("retraction", message, "report the event first, or correct its eventID")
            self.add(one)
            return True
        number, version, last, gone = before
        body = one.body(0)
        if self._was_said(number, spoken, body):
            return False
        takes_back = retracted and not gone and not updated and spoken >= last
        if not takes_back and not (updated and spoken > last):
            message = "was reported before, with other content"
            right = "give another event another eventID, a correction a later eventUpdatedDateTime"
            raise Clash("event-id", message, right)
        self._correct(self._read(body, spoken), number, version + 1, links)
        return True

    def first(self, one: Rows) -> bool:
        """Whether no event of this id is there."""
        return self._newest(one.events[0][1]) is None

    def _newest(self, event_id: bytes) -> tuple[int, int, int, int] | None:
        """Number, version, time of an event's newest version, and whether it is taken back."""
        query = (
            "SELECT number, version, spoken, retracted FROM newest JOIN events ON number = event WHERE newest.id = ?"
        )
        found: tuple[int, int, int, int] | None = self._db.execute(query, (event_id,)).fetchone()
        return found

    def _versions(self, number: int) -> Iterator[tuple[int, int]]:
        """Number and version of an event's versions, from one back to the first."""
        here: int | None = number
        while here is not None:
            number, version, here = self._db.execute(
                "SELECT number, version, previous FROM events WHERE number = ?", (here,)
            ).fetchone()
            yield number, version

    def _was_said(self, number: int, spoken: int, body: bytes) -> bool:
        """Whether a version of an event, from one back to the first, has these bytes: it was spoken of then."""
        query = (
            "WITH RECURSIVE said AS (SELECT number, spoken, previous FROM events WHERE number = ? UNION ALL "
            "SELECT before.number, before.spoken, before.previous FROM said JOIN events AS before "
            "ON before.number = said.previous) SELECT number FROM said WHERE spoken = ?"
        )
        return any(self._body(one) == body for (one,) in self._db.execute(query, (number, spoken)).fetchall())

    def _body(self, number: int) -> bytes:
        """The canonical bytes of an event. Raises `BadInput` where the store no longer has them."""
        query = "SELECT first, packed FROM bodies WHERE first <= ? ORDER BY first DESC LIMIT 1"
        try:
            first, packed = self._db.execute(query, (number,)).fetchone()
            body: bytes = unpacked(packed)[number - first]
        except (TypeError, IndexError, zlib.error):
            raise damaged(self.path) from None
        return body

    def _correct(self, one: Read, before: int, version: int, links: Links) -> None:
        """A further version: a leaf for each bill that it or any version before belongs to, in the old one's place."""
        event, number = one.event, self._events + 1
        corrected: dict[int | None, bytes] = {}
        # A version has a leaf of every bill that one before it had: so the last tells of all.
        for _, made in self._leaves_of(before):
            corrected[made.bill] = key_of(event.id, made.bill or 0, version - 1)
        belongs = links.of(event)
        bills: dict[int | None, Belonging | None] = {about.link.bill: about for about in belongs}
        bills |= {bill: None for bill in corrected if bill is not None and bill not in bills}
        leaves = [
            leaf(
                event,
                one.body,
                about,
                self.fresh(SALT_BYTES),
                version=version,
                corrects=corrected.get(bill),
                bill=bill,
            )
            for bill, about in (bills or {None: None}).items()
        ]
        said: _Said = {}
        leaves = [self._in_place(event.id, version, lambda: one.body, each, said) for each in leaves]
        self._db.execute("UPDATE newest SET event = ? WHERE id = ?", (number, event.id))
        gathering = Gathering()
        gathering.add(event, one.body, leaves, version=version, previous=before)
        self._insert(gathering.done())

    def _in_place(self, event_id: bytes, version: int, body: Callable[[], bytes], made: Leaf, said: _Said) -> Leaf:
        """The leaf, naming what the producer last said of the same thing: a contract takes it in place of that alone.

        `said` has what was said in this portion, which the store does not have yet.
        """
        if not made.kind or made.bill is None:
            return made
        thing = made.bill, made.kind, made.unit
        if made.corrects is None:
            before = said.get(thing) or self._last_said(*thing)
            if before is not None:
                made = made._replace(corrects=before).hashed(event_id, version, body())
        said[thing] = key_of(event_id, thing[0], version)
        return made

    def _last_said(self, bill: int, kind: int, unit: int) -> bytes | None:
        """The key of what was last said of one thing."""
        query = (
            "SELECT id, version FROM billed JOIN events ON number = event "
            "WHERE bill = ? AND kind = ? AND unit = ? ORDER BY billed.leaf DESC LIMIT 1"
        )
        row = self._db.execute(query, (blob(bill), kind, unit)).fetchone()
        return None if row is None else key_of(row[0], bill, row[1])

    def _insert(self, rows: Rows) -> None:
        first = self._events + 1
        self._db.executemany(
            f"INSERT INTO events VALUES (? + {first}, ?, ?, ?, ?, ?, ? + {self._leaves + 1}, ?)", rows.events
        )
        self._db.executemany(f"INSERT INTO bodies VALUES (? + {first}, ?)", rows.bodies)
        self._db.executemany(f"INSERT INTO named VALUES (?, ? + {first})", rows.named)
        self._insert_leaves(rows.leaves, rows.billed, rows.held, first)
        self._events += len(rows.events)

    def _insert_leaves(
        self, packed: Sequence[tuple[int, bytes]], billed: Sequence[BilledRow], count: int, event: int = 0
    ) -> None:
        """So many leaves, whose numbers begin at 0, as those of their events do at `event`."""
        first = self._leaves + 1
        self._db.executemany(f"INSERT INTO leaves VALUES (? + {first}, ?)", packed)
        self._db.executemany(f"INSERT INTO billed VALUES (?, ?, ?, ? + {first}, ? + {event})", billed)
        self._leaves += count

    def link(self, link: Link, *, advance: Callable[[], object] = lambda: None) -> int:
        """Take a link, and give the bill a leaf of each event that came before and belongs to it; how many these are.

        `advance` is called for each event that was looked at. Raises `AnswerIsNo` when the bill was linked by another
        document.
        """
        stands = self._db.execute("SELECT link FROM links WHERE bill = ?", (blob(link.bill),)).fetchone()
        if stands is not None:
            require_same(link, Link.from_text(stands[0]))
            return 0
        with self.writing():
            self._db.execute("INSERT INTO links VALUES (?, ?)", (blob(link.bill), link.as_text()))
            said: _Said = {}
            made = []
            for number in self._naming(link):
                found = self._late(number, link, said)
                if found is not None:
                    made.append(found)
                advance()
            late = [(number, leaf) for leaf, (number, _) in enumerate(made, self._leaves + 1)]
            self._db.executemany("INSERT INTO late VALUES (?, ?)", late)
            rows = [leaf_row(one) for _, one in made]
            bill = link.bill.to_bytes(32, "big")
            billed = [(bill, one.kind, one.unit, at, number) for at, (number, one) in enumerate(made)]
            self._insert_leaves(packed_leaves(rows), billed, len(rows))
            self.seal_full()
        return len(made)

    def _naming(self, link: Link) -> list[int]:
        """Events that name a bill, in the order in which they came."""
        query = "SELECT event FROM named WHERE reference = ?"
        found = {number for reference in link.references for (number,) in self._db.execute(query, (reference,))}
        return sorted(found)

    def _late(self, number: int, link: Link, said: _Said) -> tuple[int, Leaf] | None:
        """The leaf for a bill of an event that came before the bill was known; none of what was corrected since."""
        read, version = self.event(number)
        newest = self._newest(read.event.id)
        unit = unit_of(read.event, link)
        if newest is None or newest[0] != number or unit is None or read.event.retracted:
            return None
        salt = self.fresh(SALT_BYTES)
        made = leaf(read.event, read.body, Belonging(link, unit), salt, version=version)
        return number, self._in_place(read.event.id, version, lambda: read.body, made, said)

    def event(self, number: int) -> tuple[Read, int]:
        """An event of the store, and its version."""
        query = "SELECT version, spoken FROM events WHERE number = ?"
        version, spoken = self._db.execute(query, (number,)).fetchone()
        return self._read(self._body(number), spoken), version

    def _read(self, body: bytes, spoken: int) -> Read:
        """An event that was right when it was taken. Raises `BadInput` where it no longer is."""
        read = read_event(body, spoken / 1_000_000)
        if not isinstance(read, Read):
            raise damaged(self.path)
        return read

    # ------------------------------------------------------------------------------------------------------ batches

    def seal_full(self) -> int:
        """Seal every batch of a thousand, within `writing`; how many."""
        sealed = 0
        while self._leaves - self._first + 1 >= BATCH:
            self._seal(BATCH)
            sealed += 1
        return sealed

    def seal(self) -> list[Batch]:
        """Seal all leaves that wait, the rest as a smaller batch."""
        before = self._sequence
        with self.writing():
            self.seal_full()
            rest = self._leaves - self._first + 1
            if rest:
                self._seal(rest)
        return [self.batch(sequence) for sequence in range(before + 1, self._sequence + 1)]

    def _seal(self, count: int) -> None:
        rows = self._between(self._first, count)
        tree = MerkleTree([row[-1] for row in rows])
        moments = [row[3] for row in rows]
        self._db.execute(
            "INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
            (self._sequence + 1, self._first, count, tree.root, min(moments), max(moments), _NO_LOCATOR),
        )
        self._sequence += 1
        self._first += count

    def batch(self, sequence: int) -> Batch:
        """A batch by its number. Raises `UsageError` for one that there is not."""
        row = self._db.execute("SELECT * FROM batches WHERE sequence = ?", (sequence,)).fetchone()
        if row is None:
            raise UsageError(
                "no such batch", subject=str(sequence), hint=f"the last is {self._sequence}; seal what waits first"
            )
        return _batch(row)

    def batch_of(self, number: int) -> Batch | None:
        """The batch of a leaf; None while it waits."""
        row = self._db.execute(
            "SELECT * FROM batches WHERE first <= ? ORDER BY first DESC LIMIT 1", (number,)
        ).fetchone()
        batch = None if row is None else _batch(row)
        return batch if batch is not None and number < batch.first + batch.header.count else None

    def unanchored(self) -> list[Batch]:
        """The batches that the chain does not have as far as is known, in the order in which it takes them."""
        return [
            _batch(row) for row in self._db.execute("SELECT * FROM batches WHERE anchored IS NULL ORDER BY sequence")
        ]

    def sent(self, sequence: int, transaction: bytes) -> None:
        """A transaction with this batch is about to leave; the last one counts. Written to disk before this returns.

        Raises `UsageError` for a batch that there is not or that is anchored.
        """
        batch = self.batch(sequence)
        if batch.header.anchored_at:
            raise UsageError("is anchored already", subject=f"batch {sequence}", hint="send the next")
        self._mark("UPDATE batches SET sent = ? WHERE sequence = ?", transaction, sequence)

    def anchored(self, sequence: int, anchored_at: int) -> Batch:
        """The chain has this batch since a block time. Once said it stands; said again it is the same or refused.

        Raises `UsageError` where a batch before is not anchored, `AnswerIsNo` where it was anchored at another time.
        """
        batch = self.batch(sequence)
        if batch.header.anchored_at:
            if batch.header.anchored_at != anchored_at:
                raise AnswerIsNo(
                    "was anchored at another time than the chain says",
                    subject=f"batch {sequence}",
                    hint="is this the chain that it was anchored on?",
                    code="cargo.anchor",
                )
            return batch
        if sequence > 1 and not self.batch(sequence - 1).header.anchored_at:
            raise UsageError(
                "is anchored before one that precedes it", subject=f"batch {sequence}", hint="take them in order"
            )
        self._mark("UPDATE batches SET anchored = ? WHERE sequence = ?", anchored_at, sequence)
        return self.batch(sequence)

    def adopt(self, sequence: int, header: Header) -> Batch:
        """Take a batch for anchored that the chain has, when it is this one.

        Raises `AnswerIsNo` when it is another, as of a second store of the producer; else as `anchored`.
        """
        batch = self.batch(sequence)
        ours = batch.arguments[1:]
        theirs = (header.root, header.count, header.earliest, header.latest, header.locator)
        if ours != theirs:
            raise AnswerIsNo(
                f"the chain has another batch under number {sequence}",
                subject=str(self.path),
                hint="a producer anchors from one store: find the other one, or use a participant of its own for this",
                code="cargo.anchor",
            )
        return self.anchored(sequence, header.anchored_at)

    def _mark(self, query: str, *values: object) -> None:
        try:
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute(query, values)
            self._db.execute("PRAGMA synchronous = NORMAL")
        except sqlite3.Error as error:
            raise cannot(self.path, error) from None

    # ------------------------------------------------------------------------------------------------------- leaves

    def leaves_of(self, event_id: bytes) -> list[tuple[int, Leaf, int, bytes]]:
        """The leaves of an event in all versions, the first first: number, leaf, version, the event's bytes."""
        newest = self._newest(event_id)
        versions = [] if newest is None else self._versions(newest[0])
        found = [
            (number, made, version, self._body(event))
            for event, version in versions
            for number, made in self._leaves_of(event)
        ]
        return sorted(found, key=lambda one: one[0])

    def _leaves_of(self, event: int) -> list[tuple[int, Leaf]]:
        """The leaves of one version of an event: those that it came with, and those of bills that were linked later."""
        first, count = self._db.execute("SELECT leaf, leaves FROM events WHERE number = ?", (event,)).fetchone()
        late = self._db.execute("SELECT leaf FROM late WHERE event = ? ORDER BY leaf", (event,)).fetchall()
        numbers = [*range(first, first + count), *(number for (number,) in late)]
        return [(number, self._leaf(number)) for number in numbers]

    def _leaf(self, number: int) -> Leaf:
        return leaf_of(self._between(number, 1)[0])

    def _between(self, first: int, count: int) -> list[LeafRow]:
        """So many leaves from one on. Raises `BadInput` where the store no longer has them."""
        query = (
            "SELECT first, packed FROM leaves WHERE first < ? "
            "AND first >= (SELECT max(first) FROM leaves WHERE first <= ?) ORDER BY first"
        )
        found: list[LeafRow] = []
        for here, packed in self._db.execute(query, (first + count, first)):
            found += self._unpacked_leaves(packed)[max(0, first - here) : first + count - here]
        if len(found) != count:
            raise damaged(self.path)
        return found

    def _unpacked_leaves(self, packed: bytes) -> list[LeafRow]:
        try:
            return unpacked_leaves(packed)
        except msgspec.MsgspecError:
            raise damaged(self.path) from None

    def leaves_of_bill(self, bill: int) -> Iterator[tuple[bytes, int, Leaf, int, bytes]]:
        """The leaves of a bill, the first first: event, number, leaf, version, the event's bytes."""
        query = (
            "SELECT billed.leaf, id, version, event FROM billed JOIN events ON number = event "
            "WHERE bill = ? ORDER BY billed.leaf"
        )
        for number, event_id, version, event in self._db.execute(query, (blob(bill),)):
            yield event_id, number, self._leaf(number), version, self._body(event)

    def tree(self, batch: Batch) -> MerkleTree:
        """The tree of a batch. Raises `BadInput` where the store no longer gives its root."""
        hashes = [row[-1] for row in self._between(batch.first, batch.header.count)]
        tree = MerkleTree(hashes) if len(set(hashes)) == batch.header.count else None
        if tree is None or tree.root != batch.header.root:
            raise damaged(self.path)
        return tree

    def batches(self) -> list[Batch]:
        """Every batch, by sequence."""
        return [_batch(row) for row in self._db.execute("SELECT * FROM batches ORDER BY sequence")]

    def status(self) -> Status:
        """How much there is."""
        batches = self._one("SELECT count(*) FROM batches")
        anchored = self._one("SELECT count(*) FROM batches WHERE anchored IS NOT NULL")
        sent = self._one("SELECT count(*) FROM batches WHERE anchored IS NULL AND sent IS NOT NULL")
        links = self._one("SELECT count(*) FROM links")
        waiting = self._leaves - self._first + 1
        return Status(self._events, self._leaves, links, waiting, batches - anchored - sent, sent, anchored)


# --------------------------------------------------------------------------------------------------------------- rows


def _batch(row: Sequence[Any]) -> Batch:
    sequence, first, count, root, earliest, latest, locator, sent, anchored = row
    return Batch(sequence, Header(root, count, earliest, latest, anchored or 0, locator), first, sent)
