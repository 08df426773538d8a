"""Mutants of what is declared and not run: sentences with the wrong field, missing flags of verbs and events."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from mutation.mutate import Fields, Mutant
from sampan.subjects import SUITE
from sampan.suite import tell
from sampan.suite.codec import python_name
from sampan.suite.event import Event
from sampan.suite.events import EVENTS
from sampan.suite.verb import Fact, Verb

_FIELD: Final = re.compile(r"\{([\w.]+)\}")
_AT: Final = range(0)


def types_of(signature: str) -> list[str]:
    """The types of the parameters in a signature; a tuple is one."""
    found, depth = [""], 0
    for letter in signature.partition("(")[2][:-1]:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            found.append("")
        else:
            found[-1] += letter
    return found


def others(kind: type[Event]) -> dict[str, str]:
    """Field of an event → the next of the same type, where there is one."""
    types: dict[str, list[str]] = {}
    solidity = ["address"] * kind.SEVERAL + types_of(kind.SIGNATURE)
    for name, told in zip(kind.FIELDS, solidity, strict=bool(kind.FIELDS)):
        types.setdefault(told, []).append(python_name(name))
    return {
        name: names[(index + 1) % len(names)]
        for names in types.values()
        for index, name in enumerate(names)
        if len(names) > 1
    }


def fields_of(node: ast.AST, name: str) -> Fields:
    """Of a function or a decorator: which fields of its event may be mistaken for which."""
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Attribute):
        kind = EVENTS.get(node.args[0].attr)
        return others(kind) if kind else {}
    if isinstance(node, ast.FunctionDef):
        annotated = [each.annotation for each in node.args.args if each.arg == "e"]
        told = [ast.unparse(each) for each in annotated if each is not None]
        kinds = [EVENTS[found] for text in told for found in re.findall(r"ev\.(\w+)", text)]
        kinds += [kind for kind, fact in SUITE.facts.items() if getattr(fact.told, "__name__", "") == name]
        return others(kinds[0]) if kinds else {}
    return {}


def declared() -> Iterator[Mutant]:
    """Sentences and labels with another field; flags that are missing."""
    for kind, fact in SUITE.facts.items():
        label = f"{fact.kind.__module__.rpartition('.')[2]} {kind.__name__}"
        if isinstance(fact.told, str):
            yield from _sentences(kind, fact, label)
        if fact.beside is not None:
            yield Mutant(f"{label}: nothing beside it", "", _AT, _set(fact, "beside", None))
        if fact.act:
            yield Mutant(f"{label}: no act", "", _AT, _no_act(kind, fact))
    for verb in SUITE.verbs.values():
        yield from _flags(verb)


def _sentences(kind: type[Event], fact: Fact, label: str) -> Iterator[Mutant]:
    python = {name: python_name(name) for name in kind.FIELDS}
    contract = {mine: name for name, mine in python.items()}
    assert isinstance(fact.told, str)
    for found in _FIELD.finditer(fact.told):
        other = others(kind).get(python[found[1]])
        if other is not None:
            told = fact.told[: found.start()] + "{" + contract[other] + "}" + fact.told[found.end() :]
            name = f"{label}: tell {contract[other]} for {found[1]}"
            yield Mutant(name, tell.__file__, _lines(tell.sentence), _set(fact, "told", told))


def _flags(verb: type[Verb]) -> Iterator[Mutant]:
    label = f"verb {verb.subject.name} {verb.__name__}"
    if verb.power:
        yield Mutant(f"{label}: no power is asked for", "", _AT, _set(verb, "power", ""))
    if verb.payable:
        yield Mutant(f"{label}: not payable", "", _AT, _set(verb, "payable", False))
    else:
        yield Mutant(f"{label}: payable", "", _AT, _set(verb, "payable", True))
    if verb.by and verb.read.__func__ is Verb.read.__func__:  # type: ignore[attr-defined]
        yield Mutant(f"{label}: the log does not tell who acted", "", _AT, _set(verb, "by", ""))
    for found in _FIELD.finditer(verb.label):
        said = verb.label[: found.start()] + verb.label[found.end() :]
        name = f"{label}: label without {found[1]}"
        yield Mutant(name, tell.__file__, _lines(tell.label), _set(verb, "label", said))
    for kind in verb.logs:
        yield Mutant(f"{label}: not read from {kind.__name__}", "", _AT, _unread(verb, kind))


def _lines(function: Any) -> range:
    source, first = inspect.getsourcelines(function)
    return range(first, first + len(source))


def _set(of: Any, name: str, value: Any) -> Callable[[], None]:
    # Facts are frozen; classes have no such setter.
    return lambda: setattr(of, name, value) if isinstance(of, type) else object.__setattr__(of, name, value)


def _no_act(kind: type[Event], fact: Fact) -> Callable[[], None]:
    def apply() -> None:
        object.__setattr__(fact, "act", False)
        SUITE.acts = SUITE.acts - {kind}

    return apply


def _unread(verb: type[Verb], kind: type[Event]) -> Callable[[], None]:
    return lambda: SUITE.begins[kind].remove(verb)
