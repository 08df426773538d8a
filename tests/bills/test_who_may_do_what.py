"""Who may do what, by kind of bill and by who possesses it: the table of T6, cell by cell."""

from __future__ import annotations

import pytest
from eth_abi.abi import encode
from support.contract import refused
from support.trade import (
    ANSWER,
    ISSUE,
    MOVE,
    NOBODY,
    ZERO,
    Endorsement,
    Kind,
    Ledger,
    Party,
    Purpose,
    Status,
    SurrenderFor,
)
from support.verbs import room
from support.world import World

from sampan.keccak import keccak

HOLDINGS = {
    "straight, shipper possesses": ("shipper", Kind.STRAIGHT, True, False),
    "straight, consignee possesses": ("consignee", Kind.STRAIGHT, True, False),
    "straight, forwarder possesses": ("forwarder", Kind.STRAIGHT, False, False),
    "order, titleholder possesses": ("bank", Kind.ORDER, True, True),
    "order, another account of the titleholder possesses": ("bank_vault", Kind.ORDER, True, True),
    "order, forwarder possesses": ("forwarder", Kind.ORDER, False, False),
    "by name, titleholder possesses": ("bank", Kind.NAMED, True, False),
    "by name, forwarder possesses": ("forwarder", Kind.NAMED, False, False),
    "blank, anybody possesses": ("forwarder", Kind.BLANK, True, True),
}
"""Who possesses, the kind, whether that possessor surrenders alone, whether it endorses."""


@pytest.fixture(params=HOLDINGS)
def holding(request: pytest.FixtureRequest, world: World) -> tuple[int, Party, Kind, bool, bool]:
    name, kind, surrenders, endorses = HOLDINGS[request.param]
    holder: Party = getattr(world, name)
    ledger = world.ledger
    if kind == Kind.STRAIGHT:
        bill = world.straight()
        if holder is not world.shipper:
            ledger.transfer(world.shipper, bill, holder, b"")
    elif kind == Kind.BLANK:
        bill = world.blank(holder)
    elif kind == Kind.ORDER:
        bill = world.order(world.bank, holder)
    else:
        bill = world.by_name(world.bank, None if holder is world.bank else holder)
    assert ledger.entitlement(bill)[0] == holder.address
    assert ledger.bill(bill).kind == kind
    return bill, holder, kind, surrenders, endorses


Holding = tuple[int, Party, Kind, bool, bool]


def test_every_possessor_passes_possession_on_and_title_stays(world: World, ledger: Ledger, holding: Holding) -> None:
    """N1: a plain transfer never changes title."""
    bill, holder, kind, _, _ = holding
    title = ledger.bill(bill).titleholder
    ledger.transfer(holder, bill, world.other_carrier, b"")
    assert ledger.entitlement(bill) == (world.other_carrier.address, title, kind, Status.LIVE)


@pytest.mark.parametrize("purpose", list(Purpose), ids=lambda purpose: purpose.name.lower())
def test_every_possessor_signs(world: World, ledger: Ledger, holding: Holding, purpose: Purpose) -> None:
    bill, holder, *_ = holding
    before = ledger.entitlement(bill)
    event = ledger.sign(holder, bill, purpose, b"in good order").event("Signed")
    assert (event.actor, event.purpose, event.remark) == (holder.address, purpose, b"in good order")
    assert ledger.entitlement(bill) == before


@pytest.mark.parametrize("moves", [False, True], ids=["in place", "with possession"])
@pytest.mark.parametrize(
    "endorsement", [Endorsement.NAMED, Endorsement.TO_ORDER, Endorsement.BLANK], ids=lambda value: value.name.lower()
)
def test_who_endorses(world: World, ledger: Ledger, holding: Holding, endorsement: Endorsement, moves: bool) -> None:
    bill, holder, _, _, endorses = holding
    endorsee = NOBODY if endorsement == Endorsement.BLANK else world.other_carrier
    to = world.other_carrier if moves else NOBODY
    before = ledger.whole(bill)
    if not endorses:
        with refused("MayNotEndorse", bill, holder):
            ledger.endorse(holder, bill, endorsement, endorsee, to, b"")
        assert ledger.whole(bill) == before
        return
    event = ledger.endorse(holder, bill, endorsement, endorsee, to, b"endorsed").event("Endorsed")
    kind = {Endorsement.NAMED: Kind.NAMED, Endorsement.TO_ORDER: Kind.ORDER, Endorsement.BLANK: Kind.BLANK}[endorsement]
    title = 0 if endorsement == Endorsement.BLANK else world.other_carrier.participant
    possessor = (world.other_carrier if moves else holder).address
    assert ledger.entitlement(bill) == (possessor, title, kind, Status.LIVE)
    assert event.args == {
        "bill": bill,
        "from": holder.address,
        "to": possessor,
        "endorsement": endorsement,
        "titleholder": title,
        "actCount": ledger.bill(bill).actCount,
        "remark": b"endorsed",
    }


@pytest.mark.parametrize("purpose", list(SurrenderFor), ids=lambda purpose: purpose.name.lower())
def test_who_surrenders(world: World, ledger: Ledger, holding: Holding, purpose: SurrenderFor) -> None:
    """DCSA: SREQ and AREQ alike."""
    bill, holder, kind, surrenders, _ = holding
    before = ledger.whole(bill)
    if not surrenders:
        with refused("MayNotSurrender", bill, holder):
            ledger.surrender(holder, bill, purpose, world.carrier, ZERO, b"")
        assert ledger.whole(bill) == before
        return
    event = ledger.surrender(holder, bill, purpose, world.carrier, ZERO, b"").event("Surrendered")
    assert (event.args["from"], event.to, event.purpose) == (holder.address, world.carrier.address, purpose)
    status = {SurrenderFor.DELIVERY: Status.PENDING_DELIVERY, SurrenderFor.PAPER: Status.PENDING_PAPER}
    expected = status.get(purpose, Status.PENDING_AMENDMENT)
    assert ledger.entitlement(bill) == (world.carrier.address, before["titleholder"], kind, expected)


@pytest.mark.parametrize("holding", [name for name, cell in HOLDINGS.items() if not cell[2]], indirect=True)
@pytest.mark.parametrize("purpose", list(SurrenderFor), ids=lambda purpose: purpose.name.lower())
def test_another_possessor_surrenders_with_the_titleholders_signature(
    world: World, ledger: Ledger, holding: Holding, purpose: SurrenderFor
) -> None:
    """T6: the possessor represents the titleholder, and the log says so. A straight bill knows no such thing."""
    bill, holder, kind, *_ = holding
    titleholder = world.consignee if kind == Kind.STRAIGHT else world.bank
    detail = keccak(encode(["uint8", "bytes32", "bytes"], [purpose, ZERO, b""]))
    paper = ledger.agreement(titleholder, bill, "surrender", world.carrier, titleholder, kind, detail)
    calls = (ledger.agreed_call(paper), ledger.data("surrender", bill, purpose, world.carrier, ZERO, b""))
    if kind == Kind.STRAIGHT:
        with refused("MayNotSurrender", bill, holder):
            ledger.together(holder, *calls)
        return
    receipt = ledger.together(holder, *calls)
    agreed = receipt.event("Agreed")
    assert (agreed.bill, agreed.signer, agreed.verb) == (bill, titleholder.address, ledger.selector("surrender"))
    assert receipt.event("Surrendered").args["from"] == holder.address


@pytest.mark.parametrize("wrong", ["purpose", "carrier's account", "agreed replacements", "bill", "signer", "kind"])
def test_the_titleholders_signature_is_for_this_very_surrender(world: World, ledger: Ledger, wrong: str) -> None:
    bill, other = world.order(world.bank, world.forwarder), world.order(world.bank, world.forwarder)
    purpose = SurrenderFor.PAPER if wrong == "purpose" else SurrenderFor.AMENDMENT
    agreed = keccak(b"others") if wrong == "agreed replacements" else ZERO
    paper = ledger.agreement(
        world.consignee if wrong == "signer" else world.bank,
        other if wrong == "bill" else bill,
        "surrender",
        world.carrier_desk if wrong == "carrier's account" else world.carrier,
        world.bank,
        Kind.NAMED if wrong == "kind" else Kind.ORDER,
        keccak(encode(["uint8", "bytes32", "bytes"], [purpose, agreed, b""])),
    )
    surrender = ledger.data("surrender", bill, SurrenderFor.AMENDMENT, world.carrier, ZERO, b"")
    with refused("MayNotSurrender", bill, world.forwarder):
        ledger.together(world.forwarder, ledger.agreed_call(paper), surrender)


# ------------------------------------------------------------------------------------------------------- to whom


@pytest.mark.parametrize(
    ("verb", "receiver"),
    [
        (verb, receiver)
        for verb in ("transfer", "transferFrom", "endorse with possession", "endorse title")
        for receiver in ("stranger", "ledger", "zero", "suspended", "winding down", "producer")
        if receiver != "zero" or verb.startswith("transfer")  # zero means: in place, and: in blank
    ],
)
def test_p12_nothing_new_is_given_to_who_may_not_receive(
    world: World, ledger: Ledger, verb: str, receiver: str
) -> None:
    bill = world.order()
    party = {"suspended": world.bank, "winding down": world.bank}.get(receiver) or getattr(world, receiver, None)
    address = {"ledger": ledger.address, "zero": NOBODY}.get(receiver) or party.address  # type: ignore[union-attr]
    if receiver == "suspended":
        world.suspend(world.bank)
    if receiver == "winding down":
        ledger.setWindingDown(world.lifter, world.bank.participant, True)
    with refused(*(("LacksRole", address, MOVE) if receiver == "producer" else ("MayNotReceive", address))):
        if verb == "transfer":
            ledger.transfer(world.shipper, bill, address, b"")
        elif verb == "transferFrom":
            ledger.transferFrom(world.shipper, world.shipper, address, bill)
        elif verb == "endorse with possession":
            ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.consignee, address, b"")
        else:
            ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, address, NOBODY, b"")


def test_whoever_winds_down_passes_on_what_it_has(world: World, ledger: Ledger, shipper: Party) -> None:
    bill = world.order()
    ledger.setWindingDown(world.lifter, shipper.participant, True)
    ledger.endorse(shipper, bill, Endorsement.TO_ORDER, world.bank, world.bank, b"")


@pytest.mark.parametrize("verb", ["transfer", "transferFrom", "endorse"])
def test_a_bill_is_not_passed_to_oneself(world: World, ledger: Ledger, shipper: Party, verb: str) -> None:
    bill = world.order()
    if verb == "endorse":  # the same account means: in place
        ledger.endorse(shipper, bill, Endorsement.BLANK, NOBODY, shipper, b"")
        assert ledger.entitlement(bill) == (shipper.address, 0, Kind.BLANK, Status.LIVE)
        return
    with refused("AlreadyPossesses", bill, shipper):
        if verb == "transfer":
            ledger.transfer(shipper, bill, shipper, b"")
        else:
            ledger.transferFrom(shipper, shipper, shipper, bill)


def test_the_suspended_titleholder_stops_nobody_from_passing_possession(world: World, ledger: Ledger) -> None:
    """P12, P14: a suspension takes standing from one party, no bill from another."""
    bill = world.order(world.bank, world.forwarder)
    world.suspend(world.bank)
    ledger.transfer(world.forwarder, bill, world.consignee, b"")


def test_an_endorsement_says_how(world: World, ledger: Ledger, shipper: Party) -> None:
    bill = world.order()
    with refused("EndorsementRequired"):
        ledger.endorse(shipper, bill, Endorsement.NONE, world.bank, NOBODY, b"")
    with refused("TitleholderRequired", bill):
        ledger.endorse(shipper, bill, Endorsement.TO_ORDER, NOBODY, NOBODY, b"")
    with refused("TitleholderRequired", bill):
        ledger.endorse(shipper, bill, Endorsement.NAMED, NOBODY, world.bank, b"")
    with refused("EndorseeNotAllowed"):
        ledger.endorse(shipper, bill, Endorsement.BLANK, world.bank, NOBODY, b"")


def test_t1_title_is_never_endorsed_to_a_room(world: World, ledger: Ledger, shipper: Party) -> None:
    bill, somewhere = world.order(), room(world)
    for endorsement in (Endorsement.NAMED, Endorsement.TO_ORDER):
        with refused("NotAPerson", somewhere):
            ledger.endorse(shipper, bill, endorsement, somewhere, NOBODY, b"")
        with refused("NotAPerson", somewhere):
            ledger.endorse(shipper, bill, endorsement, somewhere, world.bank, b"")
    with refused("RoomNeedsTerms", somewhere):
        ledger.endorse(shipper, bill, Endorsement.BLANK, NOBODY, somewhere, b"")


def test_a_former_titleholder_endorses_nothing(world: World, ledger: Ledger, shipper: Party) -> None:
    bill = world.order()
    ledger.endorse(shipper, bill, Endorsement.TO_ORDER, world.bank, NOBODY, b"")
    with refused("MayNotEndorse", bill, shipper):
        ledger.endorse(shipper, bill, Endorsement.TO_ORDER, world.consignee, NOBODY, b"")


def test_a_chain_of_endorsements_ends_with_the_last_endorsee(world: World, ledger: Ledger) -> None:
    """L10: each is in the log with endorser, endorsee and kind."""
    bill = world.order()
    ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.bank, world.bank, b"")
    ledger.endorse(world.bank, bill, Endorsement.BLANK, NOBODY, world.forwarder, b"")
    ledger.endorse(world.forwarder, bill, Endorsement.TO_ORDER, world.forwarder, NOBODY, b"")
    ledger.endorse(world.forwarder, bill, Endorsement.NAMED, world.consignee, world.consignee, b"")
    assert ledger.entitlement(bill) == (
        world.consignee.address,
        world.consignee.participant,
        Kind.NAMED,
        Status.LIVE,
    )
    assert ledger.bill(bill).actCount == 5


# ---------------------------------------------------------------------------------------- to the carrier, and from it


@pytest.mark.parametrize("wrong", ["other_carrier", "shipper", "stranger", "issuing key"])
def test_n17_a_bill_is_surrendered_to_an_account_of_its_carrier_that_answers(
    world: World, ledger: Ledger, wrong: str
) -> None:
    bill = world.blank()
    agent = world.add_account(world.carrier, world.relayer, ISSUE)
    party = agent if wrong == "issuing key" else getattr(world, wrong)
    errors = {"other_carrier": ("NotCarrier", bill, party), "stranger": ("MayNotAct", party)}
    with refused(*errors.get(wrong, ("LacksRole", party, ANSWER))):
        ledger.surrender(world.shipper, bill, SurrenderFor.DELIVERY, party, ZERO, b"")


def test_a_bill_is_not_surrendered_to_a_suspended_carrier(world: World, ledger: Ledger) -> None:
    bill = world.blank()
    world.suspend(world.carrier)
    with refused("MayNotAct", world.carrier):
        ledger.surrender(world.shipper, bill, SurrenderFor.DELIVERY, world.carrier, ZERO, b"")


def test_l18_delivery_is_recorded_only_after_an_accepted_surrender(world: World, ledger: Ledger) -> None:
    """P9."""
    bill = world.blank()
    with refused("WrongStatus", bill, Status.LIVE):
        ledger.deliver(world.carrier, bill, b"")
    world.pending(bill=bill)
    with refused("WrongStatus", bill, Status.PENDING_DELIVERY):
        ledger.deliver(world.carrier, bill, b"")
    ledger.accept(world.carrier, bill, b"")
    assert ledger.deliver(world.carrier, bill, b"gate 4").event("Delivered").remark == b"gate 4"
    assert ledger.bill(bill).status == Status.DELIVERED


@pytest.mark.parametrize("purpose", [SurrenderFor.DELIVERY, SurrenderFor.PAPER], ids=lambda value: value.name.lower())
def test_replacements_are_agreed_for_an_amendment_and_for_nothing_else(
    world: World, ledger: Ledger, purpose: SurrenderFor
) -> None:
    """Else a hash agreed by a former holder would wait for the next one's surrender (P4)."""
    bill = world.blank()
    with refused("NothingToReplace", bill):
        ledger.surrender(world.shipper, bill, purpose, world.carrier, b"\x01" * 32, b"")
