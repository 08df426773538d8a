"""`sampan completion`: a completion script for a shell."""

from __future__ import annotations

import click

from sampan.cli import base
from sampan.errors import Missing


@base.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print a completion script.

    bash: put `eval "$(sampan completion bash)"` into ~/.bashrc. zsh: the same with zsh into ~/.zshrc.
    fish: `sampan completion fish > ~/.config/fish/completions/sampan.fish`.
    """
    from click.shell_completion import get_completion_class

    from sampan.cli.main import COMPLETION_VARIABLE, main

    found = get_completion_class(shell)
    if found is None:
        raise Missing("no completion for this shell", subject=shell)
    script = found(main, {}, "sampan", COMPLETION_VARIABLE).source()
    base.output().emit("sampan.completion/1", {"shell": shell, "script": script}, lambda _console: click.echo(script))
