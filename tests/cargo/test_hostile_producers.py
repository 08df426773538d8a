"""Who means harm: producers that say one thing and another, and whoever shows what they said long ago (N3, T19)."""

from __future__ import annotations

from typing import Any

import pytest
from support.cargo import (
    ALL_UNITS,
    DOLLARS,
    KILOGRAMS,
    NOWHERE,
    TERMINAL_AT,
    Cargo,
    Clause,
    Lack,
    Said,
    Told,
    kinds,
)
from support.contract import Refused, refused
from support.money import another, deployed
from support.trade import PRODUCE, TERMS, ZERO
from support.world import World

LADEN = Clause(Said.LOADED, units=ALL_UNITS)
GAS = 16_000_000


@pytest.fixture
def bill(world: World) -> int:
    return world.blank()


def like(key: bytes, last: int = 1) -> bytes:
    """Another key of which a fact keeps the same bits."""
    return key[:8] + bytes([*key[8:31], key[31] ^ last])


# ------------------------------------------------------------------------------------------------- keys that look alike


def test_a_producer_that_makes_keys_alike_takes_back_its_own_word_alone(cargo: Cargo, bill: int) -> None:
    """A fact keeps 63 bits of its key. Whoever makes two that agree in them can correct one by naming the other."""
    mine, theirs = cargo.recorded(cargo.terminal, bill), cargo.recorded(cargo.surveyor, bill, key=b"\5" * 32)
    correction = cargo.says(cargo.terminal, bill, Said.NONE, corrects=like(mine.event.key))
    cargo.strike(correction, mine)
    assert not cargo.stands(bill, cargo.terminal)
    against = cargo.says(cargo.terminal, bill, Said.NONE, corrects=theirs.event.key)
    for shown in (against.proof, against.proof._replace(producer=cargo.surveyor.participant)):
        with pytest.raises(Refused, match=r"NotACorrection|NotAnchored"):
            cargo.log.strike(cargo.world.relayer, bill, Said.LOADED, 1, against.event, shown)
    assert cargo.stands(bill, cargo.surveyor)


@pytest.mark.parametrize("alike", [False, True])
def test_n3_an_event_that_corrects_itself_does_not_come_back_and_does_not_begin_its_time_anew(
    cargo: Cargo, bill: int, alike: bool
) -> None:
    first = cargo.event(bill)
    itself = Told(bill, first.salt, first.event._replace(corrects=like(first.event.key, last=int(alike))))
    retraction = cargo.event(bill, Said.NONE, corrects=first.event.key)
    said, struck = cargo.anchored(cargo.terminal, itself, retraction)
    cargo.record(said)
    at = said.proof.header.anchored_at
    recorded = cargo.fact(bill, cargo.terminal).recordedAt
    with refused("SaidSince", at, at):
        cargo.record(said)
    assert cargo.fact(bill, cargo.terminal).recordedAt == recorded
    cargo.strike(struck, said)
    with refused("SaidSince", at, at):
        cargo.record(said)
    assert not cargo.stands(bill, cargo.terminal)


def test_keys_that_begin_with_zeros_are_no_key_at_all(cargo: Cargo, bill: int) -> None:
    """Where nothing was recorded, or it was withdrawn, the word's key is zero; no event corrects that."""
    zeros = b"\0" * 8 + b"\1" * 24
    said = cargo.says(cargo.terminal, bill, Said.NONE, corrects=zeros)
    of = (bill, Said.LOADED, 1)
    for _ in range(2):
        with refused("NotACorrection", said.event.key):
            cargo.log.strike(cargo.world.relayer, *of, said.event, said.proof)
        done = cargo.log.withdraw(cargo.terminal, *of)
    old = cargo.says(cargo.terminal, bill, corrects=zeros)
    cargo.world.onchain.at(old.proof.header.anchored_at)
    assert cargo.log.withdraw(cargo.terminal, *of).timestamp > done.timestamp
    at = old.proof.header.anchored_at
    with refused("SaidSince", at, at):
        cargo.record(old)


def test_two_events_of_one_key_are_two_words(cargo: Cargo, bill: int) -> None:
    """A key is unique to its producer; one that uses it twice contradicts itself, and the first to be shown stands."""
    first = cargo.event(bill, amount=1, measure=KILOGRAMS)
    second = cargo.event(bill, amount=2, measure=KILOGRAMS, key=first.event.key)
    said = cargo.anchored(cargo.terminal, first, second)
    cargo.record(said[1])
    with refused("FactStands", bill, Said.LOADED, 1, cargo.terminal.participant):
        cargo.record(said[0])
    retraction = cargo.corrects(cargo.terminal, first, kind=Said.NONE)
    cargo.strike(retraction, second)
    for each in said:
        with refused("SaidSince", each.proof.header.anchored_at, retraction.proof.header.anchored_at):
            cargo.record(each)


# ------------------------------------------------------------------------------------ old words, shown by somebody else


def test_n3_who_records_an_old_word_first_keeps_no_newer_word_out(cargo: Cargo, bill: int) -> None:
    """A chain of corrections is shown in its order, in one transaction."""
    chain = [cargo.says(cargo.terminal, bill, amount=1, measure=KILOGRAMS)]
    for amount in (2, 3, 4):
        chain.append(cargo.corrects(cargo.terminal, chain[-1], amount=amount, measure=KILOGRAMS))
    cargo.record(chain[0], by=cargo.world.stranger)
    with refused("FactStands", bill, Said.LOADED, 1, cargo.terminal.participant):
        cargo.record(chain[-1])
    cargo.log.multicall(cargo.world.relayer, [cargo.log.data("record", *each.shown) for each in chain[1:]])
    assert cargo.fact(bill, cargo.terminal).amount == 4
    for old in chain[:-1]:
        with refused("FactStands", bill, Said.LOADED, 1, cargo.terminal.participant):
            cargo.record(old, by=cargo.world.stranger)


def test_n3_a_fact_that_is_replaced_before_it_is_struck_is_struck_by_what_corrects_the_newer_word(
    cargo: Cargo, bill: int
) -> None:
    """Who runs ahead of a strike can only bring the producer's next word, and that has its own correction."""
    first = cargo.recorded(cargo.terminal, bill)
    second = cargo.corrects(cargo.terminal, first)
    retraction = cargo.corrects(cargo.terminal, second, kind=Said.NONE)
    with refused("NotACorrection", retraction.event.key):
        cargo.strike(retraction, first)
    cargo.record(second, by=cargo.world.stranger)
    cargo.strike(retraction, second)
    for old in (first, second):
        with pytest.raises(Refused, match="SaidSince"):
            cargo.record(old)


def test_two_corrections_of_one_event_and_the_first_to_be_shown_stands(cargo: Cargo, bill: int) -> None:
    """A producer that corrects an event twice says two things: it corrects its newest word, or withdraws."""
    first = cargo.recorded(cargo.terminal, bill)
    better, retraction = cargo.corrects(cargo.terminal, first), cargo.corrects(cargo.terminal, first, kind=Said.NONE)
    cargo.record(better)
    with refused("NotACorrection", retraction.event.key):
        cargo.strike(retraction, better)
    cargo.log.withdraw(cargo.terminal, bill, Said.LOADED, 1)
    assert not cargo.stands(bill, cargo.terminal)


def test_n3_of_two_words_of_one_second_that_are_both_taken_back_neither_comes_back(cargo: Cargo, bill: int) -> None:
    """A batch that hides a superseded word beside its retraction brings nobody a fact."""
    one, two = cargo.event(bill), cargo.event(bill)
    backs = [cargo.event(bill, Said.NONE, corrects=each.event.key) for each in (one, two)]
    said = cargo.anchored(cargo.terminal, one, two, *backs)
    at = said[0].proof.header.anchored_at
    cargo.record(said[0])
    cargo.strike(said[2], said[0])
    for each in said[:2]:
        with refused("SaidSince", at, at):
            cargo.record(each)


def test_n3_a_word_that_was_superseded_in_its_own_batch_does_not_come_back(cargo: Cargo, bill: int) -> None:
    old = cargo.event(bill)
    new = cargo.event(bill, corrects=old.event.key)
    said = cargo.anchored(cargo.terminal, old, new, cargo.event(bill, Said.NONE, corrects=new.event.key))
    at = said[0].proof.header.anchored_at
    cargo.record(said[1])
    cargo.strike(said[2], said[1])
    for each in said[:2]:
        with refused("SaidSince", at, at):
            cargo.record(each)


def test_n3_what_happened_long_ago_counts_from_its_record(cargo: Cargo, bill: int) -> None:
    """A producer that dates an event back gains no quiet hours by it."""
    condition = cargo.laid(LADEN._replace(quiet_hours=1))
    cargo.recorded(cargo.terminal, bill, happened_at=0)
    assert not cargo.holds(condition, bill)
    old = cargo.says(cargo.terminal, cargo.world.blank(), happened_at=0)
    cargo.world.ledger.later(days=1)
    cargo.record(old)
    assert not cargo.holds(condition, old.bill)


def test_n3_a_fact_and_what_rests_on_it_in_one_transaction(cargo: Cargo, bill: int) -> None:
    """Recorded and asked at once: without quiet hours it holds, with one it does not."""
    world = cargo.world
    said = cargo.says(cargo.terminal, bill)
    asked = [
        cargo.log.data("holds", cargo.laid(LADEN._replace(quiet_hours=hours)), bill, 1, [cargo.terminal], [])
        for hours in (0, 1)
    ]
    output = cargo.log.multicall(world.relayer, [cargo.log.data("record", *said.shown), *asked]).output
    answers = [int.from_bytes(output[at : at + 32], "big") for at in range(len(output) - 96, len(output), 64)]
    assert answers == [1, 0]


# ------------------------------------------------------------------------------------------------------ other producers


def test_t19_a_producer_says_nothing_for_another(cargo: Cargo, bill: int) -> None:
    """Not by its number, its key, its header or its statement."""
    world, mine = cargo.world, cargo.says(cargo.terminal, bill)
    theirs = cargo.says(cargo.surveyor, bill)
    for proof in (
        mine.proof._replace(producer=cargo.surveyor.participant),
        mine.proof._replace(header=theirs.proof.header),
        theirs.proof._replace(header=mine.proof.header),
    ):
        with pytest.raises(Refused, match=r"NotAnchored|NotInBatch"):
            cargo.log.record(world.relayer, bill, mine.salt, mine.event, proof)
    said = cargo.statement(cargo.insurer, bill)
    for by in (cargo.customs, cargo.terminal):
        with refused("NotSignedBy", cargo.insurer):
            cargo.attest(said, signer=by)


def test_t19_a_producer_that_copies_anothers_batch_has_said_it_itself(cargo: Cargo, bill: int) -> None:
    """An event names no producer: whoever anchors it is believed for itself, where it is accredited."""
    said = cargo.says(cargo.terminal, bill)
    (copied,) = cargo.anchored(cargo.surveyor, said)
    cargo.record(copied)
    assert (cargo.stands(bill, cargo.terminal), cargo.stands(bill, cargo.surveyor)) == (False, True)
    (of_a_carrier,) = cargo.anchored(cargo.customs, said)
    with refused("NotAccredited", cargo.customs.participant, Said.LOADED, TERMINAL_AT):
        cargo.record(of_a_carrier)


@pytest.mark.parametrize(
    "where", [NOWHERE, b"CNSHA".ljust(32, b"\0"), b"CNSHA/SMDG/YICT".rjust(32, b"\0"), b"\xff" * 32]
)
def test_t19_a_place_is_that_place_to_the_byte(cargo: Cargo, bill: int, where: bytes) -> None:
    said = cargo.says(cargo.terminal, bill, place=where)
    with refused("NotAccredited", cargo.terminal.participant, Said.LOADED, where):
        cargo.record(said)


def test_t19_what_needs_no_place_may_name_one(cargo: Cargo, bill: int) -> None:
    cargo.recorded(cargo.terminal, bill, Said.WEIGHED, place=b"anywhere".ljust(32, b"\0"))


def test_a_statement_of_one_ledger_is_none_of_another(cargo: Cargo, bill: int, world: World) -> None:
    """Same participants, same bill, another log: signed words do not travel, and neither do batches."""
    manager = world.ledger.authority_contract
    twin = deployed(world, "CargoLog", ("address", manager.address), ("address", world.ledger.address))
    said = cargo.statement(cargo.insurer, bill)
    signature = cargo.insurer.signature(cargo.digest(said))
    with refused("NotSignedBy", cargo.insurer):
        twin.attest(world.relayer, said, signature)
    assert twin.digestOf(said) == cargo.digest(said, contract=twin) != cargo.log.digestOf(said)


def test_a_batch_whose_root_is_no_root_holds_nothing(cargo: Cargo, bill: int) -> None:
    """A producer anchors whatever 32 bytes it likes, and how many events it likes to name."""
    told, number = cargo.event(bill), cargo.terminal.participant
    (shown,) = cargo.anchored(cargo.terminal, told)
    for sequence, root in ((2, told.event.key), (3, b"\xff" * 32), (4, told.event.rest)):
        done = cargo.log.anchor(cargo.terminal, sequence, root, 1, 0, 0, ZERO)
        header = shown.proof.header._replace(root=root, earliest=0, latest=0, anchored_at=done.timestamp)
        with refused("NotInBatch", told.event.key):
            proof = shown.proof._replace(sequence=sequence, header=header)
            cargo.log.record(cargo.world.relayer, bill, told.salt, told.event, proof)
    assert cargo.log.batches(number) == 4


# -------------------------------------------------------------------------------------------------------- large numbers


@pytest.mark.parametrize("field", ["happened_at", "valid_until"])
def test_a_time_that_does_not_fit_is_refused_and_one_that_just_fits_is_read(
    cargo: Cargo, bill: int, field: str
) -> None:
    largest = 2**40 - 1
    said = cargo.says(cargo.terminal, bill, **{field: largest})
    if field == "happened_at":
        with refused("NotYetHappened", largest):
            cargo.record(said)
    else:
        cargo.record(said)
        assert cargo.holds(cargo.laid(LADEN), bill)
    data = bytearray(cargo.log.data("record", *said.shown))
    word = 4 + 32 * (2 + (3 if field == "happened_at" else 4))
    data[word : word + 32] = (2**40 + 5).to_bytes(32, "big")
    with refused(""):
        cargo.log.raw(cargo.world.relayer, bytes(data))


def test_a_kind_that_there_is_not_is_refused(cargo: Cargo, bill: int) -> None:
    for kind in (18, 255):
        said = cargo.event(bill)
        (shown,) = cargo.anchored(cargo.terminal, Told(bill, said.salt, said.event._replace(kind=kind)))
        with pytest.raises(Refused):
            cargo.record(shown)
        with pytest.raises(Refused):
            cargo.log.withdraw(cargo.terminal, bill, kind, 0)
        with pytest.raises(Refused):
            cargo.log.lay(cargo.world.stranger, [Clause(kind)])


@pytest.mark.slow
@pytest.mark.open_block
def test_whoever_asks_with_long_lists_pays_for_them_and_gets_the_same_answer(
    cargo: Cargo, bill: int, world: World
) -> None:
    """Whoever asks names producers and groups; strangers among them cost gas and change nothing."""
    condition = cargo.laid(LADEN._replace(producers=2))
    for party in (cargo.terminal, cargo.surveyor):
        cargo.recorded(party, bill)
    asker = deployed(world, "Asker", tests=True)
    strangers = ["0x" + (number + 2**159).to_bytes(20, "big").hex() for number in range(200)]
    groups = list(range(1, 201))
    both = [cargo.terminal, cargo.surveyor]

    def cost(producers: list[Any], left_out: list[int]) -> int:
        found: int = asker.ask("holds", cargo.log, condition, bill, 1, producers, left_out)
        return found

    plain = cost(both, [])
    assert cost([*strangers, *both], []) < plain + 200 * 5_000
    assert cost(both, groups) < plain + 2 * 200 * 500
    with pytest.raises(Refused, match="does not hold"):
        cost(strangers, [])
    assert cost([*strangers, *both] * 2, groups) < GAS


def test_a_bill_with_as_many_boxes_as_there_are_numbers_is_not_laden(cargo: Cargo, bill: int) -> None:
    """As soon as too few are left it is false, however many units are named."""
    cargo.recorded(cargo.terminal, bill)
    for units in (2, 1_000_000, 2**255, 2**256 - 1):
        assert not cargo.log.holds(cargo.laid(LADEN), bill, units, [cargo.terminal], [])


def test_the_same_group_by_many_names_is_one_word(cargo: Cargo, bill: int, world: World) -> None:
    """T19: a carrier's terminals are the carrier's."""
    condition = cargo.laid(LADEN._replace(producers=2))
    parties = []
    for at in range(4):
        party = another(world, 30 + at, f"SAMPANTEST0HOUSE0{at}", "CN", PRODUCE | TERMS)
        world.ledger.setProfile(world.enroller, party.participant, world.carrier.lei, PRODUCE | TERMS)
        cargo.accredited(party, kinds(Said.LOADED), TERMINAL_AT)
        cargo.recorded(party, bill)
        parties.append(party)
    assert not cargo.holds(condition, bill, producers=parties)
    ((_, _, _, good, lacks),) = cargo.why(condition, bill, producers=parties)
    assert (good, lacks) == (1, [Lack.NOTHING, *[Lack.SAME_GROUP] * 3])
    assert not cargo.holds(cargo.laid(LADEN), bill, producers=parties, left_out=[world.carrier.lei])
    cargo.recorded(cargo.terminal, bill)
    assert cargo.holds(condition, bill, producers=[*parties, cargo.terminal])
    assert cargo.holds(condition, bill, producers=[cargo.terminal, *parties])


def test_a_producer_that_leaves_its_group_is_independent_when_somebody_says_so(
    cargo: Cargo, bill: int, world: World
) -> None:
    """And one that joins another is not, as soon as anybody says so, before whoever rests on it is asked."""
    condition = cargo.laid(LADEN._replace(producers=2))
    for party in (cargo.terminal, cargo.surveyor):
        cargo.recorded(party, bill)
    number = cargo.surveyor.participant
    for parent, holds in ((cargo.terminal.lei, False), (cargo.surveyor.lei, True)):
        world.ledger.setProfile(world.enroller, number, parent, PRODUCE | TERMS)
        cargo.log.regroup(world.bank, number)
        assert cargo.holds(condition, bill) == holds


def test_what_was_said_in_money_is_not_kilograms(cargo: Cargo, bill: int) -> None:
    cargo.attested(cargo.insurer, bill, amount=10**6, measure=DOLLARS)
    for measure in (KILOGRAMS, b"usd", b"US\0", b"\0US"):
        assert not cargo.holds(cargo.laid(Clause(Said.INSURED, least=1, measure=measure)), bill)
