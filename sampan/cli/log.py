"""The log of a run, where `-v` and `--log-file` send it. Quiet by default: what users must know is printed, not logged.

Apart from `base`, since `sampan --help` has nothing to log.
"""

from __future__ import annotations

import logging
import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

from sampan import __version__
from sampan.errors import UsageError
from sampan.suite.escapes import printable

if TYPE_CHECKING:
    from sampan.cli.base import State


class PrivateLog(logging.FileHandler):
    """A log file that its owner alone may read where we make it; one that is there keeps its mode."""

    def _open(self) -> TextIOWrapper:
        def private(path: str, flags: int) -> int:
            return os.open(path, flags, 0o600)

        self.failed: OSError | None = None
        # The handler closes it.
        return open(self.baseFilename, self.mode, encoding=self.encoding, errors=self.errors, opener=private)  # type: ignore[return-value]

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """A full disk is told once, at the end: the act goes on."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            super().handleError(record)
            return
        self.failed = error

    def close(self) -> None:
        try:
            super().close()
        except OSError as error:
            self.failed = error


class PrintableFormatter(logging.Formatter):
    """Lines of a log without what a terminal would obey: an RPC's words are in them."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))


def quiet() -> None:
    """Let logging print nothing of its own: without any handler it prints warnings, and worse, tracebacks on stderr."""
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())


TOLD = logging.getLogger("sampan.told")
"""What a run says to its user, for the log file alone: the terminal has it already."""
TOLD.propagate = False
TOLD.addHandler(logging.NullHandler())


def start(run: State, command: str = "sampan") -> None:
    """Send the log where `-v` and `--log-file` say, which begins with the command."""
    root = logging.getLogger()
    wanted: list[logging.Handler] = []
    if run.verbosity >= 2:
        wanted.append(logging.StreamHandler(sys.stderr))
    if run.log_file is not None:
        try:
            wanted.append(PrivateLog(run.log_file, encoding="utf-8"))
        except OSError as error:
            raise UsageError(
                f"cannot be written: {error.strerror}", subject=str(run.log_file), hint="give --log-file another path"
            ) from error
    run.log_handlers += wanted
    for handler in wanted:
        handler.setFormatter(PrintableFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        root.addHandler(handler)
        if isinstance(handler, PrivateLog):
            TOLD.addHandler(handler)
            TOLD.setLevel(logging.DEBUG)
    if wanted:
        root.setLevel(logging.DEBUG if run.verbosity >= 2 else logging.INFO)
        TOLD.info("%s, sampan %s", command, __version__)


def end(run: State, code: int) -> None:
    """Close what `start` opened, after the exit code."""
    TOLD.info("ended with %d", code)
    for handler in run.log_handlers:
        logging.getLogger().removeHandler(handler)
        TOLD.removeHandler(handler)
        handler.close()
        if isinstance(handler, PrivateLog) and handler.failed is not None:
            why = handler.failed.strerror or handler.failed
            print(f"warning: {run.log_file}: the log could not be written: {why}", file=sys.stderr)
    run.log_handlers.clear()
