"""A document against the bill that was issued from it, on a chain over HTTP (L4, N11)."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from document_makers import changed, put, sample

from sampan.chain import networks
from sampan.chain.anvil import Anvil
from sampan.client.ledger import Ledger
from sampan.config import load
from sampan.deployment import manifest
from sampan.documents import DocumentTree, disclose, prepare
from sampan.documents.canonical import canonical_bytes
from sampan.documents.disclosure import IDENTITY
from sampan.scenarios.parties import CARRIER
from sampan.scenarios.samples import read_sample
from sampan.scenarios.stage import SampanChain
from sampan.suite.tell import bill_name
from sampan.testing import bare_terms

pytestmark = pytest.mark.anvil
ISSUED = int(datetime(2026, 1, 3, 9, tzinfo=UTC).timestamp())


@dataclass(frozen=True)
class Issued:
    """A bill on a ledger: how to reach the ledger, the bill's name, and its document."""

    url: str
    deployments: Path
    bill: str
    document: Path


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issued]:
    """A ledger on anvil with one bill, issued from the sample to order."""
    folder = tmp_path_factory.mktemp("harbour")
    document = folder / "bill.json"
    document.write_bytes(read_sample("to-order"))
    given = os.environ.get("SAMPAN_ANVIL")
    with Anvil(program=Path(given) if given else None) as anvil:
        variables = {"SAMPAN_NETWORK_HARBOUR_URL": anvil.url, "SAMPAN_DEPLOYMENTS": str(folder)}
        with networks.connect("harbour", load(environment=variables, folder=folder)) as connection:
            connection.set_time(max(ISSUED, connection.time("latest") + 1))
            suite = SampanChain(connection)
            manifest.write(suite.manifest, folder / "harbour.json")
            (bill,) = suite.as_role("carrier").bills.issue(document, carriage_law="SG").bills
        yield Issued(anvil.url, folder, bill_name(bill), document)


@pytest.fixture
def verify(issued: Issued, sampan_command: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Runs `sampan document verify --network harbour --json`."""
    monkeypatch.setenv("SAMPAN_NETWORK_HARBOUR_URL", issued.url)
    monkeypatch.setenv("SAMPAN_DEPLOYMENTS", str(issued.deployments))
    return lambda *more: sampan_command("document", "verify", "--network", "harbour", "--json", *more)


@pytest.fixture
def roles(issued: Issued, verify: Callable[..., Any]) -> Iterator[Callable[[str], Ledger]]:
    """The ledger as a role of the development chain signs on it."""
    with Ledger.open("harbour", settings=load(folder=issued.deployments)) as ledger:
        yield ledger.using


def test_the_document_of_a_bill_is_the_one_whose_root_the_ledger_has(
    issued: Issued, verify: Callable[..., Any]
) -> None:
    ran = verify(issued.document, "--bill", issued.bill)
    assert (ran.code, ran.document["failures"]) == (0, [])
    assert ran.document["bill"] == issued.bill
    assert ran.document["root"] == "0x" + prepare(issued.document).root.hex()
    by_code = verify(issued.document, "--bill", "XLLSHA2600101", "--carrier", "XLL")
    assert by_code.document["bill"] == issued.bill


def test_a_proof_of_single_fields_is_verified_against_the_bill(
    issued: Issued, verify: Callable[..., Any], tmp_path: Path
) -> None:
    proof = tmp_path / "proof.json"
    proof.write_bytes(canonical_bytes(disclose(prepare(issued.document).tree, IDENTITY).as_json()))
    assert verify(proof, "--bill", issued.bill).code == 0
    proof.write_text(proof.read_text().replace("XLLSHA2600101", "XLLSHA2600109"))
    ran = verify(proof, "--bill", issued.bill)
    assert ran.code == 1
    assert {failure["pointer"] for failure in ran.document["failures"]} == {"/transportDocumentReference"}


def test_a_changed_document_is_not_that_of_the_bill(issued: Issued, verify: Callable[..., Any], tmp_path: Path) -> None:
    altered = tmp_path / "bill.json"
    altered.write_text(json.dumps(changed(put("/carrierClauses/0", "Clean on board."), base=sample())))
    shutil.copy(issued.document.with_name("bill.salts.json"), tmp_path / "bill.salts.json")
    ran = verify(altered, "--bill", issued.bill)
    assert ran.code == 1
    assert "/carrierClauses/0" in {failure["pointer"] for failure in ran.document["failures"]}


def test_another_document_contradicts_the_bill_by_its_own_reference_and_code(
    issued: Issued, verify: Callable[..., Any], tmp_path: Path
) -> None:
    other = tmp_path / "other.json"
    document = changed(put("/carrierCode", "XLM"), base=sample("to-paper"))
    other.write_text(json.dumps(document))
    DocumentTree.fresh(document).salts.write(tmp_path / "other.salts.json")
    ran = verify(other, "--bill", issued.bill)
    assert ran.code == 1
    assert [failure["pointer"] for failure in ran.document["failures"]] == [
        "",
        "/transportDocumentReference",
        "/carrierCode",
    ]


def test_a_bill_that_was_never_issued_is_unknown(issued: Issued, verify: Callable[..., Any]) -> None:
    ran = verify(issued.document, "--bill", f"{CARRIER.lei}/XLLSHA9")
    assert (ran.code, ran.error["code"]) == (3, "ledger.unknown")
    assert "never issued" in ran.error["message"]


def test_a_genuine_document_holds_also_after_its_carriers_code_moved(
    issued: Issued, verify: Callable[..., Any], roles: Callable[[str], Ledger]
) -> None:
    """Lines merge and codes move (T9): who owned the code when the bill was issued counts."""
    enroller, carrier, trader = map(roles, ("enroller", "carrier", "trader"))
    enroller.bills.assign_code("SMDG", "XLL")
    try:
        freed = verify(issued.document, "--bill", issued.bill)
        assert (freed.code, freed.document["holds"], freed.document["failures"]) == (0, True, [])
        assert "today to nobody" in freed.err
        enroller.bills.assign_code("SMDG", "XLL", trader)
        moved = verify(issued.document, "--bill", issued.bill)
        assert (moved.code, moved.document["holds"]) == (0, True)
        assert "SMDG XLL belonged to the carrier" in moved.err
    finally:
        enroller.bills.assign_code("SMDG", "XLL")
        enroller.bills.assign_code("SMDG", "XLL", carrier)
    again = verify(issued.document, "--bill", issued.bill)
    assert (again.code, again.err) == (0, "")


def test_a_document_that_the_root_holds_and_the_ledger_contradicts_is_said_to_be_held(
    verify: Callable[..., Any], roles: Callable[[str], Ledger], sampan_command: Callable[..., Any], tmp_path: Path
) -> None:
    carrier = roles("carrier")
    other = tmp_path / "other.json"
    document = changed(put("/carrierCode", "XLM"), base=sample())
    other.write_text(json.dumps(document))
    tree = DocumentTree.fresh(document)
    tree.salts.write(tmp_path / "other.salts.json")
    terms = replace(bare_terms(carrier, "XLLM1"), root=tree.root)
    bill = bill_name(carrier.bills.issue(terms, roles("shipper")).bill)
    ran = verify(other, "--bill", bill)
    assert (ran.code, ran.document["root_holds"], ran.document["holds"]) == (1, True, False)
    assert {failure["pointer"] for failure in ran.document["failures"]} == set(IDENTITY[:2])
    shown = sampan_command("document", "verify", "--network", "harbour", other, "--bill", bill)
    assert "The root does not hold" not in shown.out
    assert "The root holds this document, but" in shown.out
    assert "did not belong to the carrier" in shown.out


def test_one_root_is_asked_for(issued: Issued, verify: Callable[..., Any]) -> None:
    assert verify(issued.document, "--bill", issued.bill, "--root", "0x" + "00" * 32).code == 2
