"""Which bill an event is about: what a producer knows of bills, each from a disclosure of its document.

An event belongs to a bill when it names the bill's reference or one of its bookings and, where it is about equipment, a
container of the bill. So the same container on another voyage, which has another booking, does not.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final, NamedTuple

from sampan.cargo.records import ALL_UNITS
from sampan.documents import identifiers
from sampan.documents.disclosure import IDENTITY, Disclosure
from sampan.documents.json import shown
from sampan.errors import AnswerIsNo, BadInput
from sampan.suite.ids import BillId
from sampan.suite.tell import bill_name
from sampan.tracking.rules import Event

EQUIPMENTS: Final = "/utilizedTransportEquipments"
DISCLOSE: Final = (
    *IDENTITY,
    "/consignmentItems/*/carrierBookingReference",
    "/transports/*/UNLocationCode",
    f"{EQUIPMENTS}/*/equipment/equipmentReference",
)
"""The fields of a document that a producer needs: `sampan document disclose --for-cargo`."""
_BOOKING = re.compile(r"/consignmentItems/\d+/carrierBookingReference")
_EQUIPMENT = re.compile(EQUIPMENTS + r"/(\d+)/equipment/equipmentReference")
_LARGEST_UNIT: Final = ALL_UNITS - 1
"""One less than what a condition takes for all of them."""


@dataclass(frozen=True, slots=True)
class Link:
    """A bill as a producer knows it: its id on the ledger, and what its document says.

    Ports and places are UN/LOCODEs, empty where the document names none. `containers` has the place of each in the
    document, from 1.
    """

    bill: int
    root: bytes
    reference: str
    carrier_code: str
    code_list: str
    bookings: tuple[str, ...]
    loading: str
    discharge: str
    receipt: str
    delivery: str
    containers: dict[str, int]

    @property
    def references(self) -> tuple[str, ...]:
        """By what events name it."""
        written = dict.fromkeys((self.reference, self.reference.upper()))
        return (*(f"TRD/{reference}" for reference in written), *(f"BKG/{booking}" for booking in self.bookings))

    def as_text(self) -> str:
        """Whole, as the store keeps it."""
        return json.dumps({**asdict(self), "bill": hex(self.bill), "root": self.root.hex()}, sort_keys=True)

    @classmethod
    def from_text(cls, text: str) -> Link:
        """From what the store has kept."""
        found: dict[str, Any] = json.loads(text)
        found |= {"bill": int(found["bill"], 16), "root": bytes.fromhex(found["root"])}
        return cls(**found | {"bookings": tuple(found["bookings"])})


def read_link(disclosure: Disclosure, root: bytes, bill: int) -> Link:
    """What a disclosure says of a bill whose document has this root.

    Raises `AnswerIsNo` for one that the root does not hold or that is of another bill, `BadInput` for one that leaves
    out what is needed.
    """
    disclosure.require(root)
    values = disclosure.values()

    def said(pointer: str, *, needed: bool = False) -> str:
        value = values.get(pointer)
        if isinstance(value, str) and value:
            return value
        if needed:
            raise _lacks(pointer)
        return ""

    bookings = tuple(
        dict.fromkeys(
            value for pointer, value in values.items() if _BOOKING.fullmatch(pointer) and isinstance(value, str)
        )
    )
    containers: dict[str, int] = {}
    for pointer, value in values.items():
        match = _EQUIPMENT.fullmatch(pointer)
        if match is None or not isinstance(value, str):
            continue
        unit = int(match[1]) + 1
        if unit > _LARGEST_UNIT or value in containers:
            message = f"{shown(value)} stands twice" if value in containers else "are too many for a bill on the ledger"
            raise BadInput(message, subject=EQUIPMENTS, hint="ask the carrier for another document", code="cargo.link")
        containers[value] = unit
    if disclosure.length(EQUIPMENTS) != len(containers):
        raise _lacks(f"{EQUIPMENTS}/*/equipment/equipmentReference")
    if disclosure.members("/transports") is None:
        # What it holds besides: else a place of delivery might be kept back.
        raise _lacks("/transports")
    reference, carrier_code, code_list = (said(pointer, needed=True) for pointer in IDENTITY)
    if identifiers.reference_fault(reference) or identifiers.reference(reference) != BillId.unpack(bill).reference:
        raise AnswerIsNo(
            f"is of bill {shown(reference)}",
            subject=bill_name(bill),
            hint="name the bill of the document",
            code="cargo.link",
        )
    return Link(
        bill,
        root,
        reference,
        carrier_code,
        code_list,
        bookings,
        loading=said("/transports/portOfLoading/UNLocationCode", needed=True),
        discharge=said("/transports/portOfDischarge/UNLocationCode", needed=True),
        receipt=said("/transports/placeOfReceipt/UNLocationCode"),
        delivery=said("/transports/placeOfDelivery/UNLocationCode"),
        containers=containers,
    )


def _lacks(pointer: str) -> BadInput:
    return BadInput(
        "is not disclosed, and without it no event can be linked",
        subject=pointer,
        hint="ask for one made by `sampan document disclose DOCUMENT --for-cargo`",
        code="cargo.link",
    )


class Belonging(NamedTuple):
    """That an event belongs to a bill: the link, and which of the bill's equipment it is about (0: the bill)."""

    link: Link
    unit: int


class Links:
    """All that a producer knows of bills, found by what events name."""

    def __init__(self, links: Iterable[Link] = ()) -> None:
        self._by_reference: dict[str, list[Link]] = defaultdict(list)
        for link in links:
            for reference in link.references:
                self._by_reference[reference].append(link)

    def of(self, event: Event) -> tuple[Belonging, ...]:
        """The bills that an event belongs to."""
        if not self._by_reference:
            return ()
        found: dict[int, Belonging] = {}
        for reference in event.references:
            for link in self._by_reference.get(reference, ()):
                unit = unit_of(event, link)
                if unit is not None:
                    found[link.bill] = Belonging(link, unit)
        return tuple(found.values())


def unit_of(event: Event, link: Link) -> int | None:
    """Which of a bill's equipment an event that names the bill is about: 0 the bill; None for equipment of others."""
    if event.type != "EQUIPMENT":
        return 0
    return link.containers.get(event.equipment)


def require_same(link: Link, stands: Link) -> None:
    """Raises `AnswerIsNo` where a bill was linked before by another document."""
    if link != stands:
        raise AnswerIsNo(
            "is linked already, by another document or with other fields",
            subject=link.reference,
            hint="a bill's document does not change: compare the roots",
            code="cargo.link",
        )
