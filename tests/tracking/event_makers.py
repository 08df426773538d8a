"""Track & Trace events of one voyage, Shanghai to Rotterdam, as producers write them; and the link to its bill."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sampan.suite.ids import BillId
from sampan.tracking.links import Link

BILL = BillId.of("SAMPAN00CARRIER00006", "XLLSHA2600101").pack()
OTHER_BILL = BillId.of("SAMPAN00CARRIER00006", "XLLSHA2600102").pack()
BOOKING = "XLLBK2600101"
BOX, SECOND_BOX = "XLLU2601017", "XLLU2601022"
STRANGE_BOX = "APZU4812090"
NOW = 1_772_000_000.0
"""A second in February 2026, after all of these events."""


def an_id(number: int) -> str:
    """The id of the event of a number."""
    return str(uuid.UUID(int=0xE000_0000_0000_4000_8000_0000_0000_0000 + number))


def call(port: str = "CNSHA", mode: str = "VESSEL", **more: Any) -> dict[str, Any]:
    """A transport call."""
    return {
        "transportCallID": f"XLL-001W-{port}",
        "carrierServiceCode": "FE1",
        "exportVoyageNumber": "001W",
        "UNLocationCode": port,
        "modeOfTransport": mode,
        "vessel": {"vesselIMONumber": "9321483", "vesselName": "Lantern Meridian"},
        **more,
    }


def event(number: int = 1, **members: Any) -> dict[str, Any]:
    """What every event has; a member that is None is left out."""
    made = {
        "eventID": an_id(number),
        "eventType": "EQUIPMENT",
        "eventClassifierCode": "ACT",
        "eventDateTime": "2026-01-02T08:30:00+08:00",
        "eventCreatedDateTime": "2026-01-02T01:00:00Z",
        **members,
    }
    return {name: value for name, value in made.items() if value is not None}


def boxed(code: str, port: str = "CNSHA", number: int = 1, **members: Any) -> dict[str, Any]:
    """An equipment event of the bill's first container."""
    return event(
        number,
        **{
            "equipmentEventTypeCode": code,
            "equipmentReference": BOX,
            "ISOEquipmentCode": "45G1",
            "emptyIndicatorCode": "LADEN",
            "transportCall": call(port, facilityCode="YICT", facilityCodeListProvider="SMDG"),
            "documentReferences": [{"documentReferenceType": "BKG", "documentReferenceValue": BOOKING}],
            **members,
        },
    )


def sailed(code: str, port: str = "CNSHA", number: int = 1, **members: Any) -> dict[str, Any]:
    """A transport event of the ship."""
    return event(
        number,
        **{
            "eventType": "TRANSPORT",
            "transportEventTypeCode": code,
            "transportCall": call(port),
            "documentReferences": [{"documentReferenceType": "BKG", "documentReferenceValue": BOOKING}],
            **members,
        },
    )


def customs(port: str | None, number: int = 1, **members: Any) -> dict[str, Any]:
    """A shipment event: customs released it."""
    return event(
        number,
        **{
            "eventType": "SHIPMENT",
            "shipmentEventTypeCode": "RELS",
            "documentTypeCode": "CUS",
            "documentID": "222920260001234567",
            "eventLocation": None if port is None else {"UNLocationCode": port},
            "documentReferences": [{"documentReferenceType": "TRD", "documentReferenceValue": "XLLSHA2600101"}],
            **members,
        },
    )


def corrected(made: dict[str, Any], hour: int = 2, **members: Any) -> dict[str, Any]:
    """The same event, later."""
    return made | {"eventUpdatedDateTime": f"2026-01-02T{hour:02}:00:00Z"} | members


def link(bill: int = BILL, **members: Any) -> Link:
    """The voyage's bill as a producer knows it."""
    known: dict[str, Any] = {
        "root": bytes(31) + b"\1",
        "reference": BillId.unpack(bill).reference,
        "carrier_code": "XLL",
        "code_list": "SMDG",
        "bookings": (BOOKING,),
        "loading": "CNSHA",
        "discharge": "NLRTM",
        "receipt": "CNSZH",
        "delivery": "DEDUI",
        "containers": {BOX: 1, SECOND_BOX: 2},
    }
    return Link(bill=bill, **known | members)


def lines(events: Iterable[dict[str, Any]]) -> bytes:
    """Events, one a line."""
    return b"".join(json.dumps(one).encode() + b"\n" for one in events)


def written(path: Path, events: Iterable[dict[str, Any]]) -> Path:
    """A file of events, one a line."""
    path.write_bytes(lines(events))
    return path
