"""The pages hold together: links lead somewhere, every page can be reached, tables about the code are whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    file
    for pattern in ("*.md", "docs/**/*.md", "contracts/**/*.md")
    for file in ROOT.glob(pattern)
    if not any(part.startswith(".") for part in file.relative_to(ROOT).parts)
)
LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^)\s]+)\)")


def text_of(page: Path) -> str:
    """A page without its code, where brackets are no links and hashes no headings."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^    .*$", "", text, flags=re.MULTILINE)
    return re.sub(r"`[^`\n]*`", lambda code: "`" + re.sub(r"[\[\]()]", "", code[0][1:-1]) + "`", text)


def anchors(page: Path) -> set[str]:
    """What a link may name behind `#`: headings, as GitHub makes anchors of them, and anchors written by hand."""
    text = text_of(page)
    found = set(re.findall(r'<a id="([^"]+)">', text))
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        words = LINK.sub(lambda link: link[0].partition("](")[0].lstrip("!["), heading)
        found.add(re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-"))
    return found


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """The files that a page links to, with the anchor in each; other sites are left out."""
    for target in LINK.findall(text_of(page)):
        if not re.match(r"[a-z]+:", target):
            path, _, anchor = target.partition("#")
            yield (page.parent / path).resolve() if path else page, anchor


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, anchor in links(page):
        assert target.exists(), target
        assert not anchor or anchor in anchors(target), f"{target}#{anchor}"


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in seen:
            seen.add(page)
            waiting += [target for target, _ in links(page) if target.suffix == ".md"]
    assert set(PAGES) - seen == set()


def test_every_picture_is_shown() -> None:
    shown = {target for page in PAGES for target, _ in links(page)}
    assert set((ROOT / "docs").glob("*.svg")) <= shown


def test_the_index_of_decisions_names_each_by_its_title() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| \[([^\]]+)\]\(([\w-]+\.md)\) \|", index, re.MULTILINE))
    assert {file.name for file in folder.glob("*.md")} - {"README.md"} == set(rows.values())
    for title, name in rows.items():
        page = (folder / name).read_text(encoding="utf-8")
        assert page.startswith(f"# {title}\n")
        assert re.findall(r"^\*\*(\w[\w ]*)\.\*\*", page, re.MULTILINE) == ["Decided", "Why", "Cost", "Instead of"]


def test_each_guarantee_is_worded_once_and_indexed_with_the_checks_that_name_it(sampan_command: Callable) -> None:
    guarantees = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8")
    worded = re.findall(r'^\| <a id="([lp]\d+)"></a>([LP]\d+) \|', guarantees, re.MULTILINE)
    ids = [name for _, name in worded]
    assert [anchor.upper() for anchor, _ in worded] == ids
    assert len(set(ids)) == len(ids)
    rules = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([LP]\d+) \| ([^|]*) \|$", rules, re.MULTILINE))
    assert sorted(rows) == sorted(ids)
    checks = sampan_command("audit", "--list-checks", "--json").document["checks"]
    for name, cell in rows.items():
        named = [check["id"] for check in checks if name in check["rules"]]
        assert cell == (", ".join(named) or "-"), name


def test_the_page_of_powers_has_a_row_for_each_role() -> None:
    from sampan.deployment.parameters import ROLE_DELAYS

    page = (ROOT / "docs" / "powers.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| ([A-Z_]+) \|", page, re.MULTILINE) == [*ROLE_DELAYS, "ADMIN"]
    deploy = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert all(role in deploy for role in ROLE_DELAYS)
