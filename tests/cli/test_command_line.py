"""The command line as scripts and people meet it: instant help, one JSON document, exit codes, quiet ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import click
import pytest

from sampan.cli import base, main
from sampan.errors import AnswerIsNo, BadInput, ChainError, Missing, Refused, SampanError, UsageError

HEAVY = frozenset(("web3", "eth_account", "eth_utils", "eth_abi", "eth_tester", "eth", "eth_keys"))
HEAVY |= frozenset(("pydantic", "duckdb", "holidays", "jinja2", "yaml", "ape", "solcx", "requests", "aiohttp", "rich"))


def modules_after(*arguments: str, environment: dict[str, str] | None = None) -> set[str]:
    """Every module that `sampan ARGUMENTS` has imported when it ends."""
    program = (
        "import sys, runpy\n"
        f"sys.argv = ['sampan', *{list(arguments)!r}]\n"
        "try:\n"
        "    runpy.run_module('sampan', run_name='__main__')\n"
        "except SystemExit:\n"
        "    pass\n"
        "print(' '.join(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **(environment or {})},
    )
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("--version", "--json"), ("no-such-command",)])
def test_help_and_version_load_no_heavy_module(arguments: tuple[str, ...]) -> None:
    # An error is printed in colour, and only then is rich loaded.
    allowed = {"rich"} if arguments == ("no-such-command",) else set()
    assert not modules_after(*arguments) & HEAVY - allowed


@pytest.mark.slow
def test_the_help_of_every_command_loads_no_heavy_module() -> None:
    """One after the other in one process: what is loaded stays loaded, so that the first to load it is named."""
    commands = main.main.list_commands(click.Context(main.main))
    assert {"doctor", "compile", "config", "schema", "completion"} <= set(commands)
    program = (
        "import sys\n"
        "from sampan.cli import main\n"
        f"for name in {commands!r}:\n"
        "    code = main.run_to_code([name, '--help'])\n"
        "    print(code, name, *sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    lines = [line.split() for line in done.stderr.splitlines()]
    assert [(code, name) for code, name, *_ in lines] == [("0", name) for name in commands]
    assert {name: HEAVY & set(loaded) for _, name, *loaded in lines if HEAVY & set(loaded)} == {}


@pytest.mark.slow
def test_completion_at_each_tab_loads_no_heavy_module() -> None:
    environment = {"_SAMPAN_COMPLETE": "bash_complete", "COMP_WORDS": "sampan do", "COMP_CWORD": "1"}
    assert not modules_after(environment=environment) & HEAVY


def test_completion_offers_commands(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sampan"],
        env={**os.environ, "_SAMPAN_COMPLETE": "bash_complete", "COMP_WORDS": "sampan docto", "COMP_CWORD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["plain,doctor"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_is_printed_for_every_shell(shell: str, sampan_command: Callable) -> None:
    ran = sampan_command("completion", shell)
    assert ran.code == 0
    assert "_SAMPAN_COMPLETE" in ran.out
    assert sampan_command("completion", shell, "--json").document["script"].strip() == ran.out.strip()


def flags_of(command: click.Command = main.main, path: str = "sampan") -> Iterator[tuple[str, set[str]]]:
    """Every command by its path, with its options."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from flags_of(child, f"{path} {name}")
    else:
        yield path, {flag for parameter in command.params for flag in parameter.opts}


def test_what_sends_or_signs_is_prepared_for_a_wallet_elsewhere_too() -> None:
    """But for deployments and scenarios, which are many transactions that follow from one another."""
    sends = {path for path, flags in flags_of() if {"--yes", "--dry-run"} <= flags}
    assert sends - {path for path, flags in flags_of() if "--unsigned" in flags} == {"sampan deploy"}
    signs = {path for path, flags in flags_of() if "--hours" in flags and "--unsigned" in flags}
    assert {"sampan bill agree", "sampan bill sign-act", "sampan participant sign-enrolment"} <= signs
    assert all("--signature" in flags for path, flags in flags_of() if path in signs)


def test_a_manifest_is_named_wherever_a_ledger_is_opened() -> None:
    """A deployment writes one; the demo has a chain of its own; a network is asked without one."""
    without = {path for path, flags in flags_of() if "--network" in flags and "--manifest" not in flags}
    assert without == {"sampan deploy", "sampan demo", "sampan network check"}


def test_every_command_of_the_table_is_there_and_takes_json(sampan_command: Callable) -> None:
    def walk(command: click.Command, path: tuple[str, ...]) -> None:
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                child = command.get_command(context, name)
                assert child is not None
                walk(child, (*path, name))
        else:
            flags = {flag for parameter in command.params for flag in parameter.opts}
            assert {"--json", "--quiet", "--verbose", "--log-file"} <= flags, path
            assert command.get_short_help_str(), f"{path} says nothing of itself"

    walk(main.main, ("sampan",))


def test_a_command_that_there_is_not_is_told_before_an_option_that_stands_before_it(sampan_command: Callable) -> None:
    ran = sampan_command("bill", "--json", "shwo")
    assert (ran.code, ran.error["message"], ran.error["subject"]) == (2, "no such command", "shwo")
    assert ran.error["hint"] == "did you mean `sampan bill show`?"
    assert "--jsn" in sampan_command("bill", "--jsn", "show").err


@pytest.mark.parametrize(("group", "command"), [("room", "sampan room show"), ("sale", "sampan sale show all")])
def test_whoever_asks_for_a_list_is_told_the_command_that_lists(
    sampan_command: Callable, group: str, command: str
) -> None:
    ran = sampan_command(group, "list", "--json")
    assert ran.code == 2
    assert f"`{command}` lists what there is" in ran.error["hint"]


def test_version_names_package_release_compiler_and_schemas(sampan_command: Callable) -> None:
    document = sampan_command("--version", "--json").document
    assert document["version"] == main.__version__
    assert document["solc"].startswith("0.8.37+commit.")
    assert len(document["release"]) == 64
    assert "sampan.error/1" in document["schemas"]
    assert sampan_command("--version").out.startswith(f"sampan {main.__version__} (release {document['release'][:16]}")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AnswerIsNo("no"), 1),
        (BadInput("a digit is wrong", subject="bill.json", hint="write 7"), 3),
        (ChainError("no answer"), 4),
        (Refused("NotPossessor"), 5),
        (Missing("no key"), 6),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError("x"), 70),
        (FileNotFoundError(2, "No such file or directory", "gone.json"), 3),
        (ConnectionRefusedError(111, "refused"), 4),
    ],
)
def test_each_kind_of_failure_has_its_exit_code_and_no_traceback(
    error: BaseException, code: int, sampan_command: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    @base.command()
    def failing() -> None:
        raise error

    monkeypatch.setattr(main.Root, "get_command", lambda *_: failing)
    plain = sampan_command("doctor")
    assert plain.code == code
    assert plain.out == ""
    assert "Traceback" not in plain.err
    if code == 130:
        assert plain.err == ""
        return
    assert len(plain.err.splitlines()) <= 2
    told = sampan_command("doctor", "--json")
    assert told.code == code
    assert told.err == ""
    if isinstance(error, SampanError):
        assert told.error == error.as_dict()
    if isinstance(error, FileNotFoundError):
        assert told.error["subject"] == "gone.json"


@pytest.mark.parametrize(
    "arguments", [("no-such",), ("config", "no-such"), ("doctor", "--no-such"), ("schema", "no-such")]
)
def test_a_wrong_call_ends_with_2_and_says_how_to_call(arguments: tuple[str, ...], sampan_command: Callable) -> None:
    plain = sampan_command(*arguments)
    assert plain.code == 2
    assert plain.err.startswith("error: ")
    told = sampan_command(*arguments, "--json")
    assert told.code == 2
    assert "`sampan" in told.error["hint"]


def test_a_near_miss_is_named(sampan_command: Callable) -> None:
    assert sampan_command("doctr", "--json").error["hint"] == "did you mean `sampan doctor`?"


def test_json_may_stand_before_or_behind_the_command(sampan_command: Callable) -> None:
    assert sampan_command("--json", "config", "show").document == sampan_command("config", "show", "--json").document


def test_an_answer_of_no_is_printed_and_ends_with_1(sampan_command: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    @base.command()
    def doubting() -> None:
        base.output().emit("sampan.schemas/1", {"schemas": []})
        base.answer_is_no()

    monkeypatch.setattr(main.Root, "get_command", lambda *_: doubting)
    ran = sampan_command("doctor", "--json")
    assert ran.code == 1
    assert ran.document == {"schema": "sampan.schemas/1", "schemas": []}


def test_the_reader_of_a_pipe_may_go_away(project_root: Path) -> None:
    command = f"{sys.executable} -m sampan schema doctor | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, cwd=project_root)
    assert done.stderr == ""
    assert done.stdout.splitlines()[0] == "{"
    assert done.stdout.splitlines()[1] in ("0", "141")


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [("schema", "doctor"), ("--help",), ("config", "show", "--json")])
def test_a_closed_reader_ends_quietly_with_141(arguments: tuple[str, ...]) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "sampan", *arguments], stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)
    assert done.returncode == 141
    assert done.stderr == b""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("closed", "arguments", "code"),
    [
        (">&-", ("--version",), 0),
        (">&- 2>&-", ("schema", "doctor"), 0),
        ("2>&-", ("no-such-command",), 2),
        ("<&- >&- 2>&-", ("no-such-command", "--json"), 2),
        ("<&-", ("account", "new", "mine"), 6),
    ],
)
def test_a_stream_that_was_closed_from_the_start_changes_no_exit_code(
    closed: str, arguments: tuple[str, ...], code: int, tmp_path: Path
) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "sampan", *arguments],
        env={**os.environ, "SAMPAN_KEYSTORE": str(tmp_path / "keystore")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert "fault" not in done.stderr


@pytest.mark.slow
def test_what_the_encoding_of_stdout_has_no_place_for_is_escaped(tmp_path: Path) -> None:
    there = tmp_path / "船荷証券 🚢"
    here = {**os.environ, "PYTHONIOENCODING": "ascii", "SAMPAN_KEYSTORE": str(there)}
    one = [sys.executable, "-m", "sampan", "config", "show"]
    plain = subprocess.run(one, env=here, capture_output=True, check=True)
    assert rb"\u8239\u8377\u8a3c\u5238 \U0001f6a2" in plain.stdout
    told = subprocess.run([*one, "--json"], env=here, capture_output=True, check=True)
    assert told.stdout.isascii()
    assert str(there) in [setting["value"] for setting in json.loads(told.stdout)["settings"]]


def test_a_user_without_a_home_is_told_so(sampan_command: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_: int) -> NoReturn:
        raise KeyError("uid not found")

    monkeypatch.setattr("pwd.getpwuid", nobody)
    for variable in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    ran = sampan_command("config", "show", "--json")
    assert (ran.code, ran.error["subject"]) == (6, "HOME")
    assert ran.error["hint"] == "set HOME to the full path of a folder"


def test_ctrl_c_ends_quietly_with_130(tmp_path: Path) -> None:
    program = (
        "import sys, time\n"
        "from sampan.cli import base, main\n"
        "@base.command()\n"
        "def waiting():\n"
        "    print('waiting', file=sys.stderr, flush=True)\n"
        "    time.sleep(60)\n"
        "main.Root.get_command = lambda *_: waiting\n"
        "main.run(['doctor'])\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stderr is not None
    assert process.stderr.readline() == b"waiting\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (130, b"", b"")


@pytest.mark.slow
def test_a_fault_of_ours_is_one_line_and_a_hint() -> None:
    program = (
        "from sampan.cli import base, main\n"
        "@base.command()\n"
        "def faulty():\n"
        "    raise ZeroDivisionError('of ours')\n"
        "main.Root.get_command = lambda *_: faulty\n"
        "main.run(['doctor'])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 70
    assert done.stdout == ""
    assert done.stderr.splitlines()[0] == "error: ZeroDivisionError: of ours"
    assert len(done.stderr.splitlines()) == 2


def test_a_log_file_holds_what_went_wrong(
    sampan_command: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    @base.command()
    def faulty() -> None:
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(main.Root, "get_command", lambda *_: faulty)
    log = tmp_path / "run.log"
    assert sampan_command("doctor", "--log-file", log).code == 70
    assert "ZeroDivisionError: a fault of ours" in log.read_text()
    before = log.read_text()
    assert sampan_command("doctor").code == 70
    assert log.read_text() == before


def test_a_log_file_tells_of_a_run_what_it_was_and_how_it_ended_without_v(
    sampan_command: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    @base.command()
    def told() -> None:
        base.output().note("a note")
        base.output().detail("a detail")
        raise BadInput("broken", subject="this")

    monkeypatch.setattr(main.Root, "get_command", lambda *_: told)
    log = tmp_path / "run.log"
    ran = sampan_command("doctor", "--log-file", log)
    assert (ran.code, "a detail" in ran.err) == (3, False)
    lines = [line.split(" sampan.told ", 1)[1] for line in log.read_text().splitlines()]
    assert lines[0].startswith("sampan doctor, sampan ")
    assert lines[1:] == ["a note", "a detail", "this: broken", "ended with 3"]
    assert sampan_command("doctor", "-q").err.splitlines() == ["error: this: broken"]


def test_a_log_file_that_cannot_be_written_is_said_at_once(sampan_command: Callable, tmp_path: Path) -> None:
    ran = sampan_command("config", "show", "--json", "--log-file", tmp_path / "no" / "such" / "run.log")
    assert ran.code == 2
    assert ran.error["subject"].endswith("run.log")


@pytest.mark.slow
def test_colour_is_left_out_on_request_and_in_pipes() -> None:
    for environment in ({"NO_COLOR": "1"}, {}):
        done = subprocess.run(
            [sys.executable, "-m", "sampan", "config", "show"],
            capture_output=True,
            check=True,
            env={**os.environ, **environment},
        )
        assert b"\x1b[" not in done.stdout


@pytest.mark.slow
def test_no_progress_is_drawn_where_there_is_no_terminal_though_colours_are_asked_for() -> None:
    program = "from sampan.cli.output import Output\nwith Output().progress('reading', 2) as advance:\n    advance()\n"
    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "FORCE_COLOR": "1"}, capture_output=True, check=True
    )
    assert (done.stdout, done.stderr) == (b"", b"")


def test_tester_is_refused_where_it_would_be_gone_at_once(
    sampan_command: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    @base.command()
    @base.network_option()
    def lasting(network: str) -> None:
        seen.append(network)

    @base.command()
    @base.network_option(fleeting=True)
    def fleeting(network: str) -> None:
        seen.append(network)

    monkeypatch.setattr(main.Root, "get_command", lambda *_: lasting)
    for network in ("tester", "anvil"):
        told = sampan_command("doctor", "--network", network, "--json")
        assert told.code == 2
        assert "sampan node start" in told.error["hint"]
    assert sampan_command("doctor", "--network", "unheard-of", "--json").code == 2
    assert sampan_command("doctor").code == 0
    assert sampan_command("doctor", "--network", "https://rpc.example/").code == 0
    monkeypatch.setattr(main.Root, "get_command", lambda *_: fleeting)
    assert sampan_command("doctor", "--network", "tester").code == 0
    assert seen == ["local", "https://rpc.example/", "tester"]


@pytest.mark.slow
def test_every_schema_is_a_json_schema_that_names_its_document(sampan_command: Callable) -> None:
    import jsonschema

    for name in sampan_command("schema", "--json").document["schemas"]:
        printed = json.loads(sampan_command("schema", name).out)
        jsonschema.Draft202012Validator.check_schema(printed)
        assert printed["$id"] == name
        if name not in ("sampan.scenario/1", "sampan.facility-terms/1"):  # written by people, in YAML
            assert printed["properties"]["schema"]["const"] == name
            assert "schema" in printed["required"]
    assert json.loads(sampan_command("schema", "doctor").out)["$id"] == "sampan.doctor/1"


@pytest.mark.parametrize("verb", ["show", "history", "accept"])
@pytest.mark.parametrize(("bill", "message"), [("0x00", "no id of a bill"), ("ÄÖ", "reference holds 'Ä'")])
def test_a_name_that_no_bill_can_have_is_refused_before_a_node_is_asked(
    sampan_command: Callable, verb: str, bill: str, message: str
) -> None:
    ran = sampan_command("bill", verb, bill, "--json")
    assert ran.code == BadInput.exit_code
    assert message in ran.document["error"]["message"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("bill", "show", "9" * 5_000), BadInput.exit_code),
        (("participant", "account", "shorten", str(2**256)), UsageError.exit_code),
        (("bill", "sign-act", "--hours", "9" * 14, "sign", "x"), UsageError.exit_code),
        (("bill", "agree", "--hours", "9" * 14, "sign", "x"), UsageError.exit_code),
    ],
)
def test_numbers_without_end_are_refused_in_words(
    sampan_command: Callable, arguments: tuple[str, ...], code: int
) -> None:
    ran = sampan_command(*arguments, "--json") if "sign" not in arguments else sampan_command(*arguments)
    assert ran.code == code, ran.err + ran.out
    assert "fault in Sampan" not in ran.err + ran.out


def test_people_read_yes_no_and_a_dash_and_no_word_of_json() -> None:
    from rich.console import Console

    from sampan.cli.output import fields

    console = Console(record=True, width=60)
    console.print(fields({"running": True, "state_kept": False, "url": None, "block": 7}))
    assert [line.split()[-1] for line in console.export_text().splitlines()] == ["yes", "no", "-", "7"]
