"""A producer that is killed at any moment (kill -9) loses nothing, reports nothing twice, and keeps the order."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from event_makers import BILL, an_id, boxed, link, written
from producer_process import ChainFile, anchor_all

from sampan.tracking.outbox import Outbox
from sampan.tracking.proofs import event_id, of_bill, prove

KILLS = [10, pytest.param(50, marks=pytest.mark.long)]
FILES, EVENTS = 24, 60
WINDOW = 0.6
"""Seconds within which it is killed after it began, at first; in the end it has twice as long."""


def held(folder: Path) -> None:
    """That store and chain are whole, and of one mind."""
    with Outbox(folder / "cargo.db") as store:
        chain = ChainFile(folder / "chain").headers()
        status = store.status()
        batches = [store.batch(sequence) for sequence in range(1, status.sealed + status.sent + status.anchored + 1)]
        assert [batch.header for batch in batches if batch.state == "anchored"] == chain[: status.anchored]
        for mined, batch in zip(chain, batches, strict=False):
            assert (mined.root, mined.count) == (batch.header.root, batch.header.count)
        first = 1
        for batch in batches:
            assert batch.first == first
            assert store.tree(batch).root == batch.header.root
            first += batch.header.count
        leaves = [(*leaf, event) for event in range(1, status.events + 1) for leaf in store._leaves_of(event)]
        assert sorted(number for number, _, _ in leaves) == [*range(1, status.leaves + 1)]
        assert max(Counter((event, leaf.bill) for _, leaf, event in leaves).values(), default=1) == 1
        ids = [row[0] for row in store._db.execute("SELECT id FROM events ORDER BY number")]
        assert ids == [event_id(an_id(number)) for number in range(1, len(ids) + 1)]
        assert len(ids) % EVENTS == 0


def finished(folder: Path) -> None:
    """That all was reported and anchored."""
    held(folder)
    with Outbox(folder / "cargo.db") as store:
        status = store.status()
        assert (status.events, status.waiting, status.sealed, status.sent) == (FILES * EVENTS, 0, 0, 0)
        assert len([*of_bill(store, BILL)]) == FILES * EVENTS
        assert prove(store, event_id(an_id(7))).header.anchored_at > 0
        anchor_all(store, ChainFile(folder / "chain"))


@pytest.mark.slow
@pytest.mark.parametrize("kills", KILLS)
def test_a_producer_that_is_killed_loses_doubles_and_reorders_nothing(kills: int, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for number in range(FILES):
        first = number * EVENTS + 1
        written(files / f"{number:03}.ndjson", [boxed("LOAD", number=n) for n in range(first, first + EVENTS)])
    chance = random.Random(7)
    script = Path(__file__).with_name("producer_process.py")
    stores = killed = 0
    folder = tmp_path / "0"
    folder.mkdir()
    while killed < kills:
        command = [sys.executable, str(script), str(folder), str(files), link().as_text()]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            try:
                ended_with = process.wait(chance.uniform(0, WINDOW * (1 + killed / kills)))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                ended_with = process.wait()
        if ended_with == 0:
            finished(folder)
            stores += 1
            folder = tmp_path / str(stores)
            folder.mkdir()
            continue
        assert ended_with == -signal.SIGKILL
        killed += 1
        held(folder)
    command = [sys.executable, str(script), str(folder), str(files), link().as_text()]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=120)
    finished(folder)
