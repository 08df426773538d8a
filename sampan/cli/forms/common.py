"""What several documents have in common."""

from __future__ import annotations

from sampan.suite.forms import Address, Form


class OnLedger(Form):
    """A document about one ledger."""

    network: str
    chain_id: int
    ledger: Address


class Wrong(Form):
    code: str
    message: str
    subject: str | None
    hint: str | None
