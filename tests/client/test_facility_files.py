"""Terms of a facility as a file that people read: what it means on a ledger, every fault in its place, every term in
words."""

from __future__ import annotations

import dataclasses
import hashlib
import inspect
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from textwrap import dedent

import pytest
from support import borrowing

from sampan.cargo.rules import condition_of
from sampan.client.ledger import Ledger
from sampan.client.loan_terms import in_words, is_laid
from sampan.client.loans import parts
from sampan.errors import BadInput, UsageError
from sampan.finance.loans.bounds import unfit
from sampan.finance.loans.records import MOST_TERM, QUARTER, zone
from sampan.finance.loans.terms import Facility as Terms
from sampan.identity.records import DAY
from sampan.scenarios.script import facility_terms
from sampan.suite.tell import checksum, moment
from sampan.suite.words import DayCount, FactKind
from sampan.testing import SampanChain
from sampan.written import facility
from sampan.written.source import parse

FILE = """\
borrower: shipper
agent: security_agent
lenders:
  bank: HKD 600,000.00
  issuing_bank: 400000.00
money: HKD@bank
rate: 5.25 %
day_count: act-365-f
clock: +08:00
available_until: 2099-03-01
maturity: 2099-04-01T12:00+08:00
grace_days: 3
advance: 80
on_trust: 50 %
condition:
  - {kind: loaded, units: every}
filed_in: [HK, SG]
agreement: "AGREEMENT"
deadline: 2099-01-01
"""
AGREEMENT = "0x" + "ab" * 32
HONG_KONG = timezone(timedelta(hours=8))


@pytest.fixture(scope="module")
def lent(banked: SampanChain) -> SampanChain:
    """The loan book beside two banks; undone with them."""
    borrowing.lend(banked)
    return banked


@pytest.fixture
def ledger(lent: SampanChain, sampan_chain: SampanChain) -> Ledger:
    return sampan_chain.as_role("relayer")


def written(folder: Path, text: str = FILE, **changes: str) -> Path:
    """The file, with other lines in place of those that begin so; an empty one is left out."""
    lines = text.replace("AGREEMENT", AGREEMENT).splitlines()
    for key, line in changes.items():
        lines = [line if each.startswith(f"{key}:") else each for each in lines]
    file = folder / "terms.yaml"
    file.write_text("\n".join(filter(None, lines)) + "\n", encoding="utf-8")
    return file


@pytest.mark.slow
def test_a_file_is_terms_and_the_same_file_is_the_same_terms(ledger: Ledger, tmp_path: Path) -> None:
    file = written(tmp_path)
    found = facility.read(file, ledger)
    terms = found.terms
    assert (terms.rate, terms.advance, terms.on_trust, terms.reserve) == (525_000, 8_000, 5_000, 8_000)
    assert (terms.commitments, terms.day_count, terms.clock) == ((60_000_000, 40_000_000), DayCount.ACT_365_F, 32)
    assert (terms.available_until, terms.maturity) == (4_076_063_999, 4_078_699_200)
    assert (terms.filed_in, terms.also_filed_in, terms.agreement.hex()) == ("HK", "SG", AGREEMENT[2:])
    assert [clause.kind for clause in found.clauses] == [FactKind.LOADED]
    assert terms.condition == condition_of(found.clauses)
    assert terms.salt == hashlib.sha256(file.read_bytes()).digest()
    assert facility.read(file, ledger).terms.hash == terms.hash
    changed = facility.read(written(tmp_path, grace_days="grace_days: 4"), ledger).terms
    assert changed.hash != terms.hash
    assert found.warnings == ()
    # What nobody said is as much as may be owed.
    assert facility.read(written(tmp_path, FILE + "reserve: 60\n"), ledger).terms.reserve == 6_000


@pytest.mark.parametrize(
    ("clock", "ends", "told"),
    [
        ("clock: +08:00", datetime(2097, 4, 30, 15, 59, 59, tzinfo=UTC), "2097-04-30 23:59 UTC+08:00"),
        ("clock: UTC", datetime(2097, 4, 30, 23, 59, 59, tzinfo=UTC), "2097-04-30 23:59 UTC"),
        ("", datetime(2097, 4, 30, 23, 59, 59, tzinfo=UTC), "2097-04-30 23:59 UTC"),
        ("clock: -03:30", datetime(2097, 5, 1, 3, 29, 59, tzinfo=UTC), "2097-04-30 23:59 UTC-03:30"),
    ],
)
def test_a_day_of_the_terms_ends_where_the_days_of_the_facility_end_and_signers_read_it_so(
    ledger: Ledger, tmp_path: Path, clock: str, ends: datetime, told: str
) -> None:
    days = {key: f"{key}: 2097-04-30" for key in ("available_until", "maturity", "deadline")}
    terms = facility.read(written(tmp_path, clock=clock, grace_days="", **days), ledger).terms
    assert (terms.available_until, terms.maturity, terms.deadline) == (int(ends.timestamp()),) * 3
    # It is the last second of a day of the facility: with the next the interest of another day is owed.
    assert (terms.maturity + 1 + terms.clock * QUARTER) % DAY == 0
    said = {each.term: each.says for each in in_words(ledger, terms)}
    for term in ("available until", "maturity", "deadline"):
        assert said[term].startswith(f"{told}: ")
    assert said["in default"].endswith(f": {told}")


def test_a_time_with_its_zone_is_that_time_whatever_the_clock(ledger: Ledger, tmp_path: Path) -> None:
    file = written(tmp_path, maturity="maturity: 2099-04-01T12:00+02:00")
    terms = facility.read(file, ledger).terms
    assert terms.maturity == int(datetime(2099, 4, 1, 10, tzinfo=UTC).timestamp())
    said = {each.term: each.says for each in in_words(ledger, terms)}
    assert said["maturity"].startswith("2099-04-01 18:00 UTC+08:00: ")


@pytest.mark.parametrize("clock", [57, -49, 96, 2**255 - 1])
def test_terms_with_a_clock_that_there_is_not_are_told_to_nobody(ledger: Ledger, tmp_path: Path, clock: int) -> None:
    terms = replace(facility.read(written(tmp_path), ledger).terms, clock=clock)
    with pytest.raises(BadInput, match="no day turns so long after midnight"):
        in_words(ledger, terms)


def test_an_agreement_may_be_a_file_beside_the_terms_and_a_condition_its_hash(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "agreement.txt").write_text("We lend.", encoding="utf-8")
    condition = "0x" + "cd" * 32
    text = FILE.replace("condition:\n  - {kind: loaded, units: every}", f'condition: "{condition}"')
    found = facility.read(written(tmp_path, text, agreement="agreement: agreement.txt"), ledger)
    assert found.terms.agreement == hashlib.sha256(b"We lend.").digest()
    assert (found.terms.condition.hex(), found.clauses) == (condition[2:], ())
    told = " ".join(each.says for each in in_words(ledger, found.terms))
    assert "nobody laid it down" in told
    assert not is_laid(ledger, found.terms.condition)


@pytest.mark.parametrize("named", ["/dev/zero", "../secret", "inner/../../secret", "."])
def test_terms_of_somebody_else_read_no_file_but_one_beside_them(ledger: Ledger, tmp_path: Path, named: str) -> None:
    (tmp_path / "secret").write_text("1234", encoding="utf-8")
    (tmp_path / "terms").mkdir()
    (tmp_path / "terms" / "link").symlink_to(tmp_path / "secret")
    for each in (named, "link"):
        file = written(tmp_path / "terms", agreement=f"agreement: {json.dumps(each)}")
        with pytest.raises(BadInput, match="is neither a hash nor a file beside these terms"):
            facility.read(file, ledger)


@pytest.mark.parametrize("percent", ["NaN", "inf", "1e999999", "1e-999999999", "٣", "5_0", "1e1", "0x5", ""])
def test_a_percentage_is_plain_figures(percent: str) -> None:
    with pytest.raises(UsageError, match="no percentage"):
        parts(percent, 10_000, "advance")


@pytest.mark.parametrize(
    ("line", "term", "value"),
    [
        ("clock: UTC", "clock", 0),
        ("clock: z", "clock", 0),
        ("clock: -12:00", "clock", -48),
        ("clock: +14", "clock", 56),
        ("clock: +5:30", "clock", 22),
        ("clock: -3:30", "clock", -14),
        ("grace_days: 255", "grace_days", 255),
        ("grace_days: 0", "grace_days", 0),
        ("on_trust: 100", "on_trust", 10_000),
    ],
)
def test_a_term_is_read_to_its_bounds(ledger: Ledger, tmp_path: Path, line: str, term: str, value: int) -> None:
    found = facility.read(written(tmp_path, **{line.partition(":")[0]: line}), ledger)
    assert getattr(found.terms, term) == value


def test_a_file_without_a_condition_asks_for_none_and_one_with_a_salt_has_that(ledger: Ledger, tmp_path: Path) -> None:
    salt = "0x" + "5a" * 32
    text = FILE.replace("condition:\n  - {kind: loaded, units: every}\n", "") + f'salt: "{salt}"\n'
    terms = facility.read(written(tmp_path, text), ledger).terms
    assert (terms.condition, terms.salt.hex()) == (bytes(32), salt[2:])


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("agent: [security_agent]", "write one after the colon"),
        ("clock: noon", "write +08:00, from -12:00 to +14:00, in quarters of an hour"),
        ("lenders: nobody", "Who lends, each with its sum: Bank of Lantau: HKD 600,000.00"),
    ],
)
def test_a_fault_says_what_would_be_right(ledger: Ledger, tmp_path: Path, line: str, hint: str) -> None:
    key = line.partition(":")[0]
    text = FILE if key != "lenders" else FILE.replace(FILE[FILE.index("  bank:") : FILE.index("money:")], "")
    with pytest.raises(BadInput) as told:
        facility.read(written(tmp_path, text, **{key: line}), ledger)
    assert told.value.hint == hint


def test_a_file_with_every_term_and_one_fault_is_told_that_fault(ledger: Ledger, tmp_path: Path) -> None:
    """What is as it should be is read by itself then, term by term."""
    salt = "0x" + "5a" * 32
    whole = FILE + f'reserve: 70 %\nsalt: "{salt}"\n'
    assert set(facility.Terms.model_fields) == set(parse(whole.encode(), "terms.yaml", facility.SORT).value)
    for key in ("rate", "advance", "reserve", "grace_days", "day_count", "clock", "maturity"):
        with pytest.raises(BadInput) as told:
            facility.read(written(tmp_path, whole, **{key: f"{key}: [five]"}), ledger)
        assert f"terms.yaml:{whole[: whole.index(key + ':')].count(chr(10)) + 1}:" in str(told.value)


def test_every_fault_is_told_at_once_each_in_its_place(ledger: Ledger, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        borrower="borrower: nobody at all",
        rate="rate: five",
        day_count="",
        available_until="availible_until: 2099-03-01",
        advance="advance: 101 %",
        filed_in="filed_in: [HK, XX, NL]",
        deadline="deadline: 2001-01-01",
    )
    with pytest.raises(facility.FaultyTerms) as told:
        facility.read(file, ledger)
    assert [(each.subject.rsplit(":", 2)[1:], each.message) for each in told.value.faults if each.subject] == [
        (["1", "1"], "day_count is missing"),
        (["1", "1"], "available_until is missing"),
        (["1", "11"], "nobody at all: no participant, LEI, carrier code, address, key or role of that name"),
        (["7", "7"], "rate: no percentage"),
        (["9", "1"], "there is no 'availible_until' in terms"),
        (["12", "10"], "advance: is not from 0 to 100 percent in steps of 0.01"),
        (["16", "16"], "XX: no country of ISO 3166-1"),
        (["16", "20"], "is a third country"),
        (["18", "11"], f"deadline has passed: it is {moment(ledger.now, HONG_KONG)}"),
    ]
    assert told.value.faults[0].hint == "HKD is usually lent on act-365-f: write `day_count: act-365-f`"
    assert "has 9 faults" in str(told.value)
    assert f"1:1: day_count is missing; {told.value.faults[0].hint}" in str(told.value)
    assert f"deadline has passed: it is {moment(ledger.now, HONG_KONG)}; name a time to come" in str(told.value)


@pytest.mark.parametrize(
    ("line", "place", "words"),
    [
        ("clock: +15:00", "9:8", "clock: no zone"),
        ("clock: +14:15", "9:8", "clock: no zone"),
        ("clock: -12:15", "9:8", "clock: no zone"),
        ("clock: noon", "9:8", "clock: no zone"),
        ("grace_days: 256", "12:13", "grace_days is not from 0 to 255 days"),
        ("grace_days: 0003", "12:13", "no number of days from 0 to 255"),
        ("grace_days: +3", "12:13", "no number of days from 0 to 255"),
        ("grace_days: \u0663", "12:13", "no number of days from 0 to 255"),
        ('borrower: " "', "1:11", "borrower: no text"),
        ("agent: [security_agent]", "2:8", "agent: no text"),
        ("agent: shipper", "2:8", "agent is the borrower, or of its group"),
        ("advance: 0", "13:10", "advance is not above 0, up to 100 percent"),
        ("money: HKD@nowhere", "6:8", "nowhere: no participant"),
        ("available_until: 2099-06-01", "10:18", "available_until is after maturity"),
        ("available_until: 2099-03-01T12:00", "10:18", "a time without a zone"),
        ("maturity: 2101-01-02", "11:11", "maturity is more than 730 days after deadline"),
        ("agreement: nowhere.pdf", "18:12", "neither a hash nor a file"),
        ("lenders: {}", "3:10", "lenders: empty"),
        ("lenders: bank", "3:10", "lenders: no lender with its sum"),
        ("salt: 0x12", "", "salt: no salt"),
    ],
)
def test_one_fault_is_an_error_of_its_own(ledger: Ledger, tmp_path: Path, line: str, place: str, words: str) -> None:
    key = line.partition(":")[0]
    text = FILE if key != "lenders" else FILE.replace(FILE[FILE.index("  bank: HKD") : FILE.index("money:")], "")
    text = text if key != "salt" else FILE + "salt: x\n"
    with pytest.raises(BadInput, match=words) as told:
        facility.read(written(tmp_path, text, **{key: line}), ledger)
    assert place in (told.value.subject or "")
    assert not isinstance(told.value, facility.FaultyTerms)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("HKD 600,000.00", "USD 600,000.00"), "is an amount of USD, and this money is HKD"),
        (("400000.00", "400000.5"), "HKD has 2 decimals, this has 1"),
        (("  issuing_bank:", "  THE_BANK:"), "stands here twice"),
        (("issuing_bank: 400000.00", "issuing_bank:"), "issuing_bank: no text"),
        (("kind: loaded, units: every", "kind: loaded"), "the clause could never hold"),
        (("condition:\n  - {kind: loaded, units: every}", "condition:"), "condition is empty"),
        (("  - {kind: loaded, units: every}", "  - {kind: }"), "kind is empty, not a text"),
        (
            ("condition:\n  - {kind: loaded, units: every}", 'condition: "0x12"'),
            "neither clauses nor the hash of a condit",
        ),
    ],
)
def test_what_is_wrong_deeper_down_is_found_too(
    ledger: Ledger, tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    # Whoever has two names is one lender all the same.
    text = FILE.replace(*change).replace("THE_BANK", f"'{ledger.account('bank').address}'")
    with pytest.raises(BadInput, match=words):
        facility.read(written(tmp_path, text), ledger)


def test_a_day_count_that_is_not_usual_is_warned_of(ledger: Ledger, tmp_path: Path) -> None:
    found = facility.read(written(tmp_path, day_count="day_count: act-360"), ledger)
    assert found.warnings == ("HKD is usually lent on act-365-f, these terms say act-360",)
    other = FILE.replace("HKD@bank", "CNH@bank").replace("HKD 600", "CNH 600")
    (warning,) = facility.read(written(tmp_path, other), ledger).warnings
    assert "no day count is usual here" in warning


def test_a_signer_sees_every_term_in_words(ledger: Ledger, tmp_path: Path) -> None:
    found = facility.read(written(tmp_path), ledger)
    said = in_words(ledger, found.terms, found.clauses)
    told = {each.term: each.says for each in reversed(said)}
    assert told["interest"] == "5.25 % a year, simple, on act-365-f; first day in, last day out"
    assert told["days turn"] == "at midnight UTC+08:00"
    assert told["lender"].endswith("commits HKD 600,000.00")
    assert told["in default"] == "after 3 days of grace: 2099-04-04 12:00 UTC+08:00"
    assert "loaded" in [each.says for each in said if each.term == "condition"][1]
    assert told["filed in"] == "HK and SG, before each drawing"
    assert found.terms.hash.hex() in told["hash"]
    terms = found.terms
    everything = " ".join(each.says for each in said)
    for whole in (terms.borrower_account, terms.agent_account, *terms.lenders, terms.money):
        assert checksum(whole) in everything
    for word in (terms.condition, terms.agreement, terms.salt):
        assert word.hex() in everything


def test_a_term_is_asked_once_what_it_depends_on_is_known_to_the_last_second_of_the_deadline() -> None:
    def wrong(first: int, **known: int) -> list[str]:
        return [each.term for each in unfit(known, first=first)]

    assert (wrong(10, maturity=9), wrong(10, maturity=10)) == (["maturity"], [])
    assert wrong(10, deadline=10, maturity=10 + MOST_TERM) == []
    assert wrong(10, deadline=10, maturity=11 + MOST_TERM) == ["maturity"]
    assert wrong(10, deadline=9, maturity=11 + MOST_TERM) == ["deadline"]


def test_a_clock_that_there_is_not_is_told_as_utc() -> None:
    assert [zone(clock) for clock in (-96, 96, 0)] == [UTC] * 3
    assert zone(95) == timezone(timedelta(hours=23, minutes=45))


def test_the_schema_takes_the_file(tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    yaml = pytest.importorskip("yaml")
    said = yaml.load(written(tmp_path).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    jsonschema.validate(said, facility.schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**said, "interest": "5"}, facility.schema())
    for wrong in ("+8 hours", "8:00", "x+08:00", "+08:001"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**said, "clock": wrong}, facility.schema())


def test_a_term_has_one_name_in_files_of_terms_in_scenarios_in_python_and_in_the_contract() -> None:
    in_files = set(facility.Terms.model_fields)
    in_python = set(inspect.signature(Ledger.facility_terms).parameters) - {"self"}
    assert in_files == in_python
    # A scenario signs and opens at once, and pays out of what it says.
    assert set(facility_terms().arguments) - {"out_of"} == in_files - {"deadline", "salt"}
    in_contract = {each.name for each in dataclasses.fields(Terms)}
    more = {"borrower_account", "agent_account", "also_filed_in", "commitments"}
    assert in_contract - more == in_files


def test_the_terms_of_the_page_are_a_file_that_can_be_read(tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "finance.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"cat > terms\.yaml <<'TERMS'\n(.*?)    TERMS\n", page, re.DOTALL)
    (tmp_path / "terms.yaml").write_text(dedent(text), encoding="utf-8")
    said = parse((tmp_path / "terms.yaml").read_bytes(), "terms.yaml").fields("the terms")
    # Every term that there is, but for a register of a country and a salt.
    assert set(said) == set(facility.Terms.model_fields) - {"filed_in", "salt"}


def test_t31_a_fraction_where_percents_are_written_is_warned_of(ledger: Ledger, tmp_path: Path) -> None:
    text = FILE + "reserve: 0.7\n"
    found = facility.read(written(tmp_path, text, rate="rate: 0.0525", advance="advance: 0.8"), ledger)
    assert [each.partition(":")[0] for each in found.warnings] == [
        "rate is 0.0525 %",
        "advance is 0.8 %",
        "reserve is 0.7 %",
    ]
    assert "where 80 % is meant" in found.warnings[1]
