"""Dishonest rooms (tests/contracts/rooms): each falls into its own trap, and into no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from sampan.rooms.description import read, read_code
from sampan.rooms.run import CHECKS, Report, try_room

HERE = Path(__file__).parent
TRAPS = (
    ("RemembersTooLong", "registered", "left", "register(bill) is done for a bill that has left"),
    ("SettlesTwice", "deposits", "ended", "settle(bill) is done twice for a bill that was delivered"),
    ("SignsOnTheWay", "keeper", "acts", "claim(bill) is refused only because the bill has many acts"),
    ("AnswersAnybody", "alone", "callbacks", "onBill answers lodger, who is not the ledger"),
    ("LetsAnybodyAccept", "keeper", "strangers", "accept(bill) is done for lodger, who may not"),
    ("HonestRoom", "puppet", "strangers", "run lets anybody speak to the ledger in the room's name"),
    ("BelievesAnyLodging", "registered", "lodgings", "register(bill) is done for a bill that lies with another room"),
    ("TakesSignaturesTwice", "alone", "signatures", "one signature is good for giveBack(bill) twice"),
    ("PaysFirst", "paid_first", "together", "pays lodger, and the bill stays where it is"),
    ("LetsOutFirst", "let_out_first", "together", "gives the bill to buyer, and nobody is paid"),
    ("PaysBackBeforeItNotes", "deposits", "reentry", "it does what the two in turn do not"),
    ("TellsBeforeItNotes", "deposits", "reentry", "it does what the two in turn do not"),
    ("NamesUnasked", "named", "unasked", "the room holds for claimant, who neither acted nor signed"),
    ("HandsOverUnasked", "handed", "unasked", "the room gives the bill to claimant, who neither acted nor signed"),
    ("GivesBackAnyway", "given_back", "givenback", "held for claimant, the bill goes back to lodger by lodger alone"),
    ("TransfersBack", "keeper", "standing", "while lodger is suspended, the bill is not given back to it"),
    ("AsksForItsListing", "keeper", "delisted", "delisted, the room does not let the bill out"),
    ("WaitsForEver", "without_end", "silence", "without claimant nobody brings the bill out"),
    ("AsksForTheHolder", "keeper", "silence", "while claimant is suspended nobody brings the bill out"),
)
"""Room, description, the check that it fails, what is said of it."""


def tried(room: str, description: str) -> Report:
    """What the kit finds of a test contract."""
    code = read_code(str(HERE.parent / "artifacts" / f"{room}.json"))
    return try_room(code, read(HERE / "described" / f"{description}.toml"))


@pytest.mark.slow
@pytest.mark.parametrize(("room", "description", "check", "said"), TRAPS, ids=[room for room, *_ in TRAPS])
def test_a_dishonest_room_falls_into_its_own_trap_and_no_other(
    room: str, description: str, check: str, said: str
) -> None:
    (fall,) = tried(room, description).of("falls")
    assert fall.check.id == check
    assert said in fall.said
    assert fall.steps


def test_each_trap_has_its_dishonest_room_and_each_description_its_use() -> None:
    assert {check for *_, check, _ in TRAPS} == set(CHECKS)
    described = {path.stem for path in (HERE / "described").glob("*.toml")}
    assert described == {description for _, description, *_ in TRAPS}
