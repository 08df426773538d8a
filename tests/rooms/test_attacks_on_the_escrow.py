"""The sample room attacked on pyrevm: other deals, other callers, endless times, signatures meant for less."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from eth_abi.abi import encode

from sampan.bills.verbs.circulation import Lodge
from sampan.identity.records import DAY
from sampan.keccak import keccak
from sampan.rooms.description import beside, read, read_code
from sampan.rooms.stage import ACT, Outcome, Stage
from sampan.suite.words import Endorsement, Kind

MONTH = 30 * DAY


@pytest.fixture(scope="module")
def staged() -> Stage:
    """A ledger with the escrow, its lodger and a claimant."""
    return Stage(read_code("Escrow"), read(beside("Escrow")))


@pytest.fixture
def stage(staged: Stage) -> Iterator[Stage]:
    """The same with a new bill in the escrow, for thirty days; undone at the end."""
    with staged.aside():
        staged.lodge(staged.issue())
        yield staged


def does(stage: Stage, who: str, *names: str) -> Outcome:
    """Acts of the escrow one after the other; how the last one ended."""
    return [stage.attempt(who, stage.description.acts[name]) for name in names][-1]


def lodged(stage: Stage, until: int) -> Outcome:
    """The lodger lodges its bill until then."""
    return stage.verb("lodger", Lodge(stage.bill, Endorsement.BLANK, stage.room, encode(["uint48"], [until])))


def calls(stage: Stage, who: str, signature: str, *arguments: object) -> Outcome:
    """A call of the escrow by its signature."""
    types = signature.partition("(")[2].removesuffix(")").split(",")
    return stage.send(who, stage.room, keccak(signature.encode())[:4] + encode(types, arguments))


def test_what_a_claimant_signed_for_one_deal_accepts_no_other(stage: Stage) -> None:
    assert does(stage, "lodger", "offer").done
    accept = stage.description.acts["accept"]
    signed, _ = stage.signed_act("claimant", accept, deadline=stage.now + 60 * DAY)
    assert does(stage, "lodger", "give_back").done
    # Under this deal the bill would go back in a minute, and the claimant have held it for nothing.
    assert lodged(stage, stage.now + 60).done
    assert does(stage, "lodger", "offer").done
    assert stage.send("outsider", stage.room, signed).error == "NotUnderThisDeal(bill)"
    assert does(stage, "claimant", "accept").error == "NotUnderThisDeal(bill)"
    assert stage.named(stage.holder()) == "lodger"


@pytest.mark.parametrize(
    ("lasts", "error"), [(366 * DAY, ""), (366 * DAY + 1, "TooLong"), (10**12, "TooLong"), (-1, "TimePassed")]
)
def test_no_deal_lasts_longer_than_a_year(stage: Stage, lasts: int, error: str) -> None:
    assert does(stage, "lodger", "give_back").done
    outcome = lodged(stage, stage.now + lasts)
    assert outcome.error.partition("(")[0] == error


def test_who_accepted_may_offer_on_and_is_then_out(stage: Stage) -> None:
    assert does(stage, "lodger", "offer").done
    assert does(stage, "claimant", "accept").done
    bystander = stage.addresses["bystander"]
    assert calls(stage, "claimant", "offer(uint256,address)", stage.bill, bystander).done
    assert does(stage, "claimant", "accept").error == "NotUnderThisDeal(bill)"
    assert calls(stage, "bystander", "accept(uint256,uint48)", stage.bill, stage.start + MONTH).done
    assert does(stage, "claimant", "claim").error == "NotAParty(claimant)"
    assert does(stage, "claimant", "renounce").error == "NotAParty(claimant)"
    stage.wait(31 * DAY)
    assert does(stage, "outsider", "expire").done
    seen = stage.seen()
    assert (stage.name_of(seen.possessor), seen.kind, stage.named(seen.titleholder)) == ("lodger", Kind.ORDER, "lodger")


@pytest.mark.parametrize("signer", ["room", "ledger", "nobody", "decoy", "outsider"])
@pytest.mark.parametrize("signature", [b"", bytes(64), bytes(65), b"\xff" * 65])
def test_nobody_signs_without_signing(stage: Stage, signer: str, signature: bytes) -> None:
    values = (
        stage.addresses[signer],
        stage.data(stage.description.acts["give_back"]),
        bytes(32),
        2**256 - 1,
        signature,
    )
    outcome = stage.send("outsider", stage.room, keccak(ACT.encode())[:4] + encode(
        ["address", "bytes", "bytes32", "uint256", "bytes"], values
    ))  # fmt: skip
    assert outcome.error == f"NotSignedBy({signer})"
    assert stage.in_room()


@pytest.mark.parametrize("money", ["room", "ledger", "decoy", "claimant"])
def test_a_permit_shown_to_what_is_no_token_gives_nobody_a_voice(stage: Stage, money: str) -> None:
    before = stage.seen()
    signature = "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)"
    for owner in ("room", "ledger", "lodger"):
        values = (stage.addresses[money], stage.addresses[owner], stage.bill, 2**256 - 1, 27, bytes(32), bytes(32))
        assert calls(stage, "outsider", signature, *values).done
    assert stage.seen() == before


def test_a_relayed_act_that_was_refused_may_be_relayed_once_more(stage: Stage) -> None:
    assert does(stage, "lodger", "offer").done
    signed, _ = stage.signed_act("claimant", stage.description.acts["claim"])
    assert stage.send("outsider", stage.room, signed).error == "NotAParty(claimant)"
    assert does(stage, "claimant", "accept").done
    assert stage.send("outsider", stage.room, signed).done
    assert stage.name_of(stage.possessor()) == "claimant"


def test_the_signature_for_one_room_is_none_for_another_of_its_kind(stage: Stage) -> None:
    signed, _ = stage.signed_act("lodger", stage.description.acts["give_back"])
    other = stage._room()
    assert other != stage.room
    assert stage.send("outsider", other, signed).error == "NotSignedBy(lodger)"
