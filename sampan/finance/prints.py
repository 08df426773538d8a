"""What stands for a piece of cargo on the ledger, so that nobody secures two debts with it.

How it is laid out says contracts/finance/PrintWord.sol. Whoever makes prints of containers is a `Printer`; `Registrar`
is the one there is: keyed hashes under a registrar's key. An oblivious PRF (RFC 9497), with which a lender asks without
telling the registrar which box and without having its key, comes later in the same place. Until then whoever has the
key can try every container number there is (some 3 billion likely ones) against the ledger, and reads which box secures
which debt. Neither hides from anybody when a box leaves, what a part of it weighs, and that two prints are of one box.
Two registrars do not find each other's prints at all.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from sampan.finance.registrations.records import Print
from sampan.suite.tell import print_name

KEY_BYTES: Final = 32
_DOMAIN: Final = b"sampan.print/1\0"
_NAME_DOMAIN: Final = b"sampan.registrar/1\0"
_NAME_BYTES: Final = 8
_CARGO_BYTES: Final = 20


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of cargo: all that is in a box, or a part of it by its weight."""

    box: str
    """The number of its container, as ISO 6346 writes it."""
    day: int
    """Of departure, since 1970."""
    weight: int = 0
    """Of a part, in kilograms; 0: all that is in the box."""
    payload: int = 0
    """Of a part: what may be in the box in all, in kilograms, as its carrier says."""


class Printer(Protocol):
    """Who makes prints."""

    @property
    def fingerprint(self) -> str:
        """What lenders compare to know that they mean the same registrar."""
        ...

    def cargo(self, box: str) -> int:
        """The 160 bits that stand for a container, the same whoever asks; never 0."""
        ...


@dataclass(frozen=True, slots=True)
class Registrar:
    """Prints by a keyed hash (HMAC-SHA-256) under a registrar's key."""

    key: bytes

    def __post_init__(self) -> None:
        if len(self.key) != KEY_BYTES:
            raise ValueError(f"a registrar's key has {KEY_BYTES} bytes")

    def __repr__(self) -> str:
        return "Registrar(...)"

    @property
    def fingerprint(self) -> str:
        """Of its key, 16 hex digits, which tell nothing of it: two files that have it hold one key."""
        return hmac.new(self.key, _NAME_DOMAIN, hashlib.sha256).digest()[:_NAME_BYTES].hex()

    def cargo(self, box: str) -> int:
        """The 160 bits that stand for a container."""
        found = hmac.new(self.key, _DOMAIN + box.encode(), hashlib.sha256).digest()
        return int.from_bytes(found[:_CARGO_BYTES], "big") or 1


def in_words(word: int) -> str:
    """What a print says to everybody: of its box no more than that two are of one."""
    said = Print.unpack(word)
    day = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=said.day)).date()
    what = f"{said.weight:,} kg in a box that may carry {said.payload:,} kg" if said.weight else "all of a box"
    return f"{print_name(word)}: {what}, leaving on {day}"


def print_of(printer: Printer, piece: Piece) -> Print:
    """The print of a piece of cargo. Raises ValueError for a number that does not fit."""
    return Print(printer.cargo(piece.box), piece.day, piece.weight, piece.payload)
