"""A test of a refusal says all that the error tells, else it fails before its act."""

from __future__ import annotations

import pytest
from support.client_refusals import refuses
from support.contract import Refused, refused

from sampan.client import errors

BILL, OTHER_BILL, ACCOUNT = 1, 2, "0x" + "11" * 20


def test_too_few_arguments_are_named() -> None:
    with (
        pytest.raises(AssertionError, match=r"say all that NotPossessor\(bill, account\) tells"),
        refused("NotPossessor"),
    ):
        pytest.fail("the act was tried")
    with (
        pytest.raises(AssertionError, match=r"say all that NotPossessor\(bill, account\) tells"),
        refuses(errors.NotPossessor, BILL),
    ):
        pytest.fail("the act was tried")


def test_an_error_that_nobody_declares_is_named() -> None:
    with pytest.raises(AssertionError, match="0 errors are named NotPosessor"), refused("NotPosessor", BILL, ACCOUNT):
        pytest.fail("the act was tried")


def test_another_bill_is_another_refusal() -> None:
    told = Refused("NotPossessor", (OTHER_BILL, ACCOUNT))
    with pytest.raises(AssertionError, match="instead of NotPossessor"), refused("NotPossessor", BILL, ACCOUNT):
        raise told
    with refused("NotPossessor", OTHER_BILL, ACCOUNT):
        raise told
