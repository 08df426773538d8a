"""Keeps the state of the local node: asks anvil for it when there are new blocks, and puts whole files in place.

anvil's own `--state-interval` writes whether anything happened or not, and into the very file that it would start from:
killed meanwhile, it leaves half a file. `sampan.chain.node` starts this file as a script beside anvil, isolated, so it
needs the standard library alone. It ends when anvil does.
"""

from __future__ import annotations

import contextlib
import gzip
import http.client
import io
import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
STATE = "state.json"
RECORD = "node.json"
LOCK = "lock"
DRAFT = "state.json.draft"
LOOK_SECONDS = 1.0
REST_SECONDS = 3.0
REST_SHARE = 10
"""It rests this many times as long as the last writing took: at most a tenth of a core goes into it."""


class Line:
    """One connection to an anvil. It is never made anew: whoever listens there afterwards is another chain."""

    def __init__(self, port: int, seconds: float | None = None) -> None:
        """Raises `OSError` when nobody listens."""
        self._http = http.client.HTTPConnection(HOST, port, timeout=seconds)
        self._http.connect()
        self._http.auto_open = 0

    def ask(self, method: str, *parameters: Any) -> Any:
        """The result of one question. Raises `OSError`, `http.client.HTTPException` or `ValueError` without one."""
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters})
        self._http.request("POST", "/", body, {"Content-Type": "application/json"})
        answer = json.loads(self._http.getresponse().read())
        if not isinstance(answer, dict) or "result" not in answer:
            raise ValueError(f"{method}: {answer}")
        return answer["result"]

    def state(self) -> bytes:
        """The chain as `--load-state` takes it, packed with gzip: blocks, receipts, and the state of the last block."""
        return bytes.fromhex(self.ask("anvil_dumpState")[2:])

    def mine(self, yes: bool) -> None:
        """Whether what is sent is put into a block at once. While it is not, nobody is told that anything happened."""
        self.ask("evm_setAutomine", yes)

    def close(self) -> None:
        """Let go of it."""
        self._http.close()


def draft(folder: Path, packed: bytes) -> Path:
    """Write a state beside the kept one, for `replace`. Raises `OSError` when there is no room."""
    path = folder / DRAFT
    try:
        with gzip.open(io.BytesIO(packed)) as state, path.open("wb") as file:
            shutil.copyfileobj(state, file, 1 << 20)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def keep(folder: Path, pid: int, packed: bytes) -> bool:
    """Put a state in place, if the folder's node is still the one it came from. Raises `OSError` without room."""
    # There is none on Windows, where `node` says so; who asks it only whether a node runs imports this too.
    import fcntl

    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if json.loads((folder / RECORD).read_bytes())["pid"] != pid:
            return False
        draft(folder, packed).replace(folder / STATE)
    return True


def main(folder: Path, pid: int, port: int) -> None:
    """Keep the state of one anvil until it ends."""
    line = Line(port)
    kept, rest = None, 0.0
    while True:
        head = line.ask("eth_getBlockByNumber", "latest", False)["hash"]
        if head != kept and time.monotonic() >= rest:
            began = time.monotonic()
            packed = line.state()
            # No room, or a folder that is gone: the next look tries again.
            with contextlib.suppress(OSError):
                if not keep(folder, pid, packed):
                    return
                kept = head
            rest = time.monotonic() + max(REST_SECONDS, REST_SHARE * (time.monotonic() - began))
        time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
        main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
