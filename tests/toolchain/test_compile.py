"""Compiling for real: the same bytes wherever the project lies, complaints as errors, a closed network said at once."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sampan.toolchain import artifacts, build, solc
from sampan.toolchain.settings import SOLC_VERSION

COUNTER = """\
// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

interface ICounter {
    function count() external returns (uint256);
}

contract Counter is ICounter {
    uint256 public immutable step;
    uint256 public total;

    constructor(uint256 step_) {
        step = step_;
    }

    function count() external returns (uint256) {
        return total += step;
    }
}
"""
RELAYED_COUNTER = (
    COUNTER.replace(
        "interface", 'import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";\n\ninterface'
    )
    .replace("is ICounter", "is ICounter, ERC2771Context")
    .replace("step_) {", "step_) ERC2771Context(address(0)) {")
)
"""The same over a library, whose immutable it has with its own."""
OTHER = """\
// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Counter} from "./Counter.sol";

contract Twice {
    function count(Counter counter) external returns (uint256) {
        counter.count();
        return counter.count();
    }
}
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiler's answers, for all projects: what was compiled once is asked with `--no-cache` alone."""
    return tmp_path_factory.mktemp("answers")


@pytest.fixture
def project(tmp_path: Path, project_root: Path, answers: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Makes a small project in a folder of its own, and goes there."""

    suites = tuple(dataclasses.replace(suite, others=()) for suite in build.SUITES)
    monkeypatch.setattr(build, "SUITES", suites)

    def make(name: str, files: dict[str, str]) -> Path:
        root = tmp_path / name
        (root / "sampan" / "toolchain").mkdir(parents=True)
        (root / "node_modules").symlink_to(project_root / "node_modules")
        (root / build.CACHE_FOLDER).parent.mkdir()
        (root / build.CACHE_FOLDER).symlink_to(answers)
        shutil.copy(project_root / "package.json", root)
        for file, text in {"contracts/Counter.sol": COUNTER, **files}.items():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_text(text)
        monkeypatch.chdir(root)
        return root

    return make


@pytest.mark.long
@pytest.mark.solc
def test_bytes_depend_neither_on_the_place_nor_on_what_else_is_compiled(
    project: Callable, sampan_command: Callable
) -> None:
    here = project("here", {"contracts/Counter.sol": RELAYED_COUNTER})
    ran = sampan_command("compile", "--json", "--compiler", "npm", "--no-cache")
    assert ran.code == 0
    assert set(ran.document["sizes"]) == {"Counter", "ICounter"}
    elsewhere = project("a/longer/way", {"contracts/Counter.sol": RELAYED_COUNTER, "contracts/Twice.sol": OTHER})
    assert sampan_command("compile", "--json", "--compiler", "npm", "--no-cache").code == 0
    for name in ("Counter.json", "ICounter.json"):
        one = (here / "sampan" / "artifacts" / name).read_bytes()
        assert one == (elsewhere / "sampan" / "artifacts" / name).read_bytes()
    counter = artifacts.load("Counter", here / "sampan" / "artifacts")
    assert {"Counter.step", "ERC2771Context._trustedForwarder"} <= set(counter.immutables)
    assert [item["label"] for item in counter.storage_layout["storage"]][-1] == "total"
    assert counter.method_identifiers["count()"] == "06661abd"
    assert not artifacts.load("ICounter", here / "sampan" / "artifacts").deployable
    # The stand-in for ape answers like a native compiler.
    stand_in = here / solc.SHIM_FOLDER / solc.EXECUTABLE
    said = subprocess.run([stand_in, "--version"], capture_output=True, text=True, check=True).stdout
    assert f"Version: {SOLC_VERSION}+commit." in said


@pytest.mark.solc
def test_what_is_in_step_is_left_alone_and_a_contract_that_is_gone_goes(
    project: Callable, sampan_command: Callable
) -> None:
    root = project("here", {"contracts/Twice.sol": OTHER})
    first = sampan_command("compile", "--json", "--compiler", "npm")
    assert len(first.document["changed"]) == 4
    assert sampan_command("compile", "--json").document["changed"] == []
    (root / "contracts" / "Twice.sol").unlink()
    changed = sampan_command("compile", "--json", "--compiler", "npm").document["changed"]
    assert changed == ["sampan/artifacts/Twice.json", "sampan/artifacts/build.json"]
    assert artifacts.names(root / "sampan" / "artifacts") == ["Counter", "ICounter"]
    # Bytes that fit their record but not the compiler's answer are seen by compiling anew.
    record_file = root / "sampan" / "artifacts" / "build.json"
    counter_file = root / "sampan" / "artifacts" / "Counter.json"
    counter = json.loads(counter_file.read_text())
    counter["bytecode"] = counter["bytecode"].replace("60", "61", 1)
    counter_file.write_bytes(build._json(counter, indent=1))
    record = json.loads(record_file.read_text())
    record["contracts"]["Counter"] = hashlib.sha256(counter_file.read_bytes()).hexdigest()
    parts = ("compiler", "settings", "sources", "contracts")
    record["release"] = artifacts.hash_of_release(*(record[part] for part in parts))
    record_file.write_bytes(build._json(record, indent=2))
    assert sampan_command("compile", "--check", "--json").code == 0
    ran = sampan_command("compile", "--check", "--recompile", "--json", "--compiler", "npm")
    assert ran.code == 1
    assert {item["subject"] for item in ran.document["differences"]} == {
        "sampan/artifacts/Counter.json",
        "sampan/artifacts/build.json",
    }


@pytest.mark.solc
@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("contract Broken { uint256 public x = y; }", "Undeclared identifier"),
        ("contract Broken { function f() external pure { uint256 unused = 1; } }", "Unused local variable"),
    ],
)
def test_an_error_or_a_warning_about_our_sources_stops_and_writes_nothing(
    source: str, said: str, project: Callable, sampan_command: Callable
) -> None:
    head = "// SPDX-License-Identifier: Apache-2.0\npragma solidity 0.8.37;\n"
    root = project("here", {"contracts/Broken.sol": head + source})
    ran = sampan_command("compile", "--json", "--compiler", "npm")
    assert ran.code == 3
    assert ran.error["subject"] == "contracts/Broken.sol"
    assert said in ran.error["message"]
    assert not (root / "sampan" / "artifacts").exists()


@pytest.mark.solc
def test_test_contracts_go_into_a_folder_of_their_own(project: Callable, sampan_command: Callable) -> None:
    text = OTHER.replace("./Counter.sol", "../../contracts/Counter.sol")
    root = project("here", {"tests/contracts/Twice.sol": text})
    assert sampan_command("compile", "--json", "--compiler", "npm").code == 0
    assert artifacts.names(root / "tests" / "artifacts") == ["Twice"]
    assert "Twice" not in artifacts.names(root / "sampan" / "artifacts")


def test_without_node_and_without_a_way_out_it_says_so_within_seconds(
    project: Callable, sampan_command: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project("here", {"contracts/Counter.sol": "pragma solidity 0.8.37; contract Counter {}"})
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("SOLCX_BINARY_PATH", str(tmp_path / "solcx"))
    for variable in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    started = time.monotonic()
    ran = sampan_command("compile", "--json")
    assert time.monotonic() - started < 10
    assert ran.code == 6
    assert ran.error["subject"] == f"solc {SOLC_VERSION}"
    assert "no native build can be fetched" in ran.error["message"]
    assert "Node is not installed" in ran.error["message"]
    assert "npm ci" in ran.error["hint"]


def test_a_native_compiler_that_is_installed_comes_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, project_root: Path
) -> None:
    def install(text: str) -> None:
        (tmp_path / solc.EXECUTABLE).write_text(text)
        (tmp_path / solc.EXECUTABLE).chmod(0o755)

    monkeypatch.setenv("SOLCX_BINARY_PATH", str(tmp_path))
    install(f"#!/bin/sh\necho 'Version: {SOLC_VERSION}+commit.0123abcd.Linux.g++'\n")
    found = solc.find(project_root)
    assert (found.kind, found.version) == ("native", f"{SOLC_VERSION}+commit.0123abcd")
    install("#!/bin/sh\necho 'Version: 0.8.36+commit.0123abcd.Linux.g++'\n")
    assert solc.installed() is None
    install("#!/bin/sh\nexit 1\n")
    assert solc.installed() is None


@pytest.mark.long
@pytest.mark.solc
def test_recompiling_gives_every_byte_of_the_release(project_root: Path) -> None:
    """What is shipped, which takes minutes; with each change all is held to its sources by hash (`compile --check`)."""
    done = subprocess.run(
        [sys.executable, "-m", "sampan", "compile", "--check", "--recompile", "--no-cache", "--shipped", "--json"],
        cwd=project_root,
        capture_output=True,
        check=False,
    )
    assert json.loads(done.stdout).get("differences") == [], done.stdout.decode()
    assert done.returncode == 0
