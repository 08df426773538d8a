"""`sampan account`: keys in the keystore, encrypted as Web3 Secret Storage v3. A key is never shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sampan.cli import base
from sampan.cli.output import table
from sampan.errors import Missing, UsageError

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

    from sampan.chain import signers

    otherwise = signers.means_otherwise(name)
    if otherwise is not None:
        raise UsageError(
            f"by that name --from means {otherwise}", subject=name, hint="choose another, such as ops or a desk's name"
        )
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
@click.option("--all", "everything", is_flag=True, help="The roles of development chains too, with their addresses.")
def list_(everything: bool) -> None:
    """List the keys: ours and ape's; where the settings name a development network, its roles too."""
    from sampan.chain import signers
    from sampan.chain.accounts import ROLES

    settings = base.settings()
    shown = {"keystore": signers.addresses(settings.keystore), "ape": signers.addresses(signers.ape_folder())}
    if everything or _for_development(settings):
        shown["development chains"] = ROLES
    rows = [
        {"name": name, "address": address, "where": where}
        for where, found in shown.items()
        for name, address in found.items()
    ]

    def human(console: Console) -> None:
        if rows:
            console.print(table(("name", "address", "where"), [tuple(row.values()) for row in rows]))
        else:
            console.print("No keys yet: `sampan account new NAME` makes one.")
        if "development chains" not in shown:
            console.print(f"--all lists the {len(ROLES)} roles of development chains too.", style="dim")

    base.output().emit("sampan.accounts/1", {"keystore": settings.keystore, "accounts": rows}, human)


def _for_development(settings: Settings) -> bool:
    """Whether somebody chose a network of which it is known beforehand that it is for development."""
    from sampan.chain.networks import BUILT_IN
    from sampan.config import BUILT_IN as CHOSEN_BY_NOBODY

    chosen = settings.value("network")
    said = settings.network_fields(settings.network)
    ours = settings.network in BUILT_IN and settings.network != "sepolia" and "url" not in said
    return chosen.source != CHOSEN_BY_NOBODY and bool(said.get("development", ours))


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
    otherwise = signers.means_otherwise(name)
    if otherwise is not None:
        base.output().note(f"{name} is also {otherwise}: there --from wants the address.", style="yellow")
    base.output().note("Keep a copy of the file and of its password: nobody can bring either back.")
    base.output().emit("sampan.account/1", {"name": name, "address": address, "file": path})
