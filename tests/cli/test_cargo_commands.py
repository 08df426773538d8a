"""`sampan cargo`: what producers say of a bill, conditions in words, and why one does not hold (T19)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support import banking, producing
from support.producing import INSPECTOR, INSURER, PLACE, TERMINAL

from sampan.chain.accounts import development_signer
from sampan.scenarios.samples import read_sample
from sampan.scenarios.stage import SampanChain
from sampan.suite.tell import bill_name
from sampan.tracking.links import DISCLOSE

pytestmark = [pytest.mark.anvil, pytest.mark.usefixtures("reported")]


@pytest.fixture(scope="module")
def reported(harbour: SampanChain) -> Iterator[SampanChain]:
    """Producers at the harbour, for the tests of a module."""
    before = harbour.snapshot()
    producing.accredit(harbour)
    yield harbour
    harbour.restore(before)


@pytest.fixture
def bill(reported: SampanChain, shell: Callable[..., Any]) -> str:
    (made,) = banking.bills(reported, "CARGO1")
    return bill_name(made)


@pytest.fixture
def attest(shell: Callable[..., Any], bill: str) -> Callable[..., Any]:
    """Says something of the bill, as a producer."""

    def run(who: str, kind: str, *more: str, code: int = 0) -> Any:
        return shell("cargo", "attest", bill, kind, *more, "--from", who, code=code)

    return run


# ------------------------------------------------------------------------------------------------------- accreditation


def test_t19_a_producer_is_accredited_where_and_for_what_it_reports(shell: Callable[..., Any]) -> None:
    ran = shell("cargo", "accredit", TERMINAL.lei, "discharged,gated-out", "--place", "NLRTM", "--from", "enroller")
    assert f"{TERMINAL.lei} was accredited for discharged, gated out at NLRTM" in ran.out.replace("\n", " ")
    (found,) = (each for each in producers(shell) if each["lei"] == TERMINAL.lei)
    assert {each["place"]: each["kinds"] for each in found["places"]} == {
        PLACE: ["gated-in", "loaded", "departed"],
        "NLRTM": ["discharged", "gated-out"],
    }
    assert (found["group"], found["stale"], found["batches"], found["acts"]) == (TERMINAL.lei, False, 0, True)
    shell("cargo", "discredit", "terminal", "loaded", "departed", "--place", PLACE, "--from", "suspender")
    (found,) = (each for each in producers(shell) if each["lei"] == TERMINAL.lei)
    assert found["places"][0]["kinds"] == ["gated-in"]
    ran = shell("cargo", "producers")
    assert "at NLRTM" in ran.out
    assert "discharged, gated out" in ran.out


def producers(shell: Callable[..., Any]) -> list[Any]:
    """What `cargo producers` prints."""
    found: list[Any] = shell("cargo", "producers", "--json").document["producers"]
    return found


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("accredit", "terminal", "loadd"), 2, "no kind of fact"),
        (("accredit", "terminal", "loadd"), 2, "did you mean loaded?"),
        (("accredit", "terminal", "none"), 2, "there are gated-in, loaded"),
        (("accredit", "terminal", "loaded", "--place", "nlrtm"), 3, "in capitals"),
        (("accredit", "terminal", "loaded", "--place", "CNSH"), 3, "write CN, CNSHA or CNSHA/SMDG/YICT"),
        (("accredit", "terminal", "loaded", "--place", "CNSHA/XXXX/1"), 3, "facility of SMDG or BIC"),
        (("accredit", "terminal", "loaded"), 5, "name facility, port or country for what happens there"),
        (("accredit", "terminal", "insured", "--place", "CN"), 5, "none for certificates and policies"),
        (("accredit", "nobody-of-that-name", "insured"), 3, "no participant"),
        (("regroup", "terminal"), 5, "already"),
        (("withdraw", "X/1", "--kind", "loaded", "--unit", "70000"), 2, "70000"),
    ],
)
def test_what_cannot_be_accredited_is_refused_in_words(
    shell: Callable[..., Any], arguments: tuple[str, ...], code: int, said: str
) -> None:
    ran = shell("cargo", *arguments, "--from", "enroller", code=code)
    assert said in ran.err.replace("\n", " ")


def test_who_has_not_the_power_accredits_nobody(shell: Callable[..., Any]) -> None:
    ran = shell("cargo", "accredit", "terminal", "insured", "--from", "terminal", "--json", code=5)
    assert ran.error["code"] == "refused.AccessManagedUnauthorized"


def test_a_group_that_changed_is_shown_and_copied_anew(shell: Callable[..., Any]) -> None:
    shell(
        "participant",
        "profile",
        TERMINAL.lei,
        "--parent",
        INSURER.lei,
        "--roles",
        "produce,terms",
        "--from",
        "enroller",
    )
    ran = shell("cargo", "producers")
    assert f"sampan cargo regroup {TERMINAL.lei}" in ran.out.replace("\n", " ")
    shell("cargo", "regroup", TERMINAL.lei)
    (found,) = (each for each in producers(shell) if each["lei"] == TERMINAL.lei)
    assert (found["group"], found["stale"]) == (INSURER.lei, False)


# ---------------------------------------------------------------------------------------------------------- statements


def test_an_insurance_is_said_with_its_sum_and_until_when(
    shell: Callable[..., Any], attest: Callable[..., Any], bill: str, tmp_path: Path
) -> None:
    (tmp_path / "policy.pdf").write_bytes(b"All risks, ICC (A).")
    said = ("--amount", "USD 150,000.00", "--valid-until", "2099-06-30", "--details", "policy.pdf")
    shell("cargo", "attest", bill, "insured", *said, "--from", "insurer", "--dry-run")
    assert not (tmp_path / "policy.pdf.details.json").exists()
    ran = attest("insurer", "insured", *said)
    assert "insured, " in ran.out
    assert "150,000 USD" in ran.out
    assert "valid until 2099-06-30 23:59 UTC" in ran.out.replace("\n", " ")
    kept = tmp_path / "policy.pdf.details.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    (fact,) = shell("cargo", "show", bill, "--json").document["facts"]["said"]
    assert (fact["amount"], fact["measure"], fact["state"], fact["unit"]) == (150_000, "USD", "standing", 0)
    # The same details have the same salt; altered ones are no longer what was said.
    assert "--replace" in attest("insurer", "insured", *said, code=2).err
    attest("insurer", "insured", *said, "--replace")
    (tmp_path / "policy.pdf").write_bytes(b"Total loss only.")
    assert "was altered" in attest("insurer", "insured", *said, "--replace", code=3).err


@pytest.mark.parametrize(
    ("kind", "more", "code", "said"),
    [
        ("insured", (), 2, 'add --amount "150000 USD"'),
        ("insured", ("--amount", "150000 USD"), 2, "add --valid-until"),
        ("insured", ("--amount", "150000 KGM", "--valid-until", "1 day"), 3, "is not in a currency"),
        ("valued", ("--amount", "150000.50 USD"), 3, "facts have whole USD"),
        ("valued", ("--amount", "150,00 USD"), 3, "is no amount with a measure"),
        ("valued", ("--amount", "150000"), 3, "is no amount with a measure"),
        ("valued", ("--amount", "999999999999999 USD"), 3, "is not between"),
        ("weighed", ("--amount", "28400 KGM"), 2, "is said of one piece of equipment"),
        ("weighed", ("--amount", "28400 USD", "--unit", "1"), 3, "is not in kilograms"),
        ("weighed", ("--unit", "1"), 2, 'add --amount "28400 KGM"'),
        ("vessel-identified", (), 2, "add --imo"),
        ("vessel-identified", ("--imo", "9074728"), 3, "ask for 9"),
        ("vessel-identified", ("--imo", "907472"), 3, "it is seven digits"),
        ("vessel-identified", ("--imo", "9074729", "--unit", "2"), 2, "of the bill as a whole"),
        ("inspected", ("--imo", "9074729"), 2, "an amount or an IMO number"),
        ("export-released", (), 2, "add --place CN"),
        ("export-released", ("--place", "China"), 3, "no place of cargo"),
        ("loaded", (), 2, "happens at a terminal or a port"),
        ("inspected", ("--at", "tomorrow"), 2, "no time"),
        ("inspected", ("--at", "2099-01-01"), 5, "record it when it has happened"),
        ("inspected", ("--details", "nowhere.pdf"), 3, "cannot be read"),
    ],
)
def test_what_a_kind_lacks_is_said_before_anything_is_sent(
    attest: Callable[..., Any], kind: str, more: tuple[str, ...], code: int, said: str
) -> None:
    assert said in attest("inspector", kind, *more, code=code).err.replace("\n", " ")


def test_who_is_not_accredited_is_told_so(attest: Callable[..., Any]) -> None:
    ran = attest("terminal", "inspected", code=5)
    assert "is not accredited for inspected" in ran.err
    assert "sampan cargo accredit" in ran.err
    assert "no account on this ledger" in attest("stranger", "inspected", code=5).err
    assert "role produce" in attest("trader", "inspected", code=5).err


def test_a_statement_is_signed_by_its_producer_and_sent_by_another(
    shell: Callable[..., Any], bill: str, tmp_path: Path
) -> None:
    said = ("--unit", "1", "--amount", "28,400 KGM", "--at", "2025-12-31T08:00Z")
    shell("cargo", "sign", bill, "weighed", *said, "--out", "vgm.json", "--from", "inspector")
    signed = json.loads((tmp_path / "vgm.json").read_text())
    assert (signed["type"], signed["message"]["amount"]) == ("Statement", "28400")
    assert f"weighed, {bill}, unit 1, 28,400 KGM" in signed["about"]
    shell("cargo", "send", "vgm.json", "--from", "relayer")
    assert "28,400 KGM" in shell("cargo", "show", bill).out.replace("\n", " ")
    ran = shell("cargo", "send", "vgm.json", "--json", code=5)
    assert ran.error["code"] == "refused.FactStands"
    shell("cargo", "withdraw", bill, "--kind", "weighed", "--unit", "1", "--from", "inspector")
    # N3: what was taken back does not come back.
    assert shell("cargo", "send", "vgm.json", "--json", code=5).error["code"] == "refused.SaidSince"
    signed["message"]["amount"] = "20400"
    (tmp_path / "altered.json").write_text(json.dumps(signed))
    assert "altered" in shell("cargo", "send", "altered.json", code=3).err


def test_a_wallet_signs_a_statement_elsewhere(shell: Callable[..., Any], bill: str, tmp_path: Path) -> None:
    said = ("cargo", "sign", bill, "inspected", "--from", "inspector", "--unsigned", "text.json")
    shell(*said)
    text = json.loads((tmp_path / "text.json").read_text())
    assert text["primaryType"] == "Statement"
    signed = development_signer("inspector").sign_typed(text)
    shell(*said, "--signature", "0x" + signed.hex(), "--out", "signed.json")
    shell("cargo", "send", "signed.json")
    assert "inspected" in shell("cargo", "show", bill).out
    ran = shell(*said, "--unit", "2", "--signature", "0x" + signed.hex(), code=3)
    assert "unit is not as it stands now" in ran.err.replace("\n", " ")
    ran = shell(*said, "--at", "2025-12-30", "--replace", "--signature", "0x" + signed.hex(), code=3)
    assert "happenedAt" in ran.err


def test_words_that_contradict_each_other_stand_side_by_side(
    shell: Callable[..., Any], attest: Callable[..., Any], bill: str
) -> None:
    assert "Nothing was said of it." in shell("cargo", "show", bill).out
    attest("inspector", "valued", "--amount", "150000 USD")
    attest("insurer", "valued", "--amount", "120000 USD")
    attest("inspector", "vessel-identified", "--imo", "IMO 9074729")
    ran = shell("cargo", "show", bill)
    assert "They contradict each other:" in ran.out
    assert f"{INSPECTOR.lei} says 150,000 USD; {INSURER.lei} says 120,000 USD" in ran.out.replace("\n", " ")
    assert "IMO 9074729" in ran.out
    facts = shell("cargo", "show", bill, "--json").document["facts"]
    ((one, other),) = facts["contradictions"]
    assert {one["amount"], other["amount"]} == {150_000, 120_000}
    shell("cargo", "withdraw", bill, "--kind", "valued", "--from", "insurer")
    ran = shell("cargo", "show", bill)
    assert "withdrawn" in ran.out
    assert "contradict" not in ran.out


# ----------------------------------------------------------------------------------------------------- anchored, proven


def event(number: int, **members: Any) -> dict[str, Any]:
    """A container of the bill was loaded at the terminal."""
    return {
        "eventID": f"e0000000-0000-4000-8000-{number:012}",
        "eventType": "EQUIPMENT",
        "eventClassifierCode": "ACT",
        "eventDateTime": "2025-12-30T08:30:00+08:00",
        "eventCreatedDateTime": "2025-12-30T01:00:00Z",
        "equipmentEventTypeCode": "LOAD",
        "equipmentReference": "XLLU2601017",
        "emptyIndicatorCode": "LADEN",
        "transportCall": {
            "transportCallID": "XLL-001W-CNSHA",
            "UNLocationCode": "CNSHA",
            "facilityCode": "YICT",
            "facilityCodeListProvider": "SMDG",
            "modeOfTransport": "VESSEL",
        },
        "documentReferences": [{"documentReferenceType": "TRD", "documentReferenceValue": "XLLSHA2600101"}],
        **members,
    }


@pytest.fixture
def issued(shell: Callable[..., Any], tmp_path: Path) -> str:
    """A bill from its document, linked in the terminal's store."""
    (tmp_path / "bill.json").write_bytes(read_sample("to-order"))
    ran = shell("bill", "issue", "bill.json", "--carriage-law", "SG", "--from", "carrier", "--json")
    name = str(ran.document["acts"][0]["bills"][0]["name"])
    fields = [part for field in DISCLOSE for part in ("--field", field)]
    shell("document", "disclose", "bill.json", *fields, "--out", "disclosed.json")
    shell("cargo", "link", "disclosed.json", "--bill", name, "--store", "cargo.db")
    return name


def test_an_event_is_anchored_proven_recorded_and_struck(
    shell: Callable[..., Any], issued: str, tmp_path: Path
) -> None:
    store = ("--store", "cargo.db")

    def prove(out: str) -> None:
        ran = shell("cargo", "prove", "e0000000-0000-4000-8000-000000000001", *store, "--json")
        (tmp_path / out).write_text(ran.out)

    (tmp_path / "events.json").write_text(json.dumps([event(1)]))
    shell("cargo", "ingest", "events.json", *store)
    assert "nothing waits" in shell("cargo", "anchor", *store, "--dry-run", "--from", "terminal", code=2).err
    shell("cargo", "seal", *store)
    assert "CNSHA/SMDG/YICT" in shell("cargo", "prove", "e0000000-0000-4000-8000-000000000001", *store).out
    prove("early.json")
    shell("cargo", "disclose", "SAMPAN00CARRIER00006/XLLSHA2600101", *store, "--out", "shown.json")
    told = shell("cargo", "timeline", issued, "--events", "shown.json", "--json").document
    assert (told["bill"], [each["what"] for each in told["moments"]]) == (issued, ["loaded"])
    assert told["left_out"] == []
    # What was altered, or is of another bill, is left out, and that is said.
    (tmp_path / "altered.json").write_text((tmp_path / "shown.json").read_text().replace("LADEN", "EMPTY"))
    ran = shell("cargo", "timeline", issued, "--events", "altered.json")
    assert "left out of altered.json: 1 event, the proof fails" in ran.err.replace("\n", " ")
    ran = shell("cargo", "timeline", f"{issued}-2", "--events", "shown.json", "--json")
    assert [each["events"] for each in ran.document["left_out"]] == [1]
    assert "nobody anchored batch 1" in shell("cargo", "record", "early.json", code=3).err
    ran = shell("cargo", "anchor", *store, "--from", "terminal", "--dry-run", "--json")
    assert ran.document["dry_run"]
    assert shell("cargo", "status", *store, "--json").document["sealed"] == 1
    shell("cargo", "anchor", *store, "--from", "terminal", "--unsigned", "safe.json")
    assert len(json.loads((tmp_path / "safe.json").read_text())["transactions"]) == 1
    ran = shell("cargo", "anchor", *store, "--from", "terminal")
    assert f"{TERMINAL.lei} anchored batch 1, of 1 event" in ran.out.replace("\n", " ")
    assert "Nothing waits" in shell("cargo", "anchor", *store, "--from", "terminal").out
    assert shell("cargo", "anchor", *store, "--from", "terminal", "--json").document["acts"] == []
    # What was proven before it was anchored is as good.
    ran = shell("cargo", "record", "early.json", "--from", "relayer")
    assert f"loaded, {issued}, unit 1, at {PLACE}" in ran.out.replace("\n", " ")
    assert "batch 1" in shell("cargo", "show", issued).out
    (tmp_path / "events.json").write_text(
        json.dumps([event(1, isRetracted=True, eventUpdatedDateTime="2025-12-30T05:00:00Z")])
    )
    shell("cargo", "ingest", "events.json", *store)
    shell("cargo", "seal", *store)
    shell("cargo", "anchor", *store, "--from", "terminal")
    prove("back.json")
    assert "`sampan cargo strike` strikes what it takes back" in shell("cargo", "record", "back.json", code=2).err
    shell("cargo", "strike", "back.json")
    (fact,) = shell("cargo", "show", issued, "--json").document["facts"]["said"]
    assert fact["state"] == "struck"
    assert "taken back" in shell("cargo", "show", issued).out.replace("\n", " ")


def test_a_file_that_is_no_proof_is_refused_with_what_writes_one(shell: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "no.json").write_text("{}")
    ran = shell("cargo", "record", "no.json", code=3)
    assert "sampan cargo prove" in ran.err


# ----------------------------------------------------------------------------------------------------------- conditions

CLAUSES = """\
- kind: insured
  least: 150,000 USD
- kind: weighed
  units: every
  producers: 1
  quiet: 24 hours
"""


def laid(shell: Callable[..., Any], tmp_path: Path, text: str = CLAUSES) -> str:
    """Lays a condition down; its hash."""
    (tmp_path / "condition.yaml").write_text(text)
    ran = shell("cargo", "lay", "condition.yaml", "--json")
    (event,) = ran.document["acts"][0]["events"]
    return str(event["arguments"]["condition"])


def test_a_condition_is_laid_down_and_shown_in_words(shell: Callable[..., Any], tmp_path: Path) -> None:
    name = laid(shell, tmp_path)
    ran = shell("cargo", "condition", name)
    assert "weighed, every unit, on the word of one producer alone, undisputed for 1 day" in ran.out.replace("\n", " ")
    shown = shell("cargo", "condition", name, "--json").document["condition"]
    assert [(each["kind"], each["units"], each["least"]) for each in shown["clauses"]] == [
        ("insured", "bill", 150_000),
        ("weighed", "every", 0),
    ]
    assert shown["alone"] == "one producer alone can meet it"
    # The same clauses are the same condition.
    clauses = ("kind: insured, least: 150000 USD", "{kind: weighed, units: all, quiet: 1 day}"[1:-1])
    options = [part for each in clauses for part in ("--clause", each)]
    ran = shell("cargo", "lay", *options, "--json", code=5)
    assert ran.error["code"] == "refused.ConditionStands"
    assert name in ran.err + ran.error["message"]
    assert "lays one down" in shell("cargo", "condition", "0x" + "12" * 32, code=3).err


def test_that_one_event_of_one_producer_meets_a_condition_is_said(shell: Callable[..., Any]) -> None:
    ran = shell("cargo", "lay", "--clause", "kind: departed")
    assert "One producer's one event can meet it: nobody else need confirm anything." in ran.err
    assert "on the word of one producer alone" in ran.err
    ran = shell("cargo", "lay", "--clause", "kind: departed, producers: 2")
    assert "nobody else" not in ran.err
    ran = shell("cargo", "lay", "--clause", "kind: vessel-identified, ship: IMO 9074729")
    assert "vessel identified, IMO 9074729, on the word of one producer alone" in ran.err.replace("\n", " ")


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("", "1:1", "is empty"),
        ("- loaded", "1:3", "not a mapping"),
        ("- units: every", "1:3", "a clause without its kind"),
        ("- kind: loadd", "1:9", "did you mean loaded?"),
        ("- kind: loaded\n  unit: every", "2:3", "did you mean units?"),
        ("- kind: loaded\n  units: some", "2:10", "neither `every`, `bill`, nor how many at least"),
        ("- kind: loaded\n  producers: 0", "2:14", "no number from 1 to 255"),
        ("- kind: loaded\n  quiet: 90 minutes", "2:10", "no number of whole hours"),
        ("- kind: loaded\n  quiet: soon", "2:10", "no length of time"),
        ("- kind: insured\n  least: 150000", "2:10", "is no amount with a measure"),
        ("- kind: loaded\n- [", "2:4", "is no YAML"),
        ("- kind: loaded", "1:9", "said of boxes, never of the bill"),
        ("- kind: weighed\n  units: bill", "2:10", "write `units: every`"),
        ("- kind: departed\n  units: every", "2:10", "said of the bill as a whole, never of a box"),
        ("- kind: loaded\n  ship: 9074729", "2:9", "of vessel-identified alone"),
        ("- kind: vessel-identified\n  ship: 9074728", "2:9", "ask for 9"),
    ],
)
def test_a_condition_that_is_written_wrongly_is_refused_at_its_place(
    shell: Callable[..., Any], tmp_path: Path, text: str, place: str, said: str
) -> None:
    (tmp_path / "wrong.yaml").write_text(text)
    ran = shell("cargo", "lay", "wrong.yaml", code=3)
    assert f"wrong.yaml:{place}" in ran.err
    assert said in ran.err.replace("\n", " ")


def test_why_tells_of_each_producer_what_its_word_lacks(
    reported: SampanChain, shell: Callable[..., Any], attest: Callable[..., Any], bill: str, tmp_path: Path
) -> None:
    name = laid(shell, tmp_path)
    why = ("cargo", "why", name, bill, "--units", "2")
    ran = shell(*why, code=1)
    assert "it does not hold" in ran.out
    assert "nobody: no word on this bill is known" in ran.out
    attest("insurer", "insured", "--amount", "149999 USD", "--valid-until", "2 days")
    attest("inspector", "weighed", "--amount", "28400 KGM", "--unit", "1")
    ran = shell(*why, code=1)
    words = " ".join(ran.out.replace("│", " ").split())
    assert f"{INSURER.lei}: says 149,999 USD, and at least 150,000 USD is asked for" in words
    assert f"{INSPECTOR.lei}: recorded " in words
    assert "counts when undisputed for 1 day, from " in words
    assert "it holds for 0 units of 2, and is to hold for 2" in words
    attest("insurer", "insured", "--amount", "150000 USD", "--valid-until", "2 days", "--replace")
    attest("inspector", "weighed", "--amount", "28400 KGM", "--unit", "2")
    reported.advance(timedelta(days=1))
    assert "it holds" in shell(*why).out
    answer = shell(*why, "--json").document["answer"]
    assert answer["holds"]
    assert [each["holds"] for each in answer["clauses"]] == [True, True]
    # Leaving a producer out, or its group, can only make it false.
    ran = shell(*why, "--leave-out", INSURER.lei, "--json", code=1)
    (insured, _) = ran.document["answer"]["clauses"]
    assert {each["lack"] for each in insured["lacks"]} == {"group-left-out", "not-recorded"}
    ran = shell(*why, "--producer", "inspector", code=1)
    assert f"by the word of  {INSPECTOR.lei} " in ran.out
    shell("cargo", "withdraw", bill, "--kind", "weighed", "--unit", "2", "--from", "inspector")
    assert "took it back" in shell(*why, code=1).out
    reported.advance(timedelta(days=2))
    assert "was valid until" in shell(*why, code=1).out
    assert shell("cargo", "show", bill, "--json").document["facts"]["said"][-1]["state"] == "expired"
