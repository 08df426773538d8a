"""What is asked of facilities, pledges and those who act for them, in the contract's order; and interest, exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sampan.bills import inside
from sampan.bills.verbs.circulation import Hold
from sampan.finance.loans import bounds
from sampan.finance.loans.records import MOST, QUARTER, Book, Deal, Debt, Lending, silence_ends
from sampan.finance.loans.subject import LOANS
from sampan.finance.loans.terms import Facility
from sampan.identity.records import DAY, MOVE, TERMS
from sampan.identity.rules import acting
from sampan.model.perform import Call
from sampan.suite.codec import contract_name
from sampan.suite.ids import lei_of
from sampan.suite.verb import Refusal, Signature

if TYPE_CHECKING:
    from sampan.model.perform import At, Steps


def own(state: Lending) -> str:
    """The book's address."""
    return state.addresses[LOANS.contract]


def book_of(state: Lending, facility: int) -> Book:
    """A facility. Raises `Refusal`."""
    found = state.facilities.get(facility)
    if found is None:
        raise Refusal("NoSuchFacility", facility)
    return found


def paid_in(state: Lending, facility: int) -> tuple[int, int]:
    """What came in for the lenders of a facility so far, and of how many shares that is, as the contract's `paidIn`
    answers; nothing of one that is not there."""
    found = state.facilities.get(facility)
    return (0, 0) if found is None else (found.paid, found.shares)


def deal_of(state: Lending, bill: int) -> Deal:
    """Under which pledge a bill lies in the book, or waits for its carrier. Raises `Refusal`."""
    if not lies_here(state, bill):
        raise Refusal("NotUnderThisDeal", bill)
    return Deal.of(state.lodgings[bill].deal)


def redealt(state: Lending, bill: int, deal: Deal) -> Call:
    """The call by which a bill is held under another deal, for whom it was held."""
    return Call(own(state), Hold(bill, state.lodgings[bill].holder, deal.lodged))


def lies_here(state: Lending, bill: int) -> bool:
    """In the book, or surrendered by it."""
    return inside.room_of(state, bill) == own(state)


def deal_outside(state: Lending, bill: int) -> Deal:
    """Under which pledge a bill is that is out, on trust or for good; none: facility 0."""
    return Deal.of(state.kept.get(bill, 0))


def deal_wherever(state: Lending, bill: int) -> Deal:
    """Under which pledge a bill is, in the book or outside; none: facility 0. Of what lies in the book `kept` has no
    deal, but who may take it."""
    return deal_of(state, bill) if lies_here(state, bill) else deal_outside(state, bill)


# ------------------------------------------------------------------------------------------------------------- parties


def bound(steps: At | Steps, signer: str, signature: Signature) -> int:
    """The participant for whom an account signed, with TERMS, and did not withdraw it. No log shows a signature."""
    state = steps.state
    participant: int = acting(state, signer, TERMS).participant
    if steps.logged:
        return participant
    if state.cancelled.get((signer, signature.digest), False):
        raise Refusal("SignatureCancelled", signer, signature.digest)
    if signature.empty or signature.by != signer:
        raise Refusal("NotSignedBy", signer)
    return participant


def bound_for(steps: At | Steps, signer: str, party: int, signature: Signature) -> None:
    """An account signed for the party that the terms name."""
    if bound(steps, signer, signature) != party:
        raise Refusal("NotAParty", signer)


def of_borrower_or_agent(at: At, book: Book) -> None:
    """Nobody else takes from a borrower what it may want to draw on, or from lenders what covers them."""
    if acting(at.state, at.actor, MOVE).participant not in (book.borrower, book.agent):
        raise Refusal("NotAParty", at.actor)


def of_agent(at: At, book: Book, roles: int = MOVE | TERMS) -> None:
    """An account of the agent."""
    inside.party(at, at.actor, roles, book.agent)


def of_borrower(at: At, book: Book) -> None:
    """An account of the borrower that moves bills and binds it."""
    inside.party(at, at.actor, MOVE | TERMS, book.borrower)


def is_agent(state: Lending, address: str, book: Book) -> bool:
    """An account of the agent that could name a sale."""
    account = state.account(address)
    return account.acts(state.now) and account.participant == book.agent and bool(account.roles & MOVE)


def group_of(state: Lending, participant: int) -> int:
    """The LEI of the ultimate parent; 0 of nobody."""
    known = state.participants.get(participant)
    return 0 if known is None else known.parent


def left_out(state: Lending, book: Book, bill: int) -> tuple[int, ...]:
    """Groups whose word counts for no condition: borrower's, agent's, carrier's."""
    carrier = lei_of(bill)
    noted = state.carrier_groups.get(carrier, 0) or group_of(state, state.by_lei.get(carrier, 0))
    return book.borrower_group, book.agent_group, noted


def all_producers(state: Any) -> Iterator[str]:
    """An account of each producer that may be heard now: for a log, which does not show who was named."""
    for account, known in state.accounts.items():
        if known.participant in state.accreditations and known.acts(state.now):
            yield account


# ------------------------------------------------------------------------------------------------------------ interest


def today(book: Book, now: int) -> int:
    """The day by the facility's clock, since 1970."""
    return (now + book.clock * QUARTER) // DAY


def accrued(book: Book, now: int) -> Debt:
    """What is owed now: interest is simple, by whole days, and exact."""
    debt, day = book.debt, today(book, now)
    if day <= debt.day:
        return debt
    if not debt.principal:
        return replace(debt, day=day)
    parts = debt.principal * book.rate * (day - debt.day) + debt.part
    interest = min(debt.interest + parts // book.per_unit, MOST)
    return Debt(debt.principal, interest, day, parts % book.per_unit)


def interest_of(book: Book, debt: Debt) -> int:
    """Rounded half up, as it is paid."""
    return debt.interest + (2 * debt.part >= book.per_unit)


def owed(book: Book, debt: Debt) -> int:
    """Principal and interest."""
    return debt.principal + interest_of(book, debt)


def settled(book: Book, now: int, most: int) -> tuple[int, Debt]:
    """How much of a payment is owed, and what is owed after it: interest goes first."""
    debt = accrued(book, now)
    interest = interest_of(book, debt)
    amount = min(most, debt.principal + interest)
    if amount < interest or not amount:
        return amount, replace(debt, interest=debt.interest - amount)
    return amount, Debt(debt.principal - (amount - interest), 0, debt.day, 0)


def is_late(book: Book, now: int) -> bool:
    """In default: something is owed after the last second of grace."""
    return bool(book.debt.principal) and now > book.grace_ends


def is_silent(state: Lending, book: Book) -> bool:
    """The agent has not acted for too long."""
    return state.now > silence_ends(book)


def heard(book: Book, now: int) -> int:
    """When the agent acted last, if it does so now: only in default its silence is counted."""
    return now if now > book.grace_ends else book.heard


def require_covered(book: Book, owed_: int, value: int) -> None:
    """What is owed is covered by the bills. Raises `Refusal`."""
    if owed_ > book.covered(value):
        raise Refusal("NotCovered", owed_, book.covered(value))


def is_over(book: Book, owed_: int, now: int) -> bool:
    """Nothing is owed, and nothing can be drawn any more."""
    return not owed_ and (not book.undrawn or now > book.available_until)


def asked(state: Lending, bill: int, book: Book, deal: Deal, owed_: int, offered: int) -> int:
    """What must be paid of an offer for a bill to leave: before default what others do not cover, in default all."""
    if is_late(book, state.now):
        least = state.least.get(bill, 0)
        if offered < least:
            raise Refusal("OfferTooLow", bill, least)
        return offered
    rest = 0 if deal.joint else book.covered(book.value - deal.value)
    wanted = max(owed_ - rest, 0)
    if offered < wanted:
        raise Refusal("OfferTooLow", bill, wanted)
    return wanted


# --------------------------------------------------------------------------------------------------------------- terms


def sound(state: Lending, terms: Facility) -> None:
    """Terms under which a facility may be opened now. Raises `Refusal`."""
    if terms.money not in state.deposits:
        raise Refusal("NoMoney", terms.money)
    one_group = group_of(state, terms.agent) == group_of(state, terms.borrower)
    for each in bounds.unfit({**bounds.said(terms), "one_group": one_group, "last": state.now}, first=state.now):
        raise Refusal("TermsUnfit", contract_name(each.term))


def filed(state: Lending, facility: int, book: Book) -> None:
    """The security stands filed where the terms ask for it (T26)."""
    for country in book.filings:
        if state.filed_until.get((facility, country), 0) < state.now:
            raise Refusal("NotFiled", country)


def changed(state: Lending, facility: int, **values: Any) -> Book:
    """A facility with some of its values changed."""
    book = state.change(state.facilities, facility)
    for name, value in values.items():
        setattr(book, name, value)
    return book
