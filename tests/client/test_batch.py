"""Many documents issued in few transactions, in Python: planned, carried out, planned again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sampan.client import batch
from sampan.client.ledger import Ledger
from sampan.documents import prepare
from sampan.suite.words import Status
from sampan.testing import sample

LAW = {"carriage_law": "SG"}


@pytest.fixture
def day(tmp_path: Path) -> list[Path]:
    """Documents of one day."""
    files = []
    for number in range(4):
        document = json.loads(sample("to-order")) | {"transportDocumentReference": f"DAY{number}"}
        file = tmp_path / f"{number}.json"
        file.write_text(json.dumps(document))
        files.append(file)
    return files


@pytest.mark.slow
def test_a_day_is_planned_carried_out_and_stands_when_it_is_planned_again(carrier: Ledger, day: list[Path]) -> None:
    planned = batch.plan(carrier, day[:3], lambda document: LAW)
    assert len(planned.calls) == 3
    assert not carrier.exists(planned.calls[0].bills[0]), "planning sends nothing"
    batch.carry_out(carrier, planned)
    assert planned.counts == {"issued": 3, "stood": 0, "refused": 0}
    assert len(planned.acts) == 1
    for file, item in zip(day, planned.items, strict=False):
        assert carrier.bill(item.bill or 0).root == item.root == prepare(file).root
    again = batch.plan(carrier, day, lambda document: LAW)
    assert [item.outcome for item in again.items] == ["stood", "stood", "stood", "waiting"]
    assert {item.status for item in again.items[:3]} == {Status.LIVE}
    assert again.exit_code == 0
    assert batch.carry_out(carrier, again).counts == {"issued": 1, "stood": 3, "refused": 0}


def test_a_rehearsal_of_a_day_sends_and_writes_nothing(carrier: Ledger, day: list[Path]) -> None:
    trial = carrier.rehearsing()
    planned = batch.carry_out(trial, batch.plan(trial, day, lambda document: LAW))
    assert planned.counts["issued"] == 4
    assert all(not act.sent for act in planned.acts)
    assert not carrier.exists(planned.items[0].bill or 0)
    assert list(day[0].parent.glob("*.salts.json")) == []


def test_what_is_remembered_is_asked_once_and_by_nobody_else(
    carrier: Ledger, day: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    request = carrier.connection.transport.request

    def counted(method: str, params: object) -> object:
        asked.append(method)
        return request(method, params)  # type: ignore[arg-type]

    monkeypatch.setattr(carrier.connection.transport, "request", counted)
    remembering = carrier.remembering()
    first = remembering.participant("SAMPAN00CARRIER00006")
    count = len(asked)
    assert remembering.participant("SAMPAN00CARRIER00006") == first
    assert len(asked) == count
    assert carrier.participant("SAMPAN00CARRIER00006") == first
    assert len(asked) > count
    # At a block of its own nothing is remembered.
    block = carrier.connection.block_number()
    remembering.participant("SAMPAN00CARRIER00006", block=block)
    count = len(asked)
    remembering.participant("SAMPAN00CARRIER00006", block=block)
    assert len(asked) > count
