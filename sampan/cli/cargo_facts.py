"""`sampan cargo attest`, `sign`, `send`, `show` and `producers`: what is said of a bill directly, and all that is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sampan.cli import base, chain, verbs
from sampan.cli import ledger as cli
from sampan.client.statements import kind_of_fact

if TYPE_CHECKING:
    from rich.console import Console

    from sampan.client.core import VerbCall
    from sampan.client.ledger import Ledger

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(dir_okay=False, path_type=Path)


def _statement_options(function: F) -> F:
    """Decorator: what a statement says."""
    options: list[tuple[str, dict[str, Any]]] = [
        (
            "--unit",
            {"type": verbs.UNIT, "default": 0, "help": "Of which piece of equipment; else of the bill as a whole."},
        ),
        ("--at", {"metavar": "TIME", "help": "When it happened, as in 2026-07-01T12:00+08:00; by default now."}),
        ("--amount", {"metavar": "AMOUNT", "help": 'With its measure: "150,000 USD", "28400 KGM".'}),
        ("--valid-until", {"metavar": "TIME", "type": base.MOMENT, "help": "Last second at which it counts."}),
        ("--place", {"metavar": "PLACE", "help": "Where: facility (CNSHA/SMDG/YICT), port (CNSHA) or country (CN)."}),
        ("--imo", {"metavar": "NUMBER", "help": "The ship's IMO number, of vessel-identified."}),
        (
            "--details",
            {
                "type": FILE,
                "help": "The certificate, policy or release behind it: its salted hash is said, the salt kept beside"
                " the file.",
            },
        ),
        ("--replace", {"is_flag": True, "help": "In place of what you said of this before."}),
    ]
    for flag, attributes in reversed(options):
        function = click.option(flag, **attributes)(function)
    found: F = click.argument("bill", type=cli.BILL)(click.argument("kind")(function))
    return found


def _said(
    ledger: Ledger,
    *,
    at: str | None,
    details: Path | None,
    keep: bool,
    **said: Any,
) -> dict[str, Any]:
    """What was given on the command line, as the client takes it."""
    from sampan.client import statements

    if at is not None:
        said["happened_at"] = base.second_of(at, "--at")
    if details is not None:
        said["rest"] = statements.rest_of(details, keep=keep)
        if keep:
            base.output().note(f"The salt of the details is kept in {statements.details_path(details)}: keep both.")
    return said


@base.command(short_help="Say something of a bill directly.")
@_statement_options
@cli.bill_options
def attest(bill: str, kind: str, how: cli.How, **given: Any) -> None:
    """Say something of a BILL directly, as a producer: a valuation (valued), an insurance (insured), an inspection, a
    weight (weighed), a release by customs (export-released, import-released), the ship (vessel-identified), a loss.

    What happens at terminals and ports is anchored instead, and recorded by its proof.
    """
    word = kind_of_fact(kind)

    def build(ledger: Ledger) -> VerbCall:
        said = _said(ledger, keep=ledger.keeps_salts, **given)
        return ledger.cargo_log.calls.attest(how.id(ledger, bill), word, **said)

    how.run(build)


@base.command(short_help="Sign a statement for somebody else to send.")
@_statement_options
@cli.carrier_option
@cli.signing_options
@chain.signer_options
@base.network_option()
def sign(
    bill: str, kind: str, carrier: str | None, hours: int, elsewhere: cli.Elsewhere, network: str, **given: Any
) -> None:
    """Sign what `attest` would say, for somebody else to send (`sampan cargo send`): whoever signs needs no ether.

    What is signed names producer, bill, kind, unit, times, amount and its measure, place, details and what it replaces.
    """
    word = kind_of_fact(kind)
    with cli.acting(network, keyless=elsewhere.unsigned is not None) as ledger:
        number = ledger.bill_id(bill, carrier=carrier)
        said = _said(ledger, keep=True, **given)
        statement = ledger.statement(number, word, deadline=timedelta(hours=hours), **said)
        cli.emit_signed(ledger, [ledger.sign_statement(statement)], elsewhere)


@base.command(short_help="Send what somebody signed with sign.")
@click.argument("file", type=FILE)
@cli.write_options
def send(file: Path, how: cli.How) -> None:
    """Send what a producer signed (`sampan cargo sign`), and pay the gas for it."""
    from sampan.client import papers

    signed = papers.read(file)
    how.run(lambda ledger: ledger.cargo_log.calls.send_statement(signed), default_role="relayer")


# -------------------------------------------------------------------------------------------------------------- reading


@base.command(short_help="Show all that was said of a bill.")
@click.argument("bill", type=cli.BILL)
@cli.carrier_option
@base.network_option()
def show(bill: str, carrier: str | None, network: str) -> None:
    """Show all that was said of a BILL by kind, unit and producer: what stands, what was taken back or has expired, for
    how long it is recorded; and whose words contradict each other, side by side."""
    with cli.reading(network) as ledger:
        found = ledger.facts(ledger.bill_id(bill, carrier=carrier))
        base.output().emit("sampan.cargo-facts/1", {**cli.where(ledger), "facts": found}, found)


@base.command(short_help="Show who reports what, and where.")
@base.network_option()
def producers(network: str) -> None:
    """Show who is accredited for what and where, its group, how many batches it anchored; and whose ultimate parent
    changed since (`sampan cargo regroup`)."""
    with cli.reading(network) as ledger:
        found = ledger.producers()

        def human(console: Console) -> None:
            if not found:
                console.print("Nobody reports: `sampan cargo accredit` says who may.")
            for number, each in enumerate(found):
                if number:
                    console.print()
                console.print(each)

        base.output().emit("sampan.cargo-producers/1", {**cli.where(ledger), "producers": found}, human)
