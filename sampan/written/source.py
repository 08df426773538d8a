"""A file of a scenario, or of a condition, as a tree of texts with their places: YAML without what could surprise a
reader.

A plain scalar is its text, whatever YAML would make of it: `NO` is Norway, `2026-01-01` and `0x10` are as they stand.
Anchors, aliases, tags, double keys, a second document and deep nesting are refused, each with its place: what is short
to write cannot be long to read.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sampan.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST: Final = 256_000
"""Bytes of a scenario file."""
DEEPEST: Final = 12
"""Levels of nesting."""
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs"})
"""Unicode's categories of what nobody sees: control characters, marks that turn the direction of writing."""


@dataclass(frozen=True, slots=True)
class Sort:
    """What a file is of, for its errors: their code, what the file has, and how one is begun."""

    code: str
    has: str
    begin: str


SCENARIO: Final = Sort(
    "scenario.file", "a scenario is a list of steps, a page or two", "`sampan scenario new` writes one"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: file, line and column from 1."""

    file: str
    line: int
    column: int
    sort: Sort = SCENARIO

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def wrong(self, message: str, hint: str | None = None) -> BadInput:
        """The error of what stands there."""
        return BadInput(message, subject=str(self), hint=hint, code=self.sort.code)


Value: TypeAlias = "str | list[Node] | dict[str, Node] | None"


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A text, a list or a mapping, or nothing at all, in its place; `keys` are the places of a mapping's keys."""

    place: Place
    value: Value
    keys: Mapping[str, Place]
    quoted: bool = False

    def text(self, what: str) -> str:
        """The text that stands here, not empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            kind = "empty" if isinstance(self.value, str) else f"{self.kind}, not a text"
            raise self.place.wrong(f"{what} is {kind}", "write a text after the colon")
        return self.value

    def items(self, what: str) -> list[Node]:
        """The items of a list; a text or a mapping alone counts as a list of one."""
        if self.value is None or self.value == []:
            raise self.place.wrong(f"{what} is empty", "name one at least")
        return self.value if isinstance(self.value, list) else [self]

    def fields(self, what: str, known: Iterable[str] | None = None) -> dict[str, Node]:
        """The fields of a mapping, of those that are known."""
        if not isinstance(self.value, dict):
            raise self.place.wrong(f"{what} is {self.kind}, not a mapping", "write `key: value`, a line each")
        if known is not None:
            for key in self.value:
                if key not in (names := list(known)):
                    # In braces a comma ends a text: {price: HKD 1,250.00} says two things.
                    cut = "an amount with commas goes into quotes" if key[:1].isdigit() else meant(key, names)
                    raise self.keys[key].wrong(f"{what} has no {key!r}", cut)
        return self.value

    @property
    def kind(self) -> str:
        """What stands here, in words."""
        if self.value is None:
            return "empty"
        return {str: "a text", list: "a list", dict: "a mapping"}[type(self.value)]


def meant(word: str, known: Iterable[str]) -> str:
    """What may have been meant by a word that is not known, else what there is; nothing where there is none."""
    names = list(known)
    if not names:
        return ""
    spelled = {name.lower().replace("-", "_"): name for name in names}
    near = difflib.get_close_matches(word.lower().replace("-", "_"), list(spelled), n=1, cutoff=0.6)
    return f"did you mean {spelled[near[0]]}?" if near else f"there are {', '.join(names)}"


def load(path: Path, sort: Sort = SCENARIO) -> bytes:
    """What stands in a file, not much more than the largest. Raises `BadInput` when it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror or error}", subject=str(path), code=sort.code) from None


def parse(data: bytes, name: str, sort: Sort = SCENARIO) -> Node:
    """The tree of a file's bytes. Raises `BadInput` naming file, line and column."""
    import yaml

    start = Place(name, 1, 1, sort)
    if len(data) > LARGEST:
        raise start.wrong(f"is larger than {LARGEST:,} bytes", f"{sort.has}: split it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        raise Place(name, line, error.start - (before.rfind(b"\n") + 1) + 1, sort).wrong(
            "is not UTF-8", "save the file as UTF-8"
        ) from None
    try:
        tree = _Builder(start, yaml.parse(text, Loader=yaml.SafeLoader)).tree()
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Place(name, line, 1, sort).wrong(_unseen(text[error.position]), "take it out") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = start if mark is None else Place(name, mark.line + 1, mark.column + 1, sort)
        raise place.wrong(f"is no YAML: {error.problem or error.context}", _right(str(error.problem))) from None
    if tree is None or tree.value is None:
        raise start.wrong("is empty", f"{sort.begin} to start from")
    return tree


def _unseen(character: str) -> str:
    return f"has the unseen character #x{ord(character):04x}"


def _right(problem: str) -> str:
    if "mapping values are not allowed" in problem:
        return "a text with a colon in it goes into quotes; items of one mapping stand under each other"
    if "'\\t'" in problem:
        return "indent with blanks, not with tabs"
    return "look at the indentation, the quotes and the brackets before this place"


class _Builder:
    """Makes the tree of YAML's events."""

    def __init__(self, start: Place, events: Iterator[Any]) -> None:
        self._start = start
        self._events = events
        self._documents = 0

    def tree(self) -> Node | None:
        import yaml

        found: Node | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._documents += 1
                if self._documents > 1:
                    raise self._place(event).wrong("begins a second document", "one file is one document")
            elif isinstance(event, yaml.NodeEvent):
                found = self._node(event, 1)
        return found

    def _place(self, event: Any) -> Place:
        mark = event.start_mark
        return Place(self._start.file, mark.line + 1, mark.column + 1, self._start.sort)

    def _node(self, event: Any, depth: int) -> Node:
        import yaml

        place = self._place(event)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            mark = "*" if isinstance(event, yaml.AliasEvent) else "&"
            raise place.wrong(f"{mark}{event.anchor} refers to another place of the file", "write it out")
        if event.tag not in (None, "!"):
            raise place.wrong(f"is of a type of its own, {event.tag}", "write plain texts, lists and mappings")
        if depth > DEEPEST:
            raise place.wrong(f"is nested more than {DEEPEST} deep", self._start.sort.has)
        if isinstance(event, yaml.ScalarEvent):
            for character in event.value:
                if unicodedata.category(character) in _UNSEEN and character not in "\n\t":
                    raise place.wrong(_unseen(character), "take it out")
            empty = event.style is None and event.value in ("", "~", "null")
            return Node(place, None if empty else event.value, {}, quoted=event.style is not None)
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(part := next(self._events), yaml.SequenceEndEvent):
                items.append(self._node(part, depth + 1))
            return Node(place, items, {})
        fields: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        while not isinstance(part := next(self._events), yaml.MappingEndEvent):
            key = self._node(part, depth + 1)
            if not isinstance(key.value, str):
                raise key.place.wrong(f"{key.kind} stands where a key should", "a key is a plain text")
            if key.value in keys:
                raise key.place.wrong(
                    f"the key {key.value!r} stands here twice", f"it stands in line {keys[key.value].line} already"
                )
            keys[key.value] = key.place
            fields[key.value] = self._node(next(self._events), depth + 1)
        return Node(place, fields, keys)
