"""Amounts as people write them: exactly the currency's decimals or none, never a float, never rounded."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sampan.errors import BadInput
from sampan.suite.amounts import ANY, MOST, Amount, digits, read

HKD, JPY, COIN = ("HKD", 2), ("JPY", 0), ("USX", 18)


@pytest.mark.parametrize(
    ("given", "of", "units"),
    [
        ("HKD 1,250,000.00", HKD, 125_000_000),
        ("1,250,000.00", HKD, 125_000_000),
        ("1250000.00", HKD, 125_000_000),
        ("1,250,000", HKD, 125_000_000),
        ("hkd 7", HKD, 700),
        ("HKD1.05", HKD, 105),
        (" 0.00 ", HKD, 0),
        ("JPY 1,250", JPY, 1_250),
        ("1.000000000000000001", COIN, 10**18 + 1),
        (Decimal("1250000.00"), HKD, 125_000_000),
        (Decimal("7"), HKD, 700),
        (Decimal("1E+3"), HKD, 100_000),
        (125, HKD, 125),
        (Amount(125, "HKD", 2), HKD, 125),
        (MOST, HKD, MOST),
    ],
)
def test_an_amount_is_exactly_what_was_written(given: Any, of: tuple[str, int], units: int) -> None:
    assert read(given, *of) == units


@pytest.mark.parametrize(
    ("given", "of", "said"),
    [
        ("USD 5.00", HKD, "is an amount of USD, and this money is HKD"),
        (Amount(5, "CNH", 2), HKD, "is an amount of CNH, and this money is HKD"),
        ("1.5", HKD, "HKD has 2 decimals, this has 1"),
        ("1.005", HKD, "HKD has 2 decimals, this has 3"),
        ("1.", HKD, "HKD has 2 decimals, this has 0"),
        ("5.00", JPY, "JPY has no decimals, this has 2"),
        ("5.", JPY, "JPY has no decimals, this has 0"),
        (Decimal("1.5"), HKD, "HKD has 2 decimals, this has 1"),
        (Decimal("NaN"), HKD, "is no amount"),
        (Decimal("-1.00"), HKD, "is not negative"),
        ("-5.00", HKD, "is not negative"),
        (-5, HKD, "is not negative"),
        ("12,50", HKD, "commas do not part thousands"),
        ("1,2500.00", HKD, "commas do not part thousands"),
        ("1e6", HKD, "is no amount"),
        ("0x10", HKD, "is no amount"),
        (".50", HKD, "is no amount"),
        ("1_000", HKD, "is no amount"),
        ("+5.00", HKD, "is no amount"),
        ("٣.٠٠", HKD, "is no amount"),
        ("", HKD, "is no amount"),
        ("HKD", HKD, "is no amount"),
        ("9" * 90, HKD, "is no amount"),
        (5.0, HKD, "never a float"),
        (True, HKD, "is no amount"),
        (None, HKD, "is no amount"),
        (MOST + 1, HKD, "more than there can be"),
        ("9" * 60, HKD, "more than there can be"),
    ],
)
def test_what_is_no_amount_of_this_money_is_refused_in_words(given: Any, of: tuple[str, int], said: str) -> None:
    with pytest.raises(BadInput, match=said) as refused:
        read(given, *of)
    assert refused.value.hint


def test_what_an_allowance_may_be_is_more_than_what_a_bank_owes() -> None:
    assert read(ANY, *HKD, most=ANY) == ANY


def test_too_few_decimals_are_proposed_in_full_and_too_many_are_not_rounded() -> None:
    with pytest.raises(BadInput) as few:
        read("HKD 1,250.5", *HKD)
    assert few.value.hint == "write HKD 1,250.50, or no point at all for whole units"
    with pytest.raises(BadInput) as many:
        read("1250.505", *HKD)
    assert many.value.hint is not None
    assert "1250.5" not in many.value.hint


@pytest.mark.parametrize("units", [0, 1, 99, 100, 125_000_000, MOST])
@pytest.mark.parametrize("decimals", [0, 1, 2, 18])
def test_what_is_written_reads_back(units: int, decimals: int) -> None:
    amount = Amount(units, "HKD", decimals)
    assert read(str(amount), "HKD", decimals) == units
    assert read(amount.decimal, "HKD", decimals) == units
    assert read(digits(units, decimals), "HKD", decimals) == units


def test_an_amount_is_written_with_its_currency_and_thousands() -> None:
    assert str(Amount(125_000_000, "HKD", 2)) == "HKD 1,250,000.00"
    assert str(Amount(5, "HKD", 2)) == "HKD 0.05"
    assert str(Amount(1_250, "JPY", 0)) == "JPY 1,250"
    assert str(Amount(-105, "HKD", 2)) == "HKD -1.05"
