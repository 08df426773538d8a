"""anvil of our own: found, started, gone with us; and the local node that stays between commands."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sampan.chain import anvil, keeper, networks, node
from sampan.chain.accounts import ROLES, development_signer
from sampan.chain.connection import Connection, RpcError
from sampan.chain.networks import Network
from sampan.chain.rpc import HttpTransport
from sampan.chain.sender import Sender
from sampan.chain.tester import GENESIS_TIME
from sampan.chain.transactions import Call
from sampan.errors import ChainError, Missing, UsageError


def program() -> Path | None:
    given = os.environ.get("SAMPAN_ANVIL")
    return Path(given) if given else None


def lives(pid: int) -> bool:
    with contextlib.suppress(OSError):
        # A zombie has died; nobody has looked yet.
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    return False


def gone(pid: int, seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not lives(pid):
            return True
        time.sleep(0.02)
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(found: Callable[[], object], seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found():
            return True
        time.sleep(0.05)
    return False


# ------------------------------------------------------------------------------------------------- where anvil is found


def test_an_anvil_that_was_named_and_cannot_run_is_said(tmp_path: Path) -> None:
    file = tmp_path / "anvil"
    file.write_text("not a program")
    with pytest.raises(Missing, match="not a program that can be run") as told:
        anvil.find(file)
    assert told.value.subject == str(file)


def test_npms_wrapper_on_the_path_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The death of the wrapper leaves the server running (K1).
    wrapper, real = tmp_path / "bin" / "anvil", tmp_path / "node_modules/@foundry-rs/anvil-any/bin/anvil"
    for file, content in ((wrapper, b"#!/usr/bin/env node\n"), (real, b"\x7fELF")):
        file.parent.mkdir(parents=True)
        file.write_bytes(content)
        file.chmod(0o755)
    monkeypatch.setenv("PATH", str(wrapper.parent))
    monkeypatch.chdir(tmp_path)
    assert anvil.find() == real


def test_an_anvil_on_the_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "anvil"
    file.write_bytes(b"\x7fELF")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert anvil.find() == file


def test_an_anvil_that_ends_at_once_is_said_with_its_last_words(tmp_path: Path) -> None:
    file = tmp_path / "anvil"
    file.write_text("#!/bin/sh\necho cannot bind >&2\nexit 1\n")
    file.chmod(0o755)
    with pytest.raises(ChainError, match="anvil ended as soon as it was started: cannot bind"):
        anvil.Anvil(program=file)


# ------------------------------------------------------------------------------------------------------- dies with us


@pytest.mark.anvil
def test_an_anvil_of_ours_ends_by_its_own_process_id() -> None:
    with anvil.Anvil(program=program()) as one, anvil.Anvil(program=program()) as other:
        first, second = one.pid, other.pid
        one.stop()
        assert gone(first, 0.5)
        assert lives(second)
    assert gone(second, 0.5)


@pytest.mark.anvil
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_an_anvil_of_ours_dies_with_us_however_we_die(how: signal.Signals) -> None:
    code = (
        "import time; from sampan.chain import networks\n"
        "connection = networks.connect('anvil')\n"
        "print(connection._on_close.__self__.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as us:
        assert us.stdout is not None
        pid = int(us.stdout.readline())
        assert lives(pid)
        us.send_signal(how)
        us.wait(20)
    assert gone(pid)


@pytest.mark.anvil
def test_anvil_is_given_no_key_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMPAN_PRIVATE_KEY", "11" * 32)
    with anvil.Anvil(program=program()) as one:
        assert "11" * 32 not in Path(f"/proc/{one.pid}/environ").read_text()


@pytest.mark.anvil
@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_the_old_states_of_an_anvil_of_ours_go_with_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, how: str
) -> None:
    """anvil puts them into ~/.foundry, and leaves them there when it is killed."""
    for name in ("HOME", "TMPDIR"):
        monkeypatch.setenv(name, str(tmp_path))
    code = (
        "import sys; from sampan.chain import networks\n"
        "connection = networks.connect('anvil')\n"
        "connection.rpc('anvil_mine', hex(700))\n"
        "connection.rpc('eth_getCode', '0x' + '11' * 20, '0x1')\n"
        "print('mined', flush=True); sys.stdin.readline(); connection.close()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as us:
        assert us.stdout is not None
        assert us.stdout.readline() == b"mined\n"
        assert _files(tmp_path), "it has old states"
        if how == "killed":
            us.kill()
    assert until(lambda: not _files(tmp_path))


def _files(folder: Path) -> list[str]:
    """What is in it and below; a folder that goes meanwhile has nothing."""
    return [name for _, _, names in os.walk(folder) for name in names]


# ----------------------------------------------------------------------------------------------------- the local node


def keepers(folder: Path) -> list[Path]:
    """The processes that keep the state of this folder's node."""
    seen = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"keeper.py\0{folder}\0".encode() in (process / "cmdline").read_bytes():
                seen.append(process)
    return seen


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "node"
    node.stop(tmp_path / "node")


def connected(state: node.Status) -> Connection:
    assert state.url is not None
    return Connection(HttpTransport(state.url), Network("local", "http", state.url))


@pytest.mark.anvil
def test_the_node_goes_on_where_it_was_stopped_and_time_never_goes_back(folder: Path) -> None:
    port = free_port()
    with connected(node.start(folder, program=program(), port=port)) as connection:
        assert connection.time(0) == GENESIS_TIME
        genesis = connection.genesis_hash
        connection.advance_time(90 * 86_400)
        receipt = Sender(connection, development_signer("carrier")).send(Call(ROLES["shipper"], value=7))
        head, then = connection.block(), connection.time()
    stopped = node.stop(folder)
    assert (stopped.running, stopped.kept) == (False, True)
    with connected(node.start(folder, program=program(), port=port)) as connection:
        assert connection.genesis_hash == genesis
        assert connection.block()["hash"] == head["hash"]
        assert connection.receipt(receipt.transaction_hash) == receipt
        again = Sender(connection, development_signer("carrier")).send(Call(ROLES["shipper"], value=7))
        assert connection.time() > then
        assert connection.balance(ROLES["shipper"], again.block_number - 1) == connection.balance(
            ROLES["shipper"], receipt.block_number
        ), "the state at which it was stopped is still answered"


@pytest.mark.anvil
def test_a_node_that_was_stopped_has_let_go_of_its_port(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = node.start(folder, program=program(), port=free_port())
    assert state.pid is not None
    # Its command line is gone at once, while its end takes longer.
    seen, kill = iter([True]), os.kill
    monkeypatch.setattr(node, "_is_ours", lambda *_: next(seen, False))
    monkeypatch.setattr(os, "kill", lambda *asked: threading.Timer(0.3, kill, asked).start())
    node.stop(folder)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", state.port)) != 0
    os.waitpid(state.pid, 0)


@pytest.mark.anvil
def test_a_node_that_was_killed_loses_a_few_seconds_at_most(folder: Path) -> None:
    state = node.start(folder, program=program(), port=free_port())
    with connected(state) as connection:
        Sender(connection, development_signer("carrier")).send(Call(ROLES["shipper"], value=7))
        head = connection.block_number()
    # The keeper may have looked before the block was there.
    assert until(lambda: (node.status(folder).kept_head() or (0, 0))[0] == head)
    assert state.pid is not None
    os.kill(state.pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        os.waitpid(state.pid, 0)
    assert node.status(folder) == node.Status(False, True, folder)
    with connected(node.start(folder, program=program(), port=free_port())) as connection:
        assert connection.block_number() == head


@pytest.mark.anvil
def test_a_node_writes_only_when_something_happened_and_never_half_a_file(folder: Path) -> None:
    with connected(node.start(folder, program=program(), port=free_port())) as connection:
        sender, kept = Sender(connection, development_signer("carrier")), folder / "state.json"
        assert until(kept.is_file)
        before = kept.stat().st_ino
        sender.send(Call(ROLES["shipper"], value=7))
        assert until(lambda: node.status(folder).kept_head() == (1, connection.time()))
        written = kept.stat()
        assert written.st_ino != before, "whoever reads it meanwhile has the old file, whole"
        time.sleep(keeper.REST_SECONDS + 2 * keeper.LOOK_SECONDS)
        assert (kept.stat().st_ino, kept.stat().st_mtime_ns) == (written.st_ino, written.st_mtime_ns)
        json.loads(kept.read_bytes())


@pytest.mark.anvil
def test_what_is_kept_grows_with_what_happened_and_not_with_its_square(folder: Path) -> None:
    state = node.start(folder, program=program(), port=free_port())
    with connected(state) as connection:
        for _ in range(3):
            connection.rpc("anvil_mine", hex(100))
            Sender(connection, development_signer("carrier")).send(Call(ROLES["shipper"], value=7))
    stopped = node.stop(folder)
    # The whole history stood at 60,000 bytes a block even of an empty chain.
    assert stopped.size is not None
    assert stopped.size < 303 * 3_000
    assert stopped.kept_head() is not None
    assert stopped.kept_head()[0] == 303


@pytest.mark.anvil
def test_who_keeps_the_state_ends_with_the_node(folder: Path) -> None:
    state = node.start(folder, program=program(), port=free_port())
    assert state.pid is not None
    assert until(lambda: keepers(folder))
    os.kill(state.pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        os.waitpid(state.pid, 0)
    assert until(lambda: not keepers(folder))


@pytest.mark.anvil
def test_a_state_is_kept_only_of_the_node_that_the_folder_has(folder: Path) -> None:
    """Whoever still holds the state of a node that was stopped does not put it over that of the next."""
    state = node.start(folder, program=program(), port=free_port())
    assert state.pid is not None
    assert state.port is not None
    line = keeper.Line(state.port)
    packed = line.state()
    line.close()
    node.stop(folder)
    stopped = (folder / "state.json").read_bytes()
    (folder / "node.json").write_text(json.dumps({"pid": state.pid + 1, "port": state.port}))
    assert not keeper.keep(folder, state.pid, packed)
    assert (folder / "state.json").read_bytes() == stopped


@pytest.mark.anvil
def test_a_node_of_an_earlier_release_is_stopped_and_its_state_taken_up(folder: Path) -> None:
    """It kept the state of every block, in the file that it ran from."""
    folder.mkdir()
    port, kept = free_port(), folder / "state.json"
    options = [*anvil.arguments(port=port), "--state", str(kept), "--state-interval", "5"]
    with (folder / "anvil.log").open("wb") as said:
        old = anvil.spawn(anvil.find(program()), [*options, "--preserve-historical-states"], said, folder)
    (folder / "node.json").write_text(json.dumps({"pid": old.pid, "port": port}))
    assert until(lambda: b"Listening" in (folder / "anvil.log").read_bytes())
    with connected(node.status(folder)) as connection:
        receipt = Sender(connection, development_signer("carrier")).send(Call(ROLES["shipper"], value=7))
        connection.rpc("anvil_mine", hex(50))
        whole = gzip.decompress(bytes.fromhex(connection.rpc("anvil_dumpState", True)[2:]))
    assert not node.stop(folder).running
    # As it wrote it, and as it left it when it was killed while it wrote: the states come last.
    for written in (kept.read_bytes(), whole, whole[:-1000]):
        kept.write_bytes(written)
        with connected(node.start(folder, program=program(), port=port)) as connection:
            assert connection.block_number() == receipt.block_number + 50
            assert connection.receipt(receipt.transaction_hash) == receipt
            assert (node.status(folder).size or 0) < len(whole) / 2
        assert not node.stop(folder).running


@pytest.mark.anvil
def test_half_a_state_is_said_with_the_way_out(folder: Path) -> None:
    node.start(folder, program=program(), port=free_port())
    node.stop(folder)
    kept = folder / "state.json"
    half = kept.read_bytes()[: kept.stat().st_size // 2]
    kept.write_bytes(half)
    with pytest.raises(ChainError, match=r"anvil cannot read the kept state: .*EOF") as told:
        node.start(folder, program=program(), port=free_port())
    assert told.value.subject == str(kept)
    assert "--fresh` begins anew" in (told.value.hint or "")
    assert kept.read_bytes() == half, "it is left for whoever wants to look"


def test_patience_grows_with_what_is_read(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deaf = tmp_path / "anvil"
    deaf.write_text("#!/bin/sh\nexec sleep 60\n")
    deaf.chmod(0o755)
    folder.mkdir()
    (folder / "state.json").write_bytes(b"{" + b" " * 4_999_999)
    monkeypatch.setattr(node, "START_SECONDS", 0.2)
    assert node.status(folder).patience == 1.0
    monkeypatch.setattr(node, "BYTES_A_SECOND", 5_000_000 * 4)
    began = time.monotonic()
    with pytest.raises(ChainError, match="did not listen after") as told:
        node.start(folder, program=deaf, port=free_port())
    assert 0.45 <= time.monotonic() - began < 5
    assert told.value.hint == "its kept state is 5.0 MB; `sampan node start --fresh` begins anew, without it"
    assert not node.status(folder).running


@pytest.mark.anvil
def test_a_node_whose_state_cannot_be_kept_goes_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = node.start(folder, program=program(), port=free_port())

    def full(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as at:
        at.setattr(keeper, "draft", full)
        with pytest.raises(ChainError, match=r"goes on: .*No space left") as told:
            node.stop(folder)
    assert "`sampan node stop --forget` ends it" in (told.value.hint or "")
    with connected(node.status(folder)) as connection:
        Sender(connection, development_signer("carrier")).send(Call(ROLES["shipper"], value=7))
    # One whose stop was killed halfway mines no more, until it is started.
    line = keeper.Line(state.port or 0)
    line.mine(False)
    line.close()
    with connected(node.start(folder, program=program(), port=free_port())) as connection:
        assert connection.rpc("anvil_getAutomine") is True


@pytest.mark.anvil
def test_a_deployment_is_audited_and_found_on_a_chain_that_forgot_the_state_of_its_blocks(
    sampan_command: Callable[..., object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SAMPAN_NODE_FOLDER", str(tmp_path / "node"))
    monkeypatch.setenv("SAMPAN_DEPLOYMENTS", str(tmp_path / "deployments"))
    port = str(free_port())

    def audited(*more: str) -> object:
        return sampan_command("audit", "--network", "local", "--json", *more)

    try:
        sampan_command("node", "start", "--port", port)
        with connected(node.status(tmp_path / "node")) as connection:
            connection.rpc("anvil_mine", hex(node.STATES + 50))
            with pytest.raises(RpcError, match="BlockOutOfRange") as told:
                connection.code(ROLES["shipper"], 1)
            assert "receipts and logs stay" in (told.value.hint or "")
            with pytest.raises(RpcError) as told:
                connection.code(ROLES["shipper"], 10_000)
            assert not told.value.forgotten
            assert told.value.hint is None
        ran = audited()
        assert (ran.code, ran.document["findings"]) == (0, [])
        manifest = (tmp_path / "deployments" / "local.json").read_text()

        for forgotten in (False, True):
            sampan_command("node", "stop")
            if forgotten:
                (tmp_path / "deployments" / "local.json").unlink()
            assert sampan_command("node", "start", "--port", port).code == 0
            ran = audited()
            assert (ran.code, ran.document["findings"]) == (0, [])
            if not forgotten:
                assert (tmp_path / "deployments" / "local.json").read_text() == manifest
        refused = audited("--to-block", str(json.loads(manifest)["powers"]["block"]))
        assert refused.code == 4
        assert "receipts and logs stay" in refused.error["hint"]
    finally:
        node.stop(tmp_path / "node", keep=False)


@pytest.mark.anvil
def test_starting_a_node_that_runs_finds_it(folder: Path) -> None:
    first = node.start(folder, program=program(), port=free_port())
    assert node.start(folder, program=program(), port=free_port()) == first
    assert node.status(folder).url == first.url
    with pytest.raises(UsageError, match="the node is running"):
        node.forget(folder)
    node.stop(folder)
    node.forget(folder)
    assert node.status(folder) == node.Status(False, False, folder)


@pytest.mark.anvil
def test_the_genesis_is_the_same_for_everybody(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    try:
        one = node.start(folder, program=program(), port=free_port())
        two = node.start(other, program=program(), port=free_port())
        with connected(one) as here, connected(two) as there:
            assert here.genesis_hash == there.genesis_hash
    finally:
        node.stop(other)


@pytest.mark.anvil
def test_a_port_that_is_taken_is_said_with_one_that_is_free(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(UsageError, match="something else listens there") as told:
            node.start(folder, program=program(), port=taken.getsockname()[1])
        named = re.search(r"`--port (\d+)` is free", told.value.hint or "")
        assert named is not None
        assert node.start(folder, program=program(), port=int(named[1])).running


@pytest.mark.anvil
@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_a_chain_starts_again_on_the_port_that_it_had(folder: Path, how: str) -> None:
    first = node.start(folder, program=program(), port=free_port())
    assert first.pid is not None
    if how == "killed":
        os.kill(first.pid, signal.SIGKILL)
        os.waitpid(first.pid, 0)
        assert until(lambda: not node.status(folder).running)
    else:
        node.stop(folder)
        # Again: what is stopped already is left as it is.
        node.stop(folder)
    assert node.start(folder, program=program()).port == first.port
    node.stop(folder)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first.port))
        taken.listen()
        with pytest.raises(UsageError, match="something else listens there"):
            node.start(folder, program=program())
    other = node.start(folder, program=program(), port=free_port())
    assert other.port != first.port, "it is named"
    node.stop(folder)
    assert node.start(folder, program=program()).port == other.port
    node.stop(folder)
    node.forget(folder)
    assert not (folder / "node.json").exists()


def test_a_record_of_another_process_is_not_believed_and_nothing_is_killed(folder: Path) -> None:
    folder.mkdir()
    with subprocess.Popen(["sleep", "60"]) as innocent:
        (folder / "node.json").write_text(f'{{"pid": {innocent.pid}, "port": 1}}')
        assert not node.status(folder).running
        node.stop(folder)
        assert innocent.poll() is None
        innocent.kill()


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"pid": "x", "port": 1}', '{"pid": 999999999, "port": 1}', '{"pid": 1e400, "port": 1}'],
)
def test_a_damaged_record_means_not_running(folder: Path, content: str) -> None:
    folder.mkdir()
    (folder / "node.json").write_text(content)
    assert not node.status(folder).running


@pytest.mark.anvil
def test_local_means_the_node_wherever_it_listens(folder: Path, tmp_path: Path) -> None:
    from sampan import config

    settings = config.load(
        environment={"SAMPAN_NODE_FOLDER": str(folder)}, folder=tmp_path, user_file=tmp_path / "none.toml"
    )
    state = node.start(folder, program=program(), port=free_port())
    assert networks.find("local", settings).url == state.url
    with networks.connect("local", settings) as connection:
        assert connection.chain_id == 31337
    node.stop(folder)
    assert networks.find("local", settings).url is None
    with pytest.raises(Missing, match="the local node does not run") as told:
        networks.connect("local", settings)
    assert "sampan node start" in (told.value.hint or "")


@pytest.mark.anvil
@pytest.mark.slow
def test_a_chain_that_another_folder_started_is_neither_added_to_nor_forgotten(
    sampan_command: Callable[..., object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def working_in(name: str) -> None:
        (tmp_path / name).mkdir(exist_ok=True)
        monkeypatch.chdir(tmp_path / name)

    try:
        working_in("ours")
        started = sampan_command("node", "start", "--bare", "--port", str(free_port()), "--json")
        assert (started.code, started.document["running"]) == (0, True)
        folder = started.document["folder"]

        working_in("theirs")
        refused = sampan_command("node", "stop", "--forget", "--json")
        assert refused.code == 2
        assert str(tmp_path / "ours" / "deployments") in refused.error["message"]
        assert refused.error["subject"] == folder
        assert f"`cd {tmp_path / 'ours'} && sampan node stop --forget`" in refused.error["hint"]
        block = sampan_command("node", "status", "--json").document["block"]
        assert block is not None, "it was not stopped either"
        started_here = sampan_command("node", "start", "--with-parties", "--json")
        assert (started_here.code, started_here.error["message"]) == (2, refused.error["message"])
        assert f"`cd {tmp_path / 'ours'} && sampan node start`" in started_here.error["hint"]
        assert sampan_command("node", "status", "--json").document["block"] == block, "nothing was sent to it"
        assert not (tmp_path / "theirs" / "deployments").exists()
        assert sampan_command("node", "stop", "--json").document["state_kept"] is True
        for how in ("--fresh", "--bare"):
            assert sampan_command("node", "start", how).code == 2
        assert sampan_command("node", "status").code == 1, "it was not started either"

        working_in("ours")
        assert sampan_command("node", "stop", "--forget", "--json").document["state_kept"] is False

        assert sampan_command("node", "start", "--bare", "--port", str(free_port())).code == 0
        working_in("theirs")
        (tmp_path / "ours").rename(tmp_path / "moved")
        moved = sampan_command("node", "stop", "--forget", "--json").error["hint"]
        assert f"`SAMPAN_DEPLOYMENTS={tmp_path / 'ours' / 'deployments'} sampan node stop --forget`" in moved
        monkeypatch.setenv("SAMPAN_NODE_FOLDER", folder)
        named = sampan_command("node", "start", "--bare")
        assert named.code == 0, "it was named"
        assert f"It was begun for {tmp_path / 'ours' / 'deployments'}." in " ".join(named.err.split())
        assert sampan_command("node", "stop", "--forget", "--json").document["state_kept"] is False
    finally:
        node.stop(Path(started.document["folder"]))


@pytest.mark.anvil
@pytest.mark.slow
def test_a_manifest_is_told_of_a_chain_that_was_begun_for_its_folder_or_has_its_ledger(
    sampan_command: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ours, theirs = (tmp_path / name / "deployments" for name in ("ours", "theirs"))

    def status(deployments: Path, *how: str) -> Any:
        monkeypatch.setenv("SAMPAN_DEPLOYMENTS", str(deployments))
        return sampan_command("node", "status", *how)

    monkeypatch.setenv("SAMPAN_DEPLOYMENTS", str(ours))
    started = sampan_command("node", "start", "--port", str(free_port()), "--json").document
    try:
        theirs.mkdir(parents=True)
        # Another ledger, of a chain that is gone.
        written = (ours / "local.json").read_text()
        (theirs / "local.json").write_text(written.replace(json.loads(written)["ledger"], "0x" + "11" * 20))
        assert status(ours, "--json").document["manifest"] == str(ours / "local.json")
        assert "was begun for" not in status(ours).err
        assert status(theirs, "--json").document["manifest"] is None
        assert f"This chain was begun for {ours}." in " ".join(status(theirs).err.split())
        (theirs / "local.json").write_text(written)
        assert status(theirs, "--json").document["manifest"] == str(theirs / "local.json"), "its ledger stands there"
        node.stop(Path(started["folder"]))
        assert status(theirs, "--json").document["manifest"] is None
        assert status(ours, "--json").document["manifest"] == str(ours / "local.json")
    finally:
        node.stop(Path(started["folder"]), keep=False)
        node.forget(Path(started["folder"]))


@pytest.mark.anvil
def test_a_chain_that_runs_is_told_as_running_and_is_neither_moved_nor_forgotten(
    sampan_command: Callable[..., object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SAMPAN_DEPLOYMENTS", str(tmp_path / "deployments"))
    port, other = free_port(), free_port()
    started = sampan_command("node", "start", "--bare", "--port", str(port), "--json").document
    try:
        # The note of a chain that runs offers nothing that is refused.
        again = sampan_command("node", "start", "--bare")
        assert f"runs already, with all that stands on it, and listens at {started['url']}" in again.err
        assert "goes on where it was left" not in again.err
        assert "--fresh" not in again.err
        assert sampan_command("node", "start", "--bare", "--port", str(port)).code == 0
        moved = sampan_command("node", "start", "--bare", "--port", str(other), "--json")
        assert (moved.code, moved.error["subject"]) == (2, f"--port {other}")
        assert moved.error["message"] == f"the node is running, at {started['url']}"

        def asked(*_: object, **__: object) -> None:
            pytest.fail("somebody was asked")

        monkeypatch.setattr("sampan.cli.base.somebody_is_there", lambda: True)
        monkeypatch.setattr("sampan.cli.base.confirm", asked)
        (Path(started["folder"]) / keeper.STATE).touch()
        fresh = sampan_command("node", "start", "--fresh", "--bare", "--json")
        assert (fresh.code, fresh.error["message"]) == (2, "the node is running")
    finally:
        node.stop(Path(started["folder"]), keep=False)
        node.forget(Path(started["folder"]))


@pytest.mark.parametrize("name", ["ours", "ours \udcff"], ids=["UTF-8", "not UTF-8"])
def test_whose_chain_it_is_stands_before_the_chain_does(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Whoever is killed while it starts leaves no chain that anybody may forget; one that fails leaves nothing."""
    from sampan import config

    deployments, seen = tmp_path / name, []

    def spawn(*_: object) -> None:
        seen.append(config.load(environment={}, folder=tmp_path, user_file=tmp_path / "none.toml"))
        with pytest.raises(UsageError, match="started for another folder"):
            node.require_own(seen[0])
        raise KeyboardInterrupt

    monkeypatch.setattr(node, "find", lambda _: "anvil")
    monkeypatch.setattr(node, "spawn", spawn)
    monkeypatch.setattr(node, "folder_of", lambda _: folder)
    with pytest.raises(KeyboardInterrupt):
        node.start(folder, port=free_port(), deployments=deployments)
    node.require_own(seen[0])


@pytest.mark.anvil
def test_a_node_that_runs_for_nobody_is_whose_who_starts_it_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sampan import config

    def working_in(name: str) -> config.Settings:
        environment = {"SAMPAN_DEPLOYMENTS": str(tmp_path / name)}
        return config.load(environment=environment, folder=tmp_path, user_file=tmp_path / "none.toml")

    monkeypatch.setattr(node, "folder_of", lambda _: folder)
    port = free_port()
    try:
        node.start(folder, program=program(), port=port)
        node.require_own(working_in("theirs"))
        node.start(folder, program=program(), port=port, deployments=tmp_path / "ours")
        node.require_own(working_in("ours"))
        with pytest.raises(UsageError, match="started for another folder"):
            node.require_own(working_in("theirs"))
    finally:
        node.stop(folder)


def test_a_node_that_does_not_run_is_said_with_exit_1(
    sampan_command: Callable[..., object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SAMPAN_NODE_FOLDER", str(tmp_path / "node"))
    ran = sampan_command("node", "status", "--json")
    assert (ran.code, ran.document["running"], ran.document["state_kept"]) == (1, False, False)
    assert ran.document["state_bytes"] is None
    assert sampan_command("node", "stop").code == 0


def test_how_far_a_kept_chain_is_and_how_large_is_said_while_it_does_not_run(
    sampan_command: Callable[..., object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SAMPAN_NODE_FOLDER", str(tmp_path))
    kept = b'{"block":{"number":"0x17db","beneficiary":"0x00","timestamp":"0x6955b902"},"accounts":{}}'
    (tmp_path / "state.json").write_bytes(kept)
    said = sampan_command("node", "status", "--json").document
    assert (said["block"], said["time"], said["state_bytes"]) == (6107, "2026-01-01T00:00:02Z", len(kept))
    (tmp_path / "state.json").write_bytes(kept[:20])
    said = sampan_command("node", "status", "--json").document
    assert (said["block"], said["time"], said["state_bytes"]) == (None, None, 20)
