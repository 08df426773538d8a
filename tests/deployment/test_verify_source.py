"""`sampan verify-source`: what explorers are handed, and the talk with Etherscan, Blockscout and Sourcify, each on the
loopback with its own API."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.explorers import KEY, Explorer, listening

from sampan.chain.connection import Connection
from sampan.deployment import explorers
from sampan.deployment import manifest as manifests
from sampan.deployment.manifest import Manifest
from sampan.keccak import keccak
from sampan.toolchain import artifacts

pytestmark = pytest.mark.anvil

Verify = Callable[..., Any]
NAMES = [
    *("AccessManager", "Amendments", "Registry", "Bills", "Reserves", "Exchange", "Coins", "CargoLog", "Sale"),
    *("Registrations", "Positions", "LoanDesk", "LoanBook"),
]


@pytest.fixture
def made(
    over_http: Connection,
    sampan_command: Callable[..., Any],
    tmp_path: Path,
    project_root: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Manifest:
    """What was deployed to an anvil that the settings call `trial`; the explorers' pauses are short."""
    monkeypatch.chdir(project_root)
    monkeypatch.setattr(explorers, "PAUSE", 0.0)
    monkeypatch.setenv("SAMPAN_NETWORK", "trial")
    monkeypatch.setenv("SAMPAN_NETWORK_TRIAL_URL", str(over_http.network.url))
    monkeypatch.setenv("SAMPAN_DEPLOYMENTS", str(tmp_path / "deployments"))
    assert sampan_command("deploy").code == 0
    return manifests.load(tmp_path / "deployments" / "trial.json")


@pytest.fixture
def verify(sampan_command: Callable[..., Any]) -> Verify:
    """Runs `sampan verify-source`."""

    def run(*arguments: str | Path, code: int = 0) -> Any:
        ran = sampan_command("verify-source", *arguments, "--json")
        assert ran.code == code, ran.out + ran.err
        assert KEY not in ran.out + ran.err
        return ran

    return run


def explorer(made: Manifest, **how: Any) -> Explorer:
    """An explorer of the chain."""
    stands = {item.address: f"{item.source}:{item.artifact}" for item in made.contracts}
    return Explorer(made.chain_id, stands, **how)


def test_what_is_written_is_what_the_artifacts_were_compiled_from(
    made: Manifest, verify: Verify, tmp_path: Path
) -> None:
    document = verify("--out", tmp_path / "sources").document
    record = artifacts.build_record()
    assert record is not None
    assert [contract["name"] for contract in document["contracts"]] == NAMES
    for contract in document["contracts"]:
        request = json.loads(Path(contract["file"]).read_text())
        settings = {key: value for key, value in request["settings"].items() if key != "outputSelection"}
        assert settings == record.settings
        for source, text in request["sources"].items():
            assert hashlib.sha256(text["content"].encode()).hexdigest() == record.sources[source]
        assert contract["compiler"] == record.compiler
        # Code and arguments together are what was deployed.
        item = made.contract(contract["name"])
        code = artifacts.load(item.artifact).bytecode + bytes.fromhex(contract["constructor_arguments"][2:])
        assert "0x" + keccak(code).hex() == item.init_code_hash
        assert (contract["status"], contract["said"]) == (None, None)


@pytest.mark.parametrize("kind", ["etherscan", "blockscout", "sourcify"])
def test_each_explorer_verifies_every_contract_once(
    kind: str, made: Manifest, verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMPAN_EXPLORER_KEY", KEY)
    there = explorer(made, busy=2, unseen=2)
    with listening(there, kind) as url:
        done = verify("--with", kind, "--url", url).document
        assert {contract["name"]: contract["status"] for contract in done["contracts"]} == dict.fromkeys(
            NAMES, "verified"
        )
        assert set(there.verified) == {item.address for item in made.contracts}
        if kind != "sourcify":
            manager = made.address("AccessManager")
            assert there.verified[manager].arguments == made.deployer[2:].lower().rjust(64, "0")
        again = verify("--with", kind, "--url", url).document
        assert {contract["status"] for contract in again["contracts"]} == {"verified before"}


@pytest.mark.parametrize("kind", ["etherscan", "blockscout", "sourcify"])
def test_what_an_explorer_refuses_ends_with_1_and_is_told_in_its_words(
    kind: str, made: Manifest, verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMPAN_EXPLORER_KEY", KEY)
    words = {"etherscan": "Unable to verify", "blockscout": "No contract could", "sourcify": "don't match"}[kind]
    with listening(explorer(made, refuses=frozenset({"Registry"})), kind) as url:
        done = verify("--with", kind, "--url", url, code=1).document
        found = {contract["name"]: contract for contract in done["contracts"]}
        assert found["Registry"]["status"] == "refused"
        assert words in found["Registry"]["said"]
        assert found["Bills"]["status"] == "verified"
        (one,) = verify("--with", kind, "--url", url, "--contract", "Bills").document["contracts"]
        assert (one["name"], one["status"]) == ("Bills", "verified before")


def test_a_key_that_is_missing_or_wrong_is_said_and_never_shown(
    made: Manifest, verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(explorer(made), "etherscan") as url:
        assert verify("--with", "etherscan", "--url", url, code=6).error["subject"] == "SAMPAN_EXPLORER_KEY"
        monkeypatch.setenv("SAMPAN_EXPLORER_KEY", "wrong")
        done = verify("--with", "etherscan", "--url", url, "--contract", "Bills", code=1).document
        assert "Invalid API Key" in done["contracts"][0]["said"]


def test_an_explorer_that_does_not_answer_is_an_error_in_words(
    made: Manifest, verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMPAN_EXPLORER_KEY", KEY)
    error = verify("--with", "etherscan", "--url", "http://127.0.0.1:9/v2/api", code=4).error
    assert (error["code"], "could not be asked" in error["message"]) == ("explorer", True)
    assert verify("--with", "blockscout", code=6).error["hint"] == "give its address: --url https://..."
    assert verify("--with", "sourcify", "--url", "ftp://x", code=3).error["subject"] == "ftp://x"
    assert verify(code=2).error["hint"].startswith("--with EXPLORER")
    monkeypatch.setattr(explorers, "LOOKS", 2)
    with listening(explorer(made, late=9), "sourcify") as url:
        error = verify("--with", "sourcify", "--url", url, "--contract", "Bills", code=4).error
        assert "nothing final" in error["message"]


def test_what_is_not_the_release_is_not_handed_in(
    made: Manifest, verify: Verify, tmp_path: Path, sampan_command: Callable[..., Any]
) -> None:
    other = json.loads(made.to_json())
    other["release"] = "0" * 64
    (tmp_path / "other.json").write_text(json.dumps(other))
    error = verify("--manifest", tmp_path / "other.json", "--out", tmp_path / "sources", code=3).error
    assert "was deployed from the release 000000" in error["message"]
    other = json.loads(made.to_json())
    for item in other["contracts"]:
        if item["name"] == "Registry":
            item["address"] = made.address("Bills")
    (tmp_path / "other.json").write_text(json.dumps(other))
    error = verify("--manifest", tmp_path / "other.json", "--out", tmp_path / "sources", code=3).error
    assert "Registry" in error["message"]
    assert not (tmp_path / "sources").exists()
