"""What never changes is asked once, unless the chain was set back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from sampan.chain.connection import Connection

K = TypeVar("K")
V = TypeVar("V")


class Once(Generic[K, V]):
    """Answers by what was asked. What raises is asked again; so is, with `keep`, what it says no of."""

    def __init__(
        self, connection: Connection, ask: Callable[[K], V], keep: Callable[[V], bool] = lambda value: True
    ) -> None:
        self._connection, self._ask, self._keep = connection, ask, keep
        self._epoch, self._known = connection.epoch, dict[K, V]()

    def __call__(self, key: K) -> V:
        if self._epoch != self._connection.epoch:
            self._epoch, self._known = self._connection.epoch, {}
        if key in self._known:
            return self._known[key]
        found = self._ask(key)
        if self._keep(found):
            self._known[key] = found
        return found
