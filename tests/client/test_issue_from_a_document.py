"""A bill issued from its document: what the client asks of the document before anything is sent (L1, L9, T6, T9)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.client_refusals import refuses

from sampan.client.errors import (
    AgreementRequired,
    BearerBill,
    DocumentRefused,
    LacksRole,
    NotOnLedger,
    RecordLawNotCovered,
)
from sampan.client.issue import record_law_of
from sampan.client.ledger import Ledger
from sampan.client.next_acts import next_acts
from sampan.documents import NotIssuable, prepare, read_salts
from sampan.documents.limits import MAX_FIELDS
from sampan.errors import BadInput
from sampan.suite.tell import option
from sampan.suite.words import Kind, RecordLaw, Rejection, Role
from sampan.testing import PARTIES, SampanChain, full_lei, sample


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """The sample document to the order of the trader, in a file."""
    path = tmp_path / "bill.json"
    path.write_bytes(sample("to-order"))
    return path


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[Callable[[dict[str, Any]], object]], Path]:
    """Writes the sample document with a change."""

    def write(change: Callable[[dict[str, Any]], object]) -> Path:
        content = json.loads(sample("to-order"))
        change(content)
        path = tmp_path / "changed.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return write


def test_a_document_becomes_a_bill_to_its_endorsees_order_with_its_shipper(
    carrier: Ledger, shipper: Ledger, document: Path
) -> None:
    act = carrier.bills.issue(document, carriage_law="GB-ENG")
    ready = prepare(document)
    bill = carrier.bill(act.bill)
    assert bill.name == f"{PARTIES['carrier'].lei}/{ready.reference}/v1"
    assert bill.kind is Kind.ORDER
    assert bill.possessor.address == shipper.address
    assert bill.titleholder == carrier.number_of("trader")
    assert bill.root == ready.root
    history = carrier.history(act.bill)
    assert history.checksum == ready.checksum
    assert history.carriage_law == "GB-ENG"
    assert history.record_law is RecordLaw.SINGAPORE_ETA


def test_the_salts_are_beside_the_document_before_its_root_is_on_chain(carrier: Ledger, document: Path) -> None:
    carrier.rehearsing().bills.issue(document, carriage_law="SG")
    salts = document.with_name("bill.salts.json")
    assert not salts.exists(), "a rehearsal writes nothing"
    act = carrier.bills.issue(document, carriage_law="SG")
    assert read_salts(salts).root == carrier.bill(act.bill).root


def test_a_document_with_faults_is_not_issued_l1(carrier: Ledger, changed: Callable) -> None:
    path = changed(lambda document: document.pop("carrierCode"))
    before = carrier.connection.block_number()
    with pytest.raises(NotIssuable) as caught:
        carrier.bills.issue(path, carriage_law="SG")
    assert any(fault.pointer == "" or "carrierCode" in fault.pointer + fault.message for fault in caught.value.faults)
    assert carrier.connection.block_number() == before
    assert not path.with_name("changed.salts.json").exists()


def test_a_sea_waybill_is_never_issued_l1(carrier: Ledger, changed: Callable) -> None:
    with pytest.raises(NotIssuable) as caught:
        carrier.bills.issue(
            changed(lambda document: document.update(transportDocumentTypeCode="SWB")), carriage_law="SG"
        )
    assert "/transportDocumentTypeCode" in {fault.pointer for fault in caught.value.faults}


def test_a_bearer_bill_is_issued_only_when_somebody_says_that_one_is_meant_t6(
    carrier: Ledger, changed: Callable
) -> None:
    path = changed(lambda document: document["documentParties"].pop("endorsee"))
    with pytest.raises(BearerBill, match="whoever possesses"):
        carrier.bills.issue(path, carriage_law="SG")
    act = carrier.bills.issue(path, carriage_law="SG", bearer=True)
    bill = carrier.bill(act.bill)
    assert bill.kind is Kind.BLANK
    assert bill.titleholder is None


def test_only_the_owner_of_the_documents_carrier_code_issues_it_t9(other_carrier: Ledger, document: Path) -> None:
    with pytest.raises(DocumentRefused, match="belongs to Lantern Line") as caught:
        other_carrier.bills.issue(document, carriage_law="HK", record_law=RecordLaw.SINGAPORE_ETA)
    assert caught.value.code == "document.carrier_code"


def test_a_carrier_code_that_nobody_owns_is_named(carrier: Ledger, enroller: Ledger, document: Path) -> None:
    enroller.bills.assign_code("SMDG", "XLL", None)
    with pytest.raises(DocumentRefused, match="nobody on this ledger"):
        carrier.bills.issue(document, carriage_law="SG")


def test_the_titleholder_is_the_participant_whose_lei_stands_in_the_document_t6(
    carrier: Ledger, document: Path
) -> None:
    with pytest.raises(DocumentRefused) as caught:
        carrier.bills.issue(document, carriage_law="SG", titleholder="importer")
    assert caught.value.code == "document.titleholder"
    act = carrier.bills.issue(document, carriage_law="SG", titleholder=PARTIES["trader"].lei)
    assert carrier.bill(act.bill).titleholder == carrier.number_of("trader")


def test_a_titleholder_that_is_not_enrolled_is_named(carrier: Ledger, changed: Callable) -> None:
    lei = full_lei("SAMPAN00NOBODY0000")

    def named(document: dict[str, Any]) -> None:
        document["documentParties"]["endorsee"]["identifyingCodes"][0]["partyCode"] = lei

    with pytest.raises(NotOnLedger, match=r"endorsee.*is not enrolled"):
        carrier.bills.issue(changed(named), carriage_law="SG")


def test_a_straight_bill_goes_to_its_shipper_t6(carrier: Ledger, shipper: Ledger, changed: Callable) -> None:
    def straight(document: dict[str, Any]) -> None:
        document["isToOrder"] = False
        parties = document["documentParties"]
        parties["consignee"] = parties.pop("endorsee")

    path = changed(straight)
    with pytest.raises(DocumentRefused) as caught:
        carrier.bills.issue(path, "bank", carriage_law="SG")
    assert caught.value.code == "document.shipper"
    bill = carrier.bill(carrier.bills.issue(path, carriage_law="SG").bill)
    assert bill.kind is Kind.STRAIGHT
    assert bill.titleholder == carrier.number_of("trader")
    assert bill.previous_titleholder == carrier.number_of(shipper)


def test_a_document_dated_far_from_the_chains_clock_is_remarked_on_l9(
    sampan_chain: SampanChain, carrier: Ledger, document: Path
) -> None:
    def warned() -> bool:
        call = carrier.bills.calls.issue(document, carriage_law="SG")
        return any("is dated" in warning for warning in call.warnings)

    assert not warned()
    dated = datetime(2026, 1, 3, tzinfo=UTC)
    sampan_chain.advance(dated + timedelta(days=40) - carrier.now)
    assert warned()


def test_a_port_of_the_mainland_under_another_law_is_remarked_on_t5(carrier: Ledger, document: Path) -> None:
    published = carrier.participant(carrier.address).record_laws
    assert RecordLaw.PRC_MARITIME_CODE_2025 not in published
    laws = " ".join(map(option, (*published, RecordLaw.PRC_MARITIME_CODE_2025)))
    (warned,) = (
        each for each in carrier.bills.calls.issue(document, carriage_law="SG").warnings if "PRC Maritime Code" in each
    )
    assert f"`sampan participant record-laws {laws}` publishes that Code too" in warned
    carrier.bills.publish_record_laws([*published, RecordLaw.PRC_MARITIME_CODE_2025])
    issued = carrier.bills.issue(document, carriage_law="SG", record_law=published[0])
    (warned,) = (each for each in issued.warnings if "PRC Maritime Code" in each)
    assert warned.endswith("(it is published: --record-law prc-maritime-code-2025 names it)")


def test_a_law_that_the_carriers_cover_does_not_reach_is_refused_by_the_contract_t5(
    carrier: Ledger, document: Path
) -> None:
    with pytest.raises(RecordLawNotCovered) as caught:
        carrier.bills.issue(document, carriage_law="SG", record_law=RecordLaw.ENGLISH_ETDA_2023)
    assert caught.value.record_law is RecordLaw.ENGLISH_ETDA_2023
    assert caught.value.bill == carrier.bills.calls.issue(document, carriage_law="SG").bills[0]


def test_where_the_carrier_has_published_several_laws_one_must_be_named(other_carrier: Ledger) -> None:
    with pytest.raises(BadInput, match="2 laws"):
        record_law_of(other_carrier, PARTIES["other_carrier"].lei, None)


@pytest.mark.parametrize("law", ["", "England", "XX", "GB-", "GB-ENGLAND", "12"])
def test_what_is_no_law_of_carriage_is_refused(carrier: Ledger, document: Path, law: str) -> None:
    with pytest.raises(BadInput, match="law of the contract of carriage"):
        carrier.bills.issue(document, carriage_law=law)


def test_a_reference_in_use_is_not_issued_again_l2(carrier: Ledger, document: Path) -> None:
    carrier.bills.issue(document, carriage_law="SG")
    with pytest.raises(DocumentRefused, match="there already, live"):
        carrier.bills.issue(document, carriage_law="SG")


def test_m3_after_a_rejected_issue_the_next_version_is_issued(
    carrier: Ledger, shipper: Ledger, trader: Ledger, document: Path
) -> None:
    """It is to the trader's order, which agrees to the rejection."""
    first = carrier.bills.issue(document, carriage_law="SG").bill
    (offered,) = [option for option in next_acts(carrier.bill(first)) if option.verb == "reject issue"]
    assert offered.note == "with the titleholder's agreement"
    with refuses(AgreementRequired, first, shipper.number_of("trader")) as caught:
        shipper.bills.reject(first, Rejection.ISSUE, remark="wrong port")
    assert "sampan bill agree --out agreed.json reject" in caught.value.hint
    agreed = trader.agree_to(shipper.bills.calls.reject(first, Rejection.ISSUE), by=shipper)
    shipper.bills.reject(first, Rejection.ISSUE, remark="wrong port", agreements=agreed)
    second = carrier.bills.issue(document, carriage_law="SG").bill
    assert carrier.bill(second).version == 2
    assert carrier.bill(second).root == carrier.bill(first).root


def test_who_is_no_participant_issues_nothing(stranger: Ledger, document: Path) -> None:
    with pytest.raises(DocumentRefused, match="no account of a participant"):
        stranger.bills.issue(document, carriage_law="SG")


def test_an_account_of_the_carrier_without_the_role_is_refused_by_name(
    sampan_chain: SampanChain, carrier: Ledger, document: Path
) -> None:
    desk = sampan_chain.as_role("carrier_answering")
    carrier.bills.add_account(None, desk.sign_new_account("carrier", desk.signer, roles=Role.ANSWER | Role.MOVE))
    with refuses(LacksRole, desk.address, Role.ISSUE) as caught:
        desk.bills.issue(document, carriage_law="SG")
    assert "issue" in caught.value.message


@pytest.mark.slow
def test_a_document_too_large_for_its_salts_is_refused_before_anything_is_sent(carrier: Ledger, tmp_path: Path) -> None:
    bill = tmp_path / "bill.json"
    bill.write_text(json.dumps(json.loads(sample("to-order")) | {"carrierClauses": ["C"] * MAX_FIELDS}))
    block = carrier.connection.block_number()
    with pytest.raises(BadInput, match="fields, more than"):
        carrier.bills.issue(bill, carriage_law="SG")
    assert carrier.connection.block_number() == block
    assert list(tmp_path.iterdir()) == [bill]


def test_no_new_salts_are_made_for_a_bill_that_stands(carrier: Ledger, document: Path) -> None:
    bill = carrier.bills.issue(document, carriage_law="SG").bill
    salts = document.with_name("bill.salts.json")
    salts.unlink()
    with pytest.raises(
        BadInput, match="stands on the ledger, so new salts would give its document another root"
    ) as told:
        carrier.bills.issue(document, carriage_law="SG")
    assert told.value.code == "document.salts"
    assert "ask the other holders" in str(told.value.hint)
    assert not salts.exists()
    assert carrier.bill(bill).version == 1
