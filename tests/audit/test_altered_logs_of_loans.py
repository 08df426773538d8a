"""The log of a ledger on which money was lent, altered in one place at a time: no check falls over, and each alteration
is found, or is of what no audit can tell from an honest log, by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from itertools import islice
from random import Random
from typing import Any

import pytest
from support.audits import Chain, audit_of, findings_of
from support.lent import lent_and_traded
from support.tamper import others

from sampan.audit.checks import Finding
from sampan.audit.report import Report
from sampan.audit.trust import believed_as
from sampan.finance.loans.subject import LOANS
from sampan.finance.positions.subject import POSITIONS
from sampan.finance.registrations.subject import REGISTRATIONS
from sampan.subjects import SUITE
from sampan.suite import events as ev
from sampan.suite.check import Entry
from sampan.suite.event import Event, field_names
from sampan.suite.verb import NOBODY

LEDGER = lent_and_traded()
ENTRIES = LEDGER.entries()
HONEST = Chain(LEDGER.state, LEDGER.now)
OF_LOANS = {kind for subject in (LOANS, POSITIONS, REGISTRATIONS) for kind in subject.facts}
ABSENT = {
    "LoanCalledBySignature": "it stands beside what was signed, and storage has it by a digest that the log alone tells"
}
"""Events that are not in this log, and why."""
KINDS = sorted({type(entry.event) for entry in ENTRIES} & OF_LOANS, key=lambda kind: kind.__name__)
VALUES = 2
"""Tried in the place of a field's, or of a part of it."""

FREE = {
    "Opened.by": "anybody opens what all signed",
    "Claimed.by": "anybody has a position paid, to its owner",
    "Forgotten.by": "anybody ends what is left of a bill",
    "AvailabilityEnded.by": "anybody ends what nobody drew in time",
    "AgentReplaced.by": "anybody sends what lenders signed",
    "HandedOver.by": "anybody has a bill held for the agent that there is",
    "SecurityFiled.filing.registry": "the book keeps until when security stands filed in a country, and no more",
    "SecurityFiled.filing.number": "as its registry",
    "SecurityFiled.filing.document": "as its registry",
    "SecurityFiled.filing.filed_at": "as its registry",
    "Entrusted.until": "of a bill that came back it is kept no longer",
    "PositionApproval.account": "what passed on has no approval any more",
    "PositionSold.from": "the payment stands beside it, in whichever deposit of the buyer's",
    "CountriesOpened.consent": "the contract keeps which countries are open, not why",
}
"""Fields that an audit cannot tell from honest ones, at some value, and why."""
FREE_AT_LAST = {"Discharged.by": "once nothing is owed or can be drawn, anybody lets a bill go"}
"""The same of events that are not the first of their kind."""
FREE_TWICE = {
    "SecurityFiled": "said twice, the security stands filed once",
    "Instructed": "named twice, a room is named once",
}
"""Events that an audit cannot tell from the same, told twice."""
UNSEEN = {
    "PositionSold": "storage has the offer by a digest that the log alone tells; the transfer beside it is seen",
    "PositionRecovered": "the transfer beside it is seen, and anybody may have carried it out",
    "PositionApproval": "what passed on has no approval any more",
    "PositionApprovalForAll": "storage has it by a pair of accounts that the log alone tells",
}
"""Events that an audit does not miss, when they are left out, and why."""


def found(entries: list[Entry]) -> list[Finding]:
    """What all checks find; the report of it is written too, so that no life falls over."""
    evidence = audit_of(LEDGER, entries, HONEST)
    report = Report("model", 1, 0, len(entries), {"checks": [], **SOURCE}, evidence, ())
    assert report.timeline()
    return findings_of(evidence)


SOURCE = {"ledger": "0x" + "b1" * 20, "release": "1"} | dict.fromkeys(
    ("genesis_hash", "block_hash", "history_digest"), "0x" + "0" * 64
)


def altered(event: Event, dice: Random) -> Iterator[tuple[str, Event]]:
    """An event with each of its fields altered, and each part of one that is a struct, or several."""
    for name in field_names(type(event)):
        for part, value in _values(getattr(event, name), dice):
            yield f"{event.name}.{name.rstrip('_')}{part}", replace(event, **{name: value})


def _values(value: Any, dice: Random) -> Iterator[tuple[str, Any]]:
    if is_dataclass(value) and not isinstance(value, type):
        for part in fields(value):
            for _, other in _values(getattr(value, part.name), dice):
                yield f".{part.name}", replace(value, **{part.name: other})
    elif isinstance(value, tuple) and value and is_dataclass(value[0]):
        yield "", ()
        yield "", (*value, *value)
        for part_name, other in _values(value[0], dice):
            yield part_name, (other, *value[1:])
    else:
        # A country is of two letters on the wire too.
        fit = (each for each in others(LEDGER.state, value, dice) if not isinstance(value, str) or _fits(each, value))
        yield from (("", each) for each in islice(fit, VALUES))


def _fits(other: str, value: str) -> bool:
    return value.startswith("0x") or len(other) <= 2


def unseen(at: int, dice: Random) -> Iterator[str]:
    """Fields of an event that can be altered so that nothing is found."""
    entry = ENTRIES[at]
    for name, event in altered(entry.event, dice):
        if not found([*ENTRIES[:at], replace(entry, event=event), *ENTRIES[at + 1 :]]):
            yield name


def test_each_event_of_loans_is_altered_but_those_that_are_named() -> None:
    assert {kind.__name__ for kind in OF_LOANS - set(KINDS)} == set(ABSENT)


def places(kind: type[Event]) -> list[int]:
    return [at for at, entry in enumerate(ENTRIES) if type(entry.event) is kind]


@pytest.mark.slow
@pytest.mark.rows(3)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_p10_a_field_of_an_event_of_loans_that_was_altered_is_found_or_free_by_name(kind: type[Event]) -> None:
    free = set(unseen(places(kind)[0], Random(7)))

    assert free - set(FREE) == set()
    assert free == {name for name in FREE if name.startswith(f"{kind.__name__}.")}, "nothing is named without need"


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_p10_so_is_each_field_of_every_other_event_of_its_kind(kind: type[Event]) -> None:
    for at in places(kind)[1:]:
        assert set(unseen(at, Random(at))) - {*FREE, *FREE_AT_LAST} == set()


@pytest.mark.slow
@pytest.mark.rows(3)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_p10_an_event_of_loans_that_is_dropped_is_found(kind: type[Event]) -> None:
    missed = [bool(found([*ENTRIES[:at], *ENTRIES[at + 1 :]])) for at in places(kind)]
    assert missed == [kind.__name__ not in UNSEEN] * len(missed)


@pytest.mark.slow
@pytest.mark.rows(3)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_p10_an_event_of_loans_that_is_doubled_or_moved_is_found(kind: type[Event]) -> None:
    at = places(kind)[0]
    entry, before, after = ENTRIES[at], ENTRIES[:at], ENTRIES[at + 1 :]
    elsewhere = replace(entry, transaction="0x" + "ab" * 32)

    if kind.__name__ in UNSEEN:
        return
    assert found([*before, *after, entry]), "moved to the end"
    assert found([entry, *before, *after]), "moved to the beginning"
    twice = [bool(found([*before, entry, each, *after])) for each in (entry, elsewhere)]
    assert twice == [kind.__name__ not in FREE_TWICE] * 2


@pytest.mark.long
def test_no_check_falls_over_whichever_event_is_dropped_doubled_or_moved() -> None:
    """The first of each kind in every way, each of the others in one."""
    seen: set[type[Event]] = set()
    for at, entry in enumerate(ENTRIES):
        before, after = ENTRIES[:at], ENTRIES[at + 1 :]
        ways = (
            [*before, *after],
            [*before, entry, entry, *after],
            [*before, *after, entry],
            [entry, *before, *after],
        )
        for log in ways if type(entry.event) not in seen else ways[at % 4 : at % 4 + 1]:
            found(log)
        seen.add(type(entry.event))


def test_what_is_free_is_believed_by_name() -> None:
    for name in {**FREE, **FREE_AT_LAST}:
        event, field, *_ = name.split(".")
        assert believed_as(SUITE, event, field), name


@pytest.mark.slow
@pytest.mark.parametrize(
    ("told", "said"),
    [
        (ev.Pledged, "Registered"),
        (ev.Discharged, "Deregistered"),
        (ev.Forgotten, "Deregistered"),
        (ev.Allotted, "Moved"),
    ],
)
def test_p7_cargo_is_registered_moved_and_freed_by_no_act_that_the_log_leaves_out(told: type[Event], said: str) -> None:
    for at in places(told):
        beside = [each for each in ENTRIES if each.transaction == ENTRIES[at].transaction and each.name == said]
        missed = [each.message for each in found([*ENTRIES[:at], *ENTRIES[at + 1 :]]) if each.id == "SAM-H4"]
        wanted = [f"{said} in block {each.block}: no act of its room tells of it" for each in beside]
        assert [each for each in missed if each.startswith(said)] == wanted


@pytest.mark.slow
def test_a_ledger_whose_log_lists_nobody_as_a_room_stops_no_check() -> None:
    """What is given to lenders is no bill, so that no room holds it for anybody."""
    entry = next(entry for entry in ENTRIES if isinstance(entry.event, ev.RoomListed))
    at = ENTRIES.index(entry)

    assert found([*ENTRIES[:at], replace(entry, event=replace(entry.event, room=NOBODY)), *ENTRIES[at + 1 :]])


@pytest.mark.slow
@pytest.mark.parametrize("whole", ["the same", "of another loan"])
def test_a_position_that_is_told_to_be_cut_from_what_it_cannot_be_stops_no_check(whole: str) -> None:
    entry = next(entry for entry in ENTRIES if isinstance(entry.event, ev.Split))
    at = ENTRIES.index(entry)
    position = entry.event.part if whole == "the same" else LEDGER.positions(2)[0]

    assert found([*ENTRIES[:at], replace(entry, event=replace(entry.event, position=position)), *ENTRIES[at + 1 :]])
