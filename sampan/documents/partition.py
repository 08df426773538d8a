"""Whether documents divide what others hold: packages, weight and volume add up, each container lies in one of them.

That is what replacements of a bill are, however many replace however many: nothing appears, nothing is lost. What else
they change, parties, dates and places first, is told beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

from sampan.documents.compare import Difference, FieldDifference, Measure, differences, same_quantity
from sampan.documents.json import shown
from sampan.documents.rules import Node
from sampan.suite.forms import Form, Of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sampan.documents.json import JsonValue

K = TypeVar("K")

Documents = Mapping[str, "JsonValue"]
"""Documents by a name that the reader knows them by, as that of their file."""


@dataclass(frozen=True, slots=True)
class Break:
    """Why documents are no partition of others: what it is about, in words, and the places (name of the document and
    JSON pointer) that say so."""

    about: str
    message: str
    places: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a document says otherwise than those that it replaces, beside the cargo: the document's name, and where."""

    document: str
    difference: Difference


@dataclass(frozen=True, slots=True)
class Comparison:
    """Documents in place of others: what keeps them from being a partition, and what else they change."""

    breaks: tuple[Break, ...]
    changes: tuple[Change, ...]

    @property
    def is_partition(self) -> bool:
        """Whether the cargo of the one is the cargo of the other, divided anew."""
        return not self.breaks


class _Place(Form):
    document: Annotated[str, Of(lambda place: place[0])]
    pointer: Annotated[str, Of(lambda place: place[1])]


class _Broken(Form):
    about: Annotated[str, "packages, weight, volume, containers, seals or goods"]
    message: str
    places: list[_Place]


class _Changed(Form):
    document: str
    difference: FieldDifference


class Compared(Form):
    """A comparison as documents of ours have it."""

    is_partition: Annotated[bool, "The cargo of the bills, divided anew: nothing appears, nothing is lost"]
    breaks: list[_Broken]
    changes: Annotated[list[_Changed], "What else is said otherwise, parties, dates and places first"]


_CARGO: Final = ("/consignmentItems", "/utilizedTransportEquipments")
_REFERENCE: Final = "/transportDocumentReference"


def compare(wholes: Documents, parts: Documents) -> Comparison:
    """Compare documents with those that they are to replace; all as `read_json` gives them."""
    before = {name: _Cargo.of(document) for name, document in wholes.items()}
    after = {name: _Cargo.of(document) for name, document in parts.items()}
    breaks = [
        *_sums(before, after),
        *_containers(before, after),
        *_loads(before, after),
        *_seals(before, after),
        *_goods(before, after),
    ]
    return Comparison(tuple(breaks), tuple(_changes(wholes, parts)))


# ------------------------------------------------------------------------------------------------------------ the cargo


@dataclass(frozen=True, slots=True)
class _Cargo:
    """The cargo of one document; places are pointers."""

    packages: dict[str, list[tuple[str, Decimal]]]
    """By what they are, each number at its place."""
    measures: dict[str, list[tuple[str, Measure | None]]]
    """Weights and volumes by DCSA's name; None where a cargo item does not say one."""
    containers: dict[str, str]
    """Container to where it is listed, or else used."""
    seals: dict[tuple[str, str], str]
    """Container and number of the seal."""
    goods: dict[str, str]
    """HS codes of consignment items."""
    loads: dict[str, list[tuple[str, Decimal, Measure | None]]]
    """What lies in each container: the place of a cargo item, its packages, its gross weight."""

    @classmethod
    def of(cls, document: JsonValue) -> _Cargo:
        root = Node(document)
        packages: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
        measures: dict[str, list[tuple[str, Measure | None]]] = defaultdict(list)
        containers: dict[str, str] = {}
        seals: dict[tuple[str, str], str] = {}
        loads: dict[str, list[tuple[str, Decimal, Measure | None]]] = defaultdict(list)
        for equipment in root.items("utilizedTransportEquipments"):
            box = equipment.text("equipment/equipmentReference") or ""
            containers.setdefault(box, equipment.at("equipment/equipmentReference"))
            for seal in equipment.items("seals"):
                seals[box, seal.text("number") or ""] = seal.at("number")
        for item in root.each("consignmentItems/*/cargoItems/*"):
            container = item.text("equipmentReference") or ""
            containers.setdefault(container, item.at("equipmentReference"))
            kind = item.text(f"{_PACKAGING}/packageCode") or item.text(f"{_PACKAGING}/imoPackagingCode") or "packages"
            number = item.number(_PACKAGES) or Decimal(0)
            packages[kind].append((item.at(_PACKAGES), number))
            for measure in _MEASURES:
                measures[measure].append((item.at(measure), Measure.of(item.raw(measure))))
            loads[container].append((item.pointer, number, Measure.of(item.raw("cargoGrossWeight"))))
        goods = {
            code.value: code.pointer
            for code in root.each("consignmentItems/*/HSCodes/*")
            if isinstance(code.value, str)
        }
        return cls(packages, measures, containers, seals, goods, loads)


_PACKAGING: Final = "outerPackaging"
_PACKAGES: Final = f"{_PACKAGING}/numberOfPackages"
_MEASURES: Final = {
    "cargoGrossWeight": ("gross weight", "kg"),
    "cargoNetWeight": ("net weight", "kg"),
    "cargoGrossVolume": ("gross volume", "m3"),
    "cargoNetVolume": ("net volume", "m3"),
}
_Side = Mapping[str, _Cargo]


def _sums(before: _Side, after: _Side) -> Iterable[Break]:
    """Packages of each kind, weights and volumes against their sums."""
    kinds = dict.fromkeys(kind for side in (before, after) for cargo in side.values() for kind in cargo.packages)
    for kind in kinds:
        sums = [
            sum((number for cargo in side.values() for _, number in cargo.packages.get(kind, ())), Decimal(0))
            for side in (before, after)
        ]
        if sums[0] != sums[1]:
            places = _places(
                (name, place)
                for side in (after, before)
                for name, cargo in side.items()
                for place, _ in cargo.packages.get(kind, ())
            )
            yield Break(
                "packages", f"{sums[1]:,} {kind} in the new documents, {sums[0]:,} in what they replace", places
            )
    for member, (what, unit) in _MEASURES.items():
        sides = [
            [
                (name, place, measure)
                for name, cargo in side.items()
                for place, measure in cargo.measures.get(member, ())
            ]
            for side in (before, after)
        ]
        said = [[measure for _, _, measure in side if measure is not None] for side in sides]
        missing = [len(side) - len(given) for side, given in zip(sides, said, strict=True)]
        places = _places((name, place) for side in reversed(sides) for name, place, _ in side)
        if not same_quantity(*said):
            sums = [sum((measure.quantity for measure in given), Decimal(0)) for given in said]
            about = what.split()[1]
            yield Break(
                about,
                f"{_rounded(sums[1])} {unit} {what} in the new documents, {_rounded(sums[0])} in what they replace",
                places,
            )
        elif missing[1] and not missing[0]:
            yield Break(what.split()[1], f"{missing[1]} cargo items of the new documents say no {what}", places)


def _containers(before: _Side, after: _Side) -> Iterable[Break]:
    where = [_holders({name: cargo.containers for name, cargo in side.items()}) for side in (before, after)]
    for number, places in where[1].items():
        if len(places) > max(1, len(where[0].get(number, ()))):
            names = " and ".join(shown(name) for name, _ in places)
            yield Break(
                "containers", f"container {shown(number)} lies in {len(places)} documents: {names}", tuple(places)
            )
        if number not in where[0]:
            yield Break("containers", f"container {shown(number)} is in none that is replaced", tuple(places))
    for number, places in where[0].items():
        if number not in where[1]:
            yield Break("containers", f"container {shown(number)} is in none of the new documents", tuple(places))


def _loads(before: _Side, after: _Side) -> Iterable[Break]:
    """What lies in containers that are on both sides: nobody opened them."""
    sides = []
    for side in (before, after):
        found: dict[str, list[tuple[str, str, Decimal, Measure | None]]] = defaultdict(list)
        for name, cargo in side.items():
            for container, loads in cargo.loads.items():
                found[container] += [(name, *load) for load in loads]
        sides.append(found)
    for container, lines in sides[1].items():
        if container not in sides[0]:
            continue
        places = tuple((name, place) for name, place, _, _ in lines)
        counts = [sum((number for _, _, number, _ in side[container]), Decimal(0)) for side in sides]
        if counts[0] != counts[1]:
            said = f"{counts[1]:,} packages in container {shown(container)} of the new documents, {counts[0]:,} before"
            yield Break("packages", said, places)
        weights = [[weight for _, _, _, weight in side[container] if weight is not None] for side in sides]
        if not same_quantity(*weights):
            sums = [sum((weight.quantity for weight in given), Decimal(0)) for given in weights]
            where = f"in container {shown(container)} of the new documents"
            yield Break("weight", f"{_rounded(sums[1])} kg {where}, {_rounded(sums[0])} before", places)


def _seals(before: _Side, after: _Side) -> Iterable[Break]:
    """Seals of containers that lie on both sides."""
    where = [_holders({name: cargo.seals for name, cargo in side.items()}) for side in (before, after)]
    kept = [{number for cargo in side.values() for number in cargo.containers} for side in (before, after)]
    for one, other, said in ((0, 1, "is in none of the new documents"), (1, 0, "is in none that is replaced")):
        for (number, seal), places in where[one].items():
            if number in kept[other] and (number, seal) not in where[other]:
                yield Break("seals", f"seal {shown(seal)} of container {shown(number)} {said}", tuple(places))


def _goods(before: _Side, after: _Side) -> Iterable[Break]:
    where = [_holders({name: cargo.goods for name, cargo in side.items()}) for side in (before, after)]
    for one, other, said in ((0, 1, "are in none of the new documents"), (1, 0, "are in none that is replaced")):
        for code, places in where[one].items():
            if code not in where[other]:
                yield Break("goods", f"goods of HS code {shown(code)} {said}", tuple(places))


def _holders(sides: Mapping[str, Mapping[K, str]]) -> dict[K, list[tuple[str, str]]]:
    found: dict[K, list[tuple[str, str]]] = defaultdict(list)
    for name, places in sides.items():
        for key, place in places.items():
            found[key].append((name, place))
    return found


def _places(found: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(found)


def _rounded(quantity: Decimal) -> str:
    return f"{quantity.quantize(Decimal('0.0001')).normalize():,f}"


# --------------------------------------------------------------------------------------------------------- what else


def _changes(wholes: Documents, parts: Documents) -> Iterable[Change]:
    """What a new document says otherwise than every document that it replaces."""
    for name, part in parts.items():
        against = [[one for one in differences(whole, part) if _is_told(one)] for whole in wholes.values()]
        for difference in against[0] if against else ():
            same = (difference.pointer, difference.change, difference.after)
            if all(any((one.pointer, one.change, one.after) == same for one in others) for others in against[1:]):
                yield Change(name, difference)


def _is_told(difference: Difference) -> bool:
    """Whether a difference is told beside the sums: of the cargo only what they do not say."""
    if difference.place.startswith(_CARGO):
        return difference.change in ("changed", "restated") and not difference.name.endswith(_SUMMED)
    return difference.place != _REFERENCE


_SUMMED: Final = ("equipmentReference", "numberOfPackages", "Weight.value", "Volume.value")
