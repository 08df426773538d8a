"""What is known of sales (contracts/trade): under which terms bills lie in the room."""

from __future__ import annotations

from typing import Final

from sampan.bills.records import Bills
from sampan.identity.records import DAY
from sampan.money.records import Money
from sampan.suite import events as ev
from sampan.trade.terms import Terms

LONGEST: Final = 366 * DAY
"""How far ahead a deadline may lie."""
BACK: Final = (ev.Recalled, ev.Declined, ev.Expired)
"""Why bills go back as they came."""
ENDS: Final = (ev.Paid, *BACK)
"""What ends an offer."""


class Trade(Money, Bills):
    """The sales of a ledger."""

    offers: dict[bytes, Terms]
    """Hash → terms that were offered, or to which an offer was changed."""
