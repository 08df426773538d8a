"""What is known of claims of lenders (contracts/finance/Positions.sol); amounts in the smallest unit of a money."""

from __future__ import annotations

from typing import Any, Final

from sampan.model.store import record
from sampan.money.records import Money
from sampan.suite.ids import loan_id_of
from sampan.suite.layout import Layout, spare
from sampan.suite.verb import NOBODY

AMOUNT_BITS: Final = 120
MOST_STEPS: Final = 100
"""So many cuts one looks at, at most, to say what a position is owed."""


@record
class Position:
    """So many shares of a loan, and what they have had."""

    id: int
    owner: str = NOBODY
    shares: int = 0
    had: int = 0
    origin: int = 0
    """The number of the position that it was cut from; 0: the loan."""
    cut: int = 0
    """As which of its cuts."""
    steps: int = 0
    """How many cuts one looks at to say what it was owed then."""

    @property
    def whole(self) -> int:
        """What it was cut from: a position, or the loan."""
        return loan_id_of(self.id) | self.origin


class Claims(Money):
    """What lenders are owed."""

    positions: dict[int, Position]
    position_cuts: dict[int, tuple[int, ...]]
    """Position or loan → shares that were cut from it, in order."""
    position_counts: dict[int, int]
    """Loan → how many positions of it there are."""
    position_balances: dict[str, int]
    """Account → how many positions it has."""
    position_approvals: dict[int, str]
    position_operators: dict[tuple[str, str], bool]
    """(owner, operator) → approved."""
    open_countries: dict[str, bool]
    positions_sold: dict[bytes, bool]
    """Digest of an offer → it was taken."""
    country_events: int
    """How often countries were opened or closed."""


POSITION_WORD: Final = Layout(
    ("shares", AMOUNT_BITS, lambda position: position.shares),
    ("had", AMOUNT_BITS, lambda position: position.had),
    ("spare", 16, spare),
)
"""Shares and what they had, as contracts/finance/Positions.sol keeps them."""
ORIGIN_WORD: Final = Layout(
    ("number", 32, lambda position: position.origin),
    ("cut", 32, lambda position: position.cut),
    ("steps", 32, lambda position: position.steps),
    ("spare", 160, spare),
)
"""Where a position was cut from."""


def cut_words(cuts: tuple[int, ...]) -> list[int]:
    """The slots of the cuts, two each."""
    pairs: list[Any] = [cuts[at : at + 2] for at in range(0, len(cuts), 2)]
    return [sum(size << AMOUNT_BITS * place for place, size in enumerate(pair)) for pair in pairs]
