"""Circulation: transfer, endorse, lodge, sign, reject."""

from __future__ import annotations

from collections.abc import Iterator

from sampan.bills import rules
from sampan.bills.records import Bill, Bills, Lodging, Outcome
from sampan.bills.rules import By, Party, act_count_after
from sampan.bills.subject import BILLS
from sampan.bills.telling import bill_rejected, endorsed_how
from sampan.bills.verbs.steps import OnBill, counted, given, handed, move, named, spend_rights, titled
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
    given(state, bill, state.accounts[e.from_])
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
        if to == at.actor:
            # A room endorses out only.
            if giver.room:
                raise Refusal("AlreadyPossesses", self.bill, at.actor)
            rules.idle(known)
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


def _may_endorse(at: At, bill: Bill, giver: Account, verb: Endorse, possessor: str) -> Outcome:
    """How an endorsement that is allowed leaves the bill."""
    capacity = rules.endorses_as(bill, giver)
    if capacity is None:
        raise Refusal("MayNotEndorse", bill.id, giver.address)
    outcome = Outcome(bill.id, bill.act_count, possessor, 0, rules.KIND_AFTER[verb.endorsement])
    if verb.endorsement is not Endorsement.BLANK:
        entitled = rules.entitled(at.state, bill.id, verb.endorsee)
        if giver.room:
            standing.listed(at.state, giver.address, entitled.country)
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
    given(state, bill, giver)
    titled(bill, giver, e.endorsement, e.titleholder, state.accounts[e.to])
    move(state, bill, e.to)


@BILLS.verb(
    "lodge",
    logs=ev.Lodged,
    by="from_",
    label="lodge {bill} with {room}[, endorsed {endorsement}]",
    command="bill lodge",
)
class Lodge(OnBill):
    """Give possession to a room under terms, as it is or endorsed in blank."""

    endorsement: Endorsement = arg(word(Endorsement), Endorsement.NONE)
    room: str = arg(kinds.ROOM, help="The room that takes it.")
    terms: bytes = arg(kinds.ROOM_TERMS, help="The room's terms: 0x hex, or a file of bytes.")

    def run(self, at: At) -> None:
        state, room = at.state, self.room
        known, giver = self.asked(at)
        if giver.room:
            raise Refusal("NotAPerson", at.actor)
        if not standing.receiver(state, room).room:
            raise Refusal("NotARoom", room)
        standing.listed(state, room, giver.country)
        if rules.title_unsettled(state, known, giver):
            raise Refusal("TitleUnsettled", self.bill)
        titleholder = known.titleholder
        if self.endorsement is Endorsement.BLANK:
            if known.kind is not Kind.ORDER or titleholder != giver.participant:
                raise Refusal("MayNotEndorse", self.bill, at.actor)
            titleholder = 0
        elif self.endorsement is not Endorsement.NONE:
            raise Refusal("EndorseeNotAllowed")

        count = act_count_after(known)
        # The room is asked in between.
        at.beside(_into_room(at.actor, room, self.bill))
        holder, deal = self._answer(at, known, giver)
        if holder == 0:
            raise Refusal("RoomHoldsForNobody", room, self.bill)
        if holder != giver.participant:
            rules.may_hold(state, room, holder)
        e = ev.Lodged(self.bill, at.actor, room, self.endorsement, titleholder, holder, deal, count, self.terms)
        at.log(e)

    def _answer(self, at: At, bill: Bill, giver: Account) -> tuple[int, int]:
        """For whom the room holds it, and under which deal. It has the bill by then, and can do nothing with it yet."""
        state = at.state
        # Of the suite's own rooms a log shows what they answer: it follows from the terms.
        room = state.suite.room_at(state.addresses, self.room) if at.logged else state.rooms[self.room]
        if room is None:
            told = at.told()
            return (told.holder, told.deal) if isinstance(told, ev.Lodged) else (0, 0)
        bill = state.change(state.bills, self.bill)
        _lodged(state, bill, giver, self.endorsement, self.room)
        state.put(state.asked, self.bill, True)
        answer: tuple[int, int] = room.on_bill(at.steps, self.bill, at.actor, self.terms)
        state.drop(state.asked, self.bill)
        return answer

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e = log.first
        yield e.from_, cls(e.bill, e.endorsement, e.room, e.terms)


@BILLS.event(
    ev.Lodged,
    lambda e, names: (
        f"{names.account(e.from_)} lodged it with {names.account(e.room)}"
        + ("" if e.endorsement is Endorsement.NONE else ", endorsed in blank")
        + f", which holds it for {names.participant(e.holder)}"
    ),
    act=True,
    gives=("room",),
    beside=lambda state, e: _into_room(e.from_, e.room, e.bill),
    ahead=True,
)
def lodged(state: Bills, e: ev.Lodged) -> None:
    bill = counted(state, e.bill, e.act_count)
    giver = state.accounts[e.from_]
    # A room that was asked has it already.
    if bill.possessor != e.room:
        _lodged(state, bill, giver, e.endorsement, e.room)
    lodging = Lodging(e.holder, giver.number, e.endorsement is Endorsement.BLANK, e.deal)
    state.put(state.lodgings, e.bill, lodging)


def _into_room(giver: str, room: str, bill: int) -> ev.Transfer:
    """The token's event of a lodging."""
    return ev.Transfer(giver, room, bill)


def _lodged(state: Bills, bill: Bill, giver: Account, endorsement: Endorsement, room: str) -> None:
    given(state, bill, giver)
    # In a room nothing is rejected.
    bill.may_reject_possession = False
    if endorsement is Endorsement.BLANK:
        bill.previous_titleholder, bill.titleholder, bill.kind = bill.titleholder, 0, Kind.BLANK
    move(state, bill, room)


@BILLS.verb(
    "hold",
    logs=(ev.HeldFor, ev.DealChanged),
    by="room",
    label="hold {bill} for {holder}",
    command="bill hold",
)
class Hold(OnBill):
    """Name for whom a room holds a bill, and under which deal: the room that possesses it."""

    holder: int = arg(kinds.PERSON, option="--for", help="For whom the room holds it.")
    deal: int = arg(kinds.DEAL, 0, help="Under which deal: the room's own number.")

    def may(self, at: At) -> ev.HeldFor | ev.DealChanged:
        state, room = at.state, at.actor
        known, lodging = in_room(self, at)
        if self.holder == 0:
            raise Refusal("RoomHoldsForNobody", room, self.bill)
        if self.holder == lodging.holder:
            return ev.DealChanged(self.bill, room, self.deal, standing.note(state))
        if self.holder != state.account(state.resolve(lodging.lodged_by)).participant:
            rules.may_hold(state, room, self.holder)
        return ev.HeldFor(self.bill, room, self.holder, self.deal, act_count_after(known))

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e = log.first
        holder = e.holder if isinstance(e, ev.HeldFor) else log.state.lodgings[e.bill].holder
        yield e.room, cls(e.bill, holder, e.deal)


def in_room(verb: OnBill, at: At) -> tuple[Bill, Lodging]:
    """A live bill that the room which acts possesses, and its lodging."""
    known, _ = verb.asked(at)
    lodging = at.state.lodgings.get(verb.bill)
    if lodging is None:
        raise Refusal("NotLodged", verb.bill)
    return known, lodging


@BILLS.event(ev.HeldFor, "{room} holds it for {holder} now", act=True)
def held_for(state: Bills, e: ev.HeldFor) -> None:
    counted(state, e.bill, e.act_count)
    lodging = state.change(state.lodgings, e.bill)
    lodging.holder, lodging.deal = e.holder, e.deal


@BILLS.event(ev.DealChanged, "{room} holds it under another deal")
def deal_changed(state: Bills, e: ev.DealChanged) -> None:
    state.change(state.lodgings, e.bill).deal = e.deal


@BILLS.verb("giveBack", by="room", label="give {bill} back", command="bill give-back", exits=True)
class GiveBack(OnBill):
    """Give a lodged bill back as it came to the account that lodged it: the room that possesses it, whatever anybody's
    standing (P5, P12)."""

    remark: bytes = arg(kinds.REMARK, b"")

    def may(self, at: At) -> ev.GivenBack:
        known, lodging = in_room(self, at)
        to = at.state.resolve(lodging.lodged_by)
        titleholder = known.titleholder
        if lodging.endorsed and known.kind is Kind.BLANK:
            titleholder = at.state.account(to).participant
        return ev.GivenBack(self.bill, at.actor, to, titleholder, act_count_after(known), self.remark)


@BILLS.event(
    ev.GivenBack,
    "{room} gave it back to {to}, as it came",
    act=True,
    beside=lambda state, e: ev.Transfer(e.room, e.to, e.bill),
)
def given_back(state: Bills, e: ev.GivenBack) -> None:
    bill = counted(state, e.bill, e.act_count)
    if bill.kind is Kind.BLANK and e.titleholder:
        bill.kind, bill.titleholder, bill.previous_titleholder = Kind.ORDER, e.titleholder, e.titleholder
    bill.previous_account, bill.since = state.accounts[e.room].number, state.now // HOUR
    state.drop(state.lodgings, e.bill)
    move(state, bill, e.to)


@BILLS.verb("sign", label="sign ({purpose}) {bill}", command="bill sign")
class Sign(OnBill):
    """Sign the bill with a purpose (DCSA SIGN): logged, nothing moves; spends the right to reject."""

    purpose: Purpose = arg(word(Purpose), Purpose.SEEN, help="What is said by it.", asked=True)
    remark: bytes = arg(kinds.REMARK, b"")

    def may(self, at: At) -> ev.Signed:
        known, _ = self.asked(at)
        rules.idle(known)
        return ev.Signed(self.bill, at.actor, self.purpose, act_count_after(known), self.remark)


@BILLS.event(ev.Signed, "{actor} signed it: {purpose}", act=True)
def signed(state: Bills, e: ev.Signed) -> None:
    bill = counted(state, e.bill, e.act_count)
    spend_rights(state, bill, state.accounts[e.actor])


@BILLS.verb("reject", label="reject {rejection} of {bill}", command="bill reject", exits=True)
class Reject(OnBill):
    """Reject what was received: possession, title, both, or the issue itself, which voids the bill (T8)."""

    party = Party.RECEIVER
    takes_away = True
    rejection: Rejection = arg(
        word(Rejection), option="--what", help="What is rejected; the issue: the bill becomes void."
    )
    remark: bytes = arg(kinds.REMARK, b"")

    def may(self, at: At) -> ev.Rejected:
        state = at.state
        known, rejecter = self.asked(at)
        rules.may_reject(at, known, rejecter, self.rejection)
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
