"""The file of a producer's store: its tables, its version, who writes it."""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path
from typing import Final

from sampan.errors import BadInput, Busy

VERSION: Final = 2
"""Of the tables below."""
_APPLICATION: Final = 0x53_41_4D_43
"""What SQLite writes into the file's head: `SAMC`."""
_TABLES: Final = """
    CREATE TABLE events (
        number INTEGER PRIMARY KEY, id BLOB NOT NULL, version INTEGER NOT NULL, previous INTEGER,
        spoken INTEGER NOT NULL, retracted INTEGER NOT NULL, leaf INTEGER NOT NULL, leaves INTEGER NOT NULL);
    CREATE TABLE bodies (first INTEGER PRIMARY KEY, packed BLOB NOT NULL);
    CREATE TABLE newest (id BLOB PRIMARY KEY, event INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE named (reference TEXT NOT NULL, event INTEGER NOT NULL, PRIMARY KEY (reference, event)) WITHOUT ROWID;
    CREATE TABLE leaves (first INTEGER PRIMARY KEY, packed BLOB NOT NULL);
    CREATE TABLE billed (
        bill BLOB NOT NULL, kind INTEGER NOT NULL, unit INTEGER NOT NULL, leaf INTEGER NOT NULL, event INTEGER NOT NULL,
        PRIMARY KEY (bill, kind, unit, leaf)) WITHOUT ROWID;
    CREATE TABLE late (event INTEGER NOT NULL, leaf INTEGER NOT NULL, PRIMARY KEY (event, leaf)) WITHOUT ROWID;
    CREATE TABLE links (bill BLOB PRIMARY KEY, link TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE batches (
        sequence INTEGER PRIMARY KEY, first INTEGER NOT NULL, count INTEGER NOT NULL, root BLOB NOT NULL,
        earliest INTEGER NOT NULL, latest INTEGER NOT NULL, locator BLOB NOT NULL, sent BLOB, anchored INTEGER);
    CREATE TABLE synced (batches INTEGER NOT NULL);
    INSERT INTO synced VALUES (0);
"""
_CACHE_KIB: Final = 96 * 1024


def connect(path: Path, writes: bool) -> sqlite3.Connection:
    """The store at a place. Raises `BadInput` where there is none to read, or something else."""
    if not writes and not path.exists():
        raise BadInput("is no store", subject=str(path), hint="`sampan cargo ingest` makes one", code="cargo.store")
    try:
        database = sqlite3.connect(path, isolation_level=None, timeout=5)
        if writes and path.stat().st_size == 0:
            _make(database)
        application, version = (
            database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
        )
        if application == _APPLICATION and version == VERSION:
            if writes:
                database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            return database
    except sqlite3.Error as error:
        raise cannot(path, error) from None
    database.close()
    if application == _APPLICATION:
        raise BadInput(
            f"is a store of version {version}, this Sampan knows {VERSION}",
            subject=str(path),
            hint="use the Sampan that wrote it" + (", or a newer one" if version > VERSION else ""),
            code="cargo.store",
        )
    raise BadInput("is no store of cargo data", subject=str(path), hint="name another file", code="cargo.store")


def _make(database: sqlite3.Connection) -> None:
    """A new store, whole or not at all."""
    database.execute("PRAGMA page_size = 8192")
    database.executescript(
        f"BEGIN; {_TABLES} PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT;"
    )


def lock(path: Path) -> int:
    """A lock beside the store, and the store itself for its owner alone. Raises `Busy` when another process has it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            # Made here for its mode. Where SQLite has it open nothing may close it: SQLite's locks would go with it.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        handle = os.open(path.with_name(f"{path.name}-lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise BadInput(
            f"cannot be written: {error.strerror or error}",
            subject=str(path),
            hint="name a writable place",
            code="file",
        ) from None
    if sys.platform != "win32":
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            raise Busy(
                "another run is at work on this store", subject=str(path), hint="call again when it has ended"
            ) from None
    return handle


def cannot(path: Path, error: sqlite3.Error) -> BadInput:
    busy = "locked" in str(error)
    hint = "call again when the other run has ended" if busy else "is the disk full? else take the store from a backup"
    return BadInput(f"cannot be used: {error}", subject=str(path), hint=hint, code="cargo.store")


def damaged(path: Path) -> BadInput:
    return BadInput("was altered: it does not give what it has sealed", subject=str(path), hint="take it from a backup")
