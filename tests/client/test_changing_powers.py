"""The AccessManager's own verbs through the client: every power given, taken and re-wired, announced first where it
waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from support.client_refusals import refuses

from sampan.client import errors
from sampan.client.core import VerbCall
from sampan.client.ledger import Ledger
from sampan.client.records import Act
from sampan.errors import UsageError
from sampan.powers.subject import POWERS
from sampan.suite import events, tell
from sampan.suite.powers import Power
from sampan.testing import SampanChain
from sampan.toolchain import artifacts

ADMIN_DELAY = timedelta(days=5)
SETBACK = timedelta(days=5)

NO_VERB = {
    "execute": "the function itself is called again",
    "schedule": "the first call of a function that waits announces it",
    "consumeScheduledOp": "a managed contract calls it",
    "multicall": "acts of administration go one by one",
    "updateAuthority": "the ledger refuses another manager",
}
"""What changes state, has no declaration, and why."""


@pytest.fixture
def admin(sampan_chain: SampanChain) -> Ledger:
    return sampan_chain.as_role("administrator")


@pytest.fixture
def waited(sampan_chain: SampanChain, admin: Ledger) -> Callable[[VerbCall], Act]:
    """Announces an act of the administrator, waits for its time, and carries it out."""

    def carried_out(call: VerbCall) -> Act:
        announced = admin.do(call)
        assert announced.ready_from is not None, announced
        sampan_chain.advance(announced.ready_from - admin.now)
        done = admin.do(call)
        assert done.ready_from is None
        return done

    return carried_out


def test_every_function_of_the_manager_that_does_something_is_a_verb_or_has_a_reason() -> None:
    functions = {
        item["name"]
        for item in artifacts.load("AccessManager").abi
        if item["type"] == "function" and item["stateMutability"] not in ("view", "pure")
    }
    assert functions == set(POWERS.verbs) | set(NO_VERB)
    assert not set(POWERS.verbs) & set(NO_VERB)
    for verb in POWERS.verbs.values():
        assert len(verb.names()) == len(verb.wire().parameters)


@pytest.mark.slow
def test_a_lost_key_is_replaced_by_the_administrator(
    sampan_chain: SampanChain, admin: Ledger, suspender: Ledger, waited: Callable[[VerbCall], Act]
) -> None:
    spare = sampan_chain.as_role("spare_1")
    grant = admin.access_manager.calls.grant("SUSPENDER", spare, timedelta(0))
    announced = admin.do(grant)
    assert (announced.verb, announced.ready_from) == ("schedule", admin.now + ADMIN_DELAY)
    with refuses(errors.AccessManagerNotReady, announced.event(events.OperationScheduled).operation_id):
        admin.do(grant)
    sampan_chain.advance(ADMIN_DELAY)
    done = admin.do(grant).event(events.RoleGranted)
    assert (done.role_id, done.account, done.new_member) == (Power.SUSPENDER, spare.address, True)
    waited(admin.access_manager.calls.revoke(Power.SUSPENDER, suspender))
    spare.bills.suspend("shipper", ground="order")
    with pytest.raises(errors.AccessManagedUnauthorized):
        suspender.bills.suspend("bank", ground="order")


@pytest.mark.slow
def test_an_act_tells_role_account_delay_and_time_in_words(
    admin: Ledger, waited: Callable[[VerbCall], Act], sampan_chain: SampanChain
) -> None:
    call = admin.access_manager.calls.grant("lifter", sampan_chain.as_role("spare_1"), timedelta(days=2))
    assert call.label.startswith("grant LIFTER to 0x2f4f06d218E426344CFE1A83D53dAd806994D325")
    assert call.label.endswith("wait 2 days")
    told = str(waited(call))
    assert "has LIFTER from" in told
    assert "each act of it waits 2 days" in told
    (role,) = [role for role in admin.powers().roles if role.number == Power.LIFTER]
    assert [member.delay.now for member in role.members] == [2 * 86_400] * 2


@pytest.mark.slow
def test_a_shorter_delay_begins_when_the_longer_one_would_have_ended(
    admin: Ledger, lifter: Ledger, waited: Callable[[VerbCall], Act]
) -> None:
    done = waited(admin.access_manager.calls.grant("LIFTER", lifter, timedelta(hours=1)))
    assert not done.event(events.RoleGranted).new_member
    assert "from" in str(done)
    (member,) = [m for role in admin.powers().roles if role.number == Power.LIFTER for m in role.members]
    assert (member.delay.now, member.delay.announced) == (2 * 86_400, 3_600)


@pytest.mark.slow
def test_roles_are_guarded_granted_named_and_wired_by_others(
    sampan_chain: SampanChain, admin: Ledger, suspender: Ledger, lifter: Ledger, waited: Callable[[VerbCall], Act]
) -> None:
    calls = admin.access_manager.calls
    announced = [
        calls.label(40, "AUDITOR"),
        calls.set_guardian("LIFTER", "SUSPENDER"),
        calls.set_admin("ROOM_LISTER", "ENROLLER"),
        calls.set_grant_delay("ENROLLER", timedelta(days=1)),
        calls.allow("Bills", ["setWindingDown"], "SUSPENDER"),
        calls.set_wiring_delay("Bills", timedelta(days=30)),
    ]
    for call in announced:
        admin.do(call)
    assert sorted(each.what for each in admin.announced()) == sorted(
        tell.label(call.verb, admin.names) for call in announced
    )
    sampan_chain.advance(ADMIN_DELAY)
    told = [str(admin.do(call)) for call in announced]
    assert "role 40 is called AUDITOR" in told[0]
    assert "SUSPENDER may cancel what LIFTER announced" in told[1]
    assert "ENROLLER grants and takes ROOM_LISTER" in told[2]
    assert "new members of ENROLLER wait 1 day" in told[3]
    assert "SUSPENDER may call Bills" in told[4]
    assert "setWindingDown" in told[4]
    assert "changes to the wiring of Bills" in told[5]
    assert admin.announced() == []

    # The new guardian cancels what the lifter announced; the enroller gives a role, at once, as it has no delay.
    suspender.bills.suspend("bank", ground="order")
    lifter.bills.lift_suspension("bank")
    (waits,) = admin.announced()
    assert (waits.caller, waits.expired) == (lifter.address, False)
    cancelled = suspender.access_manager.cancel_announced(waits.number)
    assert cancelled.event(events.OperationCanceled).operation_id == waits.number
    assert admin.announced() == []
    enroller = sampan_chain.as_role("enroller")
    given = enroller.access_manager.grant("ROOM_LISTER", sampan_chain.as_role("spare_2"), 0)
    assert given.event(events.RoleGranted).since <= admin.now.timestamp()
    suspender.bills.set_winding_down("shipper")
    assert admin.power("auditor") == 40


def test_wiring_waits_as_long_as_the_contract_says_even_for_an_administrator_who_waits_less(
    sampan_chain: SampanChain, admin: Ledger, waited: Callable[[VerbCall], Act]
) -> None:
    waited(admin.access_manager.calls.set_wiring_delay("Bills", timedelta(days=30)))
    sampan_chain.advance(SETBACK)
    closing = admin.do(admin.access_manager.calls.set_target_closed("Bills"))
    assert closing.ready_from is not None
    assert closing.ready_from - admin.now == timedelta(days=30)


def test_a_closed_contract_obeys_no_role_and_bills_go_on(
    suspender: Ledger, admin: Ledger, waited: Callable[[VerbCall], Act]
) -> None:
    assert "no role may call it" in str(waited(admin.access_manager.calls.set_target_closed("Bills")))
    with pytest.raises(errors.AccessManagedUnauthorized):
        suspender.bills.suspend("shipper", ground="order")
    waited(admin.access_manager.calls.set_target_closed("Bills", False))
    suspender.bills.suspend("shipper", ground="order")


def test_a_power_is_given_up_at_once_by_its_member(admin: Ledger, suspender: Ledger) -> None:
    done = suspender.access_manager.renounce("SUSPENDER")
    assert done.event(events.RoleRevoked).account == suspender.address
    with pytest.raises(errors.AccessManagedUnauthorized):
        suspender.bills.suspend("shipper", ground="order")


def test_whoever_takes_the_last_administrator_or_a_power_that_nobody_has_is_warned(
    admin: Ledger, suspender: Ledger
) -> None:
    calls = admin.access_manager.calls
    (last,) = calls.revoke("ADMIN", admin.address).warnings
    assert "nobody can give or take a power, ever" in last
    assert calls.renounce("ADMIN").warnings == (last,)
    assert not calls.revoke("SUSPENDER", suspender.address).warnings
    (idle,) = calls.revoke("LIFTER", suspender.address).warnings
    assert "does not have LIFTER: nothing would change" in idle


@pytest.mark.slow
def test_what_was_announced_is_carried_out_by_its_number_by_whoever_announced_it(
    sampan_chain: SampanChain, admin: Ledger, suspender: Ledger
) -> None:
    announced = admin.access_manager.revoke("SUSPENDER", suspender)
    number = announced.event(events.OperationScheduled).operation_id
    with pytest.raises(UsageError, match="carried out by it alone"):
        suspender.access_manager.carry_out(number)
    sampan_chain.advance(ADMIN_DELAY)
    assert admin.access_manager.carry_out(number).event(events.RoleRevoked).account == suspender.address
    with pytest.raises(errors.NotOnLedger, match="nothing waits"):
        admin.access_manager.carry_out(number)


@pytest.mark.slow
def test_the_last_administrator_and_a_shorter_delay_are_warned_of(
    sampan_chain: SampanChain, admin: Ledger, waited: Callable[[VerbCall], Act]
) -> None:
    calls, spare = admin.access_manager.calls, sampan_chain.as_role("spare_1")
    for call in (calls.revoke("ADMIN", admin), calls.renounce("ADMIN")):
        assert "has ADMIN: after this nobody can give or take a power" in " ".join(call.warnings)
    assert calls.revoke("SUSPENDER", sampan_chain.as_role("suspender")).warnings == ()
    (warning,) = calls.grant("LIFTER", spare, timedelta(hours=1)).warnings
    assert "other members of LIFTER wait 2 days" in warning
    assert calls.grant("LIFTER", spare, timedelta(days=2)).warnings == ()
    waited(calls.grant("ADMIN", spare, ADMIN_DELAY))
    assert calls.revoke("ADMIN", admin).warnings == ()


@pytest.mark.slow
def test_whoever_lacks_the_power_is_refused_and_announces_nothing(admin: Ledger, stranger: Ledger) -> None:
    for verb in (
        stranger.access_manager.calls.grant("ADMIN", stranger, 0),
        stranger.access_manager.calls.label(9, "X"),
    ):
        with refuses(errors.AccessManagerUnauthorizedAccount, stranger.address, Power.ADMIN):
            stranger.do(verb)
    admin.access_manager.revoke("SUSPENDER", stranger)
    (waits,) = admin.announced()
    with pytest.raises(errors.AccessManagerUnauthorizedCancel):
        stranger.access_manager.cancel_announced(waits.number)


def test_names_that_mean_no_power_no_contract_and_no_function_are_refused(admin: Ledger) -> None:
    calls = admin.access_manager.calls
    with pytest.raises(UsageError, match="no power of that name"):
        calls.grant("KING", admin, 0)
    with pytest.raises(UsageError, match="no such function"):
        calls.allow("Bills", ["reign"], "ADMIN")
    with pytest.raises(UsageError, match="no function is named"):
        calls.allow("Bills", [], "ADMIN")
    with pytest.raises(UsageError, match="no delay"):
        calls.grant("ADMIN", admin, timedelta(days=-1))
