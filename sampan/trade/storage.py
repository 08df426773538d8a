"""The sale stores nothing of its terms: what it keeps, every room keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sampan.bills import inside
from sampan.trade.records import Trade
from sampan.trade.subject import SALE


def slots(state: Trade, at: Mapping[str, int]) -> dict[int, int]:
    """Slot → word."""
    return inside.slots(state, at, state.addresses[SALE.contract])


def unordered(state: Trade, at: Mapping[str, int], read: Callable[[int], int]) -> Iterator[str]:
    """Nothing without an order."""
    return iter(())


def changed(state: Trade) -> Iterator[Any]:
    """Signed calls are compared with the rest."""
    return iter(())
