"""The one ABI of the ledger's address: calls encoded by name, answers and events decoded into types.

What `Bills` does not know itself it hands on, so errors and events of all its parts are merged by signature.
"""

from __future__ import annotations

from dataclasses import fields
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, get_type_hints

from sampan.chain import abi
from sampan.errors import UsageError
from sampan.ledger.base import Event, Place
from sampan.ledger.events import EVENTS
from sampan.toolchain import artifacts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sampan.chain.transactions import Log

INTERFACE = "ILedger"


@cache
def functions() -> Mapping[str, str]:
    """Name to signature (with what comes back) of the ledger's functions; overloaded ones by their full signature."""
    items = [item for item in artifacts.load(INTERFACE).abi if item["type"] == "function"]
    names = [item["name"] for item in items]
    signatures = [abi.signature_of(item) for item in items]
    return {
        (name if names.count(name) == 1 else abi.canonical(signature)): signature
        for name, signature in zip(names, signatures, strict=True)
    }


@cache
def _by_selector() -> Mapping[bytes, str]:
    return {abi.selector(signature): name for name, signature in functions().items()}


def signature(function: str) -> str:
    """The signature of a function by its name. Raises `UsageError` for one that the ledger does not have."""
    found = functions().get(function)
    if found is None:
        raise UsageError("the ledger has no such function", subject=function)
    return found


@cache
def parameters(function: str) -> tuple[str, ...]:
    """The names of a function's parameters. Raises `UsageError` for one that the ledger does not have."""
    return tuple(str(entry["name"]) for entry in _item(function)["inputs"])


@cache
def _item(function: str) -> Mapping[str, Any]:
    wanted = abi.canonical(signature(function))
    for item in artifacts.load(INTERFACE).abi:
        if item["type"] == "function" and abi.canonical(abi.signature_of(item)) == wanted:
            return item
    raise UsageError("the ledger has no such function", subject=function)


def selector(function: str) -> bytes:
    """The four bytes that call a function."""
    return abi.selector(signature(function))


def function_of(data: bytes) -> str | None:
    """The name of the function that a call's data calls; None when the ledger has none such."""
    return _by_selector().get(data[:4])


def encode(function: str, *arguments: Any) -> bytes:
    """The data of a call. Raises `BadInput` when an argument does not fit its type."""
    return abi.encode_call(signature(function), *arguments)


def decode_arguments(data: bytes) -> tuple[str, tuple[Any, ...]]:
    """The function that a call's data calls, and its arguments. Raises `UsageError` when the ledger has none such."""
    function = function_of(data)
    if function is None:
        raise UsageError("no call of the ledger", subject="0x" + data[:4].hex())
    return function, abi.decode(_types_in(signature(function)), data[4:], subject=function)


def decode_answer(function: str, data: bytes) -> Any:
    """What a call answered: its one value; a struct is a named tuple (`abi.decode_outputs`)."""
    return abi.decode_outputs(_item(function), data)


def _types_in(text: str) -> tuple[str, ...]:
    canonical = abi.canonical(text)
    return abi.split_types(canonical[canonical.index("(") + 1 : -1])


@cache
def shapes() -> Mapping[bytes, Shape]:
    """First topic to the shape of the event."""
    found = {}
    for text, kind in EVENTS.items():
        types = list(zip(_types_in(text), kind.INDEXED, strict=True))
        found[abi.topic(text)] = Shape(
            kind,
            indexed=tuple(one for one, is_indexed in types if is_indexed),
            plain=tuple(one for one, is_indexed in types if not is_indexed),
            enumerations=_enumerations(kind),
            names=tuple(item.name for item in fields(kind) if item.name != "at"),
        )
    return found


class Shape(NamedTuple):
    """An event's type, the types of its arguments, for each the enumeration to make of it or None, and its name."""

    kind: type[Event]
    indexed: tuple[str, ...]
    plain: tuple[str, ...]
    enumerations: tuple[type[IntEnum] | None, ...]
    names: tuple[str, ...]


def _enumerations(kind: type[Event]) -> tuple[type[IntEnum] | None, ...]:
    hints = get_type_hints(kind)
    found: list[type[IntEnum] | None] = []
    for item in fields(kind):
        if item.name != "at":
            hint = hints[item.name]
            found.append(hint if isinstance(hint, type) and issubclass(hint, IntEnum) else None)
    return tuple(found)


def topic(kind: type[Event]) -> str:
    """The first topic of an event, as it goes over the wire."""
    return "0x" + abi.topic(kind.SIGNATURE).hex()


def decode_event(log: Log, time: datetime | None = None, *, placed: bool = True) -> Event | None:
    """An event as its type; None for one that the suite does not have. Raises `ChainError` when it is malformed."""
    found = shapes().get(log.topics[0]) if log.topics else None
    if found is None:
        return None
    kind = found.kind
    head = iter(abi.decode(found.indexed, b"".join(log.topics[1:]), subject=kind.__name__))
    tail = iter(abi.decode(found.plain, log.data, subject=kind.__name__))
    values = [next(head) if is_indexed else next(tail) for is_indexed in kind.INDEXED]
    typed = [
        value if enumeration is None else enumeration(value)
        for value, enumeration in zip(values, found.enumerations, strict=True)
    ]
    place = Place(log.block_number, log.transaction_hash, log.log_index, time) if placed else None
    return kind(*typed, at=place)
