"""What seller, buyer and, past the deadline, anybody does with an offer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import Any

from sampan.bills import inside
from sampan.bills.verbs.circulation import Endorse, GiveBack, Hold, Transfer
from sampan.identity.records import MOVE, TERMS
from sampan.model.perform import At, Call
from sampan.model.replay import Log, Unreadable
from sampan.money import inside as money
from sampan.money.deposits.verbs import Approve
from sampan.money.deposits.verbs import Transfer as PayOut
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.verb import NOBODY, Refusal, Verb, arg
from sampan.suite.words import Endorsement
from sampan.trade import rules
from sampan.trade.records import Trade
from sampan.trade.subject import SALE
from sampan.trade.terms import Terms

SALE.struct(Terms)


@SALE.verb("pay", logs=ev.Paid, by="buyer", label="pay for {terms}")
class Pay(Verb):
    """Pay the price and take all bills, in one act (URC 522: documents against payment)."""

    terms: Terms = arg(kinds.STRUCT)
    from_: str = arg(kinds.DEPOSIT, help="Out of which you pay.")

    def run(self, at: At) -> None:
        state, terms, buyer = at.state, self.terms, at.actor
        if state.now > terms.deadline:
            raise Refusal("PaidTooLate", terms.deadline)
        inside.party(at, buyer, MOVE | TERMS, terms.buyer)
        payee = rules.living(state, terms.payee)
        if not terms.bills:
            raise Refusal("NothingUnder", terms.hash)
        own = state.addresses[SALE.contract]
        if terms.source != NOBODY:
            rules.lie_in(state, terms)
            at.log(ev.Paid(terms.hash, buyer, self.from_, payee, terms.price))
            self._through_source(at, buyer, payee)
            return
        for bill in terms.bills:
            rules.under(at, bill, terms)
            if terms.endorsement is Endorsement.NONE:
                rules.titled(state, bill, terms.buyer)
        at.log(ev.Paid(terms.hash, buyer, self.from_, payee, terms.price))
        if money.is_believed(at, terms.money):
            return
        money.collect(at, own, terms.money, self.from_, buyer, payee, terms.price)
        for bill in terms.bills:
            inside.calls(at, _let_out(bill, buyer, terms.endorsement))

    def _through_source(self, at: At, buyer: str, payee: str) -> None:
        """The room that holds the bills takes what it asks for each, out of what is left of the price, the payee gets
        the rest. Possession and title are looked at afterwards, for a source is any contract (X14)."""
        state, terms, own = at.state, self.terms, at.state.addresses[SALE.contract]
        source = inside.source_at(state, terms.source)
        if at.logged and (source is None or not money.is_money(state, terms.money)):
            # What another's room had done is read by itself.
            return
        money.collect(at, own, terms.money, self.from_, buyer, own, terms.price)
        left = terms.price
        at.steps.call(Call(own, Approve(terms.money, terms.source, left)))
        for bill in terms.bills:
            if source is None:
                raise Refusal("")
            release: Any = source.release
            at.steps.call(Call(own, release(bill, left, buyer, terms.endorsement, terms.hash)))
            left = state.allowances.get((terms.money, own, terms.source), 0)
            if terms.endorsement is not Endorsement.BLANK:
                rules.titled(state, bill, terms.buyer)
            if state.bills[bill].possessor != buyer:
                raise Refusal("NotDelivered", bill)
        if left:
            at.steps.call(Call(own, Approve(terms.money, terms.source, 0)))
            at.steps.call(Call(own, PayOut(terms.money, payee, left)))

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e: ev.Paid = log.first
        terms = log.state.offers.get(e.terms) or _sourced(log)
        yield e.buyer, cls(terms, e.from_)


def _sourced(log: Log) -> Terms:
    """Terms of bills that lay in a source, as far as it matters: they were never lodged here, so that the log has their
    hash; what the source let out, and how, follows in the transaction. Raises `Unreadable` where it does not."""
    state, e = log.state, log.first
    let_out: list[tuple[int, Any]] = []
    # What follows the next payment was paid for by that.
    own = [e, *takewhile(lambda each: not isinstance(each, ev.Paid), log.events[log.index + 1 :])]
    for source in inside.SOURCES.values():
        let_out = [(place, each) for place, each in enumerate(own) if source.is_sale(each, e.buyer)]
        if let_out:
            break
    else:
        raise Unreadable("no terms of this hash were offered, and no source let a bill out")
    following = log.events[log.index + let_out[0][0] + 1]
    endorsement = following.endorsement if isinstance(following, ev.Endorsed) else Endorsement.NONE
    bills = tuple(sorted(each.bill for _, each in let_out))
    room = inside.room_of(state, bills[0])
    money_ = source.money_of(state, bills[0])
    buyer = state.account(e.buyer).participant
    terms = Terms(bills, 0, buyer, e.payee, money_, e.price, endorsement, state.now, source=room)
    # The hash that the log has, instead of one of what is known.
    terms.__dict__["hash"] = e.terms
    return terms


def _let_out(bill: int, to: str, endorsement: Endorsement) -> Verb:
    if endorsement is Endorsement.NONE:
        return Transfer(bill, to, b"")
    return Endorse(bill, endorsement, NOBODY if endorsement is Endorsement.BLANK else to, to, b"")


def _give_all_back(at: At, terms: Terms) -> None:
    """Those that never came are passed over; that none is here is no act."""
    here = [bill for bill in terms.bills if _is_here(at, bill, terms)]
    for bill in terms.bills:
        if bill in here and _is_here(at, bill, terms):
            inside.calls(at, GiveBack(bill, b""))
    if not here:
        raise Refusal("NothingUnder", terms.hash)


def _is_here(at: At, bill: int, terms: Terms) -> bool:
    own = at.state.addresses[SALE.contract]
    here: bool = inside.room_of(at.state, bill) == own and at.state.lodgings[bill].deal == terms.deal
    return here


def _known(log: Log) -> Any:
    return log.state.offers[log.first.terms]


@SALE.verb("recall", logs=ev.Recalled, label="take back {terms}", exits=True)
class Recall(Verb):
    """Take your bills back, once the offer is no longer firm."""

    terms: Terms = arg(kinds.STRUCT)

    def run(self, at: At) -> None:
        inside.party(at, at.actor, MOVE, self.terms.seller)
        if at.state.now <= self.terms.firm_until:
            raise Refusal("StillFirm", self.terms.firm_until)
        at.log(ev.Recalled(self.terms.hash, at.actor))
        _give_all_back(at, self.terms)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        yield log.first.by, cls(_known(log))


@SALE.verb("decline", logs=ev.Declined, label="decline {terms}", exits=True)
class Decline(Verb):
    """Refuse to pay, for a reason that is logged: the bills go back (URC 522 article 26)."""

    terms: Terms = arg(kinds.STRUCT)
    reason: bytes = arg(kinds.REMARK)

    def run(self, at: At) -> None:
        inside.party(at, at.actor, MOVE, self.terms.buyer)
        at.log(ev.Declined(self.terms.hash, at.actor, self.reason))
        _give_all_back(at, self.terms)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        yield log.first.by, cls(_known(log), log.first.reason)


@SALE.verb("expire", logs=ev.Expired, label="send back {terms}", exits=True)
class Expire(Verb):
    """Send the bills back after the deadline; anybody."""

    terms: Terms = arg(kinds.STRUCT)

    def run(self, at: At) -> None:
        if at.state.now <= self.terms.deadline:
            raise Refusal("NotExpired", self.terms.deadline)
        at.log(ev.Expired(self.terms.hash, at.actor))
        _give_all_back(at, self.terms)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        yield log.first.by, cls(_known(log))


@SALE.verb("change", logs=ev.Changed, label="change what is offered: {terms}; from now on {to}")
class Change(Verb):
    """Lower the price, name another buyer, give more time: other terms for the same bills, once it is not firm."""

    terms: Terms = arg(kinds.STRUCT)
    to: Terms = arg(kinds.STRUCT)

    def run(self, at: At) -> None:
        state, terms, to = at.state, self.terms, self.to
        inside.party(at, at.actor, TERMS, terms.seller)
        if state.now <= terms.firm_until:
            raise Refusal("StillFirm", terms.firm_until)
        if terms.bills != to.bills or terms.seller != to.seller:
            raise Refusal("NotTheSameBills")
        rules.sound(state, to)
        if not terms.bills:
            raise Refusal("NothingUnder", terms.hash)
        at.log(ev.Changed(terms.hash, to.hash, at.actor, to))
        for bill in terms.bills:
            inside.calls(at, Hold(bill, rules.under(at, bill, terms), to.deal))

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        yield log.first.by, cls(_known(log), log.first.changed)


# What all rooms do stands behind the room's own: its first verb says where it lives.
SignedCall = inside.declare(SALE, "Sampan Sale")
money.declare(SALE, ev.Paid)


# -------------------------------------------------------------------------------------------------------------- events


@SALE.event(ev.Paid, "{buyer} paid {price} out of {from} for the bills under {terms}, whose payee is {payee}")
def paid(state: Trade, e: ev.Paid) -> None:
    """What moved, ledger and deposits told."""


@SALE.event(ev.Recalled, "{by} took back the bills under {terms}")
def recalled(state: Trade, e: ev.Recalled) -> None:
    """What moved, the ledger told."""


@SALE.event(ev.Declined, "{by} declined to pay for the bills under {terms}: {reason}")
def declined(state: Trade, e: ev.Declined) -> None:
    """What moved, the ledger told."""


@SALE.event(ev.Expired, "{by} sent back the bills under {terms}, which nobody paid for in time")
def expired(state: Trade, e: ev.Expired) -> None:
    """What moved, the ledger told."""


@SALE.event(ev.Changed, "{by} changed the terms {terms} to {to}")
def changed(state: Trade, e: ev.Changed) -> None:
    state.put(state.offers, e.to, e.changed)
