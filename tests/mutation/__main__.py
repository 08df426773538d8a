"""`make mutants`: tries every mutant, prints the score and the survivors by name; see `--help`."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Sequence
from random import Random
from typing import Any, Final

from mutation import python, solidity
from mutation.judge import KILLED, Verdict
from mutation.score import CONTRACTS, MODEL, Score, write

SOLIDITY: Final = 60
"""Mutants of the contracts that are drawn: each costs a build."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0: at least 95 % are killed; 1: fewer are, or a mutant could not be made."""
    asked = _parser().parse_args(arguments)
    chosen = _chosen(solidity.all_mutants() if asked.solidity else python.all_mutants(), asked)
    if asked.list:
        for mutant in chosen:
            print(mutant.name)
        print(f"{len(chosen)} mutants")
        return 0
    results: list[tuple[str, Verdict]] = []
    began = time.monotonic()

    def work(items: Any) -> None:
        bench: Any = (
            solidity.SolidityBench(asked.jobs, asked.limit or 1_800, items)
            if asked.solidity
            else python.Bench(asked.acts, asked.jobs, asked.limit or 60, lambda line: print(line, flush=True), items)
        )
        for mutant, verdict in bench.judged(chosen):
            results.append((mutant.name, verdict))
            if asked.verbose or asked.solidity or verdict.outcome != KILLED:
                said = f"{verdict.outcome} {verdict.seconds:.1f} s {mutant.name} {verdict.by}"
                print(f"{len(results):5} {said}", flush=True)
            elif len(results) % 50 == 0:
                print(f"{len(results):5} of {len(chosen)} after {time.monotonic() - began:.0f} s", flush=True)

    python.with_tests(work, solidity.JUDGES if asked.solidity else python.JUDGES)
    score = Score(results)
    print("", *score.lines(), f"{(time.monotonic() - began) / 60:.1f} minutes", sep="\n")
    if asked.page:
        write(score, CONTRACTS if asked.solidity else MODEL)
    return 0 if score.enough else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mutation", description=__doc__)
    parser.add_argument("--solidity", action="store_true", help="mutants of the contracts, sixty unless told otherwise")
    parser.add_argument("--list", action="store_true", help="name the mutants and try none")
    parser.add_argument("--only", action="append", default=[], metavar="PATTERN", help="those whose name it finds")
    parser.add_argument("--sample", type=int, metavar="N", help="so many of them, drawn")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="what they are drawn with")
    parser.add_argument("--acts", type=int, default=6_000, metavar="N", help="random acts of each of the two seeds")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes at a time")
    parser.add_argument("--limit", type=float, metavar="S", help="seconds to compute for one (60; of a contract 1800)")
    parser.add_argument("--verbose", action="store_true", help="a line for each mutant, with what noticed it")
    parser.add_argument("--page", action="store_true", help="write the score into docs/mutants.md")
    return parser


def _chosen(mutants: list[Any], asked: argparse.Namespace) -> list[Any]:
    found = [each for each in mutants if not asked.only or any(re.search(text, each.name) for text in asked.only)]
    most = asked.sample or (SOLIDITY if asked.solidity and not (asked.only or asked.list) else len(found))
    if most < len(found):
        drawn = set(Random(asked.seed).sample(range(len(found)), most))
        found = [each for index, each in enumerate(found) if index in drawn]
    return found


if __name__ == "__main__":
    sys.exit(main())
