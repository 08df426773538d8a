"""What was handed in, where it is no transport document: DCSA's other messages, other platforms' documents, lists.

A file is known by the members that only its kind has. Whatever it is, a transport document that stands in it is found,
however deep, and its place is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sampan.documents.pointer import join

if TYPE_CHECKING:
    from sampan.documents.json import JsonValue

    Members = dict[str, JsonValue]

ESSENTIAL: Final = frozenset(
    {
        "transportDocumentStatus",
        "transportDocumentTypeCode",
        "isShippedOnBoardType",
        "termsAndConditions",
        "carrierCode",
        "transports",
        "consignmentItems",
        "documentParties",
    }
)
"""Members that a transport document has, and of which no other message has more than half."""
_FEWEST: Final = 5
"""With so many of them it is a transport document, perhaps a faulty one."""


@dataclass(frozen=True, slots=True)
class Other:
    """Something that is no transport document: what it is, and where transport documents stand in it."""

    what: str
    inside: tuple[str, ...]

    @property
    def message(self) -> str:
        """What is wrong with it, in words."""
        if not self.inside:
            return f"is {self.what}, no transport document"
        if len(self.inside) == 1:
            return f"is {self.what}, with a transport document, which stands at {self.inside[0]}"
        count = len(self.inside)
        return f"is {self.what}, with {count} transport documents, the first of which stands at {self.inside[0]}"

    @property
    def right(self) -> str:
        """What would be right."""
        return f"hand in what stands at {self.inside[0]}" if self.inside else "hand in the transport document itself"


def is_document(value: JsonValue) -> bool:
    """Whether a value is meant as a transport document, whatever it lacks."""
    return isinstance(value, dict) and len(ESSENTIAL & value.keys()) >= _FEWEST


def other(value: JsonValue) -> Other | None:
    """What a value is, when it is known to be something else than a transport document; else None."""
    if is_document(value):
        return None
    inside = tuple(_inside(value, ""))
    if isinstance(value, list) and value:
        return Other(_list(value), inside)
    if not isinstance(value, dict):
        return None
    what = _what(value)
    if what is None and inside:
        what = "a message or a file around it"
    return None if what is None else Other(what, inside)


def _inside(value: JsonValue, pointer: str) -> Iterator[str]:
    """Where transport documents stand below a value; what stands in one of them is its own."""
    if isinstance(value, dict):
        for key, item in value.items():
            place = join(pointer, key)
            if is_document(item) or _is_named_so(key, item):
                yield place
            else:
                yield from _inside(item, place)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            place = join(pointer, index)
            if is_document(item):
                yield place
            else:
                yield from _inside(item, place)


def _is_named_so(key: str, value: JsonValue) -> bool:
    """Whether a member of another message is an incomplete transport document, by its name and its type code."""
    names = {"document", "transportDocument", "amendedTransportDocument", "bill_of_lading_v3"}
    return key in names and isinstance(value, dict) and "transportDocumentTypeCode" in value


def _list(items: list[JsonValue]) -> str:
    counted = "a list of one item" if len(items) == 1 else f"a list of {len(items):,} items"
    first = items[0]
    what = "a transport document" if is_document(first) else _what(first) if isinstance(first, dict) else None
    return counted if what is None else f"{counted}, the first of which is {what}"


def _has(*names: str) -> Callable[[Members], bool]:
    return lambda value: all(name in value for name in names)


def _any(*names: str) -> Callable[[Members], bool]:
    return lambda value: any(name in value for name in names)


def _says(name: str, text: str) -> Callable[[Members], bool]:
    """Whether a member is a text that holds another, or a list with such a text."""

    def says(value: Members) -> bool:
        held = value.get(name)
        return any(isinstance(one, str) and text in one for one in (held if isinstance(held, list) else [held]))

    return says


def _both(*tests: Callable[[Members], bool]) -> Callable[[Members], bool]:
    return lambda value: all(test(value) for test in tests)


def _is_light(value: Members) -> bool:
    names = {"transportDocumentReference", "transportDocumentSubReference", "transportDocumentStatus"}
    more = {"shippingInstructionsReference", "amendedTransportDocumentStatus", "feedbacks", "reason"}
    return "transportDocumentStatus" in value and value.keys() <= names | more


def _proof_is_of_open_attestation(value: Members) -> bool:
    proof = value.get("proof")
    return isinstance(proof, dict) and _says("type", "OpenAttestation")(proof)


def _may_be_transferred(value: Members) -> bool:
    status = value.get("credentialStatus")
    return "@context" in value and isinstance(status, dict) and _says("type", "TransferableRecords")(status)


_LAST_ENTRY: Final = "lastEnvelopeTransferChainEntrySignedContentChecksum"
# The first that fits counts: what is more particular stands first.
_KINDS: Final[tuple[tuple[Callable[[Members], bool], str], ...]] = (
    (_both(_has("version", "data"), _says("version", "openattestation.com/2")), "an OpenAttestation 2 document"),
    (_any("openAttestationMetadata"), "an OpenAttestation 3 document"),
    (_proof_is_of_open_attestation, "an OpenAttestation document"),
    (_any("$template"), "an OpenAttestation 2 document before it was wrapped"),
    (_may_be_transferred, "a W3C verifiable credential of TradeTrust"),
    (_has("@context", "verifiableCredential"), "a W3C verifiable presentation"),
    (_both(_any("@context"), _any("credentialSubject", "credentialStatus")), "a W3C verifiable credential"),
    (_has("events", "current_owner"), "an openEBL bill of lading pack"),
    (_has("events", "parent_hash"), "an openEBL bill of lading pack"),
    (_both(_has("payload"), _any("signatures", "signature")), "a JSON web signature (JWS), whose payload is not read"),
    (_has("ciphertext"), "an encrypted text (JWE)"),
    (_has("document", "issueTo"), "an issuance request (DCSA EBL_ISS)"),
    (_any("issuanceResponseCode"), "an issuance response (DCSA EBL_ISS)"),
    (_has("documentChecksum", "issueToChecksum"), "an issuance manifest (DCSA EBL_ISS)"),
    (_any("oldTransportDocumentReferences", "newTransportDocumentReferences"), "a list of replacements (DCSA EBL_ISS)"),
    (_any("surrenderRequestCode"), "a surrender request (DCSA EBL_SUR)"),
    (_has("surrenderRequestReference"), "an answer to a surrender request (DCSA EBL_SUR)"),
    (_any("endorsementChain"), "an endorsement chain (DCSA EBL_END)"),
    (_has("actionCode", "actor"), "a link of an endorsement chain (DCSA EBL_END)"),
    (_any("envelopeManifestSignedContent", "envelopeTransferChain"), "an envelope (DCSA PINT)"),
    (_any("envelopeReference", "missingAdditionalDocumentChecksums"), "an answer to an envelope (DCSA PINT)"),
    (_has(_LAST_ENTRY, "responseCode"), "an answer to an envelope (DCSA PINT)"),
    (_has("transportDocumentChecksum", _LAST_ENTRY), "an envelope manifest (DCSA PINT)"),
    (_has("transportDocumentChecksum", "transactions"), "an entry of an envelope's transfer chain (DCSA PINT)"),
    (_any(_LAST_ENTRY), "an answer to an envelope (DCSA PINT)"),
    (_both(_has("specversion", "type", "data"), _says("type", "dcsa")), "a notification (DCSA, CloudEvents)"),
    (_has("specversion", "type", "source"), "a notification (CloudEvents)"),
    (_has("httpMethod", "requestUri"), "an error message (DCSA)"),
    (_has("statusCode", "errors"), "an error message (DCSA)"),
    (_any("amendedTransportDocument"), "an amended transport document with its status (DCSA EBL)"),
    (_any("shippingInstruction"), "a transport document of DCSA version 2"),
    (
        _any("bookingStatus", "carrierBookingRequestReference", "requestedEquipments", "cutOffTimes", "bookingData"),
        "a booking (DCSA BKG)",
    ),
    (
        _any("arrivalNotices", "arrivalNoticeReference", "arrivalNoticeMessageID", "freeTimes", "pickupInformation"),
        "an arrival notice (DCSA AN)",
    ),
    (_has("transport", "transportDocumentReference"), "an arrival notice (DCSA AN)"),
    (_has("eventClassifierCode"), "an event (DCSA Track & Trace 2)"),
    (
        _any("eventClassification", "shipmentDetails", "transportDetails", "equipmentDetails"),
        "an event (DCSA Track & Trace 3)",
    ),
    (_has("events"), "a list of events (DCSA Track & Trace)"),
    (_any("eventType", "eventCreatedDateTime"), "an event (DCSA Track & Trace)"),
    (
        _any(
            "shippingInstructionsStatus",
            "updatedShippingInstructionsStatus",
            "updatedShippingInstructions",
            "isCarriersAgentAtDestinationRequired",
            "advanceManifestFilings",
            "isHouseBillOfLadingsIssued",
            "houseBillOfLadings",
            "requestedCarrierCertificates",
            "requestedCarrierClauses",
        ),
        "shipping instructions (DCSA EBL)",
    ),
    (_is_light, "the status of a transport document alone (DCSA EBL)"),
    (
        _both(_has("consignmentItems"), _any("utilizedTransportEquipments", "invoicePayableAt", "documentParties")),
        "shipping instructions (DCSA EBL)",
    ),
    (
        _any("vesselSchedules", "vesselCalls", "transportCalls", "portCallServices", "carrierServiceCode"),
        "a schedule (DCSA)",
    ),
    (_any("feedbackElements", "feedbacks"), "feedback to a message (DCSA)"),
    (_any("openapi", "swagger"), "a specification of an API (OpenAPI)"),
    (_has("$schema", "properties"), "a JSON schema"),
)


def _what(value: Members) -> str | None:
    """What an object is, by the members that only its kind has."""
    schema = value.get("schema")
    if isinstance(schema, str) and schema.startswith("sampan."):
        return f"{_OURS.get(schema.partition('/')[0], 'a file of Sampan')} ({schema})"
    return next((what for fits, what in _KINDS if fits(value)), None)


_OURS: Final = {
    "sampan.document-salts": "the salts of a document",
    "sampan.salts-bundle": "salts of documents, decrypted",
    "sampan.document-disclosure": "a disclosure of fields of a document",
    "sampan.deployment": "a manifest of a deployment",
    "sampan.signed": "a signed text",
    "sampan.signed-list": "a list of signed texts",
    "sampan.replacements": "a proposal of replacements",
    "sampan.error": "an error message of Sampan",
}
