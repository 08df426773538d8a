"""JSON from outside: an RPC's answer, a manifest, a keystore file, an act on its way.

py-evm raises Python's recursion limit so far that the standard parser overruns the stack of the process on deep
nesting; this one has a limit of its own.
"""

from __future__ import annotations

from typing import Any


def parse_json(content: bytes) -> Any:
    """The value of a JSON text. Raises `ValueError` for what is none, nests deeper than 200 or holds NaN."""
    from pydantic_core import from_json

    return from_json(content, allow_inf_nan=False)
