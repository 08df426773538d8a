"""Errors of the contracts as named exceptions, made from the ABIs, with words for every one."""

from __future__ import annotations

import re

import pytest

from sampan.chain import abi
from sampan.chain.transactions import Reverted
from sampan.client import errors
from sampan.errors import Refused
from sampan.subjects import SUITE
from sampan.suite import refusal, refusals
from sampan.suite.words import Status

WORDS = {**refusal.OTHERS, **SUITE.refusals}


def test_every_error_of_the_suite_has_words_and_no_word_is_left_over() -> None:
    assert set(WORDS) == set(refusal.kinds())
    assert not set(refusal.OTHERS) & set(SUITE.refusals), "said in one place"


def test_every_error_says_its_arguments_by_the_contracts_own_names() -> None:
    for name, (message, hint) in WORDS.items():
        wanted = set(re.findall(r"{(\w+)}", message + (hint or "")))
        assert wanted <= set(refusal.kinds()[name].PARAMETERS), name


@pytest.mark.parametrize("name", sorted(WORDS))
def test_every_error_is_told_from_its_raw_data(name: str) -> None:
    kind = getattr(refusals, name)
    types = abi.split_types(kind.SIGNATURE[len(name) + 1 : -1])
    data = abi.selector(kind.SIGNATURE) + abi.encode(types, [abi.nothing_of(one) for one in types])
    told = errors.from_revert(Reverted(data))
    assert type(told) is kind
    assert isinstance(told, Refused)
    assert told.name == name
    assert told.code == f"refused.{name}"
    assert told.exit_code == 5
    assert "{" not in told.message
    assert list(told.arguments) == list(kind.PARAMETERS)


def test_an_error_that_nobody_has_put_into_words_is_told_by_its_name_and_arguments() -> None:
    """A room's own, once it was compiled beside the suite: it ended in a KeyError."""
    told = refusal.named(abi.encode_call("RoomNotListed(address,bytes2)", f"0x{'12' * 20}", b"HK"), {})
    assert told is not None
    assert (told.message, told.hint) == (f"RoomNotListed(0x{'12' * 20}, HK)", None)


def test_an_errors_arguments_are_attributes_too_but_for_those_that_every_error_has() -> None:
    data = abi.encode_call("CodeTaken(bytes8,bytes8,uint256)", b"SMDG", b"XLL", 3)
    told = errors.from_revert(Reverted(data))
    assert told.arguments == {"list": "SMDG", "code": "XLL", "owner": 3}
    assert (told.list, told.owner, told.code) == ("SMDG", 3, "refused.CodeTaken")  # type: ignore[attr-defined]
    assert told.message == "the carrier code SMDG XLL belongs to participant 3"
    recall = errors.from_revert(Reverted(abi.encode_call("RecallTooEarly(uint256,uint256)", 1, 1_767_225_600)))
    assert recall.from_ == 1_767_225_600  # type: ignore[attr-defined]
    assert "2026-01-01 00:00 UTC" in recall.message


def test_errors_are_imported_by_their_names_and_made_when_first_used() -> None:
    from sampan.client.errors import MayNotReceive

    assert MayNotReceive is errors.MayNotReceive is refusals.MayNotReceive
    with pytest.raises(ImportError, match="MayFly"):
        from sampan.client.errors import MayFly  # noqa: F401
    with pytest.raises(AttributeError, match="MayFly"):
        _ = refusals.MayFly


@pytest.mark.parametrize("data", ["deadbeef" + "00" * 32, "08c379a0"])
def test_an_unknown_error_is_shown_raw(data: str) -> None:
    told = errors.from_revert(Reverted(bytes.fromhex(data)))
    assert isinstance(told, errors.UnknownRefusal)
    assert f"0x{data}" in told.message


def test_an_error_whose_arguments_are_cut_off_is_shown_raw() -> None:
    cut = abi.encode_call("WrongStatus(uint256,uint8)", 1, 8)[:-1]
    assert isinstance(errors.from_revert(Reverted(cut)), errors.UnknownRefusal)


def test_a_refusal_without_a_reason_says_so() -> None:
    assert "no reason" in errors.from_revert(Reverted(b"")).message


def test_the_errors_types_are_those_of_the_contract() -> None:
    told = errors.from_revert(Reverted(abi.encode_call("WrongStatus(uint256,uint8)", 1, 8)))
    assert isinstance(told, errors.WrongStatus)
    assert told.status is Status.DELIVERED
    assert "delivered" in told.message
