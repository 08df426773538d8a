"""Numbers at the edge of their fields: enumerations, counters, hours that wrap (N1, N13)."""

from __future__ import annotations

from typing import Any

import pytest
from support.contract import refused
from support.onchain import OpenBlock
from support.trade import (
    HOUR,
    NOBODY,
    ZERO,
    Endorsement,
    Kind,
    Ledger,
    Party,
    Receiving,
    Rejection,
    SurrenderFor,
    lei,
)
from support.verbs import Puppet, first_second_to_recall, last_second_to_reject
from support.world import World

from sampan.toolchain.artifacts import load

WRAP = 8 * 2**16 * HOUR
"""October 2029: hours since 1970, modulo 2^16, begin again at zero."""


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        ("sign", lambda w, b: (b, 4, b"")),
        ("reject", lambda w, b: (b, 4, b"")),
        ("surrender", lambda w, b: (b, 5, w.carrier, ZERO, b"")),
        ("endorse", lambda w, b: (b, 4, w.bank, NOBODY, b"")),
        ("lodge", lambda w, b: (b, 4, w.bank, b"")),
        ("setReceiving", lambda w, b: (w.shipper, 3)),
    ],
)
def test_a_value_beyond_the_list_is_refused(world: World, ledger: Ledger, verb: str, arguments: Any) -> None:
    bill = world.blank()
    before = ledger.whole(bill)
    with refused(""):
        getattr(ledger, verb)(world.shipper, *arguments(world, bill))
    assert ledger.whole(bill) == before


@pytest.mark.parametrize("hours_before", [0, 1, 71, 72])
def test_the_time_to_reject_runs_across_the_wrap(world: World, ledger: Ledger, hours_before: int) -> None:
    bill = world.blank()
    ledger.onchain.at(WRAP - hours_before * HOUR - 1)
    given = ledger.transfer(world.shipper, bill, world.bank, b"").timestamp
    assert ledger.bill(bill).since == (given // HOUR) % 2**16
    until = last_second_to_reject(given)
    assert ledger.rejectableUntil(bill) == until
    ledger.onchain.at(until)
    assert ledger.rejectableUntil(bill) == until
    mark = ledger.onchain.mark()
    ledger.reject(world.bank, bill, Rejection.POSSESSION, b"")
    ledger.onchain.back(mark)
    ledger.onchain.at(until + 1)
    with refused("RejectTimePassed", bill, until):
        ledger.reject(world.bank, bill, Rejection.POSSESSION, b"")


def test_the_time_to_answer_runs_across_the_wrap(world: World, ledger: Ledger) -> None:
    bill = world.blank()
    ledger.onchain.at(WRAP - 40 * HOUR)
    surrendered = ledger.surrender(world.shipper, bill, SurrenderFor.DELIVERY, world.carrier, ZERO, b"").timestamp
    first = first_second_to_recall(surrendered)
    ledger.onchain.at(first - 1)
    with refused("RecallTooEarly", bill, first):
        ledger.recall(world.shipper, bill, b"")
    ledger.onchain.at(first)
    ledger.recall(world.shipper, bill, b"")


@pytest.fixture
def open_block(world: World) -> OpenBlock:
    if not isinstance(world.onchain, OpenBlock):
        pytest.skip("writes storage")
    return world.onchain


def _slot(label: str) -> int:
    return next(int(item["slot"]) for item in load("Bills").storage_layout["storage"] if item["label"] == label)


@pytest.mark.open_block
def test_there_are_numbers_for_a_million_participants_and_no_more(
    world: World, ledger: Ledger, open_block: OpenBlock
) -> None:
    address = bytes.fromhex(ledger.address[2:])
    open_block.poke(address, _slot("_participantCount"), 2**20 - 2)
    last, beyond = world.extra["spare"][:2]
    for party, text in ((last, "SAMPANTEST0000LAST"), (beyond, "SAMPANTEST00BEYOND")):
        party.lei, party.country, party.roles = lei(text), "DE", 12
    world.enrol(last)
    assert last.participant == 2**20 - 1
    bill = world.order(last, world.shipper)
    assert ledger.bill(bill).titleholder == 2**20 - 1
    with refused("NumbersExhausted"):
        world.enrol(beyond)


@pytest.mark.open_block
def test_and_for_a_million_accounts_and_rooms(world: World, ledger: Ledger, open_block: OpenBlock) -> None:
    address = bytes.fromhex(ledger.address[2:])
    open_block.poke(address, _slot("_accountCount"), 2**20 - 2)
    last, beyond = world.extra["spare"][:2]
    world.add_account(world.bank, last)
    assert last.number == 2**20 - 1
    bill = world.blank(last)
    ledger.transfer(last, bill, world.shipper, b"")
    assert ledger.bill(bill).previousAccount == 2**20 - 1
    ledger.reject(world.shipper, bill, Rejection.POSSESSION, b"")
    assert ledger.ownerOf(bill) == last.address
    with refused("NumbersExhausted"):
        world.add_account(world.bank, beyond)
    with refused("NumbersExhausted"):
        ledger.listRoom(world.lister, Puppet(world, 1), [b"HK"])


@pytest.mark.open_block
def test_the_count_of_bills_issued_wraps_and_spills_nowhere(
    world: World, ledger: Ledger, open_block: OpenBlock, carrier: Party
) -> None:
    """24 bits: sixteen million bills by one account."""
    address = bytes.fromhex(ledger.address[2:])
    slot = ledger.slot_of_account(carrier)
    before = ledger.account(carrier)
    word = open_block.storage(address, slot)
    assert word >> 32 & (2**94 - 1) == carrier.lei
    open_block.poke(address, slot, word | (2**24 - 1) << (32 + 174))
    receipt = ledger.issue(carrier, world.terms(Kind.BLANK), world.shipper, b"")
    assert receipt.event("Issued").issued == 0
    after = ledger.account(carrier)
    assert vars(after) == {**vars(before), "issued": 0}


def test_huge_numbers_name_nobody(world: World, ledger: Ledger) -> None:
    largest = 2**256 - 1
    for number in (2**20, 2**255, largest):
        assert ledger.participant(number).lei == 0
        assert ledger.participantOf(number) == 0
        with refused("UnknownParticipant", number):
            ledger.suspend(world.suspender, number, b"ground")
    with refused("NoSuchBill", largest):
        ledger.transfer(world.shipper, largest, world.bank, b"")


@pytest.mark.parametrize("originals", [1, 3, 2**256 - 1])
def test_the_number_of_paper_originals_is_as_stated(world: World, ledger: Ledger, originals: int) -> None:
    bill = world.pending(SurrenderFor.PAPER)
    event = ledger.toPaper(world.carrier, bill, originals, b"\x01" * 32, b"").event("SwitchedToPaper")
    assert event.originals == originals


@pytest.mark.parametrize("receiving", list(Receiving), ids=lambda value: value.name.lower())
def test_every_way_of_receiving_is_kept(world: World, ledger: Ledger, shipper: Party, receiving: Receiving) -> None:
    before = vars(ledger.account(shipper))
    ledger.setReceiving(shipper, shipper, receiving)
    assert vars(ledger.account(shipper)) == {**before, "receiving": receiving}


@pytest.mark.parametrize("endorsement", [Endorsement.NAMED, Endorsement.TO_ORDER])
def test_numbers_of_title_and_account_do_not_touch_each_other(
    world: World, ledger: Ledger, endorsement: Endorsement
) -> None:
    bill = world.blank()
    ledger.endorse(world.shipper, bill, endorsement, world.bank, world.forwarder, b"")
    state = ledger.bill(bill)
    assert (state.titleholder, state.previousAccount, state.previousTitleholder) == (
        world.bank.participant,
        world.shipper.number,
        world.shipper.participant,
    )
