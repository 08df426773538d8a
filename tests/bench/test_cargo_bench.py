"""The bench of cargo data: its events are as real ones, and what it says is what it measured."""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from sampan.bench.cargo import bill, feed
from sampan.suite.words import FactKind
from sampan.tracking.ingest import read_all
from sampan.tracking.links import Links
from sampan.tracking.reading import portions


def test_its_events_are_right_and_of_about_a_thousand_bytes_and_some_are_facts() -> None:
    data = "".join(feed(300)).encode()
    assert 1_000 < len(data) / 300 < 1_200
    (portion,) = portions(io.BytesIO(data), "feed")
    read = read_all(portion, Links([bill(0)]), time.time())
    assert (len(read.rows.events), read.count) == (300, 0)
    kinds = Counter(FactKind(read.rows.leaf(number).kind) for number in range(read.rows.held))
    assert kinds[FactKind.LOADED] == kinds[FactKind.DISCHARGED] == kinds[FactKind.GATED_IN] == 3
    assert kinds[FactKind.NONE] > 270


@pytest.mark.slow
def test_it_tells_seconds_memory_and_the_slowest_proof(sampan_command: Callable[..., Any]) -> None:
    ran = sampan_command("bench", "cargo", "--events", "20000", "--json")
    said = ran.document
    assert said["events"] == 20_000
    assert said["events_per_second"] == pytest.approx(20_000 / said["seconds"])
    assert 0 < said["prove_ms"] < 1_000
    assert said["peak_rss_mb"] > 0
