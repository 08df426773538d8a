"""Rules for issue as an eBL: what Sampan asks beyond DCSA, because a right is going to be made of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sampan.documents.identifiers import is_carrier_code, reference_fault
from sampan.documents.json import shown
from sampan.documents.kind import Kind, kind_of, titleholder_role
from sampan.documents.rules.base import FOR_EBL, Book, Node, Problem, Severity, Stage
from sampan.documents.rules.parties import PARTIES, leis, parties

if TYPE_CHECKING:
    from collections.abc import Iterator

book = Book()
EBL_WARNING = {Stage.EBL: Severity.WARNING}
EBL_NOTICE = {Stage.EBL: Severity.NOTICE}


@book.rule(
    "ebl-bill-of-lading",
    "A sea waybill is never issued as an eBL",
    source="L1",
    severities=FOR_EBL,
)
def _(document: Node) -> Iterator[Problem]:
    if document.text("transportDocumentTypeCode") == "SWB":
        yield Problem("/transportDocumentTypeCode", "is SWB: a sea waybill carries no title", "a bill of lading, BOL")


@book.rule(
    "ebl-electronic",
    "An eBL says of itself that it is electronic",
    source="L2; DCSA TransportDocument.isElectronic",
    severities=FOR_EBL,
)
def _(document: Node) -> Iterator[Problem]:
    if document.flag("isElectronic") is False:
        yield Problem("/isElectronic", "is false: this is a paper document", "true")


@book.rule(
    "ebl-status-issued",
    "A document becomes an eBL as the carrier issued it, not as a draft and not after its end",
    source="L1; DCSA TransportDocument.transportDocumentStatus",
    severities=FOR_EBL,
)
def _(document: Node) -> Iterator[Problem]:
    status = document.text("transportDocumentStatus")
    if status is not None and status != "ISSUED":
        yield Problem("/transportDocumentStatus", f"is {shown(status)}", "ISSUED")


@book.rule(
    "ebl-reference",
    "The reference has 1 to 20 characters that the ledger can write",
    source="L2, N9; DCSA TransportDocument.transportDocumentReference",
    severities=FOR_EBL,
)
def _(document: Node) -> Iterator[Problem]:
    text = document.text("transportDocumentReference")
    fault = reference_fault(text) if text is not None else None
    if fault is not None:
        yield Problem(
            "/transportDocumentReference", fault, "A-Z, 0-9 and ASCII punctuation up to '_', no space at either end"
        )


@book.rule(
    "ebl-reference-capitals",
    "The ledger writes references in capitals",
    source="N9",
    severities=EBL_NOTICE,
)
def _(document: Node) -> Iterator[Problem]:
    text = document.text("transportDocumentReference")
    if text is not None and reference_fault(text) is None and text != text.upper():
        yield Problem(
            "/transportDocumentReference", f"is '{text}', on the ledger '{text.upper()}'", f"'{text.upper()}'"
        )


@book.rule(
    "ebl-carrier-code",
    "The carrier's code has the form of its list",
    source="T9; DCSA TransportDocument.carrierCode",
    severities=FOR_EBL,
)
def _(document: Node) -> Iterator[Problem]:
    code, code_list = document.text("carrierCode"), document.text("carrierCodeListProvider")
    if code is not None and code_list in {"SMDG", "NMFTA"} and not is_carrier_code(code, code_list):
        shape = "3 capitals or digits" if code_list == "SMDG" else "2 to 4 capitals"
        yield Problem("/carrierCode", f"is '{shown(code)}', no code of {code_list}", shape)


@book.rule(
    "ebl-titleholder-code",
    "The consignee of a straight bill and the endorsee of an order bill are named by one LEI",
    source="T6",
    severities=FOR_EBL,
)
def _(document: Node) -> Iterator[Problem]:
    role = titleholder_role(document)
    party = parties(document).node(role) if role is not None else None
    if party is not None:
        yield from _one_lei(party, "so nobody on the ledger can be its titleholder")


@book.rule(
    "ebl-straight-shipper-code",
    "The shipper of a straight bill, who may surrender it, is named by one LEI",
    source="T6",
    severities=FOR_EBL,
)
def _(document: Node) -> Iterator[Problem]:
    shipper = parties(document).node("shipper")
    if kind_of(document) is Kind.STRAIGHT and shipper is not None:
        yield from _one_lei(shipper, "though it may surrender a straight bill")


@book.rule(
    "ebl-shipper-code",
    "The shipper is named by an LEI, so that the first possessor can be compared with the document",
    source="T6",
    severities=EBL_WARNING,
)
def _(document: Node) -> Iterator[Problem]:
    shipper = parties(document).node("shipper")
    if kind_of(document) in {Kind.ORDER, Kind.BLANK} and shipper is not None:
        yield from _one_lei(shipper, "so the first possessor cannot be compared with the document")


@book.rule(
    "ebl-issuing-party-code",
    "The issuing party is named by an LEI, so that the carrier on the ledger can be compared with the document",
    source="L1; DCSA IssuingParty",
    severities=EBL_WARNING,
)
def _(document: Node) -> Iterator[Problem]:
    issuer = parties(document).node("issuingParty")
    if issuer is not None:
        yield from _one_lei(issuer, "so the carrier on the ledger cannot be compared with the document")


def _one_lei(party: Node, consequence: str) -> Iterator[Problem]:
    found = {code for _pointer, code in leis(party)}
    if not found:
        yield Problem(
            party.at("identifyingCodes"), f"hold no LEI, {consequence}", "codeListProvider GLEIF, codeListName LEI"
        )
    elif len(found) > 1:
        yield Problem(
            party.at("identifyingCodes"), f"hold {len(found)} LEIs ({', '.join(sorted(found))})", "one legal person's"
        )


@book.rule(
    "ebl-consignee-of-order",
    "An order bill names its party as endorsee; with a consignee alone it is a bearer bill that seems to name one",
    source="T6; DCSA Endorsee",
    severities=FOR_EBL,
)
def _(document: Node) -> Iterator[Problem]:
    if document.flag("isToOrder") and parties(document).has("consignee") and not parties(document).has("endorsee"):
        yield Problem(f"{PARTIES}/consignee", "stands on a document to order without endorsee", "endorsee instead")


@book.rule(
    "ebl-bearer",
    "A document to order without endorsee is a bearer bill from issue, whatever trade calls 'to order'",
    source="T6; DCSA Endorsee",
    severities=EBL_WARNING,
)
def _(document: Node) -> Iterator[Problem]:
    if kind_of(document) is Kind.BLANK:
        yield Problem(
            f"{PARTIES}/endorsee",
            "is missing: whoever possesses the bill will be entitled to the cargo",
            "the shipper as endorsee for a bill to the shipper's order; else confirm that a bearer bill is meant",
        )


@book.rule(
    "ebl-place-of-issue",
    "The document says where it was issued",
    source="L9; DCSA TransportDocument.placeOfIssue",
    severities=EBL_WARNING,
)
def _(document: Node) -> Iterator[Problem]:
    if not document.has("placeOfIssue"):
        yield Problem("/placeOfIssue", "is missing", "a UN/LOCODE or country")
