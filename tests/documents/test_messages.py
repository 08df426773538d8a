"""A file that is no transport document is named for what it is, and where one stands in it, by its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from document_makers import changed, drop, put, rich, sample

from sampan.documents import messages, read_json
from sampan.documents.canonical import canonical_bytes
from sampan.documents.disclosure import disclose
from sampan.documents.prepared import NotIssuable, prepare
from sampan.documents.privacy import Classes, FieldClass
from sampan.documents.rules import Stage, check
from sampan.documents.tree import DocumentTree

LIGHT = {"transportDocumentReference": "X1", "transportDocumentStatus": "ISSUED"}
CLOUD = {"specversion": "1.0", "id": "1", "source": "https://example.com", "type": "org.dcsa.ebl.v3"}
CHAIN = {"transportDocumentReference": "X1", "endorsementChain": [{"actionCode": "ISSUE", "actor": {}}]}
SUMS = {"transportDocumentChecksum": "0", "lastEnvelopeTransferChainEntrySignedContentChecksum": None}
VC = {"@context": ["https://www.w3.org/2018/credentials/v1"], "type": ["VerifiableCredential"], "credentialSubject": {}}
INSTRUCTIONS = {
    name: value
    for name, value in sample().items()
    if name in {"consignmentItems", "utilizedTransportEquipments", "documentParties", "isElectronic", "isToOrder"}
} | {"transportDocumentTypeCode": "BOL"}
TREE = DocumentTree.fresh(sample())

KINDS: list[tuple[Any, str]] = [
    ({"issuanceResponseCode": "ISSU", "transportDocumentReference": "X1"}, "an issuance response (DCSA EBL_ISS)"),
    ({"documentChecksum": "0", "issueToChecksum": "0"}, "an issuance manifest (DCSA EBL_ISS)"),
    ({"surrenderRequestReference": "S", "surrenderRequestCode": "SREQ"}, "a surrender request (DCSA EBL_SUR)"),
    ({"surrenderRequestReference": "S", "action": "SURR"}, "an answer to a surrender request (DCSA EBL_SUR)"),
    (CHAIN, "an endorsement chain (DCSA EBL_END)"),
    ([CHAIN, CHAIN], "a list of 2 items, the first of which is an endorsement chain (DCSA EBL_END)"),
    (CHAIN["endorsementChain"][0], "a link of an endorsement chain (DCSA EBL_END)"),  # type: ignore[index]
    (SUMS, "an envelope manifest (DCSA PINT)"),
    (SUMS | {"responseCode": "RECE"}, "an answer to an envelope (DCSA PINT)"),
    (
        SUMS | {"envelopeReference": "E", "missingAdditionalDocumentChecksums": []},
        "an answer to an envelope (DCSA PINT)",
    ),
    ({"transport": {}, "transportDocumentReference": "X1", "carrierCode": "XLL"}, "an arrival notice (DCSA AN)"),
    (
        {"eblPlatform": "WAVE", "transportDocumentChecksum": "0", "transactions": []},
        "an entry of an envelope's transfer chain (DCSA PINT)",
    ),
    (CLOUD | {"data": LIGHT}, "a notification (DCSA, CloudEvents)"),
    (LIGHT, "the status of a transport document alone (DCSA EBL)"),
    ({"httpMethod": "PUT", "requestUri": "/v3", "statusCode": 400, "errors": []}, "an error message (DCSA)"),
    (INSTRUCTIONS, "shipping instructions (DCSA EBL)"),
    (
        {"shippingInstructionsReference": "R", "shippingInstructionsStatus": "RECEIVED"},
        "shipping instructions (DCSA EBL)",
    ),
    ({"carrierBookingRequestReference": "R", "bookingStatus": "RECEIVED"}, "a booking (DCSA BKG)"),
    ({"arrivalNotices": []}, "an arrival notice (DCSA AN)"),
    ({"eventType": "TRANSPORT", "eventClassifierCode": "ACT"}, "an event (DCSA Track & Trace 2)"),
    ({"events": []}, "a list of events (DCSA Track & Trace)"),
    ({"transportDocumentReference": "X1", "shippingInstruction": {}}, "a transport document of DCSA version 2"),
    (
        {"version": "https://schema.openattestation.com/2.0/schema.json", "data": {}, "signature": {}},
        "an OpenAttestation 2 document",
    ),
    ({"openAttestationMetadata": {}, "@context": [], "credentialSubject": {}}, "an OpenAttestation 3 document"),
    (VC | {"proof": {"type": "OpenAttestationMerkleProofSignature2018"}}, "an OpenAttestation document"),
    (VC | {"credentialStatus": {"type": "TransferableRecords"}}, "a W3C verifiable credential of TradeTrust"),
    (VC, "a W3C verifiable credential"),
    ({"id": "1", "version": 1, "events": [], "current_owner": "did:x"}, "an openEBL bill of lading pack"),
    ({"payload": "e30", "signatures": []}, "a JSON web signature (JWS), whose payload is not read"),
    (TREE.salts.as_json(), "the salts of a document (sampan.document-salts/2)"),
    (
        disclose(TREE, ["/carrierCode"]).as_json(),
        "a disclosure of fields of a document (sampan.document-disclosure/2)",
    ),
    ({"schema": "sampan.deployment/1"}, "a manifest of a deployment (sampan.deployment/1)"),
    ([1, 2, 3], "a list of 3 items"),
]


@pytest.mark.parametrize(("value", "what"), KINDS, ids=[what[:40] for _value, what in KINDS])
def test_what_is_no_transport_document_is_named_in_one_fault(value: Any, what: str) -> None:
    typed, faults = check(value, Stage.EBL)
    assert typed is None
    assert [(fault.pointer, fault.message) for fault in faults] == [("", f"is {what}, no transport document")]
    with pytest.raises(NotIssuable, match="no transport document"):
        prepare(canonical_bytes(value))


@pytest.mark.parametrize(
    ("value", "what", "places"),
    [
        ({"document": sample(), "issueTo": {}}, "an issuance request (DCSA EBL_ISS)", ["/document"]),
        (
            {"transportDocument": sample(), "envelopeTransferChain": []},
            "an envelope (DCSA PINT)",
            ["/transportDocument"],
        ),
        (
            CLOUD | {"data": {"transportDocument": sample()}},
            "a notification (DCSA, CloudEvents)",
            ["/data/transportDocument"],
        ),
        (
            {
                "version": 2,
                "events": [{"bill_of_lading": {"bill_of_lading": sample()}}, {"transfer": {}}],
                "current_owner": "",
            },
            "an openEBL bill of lading pack",
            ["/events/0/bill_of_lading/bill_of_lading"],
        ),
        (VC | {"credentialSubject": {"a/b": sample()}}, "a W3C verifiable credential", ["/credentialSubject/a~1b"]),
        ([sample(), sample("to-paper")], "a list of 2 items, the first of which is a transport document", ["/0", "/1"]),
        ({"bill": sample()}, "a message or a file around it", ["/bill"]),
    ],
)
def test_a_transport_document_in_something_else_is_found_however_deep(value: Any, what: str, places: list[str]) -> None:
    found = messages.other(value)
    assert found is not None
    assert (found.what, list(found.inside)) == (what, places)
    (fault,) = check(value, Stage.EBL)[1]
    assert fault.message.endswith(f"stands at {places[0]}")
    assert fault.right == f"hand in what stands at {places[0]}"


def test_a_transport_document_with_faults_is_still_taken_for_one() -> None:
    for document in (
        rich(),
        changed(drop("/transports"), drop("/termsAndConditions"), drop("/carrierCode")),
        changed(put("/issueTo", {}), put("/endorsementChain", []), put("/feedbacks", [])),
    ):
        assert messages.other(document) is None


@pytest.mark.parametrize("value", [{}, {"a": 1}, {"transportDocumentTypeCode": "BOL"}, [], "x", None])
def test_what_nobody_knows_gets_the_faults_of_its_shape(value: Any) -> None:
    assert messages.other(value) is None


def test_every_field_of_something_else_is_personal_until_it_is_known_what_it_is() -> None:
    classes = Classes({"document": sample(), "issueTo": {"partyName": "X"}})
    assert classes.of("/issueTo/partyName") is FieldClass.PERSONAL
    assert classes.of("/document/transportDocumentReference") is FieldClass.PERSONAL


def test_every_shared_example_is_a_document_or_named_for_what_it_is(conformance_data: Path) -> None:
    named = 0
    for file in (conformance_data / "dcsa" / "examples").rglob("*.json"):
        value = read_json(file)
        found = messages.other(value)
        if found is None:
            assert messages.is_document(value), file.name
            continue
        named += 1
        expected = {
            "EBL_END": "an endorsement chain (DCSA EBL_END)",
            "EBL_SUR": "a surrender request (DCSA EBL_SUR)",
            "EBL_PIN": "an envelope (DCSA PINT)",
            "tnt-220": "an event (DCSA Track & Trace 2)",
        }.get(file.name[:7], "DCSA")
        assert expected in found.what, file.name
    assert named > 10
