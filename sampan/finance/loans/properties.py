"""What no sequence of acts may break of loans (P6, P7, P8).

They hold the model's state against itself; what is owed on a day they ask the rules, which exact fractions are held
against elsewhere (`tests/finance`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sampan.bills.records import PENDING
from sampan.finance.loans import rules
from sampan.finance.loans.records import Book, Deal, Lending
from sampan.finance.loans.subject import LOANS
from sampan.suite.check import Question
from sampan.suite.event import Event
from sampan.suite.words import Kind, Status


def broken(state: Lending, events: Sequence[Event], counts: Mapping[int, int]) -> tuple[str, str] | None:
    """The property that one act broke, and how; None: none."""
    changed = state.changed(state.facilities)
    return (_money(state) or _never_less(state, changed)) if changed else None


def _money(state: Lending) -> tuple[str, str] | None:
    """P6: the book has of each money what its facilities owe to lenders and borrowers, at least."""
    due: dict[str, int] = {}
    for book in state.facilities.values():
        due[book.money] = due.get(book.money, 0) + book.balance
    for money, amount in due.items():
        has = state.holding(money, state.addresses[LOANS.contract]).balance
        if has < amount:
            return "P6", f"the loan book has {has} of {money} and owes {amount}"
    return None


def _never_less(state: Lending, changed: Sequence[int]) -> tuple[str, str] | None:
    """What came in for lenders stays theirs, and no position has had more than that."""
    for facility in changed:
        book = state.facilities[facility]
        before: Book | None = state.before(state.facilities, facility)
        if before is not None and book.paid < before.paid:
            return "P6", f"of facility {facility} {before.paid} was paid in, and then {book.paid}"
        if book.claimed > book.paid:
            return "P6", f"of facility {facility} {book.claimed} was claimed, and {book.paid} paid in"
    return None


def at_last(state: Lending) -> tuple[str, str] | None:
    """P7, P8: a facility is covered by its own bills and no others, each in blank and held for somebody."""
    values = dict.fromkeys(state.facilities, 0)
    own = state.addresses[LOANS.contract]
    for bill, lodging in state.lodgings.items():
        known = state.bills[bill]
        live = known.status is Status.LIVE and known.possessor == own
        pending = known.status in PENDING and state.account_at.get(known.previous_account) == own
        if not live and not pending:
            continue
        deal = Deal.of(lodging.deal)
        values[deal.facility] += deal.value
        if known.kind is not Kind.BLANK or not lodging.holder:
            return "P8", f"{bill} is pledged as {known.kind.name}, held for {lodging.holder}"
    for bill, word in state.kept.items():
        deal = Deal.of(word)
        if not rules.lies_here(state, bill) and deal.until and not deal.sold:
            values[deal.facility] += deal.value
    for facility, value in values.items():
        if state.facilities[facility].value != value:
            return (
                "P8",
                f"the bills of facility {facility} cover {value}, booked are {state.facilities[facility].value}",
            )
    return None


def answers(state: Lending) -> Iterator[Question]:
    """What each facility answers about what is owed."""
    for facility, book in state.facilities.items():
        debt = rules.accrued(book, state.now)
        owed = (debt.principal, rules.interest_of(book, debt), book.covered(book.value), rules.is_late(book, state.now))
        yield Question("facility", "owed", (facility,), owed)
