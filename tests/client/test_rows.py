"""Rows at every width: no word is broken that has room, no line is too long, and what is shown comes to an end."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from random import Random

import pytest
from rich.console import Console
from rich.text import Text

from sampan.client.tables import Rows

WORDS = ("a", "of", "holder", "2026-01-05", "SAMPAN00CARRIER00006", "0x" + "ab" * 20, "0x" + "cd" * 32)


def drawn(rows: Rows, width: int) -> list[str]:
    console = Console(file=StringIO(), width=width)
    with console.capture() as captured:
        console.print(rows)
    return captured.get().splitlines()


def made(seed: int) -> tuple[Rows, set[str]]:
    """Rows by chance, with headings or without, and the words in them."""
    random = Random(seed)
    columns = random.randint(2, 4)

    def cell() -> Text:
        return Text(" ".join(random.choices(WORDS, k=random.randint(1, 4))))

    said = [
        [Text(random.choice(WORDS[:4])), *(cell() for _ in range(columns - 1))] for _ in range(random.randint(1, 6))
    ]
    headings = [f"head{place}" for place in range(columns)] if random.random() < 0.3 else ()
    words = {word for row in said for each in row for word in each.plain.split()}
    return Rows(headings, said, (0,)), words | set(headings)


@pytest.mark.parametrize("seed", range(40))
def test_no_word_of_rows_is_broken_at_any_width_that_has_room_for_it(seed: int) -> None:
    rows, words = made(seed)
    for width in range(24, 150):
        lines = drawn(rows, width)
        assert max(map(len, lines)) <= width
        shown = {word for line in lines for word in line.split()}
        assert {word for word in words if len(word) <= width} <= shown, width


def facts(*rows: Sequence[str]) -> Rows:
    return Rows((), [[Text(name), Text(said)] for name, said in rows], (0,))


def test_rows_that_fit_one_by_one_and_not_together_are_shown() -> None:
    """At 80 columns everyday commands came to no end: beside the longest name the longest word has no room."""
    address, digest = "0x" + "ab" * 20, "0x" + "cd" * 32
    shown = facts(("the longest of names", address), ("root", digest), ("status", "live"), ("ends", "2026"))
    assert drawn(shown, 80) == [
        f"the longest of names  {address}",
        f"root  {digest}",
        "status                live",
        "ends                  2026",
    ]
    assert drawn(shown, 66) == [
        f"the longest of names  {address}",
        "root",
        digest,
        "status                live",
        "ends                  2026",
    ]
