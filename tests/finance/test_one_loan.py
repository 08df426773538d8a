"""docs/finance.md: one loan from its first day to its last, by the book; the contracts come to the same, to the unit.

`PYTHONPATH=tests python tests/finance/test_one_loan.py` writes the tables of the page anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest
from support.finance import ACT365F, Finance, Owing, parted
from support.money import Sales
from support.trade import DAY

PAGE = Path(__file__).resolve().parents[2] / "docs" / "finance.md"
WRITTEN = "<!-- {}: written by python tests/finance/test_one_loan.py -->\n"
TABLES = ("days", "lenders")

LENT = {"Bank": 600_000_000, "Cautious Bank": 400_000_000}
RATE = 525_000
"""5.25 % a year, in parts of 10^7."""
CLOCK = 32
"""Days turn at midnight in Hong Kong."""
VALUE, ADVANCE = 1_250_000_000, 8_000
DRAWN, REPAID, PRICE = 800_000_000, 200_000_000, 1_250_000_000
REPAID_AFTER, SOLD_AFTER = 30, 75


@dataclass(frozen=True)
class Day:
    """What happened on a day, and how the loan stood after it; amounts in cents."""

    day: int
    what: str
    interest: int
    """That had run since the day before in the table."""
    to_interest: int
    to_principal: int
    principal: int


def days(begun: int) -> list[Day]:
    """The loan by the book, from a second on."""
    owing = Owing(RATE, 365, CLOCK)
    owing.draw(DRAWN, begun)
    found = [Day(0, f"{money(DRAWN)} is drawn", 0, 0, 0, owing.principal)]
    owing.until(begun + REPAID_AFTER * DAY)
    interest = owing.interest
    owing.repay(REPAID, begun + REPAID_AFTER * DAY)
    what = f"{money(REPAID)} is repaid"
    found.append(Day(REPAID_AFTER, what, interest, interest, REPAID - interest, owing.principal))
    owing.until(begun + SOLD_AFTER * DAY)
    interest, principal = owing.interest, owing.principal
    owing.repay(PRICE, begun + SOLD_AFTER * DAY)
    what = f"the bill is paid for, {money(PRICE)}"
    found.append(Day(SOLD_AFTER, what, interest, interest, principal, owing.principal))
    return found


def paid(told: list[Day]) -> int:
    """What came in for the lenders."""
    return sum(day.to_interest + day.to_principal for day in told)


def surplus(told: list[Day]) -> int:
    """What of the price is the seller's."""
    return PRICE - told[-1].to_interest - told[-1].to_principal


def money(cents: int) -> str:
    return f"{cents // 100:,}.{cents % 100:02}"


def tables() -> dict[str, str]:
    """The tables of the page; a loan of whole days is the same whenever it begins."""
    told = days(0)
    rows = [
        f"| {each.day} | {each.what} | "
        + " | ".join(map(money, (each.interest, each.to_interest, each.to_principal, each.principal)))
        + " |\n"
        for each in told
    ]
    head = "| day | what happens | interest since | paid to interest | paid to principal | principal left |\n"
    left = sum(LENT.values()) - DRAWN
    shares = list(LENT.values())
    lenders = [
        f"| {name} | {money(lent)} | {money(back)} | {money(back - lent)} |\n"
        for (name, lent), back in zip(LENT.items(), parted(paid(told) + left, shares), strict=True)
    ]
    heading = "| lender | gave | has back | earned |\n"
    return {
        "days": head + "| ---: | --- | ---: | ---: | ---: | ---: |\n" + "".join(rows),
        "lenders": heading + "| --- | ---: | ---: | ---: |\n" + "".join(lenders),
    }


def _block(name: str) -> re.Pattern[str]:
    return re.compile(f"(?<={re.escape(WRITTEN.format(name))}).*?(?=<!-- end of {name} -->)", re.S)


@pytest.mark.parametrize("name", TABLES)
def test_the_page_has_the_figures_of_the_loan_by_the_book(name: str) -> None:
    (found,) = _block(name).findall(PAGE.read_text(encoding="utf-8"))
    assert found == tables()[name], "write it anew: PYTHONPATH=tests python tests/finance/test_one_loan.py"


def test_the_figures_in_words_are_those_of_the_tables() -> None:
    told = days(0)
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    first = Fraction(DRAWN * RATE * REPAID_AFTER, 10**7 * 365)
    assert f"8,000,000.00 × 5.25 % × 30 / 365 = {float(first) / 100:,.4f}" in page
    assert f"paid as HKD {money(told[1].interest)}" in page
    assert f"HKD {money(surplus(told))} is the seller's" in page


def test_p6_the_contracts_come_to_the_same_to_the_unit(finance: Finance, sales: Sales) -> None:
    world, banks = finance.world, finance.banks
    for party in (world.bank, finance.borrower, world.consignee):
        banks.paid_in(party, 10**10, banks.hkd)
    banks.paid_in(world.cautious_bank, 10**10, banks.other_hkd, world.cautious_bank)
    facility = finance.opened(
        commitments=list(LENT.values()), rate=RATE, day_count=ACT365F, clock=CLOCK, advance=ADVANCE
    )
    begun = finance.now
    bill, _ = finance.pledged(facility, value=VALUE, amount=DRAWN)
    told = days(begun)
    assert finance.owed(facility) == (DRAWN, 0)
    assert finance.covered(facility) == VALUE * ADVANCE // 10_000

    world.ledger.later(days=REPAID_AFTER)
    assert finance.owed(facility) == (DRAWN, told[1].interest)
    repaid = finance.book.repay(finance.borrower, facility, REPAID, banks.hkd, []).event("Repaid")
    assert (repaid.principal, repaid.interest) == (told[1].principal, 0)

    world.ledger.later(days=SOLD_AFTER - REPAID_AFTER)
    assert finance.owed(facility) == (told[1].principal, told[2].interest)
    terms = finance.sold(sales, bill, price=PRICE)
    finance.book.instruct(finance.borrower, bill, sales.room, sales.room.hashOf(terms), 0)
    before = finance.money_of(finance.borrower)
    sales.room.pay(world.consignee, terms, banks.hkd)
    assert finance.owed(facility) == (0, 0)
    assert finance.money_of(finance.borrower) - before == surplus(told)
    assert finance.has(bill, world.consignee)

    # What was never drawn comes back with the rest once the time for it is over.
    finance.book.endAvailability(world.relayer, facility)
    left = sum(LENT.values()) - DRAWN
    claims = [
        finance.book.claim(world.relayer, each).event("Claimed").amount for each in finance.positions_of(facility)
    ]
    assert claims == parted(paid(told) + left, list(LENT.values()))
    assert finance.balanced()


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    for name, table in tables().items():
        text = _block(name).sub(lambda _, table=table: table, text)
    PAGE.write_text(text, encoding="utf-8")
