"""How a bill's life ends, told from its acts alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sampan.audit.evidence import REJECT_ISSUE

if TYPE_CHECKING:
    from sampan.audit.decoding import Entry

_ENDINGS = {"Replaced": "replaced", "SwitchedToPaper": "on paper", "Delivered": "delivered"}


def ending_of(entry: Entry) -> str | None:
    """What an act ended a bill as: replaced, on paper, delivered, void; None when it ended nothing."""
    if entry.name == "Rejected" and entry.args["rejection"] == REJECT_ISSUE:
        return "void"
    return _ENDINGS.get(entry.name)
