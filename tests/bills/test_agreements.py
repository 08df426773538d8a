"""From whom a party takes bills and title, and how it agrees to more (T8, L15, N14, decision 6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.contract import refused
from support.trade import (
    HOUR,
    MOVE,
    NOBODY,
    ZERO,
    Endorsement,
    Kind,
    Ledger,
    Party,
    Receiving,
    Rejection,
    Status,
    Terms,
)
from support.verbs import Puppet, room, wallet
from support.world import World

GIVEN: dict[str, Callable[[World, Party], tuple[int, Any, str, tuple[Any, ...], Kind, bool, bytes]]] = {}
"""How a party is given something: bill, giver, verb, arguments, kind, whether title goes to it, detail."""


def _way(name: str) -> Callable[[Any], Any]:
    def keep(function: Any) -> Any:
        GIVEN[name] = function
        return function

    return keep


def _issue(world: World, kind: Kind, titleholder: Any, possessor: Any, titled: bool) -> Any:
    terms = world.terms(kind, titleholder)
    return terms.bill, world.carrier, "issue", (terms, possessor, b""), kind, titled, terms.hash


@_way("a bill in blank is issued to it")
def _1(w: World, p: Party) -> Any:
    return _issue(w, Kind.BLANK, NOBODY, p, False)


@_way("a bill is issued to its order")
def _2(w: World, p: Party) -> Any:
    return _issue(w, Kind.ORDER, p, w.shipper, True)


@_way("a straight bill is consigned to it")
def _3(w: World, p: Party) -> Any:
    return _issue(w, Kind.STRAIGHT, p, w.shipper, True)


@_way("a bill to its order is issued to it")
def _4(w: World, p: Party) -> Any:
    return _issue(w, Kind.ORDER, p, p, True)


@_way("possession is transferred to it")
def _5(w: World, p: Party) -> Any:
    bill = w.blank()
    return bill, w.shipper, "transfer", (bill, p, b""), Kind.BLANK, False, ZERO


@_way("a wallet transfers possession to it")
def _6(w: World, p: Party) -> Any:
    bill = w.blank()
    return bill, w.shipper, "transferFrom", (w.shipper, p, bill), Kind.BLANK, False, ZERO


@_way("a wallet transfers safely to it")
def _7(w: World, p: Party) -> Any:
    bill = w.blank()
    return bill, w.shipper, "safeTransferFrom", (w.shipper, p, bill), Kind.BLANK, False, ZERO


@_way("title is endorsed to it")
def _8(w: World, p: Party) -> Any:
    bill = w.order()
    return bill, w.shipper, "endorse", (bill, Endorsement.TO_ORDER, p, NOBODY, b""), Kind.ORDER, True, ZERO


@_way("title is endorsed to it and possession given to another")
def _9(w: World, p: Party) -> Any:
    bill = w.order()
    return bill, w.shipper, "endorse", (bill, Endorsement.NAMED, p, w.forwarder, b""), Kind.NAMED, True, ZERO


@_way("title and possession are given to it")
def _10(w: World, p: Party) -> Any:
    bill = w.order()
    return bill, w.shipper, "endorse", (bill, Endorsement.TO_ORDER, p, p, b""), Kind.ORDER, True, ZERO


@_way("a bill endorsed in blank is given to it")
def _11(w: World, p: Party) -> Any:
    bill = w.order()
    return bill, w.shipper, "endorse", (bill, Endorsement.BLANK, NOBODY, p, b""), Kind.BLANK, False, ZERO


def _possessor_after(world: World, verb: str, arguments: tuple[Any, ...], giver: Any, party: Any) -> Any:
    if verb == "issue":
        return arguments[1]
    if verb in ("transfer", "transferFrom", "safeTransferFrom"):
        return party
    return giver if arguments[3] == NOBODY else arguments[3]


def _paper(world: World, way: str, party: Party) -> tuple[Any, bytes, int, Any]:
    """The agreement that the way asks of the party, the call, the bill, and who gives."""
    ledger = world.ledger
    bill, giver, verb, arguments, kind, titled, detail = GIVEN[way](world, party)
    possessor = _possessor_after(world, verb, arguments, giver, party)
    titleholder = party.participant if titled else 0
    paper = ledger.agreement(party, bill, verb, possessor, titleholder, kind, detail)
    return paper, ledger.data(verb, *arguments), bill, giver


@pytest.fixture(params=GIVEN)
def way(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


# ----------------------------------------------------------------------------------------------------- the three modes


def test_t8_a_cautious_bank_is_given_nothing_without_its_signature(
    world: World, ledger: Ledger, way: str, cautious_bank: Party
) -> None:
    _, call, bill, giver = _paper(world, way, cautious_bank)
    with refused("AgreementRequired", bill, cautious_bank.participant):
        ledger.raw(giver, call)


def test_t8_and_everything_with_it_in_the_same_transaction(
    world: World, ledger: Ledger, way: str, cautious_bank: Party
) -> None:
    paper, call, bill, giver = _paper(world, way, cautious_bank)
    receipt = ledger.together(giver, ledger.agreed_call(paper), call)
    assert receipt.event("Agreed").args == {
        "bill": bill,
        "signer": cautious_bank.address,
        "verb": paper.verb,
        "actCount": paper.act_count,
        "possessor": getattr(paper.possessor, "address", paper.possessor),
        "titleholder": paper.titleholder,
        "kind": paper.kind,
        "detail": paper.detail,
    }
    assert ledger.bill(bill).status == Status.LIVE


def test_t8_whoever_takes_from_listed_givers_takes_from_those(
    world: World, ledger: Ledger, way: str, choosy_trader: Party
) -> None:
    paper, call, bill, giver = _paper(world, way, choosy_trader)
    with refused("AgreementRequired", bill, choosy_trader.participant):
        ledger.raw(giver, call)
    ledger.setGiver(choosy_trader, giver.participant, True)
    mark = ledger.onchain.mark()
    ledger.raw(giver, call)
    ledger.onchain.back(mark)
    ledger.setGiver(choosy_trader, giver.participant, False)
    with refused("AgreementRequired", bill, choosy_trader.participant):
        ledger.raw(giver, call)
    ledger.together(giver, ledger.agreed_call(paper), call)


def test_a_cautious_bank_does_not_ask_whom_it_has_listed(world: World, ledger: Ledger, cautious_bank: Party) -> None:
    ledger.setGiver(cautious_bank, world.shipper.participant, True)
    bill = world.blank()
    with refused("AgreementRequired", bill, cautious_bank.participant):
        ledger.transfer(world.shipper, bill, cautious_bank, b"")


def test_no_agreement_is_needed_within_one_house(world: World, ledger: Ledger, cautious_bank: Party) -> None:
    vault = world.add_account(cautious_bank, world.stranger, MOVE, Receiving.SIGNED_ONLY)
    ledger.setReceiving(cautious_bank, cautious_bank, Receiving.ANYONE)
    bill = world.order(cautious_bank)
    ledger.transfer(cautious_bank, bill, vault, b"")
    ledger.endorse(vault, bill, Endorsement.TO_ORDER, vault, cautious_bank, b"")


def test_what_a_room_gives_was_agreed_in_its_terms(world: World, ledger: Ledger, cautious_bank: Party) -> None:
    bill, escrow = world.blank(), room(world)
    ledger.lodge(world.shipper, bill, Endorsement.NONE, escrow, b"")
    escrow.calls("endorse", bill, Endorsement.TO_ORDER, cautious_bank, cautious_bank, b"")
    assert ledger.entitlement(bill)[:2] == (cautious_bank.address, cautious_bank.participant)


@pytest.mark.parametrize("verb", ["refuse", "reject"])
def test_p12_what_comes_back_needs_no_agreement(world: World, ledger: Ledger, cautious_bank: Party, verb: str) -> None:
    paper, call, bill, giver = _paper(world, "a bill to its order is issued to it", cautious_bank)
    ledger.together(giver, ledger.agreed_call(paper), call)
    if verb == "refuse":
        ledger.surrender(cautious_bank, bill, 0, world.carrier, ZERO, b"")
        ledger.refuse(world.carrier, bill, b"no")
    else:
        ledger.transfer(cautious_bank, bill, world.forwarder, b"")
        ledger.reject(world.forwarder, bill, Rejection.POSSESSION, b"")
    assert ledger.ownerOf(bill) == cautious_bank.address


# --------------------------------------------------------------------------------------------------- to this very act

WRONG: dict[str, dict[str, Any]] = {
    "bill": {},
    "verb": {"verb": b"\x01\x02\x03\x04"},
    "possessor": {"possessor": "0x" + "11" * 20},
    "titleholder": {"titleholder": 999},
    "kind": {"kind": Kind.STRAIGHT},
    "detail": {"detail": b"\x01" * 32},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_an_agreement_to_something_else_is_none(
    world: World, ledger: Ledger, way: str, wrong: str, cautious_bank: Party
) -> None:
    paper, call, bill, giver = _paper(world, way, cautious_bank)
    if wrong == "kind" and paper.kind == Kind.STRAIGHT:
        changed = paper._replace(kind=Kind.ORDER)
    elif wrong == "bill":
        changed = paper._replace(bill=world.blank(), act_count=1)
    else:
        changed = paper._replace(**WRONG[wrong])
    with refused("AgreementRequired", bill, cautious_bank.participant):
        ledger.together(giver, ledger.agreed_call(changed), call)


@pytest.mark.parametrize("act_count", [1, 2, 2**200])
def test_an_agreement_counts_the_acts(world: World, ledger: Ledger, act_count: int, cautious_bank: Party) -> None:
    paper, call, bill, giver = _paper(world, "possession is transferred to it", cautious_bank)
    with refused("StaleAct", bill, 1, 1 + act_count):
        ledger.together(giver, ledger.agreed_call(paper._replace(act_count=1 + act_count)), call)


def test_an_agreement_is_gone_with_its_transaction(world: World, ledger: Ledger, cautious_bank: Party) -> None:
    paper, call, bill, giver = _paper(world, "possession is transferred to it", cautious_bank)
    ledger.raw(world.relayer, ledger.agreed_call(paper))
    with refused("AgreementRequired", bill, cautious_bank.participant):
        ledger.raw(giver, call)


def test_an_agreement_serves_one_act_even_within_one_transaction(
    world: World, ledger: Ledger, cautious_bank: Party
) -> None:
    """The bill goes to the bank, comes back and goes again: the second time needs a second agreement."""
    paper, call, bill, giver = _paper(world, "possession is transferred to it", cautious_bank)
    back = ledger.signed_act(cautious_bank, bill, "transfer", bill, giver, b"", act_count=2)
    returned = ledger.data("act", back, cautious_bank.signature(ledger.digest("SignedAct", back)))
    with refused("AgreementRequired", bill, cautious_bank.participant):
        ledger.together(giver, ledger.agreed_call(paper), call, returned, call)
    ledger.together(giver, ledger.agreed_call(paper), call, returned)
    assert ledger.ownerOf(bill) == giver.address


def test_an_agreement_shown_twice_is_one(world: World, ledger: Ledger, cautious_bank: Party) -> None:
    paper, call, bill, giver = _paper(world, "possession is transferred to it", cautious_bank)
    ledger.together(giver, *[ledger.agreed_call(paper)] * 2, call)
    assert ledger.ownerOf(bill) == cautious_bank.address


def test_each_of_two_cautious_receivers_agrees_for_itself(
    world: World, ledger: Ledger, cautious_bank: Party, choosy_trader: Party
) -> None:
    bill = world.order()
    endorse = ledger.data("endorse", bill, Endorsement.TO_ORDER, cautious_bank, choosy_trader, b"")
    papers = {
        party.name: ledger.agreement(party, bill, "endorse", choosy_trader, cautious_bank, Kind.ORDER)
        for party in (cautious_bank, choosy_trader)
    }
    for alone, missing in ((cautious_bank, choosy_trader), (choosy_trader, cautious_bank)):
        with refused("AgreementRequired", bill, missing.participant):
            ledger.together(world.shipper, ledger.agreed_call(papers[alone.name]), endorse)
    ledger.together(world.shipper, *(ledger.agreed_call(paper) for paper in papers.values()), endorse)


# ------------------------------------------------------------------------------------------------------ whose signature


@pytest.mark.parametrize("hand", ["shipper", "stranger", "relayer", "bank"])
def test_another_hand_agrees_to_nothing(world: World, ledger: Ledger, hand: str, cautious_bank: Party) -> None:
    paper, call, _, giver = _paper(world, "possession is transferred to it", cautious_bank)
    forged = getattr(world, hand).signature(ledger.digest("Agreement", paper))
    with refused("NotSignedBy", cautious_bank):
        ledger.together(giver, ledger.agreed_call(paper, forged), call)


def test_the_agreement_of_another_participant_opens_nothing(world: World, ledger: Ledger, cautious_bank: Party) -> None:
    paper, call, bill, giver = _paper(world, "possession is transferred to it", cautious_bank)
    with refused("AgreementRequired", bill, cautious_bank.participant):
        ledger.together(giver, ledger.agreed_call(paper._replace(signer=world.bank)), call)


def test_any_moving_account_of_the_house_agrees_for_it(world: World, ledger: Ledger, cautious_bank: Party) -> None:
    desk = world.add_account(cautious_bank, world.stranger, MOVE)
    paper, call, bill, giver = _paper(world, "possession is transferred to it", cautious_bank)
    ledger.together(giver, ledger.agreed_call(paper._replace(signer=desk)), call)
    assert ledger.ownerOf(bill) == cautious_bank.address


@pytest.mark.parametrize("state", ["suspended", "without the role", "removed", "unknown", "a room"])
def test_who_may_not_act_agrees_to_nothing(world: World, ledger: Ledger, state: str, cautious_bank: Party) -> None:
    desk: Any = world.add_account(cautious_bank, world.stranger)
    paper, _, bill, _ = _paper(world, "possession is transferred to it", cautious_bank)
    assert bill
    if state == "suspended":
        world.suspend(cautious_bank)
    elif state == "without the role":
        ledger.setAccountRoles(cautious_bank, desk, 0)
    elif state == "removed":
        ledger.removeAccount(cautious_bank, desk, cautious_bank)
    elif state == "unknown":
        desk = world.relayer
    else:
        desk = room(world)
        desk.become(world.relayer, world.relayer, 0)
        desk.signature = world.relayer.signature
    error = {"without the role": ("LacksRole", desk, MOVE), "a room": ("NotAPerson", desk)}
    with refused(*error.get(state, ("MayNotAct", desk))):
        ledger.raw(world.relayer, ledger.agreed_call(paper._replace(signer=desk)))


def test_a_contract_wallet_agrees(world: World, ledger: Ledger, cautious_bank: Party) -> None:
    safe: Any = wallet(world, world.stranger)
    world.add_account(cautious_bank, safe, MOVE, Receiving.SIGNED_ONLY)
    paper, call, bill, giver = _paper(world, "possession is transferred to it", safe)
    ledger.together(giver, ledger.agreed_call(paper), call)
    assert ledger.ownerOf(bill) == safe.address


@pytest.mark.parametrize("late", [0, 1])
def test_the_deadline_of_an_agreement_is_inclusive(
    world: World, ledger: Ledger, late: int, cautious_bank: Party
) -> None:
    paper, call, _, giver = _paper(world, "possession is transferred to it", cautious_bank)
    paper = paper._replace(deadline=ledger.now + HOUR)
    calls = (ledger.agreed_call(paper), call)
    ledger.onchain.at(paper.deadline + late)
    if late:
        with refused("SignatureExpired", paper.deadline):
            ledger.together(giver, *calls)
    else:
        ledger.together(giver, *calls)


def test_an_agreement_is_withdrawn(world: World, ledger: Ledger, cautious_bank: Party) -> None:
    paper, call, _, giver = _paper(world, "possession is transferred to it", cautious_bank)
    digest = ledger.digest("Agreement", paper)
    ledger.cancel(cautious_bank, digest)
    with refused("SignatureCancelled", cautious_bank, digest):
        ledger.together(giver, ledger.agreed_call(paper), call)


def test_the_receiver_itself_sends_its_agreement_with_the_givers_signed_act(
    world: World, ledger: Ledger, cautious_bank: Party
) -> None:
    """The giver needs no ether: the receiver pays, agreeing by being there."""
    paper, call, bill, giver = _paper(world, "possession is transferred to it", cautious_bank)
    act = ledger.signed_act(giver, bill, "transfer", bill, cautious_bank, b"")
    assert act.call == call
    signed = ledger.data("act", act, giver.signature(ledger.digest("SignedAct", act)))
    ledger.together(cautious_bank, ledger.data("agree", paper, b""), signed)
    assert ledger.ownerOf(bill) == cautious_bank.address


def test_agreement_and_act_may_come_from_two_senders_of_one_transaction(
    world: World, ledger: Ledger, cautious_bank: Party
) -> None:
    paper, call, bill, giver = _paper(world, "possession is transferred to it", cautious_bank)
    act = ledger.signed_act(giver, bill, "transfer", bill, cautious_bank, b"")
    signature = cautious_bank.signature(ledger.digest("Agreement", paper))
    messenger = Puppet(world)
    messenger.does(
        messenger.step("agree", paper, signature),
        messenger.step("act", act, giver.signature(ledger.digest("SignedAct", act))),
    )
    assert ledger.ownerOf(bill) == cautious_bank.address
    assert call


# --------------------------------------------------------------------------- endorsed by a room for a titleholder


@pytest.fixture
def lodged(world: World) -> tuple[int, Puppet]:
    """A bill to the shipper's order, in a room that holds for the shipper."""
    bill, escrow = world.order(), room(world)
    world.ledger.lodge(world.shipper, bill, Endorsement.NONE, escrow, b"")
    return bill, escrow


def test_t1_a_room_endorses_for_the_titleholder_that_agreed(
    world: World, ledger: Ledger, lodged: tuple[int, Puppet]
) -> None:
    bill, escrow = lodged
    step = escrow.step("endorse", bill, Endorsement.NAMED, world.bank, world.bank, b"paid")
    with refused("MayNotEndorse", bill, escrow):
        escrow.does(step)
    paper = ledger.agreement(world.shipper, bill, "endorse", world.bank, world.bank, Kind.NAMED)
    signature = world.shipper.signature(ledger.digest("Agreement", paper))
    escrow.does(escrow.step("agree", paper, signature), step)
    assert ledger.entitlement(bill)[:3] == (world.bank.address, world.bank.participant, Kind.NAMED)


@pytest.mark.parametrize(
    "wrong", [{"signer": "bank"}, {"possessor": "forwarder"}, {"titleholder": 0}, {"kind": Kind.ORDER}], ids=str
)
def test_t1_and_in_no_other_way_than_agreed(
    world: World, ledger: Ledger, lodged: tuple[int, Puppet], wrong: dict[str, Any]
) -> None:
    bill, escrow = lodged
    changes = {key: getattr(world, value) if isinstance(value, str) else value for key, value in wrong.items()}
    paper = ledger.agreement(world.shipper, bill, "endorse", world.bank, world.bank, Kind.NAMED)._replace(**changes)
    signature = paper.signer.signature(ledger.digest("Agreement", paper))
    with refused("MayNotEndorse", bill, escrow):
        escrow.does(
            escrow.step("agree", paper, signature),
            escrow.step("endorse", bill, Endorsement.NAMED, world.bank, world.bank, b""),
        )


def test_t1_a_possessor_that_is_a_person_does_not_endorse_for_another_even_agreed(world: World, ledger: Ledger) -> None:
    """Only the titleholder in possession endorses; an agent needs a mandate."""
    bill = world.order(world.bank, world.forwarder)
    paper = ledger.agreement(world.bank, bill, "endorse", world.consignee, world.consignee, Kind.ORDER)
    endorse = ledger.data("endorse", bill, Endorsement.TO_ORDER, world.consignee, world.consignee, b"")
    with refused("MayNotEndorse", bill, world.forwarder):
        ledger.together(world.forwarder, ledger.agreed_call(paper), endorse)


def test_the_document_that_was_agreed_to_is_the_one_that_is_issued(
    world: World, ledger: Ledger, cautious_bank: Party
) -> None:
    """The root binds what the bank signed for: another document under the same reference is refused."""
    terms = world.terms(Kind.ORDER, cautious_bank)
    paper = ledger.agreement(cautious_bank, terms.bill, "issue", world.shipper, cautious_bank, Kind.ORDER, terms.hash)
    other: Terms = terms._replace(root=b"\x09" * 32)
    with refused("AgreementRequired", terms.bill, cautious_bank.participant):
        ledger.together(world.carrier, ledger.agreed_call(paper), ledger.data("issue", other, world.shipper, b""))


@pytest.mark.parametrize(
    "changed", [{"record_law": 3}, {"carriage_law": b"CN"}, {"checksum": b"\x09" * 32}], ids=lambda c: next(iter(c))
)
def test_the_law_that_was_agreed_to_is_the_one_under_which_it_is_issued(
    world: World, ledger: Ledger, cautious_bank: Party, changed: dict[str, Any]
) -> None:
    """T5: the holder must be able to rely on the law of the record."""
    terms = world.terms(Kind.ORDER, cautious_bank)
    paper = ledger.agreement(cautious_bank, terms.bill, "issue", world.shipper, cautious_bank, Kind.ORDER, terms.hash)
    other: Terms = terms._replace(**changed)
    with refused("AgreementRequired", terms.bill, cautious_bank.participant):
        ledger.together(world.carrier, ledger.agreed_call(paper), ledger.data("issue", other, world.shipper, b""))
