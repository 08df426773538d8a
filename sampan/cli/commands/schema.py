"""`sampan schema`: the JSON Schema of a document that `--json` prints."""

from __future__ import annotations

import click

from sampan.cli import base, schema
from sampan.cli.output import to_json


@base.command()
@click.argument("name", required=False)
def command(name: str | None) -> None:
    """Print the JSON Schema of NAME (`audit`, or `sampan.audit/1`); without NAME list what has one."""
    output = base.output()
    if name is None:
        names = schema.names()
        output.emit("sampan.schemas/1", {"schemas": names}, "\n".join(names))
        return
    # The schema is itself the one JSON document, so that `sampan schema audit > audit.json` needs no flag.
    found = schema.load(name)
    output.emitted = True
    click.echo(to_json(found))
