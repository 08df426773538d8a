"""Rooms: contracts that possess for somebody (T1, T4, N8, N22, P1, P5, P12). Of the lodging see test_lodging.py."""

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
    NOT_LODGED,
    TERMS,
    ZERO,
    Endorsement,
    Kind,
    Ledger,
    Lodging,
    Party,
    Rejection,
    Status,
    SurrenderFor,
)
from support.verbs import COUNTRIES, TAKES_NOTHING, Puppet, room
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


@pytest.mark.parametrize("endorsement", [Endorsement.NONE, Endorsement.BLANK], ids=lambda value: value.name.lower())
def test_a_bill_enters_with_terms_as_it_is_or_endorsed_in_blank(
    world: World, ledger: Ledger, escrow: Puppet, endorsement: Endorsement
) -> None:
    bill = world.order()
    escrow.under(world.relayer, 2**208 - 1)
    receipt = ledger.lodge(world.shipper, bill, endorsement, escrow, b"terms of sale")
    blank = endorsement == Endorsement.BLANK
    title, kind = (0, Kind.BLANK) if blank else (world.shipper.participant, Kind.ORDER)
    assert receipt.event("Lodged").args == {
        "bill": bill,
        "from": world.shipper.address,
        "room": escrow.address,
        "endorsement": endorsement,
        "titleholder": title,
        "holder": world.shipper.participant,
        "deal": 2**208 - 1,
        "actCount": 2,
        "terms": b"terms of sale",
    }
    assert [event.name for event in receipt.events] == ["Transfer", "Lodged"]
    assert ledger.entitlement(bill) == (escrow.address, title, kind, Status.LIVE)
    kept = Lodging(escrow.address, world.shipper.participant, world.shipper.number, blank, 2**208 - 1)
    assert ledger.lodged(bill) == kept
    assert (escrow.lastBills(0), escrow.lastFrom(), escrow.lastTerms()) == (
        bill,
        world.shipper.address,
        b"terms of sale",
    )


@pytest.mark.parametrize("endorsement", [Endorsement.NAMED, Endorsement.TO_ORDER], ids=lambda value: value.name.lower())
def test_a_lodging_gives_title_to_no_name(
    world: World, ledger: Ledger, escrow: Puppet, endorsement: Endorsement
) -> None:
    """Trap X2: what the lodging endorsed to a name could not be given back as it came."""
    with refused("EndorseeNotAllowed"):
        ledger.lodge(world.shipper, world.order(), endorsement, escrow, b"")


def test_p1_somebody_is_named_at_every_moment(world: World, ledger: Ledger, escrow: Puppet) -> None:
    """L5: the possessor's own participant, or the one that its room names; while a surrender waits, the carrier."""
    bill = world.blank()
    assert ledger.holderFor(bill) == world.shipper.participant
    _lodge(world, escrow, bill)
    assert ledger.holderFor(bill) == world.shipper.participant
    escrow.calls("hold", bill, world.bank.participant, 0)
    assert ledger.holderFor(bill) == world.bank.participant
    escrow.calls("surrender", bill, SurrenderFor.DELIVERY, world.carrier, ZERO, b"")
    assert ledger.holderFor(bill) == world.carrier.participant
    ledger.refuse(world.carrier, bill, b"no")
    assert ledger.holderFor(bill) == world.bank.participant
    escrow.calls("transfer", bill, world.consignee, b"")
    assert ledger.holderFor(bill) == world.consignee.participant
    assert ledger.holderFor(world.new_id()) == 0


@pytest.mark.parametrize("misbehaviour", ["reverts", "holds for nobody", "holds for a stranger"])
def test_a_room_that_does_not_answer_undoes_the_act(
    world: World, ledger: Ledger, escrow: Puppet, misbehaviour: str
) -> None:
    bill = world.order()
    before = ledger.whole(bill)
    if misbehaviour == "reverts":
        escrow.misbehave(world.relayer, b"\0" * 4, True)
    else:
        escrow.become(world.relayer, NOBODY, 0 if misbehaviour == "holds for nobody" else 999)
    error = {
        "reverts": ("Error", TAKES_NOTHING),
        "holds for nobody": ("RoomHoldsForNobody", escrow, bill),
        "holds for a stranger": ("RoomNotListed", escrow, b"\0\0"),
    }[misbehaviour]
    with refused(*error):
        ledger.lodge(world.shipper, bill, Endorsement.BLANK, escrow, b"terms")
    assert ledger.whole(bill) == before


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


@pytest.mark.parametrize("kind", ["straight", "by name", "order of another"])
def test_who_may_not_endorse_lodges_without_endorsement(
    world: World, ledger: Ledger, escrow: Puppet, kind: str
) -> None:
    bill = {
        "straight": world.straight,
        "by name": lambda: world.by_name(world.shipper),
        "order of another": lambda: world.order(world.bank, world.shipper),
    }[kind]()
    ledger.later(hours=73)
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


@pytest.mark.parametrize("way", ["held for", "given to", "endorsed to", "endorsed to, given to another"])
def test_t4_nothing_goes_through_a_room_to_a_country_that_it_is_not_listed_for(
    world: World, ledger: Ledger, way: str
) -> None:
    """Finding M1, trap X7: asked at the door alone, a room listed for China let out to the Netherlands."""
    escrow = room(world, world.shipper, [b"CN", b"HK"])
    bill, dutch = _lodge(world, escrow), world.consignee
    call: tuple[Any, ...] = {
        "held for": ("hold", bill, dutch.participant, 0),
        "given to": ("transfer", bill, dutch, b""),
        "endorsed to": ("endorse", bill, Endorsement.TO_ORDER, dutch, dutch, b""),
        "endorsed to, given to another": ("endorse", bill, Endorsement.NAMED, dutch, world.forwarder, b""),
    }[way]
    with refused("RoomNotListed", escrow, b"NL"):
        escrow.calls(*call)
    ledger.listRoom(world.lister, escrow, [b"NL"])
    escrow.calls(*call)


def test_t4_a_country_is_taken_off_the_list_and_no_way_out_with_it(world: World, ledger: Ledger) -> None:
    """Finding L1: a country once listed stayed for ever. P5: what is held for its participants leaves all the same."""
    escrow = room(world, world.shipper, [b"CN", b"HK"])
    bills = [_lodge(world, escrow) for _ in range(4)]
    for bill in bills[1:]:
        escrow.calls("hold", bill, world.bank.participant, 0)
    assert ledger.delistRoom(world.delister, escrow, [b"CN", b"HK"]).event("RoomDelisted").countries == (b"CN", b"HK")
    assert not any(ledger.roomListedFor(escrow, country) for country in (b"CN", b"HK"))
    assert ledger.account(escrow).receives, "countries alone are taken off"
    with refused("RoomNotListed", escrow, b"CN"):
        _lodge(world, escrow)
    with refused("RoomNotListed", escrow, b"HK"):
        escrow.calls("hold", bills[0], world.bank.participant, 0)
    with refused("RoomNotListed", escrow, b"HK"):
        escrow.calls("endorse", bills[1], Endorsement.TO_ORDER, world.bank, world.bank, b"")
    escrow.calls("giveBack", bills[0], b"")
    escrow.calls("transfer", bills[1], world.bank_vault, b"to whom it is held for")
    escrow.calls("hold", bills[2], world.shipper.participant, 0)
    escrow.calls("hold", bills[3], world.bank.participant, 5)
    escrow.calls("surrender", bills[3], SurrenderFor.DELIVERY, world.carrier, ZERO, b"")
    ledger.refuse(world.carrier, bills[3], b"no")
    escrow.calls("giveBack", bills[3], b"")
    assert [ledger.ownerOf(bill) for bill in bills] == [
        world.shipper.address,
        world.bank_vault.address,
        escrow.address,
        world.shipper.address,
    ]


# ----------------------------------------------------------------------------------------------------------- leaving


def test_a_room_gives_to_who_receives_endorsed_by_its_terms(world: World, ledger: Ledger, escrow: Puppet) -> None:
    bill = _lodge(world, escrow)
    escrow.calls("endorse", bill, Endorsement.TO_ORDER, world.bank, world.bank, b"paid")
    state = ledger.bill(bill)
    assert ledger.entitlement(bill) == (world.bank.address, world.bank.participant, Kind.ORDER, Status.LIVE)
    assert (state.mayRejectPossession, state.mayRejectTitle) == (False, False)
    assert ledger.lodged(bill) == NOT_LODGED


@pytest.mark.parametrize("lodged", ["in blank", "to order"])
@pytest.mark.parametrize(
    "endorsement", [Endorsement.NAMED, Endorsement.TO_ORDER, Endorsement.BLANK], ids=lambda e: e.name
)
@pytest.mark.parametrize("goes", ["to the endorsee", "to another"])
def test_n5_title_that_a_room_endorses_on_is_not_rejected_wherever_the_bill_goes(
    world: World, ledger: Ledger, escrow: Puppet, lodged: str, endorsement: Endorsement, goes: str
) -> None:
    """What a room gives was agreed by its terms: its receiver may reject neither title nor, with it, possession."""
    bill = _lodge(world, escrow, world.blank() if lodged == "in blank" else world.order())
    to = world.bank if goes == "to the endorsee" else world.forwarder
    endorsee = NOBODY if endorsement == Endorsement.BLANK else world.bank
    kind = {Endorsement.NAMED: Kind.NAMED, Endorsement.TO_ORDER: Kind.ORDER}.get(endorsement, Kind.BLANK)
    agreed = []
    if lodged == "to order":
        paper = ledger.agreement(world.shipper, bill, "endorse", to, getattr(endorsee, "participant", 0), kind)
        agreed.append(escrow.step("agree", paper, world.shipper.signature(ledger.digest("Agreement", paper))))
    escrow.does(*agreed, escrow.step("endorse", bill, endorsement, endorsee, to, b"paid"))

    title = 0 if kind == Kind.BLANK else world.bank.participant
    assert ledger.entitlement(bill) == (to.address, title, kind, Status.LIVE)
    for rejection in (Rejection.TITLE, Rejection.BOTH):
        for receiver in (world.bank, world.forwarder, world.shipper):
            possession = rejection == Rejection.BOTH and receiver is not to
            with refused(*(("NotPossessor", bill, receiver) if possession else ("NothingToReject", bill))):
                ledger.reject(receiver, bill, rejection, b"")


@pytest.mark.parametrize("to", ["itself", "nobody"])
def test_a_room_endorses_out_and_never_in_place(world: World, ledger: Ledger, escrow: Puppet, to: str) -> None:
    """What came in with one title goes back with it: a lodging is undone whole."""
    bill = _lodge(world, escrow)
    with refused("AlreadyPossesses", bill, escrow):
        escrow.calls("endorse", bill, Endorsement.TO_ORDER, world.bank, escrow if to == "itself" else NOBODY, b"")


@pytest.mark.parametrize("rejection", list(Rejection), ids=lambda value: value.name.lower())
@pytest.mark.parametrize("came", ["in blank", "endorsed by the lodging", "just received"])
def test_a_room_rejects_nothing(world: World, ledger: Ledger, escrow: Puppet, came: str, rejection: Rejection) -> None:
    """It refuses what it does not want, and gives back what it holds; only who lodged could be told from the ledger."""
    bill = world.order() if came == "endorsed by the lodging" else world.blank()
    holder = world.shipper
    if came == "just received":
        ledger.transfer(world.shipper, bill, world.bank, b"")
        holder = world.bank
    endorsement = Endorsement.BLANK if came == "endorsed by the lodging" else Endorsement.NONE
    ledger.lodge(holder, bill, endorsement, escrow, b"")
    assert ledger.rejectableUntil(bill) == 0
    with refused("NothingToReject", bill):
        escrow.calls("reject", bill, rejection, b"")


@pytest.mark.parametrize("receiver", ["stranger", "suspended", "winding down", "producer", "unlisted country"])
def test_p12_a_room_gives_nothing_new_to_who_may_not_receive(world: World, ledger: Ledger, receiver: str) -> None:
    """Finding H2: what nobody may be given, no room gives."""
    escrow = room(world, countries=[b"CN", b"HK", b"NL"])
    bill = _lodge(world, escrow)
    party = {"unlisted country": world.other_carrier}.get(receiver) or getattr(world, receiver, world.bank)
    if receiver == "suspended":
        world.suspend(party)
    if receiver == "winding down":
        ledger.setWindingDown(world.lifter, party.participant, True)
    errors = {
        "producer": ("LacksRole", party, MOVE),
        "stranger": ("RoomNotListed", escrow, b"\0\0"),
        "unlisted country": ("RoomNotListed", escrow, b"DK"),
    }
    with refused(*errors.get(receiver, ("MayNotReceive", party))):
        escrow.calls("transfer", bill, party, b"")


def test_p5_a_delisted_room_lets_out_what_it_holds_and_takes_nothing_in(
    world: World, ledger: Ledger, escrow: Puppet
) -> None:
    bills = [_lodge(world, escrow) for _ in range(4)]
    ledger.delistRoom(world.delister, escrow, [])
    escrow.calls("transfer", bills[0], world.bank, b"")
    escrow.calls("giveBack", bills[1], b"")
    escrow.calls("surrender", bills[2], SurrenderFor.DELIVERY, world.carrier, ZERO, b"")
    ledger.refuse(world.carrier, bills[2], b"comes back")
    escrow.calls("hold", bills[3], world.bank.participant, 1)
    owners = [ledger.ownerOf(bill) for bill in bills]
    assert owners == [world.bank.address, world.shipper.address, escrow.address, escrow.address]
    with refused("MayNotReceive", escrow):
        _lodge(world, escrow)


def test_p5_a_room_that_refuses_whatever_it_is_told_still_lets_out(
    world: World, ledger: Ledger, escrow: Puppet
) -> None:
    """No exit calls the room."""
    bills = [_lodge(world, escrow) for _ in range(3)]
    escrow.misbehave(world.relayer, b"\0" * 4, True)
    escrow.calls("transfer", bills[0], world.bank, b"")
    escrow.calls("giveBack", bills[1], b"")
    escrow.calls("surrender", bills[2], SurrenderFor.DELIVERY, world.carrier, ZERO, b"")
    ledger.refuse(world.carrier, bills[2], b"not yet")
    owners = [ledger.ownerOf(bill) for bill in bills]
    assert owners == [world.bank.address, world.shipper.address, escrow.address]


def test_nobody_but_the_room_lets_out(world: World, ledger: Ledger, escrow: Puppet) -> None:
    bill = _lodge(world, escrow)
    for party in (world.shipper, world.bank, world.carrier, world.lister, world.admin):
        for verb, arguments in (("transfer", (world.bank, b"")), ("giveBack", (b"",)), ("hold", (1, 0))):
            with refused("NotPossessor", bill, party):
                getattr(ledger, verb)(party, bill, *arguments)


def test_a_room_surrenders_in_blank_and_is_given_back_what_is_refused(
    world: World, ledger: Ledger, escrow: Puppet
) -> None:
    bill = _lodge(world, escrow)
    before = ledger.whole(bill)
    escrow.will(escrow.step("ownerOf", 0))  # it is not called when a bill comes back (P5)
    escrow.calls("surrender", bill, SurrenderFor.DELIVERY, world.carrier, ZERO, b"")
    ledger.refuse(world.carrier, bill, b"not yet")
    assert ledger.whole(bill) == {**before, "previousAccount": escrow.number}


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


def test_no_bill_goes_from_room_to_room(world: World, ledger: Ledger, escrow: Puppet) -> None:
    """Findings M6, L4; traps X4, X12: the way back through a second room closed when the first was delisted, and the
    second one's acts spent the first one's right. A pledged bill is paid for where it lies."""
    bill, other = _lodge(world, escrow), room(world)
    for verb, arguments in (
        ("transfer", (bill, other, b"")),
        ("transferFrom", (escrow, other, bill)),
        ("safeTransferFrom", (escrow, other, bill)),
        ("endorse", (bill, Endorsement.BLANK, NOBODY, other, b"")),
    ):
        with refused("RoomNeedsTerms", other):
            escrow.calls(verb, *arguments)
    for place in (other, escrow):
        with refused("NotAPerson", escrow):
            escrow.calls("lodge", bill, Endorsement.NONE, place, b"presentation")


# --------------------------------------------------------------------------------------------------------- re-entry


def test_a_room_that_is_entered_touches_no_other_bill(world: World, ledger: Ledger, escrow: Puppet) -> None:
    treasure, bill = world.blank(), world.blank()
    escrow.will(
        escrow.step("transfer", treasure, world.forwarder, b"", may_fail=True),
        escrow.step("transferFrom", world.shipper, world.forwarder, treasure, may_fail=True),
        escrow.step("lodge", treasure, Endorsement.NONE, escrow, b"", may_fail=True),
        escrow.step("hold", treasure, world.bank.participant, 0, may_fail=True),
        escrow.step("giveBack", treasure, b"", may_fail=True),
        escrow.step("reject", treasure, Rejection.ISSUE, b"", may_fail=True),
        escrow.step("surrender", treasure, SurrenderFor.DELIVERY, world.carrier, ZERO, b"", may_fail=True),
    )
    _lodge(world, escrow, bill)
    assert escrow.failures() == 7
    assert ledger.ownerOf(treasure) == world.shipper.address


def test_in_the_middle_of_a_replacement_everything_is_done_already(
    world: World, ledger: Ledger, escrow: Puppet
) -> None:
    """The room is called last: no old bill lives beside its replacements for a moment (P2). Hole N6."""
    bill = _lodge(world, escrow)
    parts = [world.terms(Kind.BLANK) for _ in range(4)]
    escrow.calls("surrender", bill, SurrenderFor.SWITCH, world.carrier, ledger.replacementsHash([bill], parts), b"")
    escrow.will(
        escrow.step("recall", bill, b"", may_fail=True),
        escrow.step("transfer", bill, world.bank, b"", may_fail=True),
        escrow.step("hold", bill, world.bank.participant, 0, may_fail=True),
        escrow.step("giveBack", bill, b"", may_fail=True),
        escrow.step("transfer", parts[0].bill, world.bank, b"part one goes on"),
        escrow.step("reject", parts[1].bill, Rejection.POSSESSION, b"", may_fail=True),
        escrow.step("hold", parts[1].bill, world.bank.participant, 9),
        escrow.step("giveBack", parts[2].bill, b"part three is not pledged"),
    )
    ledger.replace(world.carrier, [bill], parts, b"")
    assert escrow.failures() == 5
    assert [ledger.ownerOf(part.bill) for part in parts] == [
        world.bank.address,
        escrow.address,
        world.shipper.address,
        escrow.address,
    ]
    assert ledger.bill(bill).status == Status.REPLACED
    assert ledger.lodged(bill) == NOT_LODGED
    held = [ledger.lodged(part.bill)[1:] for part in parts]
    assert held == [
        NOT_LODGED[1:],
        (world.bank.participant, world.shipper.number, False, 9),
        NOT_LODGED[1:],
        (world.shipper.participant, world.shipper.number, False, 0),
    ]


def test_an_agreement_shown_for_the_entry_is_no_agreement_inside(world: World, ledger: Ledger, escrow: Puppet) -> None:
    """Agreements name the act count: what was agreed for the lodging serves nothing after it (N14)."""
    bill = world.order()
    step = escrow.step("endorse", bill, Endorsement.TO_ORDER, world.bank, world.bank, b"", may_fail=True)
    messenger = Puppet(world)
    paper = ledger.agreement(world.shipper, bill, "endorse", world.bank, world.bank, Kind.ORDER)
    act = ledger.signed_act(world.shipper, bill, "lodge", bill, Endorsement.NONE, escrow, b"")
    messenger.does(
        messenger.step("agree", paper, world.shipper.signature(ledger.digest("Agreement", paper))),
        messenger.step("act", act, world.shipper.signature(ledger.digest("SignedAct", act))),
        (escrow.address, escrow.data("run", [step]), False),
    )
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
