"""What commands share that talk to a chain: the connection, who signs, asking before something is spent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from sampan.cli import base
from sampan.suite.tell import duration as duration  # noqa: PLC0414  (commands find it here)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sampan.chain.connection import Connection
    from sampan.chain.signers import Signer

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

    return signers.find(reference(connection, default_role), base.settings(), development=connection.is_development)


def reference(connection: Connection, default_role: str | None) -> str | None:
    """The name under which the signer is looked up; None for what the settings say."""
    settings = base.settings()
    said = settings.text("from") or settings.text("private_key")
    return default_role if not said and connection.is_development else None


def confirm(connection: Connection, question: str, *, yes: bool) -> None:
    """Ask before something is sent to a chain that is not on this machine.

    Raises `UsageError` when there is no terminal to ask on and `--yes` was not given, `Declined` when the answer is no.
    """
    if yes or (connection.network.here and connection.is_development):
        return
    base.confirm(
        question,
        "this spends ether",
        subject=connection.network.name,
        hint="give --yes, or look first with --dry-run",
        declined="Nothing was sent.",
    )
