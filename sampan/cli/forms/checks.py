"""What checks and random acts found: the audit's checks, the kit of rooms, fuzz runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from sampan.suite.check import Confidence, Level
from sampan.suite.forms import CheckId, Count, Form, Of


class _Check(Form):
    id: CheckId
    title: str
    level: Level
    confidence: Confidence
    looks_for: str
    goes_wrong: str
    do_next: str
    rules: list[str]


class CheckDocument(_Check, document="sampan.check/1"):
    """A check of the audit."""


class Checks(Form, document="sampan.checks/1"):
    """The checks of the audit."""

    checks: list[_Check]


class _Cells(Form):
    reached: Count
    reachable: Count


class Case(Form, document="sampan.fuzz-case/2"):
    """A disagreement, cut down to the fewest acts."""

    kind: str
    verb: str
    message: str
    acts: list[dict[str, Any]]


class _Trap(Form):
    id: Annotated[str, Of(lambda one: one.check.id)]
    title: Annotated[str, Of(lambda one: one.check.title)]
    ended: Annotated[Literal["holds", "falls", "not tried"], Of(lambda one: one.ended)]
    tries: Annotated[Count, Of(lambda one: one.tries)]
    said: Annotated[str, Of(lambda one: one.said)]
    steps: Annotated[list[str], Of(lambda one: one.steps)]
    goes_wrong: Annotated[str, Of(lambda one: one.check.goes_wrong)]
    mend: Annotated[str, Of(lambda one: one.check.mend)]


class RoomCheck(Form, document="sampan.room-check/1"):
    """Which traps a room falls into."""

    room: str
    verdicts: list[_Trap]


class Fuzz(Form, document="sampan.fuzz/1"):
    """What random acts found."""

    engine: str
    of: Annotated[str, "ledger: bills and who is who; platform: all contracts"]
    seed: int
    acts: Count
    done: Count
    seconds: float
    cells: _Cells
    never_reached: list[str]
    outcomes: dict[str, Count]
    failure: Case | None


class FuzzReplay(Form, document="sampan.fuzz-replay/1"):
    """What a kept case does now."""

    engine: str
    case: Path
    acts: Count
    failure: str | None


class FuzzWalkout(Form, document="sampan.fuzz-walkout/1"):
    """Whether every bill has a way out."""

    engine: str
    seed: int
    steps: Count
    suspensions: Count
    bills: Count
    acts: Count
    failure: str | None
