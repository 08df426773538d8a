"""The audit's checks of bills: what all others rest on first."""

from __future__ import annotations

from typing import Final

from sampan.bills.checks import (
    act_counts,
    answers,
    checksums,
    delivery,
    holder,
    issue_counts,
    lineage,
    originals,
    persons,
    root,
    terminal,
    versions,
)
from sampan.suite.check import Check

_MODULES = (
    act_counts,
    issue_counts,
    holder,
    versions,
    lineage,
    root,
    persons,
    originals,
    delivery,
    terminal,
    checksums,
    answers,
)
CHECKS: Final[tuple[Check, ...]] = tuple(module.CHECK for module in _MODULES)
