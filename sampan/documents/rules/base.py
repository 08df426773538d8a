"""What a rule is: its id, where it stands in DCSA's text or in the trade's rules, and how it is checked.

A *stage* says what is asked of the document: `draft` (may be incomplete, must not contradict itself), `issued` (what
DCSA asks of an issued document), `ebl` (what Sampan asks before it issues the document as an eBL). A rule looks at the
JSON through `Node`, which treats what has the wrong type as absent: the structure check has named that already, and so
all faults are found in one pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from sampan.documents.json import shown
from sampan.documents.pointer import join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from sampan.documents.json import JsonValue

    Look = Callable[["Node"], Iterable["Problem"]]


class Stage(StrEnum):
    """What is asked of a document."""

    DRAFT = "draft"
    ISSUED = "issued"
    EBL = "ebl"


class Severity(StrEnum):
    """How much a fault weighs: an error bars issue, a warning asks for a decision, a notice informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


Severities = dict[Stage, Severity]

ALWAYS: Severities = dict.fromkeys(Stage, Severity.ERROR)
"""A contradiction: an error at every stage."""
WHEN_ISSUED: Severities = {**ALWAYS, Stage.DRAFT: Severity.WARNING}
"""Something still missing: a warning in a draft, an error once issued."""
ONCE_ISSUED: Severities = {Stage.ISSUED: Severity.ERROR, Stage.EBL: Severity.ERROR}
"""Something that a draft need not have."""
FOR_EBL: Severities = {Stage.EBL: Severity.ERROR}
"""Asked only before the document is issued as an eBL."""
ADVICE: Severities = dict.fromkeys(Stage, Severity.WARNING)
"""What the source recommends or expects ("should", "possible values"), or what is likely a slip: a warning."""
NOTE: Severities = dict.fromkeys(Stage, Severity.NOTICE)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a document: place (JSON pointer), rule, weight, what is wrong, what would be right, source."""

    pointer: str
    rule: str
    severity: Severity
    message: str
    right: str
    source: str


class Problem(NamedTuple):
    """What a rule reports: place, what is wrong, what would be right."""

    pointer: str
    message: str
    right: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the document: its id, where it stands, its weight at each stage, and how it is checked."""

    id: str
    source: str
    severities: Mapping[Stage, Severity]
    look: Look

    def check(self, document: Node, stage: Stage) -> Iterator[Fault]:
        """The document's faults against this rule at a stage."""
        severity = self.severities.get(stage)
        if severity is not None:
            for problem in self.look(document):
                yield Fault(problem.pointer, self.id, severity, problem.message, problem.right, self.source)


RULES: list[Rule] = []
"""Every rule but those of shape (`structure.STRUCTURE_RULES`), as the modules of this package enter them."""


def rule(id_: str, source: str, severities: Severities = ALWAYS) -> Callable[[Look], Look]:
    """Decorator that enters a function as a rule; its docstring is the rule in one sentence."""

    def enter(look: Look) -> Look:
        RULES.append(Rule(id_, source, severities, look))
        return look

    return enter


class Node:
    """A place in the document: its value and its pointer. What is absent or of another type reads as None.

    A *path* names what lies below: a member (`carrierCode`), or a member of a member (`equipment/equipmentReference`).
    """

    __slots__ = ("_below", "pointer", "value")

    def __init__(self, value: JsonValue, pointer: str = "") -> None:
        self.value = value
        self.pointer = pointer
        self._below: list[tuple[str, Node]] | None = None

    def at(self, path: str) -> str:
        """The pointer of what a path names, whether it is there or not."""
        return f"{self.pointer}/{path}"

    def raw(self, path: str) -> JsonValue:
        """What a path names as it stands, None when absent."""
        here = self.value
        for name in path.split("/"):
            here = here.get(name) if isinstance(here, dict) else None
        return here

    def has(self, path: str) -> bool:
        """Whether what a path names is there, whatever its type (null counts as absent)."""
        return self.raw(path) is not None

    def text(self, path: str) -> str | None:
        """What a path names, where it is text."""
        value = self.raw(path)
        return value if isinstance(value, str) else None

    def flag(self, path: str) -> bool | None:
        """What a path names, where it is true or false."""
        value = self.raw(path)
        return value if isinstance(value, bool) else None

    def number(self, path: str) -> Decimal | None:
        """What a path names, where it is a number, as the exact decimal of its shortest form."""
        value = self.raw(path)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return Decimal(str(value))

    def day(self, path: str) -> date | None:
        """What a path names, where it is a full date."""
        from pydantic_core import PydanticCustomError

        from sampan.documents.model import read_date

        try:
            return read_date(self.raw(path))
        except PydanticCustomError:
            return None

    def items(self, path: str) -> list[Node]:
        """The items of a list that a path names, else nothing."""
        return self.each(f"{path}/*")

    def each(self, *paths: str) -> list[Node]:
        """Every place along paths such as `consignmentItems/*/cargoItems/*`.

        `*` is each item of a list, `**` every object here and below.
        """
        return [found for path in paths for found in self._along(path.split("/"))]

    def nodes(self, *paths: str) -> list[Node]:
        """The objects among the places along paths."""
        return [found for found in self.each(*paths) if isinstance(found.value, dict)]

    def texts(self, *paths: str) -> list[tuple[str, str]]:
        """Each text along paths, behind its pointer."""
        return [(found.pointer, found.value) for found in self.each(*paths) if isinstance(found.value, str)]

    def _along(self, parts: list[str]) -> list[Node]:
        here = [self]
        for part in parts:
            if part == "**":
                here = [found for node in here for _name, found in node.objects()]
            elif part == "*":
                here = [
                    Node(item, join(node.pointer, index))
                    for node in here
                    if isinstance(node.value, list)
                    for index, item in enumerate(node.value)
                ]
            else:
                here = [Node(node.raw(part), node.at(part)) for node in here if node.has(part)]
        return here

    def objects(self) -> list[tuple[str, Node]]:
        """This object and every object below it, each with the name of the member that it stands in.

        Looked up once: the document does not change while it is checked, and many rules look at all of it.
        """
        if self._below is None:
            self._below = list(_objects("", self))
        return self._below

    def named(self, *names: str) -> list[Node]:
        """Every object below that stands in a member of one of these names."""
        return [node for name, node in self.objects() if name in names]


def _objects(name: str, node: Node) -> Iterator[tuple[str, Node]]:
    value = node.value
    if isinstance(value, dict):
        yield name, node
        for key, item in value.items():
            # Most of a document are texts and numbers, below which there is nothing.
            if isinstance(item, dict | list):
                yield from _objects(key, Node(item, join(node.pointer, key)))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, dict | list):
                yield from _objects(name, Node(item, join(node.pointer, index)))


def misfits(texts: Iterable[tuple[str, str]], fits: Callable[[str], object], right: str) -> Iterator[Problem]:
    """The texts that do not fit, each with its pointer."""
    for pointer, text in texts:
        if not fits(text):
            yield Problem(pointer, f"is '{shown(text)}'", right)


def none_but(allowed: frozenset[str], texts: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    """The texts that are none of the values that DCSA names."""
    *most, last = sorted(allowed)
    return misfits(texts, allowed.__contains__, f"one of {', '.join(most)} or {last}")


def neither(places: Iterable[Node], one: str, other: str, right: str) -> Iterator[Problem]:
    """The places that have neither of two members."""
    for place in places:
        if not place.has(one) and not place.has(other):
            yield Problem(place.pointer, f"has neither {one} nor {other}", right)


def exactly_one(places: Iterable[Node], one: str, other: str) -> Iterator[Problem]:
    """The places that have both of two members, or neither."""
    right = "exactly one of the two"
    yield from neither(places, one, other, right)
    for place in places:
        if place.has(one) and place.has(other):
            yield Problem(place.pointer, f"has both {one} and {other}", right)
