"""A contract that is no bill, declared once (tests/support/counter.py), has all that follows from a declaration."""

from __future__ import annotations

from random import Random

import pytest
from support.counter import ARTIFACT, COUNTER, WITH_COUNTER, Count, Counted, Counting
from support.tools import need_pyrevm

from sampan.fuzz.coverage import Coverage
from sampan.fuzz.engines import open_engine
from sampan.fuzz.executor import Executor
from sampan.fuzz.world import World
from sampan.model.perform import Call, Done, Refused, perform
from sampan.model.replay import replay
from sampan.suite import tell
from sampan.suite.verb import Subject

SOMEBODY = "0x" + "ab" * 20


def test_it_is_carried_out_and_refused_by_the_model() -> None:
    state = WITH_COUNTER.state()
    done = perform(state, Call(SOMEBODY, Count(4)), 5)
    assert isinstance(done, Done)
    assert done.events == [Counted(SOMEBODY, 4, 4)]
    assert state.total == 4
    assert perform(state, Call(SOMEBODY, Count(10)), 6) == Refused("StepOutOfRange", (10,))
    assert state.total == 4


def test_it_is_rebuilt_from_its_log_and_a_log_that_cannot_be_is_refused() -> None:
    state = WITH_COUNTER.state()
    assert replay(state, [Counted(SOMEBODY, 4, 4)], 5) == []
    (found,) = replay(state, [Counted(SOMEBODY, 3, 8)], 6)
    assert found.why == "total is 8, should be 7"
    (found,) = replay(state, [Counted(SOMEBODY, 12, 20)], 7)
    assert found.error == "StepOutOfRange"


def test_its_call_log_and_refusal_go_over_the_wire() -> None:
    assert Count(4).encoded() == bytes.fromhex(ARTIFACT.method_identifiers["count(uint256)"]) + (4).to_bytes(32, "big")
    assert Count.from_data(Count(4).encoded()) == Count(4)
    assert COUNTER.codec.functions["count"].changes
    assert not COUNTER.codec.functions["total"].changes


def test_it_is_told() -> None:
    event = Counted(SOMEBODY, 4, 7)
    names = tell.Names(accounts={SOMEBODY: "the tallyman"}, whole=True)
    assert tell.sentence(WITH_COUNTER.facts[Counted], event, names) == "the tallyman counted on by 4, to 7"
    assert tell.label(Count(4)) == "count on by 4"
    told = tell.event_json(event)
    assert told == {"event": "Counted", "arguments": {"by": tell.checksum(SOMEBODY), "step": "4", "total": "7"}}


@pytest.mark.slow
def test_random_acts_try_it_on_the_contract_and_the_model_beside_those_of_bills() -> None:
    need_pyrevm()
    coverage = Coverage(WITH_COUNTER)
    world = World(open_engine("pyrevm"), WITH_COUNTER, {"Counter": ARTIFACT})
    executor = Executor(world, coverage=coverage)
    executor.begin()
    chance = world.chance(Random(3))
    for _ in range(4_000):
        executor.run(chance.next(executor.state, executor.now))
    executor.compare_all()
    assert coverage.outcomes["count", "done"] > 3
    assert coverage.outcomes["count", "StepOutOfRange"] > 0
    assert executor.state.total > 10
    assert coverage.outcomes["Bills.transfer", "done"] > 3


def test_an_event_whose_fields_do_not_count_is_no_declaration() -> None:
    class Forgotten(Counted):
        """Without the decorator."""

        FIELDS = (*Counted.FIELDS, "more")

    with pytest.raises(ValueError, match=r"Forgotten has 3 fields and names 4 .*@valued"):
        Subject("another", contract="Counter", interface="Counter", state=Counting, abi=ARTIFACT.abi).event(
            Forgotten, "more"
        )(lambda state, event: None)
