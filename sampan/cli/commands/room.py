"""`sampan room`: contracts that may possess bills for somebody, and for which countries they are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sampan.cli import base, verbs
from sampan.cli import ledger as cli

if TYPE_CHECKING:
    from rich.console import Console


@base.group()
def command() -> None:
    """Contracts that may possess bills."""


@command.command()
@click.argument("room", metavar="[ADDRESS]", required=False)
@base.network_option()
def show(room: str | None, network: str) -> None:
    """Show a room, or all of them."""
    with cli.reading(network) as ledger:
        found = ledger.rooms() if room is None else [ledger.room(room)]
        body = {**cli.where(ledger), "rooms": found}

        def human(console: Console) -> None:
            if not found:
                console.print("No room was ever listed.")
            for one in found:
                console.print(one)

        base.output().emit("sampan.rooms/1", body, human)


verbs.add(command, "room")
