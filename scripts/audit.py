"""`ape run audit`: a ledger on ape's network, rebuilt from its logs and compared; `sampan audit` has every option.

It takes the manifest that `ape run deploy` wrote, deployments/NETWORK.json, or another.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from ape.cli import ConnectedProviderCommand
from rich.console import Console

from sampan import config
from sampan.audit import audit
from sampan.audit.show import report_view
from sampan.chain.networks import through_ape
from sampan.deployment import manifest as manifests
from sampan.errors import SampanError
from sampan.suite.check import Level


@click.command(cls=ConnectedProviderCommand)
@click.option("--manifest", "file", type=click.Path(dir_okay=False, path_type=Path), help="Of another deployment.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="audit.json and timeline.json go here.")
def cli(provider: Any, file: Path | None, out: Path | None) -> None:
    """Rebuild a ledger from its logs and compare it with the chain. Exit 1 for a finding of level high, or worse."""
    try:
        with through_ape(provider) as connection:
            path = file or manifests.path_of(config.load().deployments, connection.network.name)
            report = audit(connection, manifests.load(path))
            if out is not None:
                report.write(out)
    except SampanError as error:
        raise click.ClickException(str(error)) from error
    Console().print(report_view(report))
    if report.fails(Level.HIGH) or not report.reconciled:
        raise click.exceptions.Exit(1)
