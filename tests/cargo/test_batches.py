"""How producers anchor what they know: in order, each batch once (N26)."""

from __future__ import annotations

from typing import Any

import pytest
from support.cargo import Cargo, Header
from support.contract import refused
from support.money import another
from support.trade import MOVE, PRODUCE, TERMS, ZERO
from support.world import World

ROOT = b"\x11" * 32
LATEST = 2**40 - 1


def anchor(cargo: Cargo, by: Any, sequence: int = 1, **changes: Any) -> Any:
    said = {"root": ROOT, "count": 7, "earliest": 5, "latest": 9, "locator": b"\x22" * 32} | changes
    return cargo.log.anchor(by, sequence, *said.values())


def test_n26_a_batch_is_kept_as_the_hash_of_its_header(cargo: Cargo) -> None:
    done = anchor(cargo, cargo.terminal)
    event = done.event("Anchored")
    header = Header(ROOT, 7, 5, 9, done.timestamp, b"\x22" * 32)
    assert (event.producer, event.sequence, event.by) == (cargo.terminal.participant, 1, cargo.terminal.address)
    assert event.header == tuple(header)
    assert cargo.log.headerOf(cargo.terminal.participant, 1) == header.hash
    assert cargo.log.headerOf(cargo.terminal.participant, 2) == ZERO
    assert cargo.log.batches(cargo.terminal.participant) == 1


def test_each_producer_counts_its_own_batches_without_gaps(cargo: Cargo) -> None:
    for sequence in (1, 2, 3):
        assert anchor(cargo, cargo.terminal, sequence).event("Anchored").sequence == sequence
    anchor(cargo, cargo.surveyor)
    assert [cargo.log.batches(each.participant) for each in cargo.everybody()] == [3, 1, 0, 0]


@pytest.mark.parametrize("given", [0, 1, 3, 2**256 - 1])
def test_a_batch_is_anchored_once_and_in_order(cargo: Cargo, given: int) -> None:
    anchor(cargo, cargo.terminal)
    with refused("OutOfSequence", cargo.terminal.participant, 2, given):
        anchor(cargo, cargo.terminal, given)


@pytest.mark.parametrize("changes", [{"root": ZERO}, {"count": 0}, {"root": ZERO, "count": 0}])
def test_a_batch_without_a_root_or_without_events_is_none(cargo: Cargo, changes: dict[str, Any]) -> None:
    with refused("EmptyBatch"):
        anchor(cargo, cargo.terminal, **changes)


def test_a_batch_may_end_when_it_begins_and_not_before(cargo: Cargo) -> None:
    with refused("RangeUnfit", 10, 9):
        anchor(cargo, cargo.terminal, earliest=10)
    anchor(cargo, cargo.terminal, earliest=9)


def test_a_batch_of_plans_lies_ahead_and_the_numbers_may_be_the_largest(cargo: Cargo) -> None:
    done = anchor(cargo, cargo.terminal, count=2**32 - 1, earliest=LATEST, latest=LATEST, locator=ZERO)
    assert done.event("Anchored").header == (ROOT, 2**32 - 1, LATEST, LATEST, done.timestamp, ZERO)


def test_t19_only_who_reports_anchors(cargo: Cargo, world: World) -> None:
    with refused("MayNotAct", world.stranger):
        anchor(cargo, world.stranger)
    with refused("LacksRole", world.shipper, PRODUCE):
        anchor(cargo, world.shipper)
    world.suspend(cargo.terminal)
    with refused("MayNotAct", cargo.terminal):
        anchor(cargo, cargo.terminal)


def test_each_account_of_a_producer_anchors_when_it_has_the_role(cargo: Cargo, world: World) -> None:
    both = another(world, 30, "SAMPANTEST0LINES00", "CN", PRODUCE | MOVE | TERMS)
    reporting = world.add_account(both, world.extra["spare"][31], PRODUCE)
    moving = world.add_account(both, world.extra["spare"][32], MOVE)
    anchor(cargo, both)
    assert anchor(cargo, reporting, 2).event("Anchored").producer == both.participant
    with refused("LacksRole", moving, PRODUCE):
        anchor(cargo, moving, 3)


def test_who_is_accredited_for_nothing_anchors_what_nobody_records(cargo: Cargo, world: World) -> None:
    party = another(world, 30, "SAMPANTEST0NEWCOME", "CN", PRODUCE | TERMS)
    said = cargo.says(party, world.blank())
    with refused("NotAccredited", party.participant, said.event.kind, said.event.place):
        cargo.record(said)


def test_several_batches_are_anchored_in_one_transaction(cargo: Cargo) -> None:
    calls = [cargo.log.data("anchor", sequence, ROOT, 1, 5, 5, ZERO) for sequence in (1, 2, 3)]
    done = cargo.log.multicall(cargo.terminal, calls)
    assert [event.sequence for event in done.named("Anchored")] == [1, 2, 3]
    with refused("OutOfSequence", cargo.terminal.participant, 5, 4):
        cargo.log.multicall(cargo.terminal, [cargo.log.data("anchor", at, ROOT, 1, 5, 5, ZERO) for at in (4, 4)])
    assert cargo.log.batches(cargo.terminal.participant) == 3
