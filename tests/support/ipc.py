"""An anvil of the tests' own, spoken to over a socket of this machine.

It stands in for the chain in process where a test is about what is done on a chain, not about the chain: it executes
fifty times as fast as py-evm, and a socket takes a tenth of what a question over HTTP takes.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

from sampan.chain.anvil import START_SECONDS, Anvil
from sampan.chain.connection import Connection
from sampan.chain.networks import find
from sampan.errors import ChainError

_PIECE = 1 << 20


class IpcTransport:
    """JSON-RPC over a Unix socket: one question at a time, as the chain in process answers one at a time."""

    name = "tester"

    def __init__(self, path: Path) -> None:
        self._ids = count(1)
        self._socket = socket.socket(socket.AF_UNIX)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self._socket.connect(str(path))
                return
            except OSError:
                if time.monotonic() > deadline:
                    self._socket.close()
                    raise
                time.sleep(0.005)

    def request(self, method: str, params: Sequence[Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self._ask(self._body(method, params))
        return answer

    def batch(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[dict[str, Any]]:
        bodies = [self._body(method, params) for method, params in calls]
        found = {answer["id"]: answer for answer in self._ask(bodies)} if bodies else {}
        return [found[body["id"]] for body in bodies]

    def close(self) -> None:
        self._socket.close()

    def _body(self, method: str, params: Sequence[Any]) -> dict[str, Any]:
        return {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": list(params)}

    def _ask(self, body: Any) -> Any:
        self._socket.sendall(json.dumps(body).encode())
        said = b""
        # No length goes before an answer: it has ended when it can be read.
        while True:
            piece = self._socket.recv(_PIECE)
            if not piece:
                raise ChainError("anvil ended", subject=self.name)
            said += piece
            if piece[-1:] in b"}]\n":
                try:
                    return json.loads(said)
                except ValueError:
                    continue


def anvil() -> Connection:
    """A new anvil as a chain in process: the same accounts and genesis, a second from block to block."""
    given = os.environ.get("SAMPAN_ANVIL")
    folder = tempfile.mkdtemp(prefix="sampan-ipc-")
    path = Path(folder) / "socket"
    server = Anvil(program=Path(given) if given else None, extra=("--ipc", str(path)))

    def stop() -> None:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)

    try:
        connection = Connection(IpcTransport(path), find("tester"), on_close=stop)
        connection.rpc("anvil_setBlockTimestampInterval", 1)
    except BaseException:
        stop()
        raise
    return connection
