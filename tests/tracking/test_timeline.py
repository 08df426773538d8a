"""What is known of a bill's cargo, put together: events that were disclosed, facts on chain, who contradicts whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from tracking.event_makers import BILL, BOX, NOW, boxed, corrected, link, sailed, written

from sampan.cli import cargo_timeline
from sampan.suite.words import FactKind
from sampan.tracking.ingest import ingest
from sampan.tracking.outbox import Outbox
from sampan.tracking.picture import picture
from sampan.tracking.proofs import Disclosed, of_bill
from sampan.tracking.timeline import Known, Timeline, timeline

TERMINAL, SURVEYOR = 5, 6


@dataclass(frozen=True)
class Fact:
    """A fact as a client reads it."""

    kind: FactKind
    unit: int = 1
    producer: int = TERMINAL
    key: bytes = bytes(32)
    batch: int | None = 1
    happened_at: int = 1_767_313_800
    valid_until: int = 0
    place: bytes = b"CNSHA/SMDG/YICT".ljust(32, b"\0")
    amount: int = 0
    measure: str = ""
    struck: bool = False


Tell = Callable[..., Timeline]


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Callable[[str], Outbox]]:
    """A producer's store by the producer's name, which knows the bill."""
    opened: dict[str, Outbox] = {}

    def store(name: str) -> Outbox:
        if name not in opened:
            opened[name] = Outbox(tmp_path / f"{name}.db")
            opened[name].link(link())
        return opened[name]

    yield store
    for each in opened.values():
        each.close()


@pytest.fixture
def disclosed(stores: Callable[[str], Outbox], tmp_path: Path) -> Callable[..., Disclosed]:
    """What a producer discloses after it reported events."""

    def made(name: str, *events: dict[str, Any]) -> Disclosed:
        store = stores(name)
        found = ingest(store, [written(tmp_path / f"{name}.ndjson", events)])
        assert not found.refused, found.refused[0].error
        store.seal()
        return Disclosed(BILL, tuple(of_bill(store, BILL)))

    return made


def told(files: list[Disclosed], facts: list[Fact] | None = None, anchored: dict[bytes, int] | None = None) -> Timeline:
    """The timeline; roots that are named are anchored, each as the first batch of a producer."""
    who = anchored if anchored is not None else dict.fromkeys(roots(files), TERMINAL)
    return timeline(BILL, files, facts or [], lambda root: (who[root], 1) if root in who else None)


def roots(files: list[Disclosed]) -> list[bytes]:
    return [each.header.root for one in files for each in one.events]


def test_plans_estimates_and_what_happened_stand_in_order_of_time_with_their_boxes(disclosed: Any) -> None:
    plan = sailed("DEPA", number=1, eventClassifierCode="PLN", eventDateTime="2026-01-03T00:00:00Z")
    estimate = sailed("ARRI", "NLRTM", number=2, eventClassifierCode="EST", eventDateTime="2026-02-06T00:00:00Z")
    found = told([disclosed("terminal", plan, estimate, boxed("LOAD", number=3))])
    assert [(each.classifier, each.what, each.equipment) for each in found.moments] == [
        ("ACT", "loaded", BOX),
        ("PLN", "departed", ""),
        ("EST", "arrived", ""),
    ]
    assert {each.known for each in found.moments} == {Known.PROVEN}


def test_what_contracts_can_act_on_is_told_from_what_is_only_proven_or_only_claimed(disclosed: Any) -> None:
    terminal = disclosed("terminal", boxed("LOAD", number=1), boxed("GTIN", number=2))
    loaded = next(each for each in terminal.events if each.words.kind == FactKind.LOADED)
    found = told([terminal], [Fact(FactKind.LOADED, key=loaded.words.key)])
    assert {each.what: each.known for each in found.moments} == {"loaded": Known.FACT, "gated in": Known.PROVEN}
    unknown = told([terminal], anchored={})
    assert {each.known for each in unknown.moments} == {Known.CLAIMED}
    assert {each.producer for each in unknown.moments} == {None}


def test_a_fact_of_which_nobody_disclosed_the_event_stands_by_itself() -> None:
    insured = Fact(
        FactKind.INSURED, 0, batch=None, place=bytes(32), amount=150_000, measure="USD", valid_until=1_800_000_000
    )
    (moment,) = told([], [insured]).moments
    assert (moment.what, moment.known, moment.amount, moment.measure) == ("insured", Known.FACT, 150_000, "USD")


def test_what_its_producer_took_back_stays_and_is_said_to_be_taken_back(disclosed: Any) -> None:
    load = boxed("LOAD", number=1)
    before = disclosed("terminal", load)
    key = before.events[0].words.key
    retracted = told([before], [Fact(FactKind.LOADED, key=key, struck=True)])
    assert [each.known for each in retracted.moments] == [Known.TAKEN_BACK]
    withdrawn = told([disclosed("terminal", corrected(load, isRetracted=True))])
    assert Known.TAKEN_BACK in {each.known for each in withdrawn.moments}


def test_producers_that_contradict_each_other_stand_side_by_side(disclosed: Any) -> None:
    files = [
        disclosed("terminal", boxed("LOAD", number=1)),
        disclosed(
            "surveyor",
            boxed(
                "LOAD", number=2, eventDateTime="2026-01-04T08:30:00+08:00", eventCreatedDateTime="2026-01-04T01:00:00Z"
            ),
        ),
    ]
    who = {files[0].events[0].header.root: TERMINAL, files[1].events[0].header.root: SURVEYOR}
    found = told(files, anchored=who)
    ((one, other),) = found.differing
    assert {one.producer, other.producer} == {TERMINAL, SURVEYOR}
    third = disclosed("third", boxed("LOAD", number=3, eventDateTime="2026-01-02T08:55:00+08:00"))
    who = {files[0].events[0].header.root: TERMINAL, third.events[0].header.root: SURVEYOR}
    assert told([files[0], third], anchored=who).differing == [], "within half a day they tell the same"


def test_what_was_disclosed_of_another_bill_or_was_altered_is_left_out(disclosed: Any) -> None:
    terminal = disclosed("terminal", boxed("LOAD", number=1))
    assert told([replace(terminal, bill=BILL + 1)]).moments == ()
    altered = replace(terminal.events[0], body=terminal.events[0].body.replace(b"XLLU2601017", b"XLLU2601022"))
    assert told([replace(terminal, events=(altered,))]).moments == ()


def test_the_picture_says_what_the_timeline_says_and_asks_nothing_of_a_network(disclosed: Any) -> None:
    hostile = boxed("INSP", number=9, eventLocation={"locationName": "<script>"})
    found = told([disclosed("terminal", boxed("LOAD", number=1), sailed("DEPA", number=2), hostile)])
    drawn = picture(found, ["Yangshan Terminal <&>"] * len(found.moments), int(NOW))
    tree = ElementTree.fromstring(drawn)
    texts = [each.text for each in tree.iter() if each.tag.endswith("text")]
    assert f"loaded, {BOX}" in texts
    assert "Yangshan Terminal <&>" in texts
    assert "href" not in drawn
    assert "script" not in drawn.lower()
    assert picture(Timeline(BILL, ()), [], int(NOW)).count("Nothing is known") == 1


def test_a_root_that_another_producer_anchors_once_more_stays_of_the_first() -> None:
    """Else its events were told in the other's name, and what their producer takes back later would not touch them."""
    told = [(TERMINAL, 1, b"a"), (TERMINAL, 2, b"b"), (SURVEYOR, 1, b"a"), (TERMINAL, 3, b"a")]
    anchored: list[Any] = [SimpleNamespace(producer=p, sequence=n, header=SimpleNamespace(root=r)) for p, n, r in told]
    assert cargo_timeline._by_root(anchored) == {b"a": (TERMINAL, 1), b"b": (TERMINAL, 2)}
