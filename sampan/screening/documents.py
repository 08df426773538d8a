"""Whom a transport document names, as far as it is at hand: parties by name, LEI and country, ships by name and number.

A document is one by its fields: JSON pointer to value, all of them or those that were disclosed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sampan.documents import identifiers
from sampan.documents.pointer import join
from sampan.screening.lists import KEYS, Key
from sampan.screening.match import Party

_FIELDS: Final[tuple[tuple[Key, re.Pattern[str]], ...]] = (
    ("name", re.compile(r"(?P<party>.*)/partyName")),
    ("lei", re.compile(r"(?P<party>.*)/identifyingCodes/\d+/partyCode")),
    ("country", re.compile(r"(?P<party>.*)/address/countryCode")),
    ("name", re.compile(r"(?P<party>.*/vesselVoyages/\d+)/vesselName")),
    ("imo", re.compile(r"(?P<party>.*/vesselVoyages/\d+)/vesselIMONumber")),
)


def fields(document: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every scalar of a document with its pointer."""
    if isinstance(document, Mapping):
        for name, value in document.items():
            yield from fields(value, join(place, name))
    elif isinstance(document, list):
        for number, value in enumerate(document):
            yield from fields(value, join(place, number))
    else:
        yield place, document


def parties(values: Mapping[str, Any], name: str) -> list[Party]:
    """Whom the fields of a document name; `name` is the document's."""
    found: dict[str, dict[Key, list[str]]] = defaultdict(lambda: defaultdict(list))
    for pointer, value in values.items():
        for key, pattern in _FIELDS:
            match = pattern.fullmatch(pointer)
            if match and value is not None and (key != "lei" or identifiers.is_lei(str(value).strip().upper())):
                found[match["party"]][key].append(str(value))
    return [
        Party(f"{place} of {name}: {next(iter(keys.get('name', [])), '')}".rstrip(": "), _of(keys))
        for place, keys in found.items()
    ]


def _of(keys: Mapping[Key, list[str]]) -> dict[Key, tuple[str, ...]]:
    return {key: tuple(keys[key]) for key in KEYS if key in keys}
