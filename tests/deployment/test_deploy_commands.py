"""`sampan deploy` and `sampan node`: what they print, what they ask, what they refuse, how they end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sampan.chain import node
from sampan.chain.accounts import ROLES
from sampan.chain.connection import Connection
from sampan.chain.networks import Network
from sampan.deployment import manifest as manifests
from sampan.scenarios.parties import PARTIES

Command = Callable[..., Any]


@pytest.fixture
def trial(over_http: Connection, monkeypatch: pytest.MonkeyPatch, sampan_command: Command, tmp_path: Path) -> Path:
    """An anvil that the settings call `trial`; the folder of its manifests."""
    monkeypatch.setenv("SAMPAN_NETWORK_TRIAL_URL", str(over_http.network.url))
    monkeypatch.setenv("SAMPAN_DEPLOYMENTS", str(tmp_path / "deployments"))
    return tmp_path / "deployments"


@pytest.mark.parametrize("network", ["tester", "anvil"])
def test_a_chain_that_is_gone_with_the_command_is_refused(sampan_command: Command, network: str) -> None:
    for command in ("deploy", "powers"):
        ran = sampan_command(command, "--network", network, "--json")
        assert ran.code == 2
        assert "sampan node start" in ran.error["hint"]


@pytest.mark.anvil
def test_a_dry_run_shows_addresses_and_cost_and_sends_nothing(
    over_http: Connection, sampan_command: Command, trial: Path
) -> None:
    ran = sampan_command("deploy", "--network", "trial", "--dry-run", "--json")
    assert ran.code == 0
    assert over_http.block_number() == 0
    assert not trial.exists()
    steps = {step["label"]: step for step in ran.document["steps"]}
    assert not any(step["done"] for step in steps.values())
    done = sampan_command("deploy", "--network", "trial", "--json")
    for contract in done.document["contracts"]:
        assert steps[f"deploy {contract['name']}"]["address"] == contract["address"]
    assert int(done.document["cost"]) <= int(ran.document["max_cost"])
    again = sampan_command("deploy", "--network", "trial", "--dry-run")
    assert "Nothing to do" in again.out


@pytest.mark.anvil
def test_it_prints_what_stands_where_and_that_it_was_read_back(sampan_command: Command, trial: Path) -> None:
    first = sampan_command("deploy", "--network", "trial")
    assert first.code == 0
    manifest = manifests.load(trial / "trial.json")
    for contract in manifest.contracts:
        assert contract.address in first.out
    assert "6 transactions" in first.out
    assert "All read back" in first.out
    second = sampan_command("deploy", "--network", "trial")
    assert "Nothing was to be done" in second.out
    assert manifests.load(trial / "trial.json") == manifest


@pytest.mark.anvil
def test_a_parameters_file_decides_who_has_which_power(sampan_command: Command, trial: Path, tmp_path: Path) -> None:
    file = tmp_path / "powers.toml"
    file.write_text('salt = "mine"\n[admin]\naccount = "central_bank"\n[roles.SUSPENDER]\nmembers = ["supervisor"]\n')
    assert sampan_command("deploy", "--network", "trial", "--parameters", file).code == 0
    manifest = manifests.load(trial / "trial.json")
    assert manifest.powers.roles[0].members == [ROLES["central_bank"]]
    assert manifest.parameters["salt"] == "mine"
    file.write_text("[roles.KING]\n")
    ran = sampan_command("deploy", "--network", "trial", "--parameters", file, "--json")
    assert ran.code == 3
    assert ran.error["subject"] == f"{file}: roles.KING"


@pytest.mark.anvil
def test_other_parameters_need_replace(sampan_command: Command, trial: Path, tmp_path: Path) -> None:
    assert sampan_command("deploy", "--network", "trial").code == 0
    file = tmp_path / "other.toml"
    file.write_text('salt = "other"\n')
    ran = sampan_command("deploy", "--network", "trial", "--parameters", file, "--json")
    assert (ran.code, "--replace" in ran.error["hint"]) == (2, True)
    assert sampan_command("deploy", "--network", "trial", "--parameters", file, "--replace").code == 0
    assert manifests.load(trial / "trial.json").parameters["salt"] == "other"


@pytest.mark.anvil
def test_nothing_is_asked_and_nothing_spent_elsewhere_without_a_terminal(
    over_http: Connection, sampan_command: Command, trial: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Network, "here", property(lambda self: False))
    ran = sampan_command("deploy", "--network", "trial", "--json")
    assert (ran.code, "--yes" in ran.error["hint"]) == (2, True)
    assert over_http.block_number() == 0
    monkeypatch.setenv("SAMPAN_CONFIRMATIONS", "1")
    assert sampan_command("deploy", "--network", "trial", "--yes", "--json").code == 0


@pytest.mark.anvil
def test_who_cannot_pay_is_told_before_anything_is_sent(
    over_http: Connection, sampan_command: Command, trial: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMPAN_PRIVATE_KEY", "77" * 32)
    ran = sampan_command("deploy", "--network", "trial", "--json")
    assert ran.code == 6
    assert "owns 0 ether" in ran.error["message"]
    assert "77" * 32 not in ran.out + ran.err
    assert over_http.block_number() == 0
    assert not trial.exists()


@pytest.mark.anvil
def test_a_public_network_has_no_published_keys(
    sampan_command: Command, trial: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Connection, "is_development", property(lambda self: False))
    ran = sampan_command("deploy", "--network", "trial", "--from", "deployer", "--json")
    assert ran.code == 2
    assert "published keys" in ran.error["message"]
    ran = sampan_command("deploy", "--network", "trial", "--json")
    assert ran.error["message"] == "nothing says who signs"


@pytest.mark.anvil
def test_a_wrong_chain_ends_with_4_before_anything_is_sent(
    over_http: Connection, sampan_command: Command, trial: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMPAN_NETWORK_TRIAL_CHAIN_ID", "11155111")
    ran = sampan_command("deploy", "--network", "trial", "--yes", "--json")
    assert (ran.code, ran.error["code"]) == (4, "chain.wrong")
    assert over_http.block_number() == 0


# --------------------------------------------------------------------------------------------------------- sampan node


@pytest.fixture
def local(
    sampan_command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[tuple[Command, Path, str]]:
    """`sampan` with a node folder and a manifest folder of its own, and a free port."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    monkeypatch.setenv("SAMPAN_NODE_FOLDER", str(tmp_path / "node"))
    monkeypatch.setenv("SAMPAN_DEPLOYMENTS", str(tmp_path / "deployments"))
    yield sampan_command, tmp_path / "deployments" / "local.json", port
    node.stop(tmp_path / "node")


@pytest.mark.anvil
def test_the_node_has_the_suite_on_it_and_goes_on_after_a_restart(local: tuple[Command, Path, str]) -> None:
    sampan_command, path, port = local
    started = sampan_command("node", "start", "--port", port, "--json")
    assert (started.code, started.document["running"]) == (0, True)
    manifest = manifests.load(path)
    assert sampan_command("powers", "--network", "local").code == 0
    check = sampan_command("network", "check", "local", "--json")
    assert check.document["deployed"] is True
    assert sampan_command("node", "stop", "--json").document["state_kept"] is True
    assert sampan_command("powers", "--network", "local", "--json").code == 6
    assert sampan_command("node", "start", "--port", port).code == 0
    assert manifests.load(path) == manifest, "nothing was deployed again"
    assert sampan_command("powers", "--network", "local").code == 0


@pytest.mark.anvil
def test_a_fresh_node_gives_the_same_manifest_to_the_last_hash(local: tuple[Command, Path, str]) -> None:
    sampan_command, path, port = local
    assert sampan_command("node", "start", "--port", port).code == 0
    first = json.loads(path.read_text())
    assert sampan_command("node", "start", "--fresh", "--port", port).code == 2, "not under a running one"
    assert sampan_command("node", "stop", "--forget").code == 0
    path.unlink()
    assert sampan_command("node", "start", "--port", port).code == 0
    second = json.loads(path.read_text())
    for document in (first, second):
        del document["time"], document["git_commit"]
    assert first == second


@pytest.mark.anvil
def test_the_node_has_the_parties_of_the_samples_and_a_clock_that_is_moved_on(
    local: tuple[Command, Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sampan_command, _path, port = local
    assert sampan_command("node", "advance", "1h", "--json").error["hint"] == "`sampan node start`"
    assert sampan_command("node", "start", "--with-parties", "--bare").code == 2
    started = sampan_command("node", "start", "--with-parties", "--port", port, "--json").document
    enrolled = sampan_command("participant", "list", "--json").document["participants"]
    assert {each["lei"] for each in enrolled} == {party.lei for party in PARTIES.values()}
    # Again: who is there is left alone.
    again = sampan_command("node", "start", "--with-parties", "--json").document
    assert again["block"] == started["block"]

    advanced = sampan_command("node", "advance", "3", "days", "2h", "--json").document
    before, after = (datetime.fromisoformat(each["time"]) for each in (started, advanced))
    assert after - before == timedelta(days=3, hours=2)
    assert sampan_command("node", "advance", "a while", "--json").code == 2

    assert sampan_command("node", "stop").code == 0
    monkeypatch.setattr("sampan.cli.base.somebody_is_there", lambda: True)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _text="": "n")
    asked = sampan_command("node", "start", "--fresh", "--port", port)
    assert asked.code == 1
    assert f"Forget the kept chain of {advanced['block']} blocks (" in asked.err
    assert sampan_command("node", "status", "--json").document["block"] == advanced["block"]
    assert (
        sampan_command("node", "start", "--fresh", "--yes", "--bare", "--port", port, "--json").document["block"] == 0
    )


@pytest.mark.anvil
def test_the_example_that_is_committed_is_of_this_chain_and_this_release(
    local: tuple[Command, Path, str], project_root: Path
) -> None:
    sampan_command, path, port = local
    assert sampan_command("node", "start", "--port", port).code == 0
    example = manifests.load(project_root / "deployments" / "local.json")
    assert example.same_as(manifests.load(path)), "write it anew: `sampan node stop --forget`, `sampan node start`"
