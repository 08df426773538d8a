"""A file with a fault is refused in words before anything is played: where, what is wrong, what would be right."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from support.plays import HEAD, ISSUED

from sampan.documents.salts import salts_path
from sampan.errors import BadInput, Busy, UsageError
from sampan.scenarios import record, script
from sampan.scenarios.documents import Documents
from sampan.scenarios.samples import read_sample
from sampan.written import source

ACT = "  - {do: transfer, by: shipper, with: {bill: rice, to: trader}}\n"
OFFER = (
    "  - {{do: offer, by: shipper, with: {{bills: rice, buyer: bank, price: {price}, into: {into}, until: 3 days}}}}\n"
)
TOKEN = "  - {deploy: Stablecoin, by: bank, with: {name: Dollar, symbol: USD, decimals: 2}, as: usd}\n"
LENT = (
    "  - {facility: loan, with: {borrower: trader, agent: bank, lenders: {bank: HKD 5.00}, money: HKD@bank,"
    " day_count: act-360, available_until: 3 days, rate: 5, maturity: 5 days, advance: 80}}\n"
)
ACCEPTED = (
    "  - {sign: acceptance, by: bank, with: {bill: rice, facility: loan, value: HKD 9.00, prints: rice}, as: taken}\n"
)
TOP = "scenario: x\nparties: [carrier]\n"
OWN = "scenario: x\nparties: {{acme: {{company: Acme, {}}}}}\nsteps: [{{note: a}}]\n"


def refused(content: bytes | str, folder: Path) -> BadInput:
    """The error of a file."""
    path = folder / "broken.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(BadInput) as caught:
        script.read(path)
    assert caught.value.exit_code == 3
    assert caught.value.subject is not None
    caught.value.subject = caught.value.subject.removeprefix(f"{path}:")
    return caught.value


FAULTS: list[tuple[bytes | str, str, str, str]] = [
    ("", "1:1", "is empty", "scenario new"),
    ("hello", "1:1", "a scenario is a text, not a mapping", "key: value"),
    (b"scenario: caf\xe9", "1:14", "is not UTF-8", "save the file as UTF-8"),
    ("scenario: x".encode("utf-16"), "1:1", "is not UTF-8", "save the file as UTF-8"),
    ("scenario: a\x01b", "1:1", "unseen character #x0001", "take it out"),
    ('scenario: "a\\0b"', "1:11", "unseen character #x0000", "take it out"),
    ("scenario: a\u202eb", "1:11", "unseen character #x202e", "take it out"),
    ("scenario: x\nsteps:\n\t- a", "3:1", "cannot start any token", "not with tabs"),
    ("scenario: a: b", "1:12", "mapping values are not allowed", "goes into quotes"),
    ("scenario: 'x", "1:13", "unexpected end of stream", "the quotes"),
    ("scenario: &a [*a, *a]", "1:11", "&a refers to another place", "write it out"),
    ("a: *b", "1:4", "*b refers to another place", "write it out"),
    ("scenario: !!python/object/apply:os.system [ls]", "1:11", "a type of its own", "plain texts"),
    ("scenario: x\nscenario: y", "2:1", "the key 'scenario' stands here twice", "line 1"),
    ("scenario: x\n---\nscenario: y", "2:1", "begins a second document", "one file is one document"),
    ("scenario: x\n<<: {a: b}", "2:1", "a scenario has no '<<'", "there are scenario"),
    ("? [a, b]\n: c", "1:3", "a list stands where a key should", "a plain text"),
    ("[" * 5_000, "1:13", "nested more than 12 deep", "a list of steps"),
    ("a: " + "x" * 300_000, "1:1", "is larger than 256,000 bytes", "split it"),
    ("scenaro: x", "1:1", "has no 'scenaro'", "did you mean scenario?"),
    ("scenario: x\nparties: [carrier]", "1:1", "lacks 'steps'", "What happens"),
    (TOP + "steps: []", "3:8", "steps is empty", "name one"),
    ("scenario: x\nparties:\nsteps: [{note: a}]", "2:9", "parties is empty", "name one"),
    ("scenario: x\nparties: [carier]\nsteps: [{note: a}]", "2:11", "'carier' is not of the cast", "mean carrier?"),
    (
        OWN.format("lei: SAMPAN0000THIEF00022"),
        "2:11",
        "acme is not of the cast and lacks 'country'",
        "the cast are",
    ),
    (
        OWN.format("country: SG, lei: SAMPAN0000THIEF00022"),
        "2:51",
        "is no LEI",
        "did you mean SAMPAN0000THIEF00021?",
    ),
    (OWN.format("country: XX, lei: SAMPAN0000THIEF00021"), "2:42", "'XX' is no country", "HK, CN"),
    (OWN.format("country: NO, lei: SAMPAN0000THIEF00021"), "2:11", "which key signs for acme", "key: acme"),
    (
        TOP + "documents: {rice: to-ordr}\nsteps: [{note: a}]",
        "3:19",
        "no sample 'to-ordr'",
        "did you mean to-order?",
    ),
    (TOP + "documents: {rice: {file: no.json}}\nsteps: [{note: a}]", "3:26", "there is no file", "folder"),
    (
        TOP + "documents: {a: {sample: split, set: {b: c}}}\nsteps: [{note: a}]",
        "3:38",
        "no JSON pointer",
        "/issueDate",
    ),
    (
        TOP + "documents: {a: {sample: split, set: {/b/c: d}}}\nsteps: [{note: a}]",
        "3:37",
        "a has no place /b/c",
        "a pointer leads",
    ),
    (HEAD + "  - hello\n", "5:5", "a step is a text", "key: value"),
    (HEAD + "  - {doo: transfer, by: carrier}\n", "5:6", "says not what it is", "did you mean do?"),
    (HEAD + "  - {do: tranfer, by: carrier}\n", "5:10", "there is no verb 'tranfer'", "did you mean transfer?"),
    (HEAD + "  - {do: issue, with: {document: rice}}\n", "5:6", "a step `do` lacks 'by'", "Who acts"),
    (
        HEAD + "  - {do: issue, by: carier, with: {document: rice}}\n",
        "5:21",
        "nobody is called 'carier'",
        "carrier?",
    ),
    (
        HEAD + "  - {do: issue, by: carrier, with: {document: ric}}\n",
        "5:47",
        "no document is called 'ric'",
        "rice?",
    ),
    (HEAD + ACT, "5:46", "rice is a document that no step before has issued", "issue it first"),
    (HEAD + ISSUED + ACT.replace("bill:", "bil:"), "6:40", "transfer has no 'bil'", "did you mean bill?"),
    (HEAD + ISSUED + ACT.replace(", to: trader", ""), "6:10", "transfer lacks 'to'", "bill, to, remark"),
    (
        HEAD + ISSUED + ACT.replace("to: trader", "to: tradr"),
        "6:56",
        "nobody is called 'tradr'",
        "did you mean trader?",
    ),
    (
        HEAD + ISSUED + "  - {do: endorse, by: shipper, with: {bill: rice, endorsement: to-ordr}}\n",
        "6:64",
        "endorsement is 'to-ordr'",
        "did you mean to-order?",
    ),
    (
        HEAD + ISSUED + "  - {do: to_paper, by: carrier, with: {bill: rice, originals: three, statement: 0x00}}\n",
        "6:63",
        "originals is 'three', not a whole number",
        "",
    ),
    (
        HEAD + ISSUED + "  - {do: to_paper, by: carrier, with: {bill: rice, originals: 3, statement: hello}}\n",
        "6:77",
        "statement is no hex text",
        "sha256",
    ),
    (
        HEAD + ISSUED + "  - {do: replace, by: carrier, with: {bills: rice, replacements: rice}}\n",
        "6:66",
        "rice was not proposed as a replacement",
        "propose",
    ),
    (
        HEAD + ISSUED + "  - {do: send_act, by: bank, with: {paper: p}}\n",
        "6:44",
        "nothing was signed under",
        "sign",
    ),
    (
        HEAD + ISSUED + "  - {sign: transfer, by: shipper, with: {bill: rice, to: bank}, as: bank}\n",
        "6:69",
        "'bank' is a name already",
        "choose another",
    ),
    (
        HEAD + ISSUED + ACT.replace("}}", "}, refused: WrongState}"),
        "6:74",
        "no contract refuses as 'WrongState'",
        "did you mean WrongStatus? Where the client refuses, write {client: ",
    ),
    (
        HEAD + ISSUED + ACT.replace("}}", "}, refused: UsageError}"),
        "6:74",
        "no contract refuses as 'UsageError'",
        "Where the client refuses, write {client: ",
    ),
    (HEAD + ISSUED + ACT.replace("}}", "}, refused: {}}"), "6:74", "says not what is refused", "{client: "),
    (
        HEAD + ISSUED + ACT.replace("}}", "}, refused: {clint: a b c}}"),
        "6:75",
        "has no 'clint'",
        "did you mean client?",
    ),
    (
        HEAD + ISSUED + ACT.replace("}}", "}, refused: {client: is not}}"),
        "6:83",
        "'is not' could be said of much",
        "write 3 words",
    ),
    (
        HEAD + ISSUED + ACT.replace("}}", "}, refused: NotPossessor(rice)}"),
        "6:74",
        "NotPossessor has 2 arguments, not 1",
        "NotPossessor(bill, account)",
    ),
    (HEAD + ISSUED + ACT.replace("}}", "}, rehearse: maybe}"), "6:75", "rehearse is 'maybe'", "true or false"),
    (HEAD + "  - wait: soon\n", "5:11", "no length of time", "72h"),
    (HEAD + "  - wait: 3 fortnights\n", "5:11", "'fortnights' is no unit of time", "3 days"),
    (HEAD + "  - wait: 9999 weeks\n", "5:11", "wait is '9999 weeks'", "ten years"),
    (HEAD + ISSUED + "  - expect: {bill: rice, statu: live}\n", "6:26", "has no 'statu'", "did you mean status?"),
    (
        HEAD + ISSUED + "  - expect: {bill: rice, status: alive}\n",
        "6:34",
        "status is 'alive'",
        "did you mean live?",
    ),
    (
        HEAD + ISSUED + "  - {do: offer, by: shipper, with: {bills: rice, buyer: bank, price: HKD 1,250.00}}\n",
        "6:76",
        "offer has no '250.00'",
        "goes into quotes",
    ),
    (
        HEAD + ISSUED + OFFER.format(into="HKD", price="HKD 5.00"),
        "6:86",
        "'HKD' is no money",
        "HKD@bank",
    ),
    (HEAD + ISSUED + OFFER.format(into="HKD@bnk", price="HKD 5.00"), "6:86", "nobody is called 'bnk'", "bank?"),
    (HEAD + ISSUED + OFFER.format(into="HKD@bank", price="much"), "6:70", "price is 'much', no amount", "1,250,000.00"),
    (HEAD + "  - {do: sale.pai, by: bank}\n", "5:10", "there is no verb 'sale.pai'", "did you mean sale.pay?"),
    (HEAD + "  - {deploy: Stablecon, by: bank, as: usd}\n", "5:14", "nothing ships 'Stablecon'", "mean Stablecoin?"),
    (HEAD + TOKEN + "  - {do: usd.mnt, by: bank}\n", "6:10", "usd does no 'mnt'", "did you mean mint?"),
    (
        HEAD + TOKEN + "  - {do: usd.mint, by: bank, with: {to: bank, amount: 5.00}, refused: NotIssuer}\n",
        "6:71",
        "no contract refuses as 'NotIssuer'",
        "NotTheIssuer?",
    ),
    (
        HEAD
        + TOKEN
        + "  - {do: usd.mint, by: bank, with: {to: bank, amount: 5.00}, refused: {client: is not the issuer}}\n",
        "6:71",
        "the client refuses nothing of usd",
        "an error of usd",
    ),
    (
        HEAD + TOKEN.replace("as: usd", "as: bank"),
        "5:88",
        "'bank' is a name already",
        "choose another",
    ),
    (HEAD + "  - expect: {balances: HKD@bank}\n", "5:13", "nothing is expected", "HKD 5.00"),
    (HEAD + '  - expect: {balances: HKD@bank, tradr: "HKD 1.00"}\n', "5:34", "nobody is called 'tradr'", "trader?"),
    (HEAD + ISSUED + ACCEPTED, "6:63", "no facility is called 'loan'", "add a step `facility`"),
    (HEAD + LENT.replace("rate: 5", "rat: 5"), "5:149", "facility has no 'rat'", "did you mean rate?"),
    (HEAD + LENT.replace(", rate: 5", ""), "5:16", "facility lacks 'rate'", "under `with`"),
    (
        HEAD + LENT.replace("}}", ", condition: laden}}"),
        "5:200",
        "no condition is called 'laden'",
        "add a step `condition`",
    ),
    (
        HEAD + ISSUED + "  - {ask: laden, of: rice, boxes: 2, holds: true}\n",
        "6:11",
        "no condition is called 'laden'",
        "add a step `condition`",
    ),
    (
        HEAD + ISSUED + "  - {do: cargo_log.record, by: carrier, with: {proof: loaded}}\n",
        "6:55",
        "no event is called 'loaded'",
        "add a step `report`",
    ),
    (
        HEAD + ISSUED + "  - {report: {event: load, box: 1, ago: 1h, corrects: loaded}, by: carrier, of: rice}\n",
        "6:55",
        "no event is called 'loaded'",
        "report first what is corrected",
    ),
    (HEAD + LENT + LENT, "6:16", "'loan' is a facility already", "choose another"),
    (HEAD + ISSUED + LENT + ACCEPTED.replace("facility: loan", "facility: lown"), "7:63", "'lown'", "mean loan?"),
    (HEAD + LENT + "  - expect: {facility: loan, principl: 5}\n", "6:30", "has no 'principl'", "mean principal?"),
    (HEAD + LENT + "  - {do: claim_position, by: bank, with: {position: loan}}\n", "6:53", "no position", "FACILITY/1"),
    (HEAD + LENT + "  - {appoint: loan, agent: trader, votes: bnk}\n", "6:43", "nobody is called 'bnk'", "bank?"),
    (
        HEAD + LENT + "  - {appoint: loan, agent: trader}\n",
        "6:6",
        "a step `appoint` lacks 'votes'",
        "Lenders that sign",
    ),
    (
        HEAD + ISSUED + LENT + ACCEPTED.replace("prints: rice", "prints: {payloads: {XLLU2601017: 9}}"),
        "7:94",
        "prints without a document",
        "document: rice",
    ),
    (
        HEAD + ISSUED + LENT + ACCEPTED.replace("prints: rice", "prints: {document: rice, payloads: {X: 16777216}}"),
        "7:125",
        "X may carry no 16777216 kg",
        "in kilograms",
    ),
    (
        HEAD.replace("steps:", "registrar: mine.key\nsteps:") + ISSUED,
        "4:12",
        "mine.key cannot be read: No such file or directory",
        "registrar-key",
    ),
    (HEAD + "  - audit: {check: SAM-TT7}\n", "5:20", "the audit has no check 'SAM-TT7'", "did you mean SAM-T7?"),
    (HEAD + ISSUED + "  - audit: {check: SAM-T7, about: ric}\n", "6:35", "neither a bill, a facility nor", "rice?"),
    (HEAD + LENT + "  - audit: {check: SAM-B5, about: lown}\n", "6:35", "neither a bill, a facility nor", "loan?"),
    (HEAD + LENT.replace("rate: 5", "rate: 5, clock: 8"), "5:165", "clock is '8': no zone", "write +08:00"),
    (HEAD + ISSUED + "  - {free: rice, answers: perhaps}\n", "6:27", "answers is 'perhaps'", "there are yes, no, ask"),
    (HEAD + ISSUED + "  - {free: ric, answers: no}\n", "6:12", "no document is called 'ric'", "rice?"),
    (HEAD + ISSUED + "  - expect: {pledge: rice, debt: 5}\n", "6:28", "a pledge has no 'debt'", "there are"),
]


@pytest.mark.parametrize(("content", "place", "message", "hint"), FAULTS, ids=[fault[2] for fault in FAULTS])
def test_a_fault_is_told_with_its_place_and_what_would_be_right(
    content: bytes | str, place: str, message: str, hint: str, tmp_path: Path
) -> None:
    error = refused(content, tmp_path)
    assert (error.subject, message in error.message, hint in (error.hint or "")) == (place, True, True), str(error)


def test_a_bomb_of_aliases_is_refused_at_its_first_anchor(tmp_path: Path) -> None:
    levels = "abcdefghi"
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in pairwise(levels))
    assert refused(bomb, tmp_path).subject == "1:4"


def test_what_yaml_would_make_of_a_text_is_the_text(tmp_path: Path) -> None:
    """Norway is no truth value, and a date is no time."""
    tree = source.parse(b"a: NO\nb: 2026-01-01\nc: 0x10\nd: 1_000\ne: 072\nf: yes", "x")
    assert [node.value for node in tree.fields("x").values()] == ["NO", "2026-01-01", "0x10", "1_000", "072", "yes"]


def test_a_file_with_a_mark_at_its_beginning_or_from_windows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + (HEAD + ISSUED).replace("\n", "\r\n").encode())
    assert len(script.read(path).steps) == 2


def test_a_scenario_that_does_not_exist_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="did you mean rejections"):
        script.find("rejection")
    with pytest.raises(UsageError, match="there is no such file"):
        script.find(str(tmp_path / "none.yaml"))
    with pytest.raises(UsageError, match="there is no such file"):
        script.find(str(tmp_path))


def test_no_file_is_copied_but_a_transport_document_and_that_for_its_owner_alone(tmp_path: Path) -> None:
    """A scenario may be another's: it takes no keys out of a home."""
    own = HEAD.replace("rice: to-order", "rice: {file: mine}") + ISSUED
    (tmp_path / "mine").write_text("root:secret\n", encoding="utf-8")
    error = refused(own, tmp_path)
    assert ("mine is no transport document" in error.message, "secret" in str(error)) == (True, False)
    (tmp_path / "mine").write_text('{"schema": "sampan.salts/1"}', encoding="utf-8")
    assert "no transport document" in refused(own, tmp_path).message
    (tmp_path / "mine").write_bytes(read_sample("to-paper"))
    (tmp_path / "good.yaml").write_text(own, encoding="utf-8")
    written = Documents(script.read(tmp_path / "good.yaml").documents, tmp_path / "out", "AAAA").path("rice")
    assert written.stat().st_mode & 0o077 == 0


def test_a_document_like_another_has_its_values_but_for_those_that_are_put_in(tmp_path: Path) -> None:
    three = (
        "{{rice: {{sample: to-order, set: {{/issueDate: {0}}}}}, lamps: {{like: rice, set: {{/carrierCode: XBM}}}}}}"
    )
    (tmp_path / "good.yaml").write_text(
        HEAD.replace("{rice: to-order}", three.format('"2026-01-04"')) + "  - note: nothing happens\n", encoding="utf-8"
    )
    found = Documents(script.read(tmp_path / "good.yaml").documents, tmp_path / "out", None)
    rice, lamps = (json.loads(found.path(name).read_bytes()) for name in ("rice", "lamps"))
    assert (rice["issueDate"], rice["carrierCode"]) == ("2026-01-04", "XLL")
    assert lamps == {**rice, "carrierCode": "XBM"}


def test_only_of_samples_the_salts_can_be_foretold(tmp_path: Path) -> None:
    """A document of one's own may be issued for real, too: whoever can work its salts out can guess its fields."""
    (tmp_path / "mine.json").write_bytes(read_sample("to-paper"))
    own = HEAD.replace("rice: to-order", "rice: {file: mine.json}") + ISSUED
    for name, text, foretold in (("own", own, False), ("sample", HEAD + ISSUED, True)):
        (tmp_path / "good.yaml").write_text(text, encoding="utf-8")
        documents = script.read(tmp_path / "good.yaml").documents
        assert salts_path(Documents(documents, tmp_path / name, None).path("rice")).exists() is foretold


def test_two_runs_do_not_play_into_one_folder(tmp_path: Path) -> None:
    with (
        record.alone(tmp_path / "out"),
        pytest.raises(Busy, match="another run plays this"),
        record.alone(tmp_path / "out"),
    ):
        pass
    with record.alone(tmp_path / "out"):
        pass
