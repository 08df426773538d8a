"""Two documents field by field: what differs, where, and what it is about; parties and dates are said first.

Items of a list are compared with their like (a container with the container of its number), not by their place alone.
A weight or a volume in another unit is the same when it is the same quantity.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from sampan.documents.canonical import canonical_text
from sampan.documents.pointer import join, split
from sampan.suite.forms import As, Form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sampan.documents.json import JsonValue


class About(StrEnum):
    """What a field is about, in the order in which a reader wants to hear of changes."""

    ENDORSEE = "endorsee"
    PARTY = "party"
    DATE = "date"
    PLACE = "place"
    CARGO = "cargo"
    CONTAINER = "container"
    OTHER = "other"


Change = Literal["changed", "added", "removed", "moved", "restated"]
"""`moved`: items of a list stand in another order; `restated`: the same quantity in another unit."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: its places (JSON pointers; None where it is not there), DCSA's name of the property, the values.

    Of what was added or removed the value is all of it.
    """

    before_pointer: str | None
    pointer: str | None
    name: str
    about: About
    change: Change
    before: JsonValue
    after: JsonValue

    @property
    def place(self) -> str:
        """The place in the second document, else in the first."""
        return (self.pointer if self.pointer is not None else self.before_pointer) or ""


class FieldDifference(Form):
    """A difference as documents of ours have it."""

    before_pointer: Annotated[str | None, "JSON pointer in the first document; null where it is not there"]
    pointer: Annotated[str | None, "JSON pointer in the second document; null where it is not there"]
    name: Annotated[str, "DCSA's name of the property"]
    about: Annotated[str, As({"enum": [each.value for each in About]}, str)]
    change: Annotated[
        Literal["changed", "added", "removed", "moved", "restated"],
        "`moved`: the items of a list stand in another order; `restated`: the same quantity in another unit",
    ]
    before: Any
    after: Any


def differences(one: JsonValue, other: JsonValue) -> list[Difference]:
    """What differs between two documents, as `read_json` gives them: by what it is about, then by place."""
    found = list(_differ(one, other, "", ""))
    order = list(About)
    return sorted(found, key=lambda difference: order.index(difference.about))


# --------------------------------------------------------------------------------------------------------------- names

_SINGULAR: Final = {"dangerousGoods": "DangerousGoods", "other": "OtherDocumentParty"}


def name_of(pointer: str) -> str:
    """DCSA's name of the property at a pointer: `CargoGrossWeight.value`, `TransportDocument.issueDate`."""
    parts = [part for part in split(pointer) if not part.isdigit()]
    owner = _object_name(parts[-2]) if len(parts) > 1 else "TransportDocument"
    return f"{owner}.{parts[-1]}" if parts else "TransportDocument"


def _object_name(member: str) -> str:
    if member in _SINGULAR:
        return _SINGULAR[member]
    if member.endswith("ies"):
        member = member[:-3] + "y"
    elif member.endswith("s") and not member.endswith(("ss", "Settings", "transports")):
        member = member[:-1]
    return member[0].upper() + member[1:]


def about(pointer: str) -> About:
    """What the field at a pointer is about."""
    parts = split(pointer)
    names = [part for part in parts if not part.isdigit()]
    if names[:2] == ["documentParties", "endorsee"]:
        return About.ENDORSEE
    if "Date" in (names[-1] if names else ""):
        return About.DATE
    if names[:1] == ["documentParties"]:
        return About.PARTY
    top = names[0] if names else ""
    if top == "utilizedTransportEquipments" or names[-1:] == ["equipmentReference"]:
        return About.CONTAINER
    if top == "consignmentItems":
        return About.CARGO
    if top in _PLACES or (top == "transports" and len(names) > 1 and names[1] in _STAGES):
        return About.PLACE
    return About.OTHER


_PLACES: Final = {
    "placeOfIssue",
    "invoicePayableAt",
    "displayedNameForPlaceOfReceipt",
    "displayedNameForPortOfLoad",
    "displayedNameForPortOfDischarge",
    "displayedNameForPlaceOfDelivery",
}
_STAGES: Final = {"portOfLoading", "portOfDischarge", "placeOfReceipt", "placeOfDelivery", "onwardInlandRouting"}


# ------------------------------------------------------------------------------------------------------------ comparing

_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "utilizedTransportEquipments": ("equipment/equipmentReference",),
    "cargoItems": ("equipmentReference",),
    "seals": ("number",),
    "other": ("partyFunction",),
    "identifyingCodes": ("codeListProvider", "codeListName"),
    "taxLegalReferences": ("type", "countryCode"),
    "references": ("type",),
    "customsReferences": ("type", "countryCode"),
    "charges": ("chargeName",),
}
"""Which members tell the items of a list apart; the items of other lists are compared in their order."""


def _differ(one: JsonValue, other: JsonValue, here: str, there: str) -> Iterator[Difference]:
    if isinstance(one, dict) and isinstance(other, dict):
        restated = _restated(one, other)
        if restated:
            yield _difference(here, there, "restated", one, other)
            return
        for key in dict.fromkeys((*one, *other)):
            if key not in other:
                yield _difference(join(here, key), None, "removed", one[key], None)
            elif key not in one:
                yield _difference(None, join(there, key), "added", None, other[key])
            else:
                yield from _differ(one[key], other[key], join(here, key), join(there, key))
    elif isinstance(one, list) and isinstance(other, list):
        yield from _differ_in_lists(one, other, here, there)
    elif _text(one) != _text(other):
        yield _difference(here, there, "changed", one, other)


def _differ_in_lists(one: list[Any], other: list[Any], here: str, there: str) -> Iterator[Difference]:
    pairs = dict(_pairs(one, other, here))
    for index, item in enumerate(one):
        if index not in pairs:
            yield _difference(join(here, index), None, "removed", item, None)
    taken = set(pairs.values())
    for index, item in enumerate(other):
        if index not in taken:
            yield _difference(None, join(there, index), "added", None, item)
    for index in sorted(pairs):
        yield from _differ(one[index], other[pairs[index]], join(here, index), join(there, pairs[index]))
    order = [pairs[index] for index in sorted(pairs)]
    if order != sorted(order):
        yield _difference(here, there, "moved", None, None)


def _pairs(one: list[Any], other: list[Any], pointer: str) -> Iterator[tuple[int, int]]:
    """Which items of two lists belong together: those that are alike, those of one key, the rest in their order."""
    left, right = dict(enumerate(one)), dict(enumerate(other))
    names = _KEYS.get(split(pointer)[-1] if pointer else "")
    by: list[Callable[[Any], object]] = [_text]
    if names is not None:
        by.append(lambda item: tuple(map(_text, (_member(item, name) for name in names))))
    for key in by:
        places: dict[object, list[int]] = defaultdict(list)
        for index, item in right.items():
            places[key(item)].append(index)
        for index, item in list(left.items()):
            same = places.get(key(item))
            if same:
                found = same.pop(0)
                del left[index], right[found]
                yield index, found
    if names is None:
        yield from zip(left, right, strict=False)


def _member(item: Any, path: str) -> Any:
    for name in path.split("/"):
        item = item.get(name) if isinstance(item, dict) else None
    return item


def _text(value: JsonValue) -> str:
    """A value as text that is equal for equal values, whatever the order of members."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key!r}:{_text(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_text, value)) + "]"
    return canonical_text(value)


def _difference(here: str | None, there: str | None, change: Change, before: JsonValue, after: JsonValue) -> Difference:
    place = (there if there is not None else here) or ""
    return Difference(here, there, name_of(place), about(place), change, before, after)


# ----------------------------------------------------------------------------------------------------------- quantities

KILOGRAMS: Final = {
    "KGM": Decimal(1),
    "LBR": Decimal("0.45359237"),
    "GRM": Decimal("0.001"),
    "ONZ": Decimal("0.028349523125"),
}
CUBIC_METRES: Final = {"MTQ": Decimal(1), "FTQ": Decimal("0.028316846592"), "LTR": Decimal("0.001")}
"""What one of a unit is, exactly (the international pound and foot of 1959)."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A weight in kilograms or a volume in cubic metres, with what it may be off by as it was rounded when written."""

    quantity: Decimal
    rounding: Decimal
    unit: str

    @classmethod
    def of(cls, value: JsonValue) -> Measure | None:
        """What DCSA writes as `{"value": ..., "unit": ...}`; None for another value or unit."""
        if not isinstance(value, dict):
            return None
        number, unit = value.get("value"), value.get("unit")
        factor = KILOGRAMS.get(str(unit)) or CUBIC_METRES.get(str(unit))
        if factor is None or isinstance(number, bool) or not isinstance(number, int | float):
            return None
        exact = Decimal(str(number))
        exponent = exact.as_tuple().exponent
        digits = -exponent if isinstance(exponent, int) and exponent < 0 else 0
        return cls(exact * factor, Decimal(5).scaleb(-digits - 1) * factor, str(unit))


def same_quantity(ones: Iterable[Measure], others: Iterable[Measure]) -> bool:
    """Whether the second sum is the first: exactly, but for what rounding took where it is said in another unit."""
    left, right = list(ones), list(others)
    off = abs(sum((one.quantity for one in left), Decimal(0)) - sum((one.quantity for one in right), Decimal(0)))
    units = {one.unit for one in left}
    restated = [one for one in right if units != {one.unit}]
    return off <= sum((one.rounding for one in restated), Decimal(0))


def _restated(one: dict[str, Any], other: dict[str, Any]) -> bool:
    left, right = Measure.of(one), Measure.of(other)
    if left is None or right is None or left.unit == right.unit:
        return False
    alike = {unit in KILOGRAMS for unit in (left.unit, right.unit)}
    return len(alike) == 1 and same_quantity([left], [right])
