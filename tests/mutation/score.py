"""What a run came to: the score by place, the survivors by name; on the terminal and in docs/mutants.md."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from mutation.equivalent import EQUIVALENT
from mutation.judge import BROKEN, KILLED, SURVIVED, Verdict
from mutation.solidity import STILLBORN

ENOUGH: Final = 0.95
"""Share of the mutants that must be killed."""
PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "mutants.md"
MODEL, CONTRACTS = "The model", "The contracts"
_HEAD: Final = """# Mutants

Are the tests good enough? One small thing is made wrong at a time: a check is dropped, a comparison turned, an effect
left out, a sentence names somebody else. Then something must notice: the acts to which the contracts once answered, or
a test. `make mutants` tries the model, `make mutants MUTANTS=--solidity` a sample of the contracts; with `--page`,
either writes its part of this page.
"""


class Score:
    """Mutants by place and outcome."""

    def __init__(self, results: Sequence[tuple[str, Verdict]]) -> None:
        self.results = results
        self.places: dict[str, Counter[str]] = {}
        for name, verdict in results:
            # Neither counts: what nothing can tell apart, and what the compiler refuses.
            none = name in EQUIVALENT if verdict.outcome == SURVIVED else verdict.by.startswith(STILLBORN)
            place = name.split()[0].partition(":")[0]
            self.places.setdefault(place, Counter())["none" if none else verdict.outcome] += 1
        self.total: Counter[str] = sum(self.places.values(), Counter())

    @property
    def mutants(self) -> int:
        return self.total.total() - self.total["none"]

    @property
    def share(self) -> float:
        return self.total[KILLED] / self.mutants if self.mutants else 1.0

    @property
    def enough(self) -> bool:
        return self.share >= ENOUGH and not self.total[BROKEN]

    def survivors(self) -> list[str]:
        """Those that should have been noticed."""
        return [name for name, verdict in self.results if verdict.outcome == SURVIVED and name not in EQUIVALENT]

    def lines(self) -> Iterator[str]:
        """For the terminal."""
        for place, found in self.places.items():
            yield f"{place:28} {found[KILLED]:5} of {found.total() - found['none']:5} killed"
        yield f"{'all':28} {self.total[KILLED]:5} of {self.mutants:5} killed ({self.share:.1%})"
        yield f"{'no mutants at all':28} {self.total['none']:5}"
        yield from (f"survived: {name}" for name in self.survivors())
        for name, verdict in self.results:
            if verdict.outcome == BROKEN:
                yield f"could not be made: {name}\n{verdict.by}"
            elif verdict.outcome == KILLED and name in EQUIVALENT:
                yield f"was killed, and is said to be equivalent: {name}, by {verdict.by}"

    def section(self, title: str) -> str:
        """For the page."""
        said = [f"## {title}\n", f"{self.total[KILLED]:,} of {self.mutants:,} are killed: {self.share:.1%}.\n"]
        said += ["| In | Killed | Of |", "|---|---:|---:|"]
        for place, found in sorted(self.places.items()):
            said.append(f"| `{place}` | {found[KILLED]} | {found.total() - found['none']} |")
        if self.survivors():
            said += ["\nNothing noticed:\n", *(f"- {_code(name)}" for name in self.survivors())]
        equal = [name for name, verdict in self.results if verdict.outcome == SURVIVED and name in EQUIVALENT]
        if equal:
            said += ["\nNot counted, because nothing can tell them from the original:\n"]
            said += [f"- {_code(name)}: {EQUIVALENT[name]}" for name in equal]
        return "\n".join(said) + "\n"


def _code(name: str) -> str:
    return f"``{name} ``" if "`" in name else f"`{name}`"


def write(score: Score, title: str, page: Path = PAGE) -> None:
    """Writes one section of the page; the other stays as it is."""
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    sections = {found[1]: found[0] for found in re.finditer(r"^## (.+)$(?:\n(?!## ).*)*", text, re.MULTILINE)}
    sections[title] = score.section(title)
    ordered = [sections[each].strip() + "\n" for each in (MODEL, CONTRACTS) if each in sections]
    page.write_text("\n".join([_HEAD, *ordered]), encoding="utf-8")
