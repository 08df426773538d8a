"""A local chain that stays: anvil in the background, the same from its genesis on, its state kept across restarts.

Its folder holds `node.json` (port, and process where it was not stopped), `state.json` (every block, receipt and log,
and the state of the last block, as anvil dumps them), `anvil.log`, and in `started-for` the folder of deployments that
it was first started for. `--network local` means this chain. `state.json` is put in place whole, by `keeper` while
anvil runs and by `stop`.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import mmap
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sampan.chain import keeper
from sampan.chain.anvil import HOST, START_SECONDS, arguments, find, spawn, wait_for
from sampan.chain.signers import without_keys
from sampan.errors import ChainError, Missing, SampanError, UsageError
from sampan.files import parse_json, write_private

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sampan.config import Settings

PORT = 8545
STARTED_FOR = "started-for"
NAMED_BY = "SAMPAN_NODE_FOLDER"
STOP_SECONDS = 20.0
LET_GO_SECONDS = 2.0
STATES = 100
"""The last blocks whose state can be asked."""
BYTES_A_SECOND = 5_000_000
"""How slowly a state may be read or written before we lose patience; a quiet machine does ten times as much."""
_CACHE = "cache"
_HISTORY = b',"historical_states":['
_UNREADABLE = "'--load-state <PATH>': "
_HEAD = re.compile(rb'^\s*\{\s*"block":\s*\{"number":"(0x[0-9a-f]+)".*?"timestamp":"(0x[0-9a-f]+)"')


@dataclass(frozen=True, slots=True)
class Status:
    """The node as it is found: `running` when its process lives, `kept` when there is a state to go on from."""

    running: bool
    kept: bool
    folder: Path
    pid: int | None = None
    port: int | None = None

    @property
    def url(self) -> str | None:
        """Where it listens; None when it does not run."""
        return f"http://{HOST}:{self.port}" if self.running else None

    @property
    def size(self) -> int | None:
        """How many bytes the kept state has; None when there is none."""
        with contextlib.suppress(OSError):
            return (self.folder / keeper.STATE).stat().st_size
        return None

    def kept_head(self) -> tuple[int, int] | None:
        """Number and time of the last block of the kept state; None when it does not begin with them."""
        with contextlib.suppress(OSError), (self.folder / keeper.STATE).open("rb") as file:
            if found := _HEAD.match(file.read(4096)):
                return int(found[1], 16), int(found[2], 16)
        return None

    @property
    def patience(self) -> float:
        """How many seconds the kept state may take to be read or written."""
        return (self.size or 0) / BYTES_A_SECOND


def folder_of(settings: Settings | None) -> Path:
    """Where the node keeps its chain."""
    found = None if settings is None else settings.path("node_folder")
    if found is not None:
        return found
    from sampan import config

    return Path(str(config.load().value("node_folder").value))


def running_url(settings: Settings | None) -> str | None:
    """The URL of the node when it runs, else None."""
    return status(folder_of(settings)).url


def status(folder: Path) -> Status:
    """Look at the node. A record of a process that is gone, or that is no anvil of ours any more, means not running."""
    kept = (folder / keeper.STATE).is_file()
    try:
        record = parse_json((folder / keeper.RECORD).read_bytes())
        pid, port = int(record["pid"]), int(record["port"])
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return Status(False, kept, folder)
    if not _is_ours(pid, folder):
        return Status(False, kept, folder)
    return Status(True, kept, folder, pid, port)


def start(
    folder: Path, *, program: Path | None = None, port: int | None = None, deployments: Path | None = None
) -> Status:
    """Start the node, or find it running. A kept state is taken up again, and time goes on from its head.

    Where no port is named it is the one that the chain had, else `PORT`.

    `deployments` is the folder that manifests of this chain go to: see `require_own`.

    Raises `Missing` without anvil, `UsageError` when something else listens on the port, `ChainError` when anvil ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        now = status(folder)
        if now.running:
            _start_for(folder, deployments)
            # A stop that was killed leaves it so that it mines no more.
            with contextlib.suppress(OSError, ValueError, http.client.HTTPException):
                _line(now, START_SECONDS).mine(True)
            return now
        had = _port_before(folder)
        port = port or had or PORT
        if _somebody_listens(port):
            raise UsageError(
                "something else listens there already",
                subject=f"{HOST}:{port}",
                hint=f"choose another port: `--port {_free_port(port)}` is free",
            )
        anvil = find(program)
        log = folder / "anvil.log"
        process = None
        try:
            # Before there is a process: whoever is killed in between leaves no chain that anybody may forget.
            _start_for(folder, deployments)
            if now.kept:
                _drop_history(folder)
                now = status(folder)
            with log.open("wb") as said:
                process = spawn(anvil, [*arguments(port=port, extra=_options(now)), "--quiet"], said, folder)
            _record(folder, process.pid, port)
            wait_for(
                lambda: _somebody_listens(port) or None,
                process,
                log.read_bytes,
                seconds=START_SECONDS + now.patience,
                hint=_begin_anew(now),
            )
            _go_on_in_time(f"http://{HOST}:{port}")
            _keep(folder, process.pid, port)
        except BaseException as error:
            if process is not None:
                process.kill()
                process.wait()
            _record(folder, None, had)
            if not now.kept:
                (folder / STARTED_FOR).unlink(missing_ok=True)
            if isinstance(error, ChainError) and _UNREADABLE in error.message:
                raise ChainError(
                    f"anvil cannot read the kept state: {error.message.partition(_UNREADABLE)[2]}",
                    subject=str(folder / keeper.STATE),
                    code="chain.anvil",
                    hint=_begin_anew(now),
                ) from None
            raise
        return status(folder)


def _record(folder: Path, pid: int | None, port: int | None) -> None:
    """Say which process the node is and where it listens; of one that was stopped, where it did."""
    record = folder / keeper.RECORD
    if port is None:
        record.unlink(missing_ok=True)
    else:
        record.write_text(json.dumps({"pid": pid, "port": port}) + "\n", encoding="utf-8")


def _port_before(folder: Path) -> int | None:
    """The port that the chain had when it ran last; None where it never did, or a damaged record tells."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, OverflowError):
        port = int(parse_json((folder / keeper.RECORD).read_bytes())["port"])
        return port if 0 < port < 2**16 else None
    return None


def _drop_history(folder: Path) -> None:
    """Take the state of every block out of a file of an earlier release: gigabytes, at its end.

    A file that was left half written ends in them as well, most likely, and what stands before them is whole.
    """
    kept, draft = folder / keeper.STATE, folder / keeper.DRAFT
    with kept.open("rb") as file:
        if kept.stat().st_size == 0:
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            end = content.find(_HISTORY)
        if end < 0:
            return
        try:
            with draft.open("wb") as slim:
                while slim.tell() < end:
                    slim.write(file.read(min(1 << 20, end - slim.tell())))
                slim.write(b"}")
            draft.replace(kept)
        finally:
            draft.unlink(missing_ok=True)


def _options(now: Status) -> list[str]:
    """What a node adds: the state that it goes on from, and how many it keeps, all in memory.

    Where anvil's own files would go shows whose it is.
    """
    state = ["--load-state", str(now.folder / keeper.STATE)] if now.kept else []
    return [*state, "--prune-history", str(STATES), "--cache-path", str(now.folder / _CACHE)]


def _keep(folder: Path, pid: int, port: int) -> None:
    """Start the keeper, which ends with the anvil."""
    subprocess.Popen(
        [sys.executable, "-I", keeper.__file__, str(folder), str(pid), str(port)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=without_keys(os.environ),
        cwd=folder,
    )


def _begin_anew(now: Status) -> str | None:
    if now.size is None:
        return None
    return f"its kept state is {megabytes(now.size)}; `sampan node start --fresh` begins anew, without it"


def megabytes(size: int) -> str:
    """A size in words: `2,928.4 MB`."""
    return f"{size / 1e6:,.1f} MB"


def stop(folder: Path, *, keep: bool = True) -> Status:
    """End the node by its own process id, its state kept as it is, and wait until it is gone. Returns what is left.

    Raises `ChainError` when its state cannot be kept, and it goes on; or when it does not end. `keep` false: whoever
    stops it forgets it as well.
    """
    with _locked(folder):
        now = status(folder)
        if now.pid is not None:
            if keep:
                _keep_and_end(now, now.pid)
            else:
                _end(now, now.pid)
            _wait_until_let_go(now.port)
        _record(folder, None, _port_before(folder))
    return status(folder)


def _keep_and_end(now: Status, pid: int) -> None:
    seconds = STOP_SECONDS + now.patience
    line = None
    try:
        line = _line(now, seconds)
        # Nothing may happen after the state was asked for.
        line.mine(False)
        try:
            draft = keeper.draft(now.folder, line.state())
        except BaseException:
            with contextlib.suppress(OSError, ValueError, http.client.HTTPException):
                _line(now, seconds).mine(True)
            raise
    except (OSError, ValueError, http.client.HTTPException) as error:
        before = "" if now.size is None else f" (kept last: {megabytes(now.size)})"
        why = f"it did not come in {seconds:.0f} seconds" if isinstance(error, TimeoutError) else str(error)
        raise ChainError(
            f"the state of the node cannot be kept, so it goes on: {why}{before}",
            subject=f"process {pid}",
            code="chain.anvil",
            hint="try again; `sampan node stop --forget` ends it without its state, and the next start begins anew",
        ) from None
    finally:
        if line is not None:
            line.close()
    _end(now, pid)
    draft.replace(now.folder / keeper.STATE)


def _line(now: Status, seconds: float) -> keeper.Line:
    return keeper.Line(now.port or 0, seconds)


def _end(now: Status, pid: int) -> None:
    # It holds nothing that we lack. One of an earlier release would write its whole history before it ends.
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + STOP_SECONDS
    while _is_ours(pid, now.folder):
        if time.monotonic() > deadline:
            raise ChainError(
                f"the node did not end in {STOP_SECONDS:g} seconds",
                subject=f"process {pid}",
                code="chain.anvil",
                hint="look again with `sampan node status`",
            )
        # When it is a child of this very process, it must be taken away to be gone.
        with contextlib.suppress(OSError):
            os.waitpid(pid, os.WNOHANG)
        time.sleep(0.02)


def require_own(settings: Settings) -> None:
    """Make sure that the chain may be added to or forgotten: who works in another folder may need it as it is.

    It may when it was started for the deployments of these settings, or when SAMPAN_NODE_FOLDER names it. Raises
    `UsageError` otherwise.
    """
    named = settings.value("node_folder")
    started_for = _started_for(folder_of(settings))
    if started_for and named.source != NAMED_BY and started_for != os.fsencode(settings.deployments.resolve()):
        there = _command_for(Path(os.fsdecode(started_for)))
        raise UsageError(
            f"this chain was started for another folder, {started_for.decode(errors='replace')}",
            subject=str(named.value),
            hint=f"go on with it there: `{there}start`; end it there: `{there}stop --forget`; another {NAMED_BY} has a "
            f"chain of its own, and {NAMED_BY}={shlex.quote(str(named.value))} means this one from here as well",
        )


def _command_for(deployments: Path) -> str:
    """How `sampan node` is called for a folder of deployments, up to the name of its command."""
    from sampan import config

    with contextlib.suppress(SampanError):
        if deployments.parent.is_dir() and config.load(folder=deployments.parent).deployments.resolve() == deployments:
            return f"cd {shlex.quote(str(deployments.parent))} && sampan node "
    return f"SAMPAN_DEPLOYMENTS={shlex.quote(str(deployments))} sampan node "


def _start_for(folder: Path, deployments: Path | None) -> None:
    if deployments is not None and not _started_for(folder):
        write_private(folder / STARTED_FOR, os.fsencode(deployments.resolve()))


def started_for(folder: Path) -> Path | None:
    """The folder of deployments that a chain was started for; None where nobody said."""
    found = _started_for(folder)
    return Path(os.fsdecode(found)) if found else None


def _started_for(folder: Path) -> bytes:
    """The folder that a chain was started for; nothing where nobody said."""
    try:
        return (folder / STARTED_FOR).read_bytes()
    except OSError:
        return b""


def require_stopped(now: Status) -> None:
    """Make sure that no chain runs that is to be forgotten. Raises `UsageError`."""
    if now.running:
        raise UsageError("the node is running", subject=str(now.folder), hint="`sampan node stop` first")


def forget(folder: Path) -> None:
    """Take the kept chain away, so that the next start begins at the genesis. Raises `UsageError` while it runs."""
    with _locked(folder):
        require_stopped(status(folder))
        for name in (keeper.STATE, keeper.DRAFT, keeper.RECORD, "anvil.log", STARTED_FOR):
            (folder / name).unlink(missing_ok=True)


def _go_on_in_time(url: str) -> None:
    """A restarted anvil begins to count time at its genesis again; let it go on from the head."""
    from sampan.chain.rpc import HttpTransport

    transport = HttpTransport(url)
    try:
        head = transport.request("eth_getBlockByNumber", ("latest", False))["result"]
        if int(head["number"], 16) > 0:
            transport.request("anvil_setTime", (int(head["timestamp"], 16) + 1,))
    finally:
        transport.close()


def _wait_until_let_go(port: int | None) -> None:
    """Wait until a port is free again.

    The system forgets the command line of a process that ends before it closes its sockets, and who starts the node
    again at once would find its port taken. Somebody else may have it by then, so there is an end to the waiting.
    """
    deadline = time.monotonic() + LET_GO_SECONDS
    while port is not None and _somebody_listens(port) and time.monotonic() < deadline:
        time.sleep(0.01)


def _somebody_listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=0.2):
        return True
    return False


def _free_port(taken: int) -> int:
    """The next port above that anybody may have and nobody has; where there is none, one that the system chooses."""
    for port in (*range(max(taken + 1, 1024), 2**16), 0):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind((HOST, port))
            return int(probe.getsockname()[1])
    return PORT


def _is_ours(pid: int, folder: Path) -> bool:
    """Whether a process lives and is the anvil that keeps its state in this folder."""
    proc = Path(f"/proc/{pid}")
    try:
        if proc.parent.joinpath("self").exists():
            command = (proc / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", errors="replace")
        else:
            listed = subprocess.run(
                ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
            )
            command = listed.stdout
    except OSError:
        return False
    # An earlier release gave the state to every anvil, and nothing else that names the folder.
    return str(folder / _CACHE) in command or str(folder / keeper.STATE) in command


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Only one start or stop at a time."""
    if sys.platform == "win32":
        raise Missing("the local node needs a POSIX system", subject="sampan node", hint="use WSL")
    import fcntl

    folder.mkdir(parents=True, exist_ok=True)
    with (folder / keeper.LOCK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
