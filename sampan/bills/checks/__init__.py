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
    persons,
    root,
    terminal,
    versions,
)
from sampan.suite.check import Check

CHECKS: Final[tuple[Check, ...]] = (
    act_counts.CHECK,
    issue_counts.CHECK,
    holder.CHECK,
    versions.CHECK,
    lineage.CHECK,
    root.CHECK,
    persons.CHECK,
    delivery.CHECK,
    terminal.CHECK,
    checksums.CHECK,
    answers.CHECK,
)
