"""Deploying: what stands is left as it is, what is missing is done, what is wrong is said before anything is sent."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sampan.chain import abi
from sampan.chain.accounts import ROLES, development_signer
from sampan.chain.connection import Connection
from sampan.chain.sender import Sender
from sampan.chain.transactions import Call, Reverted
from sampan.deployment import deploy, factory, parameters, suite
from sampan.deployment import manifest as manifests
from sampan.deployment.plan import Plan
from sampan.errors import BadInput, ChainError, UsageError
from sampan.keccak import keccak

DEPLOYER = development_signer("deployer")
TRANSACTIONS = 17
"""On a chain without the factory: its funding and itself, eight contracts, the wiring, the hand-over."""


def run(connection: Connection, plan: Plan, path: Path | None = None, **options: object) -> deploy.Outcome:
    return deploy.deploy(connection, DEPLOYER, plan, path=path, **options)


@pytest.mark.slow
def test_a_deployment_says_what_it_did_and_is_read_back(
    in_process: Connection, usual_plan: Plan, tmp_path: Path
) -> None:
    path = tmp_path / "deployments" / "tester.json"
    steps: list[tuple[str, str]] = []
    outcome = run(in_process, usual_plan, path, watch=lambda what, label: steps.append((what, label)))
    assert manifests.load(path) == outcome.manifest
    assert len(outcome.receipts) == TRANSACTIONS
    assert [label for what, label in steps if what == "mined"] == [
        "fund the sender of the factory",
        "deploy the factory",
        "deploy AccessManager",
        "deploy Amendments",
        "deploy Registry",
        "deploy Bills",
        "deploy Reserves",
        "deploy Exchange",
        "deploy Coins",
        "deploy CargoLog",
        "deploy Sale",
        "deploy Registrations",
        "deploy Positions",
        "deploy LoanDesk",
        "deploy LoanBook",
        "wire powers 1",
        "hand over administration",
    ]
    assert [file.name for file in path.parent.iterdir()] == ["tester.json"], "no journal, no draft"
    for item in outcome.manifest.contracts:
        receipt = outcome.receipts[f"deploy {item.name}"]
        assert (item.transaction, item.block) == (receipt.transaction_hash, receipt.block_number)


@pytest.mark.slow
def test_a_second_run_sends_nothing_and_leaves_the_manifest_alone(
    in_process: Connection, usual_plan: Plan, tmp_path: Path
) -> None:
    path = tmp_path / "tester.json"
    first = run(in_process, usual_plan, path)
    content, nonce = path.read_bytes(), in_process.nonce(DEPLOYER.address)
    second = run(in_process, usual_plan, path)
    assert not second.receipts
    assert second.manifest == first.manifest
    assert path.read_bytes() == content
    assert in_process.nonce(DEPLOYER.address) == nonce


@pytest.mark.slow
def test_a_manifest_that_was_lost_is_written_again_from_the_chain(
    in_process: Connection, usual_plan: Plan, tmp_path: Path
) -> None:
    first = run(in_process, usual_plan, tmp_path / "one.json")
    Sender(in_process, development_signer("carrier")).send(Call(ROLES["shipper"], value=1))
    again = run(in_process, usual_plan, tmp_path / "two.json")
    assert not again.receipts
    assert again.manifest.same_as(first.manifest)
    for was, found in zip(first.manifest.contracts, again.manifest.contracts, strict=True):
        assert (found.transaction, found.block) == (was.transaction, was.block)


@pytest.mark.slow
def test_other_powers_than_those_of_a_lost_manifest_are_told_before_and_send_nothing(
    in_process: Connection, usual_plan: Plan, tmp_path: Path
) -> None:
    run(in_process, usual_plan)
    other, nonce = replace(usual_plan, admin_delay=usual_plan.admin_delay + 1), in_process.nonce(DEPLOYER.address)
    preview = deploy.preview(in_process, other)
    assert preview.differs
    assert preview.nothing_to_do
    assert not deploy.preview(in_process, usual_plan).differs
    fewer = replace(usual_plan, roles=tuple(role.model_copy(update={"members": []}) for role in usual_plan.roles))
    assert deploy.preview(in_process, fewer).differs, "more members than the plan names"
    with pytest.raises(ChainError, match="has a delay of") as refused:
        run(in_process, other, tmp_path / "other.json")
    assert "let the parameters say what stands" in str(refused.value.hint)
    assert in_process.nonce(DEPLOYER.address) == nonce
    assert not (tmp_path / "other.json").exists()


@pytest.mark.slow
def test_what_somebody_else_deployed_before_us_counts(in_process: Connection, usual_plan: Plan) -> None:
    # Whoever runs our creation code through the factory gives us what we wanted: nothing in it asks who they are.
    from sampan.deployment.plan import resolve
    from sampan.toolchain import artifacts

    resolved = resolve(usual_plan, artifacts.load)
    stranger = Sender(in_process, development_signer("stranger"))
    stranger.send(Call(factory.SENDER, value=factory.PRICE))
    stranger.send_raw(factory.TRANSACTION, "the factory")
    for name in ("AccessManager", "Amendments"):
        stranger.send(factory.creation(usual_plan.salt, resolved[name].init_code, name))
    outcome = run(in_process, usual_plan)
    assert set(outcome.receipts) == {
        "deploy Registry",
        "deploy Bills",
        "deploy Reserves",
        "deploy Exchange",
        "deploy Coins",
        "deploy CargoLog",
        "deploy Sale",
        "deploy Registrations",
        "deploy Positions",
        "deploy LoanDesk",
        "deploy LoanBook",
        "wire powers 1",
        "hand over administration",
    }
    assert outcome.manifest.contract("AccessManager").transaction is not None


@pytest.mark.slow
def test_the_factory_is_deployed_by_its_own_transaction_where_it_is_missing(
    in_process: Connection, usual_plan: Plan
) -> None:
    assert in_process.code(factory.ADDRESS) == b""
    run(in_process, usual_plan)
    assert in_process.code(factory.ADDRESS) == factory.CODE


@pytest.mark.slow
def test_ether_that_its_sender_has_already_is_not_sent_again(in_process: Connection, usual_plan: Plan) -> None:
    Sender(in_process, development_signer("stranger")).send(Call(factory.SENDER, value=factory.PRICE))
    assert deploy.FUNDING not in run(in_process, usual_plan).receipts


@pytest.mark.slow
def test_the_administrator_may_be_the_deployer_itself(in_process: Connection) -> None:
    decided = parameters.usual(DEPLOYER.address, development=False)
    manifest = run(in_process, suite.plan(decided)).manifest
    assert manifest.powers.roles[0].members == [DEPLOYER.address]
    manager = manifest.address("AccessManager")
    grant = abi.encode_call("grantRole(uint64,address,uint32)", 1, ROLES["thief"], 0)
    with pytest.raises(Reverted) as told:
        Sender(in_process, DEPLOYER).send(Call(manager, grant))
    operation = keccak(abi.encode(["address", "address", "bytes"], [DEPLOYER.address, manager, grant]))
    assert told.value.data == abi.encode_call("AccessManagerNotScheduled(bytes32)", operation)


@pytest.mark.slow
def test_a_deployment_without_delays_is_wired_all_the_same(in_process: Connection) -> None:
    manifest = deploy.deploy_for_development(in_process, delay=0)
    assert {role.delay for role in manifest.powers.roles} == {0}
    again = deploy.deploy_for_development(in_process, delay=0)
    assert again.same_as(manifest)


@pytest.mark.slow
def test_several_members_and_their_delays_are_wired(in_process: Connection) -> None:
    decided = parameters.from_document(
        {
            "roles": {
                "SUSPENDER": {"members": ["bank", "carrier", "supervisor"], "grant_delay": 3_600},
                "LIFTER": {"members": ["supervisor", "bank"], "delay": 7 * 86_400},
            }
        },
        DEPLOYER.address,
        development=True,
    )
    manifest = run(in_process, suite.plan(decided)).manifest
    roles = {role.name: role for role in manifest.powers.roles}
    assert roles["SUSPENDER"].members == [ROLES["bank"], ROLES["carrier"], ROLES["supervisor"]]
    assert roles["LIFTER"].delay == 7 * 86_400


@pytest.mark.slow
def test_hundreds_of_members_are_wired_in_transactions_that_fit(in_process: Connection) -> None:
    members = ["0x" + (10**20 + n).to_bytes(20, "big").hex() for n in range(60)]
    decided = parameters.from_document(
        {"roles": {"SUSPENDER": {"members": members}}}, DEPLOYER.address, development=True
    )
    outcome = run(in_process, suite.plan(decided))
    wiring = [receipt for label, receipt in outcome.receipts.items() if label.startswith("wire powers")]
    assert len(wiring) >= 3
    assert max(receipt.gas_used for receipt in wiring) < 4_000_000


# ------------------------------------------------------------------------------------------------------ what is refused


def test_another_signer_than_the_plans_deployer_is_refused(in_process: Connection, usual_plan: Plan) -> None:
    with pytest.raises(UsageError, match="the plan is for the deployer"):
        deploy.deploy(in_process, development_signer("carrier"), usual_plan)
    assert in_process.block_number() == 0


@pytest.mark.slow
def test_other_parameters_are_another_deployment_and_need_a_word(
    in_process: Connection, usual_plan: Plan, tmp_path: Path
) -> None:
    path = tmp_path / "tester.json"
    first = run(in_process, usual_plan, path).manifest
    decided = replace(parameters.usual(DEPLOYER.address, development=True), salt="second")
    with pytest.raises(UsageError, match="something else was deployed there") as told:
        run(in_process, suite.plan(decided), path)
    assert "--replace" in (told.value.hint or "")
    assert manifests.load(path) == first
    second = run(in_process, suite.plan(decided), path, replace=True).manifest
    assert manifests.load(path) == second
    assert second.address("Bills") != first.address("Bills")
    assert [file.name for file in tmp_path.iterdir()] == ["tester.json"], "a chain on this machine is nothing to keep"


@pytest.mark.slow
def test_elsewhere_the_old_manifest_is_kept_beside_the_new_one(
    in_process: Connection, usual_plan: Plan, tmp_path: Path
) -> None:
    path = tmp_path / "public.json"
    public = Connection(in_process.transport, replace(in_process.network, kind="http", url="https://rpc.example"))
    first = run(public, usual_plan, path).manifest
    decided = replace(parameters.usual(DEPLOYER.address, development=True), salt="second")
    run(public, suite.plan(decided), path, replace=True)
    (aside,) = [file for file in tmp_path.iterdir() if file != path]
    assert manifests.load(aside) == first


@pytest.mark.slow
def test_a_new_release_is_a_new_deployment_beside_the_old_one(
    in_process: Connection, usual_plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sampan.toolchain import artifacts

    path = tmp_path / "tester.json"
    old = run(in_process, usual_plan, path).manifest
    monkeypatch.setattr(artifacts, "release_hash", lambda: "22" * 32)
    new = suite.plan(parameters.usual(DEPLOYER.address, development=True))
    with pytest.raises(UsageError, match="something else was deployed there"):
        run(in_process, new, path)
    made = run(in_process, new, path, replace=True).manifest
    assert made.release == "22" * 32
    assert not {item.address for item in made.contracts} & {item.address for item in old.contracts}
    assert in_process.code(old.address("Bills")), "the old one stands for ever"


def test_a_damaged_manifest_stops_the_run_before_anything_is_sent(
    in_process: Connection, usual_plan: Plan, tmp_path: Path
) -> None:
    path = tmp_path / "tester.json"
    path.write_text("{}")
    with pytest.raises(BadInput, match="its schema is None") as told:
        run(in_process, usual_plan, path)
    assert told.value.subject == str(path)
    assert in_process.block_number() == 0
    assert path.read_text() == "{}"


@pytest.mark.slow
def test_the_manifest_of_another_chain_stops_the_run_elsewhere_than_here(
    in_process: Connection, usual_plan: Plan, tmp_path: Path
) -> None:
    path = tmp_path / "tester.json"
    manifest = run(in_process, usual_plan, path).manifest
    manifests.write(manifest.model_copy(update={"genesis_hash": "0x" + "00" * 32}), path)
    elsewhere = replace(in_process.network, kind="http", url="https://rpc.example")
    public = Connection(in_process.transport, elsewhere)
    with pytest.raises(ChainError, match="the manifest is of another chain") as told:
        run(public, usual_plan, path)
    assert told.value.code == "chain.wrong"
    # On this machine a development chain that is gone is nothing to keep.
    assert run(in_process, usual_plan, path).manifest.same_as(manifest)


def test_a_constructors_refusal_is_told_though_the_factory_hides_it(in_process: Connection, usual_plan: Plan) -> None:
    manager, *others = usual_plan.contracts
    nobody = replace(manager, arguments=("0x" + "00" * 20,))
    with pytest.raises(Reverted) as told:
        run(in_process, replace(usual_plan, contracts=(nobody, *others)))
    assert told.value.data == abi.encode_call("AccessManagerInvalidInitialAdmin(address)", "0x" + "00" * 20)


@pytest.mark.slow
def test_what_is_read_back_wrong_leaves_no_manifest(in_process: Connection, usual_plan: Plan, tmp_path: Path) -> None:
    from sampan.deployment.plan import ReadBack

    wrong = replace(usual_plan, read_backs=(ReadBack("Bills", "symbol()(string)", ("BL",)),))
    with pytest.raises(ChainError, match=r"Bills\.symbol\(\): answers \('EBL',\), expected \('BL',\)"):
        run(in_process, wrong, tmp_path / "tester.json")
    assert not (tmp_path / "tester.json").exists()


def test_published_keys_are_for_development_chains(in_process: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(in_process), "is_development", property(lambda self: False))
    with pytest.raises(UsageError, match="published keys"):
        deploy.deploy_for_development(in_process)


# -------------------------------------------------------------------------------------------------------------- preview


@pytest.mark.slow
def test_a_preview_sends_nothing_and_is_near_the_truth(in_process: Connection, usual_plan: Plan) -> None:
    wanted = deploy.preview(in_process, usual_plan)
    assert in_process.block_number() == 0
    assert not wanted.nothing_to_do
    outcome = run(in_process, usual_plan)
    used = sum(receipt.gas_used for label, receipt in outcome.receipts.items() if label != deploy.FACTORY)
    assert used <= wanted.gas <= used * 5 // 4
    addresses = {item.name: item.address for item in outcome.manifest.contracts}
    assert {step.label: step.address for step in wanted.steps if step.label != deploy.FACTORY and step.address} == {
        f"deploy {name}": address for name, address in addresses.items()
    }
    assert sum(receipt.cost for receipt in outcome.receipts.values()) <= wanted.max_cost
    assert deploy.preview(in_process, usual_plan).nothing_to_do


@pytest.mark.slow
def test_no_key_and_no_machine_path_is_in_a_manifest(in_process: Connection, usual_plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "tester.json"
    run(in_process, usual_plan, path)
    text = path.read_text()
    assert DEPLOYER._key.key.hex().removeprefix("0x") not in text
    assert str(Path.cwd()) not in text
    assert str(tmp_path) not in text
    json.loads(text)


@pytest.mark.slow
def test_nodes_behind_one_name_that_lag_behind_each_other_are_waited_for(
    in_process: Connection, usual_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one node told us was mined, the next may not know yet: it is asked again before anything is called wrong."""
    pauses: list[float] = []
    monkeypatch.setattr("sampan.deployment.deploy.time.sleep", pauses.append)
    lagging = {"left": 0, "deployed": 0}

    class Lagging:
        name = "rpc.example"

        def request(self, method: str, params: list[object]) -> dict[str, object]:
            if method == "eth_sendRawTransaction":
                lagging["deployed"] += 1
                lagging["left"] = 2
            if method == "eth_getCode" and lagging["left"] and lagging["deployed"] > 2:
                lagging["left"] -= 1
                return {"result": "0x"}
            return in_process.transport.request(method, params)

        def batch(self, calls: list[tuple[str, list[object]]]) -> list[dict[str, object]]:
            return [self.request(method, params) for method, params in calls]

        def close(self) -> None:
            pass

    elsewhere = replace(in_process.network, kind="http", url="https://rpc.example", confirmations=1)
    outcome = run(Connection(Lagging(), elsewhere), usual_plan)
    assert len(outcome.receipts) == TRANSACTIONS
    assert pauses
