"""Every slot of storage that the state of coins predicts, coin by coin."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sampan.money.records import Money
from sampan.suite import layout
from sampan.suite.codec import address


def places(state: Money) -> Iterator[str]:
    """The coins."""
    return iter(state.coins)


def slots(state: Money, at: Mapping[str, int], where: str) -> dict[int, int]:
    """Slot → word, of one coin. `at` is where solc put each variable."""
    return {
        layout.entry(at["allowed"], address(payer), address(spender)): allowed
        for (coin, payer, spender), allowed in state.coin_allowances.items()
        if coin == where
    }


def unordered(state: Money, at: Mapping[str, int], read: Callable[[int], int], where: str) -> Iterator[str]:
    """Coins keep nothing without an order."""
    return iter(())


def changed(state: Money) -> Iterator[Any]:
    """Allowances are compared with the rest."""
    return iter(())
