"""How much work a producer's events are: read, checked, hashed, kept and sealed in batches; and a proof of one."""

from __future__ import annotations

import hashlib
import json
import os
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sampan.documents.identifiers import container_check_digit
from sampan.documents.many import cores
from sampan.errors import SampanError
from sampan.suite.ids import BillId
from sampan.tracking.ingest import ingest
from sampan.tracking.links import Link
from sampan.tracking.outbox import Outbox
from sampan.tracking.proofs import prove

EVENTS: Final = 1_000_000
BAR: Final = 75e-6
"""Seconds by the clock that an event may take on two idle cores."""
START: Final = 2
"""Seconds that starting processes may take beside fewer events; among a million they do not count."""
PROOF_BAR: Final = 0.010
"""Seconds that the proof of an event may take."""
RSS_BAR_MB: Final = 400
_PROOFS: Final = 200
_BOOKING: Final = 30
"""Events of a booking."""
_LINKED: Final = 10
"""Of so many bookings one is of a bill that is linked."""
_SHA, _RTM = "CNSHA", "NLRTM"
_LIFE: Final = (
    ("EQUIPMENT", "GTOT", "EMPTY", _SHA, "TRUCK"),
    ("EQUIPMENT", "STUF", "LADEN", _SHA, "TRUCK"),
    ("EQUIPMENT", "GTIN", "LADEN", _SHA, "TRUCK"),
    ("EQUIPMENT", "CUSR", "LADEN", _SHA, "VESSEL"),
    ("EQUIPMENT", "LOAD", "LADEN", _SHA, "VESSEL"),
    ("TRANSPORT", "DEPA", "", _SHA, "VESSEL"),
    ("TRANSPORT", "ARRI", "", _RTM, "VESSEL"),
    ("EQUIPMENT", "DISC", "LADEN", _RTM, "VESSEL"),
    ("EQUIPMENT", "GTOT", "LADEN", _RTM, "TRUCK"),
    ("EQUIPMENT", "GTIN", "EMPTY", _RTM, "TRUCK"),
)


@dataclass(frozen=True, slots=True)
class Ingestion:
    """So many events: seconds by the clock, CPU seconds and memory of all processes, the slowest of some proofs."""

    events: int
    seconds: float
    cpu_seconds: float
    peak_rss_mb: float
    prove_ms: float

    @property
    def events_per_second(self) -> float:
        """By the clock."""
        return self.events / self.seconds

    @property
    def holds(self) -> bool:
        """Whether the bars hold; that of time on two idle cores."""
        quick = self.seconds < BAR * self.events + (START if self.events < EVENTS else 0)
        return quick and self.prove_ms < 1000 * PROOF_BAR and self.peak_rss_mb < RSS_BAR_MB


def measure(
    events: int = EVENTS, *, jobs: int | None = None, advance: Callable[[int], object] = lambda _: None
) -> Ingestion:
    """Take events that are written for it into a store, in a folder that is gone afterwards.

    Raises `SampanError` when one of them is refused.
    """
    chance = random.Random(events)
    with tempfile.TemporaryDirectory(prefix="sampan-bench-") as folder:
        file = Path(folder) / "events.ndjson"
        with file.open("w", encoding="utf-8") as out:
            out.writelines(feed(events))
        with Outbox(Path(folder) / "cargo.db") as store:
            for booking in range(0, events // _BOOKING, _LINKED):
                store.link(bill(booking))
            cpu, clock = _cpu(), time.perf_counter()
            found = ingest(store, [file], jobs=jobs, advance=advance)
            store.seal()
            seconds, cpu_seconds = time.perf_counter() - clock, _cpu() - cpu
            if found.refused:
                raise SampanError(f"a sample was refused: {found.refused[0].error}", subject="sampan bench cargo")
            slowest = 0.0
            for _ in range(_PROOFS):
                event = _id(chance.randrange(events)).bytes
                # Of this process alone: who else is at work on the machine says nothing of a proof.
                spent = time.process_time()
                prove(store, event)
                slowest = max(slowest, time.process_time() - spent)
    return Ingestion(events, seconds, cpu_seconds, _peak_mb(jobs or cores()), 1000 * slowest)


def feed(events: int) -> Iterator[str]:
    """Events of about a thousand bytes, one a line: bookings of three boxes, from the depot to the depot."""
    shapes = [_shape(*one) for one in _LIFE]
    for number in range(events):
        booking, place = divmod(number, _BOOKING)
        shape = shapes[place * len(shapes) // _BOOKING]
        second = 1_735_689_600 + booking % 20_000_000 + place * 40_000
        yield shape % {
            "id": _id(number),
            "happened": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second)),
            "box": _box(3 * booking + place % 3),
            "booking": f"{booking:09}",
        }


def bill(booking: int) -> Link:
    """The bill of a booking, as a producer knows it."""
    reference = f"XLLT{booking:09}"
    return Link(
        bill=BillId.of("SAMPAN00CARRIER00006", reference).pack(),
        root=bytes(32),
        reference=reference,
        carrier_code="XLL",
        code_list="SMDG",
        bookings=(f"XLLB{booking:09}",),
        loading=_SHA,
        discharge=_RTM,
        receipt="",
        delivery="",
        containers={_box(3 * booking + unit - 1): unit for unit in (1, 2, 3)},
    )


def _shape(kind: str, code: str, load: str, port: str, mode: str) -> str:
    """An event as a template, for its id, time, box and booking."""
    box = {"equipmentReference": "%(box)s", "ISOEquipmentCode": "45G1", "emptyIndicatorCode": load}
    event: dict[str, Any] = {
        "eventID": "%(id)s",
        "eventType": kind,
        "eventClassifierCode": "ACT",
        "eventDateTime": "%(happened)sZ",
        "eventCreatedDateTime": "%(happened)sZ",
        f"{kind.lower()}EventTypeCode": code,
        "transportCall": {
            "transportCallID": f"8b9e1c4e-6a2d-4f0e-9a55-{port}-001W",
            "carrierServiceCode": "FE1",
            "exportVoyageNumber": "001W",
            "importVoyageNumber": "002E",
            "transportCallSequenceNumber": 2,
            "UNLocationCode": port,
            "facilityCode": "YICT",
            "facilityCodeListProvider": "SMDG",
            "facilityTypeCode": "POTE",
            "modeOfTransport": mode,
            "vessel": {
                "vesselIMONumber": "9321483",
                "vesselName": "Lantern Meridian",
                "vesselFlag": "SG",
                "vesselOperatorCarrierCode": "XLL",
                "vesselOperatorCarrierCodeListProvider": "SMDG",
            },
        },
        "documentReferences": [
            {"documentReferenceType": "BKG", "documentReferenceValue": "XLLB%(booking)s"},
            {"documentReferenceType": "TRD", "documentReferenceValue": "XLLT%(booking)s"},
        ],
        "references": [{"referenceType": "EQ", "referenceValue": "%(box)s"}],
    }
    if kind == "EQUIPMENT":
        event |= box | {"seals": [{"sealNumber": "QL770131", "sealSource": "SHI", "sealType": "BLT"}]}
    else:
        event |= {"delayReasonCode": "WEA", "changeRemark": "Waited for the tide and for a berth, 4 hours in all"}
    return json.dumps(event, separators=(",", ":")) + "\n"


def _id(number: int) -> uuid.UUID:
    """The id of an event; in no order, as ids are."""
    return uuid.UUID(bytes=hashlib.blake2b(number.to_bytes(8, "big"), digest_size=16).digest())


def _box(number: int) -> str:
    """A container's number, with its check digit."""
    body = f"XLLU{number % 1_000_000:06}"
    return f"{body}{container_check_digit(body)}"


def _cpu() -> float:
    """CPU seconds of this process and of its children that ended."""
    return sum(os.times()[:4])


def _peak_mb(jobs: int) -> float:
    """The most memory that this process had, and so many others that ended."""
    import resource

    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    own, others = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return (own + jobs * others) / unit
