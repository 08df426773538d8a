"""JSON pointers (RFC 6901): the names of places in a document, in faults, trees and proofs.

`""` is the whole document, `/documentParties/shipper/partyName` a member, `/consignmentItems/0` the first of a list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sampan.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sampan.documents.json import JsonValue


def join(pointer: str, part: str | int) -> str:
    """The pointer of a member or an item of what stands at `pointer`."""
    if isinstance(part, int):
        return f"{pointer}/{part}"
    return f"{pointer}/{part.replace('~', '~0').replace('/', '~1')}"


def build(parts: Iterable[str | int]) -> str:
    """The pointer made of `parts`, from the root down."""
    pointer = ""
    for part in parts:
        pointer = join(pointer, part)
    return pointer


def split(pointer: str) -> list[str]:
    """The parts of a pointer, unescaped. Raises `BadInput` for text that is no pointer."""
    if pointer == "":
        return []
    if not pointer.startswith("/"):
        raise BadInput(
            "not a JSON pointer", subject=pointer, hint="a pointer starts with '/', as in /carrierCode", code="pointer"
        )
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")]


def resolve(document: JsonValue, pointer: str) -> JsonValue:
    """What stands at `pointer`. Raises `KeyError` when nothing does."""
    here = document
    for part in split(pointer):
        if isinstance(here, dict):
            here = here[part]
        elif isinstance(here, list) and part.isascii() and part.isdigit() and int(part) < len(here):
            here = here[int(part)]
        else:
            raise KeyError(pointer)
    return here
