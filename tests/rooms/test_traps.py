"""Dishonest rooms (tests/contracts/rooms): each falls into its own trap, and into no other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sampan.rooms.description import read, read_code
from sampan.rooms.run import CHECKS, Report, try_room
from sampan.rooms.stage import Falls, Stage

HERE = Path(__file__).parent
TRAPS = (
    ("RemembersTooLong", "registered", "left", "register(bill) is done for a bill that has left"),
    ("SettlesTwice", "deposits", "ended", "settle(bill) is done twice for a bill that was delivered"),
    ("SignsOnTheWay", "keeper", "acts", "claim(bill) is refused only because the bill has many acts"),
    ("AnswersAnybody", "alone", "callbacks", "onBill answers lodger, who is not the ledger"),
    ("LetsAnybodyAccept", "keeper", "strangers", "accept(bill) is done for lodger, who may not"),
    ("HonestRoom", "puppet", "strangers", "run lets outsider speak to the ledger in the room's name"),
    ("BelievesAnyLodging", "registered", "lodgings", "register(bill) is done for a bill that lies with another room"),
    ("TakesSignaturesTwice", "alone", "signatures", "one signature is good for giveBack(bill) twice"),
    ("PaysFirst", "paid_first", "together", "pays lodger, and the bill stays where it is"),
    ("LetsOutFirst", "let_out_first", "together", "gives the bill to buyer, and nobody is paid"),
    ("ChargesWhoeverCalls", "deposits", "itself", "signed by buyer, and the room has 5,000 less than when all pay"),
    (
        "TakesItselfForThePayer",
        "payer",
        "itself",
        "with the room for buyer, and the room has 5,000 less than when",
    ),
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
SPOILT = (
    ("ServesItsDeployer", "strangers", "rescue is done for its deployer, whom nothing that is described lets do that"),
    ("CarriesOutAnything", "strangers", "execute lets outsider speak to the ledger in the room's name"),
    ("LetsTheLodgerMove", "strangers", "by accept(bill) the room lets lodger move its bills"),
    ("RemembersWhoAccepted", "left", "lodged again, claim(bill) is done for claimant by what the first deal has left"),
    ("HoldsForTheCarrier", "unasked", "by accept(bill) the room holds for carrier, who neither acted nor signed"),
    ("ChargesTheAbsent", "unasked", "by charge(bill, money) the room takes money of claimant, who neither acted"),
)
"""What is spoilt in Spoilt, in the order of its enumeration; the check that it fails, what is said of it."""


def tried(room: str, description: str) -> Report:
    """What the kit finds of a test contract."""
    code = read_code(str(HERE.parent / "artifacts" / f"{room}.json"))
    return try_room(code, read(HERE / "described" / f"{description}.toml"))


@pytest.mark.slow
@pytest.mark.rows(4)
@pytest.mark.parametrize(("room", "description", "check", "said"), TRAPS, ids=[room for room, *_ in TRAPS])
def test_a_dishonest_room_falls_into_its_own_trap_and_no_other(
    room: str, description: str, check: str, said: str
) -> None:
    (fall,) = tried(room, description).of("falls")
    assert fall.check.id == check
    assert said in fall.said
    assert fall.steps


@pytest.mark.slow
@pytest.mark.rows(3)
@pytest.mark.parametrize(("number", "spoils"), enumerate(SPOILT), ids=[spoils for spoils, *_ in SPOILT])
def test_what_no_description_names_is_found_all_the_same(number: int, spoils: tuple[str, str, str]) -> None:
    name, check, said = spoils
    described = read(HERE / "described" / "spoilt.toml")
    if name == "HoldsForTheCarrier":
        # The claimant, for whom it is not held, goes no way.
        ways = tuple(
            way for way in described.ways if not {"claim", "renounce"} & {getattr(each, "name", "") for each in way}
        )
        described = replace(described, ways=ways)
    described = replace(described, constructor=("ledger", number))
    (fall,) = try_room(read_code(str(HERE.parent / "artifacts" / "Spoilt.json")), described).of("falls")
    assert fall.check.id == check
    assert said in fall.said


def test_an_act_that_is_left_out_of_the_description_is_tried_by_strangers() -> None:
    described = read(HERE / "described" / "keeper.toml")
    silent = replace(described, ways=described.ways[:1], acts={"give_back": described.acts["give_back"]})
    stage = Stage(read_code(str(HERE.parent / "artifacts" / "LetsAnybodyAccept.json")), silent)
    with pytest.raises(Falls, match="accept is done for bystander, whom nothing that is described lets do that"):
        CHECKS["strangers"].run(stage)


def test_each_trap_has_its_dishonest_room_and_each_description_its_use() -> None:
    assert {check for *_, check, _ in TRAPS} == set(CHECKS)
    described = {path.stem for path in (HERE / "described").glob("*.toml")}
    assert described == {"spoilt", *(description for _, description, *_ in TRAPS)}
