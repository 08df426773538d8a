"""What the ledger answers about a bill or an account number, changing nothing; status is derived, not stored."""

from __future__ import annotations

from sampan.model import rules
from sampan.model.state import NOBODY, PENDING, State, Status

FOR_EVER = 2**256 - 1


def holder_for(state: State, bill: int) -> int:
    """The participant for whom a bill is possessed now, 0 for a bill that never was (P1).

    For a bill in a room the room is asked (`State.rooms`); KeyError when the model does not know its code.
    """
    known = state.bills.get(bill)
    return rules.holder_for(state, known) if known else 0


def rejectable_until(state: State, bill: int) -> int:
    """Last second since 1970 at which what was received may be rejected; 0: nothing may; a room: for ever."""
    known = state.bills.get(bill)
    if known is None or known.status is not Status.LIVE:
        return 0
    if not (known.may_reject_possession or known.may_reject_title):
        return 0
    by_room = known.may_reject_possession and state.account(known.possessor).room
    return FOR_EVER if by_room else rules.rejectable_until(known)


def recallable_from(state: State, bill: int, now: int) -> int:
    """First second since 1970 at which a pending surrender may be recalled, as it stands at `now`; 0: none waits."""
    known = state.bills.get(bill)
    if known is None or known.status not in PENDING:
        return 0
    state.now = now
    return rules.recallable_from(state, known)


def account_at(state: State, number: int) -> str:
    """The address to which an account number points now; zero when there is no such number."""
    return state.resolve(number) if number in state.account_at else NOBODY
