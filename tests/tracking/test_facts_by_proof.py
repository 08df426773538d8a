"""What a producer anchored becomes a fact by its proof, and is struck by what takes it back (N3); anybody shows it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from event_makers import BILL, OTHER_BILL, SECOND_BOX, an_id, boxed, corrected, link, sailed, written

from sampan.cli.schema import document
from sampan.client import anchoring, errors, proven
from sampan.client.ledger import Ledger
from sampan.errors import AnswerIsNo, BadInput, ChainError, SampanError, UsageError
from sampan.suite import events
from sampan.suite.words import FactKind
from sampan.testing import SampanChain
from sampan.tracking import proofs
from sampan.tracking.ingest import ingest
from sampan.tracking.outbox import Outbox


@pytest.fixture
def terminal(reported: SampanChain, sampan_chain: SampanChain) -> Ledger:
    return sampan_chain.as_role("terminal")


class Feed:
    """A producer's store, into which events go and from which proofs come."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.files = folder, 0
        self.outbox = Outbox(folder / "cargo.db")

    def take(self, *reported: dict[str, Any]) -> None:
        """Take events in, and seal them."""
        self.files += 1
        file = self.folder / f"{self.files}.ndjson"
        written(file, reported)
        done = ingest(self.outbox, [file], jobs=1)
        assert not done.refused, done.refused
        self.outbox.seal()

    def prove(self, number: int) -> Path:
        """The file of an event's proof."""
        found = proofs.prove(self.outbox, proofs.event_id(an_id(number)))
        body = {"bill": found.bill, "proof": found, "header": found.header, "about_salt": found.about_salt}
        made = document("sampan.cargo-proof/1", body)
        path = self.folder / f"proof-{number}.json"
        path.write_text(json.dumps(made))
        return path


@pytest.fixture
def feed(tmp_path: Path) -> Feed:
    made = Feed(tmp_path)
    made.outbox.link(link())
    return made


@pytest.mark.slow
def test_several_boxes_are_recorded_by_their_proofs_in_one_transaction(
    terminal: Ledger, relayer: Ledger, feed: Feed
) -> None:
    feed.take(boxed("LOAD", number=1), boxed("LOAD", number=2, equipmentReference=SECOND_BOX), sailed("DEPA", number=3))
    with pytest.raises(errors.NotOnLedger, match="nobody anchored batch 1 with this root"):
        relayer.cargo_log.record(feed.prove(1))
    assert anchoring.anchor(terminal, feed.outbox).batches == 1
    calls = [relayer.cargo_log.calls.record(feed.prove(number)) for number in (1, 2)]
    (act,) = relayer.do_all(calls)
    assert [(fact.kind, fact.unit, fact.sequence) for fact in act.all(events.FactRecorded)] == [
        (FactKind.LOADED, 1, 1),
        (FactKind.LOADED, 2, 1),
    ]
    said = relayer.facts(BILL).said
    assert [(each.kind, each.unit, each.state, each.batch) for each in said] == [
        (FactKind.LOADED, 1, "standing", 1),
        (FactKind.LOADED, 2, "standing", 1),
    ]
    with pytest.raises(errors.NotAccredited, match="not accredited for departed at CNSHA") as refused:
        relayer.cargo_log.record(feed.prove(3))
    assert f"sampan cargo accredit {relayer.lei_of(terminal)} departed --place CNSHA" in str(refused.value.hint)


def test_n3_what_is_taken_back_is_struck_and_does_not_come_back(terminal: Ledger, relayer: Ledger, feed: Feed) -> None:
    feed.take(boxed("LOAD"))
    anchoring.anchor(terminal, feed.outbox)
    first = proven.read(feed.prove(1))
    relayer.cargo_log.record(first)
    with pytest.raises(UsageError, match="corrects nothing"):
        relayer.cargo_log.strike(first)
    feed.take(corrected(boxed("LOAD"), 3, isRetracted=True))
    anchoring.anchor(terminal, feed.outbox)
    back = feed.prove(1)
    with pytest.raises(UsageError, match="says nothing that a contract acts on") as said:
        relayer.cargo_log.record(back)
    assert "strike" in str(said.value.hint)
    relayer.cargo_log.strike(back)
    assert [each.state for each in relayer.facts(BILL).said] == ["struck"]
    with pytest.raises(UsageError, match="was taken back already"):
        relayer.cargo_log.strike(back)
    with pytest.raises(errors.SaidSince):
        relayer.cargo_log.record(first)


def test_n3_a_correction_comes_in_the_place_of_what_it_corrects(terminal: Ledger, relayer: Ledger, feed: Feed) -> None:
    feed.take(boxed("LOAD"))
    anchoring.anchor(terminal, feed.outbox)
    relayer.cargo_log.record(feed.prove(1))
    first = proven.read(feed.prove(1))
    feed.take(corrected(boxed("LOAD"), 3, eventDateTime="2026-01-02T09:00:00+08:00"))
    anchoring.anchor(terminal, feed.outbox)
    later = feed.prove(1)
    act = relayer.cargo_log.record(later)
    assert act.event(events.FactRecorded).corrects == first.event.key
    (said,) = relayer.facts(BILL).said
    assert (said.state, said.batch, said.key) == ("standing", 2, proven.read(later).event.key)
    with pytest.raises(errors.FactStands) as refused:
        relayer.cargo_log.record(first)
    assert "stands since" in refused.value.message


def altered(*path: str, value: Any) -> Callable[[Any], None]:
    """Alters a member of a proof."""

    def change(made: Any) -> None:
        for name in path[:-1]:
            made = made[name]
        made[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        (altered("proof", "leaf", "unit", value=2), BadInput, "proof is broken"),
        (altered("proof", "leaf", "place", value="NLRTM"), BadInput, "proof is broken"),
        (altered("proof", "hash", value="0x" + "12" * 32), BadInput, "proof is broken"),
        (altered("proof", "path", value=["0x" + "12" * 32]), BadInput, "does not lead from the event to the root"),
        (altered("header", "root", value="0x" + "12" * 32), BadInput, "does not lead from the event to the root"),
        (altered("proof", "sequence", value=7), errors.NotOnLedger, "nobody anchored batch 7 with this root"),
        (
            altered("about_salt", value="0x" + "12" * 32),
            BadInput,
            "does not speak of SAMPAN00CARRIER00006/XLLSHA2600101",
        ),
        (altered("bill", value="SAMPAN00CARRIER00006/XLLSHA2600102/v1"), BadInput, "does not speak of"),
        (altered("bill", value=None), UsageError, "of which bill"),
        (altered("schema", value="sampan.cargo-disclosure/1"), BadInput, "proof is broken"),
    ],
)
def test_a_proof_that_was_altered_is_refused_before_anything_is_sent(
    terminal: Ledger, relayer: Ledger, feed: Feed, change: Any, error: type[SampanError], said: str
) -> None:
    feed.take(boxed("LOAD"), boxed("GTIN", number=2))
    anchoring.anchor(terminal, feed.outbox)
    path = feed.prove(1)
    made = json.loads(path.read_text())
    change(made)
    path.write_text(json.dumps(made))
    with pytest.raises(error, match=said):
        relayer.cargo_log.record(path)


def test_an_event_is_no_fact_of_another_bill(terminal: Ledger, relayer: Ledger, feed: Feed) -> None:
    feed.take(boxed("LOAD"))
    anchoring.anchor(terminal, feed.outbox)
    with pytest.raises(BadInput, match="does not speak of"):
        relayer.cargo_log.record(feed.prove(1), bill=OTHER_BILL)
    with pytest.raises(errors.NotOnLedger, match="nobody anchored"):
        relayer.cargo_log.record(feed.prove(1), producer="inspector")


# ------------------------------------------------------------------------------------------------------------ anchoring


def test_what_the_chain_has_already_is_adopted(terminal: Ledger, feed: Feed) -> None:
    feed.take(boxed("LOAD"))
    feed.take(boxed("GTIN", number=2))
    first, second = anchoring.calls(terminal, feed.outbox)
    # A run that died after it had sent the first.
    terminal.do(first)
    assert feed.outbox.status().sealed == 2
    done = anchoring.anchor(terminal, feed.outbox)
    assert (done.adopted, done.batches) == (1, 1)
    assert (feed.outbox.status().anchored, anchoring.anchor(terminal, feed.outbox).batches) == (2, 0)
    with pytest.raises(errors.OutOfSequence, match="is 3, not 2"):
        terminal.do(second)


def test_a_batch_that_comes_into_a_block_meanwhile_is_adopted(
    terminal: Ledger, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed.take(boxed("LOAD"))
    feed.take(boxed("GTIN", number=2))
    sent = feed.outbox.sent

    def another_was_faster(sequence: int, transaction: bytes) -> None:
        sent(sequence, transaction)
        if sequence == 1 and not any(transaction):
            terminal.do(anchoring.calls(terminal, feed.outbox)[0])

    monkeypatch.setattr(feed.outbox, "sent", another_was_faster)
    done = anchoring.anchor(terminal, feed.outbox)
    assert (done.adopted, done.batches, feed.outbox.status().anchored) == (1, 1, 2)


def test_a_store_of_another_producer_or_from_a_backup_is_refused(
    terminal: Ledger,
    sampan_chain: SampanChain,
    feed: Feed,
    tmp_path: Path,
) -> None:
    feed.take(boxed("LOAD"))
    anchoring.anchor(terminal, feed.outbox)
    (tmp_path / "other").mkdir()
    other = Feed(tmp_path / "other")
    with pytest.raises(AnswerIsNo, match=r"the chain has 1 batches .*, and by this store it has 0"):
        anchoring.anchor(terminal, other.outbox)
    other.take(boxed("GTIN"))
    with pytest.raises(AnswerIsNo, match="the chain has another batch under number 1"):
        anchoring.anchor(terminal, other.outbox)
    with pytest.raises(AnswerIsNo, match="1 of its batches are anchored"):
        anchoring.anchor(sampan_chain.as_role("inspector"), feed.outbox)


def test_who_does_not_report_anchors_nothing(
    terminal: Ledger,
    sampan_chain: SampanChain,
    feed: Feed,
) -> None:
    feed.take(boxed("LOAD"))
    with pytest.raises(SampanError, match="role produce"):
        anchoring.anchor(sampan_chain.as_role("trader"), feed.outbox)
    # It was marked before it was tried, and is sent by whoever may.
    assert feed.outbox.status().sent == 1
    assert anchoring.anchor(terminal, feed.outbox).batches == 1


def test_logs_that_tell_a_batch_otherwise_or_leave_it_out_are_noticed(
    terminal: Ledger, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed.take(boxed("LOAD"))
    terminal.do(anchoring.calls(terminal, feed.outbox)[0])
    logged = terminal._logged

    def otherwise(*positional: Any, **named: Any) -> Any:
        return [
            replace(event, header=replace(event.header, latest=event.header.latest + 1))
            for event in logged(*positional, **named)
        ]

    monkeypatch.setattr(terminal, "_logged", otherwise)
    for ask in (terminal.anchored, lambda: terminal.headers("terminal", [1])):
        with pytest.raises(ChainError, match="the logs tell batch 1 otherwise than the contract has it"):
            ask()
    monkeypatch.setattr(terminal, "_logged", logged)
    with pytest.raises(ChainError, match="the logs lack batch 2, which the contract has"):
        terminal.headers("terminal", [1, 2])
