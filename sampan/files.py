"""Files for their owner alone (mode 0600), written whole or not at all; and the readers of what others wrote."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from sampan.errors import BadInput

# A text, to its end or the end of the data, or a bracket.
_STRUCTURE = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)


def nested_beyond(data: bytes, most: int) -> int | None:
    """Where the first bracket of JSON stands that is nested deeper than so many levels, counted in bytes from 0.

    The parser recurses in C, and libraries that raise Python's recursion limit (py-evm does) let it run off the stack.
    Up to the first fault of syntax, where the parser stops, this scan sees the same brackets.
    """
    if data.count(b"[") + data.count(b"{") <= most:
        return None
    depth = 0
    for match in _STRUCTURE.finditer(data):
        mark = data[match.start()]
        if mark in b"[{":
            depth += 1
            if depth > most:
                return match.start()
        elif mark in b"]}":
            depth -= 1
    return None


def parse_json(content: bytes, *, names_once: bool = False) -> Any:
    """The value of a JSON text from outside: an RPC's answer, a manifest, a keystore, an artifact.

    py-evm raises Python's recursion limit so far that the standard parser overruns the stack of the process on deep
    nesting; this one has a limit of its own. Raises `ValueError` for what is no JSON, nests deeper than 200 or holds
    NaN, and, with `names_once`, for an object that has a name twice: each reader would take another of the two.
    """
    from pydantic_core import from_json

    value = from_json(content, allow_inf_nan=False)
    if names_once:
        import json

        json.loads(content, object_pairs_hook=_once)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {twice!r} stands twice in one object")
    return found


def parse_toml(content: bytes) -> dict[str, Any]:
    """The table of a TOML text. Raises `ValueError` for what is none, nests too deep or holds an endless number."""
    import tomllib

    try:
        return tomllib.loads(content.decode())
    except RecursionError:
        raise ValueError("it nests too deep") from None


def write_private(path: Path, data: bytes) -> None:
    """Put a file in place, replacing what stood there. Raises `BadInput` when the folder cannot be written.

    What is no regular file (a pipe, /dev/stdout) is written into.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        # mkstemp makes its file with mode 0600.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                fill(file, data)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise BadInput(
            f"cannot be written: {error.strerror or error}",
            subject=str(path),
            hint="name a writable place",
            code="file",
        ) from None


def read_up_to(path: Path, most: int = 1024 * 1024) -> bytes:
    """All that a file holds. One that never ends (a device) is not read to its end.

    Raises `OSError`, and `BadInput` for one of more than `most` bytes.
    """
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise BadInput(
            f"is larger than {most:,} bytes", subject=str(path), hint="name the file that is meant", code="file"
        )
    return data


def is_file(text: str) -> bool:
    """Whether a text names a file; a long one (a key, a signature) names none."""
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False


def fill(file: IO[bytes], data: bytes) -> None:
    """Overwrite all that a file holds, then have the disk keep the data. What stood there is zeroed first."""
    file.seek(0, os.SEEK_END)
    length = file.tell()
    if length:
        file.seek(0)
        file.write(b"\0" * length)
        file.flush()
        os.fsync(file.fileno())
        file.truncate(0)
    file.seek(0)
    file.write(data)
    file.flush()
    os.fsync(file.fileno())


@contextlib.contextmanager
def draft_of(path: Path) -> Iterator[tuple[IO[bytes], Path]]:
    """The one draft of a file (`.NAME.draft` beside it) and its place; nobody else writes that file meanwhile.

    Its name is fixed so that what a killed run left in it is overwritten by the next run and not forgotten. The lock is
    the draft's own and goes with the process. Whoever put the draft in place under another name is done with it;
    otherwise it is removed at the end. Raises `OSError`.
    """
    if sys.platform == "win32":
        # No lock of this kind there: each writer has a draft of its own.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        draft = Path(name)
        try:
            with os.fdopen(handle, "r+b") as file:
                yield file, draft
        finally:
            draft.unlink(missing_ok=True)
        return
    draft = path.with_name(f".{path.name}.draft")
    with _locked(draft) as file:
        held = os.fstat(file.fileno())
        try:
            yield file, draft
        finally:
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(held, draft.lstat()):
                    draft.unlink()


@contextlib.contextmanager
def _locked(draft: Path) -> Iterator[IO[bytes]]:
    """The draft, made if need be, locked, and still the file of that name once the lock is ours."""
    import fcntl

    while True:
        handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            ours = os.fstat(handle)
            try:
                there = draft.lstat()
            except FileNotFoundError:
                continue
            if not os.path.samestat(ours, there):
                continue
            if ours.st_nlink > 1:
                # A run was killed after it linked its draft into place: these bytes are the file itself by now.
                draft.unlink()
                continue
            # A draft that somebody else put here is not ours to fill: this fails for all but the owner.
            os.fchmod(handle, 0o600)
            yield file
            return
