"""The tests hold wherever they are started: in the background of a shell, under nohup, without a terminal or a home."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sampan import config

CTRL_C = "tests/cli/test_command_line.py::test_ctrl_c_ends_quietly_with_130"
STOPPED = "tests/chain/test_node.py::test_an_anvil_of_ours_dies_with_us_however_we_die"
NODE = "tests/chain/test_node.py::test_the_genesis_is_the_same_for_everybody"
PRINTED = (
    "tests/cli/test_command_line.py::test_a_fault_of_ours_is_one_line_and_a_hint",
    "tests/cli/test_command_line.py::test_colour_is_left_out_on_request_and_in_pipes",
    "tests/cli/test_command_line.py::test_a_wrong_call_ends_with_2_and_says_how_to_call",
)
PRIVATE = "tests/toolchain/test_doctor.py::test_a_keystore_that_others_may_read_is_broken"
OWN_FILES = "tests/toolchain/test_wherever_started.py::test_a_users_own_files_are_out_of_the_tests_reach"


def test_a_users_own_files_are_out_of_the_tests_reach() -> None:
    settings = config.load()
    assert settings.user_file is None
    assert not settings.keystore.exists()
    assert not Path(str(settings.value("node_folder").value)).exists()
    assert os.access(Path.home(), os.W_OK)


def run(root: Path, surroundings: str, *tests: str) -> None:
    """Run tests in a process for which a shell has made its surroundings first; every one must run and pass."""
    pytest_itself = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:ape_test",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
    ]
    done = subprocess.run(
        ["/bin/sh", "-c", f'{surroundings}; exec "$@"', "sh", *pytest_itself, *tests],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout


@pytest.mark.slow
@pytest.mark.anvil
def test_in_the_background_of_a_shell_where_interrupts_are_ignored(project_root: Path) -> None:
    run(project_root, "trap '' INT QUIT; exec </dev/null", CTRL_C, STOPPED)


@pytest.mark.slow
@pytest.mark.anvil
def test_under_nohup_and_where_not_even_sigterm_is_heard(project_root: Path) -> None:
    run(project_root, "trap '' HUP TERM INT QUIT USR1; exec <&-", STOPPED, NODE)


@pytest.mark.slow
def test_where_colours_and_a_width_are_asked_for(project_root: Path) -> None:
    run(project_root, "export FORCE_COLOR=1 CLICOLOR_FORCE=1 COLUMNS=20 PYTHONIOENCODING=ascii", *PRINTED)


@pytest.mark.slow
def test_with_settings_of_a_user_and_files_for_nobody_else(project_root: Path, tmp_path: Path) -> None:
    (tmp_path / "sampan").mkdir()
    (tmp_path / "sampan" / "config.toml").write_text("this is no TOML")
    made = f"umask 077; export SAMPAN_RPC_TIMEOUT=never XDG_CONFIG_HOME='{tmp_path}' LC_ALL=C TZ=Asia/Kathmandu"
    run(project_root, made, OWN_FILES, PRIVATE, *PRINTED)


@pytest.mark.slow
@pytest.mark.parametrize("home", ["export HOME=", "export HOME=/nonexistent", "export HOME=here"])
def test_without_a_home_that_can_be_written(project_root: Path, home: str) -> None:
    run(project_root, home, OWN_FILES, PRINTED[1])
