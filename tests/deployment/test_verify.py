"""Is what stands on the chain what the manifest says and the artifacts are? Every way in which it may not be (N24)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from deployed_suite import Suite

from sampan.chain.accounts import ROLES, development_signer
from sampan.chain.connection import Connection
from sampan.deployment import deploy, verify
from sampan.deployment.manifest import ContractRecord, Manifest
from sampan.deployment.plan import ContractPlan, Plan, ReadBack, Ref
from sampan.errors import ChainError
from sampan.keccak import keccak
from sampan.toolchain import artifacts
from sampan.toolchain.artifacts import Artifact


def found(suite: Suite, manifest: Manifest | None = None, **options: object) -> list[tuple[str, str]]:
    return [(fault.subject, fault.id) for fault in verify.code(suite.connection, manifest or suite.manifest, **options)]


def changed(manifest: Manifest, name: str, **fields: object) -> Manifest:
    contracts = [item.model_copy(update=fields) if item.name == name else item for item in manifest.contracts]
    return manifest.model_copy(update={"contracts": contracts})


def test_an_honest_deployment_has_no_fault(deployed: Suite) -> None:
    assert found(deployed) == []


def test_a_manifest_that_points_at_other_code_is_found(deployed: Suite) -> None:
    other = deployed.manifest.address("AccessManager")
    faults = found(deployed, changed(deployed.manifest, "Bills", address=other))
    assert ("Bills", "code.other") in faults
    assert ("Bills", "code.address") in faults


def test_a_manifest_that_points_at_nothing_is_found(deployed: Suite) -> None:
    assert ("Bills", "code.missing") in found(deployed, changed(deployed.manifest, "Bills", address=ROLES["thief"]))


def test_an_immutable_that_is_not_as_the_manifest_says_is_found(deployed: Suite) -> None:
    record = deployed.manifest.contract("Bills")
    immutables = {**record.immutables, "Bills.REGISTRY": "0x" + "00" * 31 + "07"}
    assert found(deployed, changed(deployed.manifest, "Bills", immutables=immutables)) == [("Bills", "code.immutable")]
    fewer = {"Bills.REGISTRY": record.immutables["Bills.REGISTRY"]}
    assert found(deployed, changed(deployed.manifest, "Bills", immutables=fewer)) == [("Bills", "code.immutable")]


@pytest.mark.slow
def test_other_arguments_are_found_by_the_address(deployed: Suite) -> None:
    record: ContractRecord = deployed.manifest.contract("Bills")
    first, *others = record.arguments
    arguments = [first.model_copy(update={"value": ROLES["thief"]}), *others]
    assert found(deployed, changed(deployed.manifest, "Bills", arguments=arguments)) == [
        ("Bills", "code.wiring"),
        ("Bills", "code.init"),
    ]


@pytest.mark.slow
def test_genuine_code_that_delegates_to_somebody_elses_is_found(in_process: Connection, usual_plan: Plan) -> None:
    """L8: whoever wrote what Bills delegates to moves every bill, and the code of Bills is the genuine one."""
    others = Path(__file__).resolve().parents[1] / "artifacts"

    def load(name: str) -> Artifact:
        return artifacts.load(name, others if name == "Puppet" else None)

    manager, amendments, registry, bills, *others_of_it = usual_plan.contracts
    bills = replace(bills, arguments=(Ref("AccessManager"), Ref("Puppet"), Ref("Registry")))
    contracts = (manager, amendments, registry, ContractPlan("Puppet", managed=False), bills, *others_of_it)
    plan = replace(usual_plan, contracts=contracts)
    manifest = deploy.deploy(in_process, development_signer("deployer"), plan, load=load).manifest
    suite = Suite(in_process, manifest)
    hidden = [item for item in manifest.contracts if item.name != "Puppet"]

    assert found(suite, manifest.model_copy(update={"contracts": hidden})) == [("Bills", "code.wiring")]
    assert found(suite, load=load) == [("Puppet", "code.unknown"), ("Bills", "code.wiring")]


@pytest.mark.parametrize("name", ["AccessManager", "Amendments", "Registry", "Bills"])
def test_a_manifest_that_leaves_a_contract_of_the_suite_out_is_found(deployed: Suite, name: str) -> None:
    rest = [item for item in deployed.manifest.contracts if item.name != name]
    faults = found(deployed, deployed.manifest.model_copy(update={"contracts": rest}))
    assert faults[0] == (name, "code.unlisted")
    # Without the address of one, what others were given cannot be it.
    takes = {
        "AccessManager": ["Bills", "Coins", "CargoLog", "Positions"],
        "Amendments": ["Bills"],
        "Registry": ["Bills"],
        "Bills": [
            "Reserves",
            "Exchange",
            "Coins",
            "CargoLog",
            "Sale",
            "Registrations",
            "Positions",
            "LoanDesk",
            "LoanBook",
        ],
    }
    assert faults[1:] == [(other, "code.wiring") for other in takes[name]]


def test_a_contract_that_is_listed_as_another_is_found(deployed: Suite) -> None:
    manifest = changed(deployed.manifest, "Registry", artifact="Amendments")
    assert found(deployed, manifest) == [("Registry", "code.artifact")]
    assert found(deployed, changed(deployed.manifest, "Bills", interface=None)) == [("Bills", "code.interface")]
    powers = deployed.manifest.powers.model_copy(update={"manager": "Registry"})
    assert found(deployed, deployed.manifest.model_copy(update={"powers": powers})) == [("Registry", "code.manager")]


def test_a_manifest_that_begins_too_late_is_found(deployed: Suite) -> None:
    """N23: whoever lists the blocks later than they are hides a member that was added before."""
    first, last = deployed.manifest.from_block, deployed.manifest.contract("Bills").block
    assert last is not None
    assert verify.beginning(deployed.connection, deployed.manifest, first) == []
    assert verify.beginning(deployed.connection, deployed.manifest, 0) == []

    late = verify.beginning(deployed.connection, deployed.manifest, last)
    assert [(item.level, item.id, item.subject) for item in late] == [
        ("error", "powers.earlier", name) for name in ("AccessManager", "Amendments", "Registry")
    ]


def test_a_node_without_old_blocks_is_told_and_not_trusted(deployed: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = deployed.connection.transport.batch

    def pruned(calls: Sequence[tuple[str, Sequence[Any]]]) -> list[dict[str, Any]]:
        answers = ask(calls)
        return [{"error": {"code": -32000, "message": "missing trie node"}} for _ in answers]

    monkeypatch.setattr(deployed.connection.transport, "batch", pruned)
    (told,) = verify.beginning(deployed.connection, deployed.manifest, deployed.manifest.from_block)
    assert (told.level, told.id) == ("warning", "powers.unchecked")
    assert "missing trie node" in told.message


def test_another_release_than_the_one_here_is_found(deployed: Suite) -> None:
    def load(name: str) -> Artifact:
        artifact = artifacts.load(name)
        if name != "Amendments":
            return artifact
        return replace(artifact, deployed_bytecode=artifact.deployed_bytecode[:-1] + b"\x00", sha256="00" * 32)

    faults = found(deployed, load=load)
    assert ("Amendments", "code.release") in faults
    assert ("Amendments", "code.other") in faults
    assert {subject for subject, _ in faults} == {"Amendments"}


def test_a_contract_whose_artifact_is_not_here_is_found(deployed: Suite) -> None:
    assert found(deployed, changed(deployed.manifest, "Bills", artifact="Cargo")) == [("Bills", "code.artifact")]


@pytest.mark.anvil
def test_code_that_was_put_there_by_other_means_is_found(over_http: Connection) -> None:
    suite = Suite(over_http, deploy.deploy_for_development(over_http))
    bills = suite.manifest.address("Bills")
    code = over_http.code(bills)
    registry = bytes.fromhex(suite.manifest.address("Registry")[2:])
    assert registry in code
    over_http.rpc("anvil_setCode", bills, "0x" + code.replace(registry, b"\x66" * 20).hex())
    assert found(suite) == [("Bills", "code.immutable")]
    over_http.rpc("anvil_setCode", bills, "0x" + code[:-1].hex() + "00")
    assert ("Bills", "code.other") in found(suite)
    over_http.rpc("anvil_setCode", bills, "0x")
    assert found(suite) == [("Bills", "code.missing")]


@pytest.mark.anvil
def test_code_is_compared_at_an_old_block_as_it_was(over_http: Connection) -> None:
    manifest = deploy.deploy_for_development(over_http)
    block = manifest.contracts[-1].block
    assert block is not None
    assert verify.code(over_http, manifest, block=block) == []
    missing = [fault.id for fault in verify.code(over_http, manifest, block=block - 1)]
    assert missing == ["code.missing"]


def test_the_masked_code_of_all_chains_has_one_hash(deployed: Suite) -> None:
    for item in deployed.manifest.contracts:
        assert "0x" + keccak(artifacts.load(item.artifact).deployed_bytecode).hex() == item.code_hash


def test_a_manifest_of_another_chain_is_refused(deployed: Suite) -> None:
    verify.chain(deployed.connection, deployed.manifest)
    for fields in ({"chain_id": 1}, {"genesis_hash": "0x" + "00" * 32}):
        with pytest.raises(ChainError) as told:
            verify.chain(deployed.connection, deployed.manifest.model_copy(update=fields))
        assert told.value.code == "chain.wrong"


def test_what_is_read_back_must_be_what_was_meant(deployed: Suite, usual_plan: Plan) -> None:
    addresses = {item.name: item.address for item in deployed.manifest.contracts}

    def read(*wanted: ReadBack) -> list[str]:
        return [fault.id for fault in verify.read_backs(deployed.connection, wanted, addresses)]

    assert read(*usual_plan.read_backs) == []
    assert read(ReadBack("Bills", "authority()(address)", (Ref("Registry"),))) == ["read_back.value"]
    assert read(ReadBack("Bills", "authority()(address)", (None,))) == []
    assert read(ReadBack("Bills", "ownerOf(uint256)(address)", (ROLES["bank"],), (7,))) == ["read_back.refused"]
    assert read(ReadBack("Bills", "ownerOf(uint256)", None, (7,))) == []
    assert read(ReadBack("Bills", "name()", None)) == ["read_back.allowed"]
