"""Which fields may be shown to whom: open, commercial, personal (T37).

*Open* is what the ledger and a carrier's public tracking say of a bill anyway. *Personal* are contacts, tax numbers,
parties that are natural persons, and properties that DCSA does not know, since nobody has said what they hold; they
are never disclosed by default, and can be shredded. Everything else is *commercial*: shown to whom it concerns.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sampan.documents import messages
from sampan.documents.pointer import join
from sampan.documents.rules.base import Node, Stage
from sampan.documents.rules.structure import UNKNOWN, parse

if TYPE_CHECKING:
    from sampan.documents.json import JsonValue

PERSONAL_PROPERTIES = frozenset({"partyContactDetails", "emergencyContactDetails", "taxLegalReferences"})
OPEN_FIELDS = frozenset(
    (
        "/transportDocumentReference",
        "/transportDocumentSubReference",
        "/transportDocumentStatus",
        "/transportDocumentTypeCode",
        "/isShippedOnBoardType",
        "/isElectronic",
        "/isToOrder",
        "/issueDate",
        "/shippedOnBoardDate",
        "/receivedForShipmentDate",
        "/placeOfIssue",
        "/carrierCode",
        "/carrierCodeListProvider",
        "/termsAndConditions",
        "/transports/plannedDepartureDate",
        "/transports/plannedArrivalDate",
        "/transports/portOfLoading",
        "/transports/portOfDischarge",
        "/transports/vesselVoyages",
        "/documentParties/issuingParty",
        "/sampan",
    )
)


class FieldClass(StrEnum):
    """How far a field may go."""

    OPEN = "open"
    COMMERCIAL = "commercial"
    PERSONAL = "personal"


class Classes:
    """The class of every place in one document."""

    __slots__ = ("_personal",)

    def __init__(self, document: JsonValue) -> None:
        personal = [fault.pointer for fault in parse(document, Stage.ISSUED)[1] if fault.rule == UNKNOWN]
        if messages.other(document) is not None:
            personal += [join("", name) for name in document] if isinstance(document, dict) else []
        for node in Node(document).each("**"):
            personal += [node.at(name) for name in PERSONAL_PROPERTIES if node.has(name)]
            if node.text("typeOfPerson") == "NATURAL_PERSON":
                personal.append(node.pointer)
        self._personal = frozenset(personal)

    def of(self, pointer: str) -> FieldClass:
        """The class of a place; what lies below a personal place is personal."""
        found = FieldClass.COMMERCIAL
        here = pointer
        while here:
            if here in self._personal:
                return FieldClass.PERSONAL
            if here in OPEN_FIELDS:
                found = FieldClass.OPEN
            here = here.rpartition("/")[0]
        return found
