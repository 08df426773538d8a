"""What commands are made of: options that every command has, the run's state, the option `--network`.

A command module looks like this:

    from sampan.cli import base

    @base.command()
    @base.network_option()
    @click.argument("bill")
    def command(network: str, bill: str) -> None:
        "Show one bill."
        settings = base.settings()
        base.output().emit("sampan.bill/1", {...}, table)

Commands raise `sampan.errors` and return nothing. One whose answer is no prints it and calls `base.answer_is_no()`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from sampan.cli.output import Output
from sampan.errors import AnswerIsNo, Declined, SampanError, UsageError

if TYPE_CHECKING:
    import logging

    from sampan import config

#: Short lines are for books; a terminal that is wider may be used.
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}

F = TypeVar("F", bound=Callable[..., Any])


class Duration(click.ParamType):
    """A length of time as whole seconds: as people write it (`48h`, `5 days`), or the seconds alone."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        from sampan.suite.tell import seconds_of

        text = str(value).strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else seconds_of(text)


DURATION = Duration()


class Moment(click.ParamType):
    """A time to come: a length of time from now (`48h`, `30 days`), a day, which then counts to its end in UTC, or a
    time with its zone (`2026-12-31T17:00+08:00`)."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from datetime import timedelta

        from sampan.suite.tell import moment_of

        if not isinstance(value, str):
            return value
        text = value.strip()
        hint = "write 30 days, 2026-12-31, or 2026-12-31T17:00+08:00"
        try:
            if not (text[:4].isascii() and text[:4].isdigit() and text[4:5] == "-"):
                if not text[:1].isdigit():
                    raise UsageError("no time", subject=text)
                return timedelta(seconds=DURATION.convert(text, param, ctx))
            return moment_of(text)
        except UsageError as error:
            error.hint = hint
            if isinstance(param, click.Option):
                error.subject = f"{param.opts[0]} {error.subject or text}"
            raise


MOMENT = Moment()


def second_of(text: str, option: str) -> int:
    """Seconds since 1970 of a time that has passed, as RFC 3339 writes it; UTC when it names no zone. Raises
    `UsageError`, which names the option that gave it."""
    from datetime import UTC, datetime

    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        hint = "write it as in 2026-07-01 or 2026-07-01T12:00+08:00; without a zone it is UTC"
        raise UsageError("no time", subject=f"{option} {text}", hint=hint) from None
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())


class State:
    """What the options that every command has set, for one run."""

    def __init__(self) -> None:
        self.as_json = False
        self.verbosity = 0
        self.log_file: Path | None = None
        self.options: dict[str, object] = {}
        self.log_handlers: list[logging.Handler] = []
        self._output: Output | None = None
        self._settings: config.Settings | None = None
        self._told: set[Path] = set()

    @property
    def output(self) -> Output:
        if self._output is None:
            self._output = Output(as_json=self.as_json, verbosity=self.verbosity)
        self._output.as_json = self.as_json
        self._output.verbosity = self.verbosity
        return self._output

    @property
    def settings(self) -> config.Settings:
        if self._settings is None:
            from sampan import config

            self._settings = config.load(self.options)
            self._tell_ignored(self._settings)
        return self._settings

    def _tell_ignored(self, settings: config.Settings) -> None:
        for file, reason in settings.ignored.items():
            if file not in self._told:
                self._told.add(file)
                self.output.note(f"ignored: {file} {reason}")

    def set_option(self, name: str, value: object) -> None:
        """Remember a setting given as an option."""
        if value is not None:
            self.options[name] = value
            self._settings = None


def state() -> State:
    """The state of this run. Outside of a run (a command called from a test) a fresh one."""
    context = click.get_current_context(silent=True)
    return State() if context is None else context.ensure_object(State)


def asked() -> str:
    """What this run is asked for, as a hash that another run of the same command has too, however it is told to answer;
    "" outside of a command."""
    from sampan.keccak import keccak

    context = click.get_current_context(silent=True)
    if context is None:
        return ""
    said = sorted((name, repr(value)) for name, value in context.params.items() if name not in ("yes", "overwrite"))
    return keccak(repr((context.command_path, said)).encode()).hex()


def output() -> Output:
    """Where this run prints."""
    return state().output


def settings() -> config.Settings:
    """The settings of this run, gathered once. Raises as `sampan.config.load`."""
    return state().settings


def somebody_is_there() -> bool:
    """Whether a person sits at a terminal who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirm(question: str, why: str, *, subject: str, hint: str, declined: str = "Nothing was done.") -> None:
    """Ask a person before something that cannot be taken back.

    Raises `UsageError` that says why when there is no terminal to ask on, `Declined` with the words given for it when
    the answer is no, `click.Abort` when there is none.
    """
    if not somebody_is_there():
        raise UsageError(f"{why}, and there is no terminal to ask on", subject=subject, hint=hint)
    if not click.confirm(question, err=True):
        raise Declined(declined)


def end(exit_code: int) -> NoReturn:
    """End the command with an exit code, after its answer was printed."""
    raise click.exceptions.Exit(exit_code)


def end_with_worst(exit_codes: Iterable[int]) -> None:
    """End the command with the highest exit code of several answers that were printed; go on where all is well."""
    worst = max(exit_codes, default=0)
    if worst:
        end(worst)


def answer_is_no() -> NoReturn:
    """End with exit code 1: the question was answered (and printed), and the answer is no."""
    end(AnswerIsNo.exit_code)


def _set_json(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        context.ensure_object(State).as_json = True


def _set_verbosity(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    if value:
        context.ensure_object(State).verbosity = -1 if parameter.name == "quiet" else int(value)


def _set_log_file(context: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.ensure_object(State).log_file = value


def common_options() -> list[click.Option]:
    """The options that the root and every command take."""
    first = partial(click.Option, is_eager=True, expose_value=False)
    return [
        first(
            ["--json", "as_json"],
            is_flag=True,
            callback=_set_json,
            help="Print one JSON document on stdout and nothing else.",
        ),
        first(
            ["-v", "--verbose"],
            count=True,
            callback=_set_verbosity,
            help="Say more on stderr; -vv also logs what libraries do.",
        ),
        first(["-q", "--quiet"], is_flag=True, callback=_set_verbosity, help="Say nothing on stderr but errors."),
        first(
            ["--log-file"],
            type=click.Path(dir_okay=False, path_type=Path),
            callback=_set_log_file,
            help="Write a log of this run to a file.",
        ),
    ]


class Command(click.Command):
    """A command with the options that every command has, and `-h`."""

    def __init__(self, *args: Any, **attributes: Any) -> None:
        attributes.setdefault("context_settings", CONTEXT)
        super().__init__(*args, **attributes)
        self.params.extend(common_options())

    def invoke(self, context: click.Context) -> Any:
        from sampan.cli import log

        log.start(context.ensure_object(State), context.command_path)
        try:
            return super().invoke(context)
        except SampanError as error:
            _name_option(context, error)
            raise


def _name_option(context: click.Context, error: SampanError) -> None:
    """Let an error about an argument name the option that it came from."""
    argument, error.argument = error.argument, None
    if argument is None:
        return
    given = [parameter for parameter in context.command.params if context.params.get(parameter.name or "")]
    # An endorsee stands behind the way to endorse: --to-order WHO. Commands written by hand call somebody WHO.
    ways = ("to_order", "named") if argument == "endorsee" else ("who", "owner")
    found = [parameter for parameter in context.command.params if parameter.name == argument]
    found += [parameter for parameter in given if parameter.name in ways]
    for parameter in found[:1]:
        flag = parameter.opts[0] if isinstance(parameter, click.Option) else parameter.human_readable_name
        subject = "" if error.subject == argument else error.subject or ""
        if flag not in subject:
            error.subject = f"{flag} {subject}".strip()


class Group(click.Group):
    """A group whose commands are `Command`s."""

    command_class = Command
    group_class = type

    def __init__(self, *args: Any, lists: str | None = None, **attributes: Any) -> None:
        attributes.setdefault("context_settings", CONTEXT)
        super().__init__(*args, **attributes)
        self.lists = lists
        """The command that lists what the group is about, where that is not its `list`."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(context, list(args))
        except click.NoSuchOption:
            # An option of a command stands behind its name; whether there is one of that name matters more.
            name = next((each for each in args if not each.startswith("-")), None)
            if name is not None and name not in self.list_commands(context):
                raise self._no_such_command(name, context) from None
            raise

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if not name.startswith("-") and name not in self.list_commands(context):
            raise self._no_such_command(name, context)
        return super().resolve_command(context, args)

    def _no_such_command(self, name: str, context: click.Context) -> UsageError:
        error = no_such_command(name, self.list_commands(context), context.command_path)
        if name == "list" and self.lists is not None:
            error.hint = lists_them(self.lists)
        return error


def lists_them(command: str) -> str:
    """The hint for whoever asked for a list in other words."""
    return f"`{command}` lists what there is"


def no_such_command(name: str, there: Iterable[str], path: str) -> UsageError:
    """The error of a command that there is not, with the one that is near. `path` is what stands before it."""
    import difflib

    near = difflib.get_close_matches(name, [*there], n=1)
    hint = f"did you mean `{path} {near[0]}`?" if near else f"`{path} --help` lists the commands"
    return UsageError("no such command", subject=name, hint=hint)


class ShowGroup(Group):
    """A group that shows when no command of it is named: `sampan powers --json` is `sampan powers show --json`."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in context.help_option_names):
            args = ["show", *args]
        return super().parse_args(context, args)


def command(name: str | None = None, **attributes: Any) -> Callable[[Callable[..., Any]], Command]:
    """Decorator: a function as a `Command`."""
    return click.command(name, cls=Command, **attributes)


def group(name: str | None = None, **attributes: Any) -> Callable[[Callable[..., Any]], Group]:
    """Decorator: a function as a `Group`; add to it with `@command.command()`."""
    return click.group(name, **{"cls": Group, **attributes})


def setting_option(*flags: str, setting: str, help: str | None = None) -> Callable[[F], F]:
    """Decorator: an option that overrides a setting for this run; read it from `settings()`."""
    from sampan import config

    described = next(item for item in config.SETTINGS if item.name == setting)

    several = described.kind == "paths"

    def remember(context: click.Context, _parameter: click.Parameter, value: Any) -> None:
        context.ensure_object(State).set_option(setting, value or None if several else value)

    return click.option(
        *flags,
        f"setting_{setting}",
        metavar="PATH" if several else "TEXT",
        multiple=several,
        expose_value=False,
        callback=remember,
        help=help or described.help,
    )


def _network_of_manifest(settings: config.Settings) -> str | None:
    """The network that a manifest names which was given, where nobody chose one and it is known here."""
    from sampan import config
    from sampan.chain import networks
    from sampan.deployment import manifest

    given = settings.path("manifest")
    if given is None or settings.value("network").source != config.BUILT_IN:
        return None
    name = manifest.load(given).network
    return name if name in (each.name for each in networks.known(settings)) else None


def network_option(*, fleeting: bool = False, ledger: bool | None = None) -> Callable[[F], F]:
    """Decorator: `--network NAME-OR-URL`, passed on as `network`, filled from the settings when not given; with it
    `--manifest` where a `ledger` is opened, as all do but the fleeting.

    `fleeting` commands also take `tester`, and an `anvil` that nobody gave a URL: chains that live as long as one
    command. The others refuse them.
    """

    def resolve(context: click.Context, _parameter: click.Parameter, value: str | None) -> str:
        run = context.ensure_object(State)
        run.set_option("network", value)
        if context.resilient_parsing:
            return value or ""
        from sampan.chain.networks import find

        if value is None:
            run.set_option("network", _network_of_manifest(run.settings))
        network = run.settings.network
        meant = find(network, run.settings)
        if meant.fleeting and not fleeting:
            raise UsageError(
                f"{network} lives as long as one command, so there is nothing to find on it",
                subject="--network",
                hint="`sampan node start` keeps a local chain, which is --network local",
            )
        return network

    option = click.option(
        "--network", metavar="NAME-OR-URL", callback=resolve, help="Network to talk to: a name or an http(s) URL."
    )
    if not (not fleeting if ledger is None else ledger):
        return option
    manifest = setting_option("--manifest", setting="manifest")
    return lambda function: option(manifest(function))
