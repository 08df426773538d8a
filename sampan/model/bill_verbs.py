"""The verbs of bills: each checks in the ledger's order, then logs one event, which takes effect; calls come last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sampan.model import events as ev
from sampan.model import rules
from sampan.model.calls import Terms
from sampan.model.effects import ISSUED_MODULO, act_count_after
from sampan.model.frame import Frame
from sampan.model.rules import By, Refusal
from sampan.model.state import (
    ANSWER,
    ISSUE,
    MAX_REPLACED,
    MAX_REPLACEMENTS,
    MOVE,
    NOBODY,
    PENDING,
    Account,
    Bill,
    Endorsement,
    Kind,
    Purpose,
    Rejection,
    Status,
    SurrenderFor,
)
from sampan.suite import ids

_LIVE: Final = frozenset({Status.LIVE})
_PENDING_DELIVERY: Final = frozenset({Status.PENDING_DELIVERY})
_PENDING_AMENDMENT: Final = frozenset({Status.PENDING_AMENDMENT})
_PENDING_PAPER: Final = frozenset({Status.PENDING_PAPER})
_SURRENDERED: Final = frozenset({Status.SURRENDERED})

# ---------------------------------------------------------------------------------------------------------------- issue


def _may_issue(frame: Frame, terms: Terms, possessor: str, *, from_paper: bool) -> tuple[int, int, bool]:
    """The titleholder's number, which bill of the account it is, whether a room takes it."""
    state = frame.state
    carrier = rules.carrier(state, terms.bill, frame.actor, ISSUE)
    if not carrier.receives(state.now):
        raise Refusal("MayNotReceive", frame.actor)
    if terms.kind is Kind.NAMED:
        raise Refusal("KindNotAllowed", terms.bill, terms.kind)
    previous = rules.previous_version(state, terms.bill)
    if previous not in {Status.NONE, Status.VOID} and not (from_paper and previous is Status.PAPER):
        raise Refusal("PreviousVersionStands", terms.bill, previous)
    receiver = rules.receiver(state, possessor)

    titleholder = 0
    if terms.kind is Kind.BLANK:
        if terms.titleholder != NOBODY:
            raise Refusal("NoTitleholderInBlank", terms.bill)
    else:
        entitled = rules.entitled(state, terms.bill, terms.titleholder)
        titleholder = entitled.participant
        if terms.kind is Kind.STRAIGHT and receiver.room:
            raise Refusal("NotAPerson", possessor)
        if terms.titleholder != possessor:
            _welcome_at_issue(frame, terms, carrier, entitled, possessor, titleholder)
    if not receiver.room:
        _welcome_at_issue(frame, terms, carrier, receiver, possessor, titleholder)
    rules.may_create(state, terms.bill, terms.root, terms.checksum, terms.carriage_law, terms.record_law, carrier)
    return titleholder, (carrier.issued + 1) % ISSUED_MODULO, receiver.room


def _welcome_at_issue(
    frame: Frame, terms: Terms, carrier: Account, taker: Account, possessor: str, titleholder: int
) -> None:
    """Whoever is given a new bill takes from the carrier, or has agreed to its document root."""
    rules.welcome(
        frame.state,
        frame.verb,
        terms.bill,
        0,
        carrier,
        taker,
        possessor,
        titleholder,
        terms.kind,
        terms.hash,
    )


def issue(frame: Frame, terms: Terms, possessor: str, remark: bytes) -> None:
    """A bill to its first possessor."""
    titleholder, issued, room = _may_issue(frame, terms, possessor, from_paper=False)
    frame.log(
        ev.Issued(
            terms.bill,
            frame.actor,
            possessor,
            titleholder,
            terms.kind,
            terms.root,
            terms.checksum,
            terms.carriage_law,
            terms.record_law,
            1,
            issued,
            remark,
        )
    )
    if room:
        _enter(frame, (terms.bill,), frame.actor, frame.actor, possessor, remark)


def issue_from_paper(
    frame: Frame, terms: Terms, possessor: str, originals: int, statement: bytes, remark: bytes
) -> None:
    """A bill in place of paper, version 1 or the next after paper, with its statement of change of medium (L12)."""
    if not any(statement):
        raise Refusal("StatementRequired")
    titleholder, issued, room = _may_issue(frame, terms, possessor, from_paper=True)
    frame.log(
        ev.IssuedFromPaper(
            terms.bill,
            frame.actor,
            possessor,
            titleholder,
            terms.kind,
            terms.root,
            terms.checksum,
            terms.carriage_law,
            terms.record_law,
            1,
            issued,
            originals,
            statement,
            remark,
        )
    )
    if room:
        _enter(frame, (terms.bill,), frame.actor, frame.actor, possessor, remark)


# ---------------------------------------------------------------------------------------------------------- circulation


def transfer(frame: Frame, bill: int, to: str, remark: bytes) -> None:
    """Possession alone, to a person; title stays."""
    _pass(frame, bill, frame.actor, to, remark)


def _pass(frame: Frame, bill: int, giver: str, to: str, remark: bytes) -> None:
    known, account = rules.in_possession(frame.state, bill, giver)
    taker = rules.may_be_given(frame.state, known, account, to)
    frame.welcome(known, account, taker, to, known.titleholder, known.kind)
    frame.log(ev.Transferred(bill, giver, to, act_count_after(known), remark))


def endorse(frame: Frame, bill: int, endorsement: Endorsement, endorsee: str, to: str, remark: bytes) -> None:
    """Title, to a name, to order or in blank; possession too when `to` names another."""
    known, giver = rules.in_possession(frame.state, bill, frame.actor)
    if endorsement is Endorsement.NONE:
        raise Refusal("EndorsementRequired")
    if to in {NOBODY, frame.actor}:
        to = frame.actor
        titleholder = _endorse(frame, known, giver, endorsement, endorsee, to, moves=False)
    else:
        taker = rules.may_be_given(frame.state, known, giver, to)
        titleholder = _endorse(frame, known, giver, endorsement, endorsee, to, moves=True)
        frame.welcome(known, giver, taker, to, titleholder, rules.KIND_AFTER[endorsement])
    frame.log(ev.Endorsed(bill, frame.actor, to, endorsement, titleholder, act_count_after(known), remark))


def lodge(frame: Frame, bill: int, endorsement: Endorsement, endorsee: str, room: str, terms: bytes) -> None:
    """Possession to a room under terms, which it takes or undoes."""
    state = frame.state
    known, giver = rules.in_possession(state, bill, frame.actor)
    if not rules.receiver(state, room).room:
        raise Refusal("NotARoom", room)
    if room == frame.actor:
        raise Refusal("AlreadyPossesses", bill, room)
    if not giver.room:
        rules.listed(state, room, giver.country)
    titleholder = known.titleholder
    if endorsement is not Endorsement.NONE:
        titleholder = _endorse(frame, known, giver, endorsement, endorsee, room, moves=True)
    elif endorsee != NOBODY:
        raise Refusal("EndorseeNotAllowed")
    frame.log(ev.Lodged(bill, frame.actor, room, endorsement, titleholder, act_count_after(known), terms))
    _enter(frame, (bill,), frame.actor, frame.actor, room, terms)


def _endorse(
    frame: Frame,
    bill: Bill,
    giver: Account,
    endorsement: Endorsement,
    endorsee: str,
    possessor: str,
    *,
    moves: bool,
) -> int:
    """The titleholder's number after an endorsement that is allowed."""
    capacity = rules.endorses_as(bill, giver)
    if capacity is None:
        raise Refusal("MayNotEndorse", bill.id, giver.address)
    kind = rules.KIND_AFTER[endorsement]
    titleholder = 0
    if endorsement is not Endorsement.BLANK:
        entitled = rules.entitled(frame.state, bill.id, endorsee)
        titleholder = entitled.participant
        # Who gets possession too is asked once, with it.
        if not (moves and endorsee == possessor):
            frame.welcome(bill, giver, entitled, possessor, titleholder, kind)
    elif endorsee != NOBODY:
        raise Refusal("EndorseeNotAllowed")
    if capacity is By.ROOM_AGREED and not frame.has_agreed(
        bill.titleholder, bill, possessor, titleholder, kind, bytes(32)
    ):
        raise Refusal("MayNotEndorse", bill.id, giver.address)
    return titleholder


def sign(frame: Frame, bill: int, purpose: Purpose, remark: bytes) -> None:
    """The possessor signs; nothing moves."""
    known, _ = rules.in_possession(frame.state, bill, frame.actor)
    frame.log(ev.Signed(bill, frame.actor, purpose, act_count_after(known), remark))


def reject(frame: Frame, bill: int, rejection: Rejection, remark: bytes) -> None:
    """A receiver gives back what it was given; a first possessor the issue, which is void then."""
    state = frame.state
    known = rules.bill_in(state, bill, _LIVE)
    rejecter = rules.acting(state, frame.actor, MOVE)
    rules.may_reject(state, known, rejecter, rejection)
    to = known.possessor if rejection is Rejection.TITLE else state.resolve(known.previous_account)
    frame.log(ev.Rejected(bill, frame.actor, to, rejection, act_count_after(known), remark))


# ------------------------------------------------------------------------------------------------------------ surrender


def surrender(frame: Frame, bill: int, purpose: SurrenderFor, to: str, agreed: bytes, remark: bytes) -> None:
    """The bill to an account of its carrier, to be answered."""
    known, giver = rules.in_possession(frame.state, bill, frame.actor)
    capacity = rules.surrenders_as(known, giver)
    if capacity is None or (
        capacity is By.AGREED
        and not frame.has_agreed(known.titleholder, known, to, known.titleholder, known.kind, frame.call.hash)
    ):
        raise Refusal("MayNotSurrender", bill, frame.actor)
    rules.carrier(frame.state, bill, to, ANSWER)
    amendment = rules.PENDING_AFTER[purpose] is Status.PENDING_AMENDMENT
    if amendment and giver.room and not any(agreed):
        raise Refusal("AgreedReplacementsRequired", bill)
    if any(agreed) and not amendment:
        raise Refusal("NothingToReplace", bill)
    frame.log(ev.Surrendered(bill, frame.actor, to, purpose, agreed, act_count_after(known), remark))


def accept(frame: Frame, bill: int, remark: bytes) -> None:
    """The carrier accepts a surrender for delivery."""
    known = rules.bill_in(frame.state, bill, _PENDING_DELIVERY)
    rules.carrier(frame.state, bill, frame.actor, ANSWER)
    frame.log(ev.SurrenderAccepted(bill, frame.actor, act_count_after(known), remark))


def refuse(frame: Frame, bill: int, remark: bytes) -> None:
    """The carrier refuses a surrender, saying why; the bill goes back as it was."""
    known = rules.bill_in(frame.state, bill, PENDING)
    rules.carrier(frame.state, bill, frame.actor, ANSWER)
    if not remark:
        raise Refusal("RemarkRequired")
    to = frame.state.resolve(known.previous_account)
    frame.log(ev.SurrenderRefused(bill, frame.actor, to, act_count_after(known), remark))


def recall(frame: Frame, bill: int, remark: bytes) -> None:
    """Whoever surrendered takes it back from a carrier that may not act or is silent past its answer time (T7)."""
    state = frame.state
    known = rules.bill_in(state, bill, PENDING)
    recaller = rules.acting(state, frame.actor, MOVE)
    to = state.resolve(known.previous_account)
    if frame.actor != to and not rules.same_participant(recaller, state.account(to)):
        raise Refusal("NotSurrenderer", bill, frame.actor)
    start = rules.recallable_from(state, known)
    if state.now < start:
        raise Refusal("RecallTooEarly", bill, start)
    frame.log(ev.SurrenderRecalled(bill, frame.actor, to, act_count_after(known), remark))


def deliver(frame: Frame, bill: int, remark: bytes) -> None:
    """The carrier records delivery against a surrendered bill (P9)."""
    known = rules.bill_in(frame.state, bill, _SURRENDERED)
    rules.carrier(frame.state, bill, frame.actor, ANSWER)
    frame.log(ev.Delivered(bill, frame.actor, act_count_after(known), remark))


# ---------------------------------------------------------------------------------------------------------- rarer roads


def replace(frame: Frame, bills: tuple[int, ...], replacements: tuple[Terms, ...], remark: bytes) -> None:
    """The carrier accepts surrenders for amendment and reissues in one act, to whoever surrendered."""
    state, actor = frame.state, frame.actor
    if not 0 < len(bills) <= MAX_REPLACED:
        raise Refusal("TooMany", len(bills), MAX_REPLACED)
    if not 0 < len(replacements) <= MAX_REPLACEMENTS:
        raise Refusal("TooMany", len(replacements), MAX_REPLACEMENTS)
    rules.carrier(state, bills[0], actor, ANSWER | ISSUE)
    first = state.bills.get(bills[0])
    surrenderer = state.resolve(first.previous_account) if first else NOBODY
    new = tuple(terms.bill for terms in replacements)

    titleholders = set()
    for bill in bills:
        known = rules.bill_in(state, bill, _PENDING_AMENDMENT)
        if first is None or ids.lei_of(bill) != ids.lei_of(bills[0]):
            raise Refusal("NotCarrier", bill, actor)
        if known.previous_account != first.previous_account:
            raise Refusal("NotOneSurrenderer", bill)
        if known.agreed != frame.call.hash:
            _require_agreed(frame, known, surrenderer)
        titleholders.add(known.titleholder)
        frame.log(ev.Replaced(bill, actor, new, act_count_after(known), remark))
    for terms in replacements:
        _reissue(frame, bills, terms, surrenderer, titleholders)
    if state.account(surrenderer).room:
        _enter(frame, new, actor, actor, surrenderer, remark)


def _require_agreed(frame: Frame, bill: Bill, surrenderer: str) -> None:
    """The replacements are agreed by signature: by whoever surrendered, and by the titleholder if it is another.

    In a straight bill shipper and consignee act alone.
    """
    digest = frame.call.hash
    needed = {frame.state.account(surrenderer).participant}
    if bill.kind in {Kind.ORDER, Kind.NAMED}:
        needed.add(bill.titleholder)
    for participant in needed:
        if not frame.has_agreed(participant, bill, surrenderer, bill.titleholder, bill.kind, digest):
            raise Refusal("ReplacementsNotAgreed", bill.id, digest)


def _reissue(frame: Frame, bills: tuple[int, ...], terms: Terms, surrenderer: str, titleholders: set[int]) -> None:
    """One replacement. Whoever had title before need not receive what it had."""
    state = frame.state
    carrier, receiver = state.account(frame.actor), state.account(surrenderer)
    if ids.lei_of(terms.bill) != carrier.lei:
        raise Refusal("NotCarrier", terms.bill, frame.actor)
    previous = rules.previous_version(state, terms.bill)
    if previous not in {Status.NONE, Status.VOID} and terms.bill - ids.ONE_VERSION not in bills:
        raise Refusal("PreviousVersionStands", terms.bill, previous)
    titleholder = 0
    if terms.kind is Kind.BLANK:
        if terms.titleholder != NOBODY:
            raise Refusal("NoTitleholderInBlank", terms.bill)
    else:
        entitled = state.account(terms.titleholder)
        titleholder = entitled.participant
        if titleholder == 0:
            raise Refusal("NotAPerson", terms.titleholder)
        if terms.kind is Kind.STRAIGHT and receiver.room and state.bills[bills[0]].kind is not Kind.STRAIGHT:
            raise Refusal("NotAPerson", surrenderer)
        if titleholder not in titleholders and titleholder != receiver.participant:
            rules.receiver(state, terms.titleholder)
            _welcome_at_issue(frame, terms, carrier, entitled, surrenderer, titleholder)
    rules.may_create(state, terms.bill, terms.root, terms.checksum, terms.carriage_law, terms.record_law, carrier)
    frame.log(
        ev.ReplacementIssued(
            terms.bill,
            frame.actor,
            surrenderer,
            titleholder,
            terms.kind,
            terms.root,
            terms.checksum,
            terms.carriage_law,
            terms.record_law,
            1,
            (carrier.issued + 1) % ISSUED_MODULO,
            bills,
        )
    )


def to_paper(frame: Frame, bill: int, originals: int, statement: bytes, remark: bytes) -> None:
    """The carrier accepts a surrender for paper: the record ends (L13)."""
    known = rules.bill_in(frame.state, bill, _PENDING_PAPER)
    rules.carrier(frame.state, bill, frame.actor, ANSWER)
    if not any(statement):
        raise Refusal("StatementRequired")
    frame.log(ev.SwitchedToPaper(bill, frame.actor, originals, statement, act_count_after(known), remark))


def recover(frame: Frame, bill: int) -> None:
    """Possession follows a recovered account to its successor; anyone may say so."""
    state = frame.state
    known = state.bills.get(bill)
    if known is None or known.status > Status.SURRENDERED:
        raise Refusal("NothingToRecover", bill)
    to = state.resolve(state.account(known.possessor).number)
    if to == known.possessor:
        raise Refusal("NothingToRecover", bill)
    frame.log(ev.PossessionRecovered(bill, known.possessor, to, act_count_after(known)))


# -------------------------------------------------------------------------------------------------------------- ERC-721


def transfer_from(frame: Frame, giver: str, to: str, bill: int) -> None:
    """Possession, moved by an approved operator or the possessor itself; title stays."""
    state, actor = frame.state, frame.actor
    if frame.call.value:
        raise Refusal("NoEther")
    if actor != giver:
        rules.acting(state, actor, MOVE)
        known = state.bills.get(bill)
        if known is None:
            raise Refusal("TokenDoesNotExist")
        owner = known.possessor
        if not (
            actor == owner or state.operators.get((owner, actor), False) or state.approvals.get(bill, NOBODY) == actor
        ):
            raise Refusal("NotOwnerNorApproved")
        frame.log(ev.MovedByOperator(bill, actor, giver))
    _pass(frame, bill, giver, to, b"")


def safe_transfer_from(frame: Frame, giver: str, to: str, bill: int, data: bytes = b"") -> None:
    """The same, and a contract that receives must say that it can."""
    transfer_from(frame, giver, to, bill)
    if frame.state.contracts.get(to, True) is False:
        raise Refusal("TransferToNonERC721ReceiverImplementer")


def approve(frame: Frame, account: str, bill: int) -> None:
    """Lets an account move possession of one bill until it moves; zero takes it back."""
    if frame.call.value:
        raise Refusal("NoEther")
    rules.in_possession(frame.state, bill, frame.actor)
    if account != NOBODY:
        rules.operator(frame.state, account)
    frame.log(ev.Approval(frame.actor, account, bill))


def set_approval_for_all(frame: Frame, operator: str, approved: bool) -> None:
    """Lets an account move possession of all that the caller possesses; taking it back is always possible."""
    if approved:
        rules.acting(frame.state, frame.sender, MOVE)
        rules.operator(frame.state, operator)
    frame.log(ev.ApprovalForAll(frame.sender, operator, approved))


# ---------------------------------------------------------------------------------------------------------------- rooms


def _enter(frame: Frame, bills: tuple[int, ...], giver: str, signer: str, room: str, terms: bytes) -> None:
    """The room answers, holds for somebody, and is listed for that person's country; else all is undone."""
    state = frame.state
    code = state.rooms[room]
    if not code.on_bill(frame.transaction, bills, giver, signer, terms):
        raise Refusal("RoomRefused", room)
    for bill in bills:
        if state.bills[bill].possessor != room:
            continue
        holder = code.holder_for(bill)
        if holder == 0:
            raise Refusal("RoomHoldsForNobody", room, bill)
        participant = state.participants.get(holder)
        rules.listed(state, room, participant.country if participant else "")


VERBS: Final[dict[str, Callable[..., None]]] = {
    "issue": issue,
    "issueFromPaper": issue_from_paper,
    "transfer": transfer,
    "endorse": endorse,
    "lodge": lodge,
    "sign": sign,
    "reject": reject,
    "surrender": surrender,
    "accept": accept,
    "refuse": refuse,
    "recall": recall,
    "deliver": deliver,
    "replace": replace,
    "toPaper": to_paper,
    "recover": recover,
    "transferFrom": transfer_from,
    "safeTransferFrom": safe_transfer_from,
    "safeTransferFromWithData": safe_transfer_from,
    "approve": approve,
    "setApprovalForAll": set_approval_for_all,
}
