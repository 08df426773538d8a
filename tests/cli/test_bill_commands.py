"""`sampan bill`, `sampan participant`, `sampan room`: every verb from the shell, over HTTP to an anvil of our own."""

from __future__ import annotations

import json
import re
import signal
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support import faults
from support.lying_rpc import LyingRpc

from sampan.chain.accounts import ROLES
from sampan.chain.signers import KeySigner
from sampan.client.ledger import Ledger
from sampan.scenarios.parties import PARTIES, full_lei
from sampan.scenarios.samples import read_sample
from sampan.scenarios.stage import SampanChain
from sampan.testing import bare_terms

pytestmark = pytest.mark.anvil

HASH = "0x" + "07" * 32
CARRIER = PARTIES["carrier"].lei


def private(name: str) -> bool:
    """Whether a file in the working folder is its owner's alone."""
    return stat.S_IMODE(Path(name).stat().st_mode) == 0o600


def events(ran: Any) -> list[str]:
    """The names of the events of what a command did."""
    return [event["event"] for act in ran.document["acts"] for event in act["events"] if event["event"] != "Transfer"]


# ---------------------------------------------------------------------------------------------------------------- issue


def test_a_document_is_issued_and_its_salts_written(shell: Callable[..., Any], bill: str, tmp_path: Path) -> None:
    assert bill == f"{CARRIER}/XLLSHA2600101/v1"
    assert (tmp_path / "bill.salts.json").is_file()
    ran = shell("bill", "show", bill)
    assert "XLLSHA2600101  version 1" in ran.out
    assert "what may be done next" in ran.out


def test_the_law_of_carriage_is_one_whether_or_not_the_bill_stands(shell: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "bill.json").write_bytes(read_sample("to-order"))
    command = ("bill", "issue", "bill.json", "--from", "carrier", "--json", "--carriage-law")
    told = shell(*command, "XX", code=3).error
    assert told["message"] == "no law of the contract of carriage"
    shell(*command, "SG")
    assert shell(*command, "XX", code=3).error == told
    assert shell(*command, "SG").document["acts"] == []


def test_a_dry_run_shows_gas_and_event_and_sends_nothing(shell: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "bill.json").write_bytes(read_sample("to-order"))
    command = ("bill", "issue", "bill.json", "--carriage-law", "SG", "--from", "carrier", "--dry-run")
    ran = shell(*command, "--json")
    (act,) = ran.document["acts"]
    assert ran.document["dry_run"]
    assert (act["sent"], act["transaction"]) == (False, None)
    assert int(act["gas"]) > 21_000
    assert events(ran) == ["Issued"]
    assert not (tmp_path / "bill.salts.json").exists()
    assert "nothing sent" in shell(*command).out
    assert shell("bill", "list", "--json").document["bills"] == []


def test_a_dry_run_needs_no_key_only_an_address(
    shell: Callable[..., Any], bill: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = KeySigner(b"\1" * 32).address
    keystore = tmp_path / "keys"
    keystore.mkdir()
    record = {"version": 3, "crypto": {}, "address": address[2:].lower()}
    (keystore / "office.json").write_text(json.dumps(record))
    monkeypatch.setenv("SAMPAN_KEYSTORE", str(keystore))
    ran = shell("bill", "sign", bill, "--purpose", "seen", "--from", "office", "--dry-run", "--json", code=5)
    assert ran.error["code"] == "refused.NotPossessor"


def test_a_document_with_faults_exits_3_and_nothing_is_sent(shell: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text('{"transportDocumentTypeCode": "SWB"}')
    ran = shell("bill", "issue", "bad.json", "--carriage-law", "SG", "--from", "carrier", "--json", code=3)
    assert ran.error["code"] == "document.not_issuable"
    (tmp_path / "broken.json").write_text('{"a": 1, "a": 2')
    assert shell("bill", "issue", "broken.json", "--carriage-law", "SG", "--from", "carrier", "--json", code=3).error


def test_a_bearer_bill_is_asked_for_by_option_where_nobody_can_be_asked(
    shell: Callable[..., Any], tmp_path: Path
) -> None:
    content = json.loads(read_sample("to-order"))
    del content["documentParties"]["endorsee"]
    (tmp_path / "bearer.json").write_text(json.dumps(content))
    command = ("bill", "issue", "bearer.json", "--carriage-law", "SG", "--from", "carrier", "--json")
    assert shell(*command, code=3).error["code"] == "document.bearer"
    shell(*command, "--bearer")


def test_what_a_contract_refuses_exits_5_with_its_own_name(shell: Callable[..., Any], bill: str) -> None:
    ran = shell("bill", "transfer", bill, "--to", "trader", "--from", "importer", "--json", code=5)
    assert ran.error["code"] == "refused.NotPossessor"
    assert ran.error["hint"]
    ran = shell("bill", "transfer", bill, "--to", "trader", "--from", "importer", code=5)
    assert ran.out == ""
    assert ran.err.startswith("error: ")


# ------------------------------------------------------------------------------------------------------------- its life


def test_a_bill_goes_its_whole_way_from_the_shell(shell: Callable[..., Any], bill: str, tmp_path: Path) -> None:
    reference = "XLLSHA2600101"
    shell("bill", "transfer", reference, "--carrier", "XLL", "--to", "trader", "--from", "shipper", "--json")
    endorse = ("endorse", bill, "--to-order", "bank", "--to", "bank")
    shell("bill", *endorse, "--from", "trader", code=5)
    shell("bill", "agree", "--out", "agreed.json", *endorse, "--from", "bank")
    ran = shell("bill", *endorse, "--from", "trader", "--agreement", "agreed.json", "--json")
    assert events(ran) == ["Agreed", "Endorsed"]
    shell("bill", "sign", bill, "--purpose", "checked", "--from", "bank", "--json")
    ran = shell(
        "bill", "sign-act", "--out", "act.json", "endorse", bill, "--in-blank", "--to", "importer", "--from=bank"
    )
    assert "Whoever has the file can use it" in ran.out
    assert private("agreed.json")
    assert private("act.json")
    ran = shell("bill", "send-act", "act.json", "--json")
    assert events(ran) == ["ActedBySignature", "Endorsed"]
    assert shell("bill", "send-act", "act.json", "--json", code=5).error["code"] == "refused.StaleAct"
    shell("bill", "reject", bill, "--what", "both", "--remark", "not as ordered", "--from", "importer")
    shell("bill", "endorse", bill, "--in-blank", "--to", "importer", "--from", "bank")
    shell("bill", "surrender", bill, "--from", "importer")
    shell("bill", "refuse", bill, "--remark", "freight is due", "--from", "carrier")
    shell("bill", "surrender", bill, "--from", "importer")
    shell("bill", "accept", bill, "--from", "carrier")
    shell("bill", "deliver", bill, "--from", "carrier")
    history = shell("bill", "history", bill, "--json").document
    assert history["bill"]["status"] == "delivered"
    moved = history["events"][1]
    assert moved["event"] == "Transferred"
    assert list(moved["arguments"]) == ["bill", "from", "to", "actCount", "remark"], "the contract's own names"
    assert moved["arguments"]["actCount"] == "2"
    assert [event["event"] for event in history["events"]][-2:] == ["SurrenderAccepted", "Delivered"]
    text = shell("bill", "history", bill).out
    assert "“not as ordered”" in text
    assert "recorded that the cargo was delivered" in text


def test_replacements_are_proposed_agreed_and_made(shell: Callable[..., Any], tmp_path: Path) -> None:
    for name in ("split", "split-first", "split-second"):
        (tmp_path / f"{name}.json").write_bytes(read_sample(name))
    ran = shell("bill", "issue", "split.json", "--carriage-law", "SG", "--from", "carrier", "--json")
    old = ran.document["acts"][0]["bills"][0]["name"]
    shell("bill", "transfer", old, "--to", "trader", "--from", "shipper")
    parts = ("--with", "split-first.json", "--with", "split-second.json", "--out", "proposal.json")
    proposed = shell("bill", "propose", old, *parts, "--json").document
    assert len(proposed["replacements"]) == 2
    assert (tmp_path / "split-first.salts.json").is_file()
    agree = ("bill", "agree", "replace", "proposal.json", "--from", "trader", "--json")
    early = shell(*agree, code=2).error["message"]
    ran = shell("bill", "surrender", old, "--for", "amendment", "--agreed", "proposal.json", "--from", "trader")
    names = ", ".join(one["bill"] for one in proposed["replacements"])
    assert f"Agreed to: {names} in place of {old}" in ran.err.replace("\n", " ")
    assert shell(*agree).document
    shown = shell("bill", "show", old, "--json").document["bill"]
    assert shown["agreed"] == proposed["hash"]
    ran = shell("bill", "replace", "proposal.json", "--from", "carrier", "--json")
    assert events(ran) == ["Replaced", "ReplacementIssued", "ReplacementIssued"]
    # It counts for the bill as it stands: what its status does not allow is not signed.
    assert (early, shell(*agree, code=2).error["message"]) == tuple(
        f"{old} is {status}, which does not allow this" for status in ("live", "replaced")
    )
    history = shell("bill", "history", old, "--json").document
    assert [one["name"] for one in history["replaced_by"]] == [one["bill"] for one in proposed["replacements"]]
    content = json.loads((tmp_path / "proposal.json").read_text())
    content["replacements"][0]["kind"] = "blank"
    (tmp_path / "bent.json").write_text(json.dumps(content))
    assert "altered" in (shell("bill", "replace", "bent.json", "--from", "carrier", "--json", code=3).error["hint"])


def test_a_bill_goes_to_paper_and_comes_back(shell: Callable[..., Any], bill: str, tmp_path: Path) -> None:
    (tmp_path / "statement.pdf").write_bytes(b"change of medium")
    shell("bill", "transfer", bill, "--to", "trader", "--from", "shipper")
    shell("bill", "surrender", bill, "--for", "paper", "--from", "trader")
    to_paper = ("bill", "to-paper", bill, "--from", "carrier")
    ended = shell(*to_paper, "--originals", "0", "--statement", "statement.pdf", "--json", code=2)
    assert "--originals" in ended.error["message"], "a live bill would end and leave nothing (#6)"
    (tmp_path / "empty").touch()
    for file, what in (
        ("bill.json", "is the transport document"),
        ("bill.salts.json", "document-salts"),
        ("empty", "is empty"),
    ):
        refused = shell(*to_paper, "--originals", "3", "--statement", file, "--json", code=3).error
        assert what in refused["message"]
    assert "statement.pdf, SHA-256 0x" in shell(*to_paper, "--originals", "3", "--statement", "statement.pdf").err
    paper = ("--originals", "3", "--statement", "statement.pdf", "--carriage-law", "SG", "--from", "carrier")
    shell("bill", "from-paper", "bill.json", "--originals", "0", *paper[2:], "--to", "trader", "--json", code=2)
    shell("bill", "from-paper", "bill.json", *paper[:2], "--version", "0", *paper[2:], "--json", code=2)
    agreed = shell("bill", "agree", "from-paper", "bill.json", *paper[:-1], "trader", "--to", "trader")
    assert "does not fix the number of originals and the statement" in agreed.err.replace("\n", " ")
    ran = shell("bill", "from-paper", "bill.json", *paper, "--to", "trader", "--json")
    assert ran.document["acts"][0]["bills"][0]["name"].endswith("/v2")
    assert shell("bill", "show", "XLLSHA2600101", "--carrier", CARRIER, "--json").document["bill"]["version"] == 2
    assert (
        "neither a hash nor a file"
        in shell(
            "bill", "to-paper", bill, "--originals", "3", "--statement", "none", "--from", "carrier", "--json", code=3
        ).error["message"]
    )


def test_a_silent_carriers_bill_is_recalled_and_an_operator_moves_it(
    shell: Callable[..., Any], bill: str, harbour: SampanChain
) -> None:
    shell("bill", "transfer", bill, "--to", "trader", "--from", "shipper")
    shell("bill", "surrender", bill, "--from", "trader")
    assert shell("bill", "recall", bill, "--from", "trader", "--json", code=5).error["code"] == "refused.RecallTooEarly"
    shell("participant", "suspend", "carrier", "--ground", "order")
    assert events(shell("bill", "recall", bill, "--from", "trader", "--json")) == ["SurrenderRecalled"]
    shell("bill", "approve", bill, "--operator", "importer", "--from", "trader")
    shell("bill", "approve", bill, "--from", "trader")
    shell("bill", "approve-all", "importer", "--from", "trader")
    shell("bill", "approve-all", "importer", "--revoke", "--from", "trader")
    assert (
        shell("bill", "recover", bill, "--from", "trader", "--json", code=5).error["code"].endswith("NothingToRecover")
    )


def test_several_bills_are_answered_in_one_transaction(shell: Callable[..., Any], harbour: SampanChain) -> None:
    for name in ("split-first", "split-second"):
        Path(f"{name}.json").write_bytes(read_sample(name))
    issue = ("bill", "issue", "split-first.json", "split-second.json", "--carriage-law", "SG", "--from", "carrier")
    ran = shell(*issue, "--json")
    (act,) = ran.document["acts"]
    names = [one["name"] for one in act["bills"]]
    assert act["verb"] == "issue"
    assert len(names) == 2
    for name in names:
        shell("bill", "transfer", name, "--to", "trader", "--from", "shipper")
        shell("bill", "surrender", name, "--from", "trader")
    ran = shell("bill", "accept", *names, "--from", "carrier", "--json")
    assert events(ran) == ["SurrenderAccepted"] * 2
    listed = shell("bill", "list", "--json", possessor="carrier").document["bills"]
    assert [one["name"] for one in listed] == names
    assert "surrendered" in shell("bill", "list").out


def test_a_signature_is_withdrawn(shell: Callable[..., Any], bill: str) -> None:
    shell("bill", "sign-act", "--out", "act.json", "transfer", bill, "--to", "trader", "--from", "shipper")
    assert events(shell("bill", "cancel", "act.json", "--from", "shipper", "--json")) == ["Cancelled"]
    assert shell("bill", "send-act", "act.json", "--json", code=5).error["code"] == "refused.SignatureCancelled"
    digest = json.loads(Path("act.json").read_text())["digest"]
    shell("bill", "cancel", digest, "--from", "trader")


def test_what_is_signed_is_printed_where_no_file_is_named(shell: Callable[..., Any], bill: str) -> None:
    command = ("bill", "sign-act", "--hours", "2", "transfer", bill, "--to", "trader", "--from", "shipper")
    printed = shell(*command)
    assert json.loads(printed.out)["type"] == "SignedAct"
    assert shell(*command, "--json").document["digest"] == json.loads(printed.out)["digest"]


def test_only_verbs_are_signed_and_only_agreements_are_shown_beside(shell: Callable[..., Any], bill: str) -> None:
    assert shell("bill", "sign-act", "show", bill, "--json", code=2).error["message"] == "no verb that is signed"
    assert shell("bill", "sign-act", "frobnicate", bill, code=2).err
    shell("bill", "sign-act", "--out", "act.json", "transfer", bill, "--to", "trader", "--from", "shipper")
    ran = shell("bill", "transfer", bill, "--to=trader", "--from=shipper", "--agreement=act.json", "--json", code=2)
    assert ran.error["message"] == "is no agreement to this"


# --------------------------------------------------------------------------------------------------------- participants


def test_a_participant_is_enrolled_by_what_its_account_signed(shell: Callable[..., Any]) -> None:
    lei = full_lei("SAMPAN000LENDER000")
    sign = ("participant", "sign-enrolment", "--country", "HK", "--roles", "move,terms,bank", "--rulebook", HASH)
    shell(*sign, "--lei", lei, "--from", "lender", "--out", "lender.json")
    assert private("lender.json")
    assert (
        shell("participant", "enrol", "lender.json", "--from", "carrier", "--json", code=5)
        .error["code"]
        .endswith("AccessManagedUnauthorized")
    )
    shell("participant", "enrol", "lender.json")
    found = shell("participant", "show", lei, "--json").document["participant"]
    assert found["roles"] == ["move", "terms", "bank"]
    assert found["accounts"][0]["receiving"] == "signed-only"
    shell("participant", "code", "SMDG", "XLN", lei)
    assert shell("participant", "show", "XLN", "--json").document["participant"]["codes"] == [
        {"list": "SMDG", "code": "XLN"}
    ]
    shell("participant", "code", "SMDG", "XLN")
    shell("participant", "profile", lei, "--roles", "move,terms")
    assert shell("participant", "show", lei, "--json").document["participant"]["roles"] == ["move", "terms"]
    assert len(shell("participant", "list", "--json").document["participants"]) == len(PARTIES) + 1
    assert lei in shell("participant", "list").out
    wrong = lei[:-1] + str((int(lei[-1]) + 1) % 10)
    assert shell(*sign, "--lei", wrong, "--from", "lender", "--json", code=3).error["code"] == "identifier.lei"


def test_what_a_participant_publishes(shell: Callable[..., Any]) -> None:
    shell("participant", "rulebook", HASH, "--from", "carrier")
    shell("participant", "record-laws", "singapore-eta", "english-etda-2023", "--from", "carrier")
    shell("participant", "answer-time", "24", "--from", "carrier")
    shell("participant", "answer-time", "400", "--from", "carrier", code=2)
    shell("participant", "giver", "shipper", "--from", "bank")
    shell("participant", "giver", "shipper", "--strike-out", "--from", "bank")
    found = shell("participant", "show", "carrier", "--json").document["participant"]
    assert found["rulebook"] == HASH
    assert found["record_laws"] == ["english-etda-2023", "singapore-eta"]


def test_suspending_is_immediate_and_lifting_is_announced(shell: Callable[..., Any], harbour: SampanChain) -> None:
    shell("participant", "suspend", "bank", "--ground", "order 7")
    assert "suspended until" in shell("participant", "show", "bank").out
    (announced,) = shell("participant", "lift", "bank", "--json").document["acts"]
    assert announced["ready_from"]
    assert shell("participant", "lift", "bank", "--json", code=5).error["code"] == "refused.AccessManagerNotReady"
    assert "Announced" in shell("participant", "wind-down", "importer").out
    harbour.connection.advance_time(2 * 86_400 + 1)
    assert events(shell("participant", "lift", "bank", "--json")) == ["OperationExecuted", "SuspensionLifted"]
    shell("participant", "wind-down", "importer")
    assert shell("participant", "show", "importer", "--json").document["participant"]["winding_down"]


def test_accounts_are_added_changed_removed_and_recovered(shell: Callable[..., Any], harbour: SampanChain) -> None:
    second = harbour.as_role("shipper_second").address
    sign = ("participant", "account", "sign", "shipper", "--account", second, "--roles", "move,terms")
    shell(*sign, "--from", "shipper_second", "--out", "new.json")
    shell("participant", "account", "add", "new.json", "--from", "shipper")
    assert shell("participant", "account", "show", second, "--json").document["account"]["roles"] == ["move", "terms"]
    shell("participant", "account", "roles", second, "move", "--from", "shipper")
    shell("participant", "account", "receiving", second, "listed-only", "--from", "shipper")
    shell("participant", "account", "recover", second, "--successor", "shipper", "--ground", "lost")
    ran = shell("participant", "account", "show", second, "--json")
    assert ran.document["recovery"]["successor"] == harbour.as_role("shipper").address
    assert "waits" in shell("participant", "account", "show", second).out
    shell("participant", "account", "veto", second, "--from", "shipper")
    shell("participant", "account", "execute", second, "--json", code=5)
    shell("participant", "account", "remove", second, "--successor", "shipper", "--from", "shipper")
    assert not shell("participant", "account", "show", second, "--json").document["account"]["acts"]
    shell("participant", "account", "recover", "shipper", "--ground", "lost", code=2)
    shell("participant", "account", "shorten", "1")


def test_a_sponsor_signs_for_a_relayer_to_send(shell: Callable[..., Any], harbour: SampanChain) -> None:
    second = harbour.as_role("shipper_second").address
    sign = ("participant", "account", "sign", "shipper", "--account", second, "--roles", "move")
    shell(*sign, "--from", "shipper_second", "--out", "new.json")
    deadline = json.loads(Path("new.json").read_text())["message"]["deadline"]
    shell(*sign, "--from", "shipper", "--until", deadline, "--out", "sponsor.json")
    ran = shell("participant", "account", "add", "new.json", "--sponsor", "sponsor.json", "--from", "relayer", "--json")
    assert events(ran) == ["AccountAdded"]


def test_rooms_are_listed_shown_and_delisted(shell: Callable[..., Any], bill: str, harbour: SampanChain) -> None:
    assert "No room" in shell("room", "show").out
    address = harbour.manifest.address("Amendments")
    listing = ("room", "list", address, "HK", "SG")
    # What opens is slow: announced first, so that everybody can see it.
    assert "takes effect when it is sent again" in shell(*listing).out
    assert "No room" in shell("room", "show").out
    harbour.advance(timedelta(days=2))
    shell(*listing)
    assert shell("room", "show", "--json").document["rooms"][0]["countries"] == ["HK", "SG"]
    # This contract answers no room's questions, so the bill stays where it is.
    lodge = ("bill", "lodge", bill, "--room", address, "--from", "shipper", "--json")
    assert shell(*lodge, "--terms", "0x01", code=5).error["code"].startswith("refused.")
    assert shell(*lodge, "--terms", "0x0", code=3).error["message"] == "not hex"
    assert shell(*lodge, "--terms", "terms.bin", code=3).error["message"] == "neither hex nor a file"
    shell("room", "delist", address)
    assert "delisted" in shell("room", "show", address).out
    shell("room", "list", "stranger", "HK")
    harbour.advance(timedelta(days=2))
    assert shell("room", "list", "stranger", "HK", "--json", code=5).error["code"] == "refused.NotARoom"
    assert shell("room", "show", "stranger", "--json", code=3).error["code"] == "ledger.unknown"


def test_the_sale_is_listed_and_shown_by_its_name(shell: Callable[..., Any], harbour: SampanChain) -> None:
    shell("room", "list", "Sale", "HK")
    harbour.advance(timedelta(days=2))
    assert "the room Sale" in shell("room", "list", "Sale", "HK").out
    (found,) = shell("room", "show", "sale", "--json").document["rooms"]
    assert found["address"] == harbour.manifest.address("Sale")
    shell("room", "delist", "Sale")
    assert "delisted" in shell("room", "show", "Sale").out


# -------------------------------------------------------------------------------------------------- how they are called


def test_what_is_not_on_the_ledger_exits_3(shell: Callable[..., Any]) -> None:
    assert shell("bill", "show", f"{CARRIER}/NONE", "--json", code=3).error["code"] == "ledger.unknown"
    assert shell("participant", "show", "XQQ", "--json", code=3).error["code"] == "ledger.unknown"
    assert shell("bill", "show", "NONE", "--json", code=2).error["hint"]


def test_who_signs_must_be_said(shell: Callable[..., Any], bill: str) -> None:
    assert shell("bill", "sign", bill, "--purpose", "seen", "--json", code=2).error["subject"] == "--from"


@pytest.mark.parametrize(
    "arguments",
    [
        ("bill", "endorse", "X"),
        ("bill", "endorse", "X", "--in-blank", "--to-order", "bank"),
        ("bill", "transfer", "X"),
        ("bill", "reject", "X", "--what", "everything"),
        ("bill", "accept"),
        ("bill", "no-such-verb"),
        ("participant", "sign-enrolment"),
    ],
)
def test_a_verb_called_wrongly_exits_2(shell: Callable[..., Any], arguments: tuple[str, ...]) -> None:
    assert shell(*arguments, "--json", code=2).error["code"] == "usage"


def test_where_it_costs_something_nothing_is_sent_unasked(
    shell: Callable[..., Any], bill: str, harbour: SampanChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The same node under an address that is not known to be this machine's.
    url = str(harbour.connection.network.url).replace("127.0.0.1", "0.0.0.0")
    settings = f'network = "harbour"\nconfirmations = 1\n[networks.harbour]\nurl = "{url}"\n'
    (tmp_path / "sampan.toml").write_text(settings)
    ran = shell("bill", "sign", bill, "--purpose", "seen", "--from", "shipper", "--json", code=2)
    assert "published keys" in ran.error["message"]
    (tmp_path / "sampan.toml").write_text(f"{settings}development = true\n")
    ran = shell("bill", "sign", bill, "--purpose", "seen", "--from", "shipper", "--json", code=2)
    assert "no terminal" in ran.error["message"]
    assert "--yes" in ran.error["hint"]
    assert shell("bill", "show", bill, "--json").document["bill"]["act_count"] == 1
    shell("bill", "sign", bill, "--purpose", "seen", "--from", "shipper", "--dry-run")
    asked: list[str] = []
    monkeypatch.setattr("sampan.cli.base.confirm", lambda question, why, **rest: asked.append(question))
    shell("bill", "sign", bill, "--purpose", "seen", "--from", "shipper")
    assert asked[0].startswith(f"sign (seen) {bill}")
    assert re.search(r", as 0x\w{40} on harbour, for at most 0\.0\d+ ether\?$", asked[0])
    # What is refused is refused before anybody is asked.
    shell("bill", "transfer", bill, "--to", "trader", "--from", "bank", code=5)
    assert len(asked) == 1
    assert shell("bill", "show", bill, "--json").document["bill"]["act_count"] == 2


def test_a_manifest_is_found_by_its_chain_and_a_lost_one_is_never_answered_with_another_deployment(
    shell: Callable[..., Any], harbour: SampanChain, tmp_path: Path
) -> None:
    lost = tmp_path / "deployments" / "harbour.json"
    kept = lost.rename(tmp_path / "kept.json")
    error = shell("bill", "list", "--json", code=6).error
    assert "no manifest there is of this chain" in error["message"]
    assert "--manifest FILE" in error["hint"]
    assert "sampan deploy" not in error["hint"]
    for command in (("bill", "list"), ("participant", "list"), ("room", "show"), ("powers",), ("powers", "scheduled")):
        shell(*command, "--manifest", kept, "--json")
    # Whatever the file is called, and however the chain is reached.
    kept.rename(lost.with_name("consortium.json"))
    shell("bill", "list", "--json")
    shell("bill", "list", "--network", str(harbour.connection.network.url).replace("127.0.0.1", "localhost"), "--json")


def test_a_network_that_is_gone_exits_4(shell: Callable[..., Any], tmp_path: Path) -> None:
    assert shell("bill", "list", "--json", "--network", "http://127.0.0.1:9", code=4).error["code"].startswith("chain")


def test_the_shell_and_the_client_see_the_same(shell: Callable[..., Any], bill: str, harbour: SampanChain) -> None:
    shown = shell("bill", "show", bill, "--json").document["bill"]
    found = Ledger.at(harbour.connection, harbour.manifest).bill(bill)
    assert shown["id"] == hex(found.id)
    assert shown["root"] == "0x" + found.root.hex()
    assert shown["possessor"]["account"] == found.possessor.address
    assert shown["titleholder"]["lei"] == PARTIES["trader"].lei
    assert shown["rejectable_until"] == found.rejectable_until.isoformat().replace("+00:00", "Z")


def test_references_with_brackets_are_listed_and_audited_whole(shell: Callable[..., Any], harbour: SampanChain) -> None:
    carrier, shipper = harbour.as_role("carrier"), harbour.as_role("shipper")
    for reference in ("BAD[/]", "GOOD2[#X]"):
        carrier.bills.issue(bare_terms(harbour.ledger, reference), to=shipper.address)

    listed, audited = shell("bill", "list"), shell("audit", "--no-store")

    for ran in (listed, audited):
        assert f"{CARRIER}/BAD[/]" in ran.out
        assert f"{CARRIER}/GOOD2[#X]" in ran.out


# ------------------------------------------------------------------------------------------------- nothing done twice


def signed_on(shell: Callable[..., Any], bill: str) -> int:
    """How often a bill was signed on."""
    return sum(entry["event"] == "Signed" for entry in shell("bill", "history", bill, "--json").document["events"])


@pytest.mark.parametrize(
    "struck",
    [
        (faults.take_and_break, {"drops": 1}),
        (faults.late_receipts, {"looks": 12}),
        (faults.late_receipts, {"seconds": 1.5}),
    ],
)
def test_what_a_limping_rpc_does_not_confirm_is_done_once_and_told_as_done(
    shell: Callable[..., Any], bill: str, harbour: SampanChain, struck: tuple[Callable[..., Any], dict[str, Any]]
) -> None:
    """S01, S02: a bill was signed on twice, and a done transfer was told as refused."""
    make, options = struck
    with LyingRpc(harbour.connection.network.url, make(**options), faults.late_receipts(looks=3)) as rpc:
        through = {"network": rpc.url}
        Path("deployments", f"127-0-0-1-{rpc.url.split(':')[2].split('/')[0]}.json").write_bytes(
            Path("deployments", "harbour.json").read_bytes()
        )
        sign = ("bill", "sign", bill, "--purpose", "checked", "--from", "shipper")
        assert "signed" in shell(*sign, **through).out.lower()
        shell("bill", "transfer", bill, "--to", "trader", "--from", "shipper", **through)
    assert signed_on(shell, bill) == 1
    assert shell("bill", "show", bill, "--json").document["bill"]["possessor"]["account"] == ROLES["trader"]


def test_an_act_whose_events_an_rpc_leaves_out_is_kept_and_done_once(
    shell: Callable[..., Any], bill: str, harbour: SampanChain
) -> None:
    """It stands: a payment was made again by whoever called again, as the error said nothing of it."""
    sign = ("bill", "sign", bill, "--purpose", "checked", "--from", "shipper", "--json")
    without = faults.change(lambda receipt: receipt and {**receipt, "logs": []}).on("eth_getTransactionReceipt")
    with LyingRpc(harbour.connection.network.url, without) as rpc:
        Path("deployments", f"127-0-0-1-{rpc.url.split(':')[2].split('/')[0]}.json").write_bytes(
            Path("deployments", "harbour.json").read_bytes()
        )
        ran = shell(*sign, network=rpc.url, code=4)
    assert "without the events" in ran.error["message"]
    assert "what was sent stands, as 0x" in ran.error["hint"]
    assert "nothing is done twice" in ran.error["hint"]
    (act,) = shell(*sign).document["acts"]
    assert act["warnings"] == ["an earlier run had sent it and did not see the end; it was not sent again"]
    assert signed_on(shell, bill) == 1


def test_whoever_breaks_an_act_off_is_told_that_it_may_have_been_sent(
    shell: Callable[..., Any], killed: Callable[..., str], bill: str
) -> None:
    sign = ("bill", "sign", bill, "--purpose", "checked", "--from", "shipper")
    said = killed(*sign, how=signal.SIGINT)
    assert "may have been sent, as 0x" in said
    assert "call again, nothing is done twice" in said
    shell(*sign)
    assert signed_on(shell, bill) == 1


def test_a_command_that_was_killed_is_taken_up_when_it_is_called_again(
    shell: Callable[..., Any], killed: Callable[..., str], bill: str
) -> None:
    sign = ("bill", "sign", bill, "--purpose", "checked", "--from", "shipper")
    for wait in (0.0, 0.15, 0.4):
        before = signed_on(shell, bill)
        killed(*sign, wait=wait)
        again = shell(*sign, "--json")
        assert "An earlier run was cut off" in again.err
        (act,) = again.document["acts"]
        assert act["warnings"] == ["an earlier run had sent it and did not see the end; it was not sent again"]
        assert signed_on(shell, bill) == before + 1
    # After all was told, whoever asks once more means once more.
    assert shell(*sign, "--json").document["acts"][0]["warnings"] == []
    assert signed_on(shell, bill) == 4


def test_an_act_that_was_done_is_no_answer_when_others_acted_on_the_bill_since(
    shell: Callable[..., Any], killed: Callable[..., str], bill: str
) -> None:
    transfer = ("bill", "transfer", bill, "--to", "trader", "--from", "shipper")
    killed(*transfer)
    shell("bill", "transfer", bill, "--to", "shipper", "--from", "trader")
    ran = shell(*transfer, "--json", code=4)
    assert ran.error["code"] == "chain.done_before"
    assert "stands at act 3, not 2" in ran.error["message"]
    shell(*transfer)
    assert shell("bill", "show", bill, "--json").document["bill"]["possessor"]["account"] == ROLES["trader"]
