"""Scenarios over HTTP: on an anvil of their own, and on a ledger that stays, where a run is cut off, waits, goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from eth_account import Account
from support.plays import HEAD, ISSUED, Listener

from sampan.audit import audit
from sampan.chain.accounts import ROLES, development_signer
from sampan.chain.anvil import Anvil
from sampan.chain.connection import Connection
from sampan.chain.networks import Network
from sampan.chain.outbox import Outbox
from sampan.chain.rpc import HttpTransport
from sampan.cli.main import main as cli
from sampan.cli.schema import load
from sampan.client.ledger import Ledger
from sampan.deployment import deploy, parameters, suite
from sampan.errors import BadInput, Missing, UsageError
from sampan.scenarios import script
from sampan.scenarios.play import Outcome, Play
from sampan.scenarios.record import Record, header
from sampan.scenarios.stage import Stage
from sampan.suite.events import Transferred
from sampan.suite.words import Status

pytestmark = [pytest.mark.anvil, pytest.mark.slow]

LIFE = (
    HEAD
    + ISSUED
    + """\
  - {do: transfer, by: shipper, with: {bill: rice, to: trader}}
  - {do: transfer, by: trader, with: {bill: rice, to: shipper}, rehearse: true}
  - {sign: transfer, by: trader, with: {bill: rice, to: bank}, agreement_of: bank, counts: 30 days, as: loan}
  - {do: transfer, by: trader, with: {bill: rice, to: bank}, agreed: loan}
  - {do: transfer, by: bank, with: {bill: rice, to: trader}}
  - {do: endorse, by: trader, with: {bill: rice, endorsement: to-order, endorsee: bank, to: bank}, agreed: bank}
  - {do: sign, by: bank, with: {bill: rice}, through: relayer}
  - {do: surrender, by: bank, with: {bill: rice}}
  - {do: suspend, by: suspender, with: {participant: carrier, ground: no cover}}
  - {do: lift_suspension, by: lifter, with: {participant: carrier}}
  - {wait: 2 days}
  - {do: lift_suspension, by: lifter, with: {participant: carrier}}
  - {do: accept, by: carrier, with: {bill: rice}}
  - {expect: {bill: rice, status: surrendered, titleholder: bank}}
"""
)
SOLD = (
    HEAD
    + ISSUED
    + """\
  - {do: transfer, by: shipper, with: {bill: rice, to: trader}}
  - {do: open_book, by: bank, with: {currency: HKD, decimals: 2}}
  - {do: open_book, by: bank, with: {currency: CNH, decimals: 2}}
  - {do: open_deposit, by: bank, with: {agent: bank, currency: HKD}}
  - {do: open_deposit, by: bank, with: {agent: bank, currency: CNH}}
  - {do: deposit.issue, by: bank, with: {deposit: HKD@bank, to: shipper, amount: HKD 50.00}}
  - {do: deposit.issue, by: bank, with: {deposit: CNH@bank, to: bank, amount: CNH 90.00}}
  - {deploy: Stablecoin, by: bank, with: {name: Dollar, symbol: USD, decimals: 2}, as: usd}
  - {do: usd.mint, by: bank, with: {to: trader, amount: USD 7.00}}
  - {do: list, by: room_lister, with: {token: usd, currency: USD, countries: [HK, CN], licence: {sha256: x}}}
  - {do: list_room, by: room_lister, with: {room: Sale, countries: [HK, CN]}}
  - {wait: 2 days}
  - {do: list, by: room_lister, with: {token: usd, currency: USD, countries: [HK, CN], licence: {sha256: x}}}
  - {do: list_room, by: room_lister, with: {room: Sale, countries: [HK, CN]}}
  - {sign: quote, by: bank, with: {sold: CNH@bank, total: CNH 80.00, bought: HKD@bank, price: HKD 90.00}, as: rate}
  - {do: deposit.allow, by: bank, with: {deposit: CNH@bank, spender: Exchange, value: any}}
  - {do: deposit.allow, by: shipper, with: {deposit: HKD@bank, spender: Exchange, value: any}}
  - {do: exchange, by: shipper, with: {quote: rate, amount: CNH 8.00}}
  - {do: offer, by: trader, with: {bills: rice, buyer: shipper, price: HKD 30.00, into: HKD@bank, until: 7 days}}
  - {do: change, by: trader, with: {bill: rice, price: HKD 25.00}, through: relayer}
  - {look: rice}
  - {do: sale.pay, by: shipper, with: {bill: rice}}
  - {expect: {bill: rice, holder: shipper}}
  - {expect: {balances: HKD@bank, shipper: HKD 16.00, trader: HKD 25.00, bank: HKD 9.00}}
  - {expect: {balances: usd, trader: USD 7.00}}
"""
)

LENT = """\
scenario: A loan, step by step
parties: [carrier, shipper, trader, importer, bank, bank_second, security_agent]
documents: {rice: to-order, tea: to-paper}
steps:
  - {do: open_book, by: bank, with: {currency: HKD, decimals: 2}}
  - {do: open_deposit, by: bank, with: {agent: bank, currency: HKD}}
  - {do: deposit.issue, by: bank, with: {deposit: HKD@bank, to: bank, amount: HKD 600.00}}
  - {do: deposit.issue, by: bank, with: {deposit: HKD@bank, to: bank_second, amount: HKD 400.00}}
  - {do: deposit.issue, by: bank, with: {deposit: HKD@bank, to: importer, amount: HKD 900.00}}
  - {do: list_room, by: room_lister, with: {room: Sale, countries: [HK, CN, NL]}}
  - {do: list_room, by: room_lister, with: {room: LoanBook, countries: [HK, CN, NL]}}
  - {do: open_to, by: room_lister, with: {countries: [HK, NL], consent: {sha256: consent}}}
  - {do: issue, by: carrier, with: {document: rice, carriage_law: CN}}
  - {do: issue, by: carrier, with: {document: tea, carriage_law: CN}}
  - {do: transfer, by: shipper, with: {bill: rice, to: trader}}
  - {do: transfer, by: shipper, with: {bill: tea, to: trader}}
  - {wait: 2 days}
  - {do: list_room, by: room_lister, with: {room: Sale, countries: [HK, CN, NL]}}
  - {do: list_room, by: room_lister, with: {room: LoanBook, countries: [HK, CN, NL]}}
  - {do: open_to, by: room_lister, with: {countries: [HK, NL], consent: {sha256: consent}}}
  - {do: deposit.allow, by: bank, with: {deposit: HKD@bank, spender: LoanBook, value: any}}
  - {do: deposit.allow, by: bank_second, with: {deposit: HKD@bank, spender: LoanBook, value: HKD 400.00}}
  - facility: loan
    with:
      borrower: trader
      agent: security_agent
      lenders: {bank: HKD 600.00, bank_second: HKD 400.00}
      money: HKD@bank
      rate: 0
      available_until: 30 days
      maturity: 60 days
      advance: 80
      day_count: act-365-f
  - sign: acceptance
    by: security_agent
    with: {bill: rice, facility: loan, value: HKD 500.00, prints: rice}
    as: accepted
  - {do: pledge, by: trader, with: {bill: rice, acceptance: accepted, amount: HKD 300.00}}
  - sign: acceptance
    by: security_agent
    with: {bill: tea, facility: loan, value: HKD 500.00, prints: tea}
    as: accepted too
  - {do: pledge, by: trader, with: {bill: tea, acceptance: accepted too}}
  - {do: draw, by: trader, with: {facility: loan, amount: HKD 100.00, bill: tea}}
  - {appoint: loan, agent: bank_second, votes: bank_second, refused: NoMajority}
  - {appoint: loan, agent: bank_second, votes: bank}
  - {do: hand_over, by: relayer, with: {bill: rice}}
  - {do: hand_over, by: relayer, with: {bill: tea}}
  - {do: entrust, by: bank_second, with: {bill: tea, to: trader, until: 20 days, purpose: inspection}}
  - sign: acceptance
    by: bank_second
    with: {bill: tea, facility: loan, value: HKD 500.00, prints: none}
    as: back
  - {do: pledge, by: trader, with: {bill: tea, acceptance: back}}
  - {do: split, by: bank, with: {position: loan/1, shares: 20000}}
  - sign: position_offer
    by: bank
    with: {position: loan/3, buyer: bank_second, price: HKD 0.00, money: HKD@bank}
    as: part
  - {do: buy, by: bank_second, with: {offer: part}}
  - {sell: rice, by: trader, with: {buyer: importer, price: HKD 250.00, into: HKD@bank, until: 10 days}}
  - {sell: rice, by: trader, with: {buyer: importer, price: HKD 350.00, into: HKD@bank, until: 10 days}}
  - {do: sale.pay, by: importer, with: {bill: rice}}
  - {expect: {bill: rice, possessor: importer}}
  - {do: repay, by: trader, with: {facility: loan, most: all, out_of: HKD@bank, bills: tea}}
  - {expect: {facility: loan, owed: HKD 0.00, undrawn: HKD 600.00}}
  - {do: forget, by: relayer, with: {bill: rice}}
  - {do: claim_position, by: relayer, with: {position: loan/1}}
  - {do: claim_position, by: relayer, with: {position: loan/2}}
  - {do: claim_position, by: relayer, with: {position: loan/3}}
  - {expect: {balances: HKD@bank, bank: HKD 160.00, bank_second: HKD 240.00, LoanBook: HKD 600.00}}
  - {expect: {balances: HKD@bank, importer: HKD 550.00}}
"""


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture
def public(tmp_path: Path) -> Iterator[Callable[[], Stage]]:
    """Opens, as a new process does, a ledger on a chain that does not say that it is for development."""
    with Anvil(extra=("--chain-id", "424242")) as server:
        opened: list[Connection] = []
        network = Network("public", "http", server.url)

        def connect() -> Connection:
            opened.append(Connection(HttpTransport(server.url), network))
            return opened[-1]

        signer = development_signer("deployer")
        plan = suite.plan(parameters.usual(signer.address, development=True))
        manifest = deploy.deploy(connect(), signer, plan).manifest

        def stage() -> Stage:
            ledger = Ledger.at(connect(), manifest, outbox=Outbox(tmp_path / "outbox"))
            return Stage(ledger, manifest)

        yield stage
        for connection in opened:
            connection.close()


def begun(file: Path, stage: Stage, folder: Path) -> tuple[Play, Listener]:
    """A run of a scenario on a ledger that stays."""
    read, listener = script.read(file), Listener()
    record = Record(folder / "record.jsonl", header(read, stage))
    return Play(read, stage, listener, folder, new=False, record=record), listener


def pass_time(stage: Stage, time: timedelta) -> None:
    """Time passes on a chain whose clock no scenario moves."""
    stage.connection.rpc("evm_increaseTime", int(time.total_seconds()))
    stage.connection.rpc("evm_mine")


def to_the_end(file: Path, open_stage: Callable[[], Stage], folder: Path) -> tuple[Outcome, int]:
    """Plays it, called again after each death and each wait; what came of it, and how often it was called."""
    for calls in range(1, 400):
        stage = open_stage()
        try:
            outcome = begun(file, stage, folder)[0].run()
        except Killed:
            continue
        if outcome.state == "waiting":
            pass_time(stage, timedelta(days=2))
            continue
        return outcome, calls
    raise AssertionError("it does not come to its end")


def test_on_a_public_chain_it_stops_to_wait_and_goes_on_when_it_is_called_again(
    public: Callable[[], Stage], tmp_path: Path
) -> None:
    file = tmp_path / "life.yaml"
    file.write_text(LIFE, encoding="utf-8")
    stage = public()
    outcome = begun(file, stage, tmp_path)[0].run()
    assert outcome.state == "waiting"
    assert outcome.go_on_from is not None
    assert timedelta(days=1, hours=23) < outcome.go_on_from - stage.ledger.now <= timedelta(days=2)
    too_early = begun(file, public(), tmp_path)[0].run()
    assert (too_early.state, too_early.go_on_from) == ("waiting", outcome.go_on_from)
    pass_time(stage, timedelta(days=2))
    ended = begun(file, public(), tmp_path)[0].run()
    assert (ended.state, ended.failure) == ("passed", None)
    bill = stage.ledger.bill(ended.bills["rice"])
    assert bill.status is Status.SURRENDERED
    # The document's own reference is left for another run.
    assert bill.reference.startswith("XLLSHA2600101-")
    # Played to its end it is told from its record, and nothing is sent.
    block = stage.connection.block_number()
    again, heard = begun(file, public(), tmp_path)
    assert again.run().state == "passed"
    assert [step.transaction for step in heard.steps if step.kind == "done"] == [
        step.transaction for step in ended.played if step.kind == "done" and step.step
    ]
    assert stage.connection.block_number() == block


def dies(monkeypatch: pytest.MonkeyPatch, where: Callable[[str], bool]) -> None:
    """Every run dies before and after each line of its record of which this is true, once."""
    keep = Record.keep
    struck: set[tuple[str, str, str]] = set()

    def strike(when: str, kind: str, key: str) -> None:
        if where(key) and (when, kind, key) not in struck:
            struck.add((when, kind, key))
            raise Killed

    def kept(self: Record, kind: Any, key: str, value: Any) -> None:
        strike("before", kind, key)
        keep(self, kind, key, value)
        strike("after", kind, key)

    monkeypatch.setattr(Record, "keep", kept)


@pytest.fixture
def dying(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run dies before and after each line of its record, once."""
    dies(monkeypatch, lambda _: True)


@pytest.mark.usefixtures("dying")
def test_killed_at_every_place_it_goes_on_and_nothing_is_done_twice(
    public: Callable[[], Stage], tmp_path: Path
) -> None:
    file = tmp_path / "life.yaml"
    file.write_text(LIFE, encoding="utf-8")
    outcome, calls = to_the_end(file, public, tmp_path)
    assert (outcome.state, outcome.failure) == ("passed", None)
    assert calls > 60
    stage = public()
    told = [type(entry.event).__name__ for entry in stage.ledger.history(outcome.bills["rice"]).entries]
    assert [name for name in told if name not in ("Transfer", "Agreed", "ActedBySignature")] == [
        "Issued",
        "Transferred",
        "Transferred",
        "Transferred",
        "Endorsed",
        "Signed",
        "Surrendered",
        "SurrenderAccepted",
    ]
    assert len(stage.ledger.events((Transferred,))) == 3
    assert len(stage.ledger.participants()) == 4
    assert len(stage.ledger.issued()) == 1
    assert audit(stage.connection, stage.manifest).reconciled
    # Each account sent what the record has, and nothing else.
    sent = [step for step in outcome.played if step.kind == "done"]
    assert len({step.transaction for step in sent}) == len(sent)
    actors = ("enroller", "carrier", "shipper", "trader", "bank", "relayer", "suspender", "lifter")
    assert sum(stage.connection.nonce(stage.as_role(name).address) for name in actors) == len(sent)


@pytest.mark.usefixtures("dying")
def test_killed_at_every_place_money_is_paid_once_and_a_bill_sold_once(
    public: Callable[[], Stage], tmp_path: Path
) -> None:
    file = tmp_path / "sold.yaml"
    file.write_text(SOLD, encoding="utf-8")
    outcome, calls = to_the_end(file, public, tmp_path)
    assert (outcome.state, outcome.failure) == ("passed", None)
    assert calls > 60
    stage = public()
    sent = [step for step in outcome.played if step.kind == "done"]
    # Of what an earlier run announced only that is known.
    known = [step.transaction for step in sent if step.transaction is not None]
    assert len(set(known)) == len(known) >= len(sent) - 2
    actors = ("enroller", "carrier", "shipper", "trader", "bank", "relayer", "room_lister")
    assert sum(stage.connection.nonce(stage.as_role(name).address) for name in actors) == len(sent)


@pytest.mark.long
def test_killed_at_every_place_of_a_loan_it_is_lent_pledged_sold_and_repaid_once(
    public: Callable[[], Stage], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "lent.yaml"
    file.write_text(LENT, encoding="utf-8")
    # What comes before is money, rooms and bills, as in other scenarios.
    steps = script.read(file).steps
    first = next(step.number for step in steps if isinstance(step, script.Facility))
    dies(monkeypatch, lambda key: key.isdigit() and int(key) >= first)
    outcome, calls = to_the_end(file, public, tmp_path)
    assert (outcome.state, outcome.failure) == ("passed", None)
    assert calls > 90
    stage = public()
    sent = [step for step in outcome.played if step.kind == "done"]
    known = [step.transaction for step in sent if step.transaction is not None]
    assert len(set(known)) == len(known) == len(sent)
    actors = (*script.read(file).members, "enroller", "relayer", "room_lister")
    assert sum(stage.connection.nonce(stage.as_role(name).address) for name in actors) == len(sent)
    # Whoever signed is told of a loan as of one that was played at once.
    (appointed,) = (step for step in sent if step.verb == "appoint")
    assert appointed.told[0] == "signed by bank_second, bank"
    assert audit(stage.connection, stage.manifest).reconciled


def test_a_record_of_another_file_is_not_gone_on_with(public: Callable[[], Stage], tmp_path: Path) -> None:
    file = tmp_path / "life.yaml"
    file.write_text(HEAD + ISSUED, encoding="utf-8")
    stage = public()
    assert begun(file, stage, tmp_path)[0].run().state == "passed"
    file.write_text(HEAD + ISSUED + "  - {note: one more}\n", encoding="utf-8")
    with pytest.raises(BadInput, match="the file has changed since"):
        begun(file, stage, tmp_path)
    read = script.read(file)
    anew = Record(tmp_path / "record.jsonl", header(read, stage), anew=True)
    again = Play(read, stage, Listener(), tmp_path, new=False, record=anew).run()
    assert (again.state, again.failure) == ("passed", None)
    assert len(list(tmp_path.glob("record-*.jsonl"))) == 1
    assert len(stage.ledger.issued()) == 2


def test_scenarios_are_played_on_an_anvil_of_their_own(tmp_path: Path) -> None:
    names = ["trade", "suspension", "lost-account"]
    result = CliRunner().invoke(
        cli, ["scenario", "run", *names, "--network", "anvil", "--json", "--out", str(tmp_path)]
    )
    assert result.exit_code == 0, result.output
    runs = json.loads(result.stdout)["runs"]
    assert [(run["scenario"], run["state"], run["audit"]["reconciled"]) for run in runs] == [
        (name, "passed", True) for name in names
    ]


def test_on_a_network_of_ones_own_everybody_signs_with_the_key_of_its_name_from_the_keystore(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("KEYSTORE", "DEPLOYMENTS", "OUTBOX"):
        monkeypatch.setenv(f"SAMPAN_{name}", str(tmp_path / name.lower()))
    (tmp_path / "password").write_text("open\n")
    monkeypatch.setenv("SAMPAN_PASSWORD_FILE", str(tmp_path / "password"))
    (tmp_path / "keystore").mkdir()

    def key(name: str) -> None:
        """Kept under few rounds, which open at once."""
        content = Account.encrypt(development_signer(name)._key.key, "open", iterations=2)
        content["address"] = ROLES[name][2:].lower()
        (tmp_path / "keystore" / f"{name}.json").write_text(json.dumps(content))

    def run(*more: str) -> Any:
        return CliRunner().invoke(
            cli, ["scenario", "run", "mine.yaml", "--network", server.url, "--key", "carrier=ops", *more]
        )

    for name in ("deployer", "carrier", "shipper", "trader"):
        key(name)
    (tmp_path / "keystore" / "carrier.json").rename(tmp_path / "keystore" / "ops.json")
    (tmp_path / "mine.yaml").write_text(HEAD + ISSUED + "  - {wait: 3 days}\n", encoding="utf-8")
    with Anvil(extra=("--chain-id", "424242")) as server:
        network = Network("mine", "http", server.url)
        with Connection(HttpTransport(server.url), network) as connection:
            signer = development_signer("deployer")
            plan = suite.plan(parameters.usual(signer.address, development=True))
            path = tmp_path / "deployments" / f"127-0-0-1-{server.port}.json"
            deploy.deploy(connection, signer, plan, path=path)
            before = connection.block_number()
            # Nothing is sent before everybody can sign, nor without a question.
            missing = run("--yes")
            assert (type(missing.exception), missing.exception.subject) == (Missing, "bank")
            for name in ("bank", "enroller"):
                key(name)
            assert isinstance(run().exception, UsageError)
            assert connection.block_number() == before
            waiting = run("--yes", "--json")
            assert waiting.exit_code == 1, waiting.output
            (body,) = json.loads(waiting.stdout)["runs"]
            assert (body["state"], body["failure"]) == ("waiting", None)
            connection.rpc("evm_increaseTime", 3 * 86_400)
            connection.mine()
            ended = run("--yes", "--json")
            assert ended.exit_code == 0, ended.output
            jsonschema.validate(json.loads(ended.stdout), load("scenario-runs"))
            # Whoever is there and never acts needs no key here.
            (tmp_path / "keystore" / "trader.json").unlink()
            parties = "{carrier: , shipper: , trader: {enrolled: false}}"
            text = HEAD.replace("[carrier, shipper, trader, bank]", parties) + ISSUED
            text += "  - {do: transfer, by: shipper, with: {bill: rice, to: trader}}\n"
            text += "  - {expect: {bill: rice, holder: trader, titleholder: trader}}\n"
            (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
            given = run("--yes", "--fresh", "--json")
            assert given.exit_code == 0, given.output
