"""Killed with SIGKILL between any two transactions and run again, a deployment ends in the same manifest.

Every moment at which the deploying process does something is a moment to die: after a transaction was signed and
written down, after it was sent, after it was mined, before and after the manifest. Two manifests are the same when they
differ only in time, git commit, block and transaction hash (K26).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support import faults
from support.lying_rpc import LyingRpc

from sampan.chain.accounts import development_signer
from sampan.chain.anvil import Anvil
from sampan.chain.connection import Connection
from sampan.chain.networks import Network
from sampan.chain.rpc import HttpTransport
from sampan.chain.sender import Sender
from sampan.chain.transactions import Call
from sampan.deployment import deploy, verify
from sampan.deployment import manifest as manifests
from sampan.deployment.manifest import Manifest
from sampan.deployment.plan import Plan
from sampan.errors import ChainError

pytestmark = pytest.mark.anvil

DEPLOYER = development_signer("deployer")

PROGRAM = """
import os, signal, sys
from pathlib import Path
from sampan.chain.accounts import development_signer
from sampan.chain.connection import Connection
from sampan.chain.networks import Network
from sampan.chain.rpc import HttpTransport
from sampan.deployment import deploy, parameters, suite

url, path, last = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
step = 0

def watch(what, label):
    global step
    step += 1
    print(f"{what} {label}", flush=True)
    if step == last:
        os.kill(os.getpid(), signal.SIGKILL)

deployer = development_signer("deployer")
plan = suite.plan(parameters.usual(deployer.address, development=True))
with Connection(HttpTransport(url), Network("anvil", "anvil", url)) as connection:
    deploy.deploy(connection, deployer, plan, path=path, watch=watch)
"""


def die_at(connection: Connection, path: Path, step: int) -> list[str]:
    """Deploy in a process of its own that is killed at its nth step; what it had done by then."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(connection.network.url), str(path), str(step)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
        timeout=120,
    )
    assert done.returncode in (-signal.SIGKILL, 0), done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def one_anvil() -> Iterator[Anvil]:
    """A node for each test: how anvil reorganises a chain depends on what it was set back from before."""
    given = os.environ.get("SAMPAN_ANVIL")
    with Anvil(program=Path(given) if given else None) as anvil:
        yield anvil


@pytest.fixture
def whole(over_http: Connection, usual_plan: Plan, tmp_path: Path) -> tuple[Manifest, int, int]:
    """What an undisturbed run ends in: its manifest, the deployer's nonce, the number of steps."""
    snapshot = over_http.snapshot()
    steps = 0

    def count(what: str, label: str) -> None:
        nonlocal steps
        steps += 1

    outcome = deploy.deploy(over_http, DEPLOYER, usual_plan, path=tmp_path / "whole.json", watch=count)
    nonce = over_http.nonce(DEPLOYER.address)
    over_http.revert(snapshot)
    return outcome.manifest, nonce, steps


def check(connection: Connection, path: Path, whole: tuple[Manifest, int, int]) -> None:
    manifest, nonce, _ = whole
    assert manifests.load(path).same_as(manifest)
    assert connection.nonce(DEPLOYER.address) == nonce, "nothing was sent twice"
    assert verify.code(connection, manifests.load(path)) == []
    assert [file.name for file in path.parent.iterdir()] == [path.name], "no outbox, no draft"
    for item in manifests.load(path).contracts:
        assert item.transaction is not None
        receipt = connection.receipt(item.transaction)
        assert receipt is not None
        assert receipt.block_number == item.block


@pytest.mark.slow
@pytest.mark.rows(5)
@pytest.mark.parametrize("first", range(1, 6))
def test_killed_at_any_step_and_run_again_it_ends_in_the_same_manifest(
    first: int, over_http: Connection, usual_plan: Plan, whole: tuple[Manifest, int, int], tmp_path: Path
) -> None:
    _, _, steps = whole
    assert steps == 15 * 3 + 2
    for step in range(first, steps + 1, 5):
        snapshot = over_http.snapshot()
        path = tmp_path / f"killed-at-{step}" / "anvil.json"
        done = die_at(over_http, path, step)
        assert len(done) == step
        if path.exists():
            assert done[-1] == "written write the manifest", "a manifest is there only when all is done"
        deploy.deploy(over_http, DEPLOYER, usual_plan, path=path)
        check(over_http, path, whole)
        over_http.revert(snapshot)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [20260101, pytest.param(20260102, marks=pytest.mark.long)])
def test_killed_again_and_again_it_ends_in_the_same_manifest(
    seed: int, over_http: Connection, whole: tuple[Manifest, int, int], tmp_path: Path
) -> None:
    dice = random.Random(seed)
    path = tmp_path / "often" / "anvil.json"
    deaths = 0
    while not path.exists():
        die_at(over_http, path, dice.randint(1, 10))
        deaths += 1
        assert deaths < 60
    die_at(over_http, path, 0)
    check(over_http, path, whole)
    assert deaths > 2


def test_killed_by_the_command_line_and_run_by_it_again(
    over_http: Connection,
    whole: tuple[Manifest, int, int],
    tmp_path: Path,
    sampan_command: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "deployments"
    die_at(over_http, folder / "anvil.json", 8)
    assert [file.name for file in folder.iterdir()] == [".anvil.outbox"]
    monkeypatch.setenv("SAMPAN_NETWORK_ANVIL_URL", str(over_http.network.url))
    monkeypatch.setenv("SAMPAN_DEPLOYMENTS", str(folder))
    ran = sampan_command("deploy", "--network", "anvil", "--json")
    assert ran.code == 0
    check(over_http, folder / "anvil.json", whole)


def test_one_that_did_not_end_stands_in_the_way_of_no_other_and_goes_on_later(
    over_http: Connection, tmp_path: Path, usual_plan: Plan
) -> None:
    from sampan.deployment import parameters, suite

    path = tmp_path / "d" / "anvil.json"
    die_at(over_http, path, 8)
    other = suite.plan(replace(parameters.usual(DEPLOYER.address, development=True), salt="another"))
    deploy.deploy(over_http, DEPLOYER, other, path=path)
    assert verify.code(over_http, manifests.load(path)) == []
    deploy.deploy(over_http, DEPLOYER, usual_plan, path=path, replace=True)
    assert verify.code(over_http, manifests.load(path)) == []
    assert not (tmp_path / "d" / ".anvil.outbox").exists()


@pytest.mark.parametrize("content", [b"", b"{", b'{"schema": "sampan.outbox/1"}\n', b"\0" * 100, b"[]\n"])
def test_no_state_of_what_a_dead_run_left_makes_later_runs_fail(
    over_http: Connection, usual_plan: Plan, whole: tuple[Manifest, int, int], tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "d" / "anvil.json"
    die_at(over_http, path, 11)
    (left,) = [file for file in path.parent.rglob("*.json") if "Bills" in file.read_text()]
    left.write_bytes(content)
    deploy.deploy(over_http, DEPLOYER, usual_plan, path=path)
    assert manifests.load(path).same_as(whole[0])


def test_an_act_that_failed_is_no_end(over_http: Connection, usual_plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "d" / "anvil.json"
    with LyingRpc(over_http.network.url, faults.low_estimate(0.6).every(5)) as rpc:
        failing = Connection(HttpTransport(rpc.url), Network("anvil", "anvil", rpc.url))
        with failing, pytest.raises(ChainError, match="ran out of gas: it may have") as told:
            deploy.deploy(failing, DEPLOYER, usual_plan, path=path)
        assert told.value.code == "chain.out_of_gas"
    outcome = deploy.deploy(over_http, DEPLOYER, usual_plan, path=path)
    assert verify.code(over_http, outcome.manifest) == []


def test_two_deployers_with_one_key_in_two_folders_end_in_the_same_manifest(
    over_http: Connection, usual_plan: Plan, whole: tuple[Manifest, int, int], tmp_path: Path
) -> None:
    """Between any two steps of the first the second does all there is to do."""
    for moment in ("signed deploy Registry", "sent deploy Amendments", "signed wire powers 1", "signed hand over"):
        snapshot = over_http.snapshot()
        struck = False

        def strike(what: str, label: str, moment: str = moment) -> None:
            nonlocal struck
            if f"{what} {label}".startswith(moment) and not struck:
                struck = True
                with Connection(HttpTransport(str(over_http.network.url)), over_http.network) as beside:
                    deploy.deploy(beside, DEPLOYER, usual_plan, path=tmp_path / moment / "other" / "anvil.json")

        path = tmp_path / moment / "anvil.json"
        deploy.deploy(over_http, DEPLOYER, usual_plan, path=path, watch=strike)
        assert struck
        assert manifests.load(path).same_as(whole[0])
        assert verify.code(over_http, manifests.load(path)) == []
        over_http.revert(snapshot)


@pytest.mark.parametrize("moment", ["deploy Registry", "deploy Bills"])
def test_what_a_reorganisation_drops_while_a_later_one_is_awaited_is_sent_again(
    over_http: Connection, usual_plan: Plan, whole: tuple[Manifest, int, int], tmp_path: Path, moment: str
) -> None:
    path = tmp_path / "d" / "anvil.json"
    struck = False

    def strike(what: str, label: str) -> None:
        nonlocal struck
        if (what, label) == ("signed", moment) and not struck:
            struck = True
            # Before it is handed out all before it is gone, so that it queues behind nonces that nobody has any more.
            over_http.rpc("anvil_reorg", 2, [])

    deploy.deploy(over_http, DEPLOYER, usual_plan, path=path, watch=strike)
    assert struck
    check(over_http, path, whole)


def test_what_a_reorganisation_dropped_between_two_runs_is_sent_again(
    over_http: Connection, usual_plan: Plan, whole: tuple[Manifest, int, int], tmp_path: Path
) -> None:
    path = tmp_path / "d" / "anvil.json"
    done = die_at(over_http, path, 12)
    assert done[-1] == "mined deploy Bills"
    over_http.rpc("anvil_reorg", 3, [])
    assert over_http.nonce(DEPLOYER.address) == 1
    deploy.deploy(over_http, DEPLOYER, usual_plan, path=path)
    check(over_http, path, whole)


@pytest.mark.parametrize("depth", [1, 3])
def test_what_a_reorganisation_drops_while_it_deploys_is_sent_again(
    over_http: Connection, usual_plan: Plan, whole: tuple[Manifest, int, int], tmp_path: Path, depth: int
) -> None:
    path = tmp_path / "d" / "anvil.json"
    for moment in ("mined deploy Registry", "mined wire powers 1", "mined hand over administration"):
        snapshot = over_http.snapshot()
        struck = False

        def strike(what: str, label: str, moment: str = moment) -> None:
            nonlocal struck
            if f"{what} {label}" == moment and not struck:
                struck = True
                over_http.rpc("anvil_reorg", depth, [])

        deploy.deploy(over_http, DEPLOYER, usual_plan, path=path, watch=strike)
        assert struck
        check(over_http, path, whole)
        path.unlink()
        over_http.revert(snapshot)


def test_over_an_rpc_that_fails_all_the_time_it_ends_in_the_same_manifest(
    over_http: Connection, usual_plan: Plan, whole: tuple[Manifest, int, int], tmp_path: Path
) -> None:
    path = tmp_path / "d" / "anvil.json"
    with LyingRpc(over_http.network.url) as rpc:
        for methods, share in (
            (("eth_sendRawTransaction",), 0.13),
            (("eth_getTransactionReceipt", "batch"), 0.07),
        ):
            for fault in (
                faults.drop(),
                faults.status(429),
                faults.status(503),
                faults.swallow(),
                faults.text(b"<html>busy</html>"),
            ):
                rpc.add(fault.on(*methods).chance(share))
        transport = HttpTransport(rpc.url, sleep=lambda _: None, attempts=30)
        with Connection(transport, Network("anvil", "anvil", rpc.url)) as failing:
            deploy.deploy(failing, DEPLOYER, usual_plan, path=path)
    check(over_http, path, whole)
    assert "a-key-that-nobody-may-see" not in path.read_text()


def test_an_rpc_that_dies_half_way_leaves_no_manifest_and_the_next_run_goes_on(
    over_http: Connection, usual_plan: Plan, whole: tuple[Manifest, int, int], tmp_path: Path
) -> None:
    path = tmp_path / "d" / "anvil.json"
    with LyingRpc(over_http.network.url) as rpc:
        transport = HttpTransport(rpc.url, sleep=lambda _: None)

        def die(what: str, label: str) -> None:
            if (what, label) == ("sent", "deploy Bills"):
                rpc.add(faults.status(502).on("eth_getTransactionReceipt", "eth_getTransactionCount"))

        failing = Connection(transport, Network("anvil", "anvil", rpc.url))
        with failing, pytest.raises(ChainError, match="it answered HTTP 502") as told:
            deploy.deploy(failing, DEPLOYER, usual_plan, path=path, watch=die)
        assert (told.value.hint or "").startswith("call again: it goes on at 'deploy Bills'")
    assert [file.name for file in path.parent.iterdir()] == [".anvil.outbox"]
    deploy.deploy(over_http, DEPLOYER, usual_plan, path=path)
    check(over_http, path, whole)


def test_a_deployer_that_sends_from_another_program_meanwhile_still_gets_there(
    over_http: Connection, usual_plan: Plan, whole: tuple[Manifest, int, int], tmp_path: Path
) -> None:
    path = tmp_path / "d" / "anvil.json"
    die_at(over_http, path, 4)
    # It had signed the second contract, which was never sent; its nonce goes to something else.
    Sender(over_http, DEPLOYER).send(Call(DEPLOYER.address, value=1))
    deploy.deploy(over_http, DEPLOYER, usual_plan, path=path)
    assert manifests.load(path).same_as(whole[0])
    assert over_http.nonce(DEPLOYER.address) == whole[1] + 1


def test_two_runs_at_once_do_not_meet(over_http: Connection, usual_plan: Plan, tmp_path: Path) -> None:
    from sampan.errors import Busy

    path = tmp_path / "d" / "anvil.json"

    def second(what: str, label: str) -> None:
        if (what, label) == ("mined", "deploy Amendments"):
            with pytest.raises(Busy, match=rf"another run is at work on this \(process {os.getpid()}\)") as told:
                deploy.deploy(over_http, DEPLOYER, usual_plan, path=path)
            assert told.value.exit_code == 7

    deploy.deploy(over_http, DEPLOYER, usual_plan, path=path, watch=second)
    assert path.exists()


def test_what_is_read_back_is_as_deep_as_was_asked(over_http: Connection, usual_plan: Plan) -> None:
    import threading

    stop = threading.Event()
    head_when_read = 0

    def mine() -> None:
        with Connection(HttpTransport(str(over_http.network.url)), over_http.network) as miner:
            while not stop.wait(0.01):
                miner.mine()

    def watch(what: str, label: str) -> None:
        nonlocal head_when_read
        if what == "reading":
            head_when_read = over_http.block_number()

    thread = threading.Thread(target=mine)
    thread.start()
    try:
        outcome = deploy.deploy(over_http, DEPLOYER, usual_plan, confirmations=20, watch=watch)
    finally:
        stop.set()
        thread.join()
    last = max(receipt.block_number for receipt in outcome.receipts.values())
    assert head_when_read - last + 1 >= 20


def test_the_suite_stands_on_the_newest_fork_with_the_cap_on_gas_as_well(usual_plan: Plan) -> None:
    from pathlib import Path

    from sampan.chain.anvil import Anvil

    given = os.environ.get("SAMPAN_ANVIL")
    newest = Anvil(program=Path(given) if given else None, hardfork=None, extra=["--enable-tx-gas-limit"])
    with newest, Connection(HttpTransport(newest.url), Network("anvil", "anvil", newest.url)) as connection:
        outcome = deploy.deploy(connection, DEPLOYER, usual_plan)
        assert verify.code(connection, outcome.manifest) == []
        assert max(receipt.gas_used for receipt in outcome.receipts.values()) < 5_000_000
        with pytest.raises(ChainError, match="gas"):
            connection.rpc(
                "eth_sendRawTransaction",
                "0x"
                + DEPLOYER.sign(
                    {
                        "type": 2,
                        "chainId": connection.chain_id,
                        "nonce": connection.nonce(DEPLOYER.address),
                        "to": DEPLOYER.address,
                        "value": 0,
                        "data": b"",
                        "gas": 16_777_217,
                        "maxFeePerGas": 10**10,
                        "maxPriorityFeePerGas": 1,
                    }
                ).hex(),
            )
