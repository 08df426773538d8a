"""SAM-P4: possession changes person only by the possessor's own act, by an undoing, or by a reissue."""

from __future__ import annotations

from dataclasses import dataclass

from sampan.bills.history import ISSUES, Seen, moves, receiver_of, seen
from sampan.identity.checks.standing import Standing
from sampan.suite import events as ev
from sampan.suite.check import Check, Entry, Evidence, Level
from sampan.suite.tell import bill_name, checksum

_UNDOINGS = (ev.Rejected, ev.SurrenderRefused, ev.SurrenderRecalled)
_GIVINGS = (ev.Transferred, ev.Endorsed, ev.Lodged, ev.Surrendered)
"""By whoever possessed, as `from`."""


@dataclass(slots=True)
class _Held:
    """Who possesses a bill, and who gave it."""

    possessor: str
    giver: str


def _look(evidence: Evidence) -> Seen:
    standing = Standing()
    held: dict[int, _Held] = {}
    surrendered: dict[int, str] = {}
    lodged: dict[int, str] = {}
    for entry in evidence.told:
        standing.hear(entry.event)
        if not moves(entry.event):
            continue
        bill, receiver = entry.event.bill, receiver_of(entry.event)
        now = held.get(bill)
        wrong = None
        if type(entry.event) in ISSUES:
            giver = entry.event.actor
            if isinstance(entry.event, ev.ReplacementIssued):
                wrong = _reissue(standing, entry, receiver, surrendered)
        elif now is None:
            # A bill that was never issued is another check's business.
            continue
        else:
            giver = now.possessor
            wrong = _move(standing, entry, receiver, now)
            if isinstance(entry.event, ev.Surrendered):
                surrendered[bill] = now.possessor
            elif isinstance(entry.event, ev.Lodged):
                lodged[bill] = now.possessor
            elif isinstance(entry.event, ev.GivenBack) and not wrong:
                wrong = _given_back(standing, entry, now, lodged.get(bill))
        held[bill] = _Held(receiver, giver)
        if wrong is not None:
            yield seen(bill, f"{entry.name} in block {entry.block}: {wrong}", entry)


def _reissue(standing: Standing, entry: Entry, receiver: str, surrendered: dict[int, str]) -> str | None:
    for replaced in entry.event.replaces:
        before = surrendered.get(replaced)
        if before is not None and not _same(standing, before, receiver):
            return f"it went to {checksum(receiver)}, not to {checksum(before)}, who surrendered {bill_name(replaced)}"
    return None


def _given_back(standing: Standing, entry: Entry, now: _Held, lodger: str | None) -> str | None:
    if entry.event.room != now.possessor:
        return f"{checksum(entry.event.room)} gave back what {checksum(now.possessor)} possessed"
    # A bill that replaced one in the room was lodged as that one.
    if lodger is not None and not _same(standing, entry.event.to, lodger):
        return f"it went to {checksum(entry.event.to)}, not back to {checksum(lodger)}, who had lodged it"
    return None


def _move(standing: Standing, entry: Entry, receiver: str, now: _Held) -> str | None:
    if isinstance(entry.event, _GIVINGS) and not _same(standing, entry.event.from_, now.possessor):
        return f"{checksum(entry.event.from_)} gave what {checksum(now.possessor)} possessed"
    if isinstance(entry.event, _UNDOINGS) and not _same(standing, receiver, now.giver):
        return f"it went to {checksum(receiver)}, not back to {checksum(now.giver)}, from whom it came"
    if isinstance(entry.event, ev.PossessionRecovered) and not _same(standing, receiver, now.possessor):
        return f"a recovery took it from {checksum(now.possessor)} to another person, {checksum(receiver)}"
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
    "from, a room that gives it back to somebody who had not lodged it, a recovery to another legal person, a reissue "
    "to somebody who had not surrendered.",
    goes_wrong="An administrator 'recovers' a bank's bills to an account of somebody else.",
    do_next="Look at who sent the transaction, and at the administration's acts listed in the report.",
    rules=("P4", "L6", "L8"),
    look=_look,
)
