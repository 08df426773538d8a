"""`sampan fuzz`: random acts against the contracts and the reference model together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sampan.cli import base
from sampan.suite.tell import amount

if TYPE_CHECKING:
    from rich.console import Console

    from sampan.fuzz.run import Report


@base.command()
@click.option("--acts", type=click.IntRange(1), default=100_000, show_default=True, help="How many acts.")
@click.option(
    "--of",
    type=click.Choice(["ledger", "platform"]),
    default="platform",
    show_default=True,
    help="Of bills and who is who alone, or of all contracts.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="A seed is a run: the same acts every time.")
@click.option(
    "--engine",
    type=click.Choice(["pyrevm", "tester", "anvil"]),
    default="pyrevm",
    show_default=True,
    help="What carries the acts out; pyrevm is a thousand times as fast as the others.",
)
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes, each with its share.")
@click.option("--walk-out", type=click.IntRange(1), metavar="STEPS", help="Walk out of every bill after every act.")
@click.option("--replay", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Run a kept case instead.")
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Where to keep what fails, cut down.")
def command(
    acts: int,
    of: str,
    seed: int,
    engine: str,
    workers: int,
    walk_out: int | None,
    replay: Path | None,
    keep: Path | None,
) -> None:
    """Hold the contracts against the reference model on random acts.

    Right and wrong parties, times, orders: after each act outcome, errors with their arguments, logs and storage are
    compared, and the properties asked that no sequence may break. What disagrees is cut down to the fewest acts.

    Needs a working copy of the project: the rooms of the run are test contracts.
    """
    from sampan.fuzz.run import run_in_parallel

    if replay is not None:
        _replay(replay, engine)
    elif walk_out is not None:
        _walk_out(walk_out, of, seed, engine)
    else:
        with base.output().progress("Acting"):
            report = run_in_parallel(acts, seed, of=of, engine=engine, workers=workers)
        _emit(report, seed, keep)


def _emit(report: Report, seed: int, keep: Path | None) -> None:
    reached, total, _ = report.coverage.share()
    kept = None
    if report.failure is not None and keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        kept = keep / f"seed-{seed}.json"
        kept.write_text(json.dumps(report.failure, indent=1) + "\n")
    body: dict[str, Any] = {
        "engine": report.engine,
        "of": report.of,
        "seed": seed,
        "acts": report.acts,
        "done": report.done,
        "seconds": round(report.seconds, 1),
        "cells": {"reached": reached, "reachable": total},
        "never_reached": report.missing(),
        "outcomes": {f"{verb} {outcome}": n for (verb, outcome), n in sorted(report.coverage.outcomes.items())},
        "failure": report.failure,
    }

    def human(console: Console) -> None:
        from rich.text import Text

        for line in report.lines():
            console.print(line, highlight=False)
        if report.missing():
            console.print(f"never reached: {', '.join(report.missing())}", highlight=False)
        if report.failure is None:
            console.print("contracts and model agree")
        else:
            found = report.failure
            title = Text(f"{found['kind']} after {found['verb']}", style="bold")
            console.print(Text.assemble(title, f": {found['message']}"), highlight=False)
            console.print(
                f"shown by {amount(len(found['acts']), 'act')}; {f'kept in {kept}' if kept else '--keep DIR keeps it'}"
            )

    base.output().emit("sampan.fuzz/1", body, human)
    if report.failure is not None or report.missing():
        base.answer_is_no()


def _replay(path: Path, engine: str) -> None:
    from sampan.fuzz.engines import opened
    from sampan.fuzz.executor import Executor, Mismatch
    from sampan.fuzz.shrink import read_case, replay
    from sampan.fuzz.world import World

    found = None
    with opened(engine) as chain:
        executor = Executor(World(chain))
        case = read_case(path, executor.world)
        executor.begin()
        try:
            replay(executor, case.acts)
        except Mismatch as mismatch:
            found = str(mismatch)
    body = {"engine": engine, "case": path, "acts": len(case.acts), "failure": found}
    said = f"{amount(len(case.acts), 'act')} on {engine}: " + (found or "contracts and model agree")
    base.output().emit("sampan.fuzz-replay/1", body, lambda console: console.print(said, highlight=False))
    if found is not None:
        base.answer_is_no()


def _walk_out(steps: int, of: str, seed: int, engine: str) -> None:
    from random import Random

    from sampan.fuzz.engines import opened
    from sampan.fuzz.executor import Mismatch
    from sampan.fuzz.walkout import Stuck, WalkOut
    from sampan.fuzz.world import World
    from sampan.subjects import SUITES

    found = None
    with opened(engine) as chain:
        walk = WalkOut(World(chain, SUITES[of]), Random(seed))
        try:
            walk.run(steps)
        except (Mismatch, Stuck) as stuck:
            found = str(stuck)
    walked = walk.walked
    body = {
        "engine": engine,
        "seed": seed,
        "steps": walked.steps,
        "suspensions": walked.suspensions,
        "bills": walked.bills,
        "acts": walked.acts,
        "failure": found,
    }
    said = f"{walked.steps} steps, {walked.suspensions} suspensions, {walked.bills:,} bills, {walked.acts:,} acts: " + (
        found or "every bill has a way out"
    )
    base.output().emit("sampan.fuzz-walkout/1", body, lambda console: console.print(said, highlight=False))
    if found is not None:
        base.answer_is_no()
