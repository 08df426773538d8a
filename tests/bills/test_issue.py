"""Issuing: who may, to whom, in which kind (T5, T8, P12, L15)."""

from __future__ import annotations

from typing import Any

import pytest
from support.contract import refused
from support.trade import ISSUE, MOVE, NOBODY, Endorsement, Kind, Ledger, Party, RecordLaw, Rejection, Status
from support.verbs import STATEMENT, room
from support.world import World


def _is(ledger: Ledger, bill: int, **expected: Any) -> None:
    state = vars(ledger.bill(bill))
    assert {name: state[name] for name in expected} == expected


def test_a_bill_to_order_names_its_titleholder_whoever_possesses(world: World, ledger: Ledger) -> None:
    bill = world.order(world.bank, world.shipper)
    assert ledger.entitlement(bill) == (world.shipper.address, world.bank.participant, Kind.ORDER, Status.LIVE)
    _is(ledger, bill, actCount=1, mayRejectPossession=True, previousAccount=world.carrier.number)


def test_title_that_an_issue_gives_to_another_than_the_possessor_may_be_rejected(world: World, ledger: Ledger) -> None:
    """Finding L6: as title given by an endorsement. The bill is then to the order of its first possessor."""
    bill = world.order(world.bank, world.shipper)
    _is(ledger, bill, mayRejectTitle=True, previousTitleholder=world.shipper.participant)
    ledger.reject(world.bank_vault, bill, Rejection.TITLE, b"we opened no credit")
    assert ledger.entitlement(bill) == (world.shipper.address, world.shipper.participant, Kind.ORDER, Status.LIVE)
    own = world.order(world.bank, world.bank_vault)
    _is(ledger, own, mayRejectTitle=False, previousTitleholder=0)
    for straight_or_own in (own, world.straight()):
        with refused("NothingToReject", straight_or_own):
            ledger.reject(world.bank, straight_or_own, Rejection.TITLE, b"")


def test_a_bill_in_blank_names_nobody(world: World, ledger: Ledger) -> None:
    bill = world.blank()
    assert ledger.entitlement(bill) == (world.shipper.address, 0, Kind.BLANK, Status.LIVE)


def test_a_straight_bill_remembers_shipper_and_consignee(world: World, ledger: Ledger) -> None:
    bill = world.straight()
    assert ledger.entitlement(bill) == (world.shipper.address, world.consignee.participant, Kind.STRAIGHT, Status.LIVE)
    _is(ledger, bill, previousTitleholder=world.shipper.participant)


def test_title_is_a_participants_not_an_accounts(world: World, ledger: Ledger) -> None:
    """N1: it survives the rotation of keys."""
    assert ledger.bill(world.order(world.bank_vault, world.shipper)).titleholder == world.bank.participant


def test_no_bill_is_issued_endorsed_by_name(world: World, ledger: Ledger, carrier: Party) -> None:
    terms = world.terms(Kind.NAMED, world.bank)
    with refused("KindNotAllowed", terms.bill, Kind.NAMED):
        ledger.issue(carrier, terms, world.shipper, b"")


def test_no_other_kind_exists(world: World, ledger: Ledger, carrier: Party) -> None:
    data = bytearray(ledger.data("issue", world.terms(Kind.BLANK), world.shipper, b""))
    data[4 + 63] = 4
    with refused(""):
        ledger.raw(carrier, bytes(data))


@pytest.mark.parametrize("kind", [Kind.ORDER, Kind.STRAIGHT])
def test_order_and_straight_need_a_titleholder(world: World, ledger: Ledger, carrier: Party, kind: Kind) -> None:
    terms = world.terms(kind, NOBODY)
    with refused("TitleholderRequired", terms.bill):
        ledger.issue(carrier, terms, world.shipper, b"")


def test_blank_has_none(world: World, ledger: Ledger, carrier: Party) -> None:
    terms = world.terms(Kind.BLANK, world.bank)
    with refused("NoTitleholderInBlank", terms.bill):
        ledger.issue(carrier, terms, world.shipper, b"")


def test_t1_a_room_is_never_titleholder(world: World, ledger: Ledger, carrier: Party) -> None:
    somewhere = room(world)
    for kind in (Kind.ORDER, Kind.STRAIGHT):
        with refused("NotAPerson", somewhere):
            ledger.issue(carrier, world.terms(kind, somewhere), world.shipper, b"")


@pytest.mark.parametrize("wrong", ["stranger", "shipper", "admin", "supervisor"])
def test_only_a_carrier_issues(world: World, ledger: Ledger, wrong: str) -> None:
    somebody = getattr(world, wrong)
    terms = world.terms(Kind.BLANK)
    error = ("LacksRole", somebody, ISSUE) if somebody.participant else ("MayNotAct", somebody)
    with refused(*error):
        ledger.issue(somebody, terms, world.shipper, b"")


def test_a_key_that_only_answers_does_not_issue(world: World, ledger: Ledger, carrier_desk: Party) -> None:
    with refused("LacksRole", carrier_desk, ISSUE):
        ledger.issue(carrier_desk, world.terms(Kind.BLANK), world.shipper, b"")


def test_p12_a_suspended_carrier_issues_nothing(world: World, ledger: Ledger, carrier: Party) -> None:
    world.suspend(carrier)
    with refused("MayNotAct", carrier):
        ledger.issue(carrier, world.terms(Kind.BLANK), world.shipper, b"")


def test_p12_a_carrier_that_winds_down_issues_nothing_but_answers(
    world: World, ledger: Ledger, carrier: Party, lifter: Party
) -> None:
    bill = world.pending()
    ledger.setWindingDown(lifter, carrier.participant, True)
    with refused("MayNotReceive", carrier):
        ledger.issue(carrier, world.terms(Kind.BLANK), world.shipper, b"")
    ledger.accept(carrier, bill, b"")
    ledger.deliver(carrier, bill, b"")


@pytest.mark.parametrize("suspended", ["possessor", "titleholder"])
@pytest.mark.parametrize("kind", [Kind.ORDER, Kind.STRAIGHT])
def test_p12_nothing_new_is_given_to_the_suspended(
    world: World, ledger: Ledger, carrier: Party, suspended: str, kind: Kind
) -> None:
    party = {"possessor": world.shipper, "titleholder": world.bank}[suspended]
    world.suspend(party)
    with refused("MayNotReceive", party):
        ledger.issue(carrier, world.terms(kind, world.bank), world.shipper, b"")


@pytest.mark.parametrize("nobody", ["stranger", "ledger", "zero"])
def test_l15_no_party_without_enrolment(world: World, ledger: Ledger, carrier: Party, nobody: str) -> None:
    address = {"stranger": world.stranger.address, "ledger": ledger.address, "zero": NOBODY}[nobody]
    with refused("MayNotReceive", address):
        ledger.issue(carrier, world.terms(Kind.BLANK), address, b"")
    if nobody != "zero":
        with refused("MayNotReceive", address):
            ledger.issue(carrier, world.terms(Kind.ORDER, address), world.shipper, b"")


@pytest.mark.parametrize("law", [RecordLaw.RULEBOOK_ONLY, RecordLaw.SINGAPORE])
def test_t5_no_bill_under_a_law_that_the_carriers_cover_does_not_name(
    world: World, ledger: Ledger, carrier: Party, law: RecordLaw
) -> None:
    terms = world.terms(Kind.BLANK, record_law=law)
    with refused("RecordLawNotCovered", terms.bill, law):
        ledger.issue(carrier, terms, world.shipper, b"")


def test_t5_a_withdrawn_cover_ends_issuing_under_it_for_every_account(
    world: World, ledger: Ledger, carrier: Party
) -> None:
    agent = world.add_account(carrier, world.stranger, ISSUE)
    ledger.issue(agent, world.terms(Kind.BLANK), world.shipper, b"")
    ledger.publishRecordLaws(carrier, 1 << RecordLaw.PRC)
    for account in (agent, carrier):
        terms = world.terms(Kind.BLANK, record_law=RecordLaw.ENGLISH)
        with refused("RecordLawNotCovered", terms.bill, RecordLaw.ENGLISH):
            ledger.issue(account, terms, world.shipper, b"")
    ledger.issue(agent, world.terms(Kind.BLANK, record_law=RecordLaw.PRC), world.shipper, b"")


def test_t5_a_bill_names_the_law_of_the_carriage(world: World, ledger: Ledger, carrier: Party) -> None:
    terms = world.terms(Kind.BLANK)._replace(carriage_law=b"")
    with refused("LawRequired", terms.bill):
        ledger.issue(carrier, terms, world.shipper, b"")


@pytest.mark.parametrize("given", ["possession", "title"])
@pytest.mark.parametrize("desk", ["producer", "supervisor"])
def test_p5_nothing_is_given_to_an_account_that_could_not_let_it_go(
    world: World, ledger: Ledger, carrier: Party, given: str, desk: str
) -> None:
    party = getattr(world, desk)
    terms = world.terms(Kind.BLANK) if given == "possession" else world.terms(Kind.ORDER, party)
    with refused("LacksRole", party, MOVE):
        ledger.issue(carrier, terms, party if given == "possession" else world.shipper, b"")


def test_the_event_tells_everything_that_is_fixed_at_issue(world: World, ledger: Ledger, carrier: Party) -> None:
    terms = world.terms(Kind.ORDER, world.bank)
    event = ledger.issue(carrier, terms, world.shipper, b"on board").event("Issued")
    assert event.args == {
        "bill": terms.bill,
        "actor": carrier.address,
        "possessor": world.shipper.address,
        "titleholder": world.bank.participant,
        "kind": Kind.ORDER,
        "root": terms.root,
        "checksum": terms.checksum,
        "carriageLaw": b"GB-ENG\0\0",
        "recordLaw": RecordLaw.ENGLISH,
        "actCount": 1,
        "issued": 1,
        "remark": b"on board",
    }


def test_n13_an_account_counts_the_bills_that_it_issues(world: World, ledger: Ledger, carrier: Party) -> None:
    """So that one storage proof shows that no bill was left out."""
    agent = world.add_account(carrier, world.stranger, ISSUE)
    counts = [
        ledger.issue(issuer, world.terms(Kind.BLANK), world.shipper, b"").event("Issued").issued
        for issuer in (carrier, agent, carrier, carrier, agent)
    ]
    assert counts == [1, 1, 2, 3, 2]
    assert (ledger.account(carrier).issued, ledger.account(agent).issued) == (3, 2)


def test_a_carrier_issues_many_in_one_transaction(world: World, ledger: Ledger, carrier: Party) -> None:
    terms = [world.terms(Kind.BLANK) for _ in range(10)]
    receipt = ledger.together(carrier, *(ledger.data("issue", t, world.shipper, b"") for t in terms))
    assert [event.issued for event in receipt.named("Issued")] == list(range(1, 11))
    assert ledger.balanceOf(world.shipper) == 10


def test_many_together_stand_or_fall_together(world: World, ledger: Ledger, carrier: Party) -> None:
    good, bad = world.terms(Kind.BLANK), world.terms(Kind.NAMED, world.bank)
    with refused("KindNotAllowed", bad.bill, Kind.NAMED):
        ledger.together(carrier, *(ledger.data("issue", terms, world.shipper, b"") for terms in (good, bad)))
    assert ledger.bill(good.bill).status == Status.NONE


def test_a_rejected_issue_is_void_and_stays_with_the_carrier(world: World, ledger: Ledger, shipper: Party) -> None:
    bill = world.order()
    event = ledger.reject(shipper, bill, Rejection.ISSUE, b"wrong consignee").event("Rejected")
    assert (event.actor, event.to, event.rejection) == (shipper.address, world.carrier.address, Rejection.ISSUE)
    assert ledger.entitlement(bill) == (world.carrier.address, shipper.participant, Kind.ORDER, Status.VOID)


@pytest.mark.parametrize("rejection", [Rejection.POSSESSION, Rejection.BOTH, Rejection.TITLE])
def test_an_issue_is_rejected_as_an_issue_only(
    world: World, ledger: Ledger, shipper: Party, rejection: Rejection
) -> None:
    bill = world.order()
    names = {Rejection.POSSESSION: "RejectedWholeOnly", Rejection.BOTH: "RejectedWholeOnly"}
    with refused(names.get(rejection, "NothingToReject"), bill):
        ledger.reject(shipper, bill, rejection, b"")


@pytest.mark.parametrize("act", ["sign", "endorse", "transfer and have it back"])
def test_the_first_possessor_that_has_acted_rejects_the_issue_no_more(
    world: World, ledger: Ledger, shipper: Party, act: str
) -> None:
    bill = world.blank()
    if act == "sign":
        ledger.sign(shipper, bill, 0, b"")
    elif act == "endorse":
        ledger.endorse(shipper, bill, Endorsement.TO_ORDER, world.bank, NOBODY, b"")
    else:
        ledger.transfer(shipper, bill, world.bank, b"")
        ledger.reject(world.bank, bill, Rejection.POSSESSION, b"")
    with refused("NothingToReject", bill):
        ledger.reject(shipper, bill, Rejection.ISSUE, b"")


@pytest.mark.parametrize("rejection", [Rejection.POSSESSION, Rejection.BOTH])
@pytest.mark.parametrize("act", ["sign", "endorse to another", "endorse in blank", "transfer and have it back"])
def test_a_living_bill_never_goes_back_to_the_carrier_that_issued_it(
    world: World, ledger: Ledger, shipper: Party, act: str, rejection: Rejection
) -> None:
    """P9, P13: only a rejected issue does, and that is void."""
    bill = world.order()
    if act == "sign":
        ledger.sign(shipper, bill, 0, b"")
    elif act == "endorse to another":
        ledger.endorse(shipper, bill, Endorsement.TO_ORDER, world.bank, NOBODY, b"")
    elif act == "endorse in blank":
        ledger.endorse(shipper, bill, Endorsement.BLANK, NOBODY, NOBODY, b"")
    else:
        ledger.transfer(shipper, bill, world.bank, b"")
        ledger.reject(world.bank, bill, Rejection.POSSESSION, b"")
    with refused("NothingToReject", bill):
        ledger.reject(shipper, bill, rejection, b"")


@pytest.mark.parametrize("kind", [Kind.STRAIGHT, Kind.ORDER, Kind.BLANK], ids=lambda kind: kind.name.lower())
@pytest.mark.parametrize("listed", [True, False])
def test_no_room_is_issued_a_bill(world: World, ledger: Ledger, carrier: Party, kind: Kind, listed: bool) -> None:
    """T1, N8, finding M8: a room is entered with the terms of a person that possesses, by `lodge`."""
    escrow = room(world)
    if not listed:
        ledger.delistRoom(world.delister, escrow, [])
    terms = world.terms(kind, NOBODY if kind == Kind.BLANK else world.consignee)
    with refused(*(("RoomNeedsTerms", escrow) if listed else ("MayNotReceive", escrow))):
        ledger.issue(carrier, terms, escrow, b"")
    with refused(*(("RoomNeedsTerms", escrow) if listed else ("MayNotReceive", escrow))):
        ledger.issueFromPaper(carrier, terms, escrow, 1, STATEMENT, b"")
