"""Random acts: what a subject's own draws stand on, and how any verb is drawn from its declaration.

A subject may have a module `chance` with a subclass of `Chance`: draws for kinds of argument (`draw_account`), weights
of its verbs, and draws of a verb where chance should be clever (`try_transfer`). All of them together are one object,
as all states are one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, ClassVar, Final, Generic, TypeVar

from sampan.suite.codec import python_name
from sampan.suite.verb import NOBODY, Kind, Signature, Subject, Suite, Verb

T = TypeVar("T")

HOUR: Final = 3600
DAY: Final = 24 * HOUR
REMARKS: Final = (b"", b"", b"as agreed", b"r" * 33)


OTHERS: Final = 3.0
"""The share of a subject that says nothing."""

V = TypeVar("V", bound=Verb)


@dataclass(frozen=True, slots=True)
class Act:
    """One transaction: seconds since the one before, and the call (`model.perform.Call`)."""

    wait: int
    call: Any


class Weighted(Generic[T]):
    """Choices, each with its weight, and the sum of the weights."""

    __slots__ = ("choices", "sum")

    def __init__(self, choices: Iterable[tuple[float, T]]) -> None:
        self.choices = tuple(choices)
        self.sum = sum(weight for weight, _ in self.choices)


@dataclass(frozen=True, slots=True)
class DigestOf:
    """The digest of a text to be signed, as an argument: it depends on the chain."""

    text: Any


@dataclass(frozen=True, slots=True)
class Stage:
    """Who takes part in a run, by address: what a subject's draws need to know of it."""

    call: Callable[[str, Verb], Any]
    """Makes a call of a sender and a verb."""
    own: Mapping[str, str]
    """Contract → its address."""
    people: Sequence[str]
    """Whose accounts take part, contracts among them."""
    keys: Sequence[str]
    """People who send transactions themselves."""
    strangers: Sequence[str]
    spares: Sequence[str]
    """Keys that may become accounts."""
    rooms: Sequence[str]
    honest: Sequence[str]
    """Rooms that behave."""
    tokens: Sequence[str]
    """Contracts of others that are ERC-20s, more or less."""
    administrator: str
    carriers: Sequence[int]
    """Packed LEIs of the carriers: participants 1, 2, ..."""
    enrolled: Sequence[str]
    """Those of the keys that are accounts from the beginning."""
    banks: Sequence[tuple[str, int]]
    """Account and participant of those that owe money."""
    producers: Sequence[int]
    """Participants that report cargo facts."""
    countries: Sequence[str]
    may_send: Callable[[Any], bool]
    """Whether whoever sends a call can: a contract's string is pulled by a person, if it has one."""
    own_rooms: Mapping[str, Callable[[Any], bytes]]
    """Rooms that are contracts of the suite → terms, drawn by chance."""


class Chance:
    """One run's chance: everything random comes from its `random`, so that a seed is a run."""

    SHARES: ClassVar[dict[str, float]] = {}
    """Subject → how often an act is one of its, beside the others; `OTHERS` where nothing is said."""
    WEIGHTS: ClassVar[dict[str, float]] = {}
    """Function of its own subject → how often it is tried beside the others; 1 where nothing is said."""

    def __init__(self, suite: Suite, stage: Stage, random: Random) -> None:
        self.suite = suite
        self.stage = stage
        self.random = random
        self.state: Any = suite.state()
        self.now = 0
        self.sender = NOBODY
        """Who sends the act at hand."""
        self.about: Any = None
        """What it is about, by its subject."""
        self.texts: list[Any] = []
        """Texts that somebody signed, for whoever withdraws one."""
        shares: dict[str, float] = {}
        for kind in reversed(type(self).__mro__):
            shares |= kind.__dict__.get("SHARES", {})
        self._shares = Weighted((shares.get(subject.name, OTHERS), subject.name) for subject in suite.subjects)
        self.verbs = {
            subject.name: Weighted(
                (vars(chance_of(subject)).get("WEIGHTS", {}).get(function, 1.0), verb)
                for function, verb in subject.verbs.items()
                if self.drawable(verb)
            )
            for subject in suite.subjects
        }
        """Subject → its verbs by weight; without those that are drawn around others."""

    # ------------------------------------------------------------------------------------------------------- the next

    def next(self, state: Any, now: int) -> Act:
        """The next act, given the state that the last one left."""
        wait = self._wait()
        self.state, self.now = state, now + wait
        call = self._call_of_any()
        while not self.stage.may_send(call):
            call = self._call_of_any()
        return Act(wait, call)

    def _call_of_any(self) -> Any:
        """A call of a subject: as its `next_...` says, else any of its verbs by anybody."""
        self.about = None
        subject = self.pick(self._shares)
        own: Callable[[], Any] | None = getattr(self, f"next_{subject}", None)
        return own() if own else self.act(self.pick(self.verbs[subject]), self.any(self.stage.keys))

    def act(self, verb: type[Verb], sender: str, about: Any = None) -> Any:
        """A call of a verb: as a method `try_...` of the verb's name says, which may name another sender; else by its
        declaration."""
        self.sender, self.about = sender, about
        own = _try(verb)
        made = self.drawn(verb) if own is None else own(self, verb)
        return self.stage.call(sender, made) if isinstance(made, Verb) else made

    def _wait(self) -> int:
        random = self.random.random
        chance = random()
        if chance < 0.85:
            return 1 + int(random() * 300)
        if chance < 0.95:
            return 1 + int(random() * 8 * HOUR)
        if chance < 0.985:
            # Around the hours that reject and answer times end.
            return int((71 + 4 * random()) * HOUR)
        if chance < 0.995:
            return int(self.any((6.9, 7.1, 13.9, 14.1)) * DAY) + int(random() * 2 * HOUR)
        return int((60 + 40 * random()) * DAY)

    # ------------------------------------------------------------------------------------------------------ of anything

    def any(self, choices: Sequence[T]) -> T:
        """One of them."""
        return choices[int(self.random.random() * len(choices))]

    def pick(self, weighted: Weighted[T]) -> T:
        """One of them by weight."""
        left = self.random.random() * weighted.sum
        for weight, choice in weighted.choices:
            left -= weight
            if left < 0:
                return choice
        return weighted.choices[-1][1]

    def chance(self, probability: float) -> bool:
        """Whether it happens."""
        return self.random.random() < probability

    def below(self, end: int) -> int:
        """A number from 0 on, below `end`."""
        return int(self.random.random() * end)

    def hash(self) -> bytes:
        """32 bytes."""
        return self.random.getrandbits(255).to_bytes(32, "big")

    def deadline(self) -> int:
        """A deadline, now and then passed or just not yet."""
        chance = self.random.random()
        if chance < 0.03:
            return self.now - 1
        return self.now if chance < 0.06 else self.now + int(self.random.random() * 10 * DAY)

    # --------------------------------------------------------------------------------------------- from a declaration

    def drawable(self, verb: type[Verb]) -> bool:
        """Whether a call of the verb can be drawn by itself."""
        kinds = [argument.kind for argument in verb.arguments()]
        return _try(verb) is not None or all(kind.word or hasattr(self, _drawer(kind)) for kind in kinds)

    def drawn(self, verb: type[V], **said: Any) -> V:
        """A call of a verb, its arguments drawn by their kinds but for those that are said."""
        draws = _draws(verb)
        return verb(*[said[name] if name in said else self.draw(words, drawer) for name, words, drawer in draws])

    def draw(self, words: Sequence[Any], drawer: str) -> Any:
        """An argument: a word of its enumeration, else by what a subject says of its kind, else by what the kind is."""
        return self.any(words) if words else getattr(self, drawer)()

    def draw_account(self) -> str:
        return self.any((*self.stage.people, *self.stage.strangers, NOBODY))

    draw_receiver = draw_endorsee = draw_answering = draw_account

    def draw_room(self) -> str:
        return self.any((*self.stage.rooms, *self.stage.people))

    def draw_remark(self) -> bytes:
        return self.any(REMARKS)

    draw_room_terms = draw_remark

    def draw_hash(self) -> bytes:
        return bytes(32) if self.chance(0.05) else self.hash()

    draw_agreed = draw_hash

    def draw_count(self) -> int:
        return self.below(5)

    draw_hours = draw_number = draw_deal = draw_person = draw_roles = draw_laws = draw_count

    def draw_flag(self) -> bool:
        return self.chance(0.7)

    def draw_deadline(self) -> int:
        return self.deadline()

    def draw_signature(self) -> Signature:
        return Signature(self.any(self.stage.people))


def _drawer(kind: Kind) -> str:
    return f"draw_{kind.name.replace('-', '_')}"


@cache
def _draws(verb: type[Verb]) -> tuple[tuple[str, tuple[Any, ...], str], ...]:
    """Of each argument its name, the words of its enumeration, and the method that draws its kind."""
    kinds = [(argument.name, argument.kind) for argument in verb.arguments()]
    return tuple((name, tuple(kind.word or ()), _drawer(kind)) for name, kind in kinds)


def _name(verb: type[Verb]) -> str:
    return verb.function.partition("(")[0]


@cache
def chance_of(subject: Subject) -> type[Chance]:
    """What a subject says of chance, `Chance` where it says nothing."""
    part = subject.part("chance")
    found: type[Chance] = Chance if part is None else getattr(part, f"{subject.name.capitalize()}Chance")
    return found


@cache
def _try(verb: type[Verb]) -> Callable[[Chance, type[Verb]], Any] | None:
    """The draw of a verb that its own subject has: another may have a verb of the same name."""
    return vars(chance_of(verb.subject)).get(f"try_{python_name(_name(verb))}")
