"""Surrender to the carrier, and its answers: accept, refuse, recall, deliver."""

from __future__ import annotations

from sampan.bills import rules
from sampan.bills.records import NO_HASH, PENDING, Bills, Outcome
from sampan.bills.rules import By, Party, act_count_after
from sampan.bills.subject import BILLS
from sampan.bills.telling import surrendered_for
from sampan.bills.terms import surrender_hash
from sampan.bills.verbs.steps import OnBill, counted, handed, move
from sampan.identity import rules as standing
from sampan.identity.records import ANSWER, HOUR, MOVE
from sampan.model.perform import At
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.verb import Refusal, arg, word
from sampan.suite.words import Status, SurrenderFor


@BILLS.verb(
    "surrender",
    by="from_",
    label="surrender for {purpose} {bill} to {to}[, agreed to {agreed}]",
    command="bill surrender",
)
class Surrender(OnBill):
    """Give the bill to its carrier, to be answered (DCSA SREQ, AREQ)."""

    purpose: SurrenderFor = arg(word(SurrenderFor), SurrenderFor.DELIVERY, option="--for", help="What for.")
    to: str = arg(kinds.ANSWERING, help="Account of the carrier; by default its first that may answer.")
    agreed: bytes = arg(
        kinds.AGREED, NO_HASH, help="Replacements agreed beforehand: a file of `bill propose`, or the hash."
    )
    remark: bytes = arg(kinds.REMARK, b"")

    def may(self, at: At) -> ev.Surrendered:
        state, to, agreed = at.state, self.to, self.agreed
        known, giver = self.asked(at)
        capacity = rules.surrenders_as(known, giver)
        if capacity is None or (capacity is By.AGREED and not self._has_agreed(at, known.titleholder)):
            raise Refusal("MayNotSurrender", self.bill, at.actor)
        rules.carrier(state, self.bill, to, ANSWER)
        amendment = rules.PENDING_AFTER[self.purpose] is Status.PENDING_AMENDMENT
        if amendment and giver.room and not any(agreed):
            raise Refusal("AgreedReplacementsRequired", self.bill)
        if any(agreed) and not amendment:
            raise Refusal("NothingToReplace", self.bill)
        return ev.Surrendered(self.bill, at.actor, to, self.purpose, agreed, act_count_after(known), self.remark)

    def _has_agreed(self, at: At, titleholder: int) -> bool:
        bill = at.state.bills[self.bill]
        detail = surrender_hash(self.purpose, self.agreed, self.remark)
        outcome = Outcome(bill.id, bill.act_count, self.to, titleholder, bill.kind, detail)
        return rules.has_agreed(at, titleholder, outcome)


@BILLS.event(ev.Surrendered, surrendered_for, act=True, beside=handed)
def surrendered(state: Bills, e: ev.Surrendered) -> None:
    bill = counted(state, e.bill, e.act_count)
    bill.status = rules.PENDING_AFTER[e.purpose]
    bill.may_reject_possession = bill.may_reject_title = False
    bill.previous_account = state.accounts[e.from_].number
    bill.since = state.now // HOUR
    if bill.status is Status.PENDING_AMENDMENT:
        bill.agreed = e.agreed
    move(state, bill, e.to)


@BILLS.verb("accept", label="accept the surrender of {bill}", command="bill accept", many=True)
class Accept(OnBill):
    """Accept surrenders for delivery (DCSA SURR)."""

    statuses = frozenset({Status.PENDING_DELIVERY})
    party = Party.CARRIER
    remark: bytes = arg(kinds.REMARK, b"")

    def may(self, at: At) -> ev.SurrenderAccepted:
        known, _ = self.asked(at)
        return ev.SurrenderAccepted(self.bill, at.actor, act_count_after(known), self.remark)


@BILLS.event(ev.SurrenderAccepted, "{actor} accepted the surrender (SURR)", act=True)
def surrender_accepted(state: Bills, e: ev.SurrenderAccepted) -> None:
    counted(state, e.bill, e.act_count).status = Status.SURRENDERED


@BILLS.verb("refuse", label="refuse the surrender of {bill}", command="bill refuse", many=True, exits=True)
class Refuse(OnBill):
    """Refuse surrenders (DCSA SREJ), with the reason: the bills go back as they were."""

    statuses = PENDING
    party = Party.CARRIER
    remark: bytes = arg(kinds.REMARK, needed=True, help="Why; logged for everybody to read.")

    def may(self, at: At) -> ev.SurrenderRefused:
        known, _ = self.asked(at)
        if not self.remark:
            raise Refusal("RemarkRequired")
        to = at.state.resolve(known.previous_account)
        return ev.SurrenderRefused(self.bill, at.actor, to, act_count_after(known), self.remark)


def _back(state: Bills, e: ev.SurrenderRefused | ev.SurrenderRecalled) -> ev.Transfer:
    return ev.Transfer(state.bills[e.bill].possessor, e.to, e.bill)


@BILLS.event(
    ev.SurrenderRefused, "{actor} refused the surrender (SREJ); the bill is back with {to}", act=True, beside=_back
)
@BILLS.event(ev.SurrenderRecalled, "{actor} recalled the surrender; the bill is back with {to}", act=True, beside=_back)
def surrender_undone(state: Bills, e: ev.SurrenderRefused | ev.SurrenderRecalled) -> None:
    bill = counted(state, e.bill, e.act_count)
    bill.status = Status.LIVE
    bill.agreed = NO_HASH
    move(state, bill, e.to)


@BILLS.verb("recall", label="recall the surrender of {bill}", command="bill recall", many=True, exits=True)
class Recall(OnBill):
    """Take surrenders back when the carrier is suspended or silent past its answer time (T7)."""

    statuses = PENDING
    party = Party.SURRENDERER
    remark: bytes = arg(kinds.REMARK, b"")

    def may(self, at: At) -> ev.SurrenderRecalled:
        state = at.state
        known = rules.bill_in(state, self.bill, self.statuses)
        to = state.resolve(known.previous_account)
        surrenderer = state.account(to)
        # To a room it goes back to be held on: anybody may see to that (P14).
        if not surrenderer.room:
            recaller = standing.acting(state, at.actor, MOVE)
            entitled = recaller.participant != 0 and recaller.participant == known.titleholder
            if not entitled and recaller.participant != surrenderer.participant:
                raise Refusal("NotSurrenderer", self.bill, at.actor)
        start = rules.recallable_from(state, known)
        if state.now < start:
            raise Refusal("RecallTooEarly", self.bill, start)
        return ev.SurrenderRecalled(self.bill, at.actor, to, act_count_after(known), self.remark)


@BILLS.verb("deliver", label="deliver {bill}", command="bill deliver", many=True)
class Deliver(OnBill):
    """Record that the cargo was delivered against surrendered bills (P9)."""

    statuses = frozenset({Status.SURRENDERED})
    party = Party.CARRIER
    remark: bytes = arg(kinds.REMARK, b"")

    def may(self, at: At) -> ev.Delivered:
        known, _ = self.asked(at)
        return ev.Delivered(self.bill, at.actor, act_count_after(known), self.remark)


@BILLS.event(ev.Delivered, "{actor} recorded that the cargo was delivered", act=True)
def delivered(state: Bills, e: ev.Delivered) -> None:
    counted(state, e.bill, e.act_count).status = Status.DELIVERED
