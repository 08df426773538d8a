"""ape works on the same contracts: built from scratch, its bytes are ours; its deployment is ours, at our addresses."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sampan.toolchain import artifacts, solc


@pytest.mark.long
@pytest.mark.ape
@pytest.mark.solc
def test_ape_compiles_every_contract_to_the_bytes_of_our_artifacts(project_root: Path, tmp_path: Path) -> None:
    # In a copy, since ape writes beside the sources, and with a home of its own, since it writes there too.
    work = tmp_path / "work"
    work.mkdir()
    shutil.copytree(project_root / "contracts", work / "contracts", ignore=shutil.ignore_patterns(".cache"))
    shutil.copy(project_root / "ape-config.yaml", work)
    (work / "node_modules").symlink_to(project_root / "node_modules")
    folder = solc.binary_folder() if solc.installed() else solc.write_shim(project_root)
    done = subprocess.run(
        [Path(sys.executable).with_name("ape"), "compile", "--force"],
        cwd=work,
        env={**os.environ, "HOME": str(tmp_path), "SOLCX_BINARY_PATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    types = json.loads((work / ".build" / "__local__.json").read_text())["contractTypes"]
    compared = 0
    for name in artifacts.names():
        artifact = artifacts.load(name)
        if not artifact.source.startswith("contracts/"):
            continue
        assert types[name]["sourceId"] == artifact.source
        assert types[name]["abi"] == artifact.abi or _unordered(types[name]["abi"]) == _unordered(artifact.abi)
        if artifact.deployable:
            assert types[name]["deploymentBytecode"]["bytecode"] == "0x" + artifact.bytecode.hex()
            assert types[name]["runtimeBytecode"]["bytecode"] == "0x" + artifact.deployed_bytecode.hex()
        compared += 1
    assert compared > 1


@pytest.mark.slow
@pytest.mark.ape
def test_ape_run_deploy_puts_our_artifacts_at_our_addresses(project_root: Path, tmp_path: Path) -> None:
    from sampan.deployment import parameters, suite
    from sampan.deployment.plan import resolve

    done = subprocess.run(
        [Path(sys.executable).with_name("ape"), "run", "deploy", "--network", "ethereum:local:test"],
        cwd=project_root,
        env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = dict(line.split() for line in done.stdout.splitlines() if len(line.split()) == 2)
    # The published phrase's first account, which is ape's first test account too.
    deployer = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
    plan = suite.plan(parameters.usual(deployer, development=True))
    expected = resolve(plan, artifacts.load)
    assert said == {name: item.address for name, item in expected.items()}


@pytest.mark.slow
@pytest.mark.ape
def test_ape_run_plays_a_scenario_and_audits_and_says_in_words_what_is_missing(
    project_root: Path, tmp_path: Path
) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [Path(sys.executable).with_name("ape"), "run", *arguments, "--network", "ethereum:local:test"],
            cwd=project_root,
            env={**os.environ, "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )

    played = run("scenario", "split", "--out", str(tmp_path))
    assert played.returncode == 0, played.stdout + played.stderr
    assert "No findings. What the logs tell is what the chain keeps." in played.stdout
    assert (tmp_path / "split" / "audit.json").exists()
    nothing = run("audit", "--manifest", str(tmp_path / "none.json"))
    assert (nothing.returncode, "Traceback" in nothing.stderr) == (1, False)
    assert "none.json" in nothing.stderr


def _unordered(abi: list[dict]) -> list[str]:
    return sorted(json.dumps(entry, sort_keys=True) for entry in abi)
