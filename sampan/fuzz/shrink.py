"""A failing sequence cut down by removing acts until none can go, and kept as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sampan.errors import BadInput
from sampan.files import parse_json, read_up_to
from sampan.fuzz.acts import from_json, to_json
from sampan.fuzz.executor import Executor, Mismatch
from sampan.fuzz.world import World
from sampan.suite.chance import Act

SCHEMA: Final = "sampan.fuzz-case/2"


@dataclass(frozen=True)
class Case:
    """A sequence of acts after the beginning, and the disagreement that it once showed."""

    kind: str
    verb: str
    message: str
    acts: tuple[Act, ...]

    @classmethod
    def of(cls, found: Mismatch, acts: Sequence[Act]) -> Case:
        """A disagreement and the acts that showed it."""
        return cls(found.kind, found.verb, found.message, tuple(acts))

    def to_json(self, world: World) -> dict[str, Any]:
        """The case as it is kept."""
        return {
            "schema": SCHEMA,
            "kind": self.kind,
            "verb": self.verb,
            "message": self.message,
            "acts": [to_json(act, world.names, world.suite) for act in self.acts],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any], world: World) -> Case:
        """A kept case, for a world."""
        acts = from_json(value["acts"], world.addresses, world.suite)
        return cls(value["kind"], value["verb"], value["message"], acts)

    def keep(self, folder: Path, world: World) -> Path:
        """Writes the case; its name follows from its content."""
        text = json.dumps(self.to_json(world), indent=1) + "\n"
        name = f"{self.kind}-{self.verb}-{hashlib.sha256(text.encode()).hexdigest()[:8]}.json".lower()
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.write_text(text)
        return path


def read_case(path: Path, world: World) -> Case:
    """A kept case from its file. Raises `BadInput` when it is none."""
    try:
        value = parse_json(read_up_to(path))
        if value["schema"] != SCHEMA:
            raise KeyError(value["schema"])
        return Case.from_json(value, world)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"is no kept case: {error}", subject=str(path)) from error


def replay(executor: Executor, acts: Sequence[Act]) -> None:
    """Runs a case's acts and compares everything at the end; raises `Mismatch`."""
    for act in acts:
        executor.run(act)
    executor.compare_all()


def shrink(world: World, acts: Sequence[Act], found: Mismatch) -> Case:
    """The fewest acts that still show the same kind of disagreement at the same verb."""
    executor = Executor(world)
    executor.begin()
    point = executor.mark()

    def fails(tried: Sequence[Act]) -> Mismatch | None:
        nonlocal point
        executor.back(point)
        point = executor.mark()
        try:
            replay(executor, tried)
        except Mismatch as mismatch:
            return mismatch if (mismatch.kind, mismatch.verb) == (found.kind, found.verb) else None
        except Exception:
            return None
        return None

    kept = minimal(list(acts), lambda tried: fails(tried) is not None)
    for index, act in enumerate(kept):
        sooner = [*kept[:index], Act(1, act.call), *kept[index + 1 :]]
        if act.wait != 1 and fails(sooner) is not None:
            kept = sooner
    last = fails(kept) or found
    executor.back(point)
    return Case.of(last, kept)


def minimal(acts: list[Act], fails: Callable[[Sequence[Act]], bool]) -> list[Act]:
    """Removes acts, many at a time first, while the rest still fails. Times stay: a gap's wait goes to the next act."""
    size = max(1, len(acts) // 2)
    while True:
        index, removed = 0, False
        while index < len(acts):
            tried = _without(acts, index, index + size)
            if tried and fails(tried):
                acts, removed = tried, True
            else:
                index += size
        if size == 1 and not removed:
            return acts
        size = size if removed and size == 1 else max(1, size // 2)


def _without(acts: list[Act], start: int, end: int) -> list[Act]:
    gone = sum(act.wait for act in acts[start:end])
    rest = acts[end:]
    if rest:
        rest = [Act(rest[0].wait + gone, rest[0].call), *rest[1:]]
    return [*acts[:start], *rest]
