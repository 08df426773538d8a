"""Every slot of storage that the state of quotes predicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sampan.money.records import Money
from sampan.suite import layout


def slots(state: Money, at: Mapping[str, int]) -> dict[int, int]:
    """Slot → word."""
    return {layout.entry(at["used"], digest): used for digest, used in state.quotes_used.items()}


def unordered(state: Money, at: Mapping[str, int], read: Callable[[int], int]) -> Iterator[str]:
    """Quotes keep nothing without an order."""
    return iter(())


def changed(state: Money) -> Iterator[Any]:
    """What is used up is compared with the rest."""
    return iter(())
