"""SAM-H3: ERC-721's Transfers agree one to one with the acts that moved possession."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING

from sampan.audit.checks.base import Check, Indication, Level
from sampan.audit.evidence import moves, receiver_of
from sampan.audit.names import bill_name, shown

if TYPE_CHECKING:
    from sampan.audit.decoding import Entry
    from sampan.audit.evidence import Evidence

_NOBODY = "0x" + "0" * 40


def _look(evidence: Evidence) -> Iterator[Indication]:
    for bill in sorted({*evidence.acts, *evidence.transfers}):
        acts = [entry for entry in evidence.acts.get(bill, ()) if moves(entry)]
        possessor = _NOBODY
        for act, transfer in zip_longest(acts, evidence.transfers.get(bill, ())):
            wrong = _compare(act, transfer, possessor)
            if wrong is not None:
                block = (act or transfer).block
                yield Indication(bill_name(bill), wrong, block)
                # Whatever follows is out of step for the same reason.
                break
            possessor = transfer.args["to"]


def _compare(act: Entry | None, transfer: Entry | None, possessor: str) -> str | None:
    if transfer is None:
        assert act is not None
        return f"{act.name} in block {act.block} moved possession, and no Transfer stands beside it"
    moved = f"a Transfer to {shown(transfer.args['to'])} in block {transfer.block}"
    if act is None or act.transaction != transfer.transaction:
        return f"{moved} has no act of the ledger beside it"
    if receiver_of(act) != transfer.args["to"]:
        return f"{moved} stands beside {act.name} to {shown(receiver_of(act))}"
    if transfer.args["from"] != possessor:
        return f"{moved} comes from {shown(transfer.args['from'])}, who did not possess the bill"
    return None


CHECK = Check(
    id="SAM-H3",
    title="Transfers and acts disagree",
    level=Level.HIGH,
    confidence="high",
    looks_for="A move of possession without its Transfer, a Transfer without its act, two that name other receivers.",
    goes_wrong="A wallet shows one possessor (it reads Transfers), the ledger's own events another.",
    do_next="Look at the transaction named; compare the code on the chain with the artifacts once more.",
    rules=("N25", "P1"),
    look=_look,
)
