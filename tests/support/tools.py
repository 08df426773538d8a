"""What a test does when something it needs is not on this machine: it is skipped, or fails where nothing may be."""

from __future__ import annotations

import importlib.util
import os
import sys
from typing import NoReturn

import pytest

NO_SKIP = bool(os.environ.get("SAMPAN_NO_SKIP"))
"""Set by .ci/run: there a missing tool is a failure. Read once, since `sampan_command` takes our variables away."""


def absent(reason: str) -> NoReturn:
    """Skip the test or the module, with the reason; fail it when SAMPAN_NO_SKIP is set."""
    if NO_SKIP:
        pytest.fail(f"{reason} (SAMPAN_NO_SKIP is set)", pytrace=False)
    pytest.skip(reason, allow_module_level=True)


def need_pyrevm() -> None:
    """Skip, or fail, without pyrevm. For Python 3.13 and later it has no wheel: there it is skipped in any case."""
    if importlib.util.find_spec("pyrevm") is not None:
        return
    if sys.version_info >= (3, 13):
        pytest.skip("pyrevm has no wheel for this Python", allow_module_level=True)
    absent("needs pyrevm (make setup)")
