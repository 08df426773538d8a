"""The audit's checks of who may act and receive, and that nothing noted is missing."""

from __future__ import annotations

from typing import Final

from sampan.identity.checks import acting, notes
from sampan.suite.check import Check

CHECKS: Final[tuple[Check, ...]] = (acting.CHECK, notes.CHECK)
