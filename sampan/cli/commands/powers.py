"""`sampan powers`: who can do what, with which delay, read from the chain and held against the manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sampan.cli import base, chain
from sampan.suite.tell import instant

if TYPE_CHECKING:
    from rich.console import Console

    from sampan.deployment.manifest import Manifest
    from sampan.deployment.powers import Delay, Difference, Powers

ADMINISTRATION = (
    "grant and revoke every role, say which role may call what, close a contract to all roles, cancel what is scheduled"
)


@base.command()
@base.network_option()
def command(network: str) -> None:
    """Print every administrative power: role, functions, delay, members; read from the chain, not from the manifest.

    A delay that is shorter than the manifest says, a member or function that it does not name, are errors: exit 1.
    """
    from sampan.deployment import manifest as manifests
    from sampan.deployment import powers, verify

    output = base.output()
    with chain.connect(network) as connection:
        manifest = manifests.load(manifests.path_of(base.settings().deployments, connection.network.name))
        verify.chain(connection, manifest)
        with output.progress("Reading the manager's events") as advance:
            found = powers.read(
                connection,
                manifest.address(manifest.powers.manager),
                verify.contracts_of(manifest),
                from_block=manifest.from_block,
                progress=lambda block: advance(0, description=f"Reading the manager's events, block {block}"),
            )
        earlier = verify.beginning(connection, manifest, manifest.from_block)
    differences = [*earlier, *powers.compare(found, manifest)]
    output.emit(
        "sampan.powers/1", _body(manifest, found, differences), lambda to: _show(to, manifest, found, differences)
    )
    if any(item.level == "error" for item in differences):
        base.answer_is_no()


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
    words = chain.duration(delay.now)
    if delay.announced is None or delay.since is None:
        return words
    return f"{words}; {chain.duration(delay.announced)} from {instant(delay.since)}"


def _at_least(delay: Delay) -> str:
    words = f", and at least {chain.duration(delay.now)}" if delay.now else ""
    if delay.announced is not None and delay.since is not None:
        words += f", and at least {chain.duration(delay.announced)} from {instant(delay.since)}"
    return words


def _show(console: Console, manifest: Manifest, found: Powers, differences: list[Difference]) -> None:
    from rich.table import Table
    from rich.text import Text

    holders = {account: name for name, account in _roles_here(manifest).items()}
    console.print(
        f"Powers on {manifest.network} at block {found.block} ({instant(found.time)}), from {found.manager}",
        highlight=False,
    )
    table = Table(show_lines=True)
    table.add_column("role", no_wrap=True)
    table.add_column("may", overflow="fold")
    table.add_column("takes effect", overflow="fold")
    table.add_column("members", overflow="fold")
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
        columns = (role.name, "\n".join(may), "\n".join(delays), "\n".join(members) or "nobody")
        table.add_row(*map(Text, columns))
    console.print(table)
    for target in found.targets:
        state = "closed to every role; " if target.closed else ""
        console.print(
            f"{target.contract}: {state}a change of its wiring waits as long as the administrator's acts do"
            + _at_least(target.admin_delay),
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


def _roles_here(manifest: Manifest) -> dict[str, str]:
    """Names for addresses: those of development accounts, where they mean anything."""
    from sampan.chain.accounts import ROLES
    from sampan.chain.connection import DEVELOPMENT_CHAINS

    return ROLES if manifest.chain_id in DEVELOPMENT_CHAINS else {}
