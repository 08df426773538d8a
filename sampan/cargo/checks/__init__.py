"""The audit's checks of cargo: whose word stands on what, and what of it does not fit the bill (T45)."""

from __future__ import annotations

from typing import Final

from sampan.cargo.checks import anchored, dates, groups, one_word, phantom, released, sayable, vessel, wrong_goods
from sampan.suite.check import Check

CHECKS: Final[tuple[Check, ...]] = (
    anchored.CHECK,
    sayable.CHECK,
    one_word.CHECK,
    groups.CHECK,
    phantom.CHECK,
    wrong_goods.CHECK,
    released.CHECK,
    dates.CHECK,
    vessel.CHECK,
)
