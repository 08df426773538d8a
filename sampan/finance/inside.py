"""What rooms that lend have the positions do, and what they answer about their loans.

A room logs its own event before it calls: a log is read from its first event.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sampan.finance.lending_rooms import LENDS
from sampan.finance.positions import rules
from sampan.finance.positions.verbs import Take
from sampan.model.perform import At, Call
from sampan.suite.verb import Subject


def declare(subject: Subject, paid_in: Callable[[Any, int], tuple[int, int]]) -> None:
    """A room lends: `paid_in` tells, by the state and its own number of a loan, what came in for the lenders so far,
    and of how many shares that is."""
    LENDS[subject.contract] = paid_in


def take(at: At, position: int, paid: int, shares: int) -> tuple[str, int]:
    """The room at hand notes that a position has what it is owed, of what was paid in for so many shares: who has it,
    and what it is to be paid now. Nothing is logged: the room's own event tells of the payment, and its effect is
    `positions.rules.had`."""
    own: str = at.state.addresses[at.verb.subject.contract]
    at.steps.call(Call(own, Take(position, paid, shares)))
    return rules.owner_of(at.state, position), rules.due(at.state, position, paid, shares)
