"""Nothing is left out of the log: acts without a gap, Transfers one to one, state from events (P10, N13, N25)."""

from __future__ import annotations

from typing import Any

from support.contract import Event, Receipt, refused
from support.trade import (
    NOBODY,
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
from support.verbs import STATEMENT, Puppet, room
from support.world import World

from sampan.toolchain.artifacts import load

VERBS = {
    entry["name"]
    for entry in load("ILedger").abi
    if entry["type"] == "event" and any(item["name"] == "actCount" for item in entry["inputs"])
} - {"Agreed", "AgreementRecorded"}
"""The events of verbs: all that carry the count after the act (an agreement carries the count before it)."""


def _a_long_life(world: World) -> tuple[list[int], list[Event]]:
    """Four bills through nearly every verb; the bills and all events in order."""
    ledger, log = world.ledger, []
    carrier, shipper, bank, consignee = world.carrier, world.shipper, world.bank, world.consignee

    def done(receipt: Receipt) -> None:
        log.extend(receipt.events)

    escrow: Puppet = room(world)
    terms = [world.terms(Kind.ORDER, shipper), world.terms(Kind.BLANK), world.terms(Kind.BLANK)]
    parts = [world.terms(Kind.BLANK), world.terms(Kind.ORDER, bank)]
    for each in terms:
        done(ledger.issue(carrier, each, shipper, b"on board"))
    one, two, three = (each.bill for each in terms)
    done(ledger.endorse(shipper, one, Endorsement.TO_ORDER, bank, NOBODY, b""))
    done(ledger.reject(bank, one, Rejection.TITLE, b""))
    done(ledger.endorse(shipper, one, Endorsement.NAMED, bank, bank, b""))
    done(ledger.reject(bank, one, Rejection.BOTH, b""))
    done(ledger.endorse(shipper, one, Endorsement.BLANK, NOBODY, bank, b""))
    done(ledger.sign(bank, one, Purpose.CHECKED, b""))
    done(ledger.approve(bank, world.forwarder, one))
    done(ledger.transferFrom(world.forwarder, bank, consignee, one))
    done(ledger.reject(consignee, one, Rejection.POSSESSION, b""))
    done(ledger.transfer(bank, one, consignee, b""))
    done(ledger.surrender(consignee, one, SurrenderFor.DELIVERY, carrier, ZERO, b""))
    done(ledger.refuse(carrier, one, b"freight is unpaid"))
    paper = ledger.signed_act(
        consignee, one, "surrender", one, SurrenderFor.DELIVERY, world.carrier_desk, ZERO, b"by courier"
    )
    done(ledger.act(world.relayer, paper, consignee.signature(ledger.digest("SignedAct", paper))))
    done(ledger.accept(carrier, one, b""))
    done(ledger.deliver(world.carrier_desk, one, b""))
    done(ledger.lodge(shipper, two, Endorsement.NONE, escrow, b"terms"))
    done(escrow.calls("hold", two, bank.participant, 7))
    done(escrow.calls("giveBack", two, b"declined"))
    done(ledger.lodge(shipper, two, Endorsement.NONE, escrow, b"terms"))
    agreed = ledger.replacementsHash([two], parts)
    done(escrow.calls("surrender", two, SurrenderFor.SWITCH, carrier, agreed, b""))
    done(ledger.replace(carrier, [two], parts, b""))
    done(escrow.calls("transfer", parts[0].bill, shipper, b""))
    done(ledger.reject(shipper, three, Rejection.ISSUE, b""))
    again = world.terms(Kind.BLANK, bill=three + (1 << 140))
    done(ledger.issue(carrier, again, bank, b""))
    done(ledger.surrender(bank, again.bill, SurrenderFor.PAPER, carrier, ZERO, b""))
    ledger.later(hours=80)
    done(ledger.recall(bank, again.bill, b"no answer"))
    done(ledger.removeAccount(bank, bank, world.bank_vault))
    done(ledger.recover(world.stranger, again.bill))
    done(ledger.surrender(world.bank_vault, again.bill, SurrenderFor.PAPER, carrier, ZERO, b""))
    done(ledger.toPaper(carrier, again.bill, 3, STATEMENT, b""))
    back = world.terms(Kind.STRAIGHT, consignee, bill=again.bill + (1 << 140))
    done(ledger.issueFromPaper(carrier, back, shipper, 3, STATEMENT, b""))
    return [one, two, three, *(part.bill for part in parts), again.bill, back.bill], log


def _acts(log: list[Event], bill: int) -> list[Event]:
    """The verbs on a bill. An agreement carries the count before the act, and is none itself."""
    return [event for event in log if event.args.get("bill") == bill and event.name in VERBS]


def test_n13_the_acts_of_every_bill_are_logged_without_a_gap(world: World, ledger: Ledger) -> None:
    bills, log = _a_long_life(world)
    for bill in bills:
        counts = [event.actCount for event in _acts(log, bill)]
        assert counts == list(range(1, ledger.bill(bill).actCount + 1)), bill
    assert {event.name for event in log} >= VERBS


def test_n25_transfers_agree_with_the_acts_one_to_one(world: World, ledger: Ledger) -> None:
    """Each move is one Transfer just before the act that moved; no act moves without."""
    bills, log = _a_long_life(world)
    for bill in bills:
        owner, moved = NOBODY, None
        for event in log:
            if event.name == "Transfer" and event.id == bill:
                assert moved is None
                assert event.args["from"] == owner
                moved = owner = event.to
            elif event in _acts(log, bill):
                named = _possessor_after(event)
                if named is not None:
                    assert named == owner, event
                    moved = None
                assert moved is None, event
        assert owner == ledger.ownerOf(bill)


def _possessor_after(event: Event) -> str | None:
    """Who possesses after an act, where its event says so."""
    field = {
        "Issued": "possessor",
        "IssuedFromPaper": "possessor",
        "ReplacementIssued": "possessor",
        "Lodged": "room",
        "HeldFor": "room",
    }.get(event.name, "to")
    found: str | None = event.args.get(field)
    return found


def test_p10_possessor_title_and_status_follow_from_the_events_alone(world: World, ledger: Ledger) -> None:
    bills, log = _a_long_life(world)
    for bill in bills:
        state: dict[str, Any] = {}
        before: list[dict[str, Any]] = []
        for event in _acts(log, bill):
            before.append(dict(state))
            _apply(state, event, before)
        found = ledger.entitlement(bill)
        assert (state["possessor"], state["titleholder"], state["status"]) == (found[0], found[1], found[3]), bill


STATUS = {
    "Issued": Status.LIVE,
    "IssuedFromPaper": Status.LIVE,
    "ReplacementIssued": Status.LIVE,
    "SurrenderAccepted": Status.SURRENDERED,
    "SurrenderRefused": Status.LIVE,
    "SurrenderRecalled": Status.LIVE,
    "Delivered": Status.DELIVERED,
    "Replaced": Status.REPLACED,
    "SwitchedToPaper": Status.PAPER,
}


def _apply(state: dict[str, Any], event: Event, before: list[dict[str, Any]]) -> None:
    if event.name in STATUS:
        state["status"] = STATUS[event.name]
    if event.name == "Surrendered":
        pending = {SurrenderFor.DELIVERY: Status.PENDING_DELIVERY, SurrenderFor.PAPER: Status.PENDING_PAPER}
        state["status"] = pending.get(event.purpose, Status.PENDING_AMENDMENT)
    if "titleholder" in event.args:
        state["titleholder"] = event.titleholder
    if event.name == "Rejected":
        if event.rejection == Rejection.ISSUE:
            state["status"] = Status.VOID
        elif event.rejection != Rejection.POSSESSION:
            state["titleholder"] = before[-1]["before"]["titleholder"]
    possessor = _possessor_after(event)
    if possessor is not None:
        state["possessor"] = possessor
    state["before"] = {key: value for key, value in before[-1].items() if key != "before"}


def test_an_operator_and_a_relayer_are_named_beside_the_act(world: World, ledger: Ledger) -> None:
    _, log = _a_long_life(world)
    names = [event.name for event in log]
    place = names.index("MovedByOperator")
    assert names[place : place + 3] == ["MovedByOperator", "Transfer", "Transferred"]
    place = names.index("ActedBySignature")
    assert names[place : place + 3] == ["ActedBySignature", "Transfer", "Surrendered"]


def test_every_event_of_a_bill_comes_from_the_one_address(world: World, ledger: Ledger) -> None:
    _, log = _a_long_life(world)
    assert {event.address for event in log} == {ledger.address}


def test_a_refused_act_logs_nothing_and_counts_nothing(world: World, ledger: Ledger, shipper: Party) -> None:
    bill, unissued = world.blank(), world.new_id()
    with refused("NoSuchBill", unissued):
        ledger.together(shipper, ledger.data("sign", bill, 0, b""), ledger.data("sign", unissued, 0, b""))
    assert ledger.bill(bill).actCount == 1
