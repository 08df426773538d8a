"""What a producer says directly of a bill (a *statement*): what each kind needs, amounts in their measure, details by
their salted hash.

A valuation, an inspection, an insurance, a release by customs, a ship's identity, a weight: what is no event of a
stream.
"""

from __future__ import annotations

import difflib
import json
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from sampan.cargo.records import ATTESTABLE, bits
from sampan.documents import identifiers
from sampan.documents.codes import CURRENCIES
from sampan.documents.json import read_json
from sampan.errors import BadInput, UsageError, about
from sampan.files import write_private
from sampan.keccak import keccak
from sampan.suite.amounts import digits
from sampan.suite.forms import Form, Hash, written
from sampan.suite.tell import measured, option, plain
from sampan.suite.words import FactKind

Measured: TypeAlias = "str | tuple[int, str]"
"""An amount in its measure, as it is written (`150,000 USD`, `28400 KGM`) or as a number and the measure."""

MOST: Final = 2**48 - 1
"""The largest amount of a fact."""
SHIP: Final = "IMO"
"""The measure of a ship's number."""
CURRENCY, KILOGRAMS = "a currency", "kilograms"
KINDS: Final = [kind for kind in FactKind if kind is not FactKind.NONE]
LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a certificate or a policy."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a kind of statement must say."""

    measure: str = ""
    """Of an amount that it needs; nothing: it needs none."""
    unit: bool | None = None
    """Whether it is of one piece of equipment; None: of that or of the bill."""
    ends: bool = False
    place: bool = False
    ship: bool = False


NEEDS: Final = {
    FactKind.EXPORT_RELEASED: Needs(place=True),
    FactKind.IMPORT_RELEASED: Needs(place=True),
    FactKind.WEIGHED: Needs(KILOGRAMS, unit=True),
    FactKind.INSPECTED: Needs(),
    FactKind.VALUED: Needs(CURRENCY),
    FactKind.INSURED: Needs(CURRENCY, ends=True),
    FactKind.VESSEL_IDENTIFIED: Needs(unit=False, ship=True),
    FactKind.LOST: Needs(),
}
"""Kind of statement to what it must say."""

_WRITTEN = re.compile(
    r"(?P<whole>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.(?P<part>[0-9]+))?\s*(?P<measure>[A-Za-z0-9]{2,3})"
)
_TURNED = re.compile(r"(?P<measure>[A-Za-z]{3})\s+(?P<amount>[0-9][0-9.,]*)")


def kind_of_fact(name: str) -> FactKind:
    """The kind of fact that a word means. Raises `UsageError` with those that there are."""
    wanted = name.strip().upper().replace("-", "_").replace(" ", "_")
    found = next((kind for kind in KINDS if kind.name == wanted), None)
    if found is None:
        near = difflib.get_close_matches(wanted, [kind.name for kind in KINDS], n=1)
        there = f"did you mean {option(FactKind[near[0]])}?" if near else f"there are {', '.join(map(option, KINDS))}"
        raise UsageError("no kind of fact", subject=name, hint=there)
    return found


def amount_of(given: Measured) -> tuple[int, str]:
    """An amount and its measure: a currency of ISO 4217, a unit of UN/ECE Recommendation 20. Facts have whole amounts.

    Raises `BadInput` for what is no amount, has a part of one, or is too large."""
    if isinstance(given, tuple):
        return _bounded(*given)
    text = " ".join(given.split())
    turned = _TURNED.fullmatch(text)
    found = _WRITTEN.fullmatch(f"{turned['amount']} {turned['measure']}" if turned else text)
    if found is None or not any(letter.isalpha() for letter in found["measure"]):
        hint = "write it with its measure: 150,000 USD, 28400 KGM"
        raise BadInput("is no amount with a measure", subject=given, hint=hint, code="amount")
    whole, measure = int(found["whole"].replace(",", "")), found["measure"].upper()
    if (found["part"] or "0").strip("0"):
        hint = f"round it yourself, as to {digits(whole, 0, grouped=True)} {measure}"
        raise BadInput(f"facts have whole {measure}", subject=given, hint=hint, code="amount")
    return _bounded(whole, measure)


def _bounded(amount: int, measure: str) -> tuple[int, str]:
    if not 0 <= amount <= MOST:
        subject = measured(amount, measure)
        raise BadInput(
            f"is not between 0 and {MOST:,}", subject=subject, hint="are these the right units?", code="amount"
        )
    return amount, measure


@dataclass(frozen=True, slots=True)
class Content:
    """What a statement says, checked against what its kind needs."""

    kind: FactKind
    unit: int
    valid_until: int
    amount: int
    measure: str
    place: bytes


def content(
    kind: FactKind,
    *,
    unit: int = 0,
    valid_until: int = 0,
    amount: Measured | None = None,
    place: str | None = None,
    imo: str | None = None,
) -> Content:
    """What a statement says. Raises `UsageError` and `BadInput` that name what its kind needs, or does not take."""
    if not bits(kind) & ATTESTABLE:
        raise UsageError(
            f"{plain(kind)} is not said directly: it happens at a terminal or a port",
            subject="kind",
            hint=f"anchor the event and record it by its proof; said directly are {', '.join(map(option, NEEDS))}",
        )
    needs = NEEDS[kind]
    if needs.unit is not None and needs.unit != bool(unit):
        said = "of one piece of equipment" if needs.unit else "of the bill as a whole"
        hint = "--unit N, by its place in the document, from 1" if needs.unit else "leave --unit out"
        raise UsageError(f"is said {said}", subject=plain(kind), hint=hint)
    if needs.measure and amount is None:
        example = "28400 KGM" if needs.measure == KILOGRAMS else "150000 USD"
        raise _lacks(kind, f"an amount in {needs.measure}", f'--amount "{example}"')
    if needs.ship and imo is None:
        raise _lacks(kind, "the ship's IMO number", "--imo 9321483")
    if needs.ends and not valid_until:
        raise _lacks(kind, "until when it counts", "--valid-until 2027-06-30")
    if needs.place and place is None:
        raise _lacks(kind, "where it was released", "--place CN")
    if (imo is not None) != needs.ship or (amount is not None and needs.ship):
        raise UsageError("an amount or an IMO number, not both", subject=plain(kind), hint=f"{plain(kind)} takes one")
    return Content(kind, unit, valid_until, *_amount(needs, amount, imo), _place(place))


def _amount(needs: Needs, amount: Measured | None, imo: str | None) -> tuple[int, str]:
    if imo is not None:
        with about("imo"):
            return identifiers.imo_number(imo), SHIP
    if amount is None:
        return 0, ""
    with about("amount"):
        number, measure = amount_of(amount)
        if measure not in {"": {measure}, KILOGRAMS: {"KGM"}, CURRENCY: CURRENCIES}[needs.measure]:
            hint = "KGM" if needs.measure == KILOGRAMS else "as in USD, CNY, EUR (ISO 4217)"
            raise BadInput(f"is not in {needs.measure}", subject=measured(number, measure), hint=hint, code="amount")
        return number, measure


def _place(place: str | None) -> bytes:
    if place is None:
        return bytes(32)
    with about("place"):
        return identifiers.pack_place(place.strip())


def _lacks(kind: FactKind, what: str, right: str) -> UsageError:
    return UsageError(f"says {what}", subject=plain(kind), hint=f"add {right}")


# ------------------------------------------------------------------------------------------------------------- details


class Details(Form, document="sampan.cargo-details/1"):
    """The salt behind the details of a statement: who has both can show what was said."""

    file: str
    salt: Hash
    rest: Hash


def details_path(file: Path) -> Path:
    """Where the salt of a certificate, a policy or a release is kept: beside it."""
    return file.with_name(f"{file.name}.details.json")


def rest_of(file: Path, *, keep: bool) -> bytes:
    """The salted hash of a certificate, a policy or a release, as a statement has it. With `keep` the salt is written
    beside the file, for its owner alone; what was kept before is used again.

    Raises `BadInput` for a file that cannot be read, or was altered since.
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror or error}", subject=str(file), code="file") from None
    if not data or len(data) > LARGEST:
        said = "is empty" if not data else f"is larger than {LARGEST:,} bytes"
        raise BadInput(said, subject=str(file), hint="name the certificate, the policy or the release", code="file")
    kept = details_path(file)
    if kept.exists():
        return _kept(kept, data)
    salt = secrets.token_bytes(32)
    rest = keccak(salt + data)
    if keep:
        document: Any = written(Details, {"file": file.name, "salt": salt, "rest": rest})
        write_private(kept, (json.dumps(document, indent=2) + "\n").encode())
    return rest


def _kept(path: Path, data: bytes) -> bytes:
    raw: Any = read_json(path)
    try:
        salt, rest = (bytes.fromhex(raw[name].removeprefix("0x")) for name in ("salt", "rest"))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise BadInput(
            "holds no salt of details", subject=str(path), hint="move it away", code="cargo.details"
        ) from None
    if len(salt) != 32 or keccak(salt + data) != rest:
        raise BadInput(
            "the file was altered since its salt was made",
            subject=str(path),
            hint="take back the file as it was; for other details use a file of another name",
            code="cargo.details",
        )
    return rest
