"""The table of the life of a bill (T6), cell by cell, as the model has it."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from support.life import AFTER, PENDING_AFTER

from sampan.bills import rules
from sampan.bills.records import NO_HASH, Bills
from sampan.bills.rules import By
from sampan.bills.verbs.amendments import ToPaper
from sampan.bills.verbs.circulation import Endorse, Reject, Sign, Transfer
from sampan.bills.verbs.surrender import Accept, Deliver, Refuse, Surrender
from sampan.identity.records import HOUR
from sampan.model.perform import Call, Done, Outcome, Refused, perform, take
from sampan.subjects import SUITE
from sampan.suite import events as ev
from sampan.suite import ids
from sampan.suite.verb import NOBODY, Verb
from sampan.suite.words import Endorsement, Kind, Purpose, Receiving, RecordLaw, Rejection, Status, SurrenderFor

NOW = 1_800_000_000
CARRIER, SHIPPER, BANK, CONSIGNEE, FORWARDER = (f"0x{number:040x}" for number in range(1, 6))
PEOPLE = (CARRIER, SHIPPER, BANK, CONSIGNEE, FORWARDER)
LEI = ids.pack_lei("SAMPANMODELTABLE01")
BILL = ids.BillId(LEI, 1, "TABLE").pack()


def ledger(kind: Kind, *, status: Status = Status.LIVE, titleholder: int = 3, possessor: str = BANK) -> Bills:
    """Five participants (carrier, shipper, bank, consignee, forwarder: 1 to 5) and one bill of the shipper's."""
    state: Bills = SUITE.state()
    for number, address in enumerate(PEOPLE, 1):
        lei = LEI if number == 1 else LEI + number
        enrolled = ev.ParticipantEnrolled(number, lei, lei, "CN", 15, b"\1" * 32)
        take(state, [enrolled, ev.AccountAdded(number, address, NOBODY, number, 15, Receiving.ANYONE)], NOW)
    take(state, [ev.RecordLawsPublished(1, 15, CARRIER, 1)], NOW)
    titled = 0 if kind is Kind.BLANK else titleholder
    at_issue = Kind.ORDER if kind is Kind.NAMED else kind
    issued = ev.Issued(
        BILL,
        CARRIER,
        SHIPPER,
        titled,
        at_issue,
        b"\1" * 32,
        b"\2" * 32,
        "GB-ENG",
        RecordLaw.ENGLISH_ETDA_2023,
        1,
        1,
        b"",
    )
    take(state, [issued], NOW)
    if possessor != SHIPPER:
        take(state, [ev.Transferred(BILL, SHIPPER, possessor, 2, b"")], NOW)
    bill = state.bills[BILL]
    bill.kind, bill.status = kind, status
    return state


def do(state: Bills, sender: str, verb: type[Verb], *args: Any, at: int = NOW + 60) -> Outcome:
    return perform(state, Call(sender, verb(BILL, *args)), at)


@pytest.mark.parametrize(
    ("kind", "titleholder", "may"),
    [
        (Kind.STRAIGHT, 3, False),
        (Kind.ORDER, 3, True),
        (Kind.ORDER, 4, False),
        (Kind.NAMED, 3, False),
        (Kind.BLANK, 0, True),
    ],
)
@pytest.mark.parametrize("endorsement", [Endorsement.NAMED, Endorsement.TO_ORDER, Endorsement.BLANK])
def test_who_may_endorse(kind: Kind, titleholder: int, may: bool, endorsement: Endorsement) -> None:
    state = ledger(kind, titleholder=titleholder)
    endorsee = NOBODY if endorsement is Endorsement.BLANK else CONSIGNEE
    outcome = do(state, BANK, Endorse, endorsement, endorsee, NOBODY, b"")
    if may:
        assert isinstance(outcome, Done)
        assert state.bills[BILL].kind is rules.KIND_AFTER[endorsement]
        assert state.bills[BILL].titleholder == (0 if endorsee == NOBODY else 4)
    else:
        assert outcome == Refused("MayNotEndorse", (BILL, BANK))


@pytest.mark.parametrize(
    ("kind", "titleholder", "possessor", "may"),
    [
        (Kind.STRAIGHT, 4, SHIPPER, True),
        (Kind.STRAIGHT, 3, BANK, True),
        (Kind.STRAIGHT, 4, BANK, False),
        (Kind.ORDER, 3, BANK, True),
        (Kind.ORDER, 4, BANK, False),
        (Kind.NAMED, 3, BANK, True),
        (Kind.NAMED, 4, BANK, False),
        (Kind.BLANK, 0, BANK, True),
        (Kind.BLANK, 0, SHIPPER, True),
    ],
)
@pytest.mark.parametrize("purpose", SurrenderFor)
def test_who_may_surrender(kind: Kind, titleholder: int, possessor: str, may: bool, purpose: SurrenderFor) -> None:
    state = ledger(kind, titleholder=titleholder, possessor=possessor)
    outcome = do(state, possessor, Surrender, purpose, CARRIER, NO_HASH, b"")
    if may:
        assert isinstance(outcome, Done)
        assert state.bills[BILL].status is PENDING_AFTER[purpose]
        assert state.bills[BILL].possessor == CARRIER
    else:
        assert outcome == Refused("MayNotSurrender", (BILL, possessor))


@pytest.mark.parametrize("kind", Kind)
def test_any_possessor_gives_possession_and_signs_whatever_the_kind(kind: Kind) -> None:
    state = ledger(kind, titleholder=4)
    assert isinstance(do(state, BANK, Sign, Purpose.CHECKED, b""), Done)
    assert isinstance(do(state, BANK, Transfer, FORWARDER, b""), Done)
    assert state.bills[BILL].titleholder == (0 if kind is Kind.BLANK else 4)


_ARGUMENTS: dict[type[Verb], tuple[str, tuple[Any, ...]]] = {
    Transfer: (BANK, (FORWARDER, b"")),
    Endorse: (BANK, (Endorsement.BLANK, NOBODY, FORWARDER, b"")),
    Sign: (BANK, (Purpose.SEEN, b"")),
    Reject: (BANK, (Rejection.POSSESSION, b"")),
    Surrender: (BANK, (SurrenderFor.DELIVERY, CARRIER, NO_HASH, b"")),
    Accept: (CARRIER, (b"",)),
    Refuse: (CARRIER, (b"no",)),
    ToPaper: (CARRIER, (3, b"\3" * 32, b"")),
    Deliver: (CARRIER, (b"",)),
}


@pytest.mark.parametrize(
    ("verb", "status"), itertools.product(_ARGUMENTS, [each for each in Status if each is not Status.NONE])
)
def test_in_which_status_each_verb_may_be_and_what_follows(verb: type[Verb], status: Status) -> None:
    state = ledger(Kind.BLANK, status=status)
    sender, args = _ARGUMENTS[verb]
    if sender == CARRIER:
        state.bills[BILL].possessor = CARRIER
    allowed, after = AFTER[verb.function]
    outcome = do(state, sender, verb, *args)
    if status in allowed:
        assert isinstance(outcome, Done), outcome
        assert state.bills[BILL].status is (after or PENDING_AFTER[SurrenderFor.DELIVERY])
    else:
        assert outcome == Refused("WrongStatus", (BILL, status))


def test_rejection_ends_with_the_seventy_second_hour() -> None:
    start = NOW // HOUR * HOUR
    for second, may in ((start + 73 * HOUR - 1, True), (start + 73 * HOUR, False)):
        outcome = do(ledger(Kind.BLANK), BANK, Reject, Rejection.POSSESSION, b"", at=second)
        assert isinstance(outcome, Done) is may
    assert outcome == Refused("RejectTimePassed", (BILL, start + 73 * HOUR - 1))


def test_every_capacity_of_the_tables_is_one_that_the_rules_can_find() -> None:
    used = {
        by for table in (rules.MAY_ENDORSE, rules.MAY_SURRENDER) for capacities in table.values() for by in capacities
    }
    assert used == set(By)
