"""`make prove`: proves every check, finds every seeded fault, prints a table and writes docs/proofs.md."""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from proofs import proved
from proofs.prover import BROKEN, HOLDS, ROOT, Answer, Prover, code, together
from proofs.seeded import FAULTS, Fault

from sampan.errors import SampanError

PAGE: Final = ROOT / "docs" / "proofs.md"
FOUND: Final = "found"
LIMIT: Final = 1_200


@dataclass
class Results:
    """What a whole run came to."""

    digest: str
    versions: Mapping[str, str]
    checks: dict[str, Answer]
    faults: dict[Fault, Answer]

    def minutes(self) -> float:
        """Of all runs of the prover together."""
        return sum(each.seconds for each in (*self.checks.values(), *self.faults.values())) / 60

    def wrong(self) -> list[str]:
        """What did not come as it must, in words."""
        held = [f"{name}: {answer.verdict}" for name, answer in self.checks.items() if answer.verdict != HOLDS]
        missed = [
            f"{fault.property} in {fault.check} does not find it that {fault.what}: {answer.verdict}"
            for fault, answer in self.faults.items()
            if answer.verdict != BROKEN
        ]
        return held + missed


def main(arguments: Sequence[str] | None = None) -> int:
    """0: all is proved and every fault found; 1: something is not, or could not be decided."""
    parser = argparse.ArgumentParser(prog="proofs.prove", description=__doc__)
    parser.add_argument("--only", metavar="PATTERN", help="checks and faults whose words it finds; writes no page")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="provers at a time")
    parser.add_argument("--limit", type=float, default=LIMIT, metavar="S", help="seconds for one check")
    parser.add_argument(
        "--anew", action="store_true", help="ask again what was answered of the same code and questions"
    )
    asked = parser.parse_args(arguments)
    wanted = re.compile(asked.only or "")
    checks = [name for name in proved.ACTS if wanted.search(name)]
    faults = [each for each in FAULTS if wanted.search(f"{each.property} {each.check} {each.what}")]
    try:
        with tempfile.TemporaryDirectory(prefix="sampan-proofs-") as folder:
            results = _proved(Path(folder), checks, faults, asked)
    except SampanError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    wrong = results.wrong()
    print(f"{len(checks)} checks, {len(faults)} seeded faults, {results.minutes():.0f} minutes of proving")
    for line in wrong:
        print(f"  {line}")
    if not asked.only and not wrong:
        PAGE.write_text(page(results), encoding="utf-8")
    return 1 if wrong else 0


def _proved(folder: Path, checks: list[str], faults: list[Fault], asked: argparse.Namespace) -> Results:
    began = time.monotonic()
    codes = code()
    prover = Prover(folder, codes, asked.limit, not asked.anew)
    print(f"laid out after {time.monotonic() - began:.0f} s", flush=True)

    def told(name: str, words: str, answer: Answer, right: str) -> Answer:
        said = (FOUND if right == BROKEN else HOLDS) if answer.verdict == right else f"NOT {right}: {answer.verdict}"
        print(f"{name:22} {said:8} {answer.paths:6} paths {answer.seconds:6.1f} s  {words}", flush=True)
        if answer.verdict != right and answer.model:
            print(answer.model, flush=True)
        return answer

    with ThreadPoolExecutor(asked.jobs) as pool:
        held = {each: [pool.submit(prover.check, each, case) for case in range(proved.cases(each))] for each in checks}
        found = {each: pool.submit(prover.seeded, each) for each in faults}
        return Results(
            prover.digest,
            prover.versions,
            {
                each: told(each, proved.ACTS[each], together([case.result() for case in waiting]), HOLDS)
                for each, waiting in held.items()
            },
            {each: told(each.check, each.what, waiting.result(), BROKEN) for each, waiting in found.items()},
        )


# ------------------------------------------------------------------------------------------------------------- the page


INTRODUCTION: Final = """# Proofs

Tests try some states; a proof is about all of them. A prover runs one act on the ledger with the state and the act left
open, follows every path of the code, and asks a solver of each whether anything could break what must hold.
`make prove` does so for every verb below, and writes this page. It is no part of `make test`.

Proved of the shipped bytecode by these questions, `{digest}`, with {tools}.
{checks} checks and {faults} seeded faults took {minutes:.0f} minutes of one core.

## What holds

Of every act of the table that succeeds (WAY_OUT: of every one that must succeed). The ids are those of
[guarantees](guarantees.md) and [rules](rules.md).

| property | what holds | serves | asked of |
|---|---|---|---|"""
FAULTY: Final = """
## Seeded faults

A proof that cannot fail says nothing. One fault at a time is put into a copy of the contracts. The check must find it,
asked for that property alone. Each property and each check has one, so no check is empty.

| fault | source | property | found by |
|---|---|---|---|"""


def page(results: Results) -> str:
    """docs/proofs.md."""
    asked = proved.asked()
    lines = [
        INTRODUCTION.format(
            digest=results.digest,
            tools=", ".join(f"{name} {version}" for name, version in results.versions.items()),
            checks=len(results.checks),
            faults=len(results.faults),
            minutes=results.minutes(),
        )
    ]
    for each in (*proved.PROPERTIES, proved.WELL_FORMED):
        acts = ", ".join(f"`{check}`" for check in proved.ACTS if each.name in asked[check])
        lines.append(f"| {each.name} | {each.says} | {each.ids} | {acts} |")
    lines += ["", "## The acts", "", "| check | what is tried | runs | paths | seconds |", "|---|---|---:|---:|---:|"]
    for check, answer in results.checks.items():
        figures = f"{proved.cases(check)} | {answer.paths:,} | {answer.seconds:.0f}"
        lines.append(f"| `{check}` | {proved.ACTS[check]} | {figures} |")
    lines.append(FAULTY)
    for fault in results.faults:
        source = fault.source.removeprefix("contracts/")
        lines.append(f"| {fault.what} | `{source}` | {fault.property} | `{fault.check}` |")
    lines += ["", "## From which states", "", *(f"- {each}" for each in proved.ASSUMED)]
    lines += ["", "## Not proved", "", "| | why; what holds it instead |", "|---|---|"]
    lines += [f"| {what} | {why} |" for what, why in proved.UNCOVERED]
    lines += ["", "## Trusted", "", *(f"- {each}" for each in proved.TRUSTED)]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main())
