"""Every slot of storage that the state of cargo predicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sampan.cargo.records import ACCREDITATION_WORD, FACT_WORD, Cargo, Header, clause_words
from sampan.cargo.subject import CARGO
from sampan.suite.codec import keccak, word
from sampan.suite.layout import NUMBER, entry
from sampan.suite.words import FactKind


def slots(state: Cargo, at: Mapping[str, int]) -> dict[int, int]:
    """Slot → word. `at` is where solc put each variable."""
    found = {at["_count"]: state.cargo_administered}
    for producer, known in state.accreditations.items():
        found[entry(at["_accreditation"], word(producer))] = ACCREDITATION_WORD.pack(known)
    for (producer, round_, place), kinds in state.accredited_at.items():
        found[entry(at["_accreditedAt"], word(producer), word(round_), place)] = kinds
    for producer, count in state.batch_count.items():
        found[entry(at["batches"], word(producer))] = count
    for batch, header in state.batches.items():
        found[_header_slot(at["headerOf"], batch)] = int.from_bytes(header_hash(header), "big")
    for key, fact in state.facts.items():
        found[_fact_slot(at["_facts"], key)] = FACT_WORD.pack(fact)
    for condition, clauses in state.conditions.items():
        for pair, kept in enumerate(clause_words(clauses)):
            found[entry(at["_clauses"], condition, word(pair))] = kept
    return found


def unordered(state: Cargo, at: Mapping[str, int], read: Callable[[int], int]) -> Iterator[str]:
    """Nothing is kept without an order."""
    return iter(())


def changed(state: Cargo) -> Iterator[Any]:
    """The words of what the last act changed."""
    for producer in state.changed(state.accreditations):
        yield accreditation_slot(producer), ACCREDITATION_WORD, state.accreditation(producer)
    for key in state.changed(state.facts):
        yield fact_slot(key), FACT_WORD, state.facts[key]
    for batch in state.changed(state.batches):
        yield header_slot(batch), NUMBER, int.from_bytes(header_hash(state.batches[batch]), "big")


def header_hash(header: Header) -> bytes:
    """What is kept of a batch: keccak256(abi.encode(header))."""
    numbers = (header.count, header.earliest, header.latest, header.anchored_at)
    return keccak(header.root + b"".join(map(word, numbers)) + header.locator)


def accreditation_slot(producer: int) -> int:
    """Where what a producer is accredited for is kept."""
    return entry(CARGO.slot("_accreditation"), word(producer))


def header_slot(batch: tuple[int, int]) -> int:
    """Where a batch is kept, by producer and sequence."""
    return _header_slot(CARGO.slot("headerOf"), batch)


def fact_slot(key: tuple[int, FactKind, int, int]) -> int:
    """Where a fact is kept, by bill, kind, unit and producer."""
    return _fact_slot(CARGO.slot("_facts"), key)


def _header_slot(at: int, batch: tuple[int, int]) -> int:
    return entry(at, *map(word, batch))


def _fact_slot(at: int, key: tuple[int, FactKind, int, int]) -> int:
    return entry(at, keccak(b"".join(map(word, key))))
