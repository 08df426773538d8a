"""Several calls of one sender in one transaction, in contracts that inherit OpenZeppelin's Multicall."""

from __future__ import annotations

from typing import Any

from sampan.model.perform import At, Call
from sampan.suite import kinds
from sampan.suite.verb import Refusal, Subject, Verb, arg


def declare(subject: Subject) -> type[Any]:
    """The verb of a subject, behind its own: the first one says where the subject lives."""

    @subject.verb("multicall", label="{data} in one transaction")
    class Multicall(Verb):
        """Several calls of one sender in one transaction, all or none."""

        data: tuple[Verb, ...] = arg(kinds.CALLS)

        def run(self, at: At) -> None:
            for verb in self.data:
                told_itself(at, at.sender, verb)

    return Multicall


def told_itself(at: At, sender: str, verb: Verb) -> None:
    """A contract calls itself: a call that fails without a reason gets one."""
    try:
        at.steps.call(Call(sender, verb))
    except Refusal as refusal:
        raise refusal if refusal.error else Refusal("FailedCall") from None
