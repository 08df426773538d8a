"""`make mutants`: tries every mutant, prints the score and the survivors by name; see `--help`."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

from mutation.equivalent import EQUIVALENT
from mutation.judge import BROKEN, KILLED, SURVIVED, Verdict
from mutation.python import Bench, all_mutants, with_tests

ENOUGH = 0.95


def main(arguments: Sequence[str] | None = None) -> int:
    """0: at least 95 % are killed; 1: fewer are, or a mutant could not be made."""
    asked = _parser().parse_args(arguments)
    chosen = _chosen(all_mutants(), asked)
    if asked.list:
        for mutant in chosen:
            print(mutant.name)
        print(f"{len(chosen)} mutants")
        return 0
    results: list[tuple[str, Verdict]] = []
    began = time.monotonic()

    def work(items: Any) -> None:
        bench = Bench(asked.acts, asked.jobs, asked.limit, lambda line: print(line, flush=True))
        bench.items = items
        for mutant, verdict in bench.judged(chosen):
            results.append((mutant.name, verdict))
            if asked.verbose or verdict.outcome != KILLED:
                print(
                    f"{len(results):5} {verdict.outcome} {verdict.seconds:.1f} s {mutant.name} {verdict.by}", flush=True
                )
            elif len(results) % 50 == 0:
                print(f"{len(results):5} of {len(chosen)} after {time.monotonic() - began:.0f} s", flush=True)

    with_tests(work)
    return report(results, time.monotonic() - began)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mutation", description=__doc__)
    parser.add_argument("--list", action="store_true", help="name the mutants and try none")
    parser.add_argument("--only", action="append", default=[], metavar="PATTERN", help="those whose name it finds")
    parser.add_argument("--sample", type=int, metavar="N", help="so many of them, drawn")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="what they are drawn with")
    parser.add_argument("--acts", type=int, default=6_000, metavar="N", help="random acts of each of the two seeds")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes at a time")
    parser.add_argument("--limit", type=float, default=90.0, metavar="S", help="seconds for one mutant")
    parser.add_argument("--verbose", action="store_true", help="a line for each mutant, with what noticed it")
    return parser


def _chosen(mutants: list[Any], asked: argparse.Namespace) -> list[Any]:
    found = [each for each in mutants if not asked.only or any(re.search(text, each.name) for text in asked.only)]
    if asked.sample is not None and asked.sample < len(found):
        drawn = set(Random(asked.seed).sample(range(len(found)), asked.sample))
        found = [each for index, each in enumerate(found) if index in drawn]
    return found


def report(results: Sequence[tuple[str, Verdict]], seconds: float) -> int:
    """Prints the score by module and the survivors by name."""
    outcomes: dict[str, Counter[str]] = {}
    for name, verdict in results:
        equivalent = verdict.outcome == SURVIVED and name in EQUIVALENT
        outcomes.setdefault(name.split()[0], Counter())["equivalent" if equivalent else verdict.outcome] += 1
    print()
    total: Counter[str] = Counter()
    for place, found in outcomes.items():
        total += found
        print(f"{place:28} {found[KILLED]:5} of {found.total() - found['equivalent']:5} killed")
    mutants = total.total() - total["equivalent"]
    share = total[KILLED] / mutants if mutants else 1.0
    print(f"{'all':28} {total[KILLED]:5} of {mutants:5} killed ({share:.1%}) in {seconds / 60:.1f} minutes;", end=" ")
    print(f"{total['equivalent']} that nothing can tell from the original do not count")
    for name, verdict in results:
        if verdict.outcome == SURVIVED and name not in EQUIVALENT:
            print(f"survived: {name}")
        elif verdict.outcome == BROKEN:
            print(f"could not be made: {name}\n{verdict.by}")
        elif verdict.outcome == KILLED and name in EQUIVALENT:
            print(f"was killed, and is said to be equivalent: {name}, by {verdict.by}")
    return 0 if share >= ENOUGH and not total[BROKEN] else 1


if __name__ == "__main__":
    sys.exit(main())
