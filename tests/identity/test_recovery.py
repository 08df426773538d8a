"""A lost account: recovered to its own participant, after a delay and no veto (N7, T2, P4, P5)."""

from __future__ import annotations

from typing import Any

import pytest
from support.contract import Receipt, refused
from support.trade import (
    BANK,
    DAY,
    ISSUE,
    MOVE,
    NOBODY,
    TERMS,
    ZERO,
    Endorsement,
    Kind,
    Ledger,
    Party,
    Receiving,
    Rejection,
    Status,
    SurrenderFor,
)
from support.world import World

DELAY = 7 * DAY
STANDS = 30 * DAY


@pytest.fixture
def new_key(world: World) -> Party:
    party: Party = world.extra["spare"][0]
    return party


def _propose(
    world: World, lost: Party, successor: Any, roles: int = 0, *, ground: bytes = b"lost", **changes: Any
) -> Receipt:
    ledger = world.ledger
    signer = changes.pop("signer", successor)
    deadline = changes.pop("deadline", ledger.now + DAY)
    signature = b""
    if roles:
        receiving = changes.pop("receiving", ledger.account(lost).receiving)
        signed_roles = changes.pop("signed_roles", roles)
        fields = (lost.participant, lost, successor, signed_roles, receiving, deadline)
        signature = signer.signature(ledger.digest("Successor", fields))
    receipt: Receipt = ledger.proposeRecovery(
        changes.pop("sender", world.recoverer), lost, successor, roles, deadline, ground, signature
    )
    return receipt


def _execute(world: World, lost: Party) -> Receipt:
    world.ledger.later(days=7)
    receipt: Receipt = world.ledger.executeRecovery(world.stranger, lost)
    return receipt


def test_a_lost_account_is_recovered_to_another_of_its_participant(world: World, ledger: Ledger, bank: Party) -> None:
    """N1: titles need nothing, since they are the participant's."""
    bill, title = world.order(bank), world.order(bank, world.forwarder)
    proposed = _propose(world, bank, world.bank_vault)
    assert proposed.event("RecoveryProposed").args == {
        "participant": bank.participant,
        "lost": bank.address,
        "successor": world.bank_vault.address,
        "roles": 0,
        "executableFrom": proposed.timestamp + DELAY,
        "ground": b"lost",
        "note": ledger.noteCount(),
    }
    event = _execute(world, bank).event("AccountRecovered")
    assert event.args == {
        "participant": bank.participant,
        "lost": bank.address,
        "successor": world.bank_vault.address,
        "note": ledger.noteCount(),
    }
    with refused("MayNotAct", bank):
        ledger.transfer(bank, bill, world.shipper, b"")
    moved = ledger.recover(world.stranger, bill).event("PossessionRecovered")
    assert (moved.args["from"], moved.to) == (bank.address, world.bank_vault.address)
    ledger.endorse(world.bank_vault, bill, Endorsement.BLANK, NOBODY, NOBODY, b"")
    ledger.transfer(world.forwarder, title, world.bank_vault, b"")
    ledger.endorse(world.bank_vault, title, Endorsement.BLANK, NOBODY, NOBODY, b"")
    assert ledger.accountAt(bank.number) == world.bank_vault.address
    assert bank.address not in ledger.participant(bank.participant).accounts


def test_or_to_a_new_key_that_has_no_power_before(world: World, ledger: Ledger, bank: Party, new_key: Party) -> None:
    ledger.setReceiving(bank, bank, Receiving.LISTED_ONLY)
    _propose(world, bank, new_key, MOVE | TERMS)
    assert ledger.account(new_key).number == 0
    with refused("MayNotAct", new_key):
        ledger.signRulebook(new_key, b"\x01" * 32)
    receipt = _execute(world, bank)
    assert [event.name for event in receipt.events] == ["AccountAdded", "AccountRecovered"]
    known = ledger.account(new_key)
    assert (known.participant, known.roles, known.receiving) == (
        bank.participant,
        MOVE | TERMS,
        Receiving.LISTED_ONLY,
    )


@pytest.mark.parametrize("early", [1, 0])
def test_it_waits_seven_days(world: World, ledger: Ledger, bank: Party, early: int) -> None:
    from_ = _propose(world, bank, world.bank_vault).event("RecoveryProposed").executableFrom
    ledger.onchain.at(from_ - early)
    if early:
        with refused("RecoveryTooEarly", bank, from_):
            ledger.executeRecovery(world.stranger, bank)
        assert ledger.account(bank).acts
    else:
        ledger.executeRecovery(world.stranger, bank)


def test_nothing_is_executed_that_nobody_proposed(world: World, ledger: Ledger, bank: Party) -> None:
    with refused("NoRecovery", bank):
        ledger.executeRecovery(world.stranger, bank)
    _propose(world, bank, world.bank_vault)
    _execute(world, bank)
    with refused("NoRecovery", bank):
        ledger.executeRecovery(world.stranger, bank)


# ---------------------------------------------------------------------------------------------------------- the veto


@pytest.mark.parametrize("standing", ["acting", "suspended", "winding down", "without any role"])
def test_n7_every_other_account_of_the_participant_may_veto(
    world: World, ledger: Ledger, bank: Party, standing: str
) -> None:
    """P12: a rogue administrator that suspends first gains nothing."""
    vault = world.bank_vault
    if standing == "suspended":
        world.suspend(bank)
    if standing == "winding down":
        ledger.setWindingDown(world.lifter, bank.participant, True)
    if standing == "without any role":
        ledger.setAccountRoles(bank, vault, 0)
    _propose(world, bank, world.extra["spare"][0], MOVE)
    event = ledger.vetoRecovery(vault, bank).event("RecoveryVetoed")
    assert event.args == {
        "participant": bank.participant,
        "lost": bank.address,
        "by": vault.address,
        "note": ledger.noteCount(),
    }
    ledger.later(days=7)
    with refused("NoRecovery", bank):
        ledger.executeRecovery(world.stranger, bank)


@pytest.mark.parametrize("wrong", ["the lost one", "another participant", "stranger", "admin", "recoverer", "removed"])
def test_n7_and_nobody_else(world: World, ledger: Ledger, bank: Party, wrong: str) -> None:
    """A thief with the lost key does not veto the honest recovery."""
    third = world.add_account(bank, world.extra["spare"][1])
    ledger.removeAccount(bank, third, bank)
    _propose(world, bank, world.bank_vault)
    party = {"the lost one": bank, "another participant": world.shipper, "removed": third}.get(wrong)
    party = party or getattr(world, wrong)
    known = wrong in ("the lost one", "another participant")
    with refused(*(("NotTheSameParticipant", party, bank) if known else ("NotAnAccount", party))):
        ledger.vetoRecovery(party, bank)


def test_the_successor_may_veto_too(world: World, ledger: Ledger, bank: Party) -> None:
    _propose(world, bank, world.bank_vault)
    vetoed = ledger.vetoRecovery(world.bank_vault, bank).event("RecoveryVetoed")
    assert (vetoed.lost, vetoed.by) == (bank.address, world.bank_vault.address)
    ledger.later(days=7)
    with refused("NoRecovery", bank):
        ledger.executeRecovery(world.stranger, bank)


def test_nothing_is_vetoed_that_nobody_proposed(world: World, ledger: Ledger, bank: Party) -> None:
    with refused("NoRecovery", bank):
        ledger.vetoRecovery(world.bank_vault, bank)


def test_a_second_proposal_starts_the_delay_again(world: World, ledger: Ledger, bank: Party, new_key: Party) -> None:
    _propose(world, bank, world.bank_vault)
    ledger.later(days=6)
    from_ = _propose(world, bank, new_key, MOVE).event("RecoveryProposed").executableFrom
    ledger.later(days=2)
    with refused("RecoveryTooEarly", bank, from_):
        ledger.executeRecovery(world.stranger, bank)


def test_a_veto_of_one_recovery_is_none_of_another(world: World, ledger: Ledger, bank: Party, new_key: Party) -> None:
    third = world.add_account(bank, world.extra["spare"][1])
    _propose(world, bank, world.bank_vault)
    _propose(world, third, new_key, MOVE)
    ledger.vetoRecovery(world.bank_vault, bank)
    _execute(world, third)
    assert ledger.account(bank).acts
    assert not ledger.account(third).acts


# ------------------------------------------------------------------------------------------- against who has the key


def test_finding_m4_a_thief_with_the_lost_key_adds_nobody_that_vetoes(
    world: World, ledger: Ledger, bank: Party, new_key: Party
) -> None:
    """It added an account that vetoed; with two, each vetoed the recovery of the other, suspended or not."""
    crook = world.extra["spare"][1]
    _propose(world, bank, new_key, MOVE)
    with refused("RecoveryWaits", bank):
        world.add_account(bank, crook)
    world.add_account(world.bank_vault, crook)  # by whatever other account it got hold of
    with refused("AddedSince", crook):
        ledger.vetoRecovery(crook, bank)
    from_ = ledger.recovery(bank).executableFrom
    ledger.onchain.at(from_)
    ledger.executeRecovery(world.stranger, bank)
    assert not ledger.account(bank).acts


def test_finding_m4_an_account_that_was_there_before_has_its_veto(
    world: World, ledger: Ledger, bank: Party, new_key: Party
) -> None:
    there = world.add_account(bank, world.extra["spare"][1], 0)
    _propose(world, bank, new_key, MOVE)
    ledger.vetoRecovery(there, bank)
    _propose(world, bank, new_key, MOVE)
    late = world.add_account(world.bank_vault, world.extra["spare"][2])
    _propose(world, bank, new_key, MOVE)  # anew: it is there by now
    ledger.vetoRecovery(late, bank)


BINDING: dict[str, tuple[Any, ...]] = {
    "setAccountRoles": (0,),
    "setReceiving": (0,),
    "setGiver": (1, True),
    "signRulebook": (b"\x01" * 32,),
    "publishRecordLaws": (1,),
    "publishAnswerTime": (5,),
    "removeAccount": (),
}


@pytest.mark.parametrize("verb", BINDING)
def test_finding_m4_while_its_recovery_waits_an_account_binds_nobody(
    world: World, ledger: Ledger, bank: Party, verb: str
) -> None:
    """Its role TERMS sleeps. It moves what it possesses, as before: that is what suspension is for."""
    _propose(world, bank, world.extra["spare"][0], MOVE)
    own, vault = BINDING[verb], world.bank_vault
    arguments = {"setAccountRoles": (vault, *own), "setReceiving": (vault, *own), "removeAccount": (vault, bank)}
    call = arguments.get(verb, own)
    with refused("RecoveryWaits", bank):
        getattr(ledger, verb)(bank, *call)
    ledger.transfer(bank, world.blank(bank), world.shipper, b"")
    mark = ledger.onchain.mark()
    ledger.vetoRecovery(vault, bank)
    getattr(ledger, verb)(bank, *call)
    ledger.onchain.back(mark)
    ledger.onchain.at(ledger.recovery(bank).executableFrom + STANDS)
    with refused("RecoveryWaits", bank):
        getattr(ledger, verb)(bank, *call)
    ledger.onchain.at(ledger.recovery(bank).executableFrom + STANDS + 1)
    getattr(ledger, verb)(bank, *call)


def test_finding_m5_a_recovery_lapses(world: World, ledger: Ledger, bank: Party, new_key: Party) -> None:
    """A stranger executed it five years after the key was found again."""
    from_ = _propose(world, bank, new_key, MOVE).event("RecoveryProposed").executableFrom
    mark = ledger.onchain.mark()
    ledger.onchain.at(from_ + STANDS)
    ledger.executeRecovery(world.stranger, bank)
    ledger.onchain.back(mark)
    for late in (from_ + STANDS + 1, from_ + 5 * 365 * DAY):
        ledger.onchain.at(late)
        with refused("RecoveryLapsed", bank, from_ + STANDS):
            ledger.executeRecovery(world.stranger, bank)
    assert ledger.account(bank).acts
    _propose(world, bank, new_key, MOVE)  # proposed anew it waits anew
    _execute(world, bank)


@pytest.mark.parametrize("text", ["NewAccount", "Successor", "another's successor"])
def test_finding_l14_one_typed_text_is_consent_to_one_thing(
    world: World, ledger: Ledger, bank: Party, new_key: Party, text: str
) -> None:
    """To be added beside an account, and to be put in its place, were one text."""
    deadline = ledger.now + DAY
    added = (bank.participant, new_key, MOVE, Receiving.ANYONE, deadline)
    instead = (bank.participant, bank, new_key, MOVE, Receiving.ANYONE, deadline)
    anothers = (bank.participant, world.bank_vault, new_key, MOVE, Receiving.ANYONE, deadline)
    papers = {
        "NewAccount": ledger.digest("NewAccount", added),
        "Successor": ledger.digest("Successor", instead),
        "another's successor": ledger.digest("Successor", anothers),
    }
    signature = new_key.signature(papers[text])

    def propose() -> None:
        ledger.proposeRecovery(world.recoverer, bank, new_key, MOVE, deadline, b"lost", signature)

    def add() -> None:
        ledger.addAccount(bank, bank, *added[1:], b"", signature)

    for name, act in (("Successor", propose), ("NewAccount", add)):
        mark = ledger.onchain.mark()
        if name == text:
            act()
        else:
            with refused("NotSignedBy", new_key):
                act()
        ledger.onchain.back(mark)


# ----------------------------------------------------------------------------------------------------------- to whom


@pytest.mark.parametrize("successor", ["shipper", "stranger", "itself", "removed", "ledger"])
def test_p4_no_recovery_gives_a_bill_to_another_legal_person(
    world: World, ledger: Ledger, bank: Party, successor: str
) -> None:
    third = world.add_account(bank, world.extra["spare"][1])
    ledger.removeAccount(bank, third, bank)
    party: Any = {"itself": bank, "removed": third, "ledger": ledger}.get(successor) or getattr(world, successor)
    known = successor in ("shipper", "itself")
    with refused(*(("NotTheSameParticipant", party, bank) if known else ("NotAnAccount", party))):
        _propose(world, bank, party)


@pytest.mark.parametrize("successor", ["shipper", "bank_vault"])
def test_p4_nor_takes_an_account_that_exists_for_a_new_one(
    world: World, ledger: Ledger, bank: Party, successor: str
) -> None:
    party = getattr(world, successor)
    with refused("AlreadyAnAccount", party):
        _propose(world, bank, party, MOVE)


def test_p4_nor_one_that_came_to_another_participant_meanwhile(
    world: World, ledger: Ledger, bank: Party, new_key: Party
) -> None:
    _propose(world, bank, new_key, MOVE)
    world.add_account(world.shipper, new_key)
    ledger.later(days=7)
    with refused("AlreadyAnAccount", new_key):
        ledger.executeRecovery(world.stranger, bank)
    assert ledger.account(bank).acts


def test_a_successor_that_was_removed_meanwhile_succeeds_nobody(world: World, ledger: Ledger, bank: Party) -> None:
    _propose(world, bank, world.bank_vault)
    ledger.removeAccount(world.bank_vault, world.bank_vault, bank)
    ledger.later(days=7)
    with refused("NotAnAccount", world.bank_vault):
        ledger.executeRecovery(world.stranger, bank)


def test_a_lost_account_that_was_removed_meanwhile_is_recovered_no_more(
    world: World, ledger: Ledger, bank: Party, new_key: Party
) -> None:
    """Its successor was chosen by its own side; administration does not choose another."""
    _propose(world, bank, new_key, MOVE)
    ledger.removeAccount(bank, bank, world.bank_vault)
    ledger.later(days=7)
    with refused("NotAnAccount", bank):
        ledger.executeRecovery(world.stranger, bank)
    assert ledger.accountAt(bank.number) == world.bank_vault.address
    with refused("NotAnAccount", bank):
        _propose(world, bank, new_key, MOVE)


@pytest.mark.parametrize("signer", ["nobody", "admin", "bank_vault"])
def test_a_new_key_signs_for_itself(world: World, ledger: Ledger, bank: Party, new_key: Party, signer: str) -> None:
    with refused("NotSignedBy", new_key):
        _propose(world, bank, new_key, MOVE, signer=world.stranger if signer == "nobody" else getattr(world, signer))


@pytest.mark.parametrize("changed", [{"signed_roles": MOVE | TERMS}, {"receiving": Receiving.SIGNED_ONLY}], ids=str)
def test_and_for_what_it_will_be(
    world: World, ledger: Ledger, bank: Party, new_key: Party, changed: dict[str, Any]
) -> None:
    with refused("NotSignedBy", new_key):
        _propose(world, bank, new_key, MOVE, **changed)


@pytest.mark.parametrize("roles", [ISSUE, MOVE | ISSUE, 1 << 7])
def test_it_gets_no_role_that_the_participant_has_not(
    world: World, ledger: Ledger, bank: Party, new_key: Party, roles: int
) -> None:
    with refused("RolesTooWide", roles, bank.roles):
        _propose(world, bank, new_key, roles)


def test_nor_one_that_the_participant_has_lost_meanwhile(
    world: World, ledger: Ledger, bank: Party, new_key: Party
) -> None:
    _propose(world, bank, new_key, MOVE | BANK)
    ledger.setProfile(world.enroller, bank.participant, bank.lei, MOVE | TERMS)
    _execute(world, bank)
    assert ledger.account(new_key).roles == MOVE


def test_t3_a_recovery_says_why(world: World, ledger: Ledger, bank: Party) -> None:
    with refused("GroundRequired"):
        _propose(world, bank, world.bank_vault, ground=b"")


@pytest.mark.parametrize("lost", ["stranger", "ledger"])
def test_only_an_account_is_lost(world: World, ledger: Ledger, lost: str) -> None:
    place = ledger if lost == "ledger" else world.stranger
    with refused("NotAnAccount", place):
        ledger.proposeRecovery(world.recoverer, place, world.bank, 0, 0, b"lost", b"")


def test_a_full_house_recovers_too(world: World, ledger: Ledger, bank: Party) -> None:
    """The lost account makes room for its successor."""
    spare = world.extra["spare"]
    for account in spare[:62]:
        world.add_account(bank, account, 0)
    _propose(world, bank, spare[65], MOVE)
    _execute(world, bank)
    assert len(ledger.participant(bank.participant).accounts) == 64


# -------------------------------------------------------------------------------------------- what the bills go through


@pytest.mark.parametrize("status", [Status.LIVE, Status.PENDING_DELIVERY, Status.SURRENDERED, Status.DELIVERED])
def test_p5_a_carriers_bills_follow_its_recovered_account(
    world: World, ledger: Ledger, carrier: Party, status: Status
) -> None:
    bill = world.blank(carrier) if status == Status.LIVE else world.pending()
    if status in (Status.SURRENDERED, Status.DELIVERED):
        ledger.accept(carrier, bill, b"")
    if status == Status.DELIVERED:
        ledger.deliver(carrier, bill, b"")
    _propose(world, carrier, world.carrier_desk)
    _execute(world, carrier)
    if status == Status.DELIVERED:
        with refused("NothingToRecover", bill):
            ledger.recover(world.stranger, bill)
        return
    before = ledger.whole(bill)
    ledger.recover(world.stranger, bill)
    after = ledger.whole(bill)
    assert after["possessor"] == world.carrier_desk.address
    assert (after["status"], after["titleholder"], after["previousAccount"]) == (
        before["status"],
        before["titleholder"],
        before["previousAccount"],
    )


def test_nothing_is_recovered_from_a_living_account(world: World, ledger: Ledger) -> None:
    bill = world.blank()
    for party in (world.stranger, world.shipper, world.recoverer):
        with refused("NothingToRecover", bill):
            ledger.recover(party, bill)


def test_p13_an_issue_that_was_recovered_unacknowledged_is_still_refused(
    world: World, ledger: Ledger, bank: Party
) -> None:
    """Finding L10: only a first act makes it void, and recovery was that one; possession goes back to the carrier."""
    _propose(world, bank, world.bank_vault)
    ledger.later(days=6)
    bill = world.issued(Kind.BLANK, possessor=bank)
    until = ledger.rejectableUntil(bill)
    ledger.later(days=1)
    ledger.executeRecovery(world.stranger, bank)
    ledger.recover(world.stranger, bill)
    assert ledger.rejectableUntil(bill) == until
    for rejection in (Rejection.ISSUE, Rejection.TITLE, Rejection.BOTH):
        with refused("NothingToReject", bill):
            ledger.reject(world.bank_vault, bill, rejection, b"")
    ledger.reject(world.bank_vault, bill, Rejection.POSSESSION, b"we ordered no such bill")
    assert ledger.entitlement(bill) == (world.carrier.address, 0, Kind.BLANK, Status.LIVE)


def test_l6_what_the_lost_account_signed_is_void(world: World, ledger: Ledger, bank: Party) -> None:
    bill = world.blank(bank)
    paper = ledger.signed_act(bank, bill, "transfer", bill, world.forwarder, b"", deadline=ledger.now + 30 * DAY)
    _propose(world, bank, world.bank_vault)
    _execute(world, bank)
    with refused("MayNotAct", bank):
        ledger.act(world.relayer, paper, bank.signature(ledger.digest("SignedAct", paper)))
    ledger.recover(world.stranger, bill)
    with refused("StaleAct", bill, ledger.bill(bill).actCount, paper.act_count):
        ledger.act(world.relayer, paper, bank.signature(ledger.digest("SignedAct", paper)))


def test_the_successor_recalls_what_the_lost_account_surrendered(world: World, ledger: Ledger, bank: Party) -> None:
    bill = world.blank(bank)
    _propose(world, bank, world.bank_vault)
    ledger.later(days=6)
    ledger.surrender(bank, bill, SurrenderFor.DELIVERY, world.carrier, ZERO, b"")
    _execute(world, bank)
    ledger.recall(world.bank_vault, bill, b"")
    assert ledger.ownerOf(bill) == world.bank_vault.address
