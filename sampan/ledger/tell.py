"""What happened to a bill, told in a sentence for each event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sampan.ledger import abi, events
from sampan.ledger.describe import Names, describe, text_of
from sampan.ledger.ids import bill_name
from sampan.ledger.words import LAW_NAMES, Endorsement, Kind, Rejection, SurrenderFor, plain

if TYPE_CHECKING:
    from sampan.ledger.base import Event

_SURRENDERED = {
    SurrenderFor.DELIVERY: "for delivery (SREQ)",
    SurrenderFor.AMENDMENT: "for amendment (AREQ)",
    SurrenderFor.CHANGE_OF_DESTINATION: "for a change of destination (AREQ COD)",
    SurrenderFor.SWITCH: "to be switched (AREQ SWI)",
    SurrenderFor.PAPER: "for paper (AREQ SWTP)",
}
_REJECTED = {
    Rejection.POSSESSION: "possession",
    Rejection.TITLE: "title",
    Rejection.BOTH: "possession and title",
    Rejection.ISSUE: "the issue: the bill is void",
}


def event(happened: Event, names: Names) -> tuple[str, str | None]:
    """A sentence for an event, and its remark if it has one."""
    remark = getattr(happened, "remark", None)
    return _sentence(happened, names), text_of(remark) if remark else None


def _sentence(e: Event, names: Names) -> str:
    who = names.account
    match e:
        case events.Issued():
            return f"{who(e.actor)} issued it {_to(e.kind, e.titleholder, names)}, to {who(e.possessor)}"
        case events.IssuedFromPaper():
            return (
                f"{who(e.actor)} issued it in place of {e.originals} paper originals, "
                f"{_to(e.kind, e.titleholder, names)}, to {who(e.possessor)}"
            )
        case events.ReplacementIssued():
            old = ", ".join(map(bill_name, e.replaces))
            title = _to(e.kind, e.titleholder, names)
            return f"{who(e.actor)} issued it in place of {old}, {title}, to {who(e.possessor)}"
        case events.Transferred():
            return f"{who(e.from_)} transferred possession to {who(e.to)}"
        case events.Endorsed():
            moved = "" if e.to == e.from_ else f" and gave possession to {who(e.to)}"
            return f"{who(e.from_)} endorsed it {_endorsed(e.endorsement, e.titleholder, names)}{moved}"
        case events.Lodged():
            title = "" if e.endorsement is Endorsement.NONE else _endorsed(e.endorsement, e.titleholder, names)
            return f"{who(e.from_)} lodged it with {who(e.room)}" + (f", endorsed {title}" if title else "")
        case events.Signed():
            return f"{who(e.actor)} signed it: {plain(e.purpose)}"
        case events.Rejected():
            back = "" if e.rejection in (Rejection.TITLE, Rejection.ISSUE) else f"; possession is back with {who(e.to)}"
            return f"{who(e.actor)} rejected {_REJECTED[e.rejection]}{back}"
        case events.Surrendered():
            agreed = ", the replacements agreed" if any(e.agreed) else ""
            return f"{who(e.from_)} surrendered it to {who(e.to)} {_SURRENDERED[e.purpose]}{agreed}"
        case events.SurrenderAccepted():
            return f"{who(e.actor)} accepted the surrender (SURR)"
        case events.SurrenderRefused():
            return f"{who(e.actor)} refused the surrender (SREJ); the bill is back with {who(e.to)}"
        case events.SurrenderRecalled():
            return f"{who(e.actor)} withdrew the surrender, unanswered; the bill is back with {who(e.to)}"
        case events.Replaced():
            return f"{who(e.actor)} replaced it by {', '.join(map(bill_name, e.replacements))}"
        case events.SwitchedToPaper():
            return f"{who(e.actor)} switched it to {e.originals} paper originals; the record ends here"
        case events.Delivered():
            return f"{who(e.actor)} recorded that the cargo was delivered"
        case events.PossessionRecovered():
            return f"possession followed the recovered account {who(e.from_)} to {who(e.to)}"
        case events.Agreed():
            verb = abi.function_of(e.verb) or "0x" + e.verb.hex()
            return f"{who(e.signer)} showed its agreement to {verb}"
        case events.MovedByOperator():
            return f"{who(e.operator)} moved it as an operator of {who(e.possessor)}"
        case events.ActedBySignature():
            return f"{who(e.relayer)} sent what {who(e.signer)} had signed"
        case _:
            said = ", ".join(f"{name} {describe(name, value, names)}" for name, value in e.arguments().items())
            return f"{e.name}: {said}"


def _to(kind: Kind, titleholder: int, names: Names) -> str:
    match kind:
        case Kind.STRAIGHT:
            return f"straight, to {names.participant(titleholder)}"
        case Kind.ORDER:
            return f"to the order of {names.participant(titleholder)}"
        case Kind.NAMED:
            return f"to {names.participant(titleholder)} by name"
        case _:
            return "in blank"


def _endorsed(endorsement: Endorsement, titleholder: int, names: Names) -> str:
    match endorsement:
        case Endorsement.NAMED:
            return f"to {names.participant(titleholder)} by name"
        case Endorsement.TO_ORDER:
            return f"to the order of {names.participant(titleholder)}"
        case _:
            return "in blank"


def law(record_law: int) -> str:
    """The law of an electronic record in words."""
    return next((name for one, name in LAW_NAMES.items() if one == record_law), str(record_law))
