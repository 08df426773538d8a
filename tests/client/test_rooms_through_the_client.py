"""A bill in a room, through the client: lodged under terms, held for somebody, shown so (L5, P1, T1)."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.console import Console

from sampan.chain.abi import encode, encode_call
from sampan.chain.sender import Sender
from sampan.chain.transactions import Call
from sampan.client import errors
from sampan.client.ledger import Ledger
from sampan.suite import events
from sampan.suite.words import Endorsement, Status
from sampan.testing import SampanChain, bare_terms
from sampan.toolchain.artifacts import Artifact


@pytest.fixture
def room(sampan_chain: SampanChain, room_lister: Ledger, contract_for_tests: Callable[[str], Artifact]) -> str:
    """A small honest room, listed for Singapore, China and Hong Kong."""
    artifact = contract_for_tests("HonestRoom")
    code = artifact.bytecode + encode(["address"], [sampan_chain.ledger.ledger_address])
    receipt = Sender(sampan_chain.connection, sampan_chain.as_role("deployer").signer).send(Call(None, code))
    assert receipt.contract is not None
    room_lister.bills.list_room(receipt.contract, ["SG", "CN", "HK"])
    return receipt.contract


@pytest.fixture
def bill(carrier: Ledger, shipper: Ledger) -> int:
    """A bill in blank, with the shipper."""
    return carrier.bills.issue(bare_terms(carrier, "ROOM1"), shipper).bill


def for_whom(ledger: Ledger, who: str) -> bytes:
    """The honest room's terms: the participant for whom it holds."""
    return ledger.number_of(who).to_bytes(32, "big")


def test_a_room_possesses_for_the_one_that_its_terms_name(shipper: Ledger, room: str, bill: int) -> None:
    act = shipper.bills.lodge(bill, room, terms=for_whom(shipper, "trader"))
    assert act.event(events.Lodged).room == room
    found = shipper.bill(bill)
    assert (found.possessor.address, found.possessor.room) == (room, True)
    assert found.holder == shipper.number_of("trader")
    console = Console(file=io.StringIO(), width=160)
    console.print(found)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert f"the room {room}, for Kwun Lung Merchants Limited" in text
    assert "lodged it with" in shipper.history(bill).entries[-1].sentence


def test_a_bill_enters_a_room_endorsed_in_the_same_act(shipper: Ledger, room: str, bill: int) -> None:
    shipper.bills.lodge(
        bill, room, terms=for_whom(shipper, "trader"), endorsement=Endorsement.TO_ORDER, endorsee="trader"
    )
    found = shipper.bill(bill)
    assert (found.titleholder, found.holder) == (found.holder, shipper.number_of("trader"))


def test_a_rooms_own_error_is_shown_raw_and_undoes_the_act(shipper: Ledger, room: str, bill: int) -> None:
    with pytest.raises(errors.UnknownRefusal, match="0x") as caught:
        shipper.bills.lodge(bill, room, terms=b"too short")
    assert caught.value.data == encode_call("TermsRequired()")
    assert shipper.bill(bill).possessor.address == shipper.address


def test_a_room_that_would_hold_for_nobody_is_refused(shipper: Ledger, room: str, bill: int) -> None:
    with pytest.raises(errors.RoomHoldsForNobody) as caught:
        shipper.bills.lodge(bill, room, terms=bytes(32))
    assert (caught.value.room, caught.value.bill) == (room, bill)


def test_a_room_is_listed_for_the_country_of_whoever_it_holds_for(shipper: Ledger, room: str, bill: int) -> None:
    with pytest.raises(errors.RoomNotListed) as caught:
        shipper.bills.lodge(bill, room, terms=for_whom(shipper, "importer"))
    assert "NL" in caught.value.message


def test_a_bill_is_issued_straight_into_a_room(carrier: Ledger, room: str) -> None:
    terms = bare_terms(carrier, "ROOM2")
    carrier.bills.issue(terms, room, remark=for_whom(carrier, "trader"))
    found = carrier.bill(terms.bill)
    assert (found.status, found.possessor.room, found.holder) == (Status.LIVE, True, carrier.number_of("trader"))
