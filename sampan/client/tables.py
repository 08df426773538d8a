"""Rows without lines, for whatever records show of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
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

    def __init__(self, headings: Sequence[str], rows: Sequence[Sequence[Text]], whole: Sequence[int]) -> None:
        super().__init__(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), show_header=bool(headings))
        self._headings, self._cells, self._whole = headings, rows, whole
        for place, heading in enumerate(headings or [""] * len(rows[0] if rows else ())):
            self.add_column(heading, overflow="fold", no_wrap=place in whole)
        for row in rows:
            self.add_row(*row)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self._fit(options.max_width, self._cells):
            yield from super().__rich_console__(console, options)
        elif self._headings:
            yield from self.lines()
        else:
            # Alone a row has all the room; what is too long stands below its name.
            for fits, rows in groupby(self._cells, lambda row: self._fit(options.max_width, [row])):
                if fits:
                    yield Rows((), list(rows), self._whole)
                    continue
                for name, *said in rows:
                    yield name
                    yield from (Padding(cell, (0, 0, 0, _GAP)) for cell in said)

    def lines(self) -> Iterator[RenderableType]:
        """Each row as lines of its own, behind what its cells are called."""
        for place, row in enumerate(self._cells):
            if place:
                yield Text()
            yield Rows((), [(Text(each, "dim"), cell) for each, cell in zip(self._headings, row, strict=True)], (0,))

    def _fit(self, room: int, rows: Sequence[Sequence[Text]]) -> bool:
        """Gives each column its width, the widest ones folded first; false where a word would be broken."""
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
