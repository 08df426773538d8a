"""Every slot of storage that the bills' state predicts, and what must stand there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sampan.bills.records import BILL_WORD, LODGING_WORD, Bill, Bills
from sampan.suite import layout
from sampan.suite.codec import word
from sampan.suite.verb import NOBODY


def slots(state: Bills, at: Mapping[str, int]) -> dict[int, int]:
    """Slot → word. `at` is where solc put each variable."""
    found = {}
    for bill in state.bills.values():
        first = layout.token_slot(bill.id)
        found[first] = BILL_WORD.pack(bill)
        found[(first + 1) % layout.MODULO] = int(state.approvals.get(bill.id, NOBODY), 16)
        found[layout.entry(at["_rootOf"], word(bill.id))] = int.from_bytes(bill.root, "big")
        found[layout.entry(at["_agreedReplacements"], word(bill.id))] = int.from_bytes(bill.agreed, "big")
        lodging = state.lodgings.get(bill.id)
        found[layout.entry(at["_lodgings"], word(bill.id))] = LODGING_WORD.pack(lodging) if lodging else 0
    for shown, until in state.recorded.items():
        found[layout.entry(at["_recorded"], shown.key)] = until
    for (owner, operator), approved in state.operators.items():
        found[layout.operator_slot(owner, operator)] = approved
    return found


def unordered(state: Bills, at: Mapping[str, int], read: Callable[[int], int]) -> Iterator[str]:
    """Bills keep nothing without an order."""
    return iter(())


def changed(state: Bills) -> Iterator[tuple[int, layout.Layout, Bill]]:
    """The words of what the last transaction changed: slot, how it is packed, of which record."""
    for bill in state.changed(state.bills):
        yield layout.token_slot(bill), BILL_WORD, state.bills[bill]
