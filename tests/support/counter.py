"""A subject that is no bill, declared as any other: a counter with one verb, one event and one refusal.

Its contract is tests/contracts/Counter.sol. Nothing else of the suite knows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

from sampan.model.perform import At
from sampan.model.store import State
from sampan.subjects import SUITE
from sampan.suite import kinds
from sampan.suite.check import Question
from sampan.suite.event import Event
from sampan.suite.valued import valued
from sampan.suite.verb import Refusal, Subject, Suite, Verb, arg
from sampan.toolchain import artifacts

ARTIFACT = artifacts.load("Counter", Path(__file__).resolve().parents[1] / "artifacts")


class Counting(State):
    """What the counter knows."""

    total: int


COUNTER = Subject("counter", contract="Counter", interface="Counter", state=Counting, abi=ARTIFACT.abi)


@valued
class Counted(Event):
    """Somebody counted on; `total` is the count after it."""

    SIGNATURE: ClassVar[str] = "Counted(address,uint256,uint256)"
    FIELDS: ClassVar[tuple[str, ...]] = ("by", "step", "total")
    by: str
    step: int
    total: int


@COUNTER.verb("count", label="count on by {step}", command="counter count")
class Count(Verb):
    """Count on."""

    step: int = arg(kinds.COUNT, help="From 1 to 9.")

    def may(self, at: At) -> Counted:
        if not 0 < self.step <= 9:
            raise Refusal("StepOutOfRange", self.step)
        return Counted(at.sender, self.step, at.state.total + self.step)


@COUNTER.event(Counted, "{by} counted on by {step}, to {total}")
def counted(state: Counting, e: Counted) -> None:
    state.total = e.total


COUNTER.refusals["StepOutOfRange"] = ("one does not count on by {step}", "count on by 1 to 9")


def _slots(state: Counting, at: Mapping[str, int]) -> dict[int, int]:
    return {at["total"]: state.total}


def _unordered(state: Counting, at: Mapping[str, int], read: Callable[[int], int]) -> Iterator[str]:
    return iter(())


def _answers(state: Counting) -> Iterator[Question]:
    yield Question("counter", "total", (), state.total)


COUNTER.parts["storage"] = SimpleNamespace(slots=_slots, unordered=_unordered, changed=lambda state: iter(()))
COUNTER.parts["properties"] = SimpleNamespace(
    broken=lambda state, events, counts: None, at_last=lambda state: None, answers=_answers
)

WITH_COUNTER = Suite(*SUITE.subjects, COUNTER)
"""The ledger, and the counter beside it."""
