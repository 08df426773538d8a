"""What may be done with a bill as it stands: which verb, by whom, until or from when.

It says what kind, status, title and clocks allow (T6 to T8); roles, suspensions and from whom a
receiver takes bills are asked by the ledger when the act is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sampan.bills.records import MOST_IDLE_ACTS, PENDING
from sampan.suite.tell import earliest, moment
from sampan.suite.words import Kind, Status

if TYPE_CHECKING:
    from datetime import datetime

    from sampan.client.records import Bill
    from sampan.suite.tell import Names


@dataclass(frozen=True, slots=True)
class NextAct:
    """One thing that may be done: a verb of the ledger, by a participant or an account.

    `until` and `from_` are None where no clock runs; `note` says what else must be there.
    """

    verb: str
    by: str
    """`possessor`, `titleholder`, `carrier`, `surrenderer` or `anybody`."""
    participant: int | None
    account: str | None
    until: datetime | None = None
    from_: datetime | None = None
    note: str = ""

    @property
    def when(self) -> str:
        """Its clock and note in words."""
        words = []
        if self.from_ is not None:
            words.append(f"from {earliest(self.from_)}")
        if self.until is not None and self.until.year < 9999:
            words.append(f"until {moment(self.until)}")
        return ", ".join([*words, *([self.note] if self.note else [])])

    def who_in(self, names: Names) -> str:
        """Who may do it, in words."""
        if self.account is not None:
            return f"the {self.by}, {names.account(self.account)}"
        if self.participant is not None:
            return f"the {self.by}, {names.participant(self.participant)}"
        return self.by


def next_acts(bill: Bill) -> tuple[NextAct, ...]:
    """What may be done with a bill now; nothing when its life is over."""
    if bill.status is Status.LIVE:
        return (*_rejections(bill), *_live(bill))
    if bill.status in PENDING:
        return _pending(bill)
    if bill.status is Status.SURRENDERED:
        return (NextAct("deliver", "carrier", bill.carrier, None),)
    return ()


def _live(bill: Bill) -> list[NextAct]:
    person = not bill.possessor.room
    own = _own(bill)
    agreed = "with the titleholder's agreement"
    found = [_possessor(bill, "transfer")]
    if bill.kind is Kind.BLANK or (bill.kind is Kind.ORDER and own):
        found.append(_possessor(bill, "endorse"))
    elif bill.kind is Kind.ORDER and not person:
        found.append(_possessor(bill, "endorse", note=agreed))
    if own or (bill.kind is Kind.STRAIGHT and bill.possessor.participant == bill.previous_titleholder):
        found.append(_possessor(bill, "surrender"))
    elif bill.kind is not Kind.STRAIGHT:
        found.append(_possessor(bill, "surrender", note=agreed))
    if bill.act_count < MOST_IDLE_ACTS:
        found.append(_possessor(bill, "sign"))
    if not person:
        found += [_possessor(bill, "hold"), _possessor(bill, "give-back", note="as it came")]
    return found


def _own(bill: Bill) -> bool:
    """Whether the possessor is entitled, or title goes with possession."""
    person = not bill.possessor.room
    return bill.titleholder is None or (person and bill.possessor.participant == bill.titleholder)


def _possessor(bill: Bill, verb: str, until: datetime | None = None, note: str = "") -> NextAct:
    return NextAct(verb, "possessor", None, bill.possessor.address, until, note=note)


def _rejections(bill: Bill) -> list[NextAct]:
    until = bill.rejectable_until
    if until is None or until < bill.time:
        return []
    if bill.act_count == 1:
        return [*_rejection_of_issue(bill, until), *_rejection_of_title(bill, until)]
    found = []
    # In blank title goes with possession; else it was received by the titleholder, wherever the bill is.
    entitled = bill.kind is Kind.BLANK or bill.possessor.participant == bill.titleholder
    if bill.may_reject_possession and bill.may_reject_title and entitled:
        found.append(_possessor(bill, "reject both", until, "or what of it came apart"))
    elif bill.may_reject_possession:
        found.append(_possessor(bill, "reject possession", until))
    if bill.may_reject_title and not (bill.may_reject_possession and entitled):
        if bill.kind is Kind.BLANK:
            found.append(_possessor(bill, "reject title", until))
        else:
            found.append(NextAct("reject title", "titleholder", bill.titleholder, None, until))
    return found


def _rejection_of_issue(bill: Bill, until: datetime) -> list[NextAct]:
    if not bill.may_reject_possession:
        return []
    alone = bill.kind is not Kind.ORDER or _own(bill)
    return [_possessor(bill, "reject issue", until, "" if alone else "with the titleholder's agreement")]


def _rejection_of_title(bill: Bill, until: datetime) -> list[NextAct]:
    """Of title that was given at issue, to whoever does not possess."""
    return [NextAct("reject title", "titleholder", bill.titleholder, None, until)] if bill.may_reject_title else []


def _pending(bill: Bill) -> tuple[NextAct, ...]:
    carrier = bill.carrier
    answer = {
        Status.PENDING_DELIVERY: "accept",
        Status.PENDING_AMENDMENT: "replace",
        Status.PENDING_PAPER: "to-paper",
    }[bill.status]
    agreed = bill.status is not Status.PENDING_AMENDMENT or bill.agreed is not None
    recall_from = bill.recallable_from if bill.recallable_from and bill.recallable_from > bill.time else None
    return (
        NextAct(answer, "carrier", carrier, None, note="" if agreed else "with the surrenderer's agreement"),
        NextAct("refuse", "carrier", carrier, None, note="with a remark"),
        *_recalls(bill, recall_from),
    )


def _recalls(bill: Bill, start: datetime | None) -> list[NextAct]:
    """Of what a room surrendered anybody's (P14), else the surrenderer's and the titleholder's."""
    if bill.lodging is not None:
        return [NextAct("recall", "anybody", None, None, from_=start)]
    recalls = [NextAct("recall", "surrenderer", None, bill.previous, from_=start)]
    if bill.titleholder is not None:
        recalls.append(NextAct("recall", "titleholder", bill.titleholder, None, from_=start))
    return recalls
