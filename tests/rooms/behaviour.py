"""What the ledger cannot keep for a room, as tests: the kit of `sampan room check`, a test a trap.

from rooms.behaviour import RoomBehaviour

class TestMyRoom(RoomBehaviour):
    artifact = "build/MyRoom.json"  # its description stands beside it: build/MyRoom.toml
    # It surrenders nothing, knows no money and calls nobody back.
    cannot: ClassVar = {"ended", "together", "itself", "reentry"}
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest

from sampan.rooms.description import beside, read, read_code
from sampan.rooms.run import CHECKS
from sampan.rooms.stage import NotTried, Stage


class RoomBehaviour:
    """Base of a test class for one room."""

    artifact: ClassVar[str]
    """A compiler's JSON file with `abi` and `bytecode`."""
    description: ClassVar[Path | None] = None
    """What the kit must be told of it (docs/rooms.md); else the TOML file beside the artifact."""
    cannot: ClassVar[set[str]] = set()
    """Ids of the checks that this room gives no occasion to try."""

    @pytest.fixture(scope="class")
    def stage(self) -> Stage:
        """A ledger with the room; every test leaves it as it was."""
        return Stage(read_code(self.artifact), read(self.description or beside(self.artifact)))

    def test_it_goes_the_ways_that_are_described(self, stage: Stage) -> None:
        for way in stage.description.ways:
            stage.walk(way)

    @pytest.mark.parametrize("check", CHECKS)
    def test_it_keeps_what_the_ledger_cannot_keep_for_it(self, stage: Stage, check: str) -> None:
        if check in self.cannot:
            with pytest.raises(NotTried):
                CHECKS[check].run(stage)
            return
        try:
            assert CHECKS[check].run(stage) > 0
        except NotTried as nothing:
            pytest.fail(f"not tried: {nothing.said}; where that is right, name {check!r} in `cannot`", pytrace=False)
