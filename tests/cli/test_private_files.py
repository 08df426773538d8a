"""Files that a run writes for its user alone: whole or not at all, and readable by nobody else."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sampan.errors import BadInput
from sampan.files import write_private

posix = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")


@posix
def test_a_private_file_takes_the_place_of_an_open_one(tmp_path: Path) -> None:
    path = tmp_path / "act.json"
    path.write_text("old")
    path.chmod(0o644)
    with path.open() as reader:
        write_private(path, b"new")
        # Whoever has the old one open reads it to its end, and never half of each.
        assert reader.read() == "old"
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "act.json"
    path.write_text("old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BadInput, match="No space left"):
        write_private(path, b"new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be written") as refused:
        write_private(tmp_path / "no" / "act.json", b"new")
    assert refused.value.subject == str(tmp_path / "no" / "act.json")


@posix
def test_a_pipe_is_written_into_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_private(pipe, b"signed")
        assert os.read(reader, 100) == b"signed"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


@posix
def test_a_log_file_is_for_its_user_alone(sampan_command: Callable, tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    assert sampan_command("config", "show", "--log-file", log).code == 0
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_an_act_goes_on_where_the_log_cannot_be_written_and_that_is_told_once(
    sampan_command: Callable[..., Any],
) -> None:
    ran = sampan_command("config", "show", "--json", "--log-file", "/dev/full")
    assert ran.code == 0
    assert ran.err.count("/dev/full: the log could not be written: No space left on device") == 1
    assert "Traceback" not in ran.err
