"""Draws docs/cargo.svg: the voyage of the scenario `cargo`, as `sampan cargo timeline --svg` draws it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from sampan.scenarios import script
from sampan.scenarios.play import Play, Silent
from sampan.scenarios.stage import SampanChain
from sampan.tracking.picture import picture
from sampan.tracking.proofs import read_disclosed
from sampan.tracking.timeline import timeline

FILE = Path(__file__).with_name("cargo.svg")


def drawn() -> str:
    """The picture."""
    chain = SampanChain(enrol=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            outcome = Play(script.read(script.find("cargo")), chain, Silent(), Path(folder)).run()
            assert outcome.failure is None, outcome.failure
            disclosed = [read_disclosed(file) for file in sorted(Path(folder).glob("cargo/*.json"))]
        (bill,) = outcome.bills.values()
        ledger = chain.ledger
        batches = {told.header.root: (told.producer, told.sequence) for told in ledger.anchored()}
        facts = ledger.facts(bill)
        found = timeline(bill, disclosed, facts.said, batches.get)
        who = [ledger.names.participant(each.producer or 0).rpartition(" (")[0] for each in found.moments]
        return picture(found, who, facts.now)
    finally:
        chain.close()


if __name__ == "__main__":
    FILE.write_text(drawn(), encoding="utf-8")
    sys.stdout.write(f"written: {FILE}\n")
