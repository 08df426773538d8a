"""Who of those that an act is about is on which list. The same parties and the same lists give the same answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sampan.screening.lists import KEYS, Key, ScreeningList, comparable


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody or something that is screened: who it is in the act, in words, and what it may be found by."""

    who: str
    keys: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hit:
    """A party is on a list: by what it was found, in which line, and what the list says of it."""

    who: str
    by: Key
    value: str
    """Of the party."""
    file: str
    line: int
    name: str = ""
    ground: str = ""
    listed: str = ""
    source: str = ""

    def __str__(self) -> str:
        """As a sentence without its end."""
        place = f"{self.file}, line {self.line}"
        said = [f"ground: {self.ground}" if self.ground else "", f"listed {self.listed}" if self.listed else ""]
        more = "".join(f", {each}" for each in (*said, self.source) if each)
        if self.by == "name":
            written = f" (“{self.name}”)" if self.name else ""
            return f"{self.who} is on {place}{written} by name: look whether it is the same{more}"
        by = {"lei": "LEI", "imo": "IMO number"}.get(self.by, self.by)
        return f"{self.who} is on {place} by {by} {self.value}{more}"


def match(parties: Sequence[Party], lists: Sequence[ScreeningList]) -> tuple[Hit, ...]:
    """Every party on every list, in order; where several things find one entry, the surest is said."""
    hits: list[Hit] = []
    for party in parties:
        for each in lists:
            found: dict[int, Hit] = {}
            for key in KEYS:
                for value in party.keys.get(key, ()):
                    for entry in each.of(key, comparable(key, value)):
                        said = (entry.name, entry.ground, entry.listed, entry.source)
                        found.setdefault(entry.line, Hit(party.who, key, value, str(each.file), entry.line, *said))
            hits += (found[line] for line in sorted(found))
    return tuple(dict.fromkeys(hits))
