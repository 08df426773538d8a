"""The words of the ledger: the enumerations of the contracts, as the model has them, and how they are written.

`plain` says one in the words that people read: `Kind.STRAIGHT` is "straight".
"""

from __future__ import annotations

from enum import IntEnum
from typing import TypeVar

from sampan.errors import UsageError
from sampan.model.state import (
    LAW_NAMES,
    PENDING,
    TERMINAL,
    Endorsement,
    Kind,
    Purpose,
    Receiving,
    RecordLaw,
    Rejection,
    Role,
    Status,
    SurrenderFor,
    option,
    plain,
)

__all__ = [
    "ALL_ROLES",
    "LAW_NAMES",
    "PENDING",
    "RECEIVES",
    "TERMINAL",
    "Endorsement",
    "Kind",
    "Purpose",
    "Receiving",
    "RecordLaw",
    "Rejection",
    "Role",
    "Status",
    "SurrenderFor",
    "option",
    "plain",
    "roles_of",
    "word_of",
]

W = TypeVar("W", bound=IntEnum)


ALL_ROLES = Role(127)

RECEIVES: dict[Receiving, str] = {
    Receiving.ANYONE: "from anyone",
    Receiving.LISTED_ONLY: "from listed givers, else with its own signature",
    Receiving.SIGNED_ONLY: "with its own signature only",
}


def word_of(kind: type[W], text: str) -> W:
    """The word that a text means: `change-of-destination`, `Change of destination` and `CHANGE_OF_DESTINATION` alike.

    Raises `UsageError` with the words that there are.
    """
    wanted = text.strip().upper().replace("-", "_").replace(" ", "_")
    for word in kind:
        if word.name == wanted:
            return word
    raise UsageError(
        f"not a {kind.__name__.lower()}", subject=text, hint="there are " + ", ".join(option(word) for word in kind)
    )


def roles_of(text: str) -> Role:
    """The roles that a text lists: `issue,answer,move`, or `all`. Raises `UsageError` for what is no role."""
    if text.strip().lower() == "all":
        return ALL_ROLES
    found = Role(0)
    for part in filter(None, (part.strip() for part in text.split(","))):
        try:
            found |= Role[part.upper()]
        except KeyError:
            hint = "roles are " + ", ".join(role.name.lower() for role in Role if role.name)
            raise UsageError("no such role", subject=part, hint=hint) from None
    return found
