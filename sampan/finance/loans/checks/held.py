"""SAM-B6: the loan book has of each money at least what it owes: undrawn, not claimed yet, left of sales (P6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sampan.finance.loans.history import Loans, book
from sampan.money.history import transactions
from sampan.suite import events as ev
from sampan.suite.check import Check, Evidence, Indication, Level


def _look(evidence: Evidence) -> Iterator[Indication]:
    where, names = book(evidence), evidence.names
    if where is None:
        return
    loans = Loans()
    # By the address of a money: what the book has of it, what it owes, and what of that was found missing already.
    has: dict[str, int] = defaultdict(int)
    owed: dict[str, int] = defaultdict(int)
    missed: dict[str, int] = defaultdict(int)
    for entries in transactions(evidence):
        changed: set[str] = set()
        for entry in entries:
            event = entry.event
            if isinstance(event, ev.DepositTransfer) and where in (event.from_, event.to):
                has[event.deposit] += event.value * ((event.to == where) - (event.from_ == where))
                changed.add(event.deposit)
            before = loans.of(event)
            kept = 0 if before is None else before.kept
            loans.hear(entry)
            loan = loans.of(event)
            if loan is not None:
                owed[loan.terms.money] += loan.kept - kept
                changed.add(loan.terms.money)
        for money in sorted(changed):
            missing = owed[money] - has[money]
            # Told when it comes, and again when it grows.
            if missing > missed[money]:
                there, due = (names.amount(each, money) for each in (has[money], owed[money]))
                what = f"after block {entries[0].block} it has {there} of {names.account(money)}, and owes {due}"
                yield Indication("loan book", what, entries[0].block)
            missed[money] = max(missing, 0)
    for money, left in sorted(owed.items()):
        answer = evidence.answers.replies.get((money, "balanceOf"), {}).get((where,))
        if answer is not None and answer < left:
            said, owes = (names.amount(each, money) for each in (answer, left))
            what = f"it has {said} of {names.account(money)} by the chain's word, and owes {owes} by the logs"
            yield Indication("loan book", what)


CHECK = Check(
    id="SAM-B6",
    title="A loan book that has less than it owes",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="After each transaction, and at the end by what the chain answers: money in the loan book that is less "
    "than what all its loans in that money leave with it, which is undrawn, came in for lenders who have not claimed "
    "it, or is a borrower's of a sale in default. More than that is no finding: anybody may pay into it.",
    goes_wrong="A payment goes from the loan book to the loan book: the debt is repaid, no money came in, and the last "
    "lender to claim finds nothing.",
    do_next="Look at the transaction named, and at who paid the price in it; ask the bank whose deposit it is what the "
    "book has. Until that is known, claims of that money are paid first come, first served.",
    rules=("P6",),
    look=_look,
)
