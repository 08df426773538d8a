"""The salts file: private, whole or absent, and gone where it was shredded."""

from __future__ import annotations

import base64
import json
import os
import signal
import stat
import subprocess
import sys
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from document_makers import sample, seeded

from sampan.documents.canonical import canonical_bytes
from sampan.documents.salts import read_salts, salts_path, shred
from sampan.documents.tree import DocumentTree
from sampan.errors import BadInput

NAME = "/partyContactDetails/0/name"


def test_salts_come_back_from_their_file_as_they_were(tmp_path: Path) -> None:
    tree = DocumentTree.fresh(sample())
    path = salts_path(tmp_path / "bill.json")
    assert path == tmp_path / "bill.salts.json"
    tree.salts.write(path)
    assert read_salts(path) == tree.salts
    assert DocumentTree.of(sample(), read_salts(path)).root == tree.root
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_salts_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "bill.salts.json"
    path.write_text("{}")
    path.chmod(0o644)
    DocumentTree.fresh(sample()).salts.write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def _packed(path: Path) -> list[bytes]:
    """What the file holds for each leaf."""
    return [base64.b64decode(leaf) for leaf in json.loads(path.read_bytes())["leaves"].values()]


@pytest.mark.skipif(os.name != "posix", reason="a second link shows what became of the old bytes")
def test_a_destroyed_salt_is_gone_from_the_file_and_from_the_bytes_that_stood_there(tmp_path: Path) -> None:
    path, old = tmp_path / "bill.salts.json", tmp_path / "old"
    salts = DocumentTree.fresh(sample()).salts
    salts.write(path)
    os.link(path, old)
    destroyed = salts.leaves[NAME].salt
    assert destroyed is not None
    salts.without([NAME]).write(path)
    assert not any(destroyed in data for data in _packed(path))
    assert any(salts.leaves["/carrierCode"].salt in data for data in _packed(path))  # type: ignore[operator]
    assert set(old.read_bytes()) == {0}
    assert read_salts(path).shredded == (NAME,)
    assert read_salts(path).leaves[NAME].hash == salts.leaves[NAME].hash


def test_only_a_field_can_be_shredded() -> None:
    with pytest.raises(BadInput, match="is no field"):
        DocumentTree.fresh(sample()).salts.without(["/nothing"])


def test_a_folder_that_cannot_be_written_leaves_no_trace(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be written"):
        DocumentTree.fresh(sample()).salts.write(tmp_path / "missing" / "bill.salts.json")
    (tmp_path / "taken").mkdir()
    with pytest.raises(BadInput, match="cannot be written"):
        DocumentTree.fresh(sample()).salts.write(tmp_path / "taken")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_new_salts_never_take_the_place_of_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "bill.salts.json"
    first, second = DocumentTree.fresh(sample()).salts, DocumentTree.fresh(sample()).salts
    assert first.write_new(path)
    assert not second.write_new(path)
    assert read_salts(path) == first
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.slow
def test_a_salt_that_another_process_destroyed_meanwhile_does_not_come_back(tmp_path: Path) -> None:
    path = tmp_path / "bill.salts.json"
    DocumentTree.fresh(sample()).salts.write(path)
    first, second, *_ = read_salts(path).leaves
    one = [sys.executable, "-c", "import sys; from pathlib import Path; from sampan.documents.salts import shred; "]
    one[-1] += "shred(Path(sys.argv[1]), [sys.argv[2]])"
    runs = [subprocess.Popen([*one, str(path), pointer]) for pointer in (first, second)]
    assert [run.wait(60) for run in runs] == [0, 0]
    assert set(read_salts(path).shredded) == {first, second}
    assert shred(path, [first]).shredded == read_salts(path).shredded
    assert list(tmp_path.iterdir()) == [path]


_KILLED = """
import os, signal, sys
from pathlib import Path
from document_makers import sample
from sampan.documents.tree import DocumentTree

def killed(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)

link = os.link
if sys.argv[2] == "before":
    os.link = killed
else:
    os.link = lambda *names: (link(*names), killed())
DocumentTree.fresh(sample()).salts.write_new(Path(sys.argv[1]))
"""


def _kill_while_writing(path: Path, when: str) -> None:
    """Write new salts in a process that is killed `before` or `after` they are put in place."""
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    ran = subprocess.run([sys.executable, "-c", _KILLED, str(path), when], env=here, check=False)
    assert ran.returncode == -signal.SIGKILL


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
def test_what_a_killed_run_left_is_overwritten_by_the_next(tmp_path: Path) -> None:
    path, draft = tmp_path / "bill.salts.json", tmp_path / ".bill.salts.json.draft"
    _kill_while_writing(path, "before")
    assert list(tmp_path.iterdir()) == [draft]
    left = read_salts(draft)
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600
    # Held open, so that what becomes of the bytes can be seen.
    with draft.open("rb") as held:
        salts = DocumentTree.fresh(sample()).salts
        assert salts.write_new(path)
        now = held.read()
    assert now
    assert not any(base64.b64encode(leaf.salt)[:40] in now for leaf in left.leaves.values() if leaf.salt)
    assert read_salts(path) == salts
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
def test_salts_that_a_killed_run_had_put_in_place_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "bill.salts.json"
    _kill_while_writing(path, "after")
    assert len(list(tmp_path.iterdir())) == 2
    salts = read_salts(path)
    assert not DocumentTree.fresh(sample()).salts.write_new(path)
    assert read_salts(path) == salts
    with path.open("rb") as held:
        shred(path, [NAME])
        assert set(held.read()) == {0}
    assert read_salts(path) == salts.without([NAME])
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="links are POSIX's")
def test_a_link_planted_in_place_of_the_draft_is_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("another's")
    (tmp_path / ".bill.salts.json.draft").symlink_to(other)
    with pytest.raises(BadInput, match="cannot be written"):
        DocumentTree.fresh(sample()).salts.write_new(tmp_path / "bill.salts.json")
    assert other.read_text() == "another's"


@cache
def _good() -> Any:
    return DocumentTree.fresh(sample(), seeded()).salts.as_json()


def _broken(**changes: Any) -> Any:
    good = deepcopy(_good())
    return {**good, **changes}


def _version_1(**changes: Any) -> Any:
    """The file as version 1 had it: salt and hash in hex, each by name."""
    salts = DocumentTree.fresh(sample(), seeded()).salts
    leaves = {
        pointer: {"salt": None if leaf.salt is None else "0x" + leaf.salt.hex(), "leaf": "0x" + leaf.hash.hex()}
        for pointer, leaf in salts.without([NAME]).leaves.items()
    }
    return {**_broken(schema="sampan.document-salts/1", leaves=leaves), **changes}


def test_salts_of_version_1_are_read_and_written_anew_as_version_2(tmp_path: Path) -> None:
    path = tmp_path / "bill.salts.json"
    path.write_bytes(canonical_bytes(_version_1()))
    salts = DocumentTree.fresh(sample(), seeded()).salts
    assert read_salts(path) == salts.without([NAME])
    shred(path, ["/carrierCode"])
    assert json.loads(path.read_bytes())["schema"] == "sampan.document-salts/2"
    assert read_salts(path) == salts.without([NAME, "/carrierCode"])


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        ([], "not a salts file"),
        ({"schema": "sampan.document-salts/3"}, "not a salts file"),
        (_broken(extra=1), "extra"),
        (_broken(tree=7), "tree"),
        (_broken(reference=None), "reference"),
        (_broken(checksum="0x" + "00" * 32), "checksum"),
        (_broken(root="00" * 32), "root"),
        (_broken(leaves=[]), "leaves"),
        (_broken(leaves={"/a": 7}), "/a"),
        (_broken(leaves={"/a": None}), "/a"),
        (_broken(leaves={"/a": "AAAA"}), "/a"),
        (_broken(leaves={"/a": "A" * 42 + "-="}), "/a"),
        (_broken(leaves={"/a": {"salt": None, "leaf": "0x" + "00" * 32}}), "/a"),
        (_version_1(leaves={"/a": "A" * 43 + "="}), "/a"),
        (_version_1(leaves={"/a": {"salt": None}}), "/a"),
        (_version_1(leaves={"/a": {"salt": "0x00", "leaf": "0x" + "00" * 32}}), "/a"),
        (_version_1(leaves={"/a": {"salt": None, "leaf": "0x" + "AA" * 32}}), "/a"),
    ],
)
def test_a_broken_salts_file_is_refused_by_name(raw: Any, named: str, tmp_path: Path) -> None:
    path = tmp_path / "bill.salts.json"
    path.write_bytes(canonical_bytes(raw))
    with pytest.raises(BadInput, match="salts file") as refused:
        read_salts(path)
    assert named in refused.value.message
    assert refused.value.subject == str(path)


def test_the_file_is_what_its_schema_says() -> None:
    import jsonschema

    from sampan.cli import schema

    salts = DocumentTree.fresh(sample()).salts.without([NAME])
    jsonschema.Draft202012Validator(schema.load("document-salts")).validate(
        json.loads(canonical_bytes(salts.as_json()))
    )
