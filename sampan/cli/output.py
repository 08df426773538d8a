"""What a command prints: one JSON document with a schema, or rich output for people; and errors, in both.

With `--json` stdout holds one JSON document and nothing else, on failure too; notes and progress go to stderr. Without
it stdout is for the answer, stderr for notes, progress and errors. No progress is drawn when stderr is no terminal.

References, names and an RPC's words come from others: the consoles here read no markup, and what is not printable in
them (an escape sequence, a reversal of writing) is shown as its escape.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import json
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sampan.errors import SampanError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.progress import Progress

ERROR_SCHEMA = "sampan.error/1"


class Output:
    """Where one run of the command line prints. Commands get it with `sampan.cli.base.output()`."""

    def __init__(self, *, as_json: bool = False, verbosity: int = 0) -> None:
        self.as_json = as_json
        self.verbosity = verbosity
        self.emitted = False
        self._console: Console | None = None
        self._notes: Console | None = None

    @property
    def console(self) -> Console:
        """The rich console on stdout, for the answer."""
        if self._console is None:
            self._console = _console(sys.stdout)
        return self._console

    @property
    def notes(self) -> Console:
        """The rich console on stderr, for everything that is not the answer."""
        if self._notes is None:
            self._notes = _console(sys.stderr)
        return self._notes

    def emit(
        self,
        schema: str,
        body: Mapping[str, Any],
        human: RenderableType | Callable[[Console], object] | None = None,
    ) -> None:
        """Print the answer, once a run.

        With `--json`: `body` with its `schema` (as in `sampan.audit/1`) in front. Else `human`: something that rich can
        render, or a function that is given the console; without it the body is printed as lines of `name  value`.
        """
        self.emitted = True
        if self.as_json:
            _print_document({"schema": schema, **body})
        elif human is None:
            self.console.print(fields(body))
        elif callable(human):
            human(self.console)
        else:
            self.console.print(human)

    def note(self, message: str, *, style: str | None = None) -> None:
        """One line on stderr for a person who waits; `-q` silences it. Shown as it is: markup is not understood."""
        if self.verbosity >= 0:
            self.notes.print(message, style=style, highlight=False)

    def detail(self, message: str) -> None:
        """As `note`, but only with `-v`."""
        if self.verbosity >= 1:
            self.notes.print(message, style="dim", highlight=False)

    @contextmanager
    def progress(self, description: str, total: int | None = None) -> Iterator[Callable[..., None]]:
        """A progress bar on stderr. Yields `advance(steps=1, description=None, total=None)`.

        Draws nothing when stderr is no terminal or `-q` was given.
        """
        # Asked for its colours (FORCE_COLOR), rich takes anything for a terminal.
        if self.verbosity < 0 or not (self.notes.is_terminal and self.notes.file.isatty()):
            yield lambda steps=1, description=None, total=None: None
            return
        bar = _progress(self.notes)
        with bar:
            task = bar.add_task(description, total=total)

            def advance(steps: int = 1, description: str | None = None, total: int | None = None) -> None:
                bar.update(task, advance=steps, description=description, total=total)

            yield advance

    def error(self, error: SampanError) -> None:
        """Print an error: with `--json` the `sampan.error/1` document (unless an answer was printed), else lines."""
        if self.as_json and not self.emitted:
            self.emitted = True
            _print_document({"schema": ERROR_SCHEMA, "error": error.as_dict()})
            return
        from rich.text import Text

        line = Text("error: ", style="bold red")
        if error.subject:
            line.append(f"{error.subject}: ", style="bold default")
        line.append(error.message, style="default")
        self.notes.print(line, highlight=False, soft_wrap=True)
        if error.hint:
            self.notes.print(Text(f"  {error.hint}", style="dim"), highlight=False, soft_wrap=True)


def fields(body: Mapping[str, Any]) -> RenderableType:
    """A body as lines of `name  value`, for a person."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in body.items():
        plain = _plain(value)
        text = plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
        table.add_row(name.replace("_", " "), Text(text))
    return table


def _print_document(document: Mapping[str, Any]) -> None:
    text = to_json(document)
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        # JSON has escapes of its own for what stdout's encoding has no place for.
        text = json.dumps(json.loads(text), indent=2)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def to_json(document: Mapping[str, Any]) -> str:
    """A document as JSON text: bytes as 0x hex, times as RFC 3339 UTC, dataclasses as objects, paths as text.

    Raises `TypeError` for a value that has no such form and for a time without a zone.
    """
    return json.dumps(_plain(document), indent=2, ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return _plain(value.value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (bytes, bytearray)):
        return "0x" + value.hex()
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            raise TypeError(f"a time without a zone: {value}")
        return value.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, (datetime.date, Path)):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        items = sorted(value) if isinstance(value, (set, frozenset)) else value
        return [_plain(item) for item in items]
    raise TypeError(f"no JSON form for {type(value).__name__}")


def printable(text: str) -> str:
    """A text as a terminal may be given it: what is not printable as its escape; lines and spaces stay."""
    if text.isprintable():
        return text
    return "".join(_escaped(letter) for letter in text)


def _escaped(letter: str) -> str:
    if letter.isprintable() or letter in "\n\t" or unicodedata.category(letter) == "Zs":
        return letter
    return letter.encode("unicode_escape").decode("ascii")


def _console(stream: Any) -> Console:
    from rich.console import Console, ConsoleOptions, RenderHook, RenderResult
    from rich.segment import Segment

    class Printable:
        """Something to render, with what is not printable escaped; rich's own control codes are no text."""

        def __init__(self, shown: RenderableType) -> None:
            self._shown = shown

        def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
            for segment in console.render(self._shown, options):
                yield segment if segment.control else Segment(printable(segment.text), segment.style)

    class Escaping(RenderHook):
        def process_renderables(self, renderables: list[Any]) -> list[Any]:
            return [Printable(shown) for shown in renderables]

    # A pipe is as wide as its longest line: what is read by grep must not be folded at 80 columns.
    width = None if stream.isatty() else 200
    console = Console(file=stream, width=width, emoji=False, markup=False)
    console.push_render_hook(Escaping())
    return console


def _progress(console: Console) -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
