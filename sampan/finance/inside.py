"""What rooms that lend have the register of cargo and the positions do; and what they answer about their loans.

A room logs its own event before it calls: a log is read from its first event.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sampan.finance.lending import LENDS
from sampan.finance.positions import rules
from sampan.finance.positions.verbs import Mint, Take
from sampan.finance.records import LOAN_AT, ROOM_AT
from sampan.finance.registrations.verbs import Deregister, Move, Register
from sampan.model.perform import At, Call
from sampan.suite.verb import Subject, Verb


def declare(subject: Subject, paid_in: Callable[[Any, int], tuple[int, int]]) -> None:
    """A room lends: `paid_in` tells, by the state and its own number of a loan, what came in for the lenders so far,
    and of how many shares that is."""
    LENDS[subject.contract] = paid_in


def register(at: At, debt: int, prints: Sequence[int]) -> None:
    """The room at hand registers cargo for a debt of its own."""
    _calls(at, Register(debt, tuple(prints)))


def deregister(at: At, debt: int, prints: Sequence[int]) -> None:
    """The room at hand ends registrations of a debt."""
    _calls(at, Deregister(debt, tuple(prints)))


def move(at: At, debt: int, to: int, prints: Sequence[int]) -> None:
    """The room at hand puts registrations down to another debt of its own."""
    _calls(at, Move(debt, to, tuple(prints)))


def next_position(at: At, loan: int) -> int:
    """The id that the next position has which the room at hand gives of a loan."""
    own = at.state.account(_own(at)).number
    return rules.next_position(at.state, own << ROOM_AT | loan << LOAN_AT)


def mint(at: At, loan: int, to: str, shares: int) -> None:
    """The room at hand gives a lender its shares of a loan."""
    _calls(at, Mint(loan, to, shares))


def take(at: At, position: int, paid: int, shares: int) -> tuple[str, int]:
    """The room at hand notes that a position has what it is owed, of what was paid in for so many shares: who has it,
    and what it is to be paid now. Nothing is logged: the room's own event tells of the payment, and its effect is
    `positions.rules.had`."""
    _calls(at, Take(position, paid, shares))
    return rules.owner_of(at.state, position), rules.due(at.state, position, paid, shares)


def _own(at: At) -> str:
    found: str = at.state.addresses[at.verb.subject.contract]
    return found


def _calls(at: At, verb: Verb) -> None:
    at.steps.call(Call(_own(at), verb))
