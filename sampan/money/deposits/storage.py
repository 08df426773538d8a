"""Every slot of storage that the state of deposits predicts, and what must stand there, deposit by deposit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sampan.money.deposits.subject import DEPOSITS
from sampan.money.records import HOLDING_WORD, Holding, Money
from sampan.suite import layout
from sampan.suite.codec import address


def places(state: Money) -> Iterator[str]:
    """The deposits."""
    return iter(state.deposits)


def slots(state: Money, at: Mapping[str, int], where: str) -> dict[int, int]:
    """Slot → word, of one deposit. `at` is where solc put each variable."""
    found = {at["_supply"]: state.deposits[where].supply}
    for (deposit, account), holding in state.holdings.items():
        if deposit == where:
            found[layout.entry(at["_accounts"], address(account))] = HOLDING_WORD.pack(holding)
    for (deposit, owner, spender), allowed in state.allowances.items():
        if deposit == where:
            found[layout.entry(at["_allowances"], address(owner), address(spender))] = allowed
    for (deposit, owner), used in state.permits.items():
        if deposit == where:
            found[layout.entry(at["_nonces"], address(owner))] = used
    return found


def unordered(state: Money, at: Mapping[str, int], read: Callable[[int], int], where: str) -> Iterator[str]:
    """Deposits keep nothing without an order."""
    return iter(())


def changed(state: Money) -> Iterator[tuple[int, layout.Layout, Holding, str]]:
    """The words of what the last transaction changed: slot, how it is packed, of which record, in which deposit."""
    for deposit, account in state.changed(state.holdings):
        slot = layout.entry(DEPOSITS.slot("_accounts"), address(account))
        yield slot, HOLDING_WORD, state.holdings[deposit, account], deposit
