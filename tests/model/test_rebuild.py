"""P10: the ledger rebuilt from its events alone; and events that could not have happened are named."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from random import Random
from typing import Any

import pytest
from support.tools import need_pyrevm

from sampan.bills.records import Bills
from sampan.fuzz.engines import open_engine
from sampan.fuzz.executor import Executor
from sampan.fuzz.world import World
from sampan.identity.records import HOUR
from sampan.model.replay import Impossible, replay
from sampan.subjects import SUITE
from sampan.suite import events as ev
from sampan.suite.event import Event
from sampan.suite.verb import NOBODY
from sampan.suite.words import Kind

need_pyrevm()

Log = list[tuple[int, list[Event]]]
"""Time and events of each transaction."""


@pytest.fixture(scope="module")
def lived() -> tuple[Any, Log]:
    """A platform after four and a half thousand random acts, and its log."""
    executor = Executor(World(open_engine("pyrevm")))
    executor.begin()
    chance = executor.world.chance(Random(14))
    for _ in range(4_500):
        executor.run(chance.next(executor.state, executor.now))
    return executor.state, executor.log


def begun(state: Any) -> Any:
    """A new ledger at the same addresses."""
    made = SUITE.state()
    made.addresses, made.authority = state.addresses, state.authority
    return made


def rebuild(
    lived: tuple[Any, Log], log: Iterable[tuple[int, list[Event]]] | None = None
) -> tuple[Any, list[Impossible]]:
    state = begun(lived[0])
    found = []
    for timestamp, events in lived[1] if log is None else log:
        found += replay(state, events, timestamp)
    return state, found


def same(one: Any, other: Any) -> bool:
    return not list(one.unlike(other))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "key", "entry", "told"),
    [
        ("listed", ("0xroom", "SG"), True, ["the listed"]),
        ("lodgings", 7, None, ["the lodgings"]),
        ("account_at", 1, NOBODY, ["where account 1 leads"]),
        ("rooms", "0xroom", None, []),
        ("administrators", "suspend", NOBODY, []),
    ],
)
def test_two_states_of_one_log_differ_in_what_a_log_shows_and_in_nothing_else(
    lived: tuple[Any, Log], table: str, key: Any, entry: Any, told: list[str]
) -> None:
    state, _ = lived
    outer = state.begin()
    rebuilt, _ = rebuild(lived)
    state.put(getattr(state, table), key, entry)
    assert list(state.unlike(rebuilt)) == told
    state.undo(outer)


def acts(log: Log) -> list[tuple[int, int]]:
    """Where events that count an act stand alone in their transaction: transaction, event."""
    return [
        (index, at)
        for index, (_, events) in enumerate(log)
        for at, event in enumerate(events)
        if type(event) in SUITE.acts and len(events) == 1
    ]


@pytest.mark.slow
def test_p10_a_log_rebuilds_the_ledger(lived: tuple[Any, Log]) -> None:
    state, _ = lived
    assert len(state.bills) > 30
    rebuilt, impossible = rebuild(lived)
    assert impossible == []
    assert same(rebuilt, state)


@pytest.mark.slow
def test_n13_an_act_left_out_of_the_log_is_noticed(lived: tuple[Any, Log]) -> None:
    """Each event of a bill carries its count, so what is missing shows at the next one, or in the end's count."""
    state, log = lived
    noticed = 0
    for index, _ in acts(log)[::3]:
        rebuilt, impossible = rebuild(lived, log[:index] + log[index + 1 :])
        noticed += bool(impossible)
        assert impossible or not same(rebuilt, state), log[index]
    assert noticed > 25


@pytest.mark.slow
def test_an_act_logged_twice_or_counted_wrongly_is_impossible(lived: tuple[Any, Log]) -> None:
    _, log = lived
    for index, _ in acts(log)[::10]:
        timestamp, (event,) = log[index]
        for wrong in (event.act_count + 1, event.act_count - 1):  # type: ignore[attr-defined]
            before, _ = rebuild(lived, log[:index])
            changed: Any = dataclasses.replace(event, act_count=wrong)  # type: ignore[call-arg]
            assert replay(before, [changed], timestamp)
        before, _ = rebuild(lived, log[:index])
        assert replay(before, [event], timestamp) == []
        assert replay(before, [event], timestamp)


CHANGES: dict[str, Any] = {
    "possessor": "0x" + "ee" * 20,
    "from_": "0x" + "ee" * 20,
    "to": "0x" + "ee" * 20,
    "actor": "0x" + "ee" * 20,
    "room": "0x" + "ee" * 20,
    "titleholder": 999,
    "checksum": bytes(32),
    "issued": 99,
}


@pytest.mark.parametrize("field", sorted(CHANGES))
def test_an_event_that_names_somebody_else_is_impossible(field: str, lived: tuple[Any, Log]) -> None:
    _, log = lived
    tried = 0
    for index, _ in acts(log):
        timestamp, (event,) = log[index]
        if not hasattr(event, field) or tried >= 10:
            continue
        tried += 1
        before, _ = rebuild(lived, log[:index])
        changed: Any = dataclasses.replace(event, **{field: CHANGES[field]})
        assert replay(before, [changed], timestamp), changed
    assert tried > 0


def test_an_impossible_event_is_named_with_the_reason(lived: tuple[Any, Log]) -> None:
    state, _ = rebuild(lived)
    before, _ = rebuild(lived)
    wrong = ev.Delivered(5, "0x" + "ab" * 20, 1, b"")
    (found,) = replay(state, [wrong], state.now + 1)
    assert (found.index, found.event) == (0, wrong)
    assert (found.error, found.arguments) == ("NoSuchBill", (5,))
    assert found.why == "the ledger would have refused it with NoSuchBill(5)"
    assert same(state, before)


@pytest.mark.slow
def test_what_follows_an_impossible_event_is_read_with_its_own_counts(lived: tuple[Any, Log]) -> None:
    """One act that was hidden is one finding, not one for each act that follows."""
    _, log = lived
    places = acts(log)
    for index, _ in places[:: len(places) // 12]:
        _, (event,) = log[index]
        bill = event.bill  # type: ignore[attr-defined]
        _, impossible = rebuild(lived, log[:index] + log[index + 1 :])
        counted = [each for each in impossible if "act_count" in each.why and each.event.bill == bill]  # type: ignore[attr-defined]
        assert len(counted) <= 1, counted


def test_time_does_not_go_back(lived: tuple[Any, Log]) -> None:
    state, _ = rebuild(lived)
    (found,) = replay(state, [ev.Cancelled("0x" + "ab" * 20, bytes(32), state.note_count + 1)], state.now - 1)
    assert "is before" in found.why


def test_an_event_that_nobody_declared_is_our_fault_and_no_finding() -> None:
    """`Impossible` accuses the ledger; an event without an effect accuses whoever forgot it."""

    class Unheard(Event):
        pass

    with pytest.raises(KeyError, match="Unheard"):
        replay(SUITE.state(), [Unheard()], 5)


def test_p12_an_act_of_a_suspended_party_is_impossible(lived: tuple[Any, Log]) -> None:
    _, log = lived
    whole: Bills = rebuild(lived)[0]
    index, event = next(
        (index, log[index][1][0])
        for index, _ in acts(log)
        if isinstance(log[index][1][0], ev.Transferred) and not whole.account(log[index][1][0].from_).room  # type: ignore[attr-defined]
    )
    assert isinstance(event, ev.Transferred)
    timestamp = log[index][0]
    state, _ = rebuild(lived, log[:index])
    participant = state.account(event.from_).participant
    until = -(-(timestamp + 90 * 24 * HOUR) // HOUR) * HOUR
    suspended = ev.ParticipantSuspended(participant, until, b"sanctions", state.note_count + 1)
    assert replay(state, [suspended], timestamp) == []
    (found,) = replay(state, [event], timestamp)
    assert found.error == "MayNotAct"


def test_a_named_bill_is_never_issued(lived: tuple[Any, Log]) -> None:
    _, log = lived
    index = next(
        index
        for index, _ in acts(log)
        if isinstance(log[index][1][0], ev.Issued) and log[index][1][0].kind is Kind.ORDER  # type: ignore[attr-defined]
    )
    timestamp, (event,) = log[index]
    state, _ = rebuild(lived, log[:index])
    (found,) = replay(state, [dataclasses.replace(event, kind=Kind.NAMED)], timestamp)  # type: ignore[call-arg]
    assert found.error == "KindNotAllowed"
