"""Scenarios for tests: a new chain without parties, as new before each, and files from a few lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.chains import new_chain
from support.plays import HEAD, Listener

from sampan.scenarios.play import Outcome, Play
from sampan.scenarios.script import Script, read
from sampan.scenarios.stage import SampanChain
from sampan.testing import sampan_chain  # noqa: F401


@pytest.fixture(scope="module")
def empty_chain() -> Iterator[SampanChain]:
    """A chain with the suite deployed, and nobody enrolled."""
    made = SampanChain(new_chain(), enrol=False)
    yield made
    made.close()


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a scenario of the usual parties and one document from its steps."""

    def write(steps: str) -> Path:
        path = tmp_path / "steps.yaml"
        path.write_text(HEAD + steps, encoding="utf-8")
        return path

    return write


@pytest.fixture
def play(
    sampan_chain: SampanChain,  # noqa: F811
    tmp_path: Path,
) -> Callable[[Script | Path], Outcome]:
    """Plays a scenario on the chain in process."""

    def run(script: Script | Path) -> Outcome:
        script = read(script) if isinstance(script, Path) else script
        return Play(script, sampan_chain, Listener(), tmp_path / "out").run()

    return run
