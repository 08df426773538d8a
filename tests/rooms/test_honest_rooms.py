"""Rooms that keep their word fall into no trap: the sample, one with money, the sale and the loan book."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest
from rooms.behaviour import RoomBehaviour

from sampan.rooms.description import beside, read, read_code
from sampan.rooms.run import CHECKS
from sampan.rooms.stage import Stage

HERE = Path(__file__).parent


class TestEscrow(RoomBehaviour):
    """It surrenders nothing, knows no money, and calls nobody back."""

    artifact = "Escrow"
    cannot: ClassVar = {"ended", "together", "itself", "reentry"}


@pytest.mark.slow
class TestDeposits(RoomBehaviour):
    """It holds for nobody but its lodger."""

    artifact = str(HERE.parent / "artifacts" / "Deposits.json")
    description = HERE / "described" / "deposits.toml"
    cannot: ClassVar = {"givenback"}


@pytest.mark.slow
def test_a_check_that_could_not_be_tried_is_named_with_what_to_do() -> None:
    stage = Stage(read_code("Escrow"), read(beside("Escrow")))
    with pytest.raises(
        pytest.fail.Exception, match=r"names no money.*; where that is right, name 'together' in `cannot`"
    ):
        RoomBehaviour().test_it_keeps_what_the_ledger_cannot_keep_for_it(stage, "together")


@pytest.mark.slow
class TestSale(RoomBehaviour):
    """D/P: bills for a price."""

    artifact = "Sale"
    cannot: ClassVar = {"ended", "givenback"}


@pytest.mark.slow
class TestLoanBook(RoomBehaviour):
    """Bills in pledge, over deposits of a bank that call nobody back."""

    artifact = "LoanBook"
    cannot: ClassVar = {"reentry"}


def test_each_check_is_tried_on_one_of_them() -> None:
    tried = (TestEscrow, TestDeposits, TestSale, TestLoanBook)
    assert not set.intersection(*(room.cannot for room in tried))
    assert set.union(*(room.cannot for room in tried)) <= set(CHECKS)
