"""The producer's store: nothing lost, doubled or reordered; corrections; batches without gaps; what the chain has."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from event_makers import BILL, OTHER_BILL, STRANGE_BOX, an_id, boxed, corrected, lines, link, sailed, written

from sampan.cargo.rules import leaf as hash_of
from sampan.documents.merkle import root_from
from sampan.errors import AnswerIsNo, BadInput, Busy, UsageError
from sampan.suite.words import FactKind
from sampan.tracking.ingest import Ingested, ingest
from sampan.tracking.leaf import key_of
from sampan.tracking.outbox import BATCH, Outbox
from sampan.tracking.proofs import event_id, of_bill, prove
from sampan.tracking.reading import Unfit
from sampan.tracking.rows import packed_leaves, unpacked_leaves

Take = Callable[..., Ingested]
NOTHING = bytes(32)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox(tmp_path / "cargo.db") as outbox:
        yield outbox


@pytest.fixture
def take(store: Outbox, tmp_path: Path) -> Take:
    """Takes a file of events."""

    def taken(*events: dict[str, Any], **options: Any) -> Ingested:
        return ingest(store, [written(tmp_path / "events.ndjson", events)], **options)

    return taken


def counts(found: Ingested) -> tuple[int, int, int]:
    assert not found.refused, found.refused[0].error
    total = found.total()
    return total.new, total.known, total.corrected


def refusal(found: Ingested) -> Unfit:
    (refused,) = found.refused
    assert isinstance(refused.error, Unfit)
    return refused.error


def many(count: int, first: int = 1) -> list[dict[str, Any]]:
    return [boxed("INSP", number=number) for number in range(first, first + count)]


# ----------------------------------------------------------------------------------------------------------- the events


def test_an_event_that_came_before_is_there_already(store: Outbox, take: Take) -> None:
    assert counts(take(boxed("LOAD"), sailed("DEPA", number=2))) == (2, 0, 0)
    assert counts(take(sailed("DEPA", number=2), boxed("LOAD"), boxed("DISC", number=3))) == (1, 2, 0)
    assert counts(take(boxed("GTIN", number=4), boxed("GTIN", number=4))) == (1, 1, 0)
    assert store.status().events == store.status().leaves == 4


def test_the_same_event_written_otherwise_is_there_already(store: Outbox, tmp_path: Path, take: Take) -> None:
    take(boxed("LOAD"))
    file = tmp_path / "other.json"
    file.write_text(json.dumps(dict(reversed(boxed("LOAD").items())), indent=3))
    assert counts(ingest(store, [file])) == (0, 1, 0)


def test_another_event_under_the_same_id_is_refused(store: Outbox, take: Take) -> None:
    take(boxed("LOAD"))
    error = refusal(take(boxed("GTIN", number=2), boxed("DISC")))
    assert error.code == "event.event-id"
    assert "line 2, /eventID" in str(error)
    assert store.status().events == 1


def test_a_fault_refuses_its_whole_file_and_no_other(store: Outbox, tmp_path: Path) -> None:
    good = written(tmp_path / "good.ndjson", many(3))
    bad = written(tmp_path / "bad.ndjson", [*many(3, first=10), boxed("LOAF", number=20), boxed("LOAF", number=21)])
    found = ingest(store, [bad, good, tmp_path / "none.json"])
    assert [(one.file.name, one.new) for one in found.taken] == [("good.ndjson", 3)]
    assert [one.file.name for one in found.refused] == ["bad.ndjson", "none.json"]
    assert isinstance(found.refused[0].error, Unfit)
    assert found.refused[0].error.count == 2
    assert store.status().events == 3
    assert prove_ids(store) == [an_id(number) for number in (1, 2, 3)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[" * 100_000,
        b"[" + b"{}," * 10_000 + b"{}]",
        lines([boxed("LOAD", number=2), boxed("LOAD", number=3)]) + b"\xff\n",
        lines([boxed("LOAD", number=2)]) + b'{"eventID": NaN}\n',
        lines([boxed("LOAD", number=2)]) + lines([boxed("LOAD", number=3)]).replace(b"{", b'{"eventID": "x", ', 1),
        lines([boxed("LOAD", number=2), boxed("LOAD", number=3, eventDateTime="2026-01-02T08:30:00+99:00")]),
        lines([boxed("LOAD", number=2), boxed("LOAD", number=3, eventClassifierCode="ACTUAL")]),
        lines([boxed("LOAD", number=2), boxed("DISC", number=2)]),
        lines([*many(1_200, first=5), boxed("DISC", number=1)]),
        lines([boxed("LOAD", number=2), corrected(boxed("LOAD", number=3), isRetracted=True)]),
        lines([boxed("LOAD", number=2), boxed("LOAD", number=3, changeRemark="x" * 1_000_000)]),
    ],
    ids=(
        "empty",
        "deep",
        "many empty objects",
        "not UTF-8",
        "NaN",
        "a name twice",
        "a wrong zone",
        "two versions",
        "one id twice",
        "an id of before, after a full batch",
        "a retraction of nothing",
        "huge",
    ),
)
@pytest.mark.parametrize("jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_hostile_file_leaves_the_store_as_it_was(
    store: Outbox, tmp_path: Path, take: Take, data: bytes, jobs: int
) -> None:
    store.link(link())
    take(boxed("LOAD"))
    before = list(store._db.iterdump())
    file = tmp_path / "hostile.ndjson"
    file.write_bytes(data)
    error = refusal(ingest(store, [file], jobs=jobs))
    assert error.hint
    assert list(store._db.iterdump()) == before
    assert counts(take(boxed("GTIN", number=2))) == (1, 0, 0)
    assert [batch.header.count for batch in store.seal()] == [2]


def prove_ids(store: Outbox) -> list[str]:
    store.seal()
    return [an_id(number) for number in range(1, 30) if store.leaves_of(event_id(an_id(number)))]


@pytest.mark.slow
def test_several_processes_take_the_same_as_one(store: Outbox, tmp_path: Path) -> None:
    store.link(link())
    events = [boxed("LOAD", number=number, changeRemark="x" * 200) for number in range(1, 3_001)]
    file = written(tmp_path / "events.ndjson", events)
    assert counts(ingest(store, [file], jobs=2)) == (3_000, 0, 0)
    with Outbox(tmp_path / "alone.db") as alone:
        alone.link(link())
        ingest(alone, [file], jobs=1)
        for number in (1, 1_500, 3_000):
            one, other = (prove(each, event_id(an_id(number))) for each in (store, alone))
            assert (one.words.key, one.words.kind, one.sequence) == (other.words.key, other.words.kind, other.sequence)
            assert one.salt != other.salt
        assert [batch.header.count for batch in alone.unanchored()] == [BATCH] * 3


# ---------------------------------------------------------------------------------------------------------- corrections


def leaves(store: Outbox, number: int = 1) -> list[tuple[int | None, FactKind, bytes]]:
    """Of an event: bill, kind, key that is corrected."""
    found = store.leaves_of(event_id(an_id(number)))
    return [(made.bill, FactKind(made.kind), made.corrects or NOTHING) for _, made, _, _ in found]


def test_a_correction_names_the_leaf_in_whose_place_it_stands(store: Outbox, take: Take) -> None:
    store.link(link())
    take(boxed("LOAD"))
    assert counts(take(corrected(boxed("LOAD"), eventDateTime="2026-01-02T07:30:00+08:00"))) == (0, 0, 1)
    first = key_of(event_id(an_id(1)), BILL)
    assert leaves(store) == [(BILL, FactKind.LOADED, NOTHING), (BILL, FactKind.LOADED, first)]
    assert counts(take(corrected(boxed("LOAD"), 3, isRetracted=True))) == (0, 0, 1)
    assert leaves(store)[-1] == (BILL, FactKind.NONE, key_of(event_id(an_id(1)), BILL, 1))


def test_of_one_file_later_lines_correct_earlier_ones(store: Outbox, take: Take) -> None:
    later = corrected(boxed("LOAD"))
    taken_back = corrected(boxed("LOAD"), 3, isRetracted=True)
    assert counts(take(boxed("LOAD"), later, taken_back, later)) == (1, 1, 2)
    assert len(leaves(store)) == 3


def test_a_correction_that_is_older_is_refused(store: Outbox, take: Take) -> None:
    take(boxed("LOAD"), corrected(boxed("LOAD"), 5))
    error = refusal(take(corrected(boxed("LOAD"), 4, changeRemark="older")))
    assert "later eventUpdatedDateTime" in str(error)
    assert len(leaves(store)) == 1 + 1


def test_a_retraction_names_an_event_that_was_reported(store: Outbox, take: Take) -> None:
    error = refusal(take(corrected(boxed("LOAD"), isRetracted=True)))
    assert error.code == "event.retraction"
    assert store.status().events == 0


def test_an_event_that_is_corrected_to_another_bill_is_taken_from_the_first(store: Outbox, take: Take) -> None:
    store.link(link())
    store.link(link(OTHER_BILL, bookings=("XLLBK2600102",), containers={STRANGE_BOX: 1}))
    take(boxed("LOAD"))
    references = [{"documentReferenceType": "BKG", "documentReferenceValue": "XLLBK2600102"}]
    take(corrected(boxed("LOAD", documentReferences=references, equipmentReference=STRANGE_BOX)))
    assert sorted(leaves(store)[1:], key=lambda one: one[1]) == [
        (BILL, FactKind.NONE, key_of(event_id(an_id(1)), BILL)),
        (OTHER_BILL, FactKind.LOADED, NOTHING),
    ]


# ---------------------------------------------------------------------------------------------------------------- links


def test_events_that_came_before_the_link_are_linked_and_their_old_leaves_stay(store: Outbox, take: Take) -> None:
    take(boxed("LOAD"), sailed("DEPA", number=2), boxed("LOAD", number=3, equipmentReference=STRANGE_BOX))
    assert store.link(link()) == 2
    assert store.link(link()) == 0
    assert leaves(store) == [(None, FactKind.NONE, NOTHING), (BILL, FactKind.LOADED, NOTHING)]
    assert leaves(store, 3) == [(None, FactKind.NONE, NOTHING)]
    store.seal()
    assert prove(store, event_id(an_id(2))).words.kind is FactKind.DEPARTED


def test_a_late_link_takes_the_last_version_and_nothing_that_was_taken_back(store: Outbox, take: Take) -> None:
    take(boxed("LOAD"), corrected(boxed("LOAD"), changeRemark="late"), boxed("GTIN", number=2))
    take(corrected(boxed("GTIN", number=2), isRetracted=True))
    assert store.link(link()) == 1
    assert leaves(store)[-1] == (BILL, FactKind.LOADED, NOTHING)
    take(corrected(boxed("LOAD"), 6, isRetracted=True))
    assert leaves(store)[-1] == (BILL, FactKind.NONE, key_of(event_id(an_id(1)), BILL, 1))


def test_a_bill_is_linked_by_one_document(store: Outbox) -> None:
    store.link(link())
    with pytest.raises(AnswerIsNo, match="linked already"):
        store.link(link(discharge="NLAMS"))


# -------------------------------------------------------------------------------------------------------------- batches


@pytest.mark.slow
def test_batches_are_of_a_thousand_in_the_order_of_events_and_a_rest_is_sealed_when_it_is_asked_for(
    store: Outbox, take: Take
) -> None:
    take(*many(2_300))
    assert [(batch.sequence, batch.header.count) for batch in store.unanchored()] == [(1, 1_000), (2, 1_000)]
    assert store.status().waiting == 300
    (rest,) = store.seal()
    assert (rest.sequence, rest.header.count, rest.first) == (3, 300, 2_001)
    assert store.seal() == []
    assert [prove(store, event_id(an_id(number))).sequence for number in (1, 1_000, 1_001, 2_300)] == [1, 1, 2, 3]


def test_any_event_is_proven_by_the_tree_of_its_batch(store: Outbox, take: Take) -> None:
    take(*many(1_000))
    for number in (1, 500, 1_000):
        found = prove(store, event_id(an_id(number)))
        assert root_from(hash_of(found.words), found.path) == store.batch(1).header.root
        assert found.failures(store.batch(1).header.root, None) == ()


def test_a_batch_is_from_its_first_event_to_its_last(store: Outbox, take: Take) -> None:
    take(
        boxed("LOAD", eventDateTime="2026-01-01T00:00:00Z"),
        boxed("LOAD", number=2),
        boxed("LOAD", number=3, eventClassifierCode="PLN", eventDateTime="2027-01-01T00:00:00Z"),
    )
    (batch,) = store.seal()
    assert (batch.header.earliest, batch.header.latest) == (1_767_225_600, 1_767_315_600)


@pytest.mark.slow
def test_a_batch_goes_from_sealed_to_sent_to_anchored(store: Outbox, take: Take) -> None:
    take(*many(2_000))
    first = store.unanchored()[0]
    assert first.state == "sealed"
    assert first.arguments == (1, first.header.root, 1_000, first.header.earliest, first.header.latest, NOTHING)
    store.sent(1, b"\1" * 32)
    assert store.batch(1).state == "sent"
    store.sent(1, b"\2" * 32)
    assert store.anchored(1, 1_767_400_000).state == "anchored"
    assert store.anchored(1, 1_767_400_000).header.anchored_at == 1_767_400_000
    assert [batch.sequence for batch in store.unanchored()] == [2]
    assert store.status().anchored == 1
    with pytest.raises(AnswerIsNo, match="another time"):
        store.anchored(1, 1_767_400_001)
    with pytest.raises(UsageError, match="anchored already"):
        store.sent(1, b"\3" * 32)
    with pytest.raises(UsageError, match="no such batch"):
        store.sent(3, b"\3" * 32)


@pytest.mark.slow
def test_batches_are_anchored_in_order(store: Outbox, take: Take) -> None:
    take(*many(2_000))
    with pytest.raises(UsageError, match="precedes"):
        store.anchored(2, 1_767_400_000)


def test_what_the_chain_has_is_taken_for_anchored_when_it_is_this_batch(store: Outbox, take: Take) -> None:
    take(*many(1_000))
    header = replace(store.batch(1).header, anchored_at=1_767_400_000)
    for wrong in (replace(header, root=NOTHING), replace(header, count=999), replace(header, latest=1)):
        with pytest.raises(AnswerIsNo, match="another batch"):
            store.adopt(1, wrong)
    assert store.adopt(1, header).state == "anchored"


# ------------------------------------------------------------------------------------------------------------- the file


def test_the_store_is_its_owners_alone(store: Outbox, tmp_path: Path, take: Take) -> None:
    take(boxed("LOAD"))
    files = [*tmp_path.glob("cargo.db*")]
    assert len(files) > 1
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


@pytest.mark.slow
def test_a_second_process_is_told_at_once(store: Outbox, tmp_path: Path) -> None:
    script = f"from pathlib import Path; from sampan.tracking.outbox import Outbox; Outbox(Path({str(store.path)!r}))"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert "another run is at work on this store" in ran.stderr
    with pytest.raises(Busy):
        Outbox(store.path)


def test_others_may_read_while_one_writes(store: Outbox, take: Take) -> None:
    take(*many(1_000))
    with Outbox(store.path, writes=False) as reader:
        assert reader.status().events == 1_000
        assert prove(reader, event_id(an_id(7))).sequence == 1


@pytest.mark.parametrize("version", [1, 3])
def test_a_store_of_another_version_is_refused_with_words(tmp_path: Path, version: int) -> None:
    path = tmp_path / "cargo.db"
    Outbox(path).close()
    database = sqlite3.connect(path)
    database.execute(f"PRAGMA user_version = {version}")
    database.close()
    with pytest.raises(BadInput, match=f"version {version}, this Sampan knows 2"):
        Outbox(path)


def test_what_is_no_store_is_refused(tmp_path: Path) -> None:
    for name, content in (("text", b"not a store" * 100), ("other.db", None)):
        path = tmp_path / name
        if content is None:
            database = sqlite3.connect(path)
            database.execute("CREATE TABLE t (x)")
            database.close()
        else:
            path.write_bytes(content)
        before = path.read_bytes()
        with pytest.raises(BadInput):
            Outbox(path)
        assert path.read_bytes() == before
    with pytest.raises(BadInput, match="is no store"):
        Outbox(tmp_path / "none.db", writes=False)
    assert not (tmp_path / "none.db").exists()


def test_a_store_of_which_a_leaf_was_altered_gives_no_proof(store: Outbox, take: Take) -> None:
    take(*many(1_000))
    (packed,) = store._db.execute("SELECT packed FROM leaves WHERE first = 1").fetchone()
    rows = [*unpacked_leaves(packed)]
    rows[4] = (*rows[4][:-1], os.urandom(32))
    ((_, packed),) = packed_leaves(rows)
    store._db.execute("UPDATE leaves SET packed = ? WHERE first = 1", (packed,))
    with pytest.raises(BadInput, match="was altered"):
        prove(store, event_id(an_id(7)))


@pytest.mark.parametrize("table", ["leaves", "bodies"])
@pytest.mark.parametrize(
    "change", ["DELETE FROM {}", "UPDATE {} SET packed = x'00'", "UPDATE {} SET first = first - 1"]
)
def test_a_store_that_was_altered_gives_no_proof(store: Outbox, take: Take, table: str, change: str) -> None:
    take(boxed("LOAD"))
    store.seal()
    store._db.execute(change.format(table))
    with pytest.raises(BadInput, match="was altered"):
        prove(store, event_id(an_id(1)))


def test_no_proof_of_what_was_never_reported_or_waits_or_is_of_several_bills(store: Outbox, take: Take) -> None:
    store.link(link())
    store.link(link(OTHER_BILL, containers={STRANGE_BOX: 1}))
    take(sailed("DEPA"))
    with pytest.raises(BadInput, match="never reported"):
        prove(store, event_id(an_id(9)))
    with pytest.raises(BadInput, match="of 2 bills"):
        prove(store, event_id(an_id(1)))
    with pytest.raises(BadInput, match="in no batch yet"):
        prove(store, event_id(an_id(1)), BILL)
    store.seal()
    assert prove(store, event_id(an_id(1)), OTHER_BILL).bill == OTHER_BILL
    assert len([*of_bill(store, BILL)]) == 1
    with pytest.raises(BadInput, match="not of this bill"):
        prove(store, event_id(an_id(1)), 5)


def test_n26_a_second_event_of_the_same_thing_names_what_it_replaces(store: Outbox, take: Take) -> None:
    store.link(link())
    take(boxed("GTIN", number=1))
    take(boxed("GTIN", number=2), boxed("GTIN", number=3), boxed("LOAD", number=4))
    kept = {one: (version, words.corrects) for one, _, words, version, _ in store.leaves_of_bill(BILL)}
    ids = [event_id(an_id(number)) for number in range(1, 5)]
    assert [kept[each][1] for each in ids] == [None, key_of(ids[0], BILL), key_of(ids[1], BILL), None]
    assert store.seal()
    assert all(not one.failures(one.header.root, BILL) for one in of_bill(store, BILL))


def test_n26_what_is_said_again_after_a_retraction_names_what_was_taken_back(store: Outbox, take: Take) -> None:
    store.link(link())
    load = boxed("LOAD", number=1)
    take(load, corrected(load, isRetracted=True), boxed("LOAD", number=2))
    *_, again = [words for _, _, words, _, _ in store.leaves_of_bill(BILL)]
    assert again.corrects == key_of(event_id(an_id(1)), BILL)


def test_n26_events_that_came_before_the_link_name_each_other_in_their_order(store: Outbox, take: Take) -> None:
    take(boxed("GTIN", number=1), boxed("GTIN", number=2))
    store.link(link())
    said = [words.corrects for _, _, words, _, _ in store.leaves_of_bill(BILL)]
    assert said == [None, key_of(event_id(an_id(1)), BILL)]


@pytest.mark.slow
def test_a_correction_asks_the_store_no_more_often_however_many_came_before_it(tmp_path: Path) -> None:
    made = boxed("LOAD")
    start = datetime(2026, 1, 3, tzinfo=UTC)
    moments = [(start + timedelta(seconds=at)).isoformat() for at in range(400)]
    every = [made, *(made | {"eventUpdatedDateTime": each} for each in moments)]
    asked: list[str] = []
    counts = []
    with Outbox(tmp_path / "cargo.db") as outbox:
        outbox.link(link())
        outbox._db.set_trace_callback(asked.append)
        for part in (every[:201], every[201:], every):
            asked.clear()
            found = ingest(outbox, [written(tmp_path / "events.ndjson", part)], jobs=1).total()
            counts.append(len(asked))
    assert (found.known, found.corrected) == (401, 0)
    assert counts[1] < counts[0] + 50
    assert counts[2] < counts[0]
