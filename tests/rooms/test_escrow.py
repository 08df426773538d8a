"""The sample room through the client, with its Python (sampan/rooms/escrow.py): accepted, claimed, given back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from sampan.chain.abi import encode, encode_call
from sampan.chain.sender import Sender
from sampan.chain.transactions import Call, Reverted
from sampan.client.ledger import Ledger
from sampan.rooms import escrow
from sampan.rooms.description import read_code
from sampan.suite.words import Endorsement, Kind
from sampan.testing import SampanChain, bare_terms

pytestmark = pytest.mark.slow

Does = Callable[[Ledger, bytes], None]


@pytest.fixture
def room(sampan_chain: SampanChain, room_lister: Ledger) -> str:
    """An escrow, listed for Singapore, China and Hong Kong."""
    code = read_code("Escrow").bytecode + encode(["address"], [sampan_chain.ledger.ledger_address])
    receipt = Sender(sampan_chain.connection, sampan_chain.as_role("deployer").signer).send(Call(None, code))
    assert receipt.contract is not None
    for _ in range(2):
        # Announced, and carried out two days later.
        room_lister.bills.list_room(receipt.contract, ["SG", "CN", "HK"])
        sampan_chain.advance(timedelta(days=2))
    return receipt.contract


@pytest.fixture
def does(sampan_chain: SampanChain, room: str) -> Does:
    """Lets a party call the room."""

    def do(party: Ledger, call: bytes) -> None:
        Sender(sampan_chain.connection, party.signer).send(Call(room, call))

    return do


@pytest.fixture
def until(shipper: Ledger) -> datetime:
    """Thirty days from now."""
    return datetime.fromtimestamp(int(shipper.now.timestamp()), UTC) + timedelta(days=30)


@pytest.fixture
def bill(carrier: Ledger, shipper: Ledger, room: str, until: datetime) -> int:
    """A bill to order that the shipper lodged, endorsed in blank by the lodging."""
    bill = carrier.bills.issue(bare_terms(carrier, "ESC1", kind=Kind.ORDER, titleholder="shipper"), shipper).bill
    shipper.bills.lodge(bill, room, terms=escrow.terms(until), endorsement=Endorsement.BLANK)
    return bill


def test_whoever_accepts_an_offer_is_held_for_and_claims_with_title(
    shipper: Ledger, trader: Ledger, does: Does, bill: int, until: datetime
) -> None:
    lodging = shipper.bill(bill).lodging
    assert lodging is not None
    assert (lodging.holder, escrow.Deal.of(lodging.deal)) == (shipper.number_of("shipper"), escrow.Deal(until, None))
    does(shipper, escrow.offer(bill, trader.address))
    lodging = shipper.bill(bill).lodging
    assert lodging is not None
    assert escrow.Deal.of(lodging.deal) == escrow.Deal(until, trader.address.lower())
    assert lodging.holder == shipper.number_of("shipper")
    does(trader, escrow.accept(bill, until))
    assert shipper.bill(bill).holder == shipper.number_of("trader")
    with pytest.raises(Reverted) as refused:
        does(shipper, escrow.give_back(bill))
    assert refused.value.data == encode_call("NotAParty(address)", shipper.address)
    does(trader, escrow.claim(bill))
    found = shipper.bill(bill)
    assert (found.possessor.address, found.kind, found.lodging) == (trader.address, Kind.BLANK, None)


def test_after_its_time_anybody_has_it_given_back_as_it_came(
    sampan_chain: SampanChain, shipper: Ledger, trader: Ledger, does: Does, bill: int, until: datetime
) -> None:
    does(shipper, escrow.offer(bill, trader.address))
    does(trader, escrow.accept(bill, until))
    sampan_chain.advance(timedelta(days=31))
    with pytest.raises(Reverted) as refused:
        does(trader, escrow.claim(bill))
    assert refused.value.data == encode_call("TimePassed(uint256)", int(until.timestamp()))
    does(sampan_chain.as_role("stranger"), escrow.give_back(bill))
    found = shipper.bill(bill)
    assert (found.possessor.address, found.kind) == (shipper.address, Kind.ORDER)
    assert found.titleholder == shipper.number_of("shipper")
