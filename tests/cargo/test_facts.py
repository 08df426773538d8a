"""What producers anchored becomes facts of bills, and is replaced, struck and withdrawn (N3, N26)."""

from __future__ import annotations

from typing import Any

import pytest
from support.cargo import KILOGRAMS, NO_MEASURE, Cargo, Said, kinds
from support.contract import refused
from support.trade import DAY, PRODUCE, ZERO
from support.world import World

MOST = 2**48 - 1
LATEST = 2**40 - 1


@pytest.fixture
def bill(world: World) -> int:
    return world.blank()


# ------------------------------------------------------------------------------------------------------------ recording


def test_n3_an_event_that_is_proven_is_recorded_by_anybody(cargo: Cargo, bill: int) -> None:
    until = cargo.now + DAY
    said = cargo.says(cargo.terminal, bill, Said.WEIGHED, amount=18_540, measure=KILOGRAMS, valid_until=until, unit=3)
    cargo.world.ledger.later(hours=5)
    done = cargo.record(said, by=cargo.world.stranger)
    fact = cargo.fact(bill, cargo.terminal, Said.WEIGHED, unit=3)
    assert vars(fact) == {
        "recordedAt": done.timestamp,
        "validUntil": until,
        "amount": 18_540,
        "measure": KILOGRAMS,
        "struck": False,
        "saidAt": said.proof.header.anchored_at,
        "key": int.from_bytes(said.event.key, "big") >> 193,
    }
    event = done.event("FactRecorded")
    assert event.args == {
        "bill": bill,
        "kind": Said.WEIGHED,
        "producer": cargo.terminal.participant,
        "unit": 3,
        "key": said.event.key,
        "corrects": ZERO,
        "happenedAt": said.event.happened_at,
        "validUntil": until,
        "amount": 18_540,
        "measure": KILOGRAMS,
        "place": said.event.place,
        "sequence": 1,
        "by": cargo.world.stranger.address,
    }


def test_n26_a_producer_has_one_fact_of_each_bill_kind_and_unit(cargo: Cargo, bill: int, world: World) -> None:
    cargo.recorded(cargo.terminal, bill)
    cargo.recorded(cargo.terminal, bill, unit=2)
    cargo.recorded(cargo.terminal, bill, unit=0)
    cargo.recorded(cargo.terminal, bill, Said.DEPARTED)
    cargo.recorded(cargo.terminal, world.blank())
    cargo.recorded(cargo.surveyor, bill)
    again = cargo.says(cargo.terminal, bill)
    with refused("FactStands", bill, Said.LOADED, 1, cargo.terminal.participant):
        cargo.record(again)


def test_the_same_event_is_recorded_once(cargo: Cargo, bill: int) -> None:
    said = cargo.recorded(cargo.terminal, bill)
    for _ in range(2):
        with refused("FactStands", bill, Said.LOADED, 1, cargo.terminal.participant):
            cargo.record(said)


@pytest.mark.parametrize("kind", [kind for kind in Said if kind])
def test_every_kind_becomes_a_fact_and_none_does_not(cargo: Cargo, bill: int, kind: Said) -> None:
    cargo.accredited(cargo.terminal, kinds(kind), cargo.event(bill, kind).event.place)
    cargo.recorded(cargo.terminal, bill, kind)
    assert cargo.stands(bill, cargo.terminal, kind)


def test_what_says_nothing_that_a_contract_acts_on_is_no_fact(cargo: Cargo, bill: int) -> None:
    plan = cargo.says(cargo.terminal, bill, Said.NONE)
    with refused("NoFact", Said.NONE):
        cargo.record(plan)
    with refused("NoFact", Said.NONE):
        cargo.log.withdraw(cargo.terminal, bill, Said.NONE, 0)


def test_what_is_to_come_is_no_fact_before_its_second(cargo: Cargo, bill: int) -> None:
    at = cargo.now + 1_000
    said = cargo.says(cargo.terminal, bill, happened_at=at)
    cargo.world.onchain.at(at - 1)
    with refused("NotYetHappened", at):
        cargo.record(said)
    cargo.world.onchain.at(at)
    cargo.record(said)


def test_an_event_speaks_of_its_bill_alone_and_only_who_has_the_salt_shows_it(
    cargo: Cargo, bill: int, world: World
) -> None:
    said, other = cargo.says(cargo.terminal, bill), world.blank()
    for shown in (other, 0, 2**256 - 1):
        with refused("NotAboutThisBill", shown):
            cargo.log.record(world.relayer, shown, said.salt, said.event, said.proof)
    with refused("NotAboutThisBill", bill):
        cargo.log.record(world.relayer, bill, ZERO, said.event, said.proof)
    of_none = cargo.says(cargo.terminal, bill, about=ZERO)
    with refused("NotAboutThisBill", bill):
        cargo.record(of_none)


def test_what_nobody_anchored_is_not_proven(cargo: Cargo, bill: int, world: World) -> None:
    said = cargo.says(cargo.terminal, bill)
    number = cargo.terminal.participant
    for producer, sequence in ((number, 0), (number, 2), (number, 2**256 - 1), (0, 1), (cargo.surveyor.participant, 1)):
        elsewhere = said.proof._replace(producer=producer, sequence=sequence)
        with refused("NotAnchored", producer, sequence):
            cargo.log.record(world.relayer, bill, said.salt, said.event, elsewhere)
    empty = cargo.event(bill)
    with refused("NotInBatch", empty.event.key):
        cargo.log.record(world.relayer, bill, empty.salt, empty.event, said.proof)


def test_the_largest_numbers_that_there_are_are_kept(cargo: Cargo) -> None:
    bill = 2**256 - 1
    said = cargo.recorded(
        cargo.terminal,
        bill,
        Said.WEIGHED,
        key=b"\xff" * 32,
        amount=MOST,
        measure=b"\xff" * 3,
        valid_until=LATEST,
        unit=2**16 - 1,
    )
    fact = cargo.fact(bill, cargo.terminal, Said.WEIGHED, 2**16 - 1)
    assert (fact.amount, fact.measure, fact.validUntil, fact.key) == (MOST, b"\xff" * 3, LATEST, 2**63 - 1)
    assert not fact.struck
    assert (fact.recordedAt, fact.saidAt) == (cargo.now - 1, said.proof.header.anchored_at)


def test_an_event_of_the_beginning_of_time_and_no_bill_is_a_fact_too(cargo: Cargo) -> None:
    cargo.recorded(cargo.terminal, 0, happened_at=0, key=b"\0" * 31 + b"\1")
    assert cargo.fact(0, cargo.terminal).key == 0
    assert cargo.stands(0, cargo.terminal)


def test_facts_of_a_bill_are_recorded_in_one_transaction_or_none_is(cargo: Cargo, bill: int, world: World) -> None:
    said = cargo.anchored(cargo.terminal, *(cargo.event(bill, unit=unit) for unit in (1, 2, 3)))
    calls = [cargo.log.data("record", *each.shown) for each in said]
    with refused("FactStands", bill, Said.LOADED, 1, cargo.terminal.participant):
        cargo.log.multicall(world.relayer, [*calls, calls[0]])
    assert not cargo.stands(bill, cargo.terminal)
    assert len(cargo.log.multicall(world.relayer, calls).named("FactRecorded")) == 3


# ------------------------------------------------------------------------------------------------------------ replacing


def test_n26_a_second_word_names_what_it_replaces(cargo: Cargo, bill: int) -> None:
    first = cargo.recorded(cargo.terminal, bill, amount=1, measure=KILOGRAMS)
    second = cargo.corrects(cargo.terminal, first, amount=2, measure=KILOGRAMS)
    done = cargo.record(second)
    assert done.event("FactRecorded").corrects == first.event.key
    fact = cargo.fact(bill, cargo.terminal)
    assert (fact.amount, fact.recordedAt) == (2, done.timestamp)
    # The first does not come back, and what corrects it is late.
    for late in (first, cargo.corrects(cargo.terminal, first)):
        with refused("FactStands", bill, Said.LOADED, 1, cargo.terminal.participant):
            cargo.record(late)


def test_whoever_shows_only_the_newest_word_records_it(cargo: Cargo, bill: int) -> None:
    """What it corrects was never recorded."""
    first = cargo.says(cargo.terminal, bill)
    second = cargo.corrects(cargo.terminal, first, amount=2, measure=KILOGRAMS)
    cargo.record(second)
    with refused("FactStands", bill, Said.LOADED, 1, cargo.terminal.participant):
        cargo.record(first)


def test_a_correction_of_the_same_batch_replaces_what_it_corrects(cargo: Cargo, bill: int) -> None:
    first = cargo.event(bill)
    second = cargo.event(bill, corrects=first.event.key, amount=2, measure=KILOGRAMS)
    said = cargo.anchored(cargo.terminal, first, second)
    cargo.record(said[0])
    cargo.record(said[1])
    assert cargo.fact(bill, cargo.terminal).amount == 2


def test_what_was_anchored_before_replaces_nothing(cargo: Cargo, bill: int) -> None:
    """A correction that was anchored before what it corrects."""
    first = cargo.event(bill)
    early = cargo.says(cargo.terminal, bill, corrects=first.event.key)
    (late,) = cargo.anchored(cargo.terminal, first)
    cargo.record(late)
    with refused("SaidSince", early.proof.header.anchored_at, late.proof.header.anchored_at):
        cargo.record(early)
    with refused("SaidSince", early.proof.header.anchored_at, late.proof.header.anchored_at):
        cargo.strike(early, late)


# ------------------------------------------------------------------------------------------------------------- striking


def test_n3_anybody_strikes_a_fact_by_a_later_event_that_takes_it_back(cargo: Cargo, bill: int) -> None:
    first = cargo.recorded(cargo.terminal, bill, amount=7, measure=KILOGRAMS)
    before = cargo.fact(bill, cargo.terminal)
    retraction = cargo.corrects(cargo.terminal, first, kind=Said.NONE, about=ZERO)
    done = cargo.strike(retraction, first, by=cargo.world.stranger)
    assert done.event("FactStruck").args == {
        "bill": bill,
        "kind": Said.LOADED,
        "producer": cargo.terminal.participant,
        "unit": 1,
        "key": first.event.key,
        "correction": retraction.event.key,
        "sequence": 2,
        "by": cargo.world.stranger.address,
    }
    after = cargo.fact(bill, cargo.terminal)
    anchored = retraction.proof.header.anchored_at
    assert vars(after) == {**vars(before), "struck": True, "saidAt": anchored}


def test_a_struck_fact_does_not_come_back_and_is_not_struck_twice(cargo: Cargo, bill: int) -> None:
    first = cargo.recorded(cargo.terminal, bill)
    retraction = cargo.corrects(cargo.terminal, first, kind=Said.NONE)
    cargo.strike(retraction, first)
    with refused("SaidSince", first.proof.header.anchored_at, retraction.proof.header.anchored_at):
        cargo.record(first)
    with refused("NotACorrection", retraction.event.key):
        cargo.strike(retraction, first)
    cargo.recorded(cargo.terminal, bill)


def test_what_struck_a_fact_may_stand_in_its_place(cargo: Cargo, bill: int) -> None:
    """Who strikes with a correction does not keep it from being recorded."""
    first = cargo.recorded(cargo.terminal, bill)
    second = cargo.corrects(cargo.terminal, first, amount=2, measure=KILOGRAMS)
    cargo.strike(second, first)
    cargo.record(second)
    assert cargo.fact(bill, cargo.terminal).amount == 2
    with refused("NotACorrection", second.event.key):
        cargo.strike(second, first)


@pytest.mark.parametrize("recorded_first", [False, True])
def test_n3_a_retraction_and_what_is_said_in_its_place_may_be_of_one_batch(
    cargo: Cargo, bill: int, recorded_first: bool
) -> None:
    """Whether or not somebody recorded the old event meanwhile."""
    wrong = cargo.says(cargo.terminal, bill)
    retraction = cargo.event(bill, Said.NONE, corrects=wrong.event.key)
    instead = cargo.event(bill, amount=5, measure=KILOGRAMS, corrects=wrong.event.key)
    struck, new = cargo.anchored(cargo.terminal, retraction, instead)
    if recorded_first:
        cargo.record(wrong)
        cargo.strike(struck, wrong)
    cargo.record(new)
    assert cargo.fact(bill, cargo.terminal).amount == 5
    with refused("FactStands", bill, Said.LOADED, 1, cargo.terminal.participant):
        cargo.record(wrong)


def test_n3_what_shares_the_second_of_a_retraction_names_what_it_replaces(cargo: Cargo, bill: int) -> None:
    """Within a batch nobody knows what was said first: only what names another was surely said after it."""
    wrong = cargo.recorded(cargo.terminal, bill)
    retraction = cargo.event(bill, Said.NONE, corrects=wrong.event.key)
    struck, unnamed = cargo.anchored(cargo.terminal, retraction, cargo.event(bill))
    with refused("FactStands", bill, Said.LOADED, 1, cargo.terminal.participant):
        cargo.record(unnamed)
    cargo.strike(struck, wrong)
    at = struck.proof.header.anchored_at
    with refused("SaidSince", at, at):
        cargo.record(unnamed)


def test_an_event_and_its_retraction_of_one_second_leave_nothing(cargo: Cargo, bill: int) -> None:
    wrong = cargo.event(bill)
    said, retraction = cargo.anchored(cargo.terminal, wrong, cargo.event(bill, Said.NONE, corrects=wrong.event.key))
    cargo.record(said)
    cargo.strike(retraction, said)
    at = said.proof.header.anchored_at
    with refused("SaidSince", at, at):
        cargo.record(said)


def test_a_correction_strikes_the_fact_that_it_names_and_no_other(cargo: Cargo, bill: int, world: World) -> None:
    first, other = cargo.recorded(cargo.terminal, bill), cargo.recorded(cargo.terminal, bill, unit=2)
    retraction = cargo.corrects(cargo.terminal, first, kind=Said.NONE)
    with refused("NotACorrection", retraction.event.key):
        cargo.strike(retraction, other)
    for kind, unit, of in ((Said.DEPARTED, 1, bill), (Said.LOADED, 3, bill), (Said.LOADED, 1, world.blank())):
        with refused("NotACorrection", retraction.event.key):
            cargo.log.strike(world.relayer, of, kind, unit, retraction.event, retraction.proof)
    nothing = cargo.says(cargo.terminal, bill, Said.NONE)
    with refused("NotACorrection", nothing.event.key):
        cargo.strike(nothing, first)
    theirs = cargo.corrects(cargo.surveyor, first, kind=Said.NONE)
    with refused("NotACorrection", theirs.event.key):
        cargo.strike(theirs, first)


def test_who_strikes_proves_it(cargo: Cargo, bill: int, world: World) -> None:
    first = cargo.recorded(cargo.terminal, bill)
    forged = cargo.event(bill, Said.NONE, corrects=first.event.key)
    of = (bill, Said.LOADED, 1)
    with refused("NotInBatch", forged.event.key):
        cargo.log.strike(world.relayer, *of, forged.event, first.proof)
    with refused("NotAnchored", cargo.terminal.participant, 9):
        cargo.log.strike(world.relayer, *of, forged.event, first.proof._replace(sequence=9))


def test_a_correction_of_no_key_strikes_no_fact_whose_key_begins_with_zeros(cargo: Cargo, bill: int) -> None:
    first = cargo.recorded(cargo.terminal, bill, key=b"\0" * 31 + b"\7")
    nothing = cargo.says(cargo.terminal, bill, Said.NONE)
    with refused("NotACorrection", nothing.event.key):
        cargo.strike(nothing, first)
    again = cargo.says(cargo.terminal, bill)
    with refused("FactStands", bill, Said.LOADED, 1, cargo.terminal.participant):
        cargo.record(again)


# ---------------------------------------------------------------------------------------------------------- withdrawing


def test_n3_a_producer_withdraws_all_that_it_said_so_far(cargo: Cargo, bill: int) -> None:
    first = cargo.recorded(cargo.terminal, bill)
    second = cargo.corrects(cargo.terminal, first)
    done = cargo.log.withdraw(cargo.terminal, bill, Said.LOADED, 1)
    assert done.event("FactWithdrawn").args == {
        "bill": bill,
        "kind": Said.LOADED,
        "producer": cargo.terminal.participant,
        "unit": 1,
        "by": cargo.terminal.address,
    }
    assert vars(cargo.fact(bill, cargo.terminal)) == {
        "recordedAt": 0,
        "validUntil": 0,
        "amount": 0,
        "measure": NO_MEASURE,
        "struck": True,
        "saidAt": done.timestamp,
        "key": 0,
    }
    for old in (first, second):
        with refused("SaidSince", old.proof.header.anchored_at, done.timestamp):
            cargo.record(old)
    with refused("NotACorrection", second.event.key):
        cargo.strike(second, first)
    cargo.recorded(cargo.terminal, bill)


def test_n3_what_was_never_recorded_is_withdrawn_beforehand(cargo: Cargo, bill: int) -> None:
    said = cargo.says(cargo.terminal, bill)
    done = cargo.log.withdraw(cargo.terminal, bill, Said.LOADED, 1)
    with refused("SaidSince", said.proof.header.anchored_at, done.timestamp):
        cargo.record(said)
    cargo.record(cargo.corrects(cargo.terminal, said))


def test_n3_what_was_anchored_in_the_second_of_a_withdrawal_does_not_count(cargo: Cargo, bill: int) -> None:
    first = cargo.recorded(cargo.terminal, bill)
    second, other = cargo.anchored(cargo.terminal, cargo.event(bill, corrects=first.event.key), cargo.event(bill))
    at = second.proof.header.anchored_at
    cargo.world.onchain.at(at)
    cargo.log.withdraw(cargo.terminal, bill, Said.LOADED, 1)
    for late in (second, other):
        with refused("SaidSince", at, at):
            cargo.record(late)


def test_a_producer_withdraws_again_and_again(cargo: Cargo, bill: int) -> None:
    for _ in range(3):
        done = cargo.log.withdraw(cargo.terminal, bill, Said.LOADED, 1)
        assert cargo.fact(bill, cargo.terminal).saidAt == done.timestamp
    cargo.recorded(cargo.terminal, bill)
    cargo.log.withdraw(cargo.terminal, bill, Said.LOADED, 1)
    assert not cargo.stands(bill, cargo.terminal)


def test_a_producer_withdraws_its_own_word_of_one_unit_alone(cargo: Cargo, bill: int) -> None:
    for party in (cargo.terminal, cargo.surveyor):
        for unit in (0, 1, 2):
            cargo.recorded(party, bill, unit=unit)
    cargo.log.withdraw(cargo.terminal, bill, Said.LOADED, 1)
    assert [cargo.stands(bill, cargo.terminal, unit=unit) for unit in (0, 1, 2)] == [True, False, True]
    assert all(cargo.stands(bill, cargo.surveyor, unit=unit) for unit in (0, 1, 2))


@pytest.mark.parametrize(
    ("who", "error", "told"), [("stranger", "MayNotAct", ()), ("shipper", "LacksRole", (PRODUCE,))]
)
def test_only_who_reports_withdraws(cargo: Cargo, bill: int, who: str, error: str, told: tuple[Any, ...]) -> None:
    party = getattr(cargo.world, who)
    with refused(error, party, *told):
        cargo.log.withdraw(party, bill, Said.LOADED, 1)


def test_a_suspended_producer_withdraws_nothing_and_what_it_anchored_is_still_recorded(cargo: Cargo, bill: int) -> None:
    """It counts for nothing as long as the producer may not act (N3)."""
    said = cargo.says(cargo.terminal, bill)
    cargo.world.suspend(cargo.terminal)
    cargo.record(said)
    with refused("MayNotAct", cargo.terminal):
        cargo.log.withdraw(cargo.terminal, bill, Said.LOADED, 1)
