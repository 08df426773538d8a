"""What every verb of the cargo log asks, in the contract's order; and the hashes that it makes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sampan.cargo.records import (
    ALL_KINDS,
    PLACED,
    PRODUCE,
    Cargo,
    CargoEvent,
    Clause,
    Fact,
    Proof,
    Statement,
    bits,
)
from sampan.cargo.subject import CARGO
from sampan.identity.rules import acting
from sampan.model.perform import At
from sampan.suite.codec import Encode, encoder, keccak, word
from sampan.suite.verb import Refusal
from sampan.suite.words import FactKind


@cache
def _encoder(function: str, argument: int) -> Encode:
    return encoder(CARGO.codec.functions[function].inputs[argument])


def leaf(event: CargoEvent) -> bytes:
    """The hash of an event as a leaf of its batch (OpenZeppelin's standard tree)."""
    return keccak(keccak(_encoder("record", 2)(event)))


def blinded(bill: int, salt: bytes) -> bytes:
    """A bill, blinded, as an event names it."""
    return keccak(word(bill) + salt)


def condition_of(clauses: Sequence[Clause]) -> bytes:
    """The name of a condition: keccak256(abi.encode(clauses))."""
    return keccak(word(32) + _encoder("lay", 0)(clauses))


def producer_of(state: Cargo, address: str) -> int:
    """The participant of an account that acts now and reports cargo facts."""
    return acting(state, address, PRODUCE).participant


def group_of(state: Cargo, producer: int) -> int:
    """The LEI of a participant's ultimate parent."""
    known = state.participants.get(producer)
    if known is None:
        raise Refusal("NoSuchProducer", producer)
    return known.parent


def some_kinds(kinds: int) -> None:
    """Kinds of facts, at least one."""
    if not kinds or kinds & ~ALL_KINDS:
        raise Refusal("NoKinds")


def proven(at: At, event: CargoEvent, proof: Proof) -> int:
    """The event is in a batch that the producer anchored; gives when. A log shows of the proof where it led alone."""
    found = at.state.batches.get((proof.producer, proof.sequence))
    if found is None or (proof.header != found and not at.logged):
        raise Refusal("NotAnchored", proof.producer, proof.sequence)
    if not at.logged:
        here = leaf(event)
        for sibling in proof.path:
            here = keccak(here + sibling if here < sibling else sibling + here)
        if here != found.root:
            raise Refusal("NotInBatch", event.key)
    anchored_at: int = found.anchored_at
    return anchored_at


def may_say(state: Cargo, bill: int, producer: int, said: CargoEvent | Statement, key: bytes, said_at: int) -> None:
    """A producer's word becomes a fact: it is accredited, the thing has happened, and nothing later was said of it."""
    kind = said.kind
    if kind is FactKind.NONE:
        raise Refusal("NoFact", kind)
    kinds = state.places_of(producer, said.place) if bits(kind) & PLACED else state.accreditation(producer).kinds
    if not kinds & bits(kind):
        raise Refusal("NotAccredited", producer, kind, said.place)
    if said.happened_at > state.now:
        raise Refusal("NotYetHappened", said.happened_at)
    fact = state.fact(bill, kind, said.unit, producer)
    names = any(said.corrects) and fact.is_of(said.corrects)
    if fact.stands and not names:
        raise Refusal("FactStands", bill, kind, said.unit, producer)
    said_since(fact, said_at, same_second=names and not fact.is_of(key))


def said_since(fact: Fact, said_at: int, *, same_second: bool) -> None:
    """The producer's last word is older; or of the same second, where that does: what names another was said after it,
    and so may share its batch."""
    if said_at < fact.said_at or (said_at == fact.said_at and not same_second):
        raise Refusal("SaidSince", said_at, fact.said_at)
