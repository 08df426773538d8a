"""The names of bills as people give them: `LEI/REFERENCE/vVERSION`, parts of it that may be left out, or the id."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sampan.documents import identifiers
from sampan.errors import BadInput, UsageError
from sampan.suite import kinds
from sampan.suite.ids import REFERENCE_LENGTH, BillId, reference_key, version_of
from sampan.suite.tell import lei_text

if TYPE_CHECKING:
    from collections.abc import Iterable

LEI_LENGTH = 20
LAST_VERSION = kinds.MOST
CODE_LISTS = ("SMDG", "NMFTA")
_AN_AMOUNT = re.compile(r"[A-Z]{3} [0-9][0-9,]*(\.[0-9]+)?")
_BY_CODE = re.compile(rf"(?P<code>({'|'.join(CODE_LISTS)}):[^/ ]+)/(?P<rest>.+)", re.IGNORECASE)
_VERSIONED = re.compile(r"^(?P<rest>.+)/(?P<mark>[vV]?)(?P<version>[1-9][0-9]{0,4})$")


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
    """A bill as somebody named it: `lei` None when the carrier was left out, `version` None for the newest.

    `or_reference` is what else may be meant where the name ends in a number: another reference, in its newest version.
    """

    reference: str
    lei: str | None = None
    version: int | None = None
    or_reference: str | None = field(default=None, compare=False)


def parse(text: str) -> int | Named:
    """A bill's name: the id (0x or decimal) as a number, else `[LEI/]REFERENCE[/VERSION]` in its parts.

    A last part `v` and digits is the version, as Sampan writes it: no reference on the ledger has a small letter.
    Digits alone, or behind a `V`, may be the end of a reference too (`or_reference`): only the ledger can tell. Raises
    `BadInput` for what is neither id nor name.
    """
    text = text.strip()
    if _AN_AMOUNT.fullmatch(text):
        raise BadInput(
            "is an amount, and stands where a bill is named",
            subject=text,
            hint="`--help` of the command tells in which order",
            code="identifier.bill",
        )
    # References have at most 20 characters, ids 43 to 78 digits, or 36 to 64 behind 0x.
    if re.fullmatch(r"0[xX][0-9a-fA-F]+", text):
        if len(text) <= REFERENCE_LENGTH:
            raise BadInput(
                "no id of a bill",
                subject=text,
                hint=f"an id is longer; a reference that begins with 0x is named with its carrier, LEI/{text.upper()}",
                code="identifier.bill",
            )
        return unpack(int(text, 16)).pack()
    if text.isascii() and text.isdigit() and len(text) > REFERENCE_LENGTH:
        return unpack(int(text[:79])).pack()
    by_code = _BY_CODE.fullmatch(text)
    if by_code is not None:
        raise BadInput(
            "names its carrier by a code, where an LEI stands",
            subject=text,
            hint=f"name it LEI/{by_code['rest']}, or {by_code['rest']} with --carrier {by_code['code']}",
            code="identifier.bill",
        )
    lei, slash, rest = text.partition("/")
    if slash and _meant_as_lei(lei, text):
        lei = identifiers.lei(lei.upper())
    else:
        lei, rest = "", text
    version: int | None = None
    whole: str | None = None
    match = _VERSIONED.match(rest)
    if match is not None and int(match["version"]) <= LAST_VERSION:
        if match["mark"] != "v" and identifiers.reference_fault(rest) is None:
            whole = identifiers.reference(rest)
        rest, version = match["rest"], int(match["version"])
    return Named(identifiers.reference(rest), lei.upper() or None, version, whole)


def _meant_as_lei(start: str, whole: str) -> bool:
    """Whether what stands before the first slash is meant as an LEI: it has its length, or nearly, and the whole is too
    long for a reference with a version."""
    if len(start) == LEI_LENGTH:
        return True
    rest = _VERSIONED.match(whole)
    reference = rest["rest"] if rest else whole
    nearly = abs(len(start) - LEI_LENGTH) <= 2 and start.isascii() and start.isalnum()
    return nearly and len(reference) > REFERENCE_LENGTH


def among(bills: Iterable[int], named: int | Named) -> list[int]:
    """Those of some bills that a name may mean; of a reference without a version the newest."""
    if isinstance(named, int):
        return [bill for bill in bills if bill == named]
    meant = [(named.reference, named.version)]
    if named.or_reference is not None:
        meant.append((named.or_reference, None))
    found: dict[tuple[int, int | None], int] = {}
    for bill in sorted(bills, key=version_of):
        for reference, version in meant:
            if _is(bill, reference, named.lei) and version in (None, version_of(bill)):
                found[reference_key(bill), version] = bill
    return sorted(found.values())


def _is(bill: int, reference: str, lei: str | None) -> bool:
    try:
        known = BillId.unpack(bill)
    except ValueError:
        return False
    return known.reference == reference and lei in (None, lei_text(known.lei))


def number_of(text: str) -> int:
    """The id of a bill that is named whole, version 1 where none is given.

    Raises `UsageError` without a carrier, and where the name may mean two bills.
    """
    found = parse(text)
    if isinstance(found, int):
        return found
    if found.lei is None:
        raise UsageError(
            "the carrier is missing", subject=text, hint="name the bill LEI/REFERENCE, or give --carrier LEI or code"
        )
    if found.or_reference is not None:
        raise two_meanings(text, found, found.lei)
    return pack(found.lei, found.reference, found.version or 1)


def two_meanings(text: str, named: Named, lei: str, newest: int = 1) -> UsageError:
    """The error of a name that means two bills of a carrier: a version of one reference, or the other reference.

    `newest` is the newest version of the other reference.
    """
    return UsageError(
        f"may mean two bills: version {named.version} of {named.reference}, or {named.or_reference}",
        subject=text,
        hint=f"say {lei}/{named.reference}/v{named.version} or {lei}/{named.or_reference}/v{newest}",
    )
