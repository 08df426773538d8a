"""What is known of loans (contracts/finance/Loans.sol): facilities, pledges, what is owed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, timedelta, timezone
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias

from sampan.finance.positions.records import Claims
from sampan.finance.registrations.records import Registered
from sampan.identity.records import DAY
from sampan.model.store import record
from sampan.suite.layout import Layout, spare, text
from sampan.suite.words import DayCount, Status
from sampan.trade.records import Trade

RATE_UNIT: Final = 10**7
"""A rate of interest is in parts of this a year; the highest that may be agreed is the whole."""
WHOLE: Final = 10_000
"""Advance, trust and reserve are in parts of this."""
QUARTER: Final = 15 * 60
QUARTERS: Final = timedelta(seconds=QUARTER)
CLOCKS: Final = range(-48, 57)
"""When days turn somewhere: quarters of an hour from UTC."""
MOST_GRACE: Final = 255
"""Days between maturity and default, at most."""
SILENCE: Final = 30 * DAY
"""How long the agent may be silent in default."""
MOST_TERM: Final = 730 * DAY
"""From opening to maturity, at most."""
MOST: Final = 2**104 - 1
"""Of principal, of interest, and of the value of one bill, in the smallest unit."""
_FACILITY_BITS: Final = 24
LAST_FACILITY: Final = 2**_FACILITY_BITS - 1
LODGED_BITS: Final = 208
"""So many of the bits of a deal the ledger keeps with the lodging."""
ENDED: Final = frozenset({Status.SURRENDERED, Status.PAPER, Status.DELIVERED})
"""How a bill may end while it is pledged."""
DAYS_OF_YEAR: Final = {DayCount.ACT_360: 360, DayCount.ACT_365_F: 365}
"""For interest (T31)."""
Standing: TypeAlias = Literal["in-default", "owed", "late", "open", "over"]
"""How a facility stands, as documents say it."""


def percent(parts: int) -> str:
    """Parts of the whole as people read them: `80 %`."""
    return f"{Decimal(parts) * 100 / WHOLE:f} %"


def debt_of(facility: int, pledge: int) -> int:
    """The number under which the cargo of a pledge is registered."""
    return facility | pledge << _FACILITY_BITS


def facility_of_debt(debt: int) -> int:
    """The facility of a debt for which cargo is registered."""
    return debt % 2**_FACILITY_BITS


def grace_ends(terms: Any) -> int:
    """Last second of grace: what is owed after it is in default."""
    end: int = terms.maturity + terms.grace_days * DAY
    return end


def silence_ends(book: Any) -> int:
    """In default: last second until which the agent alone sells, should it do nothing before."""
    end: int = max(book.heard, grace_ends(book)) + SILENCE
    return end


def zone(clock: int) -> timezone:
    """Where days turn; UTC of a clock that there is not."""
    away = timedelta(seconds=clock * QUARTER) if abs(clock) < DAY // QUARTER else timedelta(0)
    return timezone(away) if away else UTC


@dataclass(frozen=True, slots=True)
class Deal:
    """Under which pledge a bill lies, or is out (contracts/finance/DealWord.sol)."""

    facility: int
    pledge: int
    """Its number in the facility; what replaces it has it too."""
    units: int
    """Pieces of equipment, a print each."""
    value: int
    """What it covers, in the smallest unit of the money."""
    joint: bool = False
    """A replacement whose share the agent has not said."""
    others: int = 0
    """Of the replacement that has all till then: how many others there are."""
    until: int = 0
    """Out on trust: last second."""
    sold: bool = False
    """Out for good, its cargo still registered."""

    @property
    def debt(self) -> int:
        """The number under which its cargo is registered."""
        return debt_of(self.facility, self.pledge)

    @property
    def name(self) -> str:
        """The debt as people know it."""
        return f"facility {self.facility} (pledge {self.pledge})"

    @property
    def lodged(self) -> int:
        """What the ledger keeps of it, with the lodging of the bill."""
        found: int = self.word % 2**LODGED_BITS
        return found

    @property
    def word(self) -> int:
        """All of it."""
        return DEAL_WORD.pack(self)

    @classmethod
    def of(cls, word: int) -> Deal:
        """The deal of a word."""
        said = DEAL_WORD.unpack(word)
        return cls(
            facility=said["facility"],
            pledge=said["pledge"],
            units=said["units"],
            value=said["value"],
            joint=bool(said["joint"]),
            others=said["others"],
            until=said["until"],
            sold=bool(said["sold"]),
        )

    def jointly(self) -> Deal:
        """Of a replacement that has nothing of its own yet."""
        return Deal(self.facility, self.pledge, 0, 0, joint=True)

    def with_value(self, value: int) -> Deal:
        """The same for another value."""
        return replace(self, value=value)


DEAL_WORD: Final = Layout(
    ("facility", _FACILITY_BITS, lambda deal: deal.facility),
    ("pledge", 16, lambda deal: deal.pledge),
    ("units", 16, lambda deal: deal.units),
    ("value", 120, lambda deal: deal.value),
    ("joint", 1, lambda deal: deal.joint),
    ("others", 16, lambda deal: deal.others),
    ("spare", 15, spare),
    ("until", 40, lambda deal: deal.until),
    ("sold", 1, lambda deal: deal.sold),
    ("-", 7, spare),
)
"""As contracts/finance/DealWord.sol lays it out."""


@dataclass(frozen=True, slots=True)
class Debt:
    """What is owed on one day: principal, whole units of interest, and what is beyond, a numerator over `per_unit`."""

    principal: int = 0
    interest: int = 0
    day: int = 0
    part: int = 0


@record
class Book:
    """A facility."""

    borrower: int
    agent: int
    rate: int
    day_count: DayCount
    clock: int
    available_until: int
    maturity: int
    grace_days: int
    advance: int
    on_trust: int
    reserve: int
    filed_in: str
    also_filed_in: str
    money: str
    condition: bytes
    borrower_group: int
    agent_group: int
    shares: int
    undrawn: int
    debt: Debt = Debt()
    value: int = 0
    pledges: int = 0
    paid: int = 0
    agents: int = 0
    surplus: int = 0
    heard: int = 0
    """When the agent acted last after grace, or became the agent; 0: not since."""
    claimed: int = 0
    """What positions have had; the contract keeps it with each of them."""

    @classmethod
    def agreed(cls, terms: Any, **more: Any) -> Book:
        """A facility under terms, as all signed them or as the book has them."""
        return cls(**{name: getattr(terms, name) for name in AGREED}, **more)

    @property
    def per_unit(self) -> int:
        """Parts of a unit of interest."""
        return DAYS_OF_YEAR[self.day_count] * RATE_UNIT

    @property
    def grace_ends(self) -> int:
        """Last second of grace."""
        return grace_ends(self)

    @property
    def filings(self) -> tuple[str, ...]:
        """Countries in which the security must stand filed."""
        return tuple(each for each in (self.filed_in, self.also_filed_in) if each)

    def covered(self, value: int) -> int:
        """What a value covers."""
        return value * self.advance // WHOLE

    @property
    def balance(self) -> int:
        """What the room must have of its money for this facility."""
        return self.undrawn + self.paid - self.claimed + self.surplus


AGREED: Final = (
    *("borrower", "agent", "money", "rate", "day_count", "clock", "available_until", "maturity", "grace_days"),
    *("advance", "on_trust", "reserve", "condition", "filed_in", "also_filed_in"),
)
"""Of the terms, what the book has of a facility."""


class Lending(Claims, Registered, Trade):
    """The loans of a ledger; conditions ask what is known of cargo too (`sampan.cargo.records.Cargo`), which stands
    beside trade in every suite."""

    facilities: dict[int, Book]
    opened: dict[bytes, int]
    """Hash of terms → facility."""
    filed_until: dict[tuple[int, str], int]
    """(facility, country) → last second at which its security stands filed."""
    kept: dict[int, int]
    """Bill → hash of who may take it, while it is in the book; of one that is out its deal, as a word."""
    named: dict[int, bytes]
    """Bill → the deal under which somebody was last named to take it; of it the contract keeps a hash."""
    least: dict[int, int]
    """Bill → the least price that was named for it in default."""
    carrier_groups: dict[int, int]
    """LEI of a carrier, packed → its ultimate parent's."""


FIXED_WORD: Final = Layout(
    ("borrower", 24, lambda book: book.borrower),
    ("agent", 24, lambda book: book.agent),
    ("rate", 24, lambda book: book.rate),
    ("dayCount", 1, lambda book: book.day_count),
    ("conditional", 1, lambda book: any(book.condition)),
    ("-", 6, spare),
    ("clock", 8, lambda book: book.clock % 256),
    ("availableUntil", 40, lambda book: book.available_until),
    ("maturity", 40, lambda book: book.maturity),
    ("graceDays", 8, lambda book: book.grace_days),
    ("advance", 16, lambda book: book.advance),
    ("onTrust", 16, lambda book: book.on_trust),
    ("reserve", 16, lambda book: book.reserve),
    ("filedIn", 16, lambda book: text(book.filed_in)),
    ("alsoFiledIn", 16, lambda book: text(book.also_filed_in)),
)
DEBT_WORD: Final = Layout(
    ("principal", 104, lambda book: book.debt.principal),
    ("interest", 104, lambda book: book.debt.interest),
    ("day", 16, lambda book: book.debt.day),
    ("part", 32, lambda book: book.debt.part),
)
COVER_WORD: Final = Layout(
    ("undrawn", 120, lambda book: book.undrawn),
    ("value", 120, lambda book: book.value),
    ("pledges", 16, lambda book: book.pledges),
)
PAID_WORD: Final = Layout(
    ("paid", 120, lambda book: book.paid),
    ("shares", 120, lambda book: book.shares),
    ("agents", 16, lambda book: book.agents),
)
MONEY_WORD: Final = Layout(
    ("money", 160, lambda book: int(book.money, 16)),
    ("borrowerGroup", 96, lambda book: book.borrower_group),
)
CONDITION_WORD: Final = Layout(("condition", 256, lambda book: int.from_bytes(book.condition, "big")))
AGENT_WORD: Final = Layout(
    ("agentGroup", 96, lambda book: book.agent_group),
    ("surplus", 120, lambda book: book.surplus),
    ("heard", 40, lambda book: book.heard),
)
BOOK_WORDS: Final = (FIXED_WORD, DEBT_WORD, COVER_WORD, PAID_WORD, MONEY_WORD, CONDITION_WORD, AGENT_WORD)
"""The slots of a facility in order, as contracts/finance/Loans.sol has them; the first three are types of its own."""
