"""`sampan network`: which networks are known, and whether one answers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from sampan.cli import base, chain
from sampan.cli.output import table

if TYPE_CHECKING:
    from rich.console import Console

    from sampan.chain.connection import Connection


@base.group()
def command() -> None:
    """Networks that are known, and whether they answer."""


@command.command("list")
def list_() -> None:
    """List the networks that have a name: built in, and from the settings."""
    from sampan.chain import networks
    from sampan.deployment import manifest as manifests

    settings = base.settings()
    rows = [
        {
            "name": network.name,
            "where": network.shown,
            "chain_id": network.chain_id,
            "confirmations": network.confirmations,
            "deployed": manifests.path_of(settings.deployments, network.name).is_file(),
        }
        for network in networks.known(settings)
    ]

    def human(console: Console) -> None:
        shown = [
            (
                str(row["name"]),
                str(row["where"]),
                "" if row["chain_id"] is None else str(row["chain_id"]),
                str(row["confirmations"]),
                "yes" if row["deployed"] else "",
            )
            for row in rows
        ]
        console.print(table(("network", "where", "chain id", "confirmations", "manifest"), shown))

    base.output().emit("sampan.networks/1", {"networks": rows}, human)


@command.command()
@base.network_option(fleeting=True)
@click.argument("name", required=False)
def check(network: str, name: str | None) -> None:
    """Ask a network who it is, how far it is, and whether it can run the suite. Exit 1 when it cannot."""
    with chain.connect(name or network) as connection:
        body = _ask(connection)
    base.output().emit("sampan.network/1", body)
    if not body["runs_the_suite"]:
        base.answer_is_no()


def _ask(connection: Connection) -> dict[str, Any]:
    from sampan.chain.connection import RpcError
    from sampan.deployment import factory
    from sampan.deployment import manifest as manifests

    started = time.monotonic()
    head = connection.block()
    answered = time.monotonic() - started
    known = [manifest for _, manifest in manifests.of_chain(base.settings().deployments, connection)]
    deployed = None if not known else all(connection.code(item.address) for each in known for item in each.contracts)
    try:
        client = str(connection.rpc("web3_clientVersion"))
    except RpcError:
        client = None
    return {
        "network": connection.network.name,
        "where": connection.transport.name,
        "client": client,
        "chain_id": connection.chain_id,
        "genesis_hash": connection.genesis_hash,
        "block": int(head["number"], 16),
        "time": int(head["timestamp"], 16),
        "gas_price": int(head.get("baseFeePerGas") or "0x0", 16),
        "milliseconds": round(answered * 1000),
        "factory": connection.code(factory.ADDRESS) == factory.CODE,
        "runs_the_suite": _runs_cancun(connection),
        "deployed": deployed,
    }


def _runs_cancun(connection: Connection) -> bool:
    """Whether the chain knows the operations that the contracts are compiled to: transient storage and MCOPY."""
    from sampan.chain.connection import RpcError
    from sampan.chain.transactions import Call

    # PUSH0 PUSH0 TSTORE, PUSH0 TLOAD POP, PUSH0 PUSH0 PUSH0 MCOPY, PUSH0 PUSH0 RETURN
    program = bytes.fromhex("5f5f5d" + "5f5c50" + "5f5f5f5e" + "5f5ff3")
    try:
        connection.rpc("eth_call", Call(None, program).as_rpc(), "latest")
    except RpcError:
        return False
    return True
