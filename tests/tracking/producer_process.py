"""A producer at work in a process of its own, to be killed: takes files, links, seals, anchors, and goes on.

The chain is a file with a line for each batch. As the contract does it refuses a batch out of sequence.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from sampan.cargo.records import Header
from sampan.tracking.ingest import ingest
from sampan.tracking.links import Link
from sampan.tracking.outbox import Batch, Outbox

GROUP = 5
"""Files after which it seals and anchors."""


class ChainFile:
    """A chain that is a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def headers(self) -> list[Header]:
        """The batches that it has. A line that was cut off is no block."""
        if not self.path.exists():
            return []
        lines = self.path.read_text().split("\n")[:-1]
        return [Header(bytes.fromhex(root), *numbers, bytes(32)) for root, *numbers in map(json.loads, lines)]

    def anchor(self, batch: Batch) -> int:
        """Takes a batch; when. Raises `ValueError` for one out of sequence."""
        mined = self.headers()
        if batch.sequence != len(mined) + 1:
            raise ValueError(f"OutOfSequence: next is {len(mined) + 1}, given {batch.sequence}")
        header = batch.header
        anchored_at = 1_767_400_000 + batch.sequence
        line = json.dumps([header.root.hex(), header.count, header.earliest, header.latest, anchored_at]) + "\n"
        kept = "".join(one + "\n" for one in self.path.read_text().split("\n")[:-1]) if mined else ""
        draft = self.path.with_suffix(".draft")
        draft.write_text(kept + line)
        draft.replace(self.path)
        return anchored_at


def anchor_all(outbox: Outbox, chain: ChainFile) -> None:
    """Anchors what the chain does not have yet, and learns what it has."""
    mined = chain.headers()
    for batch in outbox.unanchored():
        if batch.sequence <= len(mined):
            outbox.adopt(batch.sequence, mined[batch.sequence - 1])
            continue
        outbox.sent(batch.sequence, os.urandom(32))
        outbox.anchored(batch.sequence, chain.anchor(batch))


def work(folder: Path, files: Path, link: Link) -> None:
    """All of it, from wherever it was left."""
    chain = ChainFile(folder / "chain")
    with Outbox(folder / "cargo.db") as outbox:
        print("ready", flush=True)
        names = sorted(files.iterdir())
        for first in range(0, len(names), GROUP):
            done = ingest(outbox, names[first : first + GROUP], jobs=1)
            assert not done.refused, done.refused
            if first >= len(names) // 2:
                outbox.link(link)
            if first % (2 * GROUP):
                outbox.seal()
            anchor_all(outbox, chain)
        outbox.seal()
        anchor_all(outbox, chain)


if __name__ == "__main__":
    work(Path(sys.argv[1]), Path(sys.argv[2]), Link.from_text(sys.argv[3]))
