"""Words of the bills' sentences that no template can say."""

from __future__ import annotations

from typing import Any, Final

from sampan.bills.rules import KIND_AFTER
from sampan.suite import events as ev
from sampan.suite.tell import Names, amount, law
from sampan.suite.words import Kind, Rejection, SurrenderFor

_SURRENDERED: Final = {
    SurrenderFor.DELIVERY: "for delivery (SREQ)",
    SurrenderFor.AMENDMENT: "for amendment (AREQ)",
    SurrenderFor.CHANGE_OF_DESTINATION: "for a change of destination (AREQ COD)",
    SurrenderFor.SWITCH: "to be switched (AREQ SWI)",
    SurrenderFor.PAPER: "for paper (AREQ SWTP)",
}
_REJECTED: Final = {
    Rejection.POSSESSION: "possession",
    Rejection.TITLE: "title",
    Rejection.BOTH: "possession and title",
    Rejection.ISSUE: "the issue: the bill is void",
}


def bill_issued(e: Any, names: Names) -> str:
    """Who issued it, in place of what, for whom, to whom, under which law of the record."""
    instead = ""
    if isinstance(e, ev.IssuedFromPaper):
        instead = f" in place of {amount(e.originals, 'paper original')},"
    elif isinstance(e, ev.ReplacementIssued):
        instead = f" in place of {names.bills(e.replaces)},"
    title = _titled(e.kind, e.titleholder, names)
    whom = names.account(e.possessor)
    return f"{names.account(e.actor)} issued it{instead} {title}, to {whom}; the record is under {law(e.record_law)}"


def endorsed_how(e: Any, names: Names) -> str:
    """To whom it was endorsed, and how."""
    return _titled(KIND_AFTER.get(e.endorsement, Kind.BLANK), e.titleholder, names)


def bill_rejected(e: ev.Rejected, names: Names) -> str:
    """Who rejected what; where possession is."""
    stays = e.rejection in (Rejection.TITLE, Rejection.ISSUE)
    back = "" if stays else f"; possession is back with {names.account(e.to)}"
    return f"{names.account(e.actor)} rejected {_REJECTED[e.rejection]}{back}"


def surrendered_for(e: ev.Surrendered, names: Names) -> str:
    """Who surrendered it to whom, what for, whether the replacements are agreed."""
    agreed = ", the replacements agreed" if any(e.agreed) else ""
    return f"{names.account(e.from_)} surrendered it to {names.account(e.to)} {_SURRENDERED[e.purpose]}{agreed}"


def _titled(kind: Kind, titleholder: int, names: Names) -> str:
    match kind:
        case Kind.STRAIGHT:
            return f"straight, to {names.participant(titleholder)}"
        case Kind.ORDER:
            return f"to the order of {names.participant(titleholder)}"
        case Kind.NAMED:
            return f"to {names.participant(titleholder)} by name"
        case _:
            return "in blank"
