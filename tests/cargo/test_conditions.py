"""Conditions: clauses over facts, and why they do not hold (N3, T19)."""

from __future__ import annotations

from typing import Any

import pytest
from support.cargo import (
    ALL_UNITS,
    DOLLARS,
    KILOGRAMS,
    NO_MEASURE,
    SHIP,
    TERMINAL_AT,
    Cargo,
    Clause,
    Lack,
    Said,
    condition_of,
    kinds,
)
from support.contract import refused
from support.money import another, deployed
from support.trade import DAY, HOUR, MOVE, NOBODY, PRODUCE, TERMS, ZERO
from support.world import World

NOTHING, NOT_ACCREDITED, NOT_RECORDED = Lack.NOTHING, Lack.NOT_ACCREDITED, Lack.NOT_RECORDED
LADEN = Clause(Said.LOADED, units=ALL_UNITS)
ONE_BOX = Clause(Said.LOADED, units=1)
INSURED = Clause(Said.INSURED)


@pytest.fixture
def bill(world: World) -> int:
    return world.blank()


# --------------------------------------------------------------------------------------------------------------- laying


def test_a_condition_is_laid_once_by_anybody_and_named_by_its_clauses(cargo: Cargo, world: World) -> None:
    clauses = (Clause(Said.LOADED, 2, 48, ALL_UNITS), Clause(Said.INSURED, 1, 0, 0, 150_000, DOLLARS))
    condition = condition_of(clauses)
    assert cargo.log.clausesOf(condition) == ()
    event = cargo.log.lay(world.stranger, clauses).event("ConditionLaid")
    assert (event.condition, event.clauses, event.by) == (condition, tuple(map(tuple, clauses)), world.stranger.address)
    assert cargo.log.clausesOf(condition) == tuple(map(tuple, clauses))
    for party in (world.stranger, world.bank):
        with refused("ConditionStands", condition):
            cargo.log.lay(party, clauses)
    cargo.log.lay(world.stranger, clauses[::-1])


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 16, 17])
def test_every_clause_of_a_condition_is_asked(cargo: Cargo, bill: int, count: int) -> None:
    clauses = [Clause(Said.LOADED, units=0, quiet_hours=at, least=at, measure=KILOGRAMS) for at in range(count)]
    condition = cargo.laid(*clauses)
    assert [Clause(*each) for each in cargo.log.clausesOf(condition)] == clauses
    cargo.recorded(cargo.terminal, bill, unit=0, amount=count - 2 if count > 1 else 0, measure=KILOGRAMS)
    cargo.world.ledger.later(days=2)
    told = cargo.why(condition, bill)
    assert [each[0] for each in told] == [True] * max(count - 1, 1) + [False] * (count > 1)
    assert cargo.holds(condition, bill) == (count == 1)


def test_the_last_clause_alone_decides_when_all_before_it_hold(cargo: Cargo, bill: int) -> None:
    for count in range(1, 6):
        condition = cargo.laid(*[Clause(Said.LOADED)] * count, INSURED)
        cargo.log.withdraw(cargo.insurer, bill, Said.INSURED, 0)
        if not cargo.stands(bill, cargo.terminal, unit=0):
            cargo.recorded(cargo.terminal, bill, unit=0)
        assert not cargo.holds(condition, bill)
        cargo.attested(cargo.insurer, bill)
        assert cargo.holds(condition, bill)


def test_every_field_of_a_clause_is_kept_at_its_largest(cargo: Cargo) -> None:
    largest = Clause(Said.LOST, 255, 2**16 - 1, 2**16 - 1, 2**48 - 1, b"\xff" * 3)
    for clauses in ((largest,), (largest, largest), (largest, LADEN, largest)):
        assert [Clause(*each) for each in cargo.log.clausesOf(cargo.laid(*clauses))] == list(clauses)


def test_no_clauses_and_clauses_that_say_nothing_are_refused(cargo: Cargo, world: World) -> None:
    with refused("NoClauses"):
        cargo.log.lay(world.stranger, [])
    for at, wrong in ((0, Clause(Said.NONE)), (1, Clause(Said.LOADED, 0)), (2, Clause(Said.LOADED, least=1))):
        clauses = [LADEN] * 3
        clauses[at] = wrong
        with refused("ClauseUnfit", at):
            cargo.log.lay(world.stranger, clauses)
        assert cargo.log.clausesOf(condition_of(clauses)) == ()


def test_a_condition_that_nobody_laid_never_holds(cargo: Cargo, bill: int) -> None:
    cargo.recorded(cargo.terminal, bill)
    unknown = condition_of([LADEN])
    for condition in (unknown, ZERO):
        assert not cargo.log.holds(condition, bill, 1, cargo.everybody(), [])
        with refused("NoSuchCondition", condition):
            cargo.log.whyNot(condition, bill, 1, cargo.everybody(), [])


# ---------------------------------------------------------------------------------------------------------------- units


def test_n3_one_box_does_not_make_a_bill_of_three_laden(cargo: Cargo, bill: int) -> None:
    condition = cargo.laid(LADEN)
    for unit in (1, 3):
        cargo.recorded(cargo.terminal, bill, unit=unit)
    assert not cargo.holds(condition, bill, units=3)
    nobody_else = [NOT_RECORDED, NOT_RECORDED, NOT_ACCREDITED, NOT_ACCREDITED]
    assert cargo.why(condition, bill, units=3) == [(False, 2, 2, 0, nobody_else)]
    assert cargo.holds(condition, bill, units=1)
    cargo.recorded(cargo.terminal, bill, unit=2)
    assert cargo.holds(condition, bill, units=3)
    assert cargo.why(condition, bill, units=3) == [(True, 3, 0, 0, [])]
    assert not cargo.holds(condition, bill, units=4)


def test_a_fact_of_the_bill_as_a_whole_is_none_of_its_boxes(cargo: Cargo, bill: int) -> None:
    cargo.recorded(cargo.terminal, bill, unit=0)
    whole, boxes = cargo.laid(Clause(Said.LOADED)), cargo.laid(LADEN)
    assert cargo.holds(whole, bill)
    assert not cargo.holds(boxes, bill)
    other = cargo.world.blank()
    cargo.recorded(cargo.terminal, other)
    assert cargo.holds(boxes, other)
    assert not cargo.holds(whole, other)


def test_a_bill_without_equipment_meets_no_clause_about_it(cargo: Cargo, bill: int) -> None:
    cargo.recorded(cargo.terminal, bill)
    for clause in (LADEN, ONE_BOX):
        condition = cargo.laid(clause)
        assert not cargo.holds(condition, bill, units=0)
        assert cargo.why(condition, bill, units=0) == [(False, 0, 0, 0, [])]
    cargo.recorded(cargo.terminal, bill, unit=0)
    assert cargo.holds(cargo.laid(Clause(Said.LOADED)), bill, units=0)


@pytest.mark.parametrize(("wanted", "reported"), [(1, 1), (2, 1), (2, 2), (3, 2), (4, 4), (5, 4), (ALL_UNITS - 1, 4)])
def test_a_clause_asks_for_at_least_so_many_units(cargo: Cargo, bill: int, wanted: int, reported: int) -> None:
    condition = cargo.laid(Clause(Said.LOADED, units=wanted))
    for unit in (4, 2, 3, 1)[:reported]:
        cargo.recorded(cargo.terminal, bill, unit=unit)
    assert cargo.holds(condition, bill, units=4) == (reported >= wanted)
    # A unit that the bill does not have does not count.
    cargo.recorded(cargo.terminal, bill, unit=5)
    assert cargo.holds(condition, bill, units=4) == (reported >= wanted)


# ---------------------------------------------------------------------------------------------------------------- times


@pytest.mark.parametrize("hours", [0, 1, 48])
def test_n3_a_fact_counts_when_it_has_stood_for_the_quiet_hours_to_the_second(
    cargo: Cargo, bill: int, hours: int
) -> None:
    """By block time of the record, not by when the producer says it happened."""
    condition = cargo.laid(Clause(Said.LOADED, quiet_hours=hours))
    said = cargo.says(cargo.terminal, bill, unit=0, happened_at=0)
    cargo.world.ledger.later(days=30)
    recorded = cargo.record(said).timestamp
    for at, holds in ((hours * HOUR - 1, False), (hours * HOUR, True)):
        if at < 0:
            continue
        cargo.world.onchain.at(recorded + at)
        assert cargo.holds(condition, bill) == holds
        lack = NOTHING if holds else Lack.TOO_YOUNG
        told = cargo.why(condition, bill, producers=[cargo.terminal])
        assert told == [(holds, 1, 0, 0, []) if holds else (False, 0, 0, 0, [lack])]


def test_the_longest_quiet_time_does_not_run_over(cargo: Cargo, bill: int) -> None:
    condition = cargo.laid(Clause(Said.LOADED, quiet_hours=2**16 - 1))
    cargo.recorded(cargo.terminal, bill, unit=0)
    assert not cargo.holds(condition, bill)
    recorded = cargo.fact(bill, cargo.terminal, unit=0).recordedAt
    cargo.world.onchain.at(recorded + (2**16 - 1) * HOUR)
    assert cargo.holds(condition, bill)


def test_n3_a_correction_begins_the_quiet_hours_anew(cargo: Cargo, bill: int) -> None:
    condition = cargo.laid(Clause(Said.LOADED, quiet_hours=24))
    first = cargo.recorded(cargo.terminal, bill, unit=0)
    cargo.world.ledger.later(hours=24)
    assert cargo.holds(condition, bill)
    cargo.record(cargo.corrects(cargo.terminal, first))
    assert not cargo.holds(condition, bill)
    cargo.world.ledger.later(hours=24)
    assert cargo.holds(condition, bill)


def test_a_policy_counts_until_its_last_second(cargo: Cargo, bill: int) -> None:
    condition = cargo.laid(INSURED)
    said = cargo.attested(cargo.insurer, bill, valid_until=cargo.now + 10 * DAY)
    cargo.world.onchain.at(said.valid_until)
    assert cargo.holds(condition, bill)
    cargo.world.onchain.at(said.valid_until + 1)
    assert not cargo.holds(condition, bill)
    assert cargo.why(condition, bill, producers=[cargo.insurer]) == [(False, 0, 0, 0, [Lack.NO_LONGER_VALID])]
    endless = cargo.world.blank()
    cargo.attested(cargo.insurer, endless, valid_until=0)
    cargo.world.ledger.later(days=3_650)
    assert cargo.holds(condition, endless)


# -------------------------------------------------------------------------------------------------------------- amounts


@pytest.mark.parametrize(
    ("least", "measure", "holds"),
    [
        (150_000, DOLLARS, True),
        (149_999, DOLLARS, True),
        (150_001, DOLLARS, False),
        (2**48 - 1, DOLLARS, False),
        (1, b"HKD", False),
        (0, b"HKD", False),
        (0, DOLLARS, True),
        (0, NO_MEASURE, True),
    ],
)
def test_a_clause_asks_for_an_amount_in_its_measure(
    cargo: Cargo, bill: int, least: int, measure: bytes, holds: bool
) -> None:
    condition = cargo.laid(INSURED._replace(least=least, measure=measure))
    cargo.attested(cargo.insurer, bill)
    assert cargo.holds(condition, bill) == holds
    lacks = [] if holds else [Lack.TOO_LITTLE]
    assert cargo.why(condition, bill, producers=[cargo.insurer]) == [(holds, int(holds), 0, 0, lacks)]


def test_a_fact_without_a_measure_meets_no_clause_that_asks_for_one(cargo: Cargo, bill: int) -> None:
    cargo.attested(cargo.insurer, bill, amount=2**48 - 1, measure=NO_MEASURE)
    assert not cargo.holds(cargo.laid(INSURED._replace(measure=DOLLARS)), bill)
    assert cargo.holds(cargo.laid(INSURED), bill)


@pytest.mark.parametrize(("asked", "holds"), [(9_321_483, True), (9_321_482, False), (9_321_484, False), (0, True)])
def test_a_ship_is_the_one_that_a_clause_names_and_no_other_with_a_higher_number(
    cargo: Cargo, bill: int, asked: int, holds: bool
) -> None:
    cargo.accredited(cargo.surveyor, kinds(Said.VESSEL_IDENTIFIED))
    condition = cargo.laid(Clause(Said.VESSEL_IDENTIFIED, least=asked, measure=SHIP))
    cargo.attested(cargo.surveyor, bill, Said.VESSEL_IDENTIFIED, amount=9_321_483, measure=SHIP)
    assert cargo.holds(condition, bill) == holds


# ------------------------------------------------------------------------------------------------------------ producers


@pytest.fixture
def two(cargo: Cargo, bill: int) -> bytes:
    """Laden on the word of two, both of which said it."""
    for party in (cargo.terminal, cargo.surveyor):
        cargo.recorded(party, bill)
    condition = cargo.laid(LADEN._replace(producers=2))
    assert cargo.holds(condition, bill)
    return condition


def test_t19_two_producers_are_two_groups(cargo: Cargo, bill: int, two: bytes, world: World) -> None:
    world.ledger.setProfile(world.enroller, cargo.surveyor.participant, cargo.terminal.lei, cargo.surveyor.roles)
    # Its group was copied when it was accredited; whoever wants it asked anew says so.
    assert cargo.holds(two, bill)
    cargo.log.regroup(world.stranger, cargo.surveyor.participant)
    assert not cargo.holds(two, bill)
    both = [cargo.terminal, cargo.surveyor]
    assert cargo.why(two, bill, producers=both) == [(False, 0, 1, 1, [NOTHING, Lack.SAME_GROUP])]
    assert cargo.why(two, bill, producers=both[::-1]) == [(False, 0, 1, 1, [NOTHING, Lack.SAME_GROUP])]


def test_t19_a_producer_counts_once_however_often_and_by_whatever_account_it_is_named(
    cargo: Cargo, bill: int, two: bytes, world: World
) -> None:
    second = world.add_account(cargo.terminal, world.extra["spare"][40])
    named = [cargo.terminal, second, cargo.terminal]
    assert not cargo.holds(two, bill, producers=named)
    told = [(False, 0, 1, 1, [NOTHING, Lack.SAME_GROUP, Lack.SAME_GROUP])]
    assert cargo.why(two, bill, producers=named) == told
    assert cargo.holds(two, bill, producers=[second, cargo.surveyor])


@pytest.mark.parametrize("count", [1, 2, 3, 255])
def test_a_clause_asks_for_so_many_groups(cargo: Cargo, bill: int, count: int) -> None:
    cargo.accredited(cargo.insurer, kinds(Said.LOADED), TERMINAL_AT)
    for party in (cargo.terminal, cargo.surveyor, cargo.insurer):
        cargo.recorded(party, bill)
    assert cargo.holds(cargo.laid(LADEN._replace(producers=count)), bill) == (count <= 3)


def test_n3_leaving_a_producer_out_only_makes_it_false(cargo: Cargo, bill: int, two: bytes) -> None:
    named = [cargo.terminal, cargo.surveyor]
    for some in ([], named[:1], named[1:]):
        assert not cargo.holds(two, bill, producers=some)
    assert cargo.why(two, bill, producers=[]) == [(False, 0, 1, 0, [])]
    for all_of_them in (named, named[::-1], [*cargo.everybody(), *named]):
        assert cargo.holds(two, bill, producers=all_of_them)


def test_n3_a_suspended_producer_does_not_count_until_it_may_act_again(
    cargo: Cargo, bill: int, two: bytes, world: World
) -> None:
    world.suspend(cargo.surveyor)
    assert not cargo.holds(two, bill)
    lacks = [NOTHING, Lack.MAY_NOT_ACT, NOT_ACCREDITED, NOT_ACCREDITED]
    assert cargo.why(two, bill) == [(False, 0, 1, 1, lacks)]
    world.ledger.liftSuspension(world.lifter, cargo.surveyor.participant)
    assert cargo.holds(two, bill)


def test_t19_the_parties_own_groups_are_left_out(cargo: Cargo, bill: int, two: bytes) -> None:
    for group in (cargo.terminal.lei, cargo.surveyor.lei):
        assert not cargo.holds(two, bill, left_out=[group])
        assert not cargo.holds(two, bill, left_out=[1, group, 2**256 - 1])
    assert cargo.holds(two, bill, left_out=[cargo.customs.lei, 0, 1, 2**256 - 1])
    lacks = [Lack.GROUP_LEFT_OUT, NOTHING, NOT_ACCREDITED, NOT_ACCREDITED]
    assert cargo.why(two, bill, left_out=[cargo.terminal.lei]) == [(False, 0, 1, 1, lacks)]


def test_discredited_everywhere_nothing_of_a_producer_counts(cargo: Cargo, bill: int, two: bytes) -> None:
    cargo.discredited(cargo.terminal, kinds(Said.DEPARTED))
    assert cargo.holds(two, bill)
    cargo.discredited(cargo.terminal, kinds(Said.LOADED), TERMINAL_AT)
    assert cargo.holds(two, bill)
    cargo.discredited(cargo.terminal, kinds(Said.LOADED))
    assert not cargo.holds(two, bill)
    assert cargo.why(two, bill)[0][4][0] is NOT_ACCREDITED
    # Accredited again, wherever, what it said before counts again; a doubtful word is struck or withdrawn.
    cargo.accredited(cargo.terminal, kinds(Said.LOADED), b"NLRTM".ljust(32, b"\0"))
    assert cargo.holds(two, bill)


def test_a_room_a_stranger_and_nobody_at_all_are_no_producers(cargo: Cargo, bill: int, two: bytes) -> None:
    world = cargo.world
    room = deployed(world, "HonestRoom", ("address", world.ledger.address), tests=True)
    world.ledger.listRoom(world.lister, room, [b"CN"])
    others = [room, world.stranger, NOBODY, cargo.log, world.shipper]
    assert not cargo.holds(two, bill, producers=[*others, cargo.terminal])
    lacks = [NOT_ACCREDITED, Lack.MAY_NOT_ACT, Lack.MAY_NOT_ACT, Lack.MAY_NOT_ACT, NOT_ACCREDITED, NOTHING]
    assert cargo.why(two, bill, producers=[*others, cargo.terminal]) == [(False, 0, 1, 1, lacks)]
    assert cargo.holds(two, bill, producers=[*others, cargo.terminal, cargo.surveyor])


def test_any_account_of_a_producer_that_acts_stands_for_it(cargo: Cargo, bill: int, world: World) -> None:
    party = another(world, 30, "SAMPANTEST0LINES00", "CN", PRODUCE | MOVE | TERMS)
    moving = world.add_account(party, world.extra["spare"][31], MOVE)
    cargo.accredited(party, kinds(Said.LOADED), TERMINAL_AT)
    cargo.recorded(party, bill)
    condition = cargo.laid(LADEN)
    assert cargo.holds(condition, bill, producers=[moving])
    world.ledger.removeAccount(party, moving, party)
    assert not cargo.holds(condition, bill, producers=[moving])
    assert cargo.holds(condition, bill, producers=[party])


# -------------------------------------------------------------------------------------------------------- what it lacks


def test_n3_what_was_struck_or_withdrawn_satisfies_nothing(cargo: Cargo, bill: int) -> None:
    condition = cargo.laid(LADEN._replace(producers=2))
    said, _ = (cargo.recorded(party, bill) for party in (cargo.terminal, cargo.surveyor))
    assert cargo.holds(condition, bill)
    cargo.strike(cargo.corrects(cargo.terminal, said, kind=Said.NONE), said)
    assert not cargo.holds(condition, bill)
    others = [NOT_ACCREDITED, NOT_ACCREDITED]
    assert cargo.why(condition, bill) == [(False, 0, 1, 1, [Lack.STRUCK, NOTHING, *others])]
    cargo.log.withdraw(cargo.surveyor, bill, Said.LOADED, 1)
    assert cargo.why(condition, bill) == [(False, 0, 1, 0, [Lack.STRUCK, Lack.STRUCK, *others])]
    for party in (cargo.terminal, cargo.surveyor):
        cargo.recorded(party, bill)
    assert cargo.holds(condition, bill)


def test_a_clause_is_told_by_its_first_unit_that_fails(cargo: Cargo, bill: int) -> None:
    condition = cargo.laid(LADEN._replace(producers=2, quiet_hours=1), INSURED)
    for party, units in ((cargo.terminal, (1, 2, 3)), (cargo.surveyor, (1, 3))):
        for unit in units:
            cargo.recorded(party, bill, unit=unit)
    cargo.world.ledger.later(hours=1)
    insurer = [NOT_ACCREDITED] * 3 + [NOT_RECORDED]
    laden = (False, 2, 2, 1, [NOTHING, NOT_RECORDED, NOT_ACCREDITED, NOT_ACCREDITED])
    assert cargo.why(condition, bill, units=3) == [laden, (False, 0, 0, 0, insurer)]
    # The facts of each are told in the order in which the producers are named.
    named = [cargo.insurer, cargo.surveyor, cargo.terminal]
    told = cargo.why(condition, bill, units=3, producers=named)
    assert told[0][4] == [NOT_ACCREDITED, NOT_RECORDED, NOTHING]


def test_the_first_thing_that_is_wrong_is_told(cargo: Cargo, bill: int, world: World) -> None:
    """Everything is wrong; one after the other is mended."""
    condition = cargo.laid(INSURED._replace(quiet_hours=1, least=1, measure=DOLLARS))
    party = cargo.insurer

    def lack(**asked: Any) -> Lack:
        ((_, _, _, _, (found,)),) = cargo.why(condition, bill, producers=[party], **asked)
        return found

    own = [party.lei]
    cargo.log.withdraw(party, bill, Said.INSURED, 0)
    cargo.discredited(party, kinds(Said.INSURED))
    world.suspend(party)
    assert lack(left_out=own) is Lack.MAY_NOT_ACT
    world.ledger.liftSuspension(world.lifter, party.participant)
    assert lack(left_out=own) is Lack.GROUP_LEFT_OUT
    assert lack() is NOT_ACCREDITED
    cargo.accredited(party, kinds(Said.INSURED))
    assert lack() is Lack.STRUCK
    cargo.attested(party, bill, amount=0, valid_until=cargo.now - 1)
    assert lack() is Lack.TOO_YOUNG
    world.ledger.later(hours=1)
    assert lack() is Lack.NO_LONGER_VALID
    cargo.log.withdraw(party, bill, Said.INSURED, 0)
    cargo.attested(party, bill, amount=0)
    world.ledger.later(hours=1)
    assert lack() is Lack.TOO_LITTLE
    assert lack(left_out=own) is Lack.GROUP_LEFT_OUT
