"""What the terms of a facility must be, each with the words for what cannot be: the contract's checks, in its order
(`_requireTerms` in contracts/finance/LoanDesk.sol). The model asks them as it opens a facility, and whoever writes or
signs terms asks them before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from datetime import UTC, timezone
from typing import Any, Final, NamedTuple

from sampan.finance.loans.records import CLOCKS, MOST, MOST_GRACE, MOST_TERM, QUARTERS, RATE_UNIT, WHOLE
from sampan.finance.loans.terms import Facility
from sampan.identity.records import DAY
from sampan.suite.tell import moment


class Unfit(NamedTuple):
    """A term that cannot be so."""

    term: str
    """By its name in `Facility`."""
    wrong: str
    """To be said of it."""
    right: str
    """What would be right."""


class _Bound(NamedTuple):
    term: str
    asks: tuple[str, ...]
    """Terms, `one_group`, `first` or `last` (see `unfit`)."""
    breaks: Callable[..., bool]
    """Whether it cannot be, by what it asks."""
    wrong: str
    right: str


_PASSED: Final = "has passed: it is {now}"
_AHEAD: Final = "name a time to come"
_BOUNDS: Final = (
    _Bound(
        *("rate", ("rate",), lambda rate: not 0 <= rate <= RATE_UNIT),
        *("is not from 0 to 100 percent a year", "agree on another"),
    ),
    _Bound(
        *("clock", ("clock",), lambda clock: clock not in CLOCKS),
        *("is nowhere where days turn", "name a zone from -12:00 to +14:00, in quarters of an hour"),
    ),
    _Bound("maturity", ("maturity", "first"), lambda maturity, first: maturity < first, _PASSED, _AHEAD),
    _Bound(
        *("maturity", ("maturity", "last"), lambda maturity, last: maturity > last + MOST_TERM),
        f"is more than {MOST_TERM // DAY} days after deadline, and no facility lasts so long",
        "name an earlier day: cargo secures no debt for ever",
    ),
    _Bound(
        *("available_until", ("available_until", "maturity"), lambda until, maturity: until > maturity),
        *("is after maturity", "let drawing end before repayment is due"),
    ),
    _Bound("available_until", ("available_until", "first"), lambda until, first: until < first, _PASSED, _AHEAD),
    _Bound(
        *("grace_days", ("grace_days",), lambda days: not 0 <= days <= MOST_GRACE),
        *(f"is not from 0 to {MOST_GRACE} days", "agree on fewer"),
    ),
    _Bound(
        *("advance", ("advance",), lambda parts: not 0 < parts <= WHOLE),
        *("is not above 0, up to 100 percent", "say how much of the value of bills may be owed"),
    ),
    _Bound(
        *("on_trust", ("on_trust",), lambda parts: not 0 <= parts <= WHOLE),
        *("is not from 0 to 100 percent", "say how much of a value counts while its bill is out"),
    ),
    _Bound(
        *("reserve", ("reserve",), lambda parts: not 0 < parts <= WHOLE),
        *("is not above 0, up to 100 percent", "say the least price: for nothing a bill never goes"),
    ),
    _Bound(
        *("agent", ("one_group",), lambda one_group: one_group),
        *("is the borrower, or of its group", "name another who holds the bills"),
    ),
    _Bound(
        *("also_filed_in", ("filed_in", "also_filed_in"), lambda first, second: not first and bool(second)),
        *("is a second country without a first", "name it as the first"),
    ),
    _Bound("lenders", ("lenders",), lambda lenders: not lenders, "names nobody", "say who lends, each with its sum"),
    _Bound(
        *("commitments", ("lenders", "commitments"), lambda lenders, sums: len(lenders) != len(sums)),
        *("is not a sum for each lender", "say of each what it commits"),
    ),
    _Bound(
        *("commitments", ("commitments",), lambda sums: sum(sums) > MOST),
        *(f"is more in all than {MOST} of the smallest unit", "lend less, or in several facilities"),
    ),
    # The contract asks this before all others, with an error of its own.
    _Bound("deadline", ("deadline", "first"), lambda deadline, first: deadline < first, _PASSED, _AHEAD),
)


def said(terms: Facility) -> dict[str, Any]:
    """Each term by its name."""
    return {each.name: getattr(terms, each.name) for each in fields(terms)}


def unfit(known: Mapping[str, Any], *, first: int) -> Iterator[Unfit]:
    """The terms under which no facility can be opened from the second `first` on, in the contract's order.

    `known` are terms as a `Facility` has them, by their names; `one_group`, whether borrower and agent are of one
    group; and `last`, the last second at which it may be opened, by default a deadline to come. Of what it has not,
    nothing is asked.
    """
    asked = dict(known, first=first)
    if asked.get("deadline", 0) >= first:
        asked.setdefault("last", asked["deadline"])
    clock = asked.get("clock", 0)
    zone = timezone(clock * QUARTERS) if clock in CLOCKS else UTC
    for each in _BOUNDS:
        if asked.keys() >= set(each.asks) and each.breaks(*(asked[name] for name in each.asks)):
            yield Unfit(each.term, each.wrong.format(now=moment(first, zone)), each.right)
