"""Mutants of the contracts: each is built with the pinned compiler, held against the model, then against the tests.

The model's random acts come first: contracts and model disagree about a mutant that matters. Then the contract tests
run on the artifacts of the mutant. Builds are kept in .cache/mutants, since each takes up to a minute.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pytest

from mutation.acts import Kept
from mutation.judge import Verdict, tried
from mutation.python import TESTS, run_test
from sampan.fuzz.executor import Mismatch
from sampan.toolchain import artifacts
from sampan.toolchain.settings import compiler_settings
from sampan.toolchain.solc import Compiler, find
from sampan.toolchain.sources import Sources

ROOT: Final = TESTS.parent
JUDGES: Final = (
    "model/test_bills_rule_by_rule.py",
    "model/test_who_is_who_rule_by_rule.py",
    "model/test_cargo_rule_by_rule.py",
    "bills",
    "identity",
    "cargo",
)
"""What random acts seldom reach, on contracts and model: quick, so it comes first. Then the contract tests."""
STILLBORN: Final = "compiler"
"""With this begins what is told of a mutant that the compiler refuses: it is none."""
CACHE: Final = ".cache/mutants"
ACTS: Final = 4_000
SEEDS: Final = (1, 2)

_FOLDERS: Final = ("contracts/bills", "contracts/identity", "contracts/cargo")
_ASIDE: Final = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.DOTALL)
_CHECK: Final = re.compile(r"\bif \(")
_REVERT: Final = re.compile(r"\s*(?:\{\s*revert [^;]+;\s*\}|revert [^;]+;|_revert\w*\([^;]*\);)")
_SWAPS: Final = {"==": "!=", "!=": "==", "<=": "<", ">=": ">", "<": "<=", ">": ">=", "&&": "||", "||": "&&"}
_SWAP: Final = re.compile(r" (==|!=|<=|>=|<|>|&&|\|\|) ")
_EFFECT: Final = re.compile(
    r"^ {8,}(emit [^;]+|delete [^;]+|_\w+(?:\[[^\]]+\])* = [^;]+|\w+ = \w+\.\w+\([^;]*\)|_\w+\([^;=]*\)"
    r"|\w+(?:\[[^\]]+\]|\.\w+)+ [|&+-]?= [^;]+|\w+(?:\.\w+)+\([^;=]*\)|\+\+_?\w+|_?\w+\+\+);$",
    re.MULTILINE,
)
_WORD: Final = re.compile(r"[A-Za-z]{6,}")
_CONSTANT: Final = re.compile(r"\bconstant \w+ = (\d+)(?: (?:hours|days))?;")


@dataclass(frozen=True)
class SolidityMutant:
    """One thing that is wrong in one source."""

    name: str
    source: str
    start: int
    end: int
    put: str
    """What stands in the place of the characters from start to end."""

    def text(self) -> str:
        """The source with it."""
        text = (ROOT / self.source).read_text(encoding="utf-8")
        return text[: self.start] + self.put + text[self.end :]

    def line(self) -> str:
        """The line in which it begins."""
        text = (ROOT / self.source).read_text(encoding="utf-8")
        return text[text.rfind("\n", 0, self.start) + 1 : text.find("\n", self.start)]


def all_mutants() -> list[SolidityMutant]:
    """Every mutant of the contracts' code."""
    sources = [path for folder in _FOLDERS for path in sorted((ROOT / folder).glob("*.sol"))]
    found = [each for path in sources for each in mutants_of(path.relative_to(ROOT).as_posix())]
    named: Counter[str] = Counter()
    for index, each in enumerate(found):
        named[each.name] += 1
        if named[each.name] > 1:
            found[index] = replace(each, name=f"{each.name} ({named[each.name]})")
    return found


def mutants_of(source: str) -> Iterator[SolidityMutant]:
    """The mutants of one source, in order of their kind."""
    text = (ROOT / source).read_text(encoding="utf-8")
    # Comments and strings keep their length and lose their content.
    code = _ASIDE.sub(lambda found: re.sub(r"[^\n]", "_", found[0]), text)
    label = source.removeprefix("contracts/")

    def mutant(what: str, start: int, end: int, put: str = "") -> SolidityMutant:
        said = " ".join(text[start:end].split())
        line = code.count("\n", 0, start) + 1
        return SolidityMutant(f"{label}:{line} {what} `{said[:100]}`", source, start, end, put)

    for found in _CHECK.finditer(code):
        close = _closing(code, found.end() - 1)
        reverts = _REVERT.match(code, close + 1)
        if reverts is not None:
            yield mutant("drop the check", found.start(), reverts.end())
    for found in _SWAP.finditer(code):
        line = code[code.rfind("\n", 0, found.start()) + 1 : code.find("\n", found.end())]
        if not line.lstrip().startswith(("import", "pragma", "for ", "using")):
            start, end = found.span(1)
            said = " ".join(line.split())
            made = mutant(f"{_SWAPS[found[1]]} for", start, end, _SWAPS[found[1]])
            yield SolidityMutant(f"{made.name} in `{said[:90]}`", source, start, end, made.put)
    for found in _EFFECT.finditer(code):
        yield mutant("drop", found.start(1), found.end())
    for found in _CONSTANT.finditer(code):
        start, end = found.span(1)
        yield SolidityMutant(
            f"{label}: one more in `{' '.join(found[0].split())}`", source, start, end, str(int(found[1]) + 1)
        )


def _closing(code: str, opening: int) -> int:
    depth = 0
    for index in range(opening, len(code)):
        depth += {"(": 1, ")": -1}.get(code[index], 0)
        if depth == 0:
            return index
    raise ValueError("a parenthesis is not closed")


# ------------------------------------------------------------------------------------------------------------ building


class Builder:
    """Builds mutants: of each contract that has the mutated source in its closure, new creation code."""

    def __init__(self) -> None:
        self.compiler: Compiler = find(ROOT)
        self.sources = Sources(ROOT)
        record = artifacts.build_record()
        assert record is not None
        found = [artifacts.load(name) for name in record.contracts]
        self.contracts = {
            each.name: each.source for each in found if each.deployable and each.source.startswith("contracts/")
        }

    def build(self, mutant: SolidityMutant) -> dict[str, str]:
        """Contract's name → creation code in hex. Raises ValueError with what the compiler said."""
        of = {name: each for name, each in self.contracts.items() if mutant.source in self.sources.closure([each])}
        closure = self.sources.closure(of.values())
        texts = {each: self.sources.text(each) for each in closure} | {mutant.source: mutant.text()}
        wanted: dict[str, dict[str, list[str]]] = {}
        for name, source in of.items():
            wanted.setdefault(source, {})[name] = ["evm.bytecode.object"]
        request = {
            "language": "Solidity",
            "sources": {each: {"content": text} for each, text in texts.items()},
            "settings": {**compiler_settings(), "outputSelection": wanted},
        }
        key = hashlib.sha256(json.dumps([self.compiler.version, request]).encode()).hexdigest()
        kept = ROOT / CACHE / f"{key}.json"
        if kept.is_file():
            answer: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        else:
            answer = self.compiler.compile(request, ROOT)
            kept.parent.mkdir(parents=True, exist_ok=True)
            new = kept.with_suffix(f".{mutant.start}.new")
            new.write_text(json.dumps(answer), encoding="utf-8")
            new.replace(kept)
        # Warnings (of a parameter that nobody reads any more) are no reason not to try it.
        errors = [said["message"] for said in answer.get("errors", []) if said["severity"] == "error"]
        if errors:
            raise ValueError(errors[0])
        return {name: answer["contracts"][source][name]["evm"]["bytecode"]["object"] for name, source in of.items()}


def use(codes: dict[str, str], folder: Path) -> None:
    """Lets this process take its artifacts from a folder: the shipped ones, with other creation code."""
    for file in Path(str(artifacts.shipped())).glob("*.json"):
        shutil.copy(file, folder / file.name)
    for name, code in codes.items():
        file = folder / f"{name}.json"
        document = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps({**document, "bytecode": "0x" + code}), encoding="utf-8")
    setattr(artifacts, "shipped", lambda: folder)  # noqa: B010
    artifacts.load.cache_clear()


# ------------------------------------------------------------------------------------------------------------- judging


@dataclass
class SolidityBench:
    """What mutants of the contracts are held against."""

    jobs: int
    limit: float
    items: Sequence[pytest.Item]
    builder: Builder = field(default_factory=Builder)

    def judged(self, chosen: Sequence[SolidityMutant]) -> Iterator[tuple[SolidityMutant, Verdict]]:
        """Each mutant with its verdict."""
        yield from tried(chosen, self._judge, jobs=self.jobs, limit=self.limit)

    def _judge(self, mutant: SolidityMutant) -> str | None:
        try:
            codes = self.builder.build(mutant)
        except ValueError as error:
            return f"{STILLBORN}: {error}"
        with tempfile.TemporaryDirectory(prefix="sampan-mutant-") as folder:
            use(codes, Path(folder))
            return _by_acts() or self._by_tests(mutant)

    def _by_tests(self, mutant: SolidityMutant) -> str | None:
        items = self._likeliest_first(mutant)
        following: list[pytest.Item | None] = [*items[1:], None]
        for item, then in zip(items, following, strict=False):
            if run_test(item, then, []):
                return f"test: {item.nodeid}"
        return None

    def _likeliest_first(self, mutant: SolidityMutant) -> list[pytest.Item]:
        """The tests, those modules first that name most of what the mutated line names."""
        line = mutant.line()
        spoken = {item.path: item.path.read_text(encoding="utf-8") for item in self.items}
        named = {path: sum(word in text for word in set(_WORD.findall(line))) for path, text in spoken.items()}
        by_rule = JUDGES[:3]
        return sorted(self.items, key=lambda item: (not str(item.path).endswith(by_rule), -named[item.path]))


def _by_acts(keep: Callable[..., object] = Kept) -> str | None:
    try:
        keep(ACTS, SEEDS)
    except Mismatch as found:
        return f"acts: {found}"[:300]
    except Exception as found:
        # Its deployment fails, or it runs out of gas.
        return f"acts: {type(found).__name__}: {found}"[:300]
    return None
