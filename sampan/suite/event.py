"""What every event of the ledger is made of; the events themselves are generated into `events`."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from sampan.suite import words
from sampan.suite.codec import TEXTS, Item, internal_name, signature_of
from sampan.suite.valued import Valued, valued
from sampan.toolchain import artifacts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


T = TypeVar("T")
E = TypeVar("E", bound="Event")

SEVERAL: Final = {"Deposit": "deposit", "Coin": "coin"}
"""Contracts of which there are several, each at an address that the log tells → what their events call which of them.
Such an event has the contract's name before its own: `Transfer` of a `Deposit` is `DepositTransfer`."""
TOLD_APART: Final = {
    "Positions": ("Position", ("Transfer", "Approval", "ApprovalForAll")),
    "LoanBook": ("Loan", ("CalledBySignature",)),
}
"""Contract → what stands before the names of some of its events, and which: another contract logs them as well, and
they are of something else there. `Transfer` of `Positions` is `PositionTransfer`."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event stands on the chain. `time` is the block's, when it was asked for."""

    block: int
    transaction: str
    log_index: int
    time: datetime | None = None


@valued
class Event(Valued):
    """Something that a contract logged. `at` is where it stands; None in a rehearsal and in the model.

    Fields are the contract's own in Python's writing: `actCount` is `act_count`, `from` is `from_`. Numbers are
    integers, enumerations their words, `bytes32` and `bytes` bytes, addresses text, countries and codes text.
    """

    SIGNATURE: ClassVar[str] = ""
    FIELDS: ClassVar[tuple[str, ...]] = ()
    """The contract's names of the fields, in order; where there are several of its contract, before them which."""
    SEVERAL: ClassVar[bool] = False
    """Whether there are several of its contract: its first field says which of them logged it."""
    at: Place | None = field(default=None, kw_only=True, compare=False, repr=False)

    @property
    def name(self) -> str:
        """Its name in the contracts."""
        return type(self).__name__

    @classmethod
    def logged(cls: type[E], address: str, values: Iterable[Any], at: Place | None = None) -> E:
        """The event that the contract at an address logged with these values."""
        made: Any = cls
        found: E = made(address, *values, at=at) if cls.SEVERAL else made(*values, at=at)
        return found

    def arguments(self) -> dict[str, Any]:
        """Its arguments in order, by the contract's own names."""
        return dict(zip(self.FIELDS, self.values(), strict=True))


@cache
def _field_names(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind) if each.name != "at")


def field_names(kind: type[Event]) -> tuple[str, ...]:
    """The fields of an event in order, in Python's writing."""
    return kind.COMPARED


def filled(kind: type[T], *sources: Any, **said: Any) -> T:
    """A record or an event whose fields are what is said, else those of the same name of the first source that has one,
    else its own defaults."""
    record: Any = kind
    for name, at in _taken(record, *map(type, sources)):
        if name not in said:
            said[name] = getattr(sources[at], name)
    return kind(**said)


@cache
def _taken(kind: Any, *sources: Any) -> tuple[tuple[str, int], ...]:
    """The fields of a record that sources of such types (with slots) have, and the place of the first that has it."""
    names, places = _field_names(kind), range(len(sources))
    found = {name: next((at for at in places if hasattr(sources[at], name)), None) for name in names}
    return tuple((name, at) for name, at in found.items() if at is not None)


def value_type(entry: Item) -> Any:
    """The Python type of the values of an ABI entry."""
    kind = str(entry["type"])
    if kind == "tuple":
        return Any
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


# ----------------------------------------------------------------------------------------------------- in the artifacts


@cache
def sources() -> tuple[artifacts.Artifact, ...]:
    """All that was compiled for the package, interfaces first: what they name, they name for the contracts."""
    return tuple(sorted(map(artifacts.load, artifacts.names()), key=lambda artifact: artifact.deployable))


def several(contract: str) -> tuple[tuple[str, Item], ...]:
    """The events of a contract of which there are several, under the names of their types."""
    own = [item for item in artifacts.load(contract).abi if item["type"] == "event"]
    named = {f"{contract}{str(item['name']).removeprefix(contract)}": item for item in own}
    return tuple(sorted(named.items()))


def told_apart(contract: str) -> tuple[tuple[str, Item], ...]:
    """The events of a standard that a contract logs as another does, under the names of their types."""
    before, names = TOLD_APART[contract]
    own = [item for item in artifacts.load(contract).abi if item["type"] == "event"]
    return tuple((f"{before}{item['name']}", item) for item in own if item["name"] in names)


@cache
def named_events() -> tuple[tuple[str, Item, str], ...]:
    """Every event: the name of its type, how it stands in the ABI, and, where there are several of its contract, what
    it calls which of them."""
    found = [(str(item["name"]), item, "") for item in items("event")]
    found += [(name, item, "") for contract in TOLD_APART for name, item in told_apart(contract)]
    return (*found, *((name, item, which) for contract, which in SEVERAL.items() for name, item in several(contract)))


@cache
def items(kind: str) -> tuple[Item, ...]:
    """Every `event` or `error` that a contract of the package can log or revert with, by name; without the events of
    contracts of which there are several.

    Raises ValueError for two of one name.
    """
    left_out = {name for each in SEVERAL for name in (each, f"I{each}")} if kind == "event" else set()
    declared = [
        (artifact, item)
        for artifact in sources()
        if artifact.name not in left_out
        for item in artifact.abi
        if item["type"] == kind
    ]
    first = {signature_of(item): item for _, item in reversed(declared)}
    signatures = {signature_of(item) for artifact, item in declared if artifact.deployable}
    names = sorted(str(first[signature]["name"]) for signature in signatures)
    twice = {name for name, next_ in pairwise(names) if name == next_}
    if twice:
        raise ValueError(f"{kind}s of one name and several signatures: {', '.join(sorted(twice))}")
    return tuple(sorted((first[signature] for signature in signatures), key=lambda item: str(item["name"])))
