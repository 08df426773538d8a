"""A chain and a shell, for the tests of the commands about bills: every verb goes over HTTP to an anvil of our own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support import banking, faults
from support.lying_rpc import LyingRpc

from sampan.chain.anvil import Anvil
from sampan.chain.connection import Connection
from sampan.chain.networks import Network
from sampan.chain.rpc import HttpTransport
from sampan.deployment import manifest as manifests
from sampan.scenarios.samples import read_sample
from sampan.scenarios.stage import SampanChain


@pytest.fixture(scope="package")
def harbour() -> Iterator[SampanChain]:
    """An anvil with the suite deployed and the parties enrolled."""
    given = os.environ.get("SAMPAN_ANVIL")
    with Anvil(program=Path(given) if given else None) as anvil:
        network = Network("harbour", "http", anvil.url)
        made = SampanChain(Connection(HttpTransport(anvil.url), network))
        yield made
        made.close()


@pytest.fixture(scope="module")
def banked(harbour: SampanChain) -> Iterator[SampanChain]:
    """Two banks and the sale at the harbour, for the tests of a module."""
    before = harbour.snapshot()
    banking.bank(harbour)
    yield harbour
    harbour.restore(before)


@pytest.fixture
def shell(
    harbour: SampanChain, sampan_command: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Any]]:
    """Runs `sampan ARGUMENTS` in a folder whose network is the harbour; the chain is set back afterwards."""
    before = harbour.snapshot()
    monkeypatch.chdir(tmp_path)
    manifests.write(harbour.manifest, tmp_path / "deployments" / "harbour.json")
    url = harbour.connection.network.url
    (tmp_path / "sampan.toml").write_text(f'network = "harbour"\n[networks.harbour]\nurl = "{url}"\n')

    def run(*arguments: str | Path, code: int | None = 0, **options: str) -> Any:
        ran = sampan_command(*arguments, *(f"--{name}={value}" for name, value in options.items()))
        assert "Traceback" not in ran.err + ran.out
        assert code is None or ran.code == code, ran.err + ran.out
        return ran

    yield run
    harbour.restore(before)


@pytest.fixture
def killed(harbour: SampanChain, shell: Callable[..., Any], tmp_path: Path) -> Callable[..., str]:
    """Runs `sampan ARGUMENTS` as a process, and ends it with a signal so many seconds after its transaction was sent;
    what it said."""

    def run(*arguments: str | Path, wait: float = 0.3, how: signal.Signals = signal.SIGKILL) -> str:
        settings = tmp_path / "sampan.toml"
        before = settings.read_text()
        # Its receipt does not come, so that it waits and is killed at its work.
        with LyingRpc(harbour.connection.network.url, faults.late_receipts(seconds=60)) as rpc:
            settings.write_text(f'network = "harbour"\n[networks.harbour]\nurl = "{rpc.url}"\n')
            said = [sys.executable, "-m", "sampan", *map(str, arguments)]
            process = subprocess.Popen(said, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            while "eth_sendRawTransaction" not in rpc.methods() and process.poll() is None:
                time.sleep(0.01)
            time.sleep(wait)
            process.send_signal(how)
            out, err = process.communicate()
            assert "eth_sendRawTransaction" in rpc.methods(), out + err
        assert process.returncode != 0
        settings.write_text(before)
        return err

    return run


@pytest.fixture
def bill(shell: Callable[..., Any], tmp_path: Path) -> str:
    """A bill to the order of the trader, issued from its document, with the shipper."""
    (tmp_path / "bill.json").write_bytes(read_sample("to-order"))
    ran = shell("bill", "issue", "bill.json", "--carriage-law", "SG", "--from", "carrier", "--json")
    (act,) = ran.document["acts"]
    return str(act["bills"][0]["name"])
