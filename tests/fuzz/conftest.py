"""What the fuzz tests share: a world on pyrevm, and where to print what a run reached."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sampan.fuzz.engines import open_engine
from sampan.fuzz.executor import Executor
from sampan.fuzz.run import Report
from sampan.fuzz.world import World


@pytest.fixture(scope="session")
def revm_world() -> World:
    """The suite and its cast on pyrevm; tests come back to its beginning."""
    pytest.importorskip("pyrevm", reason="pyrevm has no wheel for this Python")
    return World(open_engine("pyrevm"))


@pytest.fixture
def executor(revm_world: World) -> Executor:
    """An executor at the beginning: the cast enrolled, the rooms listed."""
    mark = revm_world.engine.mark()
    executor = Executor(revm_world, keep_log=True)
    executor.begin()
    yield executor  # type: ignore[misc]
    revm_world.engine.back(mark)


@pytest.fixture
def said(record_property: Callable[[str, object], None]) -> Callable[[Report], None]:
    """Prints what a run reached, at the end of all tests too."""

    def say(report: Report) -> None:
        for line in report.lines():
            print(line)
            record_property("fuzz", line)

    return say
