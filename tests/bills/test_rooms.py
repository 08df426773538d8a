"""Rooms: contracts that possess for somebody (T1, T4, N8, N22, P1, P5)."""

from __future__ import annotations

from typing import Any

import pytest
from eth_abi.abi import encode
from support.contract import refused
from support.trade import (
    ANSWER,
    ISSUE,
    MOVE,
    NOBODY,
    TERMS,
    ZERO,
    Endorsement,
    Kind,
    Ledger,
    Party,
    Purpose,
    Rejection,
    Status,
    SurrenderFor,
)
from support.verbs import COUNTRIES, WILL_NOT_SAY, Puppet, room
from support.world import World

from sampan.keccak import keccak


@pytest.fixture
def escrow(world: World) -> Puppet:
    """A listed room that holds for the shipper."""
    return room(world)


def _lodge(world: World, escrow: Puppet, bill: int | None = None, holder: Party | None = None) -> int:
    bill = world.blank(holder) if bill is None else bill
    world.ledger.lodge(holder or world.shipper, bill, Endorsement.NONE, escrow, b"terms")
    return bill


# --------------------------------------------------------------------------------------------------------- entering


@pytest.mark.parametrize("endorsement", list(Endorsement), ids=lambda value: value.name.lower())
def test_a_bill_enters_with_terms_endorsed_or_not(
    world: World, ledger: Ledger, escrow: Puppet, endorsement: Endorsement
) -> None:
    bill = world.order()
    named = endorsement in (Endorsement.NAMED, Endorsement.TO_ORDER)
    endorsee = world.bank if named else NOBODY
    receipt = ledger.lodge(world.shipper, bill, endorsement, endorsee, escrow, b"terms of sale")
    kind = {Endorsement.NAMED: Kind.NAMED, Endorsement.BLANK: Kind.BLANK}.get(endorsement, Kind.ORDER)
    title = {Endorsement.NONE: world.shipper.participant, Endorsement.BLANK: 0}.get(endorsement, world.bank.participant)
    assert receipt.event("Lodged").args == {
        "bill": bill,
        "from": world.shipper.address,
        "room": escrow.address,
        "endorsement": endorsement,
        "titleholder": title,
        "actCount": 2,
        "terms": b"terms of sale",
    }
    assert ledger.entitlement(bill) == (escrow.address, title, kind, Status.LIVE)
    assert (escrow.lastBills(0), escrow.lastFrom(), escrow.lastSigner(), escrow.lastData()) == (
        bill,
        world.shipper.address,
        world.shipper.address,
        b"terms of sale",
    )


def test_p1_somebody_is_named_at_every_moment(world: World, ledger: Ledger, escrow: Puppet) -> None:
    """L5: the possessor's own participant, or the one that its room names."""
    bill = world.blank()
    assert ledger.holderFor(bill) == world.shipper.participant
    _lodge(world, escrow, bill)
    assert ledger.holderFor(bill) == world.shipper.participant
    escrow.hold(world.relayer, bill, world.bank.participant)
    assert ledger.holderFor(bill) == world.bank.participant
    escrow.calls("surrender", bill, SurrenderFor.DELIVERY, world.carrier, ZERO, b"")
    assert ledger.holderFor(bill) == world.carrier.participant
    assert ledger.holderFor(world.new_id()) == 0


@pytest.mark.parametrize("misbehaviour", ["answers wrong", "reverts", "holds for nobody", "holds for a stranger"])
def test_a_room_that_does_not_answer_undoes_the_act(
    world: World, ledger: Ledger, escrow: Puppet, misbehaviour: str
) -> None:
    bill = world.blank()
    before = ledger.whole(bill)
    if misbehaviour == "answers wrong":
        escrow.misbehave(world.relayer, b"\xff\xff\xff\xff", False)
    elif misbehaviour == "reverts":
        escrow.misbehave(world.relayer, b"\0" * 4, True)
    else:
        escrow.become(world.relayer, NOBODY, 0 if misbehaviour == "holds for nobody" else 999)
    terms = world.terms(Kind.BLANK)

    def error(entering: int) -> tuple[Any, ...]:
        errors = {
            "answers wrong": ("RoomRefused", escrow),
            "reverts": ("Error", WILL_NOT_SAY),
            "holds for nobody": ("RoomHoldsForNobody", escrow, entering),
            "holds for a stranger": ("RoomNotListed", escrow, b"\0\0"),
        }
        return errors[misbehaviour]

    with refused(*error(bill)):
        _lodge(world, escrow, bill)
    with refused(*error(terms.bill)):
        ledger.issue(world.carrier, terms, escrow, b"")
    assert ledger.whole(bill) == before
    assert ledger.bill(terms.bill).status == Status.NONE


@pytest.mark.parametrize("place", ["person", "stranger", "unlisted contract", "ledger", "delisted"])
def test_a_bill_is_lodged_with_a_listed_room_only(world: World, ledger: Ledger, escrow: Puppet, place: str) -> None:
    bill = world.blank()
    if place == "delisted":
        ledger.delistRoom(world.delister, escrow, [])
    somewhere: Any = {
        "person": world.bank,
        "stranger": world.stranger,
        "unlisted contract": Puppet(world, world.shipper),
        "ledger": ledger,
        "delisted": escrow,
    }[place]
    with refused("NotARoom" if place == "person" else "MayNotReceive", somewhere):
        _lodge(world, somewhere, bill)


def test_a_lodging_without_endorsement_names_no_endorsee(world: World, ledger: Ledger, escrow: Puppet) -> None:
    with refused("EndorseeNotAllowed"):
        ledger.lodge(world.shipper, world.order(), Endorsement.NONE, world.bank, escrow, b"")


@pytest.mark.parametrize("kind", ["straight", "by name", "order of another"])
def test_who_may_not_endorse_lodges_without_endorsement(
    world: World, ledger: Ledger, escrow: Puppet, kind: str
) -> None:
    bill = {
        "straight": world.straight,
        "by name": lambda: world.by_name(world.shipper),
        "order of another": lambda: world.order(world.bank, world.shipper),
    }[kind]()
    with refused("MayNotEndorse", bill, world.shipper):
        ledger.lodge(world.shipper, bill, Endorsement.BLANK, escrow, b"")
    before = ledger.bill(bill)
    _lodge(world, escrow, bill)
    assert (ledger.bill(bill).kind, ledger.bill(bill).titleholder) == (before.kind, before.titleholder)


# ------------------------------------------------------------------------------------------------------ jurisdictions


@pytest.mark.parametrize(
    ("countries", "allowed"), [([b"CN", b"HK"], True), ([b"HK"], False), ([], False), ([b"CN"], True)]
)
def test_t4_a_participant_uses_rooms_listed_for_its_country(
    world: World, ledger: Ledger, countries: list[bytes], allowed: bool
) -> None:
    escrow = room(world, world.shipper, countries)
    if allowed:
        _lodge(world, escrow)
    else:
        with refused("RoomNotListed", escrow, b"CN"):
            _lodge(world, escrow)


def test_t4_and_the_one_for_whom_it_holds_likewise(world: World, ledger: Ledger) -> None:
    escrow = room(world, world.consignee, [b"CN"])
    with refused("RoomNotListed", escrow, b"NL"):
        _lodge(world, escrow)
    ledger.listRoom(world.lister, escrow, [b"NL"])
    _lodge(world, escrow)


def test_t4_and_whoever_gives_likewise(world: World, ledger: Ledger) -> None:
    """A room that holds for a Dutch buyer is not open to the Chinese seller for that."""
    escrow = room(world, world.consignee, [b"NL"])
    with refused("RoomNotListed", escrow, b"CN"):
        _lodge(world, escrow)
    ledger.transfer(world.shipper, bill := world.blank(), world.consignee, b"")
    _lodge(world, escrow, bill, world.consignee)


def test_t4_also_when_the_carrier_issues_into_it(world: World, ledger: Ledger) -> None:
    escrow = room(world, world.shipper, [b"HK"])
    with refused("RoomNotListed", escrow, b"CN"):
        ledger.issue(world.carrier, world.terms(Kind.BLANK), escrow, b"")


# ----------------------------------------------------------------------------------------------------------- leaving


def test_a_room_gives_to_who_receives_endorsed_by_its_terms(world: World, ledger: Ledger, escrow: Puppet) -> None:
    bill = _lodge(world, escrow)
    escrow.calls("endorse", bill, Endorsement.TO_ORDER, world.bank, world.bank, b"paid")
    state = ledger.bill(bill)
    assert ledger.entitlement(bill) == (world.bank.address, world.bank.participant, Kind.ORDER, Status.LIVE)
    assert (state.mayRejectPossession, state.mayRejectTitle) == (False, False)


@pytest.mark.parametrize("lodged", ["in blank", "to order"])
@pytest.mark.parametrize(
    "endorsement", [Endorsement.NAMED, Endorsement.TO_ORDER, Endorsement.BLANK], ids=lambda e: e.name
)
@pytest.mark.parametrize("goes", ["nowhere", "to the endorsee", "to another", "to the next room"])
def test_n5_title_that_a_room_endorses_on_is_not_rejected_wherever_the_bill_goes(
    world: World, ledger: Ledger, escrow: Puppet, lodged: str, endorsement: Endorsement, goes: str
) -> None:
    """What a room gives was agreed by its terms: its receiver may reject neither title nor, with it, possession."""
    bill = _lodge(world, escrow, world.blank() if lodged == "in blank" else world.order())
    places = {"to the endorsee": world.bank, "to another": world.forwarder, "to the next room": room(world, world.bank)}
    to = places.get(goes, escrow)
    endorsee = NOBODY if endorsement == Endorsement.BLANK else world.bank
    kind = {Endorsement.NAMED: Kind.NAMED, Endorsement.TO_ORDER: Kind.ORDER}.get(endorsement, Kind.BLANK)
    verb = "lodge" if goes == "to the next room" else "endorse"
    endorse = escrow.step(verb, bill, endorsement, endorsee, NOBODY if to is escrow else to, b"paid")
    agreed = []
    if lodged == "to order":
        paper = ledger.agreement(world.shipper, bill, verb, to, getattr(endorsee, "participant", 0), kind)
        agreed.append(escrow.step("agree", paper, world.shipper.signature(ledger.digest("Agreement", paper))))
    escrow.does(*agreed, endorse)

    title = 0 if kind == Kind.BLANK else world.bank.participant
    assert ledger.entitlement(bill) == (to.address, title, kind, Status.LIVE)
    assert not ledger.bill(bill).mayRejectTitle
    for rejection in (Rejection.TITLE, Rejection.BOTH):
        for receiver in (world.bank, world.forwarder, world.shipper):
            possession = rejection == Rejection.BOTH and receiver is not to
            with refused(*(("NotPossessor", bill, receiver) if possession else ("NothingToReject", bill))):
                ledger.reject(receiver, bill, rejection, b"")
        if isinstance(to, Puppet):
            with refused("NothingToReject", bill):
                to.calls("reject", bill, rejection, b"")


@pytest.mark.parametrize("receiver", ["stranger", "suspended", "winding down", "producer"])
def test_p12_a_room_gives_nothing_new_to_who_may_not_receive(
    world: World, ledger: Ledger, escrow: Puppet, receiver: str
) -> None:
    bill = _lodge(world, escrow)
    party = getattr(world, receiver, world.bank)
    if receiver == "suspended":
        world.suspend(party)
    if receiver == "winding down":
        ledger.setWindingDown(world.lifter, party.participant, True)
    with refused(*(("LacksRole", party, MOVE) if receiver == "producer" else ("MayNotReceive", party))):
        escrow.calls("transfer", bill, party, b"")


@pytest.mark.parametrize("state", ["suspended", "winding down", "suspended while the room is delisted"])
def test_p12_but_returns_what_it_held_for_that_party(world: World, ledger: Ledger, escrow: Puppet, state: str) -> None:
    """N4: a module's return of what it holds is restitution; it stays frozen there."""
    bill = _lodge(world, escrow)
    escrow.calls("sign", bill, Purpose.PLEDGE_NOTED, b"")
    if state == "winding down":
        ledger.setWindingDown(world.lifter, world.shipper.participant, True)
    else:
        world.suspend(world.shipper)
    if "delisted" in state:
        ledger.delistRoom(world.delister, escrow, [])
    escrow.calls("transfer", bill, world.shipper, b"repaid")
    assert ledger.ownerOf(bill) == world.shipper.address


def test_to_another_account_of_that_party_too_but_to_no_removed_one(
    world: World, ledger: Ledger, escrow: Puppet
) -> None:
    bill = _lodge(world, escrow, holder=world.bank)
    escrow.hold(world.relayer, bill, world.bank.participant)
    ledger.removeAccount(world.bank, world.bank, world.bank_vault)
    world.suspend(world.bank_vault)
    with refused("MayNotReceive", world.bank):
        escrow.calls("transfer", bill, world.bank, b"")
    escrow.calls("transfer", bill, world.bank_vault, b"")
    assert ledger.ownerOf(bill) == world.bank_vault.address


def test_p5_a_delisted_room_lets_out_what_it_holds_and_takes_nothing_in(
    world: World, ledger: Ledger, escrow: Puppet
) -> None:
    bills = [_lodge(world, escrow) for _ in range(3)]
    ledger.delistRoom(world.delister, escrow, [])
    escrow.calls("transfer", bills[0], world.bank, b"")
    escrow.calls("reject", bills[1], Rejection.POSSESSION, b"")
    escrow.calls("surrender", bills[2], SurrenderFor.DELIVERY, world.carrier, ZERO, b"")
    ledger.refuse(world.carrier, bills[2], b"comes back")
    assert [ledger.ownerOf(bill) for bill in bills] == [world.bank.address, world.shipper.address, escrow.address]
    with refused("MayNotReceive", escrow):
        _lodge(world, escrow)


def test_p5_a_room_that_will_not_say_for_whom_it_holds_still_lets_out(
    world: World, ledger: Ledger, escrow: Puppet
) -> None:
    bills = [_lodge(world, escrow) for _ in range(2)]
    escrow.misbehave(world.relayer, b"\0" * 4, True)
    escrow.calls("transfer", bills[0], world.bank, b"")
    escrow.calls("reject", bills[1], Rejection.POSSESSION, b"")
    assert ledger.ownerOf(bills[0]) == world.bank.address


def test_nobody_but_the_room_lets_out(world: World, ledger: Ledger, escrow: Puppet) -> None:
    bill = _lodge(world, escrow)
    for party in (world.shipper, world.bank, world.carrier, world.lister, world.admin):
        with refused("NotPossessor", bill, party):
            ledger.transfer(party, bill, world.bank, b"")
        with refused("NotPossessor", bill, party):
            ledger.reject(party, bill, Rejection.POSSESSION, b"") if party.participant else ledger.transfer(
                party, bill, world.bank, b""
            )


def test_a_room_surrenders_in_blank_and_is_given_back_what_is_refused(
    world: World, ledger: Ledger, escrow: Puppet
) -> None:
    bill = _lodge(world, escrow)
    before = ledger.entitlement(bill)
    escrow.will(escrow.step("ownerOf", 0))  # it is not called when a bill comes back (P5)
    escrow.calls("surrender", bill, SurrenderFor.DELIVERY, world.carrier, ZERO, b"")
    ledger.refuse(world.carrier, bill, b"not yet")
    assert ledger.entitlement(bill) == before


def test_a_room_surrenders_to_order_only_with_the_titleholders_signature(
    world: World, ledger: Ledger, escrow: Puppet
) -> None:
    bill = _lodge(world, escrow, world.order())
    step = escrow.step("surrender", bill, SurrenderFor.DELIVERY, world.carrier, ZERO, b"")
    with refused("MayNotSurrender", bill, escrow):
        escrow.does(step)
    detail = keccak(encode(["uint8", "bytes32", "bytes"], [SurrenderFor.DELIVERY, ZERO, b""]))
    paper = ledger.agreement(world.shipper, bill, "surrender", world.carrier, world.shipper, Kind.ORDER, detail)
    signature = world.shipper.signature(ledger.digest("Agreement", paper))
    escrow.does(escrow.step("agree", paper, signature), step)
    ledger.refuse(world.carrier, bill, b"no")
    assert ledger.entitlement(bill) == (escrow.address, world.shipper.participant, Kind.ORDER, Status.LIVE)


def test_a_straight_bill_leaves_a_room_but_is_never_surrendered_by_it(
    world: World, ledger: Ledger, escrow: Puppet
) -> None:
    bill = _lodge(world, escrow, world.straight())
    with refused("MayNotSurrender", bill, escrow):
        escrow.calls("surrender", bill, SurrenderFor.DELIVERY, world.carrier, ZERO, b"")
    escrow.calls("transfer", bill, world.consignee, b"")
    world.pending(bill=bill)


# -------------------------------------------------------------------------------------------------- from room to room


def test_a_bill_goes_straight_from_one_room_to_the_next(world: World, ledger: Ledger, escrow: Puppet) -> None:
    """A pledged bill is presented under a credit; what is refused comes back to the room it came from."""
    credit = room(world, world.shipper)
    bill = _lodge(world, escrow)
    escrow.calls("lodge", bill, Endorsement.NONE, NOBODY, credit, b"presentation")
    assert ledger.ownerOf(bill) == credit.address
    assert (credit.lastFrom(), credit.lastSigner()) == (escrow.address, escrow.address)
    ledger.later(days=100)
    ledger.delistRoom(world.delister, escrow, [])
    credit.calls("reject", bill, Rejection.POSSESSION, b"discrepant")
    assert ledger.ownerOf(bill) == escrow.address
    escrow.calls("transfer", bill, world.shipper, b"repaid")


def test_a_room_does_not_lodge_with_itself(world: World, ledger: Ledger, escrow: Puppet) -> None:
    bill = _lodge(world, escrow)
    with refused("AlreadyPossesses", bill, escrow):
        escrow.calls("lodge", bill, Endorsement.NONE, NOBODY, escrow, b"")


def test_a_room_is_sent_nothing_by_another_room(world: World, ledger: Ledger, escrow: Puppet) -> None:
    other = room(world)
    bill = _lodge(world, escrow)
    for verb, arguments in (
        ("transfer", (bill, other, b"")),
        ("transferFrom", (escrow, other, bill)),
        ("endorse", (bill, Endorsement.BLANK, NOBODY, other, b"")),
    ):
        with refused("RoomNeedsTerms", other):
            escrow.calls(verb, *arguments)


# -------------------------------------------------------------------------------------------------------- reentrancy


def test_a_room_passes_a_bill_on_from_inside(world: World, ledger: Ledger, escrow: Puppet) -> None:
    """Events read in order (N25), and nobody is asked for whom a bill is held that has left."""
    bill = world.blank()
    escrow.become(world.relayer, NOBODY, 0)
    escrow.will(escrow.step("transfer", bill, world.bank, b"straight on"))
    receipt = ledger.lodge(world.shipper, bill, Endorsement.NONE, escrow, b"")
    assert [(event.name, event.actCount) for event in receipt.events if "actCount" in event.args] == [
        ("Lodged", 2),
        ("Transferred", 3),
    ]
    assert ledger.ownerOf(bill) == world.bank.address


def test_a_room_surrenders_from_inside(world: World, ledger: Ledger, escrow: Puppet) -> None:
    bill = world.blank()
    escrow.will(escrow.step("surrender", bill, SurrenderFor.DELIVERY, world.carrier, ZERO, b""))
    _lodge(world, escrow, bill)
    assert ledger.entitlement(bill)[3] == Status.PENDING_DELIVERY
    ledger.refuse(world.carrier, bill, b"no")
    assert ledger.ownerOf(bill) == escrow.address


def test_a_room_that_is_entered_touches_no_other_bill(world: World, ledger: Ledger, escrow: Puppet) -> None:
    treasure, bill = world.blank(), world.blank()
    escrow.will(
        escrow.step("transfer", treasure, world.forwarder, b"", may_fail=True),
        escrow.step("transferFrom", world.shipper, world.forwarder, treasure, may_fail=True),
        escrow.step("lodge", treasure, Endorsement.NONE, NOBODY, escrow, b"", may_fail=True),
        escrow.step("reject", treasure, Rejection.ISSUE, b"", may_fail=True),
        escrow.step("surrender", treasure, SurrenderFor.DELIVERY, world.carrier, ZERO, b"", may_fail=True),
    )
    _lodge(world, escrow, bill)
    assert escrow.failures() == 5
    assert ledger.ownerOf(treasure) == world.shipper.address


def test_in_the_middle_of_a_replacement_everything_is_done_already(
    world: World, ledger: Ledger, escrow: Puppet
) -> None:
    """The room is called last: no old bill lives beside its replacements for a moment (P2)."""
    bill = _lodge(world, escrow)
    parts = [world.terms(Kind.BLANK) for _ in range(2)]
    escrow.calls("surrender", bill, SurrenderFor.SWITCH, world.carrier, ledger.replacementsHash([bill], parts), b"")
    escrow.will(
        escrow.step("recall", bill, b"", may_fail=True),
        escrow.step("transfer", bill, world.bank, b"", may_fail=True),
        escrow.step("transfer", parts[0].bill, world.bank, b"part one goes on"),
        escrow.step("reject", parts[1].bill, Rejection.POSSESSION, b"", may_fail=True),
    )
    ledger.replace(world.carrier, [bill], parts, b"")
    assert escrow.failures() == 3
    assert [ledger.ownerOf(part.bill) for part in parts] == [world.bank.address, escrow.address]
    assert ledger.bill(bill).status == Status.REPLACED


def test_an_agreement_shown_for_the_entry_is_no_agreement_inside(world: World, ledger: Ledger, escrow: Puppet) -> None:
    """Agreements name the act count: what was agreed for the lodging serves nothing after it (N14)."""
    bill = world.order()
    escrow.will(escrow.step("endorse", bill, Endorsement.TO_ORDER, world.bank, world.bank, b"", may_fail=True))
    paper = ledger.agreement(world.shipper, bill, "endorse", world.bank, world.bank, Kind.ORDER)
    lodge = ledger.data("lodge", bill, Endorsement.NONE, NOBODY, escrow, b"")
    ledger.together(world.shipper, ledger.agreed_call(paper), lodge)
    assert escrow.failures() == 1
    assert ledger.bill(bill).titleholder == world.shipper.participant


# --------------------------------------------------------------------------------------------------- what a room is not


def test_a_room_has_the_role_to_move_and_no_other(world: World, ledger: Ledger, escrow: Puppet) -> None:
    known = ledger.account(escrow)
    assert (known.participant, known.lei, known.roles, known.room, known.country) == (0, 0, MOVE, True, b"\0\0")
    with refused("LacksRole", escrow, ISSUE):
        escrow.calls("issue", world.terms(Kind.BLANK), world.shipper, b"")
    with refused("LacksRole", escrow, ANSWER):
        escrow.calls("accept", world.pending(), b"")
    for call in (("signRulebook", b"\x01" * 32), ("publishRecordLaws", 1), ("setGiver", 1, True)):
        with refused("LacksRole", escrow, TERMS):
            escrow.calls(*call)


def test_a_room_has_no_other_account(world: World, ledger: Ledger, escrow: Puppet) -> None:
    deadline = ledger.now + 100
    paper = (0, world.stranger, 0, 0, deadline)
    signature = world.stranger.signature(ledger.digest("NewAccount", paper))
    with refused("LacksRole", escrow, TERMS):
        escrow.calls("addAccount", escrow, world.stranger, 0, 0, deadline, b"", signature)
    with refused("NotAnAccount", escrow):
        escrow.calls("removeAccount", escrow, world.shipper)


def test_n7_a_room_is_not_recovered(world: World, ledger: Ledger, escrow: Puppet) -> None:
    with refused("NotAnAccount", escrow):
        ledger.proposeRecovery(world.recoverer, escrow, world.stranger, MOVE, ledger.now + 9, b"order", b"")
    with refused("NotAnAccount", escrow):
        ledger.proposeRecovery(world.recoverer, world.bank, escrow, 0, 0, b"order", b"")


def test_the_countries_of_the_test_rooms_are_those_of_the_parties(world: World) -> None:
    assert {party.country.encode() for party in world.parties() if party.country} == set(COUNTRIES)
