"""Rules for issue as an eBL: what Sampan asks beyond DCSA, because a right is going to be made of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sampan.documents.identifiers import is_carrier_code, reference_fault
from sampan.documents.json import shown
from sampan.documents.kind import Kind, kind_of, titleholder_role
from sampan.documents.rules.base import FOR_EBL, Node, Problem, Severity, Stage, rule
from sampan.documents.rules.parties import PARTIES, leis, parties
from sampan.documents.tree import oversize

if TYPE_CHECKING:
    from collections.abc import Iterator

EBL_WARNING = {Stage.EBL: Severity.WARNING}
EBL_NOTICE = {Stage.EBL: Severity.NOTICE}


@rule("ebl-bill-of-lading", "L1", FOR_EBL)
def _(document: Node) -> Iterator[Problem]:
    """A sea waybill is never issued as an eBL."""
    if document.text("transportDocumentTypeCode") == "SWB":
        yield Problem("/transportDocumentTypeCode", "is SWB: a sea waybill carries no title", "a bill of lading, BOL")


@rule("ebl-electronic", "L2; DCSA TransportDocument.isElectronic", FOR_EBL)
def _(document: Node) -> Iterator[Problem]:
    """An eBL says of itself that it is electronic."""
    if document.flag("isElectronic") is False:
        yield Problem("/isElectronic", "is false: this is a paper document", "true")


@rule("ebl-status-issued", "L1; DCSA TransportDocument.transportDocumentStatus", FOR_EBL)
def _(document: Node) -> Iterator[Problem]:
    """A document becomes an eBL as the carrier issued it, not as a draft and not after its end."""
    status = document.text("transportDocumentStatus")
    if status is not None and status != "ISSUED":
        yield Problem("/transportDocumentStatus", f"is {shown(status)}", "ISSUED")


@rule("ebl-reference", "L2, N9; DCSA TransportDocument.transportDocumentReference", FOR_EBL)
def _(document: Node) -> Iterator[Problem]:
    """The reference has 1 to 20 characters that the ledger can write."""
    right = "A-Z, 0-9 and ASCII punctuation up to '_', no space at either end"
    for pointer, text in document.texts("transportDocumentReference"):
        fault = reference_fault(text)
        if fault is not None:
            yield Problem(pointer, fault, right)


@rule("ebl-reference-capitals", "N9", EBL_NOTICE)
def _(document: Node) -> Iterator[Problem]:
    """The ledger writes references in capitals."""
    for pointer, text in document.texts("transportDocumentReference"):
        capitals = text.upper()
        if reference_fault(text) is None and text != capitals:
            yield Problem(pointer, f"is '{text}', on the ledger '{capitals}'", f"'{capitals}'")


@rule("ebl-carrier-code", "T9; DCSA TransportDocument.carrierCode; SMDG and NMFTA lists", FOR_EBL)
def _(document: Node) -> Iterator[Problem]:
    """The carrier's code has the form of its list."""
    code, code_list = document.text("carrierCode"), document.text("carrierCodeListProvider")
    if code is not None and code_list in {"SMDG", "NMFTA"} and not is_carrier_code(code, code_list):
        shape = "3 capitals or digits" if code_list == "SMDG" else "2 to 4 capitals"
        yield Problem("/carrierCode", f"is '{shown(code)}', no code of {code_list}", shape)


@rule("ebl-size", "P13: whatever is put under a root can be proven", FOR_EBL)
def _(document: Node) -> Iterator[Problem]:
    """The salts and proofs of the document are not larger than what is read again."""
    too_large = oversize(document.value)
    if too_large is not None:
        yield Problem("", f"is too large: {too_large}", "several documents")


@rule("ebl-titleholder-code", "T6", FOR_EBL)
def _(document: Node) -> Iterator[Problem]:
    """The consignee of a straight bill and the endorsee of an order bill are named by one LEI."""
    role = titleholder_role(document)
    if role is not None:
        yield from _one_lei(document, role, "so nobody on the ledger can be its titleholder")


@rule("ebl-straight-shipper-code", "T6", FOR_EBL)
def _(document: Node) -> Iterator[Problem]:
    """The shipper of a straight bill, who may surrender it, is named by one LEI."""
    if kind_of(document) is Kind.STRAIGHT:
        yield from _one_lei(document, "shipper", "though it may surrender a straight bill")


@rule("ebl-shipper-code", "T6", EBL_WARNING)
def _(document: Node) -> Iterator[Problem]:
    """The shipper is named by an LEI, so that the first possessor can be compared with the document."""
    if kind_of(document) in {Kind.ORDER, Kind.BLANK}:
        yield from _one_lei(document, "shipper", "so the first possessor cannot be compared with the document")


@rule("ebl-issuing-party-code", "L1; DCSA IssuingParty", EBL_WARNING)
def _(document: Node) -> Iterator[Problem]:
    """The issuing party is named by an LEI, so that the carrier on the ledger can be compared with the document."""
    return _one_lei(document, "issuingParty", "so the carrier on the ledger cannot be compared with the document")


def _one_lei(document: Node, role: str, consequence: str) -> Iterator[Problem]:
    for party in document.nodes(f"documentParties/{role}"):
        found = {code for _pointer, code in leis(party)}
        place = party.at("identifyingCodes")
        if not found:
            yield Problem(place, f"hold no LEI, {consequence}", "codeListProvider GLEIF, codeListName LEI")
        elif len(found) > 1:
            yield Problem(place, f"hold {len(found)} LEIs ({', '.join(sorted(found))})", "one legal person's")


@rule("ebl-consignee-of-order", "T6; DCSA Endorsee", FOR_EBL)
def _(document: Node) -> Iterator[Problem]:
    """An order bill names its party as endorsee; with a consignee alone it is a bearer bill that seems to name one."""
    if document.flag("isToOrder") and parties(document).has("consignee") and not parties(document).has("endorsee"):
        yield Problem(f"{PARTIES}/consignee", "stands on a document to order without endorsee", "endorsee instead")


@rule("ebl-bearer", "T6; DCSA Endorsee", EBL_WARNING)
def _(document: Node) -> Iterator[Problem]:
    """A document to order without endorsee is a bearer bill from issue, whatever trade calls 'to order'."""
    if kind_of(document) is Kind.BLANK:
        yield Problem(
            f"{PARTIES}/endorsee",
            "is missing: whoever possesses the bill will be entitled to the cargo",
            "the shipper as endorsee for a bill to the shipper's order; else confirm that a bearer bill is meant",
        )


@rule("ebl-place-of-issue", "L9; DCSA TransportDocument.placeOfIssue", EBL_WARNING)
def _(document: Node) -> Iterator[Problem]:
    """The document says where it was issued."""
    if not document.has("placeOfIssue"):
        yield Problem("/placeOfIssue", "is missing", "a UN/LOCODE or country")
