"""Mutants of Python: every way in which one small thing in a module's functions and tables may be wrong.

A mutant is applied to the running process: the function's code is exchanged, a table's content replaced. So it costs
milliseconds, needs nothing loaded anew, and ends with the process that a fork made for it.
"""

from __future__ import annotations

import ast
import copy
import gc
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, Final

Edit = Callable[[Any], ast.AST | None]
"""Makes another node of a node that it may change; None: the node goes."""
Path_ = tuple[tuple[str, int | None], ...]
"""The way from a tree's root to a node: field, and place in it."""
Fields = Mapping[str, str]
"""Field of an event → the field that a mutant reads instead, of the same type."""

_FLIPPED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_OPPOSITE: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    **_FLIPPED,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
}
_NEVER_RUN: Final = frozenset({"returns", "decorator_list", "args"})
"""Of a function: what does not run when it is called."""
_OTHER: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}


class DoesNotLoad(Exception):
    """With what is wrong the module could not even be imported: everybody would notice."""


@dataclass(frozen=True)
class Mutant:
    """One thing that is wrong."""

    name: str
    """Where and what: `bills/rules.py carrier: drop the check `account.lei != ids.lei_of(bill)``."""
    file: str
    """The file as its code objects name it; empty: no place in a file."""
    lines: range
    """The lines that must run for it to matter; empty: any."""
    apply: Callable[[], None]
    """Makes it so in this process. Raises `DoesNotLoad`."""


def mutants(
    module: ModuleType, label: str, fields: Callable[[ast.AST, str], Fields] | None = None, users: str = ""
) -> list[Mutant]:
    """All mutants of a module. `label` begins their names; `fields` tells, of a function that makes a sentence of an
    event, which fields may be mistaken for which; `users` is the file that must run where a table matters, if any."""
    file = module.__file__
    assert file is not None
    source = Path(file).read_text(encoding="utf-8")
    tree = ast.parse(source)
    if file not in _LIVING:
        _LIVING.update(_living())
    functions = _LIVING.get(file, [])
    named: Counter[str] = Counter()
    made = []
    for where, path, node, said, edit in _Walk(tree, fields or (lambda _node, _name: {})).found():
        name = f"{label} {where}: {said}"
        named[name] += 1
        if named[name] > 1:
            name += f" ({named[name]})"
        line = range(getattr(node, "lineno", 0), (getattr(node, "end_lineno", 0) or 0) + 1)
        if where.startswith("table "):
            everywhere = range(1, 1 << 16) if users else range(0)
            made.append(Mutant(name, users or file, everywhere, _table(module, tree, path, edit)))
        else:
            made.append(Mutant(name, file, line, _code(functions, file, tree, path, edit)))
    return made


# --------------------------------------------------------------------------------------------------- what may be wrong


class _Walk:
    """Goes through a module's functions and tables."""

    def __init__(self, tree: ast.Module, fields: Callable[[ast.AST, str], Fields]) -> None:
        self.tree = tree
        self.fields = fields

    def found(self) -> Iterator[tuple[str, Path_, ast.AST, str, Edit]]:
        """Where, the way to the node, the node whose lines count, what is wrong, and how."""
        for index, each in enumerate(self.tree.body):
            yield from self._top(each, (("body", index),), "")

    def _top(self, node: ast.AST, path: Path_, outer: str) -> Iterator[tuple[str, Path_, ast.AST, str, Edit]]:
        if isinstance(node, ast.ClassDef):
            for index, member in enumerate(node.body):
                if isinstance(member, ast.FunctionDef):
                    yield from self._top(member, (*path, ("body", index)), f"{outer}{node.name}.")
        elif isinstance(node, ast.FunctionDef):
            name = outer + node.name
            for index, decorator in enumerate(node.decorator_list):
                for way, inner in _ways(decorator, (*path, ("decorator_list", index))):
                    if isinstance(inner, ast.Lambda):
                        fields = self.fields(decorator, name)
                        yield from self._inside(inner.body, (*way, ("body", None)), name, inner.body, fields)
            fields = self.fields(node, name)
            for index, statement in enumerate(node.body):
                yield from self._inside(statement, (*path, ("body", index)), name, statement, fields)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            if isinstance(target, ast.Name):
                for way, inner in _ways(node.value, (*path, ("value", None))):
                    for said, edit in _table_changes(inner):
                        yield f"table {target.id}", way, inner, said, edit

    def _inside(
        self, node: ast.AST, path: Path_, name: str, statement: ast.AST, fields: Fields, *, told: bool = False
    ) -> Iterator[tuple[str, Path_, ast.AST, str, Edit]]:
        place = node if isinstance(node, (ast.stmt, ast.expr)) else statement
        parent = _at(self.tree, path[:-1])
        for said, edit in _changes(node, parent, path[-1][0]):
            yield name, path, place, said, edit
        told = told or isinstance(node, ast.FormattedValue)
        if told and isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "e":
            other = fields.get(node.attr)
            if other:
                yield name, path, place, f"tell e.{other} for e.{node.attr}", _renamed(other)
        for field, index, inner in _children(node):
            if field == "annotation" or (isinstance(node, ast.FunctionDef) and field in _NEVER_RUN):
                continue
            if isinstance(inner, ast.AST):
                way = (*path, (field, index))
                yield from self._inside(inner, way, name, place, fields, told=told)


def _changes(node: ast.AST, parent: Any, field: str) -> Iterator[tuple[str, Edit]]:
    tested = field == "test" and isinstance(parent, (ast.If, ast.IfExp))
    match node:
        case ast.If(test=test, body=[ast.Raise()], orelse=[]):
            yield f"drop the check `{_said(test)}`", lambda _: ast.Pass()
            yield f"negate `{_said(test)}`", _negated
        case ast.If(test=test):
            yield f"negate `{_said(test)}`", _negated
        case ast.Raise():
            guard = isinstance(parent, ast.If) and parent.body == [node] and not parent.orelse
            if not guard:
                yield f"drop `{_said(node)}`", lambda _: ast.Pass()
        case ast.IfExp(test=test):
            yield f"swap the branches of `{_said(test)}`", _negated
        case ast.BoolOp(values=values):
            for index, value in enumerate(values):
                yield f"drop the operand `{_said(value)}`", _without("values", index)
        case ast.Compare(ops=ops):
            for index, operator in enumerate(ops):
                boundary = isinstance(operator, (ast.Lt, ast.LtE, ast.Gt, ast.GtE))
                if type(operator) in _FLIPPED and (boundary or not tested or len(ops) > 1):
                    yield f"{'bound' if boundary else 'flip'} `{_said(node)}`", _flipped(index)
        case ast.UnaryOp(op=ast.Not(), operand=operand) if not tested:
            yield f"drop the not of `{_said(operand)}`", lambda each: each.operand
        # Without a call of super() a method has another shape, and its code cannot be exchanged.
        case ast.Expr(value=ast.Call() as call) if "super()" not in _said(call):
            yield f"drop `{_said(call)}`", lambda _: ast.Pass()
        case ast.Assign(targets=targets) if all(map(_is_effect, targets)):
            yield f"drop `{_said(node)}`", lambda _: ast.Pass()
        case ast.AugAssign():
            yield f"drop `{_said(node)}`", lambda _: ast.Pass()
        case ast.BinOp(op=operator, left=left, right=right) if type(operator) in _OTHER:
            if not any(_is_text(side) for side in (left, right)):
                yield f"other operator in `{_said(node)}`", _operated
        case ast.Constant(value=bool() as value) if not isinstance(parent, ast.arguments):
            yield f"{not value} for {value} in `{_said(parent)}`", lambda each: ast.Constant(not each.value)
        case ast.Set(elts=elements) if len(elements) > 1:
            for index, element in enumerate(elements):
                yield f"drop `{_said(element)}` of `{_said(node)}`", _without("elts", index)
        case ast.Match(cases=cases):
            for index, case in enumerate(cases):
                if not isinstance(case.pattern, ast.MatchAs):
                    yield f"drop the case `{_said(case.pattern)}`", _without("cases", index)
        case ast.Break() | ast.Continue():
            yield f"drop `{_said(node)}`", lambda _: ast.Pass()
        case ast.Return(value=None):
            yield "drop `return`", lambda _: ast.Pass()


def _table_changes(node: ast.AST) -> Iterator[tuple[str, Edit]]:
    match node:
        case ast.Set(elts=elements) if len(elements) > 1:
            for index, element in enumerate(elements):
                yield f"drop `{_said(element)}` of `{_said(node)}`", _without("elts", index)
        case ast.Dict(keys=keys, values=values) if len(values) > 1:
            for index, key in enumerate(keys):
                other = values[(index + 1) % len(values)]
                if key is not None and ast.dump(other) != ast.dump(values[index]):
                    yield f"`{_said(other)}` for {_said(key)}", _replaced_value(index, other)


def _is_effect(target: ast.AST) -> bool:
    if isinstance(target, ast.Tuple):
        return any(map(_is_effect, target.elts)) and not any(isinstance(each, ast.Name) for each in target.elts)
    return isinstance(target, (ast.Attribute, ast.Subscript))


def _is_text(node: ast.AST) -> bool:
    return any(
        isinstance(each, ast.JoinedStr) or (isinstance(each, ast.Constant) and isinstance(each.value, (str, bytes)))
        for each in ast.walk(node)
    )


# -------------------------------------------------------------------------------------------------------------- edits


def _negated(node: Any) -> ast.AST:
    test = node.test
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        node.test = test.operand
    elif isinstance(test, ast.Compare) and len(test.ops) == 1:
        test.ops[0] = _OPPOSITE[type(test.ops[0])]()
    else:
        node.test = ast.UnaryOp(ast.Not(), test)
    return node  # type: ignore[no-any-return]


def _flipped(index: int) -> Edit:
    def edit(node: Any) -> ast.AST:
        node.ops[index] = _FLIPPED[type(node.ops[index])]()
        return node  # type: ignore[no-any-return]

    return edit


def _operated(node: Any) -> ast.AST:
    node.op = _OTHER[type(node.op)]()
    return node  # type: ignore[no-any-return]


def _renamed(name: str) -> Edit:
    def edit(node: Any) -> ast.AST:
        node.attr = name
        return node  # type: ignore[no-any-return]

    return edit


def _without(field: str, index: int) -> Edit:
    def edit(node: Any) -> ast.AST:
        rest = getattr(node, field)
        del rest[index]
        left: ast.AST = rest[0] if isinstance(node, ast.BoolOp) and len(rest) == 1 else node
        return left

    return edit


def _replaced_value(index: int, other: ast.expr) -> Edit:
    def edit(node: Any) -> ast.AST:
        node.values[index] = copy.deepcopy(other)
        return node  # type: ignore[no-any-return]

    return edit


# ------------------------------------------------------------------------------------------------------------- the tree


def _children(node: ast.AST) -> Iterator[tuple[str, int | None, Any]]:
    for field, value in ast.iter_fields(node):
        if isinstance(value, list):
            for index, each in enumerate(value):
                yield field, index, each
        else:
            yield field, None, value


def _ways(node: ast.AST, path: Path_) -> Iterator[tuple[Path_, ast.AST]]:
    """A node and all below it, with the way to each."""
    yield path, node
    for field, index, inner in _children(node):
        if isinstance(inner, ast.AST):
            yield from _ways(inner, (*path, (field, index)))


def _at(tree: ast.AST, path: Path_) -> Any:
    node: Any = tree
    for field, index in path:
        node = getattr(node, field) if index is None else getattr(node, field)[index]
    return node


def changed(tree: ast.Module, path: Path_, edit: Edit) -> ast.Module:
    """Another tree, in which the node at the end of a way is edited."""
    made = copy.deepcopy(tree)
    old = _at(made, path)
    new = edit(old)
    assert new is not None
    if new is not old:
        ast.copy_location(new, old)
        parent, (field, index) = _at(made, path[:-1]), path[-1]
        if index is None:
            setattr(parent, field, new)
        else:
            getattr(parent, field)[index] = new
    return ast.fix_missing_locations(made)


def _said(node: ast.AST, most: int = 90) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= most else text[: most - 1] + "…"


# --------------------------------------------------------------------------------------------------------- in a process


_LIVING: Final[dict[str, list[FunctionType]]] = {}
"""File → its functions in this process."""


def _living() -> dict[str, list[FunctionType]]:
    found: dict[str, list[FunctionType]] = {}
    for each in gc.get_objects():
        if type(each) is FunctionType:
            found.setdefault(each.__code__.co_filename, []).append(each)
    return found


def _code(
    functions: Sequence[FunctionType], file: str, tree: ast.Module, path: Path_, edit: Edit
) -> Callable[[], None]:
    def apply() -> None:
        before = list(_functions(compile(tree, file, "exec", dont_inherit=True)))
        after = list(_functions(compile(changed(tree, path, edit), file, "exec", dont_inherit=True)))
        assert len(before) == len(after), "a function came or went"
        found = {old: new for old, new in zip(before, after, strict=True) if old != new}
        # None is, where the compiler makes the same of both.
        assert len(found) <= 1, f"{len(found)} functions are changed"
        for old, new in found.items():
            living = [each for each in functions if each.__code__ == old]
            assert living, f"no function {old.co_qualname} lives"
            for function in living:
                function.__code__ = new

    return apply


def _functions(code: CodeType) -> Iterator[CodeType]:
    """The code of all functions of a module and of its classes, in order, without what is inside of functions."""
    for each in code.co_consts:
        if isinstance(each, CodeType):
            # A class's body is code too, that is run once and has locals in a dictionary.
            if each.co_flags & 0x1:
                yield each
            else:
                yield from _functions(each)


def _table(module: ModuleType, tree: ast.Module, path: Path_, edit: Edit) -> Callable[[], None]:
    def apply() -> None:
        node: Any = changed(tree, path, edit).body[path[0][1] or 0]
        target: Any = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
        name = target.id
        old = getattr(module, name)
        try:
            new = eval(compile(ast.Expression(node.value), module.__file__ or "", "eval"), vars(module))
        except Exception as error:
            raise DoesNotLoad(f"{type(error).__name__}: {error}") from None
        if isinstance(old, dict):
            old.clear()
            old.update(new)
            return
        for other in list(sys.modules.values()):
            for key, value in list(getattr(other, "__dict__", {}).items()):
                if value is old:
                    setattr(other, key, new)

    return apply
