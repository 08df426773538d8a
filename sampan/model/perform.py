"""Carries out a call as the contracts must: the same checks in the same order, the same errors, the same events.

`perform(state, call, now)` is one transaction: all or nothing. What a verb asks and what an event changes, the subjects
declare; here is only how a call runs.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any

from sampan.suite.verb import NOBODY, Refusal, Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sampan.model.store import State
    from sampan.suite.event import Event


@dataclass(frozen=True, slots=True)
class Call:
    """One call: who sends it, the verb with its arguments, ether in wei."""

    sender: str
    verb: Verb
    value: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """The call was carried out."""

    events: list[Event]
    """What the subjects' contracts logged, in this order, without what stands beside and adds nothing."""
    logs: list[Event]
    """All that they logged."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The call was refused; the state is as it was. The error's name is empty when no reason was given."""

    error: str
    args: tuple[Any, ...] = ()


Outcome = Done | Refused


@dataclass(slots=True)
class Steps:
    """What a verb's checks and effects run in: a transaction under way, or a log that is read."""

    state: Any
    _: KW_ONLY
    signer: str = NOBODY
    """Who signed the act that runs now."""
    logged: bool = False

    def log(self, event: Event) -> None:
        """An event takes effect and is logged, or must be what the log has next."""
        raise NotImplementedError

    def beside(self, event: Event) -> None:
        """An event of a standard is logged before what it repeats has happened whole, or must stand before that."""
        raise NotImplementedError

    def told(self) -> Event | None:
        """The event that the log has next; None where nothing was logged yet."""
        return None

    def call(self, call: Call) -> None:
        """Carries out a call, also inside another; raises `Refusal`."""
        carry_out(self, call)

    def attempt(self, call: Call) -> bool:
        """Carries out a call or leaves all as it was (a contract's try and catch); whether it was carried out."""
        raise NotImplementedError


class At:
    """Where and by whom a verb is tried.

    `logged`: the call is read from a log, which does not show everything: whether a signature was good, what powers the
    AccessManager gave, what a room answered, whether an address has code. Whoever asks for such a thing asks here, so
    that all that the replay of a log believes is found by looking for `logged`.
    """

    __slots__ = ("actor", "logged", "sender", "state", "steps", "value", "verb")

    def __init__(self, steps: Steps, call: Call) -> None:
        self.steps = steps
        self.state = steps.state
        self.logged = steps.logged
        self.verb = type(call.verb)
        self.sender = call.sender
        self.value = call.value
        # A contract calls itself to carry out a signed act.
        own = self.state.addresses.get(self.verb.subject.contract)
        self.actor = steps.signer if own is not None and call.sender == own else call.sender

    def log(self, event: Event) -> None:
        """The event takes effect and is logged."""
        self.steps.log(event)

    def beside(self, event: Event) -> None:
        """An event of a standard is logged, which changes nothing."""
        self.steps.beside(event)

    def told(self) -> Any:
        """The event that the log has next, for what no call says: it must be of the kind that the call logs."""
        return self.steps.told()

    def restricted(self) -> None:
        """Only whoever has the power for this function (AccessManager)."""
        if not self.logged and self.state.administrators.get(self.verb.function) != self.sender:
            raise Refusal("AccessManagedUnauthorized", self.sender)


def carry_out(steps: Steps, call: Call) -> None:
    """Runs a call: from an account, a room, a relayer or the contract itself. Raises `Refusal`."""
    verb = call.verb
    if call.value and not verb.payable:
        raise Refusal("")
    at = At(steps, call)
    if verb.power:
        at.restricted()
    verb.run(at)


@dataclass(slots=True)
class Transaction(Steps):
    """One transaction under way: its events so far, and all that it logged."""

    events: list[Event] = field(default_factory=list)
    logs: list[Event] = field(default_factory=list)

    def beside(self, event: Event) -> None:
        """The event is logged."""
        self.logs.append(event)

    def log(self, event: Event) -> None:
        """The event takes effect and is logged, behind what stands beside it."""
        fact = self.state.suite.facts[type(event)]
        other = fact.with_it(self.state, event)
        if other is not None:
            self.logs.append(other)
        assert fact.effect is not None, f"{event.name} stands beside others"
        fact.effect(self.state, event)
        self.events.append(event)
        self.logs.append(event)

    def attempt(self, call: Call) -> bool:
        """Carries out a call or leaves everything as it was (a room's try and catch); whether it was carried out."""
        events, logs, signer = len(self.events), len(self.logs), self.signer
        try:
            self.state.whole(self.call, call)
        except Refusal:
            del self.events[events:]
            del self.logs[logs:]
            self.signer = signer
            return False
        return True


def perform(state: State, call: Call, now: int) -> Outcome:
    """Carries out one call as a transaction at `now` (seconds since 1970).

    `Done` with the events, the state changed in place; or `Refused` with the contract's error, the state untouched.
    """
    state.now = now
    transaction = Transaction(state)
    try:
        state.whole(transaction.call, call)
    except Refusal as refusal:
        return Refused(refusal.error, refusal.arguments)
    finally:
        state.end_transaction()
    return Done(transaction.events, transaction.logs)


def take(state: State, events: Sequence[Event], now: int) -> None:
    """Events take effect, unasked: for whoever goes on behind what cannot be, and for tests."""
    state.now = now
    for event in events:
        effect = state.suite.facts[type(event)].effect
        if effect is not None:
            effect(state, event)
