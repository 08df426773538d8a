"""Rows without lines, for whatever records show of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

_GAP = 2


class Rows(Table):
    """Rows of texts below headings, or without any, in which no word is broken: somebody copies it. Where the longest
    words do not fit side by side, each row is lines. The columns `whole` are not folded between words either."""

    def __init__(
        self, headings: Sequence[str], rows: Sequence[Sequence[Text]], whole: Sequence[int], first: int = 0
    ) -> None:
        super().__init__(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), show_header=bool(headings))
        self._headings, self._cells, self._whole = headings, rows, whole
        self._first = first
        """The first column is as wide at least: what stands above and below begins in one place."""
        for place, heading in enumerate(headings or [""] * len(rows[0] if rows else ())):
            self.add_column(heading, overflow="fold", no_wrap=place in whole)
        for row in rows:
            self.add_row(*row)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room = options.max_width
        if self._fit(room, self._cells, self._first):
            yield from super().__rich_console__(console, options)
        elif self._headings:
            yield from self.lines()
        else:
            first = max(cell_len(row[0].plain) for row in self._cells)
            for rows in self._together(room, first):
                if self._fit(room, rows, first):
                    yield Rows((), rows, self._whole, first)
                elif self._fit(room, rows):
                    # Beside its own name, which is shorter than another's.
                    yield Rows((), rows, self._whole)
                else:
                    # Alone a row has all the room; what is too long stands below its name.
                    (name, *said) = rows[0]
                    yield name
                    for cell in said:
                        spare = room - max((cell_len(word) for word in cell.plain.split()), default=0)
                        yield Padding(cell, (0, 0, 0, max(0, min(_GAP, spare))))

    def _together(self, room: int, first: int) -> Iterator[list[Sequence[Text]]]:
        """The rows in their order, as many at a time as fit: of two that fit, both together may not."""
        found: list[Sequence[Text]] = []
        for row in self._cells:
            if found and not self._fit(room, [*found, row], first):
                yield found
                found = []
            found.append(row)
        yield found

    def lines(self) -> Iterator[RenderableType]:
        """Each row as lines of its own, behind what its cells are called."""
        for place, row in enumerate(self._cells):
            if place:
                yield Text()
            yield Rows((), [(Text(each, "dim"), cell) for each, cell in zip(self._headings, row, strict=True)], (0,))

    def _fit(self, room: int, rows: Sequence[Sequence[Text]], first: int = 0) -> bool:
        """Gives each column its width, the widest ones folded first; false where a word would be broken, or the first
        column were narrower than `first`."""
        heads = [self._headings] if self._headings else []
        texts = [*heads, *([cell.plain for cell in row] for row in rows)]
        columns = list(zip(*texts, strict=True))
        widths = [
            max((cell_len(line) for text in column for line in text.splitlines()), default=0) for column in columns
        ]
        least = [
            width
            if place in self._whole
            else max((cell_len(word) for text in column for word in text.split()), default=0)
            for place, (column, width) in enumerate(zip(columns, widths, strict=True))
        ]
        if columns:
            widths[0], least[0] = max(widths[0], first), max(least[0], first)
        room -= _GAP * (len(columns) - 1)
        if sum(least) > room:
            return False
        while sum(widths) > room:
            widest = max(
                (place for place in range(len(widths)) if widths[place] > least[place]), key=widths.__getitem__
            )
            widths[widest] -= 1
        for column, width in zip(self.columns, widths, strict=True):
            column.width = width
        return True


def grid(*styles: str) -> Table:
    """A table without lines or headings; what has a style of its own is a mark, and is not folded."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for style in styles:
        table.add_column(style=style, no_wrap=bool(style), overflow="fold")
    return table


def lines(rows: Iterable[tuple[str, RenderableType]]) -> RenderableType:
    said = [(Text(name, "dim"), Text(value) if isinstance(value, str) else value) for name, value in rows]
    texts = [(name, value) for name, value in said if isinstance(value, Text)]
    if len(texts) == len(said):
        return Rows((), texts, (0,))
    table = grid("dim", "")
    for row in said:
        table.add_row(*row)
    return table
