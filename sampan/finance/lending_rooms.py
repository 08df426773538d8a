"""Rooms of the suite that lend, and what each answers the positions (contracts/finance/IPositions.sol, `paidIn`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

LENDS: Final[dict[str, Callable[[Any, int], tuple[int, int]]]] = {}
"""Contract that lends → what came in for the lenders of one of its loans so far, and of how many shares that is: by the
state and its own number of the loan."""
