"""What others sign and send: batches for a Safe, texts for its owners and for hardware keys. With the real contracts of
Safe, over HTTP to an anvil of our own: docs/safe.md, played."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support.safe import Safe, Safes, sign
from support.tools import absent

from sampan.chain.accounts import ROLES, development_signer
from sampan.chain.anvil import Anvil
from sampan.chain.connection import Connection
from sampan.chain.keys import KeySigner
from sampan.chain.networks import Network
from sampan.chain.rpc import HttpTransport
from sampan.client import unsigned
from sampan.client.issue import prepared
from sampan.client.ledger import Ledger
from sampan.client.unsigned import batch_checksum
from sampan.deployment import manifest as manifests
from sampan.scenarios.parties import BANK, CARRIER, IMPORTER, SHIPPER, TRADER, Party
from sampan.scenarios.samples import read_sample
from sampan.scenarios.stage import SampanChain
from sampan.suite.tell import plain
from sampan.suite.words import Role

Shell = Callable[..., Any]
OWNERS = [development_signer(name) for name in ("spare_1", "spare_2", "spare_3", "spare_4", "supervisor")]


def test_a_batch_has_the_checksum_that_the_transaction_builder_reckons() -> None:
    """The vector is that of the Transaction Builder's own tests."""
    to = "0x49d4450977E2c95362C13D3a31a09311E0Ea26A6"

    def method(kind: str) -> dict[str, Any]:
        name = kind.capitalize()
        return {
            "inputs": [{"internalType": kind, "name": f"param{name}", "type": kind}],
            "name": f"test{name}",
            "payable": False,
        }

    batch = {
        "version": "1.0",
        "chainId": "4",
        "createdAt": 1646321521061,
        "meta": {
            "name": "test batch file",
            "txBuilderVersion": "1.4.0",
            "checksum": "",
            "createdFromSafeAddress": "0xDF8a1Ce35c9a6ACE153B4e0767942f1E2291a1Aa",
            "createdFromOwnerAddress": to,
        },
        "transactions": [
            {
                "to": to,
                "value": "0",
                "contractMethod": method("address"),
                "contractInputsValues": {"paramAddress": to},
            },
            {
                "to": to,
                "value": "0",
                "contractMethod": method("bool"),
                "contractInputsValues": {"paramAddress": "", "paramBool": "false"},
            },
            {
                "to": to,
                "value": "2000000000000000000",
                "data": "0x42f4579000000000000000000000000049d4450977e2c95362c13d3a31a09311e0ea26a6",
            },
        ],
    }
    assert batch_checksum(batch) == "0x86c81826dbf7e8a37612153294cc85fdf5c81998dd0a44b86d945502a7eace7c"


@pytest.fixture(scope="module")
def chain() -> Iterator[Connection]:
    """An anvil of our own."""
    given = os.environ.get("SAMPAN_ANVIL")
    with Anvil(program=Path(given) if given else None) as anvil:
        yield Connection(HttpTransport(anvil.url), Network("harbour", "http", anvil.url))


@pytest.fixture
def shell(chain: Connection, sampan_command: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """Runs `sampan ARGUMENTS` in a folder whose network is the anvil; the chain is set back afterwards."""
    before = chain.snapshot()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sampan.toml").write_text(f'network = "harbour"\n[networks.harbour]\nurl = "{chain.network.url}"\n')

    def run(*arguments: str | Path, code: int = 0) -> Any:
        ran = sampan_command(*arguments)
        assert "Traceback" not in ran.err + ran.out
        assert ran.code == code, ran.err + ran.out
        return ran

    yield run
    chain.revert(before)


@pytest.fixture
def safes(chain: Connection, shell: Shell, project_root: Path) -> Safes:
    """The contracts of Safe, deployed."""
    if not (project_root / "node_modules/@safe-global/safe-smart-account").is_dir():
        absent("needs @safe-global/safe-smart-account (npm ci)")
    return Safes(chain, project_root)


def enrolment(party: Party) -> tuple[str, ...]:
    roles = plain(party.roles).replace(" ", "")
    terms = ("--lei", party.lei, "--country", party.country, "--roles", roles, "--rulebook", "0x" + "07" * 32)
    return ("participant", "sign-enrolment", *terms)


def through(safe: Safe, shell: Shell, *command: str) -> Any:
    """An act of a Safe: written, signed by its owners, executed."""
    ran = shell(*command, "--from", safe.address, "--unsigned", "batch.json")
    safe.execute(Path("batch.json"))
    return ran


def signed_by(safe: Safe, shell: Shell, out: str, *command: str) -> None:
    """A text that a Safe signs: written, signed by its owners, joined."""
    shell(*command, "--unsigned", "text.json")
    signatures = [word for each in reversed(safe.sign(Path("text.owners.json"))) for word in ("--signature", each)]
    shell(*command[:2], "--unsigned", "text.json", *signatures, "--out", out, *command[2:])


@pytest.mark.slow
@pytest.mark.anvil
def test_a_ledger_administered_by_a_safe_and_a_bank_that_is_one_through_the_whole_life_of_a_bill(
    chain: Connection, shell: Shell, safes: Safes, tmp_path: Path
) -> None:
    office, bank = safes.new(OWNERS[:3], 2), safes.new(OWNERS[3:], 2)
    (tmp_path / "powers.toml").write_text(
        f'[admin]\naccount = "{office.address}"\n[roles.ENROLLER]\nmembers = ["{office.address}"]\n'
    )
    shell("deploy", "--from", "deployer", "--parameters", "powers.toml")

    # The enroller is a Safe; so is the bank, which signs its own enrolment.
    for party in (CARRIER, SHIPPER, TRADER, IMPORTER):
        shell(*enrolment(party), "--from", party.role, "--out", f"{party.role}.json")
        through(office, shell, "participant", "enrol", f"{party.role}.json")
    signed_by(bank, shell, "bank.json", *enrolment(BANK), "--from", bank.address)
    through(office, shell, "participant", "enrol", "bank.json")
    through(office, shell, "participant", "code", "SMDG", "XLL", CARRIER.lei)
    shell("participant", "record-laws", "singapore-eta", "--from", "carrier")
    shown = shell("participant", "show", BANK.lei, "--json").document["participant"]
    assert [account["address"] for account in shown["accounts"]] == [bank.address]
    assert shown["accounts"][0]["receiving"] == "signed-only"

    # Issued to the trader's order; pledged to the bank, which agrees as a Safe.
    (tmp_path / "bill.json").write_bytes(read_sample("to-order"))
    issued = shell("bill", "issue", "bill.json", "--carriage-law", "SG", "--from", "carrier", "--json")
    bill = issued.document["acts"][0]["bills"][0]["name"]
    shell("bill", "transfer", bill, "--to", "trader", "--from", "shipper")
    endorse = ("endorse", bill, "--to-order", BANK.lei, "--to", bank.address)
    refused = shell("bill", *endorse, "--from", "trader", "--json", code=5)
    assert "agreement" in refused.error["message"] + refused.error["hint"]
    shell("bill", "agree", "--unsigned", "agree-text.json", *endorse, "--from", bank.address)
    signatures = [word for each in bank.sign(tmp_path / "agree-text.owners.json") for word in ("--signature", each)]
    half = ("bill", "agree", "--unsigned", "agree-text.json", *signatures[:2], *endorse, "--from", bank.address)
    assert "does not accept" in shell(*half, "--json", code=3).error["message"]
    agree = ("--unsigned", "agree-text.json", *signatures, "--out", "agreed.json")
    shell("bill", "agree", *agree, *endorse, "--from", bank.address)
    shell("bill", *endorse, "--agreement", "agreed.json", "--from", "trader")
    assert shell("bill", "show", bill, "--json").document["bill"]["possessor"]["account"] == bank.address

    # The bank lets go of it: an endorsement that it signs and another sends, and a transfer that it sends itself.
    act = ("endorse", bill, "--to-order", IMPORTER.lei)
    shell("bill", "sign-act", "--unsigned", "act-text.json", *act, "--from", bank.address)
    signatures = [word for each in bank.sign(tmp_path / "act-text.owners.json") for word in ("--signature", each)]
    back = ("--unsigned", "act-text.json", *signatures, "--out", "act.json")
    shell("bill", "sign-act", *back, *act, "--from", bank.address)
    shell("bill", "send-act", "act.json", "--from", "relayer")
    told = through(bank, shell, "bill", "transfer", bill, "--to", "importer")
    assert "One transaction for" in told.out
    shell("bill", "surrender", bill, "--for", "delivery", "--from", "importer")
    shell("bill", "accept", bill, "--from", "carrier")
    shell("bill", "deliver", bill, "--from", "carrier")
    assert shell("bill", "show", bill, "--json").document["bill"]["status"] == "delivered"

    assert shell("audit", "--json").document["findings"] == []

    # The administrator is a Safe: what it announces, it carries out days later.
    grant = ("powers", "grant", "SUSPENDER", ROLES["insurer"], "--delay", "0")
    assert "Announced. It takes effect when it is sent again" in " ".join(through(office, shell, *grant).out.split())
    early = shell(*grant, "--from", office.address, "--unsigned", "early.json", "--json", code=5)
    assert "can be carried out from" in early.error["hint"]
    assert not (tmp_path / "early.json").exists()
    chain.advance_time(int(timedelta(days=5).total_seconds()))
    through(office, shell, *grant)
    roles = {role["name"]: role for role in shell("powers", "--json", code=1).document["roles"]}
    assert [member["account"] for member in roles["ADMIN"]["members"]] == [office.address]
    assert ROLES["insurer"] in [member["account"] for member in roles["SUSPENDER"]["members"]]


@pytest.mark.anvil
def test_a_text_is_signed_by_a_key_elsewhere_and_comes_back(chain: Connection, shell: Shell, tmp_path: Path) -> None:
    shell("deploy", "--from", "deployer")
    device = KeySigner(b"\x11" * 32)
    terms = (*enrolment(IMPORTER), "--from", device.address)
    said = shell(*terms, "--unsigned", "text.json", "--json").document
    assert (said["owners"], said["texts"][0]["signer"]) == (None, device.address)
    signature = "0x" + sign(device, tmp_path / "text.json").hex()
    # Devices say 0 and 1 where others say 27 and 28; wallets write hex, or JSON.
    for number, form in enumerate((signature, f'{{"signature": "{signature}"}}\n', _of_device(signature))):
        (tmp_path / "signature").write_text(form)
        chain.mine()
        shell(*terms, "--unsigned", "text.json", "--signature", "signature", "--out", f"{number}.json")
    assert (
        (tmp_path / "0.json").read_bytes() == (tmp_path / "1.json").read_bytes() == (tmp_path / "2.json").read_bytes()
    )
    shell("participant", "enrol", "0.json")
    assert shell("participant", "show", IMPORTER.lei, "--json").document["participant"]["lei"] == IMPORTER.lei


def _of_device(signature: str) -> str:
    return signature[:-2] + {"1b": "00", "1c": "01"}[signature[-2:]]


@pytest.mark.anvil
def test_a_signature_of_another_or_of_another_text_does_not_count(shell: Shell, tmp_path: Path) -> None:
    shell("deploy", "--from", "deployer")
    device, thief = KeySigner(b"\x11" * 32), KeySigner(b"\x12" * 32)
    terms = (*enrolment(IMPORTER), "--from", device.address, "--json")
    shell(*terms, "--unsigned", "text.json")

    def back(signature: str, code: int, *more: str) -> Any:
        return shell(*terms, *more, "--unsigned", "text.json", "--signature", signature, code=code).error

    of_thief = "0x" + sign(thief, tmp_path / "text.json").hex()
    assert f"not signed by {device.address}" in back(of_thief, 3)["message"]
    assert "no signature" in back("0x12", 3)["message"]
    # What the owners of a Safe signed together is longer than any file's name.
    assert f"not signed by {device.address}" in back("0x" + "11" * 195, 3)["message"]
    own = "0x" + sign(device, tmp_path / "text.json").hex()
    assert "country is not as it stands now" in back(own, 3, "--country", "BE")["message"]
    text = json.loads((tmp_path / "text.json").read_text())
    text["domain"]["chainId"] += 1
    (tmp_path / "text.json").write_text(json.dumps(text))
    assert "another ledger or chain" in back(own, 3)["message"]
    assert "--unsigned" in shell(*terms, "--signature", own, code=2).error["hint"]


@pytest.mark.anvil
def test_an_address_without_a_key_rehearses_and_writes_and_neither_sends_nor_signs(
    chain: Connection, shell: Shell, tmp_path: Path
) -> None:
    shell("deploy", "--from", "deployer")
    head = chain.block_number()
    watcher = KeySigner(b"\x11" * 32).address
    label = ("powers", "label", "40", "AUDITOR", "--json")
    assert "--unsigned FILE" in shell(*label, "--from", watcher, code=6).error["hint"]
    assert "--unsigned FILE" in shell(*enrolment(IMPORTER), "--from", watcher, "--json", code=6).error["hint"]
    refused = shell(*label, "--from", watcher, "--dry-run", code=5)
    assert refused.error["code"] == "refused.AccessManagerUnauthorizedAccount"
    mistyped = watcher[:-1] + ("0" if watcher[-1] != "0" else "1")
    assert "mistyped" in shell(*label, "--from", mistyped, "--dry-run", code=3).error["message"]

    admin = ROLES["administrator"]
    written = shell(*label, "--from", admin, "--unsigned", "batch.json").document
    (transaction,) = written["transactions"]
    batch = json.loads((tmp_path / "batch.json").read_text())
    assert batch["transactions"][0]["data"] == transaction["data"]
    assert written["acts"][0]["verb"] == "schedule"
    assert written["acts"][0]["ready_from"] is not None
    assert chain.block_number() == head


@pytest.mark.anvil
def test_what_a_safe_is_to_issue_keeps_the_salts_of_its_root(
    harbour: SampanChain, sampan_command: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    manifests.write(harbour.manifest, tmp_path / "deployments" / "harbour.json")
    url = harbour.connection.network.url
    (tmp_path / "sampan.toml").write_text(f'network = "harbour"\n[networks.harbour]\nurl = "{url}"\n')
    (tmp_path / "bill.json").write_bytes(read_sample("to-order"))
    issue = ("bill", "issue", "bill.json", "--carriage-law", "SG", "--from", ROLES["carrier"])
    assert sampan_command(*issue, "--dry-run").code == 0
    assert not (tmp_path / "bill.salts.json").exists()
    written = sampan_command(*issue, "--unsigned", "batch.json", "--json").document
    (transaction,) = written["transactions"]
    assert (tmp_path / "bill.salts.json").exists()
    assert prepared(tmp_path / "bill.json").root.hex() in transaction["data"]


@pytest.mark.anvil
def test_several_texts_of_one_act_are_signed_in_any_order(chain: Connection, shell: Shell, tmp_path: Path) -> None:
    shell("deploy", "--from", "deployer")
    ledger = Ledger.open(chain, manifest=tmp_path / "deployments" / "harbour.json")
    device = KeySigner(b"\x11" * 32)
    papers = [
        ledger.sign_enrolment(
            lei, country_code="HK", roles=Role.MOVE | Role.TERMS, rulebook=b"\7" * 32, account=device.address
        )
        for lei in (BANK.lei, TRADER.lei)
    ]
    signatures = [device.sign_typed(paper.typed_data) for paper in reversed(papers)]
    found = [unsigned.signed(chain, paper, signatures) for paper in papers]
    assert [paper.recovers() for paper in found] == [True, True]


PAGE = "docs/safe.md"
PACKS = {"OFFICE": OWNERS[:3], "BANK": OWNERS[3:]}


@pytest.mark.slow
@pytest.mark.anvil
def test_the_page_about_safes_is_played_as_it_stands(
    chain: Connection, shell: Shell, safes: Safes, tmp_path: Path, project_root: Path
) -> None:
    there = {name: safes.new(owners, 2) for name, owners in PACKS.items()}
    known = {name: safe.address for name, safe in there.items()}
    known |= {"OLD": ROLES["administrator"], "BANK_LEI": BANK.lei, "RULEBOOK": "0x" + "07" * 32}
    (tmp_path / "powers.toml").write_text("")
    lines = [line.strip() for line in (project_root / PAGE).read_text().splitlines() if line.startswith("    ")]
    for line in lines:
        words = [
            known.get(word.removeprefix("$"), word) if word.startswith("$") else word for word in shlex.split(line)
        ]
        if line == "# five days later":
            chain.advance_time(int(timedelta(days=5).total_seconds()))
        elif executes := re.fullmatch(r"# (\w+) executes (\S+)", line):
            assert there[executes[1]].execute(tmp_path / executes[2]).succeeded
        elif signs := re.fullmatch(r"# the owners of (\w+) sign (\S+)", line):
            for number, signature in enumerate(there[signs[1]].sign(tmp_path / signs[2]), start=1):
                (tmp_path / f"{number}.sig").write_text(signature + "\n")
        else:
            assert words[0] == "sampan", line
            if words[1:3] == ["bill", "agree"] and "BILL" not in known:
                known["BILL"] = _issued(shell, tmp_path)
                words = [known["BILL"] if word == "$BILL" else word for word in words]
            shell(*words[1:])
            if words[1:] == ["powers"]:
                for party in (CARRIER, SHIPPER):
                    shell(*enrolment(party), "--from", party.role, "--out", f"{party.role}.json", "--hours", "8760")
    assert shell("bill", "show", known["BILL"], "--json").document["bill"]["possessor"]["account"] == ROLES["shipper"]
    roles = {role["name"]: role for role in shell("powers", "--json", code=1).document["roles"]}
    assert [member["account"] for member in roles["ADMIN"]["members"]] == [known["OFFICE"]]


def _issued(shell: Shell, folder: Path) -> str:
    """A bill with the shipper."""
    shell("participant", "enrol", "shipper.json")
    shell("participant", "code", "SMDG", "XLL", CARRIER.lei)
    shell("participant", "record-laws", "singapore-eta", "--from", "carrier")
    document = json.loads(read_sample("to-order"))
    del document["documentParties"]["endorsee"]
    (folder / "bill.json").write_text(json.dumps(document))
    issue = ("bill", "issue", "bill.json", "--carriage-law", "SG", "--bearer", "--from", "carrier", "--json")
    return str(shell(*issue).document["acts"][0]["bills"][0]["name"])
