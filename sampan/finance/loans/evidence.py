"""What the chain should answer of loans, by the logs; their checks, and exposures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from sampan.bills import inside
from sampan.finance.loans import rules
from sampan.finance.loans.checks import CHECKS
from sampan.finance.loans.checks.filings import BY_LAW
from sampan.finance.loans.history import name_of
from sampan.finance.loans.lives import LIVES
from sampan.finance.loans.records import BOOK_WORDS, Book, Deal, Lending, zone
from sampan.finance.loans.subject import LOANS
from sampan.suite.check import LEDGER, Audited, Question, Word
from sampan.suite.codec import word
from sampan.suite.ids import lei_of, loan_id
from sampan.suite.layout import NUMBER, entry
from sampan.suite.tell import Names, checksum, lei_text


def questions(state: Lending, time: int) -> Iterator[Question]:
    """Every view that a client could rely on, of every facility."""
    for terms, facility in sorted(state.opened.items()):
        yield Question(name_of(facility), "facilityOf", (terms,), facility)
    asked = {(facility, each) for facility, book in state.facilities.items() for each in _filed_in(state, book)}
    for facility, country in sorted({*state.filed_until, *asked}):
        until = state.filed_until.get((facility, country), 0)
        yield Question(name_of(facility), "filedUntil", (facility, country), until)
    for facility, book in sorted(state.facilities.items()):
        yield Question(name_of(facility), "paidIn", (facility,), {"paid": book.paid, "shares": book.shares})
        yield Question(name_of(facility), "loan", (facility,), _loan(book))
        debt = rules.accrued(book, time)
        answer = {
            "principal": debt.principal,
            "interest": rules.interest_of(book, debt),
            "covered": book.covered(book.value),
            "inDefault": rules.is_late(book, time),
        }
        yield Question(name_of(facility), "owed", (facility,), answer)


def _filed_in(state: Lending, book: Book) -> set[str]:
    """Countries where its security should stand filed: by its terms, or by the law of its borrower's (SAM-B5), which
    is asked where the logs tell of no filing too."""
    borrower = state.participants.get(book.borrower)
    return {*book.filings, *({borrower.country} & BY_LAW if borrower else ())}


def _loan(book: Book) -> dict[str, Any]:
    return {
        "borrower": book.borrower,
        "agent": book.agent,
        "money": book.money,
        "rate": book.rate,
        "dayCount": book.day_count,
        "clock": book.clock,
        "availableUntil": book.available_until,
        "maturity": book.maturity,
        "graceDays": book.grace_days,
        "advance": book.advance,
        "onTrust": book.on_trust,
        "reserve": book.reserve,
        "condition": book.condition,
        "filedIn": book.filed_in,
        "alsoFiledIn": book.also_filed_in,
        "undrawn": book.undrawn,
        "value": book.value,
        "pledges": book.pledges,
        "paid": book.paid,
        "shares": book.shares,
        "agents": book.agents,
        "surplus": book.surplus,
        "heard": book.heard,
    }


def words(state: Lending) -> Iterator[Word]:
    """The words of all facilities, of what is kept of pledged bills, of groups that were noted of carriers, those of
    such bills among them, and of all that was called by signature."""
    yield Word(LEDGER, LOANS.slot("_count"), NUMBER, len(state.facilities), "facilities")
    for carrier in sorted({*state.carrier_groups, *map(lei_of, _pledged(state))}):
        slot = entry(LOANS.slot("_carrierGroups"), word(carrier))
        yield Word(lei_text(carrier), slot, NUMBER, state.carrier_groups.get(carrier, 0), "group noted of a carrier")
    for facility, book in sorted(state.facilities.items()):
        first = entry(LOANS.slot("_books"), word(facility))
        for place, packed in enumerate(BOOK_WORDS):
            yield Word(name_of(facility), first + place, packed, book, "facility")
    # Of a bill of which the logs give nothing too: else nobody would miss the only event that names who may take it.
    for bill in sorted({*state.least, *_pledged(state)}):
        kept, least = state.kept.get(bill, 0), state.least.get(bill, 0)
        yield Word(f"bill {bill:#x}", entry(LOANS.slot("_kept"), word(bill)), NUMBER, kept, "who may take it")
        yield Word(f"bill {bill:#x}", entry(LOANS.slot("_least"), word(bill)), NUMBER, least, "least price")
    for room, digest in sorted(state.called):
        if room == rules.own(state):
            yield Word(f"call 0x{digest.hex()}", entry(LOANS.slot("_used"), digest), NUMBER, 1, "signed call used")


def _pledged(state: Lending) -> set[int]:
    """Bills that lie in the loan book, or of which it keeps something."""
    own = state.addresses.get(LOANS.contract)
    return {*state.kept, *(bill for bill in state.lodgings if inside.room_of(state, bill) == own)}


def names_too(state: Lending, names: Names) -> Names:
    """The moneys of facilities, in which what is owed is told, their clocks, and their debts."""
    moneys, room = {facility: book.money for facility, book in state.facilities.items()}, rules.own(state)
    lent = {loan_id(state.account(room).number, facility): money for facility, money in moneys.items()}
    clocks = {facility: zone(book.clock) for facility, book in state.facilities.items()}
    return replace(
        names,
        loans=moneys,
        lent=lent,
        clocks=clocks,
        debts=lambda where, debt: Deal.of(debt).name if checksum(where) == checksum(room) else None,
    )


_BY_ANYBODY: Final = (
    "Opened",
    "Claimed",
    "Discharged",
    "Forgotten",
    "AvailabilityEnded",
    "AgentReplaced",
    "HandedOver",
)
AUDITED: Final = Audited(
    LOANS,
    questions,
    words,
    CHECKS,
    (LIVES,),
    believed=dict.fromkeys((f"{event}.by" for event in _BY_ANYBODY), "who did what of loans anybody may")
    | {
        "filing": "where security was filed, under which number, by which document, but for until when",
        "Entrusted.until": "until when bills were out on trust, but for those that are",
    },
    names_too=names_too,
)
