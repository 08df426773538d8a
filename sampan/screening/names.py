"""Names so that two writings of one compare equal: letters, capitals, punctuation and legal forms do not matter.

Nothing is guessed: a name that is spelt or transcribed differently is another name.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_FORMS: Final = """
    ab ag aps as asa bhd bv co company corp corporation doo gmbh inc incorporated jsc kft kg kgaa kk limited llc llp lp
    ltd nv oao ojsc ooo oy oyj pao pjsc plc private pte pt pty pvt sa sae sal sarl sas sau sdn se sl slu snc spa spzoo
    srl sro zao zoo
"""
LEGAL_FORMS: Final = frozenset(_FORMS.split())
"""As they stand behind a name, or before it, once dots are gone."""
_BEFORE: Final = frozenset({"pt", "ooo", "oao", "zao", "pao", "the"})
_UNSPACED: Final = ("股份有限公司", "有限责任公司", "有限責任公司", "有限公司", "株式会社", "주식회사")
_UNSEEN: Final = frozenset(
    (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x2065, 0x3164, 0xFFA0, *range(0xFFF0, 0xFFF9))
) | frozenset((*range(0xFE00, 0xFE10), *range(0xE0000, 0xE1000)))
"""Points that are drawn as nothing (Default_Ignorable_Code_Point), beside those of category Cf."""
_LONGEST_SPELT: Final = 4
"""A form in single letters (`S. p. A.`) has so many of them."""


def plain(name: str) -> str:
    """A name in the form in which names are compared; empty where nothing of it is a name."""
    text = name.lower()
    if not name.isascii():
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    words = text.translate(_LETTERS).split()
    if words and words[0] in _BEFORE and len(words) > 1:
        words = words[1:]
    while (length := _form_behind(words)) > 0:
        words = words[:-length]
    found = " ".join(words)
    for form in () if found.isascii() else _UNSPACED:
        if found not in (form, ""):
            found = found.removesuffix(form).removeprefix(form).strip()
    return found


class _Letters(dict[int, str]):
    """What becomes of each letter, found when it is met."""

    def __missing__(self, point: int) -> str:
        letter = chr(point)
        category = unicodedata.category(letter)
        if letter in ".'’" or category == "Cf" or point in _UNSEEN or (category == "Cc" and not letter.isspace()):
            self[point] = ""
        elif letter == "&":
            self[point] = " and "
        else:
            self[point] = " " if category[0] in "PSZC" else letter
        return self[point]


_LETTERS: Final = _Letters()


def _form_behind(words: list[str]) -> int:
    """How many words at the end of a name are its legal form; a name is never all form."""
    if len(words) < 2:
        return 0
    spelt = len(words[-1]) <= 2
    for length in range(min(_LONGEST_SPELT, len(words) - 1) if spelt else 1, 1, -1):
        behind = words[-length:]
        if all(len(word) <= 2 for word in behind) and "".join(behind) in LEGAL_FORMS:
            return length
    return int(words[-1] in LEGAL_FORMS or words[-1] == "and")
