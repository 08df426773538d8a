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

from sampan.documents.pointer import join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from sampan.documents.json import JsonValue


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
FOR_EBL: Severities = {Stage.EBL: Severity.ERROR}
"""Asked only before the document is issued as an eBL."""
ADVICE: Severities = dict.fromkeys(Stage, Severity.WARNING)
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
    """A rule of the document: `says` is the rule in one sentence, `source` where it stands."""

    id: str
    says: str
    source: str
    severities: Mapping[Stage, Severity]
    look: Callable[[Node], Iterable[Problem]]

    def check(self, document: Node, stage: Stage) -> Iterator[Fault]:
        """The document's faults against this rule at a stage."""
        severity = self.severities.get(stage)
        if severity is not None:
            for problem in self.look(document):
                yield Fault(problem.pointer, self.id, severity, problem.message, problem.right, self.source)


class Book:
    """Rules in the order in which they were written down."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def rule(
        self, id_: str, says: str, *, source: str, severities: Mapping[Stage, Severity] = ALWAYS
    ) -> Callable[[Callable[[Node], Iterable[Problem]]], Callable[[Node], Iterable[Problem]]]:
        """Decorator that enters a function as a rule."""

        def enter(look: Callable[[Node], Iterable[Problem]]) -> Callable[[Node], Iterable[Problem]]:
            self.rules.append(Rule(id_, says, source, severities, look))
            return look

        return enter


class Node:
    """A place in the document: its value and its pointer. What is absent or of another type reads as None."""

    __slots__ = ("_below", "pointer", "value")

    def __init__(self, value: JsonValue, pointer: str = "") -> None:
        self.value = value
        self.pointer = pointer
        self._below: list[tuple[str, Node]] | None = None

    def at(self, name: str) -> str:
        """The pointer of a member, whether it is there or not."""
        return join(self.pointer, name)

    def raw(self, name: str) -> JsonValue:
        """A member as it stands, None when absent."""
        return self.value.get(name) if isinstance(self.value, dict) else None

    def has(self, name: str) -> bool:
        """Whether a member is there, whatever its type (null counts as absent)."""
        return self.raw(name) is not None

    def text(self, name: str) -> str | None:
        """A member that is text."""
        value = self.raw(name)
        return value if isinstance(value, str) else None

    def flag(self, name: str) -> bool | None:
        """A member that is true or false."""
        value = self.raw(name)
        return value if isinstance(value, bool) else None

    def number(self, name: str) -> Decimal | None:
        """A member that is a number, as the exact decimal of its shortest form."""
        value = self.raw(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return Decimal(str(value))

    def day(self, name: str) -> date | None:
        """A member that is a full date."""
        from pydantic_core import PydanticCustomError

        from sampan.documents.model import read_date

        value = self.text(name)
        if value is None:
            return None
        try:
            return read_date(value)
        except PydanticCustomError:
            return None

    def node(self, name: str) -> Node | None:
        """A member that is an object."""
        value = self.raw(name)
        return Node(value, self.at(name)) if isinstance(value, dict) else None

    def items(self, name: str) -> list[Node]:
        """The items of a member that is a list, else nothing."""
        return self.each(f"{name}/*")

    def each(self, path: str) -> list[Node]:
        """Every place along a path such as `consignmentItems/*/cargoItems/*`."""
        here = [self]
        for part in path.split("/"):
            if part == "*":
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


def _objects(name: str, node: Node) -> Iterator[tuple[str, Node]]:
    if isinstance(node.value, dict):
        yield name, node
        for key, value in node.value.items():
            yield from _objects(key, Node(value, join(node.pointer, key)))
    elif isinstance(node.value, list):
        for index, value in enumerate(node.value):
            yield from _objects(name, Node(value, join(node.pointer, index)))


def listed(values: Iterable[str]) -> str:
    """Values for a message, in order: "CY, SD or CFS"."""
    *most, last = sorted(values)
    return f"{', '.join(most)} or {last}" if most else last
