"""What an event changes: the one place where state is written, for calls (`verbs`) and for the rebuild (`apply`) alike.

Nothing is checked here; whoever calls has asked `rules`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sampan.model import events as ev
from sampan.model.rules import KIND_AFTER, PENDING_AFTER, spent_rights
from sampan.model.state import (
    HOUR,
    MAX_ACTS,
    MOVE,
    NO_HASH,
    NOBODY,
    Account,
    Agreed,
    Bill,
    Endorsement,
    Kind,
    Participant,
    Recovery,
    Rejection,
    State,
    Status,
)

ISSUED_MODULO: Final = 1 << 24


def change(state: State, event: ev.Event) -> None:
    """Makes the state what it is after the event, which happens at `state.now`."""
    effect_of(event)(state, event)


def effect_of(event: ev.Event) -> Callable[[State, Any], None]:
    """What changes the state for an event of this kind."""
    return _EFFECTS[type(event)]


def act_count_after(bill: Bill) -> int:
    """The act count that the bill's next event carries."""
    return min(bill.act_count + 1, MAX_ACTS)


def expected_transfer(state: State, event: ev.Event) -> ev.Transfer | None:
    """The ERC-721 `Transfer` that stands before a Sampan event; `state` is as before it. None: no token moves."""
    match event:
        case ev.Issued() | ev.IssuedFromPaper() | ev.ReplacementIssued():
            return ev.Transfer(NOBODY, event.possessor, event.bill)
        case ev.Transferred() | ev.Surrendered() | ev.PossessionRecovered():
            return ev.Transfer(event.giver, event.to, event.bill)
        case ev.Endorsed() if event.to != event.giver:
            return ev.Transfer(event.giver, event.to, event.bill)
        case ev.Lodged():
            return ev.Transfer(event.giver, event.room, event.bill)
        case ev.Rejected() if event.rejection is not Rejection.TITLE:
            return ev.Transfer(event.actor, event.to, event.bill)
        case ev.SurrenderRefused() | ev.SurrenderRecalled():
            return ev.Transfer(state.bills[event.bill].possessor, event.to, event.bill)
        case _:
            return None


# ---------------------------------------------------------------------------------------------------------------- bills


def _move(state: State, bill: Bill, to: str) -> None:
    """Possession goes to another account; the bill's approval ends."""
    state.change_account(bill.possessor).possessed -= 1
    state.change_account(to).possessed += 1
    bill.possessor = to
    state.drop(state.approvals, bill.id)


def _counted(state: State, number: int) -> Bill:
    bill = state.change_bill(number)
    if bill.act_count < MAX_ACTS:
        bill.act_count += 1
    return bill


def _given(state: State, bill: Bill, giver: Account, receiver: Account) -> None:
    """Given by an account, now; what a room gives to whoever is entitled cannot be rejected in any part."""
    _, bill.may_reject_title = spent_rights(state, bill, giver)
    if giver.room and not receiver.room and receiver.participant == bill.titleholder:
        bill.may_reject_title = False
    bill.may_reject_possession = not giver.room
    bill.previous_account = giver.number
    bill.since = state.now // HOUR


def _title(bill: Bill, giver: Account, endorsement: Endorsement, titleholder: int, possessor: Account | None) -> None:
    """A new titleholder; `possessor` has been given possession in the same act, None: nobody has."""
    moves = possessor is not None
    whole = possessor is not None and (endorsement is Endorsement.BLANK or titleholder == possessor.participant)
    if bill.kind is not Kind.BLANK:
        bill.previous_titleholder = bill.titleholder
    else:
        # What was in blank goes back in blank when it goes back whole, else to whoever endorsed it.
        bill.previous_titleholder = 0 if whole else giver.participant
    bill.kind = KIND_AFTER[endorsement]
    bill.titleholder = titleholder
    bill.may_reject_title = not giver.room and (moves or titleholder != 0)


def _issued(state: State, event: ev.Issued | ev.IssuedFromPaper | ev.ReplacementIssued) -> None:
    actor = state.change_account(event.actor)
    actor.issued = (actor.issued + 1) % ISSUED_MODULO
    possessor = state.change_account(event.possessor)
    possessor.possessed += 1
    bill = Bill(
        id=event.bill,
        status=Status.LIVE,
        kind=event.kind,
        possessor=event.possessor,
        titleholder=event.titleholder,
        previous_account=actor.number,
        act_count=1,
        since=state.now // HOUR,
        root=event.root,
        checksum=event.checksum,
        carriage_law=event.carriage_law,
        record_law=event.record_law,
        issuer=event.actor,
        issued=event.issued,
    )
    if isinstance(event, ev.ReplacementIssued):
        bill.replaces = event.replaces
        first = state.bills[event.replaces[0]]
        shipper = first.previous_titleholder if first.kind is Kind.STRAIGHT else possessor.participant
    else:
        shipper = possessor.participant
        # Who is first given a bill may reject the issue; a room consented by its answer.
        bill.may_reject_possession = not possessor.room
    if isinstance(event, ev.IssuedFromPaper):
        bill.originals, bill.statement = event.originals, event.statement
    if event.kind is Kind.STRAIGHT:
        bill.previous_titleholder = shipper
    state.put(state.bills, event.bill, bill)


def _transferred(state: State, event: ev.Transferred) -> None:
    bill = _counted(state, event.bill)
    _given(state, bill, state.accounts[event.giver], state.accounts[event.to])
    _move(state, bill, event.to)


def _endorsed(state: State, event: ev.Endorsed) -> None:
    bill = _counted(state, event.bill)
    giver = state.accounts[event.giver]
    if event.to == event.giver:
        bill.may_reject_possession = False
        bill.since = state.now // HOUR
        _title(bill, giver, event.endorsement, event.titleholder, None)
        return
    _given(state, bill, giver, state.accounts[event.to])
    _title(bill, giver, event.endorsement, event.titleholder, state.accounts[event.to])
    _move(state, bill, event.to)


def _lodged(state: State, event: ev.Lodged) -> None:
    bill = _counted(state, event.bill)
    giver = state.accounts[event.giver]
    _given(state, bill, giver, state.accounts[event.room])
    # Whoever gave it, a room gives back what was lodged with it.
    bill.may_reject_possession = True
    if event.endorsement is not Endorsement.NONE:
        _title(bill, giver, event.endorsement, event.titleholder, state.accounts[event.room])
    _move(state, bill, event.room)


def _signed(state: State, event: ev.Signed) -> None:
    bill = _counted(state, event.bill)
    bill.may_reject_possession, bill.may_reject_title = spent_rights(state, bill, state.accounts[event.actor])


def _rejected(state: State, event: ev.Rejected) -> None:
    bill = _counted(state, event.bill)
    if event.rejection is Rejection.ISSUE:
        bill.status = Status.VOID
    elif event.rejection is not Rejection.POSSESSION:
        bill.titleholder = bill.previous_titleholder
        bill.kind = Kind.ORDER if bill.titleholder else Kind.BLANK
        bill.may_reject_title = False
    if event.rejection is not Rejection.TITLE:
        bill.may_reject_possession = False
        _move(state, bill, event.to)


def _surrendered(state: State, event: ev.Surrendered) -> None:
    bill = _counted(state, event.bill)
    bill.status = PENDING_AFTER[event.purpose]
    bill.may_reject_possession = bill.may_reject_title = False
    bill.previous_account = state.accounts[event.giver].number
    bill.since = state.now // HOUR
    if bill.status is Status.PENDING_AMENDMENT:
        bill.agreed = event.agreed
    _move(state, bill, event.to)


def _restored(state: State, event: ev.SurrenderRefused | ev.SurrenderRecalled) -> None:
    bill = _counted(state, event.bill)
    bill.status = Status.LIVE
    bill.agreed = NO_HASH
    _move(state, bill, event.to)


def _accepted(state: State, event: ev.SurrenderAccepted) -> None:
    _counted(state, event.bill).status = Status.SURRENDERED


def _delivered(state: State, event: ev.Delivered) -> None:
    _counted(state, event.bill).status = Status.DELIVERED


def _replaced(state: State, event: ev.Replaced) -> None:
    bill = _counted(state, event.bill)
    bill.status = Status.REPLACED
    bill.agreed = NO_HASH
    bill.replaced_by = event.replacements


def _to_paper(state: State, event: ev.SwitchedToPaper) -> None:
    bill = _counted(state, event.bill)
    bill.status = Status.PAPER
    bill.originals, bill.statement = event.originals, event.statement


def _possession_recovered(state: State, event: ev.PossessionRecovered) -> None:
    bill = _counted(state, event.bill)
    bill.may_reject_possession, bill.may_reject_title = spent_rights(state, bill, state.accounts[event.giver])
    _move(state, bill, event.to)


def _agreed(state: State, event: ev.Agreed) -> None:
    participant = state.accounts[event.signer].participant
    agreed = Agreed(
        participant,
        event.bill,
        event.act_count,
        event.verb,
        event.possessor,
        event.titleholder,
        event.kind,
        event.detail,
    )
    state.put(state.agreements, agreed, True)


def _nothing(state: State, event: ev.Event) -> None:
    """Says who acted for whom; changes nothing."""


# ------------------------------------------------------------------------------------------------------------- identity


def _enrolled(state: State, event: ev.ParticipantEnrolled) -> None:
    participant = Participant(event.participant, event.lei, event.parent, event.country, event.roles, event.rulebook)
    state.put(state.participants, event.participant, participant)
    state.put(state.by_lei, event.lei, event.participant)


def _account_added(state: State, event: ev.AccountAdded) -> None:
    participant = state.change_participant(event.participant)
    account = Account(
        event.account,
        number=event.number,
        participant=event.participant,
        lei=participant.lei,
        roles=event.roles,
        country=participant.country,
        may_act=True,
        may_receive=not participant.winding_down,
        receiving=event.receiving,
        suspended_until=participant.suspended_until,
        record_laws=participant.record_laws,
    )
    state.account_count = event.number
    state.put(state.accounts, event.account, account)
    state.put(state.account_at, event.number, event.account)
    participant.accounts.append(event.account)


def _end(state: State, address: str, successor: str) -> None:
    """Takes all power from an account for good and points its number to the successor."""
    account = state.change_account(address)
    account.roles = 0
    account.may_act = account.may_receive = False
    state.put(state.account_at, account.number, successor)
    state.change_participant(account.participant).accounts.remove(address)


def _account_removed(state: State, event: ev.AccountRemoved) -> None:
    _end(state, event.account, event.successor)


def _account_recovered(state: State, event: ev.AccountRecovered) -> None:
    _end(state, event.lost, event.successor)
    state.drop(state.recoveries, event.lost)


def _account_roles(state: State, event: ev.AccountRolesSet) -> None:
    state.change_account(event.account).roles = event.roles


def _receiving(state: State, event: ev.ReceivingSet) -> None:
    state.change_account(event.account).receiving = event.receiving


def _giver(state: State, event: ev.GiverListed) -> None:
    state.put(state.givers, (event.participant, event.giver), event.listed)


def _profile(state: State, event: ev.ProfileSet) -> None:
    participant = state.change_participant(event.participant)
    participant.parent, participant.roles = event.parent, event.roles
    for address in participant.accounts:
        state.change_account(address).roles &= event.roles


def _code(state: State, event: ev.CodeAssigned) -> None:
    state.put(state.codes, (event.list, event.code), event.participant)


def _rulebook(state: State, event: ev.RulebookSigned) -> None:
    state.change_participant(event.participant).rulebook = event.rulebook


def _record_laws(state: State, event: ev.RecordLawsPublished) -> None:
    participant = state.change_participant(event.participant)
    participant.record_laws = event.record_laws
    for address in participant.accounts:
        state.change_account(address).record_laws = event.record_laws


def _answer_time(state: State, event: ev.AnswerTimePublished) -> None:
    participant = state.change_participant(event.participant)
    participant.answer_hours = participant.answers_within(state.now)
    participant.next_answer_hours, participant.next_from = event.answer_hours, event.start


def _suspend_until(state: State, number: int, until: int) -> None:
    participant = state.change_participant(number)
    participant.suspended_until = until
    for address in participant.accounts:
        state.change_account(address).suspended_until = until


def _suspended(state: State, event: ev.ParticipantSuspended) -> None:
    _suspend_until(state, event.participant, event.until)


def _lifted(state: State, event: ev.SuspensionLifted) -> None:
    _suspend_until(state, event.participant, 0)


def _winding_down(state: State, event: ev.WindingDownSet) -> None:
    participant = state.change_participant(event.participant)
    participant.winding_down = event.winding_down
    for address in participant.accounts:
        state.change_account(address).may_receive = not event.winding_down


def _recovery_proposed(state: State, event: ev.RecoveryProposed) -> None:
    state.put(state.recoveries, event.lost, Recovery(event.successor, event.roles, event.executable_from))


def _recovery_vetoed(state: State, event: ev.RecoveryVetoed) -> None:
    state.drop(state.recoveries, event.lost)


def _room_listed(state: State, event: ev.RoomListed) -> None:
    if event.room in state.accounts:
        state.change_account(event.room).may_receive = True
    else:
        room = Account(event.room, number=event.number, roles=MOVE, may_act=True, may_receive=True, room=True)
        state.account_count = event.number
        state.put(state.accounts, event.room, room)
        state.put(state.account_at, event.number, event.room)
    for country in event.countries:
        state.put(state.listed, (event.room, country), True)


def _room_delisted(state: State, event: ev.RoomDelisted) -> None:
    state.change_account(event.room).may_receive = False


def _cancelled(state: State, event: ev.Cancelled) -> None:
    state.put(state.cancelled, (event.signer, event.digest), True)


# -------------------------------------------------------------------------------------------------------------- ERC-721


def _approval(state: State, event: ev.Approval) -> None:
    if event.approved == NOBODY:
        state.drop(state.approvals, event.bill)
    else:
        state.put(state.approvals, event.bill, event.approved)


def _approval_for_all(state: State, event: ev.ApprovalForAll) -> None:
    state.put(state.operators, (event.owner, event.operator), event.approved)


_EFFECTS: Final[dict[type[ev.Event], Callable[[State, Any], None]]] = {
    ev.Issued: _issued,
    ev.IssuedFromPaper: _issued,
    ev.ReplacementIssued: _issued,
    ev.Transferred: _transferred,
    ev.Endorsed: _endorsed,
    ev.Lodged: _lodged,
    ev.Signed: _signed,
    ev.Rejected: _rejected,
    ev.Surrendered: _surrendered,
    ev.SurrenderAccepted: _accepted,
    ev.SurrenderRefused: _restored,
    ev.SurrenderRecalled: _restored,
    ev.Replaced: _replaced,
    ev.SwitchedToPaper: _to_paper,
    ev.Delivered: _delivered,
    ev.PossessionRecovered: _possession_recovered,
    ev.Agreed: _agreed,
    ev.MovedByOperator: _nothing,
    ev.ActedBySignature: _nothing,
    ev.ParticipantEnrolled: _enrolled,
    ev.AccountAdded: _account_added,
    ev.AccountRemoved: _account_removed,
    ev.AccountRolesSet: _account_roles,
    ev.ReceivingSet: _receiving,
    ev.GiverListed: _giver,
    ev.ProfileSet: _profile,
    ev.CodeAssigned: _code,
    ev.RulebookSigned: _rulebook,
    ev.RecordLawsPublished: _record_laws,
    ev.AnswerTimePublished: _answer_time,
    ev.ParticipantSuspended: _suspended,
    ev.SuspensionLifted: _lifted,
    ev.WindingDownSet: _winding_down,
    ev.RecoveryProposed: _recovery_proposed,
    ev.RecoveryVetoed: _recovery_vetoed,
    ev.AccountRecovered: _account_recovered,
    ev.RoomListed: _room_listed,
    ev.RoomDelisted: _room_delisted,
    ev.Cancelled: _cancelled,
    ev.Transfer: _nothing,
    ev.Approval: _approval,
    ev.ApprovalForAll: _approval_for_all,
}
