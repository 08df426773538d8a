"""Canonical bytes (RFC 8785) and the checksum that DCSA signs.

The checksum is the SHA-256 of the canonical bytes (DCSA PINT `transportDocumentChecksum`); it does not change with
spacing or the order of members.
"""

from __future__ import annotations

import hashlib
from json.encoder import encode_basestring
from typing import TYPE_CHECKING

from sampan.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sampan.documents.json import JsonValue

MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader holds exactly (RFC 8785 refuses more)."""


def canonical_bytes(value: JsonValue) -> bytes:
    """The RFC 8785 bytes of a value.

    Raises `BadInput` for what has no canonical form (an integer beyond 2^53 - 1, a lone surrogate), which
    `sampan.documents.json.read_json` has already refused.
    """
    import rfc8785

    try:
        return rfc8785.dumps(value)
    except (ValueError, RecursionError) as error:
        raise BadInput(
            f"has no canonical form: {error}", hint="read it with sampan.documents.read_json", code="json.canonical"
        ) from None


def canonical_text(value: JsonValue) -> str:
    """The RFC 8785 text of a value. Raises as `canonical_bytes`."""
    if isinstance(value, str) and value.isascii():
        # Most of a document: escaped as RFC 8785 asks, many times faster.
        return encode_basestring(value)
    if type(value) is int and -MAX_INTEGER <= value <= MAX_INTEGER:
        return str(value)
    return canonical_bytes(value).decode("utf-8")


def canonical_order(keys: Iterable[str]) -> list[str]:
    """Keys in the order of RFC 8785: by UTF-16 code units."""
    return sorted(keys, key=lambda key: key.encode("utf-16-be"))


def checksum(value: JsonValue) -> bytes:
    """SHA-256 (32 bytes) of the canonical bytes."""
    return hashlib.sha256(canonical_bytes(value)).digest()
