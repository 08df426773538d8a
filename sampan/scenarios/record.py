"""What a run of a scenario did, on disk: so that a run that was cut off goes on, and nothing is done twice."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import sys
from typing import TYPE_CHECKING, Any, Final, Literal

from sampan.errors import BadInput, Busy
from sampan.files import parse_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sampan.scenarios.script import Script
    from sampan.scenarios.stage import Stage

RECORD: Final = "sampan.scenario-record/1"


class Record:
    """What a run did, a line each: `about` before something is sent, `done` after it. Without a file in memory alone.

    It holds what was signed, so it is its owner's alone.
    """

    def __init__(self, path: Path | None, header: Mapping[str, Any], *, anew: bool = False) -> None:
        """Raises `BadInput` when the file is of another scenario or ledger, or cannot be written."""
        self.path = path
        self.header = dict(header)
        self.about: dict[str, dict[str, Any]] = {}
        self.done: dict[str, dict[str, Any]] = {}
        self.resumed = False
        if path is None:
            return
        if anew or not path.exists():
            self._begin(path)
        else:
            self._read(path)

    @property
    def ended(self) -> bool:
        """Whether the scenario was played to its end."""
        return "end" in self.done

    def keep(self, kind: Literal["about", "done"], key: str, value: Mapping[str, Any]) -> None:
        """Remember a line; on disk once this returns."""
        (self.about if kind == "about" else self.done)[key] = dict(value)
        if self.path is not None:
            self._write({kind: key, **value})

    def _begin(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists():
                path.replace(path.with_name(f"{path.stem}-{_run_of(path)}{path.suffix}"))
            path.touch(mode=0o600)
        except OSError as error:
            raise unwritable(path, error) from None
        self._write(self.header)

    def _read(self, path: Path) -> None:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise BadInput(f"cannot be read: {error.strerror or error}", subject=str(path)) from None
        try:
            # A line that was cut off is as if it had never been written.
            whole = content[: content.rfind(b"\n") + 1]
            first, *lines = [parse_json(line) for line in whole.splitlines()]
            found = {key: first[key] for key in self.header}
            for line in lines:
                kind = "about" if "about" in line else "done"
                (self.about if kind == "about" else self.done)[line.pop(kind)] = line
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadInput(
                "is no record of a run", subject=str(path), hint="--fresh begins a new one and keeps this beside it"
            ) from None
        for key, text in (("digest", "the file has changed since"), ("ledger", "it is about another ledger")):
            if found[key] != self.header[key]:
                raise BadInput(
                    f"was begun, and {text}", subject=str(path), hint="--fresh plays it anew and keeps this beside it"
                )
        self.header = found
        self.resumed = bool(lines)
        if len(whole) != len(content):
            with path.open("r+b") as file:
                file.truncate(len(whole))

    def _write(self, line: Mapping[str, Any]) -> None:
        assert self.path is not None
        try:
            with self.path.open("ab") as file:
                file.write(json.dumps(line, separators=(",", ":"), default=str).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise unwritable(self.path, error) from None


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """No other run plays into a folder while this lasts. The lock goes with the process.

    Raises `Busy` while another does, `BadInput` for a folder that cannot be made.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise unwritable(folder, error) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Busy(
                "another run plays this scenario", subject=str(folder), hint="wait for its end, then call this again"
            ) from None
        yield
    finally:
        os.close(handle)


def _run_of(path: Path) -> str:
    """The run whose record a file is, as far as that can be read."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError), path.open("rb") as file:
        run = parse_json(file.readline(1_000))["run"]
        if isinstance(run, str) and run.isalnum() and run.isascii():
            return run[:8]
    return "before"


def unwritable(path: Path, error: OSError) -> BadInput:
    return BadInput(
        f"cannot be written: {error.strerror or error}", subject=str(path), hint="give --out a folder that can"
    )


def header(script: Script, stage: Stage) -> dict[str, Any]:
    """The first line of a record: which scenario, on which ledger, which run."""
    letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    return {
        "schema": RECORD,
        "scenario": script.name,
        "digest": script.digest,
        "chain_id": stage.connection.chain_id,
        "ledger": stage.ledger.ledger_address,
        "run": "".join(secrets.choice(letters) for _ in range(4)),
        "block": stage.connection.block_number(),
    }
