"""The audit's checks of money: nothing is made or lost, and it is paid where it may be."""

from __future__ import annotations

from typing import Final

from sampan.money.checks import conserved, legs, reserves, taken_in
from sampan.suite.check import Check

CHECKS: Final[tuple[Check, ...]] = (conserved.CHECK, reserves.CHECK, legs.CHECK, taken_in.CHECK)
