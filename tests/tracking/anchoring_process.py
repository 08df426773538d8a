"""A producer at work on a real chain in a process of its own, to be killed: takes files, links, seals, anchors, and
goes on. It prints how many batches it found on the chain that an earlier run had sent."""

from __future__ import annotations

import sys
from pathlib import Path

from sampan.chain.anvil import HOST  # noqa: F401  (the chain package chooses the fast Keccak first)
from sampan.client import anchoring
from sampan.client.ledger import Ledger
from sampan.tracking.ingest import ingest
from sampan.tracking.links import Link
from sampan.tracking.outbox import Outbox

GROUP = 3
"""Files after which it seals and anchors."""


def work(store: Path, files: Path, link: Link) -> None:
    """All of it, from wherever it was left."""
    with Ledger.open("harbour", signer="terminal") as ledger, Outbox(store) as outbox:
        print("ready", flush=True)
        names = sorted(files.iterdir())
        for first in range(0, len(names), GROUP):
            done = ingest(outbox, names[first : first + GROUP], jobs=1)
            assert not done.refused, done.refused
            if first >= len(names) // 2:
                outbox.link(link)
            outbox.seal()
            print(anchoring.anchor(ledger, outbox).adopted, flush=True)


if __name__ == "__main__":
    work(Path(sys.argv[1]), Path(sys.argv[2]), Link.from_text(sys.argv[3]))
