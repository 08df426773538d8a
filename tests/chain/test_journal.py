"""The journal: what was signed is there after any death, what was cut off is not, and it belongs to one run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sampan.chain.journal import Journal
from sampan.errors import BadInput, UsageError

ABOUT = {"chain_id": 31337, "addresses": {"Bills": "0x1"}}


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal", ABOUT) as journal:
        journal.signed("deploy Bills", "0xa", 7, b"\x01\x02")
        journal.signed("deploy Bills", "0xa", 7, b"\x03")
        journal.signed("wire", "0xa", 8, b"\x04")
    with Journal(tmp_path / "journal", ABOUT) as journal:
        entry = journal.entries["deploy Bills"]
        assert (entry.sender, entry.nonce, entry.raws) == ("0xa", 7, [b"\x01\x02", b"\x03"])
        assert journal.entries["wire"].raws == [b"\x04"]


def test_a_journal_that_an_earlier_version_left_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with Journal(path, ABOUT) as journal:
        journal.signed("deploy Bills", "0xa", 7, b"\x01")
    with path.open("a") as file:
        file.write('{"key":"deploy Bills","mined":"0xhash"}\n')
    with Journal(path, ABOUT) as journal:
        assert journal.entries["deploy Bills"].raws == [b"\x01"]


def test_signing_anew_for_another_nonce_forgets_what_can_never_stand(tmp_path: Path) -> None:
    for _ in range(2):
        with Journal(tmp_path / "journal", ABOUT) as journal:
            journal.signed("wire", "0xa", 8, b"\x04")
            journal.signed("wire", "0xa", 9, b"\x05")
    with Journal(tmp_path / "journal", ABOUT) as journal:
        assert (journal.entries["wire"].nonce, journal.entries["wire"].raws) == (9, [b"\x05"])


def test_a_journal_cut_off_anywhere_still_opens_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with Journal(path, ABOUT) as journal:
        journal.signed("one", "0xa", 1, b"\x01" * 40)
        journal.signed("two", "0xa", 2, b"\x02" * 40)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with Journal(path, ABOUT) as journal:
            assert set(journal.entries) <= {"one", "two"}
            for entry in journal.entries.values():
                assert len(entry.raws[0]) == 40
            journal.signed("three", "0xa", 3, b"\x03")
        with Journal(path, ABOUT) as journal:
            assert journal.entries["three"].raws == [b"\x03"]
            for line in path.read_text().splitlines():
                json.loads(line)


def test_a_journal_about_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with Journal(path, ABOUT) as journal:
        journal.signed("one", "0xa", 1, b"\x01")
    before = path.read_bytes()
    with pytest.raises(BadInput, match="another deployment that did not end"):
        Journal(path, {**ABOUT, "chain_id": 1})
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"{}\n", b"[]\n", b"hello\n", b'{"schema": "other"}\n', b"\xff\n", b"1\n"])
def test_a_file_that_is_no_journal_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "journal"
    path.write_bytes(content)
    with pytest.raises(BadInput, match="not a journal of Sampan's"):
        Journal(path, ABOUT)
    assert path.read_bytes() == content


def test_one_run_at_a_time_has_it(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal", ABOUT), pytest.raises(UsageError, match="another run is at work"):
        Journal(tmp_path / "journal", ABOUT)
    Journal(tmp_path / "journal", ABOUT).close()


def test_a_run_that_was_killed_gives_it_back_with_all_that_was_written(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    program = (
        "import sys, os, signal\n"
        "from pathlib import Path\n"
        "from sampan.chain.journal import Journal\n"
        f"journal = Journal(Path({str(path)!r}), {ABOUT!r})\n"
        "journal.signed('one', '0xa', 1, b'x')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], env=os.environ, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    with Journal(path, ABOUT) as journal:
        assert journal.entries["one"].raws == [b"x"]


def test_a_finished_journal_is_gone(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", ABOUT)
    journal.finish()
    assert not list(tmp_path.iterdir())
