"""Every slot of storage that the list of coins predicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sampan.money.records import Money
from sampan.suite import layout
from sampan.suite.codec import address, word


def slots(state: Money, at: Mapping[str, int]) -> dict[int, int]:
    """Slot → word. `at` is where solc put each variable."""
    found = {at["_count"]: state.coin_events}
    for coin in state.coins.values():
        found[layout.entry(at["coinOf"], address(coin.token))] = int(coin.address, 16)
        found[layout.entry(at["_round"], address(coin.address))] = coin.times
    for (coin_address, times, country), listed in state.coin_listed.items():
        found[layout.entry(at["_listedFor"], *listed_key(coin_address, times, country))] = listed
    return found


def listed_key(coin: str, times: int, country: str) -> tuple[bytes, bytes, bytes]:
    """By which it is found whether a coin is listed for a country."""
    return address(coin), word(times), country.encode("latin-1").ljust(32, b"\0")


def unordered(state: Money, at: Mapping[str, int], read: Callable[[int], int]) -> Iterator[str]:
    """The list keeps nothing without an order."""
    return iter(())


def changed(state: Money) -> Iterator[Any]:
    """It is compared with the rest."""
    return iter(())
