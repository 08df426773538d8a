"""What rooms do with the register of cargo that secures debts. Nobody else has debts there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sampan.finance.registrations import rules
from sampan.finance.registrations.records import Registered
from sampan.finance.registrations.subject import REGISTRATIONS
from sampan.model.perform import At
from sampan.model.replay import Log, Unreadable
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.tell import Names, amount
from sampan.suite.verb import Refusal, Verb, arg


def told_prints(prints: Sequence[int]) -> str:
    """Prints by how many they are: what they stand for is blinded."""
    return amount(len(prints), "piece of cargo/pieces of cargo")


TELLING: Final[set[str]] = set()
"""Contracts of rooms that log an event of their own before each call here."""


def _alone(log: Log, verb: Verb) -> Iterator[tuple[str, Verb]]:
    """A call that begins a log. Of a room that tells first it is no call: that is read from what the room told."""
    room: str = log.first.room
    if room in {log.state.addresses.get(contract) for contract in TELLING}:
        raise Unreadable("no act of its room tells of it")
    yield room, verb


@REGISTRATIONS.verb("register", by="room", label="register {prints} for debt {debt}", method="")
class Register(Verb):
    """Register cargo for a debt of the calling room: from then on it secures no other; a listed room alone."""

    debt: int = arg(kinds.DEBT)
    prints: tuple[int, ...] = arg(kinds.PRINTS)

    def may(self, at: At) -> ev.Registered:
        if not at.state.account(at.sender).receives(at.state.now):
            raise Refusal("NotARoom", at.sender)
        debt = rules.debt_id(at.state, at.sender, self.debt)
        rules.Register(at.state).enter(self.prints, debt)
        return ev.Registered(at.sender, self.debt, self.prints)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        yield from _alone(log, cls(log.first.debt, log.first.prints))


@REGISTRATIONS.event(
    ev.Registered, lambda e, names: f"{names.debt(e.room, e.debt)} is secured by {told_prints(e.prints)}"
)
def registered(state: Registered, e: ev.Registered) -> None:
    register = rules.Register(state)
    register.enter(e.prints, rules.debt_id(state, e.room, e.debt))
    register.keep()


@REGISTRATIONS.verb(
    "deregister", by="room", label="end the registrations {prints} of debt {debt}", method="", exits=True
)
class Deregister(Verb):
    """End registrations of a debt of the calling room: the cargo is free."""

    debt: int = arg(kinds.DEBT)
    prints: tuple[int, ...] = arg(kinds.PRINTS)

    def may(self, at: At) -> ev.Deregistered:
        debt = rules.debt_id(at.state, at.sender, self.debt)
        rules.Register(at.state).pass_on(self.prints, self.debt, debt, None)
        return ev.Deregistered(at.sender, self.debt, self.prints)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        yield from _alone(log, cls(log.first.debt, log.first.prints))


@REGISTRATIONS.event(
    ev.Deregistered,
    lambda e, names: f"{names.debt(e.room, e.debt)} is secured no more by {told_prints(e.prints)}",
)
def deregistered(state: Registered, e: ev.Deregistered) -> None:
    register = rules.Register(state)
    register.pass_on(e.prints, e.debt, rules.debt_id(state, e.room, e.debt), None)
    register.keep()


@REGISTRATIONS.verb("move", by="room", label="put {prints} of debt {debt} down to debt {to}", method="")
class Move(Verb):
    """Put registrations down to another debt of the calling room."""

    debt: int = arg(kinds.DEBT)
    to: int = arg(kinds.DEBT)
    prints: tuple[int, ...] = arg(kinds.PRINTS)

    def may(self, at: At) -> ev.Moved:
        debt, to = (rules.debt_id(at.state, at.sender, each) for each in (self.debt, self.to))
        rules.Register(at.state).pass_on(self.prints, self.debt, debt, to)
        return ev.Moved(at.sender, self.debt, self.to, self.prints)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        yield from _alone(log, cls(log.first.debt, log.first.to, log.first.prints))


def _moved(e: ev.Moved, names: Names) -> str:
    to, of = (names.debt(e.room, debt) for debt in (e.to, e.debt))
    return f"{to} is secured by {told_prints(e.prints)}, in place of {of}"


@REGISTRATIONS.event(ev.Moved, _moved)
def moved(state: Registered, e: ev.Moved) -> None:
    register = rules.Register(state)
    debt, to = (rules.debt_id(state, e.room, each) for each in (e.debt, e.to))
    register.pass_on(e.prints, e.debt, debt, to)
    register.keep()
