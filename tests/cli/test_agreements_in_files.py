"""Agreements over the command line: two offices with a folder and a key each, and nothing but files between them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sampan.scenarios.parties import PARTIES
from sampan.scenarios.samples import read_sample

pytestmark = pytest.mark.anvil

BANK, CARRIER = PARTIES["bank"], PARTIES["carrier"]
LAW = ("--carriage-law", "CN")


class Office:
    """A party at its desk: its folder and its key."""

    def __init__(self, shell: Callable[..., Any], folder: Path, role: str, chdir: Callable[[Path], None]) -> None:
        self.folder, self._shell, self._role, self._chdir = folder, shell, role, chdir

    def does(self, *arguments: str, code: int = 0) -> Any:
        """Runs `sampan bill ARGUMENTS` with its own key, in its own folder."""
        self._chdir(self.folder)
        return self._shell("bill", *arguments, "--from", self._role, "--json", code=code)

    def reads(self, *arguments: str) -> Any:
        """Runs `sampan bill ARGUMENTS` without a key, in its own folder."""
        self._chdir(self.folder)
        return self._shell("bill", *arguments, "--json")

    def hands(self, other: Office, *files: str) -> None:
        """Gives copies of files to another office."""
        for file in files:
            shutil.copy(self.folder / file, other.folder / file)


@pytest.fixture
def office(shell: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Office]:
    """Opens the office of a role."""

    def opened(role: str) -> Office:
        folder = tmp_path / role
        folder.mkdir()
        shutil.copy(tmp_path / "sampan.toml", folder)
        shutil.copytree(tmp_path / "deployments", folder / "deployments")
        return Office(shell, folder, role, monkeypatch.chdir)

    return opened


def credit(folder: Path, name: str = "lc.json", reference: str = "XLLLC2600001") -> None:
    """A document to the order of the issuing bank of a letter of credit."""
    content = json.loads(read_sample("to-order"))
    endorsee = content["documentParties"]["endorsee"]
    content["transportDocumentReference"] = reference
    old = PARTIES["trader"]
    text = json.dumps(endorsee).replace(old.lei, BANK.lei).replace(old.company, BANK.company)
    content["documentParties"]["endorsee"] = json.loads(text)
    (folder / name).write_text(json.dumps(content))


def told(ran: Any) -> list[str]:
    """The names of the events of what a command did."""
    return [event["event"] for act in ran.document["acts"] for event in act["events"] if event["event"] != "Transfer"]


def test_a_bank_that_signs_for_all_it_takes_agrees_to_an_issue_to_its_order_t8(
    office: Callable[[str], Office],
) -> None:
    carrier, bank = office("carrier"), office("bank")
    credit(carrier.folder)
    issue = ("issue", "lc.json", *LAW)
    refused = carrier.does(*issue, code=5).error
    assert refused["code"] == "refused.AgreementRequired"
    assert "sampan bill agree --out agreed.json issue FILE --carriage-law CN" in refused["hint"]
    carrier.hands(bank, "lc.json", "lc.salts.json")
    signed = bank.does("agree", "--out", "agreed.json", "--by", CARRIER.lei, *issue).document
    assert "to the order of bank (0x" in signed["about"]
    assert "with shipper (0x" in signed["about"]
    bank.hands(carrier, "agreed.json")
    done = carrier.does(*issue, "--agreement", "agreed.json")
    assert told(done) == ["Agreed", "Issued"]


def test_it_agrees_with_the_carriers_salts_only_and_only_where_it_is_asked(office: Callable[[str], Office]) -> None:
    carrier, bank, trader = office("carrier"), office("bank"), office("trader")
    credit(carrier.folder)
    issue = ("issue", "lc.json", *LAW)
    carrier.hands(bank, "lc.json")
    lacking = bank.does("agree", "--out", "agreed.json", *issue, code=3).error
    assert lacking["code"] == "document.salts"
    assert not (bank.folder / "lc.salts.json").exists(), "new ones would be another root's"
    carrier.does(*issue, code=5)
    carrier.hands(trader, "lc.json", "lc.salts.json")
    useless = trader.does("agree", *issue, code=2).error
    assert "agreement is not asked for" in useless["message"]
    assert BANK.company in useless["hint"]
    carrier.hands(bank, "lc.salts.json")
    assert "is not for" in bank.does("agree", "--by", "other_carrier", *issue, code=2).error["message"]
    # Only the carrier sends it.
    assert bank.does(*issue, code=3).error["code"] == "document.carrier_code"


def test_it_agrees_to_several_issues_in_one_file(office: Callable[[str], Office]) -> None:
    carrier, bank = office("carrier"), office("bank")
    files = ("one.json", "two.json")
    for number, file in enumerate(files):
        credit(carrier.folder, file, f"XLLLC260001{number}")
    carrier.does("issue", *files, *LAW, code=5)
    carrier.hands(bank, *files, "one.salts.json", "two.salts.json")
    bank.does("agree", "--out", "agreed.json", "issue", *files, *LAW)
    bank.hands(carrier, "agreed.json")
    done = carrier.does("issue", *files, *LAW, "--agreement", "agreed.json")
    assert told(done) == ["Agreed", "Issued"] * 2


def test_an_agreement_to_other_terms_is_told_by_what_differs(office: Callable[[str], Office]) -> None:
    carrier, bank = office("carrier"), office("bank")
    credit(carrier.folder)
    carrier.does("issue", "lc.json", *LAW, code=5)
    carrier.hands(bank, "lc.json", "lc.salts.json")
    bank.does("agree", "--out", "agreed.json", "issue", "lc.json", "--carriage-law", "SG")
    bank.hands(carrier, "agreed.json")
    refused = carrier.does("issue", "lc.json", *LAW, "--agreement", "agreed.json", code=5).error
    assert "is to something else" in refused["message"]
    assert "terms" in refused["message"]


def test_it_agrees_to_an_issue_in_place_of_paper_and_to_replacements(office: Callable[[str], Office]) -> None:
    carrier, bank = office("carrier"), office("bank")
    credit(carrier.folder)
    (carrier.folder / "statement.pdf").write_bytes(b"three originals were handed in")
    paper = ("from-paper", "lc.json", "--originals", "3", "--statement", "statement.pdf", *LAW, "--to", "bank")
    carrier.does(*paper, code=5)
    carrier.hands(bank, "lc.json", "lc.salts.json", "statement.pdf")
    bank.does("agree", "--out", "agreed.json", *paper)
    bank.hands(carrier, "agreed.json")
    done = carrier.does(*paper, "--agreement", "agreed.json")
    assert told(done) == ["Agreed", "IssuedFromPaper"]
    bill = done.document["acts"][0]["bills"][0]["name"]

    # The bank surrenders for amendment, agrees afterwards by signature, and the carrier replaces.
    bank.does("surrender", bill, "--for", "amendment")
    credit(carrier.folder, "new.json", "XLLLC2600002")
    carrier.reads("propose", bill, "--with", "new.json", "--out", "proposal.json")
    refused = carrier.does("replace", "proposal.json", code=5).error
    assert refused["code"] == "refused.ReplacementsNotAgreed"
    assert "sampan bill agree --out agreed.json replace PROPOSAL" in refused["hint"]
    carrier.hands(bank, "proposal.json")
    bank.does("agree", "--out", "replaced.json", "replace", "proposal.json")
    bank.hands(carrier, "replaced.json")
    assert told(carrier.does("replace", "proposal.json", "--agreement", "replaced.json")) == [
        "Agreed",
        "Replaced",
        "ReplacementIssued",
    ]
