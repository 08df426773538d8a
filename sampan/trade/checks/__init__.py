"""The audit's checks of sales: no bill without its price, none back without its rule, deadlines kept."""

from __future__ import annotations

from typing import Final

from sampan.suite.check import Check
from sampan.trade.checks import deadlines, paid, returned

CHECKS: Final[tuple[Check, ...]] = (paid.CHECK, returned.CHECK, deadlines.CHECK)
