"""The second attack on the ledger: what it found in bills between persons, each as the rule that mends it.

Each test would have failed on the ledger as it was then. Where a finding is of rooms, recovery, approvals, answers or
replacements, its test stands with those: docs/attacks.md has them all.
"""

from __future__ import annotations

from typing import Any

import pytest
from eth_abi.abi import encode
from support.contract import Receipt, refused
from support.onchain import OpenBlock
from support.trade import (
    ALL_ROLES,
    ANSWER,
    HOUR,
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
    Terms,
)
from support.verbs import Puppet, room
from support.world import World

from sampan.keccak import keccak

MOST_IDLE_ACTS = 1_024
NEXT = 1 << 140


def _surrender_agreed(
    world: World,
    bill: int,
    keeper: Party,
    titleholder: Party,
    terms: list[Terms] | None = None,
    remark: bytes = b"",
    agreed_remark: bytes | None = None,
) -> Receipt:
    """The keeper surrenders what is the titleholder's, with its agreement: for delivery, or to be replaced by these."""
    ledger = world.ledger
    purpose = SurrenderFor.DELIVERY if terms is None else SurrenderFor.AMENDMENT
    agreed = ZERO if terms is None else ledger.replacementsHash([bill], terms)
    signed = remark if agreed_remark is None else agreed_remark
    detail = keccak(encode(["uint8", "bytes32", "bytes"], [purpose, agreed, signed]))
    kind = Kind(ledger.bill(bill).kind)
    paper = ledger.agreement(titleholder, bill, "surrender", world.carrier, titleholder, kind, detail)
    surrender = ledger.data("surrender", bill, purpose, world.carrier, agreed, remark)
    return ledger.together(keeper, ledger.agreed_call(paper), surrender)


# ------------------------------------------------------------------------------- H1: a keeper becomes the shipper


def _amended_to_straight(world: World, by: str) -> tuple[int, Party]:
    """A bill to the bank's order or by name, kept by the forwarder, amended as agreed to a straight one to the bank."""
    ledger, bank, forwarder = world.ledger, world.bank, world.forwarder
    bill = world.order(bank, forwarder) if by == "to order" else world.by_name(bank, forwarder)
    terms = [world.terms(Kind.STRAIGHT, bank)]
    _surrender_agreed(world, bill, forwarder, bank, terms)
    ledger.replace(world.carrier, [bill], terms, b"")
    assert ledger.entitlement(terms[0].bill) == (forwarder.address, bank.participant, Kind.STRAIGHT, Status.LIVE)
    return terms[0].bill, forwarder


@pytest.mark.parametrize("by", ["to order", "by name"])
def test_finding_h1_the_shipper_of_a_straight_bill_is_who_had_title_and_not_who_kept_it(
    world: World, ledger: Ledger, by: str
) -> None:
    straight, keeper = _amended_to_straight(world, by)
    assert ledger.bill(straight).previousTitleholder == world.bank.participant
    with refused("MayNotSurrender", straight, keeper):  # the cargo, alone
        ledger.surrender(keeper, straight, SurrenderFor.DELIVERY, world.carrier, ZERO, b"")
    own = ledger.replacementsHash([straight], [world.terms(Kind.ORDER, keeper)])
    with refused("MayNotSurrender", straight, keeper):  # title, by a replacement to its own order
        ledger.surrender(keeper, straight, SurrenderFor.AMENDMENT, world.carrier, own, b"")
    ledger.transfer(keeper, straight, world.bank, b"")
    ledger.surrender(world.bank, straight, SurrenderFor.DELIVERY, world.carrier, ZERO, b"")


def test_finding_h1_a_straight_bill_keeps_its_shipper_and_a_bill_in_blank_gives_its_possessor(
    world: World, ledger: Ledger
) -> None:
    for bill, holder in ((world.straight(), world.shipper), (world.blank(world.forwarder), world.forwarder)):
        terms = [world.terms(Kind.STRAIGHT, world.consignee)]
        agreed = ledger.replacementsHash([bill], terms)
        ledger.surrender(holder, bill, SurrenderFor.AMENDMENT, world.carrier, agreed, b"")
        ledger.replace(world.carrier, [bill], terms, b"")
        assert ledger.bill(terms[0].bill).previousTitleholder == holder.participant


# ------------------------------------------------------------------------- M2, M3, L6: the right to refuse title


@pytest.mark.parametrize("how", ["transfer", "transferFrom", "to and fro"])
def test_finding_m2_the_hours_to_refuse_title_run_on_when_possession_moves(
    world: World, ledger: Ledger, how: str
) -> None:
    """To and fro between two accounts every third day, a buyer refused after half a year what it had paid for."""
    bill = world.order()
    ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.bank, world.forwarder, b"")
    until = ledger.rejectableUntil(bill)
    desk = world.add_account(world.forwarder, world.extra["spare"][0])
    ledger.later(hours=40)
    if how == "transferFrom":
        ledger.setApprovalForAll(world.forwarder, world.consignee, True)
        ledger.transferFrom(world.consignee, world.forwarder, desk, bill)
    else:
        ledger.transfer(world.forwarder, bill, desk, b"")
    if how == "to and fro":
        ledger.transfer(desk, bill, world.forwarder, b"")
    assert ledger.rejectableUntil(bill) == until
    ledger.onchain.at(until)
    mark = ledger.onchain.mark()
    ledger.reject(world.bank, bill, Rejection.TITLE, b"in the last second")
    ledger.onchain.back(mark)
    ledger.onchain.at(until + 1)
    with refused("RejectTimePassed", bill, until):
        ledger.reject(world.bank, bill, Rejection.TITLE, b"")


def test_finding_m2_the_new_possessor_has_the_rest_of_them_and_all_where_title_is_settled(
    world: World, ledger: Ledger
) -> None:
    bill = world.order()
    ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, world.bank, world.forwarder, b"")
    until = ledger.rejectableUntil(bill)
    ledger.later(hours=70)
    ledger.transfer(world.forwarder, bill, world.consignee, b"")
    assert ledger.rejectableUntil(bill) == until
    mark = ledger.onchain.mark()
    ledger.reject(world.consignee, bill, Rejection.POSSESSION, b"")
    assert ledger.ownerOf(bill) == world.forwarder.address
    ledger.onchain.back(mark)
    ledger.onchain.at(until + 1)
    ledger.transfer(world.consignee, bill, world.forwarder, b"")
    assert ledger.rejectableUntil(bill) > until + 72 * HOUR


def test_finding_m3_an_issue_to_a_banks_order_is_voided_with_the_banks_agreement_only(
    world: World, ledger: Ledger
) -> None:
    """The shipper made the next version out to another, within the hours in which a bank lends on its title."""
    bill = world.order(world.bank, world.shipper)
    reject = ledger.data("reject", bill, Rejection.ISSUE, b"wrong weight")
    with refused("AgreementRequired", bill, world.bank.participant):
        ledger.raw(world.shipper, reject)
    with refused("PreviousVersionStands", bill + NEXT, Status.LIVE):
        ledger.issue(world.carrier, world.terms(Kind.BLANK, bill=bill + NEXT), world.shipper, b"")
    for signer, verb, to in (
        (world.shipper, "reject", world.carrier),
        (world.bank, "surrender", world.carrier),
        (world.bank, "reject", world.shipper),
    ):
        paper = ledger.agreement(signer, bill, verb, to, world.bank, Kind.ORDER)
        with refused("AgreementRequired", bill, world.bank.participant):
            ledger.together(world.shipper, ledger.agreed_call(paper), reject)
    paper = ledger.agreement(world.bank, bill, "reject", world.carrier, world.bank, Kind.ORDER)
    ledger.together(world.shipper, ledger.agreed_call(paper), reject)
    assert ledger.entitlement(bill) == (world.carrier.address, world.bank.participant, Kind.ORDER, Status.VOID)


@pytest.mark.parametrize("bill", ["in blank", "straight", "to its own order", "title was refused"])
def test_finding_m3_where_no_other_has_title_that_it_holds_nobody_is_asked(
    world: World, ledger: Ledger, bill: str
) -> None:
    issued = {"in blank": world.blank, "straight": world.straight, "to its own order": world.order}.get(bill)
    if issued is None:
        id_ = world.order(world.bank, world.shipper)
        ledger.reject(world.bank, id_, Rejection.TITLE, b"")
        with refused("NothingToReject", id_):  # that was an act: the issue stands, to the shipper's order
            ledger.reject(world.shipper, id_, Rejection.ISSUE, b"")
        assert ledger.bill(id_).titleholder == world.shipper.participant
        return
    id_ = issued()
    ledger.reject(world.shipper, id_, Rejection.ISSUE, b"")
    assert ledger.bill(id_).status == Status.VOID


# -------------------------------------------------------------------------------- M7, L3, L7, L8: agreed to what?


def test_finding_m7_a_room_gives_what_its_receiver_cannot_reject_so_that_its_terms_must_be_signed(
    world: World, ledger: Ledger, cautious_bank: Party
) -> None:
    """Kept by the room, not by the ledger: consent is an account's, a holder is a participant. It is a reason why rooms
    are listed, and the kit asks whether one names or gives to who neither acted nor signed."""
    escrow, bill = room(world), world.blank()
    ledger.lodge(world.shipper, bill, Endorsement.NONE, escrow, b"")
    escrow.calls("endorse", bill, Endorsement.TO_ORDER, cautious_bank, cautious_bank, b"")
    for rejection in Rejection:
        with refused("NothingToReject", bill):
            ledger.reject(cautious_bank, bill, rejection, b"")
    ledger.transfer(cautious_bank, bill, world.shipper, b"what it does not want it passes on")
    # A person in the room's place is asked for that signature.
    with refused("AgreementRequired", other := world.blank(), cautious_bank.participant):
        ledger.transfer(world.shipper, other, cautious_bank, b"")


@pytest.mark.parametrize("who", ["person", "room"])
def test_finding_l3_an_agreement_to_a_surrender_says_whom_the_goods_go_to(
    world: World, ledger: Ledger, who: str
) -> None:
    """The remark of a surrender names the receiver: the keeper signs nobody else's name under its principal's."""
    bill = world.order(world.bank, world.forwarder)
    ledger.later(hours=73)
    if who == "person":
        keeper, bank = world.forwarder, world.bank
        with refused("MayNotSurrender", bill, keeper):
            _surrender_agreed(world, bill, keeper, bank, remark=b"to the forwarder", agreed_remark=b"to the consignee")
        _surrender_agreed(world, bill, keeper, bank, remark=b"to the consignee")
        return
    escrow = room(world, world.bank)
    ledger.lodge(world.forwarder, bill, Endorsement.NONE, escrow, b"")
    for remark, agreed in ((b"to the forwarder", b"to the consignee"), (b"to the consignee", b"to the consignee")):
        detail = keccak(encode(["uint8", "bytes32", "bytes"], [SurrenderFor.DELIVERY, ZERO, agreed]))
        paper = ledger.agreement(world.bank, bill, "surrender", world.carrier, world.bank, Kind.ORDER, detail)
        agree = escrow.step("agree", paper, world.bank.signature(ledger.digest("Agreement", paper)))
        surrender = escrow.step("surrender", bill, SurrenderFor.DELIVERY, world.carrier, ZERO, remark)
        if remark != agreed:
            with refused("MayNotSurrender", bill, escrow):
                escrow.does(agree, surrender)
        else:
            escrow.does(agree, surrender)


@pytest.mark.parametrize("state", ["suspended", "winding down"])
def test_finding_l7_a_replacement_gives_no_new_title_to_who_may_be_given_nothing(
    world: World, ledger: Ledger, state: str
) -> None:
    """P12. The forwarder that surrendered gets what was its own, possession: title to the bank's bill is none of it."""
    forwarder = world.forwarder
    bill, terms = world.order(world.bank, forwarder), [world.terms(Kind.ORDER, forwarder)]
    _surrender_agreed(world, bill, forwarder, world.bank, terms)
    if state == "suspended":
        world.suspend(forwarder)
    else:
        ledger.setWindingDown(world.lifter, forwarder.participant, True)
    with refused("MayNotReceive", forwarder):
        ledger.replace(world.carrier, [bill], terms, b"")
    ledger.refuse(world.carrier, bill, b"the forwarder may be given nothing")
    assert ledger.entitlement(bill) == (forwarder.address, world.bank.participant, Kind.ORDER, Status.LIVE)


def test_finding_l8_a_straight_consignee_that_signs_what_it_takes_signs_a_changed_document(
    world: World, ledger: Ledger, cautious_bank: Party
) -> None:
    """Shipper and carrier put another document under its name."""
    first = world.terms(Kind.STRAIGHT, cautious_bank)
    paper = ledger.agreement(
        cautious_bank, first.bill, "issue", world.shipper, cautious_bank, Kind.STRAIGHT, first.hash
    )
    ledger.together(world.carrier, ledger.agreed_call(paper), ledger.data("issue", first, world.shipper, b""))
    changed = world.terms(Kind.STRAIGHT, cautious_bank, bill=first.bill + NEXT)
    agreed = ledger.replacementsHash([first.bill], [changed])
    ledger.surrender(world.shipper, first.bill, SurrenderFor.AMENDMENT, world.carrier, agreed, b"")
    replace = ledger.data("replace", [first.bill], [changed], b"")
    with refused("AgreementRequired", changed.bill, cautious_bank.participant):
        ledger.raw(world.carrier, replace)
    paper = ledger.agreement(
        cautious_bank, changed.bill, "replace", world.shipper, cautious_bank, Kind.STRAIGHT, changed.hash
    )
    ledger.together(world.carrier, ledger.agreed_call(paper), replace)
    assert ledger.rootOf(changed.bill) == changed.root


# ------------------------------------------------------------------------------------------- L5: the count of acts


@pytest.mark.open_block
@pytest.mark.parametrize("act", ["sign", "endorse in place", "endorse with possession to itself"])
def test_finding_l5_what_moves_nothing_uses_up_no_count_that_a_bill_may_need(
    world: World, ledger: Ledger, act: str
) -> None:
    """Two transactions of signing ended the count, and nobody that takes by signature could take the bill."""
    if not isinstance(chain := world.onchain, OpenBlock):
        pytest.skip("writes storage")
    bill = world.blank()
    address, slot = bytes.fromhex(ledger.address[2:]), ledger.slot_of(bill)
    word = chain.storage(address, slot)
    calls: dict[str, tuple[Any, ...]] = {
        "sign": ("sign", Purpose.SEEN, b""),
        "endorse in place": ("endorse", Endorsement.TO_ORDER, world.shipper, NOBODY, b""),
        "endorse with possession to itself": ("endorse", Endorsement.TO_ORDER, world.shipper, world.shipper, b""),
    }
    verb, *arguments = calls[act]
    chain.poke(address, slot, word & ~(2_047 << 169) | (MOST_IDLE_ACTS - 1) << 169)
    getattr(ledger, verb)(world.shipper, bill, *arguments)
    assert ledger.bill(bill).actCount == MOST_IDLE_ACTS
    with refused("TooManyActs", bill):
        getattr(ledger, verb)(world.shipper, bill, *arguments)
    paper = ledger.agreement(
        world.cautious_bank,
        bill,
        "transfer",
        world.cautious_bank,
        ledger.bill(bill).titleholder,
        ledger.bill(bill).kind,
    )
    transfer = ledger.data("transfer", bill, world.cautious_bank, b"")
    ledger.together(world.shipper, ledger.agreed_call(paper), transfer)
    assert ledger.ownerOf(bill) == world.cautious_bank.address


# -------------------------------------------------------------------------------- L9: who issues, answers


@pytest.mark.parametrize("roles", [ISSUE, ISSUE | MOVE | TERMS, ALL_ROLES & ~ANSWER])
def test_finding_l9_nobody_issues_what_it_could_not_be_surrendered(world: World, ledger: Ledger, roles: int) -> None:
    """Of the participant, which has several accounts; one account alone may do the one or the other."""
    newcomer = world.extra["spare"][0]
    newcomer.lei, newcomer.country, newcomer.roles = 7, "DE", roles
    paper = ledger.enrolment(newcomer)
    with refused("IssueNeedsAnswer", roles):
        ledger.enrol(world.enroller, paper, newcomer.signature(ledger.digest("Enrolment", paper)))
    with refused("IssueNeedsAnswer", world.shipper.roles | ISSUE):
        ledger.setProfile(world.enroller, world.shipper.participant, world.shipper.lei, world.shipper.roles | ISSUE)
    agent = world.add_account(world.carrier, world.extra["spare"][1], ISSUE)
    bill = world.terms(Kind.BLANK)
    ledger.issue(agent, bill, world.shipper, b"")
    ledger.surrender(world.shipper, bill.bill, SurrenderFor.DELIVERY, world.carrier_desk, ZERO, b"")


# ------------------------------------------------------------------------- L10, L13: what survives, what comes back


@pytest.mark.parametrize("given", ["possession", "title", "both"])
def test_finding_l10_a_right_to_reject_follows_the_bill_to_a_successor_with_its_hours(
    world: World, ledger: Ledger, given: str
) -> None:
    """P13: anybody may recover the bill, and so ended the right of who had not acknowledged it."""
    bill, bank = world.order(), world.bank
    if given == "possession":
        ledger.transfer(world.shipper, bill, bank, b"")
    else:
        to = bank if given == "both" else world.consignee
        ledger.endorse(world.shipper, bill, Endorsement.TO_ORDER, bank, to, b"")
    until = ledger.rejectableUntil(bill)
    ledger.later(hours=50)
    holder, heir = (world.consignee, world.extra["spare"][0]) if given == "title" else (bank, world.bank_vault)
    if given == "title":
        world.add_account(world.consignee, heir)
    ledger.removeAccount(holder, holder, heir)
    ledger.recover(world.stranger, bill)
    assert ledger.rejectableUntil(bill) == until
    ledger.onchain.at(until)
    rejection = {"possession": Rejection.POSSESSION, "title": Rejection.TITLE, "both": Rejection.BOTH}[given]
    ledger.reject(bank if given == "title" else heir, bill, rejection, b"")
    assert ledger.bill(bill).titleholder == world.shipper.participant


@pytest.mark.parametrize("state", ["suspended", "without the role", "bill is pending", "bill is void"])
def test_finding_l13_the_approval_of_one_bill_is_taken_back_whatever_the_possessors_standing(
    world: World, ledger: Ledger, state: str
) -> None:
    """It revived with its possessor's standing, while the approval for all could be taken back all along."""
    bill, holder = world.blank(), world.shipper
    ledger.approve(holder, world.forwarder, bill)
    if state == "suspended":
        world.suspend(holder)
    elif state == "without the role":
        ledger.setAccountRoles(holder, holder, TERMS)
    elif state == "bill is pending":
        ledger.surrender(holder, bill, SurrenderFor.DELIVERY, world.carrier, ZERO, b"")
        holder = world.carrier
    else:
        ledger.reject(holder, bill, Rejection.ISSUE, b"")
        holder = world.carrier
    with refused("NotPossessor", bill, world.forwarder):
        ledger.approve(world.forwarder, NOBODY, bill)
    receipt = ledger.approve(holder, NOBODY, bill)
    assert receipt.event("Approval").args == {"owner": holder.address, "account": NOBODY, "id": bill}
    assert receipt.event("BillOperatorSet").args == {
        "bill": bill,
        "owner": holder.address,
        "operator": NOBODY,
        "note": ledger.noteCount(),
    }
    assert ledger.getApproved(bill) == NOBODY
    ledger.later(days=91)
    with refused("NotOwnerNorApproved"):
        ledger.transferFrom(world.forwarder, holder, world.forwarder, bill)


# ---------------------------------------------------------------------------------------------- M8: whose terms?


def test_finding_m8_no_issue_and_no_reissue_speaks_to_a_room_in_the_carriers_words(
    world: World, ledger: Ledger
) -> None:
    """A carrier told a room for whom to hold, by its remark on an issue or a replacement."""
    escrow, bill = room(world), world.blank()
    with refused("RoomNeedsTerms", escrow):
        ledger.issue(world.carrier, world.terms(Kind.BLANK), escrow, encode(["uint256"], [world.forwarder.participant]))
    ledger.lodge(world.shipper, bill, Endorsement.NONE, escrow, b"the lodger's terms")
    terms = [world.terms(Kind.BLANK)]
    agreed = ledger.replacementsHash([bill], terms)
    escrow.calls("surrender", bill, SurrenderFor.AMENDMENT, world.carrier, agreed, b"")
    ledger.replace(world.carrier, [bill], terms, encode(["uint256"], [world.forwarder.participant]))
    assert (escrow.lastTerms(), escrow.lastFrom()) == (b"the lodger's terms", world.shipper.address)
    assert ledger.holderFor(terms[0].bill) == world.shipper.participant


# ------------------------------------------------------------------------------------ L2, L12: rooms as accounts


def test_finding_l2_a_repaid_pledge_is_its_debtors_again_title_too(world: World, ledger: Ledger) -> None:
    """A party in winding down could be given back possession, and title to its own bill not."""
    escrow, bill = room(world, world.bank), world.order()
    ledger.lodge(world.shipper, bill, Endorsement.BLANK, escrow, b"pledged")
    ledger.setWindingDown(world.lifter, world.shipper.participant, True)
    with refused("MayNotReceive", world.shipper):
        escrow.calls("endorse", bill, Endorsement.TO_ORDER, world.shipper, world.shipper, b"")
    escrow.calls("giveBack", bill, b"repaid")
    assert ledger.entitlement(bill) == (world.shipper.address, world.shipper.participant, Kind.ORDER, Status.LIVE)


@pytest.mark.open_block
@pytest.mark.parametrize("what", ["the manager", "a key that delegates", "the ledger"])
def test_finding_l12_a_room_is_a_contract_of_its_own(world: World, ledger: Ledger, authority: Any, what: str) -> None:
    """Whoever may make the manager call, or has the key behind a delegation (EIP-7702), would be that room."""
    if not isinstance(chain := world.onchain, OpenBlock):
        pytest.skip("writes code")
    place: Any = {"the manager": authority, "the ledger": ledger}.get(what, world.stranger)
    if what == "a key that delegates":
        puppet = Puppet(world, world.shipper)
        chain.place(bytes.fromhex(world.stranger.address[2:]), b"\xef\x01\x00" + bytes.fromhex(puppet.address[2:]))
    with refused("NotARoom", place):
        ledger.listRoom(world.lister, place, [b"HK"])
