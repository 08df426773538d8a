"""`sampan account`: keys in the keystore, encrypted as Web3 Secret Storage v3. A key is never shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sampan.cli import base
from sampan.cli.output import table
from sampan.errors import Missing

if TYPE_CHECKING:
    from rich.console import Console

    from sampan.config import Settings


@base.group()
def command() -> None:
    """Keys in the keystore: make one, bring one in, list them. --from NAME signs with one."""


@command.command()
@click.argument("name")
@base.setting_option("--password-file", setting="password_file")
def new(name: str) -> None:
    """Make a key, and keep it encrypted under NAME."""
    import secrets

    _keep(name, secrets.token_bytes(32))


@command.command("import")
@click.argument("name")
@click.option(
    "--keystore-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An encrypted key (Web3 Secret Storage v3) to bring in; its password opens it and stays.",
)
@base.setting_option("--password-file", setting="password_file")
def import_(name: str, keystore_file: Path | None) -> None:
    """Keep a key that is there already, encrypted under NAME.

    A raw key is taken from SAMPAN_PRIVATE_KEY, else asked for on the terminal, unseen; it is never an argument.
    """
    import sys

    from sampan.chain import signers

    settings = base.settings()
    if keystore_file is not None:
        secret = signers.password(keystore_file.stem, settings)
        _kept(name, signers.copy(name, keystore_file, secret, settings.keystore), settings)
        return
    raw = settings.text("private_key")
    if raw is None:
        if not base.somebody_is_there():
            raise Missing(
                "there is no key to bring in",
                subject=name,
                hint="set SAMPAN_PRIVATE_KEY, or name an encrypted key with --keystore-file",
            )
        import getpass

        raw = getpass.getpass("Private key (64 hex digits, not shown): ", stream=sys.stderr)
    _keep(name, signers.key_from_hex(raw))


@command.command("list")
def list_() -> None:
    """List the keys: ours, ape's, and the roles of development chains with their addresses."""
    from sampan.chain import signers
    from sampan.chain.accounts import ROLES

    settings = base.settings()
    rows = [
        {"name": name, "address": address, "where": where}
        for where, found in (
            ("keystore", signers.addresses(settings.keystore)),
            ("ape", signers.addresses(signers.ape_folder())),
            ("development chains", ROLES),
        )
        for name, address in found.items()
    ]

    def human(console: Console) -> None:
        console.print(table(("name", "address", "where"), [tuple(row.values()) for row in rows]))

    base.output().emit("sampan.accounts/1", {"keystore": settings.keystore, "accounts": rows}, human)


def _keep(name: str, key: bytes) -> None:
    from sampan.chain import signers

    settings = base.settings()
    signers.require_free(name, settings.keystore)
    secret = signers.password(name, settings, twice=True)
    with base.output().progress("Encrypting"):
        path = signers.store(name, key, secret, settings.keystore)
    _kept(name, path, settings)


def _kept(name: str, path: Path, settings: Settings) -> None:
    from sampan.chain import signers

    address = signers.addresses(settings.keystore)[name]
    base.output().note("Keep a copy of the file and of its password: nobody can bring either back.")
    base.output().emit("sampan.account/1", {"name": name, "address": address, "file": path})
