"""Rebuilds a ledger from its log: calls are read back from events, must be allowed, and must log just them (P10).

Feed `replay` the events of one transaction after the other. Each call that the events could tell of is tried, most
likely first, and the first that may be counts. What no log shows (which account of a titleholder was named, by which of
several functions possession moved) is found by trying; what cannot be found is believed, see `perform.At`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sampan.model.perform import Call, Steps, carry_out
from sampan.suite.tell import describe
from sampan.suite.verb import Refusal, Verb

if TYPE_CHECKING:
    from sampan.model.store import State
    from sampan.suite.event import Event


@dataclass(frozen=True, slots=True)
class Impossible:
    """An event that could not follow from the state before it: which of those that were fed, and why."""

    index: int
    event: Event
    why: str
    error: str = ""
    """The contract's error, where it would have refused."""
    arguments: tuple[Any, ...] = ()
    """Those of the error."""
    verb: str = ""
    """The function that would have refused, or logged something else; empty: no call could be read."""
    follows: bool = False
    """It can only belong to the impossible call right before it."""


class Differs(Exception):
    """The call that a log tells of would have logged something else."""

    def __init__(self, expected: Event, found: Event | None) -> None:
        super().__init__(difference(expected, found))


class Unreadable(Exception):
    """No call could have logged this, whatever its arguments; in words."""


_MAKES_NO_SENSE: Final = (Refusal, Differs, LookupError, ValueError, RecursionError)
"""What an event raises that somebody invented: it may name anything."""

Beside: TypeAlias = tuple[int, "Event | None"]
"""An event's index, and the event of a standard that must stand before it; None: nobody knows which, if any."""


@dataclass(slots=True)
class Log:
    """A place in the events of a transaction, as `Verb.read` sees it."""

    state: Any
    events: Sequence[Event]
    index: int

    @property
    def first(self) -> Any:
        """The event with which the call's log begins."""
        return self.events[self.index]

    def after(self, kind: type[Event], skip: int = 1) -> Any:
        """The event `skip` places further, which must be of a kind. Raises `Unreadable`."""
        at = self.index + skip
        if at >= len(self.events) or not isinstance(self.events[at], kind):
            raise Unreadable(f"{kind.__name__} must follow in its transaction")
        return self.events[at]

    def run_of(self, kind: type[Event], skip: int = 0) -> list[Any]:
        """The events of a kind that follow each other from `skip` places further on."""
        found = []
        for event in self.events[self.index + skip :]:
            if not isinstance(event, kind):
                break
            found.append(event)
        return found

    def next_of(self, kind: type[Event], **fields: Any) -> Any:
        """The next event of a kind that has these fields. Raises `Unreadable`."""
        for event in self.events[self.index :]:
            if isinstance(event, kind) and all(getattr(event, name) == value for name, value in fields.items()):
                return event
        raise Unreadable(f"{kind.__name__} must follow in its transaction")

    def further(self, skip: int) -> Log:
        """The log from `skip` places further on."""
        return Log(self.state, self.events, self.index + skip)

    def calls(self) -> Iterator[tuple[str, Verb]]:
        """The calls that may have logged what begins here, with their actors."""
        if self.index < len(self.events):
            for verb in self.state.suite.begins.get(type(self.first), ()):
                yield from verb.read(self)


@dataclass(slots=True)
class Replayed(Steps):
    """A log that a call is held against: what the call logs must be what the log has next.

    `lenient`: where it differs, an event of the same kind takes effect as the log has it; the first is kept as `wrong`.
    """

    events: Sequence[Event]
    index: int
    lenient: bool = False
    wrong: Impossible | None = None
    logged: bool = field(default=True, kw_only=True)
    verb: str = ""
    expected: list[Beside] = field(default_factory=list)
    seen: Callable[[int], None] = lambda index: None
    """Told which event has just taken effect; what a call that is given up told is told again."""

    def log(self, event: Event) -> None:
        """The log must have this event next; it takes effect."""
        found = self.events[self.index] if self.index < len(self.events) else None
        if found != event:
            if not self.lenient or found is None or type(found) is not type(event):
                raise Differs(event, found)
            self.wrong = self.wrong or Impossible(self.index, found, difference(event, found), verb=self.verb)
            event = found
        fact = self.state.suite.facts[type(event)]
        other = fact.with_it(self.state, event)
        if other is not None:
            self.expected.append((self.index, other))
        assert fact.effect is not None
        fact.effect(self.state, event)
        self.seen(self.index)
        self.index += 1

    def beside(self, event: Event) -> None:
        """The event must stand before the one that the log has next."""
        self.expected.append((self.index, event))

    def told(self) -> Event | None:
        return self.events[self.index] if self.index < len(self.events) else None

    def call(self, call: Call) -> None:
        outer, self.verb = self.verb, call.verb.function
        carry_out(self, call)
        self.verb = outer


def replay(
    state: State,
    events: Sequence[Event],
    timestamp: int,
    *,
    beside: list[Beside] | None = None,
    seen: Callable[[int], None] = lambda index: None,
) -> list[Impossible]:
    """Makes the state what it is after the events of one transaction at `timestamp` (seconds since 1970).

    Events that stand beside others are left out by whoever calls. Returns those that could not follow; each of them has
    taken effect all the same, with its own counts, so that the rest can be read. `beside` is given what must stand
    beside which event; `seen` is called with the index of each event when it has taken effect. Raises KeyError for an
    event that the suite does not declare: that is our fault and no finding about the ledger.
    """
    for event in events:
        if state.suite.facts[type(event)].effect is None:
            raise KeyError(f"{event.name} stands beside others")
    found: list[Impossible] = []
    if timestamp < state.now:
        why = f"its time {timestamp} is before {state.now}, the time of the event before it"
        found.append(Impossible(0, events[0], why))
    else:
        state.now = timestamp
    index, broken = 0, -1
    while index < len(events):
        done, wrong = _next(state, events, index, seen)
        if done is not None:
            index = done.index
            expected = done.expected
        else:
            expected = [(index, other) for other in _go_on(state, events[index])]
            seen(index)
            index += 1
        if wrong is not None:
            found.append(replace(wrong, follows=wrong.index == broken and not wrong.verb))
            broken = index
        if beside is not None:
            beside += expected
    state.end_transaction()
    return found


def _next(
    state: State, events: Sequence[Event], index: int, seen: Callable[[int], None]
) -> tuple[Replayed | None, Impossible | None]:
    """The log after the call that begins at an event, and what is wrong with the likeliest one; see `Replayed`."""
    furthest, wrong = index, None
    likely: Call | None = None
    try:
        for actor, verb in Log(state, events, index).calls():
            call, replayed = Call(actor, verb), Replayed(state, events, index, seen=seen)
            fault = _tried(replayed, call)
            if fault is None:
                return replayed, None
            if wrong is None or replayed.index > furthest:
                furthest, likely = replayed.index, call if isinstance(fault, Differs) else None
                refusal = fault if isinstance(fault, Refusal) else Refusal("")
                said = _said(fault)
                wrong = Impossible(index, events[index], said, refusal.error, refusal.arguments, replayed.verb)
    except (Unreadable, LookupError, RecursionError, Refusal) as fault:
        wrong = wrong or Impossible(index, events[index], _said(fault))
    if likely is not None:
        replayed = Replayed(state, events, index, lenient=True, seen=seen)
        if _tried(replayed, likely) is None:
            return replayed, replayed.wrong
    return None, wrong or Impossible(index, events[index], "no call logs this alone")


def _tried(replayed: Replayed, call: Call) -> Exception | None:
    """Carries out a call or leaves everything as it was; what is wrong with it."""
    try:
        replayed.state.whole(replayed.call, call)
    except _MAKES_NO_SENSE as fault:
        return fault
    return None


def _go_on(state: State, event: Event) -> list[Event | None]:
    """An impossible event takes effect as far as it makes sense; gives what should stand beside it."""
    fact = state.suite.facts[type(event)]
    assert fact.effect is not None
    try:
        other = None if fact.beside is None else fact.beside(state, event)
        fact.effect(state, event)
    except _MAKES_NO_SENSE:
        return [None]
    return [] if other is None else [other]


def _said(fault: Exception) -> str:
    if isinstance(fault, Refusal):
        return f"the ledger would have refused it with {fault}"
    if isinstance(fault, LookupError):
        return f"it names something that does not exist: {fault}"
    return str(fault)


def difference(expected: Event, found: Event | None) -> str:
    """In words: an event that should be, and the one that is in its place."""
    if found is None:
        return f"{expected.name} should follow it"
    if type(found) is not type(expected):
        return f"{expected.name} should follow it, not {found.name}"
    there, wanted = found.arguments(), expected.arguments()
    wrong = [name for name in there if there[name] != wanted[name]]
    return "; ".join(
        f"{name} is {describe(name, there[name])}, should be {describe(name, wanted[name])}" for name in wrong
    )
