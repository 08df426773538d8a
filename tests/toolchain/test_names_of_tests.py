"""Our own test modules: they lie in folders without packages, so that a name may stand once only."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path


def test_no_two_modules_under_tests_have_one_name(project_root: Path) -> None:
    """pytest imports them by their names alone: a second of one name stops every test from being collected."""
    places: dict[str, list[str]] = defaultdict(list)
    for file in sorted((project_root / "tests").rglob("*.py")):
        if file.name != "conftest.py":
            places[file.name].append(str(file.relative_to(project_root)))
    assert [files for files in places.values() if len(files) > 1] == []
