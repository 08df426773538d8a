"""A journal of transactions: what was signed is on disk before it is sent, so that a killed run can go on.

One JSON object a line, appended and synced. The first names what the run is about; a line that was cut off by the death
of the process is left out when the journal is read again. It holds signed transactions, which anybody may see, and no
key.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from sampan.chain.outside import parse_json
from sampan.errors import BadInput, UsageError

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = "sampan.journal/1"


@dataclass(slots=True)
class Entry:
    """One act: every transaction that was signed for it, by whom and for which nonce."""

    sender: str
    nonce: int
    raws: list[bytes] = field(default_factory=list)


class Journal:
    """An open journal. `about` is what the run does; one run at a time may have it."""

    def __init__(self, path: Path, about: dict[str, Any]) -> None:
        """Open or begin a journal.

        Raises `UsageError` while another run has it, `BadInput` when the file is about something else, or no journal.
        """
        self.path = path
        self.entries: dict[str, Entry] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: IO[bytes] | None = path.open("a+b")
        try:
            _lock(self._file, path)
            whole = self._read(about)
        except BaseException:
            self.close()
            raise
        # What was cut off goes, so that the next line does not continue it.
        self._file.truncate(whole)
        if whole == 0:
            self._write({"schema": SCHEMA, "about": about})

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; it stays on disk."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def finish(self) -> None:
        """The run is done and recorded elsewhere: take the journal away."""
        self.path.unlink(missing_ok=True)
        self.close()

    def signed(self, key: str, sender: str, nonce: int, raw: bytes) -> None:
        """Record a signed transaction before it is sent."""
        self._keep(key, sender, nonce, raw)
        self._write({"key": key, "sender": sender, "nonce": nonce, "raw": "0x" + raw.hex()})

    def _keep(self, key: str, sender: str, nonce: int, raw: bytes) -> None:
        entry = self.entries.get(key)
        if entry is None or (entry.sender, entry.nonce) != (sender, nonce):
            # Signed anew for another nonce: what was signed before can never stand.
            entry = self.entries[key] = Entry(sender, nonce)
        entry.raws.append(raw)

    def _write(self, line: dict[str, Any]) -> None:
        if self._file is None:
            raise ValueError("the journal is closed")
        self._file.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def _read(self, about: dict[str, Any]) -> int:
        """Read what is there. Returns the length of the whole lines."""
        content = self.path.read_bytes()
        whole = content.rfind(b"\n") + 1
        lines = content[:whole].splitlines()
        try:
            records = [parse_json(line) for line in lines]
            if not records:
                return 0
            first, *rest = records
            if first["schema"] != SCHEMA:
                raise KeyError("schema")
            if first["about"] != json.loads(json.dumps(about)):
                raise BadInput(
                    "the journal of another deployment that did not end",
                    subject=str(self.path),
                    hint="finish that one with its own parameters, or delete the file",
                )
            for record in rest:
                # Earlier versions also noted what was mined, which the chain tells better.
                if "mined" not in record:
                    raw = bytes.fromhex(record["raw"][2:])
                    self._keep(record["key"], record["sender"], int(record["nonce"]), raw)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadInput(
                "not a journal of Sampan's", subject=str(self.path), hint="move the file away and start again"
            ) from None
        return whole


def _lock(file: IO[bytes], path: Path) -> None:
    """Nobody else while we have it; the system takes the lock back when we are gone, however that comes about."""
    if sys.platform == "win32":
        return
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise UsageError("another run is at work on this", subject=str(path), hint="wait until it has ended") from None
