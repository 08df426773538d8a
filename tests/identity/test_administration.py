"""What administration may do, and that it may do nothing else (L8, N23)."""

from __future__ import annotations

from typing import Any

import pytest
from support.contract import Contract, refused
from support.trade import DAY, MOVE, NOBODY, Ledger, Party, lei
from support.verbs import Puppet, room
from support.world import ENROLLER, LIFTER, RESTRICTED, SUSPENDER, World

from sampan.toolchain.artifacts import load

OFFICES = ("enroller", "suspender", "lifter", "recoverer", "lister", "delister")


def _arguments(world: World, function: str) -> tuple[Any, ...]:
    spare = world.extra["spare"][0]
    spare.country, spare.roles = "DE", MOVE
    paper = world.ledger.enrolment(spare, lei_=lei("SAMPANTEST0NEWCOME"))
    arguments: dict[str, tuple[Any, ...]] = {
        "enrol": (paper, spare.signature(world.ledger.digest("Enrolment", paper))),
        "assignCode": (b"SMDG", b"MSK", world.carrier.participant),
        "setProfile": (world.bank.participant, world.bank.lei, world.bank.roles),
        "suspend": (world.bank.participant, b"ground"),
        "liftSuspension": (world.bank.participant,),
        "setWindingDown": (world.bank.participant, True),
        "proposeRecovery": (world.bank, world.bank_vault, 0, 0, b"lost", b""),
        "listRoom": (Puppet(world, 1), [b"HK"]),
        "delistRoom": (room(world), [b"HK"]),
    }
    return arguments[function]


@pytest.mark.parametrize("function", RESTRICTED)
def test_each_power_belongs_to_one_office(world: World, ledger: Ledger, function: str) -> None:
    arguments = _arguments(world, function)
    office = OFFICES[RESTRICTED[function] - 1]
    others = [name for name in OFFICES if name != office] + ["admin", "stranger", "bank", "carrier", "bank_vault"]
    for name in others:
        with refused("AccessManagedUnauthorized", getattr(world, name)):
            getattr(ledger, function)(getattr(world, name), *arguments)
    if function == "liftSuspension":
        world.suspend(world.bank)
    getattr(ledger, function)(getattr(world, office), *arguments)


def test_l8_no_other_function_is_restricted(world: World, ledger: Ledger) -> None:
    """N23: no bill verb asks for an office; the list is whole."""
    documented = {
        signature.split("(")[0]
        for name in ("Bills", "Registry", "Amendments")
        for signature, about in load(name).userdoc.get("methods", {}).items()
        if "Restricted" in about.get("notice", "")
    }
    assert documented == set(RESTRICTED)


def test_the_authority_is_fixed_for_ever(world: World, ledger: Ledger, authority: Contract) -> None:
    assert ledger.authority() == authority.address
    with refused("AuthorityIsFixed"):
        ledger.setAuthority(world.admin)
    with refused("AuthorityIsFixed"):
        ledger.raw(world.admin, ledger.data("setAuthority", world.admin))
    with refused("AuthorityIsFixed"):
        authority.updateAuthority(world.admin, ledger, authority)


def test_an_office_with_a_delay_schedules_first(world: World, ledger: Ledger, authority: Contract) -> None:
    """Lifting is delayed, suspending is not."""
    authority.grantRole(world.admin, LIFTER, world.stranger, DAY)
    world.suspend(world.bank)
    call = ledger.data("liftSuspension", world.bank.participant)
    operation = authority.hashOperation(world.stranger, ledger, call)
    with refused("AccessManagerNotScheduled", operation):
        ledger.raw(world.stranger, call)
    authority.schedule(world.stranger, ledger, call, 0)
    ledger.later(hours=23)
    with refused("AccessManagerNotReady", operation):
        ledger.raw(world.stranger, call)
    ledger.later(hours=1)
    ledger.raw(world.stranger, call)
    assert ledger.account(world.bank).acts
    assert ledger.isConsumingScheduledOp() == b"\0" * 4


def test_a_scheduled_act_is_cancelled_and_not_used_twice(world: World, ledger: Ledger, authority: Contract) -> None:
    authority.grantRole(world.admin, SUSPENDER, world.stranger, DAY)
    call = ledger.data("suspend", world.bank.participant, b"ground")
    operation = authority.hashOperation(world.stranger, ledger, call)
    authority.schedule(world.stranger, ledger, call, 0)
    ledger.later(days=1)
    ledger.raw(world.stranger, call)
    with refused("AccessManagerNotScheduled", operation):
        ledger.raw(world.stranger, call)
    authority.schedule(world.stranger, ledger, call, 0)
    authority.cancel(world.stranger, world.stranger, ledger, call)
    ledger.later(days=1)
    with refused("AccessManagerNotScheduled", operation):
        ledger.raw(world.stranger, call)


def test_an_office_that_was_taken_away_is_gone_at_once(world: World, ledger: Ledger, authority: Contract) -> None:
    authority.revokeRole(world.admin, ENROLLER, world.enroller)
    with refused("AccessManagedUnauthorized", world.enroller):
        ledger.assignCode(world.enroller, b"SMDG", b"MSK", world.carrier.participant)


def test_the_manager_itself_executes_for_an_office(world: World, ledger: Ledger, authority: Contract) -> None:
    authority.execute(world.suspender, ledger, ledger.data("suspend", world.bank.participant, b"ground"))
    assert not ledger.account(world.bank).acts


def test_the_manager_executes_no_verb_of_a_bill_for_anybody(world: World, ledger: Ledger, authority: Contract) -> None:
    """L8: for the ledger the manager is a stranger."""
    bill = world.blank()
    with refused("NotPossessor", bill, authority):
        authority.execute(world.admin, ledger, ledger.data("transfer", bill, world.admin, b""))


def test_a_closed_target_closes_administration_and_no_bill(world: World, ledger: Ledger, authority: Contract) -> None:
    authority.setTargetClosed(world.admin, ledger, True)
    with refused("AccessManagedUnauthorized", world.suspender):
        world.suspend(world.bank)
    ledger.transfer(world.shipper, world.blank(), world.bank, b"")


def test_an_administrator_that_restricts_a_bill_verb_restricts_nothing(
    world: World, ledger: Ledger, authority: Contract
) -> None:
    """The manager's table is asked by restricted functions alone."""
    selectors = [ledger.selector(verb) for verb in ("transfer", "surrender", "accept", "vetoRecovery", "cancel")]
    authority.setTargetFunctionRole(world.admin, ledger, selectors, 0)
    bill = world.blank()
    ledger.transfer(world.shipper, bill, world.bank, b"")


# ------------------------------------------------------------------------------------------------------------- rooms


def test_a_room_is_listed_for_countries(world: World, ledger: Ledger, lister: Party) -> None:
    puppet = Puppet(world, world.shipper)
    event = ledger.listRoom(lister, puppet, [b"HK", b"NL"]).event("RoomListed")
    number = ledger.account(puppet).number
    assert event.args == {
        "room": puppet.address,
        "number": number,
        "countries": (b"HK", b"NL"),
        "note": ledger.noteCount(),
    }
    assert [ledger.roomListedFor(puppet, country) for country in (b"HK", b"NL", b"CN")] == [True, True, False]
    assert ledger.accountAt(number) == puppet.address
    ledger.listRoom(lister, puppet, [b"CN"])
    assert ledger.roomListedFor(puppet, b"CN")
    assert ledger.roomListedFor(puppet, b"HK")
    assert ledger.account(puppet).number == number


@pytest.mark.parametrize("what", ["key", "account", "wallet account", "ledger", "zero"])
def test_only_a_contract_that_is_nobodys_account_is_a_room(
    world: World, ledger: Ledger, lister: Party, what: str
) -> None:
    from support.verbs import wallet

    target: Any = {"key": world.stranger, "account": world.bank, "ledger": ledger, "zero": NOBODY}.get(what)
    if what == "wallet account":
        target = wallet(world, world.stranger)
        world.add_account(world.bank, target)
    with refused("AlreadyAnAccount" if what == "wallet account" else "NotARoom", target):
        ledger.listRoom(lister, target, [b"HK"])


@pytest.mark.parametrize("country", [b"hk", b"H", b"\0\0", b"H1"])
def test_a_room_is_listed_for_countries_that_exist(world: World, ledger: Ledger, lister: Party, country: bytes) -> None:
    with refused("MalformedCountry", country.ljust(2, b"\0")):
        ledger.listRoom(lister, Puppet(world, 1), [b"HK", country])


def test_a_room_is_delisted_and_listed_again(world: World, ledger: Ledger, lister: Party, delister: Party) -> None:
    """What stops is fast, what opens is slow: two offices."""
    puppet = room(world)
    assert ledger.delistRoom(delister, puppet, []).event("RoomDelisted").args == {
        "room": puppet.address,
        "countries": (),
        "note": ledger.noteCount(),
    }
    known = ledger.account(puppet)
    assert (known.acts, known.receives) == (True, False)
    ledger.listRoom(lister, puppet, [])
    assert ledger.account(puppet).receives
    for nobody in (world.bank, world.stranger):
        with refused("NotARoom", nobody):
            ledger.delistRoom(delister, nobody, [])


def test_a_room_is_nobodys_account(world: World, ledger: Ledger) -> None:
    puppet = room(world)
    for verb, argument in (("setAccountRoles", 0), ("setReceiving", 0), ("removeAccount", world.bank)):
        with refused("NotAnAccount", puppet):
            getattr(ledger, verb)(world.bank, puppet, argument)


@pytest.mark.parametrize("way", ["enrolled", "added", "recovered to"])
def test_the_manager_never_becomes_an_account(
    world: World, ledger: Ledger, authority: Contract, recoverer: Party, way: str
) -> None:
    """L8: else an administrator moves what it possesses, by `execute`."""
    deadline = ledger.now + DAY
    if way == "enrolled":
        paper = ledger.enrolment(authority, lei_=lei("SAMPANTEST0MANAGER"), country="HK", roles=4)
        officer, call = world.enroller, ledger.data("enrol", paper, b"")
    elif way == "added":
        officer = world.admin
        fields = (world.bank.participant, authority, 4, 0, deadline)
        signature = world.bank.signature(ledger.digest("NewAccount", fields))
        call = ledger.data("addAccount", world.bank, *fields[1:], signature, b"")
    else:
        officer = recoverer
        call = ledger.data("proposeRecovery", world.bank, authority, 4, deadline, b"lost", b"")
    with refused("NotAnAccount", authority):
        authority.execute(officer, ledger, call)
        ledger.later(days=7)
        ledger.executeRecovery(world.stranger, world.bank)
