"""What producers report in a scenario: DCSA Track & Trace events, through a store of each producer's own.

A scenario says in a few words what happened (`load`, of which box, how long ago). Here it becomes a whole event, as a
terminal's system writes it, and goes the way of all events: read, checked, made a leaf, sealed, proven.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sampan.documents.disclosure import Disclosure, disclose, select
from sampan.documents.json import read_json
from sampan.documents.privacy import Classes, FieldClass
from sampan.documents.salts import read_salts, salts_path
from sampan.documents.tree import DocumentTree
from sampan.errors import UsageError
from sampan.tracking.ingest import ingest
from sampan.tracking.links import DISCLOSE, Link, read_link
from sampan.tracking.outbox import Outbox
from sampan.tracking.proofs import as_json, of_bill, prove

if TYPE_CHECKING:
    from sampan.tracking.outbox import Batch
    from sampan.tracking.proofs import Proven

EVENTS: Final[Mapping[str, tuple[str, str]]] = {
    "gate-in": ("EQUIPMENT", "GTIN"),
    "load": ("EQUIPMENT", "LOAD"),
    "discharge": ("EQUIPMENT", "DISC"),
    "gate-out": ("EQUIPMENT", "GTOT"),
    "stuff": ("EQUIPMENT", "STUF"),
    "remove-seal": ("EQUIPMENT", "RMVD"),
    "inspect": ("EQUIPMENT", "INSP"),
    "depart": ("TRANSPORT", "DEPA"),
    "arrive": ("TRANSPORT", "ARRI"),
    "release": ("SHIPMENT", "RELS"),
}
"""What a scenario calls an event → Track & Trace's type and code."""
AT_ORIGIN: Final = frozenset({"gate-in", "load", "stuff", "remove-seal", "inspect", "depart"})
"""What happens at the port of loading, unless the scenario names another place."""
CLASSIFIERS: Final = {"planned": "PLN", "estimated": "EST", "actual": "ACT"}
_NAMESPACE: Final = uuid.UUID("6d0f3f0e-5a0e-4c0e-9d55-6c1c3f7c2a10")


@dataclass(frozen=True, slots=True)
class Said:
    """An event in a few words. `ago` is seconds before the chain's time, negative for what is to come."""

    event: str
    name: str
    box: int = 0
    ago: int = 0
    at: str = ""
    """Facility (`CNSHA/SMDG/YICT`) or port; by default the bill's port of loading or of discharge."""
    classifier: str = "actual"
    ship: str = ""
    """IMO number."""
    corrects: str = ""
    """The name of an event whose further version it is."""
    takes_back: str = ""
    """The name of an event that is retracted; nothing else is said then."""


@dataclass(slots=True)
class Desk:
    """A producer's store, and what it called its events."""

    store: Outbox
    known: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Name → the event as it was written."""

    def link(self, document: Path, bill: int) -> Link:
        """Learn of a bill by what its document discloses."""
        shown = disclosure_of(document, DISCLOSE)
        found = read_link(shown, shown.root, bill)
        self.store.link(found)
        return found

    def report(self, said: Sequence[Said], link: Link, now: datetime, folder: Path) -> list[Batch]:
        """Take events in, seal them; the batches. Raises `SampanError` for an event that is none."""
        file = folder / f"events-{len(self.known)}.json"
        made = [self._event(each, link, now) for each in said]
        file.write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
        found = ingest(self.store, [file], jobs=1)
        if found.refused:
            raise found.refused[0].error
        return self.store.seal()

    def proven(self, name: str, bill: int | None = None) -> Proven:
        """An event with its proof."""
        event = self.known[name]["eventID"]
        versions = [each for each, made in self.known.items() if made["eventID"] == event]
        return prove(self.store, uuid.UUID(event).bytes, bill, versions.index(name))

    def disclose(self, folder: Path, name: str) -> list[Path]:
        """Write what it knows of each bill, as `sampan cargo disclose` does: the files."""
        files = []
        for link in self.store.linked():
            file = folder / f"{name}-{link.reference}.json"
            body = as_json(link.bill, of_bill(self.store, link.bill))
            file.write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")
            files.append(file)
        return files

    def _event(self, said: Said, link: Link, now: datetime) -> dict[str, Any]:
        if said.takes_back:
            before = self._was(said.takes_back)
            made = {**before, "isRetracted": True, "eventUpdatedDateTime": _later(before, now)}
        else:
            made = _event(said, link, now)
            if said.corrects:
                before = self._was(said.corrects)
                made |= {name: before[name] for name in ("eventID", "eventCreatedDateTime")}
                made["eventUpdatedDateTime"] = _later(before, now)
        self.known[said.name] = made
        return made

    def _was(self, name: str) -> dict[str, Any]:
        if name not in self.known:
            raise UsageError("was not reported by this producer", subject=name, hint="name one of its own events")
        return self.known[name]


def disclosure_of(document: Path, fields: Sequence[str] = ()) -> Disclosure:
    """Some fields of a document whose salts lie beside it; by default all but personal ones."""
    raw = read_json(document)
    tree = DocumentTree.of(raw, read_salts(salts_path(document)), name=document.name)
    wanted = () if fields else (FieldClass.OPEN, FieldClass.COMMERCIAL)
    return disclose(tree, select(tree, Classes(raw), patterns=fields, field_classes=wanted).pointers)


def _event(said: Said, link: Link, now: datetime) -> dict[str, Any]:
    type_, code = EVENTS[said.event]
    port, facility = _place(said, link)
    happened = now - timedelta(seconds=said.ago)
    classifier = CLASSIFIERS[said.classifier]
    made: dict[str, Any] = {
        "eventID": str(uuid.uuid5(_NAMESPACE, f"{link.reference} {said.name}")),
        "eventCreatedDateTime": _instant(now),
        "eventType": type_,
        "eventClassifierCode": classifier,
        "eventDateTime": _instant(happened),
        "documentReferences": [
            {"documentReferenceType": "BKG", "documentReferenceValue": booking} for booking in link.bookings
        ]
        + [{"documentReferenceType": "TRD", "documentReferenceValue": link.reference}],
    }
    call: dict[str, Any] = {
        "transportCallID": f"{link.reference}-{port}",
        "carrierServiceCode": "FE1",
        "exportVoyageNumber": "001W",
        "UNLocationCode": port,
        "modeOfTransport": "VESSEL",
    }
    if facility:
        code_list, _, terminal = facility.partition("/")
        call |= {"facilityCode": terminal, "facilityCodeListProvider": code_list, "facilityTypeCode": "POTE"}
    if said.ship:
        call["vessel"] = {"vesselIMONumber": said.ship}
    if type_ == "SHIPMENT":
        released = {"shipmentEventTypeCode": code, "documentTypeCode": "CUS", "documentID": link.reference}
        return made | released | {"eventLocation": {"UNLocationCode": port}}
    if type_ == "TRANSPORT":
        return made | {"transportEventTypeCode": code, "transportCall": call}
    boxes = {unit: box for box, unit in link.containers.items()}
    if said.box not in boxes:
        raise UsageError(f"the bill has no box {said.box}", subject=said.name, hint=f"it has {len(boxes)}")
    return made | {
        "equipmentEventTypeCode": code,
        "equipmentReference": boxes[said.box],
        "ISOEquipmentCode": "45G1",
        "emptyIndicatorCode": "LADEN",
        "transportCall": call,
    }


def _place(said: Said, link: Link) -> tuple[str, str]:
    """UN/LOCODE, and list and code of the facility."""
    port, _, facility = said.at.partition("/")
    return port or (link.loading if said.event in AT_ORIGIN else link.discharge), facility


def _later(before: Mapping[str, Any], now: datetime) -> str:
    """When a version is written: now, and after the one before it, which may have been written in the same second."""
    last = datetime.fromisoformat(before.get("eventUpdatedDateTime", before["eventCreatedDateTime"]))
    return _instant(max(now, last + timedelta(seconds=1)))


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
