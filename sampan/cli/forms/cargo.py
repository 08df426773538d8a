"""Cargo data: what was taken, linked, sealed, proven, disclosed, verified."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from sampan.cli.forms.common import Wrong
from sampan.suite.forms import BillName, Count, Form, Hash, Of
from sampan.tracking.proofs import HeaderForm, ProvenForm


class _Taken(Form):
    file: Path
    new: Count
    known: Annotated[Count, "Events that were there already"]
    corrected: Annotated[Count, "Corrections and retractions"]
    unlinked: Annotated[Count, "New events of no bill that is linked: they are anchored, and are no fact of any"]


class _EventFault(Form):
    line: Annotated[int | None, "From 1, where the file has an event a line", Of(lambda found: found.place.line)]
    pointer: Annotated[
        str,
        "JSON pointer (RFC 6901), from the line or the whole file",
        Of(lambda found: found.place.pointer(found.fault.pointer)),
    ]
    rule: Annotated[str, Of(lambda found: found.fault.rule)]
    message: Annotated[str, Of(lambda found: found.fault.message)]
    right: Annotated[str, "What would be right", Of(lambda found: found.fault.right)]


class _RefusedFile(Form):
    file: Path
    error: Wrong
    count: Annotated[Count, "Faults in all"]
    faults: Annotated[list[_EventFault], "At most a thousand of them"]


class CargoIngest(Form, document="sampan.cargo-ingest/1"):
    """What became of files of events: each was taken whole, or not at all."""

    store: Path
    new: Count
    known: Annotated[Count, "Events that were there already"]
    corrected: Annotated[Count, "Corrections and retractions"]
    unlinked: Annotated[Count, "New events of no bill that is linked: they are anchored, and are no fact of any"]
    sealed: Annotated[Count, "Batches of a thousand that became full"]
    files: list[_Taken]
    refused: list[_RefusedFile]


class CargoLink(Form, document="sampan.cargo-link/1"):
    """A bill that a producer knows from now on."""

    bill: BillName
    root: Hash
    bookings: list[str]
    loading: str
    discharge: str
    receipt: str
    delivery: str
    containers: dict[str, Count]
    leaves: Annotated[Count, "Events that came before and belong to it"]


class _Batch(Form):
    sequence: Count
    state: Literal["sealed", "sent", "anchored"]
    header: HeaderForm
    sent: Annotated[Hash | None, "The transaction in which it was last sent"]


class CargoSeal(Form, document="sampan.cargo-seal/1"):
    """Batches that were sealed."""

    store: Path
    batches: list[_Batch]


class CargoStatus(Form, document="sampan.cargo-status/1"):
    """What a producer's store holds."""

    store: Path
    events: Annotated[Count, "Their versions counted"]
    leaves: Count
    links: Count
    waiting: Annotated[Count, "Leaves in no batch"]
    sealed: Count
    sent: Count
    anchored: Count
    unanchored: Annotated[list[_Batch], "In the order in which the chain takes them"]


class CargoProof(Form, document="sampan.cargo-proof/1"):
    """What `record` and `strike` take of an event, and what opens it."""

    bill: BillName | None
    proof: ProvenForm
    header: HeaderForm
    about_salt: Annotated[Hash, "What `record` takes as the salt"]


class CargoDisclose(Form, document="sampan.cargo-disclose/1"):
    """That a bill's events were written to a file."""

    bill: BillName
    disclosure: Path
    events: Count
    batches: Count


class _HeldEvent(Form):
    id: str
    sequence: Count
    kind: str
    happened_at: str
    place: str
    unit: Count


class _FailedEvent(Form):
    id: str
    sequence: Count
    reason: Annotated[
        Literal["batch", "header", "leaf", "event"],
        "No root was given for its batch; the file was made for another root; the root does not hold the leaf; the "
        "leaf is not of this event",
    ]


class CargoVerify(Form, document="sampan.cargo-verify/1"):
    """Whether roots hold the events of a bill."""

    file: Path
    bill: BillName
    holds: bool
    events: list[_HeldEvent]
    failures: list[_FailedEvent]
