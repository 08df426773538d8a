"""`make hostile`: tries every case before a real node, prints what comes of it, and writes docs/hostile.md."""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from hostile.cases import CASES, Case
from hostile.scene import Ran, Scene, as_new, scene
from support import surroundings

from sampan.cli.output import printable

PAGE = Path(__file__).resolve().parents[2] / "docs" / "hostile.md"
INTRODUCTION = """# Hostile nodes

Whoever reads a chain asks a node, and a node may be slow, busy, old, cut short, or a liar. Each row of these tables was
really tried: a proxy with that fault stands before a real node with a real ledger, and a command is asked through it.
`make hostile` tries them all again and writes this page; each row is a test as well (`tests/hostile/cases.py`).

- **survived**: the same answer as from an honest node, byte for byte.
- **said**: an error in words (exit 4). Nothing is believed, and nobody is accused.
- **caught**: a finding of the audit (exit 1).
- **done once**: the act stands once, and was told as done. *Told by the next run*: this run could not tell, and said
  so.
- **not to be known**: another answer than an honest node's, and no finding. What is altered or left out stands in the
  logs alone, or where nobody knows to look. Only a second node tells it: ask two that have nothing to do with each
  other.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """0: everything came as the table says; 1: something did not."""
    parser = argparse.ArgumentParser(prog="hostile.page", description=__doc__)
    parser.add_argument("--only", metavar="PATTERN", help="cases whose id, group or words it finds; writes no page")
    asked = parser.parse_args(arguments)
    surroundings.settle(Path(tempfile.mkdtemp()))
    chosen = [case for case in CASES if re.search(asked.only or "", f"{case.id} {case.group} {case.what}")]
    began, wrong, rows = time.monotonic(), 0, []
    with scene() as shared:
        for case in chosen:
            verdict, ran, command = tried(case, shared)
            rows.append((case, verdict, ran.words, command))
            right = verdict == case.verdict and re.search(case.says, ran.out) is not None
            wrong += not right
            print(f"{case.id:12} {verdict:16} {case.what}", flush=True)
            if not right:
                print(f"{'':12} should be {case.verdict!r}, saying {case.says!r}: {ran.words}", flush=True)
    print(f"{len(chosen)} cases, {wrong} not as they should be, {time.monotonic() - began:.0f} s")
    if not asked.only:
        PAGE.write_text(page(rows), encoding="utf-8")
    return 1 if wrong else 0


def tried(case: Case, shared: Scene) -> tuple[str, Ran, str]:
    """The verdict, how the command ended, and what was asked, on a ledger as new."""
    with scene() if case.alone else as_new(shared) as made:
        command = " ".join(part for part in case.asked(made) if not part.startswith("0x"))
        verdict, ran = case.tried(made)
        return verdict, ran, command


def page(rows: Iterable[tuple[Case, str, str, str]]) -> str:
    """docs/hostile.md."""
    parts, group = [INTRODUCTION], None
    for case, verdict, words, command in rows:
        if case.group != group:
            group = case.group
            parts.append(f"\n## {group}\n\n| The node | Asked | What comes of it | First words |\n|---|---|---|---|\n")
        said = "" if verdict in ("survived", "not to be known", "done once") else cell(words)
        parts.append(f"| {cell(case.what)} | `{command}` | {verdict} | {said} |\n")
    return "".join(parts)


def cell(text: str) -> str:
    """A text as it stands in a table."""
    brief = text if len(text) <= 200 else f"{text[:197]}..."
    return printable(brief).replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


if __name__ == "__main__":
    sys.exit(main())
