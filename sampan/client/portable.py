"""JSON documents that people hand each other: signed texts, proposals. Integers are decimal text, bytes 0x text."""

from __future__ import annotations

from typing import Any

from sampan.errors import BadInput
from sampan.suite.tell import checksum


def value_of(kind: str, raw: Any, name: str, place: str) -> Any:
    """A value of a Solidity type from its text; `name` is the document's, `place` where it stands in it.

    Raises `BadInput` for what is none.
    """
    if kind.startswith("uint"):
        if isinstance(raw, str) and raw.isascii() and raw.isdigit() and int(raw) < 2 ** int(kind[4:]):
            return int(raw)
        raise broken(name, place, f"a whole number of {kind[4:]} bits, as decimal text")
    try:
        data = bytes.fromhex(raw[2:]) if isinstance(raw, str) and raw.startswith("0x") else None
    except ValueError:
        data = None
    length = 20 if kind == "address" else int(kind.removeprefix("bytes") or 0)
    if data is None or length not in (0, len(data)):
        raise broken(name, place, "an address" if kind == "address" else "0x and hex digits")
    return checksum(data) if kind == "address" else data


def broken(name: str, place: str, right: str) -> BadInput:
    """What is said of a document in which something is not what it should be."""
    return BadInput(f"is broken: {place} is not {right}", subject=name, hint="take the file as it was written")
