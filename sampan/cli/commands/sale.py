"""`sampan sale`: bills against payment, in one act (URC 522: documents against payment)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sampan.cli import base, verbs
from sampan.cli import ledger as cli
from sampan.cli.output import table
from sampan.errors import UsageError
from sampan.files import write_private
from sampan.suite.tell import amount as count_of
from sampan.suite.tell import bill_name, moment, word_of
from sampan.suite.verb import NOBODY
from sampan.suite.words import Endorsement

if TYPE_CHECKING:
    from rich.console import Console

    from sampan.client.core import VerbCall
    from sampan.client.ledger import Ledger
    from sampan.client.pledged_sales import InPledge
    from sampan.client.records import Offer
    from sampan.trade.terms import Terms

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(dir_okay=False, path_type=Path)
TERMS = "sampan.sale-terms/1"


@base.group(lists="sampan sale show all")
def command() -> None:
    """Sell bills against payment: offer, pay, take back; show what is offered.

    The seller lodges bills with the sale under terms; the buyer pays the price and gets them in the same act. Terms are
    found by the bill, so that nobody has to keep a file. A bill is named as for `sampan bill`, a DEPOSIT and an amount
    as for `sampan money`. A time is a length from now (30 days), a day (2026-12-31, to its end in UTC), or a time with
    its zone.
    """


# ----------------------------------------------------------------------------------------------------------- the seller


def _terms_options(*, needed: bool) -> Callable[[F], F]:
    """Decorator: what terms say, all of it, or what changes."""

    def decorate(function: F) -> F:
        stays = "" if needed else " By default as it is."
        options: list[tuple[tuple[str, ...], str, Any, str]] = [
            (("--to", "--buyer", "buyer"), "WHO", None, "To whom they are offered."),
            (("--price",), "AMOUNT", None, "For all bills together."),
            (("--into",), "DEPOSIT", None, "Into which the price is paid; or a coin, by its address."),
            (("--until",), "TIME", base.MOMENT, "Until when it may be paid."),
        ]
        for flags, metavar, kind, said in reversed(options):
            function = click.option(*flags, required=needed, metavar=metavar, type=kind, help=said + stays)(function)
        function = click.option(
            "--payee", metavar="WHO", help="Who is paid; by default you." if needed else "Who is paid." + stays
        )(function)
        function = click.option(
            "--firm-until",
            metavar="TIME",
            type=base.MOMENT,
            help="Until then you neither change it nor take it back." + stays,
        )(function)
        return click.option(
            "--endorse",
            "endorsement",
            type=verbs.choice(Endorsement),
            default="to-order" if needed else None,
            show_default=needed,
            help="How title goes to the buyer; none: it has it already." + stays,
        )(function)

    return decorate


@command.command(short_help="Offer bills for sale.")
@click.argument("bills", metavar="BILL...", type=cli.BILL, nargs=-1, required=True)
@_terms_options(needed=True)
@click.option("--out", type=FILE, help="Write the terms to a file, for the buyer's records.")
@cli.overwrite_option
@click.option("--pledged", is_flag=True, help="They lie in the loan book, and are sold from there (--out is needed).")
@click.option("--least", metavar="AMOUNT", help="Of pledged bills in default: the least price of each.")
@cli.bill_options
def offer(
    bills: tuple[str, ...],
    buyer: str,
    price: str,
    into: str,
    until: datetime | timedelta,
    payee: str | None,
    firm_until: datetime | timedelta | None,
    endorsement: str,
    out: Path | None,
    overwrite: bool,
    pledged: bool,
    least: str | None,
    how: cli.How,
) -> None:
    """Offer bills against payment: lodge them with the sale, all for one price, in one transaction.

    They lie there for you until the buyer pays, declines, or the time is over; then anybody sends them back.

    Bills that secure a loan are sold where they lie (`--pledged`): the loan has what it asks of the price, the payee
    the rest. The borrower offers them, in default the agent. No log has the terms: give the buyer their file.
    """
    if pledged and out is None:
        raise UsageError("the buyer cannot pay without the terms", subject="--pledged", hint="write them: --out FILE")
    if least is not None and not pledged:
        raise UsageError("is of pledged bills", subject="--least", hint="leave it out, or give --pledged")
    looks = f"`sampan sale show {bills[0]} --terms {out}`"
    cut_off = f"if a run was cut off, {looks} tells whether they are offered under these terms"
    cli.require_new(out, overwrite=overwrite, cut_off=cut_off)

    def build(ledger: Ledger) -> list[VerbCall]:
        terms = ledger.offer_terms(
            [how.id(ledger, bill) for bill in bills],
            buyer=buyer,
            price=price,
            into=into,
            until=until,
            payee=payee,
            firm_until=firm_until,
            endorsement=word_of(Endorsement, endorsement),
            source=ledger.address_in("LoanBook") if pledged else NOBODY,
        )
        names, money = ledger.names, ledger.money(into)
        # Whoever is asked must know what about, and it may still be refused.
        base.output().note(
            f"To be offered: {count_of(len(terms.bills), 'bill')} to {names.participant(terms.buyer)}"
            f" for {money.amount(terms.price)},"
            f" {_paid_to(ledger, terms)} in {money.reference}, until {moment(terms.deadline)}"
            + (f", firm until {moment(terms.firm_until)}" if terms.firm_until else "")
        )
        calls = ledger.instructions(terms, least=least) if pledged else ledger.lodgings(terms)
        if not how.dry_run:
            write(ledger, terms)
        return calls

    with _written(out) as write:
        how.run(build)


def _paid_to(ledger: Ledger, terms: Terms) -> str:
    """Who has the price: of pledged bills the loan first, in default all of it."""
    payee = ledger.names.account(terms.payee)
    if terms.source == NOBODY:
        return f"paid to {payee}"
    if any(ledger.loan(ledger.pledge(bill).facility).in_default for bill in terms.bills):
        return "paid to the loan, and what is beyond the debt the borrower's,"
    return f"paid to the loan as far as it asks for it, the rest to {payee},"


@contextmanager
def _written(out: Path | None) -> Iterator[Callable[[Ledger, Terms], None]]:
    """What writes terms to a file, before anything is sent under them: no log may have them when the process dies.
    Where it ends badly and nothing was sent, the file is as it was before."""
    from sampan.cli.schema import document

    asked: list[tuple[Ledger, Terms, bytes | None]] = []

    def write(ledger: Ledger, terms: Terms) -> None:
        if out is not None:
            asked.append((ledger, terms, out.read_bytes() if out.is_file() else None))
            text = json.dumps(document(TERMS, {"terms": terms}), indent=2, ensure_ascii=False)
            write_private(out, (text + "\n").encode())

    try:
        yield write
    except BaseException:
        for ledger, _, before in asked:
            if out is not None and out.is_file() and not ledger.sender.handed:
                out.unlink() if before is None else write_private(out, before)
        raise
    for _, terms, _ in asked:
        if terms.source == NOBODY:
            said = "anybody reads them back by the bill (`sampan sale show`)"
        else:
            said = "the buyer needs them to pay (`sampan sale pay --terms`)"
        base.output().note(f"The terms are written to {out}; {said}.")


@command.command(short_help="Change the terms of an offer.")
@click.argument("bill", type=cli.BILL)
@_terms_options(needed=False)
@cli.bill_options
def change(bill: str, endorsement: str | None, how: cli.How, **changes: Any) -> None:
    """Offer the same bills under other terms, once the offer is no longer firm: a lower price, more time, another
    buyer."""
    word = None if endorsement is None else word_of(Endorsement, endorsement)
    how.run(lambda ledger: ledger.sale.calls.change(how.id(ledger, bill), endorsement=word, **changes))


@command.command(short_help="Take your bills back.")
@click.argument("bill", type=cli.BILL)
@cli.bill_options
def recall(bill: str, how: cli.How) -> None:
    """Take the bills of your offer back, once it is no longer firm."""
    how.run(lambda ledger: ledger.sale.calls.recall(how.id(ledger, bill)))


# ------------------------------------------------------------------------------------------------------------ the buyer


@command.command(short_help="Pay the price and take the bills.")
@click.argument("bill", type=cli.BILL)
@click.option("--out-of", metavar="DEPOSIT", help="Out of which you pay; by default the one in which you have enough.")
@click.option("--terms", "file", type=FILE, help="Of a bill that lies in pledge: the terms, as the seller wrote them.")
@cli.bill_options
def pay(bill: str, out_of: str | None, file: Path | None, how: cli.How) -> None:
    """Pay the price of an offer and take all its bills, in one act: you have them and the payee its money, or nothing
    happens.

    Out of a deposit at another bank of the same settlement agent it settles between the banks in the same act. Where
    the sale may not spend your money yet, an allowance of exactly the price is signed along when your key is here.
    """

    def build(ledger: Ledger) -> VerbCall:
        number = how.id(ledger, bill)
        found = ledger.offer(number) if file is None else _offered(ledger, number, file)
        call = ledger.sale.calls.pay(found.terms, out_of=out_of)
        paying = ledger.money(call.verb.from_)  # type: ignore[attr-defined]
        across = (
            ""
            if paying.address == found.money.address
            else f" into {found.money.reference}: the banks settle in the same act"
        )
        base.output().note(f"{found.price} out of {paying.reference}{across}.")
        if call.shown:
            base.output().note(f"An allowance of {found.price} for the sale is signed along.")
        return call

    how.run(build)


def _offered(ledger: Ledger, bill: int, file: Path, *, steps: bool = False) -> Offer:
    """The offer of a bill in pledge, by the file of its terms. Raises `UsageError` for those of another bill."""
    from sampan.client import sale_terms

    terms = sale_terms.read(file)
    if bill not in terms.bills:
        raise UsageError(f"are terms of {', '.join(map(bill_name, terms.bills))}", subject=str(file))
    return ledger.sourced(terms, steps=steps) if terms.source != NOBODY else ledger.offer(bill, steps=steps)


@command.command(short_help="Refuse to pay: the bills go back.")
@click.argument("bill", type=cli.BILL)
@click.option("--reason", required=True, metavar="TEXT", help="Why; logged for everybody to read.")
@cli.bill_options
def decline(bill: str, reason: str, how: cli.How) -> None:
    """Refuse to pay for an offer, for a reason that is logged: the bills go back to the seller (URC 522 article 26)."""
    how.run(lambda ledger: ledger.sale.calls.decline(how.id(ledger, bill), reason=reason))


@command.command(short_help="Send bills back whose time is over.")
@click.argument("bill", type=cli.BILL)
@cli.bill_options
def expire(bill: str, how: cli.How) -> None:
    """Send the bills of an offer back after its deadline. Anybody may."""
    how.run(lambda ledger: ledger.sale.calls.expire(how.id(ledger, bill)), default_role="relayer")


# ------------------------------------------------------------------------------------------------------------ by others

_VERB = {"ignore_unknown_options": True, "allow_interspersed_args": False, "help_option_names": ["-h", "--help"]}


@command.command("sign-act", context_settings=_VERB, short_help="Sign a verb for somebody else to send.")
@cli.signing_options
@click.argument("verb")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def sign_act(
    context: click.Context, elsewhere: cli.Elsewhere, hours: int, verb: str, arguments: tuple[str, ...]
) -> None:
    """Sign pay, recall, decline or change for somebody else to send: `sampan sale sign-act --out f.json pay BILL --from
    KEY`.

    Whoever signs needs no ether: what it pays with is signed along. It counts once, until its deadline.
    """
    cli.sign_with(context, command, verb, arguments, cli.Signing("act", hours, elsewhere))


@command.command("send-act", short_help="Send what somebody signed with sign-act.")
@click.argument("file", type=FILE)
@cli.write_options
def send_act(file: Path, how: cli.How) -> None:
    """Send what somebody signed with sign-act, and pay the gas for it."""
    from sampan.client import papers

    signed = papers.read(file)
    how.run(lambda ledger: ledger.sale.calls.send_act(signed), default_role="relayer")


# -------------------------------------------------------------------------------------------------------------- reading


@command.command(short_help="Show an offer, or all.")
@click.argument("bill", metavar="BILL|all")
@click.option("--terms", "file", type=FILE, help="Of a bill that lies in pledge: the terms, as the seller wrote them.")
@cli.carrier_option
@base.network_option()
def show(bill: str, file: Path | None, carrier: str | None, network: str) -> None:
    """Show the offer of a BILL, or all: for whom the bills are held, what is owed, until when, what each party may do
    now and what that would cost.

    Bills that are sold where they lie in pledge are listed with the hash of their terms: no log has more. Of one of
    them the offer is shown with the file of its terms (`--terms`).
    """
    if bill == "all" and file is not None:
        raise UsageError("are of one offer", subject="--terms", hint="name one of its bills in place of `all`")
    with cli.reading(network) as ledger:
        pledged: list[InPledge] = []
        if bill == "all":
            found, pledged = ledger.offers(), ledger.in_pledge()
        else:
            cli.BILL.convert(bill, None, None)
            number = ledger.bill_id(bill, carrier=carrier)
            found = [ledger.offer(number, steps=True) if file is None else _offered(ledger, number, file, steps=True)]
        body = {**cli.where(ledger), "offers": found, "in_pledge": pledged}

        def human(console: Console) -> None:
            if bill == "all":
                _print_all(console, found, pledged)
            else:
                console.print(found[0])

        base.output().emit("sampan.sale-offers/1", body, human)


def _print_all(console: Console, found: list[Offer], pledged: list[InPledge]) -> None:
    if not found and not pledged:
        console.print("Nothing is offered.")
    if found:
        rows = [
            (
                ", ".join(map(bill_name, one.terms.bills)),
                one.names.participant(one.terms.seller),
                one.names.participant(one.terms.buyer),
                str(one.price),
                moment(one.deadline),
            )
            for one in found
        ]
        console.print(table(("bills", "seller", "buyer", "price", "until"), rows))
    if pledged:
        console.print("Where they lie in pledge, by terms that the seller has: `sampan sale show BILL --terms FILE`")
        lines = [(bill_name(one.bill), str(one.facility), f"0x{one.terms.hex()}") for one in pledged]
        console.print(table(("bill", "facility", "terms"), lines))
