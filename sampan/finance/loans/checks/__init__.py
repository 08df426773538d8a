"""The audit's checks of loans: sums come out, cargo is financed once, title stays where it secures."""

from __future__ import annotations

from typing import Final

from sampan.finance.loans.checks import circular, claims, duplicates, filings, held, paid, recounted, titles, trust
from sampan.suite.check import Check

CHECKS: Final[tuple[Check, ...]] = (
    recounted.CHECK,
    paid.CHECK,
    claims.CHECK,
    trust.CHECK,
    filings.CHECK,
    held.CHECK,
    duplicates.CHECK,
    circular.CHECK,
    titles.CHECK,
)
