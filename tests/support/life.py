"""The life of a bill by the book (DCSA's actions, T6): in which statuses each verb may be, and the status after it."""

from __future__ import annotations

from typing import Final

from sampan.suite.words import Status, SurrenderFor

LIVE: Final = frozenset({Status.LIVE})
PENDING: Final = frozenset({Status.PENDING_DELIVERY, Status.PENDING_AMENDMENT, Status.PENDING_PAPER})

AFTER: Final[dict[str, tuple[frozenset[Status], Status | None]]] = {
    "issue": (frozenset({Status.NONE}), Status.LIVE),
    "issueFromPaper": (frozenset({Status.NONE}), Status.LIVE),
    "transfer": (LIVE, Status.LIVE),
    "endorse": (LIVE, Status.LIVE),
    "lodge": (LIVE, Status.LIVE),
    "hold": (LIVE, Status.LIVE),
    "giveBack": (LIVE, Status.LIVE),
    "sign": (LIVE, Status.LIVE),
    "reject": (LIVE, Status.LIVE),
    "reject the issue": (LIVE, Status.VOID),
    "surrender": (LIVE, None),
    "accept": (frozenset({Status.PENDING_DELIVERY}), Status.SURRENDERED),
    "refuse": (PENDING, Status.LIVE),
    "recall": (PENDING, Status.LIVE),
    "replace": (frozenset({Status.PENDING_AMENDMENT}), Status.REPLACED),
    "toPaper": (frozenset({Status.PENDING_PAPER}), Status.PAPER),
    "deliver": (frozenset({Status.SURRENDERED}), Status.DELIVERED),
    "recover": (frozenset({Status.LIVE, *PENDING, Status.SURRENDERED}), None),
}
"""Verb → the statuses in which it may be, and the status after it; None: see `PENDING_AFTER`, or unchanged."""

PENDING_AFTER: Final = {
    SurrenderFor.DELIVERY: Status.PENDING_DELIVERY,
    SurrenderFor.AMENDMENT: Status.PENDING_AMENDMENT,
    SurrenderFor.CHANGE_OF_DESTINATION: Status.PENDING_AMENDMENT,
    SurrenderFor.SWITCH: Status.PENDING_AMENDMENT,
    SurrenderFor.PAPER: Status.PENDING_PAPER,
}
"""What a surrender waits for."""
