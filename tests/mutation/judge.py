"""Tries mutants, each in a process of its own that is forked from one in which everything is loaded."""

from __future__ import annotations

import os
import pickle
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from types import FrameType
from typing import Any, Final, TypeVar

M = TypeVar("M")
T = TypeVar("T")

KILLED: Final = "killed"
SURVIVED: Final = "survived"
BROKEN: Final = "broken"
"""The tool could not make it: a fault of the tool."""


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant, and what noticed it."""

    outcome: str
    by: str = ""
    seconds: float = 0.0


def tried(
    mutants: Iterable[M], judge: Callable[[M], str | None], *, jobs: int = 2, limit: float = 60.0
) -> Iterator[tuple[M, Verdict]]:
    """Each mutant with its verdict, as they come. `judge` makes it so and gives what noticed, None: nothing did; it
    runs in a process of its own, and one that computes for longer than `limit` seconds counts as noticed."""
    # A busy machine must not kill a mutant: the clock on the wall says nothing of how long it computes.
    seconds = max(1, round(limit))
    waiting = iter(mutants)
    running: dict[int, tuple[M, int, float]] = {}
    more = True
    while more or running:
        while more and len(running) < jobs:
            try:
                mutant = next(waiting)
            except StopIteration:
                more = False
                break
            pipe, pid = _forked(partial(judge, mutant), seconds=seconds)
            running[pipe] = (mutant, pid, time.monotonic())
        if not running:
            return
        ready, _, _ = select.select(list(running), [], [])
        for pipe in ready:
            mutant, pid, began = running.pop(pipe)
            outcome = _read(pipe)
            os.close(pipe)
            _, status = os.waitpid(pid, 0)
            if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
                outcome = (KILLED, f"more than {seconds} s")
            yield mutant, Verdict(*outcome, time.monotonic() - began)


def in_a_fork(work: Callable[[], T]) -> T:
    """What work gives, done in a process of its own: this one stays as it is."""
    pipe, pid = _forked(work, plain=True)
    outcome: Any = _read(pipe)
    os.close(pipe)
    os.waitpid(pid, 0)
    if outcome[0] == BROKEN:
        raise RuntimeError(outcome[1])
    return outcome[1]  # type: ignore[no-any-return]


def _forked(work: Callable[[], Any], *, plain: bool = False, seconds: int | None = None) -> tuple[int, int]:
    sys.stdout.flush()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return reading, pid
    os.close(reading)
    if seconds is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    try:
        found = work()
        outcome: Any = (KILLED, found) if plain or found is not None else (SURVIVED, "")
    except BaseException:
        outcome = (BROKEN, traceback.format_exc())
    with os.fdopen(writing, "wb") as pipe:
        pickle.dump(outcome, pipe)
    # Neither pytest's nor Python's own leave-taking is this process's business.
    os._exit(0)


def _read(pipe: int) -> Any:
    parts = []
    while part := os.read(pipe, 1 << 16):
        parts.append(part)
    # A process that died without a word could not bear the mutant.
    return pickle.loads(b"".join(parts)) if parts else (KILLED, "the process died")


# --------------------------------------------------------------------------------------------------------- what runs it


Lines = frozenset[tuple[str, int]]
"""(file, line)."""


def lines_of(work: Callable[[], object], files: Sequence[str]) -> Lines:
    """The lines of some files that run while work is done."""
    found: set[tuple[str, int]] = set()
    wanted = frozenset(files)

    def inside(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            found.add((frame.f_code.co_filename, frame.f_lineno))
        return inside

    def outside(frame: FrameType, _event: str, _: Any) -> Any:
        name = frame.f_code.co_filename
        if name not in wanted:
            return None
        found.add((name, frame.f_lineno))
        return inside

    before = sys.gettrace()
    sys.settrace(outside)
    try:
        work()
    finally:
        sys.settrace(before)
    return frozenset(found)
