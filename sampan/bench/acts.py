"""What is measured, as data: the acts, what comes before each, the bars that must hold.

Adding an act is adding a record. Its verbs are methods of the sides. Every bill goes along one line of accounts,
shipper to importer, all of which possess other bills throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
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
    measured in a way of its own), and the most gas that it may cost.

    `beside`: acts of other tokens that it is held against, added together; `bar`: the highest ratio to them; `shown`:
    others that stand with it.
    """

    name: str
    title: str
    script: Script | None = None
    most: int | None = None
    beside: tuple[str, ...] = ()
    bar: str | None = None
    shown: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All acts of other tokens that stand beside it."""
        return (*dict.fromkeys(self.beside), *self.shown)

    def ratio(self, gas: int, costs: Mapping[str, int]) -> Fraction:
        """Its gas over that of what it is held against."""
        return Fraction(gas, sum(costs[name] for name in self.beside))

    def within(self, gas: int, costs: Mapping[str, int]) -> bool:
        """Whether the ratio is no higher than it may be."""
        return self.bar is None or self.ratio(gas, costs) <= Fraction(self.bar)


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

ALONE: tuple[Own, ...] = (
    Own("lodge", "lodge in blank, with a room", Script(("lodge",), ("issue",)), 78_000),
    Own("hold", "the room holds for another", Script(("hold",), _LODGED), 56_000),
    Own("change_deal", "the room changes the deal", Script(("change_deal",), _LODGED)),
    Own("give_back", "the room gives back", Script(("give_back",), _LODGED), 53_000),
    Own("let_out", "the room lets out, endorsed", Script(("let_out",), _LODGED)),
    Own("pledge", "pledge to a bank that signs", Script(("pledge",), ("issue",))),
    Own("record", "record an agreement", Script(("record",), ("issue",))),
    Own("standing", "standing, asked by a contract", most=5_700),
    Own("standing_next", "standing of each further account", most=3_200),
    Own("lifecycle_batch", f"lifecycle, a bill of {BATCH} in batches"),
)

OTHERS: dict[str, str] = {
    "erc20_transfer": "bare ERC-20: transfer",
    "erc721_transfer": "bare ERC-721: transferFrom",
    "trex_transfer": "T-REX (ERC-3643): transfer between known holders",
}
"""Acts of other tokens that money and sale are held against: name in the snapshot and in the table."""
_BOTH = ("erc20_transfer", "erc721_transfer")
MARKET: tuple[Own, ...] = (
    Own("dvp_offer", "offer a bill for sale", beside=_BOTH, bar="1.12"),
    Own("dvp_same_bank", "pay and take the bill, same bank", beside=_BOTH, bar="1.18"),
    Own("dvp_cross_bank", "pay and take the bill, out of another bank", beside=_BOTH, bar="1.59"),
    Own("pay_further_bill", "each further bill that is paid for", most=22_000),
    Own("pay_relayed", "more when a relayer sends what the buyer signed", most=48_000),
    Own("recall", "recall an offer", most=66_000),
    Own("decline", "decline an offer", most=66_000),
    Own("expire", "send back an offer past its deadline", most=66_000),
    Own("change", "change an offer", most=66_000),
    Own("deposit_transfer", "pay out of a deposit", beside=("erc20_transfer",), bar="1.30", shown=("trex_transfer",)),
    Own("deposit_collect", "pay out of another bank's deposit", beside=("erc20_transfer",)),
    Own("exchange", "exchange at a bank's quote", beside=("erc20_transfer", "erc20_transfer")),
)
"""Money and sale."""
EAS = "eas_attestation"
"""The act of the Ethereum Attestation Service that a fact is held against."""
VOYAGE: tuple[Own, ...] = (
    Own("anchor_event", "anchor an event, one of a thousand in a batch", most=62),
    Own("fact_proven", "record a fact by its proof", beside=(EAS,), bar="0.28"),
    Own("fact_replaced", "record a fact in place of another", beside=(EAS,)),
    Own("fact_attested", "record what its producer signed", beside=(EAS,)),
    Own("fact_struck", "strike a fact by its correction", most=50_000),
    Own("fact_withdrawn", "withdraw a fact"),
    Own("condition", "a condition of four clauses, asked by a contract", most=65_000),
    Own("condition_further_box", "each further container in it", most=8_500),
)
"""Cargo."""
MORPHO: dict[str, str] = {
    "morpho_borrow": "Morpho Blue: supplyCollateral, then borrow",
    "morpho_repay": "Morpho Blue: repay, then withdrawCollateral",
}
"""Acts of Morpho Blue that a loan is held against: name in the snapshot and in the table."""
LENDING: tuple[Own, ...] = (
    Own("open_facility", "open a facility of two lenders"),
    Own("pledge_and_draw", "pledge a bill and draw", most=182_000, shown=("morpho_borrow",)),
    Own(
        "pledge_and_draw_conditioned",
        "the same on a condition of four clauses",
        most=245_000,
        shown=("morpho_borrow",),
    ),
    Own("pledge_further_box", "each further container of a pledge", most=25_000),
    Own("part_repayment", "repay a part", most=95_000),
    Own("repay_and_release", "repay all, the bill goes", most=117_000, shown=("morpho_repay",)),
    Own(
        "repay_and_release_cross_bank",
        "the same out of another bank",
        most=148_000,
        shown=("morpho_repay",),
    ),
    Own("release_further_box", "each further container that is free again", most=4_500),
    Own("claim", "a position has what it is owed"),
    Own("position_transfer", "pass a position on", most=54_000),
    Own("pledge_sold", "a pledged bill is paid for, the loan repaid", most=188_000),
    Own("pledge_sold_cross_bank", "the same out of another bank", most=216_000),
)
"""Loans on bills."""
OWN = (*ALONE, *MARKET, *VOYAGE, *LENDING)

#: What has happened on a side in use before anything is measured, so that no account and no counter of it is new: each
#: account possesses a bill for good, one surrender waits with the carrier, one was accepted.
BACKGROUND: tuple[Script, ...] = (
    *(Script(("issue", *("endorse_and_transfer",) * moves)) for moves in range(len(LINE))),
    Script((*_SURRENDERED,)),
    Script((*_SURRENDERED, "accept_surrender")),
)

#: Runtime code of a contract must stay below so many bytes.
SIZE_LIMITS: dict[str, int] = {
    "Amendments": 20_889,
    "Registry": 20_889,
    "Bills": 20_000,
    "LoanBook": 20_889,
    "LoanDesk": 20_889,
}
