"""Amounts of money at the edge: `HKD 1,250,000.00` for people, an exact integer of the smallest unit inside.

A *currency* has minor units, its *decimals*: 2 of HKD, 0 of JPY. An amount that is written has them all, or none and no
point: `HKD 1,250.00` and `HKD 1,250` are one, `HKD 1,250.5` is refused, for half the writers would mean something else.
Floats are refused: what they hold is not what was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

from sampan.errors import BadInput

_WRITTEN: Final = re.compile(
    r"(?:(?P<currency>[A-Za-z]{3})(?:\s+|(?=\d)))?(?P<whole>[0-9][0-9,]*)(?:\.(?P<minor>[0-9]*))?"
)
_GROUPED: Final = re.compile(r"[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+")
_LONGEST: Final = 80
MOST: Final = 2**120 - 1
"""The most that a bank owes in one deposit, has in reserves, or is paid at once: 120 bits of a word."""
ANY: Final = 2**256 - 1
"""An allowance of this is never used up."""


@dataclass(frozen=True, slots=True, order=True)
class Amount:
    """So much money of a currency."""

    value: int
    """In the smallest unit."""
    currency: str
    decimals: int

    def __str__(self) -> str:
        return f"{self.currency} {digits(self.value, self.decimals, grouped=True)}"

    @property
    def decimal(self) -> Decimal:
        """In the currency, exactly."""
        return Decimal(digits(self.value, self.decimals))


Given: TypeAlias = "Amount | Decimal | int | str"
"""An amount as it is given: written, in the currency (`Decimal`), or an integer of the smallest unit."""


def digits(value: int, decimals: int, *, grouped: bool = False) -> str:
    """An integer of the smallest unit in the currency, with all its decimals: `1250000.00`."""
    sign, value = ("-" if value < 0 else ""), abs(value)
    whole, minor = divmod(value, 10**decimals)
    head = f"{whole:,}" if grouped else str(whole)
    return sign + (f"{head}.{minor:0{decimals}d}" if decimals else head)


def read(given: Given, currency: str, decimals: int, *, most: int = MOST) -> int:
    """The smallest units of an amount of a currency. Raises `BadInput` for another currency, a wrong number of
    decimals, a float, what is negative, no number, or more than there can be."""
    if isinstance(given, Amount):
        if (given.currency, given.decimals) != (currency, decimals):
            raise _another(str(given), given.currency, currency)
        return _bounded(given.value, currency, decimals, most)
    if isinstance(given, float):
        raise BadInput(
            "an amount is never a float, which does not hold what was written",
            subject=str(given),
            hint=f"give text ({_example(currency, decimals)}), a Decimal, or an integer of the smallest unit",
            code="amount",
        )
    if isinstance(given, bool) or not isinstance(given, (int, Decimal, str)):
        raise _no_amount(str(given), currency, decimals)
    if isinstance(given, int):
        return _bounded(given, currency, decimals, most)
    if isinstance(given, Decimal):
        if not given.is_finite():
            raise _no_amount(str(given), currency, decimals)
        # As it was made: Decimal("1.50") has two decimals, Decimal("1.5") one.
        return read(format(given, "f"), currency, decimals, most=most)
    return _bounded(_written(given, currency, decimals), currency, decimals, most)


def _written(text: str, currency: str, decimals: int) -> int:
    plain = text.strip()
    if plain.startswith("-"):
        raise BadInput("an amount is not negative", subject=text, hint="leave the sign out", code="amount")
    found = _WRITTEN.fullmatch(plain) if len(plain) <= _LONGEST else None
    if found is None:
        raise _no_amount(text, currency, decimals)
    named, whole, minor = found["currency"], found["whole"], found["minor"]
    if named is not None and named.upper() != currency:
        raise _another(text, named.upper(), currency)
    if _GROUPED.fullmatch(whole) is None:
        raise BadInput(
            "its commas do not part thousands",
            subject=text,
            hint=f"a comma parts thousands, a point the decimals: {_example(currency, decimals)}",
            code="amount",
        )
    if (minor is not None and len(minor) != decimals) or minor == "":
        raise BadInput(
            f"{currency} has {_decimals(decimals)}, this has {len(minor or '')}",
            subject=text,
            hint=_right(whole, minor or "", currency, decimals),
            code="amount",
        )
    return int(whole.replace(",", "") + (minor or "0" * decimals))


def _right(whole: str, minor: str, currency: str, decimals: int) -> str:
    """What was probably meant, where that is one thing; never what would round."""
    if len(minor) > decimals:
        return f"write {_example(currency, decimals)}, and round yourself"
    return f"write {currency} {whole}.{minor.ljust(decimals, '0')}, or no point at all for whole units"


def _decimals(count: int) -> str:
    return {0: "no decimals", 1: "1 decimal"}.get(count, f"{count} decimals")


def _example(currency: str, decimals: int) -> str:
    return str(Amount(1_250_000 * 10**decimals, currency, decimals))


def _bounded(value: int, currency: str, decimals: int, most: int) -> int:
    if value < 0:
        raise BadInput("an amount is not negative", subject=str(value), hint="leave the sign out", code="amount")
    if value > most:
        raise BadInput(
            f"is more than there can be, {Amount(most, currency, decimals)}",
            subject=str(Amount(value, currency, decimals)),
            hint="are these the right units?",
            code="amount",
        )
    return value


def _another(text: str, given: str, wanted: str) -> BadInput:
    return BadInput(
        f"is an amount of {given}, and this money is {wanted}",
        subject=text,
        hint=f"give it in {wanted}, or name other money",
        code="amount.currency",
    )


def _no_amount(text: str, currency: str, decimals: int) -> BadInput:
    return BadInput("is no amount", subject=text, hint=f"write it as {_example(currency, decimals)}", code="amount")
