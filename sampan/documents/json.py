"""The one reader for JSON that comes from outside.

It refuses what other readers let pass and what would make two readers see two documents: duplicate keys, NaN and
infinities, lone surrogates, deep nesting, integers that a double cannot hold, numbers with more digits than a double
carries. A number may be spelt in any way that JSON has (`1.0`, `1.50`, `1e3`): RFC 8785 gives all spellings of one
number the same bytes, so nothing that is signed depends on them. A fault that leaves the rest of the text readable is
found with all others of its kind, each with its place; the text then is refused with all of them at once.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import NoReturn, TypeAlias, cast

from sampan.documents.canonical import MAX_INTEGER
from sampan.documents.limits import MAX_DEPTH, MAX_DOCUMENT_BYTES
from sampan.documents.pointer import join
from sampan.errors import BadInput
from sampan.files import nested_beyond

JsonValue: TypeAlias = bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"] | None
"""What a JSON text holds. A number that is whole is an `int`, however it was spelt; others are `float`."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_SHOWN = 40
_SHOWN_PLACE = 160
# The longest number that Java writes, a double near 1.8e308 without exponent, has 311 characters.
_LONGEST_NUMBER = 400
# From here on the shortest form has an exponent, so that it is read again as it is written.
_EXPONENT_FROM = 10**21


@dataclass(frozen=True, slots=True)
class Unread:
    """What the reader refuses at one place: the place (JSON pointer), the rule, what is wrong, what would be right."""

    pointer: str
    rule: str
    message: str
    right: str


@dataclass(frozen=True, slots=True)
class Respelt:
    """A number that is written otherwise than in its shortest form: its place, as written, its shortest form."""

    pointer: str
    written: str
    shortest: str


@dataclass(slots=True)
class Reading:
    """A JSON text as far as it can be read: its value, what is refused in it, numbers in another form.

    Where something is refused the value holds the nearest that it can: the first of two members of one name, the double
    next to a number, null for what is no number.
    """

    value: JsonValue
    refused: list[Unread] = field(default_factory=list)
    respelt: list[Respelt] = field(default_factory=list)


class Unreadable(BadInput):
    """A JSON text holds what the reader refuses; `refused` has all of it, the error's words the first."""

    def __init__(self, refused: list[Unread], *, name: str) -> None:
        self.refused = tuple(refused)
        first = refused[0]
        more = f" (and {len(refused) - 1} more)" if len(refused) > 1 else ""
        place = shown(first.pointer or "the whole text", _SHOWN_PLACE)
        super().__init__(first.message + more, subject=f"{name}, {place}", hint=first.right, code=f"json.{first.rule}")


@dataclass(frozen=True, slots=True)
class _Refused:
    """Stands where the parser met a number or constant that the rules forbid, until its place is known."""

    rule: str
    message: str
    right: str
    near: int | float | None = None


@dataclass(frozen=True, slots=True)
class _Spelt:
    """Stands where the parser met a number in another than its shortest form, until its place is known."""

    value: int | float
    written: str


def read_json(source: Path | bytes, *, name: str | None = None, limit: int = MAX_DOCUMENT_BYTES) -> JsonValue:
    """The JSON value in a file or in bytes, at most `limit` bytes, read by the strict rules of this module.

    `name` is what errors call the source (the path, or "input"). Raises `BadInput` with code `json.<rule>`, which is
    `Unreadable` for what `read_all` would have listed; its subject is `name` with the place: a JSON pointer, or line,
    column and byte.
    """
    if name is None:
        name = str(source) if isinstance(source, Path) else "input"
    reading = read_all(source, name=name, limit=limit)
    if reading.refused:
        raise Unreadable(reading.refused, name=name)
    return reading.value


def read_all(source: Path | bytes, *, name: str | None = None, limit: int = MAX_DOCUMENT_BYTES) -> Reading:
    """As `read_json`, but with a list of what is refused where the text can be read beyond it.

    Raises `BadInput` for a text of which nothing can be read: too large, no UTF-8, no JSON, too deep.
    """
    if name is None:
        name = str(source) if isinstance(source, Path) else "input"
    data = _read_file(source, limit) if isinstance(source, Path) else source
    if len(data) > limit:
        _refuse("too-large", name, "", f"is larger than {limit:,} bytes", "no transport document is that large")
    text = _decode(data, name)
    _no_deep_nesting(data, name)
    try:
        # An object is the tuple of its pairs as they were written, duplicates kept.
        parsed = json.loads(
            text, object_pairs_hook=tuple, parse_int=_integer, parse_float=_float, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        _refuse_syntax(error, text, name)
    reading = Reading(None)
    reading.value = _settle(parsed, "", reading)
    return reading


def _read_file(path: Path, limit: int) -> bytes:
    """The bytes of a file, and never more than one beyond the limit."""
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise BadInput(
            f"cannot be read: {error.strerror or error}", subject=str(path), hint="name a readable file", code="file"
        ) from None


def shortest_number(value: int | float) -> str:
    """A number as RFC 8785 writes it (ECMAScript's shortest form). Raises `ValueError` outside its domain."""
    import rfc8785

    return rfc8785.dumps(value).decode("ascii")


def shown(text: str, length: int = _SHOWN) -> str:
    """Text from outside, cut to `length` and escaped so that it fits into one line of an error message."""
    cut = text if len(text) <= length else text[: length - 1] + "…"
    return cut if cut.isprintable() else repr(cut)[1:-1]


def _decode(data: bytes, name: str) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        _refuse("not-utf8", name, "byte 0", "starts with a byte order mark", "save it as UTF-8 without one (RFC 8259)")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        _refuse("not-utf8", name, f"line {line}, byte {error.start}", "is not UTF-8", "save the file as UTF-8")


def _integer(text: str) -> int | _Spelt | _Refused:
    if len(text) > 17 or abs(int(text)) > MAX_INTEGER:
        return _beyond(text)
    return _Spelt(0, text) if text == "-0" else int(text)


def _float(text: str) -> float | _Spelt | _Refused:
    if len(text) > _LONGEST_NUMBER:
        message = f"number {shown(text)} has {len(text):,} characters, more than {_LONGEST_NUMBER}"
        return _Refused("number-length", message, "write the number with the digits that count")
    value = float(text)
    if math.isinf(value):
        message = f"number {shown(text)} is beyond the range of a double"
        return _Refused("number-range", message, "write a number below 1.8e308")
    if MAX_INTEGER < abs(value) < _EXPONENT_FROM and value.is_integer():
        return _beyond(text, value)
    shortest = shortest_number(value)
    if shortest == text:
        return value
    if not _same(text, value, shortest):
        message = f"number {shown(text)} has more digits than a double carries: it would be read as {shortest}"
        return _Refused("number-digits", message, f"write {shortest} if that is meant, else the number as text", value)
    whole = value.is_integer() and abs(value) <= MAX_INTEGER
    return _Spelt(int(value) if whole else value, text)


def _same(written: str, value: float, shortest: str) -> bool:
    """Whether two spellings of one double are the same number, digit for digit."""
    if value == 0:
        return not written.lower().partition("e")[0].strip("-0.")
    return Decimal(written) == Decimal(shortest)


def _beyond(text: str, near: float | None = None) -> _Refused:
    message = f"integer {shown(text)} is beyond 2^53 - 1, which not every reader holds exactly"
    return _Refused("integer-range", message, "write long numbers as text", near)


def _constant(text: str) -> _Refused:
    return _Refused("not-a-number", f"{text} is not a JSON value", "leave the property out")


def _settle(value: object, pointer: str, reading: Reading) -> JsonValue:
    """Turn what the parser made into plain values; what the rules forbid, and other spellings, go into the reading."""
    if isinstance(value, str):
        return _no_surrogate(value, pointer, reading)
    if isinstance(value, _Spelt):
        reading.respelt.append(Respelt(pointer, value.written, shortest_number(value.value)))
        return value.value
    if isinstance(value, _Refused):
        reading.refused.append(Unread(pointer, value.rule, value.message, value.right))
        return value.near
    if isinstance(value, list):
        return [_settle(item, join(pointer, index), reading) for index, item in enumerate(value)]
    if not isinstance(value, tuple):
        return cast("JsonValue", value)
    settled: dict[str, JsonValue] = {}
    for written, item in value:
        key = _no_surrogate(written, pointer, reading)
        place = join(pointer, key)
        if key in settled:
            message = f"key {shown(key)!r} stands twice in one object"
            reading.refused.append(Unread(place, "duplicate-key", message, "keep one of them"))
            continue
        settled[key] = _settle(item, place, reading)
    return settled


def _no_surrogate(text: str, pointer: str, reading: Reading) -> str:
    if text.isascii():
        return text
    found = _SURROGATE.search(text)
    if found is None:
        return text
    message = f"text holds the lone surrogate \\u{ord(found[0]):04x}"
    right = "escape characters beyond the basic plane as a pair, or write them as UTF-8"
    reading.refused.append(Unread(pointer, "lone-surrogate", message, right))
    return _SURROGATE.sub("\ufffd", text)


def _refuse_syntax(error: json.JSONDecodeError, text: str, name: str) -> NoReturn:
    byte = len(text[: error.pos].encode("utf-8", "replace"))
    if error.pos >= len(text.rstrip()):
        message, hint = "ends too early: the text is truncated or empty", "hand in the whole file"
        rule = "truncated"
    elif error.msg.startswith("Unterminated string"):
        message, hint, rule = "opens a text that never ends", "close the text with a quote", "truncated"
    elif error.msg == "Extra data":
        message, hint, rule = "goes on after the end of the JSON value", "hand in one JSON value", "syntax"
    else:
        what = error.msg.removesuffix(" at")
        message, hint, rule = f"is not JSON: {what[0].lower()}{what[1:]}", "correct the text there", "syntax"
    _refuse(rule, name, f"line {error.lineno}, column {error.colno}, byte {byte}", message, hint)


def _no_deep_nesting(data: bytes, name: str) -> None:
    """Refuse deep nesting before the parser sees it."""
    at = nested_beyond(data, MAX_DEPTH)
    if at is not None:
        line = data.count(b"\n", 0, at) + 1
        message, hint = f"is nested deeper than {MAX_DEPTH} levels", "no DCSA document is nested so deep"
        _refuse("too-deep", name, f"line {line}, byte {at}", message, hint)


def _refuse(rule: str, name: str, place: str, message: str, hint: str) -> NoReturn:
    subject = f"{name}, {shown(place, _SHOWN_PLACE)}" if place else name
    raise BadInput(message, subject=subject, hint=hint, code=f"json.{rule}")
