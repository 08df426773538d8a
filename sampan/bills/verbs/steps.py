"""What verbs on bills share: who may try them when, steps of their effects, which accounts a log may have named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from sampan.bills import rules
from sampan.bills.records import LIVE, Bill, Bills
from sampan.bills.rules import Party
from sampan.identity import rules as standing
from sampan.identity.records import ANSWER, HOUR, MOVE, Account
from sampan.model.perform import At
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.verb import NOBODY, Verb, arg
from sampan.suite.words import Endorsement, Kind, Status


class OnBills(Verb):
    """A verb on bills that there are."""

    __slots__ = ()

    statuses: ClassVar[frozenset[Status]] = LIVE
    """Those in which it may be."""
    party: ClassVar[Party] = Party.POSSESSOR
    """Who does it."""


@dataclass(frozen=True, slots=True)
class OnBill(OnBills):
    """A verb on one bill, which is its first argument."""

    bill: int = arg(kinds.BILL)

    def asked(self, at: At) -> tuple[Bill, Account]:
        """The bill, in one of the verb's statuses, and the account of the party, which acts now. Raises `Refusal`."""
        state, actor = at.state, at.actor
        if self.party is Party.POSSESSOR:
            return rules.in_possession(state, self.bill, actor, self.statuses)
        bill = rules.bill_in(state, self.bill, self.statuses)
        if self.party is Party.CARRIER:
            return bill, rules.carrier(state, bill.id, actor, ANSWER)
        return bill, standing.acting(state, actor, MOVE)


def move(state: Bills, bill: Bill, to: str) -> None:
    """Possession goes to another account; the bill's approval ends."""
    state.change(state.accounts, bill.possessor).possessed -= 1
    state.change(state.accounts, to).possessed += 1
    bill.possessor = to
    state.drop(state.approvals, bill.id)


def handed(state: Bills, e: Any) -> ev.Transfer:
    """The token's event before one that gives possession."""
    return ev.Transfer(e.from_, e.to, e.bill)


def counted(state: Bills, number: int, act_count: int) -> Bill:
    """The bill, about to change, with the act count of the event."""
    bill = state.change(state.bills, number)
    bill.act_count = act_count
    return bill


def spend_rights(state: Bills, bill: Bill, actor: Account) -> None:
    """The possessor acts: what it received it rejects no more. Another titleholder still may reject title, in time."""
    bill.may_reject_title = rules.title_unsettled(state, bill, actor)
    bill.may_reject_possession = False


def given(state: Bills, bill: Bill, giver: Account) -> None:
    """Given by an account, now. While title may be rejected its hours run on: the new possessor has the rest of them.

    What a room gives was agreed in its deal: no part of it is rejected.
    """
    spend_rights(state, bill, giver)
    bill.may_reject_possession = not giver.room
    bill.previous_account = giver.number
    if not bill.may_reject_title:
        bill.since = state.now // HOUR
    if giver.room:
        state.drop(state.lodgings, bill.id)


def titled(bill: Bill, giver: Account, endorsement: Endorsement, titleholder: int, possessor: Account | None) -> None:
    """A new titleholder; `possessor` has been given possession in the same act, None: nobody has."""
    moves = possessor is not None
    whole = possessor is not None and (endorsement is Endorsement.BLANK or titleholder == possessor.participant)
    if bill.kind is not Kind.BLANK:
        bill.previous_titleholder = bill.titleholder
    else:
        # What was in blank goes back in blank when it goes back whole, else to whoever endorsed it.
        bill.previous_titleholder = 0 if whole else giver.participant
    bill.kind = rules.KIND_AFTER[endorsement]
    bill.titleholder = titleholder
    bill.may_reject_title = not giver.room and (moves or titleholder != 0)


def named(state: Bills, titleholder: int, likely: str = NOBODY, *, ended: bool = False) -> list[str]:
    """The accounts by which a titleholder may have been named, the likely one first: the log shows the participant.

    With `ended` removed and recovered ones too, which keep what they had.
    """
    found = state.ever(titleholder)
    if not ended and titleholder in state.participants:
        found = list(state.participants[titleholder].accounts) or found[:1]
    if likely in found:
        found.remove(likely)
        found.insert(0, likely)
    return found or [NOBODY]
