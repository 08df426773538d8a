"""A store that was anchored on one chain anchors nothing on another, even where that has as many batches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from event_makers import boxed, written

from sampan.cargo.records import Header
from sampan.cargo.storage import header_hash
from sampan.client import anchoring
from sampan.errors import AnswerIsNo
from sampan.tracking.ingest import ingest
from sampan.tracking.outbox import Outbox


def ledger_with(*headers: Header) -> Any:
    """A ledger that has batches of the producer that acts there."""
    answers: dict[str, Callable[..., Any]] = {
        "batches": lambda producer: len(headers),
        "headerOf": lambda producer, sequence: header_hash(headers[sequence - 1]),
    }
    return SimpleNamespace(
        address="0x",
        account=lambda address: SimpleNamespace(participant=5),
        ask=lambda view, *arguments, contract: answers[view](*arguments),
        names=SimpleNamespace(participant=str),
    )


def test_a_store_of_another_chain_is_refused_though_the_counts_agree(tmp_path: Path) -> None:
    with Outbox(tmp_path / "cargo.db") as outbox:
        ingest(outbox, [written(tmp_path / "events.ndjson", [boxed("LOAD")])])
        outbox.seal()
        outbox.anchored(1, 1_800_000_000)
        ours = outbox.batch(1).header
        assert anchoring.count(ledger_with(ours), outbox) == 1
        for other in (replace(ours, root=bytes(32)), replace(ours, anchored_at=1_800_000_001)):
            with pytest.raises(AnswerIsNo, match="another batch under number 1"):
                anchoring.count(ledger_with(other), outbox)
