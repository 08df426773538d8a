"""JSON pointers (RFC 6901): the names of places in a document, in faults, trees and proofs.

`""` is the whole document, `/documentParties/shipper/partyName` a member, `/consignmentItems/0` the first of a list.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from sampan.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable


def join(pointer: str, part: str | int) -> str:
    """The pointer of a member or an item of what stands at `pointer`."""
    if isinstance(part, int):
        return f"{pointer}/{part}"
    if "~" in part or "/" in part:
        part = part.replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{part}"


def build(parts: Iterable[str | int]) -> str:
    """The pointer made of `parts`, from the root down."""
    return reduce(join, parts, "")


def split(pointer: str) -> list[str]:
    """The parts of a pointer, unescaped. Raises `BadInput` for text that is no pointer."""
    if pointer == "":
        return []
    if not pointer.startswith("/"):
        raise BadInput(
            "not a JSON pointer", subject=pointer, hint="a pointer starts with '/', as in /carrierCode", code="pointer"
        )
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")]
