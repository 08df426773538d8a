"""A participant's own record of what it screened: a line of JSON for each act, written before the act is sent.

It is a file for its owner alone. Nothing of it goes on chain, and nobody else is told.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sampan.errors import BadInput, Missing
from sampan.files import parse_json
from sampan.screening.lists import KEYS, Key, ScreeningList
from sampan.screening.match import Hit, Party, match
from sampan.suite.forms import Form

SCHEMA = "sampan.screening/1"


class Decision(StrEnum):
    """What followed: nobody is listed; it was held; sent all the same, for a reason; told of, since it gives nothing
    new; told of, since nothing was to be sent; or only asked."""

    CLEAR = "clear"
    HELD = "held"
    DESPITE = "despite"
    EXIT = "exit"
    DRY_RUN = "dry-run"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Source:
    """A list as it was when it was asked."""

    file: str
    sha256: str
    rows: int

    @classmethod
    def of(cls, found: ScreeningList) -> Source:
        """Which list it was."""
        return cls(str(found.file), found.sha256, found.rows)


@dataclass(frozen=True, slots=True)
class Screened:
    """One act that was screened, or one question."""

    time: datetime
    network: str | None
    chain_id: int | None
    ledger: str | None
    block: int | None
    """At which the ledger was asked who is who."""
    sender: str | None
    act: str
    bills: tuple[str, ...]
    parties: tuple[Party, ...]
    lists: tuple[Source, ...]
    hits: tuple[Hit, ...]
    decision: Decision
    reason: str | None = None
    """Why it was sent despite a hit."""


class ScreenedForm(Screened, Form, document=SCHEMA):
    """An act that was screened before it was sent, or a question: who, against which lists, and what followed."""


# -------------------------------------------------------------------------------------------------------------- writing


def append(file: Path, screened: Sequence[Screened]) -> None:
    """Add lines to a record, and have the disk keep them. Raises `BadInput` when they cannot be written."""
    from sampan.suite import forms

    lines = [json.dumps(forms.written(ScreenedForm, each), ensure_ascii=False) for each in screened]
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _last(file) as (handle, torn):
            data = ("\n" * torn + "".join(f"{line}\n" for line in lines)).encode()
            while data:
                data = data[os.write(handle, data) :]
            os.fsync(handle)
    except OSError as error:
        raise BadInput(
            f"the record of screening cannot be written: {error.strerror or error}",
            subject=str(file),
            hint="nothing was sent, for nobody could repeat what was asked; let it be written, or name another"
            " place (screening_record)",
            code="screening.record",
        ) from None


@contextlib.contextmanager
def _last(file: Path) -> Iterator[tuple[int, bool]]:
    """The record opened behind its last line, locked; and whether that line was cut off by a run that was killed."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        size = os.lseek(handle, 0, os.SEEK_END)
        torn = False
        if size:
            os.lseek(handle, size - 1, os.SEEK_SET)
            torn = os.read(handle, 1) != b"\n"
        yield handle, torn
    finally:
        os.close(handle)


# -------------------------------------------------------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True)
class Record:
    """What stands in a record: what was screened, by the number of its line, and the lines that cannot be read."""

    screened: Mapping[int, Screened]
    unreadable: tuple[int, ...] = ()


def read(file: Path) -> Record:
    """A record from its file; nothing where nothing was screened yet. Raises `BadInput` when it cannot be read."""
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return Record({})
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", subject=str(file), hint="let it be read") from None
    found: dict[int, Screened] = {}
    unreadable = []
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.strip():
            try:
                found[number] = _screened(parse_json(line, names_once=True))
            except (ValueError, KeyError, TypeError, AttributeError):
                unreadable.append(number)
    return Record(found, tuple(unreadable))


def _screened(said: Any) -> Screened:
    """Raises ValueError, KeyError, TypeError or AttributeError for what is no line of a record."""
    if said["schema"] != SCHEMA:
        raise ValueError("another document")
    plain: dict[str, Any] = {each.name: said[each.name] for each in fields(Screened)}
    plain |= {
        "time": datetime.fromisoformat(plain["time"]),
        "decision": Decision(plain["decision"]),
        "bills": tuple(plain["bills"]),
        "parties": tuple(Party(each["who"], _keys(each["keys"])) for each in plain["parties"]),
        "lists": tuple(Source(**each) for each in plain["lists"]),
        "hits": tuple(Hit(**each) for each in plain["hits"]),
    }
    return Screened(**plain)


def _keys(said: Mapping[str, Any]) -> dict[Key, tuple[str, ...]]:
    return {key: tuple(map(str, said[key])) for key in KEYS if key in said}


# ------------------------------------------------------------------------------------------------------------ repeating


@dataclass(frozen=True, slots=True)
class Repeated:
    """What comes of asking once more: the hits of then and now on the lists of then, and the lists that are not at
    hand any more as they were."""

    then: tuple[Hit, ...]
    now: tuple[Hit, ...]
    changed: tuple[tuple[Source, str | None], ...]
    """Each with the SHA-256 of what stands in its file now, if there is one."""

    @property
    def same(self) -> bool:
        """Whether every list was found by its hash, and said the same."""
        return not self.changed and list(map(_without_place, self.then)) == list(map(_without_place, self.now))


def _without_place(hit: Hit) -> tuple[Any, ...]:
    return hit.who, hit.by, hit.value, hit.line, hit.name, hit.ground, hit.listed, hit.source


def repeat(screened: Screened, lists: Sequence[ScreeningList]) -> Repeated:
    """Ask of the same parties against the same lists, which are found by their hashes, wherever they are now."""
    by_hash = {each.sha256: each for each in lists}
    by_file = {str(each.file): each.sha256 for each in lists}
    there = [by_hash[each.sha256] for each in screened.lists if each.sha256 in by_hash]
    changed = [(each, by_file.get(each.file)) for each in screened.lists if each.sha256 not in by_hash]
    return Repeated(screened.hits, match(screened.parties, there), tuple(changed))


def numbered(record: Record, number: int, file: Path) -> Screened:
    """The line of a record. Raises `Missing` for one that is not there."""
    found = record.screened.get(number)
    if found is None:
        raise Missing(
            f"has no line {number} that can be read",
            subject=str(file),
            hint="`sampan cargo screened` numbers them",
            code="screening.record",
        )
    return found
