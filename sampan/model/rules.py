"""Who may do what, and when: the life of a bill as tables and rules. Everything else asks here.

The tables are DCSA's and the trade's (T6), the rules the contract's promises. A rule that is broken raises `Refusal`
with the error and the arguments that the ledger answers with.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

from sampan.model.state import (
    HOUR,
    MOVE,
    NOBODY,
    PENDING,
    REJECT_HOURS,
    Account,
    Agreed,
    Bill,
    Endorsement,
    Kind,
    Receiving,
    Rejection,
    State,
    Status,
    SurrenderFor,
)
from sampan.suite import ids


class Refusal(Exception):
    """The ledger refuses: the error's name and its arguments, as the contract gives them."""

    def __init__(self, error: str, *arguments: Any) -> None:
        super().__init__(error, *arguments)
        self.error = error
        self.arguments = arguments

    def __str__(self) -> str:
        return f"{self.error}({', '.join(map(str, self.arguments))})"


# ----------------------------------------------------------------------------------------------------------- the tables


class By(Enum):
    """In which capacity a possessor may act on a bill beyond giving possession."""

    POSSESSOR = "possessor"
    """Whoever possesses."""
    TITLEHOLDER = "titleholder"
    """The titleholder in possession."""
    SHIPPER = "shipper"
    """The first possessor of a straight bill."""
    AGREED = "agreed"
    """Another possessor, with the titleholder's agreement to this very act."""
    ROOM_AGREED = "room agreed"
    """A room, with the titleholder's agreement to this very act."""


MAY_ENDORSE: Final = {
    Kind.STRAIGHT: frozenset[By](),
    Kind.ORDER: frozenset({By.TITLEHOLDER, By.ROOM_AGREED}),
    Kind.NAMED: frozenset[By](),
    Kind.BLANK: frozenset({By.POSSESSOR}),
}
"""Endorse by name, to order or in blank, with or without possession."""

MAY_SURRENDER: Final = {
    Kind.STRAIGHT: frozenset({By.SHIPPER, By.TITLEHOLDER}),
    Kind.ORDER: frozenset({By.TITLEHOLDER, By.AGREED}),
    Kind.NAMED: frozenset({By.TITLEHOLDER, By.AGREED}),
    Kind.BLANK: frozenset({By.POSSESSOR}),
}
"""Surrender for delivery and for amendment alike."""

KIND_AFTER: Final = {
    Endorsement.NAMED: Kind.NAMED,
    Endorsement.TO_ORDER: Kind.ORDER,
    Endorsement.BLANK: Kind.BLANK,
}
"""What a bill is after an endorsement."""

PENDING_AFTER: Final = {
    SurrenderFor.DELIVERY: Status.PENDING_DELIVERY,
    SurrenderFor.AMENDMENT: Status.PENDING_AMENDMENT,
    SurrenderFor.CHANGE_OF_DESTINATION: Status.PENDING_AMENDMENT,
    SurrenderFor.SWITCH: Status.PENDING_AMENDMENT,
    SurrenderFor.PAPER: Status.PENDING_PAPER,
}
"""What a surrender waits for."""

AFTER: Final = {
    "issue": (frozenset({Status.NONE}), Status.LIVE),
    "issueFromPaper": (frozenset({Status.NONE}), Status.LIVE),
    "transfer": (frozenset({Status.LIVE}), Status.LIVE),
    "endorse": (frozenset({Status.LIVE}), Status.LIVE),
    "lodge": (frozenset({Status.LIVE}), Status.LIVE),
    "sign": (frozenset({Status.LIVE}), Status.LIVE),
    "reject": (frozenset({Status.LIVE}), Status.LIVE),
    "reject the issue": (frozenset({Status.LIVE}), Status.VOID),
    "surrender": (frozenset({Status.LIVE}), None),
    "accept": (frozenset({Status.PENDING_DELIVERY}), Status.SURRENDERED),
    "refuse": (PENDING, Status.LIVE),
    "recall": (PENDING, Status.LIVE),
    "replace": (frozenset({Status.PENDING_AMENDMENT}), Status.REPLACED),
    "toPaper": (frozenset({Status.PENDING_PAPER}), Status.PAPER),
    "deliver": (frozenset({Status.SURRENDERED}), Status.DELIVERED),
    "recover": (frozenset({Status.LIVE, *PENDING, Status.SURRENDERED}), None),
}
"""Verb → the statuses in which it may be, and the status after it; None: see `PENDING_AFTER`, or unchanged."""


# ------------------------------------------------------------------------------------------------------------- standing


def acting(state: State, address: str, roles: int) -> Account:
    """An account that may act now and has the roles (P12)."""
    account = state.account(address)
    if not account.acts(state.now):
        raise Refusal("MayNotAct", address)
    if account.roles & roles != roles:
        raise Refusal("LacksRole", address, roles)
    return account


def receiver(state: State, address: str) -> Account:
    """An account that may be given something new now (P12), and can let it go again (P5)."""
    account = state.account(address)
    if not account.receives(state.now):
        raise Refusal("MayNotReceive", address)
    if not account.roles & MOVE:
        raise Refusal("LacksRole", address, MOVE)
    return account


def same_participant(one: Account, other: Account) -> bool:
    """Whether both act for one person; rooms act for none."""
    return one.participant != 0 and one.participant == other.participant


def carrier(state: State, bill: int, address: str, roles: int) -> Account:
    """An account of the bill's carrier that acts now, with the roles."""
    account = acting(state, address, roles)
    if account.lei != ids.lei_of(bill):
        raise Refusal("NotCarrier", bill, address)
    return account


def operator(state: State, address: str) -> None:
    """Whoever is approved to move possession: a person that receives; a room is never approved (N8)."""
    if receiver(state, address).room:
        raise Refusal("RoomNeedsTerms", address)


def listed(state: State, room: str, country: str) -> None:
    """A room that participants of the country may use."""
    if not state.listed.get((room, country), False):
        raise Refusal("RoomNotListed", room, country)


# ------------------------------------------------------------------------------------------------------------- the bill


def bill_in(state: State, bill: int, statuses: frozenset[Status]) -> Bill:
    """A bill whose status is one of these."""
    known = state.bills.get(bill)
    if known is None:
        raise Refusal("NoSuchBill", bill)
    if known.status not in statuses:
        raise Refusal("WrongStatus", bill, known.status)
    return known


_LIVE: Final = frozenset({Status.LIVE})


def in_possession(state: State, bill: int, possessor: str) -> tuple[Bill, Account]:
    """A live bill that the account possesses, and the account, which acts now with role MOVE."""
    known = bill_in(state, bill, _LIVE)
    if known.possessor != possessor:
        raise Refusal("NotPossessor", bill, possessor)
    return known, acting(state, possessor, MOVE)


def spent_rights(state: State, bill: Bill, actor: Account) -> tuple[bool, bool]:
    """What remains of the rights to reject (possession, title) when the possessor acts.

    Possession's: nothing. Title's: only another titleholder's, in time.
    """
    over = bill.titleholder in {0, actor.participant} or hours_elapsed(state, bill) > REJECT_HOURS
    return False, bill.may_reject_title and not over


def may_be_given(state: State, bill: Bill, giver: Account, to: str) -> Account:
    """A person to whom possession may be given: it receives, or a room gives back what it held for it (P12)."""
    if to == giver.address:
        raise Refusal("AlreadyPossesses", bill.id, to)
    account = state.account(to)
    if account.room:
        raise Refusal("RoomNeedsTerms", to)
    restitution = (
        giver.room
        and not account.receives(state.now)
        and account.may_act
        and holder_for(state, bill) == account.participant
    )
    return account if restitution else receiver(state, to)


def entitled(state: State, bill: int, endorsee: str) -> Account:
    """A person that may be given title now (T1)."""
    if endorsee == NOBODY:
        raise Refusal("TitleholderRequired", bill)
    account = receiver(state, endorsee)
    if account.room:
        raise Refusal("NotAPerson", endorsee)
    return account


def holder_for(state: State, bill: Bill) -> int:
    """The participant for whom a bill is possessed: the possessor's own, or the one its room names (P1)."""
    account = state.account(bill.possessor)
    return state.rooms[bill.possessor].holder_for(bill.id) if account.room else account.participant


# ----------------------------------------------------------------------------------------------------------- agreement


def has_agreed(
    state: State,
    verb: bytes,
    participant: int,
    bill: int,
    act_count: int,
    possessor: str,
    titleholder: int,
    kind: Kind,
    detail: bytes,
) -> bool:
    """Whether a participant showed, in this transaction, its agreement to this very act.

    `act_count` is the bill's count before the act; possessor, titleholder and kind are what the act makes of it.
    """
    if not state.agreements:
        return False
    return Agreed(participant, bill, act_count, verb, possessor, titleholder, kind, detail) in state.agreements


def welcome(
    state: State,
    verb: bytes,
    bill: int,
    act_count: int,
    giver: Account,
    taker: Account,
    possessor: str,
    titleholder: int,
    kind: Kind,
    detail: bytes,
) -> None:
    """The taker takes from this giver, or has agreed to this very act (T8); what a room gives was agreed before."""
    if taker.receiving is Receiving.ANYONE or giver.room or giver.participant == taker.participant:
        return
    if taker.receiving is Receiving.LISTED_ONLY and state.givers.get((taker.participant, giver.participant), False):
        return
    if not has_agreed(state, verb, taker.participant, bill, act_count, possessor, titleholder, kind, detail):
        raise Refusal("AgreementRequired", bill, taker.participant)


# --------------------------------------------------------------------------------------------------------------- reject


def hours_elapsed(state: State, bill: Bill) -> int:
    """Whole hours, counted in whole hours since 1970, since the bill's times run."""
    return state.now // HOUR - bill.since


def rejectable_until(bill: Bill) -> int:
    """Last second at which what was received may be rejected."""
    return (bill.since + REJECT_HOURS + 1) * HOUR - 1


def may_reject(state: State, bill: Bill, rejecter: Account, rejection: Rejection) -> None:
    """Whether this account may reject this now.

    Possession: the possessor. Title: whoever received it. What one act gave is rejected whole. The issue: the first
    possessor, as its first act. Within the reject time; a room gives back what was lodged at any time.
    """
    actor = rejecter.address
    if hours_elapsed(state, bill) > REJECT_HOURS and not rejecter.room:
        raise Refusal("RejectTimePassed", bill.id, rejectable_until(bill))
    first = bill.act_count == 1
    if rejection is not Rejection.TITLE:
        if actor != bill.possessor:
            raise Refusal("NotPossessor", bill.id, actor)
        if not bill.may_reject_possession or (rejection is Rejection.ISSUE and not first):
            raise Refusal("NothingToReject", bill.id)
        if first and rejection is not Rejection.ISSUE:
            raise Refusal("RejectedWholeOnly", bill.id)
    if rejection in {Rejection.TITLE, Rejection.BOTH}:
        received = actor == bill.possessor if bill.kind is Kind.BLANK else rejecter.participant == bill.titleholder
        if not bill.may_reject_title or not received:
            raise Refusal("NothingToReject", bill.id)
    if rejection is not Rejection.BOTH and came_whole(state, bill):
        raise Refusal("RejectedWholeOnly", bill.id)


def came_whole(state: State, bill: Bill) -> bool:
    """Whether the possessor was given possession and title by one person, and may still reject both."""
    if not (bill.may_reject_possession and bill.may_reject_title):
        return False
    possessor = state.account(bill.possessor)
    if bill.kind is not Kind.BLANK and possessor.participant != bill.titleholder:
        return False
    giver = state.account(state.resolve(bill.previous_account))
    return bill.previous_titleholder in {0, giver.participant}


# -------------------------------------------------------------------------------------------------- endorse, surrender


def endorses_as(bill: Bill, giver: Account) -> By | None:
    """In which capacity the possessor endorses; None: it may not. `ROOM_AGREED` needs the titleholder's agreement."""
    may = MAY_ENDORSE[bill.kind]
    if By.POSSESSOR in may:
        return By.POSSESSOR
    if By.TITLEHOLDER in may and giver.participant == bill.titleholder:
        return By.TITLEHOLDER
    if By.ROOM_AGREED in may and giver.room:
        return By.ROOM_AGREED
    return None


def surrenders_as(bill: Bill, giver: Account) -> By | None:
    """In which capacity the possessor surrenders; None: it may not. `AGREED` needs the titleholder's agreement."""
    may = MAY_SURRENDER[bill.kind]
    if By.POSSESSOR in may:
        return By.POSSESSOR
    if By.TITLEHOLDER in may and giver.participant == bill.titleholder:
        return By.TITLEHOLDER
    # A straight bill's previous titleholder is its shipper.
    if By.SHIPPER in may and giver.participant == bill.previous_titleholder:
        return By.SHIPPER
    if By.AGREED in may:
        return By.AGREED
    return None


def recallable_from(state: State, bill: Bill) -> int:
    """First second at which a pending surrender may be taken back (T7).

    At once when the carrier may not act, else when the answer time has passed that was in force at the surrender.
    """
    if not state.account(state.resolve(state.account(bill.possessor).number)).acts(state.now):
        return bill.since * HOUR
    return answer_overdue_from(state, bill)


def answer_overdue_from(state: State, bill: Bill) -> int:
    """First second at which the carrier's answer to a pending surrender is late (T7).

    Counts the answer time that was in force at the surrender: what is published later changes nothing for it.
    """
    start = bill.since * HOUR
    carrier_ = state.participants[state.by_lei[ids.lei_of(bill.id)]]
    return start + (carrier_.answers_within(start) + 1) * HOUR


# ---------------------------------------------------------------------------------------------------------------- issue


def previous_version(state: State, bill: int) -> Status:
    """Status of the version before; NONE for the first. A version that never was has no next one."""
    if ids.version_of(bill) <= 1:
        return Status.NONE
    status = state.status(bill - ids.ONE_VERSION)
    if status is Status.NONE:
        raise Refusal("NoSuchBill", bill - ids.ONE_VERSION)
    return status


def may_create(
    state: State,
    bill: int,
    root: bytes,
    checksum: bytes,
    carriage_law: str,
    record_law: int,
    carrier_: Account,
) -> None:
    """The id is well formed and new, document and laws are named, the carrier's cover stands under the record's."""
    if not ids.is_well_formed(bill):
        raise Refusal("MalformedBill", bill)
    if bill in state.bills:
        raise Refusal("BillExists", bill)
    if not any(root) or not any(checksum):
        raise Refusal("DocumentRequired", bill)
    if not carriage_law:
        raise Refusal("LawRequired", bill)
    if not (carrier_.record_laws >> record_law) & 1:
        raise Refusal("RecordLawNotCovered", bill, record_law)
