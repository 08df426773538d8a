"""`ape run deploy`: the suite's deployment over ape's network, signed by ape's account.

The same plan, journal and manifest as `sampan deploy`, which needs no ape; the artifacts of the package are deployed,
never what ape compiled. On a chain that is gone with the command no manifest is written.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ape
import click
from ape.cli import ConnectedProviderCommand, account_option, select_account

from sampan import config
from sampan.chain.networks import through_ape
from sampan.chain.signers import ApeSigner
from sampan.deployment import parameters, suite
from sampan.deployment.deploy import deploy
from sampan.errors import SampanError


@click.command(cls=ConnectedProviderCommand)
@account_option("--account", prompt=False)  # type: ignore[untyped-decorator]
@click.option("--parameters", "file", type=click.Path(path_type=Path), help="TOML file: who has which power, delays.")
def cli(account: Any, provider: Any, network: Any, file: Path | None) -> None:
    """Deploy the suite, wire its powers, read all back; write deployments/NETWORK.json.

    On a local chain ape's first test account deploys when none is given.
    """
    local = bool(provider.network.is_local)
    if account is None:
        account = ape.accounts.test_accounts[0] if local else select_account("Account that deploys")
    signer = ApeSigner(account)
    connection = through_ape(provider)
    try:
        with connection:
            development = connection.is_development
            decided = (
                parameters.usual(signer.address, development=development)
                if file is None
                else parameters.read(file, signer.address, development=development)
            )
            for warning in parameters.warnings(decided, connection.network.name):
                click.echo(f"warning: {warning}", err=True)
            path = None if local else config.load().deployments / f"{provider.network.name}.json"
            outcome = deploy(
                connection,
                signer,
                suite.plan(decided),
                path=path,
                watch=lambda what, label: click.echo(f"  {what:<10} {label}", err=True),
            )
    except SampanError as error:
        raise click.ClickException(": ".join(filter(None, (error.subject, error.message, error.hint)))) from error
    for contract in outcome.manifest.contracts:
        click.echo(f"{contract.name:<16} {contract.address}")
    elsewhere = "No manifest is written for a local network of ape's; `sampan deploy --network URL` writes one."
    click.echo(f"Written to {path}." if path else elsewhere)
