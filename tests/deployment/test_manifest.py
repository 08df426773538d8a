"""The manifest: written whole or not at all, read with every fault named, and when two are the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from deployed_suite import Suite

from sampan.deployment import manifest as manifests
from sampan.deployment import verify
from sampan.deployment.manifest import Manifest
from sampan.errors import BadInput, Missing, UsageError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def made(one_deployed: Suite) -> Manifest:
    return one_deployed.manifest


@pytest.mark.slow
def test_what_is_written_is_read_again(made: Manifest, tmp_path: Path) -> None:
    path = manifests.path_of(tmp_path / "deployments", "sepolia")
    manifests.write(made, path)
    assert manifests.load(path) == made
    assert [file.name for file in path.parent.iterdir()] == ["sepolia.json"]
    assert path.read_text().endswith("}\n")


@pytest.mark.slow
def test_it_says_all_that_the_issue_asks_for(made: Manifest) -> None:
    document = json.loads(made.to_json())
    assert document["schema"] == "sampan.deployment/2"
    assert document["ledger"] == made.address("Bills")
    for contract in document["contracts"]:
        abi = json.loads((ROOT / contract["abi"]).read_text())["abi"]
        assert any(item.get("name") == {"Bills": "enrol"}.get(contract["name"], item.get("name")) for item in abi)
    assert {"chain_id", "genesis_hash", "deployer", "git_commit", "time", "parameters", "release"} <= set(document)
    bills = next(item for item in document["contracts"] if item["name"] == "Bills")
    assert bills["source"] == "contracts/bills/Bills.sol"
    assert bills["arguments"][0]["value"] == made.address("AccessManager")
    assert bills["transaction"].startswith("0x")
    assert bills["block"] > 0
    assert len(bills["code_hash"]) == 66
    assert set(bills["immutables"]) == {"Bills.AMENDMENTS", "Bills.REGISTRY"}
    assert len(bills["artifact_hash"]) == 64
    blocks = [item["block"] for item in document["contracts"]]
    assert made.from_block == min(blocks)
    assert made.stands_from == document["powers"]["block"] > max(blocks)


def test_its_schema_is_the_one_that_is_printed() -> None:
    from sampan.cli import schema

    printed = schema.load("sampan.deployment/2")
    ours = Manifest.model_json_schema(by_alias=True)
    assert {key: value for key, value in printed.items() if not key.startswith("$s") and key != "$id"} == ours


def test_every_manifest_is_valid_by_its_schema(made: Manifest) -> None:
    import jsonschema

    from sampan.cli import schema

    jsonschema.Draft202012Validator(schema.load("deployment")).validate(json.loads(made.to_json()))


def test_two_are_the_same_but_for_time_commit_block_and_transaction(made: Manifest) -> None:
    bills = made.contracts[-1].model_copy(update={"transaction": "0x" + "00" * 32, "block": 99})
    told = made.powers.model_copy(update={"block": None})
    other = made.model_copy(
        update={
            "time": "2030-01-01T00:00:00Z",
            "git_commit": None,
            "contracts": [*made.contracts[:-1], bills],
            "powers": told,
        }
    )
    assert made.same_as(other)
    assert other.same_as(made)
    for field, value in (("chain_id", 5), ("deployer", "0x" + "11" * 20), ("release", "x"), ("network", "other")):
        assert not made.same_as(made.model_copy(update={field: value}))
    moved = made.contracts[-1].model_copy(update={"address": "0x" + "11" * 20})
    assert not made.same_as(made.model_copy(update={"contracts": [*made.contracts[:-1], moved]}))


def test_a_manifest_that_is_not_there_is_looked_for_and_never_answered_with_another_deployment(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="no such manifest") as told:
        manifests.load(tmp_path / "sepolia.json")
    assert "--manifest FILE" in (told.value.hint or "")
    assert "sampan deploy" not in (told.value.hint or "")


@pytest.mark.slow
def test_where_a_manifest_lacks_blocks_its_ledger_stands_from_the_last_that_it_has(made: Manifest) -> None:
    untold = made.model_copy(update={"powers": made.powers.model_copy(update={"block": None})})
    assert untold.stands_from == max(item.block or 0 for item in made.contracts)
    nowhere = [item.model_copy(update={"block": None}) for item in made.contracts]
    assert untold.model_copy(update={"contracts": nowhere}).stands_from == 0


def test_a_manifest_of_the_first_schema_is_read_as_one_of_today(made: Manifest) -> None:
    document = json.loads(made.to_json())
    del document["ledger"]
    first = {**document, "schema": "sampan.deployment/1"}
    first["contracts"] = [{key: item[key] for key in item if key != "abi"} for item in document["contracts"]]
    assert manifests.parse(json.dumps(first).encode()) == made


def test_the_manifest_of_a_chain_is_found_by_what_the_chain_is_whatever_its_file_is_called(
    one_deployed: Suite, tmp_path: Path
) -> None:
    connection, made = one_deployed.connection, one_deployed.manifest
    with pytest.raises(Missing, match="no manifest there is of this chain"):
        manifests.find(tmp_path, connection)
    manifests.write(made, tmp_path / "consortium.json")
    manifests.write(made, tmp_path / "consortium-2026-01-02T030405Z.json")
    manifests.write(made.model_copy(update={"genesis_hash": "0x" + "11" * 32}), tmp_path / "elsewhere.json")
    (tmp_path / "notes.json").write_text("{}")
    assert manifests.find(tmp_path, connection) == (tmp_path / "consortium.json", made)
    assert manifests.place_of(tmp_path, connection) == tmp_path / "consortium.json"
    # Two of one ledger are one; of two ledgers the one that has the network's name, else nobody can tell.
    manifests.write(made, tmp_path / "copy.json")
    assert manifests.find(tmp_path, connection)[1] == made
    moved = made.model_copy(update={"ledger": made.address("Registry")})
    manifests.write(moved, tmp_path / "other.json")
    with pytest.raises(UsageError, match=r"consortium\.json, copy\.json, other\.json"):
        manifests.find(tmp_path, connection)
    manifests.write(moved, tmp_path / f"{connection.network.name}.json")
    assert manifests.find(tmp_path, connection)[1] == moved


def test_a_manifest_that_names_another_ledger_is_found_out(made: Manifest) -> None:
    assert "code.ledger" in {
        fault.id
        for fault in verify.code(_Nothing(), made.model_copy(update={"ledger": made.address("Registry")}))  # type: ignore[arg-type]
    }


class _Nothing:
    """A chain without code."""

    def rpc_many(self, calls: list[object]) -> list[str]:
        return ["0x"] * len(calls)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"{}", "its schema is None"),
        (b'{"schema": "sampan.deployment/3"}', "its schema is 'sampan.deployment/3'"),
        (b"[]", "at the top"),
        (b'{"schema": "sampan.deployment/1"}', "at network: Field required"),
        (b'{"schema": "sampan.deployment/2"}', "at network: Field required"),
    ],
)
def test_what_is_no_manifest_is_refused_with_the_place(content: bytes, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        manifests.parse(content)


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("chain_id",), "31337", "chain_id"),
        (("chain_id",), 0, "chain_id"),
        (("genesis_hash",), "0x12", "genesis_hash"),
        (("time",), "yesterday", "time"),
        (("contracts", 1, "address"), "0x12", "contracts/1/address"),
        (("contracts", 1, "code_hash"), None, "contracts/1/code_hash"),
        (("contracts", 1, "block"), -1, "contracts/1/block"),
        (("powers", "roles", 0, "delay"), 2**32, "powers/roles/0/delay"),
        (("powers", "roles", 0, "owner"), 1, "powers/roles/0/owner"),
        (("surprise",), 1, "surprise"),
    ],
)
def test_a_damaged_manifest_is_refused_with_the_place(
    made: Manifest, path: tuple[object, ...], value: object, place: str
) -> None:
    document = json.loads(made.to_json())
    *way, last = path
    part = document
    for step in way:
        part = part[step]
    part[last] = value
    with pytest.raises(BadInput, match=f"at {place}: "):
        manifests.parse(json.dumps(document).encode())


def test_a_mistyped_address_is_found_by_its_checksum(made: Manifest) -> None:
    text = made.to_json()
    address = made.address("Bills")
    digit = next(index for index, letter in enumerate(address) if letter in "ABCDEF")
    mistyped = address[:digit] + address[digit].lower() + address[digit + 1 :]
    with pytest.raises(BadInput, match="contracts/Bills/address: a digit is mistyped"):
        manifests.parse(text.replace(address, mistyped).encode())


def test_a_name_stands_once(made: Manifest) -> None:
    document = json.loads(made.to_json())
    document["contracts"].append(document["contracts"][0])
    with pytest.raises(BadInput, match="a name twice"):
        manifests.parse(json.dumps(document).encode())


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["os.fsync", "pathlib.Path.replace", "sampan.deployment.manifest.Manifest.to_json"])
@pytest.mark.parametrize("there", [False, True])
def test_killed_in_the_middle_of_writing_leaves_the_old_one_or_none(
    made: Manifest, tmp_path: Path, moment: str, there: bool
) -> None:
    path = tmp_path / "local.json"
    old = made.model_copy(update={"network": "old"})
    if there:
        manifests.write(old, path)
    (tmp_path / "new.json").write_text(made.to_json())
    program = (
        "import importlib, os, signal, sys\n"
        "from pathlib import Path\n"
        "from sampan.deployment import manifest as manifests\n"
        f"made = manifests.load(Path({str(tmp_path / 'new.json')!r}))\n"
        "def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)\n"
        f"module, _, name = {moment!r}.rpartition('.')\n"
        "owner = sys.modules.get(module)\n"
        "if owner is None:\n"
        "    module, _, cls = module.rpartition('.')\n"
        "    owner = getattr(importlib.import_module(module), cls)\n"
        "setattr(owner, name, die)\n"
        f"manifests.write(made, Path({str(path)!r}))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], env=os.environ, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    if there:
        assert manifests.load(path) == old
    else:
        assert not path.exists()
    manifests.write(made, path)
    assert manifests.load(path) == made
    assert sorted(file.name for file in tmp_path.iterdir()) == ["local.json", "new.json"]
