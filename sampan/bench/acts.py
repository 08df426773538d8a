"""What is measured, as data: the acts, what comes before each, the bars that must hold.

Adding an act is adding a record. Its verbs are methods of the sides. Every bill goes along one line of accounts,
shipper to importer, all of which possess other bills throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

LINE = ("shipper", "trader", "bank", "importer")
"""Who possesses a bill in turn."""
PEERS = ("tradetrust", "tradetrust_opt")
"""The columns that ours is held against; the first gives the ratio."""
BUSY = "tradetrust_busy"
"""The column that is measured, shown and kept in the snapshot beside them; it has no bar and is not in `gas.json`."""


@dataclass(frozen=True, slots=True)
class Script:
    """Verbs in order: those that bring a new bill to where the act begins, and those that are counted."""

    counted: tuple[str, ...]
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """One row: its name in `gas.json`, its name in the table, what every side does, the highest ratio allowed."""

    name: str
    title: str
    script: Script
    bar: str

    @property
    def limit(self) -> Fraction:
        """The bar as an exact number."""
        return Fraction(self.bar)


# The second of two moves is what TradeTrust's table calls "later": its memory of the giver is written already.
_ENDORSED = ("issue", "endorse_and_transfer")
_SURRENDERED = ("issue", "endorse_and_transfer", "surrender")

ACTS: tuple[Act, ...] = (
    Act("issue", "issue", Script(("issue",)), "0.32"),
    Act("transfer", "transfer possession", Script(("transfer",), ("issue", "transfer")), "0.81"),
    Act("endorse_and_transfer", "endorse and transfer", Script(("endorse_and_transfer",), _ENDORSED), "0.66"),
    Act("reject", "reject both", Script(("reject",), (*_ENDORSED, "endorse_and_transfer")), "0.76"),
    Act("surrender", "surrender for delivery", Script(("surrender",), _ENDORSED), "0.52"),
    Act("refuse_surrender", "refuse the surrender", Script(("refuse_surrender",), _SURRENDERED), "0.50"),
    Act("accept_surrender", "accept the surrender", Script(("accept_surrender",), _SURRENDERED), "0.36"),
    Act(
        "lifecycle",
        "lifecycle: all six transactions",
        Script(("issue", *("endorse_and_transfer",) * 3, "surrender", "accept_surrender")),
        "0.44",
    ),
)

#: What has happened on a side in use before anything is measured, so that no account and no counter of it is new: each
#: account possesses a bill for good, one surrender waits with the carrier, one was accepted.
BACKGROUND: tuple[Script, ...] = (
    *(Script(("issue", *("endorse_and_transfer",) * moves)) for moves in range(len(LINE))),
    Script((*_SURRENDERED,)),
    Script((*_SURRENDERED, "accept_surrender")),
)

#: Runtime code of a contract must stay below so many bytes.
SIZE_LIMITS: dict[str, int] = {"Bills": 20_000}
