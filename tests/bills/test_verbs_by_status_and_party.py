"""Every verb of a bill by every status, by every wrong party, suspended, twice (P1, P12)."""

from __future__ import annotations

import pytest
from support.contract import refused
from support.trade import ANSWER, ISSUE, MOVE, Ledger, Party, Rejection, Status
from support.verbs import BY_NAME, VERBS, Verb, bill_in
from support.world import World

STATUSES = [status for status in Status if status != Status.LINKED]
POSSESSORS_VERBS = [verb for verb in VERBS if verb.who == "possessor"]
CARRIERS_VERBS = [verb for verb in VERBS if verb.who == "carrier"]
REJECTIONS = [verb for verb in VERBS if verb.who == "rejecter"]


@pytest.fixture(params=VERBS, ids=repr)
def verb(request: pytest.FixtureRequest) -> Verb:
    found: Verb = request.param
    return found


def test_whoever_may_does_it_once_in_one_event_that_counts_the_act(world: World, ledger: Ledger, verb: Verb) -> None:
    bill, actor = verb.prepare(world)
    before = ledger.bill(bill).actCount
    receipt = verb.perform(world, actor, bill)
    event = receipt.event(verb.event)
    assert event.bill == bill
    assert event.actCount == before + 1 == ledger.bill(bill).actCount
    assert ledger.bill(bill).status == verb.leaves
    assert len([e for e in receipt.events if "actCount" in e.args and e.bill == bill]) == 1


@pytest.mark.parametrize(
    ("verb", "status"),
    [(verb, status) for verb in VERBS for status in STATUSES if status not in verb.needs],
    ids=lambda value: value.name.lower().replace(" ", "-"),
)
def test_a_verb_finds_its_status_or_is_refused_by_its_name(
    world: World, ledger: Ledger, verb: Verb, status: Status
) -> None:
    """Design section 6: each status allows its verbs and no other; P1: the terminal ones allow none."""
    _, actor = verb.prepare(world)
    bill = bill_in(world, status)
    if verb.who == "possessor" and status != Status.NONE:
        actor = next(party for party in world.parties() if party.address == ledger.ownerOf(bill))
    before = ledger.bill(bill)
    arguments = verb.arguments(world, bill)
    if verb.function in ("transferFrom", "safeTransferFrom"):
        arguments = (actor, world.bank, bill)
    expected = ("NoSuchBill", bill) if status == Status.NONE else ("WrongStatus", bill, status)
    with refused(*expected):
        getattr(ledger, verb.function)(actor, *arguments)
    assert ledger.bill(bill) == before


def test_nobody_does_it_while_suspended(world: World, ledger: Ledger, verb: Verb) -> None:
    """P12: who may not act starts nothing."""
    bill, actor = verb.prepare(world)
    world.suspend(actor)
    with refused("MayNotAct", actor):
        verb.perform(world, actor, bill)


def test_a_suspension_that_has_ended_by_itself_hinders_nobody(world: World, ledger: Ledger, verb: Verb) -> None:
    bill, actor = verb.prepare(world)
    world.suspend(actor)
    if verb.who == "rejecter":
        ledger.liftSuspension(world.lifter, actor.participant)  # ninety days would end the time to reject
    else:
        ledger.later(days=90, hours=1)
    verb.perform(world, actor, bill)
    assert ledger.bill(bill).status == verb.leaves


def _asked(verb: Verb) -> int:
    """The roles without which nobody does it."""
    return ANSWER | ISSUE if verb.function == "replace" else {"carrier": ANSWER}.get(verb.who, MOVE)


def test_the_role_is_asked_of_the_account_not_of_its_participant(world: World, ledger: Ledger, verb: Verb) -> None:
    bill, actor = verb.prepare(world)
    needed = {"carrier": ANSWER}.get(verb.who, MOVE)
    ledger.setAccountRoles(actor, actor, actor.roles & ~needed)
    with refused("LacksRole", actor, _asked(verb)):
        verb.perform(world, actor, bill)


@pytest.mark.parametrize("wrong", ["stranger", "consignee", "other_carrier", "supervisor", "carrier", "admin"])
@pytest.mark.parametrize("verb", POSSESSORS_VERBS, ids=repr)
def test_only_the_possessor_circulates_and_surrenders(world: World, ledger: Ledger, verb: Verb, wrong: str) -> None:
    bill, _ = verb.prepare(world)
    before = ledger.whole(bill)
    somebody: Party = getattr(world, wrong)
    with refused("NotPossessor", bill, somebody):
        if verb.function in ("transferFrom", "safeTransferFrom"):
            getattr(ledger, verb.function)(somebody, somebody, world.bank, bill)
        else:
            verb.perform(world, somebody, bill)
    assert ledger.whole(bill) == before


@pytest.mark.parametrize("verb", POSSESSORS_VERBS, ids=repr)
def test_l6_whoever_passed_the_bill_on_can_do_nothing_with_it(world: World, ledger: Ledger, verb: Verb) -> None:
    bill, former = verb.prepare(world)
    ledger.transfer(former, bill, world.forwarder, b"")
    with refused("NotPossessor", bill, former):
        if verb.function in ("transferFrom", "safeTransferFrom"):
            getattr(ledger, verb.function)(former, former, world.bank, bill)
        else:
            verb.perform(world, former, bill)


@pytest.mark.parametrize("verb", CARRIERS_VERBS, ids=repr)
@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ("stranger", "MayNotAct"),
        ("shipper", "LacksRole"),
        ("supervisor", "LacksRole"),
        ("admin", "MayNotAct"),
        ("other_carrier", "NotCarrier"),
    ],
)
def test_only_the_carrier_of_the_bill_answers(world: World, ledger: Ledger, verb: Verb, wrong: str, error: str) -> None:
    bill, _ = verb.prepare(world)
    somebody = getattr(world, wrong)
    arguments = {"MayNotAct": (somebody,), "LacksRole": (somebody, _asked(verb)), "NotCarrier": (bill, somebody)}[error]
    with refused(error, *arguments):
        verb.perform(world, somebody, bill)


@pytest.mark.parametrize("verb", [verb for verb in CARRIERS_VERBS if verb.name != "replace"], ids=repr)
def test_n17_any_answering_account_of_the_carrier_answers(
    world: World, ledger: Ledger, verb: Verb, carrier_desk: Party
) -> None:
    bill, _ = verb.prepare(world)
    assert ledger.ownerOf(bill) != carrier_desk.address
    assert verb.perform(world, carrier_desk, bill).event(verb.event).actor == carrier_desk.address


def test_replacing_asks_for_the_right_to_issue_too(world: World, ledger: Ledger, carrier_desk: Party) -> None:
    verb = BY_NAME["replace"]
    bill, _ = verb.prepare(world)
    with refused("LacksRole", carrier_desk, ANSWER | ISSUE):
        verb.perform(world, carrier_desk, bill)


@pytest.mark.parametrize("verb", REJECTIONS, ids=repr)
@pytest.mark.parametrize("wrong", ["stranger", "consignee", "carrier", "forwarder"])
def test_only_whoever_received_rejects(world: World, ledger: Ledger, verb: Verb, wrong: str) -> None:
    bill, _ = verb.prepare(world)
    somebody: Party = getattr(world, wrong)
    received = ("NothingToReject", bill) if verb.name == "reject title" else ("NotPossessor", bill, somebody)
    with refused(*(("MayNotAct", somebody) if wrong == "stranger" else received)):
        verb.perform(world, somebody, bill)


@pytest.mark.parametrize("wrong", ["carrier", "carrier_desk", "consignee", "bank", "stranger"])
def test_only_whoever_surrendered_recalls(world: World, ledger: Ledger, wrong: str) -> None:
    bill, _ = BY_NAME["recall"].prepare(world)
    somebody: Party = getattr(world, wrong)
    with refused(*(("MayNotAct", somebody) if wrong == "stranger" else ("NotSurrenderer", bill, somebody))):
        ledger.recall(somebody, bill, b"")


@pytest.mark.parametrize("twice", [v for v in VERBS if v.name not in ("sign", "endorse in blank")], ids=repr)
def test_nothing_is_done_twice_that_ends_or_moves(world: World, ledger: Ledger, twice: Verb) -> None:
    bill, actor = twice.prepare(world)
    twice.perform(world, actor, bill)
    error: tuple[object, ...] = ("NotPossessor", bill, actor)
    if twice.leaves not in twice.needs:
        error = ("WrongStatus", bill, twice.leaves)
    elif twice.name == "reject title":
        error = ("NothingToReject", bill)
    elif twice.name == "endorse by name":
        error = ("MayNotEndorse", bill, actor)
    with refused(*error):
        twice.perform(world, actor, bill)


def test_p1_a_bill_that_has_ended_has_no_verb_left(world: World, ledger: Ledger) -> None:
    for status in (Status.REPLACED, Status.PAPER, Status.DELIVERED, Status.VOID):
        bill = bill_in(world, status)
        holder = next(party for party in world.parties() if party.address == ledger.ownerOf(bill))
        assert holder is world.carrier
        before = ledger.whole(bill)
        for verb in VERBS:
            arguments = verb.arguments(world, bill)
            if verb.function in ("transferFrom", "safeTransferFrom"):
                arguments = (holder, world.bank, bill)
            with refused("WrongStatus", bill, status):
                getattr(ledger, verb.function)(holder, *arguments)
        with refused("NothingToRecover", bill):
            ledger.recover(holder, bill)
        with refused("WrongStatus", bill, status):
            ledger.approve(holder, world.bank, bill)
        assert ledger.whole(bill) == before


@pytest.mark.parametrize("verb", VERBS, ids=repr)
def test_a_bill_that_nobody_issued_has_no_verb(world: World, ledger: Ledger, verb: Verb) -> None:
    """N9: not even for its own carrier; nor has an id that cannot be a bill, nor zero, nor the largest number."""
    _, actor = verb.prepare(world)
    largest = 2**256 - 1
    for bill in (world.new_id(), 0, largest):
        arguments = verb.arguments(world, bill)
        error: tuple[object, ...] = ("NoSuchBill", bill)
        if verb.function in ("transferFrom", "safeTransferFrom"):
            error = ("TokenDoesNotExist",)
        elif verb.function == "replace" and bill in (0, largest):
            error = ("NotCarrier", bill, world.carrier)
        with refused(*error):
            getattr(ledger, verb.function)(world.carrier, *arguments)
    assert ledger.bill(0).status == Status.NONE
    assert actor is not None


def test_everything_of_a_bill_is_done_by_nobody_who_only_administers(world: World, ledger: Ledger) -> None:
    """L8: no power of administration is a verb of a bill."""
    for verb in VERBS:
        bill, _ = verb.prepare(world)
        for officer in (world.admin, world.enroller, world.suspender, world.lifter, world.recoverer, world.lister):
            with refused(*verb.refusal_of(officer, bill)):
                verb.perform(world, officer, bill)


def test_rejecting_the_issue_frees_the_reference_for_the_next_version(world: World, ledger: Ledger) -> None:
    bill = world.blank()
    ledger.reject(world.shipper, bill, Rejection.ISSUE, b"wrong weight")
    ledger.issue(
        world.carrier, world.terms(bill=bill + (1 << 140))._replace(titleholder=world.shipper), world.shipper, b""
    )
    assert ledger.entitlement(bill)[3] == Status.VOID
    assert ledger.entitlement(bill + (1 << 140))[3] == Status.LIVE
