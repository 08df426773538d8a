"""What no sequence of acts may break of money (P6): no unit is made or lost, and banks settle whole or not at all.

They read the events and the model's state, not the rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sampan.money.inside import KEEPS, PAYS
from sampan.money.records import Money
from sampan.suite import events as ev
from sampan.suite.amounts import MOST
from sampan.suite.check import Question
from sampan.suite.event import Event
from sampan.suite.verb import NOBODY


def broken(state: Money, events: Sequence[Event], counts: Mapping[int, int]) -> tuple[str, str] | None:
    """The property that one act broke, and how; None: none."""
    return _legs(events) or _bounded(state) or _passed_on(state, events)


def _legs(events: Sequence[Event]) -> tuple[str, str] | None:
    """What a payer's deposit burnt and a payee's made is what the reserves moved, in the same act."""
    for event in events:
        if isinstance(event, ev.Settled):
            moved = {
                (each.deposit, each.to == NOBODY)
                for each in events
                if isinstance(each, ev.DepositTransfer)
                and NOBODY in (each.from_, each.to)
                and each.value == event.amount
            }
            if not {(event.from_, True), (event.to, False)} <= moved:
                return "P6", f"{event.amount} of reserves moved from {event.from_} to {event.to} and nothing with them"
    return None


def _bounded(state: Money) -> tuple[str, str] | None:
    for address in state.changed(state.deposits):
        deposit = state.deposits[address]
        if not (0 <= deposit.supply <= MOST and 0 <= deposit.held <= MOST):
            return "P6", f"{address} owes {deposit.supply} and has {deposit.held}"
    return None


def _passed_on(state: Money, events: Sequence[Event]) -> tuple[str, str] | None:
    """An act that pays (`PAYS`) leaves nothing with a contract; what somebody gave it, it has as before."""
    if not any(type(event) in paid for paid in PAYS.values() for event in events):
        return None
    own = {address for name, address in state.addresses.items() if name not in KEEPS}
    for deposit, account in state.changed(state.holdings):
        before = state.before(state.holdings, (deposit, account))
        had = 0 if before is None else before.balance
        has = state.holdings[deposit, account].balance
        if account in own and has != had:
            return "P6", f"{account} had {had} of {deposit}, and has {has} when all is paid"
    return None


def answers(state: Money) -> Iterator[Question]:
    """Views of the books that are not a word of storage, and what they must answer."""
    for deposit in state.deposits.values():
        yield Question(deposit.address, "held", (deposit.address,), deposit.held)
        yield Question(deposit.address, "isAdmitted", (deposit.address,), int(deposit.admitted))
        book = (deposit.bank, deposit.agent, deposit.currency, deposit.country)
        yield Question(deposit.address, "depositOf", book, int(deposit.address, 16))


def at_last(state: Money) -> tuple[str, str] | None:
    """What must hold in the end, asked once: what all have is what the bank owes (P6)."""
    owed = dict.fromkeys(state.deposits, 0)
    for (deposit, _), holding in state.holdings.items():
        if holding.balance < 0:
            return "P6", f"somebody has {holding.balance} of {deposit}"
        owed[deposit] += holding.balance
    for address, owing in state.deposits.items():
        if owed[address] != owing.supply:
            return "P6", f"{address} owes {owing.supply}, and all have {owed[address]}"
    return None
