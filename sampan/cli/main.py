"""The entry point `sampan`: a table of commands that are imported when they are called, and the exit codes.

Exit: 0 done, 1 the answer is no, 2 usage, 3 bad input, 4 chain or RPC, 5 refused by a contract, 6 something is missing
here, 7 another run is at work, 70 a fault in Sampan itself, 130 interrupted, 141 the reader of our output went away.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import os
import sys
from pathlib import Path

import click

from sampan import __version__
from sampan.cli import base
from sampan.errors import BadInput, ChainError, SampanError, UsageError
from sampan.suite.escapes import printable

#: name, the line that `--help` shows. The module is sampan.cli.commands.<name>, hyphens as underscores; a command is
#: there when its module is.
COMMANDS: tuple[tuple[str, str], ...] = (
    ("demo", "A new chain, a trade from Shanghai to Rotterdam, and the audit of it."),
    ("scenario", "Scenarios that are files: list, show, play on any network, begin one."),
    ("doctor", "What is installed, what is missing, and the one command that mends it."),
    ("compile", "Contracts to artifacts, or check that the artifacts are in step."),
    ("node", "Start, stop and look at a reproducible local chain."),
    ("deploy", "Deploy the suite; resumable; writes deployments/NETWORK.json."),
    ("verify-source", "Hand the contracts' sources in to an explorer."),
    ("powers", "Who can do what, with which delay, read from the chain."),
    ("network", "Networks that are known, and whether they answer."),
    ("account", "Keys in the keystore."),
    ("participant", "Legal persons and their accounts."),
    ("room", "Contracts that may possess bills."),
    ("money", "Deposits of banks: issue, pay, exchange; who has what, and how banks settle."),
    ("sale", "Sell bills against payment: offer, pay, take back; show what is offered."),
    ("cargo", "Cargo data bound to bills: take events, anchor, prove, say, ask conditions."),
    ("finance", "Loans on bills: draw, repay, let bills go; what is owed, and what the agent does."),
    ("position", "Claims of lenders: split, move to a successor; the countries to which they are open."),
    ("document", "Check, root, disclose and verify DCSA transport documents."),
    ("bill", "Issue, pass on, surrender and answer bills of lading; show one with its history."),
    ("audit", "Rebuild a ledger from its logs and compare it with the chain."),
    ("bench", "Measure what acts cost and how long an audit takes."),
    ("fuzz", "Hold the contracts against the reference model on random acts."),
    ("config", "Settings, and where each comes from."),
    ("schema", "The JSON Schema of a document that --json prints."),
    ("completion", "A completion script for your shell."),
)

COMPLETION_VARIABLE = "_SAMPAN_COMPLETE"
FAULT = 70
INTERRUPTED = 130
READER_GONE = 141


class Root(base.Group):
    """The root group: finds commands by name, imports one only when it is called."""

    def list_commands(self, context: click.Context) -> list[str]:
        return [name for name, _ in COMMANDS if _exists(name)]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in dict(COMMANDS) or not _exists(name):
            return None
        from sampan.cli import log

        log.quiet()
        found = importlib.import_module(_module_of(name)).command
        if not isinstance(found, click.Command):
            raise TypeError(f"sampan.cli.commands.{name}.command is no click command")
        found.name = name
        return found

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, line) for name, line in COMMANDS if _exists(name)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _module_of(name: str) -> str:
    return f"sampan.cli.commands.{name.replace('-', '_')}"


def _exists(name: str) -> bool:
    return importlib.util.find_spec(_module_of(name)) is not None


def _print_version(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if not value or context.resilient_parsing:
        return
    from sampan.cli.schema import names
    from sampan.toolchain import artifacts

    build = artifacts.build_record()
    body = {
        "version": __version__,
        "release": None if build is None else build.release_hash,
        "solc": None if build is None else build.compiler,
        "schemas": names(),
    }
    text = f"sampan {__version__}"
    if build is not None:
        text += f" (release {build.release_hash[:18]}, solc {build.compiler})"
    # `--json` may stand behind `--version`, where it has not been read yet.
    output = base.output()
    output.as_json = output.as_json or "--json" in sys.argv
    if output.as_json:
        output.emit("sampan.version/1", body)
    else:
        click.echo(text)
    context.exit()


@click.group(cls=Root)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    callback=_print_version,
    help="Print version, artifacts' release and compiler.",
)
def main() -> None:
    """Electronic bills of lading: deploy the contracts, drive bills, audit a ledger.

    Every command takes --json, -v, -q and --log-file. Exit: 0 done, 1 the answer is no, 2 usage, 3 bad input, 4 chain,
    5 refused by a contract, 6 something is missing here, 7 another run is at work, 130 interrupted.
    """


main.params.extend(base.common_options())


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit code; errors are printed, never raised."""
    _open_streams()
    code = run_to_code(sys.argv[1:] if arguments is None else arguments)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = _reader_gone()
    sys.exit(code)


def _open_streams() -> None:
    """Let a stream that was closed when we were started lead nowhere, and stdout take every character.

    What stdout's encoding has no place for is printed as its escape.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - open to the end
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def run_to_code(arguments: list[str]) -> int:
    """Run the command line and return the exit code."""
    state = base.State()
    code = _run_to_code(state, arguments)
    if state.log_handlers:
        from sampan.cli import log

        log.end(state, code)
    return code


def _run_to_code(state: base.State, arguments: list[str]) -> int:
    # What cannot be parsed must still be answered in JSON when JSON was asked for.
    state.as_json = "--json" in arguments[: arguments.index("--") if "--" in arguments else None]
    try:
        if instruction := os.environ.get(COMPLETION_VARIABLE):
            from click.shell_completion import shell_complete

            return shell_complete(main, {}, "sampan", COMPLETION_VARIABLE, instruction)
        # Not `main.main()`: it has an exit code and words of its own for a broken pipe and an interrupt.
        with main.make_context("sampan", list(arguments), obj=state) as context:
            main.invoke(context)
        sys.stdout.flush()
        return 0
    except BrokenPipeError:
        return _reader_gone()
    except (KeyboardInterrupt, click.Abort) as broken:
        for note in getattr(broken, "__notes__", ()):
            state.output.note(note)
        return INTERRUPTED
    except click.exceptions.Exit as done:
        return done.exit_code
    except (click.ClickException, SampanError, OSError) as error:
        return _report(state, _as_ours(error))
    except Exception as error:
        return _report_fault(state, error)


def _as_ours(error: click.ClickException | SampanError | OSError) -> SampanError:
    if isinstance(error, SampanError):
        return error
    if isinstance(error, click.ClickException):
        context = getattr(error, "ctx", None)
        path = "sampan" if context is None else context.command_path
        if isinstance(error, click.NoSuchOption) and error.option_name[1:2].isdigit():
            said = "is no option, and no amount is negative"
            return BadInput(said, subject=error.option_name, hint="leave out the sign")
        kind = BadInput if isinstance(error, click.FileError) else UsageError
        hint = f"`{path} --help` shows how it is called"
        # Of rooms `list` is an act: whoever names none asks which there are.
        if isinstance(error, click.MissingParameter) and context is not None and context.command.name == "list":
            lists = getattr(context.parent and context.parent.command, "lists", None)
            hint += f"; {base.lists_them(lists)}" if lists else ""
        return kind(error.format_message(), hint=hint)
    # requests' errors are OSErrors too, and they are about the wire, not about a file.
    if isinstance(error, (ConnectionError, TimeoutError)) or type(error).__module__.startswith(("requests", "urllib3")):
        return ChainError(str(error), hint="is the network reachable? `sampan network check` asks it")
    return BadInput(error.strerror or str(error), subject=None if error.filename is None else str(error.filename))


def _report(state: base.State, error: SampanError) -> int:
    try:
        state.output.error(error)
    except BrokenPipeError:
        return _reader_gone()
    return error.exit_code


def _report_fault(state: base.State, error: Exception) -> int:
    import logging

    from sampan.cli import log

    log.quiet()
    logging.getLogger("sampan").error("fault", exc_info=error)
    if state.verbosity >= 2:
        import traceback

        sys.stderr.write(printable("".join(traceback.format_exception(error))))
    fault = SampanError(
        f"{type(error).__name__}: {error}",
        code="sampan.fault",
        hint="this is a fault in Sampan; run again with -vv or --log-file FILE to see where",
    )
    _report(state, fault)
    return FAULT


def _reader_gone() -> int:
    # Python flushes stdout once more at exit; give it somewhere to go.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return READER_GONE


if __name__ == "__main__":
    run()
