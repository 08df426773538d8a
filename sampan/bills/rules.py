"""Who may do what with a bill, and when: the life of a bill as tables and rules. Everything else asks here.

The tables are DCSA's and the trade's (T6), the rules the contract's promises. A rule that is broken raises `Refusal`
with the error and the arguments that the ledger answers with.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from sampan.bills.records import (
    HOURS_MODULO,
    LIVE,
    MAX_ACTS,
    MOST_IDLE_ACTS,
    PENDING,
    REJECT_HOURS,
    Bill,
    Bills,
    Outcome,
    Shown,
)
from sampan.bills.terms import Terms
from sampan.identity import rules as standing
from sampan.identity.records import HOUR, MOVE, Account
from sampan.model.perform import At
from sampan.suite import ids
from sampan.suite.verb import NOBODY, Refusal
from sampan.suite.words import Endorsement, Kind, Receiving, Rejection, Status, SurrenderFor

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


class Party(Enum):
    """Who acts on a bill."""

    POSSESSOR = "possessor"
    OPERATOR = "operator"
    """Whom the possessor has approved."""
    RECEIVER = "receiver"
    """Whoever was given possession or title last."""
    CARRIER = "carrier"
    SURRENDERER = "surrenderer"
    ANYBODY = "anybody"


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


def carrier(state: Bills, bill: int, address: str, roles: int) -> Account:
    """An account of the bill's carrier that acts now, with the roles."""
    account = standing.acting(state, address, roles)
    if account.lei != ids.lei_of(bill):
        raise Refusal("NotCarrier", bill, address)
    return account


def operator(state: Bills, address: str) -> None:
    """Whoever is approved to move possession: a person that receives; a room is never approved (N8)."""
    if standing.receiver(state, address).room:
        raise Refusal("RoomNeedsTerms", address)


# ------------------------------------------------------------------------------------------------------------- the bill


def bill_in(state: Bills, bill: int, statuses: frozenset[Status]) -> Bill:
    """A bill whose status is one of these."""
    known = state.bills.get(bill)
    if known is None:
        raise Refusal("NoSuchBill", bill)
    if known.status not in statuses:
        raise Refusal("WrongStatus", bill, known.status)
    return known


def in_possession(state: Bills, bill: int, possessor: str, statuses: frozenset[Status] = LIVE) -> tuple[Bill, Account]:
    """A bill in one of the statuses that the account possesses, and the account, which acts now with role MOVE."""
    known = bill_in(state, bill, statuses)
    if known.possessor != possessor:
        raise Refusal("NotPossessor", bill, possessor)
    account = standing.acting(state, possessor, MOVE)
    # A room does nothing with a bill before it has answered for whom it holds it.
    if account.room and bill not in state.lodgings:
        raise Refusal("NotLodged", bill)
    return known, account


def idle(bill: Bill) -> None:
    """What moves nothing uses up no act that the bill may need."""
    if bill.act_count >= MOST_IDLE_ACTS:
        raise Refusal("TooManyActs", bill.id)


def may_be_given(at: At, bill: Bill, giver: Account, to: str) -> Account:
    """A person to whom possession may be given: it receives (P12).

    A room gives to persons of countries that it is listed for, and to whoever it holds for, whatever befell that one
    since it was named.
    """
    state = at.state
    if to == giver.address:
        raise Refusal("AlreadyPossesses", bill.id, to)
    account: Account = state.account(to)
    if account.room:
        raise Refusal("RoomNeedsTerms", to)
    if giver.room:
        if account.may_act and account.participant == state.lodgings[bill.id].holder:
            return account
        standing.listed(state, giver.address, account.country)
    return standing.receiver(state, to)


def may_hold(state: Bills, room: str, holder: int) -> None:
    """A participant for whom a room may hold anew: may be given something now, of a country that it is listed for."""
    person = state.participants.get(holder)
    standing.listed(state, room, person.country if person else "")
    if person is not None and (person.winding_down or state.now < person.suspended_until):
        raise Refusal("MayNotHold", holder)


def entitled(state: Bills, bill: int, endorsee: str) -> Account:
    """A person that may be given title now (T1)."""
    if endorsee == NOBODY:
        raise Refusal("TitleholderRequired", bill)
    account = standing.receiver(state, endorsee)
    if account.room:
        raise Refusal("NotAPerson", endorsee)
    return account


def holder_for(state: Bills, bill: Bill) -> int:
    """The participant for whom a bill is possessed: the possessor's own, or for whom its room holds (P1)."""
    account = state.account(bill.possessor)
    return state.lodgings[bill.id].holder if account.room else account.participant


def act_count_after(bill: Bill) -> int:
    """The act count that the bill's next event carries."""
    return min(bill.act_count + 1, MAX_ACTS)


# ----------------------------------------------------------------------------------------------------------- agreement


def has_agreed(at: At, participant: int, outcome: Outcome) -> bool:
    """Whether a participant showed in this transaction, or recorded, its agreement to this very act."""
    shown = Shown(participant, at.verb.selector(), outcome)
    return shown in at.state.agreements or at.state.now <= at.state.recorded.get(shown, -1)


def welcome(at: At, giver: Account, taker: Account, outcome: Outcome) -> None:
    """The taker takes from this giver, or has agreed to this very act (T8); what a room gives was agreed before."""
    if taker.receiving is Receiving.ANYONE or giver.room or giver.participant == taker.participant:
        return
    if taker.receiving is Receiving.LISTED_ONLY and at.state.givers.get((taker.participant, giver.participant), False):
        return
    if not has_agreed(at, taker.participant, outcome):
        raise Refusal("AgreementRequired", outcome.bill, taker.participant)


# --------------------------------------------------------------------------------------------------------------- reject


def started_at(state: Bills, bill: Bill) -> int:
    """Start of the hour from which a bill's times run, in seconds since 1970. The hour is kept modulo 2^16: what rested
    for longer counts as begun less than 2^16 hours ago."""
    hour = state.now // HOUR
    return (hour - (hour - bill.since) % HOURS_MODULO) * HOUR


def reject_time_passed(state: Bills, bill: Bill) -> bool:
    """Whether it is too late to reject; counted in whole hours."""
    return state.now // HOUR - started_at(state, bill) // HOUR > REJECT_HOURS


def title_unsettled(state: Bills, bill: Bill, actor: Account) -> bool:
    """Whether somebody else may still reject title once the possessor has acted."""
    over = bill.titleholder in {0, actor.participant} or reject_time_passed(state, bill)
    return bill.may_reject_title and not over


def rejectable_until(state: Bills, bill: Bill) -> int:
    """Last second at which what was received may be rejected."""
    return started_at(state, bill) + (REJECT_HOURS + 1) * HOUR - 1


def may_reject(at: At, bill: Bill, rejecter: Account, rejection: Rejection) -> None:
    """Whether this account may reject this now, within the reject time.

    Possession: the possessor. Title: whoever received it. What one act gave is rejected whole. The issue: the first
    possessor, as its first act; of a bill to somebody else's order with that one's agreement.
    """
    state, actor = at.state, rejecter.address
    if reject_time_passed(state, bill):
        raise Refusal("RejectTimePassed", bill.id, rejectable_until(state, bill))
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
    if rejection is Rejection.ISSUE and bill.kind is Kind.ORDER and rejecter.participant != bill.titleholder:
        back = state.resolve(bill.previous_account)
        if not has_agreed(at, bill.titleholder, Outcome(bill.id, bill.act_count, back, bill.titleholder, bill.kind)):
            raise Refusal("AgreementRequired", bill.id, bill.titleholder)


def came_whole(state: Bills, bill: Bill) -> bool:
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
    return _capacity(MAY_ENDORSE[bill.kind], bill, giver)


def surrenders_as(bill: Bill, giver: Account) -> By | None:
    """In which capacity the possessor surrenders; None: it may not. `AGREED` needs the titleholder's agreement."""
    return _capacity(MAY_SURRENDER[bill.kind], bill, giver)


def _capacity(may: frozenset[By], bill: Bill, giver: Account) -> By | None:
    fits = (
        (By.POSSESSOR, True),
        (By.TITLEHOLDER, giver.participant == bill.titleholder),
        # A straight bill's previous titleholder is its shipper.
        (By.SHIPPER, giver.participant == bill.previous_titleholder),
        (By.AGREED, True),
        (By.ROOM_AGREED, giver.room),
    )
    return next((by for by, is_so in fits if is_so and by in may), None)


def recallable_from(state: Bills, bill: Bill) -> int:
    """First second at which a pending surrender may be taken back (T7).

    At once when the carrier may not act, else when the answer time has passed that was in force at the surrender.
    """
    if not state.account(state.resolve(state.account(bill.possessor).number)).acts(state.now):
        return started_at(state, bill)
    return answer_overdue_from(state, bill)


def answer_overdue_from(state: Bills, bill: Bill) -> int:
    """First second at which the carrier's answer to a pending surrender is late (T7).

    Counts the answer time that was in force at the surrender: what is published later changes nothing for it.
    """
    start = started_at(state, bill)
    carrier_ = state.participants[state.by_lei[ids.lei_of(bill.id)]]
    return start + (carrier_.answers_within(start) + 1) * HOUR


# ---------------------------------------------------------------------------------------------------------------- issue


def previous_version(state: Bills, bill: int) -> Status:
    """Status of the version before; NONE for the first. A version that never was has no next one."""
    if ids.version_of(bill) <= 1:
        return Status.NONE
    status = state.status(bill - ids.ONE_VERSION)
    if status is Status.NONE:
        raise Refusal("NoSuchBill", bill - ids.ONE_VERSION)
    return status


def stated(originals: int, statement: bytes) -> None:
    """A change of medium is about one paper original at least, and says so in a statement (L12, L13)."""
    if originals == 0:
        raise Refusal("OriginalsRequired")
    if not any(statement):
        raise Refusal("StatementRequired")


def disposer(state: Bills, replaced: Bill, surrenderer: Account) -> int:
    """Who could dispose of a bill before it was replaced, not who kept it; 0: a room."""
    if replaced.kind is Kind.STRAIGHT:
        return replaced.previous_titleholder
    return surrenderer.participant if replaced.kind is Kind.BLANK else replaced.titleholder


def entitled_before(state: Bills, replaced: Bill, surrenderer: Account) -> int:
    """Who was entitled to a bill that is replaced; in blank whoever surrendered it."""
    return surrenderer.participant if replaced.kind is Kind.BLANK else replaced.titleholder


def may_create(state: Bills, terms: Terms, carrier_: Account) -> None:
    """The id is well formed and new, document and laws are named, the carrier's cover stands under the record's."""
    bill = terms.bill
    if not ids.is_well_formed(bill):
        raise Refusal("MalformedBill", bill)
    if bill in state.bills:
        raise Refusal("BillExists", bill)
    if not any(terms.root) or not any(terms.checksum):
        raise Refusal("DocumentRequired", bill)
    if not terms.carriage_law:
        raise Refusal("LawRequired", bill)
    if not (carrier_.record_laws >> terms.record_law) & 1:
        raise Refusal("RecordLawNotCovered", bill, terms.record_law)


# ---------------------------------------------------------------------------------------------------------------- views


def may_be_rejected_until(state: Bills, bill: int) -> int:
    """Last second since 1970 at which what was received may be rejected; 0: nothing may."""
    known = state.bills.get(bill)
    if known is None or known.status is not Status.LIVE:
        return 0
    if not (known.may_reject_possession or known.may_reject_title):
        return 0
    return rejectable_until(state, known)


def may_be_recalled_from(state: Bills, bill: int) -> int:
    """First second since 1970 at which a pending surrender may be recalled, as it stands now; 0: none waits."""
    known = state.bills.get(bill)
    return recallable_from(state, known) if known is not None and known.status in PENDING else 0
