"""What every event of the ledger is made of; the events themselves are generated into `events`."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sampan.suite import words
from sampan.suite.codec import TEXTS, Item, internal_name, signature_of
from sampan.toolchain import artifacts

if TYPE_CHECKING:
    from datetime import datetime


SOURCES: Final = ("ILedger", "Bills", "Registry", "Amendments", "AccessManager")
"""Artifacts whose events and errors can reach a client. The first that has one names its arguments."""


def items(kind: str) -> list[Item]:
    """Every event or error of the suite, once each, by name. Raises ValueError for two of one name."""
    found: dict[str, Item] = {}
    for source in SOURCES:
        for item in artifacts.load(source).abi:
            if item["type"] == kind:
                found.setdefault(signature_of(item), item)
    names = [item["name"] for item in found.values()]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"{kind}s of one name and several signatures: {', '.join(sorted(twice))}")
    return sorted(found.values(), key=lambda item: str(item["name"]))


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event stands on the chain. `time` is the block's, when it was asked for."""

    block: int
    transaction: str
    log_index: int
    time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a contract logged. `at` is where it stands; None in a rehearsal and in the model.

    Fields are the contract's own in Python's writing: `actCount` is `act_count`, `from` is `from_`. Numbers are
    integers, enumerations their words, `bytes32` and `bytes` bytes, addresses text, countries and codes text.
    """

    SIGNATURE: ClassVar[str] = ""
    FIELDS: ClassVar[tuple[str, ...]] = ()
    """The contract's names of the fields, in order."""
    at: Place | None = field(default=None, kw_only=True, compare=False, repr=False)

    @property
    def name(self) -> str:
        """Its name in the contracts."""
        return type(self).__name__

    def arguments(self) -> dict[str, Any]:
        """Its arguments in order, by the contract's own names."""
        return dict(zip(self.FIELDS, (getattr(self, name) for name in field_names(type(self))), strict=True))


@cache
def _field_names(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind) if each.name != "at")


def field_names(kind: type[Event]) -> tuple[str, ...]:
    """The fields of an event in order, in Python's writing."""
    found: Any = kind
    return _field_names(found)


def value_type(entry: Item) -> Any:
    """The Python type of the values of an ABI entry."""
    kind = str(entry["type"])
    if kind.endswith("[]"):
        each: Any = value_type({**entry, "type": kind[:-2]})
        return tuple.__class_getitem__((each, ...))
    if str(entry.get("internalType", "")).startswith("enum "):
        return getattr(words, internal_name(entry))
    if kind == "bool":
        return bool
    if kind in {"address", "string", *TEXTS}:
        return str
    return bytes if kind.startswith("bytes") else int
