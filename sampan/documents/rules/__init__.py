"""The rules of the transport document: DCSA's own from its schema texts, and Sampan's for issue as an eBL.

`check` finds all faults of a document in one pass. `RULES` lists every rule with its source; of DCSA's text only what
a document can show is there (that the order of lines is kept, or that a displayed address is printed instead of the
address, is a duty of whoever passes the document on).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sampan.documents import codes
from sampan.documents.rules import cargo, carriage, issue, parties, structure, terms  # noqa: F401, they enter their rules
from sampan.documents.rules.base import RULES, Fault, Node, Rule, Severity, Stage

if TYPE_CHECKING:
    from sampan.documents.json import JsonValue
    from sampan.documents.model import TransportDocument

_WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTICE: 2}

__all__ = ["RULES", "Fault", "Node", "Rule", "Severity", "Stage", "check", "stage_of"]


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
    if structure.wrapped_at(document) is not None:
        return None, tuple(faults)
    root = Node(document)
    for rule in RULES:
        faults.extend(rule.check(root, stage))
    return typed, tuple(sorted(faults, key=lambda fault: (_WEIGHT[fault.severity], fault.pointer, fault.rule)))
