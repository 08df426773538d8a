"""The roles of the AccessManager that the suite gives, by number and name."""

from __future__ import annotations

from enum import IntEnum


class Power(IntEnum):
    """The roles of the AccessManager that have a name here, by their numbers. A ledger may have others."""

    ADMIN = 0
    ENROLLER = 1
    SUSPENDER = 2
    LIFTER = 3
    RECOVERER = 4
    ROOM_LISTER = 5
    ROOM_DELISTER = 6
    PUBLIC = 2**64 - 1
