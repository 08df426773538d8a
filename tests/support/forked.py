"""Commands typed into a shell, each a process of its own, without the second in which each would load the package.

`quick_sampan` starts a server that has loaded everything, and makes a program `sampan` that asks it: the server forks,
and the child has the shell's own directory, environment, arguments and streams. What runs is `sampan.cli.main.run`.
"""

from __future__ import annotations

import array
import contextlib
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_STREAMS = 3
_MOST = 1 << 20


@contextmanager
def quick_sampan() -> Iterator[Path]:
    """A folder with the program `sampan`, to stand first on PATH, for as long as the context lasts."""
    with tempfile.TemporaryDirectory(prefix="sampan-") as folder:
        path, program = Path(folder) / "socket", Path(folder) / "sampan"
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(path))
            listening.listen()
            server = subprocess.Popen(
                [sys.executable, "-m", "support.forked", str(listening.fileno())],
                pass_fds=(listening.fileno(),),
                cwd=Path(__file__).resolve().parents[1],
                stdin=subprocess.DEVNULL,
            )
        # Without `site` a Python starts in a fiftieth of a second.
        asks = shlex.join([sys.executable, "-I", "-S", __file__, str(path)])
        program.write_text(f'#!/bin/sh\nexec {asks} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        try:
            yield Path(folder)
        finally:
            server.terminate()
            server.wait()


def _ask(path: str, arguments: list[str]) -> int:
    """Has the server carry out a command here; its exit code."""
    said = json.dumps([arguments, str(Path.cwd()), dict(os.environ)]).encode()
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(path)
        server.sendmsg([b"."], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", range(_STREAMS)))])
        server.sendall(said)
        server.shutdown(socket.SHUT_WR)
        code = server.recv(1)
    return code[0] if code else 1


def _serve(listening: socket.socket) -> None:
    """Forks for each that asks, until it is terminated."""
    import gc
    from importlib import import_module

    import click

    from sampan.cli.main import main

    context = click.Context(main)
    for name in main.list_commands(context):
        main.get_command(context, name)
    for module in ("sampan.client.ledger", "sampan.audit.run", "requests", "sampan.chain.http", "rich.table"):
        import_module(module)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        asking, _ = listening.accept()
        if os.fork() == 0:
            listening.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _carry_out(asking)
        asking.close()


def _carry_out(asking: socket.socket) -> None:
    """Is the process that was asked for, and tells with which code it ended."""
    _, given, *_ = asking.recvmsg(1, socket.CMSG_SPACE(_STREAMS * array.array("i").itemsize))
    streams = array.array("i")
    streams.frombytes(given[0][2])
    said = b""
    while piece := asking.recv(_MOST):
        said += piece
    arguments, folder, environment = json.loads(said)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    # As a Python that starts makes them: of the server's own some know that they lead to a file.
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - open to the end
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["sampan", *arguments]
    code: Any = 1
    try:
        from sampan.cli.main import run

        run()
    except SystemExit as ended:
        code = ended.code or 0
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        asking.sendall(bytes([code]))
        os._exit(code)


if __name__ == "__main__":
    if sys.flags.isolated:
        sys.exit(_ask(sys.argv[1], sys.argv[2:]))
    _serve(socket.socket(fileno=int(sys.argv[1])))
