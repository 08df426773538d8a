"""The names of bills: `LEI/REFERENCE/vVERSION`, parts of it that may be left out, and the number that is the id."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sampan.documents import identifiers
from sampan.errors import BadInput, UsageError
from sampan.suite.ids import REFERENCE_LENGTH, written
from sampan.suite.ids import BillId as ModelId

LAST_VERSION = 0xFFFF
_VERSIONED = re.compile(r"^(?P<rest>.+)/[vV]?(?P<version>[1-9][0-9]{0,4})$")


@dataclass(frozen=True, slots=True)
class BillId:
    """What a bill's id says: the carrier's LEI (20 characters), its reference, the version from 1."""

    lei: str
    reference: str
    version: int = 1

    @property
    def number(self) -> int:
        """The id."""
        return pack(self.lei, self.reference, self.version)

    def __str__(self) -> str:
        return written(self.lei, self.reference, self.version)


def pack(lei: str, reference: str, version: int = 1) -> int:
    """The id of a bill. Raises `BadInput` for an LEI, reference or version that cannot be."""
    found = ModelId(identifiers.pack_lei(lei), version, identifiers.reference(reference))
    try:
        return found.pack()
    except ValueError as error:
        raise BadInput(str(error), subject=f"{lei}/{reference}", code="identifier.bill") from None


def unpack(number: int) -> BillId:
    """What an id says. Raises `BadInput` for a number that is no id."""
    try:
        found = ModelId.unpack(number)
        return BillId(identifiers.unpack_lei(found.lei), found.reference, found.version)
    except (ValueError, BadInput):
        raise BadInput(
            "no id of a bill",
            subject=hex(number),
            hint="name a bill LEI/REFERENCE or by its id",
            code="identifier.bill",
        ) from None


def bill_name(number: int) -> str:
    """A bill as `LEI/REFERENCE/vVERSION`; hex for a number that is no id."""
    try:
        return str(ModelId.unpack(number))
    except ValueError:
        return hex(number)


def lei_text(packed: int) -> str:
    """A packed LEI with its check digits; the number itself where it packs none."""
    try:
        return identifiers.unpack_lei(packed)
    except BadInput:
        return str(packed)


@dataclass(frozen=True, slots=True)
class Named:
    """A bill as somebody named it: `lei` None when the carrier was left out, `version` None for the newest."""

    reference: str
    lei: str | None = None
    version: int | None = None


def parse(text: str) -> int | Named:
    """A bill's name: the id (0x or decimal) as a number, else `[LEI/]REFERENCE[/VERSION]` in its parts.

    A last part of digits, with or without a v, is the version: of a reference that itself ends so the version must be
    given. Raises `BadInput` for what is neither.
    """
    text = text.strip()
    if re.fullmatch(r"0[xX][0-9a-fA-F]+", text):
        return unpack(int(text, 16)).number
    # References have at most 20 characters, ids at least 43 digits.
    if text.isascii() and text.isdigit() and len(text) > REFERENCE_LENGTH:
        return unpack(int(text)).number
    lei, slash, rest = text.partition("/")
    if not (slash and len(lei) == 20 and identifiers.is_lei(lei.upper())):
        lei, rest = "", text
    version: int | None = None
    match = _VERSIONED.match(rest)
    if match is not None:
        rest, version = match["rest"], int(match["version"])
    return Named(identifiers.reference(rest), lei.upper() or None, version)


def number_of(text: str, *, lei: str | None = None) -> int:
    """The id of a bill that is named whole, version 1 where none is given. Raises `UsageError` without a carrier."""
    found = parse(text)
    if isinstance(found, int):
        return found
    carrier = found.lei or lei
    if carrier is None:
        raise UsageError(
            "the carrier is missing", subject=text, hint="name the bill LEI/REFERENCE, or give --carrier LEI or code"
        )
    return pack(carrier, found.reference, found.version or 1)
