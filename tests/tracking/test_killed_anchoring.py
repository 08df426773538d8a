"""A producer that is killed at any moment (kill -9) while it anchors on a real chain loses nothing, anchors nothing
twice, and keeps the order."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from event_makers import BILL, an_id, boxed, link, written
from support import producing

from sampan.chain import outbox as acts
from sampan.chain.anvil import Anvil
from sampan.chain.connection import Connection
from sampan.chain.networks import Network
from sampan.chain.rpc import HttpTransport
from sampan.client import anchoring
from sampan.client.ledger import Ledger
from sampan.deployment import manifest as manifests
from sampan.errors import ChainError
from sampan.scenarios.stage import SampanChain
from sampan.tracking.ingest import ingest
from sampan.tracking.outbox import Outbox
from sampan.tracking.proofs import event_id, of_bill, prove

KILLS = [10, pytest.param(50, marks=pytest.mark.long)]
FILES, EVENTS = 150, 4
WINDOW = 1.2
"""Seconds within which it is killed after it began."""
SCRIPT = Path(__file__).with_name("anchoring_process.py")


@pytest.fixture
def harbour() -> Iterator[SampanChain]:
    """An anvil of its own with the suite deployed and producers accredited."""
    given = os.environ.get("SAMPAN_ANVIL")
    with Anvil(program=Path(given) if given else None) as anvil:
        made = SampanChain(Connection(HttpTransport(anvil.url), Network("harbour", "http", anvil.url)))
        producing.accredit(made)
        yield made
        made.close()


def held(harbour: SampanChain, store: Path) -> int:
    """That store and chain are whole and of one mind; how many batches the chain has."""
    ledger = harbour.ledger
    producer = ledger.number_of("terminal")
    there = int(ledger.ask("batches", producer, contract="CargoLog"))
    headers = ledger.headers(producer, range(1, there + 1))
    assert sorted(headers) == [*range(1, there + 1)]
    with Outbox(store) as outbox:
        status = outbox.status()
        assert status.anchored <= there <= status.sealed + status.sent + status.anchored
        for sequence, header in headers.items():
            batch = outbox.batch(sequence)
            assert (header.root, header.count) == (batch.header.root, batch.header.count)
            assert batch.header.anchored_at in (0, header.anchored_at)
            assert outbox.tree(batch).root == header.root
    return there


@pytest.mark.slow
@pytest.mark.anvil
def test_what_an_earlier_run_left_on_its_way_stands_before_more_is_anchored(
    harbour: SampanChain, tmp_path: Path
) -> None:
    """A node that looks at what is on its way would refuse it as out of sequence, while no log shows it yet."""
    signer = harbour.as_role("terminal").sender.signer

    def opened() -> Ledger:
        return Ledger.at(harbour.connection, harbour.manifest, signer=signer, outbox=acts.Outbox(tmp_path / "acts"))

    with Outbox(tmp_path / "cargo.db") as outbox:

        def seal(number: int) -> None:
            ingest(outbox, [written(tmp_path / f"{number}.ndjson", [boxed("LOAD", number=number)])])
            outbox.seal()

        seal(1)
        harbour.connection.rpc("evm_setAutomine", False)
        first = opened()
        first.sender.timeout = 0.1
        with pytest.raises(ChainError, match="did not come through"):
            anchoring.anchor(first, outbox)
        first.sender.release()
        seal(2)
        harbour.connection.rpc("evm_setIntervalMining", 1)
        done = anchoring.anchor(opened(), outbox)
        assert (done.adopted, done.batches) == (1, 1)
        assert outbox.status().anchored == 2


@pytest.mark.slow
@pytest.mark.anvil
@pytest.mark.parametrize("kills", KILLS)
def test_a_producer_that_is_killed_while_it_anchors_loses_doubles_and_reorders_nothing(
    kills: int, harbour: SampanChain, tmp_path: Path
) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for number in range(FILES):
        first = number * EVENTS + 1
        written(files / f"{number:03}.ndjson", [boxed("LOAD", number=n) for n in range(first, first + EVENTS)])
    manifests.write(harbour.manifest, tmp_path / "deployments" / "harbour.json")
    (tmp_path / "sampan.toml").write_text(
        f'network = "harbour"\n[networks.harbour]\nurl = "{harbour.connection.network.url}"\n'
    )
    store = tmp_path / "cargo.db"
    command = [sys.executable, str(SCRIPT), str(store), str(files), link().as_text()]
    chance = random.Random(7)
    killed, adopted, pending = 0, 0, False
    while killed < kills:
        # Of every other run a transaction stays on its way for up to a second.
        pending = not pending
        harbour.connection.rpc("evm_setAutomine", not pending)
        harbour.connection.rpc("evm_setIntervalMining", 1 if pending else 0)
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=tmp_path) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            try:
                ended_with = process.wait(chance.uniform(0, WINDOW))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                ended_with = process.wait()
            adopted += sum(map(int, process.stdout.read().split()))
        assert ended_with in (0, -signal.SIGKILL)
        killed += ended_with != 0
        if ended_with == 0:
            break
        held(harbour, store)
    harbour.connection.rpc("evm_setIntervalMining", 0)
    harbour.connection.rpc("evm_setAutomine", True)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=120, cwd=tmp_path)
    there = held(harbour, store)
    with Outbox(store) as outbox:
        status = outbox.status()
        assert (status.events, status.waiting, status.sealed, status.sent) == (FILES * EVENTS, 0, 0, 0)
        assert status.anchored == there
        assert len([*of_bill(outbox, BILL)]) == FILES * EVENTS
        assert prove(outbox, event_id(an_id(7))).header.anchored_at > 0
    assert adopted > 0 or kills < 50, "no kill fell between sending a batch and learning what became of it"
    assert killed >= kills, f"came to the end after {killed} kills: more files, or a smaller window"
