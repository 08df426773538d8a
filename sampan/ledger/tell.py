"""What happened, told in a sentence for each event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sampan.ledger import abi, events
from sampan.ledger.describe import NO_ADDRESS, Names, ascii_of, describe, moment, text_of
from sampan.ledger.ids import bill_name, lei_text
from sampan.ledger.words import LAW_NAMES, RECEIVES, Endorsement, Kind, RecordLaw, Rejection, Role, SurrenderFor, plain

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
    who, whom = names.account, names.participant
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
            return f"{who(e.actor)} recalled the surrender; the bill is back with {who(e.to)}"
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
        case events.ParticipantEnrolled():
            return f"{whom(e.participant)} was enrolled, {ascii_of(e.country)}, with the roles {plain(Role(e.roles))}"
        case events.AccountAdded():
            by = "" if e.sponsor == NO_ADDRESS else f", sponsored by {who(e.sponsor)}"
            return (
                f"{who(e.account)} acts for {whom(e.participant)} with the roles {plain(Role(e.roles))}; "
                f"it receives {RECEIVES[e.receiving]}{by}"
            )
        case events.AccountRemoved():
            return f"{who(e.account)} was removed by {who(e.by)}; {who(e.successor)} stands in its place"
        case events.AccountRolesSet():
            return f"{who(e.account)} now has the roles {plain(Role(e.roles))}"
        case events.ReceivingSet():
            return f"{who(e.account)} now receives {RECEIVES[e.receiving]}"
        case events.GiverListed():
            return f"{whom(e.participant)} {'listed' if e.listed else 'struck out'} {whom(e.giver)} as a giver"
        case events.ProfileSet():
            return f"{whom(e.participant)} now has the roles {plain(Role(e.roles))}, its parent is {lei_text(e.parent)}"
        case events.CodeAssigned():
            code = f"the carrier code {ascii_of(e.list)} {ascii_of(e.code_)}"
            return f"{whom(e.participant)} owns {code}" if e.participant else f"{code} is free"
        case events.RulebookSigned():
            return f"{whom(e.participant)} signed the rulebook 0x{e.rulebook.hex()}"
        case events.RecordLawsPublished():
            laws = [LAW_NAMES[one] for one in RecordLaw if e.record_laws >> one & 1]
            return f"the cover of {whom(e.participant)} stands under {'; '.join(laws) or 'no law of the record'}"
        case events.AnswerTimePublished():
            return f"{whom(e.participant)} answers within {e.answer_hours} hours from {moment(e.from_)}"
        case events.ParticipantSuspended():
            return f"{whom(e.participant)} is suspended until {moment(e.until)}: {text_of(e.ground)}"
        case events.SuspensionLifted():
            return f"the suspension of {whom(e.participant)} was lifted"
        case events.WindingDownSet():
            return f"{whom(e.participant)} {'winds down' if e.winding_down else 'winds down no more'}"
        case events.RecoveryProposed():
            when = moment(e.executable_from)
            return f"the recovery of {who(e.lost)} to {who(e.successor)} may be carried out from {when}"
        case events.RecoveryVetoed():
            return f"{who(e.by)} vetoed the recovery of {who(e.lost)}"
        case events.AccountRecovered():
            return f"{who(e.lost)} was recovered: {who(e.successor)} stands in its place"
        case events.RoomListed():
            return f"the room {e.room} is listed for {', '.join(map(ascii_of, e.countries)) or 'no further country'}"
        case events.RoomDelisted():
            return f"the room {e.room} was delisted"
        case events.Cancelled():
            return f"{who(e.signer)} withdrew what it signed, 0x{e.digest.hex()}"
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
