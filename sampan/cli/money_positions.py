"""`sampan money positions`: what banks paid each other through the books of reserves, gross and net, from the logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sampan.cli import base
from sampan.cli import ledger as cli
from sampan.cli.output import table
from sampan.errors import ChainError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from sampan.client.ledger import Ledger
    from sampan.money.positions import Book


@base.command(short_help="Show what banks paid each other, gross and net.")
@click.option("--since", metavar="TIME", help="Payments from this time on, as in 2026-07-01T12:00Z.")
@click.option("--until", metavar="TIME", help="Payments up to this time, and reserves as they were then.")
@base.network_option()
def positions(since: str | None, until: str | None, network: str) -> None:
    """Show what banks paid each other through each settlement agent's book: gross between two banks, net of each
    against all, and the peak liquidity: the reserves that a deposit needed to settle its payments as they came.

    They are read from the logs of the books, and what they leave each deposit is held against the chain's reserves.
    """
    from sampan.audit.reading import block_as_of, block_at
    from sampan.suite.tell import instant

    from_ = None if since is None else base.second_of(since, "--since")
    to = None if until is None else base.second_of(until, "--until")
    if from_ is not None and to is not None and from_ > to:
        raise UsageError("is before --since", subject="--until", hint="give a later time, or an earlier --since")
    with cli.reading(network) as ledger:
        connection = ledger.connection
        begun = ledger.from_block
        first, last = begun, connection.block_number()
        if to is not None:
            last = block_as_of(connection, to, begun)
        if from_ is not None and block_at(connection, begun).timestamp < from_:
            head = block_at(connection, connection.block_number())
            # Behind the last block none is, whether that time has come or not.
            first = head.number + 1 if head.timestamp < from_ else block_as_of(connection, from_ - 1, begun) + 1
        if first > last:
            raise UsageError(
                f"has no block; the last before it is of {instant(block_at(connection, last).timestamp)}",
                subject=f"--since {since}" + ("" if until is None else f" --until {until}"),
                hint="give an earlier --since, or a later --until" if until else "give an earlier --since",
            )
        books = _read(ledger, first, last)
        body = {**cli.where(ledger), "from_block": first, "to_block": last, "positions": books}
        which = f"blocks {first}-{last}, to {instant(block_at(connection, last).timestamp)}"
        base.output().emit(
            "sampan.positions/1",
            body,
            lambda console: _print(console, ledger, books, which),
        )


def _read(ledger: Ledger, first: int, last: int) -> list[Book]:
    """The positions of the payments in some blocks. Raises `ChainError` where the logs leave a deposit other reserves
    than the chain has."""
    from sampan.chain.logs import LogReader
    from sampan.client import wire
    from sampan.money.positions import READ, positions

    connection = ledger.connection
    home = {ledger.address_in(contract): contract for contract in (wire.LEDGER, "Reserves")}
    reader = LogReader(connection, list(home), topics=[[wire.topic(kind) for kind in READ]])
    while True:
        pieces = reader.read(ledger.from_block, last)
        logs = [log for piece in pieces for log in piece.logs]
        events = ((wire.event_of(home[log.address], log), log.block_number >= first) for log in logs)
        books = positions((event, counts) for event, counts in events if event is not None)
        told = [deposit for book in books for deposit in book.deposits]
        views = [("held", deposit.deposit) for deposit in told]
        there = ledger.ask_many(views, contract="Reserves", block=last) if views else []
        wrong = [deposit for deposit, held in zip(told, there, strict=True) if deposit.held != held]
        if not wrong:
            return books
        if not reader.is_cut(piece.answer for piece in pieces):
            raise ChainError(
                f"the logs leave {wrong[0].deposit} {wrong[0].held} of reserves, the chain has another amount",
                subject=connection.transport.name,
                code="chain.answer",
                hint="does the RPC leave out events? ask another one (--network URL)",
            )


def _print(console: Console, ledger: Ledger, books: Sequence[Book], which: str) -> None:
    from sampan.money.positions import tables

    console.print(which, style="dim", highlight=False)
    told = list(tables(books, ledger.names))
    if not told:
        console.print("No bank has a deposit in any book.")
    for title, columns, rows in told:
        console.print()
        console.print(title, style="bold", highlight=False)
        console.print(table(columns, rows))
