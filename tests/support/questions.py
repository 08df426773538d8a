"""How many questions a client asks of its node: a batch is one, whatever it is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sampan.client.ledger import Ledger


def counter(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], tuple[Any, int]]:
    """A function that does something and tells what it gave, and by how many questions over the ledger's connection."""
    transport, asked, within = ledger.connection.transport, 0, 0

    def counted(ask: Callable[..., Any]) -> Callable[..., Any]:
        def count(*said: Any) -> Any:
            nonlocal asked, within
            asked, within = asked + (not within), within + 1
            try:
                return ask(*said)
            finally:
                within -= 1

        return count

    monkeypatch.setattr(transport, "request", counted(transport.request))
    monkeypatch.setattr(transport, "batch", counted(transport.batch))

    def run(does: Callable[[], Any]) -> tuple[Any, int]:
        # What is found out once is known then.
        does()
        before, found = asked, does()
        return found, asked - before

    return run
