"""Every slot of storage that the state of the books predicts, and what must stand there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sampan.money.records import MEMBER_WORD, Deposit, Money
from sampan.money.reserves.subject import RESERVES
from sampan.suite import layout
from sampan.suite.codec import address, word

_OPEN = 128


def slots(state: Money, at: Mapping[str, int]) -> dict[int, int]:
    """Slot → word. `at` is where solc put each variable."""
    found = {at["_count"]: state.book_events}
    for (agent, currency), decimals in state.books.items():
        found[layout.entry(at["_books"], word(book_key(agent, currency)))] = book_word(decimals)
    for deposit in state.deposits.values():
        found[layout.entry(at["_deposits"], address(deposit.address))] = MEMBER_WORD.pack(deposit)
        found[layout.entry(at["_opened"], word(deposit_key(deposit)))] = int(deposit.address, 16)
    return found


def book_key(agent: int, currency: str) -> int:
    """By which a book is found."""
    return agent << 24 | int.from_bytes(currency.encode(), "big")


def book_word(decimals: int) -> int:
    """What is kept of a book."""
    return decimals | _OPEN


def deposit_key(deposit: Deposit) -> int:
    """By which the deposit of a bank is found."""
    return (book_key(deposit.agent, deposit.currency) << 20 | deposit.bank) << 16 | layout.text(deposit.country)


def unordered(state: Money, at: Mapping[str, int], read: Callable[[int], int]) -> Iterator[str]:
    """The books keep nothing without an order."""
    return iter(())


def changed(state: Money) -> Iterator[tuple[int, layout.Layout, Deposit]]:
    """The words of what the last transaction changed: slot, how it is packed, of which record."""
    for deposit in state.changed(state.deposits):
        yield layout.entry(RESERVES.slot("_deposits"), address(deposit)), MEMBER_WORD, state.deposits[deposit]
