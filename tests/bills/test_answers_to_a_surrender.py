"""A surrender waits for the carrier: accepted, refused, recalled (T7, N4, N6, P5, P12, P14)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from eth_abi.abi import encode
from support.contract import refused
from support.life import PENDING_AFTER
from support.trade import (
    DAY,
    HOUR,
    ZERO,
    Endorsement,
    Kind,
    Ledger,
    Party,
    Rejection,
    Status,
    SurrenderFor,
)
from support.verbs import first_second_to_recall, given_both, last_second_to_reject, room
from support.world import World

from sampan.keccak import keccak


def _agreed_surrender(world: World, bill: int, titleholder: Party, holder: Party, purpose: SurrenderFor) -> None:
    ledger = world.ledger
    state = ledger.bill(bill)
    detail = keccak(encode(["uint8", "bytes32", "bytes"], [purpose, ZERO, b""]))
    paper = ledger.agreement(titleholder, bill, "surrender", world.carrier, titleholder, Kind(state.kind), detail)
    ledger.together(
        holder, ledger.agreed_call(paper), ledger.data("surrender", bill, purpose, world.carrier, ZERO, b"")
    )


HELD: dict[str, Callable[[World], tuple[int, Any]]] = {
    "in blank": lambda w: (w.blank(w.bank), w.bank),
    "to order, titleholder in possession": lambda w: (w.order(w.bank), w.bank),
    "by name": lambda w: (w.by_name(w.bank), w.bank),
    "straight, shipper": lambda w: (w.straight(), w.shipper),
    "received a minute ago": given_both,
    "to order, forwarder for the titleholder": lambda w: (w.order(w.bank, w.forwarder), w.forwarder),
}


def _surrender(world: World, held: str, purpose: SurrenderFor) -> tuple[int, Any, dict[str, Any]]:
    bill, holder = HELD[held](world)
    before = world.ledger.whole(bill)
    if "forwarder" in held:
        _agreed_surrender(world, bill, world.bank, holder, purpose)
    else:
        world.ledger.surrender(holder, bill, purpose, world.carrier, ZERO, b"")
    return bill, holder, before


def _assert_as_it_was(world: World, bill: int, before: dict[str, Any]) -> None:
    """Possessor, titleholder, kind, status; the right to reject is spent by acting."""
    after = world.ledger.whole(bill)
    possessor = world.ledger.account(before["possessor"]).number
    spent = {"mayRejectPossession": False, "mayRejectTitle": False, "previousAccount": possessor}
    assert after == {**before, **spent}


@pytest.mark.parametrize("purpose", list(SurrenderFor), ids=lambda value: value.name.lower())
@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("how", ["refused", "recalled"])
def test_what_is_refused_or_recalled_is_exactly_as_it_was(
    world: World, ledger: Ledger, held: str, purpose: SurrenderFor, how: str
) -> None:
    bill, holder, before = _surrender(world, held, purpose)
    rejectable_until = last_second_to_reject(ledger.now - 1)
    if how == "refused":
        event = ledger.refuse(world.carrier, bill, b"freight is unpaid").event("SurrenderRefused")
        assert (event.actor, event.to, event.remark) == (world.carrier.address, holder.address, b"freight is unpaid")
    else:
        ledger.onchain.at(ledger.recallableFrom(bill))
        event = ledger.recall(holder, bill, b"").event("SurrenderRecalled")
        assert (event.actor, event.to) == (holder.address, holder.address)
    _assert_as_it_was(world, bill, before)
    error = ("NothingToReject", bill) if how == "refused" else ("RejectTimePassed", bill, rejectable_until)
    for rejection in Rejection:
        with refused(*error):
            ledger.reject(holder, bill, rejection, b"")


@pytest.mark.parametrize("standing", ["suspended", "winding down", "recovered", "removed"])
@pytest.mark.parametrize("purpose", [SurrenderFor.DELIVERY, SurrenderFor.AMENDMENT, SurrenderFor.PAPER])
def test_p12_a_refused_surrender_returns_to_its_holder_whatever_became_of_it(
    world: World, ledger: Ledger, standing: str, purpose: SurrenderFor
) -> None:
    """T3, N4: else the carrier that found a fraud could only accept."""
    bank, expected = world.bank, world.bank
    bill = world.order(bank)
    ledger.surrender(bank, bill, purpose, world.carrier, ZERO, b"")
    if standing == "suspended":
        world.suspend(bank)
    elif standing == "winding down":
        ledger.setWindingDown(world.lifter, bank.participant, True)
    elif standing == "removed":
        ledger.removeAccount(bank, bank, world.bank_vault)
        expected = world.bank_vault
    else:
        ledger.proposeRecovery(world.recoverer, bank, world.bank_vault, 0, 0, b"lost", b"")
        ledger.later(days=7)
        ledger.executeRecovery(world.stranger, bank)
        expected = world.bank_vault
    ledger.refuse(world.carrier, bill, b"fraud suspected")
    assert ledger.entitlement(bill) == (expected.address, bank.participant, Kind.ORDER, Status.LIVE)


def test_a_refusal_says_why(world: World, ledger: Ledger) -> None:
    """DCSA: comments are mandatory on SREJ."""
    bill = world.pending()
    with refused("RemarkRequired"):
        ledger.refuse(world.carrier, bill, b"")


@pytest.mark.parametrize("purpose", list(SurrenderFor)[1:], ids=lambda value: value.name.lower())
def test_only_a_surrender_for_delivery_is_accepted(world: World, ledger: Ledger, purpose: SurrenderFor) -> None:
    bill = world.pending(purpose)
    with refused("WrongStatus", bill, PENDING_AFTER[purpose]):
        ledger.accept(world.carrier, bill, b"")


def test_a_refused_bill_circulates_and_is_surrendered_again(world: World, ledger: Ledger) -> None:
    bill = world.pending()
    ledger.refuse(world.carrier, bill, b"freight is unpaid")
    ledger.transfer(world.shipper, bill, world.consignee, b"")
    ledger.surrender(world.consignee, bill, SurrenderFor.DELIVERY, world.carrier, ZERO, b"")
    ledger.accept(world.carrier, bill, b"")
    ledger.deliver(world.carrier, bill, b"")
    assert ledger.entitlement(bill)[3] == Status.DELIVERED


def test_l6_the_surrenderer_can_do_nothing_while_the_carrier_answers(world: World, ledger: Ledger) -> None:
    bill = world.pending()
    with refused("WrongStatus", bill, Status.PENDING_DELIVERY):
        ledger.transfer(world.shipper, bill, world.bank, b"")
    with refused("WrongStatus", bill, Status.PENDING_DELIVERY):
        ledger.approve(world.shipper, world.bank, bill)
    with refused("NotOwnerNorApproved"):
        ledger.transferFrom(world.shipper, world.carrier, world.bank, bill)


@pytest.mark.parametrize("status", [Status.PENDING_DELIVERY, Status.SURRENDERED], ids=lambda value: value.name.lower())
def test_n10_the_carrier_passes_on_nothing_that_was_surrendered(world: World, ledger: Ledger, status: Status) -> None:
    bill = world.pending()
    if status == Status.SURRENDERED:
        ledger.accept(world.carrier, bill, b"")
    with refused("WrongStatus", bill, status):
        ledger.transferFrom(world.carrier, world.carrier, world.stranger, bill)
    with refused("WrongStatus", bill, status):
        ledger.transfer(world.carrier, bill, world.bank, b"")
    with refused("WrongStatus", bill, status):
        ledger.approve(world.carrier, world.carrier_desk, bill)
    ledger.setApprovalForAll(world.carrier, world.bank, True)
    with refused("WrongStatus", bill, status):
        ledger.transferFrom(world.bank, world.carrier, world.bank, bill)


# ------------------------------------------------------------------------------------------------------------ recall


@pytest.mark.parametrize("into_the_hour", [0, 1, 3_599])
def test_t7_a_surrender_without_answer_is_recalled_after_the_carriers_answer_time(
    world: World, ledger: Ledger, into_the_hour: int
) -> None:
    bill = world.blank()
    ledger.onchain.at((ledger.now // HOUR + 1) * HOUR + into_the_hour)
    surrendered = ledger.surrender(world.shipper, bill, SurrenderFor.DELIVERY, world.carrier, ZERO, b"").timestamp
    first = first_second_to_recall(surrendered)
    assert ledger.recallableFrom(bill) == first
    assert 72 * HOUR < first - surrendered <= 73 * HOUR
    ledger.onchain.at(first - 1)
    with refused("RecallTooEarly", bill, first):
        ledger.recall(world.shipper, bill, b"")
    ledger.onchain.at(first)
    ledger.recall(world.shipper, bill, b"no answer")


def test_t7_of_a_suspended_carrier_at_once(world: World, ledger: Ledger) -> None:
    bill = world.pending()
    world.suspend(world.carrier)
    assert ledger.recallableFrom(bill) <= ledger.now
    ledger.recall(world.shipper, bill, b"")
    assert ledger.entitlement(bill)[0] == world.shipper.address


def test_t7_not_of_a_carrier_that_only_winds_down(world: World, ledger: Ledger) -> None:
    bill = world.pending()
    first = first_second_to_recall(ledger.now - 1)
    ledger.setWindingDown(world.lifter, world.carrier.participant, True)
    with refused("RecallTooEarly", bill, first):
        ledger.recall(world.shipper, bill, b"")


def test_t7_nor_of_one_whose_key_was_replaced(world: World, ledger: Ledger) -> None:
    """The carrier is well; its other accounts answer."""
    ledger.proposeRecovery(world.recoverer, world.carrier, world.carrier_desk, 0, 0, b"lost", b"")
    ledger.later(days=7)
    bill = world.pending()
    first = first_second_to_recall(ledger.now - 1)
    ledger.executeRecovery(world.stranger, world.carrier)
    with refused("RecallTooEarly", bill, first):
        ledger.recall(world.shipper, bill, b"")
    ledger.accept(world.carrier_desk, bill, b"")


def test_once_the_carrier_has_answered_nothing_is_recalled(world: World, ledger: Ledger) -> None:
    bill = world.pending()
    ledger.later(hours=80)
    ledger.accept(world.carrier, bill, b"late but accepted")
    with refused("WrongStatus", bill, Status.SURRENDERED):
        ledger.recall(world.shipper, bill, b"")


def test_any_account_of_the_surrenderer_recalls_to_the_account_that_surrendered(world: World, ledger: Ledger) -> None:
    bill = world.pending(bill=world.blank(world.bank))
    ledger.later(hours=80)
    event = ledger.recall(world.bank_vault, bill, b"").event("SurrenderRecalled")
    assert (event.actor, event.to) == (world.bank_vault.address, world.bank.address)


def test_p12_a_suspended_surrenderer_recalls_when_its_suspension_has_ended(world: World, ledger: Ledger) -> None:
    """P5, P14: the way out is there, later."""
    bill = world.pending()
    world.suspend(world.shipper)
    ledger.later(hours=80)
    with refused("MayNotAct", world.shipper):
        ledger.recall(world.shipper, bill, b"")
    ledger.later(days=90)
    ledger.recall(world.shipper, bill, b"")


@pytest.mark.parametrize("who", ["shipper", "stranger", "the room", "somebody suspended"])
def test_p14_anybody_recalls_what_a_room_surrendered(world: World, ledger: Ledger, who: str) -> None:
    """Finding M9: for the one for whom it holds that waits on the room's code alone. It goes back to be held on."""
    bill, escrow = world.blank(), room(world)
    ledger.lodge(world.shipper, bill, Endorsement.NONE, escrow, b"")
    escrow.calls("surrender", bill, SurrenderFor.DELIVERY, world.carrier, ZERO, b"")
    ledger.delistRoom(world.delister, escrow, [])
    first = first_second_to_recall(ledger.now - 2)
    with refused("RecallTooEarly", bill, first):
        ledger.recall(world.stranger, bill, b"")
    ledger.onchain.at(first)
    if who == "the room":
        escrow.calls("recall", bill, b"")
    else:
        recaller = getattr(world, who, world.bank)
        if who == "somebody suspended":
            world.suspend(recaller)
        event = ledger.recall(recaller, bill, b"").event("SurrenderRecalled")
        assert (event.actor, event.to) == (recaller.address, escrow.address)
    assert (ledger.ownerOf(bill), ledger.holderFor(bill)) == (escrow.address, world.shipper.participant)


def test_p14_a_titleholder_recalls_what_was_surrendered_for_it(world: World, ledger: Ledger) -> None:
    """Finding M9: its keeper is suspended, the carrier silent. The bill goes back to the keeper, title is its own."""
    bill = world.order(world.bank, world.forwarder)
    _agreed_surrender(world, bill, world.bank, world.forwarder, SurrenderFor.DELIVERY)
    world.suspend(world.forwarder)
    first = ledger.recallableFrom(bill)
    with refused("RecallTooEarly", bill, first):
        ledger.recall(world.bank_vault, bill, b"")
    ledger.onchain.at(first)
    for outsider in (world.consignee, world.shipper):
        with refused("NotSurrenderer", bill, outsider):
            ledger.recall(outsider, bill, b"")
    ledger.recall(world.bank_vault, bill, b"no answer")
    assert ledger.entitlement(bill) == (world.forwarder.address, world.bank.participant, Kind.ORDER, Status.LIVE)


def _counts_from(published: int) -> int:
    """A fortnight later, at the next whole hour: surrenders are dated by the hour (finding L11)."""
    return -(-published // HOUR) * HOUR + 14 * DAY


@pytest.mark.parametrize("hours", [1, 24, 336])
def test_t7_the_carrier_publishes_its_answer_time_a_fortnight_ahead(world: World, ledger: Ledger, hours: int) -> None:
    event = ledger.publishAnswerTime(world.carrier, hours)
    start = _counts_from(event.timestamp)
    assert event.event("AnswerTimePublished").args == {
        "participant": world.carrier.participant,
        "answerHours": hours,
        "from": start,
        "by": world.carrier.address,
        "note": ledger.noteCount(),
    }
    ledger.later(days=13)
    bill = world.pending()
    assert ledger.recallableFrom(bill) == first_second_to_recall(ledger.now - 1)
    ledger.onchain.at(start - 2)
    assert ledger.recallableFrom(world.pending()) == first_second_to_recall(ledger.now - 1)
    ledger.onchain.at(start)
    again = world.pending()
    assert ledger.recallableFrom(again) == first_second_to_recall(ledger.now - 1, hours)
    assert ledger.participant(world.carrier.participant).answerHours == hours


def test_t7_a_pending_surrender_keeps_the_answer_time_that_stood_when_it_was_made(world: World, ledger: Ledger) -> None:
    start = _counts_from(ledger.publishAnswerTime(world.carrier, 336).timestamp)
    ledger.onchain.at(start - 2 * HOUR)
    bill = world.pending()
    first = ledger.recallableFrom(bill)
    ledger.onchain.at(start + HOUR)
    assert ledger.recallableFrom(bill) == first
    ledger.onchain.at(first)
    ledger.recall(world.shipper, bill, b"")


def test_t7_an_answer_time_is_not_published_anew_while_a_surrender_may_wait_by_the_one_before(
    world: World, ledger: Ledger
) -> None:
    start = _counts_from(ledger.publishAnswerTime(world.carrier, 336).timestamp)
    ledger.onchain.at(start - 2 * HOUR)
    bill = world.pending()
    first = ledger.recallableFrom(bill)
    settled = start + 14 * DAY + HOUR
    for moment in (start + HOUR, settled - 1):
        ledger.onchain.at(moment)
        with refused("AnswerTimeChanging", world.carrier.participant, settled):
            ledger.publishAnswerTime(world.carrier, 336)
    assert ledger.recallableFrom(bill) == first
    ledger.onchain.at(settled)
    ledger.publishAnswerTime(world.carrier, 48)


@pytest.mark.parametrize("hours", [0, 337, 65_536 + 72, 2**256 - 1])
def test_t7_an_answer_time_is_an_hour_to_a_fortnight(world: World, ledger: Ledger, hours: int) -> None:
    with refused("AnswerHoursOutOfRange", hours):
        ledger.publishAnswerTime(world.carrier, hours)


def test_the_view_of_recalling_says_nothing_when_nothing_waits(world: World, ledger: Ledger) -> None:
    assert ledger.recallableFrom(world.blank()) == 0
    assert ledger.recallableFrom(world.new_id()) == 0
