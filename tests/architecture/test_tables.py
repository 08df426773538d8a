"""Tables in the source say each key once."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest


def twice(source: str) -> list[str]:
    """Keys that a table of a source says more than once, with the line of the table."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Dict):
            # To write a name or a constant out again takes most of the time.
            keys = Counter(said(key) for key in node.keys if key is not None)
            found += [f"{node.lineno}: {key}" for key, count in keys.items() if count > 1]
    return found


def said(key: ast.expr) -> str:
    """A key as the source has it."""
    if isinstance(key, ast.Name):
        return key.id
    return repr(key.value) if isinstance(key, ast.Constant) else ast.unparse(key)


@pytest.mark.slow
def test_no_table_says_a_key_twice(project_root: Path) -> None:
    """What it says first would be dead, and nobody would see it."""
    files = sorted((project_root / "sampan").rglob("*.py"))
    assert len(files) > 100
    found = {file.name: twice(file.read_text(encoding="utf-8")) for file in files}
    assert {name: keys for name, keys in found.items() if keys} == {}


def test_a_key_that_stands_twice_is_found() -> None:
    assert twice("asks = {\n    kinds.FACILITY.name: 1,\n    kinds.BILL.name: 2,\n    kinds.FACILITY.name: 3,\n}") == [
        "1: kinds.FACILITY.name"
    ]
