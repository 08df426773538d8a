"""`sampan doctor`: what is missing is named with what it is for and the one command that mends it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sampan import config
from sampan.toolchain import artifacts, doctor
from sampan.toolchain.doctor import Check


def states(checks: list[dict]) -> dict[str, str]:
    return {check["name"]: check["state"] for check in checks}


@pytest.mark.slow
def test_on_this_machine_python_and_libraries_are_found(sampan_command: Callable) -> None:
    document = sampan_command("doctor", "--json").document
    found = states(document["checks"])
    assert found["Python"] == "ok"
    assert found["Libraries"] == "ok"
    assert document["fit"] == (found["Artifacts"] == "ok")


def test_without_node_compiler_and_anvil_the_demo_is_still_fit(
    sampan_command: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, project_root: Path
) -> None:
    for name in ("contracts", "package.json", "sampan", "tests"):
        (tmp_path / name).symlink_to(project_root / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("SOLCX_BINARY_PATH", str(tmp_path / "solcx"))
    ran = sampan_command("doctor", "--json")
    assert ran.code == 0
    assert ran.document["fit"]
    checks = {check["name"]: check for check in ran.document["checks"]}
    assert checks["Node"]["mend"] == "install Node 20 with npm"
    assert checks["npm packages"]["mend"] == "make setup"
    assert checks["Compiler"]["state"] == "missing"
    assert "Node is not installed" in checks["Compiler"]["found"]
    assert checks["git"]["mend"] == "install git"
    assert checks["ape's compiler"]["mend"] == "make setup"
    for check in checks.values():
        assert (check["state"] == "ok") == (check["mend"] is None), check
        assert check["needed_for"]


@pytest.mark.slow
def test_artifacts_out_of_step_make_it_unfit_and_name_the_file(
    sampan_command: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = artifacts.build_record()
    assert record is not None
    spoiled = {**record.sources, "contracts/Gone.sol": "00" * 32}
    monkeypatch.setattr(
        artifacts,
        "build_record",
        lambda _folder=None: artifacts.BuildRecord(
            record.compiler,
            record.settings,
            spoiled,
            record.contracts,
            artifacts.hash_of_release(record.compiler, record.settings, spoiled, record.contracts),
        ),
    )
    ran = sampan_command("doctor", "--json")
    assert ran.code == 6
    assert ran.document["mend"] == "make compile"
    check = next(check for check in ran.document["checks"] if check["name"] == "Artifacts")
    assert check["found"] == "out of step: contracts/Gone.sol is gone"
    assert "make compile" in sampan_command("doctor").out


def test_a_node_that_is_too_old_and_an_anvil_that_does_not_run_are_broken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sampan_command: Callable
) -> None:
    for name, text in (("node", "echo v18.1.0"), ("npm", "true"), ("anvil-of-mine", "exit 3")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    # Set after the fixture has cleared the variables of the user.
    monkeypatch.setenv("SAMPAN_ANVIL", str(tmp_path / "anvil-of-mine"))
    checks = {check["name"]: check for check in sampan_command("doctor", "--json").document["checks"]}
    assert checks["Node"]["found"] == "v18.1.0 is older than 20"
    assert checks["Node"]["state"] == "broken"
    assert checks["anvil"]["state"] == "broken"


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_a_keystore_that_others_may_read_is_broken(tmp_path: Path) -> None:
    folder = tmp_path / "keystore"
    folder.mkdir(mode=0o755)
    settings = config.load({"keystore": folder}, environment={}, folder=tmp_path, user_file=tmp_path / "none")
    check = next(check for check in doctor.examine(settings, None) if check.name == "Keystore")
    assert (check.state, check.mend) == ("broken", f"chmod 700 {folder}")
    folder.chmod(0o700)
    check = next(check for check in doctor.examine(settings, None) if check.name == "Keystore")
    assert check.state == "ok"


def test_what_the_package_itself_needs_is_mended_first() -> None:
    speed = Check("Fast hashes", "missing", "", "speed", "make setup")
    code = Check("Artifacts", "broken", "", "deploy", "make compile", required=True)
    fine = Check("git", "ok", "2", "manifests")
    assert doctor.mending_command([fine, speed, code]) == "make compile"
    assert doctor.mending_command([fine, speed]) == "make setup"
    assert doctor.mending_command([fine]) is None
