"""The subject `identity`: part of the ledger's one address."""

from __future__ import annotations

from typing import Final

from sampan.identity.records import Identity
from sampan.suite.verb import Subject

IDENTITY: Final = Subject(
    "identity", contract="Bills", interface="ILedger", code=("Bills", "Amendments", "Registry"), state=Identity
)
