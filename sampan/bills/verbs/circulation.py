"""Circulation: transfer, endorse, lodge, sign, reject."""

from __future__ import annotations

from collections.abc import Iterator

from sampan.bills import rules
from sampan.bills.records import Bill, Bills, Outcome
from sampan.bills.rules import By, Party, act_count_after
from sampan.bills.subject import BILLS
from sampan.bills.telling import bill_rejected, endorsed_how
from sampan.bills.verbs.steps import OnBill, counted, enter, given, handed, move, named, spend_rights, titled
from sampan.identity import rules as standing
from sampan.identity.records import HOUR, Account
from sampan.model.perform import At
from sampan.model.replay import Log
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.verb import NOBODY, Refusal, Verb, arg, word
from sampan.suite.words import Endorsement, Kind, Purpose, Rejection, Status


@BILLS.verb("transfer", by="from_", label="transfer {bill} to {to}", command="bill transfer")
class Transfer(OnBill):
    """Give possession to an account; title stays (DCSA TRANSFER)."""

    to: str = arg(kinds.RECEIVER, help="Who gets it.")
    remark: bytes = arg(kinds.REMARK, b"")

    def may(self, at: At) -> ev.Transferred:
        return may_pass(at, self.bill, at.actor, self.to, self.remark)


def may_pass(at: At, bill: int, giver: str, to: str, remark: bytes) -> ev.Transferred:
    """Possession alone, to a person; title stays."""
    known, account = rules.in_possession(at.state, bill, giver)
    taker = rules.may_be_given(at, known, account, to)
    rules.welcome(at, account, taker, Outcome(bill, known.act_count, to, known.titleholder, known.kind))
    return ev.Transferred(bill, giver, to, act_count_after(known), remark)


@BILLS.event(ev.Transferred, "{from} transferred possession to {to}", act=True, gives=("to",), beside=handed)
def transferred(state: Bills, e: ev.Transferred) -> None:
    bill = counted(state, e.bill, e.act_count)
    given(state, bill, state.accounts[e.from_], state.accounts[e.to])
    move(state, bill, e.to)


@BILLS.verb(
    "endorse",
    by="from_",
    label="endorse {endorsement} {bill}[ to {endorsee}][, possession to {to}]",
    command="bill endorse",
)
class Endorse(OnBill):
    """Endorse by name, to order or in blank (DCSA ENDORSE, ENDORSE_TO_ORDER, BLANK_ENDORSE); possession can be given in
    the same act."""

    endorsement: Endorsement = arg(word(Endorsement), needed=True)
    endorsee: str = arg(kinds.ENDORSEE, NOBODY)
    to: str = arg(kinds.RECEIVER, NOBODY, help="Give possession to WHO in the same act.")
    remark: bytes = arg(kinds.REMARK, b"")

    def may(self, at: At) -> ev.Endorsed:
        known, giver = self.asked(at)
        if self.endorsement is Endorsement.NONE:
            raise Refusal("EndorsementRequired")
        to = at.actor if self.to == NOBODY else self.to
        taker = None if to == at.actor else rules.may_be_given(at, known, giver, to)
        outcome = _may_endorse(at, known, giver, self, to)
        if taker is not None:
            rules.welcome(at, giver, taker, outcome)
        titleholder, count = outcome.titleholder, act_count_after(known)
        return ev.Endorsed(self.bill, at.actor, to, self.endorsement, titleholder, count, self.remark)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e = log.first
        for endorsee in named(log.state, e.titleholder, e.to):
            yield e.from_, cls(e.bill, e.endorsement, endorsee, e.to, e.remark)


def _may_endorse(at: At, bill: Bill, giver: Account, verb: Endorse | Lodge, possessor: str) -> Outcome:
    """How an endorsement that is allowed leaves the bill."""
    capacity = rules.endorses_as(bill, giver)
    if capacity is None:
        raise Refusal("MayNotEndorse", bill.id, giver.address)
    outcome = Outcome(bill.id, bill.act_count, possessor, 0, rules.KIND_AFTER[verb.endorsement])
    if verb.endorsement is not Endorsement.BLANK:
        entitled = rules.entitled(at.state, bill.id, verb.endorsee)
        outcome = outcome._replace(titleholder=entitled.participant)
        # Who gets possession too is asked once, with it.
        if verb.endorsee != possessor:
            rules.welcome(at, giver, entitled, outcome)
    elif verb.endorsee != NOBODY:
        raise Refusal("EndorseeNotAllowed")
    if capacity is By.ROOM_AGREED and not rules.has_agreed(at, bill.titleholder, outcome):
        raise Refusal("MayNotEndorse", bill.id, giver.address)
    return outcome


@BILLS.event(
    ev.Endorsed,
    lambda e, names: (
        f"{names.account(e.from_)} endorsed it {endorsed_how(e, names)}"
        + ("" if e.to == e.from_ else f" and gave possession to {names.account(e.to)}")
    ),
    act=True,
    gives=("to",),
    beside=lambda state, e: None if e.to == e.from_ else handed(state, e),
)
def endorsed(state: Bills, e: ev.Endorsed) -> None:
    bill = counted(state, e.bill, e.act_count)
    giver = state.accounts[e.from_]
    if e.to == e.from_:
        bill.may_reject_possession = False
        bill.since = state.now // HOUR
        titled(bill, giver, e.endorsement, e.titleholder, None)
        return
    given(state, bill, giver, state.accounts[e.to])
    titled(bill, giver, e.endorsement, e.titleholder, state.accounts[e.to])
    move(state, bill, e.to)


@BILLS.verb(
    "lodge",
    logs=ev.Lodged,
    by="from_",
    label="lodge {bill} with {room}[, endorsed {endorsement}][ to {endorsee}]",
    command="bill lodge",
)
class Lodge(OnBill):
    """Give possession to a room under terms, with or without an endorsement."""

    endorsement: Endorsement = arg(word(Endorsement), Endorsement.NONE)
    endorsee: str = arg(kinds.ENDORSEE, NOBODY)
    room: str = arg(kinds.ROOM, help="The room that takes it.")
    terms: bytes = arg(kinds.ROOM_TERMS, help="The room's terms: 0x hex, or a file of bytes.")

    def run(self, at: At) -> None:
        state, room = at.state, self.room
        known, giver = self.asked(at)
        if not standing.receiver(state, room).room:
            raise Refusal("NotARoom", room)
        if room == at.actor:
            raise Refusal("AlreadyPossesses", self.bill, room)
        if not giver.room:
            standing.listed(state, room, giver.country)
        titleholder = known.titleholder
        if self.endorsement is not Endorsement.NONE:
            titleholder = _may_endorse(at, known, giver, self, room).titleholder
        elif self.endorsee != NOBODY:
            raise Refusal("EndorseeNotAllowed")
        count = act_count_after(known)
        at.log(ev.Lodged(self.bill, at.actor, room, self.endorsement, titleholder, count, self.terms))
        enter(at, (self.bill,), at.actor, at.actor, room, self.terms)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e = log.first
        titled_now = e.endorsement is not Endorsement.NONE
        for endorsee in named(log.state, e.titleholder) if titled_now else [NOBODY]:
            yield e.from_, cls(e.bill, e.endorsement, endorsee, e.room, e.terms)


@BILLS.event(
    ev.Lodged,
    lambda e, names: (
        f"{names.account(e.from_)} lodged it with {names.account(e.room)}"
        + ("" if e.endorsement is Endorsement.NONE else f", endorsed {endorsed_how(e, names)}")
    ),
    act=True,
    gives=("room",),
    beside=lambda state, e: ev.Transfer(e.from_, e.room, e.bill),
)
def lodged(state: Bills, e: ev.Lodged) -> None:
    bill = counted(state, e.bill, e.act_count)
    giver = state.accounts[e.from_]
    given(state, bill, giver, state.accounts[e.room])
    # Whoever gave it, a room gives back what was lodged with it.
    bill.may_reject_possession = True
    if e.endorsement is not Endorsement.NONE:
        titled(bill, giver, e.endorsement, e.titleholder, state.accounts[e.room])
    move(state, bill, e.room)


@BILLS.verb("sign", label="sign ({purpose}) {bill}", command="bill sign")
class Sign(OnBill):
    """Sign the bill with a purpose (DCSA SIGN): logged, nothing moves; spends the right to reject."""

    purpose: Purpose = arg(word(Purpose), Purpose.SEEN, help="What is said by it.", asked=True)
    remark: bytes = arg(kinds.REMARK, b"")

    def may(self, at: At) -> ev.Signed:
        known, _ = self.asked(at)
        return ev.Signed(self.bill, at.actor, self.purpose, act_count_after(known), self.remark)


@BILLS.event(ev.Signed, "{actor} signed it: {purpose}", act=True)
def signed(state: Bills, e: ev.Signed) -> None:
    bill = counted(state, e.bill, e.act_count)
    spend_rights(state, bill, state.accounts[e.actor])


@BILLS.verb("reject", label="reject {rejection} of {bill}", command="bill reject")
class Reject(OnBill):
    """Reject what was received: possession, title, both, or the issue itself, which voids the bill (T8)."""

    party = Party.RECEIVER
    rejection: Rejection = arg(
        word(Rejection), option="--what", help="What is rejected; the issue: the bill becomes void."
    )
    remark: bytes = arg(kinds.REMARK, b"")

    def may(self, at: At) -> ev.Rejected:
        state = at.state
        known, rejecter = self.asked(at)
        rules.may_reject(state, known, rejecter, self.rejection)
        to = known.possessor if self.rejection is Rejection.TITLE else state.resolve(known.previous_account)
        return ev.Rejected(self.bill, at.actor, to, self.rejection, act_count_after(known), self.remark)


@BILLS.event(
    ev.Rejected,
    bill_rejected,
    act=True,
    beside=lambda state, e: None if e.rejection is Rejection.TITLE else ev.Transfer(e.actor, e.to, e.bill),
)
def rejected(state: Bills, e: ev.Rejected) -> None:
    bill = counted(state, e.bill, e.act_count)
    if e.rejection is Rejection.ISSUE:
        bill.status = Status.VOID
    elif e.rejection is not Rejection.POSSESSION:
        bill.titleholder = bill.previous_titleholder
        bill.kind = Kind.ORDER if bill.titleholder else Kind.BLANK
        bill.may_reject_title = False
    if e.rejection is not Rejection.TITLE:
        bill.may_reject_possession = False
        move(state, bill, e.to)
