"""The trade of the demo: what is played, what is refused, what the audit makes of it, what is left behind."""

from __future__ import annotations

import json
import time
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from sampan.audit import audit
from sampan.cli.main import main as cli
from sampan.cli.schema import load
from sampan.client.records import Act
from sampan.documents.salts import read_salts
from sampan.errors import SampanError
from sampan.scenarios.stage import SampanChain
from sampan.scenarios.trade import Cargoes, Trade
from sampan.suite.check import Level
from sampan.suite.words import Status


class Listener:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.chapters: list[str] = []
        self.verbs: list[str] = []
        self.refusals: list[tuple[str, str]] = []
        self.notes: list[str] = []

    def chapter(self, title: str, text: str) -> None:
        self.chapters.append(title)

    def act(self, act: Act, why: str) -> None:
        self.verbs.append(act.verb)

    def refused(self, who: str, tried: str, error: SampanError, why: str) -> None:
        self.refusals.append((type(error).__name__, tried))

    def note(self, text: str) -> None:
        self.notes.append(text)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[SampanChain, Cargoes, Listener, Path]:
    stage, listener = SampanChain(enrol=False), Listener()
    folder = tmp_path_factory.mktemp("trade")
    return stage, Trade(stage, listener, folder).play(), listener, folder


def test_one_cargo_is_delivered_one_bill_split_and_one_switched_to_paper(
    played: tuple[SampanChain, Cargoes, Listener, Path],
) -> None:
    stage, cargoes, _, _ = played
    assert stage.ledger.bill(cargoes.delivered).status is Status.DELIVERED
    assert stage.ledger.bill(cargoes.split).status is Status.REPLACED
    assert [stage.ledger.bill(part).status for part in cargoes.parts] == [Status.LIVE, Status.LIVE]
    assert stage.ledger.bill(cargoes.paper).status is Status.PAPER


def test_the_bill_passes_through_endorsement_rejection_refusal_and_delivery_in_the_order_of_the_trade(
    played: tuple[SampanChain, Cargoes, Listener, Path],
) -> None:
    stage, cargoes, _, _ = played
    told = [type(entry.event).__name__ for entry in stage.ledger.history(cargoes.delivered).entries]
    acts = [name for name in told if name not in ("Transfer", "Agreed")]
    assert acts == [
        "Issued",
        "Transferred",
        "Endorsed",
        "Signed",
        "Endorsed",
        "Transferred",
        "Rejected",
        "Transferred",
        "Surrendered",
        "SurrenderRefused",
        "Surrendered",
        "SurrenderAccepted",
        "Delivered",
    ]


def test_what_the_ledger_must_not_allow_is_tried_and_refused(
    played: tuple[SampanChain, Cargoes, Listener, Path],
) -> None:
    _, _, listener, _ = played
    assert [name for name, _ in listener.refusals] == [
        "DocumentRefused",
        "AgreementRequired",
        "NotPossessor",
        "RecallTooEarly",
        "WrongStatus",
        "ReplacementsNotAgreed",
    ]


def test_the_audit_reconciles_and_notices_only_the_carrier_that_stayed_silent(
    played: tuple[SampanChain, Cargoes, Listener, Path],
) -> None:
    stage, cargoes, _, _ = played
    report = audit(stage.connection, stage.manifest)
    assert report.reconciled
    assert [(finding.id, finding.level) for finding in report.findings] == [("SAM-T7", Level.LOW)]
    assert len(report.lives["bills"]) == 5
    assert set(report.lives["bills"]) == {cargoes.delivered, cargoes.split, *cargoes.parts, cargoes.paper}


def test_documents_keep_their_salts_beside_them(played: tuple[SampanChain, Cargoes, Listener, Path]) -> None:
    stage, cargoes, _, folder = played
    first, second = cargoes.parts
    bills = {
        "to-order": cargoes.delivered,
        "split": cargoes.split,
        "split-first": first,
        "split-second": second,
        "to-paper": cargoes.paper,
    }
    for name, bill in bills.items():
        assert (folder / f"{name}.json").exists()
        salts = folder / f"{name}.salts.json"
        assert read_salts(salts).root == stage.ledger.bill(bill).root
        assert salts.stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_the_demo_leaves_audit_timeline_manifest_and_documents_and_fits_its_schema(tmp_path: Path) -> None:
    started = time.monotonic()
    result = CliRunner().invoke(cli, ["demo", "--json", "--out", str(tmp_path / "demo")])
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    jsonschema.validate(document, load("demo"))
    left = json.loads((tmp_path / "demo" / "audit.json").read_text())
    assert left["reconciled"] is True
    assert left["bills"] == 5
    for name in ("timeline.json", "manifest.json", "documents/to-order.json"):
        assert (tmp_path / "demo" / name).exists()
    # Told to a tenth of a second, which may round up.
    assert float(document["seconds"]) <= time.monotonic() - started + 0.1


@pytest.mark.slow
def test_the_demo_can_be_played_again_into_the_same_folder(tmp_path: Path) -> None:
    for _ in range(2):
        result = CliRunner().invoke(cli, ["demo", "--out", str(tmp_path)])
        assert result.exit_code == 0, result.output
    assert "What the logs tell is what the chain keeps" in result.stdout
