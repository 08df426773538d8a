"""What is measured, as data: the acts, what comes before each, the bars that must hold.

Adding an act is adding a record. Its verbs are methods of the sides. Every bill goes along one line of accounts,
shipper to importer, all of which possess other bills throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LINE = ("shipper", "trader", "bank", "importer")
"""Who possesses a bill in turn."""
IN_USE = "tradetrust_opt_busy"
"""The peer optimised and in use: the fairest column."""
PEERS = ("tradetrust", "tradetrust_opt", IN_USE)
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
    """One row: its name in `gas.json`, its name in the table, what every side does, the most gas that ours may cost,
    and the highest ratio to a column."""

    name: str
    title: str
    script: Script
    most: int
    bars: Mapping[str, str]

    @property
    def bar(self) -> str:
        """The highest ratio to the peer as shipped."""
        return self.bars[PEERS[0]]


@dataclass(frozen=True, slots=True)
class Own:
    """A row that the peer has no counterpart of: its name in `gas.json` and in the table, what is done (None: it is
    measured in a way of its own), and the most gas that it may cost (None: it is shown alone)."""

    name: str
    title: str
    script: Script | None
    most: int | None


# The second of two moves is what TradeTrust's table calls "later": its memory of the giver is written already.
_ENDORSED = ("issue", "endorse_and_transfer")
_SURRENDERED = ("issue", "endorse_and_transfer", "surrender")
LIFECYCLE = ("issue", *("endorse_and_transfer",) * 3, "surrender", "accept_surrender")
BATCH = 100
"""Bills that go through it together, each verb of all in one transaction."""

ACTS: tuple[Act, ...] = (
    Act("issue", "issue", Script(("issue",)), 90_600, {PEERS[0]: "0.311"}),
    Act("transfer", "transfer possession", Script(("transfer",), ("issue", "transfer")), 45_000, {PEERS[0]: "0.741"}),
    Act(
        "endorse_and_transfer",
        "endorse and transfer",
        Script(("endorse_and_transfer",), _ENDORSED),
        48_500,
        {PEERS[0]: "0.617"},
    ),
    Act(
        "reject", "reject both", Script(("reject",), (*_ENDORSED, "endorse_and_transfer")), 48_300, {PEERS[0]: "0.718"}
    ),
    Act("surrender", "surrender for delivery", Script(("surrender",), _ENDORSED), 46_200, {PEERS[0]: "0.467"}),
    Act(
        "refuse_surrender",
        "refuse the surrender",
        Script(("refuse_surrender",), _SURRENDERED),
        47_200,
        {PEERS[0]: "0.468"},
    ),
    Act(
        "accept_surrender",
        "accept the surrender",
        Script(("accept_surrender",), _SURRENDERED),
        33_600,
        {PEERS[0]: "0.325"},
    ),
    Act(
        "lifecycle",
        "lifecycle: all six transactions",
        Script(LIFECYCLE),
        316_500,
        {PEERS[0]: "0.414", IN_USE: "0.456"},
    ),
)

_LODGED = ("issue", "lodge")

OWN: tuple[Own, ...] = (
    Own("lodge", "lodge in blank, with a room", Script(("lodge",), ("issue",)), 78_000),
    Own("hold", "the room holds for another", Script(("hold",), _LODGED), 56_000),
    Own("change_deal", "the room changes the deal", Script(("change_deal",), _LODGED), None),
    Own("give_back", "the room gives back", Script(("give_back",), _LODGED), 53_000),
    Own("let_out", "the room lets out, endorsed", Script(("let_out",), _LODGED), None),
    Own("pledge", "pledge to a bank that signs", Script(("pledge",), ("issue",)), None),
    Own("record", "record an agreement", Script(("record",), ("issue",)), None),
    Own("standing", "standing, asked by a contract", None, 5_700),
    Own("standing_next", "standing of each further account", None, 3_200),
    Own("lifecycle_batch", f"lifecycle, a bill of {BATCH} in batches", None, None),
)

#: What has happened on a side in use before anything is measured, so that no account and no counter of it is new: each
#: account possesses a bill for good, one surrender waits with the carrier, one was accepted.
BACKGROUND: tuple[Script, ...] = (
    *(Script(("issue", *("endorse_and_transfer",) * moves)) for moves in range(len(LINE))),
    Script((*_SURRENDERED,)),
    Script((*_SURRENDERED, "accept_surrender")),
)

#: Runtime code of a contract must stay below so many bytes.
SIZE_LIMITS: dict[str, int] = {"Amendments": 20_889, "Registry": 20_889, "Bills": 20_000}
