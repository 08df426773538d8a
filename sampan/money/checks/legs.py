"""SAM-M2: a payment has all its sides in one transaction, of one amount (P6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, TypeAlias

from sampan.money.history import moves, no_money, payment, transactions
from sampan.money.inside import PAYS, is_money
from sampan.suite import events as ev
from sampan.suite.check import Check, Entry, Evidence, Indication, Level
from sampan.suite.tell import Names, checksum
from sampan.suite.verb import NOBODY

Act: TypeAlias = tuple[str, tuple[type, ...]]
"""A contract that is allowed to ask for payments, and what it logs when it does."""


def _look(evidence: Evidence) -> Iterator[Indication]:
    allowed: dict[tuple[str, str, str], int] = {}
    acts = {} if evidence.state is None else _acts(evidence.state.addresses)
    for entries in transactions(evidence):
        yield from _settlements(entries, evidence.names)
        yield from _exchanges(entries, evidence.state, evidence.names)
        yield from _spent(entries, allowed, acts, evidence.names)


def _settlements(entries: list[Entry], names: Names) -> Iterator[Indication]:
    """What was made is what was issued and settled in, what was burnt what was redeemed and settled out: payment by
    payment."""
    made: dict[str, Counter[int]] = {}
    burnt: dict[str, Counter[int]] = {}
    for entry in entries:
        event = entry.event
        match event:
            case ev.DepositTransfer(from_=from_, to=to):
                if from_ == NOBODY:
                    made.setdefault(event.deposit, Counter())[event.value] += 1
                if to == NOBODY:
                    burnt.setdefault(event.deposit, Counter())[event.value] += 1
            case ev.DepositIssued():
                made.setdefault(event.deposit, Counter())[event.amount] -= 1
            case ev.DepositRedeemed():
                burnt.setdefault(event.deposit, Counter())[event.amount] -= 1
            case ev.Settled():
                burnt.setdefault(event.from_, Counter())[event.amount] -= 1
                made.setdefault(event.to, Counter())[event.amount] -= 1
    for found, did, why in ((made, "made", "issued or settled"), (burnt, "burnt", "redeemed or settled")):
        for deposit, amounts in sorted(found.items()):
            for amount, more in sorted(amounts.items()):
                if not more:
                    continue
                much = names.amount(amount, deposit)
                said = f"{much} of it was {did}, and not {why}" if more > 0 else f"{much} was {why}, and not {did}"
                place = f"in one transaction of block {entries[0].block}"
                yield Indication(checksum(deposit), f"{said}, {place}", entries[0].block)


def _exchanges(entries: list[Entry], state: Any, names: Names) -> Iterator[Indication]:
    """Both payments of an exchange are there: each arrives, and leaves where it should. Of what is no money nobody can
    tell."""
    found = moves(entries)
    for entry in entries:
        event = entry.event
        if not isinstance(event, ev.Exchanged):
            continue
        quote = event.quote
        for from_, to, payer, payee, amount in (
            (event.from_, quote.bought, event.customer, quote.account, event.paid),
            (quote.sold, event.to, quote.account, event.payee, event.amount),
        ):
            about = f"quote 0x{event.digest.hex()}"
            if state is not None and not is_money(state, to):
                what = f"Exchanged in block {entry.block}: {no_money(to)}"
                yield Indication(about, what, entry.block, Level.LOW)
                continue
            wanted = payment(from_, to, payer, payee, amount)
            if any(found[move] < count for move, count in wanted.items()):
                what = f"{names.account(payee)} was not paid {names.amount(amount, to)} by {names.account(payer)}"
                said = f"Exchanged in block {entry.block}: {what} in that transaction"
                yield Indication(about, said, entry.block)
            found -= wanted


def _acts(addresses: dict[str, str]) -> dict[str, Act]:
    """Contracts that are allowed to ask for payments, and what each logs when it does."""
    return {addresses[name]: (name, kinds) for name, kinds in PAYS.items() if name in addresses}


def _spent(
    entries: list[Entry], allowed: dict[tuple[str, str, str], int], acts: dict[str, Act], names: Names
) -> Iterator[Indication]:
    """What a contract of the suite was allowed is spent by its act alone."""
    logged = {type(entry.event) for entry in entries}
    for at, entry in enumerate(entries):
        event = entry.event
        if isinstance(event, ev.CoinCollected) and event.spender in acts and logged.isdisjoint(acts[event.spender][1]):
            told = names.amount(event.amount, event.coin)
            yield _without(entry, event.payer, told, acts[event.spender], Level.CRITICAL)
        if not isinstance(event, ev.DepositApproval):
            continue
        key = event.deposit, event.owner, event.spender
        before, allowed[key] = allowed.get(key, 0), event.value
        following = entries[at + 1].event if at + 1 < len(entries) else None
        paid = isinstance(following, ev.DepositTransfer) and following.from_ == event.owner
        spent = before - event.value
        act = acts.get(event.spender)
        if act is None or not logged.isdisjoint(act[1]) or not paid or following is None:
            continue
        if 0 < spent == following.value:
            # A contract wallet may lower what it allowed, and pay as much itself, in one transaction.
            yield _without(entry, event.owner, names.amount(spent, event.deposit), act, Level.MEDIUM)


def _without(entry: Entry, payer: str, amount: str, act: Act, level: Level) -> Indication:
    name, kinds = act
    told = " and no ".join(kind.__name__ for kind in kinds)
    what = f"it paid {amount} that it had allowed {name}, which tells of no {told}"
    return Indication(checksum(payer), f"{what}, in block {entry.block}", entry.block, level)


CHECK = Check(
    id="SAM-M2",
    title="A payment of which a side is missing",
    level=Level.CRITICAL,
    confidence="high",
    looks_for="Deposits that were made or burnt and not issued, redeemed or settled by the same amount in the same "
    "transaction; reserves that moved without both; an exchange without both its payments; what was allowed a "
    "contract of the platform, and was spent without an act of it.",
    goes_wrong="The payer's bank burns the deposit, reserves move, and the payee's bank makes nothing: the price is "
    "nowhere, and each bank's books look sound.",
    do_next="Look at the transaction named with another RPC. When it tells the same, the code on the chain is not what "
    "it seems.",
    rules=("P6",),
    look=_look,
)
