"""A proof holds for its leaf in its batch and for nothing else; a disclosure shows one bill and no neighbour."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from event_makers import BILL, OTHER_BILL, STRANGE_BOX, an_id, boxed, corrected, link, sailed, written
from hypothesis import given, settings
from hypothesis import strategies as st

from sampan.cargo.records import CargoEvent
from sampan.cargo.rules import leaf as hash_of
from sampan.errors import BadInput
from sampan.suite.words import FactKind
from sampan.tracking.ingest import ingest
from sampan.tracking.outbox import Outbox
from sampan.tracking.proofs import Proven, as_json, event_id, of_bill, prove, read_disclosed


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outbox]:
    """Two bills' events and others', in two batches."""
    folder = tmp_path_factory.mktemp("proofs")
    with Outbox(folder / "cargo.db") as outbox:
        outbox.link(link())
        outbox.link(link(OTHER_BILL, containers={STRANGE_BOX: 1}))
        first = [boxed("LOAD"), sailed("DEPA", number=2), boxed("LOAD", number=3, equipmentReference=STRANGE_BOX)]
        ingest(outbox, [written(folder / "1.ndjson", [*first, *(boxed("INSP", number=n) for n in range(10, 20))])])
        outbox.seal()
        second = [corrected(boxed("LOAD"), changeRemark="later"), boxed("DISC", "NLRTM", number=4)]
        ingest(outbox, [written(folder / "2.ndjson", second)])
        outbox.seal()
        yield outbox


def roots(store: Outbox) -> dict[int, bytes]:
    return {sequence: store.batch(sequence).header.root for sequence in (1, 2)}


def altered(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, FactKind):
        return FactKind((value + 1) % len(FactKind))
    if isinstance(value, int):
        return value + 1
    return value[:-1] + bytes([value[-1] ^ 1]) if isinstance(value, bytes) else "USD"


numbers = st.sampled_from([1, 2, 3, 4, *range(10, 20)])


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(number=numbers, other=numbers, field=st.sampled_from(CargoEvent.__slots__), data=st.data())
def test_a_proof_never_verifies_for_another_field_leaf_or_batch(
    store: Outbox, number: int, other: int, field: str, data: st.DataObject
) -> None:
    bill = OTHER_BILL if number == 3 else BILL
    right = prove(store, event_id(an_id(number)), bill)
    root = roots(store)[right.sequence]
    assert right.failures(root, bill) == ()
    changed = replace(right, words=replace(right.words, **{field: altered(getattr(right.words, field))}))
    assert "leaf" in changed.failures(root, bill)
    assert "header" in right.failures(roots(store)[3 - right.sequence], bill)
    assert "event" in right.failures(root, bill + 1)
    assert "event" in replace(right, salt=altered(right.salt)).failures(root, bill)
    assert "event" in replace(right, body=right.body.replace(b"2026", b"2025")).failures(root, bill)
    strange = prove(store, event_id(an_id(other)), OTHER_BILL if other == 3 else BILL)
    if other != number:
        assert replace(right, words=strange.words).failures(root, bill)
    if right.path:
        place = data.draw(st.integers(0, len(right.path) - 1))
        path = (*right.path[:place], altered(right.path[place]), *right.path[place + 1 :])
        assert "leaf" in replace(right, path=path).failures(root, bill)
        assert "leaf" in replace(right, path=right.path[:-1]).failures(root, bill)


def test_the_newest_leaf_is_proven(store: Outbox) -> None:
    found = prove(store, event_id(an_id(1)))
    assert (found.version, found.sequence, found.words.corrects != bytes(32)) == (1, 2, True)


def test_a_disclosure_has_one_bills_events_and_nothing_of_its_neighbours(store: Outbox, tmp_path: Path) -> None:
    text = json.dumps(as_json(BILL, of_bill(store, BILL)))
    assert STRANGE_BOX not in text
    assert an_id(3) not in text
    assert hex(OTHER_BILL) not in text
    file = tmp_path / "disclosed.json"
    file.write_text(text)
    found = read_disclosed(file)
    assert found.bill == BILL
    assert [one.id for one in found.events][:3] == [an_id(1), an_id(2), an_id(10)]
    assert found.failures(roots(store)) == ()
    assert [one.words for one in found.events] == [one.words for one in of_bill(store, BILL)]


def test_a_disclosure_fails_against_other_roots(store: Outbox, tmp_path: Path) -> None:
    file = tmp_path / "disclosed.json"
    file.write_text(json.dumps(as_json(BILL, of_bill(store, BILL))))
    found = read_disclosed(file)
    assert {why for _, why in found.failures({1: roots(store)[1]})} == {"batch"}
    assert {why for _, why in found.failures({1: bytes(32), 2: bytes(32)})} == {"header", "leaf"}


def test_an_event_of_another_bill_does_not_stand_in_a_disclosure(store: Outbox, tmp_path: Path) -> None:
    strange: list[Proven] = [*of_bill(store, OTHER_BILL)]
    file = tmp_path / "disclosed.json"
    file.write_text(json.dumps(as_json(BILL, strange)))
    assert {why for _, why in read_disclosed(file).failures(roots(store))} == {"event"}


@pytest.mark.parametrize("bill", ["-0x1", "0x" + "f" * 65, "1", "0x1_0", 1])
def test_a_disclosure_of_no_bill_is_refused(store: Outbox, bill: object) -> None:
    body = as_json(BILL, of_bill(store, BILL)) | {"bill": bill}
    with pytest.raises(BadInput, match="is no bill"):
        read_disclosed(json.dumps(body).encode())


@pytest.mark.parametrize("spoil", ["schema", "bill", "events", "leaf", "path", "hash", "member"])
def test_a_disclosure_that_is_broken_is_refused(store: Outbox, tmp_path: Path, spoil: str) -> None:
    body = as_json(BILL, of_bill(store, BILL))
    first = body["events"][0]
    if spoil == "leaf":
        first["leaf"]["unit"] = 99
    elif spoil == "path":
        first["path"] = ["0x"]
    elif spoil == "hash":
        first["hash"] = None
    elif spoil == "member":
        body["more"] = 1
    else:
        body[spoil] = None
    file = tmp_path / "disclosed.json"
    file.write_text(json.dumps(body))
    with pytest.raises(BadInput, match="disclosure is broken"):
        read_disclosed(file)


@pytest.mark.parametrize(
    "lie",
    [
        {"kind": FactKind.LOADED},
        {"kind": FactKind.NONE, "about": bytes(32)},
        {"unit": 0},
        {"place": b"NLRTM".ljust(32, b"\0")},
        {"place": bytes(32)},
        {"happened_at": 1_800_000_000},
    ],
    ids="-".join,
)
def test_a_leaf_that_says_other_than_its_event_does_not_verify(tmp_path: Path, lie: dict[str, Any]) -> None:
    with Outbox(tmp_path / "cargo.db") as outbox:
        outbox.link(link())
        ingest(outbox, [written(tmp_path / "events.ndjson", [boxed("GTIN")])])
        outbox.seal()
        (proven,) = of_bill(outbox, BILL)
    assert proven.failures(proven.header.root, BILL) == ()
    words = replace(proven.words, **lie)
    root = hash_of(words)
    lying = replace(proven, words=words, header=replace(proven.header, root=root), path=())
    assert lying.failures(root, BILL) == ("event",)


def test_a_store_that_lost_its_tables_is_told_as_one_that_cannot_be_used(tmp_path: Path) -> None:
    file = tmp_path / "cargo.db"
    Outbox(file).close()
    with sqlite3.connect(file) as database:
        database.execute("DROP TABLE links")
    database.close()
    with pytest.raises(BadInput, match="cannot be used: no such table"), Outbox(file) as outbox:
        outbox.links()
    with sqlite3.connect(file) as database:
        database.execute("DROP TABLE leaves")
    database.close()
    with pytest.raises(BadInput, match="cannot be used: no such table"):
        Outbox(file)
