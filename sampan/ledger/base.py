"""What the generated types of events and refusals are made of."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar

from sampan.errors import Refused

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event stands on the chain. `time` is the block's, when it was asked for."""

    block: int
    transaction: str
    log_index: int
    time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the ledger, decoded. `at` is where it stands; None in a rehearsal."""

    SIGNATURE: ClassVar[str] = ""
    INDEXED: ClassVar[tuple[bool, ...]] = ()
    at: Place | None = field(default=None, kw_only=True, compare=False, repr=False)

    @property
    def name(self) -> str:
        """Its name in the contracts."""
        return type(self).__name__

    def arguments(self) -> dict[str, Any]:
        """Its arguments by name, in order."""
        return {item.name: getattr(self, item.name) for item in fields(self) if item.name != "at"}


class ContractRefusal(Refused):
    """A contract refused an act. `name` and `arguments` are the contract's own; subclasses have them as attributes.

    `data` is what it reverted with, raw; `transaction` the hash of the transaction that was mined and failed, if any.
    """

    SIGNATURE: ClassVar[str] = ""
    PARAMETERS: ClassVar[tuple[str, ...]] = ()
    code = "refused.contract"

    def __init__(
        self,
        message: str,
        *,
        arguments: dict[str, Any],
        data: bytes = b"",
        subject: str | None = None,
        hint: str | None = None,
        transaction: str | None = None,
    ) -> None:
        super().__init__(message, subject=subject, hint=hint, code=f"refused.{self.name}")
        self.arguments = arguments
        self.data = data
        self.transaction = transaction
        for key, value in arguments.items():
            setattr(self, key, value)

    @property
    def name(self) -> str:
        """The error's name in the contract."""
        return type(self).__name__


class UnknownRefusal(ContractRefusal):
    """A contract refused with an error that no ABI of the suite has, or with no reason at all; `data` has it raw."""

    @property
    def name(self) -> str:
        return "unknown"
