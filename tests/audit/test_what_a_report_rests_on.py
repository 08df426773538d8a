"""What was compared, counted and believed stands in the report; a trusted block and a second RPC narrow the rest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from support import faults
from support.audited_trade import OnAnvil
from support.audits import Chain, audit_of, findings_of
from support.lying_rpc import LyingRpc
from support.refusals import scripted
from support.tamper import others
from support.uncounted import COUNTED, NOT_COUNTED

from sampan.audit import audit
from sampan.audit.trust import Trusted, basis, believed_as, believed_fields, counted_events
from sampan.deployment import manifest as manifests
from sampan.errors import BadInput, ChainError, UsageError
from sampan.finance.loans.evidence import AUDITED as LOANS_AUDITED
from sampan.finance.positions.evidence import AUDITED as POSITIONS_AUDITED
from sampan.keccak import keccak
from sampan.subjects import SUITE
from sampan.suite.check import Entry
from sampan.suite.event import field_names

# ------------------------------------------------------------------------------------- what is said is what is the case


BY_MONEY = {"reason", "licence", "Expired.by"}
"""What is believed of money and sales (test_money.py)."""
BY_CARGO = {each for each in believed_fields(SUITE) if each.startswith(("Fact", "Condition"))} | {
    "happenedAt",
    "locator",
    "place",
    "corrects",
    "correction",
}
"""What is believed of cargo (test_cargo.py)."""


BY_FINANCE = {*POSITIONS_AUDITED.believed, *LOANS_AUDITED.believed}
"""What is believed of positions and loans (test_altered_logs_of_loans.py)."""


@pytest.fixture(scope="module")
def honest() -> tuple[Any, list[Entry], Chain, set[tuple[str, str, str]]]:
    """A ledger on which every verb was used: its log, its chain, and what an audit of it finds."""
    ledger = scripted()
    chain = Chain(ledger.state, ledger.now)
    return ledger, list(ledger.entries()), chain, _found(ledger, list(ledger.entries()), chain) or set()


def _found(ledger: Any, entries: list[Entry], chain: Chain) -> set[tuple[str, str, str]] | None:
    """What an audit finds; None where the ledger cannot be reconciled."""
    evidence = audit_of(ledger, entries, chain)
    return {(f.id, f.subject, f.message) for f in findings_of(evidence)} if evidence.reconciled else None


@pytest.mark.slow
def test_p10_of_events_that_are_counted_none_can_be_left_out_unnoticed(honest: Any) -> None:
    ledger, entries, chain, before = honest
    dice = Random(7)
    for kind in counted_events(SUITE):
        places = [at for at, entry in enumerate(entries) if type(entry.event) is kind]
        for at in dice.sample(places, min(3, len(places))):
            left = [entry for place, entry in enumerate(entries) if place != at]
            assert _found(ledger, left, chain) != before, entries[at]


@pytest.mark.slow
def test_what_is_said_to_be_believed_is_all_that_an_audit_cannot_see(honest: Any) -> None:
    """Every field of every event altered in turn: unnoticed at each value are the fields that the report names."""
    ledger, entries, chain, before = honest
    dice, named = Random(7), believed_fields(SUITE)
    unseen, seen = set(), set()
    kinds: dict[type[Any], list[int]] = {}
    for at, entry in enumerate(entries):
        kinds.setdefault(type(entry.event), []).append(at)
    for kind, places in kinds.items():
        for at in dice.sample(places, min(2, len(places))):
            event = entries[at].event
            for name, attribute in zip(kind.FIELDS, field_names(kind), strict=True):
                value = getattr(event, attribute)
                for other in others(ledger.state, value, dice)[:2]:
                    if (kind.__name__, name) in seen and believed_as(SUITE, kind.__name__, name) is None:
                        # Nobody says that it cannot be seen, and it is.
                        break
                    altered = [*entries]
                    altered[at] = replace(entries[at], event=replace(event, **{attribute: other}))
                    (unseen if _found(ledger, altered, chain) == before else seen).add((kind.__name__, name))
    counted = {each.__name__ for each in counted_events(SUITE)}
    assert {each for each in unseen - seen if each[0] in counted and believed_as(SUITE, *each) is None} == set()
    # And nothing is named that is always seen.
    of_others = BY_MONEY | BY_CARGO | BY_FINANCE
    assert set(named) - {name for kind, field in unseen for name in (field, f"{kind}.{field}")} == of_others


def test_every_event_is_counted_but_an_agreement_and_what_storage_tells() -> None:
    counted = counted_events(SUITE)
    effective = {kind for kind, fact in SUITE.facts.items() if fact.effect is not None}
    # An agreement that is shown leaves nothing behind; of the others what is there at the end is compared.
    assert {kind.__name__ for kind in effective - counted} == {"Agreed", *NOT_COUNTED} - COUNTED


def test_a_report_says_what_was_compared_counted_and_believed(honest_ledger) -> None:
    report = honest_ledger.report
    rests = report.body()["rests_on"]
    assert rests["views"] > 10
    assert rests["words"] > 10
    assert rests["counted"] + sum(rests["uncounted"].values()) <= report.events
    assert {"ApprovalForAll", "ParticipantSuspended", "RoomListed"}.isdisjoint(rests["uncounted"])
    assert rests["believed"]["checksums of documents"] == len(honest_ledger.bills)
    assert rests["believed"]["remarks"] == 8
    assert basis(SUITE, []).counted == 0
    source = report.body()["generated_from"]
    assert len(source["history_digest"]) == 66


# ------------------------------------------------------------------------------------------------------ what narrows it


@pytest.mark.parametrize(
    "text", ["", "5", "5:", "5:0x12", "x:0x" + "1" * 64, "²:0x" + "1" * 64, "-5:0x" + "1" * 64, "5:0x" + "g" * 64]
)
def test_a_block_that_is_trusted_is_given_by_number_and_hash(text: str) -> None:
    with pytest.raises(BadInput, match="no block that is trusted"):
        Trusted.of(text)
    assert Trusted.of("5:" + "AB" * 32) == Trusted(5, "0x" + "ab" * 32)


@pytest.mark.anvil
def test_a_trusted_block_ends_the_audit_and_must_be_there(on_anvil: OnAnvil) -> None:
    with on_anvil.connect() as connection:
        number = connection.block_number() - 3
        there = connection.block(number)["hash"]
        assert audit(connection, on_anvil.trade.manifest, trust=Trusted(number, there)).to_block == number
        with pytest.raises(ChainError, match="this RPC tells of another chain") as told:
            audit(connection, on_anvil.trade.manifest, trust=Trusted(number, "0x" + "11" * 32))
        assert told.value.code == "chain.fork"


@pytest.mark.slow
def test_what_nobody_was_asked_for_is_not_called_passed(honest_ledger) -> None:
    connection, manifest = honest_ledger.trade.connection, honest_ledger.trade.manifest
    assert "SAM-C4" not in honest_ledger.report.generated_from["checks"]
    assert "SAM-C4" in audit(connection, manifest, also=[connection]).generated_from["checks"]
    with pytest.raises(UsageError, match="compares two RPCs"):
        audit(connection, manifest, only=("SAM-C4",))


def test_the_rpc_that_is_audited_is_no_second_one(
    honest_ledger, sampan_command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifests.write(honest_ledger.trade.manifest, tmp_path / "manifest.json")
    url = "http://127.0.0.1:9"
    ran = sampan_command("audit", "--network", url, "--manifest", tmp_path / "manifest.json", "--also", url + "/")
    assert ran.code == 2
    assert "is the RPC that is audited" in ran.err


@pytest.mark.anvil
def test_what_one_rpc_hides_another_tells(on_anvil: OnAnvil) -> None:
    """A lie that no count shows: an announcement to the AccessManager that nobody carried out any more is left out."""
    topic = "0x" + keccak(b"OperationScheduled(bytes32,uint32,uint48,address,address,bytes)").hex()
    lie = faults.logs(lambda found: [log for log in found if log["topics"][0] != topic], "hides")
    with LyingRpc(on_anvil.url, lie) as rpc, on_anvil.connect(rpc.url) as lying, on_anvil.connect() as sound:
        assert audit(lying, on_anvil.trade.manifest).findings == ()
        report = audit(lying, on_anvil.trade.manifest, also=[sound])
        finding = report.findings[0]
        assert {each.id for each in report.findings} == {"SAM-C4"}
        assert finding.message.startswith("this RPC tells of no log, where ")
        again = audit(sound, on_anvil.trade.manifest, also=[lying])
        assert {each.id for each in again.findings} == {"SAM-C4"}
        assert again.evidence.history != report.evidence.history
        assert audit(sound, on_anvil.trade.manifest, also=[sound]).findings == ()


@pytest.mark.anvil
@pytest.mark.parametrize("methods", [(), ("eth_call",), ("eth_getStorageAt",)])
def test_answers_of_an_older_block_are_one_finding_that_says_so(on_anvil: OnAnvil, methods: tuple[str, ...]) -> None:
    with on_anvil.connect() as sound:
        blocks = sorted({entry.block for entry in audit(sound, on_anvil.trade.manifest).entries})
    old = blocks[-12]
    stale = faults.stale_state(old, *methods)
    with LyingRpc(on_anvil.url, stale) as rpc, on_anvil.connect(rpc.url) as connection:
        report = audit(connection, on_anvil.trade.manifest)
    finding = next(finding for finding in report.findings if finding.id == "SAM-P10")
    assert f"it answers what stood after block {old}, when it is asked for block {report.to_block}" in finding.message
    assert not report.reconciled
    assert sum(finding.id == "SAM-P10" for finding in report.findings) == 1
