"""What a narrow terminal breaks of that which a wide one shows."""

from __future__ import annotations

from io import StringIO

from rich.console import Console, RenderableType

WIDE = 1_000


def shown(record: RenderableType, width: int) -> str:
    """A record as a terminal of this width shows it."""
    console = Console(file=StringIO(), width=width, emoji=False)
    with console.capture() as captured:
        console.print(record)
    return captured.get()


def broken(record: RenderableType, width: int) -> set[str]:
    """The words that a terminal of this width does not show whole."""
    return {word for word in shown(record, WIDE).split() if any(map(str.isalnum, word))} - set(
        shown(record, width).split()
    )
