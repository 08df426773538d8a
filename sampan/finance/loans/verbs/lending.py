"""Pledge and draw: a bill secures a loan, money goes to the borrower."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sampan.cargo.conditions import Asked, holds
from sampan.finance.loans import rules
from sampan.finance.loans.records import Deal, Lending
from sampan.finance.loans.subject import LOANS
from sampan.finance.loans.terms import is_address
from sampan.model.perform import At, Call
from sampan.model.replay import Log
from sampan.money.deposits.verbs import Transfer
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.verb import Refusal, Verb, arg


@LOANS.verb(
    "draw", logs=ev.Drawn, by="to", label="draw {amount} in facility {facility} on {bill}", command="finance draw"
)
class Draw(Verb):
    """Draw, up to what the bills cover; the condition is asked of one of them, of what each PRODUCER said of it: by
    default all whose word the log knows."""

    facility: int = arg(kinds.FACILITY, option="FACILITY")
    amount: int = arg(kinds.AMOUNT, option="AMOUNT")
    bill: int = arg(kinds.BILL)
    producers: tuple[str, ...] = arg(kinds.ACCOUNTS, (), option="[PRODUCER...]")

    def run(self, at: At) -> None:
        state = at.state
        rules.of_borrower(at, rules.book_of(state, self.facility))
        deal = rules.deal_of(state, self.bill)
        if deal.facility != self.facility or state.bills[self.bill].possessor != rules.own(state):
            raise Refusal("NotUnderThisDeal", self.bill)
        drawn(at, deal, self.amount, self.bill, self.producers, at.actor)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e: ev.Drawn = log.first
        yield e.to, cls(e.facility, e.amount, e.bill, ())


def drawn(at: Any, deal: Deal, amount: int, bill: int, producers: Sequence[str], to: str) -> None:
    """Money goes out against a bill. Raises `Refusal`."""
    state: Lending = at.state
    book = rules.book_of(state, deal.facility)
    if not amount:
        raise Refusal("NothingDrawn")
    if state.now > book.available_until:
        raise Refusal("NotAvailable", book.available_until)
    if amount > book.undrawn:
        raise Refusal("TooLittleUndrawn", amount, book.undrawn)
    rules.filed(state, deal.facility, book)
    if any(book.condition):
        # Leaving a producer out can only make it false: where the log does not show who was named, all are asked.
        named = tuple(rules.all_producers(state)) if at.logged else tuple(producers)
        if not all(map(is_address, named)):
            raise Refusal("")
        asked = Asked(bill, deal.units, named, rules.left_out(state, book, bill))
        if not holds(at.state, book.condition, asked):
            raise Refusal("ConditionNotMet", book.condition, bill)
    debt = rules.accrued(book, state.now)
    debt = replace(debt, principal=debt.principal + amount)
    rules.require_covered(book, rules.owed(book, debt), book.value)
    log = at.log
    log(ev.Drawn(deal.facility, bill, amount, debt.principal, rules.interest_of(book, debt), to))
    steps = getattr(at, "steps", at)
    steps.call(Call(rules.own(state), Transfer(book.money, to, amount)))


@LOANS.event(ev.Pledged, "{by} pledged {bill} for {value} in facility {facility}")
def pledged(state: Lending, e: ev.Pledged) -> None:
    book = state.facilities[e.facility]
    out = rules.deal_outside(state, e.bill)
    if out.facility and not out.sold:
        rules.changed(state, e.facility, value=book.value - out.value + e.value)
        state.drop(state.kept, e.bill)
    else:
        rules.changed(state, e.facility, value=book.value + e.value, pledges=e.pledge)


@LOANS.event(
    ev.Drawn, "{to} drew {amount} in facility {facility}; it owes {principal} of principal and {interest} of interest"
)
def took(state: Lending, e: ev.Drawn) -> None:
    book = state.facilities[e.facility]
    debt = rules.accrued(book, state.now)
    debt = replace(debt, principal=debt.principal + e.amount)
    rules.changed(state, e.facility, debt=debt, undrawn=book.undrawn - e.amount)
