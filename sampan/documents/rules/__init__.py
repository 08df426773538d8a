"""The rules of the transport document: DCSA's own from its schema texts, and Sampan's for issue as an eBL.

`check` finds all faults of a document in one pass. `RULES` lists every rule with its source; of DCSA's text only what
a document can show is there (that the order of lines is kept, or that a displayed address is printed instead of the
address, is a duty of whoever passes the document on).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sampan.documents import codes, messages
from sampan.documents.rules import cargo, carriage, issue, parties, structure, terms, text  # noqa: F401, enter theirs
from sampan.documents.rules.base import RULES, Fault, Node, Rule, Severity, Stage

if TYPE_CHECKING:
    from sampan.documents.json import JsonValue, Reading
    from sampan.documents.model import TransportDocument

_WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTICE: 2}

__all__ = ["RULES", "Fault", "Node", "Rule", "Severity", "Stage", "check", "check_reading", "spelling", "stage_of"]


def stage_of(document: JsonValue) -> Stage:
    """The stage that the document's own status puts it in; a status that DCSA does not know counts as issued."""
    return Stage.DRAFT if Node(document).text("transportDocumentStatus") in codes.DRAFT_STATUSES else Stage.ISSUED


def check(document: JsonValue, stage: Stage | None = None) -> tuple[TransportDocument | None, tuple[Fault, ...]]:
    """The typed document, when its shape allows one, and every fault at a stage: errors first, then by place.

    `document` is what `read_json` gave. Without `stage` the document's own status decides between draft and issued.
    Never raises for a fault of the document.
    """
    stage = stage_of(document) if stage is None else stage
    typed, faults = structure.parse(document, stage)
    if messages.other(document) is not None:
        return None, tuple(faults)
    root = Node(document)
    for rule in RULES:
        faults.extend(rule.check(root, stage))
    return typed, _sorted(faults)


def check_reading(reading: Reading, stage: Stage | None = None) -> tuple[TransportDocument | None, tuple[Fault, ...]]:
    """As `check`, of a text as it was read: what the reader refuses is among the faults, each at its place.

    There is no typed document when anything was refused.
    """
    typed, faults = check(reading.value, stage)
    refused = [
        Fault(one.pointer, f"json.{one.rule}", Severity.ERROR, one.message, one.right, "RFC 8259, RFC 8785")
        for one in reading.refused
    ]
    # What stands where something was refused is no more than a guess: nothing else is said of it.
    places = {fault.pointer for fault in refused}
    rest = [fault for fault in faults if fault.pointer not in places]
    return None if refused else typed, _sorted([*refused, *rest, *spelling(reading)])


def spelling(reading: Reading) -> list[Fault]:
    """A notice when numbers are written otherwise than in their shortest form: it changes nothing that is signed."""
    if not reading.respelt:
        return []
    first = reading.respelt[0]
    count = len(reading.respelt)
    message = f"is written {first.written}, which is {first.shortest}" + (
        f"; {count:,} numbers in all are not in their shortest form" if count > 1 else ""
    )
    right = "nothing: canonical JSON gives both the same bytes"
    return [Fault(first.pointer, "number-form", Severity.NOTICE, message, right, "RFC 8785, 3.2.2.3")]


def _sorted(faults: list[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda fault: (_WEIGHT[fault.severity], fault.pointer, fault.rule)))
