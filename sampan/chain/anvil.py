"""anvil: where it is found, and a server of our own that dies with us.

The binary itself is started, never npm's wrapper around it, whose death would leave the server running.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar

from sampan.chain.accounts import MNEMONIC, ROLES
from sampan.chain.signers import without_keys
from sampan.chain.tester import GENESIS_TIME
from sampan.errors import ChainError, Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

HOST = "127.0.0.1"
HARDFORK = "prague"
START_SECONDS = 20.0
PUBLISHED = ("darwin-amd64", "darwin-arm64", "linux-amd64", "linux-arm64", "win32-amd64")
"""The systems for which npm has an anvil; package.json names them all."""
_LISTENING = re.compile(rb"Listening on [^\n]*:(\d+)")


def find(given: Path | None = None) -> Path:
    """The anvil to run: the one given (`SAMPAN_ANVIL`), on PATH, or from npm in a folder above the working one.

    Raises `Missing` when there is none.
    """
    if given is not None:
        if _is_program(given):
            return given
        raise Missing("not a program that can be run", subject=str(given), hint="set SAMPAN_ANVIL to the anvil binary")
    on_path = shutil.which("anvil")
    if on_path is not None and not _is_wrapper(Path(on_path)):
        return Path(on_path)
    for folder in (Path.cwd(), *Path.cwd().parents, Path(__file__).resolve().parents[2]):
        for candidate in sorted(folder.glob("node_modules/@foundry-rs/anvil-*/bin/anvil*")):
            if _is_program(candidate):
                return candidate
    name = package()
    if name is None:
        raise Missing(
            f"anvil is not installed here, and npm has none for {sys.platform} on {platform.machine()}",
            subject="anvil",
            hint="set SAMPAN_ANVIL to the binary of an anvil 1.7 or newer, from Foundry",
        )
    raise Missing(
        "anvil is not installed here",
        subject="anvil",
        hint=f"`make setup` in a working copy installs it, elsewhere `npm install {name}`; or set SAMPAN_ANVIL",
    )


def package() -> str | None:
    """npm's package with the anvil of this system; None when there is none."""
    system = {"linux": "linux", "darwin": "darwin", "win32": "win32"}.get(sys.platform)
    machine = {"x86_64": "amd64", "amd64": "amd64", "arm64": "arm64", "aarch64": "arm64"}.get(
        platform.machine().lower()
    )
    found = f"{system}-{machine}"
    return f"@foundry-rs/anvil-{found}" if found in PUBLISHED else None


def _is_program(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _is_wrapper(path: Path) -> bool:
    with contextlib.suppress(OSError), path.open("rb") as file:
        return file.read(2) == b"#!"
    return False


def arguments(
    *,
    port: int,
    hardfork: str | None = HARDFORK,
    timestamp: int = GENESIS_TIME,
    extra: Sequence[str] = (),
) -> list[str]:
    """How we start anvil: loopback only, a fixed fork (None: its newest) and genesis, the published keys.

    `extra` are more of its options. By itself it puts the states of older blocks, the whole chain each time, into
    ~/.foundry, and leaves them there when it is killed: whoever starts it says where they go, or that there are none.
    """
    listed = [
        *("--host", HOST, "--port", str(port)),
        *("--timestamp", str(timestamp)),
        *("--accounts", str(len(ROLES)), "--mnemonic", MNEMONIC),
    ]
    if hardfork is not None:
        listed += ["--hardfork", hardfork]
    return [*listed, *extra]


class Anvil:
    """An anvil that lives as long as this object, and no longer than this process, however that ends."""

    def __init__(
        self, *, program: Path | None = None, hardfork: str | None = HARDFORK, extra: Sequence[str] = ()
    ) -> None:
        """`hardfork` None: the newest that this anvil knows; `extra` are more of its options."""
        self.program = find(program)
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `stop`
        # Old states can be asked as long as it lives, and go with it.
        self._states = tempfile.mkdtemp(prefix="sampan-anvil-")
        options = ["--cache-path", self._states, *extra]
        self._process = spawn(self.program, arguments(port=0, hardfork=hardfork, extra=options), self._said)
        self._watcher = _watch(self._process.pid, self._states)
        try:
            self.port = self._wait()
        except BaseException:
            self.stop()
            raise
        self.url = f"http://{HOST}:{self.port}"

    def _wait(self) -> int:
        """The port that it chose, once it listens."""

        def said() -> bytes:
            return os.pread(self._said.fileno(), 65_536, 0)

        return int(wait_for(lambda: _LISTENING.search(said()), self._process, said)[1])

    @property
    def pid(self) -> int:
        """The server's own process id."""
        return self._process.pid

    def __enter__(self) -> Anvil:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the server by its own process id, and wait until it is gone."""
        # The watcher goes before the server is reaped, so that it can never meet another process of the same number.
        if self._watcher is not None:
            self._watcher.kill()
            self._watcher.communicate()
            self._watcher = None
        self._process.terminate()
        try:
            self._process.wait(3)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._states, ignore_errors=True)
        self._said.close()


def _watch(pid: int, states: str) -> subprocess.Popen[bytes] | None:
    """A shell that waits until its standard input closes, which it does when we are gone.

    Then it ends the server, and takes its old states away.
    """
    if sys.platform == "win32":
        return None
    return subprocess.Popen(
        ["/bin/sh", "-c", 'read -r _; kill -9 "$1"; rm -rf "$2"', "sampan-watcher", str(pid), states],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def spawn(
    program: Path, options: Sequence[str], said: IO[bytes], folder: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start anvil in a session of its own, without our keys; what it says goes into a file."""
    return subprocess.Popen(
        [str(program), *options],
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=said,
        start_new_session=True,
        env=without_keys(os.environ),
        cwd=folder,
    )


def wait_for(
    found: Callable[[], T | None],
    process: subprocess.Popen[bytes],
    said: Callable[[], bytes],
    *,
    seconds: float = START_SECONDS,
    hint: str | None = None,
) -> T:
    """Look for what shows that an anvil listens. Raises `ChainError`, with its last words, when it ends instead.

    `hint` is for who waits in vain.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise _ended(said())
        answer = found()
        if answer is not None:
            return answer
        time.sleep(0.005)
    raise ChainError(
        f"anvil did not listen after {seconds:.0f} seconds", subject="anvil", code="chain.anvil", hint=hint
    )


def _ended(said: bytes) -> ChainError:
    words = said.decode("utf-8", errors="replace").strip().splitlines()
    # What is wrong with an option stands before advice about options.
    words = [line for line in words if line.startswith("error: ")] or words
    return ChainError(
        "anvil ended as soon as it was started" + (f": {words[-1][:500]}" if words else ""),
        subject="anvil",
        code="chain.anvil",
        hint="is the port taken? `sampan doctor` looks at the installation",
    )
