"""What a command prints: one JSON document with a schema, or rich output for people; and errors, in both.

With `--json` stdout holds one JSON document and nothing else, on failure too; notes and progress go to stderr. Without
it stdout is for the answer, stderr for notes, progress and errors. No progress is drawn when stderr is no terminal.

References, names and an RPC's words come from others: the consoles here read no markup, and what is not printable in
them (an escape sequence, a reversal of writing) is shown as its escape.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sampan.cli.schema import document
from sampan.errors import Declined, SampanError
from sampan.suite.escapes import printable

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.progress import Progress
    from rich.text import Text

    from sampan.client.tables import Rows

_WIDEST = 10_000
"""Columns for whatever is measured: more than any row has."""
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
        body: object,
        human: RenderableType | Callable[[Console], object] | None = None,
    ) -> None:
        """Print the answer, once a run.

        With `--json`: `body` by the form of the document `schema`, as in `sampan.audit/2`. Else `human`: something that
        rich can render, or a function that is given the console; without it the document is printed as lines of
        `name  value`.
        """
        self.emitted = True
        if self.as_json:
            _print_document(document(schema, body))
        elif human is None:
            self.console.print(fields(document(schema, body)))
        elif callable(human):
            human(self.console)
        else:
            self.console.print(human)

    def note(self, message: str, *, style: str | None = None) -> None:
        """One line on stderr for a person who waits; `-q` silences it. Shown as it is: markup is not understood."""
        _log("info", message)
        if self.verbosity >= 0:
            self.notes.print(message, style=style, highlight=False)

    def say(self, message: str) -> None:
        """One line on stderr that belongs to a question, so that `-q` does not silence it."""
        _log("info", message)
        self.notes.print(message, highlight=False, soft_wrap=True)

    def detail(self, message: str) -> None:
        """As `note`, but only with `-v`; the log file has it in any case."""
        _log("info", message)
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
        _log("error", str(error))
        if self.as_json and not self.emitted:
            self.emitted = True
            _print_document(document(ERROR_SCHEMA, {"error": error.as_dict()}))
            return
        if isinstance(error, Declined):
            self.notes.print(error.message, highlight=False)
            return
        from rich.text import Text

        line = Text("error: ", style="bold red")
        if error.subject:
            line.append(f"{error.subject}: ", style="bold default")
        line.append(error.message, style="default")
        self.notes.print(line, highlight=False, soft_wrap=True)
        if error.hint:
            self.notes.print(Text(f"  {error.hint}", style="dim"), highlight=False, soft_wrap=True)


def _log(level: str, message: str) -> None:
    """Writes into the log file what is told, where there is one: only then somebody has loaded what logs."""
    logging = sys.modules.get("logging")
    if logging is not None:
        getattr(logging.getLogger("sampan.told"), level)("%s", message)


def fields(document: Mapping[str, Any]) -> RenderableType:
    """A document as lines of `name  value`, for a person."""
    from rich.text import Text

    def said(value: Any) -> str:
        if value is None or isinstance(value, bool):
            return {None: "-", True: "yes", False: "no"}[value]
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    return table(
        (),
        [
            (Text(name.replace("_", " "), style="bold"), said(value))
            for name, value in document.items()
            if name != "schema"
        ],
    )


def table(headings: Sequence[str], rows: Iterable[Sequence[str | Text]], *, whole: Sequence[int] = ()) -> Rows:
    """Rows below headings, or without any; what does not fit is folded between words, but in the columns that stay
    `whole`, and where a word would be broken each row is lines of its own. Text is shown as it is."""
    from rich.text import Text

    from sampan.client.tables import Rows

    return Rows(headings, [[Text(cell) if isinstance(cell, str) else cell for cell in row] for row in rows], whole)


@dataclass(frozen=True, slots=True)
class Narrow:
    """Rows with what matters most, for a narrow console; the columns `folds` may be folded between words."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    folds: Sequence[int]

    @property
    def width(self) -> int:
        """The columns of the console that it needs, at the least."""
        from rich.cells import cell_len

        cells = list(zip(self.headings, *self.rows, strict=True))
        parts = [" ".join(column).split() if place in self.folds else column for place, column in enumerate(cells)]
        return sum(max(map(cell_len, column)) for column in parts) + 2 * (len(parts) - 1)

    @property
    def table(self) -> Rows:
        """The table."""
        whole = [place for place in range(len(self.headings)) if place not in self.folds]
        return table(self.headings, self.rows, whole=whole)


def show_rows(
    console: Console, headings: Sequence[str], rows: Sequence[Sequence[str]], *, narrow: Narrow | None = None
) -> None:
    """A table where it fits the console, else a narrow one where that fits; else each row as lines of its own, so that
    no amount and no name is folded in the middle."""
    made = table(headings, rows)
    if console.measure(made, options=console.options.update_width(_WIDEST)).maximum <= console.width:
        console.print(made)
        return
    if narrow is not None and narrow.width <= console.width:
        console.print(narrow.table)
        return
    for line in made.lines():
        console.print(line)


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
    """A document as JSON text."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)


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
