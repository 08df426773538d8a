"""What no sequence of acts may break of claims (P6): what the positions of a loan are owed is what was paid in for it,
to the unit, and none has had more than it is owed.

What each is owed they ask the rules; that it adds up, and that no claim shrinks, they count. The audit works each claim
out by itself (`checks/claims.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sampan.finance.lending_rooms import LENDS
from sampan.finance.positions import rules
from sampan.finance.positions.records import AMOUNT_BITS, Claims
from sampan.suite.check import Question
from sampan.suite.event import Event
from sampan.suite.ids import loan_id_of, loan_number_of
from sampan.suite.verb import NOBODY

_MOST = 1 << AMOUNT_BITS


def broken(state: Claims, events: Sequence[Event], counts: Mapping[int, int]) -> tuple[str, str] | None:
    """The property that one act broke, and how; None: none."""
    for loan in {loan_id_of(position) for position in state.changed(state.positions)}:
        found = _owed_is_paid(state, loan)
        if found:
            return "P6", f"loan {loan:#x}: {found}"
    return _held_by_persons(state)


def _owed_is_paid(state: Claims, loan: int) -> str | None:
    """Of a loan all of whose shares were given to lenders: else the rest is owed to nobody here."""
    own = [state.positions[loan | number] for number in range(1, state.position_counts[loan] + 1)]
    if any(not 0 <= each.shares < _MOST or not 0 <= each.had < _MOST for each in own):
        return f"shares or amounts out of range: {own}"
    lent = sum(state.position_cuts.get(loan, ()))
    if sum(each.shares for each in own) != lent:
        return f"{lent} shares were lent, and the positions have {sum(each.shares for each in own)}"
    lender = rules.lender_of(state, loan)
    if lender is None:
        return None
    paid, shares = LENDS[lender](state, loan_number_of(loan))
    if shares != lent:
        return None
    owed = [rules.owed(state, each.id, paid, shares) for each in own]
    if sum(owed) != paid:
        return f"{paid} was paid in, and {sum(owed)} is owed"
    late = next((each for each, most in zip(own, owed, strict=True) if each.had > most), None)
    return None if late is None else f"{late} has had more than it is owed"


def _held_by_persons(state: Claims) -> tuple[str, str] | None:
    """Whoever was given a position is a person of a country to which they were open (T4)."""
    for position in state.changed(state.positions):
        known, before = state.positions[position], state.before(state.positions, position)
        # What a lost account had its successor has, wherever that is.
        if before is not None and (before.owner == known.owner or not state.account(before.owner).may_act):
            continue
        owner = state.account(known.owner)
        if known.owner == NOBODY or owner.room or not state.open_countries.get(owner.country, False):
            return "T4", f"position {position:#x} was given to {known.owner}, of {owner.country}"
    return None


def answers(state: Claims) -> Iterator[Question]:
    """Views that are not a word of storage, and what they must answer."""
    for position in state.positions:
        claim = rules.known_claim(state, position)
        if claim is not None:
            yield Question(f"{position:#x}", "unclaimed", (position,), claim)


def at_last(state: Claims) -> tuple[str, str] | None:
    """Asked after each act already."""
    return None
