"""Bills in the log: which events are acts, issues and ends, and which move possession to whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from sampan.bills.subject import BILLS
from sampan.suite import events as ev
from sampan.suite.check import Entry, Evidence, Indication, Level
from sampan.suite.event import field_names
from sampan.suite.tell import bill_name
from sampan.suite.words import Rejection

ACTS: Final = frozenset(kind for kind, fact in BILLS.facts.items() if fact.act)
"""Events that count one act of their bill each, and carry the count."""
ISSUES: Final = frozenset(kind for kind in ACTS if "issued" in field_names(kind))
"""Events that begin a bill, and carry which one of its account it is."""
MOVES: Final = frozenset(kind for kind in ACTS if BILLS.facts[kind].beside is not None)
"""Events beside a Transfer, in each case or in some."""
_ENDINGS: Final = {ev.Replaced: "replaced", ev.SwitchedToPaper: "on paper", ev.Delivered: "delivered"}


Seen: TypeAlias = Iterator[Indication]
"""What a check sees."""


def bill_of(event: Any) -> int | None:
    """The bill that an event is about."""
    return getattr(event, "bill", None)


def seen(bill: int, message: str, entry: Entry | None = None, level: Level | None = None) -> Indication:
    """What a check saw of a bill, in an event's block or at the end; its level, if not the check's."""
    return Indication(bill_name(bill), message, None if entry is None else entry.block, level)


def _acted_on(event: Any) -> int | None:
    return event.bill if type(event) in ACTS else None


def acts(evidence: Evidence) -> dict[int, list[Entry]]:
    """The acts on each bill, in order."""
    return evidence.grouped(_acted_on)


def issues(evidence: Evidence) -> list[Entry]:
    """All issues, in order."""
    return [entry for entry in evidence.told if type(entry.event) in ISSUES]


def moves(event: Any) -> bool:
    """Whether an act moved possession, an issue included."""
    if isinstance(event, ev.Endorsed):
        return event.from_ != event.to
    if isinstance(event, ev.Rejected):
        return event.rejection is not Rejection.TITLE
    return type(event) in MOVES


def receiver_of(event: Any) -> str:
    """Who possesses after an act that moved possession."""
    for name in ("to", "possessor", "room"):
        if hasattr(event, name):
            return str(getattr(event, name))
    raise ValueError(f"{event.name} moves nothing")


def ending_of(event: Any) -> str | None:
    """What an act ended a bill as: replaced, on paper, delivered, void; None when it ended nothing."""
    if isinstance(event, ev.Rejected) and event.rejection is Rejection.ISSUE:
        return "void"
    return _ENDINGS.get(type(event))
