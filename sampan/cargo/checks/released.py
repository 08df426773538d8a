"""SAM-F5: laden out of the gate at its destination while the bill was not surrendered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sampan.cargo.history import Word, words
from sampan.suite import events as ev
from sampan.suite.check import Check, Entry, Evidence, Indication, Level
from sampan.suite.tell import bill_name, moment, participant_name, place_text
from sampan.suite.words import FactKind


def _look(evidence: Evidence) -> Iterator[Indication]:
    out: dict[tuple[int, int], list[Word]] = defaultdict(list)
    for word in words(evidence).standing.values():
        if word.about[1] is FactKind.GATED_OUT:
            out[word.about[0], word.about[2]].append(word)
    accepted, elsewhere = _ends(evidence)
    for (bill, unit), own in sorted(out.items()):
        first = min(own, key=lambda word: word.said.happened_at)
        at = first.said.happened_at
        # A bill that was replaced, or went on paper, is surrendered elsewhere; one that was never issued is not ours.
        if bill not in elsewhere or elsewhere[bill] <= at or accepted.get(bill, at + 1) <= at:
            continue
        groups = {_group(evidence, word.about[3]) for word in own}
        who = " and ".join(participant_name(word.about[3]) for word in own)
        where = f" at {place_text(first.said.place)}" if any(first.said.place) else ""
        since = f"; its surrender was accepted at {moment(accepted[bill])}" if bill in accepted else ""
        what = (
            f"unit {unit} left the gate laden{where} at {moment(at)} by {who}, and the bill was not surrendered{since}"
        )
        yield Indication(bill_name(bill), what, level=Level.MEDIUM if len(groups) > 1 else Level.LOW)


_NEVER = 2**63


def _ends(evidence: Evidence) -> tuple[dict[int, int], dict[int, int]]:
    """Bill → when its surrender for delivery was accepted; bill → when it ended otherwise (`_NEVER`: it did not)."""
    accepted: dict[int, int] = {}
    elsewhere: dict[int, int] = {}
    for entry in evidence.told:
        event = entry.event
        if isinstance(event, ev.Issued | ev.IssuedFromPaper | ev.ReplacementIssued):
            elsewhere.setdefault(event.bill, _NEVER)
        elif isinstance(event, ev.SurrenderAccepted):
            accepted.setdefault(event.bill, entry.time)
        elif isinstance(event, ev.Replaced | ev.SwitchedToPaper):
            _ended(elsewhere, event.bill, entry)
    return accepted, elsewhere


def _ended(elsewhere: dict[int, int], bill: int, entry: Entry) -> None:
    elsewhere[bill] = min(entry.time, elsewhere.get(bill, _NEVER))


def _group(evidence: Evidence, producer: int) -> int:
    return 0 if evidence.state is None else int(evidence.state.accreditation(producer).group)


CHECK = Check(
    id="SAM-F5",
    title="Goods that left before the bill came back",
    level=Level.MEDIUM,
    confidence="low",
    looks_for="A box that an accredited producer saw leave the gate laden, at the port of discharge or the place of "
    "delivery that the bill names, before a surrender for delivery was accepted. Transhipment, moves to customs and "
    "on-carriage are other facts, and give no finding. On the word of one producer alone the level is low.",
    goes_wrong="The carrier delivers against a letter of indemnity while the bank holds the bill (Euronav).",
    do_next="Ask the carrier against what it delivered, and the terminal for the release that it was shown.",
    rules=("T45", "L18", "P9"),
    look=_look,
)
