"""SAM-P4: possession changes person only by the possessor's own act, by an undoing, or by a reissue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sampan.audit.checks.base import Check, Indication, Level
from sampan.audit.evidence import ISSUES, moves, receiver_of
from sampan.audit.names import bill_name, shown
from sampan.audit.standing import Standing

if TYPE_CHECKING:
    from sampan.audit.decoding import Entry
    from sampan.audit.evidence import Evidence

_UNDOINGS = frozenset({"Rejected", "SurrenderRefused", "SurrenderRecalled"})
_GIVINGS = frozenset({"Transferred", "Endorsed", "Lodged", "Surrendered"})


@dataclass(slots=True)
class _Held:
    """Who possesses a bill, and who gave it."""

    possessor: str
    giver: str


def _look(evidence: Evidence) -> Iterator[Indication]:
    standing = Standing()
    held: dict[int, _Held] = {}
    surrendered: dict[int, str] = {}
    for entry in evidence.ledger:
        standing.hear(entry)
        if not moves(entry):
            continue
        bill, receiver = entry.args["bill"], receiver_of(entry)
        now = held.get(bill)
        wrong = None
        if entry.name in ISSUES:
            giver = entry.args["actor"]
            if entry.name == "ReplacementIssued":
                wrong = _reissue(standing, entry, receiver, surrendered)
        elif now is None:
            # A bill that was never issued is another check's business.
            continue
        else:
            giver = now.possessor
            wrong = _move(standing, entry, receiver, now)
            if entry.name == "Surrendered":
                surrendered[bill] = now.possessor
        held[bill] = _Held(receiver, giver)
        if wrong is not None:
            yield Indication(bill_name(bill), f"{entry.name} in block {entry.block}: {wrong}", entry.block)


def _reissue(standing: Standing, entry: Entry, receiver: str, surrendered: dict[int, str]) -> str | None:
    for replaced in entry.args["replaces"]:
        before = surrendered.get(replaced)
        if before is not None and not _same(standing, before, receiver):
            return f"it went to {shown(receiver)}, not to {shown(before)}, who surrendered {bill_name(replaced)}"
    return None


def _move(standing: Standing, entry: Entry, receiver: str, now: _Held) -> str | None:
    if entry.name in _GIVINGS and not _same(standing, entry.args["from"], now.possessor):
        return f"{shown(entry.args['from'])} gave what {shown(now.possessor)} possessed"
    if entry.name in _UNDOINGS and not _same(standing, receiver, now.giver):
        return f"it went to {shown(receiver)}, not back to {shown(now.giver)}, from whom it came"
    if entry.name == "PossessionRecovered" and not _same(standing, receiver, now.possessor):
        return f"a recovery took it from {shown(now.possessor)} to another person, {shown(receiver)}"
    return None


def _same(standing: Standing, one: str, other: str) -> bool:
    """Whether two addresses act for one participant. A room is itself alone."""
    if one == other:
        return True
    person = standing.participant(one)
    return bool(person) and person == standing.participant(other)


CHECK = Check(
    id="SAM-P4",
    title="Control that changed person without the person's act",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="A bill given by somebody who did not possess it, an undoing that puts it elsewhere than where it came "
    "from, a recovery to another legal person, a reissue to somebody who had not surrendered.",
    goes_wrong="An administrator 'recovers' a bank's bills to an account of somebody else.",
    do_next="Look at who sent the transaction, and at the administration's acts listed in the report.",
    rules=("P4", "L6", "L8"),
    look=_look,
)
