"""Every scenario that is shipped does what it says; what does not hold is told with its place; the commands."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner
from rich.console import Console
from support.counter import ARTIFACT, WITH_COUNTER
from support.escrow import WITH_ESCROW
from support.plays import HEAD, ISSUED, Listener

from sampan.chain.sender import Sender
from sampan.chain.transactions import Call
from sampan.cli.commands.scenario import STARTING, _Show
from sampan.cli.main import main as cli
from sampan.cli.schema import load
from sampan.client import contracts, verbs, wire
from sampan.client.ledger import Ledger
from sampan.errors import BadInput, UsageError
from sampan.scenarios import script, vocabulary
from sampan.scenarios.hints import in_a_file
from sampan.scenarios.play import Outcome, Play
from sampan.scenarios.stage import SampanChain, Stage
from sampan.subjects import SUITE
from sampan.suite import words
from sampan.written import source

Run = Callable[[script.Script | Path], Outcome]
Write = Callable[[str], Path]


AGAIN = "  - {{do: issue, by: carrier, with: {{document: rice, carriage_law: CN}}, refused: {}}}\n"
MOVED = "  - {{do: transfer, by: {}, with: {{bill: rice, to: {}}}, refused: {}}}\n"


# ------------------------------------------------------------------------------------------------------- those shipped


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in script.shipped() if name != "trade"])
def test_a_scenario_that_is_shipped_does_what_it_says(name: str, empty_chain: SampanChain, tmp_path: Path) -> None:
    before = empty_chain.snapshot()
    outcome = Play(script.read(script.find(name)), empty_chain, Listener(), tmp_path).run()
    empty_chain.restore(before)
    assert (outcome.state, outcome.failure) == ("passed", None)
    assert outcome.report is not None
    assert outcome.report.reconciled


@pytest.mark.slow
def test_there_are_scenarios_for_each_of_the_trades_cases_and_each_has_words_for_its_reader() -> None:
    found = {name: script.read(path) for name, path in script.shipped().items()}
    assert set(found) == {
        "bank-by-signature",
        "beyond-the-survey",
        "cargo",
        "default-sale",
        "drawee-silent",
        "exchange",
        "forbidden",
        "lenders",
        "listed-vessel",
        "loan",
        "lost-account",
        "on-board-date",
        "own-terminal",
        "paper",
        "pledged-suspension",
        "pledged-twice",
        "presented-twice",
        "rejections",
        "retraction",
        "seller-suspended",
        "several-accounts",
        "silent-agent",
        "silent-carrier",
        "split",
        "split-in-pledge",
        "stablecoin",
        "suspension",
        "switch",
        "three-lenders",
        "trade",
        "trust-receipt",
        "twelve-house-bills",
        "two-banks",
    }
    assert all(one.title and one.about and isinstance(one.steps[-1], script.Audit) for one in found.values())


@pytest.mark.slow
def test_every_file_fits_the_schema_that_editors_use(tmp_path: Path) -> None:
    schema = load("scenario")
    texts = [path.read_text(encoding="utf-8") for path in script.shipped().values()] + [STARTING.format(file="x.yaml")]
    fits = jsonschema.Draft202012Validator(schema)
    for text in texts:
        fits.validate(yaml.safe_load(text))
    wrong = yaml.safe_load(texts[0])
    wrong["steps"][0]["with"]["documnt"] = "rice"
    assert not fits.is_valid(wrong)
    refused = yaml.safe_load(HEAD + AGAIN.format("{client: is there already}"))
    fits.validate(refused)
    for said in ("is there", "", 3):
        refused["steps"][0]["refused"] = {"client": said}
        assert not fits.is_valid(refused), said


# ------------------------------------------------------------------------------------------------- what does not hold


@pytest.mark.slow
@pytest.mark.parametrize(
    ("steps", "line", "expected", "came"),
    [
        (
            "  - {do: transfer, by: shipper, with: {bill: rice, to: trader}, refused: NotPossessor}\n",
            6,
            "the refusal NotPossessor",
            "it was not refused (and not sent)",
        ),
        (
            "  - {do: transfer, by: trader, with: {bill: rice, to: bank}, refused: 'NotPossessor(rice, bank)'}\n",
            6,
            "the refusal NotPossessor(rice, bank)",
            "NotPossessor(rice, trader): ",
        ),
        (
            AGAIN.format("BillExists"),
            6,
            "the refusal BillExists",
            "the client refused: XLLSHA2600101/v1 is there already, live",
        ),
        (
            AGAIN.format("{client: is there already as paper}"),
            6,
            "the refusal by the client: “is there already as paper”",
            "the client refused: XLLSHA2600101/v1 is there already, live",
        ),
        (
            AGAIN.format("{client: s there already}"),
            6,
            "the refusal by the client: “s there already”",
            "the client refused: XLLSHA2600101/v1 is there already, live",
        ),
        (
            MOVED.format("trader", "bank", "{client: trader does not possess}"),
            6,
            "the refusal by the client: “trader does not possess”",
            "NotPossessor(rice, trader): trader does not possess XLLSHA2600101/v1: shipper does",
        ),
        (
            MOVED.format("shipper", "trader", "{client: is no possessor}"),
            6,
            "the refusal by the client: “is no possessor”",
            "it was not refused (and not sent)",
        ),
        (
            "  - {do: accept, by: carrier, with: {bill: rice}}\n",
            6,
            "that it is done",
            "WrongStatus: ",
        ),
        (
            "  - expect:\n      bill: rice\n      status: live\n      holder: trader\n      titleholder: bank\n",
            9,
            "holder trader, titleholder bank",
            "holder shipper, titleholder trader",
        ),
        (
            "  - audit: {check: SAM-T7, about: rice}\n",
            6,
            "SAM-T7 about rice",
            "nothing was found",
        ),
    ],
)
def test_what_is_not_as_expected_is_told_with_its_place_what_was_expected_and_what_came(
    steps: str, line: int, expected: str, came: str, play: Run, written: Write, sampan_chain: SampanChain
) -> None:
    path = written(ISSUED + steps)
    outcome = play(path)
    assert outcome.state == "failed"
    failure = outcome.failure
    assert failure is not None
    assert failure.place.startswith(f"{path}:{line}:")
    assert failure.expected == expected
    assert failure.came.startswith(came)
    # What must be refused is never sent: the shipper still has the bill.
    possessor = sampan_chain.ledger.bill(outcome.bills["rice"]).possessor
    assert possessor.address == sampan_chain.as_role("shipper").address


BANKED = """\
  - {do: open_book, by: bank, with: {currency: HKD, decimals: 2}}
  - {do: open_deposit, by: bank, with: {agent: bank, currency: HKD}}
  - {do: deposit.issue, by: bank, with: {deposit: HKD@bank, to: trader, amount: "HKD 1,250,000.00"}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("expected", "what", "right", "came"),
    [
        ('{balances: HKD@bank, trader: "HKD 1,250,000.00", bank: HKD 5}', "who has HKD@bank", "bank HKD 5.00", "0.00"),
        ("{deposit: HKD@bank, supply: HKD 1.00, bank: bank}", "how HKD@bank stands", "supply HKD 1.00", "1,250,000.00"),
    ],
)
def test_money_that_is_not_where_it_is_expected_is_told_in_its_currency(
    expected: str, what: str, right: str, came: str, play: Run, written: Write
) -> None:
    outcome = play(written(f"{BANKED}  - expect: {expected}\n"))
    assert outcome.failure is not None
    assert (outcome.failure.what, outcome.failure.expected) == (what, right)
    assert outcome.failure.came == f"{right.rpartition(' ')[0]} {came}"


@pytest.mark.slow
def test_a_refusal_is_told_with_who_refused_and_in_which_words(play: Run, written: Write) -> None:
    outcome = play(
        written(
            ISSUED + AGAIN.format('{client: "is there already, live"}') + MOVED.format("trader", "bank", "NotPossessor")
        )
    )
    assert outcome.failure is None
    by_client, by_contract = (one for one in outcome.played if one.kind == "refused")
    assert (by_client.refused_by, by_client.refused) == ("client", "XLLSHA2600101/v1 is there already, live")
    assert (by_contract.refused_by, by_contract.code) == ("contract", "refused.NotPossessor")
    printed = StringIO()
    shown = _Show(Console(file=printed, width=200))
    for one in (by_client, by_contract):
        shown.step(one)
    first, second = printed.getvalue().splitlines()
    assert first.rstrip().endswith(": refused by the client, XLLSHA2600101/v1 is there already, live")
    assert f": refused by a contract, {by_contract.refused}" in second


def test_a_contract_that_refuses_in_its_own_words_is_told_in_them(play: Run, written: Write) -> None:
    """A token is none of the suite's, and its errors are read as its artifact has them."""
    outcome = play(
        written(
            "  - {deploy: Stablecoin, by: bank, with: {name: Dollar, symbol: USD, decimals: 6}, as: usd}\n"
            "  - {do: usd.mint, by: bank, with: {to: trader, amount: USD 5.000000}}\n"
            "  - {do: usd.setBlocked, by: bank, with: {account: trader, yes: true}}\n"
            "  - {do: usd.transfer, by: trader, with: {to: bank, value: 1.000000}, refused: Blocked(bank)}\n"
        )
    )
    assert outcome.failure is not None
    assert outcome.failure.expected == "the refusal Blocked(bank)"
    assert outcome.failure.came.startswith("Blocked(trader): ")


@pytest.mark.slow
def test_a_finding_that_nobody_expects_fails_the_scenario(play: Run, written: Write) -> None:
    outcome = play(
        written(
            ISSUED
            + "  - {do: transfer, by: shipper, with: {bill: rice, to: trader}}\n"
            + "  - {do: surrender, by: trader, with: {bill: rice, purpose: paper}}\n"
            + "  - {wait: 80h}\n"
            + "  - {do: recall, by: trader, with: {bill: rice}}\n"
        )
    )
    assert outcome.failure is not None
    assert outcome.failure.expected == "that nothing is found"
    assert outcome.failure.came.startswith("SAM-T7 (low) about rice")


# ------------------------------------------------------------------------------------------------------- the command


def test_a_file_whose_name_has_several_lines_begins_a_scenario_as_well(tmp_path: Path) -> None:
    file = tmp_path / "a\nscenario: b.yaml"
    assert CliRunner().invoke(cli, ["scenario", "new", str(file)]).exit_code == 0
    assert script.read(file).title == "A bill from the carrier to the importer"


@pytest.mark.slow
def test_a_scenario_is_begun_with_a_file_that_can_be_played_and_a_wrong_expectation_ends_with_1(tmp_path: Path) -> None:
    file, wrong = tmp_path / "mine.yaml", tmp_path / "wrong.yaml"
    runner = CliRunner()
    assert runner.invoke(cli, ["scenario", "new", str(file)]).exit_code == 0
    again = runner.invoke(cli, ["scenario", "new", str(file)])
    assert isinstance(again.exception, UsageError)
    text = file.read_text(encoding="utf-8")
    wrong.write_text(text.replace("titleholder: importer", "titleholder: trader"), encoding="utf-8")
    result = runner.invoke(cli, ["scenario", "run", str(file), str(wrong), "--out", str(tmp_path), "--json"])
    assert result.exit_code == 1
    good, bad = json.loads(result.stdout)["runs"]
    assert (good["state"], good["failure"]) == ("passed", None)
    assert (bad["state"], bad["failure"]["expected"], bad["failure"]["came"]) == (
        "failed",
        "titleholder trader",
        "titleholder importer",
    )


def test_what_is_left_of_a_failed_scenario_is_told_and_no_audit_that_was_not_made(
    play: Run, written: Write, tmp_path: Path
) -> None:
    failed = play(
        written("  - {do: issue, by: carrier, with: {document: rice, carriage_law: CN, to: shipper, version: 300}}\n")
    )
    printed = StringIO()
    for folder in (tmp_path / "empty", tmp_path / "out"):
        _Show(Console(file=printed, width=400)).end(failed, folder)
    first, second = (line.rpartition("refused. ")[2] for line in printed.getvalue().splitlines() if "refused. " in line)
    assert first.rstrip() == f"Record is in {tmp_path}/empty/."
    assert second.rstrip() == f"Documents and record are in {tmp_path}/out/."


@pytest.mark.parametrize(
    ("steps", "hint"),
    [
        (
            "  - {do: issue, by: carrier, with: {document: rice}}\n",
            "name a country or a part of one (`with: {carriage_law: ...}`), as in SG, CN, GB-ENG",
        ),
        (ISSUED, "`parties:` enrols it, with its own signature"),
    ],
)
def test_what_would_be_right_is_told_in_the_words_of_the_file(
    steps: str, hint: str, empty_chain: SampanChain, tmp_path: Path
) -> None:
    path = tmp_path / "steps.yaml"
    path.write_text(HEAD.replace(", trader", "") + steps, encoding="utf-8")
    before = empty_chain.snapshot()
    failure = Play(script.read(path), empty_chain, Listener(), tmp_path / "out").run().failure
    empty_chain.restore(before)
    assert failure is not None
    assert failure.hint == hint


@pytest.mark.parametrize(
    ("of_the_client", "of_a_file"),
    [
        (
            "`sampan participant enrol` enrols it, with its own signature",
            "`parties:` enrols it, with its own signature",
        ),
        ("give it back first: `sampan bill transfer X/1 --to L`", "give it back first: `do: transfer`"),
        ("let the bank issue more (`sampan money issue`)", "let the bank issue more (`do: deposit.issue`)"),
        (
            "let bank sign: `sampan bill agree transfer X/1 --from KEY`; then add --agreement agreed.json",
            "let bank sign: `agreed:` names it at the act",
        ),
        ("sign with an account of the bank: --from", "sign with an account of the bank: `by:`"),
        ("name the laws: --record-law", "name the laws: `with: {record_law: ...}`"),
        # What a file has no word for is a command's.
        ("`sampan bill show X/1` tells more; --fresh", "`sampan bill show X/1` tells more; --fresh"),
    ],
)
def test_commands_and_options_of_a_hint_are_put_into_the_words_of_a_file(of_the_client: str, of_a_file: str) -> None:
    assert in_a_file(of_the_client, ("bill", "record_law")) == of_a_file


@pytest.mark.slow
def test_scenarios_are_listed_and_shown() -> None:
    runner = CliRunner()
    listed = json.loads(runner.invoke(cli, ["scenario", "list", "--json"]).stdout)
    jsonschema.validate(listed, load("scenarios"))
    assert {one["name"] for one in listed["scenarios"]} == set(script.shipped())
    shown = json.loads(runner.invoke(cli, ["scenario", "show", "trade", "--json"]).stdout)
    jsonschema.validate(shown, load("scenario-show"))
    assert shown["parties"]["bank"].startswith("Bank of Lantau Harbour")
    text = runner.invoke(cli, ["scenario", "show", "suspension"]).stdout
    assert "bank: recall (bill rice-cookers" in text
    unknown = runner.invoke(cli, ["scenario", "show", "rejection"])
    assert isinstance(unknown.exception, UsageError)
    assert "did you mean rejections?" in str(unknown.exception)


@pytest.mark.slow
def test_the_files_of_the_page_are_read_and_played_as_they_stand(
    written: Write, tmp_path: Path, play: Run, project_root: Path
) -> None:
    page = (project_root / "docs" / "scenarios.md").read_text(encoding="utf-8")
    whole, _, _, parties, documents = re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    file = tmp_path / "page.yaml"
    file.write_text(whole, encoding="utf-8")
    outcome = play(file)
    assert (outcome.state, outcome.failure) == ("passed", None)
    file.write_text(f"scenario: parts\n{parties}{documents}steps: [{{note: nothing happens}}]\n", encoding="utf-8")
    assert script.read(file).members["second_bank"].party.country == "NO"


@pytest.mark.slow
def test_the_steps_of_the_page_that_sell_a_bill_are_played_as_they_stand(
    written: Write, tmp_path: Path, play: Run, project_root: Path
) -> None:
    page = (project_root / "docs" / "scenarios.md").read_text(encoding="utf-8")
    money, _ = re.findall(r"^```yaml\n(  - .*?)^```$", page, re.MULTILINE | re.DOTALL)
    file = tmp_path / "page.yaml"
    listed = "  - {do: list_room, by: room_lister, with: {room: Sale, countries: [HK, NL]}}\n"
    steps = [ISSUED, "  - {do: transfer, by: shipper, with: {bill: rice, to: trader}}\n"]
    steps += [listed, "  - wait: 2 days\n", listed, money]
    with_banks = HEAD.replace("bank]", "bank, importer, central_bank]")
    file.write_text(with_banks + "".join(steps), encoding="utf-8")
    outcome = play(file)
    assert (outcome.state, outcome.failure) == ("passed", None)


@pytest.mark.slow
def test_the_steps_of_the_page_that_lend_are_played_as_they_stand(
    tmp_path: Path, empty_chain: SampanChain, project_root: Path
) -> None:
    page = (project_root / "docs" / "scenarios.md").read_text(encoding="utf-8")
    _, lent = re.findall(r"^```yaml\n(  - .*?)^```$", page, re.MULTILINE | re.DOTALL)
    # What the page leaves out, as the scenario has it: money, rooms, the condition, what was reported of the cargo.
    whole = script.find("loan").read_text(encoding="utf-8").replace("rice-cookers", "rice")
    before, _, rest = whole.partition("  - facility:")
    _, _, reported = rest.partition("  - do: issue\n")
    reported, _, _ = reported.partition("  - sign: acceptance\n")
    file = tmp_path / "page.yaml"
    file.write_text(f"{before}  - do: issue\n{reported}  - wait: 1 day\n{lent}", encoding="utf-8")
    snapshot = empty_chain.snapshot()
    outcome = Play(script.read(file), empty_chain, Listener(), tmp_path).run()
    empty_chain.restore(snapshot)
    assert (outcome.state, outcome.failure) == ("passed", None)


# ------------------------------------------------------------------------------------------------- no verb is said here


def test_every_verb_that_the_client_has_can_be_used_in_a_file() -> None:
    known = vocabulary.vocabulary()
    methods = {verb.method for subject in SUITE.subjects for verb in subject.verbs.values() if verb.method}
    # What two contracts have is named with its contract.
    of_bills = {method for method in methods if hasattr(contracts.BillsCalls, method)}
    assert {method for method in of_bills if method not in known and f"bills.{method}" not in known} == set()
    types = {argument.takes for doing in known.values() for argument in doing.arguments.values()}
    known_words = {takes for takes in types if hasattr(words, takes.removeprefix("Iterable[").removesuffix("]"))}
    assert types == {takes for takes in types if takes in vocabulary.READERS} | known_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{bill: X/1, value: HKD 5.00}", "a share without prints"),
        ("{bill: X/1, value: HKD 5.00, prints: box}", "no document is called 'box'"),
        ("{bill: nothing, value: HKD 5.00, prints: 0x12}", "no bill is called 'nothing'"),
    ],
)
def test_shares_of_a_replaced_bill_are_read_with_their_prints(text: str, words: str) -> None:
    reader = vocabulary.READERS["Sequence[tuple[BillRef, Given, Iterable[int]]]"]
    scope = vocabulary.Scope({}, {})
    good = source.parse(b"- {bill: X/1, value: HKD 5.00, prints: [0x12, 0xff]}", "steps.yaml")
    assert reader.read(good, "shares", scope) == (("X/1", "HKD 5.00", (0x12, 0xFF)),)
    with pytest.raises(BadInput, match=words):
        reader.read(source.parse(f"- {text}".encode(), "steps.yaml"), "shares", scope)


def test_a_file_means_what_it_meant_before_a_contract_had_a_verb_of_the_same_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vocabulary, "SUITE", WITH_ESCROW)
    kind = verbs.contract_of(verbs.calls_of("Escrow", suite=WITH_ESCROW))
    monkeypatch.setattr(contracts.Contracts, "escrow", property(kind), raising=False)
    known = vocabulary.vocabulary()
    assert (known["accept"].contract, known["escrow.accept"].contract) == ("bills", "escrow")
    assert known["claim"].contract == "escrow"


@pytest.mark.slow
def test_a_verb_that_is_declared_later_is_used_in_a_file_as_it_is(
    sampan_chain: SampanChain, tmp_path: Path, written: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (verbs, wire, vocabulary):
        monkeypatch.setattr(module, "SUITE", WITH_COUNTER)
    kind = verbs.contract_of(verbs.calls_of("Counter", suite=WITH_COUNTER))
    monkeypatch.setattr(contracts.Contracts, "counter", property(kind), raising=False)
    made = Sender(sampan_chain.connection, sampan_chain.as_role("deployer").signer).send(Call(None, ARTIFACT.bytecode))
    assert made.contract is not None
    addresses = {**sampan_chain.ledger.addresses, "Counter": made.contract}
    stage = Stage(Ledger(sampan_chain.connection, addresses), sampan_chain.manifest)
    read = script.read(
        written("  - {do: count, by: shipper, with: {step: 4}}\n  - {do: count, by: bank, with: {step: 3}}\n")
    )
    outcome = Play(read, stage, Listener(), tmp_path).run()
    wire.codec.cache_clear()
    assert outcome.state == "passed", outcome.failure
    assert [step.told for step in outcome.played if step.kind == "done"][-1][0].endswith("step 3, total 7")
    with pytest.raises(BadInput, match=r"steps.yaml:5:37: count has no 'stp' \(did you mean step\?\)"):
        script.read(written("  - {do: count, by: shipper, with: {stp: 4}}\n"))
