"""What is signed and sent by another: acts, agreements; and several calls in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sampan.bills.records import MAX_ACTS, Bills, Outcome, Shown
from sampan.bills.subject import BILLS
from sampan.identity import rules as standing
from sampan.identity.records import MOVE
from sampan.model.perform import At, Call
from sampan.model.replay import Log
from sampan.suite import codec, ids, kinds
from sampan.suite import events as ev
from sampan.suite.event import filled
from sampan.suite.tell import moment
from sampan.suite.verb import Refusal, Signature, Verb, arg
from sampan.suite.words import Kind


@BILLS.struct
@dataclass(frozen=True, slots=True)
class SignedAct:
    """An act on a bill that somebody else may send for the signer."""

    signer: str
    bill: int
    act_count: int
    """The bill's before it: any act in between voids the signature."""
    call: Verb
    """The verb; its first argument is the bill."""
    deadline: int


@BILLS.struct
@dataclass(frozen=True, slots=True)
class Agreement:
    """What a participant agrees to although another acts."""

    signer: str
    bill: int
    act_count: int
    verb: bytes
    possessor: str
    titleholder: int
    kind: Kind
    detail: bytes
    deadline: int


@BILLS.verb("multicall", label="{data} in one transaction")
class Multicall(Verb):
    """Several calls of one sender in one transaction, all or none."""

    data: tuple[Verb, ...] = arg(kinds.CALLS)

    def run(self, at: At) -> None:
        for verb in self.data:
            at.steps.call(Call(at.sender, verb))


@BILLS.verb(
    "act", logs=ev.ActedBySignature, by="relayer", label="by signature of {signed.signer}: {signed}", method="send_act"
)
class Act(Verb):
    """Carry out an act that somebody signed and handed over; whoever sends it pays.

    The bill's act count was signed too, so that any act in between voids the signature (L6); and the call must count as
    an act on that bill, or it could be sent again."""

    signed: SignedAct = arg(kinds.STRUCT)
    signature: Signature = arg(kinds.SIGNATURE)

    def run(self, at: At) -> None:
        state, act = at.state, self.signed
        count = _act_count(state, act.bill)
        if count != act.act_count or count == MAX_ACTS:
            raise Refusal("StaleAct", act.bill, count, act.act_count)
        # What stands first in a call's data, behind its selector.
        if act.call.encoded()[4:36] != codec.word(act.bill):
            raise Refusal("NotAboutBill", act.bill)
        standing.signed(at, act.signer, self.signature, act.deadline)

        note = standing.note(state)
        at.log(ev.ActedBySignature(act.bill, act.signer, at.sender, self.signature.digest, note))
        outer, at.steps.signer = at.steps.signer, act.signer
        at.steps.call(Call(state.addresses[BILLS.contract], act.call))
        at.steps.signer = outer
        if _act_count(state, act.bill) == count:
            raise Refusal("NotAboutBill", act.bill)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e, state, inner = log.first, log.state, log.further(1)
        # An act is never about a bill itself: what stands first in its data is an offset.
        if inner.run_of(ev.ActedBySignature):
            return
        for _, verb in inner.calls():
            act = SignedAct(e.signer, e.bill, _act_count(state, e.bill), verb, state.now)
            # Whoever sends its own act may do so without a signature, and although it withdrew one.
            yield e.relayer, cls(act, Signature(e.signer, e.digest, empty=e.relayer == e.signer))


@BILLS.event(ev.ActedBySignature, "{relayer} sent what {signer} had signed")
def acted_by_signature(state: Bills, e: ev.ActedBySignature) -> None:
    """Says who acted for whom; changes nothing."""


@BILLS.verb("agree", by="signer", label="show the agreement of {agreement.signer} to what becomes of {agreement}")
class Agree(Verb):
    """Show an agreement; it counts until the end of the transaction."""

    agreement: Agreement = arg(kinds.STRUCT)
    signature: Signature = arg(kinds.SIGNATURE)

    def may(self, at: At) -> ev.Agreed:
        agreed = self.agreement
        standing.nobody_asked(at.state)
        count = _act_count(at.state, agreed.bill)
        if count != agreed.act_count or count == MAX_ACTS:
            raise Refusal("StaleAct", agreed.bill, count, agreed.act_count)
        _may_agree(at, agreed, self.signature)
        return filled(ev.Agreed, agreed)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        agreement = filled(Agreement, log.first, deadline=log.state.now)
        yield agreement.signer, cls(agreement, Signature(agreement.signer))


def _may_agree(at: At, agreed: Agreement, signature: Signature) -> None:
    """The bill can be, and the signer may agree and did."""
    if not ids.is_well_formed(agreed.bill):
        raise Refusal("MalformedBill", agreed.bill)
    if standing.acting(at.state, agreed.signer, MOVE).participant == 0:
        raise Refusal("NotAPerson", agreed.signer)
    standing.signed(at, agreed.signer, signature, agreed.deadline)


@BILLS.event(ev.Agreed, lambda e, names: f"{names.account(e.signer)} showed its agreement to {names.verb(e.verb)}")
def agreed(state: Bills, e: ev.Agreed) -> None:
    state.put(state.agreements, _shown(state, e), True)


def _shown(state: Bills, e: ev.Agreed | ev.AgreementRecorded) -> Shown:
    participant = state.accounts[e.signer].participant
    return Shown(participant, e.verb, Outcome(e.bill, e.act_count, e.possessor, e.titleholder, e.kind, e.detail))


@BILLS.verb("record", by="signer", label="record the agreement of {agreement.signer} to what becomes of {agreement}")
class Record(Verb):
    """Record an agreement to an act to come: it stands until its deadline, whatever becomes of the signer."""

    agreement: Agreement = arg(kinds.STRUCT)
    signature: Signature = arg(kinds.SIGNATURE)

    def may(self, at: At) -> ev.AgreementRecorded:
        agreed = self.agreement
        count = _act_count(at.state, agreed.bill)
        if count > agreed.act_count or agreed.act_count >= MAX_ACTS:
            raise Refusal("StaleAct", agreed.bill, count, agreed.act_count)
        _may_agree(at, agreed, self.signature)
        return filled(ev.AgreementRecorded, agreed, note=standing.note(at.state))

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        agreement = filled(Agreement, log.first)
        yield agreement.signer, cls(agreement, Signature(agreement.signer))


@BILLS.event(
    ev.AgreementRecorded,
    lambda e, names: (
        f"{names.account(e.signer)} recorded its agreement to {names.verb(e.verb)}, until {moment(e.deadline)}"
    ),
)
def agreement_recorded(state: Bills, e: ev.AgreementRecorded) -> None:
    state.put(state.recorded, _shown(state, e), e.deadline)


def _act_count(state: Bills, bill: int) -> int:
    known = state.bills.get(bill)
    return known.act_count if known else 0
