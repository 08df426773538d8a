"""Every slot of storage that the state of positions predicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sampan.finance.positions.records import ORIGIN_WORD, POSITION_WORD, Claims, cut_words
from sampan.finance.positions.rules import lender_of
from sampan.finance.positions.subject import POSITIONS
from sampan.suite import layout
from sampan.suite.codec import word
from sampan.suite.verb import NOBODY


def slots(state: Claims, at: Mapping[str, int]) -> dict[int, int]:
    """Slot → word. `at` is where solc put each variable."""
    found = {at["_count"]: state.country_events}
    for position in state.positions.values():
        first = layout.token_slot(position.id)
        found[first] = int(position.owner, 16)
        found[(first + 1) % layout.MODULO] = int(state.position_approvals.get(position.id, NOBODY), 16)
        found[layout.entry(at["_origins"], word(position.id))] = ORIGIN_WORD.pack(position)
        # What a room paid that is none of the suite, nobody knows here.
        if lender_of(state, position.id) is not None:
            found[layout.entry(at["_positions"], word(position.id))] = POSITION_WORD.pack(position)
    for whole, cuts in state.position_cuts.items():
        found |= _cuts(layout.entry(at["_cuts"], word(whole)), cuts)
    for loan, count in state.position_counts.items():
        found[layout.entry(at["_counts"], word(loan))] = count
    for account, count in state.position_balances.items():
        found[layout.owner_slot(account)] = count
    for (owner, operator), approved in state.position_operators.items():
        found[layout.operator_slot(owner, operator)] = approved
    for digest in state.positions_sold:
        found[layout.entry(at["_sold"], digest)] = True
    for country, is_open in state.open_countries.items():
        found[layout.entry(at["isOpenTo"], country_key(country))] = is_open
    return found


def _cuts(slot: int, cuts: tuple[int, ...]) -> dict[int, int]:
    """An array: how many there are, and the words behind."""
    return {slot: len(cuts)} | {layout.element(slot, place): kept for place, kept in enumerate(cut_words(cuts))}


def country_key(country: str) -> bytes:
    """By which it is found whether positions are open to a country."""
    return country.encode("latin-1").ljust(32, b"\0")


def unordered(state: Claims, at: Mapping[str, int], read: Callable[[int], int]) -> Iterator[str]:
    """Positions keep nothing without an order."""
    return iter(())


def changed(state: Claims) -> Iterator[tuple[int, layout.Layout, Any]]:
    """The words of what the last transaction changed: slot, how it is packed, of which record."""
    for position in state.changed(state.positions):
        known = state.positions[position]
        yield layout.token_slot(position), layout.NUMBER, int(known.owner, 16)
        yield layout.entry(POSITIONS.slot("_origins"), word(position)), ORIGIN_WORD, known
        if lender_of(state, position) is not None:
            yield position_slot(position), POSITION_WORD, known
    for whole in state.changed(state.position_cuts):
        slot = layout.entry(POSITIONS.slot("_cuts"), word(whole))
        for place, kept in _cuts(slot, state.position_cuts[whole]).items():
            yield place, layout.NUMBER, kept


def position_slot(position: int) -> int:
    """Where shares, and what they had, are kept."""
    return layout.entry(POSITIONS.slot("_positions"), word(position))
