"""`sampan room`: contracts that may possess bills for somebody, and for which countries they are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sampan.cli import base
from sampan.cli import ledger as cli

if TYPE_CHECKING:
    from rich.console import Console


@base.group()
def command() -> None:
    """Contracts that may possess bills."""


@command.command("list", short_help="List a room for some countries.")
@click.argument("room", metavar="ADDRESS")
@click.argument("countries", metavar="CC...", nargs=-1)
@cli.write_options
def list_(room: str, countries: tuple[str, ...], how: cli.How) -> None:
    """List a room for participants of some countries; again: add countries, end a delisting. Needs ROOM_LISTER."""
    how.run(lambda ledger: ledger.calls.list_room(room, countries), default_role="room_lister")


@command.command(short_help="Delist a room.")
@click.argument("room", metavar="ADDRESS")
@cli.write_options
def delist(room: str, how: cli.How) -> None:
    """Delist a room: it lets out what it holds, and receives nothing new. Needs the power ROOM_LISTER."""
    how.run(lambda ledger: ledger.calls.delist_room(room), default_role="room_lister")


@command.command()
@click.argument("room", metavar="[ADDRESS]", required=False)
@base.network_option()
def show(room: str | None, network: str) -> None:
    """Show a room, or all of them."""
    with cli.reading(network) as ledger:
        found = ledger.rooms() if room is None else [ledger.room(room)]
        body = {
            **cli.where(ledger),
            "rooms": [
                {
                    "address": one.address,
                    "number": one.number,
                    "countries": list(one.countries),
                    "delisted": one.delisted,
                }
                for one in found
            ],
        }

        def human(console: Console) -> None:
            if not found:
                console.print("No room was ever listed.")
            for one in found:
                console.print(one)

        base.output().emit("sampan.rooms/1", body, human)
