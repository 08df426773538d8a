"""`sampan demo`: a new chain, the suite deployed, a trade from Shanghai to Rotterdam, a loan, and their audits."""

from __future__ import annotations

from pathlib import Path

import click

from sampan.cli import base

FLAGSHIPS = ("trade", "loan")
"""Played one after the other, each on a chain as new."""


@base.command()
@base.network_option(fleeting=True)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("build/demo"),
    show_default=True,
    help="Documents, their salts, the manifest, audit.json, timeline.json, run.json go here; of the loan, into `loan`.",
)
@click.option(
    "--picture", type=click.Path(dir_okay=False, path_type=Path), help="Also write what is shown as an SVG picture."
)
def command(network: str, out: Path, picture: Path | None) -> None:
    """Play a trade and a loan on a new chain, then rebuild them from the logs.

    Three cargoes go from Shanghai to Rotterdam: one is pledged, sold and delivered, one bill is split, one goes to
    paper. Then two banks lend on a fourth: the price of the goods repays them, in the act in which they are sold. All
    companies are invented. Tries that the ledger must refuse are part of it. They are the scenarios `trade` and `loan`:
    `sampan scenario show trade`; there are others. With --network they are played on the ledger deployed there.
    """
    from sampan.cli.commands.scenario import play

    play(FLAGSHIPS, network, out, picture=picture, first_in_out=True)
