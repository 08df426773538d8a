"""The event store keeps what was read, whole or not at all; whoever tampers with it is found (first audit, L8)."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from support.audited_trade import Trade

from sampan.audit import audit, reading
from sampan.audit.raw import RawBlock, RawLog
from sampan.audit.run import source_of
from sampan.audit.store import EventStore, Source, _seed
from sampan.errors import BadInput

SOURCE = Source(31337, "0x" + "11" * 32, ("0x" + "ab" * 20,), 5)


def block(number: int) -> RawBlock:
    return RawBlock(number, number.to_bytes(32, "big"), 1_000 + number)


def log(number: int, index: int = 0, data: bytes = b"data") -> RawLog:
    return RawLog(number, index, number.to_bytes(32, "big"), b"\x02" * 32, 0, b"\xab" * 20, b"\x03" * 64, data)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "events.sqlite"


@pytest.fixture
def store(file: Path) -> EventStore:
    """Blocks 5-9, 10-14 and 15-19; logs in 6, 11 and 12."""
    store = EventStore(SOURCE, file)
    store.append(block(9), [block(6)], [log(6), log(6, 1)])
    store.append(block(14), [block(11), block(12)], [log(11), log(12, 7)])
    store.append(block(19), [], [])
    return store


def tampered(file: Path, *statements: str) -> None:
    with sqlite3.connect(file) as database:
        for statement in statements:
            database.execute(statement)
    database.close()


def test_what_was_kept_comes_back_in_order(store: EventStore, file: Path) -> None:
    assert store.next == 20
    assert list(store.logs()) == [log(6), log(6, 1), log(11), log(12, 7)]
    assert list(store.logs(7, 11)) == [log(11)]
    assert store.blocks() == [block(6), block(11), block(12)]
    assert store.faults() == []
    store.close()
    with EventStore(SOURCE, file) as again:
        assert [(segment.first, segment.last) for segment in again.segments()] == [(5, 9), (10, 14), (15, 19)]
        assert again.count() == 4
        assert again.faults() == []


def test_a_new_store_begins_where_the_ledger_was_deployed() -> None:
    with EventStore(SOURCE) as store:
        assert (store.next, store.last(), store.count(), store.faults()) == (5, None, 0, [])


def test_rolling_back_forgets_whole_segments_and_their_logs(store: EventStore) -> None:
    store.roll_back(10)

    assert store.next == 10
    assert list(store.logs()) == [log(6), log(6, 1)]
    assert store.blocks() == [block(6)]
    store.append(block(12), [block(12)], [log(12)])
    assert store.faults() == []


def test_a_segment_is_written_whole_or_not_at_all(store: EventStore) -> None:
    before = list(store.logs())
    with pytest.raises(BadInput, match="cannot be written"):
        store.append(block(24), [block(21)], [log(21), log(21)])

    assert store.next == 20
    assert list(store.logs()) == before
    assert store.faults() == []


def test_two_audits_at_once_do_not_write_over_each_other(store: EventStore, file: Path, monkeypatch) -> None:
    with EventStore(SOURCE, file) as other:
        answers = iter([20, 25])
        other.append(block(24), [], [])
        monkeypatch.setattr(EventStore, "next", property(lambda self: next(answers)))
        with pytest.raises(BadInput, match="another audit"):
            store.append(block(24), [], [])


def test_another_ledgers_store_is_refused(store: EventStore, file: Path) -> None:
    store.close()
    for other in (
        Source(1, SOURCE.genesis_hash, SOURCE.addresses, 5),
        Source(31337, "0x" + "22" * 32, SOURCE.addresses, 5),
        Source(31337, SOURCE.genesis_hash, ("0x" + "cd" * 20,), 5),
        Source(31337, SOURCE.genesis_hash, SOURCE.addresses, 6),
    ):
        assert other.key != SOURCE.key
        with pytest.raises(BadInput, match="holds the events of another ledger"):
            EventStore(other, file)


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "events.sqlite"
    file.write_bytes(b"this is no database, and it is longer than a header of SQLite" * 20)
    with pytest.raises(BadInput) as caught:
        EventStore(SOURCE, file)
    assert caught.value.code == "audit.store.damaged"


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE logs SET data = x'00' WHERE block = 11", "blocks 10-14 are not what was written"),
        ("UPDATE logs SET topics = x'00' WHERE block = 6 AND log_index = 1", "blocks 5-9 are not what was written"),
        ("UPDATE logs SET transaction_index = 1 WHERE block = 12", "blocks 10-14 are not what was written"),
        ("UPDATE logs SET data = 'date' WHERE block = 11", "blocks 10-14 are not what was written"),
        ("UPDATE logs SET data = 12 WHERE block = 11", "blocks 10-14 are not what was written"),
        ("DELETE FROM logs WHERE block = 12", "blocks 10-14 are not what was written"),
        ("DELETE FROM logs", "blocks 5-9 are not what was written"),
        (
            "INSERT INTO logs SELECT 13, 0, block_hash, transaction_hash, 0, address, topics, data FROM logs LIMIT 1",
            "10-14",
        ),
        (
            "INSERT INTO logs SELECT 99, 0, block_hash, transaction_hash, 0, address, topics, data FROM logs LIMIT 1",
            "outside",
        ),
        ("UPDATE blocks SET timestamp = 1 WHERE number = 6", "blocks 5-9 are not what was written"),
        ("UPDATE blocks SET hash = x'00' WHERE number = 12", "blocks 10-14 are not what was written"),
        ("DELETE FROM blocks WHERE number = 6", "blocks 5-9 are not what was written"),
        ("UPDATE segments SET last_hash = x'00' WHERE first = 15", "blocks 15-19 are not what was written"),
        ("UPDATE segments SET digest = x'00' WHERE first = 5", "blocks 5-9 are not what was written"),
        ("UPDATE segments SET last = 18 WHERE first = 15", "blocks 15-18 are not what was written"),
        ("DELETE FROM segments WHERE first = 10", "blocks 15-19 do not follow on block 9"),
        ("DROP TABLE blocks", "cannot be read"),
    ],
)
def test_a_row_that_was_changed_is_found_without_the_chain(
    store: EventStore, file: Path, statement: str, words: str
) -> None:
    tampered(file, statement)

    messages = [fault.message for _, fault in store.faults()]

    assert any(words in message for message in messages), messages


# ---------------------------------------------------------------------------------------------------- against the chain


def rewritten(file: Path, trade: Trade, *statements: str) -> None:
    """What a careful thief does: change rows, and make all digests anew."""
    tampered(file, *statements)
    source = source_of(trade.manifest, trade.manifest.from_block)
    with EventStore(source, file) as store:
        database = store._db
        before = _seed(source.about())
        for segment in store.segments():
            digest = store._digest(
                before,
                segment.first,
                segment.last,
                segment.last_hash,
                store.blocks(segment.first, segment.last),
                store.logs(segment.first, segment.last),
                segment.teller,
            )
            database.execute("UPDATE segments SET digest = ? WHERE first = ?", (digest, segment.first))
            before = digest
        assert store.faults() == []


INVENTED = """INSERT INTO logs
    SELECT block, 99, block_hash, transaction_hash, 0, address, topics, data FROM logs
    WHERE block = 20 AND log_index = 0"""


@pytest.fixture(scope="module")
def kept(honest_ledger, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store that an audit of the honest ledger kept. For copies only."""
    file: Path = tmp_path_factory.mktemp("kept") / "events.sqlite"
    assert audit(honest_ledger.trade.connection, honest_ledger.trade.manifest, store=file).findings == ()
    return file


@pytest.mark.slow
@pytest.mark.parametrize("by", [tampered, rewritten], ids=["clumsy", "careful"])
@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE logs SET data = zeroblob(length(data)) WHERE block = 20", "differs"),
        ("DELETE FROM logs WHERE block = 20", "lacks a log that the chain has"),
        (INVENTED, "a log that the chain does not have"),
        ("UPDATE blocks SET timestamp = timestamp + 1 WHERE number = 20", "another hash or time of the block"),
    ],
)
def test_a_tampered_store_is_a_finding_and_the_ledger_is_not_blamed(
    honest_ledger, kept: Path, tmp_path: Path, by: Callable[..., None], statement: str, words: str
) -> None:
    trade, file = honest_ledger.trade, Path(shutil.copy(kept, tmp_path))
    if by is tampered:
        tampered(file, statement)
    else:
        rewritten(file, trade, statement)

    # Whoever writes the digests anew is found by asking the chain for all that is stored.
    report = audit(trade.connection, trade.manifest, store=file, everything=by is rewritten)

    assert {finding.id for finding in report.findings} == {"SAM-C2"}
    assert any("block 20" in finding.subject and words in finding.message for finding in report.findings)
    assert all(str(finding.level) == "critical" for finding in report.findings)
    assert report.reconciled
    assert report.body()["administration"] == honest_ledger.report.body()["administration"]
    assert report.timeline() == honest_ledger.report.timeline()


@pytest.mark.slow
def test_a_file_that_was_torn_is_a_finding_too(honest_ledger, tmp_path: Path) -> None:
    trade, file = honest_ledger.trade, tmp_path / "events.sqlite"
    file.write_bytes(b"SQLite format 3\x00" + b"\xff" * 4_080)

    report = audit(trade.connection, trade.manifest, store=file)

    assert [finding.id for finding in report.findings] == ["SAM-C2"]
    assert report.reconciled


FORGE = """CREATE TRIGGER forge AFTER INSERT ON logs BEGIN
    UPDATE logs SET data = zeroblob(length(data)) WHERE block = NEW.block AND log_index = NEW.log_index;
END"""
HIDE = """CREATE TRIGGER hide AFTER INSERT ON logs WHEN NEW.block = 20 BEGIN
    DELETE FROM logs WHERE block = NEW.block;
END"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "statement",
    [
        FORGE,
        HIDE,
        "CREATE VIEW more AS SELECT * FROM logs",
        "CREATE TABLE more (key TEXT)",
        "CREATE INDEX by_address ON logs (address)",
        "ALTER TABLE logs ADD COLUMN more AS (abs(block))",
    ],
    ids=["forging trigger", "hiding trigger", "view", "table", "index", "column"],
)
def test_a_store_prepared_beforehand_to_falsify_what_is_written_is_set_aside(
    honest_ledger, tmp_path: Path, statement: str
) -> None:
    trade, file = honest_ledger.trade, tmp_path / "events.sqlite"
    EventStore(source_of(trade.manifest, trade.manifest.from_block), file).close()
    tampered(file, statement)

    report = audit(trade.connection, trade.manifest, store=file)

    assert [finding.id for finding in report.findings] == ["SAM-C2"]
    assert "is not ours" in report.findings[0].message
    assert report.reconciled
    assert report.timeline() == honest_ledger.report.timeline()


@pytest.mark.slow
def test_a_store_that_is_altered_while_the_audit_reads_is_set_aside(
    honest_ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trade, file = honest_ledger.trade, tmp_path / "events.sqlite"
    read = reading.read

    def meddled(connection, store: EventStore, last: int, **options) -> None:
        read(connection, store, last, **options)
        if store.path is not None:
            tampered(file, "DELETE FROM logs WHERE block = 20")

    monkeypatch.setattr(reading, "read", meddled)
    report = audit(trade.connection, trade.manifest, store=file)

    assert {finding.id for finding in report.findings} == {"SAM-C2"}
    assert report.reconciled
    assert report.timeline() == honest_ledger.report.timeline()


@pytest.mark.slow
def test_very_many_faults_are_summed_up(honest_ledger, kept: Path, tmp_path: Path) -> None:
    trade, file = honest_ledger.trade, Path(shutil.copy(kept, tmp_path))
    tampered(file, "UPDATE logs SET data = data || x'00'")

    report = audit(trade.connection, trade.manifest, store=file)

    assert len(report.findings) == 21
    assert any("more rows differ" in finding.message for finding in report.findings)


@pytest.mark.slow
def test_a_part_is_compared_with_the_chain_by_lot_the_suspicious_always_and_all_when_wanted(
    honest_ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trade, file = honest_ledger.trade, tmp_path / "events.sqlite"
    source = source_of(trade.manifest, trade.manifest.from_block)
    asked: list[tuple[int, int]] = []
    one = reading._recheck_one

    def counting(connection, store, first: int, last: int, reader):
        asked.append((first, last))
        return one(connection, store, first, last, reader)

    with EventStore(source, file) as store:
        last = trade.connection.block_number()
        for end in range(source.first, last + 1):
            reading.read(trade.connection, store, end)
        segments = store.segments()
        assert len(segments) == last - source.first + 1
        monkeypatch.setattr(reading, "_recheck_one", counting)
        assert reading.recheck(trade.connection, store) == []
        ((start, end),) = asked
        assert source.first <= start <= end <= last
        assert end - start + 1 == (last - source.first + 1) // 16
        asked.clear()
        assert reading.recheck(trade.connection, store, segments[7:8]) == []
        assert asked[0] == (segments[7].first, segments[7].last)
        asked.clear()
        reading.recheck(trade.connection, store, everything=True)
        assert asked == [(segment.first, segment.last) for segment in segments]


def test_by_lot_every_block_comes_up_sooner_or_later(honest_ledger, kept: Path, tmp_path: Path) -> None:
    trade, file = honest_ledger.trade, Path(shutil.copy(kept, tmp_path))
    rewritten(file, trade, "DELETE FROM logs WHERE block = 20")
    with EventStore(source_of(trade.manifest, trade.manifest.from_block), file) as store:
        assert any(reading.recheck(trade.connection, store) for _ in range(400))


@pytest.mark.slow
def test_a_second_audit_asks_for_fewer_logs_than_the_first(
    honest_ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trade, file = honest_ledger.trade, tmp_path / "events.sqlite"
    real, told = trade.connection.transport.request, []

    def counting(method: str, parameters: object) -> dict:
        answer = real(method, parameters)
        told[-1] += len(answer["result"]) if method == "eth_getLogs" else 0
        return answer

    monkeypatch.setattr(trade.connection.transport, "request", counting)
    for _ in range(2):
        told.append(0)
        assert audit(trade.connection, trade.manifest, store=file).findings == ()
    assert told[0] > 50
    assert told[1] <= told[0] / 3


@pytest.mark.slow
def test_what_the_chain_tells_otherwise_names_who_told_it_then_and_who_is_asked_now(
    honest_ledger, kept: Path, tmp_path: Path
) -> None:
    trade, file = honest_ledger.trade, Path(shutil.copy(kept, tmp_path))
    rewritten(file, trade, "DELETE FROM logs WHERE block = 20")
    report = audit(trade.connection, trade.manifest, store=file, everything=True)
    assert all("told by" in finding.message for finding in report.findings)
    assert all(f"asked of {trade.connection.transport.name} now" in finding.message for finding in report.findings)


@pytest.mark.slow
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE segments SET last = 999999999999",
        "UPDATE segments SET first = -5",
        "UPDATE segments SET last = 0",
        "DELETE FROM about",
    ],
)
def test_segments_that_no_chain_has_are_a_finding_and_blame_no_node(
    honest_ledger, kept: Path, tmp_path: Path, statement: str
) -> None:
    trade, file = honest_ledger.trade, Path(shutil.copy(kept, tmp_path))
    tampered(file, statement)
    report = audit(trade.connection, trade.manifest, store=file)
    assert {finding.id for finding in report.findings} == {"SAM-C2"}
    assert report.reconciled
