"""A proof is of its event, producer, batch, bill and contract alone: whatever is altered in it, it proves nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.cargo import EVERY_KIND, PLACED, TERMINAL_AT, Anchored, Cargo, Event, Header, Proof, Said, tree
from support.contract import Refused, refused
from support.money import deployed

from sampan.keccak import keccak

WORDS = st.binary(min_size=32, max_size=32)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "key": WORDS,
    "corrects": WORDS,
    "kind": st.sampled_from(Said),
    "happened_at": st.integers(0, 2**40 - 1),
    "valid_until": st.integers(0, 2**40 - 1),
    "amount": st.integers(0, 2**48 - 1),
    "measure": st.binary(min_size=3, max_size=3),
    "place": WORDS,
    "about": WORDS,
    "unit": st.integers(0, 2**16 - 1),
    "rest": WORDS,
}
HEADER: dict[str, st.SearchStrategy[Any]] = {
    "root": WORDS,
    "count": st.integers(0, 2**32 - 1),
    "earliest": st.integers(0, 2**40 - 1),
    "latest": st.integers(0, 2**40 - 1),
    "anchored_at": st.integers(0, 2**40 - 1),
    "locator": WORDS,
}
UNPROVEN = tuple(keccak(each)[:4] for each in (b"NotInBatch(bytes32)", b"NotAnchored(uint256,uint256)"))
EASY = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def said(cargo: Cargo) -> list[Anchored]:
    """Events of a batch of six; the terminal is accredited for every kind, so that nothing else stands in the way."""
    cargo.accredited(cargo.terminal, PLACED, TERMINAL_AT)
    cargo.accredited(cargo.terminal, EVERY_KIND & ~PLACED)
    return cargo.anchored(cargo.terminal, *(cargo.event(1_000 + at, unit=at) for at in range(6)))


def proves(cargo: Cargo, bill: int, salt: bytes, event: Event, proof: Proof) -> bool:
    """Whether the log takes a proof, for a record or against a fact that its event names."""
    found = []
    for name, shown in (("record", (bill, salt)), ("strike", (bill, event.kind, event.unit))):
        succeeded, output = cargo.world.onchain.ask(
            bytes(20), bytes.fromhex(cargo.log.address[2:]), cargo.log.data(name, *shown, event, proof)
        )
        found.append(succeeded or output[:4] not in UNPROVEN)
    return any(found)


@pytest.mark.slow
@EASY
@given(name=st.sampled_from(list(FIELDS)), at=st.integers(0, 5), data=st.data())
def test_n26_no_field_of_an_event_is_another(
    cargo: Cargo, said: list[Anchored], name: str, at: int, data: st.DataObject
) -> None:
    shown = said[at]
    other = shown.event._replace(**{name: data.draw(FIELDS[name])})
    assert proves(cargo, shown.bill, shown.salt, other, shown.proof) == (other == shown.event)


@pytest.mark.slow
@EASY
@given(name=st.sampled_from(list(HEADER)), at=st.integers(0, 5), data=st.data())
def test_n26_no_field_of_a_header_is_another(
    cargo: Cargo, said: list[Anchored], name: str, at: int, data: st.DataObject
) -> None:
    shown = said[at]
    header: Header = shown.proof.header._replace(**{name: data.draw(HEADER[name])})
    found = proves(cargo, shown.bill, shown.salt, shown.event, shown.proof._replace(header=header))
    assert found == (header == shown.proof.header)


@pytest.mark.slow
@EASY
@given(at=st.integers(0, 5), data=st.data())
def test_n26_no_path_is_another(cargo: Cargo, said: list[Anchored], at: int, data: st.DataObject) -> None:
    shown = said[at]
    known = [hashed for each in said for hashed in (each.event.leaf, *each.proof.path)]
    path = data.draw(
        st.one_of(
            st.lists(st.sampled_from(known), max_size=5),
            st.permutations(shown.proof.path),
            st.integers(0, len(shown.proof.path) - 1).map(lambda end: shown.proof.path[:end]),
            st.sampled_from(known).map(lambda more: [*shown.proof.path, more]),
        )
    )
    found = proves(cargo, shown.bill, shown.salt, shown.event, shown.proof._replace(path=list(path)))
    assert found == (list(path) == shown.proof.path)


@EASY
@given(at=st.integers(0, 5), other=st.integers(0, 5))
def test_an_event_is_proven_by_its_own_path(cargo: Cargo, said: list[Anchored], at: int, other: int) -> None:
    shown = said[at]
    assert proves(cargo, shown.bill, shown.salt, shown.event, said[other].proof) == (at == other)


@pytest.mark.slow
@EASY
@given(bill=st.one_of(st.integers(0, 2**256 - 1), st.integers(1_000, 1_005)), salt=WORDS, at=st.integers(0, 5))
def test_an_event_speaks_of_one_bill(cargo: Cargo, said: list[Anchored], bill: int, salt: bytes, at: int) -> None:
    shown = said[at]
    for number, blinding in ((bill, shown.salt), (shown.bill, salt), (bill, salt)):
        if (number, blinding) == (shown.bill, shown.salt):
            continue
        with refused("NotAboutThisBill", number):
            cargo.log.record(cargo.world.relayer, number, blinding, shown.event, shown.proof)


@pytest.mark.slow
@EASY
@given(producer=st.integers(0, 2**256 - 1), sequence=st.integers(0, 2**256 - 1))
def test_a_batch_is_of_its_producer_and_its_number(
    cargo: Cargo, said: list[Anchored], producer: int, sequence: int
) -> None:
    shown = said[0]
    for who, which in ((producer, 1), (shown.proof.producer, sequence), (producer, sequence)):
        elsewhere = shown.proof._replace(producer=who, sequence=which)
        assert proves(cargo, shown.bill, shown.salt, shown.event, elsewhere) == (elsewhere == shown.proof)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 9])
def test_every_event_of_a_batch_is_proven(cargo: Cargo, count: int) -> None:
    told = [cargo.event(1_000 + at) for at in range(count)]
    for shown in cargo.anchored(cargo.terminal, *told):
        cargo.record(shown)


def test_a_proof_is_of_the_log_where_the_batch_was_anchored(cargo: Cargo, said: list[Anchored]) -> None:
    world, shown = cargo.world, said[0]
    manager = world.ledger.authority_contract
    other = deployed(world, "CargoLog", ("address", manager.address), ("address", world.ledger.address))
    with refused("NotAnchored", cargo.terminal.participant, 1):
        other.record(world.relayer, *shown.shown)


def test_an_inner_hash_of_a_batch_is_no_event(cargo: Cargo) -> None:
    """A leaf is hashed twice: what stands inside the tree cannot be one."""
    told = [cargo.event(1_000 + at) for at in range(4)]
    root, paths = tree([each.event.leaf for each in told])
    inner = paths[0][1]
    assert all(each.event.leaf != inner for each in told)
    shown = cargo.anchored(cargo.terminal, *told)[0]
    assert shown.proof.header.root == root
    with pytest.raises(Refused):
        cargo.log.record(cargo.world.relayer, shown.bill, shown.salt, shown.event, shown.proof._replace(path=[inner]))


@pytest.mark.parametrize("word", range(11))
def test_an_event_with_bits_outside_its_fields_is_no_event(cargo: Cargo, said: list[Anchored], word: int) -> None:
    """A word of its calldata is made larger than its field: the call fails, and nothing is recorded."""
    shown = said[1]
    data = bytearray(cargo.log.data("record", *shown.shown))
    narrow = {2: 0, 3: 26, 4: 26, 5: 25, 6: 3, 9: 29}
    at = 4 + 32 * (2 + word) + narrow.get(word, 0)
    data[at] ^= 1
    with pytest.raises(Refused) as caught:
        cargo.log.raw(cargo.world.relayer, bytes(data))
    assert caught.value.name in ({""} if word in narrow else {"NotInBatch"})
    assert not cargo.stands(shown.bill, cargo.terminal, unit=1)
