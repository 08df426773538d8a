"""Artifacts as they travel with the package: loaded without a compiler, in step with the sources, damage seen."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sampan.errors import BadInput, Missing
from sampan.toolchain import artifacts, build
from sampan.toolchain.artifacts import Artifact, Span
from sampan.toolchain.settings import compiler_settings

CONTRACTS = build.SUITES[0]


@pytest.fixture
def working_copy(tmp_path: Path, project_root: Path) -> Path:
    """A copy of sources and artifacts that a test may spoil. It has no node_modules, as on a machine without Node."""
    for suite in build.SUITES:
        for folder in (suite.folder, suite.target):
            shutil.copytree(project_root / folder, tmp_path / folder)
    (tmp_path / "sampan" / "toolchain").mkdir()
    shutil.copy(project_root / "package.json", tmp_path)
    return tmp_path


@pytest.mark.parametrize("suite", build.SUITES, ids=lambda suite: suite.name)
def test_the_artifacts_are_in_step_with_the_sources(suite: build.Suite, project_root: Path) -> None:
    assert build.differences(project_root, suite) == []


def test_being_in_step_is_seen_without_node(
    working_copy: Path, sampan_command: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(working_copy)
    monkeypatch.setenv("PATH", "")
    ran = sampan_command("compile", "--check", "--json")
    assert ran.code == 0
    assert ran.document["in_step"]
    # What is in step needs no compiler to be compiled, either.
    assert sampan_command("compile", "--json").code == 0


@pytest.mark.slow
@pytest.mark.parametrize("suite", build.SUITES, ids=lambda suite: suite.name)
def test_an_altered_comment_in_any_source_is_seen(suite: build.Suite, working_copy: Path) -> None:
    sources = sorted((working_copy / suite.folder).rglob("*.sol"))
    assert sources
    for source in sources:
        before = source.read_bytes()
        source.write_bytes(before + b"// another word\n")
        name = source.relative_to(working_copy).as_posix()
        assert build.differences(working_copy, suite) == [build.Difference(name, "has changed")]
        source.write_bytes(before)


def test_a_new_source_and_one_that_is_gone_are_seen(working_copy: Path) -> None:
    (working_copy / "contracts" / "New.sol").write_text("contract New {}")
    gone = sorted((working_copy / "contracts").rglob("*.sol"))[-1]
    gone.unlink()
    assert build.differences(working_copy, CONTRACTS) == [
        build.Difference("contracts/New.sol", "is new"),
        build.Difference(gone.relative_to(working_copy).as_posix(), "is gone"),
    ]


def test_an_altered_library_is_seen_when_it_is_there(working_copy: Path) -> None:
    record = artifacts.build_record(working_copy / CONTRACTS.target)
    assert record is not None
    imported = next(source for source in record.sources if source.startswith("node_modules/"))
    (working_copy / imported).parent.mkdir(parents=True)
    (working_copy / imported).write_text("// other code")
    assert build.differences(working_copy, CONTRACTS) == [build.Difference(imported, "has changed")]


def test_an_altered_artifact_is_seen(working_copy: Path, sampan_command: Callable, monkeypatch) -> None:
    file = working_copy / CONTRACTS.target / "AccessManager.json"
    document = json.loads(file.read_text())
    document["bytecode"] = document["bytecode"][:-2] + "00"
    file.write_text(json.dumps(document))
    (working_copy / CONTRACTS.target / "Stray.json").write_text("{}")
    monkeypatch.chdir(working_copy)
    ran = sampan_command("compile", "--check", "--json")
    assert ran.code == 1
    assert ran.document["differences"] == [
        {"subject": "sampan/artifacts/AccessManager.json", "message": "was altered"},
        {"subject": "sampan/artifacts/Stray.json", "message": "is of no contract"},
    ]
    assert "sampan compile" in sampan_command("compile", "--check").out


def test_a_record_that_was_altered_to_fit_is_seen(working_copy: Path) -> None:
    file = working_copy / CONTRACTS.target / artifacts.RECORD_FILE
    document = json.loads(file.read_text())
    document["contracts"]["AccessManager"] = "00" * 32
    file.write_text(json.dumps(document))
    assert build.Difference(f"{CONTRACTS.target}/build.json", "was altered") in build.differences(
        working_copy, CONTRACTS
    )


def test_other_settings_are_seen(working_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sampan.toolchain.settings.OPTIMIZER_RUNS", 1)
    assert build.differences(working_copy, CONTRACTS) == [
        build.Difference(f"{CONTRACTS.target}/build.json", "was compiled with other settings")
    ]


def test_every_contract_of_the_release_loads(project_root: Path) -> None:
    record = artifacts.build_record()
    assert record is not None
    assert record.settings == compiler_settings()
    assert record.release_hash == artifacts.release_hash()
    assert artifacts.names() == sorted(record.contracts)
    for name in artifacts.names():
        artifact = artifacts.load(name)
        assert artifact.name == name
        assert artifact.sha256 == record.contracts[name]
        assert artifact.source in record.sources
        assert artifact.deployable != (name[0] == "I" and name[1].isupper())
        assert len(artifact.deployed_bytecode) <= 24_576
        for spans in artifact.immutables.values():
            for span in spans:
                assert artifact.deployed_bytecode[span.start : span.start + span.length] == bytes(32)


def test_every_immutable_goes_by_its_name() -> None:
    for name in artifacts.names():
        for immutable in artifacts.load(name).immutables:
            contract, _, variable = immutable.partition(".")
            assert contract.isidentifier()
            assert variable.isidentifier()


def test_a_contract_that_was_never_compiled_is_named_with_those_that_were() -> None:
    for name in ("NoSuchContract", "build", "../config"):
        with pytest.raises(Missing) as refused:
            artifacts.load(name)
        assert refused.value.subject == name
        assert "AccessManager" in str(refused.value.hint)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"contractName": 5}'])
def test_a_damaged_artifact_is_refused_by_name(content: str, tmp_path: Path) -> None:
    (tmp_path / "Bills.json").write_text(content)
    with pytest.raises(BadInput, match="damaged artifact") as refused:
        artifacts.load("Bills", tmp_path)
    assert refused.value.subject == str(tmp_path / "Bills.json")
    (tmp_path / "build.json").write_text(content)
    with pytest.raises(BadInput, match="damaged record"):
        artifacts.build_record(tmp_path)


def with_immutables(code: bytes, **immutables: tuple[int, ...]) -> Artifact:
    spans = {name: tuple(Span(start, 2) for start in starts) for name, starts in immutables.items()}
    return Artifact("C", "C.sol", [], b"\x01", code, spans, {}, {}, {}, {}, "")


def test_code_on_chain_is_compared_with_its_immutables_masked() -> None:
    artifact = with_immutables(bytes.fromhex("aa0000bb0000cc0000"), delay=(1, 4), admin=(7,))
    deployed = bytes.fromhex("aa1234bb1234cc5678")
    assert artifact.masked(deployed) == artifact.deployed_bytecode
    assert artifact.immutable_values(deployed) == {"delay": b"\x12\x34", "admin": b"\x56\x78"}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ab1234bb1234cc5678", "not the code"),
        ("aa1234bb1234cc56", "not the code"),
        ("aa1234bb1235cc5678", "two values"),
    ],
)
def test_other_code_and_torn_immutables_are_refused(code: str, said: str) -> None:
    artifact = with_immutables(bytes.fromhex("aa0000bb0000cc0000"), delay=(1, 4), admin=(7,))
    with pytest.raises(BadInput, match=said):
        artifact.immutable_values(bytes.fromhex(code))


@pytest.mark.parametrize("name", ["../artifacts/Bills", "./Bills", "/etc/passwd", "Bills\n", "", "9", "Bills.json"])
def test_what_is_no_contracts_name_opens_no_file(name: str) -> None:
    with pytest.raises(Missing, match="no such contract"):
        artifacts.load(name)
