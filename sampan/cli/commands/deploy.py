"""`sampan deploy`: the suite onto a network; resumable; writes its manifest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sampan.cli import base, chain
from sampan.cli.output import table
from sampan.suite.tell import amount, duration

if TYPE_CHECKING:
    from rich.console import Console

    from sampan.chain.connection import Connection
    from sampan.deployment.deploy import Outcome, Preview
    from sampan.deployment.parameters import Given, Parameters
    from sampan.deployment.plan import Plan


def _write_parameters(context: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is None or context.resilient_parsing:
        return
    from sampan.deployment import parameters
    from sampan.errors import UsageError

    try:
        with value.open("x", encoding="utf-8") as file:
            file.write(parameters.template())
    except FileExistsError:
        raise UsageError("is there already", subject=str(value), hint="name another file, or change that one") from None
    base.output().emit(
        "sampan.parameters-file/1", {"file": value}, lambda console: console.print(f"Written to {value}.")
    )
    context.exit()


@base.command()
@click.option(
    "--write-parameters",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    callback=_write_parameters,
    is_eager=True,
    expose_value=False,
    help="Write a file for --parameters, with all that can be decided and what is usual; do nothing else.",
)
@base.network_option(ledger=False)
@click.option(
    "--parameters",
    "parameters_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="TOML file: who has which power, after which delay, and the salt of the addresses (--write-parameters).",
)
@click.option("--replace", is_flag=True, help="Put the manifest of another release or other parameters aside.")
@base.setting_option("--confirmations", setting="confirmations")
@chain.signer_options
@chain.dry_run_option
@chain.yes_option
def command(network: str, parameters_file: Path | None, replace: bool, dry_run: bool, yes: bool) -> None:
    """Deploy the suite, wire its powers, read all back; write deployments/NETWORK.json.

    Killed at any point and called again it goes on; what stands already is left as it is. Same release, same parameters
    and same deployer give the same addresses on every chain. A dry run ends with 1 when the deployer lacks ether, or
    the ledger has other powers than the parameters say.
    """
    from sampan.chain.fees import format_ether, require_funds
    from sampan.deployment import deploy, manifest, parameters, suite

    output = base.output()
    with chain.connect(network) as connection:
        path = manifest.place_of(base.settings().deployments, connection)
        signer = None if dry_run else chain.signer(connection, "deployer")
        deployer = chain.signer_address(connection, "deployer") if signer is None else signer.address
        decided = _decided(connection, deployer, parameters_file)
        plan = suite.plan(decided)
        wanted = deploy.preview(connection, plan)
        if not wanted.nothing_to_do:
            for warning in parameters.warnings(decided, connection.network.name):
                output.note(f"warning: {warning}", style="yellow")
        if signer is None:
            body = _planned(connection, plan, decided, wanted)
            output.emit("sampan.deploy-plan/2", body, lambda to: _show_plan(to, decided, wanted))
            if wanted.lacks or wanted.differs:
                base.answer_is_no()
            return
        if not wanted.nothing_to_do:
            require_funds(connection, plan.deployer, wanted.max_cost)
            if chain.asks(connection, yes=yes):
                _show_plan(output.notes, decided, wanted)
            cost = format_ether(wanted.max_cost)
            question = (
                f"Deploy to {connection.network.name} as {deployer}, for at most {cost} ether, with these powers?"
            )
            chain.confirm(connection, question, yes=yes)
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


def _decided(connection: Connection, deployer: str, file: Path | None) -> Parameters:
    from sampan.deployment import parameters

    development = connection.is_development
    if file is not None:
        return parameters.read(file, deployer, development=development)
    return parameters.usual(deployer, development=development)


def _planned(connection: Connection, plan: Plan, decided: Parameters, wanted: Preview) -> dict[str, Any]:
    from sampan.deployment import parameters

    return {
        "network": connection.network.name,
        "chain_id": connection.chain_id,
        "deployer": plan.deployer,
        "steps": wanted.steps,
        "gas": wanted.gas,
        "max_cost": wanted.max_cost,
        "balance": wanted.balance,
        "lacks": wanted.lacks,
        "powers": parameters.given(decided),
        "parameters": plan.parameters,
    }


def _show_plan(console: Console, decided: Parameters, wanted: Preview) -> None:
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
    _show_powers(console, decided)
    if wanted.differs:
        console.print(
            "It was handed over before, and has other powers than these parameters say: only its administrator changes "
            "them. Let the parameters say what stands, and its manifest is written anew; another ledger has another "
            "salt."
        )
        return
    if wanted.nothing_to_do:
        console.print("Nothing to do: all of it stands.")
        return
    console.print(
        f"{wanted.gas:,} gas, at most {format_ether(wanted.max_cost)} ether; "
        f"the deployer owns {format_ether(wanted.balance)}.",
        highlight=False,
    )
    if wanted.lacks:
        console.print(
            f"The deployer {decided.deployer} lacks {format_ether(wanted.lacks)} ether.",
            style="yellow",
            highlight=False,
        )


def _show_powers(console: Console, decided: Parameters) -> None:
    """Who gets which power, after which delay."""
    from sampan.deployment import parameters

    def whom(power: Given) -> str:
        members = "\n".join(power.members)
        marks = []
        if power.members == (decided.deployer,):
            marks.append("the deployer, by default" if power.by_default else "the deployer")
        if power.published:
            marks.append("published key")
        return members + (f" ({', '.join(marks)})" if marks else "")

    rows = [
        (power.role, duration(power.delay), duration(power.grant_delay), whom(power))
        for power in parameters.given(decided)
    ]
    console.print(table(("power", "its acts wait", "a new member waits", "goes to"), rows))
    console.print(f"A change of the contracts' wiring waits {duration(decided.target_delay)}.", highlight=False)


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
