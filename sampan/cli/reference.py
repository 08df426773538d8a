"""The page of the documentation that lists every command, written from the commands themselves.

    python -m sampan.cli.reference --update     write docs/commands.md anew
    python -m sampan.cli.reference --check      exit 1 when it is not in step

What is above the mark in the page is written by hand and is never touched. Options that many commands take are
explained once; a command names them and points there.
"""

from __future__ import annotations

import argparse
import inspect
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sampan.cli import base
from sampan.cli.main import COMMANDS, main
from sampan.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PAGE = "docs/commands.md"
"""The page, from the project's root."""
UPDATE = "python -m sampan.cli.reference --update"
MARK = f"<!-- What follows is written by `{UPDATE}`. -->\n"
MANY = 8
"""An option that so many commands take, in the same words, is explained once."""

_EXTRA = re.compile(r"^(.*?)(?:  \[(.*)\])?$", re.DOTALL)
_RANGE = re.compile(r"(?:(\d+)<=)?x(?:([<>])=(\d+))?$")
_MARKUP = re.compile(r"([*<~])")
_OPTION = re.compile(r"(?<![\w-])(--?[a-z][a-z-]*)")


@dataclass(frozen=True, slots=True)
class Option:
    """One option: how it is written, and what it does."""

    written: str
    help: str

    @property
    def name(self) -> str:
        """The long way to write it, without its value."""
        return self.written.split(", ")[-1].split(" ")[0]


@dataclass(frozen=True, slots=True)
class Entry:
    """One command or group: its words from `sampan` on, its usage, its help, its options, and what is below it."""

    words: tuple[str, ...]
    line: str
    usage: str
    help: str
    options: tuple[Option, ...]
    below: tuple[Entry, ...] = ()

    @property
    def title(self) -> str:
        """As it is called."""
        return " ".join(self.words)

    def walk(self) -> Iterator[Entry]:
        """Itself and all below."""
        yield self
        for entry in self.below:
            yield from entry.walk()


def entries() -> tuple[Entry, ...]:
    """Every command, in the order of `sampan --help`."""
    context = click.Context(main, info_name="sampan")
    lines = dict(COMMANDS)
    found = []
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        if command is not None:
            found.append(_entry(command, context, name, lines[name]))
    return tuple(found)


def _entry(command: click.Command, above: click.Context, name: str, line: str | None = None) -> Entry:
    context = click.Context(command, info_name=name, parent=above)
    below = []
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            if found is not None and not found.hidden:
                below.append(_entry(found, context, child))
    common = {option.name for option in base.common_options()}
    options = []
    for parameter in command.params:
        # Arguments stand in the usage; newer versions of click have a help record for them too.
        record = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
        if record is not None and parameter.name not in common:
            options.append(_option(record))
    return Entry(
        words=tuple(context.command_path.split(" ")),
        line=line or command.get_short_help_str(limit=1_000),
        usage=" ".join([context.command_path, *command.collect_usage_pieces(context)]),
        help=inspect.cleandoc(command.help or ""),
        options=tuple(options),
        below=tuple(below),
    )


def reference() -> str:
    """What stands below the mark."""
    found = entries()
    taken = Counter(option for top in found for entry in top.walk() for option in entry.options)
    shared = [option for option, count in taken.items() if count >= MANY]
    parts = [
        "## The commands\n",
        _table(("command", "what it does"), [(_link(entry), _prose(entry.line)) for entry in found]),
        "## Options that many commands take\n",
        "Every command takes these:\n",
        _options([_option(record) for record in _records()]),
        "Commands that talk to a chain, or send something to it, take some of these, and name them:\n",
        _options(shared),
    ]
    for top in found:
        parts += _section(top, shared, "##")
    return "\n".join(parts)


def _option(record: tuple[str, str]) -> Option:
    """An option as click's help has it; a range is told in words, not in the name of its value."""
    return Option(record[0].replace(" RANGE", ""), record[1])


def _records() -> Iterator[tuple[str, str]]:
    context = click.Context(main, info_name="sampan")
    for option in base.common_options():
        record = option.get_help_record(context)
        if record is not None:
            yield record


def _section(entry: Entry, shared: Sequence[Option], depth: str) -> Iterator[str]:
    yield f"{depth} {entry.title}\n"
    yield _paragraphs(entry.help)
    if entry.below:
        rows = [(_link(child), _prose(child.line)) for child in entry.below]
        yield _table(("command", "what it does"), rows)
        for child in entry.below:
            yield from _section(child, shared, depth + "#")
        return
    yield f"```\n{entry.usage}\n```\n"
    own = [option for option in entry.options if option not in shared]
    if own:
        yield _options(own)
    named = ", ".join(f"`{option.name}`" for option in entry.options if option in shared)
    if named:
        yield f"Also: {named} ([what they do](#options-that-many-commands-take))\n"


def _options(options: Sequence[Option]) -> str:
    return _table(("option", "what it does"), [(f"`{option.written}`", _said(option.help)) for option in options])


def _said(text: str) -> str:
    """Help of an option; what click adds in brackets (required, default, range) is set apart."""
    found = _EXTRA.match(text)
    assert found is not None
    said, extra = found[1], found[2]
    said = _prose(said[:1].upper() + said[1:])
    if said and said[-1] not in ".?!":
        said += "."
    for word in extra.split("; ") if extra else ():
        said += f" *{_in_words(word)}.*"
    return said


def _in_words(extra: str) -> str:
    found = _RANGE.match(extra)
    if found is None:
        return extra[:1].upper() + extra[1:]
    low, sign, bound = found.groups()
    if low is not None:
        return f"{low} to {bound}"
    return f"At least {bound}" if sign == ">" else f"At most {bound}"


def _table(headings: tuple[str, str], rows: Sequence[tuple[str, str]]) -> str:
    lines = [headings, ("---", "---"), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _link(entry: Entry) -> str:
    return f"[`{entry.title}`](#{'-'.join(entry.words)})"


def _paragraphs(text: str) -> str:
    """Paragraphs of help, a line each."""
    return "\n".join(_prose(" ".join(paragraph.split())) + "\n" for paragraph in text.split("\n\n"))


def _prose(text: str) -> str:
    """Text as Markdown shows it unchanged, options as code; what is between backticks is left alone."""
    parts = text.split("`")
    parts[::2] = [_OPTION.sub(r"`\1`", _MARKUP.sub(r"\\\1", part)) for part in parts[::2]]
    return "`".join(parts)


def renewed(page: str) -> str:
    """The page with the commands as they are now. Raises `BadInput` when the mark is not in it."""
    head, mark, _ = page.partition(MARK)
    if not mark:
        raise BadInput("the mark is missing below which the commands are written", subject=PAGE, hint=MARK.strip())
    return f"{head}{MARK}\n{reference()}"


def run(arguments: Sequence[str] | None = None, file: Path | None = None) -> int:
    """Write the page, or look whether it is in step; the exit code."""
    from sampan.toolchain.sources import project_root

    parser = argparse.ArgumentParser(prog="python -m sampan.cli.reference", description=f"Writes {PAGE}.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--update", action="store_true", help="write the page anew")
    what.add_argument("--check", action="store_true", help="exit 1 when the page is not in step with the commands")
    update = parser.parse_args(arguments).update
    file = file or project_root() / PAGE
    was = file.read_text(encoding="utf-8")
    now = renewed(was)
    if update:
        file.write_text(now, encoding="utf-8")
    elif now != was:
        sys.stderr.write(f"{PAGE} is not in step with the commands; `{UPDATE}` writes it anew\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(run())
