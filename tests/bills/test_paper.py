"""From the record to paper and back: never both at once (L12, L13, P2)."""

from __future__ import annotations

import pytest
from support.contract import refused
from support.trade import ISSUE, ZERO, Kind, Ledger, Party, Rejection, Status, SurrenderFor
from support.verbs import STATEMENT, bill_in
from support.world import World

NEXT = 1 << 140


def test_l13_a_bill_switched_to_paper_has_ended_as_a_record(world: World, ledger: Ledger, carrier: Party) -> None:
    bill = world.pending(SurrenderFor.PAPER)
    event = ledger.toPaper(carrier, bill, 3, STATEMENT, b"three originals").event("SwitchedToPaper")
    assert event.args == {
        "bill": bill,
        "actor": carrier.address,
        "originals": 3,
        "statement": STATEMENT,
        "actCount": 3,
        "remark": b"three originals",
    }
    assert ledger.entitlement(bill) == (carrier.address, 0, Kind.BLANK, Status.PAPER)


@pytest.mark.parametrize("direction", ["to paper", "from paper"])
def test_l12_a_change_of_medium_carries_its_statement(
    world: World, ledger: Ledger, carrier: Party, direction: str
) -> None:
    bill = world.pending(SurrenderFor.PAPER)
    with refused("StatementRequired"):
        if direction == "to paper":
            ledger.toPaper(carrier, bill, 3, ZERO, b"")
        else:
            ledger.issueFromPaper(carrier, world.terms(Kind.BLANK), world.shipper, 3, ZERO, b"")


@pytest.mark.parametrize("direction", ["to paper", "from paper"])
def test_l12_l13_and_is_about_one_paper_original_at_least(
    world: World, ledger: Ledger, carrier: Party, direction: str
) -> None:
    """Issue 8, part 5: what states that no original exists states no change of medium."""
    bill = world.pending(SurrenderFor.PAPER)
    with refused("OriginalsRequired"):
        if direction == "to paper":
            ledger.toPaper(carrier, bill, 0, STATEMENT, b"")
        else:
            ledger.issueFromPaper(carrier, world.terms(Kind.BLANK), world.shipper, 0, STATEMENT, b"")


def test_l12_paper_comes_in_as_version_one_of_a_reference_that_was_never_electronic(
    world: World, ledger: Ledger, carrier: Party
) -> None:
    terms = world.terms(Kind.ORDER, world.bank)
    event = ledger.issueFromPaper(carrier, terms, world.shipper, 3, STATEMENT, b"taken in").event("IssuedFromPaper")
    assert event.args == {
        "bill": terms.bill,
        "actor": carrier.address,
        "possessor": world.shipper.address,
        "titleholder": world.bank.participant,
        "kind": Kind.ORDER,
        "root": terms.root,
        "checksum": terms.checksum,
        "carriageLaw": b"GB-ENG\0\0",
        "recordLaw": terms.record_law,
        "actCount": 1,
        "issued": 1,
        "originals": 3,
        "statement": STATEMENT,
        "remark": b"taken in",
    }


def test_l12_and_comes_back_as_the_next_version_only_with_the_statement(
    world: World, ledger: Ledger, carrier: Party
) -> None:
    bill = bill_in(world, Status.PAPER)
    again = world.terms(Kind.BLANK, bill=bill + NEXT)
    with refused("PreviousVersionStands", bill + NEXT, Status.PAPER):
        ledger.issue(carrier, again, world.shipper, b"")
    ledger.issueFromPaper(carrier, again, world.consignee, 3, STATEMENT, b"")
    assert ledger.entitlement(bill)[3] == Status.PAPER
    assert ledger.entitlement(bill + NEXT) == (world.consignee.address, 0, Kind.BLANK, Status.LIVE)


@pytest.mark.parametrize("status", [Status.LIVE, Status.PENDING_PAPER, Status.DELIVERED, Status.REPLACED])
def test_p2_nothing_comes_back_from_paper_while_the_record_lives_or_has_ended_otherwise(
    world: World, ledger: Ledger, carrier: Party, status: Status
) -> None:
    bill = bill_in(world, status)
    with refused("PreviousVersionStands", bill + NEXT, status):
        ledger.issueFromPaper(carrier, world.terms(Kind.BLANK, bill=bill + NEXT), world.shipper, 3, STATEMENT, b"")
    with refused("BillExists", bill):
        ledger.issueFromPaper(carrier, world.terms(Kind.BLANK, bill=bill), world.shipper, 3, STATEMENT, b"")


@pytest.mark.parametrize("wrong", ["shipper", "carrier_desk", "other_carrier", "stranger"])
def test_only_who_may_issue_takes_paper_in(world: World, ledger: Ledger, wrong: str) -> None:
    party = getattr(world, wrong)
    terms = world.terms(Kind.BLANK)
    errors = {"other_carrier": ("NotCarrier", terms.bill, party), "stranger": ("MayNotAct", party)}
    with refused(*errors.get(wrong, ("LacksRole", party, ISSUE))):
        ledger.issueFromPaper(party, terms, world.shipper, 3, STATEMENT, b"")


def test_the_titleholder_of_paper_agrees_as_at_any_issue(world: World, ledger: Ledger, cautious_bank: Party) -> None:
    terms = world.terms(Kind.ORDER, cautious_bank)
    call = ledger.data("issueFromPaper", terms, world.shipper, 3, STATEMENT, b"")
    with refused("AgreementRequired", terms.bill, cautious_bank.participant):
        ledger.raw(world.carrier, call)
    for verb, works in (("issue", False), ("issueFromPaper", True)):
        paper = ledger.agreement(cautious_bank, terms.bill, verb, world.shipper, cautious_bank, Kind.ORDER, terms.hash)
        if works:
            ledger.together(world.carrier, ledger.agreed_call(paper), call)
        else:
            with refused("AgreementRequired", terms.bill, cautious_bank.participant):
                ledger.together(world.carrier, ledger.agreed_call(paper), call)


def test_the_first_possessor_rejects_what_was_taken_in(world: World, ledger: Ledger, shipper: Party) -> None:
    terms = world.terms(Kind.BLANK)
    ledger.issueFromPaper(world.carrier, terms, shipper, 3, STATEMENT, b"")
    ledger.reject(shipper, terms.bill, Rejection.ISSUE, b"not what the paper said")
    assert ledger.entitlement(terms.bill)[3] == Status.VOID


def test_a_surrender_for_paper_is_not_replaced_and_not_accepted(world: World, ledger: Ledger, carrier: Party) -> None:
    bill = world.pending(SurrenderFor.PAPER)
    for act in (lambda: ledger.accept(carrier, bill, b""), lambda: ledger.deliver(carrier, bill, b"")):
        with refused("WrongStatus", bill, Status.PENDING_PAPER):
            act()
