"""The rarer roads: replaced, to paper, recovered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, product
from typing import Final

from sampan.bills import rules
from sampan.bills.records import (
    LIVE,
    MAX_REPLACED,
    MAX_REPLACEMENTS,
    NO_HASH,
    PENDING,
    Bill,
    Bills,
    Lodging,
    Outcome,
)
from sampan.bills.rules import Party, act_count_after
from sampan.bills.subject import BILLS
from sampan.bills.terms import Terms, replacements_hash
from sampan.bills.verbs.issue import next_issued, terms_of, welcome_at_issue
from sampan.bills.verbs.steps import OnBill, OnBills, counted, handed, move, named
from sampan.identity import rules as standing
from sampan.identity.records import ANSWER, ISSUE
from sampan.model.perform import At
from sampan.model.replay import Log
from sampan.suite import events as ev
from sampan.suite import ids, kinds
from sampan.suite.event import filled
from sampan.suite.tell import amount
from sampan.suite.verb import NOBODY, Refusal, Verb, arg
from sampan.suite.words import Kind, Status

_WAYS: Final = 256
"""How many ways of naming the titleholders of replacements a replay tries."""


class Unproven(tuple[Terms, ...]):
    """Replacements read from a log whose titleholders may have been named in more ways than can be tried."""


@BILLS.verb("replace", logs=ev.Replaced, label="replace {bills} by {replacements}")
class Replace(OnBills):
    """Accept surrenders for amendment and reissue, in one act: amend, change destination, switch, split, combine.

    The replacements go to whoever surrendered, which agreed to them by hash or agrees by signature."""

    statuses = frozenset({Status.PENDING_AMENDMENT})
    party = Party.CARRIER
    bills: tuple[int, ...] = arg(kinds.BILLS)
    replacements: tuple[Terms, ...] = arg(kinds.STRUCT)
    remark: bytes = arg(kinds.REMARK, b"")

    def run(self, at: At) -> None:
        state, actor, bills, replacements = at.state, at.actor, self.bills, self.replacements
        if not 0 < len(bills) <= MAX_REPLACED:
            raise Refusal("TooMany", len(bills), MAX_REPLACED)
        if not 0 < len(replacements) <= MAX_REPLACEMENTS:
            raise Refusal("TooMany", len(replacements), MAX_REPLACEMENTS)
        rules.carrier(state, bills[0], actor, ANSWER | ISSUE)
        first = state.bills.get(bills[0])
        surrenderer = state.resolve(first.previous_account) if first else NOBODY
        new = tuple(terms.bill for terms in replacements)
        digest = replacements_hash(bills, replacements)

        believed = at.logged and isinstance(replacements, Unproven)
        titleholders = set()
        for bill in bills:
            known = rules.bill_in(state, bill, self.statuses)
            if first is None or ids.lei_of(bill) != ids.lei_of(bills[0]):
                raise Refusal("NotCarrier", bill, actor)
            if known.previous_account != first.previous_account:
                raise Refusal("NotOneSurrenderer", bill)
            if known.agreed != digest and not believed:
                _require_agreed(at, known, surrenderer, digest)
            titleholders.add(rules.entitled_before(state, known, state.account(surrenderer)))
            at.log(ev.Replaced(bill, actor, new, act_count_after(known), self.remark))
        for terms in replacements:
            _reissue(at, bills, terms, surrenderer, titleholders, believed=believed)
        if state.account(surrenderer).room:
            _hold_on(at, bills, new, surrenderer)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e = log.first
        replaced = [each for each in log.run_of(ev.Replaced) if each.replacements == e.replacements]
        issued = log.run_of(ev.ReplacementIssued, len(replaced))[: len(e.replacements)]
        bills = tuple(each.bill for each in replaced)
        choices = [named(log.state, each.titleholder, each.possessor, ended=True) for each in issued]
        ways = list(islice(_ways(choices), _WAYS + 1))
        for titled in ways[:_WAYS]:
            yield e.actor, cls(bills, tuple(map(terms_of, issued, titled)), e.remark)
        if len(ways) > _WAYS:
            yield e.actor, cls(bills, Unproven(map(terms_of, issued, (named[0] for named in choices))), e.remark)


def _ways(choices: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Who may have been named as titleholders of replacements: first each of them by one account throughout."""
    distinct = list(dict.fromkeys(map(frozenset, choices)))
    for one_each in product(*[sorted(accounts) for accounts in distinct]):
        by = dict(zip(distinct, one_each, strict=True))
        yield tuple(by[frozenset(accounts)] for accounts in choices)
    yield from product(*choices)


def _require_agreed(at: At, bill: Bill, surrenderer: str, digest: bytes) -> None:
    """The replacements are agreed by signature: by whoever surrendered, and by the titleholder if it is another.

    In a straight bill shipper and consignee act alone.
    """
    needed = {at.state.account(surrenderer).participant}
    if bill.kind in {Kind.ORDER, Kind.NAMED}:
        needed.add(bill.titleholder)
    outcome = Outcome(bill.id, bill.act_count, surrenderer, bill.titleholder, bill.kind, digest)
    if not all(rules.has_agreed(at, participant, outcome) for participant in needed):
        raise Refusal("ReplacementsNotAgreed", bill.id, digest)


def _reissue(
    at: At, bills: tuple[int, ...], terms: Terms, surrenderer: str, titleholders: set[int], *, believed: bool
) -> None:
    """One replacement. Whoever had title before need not receive what it had."""
    state = at.state
    carrier, receiver = state.account(at.actor), state.account(surrenderer)
    if ids.lei_of(terms.bill) != carrier.lei:
        raise Refusal("NotCarrier", terms.bill, at.actor)
    previous = rules.previous_version(state, terms.bill)
    if previous not in {Status.NONE, Status.VOID} and terms.bill - ids.ONE_VERSION not in bills:
        raise Refusal("PreviousVersionStands", terms.bill, previous)
    titleholder = 0
    if terms.kind is Kind.BLANK:
        if terms.titleholder != NOBODY:
            raise Refusal("NoTitleholderInBlank", terms.bill)
    else:
        titleholder = state.account(terms.titleholder).participant
        if titleholder == 0:
            raise Refusal("NotAPerson", terms.titleholder)
        first = state.bills[bills[0]]
        if terms.kind is Kind.STRAIGHT and rules.disposer(state, first, receiver) == 0:
            raise Refusal("NotAPerson", surrenderer)
        had, own = titleholder in titleholders, titleholder == receiver.participant
        if not had or first.kind is Kind.STRAIGHT:
            by = named(state, titleholder) if believed else [terms.titleholder]
            _taken(
                at,
                [replace(terms, titleholder=account) for account in by],
                surrenderer,
                titleholder,
                anew=not had,
                asked=not own,
            )
    rules.may_create(state, terms, carrier)
    at.log(
        filled(
            ev.ReplacementIssued,
            terms,
            actor=at.actor,
            possessor=surrenderer,
            titleholder=titleholder,
            act_count=1,
            issued=next_issued(carrier),
            replaces=bills,
        )
    )


def _taken(at: At, named_in: Sequence[Terms], surrenderer: str, titleholder: int, *, anew: bool, asked: bool) -> None:
    """Whoever is given title anew receives, and takes from the carrier unless it surrendered itself; so does a straight
    bill's consignee that gets another document. Under the first terms by which it does; else as the last."""
    carrier = at.state.account(at.actor)
    for terms in named_in:
        try:
            taker = at.state.account(terms.titleholder)
            if anew:
                standing.receiver(at.state, terms.titleholder)
            if asked:
                welcome_at_issue(at, terms, carrier, taker, surrenderer, titleholder)
            return
        except Refusal:
            if terms is named_in[-1]:
                raise


def _hold_on(at: At, bills: tuple[int, ...], replacements: tuple[int, ...], room: str) -> None:
    """The room holds the replacements as it held what was replaced: nobody's standing is asked. It is told which for
    which, and nothing of the carrier's."""
    state = at.state
    first = state.lodgings[bills[0]]
    for bill in bills:
        if state.lodgings[bill].together != first.together:
            raise Refusal("NotOneLodging", bill)
    for replacement in replacements:
        at.log(ev.HeldOn(replacement, room, first.holder, first.deal))
    # Of the suite's own rooms a log shows what they do then: it follows from the lodging.
    told = state.suite.room_at(state.addresses, room) if at.logged else state.rooms[room]
    if told is not None:
        told.on_replaced(at.steps, bills, replacements)


@BILLS.event(ev.HeldOn, "{room} holds it on for {holder}")
def held_on(state: Bills, e: ev.HeldOn) -> None:
    replaced = state.bills[e.bill].replaces
    # Held on already by one of the replacements before it, or not yet.
    among = (*replaced, *state.bills[replaced[0]].replaced_by)
    (was, *_) = (state.lodgings[bill] for bill in among if bill in state.lodgings)
    state.put(state.lodgings, e.bill, Lodging(e.holder, was.lodged_by, was.endorsed, e.deal))
    for old in replaced:
        state.drop(state.lodgings, old)


@BILLS.event(ev.Replaced, "{actor} replaced it by {replacements}", act=True)
def replaced(state: Bills, e: ev.Replaced) -> None:
    bill = counted(state, e.bill, e.act_count)
    bill.status = Status.REPLACED
    bill.agreed = NO_HASH
    bill.replaced_by = e.replacements


@BILLS.verb(
    "toPaper", label="switch to paper {bill}, originals: {originals}, statement: {statement}", command="bill to-paper"
)
class ToPaper(OnBill):
    """Accept a surrender for paper: the record ends (L13)."""

    statuses = frozenset({Status.PENDING_PAPER})
    party = Party.CARRIER
    originals: int = arg(kinds.COUNT, help="How many paper originals are issued.")
    statement: bytes = arg(
        kinds.HASH, help="The signed statement of change of medium: its file, such as a scan, or the file's SHA-256."
    )
    remark: bytes = arg(kinds.REMARK, b"")

    def may(self, at: At) -> ev.SwitchedToPaper:
        known, _ = self.asked(at)
        rules.stated(self.originals, self.statement)
        return ev.SwitchedToPaper(
            self.bill, at.actor, self.originals, self.statement, act_count_after(known), self.remark
        )


@BILLS.event(
    ev.SwitchedToPaper,
    lambda e, names: (
        f"{names.account(e.actor)} switched it to {amount(e.originals, 'paper original')}; the record ends here"
    ),
    act=True,
)
def switched_to_paper(state: Bills, e: ev.SwitchedToPaper) -> None:
    bill = counted(state, e.bill, e.act_count)
    bill.status = Status.PAPER
    bill.originals, bill.statement = e.originals, e.statement


@BILLS.verb("recover", label="recover {bill}", command="bill recover", many=True, anybody=True)
class Recover(OnBill):
    """Move bills from a recovered or removed account to its successor. Anybody may."""

    statuses = LIVE | PENDING | {Status.SURRENDERED}
    party = Party.ANYBODY

    def may(self, at: At) -> ev.PossessionRecovered:
        state = at.state
        known = state.bills.get(self.bill)
        if known is None or known.status not in self.statuses:
            raise Refusal("NothingToRecover", self.bill)
        to = state.resolve(state.account(known.possessor).number)
        if to == known.possessor:
            raise Refusal("NothingToRecover", self.bill)
        return ev.PossessionRecovered(self.bill, known.possessor, to, act_count_after(known))


@BILLS.event(
    ev.PossessionRecovered, "possession followed the recovered account {from} to {to}", act=True, beside=handed
)
def possession_recovered(state: Bills, e: ev.PossessionRecovered) -> None:
    # A right to reject stays, with its hours: nobody has acknowledged the bill.
    move(state, counted(state, e.bill, e.act_count), e.to)
