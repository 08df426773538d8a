"""Who can do what: read from the chain, and every way in which it may be more than the manifest says (N23, L8)."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from deployed_suite import Suite

from sampan.chain import abi
from sampan.chain.accounts import ROLES, development_signer
from sampan.chain.connection import Connection
from sampan.chain.sender import Sender
from sampan.chain.transactions import Call, Log, Reverted
from sampan.deployment import deploy, parameters, powers, suite, verify
from sampan.deployment.parameters import DAY
from sampan.errors import ChainError
from sampan.keccak import keccak

ENROLLER, SUSPENDER, LIFTER = 1, 2, 3


def administer(suite_: Suite, signature: str, *arguments: object, role: str = "administrator") -> None:
    """An act of the administrator on the manager, after its delay."""
    manager = suite_.manifest.address("AccessManager")
    data = abi.encode_call(signature, *arguments)
    sender = suite_.sender(role)
    sender.send(Call(manager, abi.encode_call("schedule(address,bytes,uint48)", manager, data, 0)))
    suite_.connection.advance_time(5 * DAY)
    sender.send(Call(manager, abi.encode_call("execute(address,bytes)", manager, data)))


def test_every_power_is_as_it_was_deployed(deployed: Suite) -> None:
    found = deployed.powers()
    assert deployed.differences() == []
    assert {role.name: [member.account for member in role.members] for role in found.roles} == {
        "ADMIN": [ROLES["administrator"]],
        **{name: [ROLES[name.lower()]] for name in parameters.ROLE_DELAYS},
    }
    delays = {role.name: role.members[0].delay.now for role in found.roles}
    assert delays == {"ADMIN": 5 * DAY, **parameters.ROLE_DELAYS}
    suspender = found.role(SUSPENDER)
    assert suspender is not None
    assert [function.signature for function in suspender.functions] == [
        "suspend(uint256,bytes)",
        "discredit(uint256,bytes32,uint256)",
    ]
    assert not found.operations


def test_the_deployer_keeps_nothing(deployed: Suite) -> None:
    assert all(member.account != ROLES["deployer"] for role in deployed.powers().roles for member in role.members)
    manager = deployed.manifest.address("AccessManager")
    grant = abi.encode_call("grantRole(uint64,address,uint32)", SUSPENDER, ROLES["thief"], 0)
    with pytest.raises(Reverted) as told:
        deployed.sender("deployer").send(Call(manager, grant))
    administrators = 0
    assert told.value.data == abi.encode_call(
        "AccessManagerUnauthorizedAccount(address,uint64)", ROLES["deployer"], administrators
    )


def test_the_administrator_can_do_nothing_at_once(deployed: Suite) -> None:
    manager, bills = deployed.manifest.address("AccessManager"), deployed.manifest.address("Bills")
    for data in (
        abi.encode_call("grantRole(uint64,address,uint32)", ENROLLER, ROLES["thief"], 0),
        abi.encode_call("grantRole(uint64,address,uint32)", 0, ROLES["administrator"], 0),
        abi.encode_call("revokeRole(uint64,address)", 0, ROLES["administrator"]),
        abi.encode_call("setTargetFunctionRole(address,bytes4[],uint64)", bills, [b"\x01\x02\x03\x04"], 0),
        abi.encode_call("setTargetAdminDelay(address,uint32)", bills, 0),
        abi.encode_call("setTargetClosed(address,bool)", bills, True),
        abi.encode_call("setGrantDelay(uint64,uint32)", ENROLLER, 0),
        abi.encode_call("updateAuthority(address,address)", bills, manager),
    ):
        with pytest.raises(Reverted) as told:
            deployed.sender("administrator").send(Call(manager, data))
        operation = keccak(abi.encode(["address", "address", "bytes"], [ROLES["administrator"], manager, data]))
        assert told.value.data == abi.encode_call("AccessManagerNotScheduled(bytes32)", operation)


def test_nobody_can_put_another_manager_in_its_place(deployed: Suite) -> None:
    manager, bills = deployed.manifest.address("AccessManager"), deployed.manifest.address("Bills")
    with pytest.raises(Reverted) as told:
        administer(deployed, "updateAuthority(address,address)", bills, manager)
    assert told.value.data == abi.encode_call("AuthorityIsFixed()")
    assert powers.authority_of(deployed.connection, bills) == manager


@pytest.mark.slow
def test_a_delay_on_wiring_begins_to_count_after_five_days_and_is_shown_before(deployed: Suite) -> None:
    target = next(item for item in deployed.powers().targets if item.contract == "Bills")
    assert (target.admin_delay.now, target.admin_delay.announced) == (0, 5 * DAY)
    assert target.admin_delay.coming == 5 * DAY
    deployed.connection.advance_time(5 * DAY)
    target = next(item for item in deployed.powers().targets if item.contract == "Bills")
    assert target.admin_delay == powers.Delay(5 * DAY)
    assert deployed.differences() == []


@pytest.mark.slow
def test_a_scheduled_act_is_shown_until_it_is_done(deployed: Suite) -> None:
    manager, bills = deployed.manifest.address("AccessManager"), deployed.manifest.address("Bills")
    lift = abi.encode_call("liftSuspension(uint256)", 7)
    deployed.sender("lifter").send(Call(manager, abi.encode_call("schedule(address,bytes,uint48)", bills, lift, 0)))
    (operation,) = deployed.powers().operations
    assert (operation.caller, operation.target, operation.what) == (ROLES["lifter"], "Bills", "liftSuspension(uint256)")
    assert operation.ready == deployed.connection.time() + 2 * DAY
    assert deployed.differences() == [("warning", "powers.scheduled")]
    deployed.connection.advance_time(10 * DAY)
    assert deployed.powers().operations[0].expired
    assert deployed.differences() == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("signature", "arguments", "expected"),
    [
        # A member gets a shorter delay.
        ("grantRole(uint64,address,uint32)", (LIFTER, ROLES["lifter"], DAY), ("error", "powers.delay")),
        ("grantRole(uint64,address,uint32)", (LIFTER, ROLES["lifter"], 3 * DAY), ("warning", "powers.delay")),
        # Somebody else gets a role.
        ("grantRole(uint64,address,uint32)", (SUSPENDER, ROLES["thief"], 0), ("error", "powers.member")),
        ("grantRole(uint64,address,uint32)", (0, ROLES["thief"], 5 * DAY), ("error", "powers.member")),
        ("grantRole(uint64,address,uint32)", (99, ROLES["thief"], 0), ("error", "powers.role")),
        ("revokeRole(uint64,address)", (SUSPENDER, ROLES["suspender"]), ("warning", "powers.member")),
        # Roles are administered or guarded by others.
        ("setRoleAdmin(uint64,uint64)", (ENROLLER, SUSPENDER), ("error", "powers.admin")),
        ("setRoleGuardian(uint64,uint64)", (LIFTER, SUSPENDER), ("error", "powers.guardian")),
        ("setGrantDelay(uint64,uint32)", (ENROLLER, 60), ("warning", "powers.delay")),
    ],
)
def test_every_change_is_found(
    deployed: Suite, signature: str, arguments: tuple[object, ...], expected: tuple[str, str]
) -> None:
    administer(deployed, signature, *arguments)
    assert expected in deployed.differences()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "role", "expected"),
    [
        ("suspend(uint256,bytes)", LIFTER, ("error", "powers.function")),
        (
            "enrol((uint256,uint256,bytes2,uint256,bytes32,address,uint8,uint256),bytes)",
            0,
            ("error", "powers.function"),
        ),
        ("liftSuspension(uint256)", powers.PUBLIC_ROLE, ("error", "powers.public")),
    ],
)
def test_a_function_given_to_another_role_is_found(
    deployed: Suite, function: str, role: int, expected: tuple[str, str]
) -> None:
    bills = deployed.manifest.address("Bills")
    administer(deployed, "setTargetFunctionRole(address,bytes4[],uint64)", bills, [abi.selector(function)], role)
    assert expected in deployed.differences()
    assert ("warning", "powers.function") in deployed.differences(), "the role that had it is named too"


@pytest.mark.slow
def test_a_closed_ledger_is_found(deployed: Suite) -> None:
    administer(deployed, "setTargetClosed(address,bool)", deployed.manifest.address("Bills"), True)
    assert ("warning", "powers.closed") in deployed.differences()


@pytest.mark.slow
def test_a_shorter_delay_on_wiring_is_found_as_soon_as_it_is_announced(deployed: Suite) -> None:
    administer(deployed, "setTargetAdminDelay(address,uint32)", deployed.manifest.address("Bills"), DAY)
    assert ("error", "powers.delay") in deployed.differences()


@pytest.mark.slow
def test_a_restricted_function_that_nobody_was_given_is_the_administrators_and_is_found(
    in_process: Connection,
) -> None:
    decided = parameters.usual(ROLES["deployer"], development=True)
    plan = suite.plan(decided)
    lacking = tuple(role for role in plan.roles if role.name != "SUSPENDER")
    with pytest.raises(ChainError, match=r"Bills\.suspend\(uint256,bytes\): may be called by ADMIN"):
        deploy.deploy(in_process, development_signer("deployer"), replace(plan, roles=lacking))


@pytest.mark.slow
def test_powers_are_read_at_an_old_block_as_they_were(deployed: Suite) -> None:
    block = deployed.connection.block_number()
    administer(deployed, "revokeRole(uint64,address)", SUSPENDER, ROLES["suspender"])
    manager = deployed.manifest.address("AccessManager")
    contracts = verify.contracts_of(deployed.manifest)
    then = powers.read(deployed.connection, manager, contracts, from_block=0, block=block)
    now = powers.read(deployed.connection, manager, contracts, from_block=0)
    assert [len(role.members) for role in then.roles if role.number == SUSPENDER] == [1]
    assert [len(role.members) for role in now.roles if role.number == SUSPENDER] == [0]


@pytest.mark.slow
def test_an_rpc_that_adds_a_member_to_the_events_is_caught(deployed: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    # It is named by an event, and the contract does not know it.
    honest = deployed.connection.logs

    def lying(*arguments: object, **options: object) -> list[Log]:
        found = honest(*arguments, **options)
        granted = abi.topic("RoleGranted(uint64,address,uint32,uint48,bool)")
        thief = bytes(12) + bytes.fromhex(ROLES["thief"][2:])
        invented = [
            replace(log, topics=(*log.topics[:2], thief), log_index=99) for log in found if log.topics[0] == granted
        ]
        return [*found, *invented[:1]]

    monkeypatch.setattr(deployed.connection, "logs", lying)
    with pytest.raises(ChainError, match="disagree about"):
        deployed.powers()


@pytest.mark.slow
def test_a_manager_with_hundreds_of_members_is_still_read(deployed: Suite) -> None:
    manager = deployed.manifest.address("AccessManager")
    grants = [
        abi.encode_call("grantRole(uint64,address,uint32)", SUSPENDER, "0x" + (10**20 + n).to_bytes(20, "big").hex(), 0)
        for n in range(150)
    ]
    sender = deployed.sender("administrator")
    for start in range(0, len(grants), 50):
        calls = [
            abi.encode_call("schedule(address,bytes,uint48)", manager, grant, 0) for grant in grants[start : start + 50]
        ]
        sender.send(Call(manager, abi.encode_call("multicall(bytes[])", calls)))
    deployed.connection.advance_time(5 * DAY)
    for start in range(0, len(grants), 50):
        calls = [abi.encode_call("execute(address,bytes)", manager, grant) for grant in grants[start : start + 50]]
        sender.send(Call(manager, abi.encode_call("multicall(bytes[])", calls)))
    role = deployed.powers().role(SUSPENDER)
    assert role is not None
    assert len(role.members) == 151


# ---------------------------------------------------------------------------------------------------------- the command


@pytest.mark.anvil
def test_the_command_prints_powers_and_ends_with_1_when_a_delay_is_shorter(
    over_http: Connection, sampan_command: object, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "deployments"
    url = over_http.network.url
    monkeypatch.setenv("SAMPAN_NETWORK_TRIAL_URL", url)
    monkeypatch.setenv("SAMPAN_DEPLOYMENTS", str(folder))
    done = sampan_command("deploy", "--network", "trial", "--json")
    assert done.code == 0
    good = sampan_command("powers", "--network", "trial", "--json")
    assert (good.code, good.document["differences"]) == (0, [])
    shown = sampan_command("powers", "--network", "trial")
    assert "All as the manifest says" in shown.out
    assert "ENROLLER" in shown.out
    assert "2 days" in shown.out
    path = folder / "trial.json"
    manifest = json.loads(path.read_text())
    for role in manifest["powers"]["roles"]:
        role["delay"] = max(role["delay"], 60)
    path.write_text(json.dumps(manifest))
    bad = sampan_command("powers", "--network", "trial", "--json")
    assert bad.code == 1
    assert {item["id"] for item in bad.document["differences"]} == {"powers.delay"}
    assert sampan_command("powers", "--network", "trial").code == 1


def test_a_sender_that_has_no_power_is_refused_by_the_ledger(deployed: Suite) -> None:
    bills = deployed.manifest.address("Bills")
    with pytest.raises(Reverted) as told:
        Sender(deployed.connection, development_signer("stranger")).send(
            Call(bills, abi.encode_call("suspend(uint256,bytes)", 1, b"because"))
        )
    assert told.value.data == powers.UNAUTHORIZED + abi.encode(["address"], [ROLES["stranger"]])
