"""Rooms that keep their word fall into no trap: the sample, and one with money."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from rooms.behaviour import RoomBehaviour

from sampan.rooms.run import CHECKS

HERE = Path(__file__).parent


class TestEscrow(RoomBehaviour):
    """It surrenders nothing, knows no money, and calls nobody back."""

    artifact = "Escrow"
    cannot: ClassVar = {"ended", "together", "reentry"}


class TestDeposits(RoomBehaviour):
    """It holds for nobody but its lodger."""

    artifact = str(HERE.parent / "artifacts" / "Deposits.json")
    description = HERE / "described" / "deposits.toml"
    cannot: ClassVar = {"givenback"}


def test_each_check_is_tried_on_one_of_them() -> None:
    assert not TestEscrow.cannot & TestDeposits.cannot
    assert TestEscrow.cannot | TestDeposits.cannot <= set(CHECKS)
