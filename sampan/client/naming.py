"""The names of bills as people give them: `LEI/REFERENCE/vVERSION`, parts of it that may be left out, or the id."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sampan.documents import identifiers
from sampan.errors import BadInput, UsageError
from sampan.suite.ids import REFERENCE_LENGTH, BillId

LAST_VERSION = 0xFFFF
_VERSIONED = re.compile(r"^(?P<rest>.+)/[vV]?(?P<version>[1-9][0-9]{0,4})$")


def pack(lei: str, reference: str, version: int = 1) -> int:
    """The id of a bill. Raises `BadInput` for an LEI, reference or version that cannot be."""
    found = BillId(identifiers.pack_lei(lei), version, identifiers.reference(reference))
    try:
        return found.pack()
    except ValueError as error:
        raise BadInput(str(error), subject=f"{lei}/{reference}", code="identifier.bill") from None


def unpack(number: int) -> BillId:
    """What an id says. Raises `BadInput` for a number that is no id."""
    try:
        found = BillId.unpack(number)
        str(found)  # the LEI too must be one
    except ValueError:
        raise BadInput(
            "no id of a bill",
            subject=hex(number),
            hint="name a bill LEI/REFERENCE or by its id",
            code="identifier.bill",
        ) from None
    return found


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
        return unpack(int(text, 16)).pack()
    # References have at most 20 characters, ids 43 to 78 digits.
    if text.isascii() and text.isdigit() and len(text) > REFERENCE_LENGTH:
        return unpack(int(text[:79])).pack()
    lei, slash, rest = text.partition("/")
    if not (slash and len(lei) == 20 and identifiers.is_lei(lei.upper())):
        lei, rest = "", text
    version: int | None = None
    match = _VERSIONED.match(rest)
    if match is not None:
        rest, version = match["rest"], int(match["version"])
    return Named(identifiers.reference(rest), lei.upper() or None, version)


def number_of(text: str) -> int:
    """The id of a bill that is named whole, version 1 where none is given. Raises `UsageError` without a carrier."""
    found = parse(text)
    if isinstance(found, int):
        return found
    if found.lei is None:
        raise UsageError(
            "the carrier is missing", subject=text, hint="name the bill LEI/REFERENCE, or give --carrier LEI or code"
        )
    return pack(found.lei, found.reference, found.version or 1)
