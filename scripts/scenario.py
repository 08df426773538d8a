"""`ape run scenario NAME...`: scenarios over ape's network; `sampan scenario run` does the same without ape.

On a local network of ape's a chain is deployed for it, and the published keys act. On any other the ledger is that of
`ape run deploy`, and everybody signs with the account of its name, of Sampan's keystore or ape's.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from ape.cli import ConnectedProviderCommand

from sampan.chain.networks import through_ape
from sampan.cli.commands import scenario
from sampan.errors import SampanError


@click.command(cls=ConnectedProviderCommand)
@click.argument("names", metavar="NAME|FILE...", nargs=-1, required=True)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("build/scenarios"))
@click.option(
    "--fresh", is_flag=True, help="Play it from the beginning, although it was begun or played there already."
)
@click.option("--yes", is_flag=True, help="Do not ask before anything is sent.")
def cli(provider: Any, names: tuple[str, ...], out: Path, fresh: bool, yes: bool) -> None:
    """Play scenarios, and audit each at its end. Exit 1 when something is not as it was expected."""
    try:
        scenario.play(names, through_ape(provider), out, fresh=fresh, yes=yes)
    except SampanError as error:
        raise click.ClickException(str(error)) from error
