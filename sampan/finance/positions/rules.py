"""What a position is owed, and who may hold it: as contracts/finance/Positions.sol."""

from __future__ import annotations

from typing import Final

from sampan.finance.lending_rooms import LENDS
from sampan.finance.positions.records import AMOUNT_BITS, Claims, Position
from sampan.suite.ids import loan_id_of, loan_number_of, room_number_of
from sampan.suite.verb import NOBODY, Refusal

_OVERFLOW: Final = 0x11
_DIVIDED_BY_ZERO: Final = 0x12
_OUT_OF_BOUNDS: Final = 0x32

# --------------------------------------------------------------------------------------------------------- what is owed


def owed(state: Claims, position: int, paid: int, shares: int) -> int:
    """All that a position is owed since its loan was opened, of what was paid in for so many shares.

    Each cut takes floor(what comes to the whole x its shares / the shares left), the whole keeps the rest.
    """
    return _after(state, position, len(state.position_cuts.get(position, ())), paid, shares)[0]


def _after(state: Claims, position: int, cuts: int, paid: int, shares: int) -> tuple[int, int]:
    """What a position, or the loan, has after its first cuts, and of how many shares."""
    # From the loan down to the position: of each that it was cut from, up to that cut.
    way = [(position, cuts)]
    while way[-1][0] != loan_id_of(position):
        # What somebody invented was cut from the loan.
        known = state.positions.get(way[-1][0]) or Position(way[-1][0])
        if known.whole >= known.id:
            # A log that was altered: what is cut comes after what it is cut from.
            raise Refusal("Panic", _OUT_OF_BOUNDS)
        way.append((known.whole, known.cut))
    claim, left = paid, shares
    for at in range(len(way) - 1, -1, -1):
        here, number = way[at]
        sizes = state.position_cuts.get(here, ())
        for size in sizes[:number]:
            claim, left = _less(claim, _share(claim, size, left)), _less(left, size)
        if at:
            if number >= len(sizes):
                raise Refusal("Panic", _OUT_OF_BOUNDS)
            size = sizes[number]
            claim, left = _share(claim, size, left), size
    return claim, left


def _share(claim: int, size: int, left: int) -> int:
    if (claim * size) >> 256:
        raise Refusal("Panic", _OVERFLOW)
    if not left:
        raise Refusal("Panic", _DIVIDED_BY_ZERO)
    return claim * size // left


def _less(value: int, by: int) -> int:
    if value < by:
        raise Refusal("Panic", _OVERFLOW)
    return value - by


def due(state: Claims, position: int, paid: int, shares: int) -> int:
    """What a position is owed and has not had."""
    known = state.positions.get(position) or Position(position)
    return _less(owed(state, position, paid, shares), known.had)


def lender_of(state: Claims, position: int) -> str | None:
    """The room of the suite that lent; None of another room, of which no log tells what it paid."""
    room = state.resolve(room_number_of(position))
    return next((name for name in LENDS if state.addresses.get(name) == room), None)


def unclaimed(state: Claims, position: int) -> int:
    """What a position is owed now. Raises `Refusal` where what lent is no room that lends."""
    lender = lender_of(state, position)
    if lender is None:
        raise Refusal("")
    return due(state, position, *LENDS[lender](state, loan_number_of(position)))


def known_claim(state: Claims, position: int) -> int | None:
    """What a position is owed now; None where nobody can tell: a room lent that is none of the suite, or that has told
    of no shares yet; or the log tells what cannot have happened, as that it was paid more than came in."""
    lender = lender_of(state, position)
    if lender is None:
        return None
    paid, shares = LENDS[lender](state, loan_number_of(position))
    try:
        return due(state, position, paid, shares) if shares else None
    except Refusal:
        return None


def had(state: Claims, position: int, amount: int) -> None:
    """A position had so much more. The event of the room that paid it tells; of a room that is none of the suite no log
    does."""
    known = state.change(state.positions, position)
    known.had = (known.had + amount) & ((1 << AMOUNT_BITS) - 1)


# -------------------------------------------------------------------------------------------------------------- holding


def owner_of(state: Claims, position: int) -> str:
    """The account that has a position."""
    found = state.positions.get(position)
    if found is None:
        raise Refusal("TokenDoesNotExist")
    return found.owner


def may_pass(state: Claims, giver: str, to: str) -> None:
    """Persons alone hold positions: who gives acts; who is given may be given something new, and is of a country for
    which they are open. From a lost account they go to its successor alone, of which nothing is asked. `giver` is
    nobody of a new one."""
    if giver != NOBODY:
        known = state.account(giver)
        if not known.may_act and state.resolve(known.number) == to:
            return
        if not known.acts(state.now):
            raise Refusal("MayNotAct", giver)
    word = state.account(to)
    if not word.receives(state.now) or word.room:
        raise Refusal("MayNotReceive", to)
    if not state.open_countries.get(word.country, False):
        raise Refusal("NotOpenTo", to, word.country)


def of_owner(state: Claims, position: int, giver: str) -> None:
    """The position is there, and the giver's."""
    if owner_of(state, position) != giver:
        raise Refusal("TransferFromIncorrectOwner")


def may_move(state: Claims, position: int, sender: str) -> None:
    """The sender is the owner, or approved for this position or for all."""
    owner = owner_of(state, position)
    if sender in (owner, state.position_approvals.get(position)):
        return
    operates(state, owner, sender)


def operates(state: Claims, owner: str, sender: str) -> None:
    """The sender is the owner, or approved for all that it has."""
    if sender != owner and not state.position_operators.get((owner, sender), False):
        raise Refusal("NotOwnerNorApproved")


def next_position(state: Claims, whole: int) -> int:
    """The id of the position that is cut next from another, or from a loan."""
    loan = loan_id_of(whole)
    return loan | state.position_counts.get(loan, 0) + 1
