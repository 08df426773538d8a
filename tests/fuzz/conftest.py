"""What the fuzz tests share: a world on pyrevm, and where to print what a run reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from support.tools import need_pyrevm

from sampan.fuzz.engines import open_engine
from sampan.fuzz.executor import Executor
from sampan.fuzz.world import World


@pytest.fixture(scope="session")
def revm_world() -> World:
    """The platform and its cast on pyrevm; tests come back to its beginning."""
    need_pyrevm()
    return World(open_engine("pyrevm"))


@pytest.fixture
def new_world(revm_world: World) -> Iterator[World]:
    """The same before anybody is enrolled."""
    mark = revm_world.engine.mark()
    yield revm_world
    revm_world.engine.back(mark)


@pytest.fixture
def executor(new_world: World) -> Executor:
    """An executor at the beginning: the cast enrolled, the rooms listed."""
    executor = Executor(new_world)
    executor.begin()
    return executor


@pytest.fixture
def said(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Prints figures of a run at the end of all tests, whichever worker ran it."""

    def say(*lines: str) -> None:
        for line in lines:
            record_property("figure", line)

    return say
