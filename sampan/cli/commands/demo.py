"""`sampan demo`: a new chain, the suite deployed, a trade from Shanghai to Rotterdam, and the audit of it."""

from __future__ import annotations

from pathlib import Path

import click

from sampan.cli import base

FLAGSHIP = "trade"


@base.command()
@base.network_option(fleeting=True)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("build/demo"),
    show_default=True,
    help="Documents, their salts, the manifest, audit.json, timeline.json and run.json go here.",
)
@click.option(
    "--picture", type=click.Path(dir_okay=False, path_type=Path), help="Also write what is shown as an SVG picture."
)
def command(network: str, out: Path, picture: Path | None) -> None:
    """Play a trade on a new chain, then rebuild it from the logs.

    Three cargoes go from Shanghai to Rotterdam: one is pledged, sold and delivered, one bill is split, one goes to
    paper. All companies are invented. Tries that the ledger must refuse are part of it. It is the scenario `trade`:
    `sampan scenario show trade`; there are others. With --network it is played on the ledger that was deployed there.
    """
    from sampan.cli.commands.scenario import play

    play((FLAGSHIP,), network, out, picture=picture, alone=True)
