"""SAM-P12: who was suspended, removed or winding down started nothing and was given nothing new."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sampan.identity.checks.standing import Standing
from sampan.suite import events as ev
from sampan.suite.check import Check, Entry, Evidence, Indication, Level
from sampan.suite.event import Event
from sampan.suite.tell import bill_name, checksum, participant_name
from sampan.suite.verb import NOBODY, Suite

FREE: Final = {
    ev.RecoveryVetoed: "any other account of the participant vetoes, suspended or not",
    ev.Cancelled: "whoever signed may withdraw it",
    ev.ActedBySignature: "anybody may hand in what another signed",
}
"""Events whose actor need not be one that may act, and why."""
_MORE: Final[dict[type[Event], tuple[str, ...]]] = {
    # A carrier that may not answer cannot be handed a surrender either.
    ev.Surrendered: ("from_", "to"),
    ev.MovedByOperator: ("operator", "possessor"),
    ev.AccountAdded: ("sponsor",),
    # No verb begins with it.
    ev.ReplacementIssued: ("actor",),
}
"""Fields that name who acted where the verb's own does not say it all."""


def actors(suite: Suite) -> dict[type[Event], tuple[str, ...]]:
    """Event to the fields that name who acted, and had to be one that may act."""
    named = {kind: (verb.by,) for kind, verbs in suite.begins.items() for verb in verbs if verb.by}
    return {kind: fields for kind, fields in {**named, **_MORE}.items() if kind not in FREE}


def _look(evidence: Evidence) -> Iterator[Indication]:
    standing, acted = Standing(), actors(evidence.suite)
    titles: dict[int, int] = {}
    for entry in evidence.told:
        fact = evidence.suite.facts[type(entry.event)]
        bill = getattr(entry.event, "bill", None)
        seen = [
            *_acting(standing, entry, acted.get(type(entry.event), ())),
            *_receiving(standing, entry, fact.gives),
            *(_entitled(standing, entry, titles) if fact.gives else ()),
        ]
        for subject, why in seen:
            about = "" if bill is None else f" on {bill_name(bill)}"
            yield Indication(subject, f"{entry.name}{about} in block {entry.block}, though it {why}", entry.block)
        standing.hear(entry.event)
        if fact.act and hasattr(entry.event, "titleholder"):
            titles[entry.event.bill] = entry.event.titleholder


def _acting(standing: Standing, entry: Entry, fields: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    # An operator's approval may always be taken back.
    if getattr(entry.event, "approved", None) is False:
        return
    for address in (getattr(entry.event, name) for name in fields):
        why = None if address == NOBODY else standing.may_not_act(address, entry.time)
        if why is not None:
            yield checksum(address), why


def _receiving(standing: Standing, entry: Entry, fields: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    giver = getattr(entry.event, "from_", NOBODY)
    # What a room lets out goes to the person for whom it held, or was agreed in its terms.
    if standing.is_room(giver):
        return
    for address in (getattr(entry.event, name) for name in fields):
        why = None if address == giver else standing.may_not_receive(address, entry.time)
        if why is not None:
            yield checksum(address), f"{why}, and was given something new"


def _entitled(standing: Standing, entry: Entry, titles: dict[int, int]) -> Iterator[tuple[str, str]]:
    titleholder = getattr(entry.event, "titleholder", 0)
    if titleholder and titleholder != titles.get(entry.event.bill, 0):
        why = standing.person_may_not_receive(titleholder, entry.time)
        if why is not None:
            yield participant_name(titleholder), f"{why}, and was given title"


CHECK = Check(
    id="SAM-P12",
    title="An act of somebody who might not act",
    level=Level.HIGH,
    confidence="high",
    looks_for="Acts of accounts that were suspended, removed, recovered or unknown at that time, and bills or title "
    "given to somebody who might be given nothing new.",
    goes_wrong="A suspended trader endorses its bills away before the liquidator arrives.",
    do_next="Compare the time of the suspension with the time of the act, and stop the bill at the carrier.",
    rules=("P12", "L8"),
    look=_look,
)
