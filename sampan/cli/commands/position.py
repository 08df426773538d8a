"""`sampan position`: claims of lenders, which are offered, bought and split; to which countries they are open."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sampan.cli import base, chain, verbs
from sampan.cli import ledger as cli
from sampan.cli.output import show_rows
from sampan.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from sampan.client.core import VerbCall
    from sampan.client.facilities import Lender
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


@command.command("list", short_help="List your positions, and what each may claim.")
@click.option("--of", "who", metavar="WHO", help="Whose; by default yours.")
@chain.signer_options
@base.network_option()
def list_(who: str | None, network: str) -> None:
    """List the positions that somebody has, in all facilities: its share, what it is of the money as it was committed,
    what the borrower owes on it and by when, and what may be claimed of it now (`position claim`)."""
    with cli.reading(network) as ledger:
        whose = chain.asked_about(ledger.connection, who)
        found = ledger.claims(whose)
        party = ledger.participant(whose)
        body = {**cli.where(ledger), "of": party.lei, "positions": found}

        def show(console: Console) -> None:
            if not found:
                console.print(f"{ledger.names.participant(party.number)} has no position.", highlight=False)
                return
            heads = ("position", "borrower", "share", "committed", "owed", "due", "unclaimed", "account")
            show_rows(console, heads, [_row(each) for each in found])

        base.output().emit("sampan.claims/1", body, show)


def _row(each: Lender) -> tuple[str, ...]:
    loan, names = each.loan, each.loan.names
    return (
        *(each.name, names.participant(loan.stored.borrower), f"{each.share:f} %"),
        *(str(loan.amount(each.shares)), str(each.owed), f"{loan.moment(loan.maturity)}, {loan.state}"),
        *(str(loan.amount(each.unclaimed)), names.account(each.account)),
    )


@command.command(short_help="Have positions paid what they are owed.")
@click.argument("positions", metavar="[POSITION...]", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All of yours that are owed something.")
@click.option("--of", "who", metavar="WHO", help="With --all: whose, in place of yours.")
@cli.write_options
def claim(positions: tuple[str, ...], everything: bool, who: str | None, how: cli.How) -> None:
    """Have positions paid what they are owed, each to its owner, in one transaction. Anybody may."""
    if bool(positions) == everything:
        raise UsageError("which positions?", subject="--all", hint="name them, or give --all")
    if who is not None and not everything:
        raise UsageError("says whose positions", subject="--of", hint="give it with --all")

    def build(ledger: Ledger) -> list[VerbCall]:
        names = positions
        if everything:
            found = ledger.claims(who)
            names = tuple(each.name for each in found if each.unclaimed)
            if not names:
                raise UsageError(
                    "nothing is unclaimed of any position",
                    subject=ledger.names.participant(ledger.number_of(ledger.address if who is None else who)),
                    hint="wait for the next repayment; `sampan position list` shows what there is",
                )
        return [ledger.loans.calls.claim_position(each) for each in names]

    # Whose positions are meant, no role says.
    how.run(build, default_role="relayer" if positions or who is not None else None)


verbs.add(command, "position")
