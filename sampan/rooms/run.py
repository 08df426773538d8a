"""Every trap tried on one room: what it falls into, step by step, what it does not, and what could not be tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sampan.rooms.checks import CHECKS, Check, bills, doors, money, parties  # noqa: F401, enter theirs in this order
from sampan.rooms.description import Code, Description
from sampan.rooms.stage import Falls, NotTried, Stage

Ended = Literal["holds", "falls", "not tried"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one check ended. `said`: how the room falls, or why it was not tried; `steps` lead there from the lodging."""

    check: Check
    ended: Ended
    tries: int = 0
    said: str = ""
    steps: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What the kit found of a room."""

    room: str
    verdicts: tuple[Verdict, ...]

    def of(self, ended: Ended) -> list[Verdict]:
        """The verdicts that ended so."""
        return [verdict for verdict in self.verdicts if verdict.ended == ended]


def try_room(code: Code, description: Description) -> Report:
    """Tries all checks. Raises `BadInput` when the room does not go the ways that the description says."""
    stage = Stage(code, description)
    for way in description.ways:
        stage.walk(way)
    return Report(code.name, tuple(_tried(stage, check) for check in CHECKS.values()))


def _tried(stage: Stage, check: Check) -> Verdict:
    try:
        return Verdict(check, "holds", check.run(stage))
    except Falls as trap:
        return Verdict(check, "falls", said=trap.said, steps=trap.steps)
    except NotTried as why:
        return Verdict(check, "not tried", said=why.said)
