"""Who may say what of cargo, and where (T19)."""

from __future__ import annotations

import pytest
from support.cargo import (
    COUNTRY,
    EVERY_KIND,
    NOWHERE,
    OTHER_PORT,
    PAPERS,
    PLACED,
    TERMINAL_AT,
    Cargo,
    Said,
    kinds,
)
from support.contract import refused
from support.world import World

LOADED, DEPARTED, WEIGHED = kinds(Said.LOADED), kinds(Said.DEPARTED), kinds(Said.WEIGHED)


def test_t19_a_terminal_is_accredited_for_what_happens_at_its_facility_and_nowhere_else(cargo: Cargo) -> None:
    number = cargo.customs.participant
    event = cargo.accredited(cargo.customs, LOADED, TERMINAL_AT).event("Accredited")
    assert (event.producer, event.place, event.kinds, event.accredited) == (number, TERMINAL_AT, LOADED, LOADED)
    assert event.group == cargo.customs.lei
    assert cargo.log.accreditedAt(number, TERMINAL_AT) == LOADED
    assert cargo.log.accreditedAt(number, OTHER_PORT) == 0
    bill = cargo.world.blank()
    elsewhere = cargo.says(cargo.customs, bill, place=OTHER_PORT)
    with refused("NotAccredited", number, Said.LOADED, OTHER_PORT):
        cargo.record(elsewhere)
    cargo.recorded(cargo.customs, bill)


def test_what_was_accredited_before_is_kept(cargo: Cargo) -> None:
    number = cargo.customs.participant
    cargo.accredited(cargo.customs, LOADED, TERMINAL_AT)
    event = cargo.accredited(cargo.customs, DEPARTED, TERMINAL_AT).event("Accredited")
    assert event.accredited == LOADED | DEPARTED
    assert cargo.accredited(cargo.customs, DEPARTED, OTHER_PORT).event("Accredited").accredited == DEPARTED
    event = cargo.accredited(cargo.customs, WEIGHED).event("Accredited")
    released = kinds(Said.EXPORT_RELEASED, Said.IMPORT_RELEASED)
    assert event.accredited == LOADED | DEPARTED | WEIGHED | released
    assert cargo.log.accreditation(number) == (event.accredited, cargo.customs.lei)


def test_each_act_of_administration_is_counted(cargo: Cargo, world: World) -> None:
    first = cargo.accredited(cargo.terminal, LOADED, OTHER_PORT).event("Accredited").count
    assert cargo.discredited(cargo.terminal, LOADED, OTHER_PORT).event("Discredited").count == first + 1
    world.ledger.setProfile(world.enroller, cargo.terminal.participant, world.bank.lei, cargo.terminal.roles)
    regrouped = cargo.log.regroup(world.stranger, cargo.terminal.participant).event("Regrouped")
    assert regrouped.count == first + 2
    assert cargo.accredited(cargo.insurer, WEIGHED).event("Accredited").count == first + 3


@pytest.mark.parametrize("said", [0, 1, 1 << 18, EVERY_KIND + 1, EVERY_KIND | 1 << 18, 2**256 - 1])
def test_nobody_is_accredited_or_discredited_for_nothing_and_for_what_there_is_not(cargo: Cargo, said: int) -> None:
    with refused("NoKinds"):
        cargo.accredited(cargo.terminal, said, TERMINAL_AT)
    with refused("NoKinds"):
        cargo.discredited(cargo.terminal, said)


@pytest.mark.parametrize(
    ("said", "where"),
    [(LOADED, NOWHERE), (WEIGHED, TERMINAL_AT), (LOADED | WEIGHED, TERMINAL_AT), (LOADED | WEIGHED, NOWHERE)],
)
def test_a_place_is_named_for_what_happens_there_and_for_nothing_else(cargo: Cargo, said: int, where: bytes) -> None:
    with refused("PlaceUnfit", said, where):
        cargo.accredited(cargo.terminal, said, where)


@pytest.mark.parametrize("said", [WEIGHED, LOADED | WEIGHED])
def test_what_needs_no_place_is_taken_away_without_one(cargo: Cargo, said: int) -> None:
    with refused("PlaceUnfit", said, TERMINAL_AT):
        cargo.discredited(cargo.terminal, said, TERMINAL_AT)


def test_every_kind_can_be_accredited_by_place_or_without(cargo: Cargo) -> None:
    number = cargo.insurer.participant
    cargo.accredited(cargo.insurer, PLACED, COUNTRY)
    cargo.accredited(cargo.insurer, PAPERS)
    assert cargo.log.accreditation(number)[0] == EVERY_KIND
    assert cargo.log.accreditedAt(number, COUNTRY) == PLACED


@pytest.mark.parametrize("number", [0, 10_000, 2**256 - 1])
def test_nobody_that_is_not_enrolled_is_accredited(cargo: Cargo, number: int) -> None:
    with refused("NoSuchProducer", number):
        cargo.log.accredit(cargo.world.enroller, number, NOWHERE, WEIGHED)
    with refused("NoSuchProducer", number):
        cargo.log.regroup(cargo.world.stranger, number)


@pytest.mark.parametrize("who", ["suspender", "admin", "producer", "stranger"])
def test_n22_the_enroller_alone_accredits(cargo: Cargo, world: World, who: str) -> None:
    party = getattr(world, who)
    with refused("AccessManagedUnauthorized", party):
        cargo.log.accredit(party, cargo.terminal.participant, NOWHERE, WEIGHED)


@pytest.mark.parametrize("who", ["enroller", "admin", "producer", "stranger"])
def test_n22_the_suspender_alone_discredits(cargo: Cargo, world: World, who: str) -> None:
    party = getattr(world, who)
    with refused("AccessManagedUnauthorized", party):
        cargo.log.discredit(party, cargo.terminal.participant, NOWHERE, WEIGHED)


def test_n23_nobody_changes_who_administers(cargo: Cargo, world: World) -> None:
    for party in (world.admin, world.stranger):
        with refused("AuthorityIsFixed"):
            cargo.log.ask("setAuthority", party, sender=party)
    assert cargo.log.authority() == world.ledger.authority_contract.address
    assert cargo.log.LEDGER() == world.ledger.address


# --------------------------------------------------------------------------------------------------------- discrediting


def test_discredited_at_a_place_it_says_nothing_new_from_there_and_what_it_said_stands(cargo: Cargo) -> None:
    bill, number = cargo.world.blank(), cargo.terminal.participant
    cargo.recorded(cargo.terminal, bill)
    before = cargo.log.accreditation(number)
    event = cargo.discredited(cargo.terminal, LOADED, TERMINAL_AT).event("Discredited")
    assert (event.place, event.kinds) == (TERMINAL_AT, LOADED)
    assert (
        event.accredited
        == cargo.log.accreditedAt(number, TERMINAL_AT)
        == PLACED & ~LOADED & ~kinds(Said.EXPORT_RELEASED, Said.IMPORT_RELEASED)
    )
    assert cargo.log.accreditation(number) == before
    assert cargo.stands(bill, cargo.terminal)
    new = cargo.says(cargo.terminal, bill, unit=2)
    with refused("NotAccredited", number, Said.LOADED, TERMINAL_AT):
        cargo.record(new)
    cargo.recorded(cargo.terminal, bill, Said.DEPARTED)


def test_discredited_everywhere_it_says_nothing_new_of_the_kind_and_all_places_are_gone(cargo: Cargo) -> None:
    bill, number = cargo.world.blank(), cargo.terminal.participant
    event = cargo.discredited(cargo.terminal, LOADED).event("Discredited")
    assert event.accredited & LOADED == 0
    assert event.accredited & DEPARTED
    for kind in (Said.LOADED, Said.DEPARTED):
        said = cargo.says(cargo.terminal, bill, kind)
        with refused("NotAccredited", number, kind, TERMINAL_AT):
            cargo.record(said)
    assert cargo.log.accreditedAt(number, TERMINAL_AT) == 0
    # What needs no place is as it was.
    cargo.recorded(cargo.terminal, bill, Said.WEIGHED)


def test_discredited_for_what_needs_no_place_it_keeps_its_places(cargo: Cargo) -> None:
    number = cargo.terminal.participant
    at = cargo.log.accreditedAt(number, TERMINAL_AT)
    event = cargo.discredited(cargo.terminal, WEIGHED).event("Discredited")
    assert (event.place, event.accredited) == (NOWHERE, cargo.log.accreditation(number)[0])
    assert cargo.log.accreditedAt(number, TERMINAL_AT) == at
    weighed = cargo.says(cargo.terminal, cargo.world.blank(), Said.WEIGHED)
    with refused("NotAccredited", number, Said.WEIGHED, NOWHERE):
        cargo.record(weighed)


def test_after_a_discredit_everywhere_each_place_is_accredited_anew(cargo: Cargo) -> None:
    number, bill = cargo.terminal.participant, cargo.world.blank()
    cargo.accredited(cargo.terminal, LOADED, OTHER_PORT)
    cargo.discredited(cargo.terminal, LOADED)
    cargo.accredited(cargo.terminal, LOADED, OTHER_PORT)
    assert cargo.log.accreditedAt(number, OTHER_PORT) == LOADED
    at_the_old = cargo.says(cargo.terminal, bill)
    with refused("NotAccredited", number, Said.LOADED, TERMINAL_AT):
        cargo.record(at_the_old)
    cargo.recorded(cargo.terminal, bill, place=OTHER_PORT)
    # Twice more: an old round never comes back.
    for _ in range(2):
        cargo.discredited(cargo.terminal, DEPARTED)
        assert cargo.log.accreditedAt(number, OTHER_PORT) == cargo.log.accreditedAt(number, TERMINAL_AT) == 0


def test_discrediting_twice_and_whoever_was_never_accredited_changes_nothing(cargo: Cargo) -> None:
    for _ in range(2):
        event = cargo.discredited(cargo.terminal, WEIGHED).event("Discredited")
    assert event.accredited & WEIGHED == 0
    assert cargo.discredited(cargo.world.bank, LOADED, TERMINAL_AT).event("Discredited").accredited == 0
    assert cargo.log.accreditation(cargo.world.bank.participant) == (0, 0)
    assert cargo.log.discredit(cargo.world.suspender, 10_000, NOWHERE, EVERY_KIND).event("Discredited").accredited == 0


# --------------------------------------------------------------------------------------------------------------- groups


def test_t19_a_group_is_copied_when_it_is_accredited_and_once_more_by_anybody(cargo: Cargo, world: World) -> None:
    number = cargo.terminal.participant
    with refused("GroupStands", number, cargo.terminal.lei):
        cargo.log.regroup(world.stranger, number)
    world.ledger.setProfile(world.enroller, number, world.carrier.lei, cargo.terminal.roles)
    kinds_before, group = cargo.log.accreditation(number)
    assert group == cargo.terminal.lei
    event = cargo.log.regroup(world.stranger, number).event("Regrouped")
    assert (event.producer, event.group) == (number, world.carrier.lei)
    assert cargo.log.accreditation(number) == (kinds_before, world.carrier.lei)
    world.ledger.setProfile(world.enroller, number, world.bank.lei, cargo.terminal.roles)
    assert cargo.accredited(cargo.terminal, WEIGHED).event("Accredited").group == world.bank.lei
    assert cargo.log.accreditedAt(number, TERMINAL_AT) & LOADED


def test_whoever_was_never_accredited_has_a_group_and_nothing_to_say(cargo: Cargo, world: World) -> None:
    cargo.log.regroup(world.stranger, world.bank.participant)
    assert cargo.log.accreditation(world.bank.participant) == (0, world.bank.lei)
