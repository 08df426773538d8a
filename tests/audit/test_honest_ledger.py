"""An honest ledger gives no findings, whatever happened on it, at any block, however it was read (P10)."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from support.audited_trade import (
    ANSWER,
    BLANK,
    MOVE,
    NOBODY,
    ORDER,
    PAPER,
    ROLES,
    TERMS,
    TITLE,
    TO_ORDER,
    Trade,
    room_on,
)

from sampan.audit import audit, checks, reading
from sampan.audit.checks import Finding
from sampan.audit.trust import Trusted
from sampan.bills.subject import BILLS
from sampan.chain.abi import encode_call
from sampan.cli import schema
from sampan.errors import ChainError, UsageError
from sampan.suite.check import Level
from sampan.suite.tell import bill_name, option
from sampan.suite.words import Kind, RecordLaw, Status

HOUR = 3_600
DAY = 24 * HOUR


def test_an_honest_ledger_gives_no_findings(honest_ledger) -> None:
    report = honest_ledger.report

    assert report.findings == ()
    assert report.reconciled
    assert report.worst() is None
    body = report.body()
    assert list(body)[:15] == [
        "network",
        "chain_id",
        "from_block",
        "to_block",
        "events",
        "participants",
        "bills",
        "deposits",
        "cargo",
        "producers",
        "sales",
        "claims",
        "loans",
        "reconciled",
        "findings",
    ]
    assert body["bills"] == len(honest_ledger.bills)
    assert body["findings"] == []
    assert body["reconciled"] is True


@pytest.mark.slow
def test_what_is_written_fits_its_schema_and_is_the_same_however_it_was_read(honest_ledger, tmp_path: Path) -> None:
    trade, store = honest_ledger.trade, tmp_path / "events.sqlite"
    half = audit(trade.connection, trade.manifest, store=store, to_block=honest_ledger.report.to_block // 2)
    whole = audit(trade.connection, trade.manifest, store=store)
    again = audit(trade.connection, trade.manifest, store=store, everything=True)

    assert half.reconciled
    folders = []
    for name, report in (("anew", honest_ledger.report), ("resumed", whole), ("again", again)):
        report.write(tmp_path / name)
        folders.append({file.name: file.read_bytes() for file in (tmp_path / name).iterdir()})
    assert folders[0] == folders[1] == folders[2]
    for name in ("audit", "timeline"):
        document = json.loads(folders[0][f"{name}.json"])
        jsonschema.Draft202012Validator(schema.load(name)).validate(document)


def test_the_timeline_spells_words_and_ids_as_the_client_does() -> None:
    timeline = schema.load("timeline")["properties"]["bills"]["items"]["properties"]
    client, history = schema.load("bill")["properties"]["bill"]["properties"], schema.load("bill-history")["properties"]

    assert {word: timeline[word] for word in ("id", "status", "kind")} == {
        word: client[word] for word in ("id", "status", "kind")
    }
    assert timeline["record_law"] == history["record_law"]
    for word, kind in (("status", Status), ("kind", Kind), ("record_law", RecordLaw)):
        assert timeline[word]["enum"] == [option(one) for one in kind]


def test_the_timeline_tells_every_act_of_a_bill_in_order(honest_ledger) -> None:
    bills = {bill["id"]: bill for bill in honest_ledger.report.timeline()["bills"]}
    delivered = bills[hex(honest_ledger.bills["delivered"])]

    assert delivered["status"] == "delivered"
    assert [event["arguments"]["actCount"] for event in delivered["events"]] == [str(n) for n in range(1, 13)]
    assert [event["event"] for event in delivered["events"]] == [
        "Issued",
        "Endorsed",
        "Endorsed",
        "Signed",
        "Transferred",
        "Rejected",
        "Transferred",
        "Surrendered",
        "SurrenderRefused",
        "Surrendered",
        "SurrenderAccepted",
        "Delivered",
    ]
    assert delivered["events"][8]["remark"] == "freight is not paid"
    issued, signed, surrendered = (delivered["events"][at]["arguments"] for at in (0, 3, 7))
    assert issued["bill"] == delivered["id"]
    assert (issued["kind"], issued["recordLaw"]) == ("order", delivered["record_law"])
    assert (signed["purpose"], surrendered["purpose"]) == ("checked", "delivery")
    halves = [bills[hex(honest_ledger.bills[name])] for name in ("first half", "second half")]
    split = bills[hex(honest_ledger.bills["split"])]
    assert split["replaced_by"] == [half["bill"] for half in halves]
    assert all(half["replaces"] == [split["bill"]] for half in halves)


@pytest.mark.slow
@pytest.mark.parametrize("every", [pytest.param(5, marks=pytest.mark.long), 17])
def test_rebuilt_state_is_storage_at_any_block_p10(honest_ledger, every: int) -> None:
    trade = honest_ledger.trade
    # Before that it is not whole: code is missing, and powers are not handed over.
    first = next(entry.block for entry in honest_ledger.report.entries if entry.name == "ParticipantEnrolled")
    last = honest_ledger.report.to_block
    for block in range(first, last, every):
        report = audit(trade.connection, trade.manifest, to_block=block)
        assert report.reconciled, (block, report.findings)
        # What is announced waits, at some of these blocks.
        assert all(" is scheduled by " in f" {finding.message}" for finding in report.findings), report.findings


@pytest.mark.slow
def test_a_ledger_on_which_nothing_happened_is_reconciled_too(trade: Trade) -> None:
    report = audit(trade.connection, trade.manifest)

    assert (report.findings, report.reconciled, report.lives["bills"]) == ((), True, {})


@pytest.mark.slow
def test_suspension_recovery_removal_and_winding_down_are_listed_and_are_no_findings(trade: Trade) -> None:
    trade.add_account("shipper", "shipper_second", MOVE | TERMS)
    trade.add_account("bank", "bank_second", MOVE | TERMS)
    bill = trade.issue(ORDER, "shipper", to="shipper")
    pledged = trade.issue(BLANK, to="bank")
    trade.act("suspender", "suspend", trade.participants["trader"], b"order 12/2026")
    trade.act("recoverer", "proposeRecovery", ROLES["shipper"], ROLES["shipper_second"], 0, 0, b"key lost at sea", b"")
    trade.act("recoverer", "proposeRecovery", ROLES["bank"], ROLES["bank_second"], 0, 0, b"a mistake", b"")
    trade.act("bank_second", "vetoRecovery", ROLES["bank"])
    trade.connection.advance_time(7 * DAY + 1)
    trade.act("stranger", "executeRecovery", ROLES["shipper"])
    trade.act("stranger", "recover", bill)
    trade.act("shipper_second", "endorse", bill, TO_ORDER, ROLES["bank"], ROLES["bank"], b"")
    trade.transfer("bank", pledged, "bank_second")
    trade.connection.advance_time(90 * DAY)
    trade.transfer("bank", bill, "trader", b"the suspension has ended by itself")

    report = audit(trade.connection, trade.manifest)

    assert report.findings == ()
    assert report.reconciled
    told = [entry.name for entry in report.administration if entry.contract == "Bills"]
    assert told.count("ParticipantSuspended") == 1
    assert [name for name in told if name.startswith(("Recovery", "AccountRecovered"))] == [
        "RecoveryProposed",
        "RecoveryProposed",
        "RecoveryVetoed",
        "AccountRecovered",
    ]


@pytest.mark.slow
def test_a_carrier_that_answers_too_late_is_an_indicator_and_no_failure_t7(trade: Trade) -> None:
    waiting, recalled = trade.issue(BLANK), trade.issue(BLANK)
    for bill in (waiting, recalled):
        trade.surrender("shipper", bill, PAPER)
    trade.connection.advance_time(4 * DAY)
    trade.act("shipper", "recall", recalled, b"no answer")

    report = audit(trade.connection, trade.manifest)

    assert [(finding.id, str(finding.level)) for finding in report.findings] == [("SAM-T7", "low")] * 2
    assert report.reconciled


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "published", "waited", "late"),
    [(72, 336, 80, True), (336, 24, 30, False)],
    ids=["a longer time saves no surrender made before it", "a shorter time hurries no surrender made before it"],
)
def test_t7_a_surrender_is_answered_within_the_time_in_force_when_it_was_made(
    trade: Trade, before: int, published: int, waited: int, late: bool
) -> None:
    if before != 72:
        trade.act("carrier", "publishAnswerTime", before)
        # Two times are kept: the next may be published when one is past use. Each begins with a whole hour.
        trade.connection.advance_time(28 * DAY + 2 * HOUR)
    bill = trade.issue(BLANK)
    trade.act("carrier", "publishAnswerTime", published)
    trade.connection.advance_time(14 * DAY - HOUR)
    trade.surrender("shipper", bill, PAPER)
    trade.connection.advance_time(waited * HOUR)
    trade.act("shipper", "publishAnswerTime", 48)  # another's act: a block at this time

    report = audit(trade.connection, trade.manifest)

    assert report.evidence.state is not None
    assert report.evidence.time >= report.evidence.state.participants[trade.participants["carrier"]].next_from
    assert [(finding.id, finding.subject) for finding in report.findings] == (
        [("SAM-T7", bill_name(bill))] if late else []
    )


@pytest.mark.slow
def test_title_that_is_refused_goes_back(trade: Trade) -> None:
    bill = trade.issue(ORDER, "shipper", to="shipper")
    trade.act("shipper", "endorse", bill, TO_ORDER, ROLES["bank"], NOBODY, b"")
    trade.act("bank", "reject", bill, TITLE, b"not agreed")

    report = audit(trade.connection, trade.manifest)

    assert (report.findings, report.reconciled) == ((), True)


@pytest.mark.slow
def test_from_block_reports_what_came_later_and_rebuilds_from_the_beginning(honest_ledger) -> None:
    trade, whole = honest_ledger.trade, honest_ledger.report
    middle = whole.to_block - 8

    later = audit(trade.connection, trade.manifest, from_block=middle)

    assert later.reconciled
    assert later.from_block == middle
    assert 0 < later.events < whole.events
    assert later.events == len([entry for entry in whole.entries if entry.block >= middle])
    assert 0 < len(later.lives["bills"]) < len(whole.lives["bills"])


def test_what_is_found_from_the_first_block_on_is_reported_in_the_order_of_its_numbers(
    honest_ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, check = honest_ledger.report.to_block - 8, checks.every()[0]
    found = [
        Finding(check.id, Level.LOW, subject, "planted", block)
        for subject, block in (("debt 10", first), ("debt 9", first), ("before", first - 1), ("whenever", None))
    ]
    monkeypatch.setattr(checks, "run", lambda each, evidence: found if each is check else [])
    report = audit(honest_ledger.trade.connection, honest_ledger.trade.manifest, from_block=first)
    assert [(each.subject, each.block) for each in report.findings] == [
        ("debt 9", first),
        ("debt 10", first),
        ("whenever", None),
    ]


def test_blocks_that_cannot_be_are_refused_in_words(honest_ledger) -> None:
    trade, last = honest_ledger.trade, honest_ledger.report.to_block
    with pytest.raises(UsageError, match="is not there yet"):
        audit(trade.connection, trade.manifest, to_block=last + 1)
    with pytest.raises(UsageError, match="is after block"):
        audit(trade.connection, trade.manifest, from_block=last, to_block=last - 1)


def test_a_block_before_all_of_the_ledger_stands_is_refused_and_accuses_nobody(honest_ledger) -> None:
    trade, stands = honest_ledger.trade, honest_ledger.trade.manifest.stands_from
    for block in (0, trade.manifest.from_block, stands - 1):
        with pytest.raises(UsageError, match=f"all of it stands from block {stands} on") as refused:
            audit(trade.connection, trade.manifest, to_block=block)
        assert (refused.value.subject, refused.value.hint) == (
            f"--to-block {block}",
            f"give block {stands} or a later one",
        )
    whole = audit(trade.connection, trade.manifest, to_block=stands)
    assert (whole.to_block, whole.findings, whole.reconciled) == (stands, (), True)


def test_a_ledger_of_which_too_little_is_deep_enough_is_no_finding_either(honest_ledger) -> None:
    trade, stands, newest = honest_ledger.trade, honest_ledger.trade.manifest.stands_from, honest_ledger.report.to_block
    with pytest.raises(ChainError, match=f"the newest that is {newest} blocks deep is 1") as refused:
        audit(trade.connection, trade.manifest, confirmations=newest)
    assert refused.value.hint == f"try again {stands - 1} blocks later, or give --to-block {stands} or a later one"


def test_a_trusted_block_before_all_of_the_ledger_stands_is_only_looked_at(honest_ledger) -> None:
    trade = honest_ledger.trade
    early = reading.block_at(trade.connection, trade.manifest.from_block)
    trusted = Trusted(early.number, early.place[1])
    assert audit(trade.connection, trade.manifest, trust=trusted).to_block == honest_ledger.report.to_block


def test_another_chain_than_the_manifests_is_refused_before_anything_is_read(honest_ledger) -> None:
    trade = honest_ledger.trade
    elsewhere = trade.manifest.model_copy(update={"genesis_hash": "0x" + "11" * 32})
    with pytest.raises(ChainError) as caught:
        audit(trade.connection, elsewhere)
    assert caught.value.code == "chain.wrong"


@pytest.mark.slow
def test_one_confirmation_more_is_one_block_less(honest_ledger) -> None:
    trade = honest_ledger.trade
    assert audit(trade.connection, trade.manifest, confirmations=4).to_block == honest_ledger.report.to_block - 3


@pytest.mark.slow
def test_an_account_with_answering_roles_only_is_rebuilt(trade: Trade) -> None:
    trade.act("carrier", "setAccountRoles", ROLES["carrier_answering"], ANSWER)

    report = audit(trade.connection, trade.manifest)

    assert (report.findings, report.reconciled) == ((), True)


@pytest.mark.slow
def test_for_whom_a_room_holds_is_the_ledgers_to_say_whatever_the_room_answers_later_p1(trade: Trade) -> None:
    room = room_on(trade, "bank")
    lodged = trade.issue(BLANK, to="bank")
    trade.act("bank", "lodge", lodged, 0, room, b"terms")
    trade.send("stranger", room, encode_call("misbehave(bytes4,bool)", bytes(4), True))
    trade.send("stranger", room, encode_call("become(address,uint256)", NOBODY, 0))

    report = audit(trade.connection, trade.manifest)

    assert (report.findings, report.reconciled) == ((), True)
    assert report.evidence.answers.of(BILLS, "holderFor")[lodged,] == trade.participants["bank"]


@pytest.mark.slow
def test_what_a_room_does_with_other_bills_while_it_is_asked_is_told_in_its_order_p10(trade: Trade) -> None:
    room = room_on(trade, "bank")
    kept, lodged = trade.issue(BLANK, to="bank"), trade.issue(BLANK, to="bank")
    trade.act("bank", "lodge", kept, 0, room, b"terms")
    step = (trade.address, trade.data("giveBack", kept, b"instead"), False)
    trade.send("stranger", room, encode_call("script((address,bytes,bool)[])", [step]))
    trade.act("bank", "lodge", lodged, 0, room, b"terms")

    report = audit(trade.connection, trade.manifest)

    assert (report.findings, report.reconciled) == ((), True)
    told = [entry.name for entry in report.entries if getattr(entry.event, "bill", None) in (kept, lodged)]
    assert told[-2:] == ["GivenBack", "Lodged"]


def test_a_chain_that_ends_before_the_deployment_is_not_the_manifests(honest_ledger) -> None:
    manifest = honest_ledger.trade.manifest
    later = [each.model_copy(update={"block": 10**6}) for each in manifest.contracts]
    with pytest.raises(
        ChainError, match="the ledger of the manifest stands from block 1000000 on; this chain ends at"
    ) as no:
        audit(honest_ledger.trade.connection, manifest.model_copy(update={"contracts": later}))
    assert no.value.hint == "name the network that the manifest is of, or deploy"
