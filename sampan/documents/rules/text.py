"""Rules about characters: texts that read otherwise than they are.

A party, an address, the goods, a reference are compared by people who see the text and by programs that see its
characters. Characters that nobody sees, or that turn the order of reading, let the two disagree (Unicode TR 36).
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from sampan.documents.json import shown
from sampan.documents.pointer import join
from sampan.documents.rules.base import ADVICE, Node, Problem, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

# Controls but tab and line feed; soft hyphen, joiners, marks and overrides of direction, spaces of no width, letters
# that are blank (Hangul, Khmer, Braille), separators of lines and paragraphs, tags.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# Between letters of these scripts a joiner is spelling: Arabic and Persian, the scripts of India, Khmer and Myanmar.
_JOINED = re.compile("[\u0600-\u0dff\u1000-\u109f\u1780-\u17ff]")
_JOINERS = "\u200c\u200d"
_WORD = re.compile(r"[^\W\d_]+")
_NAMES = frozenset(
    {
        "partyName",
        "street",
        "city",
        "locationName",
        "facilityName",
        "vesselName",
        "email",
        "addressLines",
        "displayedAddress",
        "name",
        "reference",
        "value",
    }
)


@rule("unseen-characters", "Unicode TR 36 and TR 39", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """A text holds no character that nobody sees, or that turns the order in which it is read."""
    for pointer, _name, text in _texts(document):
        unseen = list(dict.fromkeys(_unseen(text)))
        if unseen:
            named = ", ".join(map(_name_of, unseen[:3])) + (f" and {len(unseen) - 3} more" if len(unseen) > 3 else "")
            seen = "".join(letter for letter in text if letter not in unseen)
            yield Problem(
                pointer, f"holds {named}: it may read otherwise than it is", f"'{shown(seen, 60)}', if that is meant"
            )


@rule("mixed-scripts", "Unicode TR 36 and TR 39", ADVICE)
def _(document: Node) -> Iterator[Problem]:
    """A word of a name is written in one script: a Cyrillic or Greek letter among Latin ones looks like one of them."""
    for pointer, name, text in _texts(document):
        if name not in _NAMES or text.isascii():
            continue
        for word in _WORD.findall(text):
            scripts = {script for letter in word if (script := unicodedata.name(letter, "?").split(" ")[0]) in _ALIKE}
            if len(scripts) > 1:
                odd = next(letter for letter in word if not unicodedata.name(letter, "LATIN").startswith("LATIN"))
                said = (
                    f"'{shown(word)}' mixes {' and '.join(sorted(script.capitalize() for script in scripts))} letters"
                )
                yield Problem(pointer, f"{said}, as {_name_of(odd)}", "one script in a word")
                break


_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})


def _unseen(text: str) -> Iterator[str]:
    for match in _UNSEEN.finditer(text):
        at = match.start()
        if match[0] in _JOINERS and all(map(_JOINED.match, (text[at - 1 : at], text[at + 1 : at + 2]))):
            continue
        yield match[0]


def _name_of(letter: str) -> str:
    name = unicodedata.name(letter, "a control character")
    return f"U+{ord(letter):04X} ({name.lower()})"


def _texts(document: Node) -> Iterator[tuple[str, str, str]]:
    """Every text: its pointer, the name of the member that it stands in, itself."""
    for _name, node in document.objects():
        for key, value in node.value.items() if isinstance(node.value, dict) else ():
            if isinstance(value, str):
                yield join(node.pointer, key), key, value
            elif isinstance(value, list):
                place = join(node.pointer, key)
                yield from (
                    (join(place, index), key, item) for index, item in enumerate(value) if isinstance(item, str)
                )
