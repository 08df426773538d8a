"""A run of so many acts from a seed, on one engine, in one process or several; what it reached and what it found."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from random import Random
from typing import Any, Final

from sampan.fuzz.coverage import Coverage
from sampan.fuzz.engines import opened
from sampan.fuzz.executor import Executor, Mismatch
from sampan.fuzz.set_pieces import SET_PIECES
from sampan.fuzz.shrink import Case, replay, shrink
from sampan.fuzz.world import World
from sampan.subjects import SUITES

PLATFORM: Final = "platform"
EPISODE: Final = 500
"""Acts before everything begins anew: old ledgers are full of bills whose life is over."""
ENOUGH: Final = 0.95
"""Share of the cells that a long run must reach."""
LONG: Final = {"ledger": 1_000_000, PLATFORM: 250_000}
"""Acts from which a run is long, by what it is of: it must have reached every verb and error, and enough cells."""


@dataclass
class Report:
    """What a run did, reached and found."""

    engine: str
    of: str = PLATFORM
    """The suite, by its name in `SUITES`."""
    acts: int = 0
    done: int = 0
    seconds: float = 0.0
    failure: dict[str, Any] | None = None
    """The first disagreement, cut down, as it is kept."""
    errors: set[str] = field(default_factory=set)
    """All errors that the ABIs know."""

    def __post_init__(self) -> None:
        self.coverage = Coverage(SUITES[self.of])

    @property
    def verbs(self) -> frozenset[str]:
        """All functions that change something."""
        suite = SUITES[self.of]
        return frozenset(map(suite.name, suite.verbs.values()))

    def asked(self) -> tuple[frozenset[str], set[str]]:
        """Verbs and errors that a long run must reach; one of the platform those that the ledger's own run has not."""
        if self.of != PLATFORM:
            return self.verbs, self.errors
        suite, ledger = SUITES[self.of], SUITES["ledger"]
        own = [subject for subject in suite.subjects if subject not in ledger.subjects]
        verbs = frozenset(suite.name(verb) for subject in own for verb in subject.verbs.values())
        errors = {error.name for subject in own for error in subject.codec.errors.values()}
        return verbs, errors & self.errors

    def __iadd__(self, other: Report) -> Report:
        self.acts += other.acts
        self.done += other.done
        self.seconds = max(self.seconds, other.seconds)
        self.coverage += other.coverage
        self.failure = self.failure or other.failure
        self.errors |= other.errors
        return self

    def lines(self) -> list[str]:
        """The report in words."""
        reached, total, _ = self.coverage.share()
        errors = self.coverage.errors()
        return [
            f"{self.acts:,} acts on {self.engine} in {self.seconds:.1f} s, {self.acts / (self.seconds or 1):,.0f}/s",
            f"{self.done:,} carried out, {self.acts - self.done:,} refused",
            f"{reached:,} of {total:,} cells status x kind x possessor x verb x caller ({100 * reached / total:.1f} %)",
            f"{len(self.coverage.outcomes)} outcomes of {len(self.verbs)} verbs, {len(errors)} errors reached",
        ]

    def missing(self) -> list[str]:
        """What a long run should have reached and did not: verbs, errors; of the ledger alone enough cells."""
        if self.acts < LONG[self.of]:
            return []
        reached, total, _ = self.coverage.share()
        few = [f"{ENOUGH:.0%} of the cells"] if self.of == "ledger" and reached < ENOUGH * total else []
        verbs, errors = self.asked()
        return few + self.coverage.never_reached(errors, verbs)


def run(acts: int, seed: int, *, of: str = PLATFORM, engine: str = "pyrevm", episode: int = EPISODE) -> Report:
    """Carries out `acts` random acts; stops at the first disagreement, which it cuts down.

    Raises `Missing` when the engine is not installed.
    """
    with opened(engine) as chain:
        world = World(chain, SUITES[of])
        with _seldom_collected():
            return _run(world, of, acts, Random(seed), episode)


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Acts leave few cycles behind: the collector looks for them seldom, and never among what was there before."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _run(world: World, of: str, acts: int, random: Random, episode: int) -> Report:
    report = Report(
        world.engine.name,
        of,
        errors={error.name for error in world.codec.errors.values() if error.name != "Panic"},
    )
    started = time.monotonic()
    origin = world.engine.mark()
    executor = Executor(world, coverage=report.coverage)
    executor.begin()
    point = executor.mark()
    sequence: list[Any] = []
    try:
        # Thousands of acts in a few transactions: minutes on the slow engines, which take them in tests of their own.
        for piece in SET_PIECES.values() if world.engine.name == "pyrevm" else ():
            sequence = piece(world)
            if executor.done + executor.refused + len(sequence) > acts:
                break
            replay(executor, sequence)
            executor.back(point)
            point = executor.mark()
        while executor.done + executor.refused < acts:
            generator, sequence = world.chance(random), []
            for _ in range(min(episode, acts - executor.done - executor.refused)):
                act = generator.next(executor.state, executor.now)
                sequence.append(act)
                executor.run(act)
            executor.compare_all()
            executor.back(point)
            point = executor.mark()
    except Mismatch as found:
        executor.back(point)
        world.engine.back(origin)
        case = shrink(world, sequence, found) if world.engine.name == "pyrevm" else Case.of(found, sequence)
        report.failure = case.to_json(world)
    report.acts, report.done = executor.done + executor.refused, executor.done
    report.seconds = time.monotonic() - started
    return report


def run_in_parallel(acts: int, seed: int, *, of: str = PLATFORM, engine: str = "pyrevm", workers: int = 2) -> Report:
    """The same in several processes, each with a seed of its own, added up."""
    if workers == 1:
        return run(acts, seed, of=of, engine=engine)
    share = acts // workers
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(run, share, seed * 1_000 + number, of=of, engine=engine) for number in range(workers)]
        total = Report(engine, of)
        for future in futures:
            total += future.result()
    return total
