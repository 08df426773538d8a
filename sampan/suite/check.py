"""What a chain should answer for a state: views with their arguments, as subjects name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class View:
    """A view of a contract (its name in the manifest) with its arguments."""

    contract: str
    function: str
    arguments: tuple[Any, ...]
