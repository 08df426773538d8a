"""`sampan room`: contracts that may possess bills for somebody, and for which countries they are listed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sampan.cli import base, verbs
from sampan.cli import ledger as cli

if TYPE_CHECKING:
    from rich.console import Console

    from sampan.rooms.run import Report


@base.group(lists="sampan room show")
def command() -> None:
    """Contracts that may possess bills."""


@command.command()
@click.argument("room", metavar="[ROOM]", required=False)
@base.network_option()
def show(room: str | None, network: str) -> None:
    """Show a room, by its address or its name (Sale), or all of them."""
    with cli.reading(network) as ledger:
        found = ledger.rooms() if room is None else [ledger.room(room)]
        body = {**cli.where(ledger), "rooms": found}

        def human(console: Console) -> None:
            if not found:
                console.print("No room was ever listed.")
            for one in found:
                console.print(one)

        base.output().emit("sampan.rooms/1", body, human)


@command.command()
@click.argument("artifact", metavar="ARTIFACT")
@click.option(
    "--description",
    type=click.Path(dir_okay=False, path_type=Path),
    help="How the room is deployed, entered and left; else the TOML file beside the artifact.",
)
@click.option(
    "--constructor", multiple=True, metavar="VALUE", help="Arguments of the constructor, in place of the file's."
)
def check(artifact: str, description: Path | None, constructor: tuple[str, ...]) -> None:
    """Try the traps of rooms on a compiled room, and say which it falls into.

    ARTIFACT is a compiler's JSON file with `abi` and `bytecode`, or the name of a room that comes along: Escrow (the
    sample), Sale or LoanBook. What the kit must be told of a room, docs/rooms.md tells. Needs pyrevm, and no network.
    """
    from dataclasses import replace

    from sampan.rooms.description import beside, read, read_code
    from sampan.rooms.run import try_room

    code = read_code(artifact)
    described = read(description or beside(artifact))
    if constructor:
        described = replace(described, constructor=constructor)
    with base.output().progress(f"Trying {code.name}"):
        report = try_room(code, described)
    base.output().emit("sampan.room-check/1", report, lambda console: _told(report, console))
    if report.of("falls"):
        base.answer_is_no()


def _told(report: Report, console: Console) -> None:
    from rich.text import Text

    from sampan.cli.output import table

    console.print(f"{report.room}: {len(report.verdicts)} traps", style="italic", highlight=False)
    styles = {"holds": "green", "falls": "bold red", "not tried": "yellow"}
    rows = [
        (
            one.check.id,
            Text(one.ended, style=styles[one.ended]),
            f"{one.tries:,}" if one.tries else "",
            one.check.title,
        )
        for one in report.verdicts
    ]
    made = table(("check", "ended", "tries", "what a room must keep"), rows, whole=(0, 1, 2))
    made.columns[2].justify = "right"
    console.print(made)
    for one in report.of("falls"):
        console.print(Text.assemble("\n", (f"{one.check.id}: ", "bold red"), (one.said, "bold")))
        for number, step in enumerate(one.steps, 1):
            console.print(f"  {number}. {step}", highlight=False)
        console.print(f"  Why it matters: {one.check.goes_wrong}", highlight=False)
        console.print(f"  To mend it: {one.check.mend}", highlight=False)
    if report.of("not tried"):
        console.print("\nNot tried:", style="yellow")
    for one in report.of("not tried"):
        console.print(f"  {one.check.id}: {one.said}", highlight=False)
    console.print(
        "\nThe kit goes the ways that the description says, and what it found no trap in may have another:"
        " it replaces no audit.",
        highlight=False,
    )


verbs.add(command, "room")
