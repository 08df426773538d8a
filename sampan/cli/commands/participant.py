"""`sampan participant`: legal persons, their standing, and their accounts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sampan.cli import base, chain, verbs
from sampan.cli import ledger as cli
from sampan.cli.output import table
from sampan.errors import about
from sampan.suite.tell import earliest, moment, plain, roles_of, word_of
from sampan.suite.words import Receiving

if TYPE_CHECKING:
    from rich.console import Console

    from sampan.client.core import VerbCall
    from sampan.client.ledger import Ledger
    from sampan.client.records import Participant

FILE = click.Path(dir_okay=False, path_type=Path)
RECEIVING = verbs.choice(Receiving)


@base.group()
def command() -> None:
    """Legal persons and their accounts.

    WHO is an LEI, a participant's number, a carrier code, the address of an account, the name of a key, a name in
    [names] of the settings or, on a development chain, a role.
    """


# ------------------------------------------------------------------------------------------------------------ enrolment


@command.command("sign-enrolment", short_help="Sign the enrolment of a new participant.")
@click.option("--lei", required=True, help="LEI of the legal person, 20 characters.")
@click.option("--country", required=True, metavar="CC", help="Its seat, ISO 3166-1 alpha-2.")
@click.option("--roles", required=True, help="issue, answer, move, terms, produce, bank, supervise; by commas.")
@click.option("--rulebook", required=True, metavar="HASH-OR-FILE", help="The rulebook version that is signed (T5).")
@click.option("--parent", metavar="LEI", help="Its ultimate parent; by default itself.")
@click.option("--receiving", type=RECEIVING, help="From whom it takes bills; banks: with their signature only.")
@cli.signing_options
@chain.signer_options
@base.network_option()
def sign_enrolment(
    lei: str,
    country: str,
    roles: str,
    rulebook: str,
    parent: str | None,
    receiving: str | None,
    hours: int,
    elsewhere: cli.Elsewhere,
    network: str,
) -> None:
    """Sign an enrolment with the first account of a new participant; whoever enrols it sends it."""
    from datetime import timedelta

    with about("rulebook"):
        digest = cli.hash_of(rulebook, "the rulebook")
    with about("roles"):
        wanted = roles_of(roles)
    with cli.acting(network, keyless=elsewhere.unsigned is not None) as ledger:
        signed = ledger.sign_enrolment(
            lei,
            country_code=country,
            roles=wanted,
            rulebook=digest,
            parent=parent,
            receiving=None if receiving is None else word_of(Receiving, receiving),
            deadline=timedelta(hours=hours),
        )
        cli.emit_signed(ledger, [signed], elsewhere)


@command.command(short_help="Enrol a legal person by what its account signed.")
@click.argument("file", type=FILE)
@cli.write_options
def enrol(file: Path, how: cli.How) -> None:
    """Enrol a legal person by what its first account signed (`sign-enrolment`). Needs the power ENROLLER."""
    from sampan.client import papers

    signed = papers.read(file)
    how.run(lambda ledger: ledger.bills.calls.enrol(signed), default_role="enroller")


@command.command(short_help="Record who owns a carrier code.")
@click.argument("code_list", metavar="LIST", type=click.Choice(["SMDG", "NMFTA"], case_sensitive=False))
@click.argument("code")
@click.argument("owner", metavar="[WHO]", required=False)
@cli.write_options
def code(code_list: str, code: str, owner: str | None, how: cli.How) -> None:
    """Record who owns a carrier code; without WHO: free it. Needs the power ENROLLER."""
    how.run(lambda ledger: ledger.bills.calls.assign_code(code_list, code, owner), default_role="enroller")


@command.command(short_help="Change ultimate parent and roles.")
@click.argument("who")
@click.option("--parent", metavar="LEI", help="Its ultimate parent; by default as it is.")
@click.option("--roles", help="issue, answer, move, terms, produce, bank, supervise; by default as they are.")
@cli.write_options
def profile(who: str, parent: str | None, roles: str | None, how: cli.How) -> None:
    """Change ultimate parent and roles of a participant. Needs the power ENROLLER."""

    def build(ledger: Ledger) -> VerbCall:
        found = ledger.participant(who)
        with about("roles"):
            wanted = found.roles if roles is None else roles_of(roles)
        return ledger.bills.calls.set_profile(found, parent=parent or found.parent, roles=wanted)

    how.run(build, default_role="enroller")


# --------------------------------------------------------------------------------------------------- what it publishes


@command.command(short_help="List a participant from whom you take bills.")
@click.argument("who")
@click.option("--strike-out", is_flag=True, help="List it no more.")
@cli.write_options
def giver(who: str, strike_out: bool, how: cli.How) -> None:
    """List a participant from whom your accounts that receive from listed ones take bills."""
    how.run(lambda ledger: ledger.bills.calls.set_giver(who, not strike_out))


# ------------------------------------------------------------------------------------------------------------- standing


@command.command("wind-down", short_help="Let a participant receive nothing new.")
@click.argument("who")
@click.option("--end", is_flag=True, help="End the winding down.")
@cli.write_options
def wind_down(who: str, end: bool, how: cli.How) -> None:
    """Wind a participant down: it acts, receives nothing new, issues nothing. Needs the power LIFTER."""
    how.run(lambda ledger: ledger.bills.calls.set_winding_down(who, not end), default_role="lifter")


# -------------------------------------------------------------------------------------------------------------- reading


@command.command(short_help="Show roles, standing, accounts.")
@click.argument("who")
@base.network_option()
def show(who: str, network: str) -> None:
    """Show a participant: roles, standing, what it has published, its accounts."""
    with cli.reading(network) as ledger:
        found = ledger.participant(who, codes=True)
        body = {**cli.where(ledger), "participant": found}
        base.output().emit("sampan.participant/1", body, found)


@command.command("list")
@base.network_option()
def list_(network: str) -> None:
    """List everybody who is enrolled."""
    with cli.reading(network) as ledger:
        found = ledger.participants()
        body = {**cli.where(ledger), "participants": found}
        base.output().emit("sampan.participants/1", body, lambda console: _show_all(console, found))


def _show_all(console: Console, found: list[Participant]) -> None:
    from sampan.client.show import standing

    rows = [
        (
            str(one.number),
            one.lei,
            one.told,
            one.country,
            plain(one.roles),
            str(len(one.accounts)),
            standing(one),
        )
        for one in found
    ]
    console.print(table(("no", "LEI", "name", "country", "roles", "accounts", "standing"), rows))


# ------------------------------------------------------------------------------------------------------------- accounts


@command.group("account", short_help="Add, change, remove and recover accounts.")
def account_group() -> None:
    """Accounts of participants: add, remove, roles, from whom they receive, recovery."""


@account_group.command("show", short_help="Show an account, and a recovery that waits.")
@click.argument("address", metavar="ACCOUNT")
@base.network_option()
def show_account(address: str, network: str) -> None:
    """Show an account, and the recovery of it that waits."""
    with cli.reading(network) as ledger:
        found = ledger.account(address)
        waits = ledger.recovery(found)

        def human(console: Console) -> None:
            console.print(found)
            if waits is not None:
                when = f"from {earliest(waits.executable_from)} until {moment(waits.lapses)}"
                console.print(f"A recovery to {waits.successor} waits; it may be carried out {when}.", style="yellow")
                console.print("Until then the account binds nobody.", style="yellow")

        body = {**cli.where(ledger), "account": found, "recovery": waits}
        base.output().emit("sampan.ledger-account/1", body, human)


@account_group.command("sign", short_help="Sign a new account, or sponsor one.")
@click.argument("participant", metavar="WHO")
@click.option("--account", required=True, metavar="ADDRESS", help="The new account.")
@click.option("--roles", required=True, help="issue, answer, move, terms, produce, bank, supervise; by commas.")
@click.option("--receiving", type=RECEIVING, default="anyone", show_default=True, help="From whom it takes bills.")
@click.option(
    "--until", type=click.IntRange(1), metavar="SECONDS", help="The deadline that the other signed, since 1970."
)
@cli.signing_options
@chain.signer_options
@base.network_option()
def sign_account(
    participant: str,
    account: str,
    roles: str,
    receiving: str,
    until: int | None,
    hours: int,
    elsewhere: cli.Elsewhere,
    network: str,
) -> None:
    """Sign a new account of a participant: the new account itself, and an account of the participant, the same text."""
    from datetime import timedelta

    with about("roles"):
        wanted = roles_of(roles)
    with cli.acting(network, keyless=elsewhere.unsigned is not None) as ledger:
        with about("account"):
            address = ledger.address_of(account)
        signed = ledger.sign_new_account(
            participant,
            address,
            roles=wanted,
            receiving=word_of(Receiving, receiving),
            signer=ledger.signer,
            deadline=until if until is not None else timedelta(hours=hours),
        )
        cli.emit_signed(ledger, [signed], elsewhere)


@account_group.command("sign-successor", short_help="Sign a new account for the place of a lost one.")
@click.argument("lost")
@click.option("--account", required=True, metavar="ADDRESS", help="The new account, which signs.")
@click.option("--roles", required=True, help="issue, answer, move, terms, produce, bank, supervise; by commas.")
@cli.signing_options
@chain.signer_options
@base.network_option()
def sign_successor(lost: str, account: str, roles: str, hours: int, elsewhere: cli.Elsewhere, network: str) -> None:
    """Sign a new account for the place of a lost one: the new account. `account recover --signed` proposes it.

    A recovery can be carried out after seven days; what is signed counts when it is proposed."""
    from datetime import timedelta

    with about("roles"):
        wanted = roles_of(roles)
    with cli.acting(network, keyless=elsewhere.unsigned is not None) as ledger:
        with about("account"):
            address = ledger.address_of(account)
        signed = ledger.sign_successor(
            lost, address, roles=wanted, signer=ledger.signer, deadline=timedelta(hours=hours)
        )
        cli.emit_signed(ledger, [signed], elsewhere)


@account_group.command("add", short_help="Add an account by what it signed.")
@click.argument("file", metavar="SIGNED", type=FILE)
@click.option("--sponsor", type=FILE, help="What the sponsor signed, when it does not send this itself.")
@cli.write_options
def add_account(file: Path, sponsor: Path | None, how: cli.How) -> None:
    """Add an account by what it signed (`account sign`), sponsored by whoever sends it or signed --sponsor."""
    from sampan.client import papers

    signed = papers.read(file)
    sponsored = None if sponsor is None else papers.read(sponsor)
    how.run(lambda ledger: ledger.bills.calls.add_account(sponsored, signed))


@account_group.command("recover", short_help="Propose the recovery of a lost account.")
@click.argument("lost")
@click.option("--successor", metavar="ACCOUNT", help="Another account of the participant.")
@click.option("--signed", type=FILE, help="Or what a new account signed (`account sign-successor`).")
@click.option("--ground", required=True, help="Why, in words or as a reference; logged for everybody to read.")
@cli.write_options
def recover(lost: str, successor: str | None, signed: Path | None, ground: str, how: cli.How) -> None:
    """Propose the recovery of a lost account; it can be vetoed for seven days, and carried out for thirty days after
    them. Meanwhile the lost account binds nobody. Needs the power RECOVERER."""
    from sampan.client import papers
    from sampan.errors import UsageError

    if (successor is None) == (signed is None):
        raise UsageError("say who takes its place", subject=lost, hint="--successor ACCOUNT, or --signed FILE")
    text = None if signed is None else papers.read(signed)

    def build(ledger: Ledger) -> VerbCall:
        to: Any = successor if text is None else text
        return ledger.bills.calls.propose_recovery(lost, to, ground=ground)

    how.run(build, default_role="recoverer")


verbs.add(command, "participant")
verbs.add(account_group, "participant account")
