"""The plan as data: addresses that follow from code and parameters, and plans that make no sense."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sampan.chain import abi, networks
from sampan.chain.accounts import ROLES
from sampan.chain.connection import Connection
from sampan.deployment import deploy, factory, parameters, plan, powers, suite
from sampan.deployment.plan import ContractPlan, Plan, Ref
from sampan.errors import BadInput, Missing
from sampan.keccak import keccak
from sampan.toolchain import artifacts


def addresses(of: Plan) -> dict[str, str]:
    return {name: item.address for name, item in plan.resolve(of, artifacts.load).items()}


def usual(deployer: str = ROLES["deployer"]) -> parameters.Parameters:
    return parameters.usual(deployer, development=True)


@pytest.mark.parametrize(
    ("sender", "salt", "init_code", "address"),
    # Examples of EIP-1014, of which the factory's own address is not one; so the formula is held against them here.
    [
        ("00" * 20, "00" * 32, "00", "0x4D1A2e2bB4F88F0250f26Ffff098B0b30B26BF38"),
        ("deadbeef" + "00" * 16, "00" * 32, "00", "0xB928f69Bb1D91Cd65274e3c79d8986362984fDA3"),
        ("00" * 20, "00" * 32, "deadbeef", "0x70f2b2914A2a4b783FaEFb75f459A580616Fcb5e"),
        ("00" * 16 + "deadbeef", "00" * 28 + "cafebabe", "deadbeef", "0x60f3f640a8508fC6a86d45DF051962668E1e8AC7"),
    ],
)
def test_addresses_are_those_of_eip_1014(
    sender: str, salt: str, init_code: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(factory, "ADDRESS", "0x" + sender)
    assert factory.address_of(bytes.fromhex(salt), keccak(bytes.fromhex(init_code))) == address


def test_the_factorys_transaction_is_signed_by_the_one_whom_we_fund() -> None:
    from eth_account import Account

    assert Account.recover_transaction(factory.TRANSACTION) == factory.SENDER
    assert keccak(factory.TRANSACTION).hex() == "eddf9e61fb9d8f5111840daef55e5fde0041f5702856532cdbb5a02998033d26"


@pytest.mark.anvil
def test_anvil_has_the_same_factory_from_its_genesis(over_http: Connection) -> None:
    assert over_http.code(factory.ADDRESS) == factory.CODE


def test_same_release_and_same_parameters_give_the_same_addresses() -> None:
    assert addresses(suite.plan(usual())) == addresses(suite.plan(usual()))


def test_delays_and_members_do_not_move_the_addresses() -> None:
    assert addresses(suite.plan(usual())) == addresses(suite.plan(usual().with_delays(7)))


def test_another_release_gives_other_addresses_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even for the manager, whose code is the same: the old one is handed over, and nobody could wire it anew."""
    first = addresses(suite.plan(usual()))
    monkeypatch.setattr(artifacts, "release_hash", lambda: "another release")
    second = addresses(suite.plan(usual()))
    assert not set(first.values()) & set(second.values())


def test_another_salt_or_deployer_gives_other_addresses_for_all() -> None:
    first = addresses(suite.plan(usual()))
    for other in (replace(usual(), salt="second"), usual(ROLES["carrier"])):
        changed = addresses(suite.plan(other))
        assert changed["AccessManager"] != first["AccessManager"]
        assert changed["Bills"] != first["Bills"]


def test_an_argument_may_name_what_comes_before_alone(usual_plan: Plan) -> None:
    last, *others = reversed(usual_plan.contracts)
    with pytest.raises(BadInput, match="LoanBook: an argument refers to Bills, which does not come before it"):
        plan.resolve(replace(usual_plan, contracts=(last, *others)), artifacts.load)


def test_a_constructor_takes_what_it_takes(usual_plan: Plan) -> None:
    with pytest.raises(BadInput, match="takes 1 arguments, the plan gives 0"):
        plan.resolve(replace(usual_plan, contracts=(ContractPlan("AccessManager"),)), artifacts.load)
    with pytest.raises(BadInput, match="does not fit"):
        plan.resolve(replace(usual_plan, contracts=(ContractPlan("AccessManager", (7,)),)), artifacts.load)


def test_only_contracts_that_are_there_can_be_deployed(usual_plan: Plan) -> None:
    with pytest.raises(BadInput, match="interface"):
        plan.resolve(replace(usual_plan, contracts=(ContractPlan("ILedger"),)), artifacts.load)
    with pytest.raises(Missing, match="no such contract"):
        plan.resolve(replace(usual_plan, contracts=(ContractPlan("Cargo"),)), artifacts.load)


@pytest.mark.slow
def test_every_restricted_function_of_the_suite_is_given_to_a_role_and_no_other(in_process: Connection) -> None:
    """L8: no bill verb is an administrator's; whatever is, is wired."""
    manifest = deploy.deploy_for_development(in_process)
    for name, interface, given in (("Bills", "ILedger", suite.FUNCTIONS), ("Coins", "Coins", suite.OF_COINS)):
        contract = powers.Contract(name, manifest.address(name), artifacts.load(interface).abi)
        wired = {abi.selector(signature) for functions in given.values() for signature in functions}
        assert set(powers.restricted(in_process, contract)) == wired


def test_the_roles_of_the_suite_are_those_that_parameters_know() -> None:
    assert set(suite.FUNCTIONS) == set(parameters.ROLE_DELAYS)
    assert {name.lower() for name in suite.FUNCTIONS} <= set(ROLES)


@pytest.mark.slow
def test_a_suite_of_more_contracts_is_more_lines_of_the_plan(in_process: Connection, usual_plan: Plan) -> None:
    # A second manager stands in for a contract to come, so that its argument refers to the first.
    from sampan.chain.accounts import development_signer

    later = ContractPlan("Second", (Ref("AccessManager"),), artifact="AccessManager", managed=False)
    more = replace(usual_plan, contracts=(*usual_plan.contracts, later))
    outcome = deploy.deploy(in_process, development_signer("deployer"), more)
    assert outcome.manifest.contract("Second").arguments[0].value == outcome.manifest.address("AccessManager")


@pytest.mark.slow
def test_the_plan_is_the_same_for_the_networks_that_have_it() -> None:
    with networks.connect("tester") as one:
        first = deploy.deploy_for_development(one)
    with networks.connect("tester") as two:
        assert deploy.deploy_for_development(two).same_as(first)
