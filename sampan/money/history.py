"""Money in the log: which deposit an event is about, and what moved together in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, TypeAlias

from sampan.suite import events as ev
from sampan.suite.check import Entry, Evidence
from sampan.suite.tell import checksum
from sampan.suite.verb import NOBODY


def deposit_of(event: Any) -> str | None:
    """The deposit that an event is about; of a settlement the one that pays. What the other has, its Transfer tells."""
    found = event.from_ if isinstance(event, ev.Settled) else getattr(event, "deposit", None)
    return found if isinstance(found, str) else None


def transactions(evidence: Evidence) -> Iterator[list[Entry]]:
    """The events that have an effect, transaction by transaction."""
    current: list[Entry] = []
    for entry in evidence.told:
        if current and (entry.block, entry.transaction) != (current[0].block, current[0].transaction):
            yield current
            current = []
        current.append(entry)
    if current:
        yield current


Move: TypeAlias = tuple[str, str, str, int]
"""In which deposit or coin, from whom, to whom, how much."""


def moves(entries: list[Entry]) -> Counter[Move]:
    """What moved, and how often."""
    found: Counter[Move] = Counter()
    for entry in entries:
        match entry.event:
            case ev.DepositTransfer(deposit=money, from_=payer, to=payee, value=amount):
                found[money, payer, payee, amount] += 1
            case ev.CoinCollected(coin=money, payer=payer, payee=payee, amount=amount):
                found[money, payer, payee, amount] += 1
    return found


def payment(from_: str, to: str, payer: str, payee: str, amount: int) -> Counter[Move]:
    """What moves in a payment: one move within a deposit or a coin, two between deposits."""
    if from_ == to:
        return Counter([(to, payer, payee, amount)])
    return Counter([(from_, payer, NOBODY, amount), (to, NOBODY, payee, amount)])


def no_money(address: str) -> str:
    """What is said of a price in a contract that is no money."""
    said = f"{checksum(address)} is neither a deposit of these books nor a listed coin"
    return f"{said}, so nobody can tell what was paid in it"


def recovered(transaction: list[Entry]) -> set[tuple[int, int]]:
    """Places of the Transfers by which balances of lost accounts went to their successors: what else is asked of a
    payment is not asked of these."""
    places = set()
    for before, entry in pairwise(transaction):
        moved, said = before.event, entry.event
        if isinstance(moved, ev.DepositTransfer) and isinstance(said, ev.DepositBalanceRecovered):
            told = (said.deposit, said.lost, said.successor, said.amount)
            if told == (moved.deposit, moved.from_, moved.to, moved.value):
                places.add((before.block, before.index))
    return places
