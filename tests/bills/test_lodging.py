"""What the ledger keeps of a bill in a room, and what nobody can make of it (P1, P4, P5, P12, P14).

The holes that were looked for in the lodging, and the traps of rooms as they were before: docs/attacks.md has them all.
"""

from __future__ import annotations

from typing import Any

import pytest
from support.contract import refused
from support.onchain import OpenBlock
from support.trade import (
    DAY,
    HOUR,
    MOST_ACTS,
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
    Purpose,
    Receiving,
    Rejection,
    Status,
    SurrenderFor,
    Terms,
)
from support.verbs import STATEMENT, Puppet, bill_in, room, wallet_of
from support.world import World

from sampan.keccak import keccak

NEXT = 1 << 140


@pytest.fixture
def escrow(world: World) -> Puppet:
    """A listed room that holds for the shipper."""
    return room(world)


def _lodge(world: World, escrow: Puppet, bill: int | None = None, lodger: Party | None = None) -> int:
    bill = world.blank(lodger) if bill is None else bill
    world.ledger.lodge(lodger or world.shipper, bill, Endorsement.NONE, escrow, b"")
    return bill


def _surrendered(world: World, escrow: Puppet, bill: int, terms: list[Terms] | None = None) -> None:
    """The room surrenders: for delivery, or for amendment with these replacements."""
    purpose = SurrenderFor.DELIVERY if terms is None else SurrenderFor.AMENDMENT
    agreed = ZERO if terms is None else world.ledger.replacementsHash([bill], terms)
    escrow.calls("surrender", bill, purpose, world.carrier, agreed, b"")


# ---------------------------------------------------------------------------------------------------- at the door


def test_the_room_is_shown_the_bill_as_it_is_now_and_who_gave_it(world: World, ledger: Ledger, escrow: Puppet) -> None:
    """What every room needs it is told at the door, and need not ask back."""
    bill = world.order()
    ledger.lodge(world.shipper, bill, Endorsement.BLANK, escrow, b"")
    word = ledger.onchain.storage(bytes.fromhex(ledger.address[2:]), ledger.slot_of(bill)) >> 160
    assert escrow.lastWord() == word
    assert escrow.lastGiver() == ledger.standing(world.shipper)


def test_hole_n5_before_it_has_answered_a_room_does_nothing_with_the_bill(
    world: World, ledger: Ledger, escrow: Puppet
) -> None:
    """Trap X12: let out from inside and lodged again by another, the outer act would have named the first as lodger."""
    bill, other = world.blank(), room(world)
    not_lodged = keccak(b"NotLodged(uint256)")[:4] + bill.to_bytes(32, "big")
    acts: dict[str, tuple[Any, ...]] = {
        "hold": (bill, world.bank.participant, 0),
        "giveBack": (bill, b""),
        "transfer": (bill, world.bank, b""),
        "transferFrom": (escrow, world.bank, bill),
        "safeTransferFrom": (escrow, world.bank, bill),
        "endorse": (bill, Endorsement.TO_ORDER, world.bank, world.bank, b""),
        "lodge": (bill, Endorsement.NONE, other, b""),
        "sign": (bill, Purpose.SEEN, b""),
        "approve": (world.bank, bill),
        "surrender": (bill, SurrenderFor.DELIVERY, world.carrier, ZERO, b""),
        "multicall": ([ledger.data("transfer", bill, world.bank, b"")],),
    }
    others: dict[str, tuple[Any, ...]] = {
        "reject": (bill, Rejection.POSSESSION, b""),
        "recall": (bill, b""),
        "recover": (bill,),
    }
    steps = [escrow.step(verb, *arguments, may_fail=True) for verb, arguments in {**acts, **others}.items()]
    for verb, arguments in acts.items():
        mark = ledger.onchain.mark()
        escrow.will(escrow.step(verb, *arguments, may_fail=True))
        _lodge(world, escrow, bill)
        assert (escrow.failures(), escrow.lastFailure()) == (1, not_lodged), verb
        ledger.onchain.back(mark)
    escrow.will(*steps)
    _lodge(world, escrow, bill)
    assert escrow.failures() == len(steps)
    assert ledger.entitlement(bill) == (escrow.address, 0, Kind.BLANK, Status.LIVE)
    assert ledger.bill(bill).actCount == 2


def test_p10_while_a_room_is_asked_nobodys_standing_or_consent_changes(
    world: World, ledger: Ledger, escrow: Puppet
) -> None:
    """Whoever replays the log reads that before the lodging, which would be of somebody that may not lodge any more."""
    bill, asked = world.blank(world.bank), keccak(b"RoomIsAsked(uint256)")[:4]
    ledger.proposeRecovery(world.recoverer, world.bank, world.bank_vault, 0, 0, b"lost", b"")
    ledger.later(days=7, hours=1)
    paper = ledger.agreement(world.forwarder, bill, "transfer", world.forwarder, 0, Kind.BLANK, act_count=2)
    signature = world.forwarder.signature(ledger.digest("Agreement", paper))
    for verb, arguments in {
        "executeRecovery": (world.bank,),
        "setApprovalForAll": (world.forwarder, True),
        "cancel": (ZERO,),
        "agree": (paper, signature),
        "record": (paper, signature),
    }.items():
        mark = ledger.onchain.mark()
        escrow.will(escrow.step(verb, *arguments, may_fail=True))
        _lodge(world, escrow, bill, world.bank)
        assert (escrow.failures(), escrow.lastFailure()) == (1, asked + bill.to_bytes(32, "big")), verb
        escrow.calls(verb, *arguments)
        ledger.onchain.back(mark)


def _wallet_of_the_bank(world: World) -> Puppet:
    """An account of the bank's that is a contract, whose strings anybody pulls."""
    return wallet_of(world, world.bank, world.stranger)


def test_hole_n5_another_bill_that_is_lodged_from_inside_is_kept_for_itself(
    world: World, ledger: Ledger, escrow: Puppet
) -> None:
    """And the first room is asked until it has answered itself."""
    vault = _wallet_of_the_bank(world)
    outer, inner, asked = world.blank(), world.blank(vault), keccak(b"RoomIsAsked(uint256)")[:4]
    other = room(world, world.bank)
    lodge = vault.step("lodge", inner, Endorsement.NONE, other, b"")
    escrow.will(
        (vault.address, vault.data("run", [lodge]), False),
        escrow.step("setApprovalForAll", world.bank, True, may_fail=True),
    )
    _lodge(world, escrow, outer)
    assert (escrow.failures(), escrow.lastFailure()) == (1, asked + outer.to_bytes(32, "big"))
    assert ledger.lodged(outer) == (escrow.address, world.shipper.participant, world.shipper.number, False, 0)
    assert ledger.lodged(inner) == (other.address, world.bank.participant, vault.number, False, 0)


def test_hole_n5_what_a_signature_does_from_inside_waits_for_the_answer(
    world: World, ledger: Ledger, escrow: Puppet
) -> None:
    bill = world.blank(world.bank)
    act = ledger.signed_act(world.bank, bill, "transfer", bill, world.forwarder, b"")
    signature = world.bank.signature(ledger.digest("SignedAct", act))
    escrow.will(escrow.step("act", act, signature, may_fail=True))
    _lodge(world, escrow)
    assert (escrow.failures(), ledger.ownerOf(bill)) == (1, world.bank.address)
    ledger.act(world.relayer, act, signature)


@pytest.mark.parametrize("view", ["holderFor", "lodging", "ownerOf"])
def test_hole_n14_while_a_room_is_asked_the_bill_is_held_for_nobody(
    world: World, ledger: Ledger, escrow: Puppet, view: str
) -> None:
    """A token that calls back finds nothing to repay or to release."""
    bill = world.blank()
    escrow.will(escrow.step(view, bill))
    _lodge(world, escrow, bill)
    possessor = int(escrow.address, 16).to_bytes(32, "big")
    assert escrow.lastAnswer() == {"holderFor": ZERO, "lodging": ZERO * 2, "ownerOf": possessor}[view]


@pytest.mark.parametrize("answer", ["nobody", "unknown", "a wider number", "the giver's, wider", "the largest"])
def test_hole_n7_a_room_answers_a_participant_and_nothing_that_looks_like_one(
    world: World, ledger: Ledger, escrow: Puppet, answer: str
) -> None:
    number = {
        "nobody": 0,
        "unknown": 999,
        "a wider number": 2**20 + world.bank.participant,
        "the giver's, wider": 2**20 + world.shipper.participant,
        "the largest": 2**256 - 1,
    }[answer]
    escrow.become(world.relayer, NOBODY, number)
    bill, other = world.blank(), room(world)
    error = ("RoomHoldsForNobody", escrow, bill) if number == 0 else ("RoomNotListed", escrow, b"\0\0")
    with refused(*error):
        _lodge(world, escrow, bill)
    _lodge(world, other, bill)
    error = ("RoomHoldsForNobody", other, bill) if number == 0 else ("RoomNotListed", other, b"\0\0")
    with refused(*error):
        other.calls("hold", bill, number, 0)
    other.calls("hold", bill, world.shipper.participant, 2**208 - 1)
    assert ledger.lodged(bill).deal == 2**208 - 1


def test_hole_n15_what_its_titleholder_may_still_refuse_waits_for_its_hours(
    world: World, ledger: Ledger, escrow: Puppet
) -> None:
    """A keeper that would pledge for the titleholder waits, or the titleholder acts. Traps X2, X10."""
    bill = world.order()
    ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.bank, NOBODY, b"")
    with refused("TitleUnsettled", bill):
        _lodge(world, escrow, bill)
    mark = ledger.onchain.mark()
    ledger.later(hours=73)
    _lodge(world, escrow, bill)
    ledger.onchain.back(mark)
    ledger.transfer(world.shipper, bill, world.bank, b"")
    _lodge(world, escrow, bill, world.bank)
    assert ledger.rejectableUntil(bill) == 0


# ------------------------------------------------------------------------------------------------- for whom, P12


def test_a_room_names_another_holder_which_is_an_act(world: World, ledger: Ledger, escrow: Puppet) -> None:
    bill = _lodge(world, escrow)
    event = escrow.calls("hold", bill, world.bank.participant, 5).event("HeldFor")
    assert event.args == {
        "bill": bill,
        "room": escrow.address,
        "holder": world.bank.participant,
        "deal": 5,
        "actCount": 3,
    }
    assert ledger.lodged(bill) == Lodging(escrow.address, world.bank.participant, world.shipper.number, False, 5)


def test_another_deal_for_the_same_holder_is_noted_and_no_act(world: World, ledger: Ledger, escrow: Puppet) -> None:
    """A counted act would void what was agreed for the next one."""
    bill = _lodge(world, escrow)
    before = ledger.whole(bill)
    event = escrow.calls("hold", bill, world.shipper.participant, 2**208 - 1).event("DealChanged")
    assert event.args == {"bill": bill, "room": escrow.address, "deal": 2**208 - 1, "note": ledger.noteCount()}
    assert ledger.bill(bill).actCount == 2
    assert ledger.whole(bill) == {**before, "lodging": before["lodging"]._replace(deal=2**208 - 1)}


@pytest.mark.parametrize("state", ["suspended", "winding down"])
@pytest.mark.parametrize("how", ["answered at the door", "named later"])
def test_p12_no_room_holds_anew_for_who_may_be_given_nothing(
    world: World, ledger: Ledger, escrow: Puppet, state: str, how: str
) -> None:
    """Finding H2, trap X6: lodged for a wound-down consignee, handed over and surrendered, a bill took the cargo."""
    party, bill = world.consignee, world.blank()
    if state == "suspended":
        world.suspend(party)
    else:
        ledger.setWindingDown(world.lifter, party.participant, True)
    if how == "answered at the door":
        escrow.become(world.relayer, NOBODY, party.participant)
        with refused("MayNotHold", party.participant):
            _lodge(world, escrow, bill)
    else:
        _lodge(world, escrow, bill)
        with refused("MayNotHold", party.participant):
            escrow.calls("hold", bill, party.participant, 0)
        with refused("MayNotReceive", party):
            escrow.calls("transfer", bill, party, b"")
        with refused("MayNotReceive", party):
            escrow.calls("endorse", bill, Endorsement.TO_ORDER, party, world.bank, b"")


@pytest.mark.parametrize("state", ["suspended", "winding down"])
def test_p12_but_for_whoever_lodged_whatever_became_of_it(
    world: World, ledger: Ledger, escrow: Puppet, state: str
) -> None:
    """What is its own is not something new: a deal that is called off names the lodger again."""
    bill = _lodge(world, escrow, lodger=world.bank)
    escrow.calls("hold", bill, world.consignee.participant, 5)
    if state == "suspended":
        world.suspend(world.bank)
    else:
        ledger.setWindingDown(world.lifter, world.bank.participant, True)
    ledger.delistRoom(world.delister, escrow, [b"HK"])
    escrow.calls("hold", bill, world.bank.participant, 0)
    escrow.calls("hold", bill, world.bank.participant, 6)
    assert ledger.holderFor(bill) == world.bank.participant


@pytest.mark.parametrize("state", ["suspended", "winding down", "suspended, room delisted", "country unlisted"])
def test_hole_n2_whoever_a_room_holds_for_is_not_shut_out_by_what_befell_it_since(
    world: World, ledger: Ledger, escrow: Puppet, state: str
) -> None:
    """It was asked when it was named: else the one way out would give the bill to the seller that has been paid."""
    bill, party = _lodge(world, escrow), world.bank
    escrow.calls("hold", bill, party.participant, 0)
    if "suspended" in state:
        world.suspend(party)
    if state == "winding down":
        ledger.setWindingDown(world.lifter, party.participant, True)
    if "delisted" in state:
        ledger.delistRoom(world.delister, escrow, [])
    if state == "country unlisted":
        ledger.delistRoom(world.delister, escrow, [b"HK"])
    error = ("RoomNotListed", escrow, b"HK") if state == "country unlisted" else ("MayNotReceive", party)
    with refused(*error):  # new title is something new all the same
        escrow.calls("endorse", bill, Endorsement.TO_ORDER, party, party, b"")
    escrow.calls("transfer", bill, world.bank_vault, b"paid")
    assert ledger.entitlement(bill) == (world.bank_vault.address, 0, Kind.BLANK, Status.LIVE)


def test_hole_n10_but_an_account_that_has_ended_is_given_nothing(world: World, ledger: Ledger, escrow: Puppet) -> None:
    bill = _lodge(world, escrow)
    escrow.calls("hold", bill, world.bank.participant, 0)
    ledger.removeAccount(world.bank, world.bank, world.bank_vault)
    world.suspend(world.bank_vault)
    with refused("MayNotReceive", world.bank):
        escrow.calls("transfer", bill, world.bank, b"")
    escrow.calls("transfer", bill, world.bank_vault, b"")
    assert ledger.ownerOf(bill) == world.bank_vault.address


# ------------------------------------------------------------------------------------------------------- giving back

SPENT = {
    "at once": lambda w, e, b: None,
    "signed": lambda w, e, b: e.calls("sign", b, Purpose.CHECKED, b""),
    "held for another": lambda w, e, b: e.calls("hold", b, w.bank.participant, 9),
    "surrendered and refused": lambda w, e, b: (_surrendered(w, e, b), w.ledger.refuse(w.carrier, b, b"no")),
    "surrendered and recalled": lambda w, e, b: (
        _surrendered(w, e, b),
        w.ledger.later(hours=80),
        w.ledger.recall(w.stranger, b, b""),
    ),
    "a year later": lambda w, e, b: w.ledger.later(days=366),
}
"""What a room did with a bill before it gives it back; each spent or lost the way back once."""


@pytest.mark.parametrize("before", SPENT)
@pytest.mark.parametrize("lodger", ["well", "suspended", "winding down", "without the role to move", "signs only"])
@pytest.mark.parametrize("listed", [True, False], ids=["listed", "delisted"])
def test_p5_a_room_gives_back_as_it_came_at_any_time_whoever_and_whatever(
    world: World, ledger: Ledger, escrow: Puppet, before: str, lodger: str, listed: bool
) -> None:
    """Findings M6, L2; traps X3, X4, X11: restitution rests on what the ledger knows, title too."""
    bill, party = world.order(), world.shipper
    came = ledger.entitlement(bill)
    ledger.lodge(party, bill, Endorsement.BLANK, escrow, b"")
    escrow.become(world.relayer, NOBODY, 0)  # what the room would answer now is asked by nobody
    SPENT[before](world, escrow, bill)
    if lodger == "suspended":
        world.suspend(party)
    elif lodger == "winding down":
        ledger.setWindingDown(world.lifter, party.participant, True)
    elif lodger == "without the role to move":
        ledger.setAccountRoles(party, party, TERMS)
    elif lodger == "signs only":
        ledger.setReceiving(party, party, Receiving.SIGNED_ONLY)
    if not listed:
        ledger.delistRoom(world.delister, escrow, [])
    count = ledger.bill(bill).actCount
    event = escrow.calls("giveBack", bill, b"expired").event("GivenBack")
    assert event.args == {
        "bill": bill,
        "room": escrow.address,
        "to": party.address,
        "titleholder": party.participant,
        "actCount": count + 1,
        "remark": b"expired",
    }
    assert ledger.entitlement(bill) == came
    assert ledger.lodged(bill) == NOT_LODGED
    errors = {"suspended": ("MayNotAct", party), "without the role to move": ("LacksRole", party, MOVE)}
    for rejection in Rejection:
        with refused(*errors.get(lodger, ("NothingToReject", bill))):
            ledger.reject(party, bill, rejection, b"")


@pytest.mark.parametrize("kind", ["straight", "to order", "by name", "in blank"])
def test_p4_giving_back_restores_the_kind_and_title_of_the_moment_of_lodging(
    world: World, ledger: Ledger, escrow: Puppet, kind: str
) -> None:
    bill = {
        "straight": world.straight,
        "to order": world.order,
        "by name": lambda: world.by_name(world.shipper),
        "in blank": world.blank,
    }[kind]()
    before = ledger.whole(bill)
    _lodge(world, escrow, bill)
    escrow.calls("hold", bill, world.bank.participant, 1)
    escrow.calls("giveBack", bill, b"")
    spent = {"mayRejectPossession": False, "mayRejectTitle": False, "previousAccount": escrow.number}
    assert ledger.whole(bill) == {**before, **spent}


@pytest.mark.parametrize("when", ["while it is there", "while a surrender waits"])
def test_hole_n10_a_recovered_lodger_is_given_back_through_its_successor(
    world: World, ledger: Ledger, escrow: Puppet, when: str
) -> None:
    bill = world.order(world.bank)
    ledger.lodge(world.bank, bill, Endorsement.BLANK, escrow, b"")
    if when == "while a surrender waits":
        _surrendered(world, escrow, bill)
    kept = ledger.lodged(bill)
    ledger.removeAccount(world.bank, world.bank, world.bank_vault)
    ledger.removeAccount(world.carrier, world.carrier, world.carrier_desk)
    if when == "while a surrender waits":
        ledger.recover(world.stranger, bill)  # the carrier's, whose account has ended too
        ledger.refuse(world.carrier_desk, bill, b"no")
    else:
        with refused("NothingToRecover", bill):
            ledger.recover(world.stranger, bill)
    assert ledger.lodged(bill) == kept
    escrow.calls("giveBack", bill, b"")
    assert ledger.entitlement(bill) == (world.bank_vault.address, world.bank.participant, Kind.ORDER, Status.LIVE)


def test_hole_n13_only_the_room_that_has_it_holds_and_gives_back(world: World, ledger: Ledger, escrow: Puppet) -> None:
    bill, own, other = _lodge(world, escrow), world.blank(), room(world)
    for verb, arguments in (("hold", (world.bank.participant, 0)), ("giveBack", (b"",))):
        with refused("NotPossessor", bill, other):
            other.calls(verb, bill, *arguments)
        with refused("NotPossessor", bill, world.shipper):
            getattr(ledger, verb)(world.shipper, bill, *arguments)
        with refused("NotLodged", own):
            getattr(ledger, verb)(world.shipper, own, *arguments)


@pytest.mark.parametrize("way", ["in the room", "given back", "let out"])
def test_hole_n12_nobody_rejects_in_a_room_or_after_it(world: World, ledger: Ledger, escrow: Puppet, way: str) -> None:
    """Finding H3: former titleholder, receiver, lodger, stranger."""
    bill = world.order()
    ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.bank, world.bank, b"")
    ledger.lodge(world.bank, bill, Endorsement.BLANK, escrow, b"")
    if way == "given back":
        escrow.calls("giveBack", bill, b"")
    if way == "let out":
        escrow.calls("endorse", bill, Endorsement.TO_ORDER, world.consignee, world.forwarder, b"")
    for party in (world.shipper, world.bank, world.consignee, world.forwarder, world.carrier):
        for rejection in Rejection:
            possessor = ledger.ownerOf(bill) == party.address
            mine = rejection == Rejection.TITLE or possessor
            with refused(*(("NothingToReject", bill) if mine else ("NotPossessor", bill, party))):
                ledger.reject(party, bill, rejection, b"")


# ---------------------------------------------------------------------------------------------- whose lodging it is


def test_hole_n1_a_lodging_says_which_room_so_that_no_other_believes_it(
    world: World, ledger: Ledger, escrow: Puppet
) -> None:
    """Another room, lodged in with your deal's number, reads like yours but for that. That a room looks is the room's
    (the kit asks). Finding L4: it answers while a surrender waits, too."""
    bill, other = world.blank(), room(world)
    escrow.under(world.relayer, 77)
    other.under(world.relayer, 77)
    _lodge(world, escrow, bill)
    kept = Lodging(escrow.address, world.shipper.participant, world.shipper.number, False, 77)
    assert ledger.lodged(bill) == kept
    assert ledger.lodged(_lodge(world, other)) == kept._replace(room=other.address)
    _surrendered(world, escrow, bill)
    assert ledger.lodged(bill) == kept, "who is to have the goods is known while the carrier answers"
    ledger.accept(world.carrier, bill, b"")
    assert ledger.lodged(bill) == kept


@pytest.mark.parametrize("end", [Status.DELIVERED, Status.PAPER, Status.REPLACED], ids=lambda end: end.name.lower())
def test_hole_n4_what_is_kept_of_an_ended_bill_moves_nothing(
    world: World, ledger: Ledger, escrow: Puppet, end: Status
) -> None:
    """Trap X19: a room forgets an ended bill by what the ledger says of the bill, not of its lodging."""
    bill = _lodge(world, escrow)
    kept = ledger.lodged(bill)
    terms = [world.terms(Kind.BLANK)]
    if end == Status.DELIVERED:
        _surrendered(world, escrow, bill)
        ledger.accept(world.carrier, bill, b"")
        ledger.deliver(world.carrier, bill, b"")
    elif end == Status.PAPER:
        escrow.calls("surrender", bill, SurrenderFor.PAPER, world.carrier, ZERO, b"")
        ledger.toPaper(world.carrier, bill, 3, STATEMENT, b"")
    else:
        _surrendered(world, escrow, bill, terms)
        ledger.replace(world.carrier, [bill], terms, b"")
    assert ledger.lodged(bill) == (NOT_LODGED if end == Status.REPLACED else kept)
    for call in (("hold", world.bank.participant, 0), ("giveBack", b""), ("transfer", world.bank, b"")):
        with refused("WrongStatus", bill, end):
            escrow.calls(call[0], bill, *call[1:])
    if end == Status.PAPER:
        again = world.terms(Kind.BLANK, bill=bill + NEXT)
        ledger.issueFromPaper(world.carrier, again, world.shipper, 3, STATEMENT, b"")
        assert ledger.lodged(again.bill) == NOT_LODGED


@pytest.mark.parametrize("status", [s for s in Status if s not in (Status.LIVE, Status.LINKED)], ids=lambda s: s.name)
def test_nothing_is_held_or_given_back_that_is_not_live(world: World, ledger: Ledger, status: Status) -> None:
    bill = bill_in(world, status)
    owner = world.carrier if status != Status.NONE else world.shipper
    for call in (("hold", world.bank.participant, 0), ("giveBack", b"")):
        with refused(*(("NoSuchBill", bill) if status == Status.NONE else ("WrongStatus", bill, status))):
            getattr(ledger, call[0])(owner, bill, *call[1:])


# ------------------------------------------------------------------------------------------------------ replaced


@pytest.mark.parametrize("differs", ["lodger", "holder", "endorsed", "nothing", "deal"])
def test_hole_n8_bills_that_are_replaced_together_were_held_together(
    world: World, ledger: Ledger, escrow: Puppet, differs: str
) -> None:
    """One holder, one lodger, one way back; deals may differ. What is not replaced is refused, and is as it was."""
    first, second = world.order(world.bank), world.order(world.bank)
    lodger = world.bank
    if differs == "lodger":
        ledger.transfer(world.bank, second, world.bank_vault, b"")
        lodger = world.bank_vault
    escrow.become(world.relayer, NOBODY, world.bank.participant)
    ledger.lodge(world.bank, first, Endorsement.BLANK, escrow, b"")
    if differs == "endorsed":
        ledger.endorse(lodger, second, Endorsement.BLANK, NOBODY, NOBODY, b"")
    endorsement = Endorsement.NONE if differs == "endorsed" else Endorsement.BLANK
    ledger.lodge(lodger, second, endorsement, escrow, b"")
    if differs == "holder":
        escrow.calls("hold", second, world.consignee.participant, 0)
    if differs == "deal":
        escrow.calls("hold", second, world.bank.participant, 8)
    bills, terms = [first, second], [world.terms(Kind.BLANK)]
    agreed = ledger.replacementsHash(bills, terms)
    kept = [ledger.lodged(bill) for bill in bills]
    for bill in bills:
        escrow.calls("surrender", bill, SurrenderFor.AMENDMENT, world.carrier, agreed, b"")
    if differs in ("nothing", "deal"):
        ledger.replace(world.carrier, bills, terms, b"")
        assert ledger.lodged(terms[0].bill) == kept[0]
        return
    with refused("NotOneLodging", second):
        ledger.replace(world.carrier, bills, terms, b"")
    for bill in bills:
        ledger.refuse(world.carrier, bill, b"not together")
    assert [ledger.lodged(bill) for bill in bills] == kept


def test_hole_n9_what_was_replaced_to_anothers_order_is_given_back_as_possession_alone(
    world: World, ledger: Ledger, escrow: Puppet
) -> None:
    """The room agreed to it, by the hash: that its terms allowed that is the room's (the kit asks)."""
    bill, terms = world.order(), [world.terms(Kind.ORDER, world.bank)]
    ledger.lodge(world.shipper, bill, Endorsement.BLANK, escrow, b"")
    _surrendered(world, escrow, bill, terms)
    ledger.replace(world.carrier, [bill], terms, b"")
    assert ledger.rejectableUntil(terms[0].bill) == 0, "in a room nothing is rejected"
    escrow.calls("giveBack", terms[0].bill, b"")
    assert ledger.entitlement(terms[0].bill) == (
        world.shipper.address,
        world.bank.participant,
        Kind.ORDER,
        Status.LIVE,
    )


@pytest.mark.parametrize("state", ["suspended", "winding down", "delisted", "country unlisted"])
def test_p14_no_answer_of_the_carrier_waits_on_the_standing_of_a_holder(
    world: World, ledger: Ledger, escrow: Puppet, state: str
) -> None:
    """Held on, not anew. A release agent out of standing blocked it."""
    bill, terms = _lodge(world, escrow), [world.terms(Kind.BLANK)]
    escrow.calls("hold", bill, world.bank.participant, 4)
    kept = ledger.lodged(bill)
    _surrendered(world, escrow, bill, terms)
    if state == "suspended":
        world.suspend(world.bank)
    elif state == "winding down":
        ledger.setWindingDown(world.lifter, world.bank.participant, True)
    else:
        ledger.delistRoom(world.delister, escrow, [b"HK"] if state == "country unlisted" else [])
    ledger.replace(world.carrier, [bill], terms, b"")
    assert ledger.lodged(terms[0].bill) == kept


# ------------------------------------------------------------------------------------------ agreements that stand


def _recorded(world: World, bill: int, act_count: int, **changes: Any) -> Any:
    """The bank's endorsement, out of the room to the shipper, for an act to come; recorded by anybody."""
    ledger = world.ledger
    paper = ledger.agreement(
        world.bank, bill, "endorse", world.shipper, world.shipper, Kind.ORDER, act_count=act_count, **changes
    )
    signature = world.bank.signature(ledger.digest("Agreement", paper))
    return paper, ledger.record(world.stranger, paper, signature)


def _back_to_the_shipper(world: World, escrow: Puppet, bill: int) -> Any:
    return escrow.calls("endorse", bill, Endorsement.TO_ORDER, world.shipper, world.shipper, b"refused")


@pytest.mark.parametrize("befell", ["nothing", "withdrawn", "suspended", "account removed", "lacks the role"])
def test_trap_x5_an_agreement_that_is_recorded_stands_whatever_becomes_of_its_signer(
    world: World, ledger: Ledger, escrow: Puppet, befell: str
) -> None:
    """A bill to the bank's order is presented: the bank has signed beforehand that it goes back."""
    bill = world.order()
    ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.bank, NOBODY, b"")
    ledger.later(hours=73)
    paper, receipt = _recorded(world, bill, ledger.bill(bill).actCount + 1, deadline=ledger.now + 30 * DAY)
    recorded = receipt.event("AgreementRecorded")
    assert recorded.args == {
        "bill": bill,
        "signer": world.bank.address,
        "verb": ledger.selector("endorse"),
        "actCount": 3,
        "possessor": world.shipper.address,
        "titleholder": world.shipper.participant,
        "kind": Kind.ORDER,
        "detail": ZERO,
        "deadline": paper.deadline,
        "note": ledger.noteCount(),
    }
    _lodge(world, escrow, bill)
    if befell == "withdrawn":
        ledger.cancel(world.bank, ledger.digest("Agreement", paper))
    elif befell == "suspended":
        world.suspend(world.bank)
    elif befell == "account removed":
        ledger.removeAccount(world.bank, world.bank, world.bank_vault)
    elif befell == "lacks the role":
        ledger.setAccountRoles(world.bank, world.bank, TERMS)
    ledger.onchain.at(paper.deadline)
    _back_to_the_shipper(world, escrow, bill)
    assert ledger.entitlement(bill) == (world.shipper.address, world.shipper.participant, Kind.ORDER, Status.LIVE)


def test_trap_x5_but_not_beyond_its_deadline(world: World, ledger: Ledger, escrow: Puppet) -> None:
    bill = world.order(world.bank)
    _lodge(world, escrow, bill, world.bank)
    paper, _ = _recorded(world, bill, 2)
    ledger.onchain.at(paper.deadline + 1)
    with refused("MayNotEndorse", bill, escrow):
        _back_to_the_shipper(world, escrow, bill)


def test_hole_n3_it_is_for_the_one_act_at_its_count(world: World, ledger: Ledger, escrow: Puppet) -> None:
    """Terms that rest on recorded endorsements fix how often the holder changes; the way back is open all the same."""
    bill = world.order(world.bank)
    _lodge(world, escrow, bill, world.bank)
    _recorded(world, bill, 2)
    escrow.calls("hold", bill, world.shipper.participant, 3)  # for whom it held already: no act
    mark = ledger.onchain.mark()
    escrow.calls("hold", bill, world.consignee.participant, 3)
    with refused("MayNotEndorse", bill, escrow):
        _back_to_the_shipper(world, escrow, bill)
    escrow.calls("giveBack", bill, b"")
    assert ledger.ownerOf(bill) == world.bank.address
    ledger.onchain.back(mark)
    _back_to_the_shipper(world, escrow, bill)


def test_an_agreement_is_recorded_by_its_signer_as_it_is_shown(world: World, ledger: Ledger) -> None:
    """Signed, in time, not withdrawn, of who acts, for a bill that can be and an act that was not yet done."""
    bill = world.order(world.bank)
    ledger.sign(world.bank, bill, Purpose.SEEN, b"")
    paper = ledger.agreement(world.bank, bill, "endorse", world.shipper, world.shipper, Kind.ORDER)
    signature = world.bank.signature(digest := ledger.digest("Agreement", paper))
    with refused("NotSignedBy", world.bank):
        ledger.record(world.relayer, paper, world.shipper.signature(digest))
    with refused("StaleAct", bill, 2, 1):
        ledger.record(world.bank, paper._replace(act_count=1), b"")
    with refused("StaleAct", bill, 2, MOST_ACTS):
        ledger.record(world.bank, paper._replace(act_count=MOST_ACTS), b"")
    with refused("MalformedBill", 7):
        ledger.record(world.bank, paper._replace(bill=7), b"")
    with refused("MayNotAct", world.stranger):
        ledger.record(world.stranger, paper._replace(signer=world.stranger), b"")
    mark = ledger.onchain.mark()
    ledger.cancel(world.bank, digest)
    with refused("SignatureCancelled", world.bank, digest):
        ledger.record(world.relayer, paper, signature)
    ledger.onchain.back(mark)
    ledger.onchain.at(paper.deadline + 1)
    with refused("SignatureExpired", paper.deadline):
        ledger.record(world.relayer, paper, signature)


@pytest.mark.parametrize("carried", ["by itself", "in a multicall", "two at once"])
def test_trap_x22_agreed_to_is_the_verb_that_the_ledger_is_asked_for(
    world: World, ledger: Ledger, escrow: Puppet, carried: str
) -> None:
    """A room's call of `endorse` is that, however it is wrapped; an agreement to `transfer` is none to it."""
    bill = world.order(world.bank)
    _lodge(world, escrow, bill, world.bank)
    call = ledger.data("endorse", bill, Endorsement.TO_ORDER, world.shipper, world.shipper, b"")
    verb = "transfer" if carried == "two at once" else "endorse"
    paper = ledger.agreement(world.bank, bill, verb, world.shipper, world.shipper, Kind.ORDER)
    agree = ledger.agreed_call(paper)
    if carried == "by itself":
        escrow.does((ledger.address, agree, False), (ledger.address, call, False))
    elif carried == "in a multicall":
        escrow.calls("multicall", [agree, call])
    else:
        with refused("MayNotEndorse", bill, escrow):
            escrow.calls("multicall", [agree, call])
        return
    assert ledger.entitlement(bill)[:2] == (world.shipper.address, world.shipper.participant)


# ----------------------------------------------------------------------------------------------------- to the last act


@pytest.mark.open_block
def test_trap_x8_a_bill_whose_acts_are_counted_out_still_goes_in_and_out_of_rooms(world: World, ledger: Ledger) -> None:
    """Two transactions full of acts made any bill so: nothing is signed about it any more, and nothing else is lost."""
    if not isinstance(chain := world.onchain, OpenBlock):
        pytest.skip("writes storage")
    escrow, bill = room(world), world.order()
    address, slot = bytes.fromhex(ledger.address[2:]), ledger.slot_of(bill)
    chain.poke(address, slot, chain.storage(address, slot) | MOST_ACTS << 160 + 9)
    ledger.lodge(world.shipper, bill, Endorsement.BLANK, escrow, b"")
    escrow.calls("hold", bill, world.bank.participant, 1)
    _surrendered(world, escrow, bill)
    ledger.refuse(world.carrier, bill, b"no")
    escrow.calls("giveBack", bill, b"")
    assert ledger.entitlement(bill) == (world.shipper.address, world.shipper.participant, Kind.ORDER, Status.LIVE)
    ledger.lodge(world.shipper, bill, Endorsement.BLANK, escrow, b"")
    escrow.calls("endorse", bill, Endorsement.TO_ORDER, world.bank, world.bank, b"")
    assert ledger.bill(bill).actCount == MOST_ACTS
    with refused("TooManyActs", bill):
        ledger.sign(world.bank, bill, Purpose.SEEN, b"")


def test_hole_n16_the_carrier_answers_in_time_or_anybody_recalls(world: World, ledger: Ledger, escrow: Puppet) -> None:
    """T7: in the second in which it is late."""
    bill = _lodge(world, escrow)
    _surrendered(world, escrow, bill)
    first = ledger.recallableFrom(bill)
    assert first > ledger.now + 72 * HOUR
    ledger.onchain.at(first - 1)
    mark = ledger.onchain.mark()
    ledger.accept(world.carrier, bill, b"in the last second")
    ledger.onchain.back(mark)
    ledger.onchain.at(first)
    ledger.recall(world.stranger, bill, b"")
    with refused("WrongStatus", bill, Status.LIVE):
        ledger.accept(world.carrier, bill, b"too late")
