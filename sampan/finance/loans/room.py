"""What the loan book answers the ledger, terms by chance, and the way out of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sampan.bills.records import MAX_ACTS
from sampan.bills.rules import act_count_after
from sampan.finance.loans import rules
from sampan.finance.loans.records import MOST, Book, Deal, Lending
from sampan.finance.loans.terms import Acceptance, Pledge, is_address, read_pledge
from sampan.finance.loans.verbs.lending import drawn
from sampan.finance.registrations import rules as registrations
from sampan.finance.registrations.verbs import Register
from sampan.identity.records import TERMS
from sampan.model.perform import Call
from sampan.suite import events as ev
from sampan.suite.codec import Malformed
from sampan.suite.verb import Refusal, Signature, Verb
from sampan.suite.words import Kind


class _Code:
    """What it answers the ledger."""

    def on_bill(self, ledger: Any, bill: int, giver: str, terms: bytes) -> tuple[int, int]:
        """Lodged in blank by the borrower, accepted by the agent; or back from where it was on trust."""
        state: Lending = ledger.state
        try:
            pledge = read_pledge(terms)
        except Malformed:
            raise Refusal("PledgeMalformed") from None
        book = rules.book_of(state, pledge.facility)
        account = state.account(giver)
        if account.participant != book.borrower:
            raise Refusal("NotAParty", giver)
        if not account.roles & TERMS:
            raise Refusal("LacksRole", giver, TERMS)
        known = state.bills[bill]
        if known.kind is not Kind.BLANK:
            raise Refusal("NotPledgeable", bill, known.kind)
        # From there on one count stands for several states: the acceptance of one would count for another (X17).
        if act_count_after(known) == MAX_ACTS:
            raise Refusal("TooManyActs", bill)
        if state.now > pledge.deadline:
            raise Refusal("PledgedTooLate", pledge.deadline)
        if pledge.value > MOST:
            raise Refusal("TermsUnfit", "value")
        if not is_address(pledge.agent_account):
            raise Refusal("")
        text = Acceptance(pledge.facility, bill, act_count_after(known), pledge.value, pledge.prints, pledge.deadline)
        rules.bound_for(ledger, pledge.agent_account, book.agent, _signature(terms, text))
        deal = _deal(state, bill, book, pledge)
        ledger.log(ev.Pledged(pledge.facility, bill, deal.pledge, pledge.value, deal.units, giver))
        if pledge.prints:
            ledger.call(Call(rules.own(state), Register(deal.debt, pledge.prints)))
        if pledge.amount:
            drawn(ledger, deal, pledge.amount, bill, pledge.producers, giver)
        return book.agent, deal.lodged

    def on_replaced(self, ledger: Any, bills: tuple[int, ...], replacements: tuple[int, ...]) -> None:
        """One replacement is held as the bill was. Of several the first keeps value and prints for all, and none leaves
        alone until the agent has said what each has."""
        state: Lending = ledger.state
        deal = rules.deal_of(state, replacements[0])
        ledger.log(ev.CarriedOn(deal.facility, bills[0], replacements))
        if len(replacements) == 1:
            return
        for place, bill in enumerate(replacements):
            others = deal.others + len(replacements) - 1
            held = replace(deal, joint=True, others=others) if place == 0 else deal.jointly()
            ledger.call(rules.redealt(state, bill, held))


CODE = _Code()


def _signature(terms: bytes, text: Acceptance) -> Signature:
    """What stands in the terms, if it is over this text; else nobody's."""
    signature: Signature = getattr(terms, "signature", Signature(None))
    return signature if getattr(terms, "text", None) == text else Signature(None)


def _deal(state: Lending, bill: int, book: Book, pledge: Pledge) -> Deal:
    """The pledge that begins, or goes on."""
    out = rules.deal_outside(state, bill)
    if not out.facility or out.sold:
        if out.units:
            raise Refusal("StillRegistered", bill)
        if not 0 < len(pledge.prints) < 2**16:
            raise Refusal("TermsUnfit", "prints")
        return Deal(pledge.facility, book.pledges + 1, len(pledge.prints), pledge.value)
    if out.facility != pledge.facility:
        raise Refusal("NotUnderThisDeal", bill)
    if pledge.prints:
        raise Refusal("TermsUnfit", "prints")
    return Deal(pledge.facility, out.pledge, out.units, pledge.value)


def terms(chance: Any) -> bytes:
    """Terms by chance, of the bill at hand."""
    encoded: bytes = chance.pledge()
    return encoded


def out(state: Any, bill: int) -> tuple[int, Verb]:
    """Once all is repaid and nothing can be drawn, anybody has it given back."""
    from sampan.finance.loans.terms import Collateral
    from sampan.finance.loans.verbs.repaying import Discharge

    deal = rules.deal_of(state, bill)
    book = state.facilities[deal.facility]
    return book.available_until + 1, Discharge(deal.facility, (Collateral(bill, prints_of(state, deal)),))


def prints_of(state: Lending, deal: Deal) -> tuple[int, ...]:
    """The prints that are registered for a pledge."""
    debt = registrations.debt_id(state, rules.own(state), deal.debt)
    found = [said.pack() for cargo in state.boxes for said, of in registrations.live(state, cargo) if of == debt]
    return tuple(sorted(found))
