"""P10: the ledger rebuilt from its events alone; and events that could not have happened are named."""

from __future__ import annotations

import dataclasses
from random import Random
from typing import Any

import pytest
from support.tools import need_pyrevm

from sampan.fuzz.engines import open_engine
from sampan.fuzz.executor import Executor
from sampan.fuzz.generate import Generator
from sampan.fuzz.world import World
from sampan.model import events as ev
from sampan.model.apply import Impossible, apply
from sampan.model.state import HOUR, Kind, State

need_pyrevm()

Log = list[tuple[int, ev.Event]]


@pytest.fixture(scope="module")
def lived() -> tuple[State, Log]:
    """A ledger after a thousand random acts, and its log."""
    executor = Executor(World(open_engine("pyrevm")), keep_log=True)
    executor.begin()
    generator = Generator(executor.world, Random(11))
    for _ in range(1_000):
        executor.run(generator.next(executor.state, executor.now))
    assert executor.log is not None
    return executor.state, executor.log


def rebuild(log: Log) -> State:
    state = State()
    for index, (timestamp, event) in enumerate(log):
        apply(state, event, timestamp=timestamp, block=7, log_index=index)
    return state


def same(one: State, other: State) -> bool:
    names = ("bills", "accounts", "participants", "codes", "givers", "listed", "recoveries", "approvals", "cancelled")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def test_p10_a_log_rebuilds_the_ledger(lived: tuple[State, Log]) -> None:
    state, log = lived
    assert len(state.bills) > 30
    assert same(rebuild(log), state)


def test_n13_an_act_left_out_of_the_log_is_noticed(lived: tuple[State, Log]) -> None:
    """Each event of a bill carries its count, so what is missing shows at the next one, or in the end's count."""
    state, log = lived
    noticed = 0
    for index, (_, event) in enumerate(log):
        if type(event) not in ev.ACTS_ON_BILLS or index % 3:
            continue
        try:
            rebuilt = rebuild(log[:index] + log[index + 1 :])
        except Impossible:
            noticed += 1
        else:
            assert not same(rebuilt, state), event
    assert noticed > 50


def test_an_act_logged_twice_or_counted_wrongly_is_impossible(lived: tuple[State, Log]) -> None:
    _, log = lived
    for index, (timestamp, event) in enumerate(log):
        if type(event) not in ev.ACTS_ON_BILLS or index % 5:
            continue
        before = rebuild(log[:index])
        for wrong in (event.act_count + 1, event.act_count - 1):  # type: ignore[attr-defined]
            with pytest.raises(Impossible):
                apply(before, dataclasses.replace(event, act_count=wrong), timestamp=timestamp)  # type: ignore[call-arg]
        apply(before, event, timestamp=timestamp)
        with pytest.raises(Impossible):
            apply(before, event, timestamp=timestamp)


CHANGES: dict[str, Any] = {
    "possessor": "0x" + "ee" * 20,
    "giver": "0x" + "ee" * 20,
    "to": "0x" + "ee" * 20,
    "actor": "0x" + "ee" * 20,
    "room": "0x" + "ee" * 20,
    "titleholder": 999,
    "checksum": bytes(32),
    "issued": 99,
}


@pytest.mark.parametrize("field", sorted(CHANGES))
def test_an_event_that_names_somebody_else_is_impossible(field: str, lived: tuple[State, Log]) -> None:
    _, log = lived
    tried = 0
    for index, (timestamp, event) in enumerate(log):
        if type(event) not in ev.ACTS_ON_BILLS or not hasattr(event, field) or tried >= 12:
            continue
        tried += 1
        with pytest.raises(Impossible):
            apply(
                rebuild(log[:index]),
                dataclasses.replace(event, **{field: CHANGES[field]}),
                timestamp=timestamp,
            )
    assert tried > 3


def test_an_impossible_event_leaves_the_state_as_it_was_and_says_where(lived: tuple[State, Log]) -> None:
    _, log = lived
    state = rebuild(log)
    before = state.copy()
    wrong = ev.Delivered(5, "0x" + "ab" * 20, 1, b"")
    with pytest.raises(Impossible, match=r"Delivered in block 9, log 3: .*NoSuchBill\(5\)") as found:
        apply(state, wrong, timestamp=state.now + 1, block=9, log_index=3)
    assert found.value.event is wrong
    assert same(state, before)
    assert state.now == before.now


def test_time_does_not_go_back(lived: tuple[State, Log]) -> None:
    _, log = lived
    state = rebuild(log)
    with pytest.raises(Impossible, match="is before"):
        apply(state, ev.Cancelled("0x" + "ab" * 20, bytes(32)), timestamp=state.now - 1)


def test_p12_an_act_of_a_suspended_party_is_impossible(lived: tuple[State, Log]) -> None:
    _, log = lived
    whole = rebuild(log)
    index = next(
        i for i, (_, each) in enumerate(log) if isinstance(each, ev.Transferred) and not whole.account(each.giver).room
    )
    timestamp, event = log[index]
    assert isinstance(event, ev.Transferred)
    state = rebuild(log[:index])
    participant = state.account(event.giver).participant
    until = -(-(timestamp + 90 * 24 * HOUR) // HOUR) * HOUR
    apply(state, ev.ParticipantSuspended(participant, until, b"sanctions"), timestamp=timestamp)
    with pytest.raises(Impossible, match="MayNotAct"):
        apply(state, event, timestamp=timestamp)


def test_a_named_bill_is_never_issued(lived: tuple[State, Log]) -> None:
    _, log = lived
    (index,) = [i for i, (_, e) in enumerate(log) if isinstance(e, ev.Issued) and e.kind is Kind.ORDER][:1]
    timestamp, event = log[index]
    with pytest.raises(Impossible, match="KindNotAllowed"):
        apply(rebuild(log[:index]), dataclasses.replace(event, kind=Kind.NAMED), timestamp=timestamp)  # type: ignore[call-arg]
