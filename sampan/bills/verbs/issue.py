"""Issue: a bill to its first possessor, new or in place of paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sampan.bills import rules
from sampan.bills.records import ISSUED_MODULO, NO_HASH, Bill, Bills, Outcome
from sampan.bills.subject import BILLS
from sampan.bills.telling import bill_issued
from sampan.bills.terms import Terms, terms_hash
from sampan.bills.verbs.steps import named
from sampan.identity import rules as standing
from sampan.identity.records import HOUR, ISSUE, Account
from sampan.model.perform import At
from sampan.model.replay import Log
from sampan.suite import events as ev
from sampan.suite import kinds
from sampan.suite.event import filled
from sampan.suite.verb import NOBODY, Refusal, Verb, arg
from sampan.suite.words import Kind, Status


def _issue(at: At, verb: Issue | IssueFromPaper, kind: type[ev.Issued | ev.IssuedFromPaper]) -> None:
    terms, possessor = verb.terms, verb.possessor
    titleholder, issued = _may_issue(at, terms, possessor, from_paper=kind is ev.IssuedFromPaper)
    at.log(filled(kind, verb, terms, actor=at.actor, titleholder=titleholder, act_count=1, issued=issued))


def _may_issue(at: At, terms: Terms, possessor: str, *, from_paper: bool) -> tuple[int, int]:
    """The titleholder's number, and which bill of the account it is."""
    state = at.state
    carrier = rules.carrier(state, terms.bill, at.actor, ISSUE)
    if not carrier.receives(state.now):
        raise Refusal("MayNotReceive", at.actor)
    if terms.kind is Kind.NAMED:
        raise Refusal("KindNotAllowed", terms.bill, terms.kind)
    previous = rules.previous_version(state, terms.bill)
    if previous not in {Status.NONE, Status.VOID} and not (from_paper and previous is Status.PAPER):
        raise Refusal("PreviousVersionStands", terms.bill, previous)
    receiver = standing.receiver(state, possessor)
    if receiver.room:
        raise Refusal("RoomNeedsTerms", possessor)

    titleholder = 0
    if terms.kind is Kind.BLANK:
        if terms.titleholder != NOBODY:
            raise Refusal("NoTitleholderInBlank", terms.bill)
    else:
        entitled = rules.entitled(state, terms.bill, terms.titleholder)
        titleholder = entitled.participant
        if terms.titleholder != possessor:
            welcome_at_issue(at, terms, carrier, entitled, possessor, titleholder)
    welcome_at_issue(at, terms, carrier, receiver, possessor, titleholder)
    rules.may_create(state, terms, carrier)
    return titleholder, next_issued(carrier)


def next_issued(carrier: Account) -> int:
    """Which bill of the account its next one is."""
    return (carrier.issued + 1) % ISSUED_MODULO


def welcome_at_issue(at: At, terms: Terms, carrier: Account, taker: Account, possessor: str, titleholder: int) -> None:
    """Whoever is given a new bill takes from the carrier, or has agreed to its terms."""
    # The hash is dear, and asked for only where somebody has agreed to something.
    detail = terms_hash(terms) if at.state.agreements or at.state.recorded else NO_HASH
    rules.welcome(at, carrier, taker, Outcome(terms.bill, 0, possessor, titleholder, terms.kind, detail))


def terms_of(e: Any, titleholder: str) -> Terms:
    """The terms of which an issue's event tells, the titleholder by one of its accounts."""
    return filled(Terms, e, titleholder=titleholder)


@BILLS.verb("issue", logs=ev.Issued, label="issue {terms} {terms.kind}[ {terms.titleholder}], with {possessor}")
class Issue(Verb):
    """Issue a bill with its terms to its first possessor."""

    terms: Terms = arg(kinds.STRUCT)
    possessor: str = arg(kinds.RECEIVER)
    remark: bytes = arg(kinds.REMARK, b"")

    def run(self, at: At) -> None:
        _issue(at, self, ev.Issued)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e = log.first
        for titleholder in named(log.state, e.titleholder, e.possessor):
            yield e.actor, cls(terms_of(e, titleholder), e.possessor, e.remark)


@BILLS.verb(
    "issueFromPaper",
    logs=ev.IssuedFromPaper,
    label="issue {terms} from paper, originals: {originals}, {terms.kind}[ {terms.titleholder}], with {possessor}",
)
class IssueFromPaper(Verb):
    """Issue a bill in place of paper originals that were made inoperative (L12)."""

    terms: Terms = arg(kinds.STRUCT)
    possessor: str = arg(kinds.RECEIVER)
    originals: int = arg(kinds.COUNT, help="How many paper originals were made inoperative.")
    statement: bytes = arg(
        kinds.HASH, help="The signed statement of change of medium: its file, such as a scan, or the file's SHA-256."
    )
    remark: bytes = arg(kinds.REMARK, b"")

    def run(self, at: At) -> None:
        rules.stated(self.originals, self.statement)
        _issue(at, self, ev.IssuedFromPaper)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e = log.first
        for titleholder in named(log.state, e.titleholder, e.possessor):
            yield e.actor, cls(terms_of(e, titleholder), e.possessor, e.originals, e.statement, e.remark)


def _to_possessor(state: Bills, e: Any) -> ev.Transfer:
    return ev.Transfer(NOBODY, e.possessor, e.bill)


@BILLS.event(ev.Issued, bill_issued, act=True, gives=("actor", "possessor"), beside=_to_possessor)
@BILLS.event(ev.IssuedFromPaper, bill_issued, act=True, gives=("actor", "possessor"), beside=_to_possessor)
@BILLS.event(ev.ReplacementIssued, bill_issued, act=True, beside=_to_possessor)
def issued(state: Bills, e: ev.Issued | ev.IssuedFromPaper | ev.ReplacementIssued) -> None:
    actor = state.change(state.accounts, e.actor)
    actor.issued = e.issued
    possessor = state.change(state.accounts, e.possessor)
    possessor.possessed += 1
    bill = filled(
        Bill,
        e,
        id=e.bill,
        status=Status.LIVE,
        previous_account=actor.number,
        since=state.now // HOUR,
        issuer=e.actor,
    )
    if isinstance(e, ev.ReplacementIssued):
        giver = rules.disposer(state, state.bills[e.replaces[0]], possessor)
        had = {rules.entitled_before(state, state.bills[old], possessor) for old in e.replaces}
        # In a room nothing is rejected.
        new = not possessor.room and e.titleholder not in had
    else:
        giver, new = possessor.participant, e.kind is Kind.ORDER
        bill.may_reject_possession = True
    bill.may_reject_title = new and e.kind in {Kind.ORDER, Kind.NAMED} and e.titleholder != possessor.participant
    if bill.may_reject_title or e.kind is Kind.STRAIGHT:
        bill.previous_titleholder = giver
    state.put(state.bills, e.bill, bill)
