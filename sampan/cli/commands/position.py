"""`sampan position`: claims of lenders, which are offered, bought and split; to which countries they are open."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sampan.cli import base, chain, verbs
from sampan.cli import ledger as cli

if TYPE_CHECKING:
    from sampan.client.core import VerbCall
    from sampan.client.ledger import Ledger

FILE = click.Path(dir_okay=False, path_type=Path)


@base.group()
def command() -> None:
    """Claims of lenders: parts of a loan that split, are sold and move.

    A POSITION is named ROOM/LOAN/NUMBER: the account number of the room that lent, its loan, which position of it. Of
    the loan book FACILITY/NUMBER is enough: 1/2 is what the second lender of facility 1 has.
    """


@command.command(short_help="Sign an offer: a position for a price.")
@click.argument("position")
@click.option("--to", "buyer", required=True, metavar="WHO", help="Who may buy it.")
@click.option("--price", required=True, metavar="AMOUNT", help="What is paid for it.")
@click.option("--money", required=True, metavar="DEPOSIT", help="What it is paid in.")
@cli.signing_options
@chain.signer_options
@base.network_option()
def offer(
    position: str, buyer: str, price: str, money: str, hours: int, elsewhere: cli.Elsewhere, network: str
) -> None:
    """Sign that a participant may buy a POSITION of yours (`position buy`), as it is now. Nothing is sent.

    What it is owed goes with it. It counts while the position is yours, has the same shares, and was paid nothing more.
    """
    with cli.acting(network, keyless=elsewhere.unsigned is not None) as ledger:
        deadline = timedelta(hours=hours)
        signed = ledger.sign_position_offer(position, buyer, price, money, deadline=deadline)
        cli.emit_signed(ledger, [signed], elsewhere)


@command.command(short_help="Buy a position that was offered.")
@click.argument("file", metavar="OFFER", type=FILE)
@click.option("--out-of", metavar="DEPOSIT", help="Out of which you pay; by default the one that the offer names.")
@cli.write_options
def buy(file: Path, out_of: str | None, how: cli.How) -> None:
    """Pay for a position and take it, in one act, as its owner offered it (`position offer`).

    The signature, its time, and whether the position is as it was offered are checked first.
    """
    from sampan.client import papers
    from sampan.client.claims import offered, told_offer

    paper = papers.read(file)

    def build(ledger: Ledger) -> VerbCall:
        found = offered(ledger, paper)
        call = ledger.positions.calls.buy(paper, out_of=out_of)
        base.output().note(f"You pay {told_offer(ledger, found)}.")
        return call

    how.run(build)


verbs.add(command, "position")
