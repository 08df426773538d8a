"""The kind of a bill as its document says it: straight, to order of a named party, or blank (a bearer bill)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sampan.documents.rules.base import Node


class Kind(StrEnum):
    """The kinds in which a bill can be issued (DCSA `isToOrder`, `Endorsee`)."""

    STRAIGHT = "straight"
    ORDER = "order"
    BLANK = "blank"


def kind_of(document: Node) -> Kind | None:
    """The kind that the document gives the bill; None for a sea waybill or where `isToOrder` is not given."""
    to_order = document.flag("isToOrder")
    if document.text("transportDocumentTypeCode") != "BOL" or to_order is None:
        return None
    if not to_order:
        return Kind.STRAIGHT
    return Kind.ORDER if document.has("documentParties/endorsee") else Kind.BLANK


def titleholder_role(document: Node) -> str | None:
    """Which party of the document is titleholder: `consignee`, `endorsee`, or nobody (None) in a blank bill."""
    kind = kind_of(document)
    return "consignee" if kind is Kind.STRAIGHT else "endorsee" if kind is Kind.ORDER else None
