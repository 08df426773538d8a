"""What a JSON document is made of: a form says its fields once; its text and its JSON Schema follow from that.

A form is a class whose annotations are its fields. A field is a plain type, a word of the ledger, a record, another
form, or a list of such; `Annotated` adds how it is written (`As`), where it is taken from (`Of`) or a text that tells
what it is. Records of the package serve as forms as they are.
"""

from __future__ import annotations

import datetime
import enum
import inspect
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Final, Literal

from sampan.suite.tell import bill_name, instant, option

ABSENT: Final = object()
"""What `Of` takes of a field that is left out."""
DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
DOCUMENTS: Final[dict[str, type[Form]]] = {}
"""The forms that are documents of their own, by name and version, as in `sampan.bill/1`."""


@dataclass(frozen=True, eq=False, slots=True)
class As:
    """How a value is written, and what the schema says of that."""

    schema: Mapping[str, Any]
    write: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True, eq=False, slots=True)
class Also:
    """What a schema says besides."""

    schema: Mapping[str, Any]


@dataclass(frozen=True, eq=False, slots=True)
class Of:
    """Where a field is taken from, when it is not the attribute of its name; `maybe`: it may be left out (`ABSENT`)."""

    take: Callable[[Any], Any]
    maybe: bool = False


class Form:
    """Base of forms. `document` names the one that is a document of its own; the docstring is then its title."""

    DOCUMENT: ClassVar[str | None] = None

    def __init_subclass__(cls, document: str | None = None) -> None:
        cls.DOCUMENT = document
        if document is not None:
            DOCUMENTS[document] = cls


def _hex(data: bytes) -> str:
    return "0x" + data.hex()


def _text(pattern: str) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern}


Address = Annotated[str, As(_text("^0x[0-9a-fA-F]{40}$"))]
BillId = Annotated[int, As(_text("^0x[0-9a-f]{1,64}$"), hex)]
BillName = Annotated[int, As({"type": "string"}, bill_name)]
CheckId = Annotated[str, As(_text("^SAM-[A-Z][0-9]+$"))]
Checksum = Annotated[bytes, As(_text("^[0-9a-f]{64}$"), bytes.hex)]
"""SHA-256 as DCSA writes it."""
Count = Annotated[int, As({"type": "integer", "minimum": 0})]
Digits = Annotated[int, As(_text("^[0-9]+$"), str)]
"""A number that may be larger than JSON's readers take, as decimal text."""
Hash = Annotated[bytes, As(_text("^0x[0-9a-f]{64}$"), _hex)]
HashText = Annotated[str, As(_text("^0x[0-9a-f]{64}$"))]
Lei = Annotated[str, As(_text("^[0-9A-Z]{20}$"))]
Second = Annotated[int, As({"type": "string", "format": "date-time"}, instant)]
"""A time in seconds since 1970."""
Selector = Annotated[bytes, As(_text("^0x[0-9a-f]{8}$"), _hex)]


@dataclass(frozen=True, slots=True)
class Kind:
    """A type, as documents have it: its JSON Schema, and how a value of it is written."""

    schema: Mapping[str, Any]
    write: Callable[[Any], Any]
    of: Of | None = None

    @property
    def optional(self) -> bool:
        """Whether the field may be left out."""
        return self.of is not None and self.of.maybe


def written(of: Any, value: Any) -> Any:
    """A value as JSON, by its form or any other type. A form takes its fields from a mapping or from attributes.

    Raises `TypeError` for what is of another type, for a mapping's field that is missing or that the form does not
    have, and for a time without a zone.
    """
    return kind(of).write(value)


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a document, as `sampan.bill/1`."""
    form = DOCUMENTS[name]
    title = (form.__doc__ or "").strip().removesuffix(".")
    return {"$schema": DRAFT, "$id": name, "title": title, **kind(typing.cast("Any", form)).schema}


@cache
def kind(of: Any) -> Kind:
    """What is known of a type. Raises `TypeError` for one that documents cannot have."""
    origin, arguments = typing.get_origin(of), typing.get_args(of)
    if of is Any:
        return Kind({}, plain)
    if origin is Annotated:
        return _annotated(arguments[0], arguments[1:])
    if origin in (typing.Union, UnionType):
        return _union(arguments)
    if origin is Literal:
        return Kind({"enum": list(arguments)}, _one_of(arguments))
    if origin in (list, tuple, Sequence):
        item = kind(arguments[0])
        return Kind({"type": "array", "items": item.schema}, lambda value: [item.write(each) for each in value])
    if origin in (dict, Mapping):
        item = kind(arguments[1])
        return Kind(
            {"type": "object", "additionalProperties": item.schema},
            lambda value: {str(key): item.write(each) for key, each in value.items()},
        )
    if of in _PLAIN:
        # Most values are of the very type, and as they are in JSON.
        same = of if of in (bool, int, str) else None
        return Kind(_PLAIN[of], lambda value: value if type(value) is same else plain(_checked((of,), value)))
    if issubclass(of, enum.Flag):
        items = {"enum": [_word(word) for word in of]}
        return Kind({"type": "array", "items": items}, plain)
    if issubclass(of, enum.Enum):
        return Kind({"enum": [plain(word) for word in of]}, plain)
    return _record(of)


_PLAIN: Final[Mapping[Any, Mapping[str, Any]]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    bytes: _text("^0x[0-9a-f]*$"),
    Path: {"type": "string"},
    datetime.datetime: {"type": "string", "format": "date-time"},
}


def _checked(of: Sequence[Any], value: Any) -> Any:
    wanted = (*of, int) if float in of else tuple(of)
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in of):
        raise TypeError(f"{value!r} is no {' or '.join(each.__name__ for each in of)}")
    return value


def _annotated(of: Any, notes: Sequence[Any]) -> Kind:
    written_as = next((note for note in notes if isinstance(note, As)), None)
    inner = kind(of) if written_as is None else Kind(written_as.schema, written_as.write)
    found = dict(inner.schema)
    for note in notes:
        found |= {"description": note} if isinstance(note, str) else note.schema if isinstance(note, Also) else {}
    return Kind(found, inner.write, next((note for note in notes if isinstance(note, Of)), None))


def _union(arguments: Sequence[Any]) -> Kind:
    """One kind or null, or plain types beside each other."""
    kinds = [kind(each) for each in arguments if each is not NoneType]
    null = ["null"] if NoneType in arguments else []
    types = [each.schema.get("type") for each in kinds]
    if len(kinds) > 1:
        return Kind({"type": [*types, *null]}, lambda value: plain(_checked(arguments, value)))
    (inner,) = kinds
    # A plain type beside null is said in place; an object, a list or a word has a branch of its own.
    simple = isinstance(types[0], str) and types[0] not in ("object", "array")
    found = {**inner.schema, "type": [*types, *null]} if simple else {"anyOf": [inner.schema, {"type": "null"}]}
    return Kind(found, lambda value: None if value is None else inner.write(value))


def _one_of(words: Sequence[Any]) -> Callable[[Any], Any]:
    def write(value: Any) -> Any:
        if value not in words:
            raise TypeError(f"{value!r} is none of {', '.join(map(str, words))}")
        return plain(value)

    return write


def _record(of: Any) -> Kind:
    """A form or a record: an object with the fields of its annotations, and no others."""
    fields = {
        name.removesuffix("_"): (name, kind(type_))
        for base in reversed(of.__mro__)
        for name, type_ in inspect.get_annotations(base, eval_str=True).items()
        if name != "DOCUMENT"
    }
    document = getattr(of, "DOCUMENT", None)
    head = {} if document is None else {"schema": document}
    found = {
        "type": "object",
        "properties": {
            **{name: {"const": text} for name, text in head.items()},
            **{name: field.schema for name, (_, field) in fields.items()},
        },
        "required": [*head, *(name for name, (_, field) in fields.items() if not field.optional)],
        "additionalProperties": False,
    }

    def write(value: Any) -> dict[str, Any]:
        mapping = isinstance(value, Mapping)
        if mapping and (more := value.keys() - fields.keys() - head.keys()):
            raise TypeError(f"{of.__name__} has no field {', '.join(sorted(more))}")
        answer: dict[str, Any] = dict(head)
        for name, (attribute, field) in fields.items():
            try:
                if mapping:
                    taken = _entry(value, name, field)
                else:
                    taken = getattr(value, attribute) if field.of is None else field.of.take(value)
                if taken is not ABSENT:
                    answer[name] = field.write(taken)
            except TypeError as error:
                raise TypeError(f"{of.__name__}.{name}: {error}") from None
        return answer

    return Kind(found, write)


def _entry(value: Mapping[str, Any], name: str, field: Kind) -> Any:
    """A field's value from a mapping."""
    if name in value:
        return value[name]
    if field.optional:
        return ABSENT
    raise TypeError("is missing")


def _word(word: Any) -> str:
    return option(word)


def plain(value: Any) -> Any:
    """A value without a form as JSON: bytes as 0x hex, times as RFC 3339 UTC, words lower case, paths as text.

    Raises `TypeError` for a value that has no such form and for a time without a zone.
    """
    if isinstance(value, enum.Flag):
        return [_word(word) for word in type(value) if word in value]
    if isinstance(value, enum.IntEnum):
        return _word(value)
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (bytes, bytearray)):
        return _hex(bytes(value))
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            raise TypeError(f"a time without a zone: {value}")
        return value.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, (datetime.date, Path)):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        items = sorted(value) if isinstance(value, (set, frozenset)) else value
        return [plain(item) for item in items]
    raise TypeError(f"no JSON form for {type(value).__name__}")
