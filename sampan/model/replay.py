"""Rebuilds a ledger from its log: calls are read back from events, must be allowed, and must log just them (P10).

Feed `replay` the events of one transaction after the other. Each call that the events could tell of is tried, most
likely first, and the first that may be counts. What no log shows (which account of a titleholder was named, by which of
several functions possession moved) is found by trying; what cannot be found is believed, see `perform.At`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sampan.model.perform import Call, carry_out
from sampan.suite.event import field_names
from sampan.suite.verb import NOBODY, Refusal, Verb

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


class Differs(Exception):
    """The call that a log tells of would have logged something else."""

    def __init__(self, expected: Event, found: Event | None) -> None:
        super().__init__(_difference(expected, found))


class Unreadable(Exception):
    """No call could have logged this, whatever its arguments; in words."""


class Log:
    """A place in the events of a transaction, as `Verb.read` sees it."""

    __slots__ = ("events", "index", "state", "suite")

    def __init__(self, state: State, events: Sequence[Event], index: int) -> None:
        self.state: Any = state
        self.suite = state.suite
        self.events = events
        self.index = index

    @property
    def first(self) -> Any:
        """The event with which the call's log begins."""
        return self.events[self.index]

    def after(self, kind: type[Event], skip: int = 1) -> Any:
        """The event `skip` places further, which must be of a kind. Raises `Unreadable`."""
        at = self.index + skip
        if at >= len(self.events) or not isinstance(self.events[at], kind):
            raise Unreadable(f"a {kind.__name__} must follow in its transaction")
        return self.events[at]

    def run_of(self, kind: type[Event], skip: int = 0) -> list[Any]:
        """The events of a kind that follow each other from `skip` places further on."""
        found = []
        for event in self.events[self.index + skip :]:
            if not isinstance(event, kind):
                break
            found.append(event)
        return found

    def further(self, skip: int) -> Log:
        """The log from `skip` places further on."""
        return Log(self.state, self.events, self.index + skip)

    def calls(self) -> Iterator[tuple[str, Verb]]:
        """The calls that may have logged what begins here, with their actors."""
        if self.index < len(self.events):
            for verb in self.suite.begins.get(type(self.first), ()):
                yield from verb.read(self)


class Replayed:
    """A log that a call is held against: what the call logs must be what the log has next."""

    __slots__ = ("events", "index", "logged", "signer", "state")

    def __init__(self, state: State, events: Sequence[Event], index: int) -> None:
        self.state = state
        self.events = events
        self.index = index
        self.signer = NOBODY
        self.logged = True

    def log(self, event: Event) -> None:
        """The log must have this event next; it takes effect."""
        found = self.events[self.index] if self.index < len(self.events) else None
        if found != event:
            raise Differs(event, found)
        self.index += 1
        effect = self.state.suite.facts[type(event)].effect
        assert effect is not None
        effect(self.state, event)

    def call(self, call: Call) -> None:
        """Carries out a call inside this one."""
        carry_out(self, call)


def replay(state: State, events: Sequence[Event], timestamp: int) -> list[Impossible]:
    """Makes the state what it is after the events of one transaction at `timestamp` (seconds since 1970).

    Events that stand beside others are left out by whoever calls. Returns those that could not follow; each of them has
    taken effect all the same, with its own counts, so that the rest can be read. Raises KeyError for an event that the
    suite does not declare: that is our fault and no finding about the ledger.
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
    index = 0
    while index < len(events):
        end, why, error = _next(state, events, index)
        if end == index:
            found.append(Impossible(index, events[index], why, error))
            go_on(state, events[index])
            end += 1
        index = end
    state.end_transaction()
    return found


def _next(state: State, events: Sequence[Event], index: int) -> tuple[int, str, str]:
    """Where the call that begins at an event ends; or the same place, with what is wrong with the likeliest one."""
    furthest, why, error = index, "", ""
    try:
        for actor, verb in Log(state, events, index).calls():
            replayed = Replayed(state, events, index)
            outer = state.begin()
            try:
                carry_out(replayed, Call(actor, verb))
            except (Refusal, Differs, KeyError, ValueError) as fault:
                state.undo(outer)
                if not why or replayed.index > furthest:
                    furthest, why, error = replayed.index, _said(fault), getattr(fault, "error", "")
                continue
            except BaseException:
                state.undo(outer)
                raise
            state.keep(outer)
            return replayed.index, "", ""
    except Unreadable as fault:
        why = why or str(fault)
    except KeyError as missing:
        why = why or _said(missing)
    return index, why or "no call logs this alone", error


def go_on(state: State, event: Event) -> None:
    """An impossible event takes effect as far as it makes sense."""
    effect = state.suite.facts[type(event)].effect
    assert effect is not None
    try:
        with state.savepoint():
            effect(state, event)
    except (KeyError, ValueError, Refusal):
        # Not even its effect makes sense here, so it has none.
        return


def _said(fault: Exception) -> str:
    if isinstance(fault, Refusal):
        return f"the ledger would have refused it with {fault}"
    if isinstance(fault, KeyError):
        return f"it names something that does not exist: {fault}"
    return str(fault)


def _difference(expected: Event, found: Event | None) -> str:
    if found is None:
        return f"{expected.name} should follow it"
    if type(found) is not type(expected):
        return f"{expected.name} should follow it, not {found.name}"
    wrong = [name for name in field_names(type(found)) if getattr(found, name) != getattr(expected, name)]
    return "; ".join(f"{name} is {_value(found, name)}, should be {_value(expected, name)}" for name in wrong)


def _value(event: Event, name: str) -> str:
    value = getattr(event, name)
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)
