"""The mutants of rules, verbs, replay and sentences: held against kept acts first, then against the tests."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from itertools import chain
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, Final

import pytest

from mutation.acts import Kept, Player
from mutation.declared import declared, fields_of
from mutation.judge import Lines, Verdict, in_a_fork, lines_of, tried
from mutation.mutate import DoesNotLoad, Mutant, mutants
from sampan.suite import tell

TESTS: Final = Path(__file__).resolve().parents[1]

MODULES: Final = (
    "identity.rules",
    "identity.verbs.accounts",
    "identity.verbs.enrolment",
    "identity.verbs.publishing",
    "identity.verbs.recovery",
    "identity.verbs.standing",
    "identity.telling",
    "bills.rules",
    "bills.telling",
    "bills.verbs",
    "cargo.rules",
    "cargo.conditions",
    "cargo.verbs",
    "finance.inside",
    "finance.prints",
    "finance.loans.bounds",
    "finance.loans.cargo",
    "finance.loans.checks",
    "finance.loans.history",
    "finance.loans.records",
    "finance.loans.room",
    "finance.loans.rules",
    "finance.loans.sales",
    "finance.loans.terms",
    "finance.loans.verbs",
    "finance.positions.records",
    "finance.positions.rules",
    "finance.positions.verbs",
    "finance.registrations.records",
    "finance.registrations.rules",
    "finance.registrations.verbs",
    "model.replay",
    "suite.tell",
    "client.prints",
)
"""What is mutated, below `sampan`; of a package, all modules."""
SEEDS: Final = (1, 2)
"""Of the random acts."""
JUDGES: Final = (
    "model",
    "finance/model",
    "suite",
    "client/test_sentences.py",
    "client/test_prints_of_a_document.py",
    "client/test_facility_files.py",
    "audit/test_causes.py",
    "audit/test_cargo.py",
    "audit/loans",
    "audit/test_altered_logs_of_loans.py",
)
"""The folders of the tests that judge. Which of them run a mutant's line was found out beforehand; the others cannot
notice it."""

ONLY_FOR: Final = {
    "test_causes.py": "model/replay.py",
    "test_rebuild.py": "model/replay.py",
    "test_ids.py": "suite/ids.py",
}
"""Tests that take long and judge one module's mutants alone."""

TOO_LONG: Final = "test_replay_refuses"
"""Tests that alter a log in thousands of places: a mutant would wait for minutes."""


def all_mutants() -> list[Mutant]:
    """Every mutant of the modules and of the declarations."""
    made = []
    for module in chain.from_iterable(map(_modules, MODULES)):
        name = module.__name__.removeprefix("sampan.")
        users = (tell.__file__ or "") if name.endswith(("telling", "tell")) else ""
        made += mutants(module, name.replace(".", "/") + ".py", fields_of, users)
    return [*made, *declared()]


def _modules(name: str) -> list[ModuleType]:
    module = import_module(f"sampan.{name}")
    inner = [each.name for each in iter_modules(getattr(module, "__path__", []))]
    return [import_module(f"sampan.{name}.{each}") for each in inner] or [module]


@dataclass
class Bench:
    """Everything that a mutant is held against, loaded once: kept acts, and tests that pytest has collected."""

    acts: int
    jobs: int
    limit: float
    said: Callable[[str], None]
    items: Sequence[pytest.Item]
    kept: Kept = field(init=False)
    by_acts: list[Lines] = field(default_factory=list)
    by_tests: list[Lines] = field(default_factory=list)

    def judged(self, chosen: Sequence[Mutant]) -> Iterator[tuple[Mutant, Verdict]]:
        """Each mutant with its verdict. Raises RuntimeError when something fails without any mutant."""
        files = sorted({each.file for each in chosen if each.file})
        self.kept = Kept(self.acts, SEEDS, self.said)
        self.by_acts = in_a_fork(lambda: self._lines_of_acts(files))
        by_tests, seconds = in_a_fork(lambda: self._lines_of_tests(files))
        # A module's tests share what they set up, and stay together; the quickest modules come first.
        total: Counter[Any] = Counter()
        for item, spent in zip(self.items, seconds, strict=True):
            total[item.path] += spent  # type: ignore[assignment]
        order = sorted(range(len(self.items)), key=lambda index: (total[self.items[index].path], index))
        self.items = [self.items[index] for index in order]
        self.by_tests = [by_tests[index] for index in order]
        for path, spent in total.most_common(5):
            self.said(f"{spent:.1f} s {path.name}")
        self.said(f"{len(self.kept.episodes)} episodes and {len(self.items)} tests are ready")
        yield from tried(chosen, self._judge, jobs=self.jobs, limit=self.limit)

    def _lines_of_acts(self, files: Sequence[str]) -> list[Lines]:
        found = []
        player = Player(self.kept)
        for episode in self.kept.episodes:
            found.append(lines_of(partial(player.play, episode), files))
        return found

    def _lines_of_tests(self, files: Sequence[str]) -> tuple[list[Lines], list[float]]:
        found, seconds = [], []
        for index, item in enumerate(self.items):
            following = self.items[index + 1] if index + 1 < len(self.items) else None
            failed: list[str] = []
            began = time.process_time()
            found.append(lines_of(partial(run_test, item, following, failed), files))
            if failed:
                raise RuntimeError(f"without any mutant {item.nodeid} fails: {failed[0]}")
            seconds.append(time.process_time() - began)
        return found, seconds

    def _judge(self, mutant: Mutant) -> str | None:
        try:
            mutant.apply()
        except DoesNotLoad as found:
            return f"it does not load: {found}"[:300]
        return self._judged_by_acts(mutant) or self._judged_by_tests(mutant)

    def _judged_by_acts(self, mutant: Mutant) -> str | None:
        try:
            player = None
            for episode, lines in zip(self.kept.episodes, self.by_acts, strict=True):
                if _runs(mutant, lines):
                    player = player or Player(self.kept)
                    player.play(episode)
        except Exception as found:
            return f"acts: {type(found).__name__}: {found}"[:300]
        return None

    def _judged_by_tests(self, mutant: Mutant) -> str | None:
        chosen = [
            item
            for item, lines in zip(self.items, self.by_tests, strict=True)
            if _runs(mutant, lines) and mutant.name.startswith(ONLY_FOR.get(item.path.name, ""))
        ]
        following: list[pytest.Item | None] = [*chosen[1:], None]
        for item, then in zip(chosen, following, strict=False):
            if run_test(item, then, []):
                return f"test: {item.nodeid}"
        return None


def _runs(mutant: Mutant, lines: Lines) -> bool:
    return not mutant.lines or any(file == mutant.file and line in mutant.lines for file, line in lines)


def run_test(item: pytest.Item, following: pytest.Item | None, failed: list[str]) -> bool:
    """Runs one test; whether it failed, and how."""
    from _pytest.runner import runtestprotocol

    reports = runtestprotocol(item, log=False, nextitem=following)
    failed += [str(report.longrepr) for report in reports if report.failed]
    return bool(failed)


class _Collected:
    """A plugin that does something else than run the tests, once they are collected."""

    def __init__(self, work: Callable[[Sequence[pytest.Item]], None]) -> None:
        self.work = work

    def pytest_runtestloop(self, session: Any) -> bool:
        assert session.items, "no tests were collected"
        self.work(session.items)
        return True


def with_tests(work: Callable[[Sequence[pytest.Item]], None], folders: Sequence[str] = JUDGES) -> None:
    """Has pytest collect the tests of some folders and does the work with them."""
    options = ["-o", "addopts=", "-s", "-p", "no:ape_test", "-p", "no:cacheprovider", "-p", "no:terminal"]
    places = [str(TESTS / folder) for folder in folders if (TESTS / folder).exists()]
    chosen = ["-m", "not (long or fuzz or solc or anvil)", "-k", f"not {TOO_LONG}"]
    code = pytest.main([*options, *chosen, *places], plugins=[_Collected(work)])
    if code not in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
        raise RuntimeError(f"pytest ends with {code!r}")
