"""`sampan deploy` and `sampan node`: what they print, what they ask, what they refuse, how they end."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support import faults
from support.lying_rpc import LyingRpc

from sampan.chain import node
from sampan.chain.accounts import ROLES
from sampan.chain.anvil import Anvil
from sampan.chain.connection import Connection
from sampan.chain.keys import KeySigner
from sampan.chain.networks import Network
from sampan.chain.rpc import HttpTransport
from sampan.deployment import manifest as manifests
from sampan.deployment import parameters
from sampan.scenarios.parties import CAST

Command = Callable[..., Any]

OWN = b"\x41" * 32


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
    assert "15 transactions" in first.out
    assert "All read back" in first.out
    second = sampan_command("deploy", "--network", "trial")
    assert "Nothing was to be done" in second.out
    assert manifests.load(trial / "trial.json") == manifest


@pytest.mark.anvil
def test_the_same_chain_by_another_name_has_one_manifest(
    over_http: Connection, sampan_command: Command, trial: Path
) -> None:
    assert sampan_command("deploy", "--network", "trial").code == 0
    manifest = manifests.load(trial / "trial.json")
    again = sampan_command("deploy", "--network", str(over_http.network.url).replace("127.0.0.1", "localhost"))
    assert "Nothing was to be done" in again.out
    assert [file.name for file in trial.iterdir()] == ["trial.json"]
    assert manifests.load(trial / "trial.json") == manifest


@pytest.mark.anvil
def test_a_chain_that_only_begins_like_another_has_a_manifest_of_its_own(
    over_http: Connection, sampan_command: Command, trial: Path
) -> None:
    before = over_http.snapshot()
    assert sampan_command("deploy", "--network", "trial").code == 0
    (trial / "trial.json").rename(trial / "other.json")
    over_http.revert(before)
    assert sampan_command("deploy", "--network", "trial").code == 0
    assert sorted(file.name for file in trial.iterdir()) == ["other.json", "trial.json"]


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


@pytest.fixture
def private(sampan_command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """A node on this machine with an id that private networks have too, and that calls itself something else; `ours`
    is a key that owns ether there."""
    given = os.environ.get("SAMPAN_ANVIL")
    with (
        Anvil(program=Path(given) if given else None) as anvil,
        LyingRpc(anvil.url, faults.answer("Geth/v1.16.0").on("web3_clientVersion")) as rpc,
    ):
        monkeypatch.setenv("SAMPAN_NETWORK_TRIAL_URL", rpc.url)
        monkeypatch.setenv("SAMPAN_DEPLOYMENTS", str(tmp_path / "deployments"))
        monkeypatch.setenv("SAMPAN_PRIVATE_KEY", OWN.hex())
        connection = Connection(HttpTransport(anvil.url), Network("trial", "http", anvil.url))
        connection.rpc("anvil_setChainId", 1337)
        connection.rpc("anvil_setBalance", KeySigner(OWN).address, hex(10**18))
        yield connection


@pytest.mark.anvil
def test_a_node_on_this_machine_is_asked_for_like_any_other_unless_it_is_for_development(
    private: Connection, sampan_command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = sampan_command("deploy", "--network", "trial", "--json")
    assert (ran.code, "--yes" in ran.error["hint"]) == (2, True)
    assert private.block_number() == 0
    told = sampan_command("deploy", "--network", "trial")
    assert "the deployer, by default" in told.err
    for role in ("ADMIN", "ENROLLER", "SUSPENDER", "LIFTER", "RECOVERER", "ROOM_LISTER", "ROOM_DELISTER"):
        assert f"nobody is named for {role}: the deployer gets it" in " ".join(told.err.split())
    monkeypatch.setenv("SAMPAN_NETWORK_TRIAL_DEVELOPMENT", "true")
    ran = sampan_command("deploy", "--network", "trial")
    assert ran.code == 0
    assert "published keys get every power on trial" in " ".join(ran.err.split())


@pytest.mark.anvil
def test_an_id_that_private_networks_have_gives_no_power_to_published_keys(
    private: Connection, sampan_command: Command
) -> None:
    own = KeySigner(OWN).address
    plan = sampan_command("deploy", "--network", "trial", "--dry-run", "--json").document
    assert plan["deployer"] == own
    assert [power["role"] for power in plan["powers"]] == ["ADMIN", *parameters.ROLE_DELAYS]
    assert all(power["members"] == [own] for power in plan["powers"])
    assert all(power["by_default"] and not power["published"] for power in plan["powers"])
    ran = sampan_command("deploy", "--network", "trial", "--from", "deployer", "--json")
    assert "published keys" in ran.error["message"]


@pytest.mark.anvil
def test_a_key_with_the_name_of_a_role_is_neither_passed_over_nor_taken_silently(
    over_http: Connection, sampan_command: Command, trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = KeySigner(OWN).address
    monkeypatch.setenv("SAMPAN_KEYSTORE", str(tmp_path / "keys"))
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "deployer.json").write_text(
        json.dumps({"version": 3, "crypto": {}, "address": own[2:].lower()})
    )
    ran = sampan_command("deploy", "--network", "trial", "--from", "deployer", "--dry-run", "--json")
    assert ran.code == 2
    assert own in ran.error["message"]
    assert ROLES["deployer"] in ran.error["message"]
    for address in (own, ROLES["deployer"]):
        plan = sampan_command("deploy", "--network", "trial", "--from", address, "--dry-run", "--json")
        assert plan.document["deployer"] == address
    # Nobody said who: on a development chain it is the role.
    assert sampan_command("deploy", "--network", "trial", "--dry-run", "--json").document["deployer"] != own


@pytest.mark.anvil
def test_a_power_that_the_file_names_nobody_for_is_shown_and_warned_of(
    private: Connection, sampan_command: Command, tmp_path: Path
) -> None:
    office = "0x" + "Ab" * 20
    file = tmp_path / "powers.toml"
    file.write_text(
        f'[admin]\naccount = "{office.lower()}"\n[roles.LIFTER]\nmembers = ["{office.lower()}"]\ndelay = 3600\n'
        "[roles.SUSPENDER]\ndelay = 60\n"
    )
    plan = sampan_command("deploy", "--network", "trial", "--parameters", file, "--dry-run", "--json")
    powers = {power["role"]: power for power in plan.document["powers"]}
    assert [role for role, power in powers.items() if not power["by_default"]] == ["ADMIN", "LIFTER"]
    assert (powers["LIFTER"]["delay"], powers["SUSPENDER"]["delay"]) == (3_600, 60)
    told = sampan_command("deploy", "--network", "trial", "--parameters", file, "--dry-run")
    assert "nobody is named for SUSPENDER" in " ".join(told.err.split())
    assert "nobody is named for LIFTER" not in told.err
    assert "1 hour" in told.out
    assert "the deployer, by default" in told.out


@pytest.mark.anvil
def test_a_dry_run_for_whoever_cannot_pay_says_what_is_lacking_and_ends_with_1(
    over_http: Connection, sampan_command: Command, trial: Path
) -> None:
    poor = KeySigner(b"\x77" * 32).address
    ran = sampan_command("deploy", "--network", "trial", "--from", poor, "--dry-run", "--json")
    assert ran.code == 1
    assert int(ran.document["lacks"]) == int(ran.document["max_cost"]) > 0
    told = sampan_command("deploy", "--network", "trial", "--from", poor, "--dry-run")
    assert f"The deployer {poor} lacks 0." in told.out.replace("\n", " ")


def test_the_parameters_file_is_written_by_a_command_and_never_over_another(
    sampan_command: Command, tmp_path: Path
) -> None:
    file = tmp_path / "powers.toml"
    assert sampan_command("deploy", "--write-parameters", file, "--json").document["file"] == str(file)
    me = "0x" + "11" * 20
    assert parameters.read(file, me, development=False) == parameters.usual(me, development=False)
    filled = re.sub(r'# ((?:account|members) = )(\[?)"0x.*"(\]?)', rf'\1\2"{me}"\3', file.read_text())
    file.write_text(filled)
    assert parameters.read(file, "0x" + "22" * 20, development=False).by_default == frozenset()
    ran = sampan_command("deploy", "--write-parameters", file, "--json")
    assert (ran.code, file.read_text()) == (2, filled)


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
    assert {each["lei"] for each in enrolled} == {party.lei for party in CAST.values()}
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
