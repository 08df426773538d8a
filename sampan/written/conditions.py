"""Conditions as people write them: a list of clauses in YAML, or each clause on the command line.

- kind: loaded
  units: every            # or bill (which it is when nothing is said), or how many at least
  producers: 2            # of different groups; 1 when nothing is said
  quiet: 24 hours         # for which it must have stood undisputed
- kind: insured
  least: 150,000 USD
- kind: vessel-identified
  ship: 9321483           # its IMO number
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sampan.cargo.records import ALL_UNITS, Clause
from sampan.client.statements import SHIP, amount_of, kind_of_fact
from sampan.documents.identifiers import imo_number
from sampan.errors import SampanError
from sampan.suite.tell import option, seconds_of
from sampan.suite.words import FactKind
from sampan.written.source import Node, Sort, load, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

SORT: Final = Sort("cargo.condition", "a condition is a list of clauses", "`- kind: loaded` is a clause")
KEYS: Final = ("kind", "units", "producers", "quiet", "least", "ship")
CLAUSE: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["kind"],
    "additionalProperties": False,
    "properties": {key: {"type": ["string", "integer"]} for key in KEYS},
}
"""A clause as JSON Schema."""
OF_A_BOX: Final = frozenset(
    (
        FactKind.GATED_IN,
        FactKind.LOADED,
        FactKind.DISCHARGED,
        FactKind.GATED_OUT,
        FactKind.TRANSHIPPED,
        FactKind.WEIGHED,
        FactKind.STUFFED,
        FactKind.SEAL_REMOVED,
    )
)
"""What is said of a piece of equipment alone."""
OF_THE_BILL: Final = frozenset((FactKind.DEPARTED, FactKind.ARRIVED, FactKind.VESSEL_IDENTIFIED))
"""What is said of the bill alone."""
MOST: Final = 64
"""Clauses of a condition: more nobody reads, and asking them costs too much."""
_HOUR = 3600


def read_file(path: Path) -> tuple[Clause, ...]:
    """The clauses in a file. Raises `BadInput` naming file, line and column."""
    return clauses(parse(load(path, SORT), str(path), SORT))


def read_texts(texts: Sequence[str]) -> tuple[Clause, ...]:
    """Clauses as they are written on the command line: `kind: loaded, units: every, producers: 2`. Raises as
    `read_file`."""
    return tuple(_clause(parse(f"{{{text}}}".encode(), f"--clause {text}", SORT)) for text in texts)


def clauses(tree: Node) -> tuple[Clause, ...]:
    items = tree.items("the condition")
    if len(items) > MOST:
        raise items[MOST].place.wrong(
            f"is clause {MOST + 1}", f"a condition has {MOST} at most: say less, or lay down two"
        )
    return tuple(map(_clause, items))


def _clause(node: Node) -> Clause:
    said = node.fields("a clause", KEYS)
    if "kind" not in said:
        raise node.place.wrong("a clause without its kind", "say what must have happened, as in `kind: loaded`")
    least, measure = _read(said, "least", amount_of, (0, ""))
    kind = _read(said, "kind", kind_of_fact, FactKind.NONE)
    if "ship" in said:
        if kind is not FactKind.VESSEL_IDENTIFIED or "least" in said:
            raise said["ship"].place.wrong(
                "a ship is named of vessel-identified alone, without `least`", "leave one out"
            )
        least, measure = _read(said, "ship", imo_number, 0), SHIP
    made = Clause(
        kind=kind,
        producers=_read(said, "producers", _number(255), 1),
        quiet_hours=_read(said, "quiet", _hours, 0),
        units=_read(said, "units", _units, 0),
        least=least,
        measure=measure,
    )
    _require_of_fits(made, said)
    return made


def _require_of_fits(clause: Clause, said: dict[str, Node]) -> None:
    """Raises `BadInput` for a clause that could never hold: of the bill what is said of boxes alone, or the reverse."""
    if clause.kind in OF_A_BOX and not clause.units:
        raise said.get("units", said["kind"]).place.wrong(
            f"{option(clause.kind)} is said of boxes, never of the bill as a whole: the clause could never hold",
            "write `units: every`, or how many at least",
        )
    if clause.kind in OF_THE_BILL and clause.units:
        raise said["units"].place.wrong(
            f"{option(clause.kind)} is said of the bill as a whole, never of a box: the clause could never hold",
            "leave `units` out",
        )


def _read(said: dict[str, Node], key: str, read: Callable[[str], Any], default: Any) -> Any:
    """What stands behind a key; what is wrong with it is told with its place."""
    if key not in said:
        return default
    node = said[key]
    try:
        return read(node.text(key))
    except SampanError as error:
        if error.code == SORT.code:
            raise
        subject = f"{error.subject}: " if error.subject else ""
        raise node.place.wrong(f"{key}: {subject}{error.message}", error.hint) from None
    except ValueError as error:
        raise node.place.wrong(f"{key}: {error}", None) from None


def _number(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
        if not 1 <= number <= most:
            raise ValueError(f"{text!r} is no number from 1 to {most:,}")
        return number

    return read


def _units(text: str) -> int:
    word = text.strip().lower()
    if word in ("every", "all"):
        return ALL_UNITS
    if word in ("bill", "the bill"):
        return 0
    try:
        return _number(ALL_UNITS - 1)(word)
    except ValueError:
        raise ValueError(f"{text!r} is neither `every`, `bill`, nor how many at least") from None


def _hours(text: str) -> int:
    hours, rest = divmod(seconds_of(text), _HOUR)
    if rest or hours > 2**16 - 1:
        raise ValueError(f"{text!r} is no number of whole hours" if rest else f"{text!r} is too long")
    return hours
