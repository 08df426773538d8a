"""What every event of the ledger is made of; the events themselves are generated into `events`."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final

if TYPE_CHECKING:
    from datetime import datetime


SOURCES: Final = ("ILedger", "Bills", "Registry", "Amendments", "AccessManager")
"""Artifacts whose events and errors can reach a client. The first that has one names its arguments."""


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
