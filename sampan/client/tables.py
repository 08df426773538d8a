"""Rows without lines, for whatever records show of themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import RenderableType


def grid(*styles: str) -> Table:
    """A table without lines or headings; what has a style of its own is a mark, and is not folded."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for style in styles:
        table.add_column(style=style, no_wrap=bool(style), overflow="fold")
    return table


def lines(rows: Iterable[tuple[str, RenderableType]]) -> RenderableType:
    table = grid("dim", "")
    for name, value in rows:
        table.add_row(name, Text(value) if isinstance(value, str) else value)
    return table
