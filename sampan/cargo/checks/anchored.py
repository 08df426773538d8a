"""SAM-K1: every fact is of a batch that its producer anchored before, in sequence; and no older word comes back."""

from __future__ import annotations

from collections.abc import Iterator

from sampan.cargo.history import SAYS, About, about
from sampan.suite import events as ev
from sampan.suite.check import Check, Entry, Evidence, Indication, Level
from sampan.suite.tell import bill_name, moment, participant_name, plain


def _look(evidence: Evidence) -> Iterator[Indication]:
    anchored: dict[tuple[int, int], int] = {}
    batches: dict[int, int] = {}
    last: dict[About, int] = {}
    taken_back: dict[About, bytes] = {}
    for entry in evidence.told:
        event = entry.event
        if isinstance(event, ev.Anchored):
            yield from _batch(entry, batches.get(event.producer, 0))
            batches[event.producer] = event.sequence
            anchored[event.producer, event.sequence] = entry.time
            continue
        of = about(event)
        if of is None:
            continue
        said_at = _said_at(entry, anchored)
        if said_at is None:
            what = f"batch {event.sequence} of {participant_name(event.producer)}, which was not anchored before"
            yield _seen(of, f"rests on {what}", entry)
            continue
        if said_at < last.get(of, 0):
            then, since = moment(said_at), moment(last[of])
            yield _seen(of, f"is the word of {then}, and its producer said otherwise at {since}", entry)
        if isinstance(event, SAYS) and taken_back.get(of) == event.key:
            yield _seen(of, "came back after its producer took it back", entry)
        last[of] = max(said_at, last.get(of, 0))
        if isinstance(event, ev.FactStruck):
            taken_back[of] = event.key


def _batch(entry: Entry, before: int) -> Iterator[Indication]:
    event = entry.event
    name = f"batch {event.sequence} of {participant_name(event.producer)}"
    if event.sequence != before + 1:
        yield Indication(
            name, f"was anchored in block {entry.block}, behind batch {before}: one is missing", entry.block
        )
    if event.header.anchored_at != entry.time:
        said = f"its header says {moment(event.header.anchored_at)}, the block {moment(entry.time)}"
        yield Indication(name, f"was anchored in block {entry.block}: {said}", entry.block)


def _said_at(entry: Entry, anchored: dict[tuple[int, int], int]) -> int | None:
    """When the word was said that an event rests on; None where no batch was anchored."""
    event = entry.event
    if isinstance(event, ev.FactAttested):
        return int(event.statement.said_at)
    if isinstance(event, ev.FactWithdrawn):
        return entry.time
    return anchored.get((event.producer, event.sequence))


def _seen(of: About, message: str, entry: Entry) -> Indication:
    bill, kind, unit, _ = of
    what = plain(kind) + (f" of unit {unit}" if unit else "")
    return Indication(bill_name(bill), f"{entry.name} in block {entry.block}: {what} {message}", entry.block)


CHECK = Check(
    id="SAM-K1",
    title="A fact without its anchor",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="A fact, or its correction, of a batch that its producer did not anchor before; a gap in a producer's "
    "batches, or a batch of another time than its block's; a word that was taken back and counts again, or an older "
    "word in place of a later one.",
    goes_wrong="Somebody records a container as loaded whose loading the terminal took back the day before, and draws "
    "on it.",
    do_next="Compare the transactions named at another RPC; ask the producer for the batch, and check its root.",
    rules=("N3", "P10"),
    look=_look,
)
