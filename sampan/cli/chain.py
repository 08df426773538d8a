"""What commands share that talk to a chain: the connection, who signs, asking before something is spent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from sampan.cli import base
from sampan.errors import UsageError
from sampan.suite.tell import duration as duration  # noqa: PLC0414  (commands find it here)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sampan.chain.connection import Connection
    from sampan.chain.signers import Signer
    from sampan.deployment.manifest import Manifest

F = TypeVar("F", bound="Callable[..., Any]")


def signer_options(function: F) -> F:
    """Decorator: `--from` and `--password-file`; `signer` finds the key that they mean."""
    function = base.setting_option("--password-file", setting="password_file")(function)
    return base.setting_option("--from", setting="from")(function)


def yes_option(function: F) -> F:
    """Decorator: `--yes`, passed on as `yes`, for `confirm`."""
    return click.option("--yes", is_flag=True, help="Do not ask before anything is sent.")(function)


def dry_run_option(function: F) -> F:
    """Decorator: `--dry-run`, passed on as `dry_run`."""
    return click.option("--dry-run", is_flag=True, help="Show what would be done and what it costs; send nothing.")(
        function
    )


def connect(network: str) -> Connection:
    """Open the network that `--network` means; a context manager. Raises as `sampan.chain.networks.connect`."""
    from sampan.chain import networks

    return networks.connect(network, base.settings())


def signer(connection: Connection, default_role: str | None = None) -> Signer:
    """Who `--from` means. On a development chain `default_role` signs when nothing says who.

    Raises as `sampan.chain.signers.find`.
    """
    from sampan.chain import signers

    settings, development = base.settings(), connection.is_development
    return signers.find(None, settings, development=development, default_role=default_role)


def signer_address(connection: Connection, default_role: str | None = None) -> str:
    """Whose address `--from` means; no key is asked for. Raises as `sampan.chain.signers.address_of`."""
    from sampan.chain import signers

    settings, development = base.settings(), connection.is_development
    return signers.address_of(None, settings, development=development, default_role=default_role)


def asked_about(connection: Connection, who: str | None) -> str:
    """Of whom a list is: who is named, else whoever signs here. Raises `UsageError` where nothing says it."""
    if who is not None:
        return who
    try:
        return signer_address(connection)
    except UsageError as error:
        if error.subject != "--from":
            raise
        hint = "say it, as in `--of bank`: a label, an LEI or an address"
        raise UsageError("nothing says whose", subject="--of", hint=hint) from None


def manifest(connection: Connection) -> Manifest:
    """The manifest of the ledger: the one given, else the chain's. Raises as `sampan.deployment.manifest.find`."""
    from sampan.deployment import manifest as manifests

    settings = base.settings()
    given = settings.path("manifest")
    return manifests.find(settings.deployments, connection)[1] if given is None else manifests.load(given)


def asks(connection: Connection, *, yes: bool) -> bool:
    """Whether somebody is asked before anything is sent: everywhere but on development chains on this machine."""
    return not yes and not (connection.network.here and connection.is_development)


def confirm(connection: Connection, question: str, *, yes: bool) -> None:
    """Ask before something is sent to a chain that is not for development, or not on this machine.

    Raises `UsageError` when there is no terminal to ask on and `--yes` was not given, `Declined` when the answer is no.
    """
    if not asks(connection, yes=yes):
        return
    base.confirm(
        question,
        "this spends ether",
        subject=connection.network.name,
        hint="give --yes, or look first with --dry-run",
        declined="Nothing was sent.",
    )
