"""Takes one rule after the other out of the model, and looks for an event that this rule alone refuses.

A rule is one `raise Refusal(...)` in identity or bills. What it refused in an altered log is carried out without it:
when nothing else refuses, the events that it logs then are such as this rule alone keeps out of a ledger's history.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import CodeType, FunctionType
from typing import Any

from support.tamper import Altered, Found, tried

from sampan.fuzz.alone import Logged, begun
from sampan.model.perform import Call
from sampan.model.replay import Log, Replayed, Unreadable, replay
from sampan.suite.event import Event
from sampan.suite.verb import Refusal

MODULES = (
    "sampan.identity.rules",
    *(f"sampan.identity.verbs.{name}" for name in ("enrolment", "accounts", "publishing", "standing", "recovery")),
    "sampan.bills.rules",
    *(f"sampan.bills.verbs.{name}" for name in ("issue", "circulation", "surrender", "amendments", "tokens", "signed")),
)
PER_WAY = 24
"""Altered logs that are tried for one refusal of one function that one way of altering reached."""


@dataclass(frozen=True)
class Rule:
    """Where a refusal is raised: module, function, which of the same error in it."""

    module: str
    function: str
    error: str
    nth: int

    def __str__(self) -> str:
        name = f"{self.module.removeprefix('sampan.')}.{self.function}: {self.error}"
        return name if self.nth == 1 else f"{name} ({self.nth})"


def all_rules() -> list[Rule]:
    """Every rule of the subjects, in the order of the sources."""
    found: list[Rule] = []
    for module in MODULES:
        for function, statement in _raises(ast.parse(_source(module))):
            error = _error(statement)
            nth = sum((rule.module, rule.function, rule.error) == (module, function, error) for rule in found) + 1
            found.append(Rule(module, function, error, nth))
    return found


@contextmanager
def without(rule: Rule) -> Iterator[None]:
    """The model without a rule."""
    owner: Any = importlib.import_module(rule.module)
    for name in rule.function.split("."):
        owner = inspect.getattr_static(owner, name)
    assert isinstance(owner, FunctionType)
    before = owner.__code__
    owner.__code__ = _code_without(rule)
    try:
        yield
    finally:
        owner.__code__ = before


def kept_out_alone(rule: Rule, log: list[Logged], found: Found) -> tuple[Event, ...] | None:
    """Events that a rule alone keeps out of the history; None when none was found."""
    ways: dict[tuple[str, str], list[tuple[int, Altered]]] = defaultdict(list)
    for (function, error), examples in found.examples.items():
        if error == rule.error:
            for place, altered in examples:
                ways[function, altered.what].append((place, altered))
    wanted: dict[int, list[Altered]] = defaultdict(list)
    for examples in ways.values():
        for place, altered in examples[:: max(1, len(examples) // PER_WAY)]:
            wanted[place].append(altered)
    state = begun()
    for place, logged in enumerate(log):
        for altered in wanted.get(place, ()):
            with without(rule):
                events = _carried_out(state, altered)
            if events:
                wrong, _ = tried(state, Altered("", events, altered.time))
                if wrong and wrong[0].error == rule.error:
                    return events
        if logged.events:
            replay(state, logged.events, logged.time)
    return None


class _Free(Replayed):
    """A log that takes whatever the call logs."""

    __slots__ = ("logs",)

    def log(self, event: Event) -> None:
        self.logs.append(event)
        effect = self.state.suite.facts[type(event)].effect
        assert effect is not None
        effect(self.state, event)


def _carried_out(state: Any, altered: Altered) -> tuple[Event, ...]:
    """What the calls of an altered log would log, whatever it says itself; nothing when one is refused."""
    outer, now = state.begin(), state.now
    state.now = max(now, altered.time)
    logs: list[Event] = []
    try:
        index = 0
        while index < len(altered.events):
            actor, verb = next(Log(state, altered.events, index).calls())
            free = _Free(state, altered.events, index)
            free.logs = []
            free.call(Call(actor, verb))
            logs += free.logs
            index += max(len(free.logs), 1)
    except (Refusal, LookupError, ValueError, Unreadable, StopIteration, AttributeError):
        return ()
    finally:
        state.undo(outer)
        state.now = now
        state.end_transaction()
    return tuple(logs)


# ------------------------------------------------------------------------------------------------------------- sources


@cache
def _code_without(rule: Rule) -> CodeType:
    tree = ast.parse(_source(rule.module))
    same = [s for f, s in _raises(tree) if (f, _error(s)) == (rule.function, rule.error)]
    return _code(compile(_Removed(same[rule.nth - 1]).visit(tree), rule.module, "exec"), rule.function)


@cache
def _source(module: str) -> str:
    return inspect.getsource(importlib.import_module(module))


def _error(statement: ast.Raise) -> str:
    assert isinstance(statement.exc, ast.Call)
    assert isinstance(statement.exc.args[0], ast.Constant)
    return str(statement.exc.args[0].value)


def _raises(tree: ast.AST, inside: str = "") -> Iterator[tuple[str, ast.Raise]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield from _raises(node, f"{inside}.{node.name}".lstrip("."))
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and ast.unparse(node.exc.func) == "Refusal":
            yield inside, node
        else:
            yield from _raises(node, inside)


class _Removed(ast.NodeTransformer):
    def __init__(self, statement: ast.Raise) -> None:
        self.statement = statement

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        return ast.copy_location(ast.Pass(), node) if node is self.statement else node


def _code(code: CodeType, function: str) -> CodeType:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            if inner.co_qualname == function:
                return inner
            if function.startswith(inner.co_qualname + "."):
                return _code(inner, function)
    raise KeyError(function)
