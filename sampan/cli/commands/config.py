"""`sampan config`: every setting with its value and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sampan import config
from sampan.cli import base
from sampan.cli.output import table

if TYPE_CHECKING:
    from rich.console import Console


@base.group()
def command() -> None:
    """Settings, and where each comes from."""


@command.command("show")
def show() -> None:
    """Show each setting with its source; secrets are starred, keys in URLs shortened.

    Strongest first: option, variable, sampan.toml found upward from here, your config.toml, built in. A sampan.toml of
    another user, or one that others may write, is ignored; none may set anvil, keystore, password_file, node_folder,
    outbox, cargo_store, max_fee, max_tip, screening_lists or screening_record.
    """
    settings = base.settings()
    values = [*settings.values.values()]
    for fields in settings.networks.values():
        values.extend(fields.values())
    values.extend(settings.names.values())
    variables = {setting.name: setting.variable for setting in config.SETTINGS}
    rows = [
        {"name": item.name, "value": item.shown(), "source": item.source, "variable": variables.get(item.name)}
        for item in values
    ]

    ignored = [{"file": file, "reason": reason} for file, reason in settings.ignored.items()]

    def human(console: Console) -> None:
        from rich.text import Text

        shown = [
            (item.name, "-" if item.value is None else str(item.shown()), Text(item.source, style="dim"))
            for item in values
        ]
        console.print(table(("setting", "value", "source"), shown))

    base.output().emit("sampan.config/1", {"settings": rows, "ignored": ignored}, human)
