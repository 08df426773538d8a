"""The lists that a user has: legal persons, ships, accounts, countries and names, from files that others wrote.

A file ending in `.csv` has a header: at least one of `lei`, `imo`, `name`, `country`, `account`, and, for people,
`ground`, `listed`, `source`. A file ending in `.txt` has one LEI, IMO number, address or name a line; what follows `#`
at the beginning of a line is a remark. A country lists all who are of it, where its row names nobody: beside a name or
a number it is that party's.

Whoever cannot be sure what a list says must not act on it: a fault anywhere in a file is an error with its line.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from sampan.documents import identifiers
from sampan.errors import BadInput, Missing
from sampan.files import read_up_to
from sampan.screening.names import plain
from sampan.suite.ids import is_imo
from sampan.suite.tell import checksum

Key = Literal["lei", "imo", "account", "country", "name"]
"""What somebody or something is found by, the surest first."""
KEYS: Final[tuple[Key, ...]] = get_args(Key)
TOLD: Final = ("ground", "listed", "source")
"""Columns for people."""
LARGEST: Final = 64 * 1024 * 1024
LONGEST_LINE: Final = 16_384
KEPT: Final = 32
"""So many files are kept as they were read."""
_IMO: Final = re.compile(r"(?:IMO[ -]?(?:NO\.? ?)?)?([0-9]{7})", re.IGNORECASE)
_LEI: Final = re.compile(r"(?=.*[0-9])[0-9A-Za-z]{20}")
_ACCOUNT: Final = re.compile(r"0[xX][0-9a-fA-F]*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list: what it is found by, in the form in which that is compared, and what is said of it."""

    line: int
    keys: tuple[tuple[Key, str], ...]
    name: str = ""
    """As it is written in the list."""
    ground: str = ""
    listed: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """What a file says, by what it is found by."""

    rows: int
    found: Mapping[tuple[Key, str], tuple[Entry, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class ScreeningList:
    """One file: where it is, the SHA-256 of its bytes in hex, and its entries."""

    file: Path
    sha256: str
    entries: Entries

    @property
    def rows(self) -> int:
        """How many entries it has."""
        return self.entries.rows

    def of(self, key: Key, value: str) -> tuple[Entry, ...]:
        """The entries that are found by a value in the form in which it is compared."""
        return self.entries.found.get((key, value), ())


_PARSED: Final[dict[tuple[str, bool], Entries]] = {}
"""By the hash of a file, and whether it has a header."""


def comparable(key: Key, value: str) -> str:
    """A value in the form in which it is compared, whether or not it is right."""
    if key == "name":
        return plain(value)
    if key == "imo":
        match = _IMO.fullmatch(unicodedata.normalize("NFKC", value).strip())
        return match[1] if match else value.strip().upper()
    return value.strip().lower() if key == "account" else value.strip().upper()


def read_all(given: Sequence[Path]) -> list[ScreeningList]:
    """The lists in files, and in all files of folders, in order. Raises `Missing` and `BadInput` as `read`, and for a
    folder without a list."""
    found: list[ScreeningList] = []
    for path in given:
        found += map(read, _in_folder(path) if path.is_dir() else [path])
    return list({each.file: each for each in found}.values())


def _in_folder(folder: Path) -> list[Path]:
    files = [
        file
        for file in sorted(folder.rglob("*"))
        if not file.is_dir() and not any(part.startswith(".") for part in file.relative_to(folder).parts)
    ]
    if not files:
        hint = "put the lists there, or take the folder out of screening_lists"
        raise Missing("holds no list to screen against", subject=str(folder), hint=hint, code="screening.list")
    return files


def read(file: Path) -> ScreeningList:
    """A list from its file. Raises `Missing` where there is none, `BadInput` with file and line for what is no list."""
    if not file.exists():
        hint = "screening_lists names it: put it back, or take it out of the setting"
        raise Missing("there is no such list", subject=str(file), hint=hint, code="screening.list")
    if file.suffix.lower() not in (".csv", ".txt"):
        raise _fault(
            file, None, "is neither a .csv nor a .txt", "write it as one of them, or move it out of the folder"
        )
    if not file.is_file():
        raise _fault(file, None, "is no regular file", "name a file")
    try:
        data = read_up_to(file, LARGEST)
    except OSError as error:
        raise _fault(file, None, f"cannot be read: {error.strerror}", "let it be read") from None
    with_header = file.suffix.lower() == ".csv"
    digest = hashlib.sha256(data).hexdigest()
    if (digest, with_header) not in _PARSED:
        try:
            entries = _parsed(data, with_header)
        except _Fault as fault:
            raise _fault(file, fault.line, fault.what, fault.right) from None
        while len(_PARSED) >= KEPT:
            del _PARSED[next(iter(_PARSED))]
        _PARSED[digest, with_header] = entries
    return ScreeningList(file, digest, _PARSED[digest, with_header])


class _Fault(Exception):
    """What is wrong in a list, and where."""

    def __init__(self, line: int | None, what: str, right: str) -> None:
        super().__init__(what)
        self.line, self.what, self.right = line, what, right


def _fault(file: Path, line: int | None, what: str, right: str) -> BadInput:
    place = str(file) if line is None else f"{file}, line {line}"
    return BadInput(what, subject=place, hint=right, code="screening.list")


def _parsed(data: bytes, with_header: bool) -> Entries:
    text = _text(data)
    found: dict[tuple[Key, str], list[Entry]] = defaultdict(list)
    rows = 0
    for entry in _rows(text) if with_header else _lines(text):
        rows += 1
        for each in entry.keys:
            found[each].append(entry)
    if not rows:
        raise _Fault(None, "has no entry", "was it fetched whole? take an empty list out of screening_lists")
    return Entries(rows, {key: tuple(entries) for key, entries in found.items()})


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _Fault(1, "is UTF-16, not UTF-8", "write it as UTF-8")
    if (place := data.find(b"\0")) >= 0:
        raise _Fault(_line_of(data, place), "holds a NUL: no text", "write it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Fault(_line_of(data, error.start), "is not UTF-8", "write it as UTF-8") from None
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > LONGEST_LINE:
            raise _Fault(number, f"is longer than {LONGEST_LINE} characters", "is it a list? one entry a line")
    return text


def _line_of(data: bytes, place: int) -> int:
    return data.count(b"\n", 0, place) + 1


# -------------------------------------------------------------------------------------------------------- with a header


def _rows(text: str) -> Iterator[Entry]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                pass
            elif header is None:
                header = _header(cells, line)
            else:
                if len(cells) != len(header):
                    what = f"has {len(cells)} cells, the header {len(header)}"
                    raise _Fault(line, what, 'put a cell with a comma in "quotation marks"')
                yield _entry(dict(zip(header, map(str.strip, cells), strict=True)), line)
            line = reader.line_num + 1
    except csv.Error as error:
        raise _Fault(line, f"is no CSV: {error}", "mend it at that place") from None


def _header(cells: Sequence[str], line: int) -> list[str]:
    found = [cell.strip().lower() for cell in cells]
    columns = ", ".join((*KEYS, *TOLD))
    for number, name in enumerate(found):
        if name not in (*KEYS, *TOLD):
            # Under another name it may hold what would be found.
            raise _Fault(line, f"the column {name[:40]!r} is not known", f"name it one of {columns}, or leave it out")
        if name in found[:number]:
            raise _Fault(line, f"the column {name} stands there twice", "keep one of the two")
    if not set(found) & set(KEYS):
        raise _Fault(line, "no column says who is listed", f"have one of {', '.join(KEYS)}")
    return found


def _entry(row: Mapping[str, str], line: int) -> Entry:
    keys = [(key, _value(key, row[key], line)) for key in KEYS if row.get(key)]
    if not keys:
        raise _Fault(line, "lists nobody", f"fill one of {', '.join(key for key in KEYS if key in row)}")
    if len(keys) > 1:
        # Beside a name or a number a country is where that party is.
        keys = [(key, value) for key, value in keys if key != "country"]
    return Entry(line, tuple(keys), *(row.get(name, "") for name in ("name", *TOLD)))


def _value(key: Key, text: str, line: int) -> str:
    try:
        if key == "lei":
            return identifiers.lei(text.upper())
        if key == "imo":
            return _imo(text, line)
        if key == "account":
            return checksum(text.lower()).lower()
    except BadInput as error:
        raise _Fault(line, f"{text[:60]!r}: {error.message}", error.hint or "copy it once more") from None
    if key == "country":
        if not identifiers.is_country(text.upper()):
            raise _Fault(line, f"{text[:60]!r} is no country of ISO 3166-1", "write two letters, as in HK")
        return text.upper()
    found = plain(text)
    if not found:
        raise _Fault(line, f"{text[:60]!r} is no name", "write the name, or take the row out")
    return found


def _imo(text: str, line: int) -> str:
    match = _IMO.fullmatch(text.strip())
    if match is None:
        raise _Fault(line, f"{text[:60]!r} is no IMO number", "write its seven digits")
    if not is_imo(match[1]):
        raise _Fault(line, f"IMO number {match[1]} has a wrong check digit", "compare it with the source of the list")
    return match[1]


# ----------------------------------------------------------------------------------------------------- one entry a line


def _lines(text: str) -> Iterator[Entry]:
    for line, raw in enumerate(re.split("\r\n|\r|\n", text), start=1):
        said = raw.strip()
        if said and not said.startswith("#"):
            key = kind_of(said)
            if key == "country":
                what = f"{said[:60]!r} is a country, or the name of somebody?"
                raise _Fault(line, what, "countries, and names of two letters, stand in a .csv with that column")
            yield Entry(line, ((key, _value(key, said, line)),), name=said if key == "name" else "")


def kind_of(text: str) -> Key:
    """As what a text alone is taken: by its shape, right or mistyped."""
    text = text.strip()
    if _ACCOUNT.fullmatch(text):
        return "account"
    if _LEI.fullmatch(text):
        return "lei"
    if _IMO.fullmatch(text):
        return "imo"
    return "country" if len(text) == 2 and text.isupper() and identifiers.is_country(text) else "name"


def value_of(key: Key, text: str) -> str:
    """A value that a person wrote, right and in the form in which it is told. Raises `BadInput`."""
    try:
        found = _value(key, text.strip(), 0)
    except _Fault as fault:
        raise BadInput(fault.what, subject=text, hint=fault.right, code="screening.value") from None
    if key == "name":
        return text.strip()
    return checksum(found) if key == "account" else found
