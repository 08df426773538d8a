"""`sampan deploy`: the suite onto a network; resumable; writes its manifest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sampan.cli import base, chain
from sampan.cli.output import table
from sampan.suite.tell import amount

if TYPE_CHECKING:
    from rich.console import Console

    from sampan.chain.connection import Connection
    from sampan.deployment.deploy import Outcome, Preview
    from sampan.deployment.plan import Plan


@base.command()
@base.network_option()
@click.option(
    "--parameters",
    "parameters_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="TOML file: who has which power, after which delay, and the salt of the addresses.",
)
@click.option("--replace", is_flag=True, help="Put the manifest of another release or other parameters aside.")
@base.setting_option("--confirmations", setting="confirmations")
@chain.signer_options
@chain.dry_run_option
@chain.yes_option
def command(network: str, parameters_file: Path | None, replace: bool, dry_run: bool, yes: bool) -> None:
    """Deploy the suite, wire its powers, read all back; write deployments/NETWORK.json.

    Killed at any point and called again it goes on; what stands already is left as it is. Same release, same parameters
    and same deployer give the same addresses on every chain.
    """
    from sampan.chain.fees import require_funds
    from sampan.deployment import deploy, manifest

    output = base.output()
    with chain.connect(network) as connection:
        path = manifest.path_of(base.settings().deployments, connection.network.name)
        if dry_run:
            plan = _plan(connection, _address(connection), parameters_file)
            wanted = deploy.preview(connection, plan)
            output.emit("sampan.deploy-plan/1", _planned(connection, plan, wanted), lambda to: _show_plan(to, wanted))
            return
        signer = chain.signer(connection, "deployer")
        plan = _plan(connection, signer.address, parameters_file)
        wanted = deploy.preview(connection, plan)
        if not wanted.nothing_to_do:
            require_funds(connection, plan.deployer, wanted.max_cost)
            if not connection.network.here:
                _show_plan(output.notes, wanted)
                chain.confirm(connection, f"Deploy to {connection.network.name} as {signer.address}?", yes=yes)
        outcome = run(connection, signer, plan, path, replace=replace)
        output.emit("sampan.deploy/1", _done(connection, outcome, path), lambda to: _show_done(to, outcome, path))


def run(connection: Connection, signer: Any, plan: Plan, path: Path, *, replace: bool = False) -> Outcome:
    """Deploy with progress shown. Raises as `sampan.deployment.deploy.deploy`."""
    from sampan.deployment import deploy

    output = base.output()
    with output.progress("Deploying") as advance:

        def watch(what: str, label: str) -> None:
            output.detail(f"{what:<8} {label}")
            advance(1 if what in ("mined", "written") else 0, description=label)

        return deploy.deploy(connection, signer, plan, path=path, replace=replace, watch=watch)


def _address(connection: Connection) -> str:
    from sampan.chain import signers

    return signers.address_of(
        chain.reference(connection, "deployer"), base.settings(), development=connection.is_development
    )


def _plan(connection: Connection, deployer: str, file: Path | None) -> Plan:
    from sampan.deployment import parameters, suite

    development = connection.is_development
    if file is not None:
        return suite.plan(parameters.read(file, deployer, development=development))
    if not development:
        base.output().note(
            "No --parameters: the deployer itself gets every power. Fit for a trial, for nothing else.", style="yellow"
        )
    return suite.plan(parameters.usual(deployer, development=development))


def _planned(connection: Connection, plan: Plan, wanted: Preview) -> dict[str, Any]:
    return {
        "network": connection.network.name,
        "chain_id": connection.chain_id,
        "deployer": plan.deployer,
        "steps": wanted.steps,
        "gas": wanted.gas,
        "max_cost": wanted.max_cost,
        "balance": wanted.balance,
        "parameters": plan.parameters,
    }


def _show_plan(console: Console, wanted: Preview) -> None:
    from rich.text import Text

    from sampan.chain.fees import format_ether

    rows = [
        (
            step.label,
            "stands" if step.done else "to do",
            step.address or "",
            Text("" if step.done else f"{step.gas:,}", justify="right"),
        )
        for step in wanted.steps
    ]
    console.print(table(("step", "", "address", "gas, about"), rows))
    if wanted.nothing_to_do:
        console.print("Nothing to do: all of it stands.")
    else:
        console.print(
            f"{wanted.gas:,} gas, at most {format_ether(wanted.max_cost)} ether; "
            f"the deployer owns {format_ether(wanted.balance)}.",
            highlight=False,
        )


def _done(connection: Connection, outcome: Outcome, path: Path) -> dict[str, Any]:
    return {
        "network": connection.network.name,
        "chain_id": connection.chain_id,
        "manifest": path,
        "release": outcome.manifest.release,
        "contracts": outcome.manifest.contracts,
        "transactions": len(outcome.receipts),
        "gas": sum(receipt.gas_used for receipt in outcome.receipts.values()),
        "cost": sum(receipt.cost for receipt in outcome.receipts.values()),
    }


def _show_done(console: Console, outcome: Outcome, path: Path) -> None:
    from sampan.chain.fees import format_ether

    rows = [
        (item.name, item.address, "" if item.block is None else f"block {item.block}")
        for item in outcome.manifest.contracts
    ]
    console.print(table((), rows))
    if outcome.receipts:
        gas = sum(receipt.gas_used for receipt in outcome.receipts.values())
        cost = sum(receipt.cost for receipt in outcome.receipts.values())
        console.print(
            f"{amount(len(outcome.receipts), 'transaction')}, {gas:,} gas, {format_ether(cost)} ether. All read back.",
            highlight=False,
        )
    else:
        console.print("Nothing was to be done: all of it stands, and was read back.")
    console.print(f"Manifest: {path}", highlight=False)
