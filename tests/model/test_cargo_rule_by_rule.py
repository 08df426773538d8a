"""Rules of cargo that random acts seldom reach, one by one, on contracts and model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.on_both import DEADLINE, Both

from sampan.cargo.beginning import PLACE
from sampan.cargo.conditions import Asked, holds, shortfalls
from sampan.cargo.records import (
    ALL_KINDS,
    ALL_UNITS,
    PLACED,
    PRODUCE,
    CargoEvent,
    Clause,
    Header,
    Proof,
    Statement,
    bits,
)
from sampan.cargo.rules import blinded, condition_of, leaf
from sampan.cargo.verbs.accreditation import Accredit, Discredit, Regroup
from sampan.cargo.verbs.batches import Anchor
from sampan.cargo.verbs.facts import Attest, Record, Strike, Withdraw, told_of
from sampan.cargo.verbs.laying import Lay, told_clause
from sampan.fuzz import cast
from sampan.fuzz.alone import STRANGER, begun
from sampan.fuzz.engines import START
from sampan.identity.records import DAY, HOUR
from sampan.identity.verbs.accounts import Cancel
from sampan.identity.verbs.enrolment import SetProfile
from sampan.identity.verbs.standing import LiftSuspension, Suspend
from sampan.keccak import keccak
from sampan.model.replay import replay
from sampan.subjects import SUITE
from sampan.suite import events as ev
from sampan.suite import tell, typed
from sampan.suite.chance import DigestOf
from sampan.suite.event import Event
from sampan.suite.ids import BillId
from sampan.suite.verb import Signature
from sampan.suite.words import FactKind, Lack

ADMIN = cast.ADMINISTRATOR
BILL, OTHER_BILL = (BillId(cast.PARTS[0].lei, 1, f"CARGO {number}").pack() for number in (1, 2))
NOWHERE, ELSEWHERE = bytes(32), b"NLRTM".ljust(32, b"\0")
NOTHING = bytes(32)
LOADED, INSURED, WEIGHED = FactKind.LOADED, FactKind.INSURED, FactKind.WEIGHED
LADEN = Clause(LOADED, 1, 0, ALL_UNITS, 0, "")
PRODUCERS = ("line", "forwarder", "bank")
"""Each accredited for everything, at one place; of three groups."""

NUMBERS = count(1)
"""Of events and statements: no two are alike."""
Shown = tuple[CargoEvent, Proof, bytes]


def event(both: Both, bill: int = BILL, kind: FactKind = LOADED, **changes: Any) -> tuple[CargoEvent, bytes]:
    """Something that happened an hour ago, and the salt behind which it speaks of a bill."""
    number = next(NUMBERS)
    key, salt = keccak(b"event %d" % number), keccak(b"salt %d" % number)
    place = PLACE if PLACED >> kind & 1 else NOWHERE
    made = CargoEvent(key, NOTHING, kind, both.now - HOUR, 0, 0, "", place, blinded(bill, salt), 1, keccak(key))
    return replace(made, **changes), salt


def anchored(both: Both, who: str, *told: tuple[CargoEvent, bytes], wait: int = 1) -> list[Shown]:
    """One event, or two, as a producer's next batch."""
    hashes = [leaf(each) for each, _ in told]
    root = hashes[0] if len(hashes) == 1 else keccak(b"".join(sorted(hashes)))
    sequence = both.state.batch_count.get(both.number(who), 0) + 1
    (done,) = both.done(who, Anchor(sequence, root, len(told), 0, both.now, NOTHING), wait=wait)
    header: Header = done.header  # type: ignore[attr-defined]
    return [
        (each, Proof(both.number(who), sequence, header, tuple(other for other in hashes if other != leaf(each))), salt)
        for each, salt in told
    ]


def says(both: Both, who: str, bill: int = BILL, kind: FactKind = LOADED, **changes: Any) -> Shown:
    return anchored(both, who, event(both, bill, kind, **changes))[0]


def record(shown: Shown, bill: int = BILL) -> Record:
    told, proof, salt = shown
    return Record(bill, salt, told, proof)


def strike(shown: Shown, of: CargoEvent, bill: int = BILL) -> Strike:
    return Strike(bill, of.kind, of.unit, shown[0], shown[1])


def statement(both: Both, who: str = "line", kind: FactKind = INSURED, **changes: Any) -> Statement:
    number = next(NUMBERS)
    rest = keccak(b"rest %d" % number)
    made = Statement(
        both.at(who), BILL, kind, 0, both.now - HOUR, 0, 500, "USD", NOWHERE, rest, NOTHING, both.now, DEADLINE
    )
    return replace(made, **changes)


def attest(said: Statement) -> Attest:
    return Attest(said, Signature(said.producer))


def fact(both: Both, who: str, kind: FactKind = LOADED, unit: int = 1) -> Any:
    return both.state.fact(BILL, kind, unit, both.number(who))


def asked(both: Both, *who: str, units: int = 1, left_out: Sequence[int] = ()) -> Asked:
    return Asked(BILL, units, tuple(both.at(each) for each in who or PRODUCERS), tuple(left_out))


def answer(both: Both, clauses: Sequence[Clause], about: Asked) -> bool:
    """What contract and model answer alike, in yes or no and clause by clause."""
    condition = condition_of(clauses)
    if condition not in both.state.conditions:
        both.done("stranger", Lay(tuple(clauses)))
    both.state.now = both.now
    arguments = (condition, about.bill, about.units, about.producers, about.left_out)
    held = holds(both.state, condition, about)
    both.answers("CargoLog", "holds", arguments, held)
    both.answers("CargoLog", "whyNot", arguments, tuple(shortfalls(both.state, clauses, about)))
    return held


def lacks(both: Both, clause: Clause, about: Asked) -> tuple[Lack, ...]:
    answer(both, [clause], about)
    (found,) = shortfalls(both.state, [clause], about)
    return found.lacks


# -------------------------------------------------------------------------------------------------------- accreditation


def test_t19_kinds_and_places_fit_each_other(both: Both) -> None:
    line = both.number("line")
    for kinds in (0, 1, ALL_KINDS + 1, 1 << len(FactKind)):
        both.refused(ADMIN, Accredit(line, PLACE, kinds), "NoKinds")
        both.refused(ADMIN, Discredit(line, NOWHERE, kinds), "NoKinds")
    for kinds, place in ((bits(LOADED), NOWHERE), (bits(INSURED), PLACE), (bits(LOADED, INSURED), PLACE)):
        both.refused(ADMIN, Accredit(line, place, kinds), "PlaceUnfit", kinds, place)
    both.refused(ADMIN, Accredit(line, NOWHERE, bits(LOADED, INSURED)), "PlaceUnfit")
    for kinds in (bits(INSURED), bits(LOADED, INSURED)):
        both.refused(ADMIN, Discredit(line, PLACE, kinds), "PlaceUnfit", kinds, PLACE)
    for nobody in (0, 10_000):
        both.refused(ADMIN, Accredit(nobody, PLACE, bits(LOADED)), "NoSuchProducer", nobody)
        both.refused("stranger", Regroup(nobody), "NoSuchProducer", nobody)


def test_t19_each_round_of_places_is_accredited_anew(both: Both) -> None:
    line = both.number("line")
    both.done(ADMIN, Accredit(line, ELSEWHERE, bits(LOADED)))
    (event_,) = both.done(ADMIN, Accredit(line, ELSEWHERE, bits(FactKind.DEPARTED)))
    assert event_.accredited == bits(LOADED, FactKind.DEPARTED)  # type: ignore[attr-defined]
    both.done(ADMIN, Discredit(line, ELSEWHERE, bits(LOADED)))
    assert both.state.places_of(line, ELSEWHERE) == bits(FactKind.DEPARTED)
    both.done(ADMIN, Discredit(line, NOWHERE, bits(INSURED)))
    assert both.state.places_of(line, PLACE) == PLACED
    (event_,) = both.done(ADMIN, Discredit(line, NOWHERE, bits(LOADED, WEIGHED)))
    assert event_.accredited == ALL_KINDS & ~bits(LOADED, WEIGHED, INSURED)  # type: ignore[attr-defined]
    assert both.state.places_of(line, PLACE) == both.state.places_of(line, ELSEWHERE) == 0
    assert both.state.accreditation(line).round == 1
    both.done(ADMIN, Accredit(line, ELSEWHERE, bits(LOADED)))
    assert both.state.places_of(line, ELSEWHERE) == bits(LOADED)
    elsewhere = says(both, "line", place=ELSEWHERE)
    both.refused("stranger", record(says(both, "line")), "NotAccredited", line, LOADED, PLACE)
    both.done("stranger", record(elsewhere))


def test_t19_a_group_is_copied_once_more_by_anybody(both: Both) -> None:
    line, carrier = both.number("line"), both.state.participants[both.number("carrier")].parent
    group = both.state.accreditation(line).group
    both.refused("stranger", Regroup(line), "GroupStands", line, group)
    both.done(ADMIN, SetProfile(line, carrier, cast.OWN_TERMINAL))
    assert both.state.accreditation(line).group == group
    both.done("stranger", Regroup(line))
    assert both.state.accreditation(line).group == carrier
    both.done(ADMIN, SetProfile(line, group, cast.OWN_TERMINAL))
    both.done(ADMIN, Accredit(line, NOWHERE, bits(WEIGHED)))
    assert both.state.accreditation(line).group == group
    # Whoever was never accredited has a group as well.
    both.done("stranger", Regroup(both.number("shipper")))


def test_every_act_of_administration_is_counted(both: Both) -> None:
    line, before = both.number("line"), both.state.cargo_administered
    both.done(ADMIN, Accredit(line, ELSEWHERE, bits(LOADED)))
    both.done(ADMIN, Discredit(both.number("shipper"), ELSEWHERE, bits(LOADED)))
    both.done(ADMIN, Discredit(line, NOWHERE, bits(WEIGHED)))
    both.done("stranger", Regroup(both.number("shipper")))
    assert both.state.cargo_administered == before + 4


# -------------------------------------------------------------------------------------------------------------- batches


def test_n26_a_batch_has_a_root_and_events_and_its_place_among_its_producers(both: Both) -> None:
    root = b"\1" * 32
    both.refused("line", Anchor(1, NOTHING, 1, 0, 0, NOTHING), "EmptyBatch")
    both.refused("line", Anchor(1, root, 0, 0, 0, NOTHING), "EmptyBatch")
    both.refused("line", Anchor(1, root, 1, 2, 1, NOTHING), "RangeUnfit", 2, 1)
    line = both.number("line")
    for given_ in (0, 2):
        both.refused("line", Anchor(given_, root, 1, 1, 1, NOTHING), "OutOfSequence", line, 1, given_)
    both.done("line", Anchor(1, root, 1, 1, 1, b"\2" * 32))
    both.refused("line", Anchor(1, root, 1, 1, 1, NOTHING), "OutOfSequence", line, 2, 1)
    both.done("forwarder", Anchor(1, root, 1, 1, 1, NOTHING))
    assert both.state.batches[line, 1] == Header(root, 1, 1, 1, both.now - 2, b"\2" * 32)
    both.refused("shipper", Anchor(1, root, 1, 1, 1, NOTHING), "LacksRole", both.at("shipper"), PRODUCE)
    both.refused("stranger", Anchor(1, root, 1, 1, 1, NOTHING), "MayNotAct", both.at("stranger"))


# ---------------------------------------------------------------------------------------------------------------- facts


def test_n26_a_proof_is_of_its_event_its_batch_and_its_bill(both: Both) -> None:
    first, second = anchored(both, "line", event(both), event(both, unit=2))
    told, proof, salt = first
    line = both.number("line")
    for wrong in (
        replace(proof, sequence=2),
        replace(proof, sequence=0),
        replace(proof, producer=both.number("forwarder")),
        replace(proof, header=replace(proof.header, count=3)),
    ):
        both.refused("stranger", Record(BILL, salt, told, wrong), "NotAnchored", wrong.producer, wrong.sequence)
        both.refused("stranger", Strike(BILL, LOADED, 1, told, wrong), "NotAnchored")
    for path in ((), (leaf(told),), (*proof.path, NOTHING)):
        both.refused("stranger", Record(BILL, salt, told, replace(proof, path=path)), "NotInBatch", told.key)
    both.refused("stranger", Record(BILL, salt, replace(told, amount=1), proof), "NotInBatch", told.key)
    both.refused("stranger", Record(OTHER_BILL, salt, told, proof), "NotAboutThisBill", OTHER_BILL)
    both.refused("stranger", Record(BILL, NOTHING, told, proof), "NotAboutThisBill", BILL)
    both.done("stranger", record(first))
    both.done("stranger", record(second))
    both.refused("stranger", record(first), "FactStands", BILL, LOADED, 1, line)


def test_n26_a_log_that_tells_of_an_event_tells_of_its_batch() -> None:
    told = (BILL, LOADED, 1, 1, b"\1" * 32)
    recorded = ev.FactRecorded(*told, NOTHING, 0, 0, 0, "", PLACE, 7, STRANGER)
    for event_ in (recorded, ev.FactStruck(*told, b"\2" * 32, 7, STRANGER)):
        (wrong,) = replay(begun(), [event_], START)
        assert (wrong.error, wrong.arguments) == ("NotAnchored", (1, 7))


def test_what_is_said_of_a_fact_has_a_kind_a_place_and_has_happened(both: Both) -> None:
    line = both.number("line")
    both.refused("stranger", record(says(both, "line", kind=FactKind.NONE)), "NoFact", FactKind.NONE)
    both.refused("stranger", record(says(both, "line", place=ELSEWHERE)), "NotAccredited", line, LOADED, ELSEWHERE)
    at = both.now + 100
    ahead = says(both, "line", happened_at=at)
    both.refused("stranger", record(ahead), "NotYetHappened", at, wait=at - 1 - both.now)
    both.done("stranger", record(ahead))
    # What needs no place may name one.
    both.done("stranger", record(says(both, "line", kind=WEIGHED, place=ELSEWHERE)))
    both.done(ADMIN, Discredit(line, NOWHERE, bits(WEIGHED)))
    weighed = says(both, "line", kind=WEIGHED, unit=2)
    both.refused("stranger", record(weighed), "NotAccredited", line, WEIGHED, NOWHERE)


def test_n3_a_fact_is_replaced_by_what_names_it_and_was_not_said_before_it(both: Both) -> None:
    line, stands = both.number("line"), "FactStands"
    first = says(both, "line", amount=1, measure="KGM")
    early = says(both, "line", corrects=(late := event(both))[0].key)
    both.done("stranger", record(first))
    both.refused("stranger", record(says(both, "line")), stands, BILL, LOADED, 1, line)
    both.refused("stranger", record(says(both, "line", corrects=b"\7" * 32)), stands)
    second = says(both, "line", corrects=first[0].key, amount=2, measure="KGM")
    both.done("stranger", record(second))
    assert (fact(both, "line").key, fact(both, "line").amount) == (second[0].key, 2)
    both.refused("stranger", record(first), stands)
    both.done("line", Withdraw(BILL, LOADED, 1))
    (shown,) = anchored(both, "line", late)
    both.done("stranger", record(shown))
    when = (early[1].header.anchored_at, shown[1].header.anchored_at)
    both.refused("stranger", record(early), "SaidSince", *when)
    both.refused("stranger", strike(early, shown[0]), "SaidSince", *when)


def test_n3_within_a_second_what_is_struck_stays_out_and_another_word_follows(both: Both) -> None:
    first = event(both)
    itself = (replace(first[0], corrects=first[0].key), first[1])
    said, back = anchored(both, "line", itself, event(both, kind=FactKind.NONE, corrects=first[0].key))
    at = said[1].header.anchored_at
    both.done("stranger", record(said))
    both.refused("stranger", record(said), "SaidSince", at, at)
    both.done("stranger", strike(back, said[0]))
    both.refused("stranger", record(said), "SaidSince", at, at)
    (again,) = anchored(both, "line", event(both), wait=0)
    assert again[1].header.anchored_at > at
    both.done("stranger", record(again))
    # A retraction and what is said in its place, of one batch: it names what it replaces.
    named = {"corrects": again[0].key, "amount": 7, "measure": "KGM"}
    back, new = anchored(both, "line", event(both, kind=FactKind.NONE, corrects=again[0].key), event(both, **named))
    both.done("stranger", strike(back, again[0]))
    both.done("stranger", record(new))
    back, unnamed = anchored(both, "line", event(both, kind=FactKind.NONE, corrects=new[0].key), event(both))
    both.refused("stranger", record(unnamed), "FactStands")
    both.done("stranger", strike(back, new[0]))
    at = back[1].header.anchored_at
    both.refused("stranger", record(unnamed), "SaidSince", at, at)
    assert fact(both, "line").struck


def test_n3_an_event_that_was_struck_comes_back_once_its_producer_anchors_it_again_later(both: Both) -> None:
    """It is the producer's later word; random acts found that the property of cargo knew of no such thing."""
    first = event(both)
    said = anchored(both, "line", first)[0]
    both.done("stranger", record(said))
    back = says(both, "line", kind=FactKind.NONE, corrects=said[0].key)
    both.done("stranger", strike(back, said[0]))
    both.refused("stranger", record(said), "SaidSince")
    both.done("stranger", record(anchored(both, "line", first, wait=60)[0]))


def test_n3_a_strike_names_the_fact_that_is_recorded(both: Both) -> None:
    first = says(both, "line")
    back = says(both, "line", kind=FactKind.NONE, corrects=first[0].key)
    nothing = says(both, "line", kind=FactKind.NONE)
    both.refused("stranger", strike(back, first[0]), "NotACorrection", back[0].key)
    both.done("stranger", record(first))
    both.refused("stranger", strike(nothing, first[0]), "NotACorrection", nothing[0].key)
    both.refused("stranger", Strike(BILL, LOADED, 2, back[0], back[1]), "NotACorrection")
    both.refused("stranger", Strike(BILL, WEIGHED, 1, back[0], back[1]), "NotACorrection")
    both.refused("stranger", Strike(OTHER_BILL, LOADED, 1, back[0], back[1]), "NotACorrection")
    theirs = says(both, "forwarder", kind=FactKind.NONE, corrects=first[0].key)
    both.refused("stranger", strike(theirs, first[0]), "NotACorrection")
    both.done("stranger", strike(back, first[0]))
    found = fact(both, "line")
    assert (found.struck, found.said_at, found.key) == (True, back[1].header.anchored_at, first[0].key)
    both.refused("stranger", strike(back, first[0]), "NotACorrection")


def test_a_fact_keeps_63_bits_of_its_key_and_none_is_no_key(both: Both) -> None:
    key = b"\5" * 32
    first = says(both, "line", key=key)
    both.done("stranger", record(first))
    for other, alike in ((key[:7] + b"\7" + key[8:], False), (key[:7] + b"\4" + key[8:], True)):
        back = says(both, "line", kind=FactKind.NONE, corrects=other)
        if alike:
            both.done("stranger", strike(back, first[0]))
        else:
            both.refused("stranger", strike(back, first[0]), "NotACorrection")
    zeros = says(both, "line", kind=FactKind.NONE, corrects=bytes(31) + b"\1")
    both.done("line", Withdraw(BILL, LOADED, 1))
    both.refused("stranger", strike(zeros, first[0]), "NotACorrection")
    of_zeros = says(both, "line", key=bytes(31) + b"\2")
    both.done("stranger", record(of_zeros))
    both.refused("stranger", record(says(both, "line")), "FactStands")
    both.refused("stranger", strike(says(both, "line", kind=FactKind.NONE), of_zeros[0]), "NotACorrection")


def test_n3_what_was_withdrawn_does_not_come_back_recorded_or_not(both: Both) -> None:
    both.refused("line", Withdraw(BILL, FactKind.NONE, 0), "NoFact", FactKind.NONE)
    both.refused("shipper", Withdraw(BILL, LOADED, 1), "LacksRole")
    first = says(both, "line")
    both.done("line", Withdraw(BILL, LOADED, 1))
    at = both.now
    both.refused("stranger", record(first), "SaidSince", first[1].header.anchored_at, at)
    both.done("stranger", record(second := says(both, "line")))
    waits = statement(both, kind=WEIGHED, corrects=second[0].key, said_at=both.now + 1)
    both.done("line", Withdraw(BILL, LOADED, 1))
    both.done("line", Withdraw(BILL, WEIGHED, 0), wait=0)
    assert (fact(both, "line").recorded_at, fact(both, "line").struck) == (0, True)
    both.refused("stranger", attest(waits), "SaidSince", waits.said_at, waits.said_at)


# ----------------------------------------------------------------------------------------------------------- statements


def test_a_statement_is_signed_by_who_acts_in_time_and_says_what_papers_say(both: Both) -> None:
    line = both.at("line")
    said = statement(both)
    both.refused("stranger", Attest(said, Signature(both.at("trader"))), "NotSignedBy", line)
    both.refused("stranger", Attest(said, Signature(line, empty=True)), "NotSignedBy", line)
    both.refused("stranger", attest(replace(said, kind=LOADED)), "NotAttestable", LOADED)
    both.refused("stranger", attest(replace(said, kind=FactKind.NONE)), "NotAttestable", FactKind.NONE)
    ahead = replace(said, said_at=both.now + 100)
    both.refused("stranger", attest(ahead), "NotYetSaid", ahead.said_at)
    both.refused("stranger", attest(statement(both, "shipper")), "LacksRole", both.at("shipper"), PRODUCE)
    both.done("line", Cancel(DigestOf(said)))
    both.refused("stranger", attest(said), "SignatureCancelled")
    both.done("line", Attest(said, Signature(line, empty=True)))
    both.refused("stranger", attest(said), "SignatureCancelled")
    late = statement(both, deadline=both.now + 10, kind=WEIGHED)
    both.refused("stranger", attest(late), "SignatureExpired", late.deadline, wait=11)
    both.refused("line", Attest(late, Signature(line, empty=True)), "SignatureExpired")


def test_a_statement_is_kept_with_all_that_conditions_ask(both: Both) -> None:
    said = statement(both, valid_until=both.now + DAY, unit=3)
    both.done("stranger", attest(said))
    found = fact(both, "line", INSURED, 3)
    assert (found.key, found.recorded_at, found.said_at) == (typed.struct_hash(said), both.now, said.said_at)
    assert (found.amount, found.measure, found.valid_until, found.struck) == (500, "USD", said.valid_until, False)
    both.refused("stranger", attest(said), "FactStands", BILL, INSURED, 3, both.number("line"))
    same = statement(both, corrects=found.key, unit=3, said_at=said.said_at)
    both.done("stranger", attest(same))
    earlier = statement(both, corrects=typed.struct_hash(same), unit=3, said_at=said.said_at - 1)
    both.refused("stranger", attest(earlier), "SaidSince", said.said_at - 1, said.said_at)


# ----------------------------------------------------------------------------------------------------------- conditions


def test_a_condition_has_clauses_that_can_hold_and_is_laid_once(both: Both) -> None:
    both.refused("stranger", Lay(()), "NoClauses")
    for at, wrong in enumerate(
        (Clause(FactKind.NONE, 1, 0, 0, 0, ""), Clause(LOADED, 0, 0, 0, 0, ""), Clause(LOADED, 1, 0, 0, 1, ""))
    ):
        both.refused("stranger", Lay((*[LADEN] * at, wrong)), "ClauseUnfit", at)
    both.done("stranger", Lay((LADEN, LADEN, LADEN)))
    both.refused("line", Lay((LADEN, LADEN, LADEN)), "ConditionStands", condition_of((LADEN, LADEN, LADEN)))
    both.state.now = both.now
    assert not holds(both.state, condition_of([LADEN]), asked(both))
    both.answers("CargoLog", "holds", (condition_of([LADEN]), BILL, 1, (), ()), False)


def test_n3_units_are_counted_up_to_those_that_the_bill_has(both: Both) -> None:
    for unit in (1, 3, 4):
        both.done("stranger", record(says(both, "line", unit=unit)))
    for wanted, units, held in ((ALL_UNITS, 1, 1), (ALL_UNITS, 3, 0), (2, 3, 1), (3, 3, 0), (3, 4, 1), (1, 0, 0)):
        assert answer(both, [replace(LADEN, units=wanted)], asked(both, units=units)) == bool(held)
    assert not answer(both, [LADEN], asked(both, units=0))
    assert not answer(both, [replace(LADEN, units=0)], asked(both))
    both.done("stranger", record(says(both, "line", unit=0)))
    assert answer(both, [replace(LADEN, units=0)], asked(both, units=0))
    assert not answer(both, [LADEN, replace(LADEN, producers=2)], asked(both))
    (found,) = shortfalls(both.state, [LADEN], asked(both, units=3))
    assert (found.units, found.unit, found.found) == (2, 2, 0)


def test_n3_times_are_kept_to_the_second(both: Both) -> None:
    quiet = replace(LADEN, quiet_hours=2)
    both.done("stranger", record(says(both, "line", valid_until=both.now + 3 * HOUR)))
    recorded, until = fact(both, "line").recorded_at, fact(both, "line").valid_until
    both.done("stranger", Lay((quiet,)))
    for at, lack in (
        (recorded + 2 * HOUR - 1, Lack.TOO_YOUNG),
        (recorded + 2 * HOUR, None),
        (until, None),
        (until + 1, Lack.NO_LONGER_VALID),
    ):
        both.executor.now = at
        assert answer(both, [quiet], asked(both, "line")) == (lack is None)
        assert lacks(both, quiet, asked(both, "line")) == ((lack,) if lack else ())


def test_amounts_are_at_least_so_much_in_the_same_measure_and_a_ship_is_that_ship(both: Both) -> None:
    both.done("stranger", attest(statement(both)))
    both.done("stranger", attest(statement(both, kind=FactKind.VESSEL_IDENTIFIED, amount=9_321_483, measure="IMO")))
    insured = Clause(INSURED, 1, 0, 0, 500, "USD")
    ship = Clause(FactKind.VESSEL_IDENTIFIED, 1, 0, 0, 9_321_483, "IMO")
    for clause, held in (
        (insured, True),
        (replace(insured, least=501), False),
        (replace(insured, least=499), True),
        (replace(insured, measure="HKD"), False),
        (replace(insured, least=0, measure="HKD"), False),
        (replace(insured, least=0), True),
        (replace(insured, least=0, measure=""), True),
        (ship, True),
        (replace(ship, least=9_321_482), False),
        (replace(ship, least=9_321_484), False),
        (replace(ship, least=0), True),
        (replace(ship, least=0, measure="KGM"), False),
    ):
        assert answer(both, [clause], asked(both, "line")) == held
        assert lacks(both, clause, asked(both, "line")) == (() if held else (Lack.TOO_LITTLE,))


def test_t19_so_many_groups_and_each_lack_of_the_others(both: Both) -> None:
    two = replace(LADEN, producers=2)
    line, forwarder = (both.state.accreditation(both.number(each)).group for each in ("line", "forwarder"))
    both.done("stranger", record(says(both, "line")))
    said = says(both, "forwarder")
    both.done("stranger", record(said))
    assert answer(both, [two], asked(both))
    assert not answer(both, [replace(LADEN, producers=3)], asked(both))
    # Named twice it counts once, and whoever is no producer does not count.
    alone = asked(both, "line", "line clerk", "stranger", "shipper", "honest room")
    good, none = Lack.NOTHING, Lack.NOT_ACCREDITED
    assert lacks(both, two, alone) == (good, Lack.SAME_GROUP, Lack.MAY_NOT_ACT, none, none)
    # More than are asked for are told as counting, and no second of a group.
    everybody = asked(both, "line", "forwarder", "line clerk", "bank")
    assert lacks(both, replace(LADEN, producers=3), everybody) == (good, good, Lack.SAME_GROUP, Lack.NOT_RECORDED)
    assert lacks(both, two, asked(both, "line", "forwarder", left_out=[line])) == (Lack.GROUP_LEFT_OUT, good)
    assert not answer(both, [two], asked(both, left_out=[7, forwarder]))
    assert answer(both, [two], asked(both, left_out=[0, 7]))
    both.done(ADMIN, Suspend(both.number("line"), b"order"))
    assert lacks(both, two, asked(both, "line", "forwarder")) == (Lack.MAY_NOT_ACT, good)
    both.done(ADMIN, LiftSuspension(both.number("line")))
    both.done("stranger", strike(says(both, "forwarder", kind=FactKind.NONE, corrects=said[0].key), said[0]))
    assert lacks(both, two, asked(both, "line", "forwarder", "bank")) == (good, Lack.STRUCK, Lack.NOT_RECORDED)
    both.done("line", Withdraw(BILL, LOADED, 1))
    assert lacks(both, two, asked(both, "line")) == (Lack.STRUCK,)
    both.done(ADMIN, Discredit(both.number("line"), NOWHERE, bits(LOADED)))
    assert lacks(both, two, asked(both, "line")) == (none,)


def test_t19_of_a_group_that_counts_another_member_is_told_what_it_lacks_itself(both: Both) -> None:
    two, forwarder = replace(LADEN, producers=2), both.number("forwarder")
    both.done(ADMIN, SetProfile(forwarder, both.state.accreditation(both.number("line")).group, cast.FORWARDER))
    both.done("stranger", Regroup(forwarder))
    both.done("stranger", record(says(both, "line")))
    assert lacks(both, two, asked(both, "line", "forwarder")) == (Lack.NOTHING, Lack.NOT_RECORDED)
    assert lacks(both, two, asked(both, "forwarder", "line")) == (Lack.NOT_RECORDED, Lack.NOTHING)
    both.done("stranger", record(says(both, "forwarder")))
    assert lacks(both, two, asked(both, "line", "forwarder")) == (Lack.NOTHING, Lack.SAME_GROUP)


def test_a_group_that_counts_once_too_often_is_told_up_to_what_is_asked(both: Both) -> None:
    """One producer is asked for: whoever else would count, counts, and the clause holds by the first."""
    for who in ("line", "forwarder"):
        both.done("stranger", record(says(both, who)))
    both.done("stranger", record(says(both, "line", unit=2, valid_until=both.now)))
    found = asked(both, "line", "forwarder", "forwarder clerk", units=2)
    assert not answer(both, [LADEN], found)
    both.state.now = both.now
    (told,) = shortfalls(both.state, [LADEN], found)
    assert told.lacks == (Lack.NO_LONGER_VALID, Lack.NOT_RECORDED, Lack.NOT_RECORDED)
    assert (told.units, told.unit, told.found) == (1, 2, 0)


# ------------------------------------------------------------------------------------------------------- how it is told


@pytest.mark.parametrize(
    ("clause", "text"),
    [
        (LADEN, "loaded, every unit, on the word of one producer alone"),
        (
            Clause(LOADED, 2, 48, 3, 0, ""),
            "loaded, at least 3 units, said by 2 producers of different groups, undisputed for 2 days",
        ),
        (Clause(LOADED, 1, 0, 1, 0, ""), "loaded, at least 1 unit, on the word of one producer alone"),
        (Clause(INSURED, 1, 1, 0, 1_500, "USD"), "insured, at least 1,500 USD, on the word of one producer alone, "),
        (Clause(INSURED, 1, 0, 0, 0, "USD"), "insured, in USD, on the word of one producer alone"),
        (
            Clause(FactKind.VESSEL_IDENTIFIED, 1, 0, 0, 9_321_483, "IMO"),
            "vessel identified, IMO 9321483, on the word of one producer alone",
        ),
    ],
)
def test_a_clause_is_told_as_whoever_signs_it_reads_it(clause: Clause, text: str) -> None:
    told = told_clause(clause)
    assert told == text + ("undisputed for 1 hour" if text.endswith(", ") else "")


def test_a_fact_is_told_by_its_kind_its_bill_and_its_unit() -> None:
    assert told_of(BILL, LOADED, 0).startswith("loaded, ")
    assert told_of(BILL, LOADED, 2) == f"{told_of(BILL, LOADED, 0)}, unit 2"


NAMES = tell.Names({}, {3: "the terminal"}, {}, whole=True)
KEY, AT = b"\1" * 32, 1_770_000_000


def recorded(
    amount: int = 0, measure: str = "", until: int = 0, place: bytes = NOWHERE, corrects: bytes = NOTHING
) -> Event:
    return ev.FactRecorded(BILL, WEIGHED, 3, 2, KEY, corrects, AT, until, amount, measure, place, 7, STRANGER)


def attested() -> Event:
    said = Statement(STRANGER, BILL, INSURED, 1, AT, 0, 5, "USD", NOWHERE, NOTHING, NOTHING, AT, AT)
    return ev.FactAttested(BILL, INSURED, 3, KEY, said, STRANGER)


def batch(count_: int) -> Event:
    return ev.Anchored(3, 7, Header(KEY, count_, AT, AT, AT, NOTHING), STRANGER)


@pytest.mark.parametrize(
    ("event_", "text"),
    [
        (batch(1), "the terminal anchored batch 7, of 1 event"),
        (batch(1_000), "the terminal anchored batch 7, of 1,000 events"),
        (recorded(), "the terminal said: weighed, BILL, unit 2, 2026-02-02 02:40 UTC (batch 7)"),
        (
            recorded(1_500, "KGM", AT + DAY, ELSEWHERE, KEY),
            (
                "the terminal said: weighed, BILL, unit 2, at NLRTM, 1,500 KGM, 2026-02-02 02:40 UTC, "
                "valid until 2026-02-03 02:40 UTC, in place of what it said before (batch 7)"
            ),
        ),
        (recorded(5), "the terminal said: weighed, BILL, unit 2, 5, 2026-02-02 02:40 UTC (batch 7)"),
        (recorded(0, "KGM"), "the terminal said: weighed, BILL, unit 2, 0 KGM, 2026-02-02 02:40 UTC (batch 7)"),
        (attested(), "the terminal said: insured, BILL, unit 1, 5 USD, 2026-02-02 02:40 UTC (by statement)"),
        (
            ev.FactStruck(BILL, LOADED, 3, 2, KEY, KEY, 7, STRANGER),
            "the terminal took back: loaded, BILL, unit 2 (batch 7)",
        ),
        (
            ev.FactWithdrawn(BILL, LOADED, 3, 2, STRANGER),
            "the terminal takes back all it said so far: loaded, BILL, unit 2",
        ),
    ],
)
def test_what_a_producer_says_is_told_with_all_that_it_says(event_: Event, text: str) -> None:
    told = tell.sentence(SUITE.facts[type(event_)], event_, NAMES)
    assert told == text.replace("BILL", tell.bill_name(BILL))


@pytest.mark.parametrize(
    ("clauses", "alone"),
    [
        ((LADEN,), True),
        ((LADEN, replace(LADEN, quiet_hours=24)), True),
        ((replace(LADEN, producers=2),), False),
        ((LADEN, replace(LADEN, producers=2)), False),
        ((LADEN, Clause(INSURED, 1, 0, 0, 0, "")), False),
        ((LADEN, replace(LADEN, units=0)), False),
    ],
)
def test_t19_that_one_producer_alone_meets_a_condition_is_told(clauses: tuple[Clause, ...], alone: bool) -> None:
    laid = ev.ConditionLaid(KEY, clauses, STRANGER)
    told = tell.sentence(SUITE.facts[type(laid)], laid, NAMES)
    assert told.endswith(" (one producer's one event can meet it)") == alone
    assert told_clause(clauses[0]) in told


def test_a_ship_of_which_no_number_is_asked_is_told_by_what_it_is_measured_in() -> None:
    assert "in IMO" in told_clause(Clause(FactKind.VESSEL_IDENTIFIED, 1, 0, 0, 0, "IMO"))


# ------------------------------------------------------------------------------------------------------------ at random

MOVES = st.lists(
    st.tuples(
        st.sampled_from(PRODUCERS),
        st.sampled_from(("record", "strike", "withdraw", "replace")),
        st.sampled_from((LOADED, WEIGHED)),
        st.integers(0, 2),
        st.sampled_from(((0, ""), (5, "KGM"), (9, "KGM"), (9, "USD"))),
        st.sampled_from((0, 30, 10**6)),
    ),
    max_size=12,
)
CLAUSES = st.lists(
    st.builds(
        Clause,
        st.sampled_from((LOADED, WEIGHED)),
        st.integers(1, 3),
        st.sampled_from((0, 0, 1)),
        st.sampled_from((0, 1, 2, ALL_UNITS)),
        st.just(0),
        st.sampled_from(("", "KGM")),
    ).map(lambda clause: replace(clause, least=7) if clause.measure and clause.quiet_hours else clause),
    min_size=1,
    max_size=3,
)


@pytest.fixture
def said(both: Both) -> dict[tuple[str, FactKind, int], CargoEvent]:
    """Everybody has said everything, of the bill as a whole and of two units."""
    found = {}
    for who in PRODUCERS:
        for kind in (LOADED, WEIGHED):
            for unit in range(3):
                shown = says(both, who, kind=kind, unit=unit, amount=9, measure="KGM")
                both.done("stranger", record(shown))
                found[who, kind, unit] = shown[0]
    both.executor.now += HOUR
    return found


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES, clauses=CLAUSES, data=st.data())
def test_n3_contract_and_model_agree_and_what_was_taken_back_satisfies_nothing(
    both: Both, said: dict[Any, CargoEvent], moves: list[Any], clauses: list[Clause], data: st.DataObject
) -> None:
    mark = both.executor.mark()
    try:
        _agree(both, dict(said), moves, clauses, data)
    finally:
        both.executor.back(mark)


def _agree(
    both: Both, said: dict[Any, CargoEvent], moves: list[Any], clauses: list[Clause], data: st.DataObject
) -> None:
    for who, act, kind, unit, (amount, measure), lasts in moves:
        place = (who, kind, unit)
        before = said.get(place)
        until = both.now + lasts if lasts else 0
        if act == "withdraw":
            both.done(who, Withdraw(BILL, kind, unit))
            said.pop(place, None)
        elif act == "strike" and before is not None:
            back = says(both, who, kind=FactKind.NONE, corrects=before.key)
            both.done("stranger", strike(back, before))
            said.pop(place)
        elif before is None or act == "replace":
            corrects = NOTHING if before is None else before.key
            fields = {"amount": amount, "measure": measure, "valid_until": until, "corrects": corrects, "unit": unit}
            shown = says(both, who, kind=kind, **fields)
            both.done("stranger", record(shown))
            said[place] = shown[0]
    others = st.lists(st.sampled_from((*PRODUCERS, "line clerk", "stranger")), max_size=5)
    named = data.draw(st.one_of(st.permutations(PRODUCERS), others))
    groups = [both.state.accreditation(both.number(who)).group for who in PRODUCERS]
    about = Asked(
        BILL,
        data.draw(st.integers(0, 2)),
        tuple(map(both.at, named)),
        tuple(data.draw(st.lists(st.sampled_from(groups), max_size=1))),
    )
    both.executor.now += data.draw(st.sampled_from((0, 40, HOUR)))
    if answer(both, clauses, about):
        standing = {(who.replace(" clerk", ""), kind) for who, kind, _ in said}
        for clause in clauses:
            speaking = {who.replace(" clerk", "") for who in named}
            assert len({who for who, kind in standing if kind is clause.kind and who in speaking}) >= clause.producers
        # Leaving a producer out only makes it false; naming one more leaves it true.
        assert answer(both, clauses, replace(about, producers=(*about.producers, both.at("trader"))))
        if not about.left_out:
            assert not answer(both, clauses, replace(about, left_out=tuple(groups)))
