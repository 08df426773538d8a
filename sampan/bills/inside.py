"""What every room asks and does (contracts/rooms/Room.sol), for the verbs of its subject.

A room's event comes before what it has the ledger do: a log is read from its first event, and a call of the ledger that
stands first is taken for the room's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sampan.identity.rules import acting
from sampan.model.perform import Call
from sampan.suite.verb import NOBODY, Refusal
from sampan.suite.words import Status

if TYPE_CHECKING:
    from sampan.bills.records import Bills, Lodging
    from sampan.model.perform import At
    from sampan.suite.verb import Verb


def room_of(state: Bills, number: int) -> str:
    """The room in which a bill lies, or that surrendered it; nobody's of a bill that was never lodged."""
    if number not in state.lodgings:
        return NOBODY
    bill = state.bills[number]
    # A lodging stays while a surrender is answered, and behind a bill that ended so.
    return bill.possessor if bill.status is Status.LIVE else state.account_at.get(bill.previous_account, NOBODY)


def lodged(at: At, bill: int) -> Lodging:
    """What the ledger keeps of a bill that the room at hand possesses or surrendered. Raises `Refusal`."""
    if room_of(at.state, bill) != _own(at):
        raise Refusal("NotUnderThisDeal", bill)
    found: Lodging = at.state.lodgings[bill]
    return found


def party(at: At, account: str, role: int, participant: int) -> None:
    """The account acts now, with a role, for the participant that the deal names. Raises `Refusal`."""
    if acting(at.state, account, role).participant != participant:
        raise Refusal("NotAParty", account)


def calls(at: At, verb: Verb) -> None:
    """The room at hand calls the ledger."""
    at.steps.call(Call(_own(at), verb))


def _own(at: At) -> str:
    found: str = at.state.addresses[at.verb.subject.contract]
    return found
