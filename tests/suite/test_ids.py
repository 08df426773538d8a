"""The id of a bill says who issued which reference in which version, and nothing else fits into it; that of a position
which room lent, and on which loan."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampan.suite import ids
from sampan.suite.ids import BillId

LEI = "5493001KJTIIGC8Y1R12"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
REFERENCES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x5F), min_size=1, max_size=20).filter(
    lambda text: text == text.strip()
)


def test_an_lei_is_packed_with_its_check_digits_proven() -> None:
    packed = ids.pack_lei(LEI)
    assert packed == ids.pack_lei(LEI[:18])
    assert packed < 2**94
    assert ids.unpack_lei(packed) == LEI[:18]
    assert ids.lei_check_digits(LEI[:18]) == "12"


@pytest.mark.parametrize(
    ("lei", "why"),
    [
        ("5493001KJTIIGC8Y1R13", "the check digits of 5493001KJTIIGC8Y1R13 should be 12"),
        ("5493001KJTIIGC8Y1R1", "has 20 characters"),
        ("5493001kjtiigc8y1r", "made of 0-9 and A-Z"),
        ("0" * 18, "not all zeros"),
        ("", "has 20 characters"),
    ],
)
def test_what_is_no_lei_is_refused_with_the_reason(lei: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        ids.pack_lei(lei)


@given(st.text(ALPHABET, min_size=18, max_size=18).filter(lambda text: text.strip("0")))
def test_every_lei_survives_packing(stem: str) -> None:
    assert ids.unpack_lei(ids.pack_lei(stem)) == stem
    assert ids.pack_lei(stem + ids.lei_check_digits(stem)) == ids.pack_lei(stem)


@pytest.mark.parametrize("packed", [-1, 0, 36**18, 2**94])
def test_an_integer_that_packs_no_lei_is_refused(packed: int) -> None:
    with pytest.raises(ValueError, match="not a packed LEI"):
        ids.unpack_lei(packed)


@given(st.integers(1, ids.LEI_END - 1), st.integers(1, 65_535), REFERENCES)
def test_every_name_survives_packing_and_is_well_formed(lei: int, version: int, reference: str) -> None:
    name = BillId(lei, version, reference)
    packed = name.pack()
    assert ids.is_well_formed(packed)
    assert BillId.unpack(packed) == name
    assert (ids.lei_of(packed), ids.version_of(packed)) == (lei, version)
    if version < 65_535:
        assert packed + ids.ONE_VERSION == BillId(lei, version + 1, reference).pack()
        assert ids.reference_key(packed) == ids.reference_key(packed + ids.ONE_VERSION)


@given(st.integers(0, 2**256 - 1))
def test_what_is_well_formed_is_exactly_what_a_name_packs_to(number: int) -> None:
    if ids.is_well_formed(number):
        assert BillId.unpack(number).pack() == number
    else:
        with pytest.raises(ValueError, match=r"no bill can have this id|not a packed LEI"):
            BillId.unpack(number).pack()


@given(REFERENCES)
def test_n9_a_reference_has_one_form_and_is_taken_as_it_is(reference: str) -> None:
    assert ids.check_reference(reference) == reference
    assert BillId.of(LEI, reference).reference == reference


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        ("", "empty"),
        ("A" * 21, "at most 20"),
        ("A~B", "'~'"),
        ("Ä1", "'Ä'"),
        ("abc1", "'a'"),
        ("ı1", "'ı'"),
        ("ß", "'ß'"),
        ("ABC1 ", "no space at either end"),
        (" ABC1", "no space at either end"),
        ("\tABC1", r"'\\t'"),
    ],
)
def test_a_reference_that_cannot_be_carried_is_refused(reference: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        BillId.of(LEI, reference)
    with pytest.raises(ValueError, match=why):
        BillId(ids.pack_lei(LEI), 1, reference).pack()


@pytest.mark.parametrize("version", [0, 65_536, -1])
def test_versions_are_from_1_to_65535(version: int) -> None:
    with pytest.raises(ValueError, match="a version is from 1 to 65535"):
        BillId(ids.pack_lei(LEI), version, "A").pack()


def test_a_bill_is_named_as_people_write_it() -> None:
    assert str(BillId.of(LEI, "SPN 7/2", 3)) == "5493001KJTIIGC8Y1R12/SPN 7/2/v3"
    assert str(BillId.of(LEI, "SPN 7")) == "5493001KJTIIGC8Y1R12/SPN 7/v1"


@pytest.mark.parametrize(("room", "loan", "number"), [(21, 7, 1), (2**20 - 1, 2**24 - 1, 2**32 - 1), (1, 0, 0)])
def test_the_id_of_a_position_says_which_room_lent_on_which_loan(room: int, loan: int, number: int) -> None:
    position = room << 56 | loan << 32 | number
    assert ids.loan_id(room, loan) == ids.loan_id_of(position) == room << 56 | loan << 32
    assert (ids.room_number_of(position), ids.loan_number_of(position)) == (room, loan)
    assert ids.position_name(position) == f"{room}/{loan}/{number}"
