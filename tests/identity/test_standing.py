"""Suspension, its end, winding down: two bits, acts and receives (P12, T3, N4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.contract import refused
from support.trade import (
    DAY,
    HOUR,
    MOVE,
    ZERO,
    Endorsement,
    Ledger,
    Party,
    Purpose,
    Receiving,
    Rejection,
    SurrenderFor,
)
from support.verbs import room
from support.world import World


def test_p12_a_suspension_takes_both_bits_of_every_account_at_once_with_a_ground(
    world: World, ledger: Ledger, bank: Party
) -> None:
    receipt = ledger.suspend(world.suspender, bank.participant, b"sanctions list of 4 January")
    event = receipt.event("ParticipantSuspended")
    assert (event.participant, event.ground) == (bank.participant, b"sanctions list of 4 January")
    assert 0 <= event.until - (receipt.timestamp + 90 * DAY) < HOUR
    assert event.until % HOUR == 0
    for account in (bank, world.bank_vault):
        known = ledger.account(account)
        assert (known.acts, known.receives, known.suspendedUntil) == (False, False, event.until)
    assert ledger.participant(bank.participant).suspendedUntil == event.until


def test_t3_a_suspension_says_why(world: World, ledger: Ledger, bank: Party) -> None:
    with refused("GroundRequired"):
        ledger.suspend(world.suspender, bank.participant, b"")


@pytest.mark.parametrize("early", [1, 0])
def test_t3_it_ends_by_itself(world: World, ledger: Ledger, bank: Party, early: int) -> None:
    bill = world.blank(bank)
    until = ledger.suspend(world.suspender, bank.participant, b"ground").event("ParticipantSuspended").until
    ledger.onchain.at(until - early)
    if early:
        with refused("MayNotAct", bank):
            ledger.transfer(bank, bill, world.shipper, b"")
    else:
        ledger.transfer(bank, bill, world.shipper, b"")


def test_t3_and_is_renewed_before_its_end(world: World, ledger: Ledger, bank: Party) -> None:
    first = ledger.suspend(world.suspender, bank.participant, b"ground").event("ParticipantSuspended").until
    ledger.later(days=80)
    second = ledger.suspend(world.suspender, bank.participant, b"still").event("ParticipantSuspended").until
    assert second - first == 80 * DAY
    ledger.onchain.at(first)
    assert not ledger.account(bank).acts
    ledger.onchain.at(second)
    assert ledger.account(bank).acts


def test_it_is_lifted_early_by_another_power(world: World, ledger: Ledger, bank: Party) -> None:
    world.suspend(bank)
    assert ledger.liftSuspension(world.lifter, bank.participant).event("SuspensionLifted").args == {
        "participant": bank.participant,
        "note": ledger.noteCount(),
    }
    assert ledger.account(bank).acts
    assert ledger.participant(bank.participant).suspendedUntil == 0


def test_only_a_running_suspension_is_lifted(world: World, ledger: Ledger, bank: Party) -> None:
    with refused("NotSuspended", bank.participant):
        ledger.liftSuspension(world.lifter, bank.participant)
    world.suspend(bank)
    ledger.later(days=91)
    with refused("NotSuspended", bank.participant):
        ledger.liftSuspension(world.lifter, bank.participant)
    with refused("UnknownParticipant", 999):
        ledger.liftSuspension(world.lifter, 999)
    with refused("UnknownParticipant", 999):
        ledger.setWindingDown(world.lifter, 999, True)
    with refused("UnknownParticipant", 0):
        ledger.suspend(world.suspender, 0, b"ground")


def test_a_suspension_is_of_one_participant(world: World, ledger: Ledger, bank: Party) -> None:
    world.suspend(bank)
    for party in world.parties():
        if party.participant not in (0, bank.participant):
            assert ledger.account(party).acts, party


# ----------------------------------------------------------------------------- what a suspended party may not start

STARTS: dict[str, Callable[[World, Party], Any]] = {
    "add an account": lambda w, p: w.add_account(p, w.extra["spare"][0], 0),
    "remove an account": lambda w, p: w.ledger.removeAccount(p, w.bank_vault, p),
    "set roles": lambda w, p: w.ledger.setAccountRoles(p, p, 0),
    "set receiving": lambda w, p: w.ledger.setReceiving(p, p, Receiving.ANYONE),
    "list a giver": lambda w, p: w.ledger.setGiver(p, 1, True),
    "sign a rulebook": lambda w, p: w.ledger.signRulebook(p, b"\x01" * 32),
    "approve all": lambda w, p: w.ledger.setApprovalForAll(p, w.forwarder, True),
}


@pytest.mark.parametrize("start", STARTS)
def test_p12_a_suspended_party_starts_nothing(world: World, ledger: Ledger, bank: Party, start: str) -> None:
    world.suspend(bank)
    with refused("MayNotAct", bank):
        STARTS[start](world, bank)


def test_p12_but_protects_itself(world: World, ledger: Ledger, bank: Party) -> None:
    """Veto, withdrawing signatures and approvals are no acts that start something."""
    ledger.setApprovalForAll(bank, world.forwarder, True)
    ledger.proposeRecovery(world.recoverer, world.bank_vault, bank, 0, 0, b"lost", b"")
    world.suspend(bank)
    ledger.setApprovalForAll(bank, world.forwarder, False)
    ledger.cancel(bank, b"\x01" * 32)
    ledger.vetoRecovery(bank, world.bank_vault)
    assert ledger.recovery(world.bank_vault).executableFrom == 0


# ------------------------------------------------------------------------ walking out with each party suspended in turn


@pytest.mark.parametrize("suspended", ["shipper", "bank", "consignee", "forwarder", "carrier"])
@pytest.mark.parametrize("where", ["lodged", "pending delivery", "pending amendment", "received"])
def test_p5_every_state_has_a_way_out_whoever_is_suspended(
    world: World, ledger: Ledger, where: str, suspended: str
) -> None:
    """N4's failing sequences: a bill is never stuck for good, whoever loses standing while it is there."""
    bill, party = world.blank(world.bank), getattr(world, suspended)
    escrow = room(world, world.bank)
    if where == "lodged":
        ledger.lodge(world.bank, bill, Endorsement.NONE, escrow, b"")
    elif where == "received":
        ledger.endorse(world.bank, bill, Endorsement.TO_ORDER, world.consignee, world.consignee, b"")
    else:
        purpose = SurrenderFor.DELIVERY if where == "pending delivery" else SurrenderFor.AMENDMENT
        ledger.surrender(world.bank, bill, purpose, world.carrier, ZERO, b"")
    world.suspend(party)
    if where == "lodged":
        escrow.calls("giveBack", bill, b"expired")
        expected = world.bank
    elif where == "received":
        if suspended == "consignee":
            ledger.later(days=91)
            ledger.transfer(world.consignee, bill, world.shipper, b"")
            expected = world.shipper
        else:
            ledger.reject(world.consignee, bill, Rejection.BOTH, b"")
            expected = world.bank
    else:
        if suspended == "carrier":
            ledger.recall(world.bank, bill, b"the carrier may not act")
        else:
            ledger.refuse(world.carrier, bill, b"no")
        expected = world.bank
    assert ledger.ownerOf(bill) == expected.address
    ledger.later(days=91)
    ledger.transfer(expected, bill, world.other_carrier, b"")


def test_p12_clocks_do_not_stop_for_a_suspension(world: World, ledger: Ledger, bank: Party) -> None:
    bill = world.blank()
    ledger.transfer(world.shipper, bill, bank, b"")
    until = ledger.rejectableUntil(bill)
    world.suspend(bank)
    ledger.later(days=2)
    ledger.liftSuspension(world.lifter, bank.participant)
    assert ledger.rejectableUntil(bill) == until
    ledger.onchain.at(until + 1)
    with refused("RejectTimePassed", bill, until):
        ledger.reject(bank, bill, Rejection.POSSESSION, b"")


# -------------------------------------------------------------------------------------------------------- winding down


def test_n4_winding_down_acts_and_receives_nothing_new(world: World, ledger: Ledger, bank: Party) -> None:
    bill = world.order(bank)
    event = ledger.setWindingDown(world.lifter, bank.participant, True).event("WindingDownSet")
    assert event.args == {"participant": bank.participant, "windingDown": True, "note": ledger.noteCount()}
    for account in (bank, world.bank_vault):
        known = ledger.account(account)
        assert (known.acts, known.receives) == (True, False)
    assert ledger.participant(bank.participant).windingDown
    ledger.sign(bank, bill, Purpose.SEEN, b"")
    with refused("MayNotReceive", world.bank_vault):
        ledger.transfer(bank, bill, world.bank_vault, b"")
    ledger.endorse(bank, bill, Endorsement.TO_ORDER, world.shipper, world.shipper, b"")
    ledger.reject(world.shipper, bill, Rejection.BOTH, b"")
    ledger.surrender(bank, bill, SurrenderFor.DELIVERY, world.carrier, ZERO, b"")
    ledger.accept(world.carrier, bill, b"")


def test_winding_down_is_ended(world: World, ledger: Ledger, bank: Party) -> None:
    ledger.setWindingDown(world.lifter, bank.participant, True)
    ledger.setWindingDown(world.lifter, bank.participant, False)
    ledger.transfer(world.shipper, world.blank(), bank, b"")


@pytest.mark.parametrize("ended", ["removed", "recovered"])
def test_no_act_of_administration_wakes_an_account_that_has_ended(
    world: World, ledger: Ledger, bank: Party, ended: str
) -> None:
    if ended == "removed":
        ledger.removeAccount(bank, world.bank_vault, bank)
    else:
        ledger.proposeRecovery(world.recoverer, world.bank_vault, bank, 0, 0, b"lost", b"")
        ledger.later(days=7)
        ledger.executeRecovery(world.stranger, world.bank_vault)
    ledger.setWindingDown(world.lifter, bank.participant, True)
    ledger.setWindingDown(world.lifter, bank.participant, False)
    world.suspend(bank)
    ledger.liftSuspension(world.lifter, bank.participant)
    ledger.setProfile(world.enroller, bank.participant, bank.lei, bank.roles)
    known = ledger.account(world.bank_vault)
    assert (known.acts, known.receives, known.roles) == (False, False, 0)


def test_the_role_of_an_account_outlives_a_suspension(world: World, ledger: Ledger, bank: Party) -> None:
    world.suspend(bank)
    ledger.liftSuspension(world.lifter, bank.participant)
    known = ledger.account(bank)
    assert (known.roles, known.receiving, known.issued) == (bank.roles, Receiving.ANYONE, 0)
    assert known.roles & MOVE


# -------------------------------------------------------------------------------------------------- asked from outside


def test_standing_is_an_account_in_one_word(world: World, ledger: Ledger, bank: Party, carrier: Party) -> None:
    """What rooms, deposits and conditions ask, from another contract, for a fifth of what `account` costs."""
    world.blank()
    world.suspend(bank)
    ledger.setWindingDown(world.lifter, carrier.participant, True)
    ledger.setReceiving(world.shipper, world.shipper, Receiving.LISTED_ONLY)
    place = room(world)
    for party in (*world.parties(), place, world.stranger):
        word, known = ledger.standing(party), ledger.account(party)
        slot = ledger.slot_of_account(party)
        kept = ledger.onchain.storage(bytes.fromhex(ledger.address[2:]), slot)
        assert word == kept >> 32, party
        assert (word == 0) == (known.number == 0), party
        assert word % 2**94 == known.lei, party


def test_a_person_is_its_group_its_country_and_whether_it_acts(world: World, ledger: Ledger, bank: Party) -> None:
    """Of a participant, whose accounts nobody need know."""
    parent = ledger.participant(bank.participant).parent
    assert ledger.person(bank.participant) == (parent, b"HK", True)
    ledger.setWindingDown(world.lifter, bank.participant, True)
    assert ledger.person(bank.participant) == (parent, b"HK", True)
    until = ledger.suspend(world.suspender, bank.participant, b"ground").event("ParticipantSuspended").until
    ledger.onchain.at(until - 1)
    assert ledger.person(bank.participant) == (parent, b"HK", False)
    ledger.onchain.at(until)
    assert ledger.person(bank.participant) == (parent, b"HK", True)
    for nobody in (0, 999, 2**20 + bank.participant):
        assert ledger.person(nobody) == (0, b"\0\0", False)
