"""SAM-P12: who was suspended, removed or winding down started nothing and was given nothing new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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
    ev.CalledBySignature: "the same, to a room",
    ev.LoanCalledBySignature: "the same, to the loan book",
    ev.Opened: "whoever hands in what all have signed is no party",
    ev.Discharged: "once all is over anybody lets bills go",
    ev.Instructed: "thirty days after default began anybody begins the sale",
    ev.Forgotten: "anybody who has the prints ends what is left",
    ev.AvailabilityEnded: "past the last second of drawing anybody gives the lenders theirs",
    ev.Claimed: "anybody has a position paid, to its owner",
    ev.AgentReplaced: "whoever hands in what lenders signed is no party",
    ev.HandedOver: "anybody has a bill held for the agent that there is",
    ev.CarriedOn: "the carrier replaced the bill, and the ledger tells who",
    ev.CarrierGrouped: "anybody notes what participants say",
    ev.Expired: "past the deadline anybody sends the bills back",
    ev.DepositApproval: "an allowance is no payment; SAM-M3 asks of each payment",
    ev.CoinAllowed: "the same",
    ev.PositionApproval: "an approval moves nothing: whoever has the position acts when it moves, or was lost",
    ev.PositionApprovalForAll: "the same",
    ev.CoinCollected: "whoever asks is no party; SAM-M3 asks of both that are",
    ev.FactRecorded: "whoever proves what a producer anchored is no party",
    ev.FactAttested: "whoever hands in what a producer signed is no party; SAM-K2 asks of the producer",
    ev.FactStruck: "whoever proves that a producer took something back is no party",
    ev.ConditionLaid: "anybody lays a condition down; only terms that are signed name it",
    ev.DepositTransfer: "what a lost account has goes to its successor; SAM-M3 asks of every other",
}
"""Events whose actor need not be one that may act, and why."""
_MORE: Final[dict[type[Event], tuple[str, ...]]] = {
    # A carrier that may not answer cannot be handed a surrender either.
    ev.Surrendered: ("from_", "to"),
    ev.MovedByOperator: ("operator", "possessor"),
    ev.AccountAdded: ("sponsor",),
    ev.Paid: ("buyer", "payee"),
    ev.Exchanged: ("customer", "payee"),
    ev.PositionSold: ("buyer",),
    # No verb begins with these.
    ev.ReplacementIssued: ("actor",),
    ev.DepositIssued: ("by", "to"),
    ev.DepositRedeemed: ("from_",),
}
"""Fields that name who acted where the verb's own does not say it all."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A bill in a room: the participant for whom, and the one that lodged it (None: not known here)."""

    holder: int
    lodger: int | None


def actors(suite: Suite) -> dict[type[Event], tuple[str, ...]]:
    """Event to the fields that name who acted, and had to be one that may act."""
    named = {kind: (verb.by,) for kind, verbs in suite.begins.items() for verb in verbs if verb.by}
    return {kind: fields for kind, fields in {**named, **_MORE}.items() if kind not in FREE}


def _look(evidence: Evidence) -> Iterator[Indication]:
    standing, acted = Standing(), actors(evidence.suite)
    titles: dict[int, int] = {}
    held: dict[int, _Held] = {}
    for entry in evidence.told:
        fact = evidence.suite.facts[type(entry.event)]
        bill = getattr(entry.event, "bill", None)
        seen = [
            *_acting(standing, entry, acted.get(type(entry.event), ())),
            *_receiving(standing, entry, fact.gives, held),
            *_named(standing, entry, held),
            *(_entitled(standing, entry, titles) if fact.gives else ()),
        ]
        for subject, why in seen:
            about = "" if bill is None else f" on {bill_name(bill)}"
            yield Indication(subject, f"{entry.name}{about} in block {entry.block}, though it {why}", entry.block)
        standing.hear(entry.event)
        if fact.act and hasattr(entry.event, "titleholder"):
            titles[entry.event.bill] = entry.event.titleholder


def _acting(standing: Standing, entry: Entry, fields: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    # An operator's approval may always be taken back, of all bills or of one.
    if getattr(entry.event, "approved", None) is False or getattr(entry.event, "operator", None) == NOBODY:
        return
    for address in (getattr(entry.event, name) for name in fields):
        why = None if address == NOBODY else standing.may_not_act(address, entry.time)
        if why is not None:
            yield checksum(address), why


def _receiving(
    standing: Standing, entry: Entry, fields: tuple[str, ...], held: dict[int, _Held]
) -> Iterator[tuple[str, str]]:
    giver, bill = getattr(entry.event, "from_", NOBODY), getattr(entry.event, "bill", None)
    for address in (getattr(entry.event, name) for name in fields):
        # Whoever a room holds for may be given it: that it might was asked when it was named.
        own = bill in held and standing.is_room(giver) and held[bill].holder == standing.participant(address)
        why = None if address == giver or own else standing.may_not_receive(address, entry.time)
        if why is not None:
            yield checksum(address), f"{why}, and was given something new"


def _named(standing: Standing, entry: Entry, held: dict[int, _Held]) -> Iterator[tuple[str, str]]:
    """For whom rooms hold, as the log tells it: whoever is named anew may be given something."""
    event = entry.event
    match event:
        case ev.HeldOn():
            # Held on, not given anew; who lodged is the replaced bill's, which it does not name.
            held[event.bill] = _Held(event.holder, None)
            return
        case ev.Lodged():
            known = {standing.participant(event.from_)}
            held[event.bill] = _Held(event.holder, standing.participant(event.from_))
        case ev.HeldFor():
            before = held.get(event.bill)
            known = {before.lodger, before.holder} if before is not None else set()
            unknown = before is None or before.lodger is None
            held[event.bill] = _Held(event.holder, None if before is None else before.lodger)
            if unknown:
                return
        case _:
            return
    holder = event.holder
    why = None if holder in known else standing.person_may_not_receive(holder, entry.time)
    if why is not None:
        yield participant_name(holder), f"{why}, and was named as the one for whom a room holds"


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
