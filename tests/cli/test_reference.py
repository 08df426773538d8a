"""The page of commands says what the commands say, of every command and every option, whatever click's version."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from sampan.cli import base, reference
from sampan.cli.main import COMMANDS
from sampan.errors import BadInput, SampanError


@pytest.fixture(scope="module")
def page(project_root: Path) -> str:
    return (project_root / reference.PAGE).read_text(encoding="utf-8")


def every_entry() -> list[reference.Entry]:
    return [entry for top in reference.entries() for entry in top.walk()]


def test_the_page_is_in_step_with_the_commands(page: str) -> None:
    assert reference.renewed(page) == page, f"`{reference.UPDATE}` writes it anew"


@pytest.mark.slow
def test_every_command_has_a_line_in_a_table_and_a_section(page: str) -> None:
    assert [top.title for top in reference.entries()] == [f"sampan {name}" for name, _ in COMMANDS]
    titles = [entry.title for entry in every_entry()]
    assert len(titles) == len(set(titles)) > 60
    for title in titles:
        anchor = title.replace(" ", "-")
        assert page.count(f"\n| [`{title}`](#{anchor}) | ") == 1
        assert len(re.findall(f"^#+ {title}$", page, re.MULTILINE)) == 1


def test_every_option_is_explained_where_it_stands_or_named_there(page: str) -> None:
    sections = dict(re.findall(r"^#+ (sampan [^\n]*)\n(.*?)(?=^#+ |\Z)", page, re.MULTILINE | re.DOTALL))
    for entry in every_entry():
        assert bool(entry.below) != bool(f"```\n{entry.usage}\n```" in sections[entry.title])
        for option in entry.options:
            written = option.written.replace("|", "\\|")
            assert f"| `{written}` | " in sections[entry.title] or f"`{option.name}`" in sections[entry.title]
            assert f"| `{written}` | " in page
    for option in base.common_options():
        assert page.count(f"| `{', '.join(option.opts)}") == 1


def test_nothing_is_cut_short(page: str) -> None:
    assert "..." not in re.sub(r"\b[A-Z-]+\]?\.\.\.|`[^`]*`", "", page)


def test_the_exit_codes_above_the_mark_are_those_of_the_errors(page: str) -> None:
    head = page.partition(reference.MARK)[0]
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", head, re.MULTILINE)}
    errors, waiting = set(), [SampanError]
    while waiting:
        kind = waiting.pop()
        errors.add(kind.exit_code)
        waiting += kind.__subclasses__()
    assert errors | {0, 70, 130, 141} == codes


@pytest.mark.parametrize(
    ("help_of_click", "said"),
    [
        ("Who gets it.  [required]", "Who gets it. *Required.*"),
        ("blocks to wait", "Blocks to wait."),
        ("How many.  [default: 8545; 1<=x<=65535]", "How many. *Default: 8545.* *1 to 65535.*"),
        ("How many.  [x>=1]", "How many. *At least 1.*"),
        ("A field; * is any, with --out.", "A field; \\* is any, with `--out`."),
        ("As `--out` says, or <none>.", "As `--out` says, or \\<none>."),
    ],
)
def test_help_of_an_option_as_it_is_shown(help_of_click: str, said: str) -> None:
    assert reference._said(help_of_click) == said


def test_the_same_is_written_in_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setattr(click.formatting, "FORCED_WIDTH", 20)
    assert reference.renewed(page) == page


@pytest.mark.slow
def test_update_writes_below_the_mark_alone_and_check_says_when_that_is_needed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "commands.md"
    file.write_text(f"By hand.\n\n{reference.MARK}\n## stale\n", encoding="utf-8")
    assert reference.run(["--check"], file) == 1
    assert reference.UPDATE in capsys.readouterr().err
    assert reference.run(["--update"], file) == 0
    assert file.read_text(encoding="utf-8").startswith(f"By hand.\n\n{reference.MARK}\n## The commands\n")
    assert "stale" not in file.read_text(encoding="utf-8")
    assert reference.run(["--check"], file) == 0


def test_a_page_without_the_mark_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "commands.md"
    file.write_text("By hand.\n", encoding="utf-8")
    with pytest.raises(BadInput, match="the mark is missing"):
        reference.run(["--update"], file)
    assert file.read_text(encoding="utf-8") == "By hand.\n"
