"""Amendment, change of destination, switch, split, combine: one act, as agreed (N6, L11, P2)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import pytest
from eth_abi.abi import encode
from support.contract import Receipt, refused
from support.life import PENDING_AFTER
from support.trade import (
    ANSWER,
    ISSUE,
    MOVE,
    NOBODY,
    NOT_LODGED,
    ZERO,
    Endorsement,
    Kind,
    Ledger,
    Party,
    Rejection,
    Status,
    SurrenderFor,
    Terms,
    bill_id,
)
from support.verbs import TAKES_NOTHING, Puppet, room
from support.world import World

from sampan.keccak import keccak

NEXT = 1 << 140


def _surrender(world: World, bills: list[int], terms: list[Terms] | None, holder: Any = None) -> None:
    """Surrenders for amendment; with `terms` these replacements are agreed by their hash."""
    agreed = ZERO if terms is None else world.ledger.replacementsHash(bills, terms)
    for bill in bills:
        args = (bill, SurrenderFor.AMENDMENT, world.carrier, agreed, b"")
        if isinstance(holder, Puppet):
            holder.calls("surrender", *args)
        else:
            world.ledger.surrender(holder or world.shipper, *args)


def _replace_signed(
    world: World, bills: list[int], terms: list[Terms], *signers: Party, possessor: Any = None
) -> Receipt:
    """Replaces with the signatures of these parties, shown in the same transaction."""
    ledger = world.ledger
    detail = ledger.replacementsHash(bills, terms)
    calls = []
    for bill in bills:
        state = ledger.bill(bill)
        for signer in signers:
            paper = ledger.agreement(
                signer, bill, "replace", possessor or world.shipper, state.titleholder, Kind(state.kind), detail
            )
            calls.append(ledger.agreed_call(paper))
    return ledger.together(world.carrier, *calls, ledger.data("replace", bills, terms, b"as agreed"))


def _not_agreed(ledger: Ledger, bill: int, bills: list[int], terms: list[Terms]) -> AbstractContextManager[None]:
    """Nobody who is asked for this bill agreed that these bills are replaced by these."""
    return refused("ReplacementsNotAgreed", bill, ledger.replacementsHash(bills, terms))


def test_an_amended_bill_keeps_its_reference_in_the_next_version(world: World, ledger: Ledger, carrier: Party) -> None:
    """L11, N9: amended information is identified as such; the old token stays, with its old root (P3)."""
    bill = world.order()
    root = ledger.rootOf(bill)
    amended = world.terms(Kind.ORDER, world.shipper, bill=bill + NEXT)
    _surrender(world, [bill], [amended])
    receipt = ledger.replace(carrier, [bill], [amended], b"two packages fewer")
    assert receipt.event("Replaced").args == {
        "bill": bill,
        "actor": carrier.address,
        "replacements": (amended.bill,),
        "actCount": 3,
        "remark": b"two packages fewer",
    }
    issued = receipt.event("ReplacementIssued")
    assert issued.args == {
        "bill": amended.bill,
        "actor": carrier.address,
        "possessor": world.shipper.address,
        "titleholder": world.shipper.participant,
        "kind": Kind.ORDER,
        "root": amended.root,
        "checksum": amended.checksum,
        "carriageLaw": b"GB-ENG\0\0",
        "recordLaw": amended.record_law,
        "actCount": 1,
        "issued": 2,
        "replaces": (bill,),
    }
    assert [event.name for event in receipt.events].index("Replaced") < [e.name for e in receipt.events].index(
        "ReplacementIssued"
    )
    assert (ledger.rootOf(bill), ledger.rootOf(amended.bill)) == (root, amended.root)
    assert ledger.entitlement(bill)[3] == Status.REPLACED
    assert ledger.entitlement(amended.bill)[3] == Status.LIVE
    assert ledger.agreedReplacements(bill) == ZERO


@pytest.mark.parametrize(
    "purpose", [SurrenderFor.AMENDMENT, SurrenderFor.CHANGE_OF_DESTINATION, SurrenderFor.SWITCH], ids=lambda p: p.name
)
@pytest.mark.parametrize("kind", [Kind.STRAIGHT, Kind.ORDER, Kind.NAMED, Kind.BLANK], ids=lambda kind: kind.name)
def test_replacements_may_be_of_any_kind(
    world: World, ledger: Ledger, carrier: Party, purpose: SurrenderFor, kind: Kind
) -> None:
    bill = world.blank()
    terms = [world.terms(kind, NOBODY if kind == Kind.BLANK else world.consignee)]
    ledger.surrender(world.shipper, bill, purpose, carrier, ledger.replacementsHash([bill], terms), b"")
    ledger.replace(carrier, [bill], terms, b"")
    state = ledger.bill(terms[0].bill)
    title = 0 if kind == Kind.BLANK else world.consignee.participant
    assert (state.kind, state.titleholder, state.actCount) == (kind, title, 1)
    assert state.previousTitleholder == (0 if kind == Kind.BLANK else world.shipper.participant)
    assert not state.mayRejectPossession
    # Finding L6: title given anew may be refused, as by an endorsement; a straight consignee's is its document's.
    assert state.mayRejectTitle == (kind in (Kind.ORDER, Kind.NAMED))


@pytest.mark.parametrize("kind", [Kind.ORDER, Kind.NAMED], ids=lambda kind: kind.name)
def test_title_that_a_replacement_gives_anew_is_refused_to_whoever_could_dispose(
    world: World, ledger: Ledger, carrier: Party, kind: Kind
) -> None:
    """Finding L6. The forwarder only keeps the bill: title goes back to the bank."""
    bill, terms = world.order(world.bank, world.forwarder), [world.terms(kind, world.consignee)]
    agreed = ledger.replacementsHash([bill], terms)
    detail = keccak(encode(["uint8", "bytes32", "bytes"], [SurrenderFor.AMENDMENT, agreed, b""]))
    paper = ledger.agreement(world.bank, bill, "surrender", carrier, world.bank, Kind.ORDER, detail)
    surrender = ledger.data("surrender", bill, SurrenderFor.AMENDMENT, carrier, agreed, b"")
    ledger.together(world.forwarder, ledger.agreed_call(paper), surrender)
    ledger.replace(carrier, [bill], terms, b"")
    ledger.reject(world.consignee, terms[0].bill, Rejection.TITLE, b"we bought nothing")
    assert ledger.entitlement(terms[0].bill) == (
        world.forwarder.address,
        world.bank.participant,
        Kind.ORDER,
        Status.LIVE,
    )


@pytest.mark.parametrize("rejection", list(Rejection), ids=lambda value: value.name.lower())
def test_n5_a_replacement_is_not_rejected(world: World, ledger: Ledger, carrier: Party, rejection: Rejection) -> None:
    bill, terms = world.blank(), [world.terms(Kind.BLANK)]
    _surrender(world, [bill], terms)
    ledger.replace(carrier, [bill], terms, b"")
    with refused("NothingToReject", terms[0].bill):
        ledger.reject(world.shipper, terms[0].bill, rejection, b"")


def test_agreed_by_signature_of_whoever_surrendered(world: World, ledger: Ledger) -> None:
    bill, terms = world.order(), [world.terms(Kind.ORDER, world.shipper)]
    _surrender(world, [bill], None)
    with _not_agreed(ledger, bill, [bill], terms):
        ledger.replace(world.carrier, [bill], terms, b"")
    _replace_signed(world, [bill], terms, world.shipper)
    assert ledger.entitlement(terms[0].bill)[:2] == (world.shipper.address, world.shipper.participant)


def test_the_signature_may_change_what_the_hash_had_agreed(world: World, ledger: Ledger) -> None:
    bill, first, second = world.order(), [world.terms()], [world.terms(Kind.ORDER, world.shipper)]
    _surrender(world, [bill], first)
    with _not_agreed(ledger, bill, [bill], second):
        ledger.replace(world.carrier, [bill], second, b"")
    _replace_signed(world, [bill], second, world.shipper)


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": Kind.BLANK, "titleholder": NOBODY},
        {"root": b"\x01" * 32},
        {"checksum": b"\x01" * 32},
        {"carriage_law": b"CN"},
        {"record_law": 3},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_the_hash_binds_every_term(world: World, ledger: Ledger, carrier: Party, changed: dict[str, Any]) -> None:
    bill, terms = world.order(), world.terms(Kind.ORDER, world.shipper)
    _surrender(world, [bill], [terms])
    for others in ([terms._replace(**changed)], [terms, world.terms(Kind.BLANK)]):
        with _not_agreed(ledger, bill, [bill], others):
            ledger.replace(carrier, [bill], others, b"")


def test_p4_no_titleholder_loses_its_title_to_whoever_surrendered_for_it(world: World, ledger: Ledger) -> None:
    """The bank let its forwarder surrender; forwarder and carrier alone agree to a bill in blank."""
    bill, terms = world.order(world.bank, world.forwarder), [world.terms(Kind.BLANK)]
    detail = keccak(encode(["uint8", "bytes32", "bytes"], [SurrenderFor.AMENDMENT, ZERO, b""]))
    paper = ledger.agreement(world.bank, bill, "surrender", world.carrier, world.bank, Kind.ORDER, detail)
    surrender = ledger.data("surrender", bill, SurrenderFor.AMENDMENT, world.carrier, ZERO, b"")
    ledger.together(world.forwarder, ledger.agreed_call(paper), surrender)
    for signers in ([world.forwarder], [world.bank]):
        with _not_agreed(ledger, bill, [bill], terms):
            _replace_signed(world, [bill], terms, *signers, possessor=world.forwarder)
    _replace_signed(world, [bill], terms, world.forwarder, world.bank, possessor=world.forwarder)
    assert ledger.ownerOf(terms[0].bill) == world.forwarder.address


def test_p4_nor_in_a_combination_with_another_bill(world: World, ledger: Ledger) -> None:
    own, banks = world.blank(world.forwarder), world.order(world.bank, world.forwarder)
    terms = [world.terms(Kind.BLANK)]
    agreed = ledger.replacementsHash([own, banks], terms)
    ledger.surrender(world.forwarder, own, SurrenderFor.AMENDMENT, world.carrier, agreed, b"")
    detail = keccak(encode(["uint8", "bytes32", "bytes"], [SurrenderFor.AMENDMENT, ZERO, b""]))
    paper = ledger.agreement(world.bank, banks, "surrender", world.carrier, world.bank, Kind.ORDER, detail)
    surrender = ledger.data("surrender", banks, SurrenderFor.AMENDMENT, world.carrier, ZERO, b"")
    ledger.together(world.forwarder, ledger.agreed_call(paper), surrender)
    with _not_agreed(ledger, banks, [own, banks], terms):
        _replace_signed(world, [own, banks], terms, world.forwarder, possessor=world.forwarder)


def test_p4_what_a_former_holder_agreed_to_binds_no_later_one(world: World, ledger: Ledger, carrier: Party) -> None:
    bill, terms = world.blank(), [world.terms(Kind.ORDER, world.shipper)]
    _surrender(world, [bill], terms)
    ledger.refuse(carrier, bill, b"not so")
    assert ledger.agreedReplacements(bill) == ZERO
    ledger.transfer(world.shipper, bill, world.consignee, b"")
    _surrender(world, [bill], None, world.consignee)
    with _not_agreed(ledger, bill, [bill], terms):
        ledger.replace(carrier, [bill], terms, b"")


def test_p4_nor_after_a_recall(world: World, ledger: Ledger, carrier: Party) -> None:
    bill, terms = world.blank(), [world.terms(Kind.ORDER, world.shipper)]
    _surrender(world, [bill], terms)
    ledger.later(hours=80)
    ledger.recall(world.shipper, bill, b"")
    ledger.transfer(world.shipper, bill, world.consignee, b"")
    _surrender(world, [bill], None, world.consignee)
    with _not_agreed(ledger, bill, [bill], terms):
        ledger.replace(carrier, [bill], terms, b"")


# ------------------------------------------------------------------------------------------------- split and combine


def test_a_bill_is_split_into_others(world: World, ledger: Ledger, carrier: Party) -> None:
    bill = world.order()
    parts = [world.terms(Kind.ORDER, world.shipper, bill=bill + NEXT), *(world.terms(Kind.BLANK) for _ in range(2))]
    _surrender(world, [bill], parts)
    receipt = ledger.replace(carrier, [bill], parts, b"")
    assert receipt.event("Replaced").replacements == tuple(part.bill for part in parts)
    assert [event.replaces for event in receipt.named("ReplacementIssued")] == [(bill,)] * 3
    assert ledger.balanceOf(world.shipper) == 3


def test_n13_each_part_of_a_split_counts_as_the_next_issue_of_its_carrier(
    world: World, ledger: Ledger, carrier: Party
) -> None:
    """The log tells the count after each issue, so that none can be left out of it, within one act neither."""
    bill = world.blank()
    before = ledger.account(carrier).issued
    parts = [world.terms(Kind.BLANK), world.terms(Kind.BLANK)]
    _surrender(world, [bill], parts)
    first, second = ledger.replace(carrier, [bill], parts, b"").named("ReplacementIssued")
    assert (first.bill, first.issued) == (parts[0].bill, before + 1)
    assert (second.bill, second.issued) == (parts[1].bill, before + 2)
    assert ledger.account(carrier).issued == before + 2
    assert ledger.issue(carrier, world.terms(Kind.BLANK), world.shipper, b"").event("Issued").issued == before + 3


def test_bills_are_combined_into_one(world: World, ledger: Ledger, carrier: Party) -> None:
    bills, whole = [world.blank() for _ in range(3)], [world.terms(Kind.BLANK)]
    _surrender(world, bills, whole)
    receipt = ledger.replace(carrier, bills, whole, b"")
    assert [event.bill for event in receipt.named("Replaced")] == bills
    assert receipt.event("ReplacementIssued").replaces == tuple(bills)
    assert all(ledger.bill(bill).status == Status.REPLACED for bill in bills)


def test_n6_bills_of_two_surrenderers_are_not_combined(world: World, ledger: Ledger, carrier: Party) -> None:
    bills, whole = [world.blank(), world.blank(world.bank)], [world.terms(Kind.BLANK)]
    _surrender(world, bills[:1], None)
    _surrender(world, bills[1:], None, world.bank)
    with refused("NotOneSurrenderer", bills[1]):
        _replace_signed(world, bills, whole, world.shipper)
    agreed = ledger.replacementsHash(bills, whole)
    for bill, holder in zip(bills, (world.shipper, world.bank), strict=True):
        ledger.refuse(carrier, bill, b"again")
        ledger.surrender(holder, bill, SurrenderFor.AMENDMENT, carrier, agreed, b"")
    with refused("NotOneSurrenderer", bills[1]):
        ledger.replace(carrier, bills, whole, b"")


def test_no_bill_is_replaced_twice_in_one_act(world: World, ledger: Ledger, carrier: Party) -> None:
    bill, whole = world.blank(), [world.terms(Kind.BLANK)]
    agreed = ledger.replacementsHash([bill, bill], whole)
    ledger.surrender(world.shipper, bill, SurrenderFor.AMENDMENT, carrier, agreed, b"")
    with refused("WrongStatus", bill, Status.REPLACED):
        ledger.replace(carrier, [bill, bill], whole, b"")


def test_p2_no_two_replacements_of_one_name(world: World, ledger: Ledger, carrier: Party) -> None:
    bill, part = world.blank(), world.terms(Kind.BLANK)
    parts = [part, part]
    _surrender(world, [bill], parts)
    with refused("BillExists", part.bill):
        ledger.replace(carrier, [bill], parts, b"")


@pytest.mark.parametrize("name", ["skips a version", "is the next of a living bill", "is another carrier's", "exists"])
def test_p2_a_replacement_has_a_name_that_is_free(world: World, ledger: Ledger, carrier: Party, name: str) -> None:
    bill, living = world.blank(), world.blank()
    wrong = {
        "skips a version": bill + 2 * NEXT,
        "is the next of a living bill": living + NEXT,
        "is another carrier's": bill_id(world.other_carrier.lei, 1, "X"),
        "exists": living,
    }[name]
    error = {
        "skips a version": ("NoSuchBill", bill + NEXT),
        "is the next of a living bill": ("PreviousVersionStands", wrong, Status.LIVE),
        "is another carrier's": ("NotCarrier", wrong, carrier),
        "exists": ("BillExists", living),
    }[name]
    terms = [world.terms(Kind.BLANK, bill=wrong)]
    _surrender(world, [bill], terms)
    with refused(*error):
        ledger.replace(carrier, [bill], terms, b"")


def test_p2_a_chain_of_versions_within_one_act_is_refused(world: World, ledger: Ledger, carrier: Party) -> None:
    bill = world.blank()
    terms = [world.terms(Kind.BLANK, bill=bill + NEXT), world.terms(Kind.BLANK, bill=bill + 2 * NEXT)]
    _surrender(world, [bill], terms)
    with refused("PreviousVersionStands", bill + 2 * NEXT, Status.LIVE):
        ledger.replace(carrier, [bill], terms, b"")


def test_p2_after_a_replacement_by_other_names_the_old_reference_stays_ended(
    world: World, ledger: Ledger, carrier: Party
) -> None:
    bill, terms = world.blank(), [world.terms(Kind.BLANK)]
    _surrender(world, [bill], terms)
    ledger.replace(carrier, [bill], terms, b"")
    with refused("PreviousVersionStands", bill + NEXT, Status.REPLACED):
        ledger.issue(carrier, world.terms(Kind.BLANK, bill=bill + NEXT), world.shipper, b"")


@pytest.mark.parametrize(("replaced", "replacements"), [(0, 1), (33, 1), (1, 0), (1, 65)])
def test_n29_as_many_bills_as_one_transaction_can_carry(
    world: World, ledger: Ledger, carrier: Party, replaced: int, replacements: int
) -> None:
    bills = [world.new_id() for _ in range(replaced)]
    terms = [world.terms(Kind.BLANK) for _ in range(replacements)]
    count, most = (replaced, 32) if not 1 <= replaced <= 32 else (replacements, 64)
    with refused("TooMany", count, most):
        ledger.replace(carrier, bills, terms, b"")


# ---------------------------------------------------------------------------------------------------- to whom, and who


def test_replacements_go_to_whoever_surrendered_even_suspended(world: World, ledger: Ledger, carrier: Party) -> None:
    """P12: what is its own comes back to it, and stays."""
    bill, terms = world.order(), [world.terms(Kind.ORDER, world.shipper)]
    _surrender(world, [bill], terms)
    world.suspend(world.shipper)
    ledger.replace(carrier, [bill], terms, b"")
    assert ledger.ownerOf(terms[0].bill) == world.shipper.address


def test_or_to_the_account_that_succeeded_it(world: World, ledger: Ledger, carrier: Party) -> None:
    bill, terms = world.blank(world.bank), [world.terms(Kind.BLANK)]
    _surrender(world, [bill], terms, world.bank)
    ledger.removeAccount(world.bank, world.bank, world.bank_vault)
    ledger.replace(carrier, [bill], terms, b"")
    assert ledger.ownerOf(terms[0].bill) == world.bank_vault.address


@pytest.mark.parametrize("who", ["suspended", "winding down", "stranger", "producer", "cautious_bank"])
def test_a_new_titleholder_receives_and_is_willing(world: World, ledger: Ledger, carrier: Party, who: str) -> None:
    party = getattr(world, who, world.consignee)
    bill, terms = world.blank(), [world.terms(Kind.ORDER, party)]
    _surrender(world, [bill], terms)
    if who == "suspended":
        world.suspend(party)
    if who == "winding down":
        ledger.setWindingDown(world.lifter, party.participant, True)
    errors = {
        "stranger": ("NotAPerson", party),
        "producer": ("LacksRole", party, MOVE),
        "cautious_bank": ("AgreementRequired", terms[0].bill, party.participant),
    }
    with refused(*errors.get(who, ("MayNotReceive", party))):
        ledger.replace(carrier, [bill], terms, b"")


def test_a_cautious_bank_signs_to_become_titleholder_of_a_replacement(
    world: World, ledger: Ledger, carrier: Party, cautious_bank: Party
) -> None:
    bill, terms = world.blank(), [world.terms(Kind.ORDER, cautious_bank)]
    _surrender(world, [bill], terms)
    paper = ledger.agreement(
        cautious_bank, terms[0].bill, "replace", world.shipper, cautious_bank, Kind.ORDER, terms[0].hash
    )
    ledger.together(carrier, ledger.agreed_call(paper), ledger.data("replace", [bill], terms, b""))
    assert ledger.bill(terms[0].bill).titleholder == cautious_bank.participant


def test_the_titleholder_of_the_replaced_bill_needs_no_standing_to_stay_it(
    world: World, ledger: Ledger, carrier: Party
) -> None:
    bill, terms = world.straight(), [world.terms(Kind.STRAIGHT, world.consignee)]
    _surrender(world, [bill], terms)
    world.suspend(world.consignee)
    ledger.replace(carrier, [bill], terms, b"")
    state = ledger.bill(terms[0].bill)
    assert (state.titleholder, state.previousTitleholder) == (world.consignee.participant, world.shipper.participant)


def test_the_shipper_of_a_straight_bill_stays_its_shipper_when_the_consignee_has_it_amended(
    world: World, ledger: Ledger, carrier: Party
) -> None:
    bill, terms = world.straight(), [world.terms(Kind.STRAIGHT, world.consignee)]
    ledger.transfer(world.shipper, bill, world.consignee, b"")
    _surrender(world, [bill], terms, world.consignee)
    ledger.replace(carrier, [bill], terms, b"")
    assert ledger.bill(terms[0].bill).previousTitleholder == world.shipper.participant


@pytest.mark.parametrize("purpose", [SurrenderFor.DELIVERY, SurrenderFor.PAPER], ids=lambda value: value.name)
def test_nothing_is_replaced_that_was_surrendered_for_something_else(
    world: World, ledger: Ledger, carrier: Party, purpose: SurrenderFor
) -> None:
    bill = world.pending(purpose)
    with refused("WrongStatus", bill, PENDING_AFTER[purpose]):
        _replace_signed(world, [bill], [world.terms(Kind.BLANK)], world.shipper)


def test_bills_of_two_carriers_are_not_combined(world: World, ledger: Ledger, carrier: Party) -> None:
    bills = [world.blank(), world.issued(Kind.BLANK, carrier=world.other_carrier)]
    agreed = ledger.replacementsHash(bills, terms := [world.terms(Kind.BLANK)])
    for bill, whose in zip(bills, (carrier, world.other_carrier), strict=True):
        ledger.surrender(world.shipper, bill, SurrenderFor.AMENDMENT, whose, agreed, b"")
    with refused("NotCarrier", bills[1], carrier):
        ledger.replace(carrier, bills, terms, b"")


def test_another_account_of_the_carrier_with_both_roles_replaces(world: World, ledger: Ledger, carrier: Party) -> None:
    agent = world.add_account(carrier, world.stranger, ISSUE | ANSWER)
    bill, terms = world.blank(), [world.terms(Kind.BLANK)]
    _surrender(world, [bill], terms)
    event = ledger.replace(agent, [bill], terms, b"").event("ReplacementIssued")
    assert (event.actor, event.issued) == (agent.address, 1)


# -------------------------------------------------------------------------------------------------------------- rooms


def test_n6_a_room_agrees_to_replacements_beforehand_or_surrenders_nothing_for_amendment(
    world: World, ledger: Ledger
) -> None:
    bill, escrow = world.blank(), room(world)
    ledger.lodge(world.shipper, bill, Endorsement.NONE, escrow, b"")
    for purpose in (SurrenderFor.AMENDMENT, SurrenderFor.CHANGE_OF_DESTINATION, SurrenderFor.SWITCH):
        with refused("AgreedReplacementsRequired", bill):
            escrow.calls("surrender", bill, purpose, world.carrier, ZERO, b"")


def test_n6_replacements_are_held_on_in_the_room(world: World, ledger: Ledger, carrier: Party) -> None:
    """P8: the pledge goes with them. Finding M8, trap X1: a carrier moved a pledged bill to its friend by a remark that
    the room took for terms. It is told which for which, and nothing of the carrier's."""
    bill, escrow = world.order(), room(world)
    parts = [world.terms(Kind.BLANK) for _ in range(3)]
    ledger.lodge(world.shipper, bill, Endorsement.BLANK, escrow, b"terms of the book")
    escrow.calls("hold", bill, world.bank.participant, 41)
    held = ledger.lodged(bill)
    _surrender(world, [bill], parts, escrow)
    assert ledger.lodged(bill) == held, "the lodging sleeps while the carrier answers"
    receipt = ledger.replace(carrier, [bill], parts, world.stranger.participant.to_bytes(32, "big"))
    assert [event.args for event in receipt.named("HeldOn")] == [
        {"bill": part.bill, "room": escrow.address, "holder": world.bank.participant, "deal": 41} for part in parts
    ]
    assert [ledger.lodged(part.bill) for part in parts] == [held] * 3
    assert ledger.lodged(bill) == NOT_LODGED
    assert escrow.lastBills(0) == bill
    assert [escrow.lastReplacements(index) for index in range(3)] == [part.bill for part in parts]
    assert escrow.lastTerms() == b"terms of the book", "as it was lodged: nothing since"
    assert escrow.lastFrom() == world.shipper.address


def test_a_signature_replaces_nothing_that_a_room_surrendered(world: World, ledger: Ledger) -> None:
    bill, escrow = world.blank(), room(world)
    ledger.lodge(world.shipper, bill, Endorsement.NONE, escrow, b"")
    _surrender(world, [bill], [world.terms(Kind.BLANK)], escrow)
    others = [world.terms(Kind.BLANK)]
    with _not_agreed(ledger, bill, [bill], others):
        _replace_signed(world, [bill], others, world.shipper, possessor=escrow)


def test_a_room_that_does_not_take_the_replacements_keeps_the_old_bill_pending(
    world: World, ledger: Ledger, carrier: Party
) -> None:
    bill, escrow = world.blank(), room(world)
    terms = [world.terms(Kind.BLANK)]
    ledger.lodge(world.shipper, bill, Endorsement.NONE, escrow, b"")
    _surrender(world, [bill], terms, escrow)
    escrow.misbehave(world.relayer, b"\0" * 4, True)
    with refused("Error", TAKES_NOTHING):
        ledger.replace(carrier, [bill], terms, b"")
    ledger.refuse(carrier, bill, b"the room does not take it")
    assert ledger.ownerOf(bill) == escrow.address


def test_a_delisted_room_still_gets_its_replacements(world: World, ledger: Ledger, carrier: Party) -> None:
    """P5: delisting closes no exit."""
    bill, escrow = world.blank(), room(world)
    terms = [world.terms(Kind.BLANK)]
    ledger.lodge(world.shipper, bill, Endorsement.NONE, escrow, b"")
    _surrender(world, [bill], terms, escrow)
    ledger.delistRoom(world.delister, escrow, [])
    ledger.replace(carrier, [bill], terms, b"")
    assert ledger.ownerOf(terms[0].bill) == escrow.address


def test_a_bill_possessed_by_a_room_never_becomes_straight_out_of_nothing(
    world: World, ledger: Ledger, carrier: Party
) -> None:
    """T1: a straight bill has a shipper, a person."""
    bill, escrow = world.blank(), room(world)
    terms = [world.terms(Kind.STRAIGHT, world.consignee)]
    ledger.lodge(world.shipper, bill, Endorsement.NONE, escrow, b"")
    _surrender(world, [bill], terms, escrow)
    with refused("NotAPerson", escrow):
        ledger.replace(carrier, [bill], terms, b"")
