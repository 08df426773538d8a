"""Replacements proposed by a carrier and agreed by whoever surrenders: bills, and the terms of those in their place.

The hash over both is what a surrender for amendment agrees to; the file (`sampan.replacements/1`) is how the two sides
look at the same thing.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from sampan.bills.terms import Terms, replacements_hash
from sampan.client.naming import number_of
from sampan.documents.partition import Compared
from sampan.errors import BadInput
from sampan.suite.forms import ABSENT, Address, Also, BillName, Form, Hash, Of, written
from sampan.suite.tell import checksum, word_of
from sampan.suite.verb import NOBODY
from sampan.suite.words import Kind, RecordLaw

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Replacement(Form):
    """Terms of a replacement."""

    bill: BillName
    kind: Kind
    titleholder: Annotated[Address | None, Of(lambda terms: None if terms.titleholder == NOBODY else terms.titleholder)]
    root: Hash
    checksum: Hash
    carriage_law: str
    record_law: RecordLaw


class Replacements(Form, document="sampan.replacements/1"):
    """Replacements of bills, as proposed and agreed."""

    bills: Annotated[list[BillName], Also({"minItems": 1})]
    replacements: Annotated[list[Replacement], Also({"minItems": 1})]
    hash: Hash
    comparison: Annotated[
        Compared | None, Of(lambda _: ABSENT, maybe=True), "With the documents of the bills; not in a file"
    ]


_TERMS = tuple(Replacement.__annotations__)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Bills, and the terms of those that are to replace them."""

    bills: tuple[int, ...]
    replacements: tuple[Terms, ...]

    @property
    def hash(self) -> bytes:
        """What is agreed to, 32 bytes."""
        return replacements_hash(self.bills, self.replacements)

    def as_json(self) -> dict[str, Any]:
        """The document `sampan.replacements/1`."""
        answer: dict[str, Any] = written(Replacements, self)
        return answer

    def write(self, path: Path) -> None:
        """Write the document to a file."""
        path.write_text(json.dumps(self.as_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read(source: Path | Mapping[str, Any]) -> Proposal:
    """A proposal from its file or JSON. Raises `BadInput` naming what is wrong, also when the hash is another's."""
    from pathlib import Path

    from sampan.documents.json import read_json

    name = str(source) if isinstance(source, Path) else "replacements"
    raw: Any = read_json(source, name=name) if isinstance(source, Path) else source
    if not isinstance(raw, dict) or raw.get("schema") != Replacements.DOCUMENT:
        raise BadInput(f"is no {Replacements.DOCUMENT} document", subject=name, hint="`sampan bill propose` writes one")
    bills, listed = raw.get("bills"), raw.get("replacements")
    if not isinstance(bills, list) or not all(isinstance(bill, str) for bill in bills) or not bills:
        raise _broken(name, "bills", "a list of bills")
    if not isinstance(listed, list) or not listed:
        raise _broken(name, "replacements", "a list of terms")
    found = Proposal(
        tuple(number_of(bill) for bill in bills),
        tuple(_terms(terms, name, index) for index, terms in enumerate(listed)),
    )
    if raw.get("hash") != "0x" + found.hash.hex():
        raise BadInput("its hash is not that of its terms", subject=name, hint="it was altered: ask for the file again")
    return found


def _terms(raw: Any, name: str, index: int) -> Terms:
    place = f"replacements/{index}"
    if not isinstance(raw, dict) or set(raw) != set(_TERMS):
        raise _broken(name, place, "an object with " + ", ".join(_TERMS))
    titleholder = raw["titleholder"]
    texts = {key: raw[key] for key in _TERMS if key != "titleholder"}
    if not all(isinstance(text, str) for text in texts.values()) or not isinstance(titleholder, str | None):
        raise _broken(name, place, "made of texts")
    return Terms(
        bill=number_of(texts["bill"]),
        kind=word_of(Kind, texts["kind"]),
        titleholder=NOBODY if titleholder is None else _address(titleholder, name, f"{place}/titleholder"),
        root=_hash(texts["root"], name, f"{place}/root"),
        checksum=_hash(texts["checksum"], name, f"{place}/checksum"),
        carriage_law=texts["carriage_law"],
        record_law=word_of(RecordLaw, texts["record_law"]),
    )


def _address(text: str, name: str, place: str) -> str:
    if not re.fullmatch("0x[0-9a-fA-F]{40}", text):
        raise _broken(name, place, "an address")
    return checksum(text)


def _hash(text: str, name: str, place: str) -> bytes:
    try:
        data = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        data = b""
    if len(data) != 32:
        raise _broken(name, place, "0x and 64 hex digits")
    return data


def _broken(name: str, place: str, right: str) -> BadInput:
    return BadInput(f"is broken: {place} is not {right}", subject=name, hint="take the file as it was written")
