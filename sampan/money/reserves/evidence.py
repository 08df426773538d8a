"""What the chain should answer of the books of reserves, by the logs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sampan.money.positions import Book, BookPositions, positions, tables
from sampan.money.records import MEMBER_WORD, Deposit, Money
from sampan.money.reserves import storage
from sampan.money.reserves.subject import RESERVES
from sampan.suite import events as ev
from sampan.suite.check import LEDGER, Audited, Evidence, Question, Summary, Word
from sampan.suite.codec import address, word
from sampan.suite.layout import NUMBER
from sampan.suite.layout import entry as entry_slot
from sampan.suite.tell import checksum, participant_name


def questions(state: Money, time: int) -> Iterator[Question]:
    """Every view that a client could rely on, of every book and every deposit that the logs name."""
    for (agent, currency), decimals in sorted(state.books.items()):
        yield Question(_book(agent, currency), "decimalsOf", (agent, currency), decimals)
    for deposit in state.deposits.values():
        yield from _of_deposit(deposit)


def _of_deposit(deposit: Deposit) -> Iterator[Question]:
    name, only = checksum(deposit.address), (deposit.address,)
    yield Question(name, "isDeposit", only, True)
    yield Question(name, "isAdmitted", only, deposit.admitted)
    yield Question(name, "held", only, deposit.held)
    place = (deposit.bank, deposit.agent, deposit.currency, deposit.country)
    yield Question(name, "depositOf", place, deposit.address)


def words(state: Money) -> Iterator[Word]:
    """The words of all books and deposits, and the count of what no other number counts."""
    yield Word(LEDGER, RESERVES.slot("_count"), NUMBER, state.book_events, "events of books counted")
    for (agent, currency), decimals in sorted(state.books.items()):
        slot = entry_slot(RESERVES.slot("_books"), word(storage.book_key(agent, currency)))
        yield Word(_book(agent, currency), slot, NUMBER, storage.book_word(decimals), "book")
    for deposit in state.deposits.values():
        name = checksum(deposit.address)
        slot = entry_slot(RESERVES.slot("_deposits"), address(deposit.address))
        yield Word(name, slot, MEMBER_WORD, deposit, "reserves")
        slot = entry_slot(RESERVES.slot("_opened"), word(storage.deposit_key(deposit)))
        yield Word(name, slot, NUMBER, int(deposit.address, 16), "deposit of its bank")


def _book(agent: int, currency: str) -> str:
    return f"{currency} settled by {participant_name(agent)}"


def _positions(evidence: Evidence, first: int) -> list[Book]:
    return positions((entry.event, entry.block >= first) for entry in evidence.told)


POSITIONS: Final = Summary("positions", BookPositions, _positions, tables)
# What is issued or paid out of reserves no number counts: what is held after each is compared.
AUDITED: Final = Audited(
    RESERVES,
    questions,
    words,
    summaries=(POSITIONS,),
    counted=(ev.BookOpened, ev.DepositOpened, ev.Admitted, ev.Settled),
)
