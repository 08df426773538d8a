"""The event store: raw logs in one SQLite file, so that a reading that was killed goes on where it was.

What is kept is kept in *segments*: ranges of blocks without a gap, each read in one piece and written in one
transaction. A segment carries the hash of its last block (a reorganisation shows there), the RPC that told it, and a
digest over everything in it and the digest before: whoever changes a row without the rest is found without asking the
chain. Whoever changes both is found by asking it (`sampan.audit.reading.recheck`): a part by lot each time, all of it
when that is wanted. The store is a cache: it may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sampan.audit.raw import RawBlock, RawLog
from sampan.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

SCHEMA = "sampan.events/2"

_TABLES = {
    "about": "CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "segments": """CREATE TABLE segments (
    first INTEGER PRIMARY KEY, last INTEGER NOT NULL, last_hash BLOB NOT NULL, digest BLOB NOT NULL,
    teller BLOB NOT NULL
)""",
    "blocks": "CREATE TABLE blocks (number INTEGER PRIMARY KEY, hash BLOB NOT NULL, timestamp INTEGER NOT NULL)",
    "logs": """CREATE TABLE logs (
    block INTEGER NOT NULL, log_index INTEGER NOT NULL, block_hash BLOB NOT NULL, transaction_hash BLOB NOT NULL,
    transaction_index INTEGER NOT NULL, address BLOB NOT NULL, topics BLOB NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (block, log_index)
) WITHOUT ROWID""",
}
"""A store holds these tables, each made by exactly this text, and nothing else. SQLite keeps the text as it is."""


@dataclass(frozen=True, slots=True)
class Source:
    """Whose events a store holds: the chain, the addresses, and the first block that was read."""

    chain_id: int
    genesis_hash: str
    addresses: tuple[str, ...]
    first: int

    def about(self) -> dict[str, str]:
        """As it stands in the store."""
        return {
            "schema": SCHEMA,
            "chain_id": str(self.chain_id),
            "genesis_hash": self.genesis_hash,
            "addresses": " ".join(sorted(address.lower() for address in self.addresses)),
            "first": str(self.first),
        }

    @property
    def key(self) -> str:
        """Twelve hex digits that tell this source from others: for a file's name."""
        return _seed(self.about()).hex()[:12]


@dataclass(frozen=True, slots=True)
class Segment:
    """A range of blocks, both ends included, that was read in one piece."""

    first: int
    last: int
    last_hash: bytes
    digest: bytes
    teller: bytes = b""
    """What may be shown of the RPC that told it."""


@dataclass(frozen=True, slots=True)
class StoreFault:
    """What is wrong with a store, and where: `block` and `index` of a log, or None where it is no single log."""

    message: str
    block: int | None = None
    index: int | None = None


class EventStore:
    """The raw logs of one ledger. Without a path it lives in memory.

    Opening raises `BadInput` when the file is another ledger's or no store at all.
    """

    def __init__(self, source: Source, path: Path | None = None) -> None:
        self.source = source
        self.path = path
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            # isolation_level None: transactions begin and end where we say.
            self._db = sqlite3.connect(":memory:" if path is None else path, isolation_level=None, timeout=10)
            self._open()
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from None

    def _open(self) -> None:
        # Whatever type somebody gave a value: its bytes are what is compared.
        self._db.text_factory = bytes
        # Nothing that the file itself defines may act on what is written to it or read from it.
        self._db.execute("PRAGMA trusted_schema=OFF")
        self._inspect()
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        for statement in _TABLES.values():
            self._db.execute(statement.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1))
        self._inspect()
        about = self._about()
        if not about and self.segments():
            raise sqlite3.DatabaseError("it does not say whose events it holds")
        if not about:
            self._db.executemany("INSERT OR IGNORE INTO about VALUES (?, ?)", self.source.about().items())
            about = self._about()
        wanted = self.source.about()
        for key in sorted(wanted):
            if about.get(key) != wanted[key]:
                raise BadInput(
                    f"holds the events of another ledger: {key} is {about.get(key)}, not {wanted[key]}",
                    subject=str(self.path),
                    code="audit.store",
                    hint="name another file with --store, or delete this one",
                )

    def _inspect(self) -> None:
        """Make sure that the file defines our tables alone: a trigger or a view in it would falsify what is kept."""
        for kind, name, text in self._db.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name"):
            named = str(name, "utf-8", "replace")
            if text is None or kind != b"table" or str(text, "utf-8", "replace") != _TABLES.get(named):
                raise sqlite3.DatabaseError(f"the {str(kind, 'utf-8', 'replace')} {named!r} in it is not ours")

    def _about(self) -> dict[str, str]:
        rows = self._db.execute("SELECT key, value FROM about")
        return {str(key, "utf-8", "replace"): str(value, "utf-8", "replace") for key, value in rows}

    def _damaged(self, error: sqlite3.Error) -> BadInput:
        return BadInput(
            f"cannot be read as an event store: {error}",
            subject=str(self.path),
            code="audit.store.damaged",
            hint="delete it: the audit reads the events again",
        )

    def __enter__(self) -> EventStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    # -------------------------------------------------------------------------------------------------------- reading

    def segments(self) -> list[Segment]:
        """All segments in order."""
        return [Segment(*row) for row in self._db.execute("SELECT * FROM segments ORDER BY first")]

    def last(self) -> Segment | None:
        """The newest segment; None in a new store."""
        row = self._db.execute("SELECT * FROM segments ORDER BY first DESC LIMIT 1").fetchone()
        return None if row is None else Segment(*row)

    @property
    def next(self) -> int:
        """The first block that is still to be read."""
        last = self.last()
        return self.source.first if last is None else last.last + 1

    def logs(self, first: int = 0, last: int = 2**62) -> Iterator[RawLog]:
        """The logs of a range of blocks, in order."""
        query = "SELECT * FROM logs WHERE block BETWEEN ? AND ? ORDER BY block, log_index"
        return (RawLog(*row) for row in self._db.execute(query, (first, last)))

    def blocks(self, first: int = 0, last: int = 2**62) -> list[RawBlock]:
        """The blocks of a range that have logs, in order."""
        query = "SELECT * FROM blocks WHERE number BETWEEN ? AND ? ORDER BY number"
        return [RawBlock(*row) for row in self._db.execute(query, (first, last))]

    def count(self) -> int:
        """How many logs there are."""
        (number,) = self._db.execute("SELECT count(*) FROM logs").fetchone()
        return int(number)

    # -------------------------------------------------------------------------------------------------------- writing

    def append(self, last: RawBlock, blocks: Sequence[RawBlock], logs: Sequence[RawLog], teller: str = "") -> None:
        """Add the segment from the next block to `last`, as an RPC told it: all of it or nothing.

        Raises `BadInput` when somebody else wrote meanwhile.
        """
        first = self.next
        try:
            self._db.execute("BEGIN IMMEDIATE")
            if self.next != first:
                raise sqlite3.OperationalError("another audit writes to it")
            newest = self.last()
            before = _seed(self.source.about()) if newest is None else newest.digest
            named = teller.encode()
            digest = self._digest(before, first, last.number, last.hash, blocks, logs, named)
            self._db.executemany("INSERT INTO blocks VALUES (?, ?, ?)", blocks)
            self._db.executemany("INSERT INTO logs VALUES (?, ?, ?, ?, ?, ?, ?, ?)", logs)
            self._db.execute(
                "INSERT INTO segments VALUES (?, ?, ?, ?, ?)", (first, last.number, last.hash, digest, named)
            )
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise BadInput(
                f"cannot be written: {error}",
                subject=str(self.path or "event store"),
                code="audit.store",
                hint="is another audit running, is the disk full? --store names another file",
            ) from None

    def roll_back(self, first: int) -> None:
        """Forget every segment that begins at `first` or later, and its logs: a reorganisation took them away."""
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute("DELETE FROM segments WHERE first >= ?", (first,))
        self._db.execute("DELETE FROM blocks WHERE number >= ?", (first,))
        self._db.execute("DELETE FROM logs WHERE block >= ?", (first,))
        self._db.execute("COMMIT")

    # ------------------------------------------------------------------------------------------------------ integrity

    def faults(self) -> list[tuple[Segment | None, StoreFault]]:
        """What is wrong with the store by its own digests, without asking the chain. Sound: an empty list."""
        try:
            self._inspect()
            return self._faults()
        except (sqlite3.DatabaseError, TypeError, ValueError, OverflowError) as error:
            return [(None, StoreFault(f"cannot be read: {error}"))]

    def _faults(self) -> list[tuple[Segment | None, StoreFault]]:
        found: list[tuple[Segment | None, StoreFault]] = []
        digest, expected = _seed(self.source.about()), self.source.first
        inside = 0
        for segment in self.segments():
            span = f"blocks {segment.first}-{segment.last}"
            if segment.first != expected or segment.last < segment.first:
                found.append((segment, StoreFault(f"{span} do not follow on block {expected - 1}")))
            logs = list(self.logs(segment.first, segment.last))
            blocks = self.blocks(segment.first, segment.last)
            inside += len(logs)
            wanted = self._digest(digest, segment.first, segment.last, segment.last_hash, blocks, logs, segment.teller)
            if wanted != segment.digest:
                found.append((segment, StoreFault(f"{span} are not what was written: their digest differs")))
            digest, expected = segment.digest, segment.last + 1
        if inside != self.count():
            found.append((None, StoreFault(f"{self.count() - inside} logs stand outside of the blocks that were read")))
        return found

    @staticmethod
    def _digest(
        before: bytes,
        first: int,
        last: int,
        last_hash: bytes,
        blocks: Iterable[RawBlock],
        logs: Iterable[RawLog],
        teller: bytes,
    ) -> bytes:
        """SHA-256 over the digest before and everything in a segment."""
        return digest_of(before, ((first, last, last_hash, teller), *blocks, *logs))

    def history(self, last: int) -> str:
        """A digest over all logs up to a block and their blocks, the same however they were read."""
        return "0x" + digest_of(b"", (*self.blocks(0, last), *self.logs(0, last))).hex()


def digest_of(before: bytes, rows: Iterable[Sequence[object]]) -> bytes:
    """SHA-256 over a digest and every value of some rows, each with its length."""
    hashing = hashlib.sha256(before)
    for row in rows:
        for value in row:
            part = value if isinstance(value, bytes) else repr(value).encode()
            hashing.update(len(part).to_bytes(4, "big") + part)
    return hashing.digest()


def _seed(about: dict[str, str]) -> bytes:
    return hashlib.sha256("\n".join(f"{key}={about[key]}" for key in sorted(about)).encode()).digest()
