"""`sampan money`: what banks owe their customers, payments within a bank and across, quotes, and how banks settle."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sampan.cli import base, chain, verbs
from sampan.cli import ledger as cli
from sampan.cli.money_positions import positions
from sampan.cli.output import table
from sampan.errors import UsageError
from sampan.suite.tell import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from sampan.client.core import VerbCall
    from sampan.client.ledger import Ledger
    from sampan.client.records import Balance, Deposit

FILE = click.Path(dir_okay=False, path_type=Path)


@base.group()
def command() -> None:
    """Deposits of banks: issue, pay, exchange; who has what, and how banks settle.

    A DEPOSIT is named by currency and bank, HKD@BANK, by HKD@BANK@AGENT/CC where that may be several (the settlement
    agent, the country of its holders), or by its address. An AMOUNT is written with the decimals of its currency or
    without any: "HKD 1,250,000.00", 1250000.00, 1250000. WHO, BANK and AGENT are an LEI, a participant's number, the
    address of an account, the name of a key or, on a development chain, a role.
    """


# --------------------------------------------------------------------------------------------------------------- paying


@command.command(short_help="Pay, within a bank or to another.")
@click.argument("deposit")
@click.argument("amount")
@click.option("--to", required=True, metavar="WHO", help="Who is paid.")
@click.option("--into", metavar="DEPOSIT", help="In which it is paid; by default the same.")
@click.option("--payer", metavar="WHO", help="Whose money it is, of whoever allowed it; by default your own.")
@cli.write_options
def pay(deposit: str, amount: str, to: str, into: str | None, payer: str | None, how: cli.How) -> None:
    """Pay an AMOUNT out of a DEPOSIT into the payee's.

    Within one bank it moves from customer to customer. To another bank of the same settlement agent your bank owes you
    less, the banks' reserves move and the other bank owes the payee, in one act, or nothing happens.
    """

    def build(ledger: Ledger) -> VerbCall:
        money = ledger.money_address(deposit)
        if ledger.one_of_several(money) == "Coin":
            if into is not None:
                raise UsageError("a coin is paid in itself", subject="--into", hint="leave it out")
            return ledger.coin.calls.pay(to, amount, coin=money, payer=payer)
        call = ledger.deposit.calls.pay(to, amount, out_of=deposit, into=into, payer=payer)
        verb = call.verb
        across = verb.from_ != verb.deposit  # type: ignore[attr-defined]
        base.output().note(
            "Between two banks: their reserves settle in the same act, or nothing moves."
            if across
            else "Within one bank: no reserves move."
        )
        return call

    how.run(build)


# ------------------------------------------------------------------------------------------------------------- exchange


@command.command(short_help="Sign a quote: one money for another.")
@click.option("--sell", required=True, metavar="DEPOSIT", help="What your bank gives.")
@click.option("--total", required=True, metavar="AMOUNT", help="How much of it in all; customers may buy less.")
@click.option("--buy", required=True, metavar="DEPOSIT", help="What it is paid in.")
@click.option("--price", required=True, metavar="AMOUNT", help="What the whole total costs.")
@cli.signing_options
@chain.signer_options
@base.network_option()
def quote(sell: str, total: str, buy: str, price: str, hours: int, elsewhere: cli.Elsewhere, network: str) -> None:
    """Sign a quote with an account of your bank, for customers to take (`money exchange`). Nothing is sent.

    The account gives what is bought out of its own deposit, which it allows the exchange beforehand:
    `sampan money allow DEPOSIT AMOUNT --spender Exchange`.
    """
    with cli.acting(network, keyless=elsewhere.unsigned is not None) as ledger:
        signed = ledger.sign_quote(sell, total, buy, price, deadline=timedelta(hours=hours))
        gives, quoted = ledger.money(sell), signed.text
        allowed = ledger.allowance(ledger.address, "Exchange", gives)
        if allowed < quoted.total:  # type: ignore[union-attr]
            whole = gives.amount(quoted.total)  # type: ignore[union-attr]
            base.output().note(
                f"The exchange may spend {gives.amount(allowed)} of {whole} yet: sampan money allow {gives.reference}"
                f' "{whole}" --spender Exchange',
                style="yellow",
            )
        cli.emit_signed(ledger, [signed], elsewhere)


@command.command(short_help="Buy at a bank's quote.")
@click.argument("file", metavar="QUOTE", type=FILE)
@click.argument("amount")
@click.option("--out-of", metavar="DEPOSIT", help="Out of which you pay; by default the one that the quote names.")
@click.option("--into", metavar="DEPOSIT", help="Into which it is bought; by default the one that the quote names.")
@click.option("--payee", metavar="WHO", help="Who gets it; by default you.")
@cli.write_options
def exchange(file: Path, amount: str, out_of: str | None, into: str | None, payee: str | None, how: cli.How) -> None:
    """Buy an AMOUNT of what a bank quoted (`money quote`): both payments settle in one act, each in its own book, or
    neither.

    The signature, what is left of the quote and its time are checked first; rate and rounding are said.
    """
    from sampan.client import papers
    from sampan.client.paying import quoted

    paper = papers.read(file)

    def build(ledger: Ledger) -> VerbCall:
        found = quoted(ledger, paper)
        call = ledger.exchange.calls.exchange(paper, amount, out_of=out_of, into=into, payee=payee)
        units = call.verb.amount  # type: ignore[attr-defined]
        buys, pays = found.sold.amount(units), found.paid(units)
        rounded = "exactly" if found.is_exact(units) else "rounded down to the smallest unit"
        output = base.output()
        output.note(f"Rate: {found.sold.amount(found.quote.total)} for {found.bought.amount(found.quote.price)}.")
        output.note(f"You buy {buys} and pay {pays}, {rounded}; {found.left} is left of the quote before it.")
        return call

    how.run(build)


# -------------------------------------------------------------------------------------------------------------- reading


@command.command(short_help="Show who has what, and who may spend it.")
@click.argument("who", metavar="[WHO]", required=False)
@base.network_option()
def balances(who: str | None, network: str) -> None:
    """Show who has what in which deposit, and who may spend how much of it: of everybody, or of WHO alone. Coins are
    not among them: what somebody has of a coin, its token tells."""
    with cli.reading(network) as ledger:
        found = ledger.balances(who)
        body = {**cli.where(ledger), "balances": found}
        base.output().emit("sampan.balances/1", body, lambda console: _print_balances(console, ledger, who, found))


def _print_balances(console: Console, ledger: Ledger, who: str | None, found: Sequence[Balance]) -> None:
    if not found:
        console.print("Nobody has anything." if who is None else f"{who} has nothing in any deposit.", highlight=False)
        return
    names = ledger.names
    rows = [
        (
            str(one.amount),
            one.deposit.reference,
            names.account(one.account),
            "; ".join(
                f"{names.account(spender)}: {names.amount(value, one.deposit.address)}"
                for spender, value in one.allowances
            ),
            plain(one.ground) if one.ground else "",
        )
        for one in sorted(found, key=lambda each: (each.deposit.currency, each.deposit.reference))
    ]
    console.print(table(("amount", "deposit", "of", "may be spent by", "declined"), rows))


@command.command(short_help="Show the books in which banks settle.")
@click.argument("currency", metavar="[CURRENCY]", required=False)
@base.network_option()
def settle(currency: str | None, network: str) -> None:
    """Show each settlement agent's book: the deposits in it, what each bank owes, its reserves, and so what it can
    still pay to other banks. Payments settle by themselves (`money pay`)."""
    with cli.reading(network) as ledger:
        wanted = None if currency is None else currency.strip().upper()
        books = {key: decimals for key, decimals in ledger.books().items() if wanted in (None, key[1])}
        deposits = [each for each in ledger.deposits() if (each.agent, each.currency) in books]
        found = [
            {
                "agent": agent,
                "currency": code,
                "decimals": decimals,
                "deposits": [each for each in deposits if (each.agent, each.currency) == (agent, code)],
            }
            for (agent, code), decimals in books.items()
        ]
        body = {**cli.where(ledger), "books": found}
        base.output().emit("sampan.money-books/1", body, lambda console: _print_books(console, ledger, books, deposits))


def _print_books(
    console: Console, ledger: Ledger, books: dict[tuple[int, str], int], deposits: Sequence[Deposit]
) -> None:
    if not books:
        console.print("No such book is open.")
    for (agent, currency), decimals in books.items():
        units = f"{decimals} decimal{'' if decimals == 1 else 's'}"
        console.print(
            f"{currency} ({units}), settled by {ledger.names.participant(agent)}", style="bold", highlight=False
        )
        rows = [
            (
                each.reference,
                ledger.names.participant(each.bank),
                str(each.amount(each.supply)),
                str(each.amount(each.held)),
                "yes" if each.admitted else "no",
                each.address,
            )
            for each in deposits
            if (each.agent, each.currency) == (agent, currency)
        ]
        if rows:
            console.print(table(("deposit", "bank", "owes", "reserves: can pay across", "takes in", "address"), rows))
        else:
            console.print("  no deposits")


command.add_command(positions)
verbs.add(command, "money")
