"""A pledged bill is paid for where it lies: who may take it, what it asks, and that it left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sampan.bills import inside
from sampan.bills.verbs.circulation import Endorse, Transfer
from sampan.finance.loans import rules
from sampan.finance.loans.records import WHOLE, Book, Lending
from sampan.finance.loans.subject import LOANS
from sampan.finance.loans.verbs.repaying import booked_payment
from sampan.model.perform import At
from sampan.model.replay import Log
from sampan.money import inside as money
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.codec import address, keccak, word
from sampan.suite.tell import Names, described
from sampan.suite.verb import NOBODY, Refusal, Verb, arg
from sampan.suite.verb import word as words_of
from sampan.suite.words import Endorsement

MOST_LEAST = 2**120 - 1


BY_BORROWER = 0
"""What is named so is void in default."""


def by_agent(book: Book) -> int:
    """Void with the agent."""
    return book.agents + 1


def in_silence(book: Book) -> int:
    """By anybody; void once the agent is heard again, or is another."""
    return book.heard + 1 << 24


def instruction(room: str, deal: bytes, named: int) -> int:
    """What is kept of who may take a bill: a hash."""
    return int.from_bytes(keccak(address(room) + deal + word(named)), "big")


def is_named(kept: int, room: str, deal: bytes, book: Book, *, late: bool) -> bool:
    """Whether what is kept of a bill lets this room take it under this deal, as the loan stands."""
    names = (by_agent(book), in_silence(book)) if late else (BY_BORROWER,)
    return kept in {instruction(room, deal, named) for named in names}


@LOANS.verb("instruct", logs=ev.Instructed, label="let {room} take {bill} under {deal}", command="finance instruct")
class Instruct(Verb):
    """Name who may take a bill for what the loan asks; in default the agent does, later anybody, at a least price."""

    bill: int = arg(kinds.BILL)
    room: str = arg(kinds.ROOM, help="The room whose deal pays for it, as a sale.")
    deal: bytes = arg(kinds.HASH, help="Hash of its terms.")
    least: int = arg(kinds.AMOUNT, 0, help="In default: the least price.")

    def may(self, at: At) -> ev.Instructed:
        state = at.state
        deal = rules.deal_of(state, self.bill)
        book = rules.book_of(state, deal.facility)
        late = rules.is_late(book, state.now)
        if not late:
            rules.of_borrower(at, book)
            return ev.Instructed(deal.facility, self.bill, self.room, self.deal, 0, at.actor)
        if self.least > MOST_LEAST:
            raise Refusal("TermsUnfit", "least")
        if rules.is_silent(state, book) and not rules.is_agent(state, at.actor, book):
            reserve = deal.value * book.reserve // WHOLE
            if deal.joint:
                raise Refusal("NotAllotted", self.bill)
            if not reserve:
                raise Refusal("NoValue", self.bill)
            if self.least < reserve:
                raise Refusal("LeastTooLow", self.bill, reserve)
        else:
            rules.of_agent(at, book)
        return ev.Instructed(deal.facility, self.bill, self.room, self.deal, self.least, at.actor)


@LOANS.verb("release", logs=ev.PledgeSold, by="room", label="let {bill} out to {to} for {offered}", method="")
class Release(Verb):
    """Let a bill out that the caller pays for. The room that was named for it, under its deal."""

    bill: int = arg(kinds.BILL)
    offered: int = arg(kinds.AMOUNT)
    to: str = arg(kinds.RECEIVER)
    endorsement: Endorsement = arg(words_of(Endorsement))
    deal: bytes = arg(kinds.HASH)

    def run(self, at: At) -> None:
        state = at.state
        deal = rules.deal_of(state, self.bill)
        book = rules.book_of(state, deal.facility)
        late = rules.is_late(book, state.now)
        # Whoever is named pays: the book, which calls itself for whoever signed, would pay itself.
        kept = state.kept.get(self.bill, 0)
        if at.sender == rules.own(state) or not is_named(kept, at.sender, self.deal, book, late=late):
            raise Refusal("NotInstructed", self.bill)
        if late:
            participant = state.account(self.to).participant
            if rules.group_of(state, participant) == rules.group_of(state, book.agent):
                raise Refusal("SelfDealing", participant)
        owed = rules.owed(book, rules.accrued(book, state.now))
        asked = rules.asked(state, self.bill, book, deal, owed, self.offered)
        amount, debt = rules.settled(book, state.now, asked)
        interest = rules.interest_of(book, debt)
        at.log(
            ev.PledgeSold(
                deal.facility, self.bill, amount, asked - amount, debt.principal, interest, at.sender, self.to
            )
        )
        if self.endorsement is Endorsement.NONE:
            inside.calls(at, Transfer(self.bill, self.to, b""))
        else:
            endorsee = NOBODY if self.endorsement is Endorsement.BLANK else self.to
            inside.calls(at, Endorse(self.bill, self.endorsement, endorsee, self.to, b""))
        if asked:
            own = rules.own(state)
            money.collect(at, own, book.money, book.money, at.sender, own, asked)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        """Which deal it was, the instruction told; how the bill was endorsed, what follows."""
        e: ev.PledgeSold = log.first
        following = log.events[log.index + 1 : log.index + 2]
        endorsed = bool(following) and isinstance(following[0], ev.Endorsed)
        endorsement = following[0].endorsement if endorsed else Endorsement.NONE  # type: ignore[attr-defined]
        yield e.room, cls(e.bill, e.amount + e.surplus, e.to, endorsement, log.state.named[e.bill])


_TOLD = 12
"""Bytes of a deal's hash that are told: by so many a sale is named."""


def _instructed(e: ev.Instructed, names: Names) -> str:
    said = described(e.arguments(), names)
    least = f" for {said['least']} or more" if e.least else ""
    return f"{said['by']} let {said['room']} take {said['bill']}{least}, under deal 0x{e.deal[:_TOLD].hex()}"


@LOANS.event(ev.Instructed, _instructed)
def instructed(state: Lending, e: ev.Instructed) -> None:
    book = state.facilities[e.facility]
    named = BY_BORROWER
    if rules.is_late(book, state.now):
        state.put(state.least, e.bill, e.least)
        of_agent = rules.is_agent(state, e.by, book)
        named = by_agent(book) if of_agent else in_silence(book)
        if of_agent:
            rules.changed(state, e.facility, heard=state.now)
    state.put(state.named, e.bill, e.deal)
    state.put(state.kept, e.bill, instruction(e.room, e.deal, named))


def _sold(e: ev.PledgeSold, names: Names) -> str:
    said = described(e.arguments(), names)
    surplus = f"; {said['surplus']} is left for the borrower" if e.surplus else ""
    paid = f"{said['room']} paid {said['amount']} of the debt of facility {said['facility']}"
    return f"{paid} and took {said['bill']} out to {said['to']}{surplus}"


@LOANS.event(ev.PledgeSold, _sold)
def sold(state: Lending, e: ev.PledgeSold) -> None:
    deal = rules.deal_of(state, e.bill)
    book = booked_payment(state, e.facility, e.amount)
    rules.changed(state, e.facility, value=book.value - deal.value, surplus=book.surplus + e.surplus)
    state.put(state.kept, e.bill, replace(deal, sold=True).word)


def money_of(state: Lending, bill: int) -> str:
    """The money of the loan that a bill secures."""
    return rules.book_of(state, rules.deal_of(state, bill).facility).money


def whose(state: Lending, e: ev.PledgeSold) -> tuple[int, str] | None:
    """The borrower, and the money of the loan."""
    book = state.facilities.get(e.facility)
    return None if book is None else (book.borrower, book.money)


inside.SOURCES[LOANS.contract] = inside.Source(
    release=Release,
    sold=ev.PledgeSold,
    took=lambda e: e.amount + e.surplus,
    money_of=money_of,
    whose=whose,
    secured=lambda e: f"facility {e.facility}",
    offers=lambda e: e.deal if isinstance(e, ev.Instructed) else None,
)
