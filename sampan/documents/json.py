"""The one reader for JSON that comes from outside.

It refuses what other readers let pass and what would make two readers see two documents: duplicate keys, NaN and
infinities, lone surrogates, deep nesting, integers that a double cannot hold, numbers that RFC 8785 would respell (the
signed bytes would no longer be those that were written). Every fault is one `BadInput` that names place and rule.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeAlias, cast

from sampan.documents.pointer import join
from sampan.errors import BadInput

JsonValue: TypeAlias = bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"] | None
"""What a JSON text holds. Numbers are `int` where written as such, else `float` in their shortest form."""

MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 64
MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader holds exactly (RFC 8785 refuses more)."""

# A text, to its end or the end of the data, or a bracket.
_STRUCTURE = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHOWN = 40
_SHOWN_PLACE = 160
_LONGEST_NUMBER = 32


@dataclass(frozen=True, slots=True)
class _Refused:
    """Stands where the parser met a number or constant that the rules forbid, until its place is known."""

    rule: str
    message: str
    hint: str


def read_json(source: Path | bytes, *, name: str | None = None) -> JsonValue:
    """The JSON value in a file or in bytes, at most `MAX_BYTES`, read by the strict rules of this module.

    `name` is what errors call the source (the path, or "input"). Raises `BadInput` with code `json.<rule>`; its
    subject is `name` with the place: a JSON pointer, or line, column and byte.
    """
    if name is None:
        name = str(source) if isinstance(source, Path) else "input"
    data = _read_file(source) if isinstance(source, Path) else source
    if len(data) > MAX_BYTES:
        _refuse("too-large", name, "", f"is larger than {MAX_BYTES:,} bytes", "no transport document is that large")
    text = _decode(data, name)
    _no_deep_nesting(data, name)
    try:
        # An object is the tuple of its pairs as they were written, duplicates kept.
        parsed = json.loads(
            text, object_pairs_hook=tuple, parse_int=_integer, parse_float=_float, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        _refuse_syntax(error, text, name)
    return _settle(parsed, "", name)


def _read_file(path: Path) -> bytes:
    """The bytes of a file, and never more than one beyond the limit."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
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


def _integer(text: str) -> int | _Refused:
    if len(text) > 17 or abs(int(text)) > MAX_INTEGER:
        return _Refused(
            "integer-range",
            f"integer {shown(text)} is beyond 2^53 - 1, which not every reader holds exactly",
            "write long numbers as text",
        )
    if text == "-0":
        return _Refused("number-form", "number is written -0, its shortest form is 0", "write 0")
    return int(text)


def _float(text: str) -> float | _Refused:
    if len(text) > _LONGEST_NUMBER:
        return _Refused(
            "number-form",
            f"number {shown(text)} has {len(text):,} characters, its shortest form at most {_LONGEST_NUMBER}",
            "write the shortest form of the same double (RFC 8785)",
        )
    value = float(text)
    if math.isinf(value):
        return _Refused(
            "number-range", f"number {shown(text)} is beyond the range of a double", "write a number below 1.8e308"
        )
    shortest = shortest_number(value)
    if shortest != text:
        return _Refused(
            "number-form",
            f"number is written {shown(text)}, its shortest form is {shortest}",
            f"write {shortest}, since canonical JSON (RFC 8785) would respell it and change what is signed",
        )
    return value


def _constant(text: str) -> _Refused:
    return _Refused("not-a-number", f"{text} is not a JSON value", "leave the property out")


def _settle(value: object, pointer: str, name: str) -> JsonValue:
    """Turn what the parser made into plain values, refusing what the rules forbid with its place."""
    if isinstance(value, str):
        _no_surrogate(value, pointer, name)
        return value
    if isinstance(value, _Refused):
        _refuse(value.rule, name, pointer or "the whole text", value.message, value.hint)
    if isinstance(value, list):
        return [_settle(item, join(pointer, index), name) for index, item in enumerate(value)]
    if not isinstance(value, tuple):
        return cast("JsonValue", value)
    settled: dict[str, JsonValue] = {}
    for key, item in value:
        _no_surrogate(key, pointer, name)
        place = join(pointer, key)
        if key in settled:
            _refuse("duplicate-key", name, place, f"key {shown(key)!r} stands twice in one object", "keep one of them")
        settled[key] = _settle(item, place, name)
    return settled


def _no_surrogate(text: str, pointer: str, name: str) -> None:
    found = _SURROGATE.search(text)
    if found is not None:
        message = f"text holds the lone surrogate \\u{ord(found[0]):04x}"
        hint = "escape characters beyond the basic plane as a pair, or write them as UTF-8"
        _refuse("lone-surrogate", name, pointer, message, hint)


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
    """Refuse deep nesting before the parser sees it.

    The parser recurses in C, and libraries that raise Python's recursion limit (py-evm does) let it run off the stack.
    Up to the first fault of syntax, where the parser stops, this scan sees the same brackets.
    """
    if data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return
    depth = 0
    for match in _STRUCTURE.finditer(data):
        mark = data[match.start()]
        if mark in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                line = data.count(b"\n", 0, match.start()) + 1
                _refuse(
                    "too-deep",
                    name,
                    f"line {line}, byte {match.start()}",
                    f"is nested deeper than {MAX_DEPTH} levels",
                    "no DCSA document is nested so deep",
                )
        elif mark in b"]}":
            depth -= 1


def _refuse(rule: str, name: str, place: str, message: str, hint: str) -> NoReturn:
    subject = f"{name}, {shown(place, _SHOWN_PLACE)}" if place else name
    raise BadInput(message, subject=subject, hint=hint, code=f"json.{rule}")
