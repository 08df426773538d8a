"""The audit's checks of who may act and receive."""

from __future__ import annotations

from typing import Final

from sampan.identity.checks import acting
from sampan.suite.check import Check

CHECKS: Final[tuple[Check, ...]] = (acting.CHECK,)
