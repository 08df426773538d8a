"""Random acts, right and wrong, on contracts and model: they agree, and no property breaks (P1-P5, P9, P10, P12)."""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from support.tools import need_pyrevm

from sampan.bills.verbs.signed import Agree
from sampan.fuzz.coverage import PLAYED_OUT, Coverage
from sampan.fuzz.engines import opened
from sampan.fuzz.executor import Executor, Mismatch
from sampan.fuzz.run import ENOUGH, LONG, run, run_in_parallel
from sampan.fuzz.set_pieces import SET_PIECES
from sampan.fuzz.shrink import replay
from sampan.fuzz.walkout import WalkOut
from sampan.fuzz.world import World
from sampan.subjects import SUITE

ACTS = int(os.environ.get("SAMPAN_FUZZ_ACTS", "2000000"))
"""Acts of all long runs together; `make fuzz ACTS=N` sets it."""
OF_THE_LEDGER = ACTS * 16 // 20
OF_ALL = ACTS * 3 // 20
"""Of the whole platform, which has longer acts."""
BY_HYPOTHESIS = 100_000
"""The rest of two millions, however many are asked for."""
WORKERS = 2


@pytest.mark.slow
def test_random_acts_leave_contracts_and_model_agreeing(said: Callable[..., None]) -> None:
    need_pyrevm()
    report = run(12_000, seed=1, of="ledger")
    said(*report.lines())
    assert report.failure is None, report.failure
    assert report.acts >= 12_000
    reached, total, _ = report.coverage.share()
    assert reached >= 0.42 * total


@pytest.mark.slow
def test_p6_random_acts_of_the_whole_platform_leave_contracts_and_model_agreeing(said: Callable[..., None]) -> None:
    need_pyrevm()
    report = run(6_000, seed=1)
    said(*report.lines())
    assert report.failure is None, report.failure
    for verb in ("pay", "Deposit.collect", "Coin.collect", "exchange", "Sale.recall", "change"):
        assert report.coverage.outcomes[verb, "done"] > 0, verb


@pytest.mark.fuzz
@pytest.mark.slow
def test_millions_of_random_acts_reach_every_verb_and_error_and_95_percent_of_the_cells(
    said: Callable[..., None],
) -> None:
    """In two processes of its own: pytest's workers might give both halves to one of them."""
    need_pyrevm()
    report = run_in_parallel(OF_THE_LEDGER, seed=2, of="ledger", workers=WORKERS)
    said(*report.lines())
    assert report.failure is None, report.failure
    assert report.missing() == []
    reached, total, _ = report.coverage.share()
    assert LONG["ledger"] > OF_THE_LEDGER or reached >= ENOUGH * total


@pytest.mark.fuzz
@pytest.mark.slow
def test_p6_hundreds_of_thousands_of_random_acts_of_the_platform_reach_every_verb_and_error(
    said: Callable[..., None],
) -> None:
    need_pyrevm()
    report = run_in_parallel(OF_ALL, seed=3, workers=WORKERS)
    said(*report.lines())
    assert report.failure is None, report.failure
    assert report.missing() == []


@pytest.mark.fuzz
@pytest.mark.slow
def test_hypothesis_finds_no_sequence_on_which_contracts_and_model_disagree(
    executor: Executor, said: Callable[..., None]
) -> None:
    point = executor.mark()
    acted = 0

    class Ledger(RuleBasedStateMachine):
        """A hundred thousand acts: examples of up to 100 steps of four acts; a step costs as much as an act."""

        @initialize(seed=st.integers(0, 2**32))
        def begin(self, seed: int) -> None:
            self.generator = executor.world.chance(Random(seed))

        @rule(seed=st.integers(0, 2**32))
        def act(self, seed: int) -> None:
            nonlocal acted
            self.generator.random = Random(seed)
            for _ in range(4):
                acted += 1
                executor.run(self.generator.next(executor.state, executor.now))

        def teardown(self) -> None:
            nonlocal point
            try:
                executor.compare_all()
            finally:
                executor.back(point)
                point = executor.mark()

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Ledger,
        settings=settings(
            max_examples=258,
            stateful_step_count=100,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    said(f"{acted:,} acts through hypothesis")
    assert acted >= BY_HYPOTHESIS


def test_p10_each_rebuild_goes_on_from_the_beginning_whatever_the_one_before_it_found(executor: Executor) -> None:
    chance = executor.world.chance(Random(7))
    begun = len(executor.log)
    while len(executor.log) < begun + 20:
        executor.run(chance.next(executor.state, executor.now))
    executor.compare_all()
    last = executor.log.pop()
    with pytest.raises(Mismatch, match="rebuil"):
        executor.compare_all()
    executor.log.append(last)
    executor.compare_all()


def test_a_run_leaves_the_garbage_collector_as_it_was() -> None:
    need_pyrevm()
    before = gc.get_threshold(), gc.get_freeze_count()
    run(10, seed=1, of="ledger")
    assert (gc.get_threshold(), gc.get_freeze_count()) == before


@pytest.mark.slow
def test_whoever_must_agree_has_mostly_agreed_when_chance_passes_a_bill_on(executor: Executor) -> None:
    generator, together = executor.world.chance(Random(8)), Counter[str]()
    for _ in range(2_000):
        act = generator.next(executor.state, executor.now)
        executor.run(act)
        inner = getattr(act.call.verb, "data", ())
        if inner and isinstance(inner[0], Agree):
            together[inner[-1].function] += 1
    assert {"issue", "transfer", "endorse"} <= set(together), together


@pytest.mark.parametrize("name", sorted(SET_PIECES))
def test_what_chance_does_not_reach_is_played_out(name: str, executor: Executor) -> None:
    acts, refused = SET_PIECES[name](executor.world), executor.refused
    executor.coverage = Coverage(SUITE)
    tried = executor.done + executor.refused
    replay(executor, acts)
    assert executor.done + executor.refused == tried + len(acts)
    assert name != "lodged apart" or executor.coverage.errors() == set(PLAYED_OUT)
    assert executor.refused - refused == {"saturated": 3, "crowded": 1, "in rooms": 0, "lodged apart": 1}[name]


@pytest.mark.slow
@pytest.mark.rows(4)
@pytest.mark.parametrize("seed", range(21, 25))
def test_p5_p12_p14_every_bill_has_a_way_out_with_each_participant_suspended_or_room_delisted_at_each_step(
    seed: int, new_world: World, said: Callable[..., None]
) -> None:
    walked = WalkOut(new_world, Random(seed)).run(steps=80)
    said(
        f"{walked.suspensions} suspensions, {walked.delistings} delistings, {walked.bills:,} bills walked out of, "
        f"{walked.given_back:,} given back by rooms, {walked.recalled:,} recalled by a bystander, {walked.acts:,} acts"
    )
    assert walked.suspensions == 80 * 7
    assert walked.delistings > 80
    assert walked.bills > 500
    assert walked.given_back > 300
    assert walked.recalled > 40


@pytest.mark.slow
def test_a_sample_of_the_same_acts_on_eth_tester_agrees_with_the_model() -> None:
    report = run(400, seed=31, engine="tester", episode=200)
    assert report.failure is None, report.failure


@pytest.mark.anvil
@pytest.mark.slow
def test_a_sample_of_the_same_acts_on_anvil_agrees_with_the_model() -> None:
    report = run(400, seed=32, engine="anvil", episode=200)
    assert report.failure is None, report.failure


@pytest.mark.anvil
@pytest.mark.long
def test_walking_out_is_the_same_on_anvil() -> None:
    with opened("anvil") as chain:
        walked = WalkOut(World(chain), Random(21)).run(steps=3)
    assert walked.suspensions == 21
