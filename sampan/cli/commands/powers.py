"""`sampan powers`: who can do what, with which delay, read from the chain and held against the manifest; changed."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from sampan.cli import base, chain, verbs
from sampan.cli import ledger as cli
from sampan.suite.tell import duration, instant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from sampan.client.core import VerbCall
    from sampan.client.ledger import Ledger
    from sampan.client.records import Announced
    from sampan.deployment.manifest import Manifest
    from sampan.deployment.powers import Delay, Difference, Powers

ADMINISTRATION = (
    "grant and revoke every role, say which role may call what, close a contract to all roles, cancel what is scheduled"
)


@base.group(cls=base.ShowGroup)
def command() -> None:
    """Who can do what, with which delay; and changes of that. `sampan powers` alone is `sampan powers show`.

    ROLE is ADMIN, ENROLLER, SUSPENDER, LIFTER, RECOVERER, ROOM_LISTER, ROOM_DELISTER, PUBLIC, a number, or a name that
    the manager knows; WHO as in `sampan participant`. An act that waits is announced by the first call; the same again,
    once its time has come, carries it out.
    """


@command.command(short_help="Print every administrative power.")
@base.network_option()
def show(network: str) -> None:
    """Print every administrative power: role, functions, delay, members; read from the chain, not from the manifest.

    A delay that is shorter than the manifest says, a member or function that it does not name, are errors: exit 1.
    """
    from sampan.deployment import powers, verify

    output = base.output()
    with chain.connect(network) as connection:
        manifest = chain.manifest(connection)
        verify.chain(connection, manifest)
        with output.progress("Reading the manager's events") as advance:
            found = powers.read(
                connection,
                manifest.address(manifest.powers.manager),
                verify.contracts_of(manifest),
                from_block=manifest.from_block,
                also={account for role in manifest.powers.roles for account in role.members},
                progress=lambda block: advance(0, description=f"Reading the manager's events, block {block}"),
            )
        earlier = verify.beginning(connection, manifest, manifest.from_block)
        development = connection.is_development
    differences = [*earlier, *powers.compare(found, manifest)]
    output.emit(
        "sampan.powers/1",
        _body(manifest, found, differences),
        partial(_show, manifest=manifest, found=found, differences=differences, development=development),
    )
    if any(item.level == "error" for item in differences):
        base.answer_is_no()


# ------------------------------------------------------------------------------------------------------------ changing


@command.command(short_help="Give up a power of one's own.")
@click.argument("role")
@cli.write_options
def renounce(role: str, how: cli.How) -> None:
    """Give up a power of the account that signs, at once and for good."""
    how.run(lambda ledger: ledger.access_manager.calls.renounce(role), default_role="administrator")


@command.command(short_help="Close a contract to every role.")
@click.argument("contract")
@click.option("--end", is_flag=True, help="Open it again.")
@cli.write_options
def close(contract: str, end: bool, how: cli.How) -> None:
    """Close a contract's restricted functions to every role, or open them again; bills go on. Needs the power ADMIN."""
    how.run(
        lambda ledger: ledger.access_manager.calls.set_target_closed(contract, not end), default_role="administrator"
    )


@command.command(short_help="List what was announced and waits.")
@base.network_option()
def scheduled(network: str) -> None:
    """List what was announced and not carried out: what, by whom, from when, until when."""
    with cli.reading(network) as ledger:
        waits = ledger.announced()
        body = {**cli.where(ledger), "scheduled": waits}
        base.output().emit("sampan.scheduled/1", body, lambda console: _show_announced(console, waits))


def _show_announced(console: Console, waits: Sequence[Announced]) -> None:
    from rich.text import Text

    if not waits:
        console.print("Nothing that was announced waits.")
    for one in waits:
        when = (
            f"expired {instant(one.until)}" if one.expired else f"from {instant(one.ready)} until {instant(one.until)}"
        )
        console.print(Text.assemble((f"0x{one.number.hex()}", "bold")), overflow="fold")
        console.print(Text(f"  {one.what}"))
        console.print(Text(f"  announced by {one.caller}, {when}"))


class _Number(click.ParamType):
    name = "operation"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> bytes:
        if isinstance(value, bytes):
            return value
        if re.fullmatch(r"0x[0-9a-fA-F]{64}", value) is None:
            self.fail(f"{value!r} is no number of an announcement; `sampan powers scheduled` lists them", param, ctx)
        return bytes.fromhex(value[2:])


@command.command(short_help="Cancel what was announced.")
@click.argument("operation", metavar="NUMBER", type=_Number())
@cli.write_options
def cancel(operation: bytes, how: cli.How) -> None:
    """Cancel what was announced and waits, at once: who announced it, a guardian of its role, or ADMIN."""

    def build(ledger: Ledger) -> VerbCall:
        call = ledger.access_manager.calls.cancel_announced(operation)
        # The call has a number of what it cancels, and whoever is asked should read words.
        for one in ledger.announced():
            if one.number == operation:
                base.output().note(f"This was announced: {one.what}; by {one.caller}.")
        return call

    how.run(build, default_role="administrator")


@command.command("carry-out", short_help="Carry out what was announced.")
@click.argument("operation", metavar="NUMBER", type=_Number())
@cli.write_options
def carry_out(operation: bytes, how: cli.How) -> None:
    """Carry out what the account that signs announced, once its time has come; as the same command again does."""
    how.run(lambda ledger: ledger.access_manager.calls.carry_out(operation), default_role="administrator")


verbs.add(command, "powers")


# ------------------------------------------------------------------------------------------------------------- showing


def _body(manifest: Manifest, found: Powers, differences: list[Difference]) -> dict[str, Any]:
    return {
        "network": manifest.network,
        "chain_id": manifest.chain_id,
        "manager": found.manager,
        "block": found.block,
        "time": found.time,
        "roles": found.roles,
        "targets": found.targets,
        "scheduled": found.operations,
        "differences": differences,
    }


def _in_words(delay: Delay) -> str:
    words = duration(delay.now)
    if delay.announced is None or delay.since is None:
        return words
    return f"{words}; {duration(delay.announced)} from {instant(delay.since)}"


def _wiring(delay: Delay) -> str:
    """How long a change of a contract's wiring waits, now and from when on longer."""
    waits = "a change of its wiring waits as long as the administrator's acts do"
    if delay.now:
        waits += f", and at least {duration(delay.now)}"
    if delay.announced is None or delay.since is None:
        return waits
    return f"until {instant(delay.since)} {waits}; from then on at least {duration(delay.announced)}"


def _show(
    console: Console, manifest: Manifest, found: Powers, differences: list[Difference], *, development: bool = False
) -> None:
    from rich.text import Text

    from sampan.chain.accounts import ROLES
    from sampan.cli.output import table
    from sampan.client.book import Book, quoted

    holders = {account: name for name, account in ROLES.items()} if development else {}
    holders |= {account: quoted(name) for account, name in Book.of(base.settings()).addresses.items()}
    console.print(
        f"Powers on {manifest.network} at block {found.block} ({instant(found.time)}), from {found.manager}",
        highlight=False,
    )
    rows = []
    for role in found.roles:
        may = [f"{function.contract}.{function.signature.split('(')[0]}" for function in role.functions]
        if role.number == 0:
            may.insert(0, ADMINISTRATION)
        delays = dict.fromkeys(_in_words(member.delay) for member in role.members)
        members = [
            member.account
            + (f" ({holders[member.account]})" if member.account in holders else "")
            + ("" if member.active else f" from {instant(member.since)}")
            for member in role.members
        ]
        rows.append((role.name, "\n".join(may), "\n".join(delays), "\n".join(members) or "nobody"))
    console.print(table(("role", "may", "takes effect", "members"), rows))
    for target in found.targets:
        state = "closed to every role; " if target.closed else ""
        console.print(
            f"{target.contract}: {state}{_wiring(target.admin_delay)}",
            highlight=False,
        )
    for operation in found.operations:
        when = "expired" if operation.expired else f"ready at {instant(operation.ready)}"
        console.print(f"scheduled by {operation.caller}: {operation.target}.{operation.what}, {when}", highlight=False)
    for item in differences:
        style = "bold red" if item.level == "error" else "yellow"
        console.print(Text.assemble((item.level, style), f" {item.subject} {item.message}"), highlight=False)
    if not differences:
        console.print("All as the manifest says; no delay is shorter.")
