"""What a subject says to an audit: what the chain should answer, whose lives are told, what is looked for.

A *finding* is an indicator: something that deserves a second look, never a verdict. Checks read the evidence and
nothing else (no chain, no file, no clock), so the same evidence gives the same findings in the same order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from sampan.suite.tell import Names, checksum

if TYPE_CHECKING:
    from sampan.suite.event import Event
    from sampan.suite.forms import Form
    from sampan.suite.layout import Layout
    from sampan.suite.verb import Subject, Suite

# ------------------------------------------------------------------------------------------------------------ evidence


@dataclass(frozen=True, slots=True)
class Entry:
    """One event in its place. `time` is the block's, seconds since 1970; `contract` is the name of who logged it."""

    event: Any
    block: int
    index: int
    time: int
    transaction: str
    contract: str

    @property
    def name(self) -> str:
        """The event's name in the contracts."""
        return str(self.event.name)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The chain does not keep what the history gives (P10): about what, which part, and the two values in words."""

    subject: str
    what: str
    rebuilt: str
    found: str


Replies: TypeAlias = Mapping[tuple[Any, ...], Any]
"""Arguments of a view → what the chain answers: a value, a dictionary for a struct, None where it refuses."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the chain answers at the last block. `mismatches` is all in which it and the rebuilt state differ; None when
    it was not asked."""

    replies: Mapping[tuple[str, str], Replies] = field(default_factory=dict)
    """(contract, or address where there are several, and view) → what it answered."""
    mismatches: Sequence[Mismatch] | None = None
    words: Mapping[tuple[str, int], int] = field(default_factory=dict)
    """(contract, or address where there are several, and slot) → the word that it keeps."""

    def of(self, subject: Subject, view: str) -> Replies:
        """What a view of a subject's contract answered, by its arguments."""
        return self.replies.get((subject.contract, view), {})


@dataclass(frozen=True, slots=True)
class Disclosed:
    """Fields of a document that an auditor was shown, each proven from the root: by JSON pointer."""

    root: bytes
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Evidence:
    """What checks see: all events in order, the state that they give, and what the chain answers.

    `time` is that of the last block, seconds since 1970.
    """

    time: int
    suite: Suite
    entries: Sequence[Entry] = ()
    state: Any = None
    answers: Answers = field(default_factory=Answers)
    disclosed: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    """Bill → fields of its document by JSON pointer, as far as they were disclosed to the auditor and proven."""
    after: Mapping[tuple[int, int], Any] = field(default_factory=dict)
    """(block, place in it) of an event → how the one whose life it belongs to stood after it (`Life.after`)."""

    def named(self, labels: Mapping[str, str], *, brief: bool = False) -> Names:
        """How accounts, participants and moneys are called; `labels` names accounts by address and participants by
        LEI."""
        subjects, state = audited(self.suite), self.state
        first = next((subject.names for subject in subjects if subject.names is not None), None)
        names = Names(labels, whole=True, brief=brief) if first is None else first(state, labels, brief)
        for more in (subject.names_too for subject in subjects if state is not None):
            names = names if more is None else more(state, names)
        given = {checksum(whose): label for whose, label in labels.items() if whose.startswith("0x")}
        return replace(names, accounts={**names.accounts, **given})

    @cached_property
    def names(self) -> Names:
        """The same without labels, as documents and findings have it."""
        return self.named({})

    @cached_property
    def kept(self) -> dict[Any, Any]:
        """What was made of it once, by whoever made it and of what."""
        return {}

    @cached_property
    def told(self) -> list[Entry]:
        """The events that have an effect, in order; without what stands beside them or comes from the manager."""
        facts = self.suite.facts
        effective = {kind for kind, fact in facts.items() if fact.effect is not None}
        return [entry for entry in self.entries if type(entry.event) in effective]

    @cached_property
    def together(self) -> dict[str, list[Entry]]:
        """The same, by transaction."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.told:
            found[entry.transaction].append(entry)
        return dict(found)

    @cached_property
    def _groups(self) -> dict[Any, dict[Any, list[Entry]]]:
        return {}

    def grouped(self, by: Callable[[Event], Hashable | None]) -> dict[Any, list[Entry]]:
        """The same, by what a function says of each event; those of which it says None are left out."""
        found = self._groups.get(by)
        if found is None:
            groups: dict[Any, list[Entry]] = defaultdict(list)
            for entry in self.told:
                key = by(entry.event)
                if key is not None:
                    groups[key].append(entry)
            found = self._groups[by] = dict(groups)
        return found


# -------------------------------------------------------------------------------------------------------------- checks

Confidence = Literal["low", "medium", "high"]


class Level(IntEnum):
    """How much a finding matters. `--fail-on` compares them."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Indication:
    """What a check saw: about what, in words, in which block (None: at the end), its level if not the check's."""

    subject: str
    message: str
    block: int | None = None
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `id` never changes its meaning; `rules` names the laws, properties and notes that it keeps."""

    id: str
    title: str
    level: Level
    confidence: Confidence
    looks_for: str
    goes_wrong: str
    do_next: str
    rules: tuple[str, ...]
    look: Callable[[Any], Iterable[Indication]]
    """What it sees in the evidence."""

    def __post_init__(self) -> None:
        for name in ("id", "title", "looks_for", "goes_wrong", "do_next", "rules"):
            if not getattr(self, name):
                raise ValueError(f"a check without {name}: {self.id or self.title}")


# ------------------------------------------------------------------------------------------------- what the chain keeps


@dataclass(frozen=True, slots=True)
class Question:
    """A view of the subject's contract, and what it should answer by the logs.

    `expected` is None where only the answer is wanted, a dictionary for a struct or for several values (by the
    contract's names), a frozenset for a list in any order.
    """

    about: str
    view: str
    arguments: tuple[Any, ...]
    expected: Any
    where: str = ""
    """The address that is asked, where there are several of the contract."""
    pure: bool = False
    """Its answer hangs on its arguments alone, at whatever block: it is compared and not kept."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the subject's contract's storage, and the record that it should hold by the logs."""

    about: str
    slot: int
    layout: Layout
    record: Any
    what: str = "word"
    where: str = ""
    """The address that keeps it, where there are several of the contract."""


LEDGER: Final = "ledger"
"""What a question is about that concerns all of a ledger."""

# --------------------------------------------------------------------------------------------------------------- lives


@dataclass(frozen=True, slots=True)
class Cell:
    """Texts below each other, the first in full, and something to compare letter by letter."""

    lines: tuple[str | None, ...]
    code: str | None = None
    kind: str = "told"
    """How it is set: `price`, `lei` and what stands under the first of `who` are not broken, as no date is."""


@dataclass(frozen=True, slots=True)
class Section:
    """A table of a page, under its title."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[Sequence[str | Cell]]


@dataclass(frozen=True, slots=True)
class Page:
    """How one of those whose lives are told is drawn on a page of its own: from it as data, and from nothing else."""

    heading: Callable[[Mapping[str, Any]], str]
    title: Callable[[Mapping[str, Any]], str]
    """As `Life.title` has it."""
    sections: Callable[[Mapping[str, Any]], Sequence[Section]]
    """Before all that happened to it."""


@dataclass(frozen=True, slots=True)
class Life:
    """Things whose lives are told from their beginning to their end: bills, say."""

    name: str
    """What they are called, several of them; their key in documents."""
    of: Callable[[Event], Hashable | None]
    """Whose life an event belongs to, None: nobody's."""
    order: Callable[[Any], Any]
    """By what they are sorted."""
    title: Callable[[Any], str]
    form: type[Form]
    """One of them as data, without its events; from `evidence` and `key`."""
    columns: tuple[str, ...]
    row: Callable[[Evidence, Any, Names], tuple[str, ...]]
    """One of them in a table, after its title."""
    times: tuple[str, ...] = ()
    """Columns of its times: from when to when it was how."""
    spent: Callable[[Evidence, Any, Names], Iterable[tuple[str, ...]]] = lambda evidence, key, names: ()
    """Its times, oldest first, by those columns."""
    event: type[Form] | None = None
    """What each of its events says besides; from `evidence` and `entry`."""
    after: Callable[[Any, Any], Any] | None = None
    """How one of them stands, by the state and its key: kept after each of its events (`Evidence.after`)."""
    others: Callable[[Evidence, Any], Mapping[str, Collection[Any]]] = lambda evidence, key: {}
    """Those of other lives, by their name, that one of them names."""
    drawn: Callable[[Sequence[Mapping[str, Any]]], Section] | None = None
    """Some of them, as data, on the page of another life; None: they do not stand there."""
    page: Page | None = None
    """How it is drawn on a page of its own; None: it has none."""
    register: bool = False
    """They are listed all, whatever blocks are reported; their events are acts of administration."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures of the blocks that are reported, which are no finding and no life: who paid whom how much, say."""

    name: str
    """Their key in documents."""
    form: type[Form]
    """One of them as data."""
    of: Callable[[Evidence, int], Sequence[Any]]
    """They themselves, by the evidence and the first block that is reported."""
    tables: Callable[[Sequence[Any], Names], Iterable[tuple[str, Sequence[str], Sequence[Sequence[str]]]]]
    """As people read them: title, columns and rows of each table."""


@dataclass(frozen=True, slots=True)
class Audited:
    """A subject as an audit sees it."""

    subject: Subject
    questions: Callable[[Any, int], Iterable[Question]]
    """By the state, and the time of the last block."""
    words: Callable[[Any], Iterable[Word]]
    checks: tuple[Check, ...] = ()
    lives: tuple[Life, ...] = ()
    believed: Mapping[str, str] = field(default_factory=dict)
    """Fields of events that stand in the log alone, by the contract's names, `Event.field` where that is so of one
    event only: what they are, several of them."""
    counted: tuple[type[Event], ...] = ()
    """Events that are no act of a bill and that the chain counts all the same."""
    known: Callable[[Any], Iterable[str]] = lambda state: ()
    """Addresses that it knows by the state: each may have a power, whether or not the manager's events name it."""
    names: Callable[[Any, Mapping[str, str], bool], Names] | None = None
    """How accounts and participants are called: by the state, by labels of accounts, briefly or not."""
    names_too: Callable[[Any, Names], Names] | None = None
    """The same names, and more, by the state; labels that somebody gave are put over them."""
    summaries: tuple[Summary, ...] = ()


def audited(suite: Suite) -> tuple[Audited, ...]:
    """The subjects of a suite as an audit sees them: `AUDITED` in the module `evidence` beside the declarations."""
    found = [subject.part("evidence") for subject in suite.subjects]
    return tuple(part.AUDITED for part in found if part is not None)
