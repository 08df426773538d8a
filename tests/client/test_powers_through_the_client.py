"""Powers of administration through the client: at once, or announced first and carried out after their delay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.client_refusals import refuses

from sampan.client import errors
from sampan.client.ledger import Ledger
from sampan.errors import BadInput, UsageError
from sampan.suite import events
from sampan.suite.words import Receiving, RecordLaw, Role
from sampan.testing import PARTIES, SampanChain, bare_terms

MOST_ANSWER_HOURS = 14 * 24


def test_a_suspension_is_immediate_and_ends_by_itself(
    sampan_chain: SampanChain, suspender: Ledger, carrier: Ledger, shipper: Ledger
) -> None:
    suspender.bills.suspend("shipper", ground="order 2026/11")
    with refuses(errors.MayNotReceive, shipper.address):
        carrier.bills.issue(bare_terms(carrier, "A1"), shipper)
    found = carrier.participant("shipper")
    assert found.suspended
    assert found.suspended_until is not None
    assert timedelta(days=90) <= found.suspended_until - carrier.now <= timedelta(days=90, hours=1)
    sampan_chain.advance(found.suspended_until - carrier.now)
    assert not carrier.participant("shipper").suspended
    carrier.bills.issue(bare_terms(carrier, "A1"), shipper)


def test_a_suspension_names_its_ground(suspender: Ledger) -> None:
    with refuses(errors.GroundRequired):
        suspender.bills.suspend("shipper", ground="")


def test_lifting_is_announced_first_and_carried_out_after_its_delay(
    sampan_chain: SampanChain, suspender: Ledger, lifter: Ledger
) -> None:
    suspender.bills.suspend("bank", ground="order")
    announced = lifter.bills.lift_suspension("bank")
    assert announced.verb == "schedule"
    assert announced.ready_from is not None
    assert announced.ready_from - lifter.now == timedelta(days=2)
    assert announced.event(events.OperationScheduled).caller == lifter.address
    assert lifter.participant("bank").suspended
    with refuses(errors.AccessManagerNotReady, announced.event(events.OperationScheduled).operation_id) as caught:
        lifter.bills.lift_suspension("bank")
    assert "can be carried out from" in (caught.value.hint or "")
    sampan_chain.advance(announced.ready_from - lifter.now)
    done = lifter.bills.lift_suspension("bank")
    assert done.ready_from is None
    done.event(events.SuspensionLifted)
    assert not lifter.participant("bank").suspended


def test_a_rehearsal_of_a_delayed_power_rehearses_the_announcement(suspender: Ledger, lifter: Ledger) -> None:
    suspender.bills.suspend("bank", ground="order")
    rehearsed = lifter.rehearsing().bills.lift_suspension("bank")
    assert not rehearsed.sent
    assert rehearsed.verb == "schedule"
    assert rehearsed.ready_from is not None
    assert lifter.bills.lift_suspension("bank").verb == "schedule"


def test_winding_down_leaves_acting_and_takes_receiving(
    sampan_chain: SampanChain, lifter: Ledger, carrier: Ledger, shipper: Ledger, trader: Ledger
) -> None:
    bill = carrier.bills.issue(bare_terms(carrier, "A1"), shipper).bill
    lifter.bills.set_winding_down("shipper")
    sampan_chain.advance(timedelta(days=2))
    lifter.bills.set_winding_down("shipper")
    account = carrier.account(shipper)
    assert (account.acts, account.receives) == (True, False)
    shipper.bills.transfer(bill, trader)
    with refuses(errors.MayNotReceive, shipper.address):
        trader.bills.transfer(bill, shipper)


@pytest.mark.parametrize("role", ["carrier", "lifter", "stranger", "administrator"])
def test_who_lacks_the_power_is_refused_by_name(sampan_chain: SampanChain, role: str) -> None:
    powerless = sampan_chain.as_role(role)
    with refuses(errors.AccessManagedUnauthorized, powerless.address) as caught:
        powerless.bills.suspend("bank", ground="order")
    assert role in caught.value.message


def test_an_act_of_administration_goes_alone(suspender: Ledger) -> None:
    with pytest.raises(UsageError, match="one by one"):
        suspender.do_all([suspender.bills.calls.suspend("bank", ground="order")])


def test_a_carrier_code_has_one_owner(enroller: Ledger) -> None:
    owner = enroller.number_of("carrier")
    with refuses(errors.CodeTaken, "SMDG", "XLL", owner) as caught:
        enroller.bills.assign_code("SMDG", "XLL", "other_carrier")
    assert PARTIES["carrier"].lei in caught.value.message
    enroller.bills.assign_code("smdg", "xll", None)
    enroller.bills.assign_code("SMDG", "XLL", "other_carrier")
    assert enroller.code_owner("SMDG", "XLL") == enroller.number_of("other_carrier")
    with pytest.raises(BadInput, match="TOOLONG"):
        enroller.bills.assign_code("SMDG", "TOOLONG", "carrier")


def test_a_profile_is_changed_with_the_roles_of_its_accounts(enroller: Ledger) -> None:
    kept = Role.MOVE | Role.TERMS
    enroller.bills.set_profile("bank", parent=PARTIES["trader"].lei, roles=kept)
    found = enroller.participant("bank")
    assert (found.parent, found.roles) == (PARTIES["trader"].lei, kept)
    assert found.accounts[0].roles == kept
    with refuses(errors.ExitsStayOpen, enroller.number_of("bank"), Role.TERMS):
        enroller.bills.set_profile("bank", parent=found.parent, roles=Role.MOVE)


def test_what_a_participant_publishes_is_read_back(
    sampan_chain: SampanChain, carrier: Ledger, bank: Ledger, shipper: Ledger
) -> None:
    carrier.bills.publish_record_laws([RecordLaw.ENGLISH_ETDA_2023, RecordLaw.PRC_MARITIME_CODE_2025])
    carrier.bills.publish_answer_time(24)
    carrier.bills.sign_rulebook(b"\7" * 32)
    # It begins with a whole hour.
    sampan_chain.advance(timedelta(days=14, hours=1))
    found = carrier.participant("carrier")
    assert found.record_laws == (RecordLaw.ENGLISH_ETDA_2023, RecordLaw.PRC_MARITIME_CODE_2025)
    assert (found.answer_hours, found.rulebook) == (24, b"\7" * 32)
    too_long = MOST_ANSWER_HOURS + 1
    with refuses(errors.AnswerHoursOutOfRange, too_long):
        carrier.bills.publish_answer_time(too_long)
    bank.bills.set_receiving(bank, Receiving.LISTED_ONLY)
    bank.bills.set_giver("shipper")
    assert bank.is_giver("bank", "shipper")
    bill = carrier.bills.issue(bare_terms(carrier, "A1", record_law=RecordLaw.ENGLISH_ETDA_2023), shipper).bill
    shipper.bills.transfer(bill, bank)
    bank.bills.set_giver(shipper, False)
    assert not bank.is_giver(bank, shipper)


def test_roles_of_an_account_are_set_and_an_account_is_removed(
    sampan_chain: SampanChain, shipper: Ledger, carrier: Ledger
) -> None:
    second = sampan_chain.as_role("shipper_second")
    shipper.bills.add_account(None, second.sign_new_account("shipper", second.signer, roles=Role.MOVE))
    shipper.bills.set_account_roles(second, Role.MOVE | Role.TERMS)
    assert shipper.account(second).roles == Role.MOVE | Role.TERMS
    number = shipper.account(second).number
    shipper.bills.remove_account(second, successor=shipper)
    assert [one.address for one in shipper.participant("shipper").accounts] == [shipper.address]
    assert shipper.ask("accountAt", number) == shipper.address
    shipper.bills.shorten(number, 4)


def test_a_recovery_is_vetoed_by_another_account(sampan_chain: SampanChain, shipper: Ledger, recoverer: Ledger) -> None:
    second = sampan_chain.as_role("shipper_second")
    shipper.bills.add_account(None, second.sign_new_account("shipper", second.signer, roles=Role.MOVE))
    recoverer.bills.propose_recovery(second, shipper, ground="said to be lost")
    with refuses(errors.NotTheSameParticipant, second.address, second.address):
        second.bills.veto_recovery(second)
    shipper.bills.veto_recovery(second)
    assert shipper.recovery(second) is None
    with refuses(errors.NoRecovery, second.address):
        shipper.bills.veto_recovery(second)


@pytest.mark.slow
def test_who_is_no_contract_is_no_room(sampan_chain: SampanChain, room_lister: Ledger, stranger: Ledger) -> None:
    """Neither is the manager, which could be made to call in its own name."""
    for nobody in (stranger.address, sampan_chain.manifest.address("AccessManager")):
        listed(sampan_chain, room_lister, nobody, errors.NotARoom)
    assert room_lister.rooms() == []
    with pytest.raises(errors.NotOnLedger, match="room") as caught:
        room_lister.room(stranger)
    assert caught.value.subject == stranger.address
    assert caught.value.hint == "`sampan room show` shows those there are"
    with pytest.raises(BadInput, match="ISO 3166"):
        room_lister.bills.list_room(stranger, ["XX"])


def listed(
    chain: SampanChain, lister: Ledger, room: str, refused: type[errors.ContractRefusal] | None, *countries: str
) -> None:
    """Listing is announced, and carried out two days later, or refused then."""
    announced = lister.bills.list_room(room, countries)
    assert announced.ready_from is not None
    assert announced.ready_from - lister.now == timedelta(days=2)
    chain.advance(timedelta(days=2))
    if refused is None:
        lister.bills.list_room(room, countries)
    else:
        with refuses(refused, room):
            lister.bills.list_room(room, countries)


@pytest.mark.slow
def test_a_room_is_listed_for_countries_after_two_days_and_delisted_at_once(
    sampan_chain: SampanChain, room_lister: Ledger, room_delister: Ledger, carrier: Ledger, shipper: Ledger
) -> None:
    """Any contract can be listed; that it is an honest one is another question. This one never answers."""
    address = sampan_chain.manifest.address("Amendments")
    listed(sampan_chain, room_lister, address, None, "SG", "cn")
    listed(sampan_chain, room_lister, address, None, "HK")
    room = room_lister.room(address)
    assert (room.countries, room.delisted) == (("SG", "CN", "HK"), False)
    bill = carrier.bills.issue(bare_terms(carrier, "A1"), shipper).bill
    with refuses(errors.RoomNeedsTerms, address):
        shipper.bills.transfer(bill, address)
    with pytest.raises(errors.UnknownRefusal, match="no reason given"):
        shipper.bills.lodge(bill, address, terms=b"terms")

    # Who lists does not delist, nor the other way round.
    with refuses(errors.AccessManagedUnauthorized, room_lister.address):
        room_lister.bills.delist_room(address)
    with refuses(errors.AccessManagedUnauthorized, room_delister.address):
        room_delister.bills.list_room(address, ["NL"])
    room_delister.bills.delist_room(address, ["CN"])
    assert (room_lister.room(address).countries, room_lister.room(address).delisted) == (("SG", "HK"), False)
    with refuses(errors.RoomNotListed, address, "CN"):
        shipper.bills.lodge(bill, address, terms=b"terms")
    room_delister.bills.delist_room(address)
    assert room_lister.room(address).delisted
    with refuses(errors.MayNotReceive, address):
        shipper.bills.lodge(bill, address, terms=b"terms")


def test_the_powers_are_read_from_the_chain(sampan_chain: SampanChain) -> None:
    powers = sampan_chain.ledger.powers()
    lifting = next(role for role in powers.roles if role.name == "LIFTER")
    assert [member.account for member in lifting.members] == [sampan_chain.as_role("lifter").address]
    assert lifting.members[0].delay.now == 2 * 86_400
    assert {function.signature for function in lifting.functions} == {
        "liftSuspension(uint256)",
        "setWindingDown(uint256,bool)",
    }
