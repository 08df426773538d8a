"""Each id of a rule that the sources name (T7, N13, "decision 3") stands in docs/rules.md, once."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

NAMED = re.compile(r"(?<!SAM-)\b[TNKLP][1-9]\d?\b|\bdecision \d+", re.IGNORECASE)
EXPLAINED = re.compile(r"^\| ([TNKLP]\d+|decision \d+) \|", re.MULTILINE)


def explained(root: Path) -> Counter[str]:
    return Counter(EXPLAINED.findall((root / "docs" / "rules.md").read_text(encoding="utf-8")))


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["sampan", "contracts", "scripts", "tests"])
def test_every_rule_that_is_named_is_explained(folder: str, project_root: Path) -> None:
    known = explained(project_root)
    unknown = {
        f"{file.relative_to(project_root)}: {name}"
        for suffix in ("py", "sol", "md", "html", "j2")
        for file in (project_root / folder).rglob(f"*.{suffix}")
        for name in NAMED.findall(file.read_text(encoding="utf-8"))
        if (name.lower() if " " in name else name) not in known and (" " in name or name[0].isupper())
    }
    assert unknown == set()


def test_no_rule_is_explained_twice(project_root: Path) -> None:
    assert [name for name, count in explained(project_root).items() if count > 1] == []
