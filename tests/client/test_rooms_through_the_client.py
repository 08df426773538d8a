"""A bill in a room, through the client: lodged under terms, held for somebody, given back, shown so (L5, P1, T1)."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from rich.console import Console
from support.client_refusals import refuses

from sampan.chain.abi import encode, encode_call
from sampan.chain.sender import Sender
from sampan.chain.transactions import Call
from sampan.client import errors
from sampan.client.core import VerbCall
from sampan.client.ledger import Ledger
from sampan.client.next_acts import next_acts
from sampan.client.records import Lodging
from sampan.errors import UsageError
from sampan.suite import events
from sampan.suite.words import Endorsement, Kind
from sampan.testing import SampanChain, bare_terms
from sampan.toolchain.artifacts import Artifact


@pytest.fixture
def room(sampan_chain: SampanChain, room_lister: Ledger, contract_for_tests: Callable[[str], Artifact]) -> str:
    """A small honest room, listed for Singapore, China and Hong Kong."""
    artifact = contract_for_tests("HonestRoom")
    code = artifact.bytecode + encode(["address"], [sampan_chain.ledger.ledger_address])
    receipt = Sender(sampan_chain.connection, sampan_chain.as_role("deployer").signer).send(Call(None, code))
    assert receipt.contract is not None
    for _ in range(2):
        # Announced, and carried out two days later.
        room_lister.bills.list_room(receipt.contract, ["SG", "CN", "HK"])
        sampan_chain.advance(timedelta(days=2))
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


@pytest.fixture
def does(sampan_chain: SampanChain, room: str) -> Callable[[VerbCall], None]:
    """Lets the room make a call of the ledger that the client prepared: this room does what anybody tells it."""

    def do(call: VerbCall) -> None:
        data = encode_call("run(bytes)", call.data)
        Sender(sampan_chain.connection, sampan_chain.as_role("stranger").signer).send(Call(room, data))

    return do


@pytest.mark.slow
def test_a_bill_that_enters_a_room_endorsed_in_blank_comes_back_to_order(
    carrier: Ledger, shipper: Ledger, room: str, does: Callable[[VerbCall], None]
) -> None:
    bill = carrier.bills.issue(bare_terms(carrier, "ROOM3", kind=Kind.ORDER, titleholder="shipper"), shipper).bill
    with pytest.raises(TypeError, match="endorsee"):
        shipper.bills.lodge(bill, room, terms=b"", endorsee="trader")  # type: ignore[call-arg]
    shipper.bills.lodge(bill, room, terms=for_whom(shipper, "shipper"), endorsement=Endorsement.BLANK)
    does(shipper.bills.calls.hold(bill, "trader", deal=7))
    does(shipper.bills.calls.hold(bill, "trader", deal=2**208 - 1))
    found = shipper.bill(bill)
    assert found.lodging == Lodging(room, shipper.number_of("trader"), 2**208 - 1, shipper.address, True)
    assert (found.kind, found.titleholder, found.act_count) == (Kind.BLANK, None, 3)
    text = str(found)
    assert "endorsed in blank by it; held for Kwun Lung Merchants Limited" in text
    assert "under deal 0xffff" in text
    offered = {option.verb for option in next_acts(found)}
    assert offered == {"transfer", "endorse", "surrender", "sign", "hold", "give-back"}

    does(shipper.bills.calls.give_back(bill, remark="not paid"))
    found = shipper.bill(bill)
    assert found.lodging is None
    assert (found.kind, found.titleholder) == (Kind.ORDER, shipper.number_of("shipper"))
    assert found.possessor.address == shipper.address
    told = [entry.sentence for entry in shipper.history(bill).entries[-4:]]
    assert "endorsed in blank, which holds it for " in told[0]
    assert "holds it for Kwun Lung Merchants Limited" in told[1]
    assert "under another deal" in told[2]
    assert "gave it back to shipper" in told[3]
    assert [entry.act_count for entry in shipper.history(bill).entries[-4:]] == [2, 3, None, 4]


def test_nobody_but_a_room_holds_or_gives_back(shipper: Ledger, room: str, bill: int) -> None:
    with refuses(errors.NotLodged, bill):
        shipper.bills.hold(bill, "trader")
    shipper.bills.lodge(bill, room, terms=for_whom(shipper, "shipper"))
    for attempt in (lambda: shipper.bills.hold(bill, "trader"), lambda: shipper.bills.give_back(bill)):
        with refuses(errors.NotPossessor, bill, shipper.address) as caught:
            attempt()
        assert caught.value.message.endswith(f": the room {room} does")
        assert caught.value.hint == "call the room: its deal says who brings the bill out"
    with pytest.raises(UsageError, match="208 bits"):
        shipper.bills.calls.hold(bill, "trader", deal=2**208)


@pytest.mark.slow
def test_m6_what_was_agreed_is_recorded_and_the_room_acts_on_it_later(
    carrier: Ledger,
    shipper: Ledger,
    relayer: Ledger,
    suspender: Ledger,
    room: str,
    does: Callable[[VerbCall], None],
) -> None:
    bill = carrier.bills.issue(bare_terms(carrier, "ROOM4", kind=Kind.ORDER, titleholder="shipper"), shipper).bill
    shipper.bills.lodge(bill, room, terms=for_whom(shipper, "trader"))
    out = shipper.bills.calls.endorse(bill, Endorsement.TO_ORDER, endorsee="trader", to="trader")
    (agreed,) = shipper.agree_to(out, deadline=timedelta(days=3))
    rehearsed = relayer.rehearsing().bills.record(agreed)
    assert not rehearsed.sent
    recorded = relayer.bills.record(agreed)
    assert recorded.event(events.AgreementRecorded).signer == shipper.address
    assert "recorded its agreement to endorse" in shipper.history(bill).entries[-1].sentence
    suspender.bills.suspend("shipper", ground="order 7")
    does(out)
    assert shipper.bill(bill).titleholder == shipper.number_of("trader")
    with pytest.raises(errors.StaleAct):
        relayer.bills.record(agreed)


@pytest.mark.slow
def test_p14_what_a_room_surrendered_anybody_recalls(
    shipper: Ledger, relayer: Ledger, sampan_chain: SampanChain, room: str, bill: int, does: Callable[[VerbCall], None]
) -> None:
    shipper.bills.lodge(bill, room, terms=for_whom(shipper, "trader"))
    does(shipper.bills.calls.surrender(bill))
    waits = shipper.bill(bill)
    assert waits.lodging is not None
    assert waits.lodging.room == room
    assert [option.by for option in next_acts(waits) if option.verb == "recall"] == ["anybody"]
    sampan_chain.advance(timedelta(hours=74))
    relayer.bills.recall(bill)
    assert shipper.bill(bill).possessor.address == room


def test_a_rooms_own_error_is_shown_raw_and_undoes_the_act(shipper: Ledger, room: str, bill: int) -> None:
    with pytest.raises(errors.UnknownRefusal, match="0x") as caught:
        shipper.bills.lodge(bill, room, terms=b"too short")
    assert caught.value.data == encode_call("TermsRequired()")
    assert shipper.bill(bill).possessor.address == shipper.address


def test_a_room_that_would_hold_for_nobody_is_refused(shipper: Ledger, room: str, bill: int) -> None:
    with refuses(errors.RoomHoldsForNobody, room, bill):
        shipper.bills.lodge(bill, room, terms=bytes(32))


def test_a_room_is_listed_for_the_country_of_whoever_it_holds_for(shipper: Ledger, room: str, bill: int) -> None:
    with refuses(errors.RoomNotListed, room, "NL") as caught:
        shipper.bills.lodge(bill, room, terms=for_whom(shipper, "importer"))
    assert "NL" in caught.value.message


def test_n8_no_bill_is_issued_into_a_room(carrier: Ledger, room: str) -> None:
    with refuses(errors.RoomNeedsTerms, room):
        carrier.bills.issue(bare_terms(carrier, "ROOM2"), room)
