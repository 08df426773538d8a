"""`sampan bill issue FILE...`: a carrier's issues of a day, killed, resumed, refused in part, over HTTP to an anvil."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.lying_rpc import LyingRpc
from test_bill_commands import CARRIER

from sampan.scenarios.samples import read_sample
from sampan.scenarios.stage import SampanChain

pytestmark = pytest.mark.anvil

Shell = Callable[..., Any]
ISSUE = ("bill", "issue", "--carriage-law", "SG", "--from", "carrier")

DYING = """
import os, signal, sys
from sampan.chain import http

post, at, before, count = http.post, sys.argv[1], sys.argv[2] == "before", 0

def counted(*arguments):
    global count
    count += 1
    dies = at == str(count) or (not at.isdigit() and at in str(arguments[2]))
    if dies and before:
        os.kill(os.getpid(), signal.SIGKILL)
    answer = post(*arguments)
    if dies:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer

http.post = counted
sys.argv = ["sampan", *sys.argv[3:]]
from sampan.cli.main import run
run()
"""


def killed(at: int | str, when: str, *arguments: str | Path) -> int:
    """Runs `sampan ARGUMENTS` in a process that dies before or after its nth request, or one of a method."""
    died = subprocess.run(
        [sys.executable, "-c", DYING, f"{at}", when, *map(str, arguments)],
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert died.returncode in (-signal.SIGKILL, 0), died.stderr
    return died.returncode


def written(count: int, first: int = 0) -> list[Path]:
    """Documents in the working folder, each with a reference of its own."""
    sample = json.loads(read_sample("to-order"))
    files = []
    for number in range(first, first + count):
        file = Path(f"{number:04}.json")
        file.write_text(json.dumps(sample | {"transportDocumentReference": f"DAY{number:04}"}), encoding="utf-8")
        files.append(file)
    return files


def outcomes(ran: Any) -> dict[str, str]:
    """What became of each file."""
    return {row["file"]: row["outcome"] for row in ran.document["documents"]}


def test_called_again_a_batch_issues_what_is_new_and_says_what_stood(shell: Shell) -> None:
    files = written(3)
    first = shell(*ISSUE, *files, "--json")
    assert first.document["summary"] == {"issued": 3, "stood": 0, "refused": 0}
    assert len(first.document["acts"]) == 1
    bills = [row["bill"]["name"] for row in first.document["documents"]]
    assert bills == [f"{CARRIER}/DAY000{number}/v1" for number in range(3)]
    shell("bill", "transfer", bills[1], "--to", "trader", "--from", "shipper")
    again = shell(*ISSUE, *files, *written(1, first=3), "--json")
    assert outcomes(again) == {"0000.json": "stood", "0001.json": "stood", "0002.json": "stood", "0003.json": "issued"}
    # The same root is done, though the bill moved on. Of a folder salts and settings are no documents.
    day = Path("day")
    day.mkdir()
    for file in (*files, *Path().glob("*.salts.json")):
        (day / file.name).write_bytes(file.read_bytes())
    text = shell(*ISSUE, day).out
    assert "Issued now 0 in 0 transactions; stood already 3; refused 0." in text
    ran = shell(*ISSUE, *sorted(day.glob("*.json")))
    assert "left out: 4 files of salts" in ran.err
    alone = shell(*ISSUE, files[0])
    assert f"{bills[0]} stands already with this root, live: nothing was sent." in alone.out


def test_what_is_refused_stops_no_other_and_the_exit_code_is_that_of_the_worst(shell: Shell) -> None:
    standing, another, lost, faulty, strange, twin, good = written(7)
    shell(*ISSUE, standing, another, lost)
    # The same reference with another text, made ready with salts of its own; and one whose salts were lost.
    document = json.loads(another.read_text())
    another.write_text(json.dumps(document | {"carrierClauses": ["Shipper's load and count."]}))
    for file in (another, lost):
        file.with_suffix(".salts.json").unlink()
    other = json.loads(faulty.read_text())
    del other["issueDate"]
    faulty.write_text(json.dumps(other))
    strange.write_text(json.dumps(json.loads(strange.read_text()) | {"carrierCode": "ZZZ"}))
    twin.write_text(good.read_text())
    ran = shell(*ISSUE, standing, another, lost, faulty, strange, good, twin, "--json", code=3)
    assert outcomes(ran) == {
        str(standing): "stood",
        str(another): "refused",
        str(lost): "refused",
        str(faulty): "refused",
        str(strange): "refused",
        str(good): "issued",
        str(twin): "refused",
    }
    said = {row["file"]: row["error"]["code"] for row in ran.document["documents"] if row["error"]}
    assert said == {
        str(another): "document.salts",
        str(lost): "document.salts",
        str(faulty): "document.not_issuable",
        str(strange): "document.carrier_code",
        str(twin): "document.reference_used",
    }
    assert ran.document["summary"] == {"issued": 1, "stood": 1, "refused": 5}
    # No salts were made for what stands: they would have given it another root.
    assert not another.with_suffix(".salts.json").exists()
    assert not lost.with_suffix(".salts.json").exists()
    text = shell(*ISSUE, standing, another, code=3)
    assert "new salts would give its document another root" in text.out
    assert "ask the other holders" in text.out
    assert "refused 1." in text.out


def test_another_root_under_a_reference_that_stands_is_refused(shell: Shell, tmp_path: Path) -> None:
    (file,) = written(1)
    shell(*ISSUE, file)
    other = tmp_path / "other"
    other.mkdir()
    document = json.loads(file.read_text()) | {"carrierClauses": ["Shipper's load and count."]}
    (other / "0000.json").write_text(json.dumps(document))
    # Its salts were made where no ledger could be asked.
    made = shell("document", "root", other / "0000.json", "--json", network="http://127.0.0.1:9").document
    assert made["ledger"]["asked"] is False
    refused = shell(*ISSUE, other / "0000.json", "--json", code=3)
    assert refused.error["code"] == "document.reference_used"
    assert "is there already, live, with another root" in refused.error["message"]
    assert shell(*ISSUE, file, other / "0000.json", "--json", code=3).document["summary"] == {
        "issued": 0,
        "stood": 1,
        "refused": 1,
    }


def test_what_the_contract_refuses_is_left_out_and_the_others_are_issued(shell: Shell) -> None:
    files = written(3)
    document = json.loads(files[1].read_text())
    endorsee = document["documentParties"]["endorsee"]
    endorsee["identifyingCodes"][0]["partyCode"] = "SAMPAN0000BANK000038"
    files[1].write_text(json.dumps(document))
    ran = shell(*ISSUE, *files, "--json", code=5)
    assert list(outcomes(ran).values()) == ["issued", "refused", "issued"]
    assert ran.document["documents"][1]["error"]["code"] == "refused.AgreementRequired"
    # A dry run says the same beforehand, and leaves nothing.
    files = [*written(2, first=10), files[1]]
    dry = shell(*ISSUE, *files, "--dry-run", "--json", code=5)
    assert list(outcomes(dry).values()) == ["issued", "issued", "refused"]
    assert dry.document["documents"][0]["transaction"] is None
    assert not Path("0010.salts.json").exists()


def test_no_salts_are_made_for_a_reference_that_stands_and_the_answer_says_who_was_asked(
    shell: Shell,
) -> None:
    issued, new = written(2)
    shell(*ISSUE, issued)
    salts = issued.with_suffix(".salts.json")
    kept = salts.read_bytes()
    salts.unlink()
    refused = shell("document", "root", issued, "--json", code=3)
    assert refused.error["code"] == "document.salts"
    assert f"{CARRIER}/DAY0000/v1 stands on the ledger" in refused.error["message"]
    assert not salts.exists()
    ran = shell("document", "root", issued, new, "--json", code=3)
    assert [row["file"] for row in ran.document["failed"]] == [str(issued)]
    assert [row["salts_made"] for row in ran.document["documents"]] == [True]
    assert ran.document["ledger"] == {"network": "harbour", "asked": True, "reason": None}
    new.with_suffix(".salts.json").unlink()
    assert "As far as harbour knows, this reference was never issued." in shell("document", "root", new).out
    # With its salts there is nothing to ask.
    salts.write_bytes(kept)
    assert "ledger" not in shell("document", "root", issued, "--json", network="http://127.0.0.1:9").document


def test_a_batch_asks_each_question_once(shell: Shell, harbour: SampanChain, tmp_path: Path) -> None:
    calls = {}
    for count, first in ((10, 0), (40, 10)):
        with LyingRpc(harbour.connection.network.url) as rpc:
            (tmp_path / "sampan.toml").write_text(f'network = "harbour"\n[networks.harbour]\nurl = "{rpc.url}"\n')
            assert shell(*ISSUE, *written(count, first), "--json").document["summary"]["issued"] == count
            calls[count] = len(rpc.methods())
    # Thirty more cost no more questions: they are asked together.
    assert calls[40] <= calls[10] + 10, calls
    assert calls[40] < 60


def test_what_is_on_its_way_is_waited_for_though_other_documents_are_added(shell: Shell, harbour: SampanChain) -> None:
    """A transaction of other contents would be refused as soon as the one on its way stands."""
    files = written(3, first=1)
    harbour.connection.rpc("evm_setAutomine", False)
    try:
        # Killed when the receipt is asked for: nobody mines.
        assert killed("eth_getTransactionReceipt", "before", *ISSUE, *files) == -signal.SIGKILL
        harbour.connection.rpc("evm_setIntervalMining", 1)
        ran = shell(*ISSUE, *written(1), *files, "--json")
    finally:
        harbour.connection.rpc("evm_setIntervalMining", 0)
        harbour.connection.rpc("evm_setAutomine", True)
    assert "An earlier run was cut off: 3 acts" in ran.err
    assert list(outcomes(ran).values()) == ["issued", "stood", "stood", "stood"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "seed", [20261126, *(pytest.param(20261127 + more, marks=pytest.mark.long) for more in range(2))]
)
def test_killed_at_a_random_point_and_called_again_each_bill_stands_once(
    seed: int,
    shell: Shell,
    harbour: SampanChain,
    tmp_path: Path,
) -> None:
    dice = random.Random(seed)
    before = harbour.snapshot()
    # Two transactions, mined a second apart: some runs die while one waits.
    files = written(120, first=200 * (seed % 10))
    harbour.connection.rpc("evm_setIntervalMining", 1)
    left, when = dice.randint(8, 24), dice.choice(("before", "after"))
    died = killed(left, when, *ISSUE, *files, "--json")
    ran = shell(*ISSUE, *files, "--json")
    harbour.connection.rpc("evm_setIntervalMining", 0)
    harbour.connection.rpc("evm_setAutomine", True)
    summary = ran.document["summary"]
    print(f"killed {when} request {left}: {died}, then {summary}")
    assert died != 0, "it was killed at its work"
    assert summary["refused"] == 0
    assert summary["issued"] + summary["stood"] == 120
    issued = harbour.ledger.issued()
    assert len(issued) == len(set(issued)) == 120
    assert set(outcomes(shell(*ISSUE, *files, "--json")).values()) == {"stood"}
    harbour.restore(before)


# --------------------------------------------------------------------------------------------------------- replacements


@pytest.fixture
def whole(shell: Shell) -> str:
    """A bill that is to be split, with the trader; its documents and those of its parts in the working folder."""
    for name in ("split", "split-first", "split-second"):
        Path(f"{name}.json").write_bytes(read_sample(name))
    ran = shell("bill", "issue", "split.json", "--carriage-law", "SG", "--from", "carrier", "--json")
    old: str = ran.document["acts"][0]["bills"][0]["name"]
    shell("bill", "transfer", old, "--to", "trader", "--from", "shipper")
    return old


PARTS = ("--with", "split-first.json", "--with", "split-second.json")


def bend(file: str, **members: Any) -> None:
    """Change the first cargo item of a document, or its endorsee."""
    document = json.loads(Path(file).read_text())
    for name, value in members.items():
        if name == "packages":
            document["consignmentItems"][0]["cargoItems"][0]["outerPackaging"]["numberOfPackages"] = value
        else:
            document["documentParties"]["endorsee"]["identifyingCodes"][0]["partyCode"] = value
    Path(file).write_text(json.dumps(document))


def test_what_is_no_partition_is_not_proposed_without_an_explicit_word(shell: Shell, whole: str) -> None:
    proposed = shell("bill", "propose", whole, *PARTS, "--json").document["comparison"]
    assert (proposed["is_partition"], proposed["breaks"]) == (True, [])
    assert [one["difference"]["about"] for one in proposed["changes"]] == ["date", "date"]
    bend("split-first.json", packages=9_999)
    Path("split-first.salts.json").unlink()
    refused = shell("bill", "propose", whole, *PARTS, "--out", "proposal.json", "--json", code=3)
    assert refused.error["code"] == "document.not_a_partition"
    assert "12,499 CT in the new documents, 4,000 in what they replace" in refused.error["message"]
    assert not Path("proposal.json").exists()
    assert not Path("split-first.salts.json").exists()
    ran = shell("bill", "propose", whole, *PARTS, "--out", "proposal.json", "--not-a-partition")
    assert "packages: " in ran.out
    assert "date changed in split-first.json" in ran.out


def test_a_bill_whose_document_is_not_here_is_not_compared_in_silence(
    shell: Shell,
    whole: str,
    tmp_path: Path,
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    Path("split.json").rename(kept / "split.json")
    refused = shell("bill", "propose", whole, *PARTS, "--json", code=3)
    assert refused.error["code"] == "document.not_here"
    assert shell("bill", "propose", whole, *PARTS, "--document", kept, "--json").document["comparison"]["is_partition"]
    ran = shell("bill", "propose", whole, *PARTS, "--not-a-partition", "--json")
    assert ran.document["comparison"] is None
    assert "not compared" in ran.err


def test_whoever_receives_a_proposal_judges_it_by_its_own_copies(
    shell: Shell,
    whole: str,
    tmp_path: Path,
) -> None:
    shell("bill", "propose", whole, *PARTS, "--out", "proposal.json")
    good = shell("bill", "propose", "--check", "proposal.json", "--json").document
    assert (good["may_be_agreed"], good["against"], good["remarks"]) == (True, [], [])
    assert [copy["root_holds"] for copy in (*good["bills"], *good["replacements"])] == [True, True, True]
    assert good["hash"] == json.loads(Path("proposal.json").read_text())["hash"]
    assert "It may be agreed to" in shell("bill", "propose", "--check", "proposal.json").out

    # A document of another text has another checksum: it is not the one that was proposed.
    kept = Path("split-first.json").read_bytes()
    bend("split-first.json", packages=1)
    bad = shell("bill", "propose", "--check", "proposal.json", "--json", code=1).document
    assert bad["against"] == [f"the document of {CARRIER}/XLLSHA2600102-1/v1 is not here"]
    assert bad["comparison"] is None
    Path("split-first.json").write_bytes(kept)

    # Other salts give it another root.
    salts = Path("split-first.salts.json")
    old = salts.read_bytes()
    salts.unlink()
    bad = shell("bill", "propose", "--check", "proposal.json", "--json", code=1).document
    assert "the salts of split-first.json are not here" in bad["against"][0]
    assert bad["replacements"][0]["root_holds"] is None
    shell("document", "root", "split-first.json", network="http://127.0.0.1:9")
    bad = shell("bill", "propose", "--check", "proposal.json", "--json", code=1).document
    assert "has another root than stated" in bad["against"][0]
    assert bad["replacements"][0]["root_holds"] is False
    salts.write_bytes(old)

    # What is no partition, and entitles whom the documents do not name, is not agreed to.
    bend("split-second.json", packages=4, endorsee="SAMPAN0000BANK000038")
    Path("split-second.salts.json").unlink()
    shell("bill", "propose", whole, *PARTS, "--out", "blind.json", "--not-a-partition")
    text = shell("bill", "propose", "--check", "blind.json", code=1).out
    assert "against: 3,004 CT in the new documents, 4,000 in what they replace" in text
    assert "names SAMPAN0000BANK000038 as entitled" in text
    assert "It may not be agreed to." in text
    said = shell("bill", "propose", "--check", "blind.json", "--not-a-partition", "--json", code=1).document
    assert all("names SAMPAN0000BANK000038 as entitled" in reason for reason in said["against"])
    assert any("3,004 CT" in remark for remark in said["remarks"])
    wrong = shell("bill", "propose", "--check", "blind.json", whole, "--json", code=2)
    assert wrong.error["subject"] == "--check"
    assert shell("bill", "propose", whole, "--json", code=2).error["subject"] == "--with"


def test_when_salts_are_lost_the_bill_is_surrendered_for_amendment_and_reissued(shell: Shell, whole: str) -> None:
    """What the refusal to make new salts tells to do."""
    salts = Path("split.salts.json")
    salts.unlink()
    refused = shell("document", "root", "split.json", "--json", code=3)
    assert "let the bill be surrendered for amendment and reissued" in refused.error["hint"]
    shell("bill", "propose", whole, "--with", "split.json", "--out", "again.json")
    assert salts.is_file()
    shell("bill", "surrender", whole, "--for", "amendment", "--agreed", "again.json", "--from", "trader")
    shell("bill", "replace", "again.json", "--from", "carrier")
    new = json.loads(Path("again.json").read_text())["replacements"][0]["bill"]
    assert new == f"{CARRIER}/XLLSHA2600102/v2"
    assert "The root holds this document" in shell("document", "verify", "split.json", "--bill", new).out


def test_a_reference_stands_though_the_carriers_code_moved_to_another(shell: Shell) -> None:
    (file,) = written(1)
    document = json.loads(file.read_text())
    del document["documentParties"]["issuingParty"]["identifyingCodes"]
    file.write_text(json.dumps(document))
    shell(*ISSUE, file)
    shell("participant", "code", "SMDG", "XLL", "--from", "enroller")
    shell("participant", "code", "SMDG", "XLL", "shipper", "--from", "enroller")
    file.with_suffix(".salts.json").unlink()
    refused = shell("document", "root", file, "--json", code=3)
    assert f"{CARRIER}/DAY0000/v1 stands on the ledger" in refused.error["message"]


def test_a_void_reference_is_free_for_new_salts(shell: Shell) -> None:
    (file,) = written(1)
    bill = shell(*ISSUE, file, "--json").document["documents"][0]["bill"]["name"]
    reject = ("reject", bill, "--what", "issue", "--from")
    # It is to the trader's order, whose title ends with it.
    assert shell("bill", *reject, "shipper", "--json", code=5).error["code"] == "refused.AgreementRequired"
    shell("bill", "agree", "--out", "agreed.json", *reject, "trader")
    shell("bill", *reject, "shipper", "--agreement", "agreed.json")
    assert shell("bill", "show", bill, "--json").document["bill"]["status"] == "void"
    file.with_suffix(".salts.json").unlink()
    assert shell("document", "root", file, "--json").document["salts_made"] is True
    assert shell(*ISSUE, file, "--json").document["documents"][0]["bill"]["name"] == f"{CARRIER}/DAY0000/v2"
