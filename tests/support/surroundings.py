"""What a process inherits from whoever started it, made the same for every test.

Tests are started from terminals, from the background of a shell, under nohup, by a CI that asks for colours, without a
home. What they start inherits all that in turn, and a test that stops a process or reads what it printed would see it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

# They change what programs print, whoever set them: a shell, a CI, a user to whom colours are too much.
OF_A_TERMINAL = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE")
OF_A_TERMINAL += ("TTY_COMPATIBLE", "TTY_INTERACTIVE", "PYTHONIOENCODING")
# The variables of ours that are meant for the tests; the others are a user's settings.
FOR_TESTS = ("SAMPAN_ANVIL", "SAMPAN_CONFORMANCE_DATA", "SAMPAN_FUZZ_ACTS", "SAMPAN_NO_SKIP", "SAMPAN_TEST_CHAIN")
FOLDERS = {"XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data", "XDG_STATE_HOME": "state", "XDG_CACHE_HOME": "cache"}


def settle(folder: Path) -> None:
    """Set signals, umask and environment of this process to what tests take for granted.

    `folder` is where its user's own files are to be, and nothing is yet.
    """
    _let_children_be_stopped()
    os.umask(0o022)
    for name in OF_A_TERMINAL:
        os.environ.pop(name, None)
    for name in list(_settings_of_the_user()):
        del os.environ[name]
    for name, place in FOLDERS.items():
        os.environ[name] = str(folder / place)
    if not _has_a_home():
        os.environ["HOME"] = str(folder)


def _let_children_be_stopped() -> None:
    """Let what we start have every signal at its default, though we were started to ignore or block some.

    A shell lets what runs in its background ignore SIGINT and SIGQUIT, nohup SIGHUP, and children inherit that. They
    inherit no handler: one that does nothing leaves us as undisturbed as we were meant to be.
    """
    # Python itself ignores these two, and `subprocess` gives them back to children.
    for number in signal.valid_signals() - {signal.SIGPIPE, signal.SIGXFSZ}:
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _settings_of_the_user() -> Iterator[str]:
    return (name for name in os.environ if name.startswith("SAMPAN_") and name not in FOR_TESTS)


def _has_a_home() -> bool:
    home = Path(os.environ["HOME"] if "HOME" in os.environ else os.path.expanduser("~"))  # noqa: PTH111 - never raises
    return home.is_absolute() and os.access(home, os.W_OK)
