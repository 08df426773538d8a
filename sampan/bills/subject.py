"""The subject `bills`: the ledger's one address."""

from __future__ import annotations

from typing import Final

from sampan.bills.records import Bills
from sampan.suite.verb import Subject

BILLS: Final = Subject(
    "bills", contract="Bills", interface="ILedger", code=("Bills", "Amendments", "Registry"), state=Bills
)
