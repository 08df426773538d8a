"""Events out of texts: one event, a list of them, or one a line (NDJSON), from a file or from standard input.

Nearly every text takes the quick way, the compiled engine of `rules`. What it would let pass (a name twice), and what
it does not know (members of whoever wrote it), is left to the strict reader of `sampan.documents.json`, whose word
counts; so both ways give one answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Final, NamedTuple

from sampan.documents.canonical import canonical_bytes
from sampan.documents.json import read_all
from sampan.documents.limits import MAX_DEPTH
from sampan.errors import BadInput
from sampan.tracking import rules
from sampan.tracking.rules import Event, Fault

MAX_EVENT_BYTES: Final = 256 * 1024
"""One event as text. Track & Trace's have about a thousand bytes."""
MAX_LIST_BYTES: Final = 64 * 1024 * 1024
"""A list of events, which is held in memory; as one a line they may be as many as there are."""
BLOCK: Final = 1024 * 1024
"""Bytes that are read at once, and about so many make a portion."""

_MARKS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[\]{},]', re.DOTALL)
"""A text, or what stands between texts. A text that is not closed is all the rest: whoever looked for another behind
each of its quotes would look for hours."""


class Read(NamedTuple):
    """An event without faults, and its canonical bytes (RFC 8785)."""

    event: Event
    body: bytes


class Place(NamedTuple):
    """Where in its source an event stands: its line, its place in a list from 0, or neither."""

    line: int | None = None
    item: int | None = None

    def pointer(self, pointer: str) -> str:
        """The place of what stands at a pointer of the event."""
        return pointer if self.item is None else f"/{self.item}{pointer}"


class Misreported(NamedTuple):
    """A fault and the event that has it."""

    place: Place
    fault: Fault

    @property
    def words(self) -> str:
        """Line and pointer, as far as there are any."""
        line = "" if self.place.line is None else f"line {self.place.line}"
        return ", ".join(part for part in (line, self.place.pointer(self.fault.pointer)) if part)


@dataclass(frozen=True, slots=True)
class Portion:
    """Texts of events that stand behind each other: the place of the first (a line from 1 or an index), the texts as
    they were read."""

    first: int
    written: list[bytes]
    """Of lines all in one piece: whoever reads them takes them apart."""
    kind: str
    """`line`, `list` or `alone`."""

    @property
    def texts(self) -> list[bytes]:
        """Each text by itself."""
        return self.written[0].split(b"\n") if self.kind == "line" else self.written

    def place(self, number: int) -> Place:
        """Where the text of a number stands."""
        if self.kind == "alone":
            return Place()
        return Place(line=self.first + number) if self.kind == "line" else Place(item=self.first + number)


class Unfit(BadInput):
    """A source holds what is no event; `faults` has what was found in it, `count` how much that was in all."""

    code = "event"

    def __init__(self, name: str, faults: Iterable[Misreported], count: int | None = None) -> None:
        self.faults = tuple(faults)
        self.count = len(self.faults) if count is None else count
        first = self.faults[0]
        more = f" (and {self.count - 1:,} more)" if self.count > 1 else ""
        subject = ", ".join(part for part in (name, first.words) if part)
        super().__init__(
            first.fault.message + more, subject=subject, hint=first.fault.right, code=f"event.{first.fault.rule}"
        )


# ------------------------------------------------------------------------------------------------------------ one event


def read_event(text: bytes, now: float) -> Read | list[Fault]:
    """An event, or everything that is wrong with it. `now` is the second at which it is read."""
    return quickly(text, now) or strictly(text, now)


def quickly(text: bytes, now: float) -> Read | None:
    """An event that is right without a doubt; None for whatever else."""
    if len(text) > MAX_EVENT_BYTES:
        return None
    found = rules.quickly(text, now)
    if found is None:
        return None
    body = found[1]
    # A name that stood twice was dropped by the parser, and its quotes with it. Nothing was dropped where the text has
    # no more bytes than its shortest form.
    return Read(*found) if len(text) == len(body) or _quotes(text) == _quotes(body) else None


def _quotes(text: bytes) -> int:
    """Quotes that are not escaped, or fewer where a text ends with a backslash; never none for a text."""
    return text.count(b'"') - (text.count(b'\\"') if b"\\" in text else 0)


def strictly(text: bytes, now: float) -> Read | list[Fault]:
    """As `read_event`, by the strict reader alone."""
    try:
        reading = read_all(text, name="", limit=MAX_EVENT_BYTES)
    except BadInput as error:
        where = (error.subject or "").removeprefix(", ")
        message = f"{error.message} ({where})" if where else error.message
        return [Fault("", error.code.removeprefix("json."), message, error.hint or "correct the text")]
    event, faults = rules.check(reading.value, now)
    unread = [Fault(one.pointer, one.rule, one.message, one.right) for one in reading.refused]
    # What stands where something was refused is no more than a guess.
    guessed = {fault.pointer for fault in unread}
    faults = [*unread, *(fault for fault in faults if fault.pointer not in guessed)]
    if faults or event is None:
        return faults
    return Read(event, canonical_bytes(reading.value))


# ------------------------------------------------------------------------------------------------------- many of them


def portions(file: IO[bytes], name: str) -> Iterator[Portion]:
    """The texts of a source, in portions of about a megabyte. Raises `Unfit` for what is no list and no lines."""
    block = file.read(BLOCK)
    if block.startswith(b"\xef\xbb\xbf"):
        raise _whole(name, "not-utf8", "starts with a byte order mark", "save it as UTF-8 without one (RFC 8259)")
    head = block.lstrip(b" \t\r\n")
    if not head:
        raise _whole(name, "empty", "holds no event", "hand in the whole file")
    if head.startswith(b"["):
        yield from _listed(block + _rest(file, name, MAX_LIST_BYTES - len(block), "a list"), name)
    elif _is_line(head):
        yield from _lines(file, block)
    else:
        yield Portion(0, [block + _rest(file, name, MAX_EVENT_BYTES, "an event")], "alone")


def _rest(file: IO[bytes], name: str, most: int, what: str) -> bytes:
    rest = file.read(most + 1)
    if len(rest) > most:
        message = f"is {what} of more than {most:,} bytes"
        raise _whole(name, "too-large", message, "hand in an event a line (NDJSON)")
    return rest


def _is_line(head: bytes) -> bool:
    """Whether the first line closes what it opens."""
    line = head.partition(b"\n")[0]
    depth = 0
    for match in _MARKS.finditer(line):
        mark = line[match.start()]
        if mark == 0x22 and match.end() == len(line):
            # A text that is not closed where the line ends is broken either way.
            return line.rstrip(b" \t\r").endswith(b"}")
        depth += (mark in b"[{") - (mark in b"]}")
    return depth <= 0


def _lines(file: IO[bytes], block: bytes) -> Iterator[Portion]:
    """Lines as they are read; one that is longer than an event may be is cut there, and refused as too large."""
    number = 1
    rest = b""
    while block:
        lines, end, rest = (rest + block).rpartition(b"\n")
        if end:
            yield Portion(number, [lines], "line")
            number += lines.count(b"\n") + 1
        if len(rest) > MAX_EVENT_BYTES:
            break
        block = file.read(BLOCK)
    if rest:
        yield Portion(number, [rest], "line")


def _listed(data: bytes, name: str) -> Iterator[Portion]:
    """The items of a list, as they are written."""
    depth, start, first, size = 0, 0, 0, 0
    texts: list[bytes] = []
    end = None
    for match in _MARKS.finditer(data):
        at = match.start()
        mark = data[at]
        if mark in b"[{":
            depth += 1
            if depth == 1:
                start = at + 1
            if depth > MAX_DEPTH:
                raise _whole(
                    name, "too-deep", f"is nested deeper than {MAX_DEPTH} levels", "no event is nested so deep"
                )
        elif mark in b"]}":
            depth -= 1
            if depth == 0:
                end = at
                break
        elif mark == 0x2C and depth == 1:
            texts.append(data[start:at])
            size += at - start
            start = at + 1
            if size >= BLOCK:
                yield Portion(first, texts, "list")
                first += len(texts)
                texts, size = [], 0
    if end is None:
        raise _whole(name, "truncated", "ends too early: the list is not closed", "hand in the whole file")
    if data[end] != 0x5D:
        raise _whole(name, "syntax", "is a list that ends with a brace", "close it with ]")
    if data[end + 1 :].strip(b" \t\r\n"):
        raise _whole(name, "syntax", "goes on after the end of the list", "hand in one list, or an event a line")
    last = data[start:end]
    if last.strip(b" \t\r\n") or first or texts:
        texts.append(last)
    if texts:
        yield Portion(first, texts, "list")


def _whole(name: str, rule: str, message: str, right: str) -> Unfit:
    return Unfit(name, [Misreported(Place(), Fault("", rule, message, right))])


def read_portion(portion: Portion, now: float) -> Iterator[tuple[int, Read | list[Fault]]]:
    """The events of a portion, or their faults, each with the number of its text. Empty lines are nothing."""
    for number, text in enumerate(portion.texts):
        if portion.kind == "line" and not text.strip():
            continue
        if portion.kind == "list" and not text.strip():
            yield number, [Fault("", "syntax", "is no event: a comma too many", "take the comma out")]
            continue
        yield number, read_event(text, now)
