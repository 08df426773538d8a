"""`sampan cargo record` and `strike`: anybody shows on chain what a producer anchored, by its proof."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sampan.cli import base
from sampan.cli import ledger as cli

if TYPE_CHECKING:
    from sampan.client.core import VerbCall
    from sampan.client.ledger import Ledger

F = TypeVar("F", bound=Callable[..., Any])


def _proof_options(function: F) -> F:
    """Decorator: which proofs, for which bill, by whom."""
    function = click.option(
        "--producer", metavar="WHO", help="Who anchored the batch, where several did; by default as the log tells."
    )(function)
    function = click.option(
        "--bill", type=cli.BILL, metavar="BILL", help="Of which bill; by default the one that it was proven for."
    )(function)
    made: F = click.argument(
        "files", metavar="PROOF...", type=click.Path(dir_okay=False, path_type=Path), nargs=-1, required=True
    )(function)
    return made


@base.command(short_help="Record events as facts of a bill, by their proofs.")
@_proof_options
@cli.bill_options
def record(files: tuple[Path, ...], bill: str | None, producer: str | None, how: cli.How) -> None:
    """Record events as facts of a bill by their PROOFs (`sampan cargo prove EVENT-ID --json`), several in one
    transaction. Anybody may.

    The way from each event to the root of its batch, the bill, and that the batch is anchored are checked first.
    """
    _show("record", files, bill, producer, how)


@base.command(short_help="Strike facts that later events take back.")
@_proof_options
@cli.bill_options
def strike(files: tuple[Path, ...], bill: str | None, producer: str | None, how: cli.How) -> None:
    """Strike the facts that events take back or correct, by the PROOFs of these; several in one transaction. Anybody
    may."""
    _show("strike", files, bill, producer, how)


def _show(verb: str, files: tuple[Path, ...], bill: str | None, producer: str | None, how: cli.How) -> None:
    from sampan.client import proven

    read = [proven.read(file) for file in files]

    def build(ledger: Ledger) -> list[VerbCall]:
        number = None if bill is None else how.id(ledger, bill)
        remembering = ledger.remembering()
        prepare = getattr(remembering.cargo_log.calls, verb)
        return [prepare(each, bill=number, producer=producer) for each in read]

    how.run(build, default_role="relayer")
