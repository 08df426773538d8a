"""Properties that no sequence of acts may break, asked after every act of what it changed.

They read the events and the model's state, not the rules: what must hold is said here a second time, in other words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Final

from sampan.bills import rules
from sampan.bills.records import MAX_ACTS, PENDING, TERMINAL, Bill, Bills
from sampan.suite import events as ev
from sampan.suite import ids
from sampan.suite.check import Question
from sampan.suite.event import Event
from sampan.suite.verb import NOBODY
from sampan.suite.words import Rejection, Status


def broken(state: Bills, events: Sequence[Event], counts: Mapping[int, int]) -> tuple[str, str] | None:
    """The property that one act broke, and how; None: none. `counts` are the act events of each bill so far."""
    by_bill: dict[int, list[Event]] = {}
    for event in events:
        if type(event) in state.suite.acts:
            by_bill.setdefault(event.bill, []).append(event)  # type: ignore[attr-defined]
    for number in state.changed(state.bills):
        bill, before = state.bills[number], state.before(state.bills, number)
        found = (
            _one_possessor(state, bill)
            or _one_live_version(state, bill)
            or _kept(before, bill, counts)
            or _control(state, before, bill, by_bill.get(number, []))
            or _delivered(before, bill, by_bill.get(number, []))
            or _title(before, bill, by_bill.get(number, []))
        )
        if found:
            return found
    return None


def _one_possessor(state: Bills, bill: Bill) -> tuple[str, str] | None:
    possessor = state.accounts.get(bill.possessor)
    if possessor is None or bill.possessor == NOBODY:
        return "P1", f"bill {bill.id:#x} is possessed by {bill.possessor}, which is no account"
    if bill.status in PENDING | TERMINAL | {Status.SURRENDERED} and possessor.lei != ids.lei_of(bill.id):
        return "P1", f"bill {bill.id:#x} is {bill.status.name} and not with its carrier"
    if bill.titleholder and bill.titleholder not in state.participants:
        return "P1", f"bill {bill.id:#x} has a titleholder that does not exist"
    return None


def _one_live_version(state: Bills, bill: Bill) -> tuple[str, str] | None:
    versions = state.versions(bill.id)
    living = [each.id for each in versions if each.status not in TERMINAL]
    if len(living) > 1:
        return "P2", f"{len(living)} versions of bill {bill.id:#x} live"
    if bill not in versions:
        return "P2", f"a version before bill {bill.id:#x} is missing"
    if any(state.bills[old].replaced_by.count(bill.id) != 1 for old in bill.replaces):
        return "P2", f"bill {bill.id:#x} replaces one that does not know it"
    if any(bill.id not in state.bills[new].replaces for new in bill.replaced_by):
        return "P2", f"bill {bill.id:#x} is replaced by one that does not know it"
    return None


_FIXED: Final = attrgetter("root", "checksum", "carriage_law", "record_law")


def _kept(before: Bill | None, bill: Bill, counts: Mapping[int, int]) -> tuple[str, str] | None:
    """What was issued stays, nothing happens after a bill's end, every act is counted."""
    if before is not None and _FIXED(before) != _FIXED(bill):
        return "P3", f"what bill {bill.id:#x} says changed"
    if before is not None and before.status in TERMINAL:
        return "P1", f"bill {bill.id:#x} changed after it was {before.status.name}"
    if bill.act_count != min(counts.get(bill.id, 0), MAX_ACTS):
        return "P10", f"bill {bill.id:#x} counts {bill.act_count} acts, the log {counts.get(bill.id, 0)}"
    return None


def _delivered(before: Bill | None, bill: Bill, events: Sequence[Event]) -> tuple[str, str] | None:
    accepted = before is not None and before.status is Status.SURRENDERED
    for event in events:
        if isinstance(event, ev.Delivered) and not accepted:
            return "P9", f"bill {bill.id:#x} was delivered without an accepted surrender"
        accepted = accepted or isinstance(event, ev.SurrenderAccepted)
    return None


_GIVES_TITLE: Final = (
    ev.Issued,
    ev.IssuedFromPaper,
    ev.ReplacementIssued,
    ev.Endorsed,
    ev.Lodged,
    ev.GivenBack,
    ev.Rejected,
)


def _title(before: Bill | None, bill: Bill, events: Sequence[Event]) -> tuple[str, str] | None:
    """A plain transfer never changes title, a surrender and its undoing neither (N1): "exactly as it was"."""
    if before is None or (before.kind, before.titleholder) == (bill.kind, bill.titleholder):
        return None
    if not any(isinstance(event, _GIVES_TITLE) for event in events):
        return "P4", f"title to bill {bill.id:#x} changed by {[type(event).__name__ for event in events]}"
    last = next(event for event in reversed(events) if isinstance(event, _GIVES_TITLE))
    if isinstance(last, (ev.Endorsed, ev.Lodged)) and last.titleholder != bill.titleholder:
        return "P4", f"title to bill {bill.id:#x} is not what its last endorsement says"
    if isinstance(last, ev.Rejected) and len(events) == 1 and bill.titleholder != before.previous_titleholder:
        return "P4", f"a rejected title to bill {bill.id:#x} did not go back to who gave it"
    return None


def _control(state: Bills, before: Bill | None, bill: Bill, events: Sequence[Event]) -> tuple[str, str] | None:
    """P4: possession goes on by the possessor's act, an undoing back to where it came from, a recovery within a person.

    P12: who gives may act; who is given something new may receive.
    """
    possessor = before.possessor if before else NOBODY
    giver = state.resolve(before.previous_account) if before else NOBODY
    for event in events:
        match event:
            case ev.Issued() | ev.IssuedFromPaper() | ev.ReplacementIssued():
                actor = state.account(event.actor)
                if actor.lei != ids.lei_of(bill.id) or not actor.acts(state.now):
                    return "P4", f"bill {bill.id:#x} was issued by an account that is not its carrier's or may not act"
                possessor, giver = event.possessor, event.actor
            case ev.Transferred() | ev.Endorsed() | ev.Lodged() | ev.Surrendered():
                if event.from_ != possessor or not state.account(possessor).acts(state.now):
                    return "P4", f"bill {bill.id:#x} left {possessor} without its act"
                if not isinstance(event, ev.Endorsed) or event.to != event.from_:
                    giver = possessor
                    possessor = event.room if isinstance(event, ev.Lodged) else event.to
                    new = state.account(possessor)
                    exempt = isinstance(event, ev.Surrendered) or state.account(giver).room
                    if not exempt and not new.receives(state.now):
                        return "P12", f"bill {bill.id:#x} was given to {possessor}, which receives nothing new"
            case ev.Rejected():
                if event.rejection is not Rejection.TITLE:
                    if event.actor != possessor or event.to != giver:
                        return "P4", f"bill {bill.id:#x} was rejected to {event.to}, it came from {giver}"
                    possessor = event.to
                if not state.account(event.actor).acts(state.now):
                    return "P12", f"bill {bill.id:#x} was rejected by who may not act"
            case ev.GivenBack():
                if event.room != possessor:
                    return "P4", f"bill {bill.id:#x} was given back by {event.room}, it was with {possessor}"
                possessor, giver = event.to, event.room
            case ev.HeldFor():
                if event.room != possessor:
                    return "P4", f"{event.room} holds bill {bill.id:#x}, which is with {possessor}"
            case ev.SurrenderRefused() | ev.SurrenderRecalled():
                if event.to != giver:
                    return "P4", f"bill {bill.id:#x} went back to {event.to}, it was surrendered by {giver}"
                possessor = event.to
            case ev.PossessionRecovered():
                old, new = state.account(event.from_), state.account(event.to)
                if old.participant != new.participant or old.participant == 0:
                    return "P4", f"recovery moved bill {bill.id:#x} to another person"
                possessor = event.to
            case ev.Signed():
                if event.actor != possessor:
                    return "P4", f"bill {bill.id:#x} was signed by {event.actor}, it was with {possessor}"
                if not state.account(event.actor).acts(state.now):
                    return "P12", f"bill {bill.id:#x} was signed by who may not act"
            case ev.SurrenderAccepted() | ev.Delivered() | ev.Replaced() | ev.SwitchedToPaper():
                actor = state.account(event.actor)
                if actor.lei != ids.lei_of(bill.id) or not actor.acts(state.now):
                    return "P4", f"bill {bill.id:#x} was answered by who is not its carrier or may not act"
            case _:
                # Of an act that is not known here: possession stays, and whoever acted might.
                if not state.account(getattr(event, "actor", possessor)).acts(state.now):
                    return "P12", f"bill {bill.id:#x} was acted on by who may not act"
    if possessor != bill.possessor:
        return "P4", f"bill {bill.id:#x} is with {bill.possessor}; its events leave it with {possessor}"
    return None


def answers(state: Bills) -> Iterator[Question]:
    """Views that are not storage, and what they must answer."""

    def question(view: str, argument: int, expected: int) -> Question:
        return Question(view, view, (argument,), expected)

    for bill in state.bills.values():
        yield question("holderFor", bill.id, rules.holder_for(state, bill))
        yield question("rejectableUntil", bill.id, rules.may_be_rejected_until(state, bill.id))
        yield question("recallableFrom", bill.id, rules.may_be_recalled_from(state, bill.id))
    for number in state.account_at:
        yield question("accountAt", number, int(state.resolve(number), 16))


def at_last(state: Bills) -> tuple[str, str] | None:
    """What must hold of the whole ledger: balances count bills (N10), and every bill is held for somebody (P1)."""
    owned: dict[str, int] = {}
    for bill in state.bills.values():
        owned[bill.possessor] = owned.get(bill.possessor, 0) + 1
        if rules.holder_for(state, bill) not in state.participants:
            return "P1", f"bill {bill.id:#x} is held for nobody"
        in_room = state.account(bill.possessor).room
        if bill.status is Status.LIVE and in_room != (bill.id in state.lodgings):
            return "P1", f"bill {bill.id:#x} is {'' if in_room else 'not '}in a room, its lodging says otherwise"
        if in_room and (bill.may_reject_possession or bill.may_reject_title):
            return "P1", f"bill {bill.id:#x} may be rejected in a room"
    for account in state.accounts.values():
        if account.possessed != owned.get(account.address, 0):
            return "balance", f"{account.address} possesses {owned.get(account.address, 0)} bills"
    return None
