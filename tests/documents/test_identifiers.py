"""Identifiers of the trade: shapes, check digits, packed forms."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sampan.documents import identifiers as ids
from sampan.documents.codes import COUNTRIES, CURRENCIES
from sampan.errors import BadInput
from sampan.suite.ids import unpack_lei

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BODIES = st.text(ALPHABET, min_size=18, max_size=18).filter(lambda body: body.strip("0") != "")


# Published LEIs: Apple, Deutsche Bank, HSBC, DCSA's example.
@pytest.mark.parametrize(
    "lei", ["HWUPKR0MPOU8FGXBT394", "7LTWFZYICNSX8D621K86", "MLU0ZO3ML4LN2LL2TL39", "529900T8BM49AURSDO55"]
)
def test_published_leis_hold_and_come_back_from_their_packed_form(lei: str) -> None:
    assert ids.is_lei(lei)
    assert ids.lei(lei) == lei
    assert unpack_lei(ids.pack_lei(lei)) == lei[:18]


@given(BODIES)
def test_an_lei_is_packed_into_94_bits_and_back(body: str) -> None:
    lei = body + ids.lei_check_digits(body)
    packed = ids.pack_lei(lei)
    assert packed < 2**94
    assert unpack_lei(packed) == body


@given(BODIES, st.integers(0, 19), st.integers(1, 25))
def test_a_letter_taken_for_another_or_a_digit_for_another_is_noticed(body: str, place: int, shift: int) -> None:
    lei = body + ids.lei_check_digits(body)
    kind = ALPHABET[:10] if lei[place].isdigit() else ALPHABET[10:]
    other = kind[(kind.index(lei[place]) + shift) % len(kind)]
    mistyped = lei[:place] + other + lei[place + 1 :]
    assert ids.is_lei(mistyped) == (mistyped == lei)


@pytest.mark.slow
@given(BODIES, st.integers(0, 18))
def test_two_letters_or_two_digits_of_an_lei_swapped_are_noticed(body: str, place: int) -> None:
    """A digit and a letter can hide: 1B and B1 both count as 111."""
    lei = body + ids.lei_check_digits(body)
    assume(lei[place].isdigit() == lei[place + 1].isdigit())
    swapped = lei[:place] + lei[place + 1] + lei[place] + lei[place + 2 :]
    assert ids.is_lei(swapped) == (swapped == lei)


@given(BODIES)
def test_check_digits_are_the_only_pair_that_holds(body: str) -> None:
    """MOD 97-10 alone would also let 00, 01 and 99 pass for 97, 98 and 02, and the packed form would lose them."""
    assert [digits for digits in range(100) if ids.is_lei(f"{body}{digits:02d}")] == [int(ids.lei_check_digits(body))]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "529900T8BM49AURSDO5",
        "529900t8bm49aursdo55",
        "529900T8BM49AURSDO5O",
        " 529900T8BM49AURSDO55",
        "٥" * 20,
        "0" * 18 + "98",
    ],
)
def test_what_has_not_the_shape_of_an_lei_or_names_nobody_is_refused(text: str) -> None:
    assert not ids.is_lei(text)
    with pytest.raises(BadInput, match="not an LEI"):
        ids.lei(text)


def test_wrong_check_digits_are_answered_with_the_right_ones() -> None:
    with pytest.raises(BadInput, match="check digits 56, its first 18 characters ask for 55"):
        ids.pack_lei("529900T8BM49AURSDO56")


@pytest.mark.parametrize("number", ["CSQU3054383", "NARU3472484", "KKFU6671914", "MSKU2666542", "TEXU3070079"])
def test_container_numbers_with_right_check_digits_hold(number: str) -> None:
    assert ids.is_container(number)


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3), st.sampled_from("UJZ"), st.integers(0, 999_999))
def test_a_container_number_has_one_check_digit(owner: str, category: str, serial: int) -> None:
    body = f"{owner}{category}{serial:06d}"
    assert [n for n in range(10) if ids.is_container(f"{body}{n}")] == [ids.container_check_digit(body)]


@pytest.mark.parametrize("number", ["", "CSQU305438", "CSQX3054383", "csqu3054383", "CSQU30543834", "HLXU1234567"])
def test_other_container_numbers_do_not_hold(number: str) -> None:
    assert not ids.is_container(number)


@pytest.mark.parametrize(("code", "code_list"), [("MSC", "SMDG"), ("XLL", "SMDG"), ("MAEU", "NMFTA"), ("ZIM", "NMFTA")])
def test_carrier_codes_have_the_shape_of_their_list(code: str, code_list: str) -> None:
    assert ids.carrier_code(code, code_list) == (code, code_list)


@pytest.mark.parametrize(
    ("code", "code_list"), [("MAEU", "SMDG"), ("msc", "SMDG"), ("", "SMDG"), ("M1", "NMFTA"), ("MSC", "GLEIF")]
)
def test_other_carrier_codes_are_refused(code: str, code_list: str) -> None:
    assert not ids.is_carrier_code(code, code_list)
    words = "not a list of carrier codes" if code_list == "GLEIF" else f"not a carrier code of {code_list}"
    with pytest.raises(BadInput, match=words):
        ids.carrier_code(code, code_list)


@pytest.mark.parametrize(("code", "holds"), [("CNSHA", True), ("NLRTM", True), ("US2AB", True), ("XZABC", True)])
def test_locodes_lie_in_a_country(code: str, holds: bool) -> None:
    assert ids.is_locode(code) is holds


@pytest.mark.parametrize("code", ["", "CNSH", "cnsha", "CNSH1", "CNSH0", "XXRTM", "CNSHAA"])
def test_other_locodes_do_not_hold(code: str) -> None:
    assert not ids.is_locode(code)


def test_countries_and_currencies_are_whole() -> None:
    assert len(COUNTRIES) == 249
    assert {"CN", "HK", "NL", "SG", "GB"} <= COUNTRIES
    assert not {"UK", "EU", "XK", "ZZ"} & COUNTRIES
    assert {"CNY", "HKD", "EUR", "USD"} <= CURRENCIES
    assert "DEM" not in CURRENCIES
    assert all(len(code) == 3 and code.isupper() for code in CURRENCIES)


def test_one_bill_has_one_name() -> None:
    """N9: "ABC1" and "abc1" are one reference, "ABC1 " none."""
    assert ids.reference("abc1") == ids.reference("ABC1") == "ABC1"
    for spaced in ("ABC1 ", " ABC1"):
        with pytest.raises(BadInput, match="space"):
            ids.reference(spaced)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A" * 21,
        "AB`C",
        "AB{C",
        "AB|C",
        "AB}C",
        "AB~C",
        "ABÄC",
        "ABıC",
        "ABſC",
        "AßC",
        "A\tC",
        "A\nC",
        "A\x7fC",
        "Ａ1",
    ],
)
def test_what_the_ledger_cannot_write_is_no_reference(text: str) -> None:
    """Also letters that turn into ASCII only when put in capitals."""
    fault = ids.reference_fault(text)
    assert fault is not None
    with pytest.raises(BadInput, match=re.escape(fault)):
        ids.reference(text)


@pytest.mark.slow
@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=20))
def test_references_of_printable_ascii_are_put_in_capitals_or_refused(text: str) -> None:
    if ids.reference_fault(text) is None:
        written = ids.reference(text)
        assert written == text.upper()
        assert all(0x20 <= ord(letter) <= 0x5F for letter in written)
        assert written == written.strip()
        assert ids.reference(written) == written
    else:
        assert text != text.strip() or set(text) & set("`{|}~")
