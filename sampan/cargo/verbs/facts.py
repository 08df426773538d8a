"""How what producers said becomes a fact, and how it is taken back (N3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sampan.cargo import rules
from sampan.cargo.records import ATTESTABLE, Cargo, CargoEvent, Fact, Header, Proof, Statement, bits
from sampan.cargo.subject import CARGO
from sampan.identity.rules import signed
from sampan.model.perform import At
from sampan.model.replay import Log
from sampan.suite import events as ev
from sampan.suite import kinds, typed
from sampan.suite.tell import Names, bill_name, measured, moment, place_text, plain
from sampan.suite.verb import Refusal, Signature, Verb, arg, word
from sampan.suite.words import FactKind

CARGO.struct(CargoEvent)
CARGO.struct(Proof)
CARGO.struct(Statement)

_UNSEEN = bytes(32)
"""What a log does not show."""


@CARGO.verb("record", label="record {cargo_event.kind} of {bill}")
class Record(Verb):
    """Record an event of a batch as a fact of a bill; anybody who proves it may. It names what is recorded as what it
    corrects; or there is nothing, or that was taken back, and this was anchored later."""

    bill: int = arg(kinds.BILL)
    salt: bytes = arg(kinds.HASH)
    cargo_event: CargoEvent = arg(kinds.STRUCT)
    proof: Proof = arg(kinds.STRUCT)

    def may(self, at: At) -> ev.FactRecorded:
        event, producer = self.cargo_event, self.proof.producer
        anchored_at = rules.proven(at, event, self.proof)
        if not at.logged and event.about != rules.blinded(self.bill, self.salt):
            raise Refusal("NotAboutThisBill", self.bill)
        rules.may_say(at.state, self.bill, producer, event, event.key, anchored_at)
        return ev.FactRecorded(
            self.bill,
            event.kind,
            producer,
            event.unit,
            event.key,
            event.corrects,
            event.happened_at,
            event.valid_until,
            event.amount,
            event.measure,
            event.place,
            self.proof.sequence,
            at.sender,
        )

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e: ev.FactRecorded = log.first
        event = CargoEvent(
            e.key,
            e.corrects,
            e.kind,
            e.happened_at,
            e.valid_until,
            e.amount,
            e.measure,
            e.place,
            _UNSEEN,
            e.unit,
            _UNSEEN,
        )
        yield e.by, cls(e.bill, _UNSEEN, event, _anchored_in(e.producer, e.sequence))


def _anchored_in(producer: int, sequence: int) -> Proof:
    return Proof(producer, sequence, Header(_UNSEEN, 0, 0, 0, 0, _UNSEEN), ())


@CARGO.verb("attest", label="record what {statement.producer} says: {statement.kind} of {statement.bill}")
class Attest(Verb):
    """Record what a producer says directly of a bill, by its account or by its signature."""

    statement: Statement = arg(kinds.STRUCT)
    signature: Signature = arg(kinds.SIGNATURE)

    def may(self, at: At) -> ev.FactAttested:
        state, said = at.state, self.statement
        producer = rules.producer_of(state, said.producer)
        signed(at, said.producer, self.signature, said.deadline)
        if not bits(said.kind) & ATTESTABLE:
            raise Refusal("NotAttestable", said.kind)
        if said.said_at > state.now:
            raise Refusal("NotYetSaid", said.said_at)
        key = typed.struct_hash(said)
        rules.may_say(state, said.bill, producer, said, key, said.said_at)
        return ev.FactAttested(said.bill, said.kind, producer, key, said, at.sender)

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e: ev.FactAttested = log.first
        yield e.by, cls(e.statement, Signature(e.statement.producer))


@CARGO.verb("strike", label="strike {kind} of {bill}", exits=True)
class Strike(Verb):
    """Strike a fact by a later event of its producer that corrects it; anybody who proves that may."""

    bill: int = arg(kinds.BILL)
    kind: FactKind = arg(word(FactKind))
    unit: int = arg(kinds.UNIT)
    cargo_event: CargoEvent = arg(kinds.STRUCT)
    proof: Proof = arg(kinds.STRUCT)

    def may(self, at: At) -> ev.FactStruck:
        event, producer = self.cargo_event, self.proof.producer
        anchored_at = rules.proven(at, event, self.proof)
        fact = at.state.fact(self.bill, self.kind, self.unit, producer)
        if not any(event.corrects) or not fact.stands or not fact.is_of(event.corrects):
            raise Refusal("NotACorrection", event.key)
        rules.said_since(fact, anchored_at, same_second=True)
        return ev.FactStruck(
            self.bill, self.kind, producer, self.unit, event.corrects, event.key, self.proof.sequence, at.sender
        )

    @classmethod
    def read(cls, log: Log) -> Iterator[tuple[str, Verb]]:
        e: ev.FactStruck = log.first
        event = CargoEvent(e.correction, e.key, FactKind.NONE, 0, 0, 0, "", _UNSEEN, _UNSEEN, 0, _UNSEEN)
        yield e.by, cls(e.bill, e.kind, e.unit, event, _anchored_in(e.producer, e.sequence))


@CARGO.verb("withdraw", label="take back {kind} of {bill}", command="cargo withdraw", exits=True)
class Withdraw(Verb):
    """Take back all that your participant said of this so far, recorded or not."""

    bill: int = arg(kinds.BILL)
    kind: FactKind = arg(word(FactKind), help="What you said.")
    unit: int = arg(kinds.UNIT, 0, help="Of which piece of the bill's equipment, from 1; 0: of the bill as a whole.")

    def may(self, at: At) -> ev.FactWithdrawn:
        producer = rules.producer_of(at.state, at.sender)
        if self.kind is FactKind.NONE:
            raise Refusal("NoFact", self.kind)
        return ev.FactWithdrawn(self.bill, self.kind, producer, self.unit, at.sender)


# ----------------------------------------------------------------------------------------------------------- the events


def told_of(bill: int, kind: FactKind, unit: int) -> str:
    """What a fact is about, in words."""
    return f"{plain(kind)}, {bill_name(bill)}" + (f", unit {unit}" if unit else "")


def told_in_full(said: Any) -> str:
    """What a statement, or the event of a fact, says, in words."""
    parts = [told_of(said.bill, said.kind, said.unit)]
    if any(said.place):
        parts.append(f"at {place_text(said.place)}")
    if said.amount or said.measure:
        parts.append(measured(said.amount, said.measure))
    parts.append(moment(said.happened_at))
    if said.valid_until:
        parts.append(f"valid until {moment(said.valid_until)}")
    if any(said.corrects):
        parts.append("in place of what it said before")
    return ", ".join(parts)


def _recorded(e: ev.FactRecorded, names: Names) -> str:
    return f"{names.participant(e.producer)} said: {told_in_full(e)} (batch {e.sequence})"


def _attested(e: ev.FactAttested, names: Names) -> str:
    return f"{names.participant(e.producer)} said: {told_in_full(e.statement)} (by statement)"


@CARGO.event(ev.FactRecorded, _recorded)
def fact_recorded(state: Cargo, e: ev.FactRecorded) -> None:
    said_at = state.batches[e.producer, e.sequence].anchored_at
    fact = Fact(e.key, state.now, e.valid_until, e.amount, e.measure, said_at)
    state.put(state.facts, (e.bill, e.kind, e.unit, e.producer), fact)


@CARGO.event(ev.FactAttested, _attested)
def fact_attested(state: Cargo, e: ev.FactAttested) -> None:
    said = e.statement
    fact = Fact(e.key, state.now, said.valid_until, said.amount, said.measure, said.said_at)
    state.put(state.facts, (e.bill, e.kind, said.unit, e.producer), fact)


def _struck(e: ev.FactStruck, names: Names) -> str:
    return f"{names.participant(e.producer)} took back: {told_of(e.bill, e.kind, e.unit)} (batch {e.sequence})"


@CARGO.event(ev.FactStruck, _struck)
def fact_struck(state: Cargo, e: ev.FactStruck) -> None:
    fact: Fact = state.change(state.facts, (e.bill, e.kind, e.unit, e.producer))
    fact.struck, fact.said_at = True, state.batches[e.producer, e.sequence].anchored_at


def _withdrawn(e: ev.FactWithdrawn, names: Names) -> str:
    return f"{names.participant(e.producer)} takes back all it said so far: {told_of(e.bill, e.kind, e.unit)}"


@CARGO.event(ev.FactWithdrawn, _withdrawn)
def fact_withdrawn(state: Cargo, e: ev.FactWithdrawn) -> None:
    state.put(state.facts, (e.bill, e.kind, e.unit, e.producer), Fact(said_at=state.now, struck=True))
