"""Accounts: added by their own side, with roles of their own, removed with a successor (N7)."""

from __future__ import annotations

from typing import Any

import pytest
from support.contract import refused
from support.trade import (
    ALL_ROLES,
    ANSWER,
    BANK,
    ISSUE,
    MOVE,
    TERMS,
    ZERO,
    Ledger,
    Party,
    Receiving,
    RecordLaw,
    SurrenderFor,
)
from support.verbs import wallet
from support.world import World


@pytest.fixture
def desk(world: World) -> Party:
    """A key that is no account yet."""
    party: Party = world.extra["spare"][0]
    return party


@pytest.fixture
def clerk(world: World, desk: Party) -> Party:
    """An account of the bank's that moves bills and binds nobody."""
    return world.add_account(world.bank, desk, MOVE, Receiving.SIGNED_ONLY)


def _add(world: World, sponsor: Any, account: Any, *, sender: Any = None, **changes: Any) -> Any:
    """Adds an account by the signatures of both, sent by a third."""
    ledger = world.ledger
    fields: dict[str, Any] = {
        "participant": sponsor.participant,
        "account": account,
        "roles": MOVE,
        "receiving": Receiving.ANYONE,
        "deadline": ledger.now + 100,
    }
    signed = {**fields, **changes.pop("signed", {})}
    sent = {**fields, **changes}
    digest = ledger.digest("NewAccount", tuple(signed.values()))
    return ledger.addAccount(
        sender or world.relayer,
        sponsor,
        sent["account"],
        sent["roles"],
        sent["receiving"],
        sent["deadline"],
        sent.get("by_sponsor", sponsor.signature(digest)),
        sent.get("by_account", account.signature(digest)),
    )


def test_an_account_is_added_by_two_signatures(world: World, ledger: Ledger, desk: Party, bank: Party) -> None:
    event = _add(world, bank, desk).event("AccountAdded")
    assert event.args == {
        "participant": bank.participant,
        "account": desk.address,
        "sponsor": bank.address,
        "number": ledger.account(desk).number,
        "roles": MOVE,
        "receiving": Receiving.ANYONE,
    }
    known = ledger.account(desk)
    assert (known.participant, known.lei, known.country, known.acts, known.receives) == (
        bank.participant,
        bank.lei,
        b"HK",
        True,
        True,
    )
    assert ledger.accountAt(known.number) == desk.address
    assert ledger.participant(bank.participant).accounts == (bank.address, world.bank_vault.address, desk.address)


@pytest.mark.parametrize("missing", ["by_sponsor", "by_account"])
def test_n7_one_signature_is_not_enough(world: World, ledger: Ledger, desk: Party, missing: str) -> None:
    party = world.bank if missing == "by_sponsor" else desk
    with refused("NotSignedBy", party):
        _add(world, world.bank, desk, **{missing: b""})
    with refused("NotSignedBy", party):
        _add(world, world.bank, desk, **{missing: world.admin.signature(ZERO)})


def test_n7_administration_adds_no_account(world: World, ledger: Ledger, desk: Party) -> None:
    for officer in (world.admin, world.enroller, world.recoverer):
        with refused("MayNotAct", officer):
            _add(world, officer, desk, sender=officer)


@pytest.mark.parametrize(
    "changed",
    [{"roles": MOVE | TERMS}, {"receiving": Receiving.SIGNED_ONLY}, {"deadline": 2**40}, {"participant": 1}],
    ids=lambda changed: next(iter(changed)),
)
def test_the_signatures_cover_every_word(world: World, ledger: Ledger, desk: Party, changed: dict[str, Any]) -> None:
    with refused("NotSignedBy", world.bank):
        _add(world, world.bank, desk, signed=changed)


@pytest.mark.parametrize("late", [0, 1])
def test_they_count_until_the_deadline(world: World, ledger: Ledger, desk: Party, late: int) -> None:
    deadline = ledger.now + 50
    fields = (world.bank.participant, desk, MOVE, Receiving.ANYONE, deadline)
    digest = ledger.digest("NewAccount", fields)
    signatures = world.bank.signature(digest), desk.signature(digest)
    ledger.onchain.at(deadline + late)
    if late:
        with refused("SignatureExpired", deadline):
            ledger.addAccount(world.relayer, world.bank, *fields[1:], *signatures)
    else:
        ledger.addAccount(world.relayer, world.bank, *fields[1:], *signatures)


@pytest.mark.parametrize("who", ["sponsor", "account"])
def test_either_withdraws_its_signature(world: World, ledger: Ledger, desk: Party, who: str) -> None:
    fields = (world.bank.participant, desk, MOVE, Receiving.ANYONE, ledger.now + 100)
    digest = ledger.digest("NewAccount", fields)
    party = world.bank if who == "sponsor" else desk
    ledger.cancel(party, digest)
    with refused("SignatureCancelled", party, digest):
        ledger.addAccount(world.relayer, world.bank, *fields[1:], world.bank.signature(digest), desk.signature(digest))


def test_a_wallet_contract_is_an_account(world: World, ledger: Ledger, bank: Party) -> None:
    safe: Any = wallet(world, world.stranger)
    _add(world, bank, safe)
    assert ledger.account(safe).participant == bank.participant


# ----------------------------------------------------------------------------------------------------- no escalation


@pytest.mark.parametrize("sponsor", ["clerk", "suspended", "removed", "carrier_desk"])
def test_n7_only_an_acting_account_with_terms_adds(world: World, ledger: Ledger, desk: Party, sponsor: str) -> None:
    other = world.extra["spare"][1]
    party: Party = world.bank
    if sponsor == "clerk":
        party = world.add_account(world.bank, world.extra["spare"][2], MOVE)
    elif sponsor == "carrier_desk":
        party = world.carrier_desk
    elif sponsor == "suspended":
        world.suspend(world.bank)
    else:
        ledger.removeAccount(world.bank, world.bank, world.bank_vault)
    error = ("LacksRole", party, TERMS) if sponsor in ("clerk", "carrier_desk") else ("MayNotAct", party)
    with refused(*error):
        _add(world, party, other, roles=0)


@pytest.mark.parametrize("roles", [ISSUE, MOVE | ANSWER, ALL_ROLES, 1 << 7, 1 << 200])
def test_n7_nobody_gives_what_the_participant_has_not(world: World, ledger: Ledger, desk: Party, roles: int) -> None:
    with refused("RolesTooWide", roles, world.bank.roles):
        _add(world, world.bank, desk, roles=roles, signed={"roles": roles})
    with refused("RolesTooWide", roles, world.bank.roles):
        ledger.setAccountRoles(world.bank, world.bank_vault, roles)


def test_a_clerk_gives_itself_nothing(world: World, ledger: Ledger, clerk: Party) -> None:
    for account in (clerk, world.bank):
        with refused("LacksRole", clerk, TERMS):
            ledger.setAccountRoles(clerk, account, MOVE | TERMS | BANK)
    with refused("LacksRole", clerk, TERMS):
        ledger.removeAccount(clerk, world.bank, clerk)
    with refused("LacksRole", clerk, TERMS):
        ledger.setReceiving(clerk, clerk, Receiving.ANYONE)
    with refused("LacksRole", clerk, TERMS):
        ledger.setGiver(clerk, world.shipper.participant, True)
    for call in (("signRulebook", b"\x01" * 32), ("publishRecordLaws", 1), ("publishAnswerTime", 5)):
        with refused("LacksRole", clerk, TERMS):
            getattr(ledger, call[0])(clerk, *call[1:])


def test_roles_are_set_and_taken_at_once(world: World, ledger: Ledger, clerk: Party) -> None:
    bill = world.blank()
    event = ledger.setAccountRoles(world.bank, clerk, 0).event("AccountRolesSet")
    assert event.args == {
        "participant": world.bank.participant,
        "account": clerk.address,
        "roles": 0,
        "by": world.bank.address,
        "note": ledger.noteCount(),
    }
    with refused("LacksRole", clerk, MOVE):
        ledger.transfer(world.shipper, bill, clerk, b"")
    ledger.setAccountRoles(world.bank, clerk, MOVE | BANK)
    assert ledger.account(clerk).roles == MOVE | BANK


@pytest.mark.parametrize("verb", ["setAccountRoles", "setReceiving", "removeAccount"])
@pytest.mark.parametrize("wrong", ["shipper", "carrier", "stranger", "admin"])
def test_p4_nobody_rules_over_the_accounts_of_another(
    world: World, ledger: Ledger, clerk: Party, verb: str, wrong: str
) -> None:
    party = getattr(world, wrong)
    argument = party if verb == "removeAccount" else 0
    with refused(*(("NotTheSameParticipant", party, clerk) if party.participant else ("MayNotAct", party))):
        getattr(ledger, verb)(party, clerk, argument)


@pytest.mark.parametrize("verb", ["setAccountRoles", "setReceiving", "removeAccount"])
@pytest.mark.parametrize("target", ["stranger", "ledger"])
def test_what_is_no_account_has_no_roles(world: World, ledger: Ledger, verb: str, target: str) -> None:
    address = ledger.address if target == "ledger" else world.stranger.address
    argument = world.bank if verb == "removeAccount" else 0
    with refused("NotAnAccount", address):
        getattr(ledger, verb)(world.bank, address, argument)


# ---------------------------------------------------------------------------------------------------------- how many


def test_an_address_is_one_account_for_ever(world: World, ledger: Ledger, clerk: Party) -> None:
    with refused("AlreadyAnAccount", clerk):
        _add(world, world.bank, clerk)
    with refused("AlreadyAnAccount", clerk):
        _add(world, world.shipper, clerk)
    ledger.removeAccount(world.bank, clerk, world.bank)
    for sponsor in (world.bank, world.shipper):
        with refused("AlreadyAnAccount", clerk):
            _add(world, sponsor, clerk)


def test_n7_at_most_64_accounts(world: World, ledger: Ledger) -> None:
    spare = world.extra["spare"]
    for account in spare[:62]:
        world.add_account(world.bank, account, 0)
    with refused("TooManyAccounts", world.bank.participant):
        _add(world, world.bank, spare[62])
    ledger.removeAccount(world.bank, spare[5], world.bank)
    _add(world, world.bank, spare[62])
    accounts = ledger.participant(world.bank.participant).accounts
    assert len(accounts) == len(set(accounts)) == 64
    assert spare[5].address not in accounts


def test_a_new_account_of_a_carrier_knows_its_cover(world: World, ledger: Ledger, desk: Party) -> None:
    world.add_account(world.carrier, desk, ISSUE)
    ledger.issue(desk, world.terms(3, record_law=RecordLaw.PRC), world.shipper, b"")


@pytest.mark.parametrize("state", ["winding down", "suspended"])
def test_p12_a_new_account_has_the_standing_of_its_participant(
    world: World, ledger: Ledger, desk: Party, state: str
) -> None:
    if state == "winding down":
        ledger.setWindingDown(world.lifter, world.bank.participant, True)
        _add(world, world.bank, desk)
    else:
        deadline = ledger.now + 10**6
        fields = (world.bank.participant, world.bank_vault, desk, MOVE, Receiving.ANYONE, deadline)
        signature = desk.signature(ledger.digest("Successor", fields))
        ledger.proposeRecovery(world.recoverer, world.bank_vault, desk, MOVE, deadline, b"lost", signature)
        ledger.later(days=7)
        world.suspend(world.bank)
        ledger.executeRecovery(world.stranger, world.bank_vault)
    known = ledger.account(desk)
    assert (known.acts, known.receives) == (state == "winding down", False)


# ---------------------------------------------------------------------------------------------------------- removing


def test_a_removed_account_is_powerless_and_points_to_its_successor(
    world: World, ledger: Ledger, clerk: Party, bank: Party
) -> None:
    number = ledger.account(clerk).number
    event = ledger.removeAccount(bank, clerk, world.bank_vault).event("AccountRemoved")
    assert event.args == {
        "participant": bank.participant,
        "account": clerk.address,
        "successor": world.bank_vault.address,
        "by": bank.address,
        "note": ledger.noteCount(),
    }
    known = ledger.account(clerk)
    assert (known.acts, known.receives, known.roles, known.number) == (False, False, 0, number)
    assert ledger.accountAt(number) == world.bank_vault.address
    assert clerk.address not in ledger.participant(bank.participant).accounts
    with refused("MayNotReceive", clerk):
        ledger.transfer(world.shipper, world.blank(), clerk, b"")


def test_n7_what_it_possessed_is_brought_to_its_successor_by_anyone(world: World, ledger: Ledger, bank: Party) -> None:
    live, pending = world.order(bank), world.pending(bill=world.order(bank))
    ledger.removeAccount(bank, bank, world.bank_vault)
    with refused("MayNotAct", bank):
        ledger.transfer(bank, live, world.shipper, b"")
    event = ledger.recover(world.stranger, live).event("PossessionRecovered")
    assert event.args == {"bill": live, "from": bank.address, "to": world.bank_vault.address, "actCount": 2}
    ledger.refuse(world.carrier, pending, b"no")
    assert [ledger.ownerOf(bill) for bill in (live, pending)] == [world.bank_vault.address] * 2
    assert ledger.bill(live).titleholder == bank.participant
    with refused("NothingToRecover", live):
        ledger.recover(world.stranger, live)
    ledger.transfer(world.bank_vault, live, world.shipper, b"")


@pytest.mark.parametrize("status", ["pending", "surrendered", "delivered"])
def test_a_carriers_key_is_removed_whatever_it_holds(world: World, ledger: Ledger, carrier: Party, status: str) -> None:
    """Terminal tokens stay with it; what waits goes on."""
    bill = world.pending()
    if status != "pending":
        ledger.accept(carrier, bill, b"")
    if status == "delivered":
        ledger.deliver(carrier, bill, b"")
    ledger.removeAccount(carrier, carrier, world.carrier_desk)
    if status == "delivered":
        with refused("NothingToRecover", bill):
            ledger.recover(world.stranger, bill)
        return
    ledger.recover(world.stranger, bill)
    assert ledger.ownerOf(bill) == world.carrier_desk.address
    if status == "pending":
        ledger.accept(world.carrier_desk, bill, b"")
    ledger.deliver(world.carrier_desk, bill, b"")


def test_an_account_removes_itself(world: World, ledger: Ledger, clerk: Party) -> None:
    ledger.removeAccount(clerk, clerk, world.bank)
    assert not ledger.account(clerk).acts


def test_the_last_account_stays(world: World, ledger: Ledger, shipper: Party) -> None:
    with refused("AlreadyAnAccount", shipper):
        ledger.removeAccount(shipper, shipper, shipper)


@pytest.mark.parametrize("successor", ["another participant's", "stranger", "suspended", "removed"])
def test_the_successor_is_an_acting_account_of_the_same_participant(
    world: World, ledger: Ledger, clerk: Party, successor: str
) -> None:
    """P4: no removal gives a bill to another legal person."""
    party = {"another participant's": world.shipper, "stranger": world.stranger}.get(successor, world.bank_vault)
    if successor == "suspended":
        party = world.shipper
        world.suspend(party)
    if successor == "removed":
        ledger.removeAccount(world.bank, party, world.bank)
    other = successor == "another participant's"
    with refused(*(("NotTheSameParticipant", party, clerk) if other else ("MayNotAct", party))):
        ledger.removeAccount(world.bank, clerk, party)


def test_p4_a_chain_of_successors_leads_to_the_living_one(world: World, ledger: Ledger, bank: Party) -> None:
    bill = world.blank(bank)
    ledger.surrender(bank, bill, SurrenderFor.DELIVERY, world.carrier, ZERO, b"")
    heirs = [world.add_account(bank, party) for party in world.extra["spare"][:3]]
    for former, heir in zip([bank, *heirs[:2]], heirs, strict=True):
        ledger.removeAccount(former, former, heir)
    assert ledger.accountAt(bank.number) == heirs[2].address
    for number, hops in ((bank.number, 1), (bank.number, 10), (heirs[2].number, 10), (0, 5), (999, 3)):
        before = ledger.accountAt(number)
        ledger.shorten(world.stranger, number, hops)
        assert ledger.accountAt(number) == before
    ledger.refuse(world.carrier, bill, b"no")
    assert ledger.ownerOf(bill) == heirs[2].address


def test_there_is_no_account_of_no_number(ledger: Ledger) -> None:
    for number in (0, 10_000, 2**20, 2**256 - 1):
        assert int(ledger.accountAt(number), 16) == 0


# ------------------------------------------------------------------------------------------------ from whom, T8


def test_t8_each_account_says_from_whom_it_receives(world: World, ledger: Ledger, bank: Party) -> None:
    bill = world.blank()
    event = ledger.setReceiving(bank, world.bank_vault, Receiving.SIGNED_ONLY).event("ReceivingSet")
    assert event.args == {
        "participant": bank.participant,
        "account": world.bank_vault.address,
        "receiving": Receiving.SIGNED_ONLY,
        "by": bank.address,
        "note": ledger.noteCount(),
    }
    with refused("AgreementRequired", bill, bank.participant):
        ledger.transfer(world.shipper, bill, world.bank_vault, b"")
    ledger.transfer(world.shipper, bill, bank, b"")


def test_t8_givers_are_listed_by_the_participant(world: World, ledger: Ledger, bank: Party) -> None:
    event = ledger.setGiver(bank, world.shipper.participant, True).event("GiverListed")
    assert event.args == {
        "participant": bank.participant,
        "giver": world.shipper.participant,
        "listed": True,
        "by": bank.address,
        "note": ledger.noteCount(),
    }
    assert ledger.isGiver(bank.participant, world.shipper.participant)
    assert not ledger.isGiver(world.shipper.participant, bank.participant)
    ledger.setGiver(bank, world.shipper.participant, False)
    assert not ledger.isGiver(bank.participant, world.shipper.participant)
    for number in (0, 999):
        with refused("UnknownParticipant", number):
            ledger.setGiver(bank, number, True)


# -------------------------------------------------------------------------------------------------- what it publishes


def test_t5_a_participant_signs_the_next_rulebook(world: World, ledger: Ledger, bank: Party) -> None:
    event = ledger.signRulebook(bank, b"\x02" * 32).event("RulebookSigned")
    assert event.args == {
        "participant": bank.participant,
        "rulebook": b"\x02" * 32,
        "by": bank.address,
        "note": ledger.noteCount(),
    }
    assert ledger.participant(bank.participant).rulebook == b"\x02" * 32
    with refused("RulebookRequired"):
        ledger.signRulebook(bank, ZERO)


@pytest.mark.parametrize("laws", [16, 1 << 8, 2**256 - 1])
def test_t5_there_are_four_laws_of_the_record(world: World, ledger: Ledger, carrier: Party, laws: int) -> None:
    with refused("UnknownRecordLaws", laws):
        ledger.publishRecordLaws(carrier, laws)
    event = ledger.publishRecordLaws(carrier, 15).event("RecordLawsPublished")
    assert event.args == {
        "participant": carrier.participant,
        "recordLaws": 15,
        "by": carrier.address,
        "note": ledger.noteCount(),
    }


@pytest.mark.parametrize("verb", ["signRulebook", "publishRecordLaws", "publishAnswerTime", "setGiver"])
@pytest.mark.parametrize("who", ["stranger", "suspended", "supervisor"])
def test_only_an_acting_account_with_terms_binds_its_participant(
    world: World, ledger: Ledger, verb: str, who: str
) -> None:
    party = getattr(world, who, world.bank)
    if who == "suspended":
        world.suspend(party)
    arguments = {"signRulebook": (b"\x01" * 32,), "setGiver": (1, True)}.get(verb, (5,))
    with refused(*(("LacksRole", party, TERMS) if who == "supervisor" else ("MayNotAct", party))):
        getattr(ledger, verb)(party, *arguments)
