"""A rebuild refuses what no call can have logged: every field, every order, every rule that a log can break."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from support.logs import LEIS, STATEMENT, Honest
from support.refusals import KEPT, NEVER, NEVER_OF, found, reason, refused_by_chance, scripted
from support.tamper import Altered, alterations, tried

from sampan.bills.records import MAX_ACTS
from sampan.bills.terms import replacements_hash
from sampan.bills.verbs.amendments import Replace
from sampan.bills.verbs.circulation import Lodge, Sign, Transfer
from sampan.bills.verbs.surrender import Surrender
from sampan.fuzz.alone import STRANGER, Logged, begun
from sampan.identity.records import Identity
from sampan.identity.verbs.accounts import Cancel
from sampan.model.perform import Refused
from sampan.model.replay import Impossible, replay
from sampan.subjects import LEDGER, SUITE
from sampan.suite import events as ev
from sampan.suite.event import Event, field_names
from sampan.suite.verb import Signature
from sampan.suite.words import Endorsement, Kind, Purpose, SurrenderFor

TABLES = (
    "bills",
    "lodgings",
    "accounts",
    "participants",
    "codes",
    "givers",
    "listed",
    "recoveries",
    "approvals",
    "recorded",
    "cancelled",
    "note_count",
)

UNSEEN = {
    "remark": "anybody may say anything",
    "ground": "anybody may say anything",
    "terms": "a room's own; the ledger does not read them",
    "digest": "no log shows what was signed",
    "relayer": "anybody may hand in what another signed",
    "by": "another account of the same participant may do the same",
    "actor": "another account of the same participant may do the same",
    "signer": "another account of the same participant may agree as well",
    "sponsor": "another account of the same participant may vouch as well",
    "purpose": "said, and kept nowhere: of a signature, or of a surrender that waits for the same answer",
    "endorsement": "in blank, of a bill that a room gives and that is in blank already",
    "countries": "the same ones in another order",
}
"""Fields that can be altered so that a rebuild gives the same state, and why."""
UNSEEN_ORDER = {
    "dropped": "an agreement that nothing needed, a setting that was so already",
    "doubled": "the same",
    "swapped": "two agreements",
    "later": "what keeps no time",
    "earlier": "what keeps no time",
}


def rebuilt(log: list[Logged]) -> tuple[Any, list[Impossible]]:
    state = begun()
    wrong: list[Impossible] = []
    for logged in log:
        wrong += replay(state, logged.events, logged.time) if logged.events else []
    return state, wrong


def same(one: Any, other: Any) -> bool:
    return all(getattr(one, table) == getattr(other, table) for table in TABLES)


def refusals(ledger: Honest, *events: Event) -> list[str]:
    """What a rebuild that has come so far says of a transaction with these events."""
    state, wrong = rebuilt(ledger.log)
    assert wrong == []
    return [one.error for one in tried(state, Altered("", events, ledger.now + 12))[0]]


@pytest.fixture
def trade() -> Honest:
    """Everybody is there, nothing has happened yet."""
    return Honest()


def test_p10_an_honest_log_rebuilds_the_ledger() -> None:
    state, wrong = rebuilt(scripted().log)
    assert wrong == []
    assert same(state, scripted().state)


# --------------------------------------------------------------------------------------------- every rule of every verb


@pytest.mark.slow
def test_every_refusal_that_an_altered_log_reached_is_still_reached() -> None:
    """`PYTHONPATH=tests python -m support.refusals` keeps them anew."""
    kept = set(json.loads(KEPT.read_text(encoding="utf-8")))
    now = {f"{function} {error}" for function, error in found().refusals}
    assert kept - now == set(), "no longer reached: a rule was lost, or the trade no longer breaks it"
    assert now - kept == set(), "reached for the first time: keep it"


@pytest.mark.slow
def test_every_refusal_of_every_verb_is_reached_or_cannot_be_for_a_stated_reason() -> None:
    missing = {(verb, error) for verb, error in refused_by_chance() | scripted().refused} - found().refusals
    unexplained = {(verb, error) for verb, error in missing if reason(verb, error) is None}
    assert unexplained == set(), "add an act to tests/support/logs.py at a place where an altered log breaks this rule"


@pytest.mark.slow
def test_no_reason_is_given_for_what_is_reached() -> None:
    assert not {(verb, error) for verb, error in found().refusals if (verb, error) in NEVER_OF or error in NEVER}


@pytest.mark.slow
def test_each_field_of_each_event_was_altered_and_noticed_or_is_free_for_a_stated_reason() -> None:
    effective = [kind for kind, fact in LEDGER.facts.items() if fact.effect is not None]
    assert {f"{kind.__name__}.{name}" for kind in effective for name in field_names(kind)} <= found().tried
    for what in found().unseen:
        event, _, name = what.partition(".")
        assert name in UNSEEN if name else event in UNSEEN_ORDER, what


@pytest.mark.slow
def test_n13_an_act_that_is_left_out_doubled_or_moved_behind_the_next_is_noticed() -> None:
    """Each event of a bill carries its count, so what is missing shows at the next one, or in the end's state."""
    log, dice = scripted().log, Random(2)
    acts = [at for at, logged in enumerate(log) if {type(event) for event in logged.events} & SUITE.acts]
    for at in dice.sample(acts, 60):
        before, after = log[:at], log[at + 1 :]
        ways = [[*before, *after], [*before, log[at], *log[at:]]]
        if bills_of(log[at]) & bills_of(log[(at + 1) % len(log)]):
            ways.append([*before, after[0], replace(log[at], time=after[0].time), *after[1:]])
        for altered in ways:
            state, wrong = rebuilt(altered)
            assert wrong or not same(state, scripted().state), log[at]


def bills_of(logged: Logged) -> set[int]:
    return {event.bill for event in logged.events if type(event) in SUITE.acts}  # type: ignore[attr-defined]


@pytest.mark.slow
def test_whatever_is_altered_a_rebuild_comes_to_an_end() -> None:
    """And never with another exception than a finding: whole logs, each altered in three places."""
    log, dice = scripted().log, Random(3)
    state = SUITE.state()
    for _ in range(25):
        altered = list(log)
        for at in sorted(dice.sample(range(len(log)), 3)):
            ways = [way for way in alterations(state, log, at, dice) if way.time >= 0]
            way = dice.choice(ways)
            altered[at] = Logged(way.time, way.events)
        rebuilt(altered)


# -------------------------------------------------------------------------------------------------------- amendments


def surrendered(trade: Honest, *by: str) -> list[int]:
    """Bills in blank, each surrendered for amendment by somebody, nothing agreed beforehand."""
    bills = [trade.issue(Kind.BLANK, to=name) for name in by]
    for bill, name in zip(bills, by, strict=True):
        trade.act(name, Surrender(bill, SurrenderFor.AMENDMENT, trade.who["carrier"], bytes(32), b""))
    return bills


def replaced(trade: Honest, bills: list[int], terms: Any, possessor: str, titleholder: int = 0) -> list[Event]:
    """What replacing them by one bill would log."""
    carrier = trade.who["carrier"]
    issued = trade.state.accounts[carrier].issued + 1
    ended = [ev.Replaced(bill, carrier, (terms.bill,), 3, b"") for bill in bills]
    fixed = (terms.kind, terms.root, terms.checksum, terms.carriage_law, terms.record_law)
    new = ev.ReplacementIssued(terms.bill, carrier, possessor, titleholder, *fixed, 1, issued, tuple(bills))
    return [*ended, new]


def test_bills_of_two_surrenderers_are_not_replaced_together(trade: Honest) -> None:
    bills = surrendered(trade, "shipper", "consignee")
    terms = trade.terms(LEIS["carrier"])
    digest = replacements_hash(bills, (terms,))
    agreed = [
        ev.Agreed(bill, trade.who[name], Replace.selector(), 2, trade.who["shipper"], 0, Kind.BLANK, digest)
        for bill, name in zip(bills, ("shipper", "consignee"), strict=True)
    ]
    events = replaced(trade, bills, terms, trade.who["shipper"])

    assert refusals(trade, *events)[0] == "ReplacementsNotAgreed"
    assert refusals(trade, *agreed, *events)[0] == "NotOneSurrenderer"


def test_a_replacement_needs_the_surrenderers_agreement(trade: Honest) -> None:
    bills = surrendered(trade, "shipper", "shipper")
    terms = trade.terms(LEIS["carrier"])
    digest = replacements_hash(bills, (terms,))
    shipper = trade.who["shipper"]
    agreed = [ev.Agreed(bill, shipper, Replace.selector(), 2, shipper, 0, Kind.BLANK, digest) for bill in bills]
    events = replaced(trade, bills, terms, shipper)

    assert refusals(trade, *agreed, *events) == []
    assert refusals(trade, *agreed[:1], *events)[0] == "ReplacementsNotAgreed"
    assert refusals(trade, *events)[0] == "ReplacementsNotAgreed"
    other = replace(events[-1], root=STATEMENT)
    assert refusals(trade, *agreed, *events[:-1], other)[0] == "ReplacementsNotAgreed"


def test_a_new_titleholder_that_receives_by_signature_only_agrees_to_a_replacement(trade: Honest) -> None:
    ((bill),) = surrendered(trade, "shipper")
    shipper, bank = trade.who["shipper"], trade.number("bank")
    # The bank has two accounts; the one that anybody may give to is closed, so that only a signature remains.
    trade.act("desk", _only_signed(trade))
    terms = trade.terms(LEIS["carrier"], Kind.ORDER, trade.who["bank"])
    digest = replacements_hash((bill,), (terms,))
    agreed = ev.Agreed(bill, shipper, Replace.selector(), 2, shipper, 0, Kind.BLANK, digest)
    events = replaced(trade, [bill], terms, shipper, bank)

    assert refusals(trade, agreed, *events)[0] == "AgreementRequired"


def _only_signed(trade: Honest) -> Any:
    from sampan.identity.verbs.accounts import SetReceiving
    from sampan.suite.words import Receiving

    return SetReceiving(trade.who["desk"], Receiving.SIGNED_ONLY)


@pytest.mark.parametrize("named", [("m15", "m15", "m15"), ("m15", "m3", "m9")], ids=["one account", "several"])
def test_an_honest_replacement_is_possible_however_many_accounts_its_titleholder_has(
    trade: Honest, named: tuple[str, ...]
) -> None:
    """The log tells of the titleholder, not of the account by which it was named; the hash is over the account."""
    for number in range(20):
        trade.who[f"m{number}"] = trade.add_account(trade.who["consignee"], f"m{number}")
    terms = tuple(trade.terms(LEIS["carrier"], Kind.ORDER, trade.who[name]) for name in named)
    bill = trade.issue(Kind.ORDER, "shipper")
    digest = replacements_hash((bill,), terms)
    trade.act("shipper", Surrender(bill, SurrenderFor.SWITCH, trade.who["carrier"], digest, b""))
    trade.act("carrier", Replace((bill,), terms, b""))

    state, wrong = rebuilt(trade.log)

    assert wrong == []
    assert same(state, trade.state)


# ------------------------------------------------------------------------------------------------------------- identity


@pytest.mark.parametrize("country", ["", "s", "sg", "S1", "SGP"])
def test_a_malformed_country_is_refused(trade: Honest, country: str) -> None:
    state, _ = rebuilt([])
    enrolled, added = trade.log[0].events
    ((wrong), *_) = tried(state, Altered("", (replace(enrolled, country=country), added), trade.now))[0]
    assert wrong.error == "MalformedCountry"
    number = trade.state.accounts[trade.rooms[0]].number
    listed = ev.RoomListed(trade.rooms[0], number, ("HK", country), trade.state.note_count + 1)
    assert refusals(trade, listed) == ["MalformedCountry"]


@pytest.mark.parametrize("code", ["", "xll", "X L", "X-1"])
def test_a_malformed_carrier_code_is_refused(trade: Honest, code: str) -> None:
    note = trade.state.note_count + 1
    assert refusals(trade, ev.CodeAssigned("SMDG", code, 1, note)) == ["MalformedCode"]
    assert refusals(trade, ev.CodeAssigned(code, "XLL", 1, note)) == ["MalformedCode"]


def test_record_laws_that_do_not_exist_are_refused(trade: Honest) -> None:
    published = ev.RecordLawsPublished(1, 0b10000, trade.who["carrier"], trade.state.note_count + 1)
    assert refusals(trade, published) == ["UnknownRecordLaws"]


# ---------------------------------------------------------------------------------------------------- order, and time


def test_events_of_one_transaction_stand_in_their_order() -> None:
    """Two events of one call, the other way about."""
    for logged in scripted().log:
        if len(logged.events) == 2 and not isinstance(logged.events[0], ev.Agreed):
            state, _ = rebuilt(scripted().log[: scripted().log.index(logged)])
            swapped = tuple(reversed(logged.events))
            assert tried(state, Altered("", swapped, logged.time))[0], logged


def test_an_agreement_counts_in_its_own_transaction(trade: Honest) -> None:
    trade._agreements()
    at = next(
        at
        for at, logged in enumerate(trade.log)
        if [type(event) for event in logged.events] == [ev.Agreed, ev.Endorsed]
    )
    shown, endorsed = trade.log[at].events
    time = trade.log[at].time
    apart = [*trade.log[:at], Logged(time, (shown,)), Logged(time, (endorsed,)), *trade.log[at + 1 :]]

    _, wrong = rebuilt(apart)

    assert wrong[0].error == "AgreementRequired"


def test_time_does_not_go_back(trade: Honest) -> None:
    state, _ = rebuilt(trade.log)
    ((wrong),) = replay(state, [ev.Cancelled(STRANGER, STATEMENT, state.note_count + 1)], trade.now - 1)
    assert "is before" in wrong.why
    assert state.now == trade.now


@pytest.mark.slow
def test_at_its_last_count_nothing_of_a_bill_can_be_signed_for(trade: Honest) -> None:
    bill = trade.issue()
    shipper, second = trade.who["shipper"], trade.who["second"]
    # An even number of moves: the bill is with the shipper again.
    for _ in range(MAX_ACTS // 2):
        trade.act("shipper", Transfer(bill, second, b""))
        trade.act("second", Transfer(bill, shipper, b""))
    given = ev.Transferred(bill, shipper, second, MAX_ACTS, b"")

    assert refusals(trade, given) == []
    acted = ev.ActedBySignature(bill, shipper, STRANGER, STATEMENT, trade.state.note_count + 1)
    assert refusals(trade, acted, given)[0] == "StaleAct"
    agreed = ev.Agreed(bill, shipper, Transfer.selector(), MAX_ACTS, second, 0, Kind.BLANK, bytes(32))
    assert refusals(trade, agreed) == ["StaleAct"]


# -------------------------------------------------------------------------------------------------------------- rooms


def test_a_person_holds_nothing_for_others_and_gives_nothing_back(trade: Honest) -> None:
    bill, shipper = trade.issue(Kind.ORDER, "shipper"), trade.who["shipper"]
    held = ev.HeldFor(bill, shipper, trade.number("bank"), 0, 2)
    back = ev.GivenBack(bill, shipper, trade.who["carrier"], trade.number("shipper"), 2, b"")
    assert refusals(trade, held) == ["NotLodged"]
    assert refusals(trade, back) == ["NotLodged"]


def test_a_room_lodges_nothing_with_another(trade: Honest) -> None:
    bill, (room, other) = trade.issue(), trade.rooms
    trade.act("shipper", Lodge(bill, Endorsement.NONE, room, trade.for_room("shipper")))
    lodged = ev.Lodged(bill, room, other, Endorsement.NONE, 0, trade.number("shipper"), 0, 3, b"")
    assert refusals(trade, lodged) == ["NotAPerson"]


# --------------------------------------------------------------------------------------------- what somebody invents


def test_whoever_withdraws_nothing_in_particular_makes_no_honest_act_impossible(trade: Honest) -> None:
    """Anybody may withdraw the digest zero, by which a log stands for digests that it does not show."""
    trade.act("bank", Cancel(bytes(32)))
    trade._agreements()

    assert rebuilt(trade.log)[1] == []


def test_an_agreement_and_an_act_are_about_no_bill_when_they_are_signed_as_acts(trade: Honest) -> None:
    """What stands first in their data is an account and an offset: the contract refuses before it looks further."""
    bill = trade.issue()
    for inner in (
        trade.agreement("shipper", bill, Transfer, trade.who["shipper"], "", Kind.BLANK, bytes(32)),
        trade.signed_act("shipper", Sign(bill, Purpose.SEEN, b""), bill),
    ):
        assert int.from_bytes(inner.encoded()[4:36], "big") != bill
        unsigned = replace(trade.signed_act("shipper", inner, bill), signature=Signature(None))
        refused = trade.attempt(STRANGER, unsigned)
        assert isinstance(refused, Refused)
        assert refused.error == "NotAboutBill"


def test_a_replacement_of_nothing_is_impossible_and_no_crash(trade: Honest) -> None:
    terms = trade.terms(LEIS["carrier"])
    events = replaced(trade, [], terms, trade.who["shipper"])
    state, _ = rebuilt(trade.log)
    ((wrong),) = replay(state, events, trade.now)
    assert wrong.why == "no call logs this alone"


def test_successors_in_a_circle_lead_nowhere_and_no_crash(trade: Honest) -> None:
    state, _ = rebuilt(trade.log)
    one, other = trade.who["shipper"], trade.who["second"]
    person = trade.number("shipper")
    note = state.note_count
    removed = [
        ev.AccountRemoved(person, one, other, one, note + 1),
        ev.AccountRemoved(person, other, one, other, note + 2),
    ]

    assert replay(state, removed, trade.now)
    assert isinstance(state, Identity)
    assert state.resolve(state.accounts[one].number) in (one, other)


def test_signed_acts_without_end_are_impossible_and_no_crash(trade: Honest) -> None:
    bill = trade.issue()
    shipper = trade.who["shipper"]
    state, _ = rebuilt(trade.log)
    events = [ev.ActedBySignature(bill, shipper, STRANGER, STATEMENT, 1 + at) for at in range(2_000)]
    assert len(replay(state, events, trade.now)) == 2_000
