"""`sampan finance`: loans that bills secure, as borrower, agent and lenders drive them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click

from sampan.cli import base, chain, verbs
from sampan.cli import ledger as cli
from sampan.errors import BadInput
from sampan.suite.tell import word_of
from sampan.suite.words import SurrenderFor

FILE = click.Path(dir_okay=False, path_type=Path)
FACILITY = click.INT


@base.group()
def command() -> None:
    """Loans on bills: draw, repay, let bills go; what is owed, and what the agent does.

    A FACILITY is a number of the loan book. Bills lie there for the agent while they secure it. A bill is named as for
    `sampan bill`, a DEPOSIT and an amount as for `sampan money`, a POSITION as for `sampan position`.
    """


# ------------------------------------------------------------------------------------------------------------- opening


@command.command("sign-facility", short_help="Sign the terms of a facility.")
@click.argument("file", metavar="TERMS", type=FILE)
@cli.signing_options
@chain.signer_options
@base.network_option()
def sign_facility(file: Path, hours: int, elsewhere: cli.Elsewhere, network: str) -> None:
    """Sign the same terms as somebody who signed them, as borrower, agent or lender. Nothing is sent.

    TERMS is the file of any other signature of them; Python makes the first (`Ledger.facility_terms`). When they count
    until is said in them.
    """
    from sampan.client import papers
    from sampan.finance.loans.terms import Facility

    paper = papers.read(file)
    with cli.acting(network, keyless=elsewhere.unsigned is not None) as ledger:
        terms = ledger.loans.calls.require(paper, Facility)
        cli.emit_signed(ledger, [ledger.sign_facility(terms)], elsewhere)


@command.command("open", short_help="Open a facility that all have signed.")
@click.argument("files", metavar="FILE...", type=FILE, nargs=-1, required=True)
@click.option(
    "--out-of",
    "out_of",
    metavar="DEPOSIT",
    multiple=True,
    help="Out of which each lender pays, in the order of the terms; by default the loan's.",
)
@cli.write_options
def open_(files: tuple[Path, ...], out_of: tuple[str, ...], how: cli.How) -> None:
    """Open a facility by what borrower, agent and all lenders signed (`finance sign-facility`): each lender's money
    comes in, and it has its position. Anybody may send it."""
    from sampan.client import papers

    signed = [papers.read(file) for file in files]
    how.run(lambda ledger: ledger.loans.calls.open_facility(signed, out_of=out_of), default_role="relayer")


@command.command(short_help="Accept a bill in pledge.")
@click.argument("facility", type=FACILITY)
@click.argument("bill", type=cli.BILL)
@click.option("--value", required=True, metavar="AMOUNT", help="What it counts.")
@click.option(
    "--print", "prints", metavar="HEX", multiple=True, help="Of each piece of its equipment, 0x and hex digits."
)
@cli.signing_options
@chain.signer_options
@cli.carrier_option
@base.network_option()
def accept(
    facility: int,
    bill: str,
    value: str,
    prints: tuple[str, ...],
    hours: int,
    elsewhere: cli.Elsewhere,
    carrier: str | None,
    network: str,
) -> None:
    """Sign, as the agent of a FACILITY, that you take a BILL in pledge, for the borrower to lodge it (`finance
    pledge`). It counts while the bill stands as it does now. Nothing is sent."""
    words = [_print_of(each) for each in prints]
    with cli.acting(network, keyless=elsewhere.unsigned is not None) as ledger:
        number = ledger.bill_id(bill, carrier=carrier)
        signed = ledger.sign_acceptance(number, facility, value, words, deadline=timedelta(hours=hours))
        cli.emit_signed(ledger, [signed], elsewhere)


def _print_of(text: str) -> int:
    """A print as a word. Raises `BadInput`."""
    try:
        found = int(text, 16) if text.startswith("0x") else -1
    except ValueError:
        found = -1
    if not 0 < found < 2**256:
        raise BadInput("no print of cargo", subject=text, hint="give 0x and at most 64 hex digits")
    return found


@command.command(short_help="Pledge a bill, and draw on it.")
@click.argument("bill", type=cli.BILL)
@click.argument("file", metavar="ACCEPTANCE", type=FILE)
@click.option("--draw", "amount", metavar="AMOUNT", help="To draw in the same act.")
@click.option("--producer", "producers", metavar="WHO", multiple=True, help="Whose word the condition may count.")
@cli.bill_options
def pledge(bill: str, file: Path, amount: str | None, producers: tuple[str, ...], how: cli.How) -> None:
    """Lodge a BILL with the loan book as its agent accepted it (`finance accept`), and draw in the same act. The
    borrower."""
    from sampan.client import papers

    accepted = papers.read(file)
    how.run(
        lambda ledger: ledger.loans.calls.pledge(how.id(ledger, bill), accepted, amount=amount, producers=producers)
    )


# ----------------------------------------------------------------------------------------------------------- repayment


@command.command(short_help="Repay, interest first; bills go in the same act.")
@click.argument("facility", type=FACILITY)
@click.argument("amount", metavar="AMOUNT|all")
@click.option("--out-of", required=True, metavar="DEPOSIT", help="Out of which you pay.")
@click.option(
    "--bill", "bills", metavar="BILL", type=cli.BILL, multiple=True, help="What the rest need not cover and shall go."
)
@cli.bill_options
def repay(facility: int, amount: str, out_of: str, bills: tuple[str, ...], how: cli.How) -> None:
    """Repay an AMOUNT of what a FACILITY owes, interest first, or `all`: no more is taken than is owed.

    Bills that the rest need not cover go back to the borrower in the same act. Anybody may pay; borrower and agent let
    bills go. Where the loan book may not spend your money yet, an allowance is signed along when your key is here.
    """
    how.run(
        lambda ledger: ledger.loans.calls.repay(
            facility, amount, out_of=out_of, bills=[how.id(ledger, each) for each in bills]
        )
    )


@command.command(short_help="Let bills go that the debt needs not.")
@click.argument("facility", type=FACILITY)
@click.argument("bills", metavar="BILL...", type=cli.BILL, nargs=-1, required=True)
@cli.bill_options
def release(facility: int, bills: tuple[str, ...], how: cli.How) -> None:
    """Let bills go from a FACILITY, back to whoever pledged them; their cargo is free.

    Borrower and agent may, as far as the other bills cover what is owed; anybody once nothing is owed and nothing can
    be drawn any more. The prints of their cargo are found in the log.
    """
    how.run(lambda ledger: ledger.loans.calls.discharge(facility, [how.id(ledger, each) for each in bills]))


@command.command(short_help="Free the cargo of a bill that is done with.")
@click.argument("bill", type=cli.BILL)
@cli.bill_options
def forget(bill: str, how: cli.How) -> None:
    """End what is registered for a bill that was paid for; of one that ended, or is out, once nothing is owed. Anybody
    may."""
    how.run(lambda ledger: ledger.loans.calls.forget(how.id(ledger, bill)), default_role="relayer")


# ----------------------------------------------------------------------------------------------------------- the agent


@command.command(short_help="Surrender a pledged bill.")
@click.argument("bill", type=cli.BILL)
@click.option(
    "--for", "purpose", type=verbs.choice(SurrenderFor), default="delivery", show_default=True, help="What for."
)
@click.option("--to", metavar="WHO", help="Account of the carrier; by default its first that answers.")
@click.option(
    "--replacements", type=FILE, help="For an amendment: what replaces it, as `sampan bill propose` wrote it."
)
@cli.bill_options
def surrender(bill: str, purpose: str, to: str | None, replacements: Path | None, how: cli.How) -> None:
    """Surrender a pledged bill to its carrier: in default for delivery or paper, at any time for an amendment, with its
    replacements agreed. The agent."""
    from sampan.client import proposal

    agreed = () if replacements is None else proposal.read(replacements).replacements
    how.run(
        lambda ledger: ledger.loans.calls.surrender_pledged(
            how.id(ledger, bill), word_of(SurrenderFor, purpose), to=to, replacements=agreed
        )
    )


@command.command(short_help="Say that the security was filed.")
@click.argument("facility", type=FACILITY)
@click.option("--country", required=True, metavar="CC", help="In whose register.")
@click.option("--registry", required=True, metavar="NAME", help="Which register, as it is called there.")
@click.option("--number", required=True, metavar="TEXT", help="Under which number it was filed.")
@click.option("--document", required=True, metavar="HASH-OR-FILE", help="What was filed.")
@click.option("--filed", required=True, metavar="TIME", help="When.")
@click.option("--stands-until", required=True, type=base.MOMENT, metavar="TIME", help="Last second at which it stands.")
@cli.write_options
def file(
    facility: int,
    country: str,
    registry: str,
    number: str,
    document: str,
    filed: str,
    stands_until: datetime | timedelta,
    how: cli.How,
) -> None:
    """Say that the security of a FACILITY was filed in a register, where its terms ask for that before a drawing. The
    agent."""
    how.run(
        lambda ledger: ledger.loans.calls.file_security(
            facility,
            country=country,
            registry=registry,
            number=number,
            document=cli.hash_of(document, "the document"),
            filed_at=base.second_of(filed, "--filed"),
            stands_until=stands_until,
        )
    )


@command.command("group-carrier", short_help="Note the group of a carrier.")
@click.argument("lei", metavar="LEI")
@cli.write_options
def group_carrier(lei: str, how: cli.How) -> None:
    """Note the ultimate parent of a carrier, by its LEI, whose group's word counts for no loan on its bills. Anybody
    may."""
    how.run(lambda ledger: ledger.loans.calls.group_carrier(lei), default_role="relayer")


# ----------------------------------------------------------------------------------------------------------- by others

_VERB = {"ignore_unknown_options": True, "allow_interspersed_args": False, "help_option_names": ["-h", "--help"]}


@command.command("sign-act", context_settings=_VERB, short_help="Sign a verb for somebody else to send.")
@cli.signing_options
@click.argument("verb")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def sign_act(
    context: click.Context, elsewhere: cli.Elsewhere, hours: int, verb: str, arguments: tuple[str, ...]
) -> None:
    """Sign a verb of loans for somebody else to send: `sampan finance sign-act --out f.json draw 1 AMOUNT BILL --from
    KEY`.

    Whoever signs needs no ether. It counts once, until its deadline.
    """
    cli.sign_with(context, command, verb, arguments, cli.Signing("act", hours, elsewhere))


@command.command("send-act", short_help="Send what somebody signed with sign-act.")
@click.argument("file", type=FILE)
@cli.write_options
def send_act(file: Path, how: cli.How) -> None:
    """Send what somebody signed with sign-act, and pay the gas for it."""
    from sampan.client import papers

    signed = papers.read(file)
    how.run(lambda ledger: ledger.loans.calls.send_act(signed), default_role="relayer")


# ------------------------------------------------------------------------------------------------------------- reading


@command.command(short_help="Show what a facility owes.")
@click.argument("facility", type=FACILITY)
@base.network_option()
def owed(facility: int, network: str) -> None:
    """Show what a FACILITY owes, principal and interest; what its bills cover, what may be drawn, until when."""
    from sampan.client.verbs import facility as number

    with cli.reading(network) as ledger:
        found = ledger.loan(number(facility))
        base.output().emit(
            "sampan.facility/1", {**cli.where(ledger), "facility": found}, lambda console: console.print(found)
        )


verbs.add(command, "finance")
