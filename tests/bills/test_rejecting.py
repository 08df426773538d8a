"""Rejecting what was received (N5, N12, T8, P12, P13): by whom, until when, and what it restores."""

from __future__ import annotations

import pytest
from support.contract import refused
from support.trade import (
    HOUR,
    NOBODY,
    REJECT_HOURS,
    Endorsement,
    Kind,
    Ledger,
    Party,
    Purpose,
    Rejection,
    Status,
    SurrenderFor,
)
from support.verbs import Puppet, last_second_to_reject, room
from support.world import World

POSSESSION, TITLE, BOTH, ISSUE = Rejection


def _refuses(ledger: Ledger, party: Party, bill: int, error: str, *rejections: Rejection) -> None:
    arguments = (bill, party) if error == "NotPossessor" else (bill,)
    for rejection in rejections:
        with refused(error, *arguments):
            ledger.reject(party, bill, rejection, b"")


# ------------------------------------------------------------------------------------------------------ N12's table


def test_possession_alone_goes_back_to_whoever_gave_it(world: World, ledger: Ledger) -> None:
    bill = world.order(world.bank, world.shipper)
    before = ledger.whole(bill)
    ledger.transfer(world.shipper, bill, world.forwarder, b"")
    _refuses(ledger, world.forwarder, bill, "NothingToReject", TITLE, BOTH, ISSUE)
    event = ledger.reject(world.forwarder, bill, POSSESSION, b"not for us").event("Rejected")
    assert event.args == {
        "bill": bill,
        "actor": world.forwarder.address,
        "to": world.shipper.address,
        "rejection": POSSESSION,
        "actCount": 3,
        "remark": b"not for us",
    }
    after = ledger.whole(bill)
    undone = {"mayRejectPossession": False, "previousAccount": world.shipper.number}
    assert after == {**before, **undone}


def test_title_alone_goes_back_to_whoever_endorsed(world: World, ledger: Ledger) -> None:
    bill = world.order()
    ledger.endorse(world.shipper, bill, Endorsement.NAMED, world.bank, NOBODY, b"")
    _refuses(ledger, world.bank, bill, "NotPossessor", POSSESSION, BOTH, ISSUE)
    ledger.reject(world.bank, bill, TITLE, b"")
    assert ledger.entitlement(bill) == (world.shipper.address, world.shipper.participant, Kind.ORDER, Status.LIVE)


@pytest.mark.parametrize("endorsement", [Endorsement.NAMED, Endorsement.TO_ORDER])
def test_what_one_act_gave_is_rejected_whole(world: World, ledger: Ledger, endorsement: Endorsement) -> None:
    bill = world.order()
    ledger.endorse(world.shipper, bill, endorsement, world.bank, world.bank, b"")
    _refuses(ledger, world.bank, bill, "RejectedWholeOnly", POSSESSION, TITLE)
    ledger.reject(world.bank, bill, BOTH, b"")
    assert ledger.entitlement(bill) == (world.shipper.address, world.shipper.participant, Kind.ORDER, Status.LIVE)


def test_also_when_title_and_possession_went_to_two_accounts_of_one_bank(world: World, ledger: Ledger) -> None:
    bill = world.order()
    ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.bank, world.bank_vault, b"")
    _refuses(ledger, world.bank_vault, bill, "RejectedWholeOnly", POSSESSION, TITLE)
    ledger.reject(world.bank_vault, bill, BOTH, b"")
    assert ledger.entitlement(bill) == (world.shipper.address, world.shipper.participant, Kind.ORDER, Status.LIVE)


def test_a_blank_endorsement_that_came_with_the_bill_is_undone_with_it(world: World, ledger: Ledger) -> None:
    bill = world.order()
    ledger.endorse(world.shipper, bill, Endorsement.BLANK, NOBODY, world.bank, b"")
    _refuses(ledger, world.bank, bill, "RejectedWholeOnly", POSSESSION, TITLE)
    ledger.reject(world.bank, bill, BOTH, b"")
    assert ledger.entitlement(bill) == (world.shipper.address, world.shipper.participant, Kind.ORDER, Status.LIVE)


@pytest.mark.parametrize("endorsement", [Endorsement.NAMED, Endorsement.TO_ORDER])
def test_a_bill_in_blank_given_to_a_name_goes_back_in_blank(
    world: World, ledger: Ledger, endorsement: Endorsement
) -> None:
    bill = world.blank()
    ledger.endorse(world.shipper, bill, endorsement, world.bank, world.bank, b"")
    _refuses(ledger, world.bank, bill, "RejectedWholeOnly", POSSESSION, TITLE)
    ledger.reject(world.bank, bill, BOTH, b"")
    assert ledger.entitlement(bill) == (world.shipper.address, 0, Kind.BLANK, Status.LIVE)


def test_title_endorsed_out_of_blank_without_the_bill_goes_back_to_the_endorser_by_name(
    world: World, ledger: Ledger
) -> None:
    """In blank it would go to whoever possesses by then."""
    bill = world.blank()
    ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.bank, NOBODY, b"")
    ledger.transfer(world.shipper, bill, world.forwarder, b"")
    ledger.reject(world.bank, bill, TITLE, b"")
    assert ledger.entitlement(bill) == (world.forwarder.address, world.shipper.participant, Kind.ORDER, Status.LIVE)


def test_n12_title_and_possession_given_to_two_persons_are_rejected_each_by_its_own(
    world: World, ledger: Ledger
) -> None:
    """The failing sequence of N12: with one memory the titleholder could no longer refuse."""
    bill = world.order()
    ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.bank, NOBODY, b"")
    ledger.transfer(world.shipper, bill, world.forwarder, b"")
    _refuses(ledger, world.forwarder, bill, "NothingToReject", TITLE, BOTH)
    _refuses(ledger, world.bank, bill, "NotPossessor", POSSESSION, BOTH)
    ledger.reject(world.forwarder, bill, POSSESSION, b"")
    ledger.reject(world.bank, bill, TITLE, b"")
    assert ledger.entitlement(bill) == (world.shipper.address, world.shipper.participant, Kind.ORDER, Status.LIVE)


def test_n12_the_order_of_the_two_rejections_does_not_matter(world: World, ledger: Ledger) -> None:
    bill = world.order()
    ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.bank, world.forwarder, b"")
    ledger.reject(world.bank, bill, TITLE, b"")
    assert ledger.entitlement(bill)[:2] == (world.forwarder.address, world.shipper.participant)
    ledger.reject(world.forwarder, bill, POSSESSION, b"")
    assert ledger.entitlement(bill) == (world.shipper.address, world.shipper.participant, Kind.ORDER, Status.LIVE)


def test_n12_title_first_possession_later_from_one_person_are_rejected_together(world: World, ledger: Ledger) -> None:
    bill = world.order()
    ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.bank, NOBODY, b"")
    ledger.transfer(world.shipper, bill, world.bank, b"")
    _refuses(ledger, world.bank, bill, "RejectedWholeOnly", POSSESSION, TITLE)
    ledger.reject(world.bank, bill, BOTH, b"")
    assert ledger.entitlement(bill)[:2] == (world.shipper.address, world.shipper.participant)


def test_n12_title_from_one_and_possession_from_another_are_rejected_separately(world: World, ledger: Ledger) -> None:
    bill = world.order()
    ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.bank, world.forwarder, b"")
    ledger.transfer(world.forwarder, bill, world.bank, b"")
    ledger.reject(world.bank, bill, POSSESSION, b"")
    assert ledger.entitlement(bill)[:2] == (world.forwarder.address, world.bank.participant)
    ledger.reject(world.bank, bill, TITLE, b"")
    assert ledger.entitlement(bill)[:2] == (world.forwarder.address, world.shipper.participant)


def test_n12_what_others_do_with_possession_does_not_spend_the_right_to_refuse_title(
    world: World, ledger: Ledger
) -> None:
    bill = world.order()
    ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.bank, world.forwarder, b"")
    ledger.sign(world.forwarder, bill, Purpose.SEEN, b"")
    ledger.transfer(world.forwarder, bill, world.consignee, b"")
    ledger.reject(world.consignee, bill, POSSESSION, b"")
    ledger.transfer(world.forwarder, bill, world.other_carrier, b"")
    ledger.reject(world.bank, bill, TITLE, b"")
    assert ledger.entitlement(bill)[:2] == (world.other_carrier.address, world.shipper.participant)


# ------------------------------------------------------------------------------------------------- acting spends it

ACTS = {
    "signs": lambda w, b: w.ledger.sign(w.bank, b, Purpose.CHECKED, b""),
    "endorses in place": lambda w, b: w.ledger.endorse(w.bank, b, Endorsement.TO_ORDER, w.consignee, NOBODY, b""),
    "endorses in blank in place": lambda w, b: w.ledger.endorse(w.bank, b, Endorsement.BLANK, NOBODY, NOBODY, b""),
    "endorses to itself": lambda w, b: w.ledger.endorse(w.bank, b, Endorsement.TO_ORDER, w.bank, NOBODY, b""),
    "passes it to its vault": lambda w, b: w.ledger.transfer(w.bank, b, w.bank_vault, b""),
    "surrenders and is refused": lambda w, b: (
        w.ledger.surrender(w.bank, b, SurrenderFor.DELIVERY, w.carrier, bytes(32), b""),
        w.ledger.refuse(w.carrier, b, b"no"),
    ),
    "passes it on and gets it back rejected": lambda w, b: (
        w.ledger.transfer(w.bank, b, w.forwarder, b""),
        w.ledger.reject(w.forwarder, b, POSSESSION, b""),
    ),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("came", ["possession", "whole", "in blank"])
def test_the_receiver_that_acts_rejects_no_more(world: World, ledger: Ledger, act: str, came: str) -> None:
    """N12: "each until its holder acts on it"; T8: "before any other act of the receiver"."""
    if came == "possession":
        bill = world.blank()
        ledger.transfer(world.shipper, bill, world.bank, b"")
    elif came == "whole":
        bill = world.order()
        ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.bank, world.bank, b"")
    else:
        bill = world.order()
        ledger.endorse(world.shipper, bill, Endorsement.BLANK, NOBODY, world.bank, b"")
    ACTS[act](world, bill)
    holder = world.bank_vault if act == "passes it to its vault" else world.bank
    for rejection in (BOTH, ISSUE) if holder is world.bank_vault else (POSSESSION, BOTH, ISSUE):
        with refused("NothingToReject", bill):
            ledger.reject(holder, bill, rejection, b"")
    if act != "endorses to itself":  # which gave it a new title, from itself
        with refused("NothingToReject", bill):
            ledger.reject(world.bank, bill, TITLE, b"")


def test_approving_an_operator_is_no_act_on_the_bill(world: World, ledger: Ledger) -> None:
    bill = world.blank()
    ledger.transfer(world.shipper, bill, world.bank, b"")
    ledger.approve(world.bank, world.forwarder, bill)
    ledger.reject(world.bank, bill, POSSESSION, b"")
    assert ledger.getApproved(bill) == NOBODY


def test_a_rejection_is_not_rejected(world: World, ledger: Ledger) -> None:
    bill = world.blank()
    ledger.transfer(world.shipper, bill, world.bank, b"")
    ledger.reject(world.bank, bill, POSSESSION, b"")
    _refuses(ledger, world.shipper, bill, "NothingToReject", POSSESSION, TITLE, BOTH, ISSUE)
    ledger.transfer(world.shipper, bill, world.consignee, b"")


# ----------------------------------------------------------------------------------------------------------- the time


@pytest.mark.parametrize("into_the_hour", [0, 1, 1_799, 3_599])
def test_t8_the_time_to_reject_ends_with_the_hour(world: World, ledger: Ledger, into_the_hour: int) -> None:
    bill = world.blank()
    ledger.onchain.at((ledger.now // HOUR + 1) * HOUR + into_the_hour)
    given = ledger.transfer(world.shipper, bill, world.bank, b"").timestamp
    until = last_second_to_reject(given)
    assert ledger.rejectableUntil(bill) == until
    assert REJECT_HOURS * HOUR < until - given + 1 <= (REJECT_HOURS + 1) * HOUR
    mark = ledger.onchain.mark()
    ledger.onchain.at(until)
    ledger.reject(world.bank, bill, POSSESSION, b"")
    ledger.onchain.back(mark)
    ledger.onchain.at(until + 1)
    with refused("RejectTimePassed", bill, until):
        ledger.reject(world.bank, bill, POSSESSION, b"")


@pytest.mark.parametrize(("rejection", "kind"), [(ISSUE, "issue"), (TITLE, "title"), (BOTH, "whole")])
def test_t8_every_right_to_reject_lapses(world: World, ledger: Ledger, rejection: Rejection, kind: str) -> None:
    bill = world.order()
    if kind != "issue":
        to = world.bank if kind == "whole" else NOBODY
        ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.bank, to, b"")
    rejecter = world.shipper if kind == "issue" else world.bank
    until = ledger.rejectableUntil(bill)
    ledger.onchain.at(until + 1)
    with refused("RejectTimePassed", bill, until):
        ledger.reject(rejecter, bill, rejection, b"")


def test_t8_what_has_lapsed_is_not_revived_when_possession_moves(world: World, ledger: Ledger) -> None:
    """A title endorsed in May is not refused in June because a forwarder passed the bill to another."""
    bill = world.order()
    ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.bank, world.forwarder, b"")
    ledger.later(days=30)
    ledger.transfer(world.forwarder, bill, world.consignee, b"")
    _refuses(ledger, world.bank, bill, "NothingToReject", TITLE)
    ledger.reject(world.consignee, bill, POSSESSION, b"")
    _refuses(ledger, world.bank, bill, "NothingToReject", TITLE)


@pytest.mark.parametrize("act", ["endorse in place", "lodge", "operator"])
def test_t8_nor_by_any_other_act_of_the_possessor(world: World, ledger: Ledger, act: str) -> None:
    bill = world.order()
    ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.bank, world.forwarder, b"")
    ledger.later(days=30)
    if act == "lodge":
        ledger.lodge(world.forwarder, bill, Endorsement.NONE, room(world), b"")
    elif act == "operator":
        ledger.setApprovalForAll(world.forwarder, world.consignee, True)
        ledger.transferFrom(world.consignee, world.forwarder, world.other_carrier, bill)
    else:
        ledger.transfer(world.forwarder, bill, world.bank, b"")
        ledger.endorse(world.bank, bill, Endorsement.TO_ORDER, world.consignee, NOBODY, b"")
        _refuses(ledger, world.bank, bill, "NothingToReject", TITLE)
        return
    _refuses(ledger, world.bank, bill, "NothingToReject", TITLE)


def test_the_view_says_nothing_when_nothing_may_be_rejected(world: World, ledger: Ledger) -> None:
    bill = world.blank()
    ledger.sign(world.shipper, bill, Purpose.SEEN, b"")
    assert ledger.rejectableUntil(bill) == 0
    assert ledger.rejectableUntil(world.pending()) == 0
    assert ledger.rejectableUntil(world.new_id()) == 0


# -------------------------------------------------------------------------------------------------------- restitution


@pytest.mark.parametrize("standing", ["suspended", "winding down", "recovered", "removed"])
def test_p12_what_was_given_goes_back_whatever_became_of_the_giver(world: World, ledger: Ledger, standing: str) -> None:
    """N4: the receiver can always get rid of it; it lies frozen with the giver until standing returns."""
    giver = world.bank
    if standing == "recovered":
        ledger.proposeRecovery(world.recoverer, giver, world.bank_vault, 0, 0, b"lost", b"")
        ledger.later(days=6)
    bill = world.blank(giver)
    ledger.endorse(giver, bill, Endorsement.TO_ORDER, world.consignee, world.consignee, b"")
    if standing == "suspended":
        world.suspend(giver)
    elif standing == "winding down":
        ledger.setWindingDown(world.lifter, giver.participant, True)
    elif standing == "removed":
        ledger.removeAccount(giver, giver, world.bank_vault)
    else:
        ledger.later(days=1)
        ledger.executeRecovery(world.stranger, giver)
    expected = world.bank_vault if standing in ("recovered", "removed") else giver
    ledger.reject(world.consignee, bill, BOTH, b"")
    assert ledger.entitlement(bill) == (expected.address, 0, Kind.BLANK, Status.LIVE)
    if standing == "suspended":
        with refused("MayNotAct", giver):
            ledger.transfer(giver, bill, world.shipper, b"")
        ledger.later(days=90, hours=1)
        ledger.transfer(giver, bill, world.shipper, b"")


def test_p12_the_carrier_takes_back_a_rejected_issue_even_suspended(world: World, ledger: Ledger) -> None:
    bill = world.blank()
    world.suspend(world.carrier)
    ledger.reject(world.shipper, bill, ISSUE, b"")
    assert ledger.entitlement(bill)[3] == Status.VOID


def test_p12_title_goes_back_to_a_suspended_endorser(world: World, ledger: Ledger) -> None:
    bill = world.order()
    ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.bank, NOBODY, b"")
    world.suspend(world.shipper)
    ledger.reject(world.bank, bill, TITLE, b"")
    assert ledger.entitlement(bill)[:2] == (world.shipper.address, world.shipper.participant)


def test_any_account_of_the_titleholder_refuses_title(world: World, ledger: Ledger) -> None:
    bill = world.order()
    ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.bank, NOBODY, b"")
    ledger.reject(world.bank_vault, bill, TITLE, b"")
    assert ledger.bill(bill).titleholder == world.shipper.participant


def test_only_the_account_that_possesses_rejects_possession(world: World, ledger: Ledger) -> None:
    bill = world.blank()
    ledger.transfer(world.shipper, bill, world.bank, b"")
    with refused("NotPossessor", bill, world.bank_vault):
        ledger.reject(world.bank_vault, bill, POSSESSION, b"")


def test_an_operator_rejects_nothing(world: World, ledger: Ledger) -> None:
    """Approvals move possession and nothing else (N10)."""
    bill = world.blank()
    ledger.transfer(world.shipper, bill, world.bank, b"")
    ledger.setApprovalForAll(world.bank, world.forwarder, True)
    with refused("NotPossessor", bill, world.forwarder):
        ledger.reject(world.forwarder, bill, POSSESSION, b"")


# -------------------------------------------------------------------------------------------------------------- rooms


@pytest.fixture
def escrow(world: World) -> Puppet:
    return room(world, world.shipper)


@pytest.mark.parametrize("rejection", list(Rejection), ids=lambda value: value.name.lower())
def test_n5_what_a_room_hands_over_is_not_rejected(
    world: World, ledger: Ledger, escrow: Puppet, rejection: Rejection
) -> None:
    """The buyer has paid; its signature under the terms was its acceptance."""
    bill = world.blank()
    ledger.lodge(world.shipper, bill, Endorsement.NONE, escrow, b"")
    escrow.calls("endorse", bill, Endorsement.TO_ORDER, world.bank, world.bank, b"")
    _refuses(ledger, world.bank, bill, "NothingToReject", rejection)


@pytest.mark.parametrize("way", ["is held in a room", "was given by a room", "came back from a room"])
def test_n12_title_that_another_may_still_refuse_is_not_lodged(
    world: World, ledger: Ledger, escrow: Puppet, way: str
) -> None:
    """Finding H3: a borrower refused title around the room, and the pledge was a stranger's; a financier, around the
    seller that had been paid. What may be refused is settled before: refused, acted upon, or its hours have passed."""
    bill = world.order()
    ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.bank, world.forwarder, b"")
    until = ledger.rejectableUntil(bill)
    ledger.onchain.at(until)
    with refused("TitleUnsettled", bill):
        ledger.lodge(world.forwarder, bill, Endorsement.NONE, escrow, b"")
    ledger.onchain.at(until + 1)
    ledger.lodge(world.forwarder, bill, Endorsement.NONE, escrow, b"")
    if way == "was given by a room":
        escrow.calls("transfer", bill, world.consignee, b"")
    if way == "came back from a room":
        escrow.calls("giveBack", bill, b"")
    assert ledger.rejectableUntil(bill) == 0
    _refuses(ledger, world.bank, bill, "NothingToReject", TITLE)
    assert ledger.bill(bill).titleholder == world.bank.participant


@pytest.mark.parametrize("settled", ["refused", "its holder acted"])
def test_n12_title_that_is_settled_is_lodged(world: World, ledger: Ledger, escrow: Puppet, settled: str) -> None:
    bill = world.order()
    ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.bank, world.bank, b"")
    holder = world.bank
    if settled == "refused":
        ledger.reject(world.bank, bill, BOTH, b"")
        holder = world.shipper
    ledger.lodge(holder, bill, Endorsement.NONE, escrow, b"")  # lodging is an act of the titleholder
    _refuses(ledger, world.bank, bill, "NothingToReject", TITLE)
    assert ledger.rejectableUntil(bill) == 0
