"""What was said of cargo is replayed as title is: an honest ledger is silent, each wrong that is planted is found, and
what honest ports do gives no finding (T45)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from random import Random
from typing import Any

import pytest
from support.audits import Chain, audit_of, findings_of
from support.reported import DAY, HOUR, IMO, ROTTERDAM, Reported, reported
from support.tamper import others

from sampan.audit import checks
from sampan.audit.checks import run
from sampan.audit.evidence import Evidence
from sampan.audit.trust import believed_as, counted_events
from sampan.bills.verbs.circulation import Endorse
from sampan.bills.verbs.surrender import Accept, Surrender
from sampan.cargo.records import Clause, bits
from sampan.cargo.subject import CARGO
from sampan.cargo.verbs.accreditation import Accredit
from sampan.cargo.verbs.facts import Strike, Withdraw
from sampan.cargo.verbs.laying import Lay
from sampan.fuzz.alone import ADMINISTRATOR, STRANGER
from sampan.identity.verbs.enrolment import SetProfile
from sampan.keccak import keccak
from sampan.subjects import SUITE
from sampan.suite import events as ev
from sampan.suite.check import Entry
from sampan.suite.event import Event, field_names
from sampan.suite.tell import bill_name, participant_name
from sampan.suite.words import Endorsement, FactKind, Kind, SurrenderFor

LEDGER, VOYAGE, CORRECTED = reported()
ENTRIES = LEDGER.entries()


def seen(check: str, of: Evidence | list[Entry] | Reported = ENTRIES) -> list[tuple[str, str]]:
    """Subject and message of what a check finds."""
    evidence = audit_of(of) if isinstance(of, Reported) else audit_of(LEDGER, of) if isinstance(of, list) else of
    return [(found.subject, found.message) for found in run(checks.find(check), evidence)]


def altered(of: type[Event], wanted: Callable[[Any], bool] = lambda event: True, **to: Any) -> list[Entry]:
    """The log with one event told otherwise, the first that fits."""
    at = next(at for at, entry in enumerate(ENTRIES) if isinstance(entry.event, of) and wanted(entry.event))
    return [*ENTRIES[:at], replace(ENTRIES[at], event=replace(ENTRIES[at].event, **to)), *ENTRIES[at + 1 :]]


def without(kind: type[Event], wanted: Callable[[Any], bool] = lambda event: True) -> list[Entry]:
    """The log without one event, the first that fits."""
    at = next(at for at, entry in enumerate(ENTRIES) if isinstance(entry.event, kind) and wanted(entry.event))
    return [*ENTRIES[:at], *ENTRIES[at + 1 :]]


def test_an_honest_voyage_is_rebuilt_and_no_check_speaks() -> None:
    evidence = audit_of(LEDGER)
    assert evidence.reconciled
    assert findings_of(evidence) == []


@pytest.mark.parametrize("part", ["fact", "batches", "header", "accreditation"])
def test_p10_a_word_of_the_cargo_log_that_is_not_what_the_log_gives_is_found(part: str) -> None:
    chain = Chain(LEDGER.state, LEDGER.now)
    view = {"fact": "factOf", "batches": "batches", "header": "headerOf", "accreditation": "accreditation"}[part]
    kept = chain.views["CargoLog"]
    key = next(each for each in kept if each[0] == view)
    kept[key] = (
        {**kept[key], "amount": 1, "kinds": 0}
        if isinstance(kept[key], dict)
        else keccak(b"other")
        if part == "header"
        else 99
    )
    (found,) = run(checks.find("SAM-P10"), audit_of(LEDGER, chain=chain))
    assert view in found.message


@pytest.mark.slow
def test_p10_every_counted_event_that_is_hidden_is_missed() -> None:
    honest = Chain(LEDGER.state, LEDGER.now)
    for kind in counted_events(SUITE):
        if SUITE.home(kind) == CARGO.contract:
            for at in [at for at, entry in enumerate(ENTRIES) if type(entry.event) is kind][:4]:
                evidence = audit_of(LEDGER, [*ENTRIES[:at], *ENTRIES[at + 1 :]], honest)
                assert not evidence.reconciled or findings_of(evidence), ENTRIES[at]


def test_a_withdrawal_that_is_hidden_is_missed() -> None:
    """Facts are not counted: what the last word on each left on the chain is compared. See docs/limits.md."""
    at = next(at for at, entry in enumerate(ENTRIES) if isinstance(entry.event, ev.FactWithdrawn))
    assert not audit_of(LEDGER, [*ENTRIES[:at], *ENTRIES[at + 1 :]], Chain(LEDGER.state, LEDGER.now)).reconciled


@pytest.mark.slow
def test_what_is_believed_of_cargo_is_all_that_an_audit_cannot_see() -> None:
    """Every field of every event altered in turn: what is unnoticed at each value, the report names."""
    honest, dice = Chain(LEDGER.state, LEDGER.now), Random(7)
    unseen, noticed = set(), set()
    for kind in sorted(
        {type(entry.event) for entry in ENTRIES if entry.contract == CARGO.contract}, key=lambda each: each.__name__
    ):
        for at in [at for at, entry in enumerate(ENTRIES) if type(entry.event) is kind][:3]:
            event = ENTRIES[at].event
            for name, changed in _each_altered(event, dice):
                log = [*ENTRIES[:at], replace(ENTRIES[at], event=changed), *ENTRIES[at + 1 :]]
                evidence = audit_of(LEDGER, log, honest)
                quiet = evidence.reconciled and not findings_of(evidence)
                (unseen if quiet else noticed).add((kind.__name__, name))
    assert {each for each in unseen - noticed if believed_as(SUITE, *each) is None} == set()
    assert ("FactRecorded", "happenedAt") in unseen


def _each_altered(event: Any, dice: Random) -> Iterator[tuple[str, Any]]:
    """The event with each of its fields altered, those of its struct too, by the contract's name of the field."""
    for name, attribute in zip(type(event).FIELDS, field_names(type(event)), strict=True):
        value = getattr(event, attribute)
        if is_dataclass(value):
            for part in fields(value):
                for other in others(LEDGER.state, getattr(value, part.name), dice)[:2]:
                    yield part.name, replace(event, **{attribute: replace(value, **{part.name: other})})
        elif isinstance(value, int | str | bytes):
            for other in others(LEDGER.state, value, dice)[:2]:
                yield name, replace(event, **{attribute: other})


# -------------------------------------------------------------------------------------------------- SAM-K1: anchors


def test_n3_a_fact_of_a_batch_that_nobody_anchored_is_found() -> None:
    log = altered(ev.FactRecorded, lambda event: event.kind is FactKind.DEPARTED, sequence=99)
    assert any("batch 99" in message and subject == bill_name(VOYAGE) for subject, message in seen("SAM-K1", log))


def test_a_gap_in_a_producers_batches_is_found() -> None:
    producer = LEDGER.number("far terminal")
    log = without(ev.Anchored, lambda event: event.producer == producer and event.sequence == 2)
    assert (f"batch 3 of {participant_name(producer)}") in [subject for subject, _ in seen("SAM-K1", log)]


def test_a_batch_of_another_time_than_its_block_is_found() -> None:
    first = next(entry.event for entry in ENTRIES if isinstance(entry.event, ev.Anchored))
    log = altered(ev.Anchored, header=replace(first.header, anchored_at=first.header.anchored_at - DAY))
    assert any("its header says" in message for _, message in seen("SAM-K1", log))


def test_n3_what_was_taken_back_and_counts_again_is_found() -> None:
    struck = next(entry for entry in ENTRIES if isinstance(entry.event, ev.FactStruck))
    back = next(
        entry for entry in ENTRIES if isinstance(entry.event, ev.FactRecorded) and entry.event.key == struck.event.key
    )
    after = ENTRIES.index(struck) + 1
    again = replace(back, block=struck.block, index=struck.index + 1, time=struck.time)
    found = seen("SAM-K1", [*ENTRIES[:after], again, *ENTRIES[after:]])
    assert any("came back after its producer took it back" in message for _, message in found)
    assert any("and its producer said otherwise" in message for _, message in found)


# ------------------------------------------------------------------------------------------------ SAM-K2: who may say


def test_t19_a_word_of_a_producer_that_was_never_accredited_is_found() -> None:
    log = without(ev.Accredited, lambda event: event.producer == LEDGER.number("insurer"))
    assert all("was not accredited for that" in message for _, message in seen("SAM-K2", log))
    assert seen("SAM-K2", log)


def test_t19_a_terminal_that_reports_from_another_port_is_found() -> None:
    log = altered(ev.FactRecorded, lambda event: event.kind is FactKind.GATED_IN, place=ROTTERDAM)
    assert any("was not accredited for that at NLRTM" in message for _, message in seen("SAM-K2", log))


def test_a_fact_of_tomorrow_is_found() -> None:
    log = altered(ev.FactRecorded, happened_at=LEDGER.now + DAY)
    assert any("which was not yet" in message for _, message in seen("SAM-K2", log))


def test_what_happens_at_a_terminal_by_a_mere_statement_is_found() -> None:
    log = altered(ev.FactAttested, kind=FactKind.LOADED)
    assert any("is anchored, not attested" in message for _, message in seen("SAM-K2", log))


def test_p12_a_statement_of_somebody_who_might_not_act_is_found() -> None:
    statement = next(entry.event.statement for entry in ENTRIES if isinstance(entry.event, ev.FactAttested))
    log = altered(ev.FactAttested, statement=replace(statement, producer=STRANGER))
    assert any("is no account" in message for _, message in seen("SAM-K2", log))


# ---------------------------------------------------------------------------------- SAM-K3, SAM-K4: conditions, groups


@pytest.mark.parametrize(
    ("clauses", "alone"),
    [
        ((Clause(FactKind.LOADED, 1, 0, 0, 0, ""),), True),
        ((Clause(FactKind.LOADED, 1, 0, 1, 0, ""), Clause(FactKind.LOADED, 1, 24, 2, 0, "")), True),
        ((Clause(FactKind.LOADED, 2, 0, 0, 0, ""),), False),
        ((Clause(FactKind.LOADED, 1, 0, 0, 0, ""), Clause(FactKind.DEPARTED, 1, 0, 0, 0, "")), False),
    ],
)
def test_t19_a_condition_that_one_producers_one_event_meets_is_flagged(
    clauses: tuple[Clause, ...], alone: bool
) -> None:
    ledger = Reported()
    ledger.act("bank", Lay(clauses))
    assert bool(seen("SAM-K3", ledger)) is alone


def test_t19_a_producer_that_was_bought_counts_in_its_old_group_until_somebody_says_so() -> None:
    ledger = Reported()
    number, parent = ledger.number("surveyor"), ledger.state.participants[ledger.number("terminal")].lei
    assert seen("SAM-K4", ledger) == []
    ledger.act(ADMINISTRATOR, SetProfile(number, parent, ledger.state.participants[number].roles))
    ((subject, message),) = seen("SAM-K4", ledger)
    assert subject == participant_name(number)
    assert "its ultimate parent is 969500SHANGHAITERM" in message


# ---------------------------------------------------------------------------------------------------- SAM-F2: phantom


def sailed(ledger: Reported, *loaded: int) -> int:
    """A bill of two boxes, of which some were loaded; its ship left."""
    bill = ledger.issue(Kind.ORDER, "shipper")
    for unit in (1, 2):
        ledger.recorded("terminal", bill, FactKind.GATED_IN, unit=unit)
    for unit in loaded:
        ledger.recorded("terminal", bill, FactKind.LOADED, unit=unit)
    ledger.recorded("terminal", bill, FactKind.DEPARTED)
    return bill


def test_f2_a_box_that_nobody_saw_loaded_is_found_a_week_after_its_ship_left() -> None:
    ledger = Reported()
    bill = sailed(ledger, 1)
    assert seen("SAM-F2", ledger) == [], "a feed lags"
    ledger.pass_days(8)
    ((subject, message),) = seen("SAM-F2", ledger)
    assert subject == bill_name(bill)
    assert message.startswith("nobody said that unit 2 was loaded, 8 days after its ship left")
    assert "reported others at CNSHA/SMDG/YICT" in message


def test_f2_a_port_from_which_nobody_reports_loadings_gives_no_finding() -> None:
    ledger = Reported()
    sailed(ledger)
    ledger.pass_days(30)
    assert seen("SAM-F2", ledger) == []


def test_f2_a_bill_whose_cargo_was_never_there_is_found_by_its_neighbours() -> None:
    ledger = Reported()
    phantom = ledger.issue(Kind.ORDER, "shipper")
    sailed(ledger, 1, 2)
    ledger.recorded("surveyor", phantom, FactKind.DEPARTED)
    ledger.pass_days(9)
    assert [subject for subject, _ in seen("SAM-F2", ledger)] == [bill_name(phantom)]


@pytest.mark.parametrize("kind", [FactKind.ARRIVED, FactKind.DISCHARGED])
def test_f2_boxes_that_were_loaded_where_a_ship_arrived_say_nothing_of_where_it_was_loaded(kind: FactKind) -> None:
    ledger = Reported()
    at = {"place": ROTTERDAM}
    other = ledger.issue(Kind.ORDER, "shipper")
    ledger.recorded("far terminal", other, FactKind.LOADED, unit=1, happened_at=ledger.now - 2 * HOUR, **at)
    ledger.recorded("far terminal", ledger.issue(Kind.ORDER, "shipper"), kind, unit=1, **at)
    ledger.pass_days(9)
    assert seen("SAM-F2", ledger) == []


def test_f2_the_document_tells_of_boxes_that_nobody_ever_mentioned() -> None:
    ledger = Reported()
    bill = sailed(ledger, 1, 2)
    ledger.pass_days(8)
    boxes = {f"/utilizedTransportEquipments/{at}/equipment/equipmentReference": f"XLLU260101{at}" for at in range(3)}
    evidence = replace(audit_of(ledger), disclosed={bill: boxes})
    assert [message.split(",")[0] for _, message in seen("SAM-F2", evidence)] == ["nobody said that unit 3 was loaded"]


# ------------------------------------------------------------------------------------------------ SAM-F3: wrong goods


def test_f3_two_surveyors_that_weigh_one_box_differently_stand_side_by_side() -> None:
    ledger = Reported()
    bill = ledger.issue()
    ledger.attested("surveyor", bill, FactKind.WEIGHED, 13_000, "KGM", unit=1)
    ledger.attested("other surveyor", bill, FactKind.WEIGHED, 13_600, "KGM", unit=1)
    assert seen("SAM-F3", ledger) == [], "scales differ"
    ledger.attested("surveyor", bill, FactKind.INSPECTED, 100, "TNE")
    ledger.attested("other surveyor", bill, FactKind.INSPECTED, 106, "TNE")
    ((subject, message),) = seen("SAM-F3", ledger)
    assert subject == bill_name(bill)
    assert message.startswith("inspected, the whole: 100 by")


def test_f3_a_weight_in_another_unit_hides_from_no_comparison() -> None:
    ledger = Reported()
    bill = ledger.issue()
    ledger.attested("surveyor", bill, FactKind.WEIGHED, 13_700, "KGM", unit=1)
    ledger.attested("other surveyor", bill, FactKind.WEIGHED, 90_000, "LBR", unit=1)
    ((subject, message),) = seen("SAM-F3", ledger)
    assert subject == bill_name(bill)
    assert "in 'LBR', not in kilograms" in message


def test_f3_a_seal_that_was_removed_before_loading_wants_an_inspection() -> None:
    ledger = Reported()
    bill = ledger.issue()
    ledger.recorded("surveyor", bill, FactKind.SEAL_REMOVED, unit=1)
    ledger.recorded("terminal", bill, FactKind.LOADED, unit=1)
    assert "the seal of unit 1 was removed" in seen("SAM-F3", ledger)[0][1]
    ledger.attested("other surveyor", bill, FactKind.INSPECTED, 0, "", unit=1)
    assert seen("SAM-F3", ledger) == []


def test_f3_a_seal_that_customs_removed_after_the_voyage_gives_no_finding() -> None:
    ledger = Reported()
    bill = ledger.issue()
    ledger.recorded("terminal", bill, FactKind.LOADED, unit=1)
    ledger.now += 5 * DAY
    ledger.recorded("surveyor", bill, FactKind.SEAL_REMOVED, unit=1)
    assert seen("SAM-F3", ledger) == []


BOX = {
    "/utilizedTransportEquipments/0/equipment/equipmentReference": "XLLU2601017",
    "/utilizedTransportEquipments/0/equipment/tareWeight/value": 3900,
    "/utilizedTransportEquipments/0/equipment/tareWeight/unit": "KGM",
    "/consignmentItems/0/cargoItems/0/equipmentReference": "XLLU2601017",
    "/consignmentItems/0/cargoItems/0/cargoGrossWeight/value": 9860.5,
    "/consignmentItems/0/cargoItems/0/cargoGrossWeight/unit": "KGM",
}


@pytest.mark.parametrize(("weight", "found"), [(13_760, False), (13_100, False), (12_900, True), (24_000, True)])
def test_f3_a_verified_gross_mass_is_held_against_cargo_and_box_of_the_document(weight: int, found: bool) -> None:
    ledger = Reported()
    bill = ledger.issue()
    ledger.attested("surveyor", bill, FactKind.WEIGHED, weight, "KGM", unit=1)
    evidence = replace(audit_of(ledger), disclosed={bill: BOX})
    messages = [message for _, message in seen("SAM-F3", evidence)]
    assert bool(messages) is found
    assert all("by the document 9,860.5 kg of cargo and 3,900 kg of box" in message for message in messages)


# --------------------------------------------------------------------------------------------------- SAM-F5: released


def test_f5_a_box_that_left_the_gate_before_the_bill_was_surrendered_is_found() -> None:
    ledger = Reported()
    bill = ledger.issue(Kind.ORDER, "shipper")
    ledger.recorded("far terminal", bill, FactKind.GATED_OUT, unit=1)
    (found,) = run(checks.find("SAM-F5"), audit_of(ledger))
    assert found.subject == bill_name(bill)
    assert "the bill was not surrendered" in found.message
    assert str(found.level) == "low", "one witness"
    ledger.act(ADMINISTRATOR, Accredit(ledger.number("other surveyor"), ROTTERDAM, bits(FactKind.GATED_OUT)))
    ledger.recorded("other surveyor", bill, FactKind.GATED_OUT, unit=1, place=ROTTERDAM)
    (found,) = run(checks.find("SAM-F5"), audit_of(ledger))
    assert str(found.level) == "medium"


def test_f5_transhipment_and_a_bill_that_came_back_in_time_give_no_finding() -> None:
    ledger = Reported()
    bill = ledger.issue(Kind.ORDER, "shipper")
    ledger.recorded("far terminal", bill, FactKind.TRANSHIPPED, unit=1)
    ledger.act("shipper", Surrender(bill, SurrenderFor.DELIVERY, ledger.who["carrier"], bytes(32), b""))
    ledger.act("carrier", Accept(bill, b""))
    ledger.now += 2 * HOUR
    ledger.recorded("far terminal", bill, FactKind.GATED_OUT, unit=1)
    assert seen("SAM-F5", ledger) == []


def test_f5_a_surrender_that_came_too_late_is_told_with_its_time() -> None:
    ledger = Reported()
    bill = ledger.issue(Kind.ORDER, "shipper")
    ledger.recorded("far terminal", bill, FactKind.GATED_OUT, unit=1)
    ledger.act("shipper", Surrender(bill, SurrenderFor.DELIVERY, ledger.who["carrier"], bytes(32), b""))
    ledger.act("carrier", Accept(bill, b""))
    assert "its surrender was accepted at" in seen("SAM-F5", ledger)[0][1]


# ------------------------------------------------------------------------------------------------------ SAM-F6: dates


def test_f6_an_on_board_date_before_the_loading_is_found_and_one_of_the_same_day_is_not() -> None:
    ledger = Reported()
    bill = ledger.issue()
    day = (ledger.now - DAY) // DAY * DAY
    ledger.recorded("terminal", bill, FactKind.LOADED, unit=1, happened_at=day + 10 * HOUR)
    for days, expected in ((0, 0), (-1, 0), (-3, 1)):
        on_board = _day(day + days * DAY)
        evidence = replace(
            audit_of(ledger), disclosed={bill: {"/shippedOnBoardDate": on_board, "/issueDate": on_board}}
        )
        assert len(seen("SAM-F6", evidence)) == expected, days


def test_f6_a_document_issued_before_it_says_that_the_goods_were_on_board_is_found() -> None:
    ledger = Reported()
    bill = ledger.issue()
    ledger.recorded("terminal", bill, FactKind.GATED_IN, unit=1)
    evidence = replace(
        audit_of(ledger), disclosed={bill: {"/shippedOnBoardDate": "2026-01-05", "/issueDate": "2026-01-03"}}
    )
    assert (
        "it was issued on 2026-01-03, before it says that it was on board, 2026-01-05" in seen("SAM-F6", evidence)[0][1]
    )


def test_f6_a_bill_that_is_sold_when_its_goods_have_left_the_gate_is_found() -> None:
    ledger = Reported()
    bill = ledger.issue(Kind.ORDER, "shipper")
    ledger.recorded("far terminal", bill, FactKind.GATED_OUT, unit=1)
    ledger.act("shipper", Endorse(bill, Endorsement.TO_ORDER, ledger.who["consignee"], ledger.who["consignee"], b""))
    assert "when its goods had left the gate" in seen("SAM-F6", ledger)[0][1]


def _day(second: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(second, UTC).date().isoformat()


# ---------------------------------------------------------------------------------------------------- SAM-F9: vessel


def test_f9_witnesses_that_name_different_ships_a_change_of_ship_and_a_number_of_no_ship_are_found() -> None:
    ledger = Reported()
    bill = ledger.issue()
    ledger.attested("surveyor", bill, FactKind.VESSEL_IDENTIFIED, IMO, "IMO")
    assert seen("SAM-F9", ledger) == []
    ledger.attested("other surveyor", bill, FactKind.VESSEL_IDENTIFIED, 9_321_495, "IMO")
    assert any("witnesses name different ships" in message for _, message in seen("SAM-F9", ledger))
    key = ledger.state.fact(bill, FactKind.VESSEL_IDENTIFIED, 0, ledger.number("other surveyor")).key
    ledger.attested("other surveyor", bill, FactKind.VESSEL_IDENTIFIED, 9_321_484, "IMO", corrects=key)
    messages = [message for _, message in seen("SAM-F9", ledger)]
    assert any("named another ship, IMO 9321484, in place of IMO 9321495" in message for message in messages)
    assert any("which is no ship's number" in message for message in messages)


def test_f9_a_ship_that_the_document_does_not_name_is_found() -> None:
    ledger = Reported()
    bill = ledger.issue()
    ledger.attested("surveyor", bill, FactKind.VESSEL_IDENTIFIED, IMO, "IMO")
    named = {"/transports/vesselVoyages/0/vesselIMONumber": "9321495"}
    assert "the document IMO 9321495" in seen("SAM-F9", replace(audit_of(ledger), disclosed={bill: named}))[0][1]
    named = {"/transports/vesselVoyages/0/vesselIMONumber": str(IMO)}
    assert seen("SAM-F9", replace(audit_of(ledger), disclosed={bill: named})) == []


@pytest.mark.parametrize("how", ["withdrawn", "struck"])
def test_f9_a_ship_that_is_taken_back_before_another_is_named_is_a_change_of_ship(how: str) -> None:
    ledger = Reported()
    bill = ledger.issue()
    first = ledger.recorded("surveyor", bill, FactKind.VESSEL_IDENTIFIED, amount=IMO, measure="IMO")
    if how == "withdrawn":
        ledger.act("surveyor", Withdraw(bill, FactKind.VESSEL_IDENTIFIED, 0))
    else:
        said = ledger.anchored("surveyor", bill, FactKind.NONE, corrects=first.event.key)
        ledger.act(STRANGER, Strike(bill, FactKind.VESSEL_IDENTIFIED, 0, said.event, said.proof))
    assert seen("SAM-F9", ledger) == []
    ledger.now += HOUR
    ledger.attested("surveyor", bill, FactKind.VESSEL_IDENTIFIED, 9_321_495, "IMO")
    (message,) = [message for _, message in seen("SAM-F9", ledger)]
    assert "named another ship, IMO 9321495, in place of IMO 9321483" in message


@pytest.mark.parametrize("value", ["", "abc", "NaN", "Infinity", True, "\u00b2", "9" * 5_000])
def test_what_a_document_holds_of_no_number_breaks_no_check(value: object) -> None:
    ledger = Reported()
    bill = ledger.issue()
    ledger.attested("surveyor", bill, FactKind.WEIGHED, 13_700, "KGM", unit=1)
    ledger.attested("surveyor", bill, FactKind.VESSEL_IDENTIFIED, IMO, "IMO")
    box = "/utilizedTransportEquipments/0/equipment"
    item = "/consignmentItems/0/cargoItems/0"
    fields = {
        f"{box}/equipmentReference": "XLLU2601017",
        f"{box}/tareWeight/value": value,
        f"{box}/tareWeight/unit": "KGM",
        f"{item}/equipmentReference": "XLLU2601017",
        f"{item}/cargoGrossWeight/value": value,
        f"{item}/cargoGrossWeight/unit": "KGM",
        f"/utilizedTransportEquipments/{'9' * 5_000}/equipment/equipmentReference": "XLLU2601022",
        "/transports/vesselVoyages/0/vesselIMONumber": value,
        "/issueDate": value,
    }
    evidence = replace(audit_of(ledger), disclosed={bill: fields})
    for check in ("SAM-F2", "SAM-F3", "SAM-F6", "SAM-F9"):
        assert isinstance(seen(check, evidence), list)
