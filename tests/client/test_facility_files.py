"""Terms of a facility as a file that people read: what it means on a ledger, every fault in its place, every term in
words."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from support import borrowing

from sampan.cargo.rules import condition_of
from sampan.client.ledger import Ledger
from sampan.client.loan_terms import in_words, is_laid
from sampan.client.loans import parts
from sampan.errors import BadInput, UsageError
from sampan.scenarios import facility
from sampan.suite.tell import checksum, moment
from sampan.suite.words import DayCount, FactKind
from sampan.testing import SampanChain

FILE = """\
borrower: shipper
agent: security_agent
lenders:
  - {lender: bank, commits: "HKD 600,000.00"}
  - lender: issuing_bank
    commits: 400000.00
money: HKD@bank
rate: 5.25 %
day_count: act-365-f
clock: +08:00
draw_until: 2099-03-01
repay_by: 2099-04-01T12:00+08:00
grace_days: 3
advance: 80
on_trust: 50 %
condition:
  - {kind: loaded, units: every}
filed_in: [HK, SG]
agreement: "AGREEMENT"
open_until: 2099-01-01
"""
AGREEMENT = "0x" + "ab" * 32


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


def test_a_file_is_terms_and_the_same_file_is_the_same_terms(ledger: Ledger, tmp_path: Path) -> None:
    file = written(tmp_path)
    found = facility.read(file, ledger)
    terms = found.terms
    assert (terms.rate, terms.advance, terms.on_trust, terms.reserve) == (525_000, 8_000, 5_000, 8_000)
    assert (terms.commitments, terms.day_count, terms.clock) == ((60_000_000, 40_000_000), DayCount.ACT_365_F, 32)
    assert (terms.available_until, terms.maturity) == (4_076_092_799, 4_078_699_200)
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
        ("lenders: nobody", "Who lends, and how much each"),
    ],
)
def test_a_fault_says_what_would_be_right(ledger: Ledger, tmp_path: Path, line: str, hint: str) -> None:
    key = line.partition(":")[0]
    text = FILE if key != "lenders" else FILE.replace(FILE[FILE.index("  - {lender") : FILE.index("money:")], "")
    with pytest.raises(BadInput) as told:
        facility.read(written(tmp_path, text, **{key: line}), ledger)
    assert told.value.hint == hint


def test_every_fault_is_told_at_once_each_in_its_place(ledger: Ledger, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        borrower="borrower: nobody at all",
        rate="rate: five",
        day_count="",
        draw_until="draw_untill: 2099-03-01",
        advance="advance: 101 %",
        filed_in="filed_in: [HK, XX, NL]",
        open_until="open_until: 2001-01-01",
    )
    with pytest.raises(facility.FaultyTerms) as told:
        facility.read(file, ledger)
    assert [(each.subject.rsplit(":", 2)[1:], each.message) for each in told.value.faults if each.subject] == [
        (["1", "1"], "day_count is missing"),
        (["1", "1"], "draw_until is missing"),
        (["1", "11"], "nobody at all: no participant, LEI, carrier code, address, key or role of that name"),
        (["8", "7"], "rate: no percentage"),
        (["10", "1"], "there is no 'draw_untill' in terms"),
        (["13", "10"], "advance: is not from 0 to 100 percent in steps of 0.01"),
        (["17", "16"], "XX: no country of ISO 3166-1"),
        (["17", "20"], "is a third country"),
        (["19", "13"], f"open_until has passed: it is {moment(ledger.now)}"),
    ]
    assert told.value.faults[0].hint == "HKD is usually lent on act-365-f: write `day_count: act-365-f`"
    assert "has 9 faults" in str(told.value)
    assert f"1:1: day_count is missing; {told.value.faults[0].hint}" in str(told.value)
    assert f"open_until has passed: it is {moment(ledger.now)}; name a time to come" in str(told.value)


@pytest.mark.parametrize(
    ("line", "place", "words"),
    [
        ("clock: +15:00", "10:8", "clock: no zone"),
        ("clock: +14:15", "10:8", "clock: no zone"),
        ("clock: -12:15", "10:8", "clock: no zone"),
        ("clock: noon", "10:8", "clock: no zone"),
        ("grace_days: 256", "13:13", "no number of days from 0 to 255"),
        ("grace_days: 0003", "13:13", "no number of days from 0 to 255"),
        ("grace_days: +3", "13:13", "no number of days from 0 to 255"),
        ("grace_days: \u0663", "13:13", "no number of days from 0 to 255"),
        ('borrower: " "', "1:11", "borrower: no text"),
        ("agent: [security_agent]", "2:8", "agent: no text"),
        ("agent: shipper", "2:8", "agent is the borrower"),
        ("money: HKD@nowhere", "7:8", "nowhere: no participant"),
        ("draw_until: 2099-06-01", "11:13", "draw_until is after repay_by"),
        ("draw_until: 2099-03-01T12:00", "11:13", "a time without a zone"),
        ("agreement: nowhere.pdf", "19:12", "neither a hash nor a file"),
        ("lenders: []", "3:10", "lenders: empty"),
        ("salt: 0x12", "", "salt: no salt"),
    ],
)
def test_one_fault_is_an_error_of_its_own(ledger: Ledger, tmp_path: Path, line: str, place: str, words: str) -> None:
    key = line.partition(":")[0]
    text = FILE if key != "lenders" else FILE.replace(FILE[FILE.index("  - {lender") : FILE.index("money:")], "")
    text = text if key != "salt" else FILE + "salt: x\n"
    with pytest.raises(BadInput, match=words) as told:
        facility.read(written(tmp_path, text, **{key: line}), ledger)
    assert place in (told.value.subject or "")
    assert not isinstance(told.value, facility.FaultyTerms)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('"HKD 600,000.00"', '"USD 600,000.00"'), "is an amount of USD, and this money is HKD"),
        (("400000.00", "400000.5"), "HKD has 2 decimals, this has 1"),
        (("lender: issuing_bank", "lender: bank"), "bank stands here twice"),
        (("    commits: 400000.00\n", ""), "commits is missing"),
        (("kind: loaded, units: every", "kind: loaded"), "the clause could never hold"),
        (("condition:\n  - {kind: loaded, units: every}", "condition:"), "condition is empty"),
        (("  - {kind: loaded, units: every}", "  - {kind: }"), "kind is empty, not a text"),
    ],
)
def test_what_is_wrong_deeper_down_is_found_too(
    ledger: Ledger, tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        facility.read(written(tmp_path, FILE.replace(*change)), ledger)


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
    assert told["in default"] == "after 3 days of grace: 2099-04-04 04:00 UTC"
    assert "loaded" in [each.says for each in said if each.term == "condition"][1]
    assert told["filed in"] == "HK and SG, before each drawing"
    assert found.terms.hash.hex() in told["hash"]
    terms = found.terms
    everything = " ".join(each.says for each in said)
    for whole in (terms.borrower_account, terms.agent_account, *terms.lenders, terms.money):
        assert checksum(whole) in everything
    for word in (terms.condition, terms.agreement, terms.salt):
        assert word.hex() in everything


def test_the_schema_takes_the_file(tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    yaml = pytest.importorskip("yaml")
    said = yaml.load(written(tmp_path).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    jsonschema.validate(said, facility.schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**said, "interest": "5"}, facility.schema())
