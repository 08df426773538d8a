"""Texts of others, as a terminal or a page may be given them."""

from __future__ import annotations

import unicodedata


def printable(text: str) -> str:
    """A text with what is not printable (an escape sequence, a reversal of writing) as its escape; lines and spaces
    stay."""
    if text.isprintable():
        return text
    return "".join(map(_escaped, text))


def _escaped(letter: str) -> str:
    if letter.isprintable() or letter in "\n\t" or unicodedata.category(letter) == "Zs":
        return letter
    return letter.encode("unicode_escape").decode("ascii")
