"""Rebuilds the ledger from its events alone, refusing events that could not have happened (P10).

Feed all of Sampan's events in the order of the log, and ERC-721's `Approval` and `ApprovalForAll` (who may move
possession stands only there). `Transfer` is not needed and changes nothing; `effects.expected_transfer` says which one
an event must have beside it.

What logs cannot show is not asked: what a room answered, which signatures stood in a call, AccessManager's roles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sampan.model import events as ev
from sampan.model import rules
from sampan.model.effects import ISSUED_MODULO, act_count_after, effect_of
from sampan.model.state import (
    ALL_ROLES,
    ANSWER,
    DAY,
    EXITS,
    HOUR,
    ISSUE,
    MAX_ACCOUNTS,
    MAX_ACTS,
    MAX_ANSWER_HOURS,
    MOVE,
    NOBODY,
    PENDING,
    RECOVERY_DELAY,
    SUSPENSION,
    TERMS,
    Account,
    Bill,
    Endorsement,
    Kind,
    Receiving,
    Rejection,
    State,
    Status,
)
from sampan.suite import ids


class Impossible(ValueError):
    """An event that could not follow from the state before it."""

    def __init__(self, event: ev.Event, why: str, *, block: int = 0, log_index: int = 0) -> None:
        super().__init__(f"{type(event).__name__} in block {block}, log {log_index}: {why}")
        self.event = event
        self.why = why
        self.block = block
        self.log_index = log_index


def apply(state: State, event: ev.Event, *, timestamp: int, block: int = 0, log_index: int = 0) -> None:
    """Makes `state` what it is after an event of a block with this timestamp (seconds since 1970).

    Raises `Impossible` when the event could not follow; the state is then as before. Whoever wants to go on all the
    same calls `effects.change`.
    """
    # Outside the `try`: an event that the tables do not know is our fault and no finding about the ledger.
    effect = effect_of(event)
    why: str | None = None
    before, state.now = state.now, timestamp
    try:
        _check(timestamp >= before, f"its time {timestamp} is before {before}, the time of the event before it")
        check = _CHECKS.get(type(event))
        if check is not None:
            check(state, event)
        if type(event) in ev.ACTS_ON_BILLS:
            _forget_agreements(state, event)
        effect(state, event)
    except rules.Refusal as refusal:
        why = f"the ledger would have refused it with {refusal}"
    except _Wrong as wrong:
        why = str(wrong)
    except KeyError as missing:
        why = f"it names something that does not exist: {missing}"
    if why is not None:
        state.now = before
        raise Impossible(event, why, block=block, log_index=log_index)


class _Wrong(Exception):
    """Why an event is impossible, in words."""


def _check(holds: bool, why: str) -> None:
    if not holds:
        raise _Wrong(why)


def _forget_agreements(state: State, event: Any) -> None:
    """Agreements to acts at earlier counts of the bill are of no use any more."""
    for agreed in [each for each in state.agreements if each.bill == event.bill]:
        if event.act_count > agreed.act_count + 1:
            del state.agreements[agreed]


# ---------------------------------------------------------------------------------------------------------------- bills


def _acted(state: State, event: Any, statuses: frozenset[Status]) -> Bill:
    """The bill is in one of the statuses, and the event carries its next act count."""
    bill = rules.bill_in(state, event.bill, statuses)
    _check(
        event.act_count == act_count_after(bill),
        f"it counts act {event.act_count}, the bill's next act is {act_count_after(bill)}",
    )
    return bill


def _given_by(state: State, event: Any) -> tuple[Bill, Account]:
    bill, giver = rules.in_possession(state, event.bill, event.giver)
    _acted(state, event, frozenset({Status.LIVE}))
    return bill, giver


def _may_be_given(state: State, bill: Bill, giver: Account, to: str) -> Account:
    """As `rules.may_be_given`; for whom a room held cannot be seen in logs."""
    if not giver.room:
        return rules.may_be_given(state, bill, giver, to)
    account = state.account(to)
    _check(to != giver.address and not account.room and account.may_act, f"a room may not give to {to}")
    return account


def _agreed(
    state: State,
    participant: int,
    bill: int,
    act_count: int,
    possessor: str,
    titleholder: int,
    kind: Kind | None = None,
) -> bool:
    """Whether a participant agreed to an act with this result; the event does not tell by which verb it came."""
    return any(
        each.participant == participant
        and each.bill == bill
        and each.act_count == act_count
        and each.possessor == possessor
        and each.titleholder == titleholder
        and (kind is None or each.kind == kind)
        for each in state.agreements
    )


def _takes(state: State, giver: Account, taker: Account) -> bool:
    return (
        taker.receiving is Receiving.ANYONE
        or giver.room
        or giver.participant == taker.participant
        or (
            taker.receiving is Receiving.LISTED_ONLY and state.givers.get((taker.participant, giver.participant), False)
        )
    )


def _welcome(
    state: State,
    bill: int,
    act_count: int,
    giver: Account,
    taker: Account,
    possessor: str,
    titleholder: int,
    kind: Kind,
) -> None:
    if not _takes(state, giver, taker) and not _agreed(
        state, taker.participant, bill, act_count, possessor, titleholder, kind
    ):
        raise rules.Refusal("AgreementRequired", bill, taker.participant)


def _title_welcome(
    state: State, bill: int, act_count: int, giver: Account, titleholder: int, possessor: str, kind: Kind
) -> None:
    """Some account of the titleholder receives now and takes from the giver; which one was named is not logged."""
    accounts = [
        account for account in state.living(titleholder) if account.receives(state.now) and account.roles & MOVE
    ]
    _check(bool(accounts), f"participant {titleholder} may be given nothing new")
    if not any(_takes(state, giver, account) for account in accounts) and not _agreed(
        state, titleholder, bill, act_count, possessor, titleholder, kind
    ):
        raise rules.Refusal("AgreementRequired", bill, titleholder)


def _created(state: State, event: ev.Issued | ev.IssuedFromPaper | ev.ReplacementIssued, carrier: Account) -> None:
    rules.may_create(state, event.bill, event.root, event.checksum, event.carriage_law, event.record_law, carrier)
    _check(event.act_count == 1, f"a bill's first act is 1, not {event.act_count}")
    following = (carrier.issued + 1) % ISSUED_MODULO
    _check(event.issued == following, f"it is bill {event.issued} of {event.actor}, whose next bill is {following}")
    _check((event.titleholder == 0) == (event.kind is Kind.BLANK), "a titleholder is named exactly when not in blank")
    _check(event.titleholder == 0 or event.titleholder in state.participants, "its titleholder does not exist")


def _issued(state: State, event: ev.Issued | ev.IssuedFromPaper) -> None:
    carrier = rules.carrier(state, event.bill, event.actor, ISSUE)
    if not carrier.receives(state.now):
        raise rules.Refusal("MayNotReceive", event.actor)
    if event.kind is Kind.NAMED:
        raise rules.Refusal("KindNotAllowed", event.bill, event.kind)
    previous = rules.previous_version(state, event.bill)
    paper = isinstance(event, ev.IssuedFromPaper)
    if previous not in {Status.NONE, Status.VOID} and not (paper and previous is Status.PAPER):
        raise rules.Refusal("PreviousVersionStands", event.bill, previous)
    possessor = rules.receiver(state, event.possessor)
    _created(state, event, carrier)
    _check(not (possessor.room and event.kind is Kind.STRAIGHT), "a straight bill is not issued to a room")
    if not possessor.room:
        _welcome(state, event.bill, 0, carrier, possessor, event.possessor, event.titleholder, event.kind)
    if event.titleholder not in {0, possessor.participant}:
        _title_welcome(state, event.bill, 0, carrier, event.titleholder, event.possessor, event.kind)
    if isinstance(event, ev.IssuedFromPaper):
        _check(any(event.statement), "a bill from paper needs a statement of change of medium")


def _replacement_issued(state: State, event: ev.ReplacementIssued) -> None:
    carrier = rules.carrier(state, event.bill, event.actor, ANSWER | ISSUE)
    _check(bool(event.replaces), "it replaces nothing")
    for replaced in event.replaces:
        bill = rules.bill_in(state, replaced, frozenset({Status.REPLACED}))
        _check(event.bill in bill.replaced_by, f"{replaced:#x} was not replaced by it")
    previous = rules.previous_version(state, event.bill)
    if previous not in {Status.NONE, Status.VOID} and event.bill - ids.ONE_VERSION not in event.replaces:
        raise rules.Refusal("PreviousVersionStands", event.bill, previous)
    surrenderer = state.resolve(state.bills[event.replaces[0]].previous_account)
    _check(event.possessor == surrenderer, f"replacements go to whoever surrendered, {surrenderer}")
    _created(state, event, carrier)


def _transferred(state: State, event: ev.Transferred) -> None:
    bill, giver = _given_by(state, event)
    taker = _may_be_given(state, bill, giver, event.to)
    _welcome(state, bill.id, bill.act_count, giver, taker, event.to, bill.titleholder, bill.kind)


def _endorsement(
    state: State, bill: Bill, giver: Account, endorsement: Endorsement, titleholder: int, possessor: str, taker: int
) -> Kind:
    """The kind after an endorsement that was allowed; `taker` is the participant that took possession with it, or 0."""
    capacity = rules.endorses_as(bill, giver)
    if capacity is None:
        raise rules.Refusal("MayNotEndorse", bill.id, giver.address)
    _check((titleholder == 0) == (endorsement is Endorsement.BLANK), "a titleholder is named exactly when not in blank")
    kind = rules.KIND_AFTER[endorsement]
    if capacity is rules.By.ROOM_AGREED:
        former = bill.titleholder
        _check(
            _agreed(state, former, bill.id, bill.act_count, possessor, titleholder, kind),
            f"a room endorsed for participant {former}, which had not agreed",
        )
    if titleholder not in {0, taker}:
        _title_welcome(state, bill.id, bill.act_count, giver, titleholder, possessor, kind)
    return kind


def _endorsed(state: State, event: ev.Endorsed) -> None:
    bill, giver = _given_by(state, event)
    _check(event.endorsement is not Endorsement.NONE, "it endorses nothing")
    taker = None if event.to == event.giver else _may_be_given(state, bill, giver, event.to)
    kind = _endorsement(
        state, bill, giver, event.endorsement, event.titleholder, event.to, taker.participant if taker else 0
    )
    if taker:
        _welcome(state, bill.id, bill.act_count, giver, taker, event.to, event.titleholder, kind)


def _lodged(state: State, event: ev.Lodged) -> None:
    bill, giver = _given_by(state, event)
    if not rules.receiver(state, event.room).room:
        raise rules.Refusal("NotARoom", event.room)
    _check(event.room != event.giver, "the room possesses it already")
    if not giver.room:
        rules.listed(state, event.room, giver.country)
    if event.endorsement is Endorsement.NONE:
        _check(event.titleholder == bill.titleholder, "title moved without an endorsement")
    else:
        _endorsement(state, bill, giver, event.endorsement, event.titleholder, event.room, 0)


def _signed(state: State, event: ev.Signed) -> None:
    rules.in_possession(state, event.bill, event.actor)
    _acted(state, event, frozenset({Status.LIVE}))


def _rejected(state: State, event: ev.Rejected) -> None:
    bill = _acted(state, event, frozenset({Status.LIVE}))
    rules.may_reject(state, bill, rules.acting(state, event.actor, MOVE), event.rejection)
    to = bill.possessor if event.rejection is Rejection.TITLE else state.resolve(bill.previous_account)
    _check(event.to == to, f"possession should be with {to} afterwards, not with {event.to}")


def _surrendered(state: State, event: ev.Surrendered) -> None:
    bill, giver = _given_by(state, event)
    capacity = rules.surrenders_as(bill, giver)
    if capacity is None or (
        capacity is rules.By.AGREED
        and not _agreed(state, bill.titleholder, bill.id, bill.act_count, event.to, bill.titleholder, bill.kind)
    ):
        raise rules.Refusal("MayNotSurrender", event.bill, event.giver)
    rules.carrier(state, event.bill, event.to, ANSWER)
    amendment = rules.PENDING_AFTER[event.purpose] is Status.PENDING_AMENDMENT
    if giver.room and amendment and not any(event.agreed):
        raise rules.Refusal("AgreedReplacementsRequired", event.bill)
    if any(event.agreed) and not amendment:
        raise rules.Refusal("NothingToReplace", event.bill)


def _answered(status: frozenset[Status]) -> Callable[[State, Any], None]:
    def check(state: State, event: Any) -> None:
        _acted(state, event, status)
        rules.carrier(state, event.bill, event.actor, ANSWER)

    return check


def _back(state: State, event: Any, bill: Bill) -> None:
    to = state.resolve(bill.previous_account)
    _check(event.to == to, f"the bill should go back to {to}, not to {event.to}")


def _refused(state: State, event: ev.SurrenderRefused) -> None:
    bill = _acted(state, event, PENDING)
    rules.carrier(state, event.bill, event.actor, ANSWER)
    _check(bool(event.remark), "a refusal says why")
    _back(state, event, bill)


def _recalled(state: State, event: ev.SurrenderRecalled) -> None:
    bill = _acted(state, event, PENDING)
    recaller = rules.acting(state, event.actor, MOVE)
    surrenderer = state.resolve(bill.previous_account)
    if event.actor != surrenderer and not rules.same_participant(recaller, state.account(surrenderer)):
        raise rules.Refusal("NotSurrenderer", event.bill, event.actor)
    start = rules.recallable_from(state, bill)
    if state.now < start:
        raise rules.Refusal("RecallTooEarly", event.bill, start)
    _back(state, event, bill)


def _replaced(state: State, event: ev.Replaced) -> None:
    _acted(state, event, frozenset({Status.PENDING_AMENDMENT}))
    rules.carrier(state, event.bill, event.actor, ANSWER | ISSUE)


def _to_paper(state: State, event: ev.SwitchedToPaper) -> None:
    _acted(state, event, frozenset({Status.PENDING_PAPER}))
    rules.carrier(state, event.bill, event.actor, ANSWER)
    _check(any(event.statement), "a switch to paper needs a statement of change of medium")


def _possession_recovered(state: State, event: ev.PossessionRecovered) -> None:
    bill = _acted(state, event, frozenset({Status.LIVE, *PENDING, Status.SURRENDERED}))
    _check(bill.possessor == event.giver, f"{event.giver} does not possess it")
    to = state.resolve(state.account(event.giver).number)
    _check(event.to == to != event.giver, f"the successor of {event.giver} is {to}, not {event.to}")


def _agreement_shown(state: State, event: ev.Agreed) -> None:
    participant = rules.acting(state, event.signer, MOVE).participant
    _check(participant != 0, "a room agrees to nothing")
    bill = state.bills.get(event.bill)
    act_count = bill.act_count if bill else 0
    _check(
        event.act_count == act_count < MAX_ACTS, f"it agrees at act count {event.act_count}, the bill's is {act_count}"
    )


def _moved_by_operator(state: State, event: ev.MovedByOperator) -> None:
    bill = rules.bill_in(state, event.bill, frozenset({Status.LIVE}))
    rules.acting(state, event.operator, MOVE)
    _check(bill.possessor == event.possessor, f"{event.possessor} does not possess it")
    approved = state.approvals.get(event.bill) == event.operator or state.operators.get(
        (event.possessor, event.operator), False
    )
    _check(approved, f"{event.operator} was not approved")


def _by_signature(state: State, event: ev.ActedBySignature) -> None:
    _check((event.signer, event.digest) not in state.cancelled, "its signer had withdrawn the signature")


# ------------------------------------------------------------------------------------------------------------- identity


def _enrolled(state: State, event: ev.ParticipantEnrolled) -> None:
    following = len(state.participants) + 1
    _check(event.participant == following, f"the next participant is {following}, not {event.participant}")
    _check(0 < event.lei < ids.LEI_END and 0 < event.parent < ids.LEI_END, "an LEI is malformed")
    _check(event.lei not in state.by_lei, "its LEI is enrolled already")
    _check(event.roles & ~ALL_ROLES == 0, "it has roles that do not exist")
    _check(any(event.rulebook), "it signed no rulebook")


def _account_added(state: State, event: ev.AccountAdded) -> None:
    participant = state.participants[event.participant]
    following = state.account_count + 1
    _check(event.number == following, f"the next account is {following}, not {event.number}")
    _check(event.account not in state.accounts, f"{event.account} is an account already")
    allowed = participant.roles
    recovery = event.sponsor == NOBODY and bool(participant.accounts)
    if event.sponsor != NOBODY:
        sponsor = rules.acting(state, event.sponsor, TERMS)
        _check(sponsor.participant == event.participant, "its sponsor is of another participant")
    elif recovery:
        _check(
            any(
                waiting.successor == event.account and waiting.executable_from <= state.now
                for waiting in state.recoveries.values()
            ),
            "nobody vouched for it and no recovery to it is due",
        )
    _check(event.roles & ~allowed == 0, "it has roles that its participant lacks")
    _check(len(participant.accounts) < MAX_ACCOUNTS + recovery, "its participant has too many accounts")


def _same(state: State, actor: str, address: str, roles: int) -> Account:
    """`actor` acts now, has the roles, and is of the same participant as the living account."""
    account = state.account(address)
    acting = rules.acting(state, actor, roles)
    if not account.may_act or account.room:
        raise rules.Refusal("NotAnAccount", address)
    if acting.participant != account.participant:
        raise rules.Refusal("NotTheSameParticipant", actor, address)
    return account


def _of(event: Any, account: Account) -> None:
    _check(event.participant == account.participant, "it names another participant")


def _account_removed(state: State, event: ev.AccountRemoved) -> None:
    account = state.account(event.account)
    _same(state, event.by, event.account, 0 if event.by == event.account else TERMS)
    _same(state, event.successor, event.account, 0)
    _of(event, account)
    _check(event.successor != event.account, "an account does not succeed itself")


def _account_roles(state: State, event: ev.AccountRolesSet) -> None:
    account = state.account(event.account)
    _of(event, _same(state, event.by, event.account, TERMS))
    allowed = state.participants[account.participant].roles
    _check(event.roles & ~allowed == 0, "it has roles that its participant lacks")


def _receiving(state: State, event: ev.ReceivingSet) -> None:
    _of(event, _same(state, event.by, event.account, TERMS))


def _binds(state: State, event: Any) -> None:
    _of(event, rules.acting(state, event.by, TERMS))


def _giver(state: State, event: ev.GiverListed) -> None:
    _binds(state, event)
    _known(state, event.giver)


def _known(state: State, participant: int) -> None:
    if participant not in state.participants:
        raise rules.Refusal("UnknownParticipant", participant)


def _profile(state: State, event: ev.ProfileSet) -> None:
    _known(state, event.participant)
    _check(event.roles & ~ALL_ROLES == 0, "it has roles that do not exist")
    lost = state.participants[event.participant].roles & ~event.roles
    _check(lost & EXITS == 0, "it takes roles that the participant needs to end what it has begun")


def _code(state: State, event: ev.CodeAssigned) -> None:
    if event.participant:
        _known(state, event.participant)
        _check(not state.codes.get((event.list, event.code)), "the code has an owner already")


def _rulebook(state: State, event: ev.RulebookSigned) -> None:
    _binds(state, event)
    _check(any(event.rulebook), "it signed no rulebook")


def _answer_time(state: State, event: ev.AnswerTimePublished) -> None:
    _binds(state, event)
    _check(0 < event.answer_hours <= MAX_ANSWER_HOURS, "the answer time is out of range")
    _check(event.start == state.now + MAX_ANSWER_HOURS * HOUR, "a new answer time counts after fourteen days")
    before = state.participants[event.participant].next_from
    settled = before + (MAX_ANSWER_HOURS + 1) * HOUR if before else 0
    _check(state.now >= settled, "the time before was published less than 28 days ago")


def _suspended(state: State, event: ev.ParticipantSuspended) -> None:
    _known(state, event.participant)
    _check(bool(event.ground), "a suspension names its ground")
    end = state.now + SUSPENSION
    _check(end <= event.until < end + HOUR, f"a suspension lasts {SUSPENSION // DAY} days")


def _lifted(state: State, event: ev.SuspensionLifted) -> None:
    _known(state, event.participant)
    _check(state.now < state.participants[event.participant].suspended_until, "it was not suspended")


def _winding_down(state: State, event: ev.WindingDownSet) -> None:
    _known(state, event.participant)


def _recovery_proposed(state: State, event: ev.RecoveryProposed) -> None:
    lost = state.account(event.lost)
    _check(lost.may_act and not lost.room, f"{event.lost} is no account that could be lost")
    _of(event, lost)
    _check(bool(event.ground), "a recovery names its ground")
    _check(event.executable_from == state.now + RECOVERY_DELAY, "a recovery waits seven days")
    successor = state.account(event.successor)
    if event.roles:
        _check(successor.number == 0, f"{event.successor} is an account already")
    else:
        _check(successor.may_act and rules.same_participant(successor, lost), "its successor is of another participant")


def _recovery_vetoed(state: State, event: ev.RecoveryVetoed) -> None:
    _check(event.lost in state.recoveries, "no recovery waits")
    vetoing = state.account(event.by)
    _check(
        event.by != event.lost and vetoing.may_act and rules.same_participant(vetoing, state.account(event.lost)),
        f"{event.by} may not veto it",
    )


def _account_recovered(state: State, event: ev.AccountRecovered) -> None:
    waiting = state.recoveries.get(event.lost)
    if waiting is None:
        raise rules.Refusal("NoRecovery", event.lost)
    _check(waiting.successor == event.successor, f"the successor proposed was {waiting.successor}")
    _check(state.now >= waiting.executable_from, "its seven days have not passed")
    lost, successor = state.account(event.lost), state.account(event.successor)
    _of(event, lost)
    _check(
        lost.may_act and successor.may_act and rules.same_participant(lost, successor), "successor or lost has ended"
    )


def _room_listed(state: State, event: ev.RoomListed) -> None:
    room = state.account(event.room)
    following = room.number or state.account_count + 1
    _check(room.number == 0 or room.room, f"{event.room} is a person's account")
    _check(event.number == following, f"its account number should be {following}")


def _room_delisted(state: State, event: ev.RoomDelisted) -> None:
    if not state.account(event.room).room:
        raise rules.Refusal("NotARoom", event.room)


_CHECKS: Final[dict[type[ev.Event], Callable[[State, Any], None]]] = {
    ev.Issued: _issued,
    ev.IssuedFromPaper: _issued,
    ev.ReplacementIssued: _replacement_issued,
    ev.Transferred: _transferred,
    ev.Endorsed: _endorsed,
    ev.Lodged: _lodged,
    ev.Signed: _signed,
    ev.Rejected: _rejected,
    ev.Surrendered: _surrendered,
    ev.SurrenderAccepted: _answered(frozenset({Status.PENDING_DELIVERY})),
    ev.SurrenderRefused: _refused,
    ev.SurrenderRecalled: _recalled,
    ev.Replaced: _replaced,
    ev.SwitchedToPaper: _to_paper,
    ev.Delivered: _answered(frozenset({Status.SURRENDERED})),
    ev.PossessionRecovered: _possession_recovered,
    ev.Agreed: _agreement_shown,
    ev.MovedByOperator: _moved_by_operator,
    ev.ActedBySignature: _by_signature,
    ev.ParticipantEnrolled: _enrolled,
    ev.AccountAdded: _account_added,
    ev.AccountRemoved: _account_removed,
    ev.AccountRolesSet: _account_roles,
    ev.ReceivingSet: _receiving,
    ev.GiverListed: _giver,
    ev.ProfileSet: _profile,
    ev.CodeAssigned: _code,
    ev.RulebookSigned: _rulebook,
    ev.RecordLawsPublished: _binds,
    ev.AnswerTimePublished: _answer_time,
    ev.ParticipantSuspended: _suspended,
    ev.SuspensionLifted: _lifted,
    ev.WindingDownSet: _winding_down,
    ev.RecoveryProposed: _recovery_proposed,
    ev.RecoveryVetoed: _recovery_vetoed,
    ev.AccountRecovered: _account_recovered,
    ev.RoomListed: _room_listed,
    ev.RoomDelisted: _room_delisted,
}
